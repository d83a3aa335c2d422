"""A page passes only if every character of its article is in its place."""

import ast
import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from markdown_it.common.utils import escapeHtml

from postil.output import verifying
from postil.output.verifying import compare, plain_txt, verify, verify_all, verify_page
from postil.text import articles

SCALE = float(os.environ.get("POSTIL_TEST_SCALE", "1"))

ARTICLE = """\
He "was" left & saw.

  Über 5 < 6: <b>é</b> aa.\r
Last; end
"""

PAGE = """<!DOCTYPE html>
<!-- <div data-article="decoy"> -->
<html lang="en"><head>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<meta charset="utf-8"><title>data-article</title>
<script type="application/ld+json">"<div data-article=decoy>"</script>
<meta name="description" content='<div data-article="decoy"> > "'></head>
<body><p data-apparatus>before</p>
<article data-shown="a>b" data-article="x" data-sha256="{hash}">{content}</article>
<p>after<br/></p></body></html>
"""

INLINE = [
    '<span id="a" data-apparatus></span>',
    '<sup data-apparatus><a href="#n">1</a></sup>',
    '<a href="#s" title="a > b" data-apparatus>Reuters <b>wire</b></a>',
    "<span data-apparatus>x<i data-apparatus>y</i><mark data-annotation='q'>z</mark></span>",
    '<span data-apparatus="data-article"> data-article=&quot;y&quot; &#38; &nbsp;</span>',
    '<img src="i.png" alt="</p>" data-apparatus>',
    "<br data-apparatus/>",
    "<SPAN DATA-APPARATUS>LOUD</Span>",
    '<svg data-apparatus><title>kind</title><path d="M0 0"/><g><circle r="1"></circle></g></svg>',
]
BLOCKS = [
    '<aside data-context="c" data-apparatus><h3>Title</h3><p>Body <a href="#">b</a></p></aside>',
    "<p data-apparatus>closing</p>",
    "<hr data-apparatus>",
]

# A page's article in pieces: ("word", a character as it is escaped), ("plain", a tag of the
# article's own) and ("markup", what was woven in).
Pieces = list[tuple[str, str]]


def page(content: str, article: bytes = b"") -> str:
    return PAGE.format(hash=hashlib.sha256(article).hexdigest(), content=content)


def paragraphs(text: str) -> list[str]:
    return [line.removesuffix("\r") for line in text.split("\n") if line.strip()]


def plain(text: str) -> Pieces:
    pieces: Pieces = []
    for line in paragraphs(text):
        words = [("word", escapeHtml(character)) for character in line]
        pieces += [("plain", "<p>"), *words, ("plain", "</p>\n")]
    return pieces


def join(pieces: Pieces) -> str:
    return "".join(html for _, html in pieces)


def remains(pieces: Pieces) -> str:
    return "".join(html for kind, html in pieces if kind != "markup")


def weave(text: str, draw) -> Pieces:
    """The article with marks and apparatus put in at places that `draw` picks."""
    woven: Pieces = []
    marked = False
    for kind, html in plain(text):
        inside = kind == "word" or html.startswith("</")
        if marked and (html.startswith("</") or draw(5) == 0):
            woven.append(("markup", "</mark>"))
            marked = False
        if draw(5) == 0:
            choices = INLINE if inside else BLOCKS
            woven.append(("markup", choices[draw(len(choices))]))
        if kind == "word" and not marked and draw(5) == 0:
            woven.append(("markup", f'<mark class="m" data-annotation="id-{draw(9)} other">'))
            marked = True
        woven.append((kind, html))
    return woven


def weave_evenly(text: str, step: int) -> Pieces:
    """As `weave`, every choice made by counting: the same every time."""
    counter = iter(range(0, 10**9, step))
    return weave(text, lambda n: next(counter) % n)


WOVEN = [weave_evenly(ARTICLE, step) for step in (1, 7)]


