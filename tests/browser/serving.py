"""A web server for built sites, on this machine alone.

Two queries change a page. `?watched` puts a script first that writes down what a browser complains
of and how far things move, and delays the page's own script. `?plain` forbids all scripts.
`/frame?page=P&width=W&height=H` shows a page in a frame of that size, for browsers whose window
does not get so small.
"""

import contextlib
import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

WATCH = """
window.watched = [];
window.shifted = 0;
const note = what => watched.push(String(what));
addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
  note(`${violatedDirective}: ${blockedURI}`));
addEventListener('error', ({ message, target }) =>
  note(message || `${target.outerHTML} failed`), true);
addEventListener('unhandledrejection', event => note(event.reason));
for (const level of ['error', 'warn', 'info', 'log']) console[level] = note;
try {
  new PerformanceObserver(list => list.getEntries().forEach(entry => { shifted += entry.value }))
    .observe({ type: 'layout-shift', buffered: true });
} catch {}
"""


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder; see the module's docstring."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path == "/watch.js":
            self.answer(WATCH, "text/javascript")
        elif url.path == "/frame":
            self.answer(frame(parse_qs(url.query)), "text/html")
        elif url.path == "/favicon.ico":
            self.answer("", "image/x-icon")
        elif url.path.endswith("/reader.js") and "?watched" in self.headers.get("Referer", ""):
            time.sleep(0.2)  # the page is painted before its script comes
            super().do_GET()
        elif url.query == "watched":
            page = Path(self.translate_path(url.path)).read_text(encoding="utf-8")
            watching = page.replace("<head>", '<head><script src="/watch.js"></script>', 1)
            self.answer(watching, "text/html")
        else:
            super().do_GET()

    def end_headers(self) -> None:
        if self.path.endswith("?plain"):
            self.send_header("Content-Security-Policy", "script-src 'none'")
        super().end_headers()

    def answer(self, text: str, kind: str) -> None:
        data = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_) -> None:
        pass


def frame(query: dict[str, list[str]]) -> str:
    (page,), (width,), (height,) = query["page"], query["width"], query["height"]
    return (
        "<!DOCTYPE html><title>frame</title><style>body { margin: 0 } iframe { border: 0 }</style>"
        f'<iframe src="{page}" width="{width}" height="{height}"></iframe>'
    )


@contextlib.contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serve a folder; yields its address, without a slash at the end."""
    handler = partial(Handler, directory=folder)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.05])
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
