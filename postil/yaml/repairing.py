"""Propose, prove by reading again, and only then say: no line is offered that does not help.

`explaining` makes repairs, the likeliest first. A `Mender` puts the edit of each into the file and
composes what is around it; the first that works becomes the diagnostic.
"""

import re
from collections.abc import Iterable
from typing import Any

from postil.diagnostics.codes import Severity
from postil.diagnostics.model import Diagnostic, SourceText
from postil.text.folding import Edit
from postil.yaml.composer import Dialect, composed
from postil.yaml.lines import line_above, line_at
from postil.yaml.sentences import Repair, told

PASTED = 1000  # characters of a line that is offered: one that fills screens helps nobody
MAX_TRIES = 8  # repairs of one mistake that are tried
BUDGET = 1 << 21  # characters that are read again for one file, whatever is wrong in it


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
                return told(self.source, repair, self._line_to_paste(repair.edit), severity)
        assert first, "there is a repair for everything"
        return told(self.source, first, "", severity)

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
        return not any(
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


def _is_given_twice(text: str, start: int, line: str) -> bool:
    """Whether a line to stand at `start` has a key of the file that stands above it already."""
    parts = line_at(line, 0)
    key = re.escape(parts["key"] or "")
    return bool(key and not parts["dashes"] and re.search(rf"(?m)^{key}:\s", text[:start]))


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """What must be read before and after a line to judge it: little, in a file of any size.

    That is the key of the file which it stands under, of the entries below that the last, and what
    follows up to the next entry. `end` is -1 in the last line.
    """
    top = text.rfind("\n", 0, max(start - 1, 0)) + 1
    while top and text[top] in " \t\r\n#-":
        top = text.rfind("\n", 0, top - 1) + 1
    before, after = text[top:start], text[end:] if end >= 0 else ""
    first = re.search(r"\n *- ", before)
    sibling = first[0] if first else "\n- "
    if first:
        before = before[: first.start()] + before[before.rfind(sibling) :]
    following = re.compile(rf"\n[^\s#-]|{sibling}").search(after, 1)
    return before, after[: following.start()] if following else after


def _place(failure: Any, text: str) -> int:
    """Where the cause of the parser's failure stands, or 0."""
    words, problem = str(failure), getattr(failure, "problem_mark", None)
    if problem is None or re.search("document start|flow", words):
        return 0  # of the file as a whole, or of brackets that may have opened anywhere
    if "mapping values" in words:  # what the line below goes on with to its colon
        above = line_above(text, problem.index)
        return int(problem.index) if above["key"] else above.start()
    return int((problem if "parsing a block" in words else failure.context_mark or problem).index)
