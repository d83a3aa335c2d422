"""Finds the one place in a text that a quotation means, or says why there is no such place.

A place is never guessed: what is merely similar can be suggested, and cannot be found.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal

from msgspec import Struct

from postil.text import clusters
from postil.text.anchoring import words
from postil.text.folding import Folded, fold

Interval = tuple[int, int]  # start and end in folded text


# Places at which the search stops, unless an `occurrence` counts them: one of so many is not meant.
MOST_PLACES = 2_000


class Selector(Struct, frozen=True):
    """What an editor says about a place: W3C's TextQuoteSelector, and a little more.

    `quote` is its `exact`. With `to`, the passage runs from the quote to the first `to` after it.
    `prefix` stands before the quote, `suffix` after the passage. `occurrence` is n of m, from 1, or
    all of m.
    """

    quote: str
    to: str = ""
    prefix: str = ""
    suffix: str = ""
    occurrence: tuple[int | Literal["all"], int] | None = None


class Range(Struct, frozen=True, gc=False):
    """A place: code points into the original text, the end exclusive, no white space at either."""

    start: int
    end: int


class Haystack(Struct, frozen=True):
    """A text in which quotations are looked up; `counted` are the places of those with a count."""

    text: str
    folded: Folded
    counted: dict[Selector, tuple[Range, ...]] = {}

    def cuts(self, at: int) -> bool:
        """Whether a folded offset lies within what a reader sees as one character."""
        if not 0 < at < len(self.folded.text):
            return False
        if self.folded.cuts(at):
            return True
        start, end = self.folded.start(at), self.folded.end(at)
        return clusters.cuts(self.text, start) or (start != end and clusters.cuts(self.text, end))


class Found(Struct, frozen=True):
    """The selector means this range and, if it asks for all, the `others`; and none besides."""

    range: Range
    others: tuple[Range, ...] = ()

    @property
    def places(self) -> tuple[Range, ...]:
        """Every range that is meant, in order."""
        return self.range, *self.others


class Orphan(Struct, frozen=True):
    """The text does not have what the selector says; `missing` is the first part that it lacks.

    `places` are where the rest of it stands: for `to`, the quote; for `context`, the passage with
    another prefix or suffix; for `quote`, the quote where it is only a part of longer words.
    """

    missing: Literal["quote", "to", "context"]
    places: tuple[Range, ...] = ()


class Ambiguous(Struct, frozen=True):
    """The selector fits several places; if these are MOST_PLACES, perhaps more."""

    places: tuple[Range, ...]


class Miscounted(Struct, frozen=True):
    """The selector fits `found` places, which is not what its `occurrence` says."""

    found: int
    places: tuple[Range, ...]


class Blank(Struct, frozen=True):
    """The quote (or its `to`) has no character that a reader could see."""

    part: Literal["quote", "to"] = "quote"


Result = Found | Orphan | Ambiguous | Miscounted | Blank


class Passage(Struct, frozen=True):
    """A candidate in folded text: the quote, and the `to` (the quote again where there is none)."""

    head: Interval
    tail: Interval


def prepare(text: str) -> Haystack:
    """The text, ready to be searched by any number of selectors.

    Blocks are parted by two line feeds, lines by one; an image is U+FFFC.
    """
    return Haystack(text, fold(text))


def resolve(selector: Selector, haystack: Haystack) -> Result:
    """The place that a selector means.

    Of all places that read as the quote (overlapping ones too) those remain that have the prefix
    and suffix right next to them, white space aside, and that are whole words where there is no
    context. `occurrence` picks one of these, or takes them all, if it counts them rightly. Several
    without an `occurrence`: the only one that equals the quote character for character, if there
    is one, and if the places are fewer than MOST_PLACES.
    """
    wanted = fold_parts(selector)
    if not wanted.quote or (selector.to and not wanted.to):
        return Blank("to" if wanted.quote else "quote")
    if selector.occurrence:
        return _counted(selector.occurrence, wanted, haystack)
    passages = list(islice(find_passages(wanted, haystack), MOST_PLACES))
    if not passages:
        return _explain(wanted, haystack)
    places = _ranges(passages, haystack)
    if 1 < len(places) < MOST_PLACES:
        exact = list(islice(_exact(passages, selector, haystack), 2))
        places = _ranges(exact, haystack) if len(exact) == 1 else places
    return Found(places[0]) if len(places) == 1 else Ambiguous(places)


def _counted(
    occurrence: tuple[int | Literal["all"], int], wanted: Selector, haystack: Haystack
) -> Result:
    """The place of that number, or all, if there are as many as the selector says."""
    if wanted not in haystack.counted:  # each of its places may have an annotation
        haystack.counted[wanted] = _ranges(find_passages(wanted, haystack), haystack)
    places, (number, total) = haystack.counted[wanted], occurrence
    if not places:
        return _explain(wanted, haystack)
    if total == len(places):
        if number == "all":
            return Found(places[0], places[1:])
        if 1 <= number <= total:
            return Found(places[number - 1])
    return Miscounted(len(places), places)


def fold_parts(selector: Selector) -> Selector:
    parts = (selector.quote, selector.to, selector.prefix, selector.suffix)
    quote, to, prefix, suffix = (fold(part).text.strip() if part else "" for part in parts)
    return Selector(quote, to, prefix, suffix)


def _explain(wanted: Selector, haystack: Haystack) -> Orphan:
    """Which part of a folded selector the text lacks."""
    has_context = bool(wanted.prefix or wanted.suffix)
    if has_context and (places := places_of(Selector(wanted.quote, wanted.to), haystack)):
        return Orphan("context", places)
    quote = Selector(wanted.quote)
    if wanted.to and (places := places_of(quote, haystack)):
        return Orphan("to", places)
    parts = islice(find_passages(quote, haystack, whole_words=False), MOST_PLACES)
    places = _ranges(parts, haystack)
    return Orphan("context" if has_context and places else "quote", places)


def places_of(wanted: Selector, haystack: Haystack) -> tuple[Range, ...]:
    """The first places at which a folded selector fits, MOST_PLACES at most."""
    return _ranges(islice(find_passages(wanted, haystack), MOST_PLACES), haystack)


def _ranges(passages: Iterable[Passage], haystack: Haystack) -> tuple[Range, ...]:
    return tuple(range_of(passage.head[0], passage.tail[1], haystack) for passage in passages)


def range_of(start: int, end: int, haystack: Haystack) -> Range:
    return Range(haystack.folded.start(start), haystack.folded.end(end))


def _exact(passages: list[Passage], selector: Selector, haystack: Haystack) -> Iterator[Passage]:
    """The passages that are typed as the selector is, character for character but white space."""
    quote, to = one_line(selector.quote), one_line(selector.to or selector.quote)
    for passage in passages:
        if original(*passage.head, haystack) == quote and original(*passage.tail, haystack) == to:
            yield passage


def original(start: int, end: int, haystack: Haystack) -> str:
    """The original of a span of folded text, on one line."""
    place = range_of(start, end, haystack)
    return one_line(haystack.text[place.start : place.end])


def one_line(text: str) -> str:
    return " ".join(text.replace("\ufffc", "").split())


def locate(place: Range, haystack: Haystack) -> Interval:
    """The folded characters of which the range has at least a part."""
    offsets = range(len(haystack.folded.text))
    start = bisect_right(offsets, place.start, key=lambda at: haystack.folded.end(at + 1))
    return start, bisect_left(offsets, place.end, key=haystack.folded.start)


# ---------------------------------------------------------------- candidates, in folded text


def find_passages(
    wanted: Selector, haystack: Haystack, *, whole_words: bool = True
) -> Iterator[Passage]:
    """Where a folded selector fits, in order; any part of a word will do if not `whole_words`.

    Characters that a reader sees as one are found as a whole, or as a part of a word.
    """
    text = haystack.folded.text
    heads = iter(_find_all(wanted.quote, haystack, whole=whole_words))
    if whole_words:
        heads = (head for head in heads if _fits_before(text, head[0], wanted.prefix))
    if wanted.to:
        yield from _pair(heads, wanted, haystack, whole_words=whole_words)
        return
    for head in heads:
        if not whole_words or _fits_after(text, head[1], wanted.suffix):
            yield Passage(head, head)


def _pair(
    heads: Iterator[Interval], wanted: Selector, haystack: Haystack, *, whole_words: bool
) -> Iterator[Passage]:
    """Each head with the first `to` after it."""
    text = haystack.folded.text
    tails = (
        tail
        for tail in _find_all(wanted.to, haystack, whole=whole_words)
        if words.is_boundary(text, tail[0])
        if not whole_words or _fits_after(text, tail[1], wanted.suffix)
    )
    tail = next(tails, None)
    for head in heads:
        if not words.is_boundary(text, head[1]):
            continue
        while tail is not None and tail[0] < head[1]:
            tail = next(tails, None)
        if tail is None:
            return
        yield Passage(head, tail)


def _find_all(needle: str, haystack: Haystack, *, whole: bool) -> Iterator[Interval]:
    """Every occurrence, overlapping ones too, that takes nothing in half that was folded as one.

    If `whole`, nothing that a reader sees as one either.
    """
    text = haystack.folded.text
    cuts = haystack.cuts if whole else haystack.folded.cuts
    start = text.find(needle)
    while start >= 0:
        end = start + len(needle)
        if not cuts(start) and not cuts(end):
            yield start, end
        start = text.find(needle, start + 1)


def _fits_before(text: str, start: int, prefix: str) -> bool:
    """Whether the prefix stands right before an offset; without one, whether a word starts there.

    What comes first must be a whole word too, so that `he` is not a prefix where `the` stands.
    """
    first = words.skip_space_before(text, start) - len(prefix) if prefix else start
    return first >= 0 and text.startswith(prefix, first) and words.is_boundary(text, first)


def _fits_after(text: str, end: int, suffix: str) -> bool:
    """Whether the suffix stands right after an offset; without one, whether a word ends there."""
    first = words.skip_space_after(text, end) if suffix else end
    return text.startswith(suffix, first) and words.is_boundary(text, first + len(suffix))
