"""Preparing a meeting, running it item by item, and closing it: every write of it but decisions and actions."""

import datetime as dt
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F, Max
from django.utils.timezone import localdate, now

from apst.accounts.models import Membership
from apst.accounts.services import discard_draft
from apst.people.models import Post
from apst.places.calendar import SchoolCalendar
from apst.places.models import Site
from apst.tenancy.context import current, name_act
from cases.exceptions import (
    AlreadyOnAgenda,
    ChangedMeanwhile,
    MeetingNotRunning,
    MeetingOver,
    MeetingThere,
    NoteMeanwhile,
    NothingToDiscuss,
    OrderMeanwhile,
)
from cases.models import Case, Meeting, MeetingAttendance, MeetingItem, MeetingNote, MeetingRules
from cases.queries.agenda import due_meetings, points_for, rules, shared_out, weight_of
from referrals.models import Referral


def _locked(meeting: Meeting) -> Meeting:
    """Lock a meeting to change its agenda. Raises MeetingOver."""
    found = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if found.is_over:
        raise MeetingOver
    return found


def locked_item(item: MeetingItem, version: int | None = None, *, running: bool = False) -> MeetingItem:
    """Lock an item of a meeting that goes on. Raises MeetingOver, MeetingNotRunning, ChangedMeanwhile."""
    # The meeting first, as closing it does, so that neither waits for the other for ever.
    meeting = _locked(item.meeting)
    if running and meeting.state != Meeting.State.RUNNING:
        raise MeetingNotRunning
    found = MeetingItem.objects.select_for_update().get(pk=item.pk)
    found.meeting = meeting
    if version is not None and found.version != version:
        raise ChangedMeanwhile
    return found


def change_item(item: MeetingItem, **fields: Any) -> None:
    """Write fields of a locked item; its version counts on."""
    MeetingItem.objects.filter(pk=item.pk).update(**fields, version=F("version") + 1)


@transaction.atomic
def convene(
    *,
    held_on: dt.date,
    site: Site | None = None,
    starts_at: dt.time | None = None,
    minutes: int | None = None,
    by_itself_on: dt.date | None = None,
    by: Membership | None,
) -> Meeting:
    """Convene a meeting and write its agenda. Raises MeetingThere where there is one on that day.

    by_itself_on  the day, where it was nobody who asked for it
    """
    name_act("meeting.convene")
    try:
        with transaction.atomic():
            meeting = Meeting.objects.create(
                held_on=held_on,
                site=site,
                starts_at=starts_at,
                minutes=minutes or rules().minutes,
                decides=current().taskforce.decides,
                prepared_by=by,
                by_itself_on=by_itself_on,
            )
    except IntegrityError as error:
        if "cases_meeting_once_a_day" in str(error):
            raise MeetingThere from None
        raise
    prepare(meeting, by=by)
    return meeting


def prepare_by_itself() -> int:
    """Write the agenda of the next meeting once its day to be prepared has come, and bring today's up to date.

    Gives how many points are new. As the taskforce's system; safely twice. A meeting whose day has passed, or whose
    day is no school day, is not prepared, nor one beside a meeting that somebody convened in the same week.
    """
    known, today, fresh = rules(), localdate(), 0
    if known.weekday is None:
        return 0
    # What came up since stands at the end: the order that somebody gave it stays.
    for meeting in Meeting.objects.filter(held_on=today, state=Meeting.State.PREPARED):
        fresh += prepare(meeting, by=None)
    for day in due_meetings(known, today, SchoolCalendar.of()):
        monday = day - dt.timedelta(days=day.weekday())
        week = (monday, monday + dt.timedelta(days=6))
        if not Meeting.objects.filter(site=known.site_id, held_on__range=week).exists():
            # Somebody who convenes the same meeting at this moment has it prepared.
            with suppress(MeetingThere):
                meeting = convene(held_on=day, site=known.site, starts_at=known.starts_at, by_itself_on=today, by=None)
                fresh += meeting.items.count()
    return fresh


@transaction.atomic
def prepare(meeting: Meeting, *, by: Membership | None) -> int:
    """Write onto the agenda what has come up; gives how many points are new.

    May be done again: what stands there keeps its place and only gets further reasons. Raises MeetingOver.
    """
    found = _locked(meeting)
    name_act("meeting.prepare")
    there = list(found.items.all())
    by_case = {item.case_id: item for item in there if item.case_id}
    by_referral = {item.referral_id: item for item in there if item.referral_id}
    by_words = {item.words: item for item in there if item.kind == MeetingItem.Kind.WORDS}
    fresh, place = [], _last_place(found)
    for point in points_for(found):
        item = (
            by_case.get(point.case_id)
            if point.case_id
            else by_referral.get(point.referral_id)
            if point.referral_id
            else by_words.get(point.words)
        )
        if item is None:
            place += 1
            fresh.append(
                MeetingItem(
                    meeting=found, position=place, kind=point.kind, reasons=point.reasons, case_id=point.case_id,
                    referral_id=point.referral_id, pupil_id=point.pupil_id, words=point.words,
                )
            )  # fmt: skip
        elif more := [code for code in point.reasons if code not in item.reasons]:
            change_item(item, reasons=[code for code in MeetingItem.Reason.values if code in {*item.reasons, *more}])
    # Somebody may have added the same case by hand a moment ago.
    MeetingItem.objects.bulk_create(fresh, ignore_conflicts=True)
    if fresh:
        _count_on(found)
    if fresh and found.state == Meeting.State.PREPARED:
        _share_time(found)
    return len(fresh)


