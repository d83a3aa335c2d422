"""What may be meant by a sign: one of YAML's, one that looks like it, or one that is not seen."""

import re
from collections.abc import Iterator

from yaml.events import CollectionEndEvent

from postil.diagnostics.codes import ErrorCode
from postil.text.characters import name_of
from postil.yaml.lines import LONG, closed, in_quotes, line_at, number_of, value_at
from postil.yaml.repairing import Repair
from postil.yaml.trouble import CLOSER, Trouble
from postil.yaml.writing import quoted

QUOTE_IT = "put the whole text in quotation marks"
TYPE_AGAIN = "delete it: select the characters around it and type them again"
_COLON = "a text with a colon and a space in it must be in quotation marks"

_ODD = r"[^\S \t\r\n]|[\u200b-\u200f\u2060\ufeff\xad]"  # what YAML does not take for a space
_ODD_RUN = re.compile(rf"({_ODD})(?:{_ODD}| )*+")
_ODD_MARGIN = re.compile(rf"[ \t-]*+(?:\w[\w-]*+:)?(?={_ODD})")
_DASHES = r"[ \t]*+(?:(?=- )- ++)*+"
# A sign that is not seen for lack of a space after it, the words after it, and what is said.
_TIGHT = (
    (
        re.compile(rf"{_DASHES}[\w-]++(:)(?!//)([^\s:][^\r\n]*+)"),
        *("there is no space after the colon", "write one", ": "),
    ),
    (
        re.compile(rf"{_DASHES}[\w-]++([\uff1a\ufe55\ufe13])[^\S\n]*+([^\r\n]*+)"),
        *("{} is not the colon that ends a key", "write a plain colon and a space", ": "),
    ),
    (
        re.compile(rf"{_DASHES}(-)([^\s-][^\r\n]*+)"),
        *("there is no space after the dash", "write one", "- "),
    ),
)
_TIGHT_IN_BRACES = re.compile(r"[\w-]+(:)(?!//)([^,}\]\r\n]+)")
_ELISION = re.compile(
    r"'(?:tis|twas|twere|twill|em|cause|cos|til|till|round|bout|n|nuff|\d\ds?)\b", re.IGNORECASE
)
_DOUBLE_QUOTED = re.compile(r'"((?:[^"\\\n]++|(?=\\.)\\.)*+)"')
_ESCAPE = re.compile(r"(?s)\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|.)")
_PROSE_IN_BRACKETS = re.compile(r"\[-?@|\[[^\]\n]*+\][ \t]*+[^\s,\]}#]")
_REST_OF_TEXT = re.compile(r"\[[^\]\r\n]*+\][^,\[\]{}\r\n]*+")


def must_be_quoted(text: str, start: int, *, more: str = "") -> Repair:
    """A value that begins with a sign of YAML's."""
    message = f"a text that starts with {text[start]} must be in quotation marks"
    return Repair(start, start + 1, message, QUOTE_IT, in_quotes(text, start), more=more)


# ------------------------------------------------------------------ signs that are not seen


def odd_space(trouble: Trouble) -> Iterator[Repair]:
    text = trouble.text
    for line in (trouble.line, line_at(text, trouble.since), trouble.above):
        if found := _ODD_MARGIN.match(text, line.start()):
            yield from _plain_spaces(text, found.end(), line.end())


def _plain_spaces(text: str, start: int, end: int) -> Iterator[Repair]:
    if found := _ODD_RUN.search(text, start, end):
        at = found.start()
        spaces = " " * len(re.sub(r"\S", "", found[0]))
        name = f"a {name_of(found[1])} (U+{ord(found[1]):04X})"
        message = f"{name} stands {'where a space belongs' if spaces else 'here, unseen'}"
        advice = "write plain spaces" if spaces else "delete it"
        begin = line_at(text, at).start()
        edit = (begin, found.end(), text[begin:at] + spaces)
        yield Repair(at, at + 1, message, advice, edit, "invisible-character")


def tab(trouble: Trouble) -> Iterator[Repair]:
    """Tabs are seen only where they did harm, or in front of a line that did."""
    text, line, at = trouble.text, trouble.line, trouble.at
    if text[at] != "\t":
        at = text.find("\t", line.start(), line.end("dashes"))
    if at < 0:
        return
    before, rest = text[line.start() : at], text[at : line.end()].lstrip("\t")
    message, margins = "a tab stands where a space belongs", [before + " "]
    if not before.strip(" \t"):
        message = "this line is indented with a tab"
        is_dash = rest.startswith("- ")
        columns = [column for is_list, column in trouble.levels[::-1] if is_list == is_dash]
        columns = [*filter(None, columns), len(before.replace("\t", "  ")) + 2, 0]
        margins = [" " * column for column in columns]
    for margin in margins:
        edit = (line.start(), line.end() - len(rest), margin)
        yield Repair(at, at + 1, message, "use spaces" if margin else "delete it", edit)


