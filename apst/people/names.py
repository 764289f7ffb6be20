"""How names are compared: without accents and case, and by how they sound."""

import datetime as dt
import unicodedata

import jellyfish
from django.db.models import Q

from .models import Pupil

# Letters that Unicode does not take apart.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
ALIKE = 0.92
LONGEST_KEY, LONGEST_SOUND = 60, 20


def folded(text: str) -> str:
    """Give a name in small plain letters: "Dąbrowski-O’Neill" is "dabrowski oneill"."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    kept = "".join(c if c.isalnum() else "" if c in "'’`´" or unicodedata.combining(c) else " " for c in apart)
    return " ".join(kept.split())


def name_key(surname: str, forename: str) -> str:
    """Give what pupils are sorted and searched by: surname, then forename, folded."""
    return f"{folded(surname)} {folded(forename)}".strip()[:220]


def sound_key(surname: str, forename: str) -> str:
    """Give how a name sounds (metaphone); two spellings of one name mostly share it."""
    return f"{_sound(surname)} {_sound(forename)}".strip()[:40]


def parts_of(*texts: str) -> dict[str, str]:
    """Give each part of some names, folded, with how it sounds; a name of several parts as one word too.

    "Smith-Jones" is found by "smith", by "jones" and by "smithjones".
    """
    found = {}
    for text in texts:
        words = folded(text).split()
        for word in [*words, *(["".join(words)] if len(words) > 1 else [])]:
            found[word[:LONGEST_KEY]] = _sound(word)[:LONGEST_SOUND]
    return found


def _sound(name: str) -> str:
    # As one word: a double-barrelled name is heard without its hyphen. A name of another script sounds as it is
    # written.
    letters = folded(name).replace(" ", "")
    return jellyfish.metaphone(letters) or letters.upper()


def likely_same(
    *, upn: str = "", forename: str, surname: str, date_of_birth: dt.date | None, other_than: Pupil | None = None
) -> list[Pupil]:
    """Give the pupils, among those the member may see, who are likely the same child.

    Likely means the same UPN; or the same date of birth and a name that sounds or is spelt alike, in either order.
    """
    same = Q()
    if upn:
        same |= Q(upn=upn)
    if date_of_birth:
        same |= Q(date_of_birth=date_of_birth)
    if not same:
        return []
    keys = (name_key(surname, forename), name_key(forename, surname))
    sounds = (sound_key(surname, forename), sound_key(forename, surname))
    rows = Pupil.objects.filter(same).exclude(pk=other_than.pk if other_than else 0).select_related("home_school")
    return [
        pupil
        for pupil in rows
        if (upn and pupil.upn == upn)
        or sound_key(pupil.surname, pupil.forename) in sounds
        or any(jellyfish.jaro_winkler_similarity(pupil.name_key, key) >= ALIKE for key in keys)
    ]
