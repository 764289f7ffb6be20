"""The case list, one case, and opening, ending and restricting it."""

import datetime as dt
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from apst.accounts.policies import answers_for_looks
from apst.accounts.queries import me
from apst.codelists import label
from apst.people.queries import facts_on
from apst.places.queries import open_sites
from apst.tenancy.context import Member
from apst.web.allowed import allowed
from apst.web.forms import active_filters
from apst.web.requests import MemberRequest, shown
from apst.web.tables import Cell, Heading
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.cases import AllocateForm, FilterForm, FindForm, RestrictForm
from cases.forms.notes import KIND_WORDS
from cases.models import Case
from cases.queries import cases as queries
from cases.queries import interventions, timeline
from cases.queries.happenings import KINDS
from cases.queries.timeline import Entry, Kind
from cases.queries.visits import last_visit
from referrals.exceptions import ReferralRefused
from referrals.models import Referral

from .page import CASE_RELATED, case_page
from .sessions import session_cells

HEADINGS = [Heading("Pupil"), Heading("Tier"), Heading("Site"), Heading("Lead"), Heading("Opened")]
SESSION_HEADINGS = [
    Heading("Day"),
    Heading("What"),
    Heading("Who"),
    Heading("Attendance"),
    Heading("Length", numeric=True),
]


def complain(form: Any, error: Exception) -> None:
    """Put a refusal of the service beside its field, or above the form."""
    field = getattr(error, "field", None)
    form.add_error(field if field in form.fields else None, str(error))


@require_http_methods(["GET", "POST"])
@allowed(policies.can_see_briefs)
def case_list(request: MemberRequest) -> HttpResponse:
    """The cases that this member may see, with filters in the address; a name is posted, and that changes nothing."""
    own = queries.posts_of(request.member)
    form = FilterForm(
        _filters(request),
        posts=queries.live_posts(),
        sites=open_sites(),
        own_posts=bool(own),
        sessions=policies.can_see_sessions(request.member),
    )
    find = FindForm(request.POST if request.method == "POST" else None)
    search = find.cleaned_data["q"] if find.is_valid() else ""
    cases = queries.case_list(request.member, **form.said(), search=search)
    # What was found by name has no pages: their addresses would hold it.
    after, before = ("", "") if search else (request.GET.get("after", ""), request.GET.get("before", ""))
    page = queries.page_of(cases, after=after, before=before)
    shown(request, page.rows, "identity", "intervention")
    context = {
        "filter": form,
        "find": find,
        "search": search,
        "active": active_filters(form, label=_filter_words(form)),
        "count": queries.count_up_to(cases),
        "most": queries.MOST_COUNTED,
        "headings": HEADINGS,
        "rows": [_row(case) for case in page.rows],
        "shown": len(page.rows),
        "previous": "" if search else _beside(request, before=page.before),
        "next": "" if search else _beside(request, after=page.after),
        "here": _beside(request),
        "stubs": queries.restricted_stubs(),
        "may_break_glass": policies.can_break_glass(request.member),
        "sees_outreach": policies.can_see_outreach(request.member),
    }
    return render(request, "cases/case_list.html", context, status=422 if find.errors else 200)


def _filter_words(form: FilterForm) -> Any:
    def words(name: str, value: str) -> str:
        if name in ("mine", "quiet"):
            return str(form.fields[name].label)
        options = dict(getattr(form.fields[name], "choices", ()))
        return str(options.get(value, f"{form.fields[name].label}: {value}"))

    return words


def _beside(request: MemberRequest, **key: str) -> str:
    if key and not any(key.values()):
        return ""
    return f"?{urlencode([*_filters(request).items(), *key.items()])}"


def _filters(request: MemberRequest) -> QueryDict:
    """The filters of the address and nothing else that somebody wrote into it, which no link may hand on."""
    kept = request.GET.copy()
    for name in kept.keys() - FilterForm.base_fields.keys():
        del kept[name]
    return kept


def _row(case: Case) -> list[Any]:
    href = f"/cases/{case.public_id}/"
    said = case.reference if case.ended_on is None else f"{case.reference}, ended {case.ended_on:%-d %b %Y}"
    second = f"{said}, restricted" if case.restricted else said
    return [
        Cell(case.pupil.full_name, href, second),
        label("tiers", case.tier).partition(":")[0].replace(" ", "\u00a0"),
        case.site.name if case.site else "",
        case.lead.specialist.name if case.lead else "",
        f"{case.opened_on:%-d %b %Y}".replace(" ", "\u00a0"),
    ]


