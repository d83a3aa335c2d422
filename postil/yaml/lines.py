"""A line of YAML as people write it, and the same line with something changed in it."""

import re

# A line in parts: dashes, a key with its colon, and the rest. No pattern of this room can be made
# slow: a file of one long line is as quick to explain as any other. Before 3.11.5 Python forgets
# where a possessive group began that fails half way (gh-106052), so these look ahead first.
_LINE = re.compile(
    r"(?P<dashes>[ \t]*+(?:(?=-[ \t])-[ \t]++)*+)"
    r"(?:(?P<key>[^\s#'\"\[\]{},&*!|>%@`-][^:#\n]*+|\"[^\"\n]*+\"[ \t]*+|'[^'\n]*+'[ \t]*+)"
    r":(?:[ \t]++|(?=[\r\n])|\Z))?"
    r"(?P<value>[^\r\n]*+)"
)
_ASIDE = re.compile(r"#++(?=[ \t]|\Z)")
LONG = 10_000  # characters of a line that nobody reads to its end


def line_at(text: str, offset: int) -> re.Match[str]:
    """The line around an offset, in parts; of a very long line the beginning."""
    begin = text.rfind("\n", 0, offset) + 1
    found = _LINE.match(text, begin, begin + LONG)
    assert found, "the pattern matches any line"
    return found


def line_above(text: str, offset: int) -> re.Match[str]:
    """The last line above that is not empty; the line itself if there is none."""
    begin = text.rfind("\n", 0, offset) + 1
    end = begin
    while end and text[end - 1].isspace():
        end -= 1
    return line_at(text, end if end else begin)


def column_of(text: str, offset: int) -> int:
    """How many characters stand before an offset in its line."""
    return offset - text.rfind("\n", 0, offset) - 1


def number_of(text: str, offset: int) -> int:
    """The line of an offset, from 1."""
    return text.count("\n", 0, offset) + 1


def value_at(text: str, start: int) -> str:
    """A value on one line: to the end of the line, or of the entry inside brackets."""
    line = line_at(text, start)
    opening = line.start("value")
    if opening < start and text[opening] in "[{":
        found = re.compile(r"[^,\]}\r\n]*").match(text, start)
        return found[0].rstrip() if found else ""
    value = text[start : line.end()]
    for aside in _ASIDE.finditer(value):
        if value.endswith(("  ", "\t"), 0, aside.start()):
            return value[: aside.start()].rstrip()
    return value.rstrip()


def with_words(text: str, start: int, end: int, words: str) -> str:
    """The line with other words from `start` to `end`."""
    line = line_at(text, start)
    return (text[line.start() : start] + words + text[end : line.end()]).rstrip()


def closed(text: str, start: int, closer: str) -> str:
    """The line with the quotation mark or bracket at `start` closed at its end."""
    end = start + len(value_at(text, start))
    return with_words(text, end, end, closer)
