"""What explainers share: read, or known from before if none of it can have changed."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct, structs

from postil import paths
from postil.building.results import without_files, without_files_of_links
from postil.building.sharing import shared_pages
from postil.building.sites import open_shared
from postil.building.staleness import Past
from postil.diagnostics.model import Diagnostic, Report
from postil.page.corpus import gather
from postil.page.entries import PackedEntries
from postil.site import drafting
from postil.site.drafting import PageLink
from postil.site.examining import Shared
from postil.site.packing import Packed, pack, unpack


class SharedBasis(Struct, frozen=True):
    """What explainers share, the same packed, and what is said of it; its links to explainers.

    To other processes it is sent packed, if it is sound: then they make what they need of it.
    """

    root: Path
    shared: Shared
    packed: Packed
    said: tuple[Diagnostic, ...]
    links: tuple[PageLink, ...]

    def __reduce__(self) -> tuple[Any, ...]:
        if self.shared.is_sound:
            return _unpacked, (self.root, self.packed, self.said, self.links)
        return SharedBasis, structs.astuple(self)

    @property
    def needs_static(self) -> bool:
        """Whether a file in static/ that is gone, or there again, is a mistake or mends one."""
        return bool(self.shared.site.value.logo)


def known_before(root: Path, past: Past, slugs: Sequence[str]) -> SharedBasis | None:
    """What explainers share, without reading it, if none of it can have changed."""
    made = past.made
    if made is None or past.changed.difference(
        map(paths.explainer, slugs), ("static", "templates")
    ):
        return None
    opened = _unpacked(root, made.shared, made.said, made.links)
    return None if "static" in past.changed and opened.needs_static else opened


def _unpacked(
    root: Path, packed: Packed, said: tuple[Diagnostic, ...], links: tuple[PageLink, ...]
) -> SharedBasis:
    return SharedBasis(root, unpack(root, packed), packed, said, links)


def read_basis(root: Path, report: Report, *, places: bool = False) -> SharedBasis | None:
    """The same read anew; None, with the reasons in the report, if that cannot be.

    `places` as for `pack`.
    """
    said = Report()
    shared = open_shared(root, said)
    if shared is None:
        report.extend(without_files(said.diagnostics))
        return None
    packed = pack(root, shared, places=places)
    links = without_files_of_links(drafting.pages_linked_by_all(shared))
    if shared.is_sound and not places:
        shared = unpack(root, packed)  # a tenth as large
    return SharedBasis(root, shared, packed, without_files(said.diagnostics), links)


class Gathered:
    """All explainers together, and the pages of several.

    Processes that are not forked from ours gather them again, of what is sent.
    """

    def __init__(self, basis: SharedBasis, entries: PackedEntries) -> None:
        self._basis, self._entries = basis, entries
        self.corpus = gather(basis.shared, entries)
        self.rows = shared_pages(self.corpus)
        self.pages = {page.path: page for row in self.rows for page in row}

    def __reduce__(self) -> tuple[Any, ...]:
        return Gathered, (self._basis, self._entries)