def mutants(pieces: Pieces) -> Iterator[tuple[str, Pieces]]:
    """Every page in which one character of the article is not what or where it was."""
    words = [index for index, (kind, _) in enumerate(pieces) if kind == "word"]
    ends = [index for index, (_, html) in enumerate(pieces) if html == "</p>\n"]
    for place, index in enumerate(words):
        word = pieces[index]
        before, after = pieces[:index], pieces[index + 1 :]
        following = words[(place + 1) % len(words)]
        yield "changed", [*before, ("word", "x" if word[1] != "x" else "y"), *after]
        yield "dropped", [*before, *after]
        yield "doubled", [*before, word, word, *after]
        yield "added", [*before, ("word", "."), word, *after]
        yield "added-space", [*before, ("word", " "), word, *after]
        yield "hidden", [*before, ("markup", f"<i data-apparatus>{word[1]}</i>"), *after]
        yield "commented", [*before, ("word", f"<!--{word[1]}-->"), *after]
        yield "wrapped", [*before, ("word", f"<b>{word[1]}</b>"), *after]
        swapped = pieces.copy()
        swapped[index], swapped[following] = pieces[following], word
        yield "swapped", swapped
        for end in (ends[place % len(ends)], ends[place % len(ends)] + 1):
            moved = [*before, *after]
            moved.insert(end - (index < end), word)
            yield "moved", moved


@pytest.mark.parametrize("woven", WOVEN, ids=["dense", "loose"])
def test_a_woven_page_passes_and_each_change_of_a_character_fails(woven):
    expected = plain_txt(ARTICLE.encode())
    assert remains(woven) == expected
    assert compare(page(join(woven)), expected) is None
    tried = 0
    for what, mutant in mutants(woven):
        if remains(mutant) != expected:  # a letter swapped for its equal is no change
            assert compare(page(join(mutant)), expected) is not None, (what, join(mutant))
            tried += 1
    assert tried > 500


TEXT = st.text(
    st.sampled_from("ab e\u0301é<>&\"'\n\n\r\t\xa0\u2028\u200b\ufeff;#xА\0\x85-!/p=")
    | st.characters(codec="utf-8"),
    max_size=40,
)


@settings(max_examples=round(300 * SCALE), deadline=None)
@given(TEXT, st.data())
def test_any_text_woven_in_any_way_passes_and_no_change_of_it_does(text, data):
    woven = weave(text, lambda n: data.draw(st.integers(0, n - 1)))
    article = text.encode()
    assume(not text.startswith("\ufeff"))
    html = page(join(woven), article)
    assert verify(html, article, "txt") is None
    assert verify(html, b"\xef\xbb\xbf" + article, "txt") is None

    words = [index for index, (kind, _) in enumerate(woven) if kind == "word"]
    assume(words)
    index = data.draw(st.sampled_from(words))
    change = data.draw(TEXT.map(escapeHtml))
    assume(change != woven[index][1])
    mutant = [*woven[:index], ("word", change), *woven[index + 1 :]]
    passes = verify(page(join(mutant)), article, "txt") is None
    assert passes == (remains(mutant) == remains(woven))


ELEMENTS = """
a article body button col details div form frame h2 head html i image keygen li math nobr object
option p param pre rt ruby select svg table tbody td tr textarea xmp
"""
SNIPPETS = [
    *("", "<", ">", "x", " ", "/", '"', "&", "-", "\n"),
    *("<p>", "</p>", "</i>", "<i data-apparatus>"),
    *(f"<{name} data-apparatus>x</{name}>" for name in ELEMENTS.split()),
    "<svg data-apparatus><link></svg>",
    "<svg data-apparatus><foreignObject><p>x</p></foreignObject></svg>",
    "<table data-apparatus><tr><td>x</td></tr></table>",
]


