"""A case is shared, a guest opens it, and what they saw stands in the register."""

import csv
import datetime as dt
import html
import io
import re
import uuid

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate, now

from apst.audit.models import AccessEntryPupil
from apst.people.models import Contact
from apst.tenancy.context import acting_as_system
from cases.models import Note, NoteText, Plan
from sharing.models import (
    AgreementCategory,
    AgreementEnding,
    DataSharingAgreement,
    Disclosure,
    DisclosureRecord,
    Guest,
    SharedCase,
)
from tests.factories import make_case
from tests.sharing.conftest import make_agreement, make_guest, make_partner, share

DAY = dt.timedelta(days=1)


def text_of(answer) -> str:
    """What a page says, without its tags."""
    main = answer.content.decode().split("<main", 1)[-1]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def let_see(agreement, *categories: str) -> None:
    for category in categories:
        AgreementCategory.objects.create(
            agreement=agreement, category=category, partner_sees=True, our_article_6="6_1_e", their_article_6="6_1_e"
        )


# sharing a case


@pytest.fixture
def agreement(cast, northgate):
    """In force with the trust; nothing is shared under it yet."""
    with acting_as_system(northgate):
        return make_agreement(make_partner())


@pytest.fixture
def case(cast, northgate):
    with acting_as_system(northgate):
        return make_case()


@pytest.mark.parametrize(
    ("who", "shares"),
    [("manager", 200), ("specialist", 200), ("dsl", 200), ("slt", 403), ("coordinator", 403), ("ig_lead", 404),
     ("school_staff", 404)],
)  # fmt: skip
def test_who_shares_a_case(cast, northgate, client_for, case, who, shares):
    client = client_for(getattr(cast, who), northgate)
    for page in ("", "share/"):
        assert client.get(f"/sharing/cases/{case.public_id}/{page}").status_code == shares


def test_a_specialist_sees_what_would_be_shared_confirms_and_takes_it_back(
    cast, northgate, client_for, case, agreement
):
    client = client_for(cast.specialist, northgate)
    page = f"/sharing/cases/{case.public_id}/"
    assert "This case is shared with no partner" in text_of(client.get(page))
    assert f'href="{page}"' in client.get(f"/cases/{case.public_id}/").content.decode()

    under = f"{agreement.public_id}:support"
    check = text_of(client.get(f"{page}share/", {"under": under}))
    assert "They see Identity and contact details Support plan and goals" in check
    assert "Family and contacts: The agreement does not let the partner see this category" in check
    assert "Nobody of theirs is a guest under this agreement yet" in check
    with acting_as_system(northgate):
        assert not SharedCase.objects.exists()  # looking shares nothing

    assert client.post(f"{page}share/", {"under": under}).status_code == 302
    twice = client.post(f"{page}share/", {"under": under})
    assert (twice.status_code, "is shared under that agreement already" in text_of(twice)) == (422, True)
    said = text_of(client.get(page))
    assert "They see: Identity and contact details, Support plan and goals" in said

    with acting_as_system(northgate):
        row = SharedCase.objects.get()
    for _ in range(2):
        assert client.post(f"/sharing/shares/{row.public_id}/end/").status_code == 302
    assert "taken back by Sam Okafor" in text_of(client.get(page))
    with acting_as_system(northgate):
        assert SharedCase.objects.get().ended_by_id == cast.specialist.membership.pk


def test_an_agreement_that_ended_meanwhile_is_not_shared_under(cast, northgate, client_for, case, agreement):
    client = client_for(cast.manager, northgate)
    page = f"/sharing/cases/{case.public_id}/share/"
    with acting_as_system(northgate):
        AgreementEnding.objects.create(agreement=agreement, ends_on=localdate(), ended_by_id=cast.manager.membership.pk)
    answer = client.post(page, {"under": f"{agreement.public_id}:support"})
    assert answer.status_code == 422
    assert "No agreement is in force" in text_of(answer)
    with acting_as_system(northgate):
        assert not SharedCase.objects.exists()


