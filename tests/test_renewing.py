"""If a few explainers change and nothing else can be another for that, nothing else is looked at;
what is published, kept and said is the same."""

import errno
import os
import shutil
import time
from pathlib import Path

import pytest
from small_site import SITE
from test_updating import Site, assert_same, published, put, replace

from postil import paths
from postil.building import updating
from postil.output import republishing
from postil.output.manifest import MANIFEST
from postil.record import inputs
from postil.site import searching

NOTES = "content/alpha/annotations.yaml"


@pytest.fixture
def site(tmp_path):
    site = Site(tmp_path)
    assert site.run(site.root)[0] == 0
    settle(site)
    return site


def settle(site: Site) -> None:
    """As if some time had gone by: what is kept is certain."""
    old = time.time() - 60
    for path in site.root.rglob("*"):
        if ".postil" not in path.parts and "output" not in path.parts:
            os.utime(path, (old, old + 0.5))
    time.sleep(0.03)  # the system's own times cannot be set
    assert site.run(site.root)[0] == 0


@pytest.fixture
def only_little(monkeypatch):
    """To update the whole site is a mistake, from when this is called."""

    def forbid():
        def update_site(*_):
            raise AssertionError("the whole site was looked at")

        monkeypatch.setattr(updating, "update_site", update_site)

    yield forbid


def edit(site: Site, old: str, new: str, name: str = NOTES) -> None:
    assert old in (site.root / name).read_text(encoding="utf-8")
    replace(site.root / name, old, new)


@pytest.mark.skipif(searching.indexer() is None, reason='needs pip install "postil[search]"')
def test_where_readers_can_search_a_note_that_is_edited_is_found(site):
    """Then another page is another, too: the whole site is looked at."""
    put(site.root / "site.yaml", f"{SITE}search: true\n")
    assert site.run(site.root)[0] == 0
    settle(site)
    index = site.root / "output/search/pagefind"
    before = published(index)
    assert before
    edit(site, "note of", "note, a better one, of")
    assert site.run(site.root)[0] == 0
    assert published(index).keys() != before.keys()
    assert_same(site, (), ["edited"])


def test_a_note_that_is_edited_is_published_and_kept(site, only_little, monkeypatch):
    edit(site, "note of", "note, a better one, of")
    only_little()
    code, out, err = site.run(site.root)
    assert (code, err) == (0, "")
    assert "written" in out
    assert "a better one" in (site.root / "output/alpha/index.html").read_text(encoding="utf-8")
    edit(site, "a better one", "the best")
    assert site.run(site.root)[0] == 0
    monkeypatch.undo()
    assert_same(site, (), ["twice edited"])
    edit(site, "title: ", "title: Another ")
    assert_same(site, (), ["then the title"])


def test_the_manifest_is_that_of_a_whole_build(site, only_little, monkeypatch):
    edit(site, "note of", "note, a better one, of")
    only_little()
    assert site.run(site.root)[0] == 0
    monkeypatch.undo()
    (site.root / ".postil").rename(site.folder / "away")
    shutil.copytree(site.root, site.folder / "copy", ignore=shutil.ignore_patterns("output"))
    assert site.run(site.folder / "copy")[0] == 0
    ours, fresh = (each / "output" / MANIFEST for each in (site.root, site.folder / "copy"))
    assert ours.read_bytes() == fresh.read_bytes()


def test_the_same_mistake_is_told_again(site, only_little, monkeypatch):
    before = (site.root / "output/alpha/index.html").read_bytes()
    edit(site, "told reporters", "told nobody")
    only_little()
    first, second = site.run(site.root), site.run(site.root)
    assert first == second
    assert first[0] == 1
    assert "error[orphan]" in first[2]
    assert (site.root / "output/alpha/index.html").read_bytes() == before
    monkeypatch.undo()
    assert_same(site, (), ["a mistake"])
    edit(site, "told nobody", "told reporters")
    assert_same(site, (), ["mended"])


def replaced(path: Path) -> None:
    copy = path.with_name("copy")
    shutil.copy(path, copy)
    copy.replace(path)


def everything(site: Site) -> None:
    for path in site.root.rglob("*"):
        if not {".postil", "output"}.intersection(path.parts):
            os.utime(path)


def one(site: Site) -> None:
    os.utime(site.root / NOTES)


def checked_out_anew(site: Site) -> None:
    for path in [*site.root.glob("content/**/*"), site.root / "site.yaml"]:
        if path.is_file():
            replaced(path)


def folders_anew(site: Site) -> None:
    shutil.copytree(site.root / "content", site.root / "copy")
    shutil.rmtree(site.root / "content")
    (site.root / "copy").rename(site.root / "content")


@pytest.mark.parametrize("command", ["build", "check"])
@pytest.mark.parametrize("change", [one, everything, checked_out_anew, folders_anew])
def test_what_holds_what_it_held_is_not_built(command, change, site, monkeypatch):
    def build_explainer(*_, **__):
        raise AssertionError("an explainer was built")

    assert site.run(site.root, command)[0] == 0
    change(site)
    monkeypatch.setattr(updating, "build_explainer", build_explainer)
    before = site.run(site.root, command)
    assert before[0] == 0
    assert command == "check" or "nothing has changed" in before[1]
    assert site.run(site.root, command) == before
    monkeypatch.undo()
    assert_same(site, (), [change.__name__])
    edit(site, "title: ", "title: Another ")
    assert_same(site, (), [change.__name__, "then the title"])


def test_one_edit_among_touched_files_is_found_at_once(site, only_little):
    everything(site)
    edit(site, "note of", "note, a better one, of")
    only_little()
    assert "2 files written" in site.run(site.root)[1]


