"""Work done by several processes, where that is worth it.

The seam is `concurrent.futures.Executor`: what is sent is a path, ids and plain data, and nothing
has to be inherited, so that processes may start in any way, and elsewhere if they see our files.
"""

import gc
import os
import pickle
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from postil.diagnostics.refusal import Refusal

if TYPE_CHECKING:
    from concurrent.futures import Executor

Task = TypeVar("Task")
Answer = TypeVar("Answer")

POOL_WORTH = 24  # items; below, starting further processes costs more than it saves
_LARGEST_CHUNK = 32  # items that are sent at once
_CHUNKS = 8  # for each process, at least, so that none waits for the others in the end

Open = Callable[[], Callable[[Task], Answer]]
"""Gets ready, in the process that works, and says how an item is worked on. It can be pickled."""


def work_on(
    items: Sequence[Task],
    open: Open[Task, Answer],
    jobs: int | None = None,
    folder: Path | None = None,
) -> Iterator[Answer]:
    """The result of each item, in order, by `jobs` processes; None: as many as fit.

    `folder` is one in which all of them can read. Raises `Refusal` if one of them is killed.
    """
    jobs = jobs or (os.cpu_count() or 1 if len(items) >= POOL_WORTH else 1)
    if jobs == 1 or len(items) < 2:
        yield from map(open(), items)
        return
    # Only for many: it costs as much as several of them.
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    get_ready = partial(_get_ready, collects=gc.isenabled())
    try:
        with ProcessPoolExecutor(jobs, _context(), get_ready) as executor:
            yield from work_in(executor, items, open, jobs, folder)
    except BrokenProcessPool:
        raise Refusal(
            "a process that built pages was ended before it was done",
            "build again; if memory was short, with --jobs 1",
        ) from None


def work_in(
    executor: "Executor",
    items: Sequence[Task],
    open: Open[Task, Answer],
    jobs: int,
    folder: Path | None,
) -> Iterator[Answer]:
    """The result of each item, in order, by an executor of `jobs` workers."""
    size = min(_LARGEST_CHUNK, -(-len(items) // (jobs * _CHUNKS)))
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".postil-", delete=False) as file:
        pickle.dump(open, file, pickle.HIGHEST_PROTOCOL)
    try:
        for results in executor.map(partial(_work_on_chunk, file.name), chunks):
            yield from results
    finally:
        Path(file.name).unlink(missing_ok=True)


def _get_ready(collects: bool) -> None:
    """What a process does first: it works as its parent does, and ends when that is killed."""
    if not collects:
        gc.disable()
    import threading
    from multiprocessing import connection, parent_process

    def end_with(parent: int) -> None:
        connection.wait([parent])
        os._exit(1)

    if parent := parent_process():
        threading.Thread(target=end_with, args=(parent.sentinel,), daemon=True).start()


def _work_on_chunk(opening: str, chunk: Sequence[Any]) -> list[Any]:
    return list(map(_opened(opening), chunk))


@lru_cache(maxsize=1)
def _opened(opening: str) -> Callable[[Any], Any]:
    """How work is done that was pickled into a file, whose name no other work has."""
    opened: Callable[[Any], Any] = pickle.loads(Path(opening).read_bytes())()
    return opened


def _context() -> Any:
    """How processes start: forked ones have most of what they need already."""
    import multiprocessing

    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("fork" if "fork" in methods else "spawn")
