"""A meeting through its pages: prepared, run on the screen in the room, written up, and read by each role."""

import datetime as dt
import html
import io
import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from apst.accounts.models import Draft
from apst.jobs.models import Job
from cases.models import (
    Case,
    CaseAccess,
    CaseDecision,
    CasePaper,
    Meeting,
    MeetingAction,
    MeetingItem,
    MeetingNote,
    MeetingRules,
    Note,
    NoteText,
)
from cases.services import close_meeting, convene, decide, put_on_agenda, set_action, start_meeting, write_meeting_note
from referrals.models import Referral
from tests.clock import TODAY
from tests.factories import make_case, make_referral


def text(answer) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())))


@pytest.fixture
def maya(cast, northgate, client_for):
    return client_for(cast.manager, northgate)


@pytest.fixture
def running(cast, case, acting):
    """A running meeting over Amira's case and other business; `.item` is the case's, `.words` the other."""
    with acting(cast.manager):
        meeting = start_meeting(convene(held_on=TODAY, by=cast.manager.membership), by=cast.manager.membership)
        meeting.words = put_on_agenda(meeting, words="Minibus on Fridays", by=cast.manager.membership)
        meeting.item = meeting.items.get(case=case)
        return meeting


def at(item, what="") -> str:
    return f"/meetings/items/{item.public_id}/{what}"


def day(on: dt.date, name: str) -> dict:
    return {f"{name}-day": on.day, f"{name}-month": on.month, f"{name}-year": on.year}


def test_a_meeting_is_prepared_from_the_list_and_its_agenda_stands_there(maya, case, as_system):
    with as_system():
        make_referral()

    answer = maya.post("/meetings/new/", {**day(TODAY, "held_on"), "minutes": 60, "site": ""}, follow=True)

    page = text(answer)
    assert "Amira Ahmed" in page
    assert "New referral" in page
    assert "60 of 60 minutes" in page
    assert "Wednesday 18 November 2026" in text(maya.get("/meetings/"))


def test_the_order_is_changed_by_buttons(maya, running):
    answer = maya.post(at(running.words, "move/"), {"way": "up"})

    assert answer.headers["Location"] == f"/meetings/{running.public_id}/#item-{running.words.public_id}"
    page = text(maya.get(f"/meetings/{running.public_id}/"))
    assert page.index("Minibus on Fridays") < page.index("Amira Ahmed")


def test_next_and_previous_pass_over_what_one_does_not_see(maya, cast, northgate, running, acting, client_for):
    with acting(cast.manager):
        last = put_on_agenda(running, words="Quiet room", by=cast.manager.membership)
    maya.post(at(running.words, "move/"), {"way": "up"})
    police = client_for(cast.allocated, northgate)

    first, third = (police.get(at(item)).content.decode() for item in (running.words, last))

    assert "Item 1 of 3" in text(police.get(at(running.words)))
    assert at(last) in first
    assert at(running.words) in third
    assert at(running.item) not in first + third
    assert at(running.item) in maya.get(at(running.words)).content.decode() + maya.get(at(last)).content.decode()


def test_the_meeting_starts_at_its_first_item_and_goes_on_by_next(maya, running, acting, cast):
    with acting(cast.manager):
        Meeting.objects.update(state="prepared", started_at=None)

    page = maya.post(f"/meetings/{running.public_id}/start/", follow=True)

    assert "Amira Ahmed" in text(page)
    assert "Item 1 of 2" in text(page)
    assert 'accesskey="n"' in page.content.decode()
    agenda = maya.get(f"/meetings/{running.public_id}/").content.decode()
    assert agenda.index(at(running.item)) < agenda.index("Go to where we are")
    page = maya.post(at(running.words, "turn/"), follow=True)
    assert "Minibus on Fridays" in text(page)
    with acting(cast.manager):
        assert MeetingItem.objects.get(opened_at__isnull=False) == running.words


