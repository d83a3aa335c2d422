"""What one command costs, and all that it starts: wall time, processor time, memory. Linux only."""

import contextlib
import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

TIME_LIMIT = 600  # seconds, after which a command is ended
SAMPLE_EVERY = 0.005  # seconds between two looks at the memory of a process tree
KIB = 1024


class Command(NamedTuple):
    """What to run, where and in which environment; what it says goes to `log`."""

    arguments: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]
    log: Path


class Cost(NamedTuple):
    """`wall` and `processor` in seconds; `largest`: the peak of the largest process, in bytes."""

    wall: float
    processor: float
    largest: int


def measure(command: Command, code: int = 0) -> Cost:
    """Run `command` to its end; raise `RuntimeError` if that is not `code` or takes too long.

    wait4 tells the processor time (user and system) and the peak resident memory of the process
    and of the children that it waited for: their times are added, the largest peak is taken.
    """
    start = time.perf_counter()
    with _started(command) as process, _time_limit(process):
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
    _refuse_another(command, process.returncode, code)
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * KIB)


def measure_tree_memory(command: Command) -> int:
    """Run `command`; the peak of the memory that all its processes hold at one moment, in bytes.

    Proportional set sizes are summed, so memory that processes share is counted once. Looking
    slows the command down and may miss a short peak: never do it while time is measured.
    """
    peak = 0
    with _started(command) as process, _time_limit(process):
        while process.poll() is None:
            peak = max(peak, sum(map(_proportional_size, _session(process.pid))))
            time.sleep(SAMPLE_EVERY)
    _refuse_another(command, process.returncode)
    return peak


def own_peak() -> int:
    """The peak resident memory of this process, in bytes.

    Linux hands it on: no command started here reports less, so it must stay below theirs.
    """
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * KIB


@contextlib.contextmanager
def _started(command: Command) -> Iterator[subprocess.Popen[bytes]]:
    with command.log.open("wb") as log:
        # A session of its own lets us find, and if need be end, whatever the command starts.
        yield subprocess.Popen(
            command.arguments,
            cwd=command.folder,
            env=command.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


@contextlib.contextmanager
def _time_limit(process: subprocess.Popen[bytes]) -> Iterator[None]:
    timer = threading.Timer(TIME_LIMIT, os.killpg, (process.pid, signal.SIGKILL))
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _refuse_another(command: Command, code: int, wanted: int = 0) -> None:
    if code != wanted:
        said = command.log.read_text(encoding="utf-8", errors="replace")
        raise RuntimeError(f"{' '.join(command.arguments)} ended with {code}:\n{said[-4000:]}")


def _session(leader: int) -> Iterator[Path]:
    """The /proc folders of the processes in the session that `leader` leads."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):  # it may end while we look
                # After the name in parentheses: state, parent, group, session.
                fields = (folder / "stat").read_text(errors="replace").rpartition(")")[2].split()
                if int(fields[3]) == leader:
                    yield folder


def _proportional_size(folder: Path) -> int:
    with contextlib.suppress(OSError):
        for line in (folder / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * KIB
    return 0
