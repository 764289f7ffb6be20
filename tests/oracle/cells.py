"""How one figure of the return is printed: the page's section "Measures", second paragraph, and "Formats"."""

from collections.abc import Iterator
from fractions import Fraction

Cell = tuple[str, ...]  # measure, breakdown, category, statistic, value, numerator, denominator, unit


def half_up(amount: Fraction, decimals: int) -> str:
    """An amount that is not negative, rounded once, half up."""
    whole = int(amount * 10**decimals + Fraction(1, 2))
    if not decimals:
        return str(whole)
    units, rest = divmod(whole, 10**decimals)
    return f"{units}.{rest:0{decimals}}"


def count(measure: str, breakdown: str, category: str, number: int, unit: str) -> Cell:
    return (measure, breakdown, category, "count", str(number), "", "", unit)


def percent(measure: str, breakdown: str, category: str, numerator: int, denominator: int) -> Cell:
    """ "percentages to whole numbers, all half up. `z` where a denominator or a list is empty." """
    value = half_up(Fraction(100 * numerator, denominator), 0) if denominator else "z"
    return (measure, breakdown, category, "percent", value, str(numerator), str(denominator), "percent")


def hours(measure: str, breakdown: str, category: str, minutes: int | Fraction) -> Cell:
    """ "hours and FTE to two decimals" """
    return (measure, breakdown, category, "hours", half_up(Fraction(minutes) / 60, 2), "", "", "hours")


def middle_and_p90(measure: str, numbers: list[int]) -> Iterator[Cell]:
    """ "The median is the mean of the middle two (one decimal if it is a half, else whole); the 90th percentile is the
    nearest rank."
    """
    ordered, n = sorted(numbers), len(numbers)
    median, p90 = "z", "z"
    if n:
        twice = ordered[(n - 1) // 2] + ordered[n // 2]
        median = str(twice // 2) if twice % 2 == 0 else f"{twice // 2}.5"
        p90 = str(ordered[-(-9 * n // 10) - 1])  # the rank is nine tenths of n, rounded up
    yield (measure, "all", "all", "median", median, "", "", "school_days")
    yield (measure, "all", "all", "p90", p90, "", "", "school_days")
