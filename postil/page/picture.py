"""The geometry of the picture: a graph of provenance laid out beside the article, as plain data.

Units are those of the drawing, `DRAWING_WIDTH` of them across: at 264 pixels, less than a phone
has, the smallest letters are 11 pixels high. Nodes are put into place one by one, from the article
outwards and the largest first, each where its threads want it or as near as no label is touched.
"""

import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise, product
from math import fsum

from msgspec import Struct, structs

from postil.page.provenance import Graph, Thread
from postil.site.tracing import Basis, Stretch
from postil.text.clusters import cuts

DRAWING_WIDTH = 288.0
LETTERS, SMALL = 12.5, 12.0  # the sizes of labels, and of captions and numbers of paragraphs
TOP = 22.0  # where the article begins: below the captions
ARTICLE, ARTICLE_WIDTH = 250.0, 10.0  # where the article stands
NODE_WIDTH = 3.0

_FIRST = 32.0  # the least height of a node: its label is below the captions
_PITCH, _TALLEST = 3.4, 100.0  # between threads; of a node
_LABEL, _LONGEST = 13.5, 160.0  # the height of a label; its greatest width
_MOST_LETTERS = 100  # of a name that are tried
_APART = 4.0  # between a label and what is next to it
_BEND = 14.0  # the least reach of a curve
_SHORTEST, _FOR_A_NODE = 236.0, 22.0  # the article's height, and what of it a node wants
_LAST_STEP = 0.7  # from the last column to the article, where no label stands
_ROUNDS = 9  # in which every node looks for a better place
_LEAST = 1.4  # the height of a passage that could not be seen otherwise

Point = tuple[float, float]


class Area(Struct, frozen=True):
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float


class Node(Struct, frozen=True):
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


class Band(Struct, frozen=True):
    """A stretch of the article's column."""

    basis: Basis
    top: float
    bottom: float


class Drawing(Struct, frozen=True):
    """All that is drawn.

    `curves` are those of the graph's threads, in order: each a row of Bézier curves of four points,
    from node to node and to the article. `bands` are the blocks, each followed by its passages;
    `numbers` the paragraphs that are numbered, from 1, with the base line of the number. `article`
    is where the article's column begins, `edge` where the numbers end.
    """

    height: float
    pitch: float
    nodes: Mapping[str, Node]
    curves: tuple[tuple[tuple[Point, Point, Point, Point], ...], ...]
    bands: tuple[Band, ...]
    numbers: tuple[tuple[int, float], ...]
    article: float = ARTICLE
    edge: float = DRAWING_WIDTH


def draw(graph: Graph, stretches: Sequence[Stretch], names: Mapping[str, str]) -> Drawing:
    """A graph with at least one thread beside the stretches of the article.

    `names` are those of its nodes; one that finds no room is cut.
    """
    crowd = max(Counter(graph.columns.values()).values())
    scale = _Scale(stretches, max(_SHORTEST, _FOR_A_NODE * crowd))
    ends = [scale.middle(thread) for thread in graph.threads]
    laying = _Laying(graph, names, ends)
    return Drawing(
        height=max(scale.bottom, *(p.y + p.height for p in laying.nodes.values())) + 3,
        pitch=laying.pitch,
        nodes=laying.nodes,
        curves=tuple(tuple(_curve(laying, index, y)) for index, y in enumerate(ends)),
        bands=tuple(scale.bands()),
        numbers=tuple(scale.numbers()),
    )


def mirror(drawing: Drawing) -> Drawing:
    """The same from right to left. Texts start where they did: on the other side."""
    return structs.replace(
        drawing,
        nodes={
            node: structs.replace(
                place, x=DRAWING_WIDTH - place.x - NODE_WIDTH, label_x=DRAWING_WIDTH - place.label_x
            )
            for node, place in drawing.nodes.items()
        },
        curves=tuple(
            tuple(tuple((DRAWING_WIDTH - x, y) for x, y in part) for part in curve)
            for curve in drawing.curves
        ),
        article=DRAWING_WIDTH - drawing.article - ARTICLE_WIDTH,
        edge=DRAWING_WIDTH - drawing.edge,
    )


# ------------------------------------------------------------------ labels


def width_of(text: str) -> float:
    """About the width of a label in a common sans, semibold: most are narrower."""
    return LETTERS * sum(map(_em, text))


def _em(character: str) -> float:
    if unicodedata.combining(character):
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return 1
    if character in " .,:;'’‘|!ijltIf()[]“”„«»":
        return 0.33
    if character in "mwMW@—…%":
        return 0.92
    return 0.74 if character.isupper() else 0.64


