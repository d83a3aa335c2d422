"""The preview: what it serves and to whom, and that every save reaches the page, once, soon."""

import asyncio
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import SimpleQueue
from typing import get_args

import pytest
from conftest import ROOT
from previewing import PATIENCE, opened, previewing, wait_until
from small_site import SITE, SOURCES, write_explainer, write_site
from test_live import Editor

from postil import building, paths
from postil.cli import arguments
from postil.diagnostics.refusal import Refusal
from postil.preview import guarding, server, watching
from postil.preview.editors import editor_link, guess_editor
from postil.preview.locating import Place
from postil.preview.server import MOST_REFUSALS, Preview
from postil.site.settings import EditorName

SCALE = float(os.environ.get("POSTIL_TEST_SCALE", "1"))
ALPHA = "content/alpha/annotations.yaml"

# See `watching.listen`, whose own filter pytest takes away.
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning:watchdog")


@pytest.fixture
def site(tmp_path):
    return write_site(tmp_path / "site")


@pytest.fixture
def running(site):
    with previewing(site) as running:
        yield running


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A preview for tests that only ask."""
    with previewing(write_site(tmp_path_factory.mktemp("shared") / "site")) as running:
        yield running


@pytest.fixture
def page(running):
    with opened(running, "/alpha/") as page:
        yield page


def changes(page):
    """The next news of another version of the page."""
    version = page.first["version"]
    page.first = page.hear_until(lambda news: news["version"] != version)
    return page.first


# ------------------------------------------------------------------ what is served

FILES = [
    ("/", "text/html; charset=utf-8", "<h1>Small</h1>"),
    ("/index.html", "text/html; charset=utf-8", "<h1>Small</h1>"),
    ("/alpha/", "text/html; charset=utf-8", "<h1>Alpha</h1>"),
    ("/alpha/index.html", "text/html; charset=utf-8", "<h1>Alpha</h1>"),
    ("/alpha/?watched", "text/html; charset=utf-8", "<h1>Alpha</h1>"),
    ("/alpha/article.txt", "text/plain; charset=utf-8", "A spokesman of Alpha"),
    ("/alpha/annotations.jsonld", "application/ld+json; charset=utf-8", "TextQuoteSelector"),
    ("/static/postil.css", "text/css; charset=utf-8", "{"),
    ("/static/reader.js", "text/javascript; charset=utf-8", "use strict"),
    ("/__postil/preview.js", "text/javascript; charset=utf-8", "use strict"),
    ("/__postil/preview.css", "text/css; charset=utf-8", ".panel"),
    ("/__postil/manual.css", "text/css; charset=utf-8", ":target"),
    ("/__postil/docs/diagnostics.md", "text/html; charset=utf-8", '<h2 id="orphan">orphan</h2>'),
    ("/__postil/docs/annotations.md", "text/html; charset=utf-8", "<table>"),
]


@pytest.mark.parametrize(("path", "kind", "words"), FILES)
def test_files_are_served_from_memory_and_kept_by_nobody(shared, path, kind, words):
    answer = shared.get(path)

    assert (answer.status, answer.headers["Content-Type"]) == (200, kind)
    assert words in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not [name for name in answer.headers if name.startswith("Access-Control")]
    assert shared.ask("HEAD", path).body == b""


def test_an_address_without_its_slash_leads_to_the_page(shared):
    answer = shared.get("/alpha")

    assert (answer.status, answer.headers["Location"]) == (302, "./alpha/")


def test_a_page_is_the_built_one_with_a_script_and_a_policy_that_lets_it_run(shared):
    served = shared.get("/alpha/").body
    built = building.build_site(shared.root, drafts=True, hosted=False).files["alpha/index.html"]
    version = shared.preview.live.version("alpha/index.html")
    script = (
        '<script defer src="../__postil/preview.js" '
        f'data-version="{version}" data-styles="{shared.preview.live.styles}"></script>'
    ).encode()

    assert served.count(script) == 1
    assert served.replace(script, b"").replace(b"'self' ws:", b"'self'") == built


def test_a_page_that_is_not_there_says_so_and_waits(shared):
    answer = shared.get("/omega/")

    assert answer.status == 404
    assert "/__postil/preview.js" in answer.text


def test_the_documentation_runs_no_script_and_leads_nowhere_else(shared):
    answer = shared.get("/__postil/docs/diagnostics.md")

    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; style-src 'self'"
    assert 'href="annotations.md"' in answer.text
    for name in ("nothing.md", "..%2FREADME.md", "../README.md", "images/wide.png", ""):
        assert shared.get(f"/__postil/docs/{name}").status == 404


def test_nothing_is_written(site):
    def state():
        return {p: (p.stat().st_mtime_ns, p.stat().st_ino) for p in site.rglob("*")}

    before = state()
    with previewing(site) as running, opened(running, "/alpha/"):
        assert running.get("/alpha/").status == 200

    assert state() == before


# ------------------------------------------------------------------ who may ask

HOSTS = [
    ("localhost:{port}", 200), ("LOCALHOST", 200), ("127.0.0.1:{port}", 200), ("[::1]:{port}", 200),
    ("localhost:9999", 200),  # through a tunnel
    ("evil.example", 403), ("evil.example:{port}", 403), ("localhost.evil.example", 403),
    ("localhost@evil.example", 403), ("127.0.0.1.evil.example", 403), ("", 403),
    ("192.168.1.7:{port}", 403), ("localhost:{port}, evil.example", 403), ("[::1", 403),
]  # fmt: skip


@pytest.mark.parametrize(("host", "status"), HOSTS)
@pytest.mark.parametrize(
    "path",
    ["/", "/__postil/preview.js", "/__postil/places/alpha", "/no/", "/__postil/docs/templates.md"],
)
def test_a_name_that_is_not_ours_gets_no_answer(shared, host, status, path):
    answer = shared.get(path, Host=host.format(port=shared.preview.port))

    assert (answer.status in (400, 403)) == (status == 403)
    if status == 403 and answer.status == 403:
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.text.startswith("403 Forbidden: this ")
        assert "Small" not in answer.text


def handshake(running, **headers):
    upgrade = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec_WebSocket_Version": "13"}
    key = {"Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    return running.get("/livereload", **upgrade, **key, **headers).status


ORIGINS = [
    ({}, 403),
    ({"Origin": "null"}, 403),
    ({"Origin": "http://evil.example"}, 403),
    ({"Origin": "https://{host}"}, 403),
    ({"Origin": "http://localhost:1"}, 403),
    ({"Origin": "http://evil.example", "Host": "evil.example"}, 403),
]


@pytest.mark.parametrize(("headers", "status"), ORIGINS)
def test_only_pages_of_this_server_can_listen_and_select(shared, headers, status):
    given = {name: value.format(host=shared.host) for name, value in headers.items()}

    assert handshake(shared, **given) == status
    assert shared.ask("POST", "/__postil/select", selection(shared), **given).status == status


TRAVERSAL = [
    "/../site.yaml", "/..%2fsite.yaml", "/%2e%2e/site.yaml", "/%2e%2e%2fsite.yaml",
    "/static/../../site.yaml", "/static/%2e%2e%2f%2e%2e%2fsite.yaml", "/static/..%5c..%5csite.yaml",
    "//etc/passwd", "/%2fetc%2fpasswd", "/alpha/..%00/index.html", "/content/alpha/article.txt",
    "/.git/config", "/alpha/%ff", "/__postil/..%2fpreview.py", "/__postil/../preview.py",
    "/__postil/places/..%2fbeta", "/livereload.js", "/forcereload", "/x" * 2000,
    "http://evil.example/", "*",
]  # fmt: skip


@pytest.mark.parametrize("path", TRAVERSAL)
def test_no_address_leads_out_of_the_site(shared, path):
    answer = shared.get(path)

    assert answer.status in (400, 404)
    assert "title: Small" not in answer.text
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_other_methods_are_refused(shared, method):
    assert shared.ask(method, "/alpha/").status in (403, 405)


BYTES = [
    b"\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01", b"GET / HTTP/9.9\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n",
    b"POST /__postil/select HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz",
    b"GET /" + b"a" * 70000 + b" HTTP/1.1\r\n\r\n", b"\x00" * 100, b"CONNECT a:1 HTTP/1.1\r\n\r\n",
]  # fmt: skip

HANDSHAKE = (
    "GET /livereload HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
FRAMES = [
    b"\xff\xff\xff\xff\xff\xff\xff\xff", b"\x81\x05hello", b"\x81\xfe\xff\xff", b"\x8f\x80\0\0\0\0",
    b"\x81\x82\0\0\0\0{}", b"\x81\x82\0\0\0\0\xff\xfe", b"\x82\x81\0\0\0\0[", b"\xc1\x81\0\0\0\0x",
    b"\x81\xff" + b"\x7f" + b"\xff" * 7 + b"\0\0\0\0", b"\x88\x81\0\0\0\0x", b"\x09\x80\0\0\0\0",
    b"\x81\xfe\xc3\x50\0\0\0\0" + b"[" * 50000, b"\x81\x8a\0\0\0\0" + b'{"page":1}',
    b"\x81\x90\0\0\0\0" + b'{"page":"/%ff/"}',
]  # fmt: skip


def exchange(running, data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", running.preview.port), timeout=PATIENCE) as peer:
        peer.sendall(data)
        peer.shutdown(socket.SHUT_WR)
        received = b""
        try:
            while part := peer.recv(65536):
                received += part
        except ConnectionResetError:
            pass
        return received


@pytest.mark.parametrize("data", BYTES, ids=lambda data: repr(data[:40]))
def test_what_is_no_request_is_refused_quietly(shared, capfd, data):
    answer = exchange(shared, data)

    assert answer == b"" or answer.split(b" ")[1][:1] == b"4"
    assert capfd.readouterr().err == ""
    assert shared.get("/alpha/").status == 200


@pytest.mark.parametrize("frame", FRAMES, ids=lambda data: repr(data[:24]))
def test_what_is_no_message_is_refused_quietly(shared, capfd, frame):
    answer = exchange(shared, HANDSHAKE.format(host=shared.host).encode() + frame)

    assert answer.startswith(b"HTTP/1.1 101")
    assert b'"version"' not in answer
    assert capfd.readouterr().err == ""
    assert shared.get("/alpha/").status == 200


NAMES = [
    ("", "localhost", True), ("", "example.org", False), ("127.0.0.1", "example.org", False),
    ("192.168.1.7", "192.168.1.7:5500", True), ("192.168.1.7", "localhost", True),
    ("192.168.1.7", "192.168.1.8", False), ("desk.local", "DESK.local:80", True),
    ("0.0.0.0", "192.168.1.8:5500", True), ("0.0.0.0", "evil.example", False),
    ("0.0.0.0", socket.gethostname(), True), ("::", "[fe80::1]:5500", True),
    ("0.0.0.0", "Desk.local:5500", True), ("192.168.1.7", "desk.local", True),
    ("desk.lan", "desk", True), ("", "desk.local", False), ("0.0.0.0", "other.local", False),
]  # fmt: skip


@pytest.mark.parametrize(("host", "header", "expected"), NAMES)
def test_a_host_that_was_chosen_is_answered_too(host, header, expected, monkeypatch):
    if "esk" in header:
        monkeypatch.setattr(socket, "gethostname", lambda: "Desk.example.org")
    names = guarding.names_of(host)

    assert guarding.is_for(names, header) == expected
    assert names.are_public == (host not in ("", "127.0.0.1"))


def test_a_public_preview_warns_and_says_where_it_is(site, capfd, monkeypatch):
    monkeypatch.setattr(guarding, "_network_addresses", lambda is_new: ["192.168.1.7"])
    with previewing(site, host="0.0.0.0") as running:
        port = running.preview.port

    said = capfd.readouterr().out
    assert "warning: whoever can reach this address can read the site" in said
    assert f"http://localhost:{port}/ shows the site" in said
    assert f"http://192.168.1.7:{port}/ is the same" in said


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_the_addresses_of_a_public_preview_can_be_opened_elsewhere(host):
    names = guarding.names_of(host)
    local, *others = guarding.addresses(names, 5500, host)

    assert local == "http://localhost:5500/"
    for address in others:
        assert guarding.is_for(names, address.split("/")[2])
        assert not address.startswith(("http://127.", "http://0.", "http://[::1]"))


def test_a_refusal_says_why_and_the_terminal_says_it_once(site, capfd):
    with previewing(site) as running:
        answers = [running.get("/alpha/", Host=f"desk.local:{port}").text for port in (1, 2)]
        tries = [running.get("/", Host=f"n{n}.example").status for n in range(50)]
    said = [line for line in capfd.readouterr().out.splitlines() if line.startswith("refused")]

    reason = guarding.refusal_of_name("desk.local")
    assert answers == [f"403 Forbidden: {reason}\n"] * 2
    assert "--host desk.local" in reason
    assert "--public-url https://desk.local/" in reason
    assert tries == [403] * 50
    assert said[0] == f"refused: {reason}"
    assert len(said) == len(set(said)) == MOST_REFUSALS


@pytest.mark.parametrize("name", ["a\x1b[31m", "a\u202e", "a b", "<b>", "a" * 300, "é"])
def test_a_refusal_repeats_no_name_that_is_none(name):
    assert guarding.name_in(name) == ""
    assert name not in guarding.refusal_of_name(guarding.name_in(name))
    assert name not in guarding.refusal_of_page(f"https://{name}")


# What a tunnel or a proxy sends on: with the prefix or without it, its own name or ours.
PUBLIC_URL = "https://desk.example/tunnel/"
PASSED_ON = [
    ("/tunnel/alpha/", "desk.example", "../__postil/preview.js"),
    ("/alpha/", "desk.example", "../__postil/preview.js"),
    ("/tunnel/alpha/", "localhost:{port}", "../__postil/preview.js"),
    ("/alpha/", "localhost:{port}", "../__postil/preview.js"),
    ("/tunnel/", "desk.example", '"__postil/preview.js'),
    ("/tunnel/index.html", "desk.example:443", '"__postil/preview.js'),
    ("/tunnel/a/b/", "desk.example", '"../../__postil/preview.js'),
]


@pytest.fixture(scope="module")
def tunnelled(tmp_path_factory):
    site = write_site(tmp_path_factory.mktemp("tunnelled") / "site")
    with previewing(site, public_url=PUBLIC_URL) as running:
        yield running


@pytest.mark.parametrize(("path", "host", "script"), PASSED_ON)
def test_a_page_behind_a_proxy_finds_what_it_needs(tunnelled, path, host, script):
    host = host.format(port=tunnelled.preview.port)

    assert script in tunnelled.get(path, Host=host).text
    for prefix in ("", "/tunnel"):
        asked = {"Host": host, "Origin": "https://desk.example"}
        assert tunnelled.get(f"{prefix}/__postil/preview.js", Host=host).status == 200
        news = tunnelled.ask("POST", f"{prefix}/__postil/news", '{"page": "/alpha/"}', **asked)
        assert (news.status, sorted(news.json())) == (
            200, ["more", "problems", "styles", "turn", "version"],
        )  # fmt: skip
        words = tunnelled.ask("POST", f"{prefix}/__postil/select", selection(tunnelled), **asked)
        assert words.status == 200
        assert handshake(tunnelled, **asked) == 101


@pytest.mark.parametrize(("path", "to"), [("/tunnel", "./tunnel/"), ("/tunnel/alpha", "./alpha/")])
def test_an_address_behind_a_proxy_without_its_slash_leads_to_the_page(tunnelled, path, to):
    assert tunnelled.get(path, Host="desk.example").headers["Location"] == to


def test_a_tunnel_is_named_and_others_are_refused(tunnelled, capfd):
    origin = {"Origin": "https://evil.example"}
    answer = tunnelled.ask("POST", "/__postil/news", '{"page": "/"}', **origin)

    assert answer.status == handshake(tunnelled, **origin) == 403
    assert "--public-url https://evil.example/" in answer.text
    assert tunnelled.get("/", Host="evil.example").status == 403
    assert capfd.readouterr().out.count("evil.example/") == 2
    assert guarding.addresses(tunnelled.preview.names, 1, "")[-1] == PUBLIC_URL


PUBLIC_URLS = [
    ("https://desk.example", ("https://desk.example", "desk.example", "")),
    ("https://Desk.example:443/", ("https://desk.example", "desk.example", "")),
    ("http://desk.example:8080/a/b/", ("http://desk.example:8080", "desk.example", "/a/b")),
    ("http://[2001:db8::1]:80/é", ("http://[2001:db8::1]", "2001:db8::1", "/%C3%A9")),
]


@pytest.mark.parametrize(("url", "parts"), PUBLIC_URLS)
def test_a_public_address_is_taken_apart(url, parts):
    names = guarding.names_of("", url)

    assert (names.origin, *(names.known - guarding.LOOPBACK_NAMES), names.prefix) == parts
    assert names.are_public


@pytest.mark.parametrize(
    "url",
    ["desk.example", "ftp://desk.example/", "https://", "https://a b/", "https://u@desk.example/",
     "https://desk.example/?q", "https://desk.example/#f", "https://[::1/", "https://a:99999/"],
)  # fmt: skip
def test_what_is_no_public_address_is_refused(url):
    with pytest.raises(Refusal, match=r"as in --public-url https:"):
        guarding.names_of("", url)


# ------------------------------------------------------------------ ports


def test_the_next_port_is_used_if_one_is_taken():
    first, sockets = guarding.bind(0, "")
    second, others = guarding.bind(first, "")
    for each in sockets + others:
        each.close()

    assert first < second < first + guarding.PORTS


def test_a_port_that_is_taken_for_ipv6_alone_is_taken():
    """Otherwise `localhost` would lead to whoever has it."""
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as other:
        port = other.getsockname()[1]
        found, sockets = guarding.bind(port, "")
    for each in sockets:
        each.close()

    assert found > port


def test_both_kinds_of_localhost_are_answered(shared):
    for address in ("127.0.0.1", "::1"):
        socket.create_connection((address, shared.preview.port)).close()


@pytest.mark.parametrize(("port", "host"), [(0, "192.0.2.1"), (0, "no.such.host.invalid")])
def test_a_host_that_is_not_here_is_refused(port, host):
    with pytest.raises(Refusal, match=host.replace(".", r"\.")):
        guarding.bind(port, host)


# ------------------------------------------------------------------ the policy of a page

OURS = "style-src 'self'; connect-src 'self' ws:"
POLICIES = [
    ("default-src 'none'; script-src 'self'", f"default-src 'none'; script-src 'self'; {OURS}"),
    ("connect-src 'none'", "connect-src 'self' ws:"),
    ("connect-src https://api.example", "connect-src https://api.example 'self' ws:"),
    (
        "default-src https:; script-src 'none'; style-src 'self'",
        "default-src https:; script-src 'self'; style-src 'self'; connect-src https: 'self' ws:",
    ),
    ("default-src 'none'", f"default-src 'none'; script-src 'self'; {OURS}"),
    ("img-src 'self'", "img-src 'self'"),
    (" ; ", ""),
]


@pytest.mark.parametrize(("given", "expected"), POLICIES)
@pytest.mark.parametrize(
    "meta",
    [
        '<meta http-equiv="Content-Security-Policy" content="{}">',
        "<META content=\"{}\" http-equiv='content-security-policy'>",
    ],
)
def test_a_policy_is_loosened_no_more_than_it_takes(meta, given, expected):
    page = f'<head>{meta.format(given)}<meta name="a" content="{given}"></head>'.encode()
    admitted = guarding.admit_script(page, b"!").decode()

    assert admitted == f'<head>{meta.format(expected)}<meta name="a" content="{given}"></head>!'


LONG = "x" * 70000
BODIES = [
    ("<body>x</body></html>", "<body>x!</body></html>"),
    ("<head><!-- </head> --></head><body>x</BODY>", "<head><!-- </head> --></head><body>x!</BODY>"),
    ("<body>&lt;/body> x", "<body>&lt;/body> x!"),
    ("<p>no body, no head", "<p>no body, no head!"),
    (f"<head>{LONG}</head><body></body>", f"<head>{LONG}</head><body>!</body>"),
]


@pytest.mark.parametrize(("page", "expected"), BODIES, ids=range(len(BODIES)))
def test_the_script_stands_at_the_end_of_any_page(page, expected):
    assert guarding.admit_script(page.encode(), b"!") == expected.encode()


# ------------------------------------------------------------------ every save reaches the page


def test_a_page_is_told_at_once_how_things_stand(running):
    with opened(running, "/alpha/") as page:
        version = running.preview.live.version("alpha/index.html")
        styles = running.preview.live.styles
        stand = {"version": version, "styles": styles, "turn": 2, "problems": [], "more": 0}
        assert page.first == stand


def test_saves_that_follow_each_other_all_reach_the_page(running, page):
    for number in range(6):
        running.change(ALPHA, "The first note", f"The first note {number}")
        changes(page)
        assert f"first note {number}" in running.get("/alpha/").text


def test_a_save_during_a_build_reaches_the_page(running, page, monkeypatch):
    build, waiting = building.build_explainer, []

    def slow(slug, renderer, **same):
        waiting.append(slug)
        time.sleep(0.5)
        return build(slug, renderer, **same)

    monkeypatch.setattr(building, "build_explainer", slow)
    running.change(ALPHA, "The first note", "The 1st note")
    wait_until(lambda: waiting)
    started = time.monotonic()
    assert running.get("/alpha/").status == 200
    assert time.monotonic() - started < 0.4  # requests do not wait for builds
    running.change(ALPHA, "The 1st note", "The last note")

    page.hear_until(lambda news: "The last note" in running.get("/alpha/").text)


def test_a_slow_explainer_holds_up_no_other(running, page, monkeypatch):
    build, begun, may_end = building.build_explainer, [], threading.Event()

    def slow(slug, renderer, **same):
        if slug == "beta":
            begun.append(slug)
            may_end.wait(PATIENCE)
        return build(slug, renderer, **same)

    monkeypatch.setattr(building, "build_explainer", slow)
    beta = "content/beta/annotations.yaml"
    running.save(beta, (running.root / beta).read_text().replace("title: Beta", "title: Slow"))
    wait_until(lambda: begun)
    for words in ("The 1st note", "The second", "The last note"):
        running.save(ALPHA, (running.root / ALPHA).read_text().replace("The first note", words))
        page.hear_until(lambda news, words=words: words in running.get("/alpha/").text)
        running.save(ALPHA, (running.root / ALPHA).read_text().replace(words, "The first note"))
    running.change(ALPHA, "The first note", "A mistake [@nobody]")
    page.hear_until(lambda news: [p["code"] for p in news["problems"]] == ["unknown-source"])
    assert (begun, running.preview.live.is_current) == (["beta"], False)
    may_end.set()

    wait_until(lambda: "Slow" in running.get("/beta/").text)


@pytest.mark.parametrize("turns", range(4))
def test_an_interruption_is_heard_with_whatever_else_is(turns, tmp_path, monkeypatch):
    """So many turns of the loop after something was heard of the files."""
    monkeypatch.setattr(server, "SETTLING", PATIENCE)
    preview = Preview(tmp_path, jobs=1)

    async def interrupt() -> None:
        waiting = asyncio.ensure_future(preview._wait())
        await asyncio.sleep(0.05)
        preview._heard.set()
        for _ in range(turns):
            await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting

    asyncio.run(interrupt())


class HeardOf(SimpleQueue):
    """The paths of which the system told, with those it told of at any time."""

    def __init__(self):
        self.ever = set()

    def put(self, path):
        self.ever.add(path)
        super().put(path)


def test_files_that_are_saved_together_are_one_build(running, page):
    wait_until(lambda: running.preview._events.are_sent)
    saved = threading.Event()
    running.preview._worker.submit(saved.wait)  # no look comes between them
    running.preview._heard_of = heard_of = HeardOf()
    names = [f"content/{slug}/annotations.yaml" for slug in ("alpha", "beta", "delta")]
    for name in names:
        running.change(name, "The first note", "A note")
    running.change("content/sources.yaml", "name: Reuters", "name: Reuters agency")
    running.change("site.yaml", "title: Small", "title: Larger")
    names += ["content/sources.yaml", "site.yaml"]
    try:
        wait_until(lambda: {str(running.root / name) for name in names} <= heard_of.ever)
    finally:
        saved.set()
    changes(page)
    wait_until(lambda: running.preview.live.is_current)

    assert [len(names) for names in running.builds if names] == [5]


def test_files_that_only_editors_need_cause_no_build(running, page):
    for name in ("4913", "annotations.yaml~", ".#annotations.yaml", ".annotations.yaml.swp"):
        running.save(f"content/alpha/{name}", "x")
        (running.root / "content/alpha" / name).unlink()
        running.save(f"content/alpha/{name}", "x")

    assert page.hears_nothing(0.5)
    assert running.builds == []


def test_a_page_is_told_when_its_file_changed_and_it_did_not(running, page):
    """Its links must lead to other lines."""
    running.change(ALPHA, "annotations:", "\n\nannotations:")

    assert page.hear() == page.first | {"turn": page.first["turn"] + 1}


def test_only_the_pages_that_changed_are_told(running, page):
    with opened(running, "/beta/") as beta, opened(running, "/") as index:
        running.change(ALPHA, "The first note", "A note")
        changes(page)
        assert beta.hears_nothing(0.3)
        assert index.hears_nothing(0.1)


def test_a_change_of_styles_is_told_as_such(running, page):
    before = page.first
    (running.root / "static").mkdir()
    running.save("static/own.css", "p {}")
    news = page.hear()

    assert news["styles"] != before["styles"]
    assert news["version"] == before["version"]


def test_a_file_with_an_old_time_reaches_the_page(running, page):
    fresh = running.root / "new.yaml"
    text = (running.root / ALPHA).read_text(encoding="utf-8")
    fresh.write_text(text.replace("The first note", "A note"), encoding="utf-8")
    os.utime(fresh, (0, 0))
    fresh.replace(running.root / ALPHA)

    changes(page)


def test_an_explainer_that_comes_back_reaches_its_page(running, page):
    shutil.move(running.root / "content/alpha", running.root / "away")
    assert changes(page)["version"] == ""
    assert running.get("/alpha/").status == 404
    shutil.move(running.root / "away", running.root / "content/alpha")
    assert changes(page)["version"]


def test_a_folder_that_is_made_later_is_followed(running, page):
    (running.root / "templates").mkdir()
    wait_until(lambda: running.builds)
    time.sleep(0.2)
    template = (paths.PROGRAM / "templates/page.html").read_text(encoding="utf-8")
    running.save("templates/page.html", template.replace("<main", "<main data-own"))

    changes(page)
    assert "data-own" in running.get("/alpha/").text


def test_saves_are_seen_where_the_system_tells_nothing(site, monkeypatch):
    monkeypatch.setattr(watching, "listen", lambda *_: watching.Events(False, lambda: None))
    with previewing(site) as running, opened(running, "/alpha/") as page:
        for number in range(3):
            running.change(ALPHA, "The first note", f"The first note {number}")
            changes(page)


def test_a_page_that_was_away_hears_what_it_missed(running):
    with opened(running, "/alpha/") as page:
        before = page.first["version"]
    running.change(ALPHA, "The first note", "A note")
    wait_until(lambda: "A note" in running.get("/alpha/").text)

    with opened(running, "/alpha/") as page:
        assert page.first["version"] not in ("", before)


def test_a_page_is_the_same_to_another_server(site):
    """So that a page which finds the server again after a restart is not loaded in vain."""
    versions = []
    for _ in range(2):
        with previewing(site) as running, opened(running, "/alpha/") as page:
            versions.append(page.first)

    assert versions[0] == versions[1]


# ------------------------------------------------------------------ mistakes


def test_a_mistake_is_told_with_its_place_and_goes_by_itself(running, page):
    version = page.first["version"]
    running.change(ALPHA, "quote: told", "quote: tolled")
    (problem,) = page.hear_until(lambda news: news["problems"])["problems"]

    assert problem["severity"] == "error"
    assert problem["place"] == f"{ALPHA}:5:12"
    assert problem["href"] == f"vscode://file/{str(running.root / ALPHA).lstrip('/')}:5:12"
    assert problem["code"] == "orphan"
    assert problem["section"] == "docs/diagnostics.md#orphan"
    assert problem["message"] == "quote is not in article.txt"
    assert [["5 |", "gutter"], ["     quote: tolled reporters", "plain"]] in problem["details"]
    assert problem["details"][-1][1:] == [["help", "help"], [": quote: told reporters", "plain"]]
    assert running.preview.live.version("alpha/index.html") == version
    running.change(ALPHA, "quote: tolled", "quote: told")
    assert page.hear_until(lambda news: not news["problems"])["version"] == version


def test_a_mistake_of_an_instant_is_not_spoken_of(running, page):
    text = (running.root / ALPHA).read_text(encoding="utf-8")
    running.save(ALPHA, "")
    time.sleep(0.03)
    running.save(ALPHA, text.replace("The first note", "A note"))
    changes(page)

    assert [news["problems"] for news in page.heard] == [[]] * len(page.heard)


def test_a_mistake_anywhere_is_told_everywhere(running, page):
    running.change("content/beta/annotations.yaml", "quote: told", "quote: tolled")

    news = page.hear_until(lambda news: news["problems"])
    assert [problem["place"] for problem in news["problems"]] == [
        "content/beta/annotations.yaml:5:12"
    ]


def test_a_mistake_of_ours_is_told_and_the_server_stays(running, page, monkeypatch):
    def leave(*_, **__):
        raise SystemExit(3)

    with monkeypatch.context() as patch:
        patch.setattr(building, "build_explainer", leave)
        running.change(ALPHA, "The first note", "A note")
        (problem,) = page.hear_until(lambda news: news["problems"])["problems"]
        assert problem["code"] == "internal-error"
    running.change(ALPHA, "A note", "Some note")
    assert changes(page)["problems"] == []


def test_names_that_are_not_unicode_end_nothing(running, page, capfd):
    (running.root / "static").mkdir()
    for folder, name in (("static", b"\xff.css"), ("content", b"\xff\xfe")):
        path = os.fsencode(running.root / folder) + b"/" + name
        Path(os.fsdecode(path)).mkdir() if folder == "content" else Path(os.fsdecode(path)).touch()
    (problem,) = page.hear_until(lambda news: news["problems"])["problems"]
    assert problem["place"] == "content/??:1:1"
    running.change(ALPHA, "The first note", "A note")

    changes(page)


def test_only_so_many_problems_are_told(running, page):
    unused = "".join(f"s{number}: {{kind: wire, name: S}}\n" for number in range(120))
    running.change("content/beta/annotations.yaml", "quote: told", "quote: tolled")
    news = page.hear_until(lambda news: news["problems"])
    running.save("content/sources.yaml", SOURCES + unused)
    running.change("content/beta/annotations.yaml", "quote: tolled", "quote: told")
    news = page.hear_until(lambda news: len(news["problems"]) > 1)

    assert (len(news["problems"]), news["more"]) == (100, 20)


# ------------------------------------------------------------------ places and selections


def test_everything_of_a_page_leads_to_its_line(shared):
    found = shared.get("/__postil/places/alpha").json()

    assert found["annotations"]["first"] == {
        "place": f"{ALPHA}:4",
        "href": f"vscode://file/{str(shared.root / ALPHA).lstrip('/')}:4:5",
        "draft": False,
    }
    assert found["contexts"]["harbour"]["place"] == "content/context.yaml:4"
    assert found["sources"]["reuters"]["place"] == "content/sources.yaml:1"


LINKS = [
    ("vscode", "vscode://file/site/content/a%20b.yaml:14:5"),
    ("cursor", "cursor://file/site/content/a%20b.yaml:14:5"),
    ("zed", "zed://file/site/content/a%20b.yaml:14:5"),
    ("idea", "idea://open?file=/site/content/a%20b.yaml&line=14&column=5"),
    ("none", ""),
]


@pytest.mark.parametrize(("editor", "expected"), LINKS)
def test_links_are_those_of_the_editors_program(editor, expected):
    assert editor_link(editor, Path("/site"), Place("content/a b.yaml", 14, 5)) == expected


PROGRAMS = [
    ({}, "none"),
    ({"TERM_PROGRAM": "Apple_Terminal"}, "none"),
    ({"TERM_PROGRAM": "vscode", "TERM_PROGRAM_VERSION": "1.99.0"}, "vscode"),
    ({"TERM_PROGRAM": "vscode", "TERM_PROGRAM_VERSION": "1.99.0-insider"}, "vscode-insiders"),
    ({"TERM_PROGRAM": "vscode", "__CFBundleIdentifier": "com.vscodium"}, "vscodium"),
    ({"TERM_PROGRAM": "vscode", "CURSOR_TRACE_ID": "1a2b"}, "cursor"),
    ({"TERM_PROGRAM": "vscode", "VSCODE_GIT_ASKPASS_NODE": "/opt/Windsurf/windsurf"}, "windsurf"),
    (
        {"TERM_PROGRAM": "vscode",
         "VSCODE_GIT_ASKPASS_NODE": r"C:\Users\ann\AppData\Local\Programs\cursor\Cursor.exe"},
        "cursor",
    ),
    ({"TERM_PROGRAM": "zed", "ZED_TERM": "true"}, "zed"),
    ({"TERMINAL_EMULATOR": "JetBrains-JediTerm", "EDITOR": "code"}, "idea"),
    ({"EDITOR": "/usr/local/bin/code --wait"}, "vscode"),
    ({"VISUAL": "pycharm64.exe", "EDITOR": "vim"}, "idea"),
    ({"VISUAL": "vim", "EDITOR": "cursor -w"}, "cursor"),
    ({"EDITOR": "nano"}, "none"),
    ({"EDITOR": " "}, "none"),
]  # fmt: skip


@pytest.mark.parametrize(("environment", "editor"), PROGRAMS)
def test_the_program_is_guessed_from_the_terminal(environment, editor):
    assert guess_editor(environment) == editor


def test_every_program_can_be_named_in_the_settings_and_has_links():
    named = set(get_args(EditorName)) - {"none"}
    assert all(editor_link(name, Path("/site"), Place("a", 1, 1)) for name in named)
    assert {editor for _, editor in PROGRAMS} <= {*named, "none"}
    assert get_args(EditorName) == arguments.EDITORS


def test_the_guess_is_used_unless_the_site_names_one(site, monkeypatch):
    monkeypatch.setenv("TERM_PROGRAM", "zed")
    with previewing(site, editor="") as running:
        found = running.get("/__postil/places/alpha").json()
        assert found["annotations"]["first"]["href"].startswith("zed://file/")
        running.save("site.yaml", SITE + "editor: none\n")
        wait_until(
            lambda: not running.get("/__postil/places/alpha").json()["annotations"]["first"]["href"]
        )


def test_what_is_not_covered_is_told_of_an_explainer(shared):
    found = shared.get("/__postil/coverage/alpha").json()
    assert found["sentences"] == 2 and found["gaps"] == []
    assert shared.get("/__postil/coverage/omega").status == 404
    assert shared.get("/__postil/coverage.js").status == 200
    assert shared.get("/__postil/coverage/alpha", Host="evil.example").status == 403


def test_the_editors_program_is_the_one_of_the_site_unless_another_is_asked_for(site):
    (site / "site.yaml").write_text(SITE + "editor: idea\n", encoding="utf-8")
    with previewing(site, editor="") as running:
        found = running.get("/__postil/places/alpha").json()
    assert found["annotations"]["first"]["href"].startswith("idea://open?file=/")


def selection(running, article: str = "alpha", start: int = 17, end: int = 21, **others) -> str:
    source = running.root / "content" / article / "article.txt"
    import hashlib

    sha256 = hashlib.sha256(source.read_bytes()).hexdigest() if source.exists() else ""
    return json.dumps({"article": article, "sha256": sha256, "start": start, "end": end, **others})


def select(running, body: str):
    origin = f"http://{running.host}"
    return running.ask("POST", "/__postil/select", body, Origin=origin)


def test_selected_words_become_an_annotation(shared):
    answer = select(shared, selection(shared))

    assert answer.status == 200
    entry = answer.json()["yaml"]
    assert entry.startswith("  - id: told\n    quote: told\n    # attributed_to: reuters > ")
    assert "\n    draft: true  # " in entry
    assert answer.json()["place"] == ALPHA
    assert answer.json()["href"].endswith("annotations.yaml:12:1")


REFUSED = [
    ({"sha256": "0" * 64}, 409), ({"article": "omega"}, 404), ({"article": "../alpha"}, 404),
    ({"start": 5, "end": 5}, 400), ({"end": 10**9}, 400), ({"start": -1}, 400),
    ({"start": "5"}, 400), ({"start": None}, 400), ({"end": 1e400}, 400),
]  # fmt: skip


@pytest.mark.parametrize(("others", "status"), REFUSED, ids=lambda value: str(value))
def test_what_is_no_selection_is_refused(shared, others, status):
    assert select(shared, selection(shared, **others)).status == status


@pytest.mark.parametrize("body", ["", "[]", "{", "[" * 50000, "\udcff", "x" * 70000])
def test_what_is_no_question_is_refused(shared, body):
    data = body.encode("utf-8", "surrogateescape")
    try:
        assert select(shared, data).status in (400, 413)
    except (ConnectionResetError, BrokenPipeError):
        assert len(data) > 65536  # it is not even read


# ------------------------------------------------------------------ the command


def start(*arguments: object, python: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    command = [sys.executable, *python, ROOT / "build.py", "serve", *arguments]
    return subprocess.Popen(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        # A shell starts what runs in the background deaf to Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def stop(process: subprocess.Popen[str]) -> tuple[str, str]:
    process.send_signal(signal.SIGINT)
    return process.communicate(timeout=PATIENCE)


def address_of(process: subprocess.Popen[str]) -> str:
    for line in process.stdout:
        if line.startswith("http://"):
            return line.split()[0]
    raise AssertionError(process.stderr.read())


def test_it_serves_until_it_is_interrupted(site):
    from urllib.request import urlopen

    process = start("--root", site, "--port", "0", python=("-W", "error"))
    with urlopen(address_of(process) + "alpha/") as answer:
        assert b"Alpha" in answer.read()
    out, err = stop(process)

    assert (process.returncode, err, out.strip()) == (0, "", "")


def test_it_says_in_one_line_that_a_port_is_taken(site):
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        process = start("--root", site, "--port", taken)
        first = process.stdout.readline()
        stop(process)

    assert first.startswith(f"port {taken} is taken, so this is ")


def test_it_starts_with_mistakes_and_prints_them(site):
    (site / ALPHA).write_text("title: [", encoding="utf-8")
    process = start("--root", site, "--port", "0")
    first = process.stdout.readline()
    address_of(process)
    stop(process)

    assert first.startswith(f"{ALPHA}:1:8: error[yaml-syntax]")
    assert process.returncode == 0


USES = [(["--port", "70000"], 2), (["--port", "x"], 2), (["--editor", "emacs"], 2),
        (["--host", "192.0.2.1"], 2)]  # fmt: skip


@pytest.mark.parametrize(("arguments", "code"), USES)
def test_a_wrong_use_is_told_without_a_traceback(site, postil, arguments, code):
    done = postil("serve", "--root", site, *arguments)

    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert done.stderr.strip()


def test_it_opens_a_browser_when_asked(site, tmp_path):
    seen = tmp_path / "seen"
    browser = f"{sys.executable} -c \"import sys; open('{seen}', 'w').write(sys.argv[1])\" %s"
    environment = {**os.environ, "BROWSER": browser}
    process = subprocess.Popen(
        [sys.executable, ROOT / "build.py", "serve", "--root", site, "--port", "0", "--open"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    address = address_of(process)
    wait_until(lambda: seen.exists() and seen.read_text())
    stop(process)

    assert seen.read_text() == address


def test_it_costs_next_to_nothing_while_nobody_saves(site):
    """Less than 1 % of a processor."""
    process = start("--root", site, "--port", "0")
    address_of(process)
    time.sleep(1)
    before, started = processor_seconds(process.pid), time.monotonic()
    time.sleep(5)
    share = (processor_seconds(process.pid) - before) / (time.monotonic() - started)
    stop(process)

    assert share < 0.01


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# ------------------------------------------------------------------ any edits at all


def test_after_any_edits_the_preview_shows_what_a_build_makes(site):
    editor = Editor(site, seed=11)
    edits = 1000 if SCALE >= 6 else 60
    with previewing(site) as running, opened(running, "/alpha/") as page:
        pause = random.Random(12)
        for number in range(edits):
            editor.edit()
            time.sleep(pause.choice([0, 0, 0.005, 0.03]))
            if number % 20 == 19:
                repair(editor)
                expect_what_a_build_makes(running)
        page.say({"page": "/alpha/"})
        assert page.hear_until(lambda news: not news["problems"])


def repair(editor: Editor) -> None:
    editor.restore(share=1)
    for path in sorted((editor.root / "content").glob("new-*"))[4:]:
        shutil.rmtree(path)
    shutil.rmtree(editor.root / "content/alpha", ignore_errors=True)
    write_explainer(editor.root, "alpha")


def expect_what_a_build_makes(running) -> None:
    fresh = building.build_site(running.root, drafts=True, hosted=False, jobs=1)
    assert not fresh.report.failed, fresh.report.diagnostics[0]
    live = running.preview.live
    wait_until(lambda: live.is_current and live.files() == fresh.files)
    for path, data in fresh.files.items():
        served = running.get(f"/{path}").body
        if path.endswith(".html"):
            words = served.partition(b"<body")[2].rpartition(b"<script defer")[0]
            assert words in data
        else:
            assert served == data
