"""Whether the addresses that readers have still lead to what they led to."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from postil import paths
from postil.diagnostics.codes import WarningCode
from postil.diagnostics.english import quantity
from postil.diagnostics.model import Diagnostic, SourceText, Span
from postil.site.examining import Placed
from postil.site.model import Annotation
from postil.site.placing import Anchor
from postil.site.published import Addresses, find_now, published_slugs, read_addresses
from postil.text import anchoring
from postil.text.anchoring import Range
from postil.yaml.reading import Located

_MEANT = "\nif it is meant, build once without --strict: from then on nothing is said"
MOST_SHOWN = 80  # code points of a passage


def lost_and_changed(placed: Placed, published: Addresses) -> Iterator[Diagnostic]:
    """A warning for each published address of an explainer that is gone or leads elsewhere.

    It leads elsewhere if the passage that it led to still stands in the article, and the
    annotation is on other words now; where the article has changed, that explains it.
    """
    text = placed.document.text
    anchors = {a.id: a for a in placed.anchors if not a.annotation.draft}
    places = {id: anchor.places for id, anchor in anchors.items()}
    places |= {each.id: () for each in placed.withdrawn if not each.annotation.draft}
    if placed.explainer.draft or _is_as_before(places, published, text):
        return
    haystack = anchoring.prepare(text)
    fresh = [anchor for id, anchor in anchors.items() if id not in published]
    for id, passages in published.items():
        before = [place for passage in passages if (place := find_now(passage, haystack))]
        if id in anchors:
            if before and not _first_on(before, [anchors[id]]):
                yield _changed(anchors[id], before[0], text, placed)
        elif id not in placed.ids or _annotation(id, placed).draft:
            yield _lost(id, _first_on(before, fresh), placed)


def _is_as_before(places: Mapping[str, tuple[Range, ...]], published: Addresses, text: str) -> bool:
    """Whether each address leads to the same words at the same place: nearly always so."""
    return all(
        id in places
        and [(place.start, text[place.start : place.end]) for place in places[id]]
        == [(passage.start, passage.exact) for passage in passages]
        for id, passages in published.items()
    )


def lost_pages(output: Path, kept: Iterable[str]) -> Iterator[Diagnostic]:
    """A warning for each published explainer that is none of those that a site keeps."""
    for slug in sorted(set(published_slugs(output)).difference(kept)):
        if count := len(read_addresses(output, slug)):
            yield _warning(
                "lost-address",
                f"the page {slug}/ was published and disappears, with {quantity(count, 'address')}",
                Span(SourceText(paths.annotations(slug), "")),
                f"keep the folder content/{slug}, without `draft: true` for the whole of it",
            )


def _first_on(places: list[Range], anchors: list[Anchor]) -> Anchor | None:
    """The first of the anchors that shares words with any of the places."""
    for anchor in anchors:
        for there in anchor.places:
            if any(there.start < place.end and place.start < there.end for place in places):
                return anchor
    return None


def _annotation(id: str, placed: Placed) -> Annotation:
    return placed.explainer.annotations[placed.ids.index(id)]


def _lost(id: str, heir: Anchor | None, placed: Placed) -> Diagnostic:
    """What is said of an address whose passage the heir has now, or nobody."""
    located = placed.loaded.located
    gone = f"the published address #{id} disappears"
    if heir:
        message = f"{gone}: its passage is called {heir.id} now"
        return _warning(
            "lost-address", message, _named_at(heir, located), f"to keep it: id: {id}", heir.id
        )
    if id in placed.ids:
        span = located.span(("annotations", placed.ids.index(id), "draft"))
        message, help = f"{gone}: it is a draft now", "take `draft: true` out of it"
        return _warning("lost-address", message, span, help, id)
    message = f"{gone}: links to it will lead to no passage"
    help = f"bring the annotation back, with a line: id: {id}"
    return _warning("lost-address", message, located.key_span(("annotations",)), help, id)


def _changed(anchor: Anchor, before: Range, text: str, placed: Placed) -> Diagnostic:
    message = f"the published address #{anchor.id} leads to another passage now"
    help = "give this annotation an id of its own; the one on the old passage is to have: id: "
    notes = ("it led to", _shown(before, text)), ("it leads to", _shown(anchor.first, text))
    span = _named_at(anchor, placed.loaded.located)
    return _warning("changed-address", message, span, f"{help}{anchor.id}", anchor.id, notes)


def _named_at(anchor: Anchor, located: Located) -> Span:
    """Where an annotation has its id: given, or made of the quote."""
    return located.span((*anchor.path, "id" if anchor.annotation.id else "quote"))


def _shown(place: Range, text: str) -> str:
    words = " ".join(text[place.start : place.end].split())
    return words if len(words) <= MOST_SHOWN else f"{words[:MOST_SHOWN]}…"


def _warning(
    code: WarningCode,
    message: str,
    span: Span,
    help: str,
    id: str = "",
    notes: tuple[tuple[str, str], ...] = (),
) -> Diagnostic:
    return Diagnostic(code, message, span, "warning", notes, f"{help}{_MEANT}", id)
