"""Former versions of an article: those that `update` kept beside it, and what was published."""

import re
from collections.abc import Iterator
from pathlib import Path

from postil import paths
from postil.diagnostics.model import Report
from postil.site import loading
from postil.site.decoding import decode
from postil.site.loading import Article

VERSIONS = (
    "versions"  # below an explainer's folder; in it one for each day on which it was replaced
)
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:-(\d+))?")


def new_folder(root: Path, slug: str, day: str) -> str:
    """The name, from an explainer's folder, of a folder for what is replaced on a day.

    It is not there yet: the second of a day has a number.
    """
    taken = {name for name, _, _ in _folders(root, slug)}
    names = (day, *(f"{day}-{number}" for number in range(2, len(taken) + 3)))
    return f"{VERSIONS}/{next(name for name in names if name not in taken)}"


def last_version(root: Path, slug: str) -> Article | None:
    """The article as it was before the last update, if it was kept."""
    for name, _, _ in sorted(_folders(root, slug), key=lambda folder: folder[1:], reverse=True):
        if article := _read(root, f"{paths.explainer(slug)}/{VERSIONS}/{name}"):
            return article
    return None


def version_of(root: Path, slug: str, sha256: str, output: Path | None = None) -> Article | None:
    """The version with this hash: one that was kept, or what is published in an output folder."""
    kept = (f"{paths.explainer(slug)}/{VERSIONS}/{name}" for name, _, _ in _folders(root, slug))
    places = [(root, folder) for folder in sorted(kept)]
    places += [(output, slug)] if output else []
    found = (article for place in places if (article := _read(*place)))
    return next((article for article in found if article.sha256 == sha256), None)


def _folders(root: Path, slug: str) -> Iterator[tuple[str, str, int]]:
    """The folders of versions: name, day, and number on that day."""
    folder = root / paths.explainer(slug) / VERSIONS
    for entry in folder.iterdir() if folder.is_dir() else ():
        if match := _DAY.fullmatch(entry.name):
            yield entry.name, match[1], int(match[2] or 1)


def _read(root: Path, folder: str) -> Article | None:
    """The article in a folder, if it can be read; never through a link."""
    for name, form in paths.ARTICLES.items():
        path = f"{folder}/{name}"
        if (root / folder).is_symlink() or not (root / path).is_file():
            continue
        report = Report()
        data = loading.read_file(root, path, loading.ARTICLE_LIMIT, report)
        source = decode(path, data, report) if data is not None else None
        if data is not None and source is not None:
            return Article(source, data, form)
    return None
