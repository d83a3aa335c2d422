"""What is covered in an explainer and what is not: sentences, cues, sources, notes, boxes."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

import msgspec
from msgspec import Struct, structs

from postil.building import SiteFiles
from postil.building.updating import SiteUpdate
from postil.diagnostics.model import Span
from postil.language import cues
from postil.site.chains import as_chains
from postil.site.examining import Placed, Shared, shown_sources
from postil.site.model import ContextBox, Sources
from postil.site.references import Reference, named_in, origin_of
from postil.text import articles
from postil.text.anchoring import Range
from postil.text.articles import Document
from postil.yaml.reading import KeyPath

SENTENCE = 72  # of its characters, so many are shown


class Remark(Struct, frozen=True):
    """Something to look at: its file, relative to the site, its line from 1, and what it is."""

    file: str
    line: int
    text: str


class Cue(Struct, frozen=True):
    """Words in the article that attribute something, and the sentence in which they stand."""

    file: str
    line: int
    cue: str
    sentence: str


class OriginCount(Struct, frozen=True):
    """A source on which attributions rest in the end, and how many do."""

    source: str
    name: str
    attributions: int


class Survey(Struct, frozen=True):
    """What can be said of one explainer. Of annotations, those that are built are counted.

    `draft` says that all of it is one, and `drafts` how many annotations are; `notes` to
    `statuses` count annotations that have one; `attributions` counts chains.
    `cues` is None if no cues of the article's language are known.
    """

    slug: str
    title: str
    language: str
    draft: bool
    annotations: int
    drafts: int
    notes: int
    attributed: int
    sourced: int
    boxes: int
    statuses: dict[str, int]
    attributions: int
    origins: tuple[OriginCount, ...]
    sentences: int
    bare_sentences: tuple[Remark, ...]
    cues: int | None
    unattributed_cues: tuple[Cue, ...]
    unsourced_notes: tuple[Remark, ...]
    unarchived: tuple[Remark, ...]
    overdue_boxes: tuple[Remark, ...]


class SiteSurvey(Struct, frozen=True):
    """Every explainer of a site, and the sources that none of them uses."""

    explainers: tuple[Survey, ...] = ()
    unused_sources: tuple[str, ...] = ()


def survey_site(site: SiteFiles | SiteUpdate) -> SiteSurvey:
    """The surveys of a site that was built with `survey` to inspect it.

    Nothing of a site with errors: these come first.
    """
    if site.report.failed:
        return SiteSurvey()
    surveys = (msgspec.msgpack.decode(each, type=Survey) for each in site.inspected)
    return SiteSurvey(tuple(surveys), site.unused_sources)


def survey(placed: Placed, shared: Shared, *, today: str, drafts: bool) -> bytes:
    """What can be said of one explainer without mistakes on a certain day, YYYY-MM-DD.

    It is a `Survey` in MessagePack, to be sent to other processes and kept between runs.
    """
    return msgspec.msgpack.encode(_survey(placed, shared, today=today, drafts=drafts))


def _survey(placed: Placed, shared: Shared, *, today: str, drafts: bool) -> Survey:
    placed = placed if drafts else _without_drafts(placed)
    explainer = placed.explainer
    annotations = [anchor.annotation for anchor in placed.anchors]
    chains = [chain for each in annotations for chain in as_chains(each.attributed_to)]
    tag = explainer.article.language or explainer.language or shared.site.value.language
    language = cues.attribution_of(tag)
    sentences = list(_sentences(placed.document, language))
    found = list(_cues(sentences, placed.document.text, language))
    return Survey(
        slug=placed.slug,
        title=explainer.title,
        language=tag,
        draft=explainer.draft,
        annotations=len(annotations),
        drafts=sum(annotation.draft for annotation in explainer.annotations),
        notes=sum(bool(each.note) for each in annotations),
        attributed=sum(bool(each.attributed_to) for each in annotations),
        sourced=sum(bool(each.sources) for each in annotations),
        boxes=sum(bool(each.context) for each in annotations),
        statuses=dict(_by_number(each.status for each in annotations if each.status)),
        attributions=len(chains),
        origins=tuple(_origins(chains, shared.sources.value)),
        sentences=len(sentences),
        bare_sentences=tuple(_bare(sentences, placed)),
        cues=len(found) if language else None,
        unattributed_cues=tuple(_unattributed(found, placed)),
        unsourced_notes=tuple(_unsourced_notes(placed)),
        unarchived=tuple(_unarchived(placed, shared)),
        overdue_boxes=tuple(_overdue(placed, shared, today)),
    )


def _without_drafts(placed: Placed) -> Placed:
    """The explainer with those annotations alone that are published."""
    anchors = [anchor for anchor in placed.anchors if not anchor.annotation.draft]
    withdrawn = [each for each in placed.withdrawn if not each.annotation.draft]
    return structs.replace(placed, anchors=anchors, withdrawn=withdrawn)


# ------------------------------------------------------------------ sentences and cues


def _sentences(document: Document, language: cues.Attribution | None) -> Iterator[cues.Extent]:
    """The sentences of the article's paragraphs, as ranges of its text: no headings, no tables."""
    for block in document.blocks:
        if document.tokens[block.token - 1].type == "paragraph_open":
            text = document.text[block.start : block.end]
            for start, end in cues.sentences(text, language or cues.Attribution()):
                yield block.start + start, block.start + end


