"""Bibliographies as other programs write them, read into items of CSL 1.0.2.

BibTeX is parsed by pybtex, its TeX by pylatexenc; RIS by rispy; CSL-YAML by PyYAML.
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from msgspec import Struct

from postil.diagnostics.refusal import Refusal
from postil.site import csl_dates, edtf

CslItem = dict[str, Any]


class CslRecord(Struct, frozen=True):
    """An entry of a bibliography: its id there, what CSL calls it, and the fields CSL has no word
    for, by their names there."""

    id: str
    item: CslItem
    left_out: tuple[str, ...] = ()


class Bibliography(Struct, frozen=True):
    """What was read, in its order, and what could not be read, in sentences."""

    records: tuple[CslRecord, ...]
    complaints: tuple[str, ...] = ()


def read_csl(document: Any) -> Bibliography:
    """CSL-JSON, or the same in YAML: a list of items, one of them, or a list under a key."""
    if isinstance(document, dict):
        lists = (document.get(key) for key in ("references", "items"))
        document = next((each for each in lists if isinstance(each, list)), [document])
    items = [each for each in document if isinstance(each, dict)]
    strays = len(document) - len(items)
    complaints = [f"{strays} entries have no fields"] if strays else []
    return Bibliography(tuple(map(_record, items)), tuple(complaints))


def _record(item: CslItem) -> CslRecord:
    texts = {str(key): as_typed(value) for key, value in item.items()}
    ids = (texts.get(key, "") for key in ("citation-key", "id"))
    return CslRecord(next((id for id in ids if id and isinstance(id, str)), ""), texts)


def as_typed(value: Any) -> Any:
    """A value of JSON as it would be read from YAML: every scalar is text."""
    match value:
        case dict():
            return {str(key): as_typed(each) for key, each in value.items()}
        case list():
            return [as_typed(each) for each in value]
        case None:
            return ""
        case bool():
            return str(value).lower()
    return str(value)


def read_csl_yaml(text: str) -> Bibliography:
    """CSL-YAML, as Pandoc and Zotero write it."""
    import yaml

    try:
        document = next(iter(yaml.load_all(text, yaml.BaseLoader)), None)  # every scalar is text
    except (yaml.YAMLError, RecursionError) as error:
        raise Refusal(f"this is no YAML: {' '.join(str(error).split())}", "") from None
    if not isinstance(document, dict | list):
        raise Refusal("there is no list of references in it", "")
    return read_csl(document)


# ------------------------------------------------------------------ BibTeX

_OF_BIBTEX = {
    "article": "article-journal",
    "book": "book",
    "booklet": "pamphlet",
    "collection": "book",
    "conference": "paper-conference",
    "dataset": "dataset",
    "electronic": "webpage",
    "inbook": "chapter",
    "incollection": "chapter",
    "inproceedings": "paper-conference",
    "inreference": "entry-encyclopedia",
    "jurisdiction": "legal_case",
    "legislation": "legislation",
    "manual": "book",
    "mastersthesis": "thesis",
    "mvbook": "book",
    "online": "webpage",
    "phdthesis": "thesis",
    "proceedings": "book",
    "report": "report",
    "techreport": "report",
    "thesis": "thesis",
    "unpublished": "manuscript",
    "www": "webpage",
}
# CSL's variables and the fields of BibTeX and BibLaTeX that hold them; the first that is there.
_BIBTEX_FIELDS = {
    "title": "title",
    "container-title": "journal journaltitle booktitle",
    "collection-title": "series",
    "publisher": "publisher institution school organization",
    "publisher-place": "address location",
    "volume": "volume",
    "edition": "edition",
    "genre": "type",
    "version": "version",
    "ISBN": "isbn",
    "ISSN": "issn",
    "language": "language langid",
}
_BIBTEX_VERBATIM = {"URL": "url", "DOI": "doi"}  # no TeX in them but its escapes
_BIBTEX_DATES = {"issued": "date", "accessed": "urldate", "original-date": "origdate"}
_OF_ISSUES = ("article-journal", "article-magazine", "article-newspaper")
_SILENT = frozenset(("file", "owner", "timestamp", "bdsk-url-1", "bdsk-file-1", "shorttitle"))


def read_bibtex(text: str) -> Bibliography:
    """BibTeX and BibLaTeX. What the parser complains of is passed on; the rest is read."""
    from pybtex import errors
    from pybtex.database import parse_string

    with errors.capture() as found:
        parsed = parse_string(text, "bibtex")
    records = [_of_bibtex(key, entry) for key, entry in parsed.entries.items()]
    empty = [f"`{each.id}` has no fields" for each in records if each.item.keys() <= {"type"}]
    records = [each for each in records if not each.item.keys() <= {"type"}]
    return Bibliography(tuple(records), (*map(str, found), *empty))


def _of_bibtex(key: str, entry: Any) -> CslRecord:
    fields = {name.lower(): value for name, value in entry.fields.items() if value.strip()}
    item: CslItem = {"type": _bibtex_type(entry.type.lower(), fields)}
    for variable, names in _BIBTEX_FIELDS.items():
        item[variable] = from_tex(_first(fields, names))
    if subtitle := from_tex(fields.pop("subtitle", "")):
        item["title"] = f"{item['title']}: {subtitle}"
    for variable, name in _BIBTEX_VERBATIM.items():
        item[variable] = re.sub(r"\\([%#&_{}$~])", r"\1", fields.pop(name, ""))
    number = from_tex(_first(fields, "number issue"))
    item["issue" if item["type"] in _OF_ISSUES else "number"] = number
    item["page"] = re.sub(r"\s*(?:--+|–)\s*", "-", from_tex(_first(fields, "pages")))
    _add_place(item, fields)
    _add_dates(item, fields)
    for role in ("author", "editor", "translator"):
        people = entry.persons.get(role, ())
        item[role] = [person for each in people if (person := _of_person(each))]
    others = [role for role in entry.persons if role not in ("author", "editor", "translator")]
    left_out = sorted({*fields, *others} - _SILENT)
    return CslRecord(key, _without_nothing(item), tuple(left_out))


def _first(fields: dict[str, str], names: str) -> str:
    """Of these fields the first that is there, which is then done with."""
    return next((fields.pop(name) for name in names.split() if name in fields), "")


def _bibtex_type(kind: str, fields: dict[str, str]) -> str:
    if kind == "article" and (sort := fields.pop("entrysubtype", "").lower()):
        return {"newspaper": "article-newspaper", "magazine": "article-magazine"}.get(
            sort, "article-journal"
        )
    return _OF_BIBTEX.get(kind, "document")


def _add_place(item: CslItem, fields: dict[str, str]) -> None:
    """Where it stands, if another field than BibTeX's own says so."""
    how = fields.pop("howpublished", "")
    if address := re.search(r"https?://[^\s{}]+", how):
        item["URL"] = item["URL"] or address[0].replace("\\", "")
    elif how:
        item["container-title"] = item["container-title"] or from_tex(how)
    archive = fields.get("archiveprefix", fields.get("eprinttype", "")).lower()
    if archive == "arxiv" and "eprint" in fields:
        for name in ("archiveprefix", "eprinttype", "primaryclass", "eprintclass"):
            fields.pop(name, "")
        item["URL"] = item["URL"] or f"https://arxiv.org/abs/{fields['eprint']}"
        item["type"] = "article"  # CSL's word for a preprint
        fields.pop("eprint")


