"""Choosing the words that pupils and families read."""

from collections.abc import Mapping

from django.db import transaction

from apst.accounts.models import Membership
from apst.tenancy.context import name_act
from cases.exceptions import WordsTooLong
from cases.models import PupilWords
from cases.wording import LISTS, LONGEST


@transaction.atomic
def choose_words(list_name: str, words: Mapping[str, str], *, by: Membership | None) -> None:
    """Set the taskforce's own words of a list; blank words bring the default back.

    words  by code; codes that the list does not have are left alone
    Raises WordsTooLong; then nothing is changed.
    """
    name_act("wording.change")
    defaults = LISTS[list_name]
    for code, default in defaults.items():
        chosen = words.get(code, "").strip() or default
        if len(chosen) > LONGEST:
            raise WordsTooLong
        held = PupilWords.objects.filter(list_name=list_name, code=code).first()
        if held is None and chosen != default:
            PupilWords.objects.create(list_name=list_name, code=code, words=chosen, changed_by=by)
        elif held is not None and held.words != chosen:
            PupilWords.objects.filter(pk=held.pk).update(words=chosen, changed_by=by)
