"""Sources as editors and exporters write them, and what a page prints of them."""

import json
import pickle
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import jsonschema_rs
import msgspec
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from postil.diagnostics.model import Report, SourceText, Span
from postil.language import words
from postil.site import (
    addresses,
    checking,
    csl,
    csl_dates,
    edtf,
    explaining,
    fields,
    files,
    listed,
    misplacing,
    model,
    schemas,
)
from postil.site.csl import Text
from postil.site.csl_dates import CslDate
from postil.site.examining import share
from postil.site.inputs import Inputs
from postil.site.loading import DIALECT, Loaded
from postil.site.settings import Site
from postil.text import rich
from postil.yaml.reading import Located, read

CASES = Path(__file__).parent / "cases"
VALIDATOR = jsonschema_rs.Draft7Validator(schemas.schema("sources"))
ANNOTATIONS = "title: T\nannotations:\n  - quote: the bridge\n    sources: [s]\n    note: N.\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site of one explainer that uses one source, `s`; sources.yaml is to be written."""
    (tmp_path / "content/a").mkdir(parents=True)
    (tmp_path / "site.yaml").write_text("title: A site\n")
    (tmp_path / "content/a/article.txt").write_text("She crossed the bridge.\n")
    (tmp_path / "content/a/annotations.yaml").write_text(ANNOTATIONS)
    return tmp_path


def entry_of(root: Path, source: str = "s") -> str:
    """What a built page says of a source, as HTML."""
    page = (root / "output/a/index.html").read_text(encoding="utf-8")
    found = re.search(rf'<li id="source-{re.escape(source)}">.*?</li>', page, re.DOTALL)
    assert found, source
    return found[0]


