"""The pages of cases and sessions, as the people who use them meet them."""

import datetime as dt
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apst.accounts.models import Draft
from apst.audit.models import AccessEntry
from apst.tenancy.context import acting_as_system
from cases.forms.cases import FilterForm
from cases.models import Case, CaseMember, Intervention, InterventionNote
from cases.queries.interventions import monday_of
from cases.services import refresh_access
from tests.clock import TODAY
from tests.factories import make_case, make_pupil, make_referral, make_session

EVERYBODY = ("manager", "specialist", "riverside", "allocated", "dsl", "slt", "school_staff", "ig_lead", "coordinator")


@pytest.fixture
def sam(cast, client_for, northgate):
    """Sam's phone, signed in."""
    return client_for(cast.specialist, northgate)


@pytest.fixture
def maya(cast, client_for, northgate):
    """The manager's browser."""
    return client_for(cast.manager, northgate)


def post_of(cast):
    return str(cast.specialist.post.public_id)


def logging(northgate, case, **fields):
    return {
        "taskforce": str(northgate.public_id), "submission_key": str(uuid.uuid4()),
        "pupils": [str(case.pupil.public_id)],
        "attendance": "attended", "activity_type": "one_to_one", "length": "45", "day": "today", **fields,
    }  # fmt: skip


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_three_taps_log_a_session(sam, case, northgate, as_system):
    today = text(sam.get("/"))
    link = f"/sessions/log/?pupil={case.pupil.public_id}"
    assert link in today

    page = text(sam.get(link))
    assert re.search(rf'value="{case.pupil.public_id}"[^>]* checked', page)
    answer = sam.post("/sessions/log/", logging(northgate, case), follow=True)

    assert answer.redirect_chain == [("/", 302)]
    assert "Saved." in text(answer)
    assert ">Undo</button>" in text(answer)
    assert "Log another" in text(answer)
    with as_system():
        session = Intervention.objects.get()
        assert (session.minutes, session.held_on, session.places.get().case_id) == (45, TODAY, case.pk)


def test_the_next_one_starts_from_the_last_type_and_length(sam, case, northgate):
    sam.post(
        "/sessions/log/",
        logging(northgate, case, activity_type="family", length="", other_minutes="50", attendance="about_pupil"),
    )

    page = text(sam.get("/sessions/log/"))

    assert re.search(r'name="activity_type" type="radio" value="family" checked', page)
    assert re.search(r'name="length" type="radio" value="50" checked', page)


def test_undo_on_today_deletes_it_and_brings_it_back(sam, case, northgate, as_system):
    answer = sam.post("/sessions/log/", logging(northgate, case), follow=True)
    undo, version = re.search(
        r'action="(/sessions/[^"]+/delete/)".*?name="version" value="(\d+)"', text(answer)
    ).groups()

    answer = sam.post(undo, {"taskforce": str(northgate.public_id), "version": version, "next": "home"}, follow=True)

    assert "The session is deleted." in text(answer)
    back, version = re.search(
        r'action="(/sessions/[^"]+/restore/)".*?name="version" value="(\d+)"', text(answer)
    ).groups()
    assert "is there again" in text(
        sam.post(back, {"taskforce": str(northgate.public_id), "version": version, "next": "home"}, follow=True)
    )
    with as_system():
        assert Intervention.objects.get().deleted_at is None


def test_a_double_tap_makes_one(sam, case, northgate, as_system):
    form = logging(northgate, case)
    sam.post("/sessions/log/", form)
    sam.post("/sessions/log/", form)

    with as_system():
        assert Intervention.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"length": "", "other_minutes": "0"}, "between 1 minute and 24 hours"),
        ({"length": "", "other_minutes": "2000"}, "between 1 minute and 24 hours"),
        ({"length": "", "other_minutes": "an hour"}, "whole number of minutes"),
        ({"length": ""}, "Select how long it took"),
        ({"other_day": str(TODAY + dt.timedelta(days=1))}, "must be today or in the past"),
        ({"other_day-day": "31", "other_day-month": "2", "other_day-year": "2026"}, "must be a real date"),
        ({"pupils": []}, "Choose at least one pupil"),
        ({"pupils": [str(uuid.uuid4())]}, "not known here"),
        ({"pupils": ["x"]}, "not known here"),
        ({"starts_at": "late"}, "Write the time it started"),
        ({"staff_trained": "3"}, "belongs to training"),
        ({"note": "x" * 5001}, "at most 5000"),
    ],
)
def test_bad_input_is_answered_in_words_keeps_the_text_and_changes_nothing(
    sam, case, northgate, as_system, wrong, sentence
):
    answer = sam.post("/sessions/log/", logging(northgate, case, **{"note": "As it was typed", **wrong}))

    assert answer.status_code == 200
    assert sentence in text(answer)
    assert "There is a problem" in text(answer)
    assert ("As it was typed" in text(answer)) == ("note" not in wrong)
    with as_system():
        assert not Intervention.objects.exists()


