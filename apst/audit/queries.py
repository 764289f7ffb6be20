"""Reading the trail back: what was done to one record, by whom, and what it was before and after."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from .models import AuditDetail, AuditEvent


@dataclass(frozen=True)
class Change:
    """One act on a record. `before` and `after` are None where the reader may not see them, or they were erased."""

    at: datetime
    person_id: int | None
    verb: str
    operation: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @property
    def fields(self) -> list[str]:
        """The columns that differ, in their own order."""
        before, after = self.before or {}, self.after or {}
        return [name for name in after if before.get(name) != after.get(name)]


def history_of(record: models.Model) -> list[Change]:
    """Give every act on `record` that the open context may see, oldest first (two queries)."""
    events = list(AuditEvent.objects.filter(table_name=record._meta.db_table, record_id=record.pk).order_by("id"))
    details = {d.event_id: d for d in AuditDetail.objects.filter(event_id__in=[e.pk for e in events])}
    return [
        Change(
            e.at,
            e.person_id,
            e.verb,
            e.operation,
            getattr(details.get(e.pk), "before", None),
            getattr(details.get(e.pk), "after", None),
        )
        for e in events
    ]
