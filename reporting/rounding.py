"""Rounding once, half up, from whole numbers: never through a float."""


def half_up(numerator: int, denominator: int, decimals: int) -> str:
    """Give numerator / denominator with `decimals` decimals, half up.

    numerator, denominator  whole numbers, not negative; the denominator not 0
    """
    whole = (2 * numerator * 10**decimals + denominator) // (2 * denominator)
    if not decimals:
        return str(whole)
    units, rest = divmod(whole, 10**decimals)
    return f"{units}.{rest:0{decimals}}"


def median(ordered: list[int]) -> str:
    """Give the mean of the middle two: whole, or with one decimal. The list is sorted and not empty."""
    twice = ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]
    return str(twice // 2) if twice % 2 == 0 else f"{twice // 2}.5"


def p90(ordered: list[int]) -> str:
    """Give the 90th percentile by the nearest rank. The list is sorted and not empty."""
    return str(ordered[(9 * len(ordered) + 9) // 10 - 1])
