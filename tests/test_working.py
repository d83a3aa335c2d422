"""Pages are made ready by several processes: however these start, and whatever becomes of them."""

import contextlib
import io
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT
from small_site import write_explainer, write_site

from postil.building import working
from postil.building.staleness import Past
from postil.building.updating import Asked, update_site
from postil.cli import commands
from postil.diagnostics.refusal import Refusal
from postil.output.publishing import publish
from postil.output.staging import staging

SCALE = float(os.environ.get("POSTIL_TEST_SCALE", "1"))
# How often, and when. At a scale of 25 they are 500, of them 200 while files are made ready.
KILLS = {"at any moment": round(12 * SCALE), "while files are made ready": round(8 * SCALE)}

needs_kill = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills processes")


@pytest.fixture
def root(tmp_path):
    root = write_site(tmp_path / "site")
    for number in range(8):
        write_explainer(root, f"more-{number}", 1 + number, "beta")
    return root


def files_in(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def built(root: Path, jobs: int) -> dict[str, bytes]:
    """What a site becomes that is built by so many processes."""
    output = root.parent / f"output-{jobs}"
    with staging(None) as folder:
        site = update_site(Asked(root, jobs=jobs, folder=folder), Past())
        assert not site.report.failed
        publish(site.files, output)
    assert not folder.exists()
    return files_in(output)


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
def test_however_processes_start_they_make_the_same(method, root, monkeypatch):
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: [method])
    assert built(root, 2) == built(root, 1)


# ------------------------------------------------------------------ how work is done


def double_all():
    return lambda number: 2 * number


def end_at_seven():
    def work(number: int) -> int:
        if number == 7:
            os.kill(os.getpid(), signal.SIGKILL)
        return number

    return work


def fail_at_once():
    return 1 / 0


def fail_at_seven():
    def work(number: int) -> float:
        return 1 / (number - 7)

    return work


@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
@pytest.mark.parametrize("items", [2, 20, 300])
def test_answers_come_in_order(items, method, monkeypatch):
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: [method])
    answers = list(working.work_on(range(items), double_all, 2))
    assert answers == [2 * number for number in range(items)]


@needs_kill
def test_a_process_that_is_killed_is_told_of():
    with pytest.raises(Refusal, match="was ended before it was done"):
        list(working.work_on(range(20), end_at_seven, 2))


@pytest.mark.parametrize("open", [fail_at_seven, fail_at_once])
def test_a_mistake_in_a_process_is_one_of_the_program(open):
    with pytest.raises(ZeroDivisionError):
        list(working.work_on(range(20), open, 2))


# ------------------------------------------------------------------ the whole program


def start(root: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(ROOT / "build.py"), "--root", str(root), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    said, _ = process.communicate(timeout=300)
    return process.returncode, said


def edit(root: Path, word: str) -> None:
    for path in root.glob("content/*/annotations.yaml"):
        text = path.read_text(encoding="utf-8")
        start, end = text.index("The first note"), text.index(" of ", text.index("The first note"))
        path.write_text(f"{text[:start]}The first note {word}{text[end:]}", encoding="utf-8")


def full_build(root: Path) -> dict[str, bytes]:
    """What the site becomes where nothing is known of it."""
    fresh = root.parent / "fresh"
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(root, fresh, ignore=shutil.ignore_patterns("output", ".postil"))
    with contextlib.redirect_stdout(io.StringIO()):
        assert commands.run(["--root", str(fresh), "--jobs", "1"]) == 0
    return files_in(fresh / "output")


@needs_kill
@pytest.mark.parametrize("moment", KILLS)
def test_after_a_kill_pages_are_whole_and_the_next_build_is_right(moment, root):
    rng, killed, takes = random.Random(moment), 0, 0.0
    wanted: dict[str, bytes] = {}
    for number in range(5 * KILLS[moment]):
        started = time.monotonic()
        code, said = finish(start(root, "--jobs", "2"))
        takes = time.monotonic() - started
        assert code == 0, said
        before = wanted or full_build(root)
        assert files_in(root / "output") == before
        edit(root, f"number {number}")
        process = start(root, "--jobs", "2")
        if moment == "at any moment":
            time.sleep(rng.uniform(0.1, 1) * takes)
        else:
            wait_for_staged(root, rng.randrange(1, 40), process)
        killed += process.poll() is None
        process.kill()
        process.communicate()
        wanted, found = full_build(root), files_in(root / "output")
        for path, data in found.items():
            if ".postil-" not in path:
                assert data in (before.get(path), wanted.get(path)), (number, path)
        if killed == KILLS[moment]:
            break
    assert killed == KILLS[moment], "too few builds were killed before they were over"
    assert finish(start(root, "--jobs", "2"))[0] == 0
    assert files_in(root / "output") == wanted
    time.sleep(0.5)
    assert not running_below(root), "processes end with the one that started them"


def wait_for_staged(root: Path, files: int, process: subprocess.Popen[str]) -> None:
    """Wait until a build that runs has made so many files ready, or is over."""
    known = set(root.glob(".postil/staged-*"))
    while process.poll() is None:
        ours = set(root.glob(".postil/staged-*")) - known
        with contextlib.suppress(FileNotFoundError):  # it is over just now
            if any(sum(1 for _ in folder.iterdir()) >= files for folder in ours):
                return
        time.sleep(0.001)


def running_below(root: Path) -> list[str]:
    """The command lines of processes that build the site; none where that cannot be found out."""
    lines = (read(path) for path in Path("/proc").glob("[0-9]*/cmdline"))
    return [line for line in lines if f"--root\0{root}\0" in line]


def read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def test_two_builds_at_once_are_both_right(root):
    for number in range(max(2, round(3 * SCALE))):
        edit(root, f"both {number}")
        said = [finish(process) for process in [start(root), start(root, "--jobs", "2")]]
        assert [code for code, _ in said] == [0, 0], said
        assert files_in(root / "output") == full_build(root)


LIMITED = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
from postil.cli import commands
sys.exit(commands.run(sys.argv[2:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there, files have no limit")
@pytest.mark.parametrize("jobs", [1, 2])
def test_where_the_disk_is_full_nothing_is_published(jobs, root):
    assert finish(start(root))[0] == 0
    before = files_in(root / "output")
    edit(root, "too long")
    command = [sys.executable, "-c", LIMITED, "10000", "--root", root, "--jobs", str(jobs)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 2
    assert "File too large" in done.stderr
    assert files_in(root / "output") == before
    assert not list((root / ".postil").glob("*staged*"))
    assert finish(start(root))[0] == 0
    assert files_in(root / "output") == full_build(root)
