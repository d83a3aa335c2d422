"""The states of all that a build of a site reads, taken before any of it is read."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from postil import paths
from postil.record.states import GONE, States, state_of, states_below


def look(root: Path) -> States:
    """The states of a site's files, of the folders they are in, and of the program's own."""
    content = str(root / "content")
    found = _outside_content(root) | {content: state_of(content)}
    for path in _listed(content):
        found |= _in_content(path)
    return found


def look_again(root: Path, before: Mapping[str, str], changed: Collection[str]) -> States:
    """The states as of `look`, of which it is known of which paths they are others by now.

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
        found |= (pair for pair in _in_content(area) if pair[1] != GONE)
    if "" in areas:
        found |= _outside_content(root) | {content: state_of(content)}
    return found


def are_of_explainers(root: Path, changed: Iterable[str]) -> bool:
    """Whether all these paths are within folders of content/, and none is such a folder itself."""
    below = f"{root / 'content'}{os.sep}"
    return all(_area(path, below) not in ("", path) for path in changed)


def of_no_explainer(root: Path, states: States) -> States:
    """Those of the inputs that are not in an explainer's folder."""
    below, more = f"{root / 'content'}{os.sep}", str(root / paths.MORE_SOURCES)
    return {path: state for path, state in states.items() if _area(path, below) in ("", path, more)}


def input_names(root: Path, changed: Iterable[str]) -> dict[str, str]:
    """What the paths of inputs are called, by path; the program's own are named like the site's."""
    places = [(paths.SITE, root / paths.SITE), *paths.sought(root)]
    tops = [(name, str(place), len(str(place))) for name, place in places]
    return {
        path: name + path[length:].replace(os.sep, "/")
        for path in changed
        for name, top, length in tops
        if path.startswith(top) and path[length : length + 1] in ("", os.sep)
    }


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


def _in_content(path: str) -> Iterator[tuple[str, str]]:
    """The states of what is directly in content/; behind a link to a folder nothing is read."""
    if os.path.islink(path):  # noqa: PTH114 (of thousands)
        yield path, state_of(path)
    else:
        yield from states_below(path)


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
