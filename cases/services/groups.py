"""Groups that meet each week: making and changing them, who is in them, planning their weeks, ending them."""

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.timezone import localdate, now

from apst.accounts.models import Membership
from apst.accounts.services import discard_draft
from apst.people.models import Pupil
from apst.places.models import Site
from apst.tenancy.context import name_act
from cases.exceptions import ChangedMeanwhile, GroupHasEnded, GroupMeetsThen, PupilNeeded
from cases.models import PlannedSession, SessionGroup, SessionGroupMember, SessionGroupSpecialist

from .interventions import cases_on
from .planned import What, put_specialists, weekly, write_plans

DAY = dt.timedelta(days=1)
NEW_GROUP_DRAFT = "session-group-new"


@transaction.atomic
def make_session_group(
    *,
    name: str,
    weekday: int,
    what: What,
    site: Site | None = None,
    since: dt.date,
    until: dt.date | None = None,
    by: Membership | None,
) -> SessionGroup:
    """Make a group and, with `until`, plan its weeks up to that day.

    weekday  0 is Monday;  since  the first day on which its pupils are in it
    Raises PupilNeeded, RepeatedWrongly, NoPlanOnThatDay and what `What.check` raises; then nothing is changed.
    """
    what.check()
    if not what.pupils:
        raise PupilNeeded
    name_act("group.make")
    group = SessionGroup.objects.create(name=name, weekday=weekday, site=site, made_by=by, **what.fields)
    _put_posts(group, what)
    put_members(group, what.pupils, since=since)
    if by:
        discard_draft(NEW_GROUP_DRAFT)
    if until:
        plan_session_group(group, since=since, until=until, by=by)
    return group


def _locked(group: SessionGroup, version: int | None = None) -> SessionGroup:
    found = SessionGroup.objects.select_for_update().filter(pk=group.pk).first()
    if found is None or (version is not None and found.version != version):
        raise ChangedMeanwhile
    return found


@transaction.atomic
def change_session_group(
    group: SessionGroup,
    *,
    version: int | None,
    name: str,
    weekday: int,
    what: What,
    site: Site | None = None,
    since: dt.date,
    by: Membership | None,
) -> SessionGroup:
    """Change a group from a day on: what is planned for it then follows, what was held stays.

    Raises ChangedMeanwhile, GroupHasEnded, GroupMeetsThen, PupilNeeded and what `What.check` raises; then nothing is
    changed.
    """
    found = _locked(group, version)
    if found.ended_on:
        raise GroupHasEnded
    what.check()
    if not what.pupils:
        raise PupilNeeded
    name_act("group.change")
    moved = dt.timedelta(days=weekday - found.weekday)
    _put_posts(found, what)
    SessionGroup.objects.filter(pk=found.pk).update(
        name=name, weekday=weekday, site=site, **what.fields, version=F("version") + 1
    )
    put_members(found, what.pupils, since=since)
    for planned in PlannedSession.objects.open().filter(group=found, planned_on__gte=since).order_by("planned_on"):
        put_specialists(planned, what.specialists)
        try:
            with transaction.atomic():
                _update([planned.pk], planned_on=planned.planned_on + moved, **what.fields)
        except IntegrityError:
            raise GroupMeetsThen from None
    found.refresh_from_db()
    return found


def _put_posts(group: SessionGroup, what: What) -> None:
    wanted = {post.pk for post in what.specialists}
    kept = set(group.specialists.values_list("post", flat=True))
    SessionGroupSpecialist.objects.bulk_create(
        SessionGroupSpecialist(group=group, post_id=post) for post in sorted(wanted - kept)
    )
    group.specialists.filter(post__in=kept - wanted).delete()


