"""What the stories in the browser share: a worker that may be held back, and how one taps, types and tabs."""

import threading

from django.db import connections
from playwright.sync_api import Page

from apst.jobs import tasks
from apst.tenancy.context import acting_as_system
from cases.models import Intervention

from .lifelike import World


class Worker:
    """A worker in a thread: it does what is asked, but not before it is let."""

    def __init__(self) -> None:
        self.may_start = threading.Event()
        self.threads: list[threading.Thread] = []
        # The PDF has tests of its own; where a story wants one, it says so.
        self.queues = {"default"}

    def send(self, job_id: int, taskforce_id: int, queue: str) -> None:
        if queue in self.queues:
            thread = threading.Thread(target=self._work, args=(job_id, taskforce_id))
            self.threads.append(thread)
            thread.start()

    def _work(self, job_id: int, taskforce_id: int) -> None:
        self.may_start.wait(60)
        tasks.perform(job_id, taskforce_id)
        connections.close_all()

    def settle(self) -> None:
        """Wait until all that was asked is done."""
        for thread in self.threads:
            thread.join()

    def stop(self) -> None:
        self.may_start.set()
        self.settle()


def sessions_of(world: World) -> list[Intervention]:
    with acting_as_system(world.taskforce):
        return list(Intervention.objects.kept().order_by("pk"))


def chip(page: Page, words: str):
    """The chip with these words: its radio or checkbox lies over all of it."""
    return page.locator(".app-chip", has=page.get_by_text(words, exact=True)).locator("input")


def tab_to(page: Page, words: str, *, most: int = 60) -> int:
    """Press Tab until what has the focus carries these words; gives how often."""
    name = (
        "() => { const e = document.activeElement; return (e.labels?.[0]?.textContent || e.textContent || '').trim(); }"
    )
    for presses in range(1, most + 1):
        page.keyboard.press("Tab")
        if page.evaluate(name).startswith(words):
            return presses
    raise AssertionError(f"{most} times Tab do not reach “{words}”.")
