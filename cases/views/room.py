"""The meeting itself, one item at a time: for the screen in the room, and for a phone on the table."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_GET

from apst.accounts.queries import me
from apst.accounts.services import draft_for
from apst.codelists import label
from apst.people.queries import year_group
from apst.places.calendar import SchoolCalendar
from apst.places.queries import open_sites
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.cases import AllocateForm
from cases.forms.meetings import ActionForm, DecideForm, RoomNoteForm, RoomTriageForm, due_by_default
from cases.forms.sessions import as_typed
from cases.models import CaseDecision, Meeting, MeetingItem
from cases.queries import room
from cases.queries.cases import live_posts, team_now
from cases.queries.flags import flags_of
from cases.queries.reviews import next_review
from cases.services.meetings import note_draft
from referrals.exceptions import ReferralRefused
from referrals.queries import WaitingClock

from .acts import posted_from
from .meetings import to_agenda
from .writing import complain, whole

OF_ITEM = (
    "meeting__site",
    "case__pupil__home_school",
    "case__site",
    "case__lead__specialist",
    "referral__pupil__home_school",
    "referral__site",
    "added_by",
    "triage",
)
GUARD: dict[str, Any] = {"related": OF_ITEM}


@require_GET
@allowed(policies.can_attend, MeetingItem, **GUARD)
def meeting_item(request: MemberRequest, item: MeetingItem) -> HttpResponse:
    """One item: who is this, why now, what has changed, what was decided last time; and what is decided now."""
    return _room(request, item)


def _room(request: MemberRequest, item: MeetingItem, **bound: Any) -> HttpResponse:
    """Draw an item. bound: a form that was refused, by its name."""
    meeting, member = item.meeting, request.member
    beside = room.beside(item)
    running = meeting.state == Meeting.State.RUNNING
    context: dict[str, Any] = {
        "item": item,
        "meeting": meeting,
        "beside": beside,
        "back": to_agenda(meeting),
        "running": running,
        "time": room.time_of(item) if running else None,
        "today": localdate(),
        "may_run": policies.can_run_meeting(member),
        # The screen in the room is everybody's: a restricted item is opened there by hand, or not at all.
        "closed_door": bool(item.case and item.case.restricted and "open" not in request.GET and not bound),
    }
    if context["closed_door"]:
        return render(request, "cases/meetings/item.html", context)
    if item.pupil_id:
        shown(request, [item.pupil_id], "identity", "intervention")
    context |= {
        "title": room.title_of(item),
        "facts": _facts(item),
        "notes": room.notes_at([item.pk]).get(item.pk, []),
        "decisions": room.decisions_at([item.pk]).get(item.pk, []),
        "actions": room.actions_at([item.pk]).get(item.pk, []),
    }
    if item.case:
        context |= _of_case(request, item)
    elif item.referral:
        context["waited"] = WaitingClock(SchoolCalendar.of()).words(item.referral.received_on)
        context["why"] = [label("referral_reasons", code) for code in item.referral.reasons]
    if not meeting.is_over:
        context |= _forms(request, item, bound, context["decisions"])
    context["form"] = next(iter(bound.values()), None)
    return render(request, "cases/meetings/item.html", context)


def _facts(item: MeetingItem) -> list[dict[str, Any]]:
    about = item.case or item.referral
    if about is None:
        return []
    facts: dict[str, Any] = {
        "Year": year_group(about.pupil, localdate()),
        "School": about.pupil.home_school.name if about.pupil.home_school else "",
        "Site": about.site.name if about.site else "",
    }
    if item.case:
        review = next_review(item.case)
        facts["Tier"] = label("tiers", item.case.tier).partition(":")[0].removeprefix("Tier ")
        facts["Lead"] = item.case.lead.specialist.name if item.case.lead else "Nobody"
        facts["Also"] = ", ".join(
            f"{row.post.specialist.name} ({row.get_part_display().lower()})"
            for row in team_now(item.case)
            if row.post_id != item.case.lead_id
        )
        facts["Next review"] = f"{review:%-d %b %Y}" if review else ""
    return [{"key": name, "value": value} for name, value in facts.items() if value]


def _of_case(request: MemberRequest, item: MeetingItem) -> dict[str, Any]:
    case, member = item.case, request.member
    if case is None or not policies.can_view(member, case):
        return {}
    since = room.since(item.meeting)
    changed, restricted = room.changed_since(case, member, since)
    return {
        "may_view": True,
        "flags": flags_of(case, member),
        "since": since,
        "changed": changed,
        "restricted": restricted,
        "voice": room.voice_of(case, member),
        "before": room.last_decision(case, before=item),
        "to_do": room.open_actions(case, but=item.pk),
    }


def _forms(
    request: MemberRequest, item: MeetingItem, bound: dict[str, Any], decisions: list[CaseDecision]
) -> dict[str, Any]:
    member, running = request.member, item.meeting.state == Meeting.State.RUNNING
    forms: dict[str, Any] = {"standing": decisions[0] if decisions else None}
    if policies.can_write_at_meeting(member):
        forms |= _note(request, item)
    if policies.can_attend(member):
        forms["action_form"] = ActionForm(people=room.may_own(), initial={"due_on": due_by_default()})
    if running and policies.can_run_meeting(member):
        if item.case and not item.triage_id:
            forms["decide_form"] = _decide_form(item, None)
        elif item.referral and not item.case_id:
            if policies.can_triage_at_meeting(member):
                forms["triage_form"] = RoomTriageForm()
            if policies.can_allocate_at_meeting(member):
                site = item.referral.site
                initial = {"site": str(site.public_id) if site else ""}
                forms["allocate_form"] = AllocateForm(posts=live_posts(), sites=open_sites(), initial=initial)
    return forms | bound


def _decide_form(item: MeetingItem, data: Any) -> DecideForm:
    again = CaseDecision.objects.filter(item=item).exists()
    return DecideForm(data, decides=item.meeting.decides, leaders=room.leaders_present(item.meeting), again=again)


def _note(request: MemberRequest, item: MeetingItem) -> dict[str, Any]:
    """One's own note, as it was left: in the draft, else in the version that holds."""
    mine = item.notes.filter(written_by=request.member.membership_id).order_by("-number").first()
    key = note_draft(item)
    draft = draft_for(key)
    typed = as_typed(draft.payload) if draft else None
    form = RoomNoteForm(typed).judge_nothing() if typed else RoomNoteForm(initial={"text": mine.text if mine else ""})
    seen = whole(typed.get("based_on") or "") if typed else None
    return {
        "note_form": form,
        "note_key": key,
        "note_draft": draft.version if draft else 0,
        "note_seen": seen if seen is not None else mine.number if mine else 0,
    }


