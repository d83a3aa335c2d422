"""How cards behave for the pointer, the keyboard, a screen reader and a finger, in every engine."""

import pytest
from browser.reading import ARABIC, FLAGSHIP, FORMS, PAGES, Reader

THREE_LINES = 'mark[data-annotation="three-lines"]'
OVERLAP = 'mark[data-annotation~="rule"][data-annotation~="origin"]'
NOTE_1 = "#noteref-three-lines"
NOTE_2 = "#noteref-rule"
LINED = 880  # pixels, at which there is no lane yet: who says it stands in the line
CHAIN = '.said[data-for="origin"] .chain'


@pytest.fixture
def forms(reader) -> Reader:
    """The torture page with every form that a passage can take, just opened."""
    reader.open(FORMS, LINED, 900)
    return reader


def follow(reader: Reader, selector: str) -> None:
    """Click on a link wherever it is: what is in the lane is generated, and has no box."""
    reader.run(f"document.querySelector({selector!r}).click()")


# ---- pointer


@pytest.mark.parametrize("number, aside", [(0, -20), (1, 20), (1, 220), (2, 20)])
def test_a_card_stands_below_its_passage_within_reach_of_the_pointer(forms, number, aside):
    lines = forms.find(THREE_LINES)

    x, _ = forms.point_at(lines[number], aside)

    card = forms.sees_card()
    assert -1 <= card.box.top - lines[-1].bottom <= 8
    assert card.box.left <= x <= card.box.right


@pytest.mark.parametrize("page, passage", [(FORMS, "three-lines"), (ARABIC, "hired")])
def test_a_card_stands_beside_a_passage_that_leaves_no_room_above_and_below(reader, page, passage):
    selector = f'mark[data-annotation="{passage}"]'
    reader.open(page, 1700, 190)
    line = reader.find(selector)[-1]

    reader.point_at(line)

    card = reader.sees_card()
    text = reader.lines(".article")[0]
    assert card.box.right <= text.left or card.box.left >= text.right
    assert reader.sees_whole(card.box)


@pytest.mark.engines("chromium")
def test_the_wheel_moves_the_page_on_while_a_card_hovers(forms):
    forms.point_at(forms.find(THREE_LINES)[0])
    forms.sees_card()
    before = forms.run("scrollY")

    for turn in range(1, 6):
        forms.browser.page.mouse.wheel(0, 100)
        assert forms.until(lambda turn=turn: forms.run("scrollY") >= before + 100 * turn)
    assert forms.card is None


@pytest.mark.engines("chromium")
def test_the_wheel_over_a_pinned_card_moves_what_can_be_moved(forms):
    forms.click(NOTE_1)
    card = forms.sees_card()
    forms.browser.move(*card.box.middle)
    before = forms.run("scrollY")

    forms.browser.page.mouse.wheel(0, 100)

    assert forms.until(lambda: forms.run("scrollY") > before)


@pytest.mark.engines("chromium", "firefox")
def test_no_card_opens_while_a_button_is_down(forms):
    line = forms.find(THREE_LINES)[0]
    forms.browser.move(line.left - 4, line.top - 20)
    with forms.browser.pressed():
        forms.point_at(line)

        assert forms.stays(lambda: forms.card is None, 0.6)


@pytest.mark.engines("chromium", "firefox")
def test_a_button_that_goes_down_at_rest_keeps_the_card_away(forms):
    x, y = forms.find(THREE_LINES)[0].middle
    forms.browser.move(x, y)
    with forms.browser.pressed():
        assert forms.stays(lambda: forms.card is None, 0.6)


def test_a_pinned_card_survives_a_selection_that_ends_outside_it(forms):
    forms.click(NOTE_1)
    forms.sees_card("The figure comes from")
    line = forms.lines("#card .card-note p")[0]

    forms.browser.drag((line.left + 3, line.top + 8), (5, line.top + 20))

    assert forms.run("getSelection().toString()")
    assert forms.stays(lambda: forms.card and forms.card.pinned, 0.3)


def test_sweeping_over_passages_opens_nothing(forms):
    forms.point_at(forms.find(THREE_LINES)[0])
    forms.point_nowhere()

    assert forms.stays(lambda: forms.card is None, 0.6)


# Writes down when the pointer came onto or off something and when the card opened or closed.
CLOCK = """(() => {
  window.times = {};
  addEventListener('pointermove', ({ target, timeStamp }) => {
    if (target !== times.target) Object.assign(times, { target, moved: timeStamp });
  });
  document.getElementById('card').addEventListener('beforetoggle', event => {
    times[event.newState] = event.timeStamp - times.moved;
  });
})()"""