def test_a_police_officer_shares_no_case_that_is_not_theirs(cast, northgate, client_for, shared):
    client = client_for(cast.allocated, northgate)
    assert client.get(f"/sharing/cases/{shared.case.public_id}/").status_code == 404
    assert client.post(f"/sharing/shares/{shared.share.public_id}/end/").status_code == 404


def test_the_page_says_when_a_share_shows_nothing_any_more(cast, northgate, client_for, shared):
    client, page = client_for(cast.manager, northgate), f"/sharing/cases/{shared.case.public_id}/"
    with acting_as_system(northgate):
        SharedCase.objects.update(until=localdate() - DAY)
    said = text_of(client.get(page))
    assert "They see nothing of it now." in said
    assert "Support plan and goals: The last day is past" in said
    with acting_as_system(northgate):
        SharedCase.objects.update(until=None)
        DataSharingAgreement.objects.update(review_on=localdate() - DAY)
    said = text_of(client.get(page))
    assert "It should have been reviewed by" in said
    assert "They see: Identity" in said


# guests


def test_the_manager_invites_a_guest_and_ends_them(cast, northgate, client_for, agreement):
    client = client_for(cast.manager, northgate)
    said = {
        "agreement": str(agreement.public_id),
        "name": "Nadia Nurse",
        "email": "nadia@trust.example",
        "ends_on": str(localdate() + 30 * DAY),
    }
    late = client.post("/sharing/guests/new/", {**said, "ends_on": str(agreement.ends_on + DAY)})
    assert (late.status_code, "no later than the agreement" in text_of(late)) == (422, True)
    assert mail.outbox == []
    assert client.post("/sharing/guests/new/", said).status_code == 302
    twice = client.post("/sharing/guests/new/", said)
    assert (twice.status_code, len(mail.outbox)) == (422, 1)
    assert "Nadia" not in mail.outbox[0].subject + mail.outbox[0].body

    listed = text_of(client.get("/sharing/guests/"))
    assert "Nadia Nurse nadia@trust.example" in listed
    assert "Invited, not come yet" in listed
    assert "Nadia" not in text_of(client_for(cast.ig_lead, northgate).get("/sharing/guests/"))
    with acting_as_system(northgate):
        guest = Guest.objects.get()
        other = make_partner("The police")
    assert "Nadia" not in text_of(client.get(f"/sharing/guests/?partner={other.public_id}"))
    assert client.post(f"/sharing/guests/{guest.public_id}/end/").status_code == 302
    assert "Ended" in text_of(client.get("/sharing/guests/"))


@pytest.mark.parametrize(
    ("who", "sees", "invites"),
    [("manager", 200, 200), ("ig_lead", 200, 403), ("dsl", 403, 403), ("specialist", 403, 403), ("slt", 403, 403)],
)
def test_who_keeps_guests(cast, northgate, client_for, who, sees, invites):
    client = client_for(getattr(cast, who), northgate)
    assert client.get("/sharing/guests/").status_code == sees
    assert client.get("/sharing/guests/new/").status_code == invites


# the guest's own pages


def test_the_first_page_leads_a_guest_to_what_is_shared(shared, northgate, client_for, nurse):
    client = client_for(nurse, northgate)
    answer = client.get("/", follow=True)
    assert answer.redirect_chain == [("/sharing/shared/", 302)]
    said = text_of(answer)
    assert f"{shared.case.pupil.full_name}, case {shared.case.reference}" in said
    assert "You see: Identity and contact details, Support plan and goals" in said
    assert shared.other.reference not in said
    page = answer.content.decode()
    with acting_as_system(northgate):
        assert [(one.page, one.given) for one in Disclosure.objects.all()] == [("sharing:shared-list", ["identity"])]
        AgreementCategory.objects.filter(category="identity").delete()
    unnamed = text_of(client.get("/sharing/shared/"))
    assert f"Case {shared.case.reference}" in unnamed
    assert shared.case.pupil.surname not in unnamed
    for closed in ("/cases/", "/settings/", "/meetings/", "/emergencies/"):
        assert f'href="{closed}' not in page


