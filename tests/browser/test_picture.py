"""The picture of provenance as it is seen: labels that can be read, links that lead, a table."""

from itertools import combinations

import pytest
from browser.reading import FLAGSHIP, GUIDE, ORIGINS, Box
from browser.test_page import open_with, violations

OPEN = (
    "document.querySelectorAll('[data-provenance] details').forEach(each => { each.open = true })"
)
LABELS = """(() => {
  const scale = document.querySelector('.picture').getScreenCTM().a;
  return [...document.querySelectorAll('.picture text')].map(text => {
    const { x, y, width, height } = text.getBBox(), to = text.getScreenCTM();
    const { x: left, y: top } = new DOMPoint(x, y).matrixTransform(to);
    const { x: right, y: bottom } = new DOMPoint(x + width, y + height).matrixTransform(to);
    // The box of a text has room for the marks above and below its letters, which leave it empty.
    const air = (bottom - top) * .16;
    return [parseFloat(getComputedStyle(text).fontSize) * scale,
            [left, top + air, right, bottom - air], text.textContent];
  });
})()"""
FRAME = """(() => {
  const { left, top, right, bottom } =
    document.querySelector('[data-provenance]').getBoundingClientRect();
  return [left, top, right, bottom];
})()"""


def overlap(one: Box, other: Box) -> bool:
    across = one.left < other.right and other.left < one.right
    return across and one.top < other.bottom and other.top < one.bottom


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1280, 1440])
@pytest.mark.parametrize("page", [FLAGSHIP, ORIGINS])
def test_every_label_can_be_read(reader, engine, page, width):
    reader.open(page, width, 900)
    reader.run(OPEN)

    # Firefox draws a sign that no font of the machine has as a box with the digits of its number.
    seen = [label for label in reader.run(LABELS) if engine != "firefox" or label[2] < "\u3000"]
    sizes, boxes, _ = zip(*seen, strict=True)
    labels, frame = [Box(*box) for box in boxes], Box(*reader.run(FRAME))
    assert min(sizes) >= 11
    assert [pair for pair in combinations(labels, 2) if overlap(*pair)] == []
    for label in labels:
        assert frame.left - 1 <= label.left and label.right <= frame.right + 1


LINKS = """[...document.querySelectorAll('%s')].map(link => link.getAttribute('href'))"""
LOST = """[...document.querySelectorAll('[data-provenance] a')].filter(link =>
  !document.querySelector(`[id="${CSS.escape(decodeURI(link.getAttribute('href').slice(1)))}"]`))
  .map(link => link.outerHTML)"""


@pytest.mark.parametrize("page", [FLAGSHIP, ORIGINS])
def test_the_table_leads_wherever_the_drawing_does_and_all_of_it_is_there(reader, page):
    reader.open(page)
    drawn, told = (set(reader.run(LINKS % where)) for where in (".picture a", ".as-table a"))
    assert len(drawn) > 8
    assert drawn == told
    assert reader.run(LOST) == []


def test_a_thread_leads_to_its_passage_and_a_name_to_its_source(reader):
    reader.open(f"{FLAGSHIP}?watched", 1280, 900)
    reader.click(".picture a[href='#does-not-help'] path")
    assert reader.hash == "#does-not-help"
    reader.run("scrollTo(0, 0)")
    reader.click(".picture a[href='#source-jones'] text")
    assert reader.hash == "#source-jones"
    assert reader.run("watched") == []


@pytest.mark.parametrize("width", [390, 1280])
def test_a_card_leads_back_to_the_thread_of_its_passage(reader, width):
    reader.open(FLAGSHIP, width, 640)
    reader.click("#noteref-used-to-dispose")
    reader.click(".card a[href='#thread_used-to-dispose']")
    assert reader.hash == "#thread_used-to-dispose"
    seen = "document.querySelector('.picture a:target path').checkVisibility()"
    assert reader.run(seen)
    assert reader.run(
        "document.querySelector('mark[data-annotation~=used-to-dispose].on') !== null"
    )
    assert not reader.run("document.getElementById('card').matches(':popover-open')")


def test_the_drawing_is_no_stop_for_the_keyboard(reader):
    reader.open(FLAGSHIP, 390, 844)
    reader.run(OPEN)
    stops = """[...document.querySelectorAll('[data-provenance] *')]
      .filter(each => each.tabIndex >= 0 && each.closest('svg')).length"""
    assert reader.run(stops) == 0


def test_on_a_phone_the_picture_is_folded_under_what_it_says(reader):
    reader.open(FLAGSHIP, 390, 640)
    assert "rest on" in reader.text(".provenance-drawn > summary")
    is_shown = "document.querySelector('.picture').checkVisibility({ contentVisibilityAuto: true })"
    assert not reader.run(is_shown)
    reader.show(".provenance-drawn > summary")
    reader.click(".provenance-drawn > summary")
    assert reader.until(lambda: reader.run(is_shown))


def test_where_there_is_room_the_picture_is_shown(reader):
    reader.open(FLAGSHIP, 1280, 900)
    if reader.run("CSS.supports('selector(::details-content)')"):
        picture = reader.find(".picture")[0]
        assert picture.size[0] > 200 and picture.size[1] > 200


def test_what_was_found_stands_on_the_first_screen_of_a_phone(reader):
    reader.open(FLAGSHIP, 390, 844)
    assert reader.find("[data-findings] :is(li, .counted)")[0].bottom <= 844


def test_a_page_with_one_attribution_has_neither_picture_nor_counts(reader):
    reader.open(GUIDE)
    assert reader.count("[data-provenance]") == 0
    assert reader.count(".counted") == 0


@pytest.mark.parametrize("preference", ["", "color_scheme", "forced_colors"])
@pytest.mark.parametrize("page", [FLAGSHIP, ORIGINS])
@pytest.mark.engines("chromium")
def test_axe_finds_nothing_in_the_picture_and_its_table(
    start, engine, address, reader, axe, page, preference
):
    if preference:
        reader = open_with(preference, start, engine, address, page)
    else:
        reader.open(page)
    reader.run(OPEN)
    assert violations(reader, axe) == []
