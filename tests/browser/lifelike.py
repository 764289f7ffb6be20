"""A small lifelike taskforce, with a row for every page, and a fresh one with nothing in it.

The days are counted from today, because pages know what day it is.
"""

import datetime as dt
import io
import re
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.core import mail
from django.utils.timezone import localdate, now

from apst.accounts import services as accounts
from apst.accounts.models import Draft
from apst.codelists import codes
from apst.imports import services as imports
from apst.jobs.models import Job
from apst.jobs.tasks import perform
from apst.notices import services as notices
from apst.people.models import Contact, PupilFact
from apst.people.names import name_key, sound_key
from apst.places import england
from apst.places.models import CalendarEntry, Establishment, Site
from apst.tenancy.context import acting_as_system, acting_for
from apst.tenancy.models import LocalAuthority, Taskforce
from cases import services as cases
from cases.models import CaseMember, OutreachCase
from cases.services.notes import Said
from referrals import services as referrals
from referrals.services import Strategy
from reporting.services import build_return
from tests.browser import (
    lifelike_agreements,
    lifelike_guests,
    lifelike_meetings,
    lifelike_plans,
    lifelike_risks,
    workforce,
)
from tests.browser.lifelike_assessments import assess
from tests.cases import papers
from tests.conftest import make_member, make_post
from tests.factories import make_case, make_pupil, make_referral

ROLES = ("manager", "specialist", "dsl", "slt", "school_staff", "ig_lead", "coordinator")
# Long names and short ones, as in the schools.
PUPILS = (
    ("Amira", "Ahmadzai"),
    ("Kacper", "Dąbrowski"),
    ("Tyrell", "Osei-Bonsu"),
    ("Isla", "Quillfeather"),
    ("Jaden", "Mbeki"),
    ("Oluwaseun Temitope", "Adebayo-Featherstonehaugh"),
    ("Bo", "Ng"),
    ("Chloe", "Wetherby"),
    ("Zayn", "Kauser"),
    ("Harvey", "Stainforth"),
    ("Noor", "Haddadin"),
    ("Rhiannon", "Pryce"),
)
NAMES = frozenset(name for pair in PUPILS for name in pair if len(name) > 2)
DAY = dt.timedelta(days=1)
SESSIONS_CSV = "reference,date,specialists,duration,activity_type,pupils\n"


@dataclass
class World:
    """A taskforce, its people by role, and the rows that pages are opened for, by name."""

    taskforce: Taskforce
    people: SimpleNamespace
    rows: dict[str, Any] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)


def academic_year(day: dt.date) -> int:
    """The year in which the academic year of a day began."""
    return day.year if day.month >= 9 else day.year - 1


def _taskforce(slug: str, name: str, roles: tuple[str, ...]) -> World:
    taskforce = Taskforce.objects.create(slug=slug, name=name, local_authority=LocalAuthority.objects.get(code="384"))
    names = ("Maya Thornton", "Sam Okafor", "Dana Webb", "Helen Price", "Tom Ellis", "Ines Lobo", "Carol Dean")
    people = SimpleNamespace(
        **{
            role: make_member(taskforce, role, f"{role}@{slug}.example", person)
            for role, person in zip(roles, names, strict=True)
        }
    )
    return World(taskforce, people)


def fresh() -> World:
    """A taskforce on its first day: its people, and nothing else, not even a calendar."""
    return _taskforce("fresh", "Westbrook Taskforce", ROLES)


def ready() -> World:
    """A taskforce that is set up and has no referral yet: calendar, a site, and Sam's post."""
    world = _taskforce("northgate", "Northgate Taskforce", ROLES)
    with acting_as_system(world.taskforce):
        _calendar()
        world.rows["site"] = Site.objects.create(name="Northgate Centre")
    began = england.half_terms(academic_year(localdate()) - 1)[0].starts_on
    world.rows["post"] = make_post(
        world.taskforce, world.people.specialist, "SP01", "speech_language_therapist", start_date=began
    )
    return world


