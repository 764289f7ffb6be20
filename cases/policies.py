"""Who may do what with cases and sessions: predicates over the matrix that the database reads too."""

from typing import Any

from django.db import connection
from django.utils.timezone import localdate

from apst.tenancy.context import Member
from referrals.models import Referral

from .models import (
    Assessment,
    Case,
    CaseMember,
    CasePaper,
    Document,
    EhcAdvice,
    Emergency,
    Exclusion,
    Intervention,
    KeepApart,
    MeetingAction,
    MissingEpisode,
    Note,
    OutreachCase,
    PlannedSession,
    Protection,
    RiskJudgement,
    SessionGroup,
)
from .models.restricted import Sensitivity


def can_see_briefs(member: Member) -> bool:
    """The case list: who, tier, team."""
    return member.may("case.brief")


def can_see_brief(member: Member, case: Case) -> bool:
    """The brief of a case that the database shows."""
    return member.may("case.brief")


def can_view(member: Member, case: Case) -> bool:
    """The case with its sessions and facts; others who see it read its brief."""
    return member.may("case.view")


def can_share(member: Member, case: Case) -> bool:
    """Share the case with a partner; the pages are sharing's."""
    return member.may("disclosure.make") and member.may("case.view") and ordinarily(member, case)


def can_change(member: Member, case: Case) -> bool:
    """Change the case: its team, tier and offer, and what is planned."""
    return member.may("case.change") and ordinarily(member, case)


def ordinarily(member: Member, case: Case) -> bool:
    """True for whoever sees a case otherwise than in an emergency; in one it is read, and noted on, and no more.

    The database refuses the rest; here it only keeps what would be refused off the pages.
    """
    return case.pk not in member.emergencies


def can_break_glass(member: Member) -> bool:
    """Open a restricted case in an emergency."""
    return member.may("break_glass.use")


def can_break_glass_note(member: Member, note: Note) -> bool:
    """Open a restricted note in an emergency: of a role that reads such notes at all, where one does not read it."""
    return note.is_restricted and member.may("break_glass.use") and member.may("restricted.view")


def can_break_glass_document(member: Member, document: Document) -> bool:
    """Open a restricted document in an emergency: as a note."""
    return document.is_restricted and member.may("break_glass.use") and member.may("restricted.view")


def can_see_emergencies(member: Member) -> bool:
    """The register of emergencies: whoever may be told of one; the database gives each theirs."""
    return member.may("access_log.view")


def can_see_emergency(member: Member, emergency: Emergency) -> bool:
    """Read an emergency that the database shows."""
    return True


def can_end_emergency(member: Member, emergency: Emergency) -> bool:
    """End an emergency before its time: its own person, and those who answer for who looked."""
    answers = emergency.opened_by_id == member.membership_id or member.reach("access_log.view") == "T"
    return emergency.is_live and answers


def can_review_emergency(member: Member, emergency: Emergency) -> bool:
    """Review an emergency: those who answer for who looked, never their own."""
    return member.reach("access_log.view") == "T" and emergency.opened_by_id != member.membership_id


def can_see_referral(member: Member, case: Case) -> bool:
    """Where the case came from."""
    return member.may("case.brief") and member.may("referral.view")


def can_change_team(member: Member, row: CaseMember) -> bool:
    """Change who is on the team of a case that the database shows."""
    return can_change(member, row.case)


def can_fetch_paper(member: Member, paper: CasePaper) -> bool:
    """Fetch a paper that was drawn for oneself; nobody else sees it."""
    return paper.drawn_for_id == member.membership_id


def can_allocate(member: Member, referral: Referral) -> bool:
    """Open a case from a referral."""
    return member.may("case.allocate")


def can_close(member: Member, case: Case) -> bool:
    """End a case."""
    return member.may("case.close") and ordinarily(member, case)


def can_reopen(member: Member, case: Case) -> bool:
    """Open an ended case again."""
    return member.may("case.reopen") and ordinarily(member, case)


def can_restrict(member: Member, case: Case) -> bool:
    """Restrict a case, or lift the restriction as one who holds it: the manager's."""
    return member.reach("grant.give") == "T" and member.reach("case.change") == "T" and ordinarily(member, case)


def can_write_note(member: Member, case: Case) -> bool:
    """Write a note on a case that they see."""
    return member.may("note.write") and member.may("note.view")


def can_see_note(member: Member, note: Note) -> bool:
    """See that a note exists, of which kind and by whom; its text the database gives to those who read it."""
    return member.may("note.view") or member.may("restricted.view")


