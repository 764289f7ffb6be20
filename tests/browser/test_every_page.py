"""Every page as every role: in the browser at both widths, full, empty and in error; and once without JavaScript.

A page is fetched for each role; the browser opens those with something that it has not seen under that heading. With
PICTURES (a folder; `./run pictures` sets it) each opened page is photographed.
"""

import html
import re
from collections.abc import Iterator
from functools import partial
from itertools import islice
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client, override_settings

from tests.conftest import _empty_as_migrator

from . import camera, lifelike, looking, pages
from .conftest import PHONE, serving, signed_in

QUICK = override_settings(
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    EMAIL_BACKEND="django.core.mail.backends.locmem.EmailBackend",
    CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    SESSION_ENGINE="django.contrib.sessions.backends.db",
)
NOBODY = "nobody"
# Whoever comes first sees most pages and so looks at most: in parts, as no other walk takes as long.
FIRST, *OTHERS = lifelike.ROLES
PARTS = 6
FULL = (OTHERS[0], "police", *OTHERS[1:], "guest", NOBODY)
# Empties the form and sends it, as somebody does who presses the button first.
SEND_EMPTY = """form => {
  for (const field of form.elements) {
    if (field.type === 'checkbox' || field.type === 'radio') field.checked = false;
    else if (field.tagName === 'SELECT') field.selectedIndex = field.options[0]?.value === '' ? 0 : -1;
    else if (!['hidden', 'submit', 'button'].includes(field.type)) field.value = '';
  }
  form.noValidate = true;
  form.requestSubmit(form.querySelector('button:not([name]):not([type=button])') || undefined);
}"""


@pytest.fixture(scope="module")
def town(django_db_setup, django_db_blocker, chromium) -> Iterator[SimpleNamespace]:
    """The site over a lifelike taskforce and a fresh one, made once for this file."""
    with QUICK, django_db_blocker.unblock():
        _empty_as_migrator(None)  # a run that was killed leaves its rows
        try:
            full, fresh = lifelike.lifelike(), lifelike.fresh()
            with serving() as address:
                yield SimpleNamespace(
                    full=full,
                    fresh=fresh,
                    address=address,
                    browser=chromium,
                    weights=looking.Weights(),
                    seen={},
                    reached=set(),
                )
        finally:
            _empty_as_migrator(None)


def client_of(world: lifelike.World, role: str) -> Client | None:
    """A signed-in client; None for nobody."""
    if role == NOBODY:
        return None
    client = Client()
    client.force_login(getattr(world.people, role), backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session["taskforce"] = world.taskforce.pk
    session.save()
    return client


def shape(text: str) -> tuple[str, set[str]]:
    """What a page is made of: its heading, and its kinds of elements, without the words and the rows."""
    elements = re.findall(r"<(\w+)((?:\s+[\w:-]+(?:=\"[^\"]*\")?)*)", text)
    kinds = {
        tag + "".join(sorted(re.findall(r"(?:class|role|type|aria-sort)=\"[^\"]*\"", attributes)))
        for tag, attributes in elements
    }
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)
    return heading[1].strip() if heading else "", kinds


def title_of(text: str) -> str:
    found = re.search(r"<title[^>]*>(.*?)</title>", text, re.DOTALL)
    return html.unescape(found[1]).strip() if found else ""


ODD = re.compile(
    r"\bNone(?= \|)|\b20\d\d-\d\d-\d\d\b|\{\{|\}\}|\{%|&(?:amp|lt|gt|#\w+);"
    r"|\b[a-z]+(?:_[a-z]+)+\b|\b([A-Za-z]{2,}) \1\b"
)


def words_are_wrong(text: str) -> list[str]:
    """What a person should never read: a code's inside, an empty value's name, a machine's date, a word twice."""
    main = text.split("<main", 1)[-1].split("</main>", 1)[0]
    words = html.unescape(re.sub(r"<(script|code)\b.*?</\1>|<[^>]+>", " | ", main, flags=re.DOTALL))
    words = re.sub(r"\s+", " ", re.sub(r"\S+@\S+", "", words))
    return [
        f"reads {odd.group()!r} in “{words[max(odd.start() - 40, 0) : odd.end() + 40]}”" for odd in ODD.finditer(words)
    ]


