"""Where annotations stand, one place or several; their ids: permanent, and none of the page's."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from small_site import write_site

from postil import building
from postil.diagnostics.model import Report
from postil.output import verifying
from postil.site import placing
from postil.site.examining import examine
from postil.site.model import Annotation
from postil.text.anchoring import describing, suggesting

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "quote, id",
    [
        ("The mayor's bridge", "the-mayors-bridge"),
        ("one two three four five six seven", "one-two-three-four-five-six"),
        ("…", "passage"),
        ("note bridge", "passage-note-bridge"),
        ("Noteref 5", "passage-noteref-5"),
        ("source: Reuters", "passage-source-reuters"),
        ("Context matters", "passage-context-matters"),
        ("card", "passage-card"),
        ("note", "note"),
        ("notes on a bridge", "notes-on-a-bridge"),
        ("card games", "card-games"),
    ],
)
def test_an_id_is_made_of_the_first_words_and_is_none_of_the_pages_own(quote, id):
    assert placing.make_id(quote) == id


def test_made_ids_are_numbered_and_leave_given_ones_alone():
    annotations = (
        Annotation("go on"),
        Annotation("go on"),
        Annotation("other", id="go-on-2"),
        Annotation("go on"),
    )
    assert placing.assign_ids(annotations) == ["go-on", "go-on-3", "go-on-2", "go-on-4"]


def test_no_id_stands_twice_on_a_page_whatever_the_quotes(tmp_path):
    root = write_site(tmp_path / "site")
    quotes = ("note bridge", "bridge", "source reuters", "context bridge", "card", "noteref bridge")
    (root / "content/alpha/article.txt").write_text("The " + ", the ".join(quotes) + ".\n")
    entries = "".join(
        f"  - {{quote: {quote}, prefix: the, note: A note., context: prison, sources: [reuters]}}\n"
        for quote in quotes[1:]
    )
    first = "  - {quote: note bridge, note: A note., sources: [reuters]}\n"
    (root / "content/alpha/annotations.yaml").write_text(
        f"title: Alpha\nannotations:\n{first}{entries}"
    )
    built = building.build_site(root)
    page = built.files["alpha/index.html"].decode()
    ids = Counter(re.findall(r'\sid="([^"]*)"', page))
    assert ids["bridge"] == ids["note-bridge"] == ids["passage-note-bridge"] == 1
    assert {id for id, times in ids.items() if times > 1} == set()


def test_the_pages_own_ids_are_reserved_or_have_an_underscore():
    templates = [path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.html")]
    scripts = [path.read_text("utf-8") for path in (ROOT / "static").rglob("*.js")]
    ids = {id for text in templates for id in re.findall(r'\sid="([^"]*)"', text)}
    ids |= {id for text in scripts for id in re.findall(r"\bid: '([^']*)'", text)}
    made = {id for id in ids if not id.startswith("{{")}  # others are made by the program
    assert {"card", "notes_title", "note-{{ note.id }}"} <= made
    assert {id for id in made if not placing.is_reserved(id) and "_" not in id.split("{{")[0]} == (
        set()
    )


class Counting(set):
    """A set that counts how often it was asked."""

    asked = 0

    def __contains__(self, item):
        self.asked += 1
        return super().__contains__(item)


@pytest.mark.parametrize("size", [100, 1000])
def test_an_id_for_the_same_quote_is_found_at_once_however_many_there_are(size):
    taken, numbers = Counting(), Counter()
    for _ in range(size):
        taken.add(placing._free("go-on", taken, numbers))
    assert len(taken) == size
    assert taken.asked <= 3 * size


def build_with(tmp_path, quotes: list[str], article: str):
    root = write_site(tmp_path / "site")
    (root / "content/alpha/article.txt").write_text(article)
    entries = "".join(f"  - {{quote: {quote}, note: A note.}}\n" for quote in quotes)
    (root / "content/alpha/annotations.yaml").write_text(f"title: Alpha\nannotations:\n{entries}")
    diagnostics = building.build_site(root).report.diagnostics
    return [each for each in diagnostics if each.code in ("orphan", "ambiguous")]


def counted(monkeypatch, module, name) -> list:
    calls = []
    real = getattr(module, name)
    monkeypatch.setattr(module, name, lambda *given: calls.append(given) or real(*given))
    return calls


def test_advice_for_many_mistakes_is_bounded_and_every_mistake_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(placing, "_EFFORT", 100_000)
    suggestions = counted(monkeypatch, suggesting, "suggest")
    contexts = counted(monkeypatch, describing, "shortest_context")
    quotes = [f"it went nowhere {number}" for number in range(30)] + ["it went"] * 5
    article = "So it went. " * 900
    diagnostics = build_with(tmp_path, quotes, article)
    assert len(diagnostics) == len(quotes)
    assert all(each.help for each in diagnostics)
    assert 1 <= len(suggestions) + len(contexts) <= 100_000 // len(article) + 1


def test_no_context_is_looked_for_among_a_thousand_places(tmp_path, monkeypatch):
    contexts = counted(monkeypatch, describing, "shortest_context")
    (diagnostic,) = build_with(tmp_path, ["it went"], "So it went. " * 1_001)
    assert diagnostic.message == "the quote occurs 1001 times"
    assert len(diagnostic.notes) == placing.SHOWN and contexts == []


def test_more_places_than_anybody_counts_are_not_counted(tmp_path):
    (diagnostic,) = build_with(tmp_path, ["it"], "it " * 2_001)
    assert diagnostic.message == "the quote occurs 2000 times or more"


@pytest.mark.parametrize("id", ["note-bridge", "noteref-x", "source-reuters", "context-x", "card"])
def test_a_given_id_of_the_pages_own_is_refused_at_its_place(id, tmp_path):
    root = write_site(tmp_path / "site")
    file = root / "content/alpha/annotations.yaml"
    file.write_text(file.read_text().replace("id: first", f"id: {id}"))
    found = building.build_site(root).report.in_order()
    assert [(each.code, each.place, each.help) for each in found] == [
        ("bad-id", (4, 9), f"choose another: passage-{id}")
    ]


# ------------------------------------------------------------------ several places of one

ARTICLE = """\
The bridge fell, according to Reuters. The mayor said that it was safe.

