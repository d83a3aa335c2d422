"""What a reader gets at the second and the third place of one annotation."""

import pytest
from browser.reading import PLACES, Reader

EVERY = 'mark[data-annotation="every"]'
SAID = 'mark[data-annotation="said"]'
BOXED = 'mark[data-annotation="boxed"]'


@pytest.fixture
def page(reader) -> Reader:
    reader.open(PLACES)
    return reader


@pytest.mark.parametrize(
    "passage, words",
    [
        (EVERY, ["unverified", "EVERY note", "The agency", "It is old"]),
        (SAID, ["The minister", "The Paper", "The Agency"]),
        (BOXED, ["Houses", "HOUSES"]),
    ],
)
def test_a_card_says_the_same_at_every_place_once(page, passage, words):
    said = []
    for place in range(page.count(passage)):
        page.click_on(page.find(passage, place)[0])
        card = page.sees_card(*words)
        assert any(stands_at(line, card) for line in page.find(passage, place))
        said.append((card.name, card.text))
        page.press("Escape")

    assert len(set(said)) == 1
    name, text = said[0]
    assert all(text.count(word) == 1 for word in words if word.isupper())
    assert len(set(name.split(", "))) == len(name.split(", "))


def test_all_places_light_up_with_the_card_of_one(page):
    page.click("#noteref-every_2")
    page.sees_card("EVERY note")

    assert page.count(f"{EVERY}.on") == page.count(EVERY) == 3
    assert page.count("mark.on") == 3
    assert page.attribute("#noteref-every_2", "aria-expanded") == "true"
    assert page.attribute("#noteref-every", "aria-expanded") is None


def test_the_pointer_takes_the_card_from_one_place_to_another(reader):
    reader.open(PLACES, 1000, 1400)
    first, second = reader.lines(SAID, 0)[-1], reader.lines(SAID, 1)[-1]
    reader.point_at(second)
    assert reader.until(lambda: stands_at(second, reader.card))

    reader.point_at(first)

    assert reader.until(lambda: stands_at(first, reader.card))


def test_a_click_at_another_place_moves_a_pinned_card(reader):
    reader.open(PLACES, 1000, 1400)
    first, second = reader.lines(SAID, 0)[-1], reader.lines(SAID, 1)[-1]
    reader.click_on(second)
    assert reader.until(lambda: stands_at(second, reader.card))

    reader.click_on(first)

    assert reader.until(lambda: stands_at(first, reader.card))
    assert reader.card.pinned


def test_a_card_of_the_last_badge_stands_at_its_own_place(reader):
    reader.open(PLACES, 1000, 1400)
    for place, badge in enumerate((3, 7)):
        badges = """document.querySelectorAll('.said[data-for="said"] .chain a')"""
        reader.run(f"{badges}[{badge}].click()")
        card = reader.sees_card("The Agency")
        assert stands_at(reader.lines(SAID, place)[-1], card)
        reader.press("Escape")


def test_the_focus_returns_to_the_marker_of_the_place(page):
    page.click_on(page.find(EVERY, 2)[0])
    page.sees_card("EVERY note")
    page.run("document.querySelector('.card-close').focus()")

    page.press("Enter")

    assert page.until(lambda: page.focused == "noteref-every_3")


@pytest.mark.parametrize("letter, place", [("a", ""), ("b", "_2"), ("c", "_3")])
def test_a_note_leads_back_to_each_of_its_places(page, letter, place):
    link = f'#note-every .note-letter[href="#noteref-every{place}"]'
    assert page.text(link) == letter
    assert page.attribute(link, "aria-label") == (
        f"Back to passage {letter} of note 2: according to the agency"
    )

    page.click(link)

    target = f"#noteref-every{place}"
    assert page.until(lambda: page.hash == target and page.sees_whole(page.lines(target)[0]))
    assert page.until(lambda: page.count(f"{EVERY}.on") == 3)


@pytest.mark.parametrize("width", [320, 390, 1500])
def test_letters_are_reached_by_a_finger_and_widen_nothing(reader, width):
    reader.open(PLACES, width)

    boxes = [reader.lines(".note-letter", i)[0] for i in range(reader.count(".note-letter"))]

    assert len(boxes) == 6
    assert all(min(box.size) >= 16 for box in boxes)
    assert reader.run("document.documentElement.scrollWidth") <= width
    for one in boxes:
        assert not any(overlap(one, other) for other in boxes if other is not one)


def stands_at(line, card) -> bool:
    """Whether a card stands right below or above a line."""
    return bool(card) and (
        -1 <= card.box.top - line.bottom <= 8 or -1 <= line.top - card.box.bottom <= 8
    )


def overlap(one, other) -> bool:
    return (
        one.left < other.right - 1
        and other.left < one.right - 1
        and one.top < other.bottom - 1
        and other.top < one.bottom - 1
    )
