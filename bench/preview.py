#!/usr/bin/env python3
"""Measure how soon a save reaches an open page, in Postil's preview and in others' watch modes.

python bench/preview.py --sizes 3,1000 --saves 30 --tools postil,hugo,eleventy

The clock runs from before the file is written until the message that makes a browser load the page
again. Then the page is fetched: a message that comes before the page has changed does not count.
What it needs is installed by bench/run.py's own means, in bench/.work.
"""

import argparse
import asyncio
import json
import random
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import folders
import generate
import prose
import tools
from folders import WORK, put_aside
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

START_LIMIT = 300  # seconds until a server answers
SAVE_LIMIT = 60  # seconds until a save reaches the page
IDLE = 5  # seconds in which nobody saves
EDITED = re.compile(r"(?<=in round )\d+")

Message = dict[str, Any]


class Server(NamedTuple):
    """One preview: its command, the address and first words of its WebSocket, and its message."""

    name: str
    label: str
    flavour: str
    command: Callable[[int], list[str]]  # of a port
    socket: str
    hello: Callable[[str], Message | None]  # of a page's path
    reloads: Callable[[Message], bool]


def make_servers() -> dict[str, Server]:
    known = tools.make_tools(WORK)
    build = known["postil"].arguments[:2]
    hugo, eleventy = known["hugo-binary"].arguments[0], known["eleventy"].arguments[:2]
    protocols = ["http://livereload.com/protocols/official-7"]
    servers = (
        Server(
            "postil",
            "Postil",
            "postil",
            lambda port: [*build, "serve", "--root", ".", "--port", str(port)],
            "/livereload",
            lambda page: {"page": page},
            lambda message: "version" in message,
        ),
        Server(
            "hugo",
            "Hugo",
            "hugo",
            lambda port: [
                *(hugo, "server", "--port", str(port), "--renderToMemory"),
                *("--baseURL", f"http://localhost:{port}/"),
            ],
            "/livereload",
            lambda page: {"command": "hello", "protocols": protocols},
            lambda message: message["command"] == "reload",
        ),
        Server(
            "eleventy",
            "Eleventy, incremental",
            "eleventy",
            lambda port: [
                *(*eleventy, "--serve", "--incremental", f"--port={port}"),
                f"--output={tools.OUTPUT}",
            ],
            "/",
            lambda page: None,
            lambda message: message["type"] == "eleventy.reload",
        ),
    )
    return {server.name: server for server in servers}


def main() -> int:
    options = parse_arguments()
    names = options.tools.split(",")
    tools.install(WORK, names)
    servers = make_servers()
    rows = []
    for pages in map(int, options.sizes.split(",")):
        for name in names:
            rows.append(asyncio.run(measure(servers[name], pages, options.saves)))
            print(rows[-1], file=sys.stderr, flush=True)
    print(table(rows))
    return 0


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure how soon a save reaches an open page.")
    parser.add_argument("--sizes", default="3,1000", help="numbers of pages (%(default)s)")
    parser.add_argument("--saves", type=int, default=30, help="%(default)s")
    parser.add_argument("--tools", default="postil,hugo,eleventy", help="%(default)s")
    return parser.parse_args()


class Row(NamedTuple):
    """What was measured: milliseconds from save to message, and the share of a processor, idle."""

    label: str
    pages: int
    saves: list[float]
    idle: float


async def measure(server: Server, pages: int, saves: int) -> Row:
    root = WORK / "preview" / f"{server.name}-{pages}"
    put_aside(root)
    folders.write_site(server.flavour, pages, root)
    slug = prose.slug(pages // 2)
    source = root / generate.edited_file(server.flavour, slug)
    with started(server, root) as (process, port):
        page = f"/{slug}/"
        await asyncio.to_thread(wait_for_page, f"http://localhost:{port}{page}")
        connection = await connect(server, port, page)
        await asyncio.sleep(2)  # whatever a server does once, after it has started
        idle = await measure_idle(process)
        pauses = random.Random(1)
        taken = []
        for number in range(1000, 1000 + saves):
            await asyncio.sleep(pauses.uniform(0.3, 0.8))
            taken.append(await measure_save(server, connection, source, number, port, page))
        connection.close()
    return Row(server.label, pages, taken, idle)


async def measure_save(
    server: Server,
    connection: WebSocketClientConnection,
    source: Path,
    number: int,
    port: int,
    page: str,
) -> float:
    """Milliseconds from before a file is written until the page is to be loaded again."""
    text, changes = EDITED.subn(str(number), source.read_text(encoding="utf-8"))
    if changes != 1:
        raise RuntimeError(f"{changes} places to edit in {source.name}, not 1")
    started = time.perf_counter()
    source.write_text(text, encoding="utf-8", newline="\n")
    while True:
        message = await asyncio.wait_for(read(connection), SAVE_LIMIT)
        taken = time.perf_counter() - started
        if server.reloads(json.loads(message)):
            address = f"http://localhost:{port}{page}"
            shown = await asyncio.to_thread(fetch, address)
            if f"in round {number}" in shown:
                return taken * 1000


async def read(connection: WebSocketClientConnection) -> str | bytes:
    message = await connection.read_message()
    if message is None:
        raise RuntimeError("the server has closed the connection")
    return message


async def connect(server: Server, port: int, page: str) -> WebSocketClientConnection:
    url, origin = f"ws://localhost:{port}{server.socket}", f"http://localhost:{port}"
    connection = await websocket_connect(HTTPRequest(url, headers={"Origin": origin}))
    hello = server.hello(page)
    if hello:
        await connection.write_message(json.dumps(hello, separators=(",", ":")))
    await asyncio.wait_for(read(connection), SAVE_LIMIT)  # how things stand, or a greeting
    return connection


async def measure_idle(process: subprocess.Popen[bytes]) -> float:
    before, started = processor_seconds(process.pid), time.perf_counter()
    await asyncio.sleep(IDLE)
    return (processor_seconds(process.pid) - before) / (time.perf_counter() - started)


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100  # ticks of a hundredth of a second


@contextmanager
def started(server: Server, root: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    with socket.create_server(("localhost", 0)) as free:
        port = free.getsockname()[1]
    scratch = root.with_suffix(".scratch")
    scratch.mkdir(parents=True, exist_ok=True)
    with root.with_suffix(".log").open("wb") as log:
        process = subprocess.Popen(
            server.command(port),
            cwd=root,
            env=tools.environment(scratch),
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
        )
        try:
            yield process, port
        finally:
            process.terminate()
            process.wait()


def wait_for_page(address: str) -> None:
    end = time.monotonic() + START_LIMIT
    while time.monotonic() < end:
        try:
            if "in round" in fetch(address):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{address} does not answer")


def fetch(address: str) -> str:
    with urllib.request.urlopen(address, timeout=SAVE_LIMIT) as answer:
        return str(answer.read().decode())


def table(rows: list[Row]) -> str:
    lines = ["| | pages | median | 90th percentile | idle |", "|---|---:|---:|---:|---:|"]
    for row in rows:
        ordered = sorted(row.saves)
        lines.append(
            f"| {row.label} | {row.pages} | {statistics.median(ordered):.0f} ms "
            f"| {ordered[int(len(ordered) * 0.9)]:.0f} ms | {row.idle:.1%} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
