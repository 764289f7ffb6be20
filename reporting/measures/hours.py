"""Section C: the hours and the sessions."""

from .categories import ACTIVITY_BY_SPECIALIST, ACTIVITY_TYPE, LOCATION, SITE, SPECIALIST_TYPE
from .declaring import Facts, Figure, Measure, Row, count, hours, percent
from .pupils import SUPPORTED
from .team import FTE_DAYS

DELIVERED = Facts("delivery", {"in_period": True}, total="minutes")
OUTSIDE = Facts("delivery", {"in_period": True, "out_of_school_hours": True}, total="minutes")
CONTACT = Facts("place", {"contact": True}, total="minutes")
PLANNED = Facts("session", {"planned": True})
PLACES = Facts("place", {"planned_place": True})
PLACES_ATTENDED = Facts("place", {"planned_place": True, "attended": True})

C1 = Measure(
    "C1",
    "Specialist hours delivered",
    "The duration of each session in the period, once for each specialist who delivered it.",
    tuple(
        Row((hours(DELIVERED),), by)
        for by in (None, ACTIVITY_TYPE, SPECIALIST_TYPE, ACTIVITY_BY_SPECIALIST, LOCATION, SITE)
    ),
)
C2 = Measure(
    "C2",
    "Specialist hours since the taskforce began",
    "Specialist hours from the taskforce's beginning to the period's last day, the opening balance included.",
    (Row((hours(Facts("delivery", total="minutes"), opening="opening_minutes"),)),),
)
C3 = Measure(
    "C3",
    "Specialist hours outside school hours",
    "Specialist hours of sessions marked as outside school hours, and their share of the same row of C1.",
    tuple(Row((hours(OUTSIDE), percent(OUTSIDE, DELIVERED)), by) for by in (None, SPECIALIST_TYPE)),
)
C4 = Measure(
    "C4",
    "Pupil contact hours",
    "In work with pupils present, the session's duration for each place attended or part attended.",
    tuple(Row((hours(CONTACT),), by) for by in (None, ACTIVITY_TYPE)),
)
C5 = Measure(
    "C5",
    "Sessions planned, and places attended",
    "All sessions but those the taskforce cancelled; and the share of planned places attended or part attended.",
    tuple(Row((count(PLANNED, "sessions"), percent(PLACES_ATTENDED, PLACES)), by) for by in (None, ACTIVITY_TYPE)),
)
C6 = Measure(
    "C6",
    "Specialist hours per supported pupil and per FTE",
    "C1 divided by A1, and C1 divided by D2, from figures that were not rounded.",
    (
        Row((Figure("hours", "hours", DELIVERED, SUPPORTED),), breakdown="basis", category="per_pupil"),
        Row((Figure("hours", "hours", DELIVERED, FTE_DAYS),), breakdown="basis", category="per_fte"),
    ),
)

MEASURES = (C1, C2, C3, C4, C5, C6)
