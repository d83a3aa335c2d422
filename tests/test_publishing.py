"""A folder that holds exactly these files, whatever stands in it and whenever we are killed."""

import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postil.diagnostics.refusal import Refusal
from postil.output import locking
from postil.output.manifest import MANIFEST
from postil.output.publishing import Published, publish

ROOT = Path(__file__).parents[1]
SCALE = float(os.environ.get("POSTIL_TEST_SCALE", "1"))
AS_ROOT = hasattr(os, "geteuid") and os.geteuid() == 0

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="kills forked children")

SITE = {
    "index.html": b"front",
    "one/index.html": b"page one",
    "two/index.html": b"page two",
    "static/style.css": b"body {}",
    "feed.xml": b"<feed/>",
}
FOREIGN = {"CNAME": b"example.org", ".git/HEAD": b"ref", "one/notes.txt": b"mine"}


def files_in(folder: Path) -> dict[str, bytes]:
    """All files but the manifest; a symbolic link counts as a file that holds its target."""
    return {
        path.relative_to(folder).as_posix(): (
            bytes(path.readlink()) if path.is_symlink() else path.read_bytes()
        )
        for path in folder.rglob("*")
        if path.name != MANIFEST and (path.is_symlink() or path.is_file())
    }


def folders_in(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_dir()}


def state_of(folder: Path) -> dict[str, tuple[int, int, int]]:
    """What would show that something was touched: inode, size and time of everything."""
    stats = {path: path.lstat() for path in [folder, *folder.rglob("*")]}
    return {str(path): (s.st_ino, s.st_size, s.st_mtime_ns) for path, s in stats.items()}


def put(folder: Path, files: dict[str, bytes]) -> None:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """A published site with others' files in it."""
    publish(SITE, tmp_path / "output")
    put(tmp_path / "output", FOREIGN)
    return tmp_path / "output"


# ------------------------------------------------------------------ what is written


def test_a_new_folder_holds_exactly_the_files(tmp_path):
    assert publish(SITE, tmp_path / "deep" / "output") == Published(5, 0, 0, ())
    assert files_in(tmp_path / "deep" / "output") == SITE


def test_the_manifest_names_every_file_by_its_hash_and_is_the_same_every_time(tmp_path):
    publish(SITE, tmp_path / "a")
    publish(dict(reversed(SITE.items())), tmp_path / "b")
    manifest = (tmp_path / "a" / MANIFEST).read_bytes()
    assert manifest == (tmp_path / "b" / MANIFEST).read_bytes()
    assert list(json.loads(manifest).items()) == [
        (path, hashlib.sha256(SITE[path]).hexdigest()) for path in sorted(SITE)
    ]


def test_a_second_publication_touches_nothing(output):
    before = state_of(output)
    assert publish(SITE, output) == Published(0, 5, 0, ())
    assert state_of(output) == before


def test_only_a_file_that_differs_is_written(output):
    before = state_of(output)
    assert publish({**SITE, "one/index.html": b"new"}, output) == Published(1, 4, 0, ())
    after = state_of(output)
    changed = {Path(path).name for path in before if before[path] != after[path]}
    assert changed == {"output", "one", "index.html", MANIFEST}
    assert files_in(output) == {**SITE, **FOREIGN, "one/index.html": b"new"}


def test_a_file_of_the_same_size_that_was_changed_in_place_is_noticed(output):
    (output / "index.html").write_bytes(b"FRONT")
    with pytest.raises(Refusal, match="changed after Postil wrote it"):
        publish(SITE, output)


def test_a_file_that_was_deleted_by_hand_is_written_again(output):
    (output / "index.html").unlink()
    assert publish(SITE, output) == Published(1, 4, 0, ())
    assert files_in(output) == {**SITE, **FOREIGN}


def test_a_stale_file_goes_and_so_does_its_folder_unless_others_use_it(output):
    assert publish({"index.html": b"front"}, output) == Published(0, 1, 4, ())
    assert files_in(output) == {"index.html": b"front", **FOREIGN}
    assert not (output / "two").exists()


