"""Make a folder hold exactly these files, and touch nothing in it that is not ours."""

import os
import re
import stat
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Literal

import msgspec

from postil.diagnostics.refusal import Refusal

MANIFEST = ".postil-manifest.json"
PATIENCE = 10.0  # seconds that a build waits for another one to finish writing

# What Windows refuses is refused everywhere: a site must build, and be copied, on any machine.
# Lone surrogates are what Python makes of names that are not UTF-8.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\\ud800-\udfff]')
_DEVICES = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {
    f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"
}
_LONGEST_NAME = 200  # bytes; file systems take 255, and a temporary file has a longer name

# By path, the SHA-256 hashes that a file of ours may have.
Manifest = dict[str, tuple[str, ...]]
# By folded name, how a file (True) or a folder (False) of the site is spelled.
Names = dict[str, tuple[str, bool]]


class Published(msgspec.Struct, frozen=True):
    """What a publication did: numbers of files, and the stale files that it left in place.

    `kept` names files that the site no longer has but that somebody changed after Postil wrote
    them: they stay, and belong to whoever changed them from now on.
    """

    written: int
    unchanged: int
    removed: int
    kept: tuple[str, ...]


class _Plan(msgspec.Struct, frozen=True):
    """All that a publication will do, decided before the first byte is written."""

    known: Manifest  # what our files may hold now
    hashes: Mapping[str, str]  # what they will hold
    leftovers: Sequence[str]  # files that a killed build may have left a temporary file for
    obstacles: Sequence[str]  # stale files whose names new ones need: removed first
    write: Sequence[str]  # in the order of writing
    stale: Sequence[str]  # removed last
    kept: Sequence[str]


def publish(files: Mapping[str, bytes], folder: Path, protected: Sequence[Path] = ()) -> Published:
    """Make `folder` hold `files` (by relative path with `/`), and report what that took.

    Files that Postil did not write survive; files that already hold the right bytes are not
    touched. `protected` are paths that the folder may neither be nor contain: the site's root
    and its inputs. Raises `Refusal`, as a rule with nothing written; where the disk fails half
    way, with every file whole.

    A kill at any moment leaves every file whole, old or new, and the next publication knows which
    ones are ours: first a manifest that accepts for each path the old and the new hash; then
    assets, pages, the front page, each written beside its place and renamed into it; then stale
    files are removed, if their hash is still ours; last the manifest of the new files alone.
    A power cut is another matter: nothing is flushed to the disk on the way.

    Only one build at a time writes to a folder: others wait up to `PATIENCE` seconds, then refuse.
    """
    _check_paths(files)
    names = _find_names(files)
    try:
        _check_folder(folder, protected)
        folder.mkdir(parents=True, exist_ok=True)
        with _locked(folder):
            plan = _make_plan(files, names, folder)
            removed = _carry_out(plan, files, folder)
    except OSError as error:
        raise Refusal(
            f"cannot publish {error.filename or folder}: {error.strerror}",
            "make room, or give yourself the right to write there, then build again; every "
            f"file in {folder} is whole, as it was or as it should be",
        ) from error
    written = len(plan.write)
    return Published(written, len(files) - written, removed, tuple(plan.kept))


# ------------------------------------------------------------------ names


def _check_paths(paths: Iterable[str]) -> None:
    """Raise `Refusal` unless every path is a file below the folder on every system."""
    sound = cache(_find_complaint)
    for path in paths:
        for name in path.split("/"):
            if complaint := sound(name):
                raise Refusal(f"cannot publish {path!r}: {complaint}", "rename the file")


def _find_names(paths: Iterable[str]) -> Names:
    """Every file and folder that `paths` name; raises `Refusal` if two clash."""
    names: Names = {}
    for path in paths:
        for name in _prefixes(path):
            other = names.setdefault(_fold(name[0]), name)
            if other != name:
                raise Refusal(
                    f"{name[0]} and {other[0]} cannot stand side by side: they differ in "
                    "capitals or accents alone, or one is a file and the other a folder",
                    "rename one of them: on many machines these are the same name",
                )
    return names


