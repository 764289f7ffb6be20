"""The rows of the measured world: invented, seeded, the same each time."""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any, Final

from apst.accounts.models import Membership, User
from apst.people.models import Post, PostSite, Pupil, PupilFact, PupilNameKey, Specialist
from apst.people.names import parts_of
from apst.places import england
from apst.places.models import CalendarEntry, Establishment, Site
from apst.tenancy.models import Taskforce
from cases.models import (
    Case,
    CaseMember,
    Intervention,
    InterventionPlace,
    InterventionSpecialist,
    Note,
    NoteText,
)
from referrals.models import Referral, TriageDecision

from .loading import Loader
from .scale import ALL_SITES, ALLOCATED, MANAGER, ONE_SITE, PEOPLE, Scale, person_id

FIRST: Final = dt.date(2024, 9, 2)
DAYS: Final = [FIRST + dt.timedelta(days=n) for n in range(811)]  # to 21 November 2026
LAST: Final = len(DAYS) - 1
SITES: Final = 4
SURNAMES: Final = (
    "Ahmed",
    "Begum",
    "Clarke",
    "Dabrowski",
    "Evans",
    "Farah",
    "Gill",
    "Hussain",
    "Ivanova",
    "Jones",
    "Khan",
    "Lewis",
)
FORENAMES: Final = (
    "Amira",
    "Ben",
    "Chloe",
    "Dylan",
    "Eshan",
    "Fatima",
    "Grace",
    "Harvey",
    "Isla",
    "Jaden",
    "Kofi",
    "Leah",
)
TYPES: Final = (
    None,
    None,
    "youth_worker",
    "police",
    "speech_language_therapist",
    "mental_health",
    "educational_psychologist",
)
GROUP_EVERY, QUEUE_SHARE = 10, 20
ALLOCATED_CASES: Final = 40
LONG, SHORT, MIXED = 1, 2, 5  # cases of the first taskforce: many sessions, few, and entries of every kind


def load(loader: Loader, scale: Scale, authorities: list[str]) -> None:
    """Copy the whole world of a scale. authorities: codes of local authorities to spread the taskforces over."""
    _taskforces(loader, scale, authorities)
    _people(loader, scale)
    _Children(loader, scale).load()


def _taskforces(loader: Loader, scale: Scale, authorities: list[str]) -> None:
    everywhere = range(1, scale.taskforces + 1)
    loader.copy(
        Taskforce, "id slug name local_authority_id began_on",
        (
            (t, f"bench-{t:04}", f"Bench taskforce {t} (invented)", authorities[t % len(authorities)], FIRST)
            for t in everywhere
        ),
    )  # fmt: skip
    loader.copy(
        Establishment,
        "id tenant_id urn name kind",
        ((t, t, f"{100000 + t}", "AP academy", "ap_academy") for t in everywhere),
    )
    loader.copy(
        Site, "id tenant_id name establishment_id",
        ((site_id(t, n), t, f"Site {n + 1}", t) for t in everywhere for n in range(SITES)),
    )  # fmt: skip
    half_terms = [
        (f"{year}-{year % 100 + 1:02}", term) for year in range(2024, 2028) for term in england.half_terms(year)
    ]
    loader.copy(
        CalendarEntry, "tenant_id academic_year kind name starts_on ends_on",
        (
            (t, year, "half_term", term.name, term.starts_on, term.ends_on)
            for t in everywhere
            for year, term in half_terms
        ),
    )  # fmt: skip


def site_id(taskforce: int, number: int) -> int:
    """Give the id of a taskforce's site; sites are counted from 0."""
    return (taskforce - 1) * SITES + number + 1


def _people(loader: Loader, scale: Scale) -> None:
    everywhere = range(1, scale.taskforces + 1)
    reach = {ONE_SITE: "sites", ALLOCATED: "allocated"}
    everybody = [(t, part, person_id(t, part)) for t in everywhere for part in range(1, PEOPLE + 1)]
    posts = [(t, part, pk) for t, part, pk in everybody if part != MANAGER]
    loader.copy(
        User, "id email name password", ((pk, f"p{pk}@bench.example", f"Person {pk}", "!") for _, _, pk in everybody)
    )
    loader.copy(
        Membership, "id tenant_id user_id role name email case_reach may_decide starts_on",
        (
            (pk, t, pk, "manager" if part == MANAGER else "specialist", f"Person {pk}", f"p{pk}@bench.example",
             reach.get(part, "all"),
             part == MANAGER, FIRST)
            for t, part, pk in everybody
        ),
    )  # fmt: skip
    loader.copy(Specialist, "id tenant_id name user_id", ((pk, t, f"Person {pk}", pk) for t, _, pk in posts))
    loader.copy(
        Post, "id tenant_id specialist_id reference specialist_type fte_hundredths start_date employment"
        " allocated_only",
        ((pk, t, pk, f"SP{part}", TYPES[part], 80, FIRST, "direct", part == ALLOCATED) for t, part, pk in posts),
    )  # fmt: skip
    loader.copy(PostSite, "tenant_id post_id site_id", ((t, person_id(t, ONE_SITE), site_id(t, 0)) for t in everywhere))


