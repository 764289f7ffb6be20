"""The pages about assessments, consent and help beyond the taskforce, as the people who use them meet them."""

import datetime as dt
import re
import uuid
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apst.jobs.models import Job
from apst.jobs.tasks import perform
from apst.people.models import Contact
from cases import services
from cases.models import (
    Assessment,
    CasePaper,
    ChecklistItem,
    CommunityOffer,
    EhcAdvice,
    Instrument,
    NeedsCheck,
    OnwardReferral,
    OnwardStep,
    Signposting,
    TreatmentConsent,
)
from cases.queries import timeline
from cases.queries.happenings import KINDS
from cases.services.checklists import Need
from tests.clock import TODAY
from tests.factories import make_pupil

CANARY = "Kestrel-over-the-weir"


@pytest.fixture
def sam(cast, client_for, northgate):
    return client_for(cast.specialist, northgate)


@pytest.fixture
def maya(cast, client_for, northgate):
    return client_for(cast.manager, northgate)


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def on(day, name="taken_on"):
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def posted(northgate, **fields):
    return {"taskforce": str(northgate.public_id), "submission_key": str(uuid.uuid4()), **fields}


def record(acting, cast, case, **said):
    with acting(cast.specialist):
        me = cast.specialist.membership
        return services.record_assessment(
            case.pupil,
            **{
                "case": case,
                "instrument": services.take_up("slcn_assessment", by=me),
                "informant": "specialist",
                "taken_on": TODAY,
                "scores": {"band": Decimal(3)},
                "summary": CANARY,
                "sensitivity": "clinical",
                **said,
            },
            by=me,
        )


def test_an_sdq_is_recorded_on_its_page_and_warns_of_nothing(sam, case, northgate, as_system):
    address = f"/cases/{case.public_id}/assessments/new/sdq_4_17/"
    page = text(sam.get(address))
    assert "Copyright of Youthinmind" in page
    assert "Emotional problems" in page

    answer = sam.post(
        address,
        posted(
            northgate, **on(TODAY), informant="teacher", score_emotional="7", score_conduct="6",
            score_hyperactivity="5", score_peer="3", score_prosocial="4", sensitivity="ordinary",
        ),
        follow=True,
    )  # fmt: skip

    page = text(answer)
    assert "The assessment is recorded." in page
    assert "no consent" not in page
    assert "very high" in page
    assert ">Undo</button>" in page
    with as_system():
        made = Assessment.objects.get()
        assert {s.scale.code: s.value for s in made.scores.select_related("scale")}["total"] == 21
    sam.post(f"/assessments/{made.public_id}/strike/", posted(northgate))
    with as_system():
        made.refresh_from_db()
        assert made.struck_because == "Undone when it was recorded"


def test_wrong_scores_are_said_beside_their_box_and_nothing_is_lost(sam, case, northgate, as_system):
    answer = sam.post(
        f"/cases/{case.public_id}/assessments/new/sdq_4_17/",
        posted(northgate, **on(TODAY), informant="teacher", score_emotional="17", sensitivity="ordinary",
               summary="Long words that must stay"),
    )  # fmt: skip

    page = text(answer)
    assert page.count("Emotional problems must be between 0 and 10.") == 2  # in the summary and beside the box
    assert "Long words that must stay" in page
    with as_system():
        assert Assessment.objects.count() == 0


def test_a_reading_age_is_typed_as_years_and_months(sam, case, northgate, as_system):
    address = f"/cases/{case.public_id}/assessments/new/reading/"
    said = {**on(TODAY), "sensitivity": "ordinary", "edition": "A test"}
    for wrong in ("9.4", "9:12", "nine"):
        assert "Reading age must be years and months, such as 9:04" in text(
            sam.post(address, posted(northgate, **said, score_reading_age=wrong))
        )
    for right, months in (("9:04", 112), ("9y 4m", 112), ("10 years", 120), ("9 years 4 months", 112)):
        sam.post(address, posted(northgate, **said, score_reading_age=right))
        with as_system():
            assert Assessment.objects.latest("pk").scores.get().value == months


def test_an_assessment_without_the_consent_it_needs_is_recorded_and_warned_of(sam, case, northgate, as_system):
    address = f"/cases/{case.public_id}/assessments/new/slcn_assessment/"
    lack = "Speech and language assessment and therapy: no consent is recorded for that day."
    assert lack in text(sam.get(address))

    answer = sam.post(
        address,
        posted(northgate, **on(TODAY), informant="specialist", score_band="2", sensitivity="clinical"),
        follow=True,
    )

    assert text(answer).count(lack) == 2  # as a message, and on the page
    with as_system():
        assert Assessment.objects.count() == 1


