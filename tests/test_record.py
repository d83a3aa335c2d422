"""A build that would change nothing is answered from memory, and only such a build is."""

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT

SITE = ROOT / "tests" / "sites" / "unused-source"


def age(folder: Path) -> None:
    """Make all files of a folder old enough to be remembered."""
    old = time.time() - 60
    for path in folder.rglob("*"):
        os.utime(path, (old, old + 0.5))


@pytest.fixture
def site(tmp_path, postil):
    """A built site, with a template and a folder of templates that are links to shared ones."""
    ignored = shutil.ignore_patterns(".postil")
    root = shutil.copytree(SITE, tmp_path / "site", ignore=ignored)
    (tmp_path / "theme/sub").mkdir(parents=True)
    (tmp_path / "theme/index.html").write_text('{% include "sub/part.html" %}')
    (tmp_path / "theme/sub/part.html").write_text("one")
    (root / "templates").mkdir()
    (root / "templates/index.html").symlink_to(tmp_path / "theme/index.html")
    (root / "templates/sub").symlink_to(tmp_path / "theme/sub")
    (tmp_path / "theme/sub/loop").symlink_to(root / "templates")
    for name in ("static/a.css", "static/__pycache__/a.css"):
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text("a {}")
    age(tmp_path)
    assert "written" in postil("--root", root).stdout
    return root


def put_unseen(path: Path, old: str, new: str) -> None:
    """Change a file and give it its old time, as programs that copy do."""
    before, text = path.stat(), path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def replace_unseen(path: Path, old: str, new: str) -> None:
    """The same by another file in its place; its folder gets its old time, too."""
    folder = path.parent.stat()
    other = path.with_name("other")
    shutil.copy2(path, other)
    put_unseen(other, old, new)
    other.replace(path)
    os.utime(path.parent, ns=(folder.st_atime_ns, folder.st_mtime_ns))


def test_a_build_without_changes_says_so_and_repeats_its_warnings(site, postil):
    done = postil("--root", site)
    assert done.stdout == "nothing has changed\n"
    assert "warning[unused-source]" in done.stderr
    assert done.returncode == 0


def test_a_build_without_changes_says_again_what_it_left_out(site, postil):
    file = site / "content/x/annotations.yaml"
    file.write_text(f"draft: true\n{file.read_text()}")
    age(site)
    said = "1 draft left out: x\n"
    assert said in postil("--root", site).stdout
    done = postil("--root", site)
    assert done.stdout == f"nothing has changed\n{said}"
    assert "warning[unused-source]" in done.stderr


def record_of(root: Path) -> Path:
    """What is kept of the only way in which a site was built."""
    (record,) = (root / ".postil").glob("record-*")
    return record


def cut(root: Path, change: Callable[[bytes], bytes]) -> None:
    record = record_of(root)
    before = record.read_bytes()
    record.write_bytes(change(before))
    assert record.read_bytes() != before


def turn_into_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


