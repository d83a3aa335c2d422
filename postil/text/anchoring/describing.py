"""From a place to the selector that an editor would write for it."""

import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import accumulate, islice

from msgspec import Struct

from postil.text.anchoring import words
from postil.text.anchoring.resolving import (
    Found,
    Haystack,
    Interval,
    Range,
    Selector,
    all_places,
    find_passages,
    fold_parts,
    locate,
    original,
    range_of,
    resolve,
)
from postil.text.folding import fold

Affixes = tuple[str, str]  # prefix and suffix

# What is longer is better told by its first and last words.
_LONG = 300


def tighten(place: Range, haystack: Haystack) -> Range:
    """The range without white space at its ends, and with all of the words that it touches.

    Raises ValueError if it has no visible character.
    """
    start, end = locate(place, haystack)
    text = haystack.folded.text
    start += len(text[start:end]) - len(text[start:end].lstrip())
    end -= len(text[start:end]) - len(text[start:end].rstrip())
    if start >= end:
        raise ValueError("the range has no visible character")
    while haystack.cuts(start) or not words.is_boundary(text, start):
        start -= 1
    while haystack.cuts(end) or not words.is_boundary(text, end):
        end += 1
    return range_of(start, end, haystack)


def select(place: Range, haystack: Haystack) -> Selector:
    """A selector that means the tightened range (see `tighten`), proved by `resolve`.

    A long range is told by its first and last words if that is enough, others by their words
    and the shortest context; by an occurrence only where the text around repeats itself.
    Raises ValueError if the range has no visible character.
    """
    tight = tighten(place, haystack)
    proved = (each for each in _selectors(tight, haystack) if _means(each, tight, haystack))
    return next(proved)


def _means(selector: Selector, place: Range, haystack: Haystack) -> bool:
    return resolve(selector, haystack) == Found(place)


def _selectors(place: Range, haystack: Haystack) -> Iterator[Selector]:
    """Selectors for a tight range, from the most welcome one to the one that always works."""
    start, end = locate(place, haystack)
    if end - start > _LONG:
        yield from _first_and_last_words(start, end, haystack)
    quote = original(start, end, haystack)
    context = shortest_context(place, haystack)
    if context:
        yield Selector(quote, prefix=context[0], suffix=context[1])
    passages = find_passages(fold_parts(Selector(quote)), haystack)
    starts = [passage.head[0] for passage in passages]
    yield Selector(quote, occurrence=(starts.index(start) + 1, len(starts)))


def _first_and_last_words(start: int, end: int, haystack: Haystack) -> Iterator[Selector]:
    text = haystack.folded.text
    for size in (40, 80, 160, 320):
        head, tail = words.first_end(text, start + size), words.last_start(text, end - size)
        yield Selector(original(start, head, haystack), original(tail, end, haystack))


# ---------------------------------------------------------------- context

# No editor would paste a longer prefix or suffix, or choose among more places.
_FARTHEST = 1_000
MOST_RIVALS = 1_000
_MOST_PARTS = 10_000  # of words that read as the quote


class _Rival(Struct, frozen=True, gc=False):
    """Another place that reads as the quote, and what it shares with the place that is meant.

    `before` and `after` are the greatest lengths at which a prefix or a suffix of the place that
    is meant would fit this one too.
    """

    starts_word: bool
    ends_word: bool
    before: int
    after: int


def shortest_context(
    place: Range, haystack: Haystack, selector: Selector | None = None
) -> Affixes | None:
    """The shortest prefix and suffix, in whole words, with which the quote means the range.

    Only one of the two if one is enough, and both empty if none is needed. The quote is the words
    of the range, or what `selector` has as its quote and `to`; how these are typed does not matter.
    None if the text repeats itself so much that no context of up to a thousand characters can
    tell the range from others, or if there are more than MOST_RIVALS others.
    """
    span = locate(place, haystack)
    given = selector or Selector(original(*span, haystack))
    wanted = fold_parts(Selector(given.quote, given.to))
    if next(islice(find_passages(wanted, haystack), MOST_RIVALS, None), None):
        return None
    rivals = _find_rivals(wanted, span, haystack)
    if len(rivals) > _MOST_PARTS:
        return None
    for first, last in _contexts(span, rivals, haystack.folded.text):
        prefix, suffix = original(first, span[0], haystack), original(span[1], last, haystack)
        picky = Selector(wanted.quote, wanted.to, fold(prefix).text, fold(suffix).text)
        if all_places(picky, haystack) == (place,):
            return prefix, suffix
    # Perhaps no other place is typed in the same way.
    return ("", "") if _means(Selector(given.quote, given.to), place, haystack) else None


