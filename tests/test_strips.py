"""The line along a block says of every letter on whom it rests, and no more."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_site import write_site

from postil import building
from postil.page.strips import strips_of
from postil.site.tracing import BASES, Stretch

LETTERS = dict(zip(BASES, "oNuO-", strict=True))


@st.composite
def texts(draw) -> list[Stretch]:
    """The stretches of an article of a few blocks, as tracing gives them: none is empty."""
    made, place = [], 0
    for block in range(1, draw(st.integers(1, 4)) + 1):
        for basis, length in draw(
            st.lists(st.tuples(st.sampled_from(BASES), st.integers(1, 5)), min_size=1, max_size=6)
        ):
            made.append(Stretch(block, place, place + length, basis, basis))
            place += length
        place += 1  # between two blocks
    return made


@given(texts())
def test_a_strip_says_of_each_letter_of_its_block_on_what_it_rests(stretches):
    strips = strips_of(stretches)
    rests = {
        block: "".join(LETTERS[s.basis] * (s.end - s.start) for s in stretches if s.block == block)
        for block in {stretch.block for stretch in stretches}
    }
    if not any(stretch.basis != "nothing" for stretch in stretches):
        assert strips == {}
        return
    assert strips.keys() == rests.keys()
    for number, strip in strips.items():
        assert strip.length == len(rests[number])
        painted = ["-"] * strip.length
        for start, length, basis in strip.pieces:
            assert painted[start : start + length] == ["-"] * length, "no piece over another"
            painted[start : start + length] = LETTERS[basis] * length
        assert "".join(painted) == rests[number]
        ends = {(start + length, basis) for start, length, basis in strip.pieces}
        assert not ends & {(start, basis) for start, _, basis in strip.pieces}, "one line is one"


ANNOTATIONS = """\
title: Alpha
annotations:
  - {id: first, quote: told reporters, attributed_to: jones > reuters, note: One.}
  - {id: next, quote: nothing had happened, attributed_to: jones}
  - {id: cited, quote: on Monday, sources: [report]}
  - {id: later, quote: left, attributed_to: jones}
"""


def page(root, annotations: str) -> str:
    write_site(root)
    (root / "content/alpha/annotations.yaml").write_text(annotations)
    return building.build_site(root).files["alpha/index.html"].decode()


def test_a_page_draws_a_line_along_each_paragraph(tmp_path):
    html = page(tmp_path / "site", ANNOTATIONS)
    first, second = re.findall(r"<p><svg [^>]*data-strip[^>]*>.*?</svg>", html)
    words = "A spokesman of Alpha told reporters on Monday that nothing had happened."
    assert f'viewBox="0 0 4 {len(words)}"' in first
    assert re.findall(r'<path class="([^"]*)" d="M2 (\d+)v(\d+)"/>', first) == [
        ("on-official", str(words.index("told reporters")), str(len("told reporters"))),
        ("on-official", str(words.index("nothing had")), str(len("nothing had happened"))),
    ]
    assert second.count("on-official") == 1
    assert html.count('<svg class="strip"') == 2


def test_where_nobody_is_named_no_line_is_drawn(tmp_path):
    entries = "  - {quote: on Monday, sources: [report], note: Other sources.}\n"
    assert "data-strip" not in page(tmp_path / "site", f"title: A\nannotations:\n{entries}")


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        # What cites between two passages does not speak.
        (ANNOTATIONS, {"first": "", "cited": "", "next": " again", "later": ""}),
        # Another speaker between them does.
        (
            ANNOTATIONS.replace("sources: [report]", "attributed_to: reuters"),
            {"first": "", "cited": "", "next": "", "later": ""},
        ),
        # Of several chains the last is what was read before, the first what comes.
        (
            ANNOTATIONS.replace("jones > reuters", "[jones, reuters > report]"),
            {"first": "", "cited": "", "next": "", "later": ""},
        ),
        (
            ANNOTATIONS.replace("jones > reuters", "[reuters, jones > report]"),
            {"first": "", "cited": "", "next": " again", "later": ""},
        ),
    ],
)
def test_who_has_just_spoken_is_not_named_a_second_time_in_a_block(entries, expected, tmp_path):
    html = page(tmp_path / "site", entries)
    found = re.findall(r'<span class="said( again)?" data-for="([^"]*)"', html)
    assert {id: again for again, id in found} == expected
