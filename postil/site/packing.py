"""What explainers share, packed to be kept between builds."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct

from postil.site import figures
from postil.site.examining import Shared
from postil.site.references import Named


class Packed(Struct, frozen=True):
    """The data of site.yaml and of each entry of sources.yaml and context.yaml, as MessagePack.

    `folders` are those of the sources' pages; `behind` and `in_boxes` say which sources each source
    and each context names.
    """

    site: bytes
    sources: dict[str, bytes]
    contexts: dict[str, bytes]
    folders: dict[str, str]
    behind: dict[str, tuple[str, ...]]
    in_boxes: dict[str, tuple[str, ...]]


def pack(root: Path, shared: Shared) -> Packed:
    """What is kept of it, and what tells one picture of a box from another."""
    return Packed(
        site=msgspec.msgpack.encode(shared.site.located.data),
        sources=_entries(shared.sources.located.data),
        contexts=_with_pictures(_entries(shared.contexts.located.data), root, shared),
        folders=dict(shared.source_folders),
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


def _with_pictures(entries: dict[str, bytes], root: Path, shared: Shared) -> dict[str, bytes]:
    """The entries, each followed by the hash of its picture, if it has one."""
    for id, data in figures.pictures_of_shared(root, shared):
        entries[id] += sha256(data).digest()
    return entries


def changed_entries(before: Packed, now: Packed) -> Named:
    """What has changed in sources.yaml and context.yaml, and what shows something that has."""
    differing = _differing(before.sources, now.sources) | _differing(before.folders, now.folders)
    sources = _leading_to(differing, now.behind)
    contexts = _differing(before.contexts, now.contexts) | {
        id for id, named in now.in_boxes.items() if not sources.isdisjoint(named)
    }
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