@pytest.mark.parametrize("role", ["manager", "riverside", "dsl"])
def test_a_restricted_result_is_on_no_page_of_those_who_do_not_hold_it(role, acting, cast, case, northgate, client_for):
    made = record(acting, cast, case)
    client = client_for(getattr(cast, role), northgate)
    for address in (
        f"/cases/{case.public_id}/",
        f"/cases/{case.public_id}/assessments/",
        f"/assessments/{made.public_id}/",
        f"/cases/{case.public_id}/brief/",
        f"/cases/{case.public_id}/onward/",
    ):
        page = text(client.get(address))
        assert CANARY not in page
        assert "Need for therapy" not in page
    page = text(client.get(f"/cases/{case.public_id}/assessments/"))
    assert "Restricted (clinical)" in page
    assert "Sam Okafor" in page
    for act in ("correct", "strike"):
        assert client.get(f"/assessments/{made.public_id}/{act}/").status_code == 403
    assert CANARY in text(client_for(cast.specialist, northgate).get(f"/assessments/{made.public_id}/"))


def test_its_author_lets_one_more_person_read_a_restricted_result_and_ends_that(
    sam, maya, acting, cast, case, northgate
):
    made = record(acting, cast, case)
    address = f"/assessments/{made.public_id}/"
    assert maya.get(f"{address}readers/").status_code == 403
    member = str(cast.manager.membership.public_id)
    sam.post(f"{address}readers/", posted(northgate, member=member, reason="Covers for me"))
    assert CANARY in text(maya.get(address))

    sam.post(f"{address}readers/", posted(northgate, end=member))
    assert CANARY not in text(maya.get(address))


@pytest.mark.parametrize(
    ("role", "reads", "writes"),
    [
        ("manager", 200, 200),
        ("specialist", 200, 200),
        ("riverside", 200, 200),
        ("dsl", 200, 403),
        ("slt", 403, 403),
        ("coordinator", 403, 403),
        ("allocated", 404, 404),
        ("school_staff", 404, 404),
        ("ig_lead", 404, 404),
    ],
)
def test_who_reads_and_who_writes(role, reads, writes, acting, cast, case, northgate, client_for):
    made = record(acting, cast, case, sensitivity="ordinary")
    with acting(cast.specialist):
        me = cast.specialist.membership
        advice = services.begin_advice(
            case, discipline="youth_worker", asked_by="SEND", requested_on=TODAY, sensitivity="ordinary", text="", by=me
        )
        onward = services.refer_onward(case, service="safe", on=TODAY, by=me)
    client = client_for(getattr(cast, role), northgate)
    of_case = f"/cases/{case.public_id}"
    for address in (f"{of_case}/assessments/", f"{of_case}/consent/", f"{of_case}/onward/"):
        assert client.get(address).status_code == reads, address
    for address in ("assessments/new/", "needs/", "consent/new/", "onward/new/", "signposting/new/", "advice/new/"):
        assert client.get(f"{of_case}/{address}").status_code == writes, address
    rows = {f"/assessments/{made.public_id}/", f"/advice/{advice.public_id}/", f"/onward/{onward.public_id}/"}
    missing = 404 if role in ("allocated", "school_staff", "ig_lead", "slt", "coordinator") else reads
    assert {client.get(address).status_code for address in rows} == {missing}


def test_settings_are_the_managers(cast, northgate, client_for):
    for role in ("specialist", "dsl", "coordinator", "slt"):
        client = client_for(getattr(cast, role), northgate)
        for address in ("/instruments/", "/instruments/new/", "/checklist/"):
            assert client.get(address).status_code == 403, (role, address)


def test_another_taskforce_has_none_of_it(acting, cast, case, southgate, omar, client_for):
    made = record(acting, cast, case)
    assert client_for(omar, southgate).get(f"/assessments/{made.public_id}/").status_code == 404


def test_what_was_corrected_leads_to_its_correction_and_is_not_brought_back(sam, case, cast, acting):
    first = record(acting, cast, case, sensitivity="ordinary")
    with acting(cast.specialist):
        second = services.correct_assessment(
            first, instrument=first.instrument, taken_on=TODAY, scores={"band": Decimal(1)}, informant="specialist",
            sensitivity="ordinary", by=cast.specialist.membership,
        )  # fmt: skip

    page = text(sam.get(f"/assessments/{first.public_id}/"))

    assert f"/assessments/{second.public_id}/" in page
    assert "Bring it back" not in page