def can_correct_note(member: Member, note: Note) -> bool:
    """Correct a note: its author; the manager and the safeguarding lead what they read, but not in an emergency."""
    if not member.may("note.write"):
        return False
    if note.written_by_id == member.membership_id:
        return True
    reads = not note.is_restricted or note_hold(note) in HOLDS
    return member.reach("note.view") == "T" and reads and note.case_id not in member.emergencies


def can_restrict_note(member: Member, note: Note) -> bool:
    """Say how sensitive a note is: whoever may correct it."""
    return can_correct_note(member, note)


def can_be_let_in(member: Member) -> bool:
    """Read the restricted notes that others let one read."""
    return member.may("restricted.view")


def can_see_concern(member: Member) -> bool:
    """Be told how a concern about a child is raised: everybody."""
    return True


def can_copy_note(member: Member, note: Note) -> bool:
    """Copy a note that they read into the record of their home service."""
    return can_write_notes(member)


def can_copy_session(member: Member, session: Intervention) -> bool:
    """Copy a session into the record of their home service."""
    return can_write_notes(member)


def reads_note(member: Member, note: Note) -> bool:
    """True where this member reads the note's text, which only the database knows."""
    return not note.is_restricted or note_hold(note) is not None


# What makes a holder of a note; an emergency does not.
HOLDS = ("author", "dsl", "grant")


def note_hold(note: Note) -> str | None:
    """Give by what this member reads a restricted note: "author", "dsl", "grant", "emergency" or None."""
    with connection.cursor() as cursor:
        cursor.execute("select app.note_hold(%s)", [note.pk])
        held = cursor.fetchone()
    return str(held[0]) if held and held[0] else None


def can_give_note_access(member: Member, note: Note) -> bool:
    """Let others read a restricted note: its holders, a specialist only for what they wrote (`grant.give`)."""
    if not member.may("grant.give"):
        return False
    hold = note_hold(note)
    return hold == "author" or (hold in HOLDS and member.reach("grant.give") == "T")


def can_end_note_access(member: Member, note: Note) -> bool:
    """End what was given: as giving (`grant.end`)."""
    return member.may("grant.end") and can_give_note_access(member, note)


def can_write_risk(member: Member, case: Case) -> bool:
    """Judge risk, write the safety plan, record missing episodes and what is restricted: whoever writes the notes."""
    return member.may("note.write") and member.may("case.view") and ordinarily(member, case)


def can_change_missing(member: Member, episode: MissingEpisode) -> bool:
    """Say more of a missing episode: whoever hears of it."""
    return member.may("note.write") and member.may("case.view")


def can_share_risk(member: Member, record: RiskJudgement | Protection | KeepApart) -> bool:
    """Say who else may read a restricted text about risk: whoever holds it."""
    return member.may("grant.give") and holds(member, record)


def can_end_keep_apart(member: Member, link: KeepApart) -> bool:
    """End keeping two apart: who said it, the safeguarding lead, the manager."""
    mine = link.written_by_id is not None and link.written_by_id == member.membership_id
    return member.may("note.write") and (mine or member.role == "dsl" or member.reach("case.change") == "T")


def can_add_document(member: Member, case: Case) -> bool:
    """Put a document on a case: whoever writes its notes."""
    return member.may("note.write") and ordinarily(member, case)


def can_see_document(member: Member, document: Document) -> bool:
    """Ask for the file of a document that the database shows; a restricted one's text is asked for beside."""
    return member.may("note.view")


def can_remove_document(member: Member, document: Document) -> bool:
    """Take a document away: its author's, and for an ordinary one the manager's."""
    if not member.may("note.write"):
        return False
    mine = document.written_by_id == member.membership_id
    return mine or (not document.is_restricted and member.reach("case.change") == "T")


def can_share_document(member: Member, document: Document) -> bool:
    """Say who else may open a restricted document: whoever holds it."""
    return document.is_restricted and member.may("grant.give") and holds(member, document)


def holds(member: Member, record: Assessment | Document | EhcAdvice | RiskJudgement | Protection | KeepApart) -> bool:
    """Hold a restricted record: its author, and for safeguarding the designated safeguarding lead."""
    if getattr(record, "case_id", None) in member.emergencies:
        return False
    is_author = record.written_by_id is not None and record.written_by_id == member.membership_id
    return is_author or (record.sensitivity == Sensitivity.SAFEGUARDING and member.role == "dsl")


def can_see_holiday(member: Member, row: object = None) -> bool:
    """Read a holiday programme and its days: those who may see sessions."""
    return can_see_sessions(member)


def can_keep_register(member: Member, row: object = None) -> bool:
    """Give places on a holiday programme and keep its registers: those who log."""
    return member.may("intervention.log")


