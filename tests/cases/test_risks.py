"""Risk in context: judgements that stay, texts that few read, and two pupils whom nobody brings together unwarned."""

import datetime as dt
import uuid

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from apst.audit.models import AuditDetail
from cases import services
from cases.exceptions import (
    ApartAlready,
    ApartFromThemselves,
    ChangedMeanwhile,
    LinkNotYours,
    MissingInFuture,
    NoSafetyPlan,
    ReturnedBefore,
    ReviewBeforeToday,
)
from cases.models import (
    Case,
    Intervention,
    KeepApart,
    KeepApartReason,
    MissingEpisode,
    PlannedSession,
    ProtectionText,
    RiskEvidence,
    RiskJudgement,
    SafetyPlan,
    SessionGroup,
    SessionGroupMember,
)
from cases.queries.flags import flags_of
from cases.queries.reviews import next_review
from cases.queries.risks import keep_apart_warnings, safety_plan_now, standing
from cases.services import (
    change_missing,
    end_keep_apart,
    judge_risk,
    keep_apart,
    let_open,
    record_missing,
    record_protection,
    restrict,
    withdraw_safety_plan,
    write_safety_plan,
)
from tests.clock import TODAY
from tests.factories import make_case, make_pupil

EVIDENCE = "Seen with two older men at the arcade"
SOON = TODAY + dt.timedelta(days=42)
YESTERDAY = TODAY - dt.timedelta(days=1)


def judge(case, user, level="high", area="exploitation", **said):
    said = {"evidence": EVIDENCE, "review_on": SOON, **said}
    return judge_risk(case, area=area, level=level, **said, by=user.membership)


@pytest.fixture
def other(northgate, as_system):
    """Ben, whose case is at the centre."""
    with as_system():
        return make_case(pupil=make_pupil(forename="Ben", surname="Gill"), site=northgate.centre).pupil


def test_a_new_judgement_stands_and_the_earlier_one_stays(case, cast, acting):
    with acting(cast.specialist):
        judge(case, cast.specialist, "high")
        judge(case, cast.specialist, "medium")
        assert [(row.area, row.level) for row in standing(case)] == [("exploitation", "medium")]
        assert RiskJudgement.objects.count() == 2
        with pytest.raises(ReviewBeforeToday):
            judge(case, cast.specialist, review_on=TODAY - dt.timedelta(days=1))
    with acting(cast.specialist), pytest.raises(DatabaseError), transaction.atomic():
        RiskJudgement.objects.update(level="low")


def test_levels_are_the_teams_and_evidence_is_its_authors_and_the_safeguarding_leads(case, cast, acting):
    with acting(cast.specialist):
        judgement = judge(case, cast.specialist)
        let_open(judgement, cast.riverside.membership, reason="Works with them", by=cast.specialist.membership)
    levels, texts = [], []
    for name in vars(cast):
        with acting(getattr(cast, name)):
            levels += [name] * RiskJudgement.objects.count()
            texts += [name] * RiskEvidence.objects.count()
            assert EVIDENCE not in str(list(AuditDetail.objects.values_list("after", flat=True))), name

    assert levels == ["manager", "specialist", "riverside", "dsl"]
    assert texts == ["specialist", "riverside", "dsl"]


def test_mappa_is_youth_justices_and_marac_the_safeguarding_leads_too(case, cast, acting):
    with acting(cast.specialist):
        for mechanism in ("mappa", "marac"):
            record_protection(case, mechanism=mechanism, held_on=TODAY, outcome="x", by=cast.specialist.membership)
    seen = {}
    for name in vars(cast):
        with acting(getattr(cast, name)):
            seen[name] = sorted(ProtectionText.objects.values_list("mechanism", flat=True))

    assert {name: kinds for name, kinds in seen.items() if kinds} == {
        "specialist": ["mappa", "marac"],
        "dsl": ["marac"],
    }


