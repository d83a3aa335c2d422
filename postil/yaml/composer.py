"""Data and places from the parser's events, and what the parser lets pass that nobody means.

The floor of the room: `repairing` proves what is proposed by composing again, and `reading` is the
front door.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

import msgspec
import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

fast: bool = yaml.__with_libyaml__  # without libyaml, a large file takes seconds

MAX_SIZE = 1 << 20  # characters; an editor's file has some ten thousand
MAX_NODES = 100_000  # keys and values; a file of that size has half as many
MAX_DEPTH = 20
MAX_PROBLEMS = 50  # of one file; whoever has more has one cause for most of them

Data: TypeAlias = "dict[str, Data] | list[Data] | str | bool | None"
KeyPath: TypeAlias = tuple[str | int, ...]
Offsets: TypeAlias = tuple[int, int]
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}

_COMMENT = re.compile(r"([ \t]*)#+(.*)")
# The rest is compiled when it is first needed, which most builds never do.
_ESCAPE = (  # up to the next one that may make a control character
    r"(?s)(?:[^\\]++|(?=\\[^0abtvfreNLP\txuU])\\.)*+\\(x..|u.{4}|U.{8}|.)"
)
_BLANK_LINE = r"(?<![^\r\n])[ \t]++(?=[\r\n]|\Z)"
_LIST_ENTRY = r"\n[ \t]*(- )"
_ENTRY = r"\n([ \t]*)(?:- |[\w-]+:[ \t\r\n])"
_LINE_SEPARATOR = "[\x85\u2028\u2029]"  # YAML 1.1 ends a line at these
_ODD_KEY = (
    r"<<$|$|-|[\u2018-\u201f\xab\xbb\u2039\u203a\u300c\u300e]"
    r"|.*[:\u200b-\u200f\u2060\ufeff\xad]|.*[^\S \t]"
)
_MADE_ID = r"\w[\w:./+-]*\Z"
_FIELDS_BELOW = r":[ \t]*+(?:#[^\n]*+)?(?:\r?\n|\{)"


class Dialect(msgspec.Struct, frozen=True):
    """What is known of the files that are read, beyond YAML.

    `size` characters and `nodes`, which are keys and values, are the most that one may have;
    `way_out` is what to do about more.
    """

    fields: frozenset[str] = frozenset()  # names of keys; before one a colon may be missing
    quoting: frozenset[str] = frozenset()  # keys whose ` #` is sooner text than a comment
    size: int = MAX_SIZE
    nodes: int = MAX_NODES
    way_out: str = "split the explainer into several"


PLAIN = Dialect()  # of a file of which nothing more is known


class Slip(NamedTuple):
    """Something read at `start` to `end` that cannot have been meant, about a key or word.

    `since` is where the value, or the entry of the same name, began. Offsets in code points.
    """

    kind: str
    start: int
    end: int
    word: str
    since: int


class _Enough(Exception):
    """The file is refused, and reading on would tell nothing new."""


class Composer:
    """Data and places from the parser's events, in one walk.

    From events and not from nodes, because libyaml's own composer crashes on deep nesting, and
    because an alias must be refused before it multiplies anything.
    """

    def __init__(self, text: str, dialect: Dialect) -> None:
        self.text = text
        self.dialect = dialect
        self.data: Data = None
        self.values: dict[KeyPath, Offsets] = {}
        self.keys: dict[KeyPath, Offsets] = {}
        self.errors: list[Slip] = []
        self.warnings: list[Slip] = []
        self.failure: Exception | None = None  # the parser's own, which ends the reading
        self.end = 0  # of what was read last

    @property
    def refused(self) -> bool:
        return bool(self.failure or self.errors)

    def compose(self) -> None:
        if len(self.text) > self.dialect.size:
            message = f"this file is over {self.dialect.size >> 20} MiB\n{self.dialect.way_out}"
            self.give_up(Slip("yaml-too-large", 0, 1, message, 0))
        if not self.text.isascii() and (found := re.search(_LINE_SEPARATOR, self.text)):
            self.give_up(Slip("line-separator", *found.span(), "", 0))
        self.next = _loader(self.text).get_event
        seen = False
        while type(event := self.next()) is not StreamEndEvent:
            if isinstance(event, NodeEvent):
                self.data = self.value(event, (), "")
            elif isinstance(event, DocumentStartEvent):
                if seen:
                    self.give_up(_slip("yaml-second-document", event))
                seen = True

    def value(self, event: Any, path: KeyPath, key: str) -> Data:
        if len(self.values) + len(self.keys) > self.dialect.nodes:
            message = f"this file has over {self.dialect.nodes:,} keys and values"
            message += f"\n{self.dialect.way_out}"
            self.give_up(_slip("yaml-too-large", event, message))
        kind = type(event)
        if event.anchor is not None:
            self.refuse(_slip("yaml-alias", event))
        if kind is AliasEvent:
            return None
        if event.tag is not None:
            self.refuse(_slip("yaml-tag", event))
        if kind is ScalarEvent:
            return self.scalar(event, path, key)
        if len(path) >= MAX_DEPTH:
            self.give_up(_slip("yaml-too-deep", event, str(MAX_DEPTH)))
        self.end = event.end_mark.index
        is_list = kind is SequenceStartEvent
        data: Data = self.items(path, key) if is_list else self.entries(path)
        self.values[path] = (event.start_mark.index, self.end)
        return data

    def items(self, path: KeyPath, key: str) -> list[Data]:
        items: list[Data] = []
        while type(event := self.next()) is not SequenceEndEvent:
            items.append(self.value(event, (*path, len(items)), key))
        self.close(event)
        return items

    def entries(self, path: KeyPath) -> dict[str, Data]:
        entries: dict[str, Data] = {}
        again = ""  # the first key of a list's entry: where it comes again, a dash was forgotten
        last: KeyPath = ()  # the place of the last value: a comma without quotes may cut it short
        while type(event := self.next()) is not MappingEndEvent:
            key = self.key(event, path)
            place = (*path, key)
            mark = (event.start_mark.index, event.end_mark.index)
            if key in entries:
                if path and isinstance(path[-1], int) and key == next(iter(entries)):
                    again = key
                if again in ("", key):
                    self.refuse(Slip("duplicate-key", *mark, key, self.keys[place][0]))
            self.keys[place] = mark
            entries[key] = self.value(self.next(), place, key)
            if entries[key] is None and self.is_left_over(place, last):
                self.check_comma(mark, key, self.values[last][0])
            else:
                last = place
        self.close(event)
        return entries

    def is_left_over(self, place: KeyPath, last: KeyPath) -> bool:
        """Whether a key stands in braces without a colon, as `c` does in `{a: b, c}`."""
        if place not in self.values or last not in self.values:
            return False
        start, end = self.keys[place]
        value = self.values[place][0]
        return "," in self.text[self.values[last][1] : start] and ":" not in self.text[end:value]

    def check_comma(self, mark: Offsets, key: str, since: int) -> None:
        """What follows a comma in braces, and is no entry, is of the text that began at `since`."""
        last = self.errors[-1] if self.errors else None
        if last and (last.kind, last.since) == ("comma-cut", since):
            self.errors[-1] = last._replace(end=mark[1])
        else:
            self.refuse(Slip("comma-cut", *mark, key, since))

    def close(self, event: Any) -> None:
        """A closing bracket ends a value; without one, its last word did."""
        if event.end_mark.index > event.start_mark.index:
            self.end = event.end_mark.index

    def key(self, event: Any, path: KeyPath) -> str:
        """The key; one that cannot be a key is refused and gets a name that nothing else has."""
        if type(event) is not ScalarEvent:
            if type(event) is not AliasEvent:
                self.refuse(_slip("yaml-complex-key", event))
            self.value(event, (*path, ""), "")
            return f"\0{event.start_mark.index}"
        if event.anchor is not None:
            self.refuse(_slip("yaml-alias", event))
        if event.tag is not None:
            self.refuse(_slip("yaml-tag", event))
        key: str = event.value
        is_plain = key.replace("-", "_").isidentifier() and not key.startswith("-")
        is_odd = not (is_plain or event.style) and re.match(_ODD_KEY, key)
        if is_odd and not self.heads_entry(event, path):
            self.refuse(_slip("odd-key", event, key))
        return key

    def heads_entry(self, event: Any, path: KeyPath) -> bool:
        """Whether a key is an id that a program made, as `stotz:1996`, with its fields below."""
        end = event.end_mark.index
        return not path and bool(
            re.match(_MADE_ID, event.value) and re.compile(_FIELDS_BELOW).match(self.text, end)
        )

    def scalar(self, event: Any, path: KeyPath, key: str) -> Data:
        start, end, style = event.start_mark.index, event.end_mark.index, event.style
        self.values[path] = (start, end)
        self.end = end
        value: str = event.value
        if style == "|" or style == ">":
            return value
        if self.text[end : end + 1] in " \t#":
            self.check_comment(event, key)
        if self.text.find("\n", start, end) >= 0:
            self.check_lines(event, path)
        if not style:
            return _WORDS.get(value, value)
        if style == '"' and self.text.find("\\", start, end) >= 0:
            self.check_escapes(event, key)
        return value

    def check_comment(self, event: Any, key: str) -> None:
        """A `#` after a value may be a word of it: then the rest is lost without a trace."""
        comment = _COMMENT.match(self.text, event.end_mark.index)
        if not comment or self.is_comment(comment[1], comment[2], event, key):
            return
        start = event.start_mark.index
        slip = Slip("comment-cut", comment.end(1), comment.end(), key, start)
        if key in self.dialect.quoting:
            self.refuse(slip)
        elif len(self.warnings) < MAX_PROBLEMS:
            self.warnings.append(slip)

    def is_comment(self, gap: str, words: str, event: Any, key: str) -> bool:
        """Whether what follows a value is a comment beyond doubt.

        It is when set apart by two spaces or a tab before the `#` and one after it, as style guides
        for YAML ask. With one space before, it is after closing quotes, and after a single word or
        a whole sentence, except where the text is quoted from elsewhere.
        """
        if not gap or words.strip("\r")[:1].strip(" \t"):
            return False
        if event.style or len(gap) > 1 or gap == "\t":
            return True
        value: str = event.value
        return key not in self.dialect.quoting and (
            " " not in value or value.endswith((".", "!", "?"))
        )

    def check_lines(self, event: Any, path: KeyPath) -> None:
        """A line that looks like an entry of its own may have become a part of this text."""
        start, end = event.start_mark.index, event.end_mark.index
        found: Iterator[re.Match[str]]
        if event.style:
            kind, column = "swallowed-in-quotes", self.column_of_owner(start, path)
            found = (
                line
                for line in re.compile(_ENTRY).finditer(self.text, start, end)
                if len(line[1]) <= column
            )
        else:
            kind, found = "swallowed", re.compile(_LIST_ENTRY).finditer(self.text, start, end)
        if line := next(found, None):
            self.refuse(Slip(kind, line.start() + 1, line.end(), "", start))

    def column_of_owner(self, start: int, path: KeyPath) -> int:
        """Where the key or dash of a text stands, which its lines are right of; -1 in brackets."""
        owner = self.keys[path][0] if path in self.keys else start
        margin = self.text[self.text.rfind("\n", 0, owner) + 1 : owner]
        if margin.strip(" -"):
            return -1
        return len(margin) if path in self.keys else margin.rfind("-")

    def check_escapes(self, event: Any, key: str) -> None:
        """Inside double quotes `C:\\temp` has a tab in it; only line ends are meant."""
        start, end = event.start_mark.index, event.end_mark.index
        pattern = re.compile(_ESCAPE)
        while escape := pattern.match(self.text, start, end):
            start = escape.end()
            if _makes_control(escape[1]):
                place = escape.start(1) - 1
                self.refuse(Slip("yaml-escape", place, start, key, event.start_mark.index))
                return

    def refuse(self, slip: Slip) -> None:
        self.errors.append(slip)
        if len(self.errors) >= MAX_PROBLEMS:
            raise _Enough

    def give_up(self, slip: Slip) -> None:
        self.errors.append(slip)
        raise _Enough


def composed(text: str, dialect: Dialect) -> Composer:
    """What a text holds, and what is wrong with it as far as it could be read."""
    composer = Composer(text, dialect)
    try:
        composer.compose()
    except _Enough:
        pass
    except (yaml.YAMLError, UnicodeEncodeError) as error:
        composer.failure = error
    return composer


def _loader(text: str) -> Any:
    """PyYAML's parser. Offsets hold, though two things are changed that nobody can see.

    The parser leaves a byte order mark out of its counting of characters, and it refuses tabs
    on an otherwise empty line.
    """
    if text.startswith("\ufeff"):
        text = "\n" + text[1:]
    if "\t" in text:
        text = re.sub(_BLANK_LINE, lambda blank: " " * len(blank[0]), text)
    return yaml.CSafeLoader(text) if fast else yaml.SafeLoader(text)


def _slip(kind: str, event: Any, word: str = "") -> Slip:
    start = event.start_mark.index
    return Slip(kind, start, event.end_mark.index, word, start)


def _makes_control(escape: str) -> bool:
    """Whether an escape (without its backslash) stands for a control character or line break."""
    if len(escape) == 1:
        return True
    number = int(escape[1:], 16)
    return number != 10 and (number < 32 or 127 <= number < 160 or number in (0x2028, 0x2029))


def events(text: str) -> Iterator[Any]:
    """The parser's events up to its failure."""
    try:
        loader = _loader(text)
        while (event := loader.get_event()) is not None:
            yield event
    except (yaml.YAMLError, UnicodeEncodeError):
        return
