"""Annotations whose words the article has no more: their addresses live, and nothing else does."""

import json
import re

import jsonschema_rs
import pytest
from selectolax.lexbor import LexborHTMLParser
from test_web_annotations import PAGE

from postil import building
from postil.cli import commands

SOURCES = """\
mayor: {kind: official, name: The mayor}
courier: {kind: press, name: Courier}
report: {kind: document, name: The report}
other: {kind: ngo, name: Other}
"""
ARTICLE = "The mayor said that the bridge was safe.\n\nOn Tuesday the bridge fell.\n"
HEAD = """\
title: The bridge
findings: ["A claim [was taken out](#steady), and [background](#context-weather) stayed."]
article: {outlet: courier, issued: 2026-11}
corrections:
  - {date: 2026-11-25, annotation: steady, was: One., now: Two.}
annotations:
  - id: safe
    quote: the bridge was safe
    attributed_to: mayor
    status: disputed
    note: No.
"""
STEADY = """\
  - id: steady
    quote: had never been as
      steady as in the days before it fell into the river, or so it was said
    prefix: The bridge
    attributed_to: [{source: mayor, quote: may have been steady}, courier]
    status: altered
    note: It had *not*.
    sources: [{source: report, locator: p. 6}]
    context: {title: The weather, body: Windy., sources: [other]}
    withdrawn: {date: 2026-11-26, reason: "Gone [@other, p. 2]."}
"""
WEATHER = """\
  - id: weather
    quote: It was a windy day
    to: said the mayor
    context: {title: Wind, body: It blew.}
    withdrawn: 2026
"""
WORDS = "had never been as steady as in the days before it fell into the river, or so it was said"


@pytest.fixture
def root(tmp_path):
    (tmp_path / "content/x").mkdir(parents=True)
    (tmp_path / "site.yaml").write_text("title: S\n")
    (tmp_path / "content/sources.yaml").write_text(SOURCES)
    (tmp_path / "content/x/article.txt").write_text(ARTICLE)
    write(tmp_path, HEAD + STEADY + WEATHER)
    return tmp_path


def write(root, text):
    (root / "content/x/annotations.yaml").write_text(text)


def built(root, **options):
    site = building.build_site(root, jobs=1, **options)
    assert [each for each in site.report.in_order() if each.severity == "error"] == []
    return site.files


def page(root):
    return LexborHTMLParser(built(root)["x/index.html"].decode())


def test_its_address_leads_to_its_note_with_all_that_was_said(root):
    address = page(root).css_first("#steady")
    note = address.parent.parent
    assert note.attributes["id"] == "note-steady"
    assert note.css_first("del").text() == WORDS, "all of them: nobody finds them elsewhere"
    said = " ".join(note.text().split())
    for words in (
        "Since November 26, 2026 this passage is no longer in the article.",
        "Gone (NGO: Other, p. 2).", "altered", "may have been steady", "hedge lost",
        "It had not.", "The report, p. 6", "The weather", "Correction",
    ):  # fmt: skip
        assert words in said, words


def test_nothing_in_the_article_is_of_it(root):
    article = page(root).css_first("[data-article]")
    assert [mark.attributes["data-annotation"] for mark in article.css("mark")] == ["safe"]
    assert not article.css("#steady, #weather, [data-for=steady], [data-context]")


def test_every_link_on_the_page_leads_somewhere(root):
    html = page(root)
    places = {each.attributes["id"] for each in html.css("[id]")}
    links = [a.attributes["href"] for a in html.css("a[href^='#']")]
    assert {"#steady", "#weather", "#context-weather", "#note-steady"} <= set(links)
    assert [link for link in links if link[1:] not in places] == []


def test_every_id_is_there_once(root):
    ids = [each.attributes["id"] for each in page(root).css("[id]")]
    assert len(ids) == len(set(ids))


def test_no_page_leads_to_a_status_that_has_none(root):
    files = built(root)
    assert "statuses/altered/index.html" not in files
    for path, data in files.items():
        if path.endswith(".html") and path != "404.html":
            assert b"statuses/altered" not in data, path


