"""Prose with the quotation marks and dashes of its language."""

import pytest

from postil.language import words
from postil.text import prose
from postil.text.typography import read_quotes

ENGLISH = read_quotes(words.load("en")("quotes"))


def typeset(text: str, language: str = "en") -> str:
    html = prose.parse(text).html(
        lambda items: "[cited]", read_quotes(words.load(language)("quotes"))
    )
    return html.removeprefix("<p>").removesuffix("</p>\n")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "“so ‘he’ said”, it’s"),
        ("de", "„so ‚he‘ said“, it’s"),
        ("fr", "«\u202fso “he” said\u202f», it’s"),
        ("es", "«so “he” said», it’s"),
        ("ar", "«so “he” said», it’s"),
        ("it", "“so ‘he’ said”, it’s"),
    ],
)
def test_quotation_marks_are_those_of_the_language(language, text):
    assert typeset("\"so 'he' said\", it's", language) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one -- two--three --- four---five", "one – two–three — four—five"),
        ("--drafts and a-b, ---- -----", "--drafts and a-b, ---- -----"),
        ('*"so"* **he** [said "it"](https://a.org/"b")', '*“so”* **he** [said “it”](https://a.org/"b")'),
        ("`\"a\" -- 'b'` \"c\"", "`\"a\" -- 'b'` “c”"),
        ("https://a.org/it's--so \"b\"", "https://a.org/it's--so “b”"),
        ('"so [@a, p. 6]" he said', "“so [cited]” he said"),
        ("(c) 1... 6\" +-", '(c) 1... 6" +-'),
        ("nothing to do", "nothing to do"),
    ],
)  # fmt: skip
def test_only_an_editors_words_are_typeset(text, shown):
    plain = prose.parse(shown).html(lambda items: "[cited]")
    assert f"<p>{typeset(text)}</p>\n" == plain.replace("&amp;quot;", "&quot;")


def test_prose_stays_as_it_was_typed():
    parsed = prose.parse('"so" -- it\'s')
    typed = parsed.html(lambda items: "")
    parsed.html(lambda items: "", ENGLISH)
    assert parsed.html(lambda items: "") == typed == "<p>&quot;so&quot; -- it's</p>\n"
    assert parsed.text() == '"so" -- it\'s'


def test_a_paragraph_that_nobody_writes_is_left_alone():
    text = "\"a\" 'b' -- " * 9000
    assert typeset(text) == prose.parse(text).html(lambda items: "")[3:-5]
