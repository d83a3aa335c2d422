"""What pages of several explainers know of one: plain data, kept between builds and quick to send.

Nothing here is in a language of the site, and no source has its name: ids and dates are as an
editor wrote them. Shared pages name things by what explainers share.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import overload

import msgspec
from msgspec import Struct

from postil.page.preface import correction_id, update_id
from postil.page.views import Counts, PageView
from postil.site.chains import as_chains
from postil.site.examining import Placed, Shared
from postil.site.model import ContextBox, Explainer
from postil.site.placing import Anchor
from postil.site.references import Reference
from postil.site.tracing import Basis, Stretch, Tracing, basis_of
from postil.site.withdrawing import Withdrawn
from postil.text import clusters
from postil.text.anchoring import Range
from postil.text.documents import IMAGE, Block

BAR = 600  # units of a bar, from the article's first letter to its last
_GAPS = 0.12  # of a bar, at most, between blocks
_LONGEST_QUOTE = 280  # code points
_CUT = " … "


class Piece(Struct, frozen=True, array_like=True):
    """A part of an article's bar, in its units, and on what it rests."""

    start: int
    width: int
    basis: Basis


class Utterance(Struct, frozen=True, array_like=True, omit_defaults=True):
    """An annotation and the words of its first passage, excerpt.

    `spans` are its passages on the bar: start and width. `bases` are those of its chains. `cited`
    are the sources on which the note rests or which it cites, with the place in them. `is_noted`
    says whether there is a note to lead to.
    """

    annotation: str
    quote: str
    spans: tuple[tuple[int, int], ...]
    chains: tuple[tuple[str, ...], ...] = ()
    bases: tuple[Basis, ...] = ()
    status: str = ""
    cited: tuple[tuple[str, str], ...] = ()
    is_noted: bool = False


class BoxUse(Struct, frozen=True, array_like=True):
    """A context box: its address on the page, its title and the sources that it names."""

    element_id: str
    title: str
    sources: tuple[str, ...]


class Announcement(Struct, frozen=True, array_like=True, omit_defaults=True):
    """A correction or an update in a page's log, at its address there; prose is Markdown.

    An update has only `now`, what was changed.
    """

    element_id: str
    date: str
    now: str
    was: str = ""


class Entry(Struct, frozen=True):
    """What is known of an explainer. Dates are as written, `summary` is Markdown.

    `bar` is the article from end to end; `through` is the source that passed on most passages, with
    their number; `traced` the part of the words for which somebody is named, in per cent. `sources`
    are all that its page lists.
    """

    slug: str
    title: str
    summary: str
    published: str
    updated: str
    guide: bool
    draft: bool
    language: str
    article_language: str
    outlet: str
    issued: str
    counts: Counts
    bar: tuple[Piece, ...]
    passages: int
    through: tuple[str, int] | None
    traced: int
    utterances: tuple[Utterance, ...]
    boxes: tuple[BoxUse, ...]
    sources: tuple[str, ...]
    announcements: tuple[Announcement, ...] = ()


class PackedEntry(Struct, frozen=True):
    """An entry as it is kept, a fifth as large: what is asked of all, and the whole as MessagePack.

    `annotations` is their number; `announces` says whether there are announcements.
    """

    slug: str
    title: str
    published: str
    updated: str
    guide: bool
    draft: bool
    annotations: int
    announces: bool
    whole: bytes


def pack_entry(entry: Entry) -> PackedEntry:
    """An entry to be kept."""
    return PackedEntry(
        slug=entry.slug,
        title=entry.title,
        published=entry.published,
        updated=entry.updated,
        guide=entry.guide,
        draft=entry.draft,
        annotations=entry.counts.annotations,
        announces=bool(entry.announcements),
        whole=msgspec.msgpack.encode(entry),
    )