def _find_rivals(wanted: Selector, span: Interval, haystack: Haystack) -> list[_Rival]:
    """The other places, parts of words among them: one more than _MOST_PARTS at most."""
    text = haystack.folded.text
    passages = islice(find_passages(wanted, haystack, whole_words=False), _MOST_PARTS + 2)
    spans = [(passage.head[0], passage.tail[1]) for passage in passages]
    return [
        _Rival(
            starts_word=words.is_boundary(text, start),
            ends_word=words.is_boundary(text, end),
            before=_shared_before(text, span[0], start),
            after=_shared_after(text, span[1], end),
        )
        for start, end in spans
        if (start, end) != span
    ]


def _shared_before(text: str, at: int, rival: int) -> int:
    """The length of the longest prefix of one place that would fit another one too."""
    at, rival = words.skip_space_before(text, at), words.skip_space_before(text, rival)
    length = _longest(
        min(at, rival), lambda size: text[at - size : at] == text[rival - size : rival]
    )
    return length if words.is_boundary(text, rival - length) else max(0, length - 1)


def _shared_after(text: str, at: int, rival: int) -> int:
    """The length of the longest suffix of one place that would fit another one too."""
    at, rival = words.skip_space_after(text, at), words.skip_space_after(text, rival)
    length = _longest(
        len(text) - max(at, rival),
        lambda size: text[at : at + size] == text[rival : rival + size],
    )
    return length if words.is_boundary(text, rival + length) else max(0, length - 1)


def _longest(limit: int, holds: Callable[[int], bool]) -> int:
    """The greatest number up to a limit for which something holds that holds for all smaller."""
    reach = 4
    while reach < limit and reach < _FARTHEST and holds(reach):
        reach *= 4
    sizes = range(1, min(reach, limit) + 1)
    return bisect_left(sizes, True, key=lambda size: not holds(size))


def _contexts(span: Interval, rivals: list[_Rival], text: str) -> Iterator[Interval]:
    """Where contexts start and end that could tell a span from its rivals, the best one first."""
    start, end = span
    yield span
    # Without a suffix, only those are rivals that end with a word; without a prefix, likewise.
    first = _prefix_start(text, start, max((r.before for r in rivals if r.ends_word), default=0))
    last = _suffix_end(text, end, max((r.after for r in rivals if r.starts_word), default=0))
    alone = [(first, end)] if first is not None else []
    alone += [(start, last)] if last is not None else []
    yield from sorted(alone, key=_extent)
    yield from sorted(_pairs(span, rivals, text), key=_extent)[:1]


def _pairs(span: Interval, rivals: list[_Rival], text: str) -> Iterator[Interval]:
    """Every way to keep off some rivals by a prefix and the rest by a suffix, both short."""
    by_prefix = sorted(rivals, key=lambda rival: -rival.before)
    befores = [*(rival.before for rival in by_prefix), 0]
    afters = accumulate((rival.after for rival in by_prefix), max, initial=0)
    for before, after in dict.fromkeys(zip(befores, afters, strict=True)):
        first, last = _prefix_start(text, span[0], before), _suffix_end(text, span[1], after)
        if first is not None and last is not None:
            yield first, last


def _extent(span: Interval) -> int:
    return span[1] - span[0]


def _prefix_start(text: str, at: int, shared: int) -> int | None:
    """Where the shortest prefix of a place starts that is longer than what others share."""
    end = words.skip_space_before(text, at)
    for start in range(end - shared - 1, max(0, end - _FARTHEST) - 1, -1):
        if words.starts_word(text, start) and not _is_punctuation(text[start:end]):
            return start
    return None


def _suffix_end(text: str, at: int, shared: int) -> int | None:
    """Where the shortest suffix of a place ends that is longer than what others share."""
    start = words.skip_space_after(text, at)
    for end in range(start + shared + 1, min(len(text), start + _FARTHEST) + 1):
        if words.ends_word(text, end) and not _is_punctuation(text[start:end]):
            return end
    return None


def _is_punctuation(text: str) -> bool:
    """Whether there is no word: a comma alone is easily overlooked."""
    return all(each == " " or unicodedata.category(each)[0] == "P" for each in text)
