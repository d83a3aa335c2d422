#!/usr/bin/env python3
"""Build the site: site.yaml + content/ + templates/ + static/ -> output/. See README.md."""

import gc
import os
import sys


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 (what an older Python is told)
        print("Postil needs Python 3.11 or later: run `make`, which looks for one", file=sys.stderr)
        return 2
    gc.disable()  # a run ends before looking for unused memory is worth its time
    from postil.cli import commands

    try:
        return commands.run(sys.argv[1:])
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("postil"):
            raise
        print(
            f"this Python lacks {error.name}: run `make` once, then `.venv/bin/python build.py`",
            file=sys.stderr,
        )
        return 2


def leave(code: int) -> None:
    """End at once: tidying up memory that the system takes back takes longer than a page."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        code = 2  # nobody was there to read it
    os._exit(code)


if __name__ == "__main__":
    leave(main())
