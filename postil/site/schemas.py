"""The models as JSON Schema, and a refused file explained by it: every mistake, in plain words."""

import functools
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from postil.diagnostics.codes import ErrorCode
from postil.diagnostics.model import Report, Span, did_you_mean
from postil.language import words
from postil.site import csl, csl_dates, edtf, model
from postil.site.csl_dates import CslDate
from postil.yaml.reading import KeyPath, Located
from postil.yaml.writing import as_scalar

FILES: dict[str, Any] = {
    "annotations": model.Explainer,
    "sources": model.Sources,
    "context": model.Contexts,
    "site": model.Site,
}

Known = Mapping[str, Mapping[str, str]]
"""What may stand for a `kind`, a `status`, a `source` and a `context`, and what each is."""

# What a value should be that breaks a pattern: the code, its name, and how to write it.
_PATTERNS: dict[str, tuple[ErrorCode, str, str]] = {
    model.DATE_PATTERN: ("bad-date", "a date", "write 2017-05-15, 2017-05 or 2017"),
    model.URL_PATTERN: ("bad-url", "a web address", "begin with https://, http:// or mailto:"),
    model.OCCURRENCE_PATTERN: ("bad-occurrence", "which of how many", "as in: 1 of 2, or all of 2"),
    model.ID_PATTERN: ("bad-id", "an id", "use letters, digits and single hyphens: the-bridge"),
    model.SOURCE_ID_PATTERN: (
        "bad-id",
        "a source's id",
        "begin with a letter or digit; then also - _ : . / and no spaces, as in: jones-2017",
    ),
    edtf.EDTF_PATTERN: ("bad-date", "a date", edtf.FORMS),
    csl_dates.PART_PATTERN: ("bad-date", "a number", "as in [[2017, 5, 15]]"),
    model.COLOUR_PATTERN: ("bad-colour", "a colour", "write # and six digits, as in: #8a1c1c"),
    model.LANGUAGE_PATTERN: ("bad-language", "a language tag", "as in: en, pt-BR or ar"),
    model.SHA256_PATTERN: ("bad-hash", "a SHA-256", "write its 64 digits, 0 to 9 and a to f"),
}

# Postil takes an unquoted 2017 for the text that it is; to an editor's program it is a number.
_NUMBERS: dict[str, dict[str, Any]] = {
    "": {"type": ["string", "number"]},
    model.DATE_PATTERN: {"type": ["string", "integer"], "minimum": 0, "maximum": 9999},
    edtf.EDTF_PATTERN: {"type": ["string", "integer"], "minimum": 0, "maximum": 9999},
    model.ID_PATTERN: {"type": ["string", "integer"], "minimum": 0},
}

_TYPES = {
    "string": ("text", "{name}: some words"),
    "boolean": ("true or false", "{name}: true"),
    "array": ("a list", "{name}: [one, two]"),
    "object": ("an entry with fields", "title: some words"),
}


def schema(name: str, known: Known | None = None) -> dict[str, Any]:
    """The JSON Schema of one file, in constructs of draft 7, which editors understand.

    `known` are the values that are offered; any other is allowed too, as it may be new.
    """
    known = known or built_in()
    (root,), definitions = msgspec.json.schema_components(
        [FILES[name]], schema_hook=csl.SCHEMAS.__getitem__, ref_template="#/definitions/{name}"
    )
    if name == "sources":
        definitions = {**definitions, **csl_dates.DEFINITIONS}
    made = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"Postil: {name}.yaml",
        **({"allOf": [root]} if "$ref" in root else _adapt(root, known)),
        "definitions": {
            key: {**_adapt(definition, known), "title": _title(key)}
            for key, definition in definitions.items()
        },
    }
    return _for_exports(made) if name == "sources" else made


