"""The live preview: serves a site from memory and tells the browsers how things stand.

It is livereload's server with its own watching, building and handlers: see
docs/decisions/0005-preview.md. Nothing is written.
"""

import asyncio
import contextlib
import logging
import os
import threading
import time
import webbrowser
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from livereload import Server
from tornado.httpserver import HTTPServer
from tornado.web import Application

from postil.diagnostics.model import Diagnostic, Report
from postil.diagnostics.render import as_text, printable_lines
from postil.preview import guarding, handlers, news, watching
from postil.preview.editors import editor_link, guess_editor
from postil.preview.guarding import HostNames
from postil.preview.live import LiveSite
from postil.preview.locating import Place
from postil.preview.news import News, Problem
from postil.preview.watching import Watcher

_T = TypeVar("_T")

SETTLING, LOOKS = 0.005, 10  # seconds, times: files that are saved together are one build
SLICE = 0.1  # seconds of building, after which a newer save may come first
DOUBT = 0.1  # seconds; an editor that saves in two steps makes mistakes for an instant

MOST_REFUSALS = 20  # that are printed; somebody may try names at random

# Looking for changes costs processor time; between two looks passes this many times as long.
IDLE = 200
WAIT, WAIT_WITH_EVENTS = 0.05, 2.0  # seconds, at least


Complain = Callable[[Report], None]
"""Prints diagnostics for whoever runs the preview."""


