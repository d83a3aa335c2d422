"""Files for other programs, each read back by a program that such files are for."""

import json
import warnings

import html5lib
import pybtex.database
import pytest
import rdflib
import rispy
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle
from citeproc import formatter as formatters
from citeproc.source.json import CiteProcJSON
from small_site import write_site

from postil import building
from postil.export.bibtex import key_of

PROV = rdflib.Namespace("http://www.w3.org/ns/prov#")
PAGE = "https://example.org/alpha/"

# Every field that is exported, names and dates in every form, and signs that mean something to one
# of the formats.
SOURCES = r"""
state:
  kind: government
  name: State Department
jones:
  kind: official
  name: Jones
  title: Spokesman
  speaks_for: state
  draws_on: [ngo/report]
paper_1:
  kind: academic
  name: A journal
  title: '<i>Salmonella</i> & {other} 100 % certainties, $5 #1 a_b ~ ^ \end'
  author:
    - {family: Beethoven, given: Ludwig, non-dropping-particle: van, suffix: Jr.}
    - {literal: "Smith and Sons, Inc."}
    - {family: 毛, given: 泽东}
    - Plain Name
  editor: [{family: Ed, given: Itor}]
  translator: [{family: Trans, given: Lator}]
  container-title: Journal of <sub>2</sub> Things
  publisher: Publisher & Co.
  publisher-place: Bonn
  volume: 3
  issue: 4
  page: 17-23
  issued: 2017-05-15
  accessed: 2026-11-22
  DOI: https://doi.org/10.1000/a_b
  ISSN: 1234-5678
  language: de
ngo/report:
  kind: ngo
  name: Amnesty
  publisher: Amnesty International
  title: "A report: with a colon"
  number: MDE 24
  issued: 2016/2017
  url: https://example.org/a_b?c={d}&e=%20
book:
  kind: academic
  name: A book
  title: The book
  publisher: Publisher
  ISBN: 978-3-16-148410-0
  issued: {date-parts: [[-43, 3, 15]], circa: true}
story:
  kind: wire
  name: Reuters
  title: A “story”  with white   space
  issued: {literal: some day}
open:
  kind: court
  name: A court
  title: A judgment
  issued: 2017-05/..
unused:
  kind: press
  name: Nobody uses it
  title: Unused
"""
ANNOTATIONS = """
title: 'A & {B}: 100 %'
authors: [The desk, "Writer, Ann"]
published: 2024-05-01
updated: 2024-06
annotations:
  - id: said
    quote: told reporters
    attributed_to: [jones > story, jones > paper_1 > story]
    note: As in [@ngo/report, p. 6] and [@book, p. 1].
    sources: [open]
  - id: worded
    quote: a long report
    attributed_to:
      - {source: jones, quote: un long rapport, language: fr}
      - {source: story, quote: one long report}
"""
WORKS = {"book", "ngo/report", "open", "paper_1", "story"}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    root = write_site(tmp_path_factory.mktemp("site") / "site")
    for slug in ("beta", "gamma", "delta"):
        (root / "content" / slug / "annotations.yaml").unlink()
        next((root / "content" / slug).glob("article.*")).unlink()
        (root / "content" / slug).rmdir()
    (root / "content/context.yaml").unlink()
    site = (root / "site.yaml").read_text(encoding="utf-8")
    (root / "site.yaml").write_text(f"{site}base_url: https://example.org\n", encoding="utf-8")
    (root / "content/sources.yaml").write_text(SOURCES, encoding="utf-8")
    (root / "content/alpha/annotations.yaml").write_text(ANNOTATIONS, encoding="utf-8")
    site = building.build_site(root)
    assert not site.report.failed, [each.message for each in site.report.diagnostics]
    return {
        path.removeprefix("alpha/"): data
        for path, data in site.files.items()
        if path.startswith("alpha/")
    }


@pytest.fixture(scope="module")
def items(files):
    return {item["id"]: item for item in json.loads(files["sources.json"])}


def test_csl_has_the_works_and_nobody_who_speaks(items):
    assert set(items) == WORKS


