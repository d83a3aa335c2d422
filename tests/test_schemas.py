"""The schemas are whole, are of draft 7 and judge as the build does; editors show what they say."""

import copy
import json
import os
import re
import shutil
import subprocess
import unicodedata

import jsonschema_rs
import msgspec
import pytest
from conftest import ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from language_server import PROGRAM, LanguageServer

from postil.diagnostics.model import Report, SourceText
from postil.site import csl, csl_dates, explaining, files, model, schemas, vocabulary
from postil.site.csl_dates import CslDate
from postil.site.loading import DIALECT
from postil.site.settings import Kind, Site, Status
from postil.yaml.reading import Located, read

SCALE = float(os.environ.get("POSTIL_TEST_SCALE", "1"))
SITES = ROOT / "tests" / "sites"

# ------------------------------------------------------------------ what is written there

KEYWORDS = {
    "$schema", "$ref", "title", "description", "default", "examples", "definitions",
    "type", "enum", "const", "anyOf", "allOf", "pattern", "minimum", "maximum",
    "properties", "patternProperties", "required", "additionalProperties", "propertyNames", "items",
    "patternErrorMessage",  # not of JSON Schema; shown by editors in place of the pattern
}  # fmt: skip


def nodes(schema):
    """Every schema within a schema, itself first."""
    yield schema
    for key in ("properties", "patternProperties", "definitions"):
        for child in schema.get(key, {}).values():
            yield from nodes(child)
    for key in ("items", "additionalProperties", "propertyNames"):
        if isinstance(schema.get(key), dict):
            yield from nodes(schema[key])
    for key in ("anyOf", "allOf"):
        for child in schema.get(key, []):
            yield from nodes(child)


def fields(schema):
    """Every field of every entry: the entry's name, the field's and what is said of it."""
    for name, definition in schema["definitions"].items():
        for key, field in definition.get("properties", {}).items():
            yield name, key, field


EVERY = {name: schemas.schema(name) for name in files.FILES}


@pytest.mark.parametrize("name", EVERY)
def test_only_constructs_of_draft_7_are_used(name):
    for node in nodes(EVERY[name]):
        assert set(node) <= KEYWORDS
        assert isinstance(node.get("items", {}), dict)  # a list would be a tuple's form
        assert isinstance(node.get("const", ""), str)
        assert "$ref" not in node or set(node) == {"$ref"}  # what stands beside it is ignored
        if "$ref" in node:
            assert node["$ref"].removeprefix("#/definitions/") in EVERY[name]["definitions"]
    assert jsonschema_rs.meta.is_valid(EVERY[name])


@pytest.mark.parametrize("name", EVERY)
def test_every_entry_and_every_field_says_what_it_is(name):
    for entry, definition in EVERY[name]["definitions"].items():
        assert definition["description"], entry
    for entry, key, field in fields(EVERY[name]):
        assert len(field.get("description", "").split()) > 1, f"{entry}.{key}"


@pytest.mark.parametrize("name", EVERY)
def test_an_editors_program_types_in_no_example_of_its_own_accord(name):
    for node in nodes(EVERY[name]):
        assert len(node.get("examples", [])) != 1
        assert node.get("default") not in ("", [], {}, None) or "default" not in node


@pytest.mark.parametrize("name", EVERY)
def test_every_example_and_default_is_valid(name):
    for node in nodes(EVERY[name]):
        validator = jsonschema_rs.Draft7Validator(
            {**node, "definitions": EVERY[name]["definitions"]}
        )
        for example in [
            *node.get("examples", []),
            *([node["default"]] if "default" in node else []),
        ]:
            assert validator.is_valid(example), example


def offered(schema, entry, key):
    field = schema["definitions"][entry]["properties"][key]
    return {each["const"]: each["description"] for each in field["anyOf"] if "const" in each}


def test_kinds_and_statuses_are_offered_with_a_description_each():
    kinds = offered(EVERY["sources"], "Source", "kind")
    statuses = offered(EVERY["annotations"], "Annotation", "status")
    assert list(kinds) == list(vocabulary.KINDS)
    assert list(statuses) == list(vocabulary.STATUSES)
    assert all(len(about.split()) > 2 for about in [*kinds.values(), *statuses.values()])