def test_an_item_says_who_why_what_changed_what_was_decided_and_what_the_child_says(
    maya, cast, case, as_system, acting, running
):
    with acting(cast.manager):
        by = cast.manager.membership
        decide(running.item, outcome="change", rationale="Mornings only for now", by=by)
        set_action(running.item, what="Ring Hillside", owner=cast.specialist.membership, due_on=TODAY, by=by)
        close_meeting(running, by=by)
        later = start_meeting(convene(held_on=TODAY + dt.timedelta(days=7), by=by), by=by)
        item = later.items.get(case=case)
    with acting(cast.dsl):
        for kind, said, sensitivity in (
            ("event", "Was in a fight", "ordinary"),
            ("voice", "I like the kitchen", "ordinary"),
            ("note", "A secret word", "safeguarding"),
        ):
            note = Note.objects.create(
                case=case, pupil=case.pupil, kind=kind, happened_on=TODAY, sensitivity=sensitivity,
                written_by=cast.dsl.membership,
            )  # fmt: skip
            NoteText.objects.create(note=note, text=said, happened_on=TODAY, written_by=cast.dsl.membership)

    page = text(maya.get(at(item)))

    for words in ("Amira Ahmed", "Riverside", "Sam Okafor", "Mornings only for now", "Ring Hillside", "Was in a fight",
                  "I like the kitchen", "Since 18 November"):  # fmt: skip
        assert words in page, words
    assert "A secret word" not in page


@pytest.mark.parametrize("kind", ["note", "voice"])
def test_not_even_its_author_sees_a_restricted_note_on_the_screen(
    kind, cast, case, northgate, acting, running, client_for
):
    with acting(cast.dsl):
        note = Note.objects.create(
            case=case, pupil=case.pupil, kind=kind, happened_on=TODAY, sensitivity="safeguarding",
            written_by=cast.dsl.membership,
        )  # fmt: skip
        NoteText.objects.create(note=note, text="A secret word", happened_on=TODAY, written_by=cast.dsl.membership)

    page = text(client_for(cast.dsl, northgate).get(at(running.item)))

    assert ("1 restricted entry, not shown here" in page) is (kind == "note")
    assert "A secret word" not in page


def test_the_screen_does_not_quote_a_child_who_said_no(maya, cast, case, acting, running):
    with acting(cast.dsl):
        for said, may in (("I like the kitchen", "yes"), ("Leave me out of it", "no")):
            note = Note.objects.create(
                case=case, pupil=case.pupil, kind="voice", happened_on=TODAY, written_by=cast.dsl.membership
            )
            NoteText.objects.create(
                note=note, text=said, may_quote=may, happened_on=TODAY, written_by=cast.dsl.membership
            )

    page = text(maya.get(at(running.item)))

    assert "I like the kitchen" in page
    assert "Leave me out of it" not in page


def test_continue_is_one_tap_and_anything_else_one_line(maya, cast, running, acting):
    assert "Decided" in text(maya.post(at(running.item, "decide/"), {"continue": "yes"}, follow=True))
    with acting(cast.manager):
        first = CaseDecision.objects.get()
    assert first.outcome == "continue"

    refused = maya.post(at(running.item, "decide/"), {"outcome": "close", "supersedes": str(first.public_id)})
    assert "Say why, in a sentence." in text(refused)
    said = {"outcome": "close", "rationale": "Goals reached", "supersedes": str(first.public_id)}
    page = text(maya.post(at(running.item, "decide/"), said, follow=True))

    assert "Close the case now" in page
    assert "Before that:" in page
    with acting(cast.manager):
        assert CaseDecision.objects.get(supersedes=first).rationale == "Goals reached"


def test_whoever_is_late_is_told_and_what_they_typed_stays(maya, cast, running, acting):
    maya.post(at(running.item, "decide/"), {"continue": "yes"})

    page = text(maya.post(at(running.item, "decide/"), {"outcome": "step_down", "rationale": "My long reason"}))

    assert "Somebody decided this a moment ago" in page
    assert "My long reason" in page


