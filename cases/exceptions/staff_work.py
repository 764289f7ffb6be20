"""Training, outreach and holiday provision."""

from .records import CaseError


class FeedbackOutOfRange(CaseError):
    """Feedback is a mean of scores from 1 to 5."""

    sentence = "The score must be between 1 and 5."
    field = "score"


class OutreachGoesOn(CaseError):
    """A school has one outreach at a time."""

    sentence = "There is outreach to this school already. Look for it on the list."
    field = "school"


class ProgrammeOrder(CaseError):
    """A programme's last day is its first or later."""

    sentence = "The last day of the programme must be the same as or after its first."
    field = "ends_on"


class DayOutsideProgramme(CaseError):
    """A register is kept of a day of the programme."""

    sentence = "This day is not one of the programme's."
    field = "day"