def test_its_sources_are_listed_with_the_note_as_their_use(root):
    html = page(root)
    uses = {
        source: [(use.attributes["href"], use.text()) for use in html.css(f"#source-{source} .use")]
        for source in ("mayor", "report", "other")
    }
    assert uses["mayor"] == [("#note-safe", "1"), ("#note-steady", "†1")]
    assert uses["report"] == [("#note-steady", "†1")]
    assert uses["other"] == [("#context-steady", "The weather"), ("#note-steady", "†1")]
    assert "sources/other/index.html" in built(root)


def test_it_is_counted_nowhere(root):
    with_it = building.build_site(root, jobs=1).entries[0]
    write(root, re.sub(r"corrections:\n.*\n", "", HEAD).replace("findings:", "summary: x #"))
    without = building.build_site(root, jobs=1).entries[0]
    assert with_it.counts.annotations == without.counts.annotations == 1
    assert with_it.counts.attributions == without.counts.attributions == 1
    assert (with_it.traced, with_it.bar, with_it.utterances) == (
        without.traced, without.bar, without.utterances,
    )  # fmt: skip


def test_its_web_annotation_has_the_old_words_and_their_time(root):
    items = {
        item["id"]: item
        for item in json.loads(built(root)["x/annotations.jsonld"])["items"]
    }  # fmt: skip
    target = items["./#steady"]["target"]
    assert target["selector"] == [
        {"type": "TextQuoteSelector", "exact": WORDS, "prefix": "The bridge"}
    ]
    assert target["state"] == {
        "type": "TimeState",
        "sourceDateStart": "2026-11-01T00:00:00Z",
        "sourceDateEnd": "2026-11-26T00:00:00Z",
    }
    assert "Gone [@other, p. 2]." in [body.get("value") for body in items["./#steady"]["body"]]
    valid = jsonschema_rs.validator_for(PAGE, validate_formats=True)
    assert valid.is_valid(json.loads(built(root)["x/annotations.jsonld"]))
    assert "state" not in items["./#weather"]["target"], "it would end before it begins"


def test_a_published_address_is_not_lost_by_it_and_comes_back(root, capsys):
    def publish():
        assert commands.run(["--root", str(root), "--strict"]) == 0
        return capsys.readouterr().err

    article = root / "content/x/article.txt"
    head = HEAD.replace(", and [background](#context-weather) stayed", "")
    sound = head + STEADY.partition("    withdrawn")[0]
    article.write_text(f"{ARTICLE}\nThe bridge {WORDS}.\n")
    write(root, sound)
    assert publish() == ""
    article.write_text(ARTICLE)
    write(root, head + STEADY)
    assert publish() == ""
    assert commands.run(["verify", "--root", str(root)]) == 0
    article.write_text(f"{ARTICLE}\nThe bridge {WORDS}.\n")
    write(root, sound)
    assert publish() == ""
    write(root, HEAD.replace("findings:", "summary: x #").replace("steady", "safe"))
    assert commands.run(["--root", str(root)]) == 0
    assert "lost-address" in capsys.readouterr().err


def test_a_draft_that_is_withdrawn_is_in_the_preview_alone(root):
    write(root, HEAD + STEADY + f"{WEATHER}    draft: true\n")
    write(
        root, (root / "content/x/annotations.yaml").read_text().replace("context-weather", "safe")
    )
    published, shown = built(root), built(root, drafts=True)
    assert b'id="weather"' not in published["x/index.html"]
    assert b"windy day" not in published["x/annotations.jsonld"]
    assert b'id="weather"' in shown["x/index.html"] and b"draft-page" in shown["x/index.html"]


# ------------------------------------------------------------------ changes of the article


def test_the_page_says_when_the_publisher_changed_the_text(root):
    changes = '[{date: 2026-11-20, text: "See [@other, p. 1]."}, {date: 2026-11-24}]'
    write(root, HEAD.replace("issued: 2026-11", f"issued: 2026-11, changes: {changes}") + STEADY
          + WEATHER)  # fmt: skip
    html = page(root)
    link = html.css_first(".article-head a[href='#change_2']")
    assert link.text() == "Changed by its publisher November 24, 2026"
    log = [each.text() for each in html.css(".log li")]
    assert ["Correction" in log[0], "was changed" in log[1], "See (" in log[2]] == [True] * 3
    assert html.css_first("#change_2").css_first("time").attributes["datetime"] == "2026-11-24"
    assert "#change_1" in [use.attributes["href"] for use in html.css("#source-other .use")]
