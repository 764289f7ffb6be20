"""Reading what left under a duty or in an emergency, and what must be looked at before anything goes to a family."""

import re
from dataclasses import dataclass
from typing import Final

from django.db.models import Prefetch, QuerySet

from apst.accounts.models import Membership
from apst.people.models import Contact
from apst.tenancy.context import Member
from apst.tenancy.matrix import ROLES, cell
from cases.models import Case
from sharing.models import AgreementCategory, Disclosure, DisclosureLook, DisclosureRecord, InformationItem

from .sections import sections_of

# So many words in a row are no chance; a shorter text counts whole, from three words.
COPIED, FEWEST = 6, 3
SECTION_OF_PAPER: Final = {"plan": "Plan", "passport": "Communication passport"}
WAYS: Final = (Disclosure.Way.DUTY, Disclosure.Way.EMERGENCY)


@dataclass(frozen=True)
class Check:
    """Something to look at before papers go to a family. key: says what it was about, and changes when that does."""

    key: str
    words: str


def who_answers() -> list[int]:
    """Give the memberships that are told: every role that may see all disclosures. Notices leave out who has left."""
    roles = [role for role in ROLES if (found := cell("disclosure.view", role)) and found.reach == "T"]
    return list(Membership.objects.filter(role__in=roles).values_list("pk", flat=True))


def checks_for_family(case: Case) -> list[Check]:
    """Give what must be looked at: each court order and each hidden address on the pupil’s contacts."""
    found = []
    for contact in Contact.objects.filter(pupil=case.pupil_id):
        who = f"{contact.name} ({contact.relationship})"
        if contact.court_order:
            said = f"Court order about {who}: {contact.court_order}. What is given does not go against it"
            found.append(Check(f"{contact.public_id}:court:{contact.court_order}", said))
        if contact.address_hidden:
            said = f"The address of {who} is not to be told to anybody. It stands nowhere in what is given"
            found.append(Check(f"{contact.public_id}:address", said))
    return found


def _words(text: str) -> list[str]:
    return re.findall(r"[\w’']+", text.casefold())


def copied_into(case: Case, papers: set[str]) -> list[InformationItem]:
    """Give what others told, and may not be passed on, that a paper repeats: COPIED words in a row, or all of a shorter
    text. A paper that is no page of ours (a letter) is not read.
    """
    titles = {title for code, title in SECTION_OF_PAPER.items() if code in papers}
    shown, _ = sections_of(case, ("identity", "plan", "voice", "health"))
    said = " ".join(
        words for one in shown if one.title in titles for piece in one.pieces
        for words in (piece.title, piece.second, *(text for _, text in piece.said))
    )  # fmt: skip
    paper = f" {' '.join(_words(said))} "
    held = InformationItem.objects.filter(case=case, struck_at__isnull=True)
    return [
        item
        for item in held.exclude(onward=AgreementCategory.Onward.YES)
        if len(words := _words(item.text)) >= FEWEST
        and any(
            f" {' '.join(words[start : start + COPIED])} " in paper for start in range(max(1, len(words) - COPIED + 1))
        )
    ]


def with_responsibility(case: Case) -> list[Contact]:
    """Give the contacts to whom papers may go: those recorded as having parental responsibility."""
    return list(Contact.objects.filter(pupil=case.pupil_id, parental_responsibility=True))


def to_look_at(member: Member) -> "QuerySet[Disclosure]":
    """Give what left under a duty or in an emergency and this member has not looked at yet, the last first."""
    seen = DisclosureLook.objects.filter(looked_by=member.membership_id)
    rows = Disclosure.objects.filter(way__in=WAYS).exclude(pk__in=seen.values("disclosure"))
    records = DisclosureRecord.objects.select_related("case")
    return rows.select_related("made_by").prefetch_related(Prefetch("records", records)).order_by("-pk")