def test_the_schemas_of_a_site_offer_what_the_site_has():
    site = Site("t", kinds={"wire": Kind("agency"), "blog": Kind("blog")},
                      statuses={"unchecked": Status("unchecked", "Not seen.")})  # fmt: skip
    sources = {"reuters": model.Source("wire", "Reuters", "A story")}
    contexts = {"prison": model.ContextBox("The prison", "…")}
    known = schemas.known_to(site, sources, contexts)
    schema = schemas.schema("annotations", known)

    assert offered(schema, "Use", "source") == {"reuters": "Reuters: A story (wire)"}
    assert offered(schema, "Annotation", "status")["unchecked"] == "Not seen."
    assert "blog" in offered(schemas.schema("sources", known), "Source", "kind")
    ids = [node["const"] for node in nodes(schema) if "const" in node]
    assert "prison" in ids
    for name in EVERY:
        assert jsonschema_rs.meta.is_valid(schemas.schema(name, known))
        validator = jsonschema_rs.Draft7Validator(schemas.schema(name, known))
        for base in BASES[name]:  # what has been added since is no mistake
            assert validator.is_valid(base)


@pytest.mark.parametrize("value", [2017, "2017-05"])
def test_an_unquoted_year_is_a_number_to_editors_and_no_mistake(value):
    validator = jsonschema_rs.Draft7Validator(EVERY["sources"])
    source = {"kind": "wire", "name": "Reuters", "issued": value, "volume": 12, "page": 7}
    assert validator.is_valid({"reuters": source})
    assert not validator.is_valid({"reuters": {**source, "issued": 20171}})
    assert not validator.is_valid({"reuters": {**source, "url": 20171}})


# ------------------------------------------------------------------ the same judgement

TEXTS = {
    "annotations": """
title: A
summary: s
published: 2017-05-15
updated: 2017-05
draft: true
authors: [a, b]
language: en-GB
article: {outlet: r, title: t, author: [x, {family: f}], url: "https://a.b/", issued: 2017}
annotations:
  - {quote: q, to: t, prefix: p, suffix: s, occurrence: 1 of 2, id: an-id, draft: true}
  - {quote: q, attributed_to: a > b, status: disputed, note: n, sources: [a, {source: b}]}
  - {quote: q, attributed_to: [a > b, c], context: box}
  - {quote: q, context: {title: t, body: b, sources: [a], known: 2017-05, show: card}}
  - {quote: q, occurrence: all of 3, also: [r, {quote: s, prefix: p, occurrence: 2 of 2}], note: n}
corrections:
  - {date: 2017-05-15, annotation: an-id, was: a, now: b}
""",
    "sources": """
jones: {kind: official, name: J, speaks_for: us, author: [{literal: l, dropping-particle: de}]}
us: {kind: un, name: U, issued: {date-parts: [[2017, 5]]}, URL: "http://x.y", container-title: c}
anon: {kind: unnamed, name: A, issued: [{year: 2017, month: 5}], archive_url: "mailto:a@b"}
""",
    "context": """
prison: {title: t, body: b, sources: [a, {source: b, quote: w}], known: 2017, checked: 2018-01-01}
""",
    "site": """
title: T
base_url: https://example.org/
language: ar
theme: {accent: "#8a1c1c", fonts: system}
kinds: {blog: {label: blog, glyph: B}}
statuses: {unchecked: {label: unchecked, description: d}}
""",
}  # fmt: skip


def data_of(text):
    report = Report()
    found = read(SourceText("f", text), report)
    assert found is not None, report.diagnostics
    return found.without_nothing().data


BASES = {name: [data_of(text)] for name, text in TEXTS.items()}

VALUES = st.sampled_from([
    "", " ", "x", "a > b", "card", "box", "serif", "true", "1 of 2", "1 of 2\n", "0 of 1", "1",
    "all of 2", "all of 1000",
    "2017", "2017-05", "2017-05-15", "2017-5", "2017-05-15\n", "2017-99-99", "an-id", "an-id\n",
    "-id", "an--id", "a_b", "سورية", "हिन्दी", "日本", "é", "e\u0301", "²", "٣", "Ⅷ", "a b",
    "https://a.b/c", "https://", "https:// x", "https://a\u00a0b", "https://a\u2028", "HTTP://a",
    "https://a\u0085b", "https://a\ufeffb", "https://a\x1fb", "mailto:", "mailto:a", "javascript:a",
    "en", "e", "en-GB", "en_GB", "en\n", "#8a1c1c", "#8A1C1C\n", "#8a1c1", "en-toolongsubtag",
    True, False, [], {}, [None], ["x"], [""], [True], [["2017"]], [[]], {"x": "y"}, {"source": "a"},
    {"title": "t"}, {"title": "t", "body": "b"}, {"year": "2017"}, [{"year": "2017"}],
    {"date-parts": [["2017", "5"]]}, {"date-parts": "2017"}, {"family": "f"}, [{"family": "f"}],
    {"label": "l"}, {"kind": "wire", "name": "n"}, None,
])  # fmt: skip

