"""Whole numbers that add up exactly, and numbers by which invented pupils go."""

import heapq
from collections.abc import Sequence

from stdnum.gb import upn


def share_out(total: int, weights: Sequence[int]) -> list[int]:
    """Share `total` in proportion to `weights`, in whole numbers that add up to it (largest remainder, the first of
    equals).
    """
    whole = sum(weights)
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda n: (-(total * weights[n] % whole), n))
    for n in by_remainder[: total - sum(shares)]:
        shares[n] += 1
    return shares


def in_turn(weights: Sequence[int], sizes: Sequence[int]) -> list[int]:
    """Say who takes each of `sizes`, so that all carry in proportion to `weights`: always whoever carries least for
    theirs.
    """
    carried = [(0.0, n, 0) for n in range(len(weights))]
    heapq.heapify(carried)
    takers = []
    for size in sizes:
        _, n, sofar = heapq.heappop(carried)
        takers.append(n)
        heapq.heappush(carried, ((sofar + size) / weights[n], n, sofar + size))
    return takers


def invented_upn(la_code: str, school: int, year: int, serial: int) -> str:
    """Give a UPN with its check letter. school: four figures; year: of the allocation; serial: within it.

    The estab number that it carries (9000 and up) is given to no school, so the number is nobody's.
    """
    figures = f"{la_code}{school:04}{year % 100:02}{serial:03}"
    return f"{upn.calc_check_digit(figures)}{figures}"
