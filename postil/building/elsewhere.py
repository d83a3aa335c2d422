"""Work in a process that need not see the site's files: on copies, in folders of its own.

What `carrying` sends is only opened if the program that sent it is the same as ours.
"""

import copyreg
import os
import pickle
import shutil
import sys
import tempfile
import threading
import uuid
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from functools import cache
from hashlib import blake2b
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from pathlib import Path
from typing import Any

from postil import paths

# What makes the bytes of a page and what is said of it, besides Postil and Python.
LIBRARIES = (
    "babel", "ftfy", "imagesize", "jinja2", "jsonschema-rs", "linkify-it-py", "markdown-it-py",
    "markupsafe", "mdit-py-plugins", "msgspec", "pillow", "python-bidi", "pyyaml", "rapidfuzz",
    "regex",
)  # fmt: skip
_BESIDE = frozenset({"templates", "static", "docs", "schema"})  # in the package if it is installed
_KEPT = 2  # works of which a process keeps what was sent for them

Copies = Mapping[str, bytes | None]
"""Files by their path below the folders that stand for those of the site; None for a folder."""

Returned = tuple[str, Any, dict[str, bytes]]
"""`done`, the results, and the files that were made, by name, if they had no other way home.

Or `lacking`, if the luggage is not here yet, or `other`, if this is another program.
"""


@cache
def program_digest() -> str:
    """What differs between two programs that may make other pages of the same site."""
    digest = blake2b(f"{sys.version_info[:2]}".encode(), digest_size=16)
    files: dict[str, bytes] = {}
    for name in LIBRARIES:
        try:
            digest.update(f"{name} {version(name)} ".encode())
        except PackageNotFoundError:
            digest.update(f"{name} ".encode())
    rooms = [path for path in paths.PACKAGE.iterdir() if path.name not in _BESIDE]
    for top in (*rooms, *map(paths.own, ("templates", "static"))):
        for path in (top, *top.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                files[path.relative_to(top.parent).as_posix()] = path.read_bytes()
    for name, data in sorted(files.items()):
        digest.update(f"{name} {len(data)} ".encode() + data)
    return digest.hexdigest()


# ------------------------------------------------------------------ paths that move

_STANDING: ContextVar[Path] = ContextVar("where the folders are that stand for those of the site")


def pack_moving(value: object, places: Mapping[str, Path]) -> bytes:
    """A value, pickled; its paths in one of the places lead to what stands for that.

    Places are by the names of the folders that stand for them, the inner ones first.
    """

    def reduce(path: Path) -> Any:
        for name, place in places.items():
            if path.is_relative_to(place):
                return _moved, (name, path.relative_to(place).as_posix())
        return path.__reduce__()

    stream = BytesIO()
    pickler = pickle.Pickler(stream, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = copyreg.dispatch_table | {type(Path()): reduce}
    pickler.dump(value)
    return stream.getvalue()


def _moved(name: str, relative: str) -> Path:
    return _STANDING.get() / name / relative


# ------------------------------------------------------------------ working


class _Desk:
    """The folders in a process that stand for those of a site, and how work is done there."""

    def __init__(self, luggage: bytes) -> None:
        self.top = Path(tempfile.mkdtemp(prefix="postil-"))
        weakref.finalize(self, _remove, self.top, os.getpid())
        self.made = self.top / "folder"
        self.made.mkdir()
        self.busy = threading.Lock()  # threads of a process share the folders
        packed, files = pickle.loads(luggage)
        _put(files, self.top)
        standing = _STANDING.set(self.top)
        try:
            self.work: Callable[[Any], Any] = pickle.loads(packed)()
        finally:
            _STANDING.reset(standing)

    def work_on(self, items: Sequence[Any], files: Copies, home: str) -> Returned:
        with self.busy:
            try:
                _put(files, self.top)
                results = [self.work(item) for item in items]
                return "done", results, dict(_bring_home(self.made, home))
            finally:
                for path in (*self.made.iterdir(), *(self.top / path for path in files)):
                    path.unlink() if path.is_file() else shutil.rmtree(path, ignore_errors=True)


def _remove(top: Path, owner: int) -> None:
    if os.getpid() == owner:  # a process that was forked knows the desks of its parent
        shutil.rmtree(top, ignore_errors=True)


_desks: OrderedDict[tuple[int, str], _Desk] = OrderedDict()  # by process and key
_opening = threading.Lock()


def work_there(
    program: str, key: str, items: bytes, files: Copies, home: str, luggage: bytes | None
) -> Returned:
    """Work on pickled items, in whatever process this is called.

    `luggage`, which has the `key`, is needed once: how the items are worked on, by `pack_moving`,
    and the files that all of them need, pickled as a pair. `files` are those of these items. `home`
    is a file in the folder where files are made ready, which is used if it is seen here.
    """
    if program != program_digest():
        return "other", None, {}
    with _opening:
        name = os.getpid(), key
        if name not in _desks and luggage is None:
            return "lacking", None, {}
        desk = _desks.get(name) or _Desk(luggage or b"")
        _desks[name] = desk
        _desks.move_to_end(name)
        while len(_desks) > _KEPT:
            _desks.popitem(last=False)
    return desk.work_on(pickle.loads(items), files, home)


def _put(files: Copies, top: Path) -> None:
    for path, data in files.items():
        place = top / path
        if data is None:
            place.mkdir(parents=True, exist_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(data)


def _is_seen(home: str) -> bool:
    return bool(home) and Path(home).exists()


def _bring_home(made: Path, home: str) -> Iterator[tuple[str, bytes]]:
    """Put what was made where it is wanted; what cannot be put there, as bytes by its name.

    Each file appears at once and whole: the same work may have been given to two processes, if one
    of them seemed to have gone.
    """
    is_near = _is_seen(home)
    for file in made.iterdir():
        if is_near:
            place = Path(home).parent / file.name
            fresh = place.with_name(f"{place.name}-{uuid.uuid4().hex}")
            shutil.copyfile(file, fresh)
            fresh.replace(place)
        else:
            yield file.name, file.read_bytes()
