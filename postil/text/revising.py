"""What changed from one version of an article to another: paragraph by paragraph, word by word.

Paragraphs that are the same are set aside first, then the words of those between are compared.
Words count as they stand, with their capitals and their punctuation; white space does not count.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Literal, NamedTuple

from msgspec import Struct

from postil.text.anchoring import words
from postil.text.documents import Document, block_number
from postil.text.subsequences import Pairing, side_by_side

EditKind = Literal["kept", "gone", "new"]

MOST_PAIRS = 400_000_000  # that are compared, of words or paragraphs: 50 MB of bits
FEWEST_KEPT = 0.34  # of a paragraph's words; with less, it is another paragraph
_BREAK = "\n"  # in place of a word: a paragraph ends
_PILCROW = "¶"  # what is shown of it, where it is gone or new
_SHORT = 3  # letters of a word that two phrases may share by chance


class EditedWords(Struct, frozen=True):
    """Words of a paragraph, with single spaces between, and what became of them.

    `is_spaced` says whether there is a space before them.
    """

    words: str
    kind: EditKind
    is_spaced: bool = True


class Revision(Struct, frozen=True):
    """A paragraph that differs: as it is now, with what is gone from it; or gone as a whole.

    `line` is where it begins, from 1, in the file of the new version; of what is gone, of the old.
    """

    line: int
    edits: tuple[EditedWords, ...]

    @property
    def kind(self) -> EditKind:
        """`gone` or `new` if all of it is; else it was kept, and changed."""
        kinds = {edit.kind for edit in self.edits}
        return kinds.pop() if len(kinds) == 1 else "kept"


class Revised(Struct, frozen=True):
    """Two versions compared: the paragraphs that differ, of how many now, and how many words.

    `kept` are the words that both have, in order: start and end in the old text and start in the
    new one, in code points.
    """

    revisions: tuple[Revision, ...]
    paragraphs: int
    gone: int
    new: int
    kept: tuple[tuple[int, int, int], ...]

    def moved(self, offset: int) -> int:
        """Where in the new text is what was at a code point of the old one; of words that are gone,
        where those before them end that were kept."""
        index = bisect_right(self.kept, offset, key=lambda word: word[0]) - 1
        if index < 0:
            return 0
        start, end, there = self.kept[index]
        return there + min(offset, end) - start


class _Word(NamedTuple):
    """A word or a `_BREAK`, where it stands in its text, and whether there is a space before it."""

    text: str
    start: int
    is_spaced: bool = True


class _Step(NamedTuple):
    """A word of the old version that is gone, one of the new that is new, or one that both have."""

    kind: EditKind
    old: _Word | None
    new: _Word | None

    @property
    def word(self) -> _Word:
        return self.new or self.old  # type: ignore[return-value] # one of them is there

    @property
    def is_break(self) -> bool:
        return self.word.text == _BREAK


def revise(old: Document, new: Document) -> Revised:
    """Compare two versions of an article."""
    before, after = _paragraphs(old), _paragraphs(new)
    hunks = [
        (
            part.is_same,
            list(_steps(_joined(before[part.start : part.end]), _joined(after[slice(*part[3:])]))),
        )
        for part in _parts(list(map(_key, before)), list(map(_key, after)))
    ]
    steps = [step for _, hunk in hunks for step in hunk if not step.is_break]
    return Revised(
        revisions=tuple(
            revision
            for is_same, hunk in hunks
            if not is_same
            for row in _rows(hunk)
            for revision in _revisions(row, old, new)
        ),
        paragraphs=len(after),
        gone=sum(step.kind == "gone" for step in steps),
        new=sum(step.kind == "new" for step in steps),
        kept=tuple(
            (step.old.start, step.old.start + len(step.old.text), step.new.start)
            for step in steps
            if step.old and step.new
        ),
    )


def _paragraphs(document: Document) -> list[list[_Word]]:
    """The words of each block."""
    text = document.text
    return [
        [
            _Word(found[2], found.start(2), bool(found[1]) or found.start(2) == block.start)
            for found in words.word().finditer(text, block.start, block.end)
        ]
        for block in document.blocks
    ]


def _key(paragraph: Iterable[_Word]) -> str:
    return " ".join(word.text for word in paragraph)


def _joined(paragraphs: Iterable[list[_Word]]) -> list[_Word]:
    """All words, with a break after each paragraph."""
    return [
        word
        for paragraph in paragraphs
        for word in (*paragraph, _Word(_BREAK, paragraph[-1].start if paragraph else 0))
    ]


# ------------------------------------------------------------------ comparing


def _parts(theirs: list[str], ours: list[str]) -> Iterable[Pairing]:
    """Two lists side by side; too long ones as two that have nothing in common."""
    if theirs == ours or len(theirs) * len(ours) > MOST_PAIRS:
        return [Pairing(theirs == ours, 0, len(theirs), 0, len(ours))]
    return side_by_side(theirs, ours)


def _steps(before: Sequence[_Word], after: Sequence[_Word]) -> Iterator[_Step]:
    """From one list of words to another; what is gone comes before what is new."""
    for part in _parts([word.text for word in before], [word.text for word in after]):
        gone, come = before[part.start : part.end], after[part.other_start : part.other_end]
        if part.is_same:
            pairs = zip(gone, come, strict=True)
            yield from (_Step("kept", one, other) for one, other in pairs)
        else:
            yield from (_Step("gone", word, None) for word in gone)
            yield from (_Step("new", None, word) for word in come)


# ------------------------------------------------------------------ what is shown


def _rows(steps: Iterable[_Step]) -> Iterator[list[_Step]]:
    """The steps by paragraph; a break stays where two became one, or one became two."""
    row: list[_Step] = []
    for step in steps:
        is_within = step.kind != "kept" and any(each.kind != step.kind for each in row)
        if not step.is_break or is_within:
            row.append(step)
        if step.is_break and not (is_within and step.kind == "gone"):
            yield row
            row = []
    yield row


def _revisions(row: list[_Step], old: Document, new: Document) -> Iterator[Revision]:
    """What is told of a row: nothing if all was kept; two paragraphs if hardly anything was."""
    theirs, ours = [s for s in row if s.old], [s for s in row if s.new]
    kept = sum(step.kind == "kept" for step in row)
    if kept == len(row):
        return
    if kept and kept < FEWEST_KEPT * max(len(theirs), len(ours)):
        gone = [_Step("gone", step.old, None) for step in theirs]
        yield from _revisions(gone, old, new)
        row = [_Step("new", None, step.new) for step in ours]
    document, start = (new, ours[0].new) if ours else (old, theirs[0].old)
    block = document.blocks[block_number(document, start.start if start else 0) - 1]
    yield Revision(block.line, tuple(_edits(_without_chance(row))))


def _without_chance(row: Sequence[_Step]) -> Iterator[_Step]:
    """The steps; a short word alone between two changes is changed too, for it is kept by chance.

    Of neighbouring changes, what is gone comes first.
    """
    changed: list[_Step] = []
    for index, step in enumerate(row):
        around = row[max(0, index - 1) : index] and row[index + 1 : index + 2]
        is_alone = bool(around) and row[index - 1].kind != "kept" != around[0].kind
        if step.kind != "kept":
            changed.append(step)
        elif is_alone and len(step.word.text) <= _SHORT:
            changed += (_Step("gone", step.old, None), _Step("new", None, step.new))
        else:
            yield from sorted(changed, key=lambda each: each.kind)  # gone, new
            changed = []
            yield step
    yield from sorted(changed, key=lambda each: each.kind)


def _edits(steps: Iterable[_Step]) -> Iterator[EditedWords]:
    for kind, group in groupby(steps, key=lambda step: step.kind):
        first, *others = (step.word for step in group)
        text = first.text + "".join(" " * word.is_spaced + word.text for word in others)
        yield EditedWords(text.replace(_BREAK, _PILCROW), kind, first.is_spaced)
