"""The search of a site: what is found where, the index, and when it is made again."""

import gzip
import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from small_site import EXPLAINERS, write_site

from postil import building
from postil.building.results import Together
from postil.building.searching import Page, renew_search
from postil.building.staleness import Past
from postil.cli import commands
from postil.output import search_index
from postil.output.manifest import hash_of
from postil.output.publishing import Overtaken
from postil.output.searchable import searchable
from postil.site import searching
from postil.site.settings import Site

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(
    searching.indexer() is None, reason='needs pip install "postil[search]"'
)

WASM = "'wasm-unsafe-eval'"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = write_site(tmp_path / "site")
    with (root / "site.yaml").open("a", encoding="utf-8") as settings:
        settings.write("search: true\n")
    return root


def build(root: Path, *arguments: str) -> int:
    return commands.run(["--root", str(root), *arguments])


def contents(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def index_of(root: Path) -> dict[str, bytes]:
    return contents(root / "output/search/pagefind")


def fragments(files: dict[str, bytes]) -> dict[str, dict]:
    """What the index has of each page, by the page's address."""
    found = {}
    for path, data in files.items():
        if path.endswith(".pf_fragment"):
            fragment = json.loads(gzip.decompress(data).decode().removeprefix("pagefind_dcd"))
            found[fragment["url"]] = fragment
    return found


def sections(page: str) -> dict[str, tuple[str, str]]:
    """Of a small page, by id: the heading, and what follows it."""
    found = re.findall(r'<h2 id="(.*?)">(.*?)</h2>\n?(?:<p>(.*?)</p>)?', page)
    return {id: (heading, text) for id, heading, text in found}


# ------------------------------------------------------------------ what is found


@pytest.fixture(scope="module")
def flagship() -> tuple[str, str]:
    """A page, and what is searched in its place."""
    files = building.build_site(ROOT, jobs=1).files
    html = files["saydnaya-crematorium/index.html"]
    return html.decode(), searchable(html)


def test_every_passage_note_box_and_source_is_a_place(flagship):
    html, small = flagship
    passages = {id for ids in re.findall(r'<mark [^>]*data-annotation="(.*?)"', html)
                for id in ids.split()}  # fmt: skip
    others = set(re.findall(r'id="((?:note|source)-[^"]+|context-[^"_]+)"', html))
    assert {each.partition("-")[0] for each in others} == {"note", "context", "source"}
    assert set(sections(small)) == passages | others


def test_a_place_has_its_words_and_no_others(flagship):
    found = sections(flagship[1])
    assert found["used-to-dispose"][0] == "is being “used to dispose of bodies”"
    assert "Jones" in found["used-to-dispose"][1] and "Reuters" in found["used-to-dispose"][1]
    assert found["note-used-to-dispose"][0] == "3"
    assert "could be used" in found["note-used-to-dispose"][1]
    assert found["source-jones"][0] == "Stuart Jones"
    assert "Assistant Secretary" in found["source-jones"][1]
    assert found["context-saydnaya-prison"][0] == "Saydnaya, or Sednaya"
    assert all(heading for heading, _ in found.values())


def test_title_summary_findings_and_article_are_found_too(flagship):
    before = flagship[1].partition("<h2")[0]
    assert "<h1>What stands behind the Saydnaya crematorium report</h1>" in before
    for words in ("who made each claim", "A hedge was lost", "does not help the situation"):
        assert words in before


def test_words_of_two_paragraphs_do_not_run_together():
    html = b"""<h1>A &lt;b&gt;</h1><div data-article><p>One <mark data-annotation="a">two</mark></p>
    <p><mark data-annotation="a b">thr</mark><em><mark data-annotation="b">ee</mark></em><a
    data-apparatus href="#note-a">1</a> four</p></div>"""
    small = searchable(html)
    assert sections(small) == {"a": ("two thr", ""), "b": ("three", "")}
    assert "<p>One two three four</p>" in small
    assert "<h1>A &lt;b&gt;</h1>" in small


def test_what_is_withdrawn_is_found_by_its_words():
    html = b"""<ol><li id="note-a"><p id="a"><del>It was new</del></p><p>Gone.</p></li></ol>"""
    assert sections(searchable(html)) == {"note-a": ("It was new", "Gone.")}


# ------------------------------------------------------------------ the index


def test_the_index_leads_to_every_place_of_every_explainer(root):
    assert build(root) == 0
    found = fragments(index_of(root))
    assert set(found) == {f"/{slug}/index.html" for slug in EXPLAINERS}
    ids = {anchor["id"] for anchor in found["/alpha/index.html"]["anchors"]}
    assert ids == {"first", "second", "note-first", "context-harbour", "source-reuters"}
    page = (root / "output/alpha/index.html").read_text(encoding="utf-8")
    assert all(f'id="{id}"' in page for id in ids)


def test_of_the_program_only_what_searches_is_published(root):
    assert build(root) == 0
    names = {path.partition(".")[0].partition("/")[0] for path in index_of(root)}
    assert names == {"pagefind", "pagefind-entry", "pagefind-worker", "wasm", "index", "fragment"}
    assert build(root, "verify") == 0


def test_the_same_pages_give_the_same_index_however_they_are_built(root, tmp_path, monkeypatch):
    assert build(root, "--jobs", "1") == 0
    before = index_of(root)
    monkeypatch.setenv("PAGEFIND_FORCE_LANGUAGE", "de")
    monkeypatch.setenv("PAGEFIND_EXCLUDE_SELECTORS", "p")
    other = shutil.copytree(root, tmp_path / "other", ignore=shutil.ignore_patterns("output", ".*"))
    assert build(other, "--jobs", "3") == 0
    assert index_of(other) == before
    assert {
        path.removeprefix("search/pagefind/"): data
        for path, data in building.build_site(other).files.items()
        if path.startswith("search/pagefind/")
    } == before


def test_the_language_of_the_site_says_how_words_are_cut(root):
    settings = root / "site.yaml"
    for language, program in (("de-CH", "wasm.de.pagefind"), ("zh", "wasm.unknown.pagefind")):
        settings.write_text(f"title: S\nlanguage: {language}\nsearch: true\n", encoding="utf-8")
        assert build(root) == 0
        assert program in index_of(root)
        entry = json.loads(index_of(root)["pagefind-entry.json"])
        assert list(entry["languages"]) == [language.partition("-")[0]]


def test_a_site_without_explainers_has_nothing_to_be_found(root):
    for slug in EXPLAINERS:
        shutil.rmtree(root / "content" / slug)
    assert build(root) == 0
    assert index_of(root) == {}


# ------------------------------------------------------------------ when it is made again


@pytest.fixture
def counted(monkeypatch) -> list[int]:
    """Grows with every run of the program."""
    runs, run = [], search_index._run
    monkeypatch.setattr(search_index, "_run", lambda *given: (runs.append(1), run(*given)))
    return runs


def edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_it_is_made_again_if_a_page_is_another_and_only_then(root, counted):
    notes = "content/beta/annotations.yaml"
    assert build(root) == 0 and len(counted) == 1
    assert build(root) == 0 and len(counted) == 1
    edit(root, notes, "title: Beta", "# a remark\ntitle: Beta")
    assert build(root) == 0 and len(counted) == 1, "the page is the same"
    edit(root, "site.yaml", "title: Small", "title: Small\ndescription: On the front page.")
    before = index_of(root)
    edit(root, notes, "Another one.", "Zanzibar.")
    assert build(root) == 0 and len(counted) == 2
    after = index_of(root)
    assert "Zanzibar" in fragments(after)["/beta/index.html"]["content"]
    assert "Zanzibar" not in fragments(before)["/beta/index.html"]["content"]
    assert len(after) == len(before), "nothing of the old index is left"
    fresh = root.parent / "fresh"
    shutil.copytree(root, fresh, ignore=shutil.ignore_patterns("output", ".*"))
    assert build(fresh) == 0
    assert index_of(fresh) == after


def test_it_is_made_again_if_somebody_took_a_part_away(root, counted):
    assert build(root) == 0
    before = index_of(root)
    (root / "output/search/pagefind/pagefind-entry.json").unlink()
    assert build(root) == 0
    assert index_of(root) == before


def test_it_goes_if_it_is_no_longer_wanted(root, counted):
    assert build(root) == 0
    edit(root, "site.yaml", "search: true", "search: false")
    assert build(root) == 0 and len(counted) == 1
    assert not (root / "output/search").exists()
    assert "search" not in (root / "output/index.html").read_text(encoding="utf-8")


def test_a_check_and_a_mistake_make_none(root, counted):
    assert build(root, "check") == 0
    edit(root, "content/beta/annotations.yaml", "quote: told", "quote: tolled")
    assert build(root) == 1
    assert counted == []


def test_pages_that_were_changed_meanwhile_are_not_indexed(tmp_path):
    place = tmp_path / "page"
    place.write_bytes(b"<h1>Another</h1>")
    pages = [Page("a", str(place), hash_of(b"<h1>One</h1>"))]
    with pytest.raises(Overtaken):
        renew_search(Together(), pages, Site(title=""), Past(), tmp_path)


def test_a_page_that_somebody_changed_meanwhile_is_refused_as_ever(root, monkeypatch, capsys):
    assert build(root) == 0
    edit(root, "content/beta/annotations.yaml", "Another one.", "Zanzibar.")
    page, index = root / "output/alpha/index.html", index_of(root)
    renewed = []

    def late(*given):
        page.write_bytes(b"<h1>Spoilt</h1>")
        renewed.append(1)
        return renew_search(*given)

    monkeypatch.setattr("postil.building.searching.renew_search", late)
    assert build(root) == 2
    assert "was changed after Postil wrote it" in capsys.readouterr().err
    assert (len(renewed), page.read_bytes(), index_of(root)) == (2, b"<h1>Spoilt</h1>", index)


# ------------------------------------------------------------------ the pages


def test_only_the_page_that_searches_may_run_webassembly_and_only_with_a_search(root):
    assert build(root) == 0
    pages = {path: data.decode() for path, data in contents(root / "output").items()
             if path.endswith(".html")}  # fmt: skip
    assert [path for path, page in pages.items() if WASM in page] == ["search/index.html"]
    forms = {path for path, page in pages.items() if '<form class="search"' in page}
    assert forms == {"index.html", "search/index.html"}
    assert {path for path, page in pages.items() if "form-action 'self'" in page} == forms


def test_pages_are_without_a_search_unless_it_is_asked_for(root):
    edit(root, "site.yaml", "search: true\n", "")
    files = building.build_site(root).files
    assert not any(path.startswith("search/") for path in files)
    pages = [data.decode() for path, data in files.items() if path.endswith(".html")]
    assert not any(WASM in page or "form-action 'self'" in page for page in pages)


def test_a_preview_has_the_page_and_no_index(root):
    files = building.build_site(root, hosted=False).files
    assert [path for path in files if path.startswith("search/")] == ["search/index.html"]


def test_a_search_is_a_reserved_name(root, capsys):
    shutil.copytree(root / "content/alpha", root / "content/search")
    assert build(root, "check") == 1
    assert "slug-clash" in capsys.readouterr().out


# ------------------------------------------------------------------ the program


def test_without_the_program_there_is_a_warning_and_no_search(root, monkeypatch, capsys):
    monkeypatch.setattr(searching, "indexer", lambda: None)
    assert build(root) == 0
    assert 'pip install "postil[search]"' in capsys.readouterr().err
    assert not (root / "output/search").exists()
    assert "form-action 'self'" not in (root / "output/index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("program", "why"),
    [(f"#!{sys.executable}\nimport sys; sys.exit('no room')\n", "no room"), (None, "No such file")],
)
@pytest.mark.skipif(os.name == "nt", reason="programs are other files there")
def test_if_it_fails_nothing_is_written_and_the_reason_is_told(
    root, program, why, tmp_path, monkeypatch, capsys
):
    place = tmp_path / "pagefind"
    if program:
        place.write_text(program, encoding="utf-8")
        place.chmod(0o755)
    monkeypatch.setattr("postil.building.searching.indexer", lambda: place)
    assert build(root) == 2
    said = capsys.readouterr().err
    assert why in said and "help: " in said
    assert not (root / "output/index.html").exists()
