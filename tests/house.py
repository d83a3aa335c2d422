"""The house in figures: `python tests/house.py` prints what tests/test_house.py holds it to.

A line of code is a logical one, in the words of Python's grammar: what ends with a NEWLINE, however
many lines the formatter makes of it. Comments and docstrings are none.
"""

import ast
import io
import subprocess
import sys
import tokenize
from collections import defaultdict
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "postil"
SOUND_SITE = Path(__file__).parent / "sites" / "unused-source"

# The rooms on the way from bytes to a page. Of these counts what a build without mistakes loads:
# what only helps somebody out (schemas, repairs of YAML, suggestions, the proof) is not of it.
FROM_BYTES_TO_PAGE = ("building", "page", "output", "site", "yaml", "text", "language")
BUILD = """
import sys, pathlib, tempfile
from postil import building
from postil.output import publishing
site = building.build_site(pathlib.Path(sys.argv[1]))
with tempfile.TemporaryDirectory() as folder:
    publishing.publish(site.files, pathlib.Path(folder) / "output")
print(*sys.modules)
"""


def modules() -> dict[str, Path]:
    """Every module by its name below `postil`, as in `site.model`."""
    found = {path: path.relative_to(PACKAGE).with_suffix("") for path in PACKAGE.rglob("*.py")}
    return {".".join(name.parts): path for path, name in sorted(found.items())}


def code_lines(source: str) -> int:
    """The number of logical lines but for docstrings."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    lines = sum(token.type == tokenize.NEWLINE for token in tokens)
    return lines - sum(map(is_text_alone, ast.walk(ast.parse(source))))


def is_text_alone(node: ast.AST) -> bool:
    """Whether a statement is nothing but a text, as a docstring is."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def functions(source: str) -> dict[str, int]:
    """The lines that each function takes up, its signature and docstring included."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]
    return {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in nodes}


def public_names(source: str) -> set[str]:
    """What a module defines, and does not only import, without an underscore before it."""
    names: set[str] = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return {name for name in names if not name.startswith("_")}


def shared_names() -> dict[str, list[str]]:
    """The public names that two modules or more define, with these modules."""
    owners: dict[str, list[str]] = defaultdict(list)
    for module, path in modules().items():
        for name in public_names(path.read_text(encoding="utf-8")):
            owners[name].append(module)
    return {name: owning for name, owning in sorted(owners.items()) if len(owning) > 1}


def loaded_by_a_build(site: Path) -> set[str]:
    """The names of all modules that are loaded when a site is built and published."""
    done = subprocess.run(
        [sys.executable, "-c", BUILD, site], cwd=PACKAGE.parent, capture_output=True, text=True
    )
    return set(done.stdout.split())


def from_bytes_to_page() -> dict[str, int]:
    """The lines of code of each module on the way from bytes to a page."""
    loaded = loaded_by_a_build(SOUND_SITE)
    return {
        module: code_lines(path.read_text(encoding="utf-8"))
        for module, path in modules().items()
        if module.split(".")[0] in FROM_BYTES_TO_PAGE and f"postil.{module}" in loaded
    }


def main() -> int:
    sources = {module: path.read_text(encoding="utf-8") for module, path in modules().items()}
    on_the_way = from_bytes_to_page()
    for module, number in on_the_way.items():
        print(f"{number:6} {module}")
    print(f"{sum(on_the_way.values()):6} lines of code from bytes to page")
    print(f"{sum(map(code_lines, sources.values())):6} lines of code in all")
    lengths = {module: source.count("\n") for module, source in sources.items()}
    longest = max(lengths, key=lambda module: lengths[module])
    print(f"{lengths[longest]:6} lines in the longest module, {longest}")
    made = {
        f"{module}.{name}": n for module, s in sources.items() for name, n in functions(s).items()
    }
    largest = max(made, key=lambda name: made[name])
    print(f"{made[largest]:6} lines in the longest function, {largest}")
    print(f"{len(shared_names()):6} public names in two modules: {shared_names()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