def test_the_safety_plan_is_written_in_versions_and_never_over_another_persons(case, cast, acting):
    said = {"triggers": "Crowds", "helps": "The dog", "who_to_call": "Nan", "shared_with": "Nan", "review_on": SOON}
    with acting(cast.specialist):
        assert write_safety_plan(case, **said, number=0, by=cast.specialist.membership).number == 1
        assert write_safety_plan(case, **said, number=1, by=cast.specialist.membership).number == 2
        with pytest.raises(ChangedMeanwhile):
            write_safety_plan(case, **said, number=1, by=cast.specialist.membership)


PLAN = {"triggers": "Crowds", "helps": "The dog", "who_to_call": "Nan", "shared_with": "Nan", "review_on": SOON}


def test_a_safety_plan_is_withdrawn_and_every_version_stays(case, cast, acting):
    by = cast.specialist.membership
    with acting(cast.specialist):
        with pytest.raises(NoSafetyPlan):
            withdraw_safety_plan(case, because="Never needed", by=by)
        write_safety_plan(case, **PLAN, by=by)
        with pytest.raises(ChangedMeanwhile):
            withdraw_safety_plan(case, because="Better now", number=0, by=by)

        withdrawn = withdraw_safety_plan(case, because="Better now", number=1, by=by)

        assert (withdrawn.made_on, withdrawn.written_by, withdrawn.because) == (TODAY, by, "Better now")
        assert safety_plan_now(case) is None
        assert [(row.number, row.withdrawn, row.helps) for row in SafetyPlan.objects.order_by("number")] == [
            (1, False, "The dog"), (2, True, ""),
        ]  # fmt: skip
        with pytest.raises(NoSafetyPlan):
            withdraw_safety_plan(case, because="Twice", by=by)
        write_safety_plan(case, **PLAN, number=2, by=by)
        assert safety_plan_now(case).number == 3
    with acting(cast.specialist), pytest.raises(DatabaseError), transaction.atomic():
        SafetyPlan.objects.update(withdrawn=True)
    with acting(cast.riverside), pytest.raises(DatabaseError), transaction.atomic():
        SafetyPlan.objects.all().delete()


def test_a_missing_episode_is_told_bit_by_bit_by_whoever_hears_of_it(case, cast, acting):
    now = timezone.now()
    gone, back = now - dt.timedelta(hours=20), now - dt.timedelta(hours=2)
    rest = {"police_told_at": None, "police_reference": "", "interview_on": None}
    with acting(cast.specialist) as member:
        episode = record_missing(case, missing_from=gone, by=cast.specialist.membership)
        assert [flag.text.split()[0] for flag in flags_of(case, member)] == ["Missing"]
        with pytest.raises(MissingInFuture):
            record_missing(case, missing_from=now + dt.timedelta(hours=1), by=cast.specialist.membership)
    with acting(cast.dsl) as member:
        with pytest.raises(ReturnedBefore):
            change_missing(episode, version=1, missing_from=back, returned_at=gone, **rest, by=cast.dsl.membership)
        change_missing(episode, version=1, missing_from=gone, returned_at=back, **rest, by=cast.dsl.membership)
        assert MissingEpisode.objects.get().returned_at == back
        assert flags_of(case, member) == []
        with pytest.raises(ChangedMeanwhile):
            change_missing(episode, version=1, missing_from=gone, returned_at=back, **rest, by=cast.dsl.membership)


def test_flags_and_the_next_review_are_for_those_who_view_the_case(case, cast, acting):
    with acting(cast.specialist) as member:
        judge(case, cast.specialist)
        assert [flag.text for flag in flags_of(case, member)] == ["High risk: exploitation"]
        assert next_review(case) == SOON
    with acting(cast.coordinator) as member:
        assert flags_of(case, member) == []


