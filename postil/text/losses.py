"""The words of a Markdown source that its rendering does not show."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from markdown_it.common.utils import unescapeAll
from markdown_it.token import Token

from postil.text.documents import Document
from postil.text.markdown import markdown

_WORD = re.compile(r"[^\W_]+")


def find_lost(text: str, document: Document) -> list[str]:
    """The words of the source that its rendering does not show, in order of first appearance.

    Markup is not lost: addresses, titles, labels and definitions of links, languages of code,
    numbers of lists and notes, names of characters. What Markdown can lose is text nested too
    deep, cells beyond a table's last column, and the zero of a list's `01.` The words of the
    source are counted as they stand and again with its character references decoded; only what
    is missing both times is lost.
    """
    words = "\n".join(shown(document.tokens))
    if _WORD.findall(text) == _WORD.findall(words):  # of little markup, as most prose is
        return []
    seen = _count([words])
    lost = _count([text]) - seen
    if not lost:
        return []
    markup = _count([*_markup(document), *_defined(text, document)])
    if lost <= markup:
        return []
    decoded = re.sub(r"&#\w+;", " ", unescapeAll(text))  # what is left stands for no character
    lost = (lost & (_count([decoded]) - seen)) - markup
    spelling = {word.casefold(): word for word in reversed(_WORD.findall(text))}
    return [spelling.get(word, word) for word in lost.elements()]


def _count(texts: Iterable[str]) -> Counter[str]:
    """Words without regard to case, since the labels of links have none."""
    return Counter(_WORD.findall("\n".join(texts).casefold()))


def shown(tokens: Iterable[Token]) -> Iterator[str]:
    """The words that are seen of tokens, piece by piece."""
    for token in tokens:
        yield from shown(token.children or ())
        if token.type in ("text", "code_inline", "fence", "code_block", "citation"):
            yield token.content


def _markup(document: Document) -> Iterator[str]:
    """Words of the source that make the page but are not seen on it."""
    for token in _walk([*document.tokens, *document.pictures]):
        if token.type == "fence" or (token.type == "list_item_open" and not _is_padded(token.info)):
            yield token.info
        for name in ("href", "src", "title"):
            if name in token.attrs:
                yield str(token.attrs[name])
                yield from _unencoded(str(token.attrs[name]))
        yield token.meta.get("label", "")


def _is_padded(number: str) -> bool:
    """Whether it begins with a zero that a list would not show, as `01`."""
    return number[:1] == "0" and number != "0"


def _unencoded(address: str) -> Iterator[str]:
    """An address as it was typed, if parsing has encoded it."""
    if "%" in address or "xn--" in address:
        yield markdown().normalizeLinkText(address)


def _walk(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _walk(token.children or ())


def _defined(text: str, document: Document) -> Iterator[str]:
    """The source lines that define links."""
    lines = re.split(r"\r\n?|\n", text)
    for definition in document.definitions:
        yield from lines[definition.first - 1 : definition.last]
