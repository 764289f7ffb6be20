"""Sessions."""

from .records import CaseError


class DurationOutOfRange(CaseError):
    """Nothing takes no time, or more than a day."""

    sentence = "How long it took must be between 1 minute and 24 hours."
    field = "minutes"


class HeldInFuture(CaseError):
    """A session is logged once it has been held."""

    sentence = "The day of the session must be today or in the past."
    field = "held_on"


class PupilTwice(CaseError):
    """A pupil has one place in a session."""

    sentence = "The same pupil is there twice. Choose each pupil once."
    field = "pupils"


class PupilNeeded(CaseError):
    """This type of work is about a pupil."""

    sentence = "Choose at least one pupil: this type of work is always about one."
    field = "pupils"


class PupilUnknown(CaseError):
    """A pupil of another taskforce, or one whom the person may not see."""

    sentence = "One of these pupils is not known here. Choose the pupils again."
    field = "pupils"


class SpecialistNeeded(CaseError):
    """Somebody delivered the session."""

    sentence = "Choose who did the work."
    field = "specialists"


class StaffTrainedWrong(CaseError):
    """Only training counts the staff who were there."""

    sentence = (
        "The number of staff belongs to training and advice for school staff only, and must be between 0 and 1,000."
    )
    field = "staff_trained"


class WindowClosed(CaseError):
    """The session may not be changed by this person (any more)."""

    sentence = (
        "This session cannot be changed by you any more: its author can until the end of the third working day"
        " after it was logged. Ask the Taskforce Manager."
    )


class NoteNotYours(CaseError):
    """A note is written by those who may, and changed by its author."""

    sentence = "You cannot write or change this note."
    field = "note"


class TravelOutOfRange(CaseError):
    """Nobody travels for more than a day."""

    sentence = "The travel must be between 0 minutes and 24 hours."
    field = "travel_minutes"


class AlreadyOnIt(CaseError):
    """One joins a session once."""

    sentence = "You are on this session already."


class NotOnIt(CaseError):
    """Only one of several specialists leaves a session."""

    sentence = "You cannot be taken out of this session: somebody has to have done the work."
