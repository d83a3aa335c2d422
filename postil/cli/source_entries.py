"""Entries of sources.yaml made of a bibliography's records, each accepted by our own reader."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from postil.cli.bibliographies import CslItem, CslRecord
from postil.site import csl, files
from postil.site.csl_dates import CslDate
from postil.site.fields import SOURCE_ID_PATTERN
from postil.site.model import Source
from postil.yaml.writing import as_scalar

_HEADING = (
    "# For content/sources.yaml. What is said of `kind` and `name` is proposed: the name is what "
    "a badge says.\n"
)
LONG_NAME = 40  # characters; a badge should have fewer

# What an entry has, in the order in which it is written; all other variables are printed nowhere.
_TEXTS = (
    "title",
    "container-title",
    "collection-title",
    "publisher",
    "publisher-place",
    "volume",
    "issue",
    "page",
    "number",
    "edition",
    "genre",
    "version",
    "medium",
    "DOI",
    "ISBN",
    "ISSN",
    "language",
)
_PEOPLE = ("author", "editor", "translator")
_DATES = ("issued", "original-date", "accessed")
_ORDER = ("title", *_PEOPLE, *_TEXTS[1:13], *_DATES, "url", *_TEXTS[13:])
_BODIES = ("container-title", "publisher")  # that stand for a work of which nobody is known
# What every exporter writes and nobody misses: the id and the type, which became the kind.
_EXPECTED = frozenset(("id", "type", "kind", "name", "URL", "url", "citation-key", "schema"))
_SCHEMES = re.compile(r"https?://", re.IGNORECASE)


class SourceEntries(Struct, frozen=True):
    """YAML to paste, the ids in it, and what could not be carried, in sentences."""

    yaml: str
    ids: tuple[str, ...]
    said: tuple[str, ...]


def write_entries(records: Sequence[CslRecord], there: Mapping[str, Source]) -> SourceEntries:
    """An entry for each record that is not `there` already, under a free id."""
    taken, said, written = set(there), [], {}
    for record in records:
        if known := _known_as(record, there):
            said.append(f"`{known}` is in content/sources.yaml already: {_shown(record)}")
            continue
        id = _free(propose_id(record), taken)
        taken.add(id)
        fields, lost = _fields(record)
        written[id] = _entry(id, fields)
        said += [f"`{id}`: {sentence}" for sentence in lost]
    yaml = _HEADING + "\n".join(written.values()) if written else ""
    return SourceEntries(yaml, tuple(written), tuple(said))


# ------------------------------------------------------------------ ids


def propose_id(record: CslRecord) -> str:
    """The record's own id, if it is one that people can type; else one of its name and date."""
    own = record.id.strip()
    if re.fullmatch(SOURCE_ID_PATTERN, own) and not own.isdecimal() and not _SCHEMES.match(own):
        return own
    names = [*_people(record.item), *(_words(record.item.get(key, "")) for key in _BODIES)]
    first = next(filter(None, names), "") or _words(record.item.get("title", "")) or "source"
    plain = unicodedata.normalize("NFC", first).casefold()
    words = re.findall(r"[^\W_]+", plain)[:4] or ["source"]
    return "-".join([*words, *filter(None, [_when(record.item)])])


def _people(item: CslItem) -> list[str]:
    """The last names of those who wrote it, or else edited it."""
    people = item.get("author") or item.get("editor") or []
    listed = people if isinstance(people, list) else [people]
    return [name for each in listed if (name := _words(_last_name(each)))]


def _last_name(person: Any) -> str:
    if not isinstance(person, dict):
        return str(person)
    return next((person[key] for key in ("family", "literal", "name") if person.get(key)), "")


def _when(item: CslItem) -> str:
    """The day, month or year of a work, as ids have it; nothing if it is no date."""
    period = CslDate.read(item.get("issued", "")).period
    if not period or not period.start:
        return ""
    start = period.start
    parts = (f"{part:02}" for part in (start.year, start.month, start.day) if part)
    return "-".join(parts)


def _free(id: str, taken: set[str]) -> str:
    numbers = iter(range(2, len(taken) + 3))
    candidate = id
    while candidate in taken:
        candidate = f"{id}-{next(numbers)}"
    return candidate


def _known_as(record: CslRecord, there: Mapping[str, Source]) -> str:
    """The id under which the site has the same work: of the same address, DOI, or id and title."""
    item = record.item
    for id, source in there.items():
        own, other = csl.doi(str(item.get("DOI", ""))), csl.doi(str(source.DOI))
        is_same_address = source.address and source.address == _address(item)
        is_same_title = id == record.id and str(source.title) == _words(item.get("title", ""))
        if is_same_address or (own and own == other) or is_same_title:
            return id
    return ""


def _shown(record: CslRecord) -> str:
    return _words(record.item.get("title", "")) or record.id


# ------------------------------------------------------------------ fields


