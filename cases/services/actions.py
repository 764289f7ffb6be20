"""Who does what until when: set at a meeting or outside one, done, moved with a reason, handed on, put back."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import F
from django.utils.timezone import now

from apst.accounts.models import Membership
from apst.tenancy.context import name_act
from cases.exceptions import ActionDone, ActionMissing, ChangedMeanwhile, MeetingOver, ReasonForMoving
from cases.models import Case, Meeting, MeetingAction, MeetingItem
from cases.notices import tell_action

from .once import sent_before


@transaction.atomic
def set_action(
    item: MeetingItem | None,
    *,
    what: str,
    owner: Membership,
    due_on: dt.date,
    case: Case | None = None,
    submission_key: uuid.UUID | None = None,
    by: Membership,
) -> MeetingAction:
    """Agree who does what by when: at an item of a meeting, or (None) outside one, on a case or on nothing.

    A form sent twice gives the first one's action. Raises ActionMissing, MeetingOver.
    """
    if sent := sent_before(MeetingAction, submission_key):
        return sent
    said = " ".join(what.split())
    if not said:
        raise ActionMissing
    if item and Meeting.objects.filter(pk=item.meeting_id, state=Meeting.State.CLOSED).exists():
        raise MeetingOver
    name_act("meeting.set_action")
    about = item or case
    action = MeetingAction.objects.create(
        item=item,
        case_id=item.case_id if item else case.pk if case else None,
        pupil_id=about.pupil_id if about else None,
        what=said,
        owner=owner,
        due_on=due_on,
        submission_key=submission_key,
        set_by=by,
    )
    tell_action(action, by=by)
    return action


@dataclass(frozen=True)
class ActionBefore:
    """How an action stood before a change, which an Undo gives it back.

    version  the action's since the change: whatever comes later is never undone
    owner_id, handed_by_id  memberships
    """

    version: int
    due_on: dt.date
    first_due_on: dt.date | None
    why_moved: str
    owner_id: int
    handed_by_id: int | None


def _locked(action: MeetingAction, version: int | None) -> MeetingAction:
    found = MeetingAction.objects.select_for_update(of=("self",)).get(pk=action.pk)
    if version is not None and found.version != version:
        raise ChangedMeanwhile
    return found


def open_actions_of(owner: Membership) -> list[MeetingAction]:
    """Give what somebody still has to do, as far as the reader sees it, what is due first."""
    return list(MeetingAction.objects.filter(owner=owner, done_at__isnull=True).order_by("due_on", "pk"))


@transaction.atomic
def hand_actions_on(
    owner: Membership, *, cases: Mapping[int, Membership], otherwise: Membership, by: Membership
) -> Counter[Membership]:
    """Hand on what somebody who leaves still has to do; gives who takes how many.

    cases      case id -> who takes the actions on it from now on
    otherwise  who takes all others
    """
    takes: Counter[Membership] = Counter()
    for action in open_actions_of(owner):
        heir = cases.get(action.case_id or 0, otherwise)
        if heir.pk != owner.pk:
            change_action(action, due_on=action.due_on, owner=heir, by=by)
            takes[heir] += 1
    return takes


@transaction.atomic
def finish_action(action: MeetingAction, *, done: bool = True, version: int | None = None, by: Membership) -> None:
    """Say that an action is done, or that it is not after all. Raises ChangedMeanwhile."""
    found = _locked(action, version)
    if found.is_done == done:
        return
    name_act("meeting.finish_action" if done else "meeting.reopen_action")
    MeetingAction.objects.filter(pk=found.pk).update(
        done_at=now() if done else None, done_by=by if done else None, version=F("version") + 1
    )


@transaction.atomic
def change_action(
    action: MeetingAction,
    *,
    due_on: dt.date,
    why: str = "",
    owner: Membership,
    version: int | None = None,
    by: Membership,
) -> ActionBefore | None:
    """Move an action to another day, with the reason, or hand it to somebody else. What it says stays.

    Gives how it stood before, None where nothing changes. Raises ActionDone, ReasonForMoving, ChangedMeanwhile.
    """
    found, said = _locked(action, version), " ".join(why.split())
    if found.is_done:
        raise ActionDone
    fields: dict[str, object] = {}
    if due_on != found.due_on:
        if not said:
            raise ReasonForMoving
        fields |= {"due_on": due_on, "first_due_on": found.first_due_on or found.due_on, "why_moved": said}
    if owner.pk != found.owner_id:
        fields |= {"owner": owner, "handed_by": by}
    if not fields:
        return None
    before = ActionBefore(
        version=found.version + 1,
        due_on=found.due_on,
        first_due_on=found.first_due_on,
        why_moved=found.why_moved,
        owner_id=found.owner_id,
        handed_by_id=found.handed_by_id,
    )
    name_act("meeting.change_action")
    MeetingAction.objects.filter(pk=found.pk).update(**fields, version=F("version") + 1)
    if "owner" in fields:
        found.owner = owner
        tell_action(found, by=by)
    return before


@transaction.atomic
def put_action_back(action: MeetingAction, *, before: ActionBefore, by: Membership) -> None:
    """Take a change of an action back: its day, the reason and who does it stand as before it.

    The audit trail keeps the change and the undoing. Raises ActionDone, ChangedMeanwhile.
    """
    found = _locked(action, None)
    if found.is_done:
        raise ActionDone
    fields = asdict(before)
    if found.version != fields.pop("version"):
        raise ChangedMeanwhile
    name_act("meeting.put_action_back")
    MeetingAction.objects.filter(pk=found.pk).update(**fields, version=F("version") + 1)