def test_a_card_opens_after_a_rest_that_is_shorter_on_a_marker(forms):
    forms.run(CLOCK)
    forms.point_at(forms.find(THREE_LINES)[0])
    forms.sees_card()
    assert forms.run("times.open") >= 345
    forms.press("Escape")

    forms.point_nowhere()
    forms.point_at(forms.find(NOTE_1)[0])
    forms.sees_card()
    assert 145 <= forms.run("times.open") < 345


def test_the_pointer_can_go_into_the_card_and_stay_there(forms):
    line = forms.find(THREE_LINES)[0]
    x, _ = forms.point_at(line)
    card = forms.sees_card()

    forms.browser.move(x, line.bottom + 2)  # in the gap
    forms.browser.move(x, card.box.top + 10)
    assert forms.stays(lambda: forms.card, 1.5), "the card went away by itself"
    forms.point_nowhere()
    forms.sees_no_card()


def test_a_card_waits_before_it_closes_and_does_not_close_if_the_pointer_comes_back(forms):
    line = forms.find(THREE_LINES)[0]
    forms.run(CLOCK)
    forms.point_at(line)
    forms.sees_card()

    forms.point_nowhere()
    forms.point_at(line)
    assert forms.stays(lambda: forms.card, 0.5)

    forms.point_nowhere()
    forms.sees_no_card()
    assert 295 <= forms.run("times.closed") < 1000


def test_escape_closes_a_card_that_stays_closed_until_the_pointer_comes_back(forms):
    line = forms.find(THREE_LINES)[0]
    forms.point_at(line)
    forms.sees_card()
    focused = forms.focused

    forms.press("Escape")

    forms.sees_no_card(within=0.3)
    forms.point_at(line, aside=40)
    assert forms.stays(lambda: forms.card is None, 0.6)
    assert forms.focused == focused
    forms.point_nowhere()
    forms.point_at(line)
    forms.sees_card()


@pytest.mark.parametrize(
    "ids, first, second",
    [
        ("rule origin", "ORIGIN", "RULE"),
        ("base-rate careful-reader", "INNER", "OUTER"),
    ],
)
def test_one_card_shows_all_notes_of_a_passage_innermost_first(forms, ids, first, second):
    selector = "mark" + "".join(f'[data-annotation~="{name}"]' for name in ids.split())
    forms.point_at(forms.find(selector)[0])

    text = forms.sees_card(first, second).text

    assert text.index(first) < text.index(second)


def test_one_card_shows_both_notes_of_the_same_words(forms):
    forms.point_at(forms.find('mark[data-annotation~="identical-one"]')[0])

    forms.sees_card("FIRST", "SECOND")


def test_the_whole_annotation_lights_up_and_nothing_else(forms):
    forms.point_at(forms.find('mark[data-annotation="origin"]')[0])
    forms.sees_card()

    strangers = forms.run("""[...document.querySelectorAll('.on')].filter(element =>
      !(element.dataset.annotation ?? element.id).includes('origin')
      && !element.closest('[data-for=origin]')).map(element => element.outerHTML)""")
    assert strangers == []
    assert forms.count('mark.on[data-annotation~="origin"]') == 2
    assert forms.count("#noteref-origin.on") == 1
    assert forms.count(f"{CHAIN} a.on") == 3


def test_a_scrolling_block_does_not_clip_a_card(forms):
    selector = 'mark[data-annotation="clipped"]'
    forms.show(selector)
    forms.point_at(forms.find(selector)[0])

    assert forms.sees_card().on_top


def test_a_card_flips_above_its_line_at_the_bottom_of_the_window(forms):
    selector = 'mark[data-annotation="last-word"]'
    forms.run(f"""(() => {{
      const line = document.querySelector('{selector}').getBoundingClientRect();
      scrollTo(0, line.bottom + scrollY - innerHeight + 10);
    }})()""")
    line = forms.lines(selector)[0]
    forms.point_at(line)

    card = forms.sees_card()

    assert forms.sees_whole(card.box)
    assert card.box.bottom <= line.top


def test_a_card_follows_its_text_when_the_page_scrolls(forms):
    forms.point_at(forms.find(THREE_LINES)[0])
    distance = forms.sees_card().box.top - forms.lines(THREE_LINES)[0].bottom
    before = forms.lines(THREE_LINES)[0].top

    forms.run("scrollBy(0, 50)")

    assert forms.until(lambda: abs(forms.lines(THREE_LINES)[0].top - before + 50) < 0.1)
    assert abs(forms.card.box.top - forms.lines(THREE_LINES)[0].bottom - distance) < 1