def test_a_stale_file_that_was_changed_by_hand_stays_and_is_reported_once(output):
    (output / "two/index.html").write_bytes(b"hand-made")
    site = {path: data for path, data in SITE.items() if path != "two/index.html"}
    assert publish(site, output).kept == ("two/index.html",)
    assert publish(site, output).kept == ()
    assert (output / "two/index.html").read_bytes() == b"hand-made"


def test_a_file_that_somebody_else_put_there_stays_theirs_even_if_ours_is_the_same(output):
    publish({**SITE, "CNAME": b"example.org"}, output)
    publish(SITE, output)
    assert files_in(output) == {**SITE, **FOREIGN}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param({"a": b"1"}, {"a/b": b"2"}, id="a-file-becomes-a-folder"),
        pytest.param({"a/b": b"1", "a/c/d": b"1"}, {"a": b"2"}, id="a-folder-becomes-a-file"),
        pytest.param({"Logo.png": b"1"}, {"logo.png": b"1"}, id="a-file-changes-case"),
        pytest.param({"Img/a": b"1"}, {"img/a": b"2"}, id="a-folder-changes-case"),
        pytest.param({"a/b": b"1"}, {}, id="everything-goes"),
        pytest.param({}, {"a/b": b""}, id="an-empty-file"),
        pytest.param({"é": b"1"}, {"e\u0301": b"2"}, id="an-accent-is-spelled-otherwise"),
    ],
)
def test_any_site_can_follow_any_other(old, new, tmp_path):
    publish(old, tmp_path)
    publish(new, tmp_path)
    assert files_in(tmp_path) == new
    assert {path.name for path in tmp_path.iterdir()} == {MANIFEST, *(p.split("/")[0] for p in new)}


@pytest.mark.parametrize("new", [b"1", b"2"])
def test_a_file_that_changes_case_is_not_lost_where_case_is_ignored(new, tmp_path):
    """A hard link stands for the one file that both names lead to there."""
    publish({"Logo.png": b"1"}, tmp_path)
    (tmp_path / "logo.png").hardlink_to(tmp_path / "Logo.png")
    publish({"logo.png": new}, tmp_path)
    assert files_in(tmp_path) == {"logo.png": new}
    assert list(json.loads((tmp_path / MANIFEST).read_text())) == ["logo.png"]


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o002, 0o644), (0o077, 0o600)])
def test_everybody_may_read_a_page_as_far_as_the_umask_says_so(umask, mode, tmp_path):
    before = os.umask(umask)
    try:
        publish({"a": b""}, tmp_path)
    finally:
        os.umask(before)
    assert (tmp_path / "a").stat().st_mode & 0o777 == mode


# ------------------------------------------------------------------ what is refused


def refuse(
    files: dict[str, bytes], folder: Path, *protected: Path, inputs: Sequence[Path] = ()
) -> Refusal:
    """Publish in vain; nothing may change."""
    before = state_of(folder.parent)
    with pytest.raises(Refusal) as caught:
        publish(files, folder, protected, inputs)
    assert state_of(folder.parent) == before
    assert caught.value.help
    return caught.value


@pytest.mark.parametrize(
    "path",
    [
        *("", "/etc/passwd", "../up", "a/../b", "a//b", "a/", "./a", "."),
        *("a\\b", "C:/a", "C:a", "nul\0", "line\nbreak", "what?", "a*", '"', "<", "a|b"),
        *("con", "NUL.txt", "a/Com1", "lpt9.tar.gz", "aux .txt", "COM¹", "conin$"),
        *("a.", "a ", "a./b", "...", "x" * 201, "é" * 101, "\udcff"),
        *(MANIFEST, ".postil-a.tmp", "a/.Postil"),
    ],
)
def test_an_unsafe_path_is_refused(path, output):
    assert repr(path) in refuse({**SITE, path: b""}, output).message


@pytest.mark.parametrize(
    "path",
    [".well-known/x", ".nojekyll", "console", "x" * 200, "a b", "Übersicht/ß.html", "com", "~"],
)
def test_a_harmless_path_is_not_refused(path, tmp_path):
    assert publish({path: b""}, tmp_path).written == 1


