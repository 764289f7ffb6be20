"""Reading the words that pupils and families read."""

from collections.abc import Iterable

from cases.models import PupilWords
from cases.wording import LISTS


def pupil_words(*lists: str) -> dict[str, dict[str, str]]:
    """Give list -> code -> words, the taskforce's own before the default; every list where none is named. One query."""
    wanted = lists or tuple(LISTS)
    found = {name: dict(LISTS[name]) for name in wanted}
    for name, code, words in PupilWords.objects.filter(list_name__in=wanted).values_list("list_name", "code", "words"):
        if code in found[name]:
            found[name][code] = words
    return found


def said_to_pupils(list_name: str, codes: Iterable[str]) -> list[str]:
    """Give the words of codes in the list's own order, each once; codes that the list does not have are left out."""
    asked = set(codes)
    return list(dict.fromkeys(words for code, words in pupil_words(list_name)[list_name].items() if code in asked))
