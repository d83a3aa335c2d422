"""How a page is laid out: boxes in the margin, the measure, readable colours, paper."""

import json
from itertools import combinations

import pytest
from browser.reading import ARABIC, FLAGSHIP, FORMS, GUIDE, LONG, PAGES, Box

# A page whose blocks are followed by none to three copies of its first box, of different lengths.
CROWD = """(() => {
  const box = document.querySelector('.article > .box').outerHTML;
  const longer = copies => box.replace('box-body">', 'box-body">' + 'Words '.repeat(copies * 20));
  const blocks = [...document.querySelectorAll('.article > :not(.box, .at)')];
  const at = '<span class="at" data-apparatus></span>';
  document.querySelector('.article').innerHTML = blocks.map((block, index) =>
    at + block.outerHTML + [1, 2, 3].slice(0, index % 4).map(longer).join('')).join('');
})()"""

MARGIN = """(() => {
  const place = element => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return [left, top, right, bottom];
  };
  const all = selector => [...document.querySelectorAll(selector)].map(place);
  const block = box => {
    while (box.matches('.box')) box = box.previousElementSibling;
    return box;
  };
  return {
    boxes: all('.article > .box'),
    own: [...document.querySelectorAll('.article > .box')].map(box => place(block(box))),
    text: all('.article > :not(.box, .at), .page > section, .head, .article-head'),
  };
})()"""


def overlap(one: Box, other: Box) -> bool:
    across = one.left < other.right - 1 and other.left < one.right - 1
    return across and one.top < other.bottom - 1 and other.top < one.bottom - 1


def margin(reader) -> dict[str, list[Box]]:
    return {name: [Box(*box) for box in boxes] for name, boxes in reader.run(MARGIN).items()}


@pytest.mark.parametrize("width", [1000, 1160, 1500])
@pytest.mark.parametrize("page", [FLAGSHIP, FORMS])
def test_boxes_never_overlap_one_another_or_the_text_however_many_there_are(reader, page, width):
    reader.open(page, width, 900)
    reader.run(CROWD)
    reader.run("dispatchEvent(new Event('resize'))")

    seen = margin(reader)
    assert len(seen["boxes"]) > 8
    assert [pair for pair in combinations(seen["boxes"], 2) if overlap(*pair)] == []
    assert [b for b in seen["boxes"] for text in seen["text"] if overlap(b, text)] == []


@pytest.mark.engines("chromium", "firefox")
def test_a_box_in_the_margin_begins_with_its_paragraph_or_below_the_box_before(reader):
    reader.open(FLAGSHIP, 1500, 900)

    seen, lowest = margin(reader), 0.0
    for box, own in zip(seen["boxes"], seen["own"], strict=True):
        assert box.left > own.right
        assert box.top == pytest.approx(max(own.top, lowest + 24), abs=8)
        lowest = box.bottom


def test_on_a_narrow_screen_a_box_stands_below_its_paragraph(reader):
    reader.open(FLAGSHIP, 900, 900)

    seen = margin(reader)
    for box, own in zip(seen["boxes"], seen["own"], strict=True):
        assert box.top >= own.bottom
        assert box.size[0] == pytest.approx(own.size[0], abs=2)


@pytest.mark.engines("chromium", "firefox")
def test_in_a_page_from_right_to_left_the_margin_is_on_the_left(reader):
    reader.open(ARABIC, 1500, 900)
    boxes, own = (margin(reader)[name] for name in ("boxes", "own"))
    if not boxes:
        pytest.skip("the page has no box")
    assert boxes[0].right < own[0].left


# A paragraph of plain words: how many letters fill a line?
MEASURE = """(() => {
  const paragraph = document.createElement('p');
  const words = document.querySelector('.article').textContent.replace(/\\s+/g, ' ');
  paragraph.append(words.slice(0, 3000));
  document.querySelector('.article').append(paragraph);
  const height = parseFloat(getComputedStyle(paragraph).lineHeight);
  const lines = Math.round(paragraph.getBoundingClientRect().height / height);
  paragraph.remove();
  return 3000 / lines;
})()"""


@pytest.mark.parametrize("width", [800, 1000, 1280, 1920, 2560])
def test_a_line_holds_about_65_letters(reader, width):
    reader.open(FLAGSHIP, width, 900)
    reader.until(lambda: reader.run("document.fonts.check('16px \"Source Serif 4\"')"))
    assert 58 <= reader.run(MEASURE) <= 72


@pytest.mark.parametrize("width", [320, 390, 768, 1152, 1280])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_never_scrolls_sideways(reader, page, width):
    reader.open(page, width, 700)
    reader.run("document.querySelectorAll('details').forEach(details => { details.open = true })")
    root = "document.documentElement"
    assert reader.run(f"{root}.scrollWidth") <= reader.run(f"{root}.clientWidth")