@pytest.mark.parametrize(
    "pair",
    [
        *(("a", "A"), ("a/b", "A/c"), ("straße", "STRASSE"), ("é", "e\u0301")),
        *(("a", "a/b"), ("a/b", "A"), ("ǆ", "ǅ"), ("ﬁ", "FI")),
    ],
)
def test_names_that_are_the_same_on_some_machines_are_refused(pair, output):
    assert "side by side" in refuse(dict.fromkeys(pair, b""), output).message


def make_link(output: Path, name: str) -> None:
    """Move something of the site out of the folder and leave a link in its place."""
    outside = output.parent / "outside"
    (output / name).rename(outside)
    (output / name).symlink_to(outside)


PLACES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a symbolic link": (
        lambda o: (o.rename(o.parent / "real"), o.symlink_to("real")),
        "is a symbolic link",
    ),
    "a file": (lambda o: (shutil.rmtree(o), o.write_text("")), "is a file"),
    "others' folder": (lambda o: (o / MANIFEST).unlink(), "was not made by Postil"),
    "others' hidden file": (
        lambda o: (shutil.rmtree(o), put(o, {".git/HEAD": b""})),
        "was not made by Postil",
    ),
    "a manifest that is not JSON": (lambda o: put(o, {MANIFEST: b"{"}), "is damaged"),
    "a manifest that is not UTF-8": (lambda o: put(o, {MANIFEST: b'{"\xff": ""}'}), "is damaged"),
    "a manifest of another kind": (lambda o: put(o, {MANIFEST: b'{"a": 1}'}), "is damaged"),
    "a deep manifest": (lambda o: put(o, {MANIFEST: b'{"a":' + b"[" * 9999}), "is damaged"),
    "a manifest that leads out": (lambda o: put(o, {MANIFEST: b'{"../x": ""}'}), "is damaged"),
    "a manifest that is a folder": (
        lambda o: ((o / MANIFEST).unlink(), (o / MANIFEST).mkdir()),
        "is damaged",
    ),
    "a manifest that is a pipe": (
        lambda o: ((o / MANIFEST).unlink(), os.mkfifo(o / MANIFEST)),
        "is damaged",
    ),
    "a linked manifest": (lambda o: make_link(o, MANIFEST), "is damaged"),
    "others' file": (lambda o: (o / "new").write_text("theirs"), "new is not Postil's"),
    "others' empty folder": (lambda o: (o / "new").mkdir(), "new is not Postil's"),
    "others' full folder": (lambda o: put(o, {"new/x": b""}), "new is not Postil's"),
    "others' link": (lambda o: (o / "new").symlink_to("CNAME"), "new is not Postil's"),
    "a dangling link": (lambda o: (o / "new").symlink_to("nothing"), "new is not Postil's"),
    "a linked folder": (lambda o: make_link(o, "static"), "style.css was changed"),
    "a linked file": (lambda o: make_link(o, "feed.xml"), "feed.xml was changed"),
    "a pipe": (lambda o: os.mkfifo(o / "new"), "new is not Postil's"),
    "two files": (
        lambda o: put(o, {"index.html": b"?", "one/index.html": b"?"}),
        r"index.html was changed .* \(likewise 1 more\)",
    ),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_place_that_is_not_ours_is_refused(place, output):
    prepare, message = PLACES[place]
    prepare(output)
    refused = refuse({**SITE, "static/style.css": b"*", "feed.xml": b"*", "new": b"ours"}, output)
    assert re.search(message, refused.message), refused.message


def test_an_edited_file_where_a_folder_must_be_is_refused(tmp_path):
    publish({"a": b"1"}, tmp_path)
    (tmp_path / "a").write_bytes(b"hand-made")
    assert "a/b is not Postil's" in refuse({"a/b": b"2"}, tmp_path).message


def test_a_folder_with_others_files_where_a_file_must_be_is_refused(tmp_path):
    publish({"a/b": b"1"}, tmp_path)
    put(tmp_path, {"a/notes": b""})
    assert "a is not Postil's" in refuse({"a": b"2"}, tmp_path).message


