"""What the preview answers: the site's files, its own, and what its script on a page asks for."""

import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import msgspec
from livereload.handlers import LiveReloadHandler
from msgspec import Struct
from tornado.web import Application, HTTPError, RequestHandler
from tornado.websocket import WebSocketClosedError

from postil import paths
from postil.diagnostics.model import Report
from postil.export.table import EXPORTS
from postil.preview import guarding, manual, selecting
from postil.preview.live import Place
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
    **{Path(each.name).suffix: f"{each.media_type}; charset=utf-8" for each in EXPORTS},
}
SCRIPT = (
    f'<script defer src="{OURS}/preview.js" '
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


class Hello(Struct, frozen=True):
    """What a page says first: its address."""

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
        (rf"{OURS}/((?:preview|manual)\.(?:js|css))", Asset),
        (rf"{OURS}/docs/([a-z-]+\.md)", Manual),
        (rf"{OURS}/places/([a-z0-9-]+)", PlacesOf),
        (rf"{OURS}/select", Select),
        ("/livereload", Client),
        ("/(.*)", SiteFile),
    ]
    return Application(
        [(pattern, handler, {"preview": preview}) for pattern, handler in handlers],
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


class Select(Guarded):
    """Words selected on a page to an annotation in YAML: {id, yaml, place, href}."""

    async def post(self) -> None:
        if not self.comes_from_here():
            raise HTTPError(403)
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
