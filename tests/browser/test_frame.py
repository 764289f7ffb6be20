"""The frame of every page: one line at the top of a desk's screen, and pages of Settings that fold on a phone."""

import pytest
from playwright.sync_api import expect

from .conftest import COMMITTED

pytestmark = COMMITTED


def height(page, selector):
    return page.locator(selector).bounding_box()["height"]


def test_a_managers_header_is_one_line_and_the_menu_another(as_):
    maya = as_("manager")
    maya.goto("/")

    assert height(maya, ".app-header") < 70
    assert height(maya, ".govuk-service-navigation") < 70
    for name in ("Team", "Settings"):
        expect(maya.get_by_role("navigation", name="Menu").get_by_role("link", name=name)).to_be_visible()
    maya.get_by_role("search").get_by_role("searchbox").fill("Nobody Atall")
    maya.get_by_role("search").get_by_role("button", name="Search").click()
    expect(maya.get_by_role("heading", level=1)).to_have_text("Search")


@pytest.mark.parametrize("script", [True, False])
def test_on_a_phone_the_pages_of_settings_are_folded_under_the_one_that_one_is_on(as_, script):
    maya = as_("manager", phone=True, java_script_enabled=script)
    maya.goto("/settings/specialists/")

    fold = maya.get_by_text("Settings: Specialists and posts")
    assert maya.get_by_role("heading", level=1).bounding_box()["y"] < (250 if script else 600)
    fold.tap()
    maya.get_by_role("navigation", name="Settings").get_by_role("link", name="Sites").tap()
    expect(maya.get_by_text("Settings: Sites")).to_be_visible()
