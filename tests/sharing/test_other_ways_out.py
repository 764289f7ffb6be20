"""What leaves without an agreement: to the family after a check, under a duty and told at once; or is not shared."""

import pytest
from django.core import mail
from django.utils.timezone import localdate

from apst.people.models import Contact
from apst.tenancy.context import acting_as_system, acting_for
from cases.models import Plan
from sharing import services
from sharing.exceptions import NotChecked, NotToFamily, ThirdPartyInside
from sharing.models import Disclosure, DisclosureLook, DisclosureRecord, InformationItem
from sharing.queries.outside import checks_for_family
from tests.sharing.test_guests_pages import text_of

AT_RISK = "Nobody knew where the pupil was"


def test_in_an_emergency_it_is_done_first_recorded_after_and_three_are_told_at_once(
    cast,
    northgate,
    client_for,
    shared,
    do_jobs,
):
    with acting_as_system(northgate):
        item = InformationItem.objects.create(
            case=shared.case, pupil_id=shared.case.pupil_id, source="Early help", category="family",
            learnt_on=localdate(), reliability="told", onward="no", text="Stays with an uncle",
        )  # fmt: skip
    page = f"/sharing/cases/{shared.case.public_id}/outside/?item={item.public_id}"
    client = client_for(cast.specialist, northgate)
    said = {"way": "emergency", "recipient": "The police", "categories": ["family"], "done_on": str(localdate())}

    assert "Its rule: not passed on" in text_of(client.get(page))
    assert "Needs legal confirmation" in text_of(client.get(page))
    assert "Enter why" in text_of(client.post(page, said))
    with acting_as_system(northgate):
        assert not Disclosure.objects.exists()
    assert client.post(page, said | {"reason": AT_RISK}).status_code == 302

    with acting_as_system(northgate):
        made = Disclosure.objects.select_related("made_by").get()
        record = DisclosureRecord.objects.get()
    assert (made.way, made.given, made.made_by.name) == ("emergency", ["family"], cast.specialist.name)
    assert made.clause == "Passed on against its rule: Not passed on"
    assert record.records == {"cases_case": [shared.case.pk], "sharing_informationitem": [item.pk]}

    do_jobs()
    assert {to for sent in mail.outbox for to in sent.to} == {
        cast.manager.email, cast.dsl.email, cast.ig_lead.email
    }  # fmt: skip
    for sent in mail.outbox:
        assert AT_RISK not in sent.body
        assert shared.case.reference not in sent.subject + sent.body
    line = "Shared under a duty or in an emergency, to look at"
    for who in (cast.manager, cast.dsl, cast.ig_lead):
        reader = client_for(who, northgate)
        assert line in text_of(reader.get("/"))
        assert AT_RISK in text_of(reader.get("/sharing/outside/"))
        assert reader.post(f"/sharing/outside/{made.public_id}/look/").status_code == 302
        assert line not in text_of(reader.get("/"))
    assert client_for(cast.specialist, northgate).get("/sharing/outside/").status_code == 403
    with acting_as_system(northgate):
        assert DisclosureLook.objects.count() == 3


def test_a_decision_not_to_share_is_kept_with_its_reason(cast, northgate, client_for, shared):
    client = client_for(cast.specialist, northgate)
    page = f"/sharing/cases/{shared.case.public_id}/not-shared/"
    said = {"recipient": "A sports club", "categories": ["health"]}

    assert client.post(page, said).status_code == 422
    assert client.post(page, said | {"reason": "It asked for more than it needs"}).status_code == 302

    register = text_of(client_for(cast.ig_lead, northgate).get("/sharing/disclosures/?outcome=not_shared"))
    for words in ("Decided not to share", "A sports club", "It asked for more than it needs", "Nothing"):
        assert words in register


def test_to_the_family_only_after_responsibility_court_orders_and_hidden_addresses(cast, northgate, client_for, shared):
    with acting_as_system(northgate):
        pupil = shared.case.pupil_id
        mother = Contact.objects.create(
            pupil_id=pupil, name="Ada Quill", relationship="Mother", parental_responsibility=True
        )
        father = Contact.objects.create(
            pupil_id=pupil, name="Bo Quill", relationship="Father", parental_responsibility=False
        )
    client = client_for(cast.specialist, northgate)
    page = f"/sharing/cases/{shared.case.public_id}/family/"
    said = {"contact": str(mother.public_id), "papers": ["plan"]}
    assert "Bo Quill" not in text_of(client.get(page))

    with acting_as_system(northgate):  # meanwhile, after the page was shown
        Contact.objects.filter(pk=mother.pk).update(address_hidden=True)
        Contact.objects.filter(pk=father.pk).update(court_order="No contact")
    refused = client.post(page, said)
    assert "Confirm that you looked at each of these" in text_of(refused)
    assert "Court order about Bo Quill (Father): No contact" in text_of(refused)

    by = shared.share.shared_by
    with acting_for(northgate, cast.manager):
        keys = [check.key for check in checks_for_family(shared.case)]
        assert len(keys) == 2
        with pytest.raises(NotChecked):
            services.give_to_family(shared.case, contact=mother, papers=["plan"], checked=keys[:1], by=by)
        with pytest.raises(NotToFamily):
            services.give_to_family(shared.case, contact=father, papers=["plan"], checked=keys, by=by)
        assert not Disclosure.objects.exists()

    assert client.post(page, said | {"checked": keys}).status_code == 302
    with acting_as_system(northgate):
        made = Disclosure.objects.get()
    assert (made.way, made.recipient, made.reason) == ("family", "The family: Mother", "The plan")
    assert made.given == ["identity", "plan", "voice"]


def test_what_others_told_is_not_handed_on_inside_a_plan(cast, northgate, client_for, shared):
    told = "Her brother was arrested in May and is on bail until the autumn."
    with acting_as_system(northgate):
        pupil = shared.case.pupil_id
        mother = Contact.objects.create(pupil_id=pupil, name="Ada", relationship="Mother", parental_responsibility=True)
        item = InformationItem.objects.create(
            case=shared.case, pupil_id=pupil, source="Early help", category="family", learnt_on=localdate(),
            reliability="told", onward="no", text=told,
        )  # fmt: skip
        aim = "Feel safe at home, as her brother was arrested  in May and is on bail."
        plan = Plan.objects.create(case=shared.case, starts_on=localdate(), aim=aim)
    page, said = (
        f"/sharing/cases/{shared.case.public_id}/family/",
        {"contact": str(mother.public_id), "papers": ["plan"]},
    )
    client = client_for(cast.specialist, northgate)

    assert "It repeats what Early help told, which may not be passed on" in text_of(client.post(page, said))
    with acting_for(northgate, cast.manager), pytest.raises(ThirdPartyInside):
        services.give_to_family(shared.case, contact=mother, papers=["plan"], checked=(), by=shared.share.shared_by)
    with acting_as_system(northgate):
        assert not Disclosure.objects.exists()

        Plan.objects.filter(pk=plan.pk).update(aim="Feel safe at home")  # taken out
    assert client.post(page, said).status_code == 302
    with acting_as_system(northgate):
        Plan.objects.filter(pk=plan.pk).update(aim=aim)
        InformationItem.objects.filter(pk=item.pk).update(onward="yes")  # or they agree
    assert client.post(page, said).status_code == 302