def test_a_pupil_of_another_taskforce_is_not_known(sam, case, northgate, southgate):
    with acting_as_system(southgate, durable=False):
        stranger = make_pupil(surname="Zephyr")
    answer = sam.post("/sessions/log/", logging(northgate, case, pupils=[str(stranger.public_id)]))

    assert "not known here" in text(answer)
    assert "Zephyr" not in text(answer)


def test_a_group_without_a_script(sam, case, northgate, as_system, cast):
    with as_system():
        other = make_case(
            pupil=make_pupil(forename="Zoya", surname="Quill", name_key="quill zoya", sound_key="KL S")
        ).pupil
    found = sam.post("/sessions/log/", logging(northgate, case, find="quill", search="yes"))
    page = text(found)
    assert "1 pupil found" in page
    assert "Zoya Quill" in page
    assert "There is a problem" not in page
    assert re.search(rf'value="{case.pupil.public_id}"[^>]* checked', page)

    both = [str(case.pupil.public_id), str(other.public_id)]
    sam.post(
        "/sessions/log/",
        logging(
            northgate, case, activity_type="group", pupils=both, **{f"attendance-{other.public_id}": "was_not_brought"}
        ),
    )

    with as_system():
        assert dict(Intervention.objects.get().places.values_list("pupil", "attendance")) == {
            case.pupil_id: "attended",
            other.pk: "was_not_brought",
        }


def test_what_was_typed_is_kept_while_a_restricted_note_is_written_first(sam, case, northgate):
    """Without a script: the button that leads to the note keeps it, and never over what another tab kept since."""
    typed = {"pupils": [str(case.pupil.public_id)], "length": "45", "note": "Half a sentence", "find": ""}

    answer = sam.post("/sessions/log/", {**typed, "version": "0", "restrict": "yes"}, follow=True)

    assert answer.request["PATH_INFO"] == f"/cases/{case.public_id}/notes/new/"
    assert "What you typed is kept" in text(answer)
    again = text(sam.get("/sessions/log/"))
    assert "Half a sentence" in again
    assert re.search(r'value="45"[^>]*checked', again)
    # The page's own script had kept the same already; another tab had kept something else.
    assert sam.post("/sessions/log/", {**typed, "version": "0", "restrict": "yes"}).status_code == 302
    other = text(sam.post("/sessions/log/", {**typed, "note": "Something else", "version": "0", "restrict": "yes"}))
    assert "A newer version of this draft was saved" in other
    assert "Something else" in other
    assert "Half a sentence" in text(sam.get("/sessions/log/"))


def test_a_draft_comes_back_and_goes_when_it_is_sent(sam, case, northgate, cast, as_system):
    with as_system():
        Draft.objects.create(
            person_id=cast.specialist.pk,
            form="session-log",
            payload={"pupils": str(case.pupil.public_id), "note": "Half a sentence", "activity_type": "family"},
            version=3,
        )
    page = text(sam.get("/sessions/log/"))
    assert "Half a sentence" in page
    assert 'data-draft-version="3"' in page
    assert "There is a problem" not in page
    assert "Half a sentence" not in text(sam.get("/sessions/log/?fresh=1"))

    sam.post("/sessions/log/", logging(northgate, case))
    with as_system():
        assert not Draft.objects.exists()


def test_the_manager_logs_for_others_and_is_asked_for_whom(maya, cast, case, northgate, as_system):
    assert "Who did the work?" in text(maya.get("/sessions/log/"))
    assert "Select who did the work" in text(maya.post("/sessions/log/", logging(northgate, case, specialist="")))

    both = logging(northgate, case, specialist=post_of(cast), with_others=[str(cast.riverside.post.public_id)])
    maya.post("/sessions/log/", both)

    with as_system():
        assert Intervention.objects.get().specialists.count() == 2


def test_changing_a_session_on_its_page(sam, case, northgate, as_system):
    sam.post("/sessions/log/", logging(northgate, case, note="First"))
    with as_system():
        session = Intervention.objects.get()
        Intervention.objects.update(changeable_until=dt.date(2099, 1, 1))
    href = f"/sessions/{session.public_id}/"
    assert "First" in text(sam.get(f"{href}change/"))

    changed = logging(northgate, case, length="60", note="Second", version="1", other_day=TODAY.isoformat())
    answer = sam.post(f"{href}change/", changed, follow=True)
    assert "Second" in text(answer)
    assert "Minutes: 45, now 60" in text(answer)
    stale = sam.post(f"{href}change/", {**changed, "length": "15", "note": "Third"})
    assert "Somebody else has changed this" in text(stale)
    with as_system():
        assert (Intervention.objects.get().minutes, InterventionNote.objects.get().text) == (60, "Second")


