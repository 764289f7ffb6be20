"""Break-glass: opening a restricted case, note or document in an emergency, ending it, and looking at it afterwards.

The database gives the grant and takes it away again (`app.break_glass`): nobody gives one to themselves by hand.
"""

import uuid
from typing import Final

from django.db import connection, transaction
from django.db.utils import DatabaseError

from apst.accounts.models import Membership
from apst.tenancy.context import name_act
from cases.exceptions import EmergencyOver, HoldsTheCase, NotForYou, NothingToOpen, OwnEmergency, ReasonTooShort
from cases.models import Case, CaseAccess, Emergency, EmergencyBar, EmergencyLook
from cases.notices import tell_emergency

from .access import live_holds

SHORTEST_REASON: Final = 10  # characters: "help" tells nobody why


@transaction.atomic
def break_glass(kind: str, item: uuid.UUID, *, reason: str, by: Membership) -> tuple[Emergency, bool]:
    """Open a restricted item for sixty minutes; gives the emergency, and False where it was under way already.

    The manager, the safeguarding leads, the information governance lead, the author and the case's holders are told.

    kind  of Emergency.Kind;  item  the public id of the case, note or document
    Raises ReasonTooShort, NotForYou, NothingToOpen; then nothing is opened and nobody told.
    """
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonTooShort
    name_act("break_glass.use")
    with connection.cursor() as cursor:
        cursor.execute("select outcome, emergency from app.break_glass(%s, %s, %s)", [kind, item, reason.strip()])
        outcome, emergency = cursor.fetchone()
    if outcome == "barred":
        raise NotForYou
    if outcome not in ("opened", "already"):
        raise NothingToOpen
    opened = Emergency.objects.get(public_id=emergency)
    if outcome == "opened":
        tell_emergency(opened, by=by)
    return opened, outcome == "opened"


@transaction.atomic
def end_emergency(emergency: Emergency, *, by: Membership) -> None:
    """End an emergency before its time: its own person, and those who answer for who looked. Raises EmergencyOver."""
    name_act("break_glass.end")
    with connection.cursor() as cursor:
        cursor.execute("select app.end_emergency(%s)", [emergency.public_id])
        if not cursor.fetchone()[0]:
            raise EmergencyOver


@transaction.atomic
def look_at_emergency(emergency: Emergency, *, by: Membership) -> None:
    """Say that one has read of an emergency; once is enough."""
    name_act("break_glass.look")
    if not EmergencyLook.objects.filter(emergency=emergency, said_by=by, kind=EmergencyLook.Kind.SEEN).exists():
        EmergencyLook.objects.create(emergency=emergency, said_by=by, kind=EmergencyLook.Kind.SEEN)


@transaction.atomic
def review_emergency(emergency: Emergency, *, finding: str, text: str, by: Membership) -> EmergencyLook:
    """Say what one found when one looked at an emergency afterwards. Raises OwnEmergency; the database refuses too."""
    if emergency.opened_by_id == by.pk:
        raise OwnEmergency
    name_act("break_glass.review")
    try:
        with transaction.atomic():
            row: EmergencyLook = EmergencyLook.objects.create(
                emergency=emergency,
                said_by=by,
                kind=EmergencyLook.Kind.REVIEWED,
                finding=finding,
                text=text.strip(),
            )
    except DatabaseError:
        raise OwnEmergency from None
    look_at_emergency(emergency, by=by)
    return row


@transaction.atomic
def bar_from_emergency(case: Case, member: Membership, *, by: Membership) -> None:
    """Say that a person never opens this restricted case in an emergency; one under way ends. Raises HoldsTheCase."""
    if any(hold.user_id == member.user_id for hold in live_holds(case)):
        raise HoldsTheCase
    name_act("break_glass.bar")
    EmergencyBar.objects.get_or_create(case=case, member=member, defaults={"named_by": by})
    CaseAccess.objects.filter(
        content_object=case, user_id=member.user_id, source=CaseAccess.Source.BREAK_GLASS
    ).delete()


@transaction.atomic
def unbar_from_emergency(case: Case, member: Membership, *, by: Membership) -> None:
    """Take back that a person never opens this case in an emergency."""
    name_act("break_glass.unbar")
    EmergencyBar.objects.filter(case=case, member=member).delete()
