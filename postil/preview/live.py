"""A site in memory that follows its files: what is stale is built again, and nothing else.

The stages, and what makes a page stale, are those of a build. Pages with mistakes stay as they were
when they had none.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from hashlib import blake2b
from math import inf
from pathlib import Path

from msgspec import structs

from postil import building, paths
from postil.building import Build
from postil.building.opening import SharedBasis
from postil.building.results import (
    Finished,
    Outcome,
    build_finished,
    is_made_of,
    nothing_finished,
)
from postil.building.working import work_on
from postil.diagnostics.model import Diagnostic, Report, SourceText, Span
from postil.page.rendering import Renderer
from postil.preview.builders import SLOW, Builders
from postil.preview.commons import Commons, concerned, read_again
from postil.preview.locating import Places, places_of
from postil.preview.sharing import SharedPages
from postil.preview.watching import is_temporary
from postil.site import loading
from postil.site.examining import examine

Files = Mapping[str, bytes]


class LiveSite:
    """All files of a site, drafts included, and every mistake in its inputs.

    `note` says what has changed, `rebuild` makes up for it; until then all stays as it was.
    Reading may go on in another thread meanwhile. `when_built` is called, from any thread, when
    there is reason to `rebuild` although nothing was noted.
    """

    def __init__(self, root: Path, jobs: int | None = None) -> None:
        """Build the whole site; `jobs` is the number of processes, None as many as fit."""
        self._root = root
        self.when_built: Callable[[], None] = lambda: None
        self._changed = {paths.SITE, *paths.FOLDERS}  # names, since the last `rebuild`
        self._commons = Commons()
        self._stale: set[str] = set()  # slugs
        self._saved: set[str] = set()  # those of them for which somebody waits
        self._builders = Builders()
        self._renderer = Renderer(root)
        self._assets: frozenset[str] = frozenset()  # files of static/ that pages ask for
        self._outcomes: dict[str, Outcome] = {}
        # What was sound when it was built last.
        self._sound: dict[str, Outcome] = {}
        self._files: dict[str, Files] = {}
        self._outdated: set[str] = set()  # those of them that show what is not so any more
        self._pages: Files = {}  # those of several explainers
        self._pages_are_stale = False
        self._said_of_pages: tuple[Diagnostic, ...] = ()
        self._unused: list[Diagnostic] | None = None  # None: to be found out
        self._failures: list[Diagnostic] = []  # of our own
        self._places: dict[str, Places] = {}
        self._turns: dict[str, int] = {}
        self.report = Report()
        self.styles = self._scripts = ""  # digests of what is in static/
        self._follow()
        self._build_all(jobs)
        self.rebuild()
        self.finish()

    # -------------------------------------------------------------- building

    def note(self, names: Iterable[str]) -> None:
        """Remember what has changed, by names as of `paths`: of files, or of folders."""
        self._changed |= set(names)

    @property
    def is_current(self) -> bool:
        """Whether everything that was noted has been made up for."""
        is_busy = self._stale or self._builders.running
        return not (self._changed or is_busy or self._pages_are_stale)

    @property
    def is_behind(self) -> bool:
        """Whether there is something that `rebuild` can do now."""
        may_start = any(map(self._may_start, self._stale))
        is_done = self._builders.are_done or self._may_make_pages
        return bool(self._changed) or may_start or is_done

    @property
    def _may_make_pages(self) -> bool:
        return self._pages_are_stale and self._outdated.isdisjoint(
            self._stale | self._builders.running
        )

    def finish(self) -> None:
        """Build again all that is stale, whatever it takes."""
        while not self.is_current:
            self.rebuild()
            if running := self._builders.running:
                self._builders.wait_for(running)

    def rebuild(self, first: Collection[str] = (), seconds: float = inf) -> None:
        """Build again what is stale, the explainers of `first` before others.

        What explainers share is read whatever it takes. What is slow goes on beside the others, and
        afterwards; what is left when the time is over waits for the next call.
        """
        end = time.monotonic() + seconds
        if self._changed:
            self._follow()
        self._saved |= self._stale.intersection(first)
        self._build_until(end, first)
        if self._may_make_pages:
            self._pages_are_stale = False
            with self._guarded():
                self._make_pages()
        if not self._renderer.is_current:
            self._distrust_templates()
        self.report = Report(list(self._diagnostics()))
        self._builders.call_when_done(self.when_built)

    def _build_until(self, end: float, first: Collection[str]) -> None:
        """Build one explainer after the other, and beside those that turn out to be slow."""

        def order(slug: str) -> tuple[bool, bool, bool, str]:
            is_slow = self._builders.is_slow(slug)
            return slug not in first, slug not in self._saved, is_slow, slug

        self._take()
        waiting = sorted(self._stale, key=order)
        while slug := next(filter(self._may_start, waiting), None):
            waiting.remove(slug)
            self._stale.discard(slug)
            self._saved.discard(slug)
            self._builders.start(slug, partial(self._build, slug, self._make_build()))
            self._builders.wait_for({slug}, min(max(end - time.monotonic(), 0), SLOW))
            self._take()
            if time.monotonic() >= end:
                return

    def _may_start(self, slug: str) -> bool:
        return self._builders.may_start(slug, urgent=slug in self._saved)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """The preview must outlive a mistake of ours, which becomes a diagnostic."""
        try:
            yield
        except (Exception, SystemExit) as error:
            self._failures = [_failure(error, paths.SITE)]

    # -------------------------------------------------------------- what is stale

    def _follow(self) -> None:
        """Read again what has changed of the commons, and find out which explainers are stale."""
        names, self._changed = self._changed, set()
        before, self._failures = self._commons, []
        if any(paths.area_of(name) == "templates" for name in names):
            self._renderer = Renderer(self._root)
        with self._guarded():
            self._commons = read_again(self._root, before, names)
        now, running = self._commons, self._builders.running
        slugs = set(now.slugs)
        saved = slugs & {paths.area_of(name).removeprefix("content/") for name in names}
        self._saved = (self._saved | set(filter(self._is_changed, saved))) & slugs
        self._stale |= self._saved | (slugs - self._outcomes.keys() - running)
        if now.turn != before.turn or now.ground is not before.ground:
            self._stale |= running | concerned(self._outcomes, self._assets, before, now)
            self._outdated |= concerned(self._sound, self._assets, before, now)
            self._pages_are_stale, self._unused = True, None
        self._stale &= slugs
        for slug in self._outcomes.keys() - slugs:
            self._forget(slug)
        if now.statics is not before.statics:
            self._tell_statics_apart()

    def _is_changed(self, slug: str) -> bool:
        """Whether the files of an explainer are others than those of which it was built."""
        outcome = self._outcomes.get(slug)
        if outcome is None or slug in self._builders.running:
            return True
        return not is_made_of(outcome, self._root / paths.explainer(slug))

    def _forget(self, slug: str) -> None:
        for kept in (self._outcomes, self._sound, self._files):
            kept.pop(slug, None)
        self._outdated.discard(slug)
        self._pages_are_stale, self._unused = True, None

    def _tell_statics_apart(self) -> None:
        statics = self._commons.statics
        styles = {path: data for path, data in statics.items() if path.endswith(".css")}
        # What an editor keeps for itself is no reason to load all pages again.
        others = {p: d for p, d in statics.items() if p not in styles and not is_temporary(p)}
        self.styles, self._scripts = _digest(styles), _digest(others)

    def _distrust_templates(self) -> None:
        """Have all pages made again: a template came and went while it was read."""
        ground = self._commons.ground
        if ground:
            ground = structs.replace(ground, templates="")
        self._commons = structs.replace(self._commons, ground=ground)
        self._changed.add("templates")

    # -------------------------------------------------------------- what is built

    def _build_all(self, jobs: int | None) -> None:
        """Build what is stale in several processes, which is possible before there are threads."""
        opened = self._commons.opened
        if opened is None:
            return
        opening = partial(_open_build, self._build_with(opened), self._root)
        try:
            for result in work_on(sorted(self._stale), opening, jobs):
                self._stale.discard(result.outcome.slug)
                self._keep(result)
        except Exception:  # whose fault it is becomes clear one by one
            return

    def _build_with(self, opened: SharedBasis) -> Build:
        shared = opened.shared
        return partial(
            building.build_explainer, root=self._root, shared=shared, drafts=True, public=False
        )

    def _make_build(self) -> Callable[[str], Finished]:
        """How an explainer is built now, whatever changes meanwhile."""
        if self._commons.opened and self._commons.is_readable:
            build, renderer = self._build_with(self._commons.opened), self._renderer
            return lambda slug: build_finished(slug, build, renderer)
        return self._examine

    def _examine(self, slug: str) -> Finished:
        report = Report()
        examine(self._root, slug, report, drafts=True)
        return nothing_finished(slug, report.diagnostics)

    def _build(self, slug: str, build: Callable[[str], Finished]) -> Finished:
        try:
            return build(slug)
        except (Exception, SystemExit) as error:  # see _guarded
            return nothing_finished(slug, [_failure(error, paths.annotations(slug))])

    def _take(self) -> None:
        for result in self._builders.take():
            if result.outcome.slug in self._commons.slugs:  # else its folder has gone meanwhile
                self._keep(result)

    def _keep(self, result: Finished) -> None:
        outcome, slug = result.outcome, result.outcome.slug
        self._turns[slug] = self._turns.get(slug, 0) + 1
        self._assets |= outcome.assets
        before, sound = self._outcomes.get(slug), self._sound.get(slug)
        if before is None or before.named != outcome.named:
            self._unused = None
        self._outcomes[slug] = outcome
        if outcome.entry is None:
            return
        if sound is None or sound.entry_digest != outcome.entry_digest or slug in self._outdated:
            self._pages_are_stale = True
        self._outdated.discard(slug)
        self._sound[slug], self._files[slug] = outcome, result.files

    def _make_pages(self) -> None:
        """Make the pages of several explainers; they stay while one would not be true of one."""
        opened, self._said_of_pages = self._commons.opened, ()
        if opened is None or not opened.shared.is_sound:
            return
        sound = self._sound.items()
        entries = [e.entry for slug, e in sound if e.entry and slug not in self._outdated]
        made = SharedPages(opened.shared, entries, self._renderer, self._pages)
        self._said_of_pages = made.diagnostics
        if not self._outdated:
            self._pages = made

    def _diagnostics(self) -> Iterator[Diagnostic]:
        """What a build would report."""
        commons, outcomes = self._commons, self._outcomes.values()
        said = [*self._failures, *commons.complaints()]
        if commons.opened is None or not commons.is_readable:
            yield from said
            for each in () if commons.are_too_large else outcomes:
                yield from each.diagnostics[: each.examined]
            return
        said += (diagnostic for each in outcomes for diagnostic in each.diagnostics)
        yield from said
        if not Report(said).failed:
            if self._unused is None:
                named = (each.named for each in outcomes)
                unused = building.unused_entries(commons.opened.shared, named)
                self._unused = list(building.unused_warnings(unused, commons.opened.shared))
            yield from self._unused
        yield from self._said_of_pages

    # -------------------------------------------------------------- reading

    @property
    def editor(self) -> str:
        """The program in which links open files, as site.yaml has it."""
        opened = self._commons.opened
        return opened.shared.site.value.editor if opened else "none"

    def has(self, slug: str) -> bool:
        """Whether there is such an explainer, with mistakes or without."""
        return slug in self._outcomes

    def files(self) -> dict[str, bytes]:
        """All files by their path below output/."""
        files = {path: data for each in list(self._files.values()) for path, data in each.items()}
        pages = {path: data for path in self._pages if (data := self._pages.get(path)) is not None}
        return files | dict(self._commons.statics) | pages

    def file(self, path: str) -> bytes | None:
        """One file by its path below output/, or None."""
        own = self._files.get(path.partition("/")[0], {})
        for files in (own, self._commons.statics, self._pages):
            if (data := files.get(path)) is not None:
                return data
        return None

    def version(self, path: str) -> str:
        """What changes when a page changes for its reader, styles apart; empty if it is not there.

        `path` is that of its file below output/. An explainer's page has pictures and downloads.
        """
        sound = self._sound.get(path.partition("/")[0])
        if sound and path in sound.files:
            files = {path: hash.encode() for path, hash in sound.files.items()}
            return _digest(files) + self._scripts
        data = self.file(path)
        return "" if data is None else _digest({path: data}) + self._scripts

    def turn(self, slug: str) -> int:
        """How often the explainer, and what it shares with others, has been read.

        Its page may be the same as before, and yet be written in other lines.
        """
        return self._turns.get(slug, 0) + self._commons.turn

    def places(self, slug: str) -> Places:
        """Where everything of an explainer's page is written now.

        While its annotations.yaml cannot be read, where it was before.
        """
        opened = self._commons.opened
        if slug not in self._outcomes or opened is None:
            return Places()
        loaded = loading.read_explainer(self._root, slug, Report())
        if loaded:
            self._places[slug] = places_of(loaded, opened.shared)
        return self._places.get(slug, Places())


def _open_build(build: Build, root: Path) -> Callable[[str], Finished]:
    renderer = Renderer(root)
    return lambda slug: build_finished(slug, build, renderer)


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
