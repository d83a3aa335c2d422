"""Every change of an input is noticed, once, however it was saved; nothing else is."""

import os
import shutil
import threading
import time
from pathlib import Path

import pytest
from previewing import wait_until
from small_site import write_site

from postil import paths
from postil.preview import watching
from postil.preview.watching import Watcher

ALPHA = "content/alpha/annotations.yaml"
TEMPORARY = [
    "4913", "annotations.yaml~", ".annotations.yaml.swp", ".#annotations.yaml", "#article.txt#",
    "article.txt.tmp", "annotations.yaml___jb_tmp___", ".DS_Store",
]  # fmt: skip


@pytest.fixture
def site(tmp_path):
    return write_site(tmp_path / "site")


@pytest.fixture
def watcher(site):
    return Watcher(site)


def save_in_place(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def save_by_replacing(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def save_by_moving_away_first(path: Path, text: str) -> None:
    path.rename(path.with_name(f"{path.name}~"))
    path.write_text(text, encoding="utf-8")


SAVES = [save_in_place, save_by_replacing, save_by_moving_away_first]


@pytest.mark.parametrize("save", SAVES, ids=lambda save: save.__name__)
def test_a_save_is_noticed_once(save, site, watcher):
    save(site / ALPHA, "title: Other\n")

    assert watcher.look() == {ALPHA}
    assert watcher.look() == set()


@pytest.mark.parametrize("save", SAVES, ids=lambda save: save.__name__)
def test_a_save_of_the_same_size_and_time_is_noticed(save, site, watcher):
    save(site / ALPHA, "title: One\n")
    assert watcher.look() == {ALPHA}
    status = (site / ALPHA).stat()
    save(site / ALPHA, "title: Two\n")
    os.utime(site / ALPHA, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert watcher.look() == {ALPHA}


def test_a_time_in_whole_seconds_is_distrusted_for_longer(site, watcher):
    save_in_place(site / ALPHA, "title: One\n")
    now = time.time_ns() // 1_000_000_000 * 1_000_000_000
    os.utime(site / ALPHA, ns=(now, now))
    assert watcher.look() == {ALPHA}
    time.sleep(0.15)
    assert watcher.look() == set()
    save_in_place(site / ALPHA, "title: Two\n")
    os.utime(site / ALPHA, ns=(now, now))

    assert watcher.look() == {ALPHA}


def test_a_look_does_not_trust_young_files_for_ever(site, watcher):
    save_in_place(site / ALPHA, "title: One\n")
    watcher.look()
    assert watcher.unsettled
    time.sleep(0.15)
    watcher.look()
    assert not watcher.unsettled


def test_a_file_with_an_old_time_is_noticed(site, watcher):
    path = site / "content/alpha/picture.png"
    path.write_bytes(b"")
    os.utime(path, (0, 0))

    assert watcher.look() == {"content/alpha/picture.png"}


def test_a_change_of_permissions_is_noticed(site, watcher):
    (site / ALPHA).chmod(0o600)

    assert watcher.look() == {ALPHA}


@pytest.mark.parametrize("name", TEMPORARY)
@pytest.mark.parametrize("folder", ["content", "content/alpha", "templates"])
def test_what_editors_keep_for_themselves_is_nothing_to_us(site, folder, name):
    (site / folder).mkdir(exist_ok=True)
    watcher = Watcher(site)
    (site / folder / name).write_text("x", encoding="utf-8")

    assert watcher.look() == set()


def test_of_what_lies_beside_an_article_and_is_not_read_only_the_name_counts(site, watcher):
    """It may be almost the one that is sought."""
    names = {"content/alpha/interview.docx", "content/alpha/article.text", "content/README.md"}
    for name in names:
        (site / name).write_text("x", encoding="utf-8")
    assert watcher.look() == names
    for name in names:
        with (site / name).open("a", encoding="utf-8") as stream:
            stream.write("y")

    assert watcher.look() == set()


def test_everything_in_static_is_published_and_noticed(site):
    (site / "static").mkdir()
    watcher = Watcher(site)
    for name in ("style.css", "style.css~", ".hidden", "#style.css#", "Thumbs.db", "desktop.ini"):
        (site / "static" / name).write_text("", encoding="utf-8")

    assert watcher.look() == {"static/style.css"}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_is_not_waited_for(site, watcher):
    (site / ALPHA).unlink()
    os.mkfifo(site / ALPHA)

    assert watcher.look() == {ALPHA}


def test_explainers_come_and_go_with_their_folders(site, watcher):
    (site / "content/alpha").rename(site / "content/omega")
    names = {"annotations.yaml", "article.txt"}

    assert watcher.look() == {
        "content/alpha", "content/omega",
        *(f"content/alpha/{name}" for name in names),
        *(f"content/omega/{name}" for name in names),
    }  # fmt: skip
    (site / "content/new").mkdir()
    assert watcher.look() == {"content/new"}


def test_a_whole_area_is_noticed_when_it_appears_or_is_another(site, watcher):
    (site / "templates").mkdir()
    assert watcher.look() == {"templates"}
    (site / "templates").rmdir()
    assert watcher.look() == {"templates"}
    (site / "content").rename(site / "away")
    assert "content" in watcher.look()


def test_names_in_any_script_are_noticed(site, watcher):
    path = site / "content/alpha/карта سوريا.png"
    path.write_bytes(b"")

    assert watcher.look() == {"content/alpha/карта سوريا.png"}


def test_a_link_in_the_place_of_an_explainer_is_noticed(site, watcher):
    (site / "content/linked").symlink_to(site / "content/alpha")

    assert watcher.look() == {"content/linked"}
    (site / "content/linked").unlink()
    assert watcher.look() == {"content/linked"}


def test_the_programs_own_templates_are_watched_too(site, watcher, tmp_path, monkeypatch):
    program = tmp_path / "program"
    (program / "templates").mkdir(parents=True)
    monkeypatch.setattr(paths, "PROGRAM", program)
    watcher = Watcher(site)
    (program / "templates/page.html").write_text("", encoding="utf-8")

    assert watcher.look() == {"templates/page.html"}


def test_output_is_not_watched(site, watcher):
    (site / "output").mkdir()
    (site / "output/index.html").write_text("", encoding="utf-8")

    assert watcher.look() == set()


@pytest.mark.parametrize("save", SAVES, ids=lambda save: save.__name__)
def test_where_a_save_was_heard_it_is_looked_alone(save, site, watcher):
    save(site / ALPHA, "title: Other\n")
    save(site / "site.yaml", "title: Other\n")

    assert watcher.look({str(site / ALPHA)}) == {ALPHA}
    assert watcher.look({str(site / ALPHA)}) == set()
    assert watcher.look() == {"site.yaml"}


@pytest.mark.parametrize(
    ("act", "heard"),
    [
        (lambda site: (site / ALPHA).unlink(), [ALPHA]),
        (lambda site: (site / "content/alpha/new.png").write_bytes(b""), ["content/alpha/new.png"]),
        (lambda site: shutil.rmtree(site / "content/alpha"), [ALPHA, "content/alpha"]),
        (lambda site: shutil.rmtree(site / "content/alpha"), [ALPHA]),
        (lambda site: (site / "content/alpha").rename(site / "away"), ["content/alpha"]),
        (lambda site: (site / "content").rename(site / "away"), ["content"]),
        (lambda site: (site / "content").rename(site / "away"), [ALPHA, "content"]),
        (lambda site: shutil.copytree(site / "content/alpha", site / "content/new"),
         ["content/new", "content/new/annotations.yaml"]),
        (lambda site: (site / "site.yaml").write_text("", encoding="utf-8"), ["site.yaml"]),
        (lambda site: (site / "static").mkdir(), [ALPHA, "static"]),
    ],
)  # fmt: skip
def test_a_look_where_something_was_heard_finds_what_a_whole_one_does(act, heard, site):
    watchers = Watcher(site), Watcher(site)
    act(site)

    partial = watchers[0].look({str(site / name) for name in heard})
    assert partial == watchers[1].look() != set()
    assert watchers[0].look() == set()


def test_what_is_heard_of_linked_folders_is_told_as_they_are_known(site, tmp_path):
    (site / "content").rename(tmp_path / "elsewhere")
    (site / "content").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "link").symlink_to(site)
    known, heard = tmp_path / "link", set()
    watcher = Watcher(known)
    events = watching.listen(known, heard.add)
    try:
        save_by_replacing(site / ALPHA, "title: Other\n")
        wanted = str(known / ALPHA)
        wait_until(lambda: wanted in heard)
        assert watcher.look(heard) == {ALPHA}
    finally:
        events.stop()


def test_the_system_tells_of_saves_and_not_of_looking(site):
    heard = threading.Event()
    events = watching.listen(site, lambda path: heard.set())
    watcher = Watcher(site)
    try:
        time.sleep(0.3)  # events of what was written before
        heard.clear()
        watcher.look()
        (site / ALPHA).read_bytes()
        assert not heard.wait(0.3)
        save_by_replacing(site / ALPHA, "title: Other\n")
        assert heard.wait(20)
    finally:
        events.stop()


def test_what_is_kept_of_compiled_templates_is_no_event(site, tmp_path, monkeypatch):
    """Every process that compiles a template writes there, whichever site it builds."""
    kept = tmp_path / "program/templates/__pycache__"
    kept.mkdir(parents=True)
    monkeypatch.setattr(paths, "PROGRAM", tmp_path / "program")
    heard = threading.Event()
    events = watching.listen(site, lambda path: heard.set())
    try:
        time.sleep(0.3)
        heard.clear()
        save_by_replacing(kept / "page.cache", "compiled")
        (kept / "page.cache").unlink()
        assert not heard.wait(1)
        (kept.parent / "page.html").write_text("", encoding="utf-8")
        assert heard.wait(20)
    finally:
        events.stop()


def test_a_system_that_refuses_to_tell_is_no_error(site, monkeypatch):
    from watchdog.observers import Observer

    def refuse(self):
        raise OSError(28, "inotify watch limit reached")

    monkeypatch.setattr(Observer, "start", refuse)

    assert not watching.listen(site, lambda path: None).are_sent
