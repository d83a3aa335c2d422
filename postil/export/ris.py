"""The sources of a page in the RIS format, which most programs for references read."""

from collections.abc import Iterator
from functools import lru_cache

from postil.export.csl_json import item_of, listed_works
from postil.export.encoding import Json
from postil.site.examining import Placed, Shared
from postil.site.model import Source
from postil.text.rich import plain_words

_TYPES = {
    "article-journal": "JOUR",
    "article-newspaper": "NEWS",
    "book": "BOOK",
    "chapter": "CHAP",
    "legal_case": "CASE",
    "report": "RPRT",
    "webpage": "ELEC",
}
# RIS's tags and CSL's variables that they hold as they are.
_TAGS = {
    "TI": "title",
    "T2": "container-title",
    "T3": "collection-title",
    "PB": "publisher",
    "CY": "publisher-place",
    "ET": "edition",
    "VL": "volume",
    "IS": "issue",
    "M1": "number",
    "M3": "genre",
    "LA": "language",
    "DO": "DOI",
    "UR": "URL",
}


def ris_records(placed: Placed, shared: Shared) -> bytes:
    """Every work of the page's source list as a record, in UTF-8; lines end as the format asks."""
    return "".join(_record(id, source) for id, source in listed_works(placed, shared)).encode()


@lru_cache(512)
def _record(id: str, source: Source) -> str:
    return record_of(item_of(id, source))


def record_of(item: Json) -> str:
    """An item of CSL-JSON as a record of RIS."""
    return "".join(f"{line}\r\n" for line in _lines(item))


def _lines(item: Json) -> Iterator[str]:
    yield f"TY  - {_TYPES.get(item['type'], 'GEN')}"
    for tag, value in _values(item):
        if text := " ".join(plain_words(value).split()):
            yield f"{tag}  - {text}"
    yield "ER  - "
    yield ""


def _values(item: Json) -> Iterator[tuple[str, str]]:
    yield "ID", item["id"]
    for tag, role in (("AU", "author"), ("A2", "editor"), ("A4", "translator")):
        yield from ((tag, _person(name)) for name in item.get(role, ()))
    for tag, variable in _TAGS.items():
        yield tag, item.get(variable, "")
    first, _, last = item.get("page", "").partition("-")
    yield from (("SP", first), ("EP", last))
    yield "SN", item.get("ISBN", "") or item.get("ISSN", "")
    for tag, variable in (("DA", "issued"), ("Y2", "accessed")):
        yield tag, _day(item.get(variable, {}))
    yield "PY", _day(item.get("issued", {})).partition("/")[0]


def _person(name: Json) -> str:
    """`Family, Given, Suffix`, or the whole name."""
    if "literal" in name:
        return str(name["literal"])
    particles = (name.get("dropping-particle"), name.get("non-dropping-particle"))
    family = " ".join(filter(None, (*particles, name.get("family"))))
    return ", ".join(filter(None, (family, name.get("given"), name.get("suffix"))))


def _day(date: Json) -> str:
    """`YYYY/MM/DD` as far as it is known; of a range where it begins."""
    if "date-parts" not in date:
        return ""
    return "/".join(f"{part:02}" for part in date["date-parts"][0])
