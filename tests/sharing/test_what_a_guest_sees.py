"""A guest sees the cases shared with them, in the categories agreed, while the agreement holds: by the database."""

import datetime as dt

import pytest
from django.db import ProgrammingError
from django.utils.timezone import localdate, now

from apst.audit.models import AccessEntry
from apst.people.models import Contact, Pupil
from apst.tenancy.context import acting_as_system, acting_for
from apst.tenancy.state import tenant_models
from cases.models import Case, Note, Plan
from sharing.models import AgreementCategory, AgreementEnding, DataSharingAgreement, Guest, SharedCase
from tests.factories import make_case
from tests.sharing.conftest import make_agreement, make_guest, make_partner, share, sign_both

DAY = dt.timedelta(days=1)


def seen_by(taskforce, person) -> set[int]:
    """The cases that a person sees, asked of the database with no filter at all."""
    with acting_for(taskforce, person):
        return set(Case.objects.values_list("pk", flat=True))


def change(taskforce, rows, **fields) -> None:
    with acting_as_system(taskforce):
        rows.update(**fields)


def test_a_guest_sees_the_case_that_is_shared_and_no_other(shared, northgate, nurse):
    assert seen_by(northgate, nurse) == {shared.case.pk}


def test_a_guest_sees_the_categories_agreed_and_no_others(shared, northgate, nurse, cast):
    with acting_as_system(northgate):
        plan = Plan.objects.create(case=shared.case, starts_on=localdate(), aim="To sleep", hopes="A quiet room")
        Contact.objects.create(pupil=shared.case.pupil, name="Grandmother", relationship="grandmother")
    with acting_for(northgate, nurse):
        assert Pupil.objects.get() == shared.case.pupil
        assert not Contact.objects.exists()  # family is not agreed
        assert not Plan.objects.exists()  # it holds the pupil's own words, and voice is not agreed
    with acting_as_system(northgate):
        for category in ("family", "voice"):
            AgreementCategory.objects.create(
                agreement=shared.agreement,
                category=category,
                partner_sees=True,
                our_article_6="6_1_e",
                their_article_6="6_1_e",
            )
    with acting_for(northgate, nurse):
        assert Contact.objects.get().name == "Grandmother"
        assert Plan.objects.get() == plan


@pytest.mark.parametrize(
    "taken",
    [
        lambda s: (AgreementEnding.objects.create, {"ends_on": localdate()}),
        lambda s: (DataSharingAgreement.objects.filter(pk=s.agreement.pk).update, {"ends_on": localdate() - DAY,
                   "review_on": localdate() - DAY}),
        lambda s: (AgreementCategory.objects.filter(agreement=s.agreement).update, {"partner_sees": False}),
        lambda s: (SharedCase.objects.filter(pk=s.share.pk).update, {"ended_at": now()}),
        lambda s: (SharedCase.objects.filter(pk=s.share.pk).update, {"until": localdate() - DAY}),
        lambda s: (Guest.objects.filter(pk=s.guest.pk).update, {"ended_at": now()}),
        lambda s: (Guest.objects.filter(pk=s.guest.pk).update, {"ends_on": localdate() - DAY}),
        lambda s: (DataSharingAgreement.objects.filter(pk=s.agreement.pk).update, {"purposes": ["education"]}),
        lambda s: (Case.objects.filter(pk=s.case.pk).update, {"restricted": True}),
    ],
    ids=["ended", "expired", "categories", "taken back", "until", "guest ended", "day", "purpose", "restricted"],
)  # fmt: skip
def test_what_is_taken_away_is_gone_at_the_next_request(shared, northgate, nurse, cast, taken):
    assert seen_by(northgate, nurse) == {shared.case.pk}
    with acting_as_system(northgate):
        act, fields = taken(shared)
        if act == AgreementEnding.objects.create:
            fields |= {"agreement": shared.agreement, "ended_by_id": shared.share.shared_by_id}
        act(**fields)
    assert seen_by(northgate, nurse) == set()


def test_overdue_for_review_it_holds_on(shared, northgate, nurse):
    change(northgate, DataSharingAgreement.objects.filter(pk=shared.agreement.pk), review_on=localdate() - DAY)
    assert seen_by(northgate, nurse) == {shared.case.pk}


