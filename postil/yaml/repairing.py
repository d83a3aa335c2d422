"""Propose, prove by reading again, and only then say: no line is offered that does not help.

`explaining` makes repairs, the likeliest first. A `Mender` puts the edit of each into the file and
composes what is around it; the first that works becomes the diagnostic.
"""

import re
from collections.abc import Iterable

import msgspec

from postil.diagnostics.codes import ErrorCode, Severity
from postil.diagnostics.model import Diagnostic, SourceText, Span
from postil.text.folding import Edit
from postil.yaml.composer import MAX_PROBLEMS, Dialect, composed
from postil.yaml.lines import line_above, line_at

PASTED = 1000  # characters of a line that is offered: one that fills screens helps nobody
MAX_TRIES = 8  # repairs of one mistake that are tried
BUDGET = 1 << 21  # characters that are read again for one file, whatever is wrong in it


class Repair(msgspec.Struct, frozen=True):
    """What may be wrong from `start` to `end`, and a way out: `more` is said below its line."""

    start: int
    end: int
    message: str
    advice: str
    edit: Edit | None = None
    code: ErrorCode = "yaml-syntax"
    more: str = ""
    notes: tuple[tuple[str, str], ...] = ()


class Mender:
    """Where the repairs for one file are tried."""

    def __init__(self, source: SourceText, dialect: Dialect) -> None:
        self.source = source
        self.dialect = dialect
        self.budget = BUDGET

    def say(self, repairs: Iterable[Repair], severity: Severity = "error") -> Diagnostic:
        """The first repair that works; if none does, the first, without its line.

        A first repair without an edit is taken as it is: there is nothing to try.
        """
        first: Repair | None = None
        for tries, repair in enumerate(repairs):
            first = first or repair
            if tries == MAX_TRIES or not first.edit:
                break
            if repair.edit and self.works(repair.edit):
                return self._diagnostic(repair, severity, self._line_to_paste(repair.edit))
        assert first, "there is a repair for everything"
        return self._diagnostic(first, severity)

    def works(self, edit: Edit) -> bool:
        """Whether nothing is wrong up to the end of the line any more, once it is edited."""
        text, line = self.source.text, self._mended(edit)
        start = text.rfind("\n", 0, edit[0]) + 1
        if len(line) > PASTED or _is_given_twice(text, start, line):
            return False
        before, after = _around(text, start, text.find("\n", start))
        self.budget -= len(before) + len(line) + len(after)
        if self.budget < 0:
            return False
        found = composed(before + line + after, self.dialect)
        row = range(len(before), len(before) + len(line) + 1)
        if found.failure and _place(found.failure, found.text) < row.stop:
            return False
        slips = found.errors + found.warnings
        return len(slips) < MAX_PROBLEMS and not any(
            slip.start in row or (slip.since in row and slip.kind != "duplicate-key")
            for slip in slips
        )

    def _mended(self, edit: Edit) -> str:
        """The line of an edit as it then stands."""
        text, (start, end, words) = self.source.text, edit
        line = line_at(text, start)
        return (text[line.start() : start] + words + text[end : line.end()]).rstrip()

    def _line_to_paste(self, edit: Edit) -> str:
        """With the spaces before it only if these are what is changed."""
        line, column = self._mended(edit), self.source.position(edit[0])[1]
        return f":\n{line if column == 1 else line.strip()}" if line.strip() else ""

    def _diagnostic(self, repair: Repair, severity: Severity, line: str = "") -> Diagnostic:
        end = max(repair.start, min(repair.end, len(self.source.text)))
        span = Span(self.source, repair.start, end)
        help = repair.advice + line + (f"\n{repair.more}" if repair.more else "")
        return Diagnostic(repair.code, repair.message, span, severity, repair.notes, help)


def _is_given_twice(text: str, start: int, line: str) -> bool:
    """Whether a line to stand at `start` has a key of the file that stands above it already."""
    parts = line_at(line, 0)
    key = re.escape(parts["key"] or "")
    return bool(key and not parts["dashes"] and re.search(rf"(?m)^{key}:\s", text[:start]))


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """What must be read before and after a line to judge it: little, in a file of any size.

    That is the key of the file which it stands under, of the entries below that the last two,
    and what follows up to the next entry. `end` is -1 in the last line.
    """
    top = text.rfind("\n", 0, max(start - 1, 0)) + 1
    while top and text[top] in " \t\r\n#-":
        top = text.rfind("\n", 0, top - 1) + 1
    before, after = text[top:start], text[end:] if end >= 0 else ""
    if first := re.search(r"\n *- ", before):
        last = before.rfind(first[0])
        last = before.rfind(first[0], first.start(), last) if last > first.start() else last
        before = before[: first.start()] + before[max(last, first.start()) :]
    sibling = re.escape(first[0]) if first else r"\n- "
    following = re.compile(rf"\n[^\s#-]|{sibling}").search(after, 1)
    return before, after[: following.start()] if following else after


def _place(failure: Exception, text: str) -> int:
    """Where the cause of the parser's failure stands, or 0."""
    problem = getattr(failure, "problem_mark", None)
    context = getattr(failure, "context_mark", None)
    if problem is None or re.search("document start|flow", str(failure)):
        return 0  # of the file as a whole, or of brackets that may have opened anywhere
    if "mapping values" in str(failure):  # words that the line below goes on with to its colon
        above = line_above(text, problem.index)
        return int(problem.index) if above["key"] else above.start()
    is_around = "parsing a block" in (getattr(failure, "context", None) or "")
    return int(problem.index if is_around or context is None else context.index)
