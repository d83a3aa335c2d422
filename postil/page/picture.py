"""The geometry of the picture: a graph of provenance laid out beside the article, as plain data.

Units are those of the drawing, `DRAWING_WIDTH` of them across: at 264 pixels, less than a phone
has, the smallest letters are 11 pixels high. Nodes are put into place one by one, from the article
outwards and the largest first, each where its threads want it or as near as no label is touched.
"""

import unicodedata
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from math import fsum, inf

from msgspec import Struct, structs

from postil.page.provenance import Graph, Thread
from postil.site.tracing import Basis, Stretch
from postil.text.clusters import cuts

DRAWING_WIDTH = 288.0
LETTERS, SMALL = 12.5, 12.0  # the sizes of labels, and of captions and numbers of paragraphs
TOP = 22.0  # where the article begins: below the captions
ARTICLE, ARTICLE_WIDTH = 250.0, 10.0  # where the article stands
NODE_WIDTH = 3.0

_HIGHEST = 17.0  # for labels and bars: below the captions
_PITCH, _TALLEST = 3.4, 100.0  # between threads; of a node
_LABEL, _ASCENT, _LONGEST = 13.5, 10.5, 160.0  # of a label: its height, above its line; its width
_MOST_LETTERS = 100  # of a name that are tried
_APART = 4.0  # between a label and what is next to it
_BEND = 14.0  # the least reach of a curve
_SHORTEST, _FOR_A_NODE = 236.0, 22.0  # the article's height, and what of it a node wants
_LAST_STEP = 0.7  # from the last column to the article, where no label stands
_ROUNDS = 5  # in which every node looks for a better place
_BEFORE, _BELOW = 8.0, 16.0  # how far a node goes rather than have its label there
_LEAST = 1.4  # the height of a passage that could not be seen otherwise

Point = tuple[float, float]
Bend = tuple[Point, Point, Point, Point]
Curve = tuple[Bend, ...]
"""Bézier curves of four points, each beginning at the height at which the last one ends."""


class Area(Struct, frozen=True):
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float


class Node(Struct, frozen=True):
    """A node: its bar from `x` and `y` on, `height` high, and its label, above the bar or below it.

    The label starts at `label_x`, or ends there if it `is_before`, in the direction of the page.
    `begun` is how many passages begin here.
    """

    x: float
    y: float
    height: float
    label: str
    label_x: float
    is_before: bool
    is_below: bool
    begun: int
    width: float  # of the label, with that number

    @property
    def label_y(self) -> float:
        """The base line of the label."""
        return self.y + self.height + LETTERS if self.is_below else self.y - 4

    def areas(self) -> tuple[Area, Area]:
        """What the label takes up, and the bar; before it is mirrored."""
        left = self.label_x - self.width if self.is_before else self.label_x
        top = self.label_y - _ASCENT
        return (
            Area(left, top, left + self.width, top + _LABEL),
            Area(self.x, self.y, self.x + NODE_WIDTH, self.y + self.height),
        )


class Band(Struct, frozen=True):
    """A stretch of the article's column."""

    basis: Basis
    top: float
    bottom: float


class Drawing(Struct, frozen=True):
    """All that is drawn.

    `curves` are those of the graph's threads, in order: each from node to node and to the article.
    `bands` are the blocks, each followed by its passages; `numbers` the paragraphs that are
    numbered, from 1, with the base line of the number. `article` is where the article's column
    begins, `edge` where the numbers end.
    """

    height: float
    pitch: float
    nodes: Mapping[str, Node]
    curves: tuple[Curve, ...]
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


Slot = tuple[str, int]
"""A node and a thread that passes it."""
Slots = dict[Slot, float]
"""How high threads pass nodes."""
_NO_SLOT: Slot = ("", -1)

Barred = tuple[float, float, float, float]
"""Left, top, right and bottom of where another may not begin or end, of all that is in place."""