def test_csl_items_are_what_was_written(items):
    paper = items["paper_1"]
    assert paper["type"] == "article-journal"
    assert paper["title"].startswith("<i>Salmonella</i> & {other}")
    assert paper["author"] == [
        {
            "family": "Beethoven",
            "given": "Ludwig",
            "non-dropping-particle": "van",
            "suffix": "Jr.",
        },
        {"literal": "Smith and Sons, Inc."},
        {"family": "毛", "given": "泽东"},
        {"literal": "Plain Name"},
    ]
    assert paper["DOI"] == "10.1000/a_b"
    assert paper["issued"] == {"date-parts": [[2017, 5, 15]]}
    assert items["ngo/report"]["author"] == [{"literal": "Amnesty International"}]
    assert items["ngo/report"]["issued"] == {"date-parts": [[2016], [2017]]}
    assert items["book"]["issued"] == {"date-parts": [[-43, 3, 15]], "circa": True}
    assert items["story"]["issued"] == {"literal": "some day"}
    assert items["open"]["issued"] == {"literal": "2017-05/"}


def test_citeproc_makes_references_of_the_csl(files):
    data = json.loads(files["sources.json"])
    dated = [item for item in data if item["id"] not in ("open", "story")]  # it knows no literals
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    made = CitationStylesBibliography(style, CiteProcJSON(dated), formatters.plain)
    for item in dated:
        made.register(Citation([CitationItem(item["id"])]))
    printed = " ".join(map(str, made.bibliography()))
    assert "Beethoven" in printed and "2017" in printed and "A report: with a colon" in printed


def test_bibtex_is_read_back(files):
    found = pybtex.database.parse_bytes(files["sources.bib"], "bibtex")
    assert set(found.entries) == {key_of(id) for id in WORKS}
    paper = found.entries["paper_1"]
    assert paper.type == "article"
    van, body, mao, plain = paper.persons["author"]
    assert (van.first_names, van.prelast_names) == (["Ludwig"], ["van"])
    assert (van.last_names, van.lineage_names) == (["Beethoven"], ["Jr."])
    assert str(body) == "{Smith and Sons, Inc.}"
    assert (mao.last_names, mao.first_names) == (["毛"], ["泽东"])
    assert str(plain) == "{Plain Name}"
    assert paper.fields["pages"] == "17--23"
    assert (paper.fields["date"], paper.fields["urldate"]) == ("2017-05-15", "2026-11-22")
    assert paper.fields["title"] == (
        r"Salmonella \& \textbraceleft{}other\textbraceright{} 100 \% certainties, \$5 \#1 a\_b "
        r"\textasciitilde{} \textasciicircum{} \textbackslash{}end"
    )
    assert found.entries["ngo/report"].fields["date"] == "2016/2017"
    assert found.entries["ngo/report"].fields["url"] == "https://example.org/a_b?c=%7bd%7d&e=%20"
    assert found.entries["story"].fields["title"] == "A “story” with white space"


def test_ris_is_read_back(files):
    assert files["sources.ris"].count(b"\n") == files["sources.ris"].count(b"\r\n")
    records = {record["id"]: record for record in rispy.loads(files["sources.ris"].decode())}
    assert set(records) == WORKS
    paper = records["paper_1"]
    assert paper["type_of_reference"] == "JOUR"
    assert paper["authors"][:2] == ["van Beethoven, Ludwig, Jr.", "Smith and Sons, Inc."]
    assert (paper["start_page"], paper["end_page"]) == ("17", "23")
    assert paper["date"] == "2017/05/15"
    assert records["story"]["title"] == "A “story” with white space"
    assert records["ngo/report"]["urls"] == ["https://example.org/a_b?c={d}&e=%20"]


def test_provenance_leads_from_the_passage_to_who_said_it_and_whom_they_speak_for(files):
    graph = rdflib.Graph()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        graph.parse(data=files["provenance.jsonld"].decode(), format="json-ld", publicID=PAGE)
    said = rdflib.URIRef(f"{PAGE}#said")
    assert str(graph.value(said, PROV.value)) == "told reporters"
    jones = rdflib.URIRef(f"{PAGE}#source-jones")
    primary = set(graph.objects(said, PROV.hadPrimarySource))
    assert len(primary) == 2
    assert {graph.value(first, PROV.wasAttributedTo) for first in primary} == {jones}
    assert graph.value(jones, PROV.actedOnBehalfOf) == rdflib.URIRef(f"{PAGE}#source-state")
    ways = graph.query(
        "SELECT ?name WHERE { ?passage prov:wasQuotedFrom+ ?statement ."
        " ?statement prov:wasAttributedTo ?agent . ?agent <http://xmlns.com/foaf/0.1/name> ?name }",
        initNs={"prov": PROV},
        initBindings={"passage": said},
    )
    assert {str(name) for (name,) in ways} == {"Jones", "A journal", "Reuters"}


