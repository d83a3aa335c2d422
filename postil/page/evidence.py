"""What the top of a page says of where the article's words come from: counts, picture and table."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from postil.page.naming import Naming
from postil.page.numbering import Numbering
from postil.page.picture import (
    ARTICLE_WIDTH,
    DRAWING_WIDTH,
    Band,
    Curve,
    Drawing,
    Node,
    Point,
    draw,
    mirror,
)
from postil.page.provenance import OTHERS, Graph, Thread, changes_of, graph_of, tells_something
from postil.page.views import (
    Evidence,
    Link,
    PictureNode,
    PictureRow,
    PictureThread,
    PictureView,
)
from postil.site.examining import Placed
from postil.site.tracing import BASES, Attributed, Basis, Speaker, Tracing, first_passages
from postil.text.anchoring import Range


def evidence(tracing: Tracing, placed: Placed, naming: Naming, numbering: Numbering) -> Evidence:
    """All that the top of an explainer's page says of it."""
    numbers = Counter(anchor.annotation.status for anchor in numbering.anchors)
    return Evidence(
        picture=picture(tracing, placed, naming, numbering),
        facts=tuple(facts(tracing, naming)),
        statuses=naming.status_counts(numbers),
    )


# ------------------------------------------------------------------ in sentences


def facts(tracing: Tracing, naming: Naming) -> Iterator[str]:
    """What can be counted, each in a sentence, the heaviest first; nothing where it is too little.

    A reader can check each in the picture's table.
    """
    if not tells_something(tracing):
        return
    words, total = naming.words, len(first_passages(tracing.passages))
    first = tracing.origins[0]
    if first.passages > 1:
        name = naming.badge(first.source).name
        yield words("fact_origin", n=first.passages, total=total, name=name)
    for echo in tracing.echoes[:1]:
        name, number, most = naming.badge(echo.source).name, len(echo.origins), len(tracing.origins)
        yield words("fact_echo", n=number, total=most, least=most - number + 1, name=name)
    if relay := _main_relay(tracing):
        yield words("fact_relay", n=relay.passages, name=naming.badge(relay.source).name)
    yield words("fact_traced", share=tracing.traced)


def _main_relay(tracing: Tracing) -> Speaker | None:
    """Through whom at least half of the passages came, if all of them came through somebody."""
    half = len(first_passages(tracing.passages)) / 2
    return next((relay for relay in tracing.relays[:1] if relay.passages >= half), None)


# ------------------------------------------------------------------ the picture


def picture(
    tracing: Tracing, placed: Placed, naming: Naming, numbering: Numbering
) -> PictureView | None:
    """The picture of an explainer's attributions and its table; None where there is too little."""
    if not tells_something(tracing):
        return None
    sources = naming.shared.sources.value
    changes = changes_of(placed, naming.shared)
    graph = graph_of(tracing, placed.explainer.article.outlet, sources, changes)
    drawing = draw(graph, tracing.stretches, _names(graph, naming))
    if naming.words.direction == "rtl":
        drawing = mirror(drawing)
    return PictureView(
        heading=_heading(tracing, naming),
        width=_units(DRAWING_WIDTH),
        height=_units(drawing.height),
        stroke=_units(drawing.pitch * 0.72),
        slim=_units(drawing.pitch * 0.44),
        article=_units(drawing.article),
        edge=_units(drawing.edge),
        has_relays=max(graph.columns.values()) > 1,
        bars=tuple(_bars(drawing)),
        numbers=tuple((number, _units(y)) for number, y in drawing.numbers),
        threads=tuple(_threads(graph, drawing, naming, numbering)),
        nodes=tuple(_node(id, place, graph, naming) for id, place in drawing.nodes.items()),
        legend=tuple(
            (basis, naming.words(f"legend.{basis}", share=tracing.share(basis)))
            for basis in BASES
            if tracing.words[basis]
        ),
        rows=tuple(_rows(tracing, naming, numbering)),
    )


def _heading(tracing: Tracing, naming: Naming) -> str:
    words, number = naming.words, len(first_passages(tracing.passages))
    rest = words(
        "rest_on",
        n=number,
        attributions=words("passages_count", n=number),
        origins=words("origins", n=len(tracing.origins)),
    )
    relay = _main_relay(tracing)
    if not relay:
        return rest
    name = naming.badge(relay.source).name
    return words("rest_through", rest=rest, n=relay.passages, name=name)


def _names(graph: Graph, naming: Naming) -> dict[str, str]:
    """What the nodes are called; sources of one name are told apart by their dates."""
    sources = naming.shared.sources.value
    names = {id: naming.badge(id).short for id in graph.columns if id != OTHERS}
    alike = Counter(names.values())
    for id, name in names.items():
        issued = sources[id].issued.day(naming.words) if alike[name] > 1 else None
        names[id] = f"{name}, {issued.text}" if issued else name
    if OTHERS in graph.columns:
        names[OTHERS] = naming.words("picture_others", n=len(graph.others))
    return names


