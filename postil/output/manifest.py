"""The list of the files that Postil wrote into a folder, which is how it knows them again."""

import os
import stat
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import msgspec

from postil.diagnostics.refusal import Refusal
from postil.output.names import check_paths
from postil.output.writing import kind_of, temporary

MANIFEST = ".postil-manifest.json"

# By path, the SHA-256 hashes that a file of ours may have.
Manifest = dict[str, tuple[str, ...]]


def read_manifest(folder: Path) -> dict[str, str | tuple[str, ...]]:
    """By path, the hash of a file of ours, or all that it may have if a build was cut short."""
    file = folder / MANIFEST
    if not os.path.lexists(file):
        _check_emptiness(folder)
        return {}
    if kind_of(os.fspath(file)) != stat.S_IFREG:
        raise _damaged(file)
    try:
        manifest = msgspec.json.decode(file.read_bytes(), type=dict[str, str | tuple[str, ...]])
        check_paths(manifest)  # a forged one must not lead out of the folder
    except (msgspec.MsgspecError, UnicodeDecodeError, Refusal):
        raise _damaged(file) from None
    return manifest


def _check_emptiness(folder: Path) -> None:
    """Raise `Refusal` if a folder without a manifest holds more than a killed build leaves."""
    if any(entry != temporary(folder / MANIFEST) for entry in folder.iterdir()):
        raise Refusal(
            f"{folder} is not empty and was not made by Postil",
            "choose another output folder or empty this one; if Postil is to share it with the "
            f"files in it, which it will not touch, put a file {MANIFEST} into it that holds {{}}",
        )


def _damaged(manifest: Path) -> Refusal:
    return Refusal(
        f"{manifest} is damaged: it does not say which files Postil wrote",
        f"move what is yours out of {manifest.parent}, delete the rest, and build again",
    )


def encode_manifest(manifest: Mapping[str, object]) -> bytes:
    """The manifest, one path a line, always the same bytes."""
    return msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=1) + b"\n"


def hash_of(data: bytes) -> str:
    return sha256(data).hexdigest()
