"""A site in memory that follows its inputs: what has changed is built again, and nothing else.

The stages are those of a build. What they made is kept by what it was made from, so that a save
costs as much as what depends on it; pages with mistakes stay as they were when they had none.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from hashlib import blake2b
from math import inf
from pathlib import Path

from postil import building, paths
from postil.building import Build, Built
from postil.diagnostics.model import Diagnostic, Report, SourceText, Span
from postil.page.entries import Entry
from postil.page.rendering import Renderer
from postil.preview.builders import SLOW, Builders
from postil.preview.locating import Places, places_of
from postil.preview.sharing import SharedPages
from postil.preview.watching import is_temporary
from postil.site import loading, references
from postil.site.examining import Shared, examine
from postil.site.model import Site
from postil.site.references import Named

Files = Mapping[str, bytes]


class LiveSite:
    """All files of a site, drafts included, and every mistake in its inputs.

    `note` says what has changed, `rebuild` makes up for it; until then all stays as it was.
    Reading may go on in another thread meanwhile.
    """

    def __init__(self, root: Path, jobs: int | None = None) -> None:
        """Build the whole site; `jobs` is the number of processes, None as many as fit."""
        self._root = root
        self._stale = {"slugs", "inputs", "static"}  # of what explainers share
        self._stale_slugs: set[str] = set()
        self._slugs: list[str] = []
        self._shared: Shared | None = None  # as it was when the inputs could be read last
        self._renderer = Renderer(root)
        self._inputs_are_readable = False
        self._templates_changed = False
        self._built: dict[str, Built] = {}
        # What was sound when it was built last.
        self._pages: dict[str, Files] = {}
        self._entries: dict[str, Entry] = {}
        self._statics: Files = {}
        self._index: Files = {}
        self._places: dict[str, Places] = {}
        self._unused: list[Diagnostic] | None = None  # None: to be found out
        self._reports: dict[str, list[Diagnostic]] = {}  # of what explainers share
        self._digests: dict[str, tuple[Files, str]] = {}
        self._builders = Builders()
        self._turns: dict[str, int] = {}  # by slug; "" is what explainers share
        self.report = Report()
        self.styles = self._scripts = ""  # digests of what is in static/
        self._guard(self._rebuild_shared)
        self._guard(lambda: self._build_all(jobs))
        self.rebuild()

    # -------------------------------------------------------------- what has changed

    def note(self, names: Iterable[str]) -> None:
        """Remember what has changed, by paths from the site's folder.

        A name may be that of a folder, `content/x`: it is new or gone.
        """
        for name in names:
            area, _, rest = name.partition("/")
            slug = rest.partition("/")[0]
            if paths.is_shared(name):
                self._stale.add("inputs")
            elif area == "content" and slug == rest and paths.is_picture(rest):
                self._stale.add("inputs")  # of a box that several explainers share
                self._stale_slugs |= self._built.keys()
            elif area == "content":
                # A folder may have been gone when they were listed, and be there again.
                if slug == rest or slug not in self._built:
                    self._stale.add("slugs")
                self._stale_slugs |= {slug} & self._built.keys()
            elif area in ("static", "templates"):
                self._stale.add(area)

    @property
    def is_current(self) -> bool:
        """Whether everything that was noted has been made up for."""
        return not (self._stale or self._stale_slugs or self._builders.running)

    # -------------------------------------------------------------- building

    def rebuild(self, first: Collection[str] = (), seconds: float = inf) -> None:
        """Build again what is stale, the explainers of `first` before others.

        What explainers share is built whatever it takes; what is left when the time is over waits
        for the next call, and what is being built then goes on meanwhile.
        """
        end = time.monotonic() + seconds
        self._guard(self._rebuild_shared)
        self._build_until(end, first)
        if "index" in self._stale:
            self._stale.discard("index")
            self._guard(self._make_index)
        if not self._renderer.is_current:  # one came and went while it was read
            self._stale.add("templates")
        self.report = Report(list(self._diagnostics()))

    def _build_until(self, end: float, first: Collection[str]) -> None:
        """Build one explainer after the other, and beside those that turn out to be slow."""

        def order(slug: str) -> tuple[bool, bool, str]:
            return slug not in first, self._builders.is_slow(slug), slug

        waiting = sorted(self._stale_slugs, key=order)
        while waiting or self._builders.running:
            slug = next(filter(self._builders.may_start, waiting), None)
            if slug:
                waiting.remove(slug)
                self._stale_slugs.discard(slug)
                self._builders.start(slug, partial(self._build, slug, self._make_build()))
            patience = min(end, time.monotonic() + SLOW)
            for built in self._builders.finished(patience):
                self._keep(built)
            if time.monotonic() >= end:
                break

    def _guard(self, step: Callable[[], None]) -> None:
        """Take a step. The preview must outlive a mistake of ours, which becomes a diagnostic."""
        try:
            step()
        except (Exception, SystemExit) as error:
            self._reports["own"] = [_failure(error, paths.SITE)]

    def _rebuild_shared(self) -> None:
        stale, self._stale = self._stale, self._stale & {"index"}
        self._templates_changed |= "templates" in stale
        if stale:
            self._reports["own"] = []
        if "slugs" in stale:
            self._read_slugs()
        if stale & {"inputs", "templates"}:
            self._read_shared()
        if "static" in stale:
            self._read_statics()

    def _read_slugs(self) -> None:
        report = Report()
        self._slugs = loading.slugs(self._root, report)
        self._reports["slugs"] = report.diagnostics
        for slug in self._built.keys() - set(self._slugs):
            for kept in (self._built, self._pages, self._entries, self._digests):
                kept.pop(slug, None)
            self._stale.add("index")
            self._unused = None
        self._stale_slugs &= self._built.keys()
        self._stale_slugs |= set(self._slugs) - self._built.keys()

    def _read_shared(self) -> None:
        """Read again what explainers share; if that cannot be read, go on with what there was."""
        self._turns[""] = self._turns.get("", 0) + 1
        report = Report()
        shared = building.open_shared(self._root, report)
        self._reports["inputs"] = report.diagnostics
        self._inputs_are_readable = shared is not None
        if shared is None:
            return
        before, self._shared = self._shared, shared
        self._stale.add("index")
        self._unused = None
        if self._templates_changed:  # otherwise they are compiled already
            self._renderer = Renderer(self._root)
        if before is None or self._templates_changed or before.site.value != shared.site.value:
            self._stale_slugs |= self._built.keys()
            self._read_statics()
        else:
            self._stale_slugs |= self._touched(_changed_entries(before, shared))
            self._stale_slugs |= self._builders.running
        self._templates_changed = False

    def _touched(self, changed: Named) -> set[str]:
        """The explainers that show one of these sources and contexts, or nothing so far."""
        return {
            slug
            for slug, built in self._built.items()
            if not built.files
            or built.named.sources & changed.sources
            or built.named.contexts & changed.contexts
        }

    def _build_all(self, jobs: int | None) -> None:
        """Build what is stale in several processes, which is possible before there are threads."""
        if self._shared is None:
            return
        slugs, build = sorted(self._stale_slugs), self._build_with(self._shared)
        try:
            for built in building.build_explainers(build, slugs, self._renderer, jobs):
                self._stale_slugs.discard(built.slug)
                self._keep(built)
        except Exception:  # whose fault it is becomes clear one by one
            return

    def _build_with(self, shared: Shared) -> Build:
        return partial(
            building.build_explainer, root=self._root, shared=shared, drafts=True, public=False
        )

    def _make_build(self) -> Callable[[str], Built]:
        """How an explainer is built now, whatever changes meanwhile."""
        if self._shared and self._inputs_are_readable:
            build, renderer = self._build_with(self._shared), self._renderer
            return lambda slug: build(slug, renderer)
        return self._examine

    def _examine(self, slug: str) -> Built:
        report = Report()
        examine(self._root, slug, report, drafts=True)
        return building.nothing_built(slug, report.diagnostics)

    def _build(self, slug: str, build: Callable[[str], Built]) -> Built:
        try:
            return build(slug)
        except (Exception, SystemExit) as error:  # see _guard
            return building.nothing_built(slug, [_failure(error, paths.annotations(slug))])

    def _keep(self, built: Built) -> None:
        """Take over what was built, unless its folder has gone meanwhile."""
        slug, before = built.slug, self._built.get(built.slug)
        if slug not in self._slugs:
            return
        self._turns[slug] = self._turns.get(slug, 0) + 1
        self._built[slug] = built
        if built.files and built.files != self._pages.get(slug):
            self._pages[slug] = built.files
        if built.entry and built.entry != self._entries.get(slug):
            self._entries[slug] = built.entry
            self._stale.add("index")
        if before is None or before.named != built.named:
            self._unused = None

    def _read_statics(self) -> None:
        report = Report()
        site = self._shared.site.value if self._shared else Site(title="")
        self._statics = building.static_files(self._root, site, report)
        self._reports["static"] = report.diagnostics
        styles = {path: data for path, data in self._statics.items() if path.endswith(".css")}
        # What an editor keeps for itself is no reason to load all pages again.
        others = {p: d for p, d in self._statics.items() if p not in styles and not is_temporary(p)}
        self.styles, self._scripts = _digest(styles), _digest(others)

    def _make_index(self) -> None:
        if self._shared is None:
            return
        entries = list(self._entries.values())
        made = SharedPages(self._shared, entries, self._renderer, self._index)
        self._index = made
        self._reports["index"] = made.diagnostics

    def _diagnostics(self) -> Iterator[Diagnostic]:
        """What a build would report; while the inputs cannot be read, what it did before."""
        found = [d for name in ("own", "slugs", "inputs") for d in self._reports.get(name, ())]
        found += (d for built in self._built.values() for d in built.diagnostics)
        yield from found
        if self._shared is None or not self._inputs_are_readable:
            return
        if not any(diagnostic.severity == "error" for diagnostic in found):
            if self._unused is None:
                named = (built.named for built in self._built.values())
                unused = building.unused_entries(self._shared, named)
                self._unused = list(building.unused_warnings(unused, self._shared))
            yield from self._unused
        yield from self._reports.get("static", ())
        yield from self._reports.get("index", ())

    # -------------------------------------------------------------- reading

    @property
    def editor(self) -> str:
        """The program in which links open files, as site.yaml has it."""
        return self._shared.site.value.editor if self._shared else "none"

    def has(self, slug: str) -> bool:
        """Whether there is such an explainer, with mistakes or without."""
        return slug in self._built

    def files(self) -> dict[str, bytes]:
        """All files by their path below output/."""
        pages = {path: data for files in list(self._pages.values()) for path, data in files.items()}
        shared = {path: data for path in self._index if (data := self._index.get(path)) is not None}
        return pages | dict(self._statics) | shared

    def file(self, path: str) -> bytes | None:
        """One file by its path below output/, or None."""
        pages = self._pages.get(path.partition("/")[0], {})
        for files in (pages, self._statics, self._index):
            if (data := files.get(path)) is not None:
                return data
        return None

    def version(self, path: str) -> str:
        """What changes when a page changes for its reader, styles apart; empty if it is not there.

        `path` is that of its file below output/. An explainer's page has pictures and downloads.
        """
        slug, files = path.partition("/")[0], self._pages.get(path.partition("/")[0], {})
        if path not in files:
            data = self.file(path)
            return "" if data is None else _digest({path: data}) + self._scripts
        known, digest = self._digests.get(slug, (None, ""))
        if known is not files:
            digest = _digest(files)
            self._digests[slug] = files, digest
        return digest + self._scripts

    def turn(self, slug: str) -> int:
        """How often the explainer, and what it shares with others, has been read.

        Its page may be the same as before, and yet be written in other lines.
        """
        return self._turns.get(slug, 0) + self._turns.get("", 0)

    def places(self, slug: str) -> Places:
        """Where everything of an explainer's page is written now.

        While its annotations.yaml cannot be read, where it was before.
        """
        if slug not in self._built or self._shared is None:
            return Places()
        loaded = loading.read_explainer(self._root, slug, Report())
        if loaded:
            self._places[slug] = places_of(loaded, self._shared)
        return self._places.get(slug, Places())


# ------------------------------------------------------------------ what depends on what


def _changed_entries(before: Shared, now: Shared) -> Named:
    """What has changed in sources.yaml and context.yaml, and what shows something that has."""
    changed = _differing(before.sources.value, now.sources.value)
    changed |= _differing(before.source_folders, now.source_folders)
    sources = changed | {
        id
        for id in now.sources.value
        if changed & references.sources_behind((id,), now.source_references)
    }
    contexts = _differing(before.contexts.value, now.contexts.value) | {
        id
        for id, named in now.context_references.items()
        if any(reference.id in sources for reference in named)
    }
    return Named(frozenset(sources), frozenset(contexts))


def _differing(before: Mapping[str, object], now: Mapping[str, object]) -> set[str]:
    return {id for id in before.keys() | now.keys() if before.get(id) != now.get(id)}


def _failure(error: BaseException, path: str) -> Diagnostic:
    return Diagnostic(
        "internal-error",
        f"Postil itself failed: {type(error).__name__}: {error}".replace("\n", " "),
        Span(SourceText(path, "")),
        help="undo the last change; please report it with the file that brings it about",
    )


def _digest(files: Files) -> str:
    digest = blake2b(digest_size=9)
    for path, data in sorted(files.items()):
        digest.update(f"{path} {len(data)} ".encode("utf-8", "surrogateescape"))
        digest.update(data)
    return digest.hexdigest()
