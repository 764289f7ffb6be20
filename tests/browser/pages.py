"""The list of pages: every route is one, with the rows that it is opened for, or it says here why it is none.

A route that is on neither list fails `test_every_page.py`.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from sharing.queries.document import SECTIONS
from tests.browser.lifelike import World
from tests.routes import walk

CHANGES = "changes something, by POST only; then goes to a page"
DOWNLOAD = "a file, not a page"
NOT_PAGES = {
    "health-live": "JSON for a machine",
    "health-ready": "JSON for a machine",
    "health-jobs": "JSON for a machine",
    "csp-report": "the browser itself posts to it",
    "accounts:switch": CHANGES,
    "accounts:stay": "tells that a person is at work; no page",
    "accounts:looks-find": "posted from the access log; goes to a page",
    "accounts:looks-export": DOWNLOAD,
    "accounts:draft": "JSON for the page's own script",
    "accounts:invitation-resend": CHANGES,
    "accounts:invitation-withdraw": CHANGES,
    "places:calendar-entry-remove": CHANGES,
    "notices:try-again": CHANGES,
    "notices:calendar-end": CHANGES,
    "notices:calendar": "a calendar file, for calendars",
    "people:former-name-drop": CHANGES,
    "people:supervision-end": CHANGES,
    "people:cost-remove": CHANGES,
    "people:absence-cancel": CHANGES,
    "people:vacancy-reopen": CHANGES,
    "people:visit-back": CHANGES,
    "referrals:referral-new-discard": CHANGES,
    "referrals:referral-accept": CHANGES,
    "referrals:referral-undo": CHANGES,
    "cases:meeting-prepare": CHANGES,
    "cases:meeting-start": CHANGES,
    "cases:minutes-ask": CHANGES,
    "cases:meeting-move": CHANGES,
    "cases:meeting-turn": CHANGES,
    "cases:item-decide": CHANGES,
    "cases:item-triage": CHANGES,
    "cases:item-allocate": CHANGES,
    "cases:item-note": CHANGES,
    "cases:item-action": CHANGES,
    "cases:item-state": CHANGES,
    "cases:action-done": CHANGES,
    "cases:action-again": CHANGES,
    "cases:action-back": CHANGES,
    "cases:meeting-hours-back": CHANGES,
    "cases:document-fetch": DOWNLOAD,
    "cases:document-remove": CHANGES,
    "cases:document-restore": CHANGES,
    "cases:exclusion-strike": CHANGES,
    "cases:exclusion-bring-back": CHANGES,
    "cases:keep-apart-end": CHANGES,
    "cases:keep-apart-resume": CHANGES,
    "cases:case-unrestrict": CHANGES,
    "cases:goal-end": CHANGES,
    "cases:goal-resume": CHANGES,
    "cases:step-tick": CHANGES,
    "cases:step-remove": CHANGES,
    "cases:step-restore": CHANGES,
    "cases:session-goals": CHANGES,
    "cases:way-week-drop": CHANGES,
    "cases:passport-unshare": CHANGES,
    "cases:passport-pdf": CHANGES,
    "cases:class-sheet-take": CHANGES,
    "cases:class-sheet-unshare": CHANGES,
    "cases:class-sheet-end": CHANGES,
    "cases:class-sheet-resume": CHANGES,
    "cases:class-sheet-pdf": CHANGES,
    "cases:team-leave": CHANGES,
    "cases:team-lead": CHANGES,
    "cases:paper-ask": CHANGES,
    "cases:paper-download": DOWNLOAD,
    "cases:note-access-end": CHANGES,
    "cases:copy-tick": CHANGES,
    "cases:case-holder-end": CHANGES,
    "cases:case-bar-end": CHANGES,
    "cases:emergency-look": CHANGES,
    "cases:emergency-end": CHANGES,
    "cases:case-reassign": CHANGES,
    "cases:holiday-place-take": CHANGES,
    "cases:assessment-bring-back": CHANGES,
    "cases:needs-strike": CHANGES,
    "cases:needs-bring-back": CHANGES,
    "cases:consent-not-withdrawn": CHANGES,
    "cases:consent-strike": CHANGES,
    "cases:consent-bring-back": CHANGES,
    "cases:onward-strike": CHANGES,
    "cases:onward-bring-back": CHANGES,
    "cases:onward-step-back": CHANGES,
    "cases:signposting-taken-up": CHANGES,
    "cases:signposting-strike": CHANGES,
    "cases:signposting-bring-back": CHANGES,
    "cases:advice-open": CHANGES,
    "cases:advice-draw": CHANGES,
    "cases:advice-strike": CHANGES,
    "cases:advice-bring-back": CHANGES,
    "cases:offer-retire": CHANGES,
    "cases:offer-list-again": CHANGES,
    "cases:instrument-take-up": CHANGES,
    "cases:instrument-retire": CHANGES,
    "cases:instrument-use": CHANGES,
    "cases:item-move": CHANGES,
    "cases:item-retire": CHANGES,
    "cases:item-use": CHANGES,
    "cases:session-delete": CHANGES,
    "cases:session-restore": CHANGES,
    "cases:session-leave": CHANGES,
    "cases:planned-copy": CHANGES,
    "cases:planned-series-cancel": CHANGES,
    "cases:planned-cancel": CHANGES,
    "cases:planned-restore": CHANGES,
    "cases:planned-held": CHANGES,
    "cases:session-group-plan": CHANGES,
    "cases:session-group-end": CHANGES,
    "cases:session-group-restart": CHANGES,
    "sharing:agreement-send": CHANGES,
    "sharing:agreement-renew": CHANGES,
    "sharing:agreement-pdf": CHANGES,
    "sharing:processing-file": DOWNLOAD,
    "sharing:share-end": CHANGES,
    "sharing:guest-end": CHANGES,
    "sharing:information-strike": CHANGES,
    "sharing:outside-look": CHANGES,
    "sharing:told-strike": CHANGES,
    "sharing:told-bring-back": CHANGES,
    "sharing:information-bring-back": CHANGES,
    "sharing:disclosure-export": DOWNLOAD,
    "reporting:return-build": CHANGES,
    "reporting:return-draw": CHANGES,
    "reporting:return-download": DOWNLOAD,
    "imports:import-template": DOWNLOAD,
    "imports:import-report": DOWNLOAD,
    "imports:import-progress": "the part of a page that htmx asks for again",
    "imports:import-headings": CHANGES,
    "imports:import-options": CHANGES,
    "imports:import-apply": CHANGES,
    "imports:import-discard": CHANGES,
    "imports:import-undo": CHANGES,
    "account-addresses": "an address that is not there: the library's own page of addresses is left out",
    "account_email": "left out: see account-addresses",
    "account_inactive": "nobody is sent there: an account that is closed gets the answer of a wrong password",
    "account_confirm_email": "addresses are confirmed by the invitation",
    "account_email_verification_sent": "addresses are confirmed by the invitation",
    "account_confirm_login_code": "a code by email is not switched on",
    "account_set_password": "nobody is without a password",
}

# Pages without a row in their address; what follows "?" makes another state of the same page.
PLAIN: dict[str, tuple[str, ...]] = {
    "home": ("",),
    "help": ("",),
    "privacy": ("",),
    "accessibility": ("",),
    "account_login": ("",),
    "account_logout": ("",),
    "account_signup": ("",),
    "account_reauthenticate": ("",),
    "account_change_password": ("",),
    "account_reset_password": ("",),
    "account_reset_password_done": ("",),
    "account_reset_password_from_key_done": ("",),
    "accounts:access-log": ("",),
    "accounts:choose": ("",),
    "accounts:invite": ("",),
    "accounts:who-can-see-what": ("",),
    "places:site-list": ("",),
    "places:site-new": ("",),
    "places:establishment-list": ("",),
    "places:establishment-new": ("",),
    "places:calendar": ("",),
    "places:calendar-new": ("",),
    "places:taskforce": ("",),
    "notices:choices": ("",),
    "notices:calendar-address": ("",),
    "cases:search": ("",),
    "people:member-list": ("",),
    "people:access-review": ("",),
    "people:specialist-list": ("",),
    "people:specialist-new": ("",),
    "people:induction-items": ("",),
    "people:cost-list": ("",),
    "people:cost-new": ("",),
    "people:team-week": ("", "?week=2026-W02"),
    "people:absence-new": ("",),
    "people:vacancy-list": ("",),
    "people:vacancy-new": ("",),
    "people:induction-list": ("",),
    "people:visit-list": ("",),
    "people:visit-new": ("",),
    "people:funding-list": ("",),
    "people:funding-new": ("",),
    "people:staff-guide": ("",),
    "people:staff-guide-new": ("",),
    "referrals:referral-list": ("", "?state=accepted&state=waiting_list&over=5", "?state=ended&over=20"),
    "referrals:referral-new": ("",),
    "referrals:referral-new-why": ("",),
    "referrals:referral-new-views": ("",),
    "referrals:referral-new-check": ("",),
    "referrals:referral-new-same": ("",),
    "referrals:referral-quick": ("",),
    "referrals:eligibility": ("",),
    "referrals:eligibility-new": ("",),
    "cases:case-list": ("", "?state=ended", "?quiet=on&tier=tier_1"),
    "cases:meeting-list": ("",),
    "cases:meeting-new": ("",),
    "cases:meeting-rules": ("",),
    "cases:action-list": ("", "?owner=all", "?owner=all&state=done"),
    "cases:action-new": ("",),
    "cases:clock-targets": ("",),
    "cases:outreach-list": ("",),
    "cases:outreach-new": ("",),
    "cases:session-list": ("", "?week=2025-W40", "?week=2099-W01"),
    "cases:screening": ("", "?instrument=slcn_screening&year=9&place="),
    "cases:offer-list": ("",),
    "cases:offer-new": ("",),
    "cases:instrument-list": ("",),
    "cases:instrument-new": ("", "?like=outcomes_star"),
    "cases:checklist": ("",),
    "cases:session-log": ("", "?day=2026-11-02"),
    "cases:session-group": ("",),
    "cases:planned-new": ("",),
    "cases:session-group-list": ("", "?ended=1"),
    "cases:session-group-new": ("",),
    "imports:session-paste": ("",),
    "cases:concern": ("",),
    "cases:emergency-list": ("",),
    "cases:note-choose": ("",),
    "cases:note-let-in": ("",),
    "cases:copy-list": ("",),
    "cases:holiday-list": ("",),
    "cases:holiday-new": ("",),
    "cases:training-list": ("", "?kind=advice_line"),
    "cases:training-log": ("",),
    "cases:supervision-list": ("",),
    "cases:supervision-log": ("",),
    "cases:capacity": ("", "?period=this", "?period=last"),
    "cases:cover": ("",),
    "cases:reviews-due": ("",),
    "cases:clock-list": ("", "?statutory=on"),
    "referrals:waiting-list": ("",),
    "cases:passport-list": ("",),
    "cases:class-sheet-new": ("",),
    "cases:words": ("",),
    "sharing:agreement-list": ("",),
    "sharing:breach-list": ("",),
    "sharing:breach-new": ("",),
    "sharing:agreement-new": ("",),
    "sharing:partner-list": ("",),
    "sharing:processing": ("",),
    "sharing:partner-new": ("",),
    "sharing:guest-list": ("",),
    "sharing:guest-new": ("",),
    "sharing:request-list": ("",),
    "sharing:outside-list": ("",),
    "sharing:not-told-list": ("",),
    "sharing:shared-list": ("",),
    "sharing:shared-looks": ("",),
    "sharing:disclosure-list": ("", "?outcome=deny", "?way=family"),
    "reporting:return-list": ("",),
    "reporting:costs": ("",),
    "imports:import-list": ("",),
}

# Pages of a row: the names of the rows of the lifelike taskforce, and what else stands in the address.
OF_ROWS: dict[str, tuple[str, ...]] = {
    "jobs:job-detail": ("build running", "build failed", "build done"),
    "reporting:build-progress": ("build running", "build failed"),
    "places:site-change": ("site",),
    "places:establishment-change": ("establishment",),
    "people:pupil-detail": ("pupil",),
    "people:pupil-change": ("pupil",),
    "people:former-names": ("pupil",),
    "people:contact-new": ("pupil",),
    "people:contact-change": ("contact",),
    "people:member-change": ("membership",),
    "people:specialist-change": ("specialist",),
    "people:post-new": ("specialist",),
    "people:post-change": ("post",),
    "people:post-fte": ("post",),
    "people:post-terms": ("post",),
    "people:post-days": ("post",),
    "people:supervision": ("specialist",),
    "people:induction-detail": ("specialist",),
    "people:cost-change": ("cost",),
    "people:vacancy-change": ("vacancy",),
    "people:vacancy-close": ("vacancy",),
    "people:visit-longer": ("visit",),
    "people:funding-change": ("funding",),
    "people:briefing": ("site",),
    "people:briefing-new": ("site",),
    "referrals:referral-detail": ("new", "accepted", "more_information", "declined", "allocated", "own", "alike"),
    "referrals:referral-sent": ("own",),
    "referrals:waiting-place": ("waiting_list",),
    "referrals:referral-triage": ("new", "waiting_list"),
    "referrals:referral-answer": ("asked",),
    "cases:case-allocate": ("accepted", "own", "allocated"),
    "accounts:looks-at": ("case", "ended"),
    "cases:case-detail": ("case", "ended", "restricted"),
    "sharing:case-sharing": ("case", "ended", "restricted"),
    "sharing:case-share": ("case", "restricted"),
    "sharing:shared-case": ("case",),
    "sharing:case-information": ("case", "ended"),
    "sharing:information-new": ("case",),
    "sharing:outside-new": ("case",),
    "sharing:case-told": ("case", "ended"),
    "sharing:not-shared-new": ("case",),
    "sharing:family-new": ("case", "ended"),
    "sharing:request-new": ("case",),
    "sharing:request-answer": ("information request",),
    "sharing:information-supply": ("case",),
    "sharing:breach-detail": ("breach", "breach closed"),
    "sharing:breach-change": ("breach",),
    "sharing:breach-decide": ("breach",),
    "sharing:breach-step": ("breach",),
    "sharing:breach-close": ("breach",),
    "sharing:partner-seen": ("partner", "partner unseen"),
    "cases:case-sessions": ("case", "ended"),
    "cases:case-people": ("case", "ended"),
    "cases:case-referral": ("case",),
    "cases:case-stage": ("case",),
    "cases:case-brief": ("case", "restricted"),
    "cases:team-join": ("case",),
    "cases:team-part": ("member",),
    "cases:meeting-agenda": ("meeting", "meeting held"),
    "cases:meeting-add": ("meeting",),
    "cases:meeting-people": ("meeting",),
    "cases:meeting-minutes": ("meeting", "meeting held"),
    "cases:meeting-hours": ("meeting held",),
    "cases:action-change": ("action",),
    "cases:meeting-item": ("item case", "item referral", "item words", "item held", "item restricted"),
    "cases:outreach-detail": ("outreach",),
    "cases:outreach-change": ("outreach",),
    "cases:outreach-end": ("outreach",),
    "cases:case-documents": ("case", "ended"),
    "cases:document-add": ("case",),
    "cases:document-readers": ("restricted document",),
    "cases:case-clocks": ("case", "ended"),
    "cases:exclusion-record": ("case",),
    "cases:exclusion-change": ("exclusion",),
    "cases:case-risk": ("case", "ended"),
    "cases:safety-plan-write": ("case", "ended"),
    "cases:safety-plan-withdraw": ("case",),
    "cases:keep-apart-readers": ("link",),
    "cases:missing-record": ("case",),
    "cases:missing-change": ("missing",),
    "cases:protection-record": ("case",),
    "cases:keep-apart": ("case",),
    "cases:risk-readers": ("risk",),
    "cases:protection-readers": ("protection",),
    "cases:case-plan": ("case", "ended", "allocated case"),
    "cases:plan-start": ("allocated case",),
    "cases:plan-change": ("plan",),
    "cases:plan-versions": ("plan",),
    "cases:plan-version": ("plan version",),
    "cases:goal-add": ("plan",),
    "cases:goal-change": ("goal", "reached goal"),
    "cases:goal-sessions": ("goal",),
    "cases:step-add": ("goal",),
    "cases:step-change": ("step",),
    "cases:review-record": ("plan",),
    "cases:review-correct": ("review",),
    "cases:case-reintegration": ("case", "allocated case"),
    "cases:reintegration-plan": ("case",),
    "cases:reintegration-change": ("way back",),
    "cases:way-week-add": ("way back",),
    "cases:way-week-change": ("week",),
    "cases:way-check": ("way back",),
    "cases:case-passport": ("case", "allocated case"),
    "cases:passport-write": ("case", "allocated case"),
    "cases:passport-detail": ("passport",),
    "cases:passport-versions": ("passport",),
    "cases:passport-share": ("passport",),
    "cases:class-sheet-detail": ("teaching group", "empty group"),
    "cases:class-sheet-change": ("teaching group",),
    "cases:class-sheet-pupils": ("teaching group",),
    "cases:class-sheet-share": ("teaching group",),
    "cases:case-close": ("case",),
    "cases:case-reopen": ("ended",),
    "cases:case-restrict": ("case",),
    "cases:case-week": ("case", "ended"),
    "cases:planned-change": ("planned", "planned group"),
    "cases:planned-register": ("planned", "planned group", "planned later"),
    "cases:session-group-detail": ("weekly group", "ended group"),
    "cases:session-group-change": ("weekly group",),
    "cases:note-new": ("case", "restricted"),
    "cases:case-concern": ("case",),
    "cases:note-detail": ("note", "clinical", "event"),
    "cases:note-correct": ("note", "family"),
    "cases:note-restrict": ("note",),
    "cases:note-access": ("clinical",),
    "cases:note-copy": ("note",),
    "cases:session-copy": ("session", "group"),
    "cases:holiday-detail": ("holiday",),
    "cases:holiday-change": ("holiday",),
    "cases:holiday-places": ("holiday",),
    "cases:holiday-register": ("holiday",),
    "cases:training-feedback": ("training",),
    "cases:case-holders": ("restricted",),
    "cases:case-bars": ("restricted",),
    "cases:emergency-case": ("restricted",),
    "cases:emergency-note": ("clinical",),
    "cases:emergency-document": ("restricted document",),
    "cases:emergency-detail": ("emergency",),
    "cases:post-leave": ("post",),
    "cases:case-assessments": ("case", "ended"),
    "cases:assessment-choose": ("case",),
    "cases:assessment-detail": ("assessment", "clinical assessment", "corrected", "struck"),
    "cases:assessment-correct": ("assessment",),
    "cases:assessment-strike": ("assessment",),
    "cases:assessment-readers": ("clinical assessment",),
    "cases:needs-fill": ("case",),
    "cases:case-consent": ("case", "ended"),
    "cases:consent-new": ("case", "ended"),
    "cases:consent-withdraw": ("consent",),
    "cases:case-onward": ("case", "ended"),
    "cases:onward-new": ("case",),
    "cases:onward-detail": ("onward", "onward over"),
    "cases:signpost-new": ("case",),
    "cases:advice-new": ("case",),
    "cases:advice-detail": ("advice", "advice final"),
    "cases:advice-sent": ("advice final",),
    "cases:advice-readers": ("advice final",),
    "cases:offer-change": ("offer",),
    "cases:instrument-change": ("instrument",),
    "cases:session-detail": ("session", "group"),
    "cases:session-change": ("session", "group"),
    "sharing:agreement-detail": ("agreement", "agreement draft", "agreement overdue"),
    "sharing:agreement-draft": ("agreement draft", "agreement own"),
    "sharing:agreement-categories": ("agreement draft",),
    "sharing:agreement-sign": ("agreement sent",),
    "sharing:agreement-extend": ("agreement overdue",),
    "sharing:agreement-end": ("agreement",),
    "sharing:agreement-compare": ("agreement draft",),
    "sharing:partner-change": ("partner",),
    "reporting:return-detail": ("return",),
    "imports:import-detail": ("import checked", "import applied", "import unknown"),
}

# Pages whose address needs more than one row's name.
OTHERS = ("cases:assessment-new", "cases:risk-judge", "sharing:agreement-section", "sharing:agreement-category",
          "accounts:invitation", "account_reset_password_from_key", "people:fact-change", "places:calendar-entry",
          "reporting:cell-detail", "imports:import-rows", "referrals:referral-match")  # fmt: skip

# Pages that quote what stands in somebody's file, codes and machines' dates included.
QUOTING = ("imports:import-detail", "imports:import-rows")

# Pages for somebody who is not signed in.
SIGNED_OUT = frozenset(
    {
        "help",
        "privacy",
        "accessibility",
        "account_login",
        "account_signup",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key",
        "account_reset_password_from_key_done",
        "accounts:invitation",
    }
)


@dataclass(frozen=True)
class Visit:
    """One address of one page, in one state."""

    page: str
    state: str
    address: str

    @property
    def slug(self) -> str:
        """A name for a file."""
        words = f"{self.page} {self.state}".replace(":", "-").replace("?", "").replace("=", "-").replace("&", "-")
        return "-".join(words.split())


def unlisted() -> set[str]:
    """The routes on neither list, and what is listed though it is no route."""
    routes = {route.name for route in walk.routes()}
    return routes ^ {*NOT_PAGES, *PLAIN, *OF_ROWS, *OTHERS}


# `./run pictures --only cases:case`: while a page is made, nobody waits for the others.
ONLY = re.compile(os.environ.get("PAGES", ""))


def visits(world: World, *, rows: bool = True) -> Iterator[Visit]:
    """Every page of the list. rows: False where the taskforce is fresh and has none."""
    for route in walk.routes():
        if not ONLY.match(route.name):
            continue
        if route.name in PLAIN:
            for query in PLAIN[route.name]:
                yield Visit(route.name, query, route.address("") + query)
            if rows and route.name == "cases:session-log":
                yield Visit(route.name, "with a pupil", f"{route.address('')}?pupil={world.rows['pupil'].public_id}")
            if rows and route.name == "places:calendar":
                yield Visit(
                    route.name, "of a school", f"{route.address('')}?of={world.rows['establishment'].public_id}"
                )
        elif rows and route.name in OF_ROWS:
            for name in OF_ROWS[route.name]:
                yield Visit(route.name, name, route.address(world.rows[name].public_id))
            if route.name == "sharing:case-share":
                under = f"?under={world.rows['agreement'].public_id}:support"
                yield Visit(route.name, "check", route.address(world.rows["allocated case"].public_id) + under)
        elif rows and route.name == "referrals:referral-match":
            yield Visit(
                route.name,
                "alike",
                f"{route.address(world.rows['alike'].public_id)}?pupil={world.rows['known'].public_id}",
            )
        elif rows and route.name in OTHERS:
            for state, known in _known(world, route.name).items():
                yield Visit(route.name, state, reverse(route.name, kwargs=known))


def _known(world: World, page: str) -> dict[str, dict[str, Any]]:
    rows = world.rows
    entries = {
        name: {"kind": rows[name].kind, "on": rows[name].starts_on.isoformat()} for name in ("entry", "half_term")
    }
    cells: dict[str, dict[str, Any]] = {}
    for measure, _, position in rows["cells"]:
        cells.setdefault(measure, {"public_id": rows["return"].public_id, "position": position})
    return {
        "accounts:invitation": {"open": {"token": world.tokens["invitation"]}, "over": {"token": "gone"}},
        "account_reset_password_from_key": {"over": {"uidb36": "1", "key": "gone-gone"}},
        "people:fact-change": {
            kind: {"public_id": rows["pupil"].public_id, "kind": kind}
            for kind in ("csc_status", "sen_provision", "fsm")
        },
        "cases:risk-judge": {
            area: {"public_id": rows["case"].public_id, "area": area} for area in ("peers", "violence")
        },
        "places:calendar-entry": entries,
        "cases:assessment-new": {
            code: {"public_id": rows["case"].public_id, "code": code}
            for code in ("sdq_4_17", "reading", "slcn_assessment", "ep_assessment", "how_school_feels")
        },
        "sharing:agreement-section": {
            section: {"public_id": rows["agreement draft"].public_id, "section": section} for section in SECTIONS
        },
        "sharing:agreement-category": {
            category: {"public_id": rows["agreement draft"].public_id, "category": category}
            for category in ("health", "youth_justice")
        },
        "reporting:cell-detail": cells,
        "imports:import-rows": {
            outcome: {"public_id": rows["import checked"].public_id, "outcome": outcome}
            for outcome in ("rejected", "add")
        },
    }[page]
