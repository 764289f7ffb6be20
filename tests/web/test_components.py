"""The frame and the components of a page: what they say, whose name they carry, and how much they weigh."""

import datetime
import gzip
import re
from pathlib import Path
from types import SimpleNamespace

import django_htmx
import pytest
from django.http import QueryDict
from django.template import engines
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory
from django.utils.safestring import mark_safe

from apst.web.context_processors import navigation, product
from apst.web.tables import Cell, Heading, sortable
from apst.web.views import csrf_failure

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "static/build"
NOT_OURS = re.compile(r"GDS Transport|crest|crown|GOV\.UK", re.IGNORECASE)

pytestmark = pytest.mark.urls("tests.web.addresses")


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    """The hashed names of files are made when they are collected, which a test does not do."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def draw(template, **context):
    return engines["django"].from_string("{% load web %}" + template).render(context)


def component(name, **context):
    return render_to_string(f"components/{name}.html", context)


def somebody(*actions):
    return SimpleNamespace(
        taskforce=SimpleNamespace(name="Northgate"), role="manager", may=lambda action: action in actions
    )


def signed_in(path="/", member=None):
    request = RequestFactory().get(path)
    request.user = SimpleNamespace(is_authenticated=True, get_full_name=lambda: "Sam Okafor")
    request.member = member
    return request


def page(request, template="base.html", **context):
    return get_template(template).render(context, request)


# ---- The frame


def test_the_navigation_shows_what_a_member_may_open():
    items = navigation(somebody("referral.view", "return.build"), "/")

    assert [(item["text"], item["href"], item["current"]) for item in items] == [
        ("Today", "/", True),
        ("Referrals", "/referrals/", False),
    ]


@pytest.mark.urls("apst.urls")
def test_the_navigation_has_five_items_at_most_and_no_meetings_for_a_guest():
    everything = somebody("referral.view", "case.brief", "intervention.log", "minutes.view", "return.build")
    assert [item["text"] for item in navigation(everything, "/")] == [
        "Today", "Referrals", "Cases", "Log a session", "Meetings"
    ]  # fmt: skip

    guest = somebody("case.brief", "minutes.view")
    guest.role = "partner"
    assert [item["text"] for item in navigation(guest, "/")] == ["Shared with you", "What you looked at"]


def test_the_navigation_marks_the_part_that_a_page_lies_in():
    items = navigation(somebody("referral.view", "case.brief"), "/referrals/new/")

    assert [item["text"] for item in items if item["current"]] == ["Referrals"]


def test_who_is_in_no_taskforce_has_no_navigation():
    assert navigation(None, "/") == []


def test_the_header_always_says_which_taskforce_this_is():
    html = page(signed_in(member=somebody()))

    assert "You are in Northgate" in " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert "Hide screen" in html


def test_a_page_without_anybody_has_no_dialogs():
    request = RequestFactory().get("/")
    html = page(request)

    assert "<dialog" not in html
    assert "You are in" not in html


def test_who_can_see_what_is_offered_to_those_who_are_signed_in():
    stranger = RequestFactory().get("/")

    assert [link["text"] for link in product(stranger)["footer_links"]] == ["Help"]
    assert [link["text"] for link in product(signed_in())["footer_links"]] == ["Help", "Who can see what"]


def test_the_time_out_returns_to_the_same_page():
    assert product(signed_in("/referrals/"))["timed_out_href"] == "/accounts/login/?next=%2Freferrals%2F&timed_out=1"


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "429", "500"])
def test_an_error_page_needs_no_context(name, settings):
    settings.PRODUCT_NAME = "Turnaround"
    html = get_template(f"{name}.html").render()

    assert html.count("<h1") == 1
    assert re.search(r"<title>[^<]+Turnaround\s*</title>", html)


def test_the_page_for_an_old_form_keeps_what_was_typed():
    typed = [("what_was_tried", "An hour's <work>")]
    html = get_template("403_csrf.html").render({"typed": typed, "action": "/referrals/new/"})

    assert "An hour&#x27;s &lt;work&gt;" in html
    assert "What was tried" in html
    assert 'href="/referrals/new/"' in html


def test_the_page_for_an_old_form_never_shows_a_password():
    request = RequestFactory().post("/x/", {"password": "s3cret-s3cret", "login": "sam@example.org", "taskforce": "t"})

    html = csrf_failure(request).content.decode()

    assert "sam@example.org" in html
    assert "s3cret-s3cret" not in html


def test_no_page_has_inline_script_or_style():
    templates = (ROOT / "templates").rglob("*.html")
    inline = re.compile(r"""<style|\sstyle=|<script(?![^>]*src=)|\son\w+=|hx-on|hx-vals=["']js:""")

    assert [str(one.relative_to(ROOT)) for one in templates if inline.search(one.read_text())] == []


# ---- Our own identity and weight (needs the build, which ./run test makes)


