"""Done when 6: a specialist is invited, inducted, given a caseload, goes part time, leaves and hands over.

Nothing is lost on the way and no access is left behind.
"""

import datetime as dt
import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from apst.accounts.exceptions import StillHolds
from apst.accounts.models import Membership, User
from apst.accounts.services import change_membership
from apst.people.models import InductionItem, Post, Specialist, Vacancy
from apst.people.queries.hanging import still_hanging
from apst.people.services import change_fte, change_post, set_induction
from apst.places.models import Establishment
from apst.tenancy.context import acting_as_system
from cases import services
from cases.exceptions import RestrictedNotHandedOver, SuccessorMissing
from cases.models import Case, CaseAccess, CaseMember, MeetingAction, PlannedSession
from cases.queries.cases import team_now
from tests.conftest import make_member
from tests.factories import make_case, make_pupil, make_referral

DAY = dt.timedelta(days=1)


@pytest.fixture
def today():
    return localdate()


def leave(post, last_day, by, successors=(), **said):
    said = {"end_membership": True, "keep_vacancy": True, **said}
    return services.leave(post, last_day=last_day, successors=dict(successors), by=by, **said)


def test_a_leaver_hands_every_case_to_somebody(cast, case, acting, today):
    with acting(cast.manager):
        with pytest.raises(SuccessorMissing):
            leave(cast.specialist.post, today + 7 * DAY, cast.manager.membership)
        with pytest.raises(SuccessorMissing):
            leave(cast.specialist.post, today + 7 * DAY, cast.manager.membership, [(case.pk, cast.specialist.post)])
        case.refresh_from_db()

        assert case.lead_id == cast.specialist.post.pk


def test_until_the_last_day_both_work_on_the_case_and_then_the_successor_alone(cast, case, acting, today):
    with acting(cast.manager):
        leave(cast.specialist.post, today + 7 * DAY, cast.manager.membership, [(case.pk, cast.riverside.post)])
        case.refresh_from_db()
        team = [(row.post_id, row.part, row.ends_on) for row in team_now(case)]

    assert case.lead_id == cast.riverside.post.pk
    assert team == [
        (cast.riverside.post.pk, "lead", None),
        (cast.specialist.post.pk, "direct", today + 7 * DAY),
    ]


def test_the_post_the_way_in_and_the_vacancy_follow(cast, case, acting, as_system, today):
    with acting(cast.manager):
        leave(cast.specialist.post, today + 7 * DAY, cast.manager.membership, [(case.pk, cast.riverside.post)])
    with as_system():
        post = Post.objects.get(pk=cast.specialist.post.pk)
        member = Membership.objects.get(pk=cast.specialist.membership.pk)
        vacancy = Vacancy.objects.get()

    assert (post.end_date, member.ends_on) == (today + 7 * DAY, today + 7 * DAY)
    assert (vacancy.specialist_type, vacancy.fte_hundredths, vacancy.since) == (
        "speech_language_therapist",
        100,
        today + 8 * DAY,
    )


def test_whoever_has_left_sees_nothing_and_finds_nothing_when_invited_again(
    cast, case, acting, as_system, northgate, client_for, today
):
    client = client_for(cast.specialist, northgate)
    with as_system():
        services.grant(case, cast.specialist, reason="Cover", by=None)
    with acting(cast.manager):
        leave(cast.specialist.post, today, cast.manager.membership, [(case.pk, cast.riverside.post)])
    with as_system():
        Membership.objects.filter(pk=cast.specialist.membership.pk).update(ends_on=today - DAY)
    gone = client.get(f"/cases/{case.public_id}/")
    with as_system():
        services.end_grants_of_leavers()
        left = CaseAccess.objects.filter(user=cast.specialist).count()

    assert (gone.status_code, gone.headers["Location"], left) == (302, "/taskforces/", 0)


