"""A site in memory is what a build makes, after any change, and no more is built than it takes."""

import os
import random
import re
import shutil
import threading
import time
from pathlib import Path

import pytest
from small_site import CONTEXT, SITE, SOURCES, write_explainer, write_site

from postil import building, paths
from postil.building import opening, results
from postil.diagnostics.model import Report
from postil.diagnostics.render import as_text
from postil.preview.builders import AT_ONCE, Builders
from postil.preview.live import LiveSite
from postil.preview.locating import Place
from postil.preview.watching import Watcher

SCALE = float(os.environ.get("POSTIL_TEST_SCALE", "1"))
ALL = {"alpha", "beta", "gamma", "delta"}


class Desk:
    """A site on disk, the same in memory, and what was built of it."""

    def __init__(self, root: Path) -> None:
        self.root = write_site(root)
        self.watcher = Watcher(root)
        self.live = LiveSite(root, jobs=1)
        self.built: list[str] = []

    def save(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.follow()

    def change(self, name: str, old: str, new: str) -> None:
        self.replace(name, old, new)
        self.follow()

    def replace(self, name: str, old: str, new: str) -> None:
        text = (self.root / name).read_text(encoding="utf-8")
        assert old in text
        (self.root / name).write_text(text.replace(old, new), encoding="utf-8")

    def follow(self) -> None:
        self.built.clear()
        self.live.note(self.watcher.look())
        self.live.finish()
        assert self.live.is_current

    def edit(self, *slugs: str) -> None:
        """Save these explainers, without following."""
        for slug in slugs:
            name = paths.annotations(slug)
            with (self.root / name).open("a", encoding="utf-8") as stream:
                stream.write("# edited\n")
            self.live.note([name])

    def codes(self) -> set[str]:
        return {diagnostic.code for diagnostic in self.live.report.diagnostics}

    def page(self, slug: str) -> str:
        return (self.live.file(f"{slug}/index.html") or b"").decode()


@pytest.fixture
def desk(tmp_path, monkeypatch):
    desk = Desk(tmp_path / "site")
    build = building.build_explainer

    def noted(slug, renderer, **same):
        desk.built.append(slug)
        return build(slug, renderer, **same)

    monkeypatch.setattr(building, "build_explainer", noted)
    return desk


def told(report: Report) -> list[str]:
    return list(map(as_text, report.in_order()))


def assert_as_built(desk: Desk) -> None:
    """What is in memory is what a build of the same files makes."""
    fresh = building.build_site(desk.root, drafts=True, hosted=False, jobs=1)
    assert told(desk.live.report) == told(fresh.report)
    if not fresh.report.failed:
        assert desk.live.files() == fresh.files


# ------------------------------------------------------------------ what depends on what

CHANGES = [
    ("content/alpha/annotations.yaml", "The first note", "A note", {"alpha"}),
    ("content/alpha/article.txt", "on Monday", "on Tuesday", {"alpha"}),
    ("content/sources.yaml", "name: Reuters", "name: Reuters agency", {"alpha", "beta", "gamma"}),
    ("content/sources.yaml", "name: Stuart Jones", "name: Jones", {"beta"}),
    # He speaks for it, and a report, which a context box cites, cites it.
    ("content/sources.yaml", "State Department", "the Department", {"beta", "gamma", "delta"}),
    ("content/sources.yaml", "kind: document", "kind: press", {"gamma", "delta"}),
    ("content/sources.yaml", "jones:", "# nothing but a remark\njones:", set()),
    ("content/context.yaml", "The harbour", "A harbour", {"alpha"}),
    ("content/context.yaml", "p. 6", "p. 8", {"gamma"}),
    ("site.yaml", "title: Small", "title: Larger", ALL),
    ("site.yaml", "language: en", "language: en # English", set()),
]


@pytest.mark.parametrize(("name", "old", "new", "expected"), CHANGES)
def test_what_depends_on_a_change_is_built_again_and_nothing_else(desk, name, old, new, expected):
    desk.change(name, old, new)

    assert set(desk.built) == expected
    assert len(desk.built) == len(expected)
    assert_as_built(desk)


def test_a_site_is_in_memory_what_a_build_makes(desk):
    assert_as_built(desk)
    assert desk.live.report.diagnostics == []
    assert len(desk.live.files()) > 4 * 3


def test_templates_of_the_site_are_used_as_soon_as_they_are_there(desk):
    template = (paths.PROGRAM / "templates/index.html").read_text(encoding="utf-8")
    desk.save("templates/index.html", template.replace("<main", "<main data-own"))

    assert set(desk.built) == ALL
    assert b"data-own" in (desk.live.file("index.html") or b"")
    assert_as_built(desk)


def test_words_of_the_site_are_used_as_soon_as_they_are_there(desk):
    desk.save("words/en.json", '{"words": {"notes": "Footnotes"}}')
    assert set(desk.built) == ALL
    assert "Footnotes" in desk.page("beta")
    assert_as_built(desk)

    desk.change("words/en.json", "Footnotes", "Remarks")
    assert set(desk.built) == ALL
    assert "Remarks" in desk.page("beta") and "Footnotes" not in desk.page("beta")
    assert_as_built(desk)

    desk.change("words/en.json", "}}", "}")
    assert desk.codes() == {"bad-translation"}
    assert "Remarks" in desk.page("beta")

    (desk.root / "words/en.json").unlink()
    desk.follow()
    assert "Remarks" not in desk.page("beta")
    assert_as_built(desk)


def test_static_files_need_no_page_to_be_built(desk):
    desk.save("static/own.css", "p {}")

    assert desk.built == []
    assert desk.live.file("static/own.css") == b"p {}"
    assert_as_built(desk)


def test_the_picture_of_a_kind_is_part_of_the_stylesheet(desk):
    desk.save("static/kinds/wire.svg", '<svg viewBox="0 0 16 16"><path d="M1 2h3v4z"/></svg>')

    assert desk.built == []
    assert b"M1 2h3v4z" in (desk.live.file("static/postil.css") or b"")
    assert_as_built(desk)


def test_an_empty_file_is_a_file(desk):
    desk.save("static/own.css", "")

    assert desk.live.file("static/own.css") == b""


def test_a_picture_is_part_of_its_page(desk):
    desk.change("content/gamma/article.md", "left.", "left.\n\n![The harbour](harbour.png)")
    assert desk.codes() == {"missing-file"}
    before = desk.live.version("gamma/index.html")
    desk.save("content/gamma/harbour.png", "a picture")
    shown = desk.live.version("gamma/index.html")
    desk.save("content/gamma/harbour.png", "another picture")

    assert len({before, shown, desk.live.version("gamma/index.html")}) == 3
    assert desk.live.file("gamma/harbour.png") == b"another picture"
    assert_as_built(desk)


def test_explainers_come_and_go(desk):
    write_explainer(desk.root, "new", like="alpha")
    desk.follow()
    assert desk.built == ["new"]
    assert_as_built(desk)
    shutil.rmtree(desk.root / "content/alpha")
    desk.follow()
    assert desk.built == []
    assert desk.live.file("alpha/index.html") is None
    assert b"Alpha" not in (desk.live.file("index.html") or b"")
    assert_as_built(desk)


def test_a_renamed_folder_is_another_explainer(desk):
    (desk.root / "content/alpha").rename(desk.root / "content/omega")
    desk.follow()

    assert desk.built == ["omega"]
    assert desk.live.file("alpha/index.html") is None
    assert_as_built(desk)


def test_drafts_are_there(desk):
    desk.change(
        "content/alpha/annotations.yaml", "    quote: a long", "    draft: true\n    quote: a long"
    )

    assert 'data-annotation="second"' in desk.page("alpha")


# ------------------------------------------------------------------ mistakes

BROKEN = [
    ("content/alpha/annotations.yaml", "quote: told", "quote: tolled", "orphan"),
    ("content/alpha/annotations.yaml", "annotations:", "annotations: [", "yaml-syntax"),
    ("content/alpha/annotations.yaml", "title: Alpha", "", "missing-field"),
    ("content/alpha/article.txt", "told reporters", "informed reporters", "orphan"),
    ("content/sources.yaml", "reuters:", "afp:", "unknown-source"),
    ("content/sources.yaml", "kind: wire", "kind: fire", "unknown-kind"),
    ("content/sources.yaml", "kind: wire", "kind wire", "yaml-syntax"),
    ("content/context.yaml", "harbour:", "port:", "unknown-context"),
    ("site.yaml", "title: Small", "title: [", "yaml-syntax"),
    ("site.yaml", "title: Small", "", "missing-field"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "code"), BROKEN)
def test_a_mistake_leaves_the_last_good_pages(desk, name, old, new, code):
    before = desk.live.files()
    desk.change(name, old, new)

    assert code in desk.codes()
    assert desk.live.files() == before
    fresh = building.build_site(desk.root, drafts=True, hosted=False)
    assert told(desk.live.report) == told(fresh.report)


@pytest.mark.parametrize(("name", "old", "new", "code"), BROKEN)
def test_a_mistake_goes_with_its_cause(desk, name, old, new, code):
    good = (desk.root / name).read_text(encoding="utf-8")
    desk.change(name, old, new)
    desk.save(name, good)

    assert desk.live.report.diagnostics == []
    assert_as_built(desk)


def test_a_change_under_a_mistake_is_made_up_for(desk):
    """An explainer and a template change while the sources cannot be read."""
    desk.save("content/sources.yaml", "[")
    desk.change("content/alpha/annotations.yaml", "The first note", "A note")
    template = (paths.PROGRAM / "templates/index.html").read_text(encoding="utf-8")
    desk.save("templates/index.html", template.replace("<main", "<main data-own"))
    assert "A note" not in desk.page("alpha")
    desk.save("content/sources.yaml", SOURCES)

    assert "A note" in desk.page("alpha")
    assert_as_built(desk)


def test_other_explainers_are_followed_while_one_has_mistakes(desk):
    desk.change("content/alpha/annotations.yaml", "quote: told", "quote: tolled")
    desk.change("content/beta/annotations.yaml", "The first note", "A note")

    assert "A note" in desk.page("beta")
    assert desk.codes() == {"orphan"}


def test_pages_of_several_explainers_are_made_when_somebody_asks(desk, monkeypatch):
    made: list[str] = []
    make = building.make_shared_page

    def noted(page, *others):
        made.append(page.path)
        return make(page, *others)

    monkeypatch.setattr(building, "make_shared_page", noted)
    desk.change("content/alpha/annotations.yaml", "The first note", "A note")
    assert "sources/jones/index.html" not in made
    assert b"Stuart Jones" in (desk.live.file("sources/jones/index.html") or b"")
    assert b"Stuart Jones" in (desk.live.file("sources/jones/index.html") or b"")
    assert made.count("sources/jones/index.html") == 1
    assert desk.live.file("sources/nobody/index.html") is None


def test_a_page_of_several_follows_what_is_on_it(desk):
    before = desk.live.version("sources/reuters/index.html")
    desk.change("content/alpha/annotations.yaml", "title: Alpha", "title: Omega")
    assert b"Omega" in (desk.live.file("sources/reuters/index.html") or b"")
    assert desk.live.version("sources/reuters/index.html") != before
    before = desk.live.version("sources/reuters/index.html")
    desk.change("content/delta/annotations.yaml", "p. 7", "p. 8")
    assert desk.live.version("sources/reuters/index.html") == before
    assert b"p. 8" in (desk.live.file("sources/report/index.html") or b"")


def test_a_mistake_in_a_template_of_several_leaves_the_pages_that_were_made(desk):
    seen = desk.live.file("sources/reuters/index.html")
    desk.save("templates/source.html", "<p>{{ page.titel }}</p>")
    assert desk.codes() == {"template-error"}
    assert desk.live.file("sources/reuters/index.html") == seen
    assert desk.live.file("sources/index.html")


def test_a_mistake_in_a_template_names_its_place(desk):
    desk.save("templates/page.html", "<p>\n{{ page.titel }}</p></body>")

    places = {(d.code, d.span.source.position(d.span.start)) for d in desk.live.report.in_order()}
    assert places == {("template-error", (2, 1))}
    assert desk.page("alpha").startswith("<!DOCTYPE html>")


def test_a_site_may_be_broken_from_the_start(tmp_path):
    root = write_site(tmp_path / "site")
    (root / "site.yaml").write_text("titel: Small", encoding="utf-8")
    watcher, live = Watcher(root), LiveSite(root)
    assert {d.code for d in live.report.diagnostics} == {"missing-field", "unknown-key"}
    assert live.files().keys() >= {"static/postil.css"}
    (root / "site.yaml").write_text(SITE, encoding="utf-8")
    live.note(watcher.look())
    live.finish()

    assert live.files() == building.build_site(root, drafts=True, hosted=False).files


def test_a_site_may_be_empty_from_the_start(tmp_path):
    live = LiveSite(tmp_path)

    assert {d.code for d in live.report.diagnostics} == {"missing-content", "missing-file"}


@pytest.mark.parametrize("failure", [RecursionError("too deep"), SystemExit(3), KeyError("id")])
def test_a_mistake_of_ours_ends_nothing(desk, monkeypatch, failure):
    def fail(*_, **__):
        raise failure

    before = desk.live.files()
    with monkeypatch.context() as patch:
        patch.setattr(building, "build_explainer", fail)
        desk.change("content/alpha/annotations.yaml", "The first note", "A note")
    assert desk.codes() == {"internal-error"}
    assert desk.live.files() == before
    with monkeypatch.context() as patch:
        patch.setattr(opening, "open_shared", fail)
        desk.change("site.yaml", "title: Small", "title: Larger")
    assert desk.codes() == {"internal-error"}
    desk.change("content/alpha/annotations.yaml", "A note", "The note")
    desk.change("site.yaml", "title: Larger", "title: Largest")

    assert_as_built(desk)


# ------------------------------------------------------------------ step by step


def test_what_is_looked_at_is_built_first(desk):
    desk.edit(*ALL)
    desk.live.rebuild(first={"gamma"}, seconds=0)
    assert not desk.live.is_current
    # Its thread may have had no time for anything; that of another one would be there too.
    assert desk.live._builders.running | set(desk.built) == {"gamma"}
    desk.live.finish()

    assert sorted(desk.built) == sorted(ALL)


class Slow:
    """Explainers whose builds end when they may."""

    def __init__(self, monkeypatch, *slugs):
        self.may_end = {slug: threading.Event() for slug in slugs}
        self.begun = []
        build = building.build_explainer

        def slow(slug, renderer, **same):
            if slug in self.may_end:
                self.begun.append(slug)
                self.may_end[slug].wait(20)
            return build(slug, renderer, **same)

        monkeypatch.setattr(building, "build_explainer", slow)


def test_others_are_built_beside_slow_ones(desk, monkeypatch):
    slow = Slow(monkeypatch, "alpha", "beta")
    desk.edit(*ALL)
    desk.live.rebuild(seconds=20)  # it does not wait for them

    assert (sorted(slow.begun), sorted(desk.built)) == (["alpha", "beta"], ["delta", "gamma"])
    assert not desk.live.is_current
    for event in slow.may_end.values():
        event.set()
    desk.live.finish()
    assert desk.live.is_current
    assert sorted(desk.built) == sorted(ALL)
    assert_as_built(desk)


MANY = [f"slow-{number}" for number in range(AT_ONCE + 2)]


def test_a_save_waits_for_no_number_of_slow_ones(desk, monkeypatch):
    """As many as may be built at once are being built, and nothing was known of them before."""
    for slug in MANY:
        write_explainer(desk.root, slug, like="alpha")
    desk.follow()
    slow = Slow(monkeypatch, *MANY)
    desk.replace("content/sources.yaml", "name: Reuters", "name: Reuters agency")
    desk.live.note(["content/sources.yaml"])
    desk.live.rebuild(seconds=20)
    assert len(slow.begun) >= AT_ONCE - 1
    desk.built.clear()
    desk.edit("delta")
    desk.live.rebuild(seconds=20)

    assert "delta" in desk.built
    assert not desk.live.is_behind
    for event in slow.may_end.values():
        event.set()
    desk.live.finish()
    assert_as_built(desk)


def test_who_waits_is_told_when_a_slow_one_is_built(desk, monkeypatch):
    told = threading.Event()
    desk.live.when_built = told.set
    slow = Slow(monkeypatch, "beta")
    desk.edit("beta")
    desk.live.rebuild(seconds=20)
    assert not told.is_set()
    assert not desk.live.is_behind
    slow.may_end["beta"].set()

    assert told.wait(20)
    assert desk.live.is_behind
    desk.live.rebuild()
    assert desk.live.is_current


def test_what_changes_while_it_is_built_is_built_again(desk, monkeypatch):
    slow = Slow(monkeypatch, "beta")
    path = desk.root / "content/beta/annotations.yaml"
    for title in ("First", "Second", "Third"):
        path.write_text(re.sub("title: .*", f"title: {title}", path.read_text(), count=1))
        desk.live.note(["content/beta/annotations.yaml"])
        desk.live.rebuild(seconds=0.05)
    slow.may_end["beta"].set()
    desk.live.finish()

    assert slow.begun == ["beta", "beta"]
    assert_as_built(desk)


def test_an_explainer_that_goes_while_it_is_built_is_forgotten(desk, monkeypatch):
    slow = Slow(monkeypatch, "beta")
    desk.edit("beta")
    desk.live.rebuild(seconds=0.05)
    shutil.rmtree(desk.root / "content/beta")
    desk.live.note(["content/beta"])
    desk.live.rebuild(seconds=0.05)
    slow.may_end["beta"].set()
    desk.live.finish()

    assert desk.page("beta") == ""
    assert_as_built(desk)


def test_one_that_was_slow_is_built_last_and_leaves_room():
    builders = Builders()
    may_end = threading.Event()
    built = results.nothing_finished("slow", [])
    builders.start("slow", lambda: time.sleep(0.2) or built)
    builders.wait_for({"slow"}, 20)
    assert list(builders.take()) == [built]
    assert builders.is_slow("slow")
    for number in range(AT_ONCE - 1):
        assert builders.may_start("slow")
        builders.start(str(number), lambda: may_end.wait(20) and built)

    assert not builders.may_start("slow")
    assert not builders.may_start("0")
    assert builders.may_start("quick")
    may_end.set()


def test_an_explainer_that_goes_while_others_wait_is_forgotten(desk):
    desk.edit(*ALL)
    desk.live.rebuild(first={"gamma"}, seconds=0)
    shutil.rmtree(desk.root / "content/alpha")
    desk.follow()

    assert_as_built(desk)


def test_an_explainer_that_is_away_for_an_instant_comes_back(desk):
    """Its folder is there at every look, and was not when the folders were listed."""
    text = (desk.root / "content/alpha/annotations.yaml").read_text(encoding="utf-8")
    (desk.root / "content/alpha").rename(desk.root / "away")
    desk.live.note(["content/other"])
    desk.live.rebuild()
    (desk.root / "away").rename(desk.root / "content/alpha")
    desk.save("content/alpha/annotations.yaml", text + "# the same\n")

    assert_as_built(desk)


def test_a_pool_of_processes_makes_the_same(tmp_path):
    root = write_site(tmp_path / "site")

    assert LiveSite(root, jobs=2).files() == LiveSite(root, jobs=1).files()


# ------------------------------------------------------------------ versions


def versions(desk: Desk) -> dict[str, str]:
    pages = {slug: desk.live.version(f"{slug}/index.html") for slug in ALL}
    return pages | {"index": desk.live.version("index.html"), "styles": desk.live.styles}


VERSIONS = [
    ("content/alpha/annotations.yaml", "The first note", "A note", {"alpha"}),
    ("content/alpha/annotations.yaml", "title: Alpha", "title: A", {"alpha", "index"}),
    ("content/alpha/annotations.yaml", "annotations:", "# here:\nannotations:", set()),
    ("content/sources.yaml", "name: Stuart Jones", "name: Jones", {"beta", "index"}),
    ("content/sources.yaml", "kind: document", "kind: press", {"delta", "gamma"}),
]


@pytest.mark.parametrize(("name", "old", "new", "expected"), VERSIONS)
def test_the_version_of_a_page_changes_with_the_page(desk, name, old, new, expected):
    before = versions(desk)
    desk.change(name, old, new)
    now = versions(desk)

    assert {what for what in now if now[what] != before[what]} == expected


def test_styles_have_a_version_of_their_own(desk):
    before = versions(desk)
    desk.save("static/own.css", "p {}")
    now = versions(desk)
    assert {what for what in now if now[what] != before[what]} == {"styles"}
    desk.save("static/own.css~", "what an editor keeps")
    assert versions(desk) == now
    desk.save("static/own.js", "'use strict'")
    later = versions(desk)

    assert {what for what in now if later[what] != now[what]} == {*ALL, "index"}


def test_a_page_that_is_not_there_has_no_version(desk):
    assert desk.live.version("omega/index.html") == desk.live.version("alpha/x.html") == ""


# ------------------------------------------------------------------ places


def test_everything_of_a_page_has_a_place(desk):
    alpha = "content/alpha/annotations.yaml"
    places = desk.live.places("alpha")

    assert places.annotations == {"first": Place(alpha, 4, 5), "second": Place(alpha, 9, 5)}
    assert places.contexts == {"harbour": Place("content/context.yaml", 4, 1)}
    assert places.sources == {"reuters": Place("content/sources.yaml", 1, 1)}
    assert set(desk.live.places("gamma").sources) == {"reuters", "report", "state"}
    assert set(desk.live.places("beta").sources) == {"reuters", "jones", "state"}


def test_places_follow_the_file_even_if_the_page_does_not_change(desk):
    desk.change("content/alpha/annotations.yaml", "annotations:", "\n\nannotations:")

    assert desk.live.places("alpha").annotations["first"].line == 6


def test_places_stay_while_the_file_cannot_be_read(desk):
    before = desk.live.places("alpha")
    desk.change("content/alpha/annotations.yaml", "annotations:", "annotations: [")

    assert desk.live.places("alpha") == before
    assert desk.live.places("omega").annotations == {}


def test_a_box_of_its_own_and_a_draft_are_placed(desk):
    own = "context: {title: T, body: B}\n    draft: true"
    desk.change("content/alpha/annotations.yaml", "context: harbour", own)
    places = desk.live.places("alpha")

    assert places.contexts == {"second": Place("content/alpha/annotations.yaml", 11, 5)}
    assert [place.draft for place in places.annotations.values()] == [False, True]


# ------------------------------------------------------------------ any edits at all


class Editor:
    """Somebody who changes anything, in any manner, rightly and wrongly."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.random = random.Random(seed)

    def edit(self) -> None:
        edits = [self.write_words] * 6 + [self.break_off, self.replace_words, self.rename]
        edits += [self.remove, self.create, self.restore, self.restore, self.dress, self.cut_short]
        self.random.choice(edits)()

    def explainer(self) -> Path:
        found = sorted(path for path in (self.root / "content").iterdir() if path.is_dir())
        return self.random.choice(found) if found else self.create()

    def some_file(self) -> Path:
        shared = ["site.yaml", "content/sources.yaml", "content/context.yaml"]
        paths = [self.root / name for name in shared] + sorted(self.explainer().iterdir()) * 2
        paths += sorted((self.root / "templates").glob("*")) + sorted(self.root.glob("static/*"))
        return self.random.choice([path for path in paths if path.is_file()])

    def save(self, path: Path, data: bytes) -> None:
        if self.random.random() < 0.5:
            path.write_bytes(data)
        else:
            fresh = path.with_name(f".{path.name}.tmp")
            fresh.write_bytes(data)
            fresh.replace(path)

    def write_words(self) -> None:
        path, number = self.some_file(), self.random.randrange(1000)
        lines = path.read_bytes().split(b"\n")
        words = {".yaml": f"# {number}", ".css": f"/* {number} */"}.get(path.suffix, f"W{number}")
        note = b"      The first note"
        for index, line in enumerate(lines):
            if line.startswith(note):
                lines[index] = note + f" {number}".encode()
        self.save(path, b"\n".join([*lines, words.encode(), b""]))

    def replace_words(self) -> None:
        path = self.some_file()
        pairs = [(b"reuters", b"jones"), (b"told", b"said to"), (b"name: ", b"name: The "),
                 (b"Monday", b"Friday"), (b"harbour", b"port"), (b"kind: ", b"kin: ")]  # fmt: skip
        old, new = self.random.choice(pairs)
        self.save(path, path.read_bytes().replace(old, new))

    def break_off(self) -> None:
        path = self.some_file()
        data = path.read_bytes()
        self.save(path, data[: self.random.randrange(len(data) + 1)])

    def cut_short(self) -> None:
        self.save(self.some_file(), b"")

    def rename(self) -> None:
        path = self.explainer()
        path.rename(path.with_name(f"renamed-{self.random.randrange(10**6)}"))

    def remove(self) -> None:
        if self.random.random() < 0.5:
            shutil.rmtree(self.explainer())
        elif (path := self.some_file()).name != "site.yaml":
            path.unlink()

    def create(self) -> Path:
        slug = f"new-{self.random.randrange(10**6)}"
        write_explainer(self.root, slug, like=self.random.choice(sorted(ALL)))
        return self.root / "content" / slug

    def restore(self, share: float = 0.9) -> None:
        """Put right what explainers share, and that share of the explainers themselves."""
        for name, text in (("site.yaml", SITE), ("content/sources.yaml", SOURCES)):
            (self.root / name).write_text(text, encoding="utf-8")
        (self.root / "content/context.yaml").write_text(CONTEXT, encoding="utf-8")
        shutil.rmtree(self.root / "templates", ignore_errors=True)
        for path in sorted((self.root / "content").iterdir()):
            if path.is_dir() and self.random.random() < share:
                shutil.rmtree(path)
                write_explainer(self.root, path.name, like=self.random.choice(sorted(ALL)))

    def dress(self) -> None:
        for folder in ("templates", "static"):
            (self.root / folder).mkdir(exist_ok=True)
        template = (paths.PROGRAM / "templates/_notes.html").read_text(encoding="utf-8")
        broken = self.random.choice(["", "", "{% if %}", "{{ nobody }}"])
        (self.root / "templates/_notes.html").write_text(broken + template, encoding="utf-8")
        (self.root / "static/own.css").write_text(f"p {{ order: {self.random.random()} }}")


@pytest.mark.parametrize("seed", range(3))
def test_after_any_edits_the_site_is_what_a_build_makes(tmp_path, seed):
    root = write_site(tmp_path / "site")
    watcher, live, editor = Watcher(root), LiveSite(root, jobs=1), Editor(root, seed)
    sound = 0
    for number in range(round(40 * SCALE)):
        for _ in range(editor.random.randrange(1, 4)):
            editor.edit()
        live.note(watcher.look())
        if editor.random.random() < 0.2:
            live.rebuild(seconds=0)  # and more is edited before all is built
        else:
            live.finish()
        if number % 5 == 4:
            editor.restore()
            live.note(watcher.look())
            while not live.is_current:
                live.rebuild(seconds=0)
            fresh = building.build_site(root, drafts=True, hosted=False, jobs=1)
            assert told(live.report) == told(fresh.report)
            if not fresh.report.failed:
                sound += 1
                assert live.files() == fresh.files
    assert sound > 0
