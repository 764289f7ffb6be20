"""The canary hunt: a word is planted in every restricted text, and looked for in all that anybody gets to see.

A table is restricted where nobody reads its history (`Access(history=False)`), so a new one is in at once. Each row of
the probes' world has words of its own; whoever wrote a row, or was let in, is the positive control.
"""

import datetime as dt
import logging
import traceback
import uuid
from dataclasses import dataclass, field

import pytest
from django.contrib.postgres.fields import ArrayField
from django.core import mail
from django.db import IntegrityError, connection, models, transaction
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.template.loader import render_to_string
from django.test import Client
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.jobs.models import Job
from apst.jobs.tasks import perform
from apst.notices.kinds import KINDS
from apst.notices.models import Notice, NoticeChoice
from apst.notices.services import give_address, telling
from apst.people.models import Pupil
from apst.tenancy.context import acting_as_system, acting_for
from apst.tenancy.state import tenant_models
from cases.exceptions import NothingToDraw
from cases.models import Case, Meeting, MeetingAction, Note, NoteText, PlannedSession, SessionGroup
from cases.papers import PAPERS
from referrals.models import Referral
from tests.routes import walk

from . import world

WORD = "kanarie"
# What is typed into a search: a page may repeat it, and it is not the word.
HALF = "kanar"
# The letter in the words of each author of the world.
LETTERS = {
    "bystander": "b",
    "restricted bystander": "x",
    "allocated": "a",
    "coordinator": "c",
    "specialist": "s",
    "partner": "p",
}
# They wrote a record and may read restricted ones; the others hold nothing.
LET_IN = {"bystander": "b", "allocated": "a", "specialist": "s"}
# Beside the bystander's rows, those that they wrote themselves.
OWN_ROWS = {"allocated": ("rows", "own"), "specialist": ("rows", "colleague"), "partner": ("rows", "guest")}
NOT_LET_IN = (
    "manager",
    "of_site",
    "dsl",
    "slt",
    "school_staff",
    "ig_lead",
    "coordinator",
    "partner",
)


def restricted_models():
    """The tables of casework whose history is read by nobody; what is kept so of staff is no restricted text.

    Nor is why something was opened in an emergency: that is written for those who answer for it, who need not see the
    case (tests/cases/test_emergencies.py).
    """
    told = ("cases.Emergency", "cases.EmergencyLook")
    kept = [model for model in tenant_models() if not model.access.history and model._meta.app_label == "cases"]
    return [model for model in kept if model._meta.label not in told]


def texts_of(model):
    """The columns in which somebody writes freely."""
    kinds = (models.CharField, models.TextField, models.JSONField, ArrayField)
    return [f for f in model._meta.concrete_fields if isinstance(f, kinds) and not f.choices]


@dataclass
class Planted:
    """The world, and the words in it by table."""

    realm: world.Realm
    words: dict[str, list[str]] = field(default_factory=dict)


@pytest.fixture
def planted(db, monkeypatch):
    """A taskforce whose restricted texts hold words of their own, and whose restricted records are clinical ones."""
    words: dict[str, list[str]] = {}
    make_row = world._row

    def planting(model, rows, who, **said):
        if any(f.name == "sensitivity" for f in model._meta.concrete_fields):
            said["sensitivity"] = "clinical"
        if model in restricted_models():
            for f in texts_of(model):
                letter = LETTERS[who.name.lower()]
                word = f"{WORD}{letter}{sum(map(len, words.values()))}"
                as_kind = {models.JSONField: {"said": word}, ArrayField: [word]}
                said.setdefault(f.name, as_kind.get(type(f), word))
                words.setdefault(model._meta.db_table, []).append(word)
        return make_row(model, rows, who, **said)

    monkeypatch.setattr(world, "_row", planting)
    return Planted(world.make_realm("home"), words)


def found_in(text: str, *, may: str = "") -> list[str]:
    """The words in a text that whoever may read those of one letter may not read."""
    return [part[:3] for part in text.split(WORD)[1:] if not (may and part.startswith(may))]


