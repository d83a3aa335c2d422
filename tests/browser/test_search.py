"""The search in a browser: what is typed is found, and leads to its place."""

import shutil
from pathlib import Path

import pytest
from browser.conftest import ROOT, write_a_shelf_of_explainers
from browser.serving import serve
from browser.test_page import violations

from postil.cli import commands
from postil.site.searching import indexer

pytestmark = pytest.mark.skipif(indexer() is None, reason='needs pip install "postil[search]"')

PAGE, ARABIC = "site/search/index.html", "shelf/search/index.html"
TOLD = "document.querySelector('[role=status]').textContent"
LINKS = "[...document.querySelectorAll('.search-found a')].map(link => link.getAttribute('href'))"
PLACES = "[...document.querySelectorAll('.search-found li li')].map(item => item.innerText)"
WIDTH = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
OUTSIDE = (
    "performance.getEntriesByType('resource').map(each => each.name)"
    ".filter(name => new URL(name).host !== location.host)"
)
# A note says what an article must not: tags are words there, and an address is none.
ODD = """\
title: Odd <b>signs</b>
annotations:
  - {id: odd, quote: the quay, note: 'A `<img src=x onerror=alert(1)>` called zyzzyva & `<mark>`.'}
"""


@pytest.fixture(scope="session")
def searched(tmp_path_factory) -> Path:
    """A folder with built sites that have a search: this one and a page more, and one in Arabic."""
    folder = tmp_path_factory.mktemp("searched")
    site = folder / "in" / "site"
    shutil.copytree(ROOT / "content", site / "content")
    shutil.copy(ROOT / "site.yaml", site)
    (site / "content" / "odd").mkdir()
    (site / "content" / "odd" / "annotations.yaml").write_text(ODD, "utf-8")
    (site / "content" / "odd" / "article.txt").write_text("It was on the quay.\n", "utf-8")
    settings = (site / "site.yaml").read_text("utf-8")
    (site / "site.yaml").write_text(f"{settings}search: true\n", "utf-8")
    roots = {"site": site, "shelf": write_a_shelf_of_explainers(folder / "in" / "shelf")}
    for name, root in roots.items():
        assert commands.run(["--root", str(root), "--output", str(folder / "out" / name)]) == 0
    return folder / "out"


@pytest.fixture(scope="session")
def address(searched):
    with serve(searched) as address:
        yield address


def look_for(reader, words: str, page: str = PAGE, width: int = 1000, **options) -> None:
    """Open the page that searches, and wait until it has told what it found."""
    reader.open(f"{page}?q={words}", width, 800, **options)
    assert reader.until(lambda: reader.run(TOLD), 10)


def type_in(reader, words: str) -> None:
    """Type words into the field, which has the focus."""
    for key in words:
        reader.press(key)


@pytest.mark.engines("chromium", "firefox")
def test_a_word_of_a_note_is_found_as_it_is_typed_and_leads_to_the_note(reader):
    reader.open(PAGE, 1000, 800)
    assert reader.focused == "search_words"
    type_in(reader, "zyzzyva")
    assert reader.until(lambda: "1" in reader.run(TOLD), 10), reader.run(TOLD)
    assert reader.run(LINKS)[1].endswith("/site/odd/index.html#note-odd")
    assert reader.run("location.search") == "?q=zyzzyva"
    for _ in range(4):  # the button, the explainer, its note
        if reader.run("document.activeElement.hash") == "#note-odd":
            break
        reader.press("Tab")
    reader.press("Enter")
    assert reader.until(lambda: reader.hash == "#note-odd", 5)
    assert reader.until(lambda: reader.run("document.querySelector(':target')?.id") == "note-odd")
    assert reader.browser.messages == []


@pytest.mark.parametrize(
    ("words", "place"),
    [("Sednaya", "context-saydnaya-prison"), ("Mamamia", "note-used-to-dispose"),
     ("Kazakh", None), ("Maalouf", "source-maalouf-2017-02-07"), ("optimistic", "not-optimistic")],
)  # fmt: skip
def test_passages_notes_boxes_and_sources_are_found(reader, words, place):
    look_for(reader, words)
    found = reader.run(LINKS)
    assert any("/saydnaya-crematorium/index.html" in link for link in found)
    if place:
        assert any(link.endswith(f"#{place}") for link in found), found


