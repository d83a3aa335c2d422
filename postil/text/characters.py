"""Characters that a reader cannot see, or that change the order in which text is shown."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Literal

import msgspec

NotableKind = Literal["invisible", "bidi"]

# Everything worth a second look; whether it is at home where it stands is decided one by one.
# Compiled when first needed: most texts never do.
_SUSPECT = (
    "(?P<embedding>[\u202a-\u202e\u2066-\u2069]+)"
    "|(?P<mark>[\u061c\u200e\u200f])"
    "|(?P<joiner>[\u200c\u200d])"
    "|(?P<selector>[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]+)"
    "|(?P<flag>\U0001f3f4\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067"  # England,
    "|\U000e0073\U000e0063\U000e0074|\U000e0077\U000e006c\U000e0073)\U000e007f)"  # Scotland, Wales
    r"|(?P<never>[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2028\u2029\u2060-\u2065\u206a-\u206f"
    "\u3164\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]+)"
)
# Those of them that Python takes for printable.
_UNSEEN = (
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0"
    "\U000e0100-\U000e01ef]"
)
_LEFTWARDS = (
    "[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefe"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
REACH = 20
"""Characters to either side in which a direction mark may find its reason."""


class Notable(msgspec.Struct, frozen=True):
    """`length` code points at `offset`, all of one kind; `name` is that of the first."""

    offset: int
    name: str
    kind: NotableKind
    length: int = 1


def notable_characters(text: str, limit: int | None = None) -> list[Notable]:
    """The characters of a text that are invisible or reorder it without need, in order.

    "invisible": control characters but tab and line ends, soft hyphens, zero-width characters,
    line separators, tags, two or more variation selectors in a row. "bidi": embeddings,
    overrides and isolates, and direction marks with no right-to-left text near them. What
    scripts and emoji need is not reported: joiners between letters without case or in emoji,
    one variation selector after a symbol or an ideograph, the flags spelled in tags.
    Neighbours of the same kind are reported as one; `limit` is for who will not read them all.
    """
    if _is_plain(text):
        return []
    return list(islice(_notable_runs(text), limit))


def _notable_runs(text: str) -> Iterator[Notable]:
    open_run: Notable | None = None
    for suspect in re.finditer(_SUSPECT, text):
        kind = _kind(text, suspect)
        if kind is None:
            continue
        start, end = suspect.span()
        if open_run and (kind, start) == (open_run.kind, open_run.offset + open_run.length):
            start = open_run.offset
        elif open_run:
            yield open_run
        open_run = Notable(start, name_of(text[start]), kind, end - start)
    if open_run:
        yield open_run


@lru_cache(maxsize=1024)
def name_of(character: str) -> str:
    """What to call a character in a message: `zero width space`."""
    unnamed = "control character" if unicodedata.category(character) == "Cc" else "character"
    return unicodedata.name(character, unnamed).lower()


def _is_plain(text: str) -> bool:
    """Whether nothing in a text needs a closer look, found in a tenth of the time of that look."""
    words = text.replace("\n", "").replace("\r", "").replace("\t", "")
    return words.isprintable() and (words.isascii() or not re.search(_UNSEEN, words))


def _kind(text: str, suspect: re.Match[str]) -> NotableKind | None:
    """What is wrong with a character or run of them, if anything."""
    start, end = suspect.span()
    match suspect.lastgroup:
        case "flag":
            return None
        case "embedding":
            return "bidi"
        case "mark":
            near = re.search(_LEFTWARDS, text[max(start - REACH, 0) : end + REACH])
            return None if near else "bidi"
        case "joiner":
            return None if _joins(text[start - 1 : start], text[end : end + 1]) else "invisible"
        case "selector":
            is_one = end - start == 1
            return None if is_one and _selects(text[start - 1 : start]) else "invisible"
        case _:
            return "invisible"


@lru_cache(maxsize=1024)
def _joins(before: str, after: str) -> bool:
    """Whether a joiner between these has something to join or to hold apart."""
    if _may_join(before) or _may_join(after):
        return True
    return _is_pictorial(before) and _is_pictorial(after)


def _may_join(character: str) -> bool:
    """Letters that have no case, and the vowel signs of their scripts."""
    if not character or character.isascii():
        return False
    category = unicodedata.category(character)
    if category in ("Mn", "Mc"):
        name = unicodedata.name(character, "")
        return not name.startswith(("COMBINING", "VARIATION SELECTOR"))
    return category in ("Lo", "Lm")


def _is_pictorial(character: str) -> bool:
    """An emoji, a part of one, or the selector that asks for its coloured form."""
    return character == "\ufe0f" or (
        character != "" and unicodedata.category(character) in ("So", "Sm", "Sk")
    )


def _selects(before: str) -> bool:
    """Whether a character has variants, so that a selector may follow it."""
    if not before or before.isspace() or re.match(_SUSPECT, before):
        return False
    is_cased = before.isupper() or before.islower()
    return before == "\N{INFORMATION SOURCE}" or not is_cased
