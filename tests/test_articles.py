"""Articles: what a reader sees of them, that nothing is lost, and that nothing in them acts."""

import os
import random
import re

import pytest
from commonmark import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.token import Token

from postil.text import articles
from postil.text.articles import IMAGE, line_of, local_images, lost_words, render_plain
from postil.text.articles import parse_article as parse

SCALE = float(os.environ.get("POSTIL_TEST_SCALE", "1"))


# ------------------------------------------------------------------ plain text


@pytest.mark.parametrize(
    ("text", "paragraphs"),
    [
        pytest.param("one\ntwo", ["one", "two"], id="every line is a paragraph"),
        pytest.param("one\n\n \t\n\u00a0\ntwo\n", ["one", "two"], id="blank lines are none"),
        pytest.param("  one \t\n", ["  one \t"], id="white space is kept"),
        pytest.param("one\r\ntwo\r\r\n", ["one", "two\r"], id="one carriage return ends a line"),
        pytest.param(
            "one\u2028two\x0bthree\x85", ["one\u2028two\x0bthree\x85"], id="only \\n ends a line"
        ),
        pytest.param(
            "\ufeffone\n\ufefftwo", ["\ufeffone", "\ufefftwo"], id="no character is left out"
        ),
        pytest.param(
            "# *a* [b](c) <i>&amp;</i>", ["# *a* [b](c) <i>&amp;</i>"], id="nothing is markup"
        ),
        pytest.param("", [], id="nothing"),
    ],
)
def test_plain_text(text, paragraphs):
    document = parse(text, "txt")
    assert document.text == "\n\n".join(paragraphs)
    escaped = (
        p.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for p in paragraphs
    )
    assert render_plain(text, "txt") == "".join(f"<p>{p}</p>\n" for p in escaped)


@given(st.text(st.sampled_from("ab \t\n\r\u00a0\ufeff\u2028<>&\"'\U0001f600")))
def test_plain_text_has_exact_lines(text):
    document = parse(text, "txt")
    lines = text.split("\n")
    for offset, character in enumerate(document.text):
        in_gap = not any(block.start <= offset < block.end for block in document.blocks)
        if not in_gap:
            assert character in lines[line_of(document, offset) - 1]


@given(st.text())
def test_plain_text_loses_nothing(text):
    shown = render_plain(text, "txt")
    unescaped = re.sub(r"</?p>\n?", "", shown)
    for reference, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        unescaped = unescaped.replace(reference, character)
    kept = [line.removesuffix("\r") for line in text.split("\n")]
    assert unescaped == "".join(line for line in kept if line.strip())


# ------------------------------------------------------------------ Markdown


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("one *two* `three  x` \\* &amp; &lt;", "one two three  x * & <"),
        ("one\ntwo  \nthree\\\nfour", "one\ntwo\nthree\nfour"),
        ("# one\n\ntwo\n- three\n  > four", "one\n\ntwo\n\nthree\n\nfour"),
        ("```py\none\n  two\n```\n\n    three\n", "one\n  two\n\n\nthree\n"),
        ("| one | two |\n|---|---|\n| | a\\|b |", "one\n\ntwo\n\na|b"),
        ("one ![two](x.png) three", f"one {IMAGE} three"),
        ("one ![two *x*](https://a.org/x.png) three", "one two x three"),
        ("one ![](https://a.org/x.png) three", "one https://a.org/x.png three"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("<b>one</b> <!-- two -->", "<b>one</b> <!-- two -->"),
        ('"one" -- two... (c)', '"one" -- two... (c)'),
        ("~~one~~ www.example.org", "one www.example.org"),
        ("---\n\n#\n\n", ""),
    ],
)
def test_the_text_is_what_a_reader_sees(source, text):
    document = parse(source, "md")
    assert document.text == text
    for block in document.blocks:
        assert document.text[block.start : block.end].strip()


@pytest.mark.parametrize(
    ("word", "line"),
    [
        ("title", 1),
        ("first", 3),
        ("second", 4),
        ("item", 6),
        ("code", 9),
        ("more", 10),
        ("cell", 15),
    ],
)
def test_lines_are_known_in_markdown(word, line):
    source = (
        "# title\n\nfirst\nsecond\n\n- item\n\n  ```\n  code\n  more\n  ```\n\n"
        "| head |\n|---|\n| cell |\n"
    )
    document = parse(source, "md")
    offset = document.text.index(word)
    assert line_of(document, offset) == line
    assert source.split("\n")[line - 1].strip(" |-#").startswith(word)


