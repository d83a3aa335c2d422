"""What must be built again: whatever it was made from is another by now, or was not certain."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path

import msgspec
from msgspec import Struct

from postil import paths
from postil.building.results import Made, Outcome, digest_of, is_made_of
from postil.record.states import states_below
from postil.site.packing import Packed, changed_entries


class Past(Struct, frozen=True):
    """What was `made` before, the names of inputs that have `changed` since, and what is `held`.

    Names are those of files and of explainers' folders, as in `paths`, and `templates`, `static`.
    `held` are the SHA-256 of the files in output/ by their path; None if nothing is published.
    """

    made: Made | None = None
    changed: frozenset[str] = frozenset()
    held: Mapping[str, str] | None = {}

    def is_held(self, files: Mapping[str, str]) -> bool:
        """Whether output/ has files of these hashes already."""
        held = self.held
        return held is None or all(held.get(path) == digest for path, digest in files.items())


class Ground(Struct, frozen=True):
    """What every page is made of besides its own files.

    `templates` is a digest, `versions` are what pages ask static files by.
    """

    templates: str
    shared: Packed
    versions: Mapping[str, str]


def is_changed(result: Outcome, root: Path, known: Past) -> bool:
    """Whether the files of an explainer are others than those it was made from."""
    if paths.explainer(result.slug) not in known.changed:
        return not result.inputs
    return not is_made_of(result, root / paths.explainer(result.slug))


def find_stale(slugs: Iterable[str], now: Ground, root: Path, known: Past) -> Iterator[str]:
    """The explainers, of these, that must be built again."""
    before = known.made
    if before is None or _is_other(before, now):
        yield from slugs
        return
    changed = changed_entries(before.shared, now.shared)
    come_or_gone = now.shared.sources.keys() ^ before.shared.sources.keys()
    for slug in slugs:
        result = before.results.get(slug)
        if (
            result is None
            or not result.named.sources.isdisjoint(changed.sources)
            or not result.named.contexts.isdisjoint(changed.contexts)
            or not result.mentioned.isdisjoint(come_or_gone)
            or is_changed(result, root, known)
        ):
            yield slug


def _is_other(before: Made, now: Ground) -> bool:
    """Whether something has changed that every page may show."""
    return (
        before.templates != now.templates
        or before.shared.site != now.shared.site
        or any(before.versions.get(path) != now.versions.get(path) for path in before.assets)
    )


def digest_of_pages(now: Ground, assets: Collection[str], results: Iterable[Outcome]) -> bytes:
    """What changes when a page of several explainers may have to be another."""
    digest = blake2b(digest_size=16)
    versions = {path: now.versions.get(path) for path in sorted(assets)}
    digest.update(msgspec.msgpack.encode((now.templates, now.shared, versions)))
    for result in results:
        if result.entry:
            digest.update(result.slug.encode() + b" " + result.entry_digest)
    return digest.digest()


def digest_of_templates(root: Path) -> str:
    """What changes when a template does, the site's or the program's own."""
    digest = blake2b(digest_size=16)
    for folder in dict.fromkeys((root / "templates", paths.own("templates"))):
        found = states_below(str(folder), linked=True, compiled=folder == paths.own("templates"))
        for path in sorted(path for path, _ in found):
            digest.update(f"{path} {digest_of(path)} ".encode(errors="surrogateescape"))
    return digest.hexdigest()
