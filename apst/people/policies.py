"""Who may see and change pupils, specialists and posts. Which rows: the database decides."""

from typing import Any

from django.db import connection

from apst.tenancy.context import Member


def can_see_pupils(member: Member, pupil: Any = None) -> bool:
    """True for members who work with pupils here. A partner is a guest and has pages of their own."""
    return member.role != "partner" and any(
        member.may(action) for action in ("referral.view", "case.brief", "intervention.log")
    )


def can_change_pupil(member: Member, pupil: Any = None) -> bool:
    """True for whom the matrix lets change cases, triage or import: the same as the database asks."""
    return member.role != "partner" and any(
        member.may(action) for action in ("case.change", "referral.triage", "record.import")
    )


def can_change_facts(member: Member, row: Any = None) -> bool:
    """True for whom the matrix lets change cases or import records: facts and contacts."""
    return any(member.may(action) for action in ("case.change", "record.import"))


def can_see_former_names(member: Member, row: Any = None) -> bool:
    """True for those who view cases and change them: a former name can betray an adoption or a new life."""
    return member.may("case.view") and member.may("case.change")


def can_see_contacts(member: Member, pupil: Any = None) -> bool:
    """True for those who see all contacts of their cases; everybody else sees those that they recorded themselves."""
    return member.may("case.view")


def _sees_case_of(pupil: Any) -> bool:
    """True where the reader sees a case of this pupil; asked in SQL, because people know nothing of cases."""
    with connection.cursor() as cursor:
        cursor.execute("select exists (select from cases_case where pupil_id = %s)", [pupil.pk])
        return bool(cursor.fetchone()[0])


def can_see_private_details(member: Member, pupil: Any) -> bool:
    """True for those who see a case of this pupil, or every case: they are told hidden addresses and the NHS number."""
    return member.may("case.view") and (member.reach("case.view") == "T" or _sees_case_of(pupil))


def sees_own_facts_only(member: Member) -> bool:
    """True for those who only follow what they referred: the database shows them the facts that they recorded."""
    return not member.sees_whole_taskforce and not member.may("case.view")


def can_manage_people(member: Member, row: Any = None) -> bool:
    """True for whom the matrix lets change members, specialists and posts."""
    return member.may("people.manage")


def can_see_team(member: Member, row: Any = None) -> bool:
    """True for those who work with pupils here and those who see the figures: who is where, what is vacant."""
    return member.may("dashboard.view") or member.may("intervention.log")


def can_see_figures(member: Member, row: Any = None) -> bool:
    """True for whom the matrix lets see the taskforce's figures: capacity and vacancies."""
    return member.may("dashboard.view")


def can_see_funding(member: Member, row: Any = None) -> bool:
    """True for those who build the return, with what the taskforce costs: managers, senior leaders, coordinators."""
    return member.may("return.build")


def can_go_out(member: Member, row: Any = None) -> bool:
    """True for those who log work with pupils: they visit homes and give lifts."""
    return member.may("intervention.log")


def can_see_visit(member: Member, visit: Any) -> bool:
    """True for whoever is out, and for those who manage people."""
    return member.may("people.manage") or visit.member_id == member.membership_id


def can_record_absences(member: Member, row: Any = None) -> bool:
    """True for those who log for others (anybody's absences), and for those who log their own work (their own)."""
    return member.may("intervention.log")


def records_any_absence(member: Member) -> bool:
    """True for those who log for others."""
    return member.reach("intervention.log") == "T"


def can_see_inductions(member: Member, row: Any = None) -> bool:
    """True for those who manage people, and for specialists (their own)."""
    return member.may("people.manage") or member.may("intervention.log")


def can_see_induction(member: Member, specialist: Any) -> bool:
    """True for those who manage people, and for oneself."""
    return member.may("people.manage") or (
        member.person_id is not None and specialist.user_id == member.person_id and member.may("intervention.log")
    )


def can_brief_sites(member: Member, row: Any = None) -> bool:
    """True for those who write the strategies for a site's tutors."""
    return member.may("settings.change") or member.may("case.change")


def can_publish_guide(member: Member, row: Any = None) -> bool:
    """True for whom the matrix lets change settings."""
    return member.may("settings.change")


def is_no_guest(member: Member, row: Any = None) -> bool:
    """True for every member but a partner, who is a guest and has pages of their own."""
    return member.role != "partner"


def can_review_access(member: Member) -> bool:
    """Confirm each term who still works here: managers; senior leaders, whose are the managers."""
    return member.may("people.manage") or member.role == "slt"
