"""Induction and supervision."""

import datetime as dt
from collections.abc import Sequence
from typing import Final

from django.db import transaction
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.people.exceptions import AlreadyThere, WrongDate
from apst.people.models import InductionItem, InductionTick, Specialist, Supervision
from apst.tenancy.context import name_act

# To begin with; the taskforce writes its own. The first two are what the DfE's advice asks of an induction.
SUGGESTED: Final = (
    "Introduction to working in alternative provision",
    "Met the school’s staff, and they know what the taskforce is not for",
    "Safeguarding: met the designated safeguarding lead, knows how to raise a concern",
    "Read the data-sharing agreement of their home service",
    "Supervision is arranged, with dates",
    "Lone working: knows how to check in",
    "Knows how to log a session and to hand a case over",
)


@transaction.atomic
def set_induction(texts: Sequence[str], *, by: Membership | None) -> None:
    """Make these lines, in this order, the induction checklist. A line that is left out is retired and keeps its ticks.

    Raises AlreadyThere for a line that is there twice.
    """
    name_act("induction.set")
    wanted = [text.strip() for text in texts if text.strip()]
    if len({text.casefold() for text in wanted}) != len(wanted):
        raise AlreadyThere("Write each line once")
    held = {item.text.casefold(): item for item in InductionItem.objects.select_for_update()}
    for position, text in enumerate(wanted):
        item = held.pop(text.casefold(), None) or InductionItem()
        if (item.text, item.position, item.retired_on) != (text, position, None) or item.pk is None:
            item.text, item.position, item.retired_on = text, position, None
            item.save()
    for item in held.values():
        if item.retired_on is None:
            item.retired_on = localdate()
            item.save(update_fields=["retired_on"])


@transaction.atomic
def tick_induction(specialist: Specialist, item: InductionItem, *, by: Membership | None) -> InductionTick:
    """Say that a specialist has done an item; said twice, it stays as it was first said."""
    name_act("induction.tick")
    tick: InductionTick
    tick, _ = InductionTick.objects.get_or_create(
        specialist=specialist, item=item, defaults={"done_on": localdate(), "ticked_by": by}
    )
    return tick


@transaction.atomic
def untick_induction(specialist: Specialist, item: InductionItem, *, by: Membership | None) -> None:
    """Take a tick back."""
    name_act("induction.untick")
    InductionTick.objects.filter(specialist=specialist, item=item).delete()


@transaction.atomic
def arrange_supervision(
    specialist: Specialist, *, kind: str, supervisor: str, every_weeks: int, starts_on: dt.date, by: Membership | None
) -> Supervision:
    """Arrange who supervises a specialist, and how often; one of the kind that holds already ends the day before.

    Raises WrongDate where the one before would end before it began.
    """
    name_act("supervision.arrange")
    before = Supervision.objects.select_for_update().filter(specialist=specialist, kind=kind, ends_on__isnull=True)
    for held in before:
        if starts_on <= held.starts_on:
            raise WrongDate(f"It must begin after the arrangement before it, {held.starts_on:%-d %B %Y}")
        held.ends_on = starts_on - dt.timedelta(days=1)
        held.save(update_fields=["ends_on"])
    return Supervision.objects.create(
        specialist=specialist, kind=kind, supervisor=supervisor.strip(), every_weeks=every_weeks, starts_on=starts_on
    )


@transaction.atomic
def end_supervision(supervision: Supervision, *, ends_on: dt.date, by: Membership | None) -> Supervision:
    """End an arrangement on a day. Raises WrongDate."""
    name_act("supervision.end")
    held = Supervision.objects.select_for_update().get(pk=supervision.pk)
    if ends_on < held.starts_on:
        raise WrongDate(f"It began on {held.starts_on:%-d %B %Y}: it cannot end before that")
    held.ends_on = ends_on
    held.save(update_fields=["ends_on"])
    return held
