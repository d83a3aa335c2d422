"""What was made fast does what the plain way does: the plain ways are here, and are the judges."""

import re
from collections.abc import Sequence
from math import fsum
from pathlib import Path

import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import Markup, escape
from msgspec import structs
from picturing import GRAPHS, sources_of, tracing_of
from small_site import write_site

from postil.building.sites import build_site
from postil.page import picture, provenance, rendering
from postil.page.compiling import FastEnvironment
from postil.site import tracing
from postil.site.model import Source
from postil.text import damage, prose

ROOT = Path(__file__).parents[1]

# ------------------------------------------------------------------ templates


def plain_environment(**options) -> jinja2.Environment:
    return jinja2.Environment(**options, autoescape=True)


@pytest.mark.parametrize("site", ["small", "whole"])
def test_pages_are_those_that_jinja_makes(monkeypatch, tmp_path, site):
    root = ROOT if site == "whole" else write_site(tmp_path)
    fast = build_site(root)
    monkeypatch.setattr(rendering, "FastEnvironment", plain_environment)
    assert build_site(root).files == fast.files != {}


TEMPLATE = """
{% macro plain(a, b) %}{{ a }}-{{ b }}{% endmacro %}
{% macro more(a, b="<b>") %}{{ a }}{{ b }}{{ varargs | join }}{{ kwargs | length }}{% endmacro %}
{% macro around() %}<i>{{ caller() }}</i>{% endmacro %}
{% macro named(a) %}[{{ caller(a) }}]{% endmacro %}
{{ plain(value, 1) }}{{ plain(b=value, a=none) }}{{ plain(*[value, value]) }}{{ more(value) }}
{{ more(value, value, value, k=value) }}{{ value }}{{ value ~ "<" }}{{ value | string | upper }}
{% call around() %}{{ value }}{% endcall %}{% call(x) named(value) %}{{ x }}{% endcall %}
{% set block %}{{ value }}&{% endset %}{{ block }}
{% for each in [value, value] %}{{ loop.index }}{{ loop.cycle("<", ">") }}{{ plain(each, f(each)) }}
{% endfor %}{% autoescape false %}{{ value }}{{ more(value) }}{% endautoescape %}
{% filter replace("a", "<") %}{{ value }}{% endfilter %}
{{ f(value, class=1, **{"x": 2}) if false else f(value) }}{{ self.part() }}
{% block part %}{{ value }}{% endblock %}
"""
VALUES = st.one_of(
    st.text(), st.text("<>&'\"a "), st.text("<&a").map(Markup), st.integers(), st.none(),
    st.lists(st.text("<a"), max_size=2),
)  # fmt: skip


@given(VALUES)
@settings(deadline=None)
def test_whatever_is_printed_and_called_is_what_jinja_prints(value):
    found = [
        kind(undefined=jinja2.StrictUndefined)
        .from_string(TEMPLATE)
        .render(value=value, f=lambda x, **_: x)
        for kind in (FastEnvironment, plain_environment)
    ]
    assert found[0] == found[1]
    assert str(FastEnvironment.printed(value)) == str(escape(value))


# ------------------------------------------------------------------ the picture


class PlainLaying(picture._Laying):
    """Every form is tried at every place, and whoever asks for what is taken looks at all."""

    def _rounds(self, order):
        self.nodes, self.slots = {}, {}
        for _ in range(picture._ROUNDS):
            self.nodes, self.slots = dict(self.nodes), dict(self.slots)
            for node in order:
                self._put(node)
            yield self._bent(), self.nodes, self.slots

    def _put(self, node):
        passing = self._passing[node]
        after = {index: self._next(node, index) for index in passing}
        before = (self._last(node, index) for index in passing)
        order = sorted(passing, key=lambda index: (after[index], self._ends[index], index))
        near = [*after.values(), *(y for y in before if y is not None)]
        wanted = fsum(near) / len(near) - self.pitch * len(order) / 2
        others = (other for each, other in self.nodes.items() if each != node)
        taken = [area for other in others for area in other.areas()]
        forms = [
            structs.replace(form, y=plain_free(form, wanted, taken))
            for form, _ in self._forms[node]
        ]
        before_, below = picture._BEFORE, picture._BELOW
        self.nodes[node] = min(
            forms, key=lambda f: abs(f.y - wanted) + before_ * f.is_before + below * f.is_below
        )
        for rank, index in enumerate(order):
            self.slots[node, index] = self.nodes[node].y + self.pitch * (rank + 0.5)

    def _next(self, node, index):
        stops = self.graph.threads[index].stops
        after = stops[stops.index(node) + 1 :]
        return self.slots.get((after[0], index), self._ends[index]) if after else self._ends[index]

    def _last(self, node, index):
        stops = self.graph.threads[index].stops
        before = stops[: stops.index(node)]
        return self.slots.get((before[-1], index)) if before else None


