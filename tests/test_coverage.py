"""The report says what is covered and what is not; each line of it is tried out both ways."""

import json
import re
from functools import partial

import pytest
from conftest import ROOT

from postil import building
from postil.coverage import surveying, telling

ARTICLE = """\
The bridge is safe, the mayor said on Tuesday. Nobody was hurt.
According to Reuters, an engineer told him so; he had written it down.
It opens in May.
"""

SOURCES = """\
city: {kind: government, name: The city}
mayor: {kind: official, name: Mayor Low, speaks_for: city}
engineer: {kind: person, name: Engineer}
reuters: {kind: wire, name: Reuters, url: "https://example.org/r"}
kept: {kind: press, name: Kept, URL: "https://example.org/k", archive_url: "https://example.org/a"}
"""

CONTEXT = """\
bridge: {title: The bridge, body: "Built in 1901 [@kept].", review_by: 2026-03}
"""


def survey_of(root, *, today, drafts):
    inspect = partial(surveying.survey, today=today, drafts=drafts)
    return surveying.survey_site(building.build_site(root, drafts=True, inspect=inspect))


@pytest.fixture
def survey(tmp_path):
    """The survey of a site whose one explainer has these annotations."""

    def make(annotations, *, head="", site="", article=ARTICLE, form="txt", today="2026-11-22",
             drafts=False, sources=SOURCES):  # fmt: skip
        folder = tmp_path / "content" / "x"
        folder.mkdir(parents=True, exist_ok=True)
        (tmp_path / "site.yaml").write_text(f"title: S\n{site}")
        (tmp_path / "content" / "sources.yaml").write_text(sources)
        (tmp_path / "content" / "context.yaml").write_text(CONTEXT)
        (folder / f"article.{form}").write_text(article, encoding="utf-8")
        lines = "".join(f"  - {annotation}\n" for annotation in annotations)
        (folder / "annotations.yaml").write_text(f"title: X\n{head}annotations:\n{lines}")
        return survey_of(tmp_path, today=today, drafts=drafts)

    return make


def only(site):
    (explainer,) = site.explainers
    return explainer


def words(site):
    return [str(line) for line in telling.lines(site)]


# ------------------------------------------------------------------ what is counted


def test_annotations_are_counted_by_what_they_have(survey):
    found = only(survey([
        "{quote: The bridge is safe, attributed_to: mayor > reuters, note: n, status: disputed}",
        "{quote: Nobody was hurt, sources: [reuters, kept], status: disputed}",
        "{quote: It opens, context: bridge, status: outdated}",
        "{quote: an engineer, attributed_to: [engineer > reuters, engineer], draft: true}",
    ]))  # fmt: skip
    assert (found.annotations, found.drafts) == (3, 1)
    assert (found.notes, found.attributed, found.sourced, found.boxes) == (1, 1, 1, 1)
    assert found.statuses == {"disputed": 2, "outdated": 1}
    assert found.attributions == 1


def test_drafts_are_counted_with_the_rest_where_they_are_shown(survey):
    draft = ["{quote: an engineer, attributed_to: [engineer > reuters, mayor], draft: true}"]
    assert only(survey(draft)).attributions == 0
    assert only(survey(draft, drafts=True)).attributions == 2


# ------------------------------------------------------------------ sentences


def test_a_sentence_without_an_annotation_is_shown_with_its_line(survey):
    found = only(survey(["{quote: the mayor said, note: n}", "{quote: engineer, note: n}"]))
    assert found.sentences == 4
    assert [(each.line, each.text) for each in found.bare_sentences] == [
        (1, "Nobody was hurt."),
        (3, "It opens in May."),
    ]
    assert found.bare_sentences[0].file == "content/x/article.txt"


def test_every_place_of_an_annotation_covers_its_sentence(survey):
    found = only(survey(["{quote: engineer, note: n, also: [Nobody, in May], sources: [reuters]}"]))
    assert [each.text for each in found.bare_sentences] == [
        "The bridge is safe, the mayor said on Tuesday."
    ]
    assert [each.cue for each in found.unattributed_cues] == ["said"]


def test_a_passage_across_sentences_covers_each_that_it_touches(survey):
    found = only(survey(["{quote: on Tuesday, to: According, note: n}"]))
    assert [each.text for each in found.bare_sentences] == ["It opens in May."]


def test_headings_tables_and_code_are_no_sentences(survey):
    article = (
        "# A heading.\n\nOne. Two.\nThree.\n\n| a. | b. |\n|---|---|\n| c. | d. |\n\n    code.\n"
    )
    found = only(survey(["{quote: One, note: n}"], article=article, form="md"))
    assert [(each.line, each.text) for each in found.bare_sentences] == [(3, "Two."), (4, "Three.")]


