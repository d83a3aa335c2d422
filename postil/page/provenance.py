"""Who said it, through whom, and where in the article: the chains of a page as one graph.

Every thread runs from its origin to a passage. A node is a source, or what stands for several; its
column is the length of the longest way from it to the page.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from msgspec import Struct, structs

from postil.site.chains import as_chains
from postil.site.examining import Placed, Shared
from postil.site.model import Sources
from postil.site.tracing import Attributed, Basis, Tracing, basis_of, first_passages
from postil.site.wordings import ladders

FEWEST_ATTRIBUTIONS, FEWEST_ORIGINS = 3, 2  # with less, there is nothing to see at a glance
MOST_PASSAGES, MOST_ORIGINS = 40, 12  # with more, threads and speakers are drawn together
MOST_NODES = 24

Changes = Mapping[tuple[str, tuple[str, ...]], frozenset[str]]
"""By annotation and chain, the hops whose words are not those of the hop before."""

OTHERS = ""  # the node that stands for all that are not drawn themselves


class Thread(Struct, frozen=True):
    """A chain of one passage, or of several of one paragraph, from its origin to the article.

    `stops` are nodes. The passage is that of the `annotation`, from `start` to `end` in code points
    of the article's visible text; of `passages` it is the first. `hops` are the chain as it was
    written, `changed` the stops at which its words changed.
    """

    annotation: str
    start: int
    end: int
    basis: Basis
    hops: tuple[str, ...]
    stops: tuple[str, ...]
    changed: frozenset[str] = frozenset()
    passages: int = 1


class Graph(Struct, frozen=True):
    """What the picture shows.

    `columns` are those of the nodes, 1 next to the article; `begun` says how many passages begin at
    a node. If `is_rolled_up`, whoever speaks for a body is drawn as that body, and a thread stands
    for all passages of a paragraph that came the same way. `others` are the nodes that `OTHERS`
    stands for.
    """

    columns: Mapping[str, int]
    threads: tuple[Thread, ...]
    begun: Mapping[str, int]
    is_rolled_up: bool
    others: frozenset[str] = frozenset()


def tells_something(tracing: Tracing) -> bool:
    """Whether an article has enough attributions and origins to draw and to count them."""
    return tracing.attributions >= FEWEST_ATTRIBUTIONS and len(tracing.origins) >= FEWEST_ORIGINS


def changes_of(placed: Placed, shared: Shared) -> Changes:
    """Where the words of chains changed on their way, as their ladders tell it."""
    changes: dict[tuple[str, tuple[str, ...]], frozenset[str]] = {}
    for anchor in placed.anchors:
        chains = as_chains(anchor.annotation.attributed_to)
        for chain, rungs in zip(chains, ladders(anchor, placed, shared), strict=True):
            known = (rung for rung in rungs if rung.runs)
            changed = frozenset(
                after.said.source
                for before, after in pairwise(known)
                if any(run.falls_out for run in before.runs)
                or any(run.came_in for run in after.runs)
            ).intersection(chain)
            if changed:
                changes[anchor.id, chain] = changed
    return changes


def graph_of(
    tracing: Tracing, outlet: str, sources: Sources, changes: Changes | None = None
) -> Graph:
    """The graph of an article's attributions, which `outlet` published."""
    once = first_passages(tracing.passages)
    rolls_up = len(once) > MOST_PASSAGES or len(tracing.origins) > MOST_ORIGINS
    threads = [
        Thread(
            annotation=passage.annotation,
            start=passage.start,
            end=passage.end,
            basis=basis_of(hops, outlet, sources),
            hops=hops,
            stops=_stops(hops, origin, rolls_up),
            changed=(changes or {}).get((passage.annotation, hops), frozenset()),
        )
        for passage in tracing.passages
        for hops, origin in zip(passage.chains, passage.origins, strict=True)
    ]
    others = frozenset(_least(threads))
    threads = [structs.replace(each, stops=_without(others, each.stops)) for each in threads]
    begun = _begun(once, threads)
    if rolls_up:
        threads = list(_one_a_paragraph(threads, tracing))
    return Graph(_columns(threads), tuple(threads), begun, rolls_up, others)


def _stops(hops: tuple[str, ...], origin: str, rolls_up: bool) -> tuple[str, ...]:
    """The nodes of a chain: the body before the one who speaks for it, or in place of that one."""
    if origin in hops:
        return hops
    return (origin, *hops[1:]) if rolls_up else (origin, *hops)


def _least(threads: Iterable[Thread]) -> Iterator[str]:
    """The nodes for which there is no room: those with the fewest threads, the last of equals."""
    passing = Counter(stop for thread in threads for stop in thread.stops)
    ranked = [stop for stop, _ in passing.most_common()]
    if len(ranked) > MOST_NODES:
        yield from ranked[MOST_NODES - 1 :]


def _without(others: frozenset[str], stops: Iterable[str]) -> tuple[str, ...]:
    """The stops with `OTHERS` in place of those nodes; no thread passes a node twice."""
    return tuple(dict.fromkeys(OTHERS if stop in others else stop for stop in stops))


def _begun(once: Iterable[Attributed], threads: Iterable[Thread]) -> Counter[str]:
    """How many annotations begin at each node."""
    of_annotation: dict[str, set[str]] = {passage.annotation: set() for passage in once}
    for thread in threads:
        of_annotation[thread.annotation].add(thread.stops[0])
    return Counter(node for nodes in of_annotation.values() for node in nodes)


def _one_a_paragraph(threads: Iterable[Thread], tracing: Tracing) -> Iterator[Thread]:
    """Threads of one way into one paragraph as one, where the first of them leads."""
    blocks = {stretch.start: stretch.block for stretch in tracing.stretches}
    together: dict[tuple[int, Basis, tuple[str, ...]], list[Thread]] = {}
    for thread in threads:
        key = blocks.get(thread.start, 0), thread.basis, thread.stops
        together.setdefault(key, []).append(thread)
    for first, *more in together.values():
        changed = first.changed.union(*(thread.changed for thread in more))
        yield structs.replace(first, changed=changed, passages=1 + len(more))


def _columns(threads: Iterable[Thread]) -> dict[str, int]:
    """By node, the length of the longest way to the page.

    Chains may contradict one another on who comes first: then the link that was seen first counts,
    and one that would close a circle does not.
    """
    after: dict[str, dict[str, None]] = {}
    for thread in threads:
        for one, other in pairwise(thread.stops):
            if other not in after.get(one, {}) and not _leads(after, other, one):
                after.setdefault(one, {})[other] = None
        after.setdefault(thread.stops[-1], {})
    columns: dict[str, int] = {}
    for node in after:
        _column(node, after, columns)
    return columns


def _column(node: str, after: Mapping[str, Iterable[str]], columns: dict[str, int]) -> int:
    """The column of a node, which goes among the others."""
    if node not in columns:
        columns[node] = 1 + max(
            (_column(other, after, columns) for other in after.get(node, ())), default=0
        )
    return columns[node]


def _leads(after: Mapping[str, Iterable[str]], start: str, goal: str) -> bool:
    """Whether a way leads from a node to another one, or they are the same."""
    seen, pending = set(), [start]
    while pending:
        node = pending.pop()
        if node == goal:
            return True
        if node not in seen:
            seen.add(node)
            pending += after.get(node, ())
    return False
