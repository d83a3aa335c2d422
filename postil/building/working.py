"""Work done by several processes, where that is worth it.

What is the same for all items is inherited by processes that are forked, so that it is in memory
once, and sent to others as they start: they may start in any way.
"""

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, TypeVar

from postil.diagnostics.refusal import Refusal

Task = TypeVar("Task")
Answer = TypeVar("Answer")

POOL_WORTH = 24  # items; below, starting further processes costs more than it saves
_LARGEST_CHUNK = 32  # items that are sent at once
_CHUNKS = 8  # for each process, at least, so that none waits for the others in the end

Open = Callable[[], Callable[[Task], Answer]]
"""Gets ready, in the process that works, and says how an item is worked on. It can be pickled."""


def work_on(
    items: Sequence[Task], open: Open[Task, Answer], jobs: int | None = None
) -> Iterator[Answer]:
    """The result of each item, in order, by `jobs` processes; None: as many as fit.

    Raises `Refusal` if one of them is killed.
    """
    jobs = jobs or (os.cpu_count() or 1 if len(items) >= POOL_WORTH else 1)
    if jobs == 1 or len(items) < 2:
        yield from map(open(), items)
        return
    # Only for many: it costs as much as several of them.
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    size = min(_LARGEST_CHUNK, -(-len(items) // (jobs * _CHUNKS)))
    chunks = (items[start : start + size] for start in range(0, len(items), size))
    try:
        with ProcessPoolExecutor(jobs, _context(), _get_ready, (open, gc.isenabled())) as pool:
            for results in pool.map(_work_on_chunk, chunks):
                yield from results
    except BrokenProcessPool:
        raise Refusal(
            "a process that built pages was ended before it was done",
            "build again; if memory was short, with --jobs 1",
        ) from None


_openings: list[Open[Any, Any]] = []  # the one of this process, if it works for another


def _get_ready(open: Open[Any, Any], collects: bool) -> None:
    """What a process does first: it works as its parent does, and ends when that is killed."""
    _openings.append(open)
    if not collects:
        gc.disable()
    import threading
    from multiprocessing import connection, parent_process

    def end_with(parent: int) -> None:
        connection.wait([parent])
        os._exit(1)

    if parent := parent_process():
        threading.Thread(target=end_with, args=(parent.sentinel,), daemon=True).start()


def _work_on_chunk(chunk: Sequence[Any]) -> list[Any]:
    return list(map(_opened(), chunk))


@cache
def _opened() -> Callable[[Any], Any]:
    """How this process works: what fails in getting ready for that is told of its first chunk."""
    return _openings[-1]()


def _context() -> Any:
    """How processes start: forked ones have most of what they need already."""
    import multiprocessing

    methods = multiprocessing.get_all_start_methods()
    return multiprocessing.get_context("fork" if "fork" in methods else "spawn")
