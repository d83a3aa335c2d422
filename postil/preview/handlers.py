"""What the preview answers: the site's files, its own, and what its script on a page asks for."""

import mimetypes
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import quote, unquote

import msgspec
from livereload.handlers import LiveReloadHandler
from msgspec import Struct
from tornado.web import Application, HTTPError, RequestHandler
from tornado.websocket import WebSocketClosedError

from postil import paths
from postil.diagnostics.model import Report
from postil.export.table import CITATIONS, EXPORTS
from postil.preview import changes, covering, guarding, manual, selecting
from postil.preview.locating import Place
from postil.preview.news import OURS, News
from postil.site import loading
from postil.text import anchoring, articles

if TYPE_CHECKING:
    from postil.preview.server import Preview

ASSETS = Path(__file__).parent / "assets"
LARGEST_MESSAGE = 1 << 16  # bytes of what a page may send

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
    ".svg": "image/svg+xml; charset=utf-8",
    ".woff2": "font/woff2",
    **{f".{form}": "text/plain; charset=utf-8" for form in ("txt", *paths.ARTICLES.values())},
    **{
        Path(each.name).suffix: f"{each.media_type}; charset=utf-8"
        for each in (*EXPORTS, *CITATIONS)
    },
}
# Addresses are relative: what leads here may put a path of its own before ours.
SCRIPT = (
    f'<script defer src="{{root}}{OURS[1:]}/preview.js" '
    'data-version="{version}" data-styles="{styles}"></script>'
)
MISSING = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>No page</title></head>
<body>
<h1>There is no page here</h1>
<p>It appears by itself as soon as its explainer can be built.
<a href="{root}">All explainers</a></p>
</body>
</html>
"""


class Hello(Struct, frozen=True):
    """What a page says first: its address, from the root of the site."""

    page: str


class Selection(Struct, frozen=True):
    """Visible characters of an article, which had this SHA-256 when the page was made."""

    article: str
    sha256: str
    start: int
    end: int


def application(preview: "Preview") -> Application:
    """What answers requests to a preview."""
    handlers = [
        (rf"{OURS}/((?:preview|coverage|manual)\.(?:js|css))", Asset),
        (rf"{OURS}/docs/([a-z-]+\.md)", Manual),
        (rf"{OURS}/changes/([a-z0-9-]+)", ChangesOf),
        (rf"{OURS}/places/([a-z0-9-]+)", PlacesOf),
        (rf"{OURS}/coverage/([a-z0-9-]+)", CoverageOf),
        (rf"{OURS}/select", Select),
        (rf"{OURS}/news", NewsOf),
        ("/livereload", Client),
        ("/(.*)", SiteFile),
    ]
    before = f"(?:{re.escape(preview.names.prefix)})?"  # a proxy may have taken it away
    return Application(
        [(before + pattern, handler, {"preview": preview}) for pattern, handler in handlers],
        default_handler_class=Nothing,
        default_handler_args={"preview": preview},
        log_function=lambda handler: None,
        websocket_max_message_size=LARGEST_MESSAGE,
    )


# ------------------------------------------------------------------ files


class Guarded(RequestHandler):
    """Answers only what is asked under a name of this server."""

    preview: "Preview"

    def initialize(self, preview: "Preview") -> None:
        self.preview = preview

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in HEADERS.items():
            self.set_header(name, value)

    def prepare(self) -> None:
        host = self.request.headers.get("Host")
        if not guarding.is_for(self.preview.names, host):
            self.refuse(guarding.refusal_of_name(guarding.name_in(host)))

    def check_page(self) -> None:
        """Refuse what no page of this server asks: browsers say so, of scripts and WebSockets."""
        host, origin = self.request.headers.get("Host"), self.request.headers.get("Origin")
        if not guarding.is_page_of(self.preview.names, origin, host):
            self.refuse(guarding.refusal_of_page(origin or ""))

    def refuse(self, reason: str) -> NoReturn:
        """Say why, to who asks and, the first time, to who runs the preview."""
        self.preview.remember_refusal(reason)
        raise HTTPError(403, reason)

    @property
    def root(self) -> str:
        """The way from the address that was asked for to the root of the site."""
        path, prefix = self.request.path, self.preview.names.prefix
        inner = path.removeprefix(prefix) if path.startswith(f"{prefix}/") else path
        return "../" * (inner.count("/") - 1)

    def compute_etag(self) -> None:
        return None

    def write_error(self, status_code: int, **about: Any) -> None:
        error = about.get("exc_info", (None, None))[1]
        reason = error.log_message if isinstance(error, HTTPError) else None
        self.answer(
            f"{status_code} {self._reason}{f': {reason}' * bool(reason)}\n".encode(), ".txt"
        )

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
        if name == f"{address}/index.html" or self.request.path == self.preview.names.prefix:
            self.redirect(f"./{quote(self.request.path.rpartition('/')[2], '%')}/")
            return
        data = live.file(name)
        if data is None:
            self.set_status(204 if name == "favicon.ico" else 404)
        if self.get_status() == 204:  # every browser asks for it
            return
        if data is None or name.endswith(".html"):
            page = data or MISSING.format(root=self.root or "./").encode()
            script = SCRIPT.format(root=self.root, version=live.version(name), styles=live.styles)
            data, name = guarding.admit_script(page, script.encode()), "page.html"
        self.answer(data, Path(name).suffix)

    head = get


class Asset(Guarded):
    """The preview's own script and stylesheets."""

    def get(self, name: str) -> None:
        self.answer((ASSETS / name).read_bytes(), Path(name).suffix)


