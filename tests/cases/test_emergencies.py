"""Break-glass: a restricted record is opened in an emergency, people are told, it closes by itself, and is reviewed."""

import datetime as dt

import pytest
from django.db import ProgrammingError, transaction
from django.urls import reverse

from apst.audit.models import AccessEntry
from cases import policies, services
from cases.exceptions import NotForYou, NothingToOpen, OwnEmergency, ReasonTooShort
from cases.models import (
    Case,
    CaseAccess,
    Document,
    DocumentText,
    Emergency,
    EmergencyBar,
    Intervention,
    Note,
    NoteAccess,
    NoteText,
    Sensitivity,
)
from cases.queries import emergencies as queries
from cases.queries.cases import restricted_stubs
from cases.services.access import live_holds
from cases.services.notes import Said
from tests import clock
from tests.factories import make_session

DAY = dt.date(2026, 11, 2)
LATER = clock.MORNING + dt.timedelta(minutes=90)
WHY = "The child has not come home and the police ask who last saw them."


@pytest.fixture
def held(cast, case, as_system):
    """The case with a session, restricted to Dana (safeguarding lead) and Sam (specialist)."""
    with as_system():
        make_session(posts=[cast.specialist.post], places=[case.pupil])
        services.restrict(case, holders=[cast.dsl.membership, cast.specialist.membership], by=None)
    return case


def opened(cast, acting, held, who="manager"):
    person = getattr(cast, who)
    with acting(person):
        emergency, new = services.break_glass("case", held.public_id, reason=WHY, by=person.membership)
        assert new
    return emergency


def refused(act):
    with pytest.raises(ProgrammingError), transaction.atomic():
        act()


@pytest.mark.django_db(transaction=True)
def test_the_manager_opens_a_restricted_case_for_sixty_minutes_and_no_more(cast, held, acting, as_system):
    with acting(cast.manager):
        assert not Case.objects.exists()
        with pytest.raises(ReasonTooShort):
            services.break_glass("case", held.public_id, reason="help", by=cast.manager.membership)
    emergency = opened(cast, acting, held)

    assert emergency.ends_at - emergency.opened_at == dt.timedelta(minutes=60)
    with acting(cast.manager) as member:
        assert Case.objects.get() == held
        assert member.emergencies == {held.pk}
        # A second while one is under way is the first.
        again, new = services.break_glass("case", held.public_id, reason=WHY, by=cast.manager.membership)
        assert (again.pk, new) == (emergency.pk, False)
        entry = AccessEntry.objects.get(page="cases:emergency-case")
        assert (entry.person_id, entry.reason) == (cast.manager.pk, f"Emergency: {WHY}")
    with clock.at(LATER), acting(cast.manager) as member:
        assert (Case.objects.count(), member.emergencies, len(restricted_stubs())) == (0, frozenset(), 1)


def test_an_emergency_makes_no_holder(cast, held, acting, as_system):
    opened(cast, acting, held)
    with acting(cast.manager) as member:
        case = Case.objects.get()
        may = [
            policies.can_change_holders, policies.can_restrict, policies.can_change, policies.can_close,
            policies.can_share, policies.can_add_document, policies.can_write_risk,
        ]  # fmt: skip
        assert [policy(member, case) for policy in may] == [False] * len(may)
        assert {hold.user_id for hold in live_holds(case)} == {cast.dsl.pk, cast.specialist.pk}

        # The database itself: no grant, no lifting, no closing, nothing written but a note.
        refused(lambda: services.grant(case, cast.slt, by=cast.manager.membership))
        assert not Case.objects.update(restricted=False)
        assert CaseAccess.objects.exclude(user=cast.manager).delete()[0] == 0
        refused(
            lambda: EmergencyBar.objects.create(case=case, member=cast.slt.membership, named_by=cast.manager.membership)
        )
        refused(lambda: case.team.create(post=cast.specialist.post, starts_on=case.opened_on))
        assert not Intervention.objects.filter(places__pupil=case.pupil_id).update(minutes=1)
        note = services.write_note(
            case,
            kind=Note.Kind.NOTE,
            happened_on=DAY,
            said=Said("Told the police."),
            by=cast.manager.membership,
        )
        assert note.pk
    with as_system():
        assert Case.objects.get().restricted


