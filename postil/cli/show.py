"""What a run says: its lines to a pipe or a terminal; colour, links and a progress bar to a person.

The words are the same for both; only places in a report are cut at the terminal's edge. As most
runs have little to say, nothing is imported before it is needed.
"""

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from postil.diagnostics.english import quantity

TYPE_CHECKING = False  # typing takes longer to load than all else that most runs need
if TYPE_CHECKING:
    from typing import Literal, TextIO, TypeVar

    from rich.console import Console
    from rich.text import Text

    from postil.building.updating import SiteUpdate
    from postil.coverage.telling import Line
    from postil.diagnostics.model import Report
    from postil.output.publishing import Published

    T = TypeVar("T")
    Format = Literal["text", "json", "github"]
    Outcome = Literal["good", "warned", "bad", ""]
    Rows = Iterable[Iterable[tuple[str, str, str]]]  # as of diagnostics.render, kept or fresh

WORTH_A_BAR = 1.0  # seconds before a bar appears
PIECES, PIECE = 12, 72  # of a page that are told, and how many characters of each
NAMED = 5  # of the drafts that were left out

# What a style of diagnostics.render, a line of a report and an outcome look like.
_LOOKS = {
    "place": "bold",
    "error": "bold red",
    "warning": "bold yellow",
    "message": "bold",
    "gutter": "dim",
    "label": "cyan",
    "help": "green",
    "gone": "red strike",
    "new": "green underline",
    "plain": "",
}
_LINES = {"heading": "bold", "open": "yellow", "fact": ""}
_OUTCOMES = {"good": "green", "warned": "yellow", "bad": "bold red", "": ""}

# Terminals that are known to make links of files. Not those of VS Code and JetBrains: they make a
# better one of `path:line:column` themselves.
_LINKING = ("VTE_VERSION", "WT_SESSION", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "WEZTERM_PANE")
_LINKING_PROGRAMS = frozenset({"iTerm.app", "WezTerm", "ghostty"})

# Between rows, segments and the parts of one that are kept: no text that is shown has them.
_ROW, _SEGMENT, _PART = "\n", "\x1e", "\x1f"


# ------------------------------------------------------------------ diagnostics


def show_report(report: "Report", form: "Format", stream: "TextIO", root: Path) -> None:
    """Print what is wrong: text to people, on `stream`; what programs read to standard output."""
    if form == "text":
        show_rows(_rows(report, columns_of(stream)), stream, root)
    else:
        print(_for_programs(report, form), end="")


def kept(report: "Report") -> str:
    """What `show_again` needs to say the same in a later run, as far as it will be true then."""
    rows = _rows(report.lasting(), None)
    return "".join(_SEGMENT.join(map(_PART.join, row)) + _ROW for row in rows)


def show_again(said: str, stream: "TextIO", root: Path) -> None:
    """Print what an earlier run said, as `kept` returned it."""
    rows = (map(_parts, row.split(_SEGMENT)) for row in said.split(_ROW)[:-1])
    show_rows(rows, stream, root)


def _parts(segment: str) -> tuple[str, str, str]:
    text, style, link = segment.split(_PART) if segment else ("", "plain", "")
    return text, style, link


def _rows(report: "Report", width: int | None) -> "Iterator[Iterable[tuple[str, str, str]]]":
    """Every diagnostic and an empty row."""
    from postil.diagnostics import render

    for diagnostic in report.in_order():
        yield from render.rows(diagnostic, width)
        yield ()


def _for_programs(report: "Report", form: "Format") -> str:
    from postil.diagnostics import render

    found = report.in_order()
    if form == "json":
        return render.as_json(found) + "\n"
    return "".join(f"{render.as_github(item)}\n" for item in found)


def show_rows(rows: "Rows", stream: "TextIO", root: Path) -> None:
    """Print rows of words with their styles: in colour, if the stream wants it."""
    if not wants_colour(stream):
        lines = ("".join(text for text, _, _ in row) for row in rows)
        print("".join(f"{line}\n" for line in lines), end="", file=stream)
        return
    from rich.text import Text

    console = _console(stream)
    for row in rows:
        styled = ((text, _look(style, link, root)) for text, style, link in row)
        console.print(Text.assemble(*styled))


# ------------------------------------------------------------------ other lines


def show_covered(site: "SiteUpdate", form: "Format", root: Path) -> None:
    """Print the report of a site that was built to be surveyed, and what is covered in it."""
    from postil.coverage import surveying, telling

    survey = surveying.survey_site(site)
    if form == "json":
        print(telling.survey_as_json(site.report.in_order(), survey))
        return
    show_report(site.report, form, sys.stdout, root)
    if form == "github":
        for command in telling.cues_as_github(survey):
            print(command)
    elif not wants_colour(sys.stdout):
        for line in telling.lines(survey):
            print(line)
    else:
        console = _console(sys.stdout)
        for line in telling.lines(survey):
            console.print(_painted(line, root, console.width))


