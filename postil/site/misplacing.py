"""What was pasted where it cannot stand: an annotation, found by reading the file without it, and
what programs for libraries export."""

import re
from collections.abc import Iterator

import msgspec

from postil.diagnostics.model import Diagnostic, Report, SourceText, Span
from postil.site.files import convert
from postil.yaml.composer import Dialect, composed

_LISTED = "annotations"
_ENTRY = re.compile(r"( *)- (?:id|quote): ")
_EXPORTED = re.compile(r"\s*(@\w+\s*[{(]|TY  - )")
_KEY = re.compile(r"([\w-]+):(?:\s|$)")
_LAST_LINE = re.compile(r" *draft: true\b")  # of what the preview copies
_REACH = 80  # lines: an annotation that is pasted is no longer, and its mistake not farther away
_MOST_TRIES = 8  # of reading the whole file again


def reconsider(found: Report, source: SourceText, dialect: Dialect) -> Report:
    """The mistakes that were found in a file; or the one of which they all come.

    That is BibTeX or RIS where YAML is wanted; or an annotation in the wrong place: it is sound by
    itself, and the file without it.
    """
    if exported := _EXPORTED.match(source.text):
        return Report([_to_import(source, exported)])
    first = next(each for each in found.in_order() if each.severity == "error")
    misplaced = _misplaced(source, first.place[0], dialect)
    return Report([misplaced]) if misplaced else found


def _to_import(source: SourceText, begins: re.Match[str]) -> Diagnostic:
    form, ending = ("RIS", "ris") if begins[1].startswith("TY") else ("BibTeX", "bib")
    return Diagnostic(
        "yaml-syntax",
        f"this is {form}, and no YAML",
        Span(source, *begins.span(1)),
        help="save it as a file of another name, and paste what `import` makes of it:\n"
        f"python build.py import FILE.{ending}",
    )


def _misplaced(source: SourceText, line: int, dialect: Dialect) -> Diagnostic | None:
    """The annotation in the wrong place that is near a line, from 1."""
    lines = source.text.splitlines(keepends=True)
    tries = 0
    for start, end in _blocks(lines, line - 1):
        message, help = _way_out(lines, start, end)
        entry = "".join(lines[start:end])
        if not message or not _is_sound(f"title: T\n{_LISTED}:\n{entry}", dialect):
            continue
        tries += 1
        if tries > _MOST_TRIES:
            return None
        if _is_sound("".join(lines[:start] + lines[end:]), dialect):
            offset = len("".join(lines[:start])) + _indent(lines[start]) + len("- ")
            span = Span(source, offset, len("".join(lines[: start + 1]).rstrip()))
            return Diagnostic("wrong-type", message, span, help=help)
    return None


def _blocks(lines: list[str], near: int) -> Iterator[tuple[int, int]]:
    """What may be an annotation, or several, that were pasted: first line, and the one after."""
    first, last = max(near - _REACH, 0), min(near + 2, len(lines))
    starts = [index for index in range(first, last) if _ENTRY.match(lines[index])]
    for start in reversed(starts):
        column = _indent(lines[start])
        for end in range(start + 1, min(start + _REACH, len(lines)) + 1):
            is_over = end == len(lines) or _ends_block(lines[end], column)
            if is_over or _LAST_LINE.match(lines[end - 1]):
                yield start, end
            if is_over:
                break


def _ends_block(line: str, column: int) -> bool:
    """Whether a line is of nothing whose dash stands in a column."""
    is_entry = line.lstrip().startswith("-")
    return bool(line.strip()) and _indent(line) < column + (not is_entry)


def _way_out(lines: list[str], start: int, end: int) -> tuple[str, str]:
    """What is said of the place of these lines, and what to do; nothing if they may stand there."""
    heads = (match[1] for line in reversed(lines[:start]) if (match := _KEY.match(line)))
    above = next(heads, "")
    if above == _LISTED:
        return _among_others(lines, start, end) if _LAST_LINE.match(lines[end - 1]) else ("", "")
    where = f"below `{above}:`" if above else "above the first key of the file"
    is_there = any(line.startswith(f"{_LISTED}:") for line in lines)
    way = f"below `{_LISTED}:`" if is_there else f"to the end of the file, below `{_LISTED}:`"
    return f"this is an annotation, and stands {where}", f"move it {way}"


def _among_others(lines: list[str], start: int, end: int) -> tuple[str, str]:
    """The same of lines below `annotations:`."""
    head = next(line for line in lines if line.startswith(f"{_LISTED}:"))
    if re.match(rf"{_LISTED}: *\[\s*\]", head):
        return f"`{_LISTED}: []` above says that there are none", "delete the []"
    others = (lines[index] for index in _listed(lines) if not start <= index < end)
    column = next(map(_indent, others), _indent(lines[start]))
    below = next((line for line in lines[end:] if line.strip()), "")
    if below and _indent(below) > column:
        message = "this annotation stands inside another one, which goes on below it"
        return message, "move it above or below that one, to where an entry ends"
    if _indent(lines[start]) != column and not any(index < start for index in _listed(lines)):
        message = "this annotation is not indented like those below it"
        line = " " * column + lines[start].strip()
        spaces = f"{column} space{'s' * (column != 1)}"
        return message, f"start it with {spaces}, and move the rest of it with it:\n{line}"
    return "", ""


def _listed(lines: list[str]) -> Iterator[int]:
    """The lines that begin with a dash, from the head of the annotations on."""
    head = next(index for index, line in enumerate(lines) if line.startswith(f"{_LISTED}:"))
    return (index for index in range(head, len(lines)) if lines[index].lstrip().startswith("- "))


def _is_sound(text: str, dialect: Dialect) -> bool:
    """Whether a file of annotations with this text would be taken."""
    found = composed(text, dialect)
    if found.refused:
        return False
    try:
        convert(_LISTED, found.data)
    except msgspec.ValidationError:
        return False
    return True


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
