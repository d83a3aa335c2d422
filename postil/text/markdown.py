"""The Markdown of articles: CommonMark with tables, ~~strikethrough~~ and footnotes, without HTML.

- A table cell is aligned by a class, since a strict content security policy bars `style`.
- The numbers of a list are those of the source, `5.` or `5)`: CommonMark reads the first and
  counts on.
- What only looks like the definition of a link is text (`definitions`).
"""

from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from postil.text.definitions import tell_definitions
from postil.text.documents import Definition
from postil.text.footnotes import read_footnotes
from postil.text.links import is_allowed_address, is_embedded, settle_links

# markdown-it drops what is nested deeper than this; at 500 Python's own stack would end.
MAX_NESTING = 150


@cache
def markdown() -> MarkdownIt:
    """The parser and renderer of articles; change a `new_parser()` instead."""
    parser = new_parser()
    read_footnotes(parser)
    return parser


def new_parser() -> MarkdownIt:
    """A parser as it is set up for articles, to be extended."""
    options = {"html": False, "xhtmlOut": False, "maxNesting": MAX_NESTING, "store_labels": True}
    parser = _Markdown("commonmark", options)
    parser.enable(["table", "strikethrough"])
    tell_definitions(parser)
    parser.core.ruler.push("settle_links", settle_links)
    parser.core.ruler.push("align_by_class", _align_by_class)
    parser.core.ruler.push("number_items", _number_items)
    return parser


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        return is_allowed_address(url) or is_embedded(url)


def _align_by_class(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in ("th_open", "td_open") and "style" in token.attrs:
            token.attrs = {"class": str(token.attrs["style"]).replace("text-align:", "align-")}


def _number_items(state: StateCore) -> None:
    """Say the number of every item that is not the next one after that before it, as it stands."""
    expected: list[int] = []  # of each open list, the number that a browser would give
    for token in state.tokens:
        if token.type in ("ordered_list_open", "bullet_list_open"):
            expected.append(int(token.attrs.get("start", 1)))
            if token.markup == ")":
                token.attrs["class"] = "bracketed"
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            expected.pop()
        elif token.type == "list_item_open" and token.info:
            number = int(token.info)
            if number != expected[-1]:
                token.attrs["value"] = number
            expected[-1] = number + 1


def definitions(env: dict[str, Any]) -> list[Definition]:
    """The definitions of links that parsing left in `env`."""
    found = [{"label": label, **item} for label, item in env.get("references", {}).items()]
    return [
        Definition(item["map"][0] + 1, item["map"][1], item["label"], item["href"])
        for item in [*found, *env.get("duplicate_refs", ())]
    ]
