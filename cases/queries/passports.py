"""Reading communication passports: one, those shared with somebody, and the sheet of a teaching group."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.tenancy.context import Member
from cases.models import (
    Case,
    Passport,
    PassportAccess,
    PassportFeedback,
    PassportVersion,
    TeachingGroup,
    TeachingGroupPlace,
)
from cases.wording import PASSPORT_HEADINGS

from .wording import pupil_words

# Never joined to pupil or case: whoever reads a shared passport need not see either, and would lose the row.
SECTIONS = tuple(PASSPORT_HEADINGS)


@dataclass(frozen=True)
class Sheet:
    """A passport as it is read: one version of it, with the taskforce's headings; what says nothing is left out."""

    passport: Passport
    version: PassportVersion
    sections: list[tuple[str, str]]

    @property
    def is_overdue(self) -> bool:
        """True once the day to look at it again is past."""
        return self.version.review_on < localdate()


def sections_of(version: PassportVersion, headings: dict[str, str]) -> list[tuple[str, str]]:
    """Give (heading, words) for each part that says something."""
    return [(headings[code], words) for code in SECTIONS if (words := getattr(version, code))]


def agreed_versions() -> QuerySet[PassportVersion]:
    """Give of each passport that the reader may see the last version that its pupil agreed to: the one to share."""
    return PassportVersion.objects.filter(number=F("passport__agreed_version")).select_related("passport", "made_by")


def last_versions() -> QuerySet[PassportVersion]:
    """Give the last version of each passport, agreed to or not; for those who work on the case."""
    return PassportVersion.objects.filter(number=F("passport__version")).select_related("passport", "made_by")


def passport_of(case: Case) -> Passport | None:
    """Give the passport of a case, None where it has none yet."""
    return Passport.objects.filter(case=case).first()


def sheet_of(passport: Passport, *, agreed: bool = True) -> Sheet | None:
    """Give a passport as it is read: the last version agreed to, or simply the last; None where there is none."""
    version = (agreed_versions() if agreed else last_versions()).filter(passport=passport).first()
    if version is None:
        return None
    return Sheet(version.passport, version, sections_of(version, pupil_words("passport")["passport"]))


def versions_of(passport: Passport) -> QuerySet[PassportVersion]:
    """Give every version that the reader may see, the last first."""
    return PassportVersion.objects.filter(passport=passport).select_related("made_by").order_by("-number")


def feedback_on(passport: Passport, *, most: int = 50) -> list[PassportFeedback]:
    """Give what staff said last, as far as the reader may see it."""
    return list(
        PassportFeedback.objects.filter(passport=passport)
        .select_related("written_by")
        .order_by("-said_on", "-pk")[:most]
    )


def live_grants(passport: Passport) -> list[tuple[PassportAccess, Membership]]:
    """Give with whom a passport is shared now, by name."""
    grants = list(
        PassportAccess.objects.filter(content_object=passport, expires_at__gt=Now()).select_related("given_by", "group")
    )
    people = {m.user_id: m for m in Membership.objects.filter(user_id__in=[grant.user_id for grant in grants])}
    return sorted(((grant, people[grant.user_id]) for grant in grants), key=lambda one: one[1].name.lower())


def school_staff() -> QuerySet[Membership]:
    """Give the members of school staff who may be shown a passport today."""
    today = localdate()
    live = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
    return Membership.objects.filter(live, role="school_staff", starts_on__lte=today).order_by("name", "pk")


def shared_with(member: Member, *, most: int = 100) -> list[Sheet]:
    """Give the passports shared with a member of school staff, by the name on them."""
    mine = PassportAccess.objects.filter(user_id=member.person_id, expires_at__gt=Now())
    versions = agreed_versions().filter(passport__in=mine.values("content_object")).order_by("name", "pk")[:most]
    return [Sheet(version.passport, version, []) for version in versions]


def groups_seen(member: Member) -> QuerySet[TeachingGroup]:
    """Give the groups that go on; to school staff those that hold a passport shared with them."""
    groups = TeachingGroup.objects.filter(ended_on__isnull=True).select_related("establishment")
    if member.reach("passport.view") == "G":
        groups = groups.filter(pk__in=TeachingGroupPlace.objects.values("group"))
    return groups.order_by("establishment__name", "name", "pk")


def class_sheet(group: TeachingGroup) -> list[Sheet]:
    """Give the passports of a group's pupils that the reader may see, by name. Three queries."""
    headings = pupil_words("passport")["passport"]
    places = TeachingGroupPlace.objects.filter(group=group)
    versions = agreed_versions().filter(passport__in=places.values("passport")).order_by("name", "pk")
    return [Sheet(version.passport, version, sections_of(version, headings)) for version in versions]


def readers_of(group: TeachingGroup) -> list[tuple[Membership, dt.date]]:
    """Give the school staff with whom a group's sheet is shared now, each with the last day."""
    ends: dict[int, dt.date] = {}
    for grant in PassportAccess.objects.filter(group=group, expires_at__gt=Now()):
        ends[grant.user_id] = max(grant.last_day, ends.get(grant.user_id, grant.last_day))
    return [(member, ends[member.user_id]) for member in Membership.objects.filter(user_id__in=ends).order_by("name")]


def passports_to_add(group: TeachingGroup, words: str, *, most: int = 25) -> list[PassportVersion]:
    """Give passports by a part of the name on them, not in the group yet; those of open cases alone."""
    found = last_versions().filter(case__ended_on__isnull=True)
    for word in words.split():
        found = found.filter(name__icontains=word)
    inside = TeachingGroupPlace.objects.filter(group=group).values("passport")
    return list(found.exclude(passport__in=inside).order_by("name", "pk")[:most])


def places_of(group: TeachingGroup) -> list[PassportVersion]:
    """Give the last version of the passport of each pupil of a group whom the reader may see, by name."""
    inside = TeachingGroupPlace.objects.filter(group=group).values("passport")
    return list(last_versions().filter(passport__in=inside).order_by("name", "pk"))


def waiting_in(group: TeachingGroup) -> int:
    """Give how many pupils of a group have no passport that they agreed to."""
    return TeachingGroupPlace.objects.filter(group=group, passport__agreed_version__isnull=True).count()


def passports_to_draw(passport: str, group: str) -> tuple[list[Sheet], TeachingGroup | None]:
    """Give what a PDF shows, by public id: one passport, or a group's, as far as the reader may see them."""
    if group:
        found = TeachingGroup.objects.filter(public_id=group).select_related("establishment").first()
        return (class_sheet(found), found) if found else ([], None)
    one = Passport.objects.filter(public_id=passport).first()
    sheet = sheet_of(one) if one else None
    return ([sheet] if sheet else []), None
