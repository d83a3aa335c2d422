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
BESIDE = (
    *("index.html", "article.txt", "annotations.jsonld", "provenance.jsonld"),
    *("cite.bib", "cite.ris", "cite.json"),
    *("sources.bib", "sources.ris", "sources.json"),
)
OFFICIAL = "official-0"  # the source of every tenth page, of the first to begin with
BADGE = re.compile(r"<a [^>]*\bdata-source=")
TAG = re.compile(r"<[^>]+>")


def find_faults(
    output: Path, pages: int, inspected: Iterable[int], *, has_sources: bool = True
) -> list[str]:
    """What a site of `pages` explainers lacks or has too often; an empty list if all is well.

    That a page and the files beside it are there is asked of all, what is on it of the `inspected`
    ones, by number; pages of the sources are asked for if the tool can make them.
    """
    expected = [output / slug / name for slug in map(prose.slug, range(pages)) for name in BESIDE]
    if has_sources:
        expected += [source_path(output, source.id) for source in prose.make_sources(pages)]
    if missing := [f"{path} is not there" for path in expected if not path.is_file()]:
        return missing
    shared = _index_faults(output, pages) + (_source_faults(output, pages) if has_sources else [])
    return shared + [
        f"{explainer.slug}: {fault}"
        for explainer in map(prose.make_explainer, inspected)
        for fault in _page_faults(page_path(output, explainer.slug), explainer)
    ]


def page_path(output: Path, slug: str) -> Path:
    """Where a tool writes the page of the explainer `slug`."""
    return output / slug / "index.html"


def source_path(output: Path, source: str) -> Path:
    """Where a tool writes the page of a source, of several the first."""
    return output / "sources" / source / "index.html"


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
    found = len(_linked(output))
    return [] if found == pages else [f"the index leads to {found} of {pages} pages"]


def _source_faults(output: Path, pages: int) -> list[str]:
    found = _linked(source_path(output, OFFICIAL).parent)
    lacking = {prose.slug(number) for number in range(0, pages, prose.OFFICIALS)} ^ found
    return [f"the page of {OFFICIAL} is wrong about {slug}" for slug in sorted(lacking)]


def _linked(folder: Path) -> set[str]:
    """The explainers that a list leads to, whether it stands on one page or goes on in others."""
    files = [folder / "index.html", *folder.glob("page/*/index.html")]
    return {slug for each in files for slug in SLUG.findall(each.read_text(encoding="utf-8"))}
