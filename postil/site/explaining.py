"""A file that its model refuses, explained by its schema: every mistake, in plain words."""

import functools
import re
from typing import Any
from unicodedata import normalize
from urllib.parse import quote

import msgspec

from postil.diagnostics.codes import ErrorCode
from postil.diagnostics.model import Report, Span, did_you_mean
from postil.site import csl, csl_dates, edtf, fields
from postil.site.csl_dates import CslDate
from postil.site.files import FILES, convert
from postil.site.schemas import PATTERNS, portable, schema
from postil.yaml.reading import KeyPath, Located
from postil.yaml.writing import as_scalar

_TYPES = {
    "string": ("text", "{name}: some words"),
    "boolean": ("true or false", "{name}: true"),
    "array": ("a list", "{name}: [one, two]"),
    "object": ("an entry with fields", "title: some words"),
}


# Fields of the Web Annotation Data Model and of its tools, and what they are called here.
_OF_THE_STANDARD = {
    "exact": "quote",
    "highlight": "quote",
    "body": "note",
    "comment": "note",
    "text": "note",
    "value": "note",
    "uri": "url",
    "created": "published",
    "modified": "updated",
    "creator": "authors",
}


_MOST_OF_AN_ADDRESS = 1_000  # characters of what may be one, misspelt
# What people paste for an address, and the address. The first that fits is meant.
_MISSPELT = (
    (r"\A<(\S+)>\Z", r"\1"),  # as in mail
    (r"\A\[.*\]\((\S+)\)\Z", r"\1"),  # a link of Markdown
    (r"\A(?:[dD][oO][iI]:)?(10\.[0-9]{4,9}/\S+)\Z", r"https://doi.org/\1"),
    (r"\A(?:h?t{1,2}ps?|https?)(?::/{0,3}|/{2}|;//)(?=[^/:;]+\.)", "https://"),
    (r"\A(?:/{2})?((?:[\w-]+\.)+[^\W\d_]{2,}(?::[0-9]+)?(?:[/?#]\S*)?)\Z", r"https://\1"),
    (r"\A([\w.+-]+@(?:[\w-]+\.)+\w{2,})\Z", r"mailto:\1"),
)


def explain(name: str, located: Located, report: Report) -> None:
    """Report every mistake in a file that its model refuses.

    The errors come from jsonschema-rs over the same schema that editors use, so that the build
    and the editor's window agree.
    """
    known = len(report.diagnostics)
    errors = list(_validator(name).iter_errors(located.data))
    strays = {tuple(error.instance_path[:2]) for error in errors}
    strays = {path for path in strays if _explain_stray(name, path, located, report)}
    for error in errors:
        is_told = tuple(error.instance_path[:2]) in strays
        if not is_told and not (name == "sources" and _is_date(tuple(error.instance_path))):
            _explain(error, _definitions(name), located, report)
    if name == "sources":
        _explain_dates(located, report)
    # Letters of the newest Unicode are letters in one library before the other.
    if len(report.diagnostics) == known:
        _explain_plainly(name, located, report)


def _is_date(path: KeyPath) -> bool:
    """Whether a path leads to or into a date of a source."""
    return len(path) > 1 and path[1] in csl_dates.VARIABLES


def _explain_dates(located: Located, report: Report) -> None:
    """The dates of sources are read by a parser of their own, which knows better what is wrong."""
    data: Any = located.data
    for id, entry in data.items() if isinstance(data, dict) else ():
        for key in csl_dates.VARIABLES if isinstance(entry, dict) else ():
            if mistake := CslDate.read(entry.get(key)).mistake:
                mistake.tell((id, key), located, report)


def _explain_stray(name: str, path: KeyPath, located: Located, report: Report) -> bool:
    """Report an entry of a list of the file that belongs into another list, as a whole.

    It does if it has the fields that entries there must have, and more of theirs than of those
    of the list in which it stands. Whether it was reported.
    """
    entry, kinds = located.value(path), _kinds_of_entry(name)
    if len(path) != 2 or not isinstance(entry, dict) or path[0] not in kinds:
        return False
    stands = str(path[0])
    fitting = {
        field: len(entry.keys() & kind["properties"].keys())
        for field, kind in kinds.items()
        if entry.keys() >= set(kind.get("required", ()))
    }
    home = max(fitting, key=lambda field: fitting[field], default=stands)
    here = len(entry.keys() & kinds[stands]["properties"].keys())
    if home == stands or fitting[home] <= here:
        return False
    kind = f"{'an' if home[0] in 'aeio' else 'a'} {home.removesuffix('s')}"
    message = f"this is {kind}, and stands below `{stands}:`"
    report.error("wrong-type", message, located.span(path), help=f"move it below `{home}:`")
    return True


