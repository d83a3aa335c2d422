"""Who names which source and which shared context box, and where: one list that all others ask.

Checking, the uses that a page lists, unused entries, coverage, and what must be built again when
an entry changes: all of these are questions to this list.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Literal

from msgspec import Struct

from postil.site.model import (
    Annotation,
    ContextBox,
    Contexts,
    Explainer,
    Source,
    Sources,
    Use,
    as_chains,
    as_uses,
)
from postil.text import prose
from postil.text.prose import Prose
from postil.yaml.reading import KeyPath

Role = Literal["outlet", "hop", "use", "citation", "speaks-for", "draws-on", "context"]

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
    found: dict[KeyPath, str] = {("summary",): explainer.summary}
    for index, annotation in enumerate(explainer.annotations):
        found["annotations", index, "note"] = annotation.note
        if isinstance(annotation.context, ContextBox):
            found["annotations", index, "context", "body"] = annotation.context.body
    for index, correction in enumerate(explainer.corrections):
        found["corrections", index, "was"] = correction.was
        found["corrections", index, "now"] = correction.now
    return {path: prose.parse(text) for path, text in found.items() if text}


def prose_of_sources(sources: Sources) -> dict[KeyPath, Prose]:
    """The remarks on sources."""
    return {(id, "note"): prose.parse(source.note) for id, source in sources.items() if source.note}


def prose_of_contexts(contexts: Contexts) -> dict[KeyPath, Prose]:
    """The bodies of the shared context boxes."""
    return {(id, "body"): prose.parse(box.body) for id, box in contexts.items()}


# ------------------------------------------------------------------ the list


def of_explainer(explainer: Explainer, texts: Texts) -> Iterator[Reference]:
    """Every reference of an explainer, drafts included, in the order of the file's parts."""
    yield from _citations(("summary",), texts)
    if explainer.article.outlet:
        yield Reference(explainer.article.outlet, "outlet", ("article", "outlet"))
    for index, annotation in enumerate(explainer.annotations):
        yield from _of_annotation(annotation, ("annotations", index), texts)
    for index in range(len(explainer.corrections)):
        yield from _citations(("corrections", index, "was"), texts)
        yield from _citations(("corrections", index, "now"), texts)


def of_box(box: ContextBox, path: KeyPath, texts: Texts) -> Iterator[Reference]:
    """Every reference of the context box at a path."""
    yield from _citations((*path, "body"), texts)
    yield from _of_uses(box.sources, (*path, "sources"))


def of_source(id: str, source: Source, texts: Texts) -> Iterator[Reference]:
    """The sources that a source speaks for or draws on, and those that the remark on it cites."""
    if source.speaks_for:
        yield Reference(source.speaks_for, "speaks-for", (id, "speaks_for"))
    for index, drawn in enumerate(source.draws_on):
        yield Reference(drawn, "draws-on", (id, "draws_on", index))
    yield from _citations((id, "note"), texts)


def _of_annotation(annotation: Annotation, path: KeyPath, texts: Texts) -> Iterator[Reference]:
    for chain in as_chains(annotation.attributed_to):
        for hop in chain:
            yield Reference(hop, "hop", (*path, "attributed_to"))
    yield from _citations((*path, "note"), texts)
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


def origin_of(chain: tuple[str, ...], sources: Sources) -> str:
    """The first speaker of a chain, or the body that it speaks for."""
    return sources[chain[0]].speaks_for or chain[0]