KEYS = st.sampled_from([
    "title", "quote", "kind", "name", "id", "source", "known", "issued", "url", "URL", "label",
    "date-parts", "date_parts", "container_title", "container-title", "x", "", "a-b", "a_b", "ü",
    "é\n",
])  # fmt: skip


def places(data, path=()):
    yield path
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from places(value, (*path, key))


@st.composite
def mutated(draw, name):
    """A valid document with one to three things in it deleted, added, renamed or replaced."""
    data = copy.deepcopy(BASES[name][0])
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(list(places(data))))
        if not path:
            continue
        owner = data
        for step in path[:-1]:
            owner = owner[step]
        match draw(st.sampled_from(["delete", "replace", "add", "rename", "copy"])):
            case "delete":
                del owner[path[-1]]
            case "add" if isinstance(owner, dict):
                owner[draw(KEYS)] = copy.deepcopy(draw(VALUES))
            case "add":
                owner.append(copy.deepcopy(draw(VALUES)))
            case "rename" if isinstance(owner, dict):
                owner[draw(KEYS)] = owner.pop(path[-1])
            case "copy":
                other = draw(st.sampled_from(list(places(BASES[name][0]))))
                value = BASES[name][0]
                for step in other:
                    value = value[step]
                owner[path[-1]] = copy.deepcopy(value)
            case _:
                owner[path[-1]] = copy.deepcopy(draw(VALUES))
    return Located(SourceText("f", ""), data, {}, {}).without_nothing()


def is_accepted(name, data):
    try:
        files.convert(name, data)
    except msgspec.ValidationError:
        return False
    return True


def has_bad_date(name, data):
    """Whether a date is refused by its parser, which stops nothing, and knows more of dates."""
    keys = csl_dates.VARIABLES if name == "sources" else ()
    return any(
        CslDate.read(entry.get(key)).mistake
        for entry in data.values() if isinstance(entry, dict)
        for key in keys
    )  # fmt: skip


VALIDATORS = {name: jsonschema_rs.Draft7Validator(schema) for name, schema in EVERY.items()}


@pytest.mark.parametrize("name", EVERY)
def test_the_documents_that_are_mutated_are_valid(name):
    for base in BASES[name]:
        assert is_accepted(name, base)
        assert VALIDATORS[name].is_valid(base)


@pytest.mark.parametrize("name", EVERY)
def test_schema_and_model_agree_and_no_refusal_goes_unexplained(name):
    verdicts = {True: 0, False: 0}

    @given(mutated(name))
    @settings(max_examples=int(400 * SCALE), deadline=None)
    def check(document):
        accepted = is_accepted(name, document.data)
        verdicts[accepted] += 1
        if not has_bad_date(name, document.data):
            assert VALIDATORS[name].is_valid(document.data) == accepted
        if not accepted:
            report = Report()
            explaining.explain(name, document, report)
            assert report.failed
            assert all(each.message and each.help for each in report.diagnostics)

    check()
    assert min(verdicts.values()) > 20 * min(SCALE, 1)  # neither verdict is rare


def test_a_letter_that_only_one_library_knows_is_refused_with_a_reason():
    known = re.compile(r"[^\W_]")
    new = [c for c in map(chr, range(0x10000, 0x32000)) if unicodedata.category(c) == "Cn"]
    pattern = jsonschema_rs.Draft7Validator({"pattern": r"^[\p{L}\p{N}]$"})
    letters = [c for c in new if pattern.is_valid(c) and not known.match(c)]
    if not letters:
        pytest.skip("this Python knows all letters that jsonschema-rs knows")
    data = {"title": "t", "annotations": [{"quote": "q", "id": letters[0]}]}
    report = Report()

    explaining.explain("annotations", Located(SourceText("f", ""), data, {}, {}), report)

    assert [each.code for each in report.diagnostics] == ["wrong-type"]
    assert "id" in report.diagnostics[0].message


PASTED = """\
title: T
corrections:
  - id: pasted
    quote: closed
    note: It was pasted at the end.
    sources: [mayor]
"""