def plain_free(node: picture.Node, wanted: float, taken: Sequence[picture.Area]) -> float:
    apart = picture._APART
    barred = [
        (other.top - apart - own.bottom, other.bottom + apart - own.top)
        for own in node.areas()
        for other in taken
        if own.left < other.right + apart and other.left < own.right + apart
    ]
    highest = picture._HIGHEST - min(area.top for area in node.areas())
    up = down = max(wanted, highest)
    for top, bottom in sorted(barred):
        down = bottom if top < down < bottom else down
    for top, bottom in sorted(barred, key=lambda each: -each[1]):
        up = top if top < up < bottom else up
    return up if up >= highest and wanted - up <= down - wanted else down


def check_that_pictures_are_the_same(chains, paragraphs):
    graph = provenance.graph_of(tracing_of(chains, paragraphs), "paper", sources_of(chains))
    names = {node: (node or "all others") * (1 + len(node) % 5) for node in graph.columns}
    with pytest.MonkeyPatch.context() as patch:
        found = picture.draw(graph, tracing_of(chains, paragraphs).stretches, names)
        patch.setattr(picture, "_Laying", PlainLaying)
        assert picture.draw(graph, tracing_of(chains, paragraphs).stretches, names) == found


@pytest.mark.parametrize(("chains", "paragraphs"), GRAPHS.values(), ids=GRAPHS)
def test_a_picture_is_laid_out_as_if_everything_were_tried(chains, paragraphs):
    check_that_pictures_are_the_same(chains, paragraphs)


CHAINS = st.lists(
    st.lists(st.sampled_from("abcdefghijklmnopqrstuvwxyzABCDEFGH"), min_size=1, max_size=6,
             unique=True).map(" > ".join),
    min_size=1,
    max_size=45,
)  # fmt: skip


@given(CHAINS, st.integers(1, 30))
@settings(deadline=None, max_examples=60)
def test_so_is_any_picture(chains, paragraphs):
    check_that_pictures_are_the_same(chains, paragraphs)


# ------------------------------------------------------------------ words

PLAIN_WORDS = re.compile(rf"[{tracing._UNSPACED}]|[^\s\u2012-\u2015{tracing._UNSPACED}]+")


@given(st.one_of(st.text(), st.text("aé1_-–— .…“东ー々〇\u0e33\ufffc\u0301\n")))
def test_words_begin_at_their_first_letter_or_digit(text):
    assert tracing.word_starts(text) == [
        found.start() + next(index for index, each in enumerate(found[0]) if each.isalnum())
        for found in PLAIN_WORDS.finditer(text)
        if any(map(str.isalnum, found[0]))
    ]


# ------------------------------------------------------------------ texts


@given(st.text("a[]@ .,*`:/\\\n"))
@settings(deadline=None)
def test_ids_are_found_as_if_every_text_were_searched(text):
    parsed = prose.parse(text)
    found = [
        match
        for token in parsed._outside_addresses()
        if token.type == "text"
        for match in prose._ALMOST.finditer(token.content)
    ]
    assert list(parsed.mentioned()) == [match["bracketed"] or match["bare"] for match in found]
    slips = [match[0] for match in found if (match["bracketed"] or match["bare"]) == "a"]
    assert list(parsed.slips({"a"})) == slips


@given(st.lists(st.sampled_from(["=E2=80=9C", "=41", "\\u201c", "\\u0041", "=", "\\", "Ã©", "a "])))
@settings(deadline=None)
def test_damage_is_found_as_if_every_text_were_searched(parts):
    text = "".join(parts)
    encoded = [m for m in damage._ENCODED.finditer(text) if damage._decoded(m[0]) != m[0]]
    misread = [m for m in damage._MISREAD.finditer(text) if damage._in_utf8(m[0]) != m[0]]
    firsts = [group[0].start() for group in (misread, encoded) if group]
    assert [trace.start for trace in damage.traces(text)] == firsts


# ------------------------------------------------------------------ who draws on whom

DRAWN = st.dictionaries(
    st.sampled_from("abcdefgh"), st.sets(st.sampled_from("abcdefgh"), max_size=3), min_size=1
)


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6), DRAWN)
def test_echoes_are_those_of_a_look_at_every_source(speakers, drawn):
    """In the order of the file, whatever is drawn on."""
    sources = {
        id: Source("press", id, draws_on=tuple(sorted(drawn.get(id, ())))) for id in "hgfedcba"
    }
    passages = [
        tracing.Attributed(f"p{at}", at, at + 1, ((id,),), (id,), "named")
        for at, id in enumerate(speakers)
    ]
    origins = list(dict.fromkeys(speakers))
    reaching = {id: {o for o in origins if id in behind(o, drawn)} for id in sources}
    told = []
    for id in sorted(
        (id for id in sources if len(reaching[id]) > 1), key=lambda i: -len(reaching[i])
    ):
        if not any(reaching[id] <= other for _, other in told):
            told.append((id, reaching[id]))
    expected = [(id, tuple(o for o in origins if o in own)) for id, own in told]
    found = tracing.echoes_of(passages, sources)
    assert [(echo.source, echo.origins) for echo in found] == expected


def behind(id: str, drawn) -> set[str]:
    found, pending = set(), [id]
    while pending:
        if (each := pending.pop()) not in found:
            found.add(each)
            pending += drawn.get(each, ())
    return found