def test_what_scrolls_under_a_resting_pointer_does_not_open(forms):
    x, y = forms.lines(THREE_LINES)[0].middle
    forms.browser.move(x, 6)

    forms.run(f"scrollBy(0, {y - 6})")

    assert forms.stays(lambda: forms.card is None, 0.6)


def test_a_click_pins_the_card_and_a_click_outside_closes_it(forms):
    forms.click(THREE_LINES)
    assert forms.sees_card().pinned

    forms.point_nowhere()
    assert forms.stays(lambda: forms.card, 0.5)
    forms.browser.click(3, 3)
    forms.sees_no_card()


@pytest.mark.parametrize("selector", [THREE_LINES, NOTE_1, f"{CHAIN} a"])
def test_a_second_click_on_the_same_thing_closes_its_card(forms, selector):
    line = forms.find(selector)[0]
    forms.click_on(line)
    assert forms.sees_card().pinned
    assert forms.stays(lambda: forms.card, 0.6)  # sooner, it would be a double click

    forms.click_on(line)

    forms.sees_no_card()
    assert forms.hash == ""


def test_the_close_button_closes_a_pinned_card(forms):
    forms.click(THREE_LINES)
    forms.sees_card()

    forms.click(".card-close")

    forms.sees_no_card()
    assert forms.focused == NOTE_1[1:]


def test_the_articles_own_links_work_inside_a_passage(forms):
    forms.show('[data-article] a[href="#three-lines"]')
    forms.click('[data-article] a[href="#three-lines"]')

    assert forms.until(lambda: forms.hash == "#three-lines")
    assert forms.card is None or not forms.card.pinned


def test_selecting_text_pins_nothing(forms):
    line = forms.find(THREE_LINES)[1]
    y = line.middle[1]

    forms.browser.drag((line.left + 5, y), (line.left + 150, y))

    assert len(forms.run("getSelection().toString()")) > 3
    assert forms.stays(lambda: not (forms.card and forms.card.pinned), 0.2)


@pytest.mark.parametrize("key", ["ctrlKey", "metaKey", "shiftKey", "altKey"])
def test_clicks_with_a_key_held_are_the_browsers(forms, key):
    prevented = forms.run(f"""(() => {{
      let prevented = null;
      addEventListener('click', event => {{
        prevented = event.defaultPrevented; event.preventDefault();
      }}, {{ once: true }});
      const init = {{ bubbles: true, cancelable: true, detail: 1, {key}: true }};
      document.querySelector('{NOTE_1}').dispatchEvent(new MouseEvent('click', init));
      return prevented;
    }})()""")

    assert prevented is False
    assert forms.card is None


# ---- what a card says


def test_a_card_of_a_note_says_status_chain_note_and_sources_and_leads_to_the_note(forms):
    forms.click(NOTE_1)
    card = forms.sees_card("unverified", "The figure comes from", "table 4")

    order = ["unverified", "The figure comes from", "counts only full-time staff"]
    places = [card.text.index(words) for words in order]
    assert places == sorted(places)
    assert card.name == "Note 1"

    forms.click("#noteref-origin")
    text = forms.sees_card("ORIGIN").text
    assert text.index("The minister") < text.index("The Agency") < text.index("The Paper")
    assert "↓" not in text, "the note says no more than the card"

    forms.click(NOTE_2)
    forms.sees_card("RULE", "Note 2 ↓")


def test_a_badge_opens_its_source(forms):
    forms.click('.said[data-for="only-source"] a')

    card = forms.sees_card("Company says it hired four thousand people", "May 12, 2026")

    assert card.name == "Source: The Agency"
    assert forms.count('#card a[href="https://example.org/agency/4000"]') == 1
    assert forms.count('#card a.card-go[href$="/sources/agency/index.html"]') == 1
    assert forms.hash == ""
    assert forms.count('mark.on[data-annotation~="only-source"]') == 1


def test_a_marker_of_a_box_opens_the_box_in_the_card_and_lights_both(forms):
    follow(forms, '.said[data-for="rule"] .box-ref')

    card = forms.sees_card("How the rule came about", "OPENBOX")

    assert "How the rule came about" in card.name
    assert forms.count("[data-article] [data-context].on") == 1
    assert forms.count('mark.on[data-annotation~="rule"]') == 2


def test_a_card_of_a_passage_shows_its_note_and_its_box(forms):
    forms.point_at(forms.find('mark[data-annotation="rule"]')[0])

    text = forms.sees_card("RULE", "OPENBOX").text

    assert text.index("RULE") < text.index("OPENBOX")


