"""Onward referrals and EHC advice."""

from .records import CaseError


class StepNotPossible(CaseError):
    """A step that the onward referral cannot take now."""

    sentence = "This step is not possible now."
    field = "step"


class OutcomeMissing(CaseError):
    """The last step says how it came out."""

    sentence = "Select how it came out."
    field = "outcome"


class SourceMissing(CaseError):
    """A service's own figures are worth as much as where they come from."""

    sentence = "Write where you read this wait or rate, such as the service’s website."
    field = "usual_source"


class AdviceFinal(CaseError):
    """Final advice is not changed; it is opened again as a new draft."""

    sentence = "This advice is final. Open it again to write a new draft."


class AdviceNotFinal(CaseError):
    """Advice is sent, drawn and opened again once it is final."""

    sentence = "This advice is not final yet."


class AdviceNotRead(CaseError):
    """Only who may read advice may have it as PDF."""

    sentence = "This advice is restricted. Ask its author for access to it."


class AdviceEmpty(CaseError):
    """Advice says something."""

    sentence = "Write the advice before you make it final."
    field = "text"
