"""Explainers that are built in the background, so that a slow one holds up no other."""

import threading
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from typing import NamedTuple

from postil.building.results import Finished

AT_ONCE = 4  # they share one processor
SLOW = 0.1  # seconds


class _Work(NamedTuple):
    future: Future[Finished]
    started: float


class Builders:
    """What is being built, each in a thread of its own, and which explainers were slow before."""

    def __init__(self) -> None:
        self._running: dict[str, _Work] = {}
        self._slow: set[str] = set()

    @property
    def running(self) -> frozenset[str]:
        """The slugs of what is being built, or is built and was not taken."""
        return frozenset(self._running)

    @property
    def are_done(self) -> bool:
        """Whether there is something to take."""
        return any(work.future.done() for work in self._running.values())

    def is_slow(self, slug: str) -> bool:
        """Whether the explainer took its time when it was built last."""
        return slug in self._slow

    def may_start(self, slug: str, *, urgent: bool = False) -> bool:
        """Whether there is room for one more.

        The last place is kept for those that are quick, and as many again for what is `urgent`:
        somebody waits for it.
        """
        room = AT_ONCE * (1 + urgent) - len(self._running) - self.is_slow(slug)
        return slug not in self._running and room > 0

    def start(self, slug: str, build: Callable[[], Finished]) -> None:
        """Begin to build an explainer; `build` raises nothing."""
        future: Future[Finished] = Future()
        self._running[slug] = _Work(future, time.monotonic())
        # The end of the program does not wait for it.
        threading.Thread(target=lambda: future.set_result(build()), daemon=True).start()

    def wait_for(self, slugs: Collection[str], seconds: float | None = None) -> None:
        """Wait until one of these is built, at most some time."""
        wait([self._running[slug].future for slug in slugs], seconds, FIRST_COMPLETED)

    def take(self) -> Iterator[Finished]:
        """What is built, each once."""
        for slug in sorted(slug for slug, work in self._running.items() if work.future.done()):
            work = self._running.pop(slug)
            took = time.monotonic() - work.started
            (self._slow.add if took > SLOW else self._slow.discard)(slug)
            yield work.future.result()

    def call_when_done(self, notify: Callable[[], None]) -> None:
        """Have `notify` called, from another thread, for each that is built from now on."""
        for work in self._running.values():
            work.future.add_done_callback(lambda _: notify())
