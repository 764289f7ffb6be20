"""What cannot be done with cases and sessions, each with the sentence that a person reads."""


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


class HasOpenCase(CaseError):
    """The pupil has an open case already."""

    sentence = "This pupil already has an open case. Close that one first, or work with it."


class NotToAllocate(CaseError):
    """The referral has a case already, or has ended."""

    sentence = "This referral cannot be allocated: it has a case already, or it has ended."


class OpenedInFuture(CaseError):
    """A case opens today or earlier."""

    sentence = "The day on which the case opens must be today or in the past."
    field = "opened_on"


class PostNotInPlace(CaseError):
    """The lead or a member of the team holds no post on that day."""

    sentence = "Everybody on the team must be in post on the day on which the case opens."
    field = "lead"


class AlreadyEnded(CaseError):
    """The case has ended."""

    sentence = "This case has ended already."


class StillOpen(CaseError):
    """The case has not ended."""

    sentence = "This case is open."


class EndsBeforeItOpened(CaseError):
    """The day of its end is before its first day or after today."""

    sentence = "The day on which the case ended must not be before it opened, nor in the future."
    field = "ended_on"


class HoldersMissing(CaseError):
    """A restricted case has two holders, one of them a safeguarding lead."""

    sentence = "A restricted case needs at least two holders, and one of them must be a designated safeguarding lead."
    field = "holders"


class NobodyGivesToThemselves(CaseError):
    """Nobody gives a grant to themselves."""

    sentence = "Nobody can give access to themselves. Ask another holder."
    field = "holders"


class NothingWritten(CaseError):
    """A note says something."""

    sentence = "Write what was seen, heard, said or agreed."
    field = "text"


class HappenedInFuture(CaseError):
    """A note is about today or earlier."""

    sentence = "The day that it is about must be today or in the past."
    field = "other_day"


class DetailMissing(CaseError):
    """A contact says how and with whom, a meeting which, a voice whose, a concern that was raised when and by whom."""


class ContactUnknown(CaseError):
    """A contact of another pupil, or one whom the person may not see."""

    sentence = "This contact is not known here. Choose again."
    field = "contact"


class NotYoursToCorrect(CaseError):
    """A note is corrected by its author; the manager and the safeguarding lead correct what they read."""

    sentence = "You cannot correct this note. Its author can, or the Taskforce Manager."


class NotYoursToOpen(CaseError):
    """Only who holds a restricted note makes it less restricted."""

    sentence = "Only the author of this note can make it less restricted."
    field = "sensitivity"


class NotRestricted(CaseError):
    """Everybody who sees the case reads an ordinary note."""

    sentence = "This note is not restricted: everybody who works on the case reads it."


class CannotHold(CaseError):
    """Some roles read no restricted note, whoever grants it."""

    sentence = "This person cannot be given access to a restricted note. Choose somebody else."
    field = "member"


class NoHolder(CaseError):
    """Only who holds a note gives or ends access to it."""

    sentence = "Only those who hold this note can say who else reads it."


class EndsInPast(CaseError):
    """Access that has ended already is none."""

    sentence = "The last day must be today or later."
    field = "until"


class DurationOutOfRange(CaseError):
    """Nothing takes no time, or more than a day."""

    sentence = "How long it took must be between 1 minute and 24 hours."
    field = "minutes"


class HeldInFuture(CaseError):
    """A session is logged once it has been held."""

    sentence = "The day of the session must be today or in the past."
    field = "held_on"


class PupilTwice(CaseError):
    """A pupil has one place in a session."""

    sentence = "The same pupil is there twice. Choose each pupil once."
    field = "pupils"


class PupilNeeded(CaseError):
    """This type of work is about a pupil."""

    sentence = "Choose at least one pupil: this type of work is always about one."
    field = "pupils"


class PupilUnknown(CaseError):
    """A pupil of another taskforce, or one whom the person may not see."""

    sentence = "One of these pupils is not known here. Choose the pupils again."
    field = "pupils"