@settings(max_examples=round(300 * SCALE), deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(SNIPPETS), st.booleans(), st.sampled_from([0, 1]))
def test_no_change_of_the_source_shows_other_words(place, snippet, replaces, number):
    """A page that still passes shows a browser, apparatus and marks aside, all the words."""
    html = join(WOVEN[number])
    place %= len(html)
    mutant = html[:place] + snippet + html[place + replaces :]
    if compare(page(mutant), plain_txt(ARTICLE.encode())) is None:
        assert shown(mutant) == shown(join(plain(ARTICLE)))


def shown(content: str) -> str:
    """The words of an article as html5lib, which reads a page as browsers do, sees them."""
    import html5lib

    tree = html5lib.parse(page(content), namespaceHTMLElements=False)
    (article,) = tree.findall(".//*[@data-article]")

    def words(element) -> Iterator[str]:
        if "data-apparatus" not in element.attrib:
            if element.tag == "p":
                yield "¶"
            yield element.text or ""
            for child in element:
                yield from words(child)
                yield child.tail or ""

    return "".join(words(article))


# ------------------------------------------------------------------ one article, many pages

PLAIN = "<p>One &amp; two.</p>\n<p>Café — “so”</p>\n"
SOURCE = "One & two.\n\nCafé — “so”\n"


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        pytest.param("&amp;", "&#38;", "changed", id="another-spelling-of-an-entity"),
        pytest.param("&amp;", "&", "missing", id="a-bare-ampersand"),
        pytest.param("é", "e\u0301", "changed", id="letter-and-accent-apart"),
        pytest.param("a", "\u0430", "changed", id="a-letter-that-looks-alike"),
        pytest.param("“", '"', "changed", id="a-straight-quote"),
        pytest.param("—", "-", "changed", id="a-shorter-dash"),
        pytest.param(" ", "\xa0", "changed", id="a-space-that-does-not-break"),
        pytest.param(" ", "  ", "added", id="two-spaces"),
        pytest.param(" ", "\n", "changed", id="a-line-break-for-a-space"),
        pytest.param("two", "t\u200bwo", "added", id="a-space-without-width"),
        pytest.param("two", "t\xadwo", "added", id="a-soft-hyphen"),
        pytest.param("</p>\n", "</p>", "missing", id="no-line-break-after-a-paragraph"),
        pytest.param("</p>\n", "</p>\r\n", "added", id="another-line-break"),
        pytest.param("<p>One", "\n<p>One", "added", id="white-space-before"),
        pytest.param("<p>", "<P>", "changed", id="a-capital-tag"),
        pytest.param("<p>", "<p >", "added", id="a-space-in-a-tag"),
        pytest.param("<p>", "<p class=x>", "added", id="an-attribute"),
        pytest.param("two", "<em>two</em>", "added", id="an-element"),
        pytest.param("two", "<mark>two</mark>", "added", id="a-mark-of-no-annotation"),
        pytest.param("two", "<b data-annotation=x>two</b>", "added", id="no-mark-at-all"),
        pytest.param("two", "<i data-apparatus>two</i>", "missing", id="a-word-in-the-apparatus"),
        pytest.param("<p>Café — “so”</p>\n", "", "missing", id="a-paragraph-dropped"),
        pytest.param("</p>\n<p>", " ", "changed", id="paragraphs-joined"),
        pytest.param("two", "t</p>\n<p>wo", "added", id="a-paragraph-split"),
        pytest.param("two", "<!-- -->two", "malformed", id="a-comment"),
        pytest.param("two", "<!-->two", "malformed", id="a-comment-that-is-none"),
        pytest.param("two", "<![CDATA[two]]>", "malformed", id="cdata"),
        pytest.param("two", "<![x[two]]>", "malformed", id="a-section-of-no-kind"),
        pytest.param("two", "<?two?>", "malformed", id="an-instruction"),
        pytest.param("two", "<!DOCTYPE two>", "malformed", id="a-declaration"),
        pytest.param("two", "<i data-apparatus>two", "malformed", id="apparatus-left-open"),
        pytest.param("two", "<i data-apparatus/>two", "malformed", id="apparatus-never-closed"),
        pytest.param("two", "<i data-apparatus><b></i></b>two", "malformed", id="crossed-tags"),
        pytest.param("two", "<mark data-annotation=x>two", "malformed", id="a-mark-left-open"),
        pytest.param("two", "two</mark>", "malformed", id="a-mark-never-opened"),
        pytest.param("two", "two</p>", "malformed", id="a-paragraph-closed-twice"),
        pytest.param("two", "<br data-apparatus></br>two", "malformed", id="a-void-element-closed"),
        pytest.param(
            "two", "<svg data-apparatus><b/></svg>two", "malformed", id="html-in-a-picture"
        ),
        pytest.param("&amp;", "&am<i data-apparatus></i>p;", "malformed", id="within-a-character"),
        pytest.param(
            "&amp;",
            '&<mark data-annotation="x">amp;</mark>',
            "malformed",
            id="a-mark-within-a-character",
        ),
        pytest.param(
            "<p>One", "<table data-apparatus>x</table><p>One", "malformed", id="words-in-no-cell"
        ),
        pytest.param(
            "<p>One",
            "<table data-apparatus><tr><i>x</i></tr></table><p>One",
            "malformed",
            id="an-element-in-no-cell",
        ),
        pytest.param("two", "<i data-apparatus></ i>two", "malformed", id="a-bad-end-tag"),
        pytest.param(
            "two", "<i x\xa0data-apparatus>x</i>two", "malformed", id="an-attribute-that-is-none"
        ),
        pytest.param("two", "<td data-apparatus>x</td>two", "malformed", id="a-cell-of-no-table"),
        pytest.param("two", "<keygen data-apparatus>x</keygen>two", "malformed", id="a-relict"),
        pytest.param("two", "<i data-apparatus><b =='></i>two", "malformed", id="a-bad-tag"),
        pytest.param("two", "<script data-apparatus></script>two", "malformed", id="a-script"),
        pytest.param(
            "two", "<svg data-apparatus><style></style></svg>two", "malformed", id="a-style"
        ),
        pytest.param(
            "two", "<template data-apparatus></template>two", "malformed", id="a-template"
        ),
        pytest.param("two", "<textarea data-apparatus></textarea>two", "malformed", id="raw-text"),
        pytest.param("two", "<title data-apparatus></title>two", "malformed", id="a-title"),
        pytest.param(
            "two", "<aside data-apparatus>x</aside>two", "malformed", id="a-box-in-a-line"
        ),
        pytest.param(
            "two",
            "<a href=x data-apparatus><i><a href=y>z</a></i></a>two",
            "malformed",
            id="a-link-in-a-link",
        ),
        pytest.param("two", '<i data-article="x" data-apparatus></i>two', "malformed", id="nested"),
        pytest.param("<p>Café", "</article><p>Café", "missing", id="the-article-closed-early"),
        pytest.param("One", "</html>One", "malformed", id="the-page-closed-early"),
        pytest.param("so", "so<", "added", id="a-bare-bracket"),
        pytest.param("so", "so</", "malformed", id="half-a-tag"),
        pytest.param("so", "so<p", "malformed", id="half-a-start-tag"),
    ],
)
def test_a_page_that_is_not_the_article_fails(old, new, kind):
    content = PLAIN.replace(old, new, 1)
    assert content != PLAIN
    mismatch = verify(page(content), SOURCE.encode(), "txt")
    assert mismatch is not None
    assert mismatch.kind == kind, mismatch
    assert compare(page(content), PLAIN) is not None


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(PLAIN.replace("two", f"{html}two"), id=f"inline-{number}")
        for number, html in enumerate(INLINE)
    ]
    + [
        pytest.param(PLAIN.replace("<p>C", f"{html}<p>C"), id=f"block-{number}")
        for number, html in enumerate(BLOCKS)
    ]
    + [
        pytest.param(PLAIN, id="nothing-woven-in"),
        pytest.param(
            PLAIN.replace("two", "<MARK DATA-ANNOTATION=x>two</mark >"), id="capital-tags"
        ),
        pytest.param(
            PLAIN.replace("two", "<button data-apparatus>x<div>y</div></button>two"),
            id="a-block-in-a-button",
        ),
    ],
)
def test_apparatus_is_no_difference(content):
    assert verify(page(content), SOURCE.encode(), "txt") is None


