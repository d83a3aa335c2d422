"""What folding makes alike, what it keeps apart, and that every offset leads back."""

import os
import sys
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postil.text.folding import fold

SCALE = float(os.environ.get("POSTIL_TEST_SCALE", "1"))

ALIKE = {
    "curly quotation marks": ("“a” ‘b’ „c‟ ‚d‛", "\"a\"'b'\"c\"'d'"),
    "guillemets": ("«a» ‹b›", "\"a\"'b'"),
    "guillemets with French spaces": ("dit «\u00a0a\u00a0», et «\u202fb\u202f».", 'dit"a", et"b".'),
    "guillemets with plain spaces": ("dit « a », et l’« b » (« c »)", 'dit"a", et l\'"b"("c")'),
    "guillemets in guillemets": ("« a « b » c »", '"a"b"c"'),
    "guillemets the German way": ("sagt: »a« und »b«", 'sagt:"a"und"b"'),
    "quotation marks with spaces": ('" a " b "', '"a"b"'),
    "quotation marks in two blocks": ("“a.”\n\n“b.”", '"a.""b."'),
    "ornamental quotation marks": ("❝a❞ ❛b❜ ⹂c", '"a"\'b\'"c'),
    "primes and accents that stand alone": ("5′10″ ´a` 1‴", "5'10\"'a' 1'''"),
    "Greek accents that are canonical doubles": ("\u1fef\u1ffd", "''"),
    "geresh and gershayim": ("צה״ל ג׳", "צה\"ל ג'"),
    "dashes": ("1–2 — 3 − 4 ‐ 5 ⸺ －", "1-2 - 3 - 4 - 5 - -"),
    "a run of dashes": ("a---b –— c", "a-b - c"),
    "dots": ("a… b‥", "a... b.."),
    "white space": ("a \t\n\n\u00a0\u2003\u3000b\u2028c\x85d", "a b c d"),
    "white space around a picture": ("a \ufffc b", "a b"),
    "zero width": ("a\u200bb\u2060c\ufeffd", "abcd"),
    "bidi controls": ("\u202ba\u202c \u2066b\u2069 c\u200f", "a b c"),
    "soft hyphens": ("crema\u00adtorium", "crematorium"),
    "variation selectors": ("❤\ufe0f \u845b\U000e0100", "❤ \u845b"),
    "a joiner in a family": ("👨\u200d👩\u200d👧", "👨👩👧"),
    "composed and decomposed": ("Cafe\u0301", "Café"),
    "marks in another order": ("a\u0302\u0323", "\u1ead"),
    "a mark after a hidden character": ("e\u200b\u0301", "é"),
    "a mark after a hidden character, on a long s": ("ſ\u200b\u0307", "ẛ"),
    "Hangul": ("\u1112\u1161\u11ab", "한"),
    "an Ångström": ("\u212b", "Å"),
    "ligatures": ("ﬁ ﬄ Ǆ", "fi ffl DŽ"),
    "a ligature with a mark on its end": ("ﬁ\u0308", "fï"),
    "full and half width": ("ＡＢＣ１ ｶﾞ", "ABC1 ガ"),
    "a number sign": ("№ 5", "No 5"),
    "Thai am": ("\u0e33", "\u0e4d\u0e32"),
}

APART = {
    "case": ("A", "a"),
    "a superscript and a digit": ("10²", "102"),
    "a subscript and a digit": ("H₂O", "H2O"),
    "a fraction and its numbers": ("½", "1\u20442"),
    "a trade mark and its letters": ("™", "TM"),
    "an accent and none": ("é", "e"),
    "a hyphen and none": ("re-cover", "recover"),
    "a space and none": ("a b", "ab"),
    "a quotation mark and an apostrophe": ('"', "'"),
    "two apostrophes and a quotation mark": ("''", '"'),
    "sharp s": ("ß", "ss"),
    "corner brackets and quotation marks": ("「a」", '"a"'),
    "a spacing accent and a space": ("¨", " "),
}

NASTY = (
    "ab1Z .,:;'\"`-_~\t\n\x1c\u00a0\u2003"  # what is common
    "“”‘’„«»‹›´′″‴…—–‐−"
    "\u200b\u200c\u200d\ufe0f\ufffc\u00ad\u202e\ufeff\U000e0100"
    "\u0301\u0308\u0323\u0338\u0307\u3099éẛſ=<≠"
    "ﬁﬀﬃＡ１№½²™ﾞｶカﾡﾢㅏ\u1fef\u1ffd\u212b\u2126\u037e"
    "\u1100\u1161\u11a8각\u09c7\u09be\u0f71\u0f72\u0f73\u0f77"
    "漢\u2f00\uf900กำ\u0e4d❤😀🇩ßİ¨\u0344\U0001d15e"
)
texts = st.text(st.sampled_from(NASTY), max_size=24) | st.text(max_size=24)


