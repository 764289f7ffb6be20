"""Names, references and the numbers that people and places go by."""

import re

from stdnum.exceptions import ValidationError
from stdnum.gb import nhs
from stdnum.gb import upn as upn_check

from apst.imports.reading.problems import BadValue, Doubtful

LONGEST_REFERENCE = 40
LONGEST_LINE = 255
# As the DfE's "Get information about pupils" checks it: no I, O or S. The authority's number may be a pseudo one.
_UPN = re.compile(r"[A-HJ-NP-RT-Z][0-9]{11}(?:[0-9]|[A-HJ-NP-RT-Z])")
_EMAIL = re.compile(r"[^@\s,;<>()]+@[^@\s,;<>().]+(?:\.[^@\s,;<>().]+)+")
_POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][A-Z0-9]?) ?([0-9][A-Z]{2})")
_URN = re.compile(r"[0-9]{1,6}")


def reference(text: str) -> str:
    """Take a reference exactly as it is written, case included."""
    if len(text) > LONGEST_REFERENCE:
        raise BadValue(f"is longer than {LONGEST_REFERENCE} characters.")
    if ";" in text or "\n" in text:
        raise BadValue("holds a semicolon or a new line; a semicolon separates references in lists.")
    return text


def local_id(text: str) -> str:
    """Take a pupil's local id exactly as it is written. A colon would read as an attendance code in sessions."""
    if ":" in text:
        raise BadValue("holds a colon; in sessions a colon separates a pupil from their attendance.")
    return reference(text)


def line(text: str) -> str:
    """Take one line of text, with single spaces."""
    if len(text) > LONGEST_LINE:
        raise BadValue(f"is longer than {LONGEST_LINE} characters.")
    return " ".join(text.split())


def prose(text: str) -> str:
    """Take text of any length and number of lines."""
    return text


def upn(text: str) -> str | Doubtful:
    """Read a Unique Pupil Number. A malformed one is rejected, a wrong check letter warns (domain.md 3.8)."""
    number = upn_check.compact(text)
    if not _UPN.fullmatch(number):
        raise BadValue("is not a UPN: a letter and 12 digits, or a letter, 11 digits and a letter for a temporary one.")
    letter = upn_check.calc_check_digit(number[1:])
    if letter != number[0]:
        return Doubtful(number, f"has the check letter {number[0]} where {letter} is expected.", letter + number[1:])
    return number


def nhs_number(text: str) -> str:
    """Read an NHS number: ten digits of which the last checks the others (modulus 11)."""
    try:
        return str(nhs.validate(text))
    except ValidationError:
        raise BadValue("is not an NHS number: ten digits, the last of which checks the others.") from None


def urn(text: str) -> str:
    """Read a school's Unique Reference Number: up to six digits."""
    if not _URN.fullmatch(text):
        raise BadValue("is not a URN, which has up to six digits.")
    return text


def email(text: str) -> str:
    """Read one email address."""
    if not _EMAIL.fullmatch(text) or len(text) > LONGEST_LINE:
        raise BadValue("is not one email address.")
    return text


def telephone(text: str) -> str | Doubtful:
    """Take a telephone number as it is written, notes such as "(work)" included; it needs seven digits."""
    digits = [c for c in text if c.isdigit()]
    if len(digits) < 7 or len(text) > LONGEST_LINE:
        raise BadValue("is not a telephone number.")
    if len(digits) == len(text) == 10 and text[0] != "0":
        return Doubtful(text, "has no 0 in front, which a spreadsheet drops from numbers.", f"0{text}")
    return line(text)


def postcode(text: str) -> str | Doubtful:
    """Read a postcode and give it in capitals with its space; one of another shape is kept with a warning."""
    capitals = " ".join(text.upper().split())
    if len(capitals) > LONGEST_REFERENCE:
        raise BadValue("is not a postcode.")
    match = _POSTCODE.fullmatch(capitals)
    return f"{match[1]} {match[2]}" if match else Doubtful(capitals, "does not look like a postcode.")
