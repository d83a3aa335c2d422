"""`postil` and `python -m postil`: the program, for the site in the working folder."""

import gc
import os
import sys
from pathlib import Path


def main() -> None:
    """Carry out the command line and end at once, without tidying up."""
    gc.disable()  # a run ends before looking for unused memory is worth its time
    from postil.cli import commands

    leave(commands.run(sys.argv[1:], "postil", Path()))


def leave(code: int) -> None:
    """End at once: tidying up memory that the system takes back takes longer than a page."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        code = 2  # nobody was there to read it
    os._exit(code)


if __name__ == "__main__":
    main()
