"""Writes one invented pilot taskforce."""

import datetime as dt
import random
from typing import Any, Final

from apst.demo.amounts import invented_upn
from apst.demo.calendar import put_calendar
from apst.demo.names import Person, invent_many
from apst.people.models import Post, Pupil, PupilFact, Specialist
from apst.people.names import name_key, sound_key
from apst.people.services import write_name_keys
from apst.places.calendar import DAY, Period, SchoolCalendar
from apst.places.models import Establishment, Site
from apst.places.services import make_taskforce
from apst.tenancy.context import acting_as_system, name_act
from apst.tenancy.models import LocalAuthority, Taskforce
from cases.models import Case, Intervention, InterventionPlace, InterventionSpecialist
from cases.services import refresh_access
from referrals.models import EligibilityVersion, Referral, TriageDecision

from .figures import PERIOD, SHARES_SAID, Part
from .work import Session, Stay, sessions_of

BEGAN, RECORDS_BEGIN = dt.date(2021, 11, 1), dt.date(2023, 9, 1)
TYPES: Final = (
    "speech_language_therapist",
    "youth_worker",
    "mental_health",
    "family_support_worker",
    "post_16_coach",
    "youth_justice_worker",
    "educational_psychologist",
    "social_worker",
    "mentor",
    "substance_misuse",
    "trauma_therapist",
    "engagement_officer",
)
EMPLOYMENT: Final = ("seconded", "direct", "joint", "direct", "seconded", "agency")
NEEDS: Final = ("SEMH", "SEMH", "SEMH", "SEMH", "SLCN", "SLCN", "ASD", "MLD", "SPLD", "OTH")
KNOWN_TO_CSC, NOT_KNOWN_TO_CSC = ("cin", "cin", "cp", "cla"), ("none", "none", "none", "early_help", "previously_known")
SOURCES: Final = (
    "ap_school_staff",
    "ap_school_staff",
    "taskforce_specialist",
    "mainstream_school",
    "new_starter_screening",
    "youth_justice",
)
REASONS: Final = (
    "attendance",
    "serious_violence",
    "mental_health",
    "speech_language",
    "exploitation",
    "family_support",
    "post_16",
)
TIERS: Final = ("tier_3", "tier_3", "tier_2", "tier_3", "tier_1")


def make(part: Part) -> Taskforce | None:
    """Make one part's taskforce with all its rows in one transaction; None where it is there already."""
    taskforce = Taskforce.objects.filter(slug=part.slug).first() or make_taskforce(
        slug=part.slug,
        name=part.name,
        local_authority=LocalAuthority.objects.get(name=part.authority),
        began_on=BEGAN,
        opening_on=RECORDS_BEGIN - DAY,
        opening_pupils=part.opening_pupils,
        opening_minutes=part.opening_hours * 60,
    )
    with acting_as_system(taskforce):
        if Post.objects.exists():
            return None
        name_act("pilot.seed")
        _fill(taskforce, part, random.Random(part.slug))
    return taskforce


def _fill(taskforce: Taskforce, part: Part, chance: random.Random) -> None:
    calendar = put_calendar(RECORDS_BEGIN.year - 1, RECORDS_BEGIN.year + 1)
    period = calendar.period(PERIOD)
    days, holidays = _days(calendar, period)
    school = Establishment.objects.create(
        urn=f"9900{part.number:02}",
        name=f"Pilot AP school {part.number} (invented)",
        kind="ap_academy",
        local_authority_id=taskforce.local_authority_id,
    )
    site = Site.objects.create(name="Main site", establishment=school)
    EligibilityVersion.objects.create(
        number=1,
        text="Pupils of the school aged 11 to 16. Everything here is invented; the sums are those that DfE published. "
        + SHARES_SAID,
        criteria=["On the roll of the school", "Aged 11 to 16"],
        published_at=dt.datetime.combine(RECORDS_BEGIN, dt.time(9), dt.UTC),
    )
    posts = _posts(part, chance)
    pupils = _pupils(taskforce, part, chance, school)
    supported, refusers = pupils[: part.pupils], pupils[part.pupils :]
    stays = _stays(part, days)
    cases = _cases(part, chance, supported, stays, posts, site)
    _refusals(chance, refusers, days, site)
    work = sessions_of(part.quarters, fte=part.fte, stays=stays, days=days, holidays=holidays, chance=chance)
    _sessions(work, posts, cases, site)
    refresh_access()


