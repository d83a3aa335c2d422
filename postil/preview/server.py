"""The live preview: serves a site from memory and tells the browsers how things stand.

It is livereload's server with its own watching, building and handlers: see
docs/decisions/0005-preview.md. Nothing is written.
"""

import asyncio
import contextlib
import logging
import mimetypes
import threading
import time
import webbrowser
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote, unquote

import msgspec
from livereload import Server
from livereload.handlers import LiveReloadHandler
from msgspec import Struct
from tornado.httpserver import HTTPServer
from tornado.web import Application, HTTPError, RequestHandler
from tornado.websocket import WebSocketClosedError

from postil import paths
from postil.diagnostics import model as diagnostics
from postil.diagnostics.model import Diagnostic, Report
from postil.preview import guarding, selecting, watching
from postil.preview.guarding import Names
from postil.preview.live import LiveSite, Place
from postil.preview.watching import Watcher
from postil.site import loading
from postil.text import anchoring, articles

T = TypeVar("T")

ASSETS = Path(__file__).parent / "assets"
OURS = "__postil"  # no explainer's folder can have this name
LARGEST_MESSAGE = 1 << 16  # bytes of what a page may send

SETTLING, PATIENCE = 0.01, 5  # seconds, times: files that are saved together are one build
SLICE = 0.1  # seconds of building, after which a newer save may come first
DOUBT = 0.1  # seconds; an editor that saves in two steps makes mistakes for an instant
SHOWN = 100  # diagnostics; nobody reads more

# Looking for changes costs processor time; between two looks passes this many times as long.
IDLE = 200
WAIT, WAIT_WITH_EVENTS = 0.05, 2.0  # seconds, at least

HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# By the end of a file's name; what is not listed is left to the standard library.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".jsonld": "application/ld+json; charset=utf-8",
    ".svg": "image/svg+xml; charset=utf-8",
    ".woff2": "font/woff2",
    **{f".{form}": "text/plain; charset=utf-8" for form in ("txt", *paths.ARTICLES.values())},
}
SCRIPT = (
    f'<script defer src="/{OURS}/preview.js" '
    'data-version="{version}" data-styles="{styles}"></script>'
)
MISSING = b"""<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>No page</title></head>
<body>
<h1>There is no page here</h1>
<p>It appears by itself as soon as its explainer can be built. <a href="/">All explainers</a></p>
</body>
</html>
"""


class Problem(Struct, frozen=True):
    """A diagnostic, ready to be shown: `place` is `file:line:column`, `text` what follows."""

    severity: str
    place: str
    href: str
    title: str
    text: str


class News(Struct, frozen=True):
    """All that an open page needs to know.

    Not what has happened, but how things stand: sent twice it does no harm, and who missed one
    has missed nothing. `version`, `styles` and `turn` are those of LiveSite; `more` is the number
    of problems that are left out.
    """

    version: str
    styles: str
    turn: int
    problems: tuple[Problem, ...]
    more: int


class Hello(Struct, frozen=True):
    """What a page says first: its address."""

    page: str


class Selection(Struct, frozen=True):
    """Visible characters of an article, which had this SHA-256 when the page was made."""

    article: str
    sha256: str
    start: int
    end: int