class _Children:
    """Pupils with what belongs to them; a case has the id of its pupil and of its referral."""

    def __init__(self, loader: Loader, scale: Scale) -> None:
        self.loader, self.scale = loader, scale
        chance = random.Random(scale.name)
        self.cases: list[tuple[int, int, int]] = []  # id, taskforce, number in it
        self.queue: list[tuple[int, int]] = []  # id, taskforce
        self.named: dict[int, tuple[str, str]] = {}  # pupil -> surname, forename
        for t in range(1, scale.taskforces + 1):
            number = scale.cases_of(t)
            first = len(self.cases) + 1
            self.cases.extend((first + n, t, n) for n in range(number))
        pk = len(self.cases)
        for t in range(1, scale.taskforces + 1):
            for _ in range(scale.largest if t == 1 else max(scale.cases_of(t) // QUEUE_SHARE, 1)):
                pk += 1
                self.queue.append((pk, t))
        from_the_beginning = (LONG, SHORT, MIXED)
        self.opened = [0 if pk in from_the_beginning else chance.randrange(LAST - 80) for pk, *_ in self.cases]
        self.chance = chance

    def load(self) -> None:
        """Copy all of them."""
        children = [*((pk, t) for pk, t, _ in self.cases), *self.queue]
        self.loader.copy(
            Pupil, "id tenant_id local_id surname forename name_key sound_key date_of_birth sex home_school_id",
            (self._pupil(pk, t) for pk, t in children),
        )  # fmt: skip
        self.loader.copy(PupilNameKey, "tenant_id pupil_id kind key sound", self._name_keys(children))
        facts = (("sen_provision", "NKE"), ("fsm", ("yes", "no")), ("csc_status", ("none", "cin", "early_help")))
        self.loader.copy(
            PupilFact, "tenant_id pupil_id kind value holds_from",
            ((t, pk, kind, values[pk % len(values)], FIRST) for pk, t in children for kind, values in facts),
        )  # fmt: skip
        self._referrals()
        self._cases()
        self._sessions()
        self._notes()

    def _name_keys(self, children: list[tuple[int, int]]) -> Iterator[tuple[Any, ...]]:
        parts = {name: tuple(parts_of(name).items()) for name in (*SURNAMES, *FORENAMES)}
        for pk, t in children:
            for key, sound in dict.fromkeys(part for name in self.named[pk] for part in parts[name]):
                yield t, pk, "current", key, sound

    def _pupil(self, pk: int, t: int) -> tuple[Any, ...]:
        surname, forename = self.chance.choice(SURNAMES), self.chance.choice(FORENAMES)
        self.named[pk] = (surname, forename)
        born = dt.date(2010 + pk % 5, 1 + pk % 12, 1 + pk % 28)
        return (
            pk,
            t,
            f"P{pk}",
            surname,
            forename,
            f"{surname} {forename}".lower(),
            surname[:4].upper(),
            born,
            "FM"[pk % 2],
            t,
        )

    def _referrals(self) -> None:
        allocated = (
            (pk, t, n, DAYS[max(day - 7, 0)], "allocated")
            for (pk, t, n), day in zip(self.cases, self.opened, strict=True)
        )
        waiting = ((pk, t, n, DAYS[LAST - n % 60], "new") for n, (pk, t) in enumerate(self.queue))
        self.loader.copy(
            Referral, "id tenant_id reference pupil_id site_id received_on source route reasons state",
            (
                (pk, t, f"R-{pk}", pk, site_id(t, n % SITES), day, "ap_school_staff", "form", ["attendance"], state)
                for rows in (allocated, waiting)
                for pk, t, n, day, state in rows
            ),
        )  # fmt: skip
        self.loader.copy(
            TriageDecision, "tenant_id referral_id outcome decided_on decided_by_id",
            (
                (t, pk, "accepted", DAYS[day], person_id(t, MANAGER))
                for (pk, t, _), day in zip(self.cases, self.opened, strict=True)
            ),
        )  # fmt: skip

    def _cases(self) -> None:
        morning = dt.datetime(2025, 9, 1, 9, tzinfo=dt.UTC)

        def case(pk: int, t: int, n: int, day: int) -> tuple[Any, ...]:
            ended = DAYS[min(day + 150, LAST)] if n % 5 > 2 else None
            changed = morning + dt.timedelta(seconds=self.chance.randrange(35_000_000))
            return (pk, t, f"C-{pk}", pk, pk, site_id(t, n % SITES), person_id(t, ALL_SITES[n % 3]),
                    f"tier_{n % 3 + 1}", DAYS[day],
                    ended, "ready" if ended else "", n % 200 == 199, changed)  # fmt: skip

        self.loader.copy(
            Case, "id tenant_id reference pupil_id referral_id site_id lead_id tier opened_on ended_on end_reason"
            " restricted updated_at",
            (case(*row, day) for row, day in zip(self.cases, self.opened, strict=True)),
        )  # fmt: skip

        def team() -> Iterator[tuple[Any, ...]]:
            for (pk, t, n), day in zip(self.cases, self.opened, strict=True):
                yield t, pk, person_id(t, ALL_SITES[n % 3]), "lead", DAYS[day]
                if n < ALLOCATED_CASES:
                    yield t, pk, person_id(t, ALLOCATED), "direct", DAYS[day]

        self.loader.copy(CaseMember, "tenant_id case_id post_id part starts_on", team())

    def _held(self) -> Iterator[tuple[int, int, int, int, int]]:
        """Give (session, taskforce, case, number in the taskforce, day) for every session."""
        pk = 0
        for (case, t, n), opened in zip(self.cases, self.opened, strict=True):
            many = self.scale.long_list if case == LONG else self.scale.sessions_a_case
            for s in range(many):
                pk += 1
                yield pk, t, case, n, min(opened + (s * LAST // many if case == LONG else 7 * s + 1), LAST)

    def _sessions(self) -> None:
        kinds = ("one_to_one", "one_to_one", "group", "family", "multi_agency", "one_to_one", "assessment")
        self.loader.copy(
            Intervention, "id tenant_id reference held_on minutes activity_type location site_id logged_by_id"
            " changeable_until",
            (
                (pk, t, f"S-{pk}", DAYS[day], 30 + pk % 4 * 15, kinds[pk % 7], "ap_school", site_id(t, n % SITES),
                 person_id(t, ALL_SITES[pk % 3]), DAYS[day] + dt.timedelta(days=5))
                for pk, t, _, n, day in self._held()
            ),
        )  # fmt: skip
        self.loader.copy(
            InterventionSpecialist, "tenant_id intervention_id post_id",
            (
                (t, pk, person_id(t, ALL_SITES[(pk + more) % 3]))
                for pk, t, *_ in self._held()
                for more in range(2 if pk % 8 == 0 else 1)
            ),
        )  # fmt: skip
        self.loader.copy(
            InterventionPlace, "tenant_id intervention_id held_on pupil_id case_id attendance", self._places()
        )

    def _notes(self) -> None:
        author, moment = person_id(1, ALL_SITES[0]), dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)
        days = [DAYS[n * LAST // self.scale.notes] for n in range(self.scale.notes)]
        kinds = Note.Kind.values
        self.loader.copy(
            Note, "id tenant_id case_id pupil_id kind sensitivity happened_on written_by_id written_at",
            (
                (n + 1, 1, MIXED, MIXED, kinds[n % len(kinds)], "clinical" if n % 10 == 9 else "ordinary", day,
                 author, moment)
                for n, day in enumerate(days)
            ),
        )  # fmt: skip
        self.loader.copy(
            NoteText, "tenant_id note_id happened_on text opinion written_by_id written_at",
            (
                (1, n + 1, day, "Talked about mornings and the bus. " * 6, "Calmer than last week.", author, moment)
                for n, day in enumerate(days)
            ),
        )  # fmt: skip

    def _places(self) -> Iterator[tuple[Any, ...]]:
        attendance = ("attended",) * 8 + ("did_not_attend", "about_pupil")
        for pk, t, case, n, day in self._held():
            together = range(4) if pk % GROUP_EVERY == 0 and n >= 10 else range(1)
            for more in together:
                # Those of a group follow each other in the taskforce, as their ids do.
                yield t, pk, DAYS[day], case - more, case - more, attendance[(pk + more) % 10]
