"""Asking for an agreement on paper."""

import uuid
from typing import Final

from django.db import transaction

from apst.jobs.models import Job
from apst.jobs.services import ask_for
from apst.tenancy.context import current
from sharing.models import DataSharingAgreement

DRAW_AGREEMENT: Final = "sharing.draw_agreement"


@transaction.atomic
def ask_for_agreement(agreement: DataSharingAgreement) -> Job:
    """Ask for an agreement as PDF; it is drawn as whoever asks, and kept for them for a day."""
    key = f"{current().person_id or 0}/{uuid.uuid4().hex}"
    return ask_for(DRAW_AGREEMENT, key=key, args={"agreement": str(agreement.public_id)})
