"""Each mistake planted in the script or the styles is noticed by a test of the contract."""

import shutil

import pytest
from browser import test_cards, test_page
from browser.reading import FLAGSHIP, FORMS, Reader
from browser.serving import serve

pytestmark = [pytest.mark.mutants, pytest.mark.engines("chromium")]


def on_forms(check, *arguments):
    """A test of the torture page, as a function of a reader who has yet to open it."""

    def run(reader: Reader, axe: str) -> None:
        reader.open(FORMS)
        check(reader, *arguments)

    return run


def contrast_in_the_dark(reader: Reader, axe: str) -> None:
    reader.open(FLAGSHIP, color_scheme="dark")
    test_page.bring_into("pinned", reader)
    assert test_page.violations(reader, axe) == []


SCRIPT = "reader.js"
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
    "placed by the bounding box": (
        SCRIPT, "return lines.find(line => y <= line.bottom) ?? lines[0] ??", "return",
        on_forms(test_cards.test_a_card_stands_at_the_line_that_is_pointed_at, 0),
    ),
    "always at the first line": (
        SCRIPT, "lines.find(line => y <= line.bottom) ??", "",
        on_forms(test_cards.test_a_card_stands_at_the_line_that_is_pointed_at, 2),
    ),
    "never above its line": (
        SCRIPT, "height > below && above > below", "false",
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
        SCRIPT, "idsOf(trigger).filter(markerOf)", "idsOf(trigger).reverse().filter(markerOf)",
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
        SCRIPT, "try { memory = localStorage } catch {}", "",
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
