"""On whom the article rests: stretches that cover it all, and counts that a reader can check."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_site import write_site

from postil.diagnostics.model import Report
from postil.site import tracing
from postil.site.examining import Placed, examine, read_shared
from postil.site.model import Source
from postil.site.tracing import (
    BASES,
    Attributed,
    Echo,
    Speaker,
    Stretch,
    Tracing,
    basis_of,
    echoes_of,
    stretches_of,
    word_starts,
)
from postil.text.articles import parse_article

SOURCES = {
    "state": Source("government", "State"),
    "jones": Source("official", "Jones", speaks_for="state"),
    "leaker": Source("unnamed", "Somebody at State", speaks_for="state"),
    "clerk": Source("person", "Clerk", speaks_for="state"),
    "reuters": Source("wire", "Reuters"),
    "writer": Source("person", "Writer", speaks_for="paper"),
    "paper": Source("press", "Paper"),
    "insider": Source("unnamed", "Insider"),
    "tass": Source("state-media", "Tass"),
    "own": Source("think-tank", "Own kind"),
}


@pytest.mark.parametrize(
    ("chain", "basis"),
    [
        ("jones > reuters", "official"),
        ("state", "official"),
        ("clerk > reuters", "official"),
        ("tass > reuters > paper", "official"),
        ("leaker > reuters", "unnamed"),
        ("insider > jones > reuters", "unnamed"),
        ("reuters", "named"),
        ("own > jones", "named"),
        ("paper", "outlet"),
        ("writer > paper", "outlet"),
        ("reuters > paper", "named"),
    ],
)
def test_the_first_speaker_decides_on_what_a_passage_rests(chain, basis):
    assert basis_of(tuple(chain.split(" > ")), "paper", SOURCES) == basis


def test_without_an_outlet_nothing_rests_on_it():
    assert basis_of(("paper",), "", SOURCES) == "named"


# ------------------------------------------------------------------ stretches

TEXT = "A first paragraph.\n\nThe second one.\n\nA third."
BLOCKS = parse_article(TEXT, "txt").blocks


@st.composite
def passages(draw) -> list[Attributed]:
    """Passages of the text, of any overlap, in the order of the text."""
    ends = st.integers(0, len(TEXT))
    places = draw(st.lists(st.tuples(ends, ends).filter(lambda place: place[0] != place[1])))
    made = [
        Attributed(f"a{index}", *sorted(place), (("reuters",),), (f"o{index}",), "named")
        for index, place in enumerate(places)
    ]
    return sorted(made, key=lambda passage: (passage.start, passage.end))


@given(passages())
@settings(deadline=None)
def test_stretches_cover_every_block_and_are_cut_at_every_boundary(passages):
    stretches = list(stretches_of(BLOCKS, passages))
    covered = [(s.block, at) for s in stretches for at in range(s.start, s.end)]
    assert covered == [
        (number, at) for number, b in enumerate(BLOCKS, 1) for at in range(b.start, b.end)
    ]
    for stretch in stretches:
        over = [p for p in passages if p.start < stretch.end and p.end > stretch.start]
        assert all(p.start <= stretch.start and stretch.end <= p.end for p in over)
        assert sorted(stretch.annotations) == sorted(passage.annotation for passage in over)
        lengths = {passage.annotation: passage.end - passage.start for passage in over}
        inwards = [lengths[id] for id in stretch.annotations]
        assert inwards == sorted(inwards)
        assert (stretch.basis, bool(stretch.origin)) == (
            ("named", True) if over else ("nothing", False)
        )


def test_where_passages_overlap_the_innermost_decides():
    said = {"basis": "named", "chains": (("reuters",),)}
    outer = Attributed("outer", 2, 18, origins=("state",), **said)
    inner = Attributed("inner", 8, 17, origins=("reuters",), **said)
    first, *_ = (list(stretches_of(BLOCKS, given)) for given in ([outer, inner], [inner, outer]))
    assert first[:4] == [
        Stretch(1, 0, 2),
        Stretch(1, 2, 8, "named", "state", ("outer",)),
        Stretch(1, 8, 17, "named", "reuters", ("inner", "outer")),
        Stretch(1, 17, 18, "named", "state", ("outer",)),
    ]


# ------------------------------------------------------------------ words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("It is “so”, they said — 13,000 times.", 7),
        ("one\u2014two \u2013 three", 3),
        ("\ufffc … *", 0),
        ("东京都知事", 5),
        ("テレビを見た", 6),
        ("据Reuters报道", 4),
        ("기자들에게 말했다", 2),
        ("हिन्दी में", 2),
        ("สวัสดี", 4),
    ],
)
def test_words_are_counted_in_every_script(text, words):
    starts = word_starts(text)
    assert len(starts) == words
    assert all(text[start].isalnum() for start in starts)


# ------------------------------------------------------------------ echoes


def drawing(**draws: str) -> dict[str, Source]:
    """Sources by id, each with the ids that it draws on."""
    return {
        id: Source("press", id, draws_on=tuple(drawn.split()), speaks_for="b" if id == "B" else "")
        for id, drawn in draws.items()
    }


@pytest.mark.parametrize(
    ("draws", "origins", "expected"),
    [
        ({"a": "", "b": ""}, "ab", []),
        ({"a": "b", "b": ""}, "ab", [Echo("b", ("a", "b"))]),
        ({"a": "b", "b": "a"}, "ab", [Echo("a", ("a", "b"))]),
        ({"a": "x", "b": "x", "c": "", "x": ""}, "abc", [Echo("x", ("a", "b"))]),
        ({"a": "x", "b": "y", "x": "y", "y": ""}, "ab", [Echo("y", ("a", "b"))]),
        ({"a": "x", "b": "x", "x": "y", "y": ""}, "ab", [Echo("x", ("a", "b"))]),
        (
            {"a": "x", "b": "x y", "c": "y", "x": "", "y": ""},
            "abc",
            [Echo("x", ("a", "b")), Echo("y", ("b", "c"))],
        ),
        ({"a": "B", "B": "", "b": ""}, "ab", [Echo("b", ("a", "b"))]),
        ({"a": "x", "b": "", "x": "a"}, "ab", []),
    ],
)
def test_origins_that_may_repeat_one_report_are_told(draws, origins, expected):
    passages = [Attributed(id, 0, 1, ((id,),), (id,), "named") for id in origins]
    assert list(echoes_of(passages, drawing(**draws))) == expected


def test_whoever_speaks_for_a_body_brings_along_what_he_draws_on():
    sources = {**SOURCES, "jones": Source("official", "J", speaks_for="state", draws_on=("own",))}
    said = [
        Attributed("one", 0, 1, (("jones", "reuters"),), ("state",), "official"),
        Attributed("two", 2, 3, (("own",),), ("own",), "named"),
    ]
    assert list(echoes_of(said, sources)) == [Echo("own", ("state", "own"))]


# ------------------------------------------------------------------ a whole explainer

ANNOTATIONS = """\
title: Alpha
article: {outlet: paper}
annotations:
  - {quote: told reporters, attributed_to: jones > reuters > paper}
  - {quote: a long report about the harbour, attributed_to: [reuters, report > reuters]}
  - {quote: nothing, also: [He then], attributed_to: state > reuters, note: n}
  - {quote: and left, attributed_to: paper}
  - {quote: on Monday, note: n, sources: [report]}
  - {quote: A spokesman, attributed_to: state, draft: true}
