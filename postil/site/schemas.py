"""The models as JSON Schema, from which editors' programs complete and by which they judge."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from postil.diagnostics.codes import ErrorCode
from postil.language import words
from postil.site import csl, csl_dates, edtf, fields, model, settings, vocabulary
from postil.site.files import FILES

Known = Mapping[str, Mapping[str, str]]
"""What may stand for a `kind`, a `status`, a `source` and a `context`, and what each is."""

# What a value should be that breaks a pattern: the code, its name, and how to write it.
PATTERNS: dict[str, tuple[ErrorCode, str, str]] = {
    fields.DATE_PATTERN: ("bad-date", "a date", "write 2017-05-15, 2017-05 or 2017"),
    fields.URL_PATTERN: ("bad-url", "a web address", "begin with https://, http:// or mailto:"),
    fields.OCCURRENCE_PATTERN: (
        "bad-occurrence",
        "which of how many",
        "as in: 1 of 2, or all of 2",
    ),
    fields.ID_PATTERN: ("bad-id", "an id", "use letters, digits and single hyphens: the-bridge"),
    fields.SOURCE_ID_PATTERN: (
        "bad-id",
        "a source's id",
        "begin with a letter or digit; then also - _ : . / and no spaces, as in: jones-2017",
    ),
    edtf.EDTF_PATTERN: ("bad-date", "a date", edtf.FORMS),
    csl_dates.PART_PATTERN: ("bad-date", "a number", "as in [[2017, 5, 15]]"),
    fields.COLOUR_PATTERN: ("bad-colour", "a colour", "write # and six digits, as in: #8a1c1c"),
    fields.LANGUAGE_PATTERN: ("bad-language", "a language tag", "as in: en, pt-BR or ar"),
    fields.SHA256_PATTERN: ("bad-hash", "a SHA-256", "write its 64 digits, 0 to 9 and a to f"),
}

# Postil takes an unquoted 2017 for the text that it is; to an editor's program it is a number.
_NUMBERS: dict[str, dict[str, Any]] = {
    "": {"type": ["string", "number"]},
    fields.DATE_PATTERN: {"type": ["string", "integer"], "minimum": 0, "maximum": 9999},
    edtf.EDTF_PATTERN: {"type": ["string", "integer"], "minimum": 0, "maximum": 9999},
    fields.ID_PATTERN: {"type": ["string", "integer"], "minimum": 0},
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


def built_in() -> dict[str, dict[str, str]]:
    """The kinds and statuses that every site has."""
    english = words.load("en")
    statuses = {status: english(f"status.{status}.description") for status in vocabulary.STATUSES}
    return {"kind": dict(vocabulary.KINDS), "status": statuses}


def known_to(
    site: settings.Site, sources: model.Sources, contexts: model.Contexts
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
        properties = node["properties"].items()
        adapted["properties"] = {name: _adapt(field, known) for name, field in properties}
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
    _, wanted, help = PATTERNS[pattern]
    return {"pattern": portable(pattern), "patternErrorMessage": f"Not {wanted}: {help}."}


def _title(name: str) -> str:
    """`ContextBox` as `context box`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()


def portable(pattern: str) -> str:
    """A pattern of Python's as one that JavaScript and Rust read in the same way."""
    return pattern.replace(r"[^\W_]", r"[\p{L}\p{N}]").replace(r"\Z", "$")
