"""Plain text that is not what its author wrote: traces of other formats and encodings."""

import re
from collections.abc import Iterator
from html.entities import html5
from typing import Literal

from msgspec import Struct

# The first bytes of a character in UTF-8 and those that follow, as Windows-1252 or Latin-1 read
# them. What looks like it is judged by ftfy, which takes longer to import than a page to build.
_MISREAD = re.compile(
    r"[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]+"
)
_LONE = re.compile(r"\r(?![\r\n])")
_LOST = "\ufffd"
# Characters in the encodings of mail and of programs: `=E2=80=9C`, `\u201c`.
_ENCODED = re.compile(r"(?:=[0-9A-F]{2}){2,}|(?:\\u[0-9a-fA-F]{4})+")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
HTML_TAG = (
    r"</?(?:a|abbr|article|aside|b|blockquote|body|br|center|cite|code|dd|del|div|dl|dt|em|figure|"
    r"font|h[1-6]|head|hr|html|i|iframe|img|ins|li|link|main|mark|meta|ol|p|pre|q|s|script|section|"
    r"small|span|strike|strong|style|sub|sup|svg|table|tbody|td|th|thead|title|tr|tt|u|ul|video)"
    r"(?:\s[^<>]*)?/?>"
)
_TAG = re.compile(rf"{HTML_TAG}|<!--|<!doctype", re.IGNORECASE)
_ONCE_MORE = "it is published as it is; if the author did not write it, get the text again as UTF-8"


class Trace(Struct, frozen=True):
    """One kind of damage: what it is, how often it is there, and the first of it."""

    code: Literal["mojibake", "html-in-text", "lone-carriage-return"]
    message: str
    help: str
    start: int
    length: int


def traces(text: str) -> Iterator[Trace]:
    """What a reader would see in a plain text and its author never wrote, one of each kind."""
    yield from _misread(text)
    if _LOST in text:
        message = f"{_times(text.count(_LOST))} a character that could not be read: {_LOST}"
        yield Trace("mojibake", message, _ONCE_MORE, text.index(_LOST), 1)


def traces_in_plain(text: str) -> Iterator[Trace]:
    """The same of what only Markdown knows better: HTML, and line ends of old Macintoshes."""
    lone = _LONE.search(text)
    if lone:
        message = "lines end with a carriage return alone, which ends no line here"
        help = "save the article with the line ends of Unix (LF)"
        yield Trace("lone-carriage-return", message, help, lone.start(), 1)
    references = [m for m in _REFERENCE.finditer(text) if _is_reference(m[0])]
    for found, name in (
        (references, "a character reference"),
        (list(_TAG.finditer(text)), "a tag"),
    ):
        if found:
            message = f"`{found[0][0]}`, {name} of HTML, is printed as it is"
            more = f" (and {len(found) - 1} more)" if found[1:] else ""
            yield Trace(
                "html-in-text", message + more, _ONCE_MORE, found[0].start(), len(found[0][0])
            )


def _is_reference(found: str) -> bool:
    return found[1] == "#" or found[1:] in html5


def _misread(text: str) -> Iterator[Trace]:
    may_be_encoded = "=" in text or "\\u" in text  # which takes less time to find
    for is_likely, pattern, decode, message in (
        (True, _MISREAD, _in_utf8, "`{}` is `{}` in UTF-8, read as if it were in another encoding"),
        (may_be_encoded, _ENCODED, _decoded, "`{}` is `{}` in an encoding of mail or of programs"),
    ):
        matches = pattern.finditer(text) if is_likely else ()
        found = [(m, right) for m in matches if (right := decode(m[0])) != m[0]]
        if not found:
            continue
        (first, right), *rest = found
        more = f" (and {len(rest)} more)" if rest else ""
        told = message.format(first[0], right) + more
        yield Trace("mojibake", told, _ONCE_MORE, first.start(), len(first[0]))


def _in_utf8(misread: str) -> str:
    import ftfy  # only for what may be damaged

    return ftfy.fix_encoding(misread)


def _decoded(encoded: str) -> str:
    if encoded[0] == "\\":
        return encoded.encode("ascii").decode("unicode-escape")
    try:
        return bytes.fromhex(encoded.replace("=", "")).decode("utf-8")
    except UnicodeDecodeError:
        return encoded


def _times(number: int) -> str:
    return "here stands" if number == 1 else f"in {number} places stands"
