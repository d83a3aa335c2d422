"""Files that are no text, whatever their name says: what they are, and how to get the text."""

import re
from collections.abc import Callable

from msgspec import Struct

_WORD = "open it in your word processor and save it as plain text (.txt, UTF-8)"
_PICTURE = "type the text, or have a program read it from the picture, and compare every word"
_COPY = "copy the text as a browser shows it into a .txt file"
_UNPACK = "unpack it first, and give the text that is in it"


class Disguise(Struct, frozen=True):
    """`name` completes “this is …”; `help` is a thing to do."""

    name: str
    help: str


def _starts(*signatures: bytes) -> Callable[[bytes], object]:
    return lambda data: data.startswith(signatures)


def _holds(*names: bytes) -> Callable[[bytes], object]:
    """A zip with one of these names in it."""
    return lambda data: data.startswith(b"PK\x03\x04") and any(name in data for name in names)


_SPACE = rb"(?:\s|<\?xml[^>]*>|<!--.*?-->)*+"
_PAGE = re.compile(
    _SPACE + rb"<(?:!doctype\s+html|html|head|body)\b[^>]*>",
    re.IGNORECASE | re.DOTALL,
)
_FRAGMENT = re.compile(
    _SPACE + rb"<(p|div|article|section|main|span|table|h[1-6]|ul|ol|blockquote)\b[^>]*>.*?</\1>",
    re.IGNORECASE | re.DOTALL,
)

_MAIL = re.compile(
    rb"(?:(?:Received|Return-Path|Delivered-To|MIME-Version|Message-ID|From|To|Subject|Date|"
    rb"Content-Type|X-[\w-]+):[^\n]*\n(?:[ \t][^\n]*\n)*+){4}",
    re.IGNORECASE,
)
_CAPTIONS = re.compile(rb"(?:WEBVTT\b|\d+\r?\n\d\d:\d\d:\d\d[.,]\d+ -->)")

# In this order: what is told by less comes after what is told by more.
_DISGUISES: tuple[tuple[Callable[[bytes], object], Disguise], ...] = (
    (_starts(b"{\\rtf"), Disguise("RTF", _WORD)),
    (_starts(b"%PDF-"), Disguise("a PDF", f"{_PICTURE}, or use pdftotext")),
    (_holds(b"word/"), Disguise("a Word document", _WORD)),
    (_holds(b"xl/workbook", b"ppt/slides"), Disguise("a spreadsheet or slides", _WORD)),
    (_holds(b"opendocument.text"), Disguise("an OpenDocument text", _WORD)),
    (_holds(b"epub+zip"), Disguise("an e-book", _UNPACK)),
    (_holds(b""), Disguise("a zip archive", _UNPACK)),
    (_starts(b"\xd0\xcf\x11\xe0"), Disguise("an old Word document", _WORD)),
    (_starts(b"\x1f\x8b", b"BZh", b"7z\xbc\xaf", b"\xfd7zXZ"), Disguise("an archive", _UNPACK)),
    (_starts(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0"), Disguise("a picture", _PICTURE)),
    (_starts(b"bplist00"), Disguise("a web archive", "save the page's text, not the page")),
    (
        _starts(b"\xff\xfe", b"\xfe\xff"),
        Disguise("text in UTF-16", 'save the file as "UTF-8" in your editor'),
    ),
    (_PAGE.match, Disguise("a web page (HTML)", _COPY)),
)  # fmt: skip
# Text, but with much in it that nobody wrote to be read.
_SOURCES: tuple[tuple[Callable[[bytes], object], Disguise], ...] = (
    (_FRAGMENT.match, Disguise("a piece of HTML", _COPY)),
    (_MAIL.match, Disguise("an e-mail with its headers (.eml)", "open it, and copy what it says")),
    (_starts(b"\\documentclass"), Disguise("LaTeX", "have it typeset, and copy the text")),
    (_starts(b"<?xml"), Disguise("XML", _COPY)),
    (_CAPTIONS.match, Disguise("subtitles", "take out the times, and join the sentences")),
)


def see_through(data: bytes, *, sources: bool = False) -> Disguise | None:
    """What a file is if it is no text; with `sources`, also if texts are only made of it.

    A byte order mark and white space before it hide nothing.
    """
    text = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    return next((it for is_this, it in _DISGUISES + _SOURCES * sources if is_this(text)), None)