def test_after_the_window_the_author_may_not_and_the_manager_may(sam, maya, case, northgate, as_system):
    sam.post("/sessions/log/", logging(northgate, case))
    with as_system():
        Intervention.objects.update(changeable_until=TODAY - dt.timedelta(days=1))
        href = f"/sessions/{Intervention.objects.get().public_id}/"

    assert sam.get(f"{href}change/").status_code == 403
    assert "Delete" not in text(sam.get(href))
    assert maya.get(f"{href}change/").status_code == 200


def test_my_week_by_day_with_totals(sam, case, northgate, cast, as_system):
    monday = monday_of(TODAY)
    before, after = ((monday + dt.timedelta(days)).strftime("?week=%G-W%V") for days in (-7, 7))
    with as_system():
        for day, minutes, attendance in (
            (monday, 60, "attended"), (monday, 30, "attended"), (TODAY, 45, "did_not_attend"),
        ):  # fmt: skip
            make_session(
                posts=[cast.specialist.post],
                places=[(case.pupil, attendance)],
                held_on=day,
                minutes=minutes,
            )
    page = text(sam.get("/sessions/"))

    assert "<strong>1 h 30</strong> delivered in 3 sessions. 1 of them counts no hours" in page
    assert before in page
    assert after in page
    assert "Nothing logged" in text(sam.get(f"/sessions/{before}"))
    assert sam.get("/sessions/?week=nonsense").status_code == 200


def test_allocating_on_the_page(maya, cast, northgate, referral, as_system):
    href = f"/referrals/{referral.public_id}/allocate/"
    assert "accepts it too" in text(maya.get(href))
    said = {
        "taskforce": str(northgate.public_id),
        "version": "1",
        "lead": post_of(cast),
        "team": [str(cast.allocated.post.public_id)],
        "tier": "tier_1",
        "site": str(northgate.riverside.public_id),
        "opened_on": TODAY.isoformat(),
    }

    answer = maya.post(href, said, follow=True)

    assert "The case is open." in text(answer)
    assert "Lee Marsh" in text(answer)
    assert "already" in text(maya.post(href, said))
    with as_system():
        assert CaseMember.objects.count() == 2


def test_closing_reopening_and_restricting_on_the_pages(maya, cast, northgate, case, as_system):
    form = {"taskforce": str(northgate.public_id)}
    href = f"/cases/{case.public_id}/"
    assert "Select why it ended" in text(maya.post(f"{href}close/", form))
    assert "The case is closed" in text(
        maya.post(
            f"{href}close/",
            {
                **form,
                "reason": "ready",
                "ended_on": TODAY.isoformat(),
                "leaving": "no",
                "said": "The school goes on with it.",
                "sure": "yes",
            },
            follow=True,
        )
    )
    assert "open again" in text(maya.post(f"{href}reopen/", {**form, "said": "They came back"}, follow=True))
    holders = [str(cast.dsl.membership.public_id)]
    assert "at least two holders" in text(maya.post(f"{href}restrict/", {**form, "holders": holders, "reason": "Kin"}))
    holders.append(str(cast.specialist.membership.public_id))
    page = text(maya.post(f"{href}restrict/", {**form, "holders": holders, "reason": "Kin"}, follow=True))
    assert "Restricted case. Holders: Dana Webb, Sam Okafor" in page
    assert "Ahmed" not in page


def test_the_brief_for_leaders_and_coordinators_has_no_sessions_and_no_facts(
    case, cast, client_for, northgate, as_system
):
    with as_system():
        session = make_session(posts=[cast.specialist.post], places=[case.pupil], logged_by=cast.specialist.membership)
        InterventionNote.objects.create(
            intervention=session, text="Nothing for you", written_by=cast.specialist.membership
        )
    for name in ("slt", "coordinator"):
        page = text(client_for(getattr(cast, name), northgate).get(f"/cases/{case.public_id}/"))
        assert "Amira Ahmed" in page
        assert "Sam Okafor" in page
        assert session.reference not in page
        assert "Social care" not in page
    assert client_for(cast.slt, northgate).get(f"/sessions/{session.public_id}/").status_code == 404
    page = text(client_for(cast.coordinator, northgate).get(f"/sessions/{session.public_id}/"))
    assert session.reference in page
    assert "Nothing for you" not in page


