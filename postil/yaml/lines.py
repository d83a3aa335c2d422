"""A line of YAML as people write it, and what is read of it."""

import re

from postil.text.folding import Edit
from postil.yaml.writing import quoted

# A line in parts: dashes, a key with its colon, and the rest. No pattern of this room can be made
# slow: a file of one long line is as quick to explain as any other. Before 3.11.5 Python forgets
# where a possessive group began that fails half way (gh-106052), so these look ahead first.
_LINE = re.compile(
    r"(?P<dashes>[ \t]*+(?:(?=-[ \t])-[ \t]++)*+)"
    r"(?:(?P<key>[^\s#'\"\[\]{},&*!|>%@`-][^:#\n]*+|\"[^\"\n]*+\"[ \t]*+|'[^'\n]*+'[ \t]*+)"
    r":(?:[ \t]++|(?=[\r\n])|\Z))?"
    r"(?P<value>[^\r\n]*+)"
)
_VALUE = re.compile(r"(?:(?!(?:(?<=  )|(?<=\t))#++(?:[ \t]|\Z))[^\r\n])*+")  # to a comment
_ITEM = re.compile(r"[^,\]}\r\n]*+")
LONG = 10_000  # characters of a line that nobody reads to its end


def line_at(text: str, offset: int) -> re.Match[str]:
    """The line around an offset, in parts; of a very long line the beginning."""
    begin = text.rfind("\n", 0, offset) + 1
    return next(_LINE.finditer(text, begin, begin + LONG))


def line_above(text: str, offset: int) -> re.Match[str]:
    """The last line above that is not empty; the line itself if there is none."""
    begin = text.rfind("\n", 0, offset) + 1
    return line_at(text, len(text[:begin].rstrip()) or begin)


def column_of(text: str, offset: int) -> int:
    """How many characters stand before an offset in its line."""
    return offset - text.rfind("\n", 0, offset) - 1


def number_of(text: str, offset: int) -> int:
    """The line of an offset, from 1."""
    return text.count("\n", 0, offset) + 1


def value_at(text: str, start: int) -> str:
    """A value on one line: to the end of the line, or of the entry inside brackets."""
    line = line_at(text, start)
    is_item = line.start("value") < start and text[line.start("value")] in "[{"
    end = max(start, line.end())
    return next((_ITEM if is_item else _VALUE).finditer(text, start, end))[0].rstrip()


def in_quotes(text: str, start: int) -> Edit | None:
    """The value that starts here in quotation marks, if it does not go on below."""
    line = line_at(text, start)
    below = line_at(text, text.find("\n", line.end()) + 1)
    is_text = below["key"] is None and below["value"] and "-" not in below["dashes"]
    column = len(line["dashes"]) if line["key"] else 0
    if below.start() > start and is_text and len(below["dashes"]) > column:
        return None
    value = value_at(text, start)
    return start, start + len(value), quoted(value)


def closed(text: str, start: int, closer: str) -> Edit:
    """The quotation mark or bracket at `start` closed at the end of its line."""
    end = start + len(value_at(text, start))
    return end, end, closer
