"""What every page's frame needs to know."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

MOST = 5
STAY = "/accounts/stay/"
# (words, name of the address, the action a member needs; none for everybody in a taskforce). The first five that a
# member may open are shown; what falls off is on Today.
NAVIGATION = (
    ("Today", "home", None),
    ("Referrals", "referrals:referral-list", "referral.view"),
    ("Cases", "cases:case-list", "case.brief"),
    ("Log a session", "cases:session-log", "intervention.log"),
    ("Meetings", "cases:meeting-list", "minutes.view"),
    ("Returns", "reporting:return-list", "return.build"),
    ("Sharing", "sharing:agreement-list", "agreement.sign"),
)
# A partner's guest has these pages and no others.
FOR_GUESTS = (
    ("Shared with you", "sharing:shared-list"),
    ("What you looked at", "sharing:shared-looks"),
)
FOOTER = (
    ("Help", "help"),
    ("Privacy", "privacy"),
    ("Accessibility statement", "accessibility"),
)
CONCERN = ("Raise a safeguarding concern", "cases:concern")  # everybody's, a guest's too
FOR_MEMBERS = (
    CONCERN,
    ("Report a data breach", "sharing:breach-new"),
    ("Who can see what", "accounts:who-can-see-what"),
)


def product(request: HttpRequest) -> dict[str, Any]:
    """The product's name, the navigation, the footer, and what the idle time-out needs."""
    signed_in = getattr(request, "user", None) is not None and request.user.is_authenticated
    path = request.path
    guest = getattr(getattr(request, "member", None), "role", "") == "partner"
    return {
        "product_name": settings.PRODUCT_NAME,
        "navigation": navigation(getattr(request, "member", None), path),
        "footer_links": [
            {"text": text, "href": href}
            for text, name in FOOTER + ((CONCERN,) if guest else FOR_MEMBERS if signed_in else ())
            if (href := address(name))
        ],
        "home_href": address("home"),
        "switch_href": address("accounts:choose") if signed_in else "",
        "find_href": address("cases:search") if finds_pupils(getattr(request, "member", None)) else "",
        "team_href": team_of(getattr(request, "member", None)),
        "settings_href": settings_of(getattr(request, "member", None)),
        "sign_out_href": address("account_logout"),
        "stay_href": STAY,
        "timed_out_href": f"{address('account_login')}?{urlencode({'next': path, 'timed_out': 1})}",
        "idle_seconds": settings.IDLE_SECONDS,
        "idle_warning_seconds": settings.IDLE_WARNING_SECONDS,
    }


def finds_pupils(member: Any) -> bool:
    """True for members who may look a pupil up."""
    actions = ("referral.view", "case.brief", "intervention.log")
    return member is not None and member.role != "partner" and any(member.may(action) for action in actions)


def team_of(member: Any) -> str:
    """The page about the team that `member` opens first; a partner, who is a guest, has none."""
    if member is None or member.role == "partner":
        return ""
    works_here = member.may("dashboard.view") or member.may("intervention.log")
    return address("people:team-week" if works_here else "people:staff-guide")


def settings_of(member: Any) -> str:
    """The first page under Settings that `member` may open; everybody but a guest has "Who can see what"."""
    if member is None or member.role == "partner":
        return ""
    if member.may("people.manage"):
        return address("people:member-list")
    return address("places:calendar" if member.may("calendar.change") else "accounts:who-can-see-what")


def navigation(member: Any, path: str) -> list[dict[str, Any]]:
    """The items that `member` may open, the one that `path` lies in marked as current."""
    if member is None:
        return []
    listed = tuple((text, name, None) for text, name in FOR_GUESTS) if member.role == "partner" else NAVIGATION
    items = [
        {"text": text, "href": href}
        for text, name, action in listed
        if _opens(member, action) and (href := address(name))
    ][:MOST]
    within = [
        item["href"]
        for item in items
        if path == item["href"] or (item["href"] != "/" and path.startswith(item["href"]))
    ]
    current = max(within, key=len, default=None)
    return [{**item, "current": item["href"] == current} for item in items]


def _opens(member: Any, action: str | None) -> bool:
    """True where a member may open a page; a guest is shown what is shared with them, not the list of meetings."""
    if action is None or not member.may(action):
        return action is None
    return action not in ("minutes.view", "agreement.sign") or member.role != "partner"


def address(name: str) -> str:
    """The address of a named page, or nothing where there is no such page (yet)."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