def test_a_hold_is_handed_over_before_its_holder_leaves(cast, case, acting, as_system, today):
    with as_system():
        services.restrict(case, holders=[cast.specialist.membership, cast.dsl.membership], reason="x", by=None)
    sam = cast.specialist.membership
    with acting(cast.manager), pytest.raises(StillHolds, match="1 restricted case would be left"):
        change_membership(sam, ends_on=today + 7 * DAY, by=cast.manager.membership)
    with acting(cast.manager), pytest.raises(StillHolds):
        change_membership(cast.dsl.membership, role="slt", by=cast.manager.membership)

    with acting(cast.dsl):
        services.grant(case, cast.slt.pk, reason="Sam leaves", by=cast.dsl.membership)
    with acting(cast.manager):
        change_membership(sam, ends_on=today + 7 * DAY, by=cast.manager.membership)
        assert Membership.objects.get(pk=sam.pk).ends_on == today + 7 * DAY


def test_the_work_on_a_restricted_case_is_handed_over_by_somebody_who_holds_it(cast, case, acting, as_system, today):
    with as_system():
        services.restrict(case, holders=[cast.slt.membership, cast.dsl.membership], reason="x", by=None)
    with acting(cast.manager), pytest.raises(RestrictedNotHandedOver, match="1 restricted case that you cannot see"):
        leave(cast.specialist.post, today, cast.manager.membership)
    with as_system():
        assert Post.objects.get(pk=cast.specialist.post.pk).end_date is None


def test_holders_name_another_on_the_page_and_end_a_hold(cast, case, as_system, northgate, client_for):
    with as_system():
        services.restrict(case, holders=[cast.specialist.membership, cast.dsl.membership], reason="x", by=None)
    dsl, here = client_for(cast.dsl, northgate), f"/cases/{case.public_id}/holders/"

    alone = dsl.post(f"{here}end/", {"holder": cast.specialist.membership.public_id}, follow=True)
    dsl.post(here, {"holder": cast.slt.membership.public_id, "reason": "Sam leaves"})
    dsl.post(f"{here}end/", {"holder": cast.specialist.membership.public_id})

    assert "needs at least two holders" in alone.content.decode()
    assert client_for(cast.manager, northgate).get(here).status_code == 404
    with as_system():
        holders = set(CaseAccess.objects.filter(content_object=case, source="grant").values_list("user", flat=True))
    assert holders == {cast.dsl.pk, cast.slt.pk}


WEEK = 7 * DAY


@pytest.fixture
def plan(cast, acting, today):
    """Plan three weeks of something of Sam's."""

    def weeks(*pupils, specialists=None, **what):
        with acting(cast.specialist):
            return services.plan_session(
                planned_on=today, until=today + 2 * WEEK, by=cast.specialist.membership,
                what=services.What(**{
                    "specialists": specialists or [cast.specialist.post], "minutes": 30, "pupils": list(pupils),
                    "activity_type": "one_to_one", **what,
                }),
            )  # fmt: skip

    return weeks


@pytest.fixture
def group(cast, case, acting, today):
    """Sam's group, that meets each week, planned for three weeks."""
    what = services.What(specialists=[cast.specialist.post], minutes=60, activity_type="group", pupils=[case.pupil])
    with acting(cast.specialist):
        return services.make_session_group(
            name="Lego, Thursdays", weekday=today.weekday(), what=what, since=today, until=today + 2 * WEEK,
            by=cast.specialist.membership,
        )  # fmt: skip


def holders(*plans):
    """Who is to hold each, by reference, whatever stands open."""
    rows = PlannedSession.objects.open().filter(pk__in=[plan.pk for plan in plans]).order_by("planned_on", "pk")
    return [sorted(row.post.reference for row in one.specialists.select_related("post")) for one in rows]


def test_what_is_planned_after_the_last_day_goes_with_the_case(cast, case, plan, acting, today):
    made = plan(case.pupil)
    with acting(cast.manager):
        done = leave(cast.specialist.post, today + DAY, cast.manager.membership, [(case.pk, cast.riverside.post)])

        assert len(made) == 3
        assert holders(*made) == [["SP01"], ["SP02"], ["SP02"]]
        assert done.takes == {(cast.riverside.post, "case"): 1, (cast.riverside.post, "session"): 2}


def test_a_group_and_its_weeks_go_to_whoever_runs_it_from_now_on(cast, case, group, acting, today):
    with acting(cast.manager):
        leave(
            cast.specialist.post, today, cast.manager.membership, [(case.pk, cast.riverside.post)],
            runners={group.pk: cast.allocated.post},
        )  # fmt: skip

        assert [row.post.reference for row in group.specialists.select_related("post")] == ["SP03"]
        assert holders(*PlannedSession.objects.filter(group=group)) == [["SP01"], ["SP03"], ["SP03"]]


