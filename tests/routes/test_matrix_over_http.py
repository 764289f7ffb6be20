"""Every cell of the matrix through HTTP: what a role may, its page lets it; what it may not, its page refuses.

The database is asked the same in `tests/isolation/test_matrix.py`. An action that has no page yet stands in `LATER`
with the issue that brings one; as soon as a route carries it, it belongs into `ROUTES`.
"""

import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from apst.tenancy.context import Member, acting_for
from apst.tenancy.matrix import ACTIONS, TASKFORCE_ROLES, cell
from cases.models import Case, Intervention, Meeting, MeetingItem
from referrals.models import Referral
from sharing.models import DataSharingAgreement
from tests.isolation.world import make_realm

from . import walk

# What an action is done by: a route, and the row in its address. The first of them that reads or opens the form.
ROUTES: dict[str, tuple[tuple[str, Any], ...]] = {
    "referral.make": (("referrals:referral-new", None),),
    "referral.view": (("referrals:referral-list", None), ("referrals:referral-detail", Referral)),
    "referral.triage": (("referrals:referral-triage", Referral), ("referrals:referral-accept", Referral)),
    "case.allocate": (("cases:case-allocate", Referral),),
    "case.brief": (("cases:case-list", None), ("cases:case-detail", Case), ("cases:case-people", Case)),
    "case.view": (("cases:case-sessions", Case), ("cases:case-brief", Case)),
    "case.change": (("cases:team-join", Case), ("cases:case-stage", Case)),
    "case.close": (("cases:case-close", Case),),
    "case.reopen": (("cases:case-reopen", Case),),
    "intervention.log": (("cases:session-log", None), ("cases:session-list", None)),
    "intervention.change": (("cases:session-change", Intervention), ("cases:session-delete", Intervention)),
    "grant.give": (("cases:case-restrict", Case),),
    "grant.end": (("cases:case-unrestrict", Case),),
    "meeting.run": (("cases:meeting-new", None), ("cases:meeting-people", Meeting), ("cases:item-decide", MeetingItem)),
    "meeting.attend": (("cases:meeting-add", Meeting), ("cases:meeting-item", MeetingItem)),
    "minutes.view": (("cases:meeting-agenda", Meeting), ("cases:meeting-minutes", Meeting)),
    "information.supply": (("sharing:information-new", Case), ("sharing:request-new", Case)),
    "access_log.view": (("accounts:access-log", None),),
    "return.build": (("reporting:return-build", None),),
    "return.download": (("reporting:return-list", None),),
    "people.manage": (("people:member-list", None), ("people:specialist-list", None), ("accounts:invite", None)),
    "settings.change": (("places:taskforce", None), ("places:site-list", None), ("referrals:eligibility-new", None)),
    "calendar.change": (("places:calendar", None), ("places:establishment-list", None)),
    "record.import": (("imports:import-list", None),),
    "agreement.draft": (
        ("sharing:partner-new", None),
        ("sharing:agreement-new", None),
        ("sharing:agreement-draft", DataSharingAgreement),
    ),
    "disclosure.view": (("sharing:disclosure-list", None),),
    "agreement.end": (("sharing:agreement-end", DataSharingAgreement),),
    "agreement.sign": (("sharing:agreement-sign", DataSharingAgreement),),
}
LATER: dict[str, str] = {
    "record.export": "issue 5: agreements",
    **dict.fromkeys(("subject_access.run", "retention.run"), "issue 5: agreements"),
    **dict.fromkeys(("return.sign_first", "return.sign_second"), "issue 7: the return"),
    **dict.fromkeys(("area.view", "taskforce.make", "health.view"), "no role of a taskforce has it"),
}
# Actions whose cells are tried through HTTP beside the pages that they open, where what hangs on a row is known.
ELSEWHERE: dict[str, str] = {
    **dict.fromkeys(("note.write", "note.view", "restricted.view"), "tests/cases/test_note_pages.py"),
    "break_glass.use": "tests/cases/test_emergencies.py",
    "plan.view": "tests/cases/test_plan_pages.py",
    "passport.view": "tests/cases/test_plan_pages.py",
    "dashboard.view": "tests/cases/test_capacity.py",
    **dict.fromkeys(("disclosure.make_outside", "disclosure.refuse"), "tests/sharing/test_other_ways_out.py"),
    "disclosure.make": "tests/sharing/test_guests_pages.py",  # the IG lead may, and sees no case to share
}
# Cells whose reach is smaller than the page that is there: they wait for a page of their own.
NARROWER = {
    ("grant.give", "specialist"): "restricting a whole case is the manager's; single grants: issue 3",
    ("grant.give", "dsl"): "restricting a whole case is the manager's; single grants: issue 3",
    ("grant.end", "specialist"): "lifting a case's restriction is the manager's; single grants: issue 3",
    ("grant.end", "dsl"): "lifting a case's restriction is the manager's; single grants: issue 3",
}
# The two kinds of specialist who do not see the whole taskforce.
VIEWERS = (*TASKFORCE_ROLES, "of_site", "allocated")
# Whom the database shows the bystander's row: everybody whose reach is the taskforce, and these.
SHOWN = {
    Case: {"specialist", "of_site", "allocated", "school_staff"},
    Meeting: {"specialist", "of_site", "allocated"},
    MeetingItem: {"specialist", "of_site", "allocated"},
    Referral: {"specialist", "of_site", "allocated"},  # of their site, or of a case that they hold
}


