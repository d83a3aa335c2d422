"""Finds the one place in a text that a quotation means, or says why there is no such place.

A place is never guessed: what is merely similar can be suggested, and cannot be found.
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from functools import cache
from itertools import accumulate, islice
from typing import Literal

from msgspec import Struct

from postil.text.folding import Folded, fold

Context = tuple[str, str]  # prefix and suffix
Span = tuple[int, int]  # start and end in folded text

# What is longer is better told by its first and last words.
_LONG = 300


class Selector(Struct, frozen=True):
    """What an editor says about a place: W3C's TextQuoteSelector, and a little more.

    `quote` is its `exact`. With `to`, the passage runs from the quote to the first `to` after it.
    `prefix` stands before the quote, `suffix` after the passage. `occurrence` is n of m, from 1.
    """

    quote: str
    to: str = ""
    prefix: str = ""
    suffix: str = ""
    occurrence: tuple[int, int] | None = None


class Range(Struct, frozen=True, gc=False):
    """A place: code points into the original text, the end exclusive, no white space at either."""

    start: int
    end: int


class Haystack(Struct, frozen=True):
    """A text in which quotations are looked up."""

    text: str
    folded: Folded


class Found(Struct, frozen=True):
    """The selector means this range, and no other."""

    range: Range


class Orphan(Struct, frozen=True):
    """The text does not have what the selector says; `missing` is the first part that it lacks.

    `places` are where the rest of it stands: for `to`, the quote; for `context`, the passage with
    another prefix or suffix; for `quote`, the quote where it is only a part of longer words.
    """

    missing: Literal["quote", "to", "context"]
    places: tuple[Range, ...] = ()


class Ambiguous(Struct, frozen=True):
    """The selector fits several places."""

    places: tuple[Range, ...]


class Miscounted(Struct, frozen=True):
    """The selector fits `found` places, which is not what its `occurrence` says."""

    found: int
    places: tuple[Range, ...]


class Blank(Struct, frozen=True):
    """The quote (or its `to`) has no character that a reader could see."""

    part: Literal["quote", "to"] = "quote"


class Suggestion(Struct, frozen=True):
    """The passage nearest to what an orphan quotes.

    `quote` is to be pasted over the selector's `part`: the passage's words on one line, with
    straight quotation marks. In `difference`, the passage's words are as they stand there; words
    that the selector has too much are marked ~so~, words that it lacks +so+.
    """

    part: Literal["quote", "to"]
    range: Range
    quote: str
    difference: str


class _Passage(Struct, frozen=True):
    """A candidate in folded text: the quote, and the `to` (the quote again where there is none)."""

    head: Span
    tail: Span


def prepare(text: str) -> Haystack:
    """The text, ready to be searched by any number of selectors.

    Blocks are parted by two line feeds, lines by one; an image is U+FFFC.
    """
    return Haystack(text, fold(text))


def resolve(
    selector: Selector, haystack: Haystack
) -> Found | Orphan | Ambiguous | Miscounted | Blank:
    """The place that a selector means.

    Of all places that read as the quote (overlapping ones too) those remain that have the prefix
    and suffix right next to them, white space aside, and that are whole words where there is no
    context. `occurrence` picks one of these if it counts them rightly. Several without an
    `occurrence`: the only one that equals the quote character for character, if there is one.
    """
    wanted = _fold_parts(selector)
    if not wanted.quote or (selector.to and not wanted.to):
        return Blank("to" if wanted.quote else "quote")
    passages = _find_passages(wanted, haystack)
    if not passages:
        return _explain(wanted, haystack)
    places = _ranges(passages, haystack)
    if selector.occurrence:
        number, total = selector.occurrence
        right = total == len(places) and 1 <= number <= total
        return Found(places[number - 1]) if right else Miscounted(len(places), places)
    if len(places) > 1:
        exact = list(islice(_exact(passages, selector, haystack), 2))
        places = _ranges(exact, haystack) if len(exact) == 1 else places
    return Found(places[0]) if len(places) == 1 else Ambiguous(places)


def _fold_parts(selector: Selector) -> Selector:
    parts = (selector.quote, selector.to, selector.prefix, selector.suffix)
    quote, to, prefix, suffix = (fold(part).text.strip() if part else "" for part in parts)
    return Selector(quote, to, prefix, suffix)


def _explain(wanted: Selector, haystack: Haystack) -> Orphan:
    """Which part of a folded selector the text lacks."""
    has_context = bool(wanted.prefix or wanted.suffix)
    if has_context and (places := _places(Selector(wanted.quote, wanted.to), haystack)):
        return Orphan("context", places)
    quote = Selector(wanted.quote)
    if wanted.to and (places := _places(quote, haystack)):
        return Orphan("to", places)
    places = _ranges(_find_passages(quote, haystack, whole_words=False), haystack)
    return Orphan("context" if has_context and places else "quote", places)


def _places(wanted: Selector, haystack: Haystack) -> tuple[Range, ...]:
    return _ranges(_find_passages(wanted, haystack), haystack)


def _ranges(passages: list[_Passage], haystack: Haystack) -> tuple[Range, ...]:
    return tuple(_range(passage.head[0], passage.tail[1], haystack) for passage in passages)


def _range(start: int, end: int, haystack: Haystack) -> Range:
    return Range(haystack.folded.start(start), haystack.folded.end(end))


def _exact(passages: list[_Passage], selector: Selector, haystack: Haystack) -> Iterator[_Passage]:
    """The passages that are typed as the selector is, character for character but white space."""
    quote, to = _one_line(selector.quote), _one_line(selector.to or selector.quote)
    for passage in passages:
        if _original(*passage.head, haystack) == quote and _original(*passage.tail, haystack) == to:
            yield passage


def _original(start: int, end: int, haystack: Haystack) -> str:
    """The original of a span of folded text, on one line."""
    place = _range(start, end, haystack)
    return _one_line(haystack.text[place.start : place.end])


def _one_line(text: str) -> str:
    return " ".join(text.replace("\ufffc", "").split())


# ---------------------------------------------------------------- candidates, in folded text


def _find_passages(
    wanted: Selector, haystack: Haystack, *, whole_words: bool = True
) -> list[_Passage]:
    """Where a folded selector fits, in order; any part of a word will do if not `whole_words`."""
    text = haystack.folded.text
    heads = _find_all(wanted.quote, haystack)
    if whole_words:
        heads = [head for head in heads if _fits_before(text, head[0], wanted.prefix)]
    if wanted.to:
        return _pair(heads, wanted, haystack, whole_words=whole_words)
    if whole_words:
        heads = [head for head in heads if _fits_after(text, head[1], wanted.suffix)]
    return [_Passage(head, head) for head in heads]


def _pair(
    heads: list[Span], wanted: Selector, haystack: Haystack, *, whole_words: bool
) -> list[_Passage]:
    """Each head with the first `to` after it."""
    text = haystack.folded.text
    heads = [head for head in heads if _is_boundary(text, head[1])]
    tails = [tail for tail in _find_all(wanted.to, haystack) if _is_boundary(text, tail[0])]
    if whole_words:
        tails = [tail for tail in tails if _fits_after(text, tail[1], wanted.suffix)]
    firsts = [bisect_left(tails, head[1:]) for head in heads]
    return [
        _Passage(head, tails[first])
        for head, first in zip(heads, firsts, strict=True)
        if first < len(tails)
    ]


def _find_all(needle: str, haystack: Haystack) -> list[Span]:
    """Every occurrence, overlapping ones too, that does not take half of a character."""
    folded, found = haystack.folded, []
    start = folded.text.find(needle)
    while start >= 0:
        end = start + len(needle)
        if not folded.cuts(start) and not folded.cuts(end):
            found.append((start, end))
        start = folded.text.find(needle, start + 1)
    return found


def _fits_before(text: str, start: int, prefix: str) -> bool:
    """Whether the prefix stands right before an offset; without one, whether a word starts there.

    What comes first must be a whole word too, so that `he` is not a prefix where `the` stands.
    """
    first = _skip_space_before(text, start) - len(prefix) if prefix else start
    return first >= 0 and text.startswith(prefix, first) and _is_boundary(text, first)


def _fits_after(text: str, end: int, suffix: str) -> bool:
    """Whether the suffix stands right after an offset; without one, whether a word ends there."""
    first = _skip_space_after(text, end) if suffix else end
    return text.startswith(suffix, first) and _is_boundary(text, first + len(suffix))


def _skip_space_before(text: str, at: int) -> int:
    return at - 1 if at and text[at - 1] == " " else at  # folded text has no two in a row


def _skip_space_after(text: str, at: int) -> int:
    return at + 1 if text[at : at + 1] == " " else at


# ---------------------------------------------------------------- words

# Scripts that put no space between words: any character may start or end one. These are line
# breaking class SA of UAX #14 (Thai, Lao, Myanmar, Tai, Khmer), kana and ideographs.
_UNSPACED_SCRIPTS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\ua9e0-\ua9ff\uaa60-\uaadf"
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00011700-\U0001174f"
    "\U00020000-\U0003ffff"
)


@cache
def _unspaced() -> re.Pattern[str]:
    """A character of these scripts; compiled late, because so large a set takes milliseconds."""
    return re.compile(f"[{_UNSPACED_SCRIPTS}]")


@cache
def _word() -> re.Pattern[str]:
    return re.compile(rf"(\s*)([{_UNSPACED_SCRIPTS}]|[^\s{_UNSPACED_SCRIPTS}]+)")


def _is_unspaced(character: str) -> bool:
    return character >= "\u0e00" and bool(_unspaced().match(character))


def _is_boundary(text: str, at: int) -> bool:
    """Whether a word may start or end at an offset.

    The word boundaries of UAX #29, simplified: `he` is no word in `he's`, nor `5` in `3.5`.
    """
    if not 0 < at < len(text):
        return True
    before, after = text[at - 1], text[at]
    if _is_mark(after):
        return before == " "
    if _is_unspaced(before) or _is_unspaced(after):
        return True
    if _is_in_words(before) and _is_in_words(after):
        return False
    return not _is_inside_word(text, at) and not _is_inside_word(text, at - 1)


def _is_inside_word(text: str, at: int) -> bool:
    """Whether the character at an offset is punctuation within a word or a number."""
    if text[at] not in ".,:;'·" or not 0 < at < len(text) - 1:
        return False
    before, after = text[at - 1], text[at + 1]
    if before.isdigit() and after.isdigit():
        return text[at] in ".,;'"
    return text[at] in ".:'·" and all(each.isalpha() or _is_mark(each) for each in (before, after))


def _is_mark(character: str) -> bool:
    """Whether a character belongs to the one before it."""
    return character >= "\u0300" and unicodedata.category(character)[0] == "M"


def _is_in_words(character: str) -> bool:
    return character.isalnum() or character == "_" or _is_mark(character)


def _starts_word(text: str, at: int) -> bool:
    """Whether a word starts at an offset, or something else that has a space before it."""
    if text[at : at + 1].strip() == "" or not _is_boundary(text, at):
        return False
    return at == 0 or text[at - 1] == " " or _is_in_words(text[at])


def _ends_word(text: str, at: int) -> bool:
    """Whether a word ends at an offset, or something else that has a space after it."""
    if at == 0 or text[at - 1] == " " or not _is_boundary(text, at):
        return False
    return at == len(text) or text[at] == " " or _is_in_words(text[at - 1])


def _last_start(text: str, at: int) -> int:
    """The last start of a word that is not after an offset; 0 if there is none."""
    while at > 0 and not _starts_word(text, at):
        at -= 1
    return at


def _first_end(text: str, at: int) -> int:
    """The first end of a word that is not before an offset; the text's end if there is none."""
    while at < len(text) and not _ends_word(text, at):
        at += 1
    return at


