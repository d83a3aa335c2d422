"""Where a character ends for a reader."""

import os
import re
import sys
import unicodedata

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from postil.text import clusters

SCALE = float(os.environ.get("POSTIL_TEST_SCALE", "1"))


@pytest.mark.parametrize(
    "whole",
    [
        "e\u0301",
        "❤\ufe0f",
        "1\ufe0f\u20e3",
        "👍🏽",
        "👨\u200d👩\u200d👧\u200d👦",
        "🏳\ufe0f\u200d🌈",
        "🇫🇷",
        "\u1112\u1161\u11ab",
        "하\u11ab",
        "กำ",
        "नि",
        "क्ष",
        "ｶﾞ",
        "\u06001",
    ],
)
def test_what_is_seen_as_one_is_cut_nowhere_inside(whole):
    text = f"a{whole}b"
    edges = [at for at in range(len(text) + 1) if not clusters.cuts(text, at)]
    assert edges == [0, 1, len(text) - 1, len(text)]


@pytest.mark.parametrize(
    "text", ["ab", "👍👍", "漢字", "กข", "각각", "\ufffc\u0301", " \u0301", "\u200b\u200d"]
)
def test_what_is_seen_as_two_may_be_parted(text):
    assert not clusters.cuts(text, 1)


@pytest.mark.parametrize("text", ["11 \u200b\u200d\u0301", " \ufe0f\uff9e", "a \u200d\u0301"])
def test_a_mark_after_white_space_joins_nothing_that_is_unseen_between(text):
    assert not any(clusters.cuts(text, at) for at in range(len(text)))


PIECES = (
    "a1\u0301\u200d\ufe0f\u200b👍🏽👩🇫🇷🇩\u1100\u1161\u11a8각가क\u094dष\u0e01\u0e33\u0600ﾞ©\u0d4e"
)


@settings(max_examples=round(1000 * SCALE), deadline=None)
@given(st.text(st.sampled_from(PIECES), max_size=12) | st.text(max_size=12))
def test_the_quick_look_overlooks_nothing(text):
    text = re.sub(r"[\s\ufffc]", "", text)
    inside = {at for each in regex.finditer(r"\X", text) for at in range(*each.span())[1:]}
    assert {at for at in range(len(text) + 1) if clusters.cuts(text, at)} == inside


def test_the_quick_look_overlooks_no_character():
    neighbours = "x\u1100\uac00\U0001f1e6\u0600\u200d"
    ranges = (*range(0x20, 0xD800), *range(0xE000, sys.maxunicode + 1))
    assigned = [chr(each) for each in ranges if unicodedata.category(chr(each)) not in ("Cn", "Co")]
    joined = regex.compile(r"\X")
    overlooked = [
        pair
        for neighbour in neighbours
        for each in assigned
        for pair in (neighbour + each, each + neighbour)
        if joined.match(pair).end() == 2 and not clusters.cuts(pair, 1)
        if not re.search(r"[\s\ufffc]", pair)
    ]
    assert overlooked == []
