"""The record of a site: what the last build of it, in one way, saw and made.

It lies in the site's folder .postil/, a file for each way of building, and may be deleted, cut
short or replaced at any time: what is not whole, or of another program, is none. Only what
`commands` needs anyway is imported, because most runs find that nothing has changed.
"""

import os
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path

from postil import paths
from postil.record.parts import Parts, write_parts
from postil.record.states import UNKNOWN, States, is_settled, state_of, states_below

_VERSION = "postil record 3"
_LARGEST = 1 << 30  # bytes of a record; no site has one as large
_PARTS = "made-"  # and the name of the way, and a token
_MOST = 8  # records of a site, the oldest go
_AT_ONCE = 512  # states that are written at once

TYPE_CHECKING = False  # typing takes longer to load than all else that most runs need
if TYPE_CHECKING:
    from typing import BinaryIO


class Way:
    """How a build was asked for: of which site, to where, by which program and libraries."""

    def __init__(self, root: Path, output: Path, *asked: object, only: str = "") -> None:
        """`asked` is what makes other pages or other complaints of the same files.

        What is kept of one of these ways does not take the place of another; but of ways that
        differ in `only`, the last is kept.
        """
        self.root, self.output = root, output
        place = "\n".join([str(root.resolve()), str(output), *map(str, asked)])
        self.file = root / paths.KEPT / f"record-{zlib.crc32(os.fsencode(place)):08x}"
        # An installed or upgraded library changes the time of its folder.
        libraries = ((path, state_of(path)) for path in sys.path)
        program = states_below(str(paths.PACKAGE), compiled=True)
        seen = (f"{path} {state}" for path, state in (*libraries, *program))
        self.text = "\n".join([_VERSION, place, only, sys.version, *seen])


class Record:
    """What is kept: what was `said`, what was `made`, in parts, and the states of files.

    `said` is None if the next run has more to do than to say it again, whatever has changed.
    `inputs` are the states of what was read, before it was; `outputs` those of what was published,
    links not followed. Paths are absolute.
    """

    def __init__(self, said: str | None, inputs: States, outputs: States, made: Parts) -> None:
        self.said, self.inputs, self.outputs, self.made = said, inputs, outputs, made

    def changed_inputs(self) -> dict[str, str]:
        """The inputs whose state is another, and that state."""
        return {
            path: now for path, state in self.inputs.items() if (now := state_of(path)) != state
        }

    def changed_outputs(self) -> set[str]:
        """The published files, and the folders they are in, whose state is another."""
        return {
            path for path, state in self.outputs.items() if state_of(path, linked=False) != state
        }


def recall(way: Way) -> Record | None:
    """What is kept of a way of building, or None if that is not there, not whole or another's.

    Whether the parts of what was made are whole shows when they are read.
    """
    try:
        if not way.file.is_file() or way.file.stat().st_size > _LARGEST:
            return None
        text, changed = _unseal(way.file.read_bytes())
        text_of_way, said, token, sizes, inputs, *parts = text.split("\0")
        states = list(zip(parts[::2], parts[1::2], strict=True))
        count = int(inputs)
        made = Parts(_file_of_parts(way, token), token, dict(_cut(changed, sizes)))
    except (OSError, ValueError):
        return None
    if text_of_way != way.text or not 0 < count <= len(states):
        return None
    return Record(
        said[1:] if said.startswith("+") else None, dict(states[:count]), dict(states[count:]), made
    )


def keep(way: Way, record: Record, taken: int, before: States | None = None) -> None:
    """Put a record in the place of the last one; where nothing can be kept, nothing is lost.

    `before` are the states of the inputs that were kept last.

    `taken` is when the states of the inputs were looked at, in nanoseconds. Of what changed just
    before, a further change might not show: it counts as changed at the next build.
    """
    known = before or {}
    inputs = {
        path: state if known.get(path) == state or is_settled(state, taken) else UNKNOWN
        for path, state in record.inputs.items()
    }
    said = "" if record.said is None else f"+{record.said}"
    folder = way.file.parent
    try:
        if not is_ours(folder):
            return
        made = record.made
        sizes = "\n".join(f"{name}\1{len(data)}" for name, data in made.changed.items())
        texts = [way.text, said, made.token, sizes, str(len(inputs))]
        fresh = way.file.with_suffix(f".{os.getpid()}")
        fresh.unlink(missing_ok=True)
        with fresh.open("xb") as stream:
            states = chain(inputs.items(), record.outputs.items())
            _write_sealed(stream, chain(["\0".join(texts)], _in_pieces(states)), made.changed)
        fresh.replace(way.file)
        _forget_oldest(way, made)
    except (OSError, UnicodeEncodeError):
        pass