# ---------------------------------------------------------------- from a place to a selector


def tighten(place: Range, haystack: Haystack) -> Range:
    """The range without white space at its ends, and with all of the words that it touches.

    Raises ValueError if it has no visible character.
    """
    start, end = _locate(place, haystack)
    text = haystack.folded.text
    start += len(text[start:end]) - len(text[start:end].lstrip())
    end -= len(text[start:end]) - len(text[start:end].rstrip())
    if start >= end:
        raise ValueError("the range has no visible character")
    while haystack.folded.cuts(start) or not _is_boundary(text, start):
        start -= 1
    while haystack.folded.cuts(end) or not _is_boundary(text, end):
        end += 1
    return _range(start, end, haystack)


def _locate(place: Range, haystack: Haystack) -> Span:
    """The folded characters of which the range has at least a part."""
    offsets = range(len(haystack.folded.text))
    start = bisect_right(offsets, place.start, key=lambda at: haystack.folded.end(at + 1))
    return start, bisect_left(offsets, place.end, key=haystack.folded.start)


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
    start, end = _locate(place, haystack)
    if end - start > _LONG:
        yield from _first_and_last_words(start, end, haystack)
    quote = _original(start, end, haystack)
    context = shortest_context(place, haystack)
    if context:
        yield Selector(quote, prefix=context[0], suffix=context[1])
    places = _places(_fold_parts(Selector(quote)), haystack)
    yield Selector(quote, occurrence=(places.index(place) + 1, len(places)))