def lifelike() -> World:
    """Northgate in the middle of its second year."""
    world = _taskforce("northgate", "Northgate Alternative Provision Taskforce", ROLES)
    northgate, people = world.taskforce, world.people
    with acting_as_system(northgate):
        _places(world)
    people.police = make_member(
        northgate, "specialist", "police@northgate.example", "Lee Marsh", case_reach="allocated"
    )
    posts = SimpleNamespace(
        sam=make_post(
            northgate, people.specialist, "SP01", "speech_language_therapist", start_date=world.rows["began"]
        ),
        lee=make_post(
            northgate,
            people.police,
            "SP02",
            "police",
            allocated_only=True,
            fte_hundredths=20,
            start_date=world.rows["began"],
        ),
        priya=make_post(
            northgate,
            None,
            "SP03",
            "youth_worker",
            name="Priya Shah",
            fte_hundredths=60,
            start_date=world.rows["began"],
        ),
        jo=make_post(
            northgate,
            None,
            "SP04",
            "mental_health",
            name="Jo Llewellyn-Atherton",
            fte_hundredths=80,
            start_date=world.rows["began"],
        ),
    )
    world.rows |= {"membership": people.specialist.membership, "post": posts.sam, "specialist": posts.sam.specialist}
    with acting_as_system(northgate):
        pupils = _pupils(world)
        referrals.publish_eligibility(
            text="Pupils of Northgate’s AP schools, from Year 5 to Year 11, whose attendance is falling"
            " or who may be drawn into harm.",
            criteria=["On roll of an AP school, or about to be", "The family agrees"],
            by=None,
        )
        held = _cases(world, posts, pupils)
    _referrals(world, pupils)
    _sessions(world, posts, pupils)
    _planned(world, posts, pupils)
    _notes(world, posts.sam)
    lifelike_plans.make(world)
    workforce.furnish(world, posts)
    with acting_as_system(northgate):
        cases.refresh_access()
        _restrict(world, held)
        _outreach(world, posts)
        world.rows["return"] = build_return(world.rows["period"], by=None)
        world.rows["cells"] = list(world.rows["return"].cells.values_list("measure", "breakdown", "position"))
        accounts.invite(email="ada@example.org", name="Ada Obi", role="coordinator", by=None)
        world.tokens["invitation"] = re.search(r"/invitations/(\S+)/", mail.outbox[-1].body)[1]
        notices.record_bounce(people.coordinator.email, at=now())
        notices.give_address(by=people.dsl.membership)
    _documents(world)
    _emergency(world)
    lifelike_risks.make(world)
    lifelike_meetings.make(world)
    lifelike_agreements.make(world)
    lifelike_guests.make(world)
    assess(world, posts)
    _jobs(world)
    _imports(world)
    return world


def _calendar() -> None:
    this = academic_year(localdate())
    for year in (this - 1, this):
        for half_term in england.half_terms(year):
            CalendarEntry.objects.create(
                academic_year=f"{year}-{(year + 1) % 100:02}", kind="half_term", **half_term._asdict()
            )


def _places(world: World) -> None:
    this = academic_year(localdate())
    _calendar()
    inset = CalendarEntry.objects.create(
        academic_year=f"{this}-{(this + 1) % 100:02}", kind="inset", name="Training for all staff",
        starts_on=england.half_terms(this)[1].starts_on, ends_on=england.half_terms(this)[1].starts_on,
    )  # fmt: skip
    school = Establishment.objects.create(urn="100001", name="Northgate AP Academy", kind="ap_academy")
    hillside = Establishment.objects.create(
        urn="100002", name="Hillside Church of England Voluntary Aided High School", kind="mainstream"
    )
    world.rows |= {
        "began": england.half_terms(this - 1)[0].starts_on,
        "period": f"{this - 1}-{this % 100:02}/summer-2",
        "entry": inset,
        "half_term": CalendarEntry.objects.filter(kind="half_term").last(),
        "establishment": hillside,
        "school": school,
        "site": Site.objects.create(name="Northgate Centre", establishment=school),
        "riverside": Site.objects.create(name="Riverside"),
    }


