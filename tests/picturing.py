"""Small graphs of provenance, each as it may come: chains of an article of so many paragraphs."""

from collections.abc import Sequence

from postil.site.model import Source
from postil.site.references import origin_of
from postil.site.tracing import (
    BASES,
    Attributed,
    Speaker,
    Tracing,
    basis_of,
    first_passages,
    stretches_of,
)
from postil.text.articles import parse_article

LONG = "The Permanent Mission to the United Nations in New York"
# By name: chains, one a passage, and the number of paragraphs.
GRAPHS: dict[str, tuple[Sequence[str], int]] = {
    "one hop": (["a", "b", "c"], 3),
    "a chain and itself": (["a > b", "b", "b"], 1),
    "a circle": (["a > b > c", "b > a > c", "c > b > a"], 4),
    "six hops": (["a > b > c > d > e > f", "b > f", "c > d"], 2),
    "all through one": ([f"s{n} > wire > paper" for n in range(8)] + ["wire", "paper"], 6),
    "a body and its speakers": (
        ["spokesman > wire", "spokesman > wire", "state > wire", "leaker > wire", "wire"],
        5,
    ),
    "long names": ([f"{LONG} {n} > {LONG} {n + 1} > wire" for n in range(4)], 4),
    "sixty passages": ([f"s{n % 7} > wire{n % 2} > paper" for n in range(60)], 30),
    "twenty origins": ([f"s{n} > wire{n % 3}" for n in range(20)], 12),
    "sixty origins": ([f"s{n} > w{n % 9} > paper" for n in range(60)], 20),
    "a long article": (["a > wire", "b > wire", "c"], 300),
    "東京": (["外務省 > 共同通信", "報道官 > 共同通信 > 毎日新聞", "毎日新聞"], 3),
}
SPEAKING = {"spokesman": "state", "leaker": "state"}
KINDS = {"state": "government", "spokesman": "official", "leaker": "unnamed", "s1": "unnamed"}


def sources_of(chains: Sequence[str]) -> dict[str, Source]:
    """A source for every id in the chains, named like it."""
    ids = dict.fromkeys(["state", *(hop for chain in chains for hop in chain.split(" > "))])
    return {id: Source(KINDS.get(id, "press"), id, speaks_for=SPEAKING.get(id, "")) for id in ids}


def tracing_of(chains: Sequence[str], paragraphs: int) -> Tracing:
    """An article whose passages, spread evenly, came by these chains."""
    sources = sources_of(chains)
    text = "\n\n".join("Some words that fill a line of it, and more." for _ in range(paragraphs))
    blocks = parse_article(text, "txt").blocks
    passages = []
    for number, chain in enumerate(chains):
        hops = tuple(chain.split(" > "))
        block = blocks[number * paragraphs // len(chains)]
        start = block.start + 3 * (number % 9)
        origin, basis = origin_of(hops, sources), basis_of(hops, "paper", sources)
        passages.append(Attributed(f"p{number}", start, start + 10, (hops,), (origin,), basis))
    ids = dict.fromkeys(passage.origins[0] for passage in first_passages(passages))
    return Tracing(
        stretches=tuple(stretches_of(blocks, passages)),
        passages=tuple(passages),
        origins=tuple(Speaker(id, 1) for id in ids),
        relays=(),
        echoes=(),
        words=dict.fromkeys(BASES, 1),
    )
