"""Whether anything has changed since the last build, answered without reading a single input.

What is remembered is what the system says of every file that a build reads or has written, and of
the folders they are in: who they are, their size, and when they were changed. It lies in the site's
folder .postil/, which may be deleted at any time. Only what `commands` needs anyway is imported,
because this is what most runs do.
"""

import os
import sys
import time
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from postil import paths

# Python keeps compiled code in these, so that their times say nothing.
_COMPILED = tuple(f"{folder}{os.sep}" for folder in (paths.PACKAGE, paths.own("templates")))
_GONE = "gone"
_LARGEST = 1 << 28  # characters of a record; no site has one as large

States = dict[str, str]  # by path, what `_state` says


class Stamp:
    """What the last build of a site saw and wrote, and how it was asked for."""

    def __init__(self, root: Path, output: Path, way: Iterable[object]) -> None:
        self._root, self._output = root, output
        self._file = root / paths.KEPT / "last-build"
        # An installed or upgraded library changes the time of its folder.
        libraries = (f"{path} {_state(path)}" for path in sys.path)
        places = [str(root.resolve()), str(output)]
        self._way = "\n".join([*places, *map(str, way), sys.version, *libraries])
        self._inputs: States = {}
        self._taken = 0

    def recall(self) -> str | None:
        """What the last build printed, if the next one would do the same; otherwise None."""
        try:
            way, printed, *states = _unseal(_read(self._file)).split("\0")
            seen = list(zip(states[::2], states[1::2], strict=True))
        except (OSError, ValueError):
            return None
        same = way == self._way and all(_state(path) == state for path, state in seen)
        return printed if same and seen else None

    def take(self) -> None:
        """Look at the inputs, before any is read: what changes during a build counts as changed."""
        own = [paths.PACKAGE, paths.own("templates"), paths.own("static")]
        self._taken = time.time_ns()
        self._inputs = {
            name: state
            for path in (*own, *paths.inputs(self._root))
            # Jinja follows links; whatever else is read is refused if it is one.
            for name, state in _states(str(path), linked=path.name == "templates")
        }

    def remember(self, printed: str) -> None:
        """Keep what a successful build printed; where nothing can be kept, nothing is lost."""
        if not all(_is_settled(state, self._taken) for state in self._inputs.values()):
            return
        states = self._inputs | dict(_states(str(self._output)))
        lines = [self._way, printed, *(part for state in states.items() for part in state)]
        folder = self._file.parent
        try:
            if folder.is_symlink():
                return  # it leads to what is not ours
            folder.mkdir(exist_ok=True)
            _write_new(folder / ".gitignore", "*\n")
            fresh = self._file.with_suffix(f".{os.getpid()}")
            fresh.unlink(missing_ok=True)
            _write_new(fresh, _seal("\0".join(lines)))
            fresh.replace(self._file)
        except (OSError, UnicodeEncodeError):
            pass


def _write_new(file: Path, text: str) -> None:
    """Make a file, unless there is one, or a link: what others put there is theirs."""
    if not os.path.lexists(file):
        with file.open("x", encoding="utf-8", newline="") as stream:
            stream.write(text)


def _read(file: Path) -> str:
    """The text of an ordinary file; raises ValueError if it is something else."""
    if not file.is_file() or file.stat().st_size > _LARGEST:
        raise ValueError(file)
    return file.read_bytes().decode()


def _seal(text: str) -> str:
    """A text that shows whether it is whole: a power cut, or somebody, may have shortened it."""
    return f"{text}\0{zlib.crc32(text.encode())}"


def _unseal(sealed: str) -> str:
    """The text that was sealed; raises ValueError if this is not all of it."""
    text, _, _ = sealed.rpartition("\0")
    if sealed != _seal(text):
        raise ValueError("a record that was cut short")
    return text


def _state(path: str) -> str:
    """Which file or folder it is, where a link leads, its size and when it was changed.

    The time of the last change of content can be set to what it was, as copying programs do; that
    of the last change of anything else about it is the system's own.
    """
    try:
        status = os.stat(path)  # noqa: PTH116 (thousands of files at every build)
    except OSError:
        return _GONE
    who = f"{status.st_dev} {status.st_ino} {status.st_size} {status.st_ctime_ns}"
    return f"{who} {status.st_mtime_ns}"


def _is_settled(state: str, now: int) -> bool:
    """Whether a further change of this file must show in its times.

    A clock ticks every few milliseconds; a time in whole seconds comes from a file system that
    counts no finer, some of them in steps of two. The system's own time needs less of a margin.
    """
    if state == _GONE:
        return True
    *_, changed, modified = map(int, state.split())
    return all(
        now - moment > (2_000_000_000 if moment % 1_000_000_000 == 0 else tick)
        for moment, tick in ((changed, 10_000_000), (modified, 100_000_000))
    )


def _states(
    path: str, *, linked: bool = False, above: frozenset[str] = frozenset()
) -> Iterator[tuple[str, str]]:
    """The states of a file, or of a folder and all that is in it, there or not.

    `linked` says that links to folders are followed; `above` are the folders that this one is in.
    """
    compiled = f"{path}{os.sep}".startswith(_COMPILED)
    if not compiled:
        yield path, _state(path)
    try:
        with os.scandir(path) as entries:
            found = list(entries)
    except OSError:
        return
    above = above | {os.path.realpath(path)} if linked else above
    for entry in found:
        if not entry.is_dir(follow_symlinks=linked):
            yield entry.path, _state(entry.path)
        elif compiled and entry.name == "__pycache__":
            continue
        elif not linked or os.path.realpath(entry.path) not in above:
            yield from _states(entry.path, linked=linked, above=above)