@pytest.mark.parametrize(
    ("html", "message"),
    [
        pytest.param("", "no element", id="an-empty-page"),
        pytest.param("<p data-apparatus>x", "no element", id="a-page-without-an-article"),
        pytest.param("<!--<p data-article=x></p>-->", "no element", id="an-article-in-a-comment"),
        pytest.param("<i title='<p data-article>'></i>", "no element", id="in-an-attribute"),
        pytest.param("<p data-article></p>" * 2, "2 elements", id="two-articles"),
        pytest.param("<p data-article><b data-article></b></p>", "2 elements", id="nested"),
        pytest.param("<p data-article>x", "not closed", id="never-closed"),
        pytest.param("<p data-article/>", "not closed", id="closed-at-once"),
        pytest.param("<p data-article", "no element", id="half-a-tag"),
        pytest.param("<p x\xa0data-article></p>", "no element", id="no-attribute"),
        pytest.param("<p data-article=x'y></p>", "none for every browser", id="a-bad-value"),
        pytest.param("<template><p data-article></p></template>", "no element", id="a-template"),
    ],
)
def test_a_page_without_one_whole_article_fails(html, message):
    mismatch = compare(html, "")
    assert mismatch is not None
    assert message in mismatch.message


@pytest.mark.parametrize(
    "decoy",
    [
        pytest.param('<!-- <p data-article="x">Another</p> -->', id="in-a-comment"),
        pytest.param('<!-- <p data-article="x"> -->', id="left-open-in-a-comment"),
        pytest.param("""<i title='<p data-article="x">'></i>""", id="in-an-attribute"),
        pytest.param('<textarea><p data-article="x">One</p></textarea>', id="in-a-field"),
        pytest.param("<b>&quot; data-article=&quot;x</b>" * 200, id="in-many-texts"),
    ],
)
def test_what_is_like_an_article_elsewhere_is_passed_over(decoy):
    html = f'{decoy}<p data-article="x">One</p>{decoy}'
    assert compare(html, "One") is None
    assert compare(html.replace(">One</p>" + decoy, ">Two</p>" + decoy), "One") is not None


