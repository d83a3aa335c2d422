"""Twice the input is about twice the work: steps of the program are counted, never seconds."""

import sys
from pathlib import Path

import pytest

from postil import building
from postil.diagnostics import model, render
from postil.diagnostics.model import Diagnostic, Report, SourceText, Span
from postil.site import checking, loading, placing
from postil.yaml import reading

PACKAGE = str(Path(building.__file__).parent)
ANNOTATIONS, ARTICLE = "content/alpha/annotations.yaml", "content/alpha/article.txt"
SOURCES, CONTEXT = "content/sources.yaml", "content/context.yaml"
A_SOURCE = "a: {kind: wire, name: Agency}\n"


def annotations(*items: str, more: str = "") -> str:
    return "title: X\nannotations:\n" + "".join(f"  - {item}\n" for item in items) + more


def sentences(n: int, end: str = "\n") -> str:
    return "".join(f"Sentence {i} stands alone.{end}" for i in range(n))


def on_each(n: int, body: str) -> list[str]:
    return [f"{{id: i{i}, quote: Sentence {i} stands, {body}}}" for i in range(n)]


def numbered(n: int, fields: str) -> str:
    """Sources s0, s1 …; `@` in their fields is the number of the next."""
    return "".join(
        f"s{i}: {{kind: wire, name: N, {fields.replace('@', str(i + 1))}}}\n" for i in range(n)
    )


def noted(note: str) -> str:
    return annotations(f"quote: Sentence 0\n    note: '{note}'")