def _pupils(world: World) -> list[Any]:
    born = dt.date(localdate().year - 14, 5, 4)
    pupils = []
    for number, (forename, surname) in enumerate(PUPILS):
        pupil = make_pupil(
            forename=forename,
            surname=surname,
            name_key=name_key(surname, forename),
            sound_key=sound_key(surname, forename),
            date_of_birth=born + number * 40 * DAY,
            sex="MF"[number % 2],
            home_school=world.rows["establishment"] if number % 3 else None,
            ethnicity=list(codes("ethnicity"))[number % 5],
            entry_date=world.rows["began"],
        )
        for kind, value in (
            ("sen_provision", "EKN"[number % 3]),
            ("fsm", ("yes", "no")[number % 2]),
            ("csc_status", "cin"),
        ):
            PupilFact.objects.create(pupil=pupil, kind=kind, value=value, holds_from=world.rows["began"])
        pupils.append(pupil)
    PupilFact.objects.create(pupil=pupils[0], kind="csc_status", value="cp", holds_from=localdate() - 20 * DAY)
    world.rows["contact"] = Contact.objects.create(
        pupil=pupils[0],
        name="Samira Ahmadzai",
        relationship="Mother",
        parental_responsibility=True,
        phone="07700 900 123",
        address="12 Example Street, Wakefield",
        address_hidden=True,
        interpreter_language="Dari",
    )
    Contact.objects.create(
        pupil=pupils[0], name="Karim Ahmadzai", relationship="Father", parental_responsibility=True, priority=2,
        court_order="No direct contact: order of the family court",
    )  # fmt: skip
    world.rows["pupil"] = pupils[0]
    return pupils


def _cases(world: World, posts: SimpleNamespace, pupils: list[Any]) -> list[Any]:
    """Six open cases and an ended one."""
    opened, rows = localdate() - 130 * DAY, []
    for number, pupil in enumerate(pupils[:6]):
        lead = (posts.sam, posts.priya, posts.jo)[number % 3] if number else posts.sam
        case = make_case(
            pupil=pupil,
            reference=f"C-{number + 1}",
            opened_on=opened + number * 9 * DAY,
            lead=lead,
            tier=list(codes("tiers"))[number % 3],
            site=world.rows[("site", "riverside")[number % 2]],
            referral=make_referral(
                pupil=pupil,
                reference=f"R-{number + 1}",
                received_on=opened - 9 * DAY,
                state="allocated",
                site=world.rows["site"],
                reasons=["attendance", "mental_health"],
                summary="In school two days a week; talks to nobody but the art teacher.",
            ),
        )
        CaseMember.objects.create(case=case, post=lead, part="lead", starts_on=case.opened_on)
        if number == 0:
            world.rows["member"] = CaseMember.objects.create(case=case, post=posts.lee, starts_on=case.opened_on)
        rows.append(case)
    ended = make_case(
        pupil=pupils[6], reference="C-7", opened_on=opened, lead=posts.sam, tier="tier_2", site=world.rows["site"],
        ended_on=localdate() - 30 * DAY, end_reason=next(iter(codes("case_end_reasons"))),
    )  # fmt: skip
    world.rows["allocated case"] = rows[1]
    world.rows |= {"case": rows[0], "restricted": rows[5], "ended": ended, "allocated": rows[0].referral}
    return rows


def _outreach(world: World, posts: SimpleNamespace) -> None:
    world.rows["outreach"] = OutreachCase.objects.create(
        school=world.rows["establishment"],
        lead=posts.priya,
        aims="Fewer suspensions in Year 8, and staff who are sure how to calm a corridor.",
        opened_on=localdate() - 60 * DAY,
    )


def _restrict(world: World, held: list[Any]) -> None:
    people = world.people
    cases.restrict(
        held[5],
        holders=[people.dsl.membership, people.specialist.membership],
        reason="A colleague’s own child",
        by=None,
    )