def is_ours(folder: Path) -> bool:
    """Make the folder for what is kept; False if a link stands there, which leads to others'."""
    if folder.is_symlink():
        return False
    folder.mkdir(exist_ok=True)
    ignored = folder / ".gitignore"
    if not os.path.lexists(ignored):  # what others put there is theirs
        with ignored.open("x", encoding="utf-8", newline="") as stream:
            stream.write("*\n")
    return True


def _forget_oldest(way: Way, made: Parts) -> None:
    folder = way.file.parent
    found = sorted(folder.glob("record-*"), key=lambda file: file.lstat().st_mtime_ns)
    for file in found[:-_MOST]:
        file.unlink()
    kept = {file.name.removeprefix("record-") for file in found[-_MOST:]}
    for file in folder.glob(f"{_PARTS}*"):
        owner = file.name.removeprefix(_PARTS).partition(".")[0]
        if owner not in kept or (file != made.file and owner == _name(way)):
            file.unlink()


def keep_parts(way: Way, parts: Iterable[tuple[str, bytes]]) -> Parts | None:
    """Parts in a file of their own, for a record that is kept next; None if that cannot be.

    What is kept before is true until then.
    """
    aside = way.file.with_name(f"{_PARTS}{_name(way)}.{os.getpid()}.tmp")
    try:
        if not is_ours(way.file.parent):
            return None
        aside.unlink(missing_ok=True)
        made = write_parts(parts, aside)
        made.file = _file_of_parts(way, made.token)
        aside.replace(made.file)
    except (OSError, UnicodeEncodeError):
        return None
    return made


def _name(way: Way) -> str:
    return way.file.name.removeprefix("record-")


def _file_of_parts(way: Way, token: str) -> Path:
    if not token.replace("-", "").isalnum():
        raise ValueError("not a token")
    return way.file.with_name(f"{_PARTS}{_name(way)}.{token}")


def _cut(data: bytes, sizes: str) -> Iterator[tuple[str, bytes]]:
    """Parts by their names, whose sizes are listed."""
    at = 0
    for line in filter(None, sizes.split("\n")):
        name, size = line.split("\1")
        yield name, data[at : at + int(size)]
        at += int(size)


def _in_pieces(states: Iterator[tuple[str, str]]) -> Iterator[str]:
    """States as they are written behind others: of many, not all in memory once more."""
    while piece := list(islice(states, _AT_ONCE)):
        yield "".join(f"\0{path}\0{state}" for path, state in piece)


def _write_sealed(stream: "BinaryIO", texts: Iterable[str], made: Mapping[str, bytes]) -> None:
    """Write what shows whether it is whole: a power cut, or somebody, may have cut it short."""
    stream.write(_head(0, 0, 0))
    length, check = 0, 0
    for text in texts:
        encoded = text.encode(errors="surrogateescape")
        length, check = length + stream.write(encoded), zlib.crc32(encoded, check)
    for data in made.values():
        stream.write(data)
        check = zlib.crc32(data, check)
    stream.seek(0)
    stream.write(_head(length, sum(map(len, made.values())), check))


def _head(length: int, others: int, check: int) -> bytes:
    """How many bytes of text follow, how many others, and the CRC-32 of all; always as long."""
    return f"{length:16} {others:16} {check:16}\n".encode()


def _unseal(sealed: bytes) -> tuple[str, bytes]:
    """What was sealed; raises ValueError if this is not all of it."""
    head, _, rest = sealed.partition(b"\n")
    length, others, check = map(int, head.split())
    if len(rest) != length + others or zlib.crc32(rest) != check:
        raise ValueError("a record that was cut short")
    return rest[:length].decode(errors="surrogateescape"), rest[length:]
