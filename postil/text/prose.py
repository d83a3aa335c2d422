"""Prose that editors write: Markdown with `[@source, p. 6]` citations and `#annotation` links.

A bare web address is a link. No word is lost in silence: `Prose.lost` tells.
"""

import copy
import functools
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_core import block as read_blocks
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markupsafe import Markup
from msgspec import Struct

from postil.text import articles, losses, typography
from postil.text.citations import Citation, read_citations
from postil.text.documents import Definition, Document
from postil.text.links import moved
from postil.text.markdown import definitions
from postil.text.typography import Quotes

# What looks as if it should have been a citation: a source's id in brackets or after a @.
_ALMOST = re.compile(r"\[(?P<bracketed>[^\s\[\]@]+)\]|(?<![\w/.:])@(?P<bare>[^\s,;.:!?()\[\]@]+)")
_SCHEME = re.compile(r"(?<![a-z0-9.+-])https?\Z", re.IGNORECASE)
_MAY_BE_FOREIGN = re.compile(
    r"!\[|<[!/a-zA-Z]|\[\^|\[\[|\{[{%.#:+>=-]|:::|==|\$\$|\]\([^()\s]+\s|%%|\^\[|\[/?[a-zA-Z]+\]"
)
_ONE_PARAGRAPH = re.compile(r"[^\W\d_][^\n]*\n?")
# Of this length at most, so that no text takes the square of its length.
_UNBROKEN = re.compile(r"[^\s<>]{1,9999}")


__all__ = ["Citation", "Prose", "parse"]


class Prose(Struct, frozen=True, eq=False):
    """Parsed prose: what it cites and links to can be checked before it is rendered.

    Two of the same Markdown are equal, as their tokens, which have no hash, are the same.
    """

    markdown: str
    tokens: list[Token]
    defined: list[Definition] = []

    def lost(self) -> list[str]:
        """The words that a reader would not see, as Markdown drops them; normally none."""
        used = {token.meta.get("label") for token in self._inline() if token.type == "link_open"}
        defined = {each.label: each for each in reversed(self.defined) if each.label in used}
        document = Document("md", self.tokens, "", [], [*defined.values()], pictures=[])
        if any(words.strip() for words in losses.shown(self.tokens)):
            return losses.find_lost(self.markdown, document)
        return re.findall(r"\w+", self.markdown)

    def has_signs(self) -> bool:
        """Whether there may be a picture in it, or what means something in other Markdown."""
        return bool(_MAY_BE_FOREIGN.search(self.markdown))

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
        return (match[0] for match in self._almost() if _id_in(match) in known)

    def mentioned(self) -> Iterator[str]:
        """Every id that `slips` would tell if it were known."""
        return map(_id_in, self._almost())

    def _almost(self) -> Iterator[re.Match[str]]:
        for token in self._outside_addresses():
            if token.type == "text" and ("[" in token.content or "@" in token.content):
                yield from _ALMOST.finditer(token.content)

    def links(self) -> Iterator[str]:
        """The id of every annotation that a `[text](#id)` leads to."""
        return (href[1:] for href in self.addresses() if href.startswith("#"))

    def addresses(self) -> Iterator[str]:
        """Where every link leads."""
        for token in self._inline():
            if token.type == "link_open":
                yield str(token.attrGet("href") or "")

    def pictures(self) -> Iterator[str]:
        """Where every `![words](file)` leads: it is no picture, but `!` and a link."""
        for block in self.tokens:
            for sign, link in pairwise(block.children or ()):
                if sign.content.endswith("!") and link.type == "link_open" and link.info != "auto":
                    yield str(link.attrGet("href") or "")

    def text(self) -> str:
        """The words alone, for places where no markup can stand."""
        blocks = ("".join(map(articles.visible, block.children or ())) for block in self.tokens)
        words = " ".join(" ".join(blocks).split())
        return re.sub(r" (?=[.,;:!?])", "", words)  # where a citation stood

    def moved(self, folder: str, root: str) -> "Prose":
        """The same, written for a page in a folder of the site, for one of which `root` leads to
        the site's top: its links lead to the same places."""
        if all(moved(address, folder, root) == address for address in self.addresses()):
            return self
        tokens = copy.deepcopy(self.tokens)
        for block in tokens:
            for token in block.children or ():
                if token.type == "link_open":
                    href = str(token.attrGet("href") or "")
                    token.attrSet("href", moved(href, folder, root))
        return Prose(self.markdown, tokens, self.defined)

    def html(
        self, cite: Callable[[Sequence[Citation]], str], quotes: Quotes | None = None
    ) -> Markup:
        """The HTML; `cite` gives that of a group of citations. With `quotes` it is typeset."""
        tokens = typography.typeset(self.tokens, quotes) if quotes else self.tokens
        return Markup(_parser().renderer.render(tokens, _parser().options, {"cite": cite}))

    def _inline(self) -> Iterator[Token]:
        for block in self.tokens:
            yield from block.children or ()

    def _outside_addresses(self) -> Iterator[Token]:
        """The inline tokens but for addresses that are links by themselves."""
        before = None
        for token in self._inline():
            if before is None or before.info != "auto" or before.type != "link_open":
                yield token
            before = token


