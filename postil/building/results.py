"""What is kept of a build: enough to know what is stale, and to make the rest without it."""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple, Protocol

import msgspec
from msgspec import Struct, structs

from postil import paths
from postil.building.explainers import Build, Built, Summary, nothing_built
from postil.diagnostics.model import Diagnostic, Report, SourceText, Span
from postil.output.manifest import hash_of
from postil.output.staging import stage
from postil.page.rendering import Renderer
from postil.record.contents import Digests, digest_of
from postil.record.parts import Parts
from postil.record.states import states_below
from postil.site.drafting import PageLink
from postil.site.examining import Shared
from postil.site.packing import Packed

ADDRESSES = "annotations.jsonld"  # beside every page; the addresses that readers have
_UNREADABLE = (msgspec.MsgspecError, ValueError, OSError, RecursionError)
_LONGEST = 1 << 20  # bytes of a result that is kept; only thousands of warnings make a longer one


class Outcome(Summary, Struct, frozen=True, kw_only=True):
    """An explainer that was built, without the bytes of its files: their hashes, by path.

    `inputs` are those of what it was made from, by name in its folder; none if that cannot be said,
    or there was a mistake: then it is built again each time. `addresses` is that of the published
    file of them with which it was compared. `assets` are static files for whose
    version it asked, or another one before it. All hashes are SHA-256.
    """

    inputs: dict[str, str] = {}
    files: dict[str, str] = {}
    addresses: str = ""
    assets: frozenset[str] = frozenset()


class Unused(Struct, frozen=True):
    """The warnings of entries that nothing uses, and the ids of the sources among these."""

    warnings: tuple[Diagnostic, ...]
    sources: tuple[str, ...]


class Together(Struct, frozen=True):
    """The pages of several explainers: their hashes by path, and digests of what they were made of.

    `of` is that of all, `ground` of what each of them rests on, and `digests` are, by path, those
    of what single ones were made of besides.
    """

    hashes: dict[str, str] = {}
    of: bytes = b""
    ground: bytes = b""
    digests: dict[str, bytes] = {}


class Made(Struct, frozen=True, kw_only=True):
    """All that was made of a site, in one way.

    `templates` to `assets` are what every page was made of; `said` is what was said of what is
    shared, and `links` lead from there to explainers. `pages` are those of several
    explainers, `search` is the index of a search, and `statics` the static files, by path with
    their hashes; None if they have to be made. `unused` says what nothing uses, None if that is not
    known.
    """

    templates: str
    shared: Packed
    said: tuple[Diagnostic, ...]
    links: tuple[PageLink, ...]
    versions: dict[str, str]
    assets: frozenset[str]
    results: dict[str, Outcome]
    pages: Together
    search: Together
    statics: dict[str, str] | None
    unused: Unused | None


class Gist(Struct, frozen=True):
    """What is said of all explainers together, if there are no mistakes.

    `files` is the number of what is published. `told` are the diagnostics of single explainers by
    slug, of those that have any.
    """

    explainers: int
    annotations: int
    files: int
    left_out: tuple[str, ...]
    told: dict[str, tuple[Diagnostic, ...]]


_OF_ALL, _GIST, _OF_ONE = "made", "gist", "explainer/"  # names of parts


def made_to_parts(made: Made, *, lasts: bool) -> Iterator[tuple[str, bytes]]:
    """What was made, to be kept part by part; results that are too long are built again each time.

    `lasts`: whether the same will be said of it next time.
    """
    encode, results = msgspec.msgpack.Encoder().encode, made.results.values()
    gist = Gist(
        explainers=sum(each.entry is not None for each in results),
        annotations=sum(each.entry.annotations for each in results if each.entry),
        files=len(made.pages.hashes)
        + len(made.search.hashes)
        + len(made.statics or ())
        + sum(len(each.files) for each in results),
        left_out=tuple(name for each in results for name in each.left_out),
        told={each.slug: lasting for each in results if (lasting := lasting_of(each))},
    )
    yield _OF_ALL, encode(structs.replace(made, results={}))
    yield from gist_to_part(gist if lasts else None).items()
    for slug, result in made.results.items():
        data = encode(result)
        if len(data) <= _LONGEST:
            yield part_of(slug), data


def lasting_of(result: Summary) -> tuple[Diagnostic, ...]:
    """What will be true of an explainer as soon as it is published."""
    return tuple(Report(list(result.diagnostics)).lasting().diagnostics)


def gist_to_part(gist: Gist | None) -> dict[str, bytes]:
    """What is said of all, to be kept with what was made; nothing if it would not be true."""
    return {_GIST: msgspec.msgpack.encode(gist)} if gist else {}


def part_of(slug: str) -> str:
    """The name under which the result of an explainer is kept."""
    return f"{_OF_ONE}{slug}"


def made_from_parts(parts: Parts) -> Made | None:
    """What was made, or None if that cannot be read."""
    decode = msgspec.msgpack.Decoder(Outcome).decode
    try:
        made = msgspec.msgpack.decode(parts.read(_OF_ALL), type=Made)
        of_one = [name for name in parts.names() if name.startswith(_OF_ONE)]
        found = map(decode, (data for _, data in parts.read_all(of_one)))
        return structs.replace(made, results={each.slug: each for each in found})
    except _UNREADABLE:
        return None


