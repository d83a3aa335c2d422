"""Each mistake planted in the script or the styles is noticed by a test of the contract."""

import shutil

import pytest
from browser import test_cards, test_layout, test_page
from browser.reading import FLAGSHIP, FORMS, Reader
from browser.serving import serve

pytestmark = [pytest.mark.mutants, pytest.mark.engines("chromium")]


def on_forms(check, *arguments):
    """A test of the torture page, as a function of a reader who has yet to open it."""

    def run(reader: Reader, axe: str) -> None:
        reader.open(FORMS, test_cards.LINED, 900)
        check(reader, *arguments)

    return run


def as_a_reader(check, *arguments):
    """A test that opens its page itself, as a function of a reader."""
    return lambda reader, axe: check(reader, *arguments)


def on_a_phone(check, *arguments):
    """A test of the torture page on a phone, as a function of a reader."""

    def run(reader: Reader, axe: str) -> None:
        reader.open(FORMS, **test_cards.PHONE)
        check(reader, *arguments)

    return run


def contrast_in_the_dark(reader: Reader, axe: str) -> None:
    reader.open(FLAGSHIP, color_scheme="dark")
    test_page.bring_into("pinned", reader)
    assert test_page.violations(reader, axe) == []


SCRIPT = "reader.js"
EARLY = "early.js"
STYLES = "postil.css"
MUTANTS = {
    "no time to cross the gap": (
        SCRIPT, "GRACE = 300", "GRACE = 0",
        on_forms(test_cards.test_a_card_waits_before_it_closes_and_does_not_close_if_the_pointer_comes_back),
    ),
    "opens at once": (
        SCRIPT, "REST_ON_TEXT = 350", "REST_ON_TEXT = 20",
        on_forms(test_cards.test_a_card_opens_after_a_rest_that_is_shorter_on_a_marker),
    ),
    "on the passage": (
        SCRIPT, "Math.max(...lines.map(line => line.bottom)) + GAP", "line.bottom + GAP",
        on_forms(
            test_cards.test_a_card_stands_below_its_passage_within_reach_of_the_pointer, 0, -20,
        ),
    ),
    "out of the pointer's reach": (
        SCRIPT, "if (x !== undefined) left", "if (x === 0) left",
        on_forms(
            test_cards.test_a_card_stands_below_its_passage_within_reach_of_the_pointer, 1, 220,
        ),
    ),
    "never beside a passage": (
        SCRIPT, "const fits = MARGIN <= side && side <= last", "const fits = false",
        as_a_reader(test_cards.test_a_card_stands_beside_a_passage_that_leaves_no_room_above_and_below,
            FORMS, "three-lines"),
    ),
    "under the wheel": (
        SCRIPT, "on('wheel'", "on('wheeled'",
        on_forms(test_cards.test_the_wheel_moves_the_page_on_while_a_card_hovers),
    ),
    "opens while a button is down": (
        SCRIPT, "event.buttons || ", "",
        on_forms(test_cards.test_no_card_opens_while_a_button_is_down),
    ),
    "opens though a button has gone down": (
        SCRIPT, "pressed = event; clearTimeout(timer)", "pressed = event",
        on_forms(test_cards.test_a_button_that_goes_down_at_rest_keeps_the_card_away),
    ),
    "closed by whoever selects its words": (
        SCRIPT, "if (!selects && ", "if (",
        on_forms(test_cards.test_a_pinned_card_survives_a_selection_that_ends_outside_it),
    ),
    "a sheet over its passage": (
        SCRIPT, "return scrollBy(", "return (",
        on_a_phone(test_cards.test_on_a_phone_a_card_is_a_sheet_at_the_lower_edge_clear_of_what_it_is_about,
            test_cards.THREE_LINES),
    ),
    "no sheet on a phone": (
        STYLES, "position: fixed;", "",
        on_a_phone(test_cards.test_on_a_phone_a_card_is_a_sheet_at_the_lower_edge_clear_of_what_it_is_about,
            test_cards.THREE_LINES),
    ),
    "links to hidden numbers lead nowhere": (
        STYLES, ".ref { visibility: hidden; }", ".ref { display: none; }",
        on_forms(
            test_cards.test_whatever_the_switch_hides_links_lead_to_it, "off", "#noteref-rule",
        ),
    ),
    "links to hidden boxes lead nowhere": (
        STYLES, "> .box:not(:target)", "> .box",
        on_forms(
            test_cards.test_whatever_the_switch_hides_links_lead_to_it, "off", "#context-the-rule",
        ),
    ),
    "ours is read between the article's words": (
        STYLES, ".plain { display: none; }", "",
        as_a_reader(test_page.test_a_paragraph_is_read_and_selected_as_if_there_were_nothing_of_ours,
            FLAGSHIP, "block => block.innerText"),
    ),
    "boxes are copied with the article": (
        STYLES, "{ -webkit-user-select: none; user-select: none; }", "{}",
        as_a_reader(test_page.test_what_is_copied_is_the_article_alone),
    ),
    "a long word widens the page": (
        STYLES, "normal;\n    overflow-wrap: anywhere;", "normal;",
        as_a_reader(test_layout.test_no_word_widens_a_page_however_large_the_text, 390, 100),
    ),
    "large text pushes the margin out of the window": (
        STYLES, "--measure: min(", "--no-measure: min(",
        as_a_reader(test_layout.test_no_word_widens_a_page_however_large_the_text, 1280, 200),
    ),
    "boxes hang down into what follows": (
        SCRIPT, "Math.max(0, ...bottoms) <", "Math.min(0, ...bottoms) <",
        as_a_reader(
            test_layout.test_boxes_never_overlap_one_another_or_the_text_however_many_there_are,
            FLAGSHIP, 1500,
        ),
    ),
    "an own kind has no sign": (
        STYLES, "[data-kind][data-glyph]::before", "[data-glyph]::before",
        as_a_reader(test_page.test_the_sign_of_an_own_kind_is_shown, ".article [data-glyph]"),
    ),
    "never above its line": (
        SCRIPT, "above > below && below < Math.min(height, 2 * LEAST_HEIGHT)", "false",
        on_forms(test_cards.test_a_card_flips_above_its_line_at_the_bottom_of_the_window),
    ),
    "no return of the focus": (
        SCRIPT, "if (returns) focusOn(marker);", "",
        on_forms(test_cards.test_escape_in_a_pinned_card_gives_the_focus_back_without_a_new_preview),
    ),
    "a returning focus opens a preview": (
        SCRIPT, "returning = true;", "",
        on_forms(test_cards.test_escape_in_a_pinned_card_gives_the_focus_back_without_a_new_preview),
    ),
    "deaf to Escape": (
        SCRIPT, "event.key !== 'Escape'", "event.key !== 'F24'",
        on_forms(test_cards.test_escape_closes_a_card_that_stays_closed_until_the_pointer_comes_back),
    ),
    "not between marker and text for the Tab key": (
        SCRIPT, "pinned ? { source: marker } : {}", "{}",
        on_forms(test_cards.test_tab_goes_from_the_marker_through_the_card_to_what_follows_the_marker),
    ),
    "outermost first": (
        SCRIPT, "idsOf(trigger).filter(id", "idsOf(trigger).reverse().filter(id",
        on_forms(
            test_cards.test_one_card_shows_all_notes_of_a_passage_innermost_first,
            "base-rate careful-reader", "INNER", "OUTER",
        ),
    ),
    "ids copied": (
        SCRIPT, "element.removeAttribute('id')", "element.id",
        on_forms(test_cards.test_no_id_is_there_twice_and_no_backlink_is_in_a_card),
    ),
    "a click with a key held is taken": (
        SCRIPT, "event.ctrlKey || ", "",
        on_forms(test_cards.test_clicks_with_a_key_held_are_the_browsers, "ctrlKey"),
    ),
    "the end of a selection is a click": (
        SCRIPT, "(link || !getSelection().isCollapsed)", "link",
        on_forms(test_cards.test_selecting_text_pins_nothing),
    ),
    "choices forgotten": (
        EARLY, "try { memory = localStorage } catch {}", "",
        on_forms(test_cards.test_hovering_can_be_switched_off_and_clicking_still_works),
    ),
    "a closed box stays closed": (
        SCRIPT, "if (own) own.open = true;", "",
        on_forms(test_cards.test_a_link_into_a_closed_box_opens_it),
    ),
    "an open passage unreadable in the dark": (
        STYLES, "mark.on {", "mark.on { background: light-dark(transparent, #8a8a8a) !important;",
        contrast_in_the_dark,
    ),
    "the focus cannot be seen": (
        STYLES, ":focus-visible { outline: 2px solid", ":focus-visible { outline: 0 solid",
        on_forms(test_cards.test_the_focus_is_always_visible),
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MUTANTS)
def test_a_mistake_is_noticed(mistake, start, engine, axe, sites, tmp_path):
    file, right, wrong, check = MUTANTS[mistake]
    for site in ("torture", "site"):
        shutil.copytree(sites / site, tmp_path / site)
        mutated = tmp_path / site / "static" / file
        text = mutated.read_text(encoding="utf-8")
        assert text.count(right) == 1, f"{right!r} is not once in {file}"
        mutated.write_text(text.replace(right, wrong), encoding="utf-8")

    with serve(tmp_path) as address, pytest.raises(AssertionError):
        check(Reader(start(engine), address), axe)


@pytest.mark.parametrize("mistake", MUTANTS)
def test_without_the_mistake_the_same_test_passes(mistake, start, engine, axe, address):
    *_, check = MUTANTS[mistake]

    check(Reader(start(engine), address), axe)
