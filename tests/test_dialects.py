"""Markdown that means something elsewhere: it is told of, and CommonMark is not."""

import pytest
from commonmark import examples

from postil.text import articles
from postil.text.dialects import dialects


def told(source: str) -> list[str]:
    """What is said of an article, without the words and the number of further places."""
    found = dialects(source, articles.parse_article(source, "md"))
    return [dialect.message.rpartition("`: ")[2].partition(" (and ")[0] for dialect in found]


@pytest.mark.parametrize(
    ("name", "sources"),
    [
        ("a comment", ["<!-- more -->", "a\n<!-- b\nc --> d", "%% hidden %%"]),
        ("a tag of HTML", ["a<br>b", "<div>\n*a*\n</div>", '<img src="a"/>', '<Figure id="a" />']),
        ("a shortcode", ['{{< figure src="a" >}}', "{{% note %}}", "{% raw %}", "{{ page }}"]),
        ("a shortcode", ['[caption id="a"] b', "[/caption]"]),
        ("a wiki link", ["see [[Bridge]]", "![[picture.png]]", "[[Bridge|the bridge]]"]),
        ("the border of a block", [":::note\na\n:::", "::: {.a}", "!!! note", "> [!NOTE]\n> a"]),
        ("a list of attributes", ["a {: .lead}", "# a {#b}", "a {.b .c}", "{:toc}"]),
        ("a definition", ["Term\n: Its definition", "Term\n\n:   Its definition"]),
        ("a note without its text", ["a[^1]", "a[^note] b"]),
        ("a note within its line", ["a^[the note]"]),
        ("a citation", ["so [@doe99, p. 3]", "[-@doe]"]),
        ("a highlight", ["so ==marked== it"]),
        ("a formula", ["$$a^2$$"]),
        ("a raised or lowered sign", ["H~2~O", "x^2^"]),
        ("a mark of revision", ["{++more++} {--less--}", "{>>why?<<}"]),
        ("a checkbox", ["- [ ] one\n- [x] two"]),
        ("a link with a space in its address", ["[a](https://b.org/c d)", "so [a](www.b.org/ c)."]),
        ("a table of contents", ["[TOC]"]),
    ],
)  # fmt: skip
def test_signs_of_other_dialects_are_told(name, sources):
    for source in sources:
        assert f"{name} is printed as letters" in told(source), source


@pytest.mark.parametrize(
    ("message", "sources"),
    [
        (
            "an indented paragraph is printed as code",
            [
                "    The mayor said that the bridge was safe.",
                "a\n\n\tNobody was hurt, the Courier reported.\n\n\tNor was it news.",
                "    „Niemand wurde verletzt“, schrieb der Kurier.",
                "    Никто не пострадал, сообщила газета.",
            ],
        ),
        (
            "a line of speech is printed as an item of a list",
            [
                "- Were you there? asked the judge.\n- No.",
                "- No, said Jones.\n- Yes.",
                "+ 44 people were there.",
                "* This article was amended on Monday.",
                "- Were you there?\n- No.",
                "- ¿Estaba usted allí?\n- No.",
                "- Non, répondit-il.\n- Si.",
            ],
        ),
        (
            "words over a line of dashes are printed as a heading",
            ["By JOHN SMITH\n---", "The bridge fell\non Monday\n---", "It fell.\n==="],
        ),
        (
            "an address that no link uses is not printed",
            [
                'a\n\n[1]: https://b.org "He said no"',
                "a [2]\n\n[2]: https://b.org/2\n[3]: https://b.org/3",
                "[a][b]\n\n[b]: https://b.org/1\n[b]: https://b.org/2",
            ],
        ),
        (
            "a picture in the text itself is not shown",
            [
                "![](data:image/png;base64,AA==)",
                "[a]\n\n[a]: <data:image/png;base64,AA==>",
                "a\n\n[b]: data:image/png;base64,AA==",
                "<data:image/gif;base64,AA==>",
            ],
        ),
    ],
)  # fmt: skip
def test_words_that_were_not_meant_as_markdown_are_told(message, sources):
    for source in sources:
        assert message in told(source), source


@pytest.mark.parametrize(
    "source",
    [
        "# One\n\n*Two* `<b>` and `[[x]]`, [three](a.html), <https://b.org>.\n\n> Four.\n",
        "One\n---\n\nTwo\n===\n",
        "- one\n- two, and what else\n- Three things were said.\n",
        "- one\n  - A nested one.\n- two\n",
        "- What is it?\n- Who pays?\n",
        "1. Only one item.\n",
        "    def f(a):\n        return a + 1\n\n    $ make test\n",
        "    TOTAL   1   2   3\n",
        "```\n<!-- a --> {{< b >}} ::: [[c]]\n```\n",
        "So.[^1] He [sic] said \\[a] 3 < 4 > 2, a == b, {x}, 5:30: now, $5 and $6.\n\n[^1]: A.",
        "R&D, x^2, ~5 to ~6, 50%% of it, a | b, 5*3*2, C#, #tag, @name, [name], [so](b.html)",
        "| a | b |\n|---|---|\n| c | d |\n",
        "[a][1], [Two], [b][] and ![c][3]\n\n[1]: a.html\n[two]: b.html\n[b]: c.html\n[3]: d.png\n",
        "a\n\n[//]: # (a comment of Markdown)\n",
        "&lt;b&gt; and \\<b\\> are tags, \\{\\{< a >\\}\\} and \\[\\[b\\]\\] are letters.",
        "[a](https://b.org 'a title') and [b](<https://b.org/c d>)",
        "[Smith]: Never. <Smith> (a@b.org) <a@b.org>",
    ],
)  # fmt: skip
def test_common_markdown_is_passed_over(source):
    assert told(source) == []


def test_the_first_place_is_shown_and_the_others_are_counted():
    source = "`<b>`\n\nThe <b>mayor</b>\nsaid <br> so.\n"
    (found,) = dialects(source, articles.parse_article(source, "md"))
    assert found.message == "`<b>`: a tag of HTML is printed as letters (and 2 more)"
    assert source[: found.start].count("\n") == 2
    assert source[found.start :][: found.length] == "<b>"


def test_every_place_is_in_the_source():
    for example in examples():
        document = articles.parse_article(example.markdown, "md")
        for found in dialects(example.markdown, document):
            assert 0 <= found.start <= found.start + found.length <= len(example.markdown)