def walk(town: SimpleNamespace, world: lifelike.World, role: str, state: str, part: int = 0, of: int = 1) -> list[str]:
    """Open every page that this role may, and say what is wrong. part, of: only each `of`th page, so that two workers
    share a long walk.
    """
    client, found = client_of(world, role), []
    context = signed_in(town.browser, town.address, client)
    page = context.new_page()
    heard = looking.watch(page)
    for visit in islice(pages.visits(world, rows=state == "full"), part, None, of):
        if role == NOBODY and visit.page not in pages.SIGNED_OUT:
            continue
        answer = (client or Client()).get(visit.address)
        text = answer.content.decode() if not answer.streaming else ""
        if answer.status_code == 200:
            town.reached.add((visit.page, state))
        elif answer.status_code not in (302, 403, 404):
            found.append(f"{visit.slug}: answered {answer.status_code}")
            continue
        if answer.status_code == 302:
            continue
        said = [f"title says {name}" for name in lifelike.NAMES if name.lower() in title_of(text).lower()]
        if visit.page not in pages.QUOTING:
            said += words_are_wrong(text)
        heading, look = shape(text)
        known = town.seen.setdefault(heading, set())
        if not known or look - known or camera.wants(role, visit):
            known |= look
            heard.clear()
            page.goto(visit.address)
            said += looking.faults(
                page,
                town.weights,
                photograph=partial(camera.photograph, page, role, visit, state),
            )
            said += heard
        found += [f"{visit.slug}: {fault}" for fault in said]
    context.close()
    return found


def nothing_in(found: list[str]) -> None:
    """Fail with a line for each fault."""
    assert not found, "\n".join(["These pages are not right:", *found])


def test_every_route_is_on_the_list_of_pages_or_says_why_not():
    assert pages.unlisted() == set(), (
        "Put the route on the list in pages.py: in PLAIN, OF_ROWS, OTHERS or, with the reason, NOT_PAGES."
    )


@pytest.mark.parametrize("part", range(PARTS))
def test_the_pages_of_a_lifelike_taskforce_as_its_manager_sees_them(town, part):
    nothing_in(walk(town, town.full, FIRST, "full", part, PARTS))


@pytest.mark.parametrize("role", FULL)
def test_the_pages_of_a_lifelike_taskforce(town, role):
    nothing_in(walk(town, town.full, role, "full"))


def test_every_page_was_reached_by_somebody(town):
    left = {*pages.PLAIN, *pages.OF_ROWS, *pages.OTHERS} - {page for page, state in town.reached if state == "full"}
    # Where two workers share the roles, this one has not seen what the other reached: it asks again, without a browser.
    for role in (FIRST, *FULL):
        client = client_of(town.full, role) or Client()
        for visit in pages.visits(town.full):
            asked = visit.page in left and (role != NOBODY or visit.page in pages.SIGNED_OUT)
            if asked and client.get(visit.address).status_code == 200:
                left.discard(visit.page)
    assert left == set()


@pytest.mark.parametrize("role", lifelike.ROLES)
def test_the_pages_of_a_fresh_taskforce(town, role):
    nothing_in(walk(town, town.fresh, role, "empty"))


def test_the_pages_work_without_javascript(town):
    found, opened = [], set()
    for role in ("manager", "specialist", "school_staff", NOBODY):
        context = signed_in(
            town.browser, town.address, client_of(town.full, role), java_script_enabled=False, viewport=PHONE
        )
        page = context.new_page()
        for visit in pages.visits(town.full):
            if visit.page in opened or (role == NOBODY and visit.page not in pages.SIGNED_OUT):
                continue
            answer = page.goto(visit.address)
            if answer.status != 200 or answer.request.redirected_from:
                continue
            opened.add(visit.page)
            found += [f"{visit.slug}: {fault}" for fault in looking.without_javascript(page)]
        context.close()
    nothing_in(found)
    assert len(opened) > 50


@pytest.mark.parametrize("part", range(PARTS))
def test_forms_that_are_sent_empty_say_what_is_missing(town, part):
    """Comes last: a form that needs nothing does what it does."""
    found, opened, erred = [], set(), 0
    for role in ("manager", "specialist", "school_staff", NOBODY):
        context = signed_in(town.browser, town.address, client_of(town.full, role))
        page = context.new_page()
        heard = looking.watch(page)
        for visit in islice(pages.visits(town.full), part, None, PARTS):
            if visit.page in opened or (role == NOBODY and visit.page not in pages.SIGNED_OUT):
                continue
            answer = page.goto(visit.address)
            form = page.locator("main form[method=post]:has(input:not([type=hidden]), select, textarea)").first
            if answer.status != 200 or answer.request.redirected_from or not form.count():
                continue
            opened.add(visit.page)
            with page.expect_navigation():
                form.evaluate(SEND_EMPTY)
            if not page.locator(".govuk-error-summary").count():
                continue
            erred += 1
            heard.clear()
            said = looking.faults(
                page,
                town.weights,
                photograph=partial(camera.photograph, page, role, visit, "error"),
            )
            if not page.title().startswith("Error: "):
                said.append("the title does not say that there is an error")
            for link in page.locator(".govuk-error-summary a").all():
                if not page.locator(link.get_attribute("href")).count():
                    said.append(f"the summary points nowhere: {link.get_attribute('href')}")
            found += [f"{visit.slug}: {fault}" for fault in [*said, *heard]]
        context.close()
    nothing_in(found)
    assert erred > 10
