"""The build, stage by stage: read, place, check, compose, render, export; all in memory."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

from postil import paths
from postil.diagnostics.codes import WarningCode
from postil.diagnostics.model import Diagnostic, Report, SourceText, Span
from postil.export.table import EXPORTS, SITE_EXPORTS
from postil.language import words
from postil.page import index_pages, kinds, source_pages, status_pages, theming
from postil.page.composing import compose
from postil.page.corpus import Corpus, gather
from postil.page.entries import Entry, make_entry
from postil.page.index_pages import index_order
from postil.page.paging import SharedPage
from postil.page.rendering import Renderer, TemplateMistake
from postil.page.views import Download
from postil.site import checking, drafting, figures, loading
from postil.site.drafting import PageLink
from postil.site.examining import LeftOut, Placed, Shared, examine, read_shared, shown_sources
from postil.site.model import Site
from postil.site.references import Named, named_in
from postil.site.tracing import trace

if TYPE_CHECKING:
    from postil.site.published import Addresses

_UNUSED: Mapping[str, WarningCode] = {"source": "unused-source", "context": "unused-context"}

POOL_WORTH = 24  # explainers; below, starting further processes costs more than it saves

Inspect = Callable[[Placed, Shared], Any]
"""What else is to be found out of an explainer without mistakes, while it is at hand."""


class Built(Struct, frozen=True):
    """One explainer: its files by their path below output/, and what others say of it.

    `left_out` are the drafts that are not in them: it, by its slug, or annotations, as `slug#id`.
    `links` are those that are published and lead to other explainers.
    """

    slug: str
    files: dict[str, bytes]
    entry: Entry | None
    named: Named
    diagnostics: tuple[Diagnostic, ...]
    is_draft: bool = False
    left_out: tuple[str, ...] = ()
    links: tuple[PageLink, ...] = ()
    inspected: Any = None


class SiteFiles(Struct, frozen=True):
    """A whole site: its files by their path below output/; none of use if the report failed.

    `left_out` are the drafts that are not in them, as of `Built`.
    """

    files: dict[str, bytes]
    entries: tuple[Entry, ...]
    report: Report
    unused_sources: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    inspected: tuple[Any, ...] = ()


Watch = Callable[[Iterator[Built], int], Iterator[Built]]

Build = Callable[[str, Renderer], Built]
"""`build_explainer` with all that is the same for every slug."""


def build_site(
    root: Path,
    *,
    drafts: bool = False,
    hosted: bool = True,
    public: bool = True,
    jobs: int | None = None,
    watch: Watch | None = None,
    inspect: Inspect | None = None,
    published: Path | None = None,
) -> SiteFiles:
    """Everything that belongs into output/. `jobs` is the number of processes; None: as fits.

    `drafts`: whether they are on the pages. `public`: whether a link to one is a mistake. `hosted`
    is for a host: browsers may keep what is in static/ until it changes, and GitHub Pages leaves
    all files as they are. The preview needs neither.

    `published` is the folder whose addresses readers have, and which is to hold this site: what
    becomes of them is warned about, and nothing else depends on it.

    `watch` is given the explainers as they come, and how many there will be, and passes them on.
    """
    report = Report()
    slugs = loading.slugs(root, report)
    shared = open_shared(root, report)
    if shared is None:
        for slug in slugs:
            examine(root, slug, report, drafts=drafts)
        return SiteFiles({}, (), report)
    build = partial(build_explainer, root=root, shared=shared, drafts=drafts, public=public)
    build = partial(build, inspect=inspect, published=published)
    statics = static_files(root, shared.site.value, report)
    renderer = Renderer(root, versions_of(statics) if hosted else {})
    coming = build_explainers(build, slugs, renderer, jobs)
    built = list(watch(coming, len(slugs)) if watch else coming)
    statics |= {".nojekyll": b""} if hosted else {}
    report.extend(_lost_pages(published, built))
    return _put_together(built, statics, shared, renderer, report, public=public)


def _put_together(
    built: Sequence[Built],
    statics: dict[str, bytes],
    shared: Shared,
    renderer: Renderer,
    report: Report,
    *,
    public: bool,
) -> SiteFiles:
    """A site of its explainers, with the pages and the mistakes that are of all of them."""
    for explainer in built:
        report.extend(explainer.diagnostics)
    unused = _check_together(built, shared, report, public=public)
    corpus = gather(shared, index_order(each.entry for each in built if each.entry))
    files = {path: data for explainer in built for path, data in explainer.files.items()}
    for page in chain.from_iterable(shared_pages(corpus) if shared.is_sound else ()):
        data = make_shared_page(page, corpus, renderer, report)
        if data is not None:
            files[page.path] = data
    if shared.site.value.base_url:
        files |= {path: make(corpus) for path, make in SITE_EXPORTS.items()}
    return SiteFiles(
        files=files | statics,
        entries=corpus.entries,
        report=report,
        unused_sources=tuple(id for id in shared.sources.value if id in unused.sources),
        left_out=tuple(name for each in built for name in each.left_out),
        inspected=tuple(each.inspected for each in built if each.inspected is not None),
    )


def _lost_pages(published: Path | None, built: Iterable[Built]) -> Iterator[Diagnostic]:
    """Warnings of the published explainers that are no longer there, or are drafts now."""
    if published and published.is_dir():
        from postil.site import permanence  # only where something was published

        yield from permanence.lost_pages(published, {b.slug for b in built if not b.is_draft})


def _check_together(
    built: Sequence[Built], shared: Shared, report: Report, *, public: bool
) -> Named:
    """Report what only all explainers together show; the entries that none of them uses."""
    if public:
        links = chain(drafting.pages_linked_by_all(shared), *(each.links for each in built))
        drafts = {each.slug for each in built if each.is_draft}
        report.extend(drafting.leading_to_pages(links, drafts))
    unused = unused_entries(shared, (each.named for each in built))
    if not report.failed:  # otherwise what could not be read may use it
        report.extend(unused_warnings(unused, shared))
    return unused


def open_shared(root: Path, report: Report) -> Shared | None:
    """Read and check what all explainers share; None if that cannot be read."""
    checked = Report()
    shared = read_shared(root, checked)
    if shared is None:
        report.extend(checked.diagnostics)
        return None
    checking.check_shared(shared, checked)
    figures.check_shared_figures(root, shared, checked)
    theming.check_look(root, shared.site.value, shared.site.located, checked)
    report.extend(checked.diagnostics)
    return structs.replace(shared, is_sound=not checked.failed)


# ------------------------------------------------------------------ explainers


def build_explainers(
    build: Build, slugs: list[str], renderer: Renderer, jobs: int | None = None
) -> Iterator[Built]:
    """Every explainer in the order of `slugs`, by several processes where that is worth it.

    What `build` holds and makes is plain data, since it is sent from process to process.
    """
    jobs = jobs or (os.cpu_count() or 1 if len(slugs) >= POOL_WORTH else 1)
    if jobs == 1 or len(slugs) < 2:
        yield from (build(slug, renderer) for slug in slugs)
        return
    import multiprocessing  # only for many explainers: it costs as much as several of them

    # Forked children have what they need already: only slugs and results are sent.
    method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
    context = multiprocessing.get_context(method)
    with context.Pool(jobs, _remember, (build, renderer.root, renderer.versions)) as pool:
        yield from pool.imap(_build_remembered, slugs, chunksize=8)


_remembered: list[tuple[Build, Renderer]] = []  # in a child: how it builds


def _remember(build: Build, root: Path, versions: Mapping[str, str]) -> None:
    _remembered[:] = [(build, Renderer(root, versions))]


def _build_remembered(slug: str) -> Built:
    build, renderer = _remembered[0]
    return build(slug, renderer)


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
    if placed is None:
        return nothing_built(slug, report.diagnostics)
    if isinstance(placed, LeftOut):
        return Built(slug, {}, None, placed.named, (), is_draft=True, left_out=(slug,))
    _check(placed, shared, before, report, public=public)
    files: dict[str, bytes] = {}
    entry = None
    if shared.is_sound and not report.failed:
        files, entry = _page_files(placed, shared, renderer, report)
    if files:
        files |= figures.read_pictures(root, placed, shared, report)
    return Built(
        slug=slug,
        files=files,
        entry=entry,
        named=named_in(placed.references),
        diagnostics=tuple(report.diagnostics),
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
    return Built(slug, {}, None, Named(), tuple(diagnostics))


def _page_files(
    placed: Placed, shared: Shared, renderer: Renderer, report: Report
) -> tuple[dict[str, bytes], Entry | None]:
    """The page and what lies beside it, with what the index says of it; nothing on a mistake."""
    language = words.load(placed.explainer.language or shared.site.value.language)
    downloads = [Download(each.name, each.media_type, each.label) for each in EXPORTS]
    tracing = trace(placed, shared.sources.value)
    page = compose(placed, tracing, shared, language, downloads)
    html = _rendered(lambda: renderer.page(page, language), report)
    if html is None:
        return {}, None
    article = placed.article
    files = {
        "index.html": html,
        f"article.{article.form}": article.data,
        **{each.name: each.make(placed, shared) for each in EXPORTS},
    }
    entry = make_entry(placed, page, tracing, shared)
    return {f"{placed.slug}/{name}": data for name, data in files.items()}, entry


# ------------------------------------------------------------------ what explainers share

# The pages that are not of one explainer: what makes each sort of them.
SHARED_PAGES: tuple[Callable[[Corpus], Iterator[SharedPage]], ...] = (
    index_pages.index_pages,
    index_pages.not_found_pages,
    source_pages.sources_pages,
    source_pages.source_pages,
    status_pages.statuses_pages,
    status_pages.status_pages,
)


def shared_pages(corpus: Corpus) -> list[list[SharedPage]]:
    """By row of SHARED_PAGES, its pages; none is made yet."""
    return [list(make(corpus)) for make in SHARED_PAGES]


def make_shared_page(
    page: SharedPage, corpus: Corpus, renderer: Renderer, report: Report
) -> bytes | None:
    """A page of SHARED_PAGES; None if there is a mistake in its templates, or in what all share."""
    if not corpus.shared.is_sound:
        return None
    return _rendered(lambda: renderer.shared(page.template, page.view(), corpus.words), report)


def static_files(root: Path, site: Site, report: Report) -> dict[str, bytes]:
    """static/ of the program and of the site, whose files go first; the site's colours and kinds
    are in the stylesheets."""
    files: dict[str, bytes] = {}
    for folder in dict.fromkeys((paths.own("static"), root / "static")):
        for path in paths.files_below(folder):
            name = f"static/{path.relative_to(folder).as_posix()}"
            if path.is_symlink():
                whole = Span(SourceText(name, ""))
                report.error("symlink", "this is a link to another file", whole)
            else:
                files[name] = path.read_bytes()
    files["static/theme.css"] = theming.theme_css(site.theme).encode()
    return kinds.with_pictures(files, site.kinds, report)


def versions_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """What tells one state of each file from another, short enough for an address."""
    return {path: blake2b(data, digest_size=6).hexdigest() for path, data in files.items()}


def unused_entries(shared: Shared, named: Iterable[Named]) -> Named:
    """The entries of sources.yaml and context.yaml that explainers which name these do not use."""
    explainers = list(named)
    contexts = frozenset(id for each in explainers for id in each.contexts)
    sources = frozenset(id for each in explainers for id in each.sources)
    shown = shown_sources(Named(sources, contexts), shared)
    return Named(
        frozenset(shared.sources.value) - shown, frozenset(shared.contexts.value) - contexts
    )


def unused_warnings(unused: Named, shared: Shared) -> Iterator[Diagnostic]:
    """A warning for each entry that nothing uses."""
    for what, ids, located in (
        ("source", unused.sources, shared.sources.located),
        ("context", unused.contexts, shared.contexts.located),
    ):
        for id in sorted(ids):
            yield Diagnostic(
                _UNUSED[what],
                f"nothing uses the {what} `{id}`",
                located.key_span((id,)),
                "warning",
                help="use it, or take it out",
            )


def _rendered(render: Callable[[], str], report: Report) -> bytes | None:
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