def test_a_folder_is_shared_after_an_empty_manifest_is_put_into_it(tmp_path):
    put(tmp_path, {**FOREIGN, MANIFEST: b"{}"})
    publish(SITE, tmp_path)
    assert files_in(tmp_path) == {**SITE, **FOREIGN}


def test_links_that_are_not_in_the_way_survive_and_are_not_followed(output, tmp_path):
    put(tmp_path / "outside", {"style.css": b"body {}"})
    shutil.rmtree(output / "static")
    (output / "static").symlink_to(tmp_path / "outside")
    published = publish({"index.html": b"front"}, output)
    assert published.kept == ("static/style.css",)
    assert (tmp_path / "outside/style.css").read_bytes() == b"body {}"
    assert (output / "static").is_symlink()


@pytest.mark.parametrize(
    ("folder", "protected"),
    [
        pytest.param(".", ["."], id="the-site-itself"),
        pytest.param(".", ["content"], id="holds-an-input"),
        pytest.param("content", [".", "content"], id="an-input"),
        pytest.param("site.yaml/..", ["site.yaml"], id="the-folder-of-an-input-file"),
        pytest.param("content/../templates", ["templates"], id="by-another-way"),
        pytest.param("linked/content", ["content"], id="through-a-link"),
        pytest.param("..", ["."], id="above-the-site"),
        pytest.param("static", ["static/css"], id="an-input-that-is-not-there"),
    ],
)
def test_the_site_and_its_inputs_are_refused_as_output(folder, protected, tmp_path):
    site = tmp_path / "site"
    put(site, {"site.yaml": b"", "content/x": b"", "templates/x": b""})
    (site / "linked").symlink_to(site)
    refused = refuse(SITE, site / folder, *(site / path for path in protected))
    assert "is, or holds" in refused.message


@pytest.mark.parametrize(
    "folder", ["static/out", "content/a/b", "linked/static/out", "static/../content/out"]
)
def test_a_folder_inside_an_input_is_refused(folder, tmp_path):
    put(tmp_path, {"site.yaml": b"", "content/x": b"", "static/x": b""})
    (tmp_path / "linked").symlink_to(tmp_path)
    inputs = [tmp_path / name for name in ("site.yaml", "content", "static")]
    folder = tmp_path / folder
    folder.parent.mkdir(exist_ok=True)
    assert "is inside" in refuse(SITE, folder, tmp_path, inputs=inputs).message
    assert "is, or holds" in refuse(SITE, tmp_path / "static", tmp_path, inputs=inputs).message


def test_a_folder_inside_the_site_is_no_risk(tmp_path):
    put(tmp_path, {"site.yaml": b"", "content/x": b""})
    inputs = [tmp_path / "content", tmp_path / "static"]
    assert publish(SITE, tmp_path / "output", [tmp_path], inputs).written == 5
    assert publish(SITE, tmp_path / "static-output", [tmp_path], inputs).written == 5


def test_a_manifest_reaches_nothing_through_a_link(output, tmp_path):
    """Neither what it lists, nor what a killed build would have left beside that."""
    outside = {"f": b"theirs", ".postil-f.tmp": b"theirs", "g/.postil-h.tmp": b"theirs"}
    put(tmp_path / "outside", outside)
    (output / "link").symlink_to(tmp_path / "outside")
    manifest = json.loads((output / MANIFEST).read_text())
    forged = {path: [hashlib.sha256(b"theirs").hexdigest()] for path in ("link/f", "link/g/h")}
    (output / MANIFEST).write_text(json.dumps(manifest | forged))
    assert publish({**SITE, "index.html": b"new"}, output).kept == ("link/f", "link/g/h")
    assert files_in(tmp_path / "outside") == outside


@contextlib.contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """`folder` without the right to write; the superuser gives up its rights meanwhile."""
    folder.chmod(0o555)
    if AS_ROOT:
        os.seteuid(65534)
    try:
        yield
    finally:
        if AS_ROOT:
            os.seteuid(0)
        folder.chmod(0o755)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs POSIX permissions")
