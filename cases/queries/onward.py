"""Reading help beyond the taskforce: where each onward referral stands, how long it took, and who was told of what."""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils.timezone import localdate

from apst.codelists import label
from apst.people.models import Pupil
from apst.tenancy.context import Member
from cases.models import Case, CommunityOffer, EhcAdvice, OnwardReferral, OnwardStep, Signposting

from .timeline import Entry, Kind

TAKEN_ON: Final = ("seen", "outcome")


@dataclass(frozen=True)
class Line:
    """One step as it is listed; `taken_back` where a later row undid it."""

    step: OnwardStep
    words: str
    taken_back: bool


@dataclass(frozen=True)
class Onward:
    """An onward referral with its steps, where it stands, and what it would have been without the taskforce."""

    referral: OnwardReferral
    lines: list[Line]
    last: OnwardStep | None
    state: str
    colour: str
    waited: str
    usual: str

    @property
    def is_over(self) -> bool:
        """True once it has an outcome."""
        return self.last is not None and self.last.step == "outcome"


def standing_steps(onward: OnwardReferral) -> list[OnwardStep]:
    """Give the steps that were not taken back, in their order."""
    steps = list(onward.steps.all())
    undone = {step.undoes_id for step in steps if step.undoes_id}
    return [step for step in steps if step.pk not in undone and step.undoes_id is None]


def step_words(step: OnwardStep) -> str:
    """Name a step, an outcome with how it came out."""
    return label("onward_outcomes", step.outcome) if step.outcome else label("onward_steps", step.step)


def onward_of(pupil: Pupil | int) -> list[Onward]:
    """Give a pupil's onward referrals that stand, the latest first, in a constant number of queries."""
    return _shaped(OnwardReferral.objects.filter(pupil=pupil, struck_at__isnull=True))


def one_onward(referral: OnwardReferral) -> Onward:
    """Give one onward referral with its steps."""
    return _shaped(OnwardReferral.objects.filter(pk=referral.pk))[0]


def _shaped(rows: QuerySet[OnwardReferral]) -> list[Onward]:
    steps = Prefetch("steps", OnwardStep.objects.select_related("written_by").order_by("on", "pk"))
    return [_onward(row) for row in rows.select_related("written_by").prefetch_related(steps)]


def _onward(row: OnwardReferral) -> Onward:
    standing = standing_steps(row)
    undone = {step.undoes_id for step in row.steps.all()}
    listed = [Line(step, step_words(step), step.pk in undone) for step in row.steps.all() if step.undoes_id is None]
    last = standing[-1] if standing else None
    return Onward(
        referral=row,
        lines=listed,
        last=last,
        state=step_words(last) if last else "",
        colour={"seen": "green", "accepted": "turquoise", "outcome": "grey", "waiting": "yellow"}.get(
            last.step if last else "", "blue"
        ),
        waited=_waited(standing, localdate()),
        usual=_usual(standing),
    )


def _waited(standing: list[OnwardStep], today: dt.date) -> str:
    """Say how long the pupil waited from here, or has waited until today; "" before anything was sent."""
    sent = next((step.on for step in standing if step.step == "sent"), None)
    if sent is None:
        return ""
    seen = next((step.on for step in standing if step.step == "seen"), None)
    if seen is not None:
        return f"Seen {_days(sent, seen)} after it was sent from here"
    if standing[-1].step == "outcome":
        return f"Ended {_days(sent, standing[-1].on)} after it was sent, without being seen"
    return f"Waiting for {_days(sent, today)} since it was sent from here"


def _days(first: dt.date, last: dt.date) -> str:
    days = (last - first).days
    return "on the same day" if days == 0 else f"{days} day{'s' if days > 1 else ''}"


def _usual(standing: list[OnwardStep]) -> str:
    """Say what the service itself says of its wait: as on the day it was sent, otherwise the last that is known."""
    known = [s for s in standing if s.usual_wait_weeks is not None or s.usual_missed_percent is not None]
    if not known:
        return ""
    step = next((s for s in known if s.step == "sent"), known[-1])
    said = []
    if step.usual_wait_weeks is not None:
        said.append(f"a usual wait of {step.usual_wait_weeks} week{'s' if step.usual_wait_weeks != 1 else ''}")
    if step.usual_missed_percent is not None:
        said.append(f"{step.usual_missed_percent}% of appointments missed")
    return f"The service’s own figures on {step.on:%-d %B %Y}: {' and '.join(said)} ({step.usual_source})"


