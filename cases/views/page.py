"""What every page of a case has: the pupil's bar, the flags, and the tabs."""

import datetime as dt
from typing import Any, Final

from django.urls import NoReverseMatch, reverse
from django.utils.timezone import localdate

from apst.codelists import label
from apst.people.queries import year_group
from apst.tenancy.context import Member
from apst.web.requests import MemberRequest, shown
from cases import policies
from cases.models import Case
from cases.queries.cases import team_now
from cases.queries.emergencies import own_live_of
from cases.queries.flags import flags_of
from cases.queries.reviews import next_review

CASE_RELATED: Final = ("pupil__home_school", "site", "lead__specialist", "referral", "opened_by")
# (words, name of the address, who has the tab); a tab stands where its page is.
TABS: Final = (
    ("Timeline", "cases:case-detail", policies.can_see_brief),
    ("Plan", "cases:case-plan", policies.can_see_brief),
    ("Assessments", "cases:case-assessments", policies.can_view),
    ("Risk", "cases:case-risk", policies.can_view),
    ("People", "cases:case-people", policies.can_see_brief),
    ("Sessions", "cases:case-sessions", policies.can_view),
    ("Documents", "cases:case-documents", policies.can_view),
    ("Clocks", "cases:case-clocks", policies.can_view),
    ("Referral", "cases:case-referral", policies.can_see_referral),
    ("Sharing", "sharing:case-sharing", policies.can_share),
)
MOST_NAMED: Final = 3


def case_page(request: MemberRequest, case: Case, tab: str, **context: Any) -> dict[str, Any]:
    """Give the context of a page that extends `cases/case_base.html`, and note in the access log whose it is.

    tab  the name of the address whose tab is marked as current
    """
    shown(request, [case], "identity", "intervention")
    return {
        "case": case,
        "back": reverse("cases:case-list"),
        "bar": _bar(case, request.member, localdate()),
        "flags": flags_of(case, request.member),
        "tabs": _tabs(case, request.member, tab),
        "emergency": own_live_of(request.member, case.public_id) if case.pk in request.member.emergencies else None,
        **context,
    }


def _tabs(case: Case, member: Member, current: str) -> list[dict[str, Any]]:
    tabs = []
    for words, name, policy in TABS:
        try:
            href = reverse(name, args=[case.public_id])
        except NoReverseMatch:
            continue
        if policy(member, case):
            tabs.append({"text": words, "href": href, "current": name == current})
    return tabs


def _bar(case: Case, member: Member, today: dt.date) -> list[dict[str, str]]:
    pupil = case.pupil
    review = next_review(case)
    facts = {
        "Known as": pupil.preferred_name if pupil.preferred_name != pupil.forename else "",
        "Year": year_group(pupil, today),
        "School": pupil.home_school.name if pupil.home_school else "",
        "Site": case.site.name if case.site else "",
        "Tier": label("tiers", case.tier).partition(":")[0].removeprefix("Tier "),
        "Lead": case.lead.specialist.name if case.lead else "",
        "Also": _team(case),
        "Next review": f"{review:%-d %b %Y}{', overdue' if review < today else ''}" if review else "",
    }
    return [{"label": name, "value": value} for name, value in facts.items() if value]


def _team(case: Case) -> str:
    """Give who else is on the team, and how, in a few words."""
    others = [row for row in team_now(case) if row.post_id != case.lead_id]
    named = [f"{row.post.specialist.name} ({row.get_part_display().lower()})" for row in others[:MOST_NAMED]]
    more = len(others) - len(named)
    return ", ".join([*named, f"{more} more"] if more > 0 else named)