def words_of(html: str) -> str:
    """The words of a piece of HTML, as a reader sees them."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


# ------------------------------------------------------------------ what is printed

# A value by which each field can be told on the page, where `field-name` is none.
TELLING = {
    "kind": "wire", "author": '["author"]', "editor": '["editor"]', "translator": '["translator"]',
    "url": "https://e.org/url", "URL": "https://e.org/URL", "archive_url": "https://e.org/archive",
    "DOI": "10.1000/DOI", "issued": "1901", "original-date": "1902", "accessed": "1903",
    "speaks_for": "body", "draws_on": "[body]", "language": "sv",
    "available-date": "1904", "event-date": "1905", "submitted": "1906",
}  # fmt: skip
FIELDS = [field.encode_name for field in msgspec.structs.fields(model.Source)]
SAID_NOT_TO_BE = re.search(
    r"^Accepted from exports, and not printed: (.*)\.$",
    (ROOT / "docs/annotations.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


# A short name stands in the place of the name, in badges.
@pytest.mark.parametrize("field", sorted({*FIELDS} - {"kind", "name", "short"}))
def test_every_field_of_a_source_is_printed_or_said_not_to_be(field, site, postil):
    assert SAID_NOT_TO_BE
    value = TELLING.get(field, f"the-{field}")
    (site / "content/sources.yaml").write_text(
        f"s: {{kind: press, name: The name, {field}: {value}}}\nbody: {{kind: un, name: body}}\n"
    )

    done = postil("--root", site)

    assert done.returncode == 0, done.stdout
    is_printed = value.strip('["]') in entry_of(site).replace("The name", "")
    assert is_printed != (f"`{field}`" in SAID_NOT_TO_BE[1])


# ------------------------------------------------------------------ as programs export them

EXPORTED = read(SourceText("exported.yaml", (CASES / "exported.yaml").read_text("utf-8")), Report())


def test_exported_entries_need_a_kind_and_a_name_and_nothing_else(site, postil):
    entries = {
        f"s{n}": {"kind": "press", "name": "N", **case["entry"]}
        for n, case in enumerate(EXPORTED.data)
    }
    (site / "content/sources.yaml").write_text(json.dumps(entries), encoding="utf-8")
    (site / "content/a/annotations.yaml").write_text(
        ANNOTATIONS.replace("[s]", json.dumps(list(entries)))
    )

    done = postil("--root", site)

    assert done.returncode == 0, done.stdout
    printed = {id: words_of(entry_of(site, id)) for id in entries}
    printed = {id: re.sub(r"^N(: )?| ?Used for .*", "", text) for id, text in printed.items()}
    assert printed == {f"s{n}": case["prints"] for n, case in enumerate(EXPORTED.data)}
    assert postil("verify", "--root", site).returncode == 0


# The appendix "Variables" of the CSL 1.0.2 specification, and the members of its data schema.
CSL = re.findall(r"\S+", """
abstract annote archive archive_collection archive_location archive-place authority call-number
citation-key citation-label collection-title container-title container-title-short dimensions
division DOI event event-title event-place genre ISBN ISSN jurisdiction keyword language license
medium note original-publisher original-publisher-place original-title part-title PMCID PMID
publisher publisher-place references reviewed-genre reviewed-title scale source status title
title-short URL volume-title year-suffix chapter-number citation-number collection-number edition
first-reference-note-number issue locator number number-of-pages number-of-volumes page page-first
part-number printing-number section supplement-number version volume accessed available-date
event-date issued original-date submitted author chair collection-editor compiler composer
container-author contributor curator director editor editorial-director editor-translator
executive-producer guest host illustrator interviewer narrator organizer original-author performer
producer recipient reviewed-author script-writer series-creator translator
id type categories custom shortTitle journalAbbreviation
""")  # fmt: skip
LIKE = {"URL": "https://e.org/"}
LIKE |= {key: {"date-parts": [["2017", "5"]]} for key in csl_dates.VARIABLES}
LIKE |= {key: [{"family": "Doe"}] for key in ("author", "editor", "translator")}


@pytest.mark.parametrize("variable", CSL)
def test_every_variable_of_csl_is_accepted_by_build_and_editors(variable):
    data = {"s": {"kind": "press", "name": "N", variable: LIKE.get(variable, "some words")}}
    assert files.convert("sources", data)["s"].name == "N"
    assert VALIDATOR.is_valid(data)


def test_the_docs_list_what_is_accepted_and_not_printed():
    assert SAID_NOT_TO_BE
    listed = re.findall(r"`([^`]+)`", SAID_NOT_TO_BE[1])
    in_model = {"language", "available-date", "event-date", "submitted"}
    assert sorted(listed) == sorted(csl.NOT_PRINTED | in_model)
    assert not csl.NOT_PRINTED & {*FIELDS}


def diagnostics_of(text: str) -> list[tuple[str, str, str, str]]:
    """Of a sources.yaml: each complaint's code, line and column, message and help."""
    report = Report()
    document = read(SourceText("content/sources.yaml", text), report)
    if document is not None:
        document = listed.by_id(document.without_nothing(), report)
        try:
            sources = Loaded(files.convert("sources", document.data), document)
            nothing = Located.empty("x")
            inputs = Inputs(Loaded(Site("T"), nothing), sources, Loaded({}, nothing))
            checking.check_shared(share(inputs), report)
        except msgspec.ValidationError:
            explaining.explain("sources", document, report)
    found = []
    for each in report.in_order():
        line, column = each.span.source.position(each.span.start)
        found.append((each.code, f"{line}:{column}", each.message, each.help))
    return found


@pytest.mark.parametrize("field", ["titel", "contianer-title", "original_titel", "publisher_place"])
def test_a_misspelled_field_is_told_from_all_fields_of_csl(field):
    ((code, place, _, help),) = diagnostics_of(f"s:\n  kind: press\n  name: N\n  {field}: x\n")
    assert (code, place) == ("unknown-key", "4:3")
    assert help.startswith("did you mean `")


# ------------------------------------------------------------------ ids and lists

IDS = ["jones_2017", "stotz:1996", "12047273/KC6WFG78", "http://zotero.org/users/1/items/AB",
       "Perry.2017", "duquette_share--income_2019", "_x", "a+b~c", "a%b#c&d?e$f", "2017", "é.x.",
       "stotz:1996:", "jones-2017"]  # fmt: skip


