"""Planned sessions and groups."""

from .records import CaseError


class NotInPlan(CaseError):
    """A planned session that was taken out of the week."""

    sentence = "This is not planned any more. Bring it back first."


class TickedOff(CaseError):
    """A planned session that was held, or not, and said so already."""

    sentence = "This was ticked off already. Change its session instead."


class PlannedTooFar(CaseError):
    """Sessions are planned at most a year ahead, and not into the past."""

    sentence = "Plan for a day from a fortnight ago to a year ahead."
    field = "planned_on"


class RepeatedWrongly(CaseError):
    """The last day of a repetition is before the first, or too far ahead."""

    sentence = "The last day of the repetition must be after the first one, and at most a year ahead."
    field = "until"


class NoPlanOnThatDay(CaseError):
    """None of the days of a repetition is a school day."""

    sentence = "None of these days is a school day. Choose other days, or plan a single one."
    field = "until"


class GroupHasEnded(CaseError):
    """A group that does not meet any more."""

    sentence = "This group has ended. Start it again first."


class GroupMeetsThen(CaseError):
    """A group has one planned session a day."""

    sentence = "This group is planned on that day already."
    field = "planned_on"