def _node(id: str, place: Node, graph: Graph, naming: Naming) -> PictureNode:
    badge = naming.badge(id) if id != OTHERS else None
    others = naming.words.join([naming.badge(other).name for other in sorted(graph.others)])
    return PictureNode(
        href=badge.href if badge else "",
        label=place.label,
        words=f"{badge.kind_label}: {badge.name}" if badge else others,
        begun=place.begun,
        x=_units(place.x),
        y=_units(place.y),
        height=_units(place.height),
        label_x=_units(place.label_x),
        label_y=_units(place.label_y),
        anchor="end" if place.is_before else "start",
    )


def _threads(
    graph: Graph, drawing: Drawing, naming: Naming, numbering: Numbering
) -> Iterator[PictureThread]:
    drawn: set[str] = set()
    for thread, curve in zip(graph.threads, drawing.curves, strict=True):
        is_first = thread.annotation not in drawn
        drawn.add(thread.annotation)
        yield PictureThread(
            element_id=f"thread_{thread.annotation}" if is_first else "",
            href=f"#{thread.annotation}",
            basis=thread.basis,
            path=_path(curve),
            words=_in_words(thread, naming, numbering),
            changes=tuple(_changes(thread, curve)),
        )


def _changes(thread: Thread, curve: Curve) -> Iterator[tuple[str, str]]:
    """Where a thread arrives at the nodes that changed its words."""
    for stop, part in zip(thread.stops[1:], curve, strict=False):  # the last leads to the article
        if stop in thread.changed:
            yield _units(part[-1][0]), _units(part[-1][1])


def _path(curve: Curve) -> str:
    """A curve as the data of an SVG path: from point to point, for that is shortest."""
    at = _tenths(curve[0][0])
    path = f"M{_shown(at)}"
    for part in curve:
        start, *others = map(_tenths, part)
        path += "" if start == at else f"h{_shown((start[0] - at[0],))}"
        path += "c" + _shown(step for x, y in others for step in (x - start[0], y - start[1]))
        at = others[-1]
    return path


def _tenths(point: Point) -> tuple[int, int]:
    return round(point[0] * 10), round(point[1] * 10)


def _shown(tenths: Iterable[int]) -> str:
    return " ".join(f"{each / 10:g}" for each in tenths).replace(" -", "-")


def _in_words(thread: Thread, naming: Naming, numbering: Numbering) -> str:
    """Through whom a passage came, and its words."""
    lemma = numbering.lemma(Range(thread.start, thread.end))
    more = f" (+{thread.passages - 1})" if thread.passages > 1 else ""
    chain = naming.chain(thread.hops).words
    told = naming.words("picture_thread", chain=chain, passage=lemma) + more
    if not thread.changed:
        return told
    names = [naming.badge(hop).name for hop in thread.hops if hop in thread.changed]
    return naming.words("picture_changed", thread=told, names=naming.words.join(names))


def _bars(drawing: Drawing) -> Iterator[tuple[Basis, str]]:
    """The lines of the article's column by basis, those of nothing first, for they lie below."""

    def order(line: Band) -> int:
        return (BASES.index(line.basis) + 1) % len(BASES)

    for _, lines in groupby(sorted(drawing.bands, key=order), key=order):
        same = list(lines)
        path = "".join(_bar(line, drawing.article) for line in same)
        yield same[0].basis, path


def _bar(line: Band, left: float) -> str:
    """A line down the column; what is the outlet's own is drawn hollow."""
    if line.basis != "outlet":
        return f"M{_units(left + ARTICLE_WIDTH / 2)} {_units(line.top)}V{_units(line.bottom)}"
    sides = _units(left + 0.6), _units(left + ARTICLE_WIDTH - 0.6)
    top, bottom = _units(line.top + 0.6), _units(max(line.bottom - 0.6, line.top + 1))
    return f"M{sides[0]} {top}H{sides[1]}V{bottom}H{sides[0]}z"


def _units(number: float) -> str:
    """A coordinate to a tenth of a unit, which is a tenth of a pixel or so."""
    return f"{number:.1f}".removesuffix(".0")


# ------------------------------------------------------------------ the table


def _rows(tracing: Tracing, naming: Naming, numbering: Numbering) -> Iterator[PictureRow]:
    """Every way by which passages came, by origin as these are ranked, then in the text's order."""
    ways: dict[tuple[str, tuple[str, ...]], list[Attributed]] = {}
    for passage in tracing.passages:
        for hops, origin in zip(passage.chains, passage.origins, strict=True):
            ways.setdefault((origin, hops), []).append(passage)
    rank = {origin.source: number for number, origin in enumerate(tracing.origins)}
    for (origin, hops), passages in sorted(ways.items(), key=lambda way: rank[way[0][0]]):
        after = hops[1:] if hops[0] == origin else hops
        yield PictureRow(
            origin=naming.badge(origin),
            hops=tuple(map(naming.badge, after)),
            passages=tuple(_links(passages, numbering)),
        )


def _links(passages: Iterable[Attributed], numbering: Numbering) -> Iterator[Link]:
    """A link to each annotation, with the words of its first passage."""
    for passage in first_passages(passages):
        lemma = numbering.lemma(Range(passage.start, passage.end))
        yield Link(f"#{passage.annotation}", lemma)
