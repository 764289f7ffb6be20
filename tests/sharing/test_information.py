"""A home service tells something: it keeps its source, goes on no further, and a guest tells only what was agreed."""

import datetime as dt
import uuid

import pytest
from django.db import ProgrammingError, transaction
from django.utils.timezone import localdate

from apst.tenancy.context import acting_as_system, acting_for
from sharing.models import (
    AgreementCategory,
    AgreementEnding,
    Disclosure,
    InformationItem,
    InformationRequest,
    PrivacyTold,
    SharedCase,
)
from tests.sharing.conftest import make_agreement, make_partner, share
from tests.sharing.test_guests_pages import text_of

DAY = dt.timedelta(days=1)
TOLD = "Mr Quill sleeps at his uncle's on Fridays"


def let_supply(agreement, *categories):
    for category in categories:
        AgreementCategory.objects.create(
            agreement=agreement, category=category, partner_supplies=True, onward="ask",
            our_article_6="6_1_e", their_article_6="6_1_e",
        )  # fmt: skip


def telling(**said):
    return {
        "text": TOLD,
        "category": "family",
        "reliability": "told",
        "system": "",
        "learnt_on": str(localdate()),
        **said,
    }


def on(name, day):
    return {name: str(day)}


def test_what_a_service_told_keeps_its_source_and_answers_what_was_asked(cast, northgate, client_for, shared):
    client = client_for(cast.specialist, northgate)
    page = f"/sharing/cases/{shared.case.public_id}/"
    today = localdate()

    asked = {"organisation": "Early help", "asked_for": "Where he sleeps", "purpose": "support"}
    long_ago, late = on("asked_on", today - 9 * DAY), on("due_on", today - 2 * DAY)
    assert client.post(page + "requests/new/", asked | long_ago | late).status_code == 302
    refused = client.post(page + "requests/new/", asked | {"organisation": ""} | long_ago | late)
    assert "Select a partner, or enter which organisation" in text_of(refused)
    assert "Information asked for and overdue" in text_of(client.get("/"))
    assert "Early help" in text_of(client.get("/sharing/requests/"))

    with acting_as_system(northgate):
        request = InformationRequest.objects.get()
    answer = f"{page}information/new/?answers={request.public_id}"
    said = telling(organisation="Early help", onward="no", submission_key=str(uuid.uuid4()))
    assert client.post(answer, said).status_code == 302
    assert client.post(answer, said).status_code == 302  # sent twice

    read = text_of(client.get(page + "information/"))
    for words in ("Third party", "Third-party information. From Early help", "Passing on: Not passed on", TOLD):
        assert words in read
    line = text_of(client.get(f"/cases/{shared.case.public_id}/"))
    assert "Early help told us" in line
    assert "Third-party information. From Early help" in line
    with acting_as_system(northgate):
        item, request = InformationItem.objects.get(), InformationRequest.objects.get()
        assert (item.request_id, request.outcome) == (request.pk, "given")
    assert "Information asked for and overdue" not in text_of(client.get("/"))
    again = client.post(
        f"/sharing/requests/{request.public_id}/answer/", {"outcome": "nothing"} | on("answered_on", today)
    )
    assert "answered already" in text_of(again)

    assert client.post(f"/sharing/information/{item.public_id}/strike/").status_code == 302
    assert TOLD not in text_of(client.get(page + "information/"))
    assert TOLD not in text_of(client.get(f"/cases/{shared.case.public_id}/"))
    assert client.post(f"/sharing/information/{item.public_id}/bring-back/").status_code == 302
    assert TOLD in text_of(client.get(page + "information/"))


def test_a_refusal_has_its_reason(cast, northgate, client_for, shared):
    client = client_for(cast.manager, northgate)
    today = localdate()
    asked = {"partner": str(shared.partner.public_id), "asked_for": "The letter", "purpose": "support"}
    client.post(
        f"/sharing/cases/{shared.case.public_id}/requests/new/", asked | on("asked_on", today) | on("due_on", today)
    )
    with acting_as_system(northgate):
        request = InformationRequest.objects.get()
    page = f"/sharing/requests/{request.public_id}/answer/"

    assert "Enter why they refused" in text_of(client.post(page, {"outcome": "refused"} | on("answered_on", today)))
    early = client.post(page, {"outcome": "nothing"} | on("answered_on", today - DAY))
    assert "the answer came on that day or later" in text_of(early)
    client.post(page, {"outcome": "refused", "reason": "No consent"} | on("answered_on", today))

    assert "Why they refused: No consent" in text_of(client.get(f"/sharing/cases/{shared.case.public_id}/information/"))


