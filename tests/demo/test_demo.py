"""The demonstration: made once, the same each time, every sign-in opens its first page, every story is there."""

import datetime as dt
import io
import re
from pathlib import Path

import pytest
from django.contrib.auth.hashers import check_password
from django.core.management import call_command
from django.db.models import Count, Q
from django.test import Client
from django.utils.timezone import localdate

from apst.accounts.models import Membership, User
from apst.codelists import codes
from apst.demo.seed.cast import BOTH, SETTINGS
from apst.demo.seed.sign_ins import PASSWORD, SIGN_INS
from apst.demo.seed.stories import STORIES
from apst.people.models import Contact, Post, Pupil, PupilFact
from apst.people.queries import year_number
from apst.tenancy.context import acting_as_system, acting_for
from apst.tenancy.models import Taskforce
from cases.models import (
    Case,
    CaseDecision,
    Document,
    Exclusion,
    HomeCopy,
    Intervention,
    InterventionNote,
    InterventionPlace,
    InterventionSpecialist,
    KeepApart,
    Meeting,
    MeetingNote,
    MissingEpisode,
    NoteText,
    PlanReview,
    SafetyPlan,
    SessionGroup,
)
from cases.queries.clocks import clocks_of
from cases.queries.risks import standing
from cases.services import access_faults
from referrals.models import EligibilityVersion, Referral, TriageDecision
from reporting.models import MIReturn
from sharing.models import SharedCase
from sharing.queries.agreements import agreements

GUIDE = Path(__file__).parents[2] / "apst/docs/guide/demonstration.md"
ALL_STORIES = [(slug, story) for slug, stories in STORIES.items() for story in stories]
BY_KEY = {story.key: story for _, story in ALL_STORIES}


def said(command: str) -> str:
    out = io.StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def demo(kept_rows) -> str:
    """The three taskforces; the value is what the command said."""
    told = said("seed_demo")
    kept_rows()
    return told


def taskforce(slug: str) -> Taskforce:
    return Taskforce.objects.get(slug=slug)


@pytest.fixture
def fairmile(demo):
    """Fairmile, open as its own system."""
    with acting_as_system(taskforce("fairmile")) as member:
        yield member.taskforce


def picture() -> dict[str, list]:
    """What a taskforce holds, without ids and moments."""
    return {
        "pupils": list(
            Pupil.objects.order_by("local_id").values_list("local_id", "surname", "forename", "date_of_birth", "upn")
        ),
        "cases": list(
            Case.objects.order_by("reference").values_list(
                "reference", "pupil__local_id", "opened_on", "ended_on", "end_reason"
            )
        ),
        "sessions": list(
            Intervention.objects.order_by("held_on", "reference").values_list(
                "reference", "held_on", "starts_at", "minutes"
            )
        ),
        "decisions": TriageDecision.objects.count(),
        "grants": sorted(Case.objects.annotate(n=Count("grants")).values_list("reference", "n")),
    }


def test_three_taskforces_in_two_authorities(demo):
    made = Taskforce.objects.select_related("local_authority")
    assert {t.slug: t.local_authority.name for t in made} == {
        "fairmile": "Coventry", "calderwood": "Kirklees", "linden-house": "Coventry"
    }  # fmt: skip
    assert demo.count("open cases") == 3


def test_seeding_twice_is_the_same(demo):
    before = {}
    for setting in SETTINGS:
        with acting_as_system(taskforce(setting.slug)):
            before[setting.slug] = picture()
    again = said("seed_demo")
    assert again.count("here already") == 3
    for setting in SETTINGS:
        with acting_as_system(taskforce(setting.slug)):
            assert picture() == before[setting.slug]


def test_the_city_is_as_big_as_it_should_be(fairmile):
    assert Pupil.objects.count() == pytest.approx(225, abs=10)
    assert Case.objects.open().count() == 90
    assert 4_000 <= Intervention.objects.count() <= 6_000
    assert Post.objects.filter(end_date=None).count() == 12
    days = Intervention.objects.order_by("held_on").values_list("held_on", flat=True)
    assert (localdate() - days[0]).days > 500
    assert 1 <= (localdate() - days.last()).days <= 75  # in August the last school day was in July


