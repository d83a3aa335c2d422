"""What an editor may still want to do: for each explainer, what is covered and what is not."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from postil import building, paths
from postil.building import Examined
from postil.diagnostics.model import Diagnostic, Report, Span, as_record, github_command, printable
from postil.language import cues
from postil.site import checking, loading
from postil.site.checking import Texts
from postil.site.loading import Inputs
from postil.site.model import ContextBox, as_chains
from postil.site.placing import Anchor
from postil.text import articles

EXCERPT = 72  # characters of a sentence that are shown
WIDTH = 96  # characters of a line that lists ids


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


class Origin(Struct, frozen=True):
    """A source on which attributions rest in the end, and how many do."""

    source: str
    name: str
    attributions: int


class Survey(Struct, frozen=True):
    """What can be said of one explainer. Of annotations, those that are built are counted.

    `notes` to `statuses` count annotations that have one; `attributions` counts chains.
    `cues` is None if no cues of the article's language are known.
    """

    slug: str
    title: str
    language: str
    annotations: int
    drafts: int
    notes: int
    attributed: int
    sourced: int
    boxes: int
    statuses: dict[str, int]
    attributions: int
    origins: tuple[Origin, ...]
    sentences: int
    bare_sentences: tuple[Remark, ...]
    cues: int | None
    unattributed_cues: tuple[Cue, ...]
    unsourced_notes: tuple[Remark, ...]
    unarchived: tuple[Remark, ...]
    overdue_boxes: tuple[Remark, ...]


class SiteSurvey(Struct, frozen=True):
    """Every explainer of a site, and the sources that none of them uses."""

    explainers: tuple[Survey, ...]
    unused_sources: tuple[str, ...]


class Case(Struct, frozen=True):
    """One explainer with all that its survey needs; `used` are the sources that its page lists."""

    slug: str
    examined: Examined
    inputs: Inputs
    texts: Texts
    used: set[str]
    today: str
    tag: str
    language: cues.Language | None


Watch = Callable[[Iterator[Case], int], Iterator[Case]]


def survey_site(root: Path, today: str, *, drafts: bool, watch: Watch | None = None) -> SiteSurvey:
    """Survey a site that is without errors; `today` is a date, YYYY-MM-DD.

    `watch` is given the explainers as they come, and how many there will be, and passes them on.
    """
    report = Report()  # what it would say has been said by the build
    inputs = loading.read_inputs(root, report)
    if inputs is None or report.failed:
        return SiteSurvey((), ())
    slugs = loading.slugs(root, report)
    examined = ((slug, building.examine(root, slug, report, drafts=drafts)) for slug in slugs)
    cases = (open_case(slug, found, inputs, today) for slug, found in examined if found)
    surveys = []
    used: set[str] = set()
    for case in watch(cases, len(slugs)) if watch else cases:
        surveys.append(survey(case))
        used |= case.used
    return SiteSurvey(tuple(surveys), tuple(id for id in inputs.sources.value if id not in used))


def open_case(slug: str, examined: Examined, inputs: Inputs, today: str) -> Case:
    """An explainer, ready to be surveyed on a certain day, YYYY-MM-DD."""
    explainer = examined.loaded.value
    texts = checking.texts_of(explainer)
    used = set(checking.sources_of(explainer, texts))
    used |= checking.sources_of_contexts(inputs, set(checking.contexts_of(explainer)))
    tag = explainer.article.language or explainer.language or inputs.site.value.language
    return Case(
        slug=slug,
        examined=examined,
        inputs=inputs,
        texts=texts,
        used=used | checking.sources_behind(inputs, used),
        today=today,
        tag=tag,
        language=cues.load(tag),
    )


def survey(case: Case) -> Survey:
    """What can be said of one explainer."""
    explainer = case.examined.loaded.value
    annotations = [anchor.annotation for anchor in case.examined.anchors]
    chains = [chain for each in annotations for chain in as_chains(each.attributed_to)]
    sentences = list(_sentences(case))
    found = list(_cues(sentences, case))
    return Survey(
        slug=case.slug,
        title=explainer.title,
        language=case.tag,
        annotations=len(annotations),
        drafts=sum(annotation.draft for annotation in explainer.annotations),
        notes=sum(bool(each.note) for each in annotations),
        attributed=sum(bool(each.attributed_to) for each in annotations),
        sourced=sum(bool(each.sources) for each in annotations),
        boxes=sum(bool(each.context) for each in annotations),
        statuses=dict(_by_number(each.status for each in annotations if each.status)),
        attributions=len(chains),
        origins=tuple(_origins(chains, case)),
        sentences=len(sentences),
        bare_sentences=tuple(_bare(sentences, case)),
        cues=len(found) if case.language else None,
        unattributed_cues=tuple(_unattributed(found, case)),
        unsourced_notes=tuple(_unsourced_notes(case)),
        unarchived=tuple(_unarchived(case)),
        overdue_boxes=tuple(_overdue(case)),
    )


# ------------------------------------------------------------------ sentences and cues


def _sentences(case: Case) -> Iterator[cues.Range]:
    """The sentences of the article's paragraphs, as ranges of its text: no headings, no tables."""
    document = case.examined.document
    for block in document.blocks:
        if document.tokens[block.token - 1].type == "paragraph_open":
            text = document.text[block.start : block.end]
            for start, end in cues.sentences(text, case.language or cues.Language()):
                yield block.start + start, block.start + end


