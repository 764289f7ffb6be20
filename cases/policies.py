"""Who may do what with cases and sessions: predicates over the matrix that the database reads too."""

from typing import Any

from django.utils.timezone import localdate

from apst.tenancy.context import Member
from referrals.models import Referral

from .models import Case, CaseMember, CasePaper, Intervention


def can_see_briefs(member: Member) -> bool:
    """The case list: who, tier, team."""
    return member.may("case.brief")


def can_see_brief(member: Member, case: Case) -> bool:
    """The brief of a case that the database shows."""
    return member.may("case.brief")


def can_view(member: Member, case: Case) -> bool:
    """The case with its sessions and facts; others who see it read its brief."""
    return member.may("case.view")


def can_change(member: Member, case: Case) -> bool:
    """Change the case: its team, tier and offer, and what is planned."""
    return member.may("case.change")


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
    return member.may("case.close")


def can_reopen(member: Member, case: Case) -> bool:
    """Open an ended case again."""
    return member.may("case.reopen")


def can_restrict(member: Member, case: Case) -> bool:
    """Restrict a case, or lift the restriction as one who holds it: the manager's."""
    return member.reach("grant.give") == "T" and member.reach("case.change") == "T"


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


def can_see_plan(member: Member, row: Any) -> bool:
    """Read the plan of a case that the database shows, and what belongs to it."""
    return member.may("plan.view")


def can_write_plan(member: Member, row: Any) -> bool:
    """Write the plan of a case that the database shows, record its reviews, plan the way back to a school."""
    return member.may("case.change") and member.may("plan.view")


def can_link_sessions(member: Member, row: Any) -> bool:
    """Say which sessions were for which goal: those who write the plan and read the sessions."""
    return can_write_plan(member, row) and can_see_sessions(member)


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
