"""Imports go down one list of rooms, and up nowhere; a build imports only what it needs."""

import subprocess
import sys
from pathlib import Path

import grimp

PACKAGE = Path(__file__).parents[1] / "postil"

# From the top to the bottom. A room is a package or, as `building`, a single module.
ROOMS = (
    "cli", "preview", "coverage", "building", "export", "page", "output", "record", "site", "yaml",
    "text", "language", "diagnostics", "paths",
)  # fmt: skip

# Knows the fields of annotations.yaml, so as to find a colon that is missing before one.
EXCUSED = {("yaml", "site")}


def room(module: str) -> str:
    return module.split(".")[1]


def arrows() -> set[tuple[str, str]]:
    """Which room imports from which other one, imports inside functions included."""
    graph = grimp.build_graph("postil", cache_dir=None)
    found = {
        (room(module), room(imported))
        for module in graph.modules - {"postil"}
        for imported in graph.find_modules_directly_imported_by(module) - {"postil"}
    }
    return {(importer, imported) for importer, imported in found if importer != imported}


def test_every_module_is_in_a_room():
    rooms = {path.stem for path in PACKAGE.iterdir() if path.name[0] not in "_."}
    assert rooms == set(ROOMS)


def test_imports_only_go_down():
    upward = {
        (above, below) for above, below in arrows() if ROOMS.index(above) > ROOMS.index(below)
    }
    assert upward == EXCUSED


def test_only_what_every_build_needs_is_imported_by_the_build():
    code = (
        "import sys, pathlib; from postil import building; "
        "building.build_site(pathlib.Path(sys.argv[1])); print(*sys.modules)"
    )
    site = PACKAGE.parent / "tests" / "sites" / "unused-source"
    done = subprocess.run(
        [sys.executable, "-c", code, site], cwd=PACKAGE.parent, capture_output=True, text=True
    )
    loaded = set(done.stdout.split())
    assert "jinja2" in loaded
    rare = (
        "livereload",
        "tornado",
        "jsonschema_rs",
        "rapidfuzz",
        "regex",
        "rich",
        "asyncio",
        "difflib",
    )
    assert not loaded & {*rare, "multiprocessing", "html.parser"}
