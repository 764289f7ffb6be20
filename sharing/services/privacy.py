"""Recording whom the taskforce told how it uses what it knows."""

import datetime as dt
import uuid

from django.db import transaction
from django.db.models.functions import Now
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.people.models import Contact
from apst.tenancy.context import name_act
from cases.models import Case
from cases.services.once import sent_before
from sharing.exceptions import DayNotPossible, NotOfTheFamily
from sharing.models import PrivacyTold


@transaction.atomic
def record_told(
    case: Case,
    *,
    contact: Contact | None,
    told_on: dt.date,
    how: str,
    notice: str,
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> PrivacyTold:
    """Record that the pupil (contact: None) or somebody of the family was given the privacy notice.

    Raises NotOfTheFamily, DayNotPossible.
    """
    before = sent_before(PrivacyTold, submission_key)
    if before is not None:
        return before
    if contact is not None and contact.pupil_id != case.pupil_id:
        raise NotOfTheFamily
    if told_on > localdate():
        raise DayNotPossible(field="told_on")
    name_act("privacy.told")
    return PrivacyTold.objects.create(
        case=case, pupil_id=case.pupil_id, contact=contact, told_on=told_on, how=how, notice=notice.strip(),
        written_by=by, submission_key=submission_key,
    )  # fmt: skip


@transaction.atomic
def strike_told(told: PrivacyTold, *, by: Membership | None) -> None:
    """Strike out what was recorded by mistake: it stays, marked, and counts nowhere; may run twice."""
    name_act("privacy.strike_out")
    PrivacyTold.objects.filter(pk=told.pk, struck_at__isnull=True).update(struck_at=Now())


@transaction.atomic
def bring_told_back(told: PrivacyTold, *, by: Membership | None) -> None:
    """Undo the striking out."""
    name_act("privacy.bring_back")
    PrivacyTold.objects.filter(pk=told.pk).update(struck_at=None)
