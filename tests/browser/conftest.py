"""One Chromium for these tests, a server over the test database for it to look at, and the people of the stories."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from apst.jobs import tasks
from apst.tenancy.context import acting_as_system
from cases.models import Case, CaseMember
from tests.factories import make_case, make_pupil

from . import lifelike, looking
from .stories import Worker

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
COMMITTED = pytest.mark.django_db(transaction=True, databases=("default", "beside"))
PHONE = {"width": 375, "height": 740}
DESK = {"width": 1280, "height": 900}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs Chromium."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker("browser")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser. Its driver keeps an event loop in this thread, in which Django would refuse the database."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS
        )
        yield browser
        browser.close()
        connections.close_all()  # those that were opened beside this loop are known only beside it
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@contextmanager
def serving() -> Iterator[str]:
    """Serve the site from threads of this process, over the test database; gives its address."""
    thread = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={})
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()
    thread.join()


@pytest.fixture
def site(db) -> Iterator[str]:
    """The address of the site, for a test that is marked with COMMITTED: its rows are seen by the server's threads."""
    with serving() as address:
        yield address


def signed_in(browser: Browser, address: str, client, **options) -> BrowserContext:
    """A fresh context of the browser with the cookies of a signed-in test client (None: nobody's)."""
    context = browser.new_context(
        base_url=address, locale="en-GB", timezone_id="Europe/London", reduced_motion="reduce", **options
    )
    context.set_default_timeout(10_000)
    if client is not None:
        context.add_cookies(
            [{"name": name, "value": morsel.value, "url": address} for name, morsel in client.cookies.items()]
        )
    return context


@pytest.fixture
def worker(monkeypatch) -> Iterator[Worker]:
    made = Worker()
    monkeypatch.setattr(tasks, "send", made.send)
    yield made
    made.stop()


@pytest.fixture
def world(db) -> lifelike.World:
    return lifelike.ready()


@pytest.fixture
def as_(world, site, chromium, client_for) -> Iterator:
    """`as_("manager")`: a page of the browser for that person; a phone for those who walk about."""
    opened: list[BrowserContext] = []

    def open_for(role: str, *, phone: bool = False, **options) -> Page:
        client = client_for(getattr(world.people, role), world.taskforce)
        opened.append(signed_in(chromium, site, client, viewport=PHONE if phone else DESK, has_touch=phone, **options))
        page = opened[-1].new_page()
        page.heard = looking.watch(page)
        return page

    yield open_for
    for context in opened:
        context.close()


@pytest.fixture
def case(world) -> Case:
    """Amira's open case, led by Sam, who has logged for her before."""
    with acting_as_system(world.taskforce):
        pupil = make_pupil(forename="Amira", surname="Ahmadzai", name_key="ahmadzai amira")
        opened = make_case(
            pupil=pupil, site=world.rows["site"], lead=world.rows["post"], opened_on=world.rows["post"].start_date
        )
        CaseMember.objects.create(case=opened, post=world.rows["post"], part="lead", starts_on=opened.opened_on)
    return opened
