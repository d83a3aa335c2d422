"""The index of a search, which the program Pagefind makes: files that a reader's browser asks.

It is run once on a folder of small pages (`searchable`), in a folder of its own, so that nothing of
what it may find elsewhere, a settings file or a variable, makes another index. Of what it writes
only the parts that search are kept; its own interfaces are not.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from postil.diagnostics.refusal import Refusal

INDEX_FOLDER = "search/pagefind"  # below output/
_INTERFACES = ("pagefind-component-ui", "pagefind-modular-ui", "pagefind-ui", "pagefind-highlight")


def index_files(program: Path, pages: Path, language: str) -> Iterator[tuple[str, bytes]]:
    """The files of the index of a folder of pages, by path below output/, in order.

    `language` says how words are cut to their stems. There is at least one page. The index is made
    beside `pages`. Raises `Refusal` if the program cannot be run, or fails.
    """
    made = pages.parent / "made"
    _run(program, pages, made, language.partition("-")[0])
    for path in sorted(each for each in made.rglob("*") if each.is_file()):
        name = path.relative_to(made).as_posix()
        if not name.startswith(_INTERFACES):
            yield f"{INDEX_FOLDER}/{name}", path.read_bytes()


def _run(program: Path, pages: Path, made: Path, language: str) -> None:
    surroundings = {
        name: value for name, value in os.environ.items() if not name.startswith("PAGEFIND_")
    }
    asked = ["--site", str(pages), "--output-path", str(made), "--force-language", language]
    try:
        done = subprocess.run(
            [str(program), *asked, "--keep-index-url", "--silent"],
            cwd=pages.parent,
            env=surroundings,
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
        why = done.stderr.decode(errors="replace").strip() if done.returncode else ""
        has_failed = done.returncode != 0
    except OSError as error:
        why, has_failed = error.strerror or str(error), True
    if has_failed:
        raise Refusal(
            f"Pagefind made no index for the search: {why or 'it does not say why'}",
            'pip install --force-reinstall "postil[search]", or take `search` out of site.yaml',
        )
