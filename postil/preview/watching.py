"""Says which inputs of a site have changed. What counts is a comparison of the files' states;
events from the system only say when it is worth looking, and may be missing altogether.
"""

import os
import re
import stat
import time
import warnings
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from postil import paths

_OF_EXPLAINERS = frozenset({paths.ANNOTATIONS, *paths.ARTICLES})
# What editors write beside a file while they save it, or keep of an older one.
_TEMPORARY = re.compile(r"\..*|#.*#|.*~|.*\.(sw[a-z]|tmp|part|orig)|.*___jb_\w+___|4913")

# A file system's clock ticks every few milliseconds, some every two seconds: a file that changes
# twice in one tick, and keeps its size, looks the same both times.
TICK, COARSE_TICK = 100_000_000, 2_000_000_000  # nanoseconds


class State(NamedTuple):
    """What tells a file from what it was before. `name` is its path from the site's folder."""

    name: str
    modified: int = 0
    size: int = 0
    inode: int = 0
    mode: int = 0


class Events(NamedTuple):
    """What the system tells of changes, until it is stopped; `are_sent` if it tells anything."""

    are_sent: bool
    stop: Callable[[], None]


class Watcher:
    """The states of a site's inputs, and what is different at the next look."""

    def __init__(self, root: Path) -> None:
        self._roots = [(paths.SITE, root / paths.SITE), *paths.sought(root)]
        self._digests: dict[str, bytes] = {}  # of files whose next change might not show
        self._seen = self._scan()
        self.cost = 0.0  # seconds of processor time that the last look took

    def look(self) -> frozenset[str]:
        """The names of what has changed since the last look: new, different or gone.

        A name is a path from the site's folder, as in `content/x/article.txt`; a new folder has
        one too. Files of the program's own templates/ and static/ are named like the site's.
        """
        started = time.thread_time()
        before, self._seen = self._seen, self._scan()
        known = before.keys() | self._seen.keys()
        changed = {path for path in known if before.get(path) != self._seen.get(path)}
        changed |= {path for path, digest in self._digests.items() if digest != _digest(path)}
        self._remember_young(changed | self._digests.keys())
        self.cost = time.thread_time() - started
        return frozenset((self._seen.get(path) or before[path]).name for path in changed)

    @property
    def unsettled(self) -> bool:
        """Whether a further change might not show in a file's state: then look again soon."""
        return bool(self._digests)

    def _remember_young(self, changed: set[str]) -> None:
        now = time.time_ns()
        young = (
            path for path in changed if path in self._seen and _is_young(self._seen[path], now)
        )
        self._digests = {path: _digest(path) for path in young}

    def _scan(self) -> dict[str, State]:
        states: dict[str, State] = {}
        pending = [(name, str(path), 0) for name, path in self._roots]
        while pending:
            name, path, inode = pending.pop()
            try:
                with os.scandir(path) as entries:
                    found = list(entries)
            except NotADirectoryError:
                _note(states, name, path)
                continue
            except OSError:  # it is not there, or not for us: the build says so
                continue
            if is_root(name) or is_explainer(name):
                states[path] = State(name, inode=inode or _inode(path))
            for entry in found:
                inner = f"{name}/{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    if _is_searched(inner):
                        pending.append((inner, entry.path, entry.inode()))
                elif entry.name in _OF_EXPLAINERS or matters(inner) or _is_linked(entry, inner):
                    _note(states, inner, entry.path)
        return states


def _note(states: dict[str, State], name: str, path: str) -> None:
    try:
        status = os.stat(path)  # noqa: PTH116 (thousands of files at every look)
    except OSError:  # it has gone meanwhile, or is a link to nowhere
        return
    states[path] = State(name, status.st_mtime_ns, status.st_size, status.st_ino, status.st_mode)


def _is_linked(entry: os.DirEntry[str], name: str) -> bool:
    return is_explainer(name) and entry.is_symlink()


def _inode(path: str) -> int:
    try:
        return os.stat(path).st_ino  # noqa: PTH116 (see above)
    except OSError:
        return 0


def is_root(name: str) -> bool:
    """Whether the name is that of a whole area: its folder is new, another one or gone."""
    return name in paths.FOLDERS


def is_explainer(name: str) -> bool:
    """Whether the name can be that of an explainer's folder."""
    return name.startswith("content/") and name.count("/") == 1 and name[8] not in "._"


def _is_searched(folder: str) -> bool:
    last = folder.rpartition("/")[2]
    if folder.startswith("content/") and folder.count("/") == 1:
        return is_explainer(folder)
    return last[0] != "." and folder != "templates/__pycache__"


def matters(name: str) -> bool:
    """Whether a build reads a file of this name (a path from the site's folder)."""
    area, *folders, last = name.split("/")
    if area == "content":
        if not folders:
            return paths.is_shared(name) or paths.is_picture(last)
        is_own = len(folders) == 1 and last in _OF_EXPLAINERS
        return is_own or paths.is_shared(name) or paths.is_picture(last)
    if area == "templates":
        return not is_temporary(last)
    return paths.is_published(last)


def is_temporary(name: str) -> bool:
    """Whether an editor keeps the file for itself, while or after it saves another one."""
    return _TEMPORARY.fullmatch(name) is not None


def _is_young(state: State, now: int) -> bool:
    whole = state.modified % 1_000_000_000 == 0
    return stat.S_ISREG(state.mode) and now - state.modified <= (COARSE_TICK if whole else TICK)


def _digest(path: str) -> bytes:
    try:
        return blake2b(Path(path).read_bytes(), digest_size=16).digest()
    except OSError:
        return b""


# ------------------------------------------------------------------ events


def listen(root: Path, notify: Callable[[], None]) -> Events:
    """Have `notify` called, in another thread, whenever something happens to a site's inputs.

    The system may refuse, as Linux does when its limit of watched folders is reached; it may also
    stay silent, as for folders on another machine: nobody should rely on it.
    """
    from watchdog import events
    from watchdog.observers import Observer

    # On Linux it warns when a folder is moved away and back.
    warnings.filterwarnings("ignore", category=RuntimeWarning, module="watchdog")

    class Handler(events.FileSystemEventHandler):
        def on_any_event(self, event: events.FileSystemEvent) -> None:
            notify()

    # Reading is no event here: otherwise every look would cause the next one.
    wanted: list[type[events.FileSystemEvent]] = [
        events.DirCreatedEvent, events.DirDeletedEvent, events.DirMovedEvent,
        events.FileAttribEvent, events.FileCreatedEvent, events.FileDeletedEvent,
        events.FileModifiedEvent, events.FileMovedEvent,
    ]  # fmt: skip
    observer = Observer()
    folders = {folder.resolve() for _, folder in paths.sought(root)} - {root.resolve()}
    try:
        # The site's own folder without what is below: there lies more than a site.
        observer.schedule(Handler(), str(root.resolve()), event_filter=wanted)
        for folder in sorted(folder for folder in folders if folder.is_dir()):
            observer.schedule(Handler(), str(folder), recursive=True, event_filter=wanted)
        observer.start()
    except OSError:
        observer.unschedule_all()
        return Events(False, lambda: None)
    return Events(True, observer.stop)
