"""What may be meant by a line that stands where the parser could not place it."""

import re
from collections.abc import Iterator

from postil.yaml.failing import Failure
from postil.yaml.lines import column_of, line_at
from postil.yaml.repairing import Offer, Repair
from postil.yaml.repairs import colon_inside, indent


def cut_above(failure: Failure) -> Iterator[Repair]:
    """A text over several lines that a ` #` or a line of comment has ended too early."""
    if not failure.begins_line or failure.line["key"] is not None or not failure.levels:
        return
    between = re.match(r"[ \t\r\n]*(#[^\r\n]*)", failure.gap)
    if not between or failure.style or failure.column <= failure.levels[-1][1]:
        return
    start = failure.last.end_mark.index + between.start(1)
    message = "the text above ends at this #: the rest of the line is left out as a comment"
    offer = Offer("put the text in quotation marks, or move the comment above it")
    yield Repair(start, start + len(between[1]), message, offer, "comment-cut")


def colon(failure: Failure) -> Iterator[Repair]:
    """A colon and a space inside a text, or an entry that was read as part of a text."""
    text, at, line = failure.text, failure.at, failure.line
    if "mapping values" not in failure.problem:
        return
    if at >= line.start("value") or not line["key"] or " " in line["key"].strip():
        yield colon_inside(text, at, at + 1, line.start("value"))
        return
    above = failure.above
    start = line.end("dashes")
    is_loose = above["key"] is None and "-" not in above["dashes"]
    if is_loose and column_of(text, above.end("dashes")) == column_of(text, start):
        yield from _loose_text(failure, above.end("dashes"))
    message = "this line is indented so far that it goes on with the text above"
    if "-" in line["dashes"]:
        start = text.index("-", line.start())
    yield from _misplaced(failure, start, message)


def indentation(failure: Failure) -> Iterator[Repair]:
    """A line that starts in a column where nothing above it does."""
    line, is_dash = failure.line, failure.text[failure.at] == "-"
    if "simple key" in failure.doing:
        yield from _loose_text(failure, failure.since)
        return
    if not failure.begins_line:
        return
    if not is_dash and line["key"] is None:
        yield from _loose_text(failure, failure.at)
        return
    columns = [column for is_list, column in failure.levels if is_list == is_dash]
    others = [column for is_list, column in failure.levels if is_list != is_dash]
    message = "the indentation of this line fits no line above it"
    if columns and (is_dash or failure.column not in others):
        yield from _misplaced(failure, failure.at, message)
    if failure.column in others or not columns:
        yield _mixed(failure, is_dash)


def _misplaced(failure: Failure, start: int, message: str) -> Iterator[Repair]:
    """An entry of something above that stands in another column than its neighbours."""
    text, is_dash = failure.text, failure.text[start] == "-"
    columns = [column for is_list, column in failure.levels if is_list == is_dash] or [0]
    here = column_of(text, start)
    end = start + len(failure.line["key"] or " ")
    for column in sorted(columns, key=lambda column: (abs(column - here), -column)):
        yield Repair(start, end, message, indent(text, start, column))


def _mixed(failure: Failure, is_dash: bool) -> Repair:
    if is_dash:
        message = "a list entry stands where a key is expected"
        offer = Offer("write the key that the list belongs to on the line above it")
        return failure.here(message, offer)
    message = "a key stands where an entry of the list above is expected"
    entry = failure.text[failure.at : failure.line.end()].rstrip()
    line = f"{' ' * failure.column}- {entry}"
    advice = "if it is a further entry, start it with a dash"
    return failure.here(message, Offer(advice, line, aligned=True))


def _loose_text(failure: Failure, start: int) -> Iterator[Repair]:
    """A line without a key that is not indented as a part of the text above."""
    text, end = failure.text, line_at(failure.text, start).end()
    if not failure.levels:
        offer = Offer("write a key, a colon and a space before it")
        yield Repair(start, end, "this line has no key", offer)
        return
    field, gap, value = text[start:end].rstrip().partition(" ")
    is_field = gap and field in failure.dialect.fields
    if is_field and (False, column_of(text, start)) in failure.levels:
        line = f"{' ' * column_of(text, start)}{field}: {value}"
        yield Repair(start, end, f"the colon after `{field}` is missing", Offer("write it", line))
    column, after = failure.levels[-1][1] + 2, ""
    if failure.style in ("|", ">"):
        head = failure.last.start_mark.index
        body = re.compile(r"[^\n]*\n\s*?([^\s])").match(text, head)
        if body and failure.last.value:
            column = column_of(text, body.start(1))
        else:  # nothing below the `|` stands right of its key
            after = ", and so every line of that text"
    before = "if it goes on with that text, "
    if "#" in failure.gap and not failure.style:
        before += "move the comment out of it and "
    message = "this line has no key, and is not part of the text above"
    offer = indent(text, start, column, before=before, after=after)
    if column == column_of(text, start):
        offer = Offer("write a key, a colon and a space before it")
    yield Repair(start, end, message, offer)
