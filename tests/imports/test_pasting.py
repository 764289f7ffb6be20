"""A specialist pastes their own sessions: every row right, or nothing."""

import datetime as dt
import re
import uuid

import pytest

from apst.tenancy.context import acting_as_system
from cases.models import CaseMember, Intervention
from cases.services import refresh_access
from tests.clock import TODAY
from tests.factories import make_case, make_pupil

DAY = dt.timedelta(days=1)
HREF = "/imports/my-sessions/"


@pytest.fixture
def pupils(northgate, cast):
    """Amira and two called Ben Clarke, at Riverside."""
    with acting_as_system(northgate, durable=False):
        made = []
        for forename, surname in (("Amira", "Ahmed"), ("Ben", "Clarke"), ("Ben", "Clarke")):
            pupil = make_pupil(forename=forename, surname=surname, name_key=f"{surname} {forename}".lower())
            case = make_case(pupil=pupil, site=northgate.riverside, lead=cast.specialist.post)
            CaseMember.objects.create(case=case, post=cast.specialist.post, part="lead", starts_on=case.opened_on)
            made.append(pupil)
        refresh_access()
    return made


@pytest.fixture
def sam(cast, client_for, northgate):
    """Sam's desk."""
    return client_for(cast.specialist, northgate)


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def row(*cells):
    return "\t".join(cells)


def day(number=0):
    return f"{TODAY - number * DAY:%d/%m/%Y}"


def held(northgate):
    with acting_as_system(northgate, durable=False):
        rows = Intervention.objects.kept().order_by("held_on", "pk")
        return [(s.held_on, s.minutes, s.activity_type, s.places.count()) for s in rows]


def test_pasted_rows_are_looked_at_and_then_saved_once(sam, pupils, northgate):
    rows = "\n".join(
        [
            row("Date", "Pupil", "Mins", "Type", "Time", "Notes"),
            row(day(1), "Amira Ahmed", "45", "One to one", "14:30", "Went well"),
            row(day(), f"Ahmed, Amira; {pupils[1].local_id}", "1h 30m", "Group", "", ""),
        ]
    )
    said = {"rows": rows, "submission_key": str(uuid.uuid4())}

    page = text(sam.post(HREF, said))
    assert "2 to save" in page
    assert held(northgate) == []
    for _ in range(2):
        answer = sam.post(HREF, {**said, "save": "yes"}, follow=True)

    assert "2 sessions saved" in text(answer)
    assert held(northgate) == [(TODAY - DAY, 45, "one_to_one", 1), (TODAY, 90, "group", 2)]


def test_without_headings_the_columns_stand_in_their_order(sam, pupils, northgate):
    sam.post(HREF, {"rows": row(day(), "Amira Ahmed", "45", "one_to_one"), "save": "yes"})

    assert held(northgate) == [(TODAY, 45, "one_to_one", 1)]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (("31/02/2026", "Amira Ahmed", "45", "One to one"), "date"),
        ((f"{TODAY + DAY:%d/%m/%Y}", "Amira Ahmed", "45", "One to one"), "is still to come"),
        ((f"{TODAY:%d/%m/%Y}", "Amirah Achmed", "45", "One to one"), "is no pupil whom you can see"),
        ((f"{TODAY:%d/%m/%Y}", "Ben Clarke", "45", "One to one"), "is the name of several pupils"),
        ((f"{TODAY:%d/%m/%Y}", "", "45", "One to one"), "is always about a pupil"),
        ((f"{TODAY:%d/%m/%Y}", "Amira Ahmed", "45", "Dancing"), "is not in the list"),
        ((f"{TODAY:%d/%m/%Y}", "Amira Ahmed", "", "One to one"), "is needed"),
    ],
)
def test_a_row_that_is_wrong_says_why_and_nothing_is_saved(sam, pupils, northgate, wrong, why):
    good = row(day(), "Amira Ahmed", "30", "Family")
    headings = row("date", "pupils", "duration", "activity_type")

    page = text(sam.post(HREF, {"rows": "\n".join([headings, good, row(*wrong)]), "save": "yes"}))

    assert why in page
    assert "1 to save, 1 to mend" in page
    assert held(northgate) == []


def test_what_looks_logged_already_is_left_out_unless_that_is_said(sam, pupils, northgate):
    one = row(day(), "Amira Ahmed", "45", "One to one")
    sam.post(HREF, {"rows": one, "save": "yes"})

    page = text(sam.post(HREF, {"rows": f"{one}\n{row(day(1), 'Amira Ahmed', '45', 'One to one')}"}))
    assert "1 to save, 1 that looks logged already" in page
    assert "looks like session" in page
    twice = row(day(2), "Amira Ahmed", "20", "One to one")
    assert "looks like row 1 above" in text(sam.post(HREF, {"rows": f"{twice}\n{twice}"}))

    sam.post(HREF, {"rows": one, "save": "yes"})
    assert len(held(northgate)) == 1
    sam.post(HREF, {"rows": one, "save": "yes", "with_the_same": "on"})
    assert len(held(northgate)) == 2


def test_a_pupil_of_another_site_is_not_known_to_a_specialist_of_one(cast, client_for, northgate):
    with acting_as_system(northgate, durable=False):
        make_case(pupil=make_pupil(forename="Zoe", surname="Far", name_key="far zoe"), site=northgate.centre)
    priya = client_for(cast.riverside, northgate)

    assert "is no pupil whom you can see" in text(priya.post(HREF, {"rows": row(day(), "Zoe Far", "45", "One to one")}))


def test_who_holds_no_post_is_told_so(cast, client_for, northgate):
    assert "You hold no post here" in text(client_for(cast.coordinator, northgate).get(HREF))


def test_rows_are_counted_as_they_were_pasted_and_what_is_proposed_is_in_words(sam, pupils, northgate):
    wrong = row(day(), "Amira Ahmed", "45", "One to won")

    bare = text(sam.post(HREF, {"rows": wrong}))
    headed = text(sam.post(HREF, {"rows": row("Date", "Pupil", "Mins", "Type") + "\n" + wrong}))

    assert "Row 1<" in bare
    assert "Row 2<" in headed
    assert "Did you mean One to one" in bare
