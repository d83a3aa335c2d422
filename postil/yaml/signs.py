"""What may be meant where a sign of YAML's, or one that cannot be seen, is what the parser met."""

import re
from collections.abc import Iterator

from yaml.events import CollectionEndEvent

from postil.yaml.failing import CLOSER, Failure
from postil.yaml.lines import closed, line_at, number_of, value_at, with_words
from postil.yaml.repairing import Offer, Repair
from postil.yaml.repairs import (
    ODD,
    QUOTE_IT,
    TIGHT_DASH,
    must_be_quoted,
    plain_space,
    quoting,
    reference,
    single_quotes,
    space_after,
    unclosed,
)
from postil.yaml.writing import quoted

_TIGHT_COLON = re.compile(r"[ \t]*+(?:(?=- )- ++)*+[\w-]++(:)(?!//)([^\s:][^\r\n]*+)")
_WIDE_COLON = re.compile(
    r"[ \t]*+(?:(?=- )- ++)*+[\w-]++([\uff1a\ufe55\ufe13][^\S\n]*+)([^\r\n]*+)"
)
_ODD_SPACE = re.compile(rf"[ \t-]*+(?:\w[\w-]*+:)?({ODD}(?:{ODD}|[ ])*+)")
_PROSE_IN_BRACKETS = re.compile(r"\[-?@|\[[^\]\n]*+\][ \t]*+[^\s,\]}#]")
_REST_OF_TEXT = re.compile(r"\[[^\]\r\n]*+\][^,\[\]{}\r\n]*+")
_BAD_START = r"cannot start any token|node content|(sequence entries|mapping keys) are not"


# ------------------------------------------------------------------ signs that are not seen


def odd_space(failure: Failure) -> Iterator[Repair]:
    since = line_at(failure.text, failure.since)
    for line in (failure.line, since, failure.above):
        if found := _ODD_SPACE.match(failure.text, line.start()):
            yield plain_space(failure.text, found.start(1))


def tab(failure: Failure) -> Iterator[Repair]:
    """Tabs are seen only where they did harm, or in front of a line that did."""
    text, line = failure.text, failure.line
    tab = text.find("\t", line.start(), line.end("dashes"))
    if text[failure.at] == "\t":
        tab = failure.at
    if tab < 0 or "quoted" in failure.doing:
        return
    is_leading = not text[line.start() : tab].strip(" \t")
    message = "a tab stands where a space belongs"
    if is_leading:
        message = "this line is indented with a tab"
    rest = text[tab : line.end()].lstrip("\t").rstrip()
    columns = [len(text[line.start() : tab].replace("\t", "  ")) + (2 if is_leading else 1)]
    if is_leading:
        columns = [*_columns_above(failure, is_dash=rest.startswith("- ")), *columns]
    for column in columns:
        before = " " * column if is_leading else text[line.start() : tab] + " "
        yield Repair(tab, tab + 1, message, Offer("use spaces", before + rest, aligned=True))
    if is_leading:
        yield Repair(tab, tab + 1, message, Offer("delete it", rest, aligned=True))


def _columns_above(failure: Failure, *, is_dash: bool) -> list[int]:
    """Where what stands above has its dashes, or its keys; the innermost first."""
    return [column for is_list, column in reversed(failure.levels) if is_list == is_dash and column]


def tight_or_wide(failure: Failure) -> Iterator[Repair]:
    """A key whose colon is not seen, on this line or on the one that it was joined with."""
    text = failure.text
    for line in (line_at(text, failure.since), failure.line, failure.above):
        if line["key"] is None:
            if found := _TIGHT_COLON.match(text, line.start()):
                yield space_after(text, found, "colon")
            if found := _WIDE_COLON.match(text, line.start()):
                yield space_after(text, found, "wide colon")
        if found := TIGHT_DASH.match(text, line.start()):
            yield space_after(text, found, "dash")


# ------------------------------------------------------------------ signs with a meaning


def name(failure: Failure) -> Iterator[Repair]:
    if re.search(r"\b(alias|anchor|tag)\b", f"{failure.doing} {failure.problem}"):
        end = max(failure.at, failure.since + 1)
        yield from reference(failure.text, failure.since, end)


def open_quote(failure: Failure) -> Iterator[Repair]:
    if "quoted" in failure.doing and re.search("stream|document", failure.problem):
        yield from unclosed(failure.text, failure.since, "is never closed")


def escape(failure: Failure) -> Iterator[Repair]:
    backslash = failure.text.rfind("\\", failure.since, failure.at + 1)
    if "quoted" in failure.doing and backslash >= 0:
        yield single_quotes(failure.text, backslash, backslash + 2, failure.since)


def after_quote(failure: Failure) -> Iterator[Repair]:
    style = failure.style
    if style not in ("'", '"') or failure.gap.strip(" \t"):
        return
    text, last = failure.text, failure.last
    start, end = last.start_mark.index, last.end_mark.index
    if "\n" in text[start:end]:
        yield from unclosed(text, start, f"is closed only on line {number_of(text, end)}")
        return
    raw = value_at(text, start)
    is_inner = text[end - 2 : end - 1] == " " or text[end : end + 1].isalnum()
    if is_inner and len(raw) > 1 and raw.endswith(style):
        line = with_words(text, start, start + len(raw), quoted(raw[1:-1]))
        offer = Offer("use the other quotation marks around it", line)
        yield Repair(end - 1, end, f"the {style} inside the text ends it", offer)
    yield failure.here("there is text after the closing quotation mark", quoting(text, start))