@pytest.mark.parametrize(
    "annotation, words",
    [
        ("only-source", ["Company says it hired four thousand people"]),
        ("chain-only", ["Minister of Labour", "via The Agency", "Four thousand new jobs"]),
        ("card-only", ["Background that needs no room", "CARDBOX"]),
    ],
)
def test_a_passage_without_a_note_has_a_card_too(forms, annotation, words):
    selector = f'mark[data-annotation="{annotation}"]'
    forms.show(selector)
    forms.click(selector)

    assert forms.sees_card(*words).name


def test_pointing_at_a_box_lights_up_its_passage(forms):
    forms.show("[data-article] [data-context] h3")
    forms.point_at(forms.find("[data-article] [data-context] h3")[0])

    assert forms.until(lambda: forms.count('mark.on[data-annotation~="rule"]') == 2)
    forms.point_nowhere()
    assert forms.until(lambda: forms.count("mark.on") == 0)


def test_a_citation_in_a_card_opens_its_source_there_and_the_way_back_works(forms):
    forms.click(NOTE_1)
    forms.sees_card("The figure comes from")
    citation = "#card .card-note a[data-source]"

    forms.click(citation)

    card = forms.sees_card("Annual report of the company")
    assert card.pinned
    assert card.name == "Source: Annual report"
    assert "The figure comes from" not in card.text
    assert forms.focused == "card-back"

    forms.press("Enter")

    assert forms.sees_card("The figure comes from").name == "Note 1"
    assert forms.run(f"document.activeElement === document.querySelector('{citation}')")


def test_a_source_in_a_card_leads_on_to_the_body_it_speaks_for_and_back_again(forms):
    forms.click(f"{CHAIN} a")
    forms.sees_card("Minister of Labour")
    forms.click('#card a[data-source="ministry"]')
    assert forms.sees_card().name == "Source: Ministry of Labour"

    forms.click("#card .card-back")

    assert forms.sees_card("Minister of Labour").name == "Source: The minister"


def test_escape_in_a_source_within_a_card_returns_to_the_marker(forms):
    forms.click(NOTE_1)
    forms.sees_card()
    forms.click("#card .card-note a[data-source]")
    forms.sees_card("Annual report of the company")

    forms.press("Escape")

    forms.sees_no_card()
    assert forms.focused == NOTE_1[1:]


def test_a_click_on_a_citation_in_a_card_that_hovers_pins_it(forms):
    forms.point_at(forms.find(THREE_LINES)[0])
    forms.sees_card()

    citation = forms.find("#card .card-note a[data-source]")[0]
    forms.point_at(citation)
    forms.click_on(citation)

    assert forms.sees_card("Annual report of the company").pinned
    forms.point_nowhere()
    assert forms.stays(lambda: forms.card, 0.5)


def test_a_citation_in_the_note_list_opens_a_card_too(forms):
    selector = "#note-three-lines .note-body a[data-source]"
    forms.show(selector)
    forms.click(selector)

    assert forms.sees_card("Annual report of the company").name == "Source: Annual report"


def test_a_link_to_another_annotation_leaves_the_card_and_lights_its_passage(forms):
    forms.click(NOTE_1)
    forms.sees_card()

    forms.click('#card a[href="#rule"]')

    forms.sees_no_card()
    assert forms.until(lambda: forms.hash == "#rule")
    assert forms.until(lambda: forms.count('mark.on[data-annotation~="rule"]') == 2)


# ---- keyboard


def test_tab_previews_a_card_at_once_and_adds_no_stop(forms):
    forms.tab_to(NOTE_1)
    assert forms.focused == NOTE_1[1:]
    assert not forms.sees_card("The figure comes from").pinned

    forms.press("Tab")

    assert forms.run(f"""(() => {{
      const stops = [...document.querySelectorAll('a[href], summary, input')]
        .filter(each => each.tabIndex >= 0 && each.checkVisibility() && !each.closest('#card'));
      return stops.indexOf(document.activeElement)
        === stops.indexOf(document.querySelector('{NOTE_1}')) + 1 }})()""")


def test_leaving_a_marker_with_tab_closes_its_preview(forms):
    forms.tab_to(NOTE_1)
    forms.sees_card("The figure comes from")

    forms.run("document.querySelector('.site a').focus()")

    forms.sees_no_card()


def test_escape_closes_a_preview_and_leaves_the_focus_where_it_is(forms):
    forms.tab_to(NOTE_1)
    forms.sees_card()

    forms.press("Escape")

    forms.sees_no_card(within=0.4)
    assert forms.focused == NOTE_1[1:]


def test_enter_pins_the_card_and_moves_the_focus_into_it(forms):
    forms.tab_to(NOTE_1)
    forms.press("Enter")

    card = forms.sees_card()
    assert card.pinned
    assert card.name == "Note 1"
    assert forms.focused == "card"
    assert forms.attribute("#card", "role") == "dialog"
    assert forms.attribute(NOTE_1, "aria-expanded") == "true"
    assert forms.hash == ""


