"""Explainers that are built in the background, so that a slow one holds up no other."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait

from postil.building import Built

AT_ONCE = 4  # at once: they share one processor
SLOW = 0.1  # seconds


class Builders:
    """What is being built, each in a thread of its own, and which explainers were slow before."""

    def __init__(self) -> None:
        self._running: dict[str, Future[Built]] = {}
        self._started: dict[str, float] = {}
        self._slow: set[str] = set()

    @property
    def running(self) -> frozenset[str]:
        """The slugs of what is being built."""
        return frozenset(self._running)

    def is_slow(self, slug: str) -> bool:
        """Whether the explainer took its time when it was built last."""
        return slug in self._slow

    def may_start(self, slug: str) -> bool:
        """Whether there is room for one more; the last place is kept for those that are quick."""
        room = AT_ONCE - len(self._running) - self.is_slow(slug)
        return slug not in self._running and room > 0

    def start(self, slug: str, build: Callable[[], Built]) -> None:
        """Begin to build an explainer; `build` raises nothing."""
        future: Future[Built] = Future()
        self._running[slug], self._started[slug] = future, time.monotonic()
        # The end of the program does not wait for it.
        threading.Thread(target=lambda: future.set_result(build()), daemon=True).start()

    def finished(self, until: float) -> Iterator[Built]:
        """What is built, each once; waits for the first of them, at most until a time."""
        patience = max(until - time.monotonic(), 0)
        done = wait(
            self._running.values(),
            timeout=patience,
            return_when=FIRST_COMPLETED,
        ).done
        for slug in sorted(slug for slug, future in self._running.items() if future in done):
            built = self._running.pop(slug).result()
            took = time.monotonic() - self._started.pop(slug)
            (self._slow.add if took > SLOW else self._slow.discard)(slug)
            yield built
