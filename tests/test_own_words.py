"""A site's own words: for a language that Postil does not know, and in place of some of ours."""

import json
import re
from pathlib import Path

import html5lib
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from small_site import write_site

from postil import building
from postil.coverage import surveying
from postil.diagnostics.model import Report, SourceText
from postil.language import translations, words
from postil.site import loading, proofreading, translating

DUTCH = Path(__file__).parent / "dutch"
ENGLISH = translations.nearest("en")[0].words


def text_of(data: bytes) -> str:
    page = html5lib.parse(data.decode(), namespaceHTMLElements=False)
    return " ".join("".join(page.itertext()).split())


def with_words(root: Path, **files: dict) -> Path:
    for name, entries in files.items():
        path = root / "words" / f"{name.replace('_', '-')}.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps({"words": entries}), encoding="utf-8")
    return root


# ------------------------------------------------------------------ a site in Dutch


@pytest.fixture(scope="module")
def dutch():
    def inspect(placed, shared):
        return surveying.survey(placed, shared, today="2026-11-26", drafts=False)

    return building.build_site(DUTCH, jobs=1, inspect=inspect)


def test_the_page_is_dutch(dutch):
    page = dutch.files["brug/index.html"]
    assert b'<html lang="nl" dir="ltr">' in page
    text = text_of(page)
    for label in (
        "Een artikel van 2 maart 2026 uit De Courant, met 3 annotaties",
        "Naar het artikel",
        "Wat de tekens betekenen",
        "ambtsdrager",
        "onbevestigd",
        "Hoe deze pagina is gemaakt",
        "3 annotaties, 2 noten",
        "voorbehoud weggevallen",  # by the site's own list of hedges
        "In mei vond de keuring ‘twee scheuren’",  # by its quotation marks
        "navertelling",
    ):
        assert label in text
    for english in ("How to read the marks", "Notes", "unverified"):
        assert not re.search(rf"\b{english}\b", text)


def test_pages_of_several_explainers_are_dutch_too(dutch):
    assert "5 maart 2026" in text_of(dutch.files["index.html"])
    assert "ambtsdrager" in text_of(dutch.files["sources/index.html"]).lower()


def test_what_is_missing_is_listed_ready_to_translate_and_stays_english(dutch):
    (warning,) = dutch.report.diagnostics
    assert (warning.code, warning.span.source.path) == ("missing-words", "words/nl.json")
    own = json.loads((DUTCH / "words/nl.json").read_text("utf-8"))["words"]
    listed = json.loads("{" + warning.help.partition("\n")[2] + "}")
    assert listed == {key: entry for key, entry in ENGLISH.items() if key not in own}
    assert str(len(listed)) in warning.message
    assert ENGLISH["made_text"] in text_of(dutch.files["brug/index.html"])


def test_its_cues_are_looked_for(dutch):
    (survey,) = surveying.survey_site(dutch).explainers
    assert survey.cues == 3
    assert [cue.cue for cue in survey.unattributed_cues] == ["aldus"]


# ------------------------------------------------------------------ some words of a language


@pytest.fixture
def site(tmp_path):
    return write_site(tmp_path / "site")


def build(root: Path):
    built = building.build_site(root, jobs=1)
    assert not built.report.failed, built.report.in_order()
    return built


def test_a_word_of_ours_is_replaced_and_nothing_is_missing(site):
    built = build(with_words(site, en={"notes": "Footnotes"}))
    assert not built.report.diagnostics
    page = text_of(built.files["alpha/index.html"])
    assert "Footnotes" in page and "How to read the marks" in page


@pytest.mark.parametrize(
    ("files", "label"),
    [
        ({"de": {"notes": "A"}}, "A"),
        ({"de": {"notes": "A"}, "de_AT": {"notes": "B"}}, "B"),
        ({"de_at": {"notes": "B"}}, "B"),
        ({"de_AT": {"sources": "C"}, "de": {"notes": "A"}}, "A"),
        ({"en": {"notes": "D"}}, "Fußnoten"),
    ],
)
def test_the_nearest_language_goes_first_and_the_sites_own_before_ours(files, label, tmp_path):
    ours = words.load("de-AT")("notes")
    root = with_words(tmp_path, **files)
    own = translating.read_words(root, build_inputs(root), Report())
    assert words.load("de-AT", own)("notes") == (ours if label == "Fußnoten" else label)


def build_inputs(root: Path):
    (root / "site.yaml").write_text("title: S\n", encoding="utf-8")
    return loading.read_yaml(root, "site.yaml", "site", Report())


def test_english_words_of_the_site_stand_in_for_what_another_language_lacks(tmp_path):
    root = with_words(tmp_path, nl={"sources": "Bronnen"}, en={"notes": "Footnotes"})
    own = translating.read_words(root, build_inputs(root), Report())
    assert words.load("nl", own)("notes") == "Footnotes"
    assert words.load("nl", own)("sources") == "Bronnen"


def test_words_that_are_not_sound_are_not_used_and_stop_the_build(site):
    built = building.build_site(with_words(site, en={"notes": "Notes {x}"}), jobs=1)
    assert [each.code for each in built.report.diagnostics] == ["bad-translation"]
    assert not built.files.get("alpha/index.html")


def test_words_are_never_markup(site):
    page = build(with_words(site, en={"notes": "<b>N</b>"})).files["alpha/index.html"].decode()
    assert "<b>N</b>" not in page and "&lt;b&gt;N&lt;/b&gt;" in page


# ------------------------------------------------------------------ no page stumbles

PIECES = st.sampled_from(
    ["Words", "{n}", "{name}", "{", "}", "{{", "}}", "{0}", "{}", "{n!r}", "{n:>9}", "{n.real}",
     "{n[0]}", "{date}", "|", " ", "“"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=4).map("".join)
ENTRIES = st.one_of(
    TEXTS,
    st.dictionaries(st.sampled_from([*proofreading.PLURAL_FORMS, "more"]), TEXTS, max_size=3),
    st.none(),
    st.integers(),
    st.lists(TEXTS, max_size=2),
)
KEYS = st.one_of(st.sampled_from(list(ENGLISH)), st.text(max_size=5))


@given(st.dictionaries(KEYS, ENTRIES, max_size=4))
@example({"quotes": "“”"})
@example({"notes": {"other": "n"}})
@example({"annotations": {"one": "{n}"}})
def test_words_that_are_taken_can_be_said(entries):
    text = json.dumps({"words": entries})
    report = Report()
    if not proofreading.is_sound(SourceText("words/nl.json", text), report):
        return
    made = words.load("nl", (("nl", text.encode()),))
    for key in entries.keys() & ENGLISH.keys():
        allowed = ENGLISH[key]
        texts = allowed.values() if isinstance(allowed, dict) else [allowed]
        names = {name for each in texts for name in re.findall(r"\{(\w+)\}", each)} - {"n"}
        for number in (None, 0, 1, 2, 11):
            made(key, n=number, **dict.fromkeys(names, "x"))
    assert len(made("quotes").split("|")) == 4


@given(st.text())
def test_any_file_is_taken_or_refused_in_words(text):
    report = Report()
    sound = proofreading.is_sound(SourceText("words/nl.json", text), report)
    assert sound or all(each.help and each.message for each in report.diagnostics)
