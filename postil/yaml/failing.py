"""What is known of the place where the parser gave up."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec
from yaml.events import CollectionEndEvent, CollectionStartEvent, ScalarEvent, SequenceStartEvent

from postil.yaml.composer import Dialect, events
from postil.yaml.lines import column_of, line_above, line_at
from postil.yaml.repairing import Offer, Repair

CLOSER = {"[": "]", "{": "}"}


class Failure(msgspec.Struct, frozen=True):
    """Where the parser gave up, in its words, and what it had read just before."""

    text: str
    dialect: Dialect
    problem: str
    doing: str
    at: int
    since: int  # where it began what it was doing
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

    def here(self, message: str, offer: Offer) -> Repair:
        """A repair about the sign at which the parser gave up."""
        return Repair(self.at, self.at + 1, message, offer)


def failure_of(text: str, dialect: Dialect, error: Any) -> Failure:
    """The failure that an exception with a place in it stands for."""
    at = error.problem_mark.index
    last: Any = None
    closed = -1
    around: list[Any] = []
    levels: Iterable[Any] = ()
    for event in events(text):
        if isinstance(event, CollectionStartEvent):
            around.append(event)
        elif isinstance(event, CollectionEndEvent):
            start = around.pop()
            if text[start.start_mark.index] in CLOSER and start.flow_style:
                last, closed = event, start.start_mark.index
        elif isinstance(event, ScalarEvent) and (event.value or event.style):
            last, levels = event, tuple(around)
    starts = [event.start_mark.index for event in around if event.flow_style]
    return Failure(
        text,
        dialect,
        problem=error.problem or "",
        doing=error.context or "",
        at=min(at, max(len(text.rstrip()) - 1, 0)),
        since=error.context_mark.index if error.context_mark else at,
        last=last,
        ended=not text[at:].strip(),
        closed=closed,
        brackets=tuple(start for start in starts if text[start] in CLOSER),
        levels=tuple(
            (isinstance(event, SequenceStartEvent), event.start_mark.column)
            for event in levels
            if not event.flow_style
        ),
    )