def can_see_supervision(member: Member) -> bool:
    """When supervision took place: everybody's for those who manage people, one's own for specialists."""
    return member.may("people.manage") or member.may("intervention.log")


def can_say_feedback(member: Member, session: Intervention) -> bool:
    """Write down what staff thought of a session: its author whenever it comes, and those who change every session."""
    return member.may("intervention.log") and (
        session.logged_by_id == member.membership_id or can_change_session(member, session)
    )


def can_reassign(member: Member) -> bool:
    """See what of a colleague's somebody else could take: those who change every case."""
    return member.reach("case.change") == "T"


def can_change_holders(member: Member, case: Case) -> bool:
    """Name or end holders of a restricted case: those who hold it (else they would not see it) and may give grants.

    A specialist who sees single cases writes no grant by hand.
    """
    return case.restricted and member.may("grant.give") and member.sees_whole_taskforce and ordinarily(member, case)


def can_log(member: Member) -> bool:
    """Log a session."""
    return member.may("intervention.log")


def can_log_for_others(member: Member) -> bool:
    """Log what a colleague did."""
    return member.reach("intervention.log") == "T"


def can_see_sessions(member: Member) -> bool:
    """Read sessions: those who view cases, and those who log."""
    return member.may("case.view") or member.may("intervention.log")


def can_see_session(member: Member, session: Intervention) -> bool:
    """Read one session that the database shows."""
    return can_see_sessions(member)


def can_change_session(member: Member, session: Intervention) -> bool:
    """Change, delete or restore a session: `intervention.change`, within the window where the matrix says so."""
    if not member.may("intervention.change"):
        return False
    if member.reach("intervention.change") == "O" and session.logged_by_id != member.membership_id:
        return False
    until = session.changeable_until
    return member.condition("intervention.change") != "own_window" or (until is not None and until >= localdate())


def can_write_notes(member: Member) -> bool:
    """Write about a session; a coordinator never does."""
    return member.may("note.write") and member.may("note.view")


def can_see_outreach(member: Member, outreach: OutreachCase | None = None) -> bool:
    """Outreach to schools, which names no pupil: whoever reads briefs of the whole taskforce, or works on cases."""
    return member.reach("case.brief") in ("T", "C")


def can_begin_outreach(member: Member) -> bool:
    """Begin outreach to a school, change or end it: whoever changes cases."""
    return member.may("case.change")


def can_change_outreach(member: Member, outreach: OutreachCase) -> bool:
    """Change or end outreach."""
    return can_begin_outreach(member)


def can_change_planned(member: Member, planned: PlannedSession) -> bool:
    """Change or tick off a planned session: who is to hold it, who planned it, and who logs for others."""
    if not member.may("intervention.log"):
        return False
    if can_log_for_others(member) or planned.planned_by_id == member.membership_id:
        return True
    return planned.specialists.filter(post__specialist__user=member.person_id).exists()


def can_see_session_group(member: Member, group: SessionGroup) -> bool:
    """Read a group that the database shows."""
    return can_see_sessions(member)


def can_change_session_group(member: Member, group: SessionGroup) -> bool:
    """Change a group: who runs it, who made it, and who logs for others."""
    if not member.may("intervention.log"):
        return False
    if can_log_for_others(member) or group.made_by_id == member.membership_id:
        return True
    return group.specialists.filter(post__specialist__user=member.person_id).exists()


def can_see_plan(member: Member, row: Any) -> bool:
    """Read the plan of a case that the database shows, and what belongs to it."""
    return member.may("plan.view")


def can_write_plan(member: Member, row: Any) -> bool:
    """Write the plan of a case that the database shows, record its reviews, plan the way back to a school."""
    return member.may("case.change") and member.may("plan.view")


def can_link_sessions(member: Member, row: Any) -> bool:
    """Say which sessions were for which goal: those who write the plan and read the sessions."""
    return can_write_plan(member, row) and can_see_sessions(member)


def can_record_exclusions(member: Member, case: Case) -> bool:
    """Record what a school told of an exclusion, and when education began: whoever changes the case."""
    return member.may("case.view") and can_change(member, case)


def can_change_exclusion(member: Member, exclusion: Exclusion) -> bool:
    """Correct an exclusion, or strike it out."""
    return member.may("case.view") and member.may("case.change")


def can_see_clocks(member: Member) -> bool:
    """The clocks that run out, of all cases that one sees."""
    return member.may("case.view") and member.reach("case.view") in ("T", "C")


def can_set_targets(member: Member) -> bool:
    """Say what the taskforce aims at."""
    return member.may("settings.change")