def _kinds_of_entry(name: str) -> dict[str, dict[str, Any]]:
    """What an entry of each list of a file is, by the field that holds the list."""
    definitions = _definitions(name)
    root = definitions.get(getattr(FILES[name], "__name__", ""), {})
    lists = root.get("properties", {}).items()
    kinds = {field: each.get("items", {}).get("$ref", "") for field, each in lists}
    return {field: definitions[kind.split("/")[-1]] for field, kind in kinds.items() if kind}


def _explain_plainly(name: str, located: Located, report: Report) -> None:
    try:
        convert(name, located.data)
    except msgspec.ValidationError as refusal:
        reason = str(refusal).replace("`$", "`").replace("`.", "`")
        report.error("wrong-type", reason, located.span(()), help="see docs/annotations.md")


@functools.cache
def _validator(name: str) -> Any:
    import jsonschema_rs  # only when a file is refused: it costs a quarter of a small build

    return jsonschema_rs.Draft7Validator(schema(name))


@functools.cache
def _definitions(name: str) -> dict[str, Any]:
    definitions: dict[str, Any] = schema(name)["definitions"]
    return definitions


def _explain(error: Any, definitions: dict[str, Any], located: Located, report: Report) -> None:
    path: KeyPath = tuple(error.instance_path)
    span = located.span(path)
    value = error.kind.value
    match error.kind.name:
        case "required" if _has_by_another_name(value, located.value(path)):
            pass  # what is told of that name is enough
        case "required":
            report.error(
                "missing-field",
                f"`{value}` is missing",
                _head(located, path),
                help=f"add a line: {value}: {_guess(value, located.value(path))}",
            )
        case "additionalProperties":
            for key in value:
                _unknown_key(key, (*path, key), _known(error, definitions), located, report)
        case "pattern":
            code, wanted, help = _meant(value)
            help = _mended(code, str(located.value(path))) or help
            report.error(code, f"{_short(located, path)} is not {wanted}", span, help=help)
        case "propertyNames":
            key = value.instance
            code, wanted, help = _meant(value.kind.value)
            span, help = located.key_span((*path, key)), _mended_key(wanted, key) or help
            report.error(code, f"`{key}` is not {wanted}", span, help=help)
        case "enum":
            written = str(located.value(path))
            report.error(
                "bad-value",
                f"`{written}` is not one of: {', '.join(value)}",
                span,
                help=did_you_mean(written, value, "take one of these"),
            )
        case "anyOf":
            _explain_choice(error, definitions, located, report)
        case "type":
            _wrong_type(path, value, located, report)
        case _:
            _wrong_type(path, [], located, report)


def _meant(pattern: str) -> tuple[ErrorCode, str, str]:
    return next(meant for own, meant in PATTERNS.items() if portable(own) == pattern)


def _has_by_another_name(field: str, entry: Any) -> bool:
    """Whether an entry has a field under the name that it has in the standard."""
    return isinstance(entry, dict) and any(_OF_THE_STANDARD.get(key) == field for key in entry)


def _guess(field: str, entry: Any) -> str:
    """What an exported entry may have meant, or dots."""
    guess = csl.guess(field, entry) if isinstance(entry, dict) else ""
    return as_scalar(guess) if guess else "…"


def _mended(code: str, text: str) -> str:
    """How an id, a date or an address should be written, if that can be said."""
    if code == "bad-id" and (words := re.findall(r"[^\W_]+", text)):
        return f"use letters, digits and single hyphens: {'-'.join(words)}"
    if code == "bad-occurrence" and (numbers := re.fullmatch(r"(\d+)\D{1,9}(\d+)", text)):
        return f"write {numbers[1]} of {numbers[2]}"
    if code == "bad-language" and re.fullmatch(fields.LANGUAGE_PATTERN, text.replace("_", "-")):
        return f"write {text.replace('_', '-')}"
    if code == "bad-date" and (date := edtf.proposal(text)):
        return f"write {date}"
    return _mended_address(text) if code == "bad-url" else ""


def _mended_key(wanted: str, id: str) -> str:
    """How an id over an entry should be written; that of a source may have more signs."""
    signs = r"[\w:./+~-]+" if wanted == "a source's id" else r"[^\W_]+"
    words = re.findall(signs, normalize("NFC", id))
    proposed = "-".join(words).strip("-:./+~")
    return f"write {proposed}: here and wherever it is named" if proposed else ""