def _find_complaint(name: str) -> str:
    """What is wrong with `name` as the name of a file or folder; nothing if it is sound."""
    if name in ("", ".", ".."):
        return "it does not lead to a file inside the folder"
    if _UNSAFE.search(name):
        return f"{name!r} has a character that not every system allows in a name"
    if name[-1] in ". ":
        return f"{name!r} ends with a dot or a space, which Windows drops"
    if name.split(".")[0].rstrip().lower() in _DEVICES:
        return f"{name!r} is the name of a device on Windows"
    if name.lower().startswith(".postil"):
        return f"{name!r} is a name that Postil keeps for itself"
    if len(name.encode(errors="replace")) > _LONGEST_NAME:
        return f"{name!r} is longer than {_LONGEST_NAME} bytes"
    return ""


def _prefixes(path: str) -> Iterator[tuple[str, bool]]:
    """`a/b/c` gives the file `a/b/c`, then the folders `a/b` and `a`."""
    yield path, True
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path, False


def _fold(name: str) -> str:
    """One spelling for names that are the same file on a system that ignores case.

    The canonical caseless match of Unicode (chapter 3.13, D145), which macOS comes close to.
    """
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())


def _is_in_the_way(path: str, names: Names) -> bool:
    """Whether a stale file, or a folder that it is in, has a name that `names` need otherwise."""
    return any(names.get(_fold(name[0]), name) != name for name in _prefixes(path))


# ------------------------------------------------------------------ the folder


def _check_folder(folder: Path, protected: Sequence[Path]) -> None:
    """Raise `Refusal` if `folder` is no place for a site, whatever it holds."""
    if folder.is_symlink():
        raise Refusal(
            f"{folder} is a symbolic link", "give the folder that it leads to as the output"
        )
    if folder.exists() and not folder.is_dir():
        raise Refusal(f"{folder} is a file, not a folder", "choose another output folder")
    for path in protected:
        resolved = path.resolve()
        if any(_is_same(folder, each) for each in (resolved, *resolved.parents)):
            raise Refusal(
                f"{folder} is, or holds, {path}, which the site is made from",
                "choose an output folder of its own, such as output/",
            )


def _is_same(folder: Path, other: Path) -> bool:
    """Whether two paths lead to one place, also where the system ignores case."""
    if folder.exists() and other.exists():
        return folder.samefile(other)
    return folder.resolve() == other


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other builds out of `folder`; the lock ends with the process, however that ends.

    The folder itself is locked, so that no lock file is left among the pages. Where the system
    has no such lock (Windows, some network disks) builds are not kept apart.
    """
    try:
        import fcntl  # not on Windows
    except ImportError:
        yield
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _wait_for(lambda: fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB), folder)
        yield
    finally:
        os.close(descriptor)


def _wait_for(lock: Callable[[], None], folder: Path) -> None:
    """Call `lock` until it succeeds or cannot; raises `Refusal` when `PATIENCE` ends."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            lock()
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise Refusal(
                    f"another build is still writing to {folder}",
                    "let it finish, or end it, then build again",
                ) from None
            time.sleep(0.02)
        except OSError:
            return  # this disk has no locks


# ------------------------------------------------------------------ what to do


class _Tree(msgspec.Struct, frozen=True):
    """The folder as it is before anything is done."""

    folder: Path
    known: Manifest
    kind: Callable[[str], int]  # the `stat` type of a name in the folder, 0 if there is none


class _Room(msgspec.Struct, frozen=True):
    """What the removal of obstacles makes room for."""

    names: Set[str]  # files and folders that will be gone
    spelled: Mapping[str, str]  # the obstacles, by folded name


