"""Grants on single restricted records: who may read one, until when and why."""

import datetime as dt
from typing import Any

from django.contrib.auth.models import Permission
from django.db import transaction
from django.db.models.functions import Now
from django.db.utils import ProgrammingError
from django.utils import timezone

from apst.accounts.models import Membership
from apst.tenancy.context import name_act
from cases.exceptions import EndsInPast, GrantNotYours, NobodyGivesToThemselves
from cases.models.restricted import RecordGrant


@transaction.atomic
def let_open(
    record: Any, member: Membership, *, reason: str, expires_at: dt.datetime | None = None, by: Membership | None
) -> RecordGrant:
    """Let a member read one restricted record: updates their one row or makes it.

    record  the visible row; its `grants` are the table that the text's policy reads
    Raises NobodyGivesToThemselves, EndsInPast, and GrantNotYours for whoever does not hold the record.
    """
    if by and by.user_id == member.user_id:
        raise NobodyGivesToThemselves
    if expires_at is not None and expires_at <= timezone.now():
        raise EndsInPast
    name_act("grant.give")
    grants = record.grants.model
    fields = {"given_by": by, "reason": reason, "expires_at": expires_at, "given_at": Now()}
    try:
        with transaction.atomic():
            row: RecordGrant
            row, _ = grants.objects.update_or_create(
                content_object=record, user_id=member.user_id, permission=_view(record), defaults=fields
            )
    except ProgrammingError:
        raise GrantNotYours from None
    return row


@transaction.atomic
def end_opening(record: Any, user_id: int, *, by: Membership | None) -> None:
    """End a person's sight of one restricted record. Raises GrantNotYours for whoever does not hold it."""
    name_act("grant.end")
    if not record.grants.filter(user_id=user_id).delete()[0]:
        raise GrantNotYours


def _view(record: Any) -> Permission:
    name = record._meta.model_name
    return Permission.objects.get(codename=f"view_{name}", content_type__app_label="cases", content_type__model=name)