def _first_and_last_words(start: int, end: int, haystack: Haystack) -> Iterator[Selector]:
    text = haystack.folded.text
    for size in (40, 80, 160, 320):
        head, tail = _first_end(text, start + size), _last_start(text, end - size)
        yield Selector(_original(start, head, haystack), _original(tail, end, haystack))


# ---------------------------------------------------------------- context

# No editor would paste a longer prefix or suffix, or choose among more places.
_FARTHEST = 1_000
_MOST = 10_000


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
) -> Context | None:
    """The shortest prefix and suffix, in whole words, with which the quote means the range.

    Only one of the two if one is enough, and both empty if none is needed. The quote is the words
    of the range, or what `selector` has as its quote and `to`; how these are typed does not matter.
    None if the text repeats itself so much that no context of up to a thousand characters can
    tell the range from others, or if these are more than ten thousand.
    """
    span = _locate(place, haystack)
    given = selector or Selector(_original(*span, haystack))
    wanted = _fold_parts(Selector(given.quote, given.to))
    if len(_find_passages(wanted, haystack)) > _MOST:
        return None
    for first, last in _contexts(span, _find_rivals(wanted, span, haystack), haystack.folded.text):
        prefix, suffix = _original(first, span[0], haystack), _original(span[1], last, haystack)
        picky = Selector(wanted.quote, wanted.to, fold(prefix).text, fold(suffix).text)
        if _places(picky, haystack) == (place,):
            return prefix, suffix
    # Perhaps no other place is typed in the same way.
    return ("", "") if _means(Selector(given.quote, given.to), place, haystack) else None


