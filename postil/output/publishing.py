"""Make a folder hold exactly these files, and touch nothing in it that is not ours."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from postil.diagnostics.refusal import Refusal
from postil.output.locking import locked
from postil.output.manifest import MANIFEST, encode_manifest
from postil.output.names import check_paths, find_names
from postil.output.planning import Plan, make_plan
from postil.output.writing import discard, remove_files, temporary, write_whole


class Published(msgspec.Struct, frozen=True):
    """What a publication did: numbers of files, and the stale files that it left in place.

    `kept` names files that the site no longer has but that somebody changed after Postil wrote
    them: they stay, and belong to whoever changed them from now on.
    """

    written: int
    unchanged: int
    removed: int
    kept: tuple[str, ...]


def publish(
    files: Mapping[str, bytes],
    folder: Path,
    protected: Sequence[Path] = (),
    inputs: Sequence[Path] = (),
) -> Published:
    """Make `folder` hold `files` (by relative path with `/`), and report what that took.

    Files that Postil did not write survive; files that already hold the right bytes are not
    touched. `protected` are paths that the folder may neither be nor contain, `inputs` those in
    which it may not lie either. Raises `Refusal`, as a rule with nothing written; where the disk
    fails half way, with every file whole.

    A kill at any moment leaves every file whole, old or new, and the next publication knows which
    ones are ours: first a manifest that accepts for each path the old and the new hash; then
    assets, pages, the front page, each written beside its place and renamed into it; then stale
    files are removed, if their hash is still ours; last the manifest of the new files alone.
    A power cut is another matter: nothing is flushed to the disk on the way.

    Only one build at a time writes to a folder: others wait for a while, then refuse.
    """
    check_paths(files)
    names = find_names(files)
    try:
        _check_folder(folder, [*protected, *inputs])
        _check_surroundings(folder, inputs)
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder):
            plan = make_plan(files, names, folder)
            removed = _carry_out(plan, files, folder)
    except OSError as error:
        raise Refusal(
            f"cannot publish {error.filename or folder}: {error.strerror}",
            "make room, or give yourself the right to write there, then build again; every "
            f"file in {folder} is whole, as it was or as it should be",
        ) from error
    written = len(plan.write)
    return Published(written, len(files) - written, removed, tuple(plan.kept))


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


def _carry_out(plan: Plan, files: Mapping[str, bytes], folder: Path) -> int:
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
    for path in plan.write:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        write_whole(folder / path, files[path])
    removed += remove_files(plan.stale, folder)
    write_whole(manifest, final)
    return removed


def _accept_both(plan: Plan) -> dict[str, list[str]]:
    """By path, every hash that a file of ours has before, while or after the plan is done."""
    return {
        path: sorted({*plan.known.get(path, ()), *filter(None, [plan.hashes.get(path)])})
        for path in {*plan.known, *plan.hashes}
    }
