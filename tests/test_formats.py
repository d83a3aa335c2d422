"""The table of the formats of articles: every row is whole."""

from typing import get_args

import pytest

from postil import paths
from postil.text import articles
from postil.text.formats import FORMATS


def test_every_form_has_a_format_and_a_file_name():
    assert tuple(FORMATS) == get_args(paths.Form) == tuple(paths.ARTICLES.values())


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_reads_what_it_is_given(form):
    document = articles.parse_article("One word.\n\nAnother.", form)
    assert document.form == form
    assert document.text == "One word.\n\nAnother."
    assert articles.lost_words("One word.\n\nAnother.", document) == []
    assert f".{form}" in FORMATS[form].suffixes


@pytest.mark.parametrize(
    ("suffix", "form"),
    [
        (".txt", "txt"),
        (".md", "md"),
        (".MD", "md"),
        (".markdown", "md"),
        ("", "txt"),
        (".x", "txt"),
    ],
)
def test_the_form_is_told_by_the_end_of_the_name(suffix, form):
    assert articles.form_of(suffix) == form