def test_an_entry_pasted_into_another_list_is_one_mistake_that_says_where_it_belongs():
    report = Report()
    located = read(SourceText("annotations.yaml", PASTED), report, DIALECT)
    explaining.explain("annotations", located, report)

    (found,) = report.diagnostics
    assert (found.code, found.place) == ("wrong-type", (3, 5))
    assert found.message == "this is an annotation, and stands below `corrections:`"
    assert found.help == "move it below `annotations:`"


# ------------------------------------------------------------------ in JavaScript and in editors


def patterns():
    found = {
        node["pattern"] for schema in EVERY.values() for node in nodes(schema) if "pattern" in node
    }
    return sorted(found)


@pytest.mark.checkers
def test_javascript_reads_the_patterns_as_python_does():
    if not shutil.which("node"):
        pytest.skip("Node is not here")
    own = {schemas.portable(pattern): pattern for pattern in schemas.PATTERNS}
    strings = sorted({value for value in SAMPLES if isinstance(value, str)})
    script = (
        "const [patterns, strings] = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "console.log(JSON.stringify(patterns.map(p => strings.map(s => RegExp(p, 'u').test(s)))))"
    )
    done = subprocess.run(
        ["node", "-e", script],
        input=json.dumps([patterns(), strings]),
        capture_output=True,
        text=True,
    )
    expected = [[bool(re.search(own[p], s)) for s in strings] for p in patterns()]
    assert json.loads(done.stdout) == expected
    rust = [jsonschema_rs.Draft7Validator({"pattern": p}) for p in patterns()]
    assert [[each.is_valid(s) for s in strings] for each in rust] == expected


SAMPLES = [
    *VALUES.elements,
    *(
        prefix + character + "x"
        for prefix in ("https://a", "an-", "")
        for character in map(chr, [*range(0x180), *range(0x600, 0x660), *range(0x2000, 0x2070)])
    ),
]


@pytest.fixture(scope="session")
def editor(tmp_path_factory):
    """An editor's language server with this repository's settings, in a site of its own."""
    if not shutil.which("node"):
        pytest.skip("Node is not here")
    if not PROGRAM.exists():
        pytest.skip("yaml-language-server is not here: run npm install in tests/node")
    root = tmp_path_factory.mktemp("editor")
    shutil.copytree(ROOT / "schema", root / "schema")
    (root / "content" / "x").mkdir(parents=True)
    settings = json.loads((ROOT / ".vscode" / "settings.json").read_text(encoding="utf-8"))
    with LanguageServer(root, settings["yaml.schemas"]) as server:
        server.root = root
        yield server


EXPLAINER = """\
title: A
annotations:
  - quote: the bridge
    status: \n\
    \n\
    attributed_to: jones
"""


@pytest.mark.checkers
def test_completion_offers_fields_and_statuses_with_what_they_are(editor):
    file = editor.root / "content/x/annotations.yaml"
    editor.open(file, EXPLAINER)
    fields = editor.complete(file, 4, 4)
    statuses = editor.complete(file, 3, 12)
    editor.open(file, "title: A\nannotations:\n  - ")

    assert {"to", "note", "sources", "context", "draft"} <= set(fields)
    assert fields["note"].startswith("The footnote")
    assert "quote" in editor.complete(file, 2, 4)
    assert list(statuses) == list(vocabulary.STATUSES)
    assert statuses["altered"].startswith("The words differ")


@pytest.mark.checkers
def test_hovering_over_a_field_shows_what_it_is(editor):
    file = editor.root / "content/x/annotations.yaml"
    editor.open(file, EXPLAINER)
    shown = editor.hover(file, 5, 8)
    assert "Who said it, through whom it arrived" in shown
    assert "annotation" in shown


JUDGED_BY_SCHEMA = (
    "bad-colour", "bad-date", "bad-id", "bad-language", "bad-occurrence", "bad-url", "bad-value",
    "duplicate-key", "missing-field", "unknown-key", "wrong-type",
)  # fmt: skip


@pytest.mark.checkers
@pytest.mark.parametrize("code", JUDGED_BY_SCHEMA)
def test_an_editor_flags_the_lines_that_check_flags(code, editor):
    expected = (SITES / code / "expected.txt").read_text(encoding="utf-8")
    found = re.findall(r"^(\S+\.yaml):(\d+):\d+: error\[(\S+)\] (.*)", expected, re.MULTILINE)
    for name in dict.fromkeys(file for file, *_ in found):
        lines = {int(line) - 1 for file, line, _, message in found
                 if file == name and "calendar" not in message}  # fmt: skip
        text = (SITES / code / name).read_text(encoding="utf-8")
        assert {line for line, _ in editor.open(editor.root / name, text)} == lines