def _to(item: MeetingItem, *, opened: bool) -> str:
    """Give the address of an item; a restricted one that was open on the screen stays so."""
    return reverse("cases:meeting-item", args=[item.public_id]) + ("?open=1" if opened else "")


def _back_to(item: MeetingItem) -> HttpResponse:
    return redirect(_to(item, opened=bool(item.case and item.case.restricted)))


@allowed(policies.can_run_meeting, MeetingItem, related=("meeting", "case"))
@posted_from("cases:meeting-item")
def item_turn(request: MemberRequest, item: MeetingItem) -> HttpResponse:
    """Turn the room to this item: its time starts."""
    try:
        services.turn_to(item, by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
        return redirect(to_agenda(item.meeting))
    return redirect("cases:meeting-item", public_id=item.public_id)


@allowed(policies.can_run_meeting, MeetingItem, **GUARD)
@posted_from("cases:meeting-item")
def item_decide(request: MemberRequest, item: MeetingItem) -> HttpResponse:
    """Decide about a case; "continue" is one tap."""
    if item.case is None:
        messages.error(request, "There is no case to decide about here.")
        return _back_to(item)
    form = _decide_form(item, request.POST)
    replaced = item.decisions.filter(public_id=request.POST["supersedes"]).first() if _names_one(request) else None
    if "continue" in request.POST:
        said: dict[str, Any] | None = {"outcome": "continue"}
    else:
        said = form.said() if form.is_valid() else None
    if said is not None:
        try:
            services.decide(item, **said, supersedes=replaced, by=me(request.member))
        except CaseError as error:
            if "continue" in request.POST and error.field:
                # One tap was not enough: the words that are asked for go into the form.
                form = _decide_form(item, {**request.POST.dict(), "outcome": "continue"})
                form.fields["outcome"].choices = list(CaseDecision.Outcome.choices)  # type: ignore[attr-defined]  # a ChoiceField
                form.is_valid()
            complain(form, error)
        else:
            return _next(request, item)
    return _room(request, item, decide_form=form)


def _names_one(request: MemberRequest) -> bool:
    text = request.POST.get("supersedes", "")
    return len(text) == 36 and text.count("-") == 4


def _next(request: MemberRequest, item: MeetingItem) -> HttpResponse:
    messages.success(request, "Decided.")
    return _back_to(item)


@allowed(policies.can_triage_at_meeting, MeetingItem, **GUARD)
@posted_from("cases:meeting-item")
def item_triage(request: MemberRequest, item: MeetingItem) -> HttpResponse:
    """Decide about a referral without opening a case."""
    form = RoomTriageForm(request.POST)
    if item.referral and form.is_valid():
        try:
            version = whole(request.POST.get("version", ""))
            services.triage_item(item, **form.cleaned_data, version=version, by=me(request.member))
        except (CaseError, ReferralRefused) as error:
            complain(form, error)
        else:
            return _next(request, item)
    return _room(request, item, triage_form=form)


@allowed(policies.can_allocate_at_meeting, MeetingItem, **GUARD)
@posted_from("cases:meeting-item")
def item_allocate(request: MemberRequest, item: MeetingItem) -> HttpResponse:
    """Accept a referral and open its case, with lead, team and tier."""
    form = AllocateForm(request.POST, posts=live_posts(), sites=open_sites())
    if item.referral and form.is_valid():
        try:
            version = whole(request.POST.get("version", ""))
            services.allocate_item(item, **form.said(), version=version, by=me(request.member))
        except (CaseError, ReferralRefused) as error:
            complain(form, error)
        else:
            messages.success(request, "The case is open.")
            return redirect("cases:meeting-item", public_id=item.public_id)
    return _room(request, item, allocate_form=form)


@allowed(policies.can_write_at_meeting, MeetingItem, **GUARD)
@posted_from("cases:meeting-item")
def item_note(request: MemberRequest, item: MeetingItem) -> HttpResponse:
    """Save one's own note as its next version."""
    form = RoomNoteForm(request.POST)
    if form.is_valid():
        try:
            seen = whole(request.POST.get("based_on", "")) or 0
            services.write_meeting_note(item, text=form.cleaned_data["text"], seen=seen, by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "Your notes are saved.")
            return _back_to(item)
    mine = item.notes.filter(written_by=request.member.membership_id).order_by("-number").first()
    return _room(request, item, note_form=form, note_seen=mine.number if mine else 0)


@allowed(policies.can_attend, MeetingItem, **GUARD)
@posted_from("cases:meeting-item")
def item_action(request: MemberRequest, item: MeetingItem) -> HttpResponse:
    """Agree who does what by when."""
    form = ActionForm(request.POST, people=room.may_own())
    if form.is_valid():
        try:
            services.set_action(item, **form.said(), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The action is noted.")
            return _back_to(item)
    return _room(request, item, action_form=form)


@allowed(policies.can_run_meeting, MeetingItem, related=("meeting", "case"))
@posted_from("cases:meeting-item")
def item_state(request: MemberRequest, item: MeetingItem) -> HttpResponse:
    """Leave an item for next time, take it up again, or say that other business is done."""
    done = request.POST.get("state") == "done" and item.kind == MeetingItem.Kind.WORDS
    try:
        (services.finish_item if done else services.defer_item)(item, by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
    return _back_to(item)
