"""Why a referral cannot be made, decided or changed. Each carries a sentence for the person who tried."""


class ReferralRefused(Exception):
    """The base of them all; `str(error)` is a plain sentence."""


class BadReferral(ReferralRefused):
    """Something in it cannot be: a date to come, an unknown code."""


class ChangedMeanwhile(ReferralRefused):
    """Somebody else changed it after this page was opened."""

    def __init__(self, what: str = "This referral") -> None:
        super().__init__(
            f"{what} was changed by somebody else while you had it open. Look at it again before you decide."
        )


class AlreadyTriaged(ReferralRefused):
    """The same outcome stands already."""


class AlreadyAllocated(ReferralRefused):
    """A case was opened on it."""

    def __init__(self) -> None:
        super().__init__("This referral has been allocated. What happens next is decided on the case.")


class ReasonNeeded(ReferralRefused):
    """The outcome, or a threshold set aside, needs its reason."""


class CriterionNotMet(ReferralRefused):
    """An acceptance with a criterion that is neither met nor set aside."""


class CannotUndo(ReferralRefused):
    """Too late, somebody else's decision, or another has followed."""


class NothingAsked(ReferralRefused):
    """More information was given where none is asked for."""


class CannotMatch(ReferralRefused):
    """The two pupils are the same row, or the referral has a case."""
