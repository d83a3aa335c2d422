"""The geometry of the picture: a graph of provenance laid out beside the article, as plain data.

Units are those of the drawing, which is `WIDTH` wide: at 264 pixels, less than a phone gives it,
the smallest letters are 11 pixels high. Nodes are put into place one by one, from the article
outwards and the largest first, each where its threads want it or as near as no label is touched.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby, pairwise

from msgspec import Struct, structs

from postil.page.provenance import Graph, Thread
from postil.site.tracing import Basis, Stretch

WIDTH = 288.0
LETTERS, SMALL = 12.5, 12.0  # the sizes of labels, and of captions and numbers of paragraphs
TOP = 22.0  # where the article begins: below the captions
ARTICLE, ARTICLE_WIDTH = 250.0, 10.0  # where the article stands
NODE_WIDTH = 3.0

_FIRST = 32.0  # the least height of a node: its label is below the captions
_PITCH, _TALLEST = 3.4, 80.0  # between threads; of a node
_LABEL, _LONGEST = 13.5, 132.0  # the height of a label; its greatest width
_APART = 2.5  # between a label and what is next to it
_BEND = 14.0  # the least reach of a curve
_SHORTEST, _FOR_A_NODE = 236.0, 9.0  # of the article; what each node of many adds
_LEAST = 1.4  # the height of a passage that could not be seen otherwise

Point = tuple[float, float]


class Area(Struct, frozen=True):
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Area", apart: float = 0) -> bool:
        """Whether two areas overlap or are less than so far apart."""
        return (
            self.left < other.right + apart
            and other.left < self.right + apart
            and self.top < other.bottom + apart
            and other.top < self.bottom + apart
        )


class Place(Struct, frozen=True):
    """A node: its bar from `x` and `y` on, `height` high, and the label above it.

    The label starts at `label_x`, or ends there if it `is_before`, in the direction of the page.
    `begun` is how many passages begin here.
    """

    x: float
    y: float
    height: float
    label: str
    label_x: float
    is_before: bool
    begun: int

    def areas(self) -> tuple[Area, Area]:
        """What the label takes up, and the bar; before it is mirrored."""
        width = width_of(f"{self.label} {self.begun or ''}".rstrip())
        left = self.label_x - width if self.is_before else self.label_x
        return (
            Area(left, self.y - _LABEL - 1, left + width, self.y - 1),
            Area(self.x, self.y, self.x + NODE_WIDTH, self.y + self.height),
        )


class Line(Struct, frozen=True):
    """A stretch of the article's column."""

    basis: Basis
    top: float
    bottom: float


class Drawing(Struct, frozen=True):
    """All that is drawn.

    `curves` are those of the graph's threads, in order: each a row of Bézier curves of four points,
    from node to node and to the article. `lines` are the blocks, each followed by its passages;
    `numbers` the paragraphs that are numbered, from 1, with the base line of the number. `article`
    is where the article's column begins, `edge` where the numbers end.
    """

    height: float
    pitch: float
    places: Mapping[str, Place]
    curves: tuple[tuple[tuple[Point, Point, Point, Point], ...], ...]
    lines: tuple[Line, ...]
    numbers: tuple[tuple[int, float], ...]
    article: float = ARTICLE
    edge: float = WIDTH


def draw(graph: Graph, stretches: Sequence[Stretch], names: Mapping[str, str]) -> Drawing:
    """A graph with at least one thread beside the stretches of the article.

    `names` are those of its nodes; one that finds no room is cut.
    """
    scale = _Scale(stretches, _SHORTEST + _FOR_A_NODE * max(0, len(graph.columns) - 9))
    ends = [scale.middle(thread) for thread in graph.threads]
    laying = _Laying(graph, names, ends)
    return Drawing(
        height=max(scale.bottom, *(p.y + p.height for p in laying.places.values())) + 3,
        pitch=laying.pitch,
        places=laying.places,
        curves=tuple(tuple(_curve(laying, index, y)) for index, y in enumerate(ends)),
        lines=tuple(scale.lines()),
        numbers=tuple(scale.numbers()),
    )


