"""Whole pages beside the signed-in floor of plain Django: time, CPU and queries."""

from collections.abc import Callable
from typing import Final

from django.db import connections

from cases.queries.interventions import monday_of, week_key

from . import asking
from .asking import Browser
from .measuring import Line, Sheet, Times, Work, seconds, side_by_side
from .scale import ALL_SITES, ALLOCATED, MANAGER, ONE_SITE, Scale, person_id
from .world import LONG, MIXED, SHORT

LIST: Final = ("rows", 44.0, 12.0)  # design/performance.md: p95 as a multiple of the same run's floor
DETAIL: Final = ("one", 32.0, 27.0)
DEEP: Final = 100

ROLES: Final = {
    "manager": MANAGER,
    "specialist of one site": ONE_SITE,
    "allocated only": ALLOCATED,
    "specialist": ALL_SITES[0],
}
PAGES: Final[tuple[tuple[str, str, str, tuple[str, float, float]], ...]] = (
    ("case list", "manager", "/cases/", LIST),
    ("case list", "specialist of one site", "/cases/", LIST),
    ("case list", "allocated only", "/cases/", LIST),
    ("case page", "manager", "case", DETAIL),
    ("case page", "specialist of one site", "case", DETAIL),
    ("timeline of every kind", "manager", "mixed", DETAIL),
    ("timeline of every kind", "specialist of one site", "mixed", DETAIL),
    ("session log", "specialist", "/sessions/log/", LIST),
    ("own week", "specialist", "week", LIST),
    ("triage queue", "manager", "/referrals/", LIST),
    ("Today", "manager", "/", LIST),
)


def _case(number: int) -> str:
    with connections["owner"].cursor() as cursor:
        cursor.execute("select public_id from cases_case where id = %s", [number])
        return f"/cases/{cursor.fetchone()[0]}/"


def _week() -> str:
    """Give the address of the specialist's last week with a session in it: an empty list has fewer queries."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select max(held_on) from cases_intervention where logged_by_id = %s", [person_id(1, ALL_SITES[0])]
        )
        return f"/sessions/?week={week_key(monday_of(cursor.fetchone()[0]))}"


def _address(said: str) -> str:
    return {"case": lambda: _case(LONG), "mixed": lambda: _case(MIXED), "week": _week}.get(said, lambda: said)()


def _deep() -> tuple[str, int]:
    """Give the address of a deep page of the manager's list, and its number: the hundredth, or the last before."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "select updated_at, public_id, (n - 1) / 25 + 1 from (select updated_at, public_id, row_number() over"
            " (order by updated_at desc,"
            " id desc) - 1 as n from cases_case where tenant_id = 1 and ended_on is null and not restricted) c"
            " where n %% 25 = 24 and n < %s order by n desc limit 1",
            [25 * (DEEP - 1)],
        )
        found = cursor.fetchone()
    if found is None:
        return "/cases/", 1
    moment, public_id, page = found
    return f"/cases/?after={moment.isoformat().replace('+', '%2B')}_{public_id}", page + 1


def _browsers() -> dict[str, Browser]:
    handler = asking.product()
    return {role: Browser(handler, person_id(1, part), 1) for role, part in ROLES.items()}


def count(scale: Scale) -> dict[str, int]:
    """Give the queries of every page in the largest taskforce, whose lists hold as many rows as it has cases."""
    browsers = _browsers()
    counted = {}
    for name, role, address, _ in PAGES:
        counted[f"{name}, {role}"] = browsers[role].queries(_address(address))
    return counted


def tell_counts(sheet: Sheet, counts: dict[str, dict[str, int]]) -> None:
    """Say the queries of every page at each size; they are to be equal."""
    sheet.heading(f"Queries of a page at {', '.join(counts)} cases, of which the largest taskforce has a tenth")
    for page in next(iter(counts.values())):
        at = [counted[page] for counted in counts.values()]
        same = max(at) / min(at)
        sheet.add(
            Line(
                f"queries: {page}",
                str(min(at)),
                str(max(at)),
                same,
                must=1.0,
                queries=max(at),
                note=" / ".join(map(str, at)),
            )
        )