def _find_rivals(wanted: Selector, span: Span, haystack: Haystack) -> list[_Rival]:
    text = haystack.folded.text
    passages = _find_passages(wanted, haystack, whole_words=False)
    spans = [(passage.head[0], passage.tail[1]) for passage in passages]
    return [
        _Rival(
            starts_word=_is_boundary(text, start),
            ends_word=_is_boundary(text, end),
            before=_shared_before(text, span[0], start),
            after=_shared_after(text, span[1], end),
        )
        for start, end in spans
        if (start, end) != span
    ]


def _shared_before(text: str, at: int, rival: int) -> int:
    """The length of the longest prefix of one place that would fit another one too."""
    at, rival = _skip_space_before(text, at), _skip_space_before(text, rival)
    length = _longest(
        min(at, rival), lambda size: text[at - size : at] == text[rival - size : rival]
    )
    return length if _is_boundary(text, rival - length) else max(0, length - 1)


def _shared_after(text: str, at: int, rival: int) -> int:
    """The length of the longest suffix of one place that would fit another one too."""
    at, rival = _skip_space_after(text, at), _skip_space_after(text, rival)
    length = _longest(
        len(text) - max(at, rival),
        lambda size: text[at : at + size] == text[rival : rival + size],
    )
    return length if _is_boundary(text, rival + length) else max(0, length - 1)


