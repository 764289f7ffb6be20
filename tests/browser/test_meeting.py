"""A weekly meeting over sixty open cases and nine new referrals: one screen in the room, a note-taker, a deputy with a
phone, all at once.
"""

import datetime as dt
import re

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from apst.tenancy.context import acting_as_system
from cases.models import Case, CaseDecision, CaseMember, MeetingItem, MeetingNote
from tests.conftest import make_member
from tests.factories import make_case, make_pupil, make_referral

from .camera import folder
from .conftest import COMMITTED, PHONE

pytestmark = COMMITTED
ROOM = {"width": 1920, "height": 1080}


@pytest.fixture
def agenda(world) -> None:
    """Sixty cases that Sam leads, nine referrals of this week, and a deputy of the manager's."""
    deputy = make_member(world.taskforce, "manager", "deputy@northgate.example", "Idris Bello")
    world.people.deputy = deputy
    with acting_as_system(world.taskforce):
        for n in range(60):
            opened = make_case(
                pupil=make_pupil(), site=world.rows["site"], lead=world.rows["post"],
                opened_on=localdate() - dt.timedelta(days=30 + n),
            )  # fmt: skip
            CaseMember.objects.create(case=opened, post=world.rows["post"], part="lead", starts_on=opened.opened_on)
        for n in range(9):
            pupil = make_pupil(forename=f"Noor{n}", surname="Haddadin", name_key=f"haddadin noor{n}")
            make_referral(pupil=pupil, site=world.rows["site"], received_on=localdate())


def keep(page: Page, name: str) -> None:
    """Keep the screen where there is a camera; the guide shows none of these."""
    if (where := folder()) is not None:
        where.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=where / f"meeting-{name}.png")


def note(page: Page, words: str) -> None:
    page.get_by_label("Your notes").fill(words)
    page.get_by_role("button", name="Save your notes").click()
    expect(page.locator(".moj-alert")).to_contain_text("Your notes are saved")


def test_three_browsers_run_one_meeting_and_write_it_up(world, agenda, as_):
    # Maya writes the agenda; it proposes every referral and every case that has a reason.
    maya = as_("manager")
    maya.set_viewport_size(ROOM)
    maya.goto("/meetings/new/")
    maya.get_by_role("button", name="Write the agenda").click()
    expect(maya.locator("tbody")).to_contain_text("New referral")
    assert maya.locator("tbody tr").count() == 69
    keep(maya, "agenda-1920")
    maya.get_by_role("button", name="Start the meeting").click()

    # It starts at the first referral; the deputy allocates it on a phone, while the chair's page is still the old one.
    expect(maya.get_by_role("heading", name="Noor0 Haddadin")).to_be_visible()
    address = maya.url
    idris = as_("deputy", phone=True)
    idris.goto(address)
    idris.get_by_text("Accept and allocate").tap()
    idris.get_by_label("Lead specialist").select_option(label="Sam Okafor, Speech and language therapist")
    idris.get_by_label("Tier 2").check()
    keep(idris, "allocate-375")
    idris.get_by_role("button", name="Open the case").tap()
    expect(idris.locator(".moj-alert")).to_contain_text("The case is open")
    maya.get_by_text("Accept and allocate").click()
    maya.get_by_label("Lead specialist").select_option(label="Sam Okafor, Speech and language therapist")
    maya.get_by_label("Tier 1").check()
    maya.get_by_role("button", name="Open the case").click()
    expect(maya.locator("main")).to_contain_text("already")
    with acting_as_system(world.taskforce):
        assert Case.objects.filter(pupil__forename="Noor0").count() == 1

    # Two write at one item; neither loses a word, and each sees what the other wrote.
    with acting_as_system(world.taskforce):
        of_case = MeetingItem.objects.filter(kind="case").order_by("position").first()
    address = f"/meetings/items/{of_case.public_id}/"
    sam = as_("specialist")
    for page in (maya, sam):
        page.goto(address)
    keep(maya, "item-1920")
    note(sam, "Sam: back in class three mornings.")
    note(maya, "Maya: mother rang, wants a visit.")
    for words in ("Sam: back in class three mornings.", "Maya: mother rang, wants a visit."):
        expect(maya.locator("main")).to_contain_text(words)
    keep(sam, "item-1280")

    # Continue is one tap; an action has its owner and day.
    maya.get_by_text("Add an action").click()
    maya.get_by_label("What is to be done?").fill("Visit on Thursday")
    maya.get_by_label("Who does it?").select_option(str(world.people.specialist.membership.public_id))
    maya.get_by_role("button", name="Add the action").click()
    expect(maya.locator(".moj-alert")).to_contain_text("The action is noted")
    maya.get_by_role("button", name="Continue").click()
    expect(maya.locator(".moj-alert")).to_contain_text("Decided")

    # To close a case it asks why, and the second decision stands beside the first.
    maya.get_by_text("Decide again").click()
    maya.get_by_label("Close").check()
    maya.get_by_role("button", name="Decide", exact=True).click()
    expect(maya.locator("main")).to_contain_text("Say why")
    maya.get_by_label("Why?").first.fill("Back full time, and happy.")
    maya.get_by_role("button", name="Decide", exact=True).click()
    expect(maya.locator(".moj-alert")).to_contain_text("Decided")
    with acting_as_system(world.taskforce):
        outcomes = list(CaseDecision.objects.order_by("pk").values_list("outcome", "supersedes"))
        assert [outcome for outcome, _ in outcomes] == ["continue", "close"]
        assert outcomes[1][1] is not None

    # Closed, it is written up: for whoever reads it what they may read.
    maya.get_by_role("link", name=re.compile("Who is there|Close the meeting")).first.click()
    maya.get_by_role("button", name="Save and close the meeting").click()
    maya.goto("/meetings/")
    maya.get_by_role("link", name=re.compile("Minutes of")).click()
    for words in ("Back full time, and happy.", "Visit on Thursday", "Sam: back in class three mornings."):
        expect(maya.locator("main")).to_contain_text(words)
    keep(maya, "minutes-1920")
    sam.goto("/")
    expect(sam.locator("main")).to_contain_text("Visit on Thursday")
    with acting_as_system(world.taskforce):
        assert MeetingNote.objects.count() == 2
    assert [*maya.heard, *sam.heard, *idris.heard] == []
    assert idris.viewport_size == PHONE