def test_nothing_of_ours_carries_the_marks_of_government():
    texts = {"app.css": (BUILT / "app.css").read_text()}
    texts |= {str(one.relative_to(ROOT)): one.read_text() for one in (ROOT / "templates").rglob("*.*")}

    assert {name: NOT_OURS.findall(text) for name, text in texts.items() if NOT_OURS.search(text)} == {}


def test_the_stylesheet_fetches_nothing():
    addresses = re.findall(r"url\(([^)]*)\)", (BUILT / "app.css").read_text())

    assert [address for address in addresses if not address.strip("\"'").startswith("data:")] == []


def test_every_override_that_a_page_asks_for_is_in_the_stylesheet():
    css = (BUILT / "app.css").read_text().replace("\\", "")
    asked = {
        name for path in (ROOT / "templates").rglob("*.html") for name in re.findall(r"govuk-![\w-]+", path.read_text())
    }

    assert asked
    assert sorted(name for name in asked if f".{name}" not in css) == []


def test_the_frame_leaves_a_page_fifteen_kilobytes():
    htmx = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"
    files = [BUILT / "app.css", BUILT / "app.js", BUILT / "enabled.js", ROOT / "static/own/icon.svg", htmx]

    assert sum(len(gzip.compress(one.read_bytes())) for one in files) < 45_000


# ---- Components


def test_a_button_asks_the_role():
    template = "{% if member|may:'referral.triage' %}Accept{% endif %}"

    assert draw(template, member=somebody("referral.triage")) == "Accept"
    assert draw(template, member=somebody("referral.view")) == ""
    assert draw(template, member=None) == ""


def test_a_form_that_comes_back_keeps_its_key():
    request = RequestFactory().post("/", {"submission_key": "abc"})

    assert draw("{% submission_key %}", request=request) == '<input type="hidden" name="submission_key" value="abc">'
    assert draw("{% submission_key %}") != draw("{% submission_key %}")


@pytest.mark.parametrize(
    ("level", "variant"),
    [("success", "success"), ("warning", "warning"), ("error", "error"), ("info", "information"), ("", "information")],
)
def test_a_message_shows_as_an_alert(level, variant):
    assert f"moj-alert--{variant}" in component("alert", text="Saved", variant=level)


def test_a_message_is_escaped_unless_it_was_made_safe():
    assert "<b>" not in component("alert", text="<b>")
    assert "<form>Undo</form>" in component("alert", text=mark_safe("<form>Undo</form>"))


def test_a_heading_sorts_and_then_the_other_way_round():
    params = QueryDict("site=a&sort=name&after=9")

    assert sortable("Pupil", "name", now="name", params=params) == Heading(
        "Pupil", False, "?site=a&sort=-name", "ascending"
    )
    assert sortable("Waiting", "wait", now="name", params=params) == Heading("Waiting", False, "?site=a&sort=wait", "")


def test_a_table_has_a_caption_a_sort_and_a_row_heading():
    html = component(
        "table",
        caption="Referrals",
        headings=[Heading("Pupil", href="?sort=-name", direction="ascending"), Heading("Waiting", numeric=True)],
        rows=[[Cell("Kian Jones", href="/referrals/1/", second="Year 9"), 12]],
        cards=True,
    )

    assert 'aria-sort="ascending"' in html
    assert re.search(r'<th scope="row"[^>]*role="rowheader"', html)
    assert re.search(r'<td role="cell"[^>]*data-label="Waiting"', html)
    assert "app-table--cards" in html


def test_an_answer_that_is_missing_is_said():
    html = component("summary_list", rows=[{"key": "Ethnicity", "value": ""}, {"key": "Sessions", "value": 0}])

    assert html.count("Not recorded") == 1


def test_a_list_without_more_pages_has_no_pagination():
    assert component("pagination", previous="", next="").strip().endswith("#}") is False
    assert "<nav" not in component("pagination", previous="", next="")
    assert 'rel="next"' in component("pagination", next="?after=1")


def test_a_job_under_way_asks_again_and_a_finished_one_does_not():
    assert 'hx-get="/jobs/1/"' in component("progress", href="/jobs/1/", percent=40, text="Building")
    assert "hx-get" not in component("progress", href="/jobs/1/", done=True, text="Built")
    assert "hx-get" not in component("progress", href="/jobs/1/", failed=True, text="Failed")


def test_a_timeline_shows_a_time_only_where_there_is_one():
    html = component(
        "timeline",
        items=[
            {"title": "Session", "at": datetime.datetime(2026, 11, 19, 14, 2, tzinfo=datetime.UTC), "by": "Sam"},
            {"title": "Meeting", "at": datetime.date(2026, 11, 3)},
        ],
    )

    assert "19 November 2026 at 14:02" in html
    assert html.count(" at ") == 1


@pytest.mark.parametrize("path", sorted((ROOT / "templates/components").glob("[!_]*.html")), ids=lambda path: path.stem)
def test_every_component_can_be_drawn_and_leaves_no_comment_behind(path):
    html = component(path.stem)

    assert "{#" not in html
    assert "#}" not in html