def test_whoever_brings_the_two_together_is_warned_and_the_reason_is_said_to_few(case, other, cast, acting):
    with acting(cast.manager) as member:
        link = keep_apart(case.pupil, other, reason="A knife", by=cast.manager.membership)
        assert keep_apart_warnings([case.pupil, other], member)[0].startswith("Amira Ahmed and Ben Gill are to be")
        assert keep_apart_warnings([case.pupil], member) == []
        with pytest.raises(ApartAlready):
            keep_apart(other, case.pupil, reason="x", by=cast.manager.membership)
        with pytest.raises(ApartFromThemselves):
            keep_apart(other, other, reason="x", by=cast.manager.membership)
    reasons = []
    for name in vars(cast):
        with acting(getattr(cast, name)) as member:
            warned = keep_apart_warnings([case.pupil, other], member)
            assert len(warned) == 1
            # Who sees only one of them, or neither, is told no name.
            assert ("Amira" in warned[0]) is (name in ("manager", "specialist", "dsl", "slt", "coordinator")), name
            reasons += [name] * KeepApartReason.objects.count()
    assert reasons == ["manager", "dsl"]
    with acting(cast.riverside), pytest.raises(LinkNotYours):
        end_keep_apart(link, by=cast.riverside.membership)
    with acting(cast.dsl) as member:
        end_keep_apart(link, by=cast.dsl.membership)
        assert keep_apart_warnings([case.pupil, other], member) == []


def test_a_link_with_the_pupil_of_a_restricted_case_is_hidden_with_them(case, other, cast, acting):
    with acting(cast.manager):
        keep_apart(case.pupil, other, reason="x", by=cast.manager.membership)
        restrict(
            case, holders=[cast.dsl.membership, cast.specialist.membership], reason="x", by=cast.manager.membership
        )
    with acting(cast.manager) as member:
        assert not KeepApart.objects.exists()
        assert keep_apart_warnings([case.pupil, other], member)[0].startswith("Two of these pupils")
    with acting(cast.dsl):
        assert KeepApart.objects.count() == 1


# ---- on the pages


def test_the_page_tells_each_reader_what_is_theirs(case, other, cast, acting, northgate, client_for):
    with acting(cast.specialist):
        judge(case, cast.specialist)
        record_protection(case, mechanism="mappa", held_on=TODAY, outcome="Level two", by=cast.specialist.membership)
        keep_apart(case.pupil, other, reason="A knife", by=cast.specialist.membership)
    address = f"/cases/{case.public_id}/risk/"

    pages = {
        name: client_for(getattr(cast, name), northgate).get(address)
        for name in ("manager", "specialist", "riverside", "dsl", "slt", "coordinator", "allocated", "ig_lead")
    }

    assert {name: page.status_code for name, page in pages.items()} == {
        "manager": 200, "specialist": 200, "riverside": 200, "dsl": 200, "slt": 403, "coordinator": 403,
        "allocated": 404, "ig_lead": 404,
    }  # fmt: skip
    words = {name: page.content.decode() for name, page in pages.items()}
    for text, readers in (
        (EVIDENCE, {"specialist", "dsl"}),
        ("A knife", {"specialist", "dsl"}),
        ("Level two", {"specialist"}),
        ("Ben Gill", {"manager", "specialist", "dsl"}),
        ("High risk: exploitation", {"manager", "specialist", "riverside", "dsl"}),
    ):
        assert {name for name, page in words.items() if text in page} == readers, text