def mirror(drawing: Drawing) -> Drawing:
    """The same from right to left. Texts start where they did: on the other side."""
    return structs.replace(
        drawing,
        places={
            node: structs.replace(
                place, x=WIDTH - place.x - NODE_WIDTH, label_x=WIDTH - place.label_x
            )
            for node, place in drawing.places.items()
        },
        curves=tuple(
            tuple(tuple((WIDTH - x, y) for x, y in part) for part in curve)  # type: ignore[misc]
            for curve in drawing.curves
        ),
        article=WIDTH - drawing.article - ARTICLE_WIDTH,
        edge=WIDTH - drawing.edge,
    )


# ------------------------------------------------------------------ labels


def width_of(text: str) -> float:
    """About the width of a label in a wide sans, semibold: most are narrower."""
    return LETTERS * sum(map(_em, text))


def _em(character: str) -> float:
    if unicodedata.combining(character):
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return 1
    if character in " .,:;'’‘|!ijltIf()[]":
        return 0.38
    if character in "mwMW@—…%":
        return 0.98
    return 0.74 if character.isupper() else 0.67


def cut_to(text: str, room: float) -> str:
    """The text, or as much of it as there is room for, if possible whole words, and `…`."""
    if width_of(text) <= room:
        return text
    kept = text
    while kept and width_of(f"{kept.rstrip()}…") > room:
        kept = kept[:-1]
    words = kept.rpartition(" ")[0]
    return (words if len(words) > len(kept) / 2 else kept).rstrip(" ,.;:-–(“") + "…"


# ------------------------------------------------------------------ the article


class _Scale:
    """The article's blocks along its column, to scale, with gaps between them."""

    def __init__(self, stretches: Sequence[Stretch], height: float) -> None:
        blocks = [list(block) for _, block in groupby(stretches, key=lambda each: each.block)]
        length = sum(block[-1].end - block[0].start for block in blocks)
        gap = min(3.5, 0.3 * height / len(blocks))
        self.blocks, self.bottom = blocks, TOP + height
        self._unit = (height - gap * (len(blocks) - 1)) / length
        self._starts = [block[0].start for block in blocks]
        self._tops, y = [], TOP
        for block in blocks:
            self._tops.append(y)
            y += gap + self._unit * (block[-1].end - block[0].start)

    def at(self, block: int, offset: int) -> float:
        """Where a code point stands that is in a block, which is counted from 0, or at its end."""
        return self._tops[block] + self._unit * (offset - self._starts[block])

    def middle(self, thread: Thread) -> float:
        """The middle of what a passage has in its first block."""
        block = max(0, bisect_right(self._starts, thread.start) - 1)
        end = min(thread.end, self.blocks[block][-1].end)
        return (self.at(block, thread.start) + self.at(block, end)) / 2

    def lines(self) -> Iterator[Line]:
        """The blocks, and after each what in it rests on somebody."""
        for number, block in enumerate(self.blocks):
            yield Line("nothing", self.at(number, block[0].start), self.at(number, block[-1].end))
            for basis, group in groupby(block, key=lambda stretch: stretch.basis):
                same = list(group)
                if basis != "nothing":
                    top, bottom = self.at(number, same[0].start), self.at(number, same[-1].end)
                    yield Line(basis, top, max(bottom, top + _LEAST))

    def numbers(self) -> Iterator[tuple[int, float]]:
        """The numbers of the blocks, as far as there is room, each at the middle of its block."""
        lowest = 0.0
        for number, block in enumerate(self.blocks):
            top, bottom = self.at(number, block[0].start), self.at(number, block[-1].end)
            base = (top + bottom) / 2 + SMALL / 3
            if base - SMALL >= lowest:
                yield number + 1, base
                lowest = base


# ------------------------------------------------------------------ nodes


