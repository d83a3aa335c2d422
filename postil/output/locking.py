"""One build at a time writes to a folder."""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from postil.diagnostics.refusal import Refusal

LOCK_PATIENCE = 10.0  # seconds that a build waits for another one to finish writing

try:
    import fcntl
except ImportError:  # Windows, which cannot open a folder to lock it either
    fcntl = None  # type: ignore[assignment]


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other builds out of `folder`; the lock ends with the process, however that ends.

    Others wait up to `LOCK_PATIENCE` seconds, then raise `Refusal`. A disk that has no locks, as
    some in networks, keeps no builds apart.
    """
    descriptor = _open(folder)
    try:
        _wait_for(descriptor, folder)
        yield
    finally:
        os.close(descriptor)


def is_free(folder: Path) -> bool:
    """Whether nobody has locked `folder`."""
    try:
        descriptor = _open(folder)
    except OSError:
        return False
    try:
        return _lock(descriptor)
    finally:
        os.close(descriptor)


def _open(folder: Path) -> int:
    """What is locked for a folder: itself, so that no lock lies among the pages.

    Where that cannot be, it is a file in the user's folder for temporary files.
    """
    if fcntl is not None:
        return os.open(folder, os.O_RDONLY)
    place = os.path.normcase(folder.resolve()).encode(errors="surrogatepass")
    file = Path(tempfile.gettempdir(), f"postil-{sha256(place).hexdigest()}.lock")
    return os.open(file, os.O_RDWR | os.O_CREAT, 0o600)


def _wait_for(descriptor: int, folder: Path) -> None:
    deadline = time.monotonic() + LOCK_PATIENCE
    while not _lock(descriptor):
        if time.monotonic() > deadline:
            raise Refusal(
                f"another build is still writing to {folder}",
                "let it finish, or end it, then build again",
            )
        time.sleep(0.02)


def _lock(descriptor: int) -> bool:
    """Lock at once or not at all: False if somebody else has the lock."""
    try:
        if fcntl is None:
            from filelock import lock_descriptor  # not imported where it is not needed

            return lock_descriptor(descriptor, blocking=False)
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass  # this disk has no locks
    return True