def test_everything_is_written_on_its_pages(case, other, cast, northgate, client_for, acting):
    client = client_for(cast.specialist, northgate)
    address = f"/cases/{case.public_id}/risk/"
    review = {"review_on-day": SOON.day, "review_on-month": SOON.month, "review_on-year": SOON.year}
    day = {"day": TODAY.day, "month": TODAY.month, "year": TODAY.year}

    client.post(f"{address}judge/peers/", {"level": "medium", "evidence": EVIDENCE, **review})
    client.post(
        f"{address}safety-plan/", {"triggers": "Crowds", "helps": "Dog", "who_to_call": "Nan", "version": 0, **review}
    )
    client.post(
        f"{address}missing/",
        {"missing_time": "00:01", **{f"missing_day-{part}": value for part, value in day.items()}},
    )
    client.post(
        f"{address}protection/", {"mechanism": "nrm", **{f"held_on-{part}": value for part, value in day.items()}}
    )
    client.post(f"{address}keep-apart/", {"find": "Gill Ben", "reason": "A knife"})

    page = client.get(address).content.decode()
    for text in (EVIDENCE, "Crowds", "not back yet", "National referral mechanism</strong>", "Ben Gill", "A knife"):
        assert text in page, text
    timeline = client.get(f"/cases/{case.public_id}/").content.decode()
    for text in ("Friends and peers: medium", "Safety plan, version 1", "Missing", "National referral mechanism"):
        assert text in timeline, text
    assert client.get(f"{address}judge/weather/").status_code == 404
    with acting(cast.specialist):
        link = KeepApart.objects.get()
    undone = client.post(f"/keep-apart/{link.public_id}/end/", {"case": case.public_id}, follow=True).content.decode()
    assert "Nobody is warned of the two any more" in undone
    assert "Ben Gill" not in undone
    assert "Ben Gill" in client.post(f"/keep-apart/{link.public_id}/resume/", follow=True).content.decode()


def test_several_of_one_name_are_chosen_from(case, cast, northgate, client_for, as_system, acting):
    with as_system():
        _, second = (make_pupil(forename="Ben", surname="Gill", date_of_birth=dt.date(2011, 1, n)) for n in (1, 2))
    client = client_for(cast.manager, northgate)
    address = f"/cases/{case.public_id}/risk/keep-apart/"

    page = client.post(address, {"find": "Gill", "reason": "x"})
    nobody = client.post(address, {"find": "Nobody Atall", "reason": "x"})
    client.post(address, {"find": "Gill", "reason": "x", "other": second.public_id})

    assert "Choose which of them it is" in page.content.decode()
    assert "Nobody whom you may see" in nobody.content.decode()
    with acting(cast.manager):
        assert KeepApart.objects.get().other_id == second.pk


@pytest.fixture
def apart(case, other, cast, acting):
    """Amira and Ben, whom nobody is to bring together; their public ids, as a form sends them."""
    with acting(cast.manager):
        keep_apart(case.pupil, other, reason="A knife", by=cast.manager.membership)
    return [str(case.pupil.public_id), str(other.public_id)]


def asks(answer):
    """True where the answer is the page that asks before anything is saved; it never says why."""
    page = answer.content.decode()
    assert "A knife" not in page
    return "are to be kept apart" in page and "Nothing is saved yet" in page


LOGGED = {"attendance": "attended", "activity_type": "group", "length": "60", "day": "today"}


def test_a_session_with_both_is_asked_about_before_it_is_logged(apart, cast, as_system, northgate, client_for):
    client = client_for(cast.specialist, northgate)
    said = {**LOGGED, "pupils": apart, "note": "My own words"}

    page = client.post("/sessions/log/", said)
    assert asks(page)
    assert "Amira Ahmed and Ben Gill are to be kept apart" in page.content.decode()
    assert "My own words" in page.content.decode()
    assert "My own words" in client.post("/sessions/log/", {**said, "back": "yes"}).content.decode()
    with as_system():
        assert not Intervention.objects.exists()

    assert not asks(client.post("/sessions/log/", {**said, "apart": "yes"}, follow=True))
    with as_system():
        assert Intervention.objects.get().places.count() == 2


def test_whoever_was_not_there_was_not_brought_together(apart, cast, as_system, northgate, client_for):
    client = client_for(cast.specialist, northgate)
    for attendance in ("did_not_attend", "about_pupil"):
        said = {**LOGGED, "pupils": apart, f"attendance-{apart[1]}": attendance}
        assert not asks(client.post("/sessions/log/", said, follow=True))
    with as_system():
        assert Intervention.objects.count() == 2