class SpecialistNeeded(CaseError):
    """Somebody delivered the session."""

    sentence = "Choose who did the work."
    field = "specialists"


class StaffTrainedWrong(CaseError):
    """Only training counts the staff who were there."""

    sentence = (
        "The number of staff belongs to training and advice for school staff only, and must be between 0 and 1,000."
    )
    field = "staff_trained"


class CodeUnknown(CaseError):
    """A type, place or attendance that the lists do not have."""

    sentence = "One of the answers is not on its list. Choose it again."


class WindowClosed(CaseError):
    """The session may not be changed by this person (any more)."""

    sentence = (
        "This session cannot be changed by you any more: its author can until the end of the third working day"
        " after it was logged. Ask the Taskforce Manager."
    )


class NoteNotYours(CaseError):
    """A note is written by those who may, and changed by its author."""

    sentence = "You cannot write or change this note."
    field = "note"


class WordsTooLong(CaseError):
    """Words for pupils fit a line."""

    sentence = "Write at most 60 characters, so that the words fit on one line."


class PlanThere(CaseError):
    """A case has one plan."""

    sentence = "This case has a plan already. Look at that one."


class PlanInFuture(CaseError):
    """A plan starts on a day of its case, not after today."""

    sentence = "The plan must start on or after the day on which the case opened, and not in the future."
    field = "starts_on"


class CaseEnded(CaseError):
    """Nothing is planned on a case that has ended."""

    sentence = "This case has ended. Reopen it before you change its plan."


class ScoreOutOfRange(CaseError):
    """Scores go from 0 to 10."""

    sentence = "A score must be a whole number from 0 to 10."


class OwnerNeeded(CaseError):
    """Somebody does a step, and only one."""

    sentence = "Choose who does it, or write their name."
    field = "owner"


class ReviewInFuture(CaseError):
    """A review is recorded once it was held."""

    sentence = "The day of the review must be on or after the day on which the plan started, and not in the future."
    field = "held_on"


class ReviewThere(CaseError):
    """One review a day."""

    sentence = "A review on that day is recorded already. Look at that one, and correct it if it is wrong."
    field = "held_on"


class CorrectedAlready(CaseError):
    """A review is corrected once; then its correction is."""

    sentence = "This review has been corrected already. Correct the newer one."


class GoalNotOfCase(CaseError):
    """A goal and what hangs on it belong to one case."""

    sentence = "This goal belongs to another case. Choose one of this pupil’s own goals."


class WeekThere(CaseError):
    """A timetable has each week once."""

    sentence = "The timetable has this week already. Change that one."
    field = "number"


class TooManyWeeks(CaseError):
    """A timetable has an end."""

    sentence = "A timetable has at most 26 weeks. Start a new plan for the way back from there."


class CheckInFuture(CaseError):
    """A check is recorded once it was made."""

    sentence = "The day of the check must be on or after the first day at the school, and not in the future."
    field = "held_on"


class PassportEmpty(CaseError):
    """A passport says something."""

    sentence = "Write something under at least one heading, in the pupil’s own words."
    field = "good_at"


class ReviewTooEarly(CaseError):
    """A passport is looked at again after it was written."""

    sentence = "The day to look at it again must be after today."
    field = "review_on"


class NotAgreed(CaseError):
    """Nothing is shared that the pupil has not agreed to."""

    sentence = (
        "The pupil has not agreed to this passport yet. Go through it with them, record that they agree, then share it."
    )


class NobodyToShareWith(CaseError):
    """A passport is shared with school staff who work here now."""

    sentence = "Choose a member of school staff who has an account here."
    field = "member"


class ShareEndsEarly(CaseError):
    """A share ends after today, and within two years."""

    sentence = "The last day must be after today, and within two years."
    field = "until"


class GroupThere(CaseError):
    """A school's groups have different names."""

    sentence = "This school has a group of that name already."
    field = "name"


