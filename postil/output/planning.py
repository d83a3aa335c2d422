"""What a publication is going to do, by what the folder holds now."""

import os
import stat
from collections.abc import Callable, Mapping, Sequence, Set
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from postil.diagnostics.refusal import Refusal
from postil.output.manifest import Manifest, hash_of
from postil.output.names import SiteNames, is_in_the_way, prefixes
from postil.output.writing import kind_of, temporary
from postil.paths import caseless


class Plan(msgspec.Struct, frozen=True):
    """All that a publication will do, decided before the first byte is written."""

    known: Manifest  # what our files may hold now
    hashes: Mapping[str, str]  # what they will hold
    leftovers: Sequence[str]  # files that a killed build may have left a temporary file for
    obstacles: Sequence[str]  # stale files whose names new ones need: removed first
    write: Sequence[str]  # in the order of writing
    stale: Sequence[str]  # removed last
    kept: Sequence[str]


class _Tree(msgspec.Struct, frozen=True):
    """The folder as it is before anything is done."""

    folder: Path
    known: Manifest
    unchanged: Set[str]  # what is certain to be as it was written
    kind: Callable[[str], int]  # the `stat` type of a name in the folder, 0 if there is none
    blocked: Callable[[str], str]  # the first name on the way to a folder, or its own, that is none

    def hash(self, name: str) -> str:
        """The hash of a file."""
        held = self.known.get(name, ())
        if name in self.unchanged and len(held) == 1:
            return held[0]
        return hash_of((self.folder / name).read_bytes())


class _Room(msgspec.Struct, frozen=True):
    """What the removal of obstacles makes room for."""

    names: Set[str]  # files and folders that will be gone
    spelled: Mapping[str, str]  # the obstacles, by folded name


def make_plan(
    hashes: Mapping[str, str],
    names: SiteNames,
    folder: Path,
    manifest: Mapping[str, str | tuple[str, ...]],
    unchanged: Set[str] = frozenset(),
) -> Plan:
    """Compare files, by their hashes, with what `folder` holds and its manifest says.

    `unchanged` are files and folders that are certain to be as they were written. Raises `Refusal`
    if the folder holds others' files.
    """
    known = {path: (held,) if isinstance(held, str) else held for path, held in manifest.items()}
    kind = _kinds(folder, known, unchanged)
    tree = _Tree(folder, known, unchanged, kind, _blocks(kind))

    gone = {path: _is_removable(path, tree) for path in sorted(known) if path not in hashes}
    stale = [path for path, removable in gone.items() if removable]
    obstacles = [path for path in stale if is_in_the_way(path, names)]
    write = _find_changes(hashes, _make_room(obstacles), tree)
    recorded = hashes.keys() & {*known, *write}
    return Plan(
        known=known,
        hashes={path: hashes[path] for path in recorded},
        leftovers=[
            path
            for path, held in manifest.items()
            if not isinstance(held, str) and _find_end(path, tree) == path  # through no link
        ],
        obstacles=obstacles,
        write=sorted(write, key=writing_order),
        stale=stale,
        kept=[path for path, removable in gone.items() if not removable],
    )


def _kinds(folder: Path, known: Manifest, unchanged: Set[str]) -> Callable[[str], int]:
    def kind(name: str) -> int:
        if name in unchanged:
            return stat.S_IFREG if name in known else stat.S_IFDIR
        return kind_of(f"{folder}/{name}")

    return cache(kind)


def _blocks(kind: Callable[[str], int]) -> Callable[[str], str]:
    def blocked(name: str) -> str:
        if not name:
            return ""
        return find(name.rpartition("/")[0]) or ("" if kind(name) == stat.S_IFDIR else name)

    find = cache(blocked)
    return find


def _make_room(obstacles: Sequence[str]) -> _Room:
    names = {name for path in obstacles for name, _ in prefixes(path)}
    return _Room(names, {caseless(path): path for path in obstacles})


def _find_changes(hashes: Mapping[str, str], room: _Room, tree: _Tree) -> set[str]:
    """The paths to write; raises `Refusal` if something foreign stands in the place of one."""
    fates = {path: _find_fate(path, hash, room, tree) for path, hash in hashes.items()}
    foreign = sorted(path for path, fate in fates.items() if fate == "foreign")
    if foreign:
        path, others = foreign[0], len(foreign) - 1
        was = "was changed after Postil wrote it" if path in tree.known else "is not Postil's"
        more = f" (likewise {others} more)" if others else ""
        raise Refusal(
            f"{tree.folder / path} {was}, and a new file would take its place{more}",
            "move it away, or delete it if nobody needs it, then build again",
        )
    return {path for path, fate in fates.items() if fate == "write"}


def _find_fate(
    path: str, hash: str, room: _Room, tree: _Tree
) -> Literal["write", "unchanged", "foreign"]:
    """What becomes of `path`, by what stands in its place now."""
    name = _find_end(path, tree)
    match tree.kind(name):
        case 0:
            free = True
        case stat.S_IFREG:
            held = tree.hash(name)
            written_as = _find_spelling(name, room, tree.folder)
            if written_as == path and held == hash:
                return "unchanged"
            free = held in tree.known.get(written_as, ())
        case stat.S_IFDIR:
            free = _is_emptied(name, room, tree)
        case _:
            free = False
    return "write" if free else "foreign"


def _find_spelling(name: str, room: _Room, folder: Path) -> str:
    """How the file `name` is spelled on the disk: as an obstacle, if the system ignores case."""
    other = room.spelled.get(caseless(name), name) if room.spelled else name
    if other != name and (folder / other).exists() and (folder / name).samefile(folder / other):
        return other
    return name


def _is_removable(path: str, tree: _Tree) -> bool:
    """Whether a stale file still holds what Postil wrote, or is gone already."""
    name = _find_end(path, tree)
    match tree.kind(name):
        case 0 | stat.S_IFDIR:
            return True
        case stat.S_IFREG:
            return name != path or tree.hash(path) in tree.known[path]
        case _:
            return False


def _find_end(path: str, tree: _Tree) -> str:
    """The first name on the way to `path` that is not a folder; else `path` itself."""
    return tree.blocked(path.rpartition("/")[0]) or path


def _is_emptied(name: str, room: _Room, tree: _Tree) -> bool:
    """Whether the folder `name` goes away with the obstacles and leftovers in it."""
    leftovers = {temporary(Path(path)).as_posix() for path in tree.known}
    entries = (
        (Path(parent) / entry).relative_to(tree.folder).as_posix()
        for parent, folders, files in os.walk(tree.folder / name)
        for entry in (*folders, *files)
    )
    return name in room.names and all(e in room.names or e in leftovers for e in entries)


def writing_order(path: str) -> tuple[int, str]:
    """Assets before the pages that show them, the front page after those that it lists."""
    return path.endswith(".html") + (path == "index.html"), path
