"""Reading people, by noun."""

from .posts import is_in_post, specialists
from .pupils import (
    FACT_LISTS,
    contacts_of,
    facts_on,
    history_of,
    looks_at,
    nhs_number_of,
    year_group,
    year_number,
    year_words,
)

__all__ = [
    "FACT_LISTS",
    "contacts_of",
    "facts_on",
    "history_of",
    "is_in_post",
    "looks_at",
    "nhs_number_of",
    "specialists",
    "year_group",
    "year_number",
    "year_words",
]
