"""Words set in type for a poster: which font has a character, where lines break, what runs how.

Pillow shapes and draws a run of one font and one direction, by HarfBuzz. What runs a line consists
of, and in which order they are seen, is decided here, by the levels that python-bidi finds with the
Unicode Bidirectional Algorithm (UAX #9).
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from postil.text.clusters import cuts

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

_FOLDER = Path(__file__).parent / "fonts"
_FONTS = (
    "source-serif-4-latin",
    "source-serif-4-latin-ext",
    "source-serif-4-vietnamese",
    "source-serif-4-cyrillic",
    "source-serif-4-cyrillic-ext",
    "source-serif-4-greek",
    "noto-serif-hebrew-hebrew",
    "noto-naskh-arabic-arabic",
)
_NO_CHARACTER = "\U0010ffff"  # which no font has: what is drawn for it stands for what is lacking
_MEASURED_AT = 64  # pixels; other sizes are in proportion
_LEADING = 1.18  # of the size: from one base line to the next
_ELLIPSIS = "…"

_LEFTWARD = ("R", "AL", "AN")  # Unicode's classes of what may run from right to left


class TextRun(NamedTuple):
    """A part of a line in one font and at one level, in the order of writing.

    At an odd level it runs from right to left.
    """

    text: str
    font: str
    level: int

    @property
    def side(self) -> str:
        return "rtl" if self.level % 2 else "ltr"


class Setting(Struct, frozen=True):
    """Text in lines, from left to right or from right to left, at a size in pixels."""

    lines: tuple[str, ...]
    size: int
    base: str

    @property
    def height(self) -> int:
        """From the top of the first line to the bottom of the last, in pixels."""
        return round(self.size * (1 + _LEADING * (len(self.lines) - 1)))


def can_set(text: str) -> bool:
    """Whether the fonts have every character of a text."""
    return all(map(_fonts_of, _words_of(text)))


def fitted(text: str, base: str, width: int, sizes: Sequence[tuple[int, int]]) -> Setting:
    """A text that can be set in lines of at most this width in pixels; `base` is its direction.

    `sizes` are sizes with the number of lines that may be had, largest size first. What is too long
    for the last one is cut, and a word that is too long for a line is broken.
    """
    words = _words_of(text)
    for size, most in sizes:
        lines = list(_broken(words, width / size))
        if len(lines) <= most and all(_width(line) * size <= width for line in lines):
            return Setting(tuple(lines), size, base)
    parts = [part for word in words for part in _parts(word, width / size)]
    lines = list(_broken(parts, width / size))
    if len(lines) > most:
        lines[most - 1 :] = [_cut(lines[most - 1], width / size)]
    return Setting(tuple(lines), size, base)


def draw_lines(
    lines: Setting, drawing: "ImageDraw", side: str, left: int, right: int, y: int, ink: int
) -> None:
    """Draw lines from the side on between two edges; `y` is the first base line, in pixels."""
    for number, line in enumerate(lines.lines):
        base_line = y + round(number * lines.size * _LEADING)
        runs = [(run, _font(run.font, lines.size)) for run in runs_of(line, lines.base)]
        widths = [font.getlength(run.text, direction=run.side) for run, font in runs]
        begin = left if side == "ltr" else right - sum(widths)
        for (run, font), length in zip(runs, widths, strict=True):
            place = begin, base_line
            drawing.text(place, run.text, ink, font, anchor="ls", direction=run.side)
            begin += length


# ------------------------------------------------------------------ fonts


@cache
def _font(name: str, size: int) -> "FreeTypeFont":
    from PIL import ImageFont

    file = str(_FOLDER / f"{name}-600-normal.woff2")
    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.RAQM)


@cache
def _has(name: str, character: str) -> bool:
    drawn, lacking = (_font(name, _MEASURED_AT).getmask(c) for c in (character, _NO_CHARACTER))
    return drawn.size != lacking.size or bytes(drawn) != bytes(lacking)


@cache
def _first_font(character: str) -> str:
    """The first font that has a character; empty if none has."""
    return next((name for name in _FONTS if _has(name, character)), "")


@lru_cache(4096)
def _fonts_of(text: str) -> tuple[str, ...]:
    """The font of each character, in few changes; nothing at all if one is in no font.

    What is no letter is in the font of what stands before it, if that has it.
    """
    names: list[str] = []
    for character in text:
        keeps = names and names[-1] and not character.isalpha() and _has(names[-1], character)
        names.append(names[-1] if keeps else _first_font(character))
    return tuple(names) if all(names) else ()


# ------------------------------------------------------------------ lines


def _words_of(text: str) -> list[str]:
    return unicodedata.normalize("NFC", text).split()


@lru_cache(4096)
def _width(text: str) -> float:
    """How wide a text is, in units of the size."""
    runs = groupby(zip(text, _fonts_of(text), strict=True), key=lambda each: each[1])
    fonts = ((_font(name, _MEASURED_AT), "".join(c for c, _ in run)) for name, run in runs)
    return sum(font.getlength(part) for font, part in fonts) / _MEASURED_AT


def _broken(words: Iterable[str], width: float) -> Iterator[str]:
    """The words in lines, as many in each as there is room for, at least one."""
    line = ""
    for word in words:
        if line and _width(line) + _width(f" {word}") > width:
            yield line
            line = ""
        line = f"{line} {word}" if line else word
    if line:
        yield line


def _parts(word: str, width: float) -> Iterator[str]:
    """A word, broken between characters where it is wider than a line."""
    while _width(word) > width:
        places = [place for place in range(1, len(word)) if not cuts(word, place)]
        if not places:
            break
        fitting = (place for place in reversed(places) if _width(word[:place]) <= width)
        place = next(fitting, places[0])
        yield word[:place]
        word = word[place:]
    yield word


def _cut(line: str, width: float) -> str:
    """A line with an ellipsis at its end, without the words that then have no room."""
    while " " in line and _width(f"{line}{_ELLIPSIS}") > width:
        line = line.rpartition(" ")[0]
    return f"{line}{_ELLIPSIS}"


# ------------------------------------------------------------------ directions


def base_of(text: str) -> str:
    """The direction of a text's first letter (rules P2 and P3), or from left to right."""
    sorts = (unicodedata.bidirectional(character) for character in text)
    return "rtl" if next((s for s in sorts if s in ("L", "R", "AL")), "L") != "L" else "ltr"


