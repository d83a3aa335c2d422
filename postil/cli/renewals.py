"""The commonest build: a few explainers have changed, and nothing else can be another for that."""

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import structs

from postil import paths
from postil.building.renewing import MOST_RENEWED, Renewal, renew_explainers
from postil.building.results import (
    Gist,
    contents_of_one,
    gist_to_part,
    lasting_of,
    little_from_parts,
    part_of,
)
from postil.building.updating import Asked
from postil.output.manifest import MANIFEST
from postil.output.publishing import Published
from postil.output.republishing import republish
from postil.record import keeping
from postil.record.contents import contents_to_part
from postil.record.keeping import Record
from postil.record.states import States, state_of

if TYPE_CHECKING:
    from postil.cli.before import Before


def todo(asked: Asked, record: Record, names: frozenset[str]) -> tuple[Gist, Renewal] | None:
    """What becomes of the explainers that have changed; None if more is to be done.

    What was built last is published, as it was; `names` are those of inputs that have changed.
    """
    slugs = [name.removeprefix(paths.explainer("")) for name in names]
    are_few = 0 < len(slugs) <= MOST_RENEWED and names == frozenset(map(paths.explainer, slugs))
    known = little_from_parts(record.made, slugs) if are_few else None
    if known is None:
        return None
    made, gist = known
    renewal = renew_explainers(asked, made, gist, names)
    return (gist, renewal) if renewal else None


def publish_renewed(
    gist: Gist, renewal: Renewal, record: Record, root: Path, output: Path
) -> Published:
    """Publish what is another now; raises `Overtaken` if somebody else has published meanwhile."""
    state = record.outputs[f"{output}/{MANIFEST}"]
    republish(renewal.files, renewal.before, output, [root], paths.sources(root), state)
    written = len(renewal.files)
    return Published(written, gist.files - written, 0, ())


def keep_renewed(
    gist: Gist, renewal: Renewal, before: "Before", record: Record, said: str, states: States
) -> None:
    """Keep what has come of it, beside what is as it was."""
    output = str(before.way.output)
    told = {slug: lasting_of(each) for slug, each in renewal.results.items()}
    told = {slug: each for slug, each in (gist.told | told).items() if each}
    changed = {
        part_of(slug): msgspec.msgpack.encode(each) for slug, each in renewal.results.items()
    }
    for slug, each in renewal.results.items():
        held = contents_of_one(each, before.way.root / paths.explainer(slug))
        changed |= contents_to_part(held, of=slug)
    changed |= gist_to_part(structs.replace(gist, told=told))
    written = {f"{output}/{path}" for path in (*renewal.files, MANIFEST)}
    written |= {parent for path in written for parent in _parents(path, output)}
    fresh = {path: state_of(path, linked=False) for path in written if path in record.outputs}
    outputs = record.outputs | fresh
    now = Record(said, states, outputs, record.made.with_changed(changed))
    keeping.keep(before.way, now, before.taken, record.inputs)


def _parents(path: str, top: str) -> list[str]:
    """The folders that a file is in, from the inmost to the top."""
    found = [path.rpartition("/")[0]]
    while found[-1] != top:
        found.append(found[-1].rpartition("/")[0])
    return found
