"""Words that were selected on a page, as an annotation that is ready to be pasted.

The place is told by counting the characters that can be seen, because a page has its own white
space: line breaks between blocks and cells, which are not in the article's text.
"""

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, structs

from postil.site import placing, references
from postil.site.drafting import PLACEHOLDER
from postil.site.examining import Shared
from postil.site.loading import Loaded
from postil.site.model import Annotation, Explainer
from postil.site.vocabulary import STATUSES
from postil.text import anchoring
from postil.text.anchoring import Haystack, Range, Selector, describing
from postil.text.characters import notable_characters
from postil.yaml.selectors import selector_lines
from postil.yaml.writing import as_scalar

# What a page may have more or less of than the article's text: white space of HTML, pictures, and
# a character that HTML does not let through. The preview's script counts in the same way.
UNCOUNTED = " \t\n\f\r\0\ufffc"

_WIDTH = 80  # columns of a comment that lists ids
MOST_OFFERED = 40  # ids; who has more will search sources.yaml


class Offers(Struct, frozen=True):
    """What the editor may want to name: ids, the likeliest first. `outlet` may be empty."""

    sources: tuple[str, ...] = ()
    outlet: str = ""
    statuses: tuple[str, ...] = STATUSES
    contexts: tuple[str, ...] = ()


class Proposal(Struct, frozen=True):
    """An annotation to paste below `annotations:`, and the id that it has."""

    id: str
    yaml: str


def find_range(text: str, start: int, end: int) -> Range:
    """The part of an article's text that begins with one visible character and ends before another.

    Both are counted from 0. Raises ValueError if there is nothing in between, or no such text.
    """
    visible = [at for at, character in enumerate(text) if character not in UNCOUNTED]
    if not 0 <= start < end <= len(visible):
        raise ValueError("nothing is selected")
    return Range(visible[start], visible[end - 1] + 1)


def count_visible(text: str) -> int:
    """The number of a text's visible characters, as `find_range` counts them."""
    return sum(character not in UNCOUNTED for character in text)


def offers_of(explainer: Explainer | None, shared: Shared | None) -> Offers:
    """What an annotation of the explainer may name: the sources that its page names already, the
    most named first; if there are none, the site's.
    """
    if shared is None:
        return Offers()
    texts = references.prose_of_explainer(explainer) if explainer else {}
    named = references.of_explainer(explainer, texts) if explainer else ()
    counts = Counter(each.id for each in named if each.role != "context")
    known = shared.sources.value
    here = [id for id, _ in counts.most_common() if id in known]
    return Offers(
        sources=tuple(here or known)[:MOST_OFFERED],
        outlet=explainer.article.outlet if explainer else "",
        statuses=tuple(dict.fromkeys((*STATUSES, *shared.site.value.statuses))),
        contexts=tuple(shared.contexts.value)[:MOST_OFFERED],
    )


def propose(
    place: Range,
    haystack: Haystack,
    explainer: Loaded[Explainer] | None,
    offers: Offers | None = None,
) -> Proposal:
    """An annotation of this place, whole words at both ends, that a build finds again.

    Its id is one that the explainer has not given away, its indentation that of the explainer's
    other annotations. What it may have besides stands in comments, each a line that becomes valid
    without its `# `. Raises ValueError if the place has no visible character.
    """
    selector = _tidy(describing.select(place, haystack), haystack)
    taken = explainer.value.annotations if explainer else ()
    id = placing.assign_ids((*taken, Annotation(selector.quote)))[-1]
    dash = _indentation(explainer) if explainer else "  "
    body = _body_lines(offers or Offers())
    first, *others = [f"id: {as_scalar(id)}", *selector_lines(selector), *body]
    lines = [f"{dash}- {first}", *(f"{dash}  {line}" for line in others)]
    return Proposal(id, "\n".join(lines) + "\n")


def _tidy(selector: Selector, haystack: Haystack) -> Selector:
    """The selector without characters that nobody can see, if it still means the same place."""
    words = {name: getattr(selector, name) for name in ("quote", "to", "prefix", "suffix")}
    tidy = structs.replace(selector, **{name: _seen(text) for name, text in words.items()})
    same = anchoring.resolve(tidy, haystack) == anchoring.resolve(selector, haystack)
    return tidy if same else selector


def _seen(text: str) -> str:
    for odd in reversed(notable_characters(text)):
        text = text[: odd.offset] + text[odd.offset + odd.length :]
    return " ".join(text.split())


def _body_lines(offers: Offers) -> Iterator[str]:
    """What is left for the editor to write, and what there is to choose from."""
    chain = _chain(offers)
    yield f"# attributed_to: {as_scalar(' > '.join(chain))}  # who said it, > through whom it came"
    yield f"# status: {offers.statuses[0]}"
    yield from _listed("one of:", offers.statuses)
    yield "note: |"
    yield f"  {PLACEHOLDER}"
    yield f"# sources: [{chain[0]}, {{source: {chain[-1]}, locator: p. 6}}]"
    yield from _listed("ids of sources:", offers.sources)
    yield "# context: {title: The background, body: What a reader may not know.}"
    yield from _listed("or an id of content/context.yaml:", offers.contexts)
    yield "draft: true  # take this line out to publish it"


def _chain(offers: Offers) -> Sequence[str]:
    """A chain to begin with: somebody whom the page names, and the outlet."""
    speakers = [id for id in offers.sources if id != offers.outlet][:1] or ["who-said-it"]
    return [*speakers, offers.outlet or "outlet"]


def _listed(words: str, ids: Iterable[str]) -> Iterator[str]:
    """Ids as comments, in as many lines as they need."""
    listed = ", ".join(ids)
    if listed:
        for line in textwrap.wrap(
            f"{words} {listed}", _WIDTH, break_long_words=False, break_on_hyphens=False
        ):
            yield f"#   {line}"


def _indentation(explainer: Loaded[Explainer]) -> str:
    """What stands before the dash of the explainer's first annotation."""
    start, _ = explainer.located.values.get(("annotations", 0), (0, 0))
    text = explainer.located.source.text
    before = text[text.rfind("\n", 0, start) + 1 : start]
    return before[: before.index("-")] if before.strip() == "-" else "  "
