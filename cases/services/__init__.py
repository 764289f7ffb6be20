"""What is done with cases and sessions, by noun."""

from .access import access_faults, grant, refresh_access, refresh_access_of, revoke
from .cases import allocate, close_case, lift_restriction, reopen_case, restrict
from .interventions import change_session, delete_session, log_session, restore_session

__all__ = [
    "access_faults",
    "allocate",
    "change_session",
    "close_case",
    "delete_session",
    "grant",
    "lift_restriction",
    "log_session",
    "refresh_access",
    "refresh_access_of",
    "reopen_case",
    "restore_session",
    "restrict",
    "revoke",
]