@pytest.mark.parametrize(
    ("expected", "content"),
    [
        ("<h2>One</h2>\n", "<h2>One<h3 data-apparatus>x</h3></h2>\n"),
        ("<ul>\n<li>One</li>\n</ul>\n", "<ul>\n<li>One<li data-apparatus>x</li></li>\n</ul>\n"),
        ("<p><a>One</a></p>\n", "<p><a>One<a data-apparatus>x</a></a></p>\n"),
        ("<pre>One</pre>\n", "<pre>One<textarea data-apparatus>x</textarea></pre>\n"),
        ("<p></p>\n", "<p></p data-apparatus>\n"),
    ],
)
def test_apparatus_that_ends_an_element_of_the_article_fails(expected, content):
    assert compare(page(expected), expected) is None
    mismatch = compare(page(content), expected)
    assert mismatch is not None
    assert mismatch.kind == "malformed"


@settings(max_examples=round(500 * SCALE), deadline=None)
@example("<div data-article></div>")
@given(
    st.lists(
        st.sampled_from(
            [
                *("<", ">", "</", "/>", "<!--", "-->", "<![", "]]>", "<?", "&", "&#", "&#x", ";"),
                *("p", "mark", "svg", "script", "title", " data-article=", " data-apparatus"),
                *("<div data-article>", "</div>", "<i>", "</i>", "word", "\n", "\0", "é", "\r"),
                *("=", "'", '"'),
            ]
        )
    ).map("".join)
)
def test_no_page_can_raise_and_no_other_passes(html):
    assert compare(html, "no such text") is not None
    if compare(html, "") is None:
        assert "data-article" in html


