"""What each kind of file does to what the taskforce holds."""

import datetime as dt

import pytest

from apst.people.models import Contact, Post, Pupil, PupilFact, Specialist
from apst.people.queries import facts_on, year_group
from apst.places.models import CalendarEntry, Establishment, Site
from cases.models import Case, CaseMember, Intervention, InterventionNote, InterventionPlace
from referrals.models import Referral, TriageDecision

pytestmark = pytest.mark.django_db

SPECIALISTS = (
    "reference,name,email,specialist_type,fte,start_date,end_date\n"
    "S1,Ada Okafor,ada@example.org,youth_worker,0.6,01/09/2025,\n"
    "S2,Zoë Iqbal,zoe@example.org,family_support_worker,1,01/09/2025,\n"
)
PUPILS = (
    "local_id,upn,surname,forename,date_of_birth,year_group,sen_provision,csc_status,as_at\n"
    "P1,B801200005001,Nowak,Zofia,05/09/2011,10,K,cin,01/09/2026\nP2,,Bell,Sean,01/02/2012,10,,,01/09/2026\n"
)
REFERRAL = (
    "reference,pupil_local_id,received_on,source,route,reasons,"
    "triage_outcome,triaged_on,tier,case_opened_on,case_ended_on,case_end_reason,lead_specialist\n"
)
R1 = "R1,P1,05/09/2026,ap_school_staff,form,attendance;mental_health,accepted,09/09/2026,tier_3,10/09/2026,,,S1\n"
SESSIONS = (
    "reference,date,start_time,duration,activity_type,location,out_of_school_hours,specialists,pupils,site,note\n"
    "I1,11/09/2026,14:30,60,one_to_one,ap_school,no,S1,P1,,Went well\n"
    "I2,14/09/2026,,1:30,group,home,yes,S1;S2,P1;P2:did_not_attend,North,\n"
)


@pytest.fixture
def people(bring):
    """Two specialists, two pupils and a case, imported."""
    for kind, text in (("specialists", SPECIALISTS), ("pupils", PUPILS), ("referrals", REFERRAL + R1)):
        assert bring(kind, text).code == 0
    return bring


def test_a_calendar_and_the_school_it_names(bring):
    year = "academic_year,kind,name,starts_on,ends_on,establishment_urn\n"
    brought = bring(
        "calendar",
        year + "2027-28,half_term,Autumn 1,01/09/2027,22/10/2027,\n"
        "2027-28,inset,,01/09/2027,,\n"
        "2027-28,closure,Flood,12/11/2027,15/11/2027,777001\n",
    )

    assert brought.code == 0
    assert brought.lines("outcome", "reason") == [
        ("add", ""),
        ("add", ""),
        (
            "add",
            "is no school of this taskforce yet: it will be added by its number. Import establishments to name it.",
        ),
    ]
    with bring.inside():
        rows = list(
            CalendarEntry.objects.filter(academic_year="2027-28").values_list(
                "kind", "name", "ends_on", "establishment__name"
            )
        )
    assert rows == [
        ("half_term", "autumn-1", dt.date(2027, 10, 22), None),
        ("inset", "", dt.date(2027, 9, 1), None),
        ("closure", "Flood", dt.date(2027, 11, 15), "School 777001"),
    ]

    moved = bring("calendar", year + "2027-28,half_term,autumn-1,01/09/2027,15/10/2027,\n")
    assert moved.lines("outcome", "column", "value", "reason") == [
        ("change", "ends_on", "15/10/2027", "was “22/10/2027”")
    ]


def test_half_terms_out_of_order_are_rejected(bring):
    year = "academic_year,kind,name,starts_on,ends_on\n"
    brought = bring(
        "calendar",
        year + "2027-28,half_term,autumn-1,01/09/2027,22/10/2027\n2027-28,half_term,autumn-2,20/10/2027,17/12/2027\n",
    )

    assert brought.code == 1
    assert brought.lines("row", "column", "reason") == [
        ("2", "ends_on", "does not lie before autumn-2 (20/10/2027 to 17/12/2027)."),
        ("3", "starts_on", "does not lie after autumn-1 (01/09/2027 to 22/10/2027)."),
    ]