def _last_place(meeting: Meeting) -> int:
    """Give the last place of an agenda, those too that this member does not see."""
    if current().is_system:  # it sees them all
        return int(meeting.items.aggregate(last=Max("position"))["last"] or 0)
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(max(place), 0) from app.agenda_of(%s)", [meeting.pk])
        return int(cursor.fetchone()[0])


def _share_time(meeting: Meeting) -> None:
    items = list(meeting.items.all())
    for item, minutes in zip(items, shared_out([weight_of(i.reasons) for i in items], meeting.minutes), strict=True):
        item.minutes = minutes
    MeetingItem.objects.bulk_update(items, ["minutes"])


@transaction.atomic
def put_on_agenda(
    meeting: Meeting,
    *,
    case: Case | None = None,
    referral: Referral | None = None,
    words: str = "",
    closing: bool = False,
    by: Membership,
) -> MeetingItem:
    """Put something on the agenda: a case, a referral, or other business in a few words.

    closing  closing the case is proposed
    Raises MeetingOver, AlreadyOnAgenda, NothingToDiscuss.
    """
    if meeting.is_over:
        raise MeetingOver
    said = " ".join(words.split())
    if case is None and referral is None and not said:
        raise NothingToDiscuss
    name_act("meeting.put_on_agenda")
    about = case or referral
    kind = MeetingItem.Kind.CASE if case else MeetingItem.Kind.REFERRAL if referral else MeetingItem.Kind.WORDS
    try:
        with transaction.atomic():
            return MeetingItem.objects.create(
                meeting=meeting,
                position=_last_place(meeting) + 1,
                kind=kind,
                reasons=[MeetingItem.Reason.CLOSURE if closing else MeetingItem.Reason.ADDED],
                case=case,
                referral=referral,
                pupil_id=about.pupil_id if about else None,
                words=said,
                minutes=weight_of([MeetingItem.Reason.CLOSURE if closing else MeetingItem.Reason.ADDED]),
                added_by=by,
            )
    except IntegrityError as error:
        if "_once" in str(error):
            raise AlreadyOnAgenda from None
        raise


@transaction.atomic
def move_on_agenda(item: MeetingItem, *, up: bool, by: Membership) -> None:
    """Change places with the next item before or after that this member sees. Raises MeetingOver."""
    meeting = _locked(item.meeting)
    order = list(meeting.items.all())
    here = order.index(item)
    there = here - 1 if up else here + 1
    if 0 <= there < len(order):
        order.insert(there, order.pop(here))
        _put_in_order(meeting, order)


@transaction.atomic
def place_on_agenda(item: MeetingItem, *, before: MeetingItem | None, version: int, by: Membership) -> None:
    """Put an item before another that this member sees, or last. Raises MeetingOver, OrderMeanwhile.

    version  the meeting's, as the page showed it
    """
    meeting = _locked(item.meeting)
    if meeting.version != version:
        raise OrderMeanwhile
    order = [other for other in meeting.items.all() if other != item]
    order.insert(order.index(before) if before in order else len(order), item)
    _put_in_order(meeting, order)


def _put_in_order(meeting: Meeting, order: list[MeetingItem]) -> None:
    """Share out anew the places of the items that this member sees: those of others stay where they are."""
    name_act("meeting.order")
    free = 0
    for place, item in zip(sorted(item.position for item in order), order, strict=True):
        free = max(place, free + 1)  # two were added at the same moment
        if item.position != free:
            MeetingItem.objects.filter(pk=item.pk).update(position=free)
    _count_on(meeting)


def _count_on(meeting: Meeting) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(version=F("version") + 1)


@transaction.atomic
def start_meeting(meeting: Meeting, *, by: Membership) -> Meeting:
    """Start a meeting: from now on the taskforce's way of deciding is the meeting's own. Raises MeetingOver."""
    found = _locked(meeting)
    if found.state == Meeting.State.PREPARED:
        name_act("meeting.start")
        found.state, found.started_at, found.decides = Meeting.State.RUNNING, now(), current().taskforce.decides
        found.version += 1
        found.save(update_fields=["state", "started_at", "decides", "version"])
    return found


