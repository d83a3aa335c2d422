"""The examples of the CommonMark specification, from the npm package in tests/node."""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

SPEC = Path(__file__).parent / "node" / "node_modules" / "commonmark-spec" / "spec.txt"

_EXAMPLE = re.compile(r"^`{32} example\n(.*?)^\.\n(.*?)^`{32}$", re.MULTILINE | re.DOTALL)


class Example(NamedTuple):
    """One example: its number in the specification, what is typed, and what that gives."""

    number: int
    markdown: str
    html: str


@cache
def examples() -> list[Example]:
    """All 652, in order."""
    if not SPEC.exists():
        pytest.skip("the npm package commonmark-spec is missing: run tests/install.py")
    text = SPEC.read_text(encoding="utf-8").replace("→", "\t")
    return [
        Example(number, *match.groups())
        for number, match in enumerate(_EXAMPLE.finditer(text), start=1)
    ]