def test_the_small_one_has_four_people_and_two_full_time_posts(demo):
    with acting_as_system(taskforce("linden-house")):
        assert Post.objects.values("specialist").distinct().count() == 4
        assert sum(Post.objects.values_list("fte_hundredths", flat=True)) == 200


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: one.slug)
def test_each_taskforce_has_held_its_weekly_meeting_and_prepared_the_next(demo, setting):
    with acting_as_system(taskforce(setting.slug)):
        following, held = Meeting.objects.order_by("-held_on")
        assert (held.state, following.state, held.decides) == ("closed", "prepared", setting.decides)
        assert held.held_on < localdate() <= following.held_on
        decided = CaseDecision.objects.filter(item__meeting=held)
        assert len(set(decided.values_list("outcome", flat=True))) >= 3
        assert decided.filter(present__len=0).count() == 0
        assert MeetingNote.objects.filter(item__meeting=held).count() >= decided.count()
        found = {reason for item in following.items.all() for reason in item.reasons}
        assert {"new", "round", "deferred"} <= found


@pytest.mark.parametrize("sign_in", SIGN_INS, ids=lambda one: one.email)
def test_everybody_signs_in_and_opens_a_first_page(demo, sign_in):
    client = Client()
    page = client.post("/accounts/login/", {"login": sign_in.email, "password": PASSWORD}, follow=True)
    assert page.status_code == 200
    assert "_auth_user_id" in client.session
    if sign_in.email == BOTH:
        for slug in ("fairmile", "linden-house"):
            session = client.session
            session["taskforce"] = taskforce(slug).pk
            session.save()
            assert client.get("/").status_code == 200
    else:
        assert client.get("/", follow=True).status_code == 200


def test_each_role_with_a_page_can_sign_in(demo):
    accounts = {one.email for one in SIGN_INS}
    roles = set()
    for setting in SETTINGS:
        with acting_as_system(taskforce(setting.slug)):
            roles |= set(Membership.objects.filter(email__in=accounts).values_list("role", "case_reach"))
    assert {role for role, _ in roles} == {
        "manager",
        "specialist",
        "dsl",
        "slt",
        "school_staff",
        "ig_lead",
        "coordinator",
        "partner",
    }
    assert {reach for role, reach in roles if role == "specialist"} == {"all", "sites", "allocated"}


def test_only_those_who_are_printed_have_the_password(demo):
    printed = {one.email for one in SIGN_INS}
    with_password = {user.email for user in User.objects.all() if user.has_usable_password()}
    assert with_password == printed
    assert all(check_password(PASSWORD, user.password) for user in User.objects.filter(email__in=printed))
    table = said("demo_sign_ins")
    assert PASSWORD in table
    assert all(email in table for email in printed)


@pytest.mark.parametrize(("slug", "story"), ALL_STORIES, ids=[story.key for _, story in ALL_STORIES])
def test_the_case_of_every_story_is_there_and_told(demo, slug, story):
    with acting_as_system(taskforce(slug)):
        case = Case.objects.get(pupil__local_id=story.key)
        assert (case.tier, case.lead.reference, case.end_reason) == (story.tier, story.lead, story.reason)
        assert case.is_open == (story.ended is None)
        written = set(Intervention.objects.filter(notes__isnull=False).values_list("notes__text", flat=True))
        assert {scene.note for scene in story.scenes} <= written
        own = Intervention.objects.filter(places__case=case).order_by("held_on")
        assert all(case.opened_on <= one.held_on <= (case.ended_on or localdate()) for one in own)
        referred = Referral.objects.get(pk=case.referral_id)
        assert referred.received_on <= case.opened_on


def test_the_guide_tells_every_story_and_no_other(demo):
    named = set(re.findall(r"^\| ([^|]+?) \|", GUIDE.read_text(encoding="utf-8"), re.MULTILINE))
    pupils = {f"{story.forename} {story.surname}" for story in BY_KEY.values()}
    assert pupils <= named
    assert named - pupils == {"Taskforce", "Pupil", "Fairmile", "Calderwood", "Linden House", "---"} - ({"---"} - named)