CHANGES = {
    "an article": lambda root: (root / "content/x/article.txt").write_text("Mayor"),
    "a new file": lambda root: (root / "content/context.yaml").write_text(""),
    "a renamed file": lambda root: (root / "content/sources.yaml").rename(root / "content/s.yaml"),
    "a removed explainer": lambda root: shutil.rmtree(root / "content/x"),
    "a template of the site's own": lambda root: (root / "templates/page.html").write_text(""),
    "a template behind a link": lambda root: (root / "../theme/index.html").write_text("two!"),
    "a folder behind a link": lambda root: (root / "../theme/sub/part.html").write_text("two!"),
    "where a link leads": lambda root: (
        (root / "templates/index.html").unlink()
        or (root / "templates/index.html").symlink_to(root / "../theme/sub/part.html")
    ),
    "a file whose time is put back": lambda root: put_unseen(
        root / "content/x/article.txt", "mayor", "MAYOR"
    ),
    "a file that takes the place of another": lambda root: replace_unseen(
        root / "content/x/article.txt", "mayor", "MAYOR"
    ),
    "a page whose time is put back": lambda root: put_unseen(
        root / "output/x/index.html", "mayor", "MAYOR"
    ),
    "a file in a folder that Python would make": lambda root: (
        root / "static/__pycache__/a.css"
    ).write_text("b {}"),
    "a record that was cut short": lambda root: cut(root, lambda data: data[:-1]),
    "a record with half of its head": lambda root: cut(root, lambda data: data[:3]),
    "a record without files": lambda root: cut(root, lambda data: data.partition(b"\n")[0] + b"\n"),
    "a record with other words": lambda root: cut(
        root, lambda data: data.replace(b"nothing", b"x")
    ),
    "a record of zeros": lambda root: cut(root, lambda data: bytes(len(data))),
    "an empty record": lambda root: cut(root, lambda data: b""),
    "a record that is a folder": lambda root: turn_into_folder(record_of(root)),
    "a page that somebody changed": lambda root: (root / "output/index.html").write_text("x"),
    "a page that somebody removed": lambda root: (root / "output/index.html").unlink(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_is_noticed(change, site, postil):
    CHANGES[change](site)
    assert "nothing has changed" not in postil("--root", site).stdout


@pytest.mark.parametrize("options", [["--drafts"], ["--format", "json"], ["--output", "other"]])
def test_another_way_of_building_is_another_build(options, site, postil, tmp_path):
    options = [tmp_path / option if option == "other" else option for option in options]
    done = postil("--root", site, *options)
    assert "nothing has changed" not in done.stdout + done.stderr


def test_a_file_changed_just_now_is_not_trusted_to_stay(site, postil):
    (site / "site.yaml").write_text("title: Now\n")
    assert "written" in postil("--root", site).stdout
    (site / "site.yaml").write_text("title: Not\n")  # same size, perhaps within one tick

    assert "nothing has changed" not in postil("--root", site).stdout
    assert "Not" in (site / "output/x/index.html").read_text()


def test_a_failed_build_is_not_remembered(site, postil):
    (site / "content/x/annotations.yaml").write_text("title: x\nannotations: [{quote: nowhere}]\n")
    first, second = postil("--root", site), postil("--root", site)
    assert first.returncode == second.returncode == 1
    assert first.stderr == second.stderr


def test_a_copy_of_a_site_is_another_site(site, postil, tmp_path):
    """Even if it is built into the same folder and has all the old times."""
    output = tmp_path / "output"
    assert "written" in postil("--root", site, "--output", output).stdout
    copy = shutil.copytree(site, tmp_path / "copy", symlinks=True)
    assert "nothing has changed" in postil("--root", site, "--output", output).stdout
    assert "nothing has changed" not in postil("--root", copy, "--output", output).stdout


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_record_that_is_a_pipe_is_not_waited_for(site, postil):
    record = record_of(site)
    record.unlink()
    os.mkfifo(record)
    assert "unchanged" in postil("--root", site).stdout


def test_a_record_is_kept_through_no_link(site, postil, tmp_path):
    shutil.rmtree(site / ".postil")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/.gitignore").write_text("theirs")
    (site / ".postil").symlink_to(tmp_path / "elsewhere")
    assert postil("--root", site).returncode == 0
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == [".gitignore"]
    assert (tmp_path / "elsewhere/.gitignore").read_text() == "theirs"


@pytest.mark.parametrize("linked", [False, True])
def test_what_git_ignores_there_is_an_editor_s_to_say(linked, site, postil, tmp_path):
    shutil.rmtree(site / ".postil")
    (site / ".postil").mkdir()
    theirs = tmp_path / "theirs" if linked else site / ".postil/.gitignore"
    theirs.write_text("# theirs\n")
    if linked:
        (site / ".postil/.gitignore").symlink_to(theirs)
    assert "written" in postil("--root", site, "--drafts", "--output", tmp_path / "o").stdout
    assert theirs.read_text() == "# theirs\n"
    assert record_of(site).is_file()
