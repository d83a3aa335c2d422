"""Two versions of a text: what is told of them makes the one of the other, and can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postil.text import articles, revising
from postil.text.subsequences import side_by_side

SIGNS = {"kept": "", "gone": "~", "new": "+"}
BRIDGE = """\
The mayor said that the bridge was “perfectly safe”, according to the Courier.

The bridge fell on Monday. Nobody was hurt. It had been inspected in May.

Costs are unknown, the Courier reported. The mayor resigned on Tuesday.
"""


def document(text, form="txt"):
    return articles.parse_article(text, form)


def told(old, new, form="txt"):
    """A line for each paragraph that differs: where it begins, and its words."""
    revised = revising.revise(document(old, form), document(new, form))
    return [
        f"{revision.line}: "
        + "".join(
            " " * edit.is_spaced + SIGNS[edit.kind] + edit.words + SIGNS[edit.kind]
            for edit in revision.edits
        ).strip()
        for revision in revised.revisions
    ]


CASES = {
    "nothing": (lambda text: text, []),
    "white space alone": (lambda text: text.replace(" on ", "  on\u00a0"), []),
    "a word for another": (
        lambda text: text.replace("Tuesday", "Wednesday"),
        ["5: Costs are unknown, the Courier reported. The mayor resigned on ~Tuesday.~ "
         "+Wednesday.+"],
    ),
    "punctuation": (
        lambda text: text.replace("“perfectly safe”", "perfectly safe"),
        ["1: The mayor said that the bridge was ~“perfectly safe”,~ +perfectly safe,+ "
         "according to the Courier."],
    ),
    "a sentence is gone": (
        lambda text: text.replace("Nobody was hurt. ", ""),
        ["3: The bridge fell on Monday. ~Nobody was hurt.~ It had been inspected in May."],
    ),
    "a paragraph is gone, with the line that it had": (
        lambda text: text.replace(text.split("\n\n")[1] + "\n\n", ""),
        ["3: ~The bridge fell on Monday. Nobody was hurt. It had been inspected in May.~"],
    ),
    "a paragraph is new, with the line that it has": (
        lambda text: f"A headline\n\n{text}", ["1: +A headline+"],
    ),
    "two paragraphs became one": (
        lambda text: text.replace("Courier.\n\nThe", "Courier. The"),
        ["1: The mayor said that the bridge was “perfectly safe”, according to the Courier. ~¶~ "
         "The bridge fell on Monday. Nobody was hurt. It had been inspected in May."],
    ),
    "one paragraph became two": (
        lambda text: text.replace("hurt. It", "hurt.\n\nIt"),
        ["3: The bridge fell on Monday. Nobody was hurt. +¶+"],
    ),
    "another paragraph, with words in common by chance": (
        lambda text: text.replace(
            "The bridge fell on Monday. Nobody was hurt. It had been inspected in May.",
            "A committee of the council is to look into it, and to report in autumn."),
        ["3: ~The bridge fell on Monday. Nobody was hurt. It had been inspected in May.~",
         "3: +A committee of the council is to look into it, and to report in autumn.+"],
    ),
    "a short word is kept by chance": (
        lambda text: text.replace("on Monday. Nobody was", "down in May. Somebody was badly"),
        ["3: The bridge fell ~on Monday. Nobody was~ +down in May. Somebody was badly+ hurt. "
         "It had been inspected in May."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("change, lines", CASES.values(), ids=CASES)
def test_what_changed_is_told_by_paragraph(change, lines):
    assert told(BRIDGE, change(BRIDGE)) == lines


def test_letters_of_scripts_without_spaces_are_told_apart():
    assert told("他说桥是安全的。\n", "他说桥不是安全的。\n") == ["1: 他说桥+不+是安全的。"]


def test_markup_is_no_word():
    assert told("The *bridge* is safe.\n", "The **bridge** is [safe](https://a.b/).\n", "md") == []


TEXTS = st.lists(
    st.lists(st.sampled_from(["a", "an", "The", "bridge", "fell", "他", "說", "¶"]), max_size=8),
    max_size=5,
).map(lambda blocks: "\n\n".join(map(" ".join, blocks)) + "\n")


@given(TEXTS, TEXTS)
def test_what_is_told_has_every_word_of_both(old, new):
    before, after = document(old), document(new)
    revised = revising.revise(before, after)
    for start, end, there in revised.kept:
        assert before.text[start:end] == after.text[there : there + end - start]
        assert revised.moved(start) == there
    words = {text: len(list(revising.words.word().finditer(text))) for text in (old, new)}
    assert len(revised.kept) + revised.gone == words[old]
    assert len(revised.kept) + revised.new == words[new]
    kept = [start for start, _, _ in revised.kept]
    places = [there for _, _, there in revised.kept]
    assert kept == sorted(kept) and places == sorted(places)


@given(TEXTS)
def test_the_same_is_no_change(text):
    revised = revising.revise(document(text), document(text))
    assert (revised.revisions, revised.gone, revised.new) == ((), 0, 0)


def test_too_much_to_compare_is_told_as_a_whole(monkeypatch):
    monkeypatch.setattr(revising, "MOST_PAIRS", 4)
    old, new = "one two three\n\nsame\n", "one two four\n\nsame\n"
    assert told(old, new) == ["1: ~one two three~", "1: +one two four+"]


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
def test_what_is_side_by_side_makes_one_list_of_the_other(one, other):
    made = []
    for part in side_by_side(one, other):
        theirs, ours = one[part.start : part.end], other[part.other_start : part.other_end]
        assert (theirs == ours) == part.is_same
        made += ours
    assert made == other
