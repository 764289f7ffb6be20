"""Drafting, sending, signing, extending and ending agreements; no act changes what was sent."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F, Max, Q
from django.utils.timezone import localdate, now

from apst.accounts.models import Membership
from apst.tenancy.context import name_act
from sharing.exceptions import (
    ChangedMeanwhile,
    EndedAlready,
    NotADraft,
    NotReady,
    NotToExtend,
    NotToSign,
    SeenAnother,
    SignedAlready,
)
from sharing.models import (
    AgreementCategory,
    AgreementEnding,
    AgreementExtension,
    AgreementSignature,
    DataSharingAgreement,
    Partner,
)
from sharing.queries.agreements import SIGNED, SIGNED_OF_CATEGORY, agreements, fingerprint
from sharing.queries.document import missing


@transaction.atomic
def draft(
    *, partner: Partner, by: Membership | None, rows: Iterable[dict[str, Any]] = (), **fields: Any
) -> DataSharingAgreement:
    """Begin an agreement with a partner. rows: its categories, by the fields of AgreementCategory."""
    name_act("agreement.draft")
    made = DataSharingAgreement.objects.create(partner=partner, drafted_by=by, **fields)
    for row in rows:
        AgreementCategory.objects.create(agreement=made, **row)
    return made


def _locked(agreement: DataSharingAgreement) -> DataSharingAgreement:
    return DataSharingAgreement.objects.select_for_update().get(pk=agreement.pk)


@transaction.atomic
def save_draft(agreement: DataSharingAgreement, *, version: int, by: Membership | None, **fields: Any) -> None:
    """Change a draft that still is at `version`. Raises NotADraft, ChangedMeanwhile."""
    name_act("agreement.draft")
    held = DataSharingAgreement.objects.get(pk=agreement.pk)
    if held.sent_at:
        raise NotADraft
    found = DataSharingAgreement.objects.filter(pk=agreement.pk, version=version, sent_at__isnull=True)
    if not found.update(**fields, version=F("version") + 1):
        raise ChangedMeanwhile


@transaction.atomic
def save_categories(
    agreement: DataSharingAgreement, rows: Iterable[dict[str, Any]], *, version: int, by: Membership | None
) -> None:
    """Put a draft's whole table of categories in place of the one before. Raises NotADraft, ChangedMeanwhile."""
    save_draft(agreement, version=version, by=by)
    kept = {row["category"]: row for row in rows}
    AgreementCategory.objects.filter(agreement=agreement).exclude(category__in=kept).delete()
    for category, row in kept.items():
        AgreementCategory.objects.update_or_create(agreement=agreement, category=category, defaults=row)


@transaction.atomic
def send(agreement: DataSharingAgreement, *, version: int, by: Membership | None) -> None:
    """Send a draft to be signed: from now on it does not change. Raises NotADraft, NotReady, ChangedMeanwhile."""
    name_act("agreement.send")
    if agreement.sent_at:
        raise NotADraft
    held = _locked(agreement)
    unsaid = [words for section in missing(held).values() for words in section]
    if unsaid:
        raise NotReady(f"Before you send it, say: {'; '.join(unsaid)}.")
    found = DataSharingAgreement.objects.filter(pk=agreement.pk, version=version, sent_at__isnull=True)
    if not found.update(sent_at=now(), sent_by=by, version=F("version") + 1):
        raise ChangedMeanwhile


@transaction.atomic
def sign(
    agreement: DataSharingAgreement, *, party: str, name: str, position: str, seen: str, by: Membership
) -> AgreementSignature:
    """Sign for one party. seen: the fingerprint of what the signatory had before them.

    With both signatures it holds from the day that it begins, and supersedes the versions before it.
    Raises NotToSign, SeenAnother, SignedAlready.
    """
    name_act("agreement.sign")
    found = agreements().get(pk=agreement.pk)
    if found.standing not in ("sent", "to_begin", "in_force", "due_for_review"):
        raise NotToSign
    if fingerprint(found) != seen:
        raise SeenAnother
    try:
        with transaction.atomic():
            signature = AgreementSignature.objects.create(
                agreement=found, party=party, name=name, position=position, signed_by=by, fingerprint=seen
            )
    except IntegrityError as error:
        if "agreementsignature_once" in str(error):
            raise SignedAlready from None
        raise
    return signature


@transaction.atomic
def extend(agreement: DataSharingAgreement, *, until: dt.date, reason: str, by: Membership) -> AgreementExtension:
    """Put the review off, by thirty days at most from today, with a reason. Raises NotToExtend."""
    name_act("agreement.extend")
    found = agreements().get(pk=agreement.pk)
    today = localdate()
    if found.standing not in ("in_force", "due_for_review"):
        raise NotToExtend
    if not today < until <= today + dt.timedelta(days=AgreementExtension.MOST_DAYS):
        raise NotToExtend(
            f"Choose a day after today and within {AgreementExtension.MOST_DAYS} days of it", field="until"
        )
    try:
        with transaction.atomic():
            return AgreementExtension.objects.create(
                agreement=found, extended_on=today, until=until, reason=reason, extended_by=by
            )
    except IntegrityError as error:
        if "agreementextension_once" in str(error):
            raise NotToExtend("Its review was put off to that day already.", field="until") from None
        raise


@transaction.atomic
def end(
    agreement: DataSharingAgreement,
    *,
    on: dt.date | None = None,
    reason: str = "",
    by: Membership,
) -> AgreementEnding:
    """Terminate an agreement before its day: its partner's access ends with their next request on that day.

    on  the first day on which it does not hold any more; today where none is given. Raises EndedAlready.
    """
    name_act("agreement.end")
    found = agreements().get(pk=agreement.pk)
    if found.standing in ("draft", "expired", "terminated", "superseded"):
        raise EndedAlready
    try:
        with transaction.atomic():
            return AgreementEnding.objects.create(
                agreement=found,
                ends_on=max(on or localdate(), localdate()),
                reason=reason,
                ended_by=by,
            )
    except IntegrityError as error:
        if "agreementending_once" in str(error):
            raise EndedAlready from None
        raise


@transaction.atomic
def new_version(agreement: DataSharingAgreement, *, by: Membership | None) -> DataSharingAgreement:
    """Begin the next version of an agreement as a draft that says the same."""
    name_act("agreement.draft")
    said = {name: getattr(agreement, name) for name in SIGNED}
    first = agreement.first or agreement
    latest = DataSharingAgreement.objects.filter(Q(first=first) | Q(pk=first.pk)).aggregate(Max("number"))[
        "number__max"
    ]
    made = DataSharingAgreement.objects.create(
        **{**said, "number": latest + 1},
        partner=agreement.partner,
        template=agreement.template,
        first=first,
        drafted_by=by,
    )
    for row in agreement.categories.values(*SIGNED_OF_CATEGORY):
        AgreementCategory.objects.create(agreement=made, **row)
    return made
