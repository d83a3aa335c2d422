"""Who said it, through whom, where: attribution chains as W3C PROV in JSON-LD."""

from collections.abc import Iterable, Iterator

from postil.export.encoding import Json, encoded
from postil.site.addresses import source_address
from postil.site.chains import WrittenChain, as_hops
from postil.site.examining import Placed, Shared
from postil.site.model import Hop, Source
from postil.site.placing import Anchor

# Terms of PROV-O (https://www.w3.org/TR/prov-o/). A base keeps relative addresses what they are.
_CONTEXT: Json = {
    "prov": "http://www.w3.org/ns/prov#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "name": "foaf:name",
    "value": "prov:value",
    **{
        term: {"@id": f"prov:{term}", "@type": "@id"}
        for term in (
            "wasAttributedTo",
            "wasQuotedFrom",
            "hadPrimarySource",
            "wasInfluencedBy",
            "actedOnBehalfOf",
        )
    },
}
_PEOPLE = frozenset({"person", "official"})


def provenance(placed: Placed, shared: Shared) -> bytes:
    """A graph: every passage that is attributed to somebody, quoted from the last hop's statement,
    that from the one before, down to its primary source; each statement is of its hop's agent.

    Statements are addressed below the passage, as `#ID.1.2`: of its first chain the second hop.
    Those whose words are known have them, in the language of the article or in their own.
    """
    passages = [anchor for anchor in placed.anchors if anchor.annotation.attributed_to]
    statements = [each for anchor in passages for each in _of_passage(anchor, placed)]
    named = (each.hop.source for anchor in passages for chain in _chains(anchor) for each in chain)
    agents = list(_agents(named, shared))
    document = {"@context": _CONTEXT, "@graph": [*statements, *agents]}
    return encoded(document)


def _chains(anchor: Anchor) -> tuple[WrittenChain, ...]:
    return as_hops(anchor.annotation.attributed_to)


def _of_passage(anchor: Anchor, placed: Placed) -> Iterator[Json]:
    chains = _chains(anchor)
    words = [placed.document.text[place.start : place.end] for place in anchor.places]
    yield {
        "@id": f"./#{anchor.id}",
        "@type": "prov:Entity",
        "value": words[0] if len(words) == 1 else words,
        "wasQuotedFrom": [_statement(anchor, i, len(c)) for i, c in enumerate(chains, 1)],
        "hadPrimarySource": [_statement(anchor, number, 1) for number in range(1, len(chains) + 1)],
    }
    for number, chain in enumerate(chains, 1):
        for place, each in enumerate(chain, 1):
            yield {
                "@id": _statement(anchor, number, place),
                "@type": "prov:Entity",
                "wasAttributedTo": _agent(each.hop.source),
                **({"value": _words(each.hop)} if each.hop.quote else {}),
                **({"wasQuotedFrom": _statement(anchor, number, place - 1)} if place > 1 else {}),
            }


def _words(hop: Hop) -> Json | str:
    """What a hop said, and in which language, if that is not the article's."""
    if not hop.language:
        return hop.quote
    return {"@value": hop.quote, "@language": hop.language}


def _statement(anchor: Anchor, chain: int, hop: int) -> str:
    return f"./#{anchor.id}.{chain}.{hop}"


def _agents(named: Iterable[str], shared: Shared) -> Iterator[Json]:
    """Everybody in the chains, whom they speak for and what they draw on, each once."""
    sources, pending, told = shared.sources.value, list(dict.fromkeys(named)), set[str]()
    while pending:
        id = pending.pop(0)
        if id not in told:
            told.add(id)
            source = sources[id]
            behind = (*source.draws_on, *([source.speaks_for] if source.speaks_for else ()))
            pending += behind
            yield _described(id, source)


def _described(id: str, source: Source) -> Json:
    agent: Json = {
        "@id": _agent(id),
        "@type": ["prov:Agent", "prov:Person" if source.kind in _PEOPLE else "prov:Organization"],
        "name": source.name,
    }
    if source.kind == "unnamed":
        agent["@type"] = "prov:Agent"
    if source.speaks_for:
        agent["actedOnBehalfOf"] = _agent(source.speaks_for)
    if source.draws_on:
        agent["wasInfluencedBy"] = [_agent(drawn) for drawn in source.draws_on]
    return agent


def _agent(id: str) -> str:
    """The address of a source's entry on the page."""
    return f"./#source-{source_address(id)}"
