"""Whether anything has changed since the last build, answered without reading a single input.

What is remembered is a digest over the name, size and time of every file that a build reads or
has written. It lies in the site's folder .postil/, which may be deleted at any time.
"""

import os
import sys
import time
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path

PROGRAM = Path(__file__).resolve().parent.parent


class Stamp:
    """The state of one site at one moment, for one way of building it."""

    def __init__(self, root: Path, output: Path, way: Iterable[object]) -> None:
        self._output = output
        self._way = [str(item) for item in way]
        self._file = root / ".postil" / f"{_digest([str(output), *self._way])[:16]}.txt"
        self._settled = True
        # Taken before anything is read: what changes during the build counts as changed.
        self._inputs = self._state_of_inputs(root)

    def recall(self) -> str | None:
        """What the last build printed, if the next one would do the same; otherwise None."""
        try:
            digest, _, printed = self._file.read_text(encoding="utf-8").partition("\n")
        except (OSError, UnicodeDecodeError):
            return None
        return printed if digest == self._now() else None

    def remember(self, printed: str) -> None:
        """Keep what a successful build printed; where nothing can be kept, nothing is lost."""
        if not self._settled:
            return
        try:
            self._file.parent.mkdir(exist_ok=True)
            (self._file.parent / ".gitignore").write_text("*\n", encoding="utf-8")
            fresh = self._file.with_suffix(f".{os.getpid()}")
            fresh.write_text(f"{self._now()}\n{printed}", encoding="utf-8")
            fresh.replace(self._file)
        except OSError:
            pass

    def _now(self) -> str:
        return _digest([*self._way, self._inputs, *_states(str(self._output))])

    def _state_of_inputs(self, root: Path) -> str:
        own = [str(PROGRAM / name) for name in ("postil", "templates", "static")]
        site = [str(root / name) for name in ("site.yaml", "content", "templates", "static")]
        # An installed or upgraded library changes the time of its folder.
        libraries = (f"{path} {_time(path)}" for path in sys.path)
        states = [sys.version, *libraries]
        now = time.time_ns()
        for path in dict.fromkeys([*own, *site]):
            for state in _states(path):
                self._settled = self._settled and _is_settled(state, now)
                states.append(state)
        return _digest(states)


def _is_settled(state: str, now: int) -> bool:
    """Whether a further change of this file must show in its time.

    A clock ticks every few milliseconds; a time in whole seconds comes from a file system that
    counts no finer, some of them in steps of two.
    """
    modified = int(state.rpartition(" ")[2])
    return now - modified > (2_000_000_000 if modified % 1_000_000_000 == 0 else 100_000_000)


def _states(path: str) -> Iterator[str]:
    """Name, size and time of a file, or of every file below a folder, in a fixed order."""
    try:
        with os.scandir(path) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except NotADirectoryError:
        status = os.lstat(path)
        yield f"{path} {status.st_size} {status.st_mtime_ns}"
        return
    except OSError:
        return
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            if entry.name != "__pycache__":
                yield from _states(entry.path)
        else:
            status = entry.stat(follow_symlinks=False)
            yield f"{entry.path} {status.st_size} {status.st_mtime_ns}"


def _time(path: str) -> int:
    try:
        return Path(path).stat().st_mtime_ns
    except OSError:
        return 0


def _digest(lines: Iterable[str]) -> str:
    return blake2b("\n".join(lines).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