class Manual(Guarded):
    """A page of the program's documentation."""

    def get(self, name: str) -> None:
        page = manual.page(name)
        if page is None:
            raise HTTPError(404)
        self.set_header("Content-Security-Policy", manual.POLICY)
        self.answer(page, ".html")


class ChangesOf(Guarded):
    """What changed in an article."""

    async def get(self, slug: str) -> None:
        preview = self.preview
        page = await preview.work(changes.changes_page, preview.root, slug, preview.live.file)
        if page is None:
            raise HTTPError(404)
        self.set_header("Content-Security-Policy", manual.POLICY)
        self.answer(page, ".html")


# ------------------------------------------------------------------ what a page asks for


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


class CoverageOf(Guarded):
    """What is not covered yet in an explainer."""

    async def get(self, slug: str) -> None:
        preview = self.preview
        if not preview.live.has(slug):
            raise HTTPError(404)
        found = await preview.work(
            covering.survey_live, preview.root, slug, preview.live.shared, preview.link
        )
        self.answer(msgspec.json.encode(found), ".json")


class Select(Guarded):
    """Words selected on a page to an annotation in YAML: {id, yaml, place, href}."""

    async def post(self) -> None:
        self.check_page()
        try:
            selection = msgspec.json.decode(self.request.body, type=Selection)
        except (ValueError, RecursionError):
            raise HTTPError(400) from None
        status, answer = await self.preview.work(_propose, self.preview, selection)
        self.set_status(status)
        self.answer(msgspec.json.encode(answer), ".json")


def _propose(preview: "Preview", selection: Selection) -> tuple[int, dict[str, str]]:
    """The status and the content of the answer to a selection."""
    slug, report = selection.article, Report()
    if not preview.live.has(slug):
        return 404, {"error": "there is no such explainer any more"}
    article = loading.read_article(preview.root, slug, report)
    if article is None or article.sha256 != selection.sha256:
        return 409, {"error": "the article has changed since this page was made"}
    explainer = loading.read_explainer(preview.root, slug, report)
    lines = explainer.value.article.lines if explainer else None
    document = articles.parse_article(article.source.text, article.form, lines)
    try:
        place = selecting.find_range(document.text, selection.start, selection.end)
        offers = selecting.offers_of(explainer.value if explainer else None, preview.live.shared)
        made = selecting.propose(place, anchoring.prepare(document.text), explainer, offers)
    except ValueError:
        return 400, {"error": "there are no words in this selection"}
    file = paths.annotations(slug)
    end = explainer.located.source.text.rstrip().count("\n") + 2 if explainer else 1
    link = preview.link(Place(file, end, 1))
    return 200, {"id": made.id, "yaml": made.yaml, "place": file, "href": link}


class NewsOf(Guarded):
    """How things stand for a page that no WebSocket reaches."""

    def post(self) -> None:
        self.check_page()
        try:
            page = _page_of(self.request.body)
        except (ValueError, RecursionError):
            raise HTTPError(400) from None
        self.answer(msgspec.json.encode(self.preview.news(page)), ".json")


def _page_of(hello: str | bytes) -> str:
    """The address of the page that says hello. Raises ValueError and RecursionError."""
    return unquote(msgspec.json.decode(hello, type=Hello).page, errors="strict")


class Client(Guarded, LiveReloadHandler):  # type: ignore[misc] # livereload has no types
    """One open page, at the other end of a WebSocket."""

    page = slug = ""
    told: News | None = None

    def prepare(self) -> None:
        super().prepare()
        self.check_page()

    def check_origin(self, origin: str) -> bool:
        return True  # `prepare` has looked at it

    def on_message(self, message: str | bytes) -> None:
        """A page says who it is; whatever else is said here, nobody of ours has said."""
        try:
            self.page = _page_of(message)
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
