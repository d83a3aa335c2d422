"""The sentences of an article: which an annotation touches, and which say that somebody says so."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

from msgspec import Struct

from postil.language import cues
from postil.site.examining import Placed
from postil.site.references import Reference
from postil.text.anchoring import Range
from postil.text.articles import Document
from postil.yaml.reading import KeyPath

_UNSOURCED = "unsourced"  # the status that says of a passage that the article names nobody


class Sentence(Struct, frozen=True):
    """A sentence from `start` to `end` of the article's text, and the `cues` in it.

    `is_annotated`: an annotation touches it. `is_answered`: one that names a source, or says that
    the article names none.
    """

    start: int
    end: int
    cues: tuple[cues.Extent, ...]
    is_annotated: bool
    is_answered: bool

    @property
    def is_open(self) -> bool:
        """Whether an editor may still want to say something of it."""
        return not self.is_annotated or self.is_unattributed

    @property
    def is_unattributed(self) -> bool:
        """Whether somebody speaks in it, and the page does not say who."""
        return bool(self.cues) and not self.is_answered


def sentences_of(placed: Placed, language: cues.Attribution | None) -> Iterator[Sentence]:
    """The sentences of the article's paragraphs, in order; no headings, no tables.

    `language` is that of the article; None if no cues of it are known.
    """
    text, known = placed.document.text, language or cues.Attribution()
    annotated = _Spans(place for anchor in placed.anchors for place in anchor.places)
    answering = set(_naming_sources(placed.references))
    answered = _Spans(
        place
        for anchor in placed.anchors
        if anchor.path in answering or anchor.annotation.status == _UNSOURCED
        for place in anchor.places
    )
    for start, end in _extents(placed.document, known):
        yield Sentence(
            start=start,
            end=end,
            cues=tuple((start + a, start + b) for a, b in cues.find(text[start:end], known)),
            is_annotated=annotated.touch(start, end),
            is_answered=answered.touch(start, end),
        )


def _extents(document: Document, language: cues.Attribution) -> Iterator[cues.Extent]:
    for block in document.blocks:
        if document.tokens[block.token - 1].type == "paragraph_open":
            text = document.text[block.start : block.end]
            for start, end in cues.sentences(text, language):
                yield block.start + start, block.start + end


def _naming_sources(references: Iterable[Reference]) -> Iterator[KeyPath]:
    """The paths of the annotations that name a source outside of their context box."""
    for reference in references:
        if reference.path[0] == "annotations" and reference.path[2] != "context":
            yield reference.path[:2]


class _Spans:
    """Passages, to be asked whether one of them touches a range."""

    def __init__(self, places: Iterable[Range]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for place in sorted(places, key=lambda place: place.start):
            if self._ends and place.start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], place.end)
            else:
                self._starts.append(place.start)
                self._ends.append(place.end)

    def touch(self, start: int, end: int) -> bool:
        first = bisect_right(self._ends, start)
        return first < len(self._starts) and self._starts[first] < end