class _Laying:
    """Puts every node into its place, and every thread into its slot of each node it passes."""

    def __init__(self, graph: Graph, names: Mapping[str, str], ends: Sequence[float]) -> None:
        self.graph, self._names, self._ends = graph, names, ends
        self.nodes: dict[str, Node] = {}
        self.slots: Slots = {}
        self._passing: dict[str, list[int]] = {node: [] for node in graph.columns}
        # By node and thread, the slot from which the thread comes, and that to which it goes on.
        self._before: dict[Slot, Slot] = {}
        self._after: dict[Slot, Slot] = {}
        for index, thread in enumerate(graph.threads):
            for stop in thread.stops:
                self._passing[stop].append(index)
            for one, other in pairwise(thread.stops):
                self._before[other, index] = one, index
                self._after[one, index] = other, index
        self.pitch = min(_PITCH, _TALLEST / max(map(len, self._passing.values())))
        self._forms = {node: self._forms_of(node) for node in graph.columns}
        self._barred: dict[str, list[Barred]] = {}
        order = sorted(graph.columns, key=self._rank)
        tries = [found for each in (order, order[::-1]) for found in self._rounds(each)]
        _, self.nodes, self.slots = min(tries, key=lambda each: each[0])

    def _rounds(self, order: Sequence[str]) -> Iterator[tuple[float, dict[str, Node], Slots]]:
        """Put the nodes into place in that order, and again where the others are now."""
        self.nodes, self.slots, self._barred = {}, {}, {}
        for _ in range(_ROUNDS):
            nodes, slots = self.nodes, self.slots
            self.nodes, self.slots = dict(nodes), dict(slots)
            for node in order:
                self._put(node)
            if self.nodes == nodes and self.slots == slots:
                return  # so would every further round
            yield self._bent(), self.nodes, self.slots

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
        # Straight to its end, if where it goes on to has no place yet.
        after = {
            index: self.slots.get(self._after.get((node, index), _NO_SLOT), self._ends[index])
            for index in passing
        }
        before = (self.slots.get(self._before.get((node, index), _NO_SLOT)) for index in passing)
        order = sorted(passing, key=lambda index: (after[index], self._ends[index], index))
        near = [*after.values(), *(y for y in before if y is not None)]
        wanted = fsum(near) / len(near) - self.pitch * len(order) / 2
        barred = [area for each, own in self._barred.items() if each != node for area in own]
        self.nodes[node] = found = self._nearest(node, wanted, barred)
        self._barred[node] = [
            (area.left, area.top - _APART, area.right + _APART, area.bottom + _APART)
            for area in found.areas()
        ]
        for rank, index in enumerate(order):
            self.slots[node, index] = found.y + self.pitch * (rank + 0.5)

    def _forms_of(self, node: str) -> list[tuple[Node, list[Barred]]]:
        """A node at the top, with its label wherever there is room, the best place first."""
        columns = max(self.graph.columns.values())
        x = ARTICLE / (columns - 1 + _LAST_STEP) * (columns - self.graph.columns[node])
        begun, height = self.graph.begun.get(node, 0), self.pitch * len(self._passing[node])
        count = width_of(f" {begun}") if begun else 0
        rooms = {False: ARTICLE - _APART - x, True: x + NODE_WIDTH}
        name = cut_to(self._names[node], min(_LONGEST, max(rooms.values())) - count)
        width = width_of(name) + count
        forms = (
            Node(x, 0, height, name, x + NODE_WIDTH * is_before, is_before, is_below, begun, width)
            for is_before, room in rooms.items()
            for is_below in (False, True)
            if width <= room
        )
        return [
            (form, [(each.left, each.top, each.right + _APART, each.bottom) for each in areas])
            for form in forms
            if (areas := form.areas())
        ]

    def _nearest(self, node: str, wanted: float, barred: Sequence[Barred]) -> Node:
        """The form of a node, and the height, with which it is nearest to where it is wanted."""
        least, best, height = inf, None, 0.0
        for form, areas in self._forms[node]:
            before, below = _BEFORE * form.is_before, _BELOW * form.is_below
            if before + below < least:
                y = _free(areas, wanted, barred)
                if (far := abs(y - wanted) + before + below) < least:
                    least, best, height = far, form, y
        assert best
        return structs.replace(best, y=height)


def _free(areas: Sequence[Barred], wanted: float, barred: Sequence[Barred]) -> float:
    """The height nearest to the wanted one at which what takes up these areas touches nothing.

    They are those of a node at 0.
    """
    highest = _HIGHEST - min(top for _, top, _, _ in areas)
    up = down = max(wanted, highest)
    spans = [
        (top - low, bottom - high)
        for start, high, end, low in areas
        for left, top, right, bottom in barred
        if start < right and left < end
    ]
    if not any(top < up < bottom for top, bottom in spans):
        return up  # as mostly
    for top, bottom in sorted(spans):
        down = bottom if top < down < bottom else down
    for top, bottom in sorted(spans, key=lambda each: -each[1]):
        up = top if top < up < bottom else up
    return up if up >= highest and wanted - up <= down - wanted else down


# ------------------------------------------------------------------ threads


def _curve(laying: _Laying, index: int, end: float) -> Iterator[Bend]:
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