@pytest.mark.parametrize("id", IDS)
def test_ids_of_exporters_name_sources_everywhere(id, site, postil):
    (site / "content/sources.yaml").write_text(
        json.dumps({id: {"kind": "press", "name": "N"}}), encoding="utf-8"
    )
    (site / "content/a/annotations.yaml").write_text(
        f"title: T\nannotations:\n  - quote: the bridge\n    sources: ['{id}']\n"
        f"    attributed_to: '{id}'\n    note: See [@{id}, p. 3].\n"
    )

    done = postil("--root", site, "--strict")

    assert done.returncode == 0, done.stdout
    page = (site / "output/a/index.html").read_text(encoding="utf-8")
    links = [unescape(href) for href in re.findall(r'href="#(source-[^"]*)"', page)]
    ids = [unescape(found) for found in re.findall(r' id="(source-[^"]*)"', page)]
    assert len(links) == 4 and len(ids) == 1
    assert set(links) == set(ids)
    assert unquote(links[0]) == links[0]


@pytest.mark.parametrize("id", ["a b", ".x", "a,b", "a;b", "a>b", "[a]", "-a", "a\u00a0b", "a@b"])
def test_an_id_that_no_citation_could_name_is_refused(id):
    found = diagnostics_of(json.dumps({id: {"kind": "press", "name": "N"}}, ensure_ascii=False))
    assert [(code, place) for code, place, *_ in found] == [("bad-id", "1:2")]


ID_TEXTS = st.from_regex(fields.SOURCE_ID_PATTERN)


@given(ID_TEXTS, ID_TEXTS)
def test_no_two_ids_have_one_address(one, other):
    first, second = addresses.source_address(one), addresses.source_address(other)
    assert (first == second) == (one == other)
    assert re.fullmatch(r"[\w.~-]+", first)
    assert not first.startswith(".") and not first.endswith(".")


def test_the_preview_makes_the_same_addresses():
    if not shutil.which("node"):
        pytest.skip("Node is not here")
    script = (ROOT / "postil/preview/assets/preview.js").read_text(encoding="utf-8")
    (line,) = re.findall(r"const addressOf = .*;", script)
    code = f"{line} console.log(JSON.stringify({json.dumps(IDS)}.map(addressOf)))"
    done = subprocess.run(["node", "-e", code], capture_output=True, text=True, encoding="utf-8")
    assert json.loads(done.stdout) == [addresses.source_address(id) for id in IDS]


ENTRY = '"kind": "press", "name": "N"'


@pytest.mark.parametrize(
    "text",
    [
        f'[{{"id": "s", {ENTRY}}}]',
        f'[{{"citation-key": "s", {ENTRY}}}]',
        f'[{{"id": "s", "citation-key": "t", {ENTRY}}}]',
        f'{{"references": [{{"id": "s", {ENTRY}}}]}}',
        "---\nreferences:\n- id: s\n  kind: press\n  name: N\n...\n",
        "- id: s\n  kind: press\n  name: N\n",
        "references:\n- id: t\n  kind: press\n  name: M\ns:\n  kind: press\n  name: N\n",
    ],
)
def test_a_list_of_entries_is_taken_by_their_ids(text, site, postil):
    (site / "content/sources.yaml").write_text(text)
    done = postil("--root", site)
    assert done.returncode == 0, done.stdout
    assert words_of(entry_of(site)).startswith("N")
    report = Report()
    found = read(SourceText("f", text), report)
    assert found and VALIDATOR.is_valid(found.data)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("- id: s\n  name: N\n", [("missing-field", "1:7", "`kind` is missing")]),
        ("references:\n- id: s\n  kind: press\n- id: t\n  name: N\n",
         [("missing-field", "2:7", "`name` is missing"),
          ("missing-field", "4:7", "`kind` is missing")]),
        ("- kind: press\n  name: N\n- id: s\n  kind: press\n  name: N\n",
         [("missing-field", "1:3", "`id` is missing, which names the source")]),
        ("- id: s\n  kind: press\n  name: N\n- id: s\n  kind: press\n  name: M\n",
         [("duplicate-key", "4:7", "`s` is the id of another entry already")]),
        ("- one\n- id: s\n  kind: press\n  name: N\n",
         [("wrong-type", "1:3", "this should be an entry with fields")]),
        ("- id: a b\n  kind: press\n  name: N\n",
         [("bad-id", "1:7", "`a b` is not a source's id")]),
        ("- id: s\n  kind: press\n  name: N\n  issued: May\n",
         [("bad-date", "4:11", "`May` is not a date")]),
        ("- id: s\n  kind: pres\n  name: N\n",
         [("unknown-kind", "2:9", "no kind is called `pres`")]),
        ("[]", []),
        ("references:\n", []),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_list_is_told_with_the_entrys_line(text, found):
    assert [each[:3] for each in diagnostics_of(text)] == found


