"""A site in memory that follows its files: what is stale is built again, and nothing else.

The stages, and what makes a page stale, are those of a build. Pages with mistakes stay as they were
when they had none.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from math import inf
from pathlib import Path

from msgspec import structs

from postil import building, paths
from postil.building import Build
from postil.building.opening import SharedBasis
from postil.building.results import Finished, build_finished, is_made_of, nothing_finished
from postil.building.working import work_on
from postil.diagnostics.model import Diagnostic, Report, SourceText, Span
from postil.page.rendering import Renderer
from postil.preview.builders import SLOW, Builders
from postil.preview.commons import Commons, read_again
from postil.preview.locating import Places, places_of
from postil.preview.shelf import Shelf, digest_of_files
from postil.preview.watching import is_temporary
from postil.site import loading
from postil.site.examining import Shared, examine


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
        self._renderer = Renderer(root)
        self._stale: set[str] = set()  # slugs
        self._saved: set[str] = set()  # those of them for which somebody waits
        self._builders = Builders()
        self._shelf = Shelf()
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
        return not (self._changed or self._awaited or self._shelf.lacks_pages)

    @property
    def is_behind(self) -> bool:
        """Whether there is something that `rebuild` can do now."""
        may_start = any(map(self._may_start, self._stale))
        is_done = self._builders.are_done or self._shelf.may_make_pages(self._awaited)
        return bool(self._changed) or may_start or is_done

    @property
    def _awaited(self) -> set[str]:
        return self._stale | self._builders.running

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
        if self._shelf.may_make_pages(self._awaited):
            with self._guarded():
                self._shelf.make_pages(self._commons.opened, self._renderer)
        if not self._renderer.is_current:
            self._distrust_templates()
        self.report = Report([*self._failures, *self._shelf.complaints(self._commons)])
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

    def _take(self) -> None:
        for finished in self._builders.take():
            if finished.outcome.slug in self._commons.slugs:  # else its folder has gone meanwhile
                self._keep(finished)

    def _keep(self, finished: Finished) -> None:
        slug = finished.outcome.slug
        self._turns[slug] = self._turns.get(slug, 0) + 1
        self._shelf.keep(finished)

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
        now, running, slugs = self._commons, self._builders.running, set(self._commons.slugs)
        saved = slugs & {paths.area_of(name).removeprefix("content/") for name in names}
        self._saved = (self._saved | set(filter(self._is_changed, saved))) & slugs
        self._stale |= self._saved | (slugs - self._shelf.outcomes.keys() - running)
        if now.turn != before.turn or now.ground is not before.ground:
            self._stale |= running | self._shelf.look_through(before, now)
        self._stale &= slugs
        self._shelf.keep_only(slugs)
        if now.statics is not before.statics:
            self._tell_statics_apart()

    def _is_changed(self, slug: str) -> bool:
        """Whether the files of an explainer are others than those of which it was built."""
        outcome = self._shelf.outcomes.get(slug)
        if outcome is None or slug in self._builders.running:
            return True
        return not is_made_of(outcome, self._root / paths.explainer(slug))

    def _tell_statics_apart(self) -> None:
        statics = self._commons.statics
        styles = {path: data for path, data in statics.items() if path.endswith(".css")}
        # What an editor keeps for itself is no reason to load all pages again.
        others = {p: d for p, d in statics.items() if p not in styles and not is_temporary(p)}
        self.styles, self._scripts = digest_of_files(styles), digest_of_files(others)

    def _distrust_templates(self) -> None:
        """Have all pages made again: a template came and went while it was read."""
        ground = self._commons.ground
        if ground:
            ground = structs.replace(ground, templates="")
        self._commons = structs.replace(self._commons, ground=ground)
        self._changed.add("templates")

    # -------------------------------------------------------------- how it is built

    def _build_all(self, jobs: int | None) -> None:
        """Build what is stale in several processes, which is possible before there are threads."""
        opened = self._commons.opened
        if opened is None:
            return
        opening = partial(_open_build, self._build_with(opened), self._root)
        try:
            for finished in work_on(sorted(self._stale), opening, jobs):
                self._stale.discard(finished.outcome.slug)
                self._keep(finished)
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

    # -------------------------------------------------------------- reading

    @property
    def shared(self) -> Shared | None:
        """What explainers share, as it could be read last."""
        return self._commons.opened.shared if self._commons.opened else None

    @property
    def editor(self) -> str:
        """The program in which links open files, as site.yaml has it; empty if it does not say."""
        opened = self._commons.opened
        return (opened.shared.site.value.editor if opened else None) or ""

    def has(self, slug: str) -> bool:
        """Whether there is such an explainer, with mistakes or without."""
        return slug in self._shelf.outcomes

    def files(self) -> dict[str, bytes]:
        """All files by their path below output/."""
        return self._shelf.files() | dict(self._commons.statics)

    def file(self, path: str) -> bytes | None:
        """One file by its path below output/, or None."""
        data = self._commons.statics.get(path)
        return self._shelf.file(path) if data is None else data

    def version(self, path: str) -> str:
        """What changes when a page changes for its reader, styles apart; empty if it is not there.

        `path` is that of its file below output/. An explainer's page has pictures and downloads.
        """
        version = self._shelf.version(path)
        return version and version + self._scripts

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
        if not self.has(slug) or opened is None:
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
