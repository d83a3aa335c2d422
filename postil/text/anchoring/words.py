"""Where words start and end in a text: UAX #29, simplified."""

import re
import unicodedata
from functools import cache

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
def word() -> re.Pattern[str]:
    return re.compile(rf"(\s*)([{_UNSPACED_SCRIPTS}]|[^\s{_UNSPACED_SCRIPTS}]+)")


def is_unspaced(character: str) -> bool:
    return character >= "\u0e00" and bool(_unspaced().match(character))


def is_boundary(text: str, at: int) -> bool:
    """Whether a word may start or end at an offset.

    The word boundaries of UAX #29, simplified: `he` is no word in `he's`, nor `5` in `3.5`.
    """
    if not 0 < at < len(text):
        return True
    before, after = text[at - 1], text[at]
    if " " in (before, after) and after < "\u0300":  # so most of all are
        return True
    if is_mark(after):
        return before == " "
    if is_unspaced(before) or is_unspaced(after):
        return True
    if is_in_words(before) and is_in_words(after):
        return False
    return not _is_inside_word(text, at) and not _is_inside_word(text, at - 1)


def _is_inside_word(text: str, at: int) -> bool:
    """Whether the character at an offset is punctuation within a word or a number."""
    if text[at] not in ".,:;'·" or not 0 < at < len(text) - 1:
        return False
    before, after = text[at - 1], text[at + 1]
    if before.isdigit() and after.isdigit():
        return text[at] in ".,;'"
    return text[at] in ".:'·" and all(each.isalpha() or is_mark(each) for each in (before, after))


def is_mark(character: str) -> bool:
    """Whether a character belongs to the one before it."""
    return character >= "\u0300" and unicodedata.category(character)[0] == "M"


def is_in_words(character: str) -> bool:
    return character.isalnum() or character == "_" or is_mark(character)


def starts_word(text: str, at: int) -> bool:
    """Whether a word starts at an offset, or something else that has a space before it."""
    if text[at : at + 1].strip() == "" or not is_boundary(text, at):
        return False
    return at == 0 or text[at - 1] == " " or is_in_words(text[at])


def ends_word(text: str, at: int) -> bool:
    """Whether a word ends at an offset, or something else that has a space after it."""
    if at == 0 or text[at - 1] == " " or not is_boundary(text, at):
        return False
    return at == len(text) or text[at] == " " or is_in_words(text[at - 1])


def last_start(text: str, at: int) -> int:
    """The last start of a word that is not after an offset; 0 if there is none."""
    while at > 0 and not starts_word(text, at):
        at -= 1
    return at


def first_end(text: str, at: int) -> int:
    """The first end of a word that is not before an offset; the text's end if there is none."""
    while at < len(text) and not ends_word(text, at):
        at += 1
    return at


def skip_space_before(text: str, at: int) -> int:
    return at - 1 if at and text[at - 1] == " " else at  # folded text has no two in a row


def skip_space_after(text: str, at: int) -> int:
    return at + 1 if text[at : at + 1] == " " else at
