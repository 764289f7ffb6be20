"""The pages of partners' guests: what is shared with them, one case, and what they looked at."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_GET

from apst.codelists import label
from apst.people.models import Pupil
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from apst.web.tables import Cell, Heading
from cases.models import Case
from sharing import policies, services
from sharing.models import Disclosure
from sharing.queries import disclosures, shared
from sharing.queries.sections import Section, sections_of

ROWS = 50
LOOKS = (Heading("When"), Heading("Case"), Heading("Answer"), Heading("What of"), Heading("Under"))


def record_refusal(request: MemberRequest, public_id: uuid.UUID) -> None:
    """Leave that a guest asked for a case that is not shared with them: which, nobody but the asked address says."""
    if not policies.is_guest(request.member):
        return
    guest = shared.my_last_guest_row()
    services.show_page(
        page="sharing:shared-case",
        outcome=Disclosure.Outcome.DENY,
        agreement=guest.agreement_id if guest else None,
        partner=guest.partner_id if guest else None,
        clause="The case is not shared with them",
        reason=f"Address asked for: {public_id}",
        asked=shared.CATEGORIES,
    )


@require_GET
@allowed(policies.is_guest, guests=True)
def shared_list(request: MemberRequest) -> HttpResponse:
    """A guest's first page: the cases that are shared with them, under which agreement, and what of them.

    Where who it is is shared, it names the pupil, and that is a disclosure like any other.
    """
    found = shared.shared_with_me()
    cases = {case.pk: case for case in Case.objects.filter(pk__in={one.case for one in found})}
    named = {
        one.pk: one for one in Pupil.objects.filter(pk__in={case.pupil_id for case in cases.values()})
    }  # never joined: of whom identity is not shared there is no row
    shown(request, cases.values(), "intervention", *({"identity"} if named else ()))
    by_purpose: dict[tuple[int, str], list[shared.Terms]] = {}
    by_case: dict[int, list[shared.Terms]] = {}
    for one in found:
        by_purpose.setdefault((one.agreement, one.purpose), []).append(one)
        by_case.setdefault(one.case, []).append(one)
    for several in by_purpose.values():
        _record_list(several, cases)
    cards = [
        {
            "case": cases[key],
            "pupil": named.get(cases[key].pupil_id),
            "lines": [
                (one, label("sharing_purposes", one.purpose), shared.summary_of(one.categories)) for one in several
            ],
        }
        for key, several in by_case.items()
    ]
    overdue = list({one.agreement: one for one in found if one.is_overdue}.values())
    return render(request, "sharing/shared_list.html", {"cards": cards, "overdue": overdue})


def _record_list(several: list[shared.Terms], cases: dict[int, Case]) -> None:
    """Leave the disclosure of one agreement and purpose on the guest's first page: which cases, and who it is."""
    first = several[0]
    services.show_page(
        page="sharing:shared-list",
        outcome=Disclosure.Outcome.ALLOW,
        agreement=first.agreement,
        partner=first.partner,
        purpose=first.purpose,
        clause=first.clause,
        asked=(),
        shown={
            cases[one.case].pupil_id: {
                "case": one.case,
                "categories": {"identity"} & set(one.categories),
                "records": {"cases_case": [one.case]},
            }
            for one in several
        },
    )


@require_GET
@allowed(policies.is_guest, Case, guests=True, absent=record_refusal)
def shared_case(request: MemberRequest, case: Case) -> HttpResponse:
    """One case as far as it is shared; that it was shown is recorded before a byte is sent."""
    terms = shared.shared_with_me(case)
    sections, closed = sections_of(case, shared.categories_of(terms))
    given = {code for section in sections for code in section.needs}
    shown(request, [case], "intervention", *given)
    for one in terms:
        record_page(one, case, sections)
    context: dict[str, Any] = {
        "case": case,
        "terms": terms,
        "sections": sections,
        "closed": [section.title for section in closed],
        "not_shared": shared.words_of(set(shared.CATEGORIES) - shared.categories_of(terms)),
        "overdue": [one for one in terms if one.is_overdue],
        "back": reverse("sharing:shared-list"),
    }
    return render(request, "sharing/shared_case.html", context)


def record_page(one: shared.Terms, case: Case, sections: list[Section]) -> None:
    """Leave the disclosure of one agreement: what the page showed in the categories that it lets through."""
    here = [section for section in sections if set(section.needs) & set(one.categories)]
    given = {code for section in here for code in section.needs if code in one.categories}
    records: dict[str, list[int]] = {"cases_case": [case.pk]}
    for section in here:
        for table, ids in section.records.items():
            records[table] = sorted({*records.get(table, ()), *ids})
    whole = set(shared.CATEGORIES) <= set(one.categories)
    services.show_page(
        page="sharing:shared-case",
        outcome=Disclosure.Outcome.ALLOW if whole else Disclosure.Outcome.ALLOW_WITHOUT,
        agreement=one.agreement,
        partner=one.partner,
        purpose=one.purpose,
        clause=one.clause,
        asked=shared.CATEGORIES,
        shown={case.pupil_id: {"case": case.pk, "categories": given, "records": records}},
    )


@require_GET
@allowed(policies.is_guest, guests=True)
def shared_looks(request: MemberRequest) -> HttpResponse:
    """What a guest was shown or refused, the last first; `before` is the one that the page starts behind."""
    before = request.GET.get("before", "")
    found = disclosures.own_looks()
    if before.isdigit():
        found = found.filter(pk__lt=int(before[:18]))
    page = list(found[: ROWS + 1])
    rows = []
    for one in page[:ROWS]:
        records = list(one.records.all())
        shown(request, [row.pupil_id for row in records], "identity")
        rows.append(
            [
                Cell(f"{localtime(one.made_at):%-d %b %Y}", second=f"{localtime(one.made_at):%H:%M}"),
                ", ".join(row.case.reference for row in records if row.case) or "Not shared with you now",
                one.get_outcome_display(),
                shared.summary_of(one.given) or "Nothing",
                str(one.agreement or "No agreement"),
            ]
        )
    following = f"?before={page[ROWS - 1].pk}" if len(page) > ROWS else ""
    context = {"headings": LOOKS, "rows": rows, "next": following, "later": bool(before)}
    return render(request, "sharing/shared_looks.html", context)
