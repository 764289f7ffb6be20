"""The team of a case and its stages."""

from .records import CaseError


class AlreadyOnTeam(CaseError):
    """The post is on the team now."""

    sentence = "They are on this case’s team already. To change their part, use the list of the team."
    field = "post"


class JoinsOutsideCase(CaseError):
    """Somebody joins while the case is open, and while they are in post."""

    sentence = "Choose a day on which the case is open and they are in post."
    field = "starts_on"


class LeadMissing(CaseError):
    """A case keeps its lead until another takes over."""

    sentence = "They lead this case. Make somebody else the lead first, then they can leave the team."


class SameStage(CaseError):
    """Tier and offer are as they were."""

    sentence = "Nothing is different: the case has this tier and this offer already."


class StageOutsideCase(CaseError):
    """A stage begins while the case is open, and not before the stage before it."""

    sentence = "Choose a day from the last change of tier to today, while the case is open."
    field = "starts_on"
