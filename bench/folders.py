"""The sites on the disk: written for a tool, put aside, removed in the end."""

import os
import shutil
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import pattern
import tools

WORK = tools.BENCH / ".work"
ASIDE = WORK / "aside"


def write_site(flavour: str, pages: int, root: Path) -> frozenset[Path]:
    """Write a site of `pages` explainers to `root`, which is not there yet; all its files.

    A process of its own does it: measured programs report no less memory than this one had.
    """
    built = () if flavour == "postil" else ("--built", str(_built(pages)))
    command = (sys.executable, str(tools.BENCH / "generate.py"), flavour, str(pages), str(root))
    subprocess.run((*command, *built), check=True)
    return frozenset(path for path in root.rglob("*") if path.is_file())


@cache
def _built(pages: int) -> Path:
    """Where the output of Postil's build of that site is, made by the Postil of this moment."""
    folder = WORK / "built" / str(pages)
    put_aside(folder)
    return pattern.build(pages, folder, tools.postil_python(WORK))


def put_aside(path: Path) -> None:
    """Remove something in the end, and now only from its place.

    For a while after a removal, file systems are slower at making new files: whoever is measured
    next would pay for it, by the number of files.
    """
    ASIDE.mkdir(parents=True, exist_ok=True)
    if path.exists():
        path.rename(ASIDE / f"{path.name}-{time.time_ns()}")


def forget_aside() -> None:
    """Remove what was put aside."""
    shutil.rmtree(ASIDE, ignore_errors=True)
    os.sync()