def tight(trouble: Trouble) -> Iterator[Repair]:
    """A key or dash that is not seen, on this line or on the one that it was joined with."""
    text = trouble.text
    for line in (line_at(text, trouble.since), trouble.line, trouble.above):
        for pattern, message, advice, sign in _TIGHT:
            if found := pattern.match(text, line.start()):
                yield _space_after(found, message, advice, sign)


def _space_after(found: re.Match[str], message: str, advice: str, sign: str) -> Repair:
    start, words = found.start(1), found[2]
    if sign == ": " and re.search(r":(\s|$)|\s#", words):
        words = quoted(words)
    edit = (start, found.end(2), sign + words)
    return Repair(start, start + 1, message.format(found[1]), advice, edit)


def odd_key(trouble: Trouble) -> Iterator[Repair]:
    """A key that the parser takes for one, with something in it that no key has."""
    text, start, end = trouble.text, trouble.at, trouble.end
    if trouble.word == "<<":
        message = "`<<` cannot take over entries from elsewhere"
        advice = "delete the line, and write the entries out"
        yield Repair(start, end, message, advice, None, "yaml-merge-key")
    if trouble.word == "":
        advice = "write the key, or put the text in quotation marks"
        yield Repair(start, end, "there is no key before the colon", advice)
    yield from _plain_spaces(text, start, end)
    yield from tight(trouble)
    if found := _TIGHT_IN_BRACES.match(text, start):
        yield _space_after(found, *_TIGHT[0][1:])
    yield Repair(start, end, _COLON, QUOTE_IT, in_quotes(text, trouble.line.end("dashes")))


# ------------------------------------------------------------------ quotation marks


def open_quote(trouble: Trouble) -> Iterator[Repair]:
    yield from _unclosed(trouble.text, trouble.since, "is never closed")


def swallowed_in_quotes(trouble: Trouble) -> Iterator[Repair]:
    number = number_of(trouble.text, trouble.at)
    yield from _unclosed(trouble.text, trouble.since, f"goes on into the entry on line {number}")


def _unclosed(text: str, start: int, what: str) -> Iterator[Repair]:
    """A quotation mark whose partner is missing, or stands where it was not meant to be one."""
    if _ELISION.match(text, start):
        message = "a text that starts with an apostrophe must be in double quotation marks"
        yield Repair(start, start + 1, message, QUOTE_IT, in_quotes(text, start))
    message = f"the text that opens with {text[start]} here {what}"
    advice = "close it where it ends, for instance on its own line"
    yield Repair(start, start + 1, message, advice, closed(text, start, text[start]))


def after_quote(trouble: Trouble) -> Iterator[Repair]:
    text, style = trouble.text, trouble.style
    if style not in ("'", '"') or trouble.gap.strip(" \t"):
        return
    start, end = trouble.last.start_mark.index, trouble.last.end_mark.index
    if "\n" in text[start:end]:
        yield from _unclosed(text, start, f"is closed only on line {number_of(text, end)}")
        return
    raw = value_at(text, start)
    is_inner = text[end - 2 : end - 1] == " " or text[end : end + 1].isalnum()
    if is_inner and len(raw) > 1 and raw.endswith(style):
        advice = "use the other quotation marks around it"
        edit = (start, start + len(raw), quoted(raw[1:-1]))
        yield Repair(end - 1, end, f"the {style} inside the text ends it", advice, edit)
    message = "there is text after the closing quotation mark"
    yield trouble.here(message, QUOTE_IT, in_quotes(text, start))


def escape(trouble: Trouble) -> Iterator[Repair]:
    """A backslash inside double quotes, which is not itself there."""
    text, since = trouble.text, trouble.since
    if found := _ESCAPE.match(text, max(text.rfind("\\", since, trouble.at + 1), 0)):
        message = f"inside double quotation marks, `{found[0]}` does not mean what it shows"
        advice, edit = "write two backslashes, or use single quotation marks", None
        if whole := _DOUBLE_QUOTED.match(text, since, since + LONG):
            advice = "use single quotation marks"
            edit = (since, whole.end(), quoted(re.sub(r'\\([\\"])', r"\1", whole[1])))
        yield Repair(*found.span(), message, advice, edit, "yaml-escape")


# ------------------------------------------------------------------ signs with a meaning


