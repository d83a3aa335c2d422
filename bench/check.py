"""That what a tool built is what was asked for: every page, with all that belongs on it."""

import html
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import prose
from prose import Explainer

# The same things as Postil, Goldmark, Python-Markdown and markdown-it name them.
COUNTED = {
    "notes": (re.compile(r'<li [^>]*\bid="(?:note-|fn:?\d)'), prose.NOTES),
    "note references": (re.compile(r"<(?:a|sup) [^>]*(?:doc-noteref|footnote-ref)\b"), prose.NOTES),
    "back links": (re.compile(r'<a [^>]*\bhref="#(?:noteref-|fnref)'), prose.NOTES),
    "marked passages": (re.compile(r'<mark [^>]*\bdata-annotation="([^"]+)"'), prose.NOTES),
    "context boxes": (re.compile(r'<aside [^>]*\bdata-context="([^"]+)"'), prose.BOXES),
    "listed sources": (re.compile(r'<li [^>]*\bid="source-([^"]+)"'), prose.SOURCES),
}
BADGE = re.compile(r"<a [^>]*\bdata-source=")
TAG = re.compile(r"<[^>]+>")


def find_faults(output: Path, pages: int, inspected: Iterable[int]) -> list[str]:
    """What a site of `pages` explainers lacks or has too often; an empty list if all is well.

    That a page is there is asked of all, what is on it of the `inspected` ones, by number.
    """
    slugs = map(prose.slug, range(pages))
    missing = [f"{slug}: no page" for slug in slugs if not page_path(output, slug).is_file()]
    return missing or _index_faults(output, pages) + [
        f"{explainer.slug}: {fault}"
        for explainer in map(prose.make_explainer, inspected)
        for fault in _page_faults(page_path(output, explainer.slug), explainer)
    ]


def page_path(output: Path, slug: str) -> Path:
    """Where a tool writes the page of the explainer `slug`."""
    return output / slug / "index.html"


def _page_faults(path: Path, explainer: Explainer) -> Iterator[str]:
    page = path.read_text(encoding="utf-8")
    for name, (pattern, expected) in COUNTED.items():
        # A passage may be marked in several pieces: what has an id is counted by it.
        found = pattern.findall(page)
        number = len(set(found)) if pattern.groups else len(found)
        if number != expected:
            yield f"{number} {name}, not {expected}"
    if (badges := len(BADGE.findall(page))) < prose.BADGES:
        yield f"{badges} badges, not {prose.BADGES}"
    yield from _text_faults(html.unescape(TAG.sub("", page)), explainer)


def _text_faults(text: str, explainer: Explainer) -> Iterator[str]:
    for annotation in explainer.annotations:
        if annotation.quote not in text:
            yield f"the passage of {annotation.id} is missing"
        if _opening(annotation.note) not in text:
            yield f"the note of {annotation.id} is missing"


def _opening(note: str) -> str:
    """The first sentence of a note as a reader sees it, up to its citation."""
    return note.split(". ")[0].split(" [@")[0].replace("*", "")


SLUG = re.compile(r"explainer-\d{4,}")


def _index_faults(output: Path, pages: int) -> list[str]:
    # Postil's index goes on in page/2/ and so on.
    files = [output / "index.html", *output.glob("page/*/index.html")]
    slugs = {slug for each in files for slug in SLUG.findall(each.read_text(encoding="utf-8"))}
    return [] if len(slugs) == pages else [f"the index leads to {len(slugs)} of {pages} pages"]
