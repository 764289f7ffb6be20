"""Everything that happened on a case, in one order, page by page; and what is new since one was last here."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apst.audit.models import AccessEntry, AccessEntryPupil
from apst.tenancy.context import current
from cases.models import CaseStage, InterventionNote
from cases.queries.happenings import KINDS
from cases.queries.timeline import page_of
from cases.queries.visits import last_visit
from tests.clock import MORNING, TODAY
from tests.factories import make_session

DAY = dt.timedelta(days=1)


def log(cast, case, number: int):
    """That many sessions on the days before today; every third day has two."""
    return [
        make_session(posts=[cast.specialist.post], places=[case.pupil], held_on=TODAY - DAY * (n - n // 3))
        for n in range(number)
    ]


def titles(page) -> list[str]:
    return [f"{entry.at:%-d %b} {entry.title}" for entry in page.entries]


def test_kinds_stand_in_one_order_the_latest_first(cast, case, acting, as_system):
    with as_system():
        make_session(posts=[cast.specialist.post], places=[case.pupil], held_on=TODAY - 2 * DAY)
        CaseStage.objects.create(case=case, tier="tier_2", starts_on=TODAY - DAY, why="Two quiet weeks")
    with acting(cast.manager):
        page = page_of(case, current(), KINDS)
        assert titles(page) == [
            "17 Nov Tier 2: time-limited placement (dual registered)",
            "16 Nov One to one with a pupil",
            "9 Nov Sam Okafor joined the team",
        ]
        assert (page.newer, page.older) == ("", "")


def test_paging_there_and_back_shows_each_entry_once(cast, case, acting, as_system):
    with as_system():
        log(cast, case, 9)
    with acting(cast.manager):
        whole = page_of(case, current(), KINDS, size=100).entries
        first = page_of(case, current(), KINDS, size=4)
        second = page_of(case, current(), KINDS, size=4, after=first.older)
        third = page_of(case, current(), KINDS, size=4, after=second.older)
        assert first.entries + second.entries + third.entries == whole
        assert third.older == ""

        back = page_of(case, current(), KINDS, size=4, before=third.newer)
        assert back.entries == second.entries
        assert page_of(case, current(), KINDS, size=4, before=back.newer).newer == ""


@pytest.mark.parametrize("key", ["nonsense", "2026-11-18_x_y", "2026-11-18_2026-11-18T10:00_0", "__"])
def test_a_key_that_somebody_wrote_is_the_first_page(cast, case, acting, as_system, key):
    with as_system():
        log(cast, case, 3)
    with acting(cast.manager):
        assert page_of(case, current(), KINDS, after=key).entries == page_of(case, current(), KINDS).entries


def test_many_entries_cost_as_many_queries_as_few(cast, case, northgate, as_system, client_for):
    def queries() -> int:
        client = client_for(cast.specialist, northgate)
        client.get("/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/cases/{case.public_id}/?kind=session").status_code == 200
        return len(captured)

    with as_system():
        log(cast, case, 20)
    few = queries()
    with as_system():
        sessions = log(cast, case, 40)
        InterventionNote.objects.create(intervention=sessions[0], text="Calm")
    assert queries() == few


def test_the_address_chooses_kinds(cast, case, northgate, as_system, client_for):
    with as_system():
        log(cast, case, 1)
    client = client_for(cast.manager, northgate)
    assert b"joined the team" in client.get(f"/cases/{case.public_id}/").content

    text = client.get(f"/cases/{case.public_id}/?kind=session").content
    assert b"One to one" in text
    assert b"joined the team" not in text


def test_what_others_wrote_since_the_last_visit_is_new(cast, case, northgate, acting, as_system, client_for):
    """Priya comes on Thursdays: she sees what Sam logged since, and her own entries are no news to her."""
    with as_system():
        entry = AccessEntry.objects.create(person_id=cast.riverside.pk, page="cases:case-detail", at=MORNING - 7 * DAY)
        AccessEntryPupil.objects.create(entry=entry, pupil_id=case.pupil_id)
        for author in (cast.specialist, cast.riverside):
            make_session(
                posts=[author.post],
                places=[case.pupil],
                held_on=TODAY - DAY,
                logged_by=author.membership,
                logged_at=MORNING - DAY,
            )
    with acting(cast.riverside):
        assert last_visit(case, current()) == MORNING - 7 * DAY

    sessions = f"/cases/{case.public_id}/?kind=session"
    text = client_for(cast.riverside, northgate).get(sessions).content.decode()
    assert "1 new on this page since you were last here" in text
    # Whoever comes back within the same sitting still sees what was new to it.
    again = client_for(cast.riverside, northgate).get(sessions).content.decode()
    assert "1 new on this page since you were last here" in again


def test_those_who_may_not_view_the_case_read_its_brief_and_no_timeline(cast, case, northgate, as_system, client_for):
    with as_system():
        log(cast, case, 1)
    for name in ("slt", "coordinator"):
        text = client_for(getattr(cast, name), northgate).get(f"/cases/{case.public_id}/").content
        assert b"This is the case" in text
        assert b"One to one" not in text