@pytest.mark.checkers
def test_a_mistake_is_explained_in_words_and_not_by_a_pattern(editor):
    file = editor.root / "content/x/annotations.yaml"
    assert editor.open(file, "title: A\npublished: May 2017\n") == [
        (1, "Not a date: write 2017-05-15, 2017-05 or 2017.")
    ]


@pytest.mark.checkers
@pytest.mark.parametrize(
    "file", ["site.yaml", "content/sources.yaml", "content/context.yaml",
             *(str(path.relative_to(ROOT)) for path in ROOT.glob("content/*/annotations.yaml"))],
)  # fmt: skip
def test_an_editor_finds_nothing_wrong_with_this_site(file, editor):
    assert editor.open(editor.root / file, (ROOT / file).read_text(encoding="utf-8")) == []


@pytest.mark.checkers
def test_the_first_line_of_a_new_explainer_leads_to_the_schema(editor, postil, tmp_path):
    (tmp_path / "site.yaml").write_text("title: A\n")
    (tmp_path / "article.txt").write_text("The mayor said that the bridge was safe.\n")
    postil("new", "bridge", "--article", tmp_path / "article.txt", "--root", tmp_path)
    postil("schema", "--root", tmp_path)
    file = tmp_path / "content" / "bridge" / "annotations.yaml"
    text = file.read_text(encoding="utf-8")
    with LanguageServer(tmp_path) as server:
        assert server.open(file, text) == []
        wrong = server.open(file, text.replace("note:", "notes:"))
        assert [message for _, message in wrong] == ["Property notes is not allowed."]


@pytest.mark.checkers
def test_the_schemas_of_a_site_make_an_editor_offer_its_ids(editor, postil, tmp_path):
    site = shutil.copytree(SITES / "unused-context", tmp_path / "site")
    (site / "content" / "sources.yaml").write_text("reuters: {kind: wire, name: Reuters}\n")
    done = postil("schema", "--site", "--root", site)
    assert done.returncode == 0, done.stderr
    file = site / "content" / "x" / "annotations.yaml"
    text = "title: A\narticle:\n  outlet: \nannotations:\n  - quote: q\n    sources:\n      - \n"
    settings = {str(site / "schema/annotations.schema.json"): "content/*/annotations.yaml"}
    with LanguageServer(site, settings) as server:
        server.open(file, text)
        outlets = server.complete(file, 2, 10)
        sources = server.complete(file, 6, 8)
        server.open(file, "title: A\nannotations:\n  - quote: q\n    context: \n")
        contexts = server.complete(file, 3, 13)
    assert outlets == {"reuters": "Reuters (wire)"}
    assert "reuters" in sources
    assert data_of((site / "content" / "context.yaml").read_text()).keys() <= contexts.keys()


@pytest.mark.checkers
@pytest.mark.parametrize("as_list", [False, True])
def test_an_editor_finds_nothing_wrong_with_exported_sources(as_list, editor):
    text = (ROOT / "tests/cases/exported.yaml").read_text(encoding="utf-8")
    cases = data_of(text)
    entries = [{"kind": "press", "name": "N", **case["entry"]} for case in cases]
    if as_list:
        sources = [{**entry, "id": f"s{n}"} for n, entry in enumerate(entries)]
    else:
        sources = {f"s{n}": entry for n, entry in enumerate(entries)}
    file = editor.root / "content/sources.yaml"
    assert editor.open(file, json.dumps(sources, indent=1, ensure_ascii=False)) == []


@pytest.mark.checkers
def test_completion_offers_the_fields_of_a_source_that_are_printed(editor):
    file = editor.root / "content/sources.yaml"
    editor.open(file, "s:\n  kind: press\n  name: N\n  \n")
    offered = editor.complete(file, 3, 2)
    assert {"title", "issued", "DOI", "speaks_for"} <= set(offered)
    assert not csl.NOT_PRINTED & set(offered)
    assert editor.open(file, "s:\n  kind: press\n  name: N\n  issued: yesterday\n") != []
    assert "When it was published" in editor.hover(file, 3, 4)