def test_the_second_question_remembers_the_first_answer(apart, cast, northgate, client_for, as_system):
    said = {**LOGGED, "pupils": apart, "apart": "yes"}
    client_for(cast.manager, northgate).post(
        "/sessions/log/", {**said, "specialist": str(cast.riverside.post.public_id)}
    )
    page = client_for(cast.specialist, northgate).post("/sessions/log/", said).content.decode()

    assert "Is it the session that" in page
    assert '<input type="hidden" name="apart" value="yes">' in page


def test_what_is_planned_for_both_is_asked_about(apart, cast, as_system, northgate, client_for):
    client = client_for(cast.specialist, northgate)
    planned = {"pupils": apart, "length": "60", "activity_type": "group", "other_day": TODAY.isoformat()}
    group = {**planned, "name": "Boxing", "weekday": str(TODAY.weekday()), "until": str(SOON)}

    for href, said in (("/sessions/planned/", planned), ("/sessions/groups/new/", group)):
        assert asks(client.post(href, said)), href
        assert not asks(client.post(href, {**said, "back": "yes"})), href
        with as_system():
            assert not PlannedSession.objects.filter(group__isnull=href == "/sessions/planned/").exists()
        assert not asks(client.post(href, {**said, "apart": "yes"}, follow=True)), href
    with as_system():
        one, made = PlannedSession.objects.filter(group=None).get(), SessionGroup.objects.get()
    for href, said in (
        (f"/sessions/planned/{one.public_id}/", planned),
        (f"/sessions/groups/{made.public_id}/change/", group),
    ):
        assert asks(client.post(href, {**said, "version": "1"})), href
        assert not asks(client.post(href, {**said, "version": "1", "apart": "yes"}, follow=True)), href


def test_same_as_last_week_asks_where_it_would_bring_the_two_together(
    case, other, apart, cast, acting, as_system, northgate, client_for
):
    """In one session, or in a group as it is in the week that is planned; not two who only have the same day."""
    me, week = cast.specialist.membership, dt.timedelta(days=7)
    monday = TODAY - dt.timedelta(days=TODAY.weekday())
    what = {"specialists": [cast.specialist.post], "minutes": 60, "activity_type": "group"}
    with acting(cast.specialist):
        for pupil in (case.pupil, other):
            services.plan_session(planned_on=TODAY - week, what=services.What(**what, pupils=[pupil]), by=me)
    client = client_for(cast.specialist, northgate)
    said = {"week": f"{monday:%G-W%V}", "submission_key": str(uuid.uuid4())}
    assert not asks(client.post("/sessions/planned/copy/", said, follow=True))

    pair = services.What(**what, pupils=[case.pupil, other])
    for make in (
        lambda: services.plan_session(planned_on=TODAY - week, what=pair, by=me),
        lambda: services.make_session_group(
            name="Boxing", weekday=TODAY.weekday(), what=pair, since=TODAY - week, until=TODAY - week, by=me
        ),
    ):
        with acting(cast.specialist):
            PlannedSession.objects.update(cancelled_at=timezone.now())
            make()
        said["submission_key"] = str(uuid.uuid4())
        page = client.post("/sessions/planned/copy/", said)
        assert asks(page)
        assert "Amira Ahmed and Ben Gill are to be kept apart" in page.content.decode()
        assert said["submission_key"] in page.content.decode()
        back = client.post("/sessions/planned/copy/", {**said, "back": "yes"}, follow=True)
        assert "My week" in back.content.decode()
        with as_system():
            assert not PlannedSession.objects.standing().filter(planned_on=TODAY).exists()
        assert not asks(client.post("/sessions/planned/copy/", {**said, "apart": "yes"}, follow=True))
        with as_system():
            assert PlannedSession.objects.standing().filter(planned_on=TODAY).count() == 1


