"""What an editor is told about YAML that cannot be taken as it stands, without YAML's own words."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import msgspec
from yaml.events import CollectionEndEvent, CollectionStartEvent, ScalarEvent, SequenceStartEvent

from postil.diagnostics.codes import OF_CHARACTERS, ErrorCode, Severity
from postil.diagnostics.model import Diagnostic, SourceText, Span
from postil.site.model import Annotation, Explainer
from postil.text.characters import Notable, name_of

# A line as people write it: dashes, a key with its colon, and the rest. None of these patterns
# can be made slow: a file of one long line is as quick to explain as any other. Before 3.11.5
# Python forgets where a possessive group began that fails half way (gh-106052), so these look
# ahead first.
_LINE = re.compile(
    r"(?P<dashes>[ \t]*+(?:(?=-[ \t])-[ \t]++)*+)"
    r"(?:(?P<key>[^\s#'\"\[\]{},&*!|>%@`-][^:#\n]*+|\"[^\"\n]*+\"[ \t]*+|'[^'\n]*+'[ \t]*+)"
    r":(?:[ \t]++|(?=[\r\n])|\Z))?"
    r"(?P<value>[^\r\n]*+)"
)
_TIGHT_COLON = re.compile(r"[ \t]*+(?:(?=- )- ++)*+[\w-]++(:)(?!//)([^\s:][^\r\n]*+)")
_TIGHT_DASH = re.compile(r"[ \t]*+(?:(?=- )- ++)*+(-)([^\s-][^\r\n]*+)")
_WIDE_COLON = re.compile(
    r"[ \t]*+(?:(?=- )- ++)*+[\w-]++([\uff1a\ufe55\ufe13][^\S\n]*+)([^\r\n]*+)"
)
_ODD = r"(?:[^\S \t\r\n]|[\u200b-\u200f\u2060\ufeff\xad])"
_ODD_SPACE = re.compile(rf"[ \t-]*+(?:\w[\w-]*+:)?({_ODD}(?:{_ODD}|[ ])*+)")
_ASIDE = re.compile(r"#++(?=[ \t]|\Z)")
_ELISION = re.compile(
    r"'(?:tis|twas|twere|twill|em|cause|cos|til|till|round|bout|n|nuff|\d\ds?)\b", re.IGNORECASE
)
_DOUBLE_QUOTED = re.compile(r'"((?:[^"\\\n]++|(?=\\.)\\.)*+)"')
_PROSE_IN_BRACKETS = re.compile(r"\[-?@|\[[^\]\n]*+\][ \t]*+[^\s,\]}#]")
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_FIELDS = frozenset(Explainer.__struct_fields__ + Annotation.__struct_fields__)
_QUOTE_IT = "put the whole text in quotation marks"
_SHOWN = 80  # characters of a text inside a message
_PASTED = 1000  # characters of a line that is offered for pasting
_LONG = 10_000  # characters of a line that nobody reads to its end
_CLOSER = {"[": "]", "{": "}"}


def quoted(text: str) -> str:
    """The text as a YAML value in quotation marks; escapes only where it has line ends."""
    if "\n" in text:
        return msgspec.json.encode(text).decode()
    if "'" in text and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


# ------------------------------------------------------------------ what the parser lets pass


class Slip(NamedTuple):
    """Something at `start` to `end`, under a key or about a word; `since` is where it began."""

    severity: Severity
    kind: str
    start: int
    end: int
    word: str
    since: int


def of_slip(source: SourceText, slip: Slip) -> Diagnostic:
    """The diagnostic for something that the parser read and an editor cannot have meant."""
    return _SLIPS[slip.kind](source, slip)


def _reference(source: SourceText, slip: Slip) -> Diagnostic:
    """`&name`, `*name` and `!kind`: hardly ever meant by somebody who quotes a text."""
    start, text = slip.start, source.text
    line, sign = _line(text, start), text[start]
    word = text[start : slip.end].split()[0]
    code: ErrorCode = "yaml-tag" if sign == "!" else "yaml-alias"
    is_bullet = sign == "*" and line.start("value") == start and not line["key"]
    if is_bullet and text[start + 1 : start + 2] in (" ", "\t"):
        help = _offer("write a dash", _with(text, start, start + 1, "-"))
        return _error(source, code, start, start + 1, "list entries start with -, not *", help)
    rest = _value_at(text, start)[len(word) :].strip()
    if sign == "&" and (not rest or re.search(r":(\s|$)", rest)):
        message = f"`{word}` would name a value to use it again, and that is not available here"
        help = f"delete `{word}`, and write the value out wherever it is needed"
    else:
        message = f"a text that starts with {sign} must be in quotation marks"
        help = _quoting(text, start)
    return _error(source, code, start, start + len(word), message, help)


def _merge_key(source: SourceText, slip: Slip) -> Diagnostic:
    return _error(
        source,
        "yaml-merge-key",
        slip.start,
        slip.end,
        "`<<` cannot take over entries from elsewhere",
        "delete the line, and write the entries out",
    )


def _complex_key(source: SourceText, slip: Slip) -> Diagnostic:
    sign = source.text[slip.start]
    message = "a key must be a word" + (f", not something in {sign}" if sign in "[{" else "")
    value = _line(source.text, slip.start).start("value")
    help = f"if this is text, {_quoting(source.text, value)}"
    return _error(source, "yaml-complex-key", slip.start, slip.start + 1, message, help)


def _duplicate(source: SourceText, slip: Slip) -> Diagnostic:
    first, second = (source.position(place)[0] for place in (slip.since, slip.start))
    lines = f"on lines {first} and {second}" if first != second else f"on line {first}"
    help, column = "delete one of them", _column(source.text, slip.start)
    if column > 1 and f"\n{' ' * (column - 2)}- " in f"\n{source.text[: slip.since]}":
        entry = source.text[slip.start : _line(source.text, slip.start).end()]
        line = f"{' ' * (column - 2)}- {entry}"
        help = _offer("delete one of them; if a new entry begins here, start it with a dash", line)
    message = f"`{slip.word}` is given twice, {lines}"
    return _error(source, "duplicate-key", slip.start, slip.end, message, help)


def _second_document(source: SourceText, slip: Slip) -> Diagnostic:
    return _error(
        source,
        "yaml-second-document",
        slip.start,
        slip.start + 3,
        "a line `---` ends the data: what follows would be lost",
        "delete the line; inside a text, indent it as far as the text",
    )


def _too_deep(source: SourceText, slip: Slip) -> Diagnostic:
    message = f"lists and entries are nested more than {slip.word} deep"
    help = "put a text that starts with [ or { in quotation marks"
    return _error(source, "yaml-too-deep", slip.start, slip.start + 1, message, help)


def _too_large(source: SourceText, slip: Slip) -> Diagnostic:
    help = "split the explainer into several"
    return _error(source, "yaml-too-large", slip.start, slip.start + 1, slip.word, help)


def _comment_cut(source: SourceText, slip: Slip) -> Diagnostic:
    text = source.text
    left_out = text[slip.start : slip.end].rstrip()
    read = " ".join(text[slip.since : slip.start].split())
    message = f"the text ends at the #: `{_short(left_out)}` is left out as a comment"
    if not read:
        message = f"nothing is read here: `{_short(left_out)}` is left out as a comment"
    alone = "\n" not in text[slip.since : slip.start]
    start = slip.since if read else slip.start
    help = _quoting(text, start) if alone else _QUOTE_IT
    help += "\nif it is a comment, write two spaces before the # and one after it"
    notes = (("read", _short(read)),) if read else ()
    span = Span(source, slip.start, slip.start + len(left_out))
    return Diagnostic("comment-cut", message, span, slip.severity, notes, help)


def _swallowed(source: SourceText, slip: Slip) -> Diagnostic:
    """A line in a text without quotes that looks like an entry of a list."""
    text, line = source.text, source.position(slip.since)[0]
    start = slip.end - 2
    if text[slip.since] == "-" and (
        tight := _TIGHT_DASH.match(text, _line(text, slip.since).start())
    ):
        return _space_after(source, tight, "dash")
    column = _column(text, slip.since) - 2
    dash = text.rfind("- ", text.rfind("\n", 0, slip.since) + 1, slip.since)
    message = f"this line is indented so far that it goes on with the text of line {line}"
    help = "a key has a text or a list: delete one, or put the whole text in quotation marks"
    if dash >= 0 and _column(text, dash) == column:
        help = _offer(_indent(column), _reindented(text, start, column))
    return _error(source, "yaml-syntax", start, start + 1, message, help)


def _swallowed_in_quotes(source: SourceText, slip: Slip) -> Diagnostic:
    line = source.position(slip.start)[0]
    return _unclosed(source, slip.since, f"goes on into the entry on line {line}")


def _odd_key(source: SourceText, slip: Slip) -> Diagnostic:
    """A key that the parser takes for one, with something in it that no key has."""
    text, key = source.text, slip.word
    if key == "<<":
        return _merge_key(source, slip)
    if key == "":
        message = "there is no key before the colon"
        help = "write the key, or put the text in quotation marks"
        return _error(source, "yaml-syntax", slip.start, slip.end, message, help)
    if odd := re.search(_ODD, key):
        return _odd_space_at(source, text.index(odd[0], slip.start))
    begin = _line(text, slip.start).start()
    if key.startswith("-") and (tight := _TIGHT_DASH.match(text, begin)):
        return _space_after(source, tight, "dash")
    if tight := re.compile(r"[\w-]+(:)(?!//)([^,}\]\r\n]+)").match(text, slip.start):
        return _space_after(source, tight, "colon")
    value = _line(text, slip.start).end("dashes")
    message = "a text with a colon and a space in it must be in quotation marks"
    return _error(source, "yaml-syntax", slip.start, slip.end, message, _quoting(text, value))


def _line_separator(source: SourceText, slip: Slip) -> Diagnostic:
    character = source.text[slip.start]
    message = f"a {name_of(character)} (U+{ord(character):04X}) ends a line here unseen"
    help = "delete it: select the characters around it and type them again"
    return _error(source, "invisible-character", slip.start, slip.end, message, help)


_SLIPS: dict[str, Callable[[SourceText, Slip], Diagnostic]] = {
    "yaml-alias": _reference,
    "yaml-tag": _reference,
    "yaml-complex-key": _complex_key,
    "yaml-second-document": _second_document,
    "yaml-too-deep": _too_deep,
    "yaml-too-large": _too_large,
    "duplicate-key": _duplicate,
    "comment-cut": _comment_cut,
    "swallowed": _swallowed,
    "swallowed-in-quotes": _swallowed_in_quotes,
    "yaml-escape": lambda source, slip: _escape_at(source, slip.start, slip.end, slip.since),
    "odd-key": _odd_key,
    "line-separator": _line_separator,
}


def of_characters(source: SourceText, notable: Iterable[Notable]) -> Iterator[Diagnostic]:
    """Warnings for what nobody sees in the file, or what shows it in another order."""
    for character in notable:
        start, end = character.offset, character.offset + character.length
        place = f"{character.name} (U+{ord(source.text[start]):04X})"
        if character.kind == "bidi":
            message = f"{place} changes the order in which the text is shown"
            help = "delete it, unless the text is in a script that needs it"
        else:
            message = f"{place} stands here, and nobody can see it"
            help = "delete it: select the characters around it and type them again"
        code = OF_CHARACTERS[character.kind]
        yield Diagnostic(code, message, Span(source, start, end), "warning", help=help)


# ------------------------------------------------------------------ what the parser cannot read


class Failure(msgspec.Struct, frozen=True):
    """Where the parser gave up, in its words, and what it had read just before."""

    source: SourceText
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
    def text(self) -> str:
        return self.source.text

    @property
    def line(self) -> re.Match[str]:
        return _line(self.text, self.at)

    @property
    def column(self) -> int:
        return _column(self.text, self.at)

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

    def error(
        self, start: int, end: int, message: str, help: str, code: ErrorCode = "yaml-syntax"
    ) -> Diagnostic:
        return _error(self.source, code, start, end, message, help)


def of_failure(source: SourceText, error: Exception, events: Iterable[Any]) -> Diagnostic:
    """The diagnostic for an exception of the parser; `events` are those that came before it.

    The wording of libyaml and of PyYAML's own parser differs, so rules go by what both say and
    otherwise by what stands in the file.
    """
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return _forbidden_character(source)
    failure = _failure(source, error, mark.index, events)
    found = (rule(failure) for rule in _RULES)
    return next(diagnostic for diagnostic in found if diagnostic)


def _failure(source: SourceText, error: Any, at: int, events: Iterable[Any]) -> Failure:
    since = error.context_mark.index if error.context_mark else at
    last: Any = None
    closed = -1
    around: list[Any] = []
    levels: tuple[Any, ...] = ()
    for event in events:
        if isinstance(event, CollectionStartEvent):
            around.append(event)
        elif isinstance(event, CollectionEndEvent):
            start = around.pop()
            if source.text[start.start_mark.index] in _CLOSER and start.flow_style:
                last, closed = event, start.start_mark.index
        elif isinstance(event, ScalarEvent) and (event.value or event.style):
            last, levels = event, tuple(around)
    starts = [event.start_mark.index for event in around if event.flow_style]
    return Failure(
        source,
        error.problem or "",
        error.context or "",
        min(at, max(len(source.text.rstrip()) - 1, 0)),
        since,
        last,
        not source.text[at:].strip(),
        closed,
        tuple(start for start in starts if source.text[start] in _CLOSER),
        tuple(
            (isinstance(event, SequenceStartEvent), event.start_mark.column)
            for event in levels
            if not event.flow_style
        ),
    )


def _forbidden_character(source: SourceText) -> Diagnostic:
    found = _FORBIDDEN.search(source.text)
    assert found, "the parser refuses a character that YAML allows"
    character = found[0]
    message = f"a {name_of(character)} (U+{ord(character):04X}) cannot stand in this file"
    help = "delete it: select the characters around it and type them again"
    return _error(source, "yaml-syntax", found.start(), found.end(), message, help)


def _odd_space(failure: Failure) -> Diagnostic | None:
    since = _line(failure.text, failure.since).start()
    for begin in (failure.line.start(), since, _previous(failure)):
        if found := _ODD_SPACE.match(failure.text, begin):
            return _odd_space_at(failure.source, found.start(1))
    return None


def _tab(failure: Failure) -> Diagnostic | None:
    """Tabs are seen only where they did harm, or in front of a line that did."""
    text, line = failure.text, failure.line
    tab = text.find("\t", line.start(), line.end("dashes"))
    if text[failure.at] == "\t":
        tab = failure.at
    if tab < 0 or "quoted" in failure.doing:
        return None
    is_leading = not text[line.start() : tab].strip(" \t")
    message = (
        "this line is indented with a tab" if is_leading else "a tab stands where a space belongs"
    )
    fixed = text[line.start() : tab].replace("\t", "  ") + ("  " if is_leading else " ")
    rest = text[tab : line.end()].lstrip("\t").rstrip()
    return failure.error(tab, tab + 1, message, _offer("use spaces", fixed + rest))


def _open_quote(failure: Failure) -> Diagnostic | None:
    if "quoted" not in failure.doing or not re.search("stream|document", failure.problem):
        return None
    return _unclosed(failure.source, failure.since, "is never closed")


def _escape(failure: Failure) -> Diagnostic | None:
    backslash = failure.text.rfind("\\", failure.since, failure.at + 1)
    if "quoted" not in failure.doing or backslash < 0:
        return None
    return _escape_at(failure.source, backslash, backslash + 2, failure.since)


def _name(failure: Failure) -> Diagnostic | None:
    if not re.search(r"\b(alias|anchor|tag)\b", f"{failure.doing} {failure.problem}"):
        return None
    end = max(failure.at, failure.since + 1)
    return _reference(failure.source, Slip("error", "", failure.since, end, "", 0))


def _after_quote(failure: Failure) -> Diagnostic | None:
    last, style = failure.last, failure.style
    if style not in ("'", '"') or failure.gap.strip(" \t"):
        return None
    text, start, end = failure.text, last.start_mark.index, last.end_mark.index
    if "\n" in text[start:end]:
        line = failure.source.position(end)[0]
        return _unclosed(failure.source, start, f"is closed only on line {line}")
    raw = _value_at(text, start)
    is_inner = text[end - 2 : end - 1] == " " or text[end : end + 1].isalnum()
    if is_inner and len(raw) > 1 and raw.endswith(style):
        message = f"the {style} inside the text ends it"
        inside = _with_value(text, start, raw[1:-1])
        help = _offer("use the other quotation marks around it", inside)
        return failure.error(end - 1, end, message, help)
    message = "there is text after the closing quotation mark"
    return failure.error(failure.at, failure.at + 1, message, _quoting(text, start))


def _after_bracket(failure: Failure) -> Diagnostic | None:
    text, at, start = failure.text, failure.at, failure.closed
    if not isinstance(failure.last, CollectionEndEvent) or failure.gap.strip(" \t"):
        return None
    if text[at] in "]}":
        help = _offer("delete it", _with(text, at, at + 1, ""))
        return failure.error(at, at + 1, f"there is one {text[at]} too many", help)
    sign = text[start]
    message = f"a text that starts with {sign} must be in quotation marks"
    return failure.error(start, start + 1, message, _quoting(text, start))


def _in_brackets(failure: Failure) -> Diagnostic | None:
    if not failure.brackets:
        return None
    text, at = failure.text, failure.at
    outer, inner = failure.brackets[0], failure.brackets[-1]
    value = _line(text, outer).start("value")
    if value == outer and _PROSE_IN_BRACKETS.match(text, outer):
        message = f"a text that starts with {text[outer]} must be in quotation marks"
        return failure.error(outer, outer + 1, message, _quoting(text, outer))
    closer = _CLOSER[text[inner]]
    if _is_left_open(failure, outer):
        help = f"close it with {closer} where it ends"
        if re.search(r"[\s\[{,]#", text[inner : _line(text, inner).end()]):
            help += "; what follows a # is left out as a comment, unless it is in quotation marks"
        elif closer not in _value_at(text, outer) != text[inner]:
            help = _offer(f"{help}, for instance on its own line", _closed(text, inner, closer))
        return failure.error(inner, inner + 1, f"the {text[inner]} here is never closed", help)
    if text[at] in "]}" and text[at] != closer:
        help = _offer("close first what was opened last", _with(text, at, at + 1, closer))
        message = f"the {text[inner]} on this line is closed by {text[at]}"
        return failure.error(at, at + 1, message, help)
    if text[at] in ",]}":
        without = _with(text, at, at + 1, "")
        help = _offer("delete it", without) if text[at] == "," else "write it"
        return failure.error(at, at + 1, f"an entry is missing before this {text[at]}", help)
    if text[at] in "@`%":
        message = f"a text that starts with {text[at]} must be in quotation marks"
        return failure.error(at, at + 1, message, _quoting(text, at))
    message = f"between {text[inner]} and {closer}, a comma must stand between two entries"
    help = "write the comma, or put each text in quotation marks"
    return failure.error(at, at + 1, message, help)


def _is_left_open(failure: Failure, outer: int) -> bool:
    """Whether the file ends before a bracket is closed, or an entry beside its own follows."""
    owner = _line(failure.text, outer)
    beside = rf"\n {{0,{len(owner['dashes'])}}}(?:- |[\w-]++:(?:\s|\Z))"
    end = failure.line.end() + 1
    return failure.ended or bool(re.compile(beside).search(failure.text, owner.end(), end))


def _block_header(failure: Failure) -> Diagnostic | None:
    if "block scalar" not in failure.doing:
        return None
    text, start = failure.text, failure.since
    message = f"a text that starts with {text[start]} must be in quotation marks"
    help = f"{_quoting(text, start)}\nor start it on the next line, below {text[start]}"
    return failure.error(start, start + 1, message, help)


def _bad_start(failure: Failure) -> Diagnostic | None:
    """Signs with a meaning of their own at the start of a value."""
    expected = r"cannot start any token|node content|(sequence entries|mapping keys) are not"
    if not re.search(expected, failure.problem):
        return None
    text, at, sign = failure.text, failure.at, failure.text[failure.at]
    message = f"a text that starts with {sign} must be in quotation marks"
    help = _quoting(text, at)
    if sign == "-":
        message = "a list cannot start on the line of its key"
        help = f"write it on the next line; if this is text, {help}"
    return failure.error(at, at + 1, message, help)


def _tight_or_wide(failure: Failure) -> Diagnostic | None:
    """A key whose colon is not seen, on this line or on the one that it was joined with."""
    text = failure.text
    previous = _previous(failure)
    for begin in (_line(text, failure.since).start(), failure.line.start(), previous):
        line = _line(text, begin)
        if line["key"] is None:
            if found := _TIGHT_COLON.match(text, begin):
                return _space_after(failure.source, found, "colon")
            if found := _WIDE_COLON.match(text, begin):
                return _space_after(failure.source, found, "wide colon")
        if found := _TIGHT_DASH.match(text, begin):
            return _space_after(failure.source, found, "dash")
    return None


def _cut_above(failure: Failure) -> Diagnostic | None:
    """A text over several lines that a ` #` or a line of comment has ended too early."""
    if not failure.begins_line or failure.line["key"] is not None or not failure.levels:
        return None
    between = re.match(r"[ \t\r\n]*(#[^\r\n]*)", failure.gap)
    if not between or failure.style or failure.column <= failure.levels[-1][1]:
        return None
    start = failure.last.end_mark.index + between.start(1)
    message = "the text above ends at this #: the rest of the line is left out as a comment"
    help = "put the text in quotation marks, or move the comment above it"
    return failure.error(start, start + len(between[1]), message, help, "comment-cut")


def _colon(failure: Failure) -> Diagnostic | None:
    """A colon and a space inside a text, or an entry that was read as part of a text."""
    text, at, line = failure.text, failure.at, failure.line
    if "mapping values" not in failure.problem:
        return None
    if at >= line.start("value") or not line["key"] or " " in line["key"].strip():
        message = "a text with a colon and a space in it must be in quotation marks"
        return failure.error(at, at + 1, message, _quoting(text, line.start("value")))
    above = _line(text, _previous(failure))
    start = line.end("dashes")
    if above["key"] is None and _column(text, above.end("dashes")) == _column(text, start):
        return _loose_text(failure, above.end("dashes"))
    message = "this line is indented so far that it goes on with the text above"
    return _misplaced(failure, start, message)


def _indentation(failure: Failure) -> Diagnostic | None:
    """A line that starts in a column where nothing above it does."""
    if "simple key" in failure.doing:
        return _loose_text(failure, failure.since)
    if not failure.begins_line:
        return None
    line, is_dash = failure.line, failure.text[failure.at] == "-"
    if not is_dash and line["key"] is None:
        return _loose_text(failure, failure.at)
    columns = [column for is_list, column in failure.levels if is_list == is_dash]
    others = [column for is_list, column in failure.levels if is_list != is_dash]
    if failure.column in others or not columns:
        return _mixed(failure, is_dash)
    return _misplaced(failure, failure.at, "the indentation of this line fits no line above it")


def _misplaced(failure: Failure, start: int, message: str) -> Diagnostic:
    text, is_dash = failure.text, failure.text[start] == "-"
    columns = [column for is_list, column in failure.levels if is_list == is_dash] or [0]
    here = _column(text, start)
    wanted = min(reversed(columns), key=lambda column: abs(column - here))
    end = start + len(failure.line["key"] or " ")
    help = _offer(_indent(wanted), _reindented(text, start, wanted))
    return failure.error(start, end, message, help)


def _mixed(failure: Failure, is_dash: bool) -> Diagnostic:
    at, text = failure.at, failure.text
    if is_dash:
        message = "a list entry stands where a key is expected"
        help = "write the key that the list belongs to on the line above it"
    else:
        message = "a key stands where an entry of the list above is expected"
        line = f"- {text[at : failure.line.end()]}"
        help = _offer("if it is a further entry, start it with a dash", line)
    return failure.error(at, at + 1, message, help)


def _loose_text(failure: Failure, start: int) -> Diagnostic:
    """A line without a key that is not indented as a part of the text above."""
    text, last = failure.text, failure.last
    column = failure.levels[-1][1] + 2 if failure.levels else 0
    if failure.style in ("|", ">"):
        words = _value_at(text, last.start_mark.index)
        body = re.compile(r"[^\n]*\n\s*?([^\s])").match(text, last.start_mark.index)
        column = _column(text, body.start(1)) if body and words else column
    message = "this line has no key, and is not part of the text above"
    line = _reindented(text, start, column)
    help = _offer(f"if it goes on with that text, {_indent(column)}", line)
    field, gap, value = text[start : _line(text, start).end()].partition(" ")
    if gap and field in _FIELDS and (False, _column(text, start)) in failure.levels:
        message = f"the colon after `{field}` is missing"
        help = _offer("write it", f"{field}: {value}")
    if not failure.levels:
        message, help = "this line has no key", "write a key, a colon and a space before it"
    return failure.error(start, _line(text, start).end(), message, help)


def _marker(failure: Failure) -> Diagnostic | None:
    """Lines that mean something at the start of a file or at its end only."""
    text, begin = failure.text, failure.line.start()
    if "document start" in failure.problem and (end := text.rfind("\n...", 0, failure.at)) >= 0:
        message = "a line `...` ends the data: what follows would be lost"
        help = "delete the line; inside a text, indent it as far as the text"
        return failure.error(end + 1, end + 4, message, help, "yaml-second-document")
    if "directive" in failure.doing + failure.problem or text.startswith("%", begin):
        return failure.error(begin, begin + 1, "a line cannot start with %", _QUOTE_IT)
    first = re.compile(r"(?m)^ +(?=[^\s#])").search(text, 0, failure.at)
    if "document start" not in failure.problem or not first:
        return None
    start, line = first.end(), failure.source.position(failure.at)[0]
    advice = "start every key of the file at the beginning of its line"
    help = _offer(advice, _reindented(text, start, 0))
    return failure.error(start, start + 1, f"this line is indented, and line {line} is not", help)


def _unexplained(failure: Failure) -> Diagnostic:
    message = "this does not fit what stands before it"
    help = "compare the quotation marks, brackets, colons and indentation here with an entry above"
    return failure.error(failure.at, failure.at + 1, message, help)


_RULES: tuple[Callable[[Failure], Diagnostic | None], ...] = (
    _odd_space,
    _tab,
    _name,
    _open_quote,
    _escape,
    _after_quote,
    _after_bracket,
    _in_brackets,
    _block_header,
    _bad_start,
    _marker,
    _cut_above,
    _tight_or_wide,
    _colon,
    _indentation,
    _unexplained,
)


# ------------------------------------------------------------------ shared


def _error(
    source: SourceText, code: ErrorCode, start: int, end: int, message: str, help: str
) -> Diagnostic:
    span = Span(source, start, max(start, min(end, len(source.text))))
    return Diagnostic(code, message, span, help=help)


def _space_after(source: SourceText, found: re.Match[str], sign: str) -> Diagnostic:
    """`found` has what stands for the sign in group 1 and the words after it in group 2."""
    start, words = found.start(1), found[2]
    if sign == "dash":
        mark = "-"
    else:
        mark, words = ":", quoted(words) if re.search(r":(\s|$)|\s#", words) else words
    line = _with(source.text, start, found.end(2), f"{mark} {words}")
    message = f"there is no space after the {sign}"
    help = _offer("write one", line)
    if sign == "wide colon":
        message = f"{found[1].strip()} is not the colon that ends a key"
        help = _offer("write a plain colon and a space", line)
    return _error(source, "yaml-syntax", start, start + 1, message, help)


def _odd_space_at(source: SourceText, start: int) -> Diagnostic:
    text = source.text
    found = re.compile(rf"(?:{_ODD}| )++").match(text, start)
    assert found, "an odd space is at the start"
    spaces = " " * len(re.sub(r"\S", "", found[0]))
    name = f"a {name_of(text[start])} (U+{ord(text[start]):04X})"
    message = f"{name} stands {'where a space belongs' if spaces else 'here, unseen'}"
    line = _with(text, start, found.end(), spaces, strip=False)
    help = _offer("write plain spaces" if spaces else "delete it", line)
    return _error(source, "invisible-character", start, start + 1, message, help)


def _unclosed(source: SourceText, start: int, what: str) -> Diagnostic:
    """A quotation mark whose partner is missing, or stands where it was not meant to be one."""
    text, mark = source.text, source.text[start]
    message = f"the text that opens with {mark} here {what}"
    help = _offer("close it where it ends, for instance on its own line", _closed(text, start))
    if _ELISION.match(text, start):
        message = "a text that starts with an apostrophe must be in double quotation marks"
        help = _quoting(text, start)
    return _error(source, "yaml-syntax", start, start + 1, message, help)


def _escape_at(source: SourceText, start: int, end: int, since: int) -> Diagnostic:
    """A backslash inside double quotes that was meant as a backslash."""
    text = source.text
    message = f"inside double quotation marks, `{text[start:end]}` does not mean what it shows"
    help = "write two backslashes, or use single quotation marks"
    if whole := _DOUBLE_QUOTED.match(text, since, since + _LONG):
        words = re.sub(r'\\([\\"])', r"\1", whole[1])
        line = _with(text, since, whole.end(), quoted(words))
        help = _offer("use single quotation marks", line)
    return _error(source, "yaml-escape", start, end, message, help)


def _line(text: str, offset: int) -> re.Match[str]:
    """The line around an offset, in parts; of a very long line the beginning."""
    begin = text.rfind("\n", 0, offset) + 1
    found = _LINE.match(text, begin, begin + _LONG)
    assert found, "the pattern matches any line"
    return found


def _previous(failure: Failure) -> int:
    """Where the last line above that is not empty begins; the line itself if there is none."""
    above = failure.text[: failure.line.start()].rstrip()
    return above.rfind("\n") + 1 if above else failure.line.start()


def _column(text: str, offset: int) -> int:
    return offset - text.rfind("\n", 0, offset) - 1


def _value_at(text: str, start: int) -> str:
    """A value on one line: to the end of the line, or of the entry inside brackets."""
    line = _line(text, start)
    opening = line.start("value")
    if opening < start and text[opening] in "[{":
        found = re.compile(r"[^,\]}\r\n]*").match(text, start)
        return found[0].rstrip() if found else ""
    value = text[start : line.end()]
    for aside in _ASIDE.finditer(value):
        if value.endswith(("  ", "\t"), 0, aside.start()):
            return value[: aside.start()].rstrip()
    return value.rstrip()


def _with(text: str, start: int, end: int, words: str, *, strip: bool = True) -> str:
    """The line with other words from `start` to `end`, ready to paste."""
    line = _line(text, start)
    changed = (text[line.start() : start] + words + text[end : line.end()]).rstrip()
    return changed.strip() if strip else changed


def _with_value(text: str, start: int, words: str) -> str:
    return _with(text, start, start + len(_value_at(text, start)), quoted(words))


def _quoting(text: str, start: int) -> str:
    """Advice to put the value that starts here in quotation marks, with the line if it is one."""
    line = _line(text, start)
    next_line = text.find("\n", line.end()) + 1
    below = _line(text, next_line)
    is_text = below["key"] is None and below["value"] and "-" not in below["dashes"]
    column = len(line["dashes"]) if line["key"] else 0
    if next_line and is_text and len(below["dashes"]) > column:
        return _QUOTE_IT
    return _offer(_QUOTE_IT, _with_value(text, start, _value_at(text, start)))


def _offer(advice: str, line: str) -> str:
    """Advice with a line to paste; a line that fills screens helps nobody."""
    return f"{advice}:\n{line}" if len(line) <= _PASTED else advice


def _closed(text: str, start: int, closer: str = "") -> str:
    """The line with the quotation mark or bracket at `start` closed at its end."""
    end = start + len(_value_at(text, start))
    return _with(text, end, end, closer or text[start])


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}\u2026"


def _indent(column: int) -> str:
    if column == 0:
        return "start it at the beginning of the line"
    return f"start it with {column} space{'s' if column > 1 else ''}"


def _reindented(text: str, start: int, column: int) -> str:
    return " " * column + text[start : _line(text, start).end()].rstrip()