def test_what_was_saved_just_before_a_build_is_known_after_it(site, only_little):
    edit(site, "name: ", "name: New ", "content/sources.yaml")
    everything(site)
    assert site.run(site.root)[0] == 0
    edit(site, "note of", "note, a better one, of")
    only_little()
    assert "2 files written" in site.run(site.root)[1]


@pytest.mark.parametrize("moment", ["before it is read", "after it was read"])
def test_what_is_saved_during_a_build_is_built_again(moment, site, monkeypatch):
    """Even if neither its size nor its times tell."""
    path = site.root / "content/sources.yaml"
    update_site = updating.update_site
    everything(site)

    def save():
        times = path.stat()
        edit(site, "name: Reuters", "name: Rooters", "content/sources.yaml")
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))

    def update(*given):
        if moment == "before it is read":
            save()
        done = update_site(*given)
        if moment == "after it was read":
            save()
        return done

    edit(site, "title: ", "title: Another ")
    monkeypatch.setattr(updating, "update_site", update)
    assert site.run(site.root)[0] == 0
    monkeypatch.undo()
    assert_same(site, (), [moment])


def test_what_is_saved_while_a_build_looks_is_built_by_the_next(site, monkeypatch):
    """Just after it was found that it has not changed."""
    look_again = inputs.look_again

    def save_and_look(*given):
        edit(site, "title: ", "title: New ", "site.yaml")
        return look_again(*given)

    style = site.root / "static/extra.css"
    style.parent.mkdir(exist_ok=True)
    style.write_text("a {}", encoding="utf-8")
    settle(site)
    style.write_text("b {}", encoding="utf-8")
    monkeypatch.setattr(inputs, "look_again", save_and_look)
    assert site.run(site.root)[0] == 0
    monkeypatch.undo()
    assert_same(site, (), ["saved"])


def same_size(site: Site) -> None:
    path = site.root / NOTES
    edit(site, "note of", "note at")
    os.utime(path, ns=(0, path.stat().st_mtime_ns))


def a_link_instead(site: Site) -> None:
    path = site.root / NOTES
    path.rename(site.folder / "elsewhere.yaml")
    path.symlink_to(site.folder / "elsewhere.yaml")


def a_folder_linked(site: Site) -> None:
    path = site.root / "content/alpha"
    path.rename(site.folder / "elsewhere")
    path.symlink_to(site.folder / "elsewhere")


def one_file_more(site: Site) -> None:
    article = next(site.root.glob("content/alpha/article.*"))
    os.utime(article)
    name = {"article.txt": "article.md"}.get(article.name, "article.txt")
    shutil.copy(article, article.with_name(name))


def one_file_less(site: Site) -> None:
    one(site)
    next(site.root.glob("content/alpha/article.*")).unlink()


def renamed(site: Site) -> None:
    (site.root / "content/alpha").rename(site.root / "content/omega")


def two_exchanged(site: Site) -> None:
    first, second = (
        site.root / f"content/{slug}/{paths.ANNOTATIONS}" for slug in ("alpha", "beta")
    )
    third = site.folder / "third"
    first.rename(third)
    second.rename(first)
    third.rename(second)


@pytest.mark.parametrize(
    "change",
    [
        same_size,
        a_link_instead,
        a_folder_linked,
        one_file_more,
        one_file_less,
        renamed,
        two_exchanged,
    ],
)
def test_what_only_looks_the_same_is_looked_at(change, site):
    everything(site)
    change(site)
    assert_same(site, (), [change.__name__])


@pytest.mark.parametrize(
    "old, new", [("title: ", "title: X"), ("note: ", "draft: true\n    note: ")]
)
def test_what_others_show_is_renewed_with_it(old, new, site):
    text = (site.root / NOTES).read_text(encoding="utf-8")
    assert old in text
    (site.root / NOTES).write_text(text.replace(old, new, 1), encoding="utf-8")
    assert_same(site, (), [f"{old} > {new}"])


def test_another_build_that_came_between_is_noticed(site, monkeypatch):
    """Then all files are looked at."""
    from postil.cli import renewals
    from postil.output.publishing import Overtaken

    def republish(*_):
        raise Overtaken

    monkeypatch.setattr(renewals, "republish", republish)
    edit(site, "note of", "note, a better one, of")
    assert_same(site, (), ["overtaken"])


def test_what_is_wrong_is_said_where_the_disk_refuses(site, monkeypatch):
    def refuse(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "output")

    edit(site, "note of", "note, a better\u202f\u2060one, of")
    monkeypatch.setattr(republishing, "put_file", refuse)
    code, _, err = site.run(site.root)
    assert code == 2
    assert 0 < err.index("warning[") < err.index("cannot publish output: No space left")


def spoil(path: Path, fate: str) -> None:
    data = path.read_bytes()
    match fate:
        case "gone":
            path.unlink()
        case "short":
            path.write_bytes(data[: len(data) // 2])
        case "zeros":
            path.write_bytes(bytes(len(data)))
        case "other":
            path.write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])


@pytest.mark.parametrize("fate", ["gone", "short", "zeros", "other"])
def test_parts_that_are_not_whole_are_none(fate, site):
    (parts,) = site.root.glob(".postil/made-*")
    spoil(parts, fate)
    assert "nothing has changed" in site.run(site.root)[1]
    edit(site, "note of", "note, a better one, of")
    assert_same(site, (), [fate])
    edit(site, "title: ", "title: X")
    assert_same(site, (), [fate])


def test_parts_of_builds_before_are_not_kept(site):
    for number in range(3):
        edit(site, "title: ", f"title: {number}")
        assert site.run(site.root)[0] == 0
        assert site.run(site.root, "check")[0] == 0
    found = [path.name.partition("-")[0] for path in site.root.glob(".postil/*-*")]
    assert sorted(found) == ["made", "made", "record", "record"]