def test_the_next_version_takes_over_with_its_guests_and_its_cases(shared, northgate, nurse):
    with acting_as_system(northgate):
        later = make_agreement(
            shared.partner,
            categories=("family",),
            signed=False,
            first=shared.agreement,
            number=2,
            starts_on=localdate(),
        )
    with acting_for(northgate, nurse):
        assert Pupil.objects.exists()  # the second is not signed: the first holds
    with acting_as_system(northgate):
        sign_both(later)
    with acting_for(northgate, nurse):
        assert set(Case.objects.all()) == {shared.case}
        assert not Pupil.objects.exists()  # the second does not share identity any more


def test_no_guest_sees_in_one_taskforce_what_is_shared_in_another(shared, northgate, southgate, nurse, omar):
    with acting_as_system(southgate):
        partner = make_partner()
        agreement = make_agreement(partner)
        make_guest(agreement, nurse)
        theirs = make_case()
        share(theirs, agreement)
    assert seen_by(northgate, nurse) == {shared.case.pk}
    assert seen_by(southgate, nurse) == {theirs.pk}


def test_a_restricted_note_of_a_shared_case_is_not_even_said_to_exist(shared, northgate, nurse, cast):
    with acting_as_system(northgate):
        for category in ("intervention", "health", "safeguarding", "voice"):
            AgreementCategory.objects.create(
                agreement=shared.agreement,
                category=category,
                partner_sees=True,
                our_article_6="6_1_e",
                their_article_6="6_1_e",
            )
        for sensitivity in ("ordinary", "clinical"):
            Note.objects.create(
                case=shared.case,
                pupil_id=shared.case.pupil_id,
                sensitivity=sensitivity,
                happened_on=localdate(),
                written_by_id=shared.share.shared_by_id,
            )
    with acting_for(northgate, nurse):
        assert [note.sensitivity for note in Note.objects.all()] == ["ordinary"]


@pytest.mark.parametrize(("kind", "category"), [("event", "safeguarding"), ("voice", "voice"), ("family", "family")])
def test_a_note_of_another_category_is_seen_where_that_is_shared_too(shared, northgate, nurse, cast, kind, category):
    def also(code: str) -> None:
        row = {"partner_sees": True, "our_article_6": "6_1_e", "their_article_6": "6_1_e"}
        AgreementCategory.objects.create(agreement=shared.agreement, category=code, **row)

    with acting_as_system(northgate):
        also("intervention")
        also("health")
        Note.objects.create(
            case=shared.case,
            pupil_id=shared.case.pupil_id,
            kind=kind,
            happened_on=localdate(),
            written_by_id=shared.share.shared_by_id,
        )
    with acting_for(northgate, nurse):
        assert not Note.objects.exists()
    with acting_as_system(northgate):
        also(category)
    with acting_for(northgate, nurse):
        assert Note.objects.count() == 1


def test_a_guest_seals_no_entry_of_the_access_log(shared, northgate, nurse):
    entry = {"person_id": nurse.pk, "page": "sharing:shared-list"}
    with acting_for(northgate, nurse):
        AccessEntry.objects.create(**entry)
    with pytest.raises(ProgrammingError, match="row-level security"), acting_for(northgate, nurse):
        AccessEntry.objects.create(**entry, seal_number=1, chain_hash=b"1")


def test_every_table_that_is_not_opened_is_closed_to_guests(shared, northgate, nurse):
    opened = [model for model in tenant_models() if model.access.guest]
    assert len(opened) > 20
    with acting_for(northgate, nurse):
        for model in opened:
            list(model._base_manager.all()[:1])
    for model in set(tenant_models()) - set(opened):
        with pytest.raises(ProgrammingError, match="permission denied"), acting_for(northgate, nurse):
            list(model._base_manager.all()[:1])


def test_a_guest_writes_nothing_of_the_record(shared, northgate, nurse):
    for model in (Case, Pupil):
        with pytest.raises(ProgrammingError, match="permission denied"), acting_for(northgate, nurse):
            model.objects.update(version=9)