def test_a_guest_reads_the_sections_that_are_shared_whole_and_no_others(shared, northgate, client_for, nurse):
    client, page = client_for(nurse, northgate), f"/sharing/shared/{shared.case.public_id}/"
    with acting_as_system(northgate):
        Plan.objects.create(case=shared.case, starts_on=localdate(), aim="To sleep", hopes="A quiet room")
        Contact.objects.create(
            pupil=shared.case.pupil, name="Grandmother", relationship="Carer", address="1 Hidden Street"
        )
    said = text_of(client.get(page))
    assert shared.case.pupil.full_name in said
    assert "Not shared with you Family and contacts" in said
    assert "To sleep" not in said  # its words are voice, which is not agreed
    assert "Grandmother" not in said
    assert shared.case.pupil.full_name not in client.get(page).content.decode().split("</title>")[0]

    with acting_as_system(northgate):
        let_see(shared.agreement, "voice", "family")
    said = text_of(client.get(page))
    assert "To sleep" in said
    assert "Grandmother, carer" in said
    assert "Hidden Street" not in said  # no address is printed by default


def test_a_guest_reads_the_last_text_of_ordinary_notes_and_of_home_only_with_family(
    shared, northgate, client_for, nurse, cast
):
    by = cast.specialist.membership
    with acting_as_system(northgate):
        let_see(shared.agreement, "intervention", "health")
        for kind, sensitivity, words in (
            ("note", "ordinary", ("An early word", "A later word")),
            ("note", "clinical", ("Canary of a clinic",)),
            ("family", "ordinary", ("Canary of a home",)),
            ("event", "ordinary", ("Canary of an event",)),
        ):
            note = Note.objects.create(
                case=shared.case, pupil_id=shared.case.pupil_id, kind=kind, sensitivity=sensitivity,
                happened_on=localdate(), written_by=by, version=len(words),
            )  # fmt: skip
            for number, text in enumerate(words, 1):
                NoteText.objects.create(note=note, number=number, happened_on=localdate(), text=text, written_by=by)
    said = text_of(client_for(nurse, northgate).get(f"/sharing/shared/{shared.case.public_id}/"))
    assert "A later word" in said
    assert "An early word" not in said
    assert "Canary" not in said


def test_every_page_a_guest_opens_is_a_disclosure_beside_the_access_log(shared, northgate, client_for, nurse):
    client = client_for(nurse, northgate)
    assert client.get(f"/sharing/shared/{shared.case.public_id}/").status_code == 200
    with acting_as_system(northgate):
        made = Disclosure.objects.get()
        record = DisclosureRecord.objects.get()
        looks = AccessEntryPupil.objects.filter(pupil_id=shared.case.pupil_id).count()
    assert (made.way, made.outcome, made.agreement_id) == ("page", "without", shared.agreement.pk)
    assert (made.partner_id, made.purpose) == (shared.partner.pk, "support")
    assert made.clause == "Sharing with the trust, version 1, for: Support for the pupil and the family"
    assert made.given == ["identity"]  # the plan's section asks for voice too
    assert (record.case_id, record.pupil_id) == (shared.case.pk, shared.case.pupil_id)
    assert record.records == {"cases_case": [shared.case.pk], "people_pupil": [shared.case.pupil_id]}
    assert looks == 1


def test_what_is_not_shared_is_not_there_and_the_refusal_is_recorded(shared, northgate, client_for, nurse):
    client = client_for(nurse, northgate)
    with acting_as_system(northgate):
        SharedCase.objects.update(ended_at=now())
    for public_id in (shared.case.public_id, shared.other.public_id, uuid.uuid4()):
        assert client.get(f"/sharing/shared/{public_id}/").status_code == 404
    with acting_as_system(northgate):
        made = list(Disclosure.objects.order_by("pk"))
        assert not DisclosureRecord.objects.exists()
    assert [one.outcome for one in made] == ["deny"] * 3
    assert made[0].reason == f"Address asked for: {shared.case.public_id}"
    assert made[0].partner_id == shared.partner.pk
    assert "Nothing is shared with you now" in text_of(client.get("/sharing/shared/"))
    looks = text_of(client.get("/sharing/shared/looks/"))
    assert looks.count("Refused") == 3


