"""Which characters are worth a warning, and which a script or an emoji needs."""

import sys
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postil.site.unseen import by_reference
from postil.text.characters import Notable, name_of, notable_characters

TAGS_OF_SCOTLAND = "\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"

AT_HOME = {
    "nothing": "",
    "plain text": "The quick brown fox\r\n\tjumps.",
    "a no-break space": "p.\u00a06",
    "a narrow no-break space": "10\u202f000",
    "a thin and an ideographic space": "a\u2009b\u3000c",
    "Persian with a non-joiner": "\u0645\u06cc\u200c\u0634\u0648\u062f",
    "a Persian ending on a Latin word": "PDF\u200c\u0647\u0627",
    "a Persian ending on a number": "10\u200c\u0627\u0645",
    "Devanagari with a joiner": "\u0915\u094d\u200d\u0937",
    "a half form at the end of a word": "\u0915\u094d\u200d ",
    "Sinhala with a joiner": "\u0dc1\u0dca\u200d\u0dbb\u0dd3",
    "a family": "\U0001f469\u200d\U0001f469\u200d\U0001f467",
    "a heart on fire": "\u2764\ufe0f\u200d\U0001f525",
    "a technologist of some colour": "\U0001f468\U0001f3fd\u200d\U0001f4bb",
    "a runner who faces right": "\U0001f3c3\u200d\u27a1\ufe0f",
    "a keycap": "1\ufe0f\u20e3",
    "an information sign": "\u2139\ufe0f",
    "a Han character and its variant": "\u845b\U000e0100",
    "a mathematical sign and its variant": "\u2229\ufe00",
    "Mongolian with its selectors": "\u182d\u180b",
    "the flag of Scotland": f"\U0001f3f4{TAGS_OF_SCOTLAND}",
    "Hebrew after a mark": "\u200f\u05e9\u05dc\u05d5\u05dd",
    "a Latin name in Hebrew and a mark": "\u05e9\u05dc\u05d5\u05dd (C++)\u200e!",
    "a mark between Arabic and a number": "\u0633\u0646\u0629 \u061c2017",
    "Arabic signs that are seen": "\u06dd12",
}

OUT_OF_PLACE = {
    "a null": ("a\x00b", [Notable(1, "control character", "invisible")]),
    "a vertical tab and a form feed": (
        "\x0b\x0c",
        [Notable(0, "control character", "invisible", 2)],
    ),
    "a delete": ("\x7f", [Notable(0, "control character", "invisible")]),
    "a next line": ("\x85", [Notable(0, "control character", "invisible")]),
    "a soft hyphen": ("crema\u00adtorium", [Notable(5, "soft hyphen", "invisible")]),
    "a zero width space": ("a\u200bb", [Notable(1, "zero width space", "invisible")]),
    "a word joiner": ("a\u2060b", [Notable(1, "word joiner", "invisible")]),
    "a mark in the middle": ("a\ufeffb", [Notable(1, "zero width no-break space", "invisible")]),
    "a line separator": ("a\u2028b", [Notable(1, "line separator", "invisible")]),
    "a Hangul filler": ("a\u3164b", [Notable(1, "hangul filler", "invisible")]),
    "two kinds apart": (
        "\u00ada\u202e",
        [Notable(0, "soft hyphen", "invisible"), Notable(2, "right-to-left override", "bidi")],
    ),
    "two kinds together": (
        "\u200b\u202e",
        [
            Notable(0, "zero width space", "invisible"),
            Notable(1, "right-to-left override", "bidi"),
        ],
    ),
    "a joiner between Latin letters": (
        "Auf\u200clage",
        [Notable(3, "zero width non-joiner", "invisible")],
    ),
    "a joiner between Cyrillic letters": (
        "\u0434\u200d\u0430",
        [Notable(1, "zero width joiner", "invisible")],
    ),
    "a joiner after an accent": ("e\u0301\u200da", [Notable(2, "zero width joiner", "invisible")]),
    "a joiner alone": ("\u200d", [Notable(0, "zero width joiner", "invisible")]),
    "a joiner between a letter and an emoji": (
        "a\u200d\U0001f525",
        [Notable(1, "zero width joiner", "invisible")],
    ),
    "a selector after a letter": ("a\ufe0f", [Notable(1, "variation selector-16", "invisible")]),
    "a selector after a space": (" \ufe0f", [Notable(1, "variation selector-16", "invisible")]),
    "a selector at the start": ("\ufe0f", [Notable(0, "variation selector-16", "invisible")]),
    "hidden words in selectors": (
        "\U0001f600\U000e0148\U000e0149",
        [Notable(1, "variation selector-89", "invisible", 2)],
    ),
    "hidden words in tags": (
        "a\U000e0061\U000e0062b",
        [Notable(1, "tag latin small letter a", "invisible", 2)],
    ),
    "a flag of no country": (
        "\U0001f3f4\U000e0061\U000e007f",
        [Notable(1, "tag latin small letter a", "invisible", 2)],
    ),
    "an isolate": (
        "a\u2066b\u2069",
        [
            Notable(1, "left-to-right isolate", "bidi"),
            Notable(3, "pop directional isolate", "bidi"),
        ],
    ),
    "a mark in Latin text": ("abc\u200edef", [Notable(3, "left-to-right mark", "bidi")]),
    "marks that vouch for each other": (
        "a\u200f\u200fb",
        [Notable(1, "right-to-left mark", "bidi", 2)],
    ),
}