def can_see_reviews_due(member: Member) -> bool:
    """The reviews that are due, of all cases that one sees."""
    return member.reach("plan.view") in ("T", "C")


def can_see_passports(member: Member) -> bool:
    """Read passports: those of cases that one sees, or those shared with oneself."""
    return member.may("passport.view")


def can_see_passport(member: Member, row: Any) -> bool:
    """Read one passport, or class sheet, that the database shows."""
    return member.may("passport.view")


def can_see_versions(member: Member, row: Any) -> bool:
    """Every version of a passport, those too that the pupil has not agreed to: for those who work on the case."""
    return member.reach("passport.view") in ("T", "C")


def can_write_passports(member: Member) -> bool:
    """Make teaching groups, and write and share passports of cases that the database shows."""
    return member.may("case.change") and member.may("passport.view")


def can_write_passport(member: Member, row: Any) -> bool:
    """Write, or share, the passport of a case that the database shows; change a teaching group."""
    return can_write_passports(member)


def can_choose_words(member: Member) -> bool:
    """Choose the words that pupils and families read."""
    return member.may("settings.change")


def can_see_assessment(member: Member, row: Any) -> bool:
    """See that an assessment, consent, onward referral or advice is there; what it says is asked of its text."""
    return member.may("case.view")


def can_change_record(member: Member, row: Any) -> bool:
    """Change or strike out what is recorded of a case that the database shows."""
    return member.may("case.change")


def can_correct(member: Member, row: Assessment) -> bool:
    """Correct or strike out an assessment; a restricted one is its author's."""
    return member.may("case.change") and (
        row.sensitivity == Sensitivity.ORDINARY or row.written_by_id == member.membership_id
    )


def can_let_read(member: Member, row: Assessment | EhcAdvice) -> bool:
    """Say who else reads a restricted result or advice: whoever holds it."""
    return row.sensitivity != Sensitivity.ORDINARY and member.may("grant.give") and holds(member, row)


def can_write_advice(member: Member, advice: EhcAdvice) -> bool:
    """Write, finalise and send EHC advice: its author."""
    return member.may("case.change") and advice.written_by_id == member.membership_id


def can_screen(member: Member) -> bool:
    """Record the screening of a year group."""
    return member.may("case.change")


def can_set_instruments(member: Member, row: Any = None) -> bool:
    """Say which instruments and which needs checklist this taskforce uses."""
    return member.may("settings.change")


def can_read_offers(member: Member) -> bool:
    """Read the directory of community offers: everybody who works here."""
    return member.may("case.brief")


def can_keep_offers(member: Member, row: Any = None) -> bool:
    """Keep the directory of community offers."""
    return member.may("case.change") or member.may("calendar.change")


def can_read_minutes(member: Member, row: Any = None) -> bool:
    """Open meetings, their agendas and minutes, as far as the database shows them; a guest is shown none."""
    return member.reach("minutes.view") == "T"


def can_attend(member: Member, row: Any = None) -> bool:
    """Sit in the meeting, follow it item by item, and put something on its agenda."""
    return member.reach("meeting.attend") == "T"


def can_run_meeting(member: Member, row: Any = None) -> bool:
    """Prepare a meeting, run it and take its decisions. The database leaves the action out where others decide."""
    return member.may("meeting.run")


def can_write_at_meeting(member: Member, row: Any = None) -> bool:
    """Write what is said at an item."""
    return can_attend(member) and member.may("note.write")


def can_triage_at_meeting(member: Member, row: Any = None) -> bool:
    """Decide about a referral in the meeting."""
    return can_run_meeting(member) and member.may("referral.triage")


def can_allocate_at_meeting(member: Member, row: Any = None) -> bool:
    """Open the case of a referral in the meeting."""
    return can_run_meeting(member) and member.may("case.allocate")


def can_count_hours(member: Member, row: Any = None) -> bool:
    """Count the hours of a meeting as sessions of those who were there."""
    return can_read_minutes(member) and can_log_for_others(member)


def can_finish_action(member: Member, action: MeetingAction) -> bool:
    """Say that an action is done, move it or hand it on: whoever does it, whoever set it, those who run the meeting."""
    mine = member.membership_id in (action.owner_id, action.set_by_id)
    return can_attend(member) and (mine or can_run_meeting(member))


def can_put_action_back(member: Member, action: MeetingAction) -> bool:
    """Take back one's own change of an action: those who may change it, and whoever handed it on last."""
    handed_on = can_attend(member) and member.membership_id == action.handed_by_id
    return handed_on or can_finish_action(member, action)


def can_set_meeting_rules(member: Member) -> bool:
    """Say how this taskforce meets and decides."""
    return member.may("settings.change")
