"""Imports point one way: a module may use only modules of the layers below its own."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "postil"

LAYERS = [
    {
        "guarding",
        "characters",
        "conventions",
        "cues",
        "diagnostics",
        "folding",
        "model",
        "paths",
    },
    {"unchanged", "watching", "words"},
    {"anchoring", "articles", "hints", "publishing", "views"},
    {"located", "prose", "verifying", "weaving"},
    {"schemas"},
    {"loading", "rendering", "theming"},
    {"placing"},
    {"checking", "starting"},
    {"composing"},
    {"exporting"},
    {"building"},
    {"rebuilding", "reporting", "selecting"},
    {"terminal"},
    {"preview"},
    {"commands"},
]


def imports(module: str) -> set[str]:
    tree = ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "postil":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("postil."):
            found.add(node.module.split(".")[1])
    return found


def test_every_module_has_a_layer():
    modules = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    assert modules == set().union(*LAYERS)


@pytest.mark.parametrize("level", range(len(LAYERS)))
def test_modules_import_only_from_lower_layers(level):
    allowed = set().union(*LAYERS[:level])
    for module in LAYERS[level]:
        assert imports(module) <= allowed, module


def test_only_what_every_build_needs_is_imported_by_the_build(postil, tmp_path):
    import subprocess
    import sys

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
    rare = ("livereload", "tornado", "jsonschema_rs", "rapidfuzz", "rich", "asyncio", "difflib")
    assert not loaded & {*rare, "multiprocessing", "html.parser"}
