"""What is done with cases and sessions, by noun."""

from .access import access_faults, grant, refresh_access, refresh_access_of, revoke
from .cases import allocate, close_case, lift_restriction, reopen_case, restrict
from .interventions import change_session, delete_session, log_session, restore_session
from .papers import ask_for_paper, ask_for_passports
from .passports import end_share, say_what_worked, share_passport, write_passport
from .plans import (
    add_goal,
    add_step,
    change_goal,
    change_plan,
    change_step,
    end_goal,
    link_goal,
    link_session,
    remove_step,
    resume_goal,
    start_plan,
    tick_step,
)
from .reintegration import (
    add_week,
    change_reintegration,
    change_week,
    drop_last_week,
    plan_reintegration,
    record_check,
)
from .reviews import record_review
from .teaching_groups import (
    add_to_group,
    change_group,
    end_group,
    end_group_share,
    make_group,
    share_group,
    take_from_group,
)
from .teams import DIRECTLY, change_stage, join_team, leave_team, take_lead, take_part
from .wording import choose_words

__all__ = [
    "DIRECTLY",
    "access_faults",
    "add_goal",
    "add_step",
    "add_to_group",
    "add_week",
    "allocate",
    "ask_for_paper",
    "ask_for_passports",
    "change_goal",
    "change_group",
    "change_plan",
    "change_reintegration",
    "change_session",
    "change_stage",
    "change_step",
    "change_week",
    "choose_words",
    "close_case",
    "delete_session",
    "drop_last_week",
    "end_goal",
    "end_group",
    "end_group_share",
    "end_share",
    "grant",
    "join_team",
    "leave_team",
    "lift_restriction",
    "link_goal",
    "link_session",
    "log_session",
    "make_group",
    "plan_reintegration",
    "record_check",
    "record_review",
    "refresh_access",
    "refresh_access_of",
    "remove_step",
    "reopen_case",
    "restore_session",
    "restrict",
    "resume_goal",
    "revoke",
    "say_what_worked",
    "share_group",
    "share_passport",
    "start_plan",
    "take_from_group",
    "take_lead",
    "take_part",
    "tick_step",
    "write_passport",
]
