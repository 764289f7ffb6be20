"""Settings: the words that pupils and families read."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from apst.accounts.queries import me
from apst.codelists import choices
from apst.web.allowed import allowed
from apst.web.requests import MemberRequest
from cases import policies, services
from cases.exceptions import CaseError
from cases.forms.passports import WordsForm
from cases.queries.wording import pupil_words
from cases.wording import LIST_TITLES, PASSPORT_HEADINGS

from .writing import complain

LABELS = {"intervention_types": dict(choices("intervention_types")), "passport": PASSPORT_HEADINGS}


@require_http_methods(["GET", "POST"])
@allowed(policies.can_choose_words)
def words(request: MemberRequest) -> HttpResponse:
    """Choose the words of the two lists, each with a form of its own."""
    sent = request.POST.get("list", "") if request.method == "POST" else ""
    now = pupil_words()
    forms = {
        name: WordsForm(
            request.POST if name == sent else None,
            words=now[name],
            labels=LABELS[name],
            auto_id=f"id_{name}_%s",
        )
        for name in LIST_TITLES
    }
    form = forms.get(sent)
    if form is not None and form.is_valid():
        try:
            services.choose_words(sent, form.cleaned_data, by=me(request.member))
        except CaseError as error:
            complain(form, error)
        else:
            messages.success(request, "The words are saved. Families read them from now on.")
            return redirect("cases:words")
    lists = [(name, LIST_TITLES[name], one) for name, one in forms.items()]
    context = {"lists": lists, "form": form}
    return render(request, "cases/words.html", context, status=422 if form and form.errors else 200)