def _referrals(world: World, pupils: list[Any]) -> None:
    """One in each state, one of them made by the school's own staff."""
    today, manager = localdate(), world.people.manager
    with acting_as_system(world.taskforce):
        for number, name in enumerate(("new", "accepted", "waiting_list", "more_information", "declined"), start=7):
            world.rows[name] = make_referral(
                pupil=pupils[number],
                reference=f"R-{number + 1}",
                received_on=today - number * 4 * DAY,
                site=world.rows["site"],
                source="mainstream_school",
                reasons=["attendance", "exploitation"] if number == 7 else ["transition"],
                summary="Has been in two fights since September and is out late with older friends.",
            )
        twin = make_pupil(
            forename=pupils[7].forename, surname="Weatherby", date_of_birth=pupils[7].date_of_birth,
            name_key=name_key("Weatherby", pupils[7].forename), sound_key=pupils[7].sound_key,
        )  # fmt: skip
        world.rows |= {
            "known": pupils[7],
            "alike": make_referral(pupil=twin, reference="R-20", received_on=today - DAY),
        }
    with acting_for(world.taskforce, world.people.school_staff):
        by = world.people.school_staff.membership
        world.rows["own"] = referrals.refer(
            pupils[4],
            received_on=today - 2 * DAY,
            source="mainstream_school",
            route="form",
            reasons=["attendance"],
            by=by,
            summary="Comes in the morning and leaves at break.",
            pupil_views="I like art and the dog.",
            family_views="We agree.",
            strategies=[Strategy("Mentor", "since September, twice a week", "Calmer on those days")],
        )
        world.rows["asked"] = referrals.refer(
            pupils[5],
            received_on=today - 9 * DAY,
            source="mainstream_school",
            route="form",
            reasons=["risk_of_exclusion"],
            by=by,
        )
    with acting_for(world.taskforce, manager):
        by = manager.membership
        referrals.triage(world.rows["accepted"], outcome="accepted", by=by)
        referrals.triage(
            world.rows["waiting_list"], outcome="waiting_list", rationale="All posts are full until Easter.", by=by
        )
        for name in ("more_information", "asked"):
            referrals.triage(
                world.rows[name], outcome="more_information", rationale="Which days does the pupil come?", by=by
            )
        referrals.triage(world.rows["declined"], outcome="declined", rationale="Lives outside our area.", by=by)
    _drafts(world)


def _drafts(world: World) -> None:
    """Tom has filled in every step of a referral; Dana has described a pupil who is recorded already."""
    born, people = world.rows["pupil"].date_of_birth, world.people
    described = {
        "forename": "Mateusz",
        "surname": "Wojciechowski",
        "sex": "M",
        "sen_provision": "K",
        "fsm": "yes",
        "csc_status": "early_help",
        "date_of_birth-day": str(born.day),
        "date_of_birth-month": str(born.month),
        "date_of_birth-year": str(born.year),
        "contact_name": "Agata Wojciechowska",
        "contact_relationship": "Mother",
        "contact_phone": "07700 900 456",
    }
    why = {
        "source": "mainstream_school",
        "reasons": ["attendance", "speech_language"],
        "summary": "Comes late, and has stopped speaking in class.",
    }
    views = {
        "pupil_views": "I like maths and the quiet room.", "family_views": "We would like help, and mornings are hard.",
        "what_1": "A mentor before school", "when_1": "since September", "effect_1": "On time on those days",
    }  # fmt: skip
    alike = {**described, "forename": "Amira", "surname": "Ahmadzay"}
    for person, form, payload in (
        (people.school_staff, "referral-new", described), (people.school_staff, "referral-new-why", why),
        (people.school_staff, "referral-new-views", views), (people.dsl, "referral-new", alike),
    ):  # fmt: skip
        with acting_for(world.taskforce, person):
            Draft.objects.create(person_id=person.pk, form=form, payload=payload)


def _sessions(world: World, posts: SimpleNamespace, pupils: list[Any]) -> None:
    """Weeks of work in the half-term of the return and in the last three weeks; the newest are Sam's own."""
    today = localdate()
    summer = england.half_terms(academic_year(today) - 1)[5]
    with acting_as_system(world.taskforce):
        for number in range(24):
            cases.log_session(
                specialists=[(posts.sam, posts.priya, posts.jo)[number % 3]], minutes=(45, 60, 90)[number % 3], by=None,
                held_on=(summer.starts_on + number * DAY) if number < 12 else today - (number - 8) * DAY,
                activity_type=("one_to_one", "family", "assessment", "multi_agency")[number % 4],
                places=[(pupils[number % 6], ("attended", "attended", "did_not_attend")[number % 3])],
            )  # fmt: skip
    with acting_for(world.taskforce, world.people.specialist):
        by = world.people.specialist.membership
        world.rows["session"] = cases.log_session(
            specialists=[posts.sam],
            held_on=today,
            minutes=45,
            activity_type="one_to_one",
            by=by,
            places=[(pupils[0], "attended")],
            note="Talked about the move. Amira wants to try mornings first.",
            starts_at=dt.time(10, 15),
        )
        world.rows["group"] = cases.log_session(
            specialists=[posts.sam], held_on=today - DAY, minutes=90, activity_type="group", by=by,
            places=[(pupils[0], "attended"), (pupils[3], "was_not_brought")],
        )  # fmt: skip


