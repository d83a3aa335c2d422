"""Annotations of other programs: the W3C's Web Annotations, and what Hypothesis's API gives.

Both quote by TextQuoteSelector. https://www.w3.org/TR/annotation-model/ has the model,
https://h.readthedocs.io/en/latest/api-reference/ the fields that Hypothesis adds to it.
"""

import re
from collections.abc import Iterator
from typing import Any, Literal

from msgspec import Struct

TextForm = Literal["markdown", "html", "plain"]


class ForeignQuote(Struct, frozen=True):
    """The words that an annotation is about, and what stands before and after them, as given."""

    exact: str
    prefix: str = ""
    suffix: str = ""


class ForeignAnnotation(Struct, frozen=True):
    """An annotation as it was received.

    `id` is its own, if that is the fragment of an address. `texts` are what it says, each with its
    form; `names` chains of speakers, by their names; `links` addresses that it refers to.
    """

    quotations: tuple[ForeignQuote, ...]
    id: str = ""
    texts: tuple[tuple[str, TextForm], ...] = ()
    classes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    by: str = ""
    day: str = ""


class Received(Struct, frozen=True):
    """What a document holds, and how many entries of it are something else."""

    annotations: tuple[ForeignAnnotation, ...]
    replies: int = 0
    without_words: int = 0


def are_annotations(document: Any) -> bool:
    """Whether a document of JSON holds annotations, and no references."""
    return any("target" in item for item in _items(document))


def receive(document: Any) -> Received:
    """Every annotation of a document; what answers another one, or quotes nothing, is counted."""
    items = list(_items(document))
    replies = [item for item in items if _list(item.get("references"))]
    found = [_foreign(item) for item in items if not _list(item.get("references"))]
    quoting = tuple(each for each in found if each.quotations)
    return Received(quoting, len(replies), len(found) - len(quoting))


def _items(document: Any) -> Iterator[dict[str, Any]]:
    """One annotation, a list, a page, a collection with its first page, or Hypothesis's rows."""
    if isinstance(document, list):
        for each in document:
            yield from _items(each)
    elif isinstance(document, dict):
        inner = [document[key] for key in ("rows", "items", "first") if key in document]
        if inner and "target" not in document:
            for each in inner:
                yield from _items(each)
        else:
            yield document


def _foreign(item: dict[str, Any]) -> ForeignAnnotation:
    bodies = [_as_body(each) for each in _list(item.get("body", item.get("bodyValue")))]
    if text := _text(item.get("text")):  # Hypothesis's, in Markdown
        bodies.append({"value": text, "format": "text/markdown"})
    sorted_ = {
        sort: tuple(body for body in bodies if _sort_of(body) == sort)
        for sort in ("text", "class", "name", "link", "tag")
    }
    creator = item.get("creator") or item.get("user_info") or {}
    name = creator if isinstance(creator, str) else _first_text(creator, "name", "display_name")
    return ForeignAnnotation(
        quotations=tuple(_quotations(item.get("target"))),
        id=_text(item.get("id")).partition("#")[2],
        texts=tuple((_value(body), _form(body)) for body in sorted_["text"]),
        classes=tuple(map(_value, sorted_["class"])),
        names=tuple(map(_value, sorted_["name"])),
        links=tuple(_first_text(body, "source", "id", "@id") for body in sorted_["link"]),
        tags=(*map(_value, sorted_["tag"]), *filter(None, map(_text, _list(item.get("tags"))))),
        by=name or re.sub(r"^acct:([^@]*)@.*", r"\1", _text(item.get("user"))),
        day=_text(item.get("created"))[:10],
    )


# ------------------------------------------------------------------ targets


def _quotations(target: Any) -> Iterator[ForeignQuote]:
    for each in _list(target):
        if isinstance(each, dict):
            found = (_quotation(selector) for selector in _list(each.get("selector")))
            yield from [quotation for quotation in found if quotation][:1]


def _quotation(selector: Any) -> ForeignQuote | None:
    """What a selector quotes, or the one that refines it."""
    while isinstance(selector, dict):
        if exact := _text(selector.get("exact")):
            before, after = (_text(selector.get(side)) for side in ("prefix", "suffix"))
            return ForeignQuote(exact, before, after)
        selector = selector.get("refinedBy")
    return None


# ------------------------------------------------------------------ bodies

_SORTS = {"tagging": "tag", "classifying": "class", "identifying": "name"}


def _as_body(body: Any) -> dict[str, Any]:
    """A body as an object: a text by itself is an address."""
    return (
        body
        if isinstance(body, dict)
        else {"source": _text(body)}
        if _is_address(body)
        else {"value": _text(body)}
    )


def _is_address(body: Any) -> bool:
    return isinstance(body, str) and re.fullmatch(r"[a-z][a-z0-9+.-]*:\S+", body) is not None


def _sort_of(body: dict[str, Any]) -> str:
    if _value(body):
        purpose = (_list(body.get("purpose")) or [""])[0]
        return _SORTS.get(str(purpose).rpartition(":")[2], "text")
    return "link" if _first_text(body, "source", "id", "@id") else ""


def _value(body: dict[str, Any]) -> str:
    return _first_text(body, "value", "chars")


def _form(body: dict[str, Any]) -> TextForm:
    form = _text(body.get("format")).partition(";")[0].strip()
    return {"text/markdown": "markdown", "text/html": "html"}.get(form, "plain")  # type: ignore[return-value]


def _first_text(entry: Any, *keys: str) -> str:
    values = (_text(entry.get(key)) for key in keys) if isinstance(entry, dict) else ()
    return next(filter(None, values), "")


def _text(value: Any) -> str:
    return value.strip("\n") if isinstance(value, str) else ""


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