def test_nothing_is_changed_while_a_group_would_be_nobodys(cast, case, group, acting, as_system, today):
    with acting(cast.manager), pytest.raises(SuccessorMissing, match="Choose who runs Lego, Thursdays"):
        leave(cast.specialist.post, today, cast.manager.membership, [(case.pk, cast.riverside.post)])
    with as_system():
        case.refresh_from_db()
        assert case.lead_id == cast.specialist.post.pk
        assert Post.objects.get(pk=cast.specialist.post.pk).end_date is None


def test_whoever_holds_it_with_a_leaver_goes_on_alone(cast, case, plan, acting, as_system, today):
    with as_system():
        elsewhere = make_case(pupil=make_pupil(forename="Ben"), site=case.site).pupil
    made = plan(elsewhere, specialists=[cast.specialist.post, cast.allocated.post])
    with acting(cast.manager):
        leave(cast.specialist.post, today, cast.manager.membership, [(case.pk, cast.riverside.post)])

        assert holders(*made) == [["SP01", "SP03"], ["SP03"], ["SP03"]]


def test_what_belongs_to_no_case_of_theirs_goes_to_whoever_takes_the_rest(cast, case, plan, acting, today):
    made = plan(activity_type="supervision")
    heirs = [(case.pk, cast.riverside.post)]
    with acting(cast.manager):
        with pytest.raises(SuccessorMissing, match="Choose who takes over what is planned for"):
            leave(cast.specialist.post, today, cast.manager.membership, heirs)
        leave(cast.specialist.post, today, cast.manager.membership, heirs, otherwise=cast.allocated.post)

        assert holders(*made) == [["SP01"], ["SP03"], ["SP03"]]


def test_outreach_and_steps_go_too(cast, case, acting, as_system, northgate, today):
    with as_system():
        plan = services.start_plan(case, starts_on=today, by=None)
        goal = services.add_goal(plan, text="Mornings", by=None)
        step = services.add_step(goal, text="An alarm clock", owner=cast.specialist.post, by=None)
        school = services.begin_outreach(
            northgate.mainstream, lead=cast.specialist.post, aims="Fewer exclusions", opened_on=today, by=None
        )
    heirs = [(case.pk, cast.riverside.post)]
    with acting(cast.manager):
        with pytest.raises(SuccessorMissing, match="Choose who leads the outreach to Hillside School"):
            leave(cast.specialist.post, today, cast.manager.membership, heirs)
        leave(cast.specialist.post, today, cast.manager.membership, heirs, schools={school.pk: cast.allocated.post})
        step.refresh_from_db()
        school.refresh_from_db()

        assert (step.owner_id, school.lead_id) == (cast.riverside.post.pk, cast.allocated.post.pk)


def test_what_hangs_on_a_post_that_was_just_ended_is_told_until_it_is_handed_over(
    cast, case, group, plan, acting, as_system, northgate, client_for, today
):
    """An import, or an end that was typed: the last day stays what it was said to be."""
    plan(case.pupil)
    manager, last = client_for(cast.manager, northgate), today - 8 * DAY
    pages = ("/", "/settings/specialists/", f"/settings/posts/{cast.specialist.post.public_id}/")
    here = f"{pages[2]}leave/"
    assert not any("still hang" in words(manager.get(page)) for page in pages)

    with as_system():
        change_post(cast.specialist.post, changes={"end_date": last}, by=None)
    told_of = (
        "1 open case, 6 planned sessions and 1 group still hang on the post of Sam Okafor, Speech and language"
        f" therapist, which ended on {last:%-d %B %Y}."
    )
    for page in pages:
        assert told_of in words(manager.get(page)), page
        assert f'href="{here}"' in words(manager.get(page)), page
    assert "still hang" not in words(client_for(cast.riverside, northgate).get("/"))
    assert "its last day stays" in words(manager.get(here))
    day = {"last_day-day": last.day, "last_day-month": last.month, "last_day-year": last.year}
    told(manager, here, everybody=str(cast.riverside.post.public_id), **day)

    assert not any("still hang" in words(manager.get(page)) for page in pages)
    with as_system():
        case.refresh_from_db()
        assert case.lead_id == cast.riverside.post.pk
        assert Post.objects.get(pk=cast.specialist.post.pk).end_date == last
        assert [(row.post_id, row.part) for row in team_now(case)] == [(cast.riverside.post.pk, "lead")]
        assert holders(*PlannedSession.objects.all()) == [["SP02"]] * 6


