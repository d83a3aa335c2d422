"""What the top of a page says: counts in sentences, statuses with their numbers, a table."""

import re
from html import unescape
from pathlib import Path

import pytest
from small_site import write_site

from postil import building

ARTICLE = "One said it. Two said so too. Three heard it. Four wrote it. Five made it up.\n"
SOURCES = """\
paper: {kind: press, name: Paper}
wire: {kind: wire, name: Wire, draws_on: [report]}
clerk: {kind: unnamed, name: Clerk, speaks_for: state, reason: r, draws_on: [report]}
ngo: {kind: ngo, name: Ngo, draws_on: [paper]}
"""
ANNOTATIONS = """\
title: Alpha
language: {language}
article: {{outlet: paper}}
annotations:
  - {{id: one, quote: One said it, attributed_to: jones > wire, status: disputed}}
  - {{id: two, quote: Two said so too, attributed_to: clerk > wire > paper, status: disputed}}
  - {{id: three, quote: Three heard it, attributed_to: wire > paper, status: opinion, note: n}}
  - {{id: four, quote: Four wrote it, attributed_to: paper}}
  - {{id: five, quote: Five, note: n}}
"""


def page_of(folder: Path, annotations: str) -> str:
    """The page of an explainer with these annotations."""
    root = write_site(folder / "site")
    explainer = root / "content/alpha"
    (explainer / "article.txt").write_text(ARTICLE, encoding="utf-8")
    (explainer / "annotations.yaml").write_text(annotations, encoding="utf-8")
    with (root / "content/sources.yaml").open("a", encoding="utf-8") as file:
        file.write(SOURCES)
    return building.build_site(root).files["alpha/index.html"].decode()


def counted(page: str) -> list[str]:
    found = re.search(r'<p class="counted">(.*?)</p>', page)
    return (
        [
            unescape(fact).replace("\u202f", " ")
            for fact in re.findall(r"<span>(.*?)</span>", found[1])
        ]
        if found
        else []
    )


@pytest.mark.parametrize(
    ("language", "facts"),
    [
        ("en", [
            "2 of 4 passages come from a single origin: State Department.",
            "At most 3 independent origins, perhaps only 2: 2 of them may go back to A report.",
            "3 passages came through Wire.",
            "76% of the article’s words are traced to somebody.",
        ]),
        ("de", [
            "2 von 4 Stellen kommen von einem einzigen Ursprung: State Department.",
            "Höchstens 3 unabhängige Ursprünge, vielleicht nur 2: 2 davon gehen womöglich auf A report zurück.",  # noqa: E501
            "3 Stellen kamen über Wire.",
            "76 % der Wörter des Artikels sind auf jemanden zurückgeführt.",
        ]),
        ("fr", [
            "2 passages sur 4 viennent d’une seule origine : State Department.",
            "Au plus 3 origines indépendantes, peut-être seulement 2 : 2 d’entre elles remontent peut-être à A report.",  # noqa: E501
            "3 passages sont arrivés via Wire.",
            "76 % des mots de l’article sont rattachés à quelqu’un.",
        ]),
        ("es", [
            "2 de 4 pasajes vienen de un solo origen: State Department.",
            "Como mucho 3 orígenes independientes, quizá solo 2: 2 de ellos quizá se remontan a A report.",  # noqa: E501
            "3 pasajes llegaron a través de Wire.",
            "El 76 % de las palabras del artículo remite a alguien.",
        ]),
        ("ar", [
            "مقطعان من 4 يعودان إلى أصل واحد: State Department.",
            "عدد الأصول المستقلة 3 على الأكثر، وربما 2 فقط: قد يعود اثنان منها إلى A report.",
            "جاءت 3 مقاطع عبر Wire.",
            "76٪ من كلمات المقال منسوبة إلى قائل.",
        ]),
    ],
)  # fmt: skip
def test_counts_are_told_in_sentences_of_the_pages_language(tmp_path, language, facts):
    assert counted(page_of(tmp_path, ANNOTATIONS.format(language=language))) == facts


