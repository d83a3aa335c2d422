"""Who names which source and which shared context box, and where: one list that all others ask.

Checking, the uses that a page lists, unused entries, coverage, and what must be built again when
an entry changes: all of these are questions to this list.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Literal

from msgspec import Struct

from postil.site.chains import as_hops
from postil.site.model import (
    Annotation,
    ContextBox,
    Contexts,
    Explainer,
    Figure,
    Source,
    Sources,
    Use,
    as_uses,
)
from postil.text import prose
from postil.text.prose import Prose
from postil.yaml.reading import KeyPath

Role = Literal["outlet", "reply", "hop", "use", "citation", "speaks-for", "draws-on", "context"]

Texts = Mapping[KeyPath, Prose]
"""Parsed prose by its key path in its YAML file."""


class Reference(Struct, frozen=True):
    """A place in a YAML file that names a source or, in the role `context`, a shared context box.

    `path` leads to the value that holds the name. In a `citation` that value is prose, and `nth`
    tells, from 0, which of its mentions of this source it is. `locator` is the place in the source.
    """

    id: str
    role: Role
    path: KeyPath
    locator: str = ""
    nth: int = 0


class Named(Struct, frozen=True):
    """Ids of sources and of shared context boxes."""

    sources: frozenset[str] = frozenset()
    contexts: frozenset[str] = frozenset()


# ------------------------------------------------------------------ prose, parsed once


def prose_of_explainer(explainer: Explainer) -> dict[KeyPath, Prose]:
    """All prose of an explainer that is not empty."""
    return _parsed(
        chain(_head_texts(explainer), _annotation_texts(explainer), _log_texts(explainer))
    )


def prose_of_sources(sources: Sources) -> dict[KeyPath, Prose]:
    """The remarks on sources."""
    return _parsed(((id, "note"), source.note) for id, source in sources.items())


def prose_of_contexts(contexts: Contexts) -> dict[KeyPath, Prose]:
    """All prose of the shared context boxes."""
    return _parsed(chain.from_iterable(_box_texts(box, (id,)) for id, box in contexts.items()))


def _parsed(texts: Iterable[tuple[KeyPath, str]]) -> dict[KeyPath, Prose]:
    return {path: prose.parse(text) for path, text in texts if text}


def _head_texts(explainer: Explainer) -> Iterator[tuple[KeyPath, str]]:
    yield ("summary",), explainer.summary
    for index, finding in enumerate(explainer.findings):
        yield ("findings", index), finding
    yield ("method",), explainer.method
    if explainer.reply and explainer.reply.is_answered:
        yield ("reply", "answer"), explainer.reply.answer


def _annotation_texts(explainer: Explainer) -> Iterator[tuple[KeyPath, str]]:
    for index, annotation in enumerate(explainer.annotations):
        path = ("annotations", index)
        yield (*path, "note"), annotation.note
        if annotation.withdrawal:
            yield (*path, "withdrawn", "reason"), annotation.withdrawal.reason
        yield from _figure_texts(annotation.figure, path)
        if isinstance(annotation.context, ContextBox):
            yield from _box_texts(annotation.context, (*path, "context"))


def _box_texts(box: ContextBox, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    yield (*path, "body"), box.body
    yield from _figure_texts(box.figure, path)
    for index, moment in enumerate(box.timeline):
        yield (*path, "timeline", index, "text"), moment.text


def _figure_texts(figure: Figure | None, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    if figure:
        yield (*path, "figure", "caption"), figure.caption


def _log_texts(explainer: Explainer) -> Iterator[tuple[KeyPath, str]]:
    for index, correction in enumerate(explainer.corrections):
        yield ("corrections", index, "was"), correction.was
        yield ("corrections", index, "now"), correction.now
    for index, update in enumerate(explainer.updates):
        yield ("updates", index, "text"), update.text
    for index, change in enumerate(explainer.article.changes):
        yield ("article", "changes", index, "text"), change.text


# ------------------------------------------------------------------ the list


def of_explainer(explainer: Explainer, texts: Texts) -> Iterator[Reference]:
    """Every reference of an explainer, drafts included, in the order of the file's parts."""
    for path, _ in _head_texts(explainer):
        yield from _citations(path, texts)
    if explainer.reply:
        yield Reference(explainer.reply.of, "reply", ("reply", "of"))
    if explainer.article.outlet:
        yield Reference(explainer.article.outlet, "outlet", ("article", "outlet"))
    for index, annotation in enumerate(explainer.annotations):
        yield from _of_annotation(annotation, ("annotations", index), texts)
    for path, _ in _log_texts(explainer):
        yield from _citations(path, texts)


