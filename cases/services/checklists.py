"""The needs checklist: its items, and filling it in."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import Max
from django.db.models.functions import Now
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.codelists import choices, codes
from apst.tenancy.context import name_act
from cases.exceptions import ChecklistEmpty, CodeUnknown, DayNotPossible, ItemWrong, StruckOut
from cases.models import Case, ChecklistItem, NeedsAnswer, NeedsCheck

from .once import sent_before

MOST_ITEMS: Final = 40


class Need(NamedTuple):
    """The answer to one item: a code of need_levels, and a few words."""

    level: str
    comment: str = ""


def in_use() -> list[ChecklistItem]:
    """Give the items of the checklist in their order."""
    return list(ChecklistItem.objects.filter(retired_at__isnull=True))


@transaction.atomic
def add_items(words: Sequence[str], *, by: Membership | None) -> list[ChecklistItem]:
    """Add items at the end of the checklist. Raises ItemWrong for an empty one, or one that stands there."""
    kept = [one.strip() for one in words if one.strip()]
    standing = {item.words.lower() for item in in_use()}
    if (
        not kept
        or any(len(one) > 120 or one.lower() in standing for one in kept)
        or len({one.lower() for one in kept}) != len(kept)
    ):
        raise ItemWrong
    if len(standing) + len(kept) > MOST_ITEMS:
        raise ItemWrong(f"A checklist has at most {MOST_ITEMS} items. Take some out of use first.")
    name_act("checklist.add")
    last = ChecklistItem.objects.aggregate(last=Max("position"))["last"] or 0
    return [ChecklistItem.objects.create(words=one, position=last + 1 + n) for n, one in enumerate(kept)]


def usual_items() -> list[str]:
    """Give items to start from: the reasons for which pupils are referred, of the code list."""
    return [label for code, label in choices("referral_reasons") if code != "other"]


@transaction.atomic
def move_item(item: ChecklistItem, *, up: bool, by: Membership | None) -> None:
    """Move an item one place up or down."""
    items = list(ChecklistItem.objects.filter(retired_at__isnull=True).select_for_update())
    at = next((n for n, one in enumerate(items) if one.pk == item.pk), None)
    to = None if at is None else at + (-1 if up else 1)
    if at is None or to is None or not 0 <= to < len(items):
        return
    name_act("checklist.move")
    items[at], items[to] = items[to], items[at]
    for position, one in enumerate(items):
        if one.position != position:
            ChecklistItem.objects.filter(pk=one.pk).update(position=position)


@transaction.atomic
def retire_item(item: ChecklistItem, *, by: Membership | None) -> None:
    """Take an item out of use: what was answered to it stays."""
    name_act("checklist.retire")
    ChecklistItem.objects.filter(pk=item.pk).update(retired_at=Now())


@transaction.atomic
def use_item_again(item: ChecklistItem, *, by: Membership | None) -> None:
    """Bring an item back into use, at the end."""
    name_act("checklist.use_again")
    last = ChecklistItem.objects.aggregate(last=Max("position"))["last"] or 0
    ChecklistItem.objects.filter(pk=item.pk).update(retired_at=None, position=last + 1)


@transaction.atomic
def fill_checklist(
    case: Case,
    *,
    filled_on: dt.date,
    answers: Mapping[ChecklistItem, Need],
    submission_key: uuid.UUID | None = None,
    by: Membership | None,
) -> NeedsCheck:
    """Keep the checklist as it was filled in on a day; every filling is kept. What is not answered is left out.

    Raises DayNotPossible, ChecklistEmpty, CodeUnknown.
    """
    if (sent := sent_before(NeedsCheck, submission_key)) is not None:
        return sent
    if not case.pupil.date_of_birth <= filled_on <= localdate():
        raise DayNotPossible(field="filled_on")
    if not answers:
        raise ChecklistEmpty
    if any(need.level not in codes("need_levels") for need in answers.values()):
        raise CodeUnknown
    name_act("checklist.fill")
    made = NeedsCheck.objects.create(
        case=case, pupil=case.pupil, filled_on=filled_on, submission_key=submission_key, written_by=by
    )
    NeedsAnswer.objects.bulk_create(
        NeedsAnswer(needs_check=made, item=item, level=need.level, comment=need.comment.strip()[:200])
        for item, need in answers.items()
    )
    return made


@transaction.atomic
def strike_checklist(check: NeedsCheck, *, by: Membership | None) -> None:
    """Strike out a filling that was a mistake: it stays, marked, and is compared with nothing. Raises StruckOut."""
    if NeedsCheck.objects.select_for_update().get(pk=check.pk).struck_at is not None:
        raise StruckOut
    name_act("checklist.strike_out")
    NeedsCheck.objects.filter(pk=check.pk).update(struck_at=Now())


@transaction.atomic
def bring_checklist_back(check: NeedsCheck, *, by: Membership | None) -> None:
    """Undo the striking out."""
    name_act("checklist.bring_back")
    NeedsCheck.objects.filter(pk=check.pk).update(struck_at=None)
