# ruff: noqa: E501 - lists of words, a line for each, which wrapping would make harder to read
"""Who Fairmile shares with: an agreement in every state, their people as guests, and what those looked at."""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from apst.accounts.models import Membership, User
from apst.places.calendar import DAY
from apst.places.models import Establishment
from cases.models import Case
from sharing.library import LIBRARY, rows_of, words_of
from sharing.models import (
    AgreementCategory,
    AgreementEnding,
    AgreementSignature,
    DataSharingAgreement,
    Disclosure,
    DisclosureRecord,
    Guest,
    Partner,
    SharedCase,
)
from sharing.queries.agreements import fingerprint
from sharing.queries.shared import CATEGORIES, clause_of
from sharing.services import new_version

from .diary import at
from .history import History


@dataclass(frozen=True)
class Visitor:
    """A partner's person who comes as a guest. looks: on how many pages; left: days since they left there."""

    email: str
    name: str
    position: str
    looks: int = 0
    left: int | None = None


@dataclass(frozen=True)
class Agreed:
    """A partner and how its agreement stands. begun, review, ends: days from today (before it: below 0).

    state   draft, sent (the taskforce has signed), in_force, renewing (and its next version is sent) or terminated
    with_a  specialist types whose open cases are shared;  shared  how many of them
    """

    kind: str
    name: str
    email: str
    owner: str
    state: str
    begun: int
    review: int
    ends: int
    visitors: tuple[Visitor, ...] = ()
    caldicott: str = ""
    with_a: tuple[str, ...] = ()
    shared: int = 0
    purpose: str = "support"
    changed: dict[str, Any] = field(default_factory=dict)


NURSE: Final = Visitor("nurse@whitmoor.example", "Adaeze Nwosu", "School nurse", looks=11)
AGREED: Final = (
    Agreed(
        "nhs_trust", "Whitmoor and Sherbourne Community NHS Trust", "ig@whitmoor.example", "Director of children’s therapies",
        "in_force", -330, 35, 400, caldicott="Dr Henrietta Lovelace", purpose="health_care", shared=4,
        with_a=("speech_language_therapist", "mental_health"),
        visitors=(NURSE, Visitor("therapies@whitmoor.example", "Piotr Wasilewski", "Head of speech and language therapy", looks=2)),
    ),
    Agreed(
        "youth_justice", "Sowe Valley Youth Justice Service", "data@sowevalley.example", "Head of youth justice",
        "in_force", -374, -9, 90, purpose="youth_justice", shared=2, with_a=("youth_justice_worker", "youth_worker"),
        visitors=(Visitor("rmistry@sowevalley.example", "Rohan Mistry", "Case manager", looks=5),),
    ),
    Agreed(
        "social_care", "Arden Vale Children’s Social Care", "informationrights@ardenvale.example", "Director of children’s services",
        "renewing", -290, 75, 120, purpose="social_care", shared=3, with_a=("social_worker", "family_support_worker"),
        visitors=(Visitor("edgeofcare@ardenvale.example", "Marcia Bell-Thornley", "Team manager, edge of care", looks=3),),
    ),
    Agreed(
        "mainstream_school", "Hillcrest School", "office@hillcrest.example", "Headteacher",
        "sent", 7, 190, 372, visitors=(Visitor("senco@hillcrest.example", "Gwen Pritchard", "SENCO"),),
    ),
    Agreed(
        "early_help", "Priory Early Help Hub", "hub@ardenvale.example", "Early help manager",
        "draft", 21, 203, 386, changed={"retention": "", "contact": ""},
    ),
    Agreed(
        "police", "Arden Vale Police, schools team", "dataprotection@ardenvalepolice.example", "Chief inspector, neighbourhoods",
        "terminated", -200, 165, 165, purpose="safeguarding", shared=1, with_a=("mentor",),
        visitors=(Visitor("schools@ardenvalepolice.example", "Gillian Stroud", "Schools officer", looks=1, left=20),),
    ),
)  # fmt: skip
# The signatories of the taskforce's own side hold the role of an accountable leader.
CONTACT: Final = "The data protection contact of each party, for people and for the other party"
WHY_ENDED: Final = "Their schools team was wound up. What they held was destroyed, and they said so in writing."