def test_tab_goes_from_the_marker_through_the_card_to_what_follows_the_marker(forms):
    forms.tab_to(NOTE_2)
    forms.press("Enter")
    forms.sees_card()
    stops = forms.count("#card :is(a[href], button)")

    visited = []
    for _ in range(stops + 1):
        forms.press("Tab")
        visited.append(forms.run(
            "[document.activeElement.className, Boolean(document.activeElement.closest('#card'))]"
        ))  # fmt: skip

    assert visited[0] == ["card-close", True]
    assert visited[-2] == ["card-go", True]
    assert visited[-1][1] is False
    assert forms.run(f"""(() => {{
      const stops = [...document.querySelectorAll('a[href], summary, input')]
        .filter(each => each.tabIndex >= 0 && each.checkVisibility() && !each.closest('#card'));
      return stops.indexOf(document.activeElement)
        === stops.indexOf(document.querySelector('{NOTE_2}')) + 1 }})()""")


def test_shift_tab_from_the_card_returns_to_the_marker(forms):
    forms.tab_to(NOTE_1)
    forms.press("Enter")
    forms.sees_card()

    forms.press("Shift+Tab")

    assert forms.until(lambda: forms.focused == NOTE_1[1:])


def test_escape_in_a_pinned_card_gives_the_focus_back_without_a_new_preview(forms):
    forms.tab_to(NOTE_1)
    forms.press("Enter")
    forms.sees_card()
    forms.press("Tab")

    forms.press("Escape")

    forms.sees_no_card()
    assert forms.stays(lambda: forms.card is None, 0.3)
    assert forms.focused == NOTE_1[1:]
    assert forms.attribute(NOTE_1, "aria-expanded") is None


def test_the_cards_last_link_leads_to_the_note_and_the_note_leads_back(forms):
    forms.tab_to(NOTE_2)
    forms.press("Enter")
    forms.sees_card()
    forms.run("document.querySelector('.card-go').focus()")

    forms.press("Enter")

    forms.sees_no_card()
    assert forms.until(lambda: forms.hash == "#note-rule")
    forms.run("document.querySelector('#note-rule [role=doc-backlink]').click()")
    assert forms.until(lambda: forms.hash in ("#noteref-rule", "#rule"))
    assert forms.until(lambda: forms.count('mark.on[data-annotation~="rule"]') == 2)


def test_the_focus_is_always_visible(forms):
    def outline():
        return forms.run("""(({ outlineStyle, outlineWidth }) =>
          outlineStyle === 'none' ? 0 : parseFloat(outlineWidth))(
          getComputedStyle(document.activeElement))""")

    forms.tab_to(NOTE_1)
    assert outline() >= 2
    forms.press("Enter")
    forms.sees_card()
    for _ in range(forms.count("#card :is(a[href], button)")):
        forms.press("Tab")
        assert outline() >= 2, forms.focused


# ---- screen reader


@pytest.mark.parametrize("page", PAGES)
def test_markers_have_roles_and_names_that_contain_what_is_seen(reader, page):
    reader.open(page)

    wrong = reader.run("""[...document.querySelectorAll('a[role=doc-noteref]')].filter(link =>
      !link.getAttribute('aria-label').includes(link.textContent.trim())
      || link.getAttribute('aria-haspopup') !== 'dialog' || link.hasAttribute('aria-describedby')
      || !document.getElementById(decodeURIComponent(link.hash.slice(1)))).map(link => link.id)""")

    assert wrong == []
    assert reader.count("a[role=doc-noteref]") > 0
    assert reader.count("[aria-live]") == 0


def test_no_id_is_there_twice_and_no_backlink_is_in_a_card(forms):
    forms.run("document.querySelector('#note-three-lines .note-body p').id = 'in-a-note'")
    for selector in (NOTE_1, NOTE_2, '.said[data-for="rule"] .box-ref', f"{CHAIN} a", THREE_LINES):
        follow(forms, selector)
        forms.sees_card()
        ids = forms.run("[...document.querySelectorAll('[id]')].map(element => element.id)")
        assert len(ids) == len(set(ids))
        assert forms.count("#card [role=doc-backlink]") == 0
        forms.press("Escape")