class Watching:
    """A member who notes which actions are asked of it, and gives one answer to all."""

    def __init__(self, asked: set[str], member: Member, answer: bool) -> None:
        self.asked, self.member, self.answer = asked, member, answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self.member, name)

    def may(self, action: str) -> bool:
        self.asked.add(action)
        return self.answer

    def reach(self, action: str) -> str:
        self.asked.add(action)
        return "T" if self.answer else ""


def role_of(viewer: str) -> str:
    return viewer if viewer in TASKFORCE_ROLES else "specialist"


def allowed(action: str, viewer: str, model: Any) -> bool:
    """What the matrix says of the bystander's row, or of the page where it is about no row."""
    if viewer == "partner":  # guests have pages of their own: tests/sharing
        return False
    held = cell(action, role_of(viewer))
    if held is None or held.condition == "request" or (action, role_of(viewer)) in NARROWER:
        return False
    if model is Intervention:  # a bystander's, too old for the window
        return held.reach == "T" and held.condition != "own_window"
    return model is None or held.reach == "T" or viewer in SHOWN[model]


@pytest.fixture
def realms(db):
    return make_realm("home"), make_realm("away")


def lets(client, route: walk.Route, row: Any, taskforce: Any) -> bool:
    """Try a route and take it back: True where it is answered, False where it is refused or not there."""
    address = route.address(row.public_id if row is not None else uuid.UUID(int=9))
    around = transaction.atomic()
    around._from_testcase = True  # so that the request's own durable transaction may open within it
    with around:
        answer = client.get(address)
        if answer.status_code == 405 or (answer.status_code == 302 and route.by_post):
            answer = client.post(address, {"taskforce": str(taskforce.public_id)})
        transaction.set_rollback(True)
    assert answer.status_code < 500, (route.name, answer.status_code)
    return answer.status_code not in (403, 404)


def named(name: str) -> walk.Route:
    return next(route for route in walk.guarded() if route.name == name)


def test_every_action_has_its_page_or_the_issue_that_brings_it():
    assert set(ROUTES) & set(LATER) == set(ELSEWHERE) & set(LATER) == set()
    assert set(ROUTES) | set(LATER) | set(ELSEWHERE) == set(ACTIONS)
    assert [path for path in ELSEWHERE.values() if not Path(path).is_file()] == []
    assert {name for pages in ROUTES.values() for name, _ in pages} <= {route.name for route in walk.guarded()}


def test_an_action_that_a_route_asks_is_on_the_list(realms):
    """A new page whose policy asks an action of `LATER` fails here: the action belongs into `ROUTES` then."""
    home, _ = realms
    asked: set[str] = set()
    with acting_for(home.taskforce, home.people["manager"], durable=False) as member:
        for answer in (True, False):
            watching = Watching(asked, member, answer)
            for route in walk.guarded():
                row = home.rows.get(route.model)
                route.view.policy(watching, *([] if route.model is None else [row]))

    assert len(asked) > 15
    assert asked <= set(ROUTES) | set(ELSEWHERE)


def test_every_cell(realms, client_for):
    home, _ = realms
    wrong = []
    for viewer in VIEWERS:
        client = client_for(home.people[viewer], home.taskforce)
        for action, pages in ROUTES.items():
            for name, model in pages:
                expected = allowed(action, viewer, model)
                if lets(client, named(name), home.rows.get(model), home.taskforce) is not expected:
                    wrong.append((viewer, action, name, expected))

    assert wrong == []


def test_what_one_logged_oneself_is_ones_own_to_change(realms, client_for):
    home, _ = realms
    mine = home.own[Intervention]
    for viewer, expected in (("allocated", True), ("manager", True), ("specialist", False), ("dsl", False)):
        client = client_for(home.people[viewer], home.taskforce)
        assert lets(client, named("cases:session-change"), mine, home.taskforce) is expected, viewer


def test_no_cell_reaches_another_taskforce(realms, client_for):
    """The same role of another taskforce, in its own and in a session that names this one, where it has no role."""
    home, away = realms
    for viewer in VIEWERS:
        at_home = client_for(away.people[viewer], away.taskforce)
        for pages in ROUTES.values():
            for name, model in pages:
                row, route = home.rows.get(model), named(name)
                if row is not None:
                    assert not lets(at_home, route, row, away.taskforce), (viewer, name)
                stranger = client_for(away.people[viewer], home.taskforce)
                answer = stranger.get(route.address(row.public_id if row else uuid.UUID(int=9)))
                if answer.status_code != 405:
                    assert (answer.status_code, answer.headers["Location"]) == (302, "/taskforces/"), (viewer, name)