def visitors() -> list[Visitor]:
    """Give everybody who comes as a guest."""
    return [visitor for agreed in AGREED for visitor in agreed.visitors]


def put_agreements(
    history: History,
    members: dict[str, Membership],
    users: dict[str, User],
    schools: Sequence[Establishment],
    chance: random.Random,
    *,
    today: dt.date,
) -> None:
    """Write partners, their agreements, guests, shared cases, and the disclosures of the guests' pages."""
    by_name = {school.name: school for school in schools}
    looks: list[tuple[Disclosure, Case]] = []
    for agreed in AGREED:
        made = _Made(agreed, history, members, users, chance, today)
        made.write(by_name.get(agreed.name))
        looks += made.looks
    for disclosure, case in sorted(looks, key=lambda look: look[0].made_at):
        disclosure.save()
        DisclosureRecord.objects.create(
            disclosure=disclosure,
            pupil_id=case.pupil_id,
            case_id=case.pk,
            categories=disclosure.given,
            records={"cases_case": [case.pk]},
        )


class _Made:
    def __init__(
        self,
        agreed: Agreed,
        history: History,
        members: dict[str, Membership],
        users: dict[str, User],
        chance: random.Random,
        today: dt.date,
    ) -> None:
        self.agreed, self.history, self.members, self.users = agreed, history, members, users
        self.chance, self.today = chance, today
        self.looks: list[tuple[Disclosure, Case]] = []
        self.begun = today + DAY * agreed.begun
        self.sent_on = min(self.begun - DAY * 20, today - DAY * 6)

    def write(self, school: Establishment | None) -> None:
        agreed, manager = self.agreed, self.members["manager"]
        partner = Partner.objects.create(
            name=agreed.name, kind=agreed.kind, establishment=school, data_protection_email=agreed.email,
            data_protection_contact="Information governance team", responsible_owner=agreed.owner,
            caldicott_guardian=agreed.caldicott, changed_by=manager,
        )  # fmt: skip
        draft = agreed.state == "draft"
        said = {**words_of(agreed.kind), "contact": CONTACT, "title": LIBRARY[agreed.kind].title, **agreed.changed}
        agreement = DataSharingAgreement.objects.create(
            partner=partner, template=agreed.kind, starts_on=self.begun, review_on=self.today + DAY * agreed.review,
            ends_on=self.today + DAY * agreed.ends, drafted_by=manager, drafted_at=at(self.sent_on - DAY * 9, 15),
            sent_at=None if draft else at(self.sent_on, 11), sent_by=None if draft else manager, **said,
        )  # fmt: skip
        AgreementCategory.objects.bulk_create(
            AgreementCategory(agreement=agreement, **row) for row in rows_of(agreed.kind)
        )
        guests = [self._guest(agreement, visitor) for visitor in agreed.visitors]
        if not draft:
            self._sign(agreement, "ours", self.members["slt"], "Executive principal", 1)
        if agreed.state in ("in_force", "renewing", "terminated"):
            self._sign(agreement, "theirs", guests[0], agreed.owner, 5)
            self._share(agreement, guests)
        if agreed.state == "renewing":
            self._renew(agreement)
        if agreed.state == "terminated":
            ended = self.today - DAY * (agreed.visitors[0].left or 0)
            AgreementEnding.objects.create(
                agreement=agreement, ends_on=ended, reason=WHY_ENDED, ended_by=self.members["ig"], ended_at=at(ended, 9)
            )

    def _guest(self, agreement: DataSharingAgreement, visitor: Visitor) -> Membership:
        first = max(self.sent_on, self.history.diary.first)
        member = Membership.objects.create(
            user=self.users[visitor.email], role="partner", name=visitor.name, email=visitor.email, starts_on=first,
            confirmed_on=self.today - DAY * 40,
        )  # fmt: skip
        left = self.today - DAY * visitor.left if visitor.left is not None else None
        Guest.objects.create(
            membership=member, partner=agreement.partner, agreement=agreement, starts_on=first,
            ends_on=agreement.ends_on, invited_by=self.members["manager"],
            ended_at=at(left, 9) if left else None, ended_by=self.members["manager"] if left else None,
        )  # fmt: skip
        return member

    def _sign(self, agreement: DataSharingAgreement, party: str, by: Membership, position: str, days: int) -> None:
        AgreementSignature.objects.create(
            agreement=agreement, party=party, name=by.name, position=position, signed_by=by,
            signed_at=at(min(self.sent_on + DAY * days, self.today - DAY), 14), fingerprint=fingerprint(agreement),
        )  # fmt: skip

    def _renew(self, agreement: DataSharingAgreement) -> None:
        """The next version, which adds nothing and lasts a year longer, waits for the partner's signature."""
        following = new_version(agreement, by=self.members["manager"])
        sent = self.today - DAY * 4
        DataSharingAgreement.objects.filter(pk=following.pk).update(
            starts_on=self.today, review_on=self.today + DAY * 180, ends_on=self.today + DAY * 485,
            drafted_at=at(sent - DAY, 15), sent_at=at(sent, 11), sent_by=self.members["manager"],
        )  # fmt: skip
        following.refresh_from_db()
        self.sent_on = sent
        self._sign(following, "ours", self.members["slt"], "Executive principal", 1)

    def _share(self, agreement: DataSharingAgreement, guests: list[Membership]) -> None:
        """The open cases that their kind of specialist works on; each guest has looked at some of them."""
        types = self.agreed.with_a
        fitting = {
            id(member.case)
            for member in self.history.team
            if member.post.specialist_type in types and not member.ends_on
        }
        apart = {id(case) for case in self.history.apart}
        open_ones = [
            case
            for case in self.history.cases
            if id(case) in fitting and id(case) not in apart and case.ended_on is None
            and case.opened_on < self.today - DAY * 30
        ]  # fmt: skip
        gone = self.agreed.state == "terminated"
        last = self.today - DAY * (self.agreed.visitors[0].left or 0)
        shared = []
        for case in self.chance.sample(open_ones, min(self.agreed.shared, len(open_ones))):
            since = max(self.begun, case.opened_on) + DAY * self.chance.randrange(2, 20)
            shared.append((case, min(since, last - DAY * 2)))
            SharedCase.objects.create(
                agreement=agreement, case_id=case.pk, pupil_id=case.pupil_id, purpose=self.agreed.purpose,
                shared_by=self.members["manager"], shared_at=at(min(since, last - DAY * 2), 16),
                ended_at=at(last, 9) if gone else None, ended_by=self.members["manager"] if gone else None,
            )  # fmt: skip
        for guest, visitor in zip(guests, self.agreed.visitors, strict=True):
            self._look(agreement, guest, visitor, shared, last)

    def _look(
        self,
        agreement: DataSharingAgreement,
        guest: Membership,
        visitor: Visitor,
        shared: list[tuple[Case, dt.date]],
        last: dt.date,
    ) -> None:
        seen = {row.category for row in agreement.categories.all() if row.partner_sees}
        for _ in range(visitor.looks if shared else 0):
            case, since = self.chance.choice(shared)
            day = since + DAY * self.chance.randrange((last - since).days or 1)
            day -= DAY * max(day.weekday() - 4, 0)
            disclosure = Disclosure(
                way="page", outcome="without", agreement=agreement, partner=agreement.partner,
                purpose=self.agreed.purpose, page="sharing:shared-case",
                clause=clause_of(agreement.title, agreement.number, self.agreed.purpose),
                asked=list(CATEGORIES), given=[code for code in CATEGORIES if code in seen],
                made_by=guest, made_at=at(day, self.chance.randrange(8, 17), self.chance.randrange(60)),
            )  # fmt: skip
            self.looks.append((disclosure, case))