def test_filters_in_the_address(maya, cast, northgate, case, as_system):
    with as_system():
        other = make_case(
            site=northgate.centre,
            tier="tier_1",
            pupil=make_pupil(forename="Zoya", surname="Quill", name_key="quill zoya"),
        )
        make_case(
            site=northgate.centre,
            ended_on=TODAY,
            end_reason="ready",
            pupil=make_pupil(surname="Gone", forename="By", name_key="gone by"),
        )
        Case.objects.update(opened_on=TODAY)
    both = text(maya.get("/cases/"))
    assert "Ahmed" in both
    assert "Quill" in both
    assert "Gone" not in both
    for query, there, not_there in (
        (f"site={northgate.centre.public_id}", "Quill", "Ahmed"),
        ("tier=tier_1", "Quill", "Ahmed"),
        (f"lead={post_of(cast)}", "Ahmed", "Quill"),
        ("state=ended", "Gone", "Quill"),
        ("quiet=on", "No case fits", "Quill"),
        ("site=nonsense&after=nonsense", "Ahmed", "zzz"),
    ):
        page = text(maya.get(f"/cases/?{query}"))
        assert there in page, query
        assert not_there not in page, query
    for name, there, not_there in (
        ("zoy", "Quill", "Ahmed"),
        (other.reference, "Quill", "Ahmed"),
        ("nobody", "No case fits this name", "Ahmed"),
        ("", "Ahmed", "Gone"),
    ):
        page = text(maya.post("/cases/", {"q": name}))
        assert there in page, name
        assert not_there not in page, name
    assert "No case fits this name" in text(maya.post("/cases/?state=ended", {"q": "zoy"}))
    assert maya.post("/cases/", {"q": "z" * 101}).status_code == 422


def test_a_name_that_is_looked_for_is_in_no_address(maya, as_system):
    with as_system():
        for number in range(30):
            make_case(pupil=make_pupil(forename=f"N{number:03}", surname="Quill", name_key=f"quill n{number}"))

    page = text(maya.post("/cases/?tier=tier_2&after=nonsense", {"q": "quill"}))

    assert 'value="quill"' in page
    assert len(re.findall(r"N\d{3} Quill", page)) == 25
    assert "30 cases found. Here are the first 25: add more of the name" in page
    assert 'rel="next"' not in page
    addresses = re.findall(r'(?:href|action|hx-get)="([^"]*)"', page)
    assert "?tier=tier_2" in addresses
    assert not [address for address in addresses if "quill" in address]
    # A name that somebody puts into the address by hand finds nothing and is handed on to no other page.
    assert "q=quill" not in text(maya.get("/cases/?tier=tier_2&state=all&q=quill"))
    assert FilterForm.base_fields.keys() & {"q", "name", "search"} == set()


def test_pages_of_the_list_hold_every_case_once(maya, as_system, cast):
    with as_system():
        for number in range(60):
            make_case(pupil=make_pupil(forename=f"N{number:03}", surname="Test"))
        # Many in one moment, as an import leaves them.
        Case.objects.update(updated_at=dt.datetime(2026, 11, 18, 12, tzinfo=dt.UTC))
    seen, href = [], "/cases/"
    while href:
        page = text(maya.get(href))
        seen += re.findall(r"N\d{3} Test", page)
        last, found = href, re.search(r'href="(\?after=[^"]+)"', page)
        href = f"/cases/{found.group(1)}" if found else ""
    assert len(seen) == len(set(seen)) == 60
    back = re.search(r'href="(\?before=[^"]+)"', text(maya.get(last))).group(1)
    assert len(re.findall(r"N\d{3} Test", text(maya.get(f"/cases/{back}")))) == 25


def test_pages_of_a_case_hold_every_kept_session_once_the_last_held_first(maya, as_system, cast, case):
    with as_system():
        for number in range(60):
            day = dt.date(2026, 11, 9) + dt.timedelta(days=number % 3)
            make_session(posts=[cast.specialist.post], places=[case.pupil], held_on=day, minutes=number + 61)
        Intervention.objects.filter(minutes=120).update(deleted_at=timezone.now())
        by_day = Intervention.objects.kept().order_by("-held_on", "-pk").values_list("minutes", flat=True)
        wanted = [f"1 h {minutes - 60:02}" for minutes in by_day]
    address = f"/cases/{case.public_id}/"
    seen, href = [], address
    while href:
        page = text(maya.get(href))
        seen.append(re.findall(r"1 h \d\d", page))
        last, found = href, re.search(r'href="(\?after=[^"]+)"', page)
        href = f"{address}{found.group(1)}" if found else ""
    assert [row for rows in seen for row in rows] == wanted
    back = re.search(r'href="(\?before=[^"]+)"', text(maya.get(last))).group(1)
    assert re.findall(r"1 h \d\d", text(maya.get(f"{address}{back}"))) == seen[1]


