"""The taskforce's own calendar: periods, school days, and England's bank holidays."""

from datetime import date, timedelta

from .files import Cells, day

HALF_TERMS = ["autumn-1", "autumn-2", "spring-1", "spring-2", "summer-1", "summer-2"]
# Days that Parliament or the Crown moved or added, for the years this product can hold records of.
MOVED = {date(2020, 5, 4): date(2020, 5, 8), date(2022, 5, 30): date(2022, 6, 2)}
ADDED = {date(2011, 4, 29), date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8)}
ONE_DAY = timedelta(days=1)


class Refused(Exception):
    """The return cannot be made: the calendar is missing or has a gap, or a date lies outside every known year."""


class Calendar:
    def __init__(self, rows: list[Cells]):
        self.half_terms: dict[str, dict[str, tuple[date, date]]] = {}  # academic year -> name -> first and last day
        self.closed: set[date] = set()  # INSET days and closures
        for row in rows:
            first = day(row["starts_on"])
            last = day(row["ends_on"]) or first
            if row["kind"] == "half_term":
                self.half_terms.setdefault(row["academic_year"], {})[row["name"]] = (first, last)
            else:
                self.closed |= days_between(first, last)
        holidays = {holiday for year in self.half_terms for holiday in bank_holidays(int(year[:4]))}
        holidays |= {holiday for year in self.half_terms for holiday in bank_holidays(int(year[:4]) + 1)}
        in_term = set()
        for terms in self.half_terms.values():
            for first, last in terms.values():
                in_term |= days_between(first, last)
        # "School day: a weekday from a half-term's first to its last day that is no INSET day, closure or bank
        # holiday in England."
        self.school_days = sorted(d for d in in_term - self.closed - holidays if d.weekday() < 5)

    def year_start(self, year: str) -> date:
        """ "A year's first period starts on 1 September, or on its own first day if that is earlier" """
        return min(date(int(year[:4]), 9, 1), self.first_day(year, "autumn-1"))

    def year_end(self, year: str) -> date:
        """ "the year's last ends the day before the next year starts (31 August while that is not known)" """
        following = f"{int(year[:4]) + 1}-{(int(year[:4]) + 2) % 100:02}"
        if "autumn-1" in self.half_terms.get(following, {}):
            return self.year_start(following) - ONE_DAY
        return date(int(year[:4]) + 1, 8, 31)

    def first_day(self, year: str, name: str) -> date:
        if name not in self.half_terms.get(year, {}):
            raise Refused(f"The calendar has no {year}/{name}.")
        return self.half_terms[year][name][0]

    def period(self, period: str) -> tuple[date, date]:
        """First and last day of `2026-27/autumn-1` (a half-term), `2026-27/autumn` (a term) or `2026-27` (a year).

        "Half-terms are contiguous for counting: a period runs from its first day to the day before the next one
        starts, so that work in a holiday falls in the half-term that has just ended."
        """
        year, _, name = period.partition("/")
        wanted = [half_term for half_term in HALF_TERMS if not name or name in (half_term, half_term[:-2])]
        starts = {half_term: self.first_day(year, half_term) for half_term in HALF_TERMS}  # no gap in the year
        first = self.year_start(year) if wanted[0] == "autumn-1" else starts[wanted[0]]
        if wanted[-1] == "summer-2":
            return first, self.year_end(year)
        following = HALF_TERMS[HALF_TERMS.index(wanted[-1]) + 1]
        return first, starts[following] - ONE_DAY

    def school_days_from(self, first: date, second: date) -> int:
        """ "School days from one date to another: those after the first, up to and including the second (0 when the
        second is not later; a date outside every known year is refused)."
        """
        for on in (first, second):
            if not any(self.year_start(year) <= on <= self.year_end(year) for year in self.half_terms):
                raise Refused(f"{on} lies outside every year of the calendar.")
        return sum(first < d <= second for d in self.school_days)


def days_between(first: date, last: date) -> set[date]:
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


def bank_holidays(year: int) -> set[date]:
    """Bank holidays in England in a calendar year (substitute days included, for what would fall on a weekend)."""
    easter = easter_sunday(year)
    new_year = date(year, 1, 1)
    while new_year.weekday() > 4:
        new_year += ONE_DAY
    first_of_may = date(year, 5, 1)
    early_may = first_of_may + timedelta(days=-first_of_may.weekday() % 7)
    christmas, boxing = date(year, 12, 25), date(year, 12, 26)
    if christmas.weekday() > 4 or boxing.weekday() > 4:
        free = [d for d in sorted(days_between(christmas, date(year, 12, 28))) if d.weekday() < 5]
        christmas, boxing = free[:2]
    ordinary = {
        new_year,
        easter - timedelta(days=2),
        easter + ONE_DAY,
        early_may,
        last_monday(date(year, 5, 31)),
        last_monday(date(year, 8, 31)),
        christmas,
        boxing,
    }
    return {MOVED.get(d, d) for d in ordinary} | {d for d in ADDED if d.year == year}


def last_monday(end_of_month: date) -> date:
    return end_of_month - timedelta(days=end_of_month.weekday())


def easter_sunday(year: int) -> date:
    """The Gregorian reckoning of Meeus, Jones and Butcher."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, index = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, index + 1)
