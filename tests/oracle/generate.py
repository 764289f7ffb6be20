"""Makes folders of import files: small and nasty ones for hypothesis, and one big one for the import's speed.

`folders()` is a strategy of `Made` folders in memory; `made.write(path)` puts the CSV files there, `made.in_order()`
says how to import them, and `oracle_rows(path, made, ...)` reckons the return (over another of `PERIODS` with
`replace(made, period=...)`). Everything in them is accepted by the importer: what the page says is rejected, and what
it leaves open, is not made here (except as the arguments of `folders` say).
"""

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from . import files, mi_return
from .files import code_list
from .folder import ESTABLISHMENTS, KINDS, Made, Table, calendar_table, own_calendar, write_xlsx

SURNAMES = ["Ahmed", "Brân", "Chowdhury", "Doyle", "Évans", "Farah", "Green", "Hussain", "Iqbal", "O'Neill"]
FORENAMES = ["Aisha", "Ben", "Chloë", "Dylan", "Ella", "Farid", "Grace", "Hamza", "Imani", "Jakub"]
PERIODS = [
    *(f"{year}/{name}" for year in ("2023-24", "2024-25") for name in ("autumn-1", "autumn-2", "spring-2", "summer-2")),
    "2024-25/autumn",
    "2023-24/summer",
    "2024-25",
]


def codes(name: str) -> list[str]:
    return [row["code"] for row in code_list(name)]


def upn(number: int) -> str:
    """A well-formed UPN of an invented pupil, with the right check letter."""
    digits = f"38440002{number:04}"
    total = sum(weight * int(digit) for weight, digit in enumerate(digits, 2))
    return "ABCDEFGHJKLMNPQRTUVWXYZ"[total % 23] + digits


# --- small and nasty ------------------------------------------------------------------------------------------


