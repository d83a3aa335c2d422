"""A page as a browser reads it, and the proof that its article's source says the same.

The browser is Lexbor's parser, which follows the HTML standard step by step. What a source says
is clear only as far as a browser takes every tag for what it looks like; so the tags and texts of
the article's source are held, one after the other, to the elements and texts of the tree.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from html import unescape
from itertools import groupby, zip_longest
from typing import Literal

from msgspec import Struct
from selectolax.lexbor import LexborHTMLParser

# Tags as all browsers read them, and the whole of an article's are such.
_TAG = re.compile(
    r"""<(?P<end>/?)(?P<name>[a-z][\w:-]*)
      (?P<attributes>(?:[ \t\n\f\r]+[a-z_:][\w:.-]*
        (?:[ \t\n\f\r]*=[ \t\n\f\r]*(?:"[^"]*"|'[^']*'|[!#-&(-;?-_a-~]+))?)*)
      [ \t\n\f\r]*(?P<empty>/?)>""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
_ATTRIBUTE = re.compile(
    r"""([a-z_:][\w:.-]*)(?:[ \t\n\f\r]*=[ \t\n\f\r]*("[^"]*"|'[^']*'|[^ \t\n\f\r"']+))?""",
    re.ASCII | re.IGNORECASE,
)
_TEXT = re.compile(r"[^<]+|<(?![A-Za-z/!?])")
_TORN = re.compile(r"&[^;]*\Z")

REPEATED = 30  # characters of the source that a message repeats


def words(text: str) -> frozenset[str]:
    """The words of a text: names of elements, attributes or classes."""
    return frozenset(text.split())


_VOID = words("area base br col embed hr img input link meta param source track wbr")
_FOREIGN = words("math svg")
# What is not shown, or is no markup inside, or is read otherwise by browsers of another age.
_BARRED = words(
    "applet base basefont bgsound body frame frameset head html iframe image keygen link meta "
    "noembed noframes noscript optgroup option plaintext script select style template textarea "
    "title xmp"
)


class Broken(Exception):
    """The page is not what it looks like; `offset` is where in its source, if that is known."""

    def __init__(self, message: str, offset: int | None = None) -> None:
        super().__init__(message)
        self.message, self.offset = message, offset


class Element(Struct, eq=False):
    """An element of a page, and where in the source its tag stands, if that has been held to it."""

    name: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    content: "list[Element | str]" = []
    offset: int | None = None

    def walk(self) -> "Iterator[Element]":
        """The element and all below it, in the order of their start tags."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting += [part for part in reversed(element.content) if isinstance(part, Element)]

    def ancestors(self) -> "Iterator[Element]":
        """The elements that this one is in, from the inmost out."""
        element = self.parent
        while element:
            yield element
            element = element.parent

    def texts(self) -> "Iterator[tuple[str, Element]]":
        """Every text below the element, in order, with the element that it is in."""
        waiting: list[tuple[Element | str, Element]] = [(self, self)]
        while waiting:
            part, inside = waiting.pop()
            if isinstance(part, str):
                yield part, inside
            else:
                waiting += [(each, part) for each in reversed(part.content)]


class Token(Struct, frozen=True):
    """A tag, or text, of the source of an article, and where it starts in the page."""

    kind: Literal["start", "end", "empty", "text"]
    source: str
    offset: int
    name: str = ""
    attributes: Mapping[str, str] = {}


# ------------------------------------------------------------------ the tree


def parse_page(html: str) -> Element:
    """The outermost element of a page."""
    node, inside = LexborHTMLParser(html).root, Element("", {})
    top = inside
    while node is not None:
        if node.is_element_node:
            attributes = {name.lower(): value or "" for name, value in node.attributes.items()}
            element = Element((node.tag or "").lower(), attributes, inside)
            inside.content.append(element)
            if node.first_child is not None:
                node, inside = node.first_child, element
                continue
        elif node.is_text_node:
            _append(inside, node.text_content or "")
        while node is not None and node.next is None:
            node, inside = node.parent, inside.parent or top
        node = node.next if node is not None else None
    page = next(part for part in top.content if isinstance(part, Element))
    page.parent = None
    return page


def _append(element: Element, text: str) -> None:
    if element.content and isinstance(last := element.content[-1], str):
        element.content[-1] = last + text
    elif text:
        element.content.append(text)


def find_article(page: Element) -> Element:
    """The one element that holds the article; raises `Broken` if there is another number."""
    found = [element for element in page.walk() if "data-article" in element.attributes]
    if not found:
        raise Broken("no element has the attribute data-article")
    if len(found) > 1:
        raise Broken(f"{len(found)} elements have data-article")
    return found[0]


# ------------------------------------------------------------------ the source


def read_source(html: str, article: Element) -> list[Token]:
    """The source of an article, its two tags included; each element gets its place in it.

    Raises `Broken` where a browser reads something else. A comment may hold the same tag as the
    article; which of them is read matters little, since it must say what the tree has.
    """
    starts = _find_starts(html, article)
    for start in starts[:-1]:
        with suppress(Broken):
            return _read_from(html, start, article)
    return _read_from(html, starts[-1], article)


def _find_starts(html: str, article: Element) -> list[int]:
    """Where tags like the article's start tag are; at least one."""
    opening = re.compile(f"<{re.escape(article.name)}", re.ASCII | re.IGNORECASE)
    starts = [match.start() for match in opening.finditer(html)]
    found = [
        start
        for start in starts
        if (tag := _TAG.match(html, start)) and not tag["end"] and _is_tag_of(tag, article)
    ]
    if not found:
        raise Broken("the tag with data-article is none for every browser")
    return found


def _read_from(html: str, start: int, article: Element) -> list[Token]:
    tokens = list(_tokens(html, start))
    for said, shown in zip_longest(_events_of_source(tokens), _events_of_tree(article)):
        if said is None or shown is None or said[0] != shown[0]:
            token = said[1] if said else tokens[-1]
            raise Broken(f"{_shorten(token.source)!r} is not read as it looks", token.offset)
        if isinstance(said[0], tuple):
            shown[1].offset = said[1].offset
    return tokens


def _is_tag_of(match: re.Match[str], element: Element) -> bool:
    return (match["name"].lower(), _attributes(match)) == (element.name, element.attributes)


def _attributes(match: re.Match[str]) -> dict[str, str]:
    """Of an attribute that is given twice, browsers take the first."""
    found: dict[str, str] = {}
    for name, value in _ATTRIBUTE.findall(match["attributes"]):
        bare = value[1:-1] if value[:1] in ('"', "'") else value
        found.setdefault(name.lower(), unescape(_lines(bare).replace("\0", "\ufffd")))
    return found


def _lines(source: str) -> str:
    return source.replace("\r\n", "\n").replace("\r", "\n")


def _tokens(html: str, place: int) -> Iterator[Token]:
    """The tokens of the element that starts at a place, its two tags included."""
    opened: list[str] = []
    while True:
        token = _token(html, place, not _FOREIGN.isdisjoint(opened))
        if token.kind == "end" and token.name != opened.pop():
            raise Broken(f"</{token.name}> stands where another element is open", place)
        if token.kind == "start":
            opened.append(token.name)
        yield token
        place += len(token.source)
        if not opened:
            return
        if place >= len(html):
            raise Broken(f"<{opened[-1]}> is not closed before the page ends", place)


def _token(html: str, place: int, foreign: bool) -> Token:
    """What stands in the source at a place; `foreign` says that it is in a drawing or formula."""
    if text := _TEXT.match(html, place):
        return Token("text", text[0], place)
    tag = _TAG.match(html, place)
    if tag is None or (tag["end"] and (tag["attributes"] or tag["empty"])):
        shown = _shorten(html[place : html.find(">", place) + 1 or None])
        raise Broken(f"{shown!r} is no text here and no tag", place)
    name = tag["name"].lower()
    if tag["end"]:
        return Token("end", tag[0], place, name)
    if name in (("script", "style") if foreign else _BARRED):
        raise Broken(f"<{name}> has no place in an article", place)
    childless = tag["empty"] if foreign or name in _FOREIGN else name in _VOID
    return Token("empty" if childless else "start", tag[0], place, name, _attributes(tag))


# A start tag with its name and attributes, a text, or (None) an end.
_Event = tuple[str, Mapping[str, str]] | str | None


def _events_of_source(tokens: Iterable[Token]) -> Iterator[tuple[_Event, Token]]:
    for is_text, run in groupby(tokens, key=lambda token: token.kind == "text"):
        found = list(run)
        if is_text:
            text = _lines("".join(token.source for token in found)).replace("\0", "")
            yield from [(unescape(text), found[0])] if text else []
            continue
        for token in found:
            if token.kind != "end":
                yield (token.name, token.attributes), token
            if token.kind != "start":
                yield None, token


def _events_of_tree(top: Element) -> Iterator[tuple[_Event, Element]]:
    yield (top.name, top.attributes), top
    open_parts = [(top, iter(top.content))]
    while open_parts:
        element, parts = open_parts[-1]
        part = next(parts, None)
        if isinstance(part, Element):
            yield (part.name, part.attributes), part
            open_parts.append((part, iter(part.content)))
        elif part is not None:
            yield part, element
        else:
            yield None, element
            open_parts.pop()


def check_references(texts: Iterable[Token]) -> None:
    """Raise if something stands within `&amp;`: whole without it, but not for a browser."""
    for token in texts:
        if token.kind == "text" and _TORN.search(token.source):
            shown = _shorten(token.source)
            raise Broken(f"{shown!r} is not the whole of a character", token.offset)


def _shorten(text: str) -> str:
    return text if len(text) <= REPEATED else f"{text[:REPEATED]}…"
