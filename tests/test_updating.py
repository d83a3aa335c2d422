"""Whatever was changed, what is built of it is what a full build makes, and says what that says."""

import contextlib
import io
import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from small_site import SITE, write_explainer, write_site
from test_live import told

from postil import building, paths
from postil.building import updating
from postil.cli import commands
from postil.language import translations, words
from postil.page import source_pages, status_pages
from postil.preview.live import LiveSite
from postil.preview.watching import Watcher

SCALE = float(os.environ.get("POSTIL_TEST_SCALE", "1"))
STEPS = round(40 * SCALE)

PICTURE = b"\x89PNG\r\n\x1a\n"

Rng = random.Random


class Site:
    """A site that is built again and again, and looked at, by a program of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = write_site(folder / "site")
        self.shelf: dict[Path, bytes] = {}  # files as they once were
        self.start_preview()

    def start_preview(self) -> None:
        self.watcher = Watcher(self.root)
        self.live = LiveSite(self.root, jobs=1)

    def run(self, root: Path, *arguments: str) -> tuple[int, str, str]:
        """An exit code and what was printed, but for what is always another."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = commands.run([*arguments, "--root", str(root), "--jobs", "1"])
        return code, out.getvalue(), err.getvalue()

    def fresh(self) -> Path:
        """The same site, with what is published, and nothing known of how it was built."""
        root = self.folder / "fresh"
        shutil.rmtree(root, ignore_errors=True)
        ignored = shutil.ignore_patterns(".postil")
        return Path(shutil.copytree(self.root, root, ignore=ignored, symlinks=True))


@pytest.fixture
def site(tmp_path, monkeypatch):
    program = tmp_path / "program"
    for name in ("templates", "static"):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(paths.own(name), program / name, ignore=ignored)
    shutil.copytree(translations.FOLDER, program / "postil/language")
    monkeypatch.setattr(paths, "PROGRAM", program)
    monkeypatch.setattr(paths, "PACKAGE", program / "postil")
    monkeypatch.setattr(translations, "FOLDER", program / "postil/language")
    yield Site(tmp_path)
    forget_words()


def forget_words() -> None:
    """As a program that is started anew has not read any."""
    translations.translation_of.cache_clear()
    words.load.cache_clear()