def _days(calendar: SchoolCalendar, period: Period) -> tuple[list[dt.date], list[dt.date]]:
    """The half-term's school days, and the weekdays of the holiday that counts into it."""
    every = [period.starts_on + DAY * n for n in range((period.ends_on - period.starts_on).days + 1)]
    days = [day for day in every if calendar.is_school_day(day)]
    return days, [day for day in every if day > days[-1] and day.weekday() < 5]


def _posts(part: Part, chance: random.Random) -> list[Post]:
    staff = invent_many(chance, len(part.fte), girls_percent=65, taken=set())
    people = Specialist.objects.bulk_create(Specialist(name=one.name) for one in staff)
    return Post.objects.bulk_create(
        Post(
            specialist=person,
            reference=f"SP{n + 1:02}",
            specialist_type=TYPES[n % len(TYPES)],
            fte_hundredths=fte,
            start_date=dt.date(2022, 9, 1),
            employment=EMPLOYMENT[n % len(EMPLOYMENT)],
        )
        for n, (person, fte) in enumerate(zip(people, part.fte, strict=True))
    )


def _pupils(taskforce: Taskforce, part: Part, chance: random.Random, school: Establishment) -> list[Pupil]:
    """The supported, then those who refused; facts by the exact numbers among the supported."""
    number = part.pupils + part.refused
    code = taskforce.local_authority_id
    people = invent_many(chance, number, girls_percent=28, taken=set())
    rows = Pupil.objects.bulk_create(_pupil(n, one, code, chance, school) for n, one in enumerate(people))
    write_name_keys(rows)
    sen, fsm, csc = (set(chance.sample(range(part.pupils), count)) for count in (part.sen, part.fsm, part.social_care))
    facts = []
    for n, pupil in enumerate(rows):
        values = {
            "sen_provision": chance.choice(("K", "K", "E")) if n in sen else "N",
            "fsm": "yes" if n in fsm else "no",
            "csc_status": chance.choice(KNOWN_TO_CSC if n in csc else NOT_KNOWN_TO_CSC),
        }
        if n in sen:
            values["sen_primary_need"] = chance.choice(NEEDS)
        facts += [
            PupilFact(pupil=pupil, kind=kind, value=value, holds_from=RECORDS_BEGIN) for kind, value in values.items()
        ]
    PupilFact.objects.bulk_create(facts)
    return rows


def _pupil(n: int, person: Person, la_code: str, chance: random.Random, school: Establishment) -> Pupil:
    year_group = chance.choices((7, 8, 9, 10, 11), (8, 14, 22, 28, 28))[0]
    born = dt.date(RECORDS_BEGIN.year - 5 - year_group, 9, 1) + DAY * chance.randrange(365)
    return Pupil(
        local_id=f"P{n + 1:04}",
        upn=invented_upn(la_code, 9000, born.year + 5, n % 1000),
        surname=person.surname,
        forename=person.forename,
        name_key=name_key(person.surname, person.forename),
        sound_key=sound_key(person.surname, person.forename),
        date_of_birth=born,
        sex=person.sex,
        ethnicity=person.ethnicity,
        first_language=person.language,
        home_la_id=la_code,
        home_school=school,
    )


def _stays(part: Part, days: list[dt.date]) -> list[Stay]:
    """Three in five were open when the records began; the others opened in the first weeks. The first ones stopped
    early, in October.
    """
    stays = []
    for n in range(part.pupils):
        opened = days[0] if n % 5 < 3 else days[2 + n * 7 % 16]
        ended = days[-1 - n * 3 % 10] if n < part.disengaged else None
        stays.append(Stay(opened, ended))
    return stays


