"""Pupils, their facts and contacts, specialists and posts: every write of them."""

from .contacts import add_contact, change_contact
from .facts import change_fact, correct_fact
from .keys import drop_former_name, keep_former_name, keys_of, rewrite_name_keys, write_name_keys
from .posts import add_specialist, change_fte, change_post, change_specialist, end_post, start_post
from .pupils import change_pupil, record_pupil
from .reach import follow_all_posts, follow_posts, reach_of

__all__ = [
    "add_contact",
    "add_specialist",
    "change_contact",
    "change_fact",
    "change_fte",
    "change_post",
    "change_pupil",
    "change_specialist",
    "correct_fact",
    "drop_former_name",
    "end_post",
    "follow_all_posts",
    "follow_posts",
    "keep_former_name",
    "keys_of",
    "reach_of",
    "record_pupil",
    "rewrite_name_keys",
    "start_post",
    "write_name_keys",
]