def runs_of(line: str, base: str) -> list[TextRun]:
    """The runs of a line from left to right, as they are seen in a text of that direction."""
    told = zip(line, _fonts_of(line), _levels_of(line, base), strict=True)
    runs = [
        TextRun("".join(character for character, *_ in run), name, level)
        for (name, level), run in groupby(told, key=lambda each: each[1:])
    ]
    for level in range(max((run.level for run in runs), default=0), 0, -1):  # rule L2
        groups = groupby(runs, key=lambda run: run.level >= level)
        runs = [run for turns, group in groups for run in (list(group)[::-1] if turns else group)]
    return runs


def _levels_of(line: str, base: str) -> list[int]:
    """The level of each character: an odd one runs from right to left.

    What the algorithm leaves out, as a joiner, has the level of what stands before it.
    """
    if base == "ltr" and not any(unicodedata.bidirectional(each) in _LEFTWARD for each in line):
        return [0] * len(line)
    from bidi import algorithm

    storage = algorithm.get_empty_storage()
    level = int(base == "rtl")
    storage |= {"base_level": level, "base_dir": "LR"[level]}
    algorithm.get_embedding_levels(line, storage)
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    levels, known = [], iter(storage["chars"])
    for character in line:
        if unicodedata.bidirectional(character) not in algorithm.X9_REMOVED:
            level = next(known)["level"]
        levels.append(level)
    return levels