def test_a_marker_is_expanded_only_while_its_card_is_pinned(forms):
    forms.tab_to(NOTE_1)
    forms.sees_card()
    assert forms.count("[aria-expanded]") == 0
    forms.press("Enter")
    assert forms.until(lambda: forms.count("[aria-expanded=true]") == 1)
    forms.click(NOTE_2)
    forms.sees_card("RULE")
    assert forms.attribute(NOTE_1, "aria-expanded") is None
    assert forms.attribute(NOTE_2, "aria-expanded") == "true"
    forms.press("Escape")
    assert forms.count("[aria-expanded]") == 0


# ---- small windows, directions

# Opens the card of every trigger as a click in the middle of its last line would, and gives the
# triggers whose card is cut off, covered, or stands on the line that was clicked.
MISPLACED = """(() => {
  const wrong = [];
  const triggers = [...document.querySelectorAll(
    '[data-article] :is(mark, [role=doc-noteref], [data-source], .box-ref)')];
  for (const trigger of triggers) {
    if (!trigger.checkVisibility() || trigger.closest('#card, .said')) continue;
    trigger.scrollIntoView({ block: 'center', inline: 'nearest' });
    const lineOf = () => [...trigger.getClientRects()].filter(line => line.width > 1).at(-1);
    let line = lineOf();
    if (!line) continue;
    const x = Math.min(Math.max((line.left + line.right) / 2, 1), innerWidth - 1);
    const y = (line.top + line.bottom) / 2;
    trigger.dispatchEvent(new MouseEvent('click',
      { bubbles: true, cancelable: true, detail: 1, clientX: x, clientY: y }));
    const card = document.getElementById('card'), box = card.getBoundingClientRect();
    line = lineOf(); // which may have made room
    const width = document.documentElement.clientWidth;
    const seen = card.matches(':popover-open') && box.left >= 0 && box.top >= 0
      && box.right <= width + .5 && box.bottom <= innerHeight + .5;
    const top = document.elementFromPoint((box.left + box.right) / 2, box.top + 8);
    const clear = box.bottom <= line.top + .5 || box.top >= line.bottom - .5;
    if (!seen || !clear || !card.contains(top)) {
      wrong.push([trigger.outerHTML.slice(0, 90), [box.left, box.top, box.right, box.bottom], y]);
    }
    document.body.dispatchEvent(new PointerEvent('pointerup', { bubbles: true }));
  }
  return { tried: triggers.length, wrong };
})()"""


@pytest.mark.parametrize(
    "page, width, height",
    [(FORMS, width, height) for width, height in [(320, 600), (500, 350), (1280, 800)]]
    + [(page, 320, 256) for page in PAGES],  # what 400 % leaves of 1280 by 1024
)
def test_every_card_is_whole_and_beside_its_line(reader, page, width, height):
    reader.open(page, width, height)

    result = reader.run(MISPLACED)

    assert result["wrong"] == []
    assert result["tried"] > 4
    root = "document.documentElement"
    assert reader.run(f"{root}.scrollWidth - {root}.clientWidth") == 0, "it scrolls sideways"


def test_from_right_to_left_a_card_begins_at_the_right_end_of_its_line(reader):
    reader.open(ARABIC)
    line = reader.find('mark[data-annotation="hired"]')[0]
    reader.point_at(line, aside=(line.right - line.left) / 2 - 20)

    card = reader.sees_card()

    assert abs(card.box.right - line.right) < 2
    assert reader.style("#card .card-note", "direction") == "rtl"


def test_a_pinned_card_stays_in_place_when_the_window_gets_narrower(forms):
    if forms.browser.engine == "webkit":
        pytest.skip("MiniBrowser's window gets no narrower while a page is open")
    forms.click(THREE_LINES)
    forms.sees_card()

    forms.browser.page.set_viewport_size({"width": 360, "height": 640})

    assert forms.until(lambda: forms.card and forms.sees_whole(forms.card.box))


# ---- the switch


def choose(reader, value):
    reader.run(f"document.querySelector('.switch [value={value}]').click()")


def test_hovering_can_be_switched_off_and_clicking_still_works(forms):
    forms.run("document.querySelector('.switch [name=hover]').click()")
    line = forms.find(THREE_LINES)[0]

    forms.point_at(line)

    assert forms.stays(lambda: forms.card is None, 0.7)
    forms.click_on(line)
    assert forms.sees_card().pinned
    forms.come_again(FORMS)
    forms.point_nowhere()
    forms.point_at(forms.find(THREE_LINES)[0])
    assert forms.stays(lambda: forms.card is None, 0.7), "the choice was forgotten"