def test_the_restricted_case_has_two_holders_and_hides_from_the_manager(demo):
    with acting_as_system(taskforce("fairmile")):
        case = Case.objects.get(pupil__local_id="FM-RESTRICTED")
        assert case.restricted
        holders = set(Membership.objects.filter(user__in=case.grants.values("user")).values_list("email", flat=True))
    assert holders == {"dsl@fairmile.example", "salt@fairmile.example"}
    seen = {}
    for email in (
        "manager@fairmile.example",
        "dsl@fairmile.example",
        "salt@fairmile.example",
        "police@fairmile.example",
    ):
        with acting_for(taskforce("fairmile"), User.objects.get(email=email)):
            seen[email.partition("@")[0]] = Case.objects.filter(pk=case.pk).exists()
    assert seen == {"manager": False, "dsl": True, "salt": True, "police": False}


def test_the_police_officer_and_the_youth_worker_see_what_they_should(demo):
    seen = {}
    for account in ("police", "youthworker"):
        with acting_for(taskforce("fairmile"), User.objects.get(email=f"{account}@fairmile.example")):
            seen[account] = (Case.objects.count(), set(Case.objects.values_list("site__name", flat=True)))
            assert Case.objects.filter(pupil__local_id="FM-KAYDEN").exists()
    assert seen["police"][0] == 5
    assert "Canal Basin" in seen["youthworker"][1]
    assert 0 < seen["youthworker"][0] < 60


def test_the_grants_are_what_the_rules_say(demo):
    for setting in SETTINGS:
        with acting_as_system(taskforce(setting.slug)):
            assert access_faults() == []


def test_referrals_stand_in_every_state_and_some_have_waited(fairmile):
    assert set(Referral.objects.values_list("state", flat=True)) == {state for state, _ in Referral.State.choices}
    assert set(TriageDecision.objects.values_list("outcome", flat=True)) == set(codes("triage_outcomes"))
    longest = Referral.objects.filter(state="new").order_by("received_on").first()
    assert (localdate() - longest.received_on).days > 25
    assert Referral.objects.filter(state="more_information", answers__isnull=False).exists()
    undone_today = TriageDecision.objects.filter(outcome="undone", decided_on=localdate()).get()
    assert undone_today.referral.state == "new"
    mine = Referral.objects.filter(made_by__role="school_staff")
    assert {"new", "allocated", "more_information"} <= set(mine.values_list("state", flat=True))


def test_cases_have_ended_for_every_reason(fairmile):
    assert set(Case.objects.ended().values_list("end_reason", flat=True)) == set(codes("case_end_reasons"))


def test_sessions_are_of_every_kind_and_missed_in_every_way(fairmile):
    assert set(Intervention.objects.values_list("activity_type", flat=True)) == set(codes("activity_types"))
    assert set(InterventionPlace.objects.values_list("attendance", flat=True)) == set(codes("session_attendance"))
    assert Intervention.objects.filter(deleted_at__isnull=False).count() == 1
    assert Intervention.objects.filter(out_of_school_hours=True, activity_type="family").exists()


def test_families_and_facts_are_as_they_are_in_life(fairmile):
    assert Contact.objects.filter(address_hidden=True).count() >= 3
    assert Contact.objects.exclude(court_order="").count() >= 8
    assert Contact.objects.exclude(interpreter_language="").exists()
    changed = (
        PupilFact.objects.filter(corrected_at=None).values("pupil", "kind").annotate(n=Count("id")).filter(n__gt=1)
    )
    assert changed.count() > 20
    assert PupilFact.objects.filter(corrected_at__isnull=False).exists()
    assert len(set(Pupil.objects.values_list("ethnicity", flat=True))) > 12
    assert EligibilityVersion.objects.count() == 2


def test_nobody_is_in_two_places_nor_works_outside_a_post(fairmile):
    rows = InterventionSpecialist.objects.select_related("intervention", "post").order_by(
        "post_id", "intervention__held_on", "intervention__starts_at"
    )
    ends: dict[tuple, int] = {}
    for row in rows:
        one, post = row.intervention, row.post
        assert post.start_date <= one.held_on <= (post.end_date or localdate())
        start = one.starts_at.hour * 60 + one.starts_at.minute
        assert start >= ends.get((post.pk, one.held_on), 0), (post.reference, one.held_on)
        ends[post.pk, one.held_on] = start + one.minutes


