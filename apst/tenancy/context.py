"""The open context: which taskforce, as whom. Without one the login may read no table of a taskforce.

One statement opens it, and the database itself checks the membership (tenancy design, 4.2).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import connection, transaction

from .matrix import CONDITIONS, ROLES
from .models import Taskforce


class ContextError(RuntimeError):
    """A context was opened within another one, or is missing."""


@dataclass(frozen=True)
class Member:
    """Whoever acts in an open taskforce: a person with a role, or (person_id None) the taskforce's own system."""

    taskforce: Taskforce
    scope: str
    person_id: int | None = None
    membership_id: int | None = None
    role: str = "system"
    actions: dict[str, str] = field(default_factory=dict)
    sites: frozenset[int] = frozenset()
    emergencies: frozenset[int] = frozenset()  # the cases that are open to them in an emergency alone

    @property
    def is_system(self) -> bool:
        """True for the taskforce's own jobs, which no person is."""
        return self.person_id is None

    @property
    def role_label(self) -> str:
        """The role in words."""
        return ROLES.get(self.role, "System")

    @cached_property
    def sees_whole_taskforce(self) -> bool:
        """True where rows are not limited to cases granted one by one."""
        return self.scope in ("s_member", "s_system")

    def may(self, action: str) -> bool:
        """True where the matrix gives this member the action at any reach; the system may do everything."""
        return self.is_system or action in self.actions

    def reach(self, action: str) -> str:
        """Give T, C, O, G or "" for an action."""
        return "T" if self.is_system else self.actions.get(action, "").partition(" ")[0]

    def condition(self, action: str) -> str:
        """Give the named condition of the cell, "" where there is none."""
        condition = self.actions.get(action, "").partition(" ")[2]
        return condition if condition in CONDITIONS else ""


_current: ContextVar[Member | None] = ContextVar("member", default=None)

_ENTER = """
select set_config('role', {call}, true), current_setting('app.member_id'), current_setting('app.actions'),
       current_setting('app.sites'), current_setting('app.role'),
       current_setting('app.emergency', true), set_config('app.request_id', %s, true)
"""
_RESTORE = """
select set_config('role', 'none', true), set_config('app.tenant_id', '', true), set_config('app.person_id', '', true),
       set_config('app.member_id', '', true), set_config('app.actions', '', true), set_config('app.hidden', '', true),
       set_config('app.hidden_pupils', '', true), set_config('app.sites', '', true), set_config('app.posts', '', true),
       set_config('app.verb', '', true), set_config('app.partners', '', true), set_config('app.shared', '', true),
       set_config('app.shared_pupils', '', true), set_config('app.emergency', '', true),
       set_config('app.emergency_pupils', '', true)
"""


def current() -> Member:
    """Give the member of the open context; raises ContextError where none is open."""
    member = _current.get()
    if member is None:
        raise ContextError("No taskforce is open: use acting_for(...) or acting_as_system(...).")
    return member


def is_open() -> bool:
    """True where a taskforce is open."""
    return _current.get() is not None


def _ids(array: str) -> frozenset[int]:
    return frozenset(int(one) for one in array.strip("{}").split(",") if one)


@contextmanager
def _opened(taskforce: Taskforce, person_id: int | None, request_id: str, *, durable: bool) -> Iterator[Member]:
    outer = _current.get()
    if outer is not None:
        if outer.taskforce.pk == taskforce.pk and outer.person_id == person_id:
            yield outer
            return
        raise ContextError("A taskforce is already open as somebody else; leave it first.")
    outermost = not connection.in_atomic_block
    with transaction.atomic(durable=durable):
        with connection.cursor() as cursor:
            if person_id is None:
                cursor.execute(_ENTER.format(call="app.enter_system(%s)"), [taskforce.pk, request_id])
            else:
                cursor.execute(_ENTER.format(call="app.enter(%s, %s)"), [person_id, taskforce.pk, request_id])
            scope, membership, actions, sites, role, emergencies, _ = cursor.fetchone()
        member = Member(
            taskforce=taskforce,
            scope=scope,
            person_id=person_id,
            membership_id=int(membership) if membership else None,
            role=role,
            actions=json.loads(actions or "{}"),
            sites=_ids(sites),
            emergencies=_ids(emergencies or ""),
        )
        token = _current.set(member)
        try:
            yield member
        finally:
            _current.reset(token)
        # The end of the transaction puts the settings back. A savepoint's release keeps them, so there they are put
        # back by hand; its rollback, after an exception too, puts them back itself.
        if not outermost and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute(_RESTORE)


@contextmanager
def acting_for(taskforce: Taskforce, person: Any, *, request_id: str = "", durable: bool = True) -> Iterator[Member]:
    """Open `taskforce` as `person` (a User or its id) in one transaction; gives the Member.

    Raises django.db.Error (permission denied) for a person without a live membership, ContextError inside another
    context.
    """
    with _opened(taskforce, getattr(person, "pk", person), request_id, durable=durable) as member:
        yield member


@contextmanager
def acting_as_system(taskforce: Taskforce, *, request_id: str = "", durable: bool = True) -> Iterator[Member]:
    """Open one taskforce for its own jobs: every row of it, restricted ones included. Never used for a person's
    request.
    """
    with _opened(taskforce, None, request_id, durable=durable) as member:
        yield member


def for_each_taskforce() -> Iterator[Member]:
    """Open every taskforce in turn as its system, one transaction each; there is no context that spans them."""
    for taskforce in Taskforce.objects.order_by("pk"):
        with acting_as_system(taskforce) as member:
            yield member


def name_act(verb: str) -> None:
    """Name the domain's verb for the audit entries of the statements that follow, such as "referral.triage"."""
    with connection.cursor() as cursor:
        cursor.execute("select set_config('app.verb', %s, true)", [verb])