def test_with_notes_off_the_text_is_bare_and_passages_are_silent(forms):
    choose(forms, "off")

    assert not any(
        forms.lines(selector)
        for selector in (NOTE_1, f"{CHAIN} a", '.said[data-for="rule"] .box-ref')
    )
    forms.click(THREE_LINES)
    assert forms.stays(lambda: forms.card is None, 0.3)
    forms.come_again(FORMS)
    assert forms.attribute("html", "data-notes") == "off"
    assert forms.run("document.querySelector('.switch [value=off]').checked")
    choose(forms, "all")
    assert forms.lines(NOTE_1)


def test_with_sources_only_the_notes_are_gone_and_the_badges_are_there(forms):
    choose(forms, "sources")

    assert not forms.lines(NOTE_1)
    assert forms.lines(f"{CHAIN} a")
    selector = 'mark[data-annotation="careful-reader"]'
    forms.click(selector)
    assert forms.stays(lambda: forms.card is None, 0.3), "a passage with a note alone has no card"
    forms.click(f"{CHAIN} a")
    forms.sees_card("Minister of Labour")


@pytest.mark.parametrize("value", ["sources", "off"])
@pytest.mark.parametrize("target", ["#noteref-rule", "#context-the-rule", "#rule"])
def test_whatever_the_switch_hides_links_lead_to_it(forms, value, target):
    choose(forms, value)
    forms.run("scrollTo(0, document.body.scrollHeight)")

    forms.run(f"void (location.hash = '{target}')")

    passage = 'mark[data-annotation~="rule"]'
    seen = target if target.startswith("#context") else passage
    assert forms.until(lambda: [line for line in forms.lines(seen) if 0 <= line.top < 700])
    assert forms.until(lambda: forms.count(f"{passage}.on") == 2)
    assert bool(forms.lines("[data-article] [data-context]")) is target.startswith("#context")


@pytest.mark.parametrize("value", ["sources", "off"])
def test_what_the_switch_hides_is_no_stop_of_the_tab_key(forms, value):
    choose(forms, value)

    visible = "checkVisibility({ visibilityProperty: true })"
    assert not forms.run(f"document.querySelector('{NOTE_1}').{visible}")


def test_the_switch_works_by_keyboard(forms):
    forms.run("document.querySelector('.switch [value=all]').focus()")
    forms.press("ArrowRight")

    assert forms.until(lambda: forms.attribute("html", "data-notes") == "sources")


def test_the_switch_closes_an_open_card(forms):
    forms.click(THREE_LINES)
    forms.sees_card()
    choose(forms, "off")
    forms.sees_no_card()


@pytest.mark.engines("chromium", "firefox")
def test_a_browser_that_refuses_storage_still_has_cards_and_the_switch(start, engine, address):
    reader = Reader(start(engine), address)
    refuse = "Object.defineProperty(window, 'localStorage', { get() { throw new Error() } })"
    reader.open(FORMS, LINED, script=refuse)

    choose(reader, "sources")
    assert reader.attribute("html", "data-notes") == "sources"
    reader.click(f"{CHAIN} a")
    reader.sees_card()
    assert reader.browser.messages == []


# ---- addresses


@pytest.mark.parametrize(
    "place, passage",
    [("origin", "origin"), ("noteref-origin", "origin"), ("stressed", "stressed")],
)
def test_an_address_lights_up_every_segment_of_its_passage(reader, place, passage):
    reader.open(f"{FORMS}#{place}")
    segments = f'mark[data-annotation~="{passage}"]'

    assert reader.until(lambda: reader.count(f"{segments}.on") == reader.count(segments) > 0)
    assert reader.count("mark.on") == reader.count(segments)
    assert 0 <= reader.lines(segments)[0].top < 700


def test_the_back_button_returns_to_the_passage(reader):
    reader.open(f"{FORMS}#origin")
    reader.click("#noteref-rule")
    reader.sees_card("RULE")
    reader.click(".card-go")
    assert reader.until(lambda: reader.hash == "#note-rule" and reader.count("mark.on") == 0)

    reader.go_back()

    segments = 'mark[data-annotation~="origin"]'
    assert reader.until(lambda: reader.count(f"{segments}.on") == 2)
    assert reader.until(lambda: 0 <= reader.lines(segments)[0].top < 700)


def test_the_back_button_returns_from_the_note_to_where_the_reader_was(forms):
    selector = 'mark[data-annotation="rule"]'
    forms.show(selector)
    before = forms.run("scrollY")
    forms.click(NOTE_2)
    forms.sees_card()
    forms.click(".card-go")
    assert forms.until(lambda: forms.hash == "#note-rule" and forms.run("scrollY") > before)

    forms.go_back()

    assert forms.until(lambda: abs(forms.run("scrollY") - before) < 2)


