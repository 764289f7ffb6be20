"""The 22 invented pilot taskforces add up to what DfE published for September and October 2023 (reference/domain.md,
1.4).
"""

import csv
import io
from decimal import ROUND_HALF_UP, Decimal

import pytest
from django.core.management import call_command

from apst.demo.amounts import in_turn, share_out
from apst.demo.pilot.figures import parts
from apst.demo.pilot.work import lengths
from apst.tenancy.models import Taskforce

PERIOD = "2023-24/autumn-1"


def said(command: str) -> str:
    out = io.StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def pilot(one_transaction) -> str:
    """The 22 taskforces; the value is what the command said."""
    return said("seed_pilot")


@pytest.fixture(scope="module")
def figures(pilot, tmp_path_factory) -> dict[str, dict[tuple[str, ...], dict[str, str]]]:
    """Every taskforce's return, from its CSV: slug -> (measure, breakdown, category, statistic) -> row."""
    folder = tmp_path_factory.mktemp("returns")
    returns = {}
    for slug in sorted(Taskforce.objects.values_list("slug", flat=True)):
        out = folder / slug
        call_command("build_return", taskforce=slug, period=PERIOD, out=out, format="csv", stdout=io.StringIO())
        (file,) = out.iterdir()
        rows = csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig")))
        returns[slug] = {(row["measure"], row["breakdown"], row["category"], row["statistic"]): row for row in rows}
    return returns


@pytest.fixture(scope="module")
def total(figures):
    """Add up one figure over the 22 returns: `total("A1")`; column `value`, `numerator` or `denominator`."""

    def add_up(measure, statistic="count", *, category="all", breakdown="all", column="value") -> Decimal:
        return sum(
            (Decimal(cells[measure, breakdown, category, statistic][column]) for cells in figures.values()), Decimal(0)
        )

    return add_up


def test_there_are_22_in_the_pilot_authorities_and_each_says_that_it_is_invented(pilot):
    made = {t.slug: t for t in Taskforce.objects.select_related("local_authority")}
    assert sorted(made) == [f"pilot-{n:02}" for n in range(1, 23)]
    assert made["pilot-07"].name == "Pilot taskforce 7 (invented)"
    authorities = {t.local_authority.name for t in made.values()}
    assert len(authorities) == 22
    assert {"Bristol, City of", "Tower Hamlets", "Sandwell", "Doncaster"} <= authorities


def test_the_pupils_add_up(total):
    assert total("A1") == 1_420
    assert total("A2") >= 4_000
    assert total("B1") == 20
    assert total("B2") == 13


def test_the_hours_add_up(total):
    assert total("C1", "hours").quantize(Decimal(1), ROUND_HALF_UP) == 15_102
    assert total("C2", "hours").quantize(Decimal(1), ROUND_HALF_UP) == 178_997


def test_the_team_adds_up(total, figures):
    assert total("D1") == 147
    assert total("D2", "fte").quantize(Decimal(1), ROUND_HALF_UP) == 99
    sizes = sorted(
        (int(c["D1", "all", "all", "count"]["value"]), Decimal(c["D2", "all", "all", "fte"]["value"]))
        for c in figures.values()
    )
    assert sizes[0] == (4, Decimal("2.00"))
    assert sizes[-1][0] == 12


@pytest.mark.parametrize(("measure", "percent"), [("A3", 79), ("A4", 54), ("A5", 25)])
def test_the_shares_are_those_of_the_programme(total, measure, percent):
    of = total(measure, "percent", column="denominator")
    assert of == 1_420
    assert (100 * total(measure, "percent", column="numerator") / of).quantize(Decimal(1), ROUND_HALF_UP) == percent


def test_98_percent_stayed_engaged(total):
    engaged = total("B3", "percent", column="numerator") / total("B3", "percent", column="denominator")
    assert (100 * engaged).quantize(Decimal(1), ROUND_HALF_UP) == 98


def test_the_hours_are_of_the_kinds_that_dfe_names_in_its_order(total):
    by_activity = {
        activity: total("C1", "hours", breakdown="activity_type", category=activity)
        for activity in ("one_to_one", "multi_agency", "family", "group", "outreach", "assessment", "holiday")
    }
    assert by_activity["one_to_one"] > by_activity["multi_agency"] > total("C3", "hours") > by_activity["family"]
    assert by_activity["family"] > max(by_activity["group"], by_activity["outreach"])


def test_no_figure_is_missing(figures):
    for slug, cells in figures.items():
        for measure, statistic in (
            ("A3", "percent"),
            ("B3", "percent"),
            ("C4", "hours"),
            ("E3", "median"),
            ("E5", "median"),
        ):
            assert cells[measure, "all", "all", statistic]["value"] not in ("", "z"), (slug, measure)


def test_the_data_say_that_the_shares_are_the_programmes(pilot):
    assert "for the programme to October 2023, used here for the half-term too" in pilot


def test_seeding_again_makes_nothing(figures, total):
    assert said("seed_pilot").startswith("0 of 22")
    assert Taskforce.objects.count() == 22


def test_what_is_shared_out_adds_up():
    assert share_out(10, [1, 1, 1]) == [4, 3, 3]
    assert share_out(7, [0, 5, 2]) == [0, 5, 2]
    assert lengths(13, 4) == [4, 4, 5]
    assert lengths(3, 4) == [3]
    assert lengths(0, 4) == []
    assert in_turn([100, 50], [1, 1, 1, 1, 1, 1]).count(0) == 4
    whole = parts()
    assert sum(part.quarters for part in whole) == 15_102 * 4
    assert all(20 <= fte <= 100 for part in whole for fte in part.fte)