@require_GET
@allowed(policies.can_see_brief, Case, related=CASE_RELATED)
def case_detail(request: MemberRequest, case: Case) -> HttpResponse:
    """One case: for those who view it its timeline, for others its brief."""
    if not policies.can_view(request.member, case):
        context = case_page(request, case, "cases:case-detail", summary=_summary(request, case))
        return render(request, "cases/case_brief_only.html", context)
    kinds = [*KINDS, *timeline.also_there()]
    chosen = [kind for kind in kinds if kind.code in request.GET.getlist("kind")]
    page = timeline.page_of(
        case,
        request.member,
        chosen or kinds,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    since = last_visit(case, request.member)
    entries = [_marked(entry, request.member, since) for entry in page.entries]
    shown(request, [case], *timeline.categories(entries))
    context = case_page(
        request,
        case,
        "cases:case-detail",
        entries=entries,
        kinds=[(kind.code, kind.words, kind in chosen) for kind in kinds],
        filtered=bool(chosen),
        since=since,
        new=sum(entry.is_new for entry in entries),
        newer=_turn(chosen, before=page.newer),
        older=_turn(chosen, after=page.older),
        note_kinds=list(KIND_WORDS.items()),
        looks=_looks(case),
        acts=_acts(request, case),
        may_log=policies.can_log(request.member) and case.is_open,
        may_restrict=policies.can_restrict(request.member, case),
    )
    return render(request, "cases/case_detail.html", context)


def _marked(entry: Entry, member: Member, since: dt.datetime | None) -> Entry:
    """Mark what others wrote since this member's last visit."""
    is_new = since is not None and entry.written_at > since and entry.by_id != member.membership_id
    return replace(entry, is_new=is_new)


def _turn(chosen: list[Kind], **key: str) -> str:
    """Give the address of the page beside this one, with its filter; "" where there is none."""
    if not any(key.values()):
        return ""
    return f"?{urlencode([*(('kind', kind.code) for kind in chosen), *key.items()])}"


def _looks(case: Case) -> list[dict[str, str]]:
    """Give the pages that show the case as a whole; whoever views it may open them."""
    pages = (("The child’s week", "cases:case-week"), ("Case brief, to print", "cases:case-brief"))
    return [{"text": text, "href": reverse(name, args=[case.public_id])} for text, name in pages]


def _acts(request: MemberRequest, case: Case) -> list[dict[str, str]]:
    """Give what this member may do with the case as a whole."""
    member = request.member
    acts = [
        ("Change tier or offer", "cases:case-stage", policies.can_change(member, case) and case.is_open),
        ("Close the case", "cases:case-close", policies.can_close(member, case) and case.is_open),
        ("Reopen the case", "cases:case-reopen", policies.can_reopen(member, case) and not case.is_open),
        (
            "Restrict the case to its holders",
            "cases:case-restrict",
            policies.can_restrict(member, case) and not case.restricted,
        ),
        ("Holders", "cases:case-holders", policies.can_change_holders(member, case)),
        ("Who looked at this record", "accounts:looks-at", answers_for_looks(member)),
    ]
    return [{"text": text, "href": reverse(name, args=[case.public_id])} for text, name, may in acts if may]


@require_GET
@allowed(policies.can_view, Case, related=CASE_RELATED)
def case_sessions(request: MemberRequest, case: Case) -> HttpResponse:
    """The sessions of a case, the last first."""
    page = interventions.of_case(case, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    context = case_page(
        request,
        case,
        "cases:case-sessions",
        headings=SESSION_HEADINGS,
        sessions=[session_cells(session, case=case) for session in page.rows],
        previous=f"?before={page.before}" if page.before else "",
        next=f"?after={page.after}" if page.after else "",
        may_log=policies.can_log(request.member) and case.is_open,
    )
    return render(request, "cases/case_sessions.html", context)


@require_GET
@allowed(policies.can_see_referral, Case, related=CASE_RELATED)
def case_referral(request: MemberRequest, case: Case) -> HttpResponse:
    """Where the case came from, and what is known of the pupil today."""
    shown(request, [case], "send", "social_care")
    context = case_page(
        request,
        case,
        "cases:case-referral",
        summary=_summary(request, case),
        facts=_facts(case, localdate()),
        may_see_pupil=request.member.may("case.view"),
    )
    return render(request, "cases/case_referral.html", context)


def _summary(request: MemberRequest, case: Case) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [
        {"key": "Tier", "value": label("tiers", case.tier)},
        {"key": "Site", "value": case.site.name if case.site else ""},
        {"key": "Opened", "value": f"{case.opened_on:%-d %B %Y}"},
    ]
    if case.ended_on:
        rows.append(
            {"key": "Ended", "value": f"{case.ended_on:%-d %B %Y}: {label('case_end_reasons', case.end_reason)}"}
        )
    if case.referral:
        row: dict[str, Any] = {
            "key": "Referral",
            "value": f"{case.referral.reference}, received {case.referral.received_on:%-d %B %Y}",
        }
        if request.member.may("referral.view"):
            row["actions"] = [
                {"href": reverse("referrals:referral-detail", args=[case.referral.public_id]), "text": "View"}
            ]
        rows.append(row)
    return rows


def _facts(case: Case, today: dt.date) -> list[dict[str, str]]:
    facts = facts_on([case.pupil], today)[case.pupil_id]
    fsm = {"yes": "Eligible", "no": "Not eligible"}
    return [
        {"key": "SEN provision", "value": label("sen_provision", facts.get("sen_provision"))},
        {"key": "Primary need", "value": label("sen_needs", facts.get("sen_primary_need"))},
        {"key": "Free school meals", "value": fsm.get(facts.get("fsm", ""), facts.get("fsm", ""))},
        {"key": "Social care", "value": label("csc_status", facts.get("csc_status"))},
    ]


@require_http_methods(["GET", "POST"])
@allowed(policies.can_allocate, Referral, related=("pupil__home_school", "site"))
def case_allocate(request: MemberRequest, referral: Referral) -> HttpResponse:
    """Open the case of a referral."""
    initial = {"site": str(referral.site.public_id) if referral.site else ""}
    form = AllocateForm(request.POST or None, posts=queries.live_posts(), sites=open_sites(), initial=initial)
    shown(request, [referral], "identity")
    if form.is_valid():
        try:
            case = services.allocate(referral, **form.said(), version=version_of(request), by=me(request.member))
        except (CaseError, ReferralRefused) as error:
            complain(form, error)
        else:
            messages.success(request, "The case is open.")
            seen = Case.objects.filter(pk=case.pk).exists()
            return redirect("cases:case-detail", public_id=case.public_id) if seen else redirect("home")
    context = {
        "form": form,
        "referral": referral,
        "existing": Case.objects.open().filter(pupil=referral.pupil_id).first(),
        "back": reverse("referrals:referral-detail", args=[referral.public_id]),
    }
    return render(request, "cases/case_allocate.html", context)


def version_of(request: MemberRequest) -> int | None:
    """Give the version that the page showed; None where the form says none."""
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() else None


@require_http_methods(["GET", "POST"])
@allowed(policies.can_restrict, Case, related=("pupil",))
def case_restrict(request: MemberRequest, case: Case) -> HttpResponse:
    """Restrict a case to its holders."""
    form = RestrictForm(request.POST or None, members=queries.holders_possible(request.member))
    shown(request, [case], "identity")
    if form.is_valid():
        chosen = [form.members[key] for key in form.cleaned_data["holders"]]
        try:
            services.restrict(
                case,
                holders=chosen,
                reason=form.cleaned_data["reason"],
                version=version_of(request),
                by=me(request.member),
            )
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The case is restricted. Only its holders see it now.")
            return redirect("cases:case-list")
    return render(request, "cases/case_restrict.html", {"form": form, "case": case, "back": _page(case)})


@require_POST
@allowed(policies.can_restrict, Case)
def case_unrestrict(request: MemberRequest, case: Case) -> HttpResponse:
    """Lift the restriction, by somebody who sees the case."""
    shown(request, [case], "identity")
    try:
        services.lift_restriction(case, version=version_of(request), by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The restriction is lifted. The team and the site see the case again.")
    return redirect("cases:case-detail", public_id=case.public_id)


def _page(case: Case) -> str:
    return reverse("cases:case-detail", args=[case.public_id])
