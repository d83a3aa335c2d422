"""How a diagnostic is said: to people in rows of words with a style, and to programs."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from postil.diagnostics.model import Diagnostic, Span

_EXCERPT = 96  # characters of a line that are shown; a paragraph may be one line

Style = Literal[
    "place", "error", "warning", "message", "gutter", "label", "help", "gone", "new", "plain"
]

Segment = tuple[str, Style, str]
"""Words, what they are, and what they lead to: a place to its file, a severity to its code."""

Row = tuple[Segment, ...]


# ------------------------------------------------------------------ for people


def as_text(diagnostic: Diagnostic, width: int | None = None) -> str:
    """The headline, the line of the file with carets under the place, notes and help.

    Of a long line so much is shown as fits into `width` columns, if that is given.
    """
    return "\n".join(map(plain, rows(diagnostic, width)))


def headline(diagnostic: Diagnostic) -> str:
    """`path:line:column: severity[code] message`: what editors and CI turn into links."""
    return plain(headline_row(diagnostic))


def plain(row: Row) -> str:
    """The words of a row."""
    return "".join(text for text, _, _ in row)


def rows(diagnostic: Diagnostic, width: int | None = None) -> Iterator[Row]:
    """What `as_text` says, line by line."""
    yield headline_row(diagnostic)
    yield from detail_rows(diagnostic, width)


def headline_row(diagnostic: Diagnostic) -> Row:
    """The first line, whose place leads to its file and whose severity to what the code means."""
    line, column = diagnostic.place
    path, code = printable(diagnostic.span.source.path), diagnostic.code
    return (
        (f"{path}:{line}:{column}", "place", path),
        (": ", "plain", ""),
        (f"{diagnostic.severity}[{code}]", diagnostic.severity, code),
        (f" {printable(diagnostic.message)}", "message", ""),
    )


def detail_rows(diagnostic: Diagnostic, width: int | None = None) -> Iterator[Row]:
    """The lines below the first: the line of the file with carets, notes and help."""
    number, column = diagnostic.place
    gutter = " " * len(str(number))
    room = _EXCERPT if width is None else min(_EXCERPT, max(width - len(gutter) - 5, 20))
    excerpt, column = _window(diagnostic.span.source.line(number), column, room)
    if excerpt.strip():
        indent, carets = _underline(excerpt, column, diagnostic.span)
        empty: Segment = (f"{gutter} |", "gutter", "")
        yield (empty,)
        yield (f"{number} |", "gutter", ""), (f" {excerpt}", "plain", "")
        yield empty, (f" {indent}", "plain", ""), (carets, diagnostic.severity, "")
    for label, text in diagnostic.facts:
        yield from _fact_rows(gutter, printable(label), text)


def _fact_rows(gutter: str, label: str, text: str) -> Iterator[Row]:
    first, *rest = map(printable, text.split("\n"))
    style: Style = "help" if label == "help" else "label"
    yield (f"{gutter} = ", "gutter", ""), (label, style, ""), (f": {first}", "plain", "")
    yield from (((f"{gutter}   {line}", "plain", ""),) for line in rest)


def _window(line: str, column: int, room: int) -> tuple[str, int]:
    """`room` characters of a line around a column, and the column in that."""
    if len(line) <= room:
        return printable(line), column
    start = max(0, min(column - 1 - room // 3, len(line) - room))
    before, after = "…" * (start > 0), "…" * (start + room < len(line))
    shown = printable(line[start : start + room])  # a line may be a whole file
    return before + shown + after, column - start + len(before)


def _underline(line: str, column: int, span: Span) -> tuple[str, str]:
    """The white space before the carets and the carets, in terminal cells."""
    before = line[: column - 1]
    marked = line[column - 1 : column - 1 + max(span.end - span.start, 1)].rstrip()
    indent = "".join("\t" if c == "\t" else " " * _cells(c) for c in before)
    return indent, "^" * max(sum(map(_cells, marked)), 1)


def printable_lines(text: str) -> str:
    """`printable` for a text of several lines."""
    return "\n".join(map(printable, text.split("\n")))


def printable(text: str) -> str:
    """What steers a terminal or cannot be seen as `�`: an article must not do the one, and its
    reader here must see the other."""
    return "".join("\ufffd" if _is_odd(character) else character for character in text)


def _is_odd(character: str) -> bool:
    category = unicodedata.category(character)
    return category in ("Cc", "Cf", "Zl", "Zp") and character not in "\t\u200c\u200d"


def _cells(character: str) -> int:
    if unicodedata.category(character) in ("Cf", "Me", "Mn"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


# ------------------------------------------------------------------ for programs


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """One JSON array; every item has the same eight keys."""
    return json_text([as_record(diagnostic) for diagnostic in diagnostics])


def json_text(value: object) -> str:
    """The value in JSON, in which what steers a terminal is escaped: it may be read at one."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    return re.sub(r"[^\x00-\x7e]", lambda found: _escaped(found[0]), text)


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1] if _is_odd(character) else character


def as_record(diagnostic: Diagnostic) -> dict[str, str | int]:
    """The diagnostic for programs: eight keys, always the same."""
    line, column = diagnostic.place
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "file": diagnostic.span.source.path,
        "line": line,
        "column": column,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "annotation": diagnostic.annotation,
    }


def as_github(diagnostic: Diagnostic) -> str:
    """The diagnostic as a GitHub workflow command."""
    line, column = diagnostic.place
    facts = (f"{label}: {text}" for label, text in diagnostic.facts)
    body = "\n".join([diagnostic.message, *facts])
    properties = {"file": diagnostic.span.source.path, "line": line, "col": column}
    return github_command(diagnostic.severity, {**properties, "title": diagnostic.code}, body)


def github_command(command: str, properties: Mapping[str, object], body: str) -> str:
    """A GitHub workflow command, escaped by its rules (percent, ends of line, comma, colon)."""
    fields = ",".join(
        f"{key}={_escape(str(value)).replace(':', '%3A').replace(',', '%2C')}"
        for key, value in properties.items()
    )
    return f"::{command} {fields}::{_escape(body)}"


def _escape(text: str) -> str:
    return printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))