def test_provenance_of_the_longer_chain_keeps_its_order(files):
    graph = json.loads(files["provenance.jsonld"])["@graph"]
    by_id = {node["@id"]: node for node in graph}
    names, statement = [], "./#said.2.3"
    while statement:
        names.append(by_id[statement]["wasAttributedTo"])
        statement = by_id[statement].get("wasQuotedFrom")
    assert names == ["./#source-story", "./#source-paper_1", "./#source-jones"]


def test_provenance_has_the_words_of_each_hop_in_their_language(files):
    graph = rdflib.Graph()
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        graph.parse(data=files["provenance.jsonld"].decode(), format="json-ld", publicID=PAGE)
    said = {hop: graph.value(rdflib.URIRef(f"{PAGE}#worded.1.{hop}"), PROV.value) for hop in (1, 2)}
    assert said == {
        1: rdflib.Literal("un long rapport", lang="fr"),
        2: rdflib.Literal("one long report"),
    }
    assert graph.value(rdflib.URIRef(f"{PAGE}#said.1.1"), PROV.value) is None


# ------------------------------------------------------------------ the page itself


def test_the_page_itself_is_a_reference_in_every_form(files):
    (item,) = json.loads(files["cite.json"])
    assert item == {
        "id": "alpha",
        "type": "webpage",
        "title": "A & {B}: 100 %",
        "container-title": "Small",
        "author": [{"literal": "The desk"}, {"literal": "Writer, Ann"}],
        "issued": {"date-parts": [[2024, 6]]},
        "language": "en",
        "URL": "https://example.org/alpha/",
    }
    (entry,) = pybtex.database.parse_bytes(files["cite.bib"], "bibtex").entries.values()
    assert (entry.fields["title"], entry.fields["date"]) == (
        r"A \& \textbraceleft{}B\textbraceright{}: 100 \%",
        "2024-06",
    )
    assert [str(person) for person in entry.persons["author"]] == ["{The desk}", "{Writer, Ann}"]
    (record,) = rispy.loads(files["cite.ris"].decode())
    assert record["type_of_reference"] == "ELEC"
    assert (record["title"], record["urls"]) == ("A & {B}: 100 %", ["https://example.org/alpha/"])


def test_citeproc_makes_a_reference_of_the_page(files):
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    source = CiteProcJSON(json.loads(files["cite.json"]))
    made = CitationStylesBibliography(style, source, formatters.plain)
    made.register(Citation([CitationItem("alpha")]))
    (printed,) = map(str, made.bibliography())
    assert "The desk" in printed and "2024" in printed and "https://example.org/alpha/" in printed


def test_a_page_leads_to_its_references(files):
    html = files["index.html"].decode()
    for name in ("cite.bib", "cite.ris", "cite.json"):
        assert f'<a href="{name}" download>' in html


# ------------------------------------------------------------------ Zotero

# What its translator "Embedded Metadata" makes of a page's <meta>, by the fields of an item; the
# first that is there counts. A `citation_title` would make it an article of a journal.
ZOTERO = {
    "title": ("og:title",),
    "websiteTitle": ("og:site_name",),
    "date": ("article:published_time",),
    "url": ("og:url",),
    "abstractNote": ("og:description", "description"),
}
TELLING_A_TYPE = ("citation_title", "citation_journal_title", "citation_book_title",
                  "citation_technical_report_institution", "citation_dissertation_institution",
                  "citation_conference_title", "citation_isbn")  # fmt: skip


def test_zotero_takes_the_page_as_a_web_page_with_its_authors(files):
    metas = [
        (node.get("property") or node.get("name"), node.get("content"))
        for node in html5lib.parse(files["index.html"]).iter("{http://www.w3.org/1999/xhtml}meta")
    ]
    told = dict(reversed(metas))
    found = {
        field: next((told[name] for name in names if told.get(name)), None)
        for field, names in ZOTERO.items()
    }
    assert found == {
        "title": "A & {B}: 100 %",
        "websiteTitle": "Small",
        "date": "2024-05-01",
        "url": "https://example.org/alpha/",
        "abstractNote": "An article with 2 annotations by The desk and Writer, Ann.",
    }
    authors = [content for name, content in metas if name == "citation_author"]
    assert authors == ["The desk", "Writer, Ann"]
    assert told["og:type"] == "article"  # which alone is only a guess to it
    assert not told.keys() & set(TELLING_A_TYPE)