def _bare(sentences: Iterable[cues.Extent], placed: Placed) -> Iterator[Remark]:
    annotated = _Spans(place for anchor in placed.anchors for place in anchor.places)
    for sentence in sentences:
        if not annotated.touch(*sentence):
            yield Remark(*_place(sentence[0], placed), _shortened(sentence, sentence[0], placed))


def _cues(
    sentences: Iterable[cues.Extent], text: str, language: cues.Attribution | None
) -> Iterator[tuple[cues.Extent, cues.Extent]]:
    """Every cue with its sentence, as ranges of the article's text."""
    for start, end in sentences:
        for first, last in cues.find(text[start:end], language or cues.Attribution()):
            yield (start, end), (start + first, start + last)


def _unattributed(
    found: Iterable[tuple[cues.Extent, cues.Extent]], placed: Placed
) -> Iterator[Cue]:
    """The cues in sentences in which no annotation names a source."""
    text, speaking = placed.document.text, set(_naming_sources(placed.references))
    naming = _Spans(
        place for anchor in placed.anchors if anchor.path in speaking for place in anchor.places
    )
    for sentence, together in groupby(found, key=lambda pair: pair[0]):
        if not naming.touch(*sentence):
            places = [place for _, place in together]
            words = _shortened(sentence, places[0][0], placed)
            for start, end in places:
                yield Cue(*_place(start, placed), " ".join(text[start:end].split()), words)


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


def _shortened(sentence: cues.Extent, around: int, placed: Placed) -> str:
    """The sentence on one line, or so much of it around one of its characters as fits."""
    start, end = sentence
    text = placed.document.text
    if end - start > SENTENCE and around - start > SENTENCE // 2:
        start = min(around - SENTENCE // 2, end - SENTENCE)
    before = "" if start == sentence[0] or text[start - 1].isspace() else "…"
    words = before + text[start : start + SENTENCE] + "…" * (start + SENTENCE < end)
    return " ".join((words if end - start > SENTENCE else text[start:end]).split())


def _place(offset: int, placed: Placed) -> tuple[str, int]:
    """The file and the line of a character of the article."""
    line = articles.line_of(placed.document, offset)
    return placed.article.source.path, line


# ------------------------------------------------------------------ sources, notes and boxes


def _origins(chains: Iterable[tuple[str, ...]], sources: Sources) -> Iterator[OriginCount]:
    """The first speakers of the chains, or the bodies that they speak for, the most named first."""
    ids = (origin_of(chain, sources) for chain in chains)
    return (OriginCount(id, sources[id].name, number) for id, number in _by_number(ids))


def _by_number(values: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(values).items(), key=lambda item: (-item[1], item[0]))


def _unsourced_notes(placed: Placed) -> Iterator[Remark]:
    citing = {each.path for each in placed.references if each.role == "citation"}
    for anchor in placed.addressed:
        note = (*anchor.path, "note")
        if anchor.annotation.note and not anchor.annotation.sources and note not in citing:
            yield _remark(placed.loaded.located.key_span(note), anchor.id)


def _unarchived(placed: Placed, shared: Shared) -> Iterator[Remark]:
    """The article and the sources used that have an address and no archived copy."""
    facts = placed.explainer.article
    if facts.url and not facts.archive_url:
        yield _remark(placed.loaded.located.key_span(("article", "url")), "the article")
    used = shown_sources(named_in(placed.shown_references), shared)
    for id, source in shared.sources.value.items():
        if id in used and source.address and not source.archive_url:
            yield _remark(shared.sources.located.key_span((id,)), id)


def _overdue(placed: Placed, shared: Shared, today: str) -> Iterator[Remark]:
    """The boxes that had to be checked again before today, each once."""
    contexts, seen = shared.contexts, set()
    for anchor in placed.addressed:
        context = anchor.annotation.context
        if isinstance(context, ContextBox):
            box, located, path = context, placed.loaded.located, (*anchor.path, "context")
        elif context and context not in seen:
            seen.add(context)
            box, located, path = contexts.value[context], contexts.located, (context,)
        else:
            continue
        if box.review_by and today[: len(box.review_by)] > box.review_by:
            about = f"{box.title} (review_by {box.review_by})"
            yield _remark(located.key_span((*path, "review_by")), about)


def _remark(span: Span, text: str) -> Remark:
    return Remark(span.source.path, span.source.position(span.start)[0], text)
