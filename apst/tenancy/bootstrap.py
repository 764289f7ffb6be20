"""The cluster's roles, once a cluster: creates what is absent, drops nothing (tenancy design, 4.1)."""

from typing import Final

LOGINS: Final = {
    "tf_migrator": "login noinherit createdb",
    "tf_app": "login noinherit nocreatedb nocreaterole",
    "tf_backup": "login noinherit bypassrls",
}
GROUPS: Final = {
    # INHERIT, though it is a member of nothing: before 16 only an inheriting owner of a database may use its public
    # schema.
    "tf_owner": "nologin inherit createdb",
    "tf_definer": "nologin noinherit",
    "s_member": "nologin noinherit",
    "s_granted": "nologin noinherit",
    "s_guest": "nologin noinherit",
    "s_area": "nologin noinherit",
    "s_system": "nologin noinherit",
}
MEMBERS: Final = {
    "tf_migrator": ("tf_owner", "tf_definer"),
    "tf_app": ("s_member", "s_granted", "s_guest", "s_area", "s_system"),
}


def role_statements(version: int, passwords: dict[str, str]) -> list[str]:
    """Give the SQL that makes the roles.

    version    the server's, as an integer such as 150018
    passwords  by login; a login without one keeps what it has
    """
    lines = []
    for role, attributes in {**GROUPS, **LOGINS}.items():
        lines.append(
            f"do $$ begin if not exists (select from pg_roles where rolname = '{role}')"
            f" then create role {role} {attributes}; end if; end $$"
        )
    for role, password in passwords.items():
        literal = password.replace("'", "''")
        lines.append(f"alter role {role} password '{literal}'")
    # On 16 and later each membership says for itself what it passes on; before, NOINHERIT of the login does.
    options = " with inherit false, set true" if version >= 160000 else ""
    lines.extend(f"grant {group} to {login}{options}" for login, groups in MEMBERS.items() for group in groups)
    return lines


def database_statements(name: str) -> list[str]:
    """Give the SQL that opens a database to the two logins and nobody else."""
    return [
        f'revoke all on database "{name}" from public',
        f'grant connect on database "{name}" to tf_app, tf_migrator, tf_backup',
        f'grant connect, temporary on database "{name}" to tf_app',
    ]
