"""What must be built again: whatever it was made from is another by now, or was not certain."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from pathlib import Path

import msgspec
from msgspec import Struct, structs

from postil import paths
from postil.building.explainers import Summary
from postil.building.results import ADDRESSES, Made, Outcome, is_made_of, lasting_of
from postil.page.corpus import Corpus
from postil.page.paging import SharedPage
from postil.record.contents import digest_of
from postil.record.states import states_below
from postil.site.packing import Packed, changed_entries
from postil.site.references import Named


class Past(Struct, frozen=True):
    """What was `made` before, the names of inputs that have `changed` since, and what is `held`.

    Names are those of files and of explainers' folders, as in `paths`, and `templates`, `static`.
    `held` are the SHA-256 of the files in output/ by their path; None if nothing is to be
    published. `seen` are those of files there that are certain without reading them.
    """

    made: Made | None = None
    changed: frozenset[str] = frozenset()
    held: Mapping[str, str] | None = {}
    seen: Mapping[str, str] = {}

    def is_held(self, files: Mapping[str, str]) -> bool:
        """Whether output/ has files of these hashes already."""
        held = self.held
        return held is None or all(held.get(path) == digest for path, digest in files.items())

    def addresses_in(self, output: Path | None, slug: str) -> str:
        """The SHA-256 of the addresses that readers have of an explainer; empty if it has none."""
        path = f"{slug}/{ADDRESSES}"
        if output is None:
            return ""
        return self.seen[path] if path in self.seen else digest_of(str(output / path))


class Ground(Struct, frozen=True):
    """What every page is made of besides its own files.

    `templates` is a digest, `versions` are what pages ask static files by.
    """

    templates: str
    shared: Packed
    versions: Mapping[str, str]

    def beneath_all(self, assets: Iterable[str]) -> tuple[object, ...]:
        """What every page may show, with the versions of these of the static files."""
        shown = {path: self.versions.get(path) for path in sorted(assets)}
        return self.templates, self.shared.site, self.shared.words, shown


def is_changed(outcome: Outcome, root: Path, past: Past) -> bool:
    """Whether the files of an explainer are others than those it was made from."""
    if paths.explainer(outcome.slug) not in past.changed:
        return not outcome.inputs
    return not is_made_of(outcome, root / paths.explainer(outcome.slug))


def in_public(outcome: Outcome, addresses: str) -> Outcome | None:
    """What is to be said of an explainer whose published addresses are these now.

    Nothing of what is true only until it is published, if it is; None if others are than those
    with which it was compared.
    """
    if addresses == outcome.files.get(f"{outcome.slug}/{ADDRESSES}"):
        return structs.replace(outcome, diagnostics=lasting_of(outcome))
    return outcome if addresses == outcome.addresses else None


def find_fresh(
    slugs: Iterable[str], now: Ground, root: Path, output: Path | None, past: Past
) -> Iterator[Outcome]:
    """What is known of those explainers, of these, that need not be built again.

    `output` is the folder whose addresses readers have, if there is one.
    """
    before = past.made
    if before is None:
        return
    differences = differences_between(_ground_of(before), now, before.assets)
    for slug in slugs:
        outcome = before.results.get(slug)
        if (
            outcome
            and not differences.may_show_on(outcome)
            and not is_changed(outcome, root, past)
            and (outcome := in_public(outcome, past.addresses_in(output, slug)))
        ):
            yield outcome


def _ground_of(made: Made) -> Ground:
    return Ground(made.templates, made.shared, made.versions)


class Differences(Struct, frozen=True):
    """What of the ground of pages is another than before, as far as it may show on them.

    All of it, or some entries and what shows these, with the ids of sources that came or went.
    """

    are_of_all: bool
    entries: Named = Named()
    come_or_gone: frozenset[str] = frozenset()

    def may_show_on(self, page: Summary) -> bool:
        """Whether a page, or what is said of it, can be another for these."""
        return (
            self.are_of_all
            or not page.named.sources.isdisjoint(self.entries.sources)
            or not page.named.contexts.isdisjoint(self.entries.contexts)
            or not page.mentioned.isdisjoint(self.come_or_gone)
        )


def differences_between(before: Ground, now: Ground, assets: Iterable[str]) -> Differences:
    """What is another; `assets` are the static files whose versions pages show."""
    if before.beneath_all(assets) != now.beneath_all(assets):
        return Differences(are_of_all=True)
    return Differences(
        are_of_all=False,
        entries=changed_entries(before.shared, now.shared),
        come_or_gone=frozenset(now.shared.sources.keys() ^ before.shared.sources.keys()),
    )


def digest_of_pages(now: Ground, assets: Iterable[str], results: Iterable[Outcome]) -> bytes:
    """What changes when a page of several explainers may have to be another."""
    digest = blake2b(digest_size=16)
    digest.update(msgspec.msgpack.encode((now.beneath_all(assets), now.shared)))
    for result in results:
        if result.entry:
            digest.update(result.slug.encode() + b" " + _digest(result.entry.whole))
    return digest.digest()


def digest_of_ground(now: Ground, assets: Iterable[str]) -> bytes:
    """What changes when every page may have to be another."""
    return blake2b(msgspec.msgpack.encode(now.beneath_all(assets)), digest_size=16).digest()


def digests_of_made(
    pages: Iterable[SharedPage], corpus: Corpus, packed: Packed
) -> dict[str, bytes]:
    """By path, what changes when a page has to be another on the same ground.

    Of those pages of several explainers that say what they are made of.
    """
    encode = msgspec.msgpack.Encoder().encode
    sources = {id: encode((data, packed.folders.get(id))) for id, data in packed.sources.items()}
    entries = [
        _digest(kept.whole, *(sources[id] for id in entry.sources))
        for kept, entry in zip(corpus.entries.packed, corpus.entries, strict=True)
    ]
    return {
        page.path: _digest(
            encode(made_of.facts),
            *(sources[id] for id in made_of.sources),
            *(entries[number] for number in made_of.entries),
        )
        for page in pages
        if page.made_of
        for made_of in [page.made_of()]
    }


def _digest(*parts: bytes) -> bytes:
    return blake2b(b"".join(parts), digest_size=12).digest()


def digest_of_templates(root: Path) -> str:
    """What changes when a template does, the site's or the program's own."""
    digest = blake2b(digest_size=16)
    for folder in dict.fromkeys((root / "templates", paths.own("templates"))):
        found = states_below(str(folder), linked=True, compiled=folder == paths.own("templates"))
        for path in sorted(path for path, _ in found):
            digest.update(f"{path} {digest_of(path)} ".encode(errors="surrogateescape"))
    return digest.hexdigest()
