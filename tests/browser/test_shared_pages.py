"""The pages of several explainers in a browser: the index, sources and statuses."""

import pytest
from browser.test_page import violations

PAGES = (
    "site/index.html",
    "site/sources/index.html",
    "site/sources/jones/index.html",
    "site/statuses/index.html",
    "site/statuses/imprecise/index.html",
    "torture/index.html",
    "torture/sources/index.html",
    "shelf/index.html",
    "shelf/page/2/index.html",
    "shelf/sources/ministry/index.html",
    "shelf/sources/paper/index.html",
    "shelf/statuses/disputed/index.html",
)
RIGHT_TO_LEFT = tuple(page for page in PAGES if page.startswith("shelf"))
WIDTHS = (320, 390, 768, 1024, 1280, 1440, 1920)
ROOT = "document.documentElement"

# Every link that stands by itself, with its size; those within sentences may be smaller.
TARGETS = """[...document.querySelectorAll(
  '.chips a, .filters summary, .entries h2 a, .pager a, .way a')]
  .map(link => [link.textContent, link.getBoundingClientRect().height])"""

# What of a bar is painted, and in which colours.
BARS = """[...document.querySelectorAll('.bar')].map(bar => ({
  width: bar.getBoundingClientRect().width,
  room: bar.parentElement.getBoundingClientRect().width,
  fills: [...bar.children].map(shape => getComputedStyle(shape).fill),
}))"""


WORDS = "document.querySelector('main').innerText.split(/[\\s:]+/)"
AT_ITS_PLACE = "document.getElementById(decodeURIComponent(location.hash.slice(1))) !== null"


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_several_never_scrolls_sideways(reader, page, width):
    reader.open(page, width, 700)
    assert reader.run(f"{ROOT}.scrollWidth") <= reader.run(f"{ROOT}.clientWidth")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_several_gives_a_browser_nothing_to_complain_of(reader, page):
    reader.open(f"{page}?watched")
    assert reader.run("watched") == []
    if reader.browser.engine != "webkit":  # which tells its driver nothing
        assert reader.browser.messages == []


@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing_on_a_page_of_several(reader, axe, page):
    reader.open(page)
    assert violations(reader, axe) == []


@pytest.mark.parametrize("option", [{"color_scheme": "dark"}, {"forced_colors": "active"}])
@pytest.mark.parametrize("page", ["site/index.html", "site/sources/jones/index.html"])
def test_axe_finds_nothing_in_other_colours(reader, axe, page, option):
    if reader.browser.engine == "webkit":
        pytest.skip("cannot be told of a preference")
    reader.open(page, **option)
    assert violations(reader, axe) == []


@pytest.mark.parametrize("option", [{}, {"color_scheme": "dark"}, {"forced_colors": "active"}])
@pytest.mark.parametrize("page", ["site/index.html", "site/sources/jones/index.html"])
def test_bars_fill_their_column_and_what_rests_on_somebody_stands_out(reader, page, option):
    if option and reader.browser.engine != "chromium":
        pytest.skip("is told of preferences at its start")
    reader.open(page, **option)
    bars = reader.run(BARS)
    assert bars
    for bar in bars:
        assert bar["width"] == pytest.approx(bar["room"], abs=2)
        assert bar["fills"][0] not in bar["fills"][1:]


@pytest.mark.parametrize("page", PAGES)
def test_links_in_lists_are_high_enough_for_a_finger(reader, page):
    reader.open(page, 390, 844)
    low = [target for target in reader.run(TARGETS) if target[1] < 20]
    assert low == []


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("page", ["shelf/index.html", "shelf/page/2/index.html"])
def test_one_list_of_the_filters_at_a_time_lies_over_what_follows_without_moving_it(
    reader, page, width
):
    reader.open(page, width, 800)
    begins = "document.querySelector('.desk-columns').getBoundingClientRect().top"
    before = reader.run(begins)
    for number in range(3):
        reader.click(".filters summary", number)
        assert reader.run("document.querySelectorAll('.filters [open]').length") == 1
        heights = "[...document.querySelectorAll('.filters [open] a')].map(a => a.offsetHeight)"
        assert min(reader.run(heights)) >= 24
        assert reader.run(begins) == before
        assert reader.run(f"{ROOT}.scrollWidth") <= reader.run(f"{ROOT}.clientWidth")


@pytest.mark.parametrize("page", (*RIGHT_TO_LEFT, "site/index.html"))
def test_a_bar_begins_where_its_article_does(reader, page):
    reader.open(page, 1280, 800)
    turned = reader.run(
        "[...document.querySelectorAll('.bar')].map(bar => getComputedStyle(bar).transform)"
    )
    assert set(turned) == {"matrix(-1, 0, 0, 1, 0, 0)" if page in RIGHT_TO_LEFT else "none"}


@pytest.mark.parametrize("page", ["shelf/sources/ministry/index.html", "shelf/index.html"])
def test_a_link_of_a_page_of_several_leads_to_the_passage_or_the_explainer(reader, page):
    reader.open(page, 1280, 800)
    reader.click(".passage" if "sources" in page else ".entries h3 a")
    reader.until(lambda: reader.run("document.querySelector('[data-article]') !== null"))
    if "sources" in page:
        reader.until(lambda: reader.run(AT_ITS_PLACE))


def test_from_an_explainer_to_a_source_and_back(reader):
    reader.open("site/saydnaya-crematorium/index.html", 1280, 800)
    reader.run("document.querySelector('#source-jones .source-page').click()")
    # The address is another before the page is there.
    reader.until(lambda: reader.run("document.querySelector('.passage') !== null"))
    assert reader.run("location.pathname.endsWith('/sources/jones/index.html')")
    reader.run("document.querySelector('.passage').click()")
    reader.until(lambda: reader.run("document.querySelector('[data-article]') !== null"))
    reader.until(lambda: reader.run(AT_ITS_PLACE))


@pytest.mark.engines("chromium")
@pytest.mark.parametrize("page", ["site/index.html", "site/sources/jones/index.html"])
def test_on_paper_everything_is_there_and_nothing_to_click(reader, page):
    reader.open(page)
    seen = set(reader.run(WORDS))
    reader.browser.page.emulate_media(media="print")
    printed = set(reader.run(WORDS))
    assert seen <= printed
    assert reader.run("!document.querySelector('.pager')?.offsetParent")
