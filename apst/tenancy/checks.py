"""The boot check: the application's login could not bypass row-level security if it wanted to."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connections
from django.db.utils import DatabaseError

_QUESTIONS = """
select r.rolsuper, r.rolbypassrls, r.rolinherit,
       exists (select from pg_class c where c.relowner = r.oid),
       exists (select from pg_auth_members m join pg_roles g on g.oid = m.roleid
               where m.member = r.oid and g.rolname not in ('s_member', 's_granted', 's_guest', 's_area', 's_system'))
from pg_roles r where r.rolname = session_user
"""
_ANSWERS = (
    "is a superuser",
    "bypasses row-level security",
    "inherits the rights of its scope roles",
    "owns tables",
    "is a member of more than the scope roles",
)


def login_faults(alias: str = "default") -> list[str]:
    """Give what is wrong with the application's login, in words; empty where all is well."""
    with connections[alias].cursor() as cursor:
        cursor.execute(_QUESTIONS)
        return [text for wrong, text in zip(cursor.fetchone(), _ANSWERS, strict=True) if wrong]


@checks.register(checks.Tags.database)
def login_cannot_bypass(databases: Sequence[str] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """Refuse to start with a login that could read across taskforces (tenancy design, section 8, group 1)."""
    if not databases or "default" not in databases:
        return []
    try:
        faults = login_faults()
    except DatabaseError as error:
        return [checks.Error(f"The database does not answer: {error}", id="tenancy.E002")]
    return [
        checks.Error(
            f"The application's database login {fault}.",
            hint="Use tf_app; see ./run manage bootstrap_roles.",
            id="tenancy.E001",
        )
        for fault in faults
    ]
