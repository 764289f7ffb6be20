"""Meetings and their decisions."""

from .records import CaseError


class MeetingOver(CaseError):
    """Nothing of a closed meeting changes; a decision is superseded at the next one."""

    sentence = "This meeting is closed. Put it on the agenda of the next one."


class MeetingNotRunning(CaseError):
    """Decisions are taken while the meeting runs."""

    sentence = "Start the meeting first."


class MeetingThere(CaseError):
    """One meeting a day of the whole taskforce, and one of each site."""

    sentence = "There is a meeting on that day already. Open it from the list."
    field = "held_on"


class AlreadyOnAgenda(CaseError):
    """A case or referral stands once on an agenda."""

    sentence = "This is on the agenda already."


class OrderMeanwhile(CaseError):
    """Somebody else changed the agenda's order since this page was opened."""

    sentence = "Somebody else has changed the agenda since you opened it. Nothing was moved. This is its order now."


class MeetingNotClosed(CaseError):
    """The hours of a meeting are counted once it is over."""

    sentence = "Close the meeting first."


class HoursNotCounted(CaseError):
    """Whether a meeting's hours count is the taskforce's own choice."""

    sentence = "This taskforce does not count the hours of its meetings. A manager can change that under How we meet."


class NobodyToCount(CaseError):
    """Only the hours of those who hold a post count."""

    sentence = "Select whose hours are counted."
    field = "posts"


class NothingToDiscuss(CaseError):
    """Something added to an agenda names a case, or says what it is."""

    sentence = "Choose a case, or write what it is about."
    field = "words"


class AlreadyDecided(CaseError):
    """Another decision on the same item came first."""

    sentence = "Somebody decided this a moment ago. Look at what was decided; a new decision can replace it."


class RationaleMissing(CaseError):
    """Where it matters, a decision says why."""

    sentence = "Say why, in a sentence."
    field = "rationale"


class SeniorLeaderMissing(CaseError):
    """The taskforce takes this decision together with a senior leader."""

    sentence = "Here this is decided with a senior leader. Choose who of those present agreed."
    field = "agreed_by"


class NotAtTheMeeting(CaseError):
    """Whoever agrees to a decision was there."""

    sentence = "Choose a senior leader who is marked as present."
    field = "agreed_by"


class NoteMeanwhile(CaseError):
    """The same person has written a later version, on another device."""

    sentence = "You saved a later version on another device. Both texts are below: put together what you want to keep."
    field = "text"


class ReasonForMoving(CaseError):
    """An action is moved to a later day with a reason."""

    sentence = "Say in a few words why it is moved."
    field = "why"


class ActionDone(CaseError):
    """What is done is neither moved nor handed on."""

    sentence = "This action is done. Open it again first."


class ActionMissing(CaseError):
    """An action says what is done, and by when."""

    sentence = "Write what is to be done."
    field = "what"
