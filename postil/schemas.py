"""The models as JSON Schema, and a refused file explained by it: every mistake, in plain words."""

import functools
from typing import Any

import msgspec

from postil import model
from postil.diagnostics import Report, Span, closest
from postil.located import Located, Path

FILES: dict[str, Any] = {
    "annotations": model.Explainer,
    "sources": model.Sources,
    "context": model.Contexts,
    "site": model.Site,
}

# What a value should be that breaks a pattern: the code, its name, and how to write it.
_PATTERNS = {
    model.DATE_PATTERN: ("bad-date", "a date", "write 2017-05-15, 2017-05 or 2017"),
    model.URL_PATTERN: ("bad-url", "a web address", "begin with https://, http:// or mailto:"),
    model.OCCURRENCE_PATTERN: ("bad-occurrence", "which of how many", "write both, as in: 1 of 2"),
    model.ID_PATTERN: ("bad-id", "an id", "use letters, digits and single hyphens: the-bridge"),
    model.COLOUR_PATTERN: ("bad-colour", "a colour", "write # and six digits, as in: #8a1c1c"),
    model.LANGUAGE_PATTERN: ("bad-language", "a language tag", "as in: en, pt-BR or ar"),
}

_TYPES = {
    "string": ("text", "{name}: some words"),
    "boolean": ("true or false", "{name}: true"),
    "array": ("a list", "{name}: [one, two]"),
    "object": ("an entry with fields", "title: some words"),
}


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema of one file, in constructs of draft 7, which editors understand."""
    (root,), definitions = msgspec.json.schema_components(
        [FILES[name]], ref_template="#/definitions/{name}"
    )
    document = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"Postil: {name}.yaml",
        **root,
    }
    if "$ref" in root:  # Draft 7 ignores what stands beside a $ref.
        document["allOf"] = [{"$ref": document.pop("$ref")}]
    return {**document, "definitions": {key: _plain(definitions[key]) for key in definitions}}


def _plain(definition: dict[str, Any]) -> dict[str, Any]:
    """Without empty defaults: `default: ""` would be offered while typing, and is no value."""
    properties = definition.get("properties", {})
    for field in properties.values():
        if field.get("default", ...) in ("", [], {}, None):
            del field["default"]
    return definition


def explain(name: str, located: Located, report: Report) -> None:
    """Report every mistake in a file that its model refuses.

    The errors come from jsonschema-rs over the same schema that editors use, so that the build
    and the editor's window agree.
    """
    for error in _validator(name).iter_errors(located.data):
        _explain(error, _definitions(name), located, report)


@functools.cache
def _validator(name: str) -> Any:
    import jsonschema_rs  # only when a file is refused: it costs a quarter of a small build

    return jsonschema_rs.Draft7Validator(schema(name))


@functools.cache
def _definitions(name: str) -> dict[str, Any]:
    definitions: dict[str, Any] = schema(name)["definitions"]
    return definitions


def _explain(error: Any, definitions: dict[str, Any], located: Located, report: Report) -> None:
    path: Path = tuple(error.instance_path)
    span = located.span(path)
    value = error.kind.value
    match error.kind.name:
        case "required":
            report.error(
                "missing-field",
                f"`{value}` is missing",
                _head(located, path),
                help=f"add a line: {value}: …",
            )
        case "additionalProperties":
            for key in value:
                _unknown_key(key, (*path, key), _known(error, definitions), located, report)
        case "pattern":
            code, wanted, help = _PATTERNS[value]
            report.error(code, f"{_short(located, path)} is not {wanted}", span, help=help)
        case "propertyNames":
            _bad_key(path, located, report)
        case "enum":
            written = str(_value(located, path))
            hint = closest(written, value)
            report.error(
                "bad-value",
                f"`{written}` is not one of: {', '.join(value)}",
                span,
                help=f"did you mean `{hint}`?" if hint else "take one of these",
            )
        case "anyOf":
            _explain_choice(error, definitions, located, report)
        case "type":
            _wrong_type(path, value, located, report)
        case _:
            _wrong_type(path, [], located, report)


def _explain_choice(
    error: Any, definitions: dict[str, Any], located: Located, report: Report
) -> None:
    """A value may be of several forms: explain by the one that it was meant to be."""
    path: Path = tuple(error.instance_path)
    refused = [
        branch[0].kind.value[0]
        for branch in error.kind.context
        if branch[0].kind.name == "type" and tuple(branch[0].instance_path) == path
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


def _wrong_type(path: Path, wanted: list[str], located: Located, report: Report) -> None:
    names = " or ".join(dict.fromkeys(_TYPES[kind][0] for kind in wanted if kind in _TYPES))
    examples = " or ".join(dict.fromkeys(_TYPES[kind][1] for kind in wanted if kind in _TYPES))
    name = str(path[-1]) if path and isinstance(path[-1], str) else "-"
    report.error(
        "wrong-type",
        f"{_field(path)} should be {names or 'something else'}",
        located.span(path),
        help=f"as in: {examples.format(name=name)}" if examples else "see docs/annotations.md",
    )


def _unknown_key(key: str, path: Path, known: list[str], located: Located, report: Report) -> None:
    hint = closest(key, known)
    report.error(
        "unknown-key",
        f"no field is called `{key}`",
        located.key_span(path),
        help=f"did you mean `{hint}`?" if hint else f"fields here: {', '.join(known)}",
    )


def _bad_key(path: Path, located: Located, report: Report) -> None:
    import re

    for key in _value(located, path):
        if not re.match(model.ID_PATTERN, key):
            code, wanted, help = _PATTERNS[model.ID_PATTERN]
            span = located.key_span((*path, key))
            report.error(code, f"`{key}` is not {wanted}", span, help=help)


def _known(error: Any, definitions: dict[str, Any]) -> list[str]:
    """The fields of the entry that an additionalProperties error is about."""
    names = [str(step) for step in error.schema_path]
    owner = names[names.index("definitions") + 1]
    return list(definitions[owner].get("properties", {}))


def _head(located: Located, path: Path) -> Span:
    """The start of an entry: its own key where it has one."""
    return located.key_span(path) if path and isinstance(path[-1], str) else located.span(path)


def _field(path: Path) -> str:
    return f"`{path[-1]}`" if path and isinstance(path[-1], str) else "this"


def _short(located: Located, path: Path) -> str:
    text = str(_value(located, path))
    return f"`{text if len(text) <= 40 else text[:39] + '…'}`"


def _value(located: Located, path: Path) -> Any:
    value: Any = located.data
    for step in path:
        value = value[step]
    return value