def published(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


# ------------------------------------------------------------------ what is done to a site


def some(rng: Rng, site: Site, pattern: str) -> Path | None:
    found = sorted(site.root.glob(pattern))
    return rng.choice(found) if found else None


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def replace(path: Path | None, old: str, new: str) -> None:
    if path and path.is_file():
        put(path, path.read_text(encoding="utf-8").replace(old, new))


def edit_note(rng: Rng, site: Site) -> None:
    replace(some(rng, site, "content/*/annotations.yaml"), "note of", f"note {rng.random()} of")


def edit_title(rng: Rng, site: Site) -> None:
    replace(some(rng, site, "content/*/annotations.yaml"), "title: ", f"title: {rng.choice('ABC')}")


def edit_article(rng: Rng, site: Site) -> None:
    replace(some(rng, site, "content/*/article.*"), "happened", f"happened {rng.choice('xyz')}")


def break_quote(rng: Rng, site: Site) -> None:
    replace(some(rng, site, "content/*/annotations.yaml"), "told reporters", "told nobody")


def mend_quotes(rng: Rng, site: Site) -> None:
    for path in site.root.glob("content/*/annotations.yaml"):
        replace(path, "told nobody", "told reporters")


def mention(rng: Rng, site: Site) -> None:
    """What would be a citation if there were a source of that id."""
    replace(some(rng, site, "content/*/annotations.yaml"), "The first note", "See [extra]. The")


def draft(rng: Rng, site: Site) -> None:
    path = some(rng, site, "content/*/annotations.yaml")
    if path:
        text = path.read_text(encoding="utf-8")
        is_draft = text.startswith("draft: true\n")
        put(path, text.removeprefix("draft: true\n") if is_draft else f"draft: true\n{text}")


def link_to_page(rng: Rng, site: Site) -> None:
    replace(
        some(rng, site, "content/*/annotations.yaml"), "first note", "first [alpha](../alpha/) note"
    )


def new_explainer(rng: Rng, site: Site) -> None:
    like = rng.choice(["alpha", "beta", "gamma", "delta"])
    write_explainer(site.root, f"new-{rng.randrange(3)}", rng.randrange(1, 9), like)


def delete_explainer(rng: Rng, site: Site) -> None:
    folders = [path for path in site.root.glob("content/*") if path.is_dir()]
    if len(folders) > 2:
        shutil.rmtree(rng.choice(folders))


def rename_explainer(rng: Rng, site: Site) -> None:
    path = some(rng, site, "content/new-*")
    if path:
        target = path.with_name(f"new-{rng.randrange(9)}")
        if not target.exists():
            path.rename(target)


def second_article(rng: Rng, site: Site) -> None:
    path = some(rng, site, "content/*/article.txt")
    if path:
        other = path.with_suffix(".md")
        other.unlink() if other.exists() else put(other, "told reporters a long report")


def picture(rng: Rng, site: Site) -> None:
    path = some(rng, site, "content/*/article.md")
    if path:
        picture = path.parent / "img/a.png"
        picture.parent.mkdir(exist_ok=True)
        picture.write_bytes(PICTURE + bytes([rng.randrange(3)]))
        if "a.png" not in path.read_text(encoding="utf-8"):
            put(path, path.read_text(encoding="utf-8") + "\n![a](img/a.png)\n")


def remove_picture(rng: Rng, site: Site) -> None:
    path = some(rng, site, "content/*/img")
    if path and not path.is_symlink():
        shutil.rmtree(path)


def link_pictures(rng: Rng, site: Site) -> None:
    """The same pictures, behind a link: nothing is read through one."""
    path, away = some(rng, site, "content/*/img"), site.root / "away"
    if path and not path.is_symlink() and not away.exists():
        path.rename(away)
        path.symlink_to(away)
    elif path and path.is_symlink() and away.exists():
        path.unlink()
        away.rename(path)


def edit_source(rng: Rng, site: Site) -> None:
    name = rng.choice(["name: Reuters", "name: Stuart", "name: State", "name: A report"])
    replace(site.root / "content/sources.yaml", name, f"{name} {rng.choice('abc')}")


def new_source(rng: Rng, site: Site) -> None:
    path = site.root / "content/sources.yaml"
    text = path.read_text(encoding="utf-8")
    entry = "extra:\n  kind: wire\n  name: Extra\n"
    put(path, text.replace(entry, "") if entry in text else text + entry)


def speak(rng: Rng, site: Site) -> None:
    path = site.root / "content/sources.yaml"
    text = path.read_text(encoding="utf-8")
    line = "  speaks_for: state\n"
    put(path, text.replace(line, "") if line in text else text.replace("Jones\n", f"Jones\n{line}"))


def edit_context(rng: Rng, site: Site) -> None:
    replace(site.root / "content/context.yaml", "The ", rng.choice(["A ", "The  "]))
    replace(site.root / "content/context.yaml", "p. 6", rng.choice(["p. 7", "p. 6"]))


def illustrate(rng: Rng, site: Site) -> None:
    """A picture for a shared box, and another one in its place."""
    picture = site.root / "content/b.png"
    picture.write_bytes(PICTURE + bytes([rng.randrange(3)]))
    path = site.root / "content/context.yaml"
    figure = "prison:\n  figure: {file: b.png, alt: A picture}\n"
    if path.exists() and "figure:" not in path.read_text(encoding="utf-8"):
        replace(path, "prison:\n", figure)


def remove_context(rng: Rng, site: Site) -> None:
    path = site.root / "content/context.yaml"
    if path.exists():
        site.shelf[path] = path.read_bytes()
        path.unlink()
    elif path in site.shelf:
        path.write_bytes(site.shelf[path])


def break_sources(rng: Rng, site: Site) -> None:
    path = site.root / "content/sources.yaml"
    text = path.read_text(encoding="utf-8")
    for mistake in ("kind: no-kind", "reuters: [", "name: Reuters\n  names: x"):
        if mistake in text:
            right = {"kind: no-kind": "kind: wire", "reuters: [": "reuters:"}
            put(path, text.replace(mistake, right.get(mistake, "name: Reuters")))
            return
    wrong = rng.choice(["kind", "syntax", "key"])
    if wrong == "kind":
        put(path, text.replace("kind: wire", "kind: no-kind", 1))
    elif wrong == "syntax":
        put(path, text.replace("reuters:", "reuters: [", 1))
    else:
        put(path, text.replace("name: Reuters", "name: Reuters\n  names: x", 1))


def remark(rng: Rng, site: Site) -> None:
    """Nothing that is shown; but every entry is written a line further down."""
    path = some(rng, site, rng.choice(["content/sources/*.yaml", "content/*.yaml"]))
    if path:
        put(path, f"# a remark\n{path.read_text(encoding='utf-8')}")


def move_source(rng: Rng, site: Site) -> None:
    """An entry that stands in another file, or, by mistake, in both."""
    name, entry = "extra", "extra:\n  kind: wire\n  name: Extra\n"
    if rng.random() < 0.5:
        name, entry = "reuters", "reuters:\n  kind: wire\n  name: Reuters\n"
    path, further = site.root / "content/sources.yaml", site.root / f"content/sources/{name}.yaml"
    text = path.read_text(encoding="utf-8")
    if further.exists():
        further.unlink() if rng.random() < 0.8 else shutil.rmtree(further.parent)
        put(path, text if f"{name}:" in text else f"{entry}{text}")
    else:
        put(further, entry)
        put(path, text.replace(entry, "") if rng.random() < 0.8 else text)


def edit_further_source(rng: Rng, site: Site) -> None:
    path = some(rng, site, "content/sources/*.yaml")
    replace(
        path, *rng.choice([("name: Re", "name: Le"), ("kind: wire", "kind: press"), ("_", "_")])
    )
    replace(path, "kind: ", f"url: https://example.org/{rng.choice('ab')}\n  kind: ")


def review(rng: Rng, site: Site) -> None:
    replace(site.root / "content/context.yaml", "harbour:\n", "harbour:\n  review_by: 2001\n")


def edit_site(rng: Rng, site: Site) -> None:
    embeds = rng.choice(["", "base_url: https://example.org/\nembeds: true\n"])
    put(site.root / "site.yaml", f"title: Small {rng.choice('ab')}\nlanguage: en\n{embeds}")


def search_it(rng: Rng, site: Site) -> None:
    """A search, or none."""
    path = site.root / "site.yaml"
    text, line = path.read_text(encoding="utf-8"), "search: true\n"
    put(path, text.replace(line, "") if line in text else f"{line}{text}")


def break_site(rng: Rng, site: Site) -> None:
    put(site.root / "site.yaml", "title: Small\ntheme: {accent: '#ffff00'}\n")


def translate(rng: Rng, site: Site) -> None:
    path = site.root / "words" / rng.choice(["en.json", "de.json"])
    if rng.random() < 0.3:
        path.unlink(missing_ok=True)
    else:
        put(
            path, f'{{"words": {{"{rng.choice(["notes", "sources", "note"])}": "{rng.random()}"}}}}'
        )


def edit_template(rng: Rng, site: Site) -> None:
    path = site.root / "templates/404.html"
    if rng.random() < 0.3:
        path.unlink(missing_ok=True)
    else:
        put(path, rng.choice(["<p>Gone.", "<p>{{ index.nothing }}", "<p>Lost."]))


def link_template(rng: Rng, site: Site) -> None:
    """A template of a theme that several sites share."""
    theme, path = site.root / "theme/404.html", site.root / "templates/404.html"
    put(theme, f"<p>Theme {rng.choice('ab')}")
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    path.symlink_to(theme)


def edit_static(rng: Rng, site: Site) -> None:
    put(site.root / "static" / rng.choice(["postil.css", "other.css"]), f"/* {rng.choice('ab')} */")


def edit_own_style(rng: Rng, site: Site) -> None:
    """The stylesheet that pages ask for if the site has one."""
    path = site.root / "static/site.css"
    path.unlink() if path.exists() else put(path, f"/* {rng.choice('ab')} */")


def show_logo(rng: Rng, site: Site) -> None:
    """A logo, with its picture in static/ or without."""
    put(site.root / "site.yaml", f"{SITE}logo: logo.png\n")
    edit_logo(rng, site)


def edit_logo(rng: Rng, site: Site) -> None:
    path = site.root / "static/logo.png"
    if path.exists() and rng.random() < 0.5:
        path.unlink()
    else:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(PICTURE + bytes([rng.randrange(3)]))


def link_static(rng: Rng, site: Site) -> None:
    path = site.root / "static/linked.css"
    path.parent.mkdir(exist_ok=True)
    path.unlink() if path.is_symlink() else path.symlink_to(site.root / "site.yaml")


def touch_all(rng: Rng, site: Site) -> None:
    for path in site.root.glob("content/**/*"):
        if path.is_file() and not path.is_symlink():
            os.utime(path)


def put_back(rng: Rng, site: Site) -> None:
    """What was there before, with an old time, as programs that restore do."""
    path = some(rng, site, "content/*/annotations.yaml")
    if path and path in site.shelf:
        path.write_bytes(site.shelf[path])
        os.utime(path, (1_000_000_000, 1_000_000_000))
    elif path:
        site.shelf[path] = path.read_bytes()


def spoil_record(rng: Rng, site: Site) -> None:
    for path in [*site.root.glob(".postil/record-*"), *site.root.glob(".postil/made-*")]:
        data = path.read_bytes()
        fate = rng.randrange(4)
        if fate == 0:
            path.unlink()
        elif fate == 1:
            path.write_bytes(data[: rng.randrange(len(data))])
        elif fate == 2:
            path.write_bytes(bytes(len(data)))
        else:
            place = rng.randrange(len(data))
            path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])


