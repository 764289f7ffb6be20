"""Communication passports: writing them with the pupil, sharing them with school staff, what staff say worked."""

import datetime as dt
import uuid
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.accounts.services import discard_draft
from apst.tenancy.context import name_act
from cases.exceptions import (
    ChangedMeanwhile,
    FeedbackEmpty,
    NobodyToShareWith,
    NotAgreed,
    PassportEmpty,
    ReviewTooEarly,
    ShareEndsEarly,
)
from cases.models import Case, Passport, PassportAccess, PassportFeedback, PassportVersion, TeachingGroup
from cases.queries.passports import SECTIONS, school_staff

from .once import sent_before
from .plans import draft_of, require_open

DAY = dt.timedelta(days=1)
LONGEST_SHARE = dt.timedelta(days=731)


def end_of(day: dt.date) -> dt.datetime:
    """The moment at which a grant ends whose last day this is."""
    return dt.datetime.combine(day + DAY, dt.time(), ZoneInfo(settings.TIME_ZONE))


@transaction.atomic
def write_passport(
    case: Case,
    *,
    name: str,
    sections: Mapping[str, str],
    language: str = "",
    written_with: str,
    agreed: bool,
    review_on: dt.date,
    version: int | None = None,
    by: Membership | None,
) -> PassportVersion:
    """Write a passport, or its next version; the ones before stay. School staff go on reading the last one agreed to.

    sections  words by the codes of SECTIONS, in the pupil's own voice
    version   the last one that the page knew; 0 where there was none
    Raises PassportEmpty, ReviewTooEarly, CaseEnded, ChangedMeanwhile; then nothing is changed.
    """
    require_open(case)
    said = {code: sections.get(code, "").strip() for code in SECTIONS}
    if not any(said.values()):
        raise PassportEmpty
    if review_on <= localdate():
        raise ReviewTooEarly
    name_act("passport.write")
    passport = Passport.objects.select_for_update().filter(case=case).first()
    if version is not None and (passport.version if passport else 0) != version:
        raise ChangedMeanwhile
    if passport is None:
        try:
            with transaction.atomic():
                passport = Passport.objects.create(case=case, pupil_id=case.pupil_id, review_on=review_on)
        except IntegrityError:
            raise ChangedMeanwhile from None
    else:
        passport.version, passport.review_on = passport.version + 1, review_on
    if agreed:
        passport.agreed_version = passport.version
    passport.save(update_fields=["version", "agreed_version", "review_on"])
    row = PassportVersion.objects.create(
        passport=passport,
        case=case,
        pupil_id=case.pupil_id,
        number=passport.version,
        name=name,
        **said,
        language=language,
        written_with=written_with,
        agreed=agreed,
        review_on=review_on,
        made_on=localdate(),
        made_by=by,
    )
    if by:
        discard_draft(draft_of(case, "passport"))
    return row


@transaction.atomic
def share_passport(
    passport: Passport,
    member: Membership,
    *,
    until: dt.date,
    group: TeachingGroup | None = None,
    by: Membership | None,
) -> PassportAccess:
    """Let a member of school staff read a passport until a day, that day included; shared again, it is until the later.

    group  the teaching group through which it is shared
    Raises NotAgreed, NobodyToShareWith, ShareEndsEarly. The database refuses a grant to oneself.
    """
    if not localdate() < until <= localdate() + LONGEST_SHARE:
        raise ShareEndsEarly
    if not school_staff().filter(pk=member.pk).exists():
        raise NobodyToShareWith
    if passport.agreed_version is None:
        raise NotAgreed
    name_act("passport.share")
    ends_at = end_of(until)
    # Guardian's rows have no types of their own.
    known: PassportAccess | None = PassportAccess.objects.filter(
        content_object=passport, user_id=member.user_id, permission=_view()
    ).first()
    if known is None:
        made: PassportAccess = PassportAccess.objects.create(
            content_object=passport,
            case_id=passport.case_id,
            user_id=member.user_id,
            permission=_view(),
            group=group,
            given_by=by,
            expires_at=ends_at,
        )
        return made
    live = known.expires_at > dt.datetime.now(dt.UTC)
    # What was shared with them alone stays so when a group comes to it.
    known.group = known.group if live and known.group is None else group
    known.expires_at = max(known.expires_at, ends_at) if live else ends_at
    PassportAccess.objects.filter(pk=known.pk).update(
        group=known.group, expires_at=known.expires_at, ran_until=None, given_by=by, given_at=Now()
    )
    return known


def _view() -> Permission:
    return Permission.objects.get(codename="view_passport", content_type__app_label="cases")


@transaction.atomic
def end_share(grant: PassportAccess, *, by: Membership | None) -> None:
    """End a share now; that it was there stays on record."""
    name_act("passport.unshare")
    PassportAccess.objects.filter(pk=grant.pk, expires_at__gt=Now()).update(expires_at=Now())


@transaction.atomic
def say_what_worked(
    passport: Passport, *, worked: str, text: str, submission_key: uuid.UUID | None = None, by: Membership | None
) -> PassportFeedback:
    """Keep what a member of staff says of a passport's advice; a form sent twice says it once. Raises FeedbackEmpty."""
    if sent := sent_before(PassportFeedback, submission_key):
        return sent
    if not text.strip():
        raise FeedbackEmpty
    name_act("passport.feedback")
    return PassportFeedback.objects.create(
        passport=passport,
        case_id=passport.case_id,
        pupil_id=passport.pupil_id,
        said_on=localdate(),
        worked=PassportFeedback.Worked(worked),
        text=text.strip(),
        written_by=by,
        submission_key=submission_key,
    )
