"""A restricted case is hidden from those who see single cases too, and nobody changes or takes what they do not see."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from apst.accounts import queries
from apst.audit.models import AuditDetail
from apst.people.models import Contact, Pupil, PupilFact
from apst.tenancy.context import acting_as_system, acting_for
from cases.models import Case, CaseAccess, CaseMember
from cases.services import grant
from referrals.models import FurtherInformation, Referral, StrategyTried, TriageDecision
from tests.factories import make_case, make_pupil, make_referral

ABOUT_THE_PUPIL = (Pupil, PupilFact, Contact, Referral, TriageDecision, StrategyTried, FurtherInformation)


@pytest.fixture
def hidden(cast, northgate) -> Case:
    """A restricted case at Riverside, held by the DSL, with a referral that the school's teacher made."""
    with acting_as_system(northgate):
        pupil = make_pupil(surname="Quillfeather", name_key="quillfeather a")
        referral = make_referral(
            pupil=pupil, site=northgate.riverside, made_by=cast.school_staff.membership, state="allocated"
        )
        case = make_case(pupil=pupil, referral=referral, site=northgate.riverside, restricted=True)
        grant(case, cast.dsl, by=None)
        PupilFact.objects.create(pupil=pupil, kind="csc_status", value="cin", holds_from=dt.date(2026, 9, 1))
        Contact.objects.create(
            pupil=pupil, name="A Mother", relationship="mother", address="1 Hidden Road", address_hidden=True
        )
        TriageDecision.objects.create(
            referral=referral, outcome="accepted", decided_on=dt.date(2026, 11, 3), rationale="quillreason"
        )
        StrategyTried.objects.create(referral=referral, what="quillstrategy")
        FurtherInformation.objects.create(referral=referral, text="quillanswer")
    return case


def statement(sql: str, *values: object) -> int:
    """How many rows a statement without any condition of Django's reaches; -1 where it is refused."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.rowcount
    except DatabaseError:
        return -1


@pytest.mark.parametrize("role", ["manager", "specialist", "riverside", "slt", "school_staff", "coordinator"])
def test_nobody_but_its_holders_reads_anything_that_hangs_on_a_restricted_case(cast, northgate, hidden, role):
    with acting_for(northgate, getattr(cast, role)):
        assert [m.__name__ for m in ABOUT_THE_PUPIL if m.objects.exists()] == []
        for word in ("quill", "Hidden Road"):
            assert not AuditDetail.objects.filter(after__icontains=word).exists()
    with acting_for(northgate, cast.dsl):
        assert all(model.objects.count() == 1 for model in ABOUT_THE_PUPIL)
        assert AuditDetail.objects.filter(after__icontains="quillreason").exists()


def test_a_specialist_of_the_site_finds_the_pupil_of_a_restricted_case_on_no_page(cast, northgate, hidden, client_for):
    client = client_for(cast.riverside, northgate)

    assert client.get(f"/pupils/{hidden.pupil.public_id}/").status_code == 404
    assert client.get(f"/referrals/{hidden.referral.public_id}/").status_code == 404
    for answer in (client.get("/referrals/?state=allocated"), client.post("/search/", {"q": "Quillfeather"})):
        assert answer.status_code == 200
        assert b"Hidden Road" not in answer.content
        assert f"/{hidden.pupil.public_id}/" not in answer.content.decode()


@pytest.mark.parametrize("role", ["riverside", "allocated", "school_staff"])
def test_a_statement_without_a_condition_reaches_only_the_cases_that_a_person_sees(cast, northgate, hidden, role):
    with acting_as_system(northgate):
        seen, unseen = make_case(), make_case()
        grant(seen, cast.riverside, CaseAccess.Source.TEAM, by=None)
        grant(seen, cast.allocated, CaseAccess.Source.TEAM, by=None)
        grant(unseen, cast.slt, by=None)
    with acting_for(northgate, getattr(cast, role)):
        sees = 0 if role == "school_staff" else 1
        assert statement("update cases_case set restricted = false") <= sees
        assert statement("update cases_case set tier = 'tier_1'") <= sees
        assert statement("delete from cases_caseaccess") <= 0
    with acting_as_system(northgate):
        assert Case.objects.get(pk=hidden.pk).restricted
        assert Case.objects.get(pk=unseen.pk).tier == "tier_2"
        assert Case.objects.get(pk=seen.pk).tier == ("tier_1" if sees else "tier_2")
        assert CaseAccess.objects.count() == 4


def test_nobody_puts_themselves_on_the_team_of_a_case_that_they_do_not_see(cast, northgate):
    with acting_as_system(northgate):
        case = make_case()
    with acting_for(northgate, cast.allocated):
        joined = statement(
            "insert into cases_casemember (case_id, post_id, part, starts_on) values (%s, %s, 'direct', current_date)",
            case.pk, cast.allocated.post.pk,
        )  # fmt: skip
        statement("select app.refresh_access(null)")
        assert joined == -1
        assert not Case.objects.exists()
    with acting_as_system(northgate):
        assert not CaseMember.objects.exists()


def test_whoever_sees_single_cases_gives_none_to_others_by_hand(cast, northgate, hidden):
    with acting_for(northgate, cast.allocated):
        given = statement(
            "insert into cases_caseaccess (user_id, content_object_id, permission_id, source, reason)"
            " select %s, %s, id, 'grant', '' from auth_permission where codename = 'view_case'",
            cast.slt.pk, hidden.pk,
        )  # fmt: skip
    assert given == -1


def test_inside_a_taskforce_nobody_asks_where_others_work(cast, northgate, omar):
    assert [place.name for place in queries.taskforces_of(omar.pk)] == ["Southgate Taskforce"]
    with acting_for(northgate, cast.manager):
        assert queries.taskforces_of(omar.pk) == []
        assert [place.name for place in queries.taskforces_of(cast.manager.pk)] == ["Northgate Taskforce"]