def spoil_output(rng: Rng, site: Site) -> None:
    if rng.random() < 0.5:
        shutil.rmtree(site.root / "output", ignore_errors=True)
    else:
        path = some(rng, site, "output/**/*.html")
        if path:
            path.unlink()


def change_words(rng: Rng, site: Site) -> None:
    """Another release of the program, which is not noticed before it is started anew."""
    path = paths.PACKAGE / "language/en.json"
    old, new = rng.choice([('"Notes"', '"Remarks"'), ('"Remarks"', '"Notes"')])
    replace(path, old, new)
    forget_words()
    site.start_preview()


def change_program(rng: Rng, site: Site) -> None:
    put(paths.PACKAGE / "another.py", f"{rng.choice('abc')} = 1")
    site.start_preview()


def edit_own_template(rng: Rng, site: Site) -> None:
    replace(paths.own("templates") / "404.html", "</h1>", "!</h1>")


def nothing(rng: Rng, site: Site) -> None:
    """An update without a change."""


DEEDS: list[Callable[[Rng, Site], None]] = [
    edit_note, edit_title, edit_article, break_quote, mend_quotes, mend_quotes, mention, draft,
    link_to_page, new_explainer, delete_explainer, rename_explainer, second_article, picture,
    remove_picture, link_pictures, edit_source, new_source, speak, edit_context, illustrate,
    remove_context, break_sources, remark, move_source, edit_further_source, review,
    edit_site, search_it, break_site, translate, edit_template, link_template,
    edit_static, edit_own_style, show_logo, edit_logo, link_static, touch_all, put_back,
    spoil_record, spoil_output, change_words, change_program, edit_own_template, nothing,
]  # fmt: skip


