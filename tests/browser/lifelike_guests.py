"""A nurse as the trust's guest: two cases shared, one looked at, one refused; one share taken back."""

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.utils.timezone import localdate, now

from apst.tenancy.context import acting_as_system, acting_for
from sharing import services
from sharing.models import Guest, Partner
from sharing.queries import shared
from sharing.queries.sections import sections_of
from sharing.views.shared import record_page
from tests.conftest import make_member

if TYPE_CHECKING:
    from tests.browser.lifelike import World


def make(world: "World") -> None:
    """Furnish the world with a guest and what they saw."""
    rows, people = world.rows, world.people
    people.guest = make_member(world.taskforce, "partner", "nurse@trust.example", "Nadia Bright")
    by, last = people.manager.membership, localdate() + dt.timedelta(days=90)
    with acting_as_system(world.taskforce):
        for agreement in (rows["agreement"], rows["agreement overdue"]):
            Guest.objects.create(
                membership=people.guest.membership, partner=agreement.partner, agreement=agreement,
                starts_on=localdate() - dt.timedelta(days=30), ends_on=last, invited_by=by,
            )  # fmt: skip
        services.invite_guest(rows["agreement"], email="physio@trust.example", name="Pat Longman", ends_on=last, by=by)
        for case in (rows["case"], rows["ended"]):
            for agreement in (rows["agreement"], rows["agreement overdue"]):
                services.share_case(case, agreement, purpose=agreement.purposes[0], by=by)
        back = services.share_case(
            rows["allocated case"], rows["agreement"], purpose=rows["agreement"].purposes[0], by=by
        )
        services.take_back(back, by=by)
        rows["partner unseen"] = Partner.objects.get(pk=rows["agreement sent"].partner_id)
    with acting_for(world.taskforce, people.manager):
        case, day = rows["case"], localdate()
        rows["information request"] = services.ask_for_information(
            case, asked_of="Northgate early help", asked_for="Whether a family worker still visits, and on which days.",
            purpose="support", asked_on=day - dt.timedelta(days=20), due_on=day - dt.timedelta(days=6), by=by,
        )  # fmt: skip
        asked = services.ask_for_information(
            case, asked_of="The surgery", asked_for="The date of the next appointment.", purpose="health_care",
            asked_on=day - dt.timedelta(days=9), due_on=day, by=by,
        )  # fmt: skip
        services.answer_request(asked, outcome="refused", reason="The family has not agreed.", answered_on=day, by=by)
        services.record_information(
            case, partner=rows["agreement"].partner, source=rows["agreement"].partner.name, system="Their diary",
            category="identity", learnt_on=day - dt.timedelta(days=3), reliability="record", onward="ask",
            text="They see him at the clinic on the first Tuesday of the month, with his aunt.", by=by,
        )  # fmt: skip
        struck = services.record_information(
            case, source="A neighbour", category="family", learnt_on=day, reliability="told", onward="no",
            text="Written on the wrong case.", by=by,
        )  # fmt: skip
        services.strike_information(struck, by=by)
        services.record_told(case, contact=None, told_on=day, how="person", notice="September 2026", by=by)
    with acting_for(world.taskforce, people.specialist):
        services.record_shared_outside(
            case, way="emergency", recipient="The police", categories=["identity", "safeguarding"], done_on=day,
            reason="Nobody knew where the pupil was, and it was dark.", by=people.specialist.membership,
        )  # fmt: skip
        closed, opened = (
            services.report_breach(what, by=people.specialist.membership)
            for what in (
                "A register of the Thursday group was left on the minibus; the driver has it.",
                "The plan of one pupil went out in the envelope of another family, to the address before last.",
            )
        )
        rows |= {"breach": opened, "breach closed": closed}
    with acting_for(world.taskforce, people.manager):
        known = {"happened_on": day, "aware_at": now() - dt.timedelta(hours=30), "cases": [case.reference],
                 "categories": ["identity", "plan"], "people": 3, "consequences": "Another family knows of the plan.",
                 "measures": "Fetched back the same evening; the address is mended."}  # fmt: skip
        services.keep_breach(opened, version=1, by=by, **known)
        services.add_step(opened, text="Rang both families, and went to fetch the envelope.", by=by)
        services.decide_breach(
            closed, version=1, risk="unlikely", why="First names only, and it never left the bus.", people_told="",
            commissioner_told_at=None, commissioner_reference="", partners_told="", by=by,
        )  # fmt: skip
        services.close_breach(closed, version=2, lessons="Registers are kept on the phone.", by=by)
    with acting_for(world.taskforce, people.guest):
        for terms in shared.shared_with_me(rows["case"]):
            sections, _ = sections_of(rows["case"], terms.categories)
            record_page(terms, rows["case"], sections)
        services.show_page(
            page="sharing:shared-case", outcome="deny", agreement=None, partner=rows["partner"].pk,
            clause="The case is not shared with them", reason=f"Address asked for: {uuid.uuid4()}",
            asked=shared.CATEGORIES,
        )  # fmt: skip