def measure(sheet: Sheet, scale: Scale, *, rounds: int) -> None:
    """Time every page beside the floor, long lists beside short ones, and a guarded view beside the same without."""
    browsers = _browsers()
    plain = Browser(asking.floor(), person_id(1, MANAGER), 1)
    works: dict[str, Work] = {"rows": plain.page("/rows/"), "one": plain.page("/one/")}
    addresses = {f"{name}, {role}": _address(to) for name, role, to, _ in PAGES}
    for name, role, *_ in PAGES:
        key = f"{name}, {role}"
        works[key] = browsers[role].page(addresses[key])
    taken = side_by_side(works, rounds=rounds)
    sheet.heading("Whole pages: p95 beside that of the signed-in floor (`rows` for lists and forms, `one` for records)")
    for name in ("rows", "one"):
        times = taken[name]
        sheet.add(Line(f"floor: {name}", seconds(times.p95), seconds(times.p95), 1.0, note=_said(times, times)), times)
    for name, role, _, (beside, must, aim) in PAGES:
        key = f"{name}, {role}"
        floor, ours = taken[beside], taken[key]
        queries = browsers[role].queries(addresses[key])
        sheet.add(
            Line(
                f"page: {key}",
                seconds(floor.p95),
                seconds(ours.p95),
                ours.p95 / floor.p95,
                must,
                aim,
                queries,
                _said(ours, floor),
            ),
            ours,
        )
    _long_lists(sheet, scale, browsers["manager"], rounds=rounds)
    _guarded(sheet, rounds=rounds)


def _said(ours: Times, floor: Times) -> str:
    return f"p50 {seconds(ours.p50)}, CPU {seconds(ours.cpu50)} = {ours.cpu50 / floor.cpu50:.1f} of the floor's"


def _long_lists(sheet: Sheet, scale: Scale, manager: Browser, *, rounds: int) -> None:
    sheet.heading("Long lists beside short ones: CPU of a page")
    short, long = manager.page(_case(SHORT)), manager.page(_case(LONG))
    deep, number = _deep()
    taken = side_by_side(
        {"short": short, "long": long, "first": manager.page("/cases/"), "deep": manager.page(deep)}, rounds=rounds
    )
    same = manager.queries(_case(SHORT)), manager.queries(_case(LONG))
    sheet.compare(
        f"a case with {scale.long_list:,} sessions beside one with {scale.sessions_a_case}",
        taken["short"], taken["long"],
        must=1.3, queries=same[1],
        note=f"{same[0]} and {same[1]} queries; shows 25 rows beside {min(scale.sessions_a_case, 25)}",
    )  # fmt: skip
    queries = manager.queries(deep)
    sheet.compare(
        f"case list, page {number} beside page 1",
        taken["first"],
        taken["deep"],
        must=1.2,
        queries=queries,
        note="keyset",
    )


def _guarded(sheet: Sheet, *, rounds: int) -> None:
    sheet.heading(
        "A list of 25 as JSON: with the database's policies, beside the filter and the membership's look-up by hand"
    )
    browser = Browser(asking.product_with_own_addresses(), person_id(1, MANAGER), 1)
    views: dict[str, Callable[[], bytes]] = {
        name: browser.page(f"/{name}/") for name in ("without", "with_tenancy", "with_access_log")
    }
    taken = side_by_side(dict(views), rounds=rounds, times_each=3)
    sheet.compare(
        "request with an open taskforce",
        taken["without"],
        taken["with_tenancy"],
        must=1.2,
        queries=browser.queries("/with_tenancy/"),
    )
    sheet.compare(
        "the same with the access log's entry of 25 pupils", taken["without"], taken["with_access_log"],
        queries=browser.queries("/with_access_log/"), note="what every page that shows a pupil pays",
    )  # fmt: skip
