"""Embeds: one annotation, for a frame on another site, and the list of them with what to copy."""

import posixpath
import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import html5lib
import pytest
from small_site import write_site

from postil import building
from postil.cli import commands
from postil.export.embeds import RESIZING, SURROUNDINGS
from postil.output.publishing import publish
from postil.output.verifying import verify_all

XHTML = "{http://www.w3.org/1999/xhtml}"
EMBEDS = "base_url: https://example.org/notes/\nembeds: true\n"

SOURCES = "agency: {kind: wire, name: The <Agency>}\npaper: {kind: press, name: The Paper}\n"
ARTICLE = """\
The bridge fell on Monday, said “somebody” & nobody <else>.

{long}the harbour{more}

القنطرة سقطت يوم الاثنين.
"""
ANNOTATIONS = """\
title: Bridges & <harbours>
published: 2024-05-01
article: {outlet: paper, issued: 2024-04}
annotations:
  - id: claim
    quote: said “somebody” & nobody <else>
    attributed_to:
      - {source: agency, quote: it might have fallen}
      - paper
    status: altered
    note: |
      So it says [@agency, p. 7]; see [the harbour](#harbour) and [the other page](../other/).
  - {id: harbour, quote: the harbour, context: {title: A harbour, body: Old.}}
  - {id: HARBOUR, quote: يوم الاثنين, note: On a Monday.}
  - {id: con, quote: The bridge, attributed_to: agency > paper, also: [Monday], draft: true}
  - {id: gone, quote: It was new, withdrawn: 2024-06-01, note: So it said.}
"""
OTHER = "title: Other\nlanguage: ar\nannotations: [{id: one, quote: Monday, note: نعم.}]\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for slug, text in (("bridges", ANNOTATIONS), ("other", OTHER)):
        folder = tmp_path / "content" / slug
        folder.mkdir(parents=True)
        (folder / "annotations.yaml").write_text(text, encoding="utf-8")
        article = ARTICLE.format(long="Far words before. " * 40, more=", and far words after." * 40)
        (folder / "article.txt").write_text(article, encoding="utf-8")
    (tmp_path / "content" / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    (tmp_path / "site.yaml").write_text(f"title: Notes\n{EMBEDS}", encoding="utf-8")
    return tmp_path


def files(root: Path, **how: object) -> dict[str, str]:
    """The pages of a site that has no mistakes."""
    site = building.build_site(root, **how)  # type: ignore[arg-type]
    assert not site.report.failed, site.report.diagnostics
    return {path: data.decode() for path, data in site.files.items() if path.endswith(".html")}


def embeds(pages: dict[str, str]) -> dict[str, str]:
    return {path: html for path, html in pages.items() if "/embed/" in path}


def test_each_annotation_has_a_page_in_a_folder_that_every_disk_has_beside_the_others(root):
    assert list(embeds(files(root, drafts=True))) == [
        "bridges/embed/~63on/index.html",
        "bridges/embed/claim/index.html",
        "bridges/embed/harbour/index.html",
        "bridges/embed/~48~41~52~42~4f~55~52/index.html",
        "bridges/embed/gone/index.html",
        "bridges/embed/index.html",
        "other/embed/one/index.html",
        "other/embed/index.html",
    ]


def test_a_draft_is_embedded_nowhere(root):
    public, with_drafts = embeds(files(root)), embeds(files(root, drafts=True))
    assert set(with_drafts) - set(public) == {"bridges/embed/~63on/index.html"}
    assert 'class="draft"' in with_drafts["bridges/embed/~63on/index.html"]
    assert 'class="draft"' not in with_drafts["bridges/embed/claim/index.html"]


def test_without_the_setting_there_are_none_and_no_page_speaks_of_them(root):
    (root / "site.yaml").write_text("title: Notes\n")
    pages = files(root)
    assert not embeds(pages)
    assert not any("embed" in html for html in pages.values())


def test_the_page_leads_to_the_list_and_the_list_to_each_embed(root):
    pages = files(root)
    assert 'href="embed/index.html"' in pages["bridges/index.html"]
    for path in embeds(pages):
        if path.count("/") == 3 and "/gone/" not in path:
            folder = path.split("/")[2]
            assert (
                f'href="{folder}/index.html"'
                in pages["bridges/embed/index.html"] + pages["other/embed/index.html"]
            )


def test_every_link_leads_to_a_page_and_a_place_that_is_there(root):
    pages = files(root)
    for path, html in embeds(pages).items():
        for href in re.findall(r'<a [^>]*href="([^"]*)"', html):
            address = urlsplit(urljoin(f"https://here/{path}", unescape(href)))
            if address.netloc != "here":
                continue
            target = unquote(address.path.lstrip("/"))
            target = posixpath.join(target, "index.html") if target.endswith("/") else target
            assert target in pages, (path, href)
            if address.fragment:
                assert f'id="{unquote(address.fragment)}"' in pages[target], (path, href)


def test_an_embed_is_kept_from_search_engines_which_are_told_of_the_page(root):
    for path, html in embeds(files(root)).items():
        assert '<meta name="robots" content="noindex">' in html
        slug = path.split("/")[0]
        assert f'<link rel="canonical" href="https://example.org/notes/{slug}/">' in html


def test_an_embed_asks_for_nothing_from_elsewhere_and_runs_nothing_inside(root):
    for html in embeds(files(root)).values():
        assert "default-src 'none'" in html
        for address in re.findall(r'(?:src|srcset)="([^"]*)"', html):
            assert address.startswith("../"), address
        html = re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL)  # which is to be copied
        assert not re.search(r"(?i)<script(?![^>]*\bsrc=)|<style| style=| on\w+=", html)


