"""The strips of an article: along each block, which stretches of it rest on whom."""

from collections.abc import Iterable
from itertools import groupby

from postil.page.views import StripView
from postil.site.tracing import Basis, Stretch


def strips_of(stretches: Iterable[Stretch]) -> dict[int, StripView]:
    """By the number of the block, from 1; nothing at all where no passage is attributed."""
    every = list(stretches)
    if all(stretch.basis == "nothing" for stretch in every):
        return {}
    blocks = groupby(every, key=lambda stretch: stretch.block)
    return {number: _strip(list(block)) for number, block in blocks}


def _strip(block: list[Stretch]) -> StripView:
    """The strip of a block; neighbours that rest on the same are one piece, nothing is none."""
    start, pieces = block[0].start, list[tuple[int, int, Basis]]()
    for basis, run in groupby(block, key=lambda stretch: stretch.basis):
        same = list(run)
        if basis != "nothing":
            pieces.append((same[0].start - start, same[-1].end - same[0].start, basis))
    return StripView(block[-1].end - start, tuple(pieces))