# ------------------------------------------------------------------ where and what


def test_the_place_in_a_text_file_is_exact_and_so_is_the_place_in_the_page():
    lines = ARTICLE.split("\n")
    for number, line in enumerate(lines, start=1):
        for column, character in enumerate(line.rstrip("\r"), start=1):
            other = "x" if character != "x" else "y"
            changed = lines.copy()
            changed[number - 1] = line[: column - 1] + other + line[column:]
            html = page(join(weave_evenly("\n".join(changed), 3)))
            mismatch = verify(html, ARTICLE.encode(), "txt")
            assert mismatch is not None
            assert (mismatch.line, mismatch.column) == (number, column)
            shared = os.path.commonprefix([mismatch.expected, mismatch.found])  # noqa: RUF071
            assert (
                html.split("\n")[mismatch.page_line - 1][mismatch.page_column - 1]
                == mismatch.found[len(shared)]
                == other
            )


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        pytest.param(PLAIN + "<p>More</p>\n", 3, 12, id="after-the-end"),
        pytest.param(PLAIN.replace("so”", "so"), 3, 11, id="the-last-character"),
        pytest.param(PLAIN[: PLAIN.index("<p>Ca")], 3, 1, id="the-last-paragraph"),
        pytest.param("", 1, 1, id="everything"),
        pytest.param(PLAIN.replace("&amp;", "&lt;"), 1, 5, id="within-an-entity"),
    ],
)
def test_the_place_of_an_end_is_an_end(content, line, column):
    mismatch = verify(page(content), SOURCE.encode(), "txt")
    assert mismatch is not None
    assert (mismatch.line, mismatch.column) == (line, column)


def test_a_difference_is_shown_with_thirty_characters_on_both_sides():
    text = "".join(chr(0x4E00 + number) for number in range(100))
    html = page(f"<p>{text[:50]}X{text[51:]}</p>\n")
    mismatch = verify(html, text.encode(), "txt")
    assert mismatch == verifying.Mismatch(
        kind="changed",
        message=f"the page has 'X' (U+0058 LATIN CAPITAL LETTER X) for '{text[50]}' "
        f"(U+4E32 CJK UNIFIED IDEOGRAPH-4E32)",
        expected=text[20:80],
        found=f"{text[20:50]}X{text[51:80]}",
        line=1,
        column=51,
        page_line=9,
        page_column=html.split("\n")[8].index("X") + 1,
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "two",
            "tao",
            "has 'a' (U+0061 LATIN SMALL LETTER A) for 'w' (U+0077 LATIN SMALL LETTER W)",
        ),
        ("Café — ", "", "the page lacks 'Café — '"),
        ("two", "two or three", "the page has ' or three', which is not the article's"),
        ("é", "e\u0301", "(U+0065 LATIN SMALL LETTER E, U+0301 COMBINING ACUTE ACCENT)"),
        ("two", "t\u200bwo", "'\\u200b' (U+200B ZERO WIDTH SPACE)"),
        ("two", "two" + "!" * 50, f"'{'!' * 30}…'"),
    ],
)
def test_the_message_names_what_differs(old, new, message):
    mismatch = verify(page(PLAIN.replace(old, new)), SOURCE.encode(), "txt")
    assert mismatch is not None
    assert message in mismatch.message


# ------------------------------------------------------------------ markdown