def test_an_embed_says_what_the_note_says(root):
    html = embeds(files(root))["bridges/embed/claim/index.html"]
    page = html5lib.parse(html)
    passage = page.find(f".//{XHTML}blockquote[@class='embed-passage']")
    said = "The bridge fell on Monday, said “somebody” & nobody <else>."
    assert "".join(passage.itertext()) == said
    assert passage.find(f"{XHTML}mark").text == "said “somebody” & nobody <else>"
    text = " ".join("".join(page.find(f".//{XHTML}main").itertext()).split())
    for words in ("The Paper, April 2024", "Altered", "wire: The <Agency>", "it might have fallen",
                  "hedge lost: might", "So it says", "p. 7", "Bridges & <harbours>"):  # fmt: skip
        assert words in text, words


def test_what_the_article_has_no_more_keeps_its_embed_and_is_offered_to_nobody(root):
    pages = embeds(files(root))
    html = pages["bridges/embed/gone/index.html"]
    assert "<del>It was new</del>" in html and "Since June 1, 2024" in html
    assert 'href="../../index.html#gone"' in html
    assert "gone" not in pages["bridges/embed/index.html"]


def test_what_stands_around_the_passage_is_shortened_between_words(root):
    html = embeds(files(root))["bridges/embed/harbour/index.html"]
    before, after = re.search(
        r"<blockquote[^>]*>(.*?)<mark>the harbour</mark>(.*?)</blockquote>", html
    ).groups()
    assert before.startswith("… ") and after.endswith(" …")
    assert "Far words before. ".endswith(before.removeprefix("… ")[:1]) is False
    assert max(len(before), len(after)) <= SURROUNDINGS + 2
    assert (" Far words before." * 40 + " ").endswith(before.removeprefix("…"))
    assert (", and far words after." * 40).startswith(after.removesuffix(" …"))


def test_an_embed_is_of_the_languages_of_page_and_article(root):
    other = embeds(files(root))["other/embed/one/index.html"]
    assert '<html lang="ar" dir="rtl"' in other
    assert 'class="embed-passage" lang="ar" dir="rtl"' in other


def test_what_is_to_be_copied_shows_the_embed_and_nothing_else(root):
    html = embeds(files(root))["bridges/embed/index.html"]
    snippets = [unescape(code) for code in re.findall(r"<code>(.*?)</code>", html, re.DOTALL)]
    assert snippets.pop(0) == RESIZING
    assert len(snippets) == 3
    for snippet in snippets:
        (frame,) = html5lib.parseFragment(snippet)
        assert frame.tag == f"{XHTML}iframe" and not frame.text
        assert frame.get("src").startswith("https://example.org/notes/bridges/embed/")
        assert 100 < int(frame.get("height")) < 1000
        assert frame.get("title").startswith("Annotated: ")
    assert html5lib.parseFragment(snippets[0])[0].get("title").endswith("nobody <else>")


def test_embeds_need_to_know_where_the_site_stands(root, capsys):
    (root / "site.yaml").write_text("title: Notes\nembeds: true\n")
    assert commands.run(["check", "--root", str(root)]) == 1
    assert "site.yaml:2:1: error[missing-field] embeds need a `base_url`" in capsys.readouterr().out


def test_pages_with_embeds_are_proved_and_embeds_go_with_the_setting(tmp_path):
    root, output = write_site(tmp_path / "site"), tmp_path / "output"
    with (root / "site.yaml").open("a") as file:
        file.write(EMBEDS)
    publish(building.build_site(root).files, output)
    assert (output / "alpha/embed/first/index.html").is_file()
    results = verify_all(output, root / "content")
    assert [str(result) for result in results if not result.is_proved] == []
    (root / "site.yaml").write_text("title: Small\n")
    publish(building.build_site(root).files, output)
    assert not list(output.glob("*/embed"))
