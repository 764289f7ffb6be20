"""Charts say the same numbers as their tables, keep inside their frames and refuse what nobody could read."""

import re

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from apst.web.charts import MOST_SERIES, Series, h_bars, lines, stacked_columns
from tests.web.markup import outline

WEEKS = ["W1", "W2", "W3"]


def html(chart):
    return render_to_string("components/chart.html", {"chart": chart})


def bars():
    return h_bars(
        "Open cases by need", "Speech is the largest.", [("Speech", 18), ("Health", 9)], unit="cases", category="Need"
    )


def test_bars_are_as_long_as_their_numbers():
    drawing = bars().wide

    assert [bar.name for bar in drawing.bars] == ["Speech: 18", "Health: 9"]
    assert drawing.bars[0].width == pytest.approx(drawing.bars[1].width * 2, abs=0.2)


def test_the_table_under_a_chart_says_the_same_numbers():
    chart = stacked_columns(
        "Hours",
        "It grows.",
        WEEKS,
        [Series("Direct", (1, 2, 1420)), Series("Advice", (0.5, None, 3))],
        unit="hours",
        category="Week",
    )

    assert chart.headings == ["Week", "Direct (hours)", "Advice (hours)"]
    assert chart.rows == [["W1", "1", "0.5"], ["W2", "2", "not shown"], ["W3", "1,420", "3"]]


def test_columns_stand_on_each_other_in_the_order_of_the_legend():
    chart = stacked_columns(
        "Hours",
        "It grows.",
        WEEKS,
        [Series("Direct", (4, 2, 1)), Series("Advice", (1, 1, 1))],
        unit="hours",
        category="Week",
    )
    below, above = chart.wide.bars[:2]

    assert [swatch.name for swatch in chart.legend] == ["Direct", "Advice"]
    assert above.y + above.height == pytest.approx(below.y, abs=0.2)


def test_a_line_breaks_where_a_value_is_missing():
    chart = lines(
        "Attendance",
        "It rises.",
        ["a", "b", "c", "d", "e"],
        [Series("Ours", (1, 2, None, 3, 4))],
        unit="%",
        category="Week",
    )

    assert [len(path.split()) for path in chart.wide.lines[0].paths] == [2, 2]
    assert len(chart.wide.lines[0].points) == 4


def test_lines_differ_by_dashes_too():
    chart = lines("A", "B.", WEEKS, [Series(name, (1, 2, 3)) for name in "xyz"], unit="%", category="Week")

    assert len({line.dash for line in chart.wide.lines}) == MOST_SERIES


def test_four_series_are_refused():
    with pytest.raises(ValueError, match="3 series at most"):
        lines("A", "B.", WEEKS, [Series(name, (1, 2, 3)) for name in "wxyz"], unit="%", category="Week")


def test_nothing_to_draw_is_said():
    chart = h_bars("Open cases", "No case is open.", [], unit="cases", category="Need")

    assert "There are no figures to draw yet." in html(chart)


def test_a_drawing_obeys_the_strict_policy_and_carries_its_typeface():
    page = html(bars())

    assert not re.search(r"style=|<style|<script|on\w+=", page)
    assert page.count('<svg viewBox="0 0 640') == page.count('<svg viewBox="0 0 340') == 1
    assert all("font-family=" in tag for tag in re.findall(r"<svg[^>]*role=\"img\"[^>]*>", page))
    assert all('aria-label="Open cases by need"' in tag for tag in re.findall(r"<svg[^>]*role=\"img\"[^>]*>", page))


def test_names_are_escaped():
    page = html(h_bars("A", "B.", [("<b>&", 1)], unit="cases", category="Need"))

    assert "<b>" not in page
    assert "&lt;b&gt;&amp;" in page


values = st.one_of(st.none(), st.integers(0, 10**6), st.floats(0, 10**6, allow_nan=False))


@given(st.lists(st.tuples(values, values), min_size=1, max_size=40))
def test_every_chart_is_well_formed_and_stays_inside_its_frame(rows):
    weeks = [f"Week {n}" for n in range(len(rows))]
    both = [Series(name, [row[n] for row in rows]) for n, name in enumerate(("Direct work", "Advice"))]
    charts = [
        stacked_columns("A", "B.", weeks, both, unit="hours", category="Week"),
        lines("A", "B.", weeks, both, unit="hours", category="Week"),
        h_bars(
            "A", "B.", [(week, row[0]) for week, row in zip(weeks, rows, strict=True)], unit="hours", category="Week"
        ),
    ]

    for drawing in [one for chart in charts for one in (chart.wide, chart.narrow) if one]:
        assert "nan" not in render_to_string("components/_drawing.html", {"drawing": drawing, "title": "A"})
        assert all(bar.x >= -1 and bar.x + bar.width <= drawing.width + 1 for bar in drawing.bars)
        assert all(bar.y >= -1 and bar.y + bar.height <= drawing.height + 1 for bar in drawing.bars)
        points = [point for line in drawing.lines for point in line.points]
        assert all(0 <= x <= drawing.width and 0 <= y <= drawing.height for x, y in points)
    assert outline(html(charts[0]))
