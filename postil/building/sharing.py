"""What is not of one explainer: pages of all of them, static files, entries that nothing uses."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple, Protocol

from postil import paths
from postil.building.explainers import rendered
from postil.diagnostics.codes import WarningCode
from postil.diagnostics.model import Diagnostic, Report, SourceText, Span
from postil.export.table import SITE_EXPORTS
from postil.output.manifest import hash_of
from postil.output.staging import stage
from postil.page import index_pages, kinds, source_pages, status_pages, theming
from postil.page.corpus import Corpus
from postil.page.paging import SharedPage
from postil.page.rendering import Renderer
from postil.site.examining import Shared, shown_sources
from postil.site.references import Named
from postil.site.settings import Site

_UNUSED: Mapping[str, WarningCode] = {"source": "unused-source", "context": "unused-context"}

# The pages that are not of one explainer: what makes each sort of them.
SHARED_PAGES: tuple[Callable[[Corpus], Iterator[SharedPage]], ...] = (
    index_pages.index_pages,
    index_pages.not_found_pages,
    index_pages.search_pages,
    source_pages.sources_pages,
    source_pages.source_pages,
    status_pages.statuses_pages,
    status_pages.status_pages,
)


def shared_pages(corpus: Corpus) -> list[list[SharedPage]]:
    """By row of SHARED_PAGES, its pages; none is made yet."""
    return [list(make(corpus)) for make in SHARED_PAGES]


def site_exports(corpus: Corpus) -> dict[str, Callable[[], bytes]]:
    """What makes the files for other programs that are of the whole site, by path."""
    if not corpus.shared.site.value.base_url:
        return {}
    return {path: partial(make, corpus) for path, make in SITE_EXPORTS.items()}


def make_shared_page(
    page: SharedPage, corpus: Corpus, renderer: Renderer, report: Report
) -> bytes | None:
    """A page of SHARED_PAGES; None if there is a mistake in its templates, or in what all share."""
    if not corpus.shared.is_sound:
        return None
    return rendered(lambda: renderer.shared(page.template, page.view(), corpus.words), report)


class MadePage(NamedTuple):
    """A page of SHARED_PAGES: its SHA-256, empty if it could not be made, and the reasons.

    `assets` are static files for whose version it asked, or another one before it.
    """

    path: str
    hash: str
    diagnostics: tuple[Diagnostic, ...]
    assets: frozenset[str]


class _Gathered(Protocol):
    """All explainers together, however they come to the process that asks for them."""

    @property
    def corpus(self) -> Corpus: ...
    @property
    def pages(self) -> Mapping[str, SharedPage]: ...


def open_pages(
    gathered: _Gathered,
    root: Path,
    versions: Mapping[str, str],
    held: Mapping[str, str],
    folder: Path | None,
) -> Callable[[str], MadePage]:
    """How a page of SHARED_PAGES, or a file beside them, is made, by its path.

    It is made ready in a folder, if one is given. `held` are hashes of files, by path, for which
    that is not needed.
    """
    corpus, pages, renderer = gathered.corpus, gathered.pages, Renderer(root, versions)
    exports = site_exports(corpus)

    def make(path: str) -> MadePage:
        report = Report()
        if path in exports:
            data: bytes | None = exports[path]()
        else:
            data = make_shared_page(pages[path], corpus, renderer, report)
        digest = "" if data is None else hash_of(data)
        if data is not None and folder and held.get(path) != digest:
            stage(data, path, folder)
        return MadePage(path, digest, tuple(report.diagnostics), frozenset(renderer.asked))

    return make


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
    for what, ids, loaded in (
        ("source", unused.sources, shared.sources),
        ("context", unused.contexts, shared.contexts),
    ):
        for id in sorted(ids):
            yield Diagnostic(
                _UNUSED[what],
                f"nothing uses the {what} `{id}`",
                loaded.located.key_span((id,)),  # found only for these
                "warning",
                help="use it, or take it out",
            )