def test_there_is_something_to_hunt(planted):
    assert {model._meta.db_table for model in restricted_models() if texts_of(model)} == set(planted.words)
    assert {"cases_notetext", "cases_noteaccess"} <= set(planted.words)
    assert len(planted.words["cases_notetext"]) == len(LETTERS) * len(texts_of(NoteText))


def readable(user, planted) -> dict[str, str]:
    """All rows of all tables as a person reads them, by table, as text."""
    with acting_for(planted.realm.taskforce, user), connection.cursor() as cursor:
        said = {}
        for model in tenant_models():
            table = model._meta.db_table
            cursor.execute("select has_table_privilege(%s, 'select')", [table])
            if not cursor.fetchone()[0]:
                said[table] = ""
                continue
            cursor.execute(
                f"select coalesce(string_agg(t::text, ' '), '') from {table} t where t::text like %s", [f"%{WORD}%"]
            )
            said[table] = cursor.fetchone()[0]
    return said


def test_no_table_gives_a_word_to_anybody_who_was_not_let_in(planted):
    for name in (*NOT_LET_IN, *LET_IN):
        said = readable(planted.realm.people[name], planted)
        found = {table: found_in(text, may=LET_IN.get(name, "")) for table, text in said.items()}
        assert {table: words for table, words in found.items() if words} == {}, name


def test_whoever_wrote_it_or_was_let_in_reads_it(planted):
    read = {name: readable(planted.realm.people[name], planted) for name in LET_IN}

    for table, words in planted.words.items():
        mine = [word for word in words if word.startswith(f"{WORD}b")]
        assert mine
        assert any(word in read["bystander"][table] for word in mine), f"{table}: its author reads nothing of it"


def test_its_history_is_read_by_nobody_not_even_by_its_author(planted):
    for name in (*NOT_LET_IN, *LET_IN):
        said = readable(planted.realm.people[name], planted)
        assert said["audit_auditdetail"] == "", name
    with acting_as_system(planted.realm.taskforce), connection.cursor() as cursor:
        cursor.execute("select count(*) from audit_auditdetail d where d::text like %s", [f"%{WORD}%"])
        assert cursor.fetchone()[0] >= sum(map(len, planted.words.values())) / 20, "The history holds no word to find."


def pages(client, planted, sets):
    """Every route with every row that its address may name; pages first, then what takes a POST only."""
    for route in walk.guarded():
        rows = [getattr(planted.realm, one).get(route.model) for one in sets] if route.model else [None]
        for row in rows:
            if route.model and row is None:
                continue
            address = route.address(row.public_id if row else uuid.UUID(int=9))
            answer = client.get(address)
            if answer.status_code == 405 or (answer.status_code == 302 and route.by_post):
                answer = client.post(address, {"q": HALF, "find": HALF, "search": "yes"})
            elif route.model is None and answer.status_code == 200:
                yield route.name, client.post(address, {"q": HALF, "find": HALF, "search": "yes"})
            yield route.name, answer


def body_of(answer) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace") + str(dict(answer.headers))


@pytest.mark.parametrize("name", [*NOT_LET_IN, "allocated", "specialist"])
def test_no_page_search_file_email_or_log_says_a_word_to_who_was_not_let_in(planted, client_for, name, caplog):
    """Whatever the route: pages, parts of pages, searches, exports, answers that refuse."""
    caplog.set_level(logging.INFO)
    client = client_for(planted.realm.people[name], planted.realm.taskforce)

    found, opened = {}, 0
    for route, answer in pages(client, planted, OWN_ROWS.get(name, ("rows",))):
        opened += answer.status_code == 200
        connection.queries_log.clear()
        if words := found_in(body_of(answer), may=LET_IN.get(name, "")):
            found[route] = words

    assert found == {}
    assert opened > 5 or name == "partner"  # a guest has no page yet
    assert WORD not in caplog.text
    assert [message.subject for message in mail.outbox if WORD in f"{message.subject} {message.body}"] == []


