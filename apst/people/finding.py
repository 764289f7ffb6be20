"""Finding pupils by what somebody remembers of a name or number: in any order, misspelt, preferred or former.

Only whom the reader may see: row-level security decides, so a search is no oracle. What is asked of the database is
equality and ranges of plain text, the only conditions for which it uses an index under row-level security.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Final

import jellyfish
from django.db.models import Q

from . import names
from .models import Pupil, PupilNameKey

MOST_FOUND: Final = 50
MOST_KEYS: Final = 5000  # of one search: beyond it somebody has typed a letter in a very large taskforce
MOST_WORDS: Final = 5
SHORTEST_SOUND: Final = 2  # one consonant alone sounds like half of all names
SHORTEST_MISSPELT: Final = 4
EXACT, BEGINS, SOUNDS, NEAR = range(4)


@dataclass(frozen=True)
class Hit:
    """A pupil whom somebody may mean, and by which kind of name they were found. The nearest have the least score."""

    pupil: Pupil
    kind: str
    score: int


def hits(text: str, *, most: int = MOST_FOUND) -> list[Hit]:
    """Give the pupils that `text` may mean, the nearest first, at most `most` and one: a UPN or local id, the beginning
    of each part of a name in any order, parts that sound alike, and where there is none, parts spelt nearly so.
    """
    words = names.folded(text).split()[:MOST_WORDS]
    if not words:
        return []
    numbered = Pupil.objects.filter(Q(upn=text.strip().upper()) | Q(local_id=text.strip()))
    found = {pupil.pk: (-1, str(PupilNameKey.Kind.CURRENT)) for pupil in numbered.only("pk")}
    by_name = _scored(words, _rows(reduce(Q.__or__, [_begins(word) | _sounds(word) for word in words])))
    if not by_name and (long := [word for word in words if len(word) >= SHORTEST_MISSPELT]):
        short = [_begins(word) | _sounds(word) for word in words if word not in long]
        nearby = reduce(Q.__or__, [*[_begins(word[0]) | _begins(word[1]) for word in long], *short])
        by_name = _scored(words, _rows(nearby))
    nearest = dict(sorted((by_name | found).items(), key=lambda item: item[1][0])[: 4 * most])
    pupils = Pupil.objects.filter(pk__in=nearest).select_related("home_school")
    rows = sorted(
        (Hit(pupil, kind=nearest[pupil.pk][1], score=nearest[pupil.pk][0]) for pupil in pupils),
        key=lambda hit: (hit.score, hit.pupil.name_key, hit.pupil.pk),
    )
    return rows[: most + 1]


def find(text: str, *, most: int = MOST_FOUND) -> list[Pupil]:
    """Give the pupils that `text` may mean, the nearest first, at most `most` and one."""
    return [hit.pupil for hit in hits(text, most=most)]


Row = tuple[int, str, str, str]


def _rows(condition: Q) -> Iterable[Row]:
    return PupilNameKey.objects.filter(condition).values_list("pupil_id", "kind", "key", "sound")[:MOST_KEYS]


def _begins(word: str) -> Q:
    return Q(key__gte=word, key__lt=word[:-1] + chr(ord(word[-1]) + 1))


def _sounds(word: str) -> Q:
    sound = names.sound_key(word, "")
    return Q(sound=sound) if len(sound) >= SHORTEST_SOUND else Q(pk__in=[])


def _scored(words: list[str], rows: Iterable[Row]) -> dict[int, tuple[int, str]]:
    """Give pupil -> (score, kind of name) for those of whom every word is a part."""
    best: dict[int, dict[str, tuple[int, str]]] = defaultdict(dict)
    heard = {word: names.sound_key(word, "") for word in words}
    for pupil, kind, key, sound in rows:
        for word in words:
            score = _score(word, key, sounds_alike=sound == heard[word])
            if score is not None:
                here = (3 * score + _LATER[kind], kind)
                best[pupil][word] = min(best[pupil].get(word, here), here)
    return {
        pupil: (sum(score for score, _ in by_word.values()), max(by_word.values())[1])
        for pupil, by_word in best.items()
        if len(by_word) == len(set(words))
    }


_LATER: Final[dict[str, int]] = {
    PupilNameKey.Kind.CURRENT: 0,
    PupilNameKey.Kind.PREFERRED: 1,
    PupilNameKey.Kind.FORMER: 2,
}


def _score(word: str, key: str, *, sounds_alike: bool) -> int | None:
    if key == word:
        return EXACT
    if key.startswith(word):
        return BEGINS
    if sounds_alike and len(word) >= SHORTEST_SOUND:
        return SOUNDS
    if len(word) >= SHORTEST_MISSPELT and len(key) >= SHORTEST_MISSPELT:
        # One slip of the finger in a short name, two in a long one.
        slips = jellyfish.damerau_levenshtein_distance(word, key)
        return NEAR + slips if slips <= (1 if len(word) < 6 else 2) else None
    return None
