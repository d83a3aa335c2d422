"""What all tests share: --update-golden, and a command line run in its own process."""

import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden", action="store_true", help="write expected files anew; read the diff"
    )


@pytest.fixture
def golden(request):
    """Compare text with a file, or write the file with --update-golden."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--update-golden"):
            path.write_text(text, encoding="utf-8")
        assert path.read_text(encoding="utf-8") == text

    return compare


@pytest.fixture
def postil():
    """Run `python build.py ARGUMENTS` and return the finished process, with its output as text."""

    def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, ROOT / "build.py", *map(str, arguments)],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, **environment},
        )

    return run


def pytest_unconfigure():
    """Let the process end without a last collection of what native libraries still hold.

    After thousands of refused documents CPython's final collection crashes in one of them, when
    all tests have passed and their results are told.
    """
    gc.freeze()
