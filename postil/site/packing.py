"""What explainers share, packed to be kept between builds."""

from collections.abc import Iterable, Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import msgspec
from msgspec import Struct, structs

from postil import paths
from postil.language.translations import SiteWords
from postil.site import figures, files
from postil.site.examining import Shared, share
from postil.site.inputs import Inputs, places_of_sources
from postil.site.loading import Loaded, places_in
from postil.site.references import Named
from postil.yaml.reading import Located


class Packed(Struct, frozen=True):
    """The data of site.yaml and of each entry of sources.yaml and context.yaml, as MessagePack.

    `pictures` are the hashes of those of contexts, `folders` are those of the sources' pages;
    `behind` and `in_boxes` say which sources each source and each context names. Where the entries
    are written is told only to who asks for it, as `file:line`.
    """

    site: bytes
    sources: dict[str, bytes]
    contexts: dict[str, bytes]
    pictures: dict[str, bytes]
    folders: dict[str, str]
    behind: dict[str, tuple[str, ...]]
    in_boxes: dict[str, tuple[str, ...]]
    words: SiteWords = ()
    source_places: dict[str, str] = {}
    context_places: dict[str, str] = {}


def pack(root: Path, shared: Shared, *, places: bool = False) -> Packed:
    """What is kept of it, and what tells one picture of a box from another.

    `places`: whether something depends on the lines in which entries are written.
    """
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
        source_places=_places(shared.sources.located) if places else {},
        context_places=_places(shared.contexts.located) if places else {},
    )


def _places(located: Located) -> dict[str, str]:
    return {id: located.key_span((id,)).address for id in cast(Any, located.data)}


def _entries(data: object) -> dict[str, bytes]:
    assert isinstance(data, dict)
    encode = msgspec.msgpack.Encoder().encode
    return {id: encode(entry) for id, entry in data.items()}


def unpack(root: Path, packed: Packed) -> Shared:
    """What was packed, of a site whose files are the same now. It was sound."""
    decode = msgspec.msgpack.Decoder().decode

    def loaded(name: str, data: Any, path: str) -> Loaded[Any]:
        return Loaded(files.convert(name, data), partial(places_in, root, path, name))

    sources = {id: decode(entry) for id, entry in packed.sources.items()}
    contexts = {id: decode(entry) for id, entry in packed.contexts.items()}
    inputs = Inputs(
        loaded("site", decode(packed.site), paths.SITE),
        Loaded(files.convert("sources", sources), partial(places_of_sources, root)),
        loaded("context", contexts, paths.CONTEXTS),
    )
    return structs.replace(share(inputs), words=packed.words, is_sound=True)


def changed_entries(before: Packed, now: Packed) -> Named:
    """What has changed in sources.yaml and context.yaml, and what shows something that has."""
    differing = _differing(before.sources, now.sources) | _differing(before.folders, now.folders)
    differing |= _differing(before.source_places, now.source_places)
    sources = _leading_to(differing, now.behind)
    contexts = _differing(before.contexts, now.contexts) | _differing(before.pictures, now.pictures)
    contexts |= _differing(before.context_places, now.context_places)
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