def serve(
    root: Path,
    *,
    port: int,
    host: str,
    public_url: str,
    browser: bool,
    editor: str,
    jobs: int | None,
    complain: Complain,
) -> int:
    """Show a site until Ctrl-C is pressed; the exit code of the command.

    `editor` is the program that links lead to; empty: the one that site.yaml names, or else the one
    that the terminal seems to be of.
    """
    # What others ask for in vain, and what goes on while the watching ends.
    for name in ("tornado.access", "tornado.general", "watchdog"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        names = guarding.names_of(host, public_url)
        Preview(root, editor, jobs, complain, names).serve(port, host=host, open_url=browser)
    except KeyboardInterrupt:
        print()  # the terminal has written ^C
    return 0


class Preview(Server):  # type: ignore[misc] # livereload has no types
    """A server of one site; it builds the site before anything else."""

    def __init__(
        self,
        root: Path,
        editor: str = "",
        jobs: int | None = None,
        complain: Complain | None = None,
        names: HostNames | None = None,
    ) -> None:
        # The first look at the files is before the first build: what changes meanwhile counts.
        super().__init__(watcher=Watcher(root))
        self.root = root
        self.port = 0  # as soon as it listens
        self.live = LiveSite(root, jobs)
        self.names = names or HostNames()
        self.clients: set[handlers.Client] = set()
        self._editor, self._guess = editor, guess_editor(os.environ)
        self._complain = complain or _complain
        self._worker = ThreadPoolExecutor(1, "postil")
        self._heard = asyncio.Event()  # something of the files
        self._heard_of = SimpleQueue[str]()  # their paths, since the last look
        self._events = watching.Events(False, lambda: None)
        self._changed_at = 0.0  # when a change was seen last
        self._report: Report | None = None  # of which the problems are known to the pages
        self._problems: tuple[Problem, ...] = ()
        self._more = 0
        self._printed: list[Diagnostic] = []
        self._refused: set[str] = set()

    # -------------------------------------------------------------- serving

    def application(self, port: int, host: str, **_: object) -> Application:
        """What answers requests: the site's files, and what the preview's script asks for."""
        return handlers.application(self)

    def serve(self, port: int = 5500, host: str = "", open_url: bool = False, **_: object) -> None:
        """Serve until interrupted. Raises Refusal if no port can be had."""
        asyncio.run(self._serve(port, host, open_url))

    async def _serve(self, port: int, host: str, open_url: bool) -> None:
        bound, sockets = guarding.bind(port, host)
        server = HTTPServer(self.application(bound, host), max_body_size=handlers.LARGEST_MESSAGE)
        server.add_sockets(sockets)
        self.port = bound
        try:
            addresses = guarding.addresses(self.names, bound, host)
            self._greet(addresses, port, bound)
            if open_url:  # which may take as long as the browser runs
                opening = threading.Thread(target=webbrowser.open, args=addresses[:1], daemon=True)
                opening.start()
            await self._follow()
        finally:
            server.stop()
            await server.close_all_connections()
            for client in list(self.clients):
                client.close(1001)
            self._worker.shutdown(cancel_futures=True)

    def _greet(self, addresses: Sequence[str], wanted: int, port: int) -> None:
        self.tell()
        if wanted not in (0, port):
            _say(f"port {wanted} is taken, so this is {port}")
        if self.names.are_public:
            _say("warning: whoever can reach this address can read the site, drafts included")
        first, *others = addresses
        _say(f"{first} shows the site and follows every save; Ctrl-C ends it")
        for other in others:
            _say(f"{other} is the same from elsewhere")

    def remember_refusal(self, reason: str) -> None:
        """Print why a name or an origin was refused, once for each, for a few."""
        if reason not in self._refused and len(self._refused) < MOST_REFUSALS:
            self._refused.add(reason)
            _say(f"refused: {reason}")

    async def work(self, task: Callable[..., _T], *arguments: Any) -> _T:
        """Carry out a task in the one other thread, so that requests are answered meanwhile."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, task, *arguments)

    # -------------------------------------------------------------- following

    async def _follow(self) -> None:
        """Build what changes, for ever."""
        self.live.when_built = self._notifier()
        self._events = await self._listen()
        try:
            while True:
                names = await self._look()
                if any(watching.is_root(name) for name in names):
                    self._events.stop()
                    self._events = await self._listen()
                await self._build(names)
                await self._wait()
        finally:
            self._events.stop()

    async def _listen(self) -> watching.Events:
        notify = self._notifier()

        def hear(path: str) -> None:
            self._heard_of.put(path)
            notify()

        events: watching.Events = await self.work(watching.listen, self.root, hear)
        self._heard_of.put(str(self.root))  # of what happened before, nothing was heard
        return events

    def _notifier(self) -> Callable[[], None]:
        """What another thread calls if it is worth a look."""
        loop = asyncio.get_running_loop()

        def notify() -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed already
                loop.call_soon_threadsafe(self._heard.set)

        return notify

    async def _wait(self) -> None:
        """Wait until something was heard of the files, or they are worth a look anyway."""
        with contextlib.suppress(TimeoutError):
            # Not `wait_for`, which in Python 3.11 overhears an interruption that comes with news.
            async with asyncio.timeout(self._patience()):
                await self._heard.wait()
            for _ in range(LOOKS):
                self._heard.clear()
                await asyncio.sleep(SETTLING)
                if not self._heard.is_set():
                    break

    def _patience(self) -> float:
        """Seconds until the files are worth a look although nothing is heard of them."""
        if self.watcher.unsettled or self._is_withheld:
            return DOUBT
        least = WAIT_WITH_EVENTS if self._events.are_sent else WAIT
        return max(least, float(self.watcher.cost) * IDLE)

    async def _look(self) -> set[str]:
        """The names of what has changed; where nothing is heard, as soon as no more is changing.

        If it was heard where, it is looked there, at once; elsewhere when the next time has come.
        """
        names: set[str] = set()
        self._heard.clear()
        for _ in range(LOOKS):
            found = await self.work(self._look_where_heard)
            names |= found
            if found:
                self._changed_at = time.monotonic()
            if self._events.are_sent or not found:
                break
            await asyncio.sleep(SETTLING)
        return names

    def _look_where_heard(self) -> frozenset[str]:
        heard_of = {self._heard_of.get() for _ in range(self._heard_of.qsize())}
        found: frozenset[str] = self.watcher.look(heard_of)
        return found

    async def _build(self, names: set[str]) -> None:
        """Build what depends on these files, what is being looked at first.

        What is built was read after the look that found it changed: no save is lost. And none has
        to wait until all is built.
        """
        started, changed = time.perf_counter(), set(names)
        self.live.note(names)
        has_work = self.live.is_behind
        while self.live.is_behind:
            viewed = {client.slug for client in self.clients}
            await self.work(self.live.rebuild, viewed, SLICE)
            is_quiet = self._is_settled and not self._heard.is_set()
            self.tell(is_sure=is_quiet or not self.live.report.failed)
            if self._heard.is_set() or not (self._events.are_sent or self.live.is_current):
                names = await self._look()
                self.live.note(names)
                changed |= names
        if has_work:
            self._print_done(changed, time.perf_counter() - started)
        elif self._is_withheld and self._is_settled:
            self.tell()

    # -------------------------------------------------------------- telling

    def tell(self, *, is_sure: bool = True) -> None:
        """Tell every page how things stand, if it has not heard that already.

        Mistakes are withheld until it is sure that the same file is still there a moment later:
        a save in two steps may be about to take them away.
        """
        if is_sure and self._is_withheld:
            self._report = self.live.report
            self._make_problems(self._report)
        for client in list(self.clients):
            client.tell()

    @property
    def _is_withheld(self) -> bool:
        return self._report is not self.live.report

    @property
    def _is_settled(self) -> bool:
        return time.monotonic() - self._changed_at >= DOUBT

    def news(self, page: str) -> News:
        """How things stand for the page at an address."""
        name = self.file_name(page)
        turn = self.live.turn(name.partition("/")[0])
        return News(self.live.version(name), self.live.styles, turn, self._problems, self._more)

    def file_name(self, address: str) -> str:
        """The path, below output/, of the file that an address means."""
        name = address.removeprefix("/")
        if name.endswith("/") or not name:
            return f"{name}index.html"
        inner = f"{name}/index.html"
        return inner if self.live.file(inner) is not None else name

    def link(self, place: Place) -> str:
        """The address that opens a place in the editor's program; empty if there is none."""
        return editor_link(self._editor or self.live.editor or self._guess, self.root, place)

    def _make_problems(self, report: Report) -> None:
        self._problems, self._more = news.problems(report, self.link, self.root)
        errors = [d for d in report.in_order() if d.severity == "error"]
        if errors and errors != self._printed:
            self._complain(Report(errors))
        self._printed = errors

    def _print_done(self, names: set[str], seconds: float) -> None:
        first, others = sorted(names)[:3], len(names) - 3
        what = ", ".join(first) + (f" and {others} more" if others > 0 else "")
        goes_on = "" if self.live.is_current else ", and goes on with what is slow"
        took = f"{what}: {seconds * 1000:.0f} ms{goes_on}" if names else "what was slow is done"
        _say(f"{time.strftime('%X')} {took}")


def _complain(report: Report) -> None:
    for diagnostic in report.diagnostics:
        _say(as_text(diagnostic) + "\n")


def _say(text: str) -> None:
    print(news.in_unicode(printable_lines(text)), flush=True)
