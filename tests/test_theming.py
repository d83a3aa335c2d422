"""The accent colour: contrast by WCAG's formula, and a readable accent from any colour."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postil.page import theming
from postil.site.settings import Theme

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#000000", 21.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#0000ff", "#ffffff", 8.59),
        ("#ff0000", "#00ff00", 2.91),
    ],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert theming.contrast(one, other) == pytest.approx(ratio, abs=0.01)


@given(COLOURS)
def test_any_colour_becomes_readable_by_day_and_by_night(colour):
    for surfaces in (theming.LIGHT_SURFACES, theming.DARK_SURFACES):
        made = theming.readable(colour, surfaces)
        assert theming.least_contrast(made, surfaces) >= theming.ENOUGH


@given(COLOURS)
def test_a_readable_colour_stays_as_it_is(colour):
    made = theming.readable(colour, theming.LIGHT_SURFACES)
    assert theming.readable(made, theming.LIGHT_SURFACES) == made


def test_without_an_accent_the_stylesheet_decides():
    assert "--accent" not in theming.theme_css(Theme())


def test_the_surfaces_are_those_of_the_stylesheet():
    css = (Path(__file__).parents[1] / "static" / "postil.css").read_text(encoding="utf-8")
    papers = re.findall(r"--(?:paper|raised): light-dark\((#\w+), (#\w+)\)", css)
    longhand = [
        [c if len(c) == 7 else "#" + "".join(2 * x for x in c[1:]) for c in p] for p in papers
    ]
    assert {light for light, _ in longhand} == set(theming.LIGHT_SURFACES)
    assert {dark for _, dark in longhand} == set(theming.DARK_SURFACES)
