"""Finding a child by a name as it was heard, and the numbers that go with one: UPN and NHS number."""

import datetime as dt
import re
import unicodedata
from functools import reduce

import jellyfish
from django.db.models import Q, QuerySet
from stdnum.exceptions import ValidationError
from stdnum.gb import nhs
from stdnum.gb import upn as upn_check

from .exceptions import MalformedNumber
from .models import Pupil

_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
# Letters that do not fall apart into a plain one and an accent.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})
# As the DfE's "Get information about pupils" checks it: no I, O or S; a letter at the end is a temporary number.
_UPN = re.compile(r"[A-HJ-NP-RT-Z][0-9]{11}(?:[0-9]|[A-HJ-NP-RT-Z])")
LONGEST_SOUND = 40


def fold(text: str) -> str:
    """Give a text small, without accents, with single spaces and nothing but letters and figures."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN).replace("'", "").replace("’", ""))
    return _NOT_LETTERS.sub(" ", "".join(c for c in apart if not unicodedata.combining(c))).strip()


def name_key(surname: str, forename: str) -> str:
    """Give the key that names are sorted and searched by: "Dąbrowski", "Zoë" is "dabrowski zoe"."""
    return f"{fold(surname)} {fold(forename)}".strip()


def sound_key(surname: str, forename: str) -> str:
    """Give how a name sounds, so that "Catherine Smyth" is found as "Kathryn Smith"."""
    return f"{_sound(surname)} {_sound(forename)}".strip()[:LONGEST_SOUND]


def _sound(name: str) -> str:
    # Sounded as one word: a double-barrelled name is heard without its hyphen. Names of other scripts sound as themselves.
    letters = fold(name).replace(" ", "")
    return jellyfish.metaphone(letters) or letters.upper()


def read_upn(text: str) -> tuple[str, str]:
    """Read a Unique Pupil Number: the number, and a warning in words where its check letter is wrong ("" where right).

    Raises MalformedNumber for anything that is no UPN.
    """
    number = upn_check.compact(text)
    if not number:
        return "", ""
    if not _UPN.fullmatch(number):
        raise MalformedNumber(
            "A UPN is a letter and 12 numbers, such as H801200001001. A temporary one ends with a letter."
        )
    letter = upn_check.calc_check_digit(number[1:])
    if letter != number[0]:
        return (
            number,
            f"The UPN begins with {number[0]} where {letter} is expected. It was saved: check it with the school.",
        )
    return number, ""


def read_nhs_number(text: str) -> str:
    """Read an NHS number of ten digits, the last of which checks the others (modulus 11); raises MalformedNumber."""
    if not text.strip():
        return ""
    try:
        return str(nhs.validate(text))
    except ValidationError:
        raise MalformedNumber(
            "An NHS number has 10 numbers, and this one does not add up. Check each of them."
        ) from None


def likely_same(upn: str, forename: str, surname: str, date_of_birth: dt.date | None) -> QuerySet[Pupil]:
    """Give the pupils who may be this child: the same UPN, or the same date of birth and a name that sounds alike.

    Only those whom the reader may see anyway: it is no oracle. An empty UPN matches nobody.
    """
    alike = []
    if upn:
        alike.append(Q(upn=upn_check.compact(upn)))
    if date_of_birth and surname:
        sound = sound_key(surname, forename)
        # The second is a child entered with forename and surname the wrong way round.
        alike.append(Q(date_of_birth=date_of_birth, sound_key__in=[sound, sound_key(forename, surname)]))
    if not alike:
        return Pupil.objects.none()
    return Pupil.objects.filter(reduce(Q.__or__, alike))
