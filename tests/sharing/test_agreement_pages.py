"""An agreement from the first draft to its end, on its pages: the manager drafts, both sign, the partner is cut off."""

import datetime as dt
import html
import re

import pytest
from django.utils.timezone import localdate, now

from apst.tenancy.context import acting_as_system
from sharing.library import LIBRARY, rows_of
from sharing.models import AgreementEnding, AgreementSignature, DataSharingAgreement, Partner
from sharing.queries.agreements import agreements, fingerprint
from sharing.queries.document import gap_of, lines_of
from tests.sharing.conftest import YEAR, make_agreement, make_guest, make_partner, sign_both

DAY = dt.timedelta(days=1)
PARTNER = {
    "name": "Northgate Youth Justice Service",
    "kind": "youth_justice",
    "data_protection_contact": "Information team",
    "data_protection_email": "dpo@yjs.example",
}


def text_of(answer) -> str:
    """What a page says, without its tags."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def stands(northgate, agreement) -> str:
    with acting_as_system(northgate):
        return agreements().get(pk=agreement.pk).standing


@pytest.fixture
def partner(cast, northgate):
    with acting_as_system(northgate):
        return make_partner()


@pytest.fixture
def draft(cast, northgate, client_for, partner):
    """What the manager has begun from the library's template for a trust, its point of contact said."""
    client = client_for(cast.manager, northgate)
    today = localdate()
    begun = {
        "partner": str(partner.public_id),
        "template": "nhs_trust",
        "title": "Health and the taskforce",
        "starts_on": str(today),
        "review_on": str(today + YEAR / 2),
        "ends_on": str(today + YEAR),
    }
    client.post("/sharing/agreements/new/", begun)
    with acting_as_system(northgate):
        made = DataSharingAgreement.objects.get()
    said = {"our_role": "Independent controller", "their_role": "Independent controller", "version": "1"}
    client.post(f"/sharing/agreements/{made.public_id}/draft/parties/", {**said, "contact": "The DPO of the trust"})
    return made


@pytest.fixture
def sent(cast, northgate, client_for, draft):
    client = client_for(cast.manager, northgate)
    client.post(f"/sharing/agreements/{draft.public_id}/send/", {"version": "2"})
    return draft


# who reads


@pytest.mark.parametrize(
    ("who", "reads", "drafts"),
    [("manager", True, True), ("slt", True, False), ("dsl", True, False), ("specialist", True, False),
     ("school_staff", False, False), ("coordinator", False, False)],
)  # fmt: skip
def test_who_reads_agreements_and_who_drafts_them(cast, northgate, client_for, draft, who, reads, drafts):
    client = client_for(getattr(cast, who), northgate)
    for page in ("agreements/", "partners/", f"agreements/{draft.public_id}/"):
        assert (client.get(f"/sharing/{page}").status_code == 200) is reads, page
    for page in ("agreements/new/", "partners/new/", f"agreements/{draft.public_id}/draft/"):
        assert (client.get(f"/sharing/{page}").status_code == 200) is drafts, page


def test_a_guest_has_no_page_of_the_taskforces_and_no_strangers_agreement(shared, northgate, client_for, nurse):
    with acting_as_system(northgate):
        strange = make_agreement(make_partner("The police"))
        draft = make_agreement(shared.partner, sent_at=None, signed=False)
    client = client_for(nurse, northgate)
    for page in ("agreements/", "partners/", "agreements/new/"):
        assert client.get(f"/sharing/{page}").status_code == 403
    for agreement in (strange, draft):
        assert client.get(f"/sharing/agreements/{agreement.public_id}/").status_code == 404
        assert client.get(f"/sharing/agreements/{agreement.public_id}/sign/").status_code == 404
    assert client.get(f"/sharing/agreements/{shared.agreement.public_id}/").status_code == 200
    for page in ("compare", "extend", "end", "draft", "categories"):
        assert client.get(f"/sharing/agreements/{shared.agreement.public_id}/{page}/").status_code == 404


# partners


def test_a_partner_is_added_once_and_changed_by_one_at_a_time(cast, northgate, client_for):
    client = client_for(cast.manager, northgate)
    assert client.post("/sharing/partners/new/", PARTNER).status_code == 302
    twice = client.post("/sharing/partners/new/", PARTNER)
    assert (twice.status_code, "There is a partner of this name already" in text_of(twice)) == (422, True)

    with acting_as_system(northgate):
        partner = Partner.objects.get()
    page = f"/sharing/partners/{partner.public_id}/"
    assert client.post(page, {**PARTNER, "responsible_owner": "Director", "version": "1"}).status_code == 302
    late = client.post(page, {**PARTNER, "responsible_owner": "Nobody", "version": "1"})
    assert (late.status_code, "Somebody else changed this meanwhile" in text_of(late)) == (422, True)
    with acting_as_system(northgate):
        assert Partner.objects.get().responsible_owner == "Director"


# drafting


