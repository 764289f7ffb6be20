"""What is done with cases and sessions, by noun."""

from .access import access_faults, grant, refresh_access, refresh_access_of, revoke
from .cases import allocate, close_case, lift_restriction, reopen_case, restrict
from .groups import (
    change_session_group,
    end_session_group,
    make_session_group,
    plan_session_group,
    put_members,
    restart_session_group,
)
from .interventions import change_session, delete_session, log_session, restore_session
from .outreach import begin_outreach, change_outreach, end_outreach
from .papers import ask_for_paper
from .joint import join_session, leave_session, note_log_time
from .home_copy import mark_copied, unmark_copied
from .interventions import change_session, delete_session, log_session, restore_session
from .notes import correct_note, end_note_access, give_note_access, restrict_note, write_note
from .papers import ask_for_paper
from .passports import end_share, say_what_worked, share_passport, write_passport
from .planned import (
    What,
    cancel_planned,
    cancel_series,
    change_planned,
    link_planned,
    plan_as_last_week,
    plan_session,
    restore_planned,
    tick_off,
)
from .plans import (
    add_goal,
    add_step,
    change_goal,
    change_plan,
    change_step,
    end_goal,
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
    "What",
    "access_faults",
    "add_goal",
    "add_step",
    "add_to_group",
    "add_week",
    "allocate",
    "ask_for_paper",
    "begin_outreach",
    "cancel_planned",
    "cancel_series",
    "change_goal",
    "change_group",
    "change_outreach",
    "change_plan",
    "change_planned",
    "change_reintegration",
    "change_session",
    "change_session_group",
    "change_stage",
    "change_step",
    "change_week",
    "choose_words",
    "close_case",
    "correct_note",
    "delete_session",
    "drop_last_week",
    "end_goal",
    "end_group",
    "end_group_share",
    "end_outreach",
    "end_session_group",
    "end_share",
    "end_note_access",
    "end_share",
    "give_note_access",
    "grant",
    "join_session",
    "join_team",
    "leave_session",
    "leave_team",
    "lift_restriction",
    "link_planned",
    "link_session",
    "log_session",
    "make_group",
    "make_session_group",
    "note_log_time",
    "plan_as_last_week",
    "mark_copied",
    "plan_reintegration",
    "plan_session",
    "plan_session_group",
    "put_members",
    "record_check",
    "record_review",
    "refresh_access",
    "refresh_access_of",
    "remove_step",
    "reopen_case",
    "restart_session_group",
    "restore_planned",
    "restore_session",
    "restrict",
    "restrict_note",
    "resume_goal",
    "revoke",
    "say_what_worked",
    "share_group",
    "share_passport",
    "start_plan",
    "take_from_group",
    "take_lead",
    "take_part",
    "tick_off",
    "tick_step",
    "unmark_copied",
    "write_note",
    "write_passport",
]
