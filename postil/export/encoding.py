"""JSON as every export writes it."""

from typing import Any

import msgspec

Json = dict[str, Any]
"""An object of JSON."""


def encoded(document: Json | list[Json]) -> bytes:
    """The document in UTF-8, indented so that people and version control can read it."""
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"
