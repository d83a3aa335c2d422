"""The picture: every label can be read, every thread arrives, and many are drawn as few."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from picturing import GRAPHS, sources_of, tracing_of

from postil.page import picture, provenance
from postil.page.picture import ARTICLE, ARTICLE_WIDTH, DRAWING_WIDTH, NODE_WIDTH, Area, Drawing
from postil.page.provenance import OTHERS, Graph


def graph_of(chains, paragraphs) -> Graph:
    return provenance.graph_of(tracing_of(chains, paragraphs), "paper", sources_of(chains))


def drawn(chains, paragraphs) -> tuple[Graph, Drawing]:
    """The graph of these chains, and its drawing, where the names of sources are their ids."""
    graph = graph_of(chains, paragraphs)
    names = {node: node or "all others" for node in graph.columns}
    return graph, picture.draw(graph, tracing_of(chains, paragraphs).stretches, names)


CHAINS = st.lists(
    st.lists(st.sampled_from("abcdefghijkl"), min_size=1, max_size=6, unique=True).map(" > ".join),
    min_size=1,
    max_size=45,
)
EVERY = pytest.mark.parametrize(("chains", "paragraphs"), GRAPHS.values(), ids=GRAPHS)


def meet(one: Area, other: Area) -> bool:
    across = one.left < other.right and other.left < one.right
    return across and one.top < other.bottom and other.top < one.bottom


def check_that_nothing_touches(drawing: Drawing) -> None:
    """Of all labels and bars no two overlap, and all are inside of the drawing."""
    areas = [area for place in drawing.nodes.values() for area in place.areas()]
    assert [pair for pair in combinations(areas, 2) if meet(*pair)] == []
    for area in areas:
        assert 0 <= area.left <= area.right <= ARTICLE
        assert picture.SMALL < area.top <= area.bottom <= drawing.height
    points = [point for curve in drawing.curves for part in curve for point in part]
    assert all(0 <= x <= DRAWING_WIDTH and 0 <= y <= drawing.height for x, y in points)
    bases = [base for _, base in drawing.numbers]
    assert all(other - one >= picture.SMALL for one, other in pairwise(bases))
    assert all(0 < line.top < line.bottom <= drawing.height for line in drawing.bands)


@EVERY
def test_no_label_touches_another_or_leaves_the_drawing(chains, paragraphs):
    check_that_nothing_touches(drawn(chains, paragraphs)[1])


@given(CHAINS, st.integers(1, 30))
@settings(deadline=None, max_examples=40)
def test_whatever_the_chains_no_label_touches_another(chains, paragraphs):
    check_that_nothing_touches(drawn(chains, paragraphs)[1])


@EVERY
def test_a_thread_goes_from_node_to_node_and_to_its_passage(chains, paragraphs):
    graph, drawing = drawn(chains, paragraphs)
    assert len(drawing.curves) == len(graph.threads)
    for thread, curve in zip(graph.threads, drawing.curves, strict=True):
        assert len(curve) == len(thread.stops)
        for stop, (start, *_) in zip(thread.stops, curve, strict=True):
            place = drawing.nodes[stop]
            assert start[0] == place.x + NODE_WIDTH
            assert place.y < start[1] < place.y + place.height
        end_x, end_y = curve[-1][-1]
        assert end_x == ARTICLE
        assert any(
            line.top <= end_y <= line.bottom for line in drawing.bands if line.basis != "nothing"
        )


@EVERY
def test_from_right_to_left_everything_is_on_the_other_side(chains, paragraphs):
    _, drawing = drawn(chains, paragraphs)
    other = picture.mirror(drawing)
    assert other.article + ARTICLE_WIDTH == DRAWING_WIDTH - drawing.article
    for node, place in drawing.nodes.items():
        mirrored = other.nodes[node]
        assert (mirrored.x + NODE_WIDTH, mirrored.y) == (DRAWING_WIDTH - place.x, place.y)
        assert mirrored.label_x == DRAWING_WIDTH - place.label_x
        assert mirrored.is_before == place.is_before  # before and after turn round with the page
    ends = [curve[-1][-1][0] for curve in other.curves]
    assert ends == [DRAWING_WIDTH - ARTICLE] * len(ends)
    assert picture.mirror(other).bands == drawing.bands


@EVERY
def test_a_picture_is_no_larger_than_a_screen(chains, paragraphs):
    assert drawn(chains, paragraphs)[1].height < 620


def test_links_go_towards_the_page_but_for_one_that_closes_a_circle():
    graph = graph_of(["a > b > c", "b > a", "c > a"], 3)
    assert graph.columns == {"a": 3, "b": 2, "c": 1}


def test_a_column_is_as_far_from_the_page_as_the_longest_way():
    graph = graph_of(["a > d", "a > b > c > d", "c"], 3)
    assert graph.columns == {"a": 4, "b": 3, "c": 2, "d": 1}


def test_who_speaks_for_a_body_stands_after_it():
    graph = graph_of(["spokesman > wire", "state > wire", "leaker > wire"], 3)
    assert [thread.stops for thread in graph.threads] == [
        ("state", "spokesman", "wire"), ("state", "wire"), ("state", "leaker", "wire"),
    ]  # fmt: skip
    assert dict(graph.begun) == {"state": 3}
    assert [thread.basis for thread in graph.threads] == ["official", "official", "unnamed"]


def test_of_many_passages_those_of_one_paragraph_that_came_one_way_are_one_thread():
    graph = graph_of(["spokesman > wire"] * 40 + ["wire"], 1)
    assert graph.is_rolled_up
    assert [(thread.stops, thread.passages) for thread in graph.threads] == [
        (("state", "wire"), 40), (("wire",), 1),
    ]  # fmt: skip
    assert dict(graph.begun) == {"state": 40, "wire": 1}
    assert not graph_of(["spokesman > wire"] * 39 + ["wire"], 1).is_rolled_up


def test_of_many_origins_speakers_are_drawn_as_their_bodies():
    chains = [f"s{n} > wire" for n in range(12)]
    assert not graph_of(chains, 4).is_rolled_up
    graph = graph_of([*chains, "spokesman > wire"], 4)
    assert graph.is_rolled_up
    assert "spokesman" not in graph.columns


def test_what_finds_no_room_is_drawn_as_one_node():
    graph = graph_of([f"s{n} > wire" for n in range(60)], 20)
    assert len(graph.columns) == provenance.MOST_NODES
    assert len(graph.others) == 60 + 1 - (provenance.MOST_NODES - 1)
    assert graph.begun[OTHERS] == len(graph.others)
    assert sum(graph.begun.values()) == 60


def test_a_thread_knows_where_its_words_changed():
    chains, hops = ["spokesman > wire > paper", "wire > paper", "paper"], ("wire", "paper")
    changes = {("p0", ("spokesman", "wire", "paper")): frozenset({"wire"})}
    graph = provenance.graph_of(tracing_of(chains, 3), "paper", sources_of(chains), changes)
    assert [thread.changed for thread in graph.threads] == [{"wire"}, set(), set()]
    many = [*chains, *["wire > paper"] * 40]
    changes = {("p1", hops): frozenset({"paper"})}
    graph = provenance.graph_of(tracing_of(many, 1), "paper", sources_of(many), changes)
    assert [t.changed for t in graph.threads if t.stops == hops] == [{"paper"}]


@pytest.mark.parametrize(
    ("chains", "is_drawn"),
    [
        (["a", "b"], False),
        (["a", "a", "a"], False),
        (["spokesman", "leaker", "state"], False),
        (["a", "a", "b"], True),
    ],
)
def test_there_is_a_picture_only_of_something_to_see(chains, is_drawn):
    assert provenance.tells_something(tracing_of(chains, 3)) == is_drawn


# ------------------------------------------------------------------ labels


@pytest.mark.parametrize(
    ("text", "room", "shown"),
    [
        ("Reuters", 100, "Reuters"),
        ("The Permanent Mission in New York", 120, "The Permanent…"),
        ("Bundesinnenministerium", 60, "Bunde…"),
        ("A, B and others", 42, "A, B…"),
        ("外務省報道官", 40, "外務…"),
        ("ki\u0308ki\u0308ki\u0308", 31, "ki\u0308…"),
    ],
)
def test_a_name_is_cut_at_a_word_or_else_at_a_letter(text, room, shown):
    assert picture.cut_to(text, room) == shown


@given(st.text(max_size=60), st.floats(20, 200))
def test_a_cut_name_fits(text, room):
    assert picture.width_of(picture.cut_to(text, room)) <= room