def run(root: Path, *, port: int, host: str, browser: bool, editor: str, jobs: int | None) -> int:
    """Show a site until Ctrl-C is pressed; the exit code of the command.

    `editor` is the program that links lead to; empty: the one that site.yaml names.
    """
    # What others ask for in vain, and what goes on while the watching ends.
    for name in ("tornado.access", "tornado.general", "watchdog"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        Preview(root, editor, jobs).serve(port, host=host, open_url=browser)
    except KeyboardInterrupt:
        print()  # the terminal has written ^C
    return 0


class Preview(Server):  # type: ignore[misc] # livereload has no types
    """A server of one site; it builds the site before anything else."""

    def __init__(self, root: Path, editor: str = "", jobs: int | None = None) -> None:
        # The first look at the files is before the first build: what changes meanwhile counts.
        super().__init__(watcher=Watcher(root))
        self.root = root
        self.port = 0  # as soon as it listens
        self.live = LiveSite(root, jobs)
        self.names = Names()
        self.clients: set[Client] = set()
        self._editor = editor
        self._worker = ThreadPoolExecutor(1, "postil")
        self._heard = asyncio.Event()  # something of the files
        self._events = watching.Events(False, lambda: None)
        self._changed_at = 0.0  # when a change was seen last
        self._report: Report | None = None  # of which the problems are known to the pages
        self._problems: tuple[Problem, ...] = ()
        self._more = 0
        self._printed: list[Diagnostic] = []

    # -------------------------------------------------------------- serving

    def application(self, port: int, host: str, **_: object) -> Application:
        """What answers requests: the site's files, and what the preview's script asks for."""
        self.names = guarding.names_of(host)
        handlers = [
            (rf"/{OURS}/(preview\.(?:js|css))", Asset),
            (rf"/{OURS}/places/([a-z0-9-]+)", PlacesOf),
            (rf"/{OURS}/select", Select),
            ("/livereload", Client),
            ("/(.*)", SiteFile),
        ]
        return Application(
            [(pattern, handler, {"preview": self}) for pattern, handler in handlers],
            default_handler_class=Nothing,
            default_handler_args={"preview": self},
            log_function=lambda handler: None,
            websocket_max_message_size=LARGEST_MESSAGE,
        )

    def serve(self, port: int = 5500, host: str = "", open_url: bool = False, **_: object) -> None:
        """Serve until interrupted. Raises Refusal if no port can be had."""
        asyncio.run(self._serve(port, host, open_url))

    async def _serve(self, port: int, host: str, open_url: bool) -> None:
        bound, sockets = guarding.bind(port, host)
        server = HTTPServer(self.application(bound, host), max_body_size=LARGEST_MESSAGE)
        server.add_sockets(sockets)
        self.port = bound
        try:
            address = _address(bound, host)
            self._greet(address, port, bound)
            if open_url:  # which may take as long as the browser runs
                threading.Thread(target=webbrowser.open, args=[address], daemon=True).start()
            await self._follow()
        finally:
            server.stop()
            await server.close_all_connections()
            for client in list(self.clients):
                client.close(1001)
            self._worker.shutdown(cancel_futures=True)

    def _greet(self, address: str, wanted: int, port: int) -> None:
        self.tell()
        if wanted not in (0, port):
            _say(f"port {wanted} is taken, so this is {port}")
        if self.names.are_public:
            _say("warning: whoever can reach this address can read the site, drafts included")
        _say(f"{address} shows the site and follows every save; Ctrl-C ends it")

    async def work(self, task: Callable[..., T], *arguments: Any) -> T:
        """Carry out a task in the one other thread, so that requests are answered meanwhile."""
        return await asyncio.get_running_loop().run_in_executor(self._worker, task, *arguments)

    # -------------------------------------------------------------- following

    async def _follow(self) -> None:
        """Build what changes, for ever."""
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
        loop = asyncio.get_running_loop()

        def notify() -> None:
            with contextlib.suppress(RuntimeError):  # the loop is closed already
                loop.call_soon_threadsafe(self._heard.set)

        return await self.work(watching.listen, self.root, notify)

    async def _wait(self) -> None:
        """Wait until something was heard of the files, or they are worth a look anyway."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._heard.wait(), self._patience())
            for _ in range(PATIENCE):
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
        """The names of what has changed; where nothing is heard, as soon as no more is changing."""
        names: set[str] = set()
        self._heard.clear()
        for _ in range(PATIENCE):
            found: frozenset[str] = await self.work(self.watcher.look)
            names |= found
            if found:
                self._changed_at = time.monotonic()
            if self._events.are_sent or not found:
                break
            await asyncio.sleep(SETTLING)
        return names

    async def _build(self, names: set[str]) -> None:
        """Build what depends on these files, what is being looked at first.

        What is built was read after the look that found it changed: no save is lost. And none has
        to wait until all is built.
        """
        started, changed = time.perf_counter(), set(names)
        self.live.note(names)
        has_work = not self.live.is_current
        while not self.live.is_current:
            viewed = {client.slug for client in self.clients}
            await self.work(self.live.rebuild, viewed, SLICE)
            self.tell(is_sure=not self.live.report.failed)
            if self._heard.is_set() or not (self._events.are_sent or self.live.is_current):
                names = await self._look()
                self.live.note(names)
                changed |= names
        if has_work:
            self._print_done(changed, time.perf_counter() - started)
        elif self._is_withheld and time.monotonic() - self._changed_at >= DOUBT:
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
        return editor_link(self._editor or self.live.editor, self.root, place)

    def _make_problems(self, report: Report) -> None:
        found = sorted(report.in_order(), key=lambda d: d.severity != "error")
        self._problems = tuple(self._problem(diagnostic) for diagnostic in found[:SHOWN])
        self._more = max(0, len(found) - SHOWN)
        errors = [d for d in found if d.severity == "error"]
        for diagnostic in errors if errors != self._printed else []:
            _say(diagnostics.as_text(diagnostic) + "\n")
        self._printed = errors

    def _problem(self, diagnostic: Diagnostic) -> Problem:
        line, column = diagnostic.span.source.position(diagnostic.span.start)
        place = Place(diagnostic.span.source.path, line, column)
        title, _, text = _in_unicode(diagnostics.as_text(diagnostic)).partition("\n")
        at = _in_unicode(f"{place.file}:{line}:{column}")
        title = title.removeprefix(f"{at}: ")
        return Problem(diagnostic.severity, at, self.link(place), title, text)

    def _print_done(self, names: set[str], seconds: float) -> None:
        first, others = sorted(names)[:3], len(names) - 3
        what = ", ".join(first) + (f" and {others} more" if others > 0 else "")
        _say(f"{time.strftime('%X')} {what}: {seconds * 1000:.0f} ms")


def _say(text: str) -> None:
    print(_in_unicode(text), flush=True)


def _in_unicode(text: str) -> str:
    """The text with `?` for what is not Unicode in the name of a file."""
    return text.encode("utf-8", "replace").decode()


def editor_link(editor: str, root: Path, place: Place) -> str:
    """An address that opens a file at a line and column, as the editor's program registers it."""
    path, own = root / place.file, paths.PROGRAM / place.file
    if own.exists() and not path.exists():  # a template of the program
        path = own
    file = quote(path.absolute().as_posix(), safe="/:", errors="replace")
    match editor:
        case "vscode":
            return f"vscode://file/{file.lstrip('/')}:{place.line}:{place.column}"
        case "idea":
            return f"idea://open?file={file}&line={place.line}&column={place.column}"
    return ""


def _address(port: int, host: str) -> str:
    name = "localhost" if not guarding.names_of(host).are_public else host
    return f"http://{f'[{name}]' if ':' in name else name}:{port}/"


# ------------------------------------------------------------------ handlers


class Guarded(RequestHandler):
    """Answers only what is asked under a name of this server."""

    preview: Preview

    def initialize(self, preview: Preview) -> None:
        self.preview = preview

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in HEADERS.items():
            self.set_header(name, value)

    def prepare(self) -> None:
        if not guarding.is_for(self.preview.names, self.request.headers.get("Host")):
            raise HTTPError(403)

    def comes_from_here(self) -> bool:
        """Whether a page of this server asks: browsers say so, of scripts and of WebSockets."""
        host = self.request.headers.get("Host")
        return self.request.headers.get("Origin") == f"http://{host}"

    def compute_etag(self) -> None:
        return None

    def write_error(self, status_code: int, **_: object) -> None:
        self.answer(f"{status_code} {self._reason}\n".encode(), ".txt")

    def answer(self, data: bytes, suffix: str) -> None:
        """Finish with these bytes; the suffix of a file's name tells their type."""
        guessed = mimetypes.guess_type(f"file{suffix}")[0] or "application/octet-stream"
        self.set_header("Content-Type", TYPES.get(suffix, guessed))
        self.finish(data)


class Nothing(Guarded):
    """Whatever has no handler."""

    def prepare(self) -> None:
        super().prepare()
        raise HTTPError(404)


class SiteFile(Guarded):
    """The files of the site, as they are in memory: an address cannot lead to any other."""

    def get(self, address: str) -> None:
        live, name = self.preview.live, self.preview.file_name(address)
        if name == f"{address}/index.html":
            self.redirect(f"/{quote(address)}/")
            return
        data = live.file(name)
        if data is None:
            self.set_status(204 if name == "favicon.ico" else 404)
        if self.get_status() == 204:  # every browser asks for it
            return
        if data is None or name.endswith(".html"):
            script = SCRIPT.format(version=live.version(name), styles=live.styles)
            data, name = guarding.admit_script(data or MISSING, script.encode()), "page.html"
        self.answer(data, Path(name).suffix)

    head = get


class Asset(Guarded):
    """The preview's own script and stylesheet."""

    def get(self, name: str) -> None:
        self.answer((ASSETS / name).read_bytes(), Path(name).suffix)


class PlacesOf(Guarded):
    """Where everything of a page is written: {what: {id: {place, href, draft}}}."""

    async def get(self, slug: str) -> None:
        places = await self.preview.work(self.preview.live.places, slug)
        found = {
            what: {id: self._shown(place) for id, place in getattr(places, what).items()}
            for what in places.__struct_fields__
        }
        self.answer(msgspec.json.encode(found), ".json")

    def _shown(self, place: Place) -> dict[str, object]:
        at = f"{place.file}:{place.line}"
        return {"place": at, "href": self.preview.link(place), "draft": place.draft}


class Select(Guarded):
    """Words selected on a page to an annotation in YAML: {id, yaml, place, href}."""

    async def post(self) -> None:
        if not self.comes_from_here():
            raise HTTPError(403)
        try:
            selection = msgspec.json.decode(self.request.body, type=Selection)
        except (ValueError, RecursionError):
            raise HTTPError(400) from None
        status, answer = await self.preview.work(propose, self.preview, selection)
        self.set_status(status)
        self.answer(msgspec.json.encode(answer), ".json")


def propose(preview: Preview, selection: Selection) -> tuple[int, dict[str, str]]:
    """The status and the content of the answer to a selection."""
    slug, report = selection.article, Report()
    if not preview.live.has(slug):
        return 404, {"error": "there is no such explainer any more"}
    article = loading.read_article(preview.root, slug, report)
    if article is None or article.sha256 != selection.sha256:
        return 409, {"error": "the article has changed since this page was made"}
    explainer = loading.read_explainer(preview.root, slug, report)
    lines = explainer.value.article.lines if explainer else None
    document = articles.parse(article.source.text, article.form, lines)
    try:
        place = selecting.find_range(document.text, selection.start, selection.end)
        made = selecting.propose(place, anchoring.prepare(document.text), explainer)
    except ValueError:
        return 400, {"error": "there are no words in this selection"}
    file = paths.annotations(slug)
    end = explainer.located.source.text.rstrip().count("\n") + 2 if explainer else 1
    link = preview.link(Place(file, end, 1))
    return 200, {"id": made.id, "yaml": made.yaml, "place": file, "href": link}


class Client(Guarded, LiveReloadHandler):  # type: ignore[misc] # livereload has no types
    """One open page, at the other end of a WebSocket."""

    page = slug = ""
    told: News | None = None

    def prepare(self) -> None:
        super().prepare()
        if not self.comes_from_here():
            raise HTTPError(403)

    def check_origin(self, origin: str) -> bool:
        return self.comes_from_here()

    def on_message(self, message: str | bytes) -> None:
        """A page says who it is; whatever else is said here, nobody of ours has said."""
        try:
            self.page = unquote(msgspec.json.decode(message, type=Hello).page, errors="strict")
        except (ValueError, RecursionError):
            self.close(1008, "not understood")
            return
        self.slug = self.page.strip("/").partition("/")[0]
        self.told = None
        self.preview.clients.add(self)
        self.tell()

    def on_close(self) -> None:
        self.preview.clients.discard(self)

    def tell(self) -> None:
        """Send how things stand for this page, unless it was told that already."""
        news = self.preview.news(self.page)
        if news == self.told:
            return
        self.told = news
        try:
            self.write_message(msgspec.json.encode(news))
        except WebSocketClosedError:
            self.preview.clients.discard(self)
