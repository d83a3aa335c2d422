"""Drafts: which they are, and that nothing that is published leads to one or is one by mistake."""

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from postil.diagnostics.codes import Severity
from postil.diagnostics.model import Diagnostic, Report, Span
from postil.site import loading
from postil.site.examining import Placed, Shared
from postil.site.loading import Loaded
from postil.site.references import Texts, box_owners
from postil.yaml.reading import KeyPath

# The note in what Postil writes for an editor to begin with: in `new`, and in the preview.
PLACEHOLDER = "Write here what a reader should know about these words."

_TO_PAGE = re.compile(r"\.\./([a-z0-9-]+)(?:[/?#]|$)")  # a page stands in a folder of its own


class PageLink(Struct, frozen=True):
    """A link to another explainer: its slug, and where the link is written."""

    slug: str
    span: Span


def is_draft(root: Path, slug: str) -> bool:
    """Whether an explainer is a draft as a whole; not if its annotations.yaml cannot be read."""
    loaded = loading.read_explainer(root, slug, Report())
    return loaded is not None and loaded.value.draft


def drafts_in(placed: Placed) -> tuple[str, ...]:
    """The ids of the annotations that are drafts, in the file's order."""
    annotations = zip(placed.ids, placed.explainer.annotations, strict=True)
    return tuple(id for id, annotation in annotations if annotation.draft)


def pages_linked(placed: Placed) -> tuple[PageLink, ...]:
    """The links that are published with an explainer and lead to another one."""
    if placed.explainer.draft:
        return ()
    drafts = frozenset(drafts_in(placed))
    texts = {
        path: text for path, text in placed.prose.items() if _is_published(path, placed, drafts)
    }
    return tuple(_page_links(texts, placed.loaded))


def pages_linked_by_all(shared: Shared) -> tuple[PageLink, ...]:
    """The same of what all explainers share."""
    return (
        *_page_links(shared.source_prose, shared.sources),
        *_page_links(shared.context_prose, shared.contexts),
    )


def leading_to_pages(links: Iterable[PageLink], drafts: Collection[str]) -> Iterator[Diagnostic]:
    """A `link-to-draft` for each link that leads to one of the explainers that are drafts."""
    return (
        _leading("link", link.slug, link.span, "error") for link in links if link.slug in drafts
    )


def _page_links(texts: Texts, loaded: Loaded[Any]) -> Iterator[PageLink]:
    for path, text in texts.items():
        for address in text.addresses():
            if match := _TO_PAGE.match(address):
                yield PageLink(match[1], loaded.located.find(path, address))


def check_drafts(placed: Placed, report: Report, *, public: bool) -> None:
    """Report `link-to-draft` and `placeholder`; in a draft of a whole explainer, nothing.

    A link is an error if what leads there is made `public`, and a warning where drafts are shown.
    """
    if placed.explainer.draft:
        return
    severity: Severity = "error" if public else "warning"
    report.extend(_leading_to_drafts(placed, severity))
    report.extend(_unwritten(placed))


def _leading_to_drafts(placed: Placed, severity: Severity) -> Iterator[Diagnostic]:
    drafts, located = frozenset(drafts_in(placed)), placed.loaded.located
    boxes = box_owners(placed.explainer, placed.ids)
    hidden = {*drafts, *(link for link, owners in boxes.items() if owners <= drafts)}
    for path, text in placed.prose.items():
        if _is_published(path, placed, drafts):
            for id in hidden.intersection(text.links()):
                yield _leading("link", id, located.find(path, f"#{id}"), severity)
    for index, correction in enumerate(placed.explainer.corrections):
        if correction.annotation in drafts:
            span = located.span(("corrections", index, "annotation"))
            yield _leading("correction", correction.annotation, span, severity)


def _leading(what: str, id: str, span: Span, severity: Severity) -> Diagnostic:
    return Diagnostic(
        "link-to-draft",
        f"this {what} leads to `{id}`, which is a draft and not published",
        span,
        severity,
        help=f"take `draft: true` out of `{id}`, or take the {what} out",
    )


def _is_published(path: KeyPath, placed: Placed, drafts: frozenset[str]) -> bool:
    """Whether prose is published but for what it leads to; of a correction that is said once."""
    match path:
        case ("annotations", int(index), *_):
            return not placed.explainer.annotations[index].draft
        case ("corrections", int(index), *_):
            return placed.explainer.corrections[index].annotation not in drafts
    return True


def _unwritten(placed: Placed) -> Iterator[Diagnostic]:
    for index, (id, annotation) in enumerate(
        zip(placed.ids, placed.explainer.annotations, strict=True)
    ):
        if not annotation.draft and PLACEHOLDER in " ".join(annotation.note.split()):
            yield Diagnostic(
                "placeholder",
                "the note is still the one that holds the place of yours",
                placed.loaded.located.span(("annotations", index, "note")),
                "warning",
                help="write the note, or add a line: draft: true",
                annotation=id,
            )