def signpostings_of(pupil: Pupil | int) -> list[Signposting]:
    """Give what the pupil and the family were told of, the latest first."""
    return list(Signposting.objects.filter(pupil=pupil, struck_at__isnull=True).select_related("offer", "written_by"))


def offers(*, retired: bool = False) -> QuerySet[CommunityOffer]:
    """Give the directory of community offers, or what was taken out of it, by name."""
    return CommunityOffer.objects.filter(retired_at__isnull=not retired)


def advice_of(pupil: Pupil | int) -> list[EhcAdvice]:
    """Give the EHC advice asked for about a pupil, the latest first."""
    return list(EhcAdvice.objects.filter(pupil=pupil, struck_at__isnull=True).select_related("written_by"))


def _steps(case: Case) -> QuerySet[Any, Any]:
    return OnwardStep.objects.filter(
        Q(onward__struck_at__isnull=True), case=case, undoes__isnull=True, undone_by__isnull=True
    ).annotate(day=F("on"), moment=F("written_at"))


def _step_entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    said = {}
    for step in OnwardStep.objects.filter(public_id__in=rows).select_related("onward", "written_by"):
        said[step.public_id] = Entry(
            title=f"{step.onward}: {_small(step_words(step))}",
            at=step.on,
            written_at=step.written_at,
            by=step.written_by.name if step.written_by else "",
            by_id=step.written_by_id,
            text=step.note,
            lines=[line for line in (_usual([step]),) if line],
            href=f"/onward/{step.onward.public_id}/",
            tag={"text": "Onward referral", "colour": "pink"},
            category="health",
        )
    return said


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]


def _told(case: Case) -> QuerySet[Any, Any]:
    return Signposting.objects.filter(case=case, struck_at__isnull=True).annotate(
        day=F("told_on"), moment=F("written_at")
    )


def _told_entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    return {
        row.public_id: Entry(
            title=f"Told of {row.offer}",
            at=row.told_on,
            written_at=row.written_at,
            by=row.written_by.name if row.written_by else "",
            by_id=row.written_by_id,
            lines=[
                line for line in (row.get_told_to_display(), row.get_taken_up_display() if row.taken_up else "") if line
            ],
            href=f"/cases/{case.public_id}/onward/#signposting",
            tag={"text": "Signposting", "colour": "pink"},
        )
        for row in Signposting.objects.filter(public_id__in=rows).select_related("offer", "written_by")
    }


def _advice(case: Case) -> QuerySet[Any, Any]:
    return EhcAdvice.objects.filter(case=case, struck_at__isnull=True).annotate(
        day=F("requested_on"), moment=F("written_at")
    )


def _advice_entries(case: Case, rows: list[uuid.UUID], member: Member) -> dict[uuid.UUID, Entry]:
    return {
        row.public_id: Entry(
            title=f"EHC advice asked for: {_small(label('specialist_types', row.discipline))}",
            at=row.requested_on,
            written_at=row.written_at,
            by=row.written_by.name if row.written_by else "",
            by_id=row.written_by_id,
            lines=[clock_words(row)],
            href=f"/advice/{row.public_id}/",
            tag={"text": "EHC advice", "colour": "pink"},
            category="send",
        )
        for row in EhcAdvice.objects.filter(public_id__in=rows).select_related("written_by")
    }


def clock_words(advice: EhcAdvice, today: dt.date | None = None) -> str:
    """Say where the advice stands in its six weeks."""
    today = today or localdate()
    if advice.sent_on:
        late = (advice.sent_on - advice.due_on).days
        return f"Sent on {advice.sent_on:%-d %B %Y}" + (f", {late} days late" if late > 0 else ", in time")
    left = (advice.due_on - today).days
    due = f"due on {advice.due_on:%-d %B %Y}"
    state = "Final, not sent: " if advice.finalised_at else "Draft: "
    if left < 0:
        return f"{state}{due}, {-left} day{'s' if left < -1 else ''} overdue"
    return f"{state}{due}, " + ("today" if left == 0 else f"{left} day{'s' if left > 1 else ''} left")


KINDS: Final = (
    Kind("onward", "Onward referrals", _steps, _step_entries),
    Kind("signposting", "Signposting", _told, _told_entries),
    Kind("advice", "EHC advice", _advice, _advice_entries),
)
