"""A health trust with an agreement that is in force, a guest of it, and a case that is shared."""

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils.timezone import localdate, now

from apst.accounts.models import Membership, User
from apst.tenancy.context import acting_as_system
from sharing.models import AgreementCategory, AgreementSignature, DataSharingAgreement, Guest, Partner, SharedCase
from tests.factories import make_case
from tests.notices.conftest import as_system, do_jobs

__all__ = ["as_system", "do_jobs"]

YEAR = dt.timedelta(days=365)


def make_partner(name: str = "Northgate Community Health NHS Trust", **fields: Any) -> Partner:
    said = {"kind": "nhs_trust", "data_protection_contact": "DPO", "data_protection_email": "dpo@trust.example"}
    return Partner.objects.create(name=name, **{**said, **fields})


def make_agreement(
    partner: Partner, *, categories: tuple[str, ...] = ("identity", "plan"), signed: bool = True, **fields: Any
) -> DataSharingAgreement:
    """An agreement that began a month ago, signed by both."""
    began = localdate() - dt.timedelta(days=30)
    said = {
        "title": "Sharing with the trust",
        "purposes": ["support"],
        "starts_on": began,
        "review_on": began + YEAR / 2,
        "ends_on": began + YEAR,
        "sent_at": now(),
    }
    agreement = DataSharingAgreement.objects.create(partner=partner, **{**said, **fields})
    for category in categories:
        AgreementCategory.objects.create(
            agreement=agreement, category=category, partner_sees=True, our_article_6="6_1_e", their_article_6="6_1_e"
        )
    if signed:
        sign_both(agreement)
    return agreement


def sign_both(agreement: DataSharingAgreement) -> None:
    by = Membership.objects.order_by("pk").first()
    for party in ("ours", "theirs"):
        AgreementSignature.objects.create(
            agreement=agreement, party=party, name="N", position="Director", signed_by=by, fingerprint="0" * 64
        )


def make_guest(agreement: DataSharingAgreement, user: User, **fields: Any) -> Guest:
    membership = Membership.objects.filter(user=user).first() or Membership.objects.create(
        user=user, role="partner", name=user.name, email=user.email, starts_on=localdate() - YEAR
    )
    said = {"starts_on": localdate() - dt.timedelta(days=7), "ends_on": localdate() + dt.timedelta(days=90)}
    return Guest.objects.create(
        membership=membership, agreement=agreement, partner=agreement.partner, **{**said, **fields}
    )


def share(case: Any, agreement: DataSharingAgreement, **fields: Any) -> SharedCase:
    by = Membership.objects.order_by("pk").first()
    said = {"purpose": "support", "shared_by": by}
    return SharedCase.objects.create(agreement=agreement, case=case, pupil_id=case.pupil_id, **{**said, **fields})


@pytest.fixture
def nurse(db: None) -> User:
    return User.objects.create_user("nurse@trust.example", "a long enough password", name="Nadia Nurse")


@pytest.fixture
def shared(cast: Any, northgate: Any, nurse: User) -> SimpleNamespace:
    """One case shared with the nurse's trust in two categories, another that is not."""
    with acting_as_system(northgate):
        partner = make_partner()
        agreement = make_agreement(partner)
        case, other = make_case(), make_case()
        return SimpleNamespace(
            partner=partner,
            agreement=agreement,
            guest=make_guest(agreement, nurse),
            case=case,
            other=other,
            share=share(case, agreement),
        )


Maker = Callable[..., Any]