def test_a_long_sentence_is_cut(survey):
    found = only(survey([], article="word " * 40 + "end.\n"))
    assert len(found.bare_sentences[0].text) <= surveying.SENTENCE + 1
    assert found.bare_sentences[0].text.endswith("…")


# ------------------------------------------------------------------ cues


def test_a_cue_is_covered_by_whatever_names_a_source_in_its_sentence(survey):
    cases = {
        "nothing": [],
        "a note": ["{quote: an engineer, note: Somebody.}"],
        "a box": ["{quote: an engineer, context: bridge}"],
        "a status": ["{quote: an engineer, status: disputed}"],
        "an attribution": ["{quote: an engineer, attributed_to: engineer > reuters}"],
        "sources": ["{quote: an engineer, sources: [reuters]}"],
        "a note that cites": ["{quote: an engineer, note: 'So [@reuters].'}"],
        "a draft": ["{quote: an engineer, sources: [reuters], draft: true}"],
        "that there is none": ["{quote: an engineer, status: unsourced}"],
    }
    open = {name: len(only(survey(case)).unattributed_cues) for name, case in cases.items()}
    uncovered = dict.fromkeys(("nothing", "a note", "a box", "a status", "a draft"), 3)
    covered = dict.fromkeys(
        ("an attribution", "sources", "a note that cites", "that there is none"), 1
    )
    assert open == uncovered | covered


def test_cues_are_shown_together_where_they_share_a_sentence(survey):
    site = survey(["{quote: The bridge, attributed_to: mayor}"])
    assert only(site).cues == 3
    assert [cue.cue for cue in only(site).unattributed_cues] == ["According to", "told"]
    assert "  2 of 3 attribution cues have no source" in words(site)
    assert (
        "    content/x/article.txt:2: According to, told: "
        "According to Reuters, an engineer told him so; he had written it down." in words(site)
    )


def test_the_words_shown_of_a_long_sentence_are_those_around_its_cue(survey):
    article = f"{'word ' * 60}the mayor said {'more ' * 60}end.\n"
    (cue,) = only(survey([], article=article)).unattributed_cues
    assert "the mayor said" in cue.sentence
    assert cue.sentence.startswith("…") and cue.sentence.endswith("…")


@pytest.mark.parametrize(
    "head, site, expected",
    [
        ("", "", 0),
        ("", "language: de\n", 2),
        ("language: de\n", "", 2),
        ("language: en\narticle: {language: de}\n", "language: en\n", 2),
        ("language: pt\n", "language: de\n", None),
    ],
)
def test_cues_are_those_of_the_articles_language(head, site, expected, survey):
    text = "Die Brücke sei sicher, sagte sie laut Reuters.\n"
    found = survey([], head=head, site=site, article=text)
    assert only(found).cues == expected
    no_list = "  attribution cues: no list for the language pt"
    assert (no_list in words(found)) == (expected is None)


# ------------------------------------------------------------------ sources, notes, boxes


def test_origins_are_counted_by_the_body_that_the_first_speaker_speaks_for(survey):
    site = survey([
        "{quote: The bridge, attributed_to: [mayor > reuters, city > reuters, engineer]}",
    ])  # fmt: skip
    assert [(o.source, o.name, o.attributions) for o in only(site).origins] == [
        ("city", "The city", 2),
        ("engineer", "Engineer", 1),
    ]
    assert "  2 of 3 attributions rest on one origin: The city" in words(site)


def test_a_chain_that_does_not_end_at_the_outlet_is_named(survey):
    annotations = [
        "{id: whole, quote: The bridge, attributed_to: mayor > reuters}",
        "{id: cut, quote: an engineer, attributed_to: [engineer > mayor, reuters, engineer]}",
    ]
    assert only(survey(annotations)).open_chains == ()  # where no outlet is known, none is missed

    site = survey(annotations, head="article: {outlet: reuters}\n")
    assert [(each.line, each.text) for each in only(site).open_chains] == [
        (5, "cut: engineer > mayor"),
        (5, "cut: engineer"),
    ]
    assert "  2 chains do not end at the outlet" in words(site)


def test_no_origin_stands_out_among_equals(survey):
    site = survey(["{quote: The bridge, attributed_to: [mayor, reuters, engineer]}"])
    assert "  3 attributions on 3 origins: The city 1, Engineer 1, Reuters 1" in words(site)


def test_notes_that_cite_nothing_are_listed_by_id_and_line(survey):
    found = only(survey([
        "{id: bare, quote: The bridge, attributed_to: mayor, note: Well.}",
        "{id: cites, quote: Nobody, note: 'So [@reuters].'}",
        "{id: listed, quote: It opens, note: Well., sources: [reuters]}",
    ]))  # fmt: skip
    assert [(each.file, each.line, each.text) for each in found.unsourced_notes] == [
        ("content/x/annotations.yaml", 3, "bare")
    ]


