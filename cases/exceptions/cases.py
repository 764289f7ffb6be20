"""Opening, closing and restricting a case."""

from .records import CaseError


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


class CaseEnded(CaseError):
    """Nothing is planned on a case that has ended."""

    sentence = "This case has ended. Reopen it before you change its plan."


class SentenceNeeded(CaseError):
    """A case is closed with something open only when somebody says what happens with it."""

    sentence = "Say in a sentence what happens with what is still open."
    field = "said"


class DestinationNeeded(CaseError):
    """Whoever leaves goes somewhere, if only to a place that is not known."""

    sentence = "Say where the pupil goes; “Not known” is an answer."
    field = "destination"