def _planned(world: World, posts: SimpleNamespace, pupils: list[Any]) -> None:
    """Sam's week: two to tick off today at one time, one tomorrow each week, and the girls' group."""
    today, by = localdate(), world.people.specialist.membership

    def what(*with_whom: Any, **fields: Any) -> cases.What:
        usual = {"specialists": [posts.sam], "minutes": 45, "activity_type": "one_to_one", "starts_at": dt.time(11)}
        return cases.What(pupils=with_whom, **{**usual, **fields})

    with acting_for(world.taskforce, world.people.specialist):
        (world.rows["planned"],) = cases.plan_session(planned_on=today, what=what(pupils[0]), by=by)
        world.rows["planned later"] = cases.plan_session(
            planned_on=today + 7 * DAY, what=what(pupils[3], minutes=60), until=today + 28 * DAY, by=by
        )[0]
        group = cases.make_session_group(
            name="Girls’ group", weekday=today.weekday(), since=today, until=today + 21 * DAY, by=by,
            what=what(pupils[0], pupils[3], minutes=90, activity_type="group", starts_at=dt.time(11, 30)),
        )  # fmt: skip
        world.rows["weekly group"] = group
        # On a weekend or a holiday no meeting falls on today.
        if not (meetings := list(group.planned.filter(planned_on=today))):
            meetings = cases.plan_session(
                planned_on=today, what=what(minutes=90, activity_type="group", group=group), by=by
            )
        world.rows["planned group"] = meetings[0]
        over = cases.make_session_group(
            name="Boxing", weekday=4, what=what(pupils[3], activity_type="group"), since=today - 40 * DAY, by=by
        )
        world.rows["ended group"] = cases.end_session_group(over, by=by)
    with acting_as_system(world.taskforce):
        for post in (posts.priya, posts.jo, posts.lee):
            cases.plan_session(
                planned_on=today,
                what=what(pupils[0], specialists=[post], starts_at=dt.time(14)),
                by=None,
            )


def _notes(world: World, post: Any) -> None:
    """One of each kind on Amira's case; the NHS keeps Sam's record."""
    today, case, sam = localdate(), world.rows["case"], world.people.specialist
    with acting_as_system(world.taskforce):
        type(post).objects.filter(pk=post.pk).update(record="home_service", home_service="Mid Yorkshire NHS Trust")
    with acting_for(world.taskforce, sam):
        by = sam.membership

        def write(kind: str, said: Said, sensitivity: str = "ordinary", ago: int = 1) -> Any:
            return cases.write_note(
                case, kind=kind, happened_on=today - ago * DAY, said=said, sensitivity=sensitivity, by=by
            )

        world.rows["note"] = write(
            "note",
            Said(
                text="Came in with wet shoes and no coat. Ate two breakfasts. Said the walk was fine.",
                opinion="I think that nobody was home this morning.",
            ),
        )
        world.rows["note"] = cases.correct_note(
            world.rows["note"],
            version=1,
            happened_on=today - DAY,
            said=Said(text="Came in with wet shoes and no coat. Ate two breakfasts. Said the bus was full and walked."),
            why="It was the bus",
            by=by,
        )
        world.rows["family"] = write(
            "family",
            Said(means="call", contact=world.rows["contact"], outcome="reached", text="Will ring on Friday."),
            ago=3,
        )
        write("meeting", Said(meeting="cp", text="Core group every six weeks. We keep two sessions a week."), ago=6)
        world.rows["event"] = write(
            "event",
            Said(text="Left the site at break.", raised_on=today, raised_by="Dana Webb", raised_reference="CP-1042"),
            ago=0,
        )
        write("voice", Said(voice_of="pupil", text="I want somebody to ask me first.", may_quote="yes"), ago=2)
        world.rows["clinical"] = write("note", Said(text="CELF-5: receptive language at the 2nd centile."), "clinical")
        cases.give_note_access(
            world.rows["clinical"],
            world.people.slt.membership,
            reason="Answers the family’s complaint",
            until=today + 30 * DAY,
            by=by,
        )


