"""What readers have links to: the addresses that the last published build gave to passages."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from postil.text.anchoring import Found, Haystack, Range, Selector, resolve
from postil.text.folding import fold

_FILE = "annotations.jsonld"  # beside every page; postil/export/jsonld makes it
_LARGEST = 1 << 26  # bytes; no page with as many annotations can be built


class PublishedPassage(Struct, frozen=True):
    """The words of a passage, those around them, and the code point at which it started."""

    exact: str
    prefix: str = ""
    suffix: str = ""
    start: int = 0


Addresses = Mapping[str, Sequence[PublishedPassage]]
"""The passages that each id of a published page leads to, in the order of the text."""


class _Selector(Struct):
    exact: str = ""
    prefix: str = ""
    suffix: str = ""
    start: int = 0


class _Target(Struct):
    selector: list[_Selector]


class _Item(Struct):
    id: str
    target: _Target | list[_Target]


class _Page(Struct):
    items: list[_Item]


def read_addresses(output: Path, slug: str) -> Addresses:
    """What the page of an explainer in an output folder has addresses for; none if there is none.

    Nobody is told of a file that is not as Postil writes it: nothing follows from it.
    """
    file = output / slug / _FILE
    try:
        if file.is_symlink() or not file.is_file() or file.stat().st_size > _LARGEST:
            return {}
        page = msgspec.json.decode(file.read_bytes(), type=_Page)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return {}
    return {item.id.rpartition("#")[2]: tuple(_passages(item)) for item in page.items}


def _passages(item: _Item) -> Iterator[PublishedPassage]:
    for target in item.target if isinstance(item.target, list) else [item.target]:
        quotations = [each for each in target.selector if each.exact]
        starts = [each.start for each in target.selector if not each.exact]
        for quotation, start in zip(quotations, starts, strict=False):
            yield PublishedPassage(quotation.exact, quotation.prefix, quotation.suffix, start)


def published_slugs(output: Path) -> list[str]:
    """The explainers that have addresses in an output folder."""
    return sorted(file.parent.name for file in output.glob(f"*/{_FILE}"))


def find_now(passage: PublishedPassage, haystack: Haystack) -> Range | None:
    """Where an article has the passage now; None if it has not, or has several such."""
    start, end = passage.start, passage.start + len(passage.exact)
    around = slice(max(0, start - len(passage.prefix)), end + len(passage.suffix))
    if haystack.text[around] == passage.prefix + passage.exact + passage.suffix:
        return Range(start, end)
    with_context = Selector(passage.exact, prefix=passage.prefix, suffix=passage.suffix)
    for selector in (with_context, Selector(passage.exact)):
        if isinstance(result := resolve(selector, haystack), Found):
            return result.range
    return None


def expect(passages: Sequence[PublishedPassage], quote: str, text: str) -> int | None:
    """The code point at which the published passage of a quote is likely to start in a text.

    That is where its context stands, if that is once in the text; else where it stood.
    """
    if not passages:
        return None
    wanted = fold(quote).text
    passage = next((each for each in passages if fold(each.exact).text == wanted), passages[0])
    for context, away in ((passage.prefix, len(passage.prefix)), (passage.suffix, -len(quote))):
        if context and text.count(context) == 1:
            return max(0, text.index(context) + away)
    return passage.start
