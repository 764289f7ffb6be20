"""Notes."""

from .records import CaseError


class NothingWritten(CaseError):
    """A note says something."""

    sentence = "Write what was seen, heard, said or agreed."
    field = "text"


class HappenedInFuture(CaseError):
    """A note is about today or earlier."""

    sentence = "The day that it is about must be today or in the past."
    field = "other_day"


class DetailMissing(CaseError):
    """A contact says how and with whom, a meeting which, a voice whose, a concern that was raised when and by whom."""


class ContactUnknown(CaseError):
    """A contact of another pupil, or one whom the person may not see."""

    sentence = "This contact is not known here. Choose again."
    field = "contact"


class NotYoursToCorrect(CaseError):
    """A note is corrected by its author; the manager and the safeguarding lead correct what they read."""

    sentence = "You cannot correct this note. Its author can, or the Taskforce Manager."


class NotYoursToOpen(CaseError):
    """Only who holds a restricted note makes it less restricted."""

    sentence = "Only the author of this note can make it less restricted."
    field = "sensitivity"


class NotRestricted(CaseError):
    """Everybody who sees the case reads an ordinary note."""

    sentence = "This note is not restricted: everybody who works on the case reads it."


class CannotHold(CaseError):
    """Some roles read no restricted note, whoever grants it."""

    sentence = "This person cannot be given access to a restricted note. Choose somebody else."
    field = "member"


class NoHolder(CaseError):
    """Only who holds a note gives or ends access to it."""

    sentence = "Only those who hold this note can say who else reads it."
