"""What is wrong with a file of words, each mistake with its place."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from string import Formatter
from typing import Any

import msgspec

from postil.diagnostics.model import Diagnostic, Report, SourceText, Span, did_you_mean
from postil.language import cues, words
from postil.language.translations import Translation, english

PLURAL_FORMS = ("zero", "one", "two", "few", "many", "other")  # of a number, by CLDR
_FIELDS = Translation.__struct_fields__


def is_sound(source: SourceText, report: Report) -> bool:
    """Whether a file of words can be used; its mistakes go into the report."""
    found = list(_mistakes(source))
    report.extend(found)
    return not any(each.severity == "error" for each in found)


def _mistakes(source: SourceText) -> Iterator[Diagnostic]:
    twice: list[str] = []

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice.extend(key for key, n in Counter(key for key, _ in pairs).items() if n > 1)
        return dict(pairs)

    try:
        data = json.loads(source.text, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:
        yield _malformed(source, error)
        return
    for key in twice:
        message = f"`{key}` is given twice"
        yield _mistake(source, key, message, "delete one of them", nth=1)
    if not isinstance(data, dict):
        yield _mistake(source, "", "the file is not an object", f"write it as {_example()}")
        return
    for key in data.keys() - set(_FIELDS):
        help = f'words stand below "words": {_example(key)}' if key in english() else ""
        help = help or did_you_mean(key, _FIELDS, f"fields here: {', '.join(_FIELDS)}")
        yield _mistake(source, key, f"no field is called `{key}`", help)
    yield from _of_words(source, data.get("words", {}))
    yield from _of_rest(source, data)


def _example(key: str = "notes") -> str:
    return f'{{"words": {{"{key}": "…"}}}}'


def _malformed(source: SourceText, error: Exception) -> Diagnostic:
    if not isinstance(error, json.JSONDecodeError):
        return _mistake(source, "", "the file is nested too deep", f"write it as {_example()}")
    message = "from here on, the file is not JSON"
    help = 'text stands in "straight" quotation marks; a comma follows every entry but the last'
    start = min(error.pos, max(len(source.text) - 1, 0))
    if comma := re.search(r",\s*$", source.text[:start]):
        start = comma.start()
    if re.match(r",\s*[}\]]", source.text[start:]):
        message, help = "a comma stands after the last entry", "delete it"
    return Diagnostic("bad-translation", message, Span(source, start, start + 1), help=help)


def _of_words(source: SourceText, entries: Any) -> Iterator[Diagnostic]:
    if not isinstance(entries, dict):
        yield _mistake(source, "words", "`words` is not an object", f"write it as {_example()}")
        return
    known = english()
    for key, entry in entries.items():
        if key not in known:
            otherwise = "take it out, unless a template of your own asks for it"
            help = did_you_mean(key, known, otherwise)
            message = f"no page asks for the words `{key}`"
            yield Diagnostic("unknown-word", message, _span(source, key), "warning", help=help)
        yield from _of_entry(source, key, entry, known.get(key))


def _of_entry(source: SourceText, key: str, entry: Any, model: Any) -> Iterator[Diagnostic]:
    """Mistakes in the words for one key; `model` are the English ones, None for an unknown key."""
    forms = entry if isinstance(entry, dict) else {"other": entry}
    if not all(isinstance(text, str) for text in forms.values()):
        yield _mistake(source, key, f"`{key}` should be text", f'as in: "{key}": "…"')
        return
    if isinstance(entry, dict) and isinstance(model, str):
        yield _mistake(source, key, f"`{key}` counts nothing and has one form", f'"{key}": "…"')
    elif "other" not in forms or forms.keys() - set(PLURAL_FORMS):
        help = f"the forms are {', '.join(PLURAL_FORMS)}; other must be there"
        yield _mistake(source, key, f"`{key}` lacks a form, or has one that is unknown", help)
    allowed = {name for text in _texts(model) for name in _fields(text) or ()}
    parts = {text.count("|") for text in _texts(model)} if key == "quotes" else set()
    for text in forms.values():
        if parts and text.count("|") not in parts:
            help = f'four signs with | between, as in: "{key}": "{english()[key]}"'
            yield _mistake(source, key, f"`{key}` is not written as it is read", help)
        names = _fields(text)
        if names is None or (model is not None and not names <= allowed):
            there = ", ".join(f"{{{name}}}" for name in sorted(allowed)) or "nothing"
            message = f"`{key}` has braces in which nothing can be filled in"
            yield _mistake(source, key, message, f"filled in here: {there}")


def _texts(entry: Any) -> list[str]:
    return list(entry.values()) if isinstance(entry, dict) else [entry] if entry else []


def _fields(text: str) -> set[str] | None:
    """The names in braces; None if there is anything else in one."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return None
    names = {(name, spec, conversion) for _, name, spec, conversion in parts if name is not None}
    plain = {name for name, spec, conversion in names if not spec and not conversion}
    return plain if len(plain) == len(names) else None


def _of_rest(source: SourceText, data: dict[str, Any]) -> Iterator[Diagnostic]:
    direction, language = data.get("direction"), source.path.rpartition("/")[2].partition(".")[0]
    if direction not in (None, words.direction(language)):
        way = "right to left" if words.direction(language) == "rtl" else "left to right"
        message = f"`{language}` is written from {way}"
        yield _mistake(source, "direction", message, "leave `direction` out: it is known")
    if "attribution" in data:
        yield from _of_attribution(source, data["attribution"])


def _of_attribution(source: SourceText, data: Any) -> Iterator[Diagnostic]:
    try:
        attribution = msgspec.convert(data, cues.Attribution)
    except msgspec.ValidationError as error:
        reason = str(error).replace("`$.", "`")
        help = "as in: {cues: [said, according to], hedges: [perhaps]}, all in quotation marks"
        yield _mistake(source, "attribution", f"`attribution`: {reason}", help)
        return
    for phrase in (*attribution.cues, *attribution.hedges):
        if not re.search(r"\w", phrase):
            yield _mistake(source, "attribution", f"`{phrase}` has no word in it", "take it out")


def _mistake(source: SourceText, key: str, message: str, help: str, nth: int = 0) -> Diagnostic:
    return Diagnostic("bad-translation", message, _span(source, key, nth), help=help)


def _span(source: SourceText, key: str, nth: int = 0) -> Span:
    """Where a key stands in the file, as it is mostly written; otherwise where the file begins."""
    pattern = rf"{re.escape(json.dumps(key, ensure_ascii=False))}\s*:"
    found = list(re.finditer(pattern, source.text))[: nth + 1] if key else []
    start = found[-1].start() if found else 0
    return Span(source, start, start + len(key) + 2 if found else 0)