def test_every_result_leads_to_something_that_is_there(reader, searched):
    look_for(reader, "Reuters")
    found = [link for link in reader.run(LINKS) if "#" in link]
    assert len(found) > 10
    for link in found:
        path, _, place = link.partition("/site/")[2].partition("#")
        assert f'id="{place}"' in (searched / "site" / path).read_text("utf-8")


@pytest.mark.engines("chromium")
def test_what_a_note_says_is_shown_as_text(reader):
    look_for(reader, "zyzzyva")
    assert "<img src=x onerror=alert(1)>" in reader.run(PLACES)[0]
    assert reader.text(".search-found h2") == "Odd <b>signs</b>"
    assert reader.count(".search-found :is(img, b)") == 0


@pytest.mark.engines("chromium")
def test_nothing_found_is_told_and_nothing_asked_is_not(reader):
    look_for(reader, "qqqqzzzz")
    assert reader.run(TOLD) == "Nothing was found."
    reader.click("#search_words")
    reader.press("Control+a")
    reader.press("Delete")
    assert reader.until(lambda: reader.run(TOLD) == "")
    assert reader.run("location.search") == ""


@pytest.mark.engines("chromium", "firefox")
@pytest.mark.parametrize("page", [PAGE, ARABIC])
def test_the_policy_lets_everything_through_that_it_needs_and_no_request_leaves(reader, page):
    reader.open(f"{page}?watched", 1000, 800)
    type_in(reader, "hurt")
    assert reader.until(lambda: reader.run(TOLD), 10)
    assert reader.run("watched") == []
    assert reader.run(OUTSIDE) == []


def test_the_field_of_the_index_leads_to_the_page_that_searches(reader):
    reader.open("site/index.html", 1000, 800)
    reader.click("#search_words")
    type_in(reader, "hedge")
    reader.press("Enter")
    assert reader.until(lambda: "/search/index.html?q=hedge" in reader.run("location.href"), 5)
    assert reader.until(lambda: reader.count(".search-found > li"), 10)


def test_without_a_script_the_page_says_so_and_leads_to_the_list(reader):
    reader.open(f"{PAGE}?plain", 1000, 800)
    assert "JavaScript" in reader.run(TOLD)
    reader.click(".search-list a")
    assert reader.until(lambda: reader.run("location.pathname") == "/site/index.html", 5)


@pytest.mark.engines("chromium")
def test_opened_from_disk_it_says_why_it_finds_nothing(reader, searched):
    reader.browser.new_page(1000, 800)
    reader.browser.open((searched / PAGE).as_uri() + "?q=hedge")
    assert reader.until(lambda: "on the web" in reader.run(TOLD), 5)


@pytest.mark.engines("chromium")
def test_many_are_shown_by_and_by_and_the_focus_goes_along(reader):
    look_for(reader, "hurt", ARABIC)
    assert "60" in reader.run(TOLD)
    assert reader.count(".search-found > li") == 10
    reader.click(".search-more")
    assert reader.until(lambda: reader.count(".search-found > li") == 20, 5)
    last = "document.activeElement === document.querySelectorAll('.search-found h2 a')[10]"
    assert reader.until(lambda: reader.run(last))


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
@pytest.mark.parametrize(("page", "words"), [(PAGE, "Jones"), (ARABIC, "hurt")])
def test_what_is_found_never_scrolls_sideways(reader, page, words, width):
    look_for(reader, words, page, width)
    scrolled, seen = reader.run(WIDTH)
    assert scrolled <= seen


@pytest.mark.engines("chromium")
@pytest.mark.parametrize("option", [{}, {"color_scheme": "dark"}, {"forced_colors": "active"}])
@pytest.mark.parametrize(("page", "words"), [(PAGE, "Jones"), (ARABIC, "hurt"), (PAGE, "")])
def test_axe_finds_nothing_on_the_page_that_searches(reader, axe, page, words, option):
    if words:
        look_for(reader, words, page, **option)
    else:
        reader.open(page, 1000, 800, **option)
    assert violations(reader, axe) == []


@pytest.mark.engines("chromium")
def test_on_paper_there_is_no_field(reader):
    look_for(reader, "Jones")
    reader.browser.page.emulate_media(media="print")
    assert [reader.style(each, "display") for each in (".search", ".search-list")] == ["none"] * 2
    assert reader.style(".search-found", "display") != "none"
