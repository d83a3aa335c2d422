"""A whole site: everything of it in memory, and what is wrong with it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from postil.building.explainers import Build, Built, Inspect, Summary, build_explainer
from postil.building.sharing import (
    make_shared_page,
    shared_pages,
    site_exports,
    static_files,
    unused_entries,
    unused_warnings,
    versions_of,
)
from postil.building.working import work_on
from postil.diagnostics.model import Diagnostic, Report
from postil.page import theming
from postil.page.corpus import gather
from postil.page.entries import PackedEntries
from postil.page.index_pages import index_order
from postil.page.rendering import Renderer
from postil.site import checking, drafting, figures, loading, searching, translating
from postil.site.drafting import PageLink
from postil.site.examining import Shared, examine, read_shared
from postil.site.settings import Site

Watch = Callable[[Iterator[Any], int], Iterator[Any]]
"""Is given explainers as they come, and how many there will be, and passes them on."""


class SiteFiles(Struct, frozen=True):
    """A whole site: its files by their path below output/; none of use if the report failed.

    `left_out` are the drafts that are not in them, as of `Summary`.
    """

    files: dict[str, bytes]
    entries: PackedEntries
    report: Report
    unused_sources: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    inspected: tuple[bytes, ...] = ()


def build_site(
    root: Path,
    *,
    drafts: bool = False,
    hosted: bool = True,
    public: bool = True,
    jobs: int | None = None,
    inspect: Inspect | None = None,
    published: Path | None = None,
) -> SiteFiles:
    """Everything that belongs into output/. `jobs` is the number of processes; None: as fits.

    `drafts`: whether they are on the pages. `public`: whether a link to one is a mistake. `hosted`
    is for a host: browsers may keep what is in static/ until it changes, and GitHub Pages leaves
    all files as they are. The preview needs neither.

    `published` is the folder whose addresses readers have, and which is to hold this site: what
    becomes of them is warned about, and nothing else depends on it.
    """
    report = Report()
    slugs = loading.slugs(root, report)
    shared = open_shared(root, report)
    if shared is None:
        for slug in () if is_too_large(report.diagnostics) else slugs:
            examine(root, slug, report, drafts=drafts)
        return SiteFiles({}, PackedEntries(), report)
    build = partial(build_explainer, root=root, shared=shared, drafts=drafts, public=public)
    build = partial(build, inspect=inspect, published=published)
    statics = static_files(root, shared.site.value, report)
    renderer = Renderer(root, versions_of(statics) if hosted else {})
    built = list(work_on(slugs, partial(_open_build, build, root, renderer.versions), jobs))
    statics |= {".nojekyll": b""} if hosted else {}
    report.extend(lost_explainers(published, built))
    site = _put_together(built, statics, shared, renderer, report, public=public)
    is_searched = hosted and shared.has_search and not report.failed
    return _with_search(site, slugs, shared.site.value) if is_searched else site


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
    check_links(built, drafting.pages_linked_by_all(shared), report, public=public)
    unused = unused_entries(shared, (each.named for each in built))
    if not report.failed:  # otherwise what could not be read may use it
        report.extend(unused_warnings(unused, shared))
    corpus = gather(shared, index_order(each.entry for each in built if each.entry))
    files = {path: data for explainer in built for path, data in explainer.files.items()}
    rows = shared_pages(corpus)
    # After a mistake, one of each sort: what is wrong with the templates is told then too.
    for page in [page for row in rows for page in (row[:1] if report.failed else row)]:
        data = make_shared_page(page, corpus, renderer, report)
        if data is not None:
            files[page.path] = data
    files |= {path: make() for path, make in site_exports(corpus).items()}
    return SiteFiles(
        files=files | statics,
        entries=corpus.entries,
        report=report,
        unused_sources=tuple(id for id in shared.sources.value if id in unused.sources),
        left_out=tuple(name for each in built for name in each.left_out),
        inspected=tuple(each.inspected for each in built if each.inspected is not None),
    )


def _with_search(site: SiteFiles, slugs: Iterable[str], settings: Site) -> SiteFiles:
    """The same with the index of the pages of its explainers."""
    from postil.building.searching import search_files  # for few sites

    pages = ((slug, site.files.get(f"{slug}/index.html")) for slug in slugs)
    found = search_files(((slug, page) for slug, page in pages if page), settings)
    return structs.replace(site, files=site.files | found)


def lost_explainers(published: Path | None, explainers: Iterable[Summary]) -> Iterator[Diagnostic]:
    """Warnings of the published explainers that are no longer there, or are drafts now."""
    if published and published.is_dir():
        from postil.site import permanence  # only where something was published

        kept = {each.slug for each in explainers if not each.is_draft}
        yield from permanence.lost_pages(published, kept)


def check_links(
    explainers: Sequence[Summary], shared: Iterable[PageLink], report: Report, *, public: bool
) -> None:
    """Report what is wrong with explainers, and with links to them if they are `public`.

    `shared` are the links to explainers of what they share.
    """
    for explainer in explainers:
        report.extend(explainer.diagnostics)
    if public:
        links = chain(shared, *(each.links for each in explainers))
        drafts = {each.slug for each in explainers if each.is_draft}
        report.extend(drafting.leading_to_pages(links, drafts))


def is_too_large(said: Iterable[Diagnostic]) -> bool:
    """Whether so much is shared that nobody waits for what can be said of explainers besides."""
    return any(each.code in ("file-too-large", "yaml-too-large") for each in said)


def open_shared(root: Path, report: Report) -> Shared | None:
    """Read and check what all explainers share; None if that cannot be read."""
    checked = Report()
    shared = read_shared(root, checked)
    if shared is None:
        report.extend(checked.diagnostics)
        return None
    checking.check_shared(shared, checked)
    figures.check_shared_figures(root, shared, checked)
    shared = structs.replace(
        shared,
        words=translating.read_words(root, shared.site, checked),
        has_search=searching.has_search(shared.site.value),
    )
    theming.check_look(root, shared.site.value, shared.site.located, checked)
    report.extend(checked.diagnostics)
    return structs.replace(shared, is_sound=not checked.failed)


def _open_build(build: Build, root: Path, versions: Mapping[str, str]) -> Callable[[str], Built]:
    renderer = Renderer(root, versions)
    return lambda slug: build(slug, renderer)
