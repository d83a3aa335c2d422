"""A preview that runs in this process, and pages that listen to it."""

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from postil.preview import guarding
from postil.preview.server import Preview

PATIENCE = 20  # seconds; the machine may be busy


class Running:
    """A preview that is being served, and what its site's folder holds."""

    def __init__(self, root: Path, preview: Preview) -> None:
        self.root = root
        self.preview = preview
        self.builds: list[set[str]] = []
        rebuild = preview.live.rebuild
        noted: set[str] = set()
        note = preview.live.note

        def remember(names):
            noted.update(names)
            note(names)

        def count(*arguments):
            self.builds.append(set(noted))
            noted.clear()
            rebuild(*arguments)

        preview.live.note, preview.live.rebuild = remember, count

    @property
    def host(self) -> str:
        return f"localhost:{self.preview.port}"

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> "Answer":
        """Send a request exactly as it is given; `_` in the name of a header is a hyphen."""
        connection = HTTPConnection("127.0.0.1", self.preview.port, timeout=PATIENCE)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, {"Host": self.host, **named})
        answer = Answer(connection.getresponse())
        connection.close()
        return answer

    def get(self, path: str, **headers: str) -> "Answer":
        return self.ask("GET", path, **headers)

    def save(self, name: str, text: str) -> None:
        (self.root / name).write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text(encoding="utf-8")
        assert old in text
        self.save(name, text.replace(old, new))


class Answer:
    """An HTTP response that was read to its end."""

    def __init__(self, response: HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self):
        return json.loads(self.body)


class Page:
    """An open page, as far as the server can tell."""

    def __init__(self, running: Running, address: str) -> None:
        self._loop = asyncio.new_event_loop()
        url, origin = f"ws://{running.host}/livereload", f"http://{running.host}"
        self.heard: list[dict] = []
        self._socket = self._do(self._open(HTTPRequest(url, headers={"Origin": origin})))
        self.say({"page": address})
        self.first = self.hear()

    async def _open(self, request: HTTPRequest):
        return await websocket_connect(request)

    def _do(self, task, seconds: float = PATIENCE):
        return self._loop.run_until_complete(asyncio.wait_for(task, seconds))

    def say(self, message: object) -> None:
        text = message if isinstance(message, str | bytes) else json.dumps(message)
        self._do(self._write(text))

    async def _write(self, text: str | bytes) -> None:
        await self._socket.write_message(text, binary=isinstance(text, bytes))

    async def _read(self):
        return await self._socket.read_message()

    def hear(self, seconds: float = PATIENCE):
        """The next message, or None if the connection has ended."""
        message = self._do(self._read(), seconds)
        if message is None:
            return None
        self.heard.append(json.loads(message))
        return self.heard[-1]

    def hear_until(self, holds: Callable[[dict], bool]) -> dict:
        """The first message for which something holds."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if holds(news := self.hear()):
                return news
        raise TimeoutError

    def hears_nothing(self, seconds: float) -> bool:
        # Not `wait_for`: a message that is being waited for would be lost with the waiting.
        reading = self._loop.create_task(self._read())
        self._loop.run_until_complete(asyncio.wait([reading], timeout=seconds))
        done = reading.done()
        if not done:
            reading.cancel()
            self._loop.run_until_complete(asyncio.wait([reading]))
        return not done

    def close(self) -> None:
        self._do(self._close())
        self._loop.close()

    async def _close(self) -> None:
        self._socket.close()
        await asyncio.sleep(0)


@contextlib.contextmanager
def previewing(
    root: Path, editor: str = "vscode", host: str = "", port: int = 0, public_url: str = ""
) -> Iterator[Running]:
    """Serve a site, from another thread, as long as the context lasts."""
    preview = Preview(root, editor, jobs=1, names=guarding.names_of(host, public_url))
    running = Running(root, preview)
    loop = asyncio.new_event_loop()
    task = loop.create_task(preview._serve(port, host, open_url=False))

    def serve() -> None:
        asyncio.set_event_loop(loop)
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(task)
        loop.run_until_complete(asyncio.sleep(0.05))  # connections close
        loop.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        wait_until(lambda: preview.port or task.done())
        yield running
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join()


def wait_until(holds: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until something holds; raises TimeoutError."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.005)


@contextlib.contextmanager
def opened(running: Running, address: str) -> Iterator[Page]:
    page = Page(running, address)
    try:
        yield page
    finally:
        page.close()
