"""Prose: Markdown with citations and links to annotations."""

import cProfile
import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postil.text import dialects, prose
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
        ("[@a p. 6]", [("a", "p. 6")]),
        ("[see @a, p. 6]", [("a", "p. 6", "see")]),
        ("[-@a, p. 6]", [("a", "p. 6")]),
        ("[see -@a; also\n@b, ch. 2]", [("a", "", "see"), ("b", "ch. 2", "also")]),
        ("[@{a.b:c/d}, p. 6] [@{a}]", [("a.b:c/d", "p. 6"), ("a", "")]),
        ("@a [p. 3] says, and (@{b} [p. 4])", [("a", "p. 3"), ("b", "p. 4")]),
        ("@a [p. 3; see also @b, ch. 1]", [("a", "p. 3"), ("b", "ch. 1", "see also")]),
        ("@a [@b]", [("b", "")]),
        ("[@a](see below)", [("a", "")]),
        *(
            (text, [])
            for text in (
                *("[@a](https://example.org/)", "[see @a](b.html)", "@a [words](https://b.org)"),
                *(
                    "[desk@a, p. 6]",
                    "desk@a [p. 3]",
                    "[https://b.org/@a, p. 3]",
                    "https://b.org/@a",
                ),
                *("b.org/@a [p. 3]", "[see \\@a]", "\\@a [p. 3]", "`@a [p. 3]`", "[x]", "@ [p. 3]"),
                *("[see @a; nothing]", "@a", "@a, [p. 3]"),
            )
        ),
    ],
)
def test_citations_are_read_as_pandoc_reads_them(text, citations):
    parsed = prose.parse(text)
    assert list(parsed.citations()) == [Citation(*citation) for citation in citations]
    assert list(parsed.malformed()) == []
    assert parsed.lost() == []


@pytest.mark.parametrize(
    "text", ["[@]", "[@a; b]", "[@a, p. 6; ]", "[@a;@]", "[@a, @b]", "[@{a}b]", "[-@a;]"]
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
        ("[Jones]: No.", "<p>[Jones]: No.</p>\n"),
        ("2. a\n4. b", '<ol start="2">\n<li>a</li>\n<li value="4">b</li>\n</ol>\n'),
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
        ("https://medium.example/@reuters and <https://medium.example/@reuters>", []),
        ("medium.example/@reuters", []),
        ("https://medium.example/ @reuters", ["@reuters"]),
        ("`[reuters]` and [reuters](https://example.org/)", []),
    ],
)
def test_what_should_have_been_a_citation_is_noticed(text, slips):
    assert list(prose.parse(text).slips({"reuters"})) == slips


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("See https://a.org/_news_/b*c*d and http://a.org.", ["https://a.org/_news_/b*c*d", "http://a.org"]),
        ("(https://a.org/b_(c)), <https://a.org/_b_>!", ["https://a.org/b_(c)", "https://a.org/_b_"]),
        ("*https://a.org/b* **https://a.org/c**", ["https://a.org/b", "https://a.org/c"]),
        ("_https://a.org/b_ https://a.org/c_", ["https://a.org/b", "https://a.org/c_"]),
        ("HTTPS://A.org/~b/?c=d&e=f#g", ["HTTPS://A.org/~b/?c=d&e=f#g"]),
        ("- https://a.org/`b`\n- https://a.org/[c]", ["https://a.org/`b`", "https://a.org/[c]"]),
        ("[https://a.org](https://b.org) `https://c.org`", []),
        ("xhttps://a.org ftp://a.org http:// a://b www.a.org desk@a.org file:///b", []),
    ],
)  # fmt: skip
def test_bare_addresses_are_links(text, addresses):
    parsed = prose.parse(text)
    found = re.findall(r'<a href="([^"]*)">([^<]*)</a>', parsed.html(cite))
    assert [unescape(words) for href, words in found if "b.org" not in href] == addresses
    assert parsed.lost() == []


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("| a |\n|---|\n| b | Extra |", ["Extra"]),
        ("> " * 200 + "deep", ["deep"]),
        ("01. May", ["01"]),
        ("[1]: https://example.org", ["1", "https", "example", "org"]),
        ("[](https://example.org)", ["https", "example", "org"]),
        ("[Jones]: No.\n\n[@a]: [Q]: What?", []),
        ("[one][1] `two` *three* <four> &amp; [@a, p. 6]\n\n[1]: https://example.org", []),
        ('Yes.\n\n[Jones]: https://b.org "Who"', ["Jones", "https", "b", "org", "Who"]),
        ("[a].\n\n[A]: https://b.org/1\n[a]: https://b.org/2", ["2"]),
        ("[a] ![b][c]\n\n[A]: https://b.org\n[c]: d.png", []),
        ("[^1]: Five", []),
        ("***", []),
    ],
)
def test_no_word_is_lost_in_silence(text, lost):
    assert prose.parse(text).lost() == lost


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Yes <!-- ask the lawyers --> and <b>no</b>", ["<!--", "<b>"]),
        ("See.[^1]\n\n[^1]: Five", ["[^1]"]),
        ("- a\n- [x](https://b.org/c d)", ["[x](https://b.org/c d)"]),
        (
            "[[Bridge]], ==x==, {{< fig >}} and a {.cls}",
            ["{{< fig >}}", "[[Bridge]]", "{.cls}", "==x=="],
        ),
        ("[@a, p. 6] and [x](b.html 'c'), a < b, 1 <2, `<i>`, \\<b\\>, H~2~O\n: no", []),
    ],
)
def test_signs_of_other_dialects_are_told(text, shown):
    parsed = prose.parse(text)
    found = dialects.signs(text, parsed.tokens, dialects.NOT_IN_PROSE)
    assert parsed.has_signs() >= bool(shown)
    assert sorted(text[each.start :][: each.length] for each in found) == sorted(shown)


@pytest.mark.parametrize(
    "piece",
    [
        "[@a, x" + "\u00a0" * 9 + "y]",
        "[@a ",
        "@a [",
        "[see @",
        "https://",
        "http:// ",
        "a://b ",
        "[@",
    ],
)
def test_reading_takes_no_more_than_a_fair_share(piece):
    """Twenty times the text is not four hundred times the work."""
    short, long = (count_calls(piece * number) for number in (100, 2000))
    assert long < 40 * short


def count_calls(text: str) -> int:
    profile = cProfile.Profile(builtins=False)
    profile.runcall(prose.parse, text)
    return sum(entry.callcount for entry in profile.getstats())


LINES = st.text(st.sampled_from("ab é漢1_*`[]()@!<>#-+=|~:.\\& \t\n\r\u00a0\u2028\0"), max_size=24)


@given(st.sampled_from("aZé漢ش"), LINES)
def test_a_line_that_is_read_at_once_is_read_as_the_parser_would(letter, line):
    """The quick rule for one paragraph, judged by the parser's own."""
    text = letter + line
    quick = prose.parse(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(prose, "_ONE_PARAGRAPH", re.compile(r"(?!)"))
        slow = prose.parse(text)
    assert [token.as_dict() for token in quick.tokens] == [t.as_dict() for t in slow.tokens]