The mayor resigned, according to Reuters. Later the bridge was closed, according to Reuters.
"""


def places_of(root: Path, *entries: str) -> list[list[str]]:
    """What the words of each annotation's places are, in order, if all of them are found."""
    write_site(root)
    (root / "content/alpha/article.txt").write_text(ARTICLE)
    lines = "".join(f"  - {{{entry}, note: n}}\n" for entry in entries)
    (root / "content/alpha/annotations.yaml").write_text(f"title: A\nannotations:\n{lines}")
    report = Report()
    placed = examine(root, "alpha", report, drafts=False)
    assert placed and not report.diagnostics
    text = placed.document.text
    return [[text[p.start : p.end] for p in anchor.places] for anchor in placed.anchors]


@pytest.mark.parametrize(
    "entry, places",
    [
        ("quote: The mayor said", ["The mayor said"]),
        ("quote: according to Reuters, occurrence: all of 3", ["according to Reuters"] * 3),
        ("quote: according to Reuters, occurrence: 2 of 3", ["according to Reuters"]),
        ("quote: The mayor, prefix: Reuters., occurrence: all of 1", ["The mayor"]),
        ("quote: resigned, also: [The bridge fell]", ["The bridge fell", "resigned"]),
        ("quote: closed, also: [fell, safe]", ["fell", "safe", "closed"]),
        ("quote: fell, also: [{quote: the bridge, suffix: was}]", ["fell", "the bridge"]),
        ("quote: fell, also: [{quote: it, to: safe}]", ["fell", "it was safe"]),
        ("quote: fell, also: [{quote: The mayor, occurrence: 2 of 2}]", ["fell", "The mayor"]),
        (
            "quote: safe, also: [{quote: The mayor, occurrence: all of 2}]",
            ["The mayor", "safe", "The mayor"],
        ),
        ("quote: The mayor said, also: [that it was safe]", ["The mayor said", "that it was safe"]),
    ],
)
def test_an_annotation_has_every_place_that_it_asks_for_in_the_order_of_the_text(
    tmp_path, entry, places
):
    assert places_of(tmp_path / "site", entry) == [places]


def test_places_of_two_annotations_may_overlap(tmp_path):
    entries = [f"quote: {quote}, occurrence: all of 3" for quote in ("to Reuters", "Reuters")]
    every, inner = places_of(tmp_path / "site", *entries)
    assert (len(every), len(inner)) == (3, 3)


