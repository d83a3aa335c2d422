"""What a build holds in memory grows little with the site: sizes are counted, never the system's.

The site is the benchmark's, which has a source for each explainer.
"""

import subprocess
import sys
from pathlib import Path

from conftest import ROOT

# From the moment when explainers are built, the peak of the process that has them built: for each
# explainer its result, the states of its files, and what the pages of several are made of.
MOST_AN_EXPLAINER = 24_000  # bytes

# Caches that are full at a size of their own are no growth, nor is Python's table of names, which
# doubles now and then. Pages are built by others.
PEAK = """
import gc, os, sys, tracemalloc
from postil.building import updating
from postil.cli import commands
from postil.page import entries
from postil.site import laziness

def work(*args):
    tracemalloc.reset_peak()
    updating.work_on = work_on
    return work_on(*args)

gc.disable()
names = [sys.intern(f"name {number}") for number in range(100_000)]
entries._unpacked, laziness._MOST = entries._unpacked.__wrapped__, 8
os.register_at_fork(after_in_child=tracemalloc.stop)
work_on, updating.work_on = updating.work_on, work
tracemalloc.start()
code = commands.run(["--root", sys.argv[1], "--jobs", "2"])
print(code, tracemalloc.get_traced_memory()[1])
"""

CYCLES = """
import gc, sys, pathlib
from postil.building.explainers import build_explainer
from postil.building.sites import open_shared
from postil.diagnostics.model import Report
from postil.page.rendering import Renderer

gc.disable()
root = pathlib.Path(sys.argv[1])
shared, renderer = open_shared(root, Report()), Renderer(root)
slugs = sorted(path.name for path in (root / "content").iterdir() if path.is_dir())
for slug in slugs:
    build_explainer(slug, renderer, root=root, shared=shared, drafts=False)
gc.collect()
for slug in slugs:
    build_explainer(slug, renderer, root=root, shared=shared, drafts=False)
print(gc.collect())
"""


def said(*command: object) -> list[str]:
    """The words of the last line that a program prints."""
    arguments = [sys.executable, *map(str, command)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True, cwd=ROOT)
    return done.stdout.split("\n")[-2].split()


def site(explainers: int, folder: Path) -> Path:
    arguments = [sys.executable, ROOT / "bench" / "generate.py", "postil", str(explainers), folder]
    subprocess.run(arguments, check=True)
    return folder


def test_the_memory_of_a_build_grows_little_by_explainer(tmp_path):
    peaks = []
    for size in (60, 180):
        code, peak = said("-c", PEAK, site(size, tmp_path / str(size)))
        assert code == "0"
        peaks.append(int(peak))
    assert (peaks[1] - peaks[0]) / 120 < MOST_AN_EXPLAINER


def test_an_explainer_that_was_built_leaves_nothing_that_refers_to_itself(tmp_path):
    assert said("-c", CYCLES, site(4, tmp_path / "site")) == ["0"]
