"""`import`: what other programs have becomes entries that our own reader takes as they are."""

import io
import json
import shutil
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_site import write_site

from postil import building
from postil.cli import commands
from postil.cli.bibliographies import (
    from_tex,
    read_bibtex,
    read_csl,
    read_csl_yaml,
    read_ris,
)
from postil.cli.source_entries import write_entries
from postil.diagnostics.model import Report, SourceText
from postil.export import bibtex, ris
from postil.export.csl_json import item_of
from postil.site import files, loading
from postil.site.model import Source
from postil.text.rich import plain_words
from postil.yaml import reading

ROOT = Path(__file__).parents[1]

FORMATS = {"bibtex": read_bibtex, "ris": read_ris, "yaml": read_csl_yaml}


def sources_of(yaml: str) -> dict[str, Source]:
    """The entries as the build reads them; it has nothing to complain of."""
    report = Report()
    document = reading.read(SourceText("content/sources.yaml", yaml), report, loading.DIALECT)
    assert report.diagnostics == [] and document
    return files.convert("sources", document.without_nothing().data)


def imported(bibliography, there=None) -> tuple[dict[str, Source], tuple[str, ...]]:
    entries = write_entries(bibliography.records, there or {})
    found = sources_of(entries.yaml)
    assert tuple(found) == entries.ids
    return found, entries.said


# ------------------------------------------------------------------ what is read of each format

BIBTEX = r"""
@string{jx = "Journal of {X}"}
@comment{nothing}
@article{garcia2020, author = {Garc{\'\i}a, Jos{\'e} and van Beethoven, Jr., Ludwig and
  {Smith and Sons, Inc.} and others}, title = {The {NASA} effect: 100% of \$5 \& \emph{more}},
  journal = jx, month = jan, year = 2020, number = 4, pages = {17--23}, doi = {10.1000/a\_b}}
@article{paper, title={News}, journaltitle={The Paper}, entrysubtype={newspaper}, date={2020-02/..}}
@online{12345, title={A page}, url={https://example.org/x?y=1&z=2}, urldate={2024-05-01},
  organization={BBC News}, date={2024-04}}
@misc{arx, author={Doe, Jane}, title={On {$x^2$}}, eprint={2001.00001}, archivePrefix={arXiv}}
@misc{how, title={Web thing}, howpublished={\url{https://foo.org/bar_baz}}, year={n.d.}}
@incollection{part, title={Part}, subtitle={Its end}, booktitle={Whole}, year=2001, month={5}}
"""
RIS = """\
TY  - NEWS
TI  - A story
AU  - Perry, Tom
AU  - Reuters
T2  - The Times
DA  - 2017/05/16/
SP  - 17
EP  - 23
UR  - https://t.example
KW  - a
KW  - b
TY  - BOOK
T1  - B
SN  - 978-3-16-148410-0
PY  - 2001
ER  -
"""
YAML = """\
---
references:
- id: no
  type: webpage
  title: 'Yes: No'
  issued: 2017-05-15
  accessed: {year: 2020, month: 1}
  author:
  - family: Ng
    given: A
...
"""


