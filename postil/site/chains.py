"""Attribution chains in all the forms in which they are written, as hops, each in its place."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from msgspec import Struct

from postil.diagnostics.model import Diagnostic, Span
from postil.site.model import Hop, Sources
from postil.site.vocabulary import KINDS_WITH_PLACES
from postil.yaml.reading import KeyPath, Located

# What people type who have seen a page, or think of arrows; `->` leaves `jones -` before its `>`.
_ARROWS = re.compile(r">|→|⇒|⟶|»|,|\||[-=–—]+(?=\s*(?:$|>))")

ListedHops = tuple[str | Hop, ...]
AttributedTo = str | tuple[str | Hop | ListedHops, ...]
"""What may stand under `attributed_to`: `a > b`, a list of such chains and of lists of hops, or the
hops of one chain as a list."""


class WrittenHop(Struct, frozen=True):
    """A hop, and where below `attributed_to` its source is named; all of a text have its place."""

    hop: Hop
    path: KeyPath


WrittenChain = tuple[WrittenHop, ...]


@lru_cache(512)  # asked for the same again and again while a page is made
def as_chains(attributed_to: AttributedTo) -> tuple[tuple[str, ...], ...]:
    """Every attribution chain as its hops' ids, first speaker first."""
    return tuple(tuple(each.hop.source for each in chain) for chain in as_hops(attributed_to))


@lru_cache(512)
def as_hops(attributed_to: AttributedTo) -> tuple[WrittenChain, ...]:
    """Every attribution chain as its hops, first speaker first.

    Of a list that is neither of chains nor of the hops of one, a mistake, not all is there.
    """
    if isinstance(attributed_to, str):
        return (_of_text(attributed_to, ()),)
    if any(isinstance(each, Hop) for each in attributed_to):
        return (_of_hops(attributed_to, ()),)
    return tuple(
        _of_text(chain, (index,)) if isinstance(chain, str) else _of_hops(chain, (index,))
        for index, chain in enumerate(attributed_to)
        if not isinstance(chain, Hop)
    )


def has_words(attributed_to: AttributedTo) -> bool:
    """Whether the words of a hop are given."""
    return any(each.hop.quote for chain in as_hops(attributed_to) for each in chain)


def _of_text(chain: str, path: KeyPath) -> WrittenChain:
    return tuple(WrittenHop(Hop(hop.strip()), path) for hop in chain.split(">"))


def _of_hops(hops: Iterable[str | Hop | ListedHops], path: KeyPath) -> WrittenChain:
    """The hops of a list in which each is written for itself."""
    return tuple(
        WrittenHop(hop, (*path, index, "source"))
        if isinstance(hop, Hop)
        else WrittenHop(Hop(hop.strip()), (*path, index))
        for index, hop in enumerate(hops)
        if not isinstance(hop, tuple)
    )


# ------------------------------------------------------------------ what may be wrong


def has_arrow(hop: str) -> bool:
    """Whether there is an arrow in what should be one hop."""
    return _ARROWS.search(hop) is not None


def chain_complaints(
    attributed_to: AttributedTo, path: KeyPath, located: Located, sources: Sources
) -> Iterator[Diagnostic]:
    """What is wrong with what stands under `attributed_to`, at this path, but for unknown ids."""
    if _is_mixed(attributed_to):
        yield _bad_chain(
            "chains stand among the hops of one chain",
            located.span(path),
            "write one source in each entry, or put the hops of each chain into a list of its own",
        )
    for chain in as_hops(attributed_to):
        ids = [each.hop.source for each in chain]
        if not chain:
            yield _bad_chain("a chain has no hops", located.span(path), "name who said it")
        elif any(map(has_arrow, ids)):
            yield _arrow_complaint(chain, path, located)
        else:
            yield from _hop_complaints(chain, path, located, sources)


def _arrow_complaint(chain: WrittenChain, path: KeyPath, located: Located) -> Diagnostic:
    """A chain that is one text has other arrows; or it is a list, which has a place for none."""
    place = next(each.path for each in chain if has_arrow(each.hop.source))
    ids = [part.strip() for each in chain for part in _ARROWS.split(each.hop.source)]
    if all(each.path == place for each in chain):
        message, help = "between the hops of a chain stands >", " > ".join(filter(None, ids))
    else:
        message, help = "in a list of hops, each is an entry", f"[{', '.join(filter(None, ids))}]"
    return _bad_chain(message, located.span((*path, *place)), f"write: {help}")


def _is_mixed(attributed_to: AttributedTo) -> bool:
    """Whether lists of hops stand among the hops of one chain: nobody can tell what is meant."""
    kinds = set() if isinstance(attributed_to, str) else set(map(type, attributed_to))
    return {tuple, Hop} <= kinds


def _hop_complaints(
    chain: WrittenChain, path: KeyPath, located: Located, sources: Sources
) -> Iterator[Diagnostic]:
    seen: dict[str, KeyPath] = {}
    for each in chain:
        id, place = each.hop.source, (*path, *each.path)
        if not id:
            help = "put one source id on each side of every >"
            yield _bad_chain("a hop of the chain is empty", located.span(place), help)
        elif id in seen and id in sources:
            yield Diagnostic(
                "chain-loop",
                f"the chain comes back to `{id}`",
                located.find(place, id, 1 if seen[id] == place else 0),
                help="a chain leads from the first speaker to the last outlet, each once",
            )
        if each.hop.quote and not each.hop.locator and _has_places(id, sources):
            yield Diagnostic(
                "missing-locator",
                f"`{id}` is quoted without a place in it",
                located.span(place),
                "warning",
                help=f"as in {{source: {id}, quote: …, locator: p. 6}}",
            )
        seen[id] = place


def _has_places(id: str, sources: Sources) -> bool:
    return id in sources and sources[id].kind in KINDS_WITH_PLACES


def _bad_chain(message: str, span: Span, help: str) -> Diagnostic:
    return Diagnostic("bad-chain", message, span, help=help)
