"""The sources of a page as CSL-JSON, for programs that keep references."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import msgspec

from postil.export.encoding import Json, encoded
from postil.language.periods import Moment
from postil.site.csl import Name, doi
from postil.site.csl_dates import CslDate
from postil.site.examining import Placed, Shared, shown_sources
from postil.site.model import Source

# What a source of a kind is in CSL, if its fields do not say more.
_TYPES = {
    "press": "article-newspaper",
    "wire": "article-newspaper",
    "state-media": "article-newspaper",
    "court": "legal_case",
    "academic": "article-journal",
    "reference": "webpage",
    "government": "report",
    "un": "report",
    "ngo": "report",
}
_NO_WORKS = frozenset({"person", "official", "unnamed"})
_BODIES = frozenset({"government", "un", "ngo"})  # who publish under their own name

# CSL's variables and the fields of a source that hold them as they are.
_TEXTS = {
    "container-title": "container_title",
    "collection-title": "collection_title",
    "publisher": "publisher",
    "publisher-place": "publisher_place",
    "volume": "volume",
    "issue": "issue",
    "page": "page",
    "number": "number",
    "edition": "edition",
    "genre": "genre",
    "version": "version",
    "medium": "medium",
    "ISBN": "ISBN",
    "ISSN": "ISSN",
    "language": "language",
}


def csl_items(placed: Placed, shared: Shared) -> bytes:
    """An array of CSL-JSON items: every work of the page's source list, in the order of ids."""
    items = [item_of(id, source) for id, source in listed_works(placed, shared)]
    return encoded(items)


def listed_works(placed: Placed, shared: Shared) -> Iterator[tuple[str, Source]]:
    """The sources of the page that are something one can read, each with its id.

    Somebody who speaks is none, nor is an outlet or a body as such.
    """
    for id in sorted(shown_sources(placed.named, shared)):
        source = shared.sources.value[id]
        if _is_work(source):
            yield id, source


def _is_work(source: Source) -> bool:
    if source.address or source.DOI or source.ISBN:
        return True
    return bool(source.title) and source.kind not in _NO_WORKS


@lru_cache(512)  # each source of a page is in three files, and some are on many pages
def item_of(id: str, source: Source) -> Json:
    """A source as an item of CSL 1.0.2. Markup in texts is CSL's own, `<i>` or `<sub>`."""
    item: Json = {"id": id, "type": _type_of(source), "title": str.__str__(source.title)}
    for variable, field in _TEXTS.items():
        item[variable] = str.__str__(getattr(source, field))
    item |= {
        "author": _names(source.author) or _body(source),
        "editor": _names(source.editor),
        "translator": _names(source.translator),
        "issued": _date(source.issued),
        "original-date": _date(source.original_date),
        "accessed": _date(source.accessed),
        "URL": source.address,
        "DOI": found.name if (found := doi(str(source.DOI))) else "",
    }
    if not item["publisher"] and not item["container-title"] and source.kind not in _BODIES:
        item["publisher"] = source.name
    return {variable: value for variable, value in item.items() if value}


def _type_of(source: Source) -> str:
    """What sort of work it is, by what it has that only such works have; else by its kind."""
    if source.kind == "academic" and not source.container_title:
        return "book" if source.ISBN or source.publisher else "document"
    if source.kind == "academic" and source.ISBN:
        return "chapter"
    return _TYPES.get(source.kind, "document")


def _body(source: Source) -> list[Json]:
    if source.kind not in _BODIES:
        return []
    return [{"literal": str(source.publisher) or source.name}]


def _names(people: Sequence[str | Name]) -> list[Json]:
    return [{"literal": person} if isinstance(person, str) else _name(person) for person in people]


def _name(person: Name) -> Json:
    if person.literal or person.name:
        return {"literal": person.literal or person.name}
    return {key: value for key, value in msgspec.to_builtins(person).items() if value}


def _date(date: CslDate) -> Json:
    """A date as CSL-JSON has it: one or two ends in `date-parts`, or its words."""
    if not date.period:
        return {"literal": date.text} if date.text and not date.mistake else {}
    start, end = date.period.start, date.period.end
    if start is None or end is None:  # CSL has no open ranges
        return {"literal": f"{_written(start)}/{_written(end)}"}
    ends = [start] if start == end else [start, end]
    found: Json = {"date-parts": [_parts(each) for each in ends]}
    if start.season:
        found["season"] = start.season
    if start.approximate or start.uncertain:
        found["circa"] = True
    return found


def _parts(moment: Moment) -> list[int]:
    parts = [moment.year, moment.month, moment.day]
    return parts[: 1 + bool(moment.month) + bool(moment.month and moment.day)]


def _written(moment: Moment | None) -> str:
    return "-".join(f"{part:02}" for part in _parts(moment)) if moment else ""
