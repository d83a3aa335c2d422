"""On whom the article rests, stretch by stretch, and the counts that a reader can check.

Everything that shows where the article's words come from reads this: strips, bars, the picture, its
table and the sentences of figures. Only attributions count. A source that an editor cites in a note
is evidence for or against a passage; it is not who said it.
"""

import re
from bisect import bisect_left, bisect_right, insort
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, pairwise
from typing import Literal, get_args

from msgspec import Struct

from postil.site.chains import as_chains
from postil.site.examining import Placed
from postil.site.model import Sources
from postil.site.references import origin_of
from postil.text.documents import Block

Basis = Literal["official", "named", "unnamed", "outlet", "nothing"]
"""On what a stretch rests: somebody who speaks for a public body, somebody else who is named,
somebody who is not, the outlet that published the article, or nobody that is said."""

BASES: tuple[Basis, ...] = get_args(Basis)
OFFICIAL = frozenset({"official", "government", "state-media", "un", "court"})

# Scripts that put no spaces between words: of these, each letter is counted as a word.
_UNSPACED = (
    "\u0e01-\u0e2e\u0e81-\u0eae\u1000-\u102a\u1780-\u17b3"  # Thai, Lao, Myanmar, Khmer
    "\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
# From a word's first letter or digit on: what stands before that in it is passed over.
_WORDS = re.compile(rf"(?=[^\W_])(?:[{_UNSPACED}]|[^\s\u2012-\u2015{_UNSPACED}]+)")


class Attributed(Struct, frozen=True):
    """A passage for which the article names somebody, and every chain by which it came.

    `start` and `end` are code points of the article's visible text. `origins` are those of the
    chains, in their order; the `basis` is that of the first chain.
    """

    annotation: str
    start: int
    end: int
    chains: tuple[tuple[str, ...], ...]
    origins: tuple[str, ...]
    basis: Basis


class Stretch(Struct, frozen=True):
    """A piece of a block, from `start` to `end` in code points of the article's visible text.

    `block` is its number from 1. `annotations` are the attributed ones that cover it, innermost
    first; `basis` and `origin`, a source's id, are those of the innermost. What no attribution
    covers rests on nothing and has no origin.
    """

    block: int
    start: int
    end: int
    basis: Basis = "nothing"
    origin: str = ""
    annotations: tuple[str, ...] = ()


class Speaker(Struct, frozen=True):
    """A source and how much of the article concerns it.

    `passages` are counted by annotation, so that one of several places counts once. Of an origin
    they are those that begin with it; of who passes on, those that came through it, among them as
    many of its `own`.
    """

    source: str
    passages: int
    own: int = 0


class Echo(Struct, frozen=True):
    """Origins, at least two, that may all repeat what one source said."""

    source: str
    origins: tuple[str, ...]


class Tracing(Struct, frozen=True):
    """Where the words of one article come from.

    `stretches` cover every block, in order, without a gap or an overlap; `passages` are in the
    order of the text. `origins` have most passages first, `relays` those that passed on most for
    others; the article's own outlet is no relay, for all came through it. `words` are counted by
    basis.
    """

    stretches: tuple[Stretch, ...]
    passages: tuple[Attributed, ...]
    origins: tuple[Speaker, ...]
    relays: tuple[Speaker, ...]
    echoes: tuple[Echo, ...]
    words: Mapping[Basis, int]

    @property
    def attributions(self) -> int:
        """How many chains the annotations have."""
        return sum(len(passage.chains) for passage in first_passages(self.passages))

    def share(self, *bases: Basis) -> int:
        """What part of the words rests on these, in per cent; a part is never told as all or none.

        0 if there are no words.
        """
        every, those = sum(self.words.values()), sum(self.words[basis] for basis in bases)
        if those in (0, every):
            return 100 if those else 0
        return min(99, max(1, round(100 * those / every)))

    @property
    def traced(self) -> int:
        """What part of the words somebody is named for, in per cent."""
        return self.share(*(basis for basis in BASES if basis != "nothing"))


def trace(placed: Placed, sources: Sources) -> Tracing:
    """Where the words of an explainer's article come from. `sources` hold all ids of its chains."""
    passages = tuple(_attributed(placed, sources))
    blocks, text = placed.document.blocks, placed.document.text
    once = first_passages(passages)
    stretches = tuple(stretches_of(blocks, passages))
    return Tracing(
        stretches=stretches,
        passages=passages,
        origins=tuple(_origins(once)),
        relays=tuple(_relays(once, placed.explainer.article.outlet)),
        echoes=tuple(echoes_of(passages, sources)),
        words=_words_by_basis(text, stretches),
    )


# ------------------------------------------------------------------ on whom


def basis_of(hops: tuple[str, ...], outlet: str, sources: Sources) -> Basis:
    """On what an attribution chain rests: the first speaker decides, or whom it speaks for.

    One who speaks for a public body and is not named is unnamed.
    """
    first, origin = hops[0], origin_of(hops, sources)
    if outlet and outlet in (first, origin):
        return "outlet"
    if sources[first].kind == "unnamed":
        return "unnamed"
    kinds = {sources[first].kind, sources[origin].kind}
    return "official" if kinds & OFFICIAL else "named"


def _attributed(placed: Placed, sources: Sources) -> Iterator[Attributed]:
    """Every place of every annotation that has a chain, in the order of the text."""
    outlet = placed.explainer.article.outlet
    places = ((place, anchor) for anchor in placed.anchors for place in anchor.places)
    for place, anchor in sorted(places, key=lambda each: (each[0].start, each[0].end)):
        chains = as_chains(anchor.annotation.attributed_to)
        if chains:
            yield Attributed(
                annotation=anchor.id,
                start=place.start,
                end=place.end,
                chains=chains,
                origins=tuple(origin_of(hops, sources) for hops in chains),
                basis=basis_of(chains[0], outlet, sources),
            )


# ------------------------------------------------------------------ stretches


def stretches_of(blocks: Sequence[Block], passages: Sequence[Attributed]) -> Iterator[Stretch]:
    """The blocks' text, cut at every boundary of a passage.

    Where passages overlap the innermost decides: the shortest, or of equals the one that starts or
    is given later. This is the order in which marks name their annotations.
    """
    inwards = sorted(
        range(len(passages)),
        key=lambda i: (passages[i].end - passages[i].start, -passages[i].start, -i),
    )
    borders = deque(sorted(_borders(passages[index] for index in inwards)))
    points = sorted({at for at, *_ in borders})
    covering: list[int] = []  # ranks, the innermost first
    for number, block in enumerate(blocks, 1):
        inner = points[bisect_right(points, block.start) : bisect_left(points, block.end)]
        for start, end in pairwise([block.start, *inner, block.end]):
            while borders and borders[0][0] <= start:
                _, begins, rank = borders.popleft()
                insort(covering, rank) if begins else covering.remove(rank)
            yield _stretch(number, start, end, [passages[inwards[rank]] for rank in covering])


def _borders(passages: Iterable[Attributed]) -> Iterator[tuple[int, bool, int]]:
    """Where each begins and ends: the offset, whether it begins there, its rank."""
    for rank, passage in enumerate(passages):
        yield passage.start, True, rank
        yield passage.end, False, rank


def _stretch(block: int, start: int, end: int, covering: Sequence[Attributed]) -> Stretch:
    if not covering:
        return Stretch(block, start, end)
    ids = tuple(passage.annotation for passage in covering)
    return Stretch(block, start, end, covering[0].basis, covering[0].origins[0], ids)


# ------------------------------------------------------------------ counts


def first_passages(passages: Iterable[Attributed]) -> tuple[Attributed, ...]:
    """Of each annotation its first passage: by these everything is counted."""
    first: dict[str, Attributed] = {}
    for passage in passages:
        first.setdefault(passage.annotation, passage)
    return tuple(first.values())


def _origins(passages: Iterable[Attributed]) -> Iterator[Speaker]:
    """Every origin and how much begins with it, most first, then in the order of the text."""
    beginning = Counter(id for passage in passages for id in dict.fromkeys(passage.origins))
    for id, number in beginning.most_common():
        yield Speaker(id, number)


def _relays(passages: Sequence[Attributed], outlet: str) -> Iterator[Speaker]:
    """Everybody but the outlet who passed something on, and how much came through each."""
    passing = {hop for passage in passages for hops in passage.chains for hop in hops[1:]}
    named = [dict.fromkeys(chain.from_iterable(passage.chains)) for passage in passages]
    through = Counter(id for each in named for id in each if id in passing and id != outlet)
    own = Counter(id for passage in passages for id in {hops[0] for hops in passage.chains})
    for id, number in sorted(through.items(), key=lambda item: own[item[0]] - item[1]):
        yield Speaker(id, number, own[id])


def echoes_of(passages: Iterable[Attributed], sources: Sources) -> Iterator[Echo]:
    """The origins that share a source they draw on, or draw on one another; most first.

    Whoever draws on a source draws on what that one draws on and on the body it speaks for. Of
    sources that are shared by the same origins, or by fewer, the first one is told.
    """
    speakers: dict[str, set[str]] = {}  # by origin: itself, and who spoke for it
    for passage in passages:
        for hops, origin in zip(passage.chains, passage.origins, strict=True):
            speakers.setdefault(origin, {origin}).add(hops[0])
    reaching = _reaching(list(speakers.values()), sources)
    several = {id for id, origins in reaching.items() if origins.bit_count() > 1}
    shared = [(id, reaching[id]) for id in sources if id in several] if several else []
    told: list[int] = []
    for id, origins in sorted(shared, key=lambda each: -each[1].bit_count()):
        if not any(origins | others == others for others in told):
            told.append(origins)
            yield Echo(id, tuple(o for bit, o in enumerate(speakers) if origins >> bit & 1))


def _reaching(groups: Sequence[Iterable[str]], sources: Sources) -> dict[str, int]:
    """By source, the groups of speakers of which one is it or draws on it, as bits of a number.

    Bits are handed on in an order in which all that draw on a source stand before it. Circles,
    which have no such order, take further rounds.
    """
    reaching: dict[str, int] = {}
    for bit, group in enumerate(groups):
        for id in group:
            reaching[id] = reaching.get(id, 0) | 1 << bit
    drawn = _drawn_on(reaching, sources)
    is_done = False
    while not is_done:
        is_done = True
        for id, others in reversed(drawn.items()):
            for other in others:
                handed_on = reaching.get(other, 0) | reaching[id]
                is_done = is_done and handed_on == reaching.get(other)
                reaching[other] = handed_on
    return reaching


def _drawn_on(starts: Iterable[str], sources: Sources) -> dict[str, list[str]]:
    """What each source draws on, and the bodies that these speak for: all of it before itself.

    This is the order in which a search in depth leaves them.
    """
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    pending = [(id, False) for id in starts]
    while pending:
        id, is_left = pending.pop()
        others = [*sources[id].draws_on]
        others += [body for each in others if (body := sources[each].speaks_for)]
        if is_left:
            found[id] = others
        elif id not in seen:
            seen.add(id)
            pending += [(id, True), *((each, False) for each in others)]
    return found


# ------------------------------------------------------------------ words


def word_starts(text: str) -> list[int]:
    """Where each word begins: at its first letter or digit.

    Of scripts without spaces each letter is a word: shares come out right, numbers are not told.
    """
    return [found.start() for found in _WORDS.finditer(text)]


def _words_by_basis(text: str, stretches: Iterable[Stretch]) -> dict[Basis, int]:
    """The number of words that begin in stretches of each basis."""
    starts = word_starts(text)
    counts: dict[Basis, int] = dict.fromkeys(BASES, 0)
    for stretch in stretches:
        counts[stretch.basis] += bisect_left(starts, stretch.end) - bisect_left(
            starts, stretch.start
        )
    return counts
