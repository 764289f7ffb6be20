"""What is shared: of one case with whom (the taskforce's view), and with this guest (the guest's own view)."""

import datetime as dt
import uuid
from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from apst.codelists import codes, label
from cases.models import Case
from sharing.deciding import IN_FORCE, STANDINGS, Agreed, Answer, answers
from sharing.models import DataSharingAgreement, Guest, SharedCase

from .agreements import agreements, in_force

CATEGORIES: Final = tuple(codes("data_categories"))
# So many categories may be missing where the others are not named one by one.
ALL_BUT: Final = 3
# By the same rules as `app.enter`, which has decided already: row-level security leaves what is the guest's own, and
# this says only under which agreement each category comes.
_OF_GUEST: Final = """
select s.case_id, s.purpose, s.shared_at, a.id, a.public_id, a.title, a.number, a.partner_id, p.name,
    app.agreement_standing(a.id), a.review_on, a.ends_on, array_agg(distinct k.category::text order by k.category::text)
  from sharing_guest g
  join sharing_datasharingagreement f on f.tenant_id = g.tenant_id and f.id = g.agreement_id
  join sharing_datasharingagreement a on a.tenant_id = g.tenant_id
    and coalesce(a.first_id, a.id) = coalesce(f.first_id, f.id)
  join sharing_datasharingagreement b on b.tenant_id = g.tenant_id
    and coalesce(b.first_id, b.id) = coalesce(f.first_id, f.id)
  join sharing_partner p on p.tenant_id = g.tenant_id and p.id = a.partner_id
  join sharing_sharedcase s on s.tenant_id = g.tenant_id and s.agreement_id = b.id and s.ended_at is null
    and (s.until is null or s.until >= app.today()) and s.purpose = any(a.purposes)
  join sharing_agreementcategory k on k.tenant_id = g.tenant_id and k.agreement_id = a.id and k.partner_sees
  where g.membership_id = app.member() and g.ended_at is null
    and g.starts_on <= app.today() and g.ends_on >= app.today()
    and app.agreement_standing(a.id) in ('in_force', 'due_for_review')
    and (%(case)s::bigint is null or s.case_id = %(case)s)
  group by s.id, a.id, p.id order by s.shared_at desc, s.id desc
"""


@dataclass(frozen=True)
class Terms:
    """One case as it is shared with this guest: for what, and under which agreement, which says which categories.

    agreement, partner  database ids;  standing  a code of deciding.STANDINGS
    """

    case: int
    purpose: str
    shared_at: dt.datetime
    agreement: int
    agreement_public_id: uuid.UUID
    title: str
    number: int
    partner: int
    partner_name: str
    standing: str
    review_on: dt.date
    ends_on: dt.date
    categories: list[str]

    @property
    def clause(self) -> str:
        """What says that it may be seen, in words."""
        return clause_of(self.title, self.number, self.purpose)

    @property
    def is_overdue(self) -> bool:
        """True where the agreement is overdue for review."""
        return self.standing == "due_for_review"


def clause_of(title: str, number: int, purpose: str) -> str:
    """Give in words which agreement, in which version and for which purpose, lets something be seen."""
    return f"{title[:150]}, version {number}, for: {label('sharing_purposes', purpose)}"[:300]


def shared_with_me(case: Case | None = None) -> list[Terms]:
    """Give what is shared with the guest who asks, the last first; or of one case. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_OF_GUEST, {"case": case.pk if case else None})
        return [Terms(*row) for row in cursor.fetchall()]


def categories_of(terms: list[Terms]) -> set[str]:
    """Give every category in which a case is shared."""
    return {category for one in terms for category in one.categories}


def words_of(categories: Any) -> list[str]:
    """Give categories in words, in the order of their list."""
    held = set(categories)
    return [label("data_categories", code) for code in CATEGORIES if code in held]


def summary_of(categories: Any) -> str:
    """Give categories in few words: which, or where nearly all are there, which are not; "" for none."""
    held = set(categories)
    others = [label("data_categories", code) for code in CATEGORIES if code not in held]
    if held and not others:
        return "All categories"
    return f"All but {', '.join(others)}" if len(others) <= ALL_BUT else ", ".join(words_of(held))


def my_last_guest_row() -> Guest | None:
    """Give the guest's own row, the live one or the last, None where they never were one."""
    return Guest.objects.order_by("-pk").first()