def _make_plan(files: Mapping[str, bytes], names: Names, folder: Path) -> _Plan:
    """Compare `files` with what `folder` holds; raises `Refusal` if it holds others' files."""
    manifest = _read_manifest(folder)
    known = {path: (held,) if isinstance(held, str) else held for path, held in manifest.items()}
    tree = _Tree(folder, known, cache(lambda name: _kind_of(f"{folder}/{name}")))

    gone = {path: _is_removable(path, tree) for path in sorted(known) if path not in files}
    stale = [path for path, removable in gone.items() if removable]
    obstacles = [path for path in stale if _is_in_the_way(path, names)]
    write = _find_changes(files, _make_room(obstacles), tree)
    recorded = files.keys() & {*known, *write}
    return _Plan(
        known=known,
        hashes={path: _hash_of(files[path]) for path in recorded},
        leftovers=[path for path, held in manifest.items() if not isinstance(held, str)],
        obstacles=obstacles,
        write=sorted(write, key=_writing_order),
        stale=stale,
        kept=[path for path, removable in gone.items() if not removable],
    )


def _read_manifest(folder: Path) -> dict[str, str | tuple[str, ...]]:
    """By path, the hash of a file of ours, or all that it may have if a build was cut short."""
    file = folder / MANIFEST
    if not os.path.lexists(file):
        _check_emptiness(folder)
        return {}
    if file.is_symlink():
        raise _damaged(file)
    try:
        manifest = msgspec.json.decode(file.read_bytes(), type=dict[str, str | tuple[str, ...]])
        _check_paths(manifest)  # a forged one must not lead out of the folder
    except (msgspec.MsgspecError, UnicodeDecodeError, Refusal):
        raise _damaged(file) from None
    return manifest


def _check_emptiness(folder: Path) -> None:
    """Raise `Refusal` if a folder without a manifest holds more than a killed build leaves."""
    if any(entry != _temporary(folder / MANIFEST) for entry in folder.iterdir()):
        raise Refusal(
            f"{folder} is not empty and was not made by Postil",
            "choose another output folder or empty this one; if Postil is to share it with the "
            f"files in it, which it will not touch, put a file {MANIFEST} into it that holds {{}}",
        )


def _damaged(manifest: Path) -> Refusal:
    return Refusal(
        f"{manifest} is damaged: it does not say which files Postil wrote",
        f"move what is yours out of {manifest.parent}, delete the rest, and build again",
    )


def _make_room(obstacles: Sequence[str]) -> _Room:
    names = {name for path in obstacles for name, _ in _prefixes(path)}
    return _Room(names, {_fold(path): path for path in obstacles})


def _find_changes(files: Mapping[str, bytes], room: _Room, tree: _Tree) -> set[str]:
    """The paths to write; raises `Refusal` if something foreign stands in the place of one."""
    fates = {path: _find_fate(path, data, room, tree) for path, data in files.items()}
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
    path: str, data: bytes, room: _Room, tree: _Tree
) -> Literal["write", "unchanged", "foreign"]:
    """What becomes of `path`, by what stands in its place now."""
    name = _find_end(path, tree)
    match tree.kind(name):
        case 0:
            free = True
        case stat.S_IFREG:
            held = (tree.folder / name).read_bytes()
            written_as = _find_spelling(name, room, tree.folder)
            if written_as == path and held == data:
                return "unchanged"
            free = _hash_of(held) in tree.known.get(written_as, ())
        case stat.S_IFDIR:
            free = _is_emptied(name, room, tree)
        case _:
            free = False
    return "write" if free else "foreign"


def _find_spelling(name: str, room: _Room, folder: Path) -> str:
    """How the file `name` is spelled on the disk: as an obstacle, if the system ignores case."""
    other = room.spelled.get(_fold(name), name)
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
            return name != path or _hash_of((tree.folder / path).read_bytes()) in tree.known[path]
        case _:
            return False


