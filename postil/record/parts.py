"""What was made, kept in named parts: few of them are read, and few written, if little changes.

They lie in a file that is written once, with a list of them at its end; parts that are others by
now are kept by whom that names.
"""

import os
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

_VERSION = "postil parts 2"
_LARGEST = 1 << 28  # bytes of a list of parts
_END = 32  # bytes, the last ones: how many the list has, and their CRC-32

_Place = tuple[int, int, int]
"""Where a part begins, how many bytes it has, and their CRC-32."""


class Parts:
    """Parts in a file of a certain token, and those that are `changed` since."""

    def __init__(self, file: Path, token: str, changed: Mapping[str, bytes]) -> None:
        self.file, self.token, self.changed = file, token, changed
        self._places: dict[str, _Place] | None = None

    def names(self) -> list[str]:
        """The names of all parts; raises ValueError or OSError if they cannot be read."""
        return list(self._listed())

    def __contains__(self, name: str) -> bool:
        return name in self._listed()

    def read(self, name: str) -> bytes:
        """A part; raises ValueError or OSError if it is not there or not whole."""
        return dict(self.read_all([name]))[name]

    def read_all(self, names: list[str]) -> Iterator[tuple[str, bytes]]:
        """Parts by their names; raises as `read` does."""
        places = self._listed()
        with self.file.open("rb") as stream:
            for name in names:
                if name in self.changed:
                    yield name, self.changed[name]
                    continue
                if name not in places:
                    raise ValueError(f"no part {name}")
                start, length, check = places[name]
                stream.seek(start)
                data = stream.read(length)
                if len(data) != length or zlib.crc32(data) != check:
                    raise ValueError("a part that is not whole")
                yield name, data

    def with_changed(self, changed: Mapping[str, bytes]) -> "Parts":
        """The same with some that are others now."""
        return Parts(self.file, self.token, {**self.changed, **changed})

    def _listed(self) -> dict[str, _Place]:
        if self._places is None:
            self._places = _read_list(self.file, self.token)
        return self._places


def write_parts(parts: Iterable[tuple[str, bytes]], file: Path) -> Parts:
    """Write parts to a file as they come, which is nobody's until its token is known.

    May raise OSError.
    """
    token = f"{os.getpid():x}-{time.time_ns():x}"
    listed: list[str] = []
    with file.open("xb") as stream:
        stream.write(_head(token))
        for name, data in parts:
            stream.write(data)
            listed.append(f"{name}\0{len(data)}\0{zlib.crc32(data)}")
        encoded = "\n".join(listed).encode(errors="surrogateescape")
        stream.write(encoded + f"{len(encoded)} {zlib.crc32(encoded)}".rjust(_END).encode())
    return Parts(file, token, {})


def _head(token: str) -> bytes:
    return f"{_VERSION} {token}\n".encode()


def _read_list(file: Path, token: str) -> dict[str, _Place]:
    if not file.is_file():  # a pipe would be waited for
        raise ValueError("no file")
    with file.open("rb") as stream:
        at = len(_head(token))
        if stream.read(at) != _head(token):
            raise ValueError("another's")
        stream.seek(-_END, os.SEEK_END)
        length, check = map(int, stream.read(_END).split())
        if not 0 <= length <= _LARGEST:
            raise ValueError("no list")
        stream.seek(-_END - length, os.SEEK_END)
        encoded = stream.read(length)
    if len(encoded) != length or zlib.crc32(encoded) != check:
        raise ValueError("a list that is not whole")
    places: dict[str, _Place] = {}
    for line in encoded.decode(errors="surrogateescape").split("\n"):
        name, size, sum = line.split("\0")
        places[name] = at, int(size), int(sum)
        at += int(size)
    return places
