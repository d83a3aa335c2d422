"""What explainers share: read, or known from before if none of it can have changed."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from postil import paths
from postil.building.results import without_files
from postil.building.sites import open_shared
from postil.building.staleness import Past
from postil.diagnostics.model import Diagnostic, Report
from postil.site.examining import Shared
from postil.site.packing import Packed, pack, unpack


class SharedBasis(Struct, frozen=True):
    """What explainers share, the same packed, and what is said of it."""

    shared: Shared
    packed: Packed
    said: tuple[Diagnostic, ...]

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
    opened = SharedBasis(unpack(root, made.shared), made.shared, made.said)
    return None if "static" in past.changed and opened.needs_static else opened


def read_basis(root: Path, report: Report, *, places: bool = False) -> SharedBasis | None:
    """The same read anew; None, with the reasons in the report, if that cannot be.

    `places` as for `pack`.
    """
    said = Report()
    shared = open_shared(root, said)
    if shared is None:
        report.extend(without_files(said.diagnostics))
        return None
    return SharedBasis(shared, pack(root, shared, places=places), without_files(said.diagnostics))