MARKDOWN = """# Head *line*

A paragraph with `code`, a [link](https://example.org/x) and ![picture](a.png).

- item & one
- item two

| a | b |
|---|---|
| 1 | 2 |

```
fenced <text>
```
"""


def test_a_markdown_page_passes_and_each_lost_letter_fails_near_its_place():
    rendered = articles.render_plain(MARKDOWN, "md")
    assert verify(page(rendered), MARKDOWN.encode(), "md") is None
    assert verify(page(rendered), b"\xef\xbb\xbf" + MARKDOWN.encode(), "md") is None
    tried = 0
    for place, character in enumerate(rendered):
        mismatch = verify(page(rendered[:place] + rendered[place + 1 :]), MARKDOWN.encode(), "md")
        assert mismatch is not None, rendered[:place]
        tried += character.isalpha()
    assert tried > 100


@pytest.mark.parametrize(
    ("word", "line", "column"),
    [
        ("line", 1, 9),
        ("ode", 3, 20),
        ("link", 3, 29),
        ("two", 6, 8),
        ("2", 10, 7),
        ("fenced", 13, 1),
    ],
)
def test_a_difference_in_markdown_is_placed_by_the_words_around_it(word, line, column):
    rendered = articles.render_plain(MARKDOWN, "md")
    changed = re.sub(rf"(>[^<]*?){word}", r"\1?", rendered, count=1)
    mismatch = verify(page(changed), MARKDOWN.encode(), "md")
    assert mismatch is not None
    assert (mismatch.line, mismatch.column) == (line, column)


