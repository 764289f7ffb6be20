"""Charts drawn on the server: three shapes, each with a wide and a narrow drawing and its numbers as a table.

A chart's title says the measure and its finding says in one sentence what to see. Colours never stand alone: lines
differ by dashes, bars carry their values or lie in the order of the legend. At most three series.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10

COLOURS = ("#4b3576", "#0e8a88", "#b36b00")
DASHES = ("", "8 5", "2 4")
MOST_SERIES = len(COLOURS)
FIGURE = 0.64  # room for a figure or a % sign, as a share of its size
LETTER = 0.56  # the width of an average letter, as a share of its size


@dataclass(frozen=True)
class Series:
    """A named row of numbers, one for each category; None where nothing is known or may be said."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Text:
    """Words in a drawing: `anchor` is start, middle or end."""

    x: float
    y: float
    words: str
    anchor: str = "start"
    bold: bool = False
    colour: str = "#0b0c0c"


@dataclass(frozen=True)
class Bar:
    """A rectangle, named for who hovers over it or hears it."""

    x: float
    y: float
    width: float
    height: float
    colour: str
    name: str


@dataclass(frozen=True)
class Line:
    """The stretches of one series (it breaks where a value is missing) and its points."""

    paths: list[str]
    points: list[tuple[float, float]]
    colour: str
    dash: str


@dataclass(frozen=True)
class Swatch:
    """A line of the legend; a line's swatch shows its dashes."""

    name: str
    colour: str
    is_line: bool = False
    dash: str = ""


@dataclass
class Drawing:
    """One SVG, in its own units of which 16 are the height of a letter."""

    width: int
    height: int = 0
    grid: list[float] = field(default_factory=list)
    left: float = 0
    right: float = 0
    bars: list[Bar] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)


@dataclass(frozen=True)
class Chart:
    """What components/chart.html draws: `rows` are the same numbers as a table."""

    title: str
    finding: str
    wide: Drawing | None
    narrow: Drawing | None
    headings: list[str]
    rows: list[list[str]]
    legend: list[Swatch] = field(default_factory=list)


def h_bars(title: str, finding: str, bars: Sequence[tuple[str, float | None]], *, unit: str, category: str) -> Chart:
    """Horizontal bars for categories with long names; None is shown as "not shown", without a bar."""
    rows = [[name, _said(value)] for name, value in bars]
    headings = [category, unit[:1].upper() + unit[1:]]
    if not bars:
        return Chart(title, finding, None, None, headings, rows)
    return Chart(title, finding, _h_bars(bars, 640), _h_bars(bars, 340), headings, rows)


def _h_bars(bars: Sequence[tuple[str, float | None]], width: int) -> Drawing:
    most = max((value or 0 for _, value in bars), default=0) or 1
    stacked = width < 500  # on a phone the name stands over its bar
    longest = max(len(name) for name, _ in bars)
    left = 0 if stacked else min(longest * 16 * LETTER + 12, width * 0.5)
    room = width - left - 90
    step = 54 if stacked else 36
    drawing = Drawing(width, step * len(bars) + 4)
    for row, (name, value) in enumerate(bars):
        top = row * step + (22 if stacked else 4)
        length = round(room * (value or 0) / most, 1)
        if stacked:
            drawing.texts.append(Text(0, top - 6, name))
        else:
            drawing.texts.append(Text(left - 10, top + 19, _short(name, left - 12), "end"))
        drawing.bars.append(Bar(left, top, length, 26, COLOURS[0], f"{name}: {_said(value)}"))
        drawing.texts.append(Text(left + length + 8, top + 19, _said(value), bold=True))
    return drawing


def stacked_columns(
    title: str, finding: str, categories: Sequence[str], series: Sequence[Series], *, unit: str, category: str
) -> Chart:
    """Columns of at most three parts, in the order of the legend from the bottom up."""
    _check(categories, series)
    most = max((sum(one.values[i] or 0 for one in series) for i in range(len(categories))), default=0)
    wide, narrow = (_columns(categories, series, most, *size) if categories else None for size in _SIZES)
    legend = [Swatch(one.name, COLOURS[n]) for n, one in enumerate(series)] if len(series) > 1 else []
    headings = [category, *(f"{one.name} ({unit})" for one in series)]
    return Chart(title, finding, wide, narrow, headings, _rows(categories, series), legend)


def _columns(categories: Sequence[str], series: Sequence[Series], most: float, width: int, height: int) -> Drawing:
    drawing, ticks, left = _frame(most, width, height)
    bottom, top = drawing.height - 30, 12
    scale = (bottom - top) / ticks[-1]
    step = (width - left) / len(categories)
    for column, words in enumerate(categories):
        x, y = left + step * (column + 0.15), float(bottom)
        for number, one in enumerate(series):
            value = one.values[column]
            length = round((value or 0) * scale, 1)
            y -= length
            name = f"{words}, {one.name}: {_said(value)}"
            drawing.bars.append(Bar(round(x, 1), round(y, 1), round(step * 0.7, 1), length, COLOURS[number], name))
        _under(drawing, categories, column, left + step * (column + 0.5), step)
    return drawing


