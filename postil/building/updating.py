"""A site of which only what is stale is built; the rest is past from the build before."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

from msgspec import Struct, structs

from postil import paths
from postil.building.explainers import Inspect, build_explainer
from postil.building.opening import Gathered, SharedBasis, known_before, read_basis
from postil.building.results import (
    ADDRESSES,
    Made,
    Outcome,
    Together,
    Unused,
    open_results,
    without_files,
)
from postil.building.sharing import (
    open_pages,
    site_exports,
    static_files,
    unused_entries,
    unused_warnings,
    versions_of,
)
from postil.building.sites import Watch, check_links, is_too_large, lost_explainers
from postil.building.staleness import (
    Ground,
    Past,
    digest_of_ground,
    digest_of_pages,
    digest_of_templates,
    digests_of_made,
    find_fresh,
    is_changed,
)
from postil.building.working import POOL_WORTH, Answer, Open, work_on
from postil.diagnostics.model import Report
from postil.output.manifest import hash_of
from postil.output.staging import Staged
from postil.page.entries import PackedEntries
from postil.page.index_pages import index_order
from postil.site import loading
from postil.site.examining import examine


class Asked(Struct, frozen=True):
    """How a site is built; for its arguments see `build_site`.

    `folder` is where files are made ready; without one, none are. `output` is the folder of which
    the past tells what it holds. `watch` shows how far it is. `scheduler` is the address,
    `HOST:PORT`, of a Dask cluster that does what several processes of this machine would do
    otherwise.
    """

    root: Path
    drafts: bool = False
    public: bool = True
    jobs: int | None = None
    inspect: Inspect | None = None
    published: Path | None = None
    output: Path | None = None
    watch: Watch | None = None
    folder: Path | None = None
    scheduler: str = ""


class SiteUpdate(Struct, frozen=True):
    """A whole site, as `SiteFiles` is, and what is to be kept of it; None: what was kept before."""

    files: dict[str, bytes | Staged]
    entries: PackedEntries
    report: Report
    made: Made | None = None
    unused_sources: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    inspected: tuple[bytes, ...] = ()


def opening_of(
    asked: Asked, basis: SharedBasis, versions: Mapping[str, str], held: Mapping[str, str]
) -> Open[str, Outcome]:
    """How explainers are built, by slug; for `versions` and `held` see `open_results`."""
    build = partial(
        build_explainer,
        root=asked.root,
        drafts=asked.drafts,
        public=asked.public,
        inspect=asked.inspect,
        published=asked.published,
    )
    where = asked.root, versions, held, asked.published, asked.folder
    return partial(open_results, build, basis, *where)


def update_site(asked: Asked, past: Past) -> SiteUpdate:
    """The same site, and the same complaints, as if all of it were built."""
    report = Report()
    slugs = loading.slugs(asked.root, report)
    opened = known_before(asked.root, past, slugs) or read_basis(
        asked.root, report, places=asked.inspect is not None
    )
    if opened is None:
        _examine_all(() if is_too_large(report.diagnostics) else slugs, asked, past, report)
        return SiteUpdate({}, PackedEntries(), report)
    report.extend(opened.said)
    return _Update(asked, past, slugs, opened, report).update()


def _examine_all(slugs: Iterable[str], asked: Asked, past: Past, report: Report) -> None:
    """Report what can be said of explainers without what they share."""
    results = past.made.results if past.made else {}
    for slug in slugs:
        result = results.get(slug)
        if result and not is_changed(result, asked.root, past):
            report.extend(result.diagnostics[: result.examined])
        else:
            examine(asked.root, slug, report, drafts=asked.drafts)


class _Update:
    """One update, stage by stage."""

    def __init__(
        self, asked: Asked, past: Past, slugs: Sequence[str], opened: SharedBasis, report: Report
    ) -> None:
        self._asked, self._past, self._slugs = asked, past, slugs
        self._opened, self._shared, self._report = opened, opened.shared, report
        self._files: dict[str, bytes | Staged] = {}
        made = past.made
        self._statics, versions = self._read_statics(opened.packed.site)
        fresh = made is None or "templates" in past.changed
        templates = digest_of_templates(asked.root) if fresh or not made else made.templates
        self._ground = Ground(templates, opened.packed, versions)
        self._assets = made.assets if made else frozenset()
        self._results: dict[str, Outcome] = {}
        self._built: set[str] = set()  # this time

    def update(self) -> SiteUpdate:
        self._keep_fresh()
        self._build([slug for slug in self._slugs if slug not in self._results])
        report, results = self._report, self._in_order()
        report.extend(lost_explainers(self._asked.published, results))
        check_links(results, self._opened.links, report, public=self._asked.public)
        unused = self._find_unused(results)
        if self._asked.folder and not report.failed:
            self._build_lacking()
            results = self._in_order()
        pages = self._make_pages(results)
        files = {} if report.failed else self._collect(results)
        search = self._search(files)
        made = self._made(pages, search, unused) if self._shared.is_sound else None
        return SiteUpdate(
            files=files,
            entries=_entries(results),
            report=report,
            made=made,
            unused_sources=unused.sources if unused else (),
            left_out=tuple(name for each in results for name in each.left_out),
            inspected=tuple(each.inspected for each in results if each.inspected is not None),
        )

    def _read_statics(self, site: bytes) -> tuple[dict[str, str] | None, dict[str, str]]:
        """The hashes of the static files, None if there are complaints, and their versions."""
        made, past = self._past.made, self._past
        is_same = made and made.shared.site == site and "static" not in past.changed
        if made and is_same and made.statics is not None and past.is_held(made.statics):
            self._files |= {path: Staged(digest) for path, digest in made.statics.items()}
            return made.statics, made.versions
        report = Report()
        files = static_files(self._asked.root, self._shared.site.value, report)
        versions = versions_of(files)
        self._report.extend(report.diagnostics)
        files |= {".nojekyll": b""}
        self._files |= files
        if report.diagnostics:
            return None, versions
        return {path: hash_of(data) for path, data in files.items()}, versions

    # -------------------------------------------------------------- explainers

    def _keep_fresh(self) -> None:
        """Take over what need not be built, without pages if what is shared is not sound."""
        asked = self._asked
        fresh = find_fresh(self._slugs, self._ground, asked.root, asked.published, self._past)
        for outcome in fresh:
            if not self._shared.is_sound:
                outcome = structs.replace(outcome, entry=None, inspected=None)
            self._results[outcome.slug] = outcome

    def _build(self, slugs: Sequence[str]) -> None:
        asked = self._asked
        past, held = self._past.made, self._past.held or {}
        held = {
            path: held[path]
            for slug in slugs
            if past and (result := past.results.get(slug))
            for path in result.files.keys() & held.keys()
        }
        open_ = opening_of(asked, self._opened, self._ground.versions, held)
        coming = _work(slugs, open_, asked, partial(_files_of, asked))
        for result in asked.watch(coming, len(slugs)) if asked.watch else coming:
            self._assets |= result.assets
            self._results[result.slug] = structs.replace(result, assets=frozenset())
            self._built.add(result.slug)

    def _build_lacking(self) -> None:
        """Build the explainers whose pages are known, and which output/ does not hold."""
        lacking = [
            slug
            for slug in self._slugs
            if slug not in self._built and not self._past.is_held(self._results[slug].files)
        ]
        self._build(lacking)
        # Somebody may have saved one of them meanwhile; what is said twice is told once.
        self._report.extend(d for slug in lacking for d in self._results[slug].diagnostics)

    def _in_order(self) -> list[Outcome]:
        return [self._results[slug] for slug in self._slugs]

    def _find_unused(self, results: Sequence[Outcome]) -> Unused | None:
        """What nothing uses; None if there are mistakes: what could not be read may use it."""
        if self._report.failed:
            return None
        made = self._past.made
        unused = made.unused if made else None
        if made is None or unused is None or self._is_used_otherwise(made):
            ids = unused_entries(self._shared, (each.named for each in results))
            warnings = without_files(unused_warnings(ids, self._shared))
            sources = tuple(id for id in self._shared.sources.value if id in ids.sources)
            unused = Unused(warnings, sources)
        self._report.extend(unused.warnings)
        return unused

    def _is_used_otherwise(self, made: Made) -> bool:
        return (
            made.shared is not self._ground.shared  # read again: lines may be others
            or made.results.keys() != self._results.keys()
            or any(made.results[slug].named != self._results[slug].named for slug in self._built)
        )

    # -------------------------------------------------------------- pages of several explainers

    def _make_pages(self, results: Sequence[Outcome]) -> Together:
        """Make those that may have to be others; after a mistake, what was there before is kept."""
        before = self._past.made.pages if self._past.made else Together()
        of = digest_of_pages(self._ground, self._assets, results)
        if before.of == of and self._past.is_held(before.hashes):
            self._files |= {path: Staged(digest) for path, digest in before.hashes.items()}
            return before
        gathered = Gathered(self._opened, _entries(results))
        corpus, rows = gathered.corpus, gathered.rows
        if self._report.failed:  # what is wrong with the templates is told then too
            self._make([row[0].path for row in rows if row], gathered)
            return before
        digests = digests_of_made(chain(*rows), corpus, self._ground.shared)
        fresh = self._fresh_pages(before, digests)
        stale = [page.path for row in rows for page in row if page.path not in fresh]
        hashes = self._make([*stale, *site_exports(corpus)], gathered)
        if self._report.failed:
            return before
        self._files |= self._staged(hashes)
        self._files |= {path: Staged(digest) for path, digest in fresh.items()}
        of = digest_of_pages(self._ground, self._assets, results)
        ground = digest_of_ground(self._ground, self._assets)
        return Together(fresh | hashes, of, ground, digests)

    def _fresh_pages(self, before: Together, digests: Mapping[str, bytes]) -> dict[str, str]:
        """The hashes of pages that output/ has, made of what they would be made of now."""
        if before.ground != digest_of_ground(self._ground, self._assets):
            return {}
        return {
            path: hash
            for path, hash in before.hashes.items()
            if path in digests
            and digests[path] == before.digests.get(path)
            and self._past.is_held({path: hash})
        }

    def _make(self, wanted: list[str], gathered: Gathered) -> dict[str, str]:
        """Make pages, or files beside them; their hashes by path."""
        asked, held = self._asked, self._past.held or {}
        args = gathered, asked.root, self._ground.versions, held, asked.folder
        hashes: dict[str, str] = {}
        for page in _work(wanted, partial(open_pages, *args), asked):
            self._report.extend(without_files(page.diagnostics))
            hashes[page.path] = page.hash
            self._assets |= page.assets
        return hashes

    def _search(self, files: dict[str, bytes | Staged]) -> Together:
        """Put the index for a search among the files; after a mistake, what it was is kept."""
        made, asked = self._past.made, self._asked
        before = made.search if made else Together()
        if not self._shared.has_search:
            return Together()
        if not files or not asked.folder:
            return before
        from postil.building import searching  # for few sites

        pages = searching.pages_of_explainers(files, self._slugs, asked.output)
        site = self._shared.site.value
        search, found = searching.renew_search(
            before, pages, site, self._past, asked.folder, asked.jobs
        )
        files |= found
        return search

    # -------------------------------------------------------------- what comes of it

    def _staged(self, files: Mapping[str, str]) -> dict[str, bytes | Staged]:
        """Files that were made this time: ready in the folder, but for those that are held."""
        folder, held = self._asked.folder, self._past.held or {}
        return {
            path: Staged(digest, folder if held.get(path) != digest else None)
            for path, digest in files.items()
        }

    def _collect(self, results: Iterable[Outcome]) -> dict[str, bytes | Staged]:
        files = dict(self._files)
        for result in results:
            if result.slug in self._built:
                files |= self._staged(result.files)
            else:
                files |= {path: Staged(digest) for path, digest in result.files.items()}
        return files

    def _made(self, pages: Together, search: Together, unused: Unused | None) -> Made:
        return Made(
            templates=self._ground.templates,
            shared=self._ground.shared,
            said=self._opened.said,
            links=self._opened.links,
            versions=dict(self._ground.versions),
            assets=self._assets,
            results={slug: self._results[slug] for slug in self._slugs},
            pages=pages,
            search=search,
            statics=self._statics,
            unused=unused,
        )


def _work(
    items: Sequence[str],
    open: Open[str, Answer],
    asked: Asked,
    needs: Callable[[str], Iterable[Path]] = lambda item: (),
) -> Iterator[Answer]:
    """The result of each item, by whom it was asked for; `needs` are the files of one alone."""
    if not asked.scheduler or len(items) < POOL_WORTH:
        yield from work_on(items, open, asked.jobs)
        return
    from postil.building import carrying, clusters  # they are rarely asked

    site = carrying.SitePlaces(asked.root, asked.published, asked.folder)
    with clusters.dask_cluster(asked.scheduler) as cluster:
        yield from carrying.carry(items, open, cluster, site, needs)


def _files_of(asked: Asked, slug: str) -> Iterator[Path]:
    """The files of an explainer, and the addresses that readers have of it."""
    yield asked.root / paths.explainer(slug)
    if asked.published:
        yield asked.published / slug / ADDRESSES


def _entries(results: Iterable[Outcome]) -> PackedEntries:
    return index_order(each.entry for each in results if each.entry)
