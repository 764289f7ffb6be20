"""Section D: the team."""

from .categories import EMPLOYMENT, SPECIALIST_TYPE
from .declaring import Facts, Figure, Measure, Row, count

# Every post fact is of a post held on some day of the period.
PEOPLE = Facts("post", distinct="specialist_id")
FTE_DAYS = Facts("post", total="fte_days")
CORE_TYPES = Facts("post", {"core_on_last_day": True}, distinct="specialist_type")

D1 = Measure(
    "D1",
    "Specialists in post",
    "People who held a specialist post on any day of the period; one person with two posts is one.",
    tuple(Row((count(PEOPLE, "people"),), by) for by in (None, SPECIALIST_TYPE, EMPLOYMENT)),
)
D2 = Measure(
    "D2",
    "Full-time equivalent",
    "Each post's FTE times the share of the period's calendar days in post, added up.",
    tuple(Row((Figure("fte", "fte", FTE_DAYS),), by) for by in (None, SPECIALIST_TYPE)),
)
D3 = Measure(
    "D3",
    "Core specialist types in post",
    "How many of the eight core types are in post on the period's last day, and whether at least four are.",
    (
        Row((count(CORE_TYPES, "types"),)),
        Row((Figure("count", "types", CORE_TYPES),), breakdown="at_least_four", category="yes"),
    ),
)

MEASURES = (D1, D2, D3)