def test_a_post_that_will_end_is_told_of_and_a_change_of_fte_is_not(cast, case, acting, as_system, today):
    end = today + 5 * DAY
    with as_system():
        change_post(cast.specialist.post, changes={"end_date": end}, by=None)
        services.begin_outreach(
            Establishment.objects.get(urn="100002"), lead=cast.specialist.post, aims="Fewer", opened_on=today, by=None
        )
    with acting(cast.manager):
        (one,) = still_hanging()
        assert one.words == (
            "1 open case and 1 school’s outreach still hang on the post of Sam Okafor, Speech and language therapist,"
            f" which ends on {end:%-d %B %Y}."
        )
        assert still_hanging(cast.riverside.post) == []
    with as_system():
        change_post(cast.specialist.post, changes={"end_date": None}, by=None)
    with acting(cast.manager):
        change_fte(cast.specialist.post, fte_hundredths=60, from_day=end, reference="SP01b", by=cast.manager.membership)
        assert still_hanging() == []


def test_a_restricted_case_of_an_ended_post_is_told_of_by_its_number_alone(cast, case, acting, as_system, today):
    with as_system():
        services.restrict(case, holders=[cast.slt.membership, cast.dsl.membership], reason="x", by=None)
        change_post(cast.specialist.post, changes={"end_date": today - DAY}, by=None)
    with acting(cast.manager):
        (one,) = still_hanging()
        assert one.words.startswith("1 restricted case that you cannot see still hangs on the post of Sam Okafor")


def test_what_hangs_on_ended_posts_is_one_question(cast, case, plan, acting, as_system, today):
    counts = []
    for post in (cast.specialist.post, cast.riverside.post):
        with as_system():
            change_post(post, changes={"end_date": today - DAY}, by=None)
            make_case(pupil=make_pupil(), lead=post)
        with acting(cast.manager), CaptureQueriesContext(connection) as queries:
            counts.append((len(still_hanging()), len(queries)))
    assert counts == [(1, 1), (2, 1)]


def test_handing_over_costs_the_same_however_much_is_planned(cast, case, plan, acting, today):
    plan(case.pupil)
    with acting(cast.manager), CaptureQueriesContext(connection) as few:
        assert len(services.hanging_on(cast.specialist.post).planned) == 3
    plan(case.pupil)
    with acting(cast.manager), CaptureQueriesContext(connection) as many:
        assert len(services.hanging_on(cast.specialist.post).planned) == 6
    assert len(few) == len(many)


def test_the_page_says_who_takes_what_and_what_only_the_leaver_can_hand_on(
    cast, case, group, plan, acting, northgate, client_for, today
):
    plan(case.pupil)
    me = cast.specialist.membership
    with acting(cast.specialist):
        services.begin_advice(
            case, discipline="youth_worker", asked_by="SEND", requested_on=today, sensitivity="clinical", text="", by=me
        )
    here, manager = f"/settings/posts/{cast.specialist.post.public_id}/leave/", client_for(cast.manager, northgate)

    page = words(manager.get(here))
    refused = words(manager.post(here, {"last_day": str(today)}))
    told(manager, here, last_day=str(today), everybody=str(cast.riverside.post.public_id))
    answer = words(manager.get("/settings/specialists/"))

    assert "6 planned sessions from today" in page
    assert "EHC advice for Amira Ahmed, due" in page
    assert "1 clinical or youth justice entry that others read only if Sam Okafor lets them" in page
    assert "Choose who runs Lego, Thursdays from now on" in refused
    assert "Priya Shah takes 1 case, 4 planned sessions, 1 group. They stay in the taskforce." in answer