FAMILIES = {
    "annotations apart": lambda n: {
        ARTICLE: sentences(n), ANNOTATIONS: annotations(*on_each(n, "note: n, sources: [a]")),
    },
    "annotations in one paragraph": lambda n: {
        ARTICLE: sentences(n, " "), ANNOTATIONS: annotations(*on_each(n, "note: '[@a]'")),
    },
    "passages that overlap": lambda n: {
        ARTICLE: sentences(n + 40, " "),
        ANNOTATIONS: annotations(
            *(f"{{quote: Sentence {i} stands, to: Sentence {i + 20} stands, note: n}}"
              for i in range(n))
        ),
    },
    "one box at many places": lambda n: {
        ARTICLE: sentences(n), ANNOTATIONS: annotations(*on_each(n, "context: b")),
        SOURCES: A_SOURCE + numbered(n, "reason: r"),
        CONTEXT: f"b: {{title: t, body: b, sources: [{', '.join(f's{i}' for i in range(n))}]}}\n",
    },
    "corrections of each": lambda n: {
        ARTICLE: sentences(n),
        ANNOTATIONS: annotations(
            *on_each(n, "note: n"),
            more="corrections:\n" + "".join(
                f"  - {{date: 2026-01-01, annotation: i{i}, was: a, now: b}}\n" for i in range(n)
            ),
        ),
    },
    "citations of one source": lambda n: {ANNOTATIONS: noted("[@a] " * n)},
    "citations in one group": lambda n: {ANNOTATIONS: noted(f"[{'; '.join(['@a'] * n)}]")},
    "links to one annotation": lambda n: {ANNOTATIONS: noted("[x](#sentence-0) " * n)},
    "pictures in prose": lambda n: {ANNOTATIONS: noted("![x](y) " * n)},
    "unknown citations": lambda n: {ANNOTATIONS: noted(" ".join(f"[@z{i}]" for i in range(n)))},
    "unknown hops": lambda n: {
        ANNOTATIONS: annotations(
            f"quote: Sentence 0\n    attributed_to: {' > '.join(f'z{i}' for i in range(n))}"
        ),
    },
    "a long chain": lambda n: {
        SOURCES: A_SOURCE + numbered(n, "reason: r"),
        ANNOTATIONS: annotations(
            f"quote: Sentence 0\n    attributed_to: {' > '.join(f's{i}' for i in range(n))}"
        ),
    },
    "sources that speak for the next": lambda n: {
        SOURCES: A_SOURCE + numbered(n, "speaks_for: s@") + f"s{n}: {{kind: wire, name: N}}\n",
    },
    "sources that cite the next": lambda n: {
        SOURCES: A_SOURCE + numbered(n, "note: '[@s@]'") + f"s{n}: {{kind: wire, name: N}}\n",
        ANNOTATIONS: noted("[@s0]"),
    },
    "sources that draw on the next": lambda n: {
        ARTICLE: sentences(n),
        SOURCES: A_SOURCE + numbered(n, "draws_on: [s@]") + f"s{n}: {{kind: wire, name: N}}\n",
        ANNOTATIONS: annotations(
            *(f"{{quote: Sentence {i} stands, attributed_to: s{i} > a}}" for i in range(n))
        ),
    },
    "attributions that overlap": lambda n: {
        ARTICLE: sentences(n + 20, " "),
        ANNOTATIONS: annotations(
            *(f"{{quote: Sentence {i} stands, to: Sentence {i + 10} stands, attributed_to: a}}"
              for i in range(n))
        ),
    },
    "a circle of sources": lambda n: {
        SOURCES: A_SOURCE
        + numbered(n, "speaks_for: s@")
        + f"s{n}: {{kind: un, name: N, speaks_for: s0}}\n",
    },
    "own kinds": lambda n: {
        "site.yaml": "title: T\nkinds:\n" + "".join(f"  k{i}: {{label: L}}\n" for i in range(n)),
        SOURCES: A_SOURCE + "".join(f"s{i}: {{kind: k{i}, name: N}}\n" for i in range(n)),
    },
    "unknown kinds": lambda n: {
        SOURCES: A_SOURCE + "".join(f"s{i}: {{kind: k{i}, name: N}}\n" for i in range(n)),
    },
    "unknown keys": lambda n: {
        ANNOTATIONS: "title: X\n" + "".join(f"key{i}: x\n" for i in range(n)),
    },
    "one id many times": lambda n: {
        ARTICLE: sentences(n),
        ANNOTATIONS: annotations(
            *(f"{{id: same, quote: Sentence {i} stands, note: n}}" for i in range(n))
        ),
    },
    "ids of one quote": lambda n: {ANNOTATIONS: annotations(*["{quote: Sentence 0, note: n}"] * n)},
    "orphans": lambda n: {
        ARTICLE: sentences(50), ANNOTATIONS: annotations(*["{quote: Sentense nil, note: n}"] * n),
    },
    "an annotation at each of many places": lambda n: {
        ARTICLE: "the word. " * n,
        ANNOTATIONS: annotations(
            *(f"{{quote: the word, occurrence: {i + 1} of {n}, note: n}}" for i in range(n))
        ),
    },
    "folders alike": lambda n: {f"content/E{i}/article.txt": "" for i in range(n)},
    "statuses in use": lambda n: {
        "site.yaml": "title: T\nstatuses:\n" + "".join(f"  k{i}: {{label: L}}\n" for i in range(n)),
        ARTICLE: sentences(n),
        ANNOTATIONS: annotations(
            *(f"{{quote: Sentence {i} stands, status: k{i}}}" for i in range(n))
        ),
    },
    "explainers with the same sources": lambda n: {
        path: text
        for i in range(n)
        for path, text in {
            f"content/x{i}/article.txt": sentences(2),
            f"content/x{i}/annotations.yaml": annotations(
                "quote: Sentence 0\n    attributed_to: a\n    note: '[@a]'"
            ) + f"published: {1000 + i}\n",
        }.items()
    },
    "spaces in a citation": lambda n: {ANNOTATIONS: noted(f"[@a{' ' * n}x]")},
    "spaces in a locator": lambda n: {ANNOTATIONS: noted(f"[@a, x{chr(160) * n}y]")},
}  # fmt: skip


DEFAULTS = {
    "site.yaml": "title: T\n", SOURCES: A_SOURCE,
    ARTICLE: sentences(1), ANNOTATIONS: annotations(),
}  # fmt: skip


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in {**DEFAULTS, **files}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")


def work(root: Path, files: dict[str, str]) -> int:
    """How many lines of the package it takes to build a site and to say what is wrong with it."""
    write(root, files)
    lines = 0

    def count(frame, event, argument):
        nonlocal lines
        lines += event == "line"
        return count

    def enter(frame, event, argument):
        return count if frame.f_code.co_filename.startswith(PACKAGE) else None

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        report = building.build_site(root, drafts=True, jobs=1).report
        said = [render.as_text(diagnostic) for diagnostic in report.in_order()]
    finally:
        sys.settrace(before)
    assert "internal-error" not in {diagnostic.code for diagnostic in report.diagnostics}
    assert all(said)
    return lines


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES.keys())
def test_work_grows_with_the_input(family, tmp_path):
    counts = [work(tmp_path / str(n), family(n)) for n in (20, 20, 40, 80)]
    _, first, second, third = counts  # what is loaded once has been loaded by then

    assert third - second <= 2.2 * max(second - first, first / 10), counts


# ------------------------------------------------------------------ what is no line of ours


