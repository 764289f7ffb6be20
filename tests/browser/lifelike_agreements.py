"""Partners and agreements in every state: in force with a next version drafted, sent, overdue for review, the own."""

import datetime as dt
from typing import TYPE_CHECKING, Any

from django.utils.timezone import localdate

from apst.tenancy.context import acting_as_system
from sharing import services
from sharing.library import LIBRARY, rows_of, words_of
from sharing.models import DataSharingAgreement, Partner
from sharing.queries.agreements import fingerprint

if TYPE_CHECKING:
    from tests.browser.lifelike import World

CONTACT = "The data protection contact of each party, for people and for the other party"


def _begin(partner: Partner, by: Any, *, review: int = 300, **fields: Any) -> DataSharingAgreement:
    today = localdate()
    return services.draft(
        partner=partner, by=by, rows=rows_of(partner.kind), template=partner.kind, title=LIBRARY[partner.kind].title,
        starts_on=today - dt.timedelta(days=60), review_on=today + dt.timedelta(days=review),
        ends_on=today + dt.timedelta(days=305), **{**words_of(partner.kind), "contact": CONTACT, **fields},
    )  # fmt: skip


def _sign(agreement: DataSharingAgreement, by: Any) -> None:
    for party, name in (("ours", "Helen Price"), ("theirs", "Dr Oyelaran Whitcombe")):
        services.sign(agreement, party=party, name=name, position="Director", seen=fingerprint(agreement), by=by)


def make(world: "World") -> None:
    """Furnish the world with rows for every page of agreements."""
    by = world.people.manager.membership
    with acting_as_system(world.taskforce):
        partners = {
            kind: services.save_partner(
                None, by=by, name=name, kind=kind, data_protection_contact="Information governance team",
                data_protection_email=f"ig@{kind.replace('_', '-')}.example", responsible_owner="Director of services",
            )
            for kind, name in (
                ("nhs_trust", "Northgate and Wharfe Valley Community Health Care NHS Foundation Trust"),
                ("youth_justice", "Northgate Youth Justice Service"),
                ("police", "Wharfe Police"),
            )
        }  # fmt: skip
        held = _begin(partners["nhs_trust"], by)
        overdue = _begin(partners["youth_justice"], by, review=-3)
        sent = _begin(partners["police"], by)
        for one in (held, overdue, sent):
            services.send(one, version=1, by=by)
            one.refresh_from_db()
        for one in (held, overdue):
            _sign(one, by)
        draft = services.new_version(held, by=by)
        services.save_draft(draft, version=1, by=by, rights="", retention="Until the pupil is 25.")
        own = services.draft(
            partner=partners["police"], by=by, title="Our own", starts_on=localdate(), review_on=localdate(),
            ends_on=localdate(),
        )  # fmt: skip
    world.rows |= {
        "partner": partners["nhs_trust"],
        "agreement": held,
        "agreement overdue": overdue,
        "agreement sent": sent,
        "agreement draft": draft,
        "agreement own": own,
    }
