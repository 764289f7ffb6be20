"""What may go wrong with sharing, each with the sentence that a page shows."""


class SharingError(Exception):
    """An act that is not possible now. field: the form's field that it belongs to, "" for the page."""

    field = ""
    says = "This cannot be done."

    def __init__(self, says: str = "", *, field: str = "") -> None:
        super().__init__(says or self.says)
        self.field = field or self.field


class ChangedMeanwhile(SharingError):
    """Two people changed one thing."""

    says = "Somebody else changed this meanwhile. Look at what it says now, and make your change again."


class PartnerThere(SharingError):
    """The name is taken."""

    field = "name"
    says = "There is a partner of this name already"


class NotADraft(SharingError):
    """Its text is fixed."""

    says = "This agreement has been sent. What was sent does not change any more: make a new version."


class NotReady(SharingError):
    """Something that an agreement must say is missing."""

    says = "This agreement cannot be sent yet."


class NotToSign(SharingError):
    """It is a draft still, or over."""

    says = "This agreement cannot be signed now."


class SignedAlready(SharingError):
    """A party signs once."""

    says = "This party has signed already."


class SeenAnother(SharingError):
    """The fingerprint of what was read is not that of what stands there."""

    says = "The agreement is not what you had before you any more. Read it again before you sign."


class NotInForce(SharingError):
    """Nothing is shared under it now."""

    says = "This agreement is not in force."


class NotToExtend(SharingError):
    """Only one whose review is due, by thirty days at most."""

    says = "The review of this agreement cannot be put off."


class EndedAlready(SharingError):
    """It ends once."""

    says = "This agreement has ended already."


class SharedAlready(SharingError):
    """Two shared one case at once."""

    says = "This case is shared under that agreement already."


class NotForThat(SharingError):
    """Each purpose is agreed."""

    field = "purpose"
    says = "The agreement does not cover that purpose"


class RestrictedCase(SharingError):
    """Only its holders see it."""

    says = "A restricted case is not shared under an agreement."


class GuestThere(SharingError):
    """One place a person and agreement."""

    field = "email"
    says = "They are a guest under this agreement already"


class GuestTooLong(SharingError):
    """A guest does not outlast the agreement."""

    field = "ends_on"
    says = "A guest’s last day is no later than the agreement’s"


class NoText(SharingError):
    """Nothing was said."""

    field = "text"
    says = "Enter what they told you"


class DayNotPossible(SharingError):
    """A day that is still to come, or before another that it follows."""

    field = "learnt_on"
    says = "The day must be today or earlier"


class DueTooEarly(SharingError):
    """An answer cannot be due before it is asked for."""

    field = "due_on"
    says = "The answer is due on the day it is asked for, or later"


class AnsweredAlready(SharingError):
    """A request is answered once."""

    says = "This request has been answered already."


class ReasonMissing(SharingError):
    """What was decided has a reason."""

    field = "reason"
    says = "Enter the reason"


class NotToSupply(SharingError):
    """The agreement does not let the organisation supply it, or the case is not shared any more."""

    field = "category"
    says = "The agreement does not let your organisation supply this now. Nothing was saved"


class NotOfTheFamily(SharingError):
    """Only a contact of this pupil."""

    field = "who"
    says = "Select the pupil, or one of their contacts"


class NoCategory(SharingError):
    """What left is said by its categories, never by its text."""

    field = "categories"
    says = "Select what it was about"


class NotToFamily(SharingError):
    """Nobody is given a child's papers without a right to them, against a court, or with a hidden address in them."""

    field = "contact"
    says = "They are not recorded as having parental responsibility. Nothing was recorded"


class ThirdPartyInside(SharingError):
    """What somebody else told was copied into a paper, and may not be passed on."""

    field = "papers"


class NotChecked(SharingError):
    """Something that could put a child in danger was not looked at."""

    field = "checked"
    says = "Confirm that you looked at each of these before anything is given. Nothing was recorded"


class TextMissing(SharingError):
    """A breach is told of in words."""

    says = "Enter what happened"


class CaseNotThere(SharingError):
    """A reference that names no case whose looks one answers for."""

    field = "cases"


class NotInFuture(SharingError):
    """The 72 hours began in the past."""

    field = "aware_on"
    says = "This lies in the future"


class BreachClosed(SharingError):
    """What was closed is not changed."""

    says = "This breach is closed. Report another if something more went wrong."


class NotDecided(SharingError):
    """A breach is closed once it is decided how great the risk is and, if there is any, the Commissioner was told."""

    says = "First decide how great the risk is. If there is one, say when the Information Commissioner was told."
