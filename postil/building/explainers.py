"""One explainer, stage by stage: read, place, check, compose, render, export; all in memory."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from postil.diagnostics.model import Diagnostic, Report, SourceText, Span
from postil.export import poster
from postil.export.embeds import embed_pages
from postil.export.schema_org import linked_data
from postil.export.table import CITATIONS, EXPORTS, Export
from postil.language import words
from postil.page.composing import compose
from postil.page.entries import Entry, PackedEntry, make_entry, pack_entry
from postil.page.rendering import Renderer, TemplateMistake
from postil.page.views import Download
from postil.site import checking, drafting, figures
from postil.site.drafting import PageLink
from postil.site.examining import LeftOut, Placed, Shared, examine
from postil.site.references import Named, named_in
from postil.site.tracing import trace

if TYPE_CHECKING:
    from postil.site.published import Addresses

Inspect = Callable[[Placed, Shared], bytes]
"""What else is to be found out of an explainer without mistakes, while it is at hand."""


class Summary(Struct, frozen=True, kw_only=True):
    """What the rest of a site, and a report, need to know of an explainer.

    The first `examined` of the `diagnostics` say nothing of what explainers share. `mentioned` are
    ids in prose that would be warned of if they were those of sources. `left_out` are the drafts
    that are not in its files: it, by its slug, or annotations, as `slug#id`. `links` are those that
    are published and lead to other explainers.
    """

    slug: str
    entry: PackedEntry | None = None
    named: Named = Named()
    mentioned: frozenset[str] = frozenset()
    diagnostics: tuple[Diagnostic, ...] = ()
    examined: int = 0
    is_draft: bool = False
    left_out: tuple[str, ...] = ()
    links: tuple[PageLink, ...] = ()
    inspected: bytes | None = None

    @property
    def failed(self) -> bool:
        return any(diagnostic.severity == "error" for diagnostic in self.diagnostics)


class Built(Summary, frozen=True, kw_only=True):
    """One explainer with its files by their path below output/, none if it has mistakes."""

    files: dict[str, bytes] = {}


Build = Callable[[str, Renderer], Built]
"""`build_explainer` with all that is the same for every slug."""


def build_explainer(
    slug: str,
    renderer: Renderer,
    *,
    root: Path,
    shared: Shared,
    drafts: bool,
    public: bool = True,
    inspect: Inspect | None = None,
    published: Path | None = None,
) -> Built:
    """One explainer: its files, or the reasons why there are none. For the options see above."""
    report = Report()
    before = _published_addresses(published, slug) if published else {}
    placed = examine(root, slug, report, drafts=drafts, published=before)
    examined = len(report.diagnostics)
    if placed is None:
        return nothing_built(slug, report.diagnostics)
    if isinstance(placed, LeftOut):
        return Built(slug=slug, named=placed.named, is_draft=True, left_out=(slug,))
    _check(placed, shared, before, report, public=public)
    files, entry = _make_files(placed, shared, renderer, report)
    return Built(
        slug=slug,
        files=files,
        entry=pack_entry(entry) if entry else None,
        named=named_in(placed.references),
        diagnostics=tuple(report.diagnostics),
        examined=examined,
        mentioned=frozenset(id for text in placed.prose.values() for id in text.mentioned()),
        is_draft=placed.explainer.draft,
        links=drafting.pages_linked(placed),
        left_out=() if drafts else tuple(f"{slug}#{id}" for id in drafting.drafts_in(placed)),
        inspected=inspect(placed, shared) if inspect and files else None,
    )


def _check(
    placed: Placed, shared: Shared, before: "Addresses", report: Report, *, public: bool
) -> None:
    """Report what is wrong with one explainer, and what becomes of the addresses from before."""
    checking.check_explainer(placed, shared, report)
    drafting.check_drafts(placed, report, public=public)
    if before:
        from postil.site import permanence  # only where something was published

        report.extend(permanence.lost_and_changed(placed, before))


def _published_addresses(published: Path, slug: str) -> "Addresses":
    from postil.site.published import read_addresses  # only where something was published

    return read_addresses(published, slug)


def nothing_built(slug: str, diagnostics: Iterable[Diagnostic]) -> Built:
    """An explainer of which nothing could be made, and why."""
    found = tuple(diagnostics)
    return Built(slug=slug, diagnostics=found, examined=len(found))


def _make_files(
    placed: Placed, shared: Shared, renderer: Renderer, report: Report
) -> tuple[dict[str, bytes], Entry | None]:
    """The page and what lies beside it, with what the index says of it; nothing on a mistake."""
    if report.failed or not shared.is_sound:
        return {}, None
    language = words.load(placed.explainer.language or shared.site.value.language, shared.words)
    tracing = trace(placed, shared.sources.value)
    pictures = figures.read_pictures(renderer.root, placed, shared, report)
    page = compose(placed, tracing, shared, language, _links(EXPORTS), pictures)
    has_poster = bool(shared.site.value.base_url) and poster.can_draw()
    page = structs.replace(
        page, citations=_links(CITATIONS), poster=poster.POSTER if has_poster else ""
    )
    page = structs.replace(page, linked_data=linked_data(placed, shared, page))
    html = rendered(lambda: renderer.page(page, language), report)
    if html is None:
        return {}, None
    article = placed.article
    files = {
        "index.html": html,
        f"article.{article.form}": article.data,
        **{each.name: each.make(placed, shared) for each in (*EXPORTS, *CITATIONS)},
    }
    entry = make_entry(placed, page, tracing, shared)
    if has_poster:
        files[poster.POSTER] = poster.draw_poster(entry, shared.site.value, language)
    files = {f"{placed.slug}/{name}": data for name, data in files.items()}
    for each in embed_pages(placed, page, shared, language):
        embed = rendered(partial(renderer.shared, each.template, each.view(), language), report)
        if embed is None:
            break
        files[each.path] = embed
    return files | pictures, entry


def _links(exports: Iterable[Export]) -> tuple[Download, ...]:
    return tuple(Download(each.name, each.media_type, each.label) for each in exports)


def rendered(render: Callable[[], str], report: Report) -> bytes | None:
    """A page; None, and the mistake in the report, if its templates have one."""
    try:
        return render().encode()
    except TemplateMistake as mistake:
        source = SourceText(mistake.path, mistake.source)
        lines = mistake.source.split("\n")
        start = sum(len(line) + 1 for line in lines[: mistake.line - 1])
        end = start + len(lines[mistake.line - 1]) if mistake.line <= len(lines) else start
        help = "docs/templates.md says what a template is given"
        report.error("template-error", mistake.message, Span(source, start, end), help=help)
        return None
