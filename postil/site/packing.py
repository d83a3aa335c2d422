"""What explainers share, packed to be kept between builds."""

from collections.abc import Iterable, Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, structs

from postil import paths
from postil.language.translations import SiteWords
from postil.site import figures, files, loading
from postil.site.examining import Shared, share
from postil.site.loading import Inputs, Loaded
from postil.site.references import Named


class Packed(Struct, frozen=True):
    """The data of site.yaml and of each entry of sources.yaml and context.yaml, as MessagePack.

    `pictures` are the hashes of those of contexts, `folders` are those of the sources' pages;
    `behind` and `in_boxes` say which sources each source and each context names.
    """

    site: bytes
    sources: dict[str, bytes]
    contexts: dict[str, bytes]
    pictures: dict[str, bytes]
    folders: dict[str, str]
    behind: dict[str, tuple[str, ...]]
    in_boxes: dict[str, tuple[str, ...]]
    words: SiteWords = ()


def pack(root: Path, shared: Shared) -> Packed:
    """What is kept of it, and what tells one picture of a box from another."""
    return Packed(
        site=msgspec.msgpack.encode(shared.site.located.data),
        sources=_entries(shared.sources.located.data),
        contexts=_entries(shared.contexts.located.data),
        pictures={
            id: sha256(data).digest() for id, data in figures.pictures_of_shared(root, shared)
        },
        folders=dict(shared.source_folders),
        words=shared.words,
        behind={
            id: tuple(dict.fromkeys(each.id for each in named))
            for id, named in shared.source_references.items()
            if named
        },
        in_boxes={
            id: tuple(dict.fromkeys(each.id for each in named))
            for id, named in shared.context_references.items()
            if named
        },
    )


def _entries(data: object) -> dict[str, bytes]:
    assert isinstance(data, dict)
    encode = msgspec.msgpack.Encoder().encode
    return {id: encode(entry) for id, entry in data.items()}


def unpack(root: Path, packed: Packed) -> Shared:
    """What was packed, of a site whose files are the same now. It was sound."""
    decode = msgspec.msgpack.Decoder().decode

    def loaded(path: str, name: str, data: Any) -> Loaded[Any]:
        return Loaded(files.convert(name, data), partial(loading.places_in, root, path, name))

    sources = {id: decode(entry) for id, entry in packed.sources.items()}
    contexts = {id: decode(entry) for id, entry in packed.contexts.items()}
    inputs = Inputs(
        loaded(paths.SITE, "site", decode(packed.site)),
        loaded(paths.SOURCES, "sources", sources),
        loaded(paths.CONTEXTS, "context", contexts),
    )
    return structs.replace(share(inputs), words=packed.words, is_sound=True)


def changed_entries(before: Packed, now: Packed) -> Named:
    """What has changed in sources.yaml and context.yaml, and what shows something that has."""
    differing = _differing(before.sources, now.sources) | _differing(before.folders, now.folders)
    sources = _leading_to(differing, now.behind)
    contexts = _differing(before.contexts, now.contexts) | _differing(before.pictures, now.pictures)
    contexts |= {id for id, named in now.in_boxes.items() if not sources.isdisjoint(named)}
    return Named(frozenset(sources), frozenset(contexts))


def _differing(before: Mapping[str, object], now: Mapping[str, object]) -> set[str]:
    return {id for id in before.keys() | now.keys() if before.get(id) != now.get(id)}


def _leading_to(ids: Iterable[str], behind: Mapping[str, Iterable[str]]) -> set[str]:
    """The ids, and those that name one of them, and so on."""
    naming: dict[str, list[str]] = {}
    for id, named in behind.items():
        for other in named:
            naming.setdefault(other, []).append(id)
    found: set[str] = set()
    pending = list(ids)
    while pending:
        id = pending.pop()
        if id not in found:
            found.add(id)
            pending += naming.get(id, ())
    return found