def test_those_who_answer_for_it_are_told_and_look_and_somebody_else_reviews_it(
    northgate, cast, held, acting, client_for, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        emergency = opened(cast, acting, held)
    told = [cast.dsl, cast.ig_lead, cast.specialist]  # the leads, and its holders

    assert sorted(emergency.told) == sorted(person.membership.pk for person in told)
    client = client_for(cast.manager, northgate)
    assert "Open to you in an emergency until" in client.get(reverse("cases:case-detail", args=[held.public_id])).text
    # What their role may write of any other case is refused, in words; and nothing is taken away on paper.
    contact = {"name": "Aunt", "relationship": "Aunt", "priority": 1, "taskforce": northgate.public_id}
    assert client.post(reverse("people:contact-new", args=[held.pupil.public_id]), contact).status_code == 403
    assert client.post(reverse("cases:paper-ask", args=[held.public_id, "brief"])).status_code == 403
    for person in told:
        with acting(person) as member:
            assert queries.to_look_at(member).get() == emergency
            services.look_at_emergency(emergency, by=person.membership)
            assert not queries.to_look_at(member).exists()
    with acting(cast.slt):
        assert not Emergency.objects.exists()
    with acting(cast.manager), pytest.raises(OwnEmergency):
        services.review_emergency(emergency, finding="right", text="It was me.", by=cast.manager.membership)

    ig_lead = client_for(cast.ig_lead, northgate)
    page = ig_lead.get(reverse("cases:emergency-detail", args=[emergency.public_id])).text
    assert (WHY in page, "Case detail" in page, held.reference in page) == (True, True, False)
    assert "Emergencies to review" in ig_lead.get(reverse("home")).text
    answer = {"finding": "right", "text": "Rang the manager. The child was found.", "taskforce": northgate.public_id}
    assert ig_lead.post(reverse("cases:emergency-detail", args=[emergency.public_id]), answer).status_code == 302
    assert "Emergencies to review" not in ig_lead.get(reverse("home")).text


def test_whom_the_matrix_lets_open_in_an_emergency_has_the_page(northgate, cast, held, client_for):
    page = reverse("cases:emergency-case", args=[held.public_id])
    roles = ("manager", "riverside", "coordinator", "slt", "ig_lead", "school_staff", "dsl", "specialist")
    answers = {role: client_for(getattr(cast, role), northgate).get(page).status_code for role in roles}

    # Its holders see the case itself: there is no stub of it for them.
    assert answers == {
        **dict.fromkeys(("manager", "riverside", "coordinator"), 200),
        **dict.fromkeys(("slt", "ig_lead", "school_staff"), 403),
        **dict.fromkeys(("dsl", "specialist"), 404),
    }


def test_the_holders_say_never_for_the_childs_own_parent(cast, held, acting, as_system):
    with acting(cast.dsl):
        services.bar_from_emergency(held, cast.manager.membership, by=cast.dsl.membership)
    with acting(cast.manager):
        with pytest.raises(NotForYou):
            services.break_glass("case", held.public_id, reason=WHY, by=cast.manager.membership)
        assert queries.stub_of(held.public_id).barred

    # Priya, whose post covers the site, sees single cases: she reads it, and no more either.
    opened(cast, acting, held, "riverside")
    with acting(cast.riverside) as member:
        assert Case.objects.get() == held
        assert not policies.can_change(member, held)
        refused(lambda: held.team.create(post=cast.riverside.post, starts_on=held.opened_on))

    # What a colleague does is not told to them either.
    emergency = opened(cast, acting, held, "coordinator")
    assert cast.manager.membership.pk not in emergency.told
    with acting(cast.manager):
        assert not Emergency.objects.exists()
        assert {one.reason for one in AccessEntry.objects.filter(page="cases:emergency-case")} == {"Emergency"}


def test_a_restricted_note_is_read_in_an_emergency_and_not_handed_on(cast, case, acting):
    with acting(cast.specialist):
        note = services.write_note(
            case,
            kind=Note.Kind.NOTE,
            happened_on=DAY,
            said=Said("What was said in therapy."),
            sensitivity=Sensitivity.CLINICAL,
            by=cast.specialist.membership,
        )
    with acting(cast.manager) as member:
        assert not NoteText.objects.exists()
        emergency, _ = services.break_glass("note", note.public_id, reason=WHY, by=cast.manager.membership)
        assert NoteText.objects.get().text == "What was said in therapy."
        assert cast.specialist.membership.pk in emergency.told
        assert (policies.note_hold(note), policies.can_give_note_access(member, note)) == ("emergency", False)
        assert not policies.can_correct_note(member, note)
        refused(
            lambda: NoteAccess.objects.create(
                content_object=note,
                user=cast.slt,
                permission=services.notes.view_note(),
                given_by=cast.manager.membership,
            )
        )
    with acting(cast.coordinator):
        # Whose role reads no notes opens none in an emergency either.
        refused(lambda: services.break_glass("note", note.public_id, reason=WHY, by=cast.coordinator.membership))
    with acting(cast.manager):
        services.end_emergency(emergency, by=cast.manager.membership)
        assert not NoteText.objects.exists()
    with acting(cast.specialist), pytest.raises(NothingToOpen):
        services.break_glass("note", note.public_id, reason=WHY, by=cast.specialist.membership)


def test_a_restricted_document_is_opened_in_an_emergency(cast, case, acting, as_system):
    with as_system():
        document = Document.objects.create(
            case=case,
            kind="health",
            sensitivity="clinical",
            dated_on=DAY,
            written_by=cast.specialist.membership,
        )
        DocumentText.objects.create(
            document=document,
            case=case,
            title="Letter",
            file_name="l.pdf",
            stored_name="x",
            content_type="application/pdf",
            size=1,
            sha256="0",
        )
    with acting(cast.manager) as member:
        assert not DocumentText.objects.exists()
        services.break_glass("document", document.public_id, reason=WHY, by=cast.manager.membership)
        assert DocumentText.objects.get().title == "Letter"
        assert not policies.can_share_document(member, document)
    with clock.at(LATER), acting(cast.manager):
        assert not DocumentText.objects.exists()
