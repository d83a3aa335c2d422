"""What can be found on a published page: a small page with a heading for each place of it.

Of the page nothing is needed but the roles and attributes that the design promises. An index that
is made of this leads to passages, notes, context boxes and entries of the source list, because
a search takes a heading with an id for a place, and what follows it for what is said there.
"""

from collections.abc import Iterable, Iterator
from html import escape
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser, LexborNode

_BLOCKS = "p, li, dt, dd, td, th, br, summary, h1, h2, h3, h4, h5, h6, blockquote, pre"
_LINES = frozenset(_BLOCKS.split(", "))
_ABOUT = "#page_summary, [data-findings] li[id], #page_method, #page_reply"


class Section(NamedTuple):
    """A section of a small page, of a place: its id, what stands there, and what is said of it."""

    id: str
    heading: str
    text: str


def searchable(html: bytes) -> str:
    """The page that is indexed in the place of an explainer's."""
    page = LexborHTMLParser(html)
    for block in page.css(_BLOCKS):
        block.insert_after(" ")  # no word runs into that of another block
    title = page.css_first("h1")
    places = [*_passages(page), *_boxes(page), *_notes(page), *_sources(page)]
    about = [_text(each) for each in page.css(_ABOUT)]
    if article := page.css_first("[data-article]"):
        about.append(_text(article, "[data-apparatus]"))
    return _small_page(_text(title) if title else "", about, places)


def _small_page(title: str, about: Iterable[str], places: Iterable[Section]) -> str:
    parts = [f"<h1>{escape(title)}</h1>", *(f"<p>{escape(text)}</p>" for text in about)]
    for place in places:
        parts.append(f'<h2 id="{escape(place.id)}">{escape(place.heading)}</h2>')
        if place.text:
            parts.append(f"<p>{escape(place.text)}</p>")
    body = "\n".join(parts)
    return f"<!DOCTYPE html>\n<html><head><title>.</title></head>\n<body>{body}</body></html>\n"


def _passages(page: LexborHTMLParser) -> Iterator[Section]:
    """The words of each annotation, in the order of the text, and who says them."""
    words: dict[str, str] = {}
    last: dict[str, int] = {}  # the line in which an annotation's words have ended
    for mark in page.css("[data-article] mark[data-annotation]"):
        line = _line_of(mark)
        for id in _attribute(mark, "data-annotation").split():
            gap = " " if last.get(id, line) != line else ""
            words[id] = words.get(id, "") + gap + mark.text()
            last[id] = line
    to_box = 'a[href^="#context-"]'
    said = {_attribute(each, "data-for"): _text(each, to_box) for each in page.css("[data-for]")}
    for id, text in words.items():
        yield Section(id, _spaced(text), said.get(id, ""))


def _line_of(node: LexborNode) -> int:
    """What tells the paragraph that a node is in from others."""
    inside = node.parent
    while inside is not None and inside.tag not in _LINES:
        inside = inside.parent
    return inside.mem_id if inside is not None else 0


def _boxes(page: LexborHTMLParser) -> Iterator[Section]:
    for box in page.css("aside[data-context][id]"):
        title = _first_text(box, "h2, h3, h4")
        yield Section(_attribute(box, "id"), title, _text(box, 'h2, h3, h4, [role="doc-backlink"]'))


def _notes(page: LexborHTMLParser) -> Iterator[Section]:
    """Each note under its number, without the words that it is about: they are a place, too.

    Where the article has them no more they are the heading.
    """
    for note in page.css('li[id^="note-"]'):
        id = _attribute(note, "id")
        reference = page.css_first(f'a[role="doc-noteref"][href="#{id}"]')
        heading = _text(reference) if reference else _first_text(note, "del")
        yield Section(id, heading, _text(note, '[role="doc-backlink"], del'))


def _sources(page: LexborHTMLParser) -> Iterator[Section]:
    """The entries of the source list, without the places that use them."""
    for entry in page.css('[role="doc-bibliography"] li[id^="source-"]'):
        name = _first_text(entry, "strong")
        said = _text(entry, 'strong, [role="doc-backlink"]').lstrip(":,. ")  # after the name
        yield Section(_attribute(entry, "id"), name, said)


def _first_text(node: LexborNode, chosen: str) -> str:
    found = node.css_first(chosen)
    return _text(found) if found else ""


def _text(node: LexborNode, without: str = "") -> str:
    """The text of an element, of which all that `without` selects is taken from the page."""
    for part in node.css(without) if without else ():
        part.decompose()
    return _spaced(node.text())


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _attribute(node: LexborNode, name: str) -> str:
    return node.attributes.get(name) or ""
