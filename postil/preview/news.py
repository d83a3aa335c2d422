"""What an open page is told: how things stand, and what is wrong, ready to be shown."""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from postil import paths
from postil.diagnostics import render
from postil.diagnostics.codes import Code, Severity
from postil.diagnostics.model import Diagnostic, Report
from postil.diagnostics.render import Row
from postil.preview import changes
from postil.preview.locating import Place

OURS = "/__postil"  # where the preview's own addresses begin; no explainer's folder has this name
PROBLEMS_SHOWN = 100  # problems that are shown; nobody reads more


class Problem(Struct, frozen=True):
    """A diagnostic, ready to be shown.

    `place` is `file:line:column`, which `href` opens; `section` is the address, from OURS, of what
    the documentation says of the code, if it is installed, `compared` that of what changed in the
    article, if that may be the reason. `details` are rows of (words, style).
    """

    severity: Severity
    code: Code
    place: str
    href: str
    section: str
    message: str
    details: tuple[tuple[tuple[str, str], ...], ...]
    compared: str = ""


class News(Struct, frozen=True):
    """All that an open page needs to know.

    Not what has happened, but how things stand: sent twice it does no harm, and who missed one
    has missed nothing. `version`, `styles` and `turn` are those of LiveSite; `more` is the number
    of problems that are left out.
    """

    version: str
    styles: str
    turn: int
    problems: tuple[Problem, ...]
    more: int


def problems(
    report: Report, link: Callable[[Place], str], root: Path
) -> tuple[tuple[Problem, ...], int]:
    """The problems of a site to show, errors first, and the number of those that are left out."""
    found = sorted(report.in_order(), key=lambda d: d.severity != "error")
    shown = tuple(_problem(diagnostic, link, root) for diagnostic in found[:PROBLEMS_SHOWN])
    return shown, len(found) - len(shown)


def _problem(diagnostic: Diagnostic, link: Callable[[Place], str], root: Path) -> Problem:
    file, (line, column) = diagnostic.span.source.path, diagnostic.place
    return Problem(
        severity=diagnostic.severity,
        code=diagnostic.code,
        place=in_unicode(render.printable(f"{file}:{line}:{column}")),
        href=link(Place(file, line, column)),
        section=_section(diagnostic.code),
        message=in_unicode(render.printable(diagnostic.message)),
        details=tuple(map(_styled, render.detail_rows(diagnostic))),
        compared=changes.comparison_of(diagnostic.code, file, root),
    )


def _styled(row: Row) -> tuple[tuple[str, str], ...]:
    return tuple((in_unicode(text), style) for text, style, _ in row)


def _section(code: Code) -> str:
    name = "diagnostics.md"
    return f"docs/{name}#{code}" if (paths.DOCS / name).is_file() else ""


def in_unicode(text: str) -> str:
    """The text with `?` for what is not Unicode in the name of a file."""
    return text.encode("utf-8", "replace").decode()