def test_an_agreement_that_ends_is_felt_at_the_guests_next_click(shared, northgate, client_for, nurse):
    client, page = client_for(nurse, northgate), f"/sharing/shared/{shared.case.public_id}/"
    assert client.get(page).status_code == 200
    with acting_as_system(northgate):
        AgreementEnding.objects.create(
            agreement=shared.agreement, ends_on=localdate(), ended_by_id=shared.share.shared_by_id
        )
    assert client.get(page).status_code == 404


def test_overdue_for_review_every_page_of_the_guest_says_so(shared, northgate, client_for, nurse):
    client = client_for(nurse, northgate)
    with acting_as_system(northgate):
        DataSharingAgreement.objects.update(review_on=localdate() - DAY)
    for page in ("", f"{shared.case.public_id}/"):
        assert "should have been reviewed by" in text_of(client.get(f"/sharing/shared/{page}"))


def test_two_agreements_each_leave_a_disclosure_of_their_own(shared, northgate, client_for, nurse):
    with acting_as_system(northgate):
        second = make_agreement(shared.partner, categories=("family",), title="Families")
        make_guest(second, nurse)
        share(shared.case, second)
        Contact.objects.create(pupil=shared.case.pupil, name="Grandmother", relationship="Carer")
    assert "Grandmother" in text_of(client_for(nurse, northgate).get(f"/sharing/shared/{shared.case.public_id}/"))
    with acting_as_system(northgate):
        given = {one.agreement_id: one.given for one in Disclosure.objects.all()}
    assert given == {shared.agreement.pk: ["identity"], second.pk: ["family"]}


def test_to_members_the_guests_pages_are_closed(shared, cast, northgate, client_for):
    client = client_for(cast.manager, northgate)
    for page in ("", "looks/", f"{shared.case.public_id}/"):
        assert client.get(f"/sharing/shared/{page}").status_code == 403
    with acting_as_system(northgate):
        assert not Disclosure.objects.exists()


def queries_of(client, page: str) -> int:
    client.get(page)
    with CaptureQueriesContext(connection) as found:
        assert client.get(page).status_code == 200
    return len(found)


def test_recording_a_page_view_is_one_query_and_no_page_asks_more_for_more(shared, northgate, client_for, nurse, cast):
    guest, manager = client_for(nurse, northgate), client_for(cast.manager, northgate)
    case_page = f"/sharing/shared/{shared.case.public_id}/"
    pages = [
        (guest, "/sharing/shared/"), (guest, case_page), (guest, "/sharing/shared/looks/"),
        (manager, f"/sharing/cases/{shared.case.public_id}/"), (manager, "/sharing/guests/"),
        (manager, "/sharing/disclosures/"), (manager, f"/sharing/partners/{shared.partner.public_id}/seen/"),
    ]  # fmt: skip
    guest.get(case_page)
    with CaptureQueriesContext(connection) as found:
        guest.get(case_page)
    assert len([query for query in found if "sharing_disclosure " in query["sql"]]) == 1
    assert len([query for query in found if "sharing_sharedcase" in query["sql"]]) == 1  # the decision
    few = [queries_of(client, page) for client, page in pages]
    with acting_as_system(northgate):
        for _ in range(3):
            share(make_case(), shared.agreement)
        for n in range(3):
            partner = make_partner(f"Partner {n}")
            share(shared.case, make_agreement(partner))
            Contact.objects.create(pupil=shared.case.pupil, name=f"Contact {n}", relationship="Aunt")
    assert [queries_of(client, page) for client, page in pages] == few


# the register


@pytest.fixture
def looked(shared, northgate, client_for, nurse):
    """The nurse opened the shared case, and was refused the other."""
    client = client_for(nurse, northgate)
    client.get(f"/sharing/shared/{shared.case.public_id}/")
    client.get(f"/sharing/shared/{shared.other.public_id}/")
    return shared