def test_addresses_without_an_archived_copy_are_those_of_sources_in_use(survey):
    head = 'article: {url: "https://example.org/x"}\n'
    found = only(survey(["{quote: The bridge, sources: [reuters, kept, mayor]}"], head=head))
    assert [(each.file, each.line, each.text) for each in found.unarchived] == [
        ("content/x/annotations.yaml", 2, "the article"),
        ("content/sources.yaml", 4, "reuters"),
    ]
    assert only(survey(["{quote: The bridge, note: n}"])).unarchived == ()


@pytest.mark.parametrize(
    "today, overdue",
    [("2026-02-28", 0), ("2026-03-31", 0), ("2026-04-01", 1), ("2027-01-01", 1)],
)
def test_a_box_is_past_review_when_its_month_is_over(today, overdue, survey):
    site = survey(
        ["{quote: The bridge, context: bridge}", "{quote: Nobody, context: bridge}"], today=today
    )
    found = only(site).overdue_boxes
    assert len(found) == overdue  # once, however often it is shown
    for each in found:
        assert (each.file, each.line) == ("content/context.yaml", 1)
        assert each.text == "The bridge (review_by 2026-03)"


@pytest.mark.parametrize("day, overdue", [("2026-11-21", 1), ("2026-11-22", 0), ("2026", 0)])
def test_a_box_of_an_annotation_is_past_review_the_day_after(day, overdue, survey):
    box = f"{{title: Then, body: b, review_by: {day}}}"
    found = only(survey([f"{{quote: The bridge, context: {box}}}"])).overdue_boxes
    assert len(found) == overdue


def test_sources_that_nothing_uses_are_named(survey):
    site = survey(["{quote: The bridge, attributed_to: mayor, context: bridge}"])
    assert site.unused_sources == ("engineer", "reuters")  # a body and a citation in a box are uses
    assert "  2 sources are used nowhere" in words(site)


# ------------------------------------------------------------------ in words and for programs


def test_a_report_on_an_explainer_with_nothing_open_is_short(survey):
    site = survey(
        ["{quote: The bridge, to: in May, attributed_to: mayor, sources: [kept, engineer]}"]
    )
    assert words(site)[:5] == [
        "x: X",
        "  1 annotation: 1 with an attribution, 1 with sources",
        "  1 attribution on 1 origin: The city 1",
        "  4 sentences, none without an annotation",
        "  3 attribution cues, none without a source",
    ]


def test_what_steers_a_terminal_is_not_printed(survey):
    site = survey([], article="He said \x1b[2J no.\n")
    assert "\x1b" not in "".join(words(site))


def test_every_line_of_the_report_is_explained(survey):
    site = survey(
        ["{quote: The bridge, attributed_to: [mayor, city, reuters], note: n, context: bridge}"],
        head='article: {url: "https://example.org/x", outlet: kept}\n',
    )
    explained = (ROOT / "docs" / "checking.md").read_text(encoding="utf-8")
    open = [line.text.strip() for line in telling.lines(site) if line.kind == "open"]
    assert len(open) == 8
    for line in open:
        said = re.sub(r"^(\d+|all)( of)? (\d+ )?", "", line).partition(":")[0]
        for one, several in (("note cites", "notes cite"), ("box is", "boxes are"),
                             ("address has", "addresses have"), ("source is", "sources are"),
                             ("chain does", "chains do"),
                             (" has no", " have no")):  # fmt: skip
            said = said.replace(one, several)
        assert f"| `{said}` |" in explained


def test_json_has_the_diagnostics_and_all_that_was_found(survey):
    site = survey(["{quote: The bridge, attributed_to: mayor}"])
    found = json.loads(telling.survey_as_json([], site))
    assert list(found) == ["diagnostics", "explainers", "unused_sources"]
    assert found["explainers"][0]["unattributed_cues"][0] == {
        "file": "content/x/article.txt",
        "line": 2,
        "cue": "According to",
        "sentence": "According to Reuters, an engineer told him so; he had written it down.",
    }


def test_github_gets_a_notice_for_each_sentence_without_a_source(survey):
    (command,) = telling.cues_as_github(survey(["{quote: The bridge, attributed_to: mayor}"]))
    assert command == (
        "::notice file=content/x/article.txt,line=2,title=no source::According to, told: "
        "According to Reuters, an engineer told him so; he had written it down."
    )


def test_the_cues_of_this_sites_article_are_all_there():
    """Counted by hand in content/saydnaya-crematorium/article.txt."""
    site = survey_of(ROOT, today="2026-11-22", drafts=False)
    (found,) = (each for each in site.explainers if each.slug == "saydnaya-crematorium")
    assert (found.sentences, found.cues, found.unattributed_cues) == (15, 25, ())
