"""What a person has typed and not sent: it outlives the session, the battery and the time-out."""

import json
from typing import Any

from django.db import transaction
from django.utils import timezone

from apst.accounts.exceptions import DraftIsNewer, DraftTooLarge
from apst.accounts.models import Draft
from apst.tenancy.context import ContextError, current

LARGEST_DRAFT = 200_000  # characters of JSON: the longest form with every box full, several times over
# What a page sends along and a draft must not bring back.
LEFT_OUT = ("csrfmiddlewaretoken", "taskforce", "submission", "submission_key", "version")


def _person() -> int:
    person_id = current().person_id
    if person_id is None:
        raise ContextError("The system types nothing, so it has no drafts.")
    return person_id


def draft_for(form: str) -> Draft | None:
    """Give one's own draft of a form such as "referral-new", None where nothing was typed; reads only."""
    return Draft.objects.filter(person_id=_person(), form=form).first()


@transaction.atomic
def save_draft(form: str, payload: dict[str, Any], *, version: int) -> Draft:
    """Keep what was typed into `form`.

    version  the version that the page knows, 0 for none yet; raises DraftIsNewer where another tab has saved something
             else since, DraftTooLarge for more than any form holds
    """
    kept = {name: value for name, value in payload.items() if name not in LEFT_OUT}
    if len(json.dumps(kept)) > LARGEST_DRAFT:
        raise DraftTooLarge("This draft is too long to keep.")
    draft, made = Draft.objects.select_for_update().get_or_create(
        person_id=_person(), form=form, defaults={"payload": kept}
    )
    if made:
        return draft
    if draft.version != version:
        if draft.payload == kept:
            return draft
        raise DraftIsNewer(draft.version)
    draft.payload, draft.version, draft.updated_at = kept, draft.version + 1, timezone.now()
    draft.save(update_fields=["payload", "version", "updated_at"])
    return draft


def discard_draft(form: str) -> None:
    """Forget one's own draft of `form`; the service that uses the form does so, in its own transaction."""
    Draft.objects.filter(person_id=_person(), form=form).delete()
