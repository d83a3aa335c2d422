"""Says which inputs of a site have changed. What counts is a comparison of the files' states;
events from the system only say when it is worth looking, and may be missing altogether.
"""

import os
import re
import time
import warnings
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from postil import paths
from postil.record import inputs
from postil.record.contents import digest_of
from postil.record.states import GONE, is_same_file, is_settled

if TYPE_CHECKING:
    from watchdog import events

_OF_EXPLAINERS = frozenset({paths.ANNOTATIONS, *paths.ARTICLES})
# What editors write beside a file while they save it, or keep of an older one.
_TEMPORARY = re.compile(r"\..*|#.*#|.*~|.*\.(sw[a-z]|tmp|part|orig)|.*___jb_\w+___|4913")
_FEW = 20  # paths; of many at once the system does not tell everything


class Events(NamedTuple):
    """What the system tells of changes, until it is stopped; `are_sent` if it tells anything."""

    are_sent: bool
    stop: Callable[[], None]


class Watcher:
    """The states of a site's inputs, and what is different at the next look."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._seen = inputs.look(root)
        self._digests: dict[str, str] = {}  # of files whose next change might not show
        self.cost = 0.0  # seconds of processor time that the last look at all took

    def look(self, heard: Collection[str] = ()) -> frozenset[str]:
        """The names of what has changed since the last look: new, different or gone.

        `heard` are paths of which events told. Of a few explainers, a look is at these alone;
        otherwise, and without any, it is at all there is. A name is a path from the site's folder,
        as in `content/x/article.txt`; a new folder has one too. Files of the program's own
        templates/ and static/ are named like the site's.
        """
        started, taken = time.thread_time(), time.time_ns()
        before, is_partial = self._seen, self._may_be_all(heard)
        if is_partial:
            self._seen = inputs.look_again(self._root, before, heard)
        else:
            self._seen = inputs.look(self._root)
        changed = {path for path, _ in before.items() ^ self._seen.items()}
        changed |= {path for path, digest in self._digests.items() if digest != digest_of(path)}
        told = {
            name
            for path, name in inputs.input_names(self._root, changed).items()
            if self._is_told(path, name, before.get(path, GONE))
        }
        self._remember_young(changed | self._digests.keys(), taken)
        if not is_partial:
            self.cost = time.thread_time() - started
        return frozenset(told)

    @property
    def unsettled(self) -> bool:
        """Whether a further change might not show in a file's state: then look again soon."""
        return bool(self._digests)

    def _may_be_all(self, heard: Collection[str]) -> bool:
        return 0 < len(heard) <= _FEW and inputs.are_of_explainers(self._root, heard)

    def _is_told(self, path: str, name: str, before: str) -> bool:
        # Of a folder, its time says no more than the states of what is in it.
        if is_read(name) and not Path(path).is_dir():
            return True
        return may_be_missed(name) and not is_same_file(before, self._state(path))

    def _remember_young(self, changed: set[str], taken: int) -> None:
        names = inputs.input_names(self._root, changed)
        self._digests = {
            path: digest_of(path)
            for path, name in names.items()
            if is_read(name) and not is_settled(self._state(path), taken)
        }

    def _state(self, path: str) -> str:
        return self._seen.get(path, GONE)


def is_root(name: str) -> bool:
    """Whether the name is that of a whole area: its folder is new, another one or gone."""
    return name in paths.FOLDERS


def is_read(name: str) -> bool:
    """Whether a build reads a file of this name (a path from the site's folder)."""
    *folders, last = name.split("/")
    match folders:
        case []:
            return name == paths.SITE
        case ["content"]:
            return paths.is_shared(name) or paths.is_picture(last)
        case ["content", slug, *inner]:
            is_own = not inner and last in _OF_EXPLAINERS
            return slug[0] not in "._" and (
                is_own or paths.is_shared(name) or paths.is_picture(last)
            )
        case ["templates", *_]:
            return not is_temporary(last)
    return paths.is_published(last)


def may_be_missed(name: str) -> bool:
    """Whether it can matter that something of this name comes or goes, whatever is in it.

    A folder, or a file whose name is almost that of one that is sought.
    """
    return name in paths.FOLDERS or (
        name.startswith("content/") and not is_temporary(name.rpartition("/")[2])
    )


def is_temporary(name: str) -> bool:
    """Whether an editor keeps the file for itself, while or after it saves another one."""
    return _TEMPORARY.fullmatch(name) is not None


# ------------------------------------------------------------------ events


def listen(root: Path, notify: Callable[[str], None]) -> Events:
    """Have `notify` called, in another thread, whenever something happens to a site's inputs.

    It is given the path of what it happened to, as `Watcher.look` takes it.

    The system may refuse, as Linux does when its limit of watched folders is reached; it may also
    stay silent, as for folders on another machine: nobody should rely on it.
    """
    from watchdog import events
    from watchdog.observers import Observer

    # On Linux it warns when a folder is moved away and back.
    warnings.filterwarnings("ignore", category=RuntimeWarning, module="watchdog")

    # Reading is no event here: otherwise every look would cause the next one.
    wanted: list[type[events.FileSystemEvent]] = [
        events.DirCreatedEvent, events.DirDeletedEvent, events.DirMovedEvent,
        events.FileAttribEvent, events.FileCreatedEvent, events.FileDeletedEvent,
        events.FileModifiedEvent, events.FileMovedEvent,
    ]  # fmt: skip
    observer = Observer()
    top = root.resolve()
    folders = {folder.resolve(): folder for _, folder in paths.sought(root)}
    try:
        # The site's own folder without what is below: there lies more than a site.
        observer.schedule(_teller(top, root, notify), str(top), event_filter=wanted)
        for folder in sorted(folder for folder in folders.keys() - {top} if folder.is_dir()):
            handler = _teller(folder, folders[folder], notify)
            observer.schedule(handler, str(folder), recursive=True, event_filter=wanted)
        observer.start()
    except OSError:
        observer.unschedule_all()
        return Events(False, lambda: None)
    return Events(True, observer.stop)


def _teller(
    watched: Path, known: Path, notify: Callable[[str], None]
) -> "events.FileSystemEventHandler":
    """What tells of a folder that is watched where links lead, by the paths by which we know it."""
    from watchdog import events

    # Whoever compiles a template keeps it there, whichever site is built.
    compiled = str((paths.own("templates") / "__pycache__").resolve())

    class Teller(events.FileSystemEventHandler):
        def on_any_event(self, event: events.FileSystemEvent) -> None:
            for told in (event.src_path, event.dest_path):
                path = os.fsdecode(told or "")
                if path and not path.startswith(compiled):
                    notify(path.replace(str(watched), str(known), 1))

    return Teller()
