"""What was built of a site: the last outcome of each explainer, and what was sound last."""

from collections.abc import Collection, Iterator, Mapping
from hashlib import blake2b

from postil import building
from postil.building.opening import SharedBasis
from postil.building.results import Finished, Outcome
from postil.diagnostics.model import Diagnostic, Report
from postil.page.rendering import Renderer
from postil.preview.commons import Commons, concerned
from postil.preview.sharing import SharedPages

Files = Mapping[str, bytes]


class Shelf:
    """Pages stay on it as they were when they had no mistakes; `outcomes` are by slug.

    `lacks_pages` says that those of several explainers may have to be others.
    """

    def __init__(self) -> None:
        self.outcomes: dict[str, Outcome] = {}
        self.lacks_pages = False
        self._sound: dict[str, Outcome] = {}
        self._files: dict[str, Files] = {}
        self._outdated: set[str] = set()  # whose sound page shows what is not so any more
        self._assets: frozenset[str] = frozenset()  # files of static/ that pages ask for
        self._pages: Files = {}  # those of several explainers
        self._said_of_pages: tuple[Diagnostic, ...] = ()
        self._unused: list[Diagnostic] | None = None  # None: to be found out

    # -------------------------------------------------------------- what comes and goes

    def keep(self, finished: Finished) -> None:
        """Take over what was built."""
        outcome, slug = finished.outcome, finished.outcome.slug
        before, sound = self.outcomes.get(slug), self._sound.get(slug)
        self._assets |= outcome.assets
        if before is None or before.named != outcome.named:
            self._unused = None
        self.outcomes[slug] = outcome
        if outcome.entry is None:
            return
        if sound is None or sound.entry != outcome.entry or slug in self._outdated:
            self.lacks_pages = True
        self._outdated.discard(slug)
        self._sound[slug], self._files[slug] = outcome, finished.files

    def keep_only(self, slugs: Collection[str]) -> None:
        """Put away what there is of other explainers."""
        for slug in self.outcomes.keys() - slugs:
            for kept in (self.outcomes, self._sound, self._files):
                kept.pop(slug, None)
            self._outdated.discard(slug)
            self.lacks_pages, self._unused = True, None

    def look_through(self, before: Commons, now: Commons) -> set[str]:
        """The slugs of explainers that may be others, since what they have in common is."""
        self.lacks_pages, self._unused = True, None
        self._outdated |= concerned(self._sound, self._assets, before, now)
        return concerned(self.outcomes, self._assets, before, now)

    def may_make_pages(self, awaited: Collection[str]) -> bool:
        """Whether those of several are to be made now, and would not be others so soon.

        `awaited` are the slugs of what is going to be built.
        """
        return self.lacks_pages and self._outdated.isdisjoint(awaited)

    def make_pages(self, opened: SharedBasis | None, renderer: Renderer) -> None:
        """Make those of several explainers; they stay while they would not be true of one."""
        self.lacks_pages, self._said_of_pages = False, ()
        if opened is None or not opened.shared.is_sound:
            return
        sound = self._sound.items()
        entries = [e.entry for slug, e in sound if e.entry and slug not in self._outdated]
        made = SharedPages(opened.shared, entries, renderer, self._pages)
        self._said_of_pages = made.diagnostics
        if not self._outdated:
            self._pages = made

    # -------------------------------------------------------------- what is on it

    def complaints(self, commons: Commons) -> Iterator[Diagnostic]:
        """What a build would report."""
        outcomes, opened = self.outcomes.values(), commons.opened
        said = commons.complaints()
        if opened is None or not commons.is_readable:
            yield from said
            for each in () if commons.are_too_large else outcomes:
                yield from each.diagnostics[: each.examined]
            return
        said += (diagnostic for each in outcomes for diagnostic in each.diagnostics)
        yield from said
        if not Report(said).failed:
            if self._unused is None:
                unused = building.unused_entries(opened.shared, (each.named for each in outcomes))
                self._unused = list(building.unused_warnings(unused, opened.shared))
            yield from self._unused
        yield from self._said_of_pages

    def files(self) -> dict[str, bytes]:
        """All files by their path below output/."""
        files = {path: data for each in list(self._files.values()) for path, data in each.items()}
        pages = {path: data for path in self._pages if (data := self._pages.get(path)) is not None}
        return files | pages

    def file(self, path: str) -> bytes | None:
        """One file by its path below output/, or None."""
        data = self._files.get(path.partition("/")[0], {}).get(path)
        return self._pages.get(path) if data is None else data

    def version(self, path: str) -> str:
        """What changes when a file does; empty if it is not there.

        That of an explainer's page changes with its pictures and downloads too.
        """
        sound = self._sound.get(path.partition("/")[0])
        if sound and path in sound.files:
            return digest_of_files({path: hash.encode() for path, hash in sound.files.items()})
        data = self.file(path)
        return "" if data is None else digest_of_files({path: data})


def digest_of_files(files: Files) -> str:
    """What tells one state of some files from another."""
    digest = blake2b(digest_size=9)
    for path, data in sorted(files.items()):
        digest.update(f"{path} {len(data)} ".encode("utf-8", "surrogateescape"))
        digest.update(data)
    return digest.hexdigest()
