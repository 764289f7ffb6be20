"""Teaching groups: a name, a school, the passports of its pupils, and the staff who have its sheet."""

import datetime as dt
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Now
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.places.models import Establishment
from apst.tenancy.context import name_act
from cases.exceptions import GroupThere, NotAgreed
from cases.models import Passport, PassportAccess, TeachingGroup, TeachingGroupPlace
from cases.queries.passports import readers_of

from .passports import share_passport
from .plans import locked


def _kept(group: TeachingGroup) -> None:
    try:
        with transaction.atomic():
            group.save()
    except IntegrityError:
        raise GroupThere from None


@transaction.atomic
def make_group(*, name: str, establishment: Establishment, by: Membership | None) -> TeachingGroup:
    """Make a teaching group of a school. Raises GroupThere."""
    name_act("group.make")
    group = TeachingGroup(name=name, establishment=establishment)
    _kept(group)
    return group


@transaction.atomic
def change_group(
    group: TeachingGroup, *, name: str, establishment: Establishment, version: int | None, by: Membership | None
) -> TeachingGroup:
    """Rename a group or say that it is another school's. Raises GroupThere, ChangedMeanwhile."""
    found = locked(group, version)
    name_act("group.change")
    found.name, found.establishment, found.version = name, establishment, found.version + 1
    _kept(found)
    return found


@transaction.atomic
def end_group(group: TeachingGroup, *, ended: bool = True, by: Membership | None) -> TeachingGroup:
    """End a group, and with it every share made through it; or take that back, and with it the shares that it cut.

    Raises GroupThere where another has taken its name.
    """
    found = locked(group, None)
    name_act("group.end" if ended else "group.resume")
    found.ended_on = localdate() if ended else None
    _kept(found)
    if ended:
        _live(found).update(ran_until=F("expires_at"), expires_at=Now())
    else:
        cut = PassportAccess.objects.filter(group=found, ran_until__gt=Now())
        cut.filter(content_object__agreed_version__isnull=False).update(expires_at=F("ran_until"), ran_until=None)
    return found


def _live(group: TeachingGroup) -> QuerySet[PassportAccess]:
    return PassportAccess.objects.filter(group=group, expires_at__gt=Now())


@transaction.atomic
def add_to_group(group: TeachingGroup, passports: Iterable[Passport], *, by: Membership | None) -> list[Passport]:
    """Add pupils by their passports. Who has the sheet reads the new ones too, where the pupil agreed to theirs.

    Gives those that could not be shared because their pupil has not agreed yet.
    """
    name_act("group.add_pupil")
    readers, unshared = readers_of(group), []
    for passport in passports:
        TeachingGroupPlace.objects.get_or_create(group=group, passport=passport, defaults={"case_id": passport.case_id})
        try:
            for member, until in readers:
                if until > localdate():
                    share_passport(passport, member, until=until, group=group, by=by)
        except NotAgreed:
            unshared.append(passport)
    return unshared


@transaction.atomic
def take_from_group(group: TeachingGroup, passport: Passport, *, by: Membership | None) -> None:
    """Take a pupil out of a group; whoever had the passport through it has it no more."""
    name_act("group.remove_pupil")
    TeachingGroupPlace.objects.filter(group=group, passport=passport).delete()
    _end(PassportAccess.objects.filter(group=group, content_object=passport))


@transaction.atomic
def share_group(
    group: TeachingGroup, member: Membership, *, until: dt.date, by: Membership | None
) -> tuple[int, list[Passport]]:
    """Share the sheet of a group: each passport whose pupil has agreed, until a day.

    Gives how many were shared, and the passports whose pupils have not agreed yet.
    Raises NobodyToShareWith, ShareEndsEarly.
    """
    shared, unshared = 0, []
    for place in TeachingGroupPlace.objects.filter(group=group).select_related("passport").order_by("pk"):
        try:
            share_passport(place.passport, member, until=until, group=group, by=by)
            shared += 1
        except NotAgreed:
            unshared.append(place.passport)
    return shared, unshared


@transaction.atomic
def end_group_share(group: TeachingGroup, member: Membership, *, by: Membership | None) -> None:
    """End what was shared with somebody through a group."""
    name_act("group.unshare")
    _end(PassportAccess.objects.filter(group=group, user_id=member.user_id))


def _end(shares: QuerySet[PassportAccess]) -> None:
    """End shares now; those that the end of their group cut do not come back with it."""
    shares.update(ran_until=None)
    shares.filter(expires_at__gt=Now()).update(expires_at=Now())
