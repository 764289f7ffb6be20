"""What is new on a case since a person was last there: the access log knows when that was."""

import datetime as dt
from typing import Final

from django.db.models import Exists, OuterRef
from django.utils.timezone import now

from apst.audit.models import AccessEntry, AccessEntryPupil
from apst.tenancy.context import Member
from cases.models import Case

PAGE: Final = "cases:case-detail"
# Whoever reloads the page, or comes back to it from a session, is still on the same visit.
ONE_VISIT: Final = dt.timedelta(hours=2)
LOOKED_BACK: Final = dt.timedelta(days=200)


def last_visit(case: Case, member: Member) -> dt.datetime | None:
    """Give when the member was last on a case's page before this visit; None where never in two hundred days."""
    if member.person_id is None:
        return None
    shown = AccessEntryPupil.objects.filter(entry=OuterRef("pk"), pupil_id=case.pupil_id)
    entries = AccessEntry.objects.filter(
        Exists(shown),
        person_id=member.person_id,
        page=PAGE,
        refused=False,
        at__lt=now() - ONE_VISIT,
        at__gt=now() - LOOKED_BACK,
    )
    return entries.order_by("-at").values_list("at", flat=True).first()