def complain(words: str) -> None:
    """Print on standard error what may hold the name of a file, which must not steer a terminal."""
    from postil.diagnostics.render import printable_lines

    print(printable_lines(words), file=sys.stderr)


def say(line: str, form: "Format", outcome: "Outcome" = "") -> None:
    """A closing line for people: on standard output only if nothing else is to be read there."""
    stream = sys.stdout if form == "text" else sys.stderr
    if not line.isprintable():  # it has the name of a folder
        from postil.diagnostics.render import printable

        line = printable(line)
    if not outcome or not wants_colour(stream):
        print(line, file=stream)
        return
    from rich.text import Text

    _console(stream).print(Text(line, _OUTCOMES[outcome]))


def counted(report: "Report") -> str:
    """How many errors and warnings there are."""
    found = report.in_order()
    errors = sum(item.severity == "error" for item in found)
    return f"{quantity(errors, 'error')}, {quantity(len(found) - errors, 'warning')}"


def summary(explainers: int, annotations: int, published: "Published") -> str:
    """What there is of both, and what was done."""
    done = [
        f"{quantity(count, 'file')} {verb}"
        for count, verb in (
            (published.written, "written"),
            (published.unchanged, "unchanged"),
            (published.removed, "removed"),
        )
        if count
    ]
    pages = f"{quantity(explainers, 'explainer')}, {quantity(annotations, 'annotation')}"
    return f"{pages}: {', '.join(done)}"


def left_out(drafts: Sequence[str]) -> str:
    """How many drafts were left out, and which; empty if there are none."""
    if not drafts:
        return ""
    names = [*drafts[:NAMED], *(["…"] if len(drafts) > NAMED else [])]
    return f"{quantity(len(drafts), 'draft')} left out: {', '.join(names)}"


def left_out_of_page(pieces: Sequence[str]) -> str:
    """What of a web page is not in the article made of it: how much, and how each piece begins."""
    from postil.diagnostics.render import printable

    lines = [
        f"  {printable(words if len(words) <= PIECE else words[:PIECE].rstrip() + '…')}"
        for words in pieces[:PIECES]
    ]
    more = len(pieces) - len(lines)
    lines += [f"  and {more} more"] if more else []
    return "\n".join([f"\nleft out, {quantity(len(pieces), 'piece')} of the page:", *lines])


def short(path: Path) -> str:
    """A path as a person would type it here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


# ------------------------------------------------------------------ terminals


def progress(items: "Iterator[T]", total: int) -> "Iterator[T]":
    """The same items, with a bar on standard error as long as they take more than a second."""
    if not is_capable(sys.stderr):
        yield from items
        return
    started = time.monotonic()
    bar = None
    try:
        for number, item in enumerate(items, 1):
            if not bar and number < total and time.monotonic() - started > WORTH_A_BAR:
                from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

                shown = BarColumn(complete_style="cyan", finished_style="cyan")
                columns = (TextColumn("explainers"), shown, MofNCompleteColumn())
                bar = Progress(*columns, console=_console(sys.stderr), transient=True)
                task = bar.add_task("", total=total, completed=number)
                bar.start()
            elif bar:
                bar.update(task, completed=number)
            yield item
    finally:
        if bar:
            bar.stop()


def is_capable(stream: "TextIO") -> bool:
    """Whether a stream leads to a terminal that moves its cursor and shows colours."""
    return stream.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")


def wants_colour(stream: "TextIO") -> bool:
    """Whether to colour what goes to a stream; NO_COLOR forbids it (no-color.org)."""
    return is_capable(stream) and not os.environ.get("NO_COLOR")


def columns_of(stream: "TextIO") -> int | None:
    """The columns of the terminal that a stream leads to; None if it leads to none."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or None if stream.isatty() else None
    except (OSError, ValueError):
        return None


def _console(stream: "TextIO") -> "Console":
    from rich.console import Console  # only at a terminal: it costs a third of a small build

    return Console(file=stream, markup=False, highlight=False, emoji=False, soft_wrap=True)


# ------------------------------------------------------------------ painting


def _look(style: str, link: str, root: Path) -> str:
    """What a segment looks like and, where the terminal can show a link, what it leads to."""
    if not link or not _shows_links():
        return _LOOKS[style]
    from postil import paths
    from postil.diagnostics import codes

    address = paths.file(root, link).as_uri() if style == "place" else codes.section(link)
    return f"{_LOOKS[style]} link {address}" if address else _LOOKS[style]


def _painted(line: "Line", root: Path, width: int) -> "Text":
    """One line of a survey."""
    from rich.text import Text

    if line.kind != "place":
        return Text(line.text, _LINES[line.kind])
    text = Text(line.text)
    if line.file:
        look = f"dim link {(root / line.file).as_uri()}" if _shows_links() else "dim"
        text = Text.assemble("    ", (line.place, look), (": ", "dim"), line.text)
    text.truncate(width, overflow="ellipsis")
    return text


def _shows_links() -> bool:
    known = any(os.environ.get(name) for name in _LINKING)
    return known or os.environ.get("TERM_PROGRAM") in _LINKING_PROGRAMS