def test_more_weeks_of_a_group_ask_too(case, other, apart, cast, acting, as_system, northgate, client_for):
    """Whoever was in the group before the two were to be kept apart; who has left it is brought together no more."""
    what = services.What(
        specialists=[cast.specialist.post], minutes=60, activity_type="group", pupils=[case.pupil, other]
    )
    with acting(cast.specialist):
        group = services.make_session_group(
            name="Boxing", weekday=TODAY.weekday(), what=what, since=TODAY, by=cast.specialist.membership
        )
    client = client_for(cast.specialist, northgate)
    href, said = f"/sessions/groups/{group.public_id}/plan/", {"until": str(SOON)}

    assert asks(client.post(href, said))
    assert "Boxing" in client.post(href, {**said, "back": "yes"}, follow=True).content.decode()
    with as_system():
        assert not PlannedSession.objects.exists()
    assert not asks(client.post(href, {**said, "apart": "yes"}, follow=True))
    with as_system():
        assert PlannedSession.objects.update(cancelled_at=timezone.now())
        SessionGroupMember.objects.filter(pupil=other).update(starts_on=TODAY - dt.timedelta(days=9), ends_on=YESTERDAY)
    assert not asks(client.post(href, said, follow=True))


def test_one_tap_on_held_asks_too_and_what_was_cancelled_brought_nobody_together(
    apart, cast, as_system, northgate, client_for
):
    client = client_for(cast.specialist, northgate)
    said = {"pupils": apart, "length": "60", "activity_type": "group", "other_day": TODAY.isoformat(), "apart": "yes"}
    for _ in range(2):
        client.post("/sessions/planned/", {**said, "submission_key": str(uuid.uuid4())})
    with as_system():
        first, second = PlannedSession.objects.order_by("pk")
    held = f"/sessions/planned/{first.public_id}/held/"

    assert asks(client.post(held, {"next": "home"}))
    assert "Who was there?" in client.post(held, {"next": "home", "back": "yes"}).content.decode()
    assert not asks(client.post(held, {"next": "home", "apart": "yes"}, follow=True))
    ticked = {**said, **{f"attendance-{key}": "attended" for key in apart}, "cancelled": "yes"}
    del ticked["apart"]
    assert not asks(client.post(f"/sessions/planned/{second.public_id}/register/", ticked, follow=True))
    with as_system():
        assert Intervention.objects.count() == 2


def test_adding_the_second_of_them_to_a_session_is_asked_about(apart, cast, as_system, northgate, client_for):
    client = client_for(cast.specialist, northgate)
    client.post("/sessions/log/", {**LOGGED, "pupils": apart[:1]})
    with as_system():
        session = Intervention.objects.get()
    href = f"/sessions/{session.public_id}/change/"
    said = {**LOGGED, "pupils": apart, "other_day": TODAY.isoformat(), "version": "1"}

    assert asks(client.post(href, said))
    assert not asks(client.post(href, {**said, "apart": "yes"}, follow=True))
    # They are in it together now: a further change is not asked about again.
    assert not asks(client.post(href, {**said, "version": "2", "length": "45"}, follow=True))
    with as_system():
        assert (session.places.count(), Intervention.objects.get().minutes) == (2, 45)


