"""From referral to return in Chromium: a school's desk, the manager's desk, a specialist's phone; and what happens on a
bad day.
"""

import csv
import io

from django.utils.timezone import localdate
from playwright.sync_api import Page, expect

from apst.tenancy.context import acting_as_system
from tests.factories import make_referral

from .conftest import COMMITTED
from .stories import chip, sessions_of, tab_to

pytestmark = COMMITTED
BORN = ("27", "3", str(localdate().year - 14))


def refer(page: Page, *, surname: str) -> None:
    """The first step of the referral form."""
    page.get_by_label("First name").fill("Noor")
    page.get_by_label("Last name").fill(surname)
    for part, typed in zip(("Day", "Month", "Year"), BORN, strict=True):
        page.get_by_role("textbox", name=part, exact=True).fill(typed)
    page.get_by_label("Special educational needs (optional)").select_option(label="SEN support")
    page.get_by_role("button", name="Continue").click()


def test_from_referral_to_return(world, as_, worker, tmp_path):
    # A school's member of staff refers a pupil: three steps, check, send.
    tom = as_("school_staff")
    tom.goto("/")
    tom.get_by_role("button", name="Refer a pupil").or_(tom.get_by_role("link", name="Refer a pupil")).first.click()
    refer(tom, surname="Haddadin")
    tom.get_by_label("Who is referring?").select_option(label="Mainstream school")
    tom.get_by_label("Low attendance").check()
    tom.get_by_label("What is happening, and what would help?").fill("In school two days a week.")
    tom.get_by_role("button", name="Continue").click()
    tom.get_by_label("What does the pupil think?").fill("I like art.")
    tom.get_by_label("What did you try?").first.fill("Mentor")
    tom.get_by_role("button", name="Continue").click()
    expect(tom.get_by_role("heading", name="Check your answers before you send")).to_be_visible()
    for said in ("Haddadin", "SEN support", "Low attendance", "I like art.", "Mentor"):
        expect(tom.locator("main")).to_contain_text(said)
    tom.get_by_role("button", name="Send the referral").click()
    expect(tom.get_by_role("heading", name="Referral sent")).to_be_visible()

    # The same child again, spelt as it sounds: the page stops and asks.
    tom.goto("/referrals/new/")
    refer(tom, surname="Hadadin")
    expect(tom.get_by_role("heading", name="Is this the same pupil?")).to_be_visible()

    # The manager accepts, takes it back, accepts, allocates.
    maya = as_("manager")
    maya.goto("/referrals/")
    for button in ("Accept", "Undo", "Accept"):
        maya.locator("tbody").get_by_role("button", name=button).click()
    expect(maya.locator("tbody").get_by_role("button", name="Undo")).to_be_visible()
    maya.get_by_role("link", name="Allocate").click()
    maya.get_by_label("Lead specialist").select_option(label="Sam Okafor, Speech and language therapist")
    maya.get_by_label("Tier 2").check()
    maya.get_by_role("button", name="Open the case").click()
    expect(maya.locator("main")).to_contain_text("Sam Okafor")

    # The specialist logs it from a phone, the first time with the kind of work and the length said.
    sam = as_("specialist", phone=True)
    sam.goto("/")
    sam.get_by_role("link", name="Log a session with Noor Haddadin").tap()
    chip(sam, "One to one").tap()
    chip(sam, "1 h").tap()
    sam.get_by_role("button", name="Save").tap()
    expect(sam.locator(".moj-alert")).to_contain_text("Saved")

    # Then it is three taps from Today; Undo takes it back.
    sam.get_by_role("link", name="Log a session with Noor Haddadin").tap()
    chip(sam, "30 min").tap()
    sam.get_by_role("button", name="Save").tap()
    expect(sam.locator(".moj-alert")).to_contain_text("Saved")
    assert [session.minutes for session in sessions_of(world)] == [60, 30]
    sam.get_by_role("button", name="Undo").tap()
    expect(sam.locator(".moj-alert")).to_contain_text("The session is deleted")
    assert [session.minutes for session in sessions_of(world)] == [60]

    # The manager builds the return, watches it, reads it, takes it away.
    maya.goto("/returns/")
    maya.get_by_role("button", name="Build the return of").first.click()
    expect(maya.get_by_role("heading", name="Building the return")).to_be_visible()
    expect(maya.locator("progress")).to_be_visible()
    worker.may_start.set()
    maya.get_by_role("link", name="Open the return").click()
    expect(maya.locator("main")).to_contain_text("Pupils supported")
    with maya.expect_download() as download:
        maya.get_by_role("button", name="Download CSV").or_(maya.get_by_role("link", name="Download CSV")).first.click()
    download.value.save_as(tmp_path / "return.csv")
    text = (tmp_path / "return.csv").read_text("utf-8-sig")
    figures = {
        (row["measure"], row["category"], row["statistic"]): row["value"] for row in csv.DictReader(io.StringIO(text))
    }
    assert figures["A1", "all", "count"] == "1"
    assert figures["C1", "all", "hours"] == "1.00"
    assert figures["D1", "all", "count"] == "1"
    assert figures["A3", "K", "percent"] == "100"
    assert [*tom.heard, *maya.heard, *sam.heard] == []