class _Laying:
    """Puts every node into its place, and every thread into its slot of each node it passes."""

    def __init__(self, graph: Graph, names: Mapping[str, str], ends: Sequence[float]) -> None:
        self.graph, self._names, self._ends = graph, names, ends
        self.places: dict[str, Place] = {}
        self.slots: dict[tuple[str, int], float] = {}  # by node and thread
        self._passing: dict[str, list[int]] = {node: [] for node in graph.columns}
        for index, thread in enumerate(graph.threads):
            for stop in thread.stops:
                self._passing[stop].append(index)
        self.pitch = min(_PITCH, _TALLEST / max(map(len, self._passing.values())))
        for node in sorted(graph.columns, key=self._rank):
            self._put(node)

    def _rank(self, node: str) -> tuple[int, int, float, str]:
        """From the article outwards, the largest first, then from the top."""
        passing = self._passing[node]
        return self.graph.columns[node], -len(passing), self._ends[passing[0]], node

    def _put(self, node: str) -> None:
        targets = {index: self._after(node, index) for index in self._passing[node]}
        order = sorted(targets, key=lambda index: (targets[index], self._ends[index], index))
        height = self.pitch * len(order)
        wanted = sum(targets.values()) / len(order) - height / 2
        place = self._free(self._labelled(node, wanted, height))
        self.places[node] = place
        for rank, index in enumerate(order):
            self.slots[node, index] = place.y + self.pitch * (rank + 0.5)

    def _after(self, node: str, index: int) -> float:
        """Where a thread goes on to from a node, as far as that is known."""
        stops = self.graph.threads[index].stops
        after = stops[stops.index(node) + 1 :]
        return self.slots.get((after[0], index), self._ends[index]) if after else self._ends[index]

    def _labelled(self, node: str, y: float, height: float) -> Place:
        """A node at that height; its label goes to the side on which there is more room for it."""
        columns = max(self.graph.columns.values())
        x = ARTICLE * (columns - self.graph.columns[node]) / columns
        begun = self.graph.begun.get(node, 0)
        count = width_of(f" {begun}") if begun else 0
        behind, before = ARTICLE - 2 * _APART - x, x + NODE_WIDTH
        name = cut_to(self._names[node], min(_LONGEST, max(behind, before)) - count)
        is_before = width_of(name) + count > behind
        return Place(x, y, height, name, before if is_before else x, is_before, begun)

    def _free(self, wanted: Place) -> Place:
        """The place, moved up or down no further than it takes to touch no other."""
        taken = list(chain.from_iterable(place.areas() for place in self.places.values()))
        heights = {max(wanted.y, _FIRST), _FIRST}
        for area in taken:
            heights.add(area.top - wanted.height - _APART)
            heights.update(area.bottom + _APART + above for above in (0, _LABEL + 1))
        moved = [structs.replace(wanted, y=y) for y in sorted(heights) if y >= _FIRST]
        free = [place for place in moved if not _touches(place, taken)]
        return min(free, key=lambda place: abs(place.y - wanted.y))


def _touches(place: Place, taken: Iterable[Area]) -> bool:
    apart = _APART - 0.001  # what is moved out of the way may not be exactly there
    return any(own.meets(area, apart) for own in place.areas() for area in taken)


# ------------------------------------------------------------------ threads


def _curve(laying: _Laying, index: int, end: float) -> Iterator[tuple[Point, Point, Point, Point]]:
    """A thread from node to node and to the article, level where it leaves and arrives."""
    stops = laying.graph.threads[index].stops
    at = [(laying.places[stop].x, laying.slots[stop, index]) for stop in stops]
    for (x, y), (to_x, to_y) in pairwise([*at, (ARTICLE, end)]):
        start = x + NODE_WIDTH
        reach = max((to_x - start) / 2, _BEND)  # forwards even where it leads back
        yield (
            (start, y),
            (min(start + reach, ARTICLE), y),
            (max(to_x - reach, 0), to_y),
            (to_x, to_y),
        )
