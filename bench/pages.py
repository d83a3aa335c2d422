"""The site for the other tools: Markdown, what their templates are told, and data on sources."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pattern
import prose
from editorial import OUTLET, RIGHTS
from prose import Explainer, Source

Fields = dict[str, Any]
Files = Iterator[tuple[str, str | bytes]]

# For each kind of source: its heading, its word on a badge, and its type in CSL, BibTeX, RIS and
# at schema.org. Officials are in none of these lists.
KINDS = {
    "wire": ("Wire", "wire", "article-newspaper", "article", "NEWS", "NewsArticle"),
    "press": ("Press", "press", "article-newspaper", "article", "NEWS", "NewsArticle"),
    "government": ("Government", "government", "report", "techreport", "RPRT", "Report"),
    "un": ("UN", "UN", "report", "techreport", "RPRT", "Report"),
    "ngo": ("NGO", "NGO", "report", "techreport", "RPRT", "Report"),
    "court": ("Court", "court", "legal_case", "misc", "CASE", "CreativeWork"),
    "state-media": (
        *("State media", "state media"),
        *("article-newspaper", "article", "NEWS", "NewsArticle"),
    ),
    "academic": ("Academic", "academic", "document", "misc", "GEN", "CreativeWork"),
    "document": ("Document", "document", "document", "misc", "GEN", "CreativeWork"),
    "official": ("Official", "official", "", "", "", ""),
}
EMPHASIS = re.compile(r"\*([^*]+)\*")


class Material(NamedTuple):
    """All that the pages of one site are written from; `output` is of Postil's build of it."""

    output: Path
    pages: int
    sources: dict[str, Fields]
    excerpts: dict[str, dict[str, str]]
    entries: dict[str, str]


def gather(output: Path, pages: int) -> Material:
    """What is the same for all explainers, and for all tools."""
    figures, excerpts = pattern.cut_sources(output)
    sources = {
        source.id: describe_source(source) | {"figures": figures[source.id]}
        for source in prose.make_sources(pages)
    }
    return Material(output, pages, sources, excerpts, pattern.cut_entries(output))


def describe_source(source: Source) -> Fields:
    """A source as a template wants it: days in words and in parts, its kind in other lists."""
    names = ("heading", "label", "csl", "bibtex", "ris", "schema")
    named = dict(zip(names, KINDS[source.kind], strict=True))
    dated = {key: source.fields[key] for key in ("issued", "accessed") if key in source.fields}
    days = {f"{key}_words": _in_words(date) for key, date in dated.items()}
    parts = {f"{key}_parts": [int(part) for part in date.split("-")] for key, date in dated.items()}
    return {"kind": source.kind, "name": source.name} | source.fields | days | parts | named


def write_pages(material: Material, front_matter: Callable[[Fields], str]) -> Files:
    """For each explainer its Markdown, with the head that `front_matter` makes of its fields."""
    for explainer in map(prose.make_explainer, range(material.pages)):
        page = pattern.cut_page(material.output, explainer.slug)
        head = front_matter(_fields(explainer, page, material))
        yield f"content/{explainer.slug}/index.md", f"{head}\n{_body(page)}"


def _fields(explainer: Explainer, page: pattern.Page, material: Material) -> Fields:
    return {
        "title": explainer.title,
        "summary": explainer.summary,
        "slug": explainer.slug,
        "description": EMPHASIS.sub(r"\1", explainer.summary),
        "date": explainer.published,
        "day": _in_words(explainer.published),
        "author": "Newsroom desk",
        "outlet": OUTLET,
        "article_title": explainer.article_title,
        "article_url": explainer.article_url,
        "article_month": explainer.published[:7],
        "article_month_words": _in_words(explainer.published[:7]),
        "rights": RIGHTS,
        "digest": page.digest,
        "figures": page.figures,
        "findings": page.findings,
        "picture": page.picture,
        "tags": list(page.uses),
        "references": [{"source": id, "uses": uses} for id, uses in page.uses.items()],
        "excerpts": material.excerpts[explainer.slug],
        "entry": material.entries[explainer.slug],
    }


def _body(page: pattern.Page) -> str:
    notes = (
        f"[^{number}]: " + "\n\n    ".join(paragraphs)
        for number, paragraphs in enumerate(page.notes, start=1)
    )
    return "\n\n".join([*page.blocks, *notes]) + "\n"


def _in_words(date: str) -> str:
    """`2024-01-31` as `January 31, 2024`, `2024-01` as `January 2024`."""
    year, month, *day = date.split("-")
    name = MONTHS[int(month) - 1]
    return f"{name} {int(day[0])}, {year}" if day else f"{name} {year}"


MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def json_head(fields: Fields, fence: str = "") -> str:
    """Front matter in JSON, between lines that say so if the tool wants them: soonest read."""
    lines = ",\n".join(f"{in_json(key)}: {in_json(value)}" for key, value in fields.items())
    opening, closing = (f"---{fence}\n", "---\n") if fence else ("", "")
    return f"{opening}{{\n{lines}\n}}\n{closing}"


def yaml_head(fields: Fields) -> str:
    """Front matter in YAML, each value as JSON writes it."""
    lines = (f"{key}: {in_json(value)}\n" for key, value in fields.items())
    return f"---\n{''.join(lines)}---\n"


def pelican_head(fields: Fields) -> str:
    """Pelican's lines of metadata; what is not text is JSON, but for the tags."""
    texts = fields | {"tags": ", ".join(fields["tags"])}
    return "".join(
        f"{key.capitalize()}: {text if isinstance(text, str) else in_json(text)}\n"
        for key, text in texts.items()
    )


def in_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