def put_members(group: SessionGroup, pupils: Sequence[Pupil], *, since: dt.date) -> None:
    """Bring the pupils of a group to those said, from a day on; who leaves stays in it until the day before."""
    wanted = {pupil.pk for pupil in pupils}
    now_in = {row.pupil_id: row for row in SessionGroupMember.objects.filter(group=group, ends_on__isnull=True)}
    leaving = [row for pupil, row in now_in.items() if pupil not in wanted]
    SessionGroupMember.objects.filter(pk__in=[row.pk for row in leaving if row.starts_on >= since]).delete()
    SessionGroupMember.objects.filter(pk__in=[row.pk for row in leaving if row.starts_on < since]).update(
        ends_on=since - DAY
    )
    new = sorted(wanted - now_in.keys())
    cases = cases_on(since, new)
    SessionGroupMember.objects.bulk_create(
        SessionGroupMember(group=group, pupil_id=pupil, case=cases.get(pupil), starts_on=since) for pupil in new
    )


@transaction.atomic
def plan_session_group(
    group: SessionGroup, *, since: dt.date, until: dt.date, by: Membership | None
) -> list[PlannedSession]:
    """Plan a group's weeks from one day to another, on school days, and none that is planned already.

    Raises GroupHasEnded, RepeatedWrongly, NoPlanOnThatDay.
    """
    found = _locked(group)
    days = days_to_plan(found, since=since, until=until)
    name_act("group.plan")
    return write_plans(days, what_of(found), series=None, by=by)


def days_to_plan(group: SessionGroup, *, since: dt.date, until: dt.date) -> list[dt.date]:
    """Give the days that `plan_session_group` would plan. Raises GroupHasEnded, RepeatedWrongly, NoPlanOnThatDay."""
    if group.ended_on:
        raise GroupHasEnded
    days = weekly(since + dt.timedelta(days=(group.weekday - since.weekday()) % 7), until)
    planned = PlannedSession.objects.standing().filter(group=group, planned_on__in=days)
    there = set(planned.values_list("planned_on", flat=True))
    return [day for day in days if day not in there]


def what_of(group: SessionGroup) -> What:
    """Give what a meeting of the group is."""
    return What(
        specialists=[row.post for row in group.specialists.select_related("post__specialist").order_by("pk")],
        minutes=group.minutes,
        activity_type=group.activity_type,
        starts_at=group.starts_at,
        location=group.location,
        intervention_type=group.intervention_type,
        group=group,
    )


@transaction.atomic
def end_session_group(group: SessionGroup, *, by: Membership | None) -> SessionGroup:
    """End a group today: what is planned for it later is taken out of the week. Can be taken back."""
    found = _locked(group)
    if found.ended_on:
        return found
    name_act("group.end")
    # One moment for both, by which its weeks are found again.
    today, moment = localdate(), now()
    SessionGroup.objects.filter(pk=found.pk).update(ended_on=today, ended_at=moment, version=F("version") + 1)
    later = PlannedSession.objects.open().filter(group=found, planned_on__gt=today)
    _update(later.values_list("pk", flat=True), cancelled_at=moment)
    found.refresh_from_db()
    return found


@transaction.atomic
def restart_session_group(group: SessionGroup, *, by: Membership | None) -> SessionGroup:
    """Take the end of a group back, and the weeks to come that it took out. Raises GroupMeetsThen."""
    found = _locked(group)
    if found.ended_on is None:
        return found
    name_act("group.restart")
    taken_out = PlannedSession.objects.filter(group=found, cancelled_at=found.ended_at, planned_on__gte=localdate())
    try:
        with transaction.atomic():
            _update(taken_out.values_list("pk", flat=True), cancelled_at=None)
    except IntegrityError:
        raise GroupMeetsThen from None
    SessionGroup.objects.filter(pk=found.pk).update(ended_on=None, ended_at=None, version=F("version") + 1)
    found.refresh_from_db()
    return found


def _update(pks: Collection[int], **fields: object) -> None:
    PlannedSession.objects.filter(pk__in=list(pks)).update(**fields, version=F("version") + 1)
