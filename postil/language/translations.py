"""A language is one file beside this one, `de.json`: its direction, words and attribution."""

from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

FOLDER = Path(__file__).parent

Direction = Literal["ltr", "rtl"]
Entries = dict[str, str | dict[str, str]]


class Translation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file says of its language. `attribution` is for `cues`, which most builds never ask:
    it stays as it is written until then."""

    direction: Direction
    words: Entries
    attribution: msgspec.Raw = msgspec.Raw()


def tags(language: str) -> list[str]:
    """`pt-BR` → pt-BR, pt: where anything is looked up, the nearest first."""
    parts = language.split("-")
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]


def nearest(language: str) -> list[Translation]:
    """The files for a BCP 47 language and for its base languages, the nearest first."""
    return [found for tag in tags(language) if (found := translation_of(tag.lower()))]


@cache
def translation_of(tag: str) -> Translation | None:
    """The file of this name; None if nobody has written it."""
    path = FOLDER / f"{tag}.json"
    return msgspec.json.decode(path.read_bytes(), type=Translation) if path.is_file() else None
