"""Screening a whole year group: pupils down, bands across, one save."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from apst.accounts.queries import me
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest, shown
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.assessments import ScreeningForm, WhichScreeningForm
from cases.queries import screening as queries
from cases.queries.cases import is_live, live_posts, posts_of
from cases.queries.instruments import screeners, sketch
from referrals.drafts import Typed, forget

from .acts import submission_key
from .cases import complain


@require_http_methods(["GET", "POST"])
@allowed(policies.can_screen)
def screening(request: MemberRequest) -> HttpResponse:
    """Choose who is screened with what, then fill in the grid. The choice lives in the address."""
    which = WhichScreeningForm(
        request.GET or None, screeners=[(one.code, one.words) for one in screeners()], places=queries.places()
    )
    context: dict[str, Any] = {"which": which, "back": reverse("cases:case-list")}
    if which.is_bound and which.is_valid():
        done = _grid(request, which.cleaned_data, context)
        if done is not None:
            return done
    return render(request, "cases/assessments/screening.html", context)


def _grid(request: MemberRequest, chosen: dict[str, str], context: dict[str, Any]) -> HttpResponse | None:
    """Put the grid into the context; gives an answer once it was saved."""
    drawn = sketch(chosen["instrument"])
    if drawn is None:
        return None
    today = localdate()
    pupils = queries.pupils_of(chosen["year"], chosen["place"], today)
    shown(request, pupils, "identity", "outcomes", "health")
    form = _form(request, drawn, pupils[: queries.MOST_ROWS])
    day = form.cleaned_data.get("taken_on", today) if form.is_bound and form.is_valid() else today
    rows = queries.grid(form.pupils, drawn, day)
    key = f"screening-{chosen['instrument']}-{chosen['year']}-{chosen['place']}"[:100]
    typed = Typed(key)
    form.initial.update({form.name_of(row.pupil): str(row.held) for row in rows if row.held})
    if typed and not form.is_bound:
        form.initial.update(typed.initial(form))
    if form.is_bound and form.is_valid():
        try:
            said = form.said()
            count = services.screen(
                services.take_up(chosen["instrument"], by=me(request.member)),
                **said,
                submission_key=submission_key(request),
                by=me(request.member),
            )
        except CaseError as error:
            complain(form, error)
        else:
            forget(key)
            words = f"{count} result{'' if count == 1 else 's'} recorded." if count else "Nothing was different."
            messages.success(request, words)
            return redirect(f"{reverse('cases:screening')}?{urlencode(chosen)}")
    context |= {
        "form": form,
        "drawn": drawn,
        "grid": [(row, form[form.name_of(row.pupil)]) for row in rows],
        "labels": queries.scale_of(drawn).labels,
        "more": len(pupils) > queries.MOST_ROWS,
        "most": queries.MOST_ROWS,
        "out": sum(row.opted_out is not None for row in rows),
        "draft_key": key,
        "draft_version": typed.version,
    }
    return None


def _form(request: MemberRequest, drawn: Any, pupils: list[Any]) -> ScreeningForm:
    own = [post for post in posts_of(request.member) if is_live(post)]
    posts = {post.pk: post for post in [*live_posts(), *own]}
    initial = {"taken_on": localdate(), "posts": [str(post.public_id) for post in own]}
    return ScreeningForm(
        request.POST or None, scale=queries.scale_of(drawn), pupils=pupils, posts=posts.values(), initial=initial
    )