def test_every_id_and_every_link_of_a_page_of_several_places_is_right(tmp_path):
    root = write_site(tmp_path / "site")
    entries = (
        "id: every, quote: according to Reuters, occurrence: all of 3, note: n, context: prison",
        "id: every-2, quote: The mayor said, also: [The mayor resigned], note: n",
        "id: correction, quote: was safe, also: [was closed], attributed_to: jones > reuters",
        "id: boxed, quote: bridge fell, also: [Later], context: {title: Later, body: b}",
    )
    (root / "content/alpha/article.txt").write_text(ARTICLE)
    lines = "".join(f"  - {{{entry}}}\n" for entry in entries)
    correction = "corrections: [{date: 2024-05-01, annotation: every, was: a, now: b}]\n"
    text = f"title: A\nannotations:\n{lines}{correction}"
    (root / "content/alpha/annotations.yaml").write_text(text)
    output = tmp_path / "output"
    for path, data in building.build_site(root).files.items():
        (output / path).parent.mkdir(parents=True, exist_ok=True)
        (output / path).write_bytes(data)

    page = (output / "alpha/index.html").read_text()
    ids = re.findall(r'\sid="([^"]*)"', page)
    assert [id for id, count in Counter(ids).items() if count > 1] == []
    assert set(re.findall(r'\shref="#([^"]*)"', page)) <= set(ids)
    assert {"noteref-every", "noteref-every_2", "noteref-every_3"} <= set(ids)
    assert re.findall(r'aria-label="Note (\d)"', page) == ["1", "2", "2", "1", "1"]
    for id, places in {"every": 3, "every-2": 2, "correction": 2, "boxed": 2}.items():
        assert page.count(f'<mark data-annotation="{id}"') == places
    result = verifying.verify_page(output / "alpha/index.html", root / "content", "alpha")
    assert result.is_proved, result


def test_an_annotation_of_several_places_counts_once(tmp_path):
    root = write_site(tmp_path / "site")
    (root / "content/alpha/article.txt").write_text(ARTICLE)
    (root / "content/alpha/annotations.yaml").write_text(
        "title: A\nannotations:\n"
        "  - {quote: according to Reuters, occurrence: all of 3, attributed_to: reuters, note: n}\n"
    )
    site = building.build_site(root)
    (entry,) = [entry for entry in site.entries if entry.slug == "alpha"]
    counts = entry.counts
    assert (counts.annotations, counts.notes, counts.attributions) == (1, 1, 1)


def test_other_programs_get_a_target_for_each_place(tmp_path):
    root = write_site(tmp_path / "site")
    (root / "content/alpha/article.txt").write_text(ARTICLE)
    (root / "content/alpha/annotations.yaml").write_text(
        "title: A\nannotations:\n  - {quote: resigned, note: n, also: [The bridge fell]}\n"
        "  - {quote: was safe, note: n}\n"
    )
    page = json.loads(building.build_site(root).files["alpha/annotations.jsonld"])
    several, one = (item["target"] for item in page["items"])
    quotes = [target["selector"][0]["exact"] for target in several]
    assert quotes == ["The bridge fell", "resigned"]
    assert {target["source"] for target in several} == {one["source"]}
    starts = [target["selector"][1]["start"] for target in several]
    assert starts == [ARTICLE.index(quote) for quote in quotes]
    assert one["selector"][0]["exact"] == "was safe"


def test_a_bare_quote_gets_help_that_can_take_its_place(tmp_path):
    root = write_site(tmp_path / "site")
    (root / "content/alpha/article.txt").write_text("It fell on Monday, the mayor's son said.\n")
    file = root / "content/alpha/annotations.yaml"
    head = "title: A\nannotations:\n  - quote: It fell\n    note: n\n"
    file.write_text(head + "    also: [the mayors son said]\n")
    report = Report()
    examine(root, "alpha", report, drafts=False)
    (mistake,) = report.diagnostics
    assert (mistake.code, mistake.span.source.text[mistake.span.start :][:10]) == (
        "orphan",
        "the mayors",
    )
    file.write_text(head + f"    also: [{mistake.help}]\n")
    report = Report()
    assert examine(root, "alpha", report, drafts=False) and not report.diagnostics