def test_a_referral_is_declined_or_allocated_on_its_item(maya, cast, northgate, as_system, acting):
    with as_system():
        declined, taken = make_referral(), make_referral(site=northgate.riverside)
    with acting(cast.manager):
        meeting = start_meeting(convene(held_on=TODAY, by=cast.manager.membership), by=cast.manager.membership)
        first, second = meeting.items.get(referral=declined), meeting.items.get(referral=taken)

    assert "Give the reason" in text(maya.post(at(first, "triage/"), {"outcome": "declined"}))
    maya.post(at(first, "triage/"), {"outcome": "declined", "rationale": "Out of area", "version": declined.version})
    said = {
        "lead": str(cast.specialist.post.public_id),
        "tier": "tier_1",
        "site": str(northgate.riverside.public_id),
        "version": taken.version,
        **day(TODAY, "opened_on"),
    }
    assert "The case is open." in text(maya.post(at(second, "allocate/"), said, follow=True))

    assert "cannot be allocated" in text(maya.post(at(second, "allocate/"), {**said, "version": ""}))
    with acting(cast.manager):
        assert set(Referral.objects.values_list("state", flat=True)) == {"ended", "allocated"}
        assert Case.objects.get().referral == taken


def test_notes_are_saved_as_versions_and_a_late_device_keeps_its_text(maya, cast, running, acting):
    with acting(cast.manager) as member:
        Draft.objects.create(
            person_id=member.person_id, form=f"meeting-note-{running.item.public_id}", payload={"text": "Half a sent"}
        )
    assert "Half a sent" in text(maya.get(at(running.item)))

    maya.post(at(running.item, "note/"), {"text": "Mum rang", "based_on": 0})
    late = text(maya.post(at(running.item, "note/"), {"text": "From the phone", "based_on": 0}))

    assert "You saved a later version on another device" in late
    assert "From the phone" in late
    assert "Mum rang" in late
    with acting(cast.manager):
        assert MeetingNote.objects.get().text == "Mum rang"
        assert not Draft.objects.exists()
    maya.post(at(running.item, "note/"), {"text": "Mum rang. From the phone", "based_on": 1})
    assert "changed 18 November" in text(maya.get(at(running.item)))


def test_an_action_stands_on_the_case_and_in_its_owners_today_until_it_is_done(
    maya, cast, case, northgate, running, client_for, acting
):
    said = {"what": "Ring Hillside", "owner": str(cast.specialist.membership.public_id), **day(TODAY, "due_on")}
    maya.post(at(running.item, "action/"), said)
    sam = client_for(cast.specialist, northgate)
    assert "Ring Hillside" in text(sam.get("/"))
    assert "Ring Hillside" in text(sam.get(f"/cases/{case.public_id}/"))
    with acting(cast.manager):
        action = MeetingAction.objects.get()
    assert client_for(cast.riverside, northgate).post(f"/meetings/actions/{action.public_id}/done/").status_code == 403

    sam.post(f"/meetings/actions/{action.public_id}/done/")

    assert "Ring Hillside" not in text(sam.get("/"))


def test_a_decision_and_what_it_replaced_stand_on_the_timeline(maya, cast, case, running, acting):
    with acting(cast.manager):
        first = decide(running.item, outcome="continue", by=cast.manager.membership)
        decide(running.item, outcome="close", rationale="Goals reached", supersedes=first, by=cast.manager.membership)

    page = text(maya.get(f"/cases/{case.public_id}/"))

    for words in ("Goals reached", "In place of: Continue.", "Replaced by a later decision."):
        assert words in page


