"""Citations in prose, in Pandoc's syntax: `[@id, p. 6]`, `[see @a; -@b, ch. 2]`, `@id [p. 3]`.

An `@` is one of a citation only at the start of a word: in an e-mail or an address it is not.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, link
from msgspec import Struct

_GROUP = re.compile(r"\[[^\[\]\s][^\[\]]*\]")
_KEY = re.compile(r"(?<!\S)-?@(?:\{(?P<braced>[^{}\s]+)\}|(?P<bare>[^\s,;@{}]+))")
_IN_TEXT = re.compile(
    r"@(?:\{(?P<braced>[^{}\s]+)\}|(?P<bare>[^\s,;@{}()\[\]]*[^\s,;@{}()\[\].:!?]))"
    r"\s\[(?P<locator>[^\[\]]+)\](?![(\[])"
)


class Citation(Struct, frozen=True):
    """One source cited in prose; `locator` is the place in it, `prefix` what is said before it."""

    source: str
    locator: str
    prefix: str = ""


def read_citations(parser: MarkdownIt) -> None:
    """Let a parser make tokens of the type `citation`; `meta["citations"]` are its items.

    They are none if it begins like a citation and cannot be read.
    """
    parser.inline.ruler.before("link", "citation", _group)
    parser.inline.ruler.before("link", "citation_in_text", _in_text)


def _group(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "[":
        return False
    match = _GROUP.match(state.src, state.pos, state.posMax)
    if not match or "@" not in match[0]:
        return False
    items = _items(match[0][1:-1])
    if not (items or match[0].startswith(("[@", "[-@"))) or _is_link(state, match.end()):
        return False
    return _push(state, match, items, silent)


def _in_text(state: StateInline, silent: bool) -> bool:
    before = state.src[state.pos - 1 : state.pos]
    if state.src[state.pos] != "@" or before.isalnum() or before in tuple("_/.:"):
        return False
    match = _IN_TEXT.match(state.src, state.pos, state.posMax)
    if not match:
        return False
    items = _items(f"@{{{match['braced'] or match['bare']}}}, {match['locator']}")
    return bool(items) and _push(state, match, items, silent)


def _push(
    state: StateInline, match: re.Match[str], items: tuple[Citation, ...], silent: bool
) -> bool:
    if not silent:
        token = state.push("citation", "", 0)
        token.content = match[0]
        token.meta = {"citations": items}
    state.pos = match.end()
    return True


def _is_link(state: StateInline, end: int) -> bool:
    """Whether the brackets that end there are the words of a link: `[@name](https://…)`."""
    if not state.src.startswith("(", end):
        return False
    start = state.pos
    found = link(state, True)
    state.pos = start
    return found


def _items(text: str) -> tuple[Citation, ...]:
    """The items of a citation; none if one of them cannot be read."""
    found = [_item(item) for item in text.split(";")]
    return tuple(item for item in found if item) if all(found) else ()


def _item(text: str) -> Citation | None:
    key = _KEY.search(text)
    if not key:
        return None
    rest = text[key.end() :]
    if rest and not (rest[0] == "," or rest[0].isspace()):
        return None
    locator = rest.strip().removeprefix(",").strip()
    if _KEY.search(locator):  # between two sources stands a semicolon
        return None
    return Citation(key["braced"] or key["bare"], locator, text[: key.start()].strip())
