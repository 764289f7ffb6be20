"""The one search: pupils by name or number, and what a reference names; only what the member may see."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

from apst.audit.models import AccessEntry, AccessEntryPupil
from apst.people.finding import MOST_FOUND, hits
from apst.people.models import Pupil, PupilNameKey
from apst.tenancy.context import Member
from cases.models import Case, Intervention
from referrals.models import Referral

MOST_RECENT: Final = 8
LOOKED_BACK: Final = 60
# The pages on which somebody looked at one pupil; a list shows many whom nobody looked for.
LOOKED_AT: Final = ("cases:case-detail", "people:pupil-detail", "referrals:referral-detail")
OTHER_NAMES: Final[dict[str, str]] = {
    PupilNameKey.Kind.PREFERRED: "by the name they prefer",
    PupilNameKey.Kind.FORMER: "by a former name",
}


@dataclass
class Result:
    """One pupil found: how, and the cases and referrals of theirs that the member sees, the latest first."""

    pupil: Pupil
    how: str = ""
    cases: list[Case] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)


@dataclass(frozen=True)
class Found:
    """What a search found. more: there are more pupils than are shown."""

    results: list[Result]
    sessions: list[Intervention]
    more: bool = False


def search(text: str, member: Member) -> Found:
    """Give what `text` may mean: a reference of a case, referral or session, a UPN or local id, or part of a name in
    any spelling. The queries are as many for one as for many.
    """
    reference = [text.strip(), text.strip().upper()]
    named = hits(text)
    how = {hit.pupil.pk: OTHER_NAMES.get(hit.kind, "") for hit in named}
    by_reference = _pupils_of(reference, member)
    pupils = {hit.pupil.pk: hit.pupil for hit in named[:MOST_FOUND]}
    missing = [pk for pk in by_reference if pk not in pupils]
    first = {p.pk: p for p in Pupil.objects.filter(pk__in=missing).select_related("home_school")} if missing else {}
    rows = [Result(pupil, how=by_reference.get(pk) or how.get(pk, "")) for pk, pupil in (first | pupils).items()]
    rows.sort(key=lambda row: row.pupil.pk not in by_reference)
    sessions: list[Intervention] = []
    if member.may("case.view") or member.may("intervention.log"):
        sessions = list(Intervention.objects.kept().filter(reference__in=reference))
    return Found(with_whereabouts(rows, member), sessions, more=len(named) > MOST_FOUND)


def _pupils_of(reference: list[str], member: Member) -> dict[int, str]:
    found = {}
    if member.may("referral.view"):
        for row in Referral.objects.filter(reference__in=reference).only("pupil_id", "reference"):
            found[row.pupil_id] = f"by referral {row.reference}"
    if member.may("case.brief"):
        for case in Case.objects.filter(reference__in=reference).only("pupil_id", "reference"):
            found[case.pupil_id] = f"by case {case.reference}"
    return found


def with_whereabouts(rows: list[Result], member: Member) -> list[Result]:
    """Put to each pupil the cases and referrals that the member sees: two queries."""
    ids = [row.pupil.pk for row in rows]
    cases: dict[int, list[Any]] = defaultdict(list)
    referrals: dict[int, list[Any]] = defaultdict(list)
    if ids and member.may("case.brief"):
        for case in Case.objects.filter(pupil__in=ids).order_by("-opened_on", "-pk"):
            cases[case.pupil_id].append(case)
    if ids and member.may("referral.view"):
        for referral in Referral.objects.filter(pupil__in=ids).order_by("-received_on", "-pk"):
            referrals[referral.pupil_id].append(referral)
    for row in rows:
        row.cases, row.referrals = cases[row.pupil.pk], referrals[row.pupil.pk]
    return rows


def recent(member: Member) -> list[Result]:
    """Give the pupils whose pages the member opened last, from the access log; none for those who may not read it."""
    if not member.may("access_log.view"):
        return []
    looks = AccessEntry.objects.filter(person_id=member.person_id, page__in=LOOKED_AT)
    entries = list(looks.order_by("-at", "-pk").values_list("pk", flat=True)[:LOOKED_BACK])
    seen = dict(AccessEntryPupil.objects.filter(entry__in=entries).values_list("entry_id", "pupil_id"))
    ids = list(dict.fromkeys(seen[entry] for entry in entries if entry in seen))
    pupils = {p.pk: p for p in Pupil.objects.filter(pk__in=ids[: 2 * MOST_RECENT]).select_related("home_school")}
    return with_whereabouts([Result(pupils[pk]) for pk in ids if pk in pupils][:MOST_RECENT], member)