@pytest.mark.parametrize(
    ("entry", "helps"),
    [
        ({"type": "article-newspaper", "container-title": "The Daily"}, ["press", "The Daily"]),
        ({"type": "article-journal", "container-title": ["Nature", "x"]}, ["academic", "Nature"]),
        ({"type": "report", "publisher": "UN: an office"}, ["document", "'UN: an office'"]),
        ({"type": "legal_case", "title": "<i>Doe v. Roe</i>"}, ["court", "Doe v. Roe"]),
        ({"type": ["x"], "title": {}}, ["document", "…"]),
        ({}, ["…", "…"]),
    ],
)
def test_kind_and_name_of_an_exported_entry_are_suggested(entry, helps):
    found = diagnostics_of(json.dumps({"s": {"id": "s", **entry}}))
    missing = [help for code, _, _, help in found if code == "missing-field"]
    assert missing == [f"add a line: kind: {helps[0]}", f"add a line: name: {helps[1]}"]


def test_an_id_with_a_colon_needs_no_quotes():
    text = "stotz:1996:\n  kind: press\n  name: N\nhttp://zotero.org/x/AB: {kind: press, name: N}\n"
    assert diagnostics_of(text) == []


def test_a_colon_without_a_space_is_still_a_mistake():
    assert diagnostics_of("s:\n  kind:press: x\n  name: N\n")[0][0] == "yaml-syntax"
    assert diagnostics_of("kind:press: x\n")[0][0] == "yaml-syntax"


# ------------------------------------------------------------------ dates

NO_NUMBER = "`{}` is not a number, as the parts of a date are"


@pytest.mark.parametrize(
    ("date", "column", "message", "help"),
    [
        ("{date-parts: [[2017, May]]}", 33, NO_NUMBER.format("May"), "write 5"),
        ("{date-parts: [[2017, 5, 15, 3]]}", 40,
         "a date has a year, a month and a day, and this has 4 parts", "as in [[2017, 5, 15]]"),
        ("{date-parts: [[2017], [2018], [2019]]}", 42, "a range has two ends, and this has 3", ""),
        ("{date-parts: [[2017, 2, 30]]}", 36, "`2017-02-30` is not in the calendar", ""),
        ("{date-parts: [[2017, 13, 5]]}", 37, "`2017-13-05` is not in the calendar", ""),
        ("{date-parts: [[2017, 0, 5]]}", 36, "the date has a day and no month", ""),
        ("{date-parts: [[0, 5]]}", 27, "the date has no year", ""),
        ("{date-parts: [2017]}", 25, "`date-parts` is a list of lists", "as in [[2017, 5, 15]]"),
        ("{date-parts: [[2018], [2017]]}", 12, "the range ends before it begins", "put"),
        ("{date-parts: [[2017]], season: 5}", 43, "`5` is no season", "1 is spring"),
        ("{date-part: [[2017]]}", 24, "`date-part` is no part of a date", ""),
        ("{season: 1}", 12, "the date has no year", ""),
        ("{month: 5}", 12, "the date has no year", ""),
        ("{year: 2017, month: May}", 32, NO_NUMBER.format("May"), "write 5"),
        ("[{year: 2017}, {year: x}]", 34, NO_NUMBER.format("x"), ""),
        ("[{year: 1}, {year: 2}, {year: 3}]", 12, "this is not a date", ""),
        ("[2017]", 12, "this is not a date", ""),
        ("true", 12, "this is not a date", ""),
        ("{literal: {a: b}}", 22, "`literal` should be text", ""),
        ("yesterday", 12, "`yesterday` is not a date", ""),
        ("15 May 2017", 12, "`15 May 2017` is not a date", "write 2017-05-15"),
        ("'May 15, 2017'", 12, "`May 15, 2017` is not a date", "write 2017-05-15"),
        ("2017/5/15", 12, "`2017/5/15` is not a date", "write 2017-05-15"),
        ("11/25/2026", 12, "`11/25/2026` is not a date", "write 2026-11-25"),
        ("25.11.2026", 12, "`25.11.2026` is not a date", "write 2026-11-25"),
        ("3/4/2017", 12, "`3/4/2017` is not a date", "write 2017-05-15, "),
        ("Maybe 2017", 12, "`Maybe 2017` is not a date", "write 2017-05-15, "),
        ("2017-5", 12, "`2017-5` is not a date", "write 2017-05"),
        ("-43", 12, "`-43` is not a date", ""),
        ("2017-13", 12, "`2017-13` is not in the calendar", ""),
        ("2017-02-29", 12, "`2017-02-29` is not in the calendar", ""),
        ("2018/2017", 12, "the range ends before it begins", ""),
        ("201X-05", 12, "`201X-05` has a month of no certain year", ""),
        ("{edtf: 2017-99}", 19, "`2017-99` is not in the calendar", ""),
    ],
)  # fmt: skip
def test_what_is_no_date_is_told_at_its_place(date, column, message, help):
    (found,) = diagnostics_of(f"s: {{kind: press, name: N,\n  issued:  {date}}}\n")
    assert found[:3] == ("bad-date", f"2:{column}", message)
    assert found[3].startswith(help) and found[3]


