"""Addresses that lead to words on a page elsewhere."""

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postil.text.fragments import to_words

PAGE = "https://example.org/story"
LONG = "one two three four five six seven eight nine ten eleven twelve " * 3


@pytest.mark.parametrize(
    ("address", "quotation", "expected"),
    [
        (PAGE, "not definitive", f"{PAGE}#:~:text=not%20definitive"),
        (PAGE, "  not\n definitive ", f"{PAGE}#:~:text=not%20definitive"),
        (PAGE, "well-known, so & so", f"{PAGE}#:~:text=well%2Dknown%2C%20so%20%26%20so"),
        (f"{PAGE}#part", "words", f"{PAGE}#part:~:text=words"),
        (PAGE, "they … died", f"{PAGE}#:~:text=they,died"),
        (PAGE, "they [...] died [...] there", f"{PAGE}#:~:text=they,there"),
        (PAGE, "... died", f"{PAGE}#:~:text=died"),
        (
            PAGE,
            LONG,
            f"{PAGE}#:~:text=one%20two%20three%20four%20five,eight%20nine%20ten%20eleven%20twelve",
        ),
        (PAGE, "قال", f"{PAGE}#:~:text=%D9%82%D8%A7%D9%84"),
        (PAGE, "字" * 200, PAGE),
        (PAGE, "", PAGE),
        (PAGE, "…", PAGE),
        ("", "words", ""),
        ("mailto:a@example.org", "words", "mailto:a@example.org"),
    ],
)
def test_an_address_leads_to_the_words(address, quotation, expected):
    assert to_words(address, quotation) == expected


@given(st.text())
def test_no_sign_of_a_quotation_means_anything_in_the_address(quotation):
    made = to_words(PAGE, quotation)
    directive = made.removeprefix(PAGE).removeprefix("#:~:text=")
    assert not set(directive.replace(",", "", 1)) & set("-&,#<>\"' \n")
    for part in filter(None, directive.split(",")):
        assert unquote(part) in " ".join(quotation.split())
