"""Names below a folder: which ones are sound on every system, and which are the same on some."""

import re
from collections.abc import Iterable, Iterator

from postil.diagnostics.refusal import Refusal
from postil.paths import caseless, is_device

# What Windows refuses is refused everywhere: a site must build, and be copied, on any machine.
# Lone surrogates are what Python makes of names that are not UTF-8.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\\ud800-\udfff]')
_LONGEST_NAME = 200  # bytes; file systems take 255, and a temporary file has a longer name

# By folded name, how a file (True) or a folder (False) of the site is spelled.
SiteNames = dict[str, tuple[str, bool]]


def check_paths(paths: Iterable[str]) -> None:
    """Raise `Refusal` unless every path is a file below the folder on every system."""
    asked = list(paths)  # by name, and each name once: there are thousands, and few are different
    unsound = {name for name in set("/".join(asked).split("/")) if _find_complaint(name)}
    for path in asked if unsound else ():
        for name in path.split("/"):
            if name in unsound:
                why = _find_complaint(name)
                raise Refusal(f"cannot publish {path!r}: {why}", "rename the file")


def find_names(paths: Iterable[str]) -> SiteNames:
    """Every file and folder that `paths` name; raises `Refusal` if two clash."""
    names: SiteNames = {}
    known: set[str] = set()  # folders that were looked at with a file before
    for path in paths:
        folder = path.rpartition("/")[0]
        ways = ((path, True),) if folder in known else prefixes(path)
        known.add(folder)
        for name in ways:
            other = names.setdefault(caseless(name[0]), name)
            if other != name:
                raise Refusal(
                    f"{name[0]} and {other[0]} cannot stand side by side: they differ in "
                    "capitals or accents alone, or one is a file and the other a folder",
                    "rename one of them: on many machines these are the same name",
                )
    return names


def _find_complaint(name: str) -> str:
    """What is wrong with `name` as the name of a file or folder; nothing if it is sound."""
    if name in ("", ".", ".."):
        return "it does not lead to a file inside the folder"
    if _UNSAFE.search(name):
        return f"{name!r} has a character that not every system allows in a name"
    if name[-1] in ". ":
        return f"{name!r} ends with a dot or a space, which Windows drops"
    if is_device(name):
        return f"{name!r} is the name of a device on Windows"
    if name.lower().startswith(".postil"):
        return f"{name!r} is a name that Postil keeps for itself"
    if len(name.encode(errors="replace")) > _LONGEST_NAME:
        return f"{name!r} is longer than {_LONGEST_NAME} bytes"
    return ""


def prefixes(path: str) -> Iterator[tuple[str, bool]]:
    """`a/b/c` gives the file `a/b/c`, then the folders `a/b` and `a`."""
    yield path, True
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path, False


def is_in_the_way(path: str, names: SiteNames) -> bool:
    """Whether a stale file, or a folder that it is in, has a name that `names` need otherwise."""
    return any(names.get(caseless(name[0]), name) != name for name in prefixes(path))