def _longest(limit: int, holds: Callable[[int], bool]) -> int:
    """The greatest number up to a limit for which something holds that holds for all smaller."""
    reach = 4
    while reach < limit and reach < _FARTHEST and holds(reach):
        reach *= 4
    sizes = range(1, min(reach, limit) + 1)
    return bisect_left(sizes, True, key=lambda size: not holds(size))


def _contexts(span: Span, rivals: list[_Rival], text: str) -> Iterator[Span]:
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


def _pairs(span: Span, rivals: list[_Rival], text: str) -> Iterator[Span]:
    """Every way to keep off some rivals by a prefix and the rest by a suffix, both short."""
    by_prefix = sorted(rivals, key=lambda rival: -rival.before)
    befores = [*(rival.before for rival in by_prefix), 0]
    afters = accumulate((rival.after for rival in by_prefix), max, initial=0)
    for before, after in dict.fromkeys(zip(befores, afters, strict=True)):
        first, last = _prefix_start(text, span[0], before), _suffix_end(text, span[1], after)
        if first is not None and last is not None:
            yield first, last


def _extent(span: Span) -> int:
    return span[1] - span[0]


def _prefix_start(text: str, at: int, shared: int) -> int | None:
    """Where the shortest prefix of a place starts that is longer than what others share."""
    end = _skip_space_before(text, at)
    for start in range(end - shared - 1, max(0, end - _FARTHEST) - 1, -1):
        if _starts_word(text, start) and not _is_punctuation(text[start:end]):
            return start
    return None


def _suffix_end(text: str, at: int, shared: int) -> int | None:
    """Where the shortest suffix of a place ends that is longer than what others share."""
    start = _skip_space_after(text, at)
    for end in range(start + shared + 1, min(len(text), start + _FARTHEST) + 1):
        if _ends_word(text, end) and not _is_punctuation(text[start:end]):
            return end
    return None


def _is_punctuation(text: str) -> bool:
    """Whether there is no word: a comma alone is easily overlooked."""
    return all(each == " " or unicodedata.category(each)[0] == "P" for each in text)


# ---------------------------------------------------------------- suggestions

# Where more than half of the characters differ, all in common may be the language.
_SIMILAR = 0.5
_STRAIGHT = str.maketrans("“”„‟‘’‚‛", '"' * 4 + "'" * 4)
_PAIRS = (('"', '"'), ("(", ")"), ("[", "]"))


def suggest(selector: Selector, haystack: Haystack) -> Suggestion | None:
    """The passage that an orphan may have meant, for a message; None if nothing is similar.

    None too if the selector is no orphan. It may be the wrong passage: never publish it unasked.
    """
    wanted = _fold_parts(selector)
    match resolve(selector, haystack):
        case Orphan(missing="context"):
            return _suggest(_likeliest(wanted, haystack), "quote", selector, haystack)
        case Orphan(missing="to", places=(place, *_)):
            after = _locate(place, haystack)[1]
            return _suggest(_most_similar(wanted.to, haystack, after), "to", selector, haystack)
        case Orphan(places=(place, *_)):  # a part of a longer word
            span = _locate(tighten(place, haystack), haystack)
            return _suggest(span, "quote", selector, haystack)
        case Orphan():
            return _suggest(_most_similar(wanted.quote, haystack), "quote", selector, haystack)
        case _:
            return None


def _suggest(
    span: Span | None, part: Literal["quote", "to"], selector: Selector, haystack: Haystack
) -> Suggestion | None:
    if span is None:
        return None
    words = _original(*span, haystack)
    typed = selector.quote if part == "quote" else selector.to
    difference = _difference(_one_line(typed), words)
    return Suggestion(part, _range(*span, haystack), words.translate(_STRAIGHT), difference)


def _likeliest(wanted: Selector, haystack: Haystack) -> Span:
    """Of the places that have the quote, the one whose context is most like the wanted one."""
    from rapidfuzz import fuzz  # here, because only mistakes need it

    text = haystack.folded.text

    def likeness(span: Span) -> float:
        start, end = _skip_space_before(text, span[0]), _skip_space_after(text, span[1])
        before = text[max(0, start - len(wanted.prefix)) : start]
        after = text[end : end + len(wanted.suffix)]
        return fuzz.ratio(wanted.prefix, before) + fuzz.ratio(wanted.suffix, after)

    quote = Selector(wanted.quote, wanted.to)
    passages = _find_passages(quote, haystack) or _find_passages(
        Selector(wanted.quote), haystack, whole_words=False
    )
    return max((passage.head for passage in passages), key=likeness)


