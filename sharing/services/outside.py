"""The other ways out: under a duty or in an emergency, to the family; and decisions not to share."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from apst.accounts.models import Membership
from apst.notices.services import Thing, tell
from apst.people.models import Contact
from apst.tenancy.context import name_act
from cases.models import Case
from sharing.exceptions import DayNotPossible, NoCategory, NotChecked, NotToFamily, ReasonMissing, ThirdPartyInside
from sharing.models import Disclosure, DisclosureLook, InformationItem
from sharing.queries.outside import checks_for_family, copied_into, who_answers

from .disclosures import disclose

OUTSIDE: Final = "outside"  # the kind of notice
FAMILY_PAPERS: Final = {"plan": "The plan", "passport": "The communication passport", "letter": "A letter"}
# What each may show, whatever of it is filled in: the register errs towards more.
OF_PAPER: Final = {"plan": ("identity", "plan", "voice"), "passport": ("identity", "voice"), "letter": ("identity",)}


@transaction.atomic
def record_shared_outside(
    case: Case,
    *,
    way: str,
    recipient: str,
    categories: Collection[str],
    reason: str,
    done_on: dt.date,
    item: InformationItem | None = None,
    by: Membership,
) -> Disclosure:
    """Record what was shared under a duty or in an emergency, after it was done; the manager, the safeguarding lead and
    the information governance lead are told at once, without a name.

    item  what another organisation told, passed on although its rule says otherwise: the reason is why
    Raises ReasonMissing, NoCategory, DayNotPossible.
    """
    if not reason.strip():
        raise ReasonMissing
    if not categories:
        raise NoCategory
    if done_on > localdate():
        raise DayNotPossible(field="done_on")
    records = {"cases_case": [case.pk]} | ({"sharing_informationitem": [item.pk]} if item else {})
    overridden = f"Passed on against its rule: {item.get_onward_display()}" if item and item.onward != "yes" else ""
    made = disclose(
        way=way,
        outcome=Disclosure.Outcome.ALLOW,
        recipient=recipient.strip(),
        reason=reason.strip(),
        clause=overridden or Disclosure.Way(way).label,
        done_on=done_on,
        asked=categories,
        shown={case.pupil_id: {"case": case.pk, "categories": set(categories), "records": records}},
        by=by,
    )
    tell(OUTSIDE, [Thing(str(made.public_id), made.public_id)], to=who_answers(), by=by)
    return made


@transaction.atomic
def decide_not_to_share(
    case: Case, *, recipient: str, categories: Collection[str], reason: str, by: Membership
) -> Disclosure:
    """Record that something was not shared, with whom and why not. Raises ReasonMissing, NoCategory."""
    if not reason.strip():
        raise ReasonMissing
    if not categories:
        raise NoCategory
    return disclose(
        way=Disclosure.Way.NONE,
        outcome=Disclosure.Outcome.NOT_SHARED,
        recipient=recipient.strip(),
        reason=reason.strip(),
        clause="Decided on this case",
        asked=categories,
        shown={case.pupil_id: {"case": case.pk, "categories": (), "records": {"cases_case": [case.pk]}}},
        by=by,
    )


@transaction.atomic
def give_to_family(
    case: Case, *, contact: Contact, papers: Iterable[str], checked: Collection[str], by: Membership
) -> Disclosure:
    """Record that papers go to somebody of the family who has parental responsibility.

    checked  the keys of `checks_for_family` that were looked at; what is new since the page was shown is asked again
    Raises NotToFamily, NotChecked, ThirdPartyInside.
    """
    found = Contact.objects.filter(pk=contact.pk, pupil=case.pupil_id, parental_responsibility=True).first()
    if found is None:
        raise NotToFamily
    checks = checks_for_family(case)
    if not {check.key for check in checks} <= set(checked):
        raise NotChecked
    if copied := copied_into(case, set(papers)):
        sources = " and ".join(dict.fromkeys(item.source for item in copied))
        raise ThirdPartyInside(
            f"It repeats what {sources} told, which may not be passed on. Take it out, or ask. Nothing was recorded"
        )
    chosen = [code for code in FAMILY_PAPERS if code in set(papers)]
    given = {category for code in chosen for category in OF_PAPER[code]}
    return disclose(
        way=Disclosure.Way.FAMILY,
        outcome=Disclosure.Outcome.ALLOW,
        recipient=f"The family: {found.relationship}",
        reason=", ".join(FAMILY_PAPERS[code] for code in chosen),
        clause="Parental responsibility, court orders and hidden addresses were checked",
        done_on=localdate(),
        asked=given,
        shown={
            case.pupil_id: {
                "case": case.pk,
                "categories": given,
                "records": {"cases_case": [case.pk], "people_contact": [found.pk]},
            }
        },
        by=by,
    )


@transaction.atomic
def look_at(disclosure: Disclosure, *, by: Membership) -> None:
    """Record that one of those who answer for it has looked at it; may run twice."""
    name_act("disclosure.look")
    try:
        with transaction.atomic():
            DisclosureLook.objects.create(disclosure=disclosure, looked_by=by)
    except IntegrityError as error:
        if "sharing_disclosurelook_once" not in str(error):
            raise