def _find_end(path: str, tree: _Tree) -> str:
    """The first name on the way to `path` that is not a folder; else `path` itself."""
    ways = reversed([name for name, _ in _prefixes(path)])
    return next((name for name in ways if tree.kind(name) != stat.S_IFDIR), path)


def _is_emptied(name: str, room: _Room, tree: _Tree) -> bool:
    """Whether the folder `name` goes away with the obstacles and leftovers in it."""
    leftovers = {_temporary(Path(path)).as_posix() for path in tree.known}
    entries = (
        (Path(parent) / entry).relative_to(tree.folder).as_posix()
        for parent, folders, files in os.walk(tree.folder / name)
        for entry in (*folders, *files)
    )
    return name in room.names and all(e in room.names or e in leftovers for e in entries)


def _kind_of(path: str) -> int:
    """The `stat` type of what stands at `path`, links not followed; 0 if nothing does."""
    try:
        return stat.S_IFMT(os.lstat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return 0


def _writing_order(path: str) -> tuple[int, str]:
    """Assets before the pages that show them, the front page after those that it lists."""
    return path.endswith(".html") + (path == "index.html"), path


def _hash_of(data: bytes) -> str:
    return sha256(data).hexdigest()


# ------------------------------------------------------------------ doing it


def _carry_out(plan: _Plan, files: Mapping[str, bytes], folder: Path) -> int:
    """Do what `plan` says, in the order that `publish` promises; how many files were removed."""
    manifest = folder / MANIFEST
    final = _encode(plan.hashes)
    _discard(_temporary(manifest))
    if not plan.write and manifest.exists() and manifest.read_bytes() == final:
        return 0
    for path in plan.leftovers:
        _discard(_temporary(folder / path))
    _write(manifest, _encode(_accept_both(plan)))
    removed = _remove(plan.obstacles, folder)
    for path in plan.write:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        _write(folder / path, files[path])
    removed += _remove(plan.stale, folder)
    _write(manifest, final)
    return removed


def _accept_both(plan: _Plan) -> dict[str, list[str]]:
    """By path, every hash that a file of ours has before, while or after the plan is done."""
    return {
        path: sorted({*plan.known.get(path, ()), *filter(None, [plan.hashes.get(path)])})
        for path in {*plan.known, *plan.hashes}
    }


def _encode(manifest: Mapping[str, object]) -> bytes:
    """The manifest, one path a line, always the same bytes."""
    return msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=1) + b"\n"


def _write(path: Path, data: bytes) -> None:
    """Make `path` hold `data`, in one step for whoever reads it or kills us."""
    aside = _temporary(path)
    _discard(aside)
    try:
        with open(aside, "xb", opener=_open_readable) as file:
            file.write(data)
        aside.replace(path)
    except BaseException:
        _discard(aside)
        raise


def _open_readable(path: str, flags: int) -> int:
    """An opener for pages: everybody may read them, as far as the umask says so."""
    return os.open(path, flags, 0o644)


def _temporary(path: Path) -> Path:
    """Where `path` is written before it takes its place; names like this are ours alone."""
    return path.with_name(f".postil-{path.name.removeprefix('.postil-')}.tmp")


def _remove(paths: Sequence[str], folder: Path) -> int:
    """Remove files, and the folders that this leaves empty; how many files there were."""
    removed = sum([_discard(folder / path) for path in paths])
    for path in paths:
        _prune(path, folder)
    return removed


def _discard(file: Path) -> bool:
    """Remove `file`, if it is one; whether it was there."""
    if _kind_of(os.fspath(file)) in (0, stat.S_IFDIR):
        return False
    file.unlink()
    return True


def _prune(path: str, folder: Path) -> None:
    """Remove the folders that `path` was in, from the inmost out, as far as they are empty."""
    for name, is_file in _prefixes(path):
        try:
            if not is_file:
                (folder / name).rmdir()
        except FileNotFoundError:
            continue  # a killed build may have made only the outer folders
        except OSError:
            return