def test_an_offset_outside_the_text_has_a_line_too():
    document = parse("\n\none\n\n\ntwo\n", "txt")
    assert [line_of(document, offset) for offset in (0, 3, 4, 5, 8, 99)] == [3, 3, 3, 6, 6, 6]
    assert line_of(parse("", "txt"), 0) == 1


def test_one_article_knows_no_references_of_another():
    parse("[a]: https://example.org/first", "md")
    assert "<a" not in render_plain("[a]", "md")


PARTICULAR = re.compile(r"!\[|<[a-z/!?]", re.IGNORECASE)  # pictures, raw HTML, other schemes


OTHERWISE = {
    500: "a link to `foo):`, whose colon no relative address may have there (RFC 3986, 4.2)",
    # `[foo]: url`: a word that somebody may have said, and no address.
    **dict.fromkeys((194, 203, 204), "what may be speech is no definition of a link"),
}


def test_markdown_is_commonmark():
    compared = 0
    for example in examples():
        if not PARTICULAR.search(example.markdown) and example.number not in OTHERWISE:
            compared += 1
            ours = render_plain(example.markdown, "md").replace(' class="bracketed"', "")
            theirs = example.html.replace(" />", ">")
            assert re.sub(r"\n(?=</blockquote>)", "", ours) == re.sub(
                r"\n(?=</blockquote>)", "", theirs
            )
    assert compared > 500


# ------------------------------------------------------------------ addresses


@pytest.mark.parametrize(
    "address",
    [
        *(
            "https://a.org",
            "HTTP://a.org",
            "mailto:a@b.org",
            "tel:+49",
            "#note",
            "a/b.html",
            "../a",
            "",
        ),
        *("/a", "?q=a:b", "a/b:c", "#a:b", "./a:b"),
    ],
)
def test_an_address_that_is_followed(address):
    assert articles.is_allowed_address(address)


@pytest.mark.parametrize(
    "address",
    [
        *(
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "java\tscript:alert(1)",
            "\x01javascript:x",
        ),
        *(
            " javascript:x",
            "java\nscript:x",
            "\u00a0javascript:x",
            "vbscript:x",
            "data:text/html,x",
        ),
        *(
            "data:image/png;base64,AA",
            "file:///etc/passwd",
            "view-source:https://a",
            "blob:https://a",
        ),
        *(
            "feed:javascript:x",
            "intent:x",
            "//evil.org",
            "\\\\evil.org",
            "/\\evil.org",
            "/\t/evil.org",
        ),
        *("%6aavascript:x", "https%3a:x", ":x", "ftp://a.org", "c:/x"),
    ],
)
def test_an_address_that_is_not(address):
    assert not articles.is_allowed_address(address)


@pytest.mark.parametrize(
    "source",
    [
        "[one](javascript:two)",
        "[one](java&#10;script:two)",
        "[one](&#9;javascript:two)",
        "[one](data:text/html,two)",
        "<javascript:one>",
        "[one][two]\n\n[two]: javascript:three",
    ],
)
def test_a_link_that_is_not_followed_stays_as_typed(source):
    html = render_plain(source, "md")
    assert "<a" not in html and "<img" not in html
    assert lost_words(source, parse(source, "md")) == []


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ('![a *b*](c.png "d")', '<img src="c.png" alt="a b" title="d">'),
        ("![a\nb `c` ![d](e.png)](f.png)", '<img src="f.png" alt="a\nb c d">'),
        ("![a](./b/c%20d.PNG?e#f)", '<img src="./b/c%20d.PNG?e#f" alt="a">'),
        ('![a *b*](https://c.org/d.png "e")', '<a href="https://c.org/d.png" title="e">a b</a>'),
        ("![](https://c.org/d.png)", '<a href="https://c.org/d.png">https://c.org/d.png</a>'),
        ("![a](../b.png)", '<a href="../b.png">a</a>'),
        ("![a](%2e%2e/b.png)", '<a href="%2e%2e/b.png">a</a>'),
        ("![a](/b.png)", '<a href="/b.png">a</a>'),
        ("![a](annotations.yaml)", '<a href="annotations.yaml">a</a>'),
        ("[![a](b.png)](c)", '<a href="c"><img src="b.png" alt="a"></a>'),
        ("[![a](https://b.org/b.png) d](c)", '<a href="c">a d</a>'),
        ("[![](https://b.org/b.png)](c)", '<a href="c">https://b.org/b.png</a>'),
        ("[a <https://b.org> c](d)", '<a href="d">a https://b.org c</a>'),
        ("![a [b](c) d](https://e.org)", '<a href="https://e.org">a b d</a>'),
    ],
)
def test_pictures_and_links_in_links(source, html):
    assert render_plain(source, "md") == f"<p>{html}</p>\n"


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("![a *b*](data:image/png;base64,AA+/=)", "a b"),
        ("![](data:image/png;base64,AA==)", ""),
        ("![a][b]\n\n[b]: <data:image/png;base64,AA==>", "a"),
        ("[*a*](data:image/svg+xml;base64,AA==) c", "<em>a</em> c"),
        ("c <DATA:image/png;base64,AA==> d", "c  d"),
        ("[![a](data:image/png;base64,AA==)](b.html)", '<a href="b.html">a</a>'),
    ],
)
def test_a_picture_in_the_text_itself_is_not_printed(source, html):
    assert render_plain(source, "md") == f"<p>{html}</p>\n"
    assert lost_words(source, parse(source, "md")) == []


