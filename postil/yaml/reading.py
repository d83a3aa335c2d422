"""The front door: YAML in which every value knows where it was written, or what is wrong with it.

Values are the text that was typed. Only when something is wrong is `explaining` imported, and with
it all that it needs.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from postil.diagnostics.model import Diagnostic, Report, SourceText, Span
from postil.text.characters import notable_characters
from postil.yaml.composer import (
    MAX_PROBLEMS,
    PLAIN,
    Composer,
    Data,
    Dialect,
    KeyPath,
    Offsets,
    composed,
)

__all__ = ["Data", "Dialect", "KeyPath", "Located", "read"]

_EFFORT = 1 << 28  # characters that `find` looks through, all its questions together


class Located(msgspec.Struct, frozen=True):
    """The data of a YAML file, and where each value and each key of it stands.

    A key path is a tuple of keys and indexes from the root. `values` and `keys` hold code-point
    offsets by path, as the parser counts them; `span` and `key_span` are made for people.
    `elsewhere` are the files of what stands in another one than `source`, by its first key.
    """

    source: SourceText
    data: Data
    values: dict[KeyPath, Offsets]
    keys: dict[KeyPath, Offsets]
    elsewhere: dict[str | int, SourceText] = {}
    _found: dict[tuple[str, int, int, str], list[int]] = {}  # what `find` was asked for
    _looked: Counter[str] = msgspec.field(default_factory=Counter)
    _spans: dict[KeyPath, Span] = {}

    @classmethod
    def empty(cls, path: str) -> "Located":
        """What a file that does not exist holds."""
        return cls(SourceText(path, ""), {}, {}, {})

    def without_nothing(self) -> "Located":
        """The same without keys that have no value; a file without content becomes `{}`."""
        data = {} if self.data is None else _without_nothing(self.data)
        return Located(self.source, data, self.values, self.keys)

    @classmethod
    def of_several(cls, documents: "Sequence[Located]") -> "Located":
        """The entries of several files as if one had them; of a key, what the first file has."""
        data: dict[str, Data] = {}
        joined = cls(documents[0].source, data, {}, {})
        for each in documents:
            assert isinstance(each.data, dict)
            new = {key: value for key, value in each.data.items() if key not in data}
            data |= new
            joined.elsewhere.update(dict.fromkeys(new, each.source))
            for paths, own in ((joined.values, each.values), (joined.keys, each.keys)):
                paths.update((path, at) for path, at in own.items() if path and path[0] in new)
        return joined

    def value(self, path: KeyPath) -> Any:
        """The value at a path; an empty text where a path leads nowhere."""
        value: Any = self.data
        try:
            for step in path:
                value = value[step]
        except (KeyError, IndexError, TypeError):
            return ""
        return value

    def written(self, path: KeyPath) -> str:
        """The value at a path as it was typed, quotation marks included."""
        start, end = self.values[path]
        return self._source_of(path).text[start:end]

    def _source_of(self, path: KeyPath) -> SourceText:
        return self.elsewhere.get(path[0], self.source) if path else self.source

    def span(self, path: KeyPath) -> Span:
        """The value at a path, or the nearest value around it, without white space at its end.

        The span of a text below `|` or `>` begins with its first word.
        """
        if path not in self._spans:  # a thousand mistakes may be in one long value
            self._spans[path] = self._span(path)
        return self._spans[path]

    def _span(self, path: KeyPath) -> Span:
        while path and path not in self.values:
            path = path[:-1]
        start, end = self.values.get(path, (0, 0))
        source = self._source_of(path)
        text = source.text
        if text.startswith(("|", ">"), start):
            words = text[text.find("\n", start) : end].strip()
            start = text.index(words, start) if words else start
        return Span(source, start, start + len(text[start:end].rstrip()))

    def key_span(self, path: KeyPath) -> Span:
        """The key at a path; the value where a path ends in an index or leads nowhere."""
        if path in self.keys:
            return Span(self._source_of(path), *self.keys[path])
        return self.span(path)

    def find(self, path: KeyPath, needle: str, nth: int = 0) -> Span:
        """Where the nth occurrence, from 0, of some text in the value at a path stands.

        The whole value where an escape or the end of a line hides it, and where a file has so
        many mistakes that to look for each would take too long.
        """
        whole = self.span(path)
        asked = (whole.source.path, whole.start, whole.end, needle)
        if asked not in self._found:
            if self._looked.total() > _EFFORT:
                return whole
            self._looked["characters"] += whole.end - whole.start
            self._found[asked] = list(self._places(needle, whole))
        places = self._found[asked]
        if nth >= len(places):
            return whole
        return Span(whole.source, places[nth], places[nth] + len(needle))

    def _places(self, needle: str, whole: Span) -> Iterator[int]:
        text = whole.source.text
        place = text.find(needle, whole.start, whole.end)
        while place >= 0:
            yield place
            place = text.find(needle, place + 1, whole.end)


def read(source: SourceText, report: Report, dialect: Dialect = PLAIN) -> Located | None:
    """The data of a YAML file with its places, or None and the reasons in the report.

    A plain value is the text that was typed: only `true`, `false`, `null`, `~` and nothing at
    all mean something else. Reports and refuses what the parser cannot read and what it would
    read otherwise than an editor meant (docs/decisions/0004-own-yaml-composer.md). A file
    without content has the data None. `source.text` has no byte order mark.
    """
    composer = composed(source.text, dialect)
    report.extend(_diagnostics(source, composer))
    if composer.refused:
        return None
    return Located(source, composer.data, composer.values, composer.keys)


def _diagnostics(source: SourceText, composer: Composer) -> Iterator[Diagnostic]:
    notable = notable_characters(source.text, MAX_PROBLEMS)
    if not (notable or composer.refused or composer.warnings):
        return
    from postil.yaml import explaining, repairing  # a file without mistakes does without

    mender = repairing.Mender(source, composer.dialect)
    errors = [explaining.of_slip(mender, slip) for slip in composer.errors]
    if composer.failure:
        syntax = explaining.of_failure(mender, composer.failure)
        # What was refused on a line is the cause of what the parser says about it.
        if _line_of(syntax) not in {_line_of(error) for error in errors}:
            errors.append(syntax)
    yield from errors
    for slip in composer.warnings:
        yield explaining.of_slip(mender, slip, "warning")
    told = {error.span.start for error in errors}
    unseen = [character for character in notable if character.offset not in told]
    yield from explaining.of_characters(mender, unseen)


def _line_of(diagnostic: Diagnostic) -> int:
    return diagnostic.span.source.position(diagnostic.span.start)[0]


def _without_nothing(data: Data) -> Data:
    if isinstance(data, dict):
        return {key: _without_nothing(value) for key, value in data.items() if value is not None}
    if isinstance(data, list):
        return [_without_nothing(item) for item in data]
    return data
