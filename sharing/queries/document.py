"""An agreement as the document that is signed: page, PDF and comparison read the same."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.timezone import localdate

from apst.codelists import label
from sharing.models import AgreementCategory, DataSharingAgreement, Guest, SharedCase

# The heads of the ICO's data sharing code that are text, in the order of the document.
HEADS: Final = {
    "why": "Why sharing is necessary, and what it brings",
    "confidence": "The duty of confidence, and how it is met",
    "accuracy": "How information is kept accurate",
    "retention": "How long each party keeps it, and what happens at the end",
    "security": "How it is kept safe, and what happens after a breach",
    "rights": "How people’s rights are answered",
    "contact": "The single point of contact",
}
COLOURS: Final = {
    "draft": "grey", "sent": "blue", "to_begin": "blue", "in_force": "green", "due_for_review": "orange",
    "expired": "red", "terminated": "red", "superseded": "grey",
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One category in words."""

    code: str
    category: str
    sees: str
    supplies: str
    onward: str
    ours: str
    theirs: str
    gap: str

    @property
    def shared(self) -> tuple[str, str, str]:
        """Whether the partner sees it, supplies it, and how it is passed on."""
        return self.sees, self.supplies, self.onward

    @property
    def said(self) -> str:
        """All of it in one text, to compare."""
        return (
            f"Partner sees it: {self.sees}\nPartner supplies it: {self.supplies}\nPassed on: {self.onward}\n"
            f"Basis of the taskforce: {self.ours}\nBasis of the partner: {self.theirs}"
        )


def _basis(row: AgreementCategory, party: str) -> str:
    codes = (getattr(row, f"{party}_article_6"), getattr(row, f"{party}_article_9"))
    parts = [f"Article {code.split('_', 1)[0]}: {label('lawful_bases', code)}" for code in codes if code]
    condition = label("sharing_conditions", getattr(row, f"{party}_condition"))
    return "; ".join([*parts, *([condition] if condition else [])])


def gap_of(row: AgreementCategory) -> str:
    """Say which basis a category still wants for a party, "" for none.

    Special category data needs article 9, criminal data article 10 (UK GDPR); substantial public interest and article
    10 outside authority need a condition of schedule 1 (DPA 2018 sections 10 and 11).
    """
    wanting = []
    for party, words in (("our", "the taskforce"), ("their", "the partner")):
        special = getattr(row, f"{party}_article_9")
        if not special:
            wanting.append(f"{words} has no basis of article {10 if row.category == 'youth_justice' else 9}")
        elif special in ("9_2_g", "10_schedule_1") and not getattr(row, f"{party}_condition"):
            wanting.append(f"{words} has no condition of schedule 1")
    said = "; ".join(wanting)
    return said[:1].upper() + said[1:]


def lines_of(agreement: DataSharingAgreement) -> list[Line]:
    """Give an agreement's table of categories in words."""
    return [line_of(row) for row in agreement.categories.order_by("pk")]


def line_of(row: AgreementCategory) -> Line:
    """Give one category in words."""
    return Line(
        row.category,
        label("data_categories", row.category),
        "Yes" if row.partner_sees else "No",
        "Yes" if row.partner_supplies else "No",
        row.get_onward_display(),
        _basis(row, "our"),
        _basis(row, "their"),
        gap_of(row),
    )


def purposes_of(agreement: DataSharingAgreement) -> str:
    """Give the purposes, one a line."""
    return "\n".join(label("sharing_purposes", code) for code in agreement.purposes)


def facts_of(agreement: DataSharingAgreement, taskforce: str) -> list[tuple[str, str]]:
    """Give the parties, the purposes and the days, as (head, text)."""
    partner = agreement.partner
    named = [
        (f"{words} of the partner", value)
        for words, value in (
            ("Data protection contact", f"{partner.data_protection_contact}, {partner.data_protection_email}"),
            ("Senior responsible owner", partner.responsible_owner),
            ("Caldicott guardian", partner.caldicott_guardian),
        )
        if value
    ]
    return [
        ("Title", agreement.title),
        ("The taskforce", f"{taskforce}\n{agreement.our_role}"),
        ("The partner", f"{partner.name}\n{agreement.their_role}"),
        *named,
        ("Purposes", purposes_of(agreement)),
        ("Begins", date_format(agreement.starts_on)),
        ("To be reviewed by", date_format(agreement.review_on)),
        ("Ends", f"{date_format(agreement.ends_on)} (the last day)"),
    ]