@pytest.mark.parametrize("one, other", ALIKE.values(), ids=ALIKE.keys())
def test_alike_to_a_reader_is_alike_when_folded(one, other):
    assert fold(one).text == fold(other).text == other


@pytest.mark.parametrize("one, other", APART.values(), ids=APART.keys())
def test_what_means_something_else_stays_apart(one, other):
    assert fold(one).text != fold(other).text


@settings(max_examples=round(1000 * SCALE), deadline=None)
@given(texts)
def test_folding_twice_is_folding_once(text):
    folded = fold(text).text
    assert fold(folded).text == folded


def test_every_character_that_could_change_changes_once_and_is_composed():
    everything = map(chr, (*range(0xD800), *range(0xE000, sys.maxunicode + 1)))
    changing = [
        each
        for each in everything
        if unicodedata.decomposition(each) or unicodedata.category(each)[0] in "ZCMP"
        if unicodedata.category(each) not in ("Cn", "Co")
    ]
    for after in ("|", "\u0301", "\u0338"):
        folded = fold(after.join(changing)).text
        assert fold(folded).text == folded
        assert unicodedata.is_normalized("NFC", folded) or after != "|"


@settings(max_examples=round(1000 * SCALE), deadline=None)
@given(texts)
def test_folded_text_is_composed_and_has_no_run_of_spaces_or_hyphens(text):
    folded = fold(text).text
    assert unicodedata.is_normalized("NFC", folded)
    assert "  " not in folded and "--" not in folded
    assert all(each == " " for each in folded if each.isspace())


@settings(max_examples=round(1000 * SCALE), deadline=None)
@given(texts)
def test_offsets_grow_and_every_folded_character_comes_from_something(text):
    folded = fold(text)
    starts = [folded.start(at) for at in range(len(folded.text) + 1)]
    ends = [folded.end(at) for at in range(len(folded.text) + 1)]
    assert starts == sorted(starts) and ends == sorted(ends)
    assert ends[0] >= 0 and starts[-1] <= len(text)
    assert all(start < end for start, end in zip(starts, ends[1:], strict=False))


@settings(max_examples=round(1000 * SCALE), deadline=None)
@given(texts, st.data())
def test_the_original_of_a_slice_folds_to_the_slice(text, data):
    folded = fold(text)
    edges = [at for at in range(len(folded.text) + 1) if not folded.cuts(at)]
    start, end = sorted(data.draw(st.tuples(st.sampled_from(edges), st.sampled_from(edges))))
    original = text[folded.start(start) : folded.end(end)] if start < end else ""
    assert fold(original).text == folded.text[start:end]


@settings(max_examples=round(500 * SCALE), deadline=None)
@given(texts)
def test_the_ends_of_a_text_are_never_cut(text):
    folded = fold(text)
    assert not folded.cuts(0) and not folded.cuts(len(folded.text))


def test_the_white_space_that_went_belongs_to_no_character():
    folded = fold("dit «\u202fa » et")
    assert folded.text == 'dit"a"et'
    assert [folded.start(at) for at in range(9)] == [0, 1, 2, 4, 6, 8, 10, 11, 12]
    assert [folded.end(at) for at in range(9)] == [0, 1, 2, 3, 5, 7, 9, 11, 12]
    assert not any(folded.cuts(at) for at in range(9))


def test_offsets_lead_back_over_what_grew_shrank_and_went():
    folded = fold("(ﬁ…) \n\n\u200be\u0301nd")
    assert folded.text == "(fi...) énd"
    assert [folded.start(at) for at in range(12)] == [0, 1, 1, 2, 2, 2, 3, 4, 8, 10, 11, 12]
    assert [folded.end(at) for at in range(12)] == [0, 1, 2, 2, 3, 3, 3, 4, 7, 10, 11, 12]
    assert [at for at in range(12) if folded.cuts(at)] == [2, 4, 5]


def test_a_variation_selector_stays_with_its_character_and_a_picture_does_not():
    folded = fold("❤\ufe0f\ufffcx")
    assert (folded.start(0), folded.end(1), folded.start(1)) == (0, 2, 3)


def test_white_space_is_no_part_of_what_is_composed():
    folded = fold("a \u0301\u0323b")
    assert folded.text == "a \u0323\u0301b"
    assert (folded.end(2), folded.start(2)) == (2, 2)


def test_more_marks_than_unicode_allows_are_left_alone():
    text = "a" + "\u0301\u0323" * 50_000
    started = time.perf_counter()
    assert fold(text).text == text
    assert time.perf_counter() - started < 5  # to sort them would take minutes
