"""The weekly meeting over 400 open cases and 60 referrals: writing its agenda, and its pages beside the floor."""

import time
from typing import Final

from django.core.management.base import CommandError
from django.db import connections
from django.urls import reverse
from django.utils.timezone import localdate

from apst.accounts.queries import me
from apst.tenancy.context import acting_for
from cases import services
from cases.models import Case, Meeting

from . import asking
from .asking import Browser
from .measuring import Line, Sheet, Work, seconds, side_by_side
from .reading import taskforce_of_bench
from .scale import MANAGER, person_id

OPEN: Final = 400
QUEUE: Final = 60  # as nine new referrals are to sixty open cases
PAGES: Final = (  # the page, the floor that it is held against, must and aim (design/performance.md)
    ("agenda", "rows", 44.0, 12.0),
    ("item of a case", "one", 32.0, 27.0),
    ("actions", "rows", 44.0, 12.0),
    ("clocks", "rows", 44.0, 12.0),
)
# In this copy of the world all other cases have ended, and all other referrals.
_FEWER: Final = """
update cases_case set ended_on = current_date, end_reason = 'ready' where tenant_id = 1 and ended_on is null
  and id not in (select id from cases_case where tenant_id = 1 and ended_on is null order by id limit %s);
update referrals_referral set state = 'ended' where tenant_id = 1 and state = 'new'
  and id not in (select id from referrals_referral where tenant_id = 1 and state = 'new' order by id limit %s);
"""


def measure(sheet: Sheet, *, rounds: int) -> None:
    """Convene a meeting of the largest taskforce, brought down to OPEN cases, and time its pages."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(_FEWER, [OPEN, QUEUE])
        cursor.execute("analyze cases_case, referrals_referral")
    with acting_for(taskforce_of_bench(), person_id(1, MANAGER)) as member:
        begun = time.perf_counter()
        meeting = services.convene(held_on=localdate(), by=me(member))
        written = time.perf_counter() - begun
        services.start_meeting(meeting, by=me(member))
        meeting = Meeting.objects.get(pk=meeting.pk)
        items = meeting.items.count()
        item = meeting.items.filter(case__isnull=False).order_by("position").first()
        number = Case.objects.open().count()
    if item is None:
        raise CommandError("The agenda has no case.")
    browser, plain = (
        Browser(asking.product(), person_id(1, MANAGER), 1),
        Browser(asking.floor(), person_id(1, MANAGER), 1),
    )
    addresses = {
        "agenda": reverse("cases:meeting-agenda", args=[meeting.public_id]),
        "item of a case": reverse("cases:meeting-item", args=[item.public_id]),
        "actions": reverse("cases:action-list"),
        "clocks": reverse("cases:clock-list"),
    }
    works: dict[str, Work] = {"rows": plain.page("/rows/"), "one": plain.page("/one/")}
    works |= {name: browser.page(address) for name, address in addresses.items()}
    taken = side_by_side(works, rounds=rounds)
    sheet.heading(f"The weekly meeting of a taskforce of {number} open cases: {items} items on its agenda")
    sheet.add(Line("the agenda writes itself", "", seconds(written), 0.0, note=f"{items} items, in one transaction"))
    for name, beside, must, aim in PAGES:
        floor, ours = taken[beside], taken[name]
        sheet.add(
            Line(
                f"meeting: {name}",
                seconds(floor.p95),
                seconds(ours.p95),
                ours.p95 / floor.p95,
                must,
                aim,
                browser.queries(addresses[name]),
                f"p50 {seconds(ours.p50)}, CPU {seconds(ours.cpu50)} = {ours.cpu50 / floor.cpu50:.1f} of the floor's",
            ),
            ours,
        )