def _bare(sentences: Iterable[cues.Range], case: Case) -> Iterator[Remark]:
    annotated = _Spans(case.examined.anchors)
    for sentence in sentences:
        if not annotated.touch(*sentence):
            yield Remark(*_place(sentence[0], case), _shortened(sentence, sentence[0], case))


def _cues(sentences: Iterable[cues.Range], case: Case) -> Iterator[tuple[cues.Range, cues.Range]]:
    """Every cue with its sentence, as ranges of the article's text."""
    text = case.examined.document.text
    for start, end in sentences:
        for first, last in cues.find(text[start:end], case.language or cues.Language()):
            yield (start, end), (start + first, start + last)


def _unattributed(found: Iterable[tuple[cues.Range, cues.Range]], case: Case) -> Iterator[Cue]:
    """The cues in sentences in which no annotation names a source."""
    text = case.examined.document.text
    naming = _Spans(anchor for anchor in case.examined.anchors if _names_source(anchor, case))
    for sentence, together in groupby(found, key=lambda pair: pair[0]):
        if not naming.touch(*sentence):
            places = [place for _, place in together]
            words = _shortened(sentence, places[0][0], case)
            for start, end in places:
                yield Cue(*_place(start, case), " ".join(text[start:end].split()), words)


def _names_source(anchor: Anchor, case: Case) -> bool:
    annotation = anchor.annotation
    return bool(annotation.attributed_to or annotation.sources or _cites(anchor, case))


def _cites(anchor: Anchor, case: Case) -> bool:
    note = case.texts.get((*anchor.path, "note"))
    return note is not None and any(note.citations())


class _Spans:
    """Passages, to be asked whether one of them touches a range."""

    def __init__(self, anchors: Iterable[Anchor]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for anchor in sorted(anchors, key=lambda anchor: anchor.start):
            if self._ends and anchor.start <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], anchor.end)
            else:
                self._starts.append(anchor.start)
                self._ends.append(anchor.end)

    def touch(self, start: int, end: int) -> bool:
        first = bisect_right(self._ends, start)
        return first < len(self._starts) and self._starts[first] < end


