"""What is not covered yet, as a page of the preview shows it: on the words, and in a list."""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from postil.coverage import surveying
from postil.coverage.sentences import Sentence, sentences_of
from postil.coverage.surveying import Remark
from postil.diagnostics.model import Report
from postil.preview.locating import Place
from postil.preview.selecting import count_visible
from postil.site.examining import Placed, Shared, examine

_LONGEST = 300  # characters of a sentence in the list


class Gap(Struct, frozen=True):
    """A sentence of which nothing is said, or, if it has `cues`, not who says so.

    `start` and `end` count the visible characters of the article, as a selection does.
    """

    start: int
    end: int
    text: str
    cues: tuple[str, ...]


class Loose(Struct, frozen=True):
    """Something else that an editor may still want to do, and where it is written."""

    what: str
    text: str
    place: str
    href: str


class Coverage(Struct, frozen=True):
    """`cues` is None if no cues of the article's language are known."""

    sentences: int = 0
    cues: int | None = None
    gaps: tuple[Gap, ...] = ()
    loose: tuple[Loose, ...] = ()


def survey_live(
    root: Path, slug: str, shared: Shared | None, link: Callable[[Place], str]
) -> Coverage:
    """What can still be said about an explainer, drafts counted as said; nothing if it cannot be
    read. `link` leads to a place in its file.
    """
    placed = examine(root, slug, Report(), drafts=True)
    if shared is None or not isinstance(placed, Placed):
        return Coverage()
    language = surveying.cues_known(placed, shared)
    sentences = list(sentences_of(placed, language))
    remarks = {
        "The chain does not end at the outlet": surveying.open_chains(placed),
        "The note cites nothing": surveying.unsourced_notes(placed),
    }
    return Coverage(
        sentences=len(sentences),
        cues=sum(len(each.cues) for each in sentences) if language else None,
        gaps=tuple(_gap(each, placed) for each in sentences if each.is_open),
        loose=tuple(_loose(what, each, link) for what, found in remarks.items() for each in found),
    )


def _gap(sentence: Sentence, placed: Placed) -> Gap:
    text = placed.document.text
    cues = sentence.cues if sentence.is_unattributed else ()
    words = " ".join(text[sentence.start : sentence.end].split())
    return Gap(
        start=count_visible(text[: sentence.start]),
        end=count_visible(text[: sentence.end]),
        text=f"{words[:_LONGEST]}…" if len(words) > _LONGEST else words,
        cues=tuple(dict.fromkeys(" ".join(text[start:end].split()) for start, end in cues)),
    )


def _loose(what: str, remark: Remark, link: Callable[[Place], str]) -> Loose:
    place = Place(remark.file, remark.line, 1)
    return Loose(what, remark.text, f"{remark.file}:{remark.line}", link(place))