def test_establishments_are_matched_by_urn(bring):
    brought = bring(
        "establishments", "urn,name,la,type\n100002,Hillside Academy,Wakefield,\n777002,New School,383,ap_academy\n"
    )

    assert brought.outcomes() == ["change", "change", "add"]
    with bring.inside():
        rows = dict(Establishment.objects.values_list("urn", "name"))
        assert Establishment.objects.get(urn="100002").local_authority_id == "384"
        assert Establishment.objects.get(urn="100002").kind == "mainstream"
    assert rows == {"100001": "Northgate AP Academy", "100002": "Hillside Academy", "777002": "New School"}


def test_the_same_email_is_the_same_person(bring):
    text = (
        SPECIALISTS + "S3,Zoë Iqbal,ZOE@example.org,speech_language_therapist,0.2,01/09/2026,\n"
        "S4,Lee Marsh,,police,0.2,01/09/2026,\n"
    )

    assert bring("specialists", text).code == 0
    with bring.inside():
        assert Post.objects.get(reference="S2").specialist_id == Post.objects.get(reference="S3").specialist_id
        assert Specialist.objects.count() == 3
        assert Post.objects.get(reference="S4").allocated_only
        assert Post.objects.get(reference="S1").fte_hundredths == 60
    assert set(bring("specialists", text).outcomes()) == {"unchanged"}


def test_a_change_of_fte_is_another_post_or_a_correction(people):
    changed = SPECIALISTS.replace("0.6", "0.8")

    refused = people("specialists", changed)
    assert refused.code == 1
    assert "A change of FTE is a post that ends and another that starts" in refused.report[0]["reason"]

    assert people("specialists", changed, correction=True).code == 0
    with people.inside():
        assert Post.objects.get(reference="S1").fte_hundredths == 80


def test_a_specialist_with_an_account_is_linked_by_email(bring, cast):
    text = (
        "reference,name,email,specialist_type,fte,start_date\n"
        "S9,Sam Okafor,Specialist@northgate.example,youth_worker,0.5,01/09/2026\n"
    )

    assert bring("specialists", text).code == 0
    with bring.inside():
        assert Post.objects.get(reference="S9").specialist_id == cast.specialist.post.specialist_id


def test_pupils_with_their_facts_and_year(people):
    with people.inside():
        pupil = Pupil.objects.get(local_id="P1")
        assert (pupil.surname, pupil.name_key, pupil.year_offset) == ("Nowak", "nowak zofia", 0)
        assert Pupil.objects.get(local_id="P2").year_offset == 0
        assert facts_on([pupil], dt.date(2026, 9, 1))[pupil.pk] == {"sen_provision": "K", "csc_status": "cin"}


def test_the_year_group_sets_the_offset(people):
    text = "local_id,surname,forename,date_of_birth,year_group,as_at\nP2,Bell,Sean,01/02/2012,9,01/09/2026\n"

    brought = people("pupils", text)

    assert brought.lines("column", "value", "reason") == [("year_group", "9", "was “10”")]
    with people.inside():
        pupil = Pupil.objects.get(local_id="P2")
        assert (pupil.year_offset, year_group(pupil, dt.date(2027, 9, 1))) == (-1, "10")


LATER = (
    "local_id,surname,forename,date_of_birth,year_group,csc_status,as_at\n"
    "P1,Nowak,Zofia,05/09/2011,10,none,01/11/2026\n"
)


def test_a_fact_that_differs_is_a_change_from_its_day(people):
    brought = people("pupils", LATER)

    assert brought.lines("outcome", "column", "value", "reason") == [
        ("change", "csc_status", "none from 01/11/2026", "was “cin”")
    ]
    with people.inside():
        pupil = Pupil.objects.get(local_id="P1")
        assert facts_on([pupil], dt.date(2026, 10, 1))[pupil.pk]["csc_status"] == "cin"
        assert facts_on([pupil], dt.date(2026, 11, 1))[pupil.pk]["csc_status"] == "none"
    assert people("pupils", LATER).outcomes() == ["unchanged"]


