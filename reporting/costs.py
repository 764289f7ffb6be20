"""What the taskforce costs: by line beside the published averages, and by hour and supported pupil of a return."""

import datetime as dt
from dataclasses import dataclass

from apst.codelists import codes
from apst.people.models import CostLine
from apst.people.queries.money import PostCost, post_costs
from apst.places.calendar import Period
from cases.models import HolidayProgramme

from .benchmarks import Average, averages
from .models import MIReturn, ReturnCell
from .rounding import half_up


@dataclass(frozen=True)
class Line:
    """One kind of cost in a period, beside the published average of a year, where there is one."""

    words: str
    pounds: int
    average: Average | None
    note: str = ""


@dataclass(frozen=True)
class Costs:
    """The costs of a return's period, and what an hour and a supported pupil cost in it."""

    set_up: list[Line]
    running: list[Line]
    posts: list[PostCost]
    total: int
    hours: str
    pupils: int
    an_hour: str
    a_pupil: str

    @property
    def unsaid(self) -> list[str]:
        """The posts of which nobody said what they cost: they are missing in every figure."""
        return [post.words for post in self.posts if post.pounds is None]


def _cell(mi_return: MIReturn, measure: str, statistic: str) -> ReturnCell | None:
    return ReturnCell.objects.filter(
        mi_return=mi_return, measure=measure, breakdown="all", category="all", statistic=statistic
    ).first()


def _share(period: Period, year: str) -> tuple[int, int]:
    """The days of an academic year (1 September to 31 August) that lie in the period, and the year's days."""
    first, last = dt.date(int(year[:4]), 9, 1), dt.date(int(year[:4]) + 1, 8, 31)
    days = (min(period.ends_on, last) - max(period.starts_on, first)).days + 1
    return max(days, 0), (last - first).days + 1


def costs_of(mi_return: MIReturn) -> Costs:
    """Give the costs of a built return's period beside its own hours (C1) and supported pupils (A1).

    A yearly cost counts by the share of its academic year that lies in the period; so does a post's, by its days in
    post. Setting up is no cost of a period: it stands beside, with all years together. Holiday programmes count in the
    period in which they begin.
    """
    period = Period(mi_return.period, mi_return.starts_on, mi_return.ends_on)
    known, published = codes("cost_items"), averages()
    held = list(CostLine.objects.order_by("pk"))
    set_up, running = [], []
    for code, row in known.items():
        mine = [line for line in held if line.item == code]
        average = published.get(row["benchmark"])
        if row["kind"] == "set_up":
            set_up.append(Line(row["label"], sum(line.pounds for line in mine), average))
        else:
            shares = [(line.pounds, *_share(period, line.academic_year)) for line in mine]
            running.append(Line(row["label"], sum(round(pounds * days / of) for pounds, days, of in shares), average))
    posts = post_costs(period)
    number = len([post for post in posts if post.pounds is not None])
    running.insert(
        1,
        Line(
            f"Specialists ({number} post{'' if number == 1 else 's'})",
            sum(post.pounds or 0 for post in posts),
            published["specialist_each"],
            "for each full-time specialist",
        ),
    )
    holidays = HolidayProgramme.objects.filter(starts_on__range=(period.starts_on, period.ends_on))
    running.append(
        Line(
            "Holiday provision",
            sum(holiday.cost_pounds or 0 for holiday in holidays),
            published["holiday_provision_per_pupil"],
            "for each pupil",
        )
    )
    total = sum(line.pounds for line in running)
    hours, pupils = _cell(mi_return, "C1", "hours"), _cell(mi_return, "A1", "count")
    minutes, number_of_pupils = (hours.amount if hours else 0), (pupils.amount if pupils else 0)
    return Costs(
        set_up,
        running,
        posts,
        total,
        hours.value if hours else "0",
        number_of_pupils,
        half_up(total * 60, minutes, 2) if minutes else "",
        half_up(total, number_of_pupils, 0) if number_of_pupils else "",
    )
