"""What the values of options may be; argparse names a function in its complaint."""

import argparse
import re

# The same as `editor` in site.yaml, whose model need not be loaded to read a command line.
EDITORS = ("vscode", "vscode-insiders", "vscodium", "cursor", "windsurf", "zed", "idea", "none")


def number(text: str) -> int:
    """A whole number from 1."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("it must be at least 1")
    return value


def port(text: str) -> int:
    """The number of a port; 0: any that is free."""
    value = int(text)
    if not 0 <= value <= 65535:
        raise argparse.ArgumentTypeError("0 to 65535")
    return value


def dask(text: str) -> str:
    """The address of a Dask scheduler, `dask://HOST:PORT`; what is after the slashes."""
    address = text.removeprefix("dask://")
    host, _, number_of_port = address.rpartition(":")
    if address == text or not re.fullmatch(r"[\w.-]+|\[[0-9a-fA-F:.]+\]", host):
        raise argparse.ArgumentTypeError("an address, as in dask://192.0.2.7:8786")
    return f"{host}:{port(number_of_port)}"


def day(text: str) -> str:
    """A day of the calendar, YYYY-MM-DD."""
    import datetime

    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError("a day, as in 2026-11-22") from None
