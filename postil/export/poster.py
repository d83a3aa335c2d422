"""The picture of an explainer for where other programs show a link to it: a poster in PNG.

Its title, who publishes it, and the article as one bar from its first word to its last, with the
passages for which somebody is named. Pillow draws it, if it is there (the extra `posters`), and
sets words right in every script only with Raqm: without either there is no poster. Nor are there
words on it that its fonts cannot set; the title stands beside it wherever it is shown.

An image of 16 colours takes a fifth of the time and of the bytes that one of all colours takes:
ten from paper to ink, in which letters are smoothed, one for each basis, and the accent.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from postil.export import lettering
from postil.language.words import Words, direction
from postil.page.entries import BAR, Entry
from postil.page.theming import channels, mix
from postil.site.settings import Site

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

POSTER = "poster.png"
WIDTH, HEIGHT = 1200, 630  # pixels: what those who show it ask for

# As in static/postil.css, by day.
_PAPER, _INK, _RULE = "#fffdfa", "#1f1d1a", "#dfdad1"
_ACCENT, _NAMED, _UNNAMED = "#8a1c1c", "#3f5a73", "#b06a2c"

_LEVELS = 10  # colours from paper to ink; the others come after them
_OTHERS = ("official", "named", "unnamed", "nothing", "annotated", "accent")
_RUN_LENGTHS = 3  # zlib's strategy Z_RLE: as small as its level 6 in half of the time
_QUIET = 165  # of 255: how dark small words are

_EDGE = 76
_MEASURE = WIDTH - 2 * _EDGE
_TITLE_SIZES = ((84, 2), (72, 3), (60, 4), (50, 5))  # pixels, and lines that there is room for
_SMALL = ((30, 1),)
_BAR_TOP, _BAR_BOTTOM = 482, 521
_LARGE_BAR_TOP = 150  # where there is no title


@cache
def can_draw() -> bool:
    """Whether Pillow and python-bidi are there, and Pillow shapes words."""
    try:
        from bidi import algorithm  # noqa: F401
        from PIL import features
    except ImportError:
        return False
    return bool(features.check_feature("raqm"))


def draw_poster(entry: Entry, site: Site, words: Words) -> bytes:
    """The poster of an explainer in the language of its page, the same bytes for the same input."""
    from PIL import Image, ImageDraw

    image = Image.new("L", (WIDTH, HEIGHT), 0)  # how much ink, until all words are drawn
    drawing = ImageDraw.Draw(image)
    side = words.direction
    _write_small(" · ".join(_names(site)), drawing, side, 104)
    _write_small(_caption(entry, words), drawing, side, _BAR_BOTTOM + 56)
    has_title = _write_title(entry.title, drawing, side)
    image = image.point([round(ink * (_LEVELS - 1) / 255) for ink in range(256)])
    image.putpalette(_palette(site.theme.accent or _ACCENT))
    _draw_marks(entry, ImageDraw.Draw(image), side, _BAR_TOP if has_title else _LARGE_BAR_TOP)
    return _encoded(image)


def _encoded(image: "Image") -> bytes:
    stream = BytesIO()
    image.save(stream, "PNG", bits=4, compress_type=_RUN_LENGTHS)
    return stream.getvalue()


@cache
def _palette(accent: str) -> bytes:
    others = {"official": accent, "named": _NAMED, "unnamed": _UNNAMED, "nothing": _RULE}
    others["annotated"] = mix(_PAPER, _INK, 0.5)
    ramp = [mix(_PAPER, _INK, level / (_LEVELS - 1)) for level in range(_LEVELS)]
    colours = (*ramp, *(others.get(name, accent) for name in _OTHERS))
    return bytes(channel for colour in colours for channel in channels(colour))


# ------------------------------------------------------------------ words


def _write_small(text: str, drawing: "ImageDraw", side: str, y: int) -> None:
    """A line in small letters, which may be of another direction than the page."""
    if lettering.can_set(text):
        lines = lettering.fitted(text, lettering.base_of(text), _MEASURE, _SMALL)
        lettering.draw_lines(lines, drawing, side, _EDGE, WIDTH - _EDGE, y, _QUIET)


def _write_title(title: str, drawing: "ImageDraw", side: str) -> bool:
    """The title, in the middle between what stands above it and the bar; False if it cannot be."""
    if not lettering.can_set(title):
        return False
    lines = lettering.fitted(title, side, _MEASURE, _TITLE_SIZES)
    above = 140 + (_BAR_TOP - 40 - 140 - lines.height) // 2
    first = above + round(lines.size * 0.8)
    lettering.draw_lines(lines, drawing, side, _EDGE, WIDTH - _EDGE, first, 255)
    return True


def _names(site: Site) -> Iterable[str]:
    """The site's name, and its publisher's if that is another."""
    return dict.fromkeys(filter(None, (site.title, site.publisher)))


def _caption(entry: Entry, words: Words) -> str:
    """What the bar shows, in figures."""
    if not entry.passages:
        return words("annotations", n=entry.counts.annotations)
    figures = (
        words("entry_passages", n=entry.passages),
        words("first_speakers", n=entry.counts.origins),
        words("words_traced", share=entry.traced),
    )
    return " · ".join(figures)


# ------------------------------------------------------------------ the bar


def _draw_marks(entry: Entry, drawing: "ImageDraw", side: str, top: int) -> None:
    """A short line in the accent above all, and the bar, which runs as the article does."""
    begin = _EDGE if side == "ltr" else _EDGE + _MEASURE - 72
    drawing.rectangle((begin, 52, begin + 71, 58), fill=_colour("accent"))
    is_turned = direction(entry.article_language) == "rtl"
    for name, *ends in _shown(entry):
        left, right = (round(end * _MEASURE / BAR) for end in ends)
        if is_turned:
            left, right = _MEASURE - right, _MEASURE - left
        _draw_piece(name, (_EDGE + left, top, _EDGE + right - 1, _BAR_BOTTOM), drawing)


def _shown(entry: Entry) -> Iterator[tuple[str, int, int]]:
    """Pieces of the bar with the names of their colours, each with where it begins and ends.

    Where nobody is named, the passages that have an annotation stand out on it.
    """
    for piece in entry.bar:
        yield piece.basis, piece.start, piece.start + piece.width
    if not entry.passages:
        spans = {span for each in entry.utterances for span in each.spans}
        yield from (("annotated", start, start + width) for start, width in sorted(spans))


def _draw_piece(name: str, box: tuple[int, int, int, int], drawing: "ImageDraw") -> None:
    """A piece of the bar: what an outlet says itself is hollow, what is unnamed striped."""
    left, top, right, bottom = box
    if name == "outlet":
        drawing.rectangle(box, fill=0, outline=_LEVELS - 1, width=3)
    elif name == "unnamed":
        for start in range(left, right + 1, 9):
            drawing.rectangle((start, top, min(start + 5, right), bottom), fill=_colour(name))
    else:
        drawing.rectangle(box, fill=_colour(name))


def _colour(name: str) -> int:
    return _LEVELS + _OTHERS.index(name)
