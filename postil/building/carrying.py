"""Work that is sent, with all that it needs, to processes which need not see our files.

The seam is `concurrent.futures.Executor`. A process is sent once what is the same for all items:
how they are worked on, and the site's files but for those of its explainers. With each chunk of
items go the files of these. So pages are made of what we have read, whatever a worker has.
"""

import os
import pickle
import stat
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct

from postil import paths
from postil.building.elsewhere import Copies, pack_moving, program_digest, work_there
from postil.building.working import Answer, Open, Task
from postil.diagnostics.refusal import Refusal
from postil.record.states import states_below

PATIENCE = 30.0  # seconds without a worker
_MOST_ITEMS, _MOST_BYTES = 16, 8 << 20  # that are sent at once
_LARGEST = 16 << 20  # bytes; any larger file is refused, and that can be done here
_AHEAD = 2  # chunks for each worker, so that none waits for the next


class Cluster(NamedTuple):
    """An executor, and on how many chunks its workers work at once: 0 if there are none."""

    executor: Executor
    size: Callable[[], int]


class SitePlaces(Struct, frozen=True):
    """A site's folder, the one that it is published in, and the one where files are made ready."""

    root: Path
    output: Path | None
    folder: Path | None

    def by_name(self) -> dict[str, Path]:
        """The folders by the names of those that stand for them, the inner ones first."""
        every = {"folder": self.folder, "output": self.output, "site": self.root}
        return {name: place for name, place in every.items() if place}


def carry(
    items: Iterable[Task],
    open: Open[Task, Answer],
    cluster: Cluster,
    site: SitePlaces,
    needs: Callable[[Task], Iterable[Path]],
) -> Iterator[Answer]:
    """The result of each item, in order. `needs` are the files and folders of an item alone.

    Items whose files cannot be copied, as links, which a build has to refuse, are worked on here.
    Raises `Refusal` if no worker is there, or one has another program.
    """
    carrier = _Carrier(open, cluster, site)
    waiting: deque[tuple[_Chunk, Future[Any] | None]] = deque()
    try:
        for chunk in _chunks(items, needs, site):
            waiting.append((chunk, None if chunk.files is None else carrier.send(chunk)))
            while len(waiting) > _AHEAD * max(cluster.size(), 1):
                yield from carrier.receive(*waiting.popleft())
        while waiting:
            yield from carrier.receive(*waiting.popleft())
    finally:
        for _, future in waiting:
            if future:
                future.cancel()
        carrier.close()


class _Chunk(NamedTuple):
    items: list[Any]
    files: Copies | None  # None: to be worked on here


class _Call:
    """What is the answer of `work_there` as soon as it is unpickled.

    A worker that cannot import us fails in that, and tells it; sent a function that it cannot
    import, one of Dask ends, and so does all else that was to be done there.
    """

    def __init__(self, *arguments: object) -> None:
        self._arguments = arguments

    def __reduce__(self) -> tuple[Any, ...]:
        return work_there, self._arguments


class _Carrier:
    """What is sent for one kind of work, and how results are received."""

    def __init__(self, open: Open[Any, Any], cluster: Cluster, site: SitePlaces) -> None:
        self._open, self._cluster, self._folder = open, cluster, site.folder
        self._here: Callable[[Any], Any] | None = None
        self._luggage = pickle.dumps((pack_moving(open, site.by_name()), _common(site)))
        self._key = blake2b(self._luggage, digest_size=16).hexdigest()
        self._home = site.folder / f"home-{uuid.uuid4().hex}" if site.folder else None
        if self._home:
            self._home.touch()

    def close(self) -> None:
        if self._home:
            self._home.unlink(missing_ok=True)

    def send(self, chunk: _Chunk, luggage: bytes | None = None) -> Future[Any]:
        items, home = pickle.dumps(chunk.items), str(self._home or "")
        call = _Call(program_digest(), self._key, items, chunk.files or {}, home, luggage)
        return self._cluster.executor.submit(pickle.loads, pickle.dumps(call))

    def receive(self, chunk: _Chunk, future: Future[Any] | None) -> Iterator[Any]:
        """The results of a chunk, which is sent again to who lacks the luggage."""
        if future is None:
            self._here = self._here or self._open()
            yield from map(self._here, chunk.items)
            return
        state, results, files = self._wait_for(future)
        if state == "lacking":
            state, results, files = self._wait_for(self.send(chunk, self._luggage))
        if state == "other":
            raise Refusal(
                "a worker has another Postil, or other libraries, than this machine",
                "install the same there, with the same Python, and start it again",
            )
        for name, data in files.items():
            assert self._folder
            (self._folder / Path(name).name).write_bytes(data)
        yield from results

    def _wait_for(self, future: Future[Any]) -> Any:
        seen = time.monotonic()
        while not future.done():
            try:
                return future.result(timeout=min(1.0, PATIENCE / 3))
            except TimeoutError:
                seen = time.monotonic() if self._cluster.size() else seen
                if time.monotonic() - seen > PATIENCE:
                    raise Refusal(
                        f"there has been no worker for {PATIENCE:.0f} seconds",
                        "start some, then build again; nothing was written",
                    ) from None
        return future.result()


# ------------------------------------------------------------------ what is sent


def _chunks(
    items: Iterable[Any], needs: Callable[[Any], Iterable[Path]], site: SitePlaces
) -> Iterator[_Chunk]:
    chunk: list[Any] = []
    files: dict[str, bytes | None] = {}
    for item in items:
        own = _copies(needs(item), site)
        size = sum(len(data or b"") for each in (files, own or {}) for data in each.values())
        if chunk and (own is None or len(chunk) == _MOST_ITEMS or size > _MOST_BYTES):
            yield _Chunk(chunk, files)
            chunk, files = [], {}
        if own is None:
            yield _Chunk([item], None)
        else:
            chunk.append(item)
            files.update(own)
    if chunk:
        yield _Chunk(chunk, files)


def _copies(places: Iterable[Path], site: SitePlaces) -> dict[str, bytes | None] | None:
    """The files and folders of an item; None if it has others than these, or larger ones."""
    copies: dict[str, bytes | None] = {}
    found = (Path(path) for place in places for path, _ in states_below(str(place)))
    try:
        for path in found:
            if not os.path.lexists(path):
                continue
            status = path.lstat()
            if stat.S_ISDIR(status.st_mode):
                copies[_name(path, site)] = None
            elif stat.S_ISREG(status.st_mode) and status.st_size <= _LARGEST:
                copies[_name(path, site)] = path.read_bytes()
            else:
                return None
    except OSError:
        return None
    return copies


def _common(site: SitePlaces) -> dict[str, bytes | None]:
    """The files of a site that are not of one explainer; what cannot be read is not used either."""
    content = site.root / "content"
    tops = [path for path in paths.inputs(site.root) if path != content]
    if content.is_dir():
        tops += (path for path in content.iterdir() if path.is_file() and not path.is_symlink())
    tops.append(site.root / paths.MORE_SOURCES)
    copies: dict[str, bytes | None] = {}
    for top in tops:
        for path in (Path(path) for path, _ in states_below(str(top), linked=True)):
            if path.is_file() and os.access(path, os.R_OK):
                copies[_name(path, site)] = path.read_bytes()
    return copies


def _name(path: Path, site: SitePlaces) -> str:
    """What a file is called below the folders that stand for those of the site."""
    folders = site.by_name().items()
    name, place = next(each for each in folders if path.is_relative_to(each[1]))
    return f"{name}/{path.relative_to(place).as_posix()}"
