"""What cannot be done with cases and sessions, each with the sentence that a person reads."""


class CaseError(Exception):
    """An act on a case or session that is not possible now; `field` names the field of a form that it is about."""

    sentence = "This cannot be done."
    field: str | None = None

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or self.sentence)


class ChangedMeanwhile(CaseError):
    """Somebody else changed the record since this page was opened."""

    sentence = (
        "Somebody else has changed this since you opened the page. Nothing was saved."
        " Look at what it says now, then try again."
    )


class HasOpenCase(CaseError):
    """The pupil has an open case already."""

    sentence = "This pupil already has an open case. Close that one first, or work with it."


class NotToAllocate(CaseError):
    """The referral has a case already, or has ended."""

    sentence = "This referral cannot be allocated: it has a case already, or it has ended."


class OpenedInFuture(CaseError):
    """A case opens today or earlier."""

    sentence = "The day on which the case opens must be today or in the past."
    field = "opened_on"


class PostNotInPlace(CaseError):
    """The lead or a member of the team holds no post on that day."""

    sentence = "Everybody on the team must be in post on the day on which the case opens."
    field = "lead"


class AlreadyEnded(CaseError):
    """The case has ended."""

    sentence = "This case has ended already."


class StillOpen(CaseError):
    """The case has not ended."""

    sentence = "This case is open."


class EndsBeforeItOpened(CaseError):
    """The day of its end is before its first day or after today."""

    sentence = "The day on which the case ended must not be before it opened, nor in the future."
    field = "ended_on"


class HoldersMissing(CaseError):
    """A restricted case has two holders, one of them a safeguarding lead."""

    sentence = "A restricted case needs at least two holders, and one of them must be a designated safeguarding lead."
    field = "holders"


class NobodyGivesToThemselves(CaseError):
    """Nobody gives a grant to themselves."""

    sentence = "Nobody can give access to themselves. Ask another holder."
    field = "holders"


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


class CodeUnknown(CaseError):
    """A type, place or attendance that the lists do not have."""

    sentence = "One of the answers is not on its list. Choose it again."


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
