"""Section A: the pupils."""

from .categories import CSC_STATUS, ETHNICITY_GROUP, SEN_PRIMARY_NEED, SEN_PROVISION, SEX, TIER, YEAR_GROUP
from .declaring import Facts, Measure, Row, count, percent

SUPPORTED = Facts("pupil", {"supported": True})
WITH_SEN = Facts("pupil", {"supported": True, "has_sen": True})
SHARE_OF_A1 = (count(SUPPORTED, "pupils"), percent(SUPPORTED, SUPPORTED, per_whole=True))

A1 = Measure(
    "A1",
    "Pupils supported in the period",
    "Pupils with at least one place in a session of direct work in the period that they attended or part attended or, "
    "in work with the family, that was about them; with or without a case.",
    tuple(Row((count(SUPPORTED, "pupils"),), by) for by in (None, YEAR_GROUP, SEX, ETHNICITY_GROUP, TIER)),
)
A2 = Measure(
    "A2",
    "Pupils supported since the taskforce began",
    "Pupils supported from the taskforce's beginning to the period's last day, the opening balance included.",
    (Row((count(Facts("pupil", {"supported_ever": True}), "pupils", opening="opening_pupils"),)),),
)
A3 = Measure(
    "A3",
    "Supported pupils with special educational needs",
    "Supported pupils with SEN support or an education, health and care plan on the last day, as a share of A1.",
    (
        Row((percent(WITH_SEN, SUPPORTED),)),
        Row(SHARE_OF_A1, SEN_PROVISION),
        Row((count(WITH_SEN, "pupils"), percent(WITH_SEN, SUPPORTED, per_whole=True)), SEN_PRIMARY_NEED),
    ),
)
A4 = Measure(
    "A4",
    "Supported pupils eligible for free school meals",
    "Supported pupils eligible for free school meals on the period's last day, as a share of A1.",
    (Row((percent(Facts("pupil", {"supported": True, "fsm": "yes"}), SUPPORTED),)),),
)
A5 = Measure(
    "A5",
    "Supported pupils known to children's social care",
    "Supported pupils who were in need, on a protection plan or looked after on any day of the period, as a share of "
    "A1; the breakdown is as on the last day.",
    (
        Row((percent(Facts("pupil", {"supported": True, "known_to_csc": True}), SUPPORTED),)),
        Row(SHARE_OF_A1, CSC_STATUS),
    ),
)

MEASURES = (A1, A2, A3, A4, A5)