def _cases(
    part: Part, chance: random.Random, pupils: list[Pupil], stays: list[Stay], posts: list[Post], site: Site
) -> list[Case]:
    """A case for each; those opened after the first day have a referral and its acceptance, the others came before the
    records.
    """
    new = [n for n, stay in enumerate(stays) if stay.opened_on > stays[0].opened_on]
    received = {n: stays[n].opened_on - DAY * (3 + n % 9) for n in new}
    referrals = _referrals(chance, {n: pupils[n] for n in new}, received, Referral.State.ALLOCATED, site)
    TriageDecision.objects.bulk_create(
        TriageDecision(referral=referrals[n], outcome="accepted", decided_on=stays[n].opened_on - DAY * (n % 3))
        for n in new
    )
    return Case.objects.bulk_create(
        Case(
            reference=f"C-{n + 1}",
            pupil=pupil,
            referral=referrals.get(n),
            site=site,
            lead=posts[n % len(posts)],
            tier=TIERS[n % len(TIERS)],
            opened_on=stay.opened_on,
            ended_on=stay.ended_on,
            end_reason="disengaged_early" if stay.ended_on else "",
        )
        for n, (pupil, stay) in enumerate(zip(pupils, stays, strict=True))
    )


def _referrals(
    chance: random.Random, pupils: dict[int, Pupil], received: dict[int, dt.date], state: str, site: Site
) -> dict[int, Referral]:
    rows = Referral.objects.bulk_create(
        Referral(
            reference=f"{pupil.local_id}-R1",
            pupil=pupil,
            site=site,
            received_on=received[n],
            source=chance.choice(SOURCES),
            route=chance.choice(("form", "form", "conversation", "email", "screening")),
            reasons=chance.sample(REASONS, chance.choice((1, 2, 2))),
            state=state,
        )
        for n, pupil in pupils.items()
    )
    return dict(zip(pupils, rows, strict=True))


def _refusals(chance: random.Random, pupils: list[Pupil], days: list[dt.date], site: Site) -> None:
    """Those who refused support altogether: every other one when it was offered, the others once a case was open. No
    session is theirs.
    """
    whom = dict(enumerate(pupils))
    received = {n: days[1 + n * 5 % 12] for n in whom}
    offered = {n: pupil for n, pupil in whom.items() if n % 2}
    opened = {n: pupil for n, pupil in whom.items() if n % 2 == 0}
    refused = _referrals(chance, offered, received, Referral.State.ENDED, site)
    TriageDecision.objects.bulk_create(
        TriageDecision(
            referral=row,
            outcome="offer_refused",
            decided_on=received[n] + DAY * 6,
            rationale="The family does not want it.",
        )
        for n, row in refused.items()
    )
    accepted = _referrals(chance, opened, received, Referral.State.ALLOCATED, site)
    TriageDecision.objects.bulk_create(
        TriageDecision(referral=row, outcome="accepted", decided_on=received[n] + DAY * 2)
        for n, row in accepted.items()
    )
    Case.objects.bulk_create(
        Case(
            reference=f"C-R{n + 1}",
            pupil=pupil,
            referral=accepted[n],
            site=site,
            tier="tier_3",
            opened_on=received[n] + DAY * 3,
            ended_on=received[n] + DAY * 14,
            end_reason="refused",
        )
        for n, pupil in opened.items()
    )


def _sessions(work: list[Session], posts: list[Post], cases: list[Case], site: Site) -> None:
    rows = Intervention.objects.bulk_create(
        (_session(f"W-{n + 1}", one, site) for n, one in enumerate(work)), batch_size=1000
    )
    InterventionSpecialist.objects.bulk_create(
        (InterventionSpecialist(intervention=row, post=posts[one.post]) for row, one in zip(rows, work, strict=True)),
        batch_size=2000,
    )
    InterventionPlace.objects.bulk_create(
        (
            InterventionPlace(
                intervention=row,
                held_on=row.held_on,
                pupil_id=cases[n].pupil_id,
                case=cases[n],
                attendance=one.attendance,
            )
            for row, one in zip(rows, work, strict=True)
            for n in one.pupils
        ),
        batch_size=2000,
    )


def _session(reference: str, one: Session, site: Site) -> Intervention:
    fields: dict[str, Any] = {"staff_trained": 12} if one.activity_type == "staff_training" else {}
    return Intervention(
        reference=reference,
        held_on=one.held_on,
        minutes=one.quarters * 15,
        activity_type=one.activity_type,
        location=one.location,
        out_of_school_hours=one.out_of_hours,
        site=site,
        logged_at=dt.datetime.combine(one.held_on, dt.time(16, 30), dt.UTC),
        **fields,
    )
