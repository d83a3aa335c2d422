"""Who names which source and box: every place once, with its role, and what stands behind it."""

import msgspec
import pytest

from postil.site import references
from postil.site.model import Explainer, Source
from postil.site.references import Named, Reference

NOTE, HOPS = ("annotations", 0, "note"), ("annotations", 0, "attributed_to")
USES, BOX = ("annotations", 0, "sources"), ("annotations", 0, "context")


def annotated(**fields):
    return {"annotations": [{"quote": "x", **fields}]}


# What an explainer holds besides its title, and the references that this makes.
CASES = [
    ({"summary": "See [@a, p. 1] and [@a; @b]."}, [
        Reference("a", "citation", ("summary",), "p. 1"),
        Reference("a", "citation", ("summary",), "", 1),
        Reference("b", "citation", ("summary",)),
    ]),
    ({"article": {"outlet": "a"}}, [Reference("a", "outlet", ("article", "outlet"))]),
    (annotated(attributed_to="a > b"), [Reference(id, "hop", HOPS) for id in "ab"]),
    (annotated(attributed_to=["a > b", "c"]), [
        Reference("a", "hop", (*HOPS, 0)),
        Reference("b", "hop", (*HOPS, 0)),
        Reference("c", "hop", (*HOPS, 1)),
    ]),
    (annotated(attributed_to=[{"source": "a", "quote": "q", "locator": "p. 1"}, "b"]), [
        Reference("a", "hop", (*HOPS, 0, "source"), "p. 1"),
        Reference("b", "hop", (*HOPS, 1)),
    ]),
    (annotated(attributed_to=["a > b", ["c", {"source": "d"}]]), [
        Reference("a", "hop", (*HOPS, 0)),
        Reference("b", "hop", (*HOPS, 0)),
        Reference("c", "hop", (*HOPS, 1, 0)),
        Reference("d", "hop", (*HOPS, 1, 1, "source")),
    ]),
    ({"findings": ["[@a]", "[@b]"], "method": "[@c]"}, [
        Reference("a", "citation", ("findings", 0)),
        Reference("b", "citation", ("findings", 1)),
        Reference("c", "citation", ("method",)),
    ]),
    ({"reply": {"asked": "2020", "of": "a", "answer": "[@b]"}}, [
        Reference("b", "citation", ("reply", "answer")),
        Reference("a", "reply", ("reply", "of")),
    ]),
    ({"reply": {"asked": "2020", "of": "a", "answer": "None"}}, [
        Reference("a", "reply", ("reply", "of")),
    ]),
    ({"updates": [{"date": "2020", "text": "[@a]"}]}, [
        Reference("a", "citation", ("updates", 0, "text")),
    ]),
    (annotated(figure={"file": "a.png", "alt": "x", "caption": "[@a]"}), [
        Reference("a", "citation", ("annotations", 0, "figure", "caption")),
    ]),
    (annotated(context={
        "title": "t", "body": "b", "figure": {"file": "a.png", "alt": "x", "caption": "[@a]"},
        "timeline": [{"date": "2020", "text": "[@b]"}],
    }), [
        Reference("a", "citation", (*BOX, "figure", "caption")),
        Reference("b", "citation", (*BOX, "timeline", 0, "text")),
    ]),
    (annotated(sources=["a", {"source": "b", "locator": "p. 2"}]), [
        Reference("a", "use", (*USES, 0)),
        Reference("b", "use", (*USES, 1, "source"), "p. 2"),
    ]),
    (annotated(note="[@a]", draft=True), [Reference("a", "citation", NOTE)]),
    (annotated(context="a"), [Reference("a", "context", BOX)]),
    (annotated(context={"title": "t", "body": "[@a]", "sources": ["b"]}), [
        Reference("a", "citation", (*BOX, "body")),
        Reference("b", "use", (*BOX, "sources", 0)),
    ]),
    ({"corrections": [{"date": "2020", "annotation": "x", "was": "[@a]", "now": "[@b]"}]}, [
        Reference("a", "citation", ("corrections", 0, "was")),
        Reference("b", "citation", ("corrections", 0, "now")),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "expected"), CASES)
def test_every_place_is_listed(fields, expected):
    explainer = msgspec.convert({"title": "T", **fields}, Explainer)
    texts = references.prose_of_explainer(explainer)
    assert list(references.of_explainer(explainer, texts)) == expected


def test_what_is_named_is_parted_into_sources_and_boxes():
    named = [Reference("a", "hop", ()), Reference("a", "use", ()), Reference("b", "context", ())]
    assert references.named_in(named) == Named(frozenset("a"), frozenset("b"))


SPEAKING = {
    "a": Source("person", "A", speaks_for="b"),
    "b": Source("government", "B", note="See [@c]."),
    "c": Source("press", "C", note="See [@a] and [@gone]."),
    "d": Source("press", "D"),
    "e": Source("press", "E", draws_on=("d", "gone")),
}


@pytest.mark.parametrize(
    ("ids", "expected"),
    [("a", "abc"), ("c", "abc"), ("d", "d"), ("e", "de"), ("", ""), (["gone"], "")],
)
def test_what_stands_behind_sources_is_found_even_in_circles(ids, expected):
    texts = references.prose_of_sources(SPEAKING)
    by_id = {id: tuple(references.of_source(id, source, texts)) for id, source in SPEAKING.items()}
    assert references.sources_behind(ids, by_id) == set(expected)


def test_the_origin_is_whom_the_first_hop_speaks_for():
    assert references.origin_of(("a", "c"), SPEAKING) == "b"
    assert references.origin_of(("d", "a"), SPEAKING) == "d"