def _for_exports(made: dict[str, Any]) -> dict[str, Any]:
    """The schema of sources.yaml, for exported entries too: as a list, and with further fields."""
    entries = {"type": "array", "items": made["additionalProperties"]}
    for name, others in (("Source", csl.NOT_PRINTED), ("Name", csl.NOT_OF_NAMES)):
        about = {"description": "Accepted from exports, and not printed."}
        pattern = f"^({'|'.join(sorted(others))})$"
        made["definitions"][name]["patternProperties"] = {pattern: about}
    lists = {"^references$": {"description": "Sources as a list, as exported.", **entries}}
    return {**made, **entries, "type": ["object", "array"], "patternProperties": lists}


def convert(name: str, data: Any) -> Any:
    """A file's data as its model. Raises msgspec.ValidationError if that refuses it."""
    if name == "sources" and isinstance(data, dict):
        data = {id: csl.printed(entry) for id, entry in data.items()}
    return msgspec.convert(data, FILES[name], dec_hook=lambda kind, value: kind.read(value))


def built_in() -> dict[str, dict[str, str]]:
    """The kinds and statuses that every site has."""
    english = words.load("en")
    statuses = {status: english(f"status.{status}.description") for status in model.STATUSES}
    return {"kind": dict(model.KINDS), "status": statuses}


def known_to(
    site: model.Site, sources: model.Sources, contexts: model.Contexts
) -> dict[str, dict[str, str]]:
    """The kinds, statuses, sources and context boxes of a site."""
    known = built_in()
    own_statuses = {id: status.description or status.label for id, status in site.statuses.items()}
    return {
        "kind": {id: kind.label for id, kind in site.kinds.items()} | known["kind"],
        "status": known["status"] | own_statuses,
        "source": {id: _about(source) for id, source in sources.items()},
        "context": {id: box.title for id, box in contexts.items()},
    }


def _about(source: model.Source) -> str:
    about = ": ".join(part for part in (source.name, str(source.title)) if part)
    return f"{about} ({source.kind})"


def _adapt(node: dict[str, Any], known: Known) -> dict[str, Any]:
    """A node of the models' schema, and all below it, for draft 7 and for those who type."""
    adapted = dict(node)
    if "properties" in node:
        fields = node["properties"].items()
        adapted["properties"] = {name: _adapt(field, known) for name, field in fields}
    for key in ("items", "additionalProperties"):
        if isinstance(node.get(key), dict):
            adapted[key] = _adapt(node[key], known)
    if "propertyNames" in node:
        names = node["propertyNames"]
        adapted["propertyNames"] = {**names, **_adapt_pattern(names["pattern"]), "title": "id"}
    if "anyOf" in node:  # an absent value never comes as null
        forms = [_adapt(form, known) for form in node["anyOf"] if form != {"type": "null"}]
        if "description" in node:  # an editor's program would show that of the form instead
            forms = [{k: v for k, v in form.items() if k != "description"} for form in forms]
        adapted["anyOf"] = forms
    if adapted.get("default", ...) in ("", [], {}, None) or "$ref" in node:
        adapted.pop("default", None)  # it would be typed in, and says nothing
    if "$ref" in adapted and len(adapted) > 1:  # draft 7 ignores what stands beside a $ref
        reference = {"$ref": adapted.pop("$ref")}
        return {**adapted, "type": "object", "allOf": [reference]}
    if adapted.get("type") == "string":
        return _adapt_text(adapted, known)
    return {**adapted, **_adapt_pattern(adapted["pattern"])} if "pattern" in adapted else adapted


def _adapt_text(node: dict[str, Any], known: Known) -> dict[str, Any]:
    pattern = node.get("pattern", "")
    node |= _NUMBERS.get(pattern, {}) | (_adapt_pattern(pattern) if pattern else {})
    offered = known.get(node.pop("known", ""), {})
    if offered:
        named = [{"const": value, "description": about} for value, about in offered.items()]
        node["anyOf"] = [*named, {"description": "Another one, which is defined elsewhere."}]
    return node