def texts_of(agreement: DataSharingAgreement) -> list[tuple[str, str]]:
    """Give the heads of the code with their texts."""
    return [(words, getattr(agreement, name)) for name, words in HEADS.items()]


def chain(agreement: DataSharingAgreement) -> Q:
    """Give the condition that a row's agreement is this one in any version."""
    first = agreement.first_id or agreement.pk
    return Q(agreement=first) | Q(agreement__first=first)


def versions_of(agreement: DataSharingAgreement) -> list[DataSharingAgreement]:
    """Give all versions, the latest first."""
    first = agreement.first_id or agreement.pk
    found = DataSharingAgreement.objects.filter(Q(pk=first) | Q(first=first))
    return list(found.select_related("partner").order_by("-number"))


def what_ending_cuts(agreement: DataSharingAgreement) -> tuple[int, int]:
    """Give how many guests and shared cases hang on an agreement."""
    today = localdate()
    guests = Guest.objects.filter(chain(agreement), ended_at__isnull=True, ends_on__gte=today)
    cases = SharedCase.objects.filter(chain(agreement), ended_at__isnull=True).exclude(until__lt=today)
    return guests.count(), cases.count()


@dataclass(frozen=True)
class Difference:
    """One head in two versions. change: "Same", "Changed", "Added" or "Removed"."""

    head: str
    change: str
    before: str
    after: str


def _differ(before: Iterable[tuple[str, str]], after: Iterable[tuple[str, str]]) -> list[Difference]:
    old, new = dict(before), dict(after)
    found = []
    for head in dict.fromkeys([*old, *new]):
        one, two = old.get(head, ""), new.get(head, "")
        change = "Same" if one == two else "Added" if not one else "Removed" if not two else "Changed"
        found.append(Difference(head, change, one, two))
    return found


def differences(
    before: DataSharingAgreement, after: DataSharingAgreement, taskforce: str
) -> dict[str, list[Difference]]:
    """Give every head and every category of two versions side by side, under "heads" and "categories"."""
    return {
        "heads": _differ(
            [*facts_of(before, taskforce), *texts_of(before)], [*facts_of(after, taskforce), *texts_of(after)]
        ),
        "categories": _differ(
            [(line.category, line.said) for line in lines_of(before)],
            [(line.category, line.said) for line in lines_of(after)],
        ),
    }


def missing(agreement: DataSharingAgreement) -> dict[str, Any]:
    """Give what a draft still wants before it can be sent, as sentences by section."""
    wants: dict[str, list[str]] = {}
    for section, names in SECTIONS.items():
        unsaid = [HEADS[name] for name in names if name in HEADS and not getattr(agreement, name).strip()]
        if section == "purposes" and not agreement.purposes:
            unsaid.insert(0, "For which purposes")
        if section == "days" and agreement.ends_on < localdate():
            unsaid.append("Its last day is past")
        wants[section] = unsaid
    lines = lines_of(agreement)
    used = [line for line in lines if "Yes" in (line.sees, line.supplies)]
    wants["categories"] = [] if used else ["Which categories the partner may see or supply"]
    return wants


SECTIONS: Final = {
    "days": ("title", "starts_on", "review_on", "ends_on"),
    "parties": ("our_role", "their_role", "contact"),
    "purposes": ("purposes", "why"),
    "confidence": ("confidence",),
    "care": ("accuracy", "retention", "security"),
    "rights": ("rights",),
}
SECTION_WORDS: Final = {
    "days": "Title and dates",
    "parties": "Parties, their roles and the point of contact",
    "purposes": "Purposes, and why sharing is necessary",
    "categories": "Categories and lawful bases",
    "confidence": "Duty of confidence",
    "care": "Accuracy, retention and security",
    "rights": "People’s rights",
}
