"""Plain text as tokens: nothing is markup, and only where paragraphs end must be known.

In most texts every line that is not blank is a paragraph. In mail, wire copy and old files lines
are broken at some width instead, and an empty line ends a paragraph.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Literal

from markdown_it.token import Token
from msgspec import Struct

Lines = Literal["paragraph", "wrapped"]  # what a line is: a paragraph, or a part of one

WIDTHS = range(40, 101)  # characters; at which programs break lines
_ENOUGH = 4  # broken lines, to be sure of it
_ENDS_SENTENCE = re.compile(r"[.!?…:;。！？][\"'”’»)\]]*\s*\Z")

_Line = tuple[int, str]  # its number, from 0, and what is in it


class Reading(Struct, frozen=True):
    """What the lines of a text look like, and where the first one is broken, in code points."""

    lines: Lines
    sure: bool = True
    width: int = 0
    first: int = 0


def paragraphs(text: str, lines: Lines | None = None) -> list[Token]:
    """The text as the tokens of paragraphs; if `lines` is not given, as it looks."""
    lines = lines or reading_of(text).lines
    return [token for part in _parts(text, lines) for token in _paragraph(part)]


def reading_of(text: str) -> Reading:
    """Whether the lines of a text are paragraphs of their own, as far as can be seen.

    They are parts of paragraphs if empty lines stand between these, hardly any line is long, and
    sentences run on from line to line where the next word would not have gone into the line.
    """
    blocks = list(_parts(text, "wrapped"))
    pairs = [(one, other) for block in blocks for (_, one), (_, other) in pairwise(block)]
    running = [pair for pair in pairs if _runs_on(*pair)]
    if not running:
        return Reading("paragraph")
    lengths = sorted(len(line.rstrip()) for line, _ in running)
    width = lengths[len(lengths) * 9 // 10]  # a few may be longer: an address, a table
    full = [p for p in running if len(p[0].rstrip()) + len(_word(p[1])) >= 0.9 * width]
    lines = [line for block in blocks for _, line in block]
    long = sum(len(line) > 1.3 * width for line in lines)
    if width not in WIDTHS or len(full) < 0.25 * len(pairs) or long > 0.1 * len(lines):
        return Reading("paragraph")
    sure = len(full) >= _ENOUGH and len(full) >= 0.45 * len(pairs) and len(blocks) > 1
    first = text.index(full[0][0])
    return Reading("wrapped" if sure else "paragraph", sure, width, first)


def _word(line: str) -> str:
    """The first word of a line and a space before it."""
    return f" {line.split(maxsplit=1)[0]}"


def _runs_on(line: str, after: str) -> bool:
    """Whether a sentence goes on from a line to the one after it; verse begins with a capital."""
    return not _ENDS_SENTENCE.search(line) and not after.lstrip()[0].isupper()


def _parts(text: str, lines: Lines) -> Iterator[list[_Line]]:
    """The lines of each paragraph."""
    numbered = [(number, line.removesuffix("\r")) for number, line in enumerate(text.split("\n"))]
    for is_blank, group in groupby(numbered, key=lambda line: not line[1].strip()):
        if not is_blank and lines == "wrapped":
            yield list(group)
        elif not is_blank:
            yield from ([line] for line in group)


def _paragraph(lines: Sequence[_Line]) -> list[Token]:
    """Both forms of article are woven and rendered alike: a broken line is as in Markdown."""
    children = [Token("text", "", 0, content=lines[0][1])]
    for _, line in lines[1:]:
        children += [Token("softbreak", "br", 0), Token("text", "", 0, content=line)]
    place = [lines[0][0], lines[-1][0] + 1]
    return [
        Token("paragraph_open", "p", 1, map=place, block=True),
        Token("inline", "", 0, map=place, level=1, children=children, block=True),
        Token("paragraph_close", "p", -1, block=True),
    ]