@pytest.mark.parametrize(
    ("who", "reads", "recalls"),
    [("manager", 200, 200), ("dsl", 200, 200), ("ig_lead", 200, 200), ("specialist", 200, 403), ("slt", 403, 403),
     ("coordinator", 403, 403)],
)  # fmt: skip
def test_who_reads_the_register(looked, cast, northgate, client_for, who, reads, recalls):
    client = client_for(getattr(cast, who), northgate)
    assert client.get("/sharing/disclosures/").status_code == reads
    assert client.get("/sharing/disclosures/export/").status_code == reads
    assert client.get(f"/sharing/partners/{looked.partner.public_id}/seen/").status_code == recalls


def test_the_register_says_what_was_shown_and_refused_and_filters_by_its_address(looked, cast, northgate, client_for):
    client = client_for(cast.dsl, northgate)
    said = text_of(client.get("/sharing/disclosures/"))
    assert "Nadia Nurse, A partner’s page" in said
    assert f"Address asked for: {looked.other.public_id}" in said
    assert "Nobody can change this register" in said
    refused = text_of(client.get("/sharing/disclosures/?outcome=deny"))
    assert f"Address asked for: {looked.other.public_id}" in refused
    assert "Sharing with the trust, version 1" not in refused
    by_case = text_of(client.get(f"/sharing/disclosures/?case={looked.case.reference}"))
    assert "Address asked for" not in by_case
    assert "Sharing with the trust, version 1" in by_case
    for nothing in (
        f"since={localdate() + DAY}",
        f"until={localdate() - DAY}",
        "way=family",
        f"partner={uuid.uuid4()}",
    ):
        assert "Sharing with the trust" not in text_of(client.get(f"/sharing/disclosures/?{nothing}")), nothing
    assert "No disclosure here" in text_of(client_for(cast.specialist, northgate).get("/sharing/disclosures/"))


def test_the_register_is_a_table_too_and_its_export_is_logged(looked, cast, northgate, client_for):
    with acting_as_system(northgate):
        before = AccessEntryPupil.objects.count()
    ines = client_for(cast.ig_lead, northgate)
    answer = ines.get("/sharing/disclosures/export/?outcome=without")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    unseen = "1 case that you do not see"  # whoever sees no case reads no reference of one
    assert [row["cases"] for row in rows] == [unseen]
    assert unseen in text_of(ines.get("/sharing/disclosures/?outcome=without"))
    assert rows[0]["records"] == "cases_case: 1;people_pupil: 1"
    with acting_as_system(northgate):
        assert AccessEntryPupil.objects.count() == before + 2


def test_what_a_partner_has_seen_is_listed_for_recall_after_it_ended(looked, cast, northgate, client_for, nurse):
    client_for(nurse, northgate).get(f"/sharing/shared/{looked.case.public_id}/")
    with acting_as_system(northgate):
        SharedCase.objects.update(ended_at=now())
    said = text_of(client_for(cast.manager, northgate).get(f"/sharing/partners/{looked.partner.public_id}/seen/"))
    assert f"{looked.case.reference} Identity and contact details" in said
    assert looked.other.reference not in said
    assert re.search(r"\d{4} 2 1", said)  # twice, by one person


def test_the_register_turns_its_pages_by_keys(looked, cast, northgate, client_for):
    with acting_as_system(northgate):
        for _ in range(60):
            Disclosure.objects.create(
                way="page", outcome="deny", partner=looked.partner, clause="Old", made_by=cast.manager.membership
            )
    client = client_for(cast.manager, northgate)
    first = client.get("/sharing/disclosures/?outcome=deny").content.decode()
    following = re.search(r'href="(\?[^"]*before=\d+)"', first)
    assert following is not None
    second = text_of(client.get(f"/sharing/disclosures/{html.unescape(following[1])}"))
    assert second.count("Refused") >= 11
    assert f"Address asked for: {looked.other.public_id}" in second
