#!/usr/bin/env python3
"""What a cold build costs as a site grows: here, and by workers of a Dask cluster on this machine.

python bench/scale.py --sizes 100,1000 --workers 2

Prints the table of docs/scale.md. Processor time says more than wall time if the machine has other
work: the workers and the scheduler of the cluster share it with the build. Linux only.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from generate import write_site

ROOT = Path(__file__).parents[1]
TICKS = os.sysconf("SC_CLK_TCK")


class Cost(NamedTuple):
    """Wall and processor time in seconds; the peak of the process that asks, and of all, in MB."""

    wall: float
    processor: float
    asking: float
    workers: float


class Cluster(NamedTuple):
    """The address of a scheduler, and the processes of it and of its workers."""

    address: str
    processes: list[subprocess.Popen[bytes]]

    def processor(self) -> float:
        """Seconds of processor time that they have used so far."""
        stats = (Path(f"/proc/{each.pid}/stat").read_text() for each in self.processes)
        fields = (stat.rpartition(")")[2].split() for stat in stats)
        return sum(int(each[11]) + int(each[12]) for each in fields) / TICKS

    def peak(self) -> float:
        """The peak of the largest of them, in MB."""
        lines = (Path(f"/proc/{each.pid}/status").read_text() for each in self.processes)
        return max(int(text.partition("VmHWM:")[2].split()[0]) / 1000 for text in lines)


@contextmanager
def started(workers: int, folder: Path) -> Iterator[Cluster]:
    """A Dask cluster of this machine, each worker a process with one thread."""
    file = folder / "scheduler.json"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}

    def start(what: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--no-dashboard"]
        command += ["--host", "127.0.0.1", "--scheduler-file", str(file), *options]
        with (folder / f"{what}.log").open("ab") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, env=environment)

    processes = [start("scheduler", "--port", "0")]
    try:
        while not file.exists() or not file.read_text().endswith("}"):
            time.sleep(0.1)
        address = file.read_text().partition("tcp://")[2].partition('"')[0]
        processes += [start("worker", "--nthreads", "1", "--no-nanny") for _ in range(workers)]
        from distributed import Client

        with Client(f"tcp://{address}", set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=120)
        yield Cluster(address, processes)
    finally:
        for process in processes:
            process.kill()
            process.wait()


def build(root: Path, *options: str, cluster: Cluster | None = None) -> Cost:
    """Build a site of which nothing is known, and what that costs."""
    for left in ("output", ".postil"):
        shutil.rmtree(root / left, ignore_errors=True)
    command = [sys.executable, str(ROOT / "build.py"), "--root", str(root), *options]
    before, started = cluster.processor() if cluster else 0.0, time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    wall = time.perf_counter() - started
    processor = usage.ru_utime + usage.ru_stime
    processor += cluster.processor() - before if cluster else 0.0
    return Cost(wall, processor, usage.ru_maxrss / 1000, cluster.peak() if cluster else 0.0)


def rows(pages: int, workers: int, folder: Path) -> Iterator[str]:
    """The lines of the table for a site of so many explainers."""
    root = folder / f"site-{pages}"
    write_site("postil", pages, root)
    costs = {
        "one process": build(root, "--jobs", "1"),
        f"{workers} processes": build(root, "--jobs", str(workers)),
    }
    (folder / f"dask-{pages}").mkdir()
    with started(workers, folder / f"dask-{pages}") as cluster:
        option = ("--executor", f"dask://{cluster.address}")
        costs[f"Dask, {workers} workers"] = build(root, *option, cluster=cluster)
    size = sum(path.stat().st_size for path in root.glob("output/**/*") if path.is_file())
    for who, cost in costs.items():
        each = f"{1000 * cost.processor / pages:.1f}"
        peak = f"{cost.asking:.0f}" + (f", {cost.workers:.0f} in a worker" if cost.workers else "")
        yield (
            f"| {pages} | {who} | {cost.wall:.1f} | {cost.processor:.1f} | {each} | {peak} "
            f"| {size / pages / 1000:.0f} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", default="100,1000")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors")
    print("| pages | built by | wall s | processor s | ms a page | peak MB | kB a page |")
    print("|--:|:--|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        for pages in map(int, options.sizes.split(",")):
            for row in rows(pages, options.workers, Path(folder)):
                print(row, flush=True)


if __name__ == "__main__":
    main()