def _fields(record: CslRecord) -> tuple[dict[str, Any], list[str]]:
    """The fields of an entry, and what it cannot have."""
    item = record.item
    kind = _words(item.get("kind", "")) or csl.guess("kind", item) or "document"
    fields: dict[str, Any] = {"kind": kind, "name": _name(kind, record)}
    wanted = {**item, "url": _address(item)}
    lost = []
    for field in _ORDER:
        value = _tidy(field, wanted.get(field, ""))
        if not value:
            continue
        if _is_accepted(fields, field, value):
            fields[field] = value
        else:
            lost.append(f"`{field}` is not accepted: {_shortened(value)}")
    printed = {*_ORDER, *_EXPECTED}
    unprinted = [name for name, value in item.items() if name not in printed and value]
    if unprinted := [*unprinted, *record.left_out]:
        lost.append(f"left out, since no page prints it: {', '.join(unprinted)}")
    return fields, lost


def _shortened(value: Any) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 80 else f"{text[:80]}…"


def _address(item: CslItem) -> str:
    return str(item.get("url") or item.get("URL") or "").strip()


def _is_accepted(fields: dict[str, Any], field: str, value: Any) -> bool:
    """Whether our own reader takes a field with this value."""
    try:
        entry = {"kind": fields["kind"], "name": fields["name"], field: value}
        source = files.convert("sources", {"x": entry})["x"]
    except msgspec.ValidationError:
        return False
    date = getattr(source, field.replace("-", "_")) if field in _DATES else None
    return date is None or date.mistake is None


def _tidy(field: str, value: Any) -> Any:
    if field in _PEOPLE:
        people = value if isinstance(value, list) else [value]
        return [person for each in people if (person := _person(each))]
    if field in _DATES:
        return _date(value)
    return _words(value)


def _words(value: Any) -> str:
    """A text on one line, without what cannot be seen; of a list the first, as Crossref has it."""
    if isinstance(value, list):
        value = value[0] if value else ""
    if not isinstance(value, str):
        return ""
    seen = "".join(" " if each in "\t\n\r\f\v" else each for each in value if _is_seen(each))
    return " ".join(seen.split())


def _is_seen(character: str) -> bool:
    return character in "\t\n\r\f\v\u200c\u200d" or unicodedata.category(character) not in (
        "Cc",
        "Cf",
        "Co",
        "Cs",
    )


def _person(person: Any) -> Any:
    """A name in CSL's parts; the name of a body, or one that has no parts, as it is."""
    if not isinstance(person, dict):
        return _words(person)
    parts = {field.encode_name: _words(person.get(field.encode_name, "")) for field in _NAME_FIELDS}
    parts = {key: text for key, text in parts.items() if text not in ("", "false", "0")}
    for whole in ("literal", "name"):
        if whole in parts:
            return parts[whole]
    return parts


_NAME_FIELDS = msgspec.structs.fields(csl.Name)


def _date(value: Any) -> Any:
    """A date as an editor would write it, if that says the same; else as it is."""
    date = CslDate.read(value)
    if date.mistake or not (date.period or date.text):
        return _words(value) if isinstance(value, str) else value if date.mistake else ""
    if isinstance(value, str):
        return _words(value)
    parts = value.get("date-parts") if isinstance(value, dict) else None
    if parts:
        short = "/".join("-".join(map(_of_date, end)) for end in parts)
        if CslDate.read(short) == date:
            return short
    return value


def _of_date(part: Any) -> str:
    number = str(part)
    return f"-{number[1:]:>04}" if number.startswith("-") else number.zfill(2)


def _name(kind: str, record: CslRecord) -> str:
    """What the badge may say: of a scholarly work its authors and year, else who published it."""
    if own := _words(record.item.get("name", "")):
        return own
    people, body = _people(record.item), _words(csl.guess("name", record.item))
    is_title = body == _words(record.item.get("title", ""))
    if people and (kind == "academic" or is_title):
        names = " and ".join(people) if len(people) < 3 else f"{people[0]} et al."
        return f"{names} {_when(record.item)[:4]}".strip()
    return body or record.id or "Somebody"


# ------------------------------------------------------------------ YAML


def _entry(id: str, fields: dict[str, Any]) -> str:
    lines = [f"{as_scalar(id)}:"]
    for field, value in fields.items():
        lines += [f"  {line}" for line in _lines(field, value)]
    if len(fields["name"]) > LONG_NAME:
        lines[2] += "  # shorten it: a badge says it"
    return "\n".join(lines) + "\n"


def _lines(field: str, value: Any) -> Iterator[str]:
    match value:
        case str():
            yield f"{field}: {as_scalar(value)}"
        case list():
            yield f"{field}:"
            for each in value:
                pairs = list(each.items()) if isinstance(each, dict) else None
                first, *more = (
                    [f"{k}: {as_scalar(v)}" for k, v in pairs] if pairs else [as_scalar(each)]
                )
                yield f"  - {first}"
                yield from (f"    {line}" for line in more)
        case dict():
            yield f"{field}:"
            for key, each in value.items():
                shown = as_scalar(each) if isinstance(each, str) else _flow(each)
                yield f"  {key}: {shown}"


def _flow(value: Any) -> str:
    """Lists of lists of numbers, as `date-parts` are."""
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    return as_scalar(str(value)) or '""'