def rows_of_the_docs():
    """Every form of a date in docs/annotations.md, and what it says is printed."""
    text = (ROOT / "docs/annotations.md").read_text(encoding="utf-8")
    section = text.partition("### Dates of a source\n")[2].partition("\n### ")[0]
    for forms, prints in re.findall(r"^\| (`.*`) \| (.*) \|$", section, re.MULTILINE):
        if " to " not in forms and not prints.startswith("as it is"):
            yield from zip(re.findall(r"`(.*?)`", forms), prints.split("; "), strict=False)


@pytest.mark.parametrize(("form", "prints"), list(rows_of_the_docs()))
def test_dates_are_printed_as_the_docs_say(form, prints):
    found = read(SourceText("f", f"issued: {form}"), Report())
    day = CslDate.read(found.data["issued"]).day(words.load("en"))
    assert prints.startswith(day.text.replace("\u2009", " "))


@pytest.mark.parametrize("variable", csl_dates.VARIABLES)
def test_every_date_is_read_by_the_one_parser(variable):
    text = f"s:\n  kind: press\n  name: N\n  {variable}: {{date-parts: [[2017, May]]}}\n"
    assert [code for code, *_ in diagnostics_of(text)] == ["bad-date"]


def test_a_bad_date_hides_no_other_mistake(site, postil):
    (site / "content/sources.yaml").write_text(
        "s: {kind: press, name: N, issued: {date-parts: [[2017, May]]}, accessed: never}\n"
        "t: {kind: pres, name: N}\n"
    )
    text = ANNOTATIONS + "  - quote: the ferry\n    note: N.\n    sources: [u]\n"
    (site / "content/a/annotations.yaml").write_text(text)

    done = postil("check", "--root", site)

    codes = re.findall(r" error\[([a-z-]+)\]", done.stdout)
    assert codes == ["orphan", "unknown-source", "bad-date", "bad-date", "unknown-kind"]
    assert done.returncode == 1


@pytest.mark.parametrize("field", ["titel: x", "url: x", "author: x", "volume: {a: b}", "kind: []"])
def test_a_mistake_in_one_entry_hides_no_other(field, site, postil):
    kind = "" if "kind" in field else "kind: press, "
    (site / "content/sources.yaml").write_text(
        f"s: {{{kind}name: N, {field}}}\nt: {{kind: pres, name: N}}\n"
        "u: {kind: press, name: N, speaks_for: nobody}\nv: {kind: unnamed, name: N}\n"
    )
    (site / "content/a/annotations.yaml").write_text(
        ANNOTATIONS + "  - quote: She\n    attributed_to: s > w\n"
    )

    done = postil("check", "--root", site)

    found = re.findall(r"^(\S+?):(\d+):\d+: error\[([a-z-]+)\]", done.stdout, re.MULTILINE)
    places = [(line, code) for file, line, code in found if file == "content/sources.yaml"]
    assert places[0][0] == "1"
    assert places[1:] == [("2", "unknown-kind"), ("3", "unknown-source"), ("4", "missing-reason")]
    assert ("content/a/annotations.yaml", "7", "unknown-hop") in found
    assert "unused" not in done.stdout


