"""What went wrong, where it stands, and what to do about it."""

from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate

import msgspec

from postil.diagnostics.codes import CODES, PASSING, Code, ErrorCode, Severity, WarningCode


class SourceText(msgspec.Struct, frozen=True):
    """One input file as it was read; `path` is relative to the site, with forward slashes.

    `text` may be some of its lines alone: `first` is then the number of the first of them, from 1,
    and `start` the offset in the file at which that begins.
    """

    path: str
    text: str
    first: int = 1
    start: int = 0

    def position(self, offset: int) -> tuple[int, int]:
        """The line and column, both from 1, of a code-point offset."""
        starts = _line_starts(self.text)
        number = bisect_right(starts, offset - self.start)
        return number + self.first - 1, offset - self.start - starts[number - 1] + 1

    def line(self, number: int) -> str:
        """The line of that number, from 1, without its end; lines end at `\\n` only."""
        index = number - self.first
        starts = (*_line_starts(self.text)[index : index + 2], len(self.text) + 1)
        return self.text[starts[0] : starts[1] - 1].rstrip("\r")

    def line_at(self, offset: int) -> "SourceText":
        """The line alone in which a code-point offset is: all that is shown of a file."""
        starts = _line_starts(self.text)
        index = bisect_right(starts, offset - self.start) - 1
        end = starts[index + 1] - 1 if index + 1 < len(starts) else len(self.text)
        text = self.text[starts[index] : end]
        return SourceText(self.path, text, self.first + index, self.start + starts[index])


@lru_cache(maxsize=64)  # a file may have thousands of diagnostics, sources lie in several files
def _line_starts(text: str) -> tuple[int, ...]:
    return (0, *accumulate(len(line) + 1 for line in text.split("\n")[:-1]))


class Span(msgspec.Struct, frozen=True):
    """A place in a source text: code-point offsets, the end exclusive."""

    source: SourceText
    start: int = 0
    end: int = 0

    @property
    def address(self) -> str:
        """The file and the line, from 1, in which it begins, as `file:line`."""
        return f"{self.source.path}:{self.source.position(self.start)[0]}"


class Diagnostic(msgspec.Struct, frozen=True):
    """A complaint about the input.

    `message` is one line, lower case, without a full stop, and makes sense alone. `notes` are
    further facts as (label, text); `help` is a thing to do. `annotation` is the id concerned.
    """

    code: Code
    message: str
    span: Span
    severity: Severity = "error"
    notes: tuple[tuple[str, str], ...] = ()
    help: str = ""
    annotation: str = ""

    def __post_init__(self) -> None:
        if self.code not in CODES[self.severity]:
            raise ValueError(f"no {self.severity} is called {self.code}: see diagnostics/codes.py")

    @property
    def place(self) -> tuple[int, int]:
        """The line and column, both from 1, where it begins."""
        return self.span.source.position(self.span.start)

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """The notes, and the help as the last of them."""
        return (*self.notes, ("help", self.help)) if self.help else self.notes

    @property
    def sort_key(self) -> tuple[str, int, str, str]:
        return self.span.source.path, self.span.start, self.code, self.message


class Report(msgspec.Struct):
    """Collects diagnostics, so that one run shows every mistake and not only the first."""

    diagnostics: list[Diagnostic] = []

    def error(
        self,
        code: ErrorCode,
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

    def warning(self, code: WarningCode, message: str, span: Span, *, help: str = "") -> None:
        """Add a warning."""
        self.diagnostics.append(Diagnostic(code, message, span, "warning", help=help))

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics.extend(diagnostics)

    def lasting(self) -> "Report":
        """What will be true of the same input as soon as it is published."""
        return Report([d for d in self.diagnostics if d.code not in PASSING])

    @property
    def failed(self) -> bool:
        return any(d.severity == "error" for d in self.diagnostics)

    def in_order(self) -> list[Diagnostic]:
        """Every diagnostic once, by file and place."""
        return sorted(dict.fromkeys(self.diagnostics), key=lambda d: d.sort_key)


def closest(word: str, known: Iterable[str]) -> str:
    """The known word most like a mistyped one, or nothing. Only ever suggested, never used."""
    from rapidfuzz import fuzz, process  # only when something is wrong

    folded = {option.casefold().replace("_", "-"): option for option in known}
    found = process.extractOne(
        word.casefold().replace("_", "-"), list(folded), scorer=fuzz.ratio, score_cutoff=66
    )
    return folded[found[0]] if found else ""


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """The help for a word that is not among the known ones; `otherwise` if none is like it."""
    hint = closest(word, known)
    return f"did you mean `{hint}`?" if hint else otherwise