def _shortened(sentence: cues.Range, around: int, case: Case) -> str:
    """The sentence on one line, or so much of it around one of its characters as fits."""
    start, end = sentence
    text = case.examined.document.text
    if end - start > EXCERPT and around - start > EXCERPT // 2:
        start = min(around - EXCERPT // 2, end - EXCERPT)
    before = "" if start == sentence[0] or text[start - 1].isspace() else "…"
    words = before + text[start : start + EXCERPT] + "…" * (start + EXCERPT < end)
    return " ".join((words if end - start > EXCERPT else text[start:end]).split())


def _place(offset: int, case: Case) -> tuple[str, int]:
    """The file and the line of a character of the article."""
    line = articles.line_of(case.examined.document, offset)
    return case.examined.article.source.path, line


# ------------------------------------------------------------------ sources, notes and boxes


def _origins(chains: Sequence[tuple[str, ...]], case: Case) -> Iterator[Origin]:
    """The first speakers of the chains, or the bodies that they speak for, the most named first."""
    sources = case.inputs.sources.value
    ids = (sources[chain[0]].speaks_for or chain[0] for chain in chains)
    return (Origin(id, sources[id].name, number) for id, number in _by_number(ids))


def _by_number(values: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(values).items(), key=lambda item: (-item[1], item[0]))


def _unsourced_notes(case: Case) -> Iterator[Remark]:
    for anchor in case.examined.anchors:
        if anchor.annotation.note and not anchor.annotation.sources and not _cites(anchor, case):
            yield _remark(case.examined.loaded.located.key_span((*anchor.path, "note")), anchor.id)


def _unarchived(case: Case) -> Iterator[Remark]:
    """The article and the sources used that have an address and no archived copy."""
    facts = case.examined.loaded.value.article
    if facts.url and not facts.archive_url:
        yield _remark(case.examined.loaded.located.key_span(("article", "url")), "the article")
    sources = case.inputs.sources
    for id, source in sources.value.items():
        if id in case.used and (source.url or source.URL) and not source.archive_url:
            yield _remark(sources.located.key_span((id,)), id)


def _overdue(case: Case) -> Iterator[Remark]:
    """The boxes that had to be checked again before today, each once."""
    contexts, seen = case.inputs.contexts, set()
    for anchor in case.examined.anchors:
        context = anchor.annotation.context
        if isinstance(context, ContextBox):
            box, located, path = context, case.examined.loaded.located, (*anchor.path, "context")
        elif context and context not in seen:
            seen.add(context)
            box, located, path = contexts.value[context], contexts.located, (context,)
        else:
            continue
        if box.review_by and case.today[: len(box.review_by)] > box.review_by:
            about = f"{box.title} (review_by {box.review_by})"
            yield _remark(located.key_span((*path, "review_by")), about)


def _remark(span: Span, text: str) -> Remark:
    return Remark(span.source.path, span.source.position(span.start)[0], text)


# ------------------------------------------------------------------ in words


class Line(Struct, frozen=True):
    """One line of a report for people: a `heading`, a `fact`, something `open`, or a `place`."""

    kind: Literal["heading", "fact", "open", "place"]
    text: str


def lines(site: SiteSurvey) -> Iterator[Line]:
    """A survey in words. A place is `path:line: what`, with two spaces before each level."""
    return (Line(line.kind, printable(line.text)) for line in _all_lines(site))


def _all_lines(site: SiteSurvey) -> Iterator[Line]:
    for explainer in site.explainers:
        yield Line("heading", f"{explainer.slug}: {explainer.title}")
        yield from _lines(explainer)
        yield Line("fact", "")
    if site.unused_sources:
        yield Line("heading", paths.SOURCES)
        verb = "is" if len(site.unused_sources) == 1 else "are"
        yield Line("open", f"  {_many(len(site.unused_sources), 'source')} {verb} used nowhere")
        yield from _ids(site.unused_sources)
        yield Line("fact", "")


def _lines(survey: Survey) -> Iterator[Line]:
    yield Line("fact", f"  {_content(survey)}")
    if survey.statuses:
        counted = (f"{number} {status}" for status, number in survey.statuses.items())
        yield Line("fact", f"  statuses: {', '.join(counted)}")
    if survey.attributions:
        yield _on_origins(survey)
    yield from _on_sentences(survey)
    yield from _on_cues(survey)
    yield from _listed("note", survey.unsourced_notes, "cites nothing", "cite nothing")
    yield from _listed("context box", survey.overdue_boxes, "is past review", "are past review")
    if survey.unarchived:
        verb = "has" if len(survey.unarchived) == 1 else "have"
        yield Line("open", f"  {_many(len(survey.unarchived), 'address')} {verb} no archived copy")
        yield from _ids(remark.text for remark in survey.unarchived)


def _content(survey: Survey) -> str:
    parts = {
        "with a note": survey.notes,
        "with an attribution": survey.attributed,
        "with sources": survey.sourced,
        "with a context box": survey.boxes,
        "with a status": sum(survey.statuses.values()),
    }
    counted = ", ".join(f"{number} {what}" for what, number in parts.items() if number)
    drafts = f"; {_many(survey.drafts, 'draft')}" if survey.drafts else ""
    return f"{_many(survey.annotations, 'annotation')}{': ' * bool(counted)}{counted}{drafts}"


def _on_origins(survey: Survey) -> Line:
    first, number = survey.origins[0], survey.attributions
    if number > 2 and first.attributions * 2 >= number:
        how_many = "all" if first.attributions == number else f"{first.attributions} of"
        return Line("open", f"  {how_many} {number} attributions rest on one origin: {first.name}")
    names = ", ".join(f"{origin.name} {origin.attributions}" for origin in survey.origins)
    origins = _many(len(survey.origins), "origin")
    return Line("fact", f"  {_many(number, 'attribution')} on {origins}: {names}")


def _on_sentences(survey: Survey) -> Iterator[Line]:
    bare, number = len(survey.bare_sentences), survey.sentences
    if bare:
        verb = "has" if bare == 1 else "have"
        yield Line("open", f"  {bare} of {_many(number, 'sentence')} {verb} no annotation")
        yield from _places(survey.bare_sentences)
    elif number:
        yield Line("fact", f"  {_many(number, 'sentence')}, none without an annotation")


def _on_cues(survey: Survey) -> Iterator[Line]:
    bare, number = len(survey.unattributed_cues), survey.cues
    if number is None:
        yield Line("fact", f"  attribution cues: no list for the language {survey.language}")
    elif bare:
        verb = "has" if bare == 1 else "have"
        yield Line("open", f"  {bare} of {_many(number, 'attribution cue')} {verb} no source")
        yield from _places(by_sentence(survey.unattributed_cues))
    elif number:
        yield Line("fact", f"  {_many(number, 'attribution cue')}, none without a source")


def _listed(noun: str, remarks: Sequence[Remark], one: str, several: str) -> Iterator[Line]:
    if remarks:
        verb = one if len(remarks) == 1 else several
        yield Line("open", f"  {_many(len(remarks), noun)} {verb}")
        yield from _places(remarks)


def _places(remarks: Iterable[Remark]) -> Iterator[Line]:
    return (Line("place", f"    {each.file}:{each.line}: {each.text}") for each in remarks)


def _ids(ids: Iterable[str]) -> Iterator[Line]:
    """Ids in as many lines as they need."""
    line = ""
    for id in ids:
        if line and len(line) + len(id) > WIDTH:
            yield Line("place", f"    {line},")
            line = ""
        line += f"{', ' if line else ''}{id}"
    yield Line("place", f"    {line}")


def by_sentence(cues: Iterable[Cue]) -> Iterator[Remark]:
    """The cues of each sentence as one remark."""
    for _, group in groupby(cues, key=lambda cue: (cue.file, cue.sentence)):
        first, *others = group
        words = ", ".join(dict.fromkeys(each.cue for each in (first, *others)))
        yield Remark(first.file, first.line, f"{words}: {first.sentence}")


def _many(number: int, noun: str) -> str:
    plural = "es" if noun.endswith(("x", "ss")) else "s"
    return f"{number} {noun}{'' if number == 1 else plural}"


# ------------------------------------------------------------------ for programs


def as_json(diagnostics: Iterable[Diagnostic], site: SiteSurvey) -> str:
    """One JSON object: the diagnostics as `--format json` has them, and every survey."""
    whole = {
        "diagnostics": [as_record(diagnostic) for diagnostic in diagnostics],
        "explainers": site.explainers,
        "unused_sources": site.unused_sources,
    }
    return msgspec.json.format(msgspec.json.encode(whole), indent=2).decode()


def as_github(site: SiteSurvey) -> Iterator[str]:
    """A GitHub workflow command for each sentence that attributes and names no source."""
    for explainer in site.explainers:
        for remark in by_sentence(explainer.unattributed_cues):
            properties = {"file": remark.file, "line": remark.line, "title": "no source"}
            yield github_command("notice", properties, remark.text)