def test_lines_of_a_file_are_counted_once():
    source = SourceText("a", "x\n" * 1000)
    model._line_starts.cache_clear()
    report = Report([Diagnostic("bad-value", "m", Span(source, i, i)) for i in range(1000)])
    for diagnostic in report.in_order():
        render.as_text(diagnostic)

    assert model._line_starts.cache_info().misses == 1


@pytest.mark.parametrize("text", ["", "a", "a\n", "\n", "\n\n", "a\nb", "a\r\nb\r\n", "\na\n\nbc"])
def test_places_are_those_of_the_text(text):
    source = SourceText("a", text)
    lines = text.split("\n")

    assert [source.line(i + 1) for i in range(len(lines))] == [line.rstrip("\r") for line in lines]
    for offset in range(len(text) + 1):
        before = text[:offset].split("\n")
        assert source.position(offset) == (len(before), len(before[-1]) + 1)


def test_of_a_long_line_only_what_is_shown_is_looked_at(monkeypatch):
    looked = []
    printable = render.printable
    monkeypatch.setattr(
        render, "printable", lambda text: looked.append(len(text)) or printable(text)
    )
    source = SourceText("a", "\x1b" * 100_000)
    shown = render.as_text(Diagnostic("bad-value", "m", Span(source, 50_000, 50_001)))

    assert max(looked) < 200
    assert "\x1b" not in shown
    assert len(shown) < 400


def test_the_search_for_places_in_a_long_value_has_an_end(monkeypatch):
    monkeypatch.setattr(reading, "_EFFORT", 10_000)
    text = "a: " + " ".join(f"w{i}" for i in range(500))
    report = Report()
    located = reading.read(SourceText("a", text), report)
    spans = [located.find(("a",), f"w{i}") for i in range(500)]

    assert located._looked.total() <= 10_000 + len(text)
    assert (spans[0].start, spans[0].end) == (3, 5)
    assert spans[-1] == located.span(("a",))


def test_guesses_have_an_end(tmp_path, monkeypatch):
    calls = []
    monkeypatch.setattr(
        checking, "did_you_mean", lambda word, known, otherwise: calls.append(len(known)) or ""
    )
    n = checking.MOST_GUESSES + 50
    work(tmp_path, FAMILIES["unknown kinds"](n))

    assert len([known for known in calls if known]) == checking.MOST_GUESSES
    assert len(calls) == n


# ------------------------------------------------------------------ what is refused

MOST_BRACKETS = 100  # here
ON_ONE = "{quote: Sentence 0, note: n}"
LIMITS = [
    ({ANNOTATIONS: noted("[" * MOST_BRACKETS)}, []),
    ({ANNOTATIONS: noted("[" * (MOST_BRACKETS + 1))}, ["file-too-large"]),
    ({ARTICLE: "[" * (MOST_BRACKETS + 1)}, []),
    (
        {SOURCES: f"a: {{kind: wire, name: N, note: '{'[' * (MOST_BRACKETS + 1)}'}}\n"},
        ["file-too-large"],
    ),
    ({ANNOTATIONS: annotations(*[ON_ONE] * placing.MOST_AT_ONE_PLACE)}, []),
    (
        {ANNOTATIONS: annotations(*[ON_ONE] * (placing.MOST_AT_ONE_PLACE + 1))},
        ["crowded-passage"],
    ),
    (
        {ARTICLE: sentences(300), ANNOTATIONS: annotations(*on_each(300, "note: n"))}, [],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("files", "codes"), LIMITS)
def test_what_would_take_too_long_is_refused_with_a_reason(tmp_path, monkeypatch, files, codes):
    monkeypatch.setattr(loading, "MOST_BRACKETS", MOST_BRACKETS)
    write(tmp_path, files)
    report = building.build_site(tmp_path, drafts=True, jobs=1).report

    assert [each.code for each in report.diagnostics if each.severity == "error"] == codes


class Counted(str):
    """A text that counts the characters that are looked at when something is looked for in it."""

    looked = 0

    def find(self, words, start=0, end=None):
        found = super().find(words, start, end)
        self.looked += (found if found >= 0 else min(end or len(self), len(self))) - start
        return found


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("name", ["p{}.png", "p%20{}.png", "../p{}.png", "p.png", "nowhere{}"])
def test_pictures_are_looked_for_in_a_text_as_often_as_it_is_long(name, order):
    wanted = [name.format(number) for number in range(1_000)][::order]
    text = Counted(" ".join(f"![x]({each})" for each in wanted[::order] if "no" not in each))
    places = list(loading.find_each(wanted, text))

    assert text.looked <= 8 * len(text)
    if order == 1 and "no" not in name:
        assert all(
            text[at : at + len(words)] == words for at, words in zip(places, wanted, strict=True)
        )
