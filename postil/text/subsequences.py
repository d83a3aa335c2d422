"""Two lists side by side: what both have in the same order, and what stands between.

By their longest common subsequence (Hirschberg 1977), which rapidfuzz computes.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple


class Pairing(NamedTuple):
    """Items `start` to `end` of one list, which are the same as those from `other_start` of the
    other one to `other_end`, or stand in their place."""

    is_same: bool
    start: int
    end: int
    other_start: int
    other_end: int


def side_by_side(one: Sequence[str], other: Sequence[str]) -> Iterator[Pairing]:
    """Both lists from end to end; parts that are the same and that are not take turns."""
    from rapidfuzz.distance import LCSseq  # only where there is something to compare

    codes = LCSseq.opcodes(one, other)
    for is_same, group in groupby(codes, lambda code: code.tag == "equal"):
        first, *others = group
        last = others[-1] if others else first
        yield Pairing(is_same, first.src_start, last.src_end, first.dest_start, last.dest_end)
