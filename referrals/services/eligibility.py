"""Whom the taskforce is for, version by version."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from apst.accounts.models import Membership
from apst.tenancy.context import name_act
from referrals.exceptions import (
    BadReferral,
    ChangedMeanwhile,
)
from referrals.models import EligibilityVersion


@transaction.atomic
def publish_eligibility(
    *, text: str, criteria: Sequence[str], seen: int | None = None, by: Membership | None
) -> EligibilityVersion:
    """Publish whom the taskforce is for, as a new version; older ones stay as they were.

    seen   the number of the version that the page showed; None where nobody looked at one

    Raises ChangedMeanwhile where another version was published since, BadReferral for an empty text
    or a criterion twice.
    """
    name_act("eligibility.publish")
    kept = [line.strip() for line in criteria if line.strip()]
    if not text.strip():
        raise BadReferral("Write whom the taskforce is for.")
    if len(set(kept)) != len(kept) or any(len(line) > 200 for line in kept):
        raise BadReferral("Write each criterion once, in at most 200 characters.")
    latest = EligibilityVersion.objects.first()
    number = latest.number if latest else 0
    if seen is not None and seen != number:
        raise ChangedMeanwhile("The eligibility page")
    try:
        with transaction.atomic():
            return EligibilityVersion.objects.create(
                number=number + 1, text=text.strip(), criteria=kept, published_by=by
            )
    except IntegrityError:
        raise ChangedMeanwhile("The eligibility page") from None
