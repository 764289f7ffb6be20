"""A post that ends."""

from .records import CaseError


class EndsBeforePost(CaseError):
    """A post's last day is today or later, and not before its first."""

    sentence = "The last day must be today or later, and not before the post began."
    field = "last_day"


class SuccessorMissing(CaseError):
    """Every open case that a leaver leads needs somebody else to lead it."""

    sentence = "Choose who leads each of these cases from now on; it must be somebody else."


class RestrictedNotHandedOver(CaseError):
    """A leaver leads, or is on the team of, a restricted case that the manager cannot see."""

    def __init__(self, number: int) -> None:
        cases = "1 restricted case" if number == 1 else f"{number} restricted cases"
        super().__init__(
            f"They lead or are on the team of {cases} that you cannot see. A holder must hand it over first:"
            " ask them, or the designated safeguarding lead. Nothing was changed."
        )
