"""Files made ready in a folder of their own, by any process, to be put in their places later."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path

from msgspec import Struct

from postil.output.locking import is_free, locked

_PREFIX = "staged-"
_YOUNG = 10  # seconds within which who makes a folder locks it


class Staged(Struct, frozen=True):
    """A file by its SHA-256, and the folder in which it lies ready.

    None if it was not made, because it is published already.
    """

    hash: str
    folder: Path | None = None

    def place(self, path: str) -> str:
        """Where it lies ready that has that path in the end; empty if it was not made."""
        return ready_place(self.folder, path) if self.folder else ""


@contextmanager
def staging(parent: Path | None) -> Iterator[Path]:
    """A new folder in `parent`, or among the system's temporary files, that is gone in the end.

    What killed builds have left in `parent` goes too.
    """
    if parent:
        _clear(parent)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
    try:
        with locked(folder):
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _clear(parent: Path) -> None:
    for left in parent.glob(f"{_PREFIX}*"):
        is_folder = left.is_dir() and not left.is_symlink()
        if is_folder and time.time() - left.stat().st_mtime > _YOUNG and is_free(left):
            shutil.rmtree(left, ignore_errors=True)


def ready_place(folder: Path, path: str) -> str:
    """Where a file lies ready that has that path in the end: folders are made only there."""
    return f"{folder}{os.sep}{blake2b(os.fsencode(path), digest_size=16).hexdigest()}"


def stage(data: bytes, path: str, folder: Path) -> None:
    """Make a file ready for its path."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
    descriptor = os.open(ready_place(folder, path), flags, 0o644)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    finally:
        os.close(descriptor)
