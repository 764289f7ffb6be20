"""Accounts, and what their people are in which taskforce or area."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import localdate

from apst.accounts import queries
from apst.accounts.exceptions import ChangedMeanwhile, LastManager, WrongDates
from apst.accounts.models import AreaMembership, Membership, SecurityEvent, User
from apst.jobs.services import ask_for
from apst.tenancy.context import name_act
from apst.tenancy.models import LocalAuthority, Trust

ACCESS_REFRESH = (
    "cases.refresh_access"  # cases does this job: it knows the cases and their grants, this package does not
)
# What must be true before somebody leaves on a day (None: before they stop being what they are here); each raises.
LeavingCheck = Callable[[Membership, dt.date | None], None]
_checks: list[LeavingCheck] = []
CHANGEABLE = frozenset({"role", "name", "case_reach", "may_decide", "starts_on", "ends_on"})


def before_leaving(check: LeavingCheck) -> LeavingCheck:
    """Register what is asked before a membership ends or its role changes; packages that know more say it here."""
    _checks.append(check)
    return check


def note(act: str, *, person_id: int | None, address: str | None = None, request_id: str = "") -> None:
    """Write an act of no taskforce, such as "signed_in"; never in an open taskforce, whose role may not write it."""
    SecurityEvent.objects.create(act=act, person_id=person_id, address=address, request_id=request_id)


def make_account(*, email: str, name: str, password: str | None) -> User:
    """Give the account of an address, made where there is none; without a password it waits for its person to set one.

    An account that exists keeps its name and password. Needs to run outside a taskforce.
    """
    account = User.objects.filter(email__iexact=email).first()
    return account or User.objects.create_user(email, password, name=name)


def ask_for_access() -> None:
    """Ask for the grants on cases to follow what people are now; part of the act's own transaction.

    Each asking is a job of its own: one that runs already may have read what held before.
    """
    ask_for(ACCESS_REFRESH, key=str(uuid.uuid4()), args={})


@transaction.atomic
def make_area_member(
    user: User, *, role: str, local_authority: LocalAuthority | None = None, trust: Trust | None = None
) -> AreaMembership:
    """Make a person a commissioner of an authority, a lead of a trust, or (neither) an operator; once."""
    area, _ = AreaMembership.objects.get_or_create(user=user, role=role, local_authority=local_authority, trust=trust)
    return area


@transaction.atomic
def change_membership(
    membership: Membership, *, version: int | None = None, by: Membership | None, **changes: Any
) -> Membership:
    """Change a membership: `role`, `name`, `case_reach`, `may_decide`, `starts_on` or `ends_on`, and no other.

    version  the version that the page showed; None where nobody looked at one
    Raises ChangedMeanwhile, WrongDates, LastManager where no manager would be left today, and what the checks before
    leaving raise. (Managers are locked, so two who end each other's membership queue.)
    """
    unknown = set(changes) - CHANGEABLE
    if unknown:
        raise TypeError(f"A membership has no {', '.join(sorted(unknown))} to change.")
    name_act("membership.change")
    managers = list(Membership.objects.select_for_update().filter(role="manager").order_by("pk"))
    held = Membership.objects.select_for_update().get(pk=membership.pk)
    if version is not None and held.version != version:
        raise ChangedMeanwhile(
            "Somebody else has changed this person's membership since you opened the page. Look at it again before you"
            " save"
        )
    was_role, ended_on = held.role, held.ends_on
    was_manager = held.role == "manager" and queries.is_live(held)
    for field, value in changes.items():
        setattr(held, field, value)
    if held.ends_on and held.ends_on < held.starts_on:
        raise WrongDates("The last day must be the same as or after the first day")
    others = [m for m in managers if m.pk != held.pk and _stays(m, held.ends_on)]
    leaves = held.role != "manager" or held.ends_on is not None or held.starts_on > localdate()
    if was_manager and leaves and not others:
        raise LastManager(
            "This is the only manager. Make somebody else a manager first: a taskforce is never without one"
        )
    last_day = held.ends_on if held.ends_on != ended_on else None
    if last_day or held.role != was_role:
        for check in _checks:
            check(held, last_day)
    held.version += 1
    held.save(update_fields=[*changes, "version"])
    ask_for_access()
    return held


@transaction.atomic
def confirm_access(members: Iterable[Membership], *, by: Membership | None) -> int:
    """Confirm that people still work here, as what they are; gives how many. Who had lapsed is back with it.

    The database lets a manager confirm everybody but themselves, and a senior leader the managers; the system (the
    operator's command) everybody.
    """
    name_act("access.confirm")
    with connection.cursor() as cursor:
        cursor.execute("select app.confirm_access(%s)", [[member.pk for member in members]])
        return int(cursor.fetchone()[0])


def _stays(manager: Membership, day: dt.date | None) -> bool:
    """True for a manager of today who is still one after `day`."""
    return queries.is_live(manager) and (manager.ends_on is None or (day is not None and manager.ends_on > day))
