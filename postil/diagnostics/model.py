"""What went wrong, where it stands, and what to do about it."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Literal

import msgspec

Severity = Literal["error", "warning"]


class SourceText(msgspec.Struct, frozen=True):
    """One input file as it was read; `path` is relative to the site, with forward slashes."""

    path: str
    text: str

    def position(self, offset: int) -> tuple[int, int]:
        """The line and column, both from 1, of a code-point offset."""
        line_start = self.text.rfind("\n", 0, offset) + 1
        return self.text.count("\n", 0, offset) + 1, offset - line_start + 1

    def line(self, number: int) -> str:
        """The line of that number, from 1, without its end; lines end at `\\n` only."""
        return self.text.split("\n")[number - 1].rstrip("\r")


class Span(msgspec.Struct, frozen=True):
    """A place in a source text: code-point offsets, the end exclusive."""

    source: SourceText
    start: int = 0
    end: int = 0


class Diagnostic(msgspec.Struct, frozen=True):
    """A complaint about the input. `code` is kebab-case and has a section in docs/diagnostics.md.

    `message` is one line, lower case, without a full stop, and makes sense alone. `notes` are
    further facts as (label, text); `help` is a thing to do. `annotation` is the id concerned.
    """

    code: str
    message: str
    span: Span
    severity: Severity = "error"
    notes: tuple[tuple[str, str], ...] = ()
    help: str = ""
    annotation: str = ""

    @property
    def sort_key(self) -> tuple[str, int, str, str]:
        return self.span.source.path, self.span.start, self.code, self.message


class Report(msgspec.Struct):
    """Collects diagnostics, so that one run shows every mistake and not only the first."""

    diagnostics: list[Diagnostic] = []

    def error(
        self,
        code: str,
        message: str,
        span: Span,
        *,
        notes: Iterable[tuple[str, str]] = (),
        help: str = "",
        annotation: str = "",
    ) -> None:
        """Add an error. The arguments are those of `Diagnostic`."""
        self.diagnostics.append(
            Diagnostic(code, message, span, "error", tuple(notes), help, annotation)
        )

    def warning(self, code: str, message: str, span: Span, *, help: str = "") -> None:
        """Add a warning."""
        self.diagnostics.append(Diagnostic(code, message, span, "warning", help=help))

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics.extend(diagnostics)

    @property
    def failed(self) -> bool:
        return any(d.severity == "error" for d in self.diagnostics)

    def in_order(self) -> list[Diagnostic]:
        """Every diagnostic once, by file and place."""
        return sorted(set(self.diagnostics), key=lambda d: d.sort_key)


def closest(word: str, known: Iterable[str]) -> str:
    """The known word most like a mistyped one, or nothing. Only ever suggested, never used."""
    from rapidfuzz import fuzz, process  # only when something is wrong

    folded = {option.casefold().replace("_", "-"): option for option in known}
    found = process.extractOne(
        word.casefold().replace("_", "-"), list(folded), scorer=fuzz.ratio, score_cutoff=66
    )
    return folded[found[0]] if found else ""


def headline(diagnostic: Diagnostic) -> str:
    """`path:line:column: severity[code] message`: what editors and CI turn into links."""
    line, column = diagnostic.span.source.position(diagnostic.span.start)
    path = diagnostic.span.source.path
    return f"{path}:{line}:{column}: {diagnostic.severity}[{diagnostic.code}] {diagnostic.message}"


EXCERPT = 96  # characters of a line that are shown; a paragraph may be one line


def as_text(diagnostic: Diagnostic, width: int | None = None) -> str:
    """The headline, the line of the file with carets under the place, notes and help.

    Of a long line so much is shown as fits into `width` columns, if that is given.
    """
    number, column = diagnostic.span.source.position(diagnostic.span.start)
    gutter = " " * len(str(number))
    room = EXCERPT if width is None else min(EXCERPT, max(width - len(gutter) - 5, 20))
    lines = [printable(headline(diagnostic))]
    excerpt, column = _window(diagnostic.span.source.line(number), column, room)
    if excerpt.strip():
        indent, carets = _underline(excerpt, column, diagnostic.span)
        lines += [f"{gutter} |", f"{number} | {excerpt}", f"{gutter} | {indent}{carets}"]
    facts = [*diagnostic.notes, *([("help", diagnostic.help)] if diagnostic.help else [])]
    for label, text in facts:
        first, *rest = map(printable, text.split("\n"))
        lines.append(f"{gutter} = {label}: {first}")
        lines += [f"{gutter}   {line}" for line in rest]
    return "\n".join(lines)


def _window(line: str, column: int, room: int) -> tuple[str, int]:
    """`room` characters of a line around a column, and the column in that."""
    line = printable(line)
    if len(line) <= room:
        return line, column
    start = max(0, min(column - 1 - room // 3, len(line) - room))
    before, after = "…" * (start > 0), "…" * (start + room < len(line))
    return before + line[start : start + room] + after, column - start + len(before)


def _underline(line: str, column: int, span: Span) -> tuple[str, str]:
    """The white space before the carets and the carets, in terminal cells."""
    before = line[: column - 1]
    marked = line[column - 1 : column - 1 + max(span.end - span.start, 1)].rstrip()
    indent = "".join("\t" if c == "\t" else " " * _cells(c) for c in before)
    return indent, "^" * max(sum(map(_cells, marked)), 1)


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


def as_json(diagnostics: Iterable[Diagnostic]) -> str:
    """One JSON array; every item has the same eight keys."""
    return msgspec.json.format(
        msgspec.json.encode([as_record(d) for d in diagnostics]), indent=2
    ).decode()


def as_record(diagnostic: Diagnostic) -> dict[str, str | int]:
    """The diagnostic for programs: eight keys, always the same."""
    line, column = diagnostic.span.source.position(diagnostic.span.start)
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
    line, column = diagnostic.span.source.position(diagnostic.span.start)
    facts = [*diagnostic.notes, *([("help", diagnostic.help)] if diagnostic.help else [])]
    body = "\n".join([diagnostic.message, *(f"{label}: {text}" for label, text in facts)])
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
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
