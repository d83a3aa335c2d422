"""Folders for ids: each source and each status has a page in a folder that is named for it.

A folder's name must stand in an address, and lie on any disk beside all the others.
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b

from postil import paths

SOURCES, STATUSES = "sources/index.html", "statuses/index.html"  # the lists, below output/

# What stands beside the folders: the list of them all, and its further pages.
_TAKEN = frozenset({"index.html", "page"})
_LONGEST = 120  # bytes; what is longer is cut, and told from others by a digest
_UNPLAIN = re.compile(r"[^a-z0-9_-]")


def source_address(id: str) -> str:
    """What a source's id is in addresses: the name of its folder, and after `source-` its element.

    What is neither a letter nor a digit nor `-`, `_` or `.` becomes `~` and its number in
    hexadecimal, so that it stands in a link and in a file name as it is. No two ids have the same
    address, but for a disk to which capitals are small letters.
    """
    return re.sub(r"[^\w.-]|^\.|\.$", lambda found: f"~{ord(found[0]):x}", id)


def folder_names(ids: Iterable[str]) -> dict[str, str]:
    """The folder of each id: its `source_address`, wherever that is safe and nobody else's.

    Of ids that are one name to a disk that ignores capitals or accents, the first has it. Others,
    and names that a system keeps for itself, are spelled out: all but small letters, digits, `-`
    and `_` becomes `~` and its number in hexadecimal, and if there is nothing else the first
    letter does.
    """
    names: dict[str, str] = {}
    taken = set(_TAKEN)
    for id in ids:
        name = source_address(id)
        folded = paths.caseless(name)
        if folded in taken or paths.is_device(name):
            name = _spelled_out(id)
        taken.add(folded)
        names[id] = _shortened(name)
    return names


def _spelled_out(id: str) -> str:
    plain = _UNPLAIN.sub(_number, id)
    return plain if plain != id else re.sub(r"\A.", _number, id)


def _number(found: re.Match[str]) -> str:
    return f"~{ord(found[0]):x}"


def _shortened(name: str) -> str:
    """A name that is no longer than a disk takes: no other ends in the same two tildes."""
    data = name.encode()
    if len(data) <= _LONGEST:
        return name
    digest = blake2b(data, digest_size=8).hexdigest()
    return f"{data[: _LONGEST - 18].decode(errors='ignore')}~~{digest}"


def source_path(id: str, folders: Mapping[str, str]) -> str:
    """The file of a source's page below output/."""
    return f"sources/{folders[id]}/index.html"


def status_path(id: str, folders: Mapping[str, str]) -> str:
    """The file of a status's page below output/."""
    return f"statuses/{folders[id]}/index.html"