VALUES = st.recursive(
    st.none() | st.booleans() | st.text(max_size=9) | st.from_regex(r"\A-?[0-9]{1,8}\Z")
    | st.from_regex(edtf.EDTF_PATTERN) | st.sampled_from(["0", "13", "21", "2017", "May"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.sampled_from([*csl_dates._FORMS, "x"]), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


@given(VALUES)
def test_any_value_is_a_date_or_a_mistake(value):
    date = CslDate.read(value)
    day = date.day(words.load("ar"))
    assert date.mistake or day is None or day.text
    assert isinstance(date.sort_key < (2017,), bool)
    assert hash(date) == hash(CslDate.read(value)) and date == CslDate.read(value)
    assert not date.mistake or (str(date.mistake) and date.mistake.help)


# ------------------------------------------------------------------ texts, names, addresses


@given(st.text("<>/*~^ ib&;lt{}.ncase[]\"'=sup", max_size=60))
def test_markup_in_a_title_never_becomes_more_than_emphasis(text):
    html = rich.markup(text)
    tags = re.findall(r"<[^>]*>", html)
    assert {*tags} <= {f"<{sign}{name}>" for sign in ("", "/") for name in ("i", "b", "sub", "sup")}
    assert "<" not in re.sub(r"</?(i|b|sub|sup)>", "", html)
    assert tags.count("<i>") == tags.count("</i>")
    assert unescape(re.sub(r"<[^>]*>", "", html)) == rich.plain_words(text)


@pytest.mark.parametrize(
    ("title", "html"),
    [
        ("<i>E. coli</i> & co", "<i>E. coli</i> &amp; co"),
        ("<b>a <i>b</i></b>", "<b>a <i>b</i></b>"),
        ("<i>a <b>b</i></b>", "&lt;i&gt;a <b>b&lt;/i&gt;</b>"),
        ("a <i>b", "a &lt;i&gt;b"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ('<i onclick="x">a</i>', "<i>a</i>"),
        ('<span style="font-variant: small-caps;">Nato</span>', "Nato"),
        ("<mml:math><mml:mi>x</mml:mi></mml:math>", "x"),
        ("AT&amp;T &lt;i&gt;", "AT&amp;T &lt;i&gt;"),
        ("H~2~O, 10^3^, *so*, **so**", "H<sub>2</sub>O, 10<sup>3</sup>, <i>so</i>, <b>so</b>"),
        ("2 * 3 * 4 and a_b", "2 * 3 * 4 and a_b"),
        ("[*x*]{.nocase}", "<i>x</i>"),
    ],
)
def test_markup_in_a_title_is_rendered_or_stays_as_it_is(title, html):
    assert Text(title).__html__() == html


def test_texts_differ_where_their_markup_does():
    assert Text("<i>a</i>") != Text("a")
    assert str(Text("<i>a</i>")) == f"{Text('<i>a</i>')}" == "a"
    assert pickle.loads(pickle.dumps(Text("<i>a</i>"))).__html__() == "<i>a</i>"


@pytest.mark.parametrize(
    ("text", "name", "url"),
    [
        ("10.1000/1", "10.1000/1", "10.1000/1"),
        ("doi:10.1000/1", "10.1000/1", "10.1000/1"),
        ("DOI: 10.1000/1 ", "10.1000/1", "10.1000/1"),
        ("https://doi.org/10.1000/1", "10.1000/1", "10.1000/1"),
        ("http://dx.doi.org/10.1000%2F1", "10.1000/1", "10.1000/1"),
        ("10.1000/a<b>c\"d#e?f%", "10.1000/a<b>c\"d#e?f%", "10.1000/a%3Cb%3Ec%22d%23e%3Ff%25"),
        ("javascript:alert(1)", "javascript:alert(1)", ""),
        ("in print", "in print", ""),
    ],
)  # fmt: skip
def test_a_doi_is_linked_in_any_spelling(text, name, url):
    assert csl.doi(text) == csl.Doi(name, url and f"https://doi.org/{url}")


@pytest.mark.parametrize(
    ("url", "help"),
    [
        ("https://example.org/a path/b", "write https://example.org/a%20path/b"),
        ("www.example.org/a", "write https://www.example.org/a"),
        ("example.org", "write https://example.org"),
        ("www.exämple.org/ä", "write https://www.exämple.org/ä"),
        ("htp://example.org/x", "write https://example.org/x"),
        ("https:/example.org/x", "write https://example.org/x"),
        ("<https://example.org/a>", "write https://example.org/a"),
        ("'[the page](https://example.org/a)'", "write https://example.org/a"),
        ("10.1000/182", "write https://doi.org/10.1000/182"),
        ("doi:10.1000/182", "write https://doi.org/10.1000/182"),
        ("desk@example.org", "write mailto:desk@example.org"),
        ("https://a.org https://b.org", "there is room for one address: https://a.org"),
        ('"https://example.org/\\nb"', "begin with https://, http:// or mailto:"),
        (">\n    https://example.org/a", "write https://example.org/a"),
        ("ftp://example.org/", "begin with https://, http:// or mailto:"),
    ],
)
def test_an_address_that_can_be_mended_is_given(url, help):
    ((code, _, _, found),) = diagnostics_of(f"s:\n  kind: press\n  name: N\n  URL: {url}\n")
    assert code == "bad-url"
    assert found.endswith(help)


@pytest.mark.parametrize(
    ("id", "proposed"),
    [
        ("a b", "a-b"),
        ("@jones", "jones"),
        ("(2017) smith", "2017-smith"),
        ("a>b", "a-b"),
        ("cafe\u0301", "caf\u00e9"),
        ("Perry, T. (2017)", "Perry-T.-2017"),
    ],
)
def test_an_id_that_would_work_is_given(id, proposed):
    ((code, _, _, help),) = diagnostics_of(f'"{id}":\n  kind: press\n  name: N\n')
    assert (code, help) == ("bad-id", f"write {proposed}: here and wherever it is named")
    assert diagnostics_of(f"{proposed}:\n  kind: press\n  name: N\n") == []


@pytest.mark.parametrize(
    ("text", "form", "line"),
    [
        ("@article{s,\n title = {T},\n year = 2017\n}\n", "BibTeX", 1),
        ("\n@Book (s, title = {T})\n", "BibTeX", 2),
        ("\n\nTY  - JOUR\nTI  - T\nER  - \n", "RIS", 3),
    ],
)
def test_what_is_of_another_program_is_sent_to_import(text, form, line):
    report, source = Report(), SourceText("content/sources.yaml", text)
    report.error("yaml-syntax", "what YAML makes of it", Span(source))
    (found,) = misplacing.reconsider(report, source, DIALECT).in_order()
    assert (found.code, found.message) == ("yaml-syntax", f"this is {form}, and no YAML")
    assert source.position(found.span.start) == (line, 1)
    assert "python build.py import FILE." in found.help


@pytest.mark.parametrize(
    ("note", "kept"),
    [
        ("PMID: 1\nPMCID: PMC2\ntex.ids: old\nCitation Key: x\nOriginal Date: 1990", ""),
        ("{:original-date: 1990}\nissued: 1999\nevent-place: Bonn", ""),
        ("Seen in print.\nDOI: 10.1000/1\nKept in Bonn.", "Seen in print.\nKept in Bonn."),
        ("Source: an interview.\nStatus: draft.\nNote: a copy.", None),
        ("He said: no.\nhttps://example.org/", None),
    ],
)
def test_zoteros_extra_is_no_remark_for_readers(note, kept):
    read_note = csl.SourceNote.read(note)
    assert read_note == (note if kept is None else kept)
    assert bool(read_note.extra) == (kept is not None)
