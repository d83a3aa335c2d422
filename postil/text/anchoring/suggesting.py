"""What an editor may have meant by a quotation that is nowhere: for messages, never to publish."""

from typing import Literal

from msgspec import Struct

from postil.text.anchoring import words
from postil.text.anchoring.describing import tighten
from postil.text.anchoring.resolving import (
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
_PAIRS = (('"', '"'), ("(", ")"), ("[", "]"))


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


def suggest(selector: Selector, haystack: Haystack) -> Suggestion | None:
    """The passage that an orphan may have meant, for a message; None if nothing is similar.

    None too if the selector is no orphan. It may be the wrong passage: never publish it unasked.
    """
    wanted = fold_parts(selector)
    match resolve(selector, haystack):
        case Orphan(missing="context"):
            return _suggest(_likeliest(wanted, haystack), "quote", selector, haystack)
        case Orphan(missing="to", places=(place, *_)):
            after = locate(place, haystack)[1]
            return _suggest(_most_similar(wanted.to, haystack, after), "to", selector, haystack)
        case Orphan(places=(place, *_)):  # a part of a longer word
            span = locate(tighten(place, haystack), haystack)
            return _suggest(span, "quote", selector, haystack)
        case Orphan():
            return _suggest(_most_similar(wanted.quote, haystack), "quote", selector, haystack)
        case _:
            return None


def _suggest(
    span: Interval | None, part: Literal["quote", "to"], selector: Selector, haystack: Haystack
) -> Suggestion | None:
    if span is None:
        return None
    found = original(*span, haystack)
    typed = selector.quote if part == "quote" else selector.to
    difference = _difference(one_line(typed), found)
    return Suggestion(part, range_of(*span, haystack), found.translate(_STRAIGHT), difference)


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
    passages = find_passages(quote, haystack) or find_passages(
        Selector(wanted.quote), haystack, whole_words=False
    )
    return max((passage.head for passage in passages), key=likeness)


def _most_similar(needle: str, haystack: Haystack, after: int = 0) -> Interval | None:
    """The words of the folded text, from an offset on, that are most like a needle."""
    from rapidfuzz.distance.Levenshtein import normalized_similarity  # only mistakes need it

    needle, text = _lower(needle), _lower(haystack.folded.text)
    start, end = _nearest(needle[:_LONG], text[after:])
    start, end = start + after, end + after
    if len(needle) > _LONG:
        end = start + _nearest(needle[-_LONG:], text[start : start + _LONG + len(needle)])[1]
    if normalized_similarity(needle, text[start:end]) < _SIMILAR:
        return None
    return _with_closing(start, end, text)


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


def _difference(typed: str, found: str) -> str:
    """The words, with those marked +so+ that were not typed; what was typed instead, ~so~.

    Case and punctuation count only if nothing else differs.
    """
    from rapidfuzz.distance import Levenshtein  # here, because only mistakes need it

    ours, theirs = words.word().findall(" " + found), words.word().findall(" " + typed)
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
    kept = [at for at, each in enumerate(word) if words.is_in_words(each)]
    return word[kept[0] : kept[-1] + 1].lower() if kept else word


def _marked(sign: str, pieces: list[tuple[str, str]]) -> str:
    """Words and the gaps before them, with a sign around all of them."""
    if not pieces:
        return ""
    gap = pieces[0][0]
    run = "".join(gap + word for gap, word in pieces)
    return f"{gap}{sign}{run[len(gap) :]}{sign}"
