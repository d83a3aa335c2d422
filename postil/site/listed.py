"""sources.yaml as a list, as programs export it: its entries by their ids, each in its place."""

from typing import Any

from postil.diagnostics.model import Report
from postil.yaml.composer import Offsets
from postil.yaml.reading import Data, KeyPath, Located

_LIST = "references"
_ID_FIELDS = ("id", "citation-key")  # the first that an entry has is its id


def by_id(document: Located, report: Report) -> Located:
    """The document with every entry of a list under its id, as an editor would have written it.

    A list may be all there is (CSL-JSON) or stand under `references` (CSL-YAML), beside entries
    that have their ids already. An entry that has none, or one that is taken, is reported and
    left out.
    """
    data = document.data
    if isinstance(data, list):
        return _moved(document, {}, data, (), report)
    if isinstance(data, dict) and isinstance(entries := data.get(_LIST), list):
        others = {key: value for key, value in data.items() if key != _LIST}
        return _moved(document, others, entries, (_LIST,), report)
    return document


def _moved(
    document: Located, others: dict[str, Data], entries: list[Data], owner: KeyPath, report: Report
) -> Located:
    data = dict(others)
    ids: dict[int, str] = {}
    keys: dict[KeyPath, Offsets] = {}
    for index, entry in enumerate(entries):
        path = (*owner, index)
        field = _id_field(entry, path, document, report)
        if not field:
            continue
        assert isinstance(entry, dict)
        id, place = str(entry[field]), document.values[(*path, field)]
        if id in data:
            report.error(
                "duplicate-key",
                f"`{id}` is the id of another entry already",
                document.span((*path, field)),
                help="give each source an id of its own, or take one of them out",
            )
            continue
        data[id], ids[index], keys[id,] = entry, id, place
    return Located(
        document.source,
        data,
        _with_ids(document.values, ids, owner),
        keys | _with_ids(document.keys, ids, owner),
    )


def _id_field(entry: Any, path: KeyPath, document: Located, report: Report) -> str:
    """The field that holds an entry's id; none if the entry cannot be used."""
    span = document.span(path)
    if not isinstance(entry, dict):
        help = "as in: - {id: jones, kind: official, name: Stuart Jones}"
        report.error("wrong-type", "this should be an entry with fields", span, help=help)
        return ""
    found = next((field for field in _ID_FIELDS if isinstance(entry.get(field), str)), "")
    if not found:
        help = "add a line: id: …"
        report.error("missing-field", "`id` is missing, which names the source", span, help=help)
    return found


def _with_ids(
    places: dict[KeyPath, Offsets], ids: dict[int, str], owner: KeyPath
) -> dict[KeyPath, Offsets]:
    """The places by paths that begin with an entry's id, where they began with its index."""
    depth = len(owner)
    moved: dict[KeyPath, Offsets] = {}
    for path, place in places.items():
        if len(path) <= depth or path[:depth] != owner:
            moved[path] = place
        elif isinstance(index := path[depth], int) and index in ids:
            moved[(ids[index], *path[depth + 1 :])] = place
    return moved
