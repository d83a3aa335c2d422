"""What the system says of files: enough to tell that one has changed without reading it."""

import os
from collections.abc import Iterator

GONE = "gone"
UNKNOWN = ""  # a state that no file ever has

# A file system's clock ticks every few milliseconds, the time of content less often than the
# system's own; a time in whole seconds comes from one that counts no finer, some in steps of two.
TICK, COARSE_TICK = 100_000_000, 2_000_000_000  # nanoseconds
_OWN_TICK = 10_000_000

States = dict[str, str]
"""By path, what `state_of` says."""


def state_of(path: str, *, linked: bool = True) -> str:
    """Which file or folder it is, its size, and when it and its content were changed.

    The time of the last change of content can be set to what it was, as copying programs do; that
    of the last change of anything else about it is the system's own. `linked`: of what a link
    leads to; otherwise of the link itself.
    """
    try:
        # Thousands of files at every build.
        status = os.stat(path) if linked else os.lstat(path)  # noqa: PTH116
    except (OSError, ValueError):
        return GONE
    who = f"{status.st_dev} {status.st_ino} {status.st_size} {status.st_ctime_ns}"
    return f"{who} {status.st_mtime_ns}"


def states_below(
    path: str,
    *,
    linked: bool = False,
    compiled: bool = False,
    above: frozenset[str] = frozenset(),
) -> Iterator[tuple[str, str]]:
    """The states of a file, or of a folder and all that is in it, there or not.

    `linked` says that links to folders are followed; `above` are the folders that this one is in.
    `compiled`: Python keeps compiled code there, so that the times of folders say nothing.
    """
    try:
        with os.scandir(path) as entries:
            found = list(entries)
    except OSError:
        yield path, state_of(path)
        return
    if not compiled:
        yield path, state_of(path)
    above = above | {os.path.realpath(path)} if linked else above
    for entry in found:
        if not entry.is_dir(follow_symlinks=linked):
            yield entry.path, state_of(entry.path)
        elif compiled and entry.name == "__pycache__":
            continue
        elif not linked or os.path.realpath(entry.path) not in above:
            yield from states_below(entry.path, linked=linked, compiled=compiled, above=above)


def is_same_file(state: str, other: str) -> bool:
    """Whether two states are of one file or folder, whatever became of what is in it."""
    return state.split()[:2] == other.split()[:2]


def is_settled(state: str, now: int) -> bool:
    """Whether a further change of a file must show in its times.

    `now` is a time in nanoseconds, before which the state was that. If a file changes twice in one
    tick of the clock, and keeps its size, it looks the same both times.
    """
    if state in (GONE, UNKNOWN):
        return True
    *_, changed, modified = map(int, state.split())
    return not (is_young(changed, now, _OWN_TICK) or is_young(modified, now, TICK))


def is_young(moment: int, now: int, tick: int) -> bool:
    """Whether what happened at a moment may have been in the same tick as now."""
    return now - moment <= (COARSE_TICK if moment % 1_000_000_000 == 0 else tick)
