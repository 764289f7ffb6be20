"""What happens to every value before its own parser sees it."""

import re
import unicodedata

from apst.imports.reading.limits import Limits
from apst.imports.reading.problems import BadValue

# Marks that cannot be seen and come along when text is copied. (`strip` itself takes every kind of space.)
_UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
_STARTS_A_FORMULA = frozenset("=+-@")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)?(?:\.[0-9]+)?%?")
_TELEPHONE = re.compile(r"\+[0-9](?:[ ().-]*[0-9]){6,14}(?: *(?:x|ext\.?) *[0-9]{1,6})?")
_ERRORS_OF_EXCEL = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})


def tidy(text: str) -> str:
    """Trim a cell: spaces, no-break spaces, and marks that cannot be seen."""
    text = text.strip()
    while text and (text[0] in _UNSEEN or text[-1] in _UNSEEN):
        text = text.strip(_UNSEEN).strip()
    return text


def starts_a_formula(text: str) -> bool:
    """Say whether a spreadsheet could run it: it begins with = + - @ and is neither a number nor a telephone number."""
    return text[:1] in _STARTS_A_FORMULA and not (_is_number(text) or _TELEPHONE.fullmatch(text))


def refuse_unsafe(text: str, limits: Limits) -> None:
    """Raise BadValue for a formula, Excel's errors, too long a cell, and letters that are lost or cannot be seen."""
    if text[0] in _STARTS_A_FORMULA and starts_a_formula(text):
        raise BadValue("begins with = + - or @, as a formula does. Put the value itself there.")
    if text[0] == "#" and text.upper() in _ERRORS_OF_EXCEL:
        raise BadValue("is an error that Excel shows in place of a value.")
    if len(text) > limits.cell_characters:
        raise BadValue(f"has {len(text):,} characters; a cell holds at most {limits.cell_characters:,}.")
    if "\ufffd" in text:
        raise BadValue("has a letter that was lost (�) when the file was made. Type it again.")
    if not text.isprintable() and any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\r\t" for c in text):
        raise BadValue("has a character that cannot be seen or kept. Type it again.")


def _is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text)) and any(c.isdigit() for c in text)