def test_a_correction_replaces_the_past_too(people):
    assert people("pupils", LATER, correction=True).code == 0
    with people.inside():
        pupil = Pupil.objects.get(local_id="P1")
        assert facts_on([pupil], dt.date(2026, 10, 1))[pupil.pk]["csc_status"] == "none"
        assert PupilFact.objects.filter(pupil=pupil, kind="csc_status", corrected_at__isnull=False).count() == 1
    assert people("pupils", LATER, correction=True).outcomes() == ["unchanged"]


def test_a_blank_cell_says_nothing(people):
    brought = people(
        "pupils",
        "local_id,upn,surname,forename,date_of_birth,year_group,csc_status,as_at\n"
        "P1,,Nowak,Zofia,05/09/2011,10,,01/11/2026\n",
    )

    assert brought.outcomes() == ["unchanged"]


def test_a_second_local_id_with_a_known_upn_is_the_same_pupil(people):
    brought = people(
        "pupils", "local_id,upn,surname,forename,date_of_birth,year_group\nP7,B801200005001,Nowak,Zofia,05/09/2011,10\n"
    )

    assert brought.code == 1
    assert brought.lines("column", "suggestion") == [("upn", "P1")]
    with people.inside():
        assert not Pupil.objects.filter(local_id="P7").exists()


def test_contacts_by_pupil_and_name(people):
    text = "local_id,name,relationship,parental_responsibility,phone,priority\nP1,Ewa Nowak,Mother,yes,07700 900123,1\n"

    assert people("contacts", text).outcomes() == ["add"]
    assert people("contacts", text.replace("Mother", "Guardian")).lines("outcome", "column", "value") == [
        ("change", "relationship", "Guardian")
    ]
    with people.inside():
        assert list(Contact.objects.values_list("name", "relationship", "parental_responsibility")) == [
            ("Ewa Nowak", "Guardian", True)
        ]


def test_a_referral_with_its_decision_and_case(people):
    with people.inside():
        referral = Referral.objects.get(reference="R1")
        case = Case.objects.get()
        assert (referral.state, referral.reasons) == ("allocated", ["attendance", "mental_health"])
        assert list(TriageDecision.objects.values_list("outcome", "decided_on")) == [("accepted", dt.date(2026, 9, 9))]
        assert (case.reference, case.tier, case.opened_on, case.lead.reference) == (
            "R1",
            "tier_3",
            dt.date(2026, 9, 10),
            "S1",
        )
        assert list(CaseMember.objects.values_list("post__reference", "part")) == [("S1", "lead")]


def test_another_outcome_later_adds_a_decision(people):
    waiting = "R2,P2,05/09/2026,family,email,attendance,waiting_list,09/09/2026,,,,,\n"
    declined = waiting.replace("waiting_list,09/09/2026", "declined,15/09/2026")
    assert people("referrals", REFERRAL + waiting).outcomes() == ["add"]

    brought = people("referrals", REFERRAL + declined)

    assert brought.lines("column", "value", "reason") == [
        ("triage_outcome", "declined on 15/09/2026", "was “waiting_list”")
    ]
    with people.inside():
        assert Referral.objects.get(reference="R2").state == "ended"
        outcomes = TriageDecision.objects.filter(referral__reference="R2").values_list("outcome", flat=True)
        assert list(outcomes) == ["waiting_list", "declined"]
    assert people("referrals", REFERRAL + waiting).outcomes() == ["unchanged"]