@pytest.mark.parametrize(
    ("form", "text", "id", "expected"),
    [
        ("bibtex", BIBTEX, "garcia2020", {
            "kind": "academic", "name": "García et al. 2020",
            "title": "The NASA effect: 100% of $5 & more", "container-title": "Journal of X",
            "issue": "4", "page": "17-23", "issued": "2020-01", "DOI": "10.1000/a_b",
            "author": [
                {"family": "García", "given": "José"},
                {"family": "Beethoven", "given": "Ludwig", "suffix": "Jr.",
                 "non-dropping-particle": "van"},
                "Smith and Sons, Inc.",
            ],
        }),
        ("bibtex", BIBTEX, "paper", {
            "kind": "press", "name": "The Paper", "title": "News", "container-title": "The Paper",
            "issued": "2020-02/..",
        }),
        ("bibtex", BIBTEX, "bbc-news-2024-04", {
            "kind": "reference", "name": "BBC News", "title": "A page", "publisher": "BBC News",
            "issued": "2024-04", "accessed": "2024-05-01", "url": "https://example.org/x?y=1&z=2",
        }),
        ("bibtex", BIBTEX, "arx", {
            "kind": "academic", "name": "Doe", "title": "On $x^2$",
            "author": [{"family": "Doe", "given": "Jane"}],
            "url": "https://arxiv.org/abs/2001.00001",
        }),
        ("bibtex", BIBTEX, "how", {
            "kind": "document", "name": "Web thing", "title": "Web thing",
            "issued": {"literal": "n.d."}, "url": "https://foo.org/bar_baz",
        }),
        ("bibtex", BIBTEX, "part", {
            "kind": "academic", "name": "Whole", "title": "Part: Its end",
            "container-title": "Whole", "issued": "2001-05",
        }),
        ("ris", RIS, "perry-2017-05-16", {
            "kind": "press", "name": "The Times", "title": "A story",
            "author": [{"family": "Perry", "given": "Tom"}, "Reuters"],
            "container-title": "The Times", "page": "17-23", "issued": "2017-05-16",
            "url": "https://t.example",
        }),
        ("ris", RIS, "b-2001", {
            "kind": "academic", "name": "B", "title": "B", "issued": "2001",
            "ISBN": "978-3-16-148410-0",
        }),
        ("yaml", YAML, "no", {
            "kind": "reference", "name": "Ng 2017", "title": "Yes: No",
            "author": [{"family": "Ng", "given": "A"}], "issued": "2017-05-15",
            "accessed": {"year": "2020", "month": "1"},
        }),
    ],
)  # fmt: skip
def test_an_entry_of_each_format(form, text, id, expected):
    found, _ = imported(FORMATS[form](text))
    assert found[id] == files.convert("sources", {id: expected})[id]


CSL = [
    {"id": "http://zotero.org/users/1/items/ABC", "type": "article-newspaper",
     "title": "It <i>is</i>", "container-title": ["Reuters"],
     "author": [{"family": "Perry", "given": "Tom", "ORCID": "0"}],
     "issued": {"date-parts": [["2017", 5, 16]]}, "URL": "https://reuters.example/1",
     "abstract": "x"},
    {"id": 99, "type": "book", "author": [{"literal": "WHO"}], "title": "Book\u200b \x1b[31m red",
     "issued": {"date-parts": [[2016], [2017]]}, "volume": 3},
    {"id": "bad", "type": "webpage", "title": "Bad", "URL": "not a url",
     "issued": {"date-parts": [[2020, 99]]}},
    {"citation-key": "doe2020", "id": "x", "type": "report", "publisher": "UN", "title": "R",
     "issued": {"date-parts": [[-43, 3, 15]], "circa": True}},
    "stray",
]  # fmt: skip


def test_csl_json_as_zotero_crossref_and_others_write_it():
    bibliography = read_csl(CSL)
    found, said = imported(bibliography)
    assert list(found) == ["perry-2017-05-16", "who-2016", "bad", "doe2020"]
    assert [each.name for each in found.values()] == ["Reuters", "WHO 2016", "Bad", "UN"]
    assert found["who-2016"].title == "Book [31m red" and found["who-2016"].volume == "3"
    assert bibliography.complaints == ("1 entries have no fields",)
    assert said == (
        "`perry-2017-05-16`: left out, since no page prints it: abstract",
        "`bad`: `issued` is not accepted: {'date-parts': [['2020', '99']]}",
        "`bad`: `url` is not accepted: not a url",
    )


def test_what_the_site_has_is_not_proposed_again():
    there = {
        "perry": Source("wire", "Reuters", url="https://reuters.example/1"),
        "doe2020": Source("un", "Another"),
    }
    found, said = imported(read_csl(CSL), there)
    assert list(found) == ["who-2016", "bad", "doe2020-2"]
    assert "`perry` is in content/sources.yaml already: It <i>is</i>" in said


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        (r"{\"U}ber \o{} {\ss} \v{c} Garc{\'\i}a", "Über ø ß č García"),
        ("100% sure, 50\\% more", "100% sure, 50% more"),
        (r"a\textasciicircum{}b\textasciitilde{}c \textbackslash{}end \{x\}", r"a^b~c \end {x}"),
        (r"``q'' --- 1--2", "“q” — 1–2"),
        ("no  markup\nat all", "no markup at all"),
        (r"\href{x", "x"),
    ],
)
def test_words_of_tex(tex, words):
    assert from_tex(tex) == words


# ------------------------------------------------------------------ there and back

