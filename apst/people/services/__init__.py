"""Pupils, their facts and contacts, specialists, their posts and all that hangs on those: every write of them."""

from .absences import cancel_absence, record_absence
from .contacts import add_contact, change_contact
from .facts import change_fact, correct_fact
from .guides import publish_briefing, publish_guide
from .keys import drop_former_name, keep_former_name, keys_of, rewrite_name_keys, write_name_keys
from .money import add_cost, add_funding, change_cost, change_funding, remove_cost
from .posts import add_specialist, change_fte, change_post, change_specialist, end_post, start_post
from .pupils import change_pupil, record_pupil
from .reach import follow_all_posts, follow_posts, reach_of
from .support import arrange_supervision, end_supervision, set_induction, tick_induction, untick_induction
from .terms import agree_terms, place_days
from .vacancies import change_vacancy, close_vacancy, open_vacancy, reopen_vacancy
from .visits import come_back, go_out, raise_alarms, stay_longer, taskforces_to_alarm, tell_managers

__all__ = [
    "add_contact",
    "add_cost",
    "add_funding",
    "add_specialist",
    "agree_terms",
    "arrange_supervision",
    "cancel_absence",
    "change_contact",
    "change_cost",
    "change_fact",
    "change_fte",
    "change_funding",
    "change_post",
    "change_pupil",
    "change_specialist",
    "change_vacancy",
    "close_vacancy",
    "come_back",
    "correct_fact",
    "drop_former_name",
    "end_post",
    "end_supervision",
    "follow_all_posts",
    "follow_posts",
    "go_out",
    "keep_former_name",
    "keys_of",
    "open_vacancy",
    "place_days",
    "publish_briefing",
    "publish_guide",
    "raise_alarms",
    "reach_of",
    "record_absence",
    "record_pupil",
    "remove_cost",
    "reopen_vacancy",
    "rewrite_name_keys",
    "set_induction",
    "start_post",
    "stay_longer",
    "taskforces_to_alarm",
    "tell_managers",
    "tick_induction",
    "untick_induction",
    "write_name_keys",
]