# ------------------------------------------------------------------ what comes of it


@pytest.mark.parametrize("seed", range(4))
def test_after_any_changes_an_update_is_what_a_full_build_is(seed, site, monkeypatch):
    rng = Rng(seed)
    if seed % 2:  # the lists on pages of sources and statuses are long
        monkeypatch.setattr(source_pages, "PASSAGES_AT_ONCE", 2)
        monkeypatch.setattr(status_pages, "PASSAGES_AT_ONCE", 2)
        site.start_preview()
    history: list[str] = []
    for _ in range(STEPS):
        for deed in rng.choices(DEEDS, k=rng.randrange(1, 4)):
            history.append(deed.__name__)
            deed(rng, site)
            if rng.random() < 0.2:  # and more is done before all is built
                site.live.note(site.watcher.look())
                site.live.rebuild(seconds=0)
        mended = rng.random() < 0.5
        if mended:
            for deed in (mend_quotes, edit_site):
                deed(rng, site)
        assert_same(site, rng.choice([(), ("--drafts",)]), history)
        assert_previewed(site, history)


def have_logo(rng: Rng, site: Site) -> None:
    put(site.root / "site.yaml", f"{SITE}logo: logo.png\n")
    put(site.root / "static/logo.png", "a picture")


def lose_logo(rng: Rng, site: Site) -> None:
    (site.root / "static/logo.png").unlink()


def draw_logo(rng: Rng, site: Site) -> None:
    put(site.root / "static/logo.png", "another picture")


def break_frame(rng: Rng, site: Site) -> None:
    """One mistake in what is a part of every page is told once."""
    frame = paths.own("templates") / "base.html"
    put(site.root / "templates/base.html", "{{ nobody }}\n" + frame.read_text(encoding="utf-8"))


def mend_frame(rng: Rng, site: Site) -> None:
    (site.root / "templates/base.html").unlink()


def reword_sources(rng: Rng, site: Site) -> None:
    """A site's own words that pages of sources alone print."""
    words = {"about_source": f"Who that is {rng.random()}"}
    put(site.root / "words/en.json", json.dumps({"words": words}))


# What chance brings about too seldom: an update after each.
SEQUENCES: list[list[Callable[[Rng, Site], None]]] = [
    [have_logo, lose_logo, draw_logo, draw_logo],
    [edit_own_style, edit_own_style, edit_own_style],
    [break_frame, mend_frame],
    [break_sources, second_article, second_article],
    [change_words, change_program, edit_own_template],
    [reword_sources, reword_sources],
]