def test_no_pupil_is_in_two_places(fairmile):
    rows = (
        InterventionPlace.objects.exclude(attendance="about_pupil")
        .select_related("intervention")
        .order_by("pupil_id", "held_on", "intervention__starts_at")
    )
    ends: dict[tuple, int] = {}
    for row in rows:
        one = row.intervention
        start = one.starts_at.hour * 60 + one.starts_at.minute
        assert start >= ends.get((row.pupil_id, one.held_on), 0), (row.pupil_id, one.held_on)
        ends[row.pupil_id, one.held_on] = start + one.minutes


def test_the_rows_are_such_as_somebody_would_write(fairmile):
    assert not NoteText.objects.exclude(contact=None).exclude(contact__court_order="").exists()
    assert not Contact.objects.filter(relationship="Mother", name__startswith="Mr ").exists()
    girls = SessionGroup.objects.get(name="Girls’ group")
    assert set(girls.members.values_list("pupil__sex", flat=True)) == {"F"}
    apart = {frozenset(pair) for pair in KeepApart.objects.values_list("pupil", "other")}
    for group in SessionGroup.objects.all():
        members = set(group.members.values_list("pupil", flat=True))
        assert not any(pair <= members for pair in apart)
    college = InterventionNote.objects.filter(text__contains="college taster").prefetch_related(
        "intervention__places__pupil"
    )
    assert all(
        year_number(place.pupil.date_of_birth, 0, note.intervention.held_on) >= 10
        for note in college
        for place in note.intervention.places.all()
    )
    # Nobody telephones a father whom an order keeps away.
    kept_away = Contact.objects.filter(relationship="Father").exclude(court_order="").values("pupil")
    assert not InterventionNote.objects.filter(
        text__contains="call with dad", intervention__places__pupil__in=kept_away
    ).exists()
    weekdays = {day.weekday() for day in PlanReview.objects.values_list("held_on", flat=True)}
    assert weekdays <= {0, 1, 2, 3, 4}


def test_the_story_of_exploitation_is_on_record(fairmile):
    case = Case.objects.get(pupil__local_id="FM-KAYDEN")
    assert next((row.area, row.level) for row in standing(case)) == ("exploitation", "high")
    assert MissingEpisode.objects.filter(case=case, returned_at__isnull=False).exists()
    assert SafetyPlan.objects.filter(case=case).count() == 2
    assert Document.objects.filter(case=case).count() == 3
    assert KeepApart.objects.filter(Q(pupil=case.pupil) | Q(other=case.pupil)).exists()


def test_of_day_six_one_clock_runs_one_is_late_and_most_were_met(fairmile):
    clocks = clocks_of(Case.objects.open().select_related("pupil"), ["day_six"])
    assert [clock.state for clock in clocks if clock.asks] == ["late", "running"]
    assert Exclusion.objects.filter(category="PERM", education_from__isnull=False).count() >= 5


def test_who_copies_to_a_home_record_has_only_the_last_week_to_copy(fairmile):
    post = Post.objects.get(reference="SP01")
    older = InterventionPlace.objects.filter(
        intervention__specialists__post=post, held_on__lt=localdate() - dt.timedelta(days=7)
    ).values_list("intervention", "pupil")
    copied = HomeCopy.objects.filter(copied_by__user_id=post.specialist.user_id).values_list("intervention", "pupil")
    assert older
    assert set(older) <= set(copied)


def test_the_last_half_terms_return_is_built(demo):
    for setting in SETTINGS:
        with acting_as_system(taskforce(setting.slug)):
            (built,) = MIReturn.objects.all()
            assert built.ends_on < localdate()
            assert built.cells.filter(measure="A1", breakdown="all").get().value not in ("0", "z")


def test_agreements_stand_in_every_way_and_the_nurse_sees_what_hers_shares(demo):
    with acting_as_system(taskforce("fairmile")):
        standing = {agreement.partner.kind: agreement.standing for agreement in agreements().order_by("pk")}
        shared = SharedCase.objects.filter(agreement__partner__kind="nhs_trust").count()
    client = Client()
    client.post("/accounts/login/", {"login": "nurse@whitmoor.example", "password": PASSWORD})
    page = client.get("/sharing/shared/").content.decode()

    assert standing == {
        "nhs_trust": "in_force",
        "youth_justice": "due_for_review",
        "social_care": "sent",  # its next version; the first holds until that is signed
        "mainstream_school": "sent",
        "early_help": "draft",
        "police": "terminated",
    }
    assert shared == 4
    assert page.count("/sharing/shared/0") >= shared