def test_the_pictures_of_an_article():
    source = (
        "![a](b.png) ![a](./c%20d/e.jpg?f) [![g](b.png)](h) ![i](https://j.org/k.png)"
        "\n\n![l](../m.png)"
        "\n\n- ![n](o%2e%2e.gif) ![w](drawing.svg)"
        " ![p](q/%2e%2e/%2e%2e/r.png) ![s](t%5c..%5cu.png) ![v](w%00.png)"
        "\n- ![x][y]\n\n[y]: z.webp"
    )
    assert list(local_images(parse(source, "md"))) == ["b.png", "c d/e.jpg", "o...gif", "z.webp"]


def test_cells_are_aligned_by_class():
    html = render_plain("| a | b | c | d |\n|---|:--|:-:|--:|\n| e | f | g | h |\n", "md")
    assert "style" not in html
    assert re.findall(r"<t[hd]\b([^>]*)>", html) == 2 * [
        "",
        ' class="align-left"',
        ' class="align-center"',
        ' class="align-right"',
    ]


# ------------------------------------------------------------------ what is no definition


@pytest.mark.parametrize(
    "line",
    [
        *("[Smith]: Never.", "[Smith]: Never", "[Q]: What?", "[A]: “No.”", '[A]: "No"'),
        *("[Editor]: sic!", "[1]: Ibid.", "[*]: ibid", "[^ 1]: No", "[Q]: ¿Qué?"),
        *("[Редактор]: Так.", "[记者]: 为什么？", "[A]: yes/no", "[A]: 50/50.", "[A]: U.S."),
        *("[A]: e.g.", "[A]: 10:30", "[A]: #MeToo", "[A]: @jones", "[A]: (laughs)", "[A]: —"),
        *("[A]: No—never.", '[A]: Never "again"', "[A]: <laughs>", "[A]: *No*", "[A]:\nYes."),
        *("[Smith]: Never.\n[Jones]: Always.", "[A]: Yes.\n[b]: https://example.org"),
    ],
)
@pytest.mark.parametrize("around", ["{}", "[Smith] said so.\n\n{}\n\nSo said [A].", "> - {}"])
def test_a_line_of_speech_is_no_definition(line, around):
    source = around.format(line.replace("\n", "\n  ") if around[0] == ">" else line)
    document = parse(source, "md")
    plain = line.replace("*No*", "No").replace("\\", "").split()
    assert document.definitions == []
    assert " ".join(plain) in " ".join(document.text.split())
    assert "<a" not in articles.render(document.tokens)


@pytest.mark.parametrize(
    "address",
    [
        *("https://example.org", "http://a.b/c.", "mailto:a@b.org", "tel:+49", "www.example.org"),
        *("/url", "./url", "../a/b", "example.org/report", "report.pdf", "a/b.html#c", "#", "<>"),
    ],
)
def test_an_address_makes_a_definition(address):
    document = parse(f"[one]\n\n[one]: {address}\n[two]: {address}\n", "md")
    assert [definition.label for definition in document.definitions] == ["ONE", "TWO"]
    assert document.text == "one"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("[one][b]\n\n[b]: chapter/two", "one"),
        ("[b][]\n\n[B]: #part", "b"),
        ("![one][b]\n\n[b]: pictures/a_b", "one"),
        ("[one][b]\n\n[b]: Never.", "[one][b]\n\n[b]: Never."),
    ],
)
def test_an_address_that_may_be_speech_is_one_where_a_link_needs_it(source, text):
    assert parse(source, "md").text == text


def test_words_in_brackets_are_looked_for_once():
    """A line each that may be speech, and as many links: not each line against the whole text."""
    source = "[one][a]\n\n[a]: b/c\n\n" * 3000
    assert len(parse(source, "md").definitions) == 3000


# ------------------------------------------------------------------ numbers of lists


