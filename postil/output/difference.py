"""The first difference between the words of a page and those of its article, and where it is."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from itertools import accumulate, groupby
from typing import Literal

from msgspec import Struct

MismatchKind = Literal["changed", "missing", "added", "malformed", "hidden", "version", "absent"]
Locate = Callable[[int], tuple[int, int]]

CONTEXT = 30  # characters shown on both sides of a difference
WINDOW = 200  # characters in which a change is told from an omission and an addition

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


class Mismatch(Struct, frozen=True):
    """The first way in which a page is not true to its article.

    `kind`: characters of the article are *changed* or *missing*, or others are *added*; the page
    is *malformed*: a browser would not read it as it looks; the words are *hidden*: they are there,
    but it is not sure that a reader gets them, and only them; the page was made from another
    *version* of the article; page or article are *absent* or cannot be read.

    `expected` is the plain rendering of the article around the difference and `found` what the
    page has there. Lines and columns count code points from 1. `line` and `column` are in the
    article: exact in a text file, at or after the nearest word in Markdown. `page_line` and
    `page_column` are in the source of the page. All are None where nothing can be pointed at.
    """

    kind: MismatchKind
    message: str
    expected: str = ""
    found: str = ""
    line: int | None = None
    column: int | None = None
    page_line: int | None = None
    page_column: int | None = None


def first_difference(
    found: str, expected: str, locate: Locate | None, page_place: Locate
) -> Mismatch:
    """How `found`, what remains of a page, differs from `expected`, the rendering of the article.

    `locate` and `page_place` turn an offset, into `expected` and into `found`, into the line and
    column of the article and of the page's source.
    """
    offset = _common_length(found, expected)
    kind, message = _describe(expected[offset:], found[offset:])
    line, column = locate(offset) if locate else (None, None)
    page_line, page_column = page_place(offset)
    around = slice(max(0, offset - CONTEXT), offset + CONTEXT)
    return Mismatch(
        kind, message, expected[around], found[around], line, column, page_line, page_column
    )


def _common_length(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))


def _describe(expected: str, found: str) -> tuple[MismatchKind, str]:
    """What happened to the text, given what follows the last character that is right."""
    from difflib import SequenceMatcher  # only when something is wrong

    before, after = expected[:WINDOW], found[:WINDOW]
    edits = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    edit, start, end, new_start, new_end = edits[0]
    was, now = _name(before[start:end]), _name(after[new_start:new_end])
    if edit == "delete":
        return "missing", f"the page lacks {was}"
    if edit == "insert":
        return "added", f"the page has {now}, which is not the article's"
    return "changed", f"the page has {now} for {was}"


def _name(text: str) -> str:
    """Text as shown in a message; a few characters, which may look alike, by their names too."""
    if len(text) > 3:
        return repr(_shorten(text))
    names = (f"U+{ord(char):04X} {unicodedata.name(char, '')}".strip() for char in text)
    return f"{text!r} ({', '.join(names)})"


def _shorten(text: str) -> str:
    return text if len(text) <= CONTEXT else f"{text[:CONTEXT]}…"


# ------------------------------------------------------------------ places


def place_in(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of a code point."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def plain_txt(article: bytes) -> str:
    """The HTML of a text file in UTF-8: each line that is not blank is a paragraph."""
    text = article.decode("utf-8-sig")
    return "".join(_paragraph(line) for _, line in _lines(text))


def wrapped_txt(article: bytes) -> str:
    """The same if its lines are broken at some width: an empty line ends a paragraph."""
    lines = (line.removesuffix("\r") for line in article.decode("utf-8-sig").split("\n"))
    runs = groupby(lines, key=lambda line: bool(line.strip()))
    return "".join(_paragraph("\n".join(run)) for is_text, run in runs if is_text)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers from 1."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line.removesuffix("\r")


def _paragraph(line: str) -> str:
    return f"<p>{line.translate(_ESCAPES)}</p>\n"


def place_in_txt(text: str, offset: int) -> tuple[int, int]:
    """Line and column in a text file of an offset into its rendering."""
    lines = list(_lines(text)) or [(1, "")]
    index, inside = find_piece([len(_paragraph(line)) for _, line in lines], offset)
    number, line = lines[index]
    ends = list(accumulate(len(char.translate(_ESCAPES)) for char in line))
    return number, bisect_right(ends, inside - len("<p>")) + 1


def find_piece(lengths: Sequence[int], offset: int) -> tuple[int, int]:
    """Which piece an offset into all of them is in (or after, if it is the last), and where."""
    ends = list(accumulate(lengths))
    index = min(bisect_right(ends, offset), len(ends) - 1)
    return index, offset - (ends[index] - lengths[index])


def place_in_md(text: str, expected: str, offset: int) -> tuple[int, int]:
    """Line and column in Markdown of an offset into its rendering, as near as words lead there.

    The words before the offset are looked for one after the other; if it is at the start of a
    word, that one too.
    """
    position = 0
    before, after = _visible(expected[:offset]), _visible(expected[offset:])
    for word in before.split():
        found = _find_word(word, text, position)
        position = position if found < 0 else found + len(word)
    if after.strip() and not before[-1:].strip():
        position = max(position, _find_word(after.split()[0], text, position))
    return place_in(text, position)


def _visible(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>?", " ", html))


def _find_word(word: str, text: str, position: int) -> int:
    """Where a word stands not far after a position; -1 if it does not: some are markup there."""
    return text.find(word, position, position + 10 * WINDOW)