def test_of_a_restricted_item_others_see_a_line_and_its_holder_opens_it_by_hand(
    cast, case, northgate, as_system, acting, running, client_for
):
    with as_system():
        Case.objects.filter(pk=case.pk).update(restricted=True)
        view = Permission.objects.get(codename="view_case")
        CaseAccess.objects.create(user=cast.dsl, content_object=case, source="grant", permission=view)
    dana, maya = client_for(cast.dsl, northgate), client_for(cast.manager, northgate)

    agenda = text(maya.get(f"/meetings/{running.public_id}/"))
    assert "1. Restricted item" in agenda
    assert "Amira" not in agenda
    assert maya.get(at(running.item)).status_code == 404
    assert "Amira" not in text(maya.get(f"/meetings/{running.public_id}/minutes/"))

    shut = text(dana.get(at(running.item)))
    assert "Restricted item" in shut
    assert "Amira" not in shut
    assert "Amira Ahmed" in text(dana.get(at(running.item) + "?open=1"))


def test_the_meeting_is_closed_with_who_was_there_and_what_is_left(maya, cast, running, acting):
    page = maya.get(f"/meetings/{running.public_id}/people/")
    answers = dict.fromkeys(re.findall(r'name="((?:m|p)-[0-9a-f-]+)"', page.content.decode()), "present")
    answers[f"m-{cast.slt.membership.public_id}"] = "apologies"

    minutes = text(maya.post(f"/meetings/{running.public_id}/people/", {**answers, "close": "yes"}, follow=True))

    assert "Apologies: Helen Price" in minutes
    assert "Left for next time" in minutes
    with acting(cast.manager):
        assert Meeting.objects.get().state == "closed"


def test_minutes_say_to_each_reader_what_they_may_read(cast, case, northgate, acting, running, client_for):
    with acting(cast.manager):
        by = cast.manager.membership
        decide(running.item, outcome="change", rationale="Because of home", by=by)
        write_meeting_note(running.item, text="Mum rang", by=by)
        write_meeting_note(running.words, text="Carol drives", by=by)
        set_action(running.item, what="Ring Hillside", owner=cast.dsl.membership, due_on=TODAY, by=by)

    words = ("Amira Ahmed", "Because of home", "Mum rang", "Ring Hillside", "Carol drives")
    read = {}
    for name in ("manager", "dsl", "specialist", "riverside", "allocated", "slt", "coordinator", "ig_lead"):
        page = text(client_for(getattr(cast, name), northgate).get(f"/meetings/{running.public_id}/minutes/"))
        read[name] = [word in page for word in words]
    everything, own_business = [True] * 5, [False, False, False, False, True]
    assert read == {
        "manager": everything,
        "dsl": everything,
        "specialist": everything,
        "riverside": everything,
        "allocated": own_business,
        "slt": [True, False, False, False, True],
        "coordinator": [True, False, False, False, True],
        "ig_lead": own_business,
    }
    assert client_for(cast.school_staff, northgate).get("/meetings/").status_code == 403


def test_how_we_meet_is_a_setting(maya, cast, northgate, acting):
    said = {"minutes": 90, "every_weeks": 3, "quorum": 4, "with_slt": ["close"], "based_on": 1}
    said |= {"weekday": 0, "starts_at": "8:30", "site": str(northgate.riverside.public_id), "days_ahead": 3}
    said |= {"counts_hours": "on"}
    maya.post("/meetings/rules/", said)

    with acting(cast.manager):
        row = MeetingRules.objects.get()
        assert (row.minutes, row.every_weeks, row.quorum, row.with_slt) == (90, 3, 4, ["close"])
        assert (row.weekday, row.starts_at, row.site, row.days_ahead, row.counts_hours) == (
            0, dt.time(8, 30), northgate.riverside, 3, True,
        )  # fmt: skip
    assert re.search(r'value="0"\s+checked', maya.get("/meetings/rules/").content.decode())
    assert "changed this since" in text(maya.post("/meetings/rules/", said))