def _mended_address(text: str) -> str:
    """How what was meant as an address should be written; empty if that cannot be said."""
    words = text.split()
    if len(found := [word for word in words if _is_address(word)]) > 1:
        return f"there is room for one address: {found[0]}"
    for pattern, meant in _MISSPELT if len(text) < _MOST_OF_AN_ADDRESS else ():
        guess = re.sub(pattern, meant, text.strip())
        if _is_address(guess):
            return f"write {guess}"
    address = re.sub(r"\s", lambda gap: quote(gap[0]), text.strip())
    is_mended = "\n" not in text and _is_address(address)
    return f"a space in an address is %20: write {address}" if is_mended else ""


def _is_address(text: str) -> bool:
    return bool(re.match(fields.URL_PATTERN, text))


def _explain_choice(
    error: Any, definitions: dict[str, Any], located: Located, report: Report
) -> None:
    """A value may be of several forms: explain by the one that it was meant to be."""
    path: KeyPath = tuple(error.instance_path)
    refused = [
        kind
        for branch in error.kind.context
        if branch[0].kind.name == "type" and tuple(branch[0].instance_path) == path
        for kind in branch[0].kind.value
    ]
    meant = [
        branch
        for branch in error.kind.context
        if not (branch[0].kind.name == "type" and tuple(branch[0].instance_path) == path)
    ]
    for nested in meant[0] if meant else ():
        _explain(nested, definitions, located, report)
    if not meant:
        _wrong_type(path, [kind for kind in refused if kind != "null"], located, report)


def _wrong_type(path: KeyPath, wanted: list[str], located: Located, report: Report) -> None:
    if {"number", "array"} <= set(wanted):  # a list of texts is taken, and nobody need write one
        wanted = ["string"]
    names = " or ".join(dict.fromkeys(_TYPES[kind][0] for kind in wanted if kind in _TYPES))
    examples = " or ".join(dict.fromkeys(_TYPES[kind][1] for kind in wanted if kind in _TYPES))
    name = str(path[-1]) if path and isinstance(path[-1], str) else "-"
    help = f"as in: {examples.format(name=name)}" if examples else "see docs/annotations.md"
    match located.value(path):
        case {} as entry if entry and wanted == ["array"]:
            first = next(iter(entry))
            field = f"id: {first}" if name == "references" else f"{first}: …"
            help = f"start every entry of the list with a dash:\n  - {field}"
        case str(word) if word and wanted == ["array"]:
            help = f"put it in brackets: {name}: [{word}]"
        case [str(first), *others] if name == "quote":
            also = ", ".join(as_scalar(str(other)) for other in others)
            help = f"for one note at several places:\nquote: {as_scalar(first)}\nalso: [{also}]"
        case [str(word), *_] if {"string", "object"} <= set(wanted) or _is_address(word):
            help = f"there is room for one: {name}: {as_scalar(word)}"
    report.error(
        "wrong-type",
        f"{_field(path)} should be {names or 'something else'}",
        located.span(path),
        help=help,
    )


def _unknown_key(
    key: str, path: KeyPath, known: list[str], located: Located, report: Report
) -> None:
    own = _OF_THE_STANDARD.get(key, "")
    help = f"`{key}` of the W3C's annotations is `{own}` here" if own in known else ""
    report.error(
        "unknown-key",
        f"no field is called `{key}`",
        located.key_span(path),
        help=help or did_you_mean(key, known, f"fields here: {', '.join(known)}"),
    )


def _known(error: Any, definitions: dict[str, Any]) -> list[str]:
    """The fields of the entry that an additionalProperties error is about."""
    names = [str(step) for step in error.schema_path]
    owner = names[names.index("definitions") + 1]
    others = sorted(csl.NOT_PRINTED) if owner == "Source" else []
    return [*definitions[owner].get("properties", {}), *others]


def _head(located: Located, path: KeyPath) -> Span:
    """The start of an entry: its own key where it has one."""
    return located.key_span(path) if path and isinstance(path[-1], str) else located.span(path)


def _field(path: KeyPath) -> str:
    return f"`{path[-1]}`" if path and isinstance(path[-1], str) else "this"


def _short(located: Located, path: KeyPath) -> str:
    text = str(located.value(path))
    return f"`{text if len(text) <= 40 else text[:39] + '…'}`"