def queries_of(client, address):
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", ["manager", "specialist", "riverside", "allocated"])
def test_a_list_of_a_thousand_asks_as_much_as_one_of_ten(cast, client_for, northgate, as_system, name):
    client = client_for(getattr(cast, name), northgate)

    def make(number):
        with as_system():
            for _ in range(number):
                case = make_case(site=northgate.riverside, lead=cast.specialist.post, pupil=make_pupil())
                CaseMember.objects.create(case=case, post=cast.allocated.post, starts_on=case.opened_on)
                make_session(
                    posts=[getattr(cast, name).post] if name != "manager" else [],
                    places=[case.pupil],
                    held_on=dt.date(2026, 11, 2),
                    logged_by=getattr(cast, name).membership,
                )
            refresh_access()
        return case

    case = make(30)
    pages = ["/", "/cases/", "/sessions/log/", "/sessions/", f"/cases/{case.public_id}/"]
    few = [queries_of(client, page) for page in pages]
    make(270)

    assert [queries_of(client, page) for page in pages] == few
    assert max(few) <= 40, few


@pytest.mark.parametrize("name", EVERYBODY)
def test_today_has_something_for_everybody(cast, case, client_for, northgate, name, as_system):
    with as_system():
        make_referral(pupil=make_pupil(surname="Mine"), made_by=cast.school_staff.membership)
    page = text(client_for(getattr(cast, name), northgate).get("/"))

    word = {
        "manager": "Referrals to triage", "specialist": "My week", "riverside": "My week", "allocated": "My week",
        "dsl": "Restricted cases of which", "slt": "MI return", "school_staff": "Mine", "ig_lead": "Pages that showed",
        "coordinator": "Logged this week",
    }[name]  # fmt: skip
    assert word in page
    # A number is there to be opened, and the first thing that somebody does comes first.
    assert page.count("app-stat__label") == len(re.findall(r'app-stat__label"><a class="govuk-link" href="/', page))
    if name == "school_staff":
        assert page.index("Refer a pupil") < page.index("Passports shared with me")


def test_every_page_that_shows_a_pupil_is_in_the_access_log(sam, maya, case, cast, northgate, as_system, referral):
    with as_system():
        session = make_session(
            posts=[cast.specialist.post], places=[case.pupil], logged_by=cast.specialist.membership, held_on=TODAY
        )
    href = f"/cases/{case.public_id}/"
    for page in ("/", "/cases/", href, "/sessions/", "/sessions/log/", f"/sessions/{session.public_id}/"):
        assert sam.get(page).status_code == 200
    for page in (f"{href}close/", f"{href}restrict/", f"/referrals/{referral.public_id}/allocate/"):
        assert maya.get(page).status_code == 200

    with as_system():
        rows = AccessEntry.objects.filter(pupils__pupil_id=case.pupil_id).values_list("page", flat=True)
        assert sorted(set(rows)) == [
            "cases:case-allocate", "cases:case-close", "cases:case-detail", "cases:case-list", "cases:case-restrict",
            "cases:session-detail", "cases:session-list", "cases:session-log", "home",
        ]  # fmt: skip


def test_no_name_is_in_a_title_or_an_address(sam, case):
    for page in ("/", "/cases/", f"/cases/{case.public_id}/", "/sessions/log/"):
        title = re.search(r"<title>(.*?)</title>", text(sam.get(page))).group(1)
        assert "Ahmed" not in title
        assert "Amira" not in title


def test_nobody_without_the_right_opens_them(cast, case, client_for, northgate, referral):
    asked = {
        "/cases/": ["ig_lead"],
        f"/cases/{case.public_id}/": ["ig_lead", "school_staff"],
        "/sessions/log/": ["dsl", "slt", "school_staff", "ig_lead"],
        f"/referrals/{referral.public_id}/allocate/": [
            "specialist",
            "riverside",
            "dsl",
            "slt",
            "school_staff",
            "ig_lead",
            "coordinator",
        ],
        f"/cases/{case.public_id}/restrict/": ["specialist", "riverside", "dsl", "slt", "coordinator"],
        f"/cases/{case.public_id}/close/": ["specialist", "dsl", "coordinator"],
    }
    for address, names in asked.items():
        for name in names:
            assert client_for(getattr(cast, name), northgate).get(address).status_code in (403, 404), (address, name)
