"""What may be meant by a line that stands where it does not belong, or is cut where it goes on."""

import re
from collections.abc import Iterator

from postil.yaml.lines import column_of, in_quotes, line_at, number_of
from postil.yaml.repairing import Repair
from postil.yaml.signs import QUOTE_IT, colon_inside, tight
from postil.yaml.trouble import Trouble
from postil.yaml.writing import quoted

_SHOWN = 80  # characters of a text inside a message
_LOOK_BACK = 10_000  # characters above a line among which its list is looked for


def _moved(
    text: str, start: int, end: int, column: int, message: str, before: str = "", after: str = ""
) -> Repair:
    """To start what stands at `start` in another column, with the lines of an entry below it."""
    advice = f"start it with {column} space{'s' if column > 1 else ''}"
    if column == 0:
        advice = "start it at the beginning of the line"
    line = line_at(text, start)
    below = line_at(text, line.end() + 1)
    is_below = below.start() > start and below["key"] is not None
    if text[start] == "-" and is_below and len(below["dashes"]) > column_of(text, start):
        after = ", and move the rest of the entry with it"
    return Repair(start, end, message, before + advice + after, (line.start(), start, " " * column))


# ------------------------------------------------------------------ a text that is cut short


def comment_cut(trouble: Trouble) -> Iterator[Repair]:
    text, since, at = trouble.text, trouble.since, trouble.at
    left_out, read = text[at : trouble.end].rstrip(), " ".join(text[since:at].split())
    what = "the text ends at the #" if read else "nothing is read here"
    message = f"{what}: `{_short(left_out)}` is left out as a comment"
    edit = None if "\n" in text[since:at] else in_quotes(text, since if read else at)
    more = "if it is a comment, write two spaces before the # and one after it"
    notes = (("read", _short(read)),) if read else ()
    yield Repair(at, at + len(left_out), message, QUOTE_IT, edit, "comment-cut", more, notes)


def cut_above(trouble: Trouble) -> Iterator[Repair]:
    """A text over several lines that a ` #` or a line of comment has ended too early."""
    between = re.match(r"[ \t\r\n]*(#[^\r\n]*)", trouble.gap)
    if not trouble.begins_line or trouble.line["key"] is not None or not trouble.levels:
        return
    if between and not trouble.style and trouble.column > trouble.levels[-1][1]:
        start = trouble.last.end_mark.index + between.start(1)
        message = "the text above ends at this #: the rest of the line is left out as a comment"
        advice = "put the text in quotation marks, or move the comment above it"
        yield Repair(start, start + len(between[1]), message, advice, None, "comment-cut")


def comma_cut(trouble: Trouble) -> Iterator[Repair]:
    """In braces a comma ends a text, and what follows it would be a key without a value."""
    text, since, end = trouble.text, trouble.since, trouble.end
    cut, whole = (" ".join(text[start:end].split()) for start in (trouble.at, since))
    message, advice = f"`{_short(cut)}` has no value", f"write `{_short(cut)}: ` and its value"
    advice, edit = f"{advice}, or delete it", None
    if text[since] not in "[{":
        message = f"the text ends at the comma: `{_short(cut)}` is left out"
        advice, edit = QUOTE_IT, (since, end, quoted(whole))
    yield Repair(trouble.at, end, message, advice, edit, "comma-cut")


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}\u2026"


# ------------------------------------------------------------------ a line in another column


def swallowed(trouble: Trouble) -> Iterator[Repair]:
    """A line in a text without quotes that looks like an entry of a list."""
    text, since, start = trouble.text, trouble.since, trouble.end - 2
    if text[since] == "-":
        yield from tight(trouble)
    line = number_of(text, since)
    message = f"this line is indented so far that it goes on with the text of line {line}"
    for column in _columns_of_list(text, since, start):
        yield _moved(text, start, start + 1, column, message)
    advice = "a key has a text or a list: delete one, or put the whole text in quotation marks"
    yield Repair(start, start + 1, message, advice)


def _columns_of_list(text: str, since: int, start: int) -> Iterator[int]:
    """Where an entry that became part of a text may belong: beside one of its kind above it."""
    column = column_of(text, since) - 2
    dash = text.rfind("- ", text.rfind("\n", 0, since) + 1, since)
    if dash >= 0 and column_of(text, dash) == column:
        yield column
    if key := line_at(text, start)["key"]:
        beside = re.compile(rf"(?m)^( *)- {re.escape(key)}:\s")
        found = beside.findall(text, max(0, since - _LOOK_BACK), since)
        yield from dict.fromkeys(len(spaces) for spaces in reversed(found))