class FeedbackEmpty(CaseError):
    """Feedback says something."""

    sentence = "Write what worked, or what did not."
    field = "text"


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


class NothingToDraw(CaseError):
    """There is no such paper, or nothing to put on it."""

    sentence = "There is nothing to print here yet."


class OutreachGoesOn(CaseError):
    """A school has one outreach at a time."""

    sentence = "There is outreach to this school already. Look for it on the list."
    field = "school"


class TravelOutOfRange(CaseError):
    """Nobody travels for more than a day."""

    sentence = "The travel must be between 0 minutes and 24 hours."
    field = "travel_minutes"


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


class AlreadyOnIt(CaseError):
    """One joins a session once."""

    sentence = "You are on this session already."


class NotOnIt(CaseError):
    """Only one of several specialists leaves a session."""

    sentence = "You cannot be taken out of this session: somebody has to have done the work."


class FileRefused(CaseError):
    """A file that is too large, of no kind that is taken, or not what its name says."""

    sentence = "This file cannot be taken."
    field = "file"


class FileHarmful(FileRefused):
    """The virus scanner found something."""

    sentence = (
        "The virus scanner found something harmful in this file, so it was not kept."
        " Do not open it again, and tell whoever looks after your computer."
    )


class ScannerSilent(FileRefused):
    """A virus scanner is configured and does not answer."""

    sentence = (
        "The virus scanner does not answer, so no file can be taken at the moment. Nothing was saved."
        " Try again in a few minutes."
    )


class DocumentNotYours(CaseError):
    """A document is removed by who put it there, and an ordinary one by the Taskforce Manager."""

    sentence = "You cannot remove or restore this document. Ask who put it there, or the Taskforce Manager."


class DocumentErased(CaseError):
    """The file itself is gone: the time in which a removal can be undone is over."""

    sentence = "This document cannot be restored: its file was erased when the time to undo the removal was over."


class DatedInFuture(CaseError):
    """The day on a document is today or earlier."""

    sentence = "The day on the document must be today or in the past."
    field = "dated_on"


class GrantNotYours(CaseError):
    """A restricted record is opened to others by its author or, for safeguarding, by the safeguarding lead."""

    sentence = "Only its author, and for safeguarding the designated safeguarding lead, can say who else may read this."


class JudgedInFuture(CaseError):
    """What is recorded has happened."""

    sentence = "The day must be today or in the past."
    field = "held_on"


class ReviewBeforeToday(CaseError):
    """A review is still to come."""

    sentence = "The day of the review must be today or later."
    field = "review_on"


class MissingInFuture(CaseError):
    """What is recorded of a missing episode has happened."""

    sentence = "Nothing of a missing episode can lie in the future. Look at the days and times again."
    field = "missing_from"


class ReturnedBefore(CaseError):
    """Nobody comes back before they were gone."""

    sentence = "The time of the return must be after the time from which the pupil was missing."
    field = "returned_at"


class NoSafetyPlan(CaseError):
    """What is not in force is not withdrawn."""

    sentence = "There is no safety plan in force. It may have been withdrawn already."


class ApartFromThemselves(CaseError):
    """A pupil is kept apart from another one."""

    sentence = "Choose another pupil: this is the same one."
    field = "other"


class ApartAlready(CaseError):
    """Two pupils have one link."""

    sentence = "These two are to be kept apart already."
    field = "other"


class LinkNotYours(CaseError):
    """Keeping two apart is ended by who said it, the safeguarding lead or the Taskforce Manager."""

    sentence = (
        "You cannot change this. Ask who said that they are to be kept apart, the designated safeguarding lead or the"
        " Taskforce Manager."
    )


class SentenceNeeded(CaseError):
    """A case is closed with something open only when somebody says what happens with it."""

    sentence = "Say in a sentence what happens with what is still open."
    field = "said"


class DestinationNeeded(CaseError):
    """Whoever leaves goes somewhere, if only to a place that is not known."""

    sentence = "Say where the pupil goes; “Not known” is an answer."
    field = "destination"


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