@pytest.mark.parametrize(
    ("who", "reads"),
    [("manager", 200), ("specialist", 200), ("dsl", 200), ("slt", 403), ("coordinator", 403), ("ig_lead", 404),
     ("school_staff", 404)],
)  # fmt: skip
def test_who_reads_what_others_told(cast, northgate, client_for, shared, who, reads):
    got = client_for(getattr(cast, who), northgate).get(f"/sharing/cases/{shared.case.public_id}/information/")
    assert got.status_code == reads


def test_a_guest_tells_what_the_agreement_lets_them_supply_and_sees_their_own_alone(
    cast, northgate, client_for, shared, nurse
):
    with acting_as_system(northgate):
        let_supply(shared.agreement, "family")
        let_supply(make_agreement(make_partner("Another trust"), categories=()), "health")
        InformationItem.objects.create(
            case=shared.case, pupil_id=shared.case.pupil_id, partner=shared.partner, source=shared.partner.name,
            category="family", learnt_on=localdate(), reliability="told", text="Told on the phone by a colleague",
        )  # fmt: skip
    client = client_for(nurse, northgate)
    page = f"/sharing/shared/{shared.case.public_id}/tell/"

    first = text_of(client.get(page))
    assert "Family and contacts" in first
    assert "Health and mental health" not in first
    assert client.post(page, telling(category="health")).status_code == 422
    assert client.post(page, telling()).status_code == 302
    seen = text_of(client.get(page))
    assert TOLD in seen
    assert "Told on the phone" not in seen

    with acting_as_system(northgate):
        item = InformationItem.objects.get(text=TOLD)
    assert (item.source, item.partner_id, item.onward) == (shared.partner.name, shared.partner.pk, "ask")
    assert (item.agreement_id, item.case_id) == (shared.agreement.pk, shared.case.pk)
    assert client.get(f"/sharing/shared/{shared.other.public_id}/tell/").status_code == 404

    # By hand, past the page: neither another category, nor another case, nor in another's name.
    with acting_for(northgate, nurse):
        mine = {
            "case": shared.case, "pupil_id": shared.case.pupil_id, "partner": shared.partner,
            "agreement": shared.agreement, "source": "S", "category": "family", "learnt_on": localdate(),
            "reliability": "told", "text": "By hand", "written_by": shared.guest.membership,
        }  # fmt: skip
        InformationItem.objects.create(**mine)
        other = {"case": shared.other, "pupil_id": shared.other.pupil_id}
        for wrong in ({"category": "plan"}, other, {"written_by": None}, {"partner": None}, {"agreement": None}):
            with pytest.raises(ProgrammingError), transaction.atomic():
                InformationItem.objects.create(**mine | wrong)

    with acting_as_system(northgate):
        SharedCase.objects.filter(pk=shared.share.pk).update(until=localdate() - DAY)
    assert client.get(page).status_code == 404
    with acting_for(northgate, nurse):
        assert not InformationItem.objects.exists()
    with acting_as_system(northgate):
        SharedCase.objects.filter(pk=shared.share.pk).update(until=None)
        by = InformationItem.objects.get(text=TOLD).written_by
        AgreementEnding.objects.create(agreement=shared.agreement, ended_by=by, ends_on=localdate(), reason="Over")
    assert client.post(page, telling()).status_code == 404


def test_who_was_told_how_information_is_used_and_of_whom_nobody_was(cast, northgate, client_for, shared):
    client = client_for(cast.manager, northgate)
    page = f"/sharing/cases/{shared.case.public_id}/told/"
    assert "Open cases without a privacy notice given" in text_of(client.get("/"))
    assert shared.case.reference in text_of(client.get("/sharing/not-told/"))

    said = {"who": "pupil", "told_on": str(localdate()), "how": "person", "notice": "September 2026"}
    assert "Select who was told" in text_of(client.post(page, said | {"who": ""}))
    assert client.post(page, said | {"told_on": str(localdate() + DAY)}).status_code == 422
    assert client.post(page, said).status_code == 302

    assert "In person on" in text_of(client.get(page))
    assert shared.case.reference not in text_of(client.get("/sharing/not-told/"))
    assert shared.other.reference in text_of(client.get("/sharing/not-told/"))
    with acting_as_system(northgate):
        told = PrivacyTold.objects.get()
    client.post(f"/sharing/told/{told.public_id}/strike/")
    assert shared.case.reference in text_of(client.get("/sharing/not-told/"))
    client.post(f"/sharing/told/{told.public_id}/bring-back/")
    assert shared.case.reference not in text_of(client.get("/sharing/not-told/"))


def test_a_guests_first_page_is_recorded_for_each_purpose(cast, northgate, client_for, shared, nurse):
    with acting_as_system(northgate):
        type(shared.agreement).objects.filter(pk=shared.agreement.pk).update(purposes=["support", "education"])
        share(shared.other, shared.agreement, purpose="education")

    client_for(nurse, northgate).get("/sharing/shared/")

    with acting_as_system(northgate):
        assert set(Disclosure.objects.values_list("purpose", flat=True)) == {"support", "education"}
