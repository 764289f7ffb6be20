"""May this organisation have this category for this purpose now: the rules and the database, cell by cell."""

import datetime as dt
import itertools

import pytest
from django.utils.timezone import localdate, now

from apst.codelists import codes
from apst.tenancy.context import acting_as_system, acting_for
from cases.models import Case
from sharing.deciding import Agreed, Terms, answers, outcome, standing
from sharing.models import AgreementEnding, AgreementExtension, AgreementSignature, DataSharingAgreement
from sharing.queries.agreements import agreements, answers_of
from tests.factories import make_case
from tests.sharing.conftest import make_agreement, make_partner, share, sign_both

DAY = dt.timedelta(days=1)
CATEGORIES = tuple(codes("data_categories"))
PURPOSES = tuple(codes("sharing_purposes"))


def _terms(
    days: tuple[int, int, int], signatures: int, *, sent: bool, extended: int | None, ended: int | None
) -> Terms:
    today = localdate()
    at = [today + DAY * n for n in days]
    return Terms(
        sent=sent,
        signatures=signatures,
        starts_on=at[0],
        review_on=at[1],
        ends_on=at[2],
        extended_until=None if extended is None else today + DAY * extended,
        terminated_on=None if ended is None else today + DAY * ended,
    )


STORIES = [
    _terms(days, signatures, sent=sent, extended=extended, ended=ended)
    for days in ((-30, -1, 0), (-30, 0, 1), (-30, -2, -1), (0, 0, 0), (1, 2, 3), (-3, -2, 9))
    for sent, signatures in ((False, 0), (True, 0), (True, 1), (True, 2))
    for extended in (None, -1, 0, 5)
    for ended in (None, -1, 0, 1)
]


def test_how_an_agreement_stands_is_told_alike_by_the_rules_and_by_the_database(cast, northgate):
    with acting_as_system(northgate):
        partner = make_partner()
        by = cast.manager.memberships.get()
        made = {}
        for terms in STORIES:
            row = make_agreement(
                partner,
                signed=False,
                starts_on=terms.starts_on,
                review_on=terms.review_on,
                ends_on=terms.ends_on,
                sent_at=now() if terms.sent else None,
            )
            for party in ("ours", "theirs")[: terms.signatures]:
                AgreementSignature.objects.create(
                    agreement=row, party=party, name="N", position="P", signed_by=by, fingerprint="0" * 64
                )
            if terms.extended_until:
                began = terms.extended_until - DAY * 9
                AgreementExtension.objects.create(
                    agreement=row, extended_on=began, until=terms.extended_until, reason="r", extended_by=by
                )
            if terms.terminated_on:
                AgreementEnding.objects.create(agreement=row, ends_on=terms.terminated_on, ended_by=by)
            made[row.pk] = terms
        told = dict(agreements().values_list("pk", "standing"))
    today = localdate()
    assert told == {pk: standing(terms, today) for pk, terms in made.items()}
    assert set(told.values()) == {"draft", "sent", "to_begin", "in_force", "due_for_review", "expired", "terminated"}


STATES = ("draft", "sent", "to_begin", "in_force", "due_for_review", "expired", "terminated", "superseded")
SEES = ("identity", "health")
SERVES = ("support", "safeguarding")


def _stand(state: str, partner, by) -> DataSharingAgreement:
    today = localdate()
    fields = {
        "draft": {"sent_at": None, "signed": False},
        "sent": {"signed": False},
        "to_begin": {"starts_on": today + DAY, "review_on": today + DAY, "ends_on": today + DAY},
        "due_for_review": {"review_on": today - DAY},
        "expired": {"review_on": today - DAY, "ends_on": today - DAY},
    }.get(state, {})
    row = make_agreement(partner, categories=SEES, purposes=list(SERVES), **fields)
    if state == "terminated":
        AgreementEnding.objects.create(agreement=row, ends_on=today, ended_by=by)
    if state == "superseded":
        later = make_agreement(partner, categories=(), purposes=["education"], first=row, number=2, signed=False)
        sign_both(later)
        AgreementEnding.objects.create(agreement=later, ends_on=today, ended_by=by)
    return row


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("shared_for", [None, "support", "taken back"])
@pytest.mark.parametrize("restricted", [False, True])
def test_the_database_answers_by_the_rules_for_every_category_and_purpose(
    cast, northgate, state, shared_for, restricted
):
    """A table generated from the rules, asked cell by cell of the database."""
    with acting_as_system(northgate):
        by = cast.manager.memberships.get()
        partner, other = make_partner(), make_partner("Youth justice service")
        row, case = _stand(state, partner, by), make_case()
        if shared_for:
            share(case, row, purpose="support", ended_at=now() if shared_for == "taken back" else None)
        Case.objects.filter(pk=case.pk).update(restricted=restricted)
        known = {
            one.pk: Agreed(
                one.pk,
                one.standing,
                frozenset(one.purposes),
                frozenset(one.categories.filter(partner_sees=True).values_list("category", flat=True)),
                frozenset({"support"} if shared_for == "support" else ()),
            )
            for one in agreements(partner)
        }
        assert known[row.pk].standing == state
        for organisation, purpose in itertools.product((partner, other), PURPOSES):
            agreed = known.values() if organisation == partner else ()
            expected = answers(agreed, purpose=purpose, categories=CATEGORIES, restricted=restricted)
            told = answers_of(organisation, case.pupil, purpose=purpose, categories=CATEGORIES)
            assert [(a.category, a.clause) for a in told] == [(a.category, a.clause) for a in expected]
            if organisation == partner:
                assert told == expected


def test_the_decision_is_open_to_whoever_shares(cast, northgate):
    with acting_as_system(northgate):
        partner, case = make_partner(), make_case()
        share(case, make_agreement(partner))
    with acting_for(northgate, cast.manager):
        told = answers_of(partner, case.pupil, purpose="support", categories=("identity", "family"))
    assert [(a.category, a.clause, a.allowed) for a in told] == [
        ("family", "category", False),
        ("identity", "allow", True),
    ]
    assert outcome(told) == "without"
    assert (outcome(told[1:]), outcome(told[:1]), outcome([])) == ("allow", "deny", "deny")
