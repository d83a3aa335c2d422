"""Make a folder hold exactly these files, and touch nothing in it that is not ours."""

import errno
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from postil.diagnostics.refusal import Refusal
from postil.output.locking import locked
from postil.output.manifest import MANIFEST, encode_manifest, hash_of, read_manifest
from postil.output.names import SiteNames, check_paths, find_names
from postil.output.planning import Plan, make_plan
from postil.output.staging import Staged
from postil.output.writing import discard, remove_files, temporary, write_whole
from postil.record.states import state_of


class Published(msgspec.Struct, frozen=True):
    """What a publication did: numbers of files, and the stale files that it left in place.

    `kept` names files that the site no longer has but that somebody changed after Postil wrote
    them: they stay, and belong to whoever changed them from now on.
    """

    written: int
    unchanged: int
    removed: int
    kept: tuple[str, ...]


class Seen(msgspec.Struct, frozen=True):
    """What a folder was seen to hold, so that not all of it need be read again.

    `state` is that of the manifest, as of `record.states`. `unchanged` are files and folders, by
    relative path, whose states are those that they had after they were published.
    """

    state: str
    manifest: Mapping[str, str | tuple[str, ...]]
    unchanged: frozenset[str]

    @property
    def hashes(self) -> dict[str, str]:
        """The hashes of the files that are certain to be as they were published, by path."""
        return {
            path: held
            for path, held in self.manifest.items()
            if isinstance(held, str) and path in self.unchanged
        }


class Overtaken(Exception):
    """Another build has written to the folder after it was seen: all files must be made ready."""


def look_at(folder: Path, unchanged: frozenset[str]) -> Seen | None:
    """What a folder holds, of which so much is unchanged; None if it has no sound manifest."""
    manifest = folder / MANIFEST
    state = state_of(str(manifest), linked=False)
    try:
        return Seen(state, read_manifest(folder), unchanged) if manifest.is_file() else None
    except (Refusal, OSError):
        return None


def publish(
    files: Mapping[str, bytes | Staged],
    folder: Path,
    protected: Sequence[Path] = (),
    inputs: Sequence[Path] = (),
    seen: Seen | None = None,
) -> Published:
    """Make `folder` hold `files` (by relative path with `/`), and report what that took.

    Files that Postil did not write survive; files that already hold the right bytes are not
    touched. `protected` are paths that the folder may neither be nor contain, `inputs` those in
    which it may not lie either. Raises `Refusal`, as a rule with nothing written; where the disk
    fails half way, with every file whole. What has been `seen` before is not read again; raises
    `Overtaken`, with nothing written, if that has changed.

    A kill at any moment leaves every file whole, old or new, and the next publication knows which
    ones are ours: first a manifest that accepts for each path the old and the new hash; then
    assets, pages, the front page, each renamed into its place; then stale files are removed, if
    their hash is still ours; last the manifest of the new files alone.
    A power cut is another matter: nothing is flushed to the disk on the way.

    Only one build at a time writes to a folder: others wait for a while, then refuse.
    """
    check_paths(files)
    names = find_names(files)
    with entered(folder, protected, inputs):
        plan = _plan(files, names, folder, seen)
        removed = _carry_out(plan, files, folder)
    return Published(len(plan.write), len(files) - len(plan.write), removed, tuple(plan.kept))


@contextmanager
def entered(folder: Path, protected: Sequence[Path], inputs: Sequence[Path]) -> Iterator[None]:
    """Be alone in a folder in which a site may be published; see `publish`."""
    try:
        _check_folder(folder, [*protected, *inputs])
        _check_surroundings(folder, inputs)
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder):
            yield
    except OSError as error:
        raise Refusal(
            f"cannot publish {error.filename or folder}: {error.strerror}",
            "make room, or give yourself the right to write there, then build again; every "
            f"file in {folder} is whole, as it was or as it should be",
        ) from error


def _plan(
    files: Mapping[str, bytes | Staged], names: SiteNames, folder: Path, seen: Seen | None
) -> Plan:
    if seen and state_of(str(folder / MANIFEST), linked=False) != seen.state:
        raise Overtaken
    manifest = seen.manifest if seen else read_manifest(folder)
    unchanged = seen.unchanged if seen else frozenset()
    hashes = {
        path: file.hash if isinstance(file, Staged) else hash_of(file)
        for path, file in files.items()
    }
    plan = make_plan(hashes, names, folder, manifest, unchanged)
    written = (files[path] for path in plan.write)
    if any(isinstance(file, Staged) and not file.folder for file in written):
        raise Overtaken
    return plan


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


def _check_surroundings(folder: Path, inputs: Sequence[Path]) -> None:
    """Raise `Refusal` if the next build would read what this one writes."""
    places = (folder.resolve(), *folder.resolve().parents)
    for path in inputs:
        if any(_is_same(place, path.resolve()) for place in places):
            raise Refusal(
                f"{folder} is inside {path}, which the site is made from",
                "choose an output folder of its own, such as output/",
            )


def _is_same(folder: Path, other: Path) -> bool:
    """Whether two paths lead to one place, also where the system ignores case."""
    if folder.exists() and other.exists():
        return folder.samefile(other)
    return folder.resolve() == other


def _carry_out(plan: Plan, files: Mapping[str, bytes | Staged], folder: Path) -> int:
    """Do what `plan` says, in the order that `publish` promises; how many files were removed."""
    manifest = folder / MANIFEST
    final = encode_manifest(plan.hashes)
    discard(temporary(manifest))
    if not plan.write and manifest.exists() and manifest.read_bytes() == final:
        return 0
    for path in plan.leftovers:
        discard(temporary(folder / path))
    write_whole(manifest, encode_manifest(_accept_both(plan)))
    removed = remove_files(plan.obstacles, folder)
    for parent in dict.fromkeys((folder / path).parent for path in plan.write):
        parent.mkdir(parents=True, exist_ok=True)
    for path in plan.write:
        put_file(files[path], path, folder)
    removed += remove_files(plan.stale, folder)
    write_whole(manifest, final)
    return removed


def put_file(file: bytes | Staged, path: str, folder: Path) -> None:
    """Put a file in its place in a folder, in one step."""
    if not isinstance(file, Staged):
        write_whole(folder / path, file)
        return
    try:
        os.replace(file.place(path), folder / path)  # noqa: PTH105 (of thousands)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        write_whole(folder / path, Path(file.place(path)).read_bytes())  # it lies on another disk


def _accept_both(plan: Plan) -> dict[str, list[str]]:
    """By path, every hash that a file of ours has before, while or after the plan is done."""
    return {
        path: sorted({*plan.known.get(path, ()), *filter(None, [plan.hashes.get(path)])})
        for path in {*plan.known, *plan.hashes}
    }