@pytest.mark.parametrize("template", LIBRARY)
def test_a_template_of_the_library_gives_each_party_a_basis_for_each_category(northgate, partner, template):
    with acting_as_system(northgate):
        agreement = make_agreement(partner, categories=(), sent_at=None, signed=False)
        for row in rows_of(template):
            agreement.categories.create(**row)
        assert [line.gap for line in lines_of(agreement) if line.gap] == []
        row = agreement.categories.first()
        row.our_article_9 = ""
        row.their_article_9, row.their_condition = "9_2_g", ""
        assert gap_of(row) == "The taskforce has no basis of article 9; the partner has no condition of schedule 1"


def test_a_draft_says_what_is_missing_and_is_not_sent_before(cast, northgate, client_for, draft):
    client = client_for(cast.manager, northgate)
    page = f"/sharing/agreements/{draft.public_id}/draft/"
    assert "Send it to be signed" in text_of(client.get(page))
    assert client.post(f"{page}rights/", {"rights": "", "version": "2"}).status_code == 302

    said = text_of(client.get(page))
    assert "Missing: How people’s rights are answered" in said
    assert "Send it to be signed" not in said
    answer = client.post(f"/sharing/agreements/{draft.public_id}/send/", {"version": "3"}, follow=True)
    assert "Before you send it, say: How people’s rights are answered." in text_of(answer)
    assert stands(northgate, draft) == "draft"


def test_two_people_at_one_section_do_not_overwrite_each_other(cast, northgate, client_for, draft):
    client = client_for(cast.manager, northgate)
    page = f"/sharing/agreements/{draft.public_id}/draft/confidence/"
    assert client.post(page, {"confidence": "The first", "version": "2"}).status_code == 302
    late = client.post(page, {"confidence": "The second", "version": "2"})
    assert late.status_code == 422
    assert "The second" in text_of(late)
    with acting_as_system(northgate):
        assert DataSharingAgreement.objects.get().confidence == "The first"


def test_a_category_is_changed_left_out_and_taken_in(cast, northgate, client_for, draft):
    client = client_for(cast.manager, northgate)
    page = f"/sharing/agreements/{draft.public_id}/categories/"
    seen = {"partner_sees": "on", "onward": "no", "our_article_6": "6_1_e", "their_article_6": "6_1_e"}
    assert client.post(f"{page}voice/", {"onward": "no", "version": "2"}).status_code == 302
    assert client.post(f"{page}social_care/", {**seen, "version": "3"}).status_code == 302
    assert client.post(f"{page}plan/", {"partner_sees": "on", "onward": "no", "version": "4"}).status_code == 422
    with acting_as_system(northgate):
        rows = {row.category: row.partner_sees for row in draft.categories.all()}
    assert "voice" not in rows
    assert rows["social_care"]
    assert "The taskforce has no basis of article 9" in text_of(client.get(page))
    assert client.get(f"{page}nothing/").status_code == 404


def test_what_was_sent_does_not_change_any_more(cast, northgate, client_for, sent):
    client = client_for(cast.manager, northgate)
    answer = client.post(
        f"/sharing/agreements/{sent.public_id}/draft/confidence/", {"confidence": "Other", "version": "3"}
    )
    assert (answer.status_code, "make a new version" in text_of(answer)) == (422, True)
    assert stands(northgate, sent) == "sent"


# signing


def signing(client, agreement, **fields):
    page = f"/sharing/agreements/{agreement.public_id}/sign/"
    seen = re.search(r'name="seen"[^>]*value="(\w+)"|value="(\w+)"[^>]*name="seen"', client.get(page).content.decode())
    assert seen is not None
    said = {"seen": seen[1] or seen[2], "name": "A Name", "position": "Director", "read": "on"}
    return client.post(page, {**said, **fields})


def test_each_party_signs_on_its_own_page_and_then_it_holds(cast, northgate, client_for, sent, nurse):
    with acting_as_system(northgate):
        make_guest(sent, nurse)
    ours, theirs = client_for(cast.slt, northgate), client_for(nurse, northgate)
    assert "Still to sign: Northgate Taskforce and Northgate Community Health NHS Trust." in text_of(
        ours.get(f"/sharing/agreements/{sent.public_id}/")
    )

    unread = signing(ours, sent, read="")
    assert (unread.status_code, "Tick the box" in text_of(unread)) == (422, True)
    assert signing(ours, sent).status_code == 302
    assert stands(northgate, sent) == "sent"
    assert signing(theirs, sent, name="Their Chief").status_code == 302
    assert stands(northgate, sent) == "in_force"

    twice = signing(theirs, sent)
    assert (twice.status_code, "This party has signed already" in text_of(twice)) == (422, True)
    with acting_as_system(northgate):
        signatures = list(AgreementSignature.objects.order_by("pk"))
        told = fingerprint(agreements().get(pk=sent.pk))
    assert [(one.party, one.fingerprint == told) for one in signatures] == [("ours", True), ("theirs", True)]
    page = text_of(theirs.get(f"/sharing/agreements/{sent.public_id}/"))
    assert "Their Chief, Director" in page
    assert "What they signed is what stands here." in page


