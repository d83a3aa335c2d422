#!/usr/bin/env python3
"""Build the site: site.yaml + content/ + templates/ + static/ -> output/. See README.md."""

import gc
import sys


def main() -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 (what an older Python is told)
        print("Postil needs Python 3.11 or later: run `make`, which looks for one", file=sys.stderr)
        return 2
    gc.disable()  # as postil/__main__.py does
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


if __name__ == "__main__":
    from postil.__main__ import leave

    leave(main())
