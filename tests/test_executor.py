"""Pages are made by workers that need not see the site: the same bytes, or nothing is written."""

import ast
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from conftest import ROOT
from small_site import write_explainer, write_site

from postil.building import carrying, clusters, elsewhere
from postil.cli import commands

PICTURE = b"\x89PNG\r\n\x1a\n"
PAGES = 30


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A site with something of everything that a page may be made of."""
    root = write_site(tmp_path / "site")
    for number in range(PAGES):
        write_explainer(root, f"more-{number}", 1 + number % 9, ("alpha", "gamma")[number % 2])
    (root / "content/more-1/img").mkdir()
    (root / "content/more-1/img/a.png").write_bytes(PICTURE)
    with (root / "content/more-1/article.md").open("a") as file:
        file.write("\n![a](img/a.png)\n")
    (root / "content/b.png").write_bytes(PICTURE)
    context = root / "content/context.yaml"
    box = "prison:\n  figure: {file: b.png, alt: A picture}\n"
    context.write_text(context.read_text().replace("prison:\n", box))
    (root / "content/sources").mkdir()
    (root / "content/sources/idle.yaml").write_text("idle:\n  kind: wire\n  name: Idle\n")
    (root / "templates").mkdir()
    theme = tmp_path / "theme.html"
    theme.write_text("<p>Gone.")
    (root / "templates/404.html").symlink_to(theme)
    (root / "static").mkdir()
    (root / "static/site.css").write_text("p { color: red }")
    (root / "content/more-2/interview.docx").write_bytes(b"nobody reads this")
    monkeypatch.setattr(clusters, "_ANSWERS", 1)
    return root


def files_in(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def run(root: Path, *arguments: str) -> int:
    return commands.run([*arguments, "--root", str(root)])


def forget(root: Path) -> None:
    for record in (root / ".postil").glob("record-*"):
        record.unlink()


# ------------------------------------------------------------------ any executor


def see_nothing_of(root: str) -> None:
    """From now on, whatever opens or lists a file of the site fails."""
    elsewhere._is_seen = lambda home: False

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in ("open", "os.listdir", "os.scandir") and str(arguments[0]).startswith(root):
            raise AssertionError(f"{event} {arguments[0]}")

    sys.addaudithook(hook)


def far(root: Path) -> Executor:
    """Processes that see neither the site nor where files are made ready."""
    return ProcessPoolExecutor(2, initializer=see_nothing_of, initargs=(f"{root}{os.sep}",))


EXECUTORS = {
    "threads": lambda root: ThreadPoolExecutor(3),
    "processes": lambda root: ProcessPoolExecutor(2),
    "processes that are far": far,
}


@contextmanager
def given(executor: Executor, monkeypatch, size=lambda: 2):
    """In the place of a Dask cluster, an executor."""

    @contextmanager
    def cluster(address: str):
        yield carrying.Cluster(executor, size)

    with monkeypatch.context() as patch:
        patch.setattr(clusters, "dask_cluster", cluster)
        yield "--executor", "dask://127.0.0.1:8786"


@pytest.mark.parametrize("executor", EXECUTORS.values(), ids=EXECUTORS)
def test_whoever_makes_the_pages_they_are_the_same(executor, root, monkeypatch, capsys):
    assert run(root, "--jobs", "1") == 0
    wanted, said = files_in(root / "output"), capsys.readouterr().err
    forget(root)
    with given(executor(root), monkeypatch) as option:
        assert run(root, *option, "--output", str(root / "other")) == 0
    assert files_in(root / "other") == wanted
    assert capsys.readouterr().err == said
    assert not list((root / ".postil").glob("staged-*"))


def test_mistakes_are_the_same_and_so_is_what_is_published_before(root, monkeypatch, capsys):
    assert run(root, "--jobs", "1") == 0
    before = files_in(root / "output")
    for slug, old, new in [
        ("more-3", "told reporters", "told nobody"),
        ("more-4", "id: first", "id: other"),  # an address that is published would be lost
        ("more-6", "harbour", "[harbour"),
    ]:
        path = root / f"content/{slug}/annotations.yaml"
        path.write_text(path.read_text().replace(old, new))
    (root / "content/more-8/article.txt").rename(root / "article.txt")
    (root / "content/more-8/article.txt").symlink_to(root / "article.txt")
    (root / "content/more-10/article.txt").unlink()
    (root / "content/more-10/article.txt").mkdir()
    (root / "content/more-12/article.txt").rename(root / "content/more-12/article.txt.txt")
    (root / "content/more-14/article.txt").write_bytes(b"caf\xe9 " * (4 << 20))
    capsys.readouterr()
    forget(root)
    assert run(root, "--jobs", "1") == 1
    said = capsys.readouterr()
    forget(root)
    with given(far(root), monkeypatch) as option:
        assert run(root, *option) == 1
    assert capsys.readouterr() == said
    assert files_in(root / "output") == before


def test_a_check_says_the_same(root, monkeypatch, capsys):
    check = "check", "--format", "json", "--report"
    assert run(root, *check, "--jobs", "1") == 0
    said = capsys.readouterr().out
    forget(root)
    with given(far(root), monkeypatch) as option:
        assert run(root, *check, *option) == 0
    assert capsys.readouterr().out == said


def test_little_work_is_not_sent(root, monkeypatch):
    assert run(root, "--jobs", "1") == 0
    path = root / "content/alpha/annotations.yaml"
    path.write_text(path.read_text().replace("The first note", "The only note"))
    assert run(root, "--executor", "dask://127.0.0.1:1") == 0
    assert "The only note" in (root / "output/alpha/index.html").read_text()


def test_no_more_is_under_way_than_workers_need(root, tmp_path):
    sent = 0

    class Counting(Executor):
        def submit(self, work, *given):
            nonlocal sent
            future: Future[object] = Future()
            future.set_result(work(*given))
            sent += len(future.result()[1] or ())
            return future

    (tmp_path / "ready").mkdir()
    site = carrying.SitePlaces(root, None, tmp_path / "ready")
    workers = carrying.Cluster(Counting(), lambda: 2)
    results = carrying.carry(range(1000), doubling, workers, site, lambda item: ())
    for received, result in enumerate(results, 1):
        assert result == 2 * (received - 1)
        assert sent - received < 10 * 16
    assert received == 1000
    assert not list((tmp_path / "ready").iterdir())


def doubling():
    return lambda number: 2 * number


# ------------------------------------------------------------------ what is refused


def test_another_program_is_refused(root, monkeypatch, capsys):
    monkeypatch.setattr(carrying, "program_digest", lambda: "another")
    with given(ThreadPoolExecutor(1), monkeypatch) as option:
        assert run(root, *option) == 2
    assert "a worker has another Postil" in capsys.readouterr().err
    assert not (root / "output").exists()


MAKES_PAGES = ("building", "export", "language", "page", "site", "text", "yaml")
THROUGH_OTHERS = {"linkify-it-py"}  # what markdown-it-py imports for us


def libraries_of(*rooms: str) -> set[str]:
    """The distributions that the modules of some rooms import, at their top or in a function."""
    distributions = packages_distributions()
    names: set[str] = set()
    for path in (path for room in rooms for path in (ROOT / "postil" / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module)
    tops = {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"postil"}
    found = {name.lower() for top in tops for name in distributions[top]}
    return {name.replace("_", "-") for name in found}


def test_what_makes_pages_is_part_of_the_program(monkeypatch):
    of_the_cluster = {"distributed"}
    made_by = libraries_of(*MAKES_PAGES) - of_the_cluster | THROUGH_OTHERS
    assert made_by == set(elsewhere.LIBRARIES)
    known = elsewhere.program_digest()
    elsewhere.program_digest.cache_clear()
    try:
        monkeypatch.setattr(elsewhere, "version", lambda name: "0")
        assert elsewhere.program_digest() != known
    finally:
        elsewhere.program_digest.cache_clear()


def test_nobody_waits_for_ever_for_a_worker(root, monkeypatch, capsys):
    class Idle(Executor):
        def submit(self, *work):
            return Future()

    monkeypatch.setattr(carrying, "PATIENCE", 0.3)
    with given(Idle(), monkeypatch, size=lambda: 0) as option:
        assert run(root, *option) == 2
    assert "there has been no worker for" in capsys.readouterr().err
    assert not (root / "output").exists()


def test_without_dask_it_is_said_what_to_install(root, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert run(root, "--executor", "dask://127.0.0.1:8786") == 2
    assert "pip install 'postil[dask]'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "address", ["127.0.0.1:8786", "dask://127.0.0.1", "dask://:1", "dask://a:b", "dask://a:99999"]
)
def test_what_is_no_address_is_refused(address, root, capsys):
    with pytest.raises(SystemExit) as end:
        run(root, "--executor", address)
    assert end.value.code == 2
    assert "--executor" in capsys.readouterr().err


# ------------------------------------------------------------------ a real cluster

needs_kill = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="kills processes")
OPTIONS = ("--no-dashboard", "--host", "127.0.0.1")


class Cluster:
    """A scheduler and workers of Dask, each a process of its own."""

    def __init__(self, folder: Path) -> None:
        pytest.importorskip("distributed", reason="Dask is not installed")
        self.folder, self.file = folder, folder / "scheduler.json"
        self.scheduler = self.start("scheduler", "--scheduler-file", self.file, "--port", "0")
        deadline = time.monotonic() + 60
        while not (self.file.exists() and self.file.read_text().endswith("}")):
            assert time.monotonic() < deadline, "the scheduler does not start"
            time.sleep(0.1)
        self.address = self.file.read_text().partition("tcp://")[2].partition('"')[0]
        self.workers = [self.start_worker(ROOT), self.start_worker(ROOT)]
        self.wait_for(2)

    def start(self, what: str, *options: object, path: Path = ROOT) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", *OPTIONS, *options]
        environment = os.environ | {"PYTHONPATH": str(path)}
        with (self.folder / f"{what}.log").open("ab") as log:
            return subprocess.Popen(
                list(map(str, command)), cwd=self.folder, stdout=log, stderr=log, env=environment
            )

    def start_worker(self, path: Path) -> subprocess.Popen[bytes]:
        options = ("--scheduler-file", self.file, "--nthreads", "1", "--no-nanny")
        return self.start("worker", *options, path=path)

    def wait_for(self, workers: int) -> None:
        from distributed import Client

        with Client(f"tcp://{self.address}", set_as_default=False, timeout=30) as client:
            client.wait_for_workers(workers, timeout=60)

    def end(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path_factory):
    cluster = Cluster(tmp_path_factory.mktemp("dask"))
    yield cluster
    cluster.end()


@contextmanager
def as_soon_as_pages_are_ready(root: Path, deed):
    """Do something in the middle of a build, when so many files have been made ready."""
    over = threading.Event()

    def wait() -> None:
        while not over.is_set():
            if sum(1 for _ in root.glob(".postil/staged-*/*")) > 20:
                deed()
                return
            time.sleep(0.005)

    thread = threading.Thread(target=wait)
    thread.start()
    yield over
    was_done = not thread.is_alive()
    over.set()
    thread.join()
    assert was_done, "the build was over before"


@needs_kill
def test_a_cluster_makes_the_same_also_if_a_worker_is_killed(cluster, root, tmp_path):
    assert run(root, "--jobs", "1") == 0
    wanted = files_in(root / "output")
    option = ("--executor", f"dask://{cluster.address}")
    assert run(root, *option, "--output", str(tmp_path / "whole")) == 0
    assert files_in(tmp_path / "whole") == wanted

    with as_soon_as_pages_are_ready(root, cluster.workers[0].kill):
        assert run(root, *option, "--output", str(tmp_path / "killed")) == 0
    assert files_in(tmp_path / "killed") == wanted


@needs_kill
@pytest.mark.thorough
@pytest.mark.parametrize("whom", ["workers", "scheduler"])
def test_if_nobody_is_left_nothing_is_written(whom, cluster, root, monkeypatch, capsys):
    monkeypatch.setattr(carrying, "PATIENCE", 2.0)
    (root / "output").mkdir()
    (root / "output/.postil-manifest.json").write_text("{}\n")
    before = files_in(root / "output")

    def kill() -> None:
        for process in cluster.workers if whom == "workers" else [cluster.scheduler]:
            process.kill()

    with as_soon_as_pages_are_ready(root, kill):
        assert run(root, "--executor", f"dask://{cluster.address}") == 2
    assert "nothing was written" in capsys.readouterr().err
    assert files_in(root / "output") == before
    assert not list(root.glob(".postil/staged-*"))


@pytest.mark.thorough
def test_a_worker_without_postil_is_told_of(cluster, root, tmp_path, capsys):
    for worker in cluster.workers:
        worker.kill()
        worker.wait()
    cluster.workers = [cluster.start_worker(tmp_path)]
    cluster.wait_for(1)
    assert run(root, "--executor", f"dask://{cluster.address}") == 2
    assert "install Postil there" in capsys.readouterr().err


def test_where_no_scheduler_is_nothing_is_built(root, capsys):
    pytest.importorskip("distributed", reason="Dask is not installed")
    assert run(root, "--executor", "dask://127.0.0.1:1") == 2
    assert "no Dask scheduler answers at 127.0.0.1:1" in capsys.readouterr().err
    assert not (root / "output").exists()
