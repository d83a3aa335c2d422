"""Colour, links and a progress bar for a person at a terminal.

The words are those that a pipe gets; only places in a report are cut at the terminal's edge.
"""

import os
import re
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TextIO, TypeVar

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from postil.coverage import Line

T = TypeVar("T")

PATIENCE = 1.0  # seconds before a bar appears

_HEADLINE = re.compile(
    r"(?P<path>.+?):(?P<line>\d+):\d+: (?P<severity>error|warning)\[[a-z-]+\] (?P<message>.*)"
)
_EXCERPT = re.compile(r" *\d* \|")
_CARETS = re.compile(r"\^+$")
_FACT = re.compile(r" += (?P<label>.+?): ")
_PLACE = re.compile(r"(?P<path>    [^:]+):\d+: ")

_SEVERITY = {"error": "red", "warning": "yellow"}
_OUTCOME = {"good": "green", "warned": "yellow", "bad": "bold red"}

# Terminals that are known to make links of files. Not those of VS Code and JetBrains: they make a
# better one of `path:line:column` themselves.
_LINKING = ("VTE_VERSION", "WT_SESSION", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "WEZTERM_PANE")
_LINKING_PROGRAMS = frozenset({"iTerm.app", "WezTerm", "ghostty"})

Outcome = Literal["good", "warned", "bad"]


def is_capable(stream: TextIO) -> bool:
    """Whether a stream leads to a terminal that moves its cursor and shows colours."""
    return stream.isatty() and os.environ.get("TERM") not in ("dumb", "unknown")


def wants_colour(stream: TextIO) -> bool:
    """Whether to colour what goes to a stream; NO_COLOR forbids it (no-color.org)."""
    return is_capable(stream) and not os.environ.get("NO_COLOR")


def width(stream: TextIO) -> int | None:
    """The columns of the terminal that a stream leads to; None if it leads to none."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or None if stream.isatty() else None
    except (OSError, ValueError):
        return None


def show_diagnostics(text: str, stream: TextIO, root: Path) -> None:
    """Print diagnostics as `diagnostics.as_text` made them, in colour where that is wanted."""
    if not wants_colour(stream):
        print(text, end="", file=stream)
        return
    severity = "error"
    console = _console(stream)
    for line in text.removesuffix("\n").split("\n"):
        if headline := _HEADLINE.fullmatch(line):
            severity = headline["severity"]
        console.print(_painted(line, _SEVERITY[severity], root))


def show_report(lines: Iterable["Line"], stream: TextIO, root: Path) -> None:
    """Print a report, in colour where that is wanted."""
    if not wants_colour(stream):
        for line in lines:
            print(line.text, file=stream)
        return
    from rich.text import Text

    console = _console(stream)
    for line in lines:
        styles = {"heading": "bold", "open": "yellow", "fact": "", "place": ""}
        text = Text(line.text, styles[line.kind])
        if line.kind == "place" and (place := _PLACE.match(line.text)):
            _link(text, place, root)
            text.stylize("dim", 0, place.end())
            text.truncate(console.width, overflow="ellipsis")
        console.print(text)


def say(line: str, outcome: Outcome, stream: TextIO) -> None:
    """Print a closing line, in colour where that is wanted."""
    if not wants_colour(stream):
        print(line, file=stream)
        return
    from rich.text import Text

    _console(stream).print(Text(line, _OUTCOME[outcome]))


def progress(items: Iterator[T], total: int) -> Iterator[T]:
    """The same items, with a bar on standard error as long as they take more than a second."""
    if not is_capable(sys.stderr):
        yield from items
        return
    started = time.monotonic()
    bar = None
    try:
        for number, item in enumerate(items, 1):
            if not bar and number < total and time.monotonic() - started > PATIENCE:
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


# ------------------------------------------------------------------ painting


def _console(stream: TextIO) -> "Console":
    from rich.console import Console  # only at a terminal: it costs a third of a small build

    return Console(file=stream, markup=False, highlight=False, emoji=False, soft_wrap=True)


def _painted(line: str, colour: str, root: Path) -> "Text":
    """One line of a diagnostic."""
    from rich.text import Text

    text = Text(line)
    if headline := _HEADLINE.fullmatch(line):
        text.stylize("bold")
        _link(text, headline, root)
        text.stylize(colour, headline.start("severity"), headline.start("message") - 1)
    elif excerpt := _EXCERPT.match(line):
        text.stylize("dim", 0, excerpt.end())
        if not line[: excerpt.end()].strip(" |") and (carets := _CARETS.search(line)):
            text.stylize(colour, *carets.span())
    elif fact := _FACT.match(line):
        text.stylize("dim", 0, fact.start("label"))
        text.stylize("green" if fact["label"] == "help" else "cyan", *fact.span("label"))
    return text


def _link(text: "Text", found: re.Match[str], root: Path) -> None:
    """Make a link of the path that was found, where the terminal can show one."""
    known = any(os.environ.get(name) for name in _LINKING)
    if known or os.environ.get("TERM_PROGRAM") in _LINKING_PROGRAMS:
        path, end = found["path"].strip(), found.end("path")
        text.stylize(f"link {(root / path).as_uri()}", end - len(path), end)