def after_bracket(failure: Failure) -> Iterator[Repair]:
    text, at = failure.text, failure.at
    if not isinstance(failure.last, CollectionEndEvent) or failure.gap.strip(" \t"):
        return
    if text[at] in "]}":
        offer = Offer("delete it", with_words(text, at, at + 1, ""))
        yield failure.here(f"there is one {text[at]} too many", offer)
    else:
        yield must_be_quoted(text, failure.closed)


def in_brackets(failure: Failure) -> Iterator[Repair]:
    if not failure.brackets:
        return
    text, at = failure.text, failure.at
    outer, inner = failure.brackets[0], failure.brackets[-1]
    closer = CLOSER[text[inner]]
    is_value = line_at(text, outer).start("value") == outer
    if is_value and _PROSE_IN_BRACKETS.match(text, outer):
        yield must_be_quoted(text, outer)
    elif _is_left_open(failure, outer):
        offer = _closing(text, outer, inner, closer)
        yield Repair(inner, inner + 1, f"the {text[inner]} here is never closed", offer)
    elif text[at] in "]}" and text[at] != closer:
        offer = Offer("close first what was opened last", with_words(text, at, at + 1, closer))
        yield failure.here(f"the {text[inner]} on this line is closed by {text[at]}", offer)
    elif text[at] in ",]}":
        line = with_words(text, at, at + 1, "")
        offer = Offer("delete it", line) if text[at] == "," else Offer("write it")
        yield failure.here(f"an entry is missing before this {text[at]}", offer)
    elif text[at] in "@`%":
        yield must_be_quoted(text, at)
    else:
        offer = Offer("write the comma, or put each text in quotation marks")
        message = f"between {text[inner]} and {closer}, a comma must stand between two entries"
        yield failure.here(message, offer)


def _closing(text: str, outer: int, inner: int, closer: str) -> Offer:
    advice = f"close it with {closer} where it ends"
    if re.search(r"[\s\[{,]#", text[inner : line_at(text, inner).end()]):
        more = "; what follows a # is left out as a comment, unless it is in quotation marks"
        return Offer(advice + more)
    if closer in value_at(text, outer) or value_at(text, outer) == text[inner]:
        return Offer(advice)
    return Offer(f"{advice}, for instance on its own line", closed(text, inner, closer))


def _is_left_open(failure: Failure, outer: int) -> bool:
    """Whether the file ends before a bracket is closed, or an entry beside its own follows."""
    owner = line_at(failure.text, outer)
    beside = rf"\n {{0,{len(owner['dashes'])}}}(?:- |[\w-]++:(?:\s|\Z))"
    end = failure.line.end() + 1
    return failure.ended or bool(re.compile(beside).search(failure.text, owner.end(), end))


def block_header(failure: Failure) -> Iterator[Repair]:
    if "block scalar" in failure.doing:
        more = f"or start it on the next line, below {failure.text[failure.since]}"
        yield must_be_quoted(failure.text, failure.since, more=more)


def bad_start(failure: Failure) -> Iterator[Repair]:
    """Signs with a meaning of their own at the start of a value."""
    if not re.search(_BAD_START, failure.problem):
        return
    if failure.text[failure.at] == "-":
        advice = f"write it on the next line; if this is text, {QUOTE_IT}"
        offer = quoting(failure.text, failure.at, words=advice)
        yield failure.here("a list cannot start on the line of its key", offer)
    else:
        yield from _text_in_braces(failure)
        yield must_be_quoted(failure.text, failure.at)


def _text_in_braces(failure: Failure) -> Iterator[Repair]:
    """A bracket inside of a text that began before it, in braces: `{note: He said so [@a].}`."""
    text, begin = failure.text, failure.line.start()
    inner = text.rfind("[", begin, failure.at)
    start = text.rfind(": ", text.find("{", begin), inner) + 2
    closed = _REST_OF_TEXT.match(text, inner) if begin < start < inner else None
    if closed and "{" in text[begin:start] and text[start:inner].strip():
        message = "in braces, a text with [ in it must be in quotation marks"
        line = with_words(text, start, closed.end(), quoted(text[start : closed.end()]))
        yield Repair(inner, inner + 1, message, Offer(QUOTE_IT, line))


def marker(failure: Failure) -> Iterator[Repair]:
    """Lines that mean something at the start of a file or at its end only."""
    text, begin = failure.text, failure.line.start()
    is_start = "document start" in failure.problem
    if is_start and (end := text.rfind("\n...", 0, failure.at)) >= 0:
        offer = Offer("delete the line; inside a text, indent it as far as the text")
        message = "a line `...` ends the data: what follows would be lost"
        yield Repair(end + 1, end + 4, message, offer, "yaml-second-document")
    elif "directive" in failure.doing + failure.problem or text.startswith("%", begin):
        yield Repair(begin, begin + 1, "a line cannot start with %", Offer(QUOTE_IT))
    elif is_start and (first := re.compile(r"(?m)^ +(?=[^\s#])").search(text, 0, failure.at)):
        start, line = first.end(), number_of(text, failure.at)
        rest = text[start : line_at(text, start).end()].rstrip()
        advice = "start every key of the file at the beginning of its line"
        message = f"this line is indented, and line {line} is not"
        yield Repair(start, start + 1, message, Offer(advice, rest, aligned=True))