def test_a_change_of_fte_takes_along_what_is_planned_and_the_groups(cast, case, group, plan, acting, as_system, today):
    made = plan(case.pupil)
    with as_system():
        goal = services.add_goal(services.start_plan(case, starts_on=today, by=None), text="Mornings", by=None)
        step = services.add_step(goal, text="An alarm clock", owner=cast.specialist.post, by=None)
    with acting(cast.manager):
        new = change_fte(
            cast.specialist.post, fte_hundredths=60, from_day=today, reference="SP01b", by=cast.manager.membership
        )
    with as_system():
        first, second = services.follow_posts(), services.follow_posts()
        step.refresh_from_db()

        assert (first > 0, second) == (True, 0)
        assert holders(*made) == [["SP01b"]] * 3
        assert holders(*PlannedSession.objects.filter(group=group)) == [["SP01b"]] * 3
        assert [row.post_id for row in group.specialists.all()] == [new.pk]
        assert step.owner_id == new.pk


def test_a_change_of_fte_takes_the_cases_along(cast, case, acting, as_system, northgate, client_for, today):
    with as_system():
        other = make_case(pupil=make_pupil(), lead=cast.allocated.post)
        CaseMember.objects.create(case=other, post=cast.allocated.post, part="lead", starts_on=other.opened_on)
        services.refresh_access()
    with acting(cast.manager):
        new = change_fte(
            cast.allocated.post, fte_hundredths=10, from_day=today, reference="SP03b", by=cast.manager.membership
        )
    with as_system():
        first, second = services.follow_posts(), services.follow_posts()
        services.refresh_access()
        other.refresh_from_db()
        team = [(row.post_id, row.part) for row in team_now(other)]

    assert (first > 0, second) == (True, 0)
    assert (other.lead_id, team) == (new.pk, [(new.pk, "lead")])
    assert client_for(cast.allocated, northgate).get(f"/cases/{other.public_id}/").status_code == 200
    assert case.lead_id == cast.specialist.post.pk


def words(response):
    """The page's text on one line."""
    return re.sub(r"\s+", " ", response.content.decode())


def told(client, address, **fields):
    """Post a form and say what came back where it was refused."""
    response = client.post(address, fields)
    assert response.status_code == 302, response.content.decode()[:6000]
    return response


def test_from_the_invitation_to_the_farewell(cast, northgate, as_system, client_for, today):
    """The whole way through the pages, as the manager and the specialist walk it."""
    manager = client_for(cast.manager, northgate)
    with as_system():
        set_induction(["Met the DSL"], by=None)
        item = InductionItem.objects.get()
        referral = make_referral(pupil=make_pupil(forename="Kacper", surname="Nowak"), site=northgate.centre)

    # Added, given a post, invited; they take the invitation up.
    told(manager, "/settings/specialists/new/", name="Ada Obi", email="ada@example.org")
    with as_system():
        ada = Specialist.objects.get(name="Ada Obi")
    told(
        manager,
        f"/settings/specialists/{ada.public_id}/posts/new/",
        reference="SP09", record="taskforce",
        specialist_type="social_worker", fte="1", start_date=str(today - 30 * DAY),
        working_days=["mon", "tue"], sites=[northgate.centre.pk],
    )  # fmt: skip
    told(manager, "/settings/people/invite/", name="Ada Obi", email="ada@example.org", role="specialist")
    token = re.search(r"/invitations/(\S+?)/", mail.outbox[-1].body)[1]
    told(Client(), f"/invitations/{token}/", name="Ada Obi", password="a long enough phrase")
    user = User.objects.get(email="ada@example.org")
    specialist = client_for(user, northgate)

    # Inducted by themselves, given a case by the manager.
    told(specialist, f"/team/induction/{ada.public_id}/", done=str(item.public_id))
    with as_system():
        post = Post.objects.get(reference="SP09")
    told(
        manager,
        f"/referrals/{referral.public_id}/allocate/",
        lead=str(post.public_id), tier="tier_2", site=str(northgate.centre.public_id), opened_on=str(today),
    )  # fmt: skip
    with as_system():
        case = Case.objects.get(referral=referral)
    assert specialist.get(f"/cases/{case.public_id}/").status_code == 200

    # Part time from today: the case comes along.
    told(manager, f"/settings/posts/{post.public_id}/fte/", fte="0.6", from_day=str(today), reference="SP09b")
    with as_system():
        services.follow_posts()
        services.refresh_access()
        case.refresh_from_db()
        assert case.lead.reference == "SP09b"
        post = case.lead
    assert specialist.get(f"/cases/{case.public_id}/").status_code == 200

    # They leave: the page asks who takes over, and the manager says so.
    page = manager.get(f"/settings/posts/{post.public_id}/leave/").content.decode()
    refused = manager.post(f"/settings/posts/{post.public_id}/leave/", {"last_day": str(today), "end_membership": "on"})
    told(
        manager,
        f"/settings/posts/{post.public_id}/leave/",
        last_day=str(today), everybody=str(cast.specialist.post.public_id), end_membership="on", keep_vacancy="on",
    )  # fmt: skip

    assert "Kacper Nowak" in page
    assert f"Choose who leads {case.reference} from now on" in refused.content.decode()
    with as_system():
        case.refresh_from_db()
        assert case.lead_id == cast.specialist.post.pk
        assert [row.post_id for row in team_now(case)] == [cast.specialist.post.pk]
        Membership.objects.filter(user=user).update(ends_on=today - DAY)
        services.end_grants_of_leavers()
        assert not CaseAccess.objects.filter(user=user).exists()
    assert specialist.get(f"/cases/{case.public_id}/").status_code == 302


