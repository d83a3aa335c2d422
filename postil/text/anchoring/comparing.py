"""How the words that were typed differ from those that stand somewhere."""

from collections.abc import Iterator
from itertools import groupby

from msgspec import Struct

from postil.text.anchoring import words
from postil.text.folding import fold


class Likeness(Struct, frozen=True):
    """How far the words of two phrases agree, one word with one word, in order.

    Both are a share of the longer phrase, from 0 to 1. In `agreement` words are the same, case
    and punctuation aside; a slip of the keyboard counts if at least one word has none. In
    `nearness`, words that differ count as far as their letters are alike.
    """

    agreement: float
    nearness: float


# A slip leaves most of a word's letters: too/two, tolled/told; but not Tuesday/Wednesday.
_SLIP = 0.6


def likeness(typed: str, found: str) -> Likeness:
    """How alike the words are of which both phrases consist."""
    theirs, ours = _bare_words(typed), _bare_words(found)
    same, slips, near = 0, 0, 0.0
    for is_equal, src, dest in _runs(theirs, ours):
        if is_equal:
            same += src[1] - src[0]
        else:
            similarities = list(map(_similarity, theirs[slice(*src)], ours[slice(*dest)]))
            slips += sum(each >= _SLIP for each in similarities)
            near += sum(similarities)
    longer = max(len(theirs), len(ours), 1)
    return Likeness((same + slips if same else 0) / longer, (same + near) / longer)


def agreeing_part(typed: str, found: str) -> tuple[int, int]:
    """Where in `found` the words start and end that stand for typed ones.

    At either end, words are left out that are not as many as those that they stand for.
    """
    matches = list(words.word().finditer(found))
    ours = [bare(fold(match[2]).text) for match in matches]
    theirs = [bare(fold(word).text) for _, word in words.word().findall(typed)]
    runs = list(_runs(theirs, ours))
    first, last = 0, len(ours)
    for is_first, (is_equal, src, dest) in ((True, runs[0]), (False, runs[-1])) if runs else ():
        size = dest[1] - dest[0]
        if not is_equal and size != src[1] - src[0] and size < len(ours):
            first, last = (size, last) if is_first else (first, last - size)
    if first >= last:
        return 0, len(found)
    return matches[first].start(2), matches[last - 1].end(2)


def _bare_words(phrase: str) -> list[str]:
    """The words of a phrase, without signs that stand alone."""
    bares = (bare(fold(word).text) for _, word in words.word().findall(phrase))
    return [each for each in bares if any(map(words.is_in_words, each))]


def _similarity(one: str, other: str) -> float:
    """How alike two words are that differ, from 0 to 1; numbers are not alike at all."""
    from rapidfuzz.distance.Levenshtein import normalized_similarity  # only mistakes need it

    has_digit = any(map(str.isdigit, one + other))
    return 0.0 if has_digit else normalized_similarity(one, other)


def _runs(
    theirs: list[str], ours: list[str]
) -> Iterator[tuple[bool, tuple[int, int], tuple[int, int]]]:
    """Whether words are equal, and where they stand in either list; neighbours are one run."""
    from rapidfuzz.distance import Levenshtein  # only mistakes need it

    codes = Levenshtein.opcodes(theirs, ours)
    for is_equal, group in groupby(codes, lambda code: code.tag == "equal"):
        first, *others = group
        last = others[-1] if others else first
        yield is_equal, (first.src_start, last.src_end), (first.dest_start, last.dest_end)


def difference(typed: str, found: str) -> str:
    """The words, with those marked +so+ that were not typed; what was typed instead, ~so~.

    Case and punctuation count only if nothing else differs.
    """
    from rapidfuzz.distance import Levenshtein  # here, because only mistakes need it

    ours, theirs = words.word().findall(" " + found), words.word().findall(" " + typed)
    for alike in (bare, str):
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


def bare(word: str) -> str:
    kept = [at for at, each in enumerate(word) if words.is_in_words(each)]
    return word[kept[0] : kept[-1] + 1].lower() if kept else word


def _marked(sign: str, pieces: list[tuple[str, str]]) -> str:
    """Words and the gaps before them, with a sign around all of them."""
    if not pieces:
        return ""
    gap = pieces[0][0]
    run = "".join(gap + word for gap, word in pieces)
    return f"{gap}{sign}{run[len(gap) :]}{sign}"
