"""The numbers that pupils go by: Unique Pupil Number and NHS number."""

import re

from stdnum.exceptions import ValidationError
from stdnum.gb import nhs
from stdnum.gb import upn as upn_check

# As the DfE's "Get information about pupils" checks it: no I, O or S; the last is a letter in a temporary one.
_UPN = re.compile(r"[A-HJ-NP-RT-Z][0-9]{11}(?:[0-9]|[A-HJ-NP-RT-Z])")


def read_upn(text: str) -> str:
    """Give a UPN in capitals without spaces; raises ValueError with a sentence for one that is malformed."""
    number = str(upn_check.compact(text)).upper()
    if not _UPN.fullmatch(number):
        raise ValueError(
            "The UPN must be a letter and 12 digits, or a letter, 11 digits and a letter for a temporary one"
        )
    return number


def upn_warning(upn: str) -> str:
    """Give a warning where a UPN is malformed or its check letter does not fit, "" where it is well or empty."""
    if not upn:
        return ""
    if not _UPN.fullmatch(upn):
        return "The UPN is malformed: a letter and 12 digits, or a letter, 11 digits and a letter."
    if upn_check.calc_check_digit(upn[1:]) == upn[0]:
        return ""
    return f"The first letter of the UPN is {upn[0]}, where its digits ask for {upn_check.calc_check_digit(upn[1:])}."


def read_nhs_number(text: str) -> str:
    """Give an NHS number's ten digits (modulus 11); raises ValueError with a sentence for one that does not check."""
    try:
        return str(nhs.validate(text))
    except ValidationError:
        raise ValueError("The NHS number must be ten digits, the last of which checks the others") from None
