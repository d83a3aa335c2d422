"""Prose as it is set in a language: its own quotation marks for straight ones, dashes for hyphens.

Only the words that an editor wrote: no code, no address, no citation.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore, smartquotes
from markdown_it.token import Token

Quotes = tuple[str, str, str, str]
"""What opens and closes a quotation, and one inside of it."""

# Characters of a paragraph; finding the pairs of marks takes the square of their number.
LONGEST = 20_000
_STRAIGHT = re.compile(r"[\"']|--")
_DASHES = (
    (re.compile(r"(?<!-)---(?!-)"), "\u2014"),
    (re.compile(r"(?<=\s)--(?=\s)|(?<=[^\s-])--(?=[^\s-])"), "\u2013"),  # not of `--option`
)


def read_quotes(written: str) -> Quotes:
    """`“|”|‘|’`, as the file of a language has them."""
    first, second, third, fourth = written.split("|")
    return first, second, third, fourth


def typeset(tokens: Sequence[Token], quotes: Quotes) -> list[Token]:
    """The tokens with marks and dashes of a language; those that are given stay as they are."""
    return [_typeset(block, quotes) if _is_straight(block) else block for block in tokens]


def _is_straight(block: Token) -> bool:
    short = block.type == "inline" and len(block.content) <= LONGEST
    return short and _STRAIGHT.search(block.content) is not None


def _typeset(block: Token, quotes: Quotes) -> Token:
    block = block.copy(children=[child.copy() for child in block.children or ()])
    addresses = list(_addresses(block.children or []))
    for token in addresses:
        token.type = "address"
    smartquotes(StateCore("", _setter(quotes), {}, [block]))
    for child in block.children or ():
        if child.type == "text":
            for pattern, dash in _DASHES:
                child.content = pattern.sub(dash, child.content)
    for token in addresses:
        token.type = "text"
    return block


def _addresses(children: Sequence[Token]) -> Iterator[Token]:
    """The words of links that are their own addresses."""
    for border, words in pairwise(children):
        if border.type == "link_open" and border.info == "auto":
            yield words


@cache
def _setter(quotes: Quotes) -> MarkdownIt:
    return MarkdownIt("zero", {"typographer": True, "quotes": list(quotes)})