def test_the_safety_plan_is_withdrawn_on_its_page_and_comes_back_with_its_words(
    case, cast, northgate, client_for, acting
):
    client = client_for(cast.specialist, northgate)
    address = f"/cases/{case.public_id}/risk/"
    review = {"review_on-day": SOON.day, "review_on-month": SOON.month, "review_on-year": SOON.year}
    assert (
        "There is no safety plan in force"
        in client.get(f"{address}safety-plan/withdraw/", follow=True).content.decode()
    )
    with acting(cast.specialist):
        write_safety_plan(case, **PLAN, by=cast.specialist.membership)

    page = client.get(f"{address}safety-plan/withdraw/").content.decode()
    empty = client.post(f"{address}safety-plan/withdraw/", {"because": "", "version": 1})
    done = client.post(f"{address}safety-plan/withdraw/", {"because": "She feels safe", "version": 1}, follow=True)

    assert "Tell those who have a copy: Nan." in page
    assert (empty.status_code, "Say why it is withdrawn" in empty.content.decode()) == (422, True)
    words = done.content.decode()
    assert f"Withdrawn on {TODAY:%-d %B %Y} by Sam" in words
    assert "She feels safe" in words
    assert "The dog" in words
    assert "Withdraw it" not in words
    assert "Safety plan withdrawn" in client.get(f"/cases/{case.public_id}/").content.decode()
    again = client.get(f"{address}safety-plan/").content.decode()
    assert "The dog" in again
    said = {"triggers": "Crowds", "helps": "The cat", "who_to_call": "Nan", "version": 2, **review}
    assert "The cat" in client.post(f"{address}safety-plan/", said, follow=True).content.decode()


def test_whoever_holds_the_reason_lets_others_read_it(case, other, cast, acting, as_system, northgate, client_for):
    with acting(cast.specialist):
        link = keep_apart(case.pupil, other, reason="A knife", by=cast.specialist.membership)
    address = f"/keep-apart/{link.public_id}/readers/?case={case.public_id}"
    people = ("manager", "specialist", "riverside", "dsl", "slt", "coordinator", "ig_lead")
    assert {name: client_for(getattr(cast, name), northgate).get(address).status_code for name in people} == {
        "manager": 403, "specialist": 200, "riverside": 404, "dsl": 200, "slt": 404, "coordinator": 404, "ig_lead": 404,
    }  # fmt: skip
    risks = f"/cases/{case.public_id}/risk/"
    client = client_for(cast.specialist, northgate)
    assert address in client.get(risks).content.decode()
    assert "/readers/" not in client_for(cast.manager, northgate).get(risks).content.decode()

    let_in = {"member": cast.manager.membership.public_id, "reason": "Places them in groups"}
    page = client.post(address, let_in, follow=True).content.decode()

    assert "Why to keep apart from Ben Gill" in page
    with acting(cast.manager):
        ended = Case.objects.get(pupil=other)
    with as_system():
        Case.objects.filter(pk=ended.pk).update(ended_on=TODAY, end_reason="ready")
    assert "Why to keep apart from Ben Gill" in client.get(address.split("?")[0]).content.decode()
    assert "Places them in groups" in page
    assert "A knife" not in page
    assert "A knife" in client_for(cast.manager, northgate).get(risks).content.decode()
    client.post(address, {"end": cast.manager.membership.public_id})
    assert "A knife" not in client_for(cast.manager, northgate).get(risks).content.decode()


def test_the_highest_risk_stands_first_and_what_was_never_written_is_not_called_restricted(
    case, cast, acting, northgate, client_for
):
    with acting(cast.specialist):
        judge(case, cast.specialist, "low", "exploitation", evidence="")
        judge(case, cast.specialist, "high", "home", evidence="")
    pages = {
        name: client_for(getattr(cast, name), northgate).get(f"/cases/{case.public_id}/risk/").content.decode()
        for name in ("specialist", "dsl", "manager")
    }

    first = pages["specialist"].split('<ul class="govuk-list app-rows app-risks">')[1]
    assert first.index('id="home"') < first.index('id="exploitation"') < first.index('id="violence"')
    unwritten, restricted = "No evidence was written down.", "Restricted: only its author"
    assert {name: (page.count(unwritten), page.count(restricted)) for name, page in pages.items()} == {
        "specialist": (2, 0), "dsl": (2, 0), "manager": (0, 2),
    }  # fmt: skip
