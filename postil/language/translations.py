"""A language is one file beside this one, `de.json`: its direction, words and attribution.

A site may have files of the same form, which go before ours: for a language that nobody has
translated, or for some words of another. They say no direction: that is known of every language.
"""

from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

import msgspec

FOLDER = Path(__file__).parent

Direction = Literal["ltr", "rtl"]
Entries = dict[str, str | dict[str, str]]
SiteWords = tuple[tuple[str, bytes], ...]
"""A site's own files, sound ones: by the language in small letters, the bytes. Can be hashed."""


class Translation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a file says of its language. `attribution` is for `cues`, which most builds never ask:
    it stays as it is written until then. Only a site's own file may lack `direction`."""

    direction: Direction | None = None
    words: Entries = {}
    attribution: msgspec.Raw = msgspec.Raw()


def tags(language: str) -> list[str]:
    """`pt-BR` → pt-BR, pt: where anything is looked up, the nearest first."""
    parts = language.split("-")
    return ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]


def english() -> Entries:
    """All words that a page may have, in English."""
    return nearest("en")[0].words


def nearest(language: str, own: SiteWords = ()) -> list[Translation]:
    """The files for a BCP 47 language and for its base languages, the nearest first.

    Of two for the same language, the site's own comes first.
    """
    files = dict(own)
    found = (
        each
        for tag in map(str.lower, tags(language))
        for each in (_decoded(files[tag]) if tag in files else None, translation_of(tag))
    )
    return [each for each in found if each]


@cache
def translation_of(tag: str) -> Translation | None:
    """Our file of this name; None if nobody has written it."""
    path = FOLDER / f"{tag}.json"
    return _decoded(path.read_bytes()) if path.is_file() else None


@lru_cache(64)
def _decoded(data: bytes) -> Translation:
    return msgspec.json.decode(data, type=Translation)
