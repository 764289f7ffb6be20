"""Lengths of time in words."""


def length_words(minutes: int) -> str:
    """Give a length as people say it: "45 min", "1 h 30"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02}" if rest else f"{hours} h"