def test_consent_is_recorded_withdrawn_undone_and_struck_out(sam, case, northgate, as_system):
    with as_system():
        mother = Contact.objects.create(
            pupil=case.pupil, name="Farah Ahmed", relationship="Mother", parental_responsibility=True
        )
        Contact.objects.create(pupil=case.pupil, name="A neighbour", relationship="Neighbour")
    page = text(sam.get(f"/cases/{case.public_id}/consent/new/"))
    assert "Farah Ahmed (Mother)" in page
    assert "A neighbour" not in page

    sam.post(
        f"/cases/{case.public_id}/consent/new/",
        posted(northgate, what_for=["speech_language", "mental_health"], decision="given",
               given_by=str(mother.public_id), **on(TODAY, "decided_on")),
    )  # fmt: skip
    with as_system():
        first, second = TreatmentConsent.objects.order_by("what_for")
    sam.post(f"/consents/{first.public_id}/withdraw/", posted(northgate, **on(TODAY, "withdrawn_on")))
    page = text(sam.get(f"/cases/{case.public_id}/consent/"))
    assert f"Withdrawn {TODAY:%-d %b %Y}" in page
    sam.post(f"/consents/{first.public_id}/not-withdrawn/", posted(northgate))
    sam.post(f"/consents/{second.public_id}/strike/", posted(northgate))
    with as_system():
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.withdrawn_on, second.struck_at is not None) == (None, True)


def test_the_checklist_is_defined_filled_compared_and_undone(sam, maya, case, northgate, as_system):
    assert "The checklist has no items yet" in text(sam.get(f"/cases/{case.public_id}/needs/"))
    maya.post("/checklist/", posted(northgate, words="Sleep\nFriends"))
    with as_system():
        sleep, friends = ChecklistItem.objects.all()
    maya.post(f"/checklist/{friends.public_id}/move/", posted(northgate, way="up"))
    page = text(sam.get(f"/cases/{case.public_id}/needs/"))
    assert page.index("Friends") < page.index("Sleep")

    answer = sam.post(
        f"/cases/{case.public_id}/needs/",
        posted(northgate, **{f"comment-{friends.public_id}": "Words alone"}, **on(TODAY, "filled_on")),
    )
    assert "Select how much need there is: Friends" in text(answer)
    page = text(
        sam.post(
            f"/cases/{case.public_id}/needs/",
            posted(northgate, **{f"level-{sleep.public_id}": "high"}, **on(TODAY, "filled_on")),
            follow=True,
        )
    )
    assert "High need" in page
    with as_system():
        check = NeedsCheck.objects.get()
    sam.post(f"/needs/{check.public_id}/strike/", posted(northgate))
    assert "High need" not in text(sam.get(f"/cases/{case.public_id}/assessments/"))


def test_a_year_group_is_screened_on_one_grid_with_opt_outs_shown(
    sam, cast, case, northgate, as_system, acting, client_for
):
    with as_system():
        ben = make_pupil(forename="Ben", surname="Begum", home_school=northgate.mainstream)
        make_pupil(forename="Old", surname="Enough", date_of_birth=dt.date(2008, 5, 4))
        left = make_pupil(forename="Left", surname="Lately", leaving_date=dt.date(2026, 7, 1))
        ahead = make_pupil(forename="Far", surname="Ahead", date_of_birth=dt.date(2013, 5, 4), year_offset=1)
    with acting(cast.specialist):
        services.record_consent(
            case.pupil, case=case, what_for=["screening"], decision="refused", given_by="pupil",
            competence="Said why", decided_on=TODAY, by=cast.specialist.membership,
        )  # fmt: skip
    address = "/screening/?instrument=slcn_screening&year=10&place="
    page = text(sam.get(address))
    assert "Amira Ahmed" in page
    assert "Far Ahead" in page
    assert "Old Enough" not in page
    assert left.full_name not in page
    assert "Opted out" in page
    assert f"band-{case.pupil.public_id}" not in page

    answer = sam.post(
        address,
        posted(northgate, **on(TODAY), **{f"band-{ben.public_id}": "3", f"band-{ahead.public_id}": "1"}),
        follow=True,
    )
    assert "2 results recorded." in text(answer)
    with as_system():
        assert Assessment.objects.get(pupil=ben).scores.get().value == 3
    again = sam.post(address, posted(northgate, **on(TODAY), **{f"band-{ben.public_id}": "3"}), follow=True)
    assert "Nothing was different." in text(again)
    school = text(
        sam.get(f"/screening/?instrument=slcn_screening&year=10&place=school-{northgate.mainstream.public_id}")
    )
    assert "Ben Begum" in school
    assert "Amira Ahmed" not in school


