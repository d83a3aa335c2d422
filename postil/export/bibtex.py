"""The sources of a page as BibTeX, in the fields of BibLaTeX."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from postil.export.csl_json import item_of, listed_works
from postil.export.encoding import Json
from postil.site.examining import Placed, Shared
from postil.site.model import Source
from postil.text.rich import plain_words

_ENTRY_TYPES = {
    "article-journal": "article",
    "article-newspaper": "article",
    "book": "book",
    "chapter": "incollection",
    "report": "techreport",
}
# BibTeX's fields and CSL's variables that they hold as they are, in the usual order.
_FIELDS = {
    "title": "title",
    "series": "collection-title",
    "address": "publisher-place",
    "edition": "edition",
    "volume": "volume",
    "type": "genre",
    "isbn": "ISBN",
    "issn": "ISSN",
}
# In what of BibTeX's fields the work stands that holds another, and who published it.
_CONTAINERS = {"article": "journal", "incollection": "booktitle"}
_PUBLISHERS = {"techreport": "institution"}
_SPECIAL = str.maketrans({
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "{": r"\textbraceleft{}", "}": r"\textbraceright{}",  # BibTeX counts \{ as a brace
    **{sign: f"\\{sign}" for sign in "$&%#_"},
})  # fmt: skip


def bibliography(placed: Placed, shared: Shared) -> bytes:
    """Every work of the page's source list as an entry, in UTF-8."""
    entries = (_entry(id, source) for id, source in listed_works(placed, shared))
    return "\n".join(entries).encode()


@lru_cache(512)
def _entry(id: str, source: Source) -> str:
    return entry_of(item_of(id, source))


def entry_of(item: Json) -> str:
    """An item of CSL-JSON as an entry of BibTeX."""
    kind = _ENTRY_TYPES.get(item["type"], "misc")
    fields = "".join(f"  {name} = {{{value}}},\n" for name, value in _fields(kind, item) if value)
    return f"@{kind}{{{key_of(item['id'])},\n{fields}}}\n"


def key_of(id: str) -> str:
    """A source's id, in which the number of each sign that would end a key stands for it."""
    return re.sub(r"[^\w.:/+-]", lambda found: f"_{ord(found[0]):x}_", id)


def _fields(kind: str, item: Json) -> Iterator[tuple[str, str]]:
    for role in ("author", "editor", "translator"):
        yield role, _people(item.get(role, ()))
    for name, variable in _FIELDS.items():
        yield name, escaped(item.get(variable, ""))
    yield _PUBLISHERS.get(kind, "publisher"), escaped(item.get("publisher", ""))
    yield _CONTAINERS.get(kind, "howpublished"), escaped(item.get("container-title", ""))
    yield "number", escaped(item.get("issue", "") or item.get("number", ""))
    yield "pages", escaped(item.get("page", "")).replace("-", "--")
    yield from _dates(item)
    yield "language", escaped(item.get("language", ""))
    yield "doi", item.get("DOI", "")
    yield "url", re.sub(r"[{}\\]", lambda found: f"%{ord(found[0]):02x}", item.get("URL", ""))


def _dates(item: Json) -> Iterator[tuple[str, str]]:
    """`date` and `urldate` as BibLaTeX reads them; `year` for older programs."""
    for name, variable in (("date", "issued"), ("urldate", "accessed")):
        ends = item.get(variable, {}).get("date-parts", ())
        yield name, "/".join("-".join(f"{part:02}" for part in end) for end in ends)
    issued = item.get("issued", {})
    year = str(issued["date-parts"][0][0]) if "date-parts" in issued else ""
    yield "year", year or escaped(issued.get("literal", ""))


def _people(names: Sequence[Json]) -> str:
    return " and ".join(map(_person, names))


def _person(name: Json) -> str:
    """`von Last, Jr, First`, BibTeX's longest form; a body's name in braces, as one word."""
    if "literal" in name:
        return f"{{{escaped(name['literal'])}}}"
    particles = (name.get("dropping-particle"), name.get("non-dropping-particle"))
    family = " ".join(filter(None, (*particles, name.get("family"))))
    parts = filter(None, (family, name.get("suffix"), name.get("given")))
    return ", ".join(map(_of_name, parts))


def _of_name(part: str) -> str:
    """A part of a name; one that BibTeX would take apart in braces."""
    is_plain = not re.search(r",|\band\b", part)
    return escaped(part) if is_plain else f"{{{escaped(part)}}}"


def escaped(text: str) -> str:
    """A text in one line, without CSL's markup, in which no sign means anything to TeX."""
    return " ".join(plain_words(text).split()).translate(_SPECIAL)
