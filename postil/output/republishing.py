"""A few files put in the place of what was published last, without looking at the others."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from postil.output.manifest import MANIFEST, encode_manifest
from postil.output.planning import writing_order
from postil.output.publishing import Overtaken, entered, put_file
from postil.output.staging import Staged
from postil.output.writing import write_whole
from postil.record.states import state_of


def republish(
    files: Mapping[str, Staged],
    before: Mapping[str, str],
    folder: Path,
    protected: Sequence[Path],
    inputs: Sequence[Path],
    state: str,
) -> None:
    """Put files in the place of some that `publish` wrote, whose hashes are `before`.

    The folder holds what was published last, and its manifest has that `state`. The promises are
    those of `publish`; raises `Overtaken`, with nothing written, if the manifest is another.
    """
    if not files:
        return
    manifest = folder / MANIFEST
    with entered(folder, protected, inputs):
        if state_of(str(manifest), linked=False) != state:
            raise Overtaken
        both = final = manifest.read_bytes()
        for path, file in files.items():
            either = sorted([before[path], file.hash])
            both = _with_hash(both, path, before[path], either)
            final = _with_hash(final, path, before[path], file.hash)
        write_whole(manifest, both)
        for path in sorted(files, key=writing_order):
            put_file(files[path], path, folder)
        write_whole(manifest, final)


def _with_hash(manifest: bytes, path: str, before: str, now: str | list[str]) -> bytes:
    """An encoded manifest in which one file has another hash, or several that it may have."""
    old, new = (b"\n" + _line(path, held) for held in (before, now))
    start = manifest.find(old)
    if start < 0 or manifest[start + len(old) :][:1] not in (b",", b"\n"):
        raise Overtaken
    return manifest[:start] + new + manifest[start + len(old) :]


def _line(path: str, held: object) -> bytes:
    return encode_manifest({path: held})[len(b"{\n") : -len(b"\n}\n")]