def _adapt_pattern(pattern: str) -> dict[str, str]:
    """A pattern, and what an editor's program says of a value that breaks it.

    `patternErrorMessage` is not of JSON Schema, which allows such additions.
    """
    _, wanted, help = _PATTERNS[pattern]
    return {"pattern": _portable(pattern), "patternErrorMessage": f"Not {wanted}: {help}."}


def _title(name: str) -> str:
    """`ContextBox` as `context box`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def _portable(pattern: str) -> str:
    """A pattern of Python's as one that JavaScript and Rust read in the same way."""
    return pattern.replace(r"[^\W_]", r"[\p{L}\p{N}]").replace(r"\Z", "$")


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
    entry, kinds = _value(located, path), _kinds_of_entry(name)
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
        case "required":
            report.error(
                "missing-field",
                f"`{value}` is missing",
                _head(located, path),
                help=f"add a line: {value}: {_guess(value, _value(located, path))}",
            )
        case "additionalProperties":
            for key in value:
                _unknown_key(key, (*path, key), _known(error, definitions), located, report)
        case "pattern":
            code, wanted, help = _meant(value)
            help = _mended(code, str(_value(located, path))) or help
            report.error(code, f"{_short(located, path)} is not {wanted}", span, help=help)
        case "propertyNames":
            key = value.instance
            code, wanted, help = _meant(value.kind.value)
            span = located.key_span((*path, key))
            report.error(code, f"`{key}` is not {wanted}", span, help=help)
        case "enum":
            written = str(_value(located, path))
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
    return next(meant for own, meant in _PATTERNS.items() if _portable(own) == pattern)


def _guess(field: str, entry: Any) -> str:
    """What an exported entry may have meant, or dots."""
    guess = csl.guess(field, entry) if isinstance(entry, dict) else ""
    return as_scalar(guess) if guess else "…"


def _mended(code: str, text: str) -> str:
    """How a date or an address should be written, if that can be said."""
    if code == "bad-date" and (date := edtf.proposal(text)):
        return f"write {date}"
    if code == "bad-url" and text.startswith("www."):
        text = f"https://{text}"
    address = re.sub(r"\s", lambda gap: quote(gap[0]), text.strip())
    is_mended = code == "bad-url" and re.match(model.URL_PATTERN, address)
    return f"a space in an address is %20: write {address}" if is_mended else ""


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
    if {"number", "array"} <= set(
        wanted
    ):  # a list of texts is taken too, but nobody need write one
        wanted = ["string"]
    names = " or ".join(dict.fromkeys(_TYPES[kind][0] for kind in wanted if kind in _TYPES))
    examples = " or ".join(dict.fromkeys(_TYPES[kind][1] for kind in wanted if kind in _TYPES))
    name = str(path[-1]) if path and isinstance(path[-1], str) else "-"
    help = f"as in: {examples.format(name=name)}" if examples else "see docs/annotations.md"
    match _value(located, path):
        case str(word) if word and wanted == ["array"]:
            help = f"put it in brackets: {name}: [{word}]"
        case [str(word), *_] if {"string", "object"} <= set(wanted):
            help = f"there is room for one: {name}: {word}"
    report.error(
        "wrong-type",
        f"{_field(path)} should be {names or 'something else'}",
        located.span(path),
        help=help,
    )


def _unknown_key(
    key: str, path: KeyPath, known: list[str], located: Located, report: Report
) -> None:
    report.error(
        "unknown-key",
        f"no field is called `{key}`",
        located.key_span(path),
        help=did_you_mean(key, known, f"fields here: {', '.join(known)}"),
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
    text = str(_value(located, path))
    return f"`{text if len(text) <= 40 else text[:39] + '…'}`"


def _value(located: Located, path: KeyPath) -> Any:
    """The value at a path; the validator leaves empty keys out of its paths: then nothing."""
    value: Any = located.data
    for step in path:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return ""
    return value
