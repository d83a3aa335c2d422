"""Folds text, so that how something was typed does not matter when it is looked up."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from functools import cache, partial

from msgspec import Struct

Edit = tuple[int, int, str]  # start, end, and what stands there instead

_SINGLE = "‘’‚‛❛❜‹›′‵´`ʹʻʼ\u05f3"  # U+05F3, U+05F4: Hebrew geresh and gershayim
_DOUBLE = "“”„‟⹂❝❞«»″‶〝〞〟\u05f4"
_DASHES = "‐‑‒–—―−⸺⸻﹘﹣－"
_REPLACED = {
    **dict.fromkeys(_SINGLE, "'"),
    **dict.fromkeys(_DOUBLE, '"'),
    **dict.fromkeys(_DASHES, "-"),
}

# Zero-width joiners and variation selectors: a character and those after it are seen as one.
_JOINERS = "\u034f\u180b-\u180d\u180f\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef"
# Soft hyphen, zero-width spaces, bidi controls, byte order mark, and U+FFFC for an image.
_OTHERS = "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufffc"

_INVISIBLE_RUN = re.compile(f"[{_JOINERS}{_OTHERS}]+")
_JOINER_RUN = re.compile(f"[{_JOINERS}]+")
_RUNS = re.compile("  +|--+")
_AT_QUOTATION_MARK = re.compile(' (?:(?=")|(?<=" ))')  # starts with what it is, to be fast
# Every character below U+0300 is composed as it is, and only later ones change what it is.
_COMPOSABLE = re.compile(".?[^\x00-\u02ff]+", re.DOTALL)
# Unicode's stream-safe format allows 30 marks on a character; to sort more takes too long.
_LONGEST_CLUSTER = 32
_ASCII = str.maketrans({"`": "'", **dict.fromkeys("\t\n\v\f\r\x1c\x1d\x1e\x1f", " ")})


class _Step(Struct, frozen=True):
    """Where one step of folding replaced something; the lists run in parallel, in order.

    `starts` and `ends` are offsets after the step, `old_starts` and `old_ends` before it.
    """

    starts: list[int]
    ends: list[int]
    old_starts: list[int]
    old_ends: list[int]

    def start(self, offset: int) -> int:
        last = bisect_right(self.starts, offset) - 1
        if last < 0:
            return offset
        beyond = offset - self.ends[last]
        return self.old_starts[last] if beyond < 0 else self.old_ends[last] + beyond

    def end(self, offset: int) -> int:
        last = bisect_left(self.starts, offset) - 1
        return offset if last < 0 else self.old_ends[last] + max(0, offset - self.ends[last])


class Folded(Struct, frozen=True):
    """Folded text, and the way back. All offsets are code points."""

    text: str
    steps: tuple[_Step, ...] = ()  # the last one first

    def start(self, offset: int) -> int:
        """Where the folded character at `offset` starts in the original."""
        for step in self.steps:
            offset = step.start(offset)
        return offset

    def end(self, offset: int) -> int:
        """Where the folded character before `offset` ends in the original."""
        for step in self.steps:
            offset = step.end(offset)
        return offset

    def cuts(self, offset: int) -> bool:
        """Whether `offset` lies within what stands for one thing in the original: ﬁ, é, ---."""
        return self.start(offset) < self.end(offset)


def fold(text: str) -> Folded:
    """The text without what a reader cannot see or a keyboard cannot tell apart.

    - Invisible characters go: zero-width, bidi controls, soft hyphens, variation selectors, U+FFFC.
    - What Unicode composes is composed (NFC).
    - Compatibility characters become plain ones where only their width or ligature differs
      (ﬁ, Ａ, …), but not superscripts, subscripts, fractions: 10² is not 102.
    - Typographic quotation marks, primes and guillemets become ' or ".
    - A run of dashes of any kind becomes one hyphen, a run of white space one space; next to a
      double quotation mark it goes: « a » is "a".

    Letters keep their case. Folding twice is folding once.
    """
    if text.isascii():
        return _shorten(Folded(text.translate(_ASCII)))
    plain = _replace(_edit(_edit(Folded(text), _drop_invisible), _compose))
    # What was replaced may meet a combining mark: ﬁ and a diaeresis end in ï.
    return _shorten(_edit(plain, _compose))


def _shorten(folded: Folded) -> Folded:
    return _edit(_edit(folded, _shorten_runs), _drop_space_at_quotation_marks)


def _edit(folded: Folded, find: Callable[[str], Iterator[Edit]]) -> Folded:
    """The folded text with the edits that `find` finds in it: in order, none overlapping."""
    step = _Step([], [], [], [])
    pieces: list[str] = []
    length = done = 0
    for start, end, new in find(folded.text):
        pieces += folded.text[done:start], new
        length += start - done
        step.starts.append(length)
        length += len(new)
        step.ends.append(length)
        step.old_starts.append(start)
        step.old_ends.append(end)
        done = end
    if not pieces:
        return folded
    return Folded("".join((*pieces, folded.text[done:])), (step, *folded.steps))


def _drop_invisible(text: str) -> Iterator[Edit]:
    for match in _INVISIBLE_RUN.finditer(text):
        start, end = match.span()
        joiners = _JOINER_RUN.match(text, start)
        if joiners and start:
            yield start - 1, joiners.end(), text[start - 1]
            start = joiners.end()
        if start < end:
            yield start, end, ""


def _compose(text: str) -> Iterator[Edit]:
    if unicodedata.is_normalized("NFC", text):
        return
    for match in _COMPOSABLE.finditer(text):
        if not unicodedata.is_normalized("NFC", match[0]):
            yield from _compose_clusters(text, *match.span())


def _compose_clusters(text: str, start: int, end: int) -> Iterator[Edit]:
    for at in range(start + 1, end + 1):
        if at < end and _belongs(text[at], text, start, at):
            continue
        cluster = text[start:at]
        if len(cluster) <= _LONGEST_CLUSTER and not unicodedata.is_normalized("NFC", cluster):
            yield start, at, unicodedata.normalize("NFC", cluster)
        start = at


def _belongs(character: str, text: str, start: int, end: int) -> bool:
    """Whether a character is to be composed together with the cluster before it."""
    if text[end - 1].isspace():
        return False  # so that no white space is a part of what was composed
    if unicodedata.combining(character):
        return True
    if end - start >= _LONGEST_CLUSTER:
        return False
    cluster = text[start:end]
    apart = unicodedata.normalize("NFC", cluster) + unicodedata.normalize("NFC", character)
    return unicodedata.normalize("NFC", cluster + character) != apart


def _replace(folded: Folded) -> Folded:
    changes = {each: _plain(each) for each in set(folded.text) if _plain(each) != each}
    text = folded.text
    for character, plain in changes.items():
        if len(plain) == 1:  # no offset changes, and curly quotes are many: this is fast
            text = text.replace(character, plain)
    longer = "".join(sorted(each for each in changes if len(changes[each]) > 1))
    replaced = Folded(text, folded.steps)
    return _edit(replaced, partial(_expand, longer)) if longer else replaced


def _expand(characters: str, text: str) -> Iterator[Edit]:
    for match in re.finditer(f"[{characters}]", text):
        yield *match.span(), _plain(match[0])


@cache
def _plain(character: str) -> str:
    """What one character becomes."""
    if character in _REPLACED:
        return _REPLACED[character]
    if character.isspace():
        return " "
    if not unicodedata.decomposition(character).startswith(("<compat>", "<wide>", "<narrow>")):
        return character
    plain = unicodedata.normalize("NFKC", character)
    # A spacing accent is made of a space and a mark: as a word boundary it would do harm.
    if " " in plain:
        return character
    return "".join(_REPLACED.get(each, each) for each in plain)


def _shorten_runs(text: str) -> Iterator[Edit]:
    for match in _RUNS.finditer(text):
        yield *match.span(), match[0][0]


def _drop_space_at_quotation_marks(text: str) -> Iterator[Edit]:
    for match in _AT_QUOTATION_MARK.finditer(text):
        yield *match.span(), ""
