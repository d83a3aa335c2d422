"""Fields of a file set to new values, and every other character of it as it was."""

from collections.abc import Iterator, Mapping

from postil.diagnostics.model import Report, SourceText
from postil.yaml import reading
from postil.yaml.reading import Located
from postil.yaml.writing import as_scalar

_Change = tuple[int, int, str]  # from one offset to another, these characters instead


def with_fields(located: Located, name: str, fields: Mapping[str, str]) -> Located | None:
    """A file in which the entry of that name, at its top, has these fields; read from its new text.

    New fields come before those that the entry has; a new entry comes first but for the comments
    at the top. None if it cannot be written so, as reading it again would show.
    """
    text = located.source.text
    changes = sorted(_changes(located, name, fields), reverse=True)
    for start, end, words in changes:
        text = text[:start] + words + text[end:]
    if not isinstance(located.data, dict):
        return None
    entry = located.data.get(name) or {}
    wanted = {**located.data, name: {**entry, **fields}} if isinstance(entry, dict) else None
    again = reading.read(SourceText(located.source.path, text), Report())
    again = again.without_nothing() if again else None
    return again if again and again.data == wanted else None


def _changes(located: Located, name: str, fields: Mapping[str, str]) -> Iterator[_Change]:
    missing = []
    for field, words in fields.items():
        path = (name, field)
        if path not in located.keys:
            missing.append(f"{field}: {as_scalar(words)}")
        elif located.values[path][0] < located.values[path][1]:
            span = located.span(path)
            yield span.start, span.end, as_scalar(words)
        else:  # the field is there, and empty
            end = _after_colon(located, path)
            yield end, end, f" {as_scalar(words)}"
    if missing:
        yield _insertion(located, name, missing)


def _insertion(located: Located, name: str, lines: list[str]) -> _Change:
    """The change that adds lines to the entry of that name, or the entry with them."""
    text, keys = located.source.text, located.keys
    end = "\r\n" if "\r\n" in text else "\n"
    inner = [start for path, (start, _) in keys.items() if path[:1] == (name,) and len(path) == 2]
    start, stop = located.values.get((name,), (0, 0))
    if start < stop and text[start] == "{":
        return start + 1, start + 1, ", ".join(lines) + ", " * bool(inner)
    if inner:
        at = min(inner)
        indent = text[text.rfind("\n", 0, at) + 1 : at]
        return at, at, "".join(f"{line}{end}{indent}" for line in lines)
    block = "".join(f"  {line}{end}" for line in lines)
    if (name,) in keys:
        at = text.find("\n", keys[name,][1]) + 1
        return (at, at, block) if at else (len(text), len(text), f"{end}{block}")
    at = min((start for path, (start, _) in keys.items() if len(path) == 1), default=len(text))
    return at, at, f"{name}:{end}{block}"


def _after_colon(located: Located, path: tuple[str, str]) -> int:
    return located.source.text.index(":", located.keys[path][1]) + 1