@pytest.mark.parametrize("size", [100, 200])
@pytest.mark.parametrize("width", [256, 320, 390, 800, 1160, 1280])
def test_no_word_widens_a_page_however_large_the_text(reader, width, size):
    reader.open(LONG, width, 700)
    reader.run(f"void (document.documentElement.style.fontSize = '{size}%')")
    reader.run("document.querySelectorAll('details').forEach(details => { details.open = true })")
    reader.click("mark")
    reader.sees_card()

    root = "document.documentElement"
    assert reader.run(f"{root}.scrollWidth") <= reader.run(f"{root}.clientWidth")


# Colours as a screen shows them, whatever notation the browser computes them in.
PAINTED = """(accent => {
  document.documentElement.style.setProperty('--accent-light', accent);
  document.documentElement.style.setProperty('--accent-dark', accent);
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const paint = (...colours) => {
    for (const colour of colours) {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const paper = getComputedStyle(document.body).backgroundColor;
  const reference = document.querySelector('.ref a');
  const text = getComputedStyle(reference).color;
  reference.classList.add('on');
  return [paint(text), paint(paper), paint(paper, getComputedStyle(reference).backgroundColor)];
})(%s)"""

ACCENTS = ["#8a1c1c", "#000000", "#ffffff", "#ffff00", "#00ffff", "#0000ff", "#00ff00", "#777777"]


def luminance(colour: list[int]) -> float:
    parts = [c / 255 for c in colour]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: list[int], other: list[int]) -> float:
    """WCAG 2's contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.thorough
@pytest.mark.engines("chromium")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("accent", ACCENTS)
def test_any_accent_is_readable_also_where_it_is_lit_up(reader, accent, scheme):
    reader.open(FLAGSHIP, color_scheme=scheme)
    text, paper, lit = reader.run(PAINTED % json.dumps(accent))
    assert contrast(text, paper) >= 4.5
    assert contrast(text, lit) >= 4.5


@pytest.mark.engines("chromium")
def test_the_switch_hides_nothing_from_paper(reader):
    reader.open(FORMS)
    reader.click('.switch input[value="off"]')
    assert reader.style(".article .ref", "visibility") == "hidden"

    reader.browser.page.emulate_media(media="print")
    for selector in (".article .ref", ".chain", ".article > .box", ".article .box-ref", ".status"):
        assert reader.style(selector, "display") != "none", selector
        assert reader.style(selector, "visibility") == "visible", selector


@pytest.mark.engines("chromium")
@pytest.mark.parametrize("page", [FLAGSHIP, GUIDE])
def test_on_paper_closed_boxes_are_open_kinds_are_words_and_the_controls_are_gone(reader, page):
    reader.open(page)
    reader.run("document.querySelectorAll('details').forEach(details => { details.open = false })")
    reader.browser.page.emulate_media(media="print")

    assert reader.lines(".box-body")[0].size[1] > 10
    assert reader.lines(".key dl")[0].size[1] > 10
    assert reader.lines(".note .badge .kind")[0].size[0] > 5
    assert reader.style(".switch", "display") == "none"
    assert reader.style(".site", "display") == "none"


@pytest.mark.engines("chromium")
def test_a_page_loads_three_fonts_and_no_more(reader):
    reader.open(FLAGSHIP)
    reader.until(lambda: reader.run("document.fonts.status === 'loaded'"))
    fonts = """performance.getEntriesByType('resource').map(entry => entry.name)
      .filter(name => name.endsWith('.woff2')).map(name => name.split('/').pop())"""
    assert set(reader.run(fonts)) <= {
        "source-serif-4-latin-wght-normal.woff2",
        "source-serif-4-latin-wght-italic.woff2",
        "source-sans-3-latin-wght-normal.woff2",
    }


LINES = """[...document.querySelectorAll('.article > p')].flatMap(p => {
  const range = document.createRange();
  const lefts = {};
  const walker = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (walker.currentNode.parentElement.closest('[data-apparatus]')) continue;
    range.selectNodeContents(walker.currentNode);
    for (const { bottom, left, width } of range.getClientRects()) {
      const line = Math.round(bottom / 12);
      if (width) lefts[line] = Math.min(left, lefts[line] ?? left);
    }
  }
  return Object.values(lefts).map(left => left - p.getBoundingClientRect().left);
})"""


@pytest.mark.engines("chromium", "firefox", "webkit")
def test_no_line_begins_outside_its_paragraph(reader):
    reader.open(FLAGSHIP, 1440, 900)
    lines = reader.run(LINES)
    assert len(lines) > 20
    assert min(lines) > -1
