"""Compares the oracle's rows with the CSV of a built return, cell by cell, in words."""

import csv
import io
from collections import Counter

from .mi_return import HEADINGS, Row

BYTE_ORDER_MARK = "\ufeff"


def differences(expected_rows: list[Row], actual_csv_text: str) -> list[str]:
    """What differs, one sentence each; an empty list means that every cell and the order of the rows agree.

    `actual_csv_text` is the file decoded as UTF-8, with or without its byte order mark; only measures that
    `expected_rows` holds are compared, so that a return with F and G in it can be given.
    """
    text = actual_csv_text.removeprefix(BYTE_ORDER_MARK)
    read = list(csv.reader(io.StringIO(text, newline="")))
    if not read or tuple(read[0]) != HEADINGS:
        return [f"The headings are {read[0] if read else 'missing'}, not {list(HEADINGS)}."]
    ragged = [n for n, row in enumerate(read, 1) if len(row) != len(HEADINGS)]
    if ragged:
        return [f"Line {n} has {len(read[n - 1])} cells, not {len(HEADINGS)}." for n in ragged]

    found = []
    if text != as_csv(read):
        found.append("The text is no CSV with CRLF and quotes only where needed.")
    measures = {row.measure for row in expected_rows}
    actual_rows = [row for row in map(Row._make, read[1:]) if row.measure in measures]
    times = Counter(map(key, actual_rows))
    found += [f"{name(k)} is there {n} times." for k, n in times.items() if n > 1]
    expected, actual = {key(row): row for row in expected_rows}, {key(row): row for row in actual_rows}
    found += [f"{name(k)} is missing (expected {expected[k].value})." for k in expected if k not in actual]
    found += [f"{name(k)} should not be there (it says {actual[k].value})." for k in actual if k not in expected]
    for k in expected.keys() & actual.keys():
        for column, wanted, got in zip(HEADINGS, expected[k], actual[k], strict=True):
            if wanted != got:
                found.append(f"{name(k)}: {column} should be {wanted!r} and is {got!r}.")
    found.sort()
    if not found and [key(row) for row in expected_rows] != [key(row) for row in actual_rows]:
        at = next(i for i, (e, a) in enumerate(zip(expected_rows, actual_rows, strict=True)) if key(e) != key(a))
        found.append(f"The order differs: {name(key(expected_rows[at]))} comes too late.")
    return found


def as_csv(rows: list[Row] | list[list[str]]) -> str:
    """Rows as the page wants them printed (CRLF, quotes only where needed), without the byte order mark."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


def key(row: Row) -> tuple[str, str, str, str]:
    return row.measure, row.breakdown, row.category, row.statistic


def name(k: tuple[str, str, str, str]) -> str:
    measure, breakdown, category, statistic = k
    where = "" if breakdown == "all" else f" by {breakdown}, {category}"
    return f"{measure}{where} ({statistic})"