@pytest.mark.parametrize(
    ("source", "numbers"),
    [
        ("5. a\n\n7. b\n\n8. c", [5, 7, 8]),
        ("5) a\n7) b\n8) c", [5, 7, 8]),
        ("1. a\n1. b\n1. c", [1, 1, 1]),
        ("3. a\n2. b\n1. c", [3, 2, 1]),
        ("0. a\n1. b", [0, 1]),
        ("1986. A great year.\n1987. Another.\n1989. The end.", [1986, 1987, 1989]),
        ("1. a\n\n   4. b\n   6. c\n3. d", [1, 4, 6, 3]),
        ("1. a\n   - b\n\n     2. c\n     9. d\n2. e", [1, 2, 9, 2]),
        ("> 2. a\n> 4. b\n\n2) c\n4) d", [2, 4, 2, 4]),
        ("1. a\n2) b\n3. c", [1, 2, 3]),
        ("999999999. a\n5. b", [999999999, 5]),
        ("2.\n4.\n", [2, 4]),
    ],
)
def test_every_number_of_a_list_is_that_of_the_source(source, numbers):
    assert shown_numbers(render_plain(source, "md")) == numbers


def test_a_bracket_after_a_number_stays_one():
    html = render_plain("5) a\n7) b\n\n1. c", "md")
    assert re.findall("<ol.*?>", html) == ['<ol start="5" class="bracketed">', "<ol>"]


def shown_numbers(html: str) -> list[int]:
    """The number at each item of an ordered list, as a browser counts them."""
    shown, lists = [], []
    for tag, name, attribute in re.findall(
        r'<(/?)(ol|ul|li)(?: (?:start|value)="(\d+)")?(?: class="bracketed")?>', html
    ):
        if name != "li":
            lists = lists[:-1] if tag else [*lists, (name, int(attribute or 1))]
        elif not tag and lists[-1][0] == "ol":
            shown.append(int(attribute or lists[-1][1]))
            lists[-1] = ("ol", shown[-1] + 1)
    return shown


# ------------------------------------------------------------------ the article's own notes


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("So.[^1] He left.\n\n[^1]: Unconfirmed.", "So. He left.\n\nUnconfirmed."),
        ("So.[^1]\n[^1]: Ibid.", "So.\n\nIbid."),
        ("So.[^n] He.[^n]\n\n[^n]: See\n    *her*.\n\n    And.", "So. He.\n\nSee\nher.\n\nAnd."),
        ("[^1]: First.\n\nSo.[^1]", "First.\n\nSo."),
        ("So.\n\n[^1]: Nothing leads here.", "So.\n\nNothing leads here."),
        ("So.[^1]", "So.[^1]"),
        ("So.[^1]\n\n[^1]: One.\n[^1]: Two.", "So.\n\nOne.\n\nTwo."),
        ("> So.[^1]\n>\n> [^1]: https://example.org", "So.\n\nhttps://example.org"),
        ("`a[^1]` ^[b]\n\n[^1]: One.", "a[^1] ^[b]\n\nOne."),
    ],
)  # fmt: skip
def test_the_notes_of_an_article_are_its_own(source, text):
    document = parse(source, "md")
    html = articles.render(document.tokens)
    assert document.text == text
    assert lost_words(source, document) == []
    assert "data-apparatus" not in html and "doc-noteref" not in html
    ids = re.findall(r' id="([^"]*)"', html)
    assert len(set(ids)) == len(ids)
    assert all("_" in id for id in ids)  # an annotation's id has none
    assert set(re.findall(r'href="#([^"]*)"', html)) <= set(ids)


def test_a_note_has_the_number_that_the_article_gives_it():
    html = render_plain("So.[^7] He.[^7] She.[^a&b]\n\n[^7]: Seven.\n\n[^a&b]: Letters.", "md")
    assert html == (
        '<p>So.<sup class="footnote-ref"><a href="#fn_1" id="fnref_1">7</a></sup>'
        ' He.<sup class="footnote-ref"><a href="#fn_1" id="fnref_1_2">7</a></sup>'
        ' She.<sup class="footnote-ref"><a href="#fn_2" id="fnref_2">a&amp;b</a></sup></p>\n'
        '<div class="footnote" role="doc-footnote" id="fn_1">\n'
        '<p class="footnote-label"><a href="#fnref_1">7</a></p>\n'
        "<div>\n<p>Seven.</p>\n</div>\n</div>\n"
        '<div class="footnote" role="doc-footnote" id="fn_2">\n'
        '<p class="footnote-label"><a href="#fnref_2">a&amp;b</a></p>\n'
        "<div>\n<p>Letters.</p>\n</div>\n</div>\n"
    )


