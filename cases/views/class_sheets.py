"""Teaching groups and their class sheets."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from apst.accounts.models import Membership
from apst.accounts.queries import me
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.passports import AddPupilsForm, FeedbackForm, FindPassportForm, GroupForm, ShareForm
from cases.models import Passport, TeachingGroup
from cases.queries import passports as queries
from cases.queries.reintegration import schools

from .passports import SHOWN, end_of_school_year
from .writing import based_on, complain, is_uuid, submission_key, undo

SOME_NOT_AGREED = " {count} not shared yet: the pupil has not agreed to the passport."


def _to(group: TeachingGroup) -> HttpResponse:
    return redirect("cases:class-sheet-detail", public_id=group.public_id)


def _not_agreed(passports: list[Passport]) -> str:
    return SOME_NOT_AGREED.format(count=len(passports)) if passports else ""


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_passports)
def group_new(request: MemberRequest) -> HttpResponse:
    """Make a teaching group."""
    form = GroupForm(request.POST or None, schools=schools())
    if form.is_valid():
        try:
            group = services.make_group(**form.said(), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The group is made. Add its pupils.")
            return redirect("cases:class-sheet-pupils", public_id=group.public_id)
    context = {"form": form, "title": "Make a teaching group", "back": reverse("cases:passport-list")}
    return render(request, "cases/passport/group_form.html", context)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_see_passport, TeachingGroup, related=("establishment",))
def group_detail(request: MemberRequest, group: TeachingGroup) -> HttpResponse:
    """The class sheet: the passports of a group's pupils, and a place to say what worked."""
    sheets = queries.class_sheet(group)
    shown(request, [sheet.version.pupil_id for sheet in sheets], *SHOWN)
    form = FeedbackForm(request.POST or None, versions=[sheet.version for sheet in sheets])
    if request.method == "POST" and sheets and form.is_valid():
        passport = form.passports[form.cleaned_data.pop("passport")]
        try:
            services.say_what_worked(
                passport, **form.cleaned_data, submission_key=submission_key(request), by=me(request.member)
            )
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "Thank you. The team reads what you wrote.")
            return _to(group)
    writes = policies.can_write_passport(request.member, group)
    context = {
        "group": group,
        "sheets": sheets,
        "form": form,
        "readers": queries.readers_of(group) if writes else [],
        "waiting": queries.waiting_in(group) if writes else 0,
        "may_write": writes,
        "back": reverse("cases:passport-list"),
    }
    return render(request, "cases/passport/class_sheet.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_passport, TeachingGroup, related=("establishment",))
def group_change(request: MemberRequest, group: TeachingGroup) -> HttpResponse:
    """Rename a group, or end it."""
    initial = {"name": group.name, "establishment": str(group.establishment.public_id)}
    form = GroupForm(request.POST or None, schools=schools(), initial=initial)
    if form.is_valid():
        try:
            services.change_group(group, **form.said(), version=based_on(request), by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The group is changed.")
            return _to(group)
    context = {"form": form, "group": group, "title": "Change a teaching group", "back": _address(group)}
    return render(request, "cases/passport/group_form.html", context)


def _address(group: TeachingGroup) -> str:
    return reverse("cases:class-sheet-detail", args=[group.public_id])


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_passport, TeachingGroup, related=("establishment",))
def group_pupils(request: MemberRequest, group: TeachingGroup) -> HttpResponse:
    """Who is in a group: find pupils by the name on their passport, add them, take them out."""
    adding = request.method == "POST" and "add" in request.POST
    find = FindPassportForm(request.POST if request.method == "POST" else None)
    words = find.cleaned_data["q"] if find.is_valid() else ""
    found = queries.passports_to_add(group, words) if request.method == "POST" else []
    form = AddPupilsForm(request.POST if adding else None, versions=found)
    if adding and form.is_valid():
        chosen = [form.found[key] for key in form.cleaned_data["passports"]]
        unshared = services.add_to_group(group, chosen, by=me(request.member))
        count = f"{len(chosen)} pupil{'' if len(chosen) == 1 else 's'} added."
        messages.success(request, count + _not_agreed(unshared))
        return redirect("cases:class-sheet-pupils", public_id=group.public_id)
    places = queries.places_of(group)
    shown(request, [version.pupil_id for version in [*found, *places]], "identity")
    context = {
        "group": group,
        "find": find,
        "form": form if found else None,
        "searched": request.method == "POST",
        "places": places,
        "back": _address(group),
    }
    return render(request, "cases/passport/group_pupils.html", context, status=422 if form.errors else 200)


@require_POST
@allowed(policies.can_write_passport, TeachingGroup)
def group_take(request: MemberRequest, group: TeachingGroup) -> HttpResponse:
    """Take a pupil out of a group."""
    known = request.POST.get("passport", "")
    passport = Passport.objects.filter(public_id=known).first() if is_uuid(known) else None
    if passport is None:
        messages.error(request, "This pupil is not in the group any more.")
    else:
        shown(request, [passport], "identity")
        services.take_from_group(group, passport, by=me(request.member))
        messages.success(request, "The pupil is out of the group. What was shared through it has ended.")
    return redirect("cases:class-sheet-pupils", public_id=group.public_id)


@require_http_methods(["GET", "POST"])
@allowed(policies.can_write_passport, TeachingGroup, related=("establishment",))
def group_share(request: MemberRequest, group: TeachingGroup) -> HttpResponse:
    """Share the class sheet with a member of school staff until a day."""
    form = ShareForm(request.POST or None, members=queries.school_staff(), initial={"until": end_of_school_year()})
    if form.is_valid():
        said = form.said()
        try:
            count, unshared = services.share_group(group, **said, by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            words = f"{count} passport{'' if count == 1 else 's'} shared with {said['member'].name}."
            messages.success(request, words + _not_agreed(unshared))
            return _to(group)
    context = {"form": form, "group": group, "back": _address(group)}
    return render(request, "cases/passport/group_share.html", context)


@require_POST
@allowed(policies.can_write_passport, TeachingGroup)
def group_unshare(request: MemberRequest, group: TeachingGroup) -> HttpResponse:
    """End what was shared with one person through a group."""
    known = request.POST.get("member", "")
    member = Membership.objects.filter(public_id=known).first() if is_uuid(known) else None
    if member is None:
        messages.error(request, "The sheet is not shared with this person any more.")
    else:
        services.end_group_share(group, member, by=me(request.member))
        messages.success(request, "The sheet is not shared with them any more.")
    return _to(group)


@require_POST
@allowed(policies.can_write_passport, TeachingGroup)
def group_end(request: MemberRequest, group: TeachingGroup) -> HttpResponse:
    """End a group, and what was shared through it."""
    group = services.end_group(group, by=me(request.member))
    address = reverse("cases:class-sheet-resume", args=[group.public_id])
    said = undo(request, "The group has ended, and what was shared through it.", address, words="Bring the group back")
    messages.success(request, said, extra_tags="safe")
    return redirect("cases:passport-list")


@require_POST
@allowed(policies.can_write_passport, TeachingGroup)
def group_resume(request: MemberRequest, group: TeachingGroup) -> HttpResponse:
    """Bring a group back, and what its end took from those who had its sheet."""
    try:
        services.end_group(group, ended=False, by=me(request.member))
    except CaseError as error:
        messages.error(request, str(error))
        return redirect("cases:passport-list")
    messages.success(request, "The group is back, and so is its sheet for those who had it.")
    return _to(group)


@require_POST
@allowed(policies.can_see_passport, TeachingGroup)
def group_pdf(request: MemberRequest, group: TeachingGroup) -> HttpResponse:
    """Ask for the class sheet as a PDF, and follow the job."""
    job = services.ask_for_passports(group=group)
    return redirect("jobs:job-detail", public_id=job.public_id)
