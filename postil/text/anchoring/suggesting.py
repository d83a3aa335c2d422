"""What an editor may have meant by a quotation that is nowhere: for messages, never to publish."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import Literal

from msgspec import Struct

from postil.text.anchoring import comparing, words
from postil.text.anchoring.describing import tighten
from postil.text.anchoring.resolving import (
    Ambiguous,
    Found,
    Haystack,
    Interval,
    Orphan,
    Range,
    Selector,
    find_passages,
    fold_parts,
    locate,
    one_line,
    original,
    range_of,
    resolve,
)
from postil.text.folding import fold

# Where more than half of the characters differ, all in common may be the language.
_SIMILAR = 0.5
# The time that it takes to align grows with the square of the length.
_LONG = 300
_STRAIGHT = str.maketrans("“”„‟‘’‚‛", '"' * 4 + "'" * 4)
# Below, too few of the words agree: `This was a statement` has two of `made to sign a statement`.
_AGREEING = 0.6
# Places whose nearness differs by less are equally near. `according to Stewart` is nearer to
# `according to Stuart` than to `according to Reuters` by 0.05.
_TIE = 0.03
# How much less near the passage may be that stands where the quote was found for the last time: an
# editor's words there have changed, elsewhere others merely resemble them.
_AT_HINT = 0.15
_PLACES = 3  # that are compared
_PLACES_WITH_QUOTE = 1_000  # whose context is compared
_LONGEST = 10_000  # characters; a longer passage is better told by `quote` and `to`
_ELLIPSIS = re.compile(r"\s*[\[(]?\s*(?:…|\.{3,}|\. \. \.)\s*[\])]?\s*")
_PAIRS = (('"', '"'), ("(", ")"), ("[", "]"))


class Suggestion(Struct, frozen=True):
    """The passage nearest to what an orphan quotes.

    `quote` is to be pasted over the selector's `part`: the passage's words on one line, with
    straight quotation marks; with `to`, if the passage is told by its first and last words. It is
    empty if nobody should paste it unread: too few of the words agree, or `rival` is as near.
    In `difference`, the passage's words are as they stand there; words that the selector has too
    much are marked ~so~, words that it lacks +so+. `is_changed` if words differ, and not only
    capitals and punctuation.
    """

    part: Literal["quote", "to"]
    range: Range
    quote: str
    difference: str
    to: str = ""
    is_changed: bool = False
    rival: Range | None = None


def suggest(selector: Selector, haystack: Haystack, hint: int | None = None) -> Suggestion | None:
    """The passage that an orphan may have meant, for a message; None if nothing is similar.

    None too if the selector is no orphan, or very long. It may be the wrong passage: never
    publish it unasked.
    `hint` is the offset of the text at which the passage should start by what was found there for
    the last time: a similar one there is preferred to those elsewhere unless these are much nearer,
    and of several that are about equally near the one closest to it.
    """
    if len(selector.quote) + len(selector.to) > _LONGEST:
        return None
    wanted = fold_parts(selector)
    match resolve(selector, haystack):
        case Orphan(missing="context"):
            return _offer(_likeliest(wanted, haystack), "quote", selector, haystack)
        case Orphan(missing="to", places=(place, *_)):
            after = locate(place, haystack)[1]
            return _nearest_of_all("to", selector, haystack, hint, after)
        case Orphan(places=(place, *_)):  # a part of a longer word
            span = locate(tighten(place, haystack), haystack)
            return _offer(span, "quote", selector, haystack)
        case Orphan():
            left_out = _without_ellipsis(selector, haystack)
            return left_out or _nearest_of_all("quote", selector, haystack, hint)
        case _:
            return None


def _without_ellipsis(selector: Selector, haystack: Haystack) -> Suggestion | None:
    """The passage of a quote in which words were left out: from what stands before to what after.

    Of several such passages none is to be pasted. None if the quote has no ellipsis, or what is
    left of it is nowhere.
    """
    parts = [part for part in _ELLIPSIS.split(one_line(selector.quote)) if part]
    is_whole = parts == [one_line(selector.quote)]
    if not parts or is_whole or (selector.to and len(parts) > 1):
        return None
    quote, to = parts[0], parts[-1] if len(parts) > 1 else selector.to
    result = resolve(Selector(quote, to, selector.prefix, selector.suffix), haystack)
    if isinstance(result, Ambiguous):
        first, second, *_ = result.places
        there = original(*locate(first, haystack), haystack)
        return Suggestion("quote", first, "", there, rival=second)
    if not isinstance(result, Found):
        return None
    start, end = locate(result.range, haystack)
    passage = haystack.folded.text[start:end]
    if not _stand_in_order([fold(part).text for part in parts], passage):
        return None
    return Suggestion("quote", result.range, quote, original(start, end, haystack), to)


def _stand_in_order(parts: list[str], passage: str) -> bool:
    at = 0
    for part in parts:
        at = passage.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def _nearest_of_all(
    part: Literal["quote", "to"],
    selector: Selector,
    haystack: Haystack,
    hint: int | None,
    after: int = 0,
) -> Suggestion | None:
    """The passage whose words are most like the typed ones, from an offset of folded text on."""
    typed = one_line(selector.quote if part == "quote" else selector.to)
    places = []
    for span in _similar(fold(typed).text, haystack, hint, after):
        part_of = comparing.agreeing_part(typed, original(*span, haystack))
        span = _with_closing(*_within(span, part_of, haystack), haystack.folded.text)
        likeness = comparing.likeness(typed, original(*span, haystack))
        away = abs(haystack.folded.start(span[0]) - hint) if hint is not None else 0
        bonus = _AT_HINT if hint is not None and away <= len(typed) else 0
        places.append((likeness.nearness + bonus, -away, likeness, span))
    if not places:
        return None
    places.sort(key=lambda place: -place[0])
    near = [place for place in places if places[0][0] - place[0] < _TIE]
    if hint is not None:
        near = [max(near, key=lambda place: place[1])]
    *_, likeness, span = near[0]
    rival = range_of(*near[1][-1], haystack) if len(near) > 1 else None
    is_sure = likeness.agreement >= _AGREEING and rival is None
    return _offer(span, part, selector, haystack, is_sure=is_sure, rival=rival)


def _within(span: Interval, part: tuple[int, int], haystack: Haystack) -> Interval:
    """A part of the words of a span, given by offsets into its original on one line."""
    line = original(*span, haystack)
    before = len(fold(line[: part[0]].strip()).text)
    after = len(fold(line[part[1] :].strip()).text)
    text = haystack.folded.text
    start, end = span[0] + before, span[1] - after
    start += len(text[start:end]) - len(text[start:end].lstrip())
    end -= len(text[start:end]) - len(text[start:end].rstrip())
    return (start, end) if start < end else span


def _offer(
    span: Interval,
    part: Literal["quote", "to"],
    selector: Selector,
    haystack: Haystack,
    *,
    is_sure: bool = True,
    rival: Range | None = None,
) -> Suggestion:
    place = tighten(range_of(*span, haystack), haystack)
    span = locate(place, haystack)
    there = original(*span, haystack)
    typed = one_line(selector.quote if part == "quote" else selector.to)
    return Suggestion(
        part,
        place,
        _pasteable(span, haystack) if is_sure else "",
        comparing.difference(typed, there),
        is_changed=comparing.likeness(typed, there).nearness < 1,
        rival=rival,
    )


def _pasteable(span: Interval, haystack: Haystack) -> str:
    return original(*span, haystack).translate(_STRAIGHT)


def _likeliest(wanted: Selector, haystack: Haystack) -> Interval:
    """Of the places that have the quote, the one whose context is most like the wanted one."""
    from rapidfuzz import fuzz  # here, because only mistakes need it

    text = haystack.folded.text

    def likeness(span: Interval) -> float:
        start, end = words.skip_space_before(text, span[0]), words.skip_space_after(text, span[1])
        before = text[max(0, start - len(wanted.prefix)) : start]
        after = text[end : end + len(wanted.suffix)]
        return fuzz.ratio(wanted.prefix, before) + fuzz.ratio(wanted.suffix, after)

    quote = Selector(wanted.quote, wanted.to)
    passages = [*islice(find_passages(quote, haystack), _PLACES_WITH_QUOTE)] or find_passages(
        Selector(wanted.quote), haystack, whole_words=False
    )
    heads = (passage.head for passage in passages)
    return max(islice(heads, _PLACES_WITH_QUOTE), key=likeness)


def _similar(needle: str, haystack: Haystack, hint: int | None, after: int) -> Iterator[Interval]:
    """The few parts of the folded text, from an offset on, that are most like a needle.

    First the one that is most like it where it should be, by an offset of the text, if any is.
    """
    needle, text = _lower(needle.strip()), _lower(haystack.folded.text)
    if hint is not None:
        start, end = _window(needle, haystack, hint)
        if span := _most_similar(needle, text[:end], max(start, after)):
            yield span
            text = _without(span, text)
    for _ in range(_PLACES):
        if not (span := _most_similar(needle, text, after)):
            return
        yield span
        text = _without(span, text)


def _window(needle: str, haystack: Haystack, hint: int) -> Interval:
    """The words of the folded text among which a needle should stand, by an offset of the text."""
    text = haystack.folded.text
    at = locate(Range(hint, hint + 1), haystack)[0]
    start = text.rfind(" ", 0, max(0, at - len(needle))) + 1
    end = text.find(" ", at + 2 * len(needle))
    return start, end if end >= 0 else len(text)


def _without(span: Interval, text: str) -> str:
    return f"{text[: span[0]]}{' ' * (span[1] - span[0])}{text[span[1] :]}"


def _most_similar(needle: str, text: str, after: int) -> Interval | None:
    from rapidfuzz.distance.Levenshtein import normalized_similarity  # only mistakes need it

    start, end = _nearest(needle[:_LONG], text[after:])
    start, end = start + after, end + after
    if len(needle) > _LONG:
        end = start + _nearest(needle[-_LONG:], text[start : start + _LONG + len(needle)])[1]
    if normalized_similarity(needle, text[start:end]) < _SIMILAR:
        return None
    return start, end


def _nearest(needle: str, text: str) -> Interval:
    """The words of a text that are nearest to a needle, however far."""
    from rapidfuzz.distance.Levenshtein import normalized_similarity  # only mistakes need it
    from rapidfuzz.fuzz import partial_ratio_alignment

    found = partial_ratio_alignment(needle, text)
    if found is None:
        return 0, 0
    # What was found is as long as the needle. The words that are meant may be more, or fewer.
    start, end = found.dest_start, found.dest_end
    reach = 16 + len(needle) // 4
    starts = [at for at in _near(start, reach, text) if words.starts_word(text, at)]
    ends = [at for at in _near(end, reach, text) if words.ends_word(text, at)]
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


def _with_closing(start: int, end: int, text: str) -> Interval:
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