@dataclass(frozen=True)
class Share:
    """One case as it is shared with one partner: what they see of it today, and what not and why.

    under    the version of the agreement that answers;  standing  how it stands
    """

    row: SharedCase
    under: DataSharingAgreement
    standing: str
    sees: list[str]
    not_seen: list[tuple[str, str]]

    @property
    def standing_words(self) -> str:
        """How the agreement stands, in words."""
        return STANDINGS[self.standing]

    @property
    def is_live(self) -> bool:
        """True where something is seen today."""
        return bool(self.sees)

    @property
    def purpose(self) -> str:
        """For what, in words."""
        return label("sharing_purposes", self.row.purpose)


def agreed(agreement: DataSharingAgreement, *, shared_for: tuple[str, ...]) -> Agreed:
    """Give an agreement, its categories prefetched and its standing known, as the decision sees it."""
    seen = [row.category for row in agreement.categories.all() if row.partner_sees]
    return Agreed(agreement.pk, agreement.standing, agreement.purposes, seen, shared_for)


def would_see(agreement: DataSharingAgreement, case: Case, *, purpose: str) -> list[Answer]:
    """Give the answers for every category, were the case shared under this agreement for this purpose."""
    asked = agreed(agreement, shared_for=(purpose,))
    return answers([asked], purpose=purpose, categories=CATEGORIES, restricted=case.restricted)


def to_share_under() -> list[DataSharingAgreement]:
    """Give the agreements under which something may be shared today, by partner. Two queries."""
    return list(in_force().prefetch_related("categories").order_by("partner__name", "title", "pk"))


def rows_of(case: Case, *, live: bool) -> QuerySet[SharedCase]:
    """Give with whom a case is shared, or was."""
    rows = SharedCase.objects.filter(case=case, ended_at__isnull=live)
    return rows.select_related("agreement__partner", "shared_by", "ended_by")


def shares_of(case: Case) -> list[Share]:
    """Give with whom a case is shared, and what each sees of it today. Three queries, whatever the number."""
    rows = list(rows_of(case, live=True))
    firsts = {row.agreement.first_id or row.agreement_id for row in rows}
    chains: dict[int, list[DataSharingAgreement]] = defaultdict(list)
    for one in agreements().filter(sent_at__isnull=False).prefetch_related("categories").order_by("number"):
        if (first := one.first_id or one.pk) in firsts:
            chains[first].append(one)
    # Drafts are left out: nothing can have been shared under one.
    return [_share(row, chain, case) for row in rows if (chain := chains[row.agreement.first_id or row.agreement_id])]


def _share(row: SharedCase, versions: list[DataSharingAgreement], case: Case) -> Share:
    over = row.until is not None and row.until < localdate()
    shared_for = () if over else (row.purpose,)
    found = answers(
        [agreed(one, shared_for=shared_for) for one in versions],
        purpose=row.purpose,
        categories=CATEGORIES,
        restricted=case.restricted,
    )
    live = [one for one in versions if one.standing in IN_FORCE]
    under = (live or versions)[-1]
    return Share(
        row,
        under,
        under.standing,
        words_of(answer.category for answer in found if answer.allowed),
        [
            (label("data_categories", answer.category), "The last day is past" if over else answer.words)
            for answer in sorted(found, key=lambda one: CATEGORIES.index(one.category))
            if not answer.allowed
        ],
    )


def guests_under(agreement: DataSharingAgreement) -> list[Guest]:
    """Give who would see a case that is shared under an agreement: its guests of today, whatever its version."""
    today = localdate()
    first = agreement.first_id or agreement.pk
    rows = Guest.objects.filter(
        Q(agreement=first) | Q(agreement__first=first), ended_at__isnull=True, starts_on__lte=today, ends_on__gte=today
    )
    return list(rows.filter(membership__isnull=False).select_related("membership").order_by("membership__name", "pk"))
