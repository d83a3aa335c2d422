"""Whether anything has changed since the last build, answered without reading a single input.

What is remembered is the size and time of every file that a build reads or has written, and the
time of the folders they are in. It lies in the site's folder .postil/, which may be deleted at
any time. Only what `commands` needs anyway is imported, because this is what most runs do.
"""

import os
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from postil import paths

# Python keeps compiled code in these, so that their times say nothing.
_COMPILED = tuple(f"{paths.PROGRAM / name}{os.sep}" for name in ("postil", "templates"))
_GONE = "gone"

States = dict[str, str]  # by path, what `_state` says


class Stamp:
    """What the last build of a site saw and wrote, and how it was asked for."""

    def __init__(self, root: Path, output: Path, way: Iterable[object]) -> None:
        self._root, self._output = root, output
        self._file = root / paths.KEPT / "last-build"
        # An installed or upgraded library changes the time of its folder.
        libraries = (f"{path} {_state(path)}" for path in sys.path)
        self._way = "\n".join([str(output), *map(str, way), sys.version, *libraries])
        self._inputs: States = {}
        self._taken = 0

    def recall(self) -> str | None:
        """What the last build printed, if the next one would do the same; otherwise None."""
        try:
            way, printed, *states = self._file.read_text(encoding="utf-8").split("\0")
            seen = zip(states[::2], states[1::2], strict=False)
        except (OSError, ValueError):
            return None
        same = way == self._way and all(_state(path) == state for path, state in seen)
        return printed if same else None

    def take(self) -> None:
        """Look at the inputs, before any is read: what changes during a build counts as changed."""
        own = [paths.PROGRAM / "postil", paths.own("templates"), paths.own("static")]
        site = paths.inputs(self._root)
        self._taken = time.time_ns()
        self._inputs = {p: state for path in (*own, *site) for p, state in _states(str(path))}

    def remember(self, printed: str) -> None:
        """Keep what a successful build printed; where nothing can be kept, nothing is lost."""
        if not all(_is_settled(state, self._taken) for state in self._inputs.values()):
            return
        states = self._inputs | dict(_states(str(self._output)))
        lines = [self._way, printed, *(part for state in states.items() for part in state)]
        try:
            self._file.parent.mkdir(exist_ok=True)
            (self._file.parent / ".gitignore").write_text("*\n", encoding="utf-8")
            fresh = self._file.with_suffix(f".{os.getpid()}")
            fresh.write_text("\0".join(lines), encoding="utf-8")
            fresh.replace(self._file)
        except (OSError, UnicodeEncodeError):
            pass


def _state(path: str) -> str:
    """Size and time of a file or folder."""
    try:
        status = os.lstat(path)
    except OSError:
        return _GONE
    return f"{status.st_size} {status.st_mtime_ns}"


def _is_settled(state: str, now: int) -> bool:
    """Whether a further change of this file must show in its time.

    A clock ticks every few milliseconds; a time in whole seconds comes from a file system that
    counts no finer, some of them in steps of two.
    """
    if state == _GONE:
        return True
    modified = int(state.rpartition(" ")[2])
    return now - modified > (2_000_000_000 if modified % 1_000_000_000 == 0 else 100_000_000)


def _states(path: str) -> Iterator[tuple[str, str]]:
    """The states of a file, or of a folder and all that is in it, there or not."""
    if not f"{path}{os.sep}".startswith(_COMPILED):
        yield path, _state(path)
    try:
        with os.scandir(path) as entries:
            found = list(entries)
    except OSError:
        return
    for entry in found:
        if not entry.is_dir(follow_symlinks=False):
            yield entry.path, _state(entry.path)
        elif entry.name != "__pycache__":
            yield from _states(entry.path)