def test_a_folder_that_may_not_be_written_is_refused():
    with tempfile.TemporaryDirectory() as base:
        Path(base).chmod(0o755)
        folder = Path(base) / "output"
        publish(SITE, folder)
        with read_only(folder):
            refused = refuse({**SITE, "index.html": b"new"}, folder)
        assert "Permission denied" in refused.message
        assert publish({**SITE, "index.html": b"new"}, folder).written == 1


# ------------------------------------------------------------------ killed and out of room

DRIVER = """
import json, os, resource, shutil, signal, sys
from pathlib import Path
from postil.diagnostics.refusal import Refusal
from postil.output.publishing import publish
import fcntl

task = json.load(sys.stdin)
files = {path: data.encode() for path, data in task["files"].items()}
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

def kill_at(step):
    def count(event, arguments):
        nonlocal step
        if event in ("os.rename", "os.remove", "os.mkdir", "os.rmdir") or (
            event == "open" and arguments[2] & WRITES
        ):
            step -= 1
            if step == 0:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(count)

def kill_at_size(size):
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

kill = {"step": kill_at, "size": kill_at_size}[task["by"]]
for step in task["steps"]:
    copy = Path(task["copies"]) / str(step)
    shutil.copytree(task["folder"], copy, symlinks=True)
    child = os.fork()
    if child == 0:
        kill(step)
        publish(files, copy)
        os._exit(0)
    if os.waitpid(child, 0)[1] == 0:
        shutil.rmtree(copy)
        break
"""


def drive(task: dict[str, object]) -> None:
    subprocess.run(
        [sys.executable, "-c", DRIVER],
        input=json.dumps(task),
        text=True,
        check=True,
        cwd=ROOT,
        timeout=300,
    )


def crash(
    folder: Path, files: dict[str, bytes], copies: Path, by: str = "step", upto: int = 999
) -> list[Path]:
    """Copies of `folder`: each one left by a publication that was killed a step later."""
    copies.mkdir()
    drive(
        {
            "folder": str(folder),
            "copies": str(copies),
            "files": {path: data.decode() for path, data in files.items()},
            "by": by,
            "steps": list(range(1, upto)),
        }
    )
    return sorted(copies.iterdir(), key=lambda path: int(path.name))


def assert_whole(folder: Path, *sites: dict[str, bytes]) -> None:
    """Every file is as in one of `sites`, foreign ones are as they were."""
    found = {path: data for path, data in files_in(folder).items() if ".postil-" not in path}
    assert {path: found.pop(path, None) for path in FOREIGN} == FOREIGN
    for path, data in found.items():
        assert data in [site[path] for site in sites if path in site], (folder, path)
    for path in set.intersection(*map(set, sites)):
        assert path in found


NEXT = {
    "index.html": b"new front",
    "one/index.html": b"new page one",
    "three/deep/index.html": b"page three",
    "static/style.css": b"body { color: red }",
    "static/new.js": b"let x",
    "feed.xml": b"<feed/>",
}
SWAP = {"one/index.html": b"page one", "static": b"a file now", "two": b"too", "feed.xml/x": b"x"}


@needs_fork
@pytest.mark.parametrize("new", [NEXT, SWAP, {}], ids=["next", "swap", "nothing"])
def test_a_kill_leaves_every_file_old_or_new_and_the_next_build_puts_it_right(
    new, output, tmp_path
):
    crashed = crash(output, new, tmp_path / "crashed")
    assert len(crashed) > 2 * len(new) + 5
    for folder in crashed:
        assert_whole(folder, SITE, new)
    for following in (new, SITE, {"other": b"1"}):
        for folder in crashed:
            again = tmp_path / "again"
            shutil.copytree(folder, again)
            assert publish(following, again).kept == ()
            assert files_in(again) == {**following, **FOREIGN}
            assert all(any(inner.iterdir()) for inner in folders_in(again))
            assert publish(following, again).written == 0
            shutil.rmtree(again)


@needs_fork
def test_a_kill_during_the_first_publication_is_no_obstacle(tmp_path):
    (tmp_path / "output").mkdir()
    for folder in crash(tmp_path / "output", SITE, tmp_path / "crashed"):
        publish(NEXT, folder)
        assert files_in(folder) == NEXT
        assert not list(folder.glob("*two*"))