@pytest.mark.parametrize("page", ["", "minutes/"])
def test_an_agenda_of_four_hundred_costs_as_many_queries_as_one_of_four(maya, cast, acting, as_system, page):
    def cost(on):
        with acting(cast.manager):
            meeting = convene(held_on=on, by=cast.manager.membership)
        address = f"/meetings/{meeting.public_id}/{page}"
        maya.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert maya.get(address).status_code == 200
        return len(asked)

    with as_system():
        MeetingRules.objects.create(every_weeks=1)
        for _ in range(4):
            make_case()
    few = cost(TODAY)
    with as_system():
        for _ in range(396):
            make_case()

    assert cost(TODAY + dt.timedelta(days=7)) == few
    assert few <= 25


@pytest.mark.pdf
@pytest.mark.django_db(transaction=True, databases=["default", "beside"])
def test_minutes_as_pdf_hold_what_their_reader_may_read_and_nothing_of_a_restricted_case(
    cast, case, northgate, acting, as_system, running, client_for
):
    with acting(cast.manager):
        by = cast.manager.membership
        write_meeting_note(running.item, text="Mum rang", by=by)
        write_meeting_note(running.words, text="Carol drives", by=by)
    with as_system():
        apart = make_case(restricted=True)
        view = Permission.objects.get(codename="view_case")
        CaseAccess.objects.create(user=cast.dsl, content_object=apart, source="grant", permission=view)
    with acting(cast.dsl):
        item = put_on_agenda(running, case=apart, by=cast.dsl.membership)
        write_meeting_note(item, text="Only for holders", by=cast.dsl.membership)
    minutes = client_for(cast.dsl, northgate).get(f"/meetings/{running.public_id}/minutes/")
    assert "Only for holders" in text(minutes)
    drawn = {}
    for name in ("manager", "slt", "dsl"):
        client = client_for(getattr(cast, name), northgate)
        client.post(f"/meetings/{running.public_id}/minutes/paper/", {"taskforce": northgate.public_id})
        with as_system():
            assert set(Job.objects.filter(kind="cases.draw_minutes").values_list("state", "error")) == {("done", "")}
            paper = CasePaper.objects.get(drawn_for=getattr(cast, name).membership)
        answer = client.get(f"/papers/{paper.public_id}/")
        pages = PdfReader(io.BytesIO(answer.content)).pages
        drawn[name] = " ".join(page.extract_text() for page in pages)
    assert ("Mum rang" in drawn["manager"], "Carol drives" in drawn["manager"]) == (True, True)
    assert ("Mum rang" in drawn["slt"], "Carol drives" in drawn["slt"]) == (False, True)
    # Paper is left lying about, so that not even a holder's says more than that there was an item.
    assert ("Mum rang" in drawn["dsl"], "Only for holders" in drawn["dsl"]) == (True, False)
    assert "3. Restricted item" in drawn["dsl"]


def test_an_item_is_dragged_to_its_place_and_whoever_saw_another_order_is_shown_the_fresh_one(maya, running):
    address = f"/meetings/{running.public_id}/"
    shown = re.search(r'name="based_on" value="(\d+)"', maya.get(address).content.decode()).group(1)
    said = {"before": str(running.item.public_id), "based_on": shown}

    page = text(maya.post(at(running.words, "move/"), said, follow=True))
    assert "Minibus on Fridays: now item 1 of 2." in page
    assert page.index("1. Minibus on Fridays") < page.index("2. Amira Ahmed")

    late = text(maya.post(at(running.item, "move/"), {**said, "before": str(running.words.public_id)}, follow=True))
    assert "Somebody else has changed the agenda since you opened it. Nothing was moved." in late
    assert late.index("1. Minibus on Fridays") < late.index("2. Amira Ahmed")


def test_coming_back_to_the_address_of_an_act_leads_to_its_page(maya, running):
    for act in ("decide", "triage", "allocate", "note", "action", "state", "turn", "move"):
        assert maya.get(at(running.item, f"{act}/")).headers["Location"] == at(running.item), act
    for act in ("prepare", "start"):
        address = f"/meetings/{running.public_id}/"
        assert maya.get(f"{address}{act}/").headers["Location"] == address, act
    paper = f"/meetings/{running.public_id}/minutes/paper/"
    assert maya.get(paper).headers["Location"] == f"/meetings/{running.public_id}/minutes/"