@transaction.atomic
def turn_to(item: MeetingItem, *, by: Membership) -> None:
    """Turn the room to an item: the time of the one before stops, this one's starts. Raises as `locked_item` does."""
    found = locked_item(item, running=True)
    name_act("meeting.turn")
    _stop_clocks(found.meeting, but=found.pk)
    if found.opened_at is None:
        MeetingItem.objects.filter(pk=found.pk).update(opened_at=now())


def _stop_clocks(meeting: Meeting, *, but: int = 0) -> None:
    for running in meeting.items.select_for_update().filter(opened_at__isnull=False).exclude(pk=but):
        spent = round((now() - running.opened_at).total_seconds()) if running.opened_at else 0
        MeetingItem.objects.filter(pk=running.pk).update(seconds=F("seconds") + max(spent, 0), opened_at=None)


@transaction.atomic
def finish_item(item: MeetingItem, *, version: int | None = None, by: Membership) -> None:
    """Say that other business is done. Raises as `locked_item` does."""
    found = locked_item(item, version, running=True)
    name_act("meeting.finish_item")
    change_item(found, state=MeetingItem.State.DONE)


@transaction.atomic
def defer_item(item: MeetingItem, *, version: int | None = None, by: Membership) -> None:
    """Leave an item for next time, or take it up again. Raises as `locked_item` does; ChangedMeanwhile once done."""
    found = locked_item(item, version)
    if found.state == MeetingItem.State.DONE:
        raise ChangedMeanwhile
    name_act("meeting.defer")
    states = MeetingItem.State
    change_item(found, state=states.WAITING if found.state == states.DEFERRED else states.DEFERRED)


@transaction.atomic
def write_meeting_note(item: MeetingItem, *, text: str, seen: int = 0, by: Membership) -> MeetingNote:
    """Write one's own note at an item, as its next version; nobody else's is touched.

    seen  the number of one's own version that the page showed, 0 for none
    On the day on which the meeting is closed notes may still be finished. Raises MeetingOver, NoteMeanwhile.
    """
    closed_at = Meeting.objects.filter(pk=item.meeting_id).values_list("closed_at", flat=True).get()
    if closed_at is not None and localdate(closed_at) < localdate():
        raise MeetingOver
    name_act("meeting.note")
    latest = MeetingNote.objects.filter(item=item, written_by=by).order_by("-number").first()
    if latest and latest.text == text:
        discard_draft(note_draft(item))
        return latest
    if (latest.number if latest else 0) != seen:
        raise NoteMeanwhile
    try:
        with transaction.atomic():
            note = MeetingNote.objects.create(
                item=item, case_id=item.case_id, pupil_id=item.pupil_id, text=text, number=seen + 1, written_by=by
            )
    except IntegrityError as error:
        if "cases_meetingnote_version" in str(error):
            raise NoteMeanwhile from None
        raise
    discard_draft(note_draft(item))
    return note


def note_draft(item: MeetingItem) -> str:
    """Give the key of the draft in which a page keeps what somebody types at an item."""
    return f"meeting-note-{item.public_id}"


@transaction.atomic
def say_who_is_there(
    meeting: Meeting,
    *,
    members: Mapping[Membership, str],
    posts: Mapping[Post, str] | None = None,
    by: Membership,
) -> None:
    """Say of each person whether they were there, sent apologies or did not come. Raises MeetingOver."""
    found = _locked(meeting)
    name_act("meeting.attendance")
    rows: list[tuple[str, Any, str]] = [("who", who, said) for who, said in members.items()] + [
        ("post", post, said) for post, said in (posts or {}).items()
    ]
    for key, somebody, said in rows:
        MeetingAttendance.objects.update_or_create(
            meeting=found, **{key: somebody}, defaults={"presence": said, "said_by": by}
        )


@transaction.atomic
def close_meeting(meeting: Meeting, *, by: Membership) -> Meeting:
    """Close a meeting: what was not reached is left for next time. Raises MeetingOver, MeetingNotRunning."""
    found = _locked(meeting)
    if found.state != Meeting.State.RUNNING:
        raise MeetingNotRunning
    name_act("meeting.close")
    _stop_clocks(found)
    found.items.filter(state=MeetingItem.State.WAITING).update(
        state=MeetingItem.State.DEFERRED, version=F("version") + 1
    )
    found.state, found.closed_at, found.closed_by = Meeting.State.CLOSED, now(), by
    found.version += 1
    found.save(update_fields=["state", "closed_at", "closed_by", "version"])
    return found


@transaction.atomic
def keep_rules(*, version: int, by: Membership, **said: Any) -> MeetingRules:
    """Say how this taskforce meets. version: the one that the page showed. Raises ChangedMeanwhile."""
    name_act("meeting.rules")
    found = MeetingRules.objects.select_for_update().first()
    if (found.version if found else 1) != version:
        raise ChangedMeanwhile
    row = found or MeetingRules()
    for name, value in said.items():
        setattr(row, name, value)
    row.changed_by, row.version = by, version + 1
    row.save()
    return row
