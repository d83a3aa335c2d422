"""Where everything of a page is written: the links from a page to its files."""

from msgspec import Struct

from postil.diagnostics.model import Span
from postil.site import placing, references
from postil.site.examining import Shared, shown_sources
from postil.site.loading import Loaded
from postil.site.model import ContextBox, Explainer


class Place(Struct, frozen=True):
    """Where something of a page is written: a path from the site's folder, line and column."""

    file: str
    line: int
    column: int
    draft: bool = False


class Places(Struct, frozen=True):
    """Where everything of a page is written, by the ids that the page has for it."""

    annotations: dict[str, Place] = {}
    contexts: dict[str, Place] = {}
    sources: dict[str, Place] = {}


def places_of(loaded: Loaded[Explainer], shared: Shared) -> Places:
    """The places of an explainer's annotations, and of the boxes and sources that it shows."""
    explainer = loaded.value
    annotations, contexts = {}, {}
    ids = placing.assign_ids(explainer.annotations)
    for index, (id, annotation) in enumerate(zip(ids, explainer.annotations, strict=True)):
        path = ("annotations", index)
        annotations[id] = _place(loaded.located.span(path), draft=annotation.draft)
        if isinstance(annotation.context, ContextBox):
            contexts[id] = _place(loaded.located.key_span((*path, "context")))
    texts = references.prose_of_explainer(explainer)
    named = references.named_in(references.of_explainer(explainer, texts))
    boxes = sorted(named.contexts & shared.contexts.value.keys())
    contexts |= {id: _place(shared.contexts.located.key_span((id,))) for id in boxes}
    sources = {
        id: _place(shared.sources.located.key_span((id,)))
        for id in sorted(shown_sources(named, shared))
    }
    return Places(annotations, contexts, sources)


def _place(span: Span, *, draft: bool = False) -> Place:
    return Place(span.source.path, *span.source.position(span.start), draft)
