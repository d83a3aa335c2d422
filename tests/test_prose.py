"""Prose: Markdown with citations and links to annotations."""

import pytest

from postil.text import prose
from postil.text.prose import Citation


def cite(items):
    return "".join(f"<{item.source}|{item.locator}>" for item in items)


@pytest.mark.parametrize(
    ("text", "citations"),
    [
        ("[@reuters]", [("reuters", "")]),
        ("[@reuters, p. 6]", [("reuters", "p. 6")]),
        ("[@a; @b]", [("a", ""), ("b", "")]),
        ("[@a, pp. 6, 8; @b, § 2 (note)]", [("a", "pp. 6, 8"), ("b", "§ 2 (note)")]),
        ("[ @a]", []),
        ("*so [@a]* and `[@b]` and \\[@c]", [("a", "")]),
        ("[@a][@b]", [("a", ""), ("b", "")]),
        ("[words [@a]](https://example.org/)", [("a", "")]),
        ("[@reuters-2017-05,\n para. 3]", [("reuters-2017-05", "para. 3")]),
        ("one\n\n- two [@a]\n\n> three [@b]", [("a", ""), ("b", "")]),
    ],
)
def test_citations_are_read_as_pandoc_reads_them(text, citations):
    parsed = prose.parse(text)
    assert list(parsed.citations()) == [Citation(*citation) for citation in citations]
    assert list(parsed.malformed()) == []


@pytest.mark.parametrize(
    "text", ["[@a p. 6]", "[@]", "[@a; b]", "[@a, p. 6; ]", "[@a;@]", "[@a, @b]"]
)
def test_what_begins_like_a_citation_and_is_none_is_named(text):
    assert list(prose.parse(f"See {text}.").malformed()) == [text]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("so *it* is [@a, p. 6]", "<p>so <em>it</em> is <a|p. 6></p>\n"),
        ("<b>bold</b>", "<p>&lt;b&gt;bold&lt;/b&gt;</p>\n"),
        ("# not a heading", "<p># not a heading</p>\n"),
        ("not one\n=====", "<p>not one\n=====</p>\n"),
        ("![no](picture.png)", '<p>!<a href="picture.png">no</a></p>\n'),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
    ],
)
def test_prose_becomes_html(text, html):
    assert prose.parse(text).html(cite) == html


def test_links_to_annotations_are_found():
    parsed = prose.parse("[one](#first), [two](https://example.org/#second), [three](#third)")
    assert list(parsed.links()) == ["first", "third"]


def test_the_words_alone_have_no_markup():
    assert prose.parse("*So*  `it`\nis\n\nwritten [@a].").text() == "So it is written."


@pytest.mark.parametrize(
    ("text", "slips"),
    [
        ("so [reuters] says", ["[reuters]"]),
        ("so @reuters says", ["@reuters"]),
        ("so @reuters.", ["@reuters"]),
        ("[@reuters] and [sic] and @nobody", []),
        ("mail@reuters", []),
        ("`[reuters]` and [reuters](https://example.org/)", []),
    ],
)
def test_what_should_have_been_a_citation_is_noticed(text, slips):
    assert list(prose.parse(text).slips({"reuters"})) == slips