def _add_dates(item: CslItem, fields: dict[str, str]) -> None:
    for variable, name in _BIBTEX_DATES.items():
        item[variable] = _date(fields.pop(name, ""))
    year, month, day = (from_tex(fields.pop(name, "")) for name in ("year", "month", "day"))
    if not item["issued"] and year:
        month = str(edtf.month_number(month) or month)
        numbers = [part.zfill(2) for part in (month, day) if part.isdecimal()]
        item["issued"] = _date("-".join([year, *numbers])) if year.isdecimal() else _date(year)


def _date(text: str) -> Any:
    """A date as it is if CSL can read it, else the same words."""
    text = text.strip()
    if not text or not csl_dates.CslDate.read(text).mistake:
        return text
    return {"literal": text}


def _of_person(person: Any) -> Any:
    """A name in CSL's parts; a body, which stands in braces, as one."""
    last, others = person.last_names, (person.first_names, person.middle_names)
    is_whole = len(last) == 1 and last[0].startswith("{") and last[0].endswith("}")
    if is_whole and not any((*others, person.prelast_names)):
        return from_tex(last[0])
    if last == ["others"]:
        return None
    return _without_nothing(
        {
            "family": from_tex(" ".join(last)),
            "given": from_tex(" ".join([*person.first_names, *person.middle_names])),
            "non-dropping-particle": from_tex(" ".join(person.prelast_names)),
            "suffix": from_tex(" ".join(person.lineage_names)),
        }
    )


def from_tex(text: str) -> str:
    """The words of a text with TeX's markup, which is lost; on one line."""
    if not re.search(r"[\\{}$~%^`]|--|''", text):
        return " ".join(text.split())
    # In a bibliography a bare % is a percent sign, and begins no comment.
    guarded = re.sub(r"(?<!\\)%", r"\\%", text)
    try:
        words = _tex_reader().latex_to_text(guarded)
    except Exception:  # the parser has no error of its own for all that it cannot read
        words = re.sub(r"\\[a-zA-Z]+|[\\{}]", "", text)
    return " ".join(words.split())


@cache
def _tex_reader() -> Any:
    """Of pylatexenc, told of the signs that it does not know."""
    from pylatexenc.latex2text import (
        LatexNodes2Text,
        MacroTextSpec,
        get_default_latex_context_db,
    )

    signs = {"textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^"}
    context = get_default_latex_context_db()
    macros = [MacroTextSpec(name, sign) for name, sign in signs.items()]
    context.add_context_category("signs", macros=macros, prepend=True)
    return LatexNodes2Text(context, math_mode="verbatim")


