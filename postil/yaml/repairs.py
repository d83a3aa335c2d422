"""Repairs of a line that both slips and failures propose."""

import re
from collections.abc import Iterator

from postil.diagnostics.codes import ErrorCode
from postil.text.characters import name_of
from postil.yaml.lines import LONG, closed, column_of, line_at, value_at, with_words
from postil.yaml.repairing import Offer, Repair
from postil.yaml.writing import quoted

QUOTE_IT = "put the whole text in quotation marks"
TYPE_AGAIN = "delete it: select the characters around it and type them again"
ODD = r"(?:[^\S \t\r\n]|[\u200b-\u200f\u2060\ufeff\xad])"
TIGHT_DASH = re.compile(r"[ \t]*+(?:(?=- )- ++)*+(-)([^\s-][^\r\n]*+)")
_ELISION = re.compile(
    r"'(?:tis|twas|twere|twill|em|cause|cos|til|till|round|bout|n|nuff|\d\ds?)\b", re.IGNORECASE
)
_DOUBLE_QUOTED = re.compile(r'"((?:[^"\\\n]++|(?=\\.)\\.)*+)"')


def quoting(text: str, start: int, *, words: str = QUOTE_IT, more: str = "") -> Offer:
    """To put the value that starts here in quotation marks, with the line if it is one."""
    line = line_at(text, start)
    next_line = text.find("\n", line.end()) + 1
    below = line_at(text, next_line)
    is_text = below["key"] is None and below["value"] and "-" not in below["dashes"]
    column = len(line["dashes"]) if line["key"] else 0
    if next_line and is_text and len(below["dashes"]) > column:
        return Offer(words, more=more)
    value = value_at(text, start)
    mended = with_words(text, start, start + len(value), quoted(value))
    return Offer(words, mended, more=more)


def must_be_quoted(text: str, start: int, *, more: str = "") -> Repair:
    """A value that begins with a sign of YAML's."""
    message = f"a text that starts with {text[start]} must be in quotation marks"
    return Repair(start, start + 1, message, quoting(text, start, more=more))


def colon_inside(text: str, place: int, end: int, value: int) -> Repair:
    """A colon and a space at a place inside the text that begins at `value`."""
    message = "a text with a colon and a space in it must be in quotation marks"
    return Repair(place, end, message, quoting(text, value))


def reference(text: str, start: int, end: int) -> Iterator[Repair]:
    """`&name`, `*name` and `!kind`: hardly ever meant by somebody who quotes a text."""
    line, sign = line_at(text, start), text[start]
    word = text[start:end].split()[0]
    code: ErrorCode = "yaml-tag" if sign == "!" else "yaml-alias"
    is_bullet = sign == "*" and line.start("value") == start and not line["key"]
    if is_bullet and text[start + 1 : start + 2] in (" ", "\t"):
        dash = Offer("write a dash", with_words(text, start, start + 1, "-"))
        yield Repair(start, start + 1, "list entries start with -, not *", dash, code)
        return
    rest = value_at(text, start)[len(word) :].strip()
    if sign == "&" and (not rest or re.search(r":(\s|$)", rest)):
        message = f"`{word}` would name a value to use it again, and that is not available here"
        offer = Offer(f"delete `{word}`, and write the value out wherever it is needed")
        yield Repair(start, start + len(word), message, offer, code)
    else:
        message = f"a text that starts with {sign} must be in quotation marks"
        yield Repair(start, start + len(word), message, quoting(text, start), code)


def space_after(text: str, found: re.Match[str], sign: str) -> Repair:
    """`found` has what stands for the sign in group 1 and the words after it in group 2."""
    start, words = found.start(1), found[2]
    if sign == "dash":
        mark = "-"
    else:
        mark, words = ":", quoted(words) if re.search(r":(\s|$)|\s#", words) else words
    line = with_words(text, start, found.end(2), f"{mark} {words}")
    message, advice = f"there is no space after the {sign}", "write one"
    if sign == "wide colon":
        message = f"{found[1].strip()} is not the colon that ends a key"
        advice = "write a plain colon and a space"
    return Repair(start, start + 1, message, Offer(advice, line))


def plain_space(text: str, start: int) -> Repair:
    """For a space that YAML does not take for one, or what nobody sees, at `start`."""
    found = re.compile(rf"(?:{ODD}| )++").match(text, start)
    assert found, "an odd space is at the start"
    spaces = " " * len(re.sub(r"\S", "", found[0]))
    name = f"a {name_of(text[start])} (U+{ord(text[start]):04X})"
    message = f"{name} stands {'where a space belongs' if spaces else 'here, unseen'}"
    line = with_words(text, start, found.end(), spaces)
    offer = Offer("write plain spaces" if spaces else "delete it", line, aligned=True)
    return Repair(start, start + 1, message, offer, "invisible-character")


def unclosed(text: str, start: int, what: str) -> Iterator[Repair]:
    """A quotation mark whose partner is missing, or stands where it was not meant to be one."""
    if _ELISION.match(text, start):
        message = "a text that starts with an apostrophe must be in double quotation marks"
        yield Repair(start, start + 1, message, quoting(text, start))
    message = f"the text that opens with {text[start]} here {what}"
    advice = "close it where it ends, for instance on its own line"
    yield Repair(start, start + 1, message, Offer(advice, closed(text, start, text[start])))


def single_quotes(text: str, start: int, end: int, since: int) -> Repair:
    """For a backslash, from `start` to `end`, inside double quotes that began at `since`."""
    message = f"inside double quotation marks, `{text[start:end]}` does not mean what it shows"
    offer = Offer("write two backslashes, or use single quotation marks")
    if whole := _DOUBLE_QUOTED.match(text, since, since + LONG):
        words = re.sub(r'\\([\\"])', r"\1", whole[1])
        line = with_words(text, since, whole.end(), quoted(words))
        offer = Offer("use single quotation marks", line)
    return Repair(start, end, message, offer, "yaml-escape")


def indent(text: str, start: int, column: int, *, before: str = "", after: str = "") -> Offer:
    """To start what stands at `start` in another column, with the lines of an entry below it."""
    advice = f"start it with {column} space{'s' if column > 1 else ''}"
    if column == 0:
        advice = "start it at the beginning of the line"
    line = line_at(text, start)
    below = line_at(text, line.end() + 1)
    is_below = below.start() > start and below["key"] is not None
    if text[start] == "-" and is_below and len(below["dashes"]) > column_of(text, start):
        after = ", and move the rest of the entry with it"
    rest = text[start : line.end()].rstrip()
    return Offer(before + advice + after, " " * column + rest, aligned=True)
