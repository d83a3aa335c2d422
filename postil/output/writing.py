"""Files written in one step, and removed with the folders that this leaves empty."""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from postil.output.names import prefixes


def write_whole(path: Path, data: bytes) -> None:
    """Make `path` hold `data`, in one step for whoever reads it or kills us."""
    aside = temporary(path)
    discard(aside)
    try:
        with open(aside, "xb", opener=_open_readable) as file:
            file.write(data)
        aside.replace(path)
    except BaseException:
        discard(aside)
        raise


def _open_readable(path: str, flags: int) -> int:
    """An opener for pages: everybody may read them, as far as the umask says so."""
    return os.open(path, flags, 0o644)


def temporary(path: Path) -> Path:
    """Where `path` is written before it takes its place; names like this are ours alone."""
    return path.with_name(f".postil-{path.name.removeprefix('.postil-')}.tmp")


def remove_files(paths: Sequence[str], folder: Path) -> int:
    """Remove files, and the folders that this leaves empty; how many files there were."""
    removed = sum([discard(folder / path) for path in paths])
    for path in paths:
        _prune(path, folder)
    return removed


def discard(file: Path) -> bool:
    """Remove `file`, if it is one; whether it was there."""
    if kind_of(os.fspath(file)) in (0, stat.S_IFDIR):
        return False
    file.unlink()
    return True


def _prune(path: str, folder: Path) -> None:
    """Remove the folders that `path` was in, from the inmost out, as far as they are empty."""
    for name, is_file in prefixes(path):
        try:
            if not is_file:
                (folder / name).rmdir()
        except FileNotFoundError:
            continue  # a killed build may have made only the outer folders
        except OSError:
            return


def kind_of(path: str) -> int:
    """The `stat` type of what stands at `path`, links not followed; 0 if nothing does."""
    try:
        return stat.S_IFMT(os.lstat(path).st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return 0