def reference(trouble: Trouble) -> Iterator[Repair]:
    """`&name`, `*name` and `!kind`: hardly ever meant by somebody who quotes a text."""
    text, start = trouble.text, trouble.since
    line, sign = line_at(text, start), text[start]
    word = text[start : max(trouble.end, start + 1)].split()[0]
    code: ErrorCode = "yaml-tag" if sign == "!" else "yaml-alias"
    rest = value_at(text, start)[len(word) :].strip()
    message = f"a text that starts with {sign} must be in quotation marks"
    advice, edit = QUOTE_IT, in_quotes(text, start)
    if line.start("value") == start and not line["key"] and re.match(r"\*[ \t]", text[start:]):
        message, advice = "list entries start with -, not *", "write a dash"
        edit = (start, start + 1, "-")
    elif sign == "&" and (not rest or re.search(r":(\s|$)", rest)):
        message = f"`{word}` would name a value to use it again, and that is not available here"
        advice, edit = f"delete `{word}`, and write the value out wherever it is needed", None
    yield Repair(start, start + len(word), message, advice, edit, code)


def after_bracket(trouble: Trouble) -> Iterator[Repair]:
    text, at = trouble.text, trouble.at
    if not isinstance(trouble.last, CollectionEndEvent) or trouble.gap.strip(" \t"):
        return
    if text[at] in "]}":
        yield trouble.here(f"there is one {text[at]} too many", "delete it", (at, at + 1, ""))
    else:
        yield must_be_quoted(text, trouble.closed)


def in_brackets(trouble: Trouble) -> Iterator[Repair]:
    if not trouble.brackets:
        return
    text, at = trouble.text, trouble.at
    outer, inner = trouble.brackets[0], trouble.brackets[-1]
    closer = CLOSER[text[inner]]
    is_value = line_at(text, outer).start("value") == outer
    if is_value and _PROSE_IN_BRACKETS.match(text, outer):
        yield must_be_quoted(text, outer)
    elif _is_left_open(trouble, outer):
        yield _left_open(text, outer, inner, closer)
    elif text[at] in "]}" and text[at] != closer:
        message = f"the {text[inner]} on this line is closed by {text[at]}"
        yield trouble.here(message, "close first what was opened last", (at, at + 1, closer))
    elif text[at] in ",]}":
        advice, edit = ("delete it", (at, at + 1, "")) if text[at] == "," else ("write it", None)
        yield trouble.here(f"an entry is missing before this {text[at]}", advice, edit)
    elif text[at] in "@`%":
        yield must_be_quoted(text, at)
    else:
        message = f"between {text[inner]} and {closer}, a comma must stand between two entries"
        yield trouble.here(message, "write the comma, or put each text in quotation marks")


def _left_open(text: str, outer: int, inner: int, closer: str) -> Repair:
    message = f"the {text[inner]} here is never closed"
    advice, edit, whole = f"close it with {closer} where it ends", None, value_at(text, outer)
    if re.search(r"[\s\[{,]#", text[inner : line_at(text, inner).end()]):
        advice += "; what follows a # is left out as a comment, unless it is in quotation marks"
    elif closer not in whole and whole != text[inner]:
        advice, edit = f"{advice}, for instance on its own line", closed(text, inner, closer)
    return Repair(inner, inner + 1, message, advice, edit)


def _is_left_open(trouble: Trouble, outer: int) -> bool:
    """Whether the file ends before a bracket is closed, or an entry beside its own follows."""
    owner = line_at(trouble.text, outer)
    beside = rf"\n {{0,{len(owner['dashes'])}}}(?:- |[\w-]++:(?:\s|\Z))"
    end = trouble.line.end() + 1
    return trouble.ended or bool(re.compile(beside).search(trouble.text, owner.end(), end))


def block_header(trouble: Trouble) -> Iterator[Repair]:
    more = f"or start it on the next line, below {trouble.text[trouble.since]}"
    yield must_be_quoted(trouble.text, trouble.since, more=more)


def bad_start(trouble: Trouble) -> Iterator[Repair]:
    """Signs with a meaning of their own at the start of a value."""
    text, at = trouble.text, trouble.at
    if text[at] == "-":
        advice = f"write it on the next line; if this is text, {QUOTE_IT}"
        message = "a list cannot start on the line of its key"
        yield trouble.here(message, advice, in_quotes(text, at))
    else:
        yield from _text_in_braces(trouble)
        yield must_be_quoted(text, at)


def _text_in_braces(trouble: Trouble) -> Iterator[Repair]:
    """A bracket inside of a text that began before it, in braces: `{note: He said so [@a].}`."""
    text, begin = trouble.text, trouble.line.start()
    inner = text.rfind("[", begin, trouble.at)
    start = text.rfind(": ", text.find("{", begin), inner) + 2
    closed = _REST_OF_TEXT.match(text, inner) if begin < start < inner else None
    if closed and "{" in text[begin:start] and text[start:inner].strip():
        message = "in braces, a text with [ in it must be in quotation marks"
        edit = (start, closed.end(), quoted(text[start : closed.end()]))
        yield Repair(inner, inner + 1, message, QUOTE_IT, edit)


def colon_inside(trouble: Trouble) -> Iterator[Repair]:
    edit = in_quotes(trouble.text, trouble.line.start("value"))
    yield trouble.here(_COLON, QUOTE_IT, edit)
