"""What a page says of itself to search engines, read back and held against schema.org."""

import json
import shutil
import subprocess
import warnings
from pathlib import Path

import html5lib
import pytest
import rdflib
from small_site import write_site

from postil import building
from postil.page.rendering import Renderer

ROOT, NODE = Path(__file__).parents[1], Path(__file__).parent / "node"
PAGE = "https://example.org/p/alpha/"
SCHEMA = rdflib.Namespace("https://schema.org/")
HOSTILE = "</script><script>alert(1)</script><!-- & \\u2028"

SITE = f"""
title: Small
publisher: The desk
home_url: https://example.com
base_url: {PAGE.removesuffix("alpha/")}
"""
SOURCES = """
outlet: {kind: press, name: The Gazette}
jones: {kind: official, name: Jones}
paper:
  kind: academic
  name: Paper
  title: A <i>study</i>
  container-title: Journal
  url: https://example.org/study
  issued: 2016/2017-03
old: {kind: document, name: Tablet, title: A tablet, issued: "-0043-03-15"}
story: {kind: wire, name: Reuters, title: A story, issued: {literal: some day}}
report: {kind: ngo, name: Report, title: A report, issued: 2017-02-07}
book: {kind: academic, name: Book, title: A book, ISBN: 978-3-16-148410-0}
"""
ANNOTATIONS = f"""
title: '{HOSTILE}'
summary: In *short*.
published: 2024-05-01
updated: 2024-06-02
authors: [The desk, Ann Writer]
language: de
article:
  outlet: outlet
  title: The article
  author: [Ada Smith, {{literal: Our staff}}]
  url: https://example.org/article
  archive_url: https://example.org/archive
  issued: 2017-05
  language: en
annotations:
  - id: first
    quote: told reporters
    attributed_to: jones
    note: See [@paper], [@old], [@story], [@report] and [@book].
corrections:
  - {{date: 2024-06-02, annotation: first, was: It was *two*., now: It was three.}}
updates:
  - {{date: 2024-06-01, text: Looked at again.}}
"""


def write(tmp_path, site: str = SITE, annotations: str = ANNOTATIONS):
    root = write_site(tmp_path / "site")
    for slug in ("beta", "gamma", "delta"):
        shutil.rmtree(root / "content" / slug)
    (root / "content/context.yaml").unlink()
    (root / "site.yaml").write_text(site, encoding="utf-8")
    (root / "content/sources.yaml").write_text(SOURCES, encoding="utf-8")
    (root / "content/alpha/annotations.yaml").write_text(annotations, encoding="utf-8")
    return root


def block_of(root) -> str:
    """The text of the one block of linked data on the page, as a browser reads it."""
    site = building.build_site(root, jobs=1)
    assert not site.report.failed, [each.message for each in site.report.diagnostics]
    tree = html5lib.parse(site.files["alpha/index.html"], namespaceHTMLElements=False)
    scripts = [each for each in tree.iter("script") if not each.get("src")]
    (block,) = scripts  # nothing in it began another one
    assert block.get("type") == "application/ld+json"
    return "".join(block.itertext())


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return json.loads(block_of(write(tmp_path_factory.mktemp("schema"))))


@pytest.fixture(scope="module")
def graph(data):
    """What it says as statements. The context of schema.org is its vocabulary, and addresses."""
    addresses = ("url", "archivedAt", "image")
    context = {"@vocab": str(SCHEMA), **{name: {"@type": "@id"} for name in addresses}}
    found = rdflib.Graph()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        text = json.dumps(data | {"@context": context})
        found.parse(data=text, format="json-ld", publicID=PAGE)
    return found


def test_nothing_that_an_editor_wrote_ends_the_block(data):
    assert data["headline"] == HOSTILE


def test_a_page_is_an_article_of_its_publisher(graph):
    page = rdflib.URIRef(PAGE)
    assert graph.value(page, rdflib.RDF.type) == SCHEMA.Article
    told = {name: str(graph.value(page, SCHEMA[name])) for name in (
        "url", "description", "inLanguage", "datePublished", "dateModified")}  # fmt: skip
    assert told == {
        "url": PAGE, "description": "In short.", "inLanguage": "de",
        "datePublished": "2024-05-01", "dateModified": "2024-06-02",
    }  # fmt: skip
    assert named(graph, page, "author") == {("The desk", "Organization"), ("Ann Writer", "Person")}
    assert named(graph, page, "publisher") == {("The desk", "Organization")}
    publisher = graph.value(page, SCHEMA.publisher)
    assert graph.value(publisher, SCHEMA.url) == rdflib.URIRef("https://example.com")


def named(graph, node, term: str) -> set[tuple[str, str]]:
    """The names of what a node has under a term, each with its type."""
    return {
        (
            str(graph.value(each, SCHEMA.name)),
            str(graph.value(each, rdflib.RDF.type)).removeprefix(str(SCHEMA)),
        )
        for each in graph.objects(node, SCHEMA[term])
    }


