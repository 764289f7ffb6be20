"""Assessments, instruments, the needs checklist and consent."""

from .records import CaseError


class InformantUnknown(CaseError):
    """Who answered is part of a score: scores by teacher, parent and pupil cannot be compared."""

    sentence = "Select who answered. Scores by different people cannot be compared with each other."
    field = "informant"


class ScoreNotPossible(CaseError):
    """A score that this scale cannot give; its field is the scale's."""

    sentence = "This score is not possible. Check it and enter it again."


class NothingAssessed(CaseError):
    """An assessment has a score or a summary."""

    sentence = "Enter at least one score, or write a summary."
    field = "summary"


class InstrumentRetired(CaseError):
    """The taskforce does not use the instrument any more."""

    sentence = "This instrument is no longer in use here. Choose another, or ask the manager to bring it back."


class InstrumentWrong(CaseError):
    """An instrument that cannot be made as it was described; its field says where."""

    sentence = "This instrument cannot be made like this."


class SessionOfSomebodyElse(CaseError):
    """The session does not name this pupil."""

    sentence = "That session does not name this pupil. Choose another, or none."
    field = "session"


class ConsentGiverWrong(CaseError):
    """Consent is given by the pupil, whose competence was judged, or by somebody with parental responsibility."""

    sentence = "Choose who decided: the pupil, or a contact who is recorded as having parental responsibility."
    field = "given_by"


class CompetenceMissing(CaseError):
    """Where a pupil decides, it is recorded how it was judged that they can."""

    sentence = "Write how it was judged that the pupil understands enough to decide this themselves."
    field = "competence"


class WithdrawnBeforeGiven(CaseError):
    """Consent is withdrawn on or after the day on which it was given, and not tomorrow."""

    sentence = "The day must not be before consent was given, nor in the future."
    field = "withdrawn_on"


class NotGiven(CaseError):
    """Only consent that stands can be withdrawn."""

    sentence = "There is no consent here to withdraw."


class ChecklistEmpty(CaseError):
    """A checklist is filled in where at least one item is answered."""

    sentence = "Answer at least one item of the checklist."


class ItemWrong(CaseError):
    """An item of the checklist says something, once."""

    sentence = "Write what is looked at, in at most 120 characters, and each item once."
    field = "words"