def _documents(world: World) -> None:
    """A long name and a short one; one that only its author and those she let in may open."""
    case, people = world.rows["case"], world.people
    with acting_for(world.taskforce, people.specialist):
        by = people.specialist.membership
        for title, kind, days in (
            ("Speech, language and communication report with recommendations for staff and home", "assessment", 40),
            ("Letter home", "family", 12),
        ):
            cases.take_document(
                case,
                file=io.BytesIO(papers.PDF),
                file_name=f"{title[:60].lower().replace(' ', '-')}.pdf",
                title=title,
                kind=kind,
                dated_on=localdate() - days * DAY,
                by=by,
            )
        restricted = cases.take_document(
            case,
            file=io.BytesIO(papers.PDF),
            file_name="minutes.pdf",
            title="Minutes of the strategy meeting",
            kind="safeguarding",
            sensitivity="clinical",
            dated_on=localdate() - 5 * DAY,
            by=by,
        )
        cases.let_open(restricted, people.manager.membership, reason="Chairs the next meeting", by=by)
        world.rows["restricted document"] = restricted


def _emergency(world: World) -> None:
    """The office opened the restricted case for a minute, because the police rang."""
    by = world.people.coordinator.membership
    with acting_for(world.taskforce, world.people.coordinator):
        why = "The police rang: the child was found at the station, and they ask whom to call."
        world.rows["emergency"], _ = cases.break_glass("case", world.rows["restricted"].public_id, reason=why, by=by)
    with acting_for(world.taskforce, world.people.coordinator):
        cases.end_emergency(world.rows["emergency"], by=by)
    with acting_for(world.taskforce, world.people.dsl):
        cases.look_at_emergency(world.rows["emergency"], by=world.people.dsl.membership)


def _jobs(world: World) -> None:
    manager = world.people.manager
    with acting_as_system(world.taskforce):
        for state, progress, said in (
            ("running", 40, "Reading the calendar and counting"), ("failed", 10, ""), ("done", 100, ""),
        ):  # fmt: skip
            world.rows[f"build {state}"] = Job.objects.create(
                kind="reporting.build",
                person_id=manager.pk,
                key=state,
                state=state,
                progress=progress,
                saying=said,
                args={"period": world.rows["period"]},
                error="The calendar has no autumn-2." if state == "failed" else "",
                result={"return": str(world.rows["return"].public_id)} if state == "done" else {},
            )


def _imports(world: World) -> None:
    """A file with good and bad rows, checked; one applied; one whose headings are not known."""
    day = world.rows["began"].isoformat()
    pupil = world.rows["pupil"].local_id
    good = f"X1,{day},SP01,60,one_to_one,{pupil}\n"
    bad = f"X2,{day},SP99,0,dancing,{pupil}\nX3,2099-01-01,SP01,60,one_to_one,\n"
    files = {
        "checked": SESSIONS_CSV + good.replace("X1", "X4") + bad,
        "applied": SESSIONS_CSV + good,
        "unknown": "When,Who,What\n1,2,3\n",
    }
    for name, text in files.items():
        with acting_for(world.taskforce, world.people.manager):
            record = imports.take(
                io.BytesIO(text.encode()),
                kind="sessions",
                file_name=f"sessions-{name}.csv",
                by=world.people.manager.membership,
            )
        _work(world)
        if name == "applied":
            with acting_for(world.taskforce, world.people.manager):
                record.refresh_from_db()
                imports.ask_to_apply(record, skip_rejected=False, by=world.people.manager.membership)
            _work(world)
        world.rows[f"import {name}"] = record


def _work(world: World) -> None:
    """Do the jobs of imports that wait, as a worker would."""
    with acting_as_system(world.taskforce):
        waiting = list(Job.objects.filter(kind__startswith="import", state="waiting").values_list("pk", flat=True))
    for pk in waiting:
        perform(pk, world.taskforce.pk)


__all__ = ["NAMES", "ROLES", "World", "fresh", "lifelike", "ready"]
