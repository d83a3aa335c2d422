"""Words that were selected on a page, as an annotation that is ready to be pasted.

The place is told by counting the characters that can be seen, because a page has its own white
space: line breaks between blocks and cells, which are not in the article's text.
"""

from msgspec import Struct, structs

from postil.site import placing
from postil.site.drafting import PLACEHOLDER
from postil.site.loading import Loaded
from postil.site.model import Annotation, Explainer
from postil.text import anchoring
from postil.text.anchoring import Haystack, Range, Selector, describing
from postil.text.characters import notable_characters
from postil.yaml.selectors import selector_lines
from postil.yaml.writing import as_scalar

# What a page may have more or less of than the article's text: white space of HTML, pictures, and
# a character that HTML does not let through. The preview's script counts in the same way.
UNCOUNTED = " \t\n\f\r\0\ufffc"

# What is left for the editor to write.
_BODY = [
    "note: |",
    f"  {PLACEHOLDER}",
    "sources: []  # ids in content/sources.yaml, as in [reuters, {source: report, locator: p. 6}]",
    "draft: true  # take this line out to publish it",
]


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


def propose(place: Range, haystack: Haystack, explainer: Loaded[Explainer] | None) -> Proposal:
    """An annotation of this place, whole words at both ends, that a build finds again.

    Its id is one that the explainer has not given away, its indentation that of the explainer's
    other annotations. Raises ValueError if the place has no visible character.
    """
    selector = _tidy(describing.select(place, haystack), haystack)
    taken = explainer.value.annotations if explainer else ()
    id = placing.assign_ids((*taken, Annotation(selector.quote)))[-1]
    dash = _indentation(explainer) if explainer else "  "
    first, *others = [f"id: {as_scalar(id)}", *selector_lines(selector), *_BODY]
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


def _indentation(explainer: Loaded[Explainer]) -> str:
    """What stands before the dash of the explainer's first annotation."""
    start, _ = explainer.located.values.get(("annotations", 0), (0, 0))
    text = explainer.located.source.text
    before = text[text.rfind("\n", 0, start) + 1 : start]
    return before[: before.index("-")] if before.strip() == "-" else "  "
