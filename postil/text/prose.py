"""Prose that editors write: Markdown with `[@source, p. 6]` citations and `#annotation` links."""

import functools
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup
from msgspec import Struct

from postil.text import articles

# Pandoc's citation syntax without its prefixes: `[@id]`, `[@id, p. 6]`, `[@a; @b, ch. 2]`.
_CITATION = re.compile(r"\[@[^\[\]]*\]")
_SOURCE = re.compile(r"@([^\s,;@]+)")
# What looks as if it should have been a citation: a source's id in brackets or after a @.
_ALMOST = re.compile(r"\[(?P<bracketed>[^\s\[\]@]+)\]|(?<!\w)@(?P<bare>[^\s,;.:!?()\[\]@]+)")


class Citation(Struct, frozen=True):
    """One source cited in prose; `locator` is the place in it, or empty."""

    source: str
    locator: str


class Prose(Struct, frozen=True, eq=False):
    """Parsed prose: what it cites and links to can be checked before it is rendered.

    Two of the same Markdown are equal, as their tokens, which have no hash, are the same.
    """

    markdown: str
    tokens: list[Token]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Prose) and self.markdown == other.markdown

    def __hash__(self) -> int:
        return hash(self.markdown)

    def citations(self) -> Iterator[Citation]:
        """Every citation in order."""
        for group in self.citation_groups():
            yield from group

    def citation_groups(self) -> Iterator[tuple[Citation, ...]]:
        """What stands together in brackets, in order; nothing where it cannot be read."""
        for token in self._inline():
            if token.type == "citation":
                yield token.meta["citations"]

    def malformed(self) -> Iterator[str]:
        """Every `[@…]` that cannot be read, as it was written."""
        for token in self._inline():
            if token.type == "citation" and not token.meta["citations"]:
                yield token.content

    def slips(self, known: Collection[str]) -> Iterator[str]:
        """Every `[id]` and `@id` in the text that is the id of a known source, and no citation."""
        for token in self._inline():
            if token.type == "text":
                for match in _ALMOST.finditer(token.content):
                    if (match["bracketed"] or match["bare"]) in known:
                        yield match[0]

    def links(self) -> Iterator[str]:
        """The id of every annotation that a `[text](#id)` leads to."""
        for token in self._inline():
            href = str(token.attrGet("href") or "")
            if token.type == "link_open" and href.startswith("#"):
                yield href[1:]

    def pictures(self) -> Iterator[str]:
        """Where every `![words](file)` leads: it is no picture, but `!` and a link."""
        for block in self.tokens:
            for sign, link in pairwise(block.children or ()):
                if sign.type == "text" and sign.content.endswith("!") and link.type == "link_open":
                    yield str(link.attrGet("href") or "")

    def text(self) -> str:
        """The words alone, for places where no markup can stand."""
        blocks = ("".join(map(articles.visible, block.children or ())) for block in self.tokens)
        words = " ".join(" ".join(blocks).split())
        return re.sub(r" (?=[.,;:!?])", "", words)  # where a citation stood

    def html(self, cite: Callable[[Sequence[Citation]], str]) -> Markup:
        """The HTML; `cite` gives that of a group of citations."""
        return Markup(_parser().renderer.render(self.tokens, _parser().options, {"cite": cite}))

    def _inline(self) -> Iterator[Token]:
        for block in self.tokens:
            yield from block.children or ()


def parse(text: str) -> Prose:
    """Read prose; any text is valid."""
    return Prose(text, _parser().parse(text, {}))


@functools.cache
def _parser() -> MarkdownIt:
    parser = articles.new_parser()
    # Headings would break the page's outline; a picture has no place in a note.
    parser.disable(["heading", "lheading", "image"])
    parser.inline.ruler.before("link", "citation", _citation)
    parser.add_render_rule("citation", _render_citation)
    return parser


def _citation(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("[@", state.pos):
        return False
    match = _CITATION.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.content = match[0]
        token.meta = {"citations": _items(match[0][1:-1])}
    state.pos = match.end()
    return True


def _items(text: str) -> tuple[Citation, ...]:
    """The items of a citation; none if one of them cannot be read."""
    items = []
    for item in text.split(";"):
        name, _, locator = item.partition(",")
        source, place = _SOURCE.fullmatch(name.strip()), locator.strip()
        if not source or place.startswith("@"):
            return ()
        items.append(Citation(source[1], place))
    return tuple(items)


def _render_citation(
    renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]
) -> str:
    return str(env["cite"](tokens[index].meta["citations"]))