class PackedEntries(Sequence[Entry]):
    """Entries that are unpacked when they are asked for; only the last ones stay so."""

    def __init__(self, packed: Iterable[PackedEntry] = ()) -> None:
        self.packed = tuple(packed)

    @property
    def annotations(self) -> int:
        """How many there are in all of them."""
        return sum(each.annotations for each in self.packed)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PackedEntries) and self.packed == other.packed

    def __len__(self) -> int:
        return len(self.packed)

    @overload
    def __getitem__(self, place: int) -> Entry: ...
    @overload
    def __getitem__(self, place: slice) -> "PackedEntries": ...
    def __getitem__(self, place: int | slice) -> "Entry | PackedEntries":
        if isinstance(place, slice):
            return PackedEntries(self.packed[place])
        return _unpacked(self.packed[place].whole)


@lru_cache(128)  # a page about a source or a status asks for neighbours, and some again and again
def _unpacked(whole: bytes) -> Entry:
    return msgspec.msgpack.decode(whole, type=Entry)


def make_entry(placed: Placed, page: PageView, tracing: Tracing, shared: Shared) -> Entry:
    """What others say of an explainer, of which there is a page."""
    explainer, bar = placed.explainer, Bar(placed.document.blocks)
    relay = next(iter(tracing.relays), None)
    return Entry(
        slug=placed.slug,
        title=explainer.title,
        summary=explainer.summary,
        published=explainer.published,
        updated=explainer.updated,
        guide=explainer.guide,
        draft=page.draft,
        language=page.language,
        article_language=page.article.language,
        outlet=explainer.article.outlet,
        issued=explainer.article.issued,
        counts=page.counts,
        bar=tuple(bar.pieces(tracing.stretches)),
        passages=len({passage.annotation for passage in tracing.passages}),
        through=(relay.source, relay.passages) if relay else None,
        traced=tracing.traced,
        utterances=tuple(_utterances(placed, page, bar, shared)),
        boxes=tuple(_boxes(placed, page, shared)),
        sources=tuple(source.id for group in page.sources for source in group.sources),
        announcements=tuple(_announcements(explainer)),
    )


def _announcements(explainer: Explainer) -> Iterator[Announcement]:
    """All corrections and updates, in the file's order."""
    for number, made in enumerate(explainer.corrections, 1):
        yield Announcement(correction_id(number), made.date, made.now, made.was)
    for number, each in enumerate(explainer.updates, 1):
        yield Announcement(update_id(number), each.date, each.text)


# ------------------------------------------------------------------ passages


def _utterances(placed: Placed, page: PageView, bar: "Bar", shared: Shared) -> Iterator[Utterance]:
    """Every annotation in the order of the text."""
    outlet, sources = placed.explainer.article.outlet, shared.sources.value
    noted = {note.id for note in page.notes}
    cited = _cited_at(placed.references)
    for anchor in sorted(placed.anchors, key=lambda each: (each.first.start, each.first.end)):
        chains = as_chains(anchor.annotation.attributed_to)
        yield Utterance(
            annotation=anchor.id,
            quote=excerpt(placed.document.text[anchor.first.start : anchor.first.end]),
            spans=bar.spans(anchor.places),
            chains=chains,
            bases=tuple(basis_of(hops, outlet, sources) for hops in chains),
            status=anchor.annotation.status,
            cited=cited.get(anchor.path[1], ()),
            is_noted=anchor.id in noted,
        )


def _cited_at(references: Iterable[Reference]) -> dict[object, tuple[tuple[str, str], ...]]:
    """By annotation's index, what its note names, in order, each place once."""
    found: dict[object, dict[tuple[str, str], None]] = {}
    for each in references:
        is_of_note = each.path[0] == "annotations" and each.path[2] != "context"
        if is_of_note and each.role in ("use", "citation"):
            found.setdefault(each.path[1], {})[each.id, each.locator] = None
    return {index: tuple(places) for index, places in found.items()}