def test_coming_back_from_another_page_the_passage_is_lit_again(reader):
    reader.open(f"{FORMS}#origin")
    reader.come_again(ARABIC)

    reader.go_back()

    assert reader.until(lambda: reader.hash == "#origin")
    assert reader.until(lambda: reader.count('mark.on[data-annotation~="origin"]') == 2)


def test_a_link_into_a_closed_box_opens_it(forms):
    box = "[data-article] [data-context]"
    forms.run(f"document.querySelector('{box} details').open = false")
    assert not forms.run(f"document.querySelector('{box} .box-body').checkVisibility()")
    follow(forms, '.said[data-for="rule"] .box-ref')
    forms.sees_card()

    forms.click(".card-go")

    assert forms.until(lambda: forms.run(f"document.querySelector('{box} details').open"))
    assert forms.until(lambda: forms.lines(f"{box} .box-body"))


@pytest.mark.parametrize("page", [FORMS, FLAGSHIP])
def test_a_status_leads_into_the_legend_which_opens(reader, page):
    reader.open(page)
    if not reader.count(".note-status a"):
        pytest.skip("statuses do not link to the legend")
    reader.show(".note-status a")
    target = reader.attribute(".note-status a", "href")
    reader.click(".note-status a")

    assert reader.until(lambda: reader.lines(target))
    assert reader.until(lambda: reader.sees_whole(reader.lines(target)[0]))


# ---- touch


PHONE = {"width": 390, "height": 700, "has_touch": True, "is_mobile": True}


@pytest.fixture
def phone(start, engine, address) -> Reader:
    reader = Reader(start(engine), address)
    reader.open(FORMS, **PHONE)
    return reader


def tap(reader, selector):
    reader.browser.page.touchscreen.tap(*reader.find(selector)[0].middle)


@pytest.mark.engines("chromium")  # only here can a finger be played
def test_a_tap_pins_and_a_tap_outside_or_on_close_or_on_the_same_thing_closes(phone):
    for trigger in (THREE_LINES, NOTE_1, f"{CHAIN} a"):
        phone.show(trigger)
        tap(phone, trigger)
        assert phone.sees_card().pinned
        assert phone.hash == ""
        phone.browser.page.touchscreen.tap(2, 2)
        phone.sees_no_card()
        tap(phone, trigger)
        phone.sees_card()
        tap(phone, ".card-close")
        phone.sees_no_card()
        tap(phone, trigger)
        phone.sees_card()
        tap(phone, trigger)
        phone.sees_no_card()


@pytest.mark.engines("chromium")
@pytest.mark.parametrize("trigger", [THREE_LINES, NOTE_1, f"{CHAIN} a"])
def test_on_a_phone_a_card_is_a_sheet_at_the_lower_edge_clear_of_what_it_is_about(phone, trigger):
    phone.run(f"""(() => {{
      const line = document.querySelector('{trigger}').getBoundingClientRect();
      scrollTo(0, line.bottom + scrollY - innerHeight + 10);
    }})()""")
    phone.browser.page.touchscreen.tap(*phone.lines(trigger)[-1].middle)

    card = phone.sees_card()

    assert (card.box.left, card.box.right, card.box.bottom) == (0, 390, 700)
    assert card.box.size[1] <= 0.48 * 700 + 1
    assert 0 <= phone.lines(trigger)[0].top < phone.lines(trigger)[-1].bottom <= card.box.top


@pytest.mark.engines("chromium")
def test_a_tap_on_another_passage_moves_the_card(phone):
    phone.show(NOTE_1)
    tap(phone, NOTE_1)
    phone.sees_card("The figure comes from")
    tap(phone, 'mark[data-annotation="three-lines"]')
    assert phone.sees_card("The figure comes from").pinned


@pytest.mark.engines("chromium")
def test_a_finger_that_scrolls_does_not_close_the_card(phone):
    phone.show(THREE_LINES)
    tap(phone, THREE_LINES)
    phone.sees_card()
    before = phone.run("scrollY")
    session = phone.browser.context.new_cdp_session(phone.browser.page)

    def touch(kind, *heights):
        points = [{"x": 380, "y": y} for y in heights]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 650)
    for step in range(1, 9):
        touch("touchMove", 650 - step * 8)
    touch("touchEnd")

    assert phone.until(lambda: phone.run("scrollY") > before + 20)
    assert phone.stays(lambda: phone.card and phone.card.pinned, 0.3)


@pytest.mark.engines("chromium")
def test_controls_are_large_enough_for_a_finger(phone):
    tap(phone, NOTE_1)
    phone.sees_card()
    tap(phone, "#card .card-note a[data-source]")
    phone.sees_card("Annual report of the company")

    for selector in (".card-close", ".card-back"):
        assert min(phone.lines(selector)[0].size) >= 24, selector