def test_the_last_day_is_not_in_the_past_and_the_way_in_may_stay(cast, case, northgate, client_for, today):
    manager, post = client_for(cast.manager, northgate), cast.specialist.post
    successor = {"everybody": str(cast.riverside.post.public_id)}

    refused = manager.post(f"/settings/posts/{post.public_id}/leave/", {"last_day": str(today - DAY), **successor})
    assert "must be today or later" in refused.content.decode()
    told(manager, f"/settings/posts/{post.public_id}/leave/", last_day=str(today), **successor)

    with acting_as_system(northgate, durable=False):
        assert Membership.objects.get(pk=cast.specialist.membership.pk).ends_on is None
        assert not Vacancy.objects.exists()


def test_whoever_manages_nobody_ends_no_post(cast, northgate, client_for):
    make_member(northgate, "manager", "second@northgate.example", "Second Manager")
    for person in (cast.specialist, cast.slt, cast.coordinator, cast.dsl):
        response = client_for(person, northgate).get(f"/settings/posts/{cast.riverside.post.public_id}/leave/")
        assert response.status_code == 403, person.name


def test_who_stays_keeps_their_actions_and_who_leaves_hands_them_on(cast, case, acting, today):
    maya, sam = cast.manager.membership, cast.specialist.membership
    with acting(cast.manager):
        open_one, done_one = (
            services.set_action(None, what=what, owner=sam, due_on=today + 3 * DAY, by=maya)
            for what in ("Order paper", "Book the room")
        )
        services.finish_action(done_one, by=maya)

        stays = leave(cast.specialist.post, today, maya, [(case.pk, cast.riverside.post)], end_membership=False)
        goes = leave(cast.specialist.post, today, maya, end_membership=True)

        owners = [MeetingAction.objects.get(pk=row.pk).owner_id for row in (open_one, done_one)]
    assert (stays.actions, goes.actions) == ({}, {maya: 1})
    assert owners == [maya.pk, sam.pk]


def test_an_action_on_a_case_goes_with_the_case(cast, case, acting, today):
    maya, priya = cast.manager.membership, cast.riverside.membership
    with acting(cast.manager):
        said = {"owner": cast.specialist.membership, "due_on": today + 3 * DAY, "by": maya}
        services.set_action(None, what="Ring the school", case=case, **said)
        services.set_action(None, what="Order paper", **said)

        done = leave(cast.specialist.post, today, maya, [(case.pk, cast.riverside.post)])

        assert done.actions == {priya: 1, maya: 1}


def test_actions_of_somebody_who_has_left_hang_on_their_post(cast, acting, as_system, today):
    with acting(cast.manager):
        services.set_action(
            None, what="Order paper", owner=cast.specialist.membership, due_on=today, by=cast.manager.membership
        )
    with as_system():
        Post.objects.filter(pk=cast.specialist.post.pk).update(end_date=today - DAY)
        Membership.objects.filter(pk=cast.specialist.membership.pk).update(ends_on=today - DAY)
    with acting(cast.manager):
        assert [hanging.what for hanging in still_hanging()] == ["1 action"]
