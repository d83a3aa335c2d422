"""What explainers share, packed to be kept between builds."""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

import msgspec
from msgspec import Struct

from postil import paths
from postil.language.translations import SiteWords
from postil.site import figures, files, references
from postil.site.examining import (
    Shared,
    references_of_context,
    references_of_source,
    status_folders,
)
from postil.site.inputs import places_of_sources
from postil.site.laziness import MadeWhenAsked, OfEach
from postil.site.loading import Loaded, places_in
from postil.site.model import Contexts, Sources
from postil.site.references import Named, Reference, Texts
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
    has_search: bool = False
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
        has_search=shared.has_search,
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
    """What was packed, of a site whose files are the same now. It was sound.

    Entries are made of their data when they are asked for, and their prose is parsed then.
    """
    site = files.convert("site", msgspec.msgpack.decode(packed.site))
    sources = MadeWhenAsked(packed.sources, partial(_entry, "sources", packed.sources))
    contexts = MadeWhenAsked(packed.contexts, partial(_entry, "context", packed.contexts))
    remarks = OfEach(MadeWhenAsked(packed.sources, partial(_prose_of_source, sources)))
    prose = OfEach(MadeWhenAsked(packed.contexts, partial(_prose_of_context, contexts)))
    return Shared(
        site=Loaded(site, partial(places_in, root, paths.SITE, "site")),
        sources=Loaded(sources, partial(places_of_sources, root)),
        contexts=Loaded(contexts, partial(places_in, root, paths.CONTEXTS, "context")),
        source_prose=remarks,
        context_prose=prose,
        source_references=MadeWhenAsked(
            packed.sources, partial(_known, packed.behind, references_of_source, sources, remarks)
        ),
        context_references=MadeWhenAsked(
            packed.contexts,
            partial(_known, packed.in_boxes, references_of_context, contexts, prose),
        ),
        source_folders=packed.folders,
        status_folders=status_folders(site),
        words=packed.words,
        has_search=packed.has_search,
        is_sound=True,
    )


def _entry(name: str, packed: Mapping[str, bytes], id: str) -> Any:
    return files.convert(name, {id: msgspec.msgpack.decode(packed[id])})[id]


def _known(
    naming: Collection[str], find: Callable[..., tuple[Reference, ...]], *of: object
) -> tuple[Reference, ...]:
    """The references of an entry, of which only those that are `naming` a source have any."""
    return find(*of) if of[-1] in naming else ()


def _prose_of_source(sources: Sources, id: str) -> Texts:
    return references.prose_of_sources({id: sources[id]})


def _prose_of_context(contexts: Contexts, id: str) -> Texts:
    return references.prose_of_contexts({id: contexts[id]})


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