@pytest.mark.parametrize("text", AT_HOME.values(), ids=AT_HOME.keys())
def test_what_a_script_needs_is_not_notable(text):
    assert notable_characters(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a &#x202e;b &#8238; c", ["&#x202e;", "&#8238;"]),
        ("a&shy;b &ZeroWidthSpace; &zwj;", ["&shy;", "&zwj;"]),
        ("PDF&zwnj;\u0647\u0627, \u05e9\u05dc\u05d5\u05dd&rlm; (C)", []),
        ("R&D, AT&amp;T, &nbsp;&mdash;&#65;&lt;", []),
    ],
)
def test_references_to_what_nobody_sees_are_found(text, found):
    assert [reference[0] for reference, _ in by_reference(text)] == found


@pytest.mark.parametrize("text, found", OUT_OF_PLACE.values(), ids=OUT_OF_PLACE.keys())
def test_what_nobody_sees_is_notable(text, found):
    assert notable_characters(text) == found


@given(
    st.text(st.sampled_from("ab \n\u05d0\u0915\u200b\u200d\u200e\u202e\ufe0f\U0001f600\U000e0061"))
)
def test_offsets_are_in_order_and_do_not_touch_within_a_kind(text):
    found = notable_characters(text)
    for before, after in pairwise(found):
        assert before.offset + before.length <= after.offset
        assert before.kind != after.kind or before.offset + before.length < after.offset
    assert all(one.offset + one.length <= len(text) for one in found)


def test_every_character_that_is_hidden_is_either_notable_or_seen():
    """Of all that Unicode calls a format or control character, these alone have a glyph."""
    seen = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
    seen |= set(range(0x13430, 0x13440))  # signs that arrange Egyptian hieroglyphs
    missed = [
        code
        for code in range(sys.maxunicode + 1)
        if unicodedata.category(chr(code)) in ("Cc", "Cf", "Zl", "Zp")
        and chr(code) not in "\t\n\r"
        and not notable_characters(f"a{chr(code)}b")
    ]
    assert set(missed) <= seen


def test_a_name_is_in_lower_case_and_never_missing():
    assert name_of("\u200b") == "zero width space"
    assert name_of("\x07") == "control character"
    assert name_of("\U000e0080") == "character"


def test_a_reader_of_the_first_ones_is_not_kept_waiting_for_the_rest():
    text = "\u200b " * 1000
    assert notable_characters(text, 3) == notable_characters(text)[:3]
