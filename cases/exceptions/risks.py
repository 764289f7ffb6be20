"""Risk, and pupils to be kept apart."""

from .records import CaseError


class JudgedInFuture(CaseError):
    """What is recorded has happened."""

    sentence = "The day must be today or in the past."
    field = "held_on"


class ReviewBeforeToday(CaseError):
    """A review is still to come."""

    sentence = "The day of the review must be today or later."
    field = "review_on"


class MissingInFuture(CaseError):
    """What is recorded of a missing episode has happened."""

    sentence = "Nothing of a missing episode can lie in the future. Look at the days and times again."
    field = "missing_from"


class ReturnedBefore(CaseError):
    """Nobody comes back before they were gone."""

    sentence = "The time of the return must be after the time from which the pupil was missing."
    field = "returned_at"


class NoSafetyPlan(CaseError):
    """What is not in force is not withdrawn."""

    sentence = "There is no safety plan in force. It may have been withdrawn already."


class ApartFromThemselves(CaseError):
    """A pupil is kept apart from another one."""

    sentence = "Choose another pupil: this is the same one."
    field = "other"


class ApartAlready(CaseError):
    """Two pupils have one link."""

    sentence = "These two are to be kept apart already."
    field = "other"


class LinkNotYours(CaseError):
    """Keeping two apart is ended by who said it, the safeguarding lead or the Taskforce Manager."""

    sentence = (
        "You cannot change this. Ask who said that they are to be kept apart, the designated safeguarding lead or the"
        " Taskforce Manager."
    )