def test_it_is_based_on_the_annotated_article(graph):
    article = graph.value(rdflib.URIRef(PAGE), SCHEMA.isBasedOn)
    assert graph.value(article, rdflib.RDF.type) == SCHEMA.Article
    assert graph.value(article, SCHEMA.url) == rdflib.URIRef("https://example.org/article")
    assert graph.value(article, SCHEMA.archivedAt) == rdflib.URIRef("https://example.org/archive")
    assert str(graph.value(article, SCHEMA.datePublished)) == "2017-05"
    assert str(graph.value(article, SCHEMA.inLanguage)) == "en"
    assert named(graph, article, "author") == {
        ("Ada Smith", "Person"), ("Our staff", "Organization")}  # fmt: skip
    assert named(graph, article, "publisher") == {("The Gazette", "Organization")}


def test_it_cites_the_works_of_its_source_list_and_nobody_who_speaks(data, graph):
    assert named(graph, rdflib.URIRef(PAGE), "citation") == {
        ("A study", "ScholarlyArticle"), ("A tablet", "CreativeWork"), ("A story", "NewsArticle"),
        ("A report", "Report"), ("A book", "Book"),
    }  # fmt: skip
    dates = {each["@id"]: each.get("datePublished") for each in data["citation"]}
    assert dates == {
        "#source-paper": "2016/2017-03", "#source-report": "2017-02-07", "#source-book": None,
        "#source-story": None, "#source-old": None,
    }  # fmt: skip
    paper = rdflib.URIRef(f"{PAGE}#source-paper")
    assert graph.value(paper, SCHEMA.url) == rdflib.URIRef("https://example.org/study")


def test_it_tells_what_was_corrected_and_no_update(graph):
    correction = graph.value(rdflib.URIRef(PAGE), SCHEMA.correction)
    assert correction == rdflib.URIRef(f"{PAGE}#correction_1")
    assert graph.value(correction, rdflib.RDF.type) == SCHEMA.CorrectionComment
    assert str(graph.value(correction, SCHEMA.text)) == "It was two. → It was three."
    assert str(graph.value(correction, SCHEMA.datePublished)) == "2024-06-02"


def test_of_what_is_not_known_nothing_is_said(tmp_path):
    bare = "title: Bare\nannotations: [{id: a, quote: told reporters, note: A note.}]\n"
    data = json.loads(block_of(write(tmp_path, "title: Small\n", bare)))
    assert data == {
        "@context": "https://schema.org",
        "@type": "Article",
        "headline": "Bare",
        "inLanguage": "en",
        "publisher": {"@type": "Organization", "name": "Small"},
        "isBasedOn": {"@type": "CreativeWork", "inLanguage": "en"},
    }


@pytest.mark.parametrize("text", ["</script>", "<!--<script>", "a & b", "]]>", "\u2028"])
def test_a_block_of_data_has_no_sign_of_markup_and_means_the_same(text):
    block = Renderer(ROOT)._environment.globals["data_block"]({"a": text})
    assert not set("<>&") & set(block)
    assert json.loads(block) == {"a": text}


# ------------------------------------------------------------------ the types of schema.org


@pytest.mark.checkers
def test_the_types_of_schema_org_allow_what_pages_say(data, tmp_path):
    flagship = building.build_site(ROOT).files["saydnaya-crematorium/index.html"].decode()
    own = flagship.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert mistakes_in({"data.mts": json.dumps(data), "own.mts": own}) == ""


@pytest.mark.checkers
@pytest.mark.parametrize("change", [
    {"headlin": "A"}, {"isBasedOn": {"@type": "Artikel"}}, {"correction": {"@type": "Person"}},
    {"citation": [{"@type": "NewsArticle", "kind": "x"}]},
])  # fmt: skip
def test_the_types_of_schema_org_notice_what_is_no_term(data, change):
    assert "error TS" in mistakes_in({"wrong.mts": json.dumps(data | change)})


def mistakes_in(documents: dict[str, str]) -> str:
    """What TypeScript says of documents by the types of the package schema-dts, by file."""
    compiler = NODE / "node_modules/.bin/tsc"
    if not compiler.exists() or not shutil.which("node"):
        pytest.skip("npm install in tests/node")
    folder = NODE / "node_modules" / ".schema"  # where the package is found
    folder.mkdir(exist_ok=True)
    head = 'import type { Article, WithContext } from "schema-dts";\n'
    for name, document in documents.items():
        text = f"{head}export const page: WithContext<Article> = {document};\n"
        (folder / name).write_text(text, encoding="utf-8")
    options = ("--noEmit", "--strict", "--ignoreConfig", "--module", "nodenext")
    files = [folder / name for name in documents]
    done = subprocess.run([compiler, *options, *files], capture_output=True, text=True)
    shutil.rmtree(folder)
    return done.stdout + done.stderr