def test_what_somebody_did_not_have_before_them_is_not_signed(cast, northgate, client_for, sent):
    client = client_for(cast.slt, northgate)
    answer = signing(client, sent, seen="0" * 64)
    assert (answer.status_code, "not what you had before you any more" in text_of(answer)) == (422, True)
    assert "0" * 64 not in answer.content.decode()  # the page holds the fingerprint of what it shows now
    with acting_as_system(northgate):
        assert not AgreementSignature.objects.exists()


# putting off, ending, another version


@pytest.fixture
def overdue(northgate, partner):
    with acting_as_system(northgate):
        return make_agreement(partner, review_on=localdate() - DAY)


def test_overdue_for_review_it_warns_and_the_ig_lead_alone_puts_it_off(cast, northgate, client_for, overdue):
    manager, lead = client_for(cast.manager, northgate), client_for(cast.ig_lead, northgate)
    for page in ("", f"{overdue.public_id}/"):
        assert "should have been reviewed by" in text_of(manager.get(f"/sharing/agreements/{page}"))
    page = f"/sharing/agreements/{overdue.public_id}/extend/"
    assert manager.get(page).status_code == 403
    late = lead.post(page, {"until": str(localdate() + 31 * DAY), "reason": "Waiting for the trust"})
    assert (late.status_code, "within 30 days of it" in text_of(late)) == (422, True)
    assert lead.post(page, {"until": str(localdate() + 30 * DAY), "reason": "Waiting"}).status_code == 302
    assert stands(northgate, overdue) == "in_force"


def test_before_it_is_terminated_the_page_counts_what_that_cuts(shared, cast, northgate, client_for, nurse):
    page = f"/sharing/agreements/{shared.agreement.public_id}/end/"
    for who in (cast.manager, cast.ig_lead):
        said = text_of(client_for(who, northgate).get(page))
        assert "This cuts 1 guest off from 1 shared case, with their next click" in said

    client = client_for(cast.ig_lead, northgate)
    past = client.post(page, {"on": str(localdate() - DAY), "reason": "Over"})
    assert (past.status_code, "today or later" in text_of(past)) == (422, True)
    assert client.post(page, {"on": str(localdate()), "reason": "Over"}).status_code == 302
    again = client.post(page, {"on": str(localdate()), "reason": "Over"})
    assert (again.status_code, "has ended already" in text_of(again)) == (422, True)
    with acting_as_system(northgate):
        assert AgreementEnding.objects.count() == 1
    # A party goes on reading what it signed, and that it is over; the cases are gone (test_what_a_guest_sees).
    said = text_of(client_for(nurse, northgate).get(f"/sharing/agreements/{shared.agreement.public_id}/"))
    assert "Terminated: it does not hold from" in said
    assert "Read and sign" not in said


def test_a_new_version_stands_beside_the_one_before(cast, northgate, client_for, sent):
    with acting_as_system(northgate):
        sign_both(sent)
    client = client_for(cast.manager, northgate)
    for _ in range(2):  # pressed twice, it is one draft
        assert client.post(f"/sharing/agreements/{sent.public_id}/renew/").status_code == 302
    with acting_as_system(northgate):
        later = DataSharingAgreement.objects.get(number=2)
    client.post(f"/sharing/agreements/{later.public_id}/draft/rights/", {"rights": "Otherwise", "version": "1"})
    client.post(f"/sharing/agreements/{later.public_id}/categories/voice/", {"onward": "no", "version": "2"})

    said = text_of(client.get(f"/sharing/agreements/{later.public_id}/compare/"))
    assert "Version 1 beside version 2" in said
    assert re.search(r"How people’s rights are answered Changed", said)
    assert re.search(r"Pupil and family voice Removed", said)
    assert "The same in both: Title" in said
    assert client.get(f"/sharing/agreements/{later.public_id}/compare/?with=9").status_code == 404


def test_the_record_of_processing_is_what_the_agreements_in_force_say(cast, northgate, client_for, partner):
    with acting_as_system(northgate):
        make_agreement(partner, categories=("health",), retention="=Until 25", security="Locked")
        make_agreement(partner, categories=("voice",), signed=False)
    client = client_for(cast.ig_lead, northgate)
    said = text_of(client.get("/sharing/processing/"))
    assert "Health and mental health" in said
    assert "Pupil and family voice" not in said  # not signed: nothing is shared
    lines = client.get("/sharing/processing.csv").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert ",'=Until 25,Locked," in lines[1]


def test_the_pages_ask_the_same_number_of_questions_for_few_and_for_many(
    cast, northgate, client_for, django_assert_max_num_queries, shared
):
    client = client_for(cast.manager, northgate)
    pages = ("agreements/", "partners/", "processing/", f"agreements/{shared.agreement.public_id}/")
    client.get("/sharing/partners/")  # the first request of a session asks more
    asked = []
    for many in ("few", "many"):
        counts = []
        for page in pages:
            with django_assert_max_num_queries(30) as counted:
                client.get(f"/sharing/{page}")
            counts.append(len(counted))
        asked.append(counts)
        with acting_as_system(northgate):
            for n in range(4):
                make_agreement(make_partner(f"Partner {many} {n}"), sent_at=now())
    assert asked[0] == asked[1]