@needs_fork
def test_assets_come_before_pages_the_front_page_after_them_and_stale_files_go_last(
    output, tmp_path
):
    for folder in crash(output, NEXT, tmp_path / "crashed"):
        found = files_in(folder)
        new = {path for path, data in NEXT.items() if found.get(path) == data}
        pages = {path for path in NEXT if path.endswith(".html")}
        if new & pages:
            assert NEXT.keys() - pages <= new
        if "index.html" in new or "two/index.html" not in found:
            assert pages <= new


@pytest.mark.thorough
@needs_fork
def test_a_kill_upon_a_kill_is_no_worse(output, tmp_path):
    third = {"index.html": b"3", "two/index.html": b"3", "static/new.js": b"3"}
    stride = max(1, round(6 / SCALE))
    for number, folder in enumerate(crash(output, NEXT, tmp_path / "crashed")[::stride]):
        for again in crash(folder, third, tmp_path / f"again-{number}"):
            assert_whole(again, SITE, NEXT, third)
            assert publish(third, again).kept == ()
            assert files_in(again) == {**third, **FOREIGN}


BIG = {f"{n}.html": b"x" * (2000 + 10 * n) for n in range(9)} | {"index.html": b"y" * 3000}


@needs_fork
def test_a_kill_in_the_middle_of_writing_a_file_leaves_it_old(tmp_path):
    small = dict.fromkeys(BIG, b"small")
    publish(small, tmp_path / "output")
    put(tmp_path / "output", FOREIGN)
    (tmp_path / "copies").mkdir()
    sizes = [1, 500, 2005, 2045, 2999]
    for size in sizes:
        drive(
            {
                "folder": str(tmp_path / "output"),
                "copies": str(tmp_path / "copies"),
                "files": {path: data.decode() for path, data in BIG.items()},
                "by": "size",
                "steps": [size],
            }
        )
        folder = tmp_path / "copies" / str(size)
        halves = [path for path in folder.iterdir() if path.suffix == ".tmp"]
        assert [half.stat().st_size for half in halves] == [size]
        assert_whole(folder, small, BIG)
        publish(BIG, folder)
        assert files_in(folder) == {**BIG, **FOREIGN}


@contextlib.contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file can grow larger than `size` bytes: writing fails as on a full disk."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


@needs_fork
@pytest.mark.parametrize("size", [0, 500, 2005, 2045, 2999])
def test_a_disk_that_is_full_half_way_is_refused_with_every_file_whole(size, tmp_path):
    small = dict.fromkeys(BIG, b"small")
    publish(small, tmp_path)
    put(tmp_path, FOREIGN)
    with pytest.raises(Refusal, match="cannot publish") as caught, room_for(size):
        publish(BIG, tmp_path)
    assert "make room" in caught.value.help
    assert not list(tmp_path.rglob("*.tmp"))
    assert_whole(tmp_path, small, BIG)
    publish(BIG, tmp_path)
    assert files_in(tmp_path) == {**BIG, **FOREIGN}


# ------------------------------------------------------------------ two at once