def _id_in(almost: re.Match[str]) -> str:
    return almost["bracketed"] or almost["bare"]


def parse(text: str) -> Prose:
    """Read prose; any text is valid."""
    env: dict[str, Any] = {}
    tokens = _parser().parse(text, env)
    return Prose(text, tokens, definitions(env))


@functools.cache
def _parser() -> MarkdownIt:
    parser = articles.new_parser()
    # Headings would break the page's outline; a picture has no place in a note.
    parser.disable(["heading", "lheading", "image"])
    parser.core.ruler.at("block", _block)
    parser.inline.ruler.before("link", "address", _address)
    read_citations(parser)
    parser.add_render_rule("citation", _render_citation)
    return parser


def _block(state: StateCore) -> None:
    """A rule of the parser: most notes are one line that begins with a letter, and so no list,
    no quotation and no definition: a paragraph, for which no other block need be tried."""
    if not _ONE_PARAGRAPH.fullmatch(state.src):
        read_blocks(state)
        return
    place = [0, 1]
    words = state.src.strip()
    state.tokens += [
        Token("paragraph_open", "p", 1, map=place, block=True),
        Token("inline", "", 0, map=place, level=1, children=[], content=words, block=True),
        Token("paragraph_close", "p", -1, block=True),
    ]


def _address(state: StateInline, silent: bool) -> bool:
    """A rule of the parser: a bare web address is a link, and none of its signs is markup."""
    if state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    scheme = _SCHEME.search(state.src[max(state.pos - 6, 0) : state.pos])
    if not scheme or not state.pending.endswith(scheme[0]):
        return False
    start = state.pos - len(scheme[0])
    words = _UNBROKEN.match(state.src, start, state.posMax)
    linkify = state.md.linkify
    found = linkify.match_at_start(words[0]) if linkify and words else None
    if not found:
        return False
    # `*https://…*` is emphasis around an address, which does not end in its sign.
    sign = state.src[start - 1 : start] if start else ""
    shown = found.raw.rstrip(sign if sign in tuple("*_~") else "*")
    href = state.md.normalizeLink(shown)
    if not state.md.validateLink(href):
        return False
    if not silent:
        state.pending = state.pending[: -len(scheme[0])]
        state.push("link_open", "a", 1).attrs = {"href": href}
        state.tokens[-1].info = "auto"
        state.push("text", "", 0).content = shown
        state.push("link_close", "a", -1)
    state.pos = start + len(shown)
    return True


def _render_citation(
    renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: dict[str, Any]
) -> str:
    return str(env["cite"](tokens[index].meta["citations"]))