def test_an_undone_outcome_takes_the_decision_back(people):
    waiting = "R2,P2,05/09/2026,family,email,attendance,waiting_list,09/09/2026,,,,,\n"
    people("referrals", REFERRAL + waiting)

    assert people("referrals", REFERRAL + waiting.replace("waiting_list,09", "undone,10")).code == 0
    with people.inside():
        assert Referral.objects.get(reference="R2").state == "new"
        assert TriageDecision.objects.get(outcome="undone").undoes.outcome == "waiting_list"


def test_the_case_ends_and_the_next_may_open_in_the_same_file(people):
    second = "R2,P1,20/10/2026,family,email,attendance,accepted,21/10/2026,tier_2,22/10/2026,,,\n"

    refused = people("referrals", REFERRAL + R1 + second)
    assert refused.code == 1
    assert refused.report[-1]["reason"].startswith("would open a second case while R1 of this pupil is open.")

    ended = R1.replace("10/09/2026,,", "10/09/2026,20/10/2026,ready")
    brought = people("referrals", REFERRAL + second + ended)
    assert brought.code == 0
    with people.inside():
        assert list(Case.objects.order_by("opened_on").values_list("reference", "ended_on", "end_reason")) == [
            ("R1", dt.date(2026, 10, 20), "ready"),
            ("R2", None, ""),
        ]


def test_sessions_with_places_sites_and_notes(people):
    brought = people("sessions", SESSIONS)

    assert brought.code == 0
    assert "These sites are new here and will be added: “North”." in brought.said
    with people.inside():
        case = Case.objects.get()
        first = Intervention.objects.get(reference="I1")
        assert (first.minutes, first.starts_at, first.activity_type, first.location) == (
            60,
            dt.time(14, 30),
            "one_to_one",
            "ap_school",
        )
        assert InterventionNote.objects.get().text == "Went well"
        second = Intervention.objects.get(reference="I2")
        assert (second.minutes, second.site.name, second.out_of_school_hours) == (90, "North", True)
        assert list(second.places.order_by("pupil__local_id").values_list("pupil__local_id", "attendance", "case")) == [
            ("P1", "attended", case.pk),
            ("P2", "did_not_attend", None),
        ]
        assert sorted(second.specialists.values_list("post__reference", flat=True)) == ["S1", "S2"]
    assert people("sessions", SESSIONS).outcomes() == ["unchanged", "unchanged"]


def test_a_place_keeps_the_case_open_on_its_day(people):
    before = SESSIONS.splitlines()[0] + "\nI3,08/09/2026,,30,screening,,,S1,P1,,\n"

    assert people("sessions", before).code == 0
    with people.inside():
        assert InterventionPlace.objects.get().case_id is None


def test_a_session_that_differs_is_changed_field_by_field(people):
    people("sessions", SESSIONS)

    changed = (
        SESSIONS.replace("1:30", "45m")
        .replace("P1;P2:did_not_attend", "P2")
        .replace("S1;S2", "S2")
        .replace("Went well", "Went very well")
    )
    brought = people("sessions", changed)

    assert brought.lines("reference", "column", "value", "reason") == [
        ("I1", "note", "Went very well", "was “Went well”"),
        ("I2", "duration", "45", "was “90”"),
        ("I2", "specialists", "S2", "was “S1;S2”"),
        ("I2", "pupils", "P2", "was “P1;P2:did_not_attend”"),
    ]
    with people.inside():
        second = Intervention.objects.get(reference="I2")
        assert (second.minutes, second.version) == (45, 2)
        assert list(second.places.values_list("pupil__local_id", "attendance")) == [("P2", "attended")]
        assert list(second.specialists.values_list("post__reference", flat=True)) == ["S2"]
        assert Site.objects.filter(name="North").count() == 1


def test_a_deleted_session_is_left_alone(people):
    people("sessions", SESSIONS)
    with people.inside():
        Intervention.objects.filter(reference="I1").update(deleted_at=dt.datetime(2026, 11, 1, tzinfo=dt.UTC))

    assert people("sessions", SESSIONS).lines("reference", "outcome", "reason")[0] == (
        "I1",
        "unchanged",
        "was deleted here and is left alone.",
    )