# ------------------------------------------------------------------ RIS

_OF_RIS = {
    "BLOG": "post-weblog",
    "BOOK": "book",
    "CASE": "legal_case",
    "CHAP": "chapter",
    "CONF": "paper-conference",
    "CPAPER": "paper-conference",
    "DATA": "dataset",
    "EBOOK": "book",
    "EJOUR": "article-journal",
    "ELEC": "webpage",
    "ENCYC": "entry-encyclopedia",
    "GOVDOC": "report",
    "JFULL": "article-journal",
    "JOUR": "article-journal",
    "MGZN": "article-magazine",
    "NEWS": "article-newspaper",
    "RPRT": "report",
    "STD": "standard",
    "THES": "thesis",
    "WEB": "webpage",
}
# CSL's variables and what rispy calls the tags of RIS that hold them; the first that is there.
_RIS_FIELDS = {
    "title": "title primary_title",
    "container-title": "secondary_title journal_name alternate_title3 alternate_title2",
    "collection-title": "tertiary_title",
    "publisher": "publisher",
    "publisher-place": "place_published",
    "edition": "edition",
    "volume": "volume",
    "issue": "number",
    "number": "note",
    "genre": "type_of_work",
    "language": "language",
    "DOI": "doi",
}
_RIS_PEOPLE = {
    "author": "authors first_authors",
    "editor": "secondary_authors",
    "translator": "subsidiary_authors",
}


def read_ris(text: str) -> Bibliography:
    """RIS. A record that has no end ends where the next one begins."""
    import rispy
    from rispy.config import TAG_KEY_MAPPING

    tags = {name: tag for tag, name in TAG_KEY_MAPPING.items()}
    starts = [found.start() for found in re.finditer(r"^TY  ?- ", text, re.MULTILINE)]
    parts = (text[a:b].rstrip() for a, b in zip(starts, [*starts[1:], len(text)], strict=True))
    whole = (
        part if re.search(r"^ER  ?-", part, re.MULTILINE) else f"{part}\nER  - " for part in parts
    )
    found = (each for part in whole for each in rispy.loads(f"{part}\n"))
    return Bibliography(tuple(_of_ris(dict(fields), tags) for fields in found))


def _of_ris(fields: dict[str, Any], tags: Mapping[str, str]) -> CslRecord:
    kind = _OF_RIS.get(fields.pop("type_of_reference", ""), "document")
    item: CslItem = {"type": kind}
    for variable, names in _RIS_FIELDS.items():
        item[variable] = _first(fields, names)
    for role, names in _RIS_PEOPLE.items():
        people = [each for name in names.split() for each in _listed(fields.pop(name, ()))]
        item[role] = [_of_ris_name(each) for each in people]
    urls = list(_listed(fields.pop("urls", ())))
    item["URL"] = urls[0] if urls else ""
    item["page"] = "-".join(
        filter(None, (fields.pop(f"{end}_page", "") for end in ("start", "end")))
    )
    number = fields.pop("issn", "")
    is_issn = re.fullmatch(r"[0-9]{4}-?[0-9]{3}[0-9Xx]", number.strip())
    item["ISSN" if is_issn else "ISBN"] = number
    dates = (fields.pop(name, "") for name in ("date", "year", "publication_year"))
    item["issued"] = next(filter(None, map(_of_ris_date, list(dates))), "")
    item["accessed"] = _of_ris_date(fields.pop("access_date", ""))
    id = next(filter(None, (fields.pop(name, "") for name in ("id", "label"))), "")
    unknown = list(fields.pop("unknown_tag", ()))
    left_out = sorted({*unknown, *(tags.get(name, name) for name in fields)})
    return CslRecord(id, _without_nothing(item), tuple(left_out))


def _listed(value: Any) -> Iterable[str]:
    return [value] if isinstance(value, str) else value


def _of_ris_name(name: str) -> Any:
    """`Family, Given, Suffix`; whatever has no comma is a whole name."""
    family, *others = (part.strip() for part in name.split(",", 2))
    parts = dict(zip(("given", "suffix"), others, strict=False))
    return _without_nothing({"family": family, **parts}) if others else name.strip()


def _of_ris_date(text: str) -> Any:
    """`YYYY/MM/DD/other`, of which each part may be missing."""
    numbers = re.match(r"(\d{4})(?:/(\d{1,2}))?(?:/(\d{1,2}))?(?:/|$)", text.strip())
    if not numbers:
        return _date(text)
    return _date("-".join(part.zfill(2) for part in numbers.groups() if part))


def _without_nothing(item: Mapping[str, Any]) -> CslItem:
    return {key: value for key, value in item.items() if value}


# ------------------------------------------------------------------ which of them it is


def read_json(text: str) -> Any:
    """A document of JSON. Raises Refusal if it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Refusal(f"this is no JSON: {error}", "") from None