def test_a_session_is_three_taps_from_today_and_all_of_them_without_scrolling_far(world, case, as_):
    sam = as_("specialist", phone=True)
    sam.goto(f"/sessions/log/?pupil={case.pupil.public_id}")
    chip(sam, "One to one").tap()
    chip(sam, "45 min").tap()
    sam.get_by_role("button", name="Save").tap()

    sam.get_by_role("link", name="Log a session with Amira Ahmadzai").tap()  # one
    expect(sam.get_by_label("45 min")).to_be_checked()  # remembered
    lengths, kinds = chip(sam, "2 h").bounding_box(), chip(sam, "Professionals").bounding_box()
    save = sam.get_by_role("button", name="Save")
    fold = save.bounding_box()["y"]
    assert lengths["y"] + lengths["height"] < fold, "The lengths are below the fold."
    assert kinds["y"] + kinds["height"] < fold, "The common kinds of work are below the fold."
    chip(sam, "1 h").tap()  # two
    save.tap()  # three
    expect(sam.locator(".moj-alert")).to_contain_text("Saved")
    assert [session.minutes for session in sessions_of(world)] == [45, 60]


def test_a_double_tap_makes_one_session(world, case, as_):
    sam = as_("specialist", phone=True)
    sam.goto(f"/sessions/log/?pupil={case.pupil.public_id}")
    chip(sam, "One to one").tap()
    chip(sam, "45 min").tap()
    with sam.expect_navigation():
        sam.get_by_role("button", name="Save").dblclick()
    expect(sam.locator(".moj-alert")).to_contain_text("Saved")
    assert len(sessions_of(world)) == 1


def test_a_double_tap_makes_one_session_where_no_script_holds_it_back(world, case, as_):
    sam = as_("specialist", phone=True, java_script_enabled=False)
    sam.goto(f"/sessions/log/?pupil={case.pupil.public_id}")
    chip(sam, "One to one").tap()
    chip(sam, "45 min").tap()
    sam.get_by_role("button", name="Save").dblclick(no_wait_after=True)
    expect(sam.locator(".moj-alert")).to_contain_text("Saved")
    assert len(sessions_of(world)) == 1


def test_a_draft_survives_a_reload(world, case, as_):
    sam = as_("specialist", phone=True)
    sam.goto("/sessions/log/")
    chip(sam, "Amira Ahmadzai").tap()
    chip(sam, "Family").tap()
    sam.get_by_text("Add a note").tap()
    sam.get_by_label("Note (optional)").fill("Talked with the family about mornings.")
    expect(sam.locator(".app-draft")).to_contain_text("Draft saved")
    sam.goto("/")
    sam.goto("/sessions/log/")
    expect(sam.get_by_label("Note (optional)")).to_have_value("Talked with the family about mornings.")
    expect(sam.get_by_label("Family", exact=True)).to_be_checked()
    expect(chip(sam, "Amira Ahmadzai")).to_be_checked()


def test_without_a_connection_the_text_stays_and_is_saved_when_it_is_back(world, case, as_):
    sam = as_("specialist", phone=True)
    sam.goto("/sessions/log/")
    sam.get_by_text("Add a note").tap()
    sam.context.set_offline(True)
    sam.get_by_label("Note (optional)").fill("In the corridor, no signal.")
    expect(sam.locator(".app-draft")).to_contain_text("there is no connection")
    expect(sam.get_by_label("Note (optional)")).to_have_value("In the corridor, no signal.")
    sam.context.set_offline(False)
    sam.get_by_label("Note (optional)").press("End")
    sam.keyboard.type(" Later more.")
    expect(sam.locator(".app-draft")).to_contain_text("Draft saved")
    sam.reload()
    expect(sam.get_by_label("Note (optional)")).to_have_value("In the corridor, no signal. Later more.")


def test_the_time_out_keeps_what_was_typed(world, case, as_, settings):
    settings.IDLE_SECONDS, settings.IDLE_WARNING_SECONDS = 5, 2
    sam = as_("specialist", phone=True)
    sam.goto("/sessions/log/")
    sam.get_by_text("Add a note").tap()
    sam.get_by_label("Note (optional)").fill("Half a sentence")
    expect(sam.get_by_role("heading", name="You are about to be signed out")).to_be_visible()
    expect(sam.get_by_role("heading", name="Sign in")).to_be_visible()

    settings.IDLE_SECONDS, settings.IDLE_WARNING_SECONDS = 600, 500
    sam.get_by_label("Email").fill("specialist@northgate.example")
    sam.get_by_label("Password", exact=True).fill("a long enough password")
    sam.get_by_role("button", name="Sign in").click()
    sam.goto("/sessions/log/")
    expect(sam.get_by_label("Note (optional)")).to_have_value("Half a sentence")


def test_logging_with_the_keyboard_alone(world, case, as_):
    sam = as_("specialist")
    sam.goto("/")
    tab_to(sam, "Skip to main content", most=1)
    tab_to(sam, "Log a session with Amira")
    sam.keyboard.press("Enter")
    sam.wait_for_url("**/sessions/log/**")
    tab_to(sam, "15 min")
    sam.keyboard.press("ArrowRight")
    expect(sam.get_by_label("30 min")).to_be_checked()
    tab_to(sam, "One to one")
    sam.keyboard.press("Space")
    tab_to(sam, "Save")
    sam.keyboard.press("Enter")
    expect(sam.locator(".moj-alert")).to_contain_text("Saved")
    assert [session.minutes for session in sessions_of(world)] == [30]


def test_triage_with_the_keyboard_alone(world, as_):
    with acting_as_system(world.taskforce):
        make_referral(site=world.rows["site"], received_on=localdate())
    maya = as_("manager")
    maya.goto("/referrals/")
    tab_to(maya, "Accept ")
    maya.keyboard.press("Enter")
    undo = maya.locator("tbody").get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    expect(undo).to_be_focused()
    maya.wait_for_timeout(200)  # htmx takes a fresh row's forms in hand a moment after it is drawn
    maya.keyboard.press("Enter")
    expect(maya.locator("tbody").get_by_role("button", name="Accept")).to_be_focused()