def test_the_head_of_the_picture_tells_the_finding(tmp_path):
    page = page_of(tmp_path, ANNOTATIONS.format(language="en"))
    assert ">4 passages rest on 3 origins, 3 through Wire</h2>" in page


def test_each_status_leads_to_its_page_with_its_number(tmp_path):
    page = page_of(tmp_path, ANNOTATIONS.format(language="en"))
    chips = re.search(r'<ul class="chips">(.*?)</ul>', page, re.DOTALL)[1]
    found = re.findall(r'href="([^"]*)".*?>(\d+)</span> (\w+)', chips)
    assert found == [
        ("../statuses/disputed/index.html", "2", "disputed"),
        ("../statuses/opinion/index.html", "1", "opinion"),
    ]


def test_the_table_tells_every_way_by_origin_and_leads_to_its_passages(tmp_path):
    page = page_of(tmp_path, ANNOTATIONS.format(language="en"))
    table = re.search(r"<tbody>(.*?)</tbody>", page, re.DOTALL)[1]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
    told = [
        (re.findall(r'data-source="([^"]*)"', row), re.findall(r'href="(#(?!source)[^"]*)"', row))
        for row in rows
    ]
    assert told == [
        (["state", "jones", "wire"], ["#one"]),
        (["state", "clerk", "wire", "paper"], ["#two"]),
        (["wire", "paper"], ["#three"]),
        (["paper"], ["#four"]),
    ]


def test_every_thread_says_its_chain_and_its_passage(tmp_path):
    page = page_of(tmp_path, ANNOTATIONS.format(language="en"))
    assert (
        '<a id="thread_two" href="#two" tabindex="-1"><path class="thread on-unnamed" d="M3' in page
    ), "a thread is a link to its passage"
    assert "Clerk (for State Department) via Wire via Paper: “Two said so too”</title>" in page


def test_from_right_to_left_threads_begin_on_the_right(tmp_path):
    page = page_of(tmp_path, ANNOTATIONS.format(language="ar"))
    starts = re.findall(r'class="thread[^>]* d="M([\d.]+) ', page)
    assert min(map(float, starts)) > 288 - 250
    assert "285" in starts


HOPS = """\
title: Alpha
article: {outlet: paper}
annotations:
  - quote: One said it
    id: one
    attributed_to:
      - {source: jones, quote: I may have said it}
      - {source: wire, quote: "I may  have said it"}
      - paper
  - quote: Two said so too
    attributed_to:
      - {source: clerk, quote: Deux, language: fr}
      - {source: wire, quote: Two}
      - {source: paper, quote: "Two"}
  - {quote: Three heard it, attributed_to: wire > paper}
"""


def test_the_picture_marks_the_hop_at_which_words_changed(tmp_path):
    page = page_of(tmp_path, HOPS)
    titles = re.findall(r"<title>([^<]*; the words changed at [^<]*)</title>", page)
    assert titles == [
        "Stuart Jones (for State Department) via Wire via Paper: “One said it”;"
        " the words changed at Paper"
    ]
    marks = re.findall(r'<path class="change" d="M([\d.]+) ([\d.]+)m', page)
    assert len(marks) == 2, "one in the drawing, one in the legend"
    assert "the words changed here" in page


FEW = """\
title: Alpha
annotations:
  - {quote: One said it, attributed_to: jones}
  - {quote: Two said so too, attributed_to: clerk, note: n, status: opinion}
"""


@pytest.mark.parametrize(
    "more", ["", "  - {quote: Three heard it, attributed_to: state}\n"], ids=["two", "one origin"]
)
def test_where_there_is_too_little_nothing_is_counted_or_drawn(tmp_path, more):
    page = page_of(tmp_path, FEW + more)
    assert counted(page) == []
    assert "data-provenance" not in page
    assert "origin" not in re.sub(r"<[^>]*>", "", page)