def lines(
    title: str,
    finding: str,
    categories: Sequence[str],
    series: Sequence[Series],
    *,
    unit: str,
    category: str,
    top: float | None = None,
) -> Chart:
    """Lines over time; a missing value breaks its line. `top` fixes the scale's end (100 for a share)."""
    _check(categories, series)
    known = [value for one in series for value in one.values if value is not None]
    most = top if top is not None else max(known, default=0)
    wide, narrow = (_lines(categories, series, most, *size, unit) if known else None for size in _SIZES)
    legend = [Swatch(one.name, COLOURS[n], True, DASHES[n]) for n, one in enumerate(series)] if len(series) > 1 else []
    headings = [category, *(f"{one.name} ({unit})" for one in series)]
    return Chart(title, finding, wide, narrow, headings, _rows(categories, series), legend)


def _lines(
    categories: Sequence[str], series: Sequence[Series], most: float, width: int, height: int, unit: str
) -> Drawing:
    drawing, ticks, left = _frame(most, width, height, "%" if unit == "%" else "")
    bottom, top = drawing.height - 30, 12
    scale = (bottom - top) / ticks[-1]
    last_room = 44
    step = (width - left - last_room - 16) / max(len(categories) - 1, 1)
    ends: list[tuple[float, str, str]] = []
    for number, one in enumerate(series):
        at = [
            None if value is None else (round(left + 16 + step * i, 1), round(bottom - value * scale, 1))
            for i, value in enumerate(one.values)
        ]
        drawing.lines.append(Line(_stretches(at), [point for point in at if point], COLOURS[number], DASHES[number]))
        if at and (end := at[-1]):
            ends.append((end[1], _said(one.values[-1]), COLOURS[number]))
    drawing.right = width - last_room
    # The last values stand beside their ends, pushed apart so that none covers another.
    y = -100.0
    for wanted, words, colour in sorted(ends):
        y = max(wanted + 5, y + 18)
        drawing.texts.append(Text(width - last_room + 8, round(y, 1), words, bold=True, colour=colour))
    for column in range(len(categories)):
        _under(drawing, categories, column, left + 16 + step * column, step)
    return drawing


_SIZES = ((640, 300), (340, 260))


def _frame(most: float, width: int, height: int, sign: str = "") -> tuple[Drawing, list[float], float]:
    """The grid with its numbers; also the ticks and where the drawing starts."""
    ticks = _ticks(most)
    labels = [f"{_said(tick)}{sign}" for tick in ticks]
    left = max(len(label) for label in labels) * 16 * FIGURE + 10
    drawing = Drawing(width, height, left=round(left, 1), right=width)
    for tick, label in zip(ticks, labels, strict=True):
        y = round(height - 30 - (height - 42) * tick / ticks[-1], 1)
        drawing.grid.append(y)
        drawing.texts.append(Text(round(left - 8, 1), y + 5, label, "end"))
    return drawing, ticks, left


def _ticks(most: float) -> list[float]:
    """Four or five round numbers from nought to at least `most`; never finer than the tenths that are written."""
    if most <= 0:
        return [0, 1]
    rough = max(most / 4, 0.1)
    size = 10 ** floor(log10(rough))
    round_numbers = (1, 2, 2.5, 5, 10) if size >= 10 else (1, 2, 5, 10)
    step = next(size * times for times in round_numbers if size * times >= rough - 1e-9)
    if most >= 4:
        step = ceil(step)
    return [round(step * n, 1) for n in range(max(ceil(most / step), 1) + 1)]


def _under(drawing: Drawing, categories: Sequence[str], column: int, x: float, step: float) -> None:
    """The words under a column, left out where they would touch the ones before."""
    longest = max(len(words) for words in categories)
    every = max(1, ceil((longest * 16 * LETTER + 10) / step)) if step else 1
    if column % every == 0:
        half = len(categories[column]) * 16 * LETTER / 2
        x = min(max(x, half), drawing.width - half)
        drawing.texts.append(Text(round(x, 1), drawing.height - 8, categories[column], "middle"))


def _stretches(points: Sequence[tuple[float, float] | None]) -> list[str]:
    stretches: list[list[str]] = [[]]
    for point in points:
        if point is None:
            stretches.append([])
        else:
            stretches[-1].append(f"{point[0]},{point[1]}")
    return [" ".join(stretch) for stretch in stretches if len(stretch) > 1]


def _check(categories: Sequence[str], series: Sequence[Series]) -> None:
    if len(series) > MOST_SERIES:
        raise ValueError(f"A chart holds {MOST_SERIES} series at most; this one has {len(series)}.")
    for one in series:
        if len(one.values) != len(categories):
            raise ValueError(f"“{one.name}” has {len(one.values)} values for {len(categories)} categories.")


def _rows(categories: Sequence[str], series: Sequence[Series]) -> list[list[str]]:
    return [[words, *(_said(one.values[i]) for one in series)] for i, words in enumerate(categories)]


def _said(value: float | None) -> str:
    """A number as people write it: 1,420 or 65.5; "not shown" for None."""
    if value is None:
        return "not shown"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _short(name: str, room: float) -> str:
    most = int(room / (16 * LETTER))
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"
