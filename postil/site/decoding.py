"""The text of a file in UTF-8, and what in it nobody sees."""

import codecs
from collections.abc import Iterator

from postil.diagnostics.codes import OF_CHARACTERS
from postil.diagnostics.model import Diagnostic, Report, SourceText, Span
from postil.text.characters import notable_characters

SHOWN_OF_A_KIND = 5  # of one kind of odd character in one file; the rest is counted


def decode(path: str, data: bytes, report: Report) -> SourceText | None:
    """The text of a file in UTF-8, without a byte order mark (which is a warning)."""
    words = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = words.decode("utf-8")
    except UnicodeDecodeError as error:
        readable = words[: error.start].decode("utf-8")
        source = SourceText(path, readable + words[error.start :].decode("utf-8", "replace"))
        report.error(
            "encoding",
            f"byte 0x{words[error.start]:02x} is not UTF-8",
            Span(source, len(readable), len(readable) + 1),
            help='save the file as "UTF-8" in your editor',
        )
        return None
    if words != data:
        report.warning(
            "byte-order-mark",
            "the file begins with an invisible byte order mark",
            Span(SourceText(path, text)),
            help='harmless; to be rid of it, save as "UTF-8" and not "UTF-8 with BOM"',
        )
    return SourceText(path, text)


def odd_characters(source: SourceText) -> Iterator[Diagnostic]:
    """Warnings for ends of lines as on Windows, and for what is invisible or turns the order."""
    if "\r\n" in source.text:
        place = source.text.index("\r\n")
        yield Diagnostic(
            "carriage-return",
            "the lines end as on Windows (CR LF)",
            Span(source, place, place + 1),
            "warning",
            help="harmless: the ends of lines are not part of the text",
        )
    notable = notable_characters(source.text)
    for kind in ("invisible", "bidi"):
        odd = [each for each in notable if each.kind == kind]
        for number, each in enumerate(odd[:SHOWN_OF_A_KIND], 1):
            rest = len(odd) - SHOWN_OF_A_KIND
            more = f" (and {rest} more)" if rest > 0 and number == SHOWN_OF_A_KIND else ""
            yield Diagnostic(
                OF_CHARACTERS[kind],
                f"{each.name} (U+{ord(source.text[each.offset]):04X}){more}",
                Span(source, each.offset, each.offset + 1),
                "warning",
                help="it is published as it is; make sure that it belongs to the text",
            )