# No sign that is markup of CSL or a ligature of TeX's: these change by intention.
WORD = (
    st.text(
        st.sampled_from("abzÄöüéßøčжДيב毛沢 0123456789.,:;!?()[]{}@#$%&*+=_~^\\/|"),
        min_size=1,
        max_size=12,
    )
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: any(map(str.isalpha, text)))
)
NAMES = st.lists(
    st.one_of(
        st.builds(lambda family, given: {"family": family, "given": given},
                  *[st.text(st.sampled_from("abÄéčжД毛"), min_size=1, max_size=8)] * 2),
        st.text(st.sampled_from("abÄéčжД毛"), min_size=1, max_size=8),
    ),
    max_size=3,
)  # fmt: skip
DATES = st.sampled_from(["", "2017", "2017-05", "2017-05-15", "2016/2017", "2017-05-01/2017-06-30"])
WORKS = st.fixed_dictionaries(
    {"kind": st.just("academic"), "name": WORD, "title": WORD, "author": NAMES, "editor": NAMES,
     "container-title": WORD, "publisher": WORD, "issued": DATES, "accessed": DATES},
    optional={"volume": WORD, "issue": WORD, "collection-title": WORD, "publisher-place": WORD,
              "edition": WORD, "genre": WORD, "page": st.sampled_from(["7", "17-23"]),
              "DOI": st.just("10.1000/a_b"), "ISSN": st.just("1234-567X"),
              "url": st.just("https://example.org/a_b?c=d&e=%20#f")},
)  # fmt: skip


def item(entry) -> dict:
    return item_of("x", files.convert("sources", {"x": entry})["x"])


def plain(found: dict) -> dict:
    """An item without CSL's markup, and names of one form."""
    texts = {
        key: plain_words(value) if isinstance(value, str) else value for key, value in found.items()
    }
    return texts | {
        role: [each.get("literal", each) for each in found[role]]
        for role in ("author", "editor")
        if role in found
    }


@settings(max_examples=60, deadline=None)
@given(WORKS)
def test_csl_json_comes_back_as_it_went(entry):
    went = item(entry)
    document = json.loads(msgspec.json.encode([went]))
    (source,) = imported(read_csl(document))[0].values()
    assert item_of("x", source) == went


@settings(max_examples=60, deadline=None)
@given(WORKS)
def test_bibtex_comes_back_as_it_went(entry):
    went = item(entry)
    (source,) = imported(read_bibtex(bibtex.entry_of(went)))[0].values()
    assert plain(item_of("x", source)) == plain(went)


@settings(max_examples=60, deadline=None)
@given(WORKS.filter(lambda entry: "/" not in entry["issued"] + entry["accessed"]))
def test_ris_comes_back_as_it_went(entry):
    went = item(entry)
    (source,) = imported(read_ris(ris.record_of(went)))[0].values()
    assert plain(item_of("x", source)) == plain(went)


@pytest.mark.parametrize("name", ["sources.json", "sources.bib", "sources.ris"])
def test_the_exports_of_this_site_come_back(name):
    for path, data in building.build_site(ROOT).files.items():
        if path.endswith(name) and data.strip() not in (b"", b"[]"):
            read = {
                "json": lambda text: read_csl(json.loads(text)),
                "bib": read_bibtex,
                "ris": read_ris,
            }
            bibliography = read[name[-4:].lstrip(".").lstrip("s.")](data.decode())
            found, said = imported(bibliography)
            assert len(found) == len(bibliography.records) > 0
            assert [sentence for sentence in said if "not accepted" in sentence] == []


# ------------------------------------------------------------------ annotations


@pytest.fixture
def root(tmp_path):
    return write_site(tmp_path / "site")


def run(root, *arguments, capsys):
    code = commands.run(["--root", str(root), "import", *map(str, arguments)])
    told = capsys.readouterr()
    return code, told.out, told.err


def hypothesis_row(exact, prefix="", suffix="", **fields):
    quote = {"type": "TextQuoteSelector", "exact": exact, "prefix": prefix, "suffix": suffix}
    position = {"type": "TextPositionSelector", "start": 1, "end": 2}
    target = [{"source": "https://a.example", "selector": [position, quote]}]
    return {"id": "aBc", "user": "acct:jane@hypothes.is", "created": "2024-03-04T10:11:12Z",
            "text": "", "tags": [], "references": [], "target": target} | fields  # fmt: skip