def cut_to(text: str, room: float) -> str:
    """The text, or as much of it as there is room for, if possible whole words, and `…`."""
    if width_of(text) <= room:
        return text
    end = min(len(text) - 1, _MOST_LETTERS)
    while end and (width_of(f"{text[:end].rstrip()}…") > room or cuts(text, end)):
        end -= 1
    kept = text[:end].rstrip()
    words = kept if text[end].isspace() else kept.rpartition(" ")[0]
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

    def bands(self) -> Iterator[Band]:
        """The blocks, and after each what in it rests on somebody."""
        for number, block in enumerate(self.blocks):
            yield Band("nothing", self.at(number, block[0].start), self.at(number, block[-1].end))
            for basis, group in groupby(block, key=lambda stretch: stretch.basis):
                same = list(group)
                if basis != "nothing":
                    top, bottom = self.at(number, same[0].start), self.at(number, same[-1].end)
                    yield Band(basis, top, max(bottom, top + _LEAST))

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
        self.nodes: dict[str, Node] = {}
        self.slots: dict[tuple[str, int], float] = {}  # by node and thread
        self._passing: dict[str, list[int]] = {node: [] for node in graph.columns}
        for index, thread in enumerate(graph.threads):
            for stop in thread.stops:
                self._passing[stop].append(index)
        self.pitch = min(_PITCH, _TALLEST / max(map(len, self._passing.values())))
        self._standing = {node: self._labelled(node) for node in graph.columns}
        self._areas = {node: each.areas() for node, each in self._standing.items()}
        order = sorted(graph.columns, key=self._rank)
        tries: list[tuple[float, dict[str, Node], dict[tuple[str, int], float]]] = []
        for _ in range(_ROUNDS):
            self.nodes, self.slots = dict(self.nodes), dict(self.slots)
            for node in order:
                self._put(node)
            tries.append((self._bent(), self.nodes, self.slots))
        _, self.nodes, self.slots = min(tries, key=lambda each: each[0])

    def _rank(self, node: str) -> tuple[int, int, float, str]:
        """From the article outwards, the largest first, then from the top."""
        passing = self._passing[node]
        return self.graph.columns[node], -len(passing), self._ends[passing[0]], node

    def _bent(self) -> float:
        """How far all threads go up and down; rounded, for equals are to be equal everywhere."""
        way = []
        for index, thread in enumerate(self.graph.threads):
            heights = [*(self.slots[stop, index] for stop in thread.stops), self._ends[index]]
            way += [abs(one - other) for one, other in pairwise(heights)]
        return round(fsum(way), 3)

    def _put(self, node: str) -> None:
        """Put a node amid what its threads come from and go to, as far as that has a place."""
        passing = self._passing[node]
        after = {index: self._after(node, index) for index in passing}
        before = (self._before(node, index) for index in passing)
        order = sorted(passing, key=lambda index: (after[index], self._ends[index], index))
        near = [*after.values(), *(y for y in before if y is not None)]
        standing = self._standing[node]
        y = self._free(node, fsum(near) / len(near) - standing.height / 2)
        self.nodes[node] = structs.replace(standing, y=y)
        for rank, index in enumerate(order):
            self.slots[node, index] = y + self.pitch * (rank + 0.5)

    def _after(self, node: str, index: int) -> float:
        """Where a thread goes on to from a node; straight to its end, if that has no place yet."""
        stops = self.graph.threads[index].stops
        after = stops[stops.index(node) + 1 :]
        return self.slots.get((after[0], index), self._ends[index]) if after else self._ends[index]

    def _before(self, node: str, index: int) -> float | None:
        """Where a thread comes from to a node, if from anywhere that has a place."""
        stops = self.graph.threads[index].stops
        before = stops[: stops.index(node)]
        return self.slots.get((before[-1], index)) if before else None

    def _labelled(self, node: str) -> Node:
        """A node at the top; its label goes to the side on which there is more room for it."""
        columns = max(self.graph.columns.values())
        step = ARTICLE / (columns - 1 + _LAST_STEP)
        x = step * (columns - self.graph.columns[node])
        begun, height = self.graph.begun.get(node, 0), self.pitch * len(self._passing[node])
        count = width_of(f" {begun}") if begun else 0
        behind, before = ARTICLE - _APART - x, x + NODE_WIDTH
        name = cut_to(self._names[node], min(_LONGEST, max(behind, before)) - count)
        is_before = width_of(name) + count > behind
        return Node(x, 0, height, name, before if is_before else x, is_before, begun)

    def _free(self, node: str, wanted: float) -> float:
        """The height nearest to the wanted one at which a node touches no other."""
        barred = [
            (taken.top + other.y - _APART - own.bottom, taken.bottom + other.y + _APART - own.top)
            for other_node, other in self.nodes.items()
            if other_node != node
            for own, taken in product(self._areas[node], self._areas[other_node])
            if own.left < taken.right + _APART and taken.left < own.right + _APART
        ]
        up = down = max(wanted, _FIRST)
        for top, bottom in sorted(barred):
            down = bottom if top < down < bottom else down
        for top, bottom in sorted(barred, key=lambda each: -each[1]):
            up = top if top < up < bottom else up
        return up if up >= _FIRST and wanted - up <= down - wanted else down


# ------------------------------------------------------------------ threads


def _curve(laying: _Laying, index: int, end: float) -> Iterator[tuple[Point, Point, Point, Point]]:
    """A thread from node to node and to the article, level where it leaves and arrives."""
    stops = laying.graph.threads[index].stops
    at = [(laying.nodes[stop].x, laying.slots[stop, index]) for stop in stops]
    for (x, y), (to_x, to_y) in pairwise([*at, (ARTICLE, end)]):
        start = x + NODE_WIDTH
        reach = max((to_x - start) / 2, _BEND)  # forwards even where it leads back
        yield (
            (start, y),
            (min(start + reach, ARTICLE), y),
            (max(to_x - reach, 0), to_y),
            (to_x, to_y),
        )