class FeedbackOutOfRange(CaseError):
    """Feedback is a mean of scores from 1 to 5."""

    sentence = "The score must be between 1 and 5."
    field = "score"


class ProgrammeOrder(CaseError):
    """A programme's last day is its first or later."""

    sentence = "The last day of the programme must be the same as or after its first."
    field = "ends_on"


class DayOutsideProgramme(CaseError):
    """A register is kept of a day of the programme."""

    sentence = "This day is not one of the programme's."
    field = "day"


class DayNotPossible(CaseError):
    """What is recorded has happened: not tomorrow, and not before the pupil was born."""

    sentence = "The day must be today or in the past, and not before the pupil was born."
    field = "taken_on"


class InformantUnknown(CaseError):
    """Who answered is part of a score: scores by teacher, parent and pupil cannot be compared."""

    sentence = "Select who answered. Scores by different people cannot be compared with each other."
    field = "informant"


class ScoreNotPossible(CaseError):
    """A score that this scale cannot give; its field is the scale's."""

    sentence = "This score is not possible. Check it and enter it again."


class NothingAssessed(CaseError):
    """An assessment has a score or a summary."""

    sentence = "Enter at least one score, or write a summary."
    field = "summary"


class InstrumentRetired(CaseError):
    """The taskforce does not use the instrument any more."""

    sentence = "This instrument is no longer in use here. Choose another, or ask the manager to bring it back."


class InstrumentWrong(CaseError):
    """An instrument that cannot be made as it was described; its field says where."""

    sentence = "This instrument cannot be made like this."


class SessionOfSomebodyElse(CaseError):
    """The session does not name this pupil."""

    sentence = "That session does not name this pupil. Choose another, or none."
    field = "session"


class StruckOut(CaseError):
    """The entry was struck out or corrected already."""

    sentence = "This entry was struck out or corrected already. Nothing was changed."


class NotStruckOut(CaseError):
    """The entry stands, or another has taken its place."""

    sentence = "This entry cannot be brought back: it stands, or another one has taken its place."


class NotYoursToChange(CaseError):
    """A restricted entry is corrected and struck out by its author alone."""

    sentence = "Only its author can correct or strike out a restricted entry."


class ConsentGiverWrong(CaseError):
    """Consent is given by the pupil, whose competence was judged, or by somebody with parental responsibility."""

    sentence = "Choose who decided: the pupil, or a contact who is recorded as having parental responsibility."
    field = "given_by"


class CompetenceMissing(CaseError):
    """Where a pupil decides, it is recorded how it was judged that they can."""

    sentence = "Write how it was judged that the pupil understands enough to decide this themselves."
    field = "competence"


class WithdrawnBeforeGiven(CaseError):
    """Consent is withdrawn on or after the day on which it was given, and not tomorrow."""

    sentence = "The day must not be before consent was given, nor in the future."
    field = "withdrawn_on"


class NotGiven(CaseError):
    """Only consent that stands can be withdrawn."""

    sentence = "There is no consent here to withdraw."


class ChecklistEmpty(CaseError):
    """A checklist is filled in where at least one item is answered."""

    sentence = "Answer at least one item of the checklist."


class ItemWrong(CaseError):
    """An item of the checklist says something, once."""

    sentence = "Write what is looked at, in at most 120 characters, and each item once."
    field = "words"


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


class ExclusionInFuture(CaseError):
    """What is recorded has happened."""

    sentence = "The exclusion must begin today or in the past."
    field = "starts_on"


class ExclusionLength(CaseError):
    """A suspension has a length."""

    sentence = "Enter how many half-days the suspension is for, from 1 to 90. A whole school day is 2."
    field = "sessions"


class TaughtBeforeExcluded(CaseError):
    """Education after an exclusion begins after it."""

    sentence = "Full-time education cannot have begun before the exclusion."
    field = "education_from"


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
