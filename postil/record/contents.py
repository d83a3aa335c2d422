"""What files held when a site was built of them: whether one only looks as if it had changed.

A fresh checkout, a copy, a restored backup or `touch` changes the times of files, and no more.
"""

import os
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from postil.record.parts import Parts
from postil.record.states import States, is_settled, state_of

_PART = "contents"  # and of those that were built since: the same, a slash and their names

Digests = dict[str, str]
"""By path, the SHA-256 of what a file held; of none of which that is not certain."""


def digest_of(path: str) -> str:
    """The SHA-256 of a file; empty if it cannot be read, or is a pipe or a device."""
    file = Path(path)
    try:
        return sha256(file.read_bytes()).hexdigest() if file.is_file() else ""
    except OSError:
        return ""


def contents_to_part(digests: Mapping[str, str], of: str = "") -> dict[str, bytes]:
    """Digests, to be kept with what was made of the files; `of` names some that are others now."""
    text = "\0".join(part for pair in digests.items() for part in pair)
    return {f"{_PART}/{of}" if of else _PART: text.encode(errors="surrogateescape")}


def contents_from_parts(parts: Parts) -> Digests:
    """What is kept of this; nothing if it cannot be read."""
    names = [_PART, *(name for name in parts.changed if name.startswith(f"{_PART}/"))]
    found: Digests = {}
    try:
        for _, data in parts.read_all(names):
            texts = data.decode(errors="surrogateescape").split("\0")
            found |= zip(texts[::2], texts[1::2], strict=True)
    except (OSError, ValueError):
        return {}
    return found


def contents_of_young(states: States, taken: int) -> Digests:
    """What those of these files hold of which a further change might not show.

    `taken` is when they had these states, in nanoseconds, before a build reads any of them.
    """
    return {path: digest_of(path) for path in states if not is_settled(states[path], taken)}


def contents_now(wanted: Iterable[str], states: States, young: Digests) -> Digests:
    """What files hold after a build, where that is certainly what it has read.

    They had these states before, and the `young` ones held that.
    """
    now = {path: digest_of(path) for path in sorted(wanted)}
    return {
        path: digest
        for path, digest in now.items()
        if digest and state_of(path) == states[path] and young.get(path, digest) == digest
    }


def find_changed(changed: States, inputs: States, digests: Digests) -> States:
    """Those of the inputs whose states have `changed` that hold something else now.

    `inputs` are the states of all of them, as they were.
    """
    others = {path: now for path, now in changed.items() if not _holds(path, digests.get(path))}
    folders = {path: names for path in others if (names := _names_in(path)) is not None}
    before: dict[str, set[str]] = {path: set() for path in folders}
    for path in inputs if folders else ():
        folder, _, name = path.rpartition(os.sep)
        if folder in before:
            before[folder].add(name)
    return {
        path: now
        for path, now in others.items()
        if path not in folders or folders[path] != before[path]
    }


def _holds(path: str, digest: str | None) -> bool:
    """Whether a file, which is no link, has that content."""
    return bool(digest) and not os.path.islink(path) and digest_of(path) == digest  # noqa: PTH114


def _names_in(path: str) -> set[str] | None:
    """The names in a folder; None if it is none, or a link."""
    try:
        return None if os.path.islink(path) else set(os.listdir(path))  # noqa: PTH114, PTH208
    except OSError:
        return None
