"""A weekly meeting over sixty open cases and nine new referrals: one screen in the room, a note-taker, a deputy with a
phone, all at once.
"""

import datetime as dt
import re

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from apst.tenancy.context import acting_as_system, acting_for
from cases.models import Case, CaseDecision, CaseMember, Meeting, MeetingItem, MeetingNote
from cases.services import convene, put_on_agenda, start_meeting, turn_to
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


def order(page: Page) -> list[str]:
    """What stands on the agenda, in the order in which the page shows it."""
    return page.locator("tbody tr").evaluate_all("rows => rows.map(row => row.dataset.title || '')")


def drag(page: Page, title: str, *, onto: str) -> None:
    """Drag a row by its grip over the upper half of another."""
    grip = page.locator(f'tr[data-title="{title}"] [data-grip]').bounding_box()
    row = page.locator(f'tr[data-title="{onto}"]').bounding_box()
    page.mouse.move(grip["x"] + 10, grip["y"] + 10)
    page.mouse.down()
    page.mouse.move(grip["x"] + 10, row["y"] + row["height"] / 2 + 1, steps=4)
    page.mouse.move(grip["x"] + 10, row["y"] + 3, steps=4)


@pytest.fixture
def points(world) -> Meeting:
    """A meeting of tomorrow with four points."""
    by = world.people.manager.membership
    with acting_for(world.taskforce, world.people.manager):
        meeting = convene(held_on=localdate() + dt.timedelta(days=1), by=by)
        for words in ("Minibus", "Music room", "Breakfast", "Chairs"):
            put_on_agenda(meeting, words=words, by=by)
    return meeting


def test_an_item_is_dragged_by_mouse_and_finger_and_whoever_is_late_sees_the_fresh_order(world, points, as_):
    address = f"/meetings/{points.public_id}/"
    maya, late = as_("manager"), as_("manager")
    for page in (maya, late):
        page.goto(address)
    first = order(maya)

    drag(maya, "Chairs", onto="Music room")
    says = maya.locator("[data-agenda-says]")
    expect(says).to_have_text(f"Chairs: item {first.index('Music room') + 1} of {len(first)}")
    keep(maya, "drag-1280")
    maya.mouse.up()
    expect(maya.locator(".moj-alert")).to_contain_text("Chairs: now item")
    moved = [title for title in first if title != "Chairs"]
    moved.insert(moved.index("Music room"), "Chairs")
    assert order(maya) == moved
    assert maya.evaluate("window.scrollY") >= 0
    maya.reload()
    assert order(maya) == moved

    # Another window still shows the order before: nothing moves, and it shows the order there is.
    drag(late, "Minibus", onto=first[-1] or "Breakfast")
    late.mouse.up()
    expect(late.locator(".moj-alert")).to_contain_text("Nothing was moved")
    assert order(late) == moved

    # Escape puts it back, and by keyboard the buttons do the same.
    drag(late, "Breakfast", onto="Minibus")
    late.keyboard.press("Escape")
    late.mouse.up()
    expect(late.locator("[data-agenda-says]")).to_have_text("Not moved")
    assert order(late) == moved
    late.get_by_role("button", name=re.compile("Up.*Breakfast")).focus()
    late.keyboard.press("Enter")
    expect(late.locator(".moj-alert")).to_contain_text("Breakfast: now item")
    expect(late.get_by_role("button", name=re.compile("Up.*Breakfast"))).to_be_focused()
    assert order(late).index("Breakfast") == moved.index("Breakfast") - 1

    # With a finger.
    phone = as_("manager", phone=True)
    phone.goto(address)
    grip = phone.locator('tr[data-title="Minibus"] [data-grip]')
    grip.scroll_into_view_if_needed()
    place, other = grip.bounding_box(), phone.locator('tr[data-title="Chairs"]').bounding_box()
    touch = phone.context.new_cdp_session(phone)
    x, y = place["x"] + 20, place["y"] + 20
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for at in (y + 20, other["y"] + other["height"] / 2, other["y"] + other["height"] - 4):
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": at}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(phone.locator(".moj-alert")).to_contain_text("Minibus: now item")
    assert order(phone).index("Minibus") == order(phone).index("Chairs") + 1
    assert [*maya.heard, *late.heard, *phone.heard] == []


def test_the_clock_of_an_item_runs_and_says_when_it_is_over(world, points, as_):
    with acting_for(world.taskforce, world.people.manager):
        by = world.people.manager.membership
        start_meeting(points, by=by)
        item = points.items.get(words="Minibus")
        turn_to(item, by=by)
        MeetingItem.objects.filter(pk=item.pk).update(minutes=1, seconds=57)
    maya = as_("manager")
    maya.set_viewport_size(ROOM)
    maya.emulate_media(reduced_motion="no-preference")
    maya.goto(f"/meetings/items/{item.public_id}/")
    clock = maya.get_by_role("timer")
    expect(clock).to_contain_text("of the meeting left")
    expect(clock).to_contain_text("Over by 0:0", timeout=15_000)
    keep(maya, "clock-1920")
    assert clock.get_attribute("aria-live") == "off"

    # Whoever asked for less motion is shown minutes, and nobody without scripts is shown a clock that stands still.
    calm = as_("manager")
    calm.goto(f"/meetings/items/{item.public_id}/")
    expect(calm.get_by_role("timer")).to_contain_text("1 minute of 1 minute")
    plain = as_("manager", java_script_enabled=False)
    plain.goto(f"/meetings/items/{item.public_id}/")
    expect(plain.get_by_role("timer")).to_have_count(0)
    expect(plain.locator("main")).to_contain_text("since")
    assert [*maya.heard, *calm.heard] == []