def test_annotations_of_hypothesis(root, tmp_path, capsys):
    rows = [
        hypothesis_row(
            "told reporters", "an of Beta ", " on Mon", text="A *remark*.", tags=["x", "y"]
        ),
        hypothesis_row("harbour", text="[@nobody] says <b>it</b>\n1. [x](y.html)"),
        hypothesis_row("read from a longer report", text="gone"),
        hypothesis_row("that", "nothing", text="once"),
        hypothesis_row("e", text="everywhere"),
        hypothesis_row("x", references=["aBc"], text="reply"),
        {"id": "note", "text": "of the page", "target": [{"source": "https://a.example"}]},
    ]
    file = tmp_path / "rows.json"
    file.write_text(json.dumps({"total": 7, "rows": rows}))
    code, out, err = run(root, file, "--explainer", "beta", capsys=capsys)
    assert code == 0
    assert "  # tags: x, y\n" in out.replace("    #", "  #")
    assert "draft: true  # written by jane, 2024-03-04: take this line out to publish it" in out
    assert "`read from a longer report` is not in the article; nearest: article.txt:3: " in err
    assert "answers another annotation: 1" in err and "quotes nothing: 1" in err
    annotations = paste(root, "beta", out)
    assert [each.note.strip() for each in annotations] == [
        "A *remark*.",
        "\\[\\@nobody\\] says \\<b\\>it\\</b\\>\\\n1\\. \\[x\\](y.html)",
        "once",
    ]


def paste(root, slug, entries):
    """The annotations, in the place of those of an explainer that builds with them."""
    file = root / "content" / slug / "annotations.yaml"
    file.write_text(file.read_text().partition("annotations:")[0] + "annotations:\n" + entries)
    site = building.build_site(root, drafts=True, public=False)
    assert [each.message for each in site.report.diagnostics if each.severity == "error"] == []
    return loading.read_explainer(root, slug, Report()).value.annotations


@pytest.mark.parametrize(
    "slug", ["saydnaya-crematorium", "how-to-read-an-annotated-page", "genesis-one-day"]
)
def test_what_is_exported_comes_back_to_the_same_places(slug, tmp_path, capsys):
    """W3C Web Annotations: ids, places, chains, statuses and sources; notes word for word."""
    root = tmp_path / "site"
    shutil.copytree(ROOT / "content", root / "content")
    shutil.copy(ROOT / "site.yaml", root)
    before = building.build_site(root).files[f"{slug}/annotations.jsonld"]
    originals = {
        each.id: each for each in loading.read_explainer(root, slug, Report()).value.annotations
    }
    file = tmp_path / "annotations.jsonld"
    file.write_bytes(before)
    assert run(root, file, capsys=capsys)[0] == 1  # they are there already
    explainer = root / "content" / slug / "annotations.yaml"
    lines = "article: {lines: wrapped}\n" if "lines: wrapped" in explainer.read_text() else ""
    explainer.write_text(f"title: T\n{lines}")
    code, out, err = run(root, file, capsys=capsys)
    assert code == 0
    found = paste(root, slug, out.replace("draft: true", "draft: false"))
    site = building.build_site(root, public=False)
    after = json.loads(site.files[f"{slug}/annotations.jsonld"])["items"]
    went = json.loads(before)["items"]
    assert [each["id"] for each in after] == [each["id"] for each in went]
    assert list(map(places_of, after)) == list(map(places_of, went))
    for each in found:
        original = originals[each.id]
        assert each.status == original.status
        if original.note and not original.context and "its note stands" not in err:
            assert each.note.strip() == original.note.strip()


def places_of(item):
    targets = item["target"] if isinstance(item["target"], list) else [item["target"]]
    return [target["selector"] for target in targets]


def test_the_explainer_is_the_one_that_has_the_words(root, tmp_path, capsys):
    file = tmp_path / "page.json"
    one = {
        "type": "Annotation",
        "target": {"selector": {"exact": "spokesman of Gamma"}},
        "bodyValue": "x",
    }
    file.write_text(json.dumps({"type": "AnnotationPage", "items": [one]}))
    code, out, _ = run(root, file, capsys=capsys)
    assert code == 0 and out.startswith("# For content/gamma/annotations.yaml")
    one["target"]["selector"]["exact"] = "told reporters"
    file.write_text(json.dumps(one))
    code, _, err = run(root, file, capsys=capsys)
    assert code == 2 and "alpha and beta and delta and gamma have as many of the words" in err
    one["target"]["selector"]["exact"] = "nowhere"
    file.write_text(json.dumps([one]))
    code, _, err = run(root, file, capsys=capsys)
    assert code == 2 and "--explainer SLUG" in err


