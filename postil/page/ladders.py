"""Attribution chains of a note with what each hop said, as views."""

from msgspec import structs

from postil.language.words import direction
from postil.page.naming import Naming
from postil.page.views import ChainView, RungView
from postil.site.chains import as_chains
from postil.site.examining import Placed
from postil.site.placing import Anchor
from postil.site.withdrawing import Withdrawn
from postil.site.wordings import Rung, ladders


def chains_with_words(
    anchor: Anchor | Withdrawn, placed: Placed, naming: Naming
) -> tuple[ChainView, ...]:
    """The chains of an annotation, each with its ladder where wordings are known."""
    chains = map(naming.chain, as_chains(anchor.annotation.attributed_to))
    rungs = ladders(anchor, placed, naming.shared)
    return tuple(
        structs.replace(chain, rungs=tuple(_rung(each, naming) for each in climbed))
        for chain, climbed in zip(chains, rungs, strict=True)
    )


def _rung(rung: Rung, naming: Naming) -> RungView:
    said = rung.said
    return RungView(
        badge=naming.badge(said.source) if said.source else None,
        locator=said.locator,
        runs=rung.runs,
        language=said.language,
        direction=direction(said.language),
        lost=rung.lost,
        gained=rung.gained,
    )
