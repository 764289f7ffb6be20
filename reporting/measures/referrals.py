"""Section E: referrals, triage and waiting."""

from .categories import OUTCOME, REASON, ROUTE, SOURCE
from .declaring import Facts, Figure, Measure, Row, count

RECEIVED = Facts("referral", {"received": True})
DECIDED = Facts("referral", {"decided": True})
DAYS_TO_DECISION = Facts("referral", {"decided": True}, total="school_days")
DAYS_TO_SESSION = Facts("first_session", total="school_days")

E1 = Measure(
    "E1",
    "Referrals received",
    "Referrals received in the period, whatever became of them. One can have several reasons.",
    tuple(Row((count(RECEIVED, "referrals"),), by) for by in (None, SOURCE, ROUTE, REASON)),
)
E2 = Measure(
    "E2",
    "Referrals decided",
    "Referrals whose first substantive triage decision falls in the period.",
    tuple(Row((count(DECIDED, "referrals"),), by) for by in (None, OUTCOME)),
)
E3 = Measure(
    "E3",
    "School days from receipt to decision",
    "Over the referrals of E2: the median, and the 90th percentile (nearest rank).",
    (Row((Figure("median", "school_days", DAYS_TO_DECISION), Figure("p90", "school_days", DAYS_TO_DECISION))),),
)
E4 = Measure(
    "E4",
    "Pupils waiting on the last day",
    "Pupils on the waiting list on the last day: no later decision, no case opened since, not left the school.",
    (Row((count(Facts("waiting", distinct="pupil_id"), "pupils"),)),),
)
E5 = Measure(
    "E5",
    "School days from the case's opening to the first session",
    "Over cases whose first direct session that the pupil attended falls in the period: median, 90th percentile.",
    (Row((Figure("median", "school_days", DAYS_TO_SESSION), Figure("p90", "school_days", DAYS_TO_SESSION))),),
)

MEASURES = (E1, E2, E3, E4, E5)