def test_its_author_reads_it_on_the_timeline_and_on_its_own_page(planted, client_for):
    realm = planted.realm
    client = client_for(realm.people["bystander"], realm.taskforce)
    text = next(word for word in planted.words["cases_notetext"] if word.startswith(f"{WORD}b"))

    for address in (f"/cases/{realm.rows[Case].public_id}/", f"/notes/{realm.rows[Note].public_id}/"):
        page = body_of(client.get(address))
        assert text in page, address
        assert found_in(page, may="b") == []


@pytest.mark.parametrize("name", ["bystander", "manager"])
def test_no_paper_holds_a_word_not_even_its_authors(planted, name):
    realm, drawn = planted.realm, 0
    with acting_for(realm.taskforce, realm.people[name]) as member:
        case = Case.objects.select_related("pupil__home_school", "site", "lead__specialist", "referral").get(
            pk=realm.rows[Case].pk
        )
        for paper in PAPERS.values():
            if not paper.may(member, case):
                continue
            try:
                drawing = render_to_string(paper.template, paper.context(case, member))
            except NothingToDraw:
                continue
            drawn += 1
            assert WORD not in drawing, paper.words
    assert drawn


def test_what_the_database_says_of_a_record_that_it_refuses_does_not_quote_it(planted):
    """PostgreSQL quotes the row that fails a check, but not of a table with row-level security: no log holds it."""
    realm = planted.realm
    with acting_as_system(realm.taskforce), pytest.raises(IntegrityError) as refused, transaction.atomic():
        NoteText.objects.create(
            note=realm.rows[Note],
            number=0,
            text=f"{WORD} in a row that is refused",
            happened_on=dt.date(2026, 11, 2),
            written_by=realm.rows[Note].written_by,
        )

    said = "".join(traceback.format_exception(refused.value))
    assert "cases_notetext_whole" in said
    assert WORD not in said


MEETINGS = {
    "cases_meetingitem": ("words",),
    "cases_meetingnote": ("text",),
    "cases_casedecision": ("rationale", "dissent"),
    "cases_meetingaction": ("what",),
}


@pytest.fixture
def at_meetings(db, monkeypatch):
    """A taskforce in whose meetings words were said: one letter of the ordinary case, another of the restricted one."""
    make_row = world._row

    def planting(model, rows, who, **said):
        letter = "x" if who.name == "restricted bystander" else "o"
        for column in MEETINGS.get(model._meta.db_table, ()):
            said.setdefault(column, f"{WORD}{letter} {column}")
        return make_row(model, rows, who, **said)

    monkeypatch.setattr(world, "_row", planting)
    return Planted(world.make_realm("home"))


@pytest.mark.parametrize("name", [*NOT_LET_IN, "specialist", "allocated"])
def test_nothing_that_a_meeting_said_of_a_restricted_case_reaches_who_does_not_hold_it(at_meetings, client_for, name):
    """Agendas, items, minutes, Today, and every row that the database gives."""
    realm = at_meetings.realm
    client = client_for(realm.people[name], realm.taskforce)

    said = readable(realm.people[name], at_meetings)
    assert {table: text for table, text in said.items() if f"{WORD}x" in text} == {}
    opened = 0
    for route in walk.guarded():
        if not route.name.startswith(("cases:meeting", "cases:item", "cases:action", "cases:minutes", "home")):
            continue
        rows = [one.get(route.model) for one in (realm.rows, realm.restricted)] if route.model else [None]
        for row in rows:
            address = route.address(row.public_id if row else uuid.UUID(int=9))
            answer = client.get(address)
            opened += answer.status_code == 200
            if answer.status_code == 405 or (answer.status_code == 302 and route.by_post):
                answer = client.post(address)
            assert f"{WORD}x" not in body_of(answer), route.name
    assert opened >= 1 or name == "partner"  # a guest has no page yet


