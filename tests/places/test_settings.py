"""Sites, establishments, the calendar and the taskforce's settings, as their pages change them."""

import datetime as dt
import itertools

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import localdate

from apst.places import england, services
from apst.places.calendar import SchoolCalendar
from apst.places.exceptions import CalendarClash
from apst.places.models import HALF_TERMS, CalendarEntry, Establishment, Site
from apst.places.queries import open_sites
from apst.tenancy.context import acting_as_system, acting_for
from apst.tenancy.models import Taskforce

PAGES = (
    "sites/", "sites/new/", "establishments/", "establishments/new/", "calendar/", "calendar/?year=2026-27",
    "calendar/new/?year=2026-27", "calendar/half_term/2026-09-02/", "taskforce/",
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_the_manager_opens_every_settings_page_and_a_specialist_none(cast, northgate, client_for, page):
    assert client_for(cast.manager, northgate).get(f"/settings/{page}").status_code == 200
    assert client_for(cast.specialist, northgate).get(f"/settings/{page}").status_code == 403


def test_the_coordinator_changes_the_calendar_but_not_the_settings(cast, northgate, client_for):
    client = client_for(cast.coordinator, northgate)

    assert client.get("/settings/calendar/").status_code == 200
    assert client.get("/settings/taskforce/").status_code == 403
    assert client.post("/settings/sites/new/", {"name": "X"}).status_code == 403


def test_an_inset_day_is_no_school_day_from_the_moment_it_is_saved(cast, northgate, client_for):
    client = client_for(cast.manager, northgate)
    day = dt.date(2026, 11, 16)

    client.post("/settings/calendar/new/?year=2026-27", {"kind": "inset", "starts_on": str(day)})
    with acting_as_system(northgate):
        assert not SchoolCalendar.of().is_school_day(day)
    assert "16 November 2026" in client.get("/settings/calendar/?year=2026-27").content.decode()

    client.post(f"/settings/calendar/inset/{day}/remove/")
    with acting_as_system(northgate):
        assert SchoolCalendar.of().is_school_day(day)


def test_a_school_has_its_own_calendar_and_falls_back_to_the_taskforces(cast, northgate, client_for):
    client = client_for(cast.manager, northgate)
    of = f"of={northgate.mainstream.public_id}"

    assert "no half-terms of its own" in client.get(f"/settings/calendar/?year=2026-27&{of}").content.decode()
    client.post(
        f"/settings/calendar/new/?year=2026-27&{of}", {"kind": "closure", "starts_on": "2026-11-17", "name": "Boiler"}
    )

    with acting_as_system(northgate):
        closed = dt.date(2026, 11, 17)
        assert not SchoolCalendar.of(northgate.mainstream).is_school_day(closed)
        assert SchoolCalendar.of().is_school_day(closed)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"half_term": "autumn-1", "starts_on": "2026-09-02", "ends_on": "2026-10-23"}, "in the calendar already"),
        ({"half_term": "", "starts_on": "2026-09-02", "ends_on": "2026-10-23"}, "Select which half-term it is"),
        ({"half_term": "autumn-1", "starts_on": "2026-09-02"}, "Enter the last day of the half-term"),
        ({"half_term": "autumn-1", "starts_on": "2026-13-02", "ends_on": "2026-10-23"}, "must be a real date"),
    ],
)
def test_a_half_term_that_cannot_be_gets_a_sentence(cast, northgate, client_for, fields, says):
    response = client_for(cast.manager, northgate).post(
        "/settings/calendar/new/?year=2026-27", {"kind": "half_term", **fields}
    )

    assert response.status_code == 422
    assert says in response.content.decode()


def test_half_terms_neither_overlap_nor_change_places_nor_leave_their_year(cast, northgate):
    with acting_for(northgate, cast.manager):
        autumn = CalendarEntry.objects.get(academic_year="2026-27", name="autumn-1")
        for starts, ends in (("2026-09-02", "2026-11-05"), ("2027-09-02", "2027-10-05"), ("2026-10-23", "2026-09-02")):
            dates = {"starts_on": dt.date.fromisoformat(starts), "ends_on": dt.date.fromisoformat(ends)}
            with pytest.raises(CalendarClash):
                services.put_entry(autumn, kind="half_term", name="autumn-1", academic_year="2026-27", by=None, **dates)
        autumn.refresh_from_db()
        assert autumn.ends_on == dt.date(2026, 10, 23)