def test_the_room_sees_how_the_time_of_an_item_and_of_the_meeting_stands(maya, cast, running, acting):
    maya.post(at(running.item, "turn/"))
    with acting(cast.manager):
        ago = MeetingItem.objects.get(pk=running.item.pk).opened_at - dt.timedelta(seconds=90)
        MeetingItem.objects.filter(pk=running.item.pk).update(opened_at=ago)

    page = maya.get(at(running.item)).content.decode()

    spent, minutes, left = (
        int(re.search(rf'data-{name}="(-?\d+)"', page).group(1)) for name in ("spent", "minutes", "left")
    )
    assert (90 <= spent <= 100, minutes, 3590 <= left <= 3600) == (True, 60, True)
    assert f"since {ago.astimezone(dt.UTC):%H:%M}" in text(maya.get(at(running.item)))
    assert "data-clock" not in maya.get(at(running.words)).content.decode()


def test_the_minutes_say_how_long_each_item_and_the_meeting_took(maya, cast, running, acting):
    with acting(cast.manager):
        MeetingItem.objects.filter(pk=running.item.pk).update(seconds=250)
        Meeting.objects.filter(pk=running.pk).update(
            state="closed", closed_by=cast.manager.membership, closed_at=running.started_at + dt.timedelta(minutes=72)
        )

    page = text(maya.get(f"/meetings/{running.public_id}/minutes/"))

    assert "4 minutes of 60" in page
    assert "after 72 of 60 minutes" in page


def test_of_a_case_that_one_merely_does_not_see_the_agenda_does_not_say_that_it_is_restricted(
    cast, case, northgate, as_system, acting, client_for, running
):
    with as_system():
        referred, apart = make_referral(), make_case(restricted=True)
        view = Permission.objects.get(codename="view_case")
        CaseAccess.objects.create(user=cast.dsl, content_object=apart, source="grant", permission=view)
    with acting(cast.manager):
        put_on_agenda(running, referral=referred, by=cast.manager.membership)
    with acting(cast.dsl):
        put_on_agenda(running, case=apart, by=cast.dsl.membership)

    for page in ("", "minutes/"):
        lee = text(client_for(cast.allocated, northgate).get(f"/meetings/{running.public_id}/{page}"))
        for line in ("1. A case you do not work on", "2. Minibus on Fridays", "3. A referral you do not work on",
                     "4. Restricted item"):  # fmt: skip
            assert line in lee, (page, line)


def test_a_decision_to_close_leads_to_closing_and_stands_on_the_case_until_another_replaces_it(
    maya, cast, case, running, acting
):
    own, close = f"/cases/{case.public_id}/", f"/cases/{case.public_id}/close/"
    assert "Closing proposed" not in text(maya.get(own))
    with acting(cast.manager):
        by = cast.manager.membership
        first = decide(running.item, outcome="close", rationale="Goals reached", by=by)

    assert close in maya.get(at(running.item)).content.decode()
    assert "Closing proposed" in text(maya.get(own))
    page = text(maya.get(close))
    assert "Decided at the meeting by Maya Thornton, 18 November 2026: close. Goals reached" in page

    with acting(cast.manager):
        decide(running.item, outcome="continue", supersedes=first, by=by)
    assert "Closing proposed" not in text(maya.get(own))
    assert "Decided at the meeting" not in text(maya.get(close))


def test_a_closed_case_is_not_proposed_for_closing_any_more(maya, cast, case, running, acting, as_system):
    with acting(cast.manager):
        decide(running.item, outcome="close", rationale="Goals reached", by=cast.manager.membership)
    with as_system():
        Case.objects.filter(pk=case.pk).update(ended_on=TODAY, end_reason="ready")
    assert "Closing proposed" not in text(maya.get(f"/cases/{case.public_id}/"))
