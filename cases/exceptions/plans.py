"""Plans and the way back to school."""

from .records import CaseError


class PlanThere(CaseError):
    """A case has one plan."""

    sentence = "This case has a plan already. Look at that one."


class PlanInFuture(CaseError):
    """A plan starts on a day of its case, not after today."""

    sentence = "The plan must start on or after the day on which the case opened, and not in the future."
    field = "starts_on"


class ScoreOutOfRange(CaseError):
    """Scores go from 0 to 10."""

    sentence = "A score must be a whole number from 0 to 10."


class OwnerNeeded(CaseError):
    """Somebody does a step, and only one."""

    sentence = "Choose who does it, or write their name."
    field = "owner"


class ReviewInFuture(CaseError):
    """A review is recorded once it was held."""

    sentence = "The day of the review must be on or after the day on which the plan started, and not in the future."
    field = "held_on"


class ReviewThere(CaseError):
    """One review a day."""

    sentence = "A review on that day is recorded already. Look at that one, and correct it if it is wrong."
    field = "held_on"


class CorrectedAlready(CaseError):
    """A review is corrected once; then its correction is."""

    sentence = "This review has been corrected already. Correct the newer one."


class GoalNotOfCase(CaseError):
    """A goal and what hangs on it belong to one case."""

    sentence = "This goal belongs to another case. Choose one of this pupil’s own goals."


class WeekThere(CaseError):
    """A timetable has each week once."""

    sentence = "The timetable has this week already. Change that one."
    field = "number"


class TooManyWeeks(CaseError):
    """A timetable has an end."""

    sentence = "A timetable has at most 26 weeks. Start a new plan for the way back from there."


class CheckInFuture(CaseError):
    """A check is recorded once it was made."""

    sentence = "The day of the check must be on or after the first day at the school, and not in the future."
    field = "held_on"
