"""Ids of annotations: permanent, and never those that the page makes itself."""

import re
from collections import Counter
from pathlib import Path

import pytest
from small_site import write_site

from postil import building
from postil.site import placing
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