@contextlib.contextmanager
def another_build(folder: Path) -> Iterator[None]:
    import fcntl

    descriptor = os.open(folder, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        os.close(descriptor)


@needs_fork
def test_a_build_does_not_wait_for_ever_for_another_one(output, monkeypatch):
    monkeypatch.setattr(locking, "LOCK_PATIENCE", 0.05)
    with another_build(output):
        assert "another build" in refuse({**SITE, "index.html": b"new"}, output).message
    assert publish({**SITE, "index.html": b"new"}, output).written == 1


@needs_fork
def test_a_build_waits_while_another_one_writes(output):
    with another_build(output):
        builder = threading.Thread(target=publish, args=({"index.html": b"new"}, output))
        builder.start()
        builder.join(0.2)
        assert builder.is_alive()
        assert files_in(output) == {**SITE, **FOREIGN}
    builder.join(10)
    assert files_in(output) == {"index.html": b"new", **FOREIGN}


def test_where_a_folder_cannot_be_locked_a_file_outside_of_it_is(tmp_path, monkeypatch):
    """As on Windows."""
    monkeypatch.setattr(locking, "fcntl", None)
    monkeypatch.setattr(locking, "LOCK_PATIENCE", 0.05)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    output = tmp_path / "output"
    publish(SITE, output)
    with locking.locked(output):
        assert "another build" in refuse({**SITE, "index.html": b"new"}, output).message
        assert publish({}, tmp_path / "other").written == 0
    assert publish({**SITE, "index.html": b"new"}, output).written == 1
    assert {path.name for path in output.glob(".*")} == {MANIFEST}


REPEAT = """
import sys
from pathlib import Path
from postil.output.publishing import publish
number = int(sys.argv[2])
for turn in range(15):
    publish({f"{turn % 3}/{n}": b"%d" % (number * turn) for n in range(9)}, Path(sys.argv[1]))
"""


@needs_fork
def test_builds_at_the_same_time_leave_the_site_of_the_last_one(tmp_path):
    command = [sys.executable, "-c", REPEAT, str(tmp_path / "output")]
    builds = [subprocess.Popen([*command, str(number)], cwd=ROOT) for number in (1, 2, 3)]
    assert [build.wait(timeout=60) for build in builds] == [0, 0, 0]
    found = files_in(tmp_path / "output")
    assert found in [{f"2/{n}": b"%d" % (14 * number) for n in range(9)} for number in (1, 2, 3)]
    assert publish({}, tmp_path / "output") == Published(0, 0, 9, ())


# ------------------------------------------------------------------ any sequence of doings

PATHS = ["index.html", "a", "a/b", "a/b/c", "a/d", "A", "e/f.html", "e/F.html", "é", "e\u0301"]
SITES = st.dictionaries(st.sampled_from(PATHS), st.sampled_from([b"", b"0", b"1"]), max_size=5)
DOINGS = st.one_of(
    SITES.map(lambda site: ("publish", site)),
    SITES.map(lambda site: ("publish", site)),
    st.tuples(
        st.just("write"), st.sampled_from([*PATHS, "CNAME", "e/n"]), st.sampled_from([b"0", b"?"])
    ),
    st.tuples(st.just("delete"), st.sampled_from(PATHS)),
)


def spelled(path: str) -> str:
    """What is the same for paths that are one file where case and accents are ignored."""
    return unicodedata.normalize("NFD", path).lower()


def touches(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")


def expect_publication(
    site: dict[str, bytes], folder: Path, ours: dict[str, bytes]
) -> dict[str, bytes]:
    """Publish, hold the outcome to the promises, return what is ours then."""
    before, dirs = files_in(folder), folders_in(folder)
    foreign = {path: data for path, data in before.items() if ours.get(path) != data}
    try:
        published = publish(site, folder)
    except Refusal:
        assert files_in(folder) == before
        blocked = any(
            touches(path, other) and not (path == other and data == foreign[other])
            for path, data in site.items()
            for other in foreign
        )
        clash = any(p != q and touches(spelled(p), spelled(q)) for p in site for q in site)
        dirs_in_the_way = any(folder / path in dirs for path in site)
        assert blocked or clash or dirs_in_the_way or not (folder / MANIFEST).exists()
        return ours
    after = files_in(folder)
    assert after == {**foreign, **site}
    assert all(any(path.iterdir()) for path in folders_in(folder) - dirs)
    assert published.kept == tuple(sorted(p for p in ours if p in foreign and p not in site))
    assert published.written == sum(before.get(path) != data for path, data in site.items())
    return {path: data for path, data in site.items() if path in ours or path not in foreign}


@settings(max_examples=round(250 * SCALE), deadline=None)
@given(st.lists(DOINGS, max_size=12))
def test_the_folder_holds_the_last_site_and_what_others_put_there(doings):
    with tempfile.TemporaryDirectory() as base:
        folder, ours = Path(base) / "output", {}
        folder.mkdir()
        for doing, *rest in doings:
            if doing == "publish":
                ours = expect_publication(rest[0], folder, ours)
            with contextlib.suppress(OSError):
                if doing == "write":
                    put(folder, {rest[0]: rest[1]})
                elif doing == "delete":
                    (folder / rest[0]).unlink()