def _most_similar(needle: str, haystack: Haystack, after: int = 0) -> Span | None:
    """The words of the folded text, from an offset on, that are most like a needle."""
    from rapidfuzz.distance.Levenshtein import normalized_similarity  # only mistakes need it

    needle, text = _lower(needle), _lower(haystack.folded.text)
    start, end = _nearest(needle[:_LONG], text[after:])
    start, end = start + after, end + after
    if len(needle) > _LONG:  # the time that it takes to align grows with the square of the length
        end = start + _nearest(needle[-_LONG:], text[start : start + _LONG + len(needle)])[1]
    if normalized_similarity(needle, text[start:end]) < _SIMILAR:
        return None
    return _with_closing(start, end, text)


def _nearest(needle: str, text: str) -> Span:
    """The words of a text that are nearest to a needle, however far."""
    from rapidfuzz.distance.Levenshtein import normalized_similarity  # only mistakes need it
    from rapidfuzz.fuzz import partial_ratio_alignment

    found = partial_ratio_alignment(needle, text)
    if found is None:
        return 0, 0
    # What was found is as long as the needle. The words that are meant may be more, or fewer.
    start, end = found.dest_start, found.dest_end
    reach = 16 + len(needle) // 4
    starts = [at for at in _near(start, reach, text) if _starts_word(text, at)]
    ends = [at for at in _near(end, reach, text) if _ends_word(text, at)]
    for _ in range(2):
        end = max(
            (at for at in ends if at > start),
            key=lambda at: normalized_similarity(needle, text[start:at]),
            default=end,
        )
        start = max(
            (at for at in starts if at < end),
            key=lambda at: normalized_similarity(needle, text[at:end]),
            default=start,
        )
    return start, end


def _lower(text: str) -> str:
    """Lower case, unless that would move offsets."""
    lower = text.lower()
    return lower if len(lower) == len(text) else text


def _near(at: int, reach: int, text: str) -> range:
    return range(max(0, at - reach), min(len(text), at + reach) + 1)


def _with_closing(start: int, end: int, text: str) -> Span:
    """The span with the quotation mark or bracket next to it that one inside it asks for."""
    inside = text[start:end]
    for opening, closing in _PAIRS:
        opened, closed = inside.count(opening), inside.count(closing)
        odd = opening == closing and opened % 2 == 1
        if (odd or opened > closed) and text.startswith(closing, end):
            return start, end + 1
        if (odd or opened < closed) and start and text[start - 1] == opening:
            return start - 1, end
    return start, end


def _difference(typed: str, words: str) -> str:
    """The words, with those marked +so+ that were not typed; what was typed instead, ~so~.

    Case and punctuation count only if nothing else differs.
    """
    from rapidfuzz.distance import Levenshtein  # here, because only mistakes need it

    ours, theirs = _word().findall(" " + words), _word().findall(" " + typed)
    for alike in (_bare, str):
        codes = Levenshtein.opcodes(
            [alike(fold(word).text) for _, word in theirs],
            [alike(fold(word).text) for _, word in ours],
        )
        if any(code.tag != "equal" for code in codes):
            break
    pieces = []
    for code in codes:
        sign = "" if code.tag == "equal" else "+"
        if sign:
            pieces.append(_marked("~", theirs[code.src_start : code.src_end]))
        pieces.append(_marked(sign, ours[code.dest_start : code.dest_end]))
    return "".join(pieces).strip()


def _bare(word: str) -> str:
    kept = [at for at, each in enumerate(word) if _is_in_words(each)]
    return word[kept[0] : kept[-1] + 1].lower() if kept else word


def _marked(sign: str, words: list[tuple[str, str]]) -> str:
    """Words and the gaps before them, with a sign around all of them."""
    if not words:
        return ""
    gap = words[0][0]
    run = "".join(gap + word for gap, word in words)
    return f"{gap}{sign}{run[len(gap) :]}{sign}"