def test_a_screening_that_is_half_filled_in_is_kept_as_a_draft(sam, case, northgate):
    address = "/screening/?instrument=slcn_screening&year=10&place="
    key = re.search(r'data-draft="([^"]+)"', text(sam.get(address)))[1]
    sam.post(
        f"/drafts/{key}/",
        {"payload": {f"band-{case.pupil.public_id}": "2"}, "version": 0},
        content_type="application/json",
    )

    assert re.search(rf'name="band-{case.pupil.public_id}" type="radio" value="2" checked', text(sam.get(address)))


@pytest.mark.parametrize("page", ["assessments", "onward", "consent", "timeline"])
def test_pages_ask_as_many_questions_for_much_as_for_little(page, sam, acting, cast, case):
    me = cast.specialist.membership

    def fill(times):
        with acting(cast.specialist):
            sdq = services.take_up("sdq_4_17", by=me)
            item = ChecklistItem.objects.first()
            for _ in range(times):
                made = services.record_assessment(
                    case.pupil, instrument=sdq, taken_on=TODAY, informant="teacher", scores={"total": Decimal(9)},
                    posts=[cast.specialist.post], by=me,
                )  # fmt: skip
                services.correct_assessment(
                    made, instrument=sdq, taken_on=TODAY, informant="teacher", scores={"total": Decimal(8)},
                    sensitivity="ordinary", by=me,
                )  # fmt: skip
                services.refer_onward(case, service="safe", on=TODAY, by=me)
                services.fill_checklist(case, filled_on=TODAY, answers={item: Need("some")}, by=me)
                services.record_consent(
                    case.pupil, case=case, what_for=["screening"], decision="given", given_by="pupil",
                    competence="Said why", decided_on=TODAY, by=me,
                )  # fmt: skip

    with acting(cast.manager):
        services.add_items(["Sleep"], by=cast.manager.membership)
    counts = []
    for times in (2, 12):
        fill(times)
        sam.get(f"/cases/{case.public_id}/assessments/")  # what a process asks only once is out of the way
        with CaptureQueriesContext(connection) as queries:
            if page == "timeline":
                with acting(cast.specialist) as member:
                    assert len(timeline.page_of(case, member, KINDS, size=200).entries) > times * 4
            else:
                assert sam.get(f"/cases/{case.public_id}/{page}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_onward_referral_from_the_first_step_to_its_outcome(sam, case, northgate, as_system):
    sam.post(
        f"/cases/{case.public_id}/onward/new/",
        posted(northgate, service="camhs", service_name="Wakefield CAMHS", step="sent", usual_wait_weeks="46",
               usual_source="Board paper", **on(TODAY, "on")),
    )  # fmt: skip
    with as_system():
        made = OnwardReferral.objects.get()
    page = text(sam.get(f"/onward/{made.public_id}/"))
    assert "a usual wait of 46 weeks (Board paper)" in page

    wrong = text(sam.post(f"/onward/{made.public_id}/", posted(northgate, step="outcome", **on(TODAY, "on"))))
    assert "Select how it came out." in wrong
    sam.post(f"/onward/{made.public_id}/", posted(northgate, step="accepted", **on(TODAY, "on")))
    with as_system():
        step = OnwardStep.objects.get(step="accepted")
    page = text(sam.post(f"/onward-steps/{step.public_id}/take-back/", posted(northgate), follow=True))
    assert "<s>Accepted</s> (taken back)" in page
    page = text(sam.post(f"/onward/{made.public_id}/strike/", posted(northgate), follow=True))
    assert "No onward referral is recorded" in page


@pytest.mark.django_db(transaction=True, databases=["default", "beside"])
def test_advice_is_drafted_made_final_drawn_and_sent(sam, maya, case, northgate, as_system, settings, cast, acting):
    record(acting, cast, case)
    sam.post(
        f"/cases/{case.public_id}/advice/new/",
        posted(northgate, discipline="speech_language_therapist", asked_by="SEND team", sensitivity="clinical",
               **on(TODAY, "requested_on")),
    )  # fmt: skip
    with as_system():
        advice = EhcAdvice.objects.get()
    address = f"/advice/{advice.public_id}/"
    page = text(sam.get(address))
    assert "Its result is restricted" in page
    assert CANARY not in page
    assert "42 days left" in page

    sam.post(address, posted(northgate, text="My own words, Lapwing.", version="1", final="yes"))
    assert "Lapwing" in text(sam.get(address))
    assert "Lapwing" not in text(maya.get(address))
    assert "access" in text(maya.post(f"{address}pdf/", posted(northgate), follow=True))
    assert maya.post(f"{address}open/", posted(northgate)).status_code == 403

    sam.post(f"{address}pdf/", posted(northgate))
    with as_system():
        job = Job.objects.get(kind="cases.draw_advice")
    perform(job.pk, northgate.pk)
    with as_system():
        paper = CasePaper.objects.get()
    answer = sam.get(f"/papers/{paper.public_id}/")
    assert answer.content.startswith(b"%PDF")
    assert "ahmed" not in answer.headers["Content-Disposition"].lower()
    assert maya.get(f"/papers/{paper.public_id}/").status_code == 404
    page = text(sam.post(f"{address}sent/", posted(northgate, **on(TODAY, "sent_on")), follow=True))
    assert "in time" in page


def test_the_directory_of_offers_and_who_was_told(sam, case, northgate, as_system, cast, client_for):
    office = client_for(cast.coordinator, northgate)
    office.post("/offers/new/", posted(northgate, name="Boxing club", reach="Saturdays"))
    with as_system():
        offer = CommunityOffer.objects.get()
    sam.post(
        f"/cases/{case.public_id}/signposting/new/",
        posted(northgate, offer=str(offer.public_id), told_to="family", **on(TODAY, "told_on")),
    )
    with as_system():
        told = Signposting.objects.get()
    page = text(sam.post(f"/signposting/{told.public_id}/taken-up/", posted(northgate, taken_up="yes"), follow=True))
    assert "Boxing club" in page
    assert "Taken up (asked on" in page
    assert client_for(cast.slt, northgate).get("/offers/").status_code == 200
    assert client_for(cast.slt, northgate).get("/offers/new/").status_code == 403


def test_the_manager_sets_what_applies_to_an_instrument(maya, northgate, as_system):
    maya.post("/instruments/take-up/sdq_4_17/", posted(northgate))
    with as_system():
        sdq = Instrument.objects.get()
    page = text(maya.get(f"/instruments/{sdq.public_id}/"))
    assert "Not verified." in page
    maya.post(
        f"/instruments/{sdq.public_id}/",
        posted(northgate, informants=["teacher"], consent_for="mental_health", sensitivity="clinical",
               band_sets=["teacher_4"]),
    )  # fmt: skip
    with as_system():
        sdq.refresh_from_db()
        assert (sdq.consent_for, sdq.informants) == ("mental_health", ["teacher"])
        assert [one.code for one in sdq.band_sets.filter(in_use=True)] == ["teacher_4"]
    answer = maya.post("/instruments/take-up/outcomes_star/", posted(northgate), follow=True)
    assert "Licensed by Triangle" in text(answer)
    maya.post(
        "/instruments/new/?like=outcomes_star",
        posted(northgate, name="My Star", areas="Home\nSchool", kind="numbers", minimum="1", maximum="5",
               better="higher", sensitivity="ordinary"),
    )  # fmt: skip
    with as_system():
        star = Instrument.objects.get(name="My Star")
        assert [(s.name, s.minimum, s.maximum) for s in star.scales.all()] == [("Home", 1, 5), ("School", 1, 5)]
        assert star.licence.startswith("Licensed by Triangle")


def test_the_timeline_has_every_kind_of_it(sam, acting, cast, case):
    me = cast.specialist.membership
    with acting(cast.manager):
        (item,) = services.add_items(["Sleep"], by=cast.manager.membership)
    record(acting, cast, case)
    with acting(cast.specialist):
        services.fill_checklist(case, filled_on=TODAY, answers={item: Need("high")}, by=me)
        services.record_consent(
            case.pupil, case=case, what_for=["screening"], decision="refused", given_by="pupil", competence="Said why",
            decided_on=TODAY, by=me,
        )  # fmt: skip
        services.refer_onward(case, service="safe", on=TODAY, by=me)
        offer = services.keep_offer(None, name="Boxing club", reach="Saturdays", by=me)
        services.signpost(case, offer=offer, told_to="pupil", told_on=TODAY, by=me)
        services.begin_advice(
            case, discipline="youth_worker", asked_by="SEND", requested_on=TODAY, sensitivity="ordinary", text="", by=me
        )

    page = text(sam.get(f"/cases/{case.public_id}/"))
    for entry in (
        "Speech and language assessment",
        "High need: Sleep",
        "Screening of a whole year group: opted out",
        "SAFE taskforce: pre-assessment done",
        "Told of Boxing club",
        "EHC advice asked for: youth worker",
    ):
        assert entry in page, entry
    only = text(sam.get(f"/cases/{case.public_id}/?kind=onward"))
    assert "SAFE taskforce" in only
    assert "Told of Boxing club" not in only
