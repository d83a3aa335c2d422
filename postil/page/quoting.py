"""Passages of one explainer as pages of several quote them, and the bar on which they stand out."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

from postil.language.words import direction
from postil.page.entries import BAR, Entry, Piece, Utterance
from postil.page.naming import Naming
from postil.page.site_views import BarPart, Quotation, Quoted, Step
from postil.site.tracing import BASES, Basis

BAR_HEIGHT = 10  # of BAR units of its width
DRAWN = tuple(reversed(BASES))  # what rests on somebody lies over what rests on nobody
MOST_HOPS = 7  # of a chain that is shown whole
Hops = tuple[str, ...]


class Quoting(Struct, frozen=True):
    """How passages of an explainer are quoted on a page that has this naming."""

    entry: Entry
    naming: Naming

    @property
    def href(self) -> str:
        """Where the explainer is."""
        return f"{self.naming.root}{self.entry.slug}/index.html"

    def quotation(self, utterance: Utterance, chains: Iterable[Hops], here: str = "") -> Quotation:
        """A passage with these of its chains, on the page of the source `here`, if it is one."""
        return Quotation(
            href=f"{self.href}#{utterance.annotation}",
            words=utterance.quote,
            chains=tuple(tuple(self._hops(chain, here)) for chain in chains),
            status=self.naming.status(utterance.status),
        )

    def _hops(self, chain: Hops, here: str) -> Iterator[Step]:
        """A chain's hops; of a long one the ends, and the neighbours of the one that counts."""
        shown: Sequence[int] = range(len(chain))
        if len(chain) > MOST_HOPS:
            middle = chain.index(here) if here else 0
            shown = sorted({0, middle - 1, middle, middle + 1, len(chain) - 1} & set(shown))
        for before, number in zip((-1, *shown), shown, strict=False):
            id = chain[number]
            yield Step(self.naming.badge(id), id == here, gap=number > before + 1)

    def citation(self, utterance: Utterance, source: str) -> Quotation:
        """A passage for which a source is cited: if there is a note, that is what it leads to."""
        place = f"note-{utterance.annotation}" if utterance.is_noted else utterance.annotation
        return Quotation(
            href=f"{self.href}#{place}",
            words=utterance.quote,
            status=self.naming.status(utterance.status),
            locators=tuple(place for id, place in utterance.cited if id == source and place),
        )

    def _foreign(self, language: str) -> str:
        """A language that is not the page's; else empty."""
        return "" if language == self.naming.words.language else language

    def quoted(self, bar: tuple[BarPart, ...], **parts: object) -> Quoted:
        """What the explainer has on something, with the bar of these passages."""
        entry = self.entry
        return Quoted(
            id=entry.slug,
            href=self.href,
            title=entry.title,
            language=self._foreign(entry.language),
            direction=direction(entry.language),
            article_language=self._foreign(entry.article_language),
            article_direction=direction(entry.article_language),
            bar=bar,
            **parts,  # type: ignore[arg-type]
        )


def marked_bar(entry: Entry, marked: Iterable[tuple[Utterance, int]]) -> tuple[BarPart, ...]:
    """The bar of an article on which these passages alone stand out, each as the chain of that
    index rests; if it has none, as what is named. Nothing if there are no passages."""
    spans = [
        (start, start + width, utterance.bases[chain] if utterance.bases else "named")
        for utterance, chain in marked
        for start, width in utterance.spans
    ]
    over: list[Piece] = []
    for start, end, basis in sorted(spans):
        last = over[-1] if over else Piece(-1, 0, basis)
        if last.basis == basis and start <= last.start + last.width:
            over[-1] = Piece(last.start, max(last.width, end - last.start), basis)
        else:
            over.append(Piece(start, end - start, basis))
    return (_ground(entry.bar), *bar_parts(over)) if over else ()


@lru_cache(512)  # an article has one, and is on the pages of all its sources
def _ground(bar: tuple[Piece, ...]) -> BarPart:
    """What lies under the passages: the article, as if it rested on nobody."""
    (part,) = bar_parts(_blocks(bar))
    return part


def bar_parts(bar: Iterable[Piece]) -> tuple[BarPart, ...]:
    """What a bar looks like: a shape for all that rests on the same, as high as `BAR_HEIGHT`."""
    paths: dict[Basis, list[str]] = defaultdict(list)
    for start, width, basis in ((piece.start, piece.width, piece.basis) for piece in bar):
        paths[basis].append(f"M{start} 0h{width}v{BAR_HEIGHT}h-{width}z")
    return tuple(BarPart(basis, "".join(paths[basis])) for basis in DRAWN if basis in paths)


def _blocks(bar: Sequence[Piece]) -> Iterator[Piece]:
    """The article's blocks, as wide as they are: pieces without a gap are one."""
    start, end = (bar[0].start, bar[0].start) if bar else (0, BAR)
    for piece in bar:
        if piece.start != end:
            yield Piece(start, end - start, "nothing")
            start = piece.start
        end = piece.start + piece.width
    yield Piece(start, end - start, "nothing")