@st.composite
def folders(draw: st.DrawFn, *, undone: bool = True, two_cases_a_day: bool = True, opening: bool = True) -> Made:
    """A few pupils, posts, referrals and sessions whose dates crowd round the edges of the period.

    `undone`: second referral files may undo a decision. `two_cases_a_day`: a pupil's case may open on the day on which
    the one before it ended, even its own first. `opening`: there may be an opening balance.
    """
    calendar = calendar_table(
        draw(st.sampled_from([date(2024, 8, 28), date(2024, 9, 1), date(2024, 9, 4)])), third_year=draw(st.booleans())
    )
    period = draw(st.sampled_from(PERIODS))
    days = crowded_days(draw, calendar, period)
    posts = draw_posts(draw, days)
    pupils, later_pupils = draw_pupils(draw, days)
    names = [pupil["local_id"] for pupil in pupils]
    referrals, later_referrals = draw_referrals(
        draw, days, names, [post["reference"] for post in posts], undone=undone, two_cases_a_day=two_cases_a_day
    )
    sites = draw(st.sampled_from([(), ("North",), ("Abbey", "North", "Weir")]))
    cases = [(row["pupil_local_id"], row["case_opened_on"]) for row in referrals if "case_opened_on" in row]
    sessions = draw_sessions(draw, days, names, cases, posts, sites)
    leave = draw(st.booleans())
    tables = {
        "calendar": calendar,
        "establishments": ESTABLISHMENTS,
        "specialists": posts,
        "pupils": pupils,
        "referrals": referrals,
        "sessions": sessions[: len(sessions) // 2],
        "specialists-2": [post | {"end_date": days[-1]} for post in posts[:2] if not post["end_date"]] if leave else [],
        "pupils-2": later_pupils,
        "referrals-2": later_referrals,
        "sessions-2": sessions[len(sessions) // 2 :],
    }
    balance = mi_return.NO_OPENING
    if opening and draw(st.booleans()):
        hours = draw(st.sampled_from(["0", "12", "178997"]))
        balance = mi_return.Opening(draw(st.integers(0, 40)), hours, date(2023, 8, 31))
    tables = {stem: table for stem, table in tables.items() if table or stem in KINDS}
    return Made(tables, period, balance, sites, plain=draw(st.booleans()))


def crowded_days(draw: st.DrawFn, calendar: Table, period: str) -> list[date]:
    """Days of the known years, in order: the edges of the period, of its terms and of the academic year; a few more."""
    own = own_calendar(calendar)
    first, last = own.period(period)
    one = timedelta(days=1)
    terms = [days for year in own.half_terms.values() for days in year.values()]
    inside = [first + (last - first) * n // 6 for n in range(1, 6)]
    chosen = {first - one, first, first + one, last - one, last, last + one, *inside}
    chosen |= {edge for term in terms for edge in term if first <= edge <= last}
    chosen |= {first - 40 * one, last + 20 * one, draw(st.sampled_from([date(2024, 3, 29), date(2024, 9, 1)]))}
    return sorted(d for d in chosen if own.year_start("2023-24") <= d <= date(2025, 8, 31))


def some(values: list[str], *, at_least: int, at_most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=at_least, max_size=at_most, unique=True)


def draw_posts(draw: st.DrawFn, days: list[date]) -> Table:
    """One to five posts of one to three people: types and FTE change, posts end, some begin after the period."""
    posts = []
    for n in range(draw(st.integers(1, 5))):
        person = draw(st.sampled_from(["", "sam@example.org", "Sam@Example.org", "ida@example.org"]))
        start = draw(st.sampled_from([date(2021, 11, 1), *days]))
        posts.append(
            {
                "reference": f"SP{n + 1}",
                "name": f"Specialist {person[:3].title() or n + 1}",
                "email": person,
                "specialist_type": draw(st.sampled_from(codes("specialist_types"))),
                "fte": draw(st.sampled_from(["1", "0.6", "0.33", "0.01", "0.85"])),
                "start_date": start,
                "end_date": draw(st.sampled_from(["", "", *[d for d in days if d >= start]])),
                "employment": draw(st.sampled_from(["", *codes("employment")])),
            }
        )
    return posts


def draw_pupils(draw: st.DrawFn, days: list[date]) -> tuple[Table, Table]:
    """Pupils at the edges of a school year; facts blank, or known from before or late in the period; then changes."""
    pupils, later = [], []
    for n in range(draw(st.integers(1, 5))):
        local_id = f"P{n + 1:02}"
        born = date(draw(st.integers(2009, 2016)), *draw(st.sampled_from([(8, 31), (9, 1), (1, 1), (2, 28), (12, 31)])))
        as_at = draw(st.sampled_from(days))
        offset = draw(st.sampled_from([0, 0, 0, -1, 1]))
        pupils.append(
            {
                "local_id": local_id,
                "upn": upn(n) if draw(st.booleans()) else "",
                "surname": draw(st.sampled_from(SURNAMES)) + f" {'ABCDE'[n]}",
                "forename": draw(st.sampled_from(FORENAMES)),
                "date_of_birth": born,
                "sex": draw(st.sampled_from(["", *codes("sex")])),
                "ethnicity": draw(st.sampled_from(["", *codes("ethnicity")])),
                "year_group": stated_year(born, as_at, offset),
                "home_school_urn": draw(st.sampled_from(["", "900002"])),
                "leaving_date": draw(st.sampled_from(["", "", "", *days])),
                "as_at": as_at,
                **draw_facts(draw),
            }
        )
        changed_on = [d for d in days if d > as_at]
        if changed_on and draw(st.booleans()):
            since = draw(st.sampled_from(changed_on))
            same = ("local_id", "surname", "forename", "date_of_birth")
            later.append({column: pupils[-1][column] for column in same})
            later[-1] |= {"as_at": since, "year_group": stated_year(born, since, offset), **draw_facts(draw)}
    return pupils, later


def draw_facts(draw: st.DrawFn) -> dict[str, str]:
    return {
        "sen_provision": draw(st.sampled_from(["", *codes("sen_provision")])),
        "sen_primary_need": draw(st.sampled_from(["", *codes("sen_needs")])),
        "fsm": draw(st.sampled_from(["", "yes", "no"])),
        "csc_status": draw(st.sampled_from(["", *(c for c in codes("csc_status") if c != "not_recorded")])),
    }


def stated_year(born: date, on: date, offset: int) -> str:
    year = files.year_by_age(born, on) + offset
    return "R" if year == 0 else str(year)


def draw_referrals(
    draw: st.DrawFn, days: list[date], names: list[str], posts: list[str], *, undone: bool, two_cases_a_day: bool
) -> tuple[Table, Table]:
    """Referrals in every state, each pupil's cases one after the other, at most one of them still open."""
    first, later = [], []
    free_from = dict.fromkeys(names, date.min)  # when the pupil's next case may open; None: one is open
    references = draw(st.permutations([f"R{n:03}" for n in range(1, 8)]))
    for reference in references[: draw(st.sampled_from([0, 1, 3, 5, 7]))]:
        pupil = draw(st.sampled_from(names))
        received = draw(st.sampled_from(days[: 2 * len(days) // 3]))
        referral = {
            "reference": reference,
            "pupil_local_id": pupil,
            "received_on": received,
            "source": draw(st.sampled_from(codes("referral_sources"))),
            "route": draw(st.sampled_from(codes("referral_routes"))),
            "reasons": ";".join(draw(some(codes("referral_reasons"), at_least=1, at_most=3))),
        }
        outcomes = [code for code in codes("triage_outcomes") if code != "undone"]
        outcome = draw(st.sampled_from(["", "waiting_list", "waiting_list", "offer_refused", *outcomes]))
        if outcome:
            triaged = draw(st.sampled_from(days))  # now and then before receipt: imported, and caught by a check
            referral |= {"triage_outcome": outcome, "triaged_on": triaged}
            again = [c for c in [*outcomes, *(["undone"] if undone else [])] if c != outcome]
            if draw(st.booleans()):
                on = draw(st.sampled_from([d for d in days if d >= triaged]))
                later.append(referral | {"triage_outcome": draw(st.sampled_from(again)), "triaged_on": on})
        opens = [d for d in days if free_from[pupil] is not None and d >= max(free_from[pupil], received)]
        if opens and draw(st.sampled_from([True, True, False])):
            opened = draw(st.sampled_from(opens[:5]))
            ended = draw(st.sampled_from(["", *[d for d in days if d >= opened][:6]]))
            reason = draw(
                st.sampled_from(["refused", "disengaged_early", "opened_in_error", *codes("case_end_reasons")])
            )
            referral |= {
                "tier": draw(st.sampled_from(["", *codes("tiers")])),
                "case_opened_on": opened,
                "case_ended_on": ended,
                "case_end_reason": reason if ended else "",
                "lead_specialist": draw(st.sampled_from(["", *posts])),
            }
            free_from[pupil] = None if not ended else ended if two_cases_a_day else ended + timedelta(days=1)
            if later and later[-1]["reference"] == reference:
                later[-1] = referral | {c: later[-1][c] for c in ("triage_outcome", "triaged_on")}
        first.append(referral)
    return first, later


def draw_sessions(
    draw: st.DrawFn,
    days: list[date],
    names: list[str],
    cases: list[tuple[str, date]],
    posts: Table,
    sites: tuple[str, ...],
) -> Table:
    """Groups with mixed attendance, work about a pupil, work without one, cancelled and missed sessions; and after the
    opening of some cases a session that the pupil came to.
    """
    of_kind = st.sampled_from(
        [*codes("session_attendance"), "attended", "attended", "about_pupil", "cancelled_by_taskforce"]
    )
    when = []  # and who, and what: the heart of each session
    for _ in range(draw(st.sampled_from([0, 1, 3, 6, 12, 20]))):
        there, alike = draw(some(names, at_least=0, at_most=4)), draw(st.one_of(st.none(), of_kind))
        places = [(pupil, alike or draw(of_kind)) for pupil in there]
        activity = draw(st.sampled_from(["one_to_one", "group", "family", *codes("activity_types")]))
        when.append((draw(st.sampled_from(days)), places, activity))
    for pupil, opened in cases:
        soon = [d for d in days if d >= opened][: draw(st.sampled_from([0, 1, 3]))]
        when += [(on, [(pupil, draw(of_kind))], "one_to_one") for on in soon]

    # A post each of different people: the page does not say what two posts of one person in one session are.
    people = {post["email"].casefold() or post["reference"]: post["reference"] for post in posts}
    return [
        {
            "reference": f"S{n:03}",
            "date": on,
            "start_time": draw(st.sampled_from(["", "09:15"])),
            "duration": draw(st.sampled_from([1, 7, 20, 45, 50, 60, 90, 100, 605, 1440])),
            "activity_type": activity,
            "location": draw(st.sampled_from(["", *codes("locations")])),
            "out_of_school_hours": draw(st.sampled_from(["", "yes", "no"])),
            "specialists": ";".join(draw(some(sorted(people.values()), at_least=1, at_most=3))),
            "pupils": ";".join(
                pupil if status == "attended" and n % 2 else f"{pupil}:{status}" for pupil, status in places
            ),
            "staff_trained": draw(st.sampled_from(["", 1, 12])) if activity == "staff_training" else "",
            "site": draw(st.sampled_from(["", *sites])),
        }
        for n, (on, places, activity) in enumerate(when, 1)
    ]


# --- big ------------------------------------------------------------------------------------------------------

BIG_SITES = ("Abbey", "North", "Weir")
BIG_PERIOD = "2024-25/autumn-1"


def big_folder(
    path: Path, sessions: int = 50_000, pupils: int = 1_000, specialists: int = 60, seed: int = 1, *, xlsx: bool = True
) -> Made:
    """Writes a large taskforce's two years as CSV, and beside them as XLSX: 1 to 6 places a session.

    The same arguments give the same files. Returns what was made; its figures for `BIG_PERIOD` are
    `oracle_rows(path, made, ...)`.
    """
    rng = random.Random(seed)
    calendar = calendar_table(date(2024, 9, 2), third_year=True)
    posts = [big_post(rng, n) for n in range(1, specialists + 1)]
    names = [f"P{n:05}" for n in range(1, pupils + 1)]
    school_days = [d for d in own_calendar(calendar).school_days if d <= date(2025, 8, 31)]
    references = [post["reference"] for post in posts]
    tables: dict[str, Table] = {
        "calendar": calendar,
        "establishments": ESTABLISHMENTS,
        "specialists": posts,
        "pupils": [big_pupil(rng, n, name) for n, name in enumerate(names)],
        "referrals": [big_referral(rng, n, name, references, school_days) for n, name in enumerate(names, 1)],
        "sessions": [big_session(rng, n, names, references, school_days) for n in range(1, sessions + 1)],
    }
    path.mkdir(parents=True, exist_ok=True)
    made = Made(tables, BIG_PERIOD, sites=BIG_SITES)
    made.write(path)
    if xlsx:
        for kind, table in tables.items():
            write_xlsx(path / f"{kind}.xlsx", kind, table)
    return made


def big_post(rng: random.Random, n: int) -> dict[str, Any]:
    return {
        "reference": f"SP{n:03}",
        "name": f"Specialist {n}",
        "email": f"specialist{n}@example.org",
        "specialist_type": rng.choice(codes("specialist_types")),
        "fte": rng.choice(["1", "0.8", "0.6", "0.5", "0.2"]),
        "start_date": date(2023, rng.randint(1, 12), 1),
        "end_date": rng.choice(["", "", "", date(2025, 3, 31)]),
        "employment": rng.choice(codes("employment")),
        "working_days": rng.choice(["", "mon;tue;thu"]),
    }


def big_pupil(rng: random.Random, n: int, name: str) -> dict[str, Any]:
    born, as_at = date(2008, 9, 1) + timedelta(days=rng.randrange(5 * 365)), date(2024, 9, 2)
    return {
        "local_id": name,
        "upn": upn(n),
        "surname": f"{rng.choice(SURNAMES)}-{n}",
        "forename": rng.choice(FORENAMES),
        "date_of_birth": born,
        "sex": rng.choice(codes("sex")),
        "ethnicity": rng.choice(codes("ethnicity")),
        "year_group": stated_year(born, as_at, 0),
        "home_school_urn": "900002",
        "sen_provision": rng.choice(["N", "K", "K", "E", ""]),
        "sen_primary_need": rng.choice(["SEMH", "SLCN", "MLD", ""]),
        "fsm": rng.choice(["yes", "no", ""]),
        "csc_status": rng.choice(["none", "cin", "cp", "cla", "early_help", ""]),
        "as_at": as_at,
    }


def big_referral(rng: random.Random, n: int, name: str, posts: list[str], school_days: list[date]) -> dict[str, Any]:
    received = rng.choice(school_days[:300])
    referral = {
        "reference": f"R{n:05}",
        "pupil_local_id": name,
        "received_on": received,
        "source": rng.choice(codes("referral_sources")),
        "route": rng.choice(codes("referral_routes")),
        "reasons": ";".join(rng.sample(codes("referral_reasons"), rng.randint(1, 3))),
        "triage_outcome": rng.choice(["accepted", "accepted", "accepted", "waiting_list", "declined"]),
        "triaged_on": received + timedelta(days=rng.randint(0, 20)),
    }
    if referral["triage_outcome"] == "accepted":
        opened = referral["triaged_on"] + timedelta(days=rng.randint(0, 10))
        ended = opened + timedelta(days=rng.randint(20, 200)) if rng.random() < 0.5 else ""
        referral |= {
            "tier": rng.choice(codes("tiers")),
            "case_opened_on": opened,
            "case_ended_on": ended,
            "case_end_reason": rng.choice(["ready", "ready", "moved_away", "disengaged_early"]) if ended else "",
            "lead_specialist": rng.choice(posts),
        }
    return referral


def big_session(
    rng: random.Random, n: int, names: list[str], posts: list[str], school_days: list[date]
) -> dict[str, Any]:
    places = rng.sample(names, rng.randint(1, 6))
    statuses = codes("session_attendance")
    return {
        "reference": f"S{n:06}",
        "date": rng.choice(school_days),
        "duration": rng.choice([15, 30, 45, 50, 60, 90, 120]),
        "activity_type": rng.choice(["one_to_one", "group", "group", "family", "outreach", "assessment", "screening"]),
        "location": rng.choice(codes("locations")),
        "out_of_school_hours": rng.choice(["yes", "no", "no", "no"]),
        "specialists": ";".join(rng.sample(posts, rng.choice([1, 1, 1, 2]))),
        "pupils": ";".join(p if rng.random() < 0.8 else f"{p}:{rng.choice(statuses)}" for p in places),
        "site": rng.choice(BIG_SITES),
        "note": "Worked on the plan; next steps agreed.",
    }
