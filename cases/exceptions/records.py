"""What cannot be done with any record of a case; the root of all of them."""


class CaseError(Exception):
    """An act on a case or session that is not possible now; `field` names the field of a form that it is about."""

    sentence = "This cannot be done."
    field: str | None = None

    def __init__(self, sentence: str = "", *, field: str | None = None) -> None:
        super().__init__(sentence or self.sentence)
        self.field = field or self.field


class ChangedMeanwhile(CaseError):
    """Somebody else changed the record since this page was opened."""

    sentence = (
        "Somebody else has changed this since you opened the page. Nothing was saved."
        " Look at what it says now, then try again."
    )


class CodeUnknown(CaseError):
    """A type, place or attendance that the lists do not have."""

    sentence = "One of the answers is not on its list. Choose it again."


class DayNotPossible(CaseError):
    """What is recorded has happened: not tomorrow, and not before the pupil was born."""

    sentence = "The day must be today or in the past, and not before the pupil was born."
    field = "taken_on"


class StruckOut(CaseError):
    """The entry was struck out or corrected already."""

    sentence = "This entry was struck out or corrected already. Nothing was changed."


class NotStruckOut(CaseError):
    """The entry stands, or another has taken its place."""

    sentence = "This entry cannot be brought back: it stands, or another one has taken its place."


class NotYoursToChange(CaseError):
    """A restricted entry is corrected and struck out by its author alone."""

    sentence = "Only its author can correct or strike out a restricted entry."


class NobodyGivesToThemselves(CaseError):
    """Nobody gives a grant to themselves."""

    sentence = "Nobody can give access to themselves. Ask another holder."
    field = "holders"


class EndsInPast(CaseError):
    """Access that has ended already is none."""

    sentence = "The last day must be today or later."
    field = "until"


class GrantNotYours(CaseError):
    """A restricted record is opened to others by its author or, for safeguarding, by the safeguarding lead."""

    sentence = "Only its author, and for safeguarding the designated safeguarding lead, can say who else may read this."