def little_from_parts(parts: Parts, slugs: Collection[str]) -> tuple[Made, Gist] | None:
    """The same with the results of these explainers alone; None if one of them is not known."""
    decode = msgspec.msgpack.decode
    try:
        made = decode(parts.read(_OF_ALL), type=Made)
        gist = decode(parts.read(_GIST), type=Gist)
        found = dict(parts.read_all([part_of(slug) for slug in slugs]))
        results = {slug: decode(found[part_of(slug)], type=Outcome) for slug in slugs}
    except _UNREADABLE:
        return None
    return structs.replace(made, results=results), gist


def contents_of(made: Made, root: Path) -> Digests:
    """What the files of explainers held, by path, as far as that is certain."""
    return {
        path: digest
        for slug, result in made.results.items()
        for path, digest in contents_of_one(result, root / paths.explainer(slug)).items()
    }


def contents_of_one(result: Outcome, folder: Path) -> Digests:
    """The same of one explainer, which is in that folder."""
    top = f"{folder}{os.sep}"
    return {f"{top}{name.replace('/', os.sep)}": digest for name, digest in result.inputs.items()}


# ------------------------------------------------------------------ making them


class _Basis(Protocol):
    """What explainers share, however it comes to the process that asks for it."""

    @property
    def shared(self) -> Shared: ...


def open_results(
    build: Callable[..., Built],
    basis: _Basis,
    root: Path,
    versions: Mapping[str, str],
    held: Mapping[str, str],
    output: Path | None,
    folder: Path | None,
) -> Callable[[str], Outcome]:
    """How an explainer is built and its files are made ready in a folder, if one is given.

    `build` is `build_explainer` with all that is the same for every slug but `basis`.
    `held` are hashes of files, by path, that need not be made ready. `output` is where addresses
    are published with which it is compared.
    """
    renderer = Renderer(root, versions)
    build_one: Build = partial(build, shared=basis.shared)

    def work(slug: str) -> Outcome:
        published = digest_of(f"{output}{os.sep}{slug}{os.sep}{ADDRESSES}") if output else ""
        outcome, files = build_finished(slug, build_one, renderer)
        if folder:
            for path, data in files.items():
                if held.get(path) != outcome.files[path]:
                    stage(data, path, folder)
        return structs.replace(outcome, addresses=published)

    return work


class Finished(NamedTuple):
    """An explainer that was built: what is kept of it, and its files by path."""

    outcome: Outcome
    files: dict[str, bytes]


def build_finished(slug: str, build: Build, renderer: Renderer) -> Finished:
    """Build an explainer, and find out what it was made from."""
    own = str(renderer.root / paths.explainer(slug))
    before = dict(states_below(own))
    written = digest_of(f"{own}{os.sep}{paths.ANNOTATIONS}")
    built = build(slug, renderer)
    files = {path: hash_of(data) for path, data in built.files.items()}
    # What is saved while it is read is read again.
    is_certain = not built.failed and dict(states_below(own)) == before
    inputs = {paths.ANNOTATIONS: written} | _other_inputs(own, slug, files) if is_certain else {}
    outcome = _outcome_of(built, inputs, files)
    return Finished(structs.replace(outcome, assets=frozenset(renderer.asked)), built.files)


def nothing_finished(slug: str, diagnostics: Iterable[Diagnostic]) -> Finished:
    """An explainer of which nothing could be made, and why."""
    return Finished(_outcome_of(nothing_built(slug, diagnostics), {}, {}), {})


def _other_inputs(own: str, slug: str, files: Mapping[str, str]) -> dict[str, str]:
    """The article and its pictures are published as they are; a poster is not in the folder."""
    start = len(slug) + 1
    names = {path[start:]: digest for path, digest in files.items() if path[:start] == f"{slug}/"}
    return {
        name: digest
        for name, digest in names.items()
        if name in paths.ARTICLES
        or (paths.is_picture(name) and os.path.lexists(f"{own}{os.sep}{name}"))
    }


def _outcome_of(built: Built, inputs: dict[str, str], files: dict[str, str]) -> Outcome:
    """What is kept of an explainer; for `inputs` and `files` see there."""
    fields = {name: getattr(built, name) for name in Summary.__struct_fields__}
    fields["diagnostics"] = without_files(built.diagnostics)
    fields["links"] = without_files_of_links(built.links)
    return Outcome(**fields, inputs=inputs, files=files)


def without_files(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The same, but of their files no more than the lines that are shown."""
    return tuple(structs.replace(each, span=_shortened(each.span)) for each in diagnostics)


def without_files_of_links(links: Iterable[PageLink]) -> tuple[PageLink, ...]:
    """The same of links."""
    return tuple(PageLink(link.slug, _shortened(link.span)) for link in links)


def _shortened(span: Span) -> Span:
    source: SourceText = span.source.line_at(span.start)
    return Span(source, span.start, span.end)


# ------------------------------------------------------------------ looking at them again


def is_made_of(result: Outcome, folder: Path) -> bool:
    """Whether the files of an explainer are what it was made from, whatever their times are."""
    if not result.inputs:
        return False
    found = {name for name in paths.ARTICLES if os.path.lexists(folder / name)}
    if found != result.inputs.keys() & paths.ARTICLES.keys():
        return False
    return all(
        not _is_behind_link(folder, name) and digest_of(str(folder / name)) == digest
        for name, digest in result.inputs.items()
    )


def _is_behind_link(folder: Path, name: str) -> bool:
    path = folder / name
    return any(part.is_symlink() for part in (path, *path.parents) if part.is_relative_to(folder))