# ------------------------------------------------------------------ nothing is lost


def test_no_example_of_commonmark_loses_a_word():
    for example in examples():
        lost = lost_words(example.markdown, parse(example.markdown, "md"))
        assert lost == (["003"] if example.markdown == "003. ok\n" else [])  # shows a 3


@pytest.mark.parametrize(
    "source",
    [
        "f&auml;lle `&auml;` &#228;b &#xe4; &#0; &nbsp;c &notareference;",
        'un*frigging*believable [x](&auml;.html "t&uuml;r") <https://a.org/%C3%A4?b&amp;c>',
        "1. one\n7. two\n\n1986) three\n",
        "```python linenos=3\ncode\n```\n\n~~~ a b\ncode\n~~~\n",
        "[one][TWO] [two] [three][]\n\n[two]: https://a.org 't\nu'\n[Three]: <b c> (d)\n[four]: /e",
        "![one *two* ![three](f.org/x.png)](https://g.org/%C3%A4.png 'h') [![i](//j.k)](l.html)",
        "[one](http://ドメイン.テスト/パス) <http://xn--e1afmkfd.com> <a@b.org>",
        "[//]: # (a comment)\n[comment]: <> (another)\n\ntext",
        "> [quoted]: https://a.org/b\n> text [quoted]\n",
        "# one #\n\ntwo\n===\n\n* * *\n\n| a | b |\n|:-:|---|\n| c |\n",
        "a\x00b\r\nc  \nd\\\ne \u200b\u00ad f\u0301g",
        "<b class='x'>one</b> <!-- two --> <?three?> <![CDATA[four]]>",
        "Straße STRASSE ŉ ǰ İ [ẞ]\n\n[ss]: https://a.org",
    ],
)
def test_markup_is_not_lost(source):
    assert lost_words(source, parse(source, "md")) == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("> " * 200 + "Very deep", ["Very", "deep"]),
        ("* " * 200 + "deep", ["deep"]),
        (
            "".join("  " * depth + f"- level {depth}\n" for depth in range(77)),
            [*("level", "74"), *("level", "75"), *("level", "76")],
        ),
        ("| a | b |\n|---|---|\n| c | d | Extra e |", ["Extra", "e"]),
        ("01. Mai 2017 begann es.\n", ["01"]),
        ("- so\n- 007) one\n", ["007"]),
    ],
)
def test_words_that_markdown_drops_are_found(source, words):
    assert sorted(lost_words(source, parse(source, "md"))) == sorted(words)


def test_fewer_levels_than_the_limit_are_kept():
    assert lost_words("> " * 100 + "deep", parse("> " * 100 + "deep", "md")) == []


PIECES = [
    *("ab", "b c", "\u00e9t\u00e9", " ", "\n", "\n\n", "  \n", "\\", "7"),
    *("*", "**", "_", "`", "~~", "&auml;", "&#98;", "<", ">", "(", ")"),
    *(
        "[",
        "](/u)",
        "![",
        "[x](y.png 'z')",
        "![x](y.png)",
        "![x *y*z](https://y/%20q)",
        "<https://a.b>",
    ),
    *("> ", "- ", "1. ", "7. ", "# ", "```js\n", "    ", "[^1]", "\n[^1]: ", "\n[b]: "),
]


@settings(max_examples=round(400 * SCALE), deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_the_check_does_not_cry_wolf(source):
    assert lost_words(source, parse(source, "md")) == []


def test_a_word_that_a_parser_would_drop_is_missed():
    dice = random.Random(5)
    dropped = 0
    for example in dice.sample(examples(), 300):
        document = parse(example.markdown, "md")
        for token in document.tokens:
            dropped += _drops_are_noticed(example.markdown, document, token)
    assert dropped > 250


def _drops_are_noticed(source: str, document: articles.Document, block: Token) -> int:
    """Leave out one text of a block after the other; the number of texts that have words."""
    texts = [t for t in block.children or () if t.type == "text" and _rare(t.content, source)]
    for token in texts:
        kept, token.content = token.content, ""
        lost = lost_words(source, document)
        assert set(re.findall(r"[^\W_]+", kept)) & set(lost)
        token.content = kept
    return len(texts)


def _rare(words: str, source: str) -> bool:
    """Whether none of the words is also in markup or looks like it: then it counts as shown."""
    found = re.findall(r"[^\W_]+", words)
    once = all(source.casefold().count(word.casefold()) == 1 for word in found)
    return bool(found) and once and "/" not in words and "&#" not in words