# ------------------------------------------------------------------ pages and articles on disk


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site with a text and a Markdown explainer, both published."""
    for slug, name, text in (("x", "article.txt", ARTICLE), ("y-2", "article.md", MARKDOWN)):
        article = text.encode()
        form = name.rpartition(".")[2]
        folder, published = tmp_path / "content" / slug, tmp_path / "output" / slug
        folder.mkdir(parents=True)
        published.mkdir(parents=True)
        (folder / name).write_bytes(article)
        html = page(articles.render_plain(text, form), article)
        (published / "index.html").write_bytes(
            html.replace('data-article="x"', f'data-article="{slug}"').encode()
        )
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_bytes().decode()
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode())


def test_all_pages_are_verified(site):
    results = verify_all(site / "output", site / "content")
    assert [(result.page, result.article, result.mismatch) for result in results] == [
        (site / "output/x/index.html", site / "content/x/article.txt", None),
        (site / "output/y-2/index.html", site / "content/y-2/article.md", None),
    ]
    assert "every character" in str(results[0])


def test_only_given_pages_are_verified_by_file_or_folder(site):
    change(site / "output/x/index.html", "was", "has")
    pages = [site / "output/y-2", site / "output/x/index.html"]
    results = verify_all(site / "output", site / "content", pages)
    assert [result.mismatch is None for result in results] == [True, False]


def test_names_that_begin_with_a_dot_or_an_underscore_are_no_explainers(site):
    for name in (".git", "_drafts"):
        (site / "content" / name).mkdir()
    (site / "content/sources.yaml").write_text("")
    assert len(verify_all(site / "output", site / "content")) == 2


def test_without_content_there_is_nothing_to_verify(tmp_path):
    assert verify_all(tmp_path, tmp_path / "content") == []


@pytest.mark.parametrize(
    ("spoil", "kind", "message"),
    [
        pytest.param(
            lambda s: (s / "output/x/index.html").unlink(),
            "absent",
            "there is no such page",
            id="no-page",
        ),
        pytest.param(
            lambda s: (s / "content/x/article.txt").unlink(),
            "absent",
            "has no article",
            id="no-article",
        ),
        pytest.param(
            lambda s: (s / "content/x/article.md").write_text("x"),
            "absent",
            "has two articles",
            id="two-articles",
        ),
        pytest.param(
            lambda s: (
                (s / "content/x/article.txt").rename(s / "a")
                and (s / "content/x/article.txt").symlink_to(s / "a")
            ),
            "absent",
            "has no article",
            id="an-article-that-is-a-link",
        ),
        pytest.param(
            lambda s: (s / "content/x/article.txt").write_bytes(b"\xff"),
            "absent",
            "byte 0 of the article is not UTF-8",
            id="an-article-in-another-encoding",
        ),
        pytest.param(
            lambda s: (s / "output/x/index.html").write_bytes(b"<p>\xff"),
            "malformed",
            "byte 3 of the page is not UTF-8",
            id="a-page-in-another-encoding",
        ),
        pytest.param(
            lambda s: change(s / "output/x/index.html", "was", "has"),
            "changed",
            "the page has",
            id="another-word-in-the-page",
        ),
        pytest.param(
            lambda s: change(s / "content/x/article.txt", "was", "has"),
            "changed",
            "the page has",
            id="another-word-in-the-article",
        ),
        pytest.param(
            lambda s: change(s / "content/x/article.txt", "\r\n", "\n"),
            "version",
            "was made from",
            id="another-line-break-in-the-article",
        ),
        pytest.param(
            lambda s: change(s / "output/x/index.html", "data-sha256", "data-hash"),
            "version",
            "was made from None",
            id="no-hash",
        ),
        pytest.param(
            lambda s: change(s / "output/x/index.html", 'data-article="x"', 'data-article="y-2"'),
            "version",
            "the page of y-2, not of x",
            id="the-page-of-another-article",
        ),
        pytest.param(
            lambda s: change(
                s / "output/x/index.html",
                'data-article="x"',
                'data-article="y-2" data-article="x"',
            ),
            "version",
            "the page of y-2, not of x",
            id="two-names-of-which-browsers-take-the-first",
        ),
        pytest.param(
            lambda s: change(s / "output/x/index.html", '"x"', '"../content/x"'),
            "malformed",
            "'../content/x' cannot be the name",
            id="a-name-that-leads-elsewhere",
        ),
        pytest.param(
            lambda s: change(s / "output/x/index.html", 'data-article="x"', "data-article"),
            "malformed",
            "'' cannot be the name",
            id="no-name",
        ),
    ],
)
def test_whatever_is_wrong_on_disk_is_reported(site, spoil, kind, message):
    spoil(site)
    result, other = verify_all(site / "output", site / "content")
    assert result.mismatch is not None
    assert (result.mismatch.kind, other.mismatch) == (kind, None)
    assert message in result.mismatch.message
    assert str(result).startswith(f"{site / 'output/x/index.html'}:")


def test_a_result_shows_both_sides_and_both_places(site):
    change(site / "output/x/index.html", "Last", "Las")
    assert str(verify_page(site / "output/x", site / "content")) == (
        f"{site}/output/x/index.html:11:7: "
        "missing: the page lacks 't' (U+0074 LATIN SMALL LETTER T)\n"
        f"  {site}/content/x/article.txt:4:4\n"
        "  expected: '&gt;é&lt;/b&gt; aa.</p>\\n<p>Last; end</p>\\n'\n"
        "  found:    '&gt;é&lt;/b&gt; aa.</p>\\n<p>Las; end</p>\\n'"
    )


def test_nothing_that_makes_pages_is_imported():
    waiting, seen, ours = ["verifying"], set(), set()
    while waiting:
        module = waiting.pop()
        seen.add(module)
        tree = ast.parse((Path(verifying.__file__).parent / f"{module}.py").read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("postil"):
                room, _, name = node.module.rpartition(".")
                if room == "postil.output":
                    waiting += {name} - seen
                else:
                    ours |= {f"{node.module}.{alias.name}" for alias in node.names}
    assert seen == {"verifying", "markup", "shown", "difference"}
    assert ours == {"postil.paths", "postil.text.articles.render_plain"}
