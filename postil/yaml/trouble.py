"""What is known of a trouble: where it was noticed, in whose words, and what stands around it."""

import re
from typing import Any

import msgspec
from yaml.events import CollectionEndEvent, CollectionStartEvent, ScalarEvent, SequenceStartEvent

from postil.text.folding import Edit
from postil.yaml.composer import Dialect, events
from postil.yaml.lines import column_of, line_above, line_at
from postil.yaml.sentences import Repair, said

CLOSER = {"[": "]", "{": "}"}


class Trouble(msgspec.Struct, frozen=True):
    """A slip of the composer's, or the place where the parser gave up and what it had read before.

    `kind` is that of the slip, or what the parser was doing, a semicolon, and its problem.
    """

    text: str
    dialect: Dialect
    kind: str
    at: int
    end: int
    word: str
    since: int  # where began what is wrong, or what the parser was doing
    last: Any = None  # the event of the last text or end of a list
    ended: bool = False  # at the end of the file
    closed: int = -1  # where the last list in brackets that was closed had opened
    brackets: tuple[int, ...] = ()  # where those that are open have opened
    levels: tuple[tuple[bool, int], ...] = ()  # (is a list, column) of what the last text was in

    @property
    def line(self) -> re.Match[str]:
        return line_at(self.text, self.at)

    @property
    def above(self) -> re.Match[str]:
        return line_above(self.text, self.at)

    @property
    def column(self) -> int:
        return column_of(self.text, self.at)

    @property
    def begins_line(self) -> bool:
        return not self.text[self.line.start() : self.at].strip(" ")

    @property
    def style(self) -> str | None:
        """The sign that the last text was introduced by: a quotation mark, `|` or `>`."""
        return getattr(self.last, "style", None)

    @property
    def gap(self) -> str:
        """What stands between the last thing read and the place of the failure."""
        return self.text[self.last.end_mark.index : self.at] if self.last else "\n"

    def here(self, name: str, edit: Edit | None = None, **words: object) -> Repair:
        """What is said of the sign at which it was noticed."""
        return said(name, self.at, 0, edit, **words)


def failure(text: str, dialect: Dialect, error: Any) -> Trouble:
    """The trouble that an exception of the parser with a place in it stands for."""
    at = error.problem_mark.index
    since = error.context_mark.index if error.context_mark else at
    last: Any = None
    closed = -1
    around: list[Any] = []
    levels: list[Any] = []
    for event in events(text):
        if isinstance(event, CollectionStartEvent):
            around.append(event)
        elif isinstance(event, CollectionEndEvent):
            start = around.pop()
            if start.flow_style and text[start.start_mark.index] in CLOSER:
                last, closed = event, start.start_mark.index
        elif isinstance(event, ScalarEvent) and (event.value or event.style):
            last, levels = event, [event for event in around if not event.flow_style]
    starts = [event.start_mark.index for event in around if event.flow_style]
    kind = f"{error.context or ''}; {error.problem or ''}"
    return Trouble(
        *(text, dialect, kind, min(at, max(len(text.rstrip()) - 1, 0)), at, "", since, last),
        ended=not text[at:].strip(),
        closed=closed,
        brackets=tuple(start for start in starts if text[start] in CLOSER),
        levels=tuple((isinstance(e, SequenceStartEvent), e.start_mark.column) for e in levels),
    )
