"""What is covered in an explainer and what is not: sentences, cues, sources, notes, boxes."""

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec
from msgspec import Struct, structs

from postil.building import SiteFiles
from postil.building.updating import SiteUpdate
from postil.coverage.sentences import Sentence, sentences_of
from postil.diagnostics.model import Span
from postil.language import cues
from postil.site.chains import as_chains
from postil.site.examining import Placed, Shared, shown_sources
from postil.site.model import ContextBox, Sources
from postil.site.references import named_in, origin_of
from postil.text import articles

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
    `cues` is None if no cues of the article's language are known; `open_chains` are those that do
    not end at its outlet.
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
    open_chains: tuple[Remark, ...]
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
    tag = language_of(placed, shared)
    language = cues_known(placed, shared)
    sentences = list(sentences_of(placed, language))
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
        cues=sum(len(each.cues) for each in sentences) if language else None,
        unattributed_cues=tuple(_unattributed(sentences, placed)),
        open_chains=tuple(open_chains(placed)),
        unsourced_notes=tuple(unsourced_notes(placed)),
        unarchived=tuple(_unarchived(placed, shared)),
        overdue_boxes=tuple(_overdue(placed, shared, today)),
    )


def language_of(placed: Placed, shared: Shared) -> str:
    """The language of an explainer's article."""
    explainer = placed.explainer
    return explainer.article.language or explainer.language or shared.site.value.language


def cues_known(placed: Placed, shared: Shared) -> cues.Attribution | None:
    """What attributes in the language of an explainer's article; None if no list is known."""
    return cues.attribution_of(language_of(placed, shared), shared.words)


def _without_drafts(placed: Placed) -> Placed:
    """The explainer with those annotations alone that are published."""
    anchors = [anchor for anchor in placed.anchors if not anchor.annotation.draft]
    withdrawn = [each for each in placed.withdrawn if not each.annotation.draft]
    return structs.replace(placed, anchors=anchors, withdrawn=withdrawn)


# ------------------------------------------------------------------ sentences and cues


def _bare(sentences: Iterable[Sentence], placed: Placed) -> Iterator[Remark]:
    for each in sentences:
        if not each.is_annotated:
            yield Remark(*_place(each.start, placed), _shortened(each, each.start, placed))


def _unattributed(sentences: Iterable[Sentence], placed: Placed) -> Iterator[Cue]:
    """The cues in sentences in which no annotation names a source."""
    for each in filter(lambda sentence: sentence.is_unattributed, sentences):
        words = _shortened(each, each.cues[0][0], placed)
        for start, end in each.cues:
            cue = " ".join(placed.document.text[start:end].split())
            yield Cue(*_place(start, placed), cue, words)


def _shortened(sentence: Sentence, around: int, placed: Placed) -> str:
    """The sentence on one line, or so much of it around one of its characters as fits."""
    start, end = sentence.start, sentence.end
    text = placed.document.text
    if end - start > SENTENCE and around - start > SENTENCE // 2:
        start = min(around - SENTENCE // 2, end - SENTENCE)
    before = "" if start == sentence.start or text[start - 1].isspace() else "…"
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


def open_chains(placed: Placed) -> Iterator[Remark]:
    """The chains that do not end at the article's outlet, if it is known."""
    outlet = placed.explainer.article.outlet
    for anchor in placed.anchors if outlet else ():
        for chain in as_chains(anchor.annotation.attributed_to):
            if chain[-1] != outlet:
                span = placed.loaded.located.key_span((*anchor.path, "attributed_to"))
                yield remark_at(span, f"{anchor.id}: {' > '.join(chain)}")


def unsourced_notes(placed: Placed) -> Iterator[Remark]:
    """The notes that cite nothing, by the ids of their annotations."""
    citing = {each.path for each in placed.references if each.role == "citation"}
    for anchor in placed.addressed:
        note = (*anchor.path, "note")
        if anchor.annotation.note and not anchor.annotation.sources and note not in citing:
            yield remark_at(placed.loaded.located.key_span(note), anchor.id)


def _unarchived(placed: Placed, shared: Shared) -> Iterator[Remark]:
    """The article and the sources used that have an address and no archived copy."""
    facts = placed.explainer.article
    if facts.url and not facts.archive_url:
        yield remark_at(placed.loaded.located.key_span(("article", "url")), "the article")
    used = shown_sources(named_in(placed.shown_references), shared)
    for id, source in shared.sources.value.items():
        if id in used and source.address and not source.archive_url:
            yield remark_at(shared.sources.located.key_span((id,)), id)


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
            yield remark_at(located.key_span((*path, "review_by")), about)


def remark_at(span: Span, text: str) -> Remark:
    return Remark(span.source.path, span.source.position(span.start)[0], text)