"""


def traced(folder: Path, annotations: str = ANNOTATIONS, *, drafts: bool = False) -> Tracing:
    """The tracing of a small explainer with these annotations."""
    root, report = write_site(folder / "site"), Report()
    (root / "content/alpha/annotations.yaml").write_text(annotations, encoding="utf-8")
    with (root / "content/sources.yaml").open("a", encoding="utf-8") as file:
        file.write("paper: {kind: press, name: Paper}\n")
    shared, placed = read_shared(root, report), examine(root, "alpha", report, drafts=drafts)
    assert shared and isinstance(placed, Placed)
    assert not report.failed
    return tracing.trace(placed, shared.sources.value)


def test_an_explainer_is_counted_by_annotation_and_its_words_by_place(tmp_path):
    found = traced(tmp_path)
    assert (found.attributions, len(found.passages)) == (5, 5)
    assert found.origins == (
        Speaker("state", 2), Speaker("reuters", 1), Speaker("report", 1), Speaker("paper", 1),
    )  # fmt: skip
    assert found.relays == (Speaker("reuters", 3, 1),)
    assert [found.words[basis] for basis in BASES] == [5, 6, 0, 2, 11]
    assert found.traced == 54
    assert found.share("official") == 21


def test_drafts_are_traced_where_they_are_shown(tmp_path):
    assert Speaker("state", 3) in traced(tmp_path, drafts=True).origins


def test_an_article_without_attributions_rests_on_nothing(tmp_path):
    found = traced(tmp_path, "title: Alpha\nannotations: [{quote: nothing, note: n}]\n")
    assert (found.attributions, found.origins, found.traced) == (0, (), 0)
    assert {stretch.basis for stretch in found.stretches} == {"nothing"}


@pytest.mark.parametrize(
    ("official", "nothing", "share"),
    [(0, 0, 0), (0, 9, 0), (9, 0, 100), (1, 9999, 1), (9999, 1, 99), (1, 2, 33), (2, 1, 67)],
)
def test_a_part_is_never_told_as_all_or_as_nothing(official, nothing, share):
    words = {**dict.fromkeys(BASES, 0), "official": official, "nothing": nothing}
    assert Tracing((), (), (), (), (), words).share("official") == share