def test_whoever_attends_reads_what_a_meeting_said_of_an_ordinary_case(at_meetings, client_for):
    """The positive control of the hunt before: the same pages do show the words."""
    realm = at_meetings.realm
    client = client_for(realm.people["manager"], realm.taskforce)

    page = body_of(client.get(f"/meetings/{realm.rows[Meeting].public_id}/minutes/"))

    assert {column: f"{WORD}o {column}" in page for column in ("text", "rationale", "dissent", "what")} == {
        "text": True,
        "rationale": True,
        "dissent": True,
        "what": True,
    }


def emails_of(realm, name, codes) -> str:
    """All that one person is sent: the digest, and everything that can be told at once about every row of the world."""
    user = realm.people[name]
    with acting_as_system(realm.taskforce):
        mine = Membership.objects.get(user=user)
        NoticeChoice.objects.update_or_create(member=mine, defaults={"digest": "daily", "instant": codes})
        Notice.objects.filter(member=mine).delete()
        for rows in (realm.rows, realm.restricted, realm.own):
            for model in (Case, Referral, MeetingAction):
                for code in codes:
                    about = rows[model].public_id
                    Notice.objects.create(member=mine, code=code, key=uuid.uuid4(), about=about)
        kinds = (telling.SEND, telling.DIGEST)
        jobs = [Job.objects.create(kind=kind, key=f"hunt {name}", person_id=user.pk) for kind in kinds]
    mail.outbox.clear()
    for job in jobs:
        perform(job.pk, realm.taskforce.pk)
    with acting_as_system(realm.taskforce):
        assert [job.state for job in Job.objects.filter(pk__in=[job.pk for job in jobs])] == ["done", "done"], name
    return " ".join(f"{message.subject} {message.body}" for message in mail.outbox)


def calendar_of(realm, name) -> str:
    """The file that a person's calendar address gives; "" for who can have none."""
    with acting_as_system(realm.taskforce):
        token = give_address(by=Membership.objects.get(user=realm.people[name]))
    answer = Client().get(f"/calendar/{token}.ics")
    return answer.content.decode() if answer.status_code == 200 else ""


def test_no_email_and_no_calendar_of_anybody_holds_a_word_a_name_or_a_restricted_case(planted):
    """Not even those of who wrote it: emails and calendars are read over shoulders and on servers of others."""
    realm = planted.realm
    today = localdate()
    with acting_as_system(realm.taskforce):
        Pupil.objects.update(surname="Quillfeather", forename="Zebedee", upn="H801200001001")
        Case.objects.update(reference=Concat(Value("CASEREF"), Cast("pk", CharField())))
        Referral.objects.update(reference=Concat(Value("REFREF"), Cast("pk", CharField())))
        PlannedSession.objects.update(planned_on=today)
        MeetingAction.objects.update(done_at=None, done_by=None, due_on=today, what="Ring Quillfeather")
        SessionGroup.objects.update(name="Quillfeather and friends")
        names = [one.name for one in realm.people.values()]
        hidden = [str(realm.restricted[model].public_id) for model in (Case, Referral)]
    forbidden = [WORD, "Quillfeather", "Zebedee", "H801200001001", "CASEREF", "REFREF"]
    codes = list(KINDS)
    open_case = str(realm.rows[Case].public_id)
    sent = events = reached = 0
    for name in (*NOT_LET_IN, *LET_IN):
        if name == "partner":  # guests are sent nothing of the work
            continue
        emails, calendar = emails_of(realm, name, codes), calendar_of(realm, name)
        sent, events = sent + bool(emails), events + calendar.count("BEGIN:VEVENT")
        reached += open_case in emails
        assert [word for word in forbidden if word in emails + calendar] == [], name
        # Of a restricted case and its referral not even the address; the world's people are named by their roles.
        assert [one for one in hidden if one in emails + calendar] == [], name
        assert [one for one in names if len(one) > 12 and one in emails + calendar] == [], name
    assert (sent >= 8, events >= 8, reached >= 3) == (True, True, True)