def test_sites_and_establishments_are_added_once(cast, northgate, client_for):
    client = client_for(cast.manager, northgate)

    assert client.post("/settings/sites/new/", {"name": "New Wing"}).status_code == 302
    assert "with this name already" in client.post("/settings/sites/new/", {"name": "New Wing"}).content.decode()
    school = {"name": "Valley School", "urn": "100009", "kind": "mainstream"}
    assert client.post("/settings/establishments/new/", school).status_code == 302
    assert "with this URN already" in client.post("/settings/establishments/new/", school).content.decode()
    with acting_as_system(northgate):
        site, school = Site.objects.get(name="New Wing"), Establishment.objects.get(urn="100009")
    client.post(
        f"/settings/sites/{site.public_id}/",
        {"name": "Old Wing", "establishment": school.pk, "closed_on": "2026-01-01"},
    )
    with acting_as_system(northgate):
        site.refresh_from_db()
    assert (site.name, site.establishment_id, site.closed_on) == ("Old Wing", school.pk, dt.date(2026, 1, 1))


@pytest.mark.parametrize(("days", "open_"), [(1, True), (0, False), (-1, False)])
def test_a_site_is_offered_until_the_day_it_closes(northgate, days, open_):
    with acting_as_system(northgate):
        Site.objects.filter(pk=northgate.riverside.pk).update(closed_on=localdate() + dt.timedelta(days))
        assert (northgate.riverside in open_sites()) is open_


def test_the_settings_keep_hours_as_minutes(cast, northgate, client_for):
    fields = {
        "name": "Northgate",
        "holds_cases": "team",
        "decides": "team",
        "full_week": "37.5",
        "opening_pupils": "12",
        "opening_hours": "178997.25",
        "confirm_within_days": "28",
        "counts_travel": "on",
    }

    assert client_for(cast.manager, northgate).post("/settings/taskforce/", fields).status_code == 302

    held = Taskforce.objects.get(pk=northgate.pk)
    assert (held.opening_minutes, held.opening_pupils, held.decides) == (178997 * 60 + 15, 12, "team")
    assert (held.full_week_minutes, held.counts_travel) == (2250, True)


def test_create_taskforce_makes_it_with_a_calendar_that_can_be_counted(db):
    call_command(
        "create_taskforce", slug="wake", name="Wake", la_code="384", england_calendar="2023-2027", opening_hours="2.5"
    )

    taskforce = Taskforce.objects.get(slug="wake")
    assert taskforce.opening_minutes == 150
    with acting_as_system(taskforce):
        periods = SchoolCalendar.of().half_terms()
    assert len(periods) == 30
    assert [p.starts_on for p in periods[1:]] == [p.ends_on + dt.timedelta(days=1) for p in periods[:-1]]


@pytest.mark.parametrize("year", range(2015, 2041))
def test_englands_half_terms_are_plausible_in_every_year(year):
    half_terms = england.half_terms(year)

    assert [half_term.name for half_term in half_terms] == list(HALF_TERMS)
    for one, following in itertools.pairwise(half_terms):
        assert dt.timedelta(weeks=4) <= one.ends_on - one.starts_on <= dt.timedelta(weeks=8)
        assert dt.timedelta(days=8) <= following.starts_on - one.ends_on <= dt.timedelta(days=19)
    easter = england.easter_sunday(year + 1)
    assert half_terms[3].ends_on < easter - dt.timedelta(days=2) <= half_terms[4].starts_on
    assert not any(half_term.starts_on.weekday() > 4 for half_term in half_terms)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"la_code": "000"}, "no local authority"),
        ({"slug": "has space"}, "letters, figures"),
        ({"slug": "northgate"}, "already"),
        ({"england_calendar": "soon"}, "no range of years"),
        ({"england_calendar": "2027-2023"}, "from the earlier to the later"),
        ({"began": "1.11.2021"}, "no date"),
        ({"opening_pupils": "-4"}, "nought or more"),
        ({"urn": "abc"}, "no URN"),
        ({"name": " "}, "The name is empty"),
    ],
)
def test_create_taskforce_says_in_a_sentence_what_is_wrong(northgate, options, says):
    with pytest.raises(CommandError, match=says):
        call_command("create_taskforce", **{"slug": "new", "name": "New", "la_code": "384", **options})
    assert Taskforce.objects.count() == 1
