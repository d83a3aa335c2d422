"""What explainers have in common, read again as far as it has changed, and whom that concerns."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from postil import building, paths
from postil.building.opening import SharedBasis, read_basis
from postil.building.results import Outcome
from postil.building.sites import is_too_large
from postil.building.staleness import Ground, differences_between, digest_of_templates
from postil.diagnostics.model import Diagnostic, Report
from postil.site import loading
from postil.site.settings import Site

_OWN = frozenset({"templates", "static"})


class Commons(Struct, frozen=True):
    """All that is not of one explainer.

    While site.yaml or another shared file cannot be read, `opened` and `ground` are as they were
    when it could; `ground` has what pages show of it. `statics` are the files of static/ by path
    below output/. `said` is by what it is said of; `turn` counts how often shared files were read.
    """

    slugs: tuple[str, ...] = ()
    opened: SharedBasis | None = None
    is_readable: bool = False
    ground: Ground | None = None
    statics: Mapping[str, bytes] = {}
    said: Mapping[str, Collection[Diagnostic]] = {}
    turn: int = 0

    def complaints(self) -> list[Diagnostic]:
        """What a build says of it before it says anything of explainers."""
        parts = ("slugs", "shared", "static") if self.is_readable else ("slugs", "shared")
        return [diagnostic for part in parts for diagnostic in self.said.get(part, ())]

    @property
    def are_too_large(self) -> bool:
        """Whether a build says nothing of explainers for that."""
        return not self.is_readable and is_too_large(self.said["shared"])


def read_again(root: Path, before: Commons, names: Iterable[str]) -> Commons:
    """The same after something has changed: `names` are as of `paths`, of files and folders."""
    areas = frozenset(map(paths.area_of, names))
    known = frozenset(map(paths.explainer, before.slugs))
    slugs, said = before.slugs, dict(before.said)
    if not areas <= _OWN:
        report = Report()
        slugs, said["slugs"] = tuple(loading.slugs(root, report)), report.diagnostics
    others = areas - _OWN - known - set(map(paths.explainer, slugs))
    opened, is_readable, turn = before.opened, before.is_readable, before.turn
    if others or ("static" in areas and (opened is None or opened.needs_static)):
        report = Report()
        fresh = read_basis(root, report)
        said["shared"] = fresh.said if fresh else report.diagnostics
        opened, is_readable, turn = fresh or opened, fresh is not None, turn + 1
    statics = before.statics
    if "static" in areas or _site(opened) != _site(before.opened):
        report = Report()
        statics, said["static"] = _read_statics(root, opened, report), report.diagnostics
    ground = before.ground
    if "templates" in areas or opened is not before.opened or statics is not before.statics:
        ground = _ground(root, before.ground, opened, statics, areas)
    return Commons(slugs, opened, is_readable, ground, statics, said, turn)


def _site(opened: SharedBasis | None) -> bytes:
    return opened.packed.site if opened else b""


def _read_statics(root: Path, opened: SharedBasis | None, report: Report) -> dict[str, bytes]:
    site = opened.shared.site.value if opened else Site(title="")
    return building.static_files(root, site, report)


def _ground(
    root: Path,
    before: Ground | None,
    opened: SharedBasis | None,
    statics: Mapping[str, bytes],
    areas: Collection[str],
) -> Ground | None:
    if opened is None:
        return None
    is_known = before is not None and "templates" not in areas
    templates = before.templates if before and is_known else digest_of_templates(root)
    # Pages ask for these without a version.
    now = Ground(templates, opened.packed, dict.fromkeys(statics, ""))
    return before if before == now else now


def concerned(
    outcomes: Mapping[str, Outcome], assets: Iterable[str], before: Commons, now: Commons
) -> set[str]:
    """The slugs of explainers that may be others since, or of which other things may be said.

    `assets` are the files of static/ that pages ask for.
    """
    found: set[str] = set()
    if before.turn != now.turn:  # what held back a page may have been mended
        found |= {slug for slug, each in outcomes.items() if each.failed or each.entry is None}
    if before.ground and now.ground and before.ground is not now.ground:
        differences = differences_between(before.ground, now.ground, assets)
        found |= {slug for slug, each in outcomes.items() if differences.may_show_on(each)}
    return found