def of_box(box: ContextBox, path: KeyPath, texts: Texts) -> Iterator[Reference]:
    """Every reference of the context box at a path."""
    for text, _ in _box_texts(box, path):
        yield from _citations(text, texts)
    yield from _of_uses(box.sources, (*path, "sources"))


def of_source(id: str, source: Source, texts: Texts) -> Iterator[Reference]:
    """The sources that a source speaks for or draws on, and those that the remark on it cites."""
    if source.speaks_for:
        yield Reference(source.speaks_for, "speaks-for", (id, "speaks_for"))
    for index, drawn in enumerate(source.draws_on):
        yield Reference(drawn, "draws-on", (id, "draws_on", index))
    yield from _citations((id, "note"), texts)


def _of_annotation(annotation: Annotation, path: KeyPath, texts: Texts) -> Iterator[Reference]:
    for each in chain.from_iterable(as_hops(annotation.attributed_to)):
        place = (*path, "attributed_to", *each.path)
        yield Reference(each.hop.source, "hop", place, each.hop.locator)
    for prose_of in (("note",), ("withdrawn", "reason"), ("figure", "caption")):
        yield from _citations((*path, *prose_of), texts)
    yield from _of_uses(annotation.sources, (*path, "sources"))
    if isinstance(annotation.context, ContextBox):
        yield from of_box(annotation.context, (*path, "context"), texts)
    elif annotation.context is not None:
        yield Reference(annotation.context, "context", (*path, "context"))


def _of_uses(sources: tuple[str | Use, ...], path: KeyPath) -> Iterator[Reference]:
    for index, (written, use) in enumerate(zip(sources, as_uses(sources), strict=True)):
        place = (*path, index, "source") if isinstance(written, Use) else (*path, index)
        yield Reference(use.source, "use", place, use.locator)


def _citations(path: KeyPath, texts: Texts) -> Iterator[Reference]:
    if path not in texts:
        return
    seen: Counter[str] = Counter()
    for citation in texts[path].citations():
        source = citation.source
        yield Reference(source, "citation", path, citation.locator, seen[source])
        seen[source] += 1


# ------------------------------------------------------------------ questions to it


def box_owners(explainer: Explainer, ids: Sequence[str]) -> dict[str, frozenset[str]]:
    """What a link to each context box of a page is, `context-ID`, and the annotations that have it.

    `ids` are those of all annotations, in the file's order.
    """
    owners: dict[str, set[str]] = {}
    for id, annotation in zip(ids, explainer.annotations, strict=True):
        if annotation.context is not None:
            own = isinstance(annotation.context, ContextBox)
            owners.setdefault(f"context-{id if own else annotation.context}", set()).add(id)
    return {link: frozenset(annotations) for link, annotations in owners.items()}


def named_in(references: Iterable[Reference]) -> Named:
    """What the references name, each once."""
    every = list(references)
    return Named(
        sources=frozenset(each.id for each in every if each.role != "context"),
        contexts=frozenset(each.id for each in every if each.role == "context"),
    )


def sources_behind(
    ids: Iterable[str], references: Mapping[str, Collection[Reference]]
) -> frozenset[str]:
    """Those of the ids that are sources, what these speak for or cite in their remarks, and so on.

    `references` are those of every source, by its id.
    """
    found: set[str] = set()
    pending = [id for id in ids if id in references]
    while pending:
        id = pending.pop()
        if id not in found:
            found.add(id)
            pending += (named.id for named in references[id] if named.id in references)
    return frozenset(found)


def origin_of(hops: tuple[str, ...], sources: Sources) -> str:
    """The first speaker of a chain, or the body that it speaks for."""
    return sources[hops[0]].speaks_for or hops[0]