def duplicate(trouble: Trouble) -> Iterator[Repair]:
    text, since, start = trouble.text, trouble.since, trouble.at
    first, second = number_of(text, since), number_of(text, start)
    lines = f"on lines {first} and {second}" if first != second else f"on line {first}"
    column, advice, edit = column_of(text, start), "delete one of them", None
    if column > 1 and f"\n{' ' * (column - 2)}- " in f"\n{text[:since]}":
        advice += "; if a new entry begins here, start it with a dash"
        edit = (start - column, start, " " * (column - 2) + "- ")
    message = f"`{trouble.word}` is given twice, {lines}"
    yield Repair(start, trouble.end, message, advice, edit, "duplicate-key")


def colon(trouble: Trouble) -> Iterator[Repair]:
    """A colon and a space inside a text, or an entry that was read as part of a text."""
    text, line, above = trouble.text, trouble.line, trouble.above
    if trouble.at >= line.start("value") or not line["key"] or " " in line["key"].strip():
        yield from colon_inside(trouble)
        return
    start = line.end("dashes")
    is_loose = above["key"] is None and "-" not in above["dashes"]
    if is_loose and column_of(text, above.end("dashes")) == column_of(text, start):
        yield from _loose_text(trouble, above.end("dashes"))
    message = "this line is indented so far that it goes on with the text above"
    if "-" in line["dashes"]:
        start = text.index("-", line.start())
    yield from _misplaced(trouble, start, message)


def indentation(trouble: Trouble) -> Iterator[Repair]:
    """A line that starts in a column where nothing above it does."""
    line, is_dash = trouble.line, trouble.text[trouble.at] == "-"
    if "simple key" in trouble.kind.partition(";")[0]:
        yield from _loose_text(trouble, trouble.since)
    elif trouble.begins_line and not is_dash and line["key"] is None:
        yield from _loose_text(trouble, trouble.at)
    elif trouble.begins_line:
        columns = [column for is_list, column in trouble.levels if is_list == is_dash]
        others = [column for is_list, column in trouble.levels if is_list != is_dash]
        message = "the indentation of this line fits no line above it"
        if columns and (is_dash or trouble.column not in others):
            yield from _misplaced(trouble, trouble.at, message)
        if trouble.column in others or not columns:
            yield _mixed(trouble, is_dash)


def _misplaced(trouble: Trouble, start: int, message: str) -> Iterator[Repair]:
    """An entry of something above that stands in another column than its neighbours."""
    text, is_dash = trouble.text, trouble.text[start] == "-"
    columns = [column for is_list, column in trouble.levels if is_list == is_dash] or [0]
    here = column_of(text, start)
    end = start + len(trouble.line["key"] or " ")
    for column in sorted(columns, key=lambda column: (abs(column - here), -column)):
        yield _moved(text, start, end, column, message)


def _mixed(trouble: Trouble, is_dash: bool) -> Repair:
    if is_dash:
        advice = "write the key that the list belongs to on the line above it"
        return trouble.here("a list entry stands where a key is expected", advice)
    edit = (trouble.line.start(), trouble.at, " " * trouble.column + "- ")
    message = "a key stands where an entry of the list above is expected"
    return trouble.here(message, "if it is a further entry, start it with a dash", edit)


def _loose_text(trouble: Trouble, start: int) -> Iterator[Repair]:
    """A line without a key that is not indented as a part of the text above."""
    text, end = trouble.text, line_at(trouble.text, start).end()
    advice = "write a key, a colon and a space before it"
    if not trouble.levels:
        yield Repair(start, end, "this line has no key", advice)
        return
    field, gap, _ = text[start:end].rstrip().partition(" ")
    is_field = gap and field in trouble.dialect.fields
    if is_field and (False, column_of(text, start)) in trouble.levels:
        message, place = f"the colon after `{field}` is missing", start + len(field)
        yield Repair(start, end, message, "write it", (place, place, ":"))
    message = "this line has no key, and is not part of the text above"
    column, before, after = trouble.levels[-1][1] + 2, "if it goes on with that text, ", ""
    if trouble.style in ("|", ">"):
        body = re.compile(r"[^\n]*\n\s*?([^\s])").match(text, trouble.last.start_mark.index)
        if body and trouble.last.value:
            column = column_of(text, body.start(1))
        else:  # nothing below the `|` stands right of its key
            after = ", and so every line of that text"
    if "#" in trouble.gap and not trouble.style:
        before += "move the comment out of it and "
    if column == column_of(text, start):
        yield Repair(start, end, message, advice)
    else:
        yield _moved(text, start, end, column, message, before, after)


def first_line(trouble: Trouble) -> Iterator[Repair]:
    """Lines that stand at another beginning than the first of the file."""
    text, number = trouble.text, number_of(trouble.text, trouble.at)
    if first := re.compile(r"(?m)^ +(?=[^\s#])").search(text, 0, trouble.at):
        message = f"this line is indented, and line {number} is not"
        advice = "start every key of the file at the beginning of its line"
        yield Repair(first.end(), first.end() + 1, message, advice, (*first.span(), ""))
