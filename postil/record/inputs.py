"""The states of all that a build of a site reads, taken before any of it is read."""

import os
from collections.abc import Mapping
from pathlib import Path

from postil import paths
from postil.record.states import GONE, States, state_of, states_below


def look(root: Path) -> States:
    """The states of a site's files, of the folders they are in, and of the program's own."""
    content = str(root / "content")
    found = _outside_content(root) | {content: state_of(content)}
    for path in _listed(content):
        found |= states_below(path)
    return found


def look_again(root: Path, before: Mapping[str, str], changed: Mapping[str, str]) -> States:
    """The states as of `look`, of which it is known which are others by now, and what they are.

    Only where something has changed, all of it is looked at: whole explainers, or what is not of
    any.
    """
    content = str(root / "content")
    below = f"{content}{os.sep}"
    areas = {_area(path, below) for path in changed}
    if content in changed:
        areas |= set(_listed(content)) - before.keys()
    found = {path: state for path, state in before.items() if _area(path, below) not in areas}
    for area in areas - {""}:
        found |= (pair for pair in states_below(area) if pair[1] != GONE)
    if "" in areas:
        found |= _outside_content(root) | {content: state_of(content)}
    return found


def input_names(root: Path, changed: Mapping[str, str]) -> frozenset[str]:
    """What the paths of inputs are called: `content/x` is an explainer, or a file of that name.

    `site.yaml`, `templates`, `static` and `words` are themselves, the program's own too.
    """
    below = f"{root / 'content'}{os.sep}"
    folders = {
        f"{folder}{os.sep}": name
        for name in ("templates", "static")
        for folder in (root / name, paths.own(name))
    } | {f"{root / paths.TRANSLATIONS}{os.sep}": paths.TRANSLATIONS}
    found: set[str] = set()
    for path in changed:
        area = _area(path, below)
        names = [name for folder, name in folders.items() if f"{path}{os.sep}".startswith(folder)]
        found.update(names or [f"content/{area[len(below) :]}" if area else Path(path).name])
    return frozenset(found)


def _outside_content(root: Path) -> States:
    found: States = dict(states_below(str(root / paths.SITE)))
    found |= states_below(str(root / paths.TRANSLATIONS))
    for folder in dict.fromkeys((paths.own("templates"), root / "templates")):
        # Jinja follows links; whatever else is read is refused if it is one.
        compiled = folder == paths.own("templates")
        found |= states_below(str(folder), linked=True, compiled=compiled)
    for folder in dict.fromkeys((paths.own("static"), root / "static")):
        found |= states_below(str(folder))
    return found


def _listed(content: str) -> list[str]:
    try:
        with os.scandir(content) as entries:
            return [entry.path for entry in entries]
    except OSError:
        return []


def _area(path: str, below: str) -> str:
    """The explainer, or other thing directly in content/, that a path is of; else nothing."""
    if not path.startswith(below):
        return ""
    return below + path[len(below) :].partition(os.sep)[0]