def excerpt(text: str) -> str:
    """Words of an article in one line, with the middle left out if there are many.

    It is cut between words, of writing without spaces between characters.
    """
    line = " ".join(text.replace(IMAGE, " ").split())
    if len(line) <= _LONGEST_QUOTE:
        return line
    half = (_LONGEST_QUOTE - len(_CUT)) // 2
    head, tail = half, len(line) - half
    while clusters.cuts(line, head):
        head -= 1
    while clusters.cuts(line, tail):
        tail += 1
    before, after = line[:head], line[tail:]
    if " " in before[half // 2 :] and line[head] != " ":
        before = before.rpartition(" ")[0]
    if " " in after[: half // 2] and line[tail - 1] != " ":
        after = after.partition(" ")[2]
    return f"{before.rstrip()}{_CUT}{after.lstrip()}"


# ------------------------------------------------------------------ boxes


def _boxes(placed: Placed, page: PageView, shared: Shared) -> Iterator[BoxUse]:
    """Every context box on the page that names a source."""
    own: dict[str, dict[str, None]] = {}
    for anchor in placed.addressed:
        if isinstance(anchor.annotation.context, ContextBox):
            own[anchor.id] = _named_in_own_box(anchor, placed.references)
    for box in page.boxes:
        shared_names = (each.id for each in shared.context_references.get(box.id, ()))
        names = own[box.id] if box.id in own else dict.fromkeys(shared_names)
        if names:
            yield BoxUse(box.element_id, box.title, tuple(names))


def _named_in_own_box(
    anchor: Anchor | Withdrawn, references: Iterable[Reference]
) -> dict[str, None]:
    path = (*anchor.path, "context")
    return {each.id: None for each in references if each.path[:3] == path}


# ------------------------------------------------------------------ the bar


class Bar:
    """Where the letters of an article are on its bar: in proportion, with gaps between blocks."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = blocks
        letters = sum(block.end - block.start for block in blocks)
        gap = _GAPS * BAR / len(blocks) if blocks else 0
        self._gap = gap if gap >= 1 else 0.0  # narrower ones would only blur
        self._unit = (BAR - self._gap * max(len(blocks) - 1, 0)) / max(letters, 1)
        self._begin: list[float] = []
        at = 0.0
        for block in blocks:
            self._begin.append(at)
            at += (block.end - block.start) * self._unit + self._gap

    def _at(self, number: int, offset: int) -> int:
        """The place of an offset of the text in a block, whose number is from 0."""
        block = self._blocks[number]
        return round(self._begin[number] + (offset - block.start) * self._unit)

    def pieces(self, stretches: Iterable[Stretch]) -> Iterator[Piece]:
        """The whole article; neighbours that rest on the same are one, and at most one a unit."""
        last: Piece | None = None
        for stretch in stretches:
            start = self._at(stretch.block - 1, stretch.start)
            width = self._at(stretch.block - 1, stretch.end) - start
            if not width:
                continue
            if last and last.basis == stretch.basis and last.start + last.width == start:
                last = Piece(last.start, last.width + width, last.basis)
                continue
            if last:
                yield last
            last = Piece(start, width, stretch.basis)
        if last:
            yield last

    def spans(self, places: Iterable[Range]) -> tuple[tuple[int, int], ...]:
        """Start and width of passages, block by block; each can be seen, and no two overlap."""
        found: list[tuple[int, int]] = []
        for start, end in sorted(span for place in places for span in self._spans(place)):
            if found and start <= found[-1][1]:
                found[-1] = found[-1][0], max(end, found[-1][1])
            else:
                found.append((start, end))
        return tuple((start, end - start) for start, end in found)

    def _spans(self, place: Range) -> Iterator[tuple[int, int]]:
        """Start and end of a passage in each of its blocks, at least two units apart."""
        first = bisect_right(self._blocks, place.start, key=lambda block: block.start) - 1
        for index in range(max(first, 0), len(self._blocks)):
            block = self._blocks[index]
            if block.start >= place.end:
                return
            start = min(self._at(index, max(place.start, block.start)), BAR - 2)
            yield start, max(self._at(index, min(place.end, block.end)), start + 2)
