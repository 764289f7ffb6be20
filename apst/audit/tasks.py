"""Scheduled work of the trail."""

import logging

from celery import shared_task

from apst.tenancy.context import acting_as_system
from apst.tenancy.models import Taskforce

from .sealing import seal

log = logging.getLogger("apst.audit")


@shared_task
def seal_everywhere() -> None:
    """Seal every taskforce's trail; one that cannot be sealed keeps no other from it. May run twice at once."""
    for taskforce in Taskforce.objects.order_by("pk"):
        try:
            with acting_as_system(taskforce):
                seal()
        except Exception:  # the next hour tries again
            log.exception("audit_not_sealed taskforce=%s", taskforce.pk)