BODIES = {
    "a text of its own": ("plain *text*", "plain \\*text\\*"),
    "Markdown": ({"type": "TextualBody", "value": "*m*", "format": "text/markdown"}, "*m*"),
    "HTML": (
        {"type": "TextualBody", "value": "<p>a <em>b</em></p>", "format": "text/html"},
        "a *b*",
    ),
    "lines": ({"value": "one\n# two\n- three"}, "one\\\n\\# two\\\n\\- three"),
    "an address": ("https://nobody.example/x", "https://nobody.example/x"),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_bodies_of_every_form_are_shown_as_they_are(body, root, tmp_path, capsys):
    given_, note = body
    file = tmp_path / "one.json"
    target = {
        "source": "x",
        "selector": {"type": "Other", "refinedBy": {"exact": "told reporters"}},
    }
    file.write_text(json.dumps({"type": "Annotation", "target": target, "body": given_}))
    code, out, _ = run(root, file, "--explainer", "alpha", capsys=capsys)
    assert code == 0
    assert [each.note.strip() for each in paste(root, "alpha", out)] == [note]


@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("ab *_`[]()<>#&!@\\~|{}1.-+=:\n\t$^\"'é"), max_size=40))
def test_any_text_is_prose_that_shows_its_words(text):
    from postil.cli.annotation_entries import escaped_markdown
    from postil.text import prose

    shown = prose.parse(escaped_markdown(text)).html(lambda _: "CITED")
    import re
    from html import unescape

    words = unescape(re.sub(r"<br ?/?>|</?p>", " ", str(shown)))
    assert "<" not in re.sub(r"<br ?/?>|</?p>", "", str(shown))
    assert words.split() == text.split()


# ------------------------------------------------------------------ the command


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.bib", "", "there are no sources in"),
        ("a.json", "{", "this is no JSON"),
        ("a.yaml", "a: [", "this is no YAML"),
        ("a.txt", "Some words", "is nothing that can be imported"),
        ("a.json", '[{"target": "https://example.org/"}]', "quotes words"),
        ("a.json", b"\xff\xfe\xff", "is not UTF-8"),
        ("none.bib", None, "cannot be read"),
    ],
)
def test_what_cannot_be_imported_is_refused_in_words(name, text, message, root, tmp_path, capsys):
    if text is not None:
        (tmp_path / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    code, out, err = run(root, tmp_path / name, capsys=capsys)
    assert (code, out) == (2, "") and message in err


@pytest.mark.parametrize(
    "text", [BIBTEX, RIS, YAML, json.dumps(CSL)], ids=["bib", "ris", "yaml", "json"]
)
def test_from_standard_input_a_format_is_known_by_how_it_begins(text, root, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode("utf-8-sig"))))
    code, out, _ = run(root, "-", capsys=capsys)
    assert code == 0
    assert sources_of(out)


def test_what_a_parser_complains_of_is_said_and_the_rest_is_carried(root, tmp_path, capsys):
    file = tmp_path / "a.bib"
    file.write_text(
        "@book{a, title={A}} @book{a, title={B}} @book{c, title={C}, x=undefd} @misc{d, title={x}\n"
    )
    code, out, err = run(root, file, capsys=capsys)
    assert code == 0
    assert set(sources_of(out)) >= {"a", "c"}
    assert "repeated bibliography entry: a" in err and "undefd" in err


def test_sources_are_of_the_whole_site(root, tmp_path, capsys):
    (tmp_path / "a.bib").write_text(BIBTEX)
    code, _, err = run(root, tmp_path / "a.bib", "--explainer", "alpha", capsys=capsys)
    assert code == 2 and "leave out --explainer" in err


def test_a_record_that_ends_too_early_is_no_source():
    read = read_bibtex("@book{a, title={T}, year={2017}}\n@misc{broken, titl")
    assert [each.id for each in read.records] == ["a"]
    assert any("broken" in each for each in read.complaints)
