"""How loud the page may be: heights, letters of ours in the article's lines, the lane, weights."""

import gzip
import re
from itertools import pairwise

import pytest
from browser.reading import ARABIC, FLAGSHIP, FORMS, PLACES, Reader

LANES = (FLAGSHIP, FORMS, ARABIC, PLACES)
TALL = {390: 9_000, 1440: 6_500}  # pixels of the flagship
# Letters of ours that are shown in the article's lines, of 100 of the article's own.
IN_THE_LINE = {390: 7.0, 1440: 1.5}
HEARD = 20  # letters of ours that a screen reader says, of 100

LETTERS = r"""(() => {
  const article = document.querySelector('.article').cloneNode(true);
  for (const ours of article.querySelectorAll('[data-apparatus]')) ours.remove();
  return article.textContent.replace(/\s/g, '').length;
})()"""
SHOWN = r"""[...document.querySelectorAll('.article [data-sign]')]
  .filter(each => !each.closest('.box') && each.checkVisibility())
  .filter(each => getComputedStyle(each, '::after').float === 'none')
  .filter(each => !['none', '""', ''].includes(getComputedStyle(each, '::after').content))
  .filter(each => !each.matches('.box-ref'))
  .reduce((sum, each) => sum + each.dataset.sign.replace(/\s/g, '').length, 0)"""
# What is beside the lines is generated: of each link that is seen there, where a pointer finds it.
LANE = r"""(() => {
  const article = document.querySelector('.article');
  const { left, right, top } = article.getBoundingClientRect();
  const isRtl = article.matches(':dir(rtl)'), found = new Map();
  const inside = [36, 60, 100].map(x => isRtl ? right + x : left - x);
  const start = top + scrollY, end = start + article.offsetHeight;
  for (let y = start; y < end; y += 8) {
    if (y - scrollY > innerHeight - 8 || y === start) scrollTo(0, y - 8);
    for (const x of inside) {
      const link = document.elementFromPoint(x, y - scrollY)?.closest('.said');
      if (link) found.set(link, [...found.get(link) ?? [], y]);
    }
  }
  return [...document.querySelectorAll('.said')].filter(said => !said.closest('td, th, .footnote'))
    .map(said => found.get(said) ?? []);
})()"""


@pytest.mark.engines("chromium")
@pytest.mark.parametrize("width", TALL)
def test_the_flagship_is_no_taller_than_a_reader_in_a_hurry_bears(reader: Reader, width):
    reader.open(FLAGSHIP, width, 844)
    assert reader.run("document.documentElement.scrollHeight") <= TALL[width]


@pytest.mark.engines("chromium")
@pytest.mark.parametrize("width", IN_THE_LINE)
def test_hardly_anything_of_ours_stands_between_the_articles_words(reader: Reader, width):
    reader.open(FLAGSHIP, width, 844)
    assert 100 * reader.run(SHOWN) / reader.run(LETTERS) <= IN_THE_LINE[width]


@pytest.mark.engines("chromium")
@pytest.mark.parametrize("width", [390, 1440])
def test_a_screen_reader_hears_the_article_and_little_else(reader: Reader, width):
    reader.open(FLAGSHIP, width, 844)
    own = reader.run(LETTERS)
    reader.run("document.querySelectorAll('.article .box').forEach(box => box.remove())")
    tree = reader.browser.page.context.new_cdp_session(reader.browser.page)
    nodes = tree.send("Accessibility.getFullAXTree")["nodes"]
    heard = sum(map(_letters, _within_article(nodes)))
    assert own <= heard
    assert 100 * (heard - own) / own <= HEARD


def _within_article(nodes):
    """The nodes of the article that are said: texts, and links that have a name of their own."""
    by_id = {node["nodeId"]: node for node in nodes}
    (article,) = [node for node in nodes if _role(node) == "article"]
    waiting = [article]
    while waiting:
        node = waiting.pop()
        children = [by_id[id] for id in node.get("childIds", ()) if id in by_id]
        if node.get("ignored") or _role(node) not in ("link", "doc-noteref", "StaticText"):
            waiting += children
        else:
            yield node


def _role(node) -> str:
    return node.get("role", {}).get("value", "")


def _letters(node) -> int:
    return len("".join(node.get("name", {}).get("value", "").split()))


@pytest.mark.parametrize("page", LANES)
@pytest.mark.parametrize("width", [900, 1024, 1280, 1440, 1920])
def test_nothing_in_the_lane_lies_on_anything_else(reader: Reader, page, width):
    reader.open(page, width, 900)
    rows = reader.run(LANE)
    assert rows and all(rows), "each annotation is reached in the lane"
    for before, after in pairwise(rows):
        assert max(before) <= min(after) + 24, "and stands below the one before"


@pytest.mark.engines("chromium")
@pytest.mark.parametrize(
    ("width", "height", "selector"),
    [(390, 844, "[data-findings] p, [data-findings] li"), (1440, 900, ".article > p")],
)
def test_the_first_screen_has_the_finding_or_the_first_sentence(
    reader: Reader, width, height, selector
):
    reader.open(FLAGSHIP, width, height)
    first = reader.lines(selector)[0]
    assert first.bottom <= height


@pytest.mark.engines("chromium")
def test_a_page_weighs_no_more_than_it_must(sites):
    static = sites / "site" / "static"
    assert _weight(sites / FLAGSHIP) <= 28_000
    assert sum(_weight(static / name) for name in ("reader.js", "early.js")) <= 5_500
    assert sum(_weight(static / name) for name in ("postil.css", "theme.css")) <= 12_000


@pytest.mark.engines("chromium")
def test_the_flagship_is_printed_on_at_most_nine_pages(reader: Reader, tmp_path):
    reader.open(FLAGSHIP)
    reader.browser.print(tmp_path / "page.pdf")
    pages = re.findall(rb"/Type\s*/Page\b", (tmp_path / "page.pdf").read_bytes())
    assert 3 < len(pages) <= 9


def _weight(path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


@pytest.mark.engines("chromium")
def test_the_fonts_of_a_page_weigh_no_more_than_140_kilobytes(reader: Reader):
    reader.open(FLAGSHIP, 390, 844)
    assert reader.until(lambda: reader.run("document.fonts.status") == "loaded")
    entries = "performance.getEntriesByType('resource')"
    loaded = reader.run(
        f"{entries}.filter(each => each.name.endsWith('.woff2')).map(each => each.decodedBodySize)"
    )
    assert loaded and sum(loaded) <= 140_000
