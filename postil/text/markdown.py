"""The Markdown of articles: CommonMark with tables and ~~strikethrough~~ and without raw HTML.

A table cell is aligned by a class, since a strict content security policy bars `style`.
"""

from functools import cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from postil.text.documents import Definition
from postil.text.links import is_allowed_address, settle_links

# markdown-it drops what is nested deeper than this; at 500 Python's own stack would end.
MAX_NESTING = 150


@cache
def markdown() -> MarkdownIt:
    """The parser and renderer of articles; change a `new_parser()` instead."""
    return new_parser()


def new_parser() -> MarkdownIt:
    """A parser as it is set up for articles, to be extended."""
    options = {"html": False, "xhtmlOut": False, "maxNesting": MAX_NESTING, "store_labels": True}
    parser = _Markdown("commonmark", options)
    parser.enable(["table", "strikethrough"])
    parser.core.ruler.push("settle_links", settle_links)
    parser.core.ruler.push("align_by_class", _align_by_class)
    return parser


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        return is_allowed_address(url)


def _align_by_class(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in ("th_open", "td_open") and "style" in token.attrs:
            token.attrs = {"class": str(token.attrs["style"]).replace("text-align:", "align-")}


def definitions(env: dict[str, Any]) -> list[Definition]:
    """The definitions of links that parsing left in `env`."""
    found = [{"label": label, **item} for label, item in env.get("references", {}).items()]
    return [
        Definition(item["map"][0] + 1, item["map"][1], item["label"], item["href"])
        for item in [*found, *env.get("duplicate_refs", ())]
    ]
