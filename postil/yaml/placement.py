"""What may be meant by a line that stands where it does not belong, or is cut where it goes on."""

import re
from collections.abc import Iterator

from postil.yaml.lines import column_of, in_quotes, line_at, number_of
from postil.yaml.sentences import Repair, said
from postil.yaml.signs import colon_inside, unseen
from postil.yaml.trouble import Trouble
from postil.yaml.writing import quoted

_SHOWN = 80  # characters of a text inside a message
_LOOK_BACK = 10_000  # characters above a line among which its list is looked for


def _moved(text: str, name: str, start: int, end: int, column: int, **words: object) -> Repair:
    """To start what stands at `start` in another column, with the lines of an entry below it."""
    move = f"start it with {column} space{'s' if column > 1 else ''}"
    if column == 0:
        move = "start it at the beginning of the line"
    line = line_at(text, start)
    below = line_at(text, line.end() + 1)
    is_below = below.start() > start and below["key"] is not None
    if text[start] == "-" and is_below and len(below["dashes"]) > column_of(text, start):
        move += ", and move the rest of the entry with it"
    edit = (line.start(), start, " " * column)
    return said(name, start, end, edit, move=move, **words)


# ------------------------------------------------------------------ a text that is cut short


def comment_cut(trouble: Trouble) -> Iterator[Repair]:
    text, since, at = trouble.text, trouble.since, trouble.at
    left_out, read = text[at : trouble.end].rstrip(), " ".join(text[since:at].split())
    edit = None if "\n" in text[since:at] else in_quotes(text, since if read else at)
    name = "comment" if read else "nothing but a comment"
    yield said(name, at, at + len(left_out), edit, word=_short(left_out), read=_short(read))


def cut_above(trouble: Trouble) -> Iterator[Repair]:
    """A text over several lines that a ` #` or a line of comment has ended too early."""
    between = re.match(r"[ \t\r\n]*(#[^\r\n]*)", trouble.gap)
    if not trouble.begins_line or trouble.line["key"] is not None or not trouble.levels:
        return
    if between and not trouble.style and trouble.column > trouble.levels[-1][1]:
        start = trouble.last.end_mark.index
        yield said("comment above", start + between.start(1), start + between.end(1))


def comma_cut(trouble: Trouble) -> Iterator[Repair]:
    """In braces a comma ends a text, and what follows it would be a key without a value."""
    text, since, end = trouble.text, trouble.since, trouble.end
    cut, whole = (" ".join(text[start:end].split()) for start in (trouble.at, since))
    is_text = text[since] not in "[{"
    edit = (since, end, quoted(whole)) if is_text else None
    name = "comma" if is_text else "no value"
    yield said(name, trouble.at, end, edit, word=_short(cut))


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}\u2026"


# ------------------------------------------------------------------ a line in another column


def swallowed(trouble: Trouble) -> Iterator[Repair]:
    """A line in a text without quotes that looks like an entry of a list."""
    text, since, start = trouble.text, trouble.since, trouble.end - 2
    yield from unseen(trouble)
    line = number_of(text, since)
    for column in _columns_of_list(text, since, start):
        yield _moved(text, "text of line", start, 0, column, line=line)
    yield said("text or list", start, line=line)


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
    column, name, edit = column_of(text, start), "given twice", None
    if column > 1 and f"\n{' ' * (column - 2)}- " in f"\n{text[:since]}":
        name, edit = "new entry", (start - column, start, " " * (column - 2) + "- ")
    yield said(name, start, trouble.end, edit, word=trouble.word, lines=lines)


def colon(trouble: Trouble) -> Iterator[Repair]:
    """A colon and a space inside a text, or an entry that was read as part of a text."""
    line, above = trouble.line, trouble.above
    if trouble.at >= line.start("value"):
        yield from colon_inside(trouble)
        return
    is_loose = above["key"] is None and "-" not in above["dashes"]
    if is_loose and len(above["dashes"]) == len(line["dashes"]):
        yield from _loose_text(trouble, above.end("dashes"))
    start = line.start() + len(line["dashes"]) - len(line["dashes"].lstrip())
    yield from _misplaced(trouble, "text above", start)


def indentation(trouble: Trouble) -> Iterator[Repair]:
    """A line that starts in a column where nothing above it does."""
    line, at, is_dash = trouble.line, trouble.at, trouble.text[trouble.at] == "-"
    if "simple key" in trouble.kind.partition(";")[0]:
        yield from _loose_text(trouble, trouble.since)
    elif trouble.begins_line and not is_dash and line["key"] is None:
        yield from _loose_text(trouble, at)
    elif trouble.begins_line:
        columns = [column for is_list, column in trouble.levels if is_list == is_dash]
        is_other = (not is_dash, trouble.column) in trouble.levels or not columns
        if columns and (is_dash or not is_other):
            yield from _misplaced(trouble, "fits nowhere", at)
        if is_other and is_dash:
            yield trouble.here("dash for key")
        elif is_other:
            yield trouble.here("key for dash", (line.start(), at, " " * trouble.column + "- "))


def _misplaced(trouble: Trouble, name: str, start: int) -> Iterator[Repair]:
    """An entry of something above that stands in another column than its neighbours."""
    text, is_dash = trouble.text, trouble.text[start] == "-"
    columns = [column for is_list, column in trouble.levels if is_list == is_dash] or [0]
    here = column_of(text, start)
    end = start + len(trouble.line["key"] or " ")
    for column in sorted(columns, key=lambda column: (abs(column - here), -column)):
        yield _moved(text, name, start, end, column)


def _loose_text(trouble: Trouble, start: int) -> Iterator[Repair]:
    """A line without a key that is not indented as a part of the text above."""
    text, end = trouble.text, line_at(trouble.text, start).end()
    if not trouble.levels:
        yield said("loose", start, end)
        return
    field, gap, _ = text[start:end].rstrip().partition(" ")
    is_field = gap and field in trouble.dialect.fields
    if is_field and (False, column_of(text, start)) in trouble.levels:
        place = start + len(field)
        yield said("no colon", start, end, (place, place, ":"), word=field)
    name, column = "loose text", trouble.levels[-1][1] + 2
    if trouble.style in ("|", ">"):
        body = re.compile(r"[^\n]*\n\s*?([^\s])").match(text, trouble.last.start_mark.index)
        if body and trouble.last.value:
            column = column_of(text, body.start(1))
        else:  # nothing below the `|` stands right of its key
            name = "loose lines"
    elif "#" in trouble.gap and not trouble.style:
        name = "loose below comment"
    if column == column_of(text, start):
        yield said("loose below text", start, end)
    else:
        yield _moved(text, name, start, end, column)


def first_line(trouble: Trouble) -> Iterator[Repair]:
    """Lines that stand at another beginning than the first of the file."""
    text, number = trouble.text, number_of(trouble.text, trouble.at)
    if first := re.compile(r"(?m)^ +(?=[^\s#])").search(text, 0, trouble.at):
        yield said("first line", first.end(), 0, (*first.span(), ""), line=number)
