"""Who works on a case and how, so that a child is not overwhelmed; and its tier over time."""

import datetime as dt

import pytest
from django.test import override_settings

from apst.audit.models import AuditEvent
from apst.people.models import Post
from cases.exceptions import (
    AlreadyEnded,
    AlreadyOnTeam,
    ChangedMeanwhile,
    JoinsOutsideCase,
    LeadMissing,
    SameStage,
    StageOutsideCase,
)
from cases.models import Case, CaseMember, CaseStage
from cases.services import allocate, change_stage, close_case, join_team, leave_team, take_lead, take_part
from tests.clock import TODAY

DAY = dt.timedelta(days=1)


def team(case) -> list[tuple[str, str, bool]]:
    """Who is or was on the team, how, and whether they still are."""
    rows = CaseMember.objects.filter(case=case).select_related("post__specialist").order_by("pk")
    return [(row.post.specialist.name, row.part, row.ends_on is None) for row in rows]


def test_whoever_joins_the_team_sees_the_case_and_whoever_leaves_does_not(cast, case, acting):
    with acting(cast.manager):
        row = join_team(case, post=cast.allocated.post, part="advisory", starts_on=TODAY, by=cast.manager.membership)
    with acting(cast.allocated):
        assert [c.pk for c in Case.objects.all()] == [case.pk]

    with acting(cast.manager):
        leave_team(row, by=cast.manager.membership)
        assert team(case) == [("Sam Okafor", "lead", True), ("Lee Marsh", "advisory", False)]
    with acting(cast.allocated):
        # Until the end of the last day, as a post does.
        assert [g.expires_at is not None for g in case.grants.filter(user=cast.allocated)] == [True]


def test_nobody_joins_twice_or_outside_the_case_or_once_it_has_ended(cast, case, acting):
    with acting(cast.manager):
        by = cast.manager.membership
        with pytest.raises(AlreadyOnTeam):
            join_team(case, post=cast.specialist.post, part="direct", starts_on=TODAY, by=by)
        for day in (case.opened_on - DAY, TODAY + DAY):
            with pytest.raises(JoinsOutsideCase):
                join_team(case, post=cast.riverside.post, part="direct", starts_on=day, by=by)
        close_case(case, reason="ready", said="Nothing more", ended_on=TODAY, by=by)
        with pytest.raises(AlreadyEnded):
            join_team(case, post=cast.riverside.post, part="direct", starts_on=TODAY, by=by)
        assert team(case) == [("Sam Okafor", "lead", True)]


def test_a_new_lead_takes_over_and_the_old_one_goes_on_directly(cast, case, acting):
    with acting(cast.manager):
        changed = take_lead(case, post=cast.riverside.post, version=1, by=cast.manager.membership)

        assert changed.lead_id == cast.riverside.post.pk
        assert team(case) == [
            ("Sam Okafor", "lead", False),
            ("Sam Okafor", "direct", True),
            ("Priya Shah", "lead", True),
        ]
        with pytest.raises(ChangedMeanwhile):
            take_lead(case, post=cast.specialist.post, version=1, by=cast.manager.membership)


def test_a_lead_does_not_leave_before_another_has_it(cast, case, acting):
    with acting(cast.manager):
        row = case.team.get()
        with pytest.raises(LeadMissing):
            leave_team(row, by=cast.manager.membership)
        with pytest.raises(LeadMissing):
            take_part(row, part="advisory", by=cast.manager.membership)


def test_a_part_changes_from_today_and_until_yesterday_stays_what_it_was(cast, case, acting, as_system):
    with as_system():
        row = CaseMember.objects.create(case=case, post=cast.riverside.post, starts_on=case.opened_on)
    with acting(cast.manager):
        take_part(row, part="advisory", by=cast.manager.membership)

        rows = list(CaseMember.objects.filter(post=cast.riverside.post).order_by("pk"))
        assert [(r.part, r.starts_on, r.ends_on) for r in rows] == [
            ("direct", case.opened_on, TODAY - DAY),
            ("advisory", TODAY, None),
        ]


@override_settings(TEAM_DIRECT_MOST=3)
def test_the_page_warns_when_a_fourth_adult_works_directly(cast, case, northgate, as_system, client_for):
    page, client = f"/cases/{case.public_id}/people/", client_for(cast.manager, northgate)
    warning = b"adults work directly with this child"
    with as_system():
        for post in (cast.riverside.post, cast.allocated.post):
            CaseMember.objects.create(case=case, post=post, part="direct", starts_on=case.opened_on)
    assert warning not in client.get(page).content

    with as_system():
        fourth = Post.objects.create(
            specialist=cast.riverside.post.specialist,
            reference="SP09",
            specialist_type="mentor",
            fte_hundredths=20,
            start_date=case.opened_on,
        )
    client.post(
        f"/cases/{case.public_id}/people/add/",
        {"taskforce": northgate.public_id, "post": fourth.public_id, "part": "key_person", **today()},
    )
    assert b"4 adults work directly" in client.get(page).content


def today() -> dict[str, int]:
    return {"starts_on-day": TODAY.day, "starts_on-month": TODAY.month, "starts_on-year": TODAY.year}


def test_tier_and_offer_step_up_and_down_and_every_step_stays(cast, case, acting):
    with acting(cast.manager):
        by = cast.manager.membership
        change_stage(case, tier="tier_3", offer="targeted_individual", starts_on=TODAY, why="Excluded", by=by)
        case.refresh_from_db()
        assert case.tier == "tier_3"
        with pytest.raises(SameStage):
            change_stage(case, tier="tier_3", offer="targeted_individual", starts_on=TODAY, by=by)
        with pytest.raises(StageOutsideCase):
            change_stage(case, tier="tier_2", offer="", starts_on=TODAY - DAY, by=by)
        assert [(s.tier, s.offer, s.why) for s in CaseStage.objects.all()] == [
            ("tier_3", "targeted_individual", "Excluded")
        ]
        assert list(AuditEvent.objects.filter(table_name="cases_casestage").values_list("verb", flat=True)) == [
            "case.change_stage"
        ]


def test_allocating_a_case_is_its_first_stage(cast, referral, acting):
    with acting(cast.manager):
        case = allocate(
            referral,
            lead=cast.specialist.post,
            tier="tier_1",
            site=None,
            opened_on=TODAY,
            by=cast.manager.membership,
        )
        assert list(case.stages.values_list("tier", "starts_on")) == [("tier_1", TODAY)]


def test_who_may_change_a_team_through_the_pages(cast, case, northgate, client_for):
    """`case.change`: the manager and specialists who see the case; nobody else."""
    answers = {}
    for name in ("manager", "specialist", "riverside", "allocated", "dsl", "slt", "coordinator", "ig_lead"):
        client = client_for(getattr(cast, name), northgate)
        answers[name] = client.get(f"/cases/{case.public_id}/people/add/").status_code
    assert answers == {
        "manager": 200,
        "specialist": 200,
        "riverside": 200,
        "allocated": 404,
        "dsl": 403,
        "slt": 403,
        "coordinator": 403,
        "ig_lead": 404,
    }
