"""Opening restricted records in an emergency."""

from .records import CaseError


class ReasonTooShort(CaseError):
    """An emergency says what is happening and why it cannot wait."""

    sentence = "Say what is happening and why it cannot wait, in a sentence or two."
    field = "reason"


class NotForYou(CaseError):
    """The holders of a restricted case said that this person never opens it."""

    sentence = (
        "The holders of this case have said that you are not to open it, so it was not opened."
        " If a child is in danger, ring 999, then a holder or a designated safeguarding lead."
    )


class NothingToOpen(CaseError):
    """It is not restricted any more, was ended or removed, or is open to this person anyway."""

    sentence = "There is nothing to open in an emergency here: you can read it anyway, or it is not there any more."


class EmergencyOver(CaseError):
    """It has ended already."""

    sentence = "This emergency has ended already. Nothing was changed."


class OwnEmergency(CaseError):
    """Somebody else than who opened it reviews an emergency, once."""

    sentence = "You opened this yourself, or have reviewed it already. Somebody else reviews it."


class HoldsTheCase(CaseError):
    """Who holds the case sees it without any emergency."""

    sentence = "This person holds the case. End their hold first."
    field = "member"