@pytest.mark.parametrize("deeds", SEQUENCES, ids=lambda deeds: deeds[0].__name__)
def test_after_each_of_these_changes_an_update_is_what_a_full_build_is(deeds, site):
    rng = Rng(0)
    assert_same(site, (), [])
    for deed in deeds:
        deed(rng, site)
        assert_same(site, (), [deed.__name__])
        assert_previewed(site, [deed.__name__])


def assert_same(site: Site, ways: tuple[str, ...], history: list[str]) -> None:
    output = site.root / f"output{'-drafts' if ways else ''}"
    before = published(output)
    fresh = site.fresh()
    code, out, complaints = site.run(site.root, *ways)
    full_code, full_out, full_complaints = site.run(fresh, *ways)
    assert complaints.splitlines() == full_complaints.splitlines(), history
    assert code == full_code, history
    if code == 0:
        assert published(output) == published(fresh / output.name), history
        shutil.rmtree(fresh / output.name)
        site.run(fresh, *ways)
        assert published(output) == published(fresh / output.name), history
        assert drafts_in(out) == drafts_in(full_out)
    else:
        assert published(output) == before, history
    assert not list(site.root.glob(".postil/staged-*"))
    shutil.rmtree(fresh / ".postil")
    check = ("check", "--format", "json", "--report", *ways)
    assert site.run(site.root, *check) == site.run(fresh, *check), history


def drafts_in(said: str) -> list[str]:
    return [line for line in said.splitlines() if "left out" in line]


def assert_previewed(site: Site, history: list[str]) -> None:
    """The preview has what a full build with drafts makes, and says what that says."""
    site.live.note(site.watcher.look())
    site.live.finish()
    full = building.build_site(site.root, drafts=True, hosted=False, public=False, jobs=1)
    assert told(site.live.report) == told(full.report), history
    if not full.report.failed:
        assert site.live.files() == full.files, history


# ------------------------------------------------------------------ pages of sources

ALPHA, BETA = "content/alpha/annotations.yaml", "content/beta/annotations.yaml"
SOURCES_FILE = "content/sources.yaml"
# What is changed, and of which sources the pages are made again.
CHANGES = [
    (ALPHA, "The first note", "A first note", set()),
    (ALPHA, "title: Alpha", "title: Aleph", {"reuters"}),
    (ALPHA, "told reporters", "told reporters on Monday", {"reuters"}),
    (BETA, "jones > reuters", "jones", {"jones", "state", "reuters"}),
    (BETA, "title: Beta", "title: Bet", {"jones", "state", "reuters"}),
    ("content/delta/annotations.yaml", "title: Delta", "title: Dalet", {"report", "state"}),
    (SOURCES_FILE, "name: Stuart Jones", "name: Stuart E. Jones", {"jones", "state", "reuters"}),
    (SOURCES_FILE, "note: Written for", "note: Made for", {"report", "reuters", "state"}),
    (SOURCES_FILE, "name: State", "name: The State", {"jones", "state", "reuters", "report"}),
    (SOURCES_FILE, "jones:", "# a remark\njones:", set()),
    ("content/context.yaml", "Nothing is known", "Nothing was known", set()),
    ("content/context.yaml", "The prison", "A prison", {"report", "reuters", "state"}),
    ("site.yaml", "title: Small", "title: Smaller", {"jones", "reuters", "report", "state"}),
]


@pytest.mark.parametrize(("name", "old", "new", "expected"), CHANGES)
def test_a_page_of_a_source_is_made_again_if_what_it_says_may_be_another(
    name, old, new, expected, tmp_path, monkeypatch
):
    site = Site(tmp_path)
    assert site.run(site.root)[0] == 0
    made: set[str] = set()
    open_pages = updating.open_pages

    def noting(*given):
        make = open_pages(*given)

        def noted(path: str):
            made.add(path)
            return make(path)

        return noted

    path = site.root / name
    assert old in path.read_text(encoding="utf-8")
    replace(path, old, new)
    monkeypatch.setattr(updating, "open_pages", noting)
    assert site.run(site.root)[0] == 0
    monkeypatch.setattr(updating, "open_pages", open_pages)
    of_sources = {path.split("/")[1] for path in made if path.count("/") == 2}
    assert {id for id in of_sources if f"sources/{id}/index.html" in made} == expected
    assert_same(site, (), [f"{old} > {new}"])
