"""What can be wrong with a pupil, a contact or a post; the text is for the person."""


class PeopleError(Exception):
    """The act is not possible; its text says why."""


class MalformedNumber(PeopleError):
    """A UPN or NHS number that is none."""


class ChangedMeanwhile(PeopleError):
    """Somebody else has changed the record since the page was opened."""


class KnownLocalId(PeopleError):
    """Another pupil has this local id."""


class WrongDate(PeopleError):
    """A date that cannot be: in the future, or the last before the first."""


class NothingToCorrect(PeopleError):
    """No fact was recorded that a correction could replace."""


class NoSuchValue(PeopleError):
    """The code is not in the field's list."""


class KnownReference(PeopleError):
    """Another post has this reference."""


class PostOver(PeopleError):
    """The post has ended."""


class AlreadyOut(PeopleError):
    """The person is out already: one visit at a time has an alarm."""


class AlreadyThere(PeopleError):
    """The same is recorded already."""
