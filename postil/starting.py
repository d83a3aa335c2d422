"""A new explainer from a text file: a folder, the article as it is, and a worked example."""

import re
import sys
from pathlib import Path
from typing import Literal

from postil import anchoring, articles, loading, placing
from postil.diagnostics import Report, as_text
from postil.located import as_scalar

TEMPLATE = """\
# yaml-language-server: $schema=../../schema/annotations.schema.json
title: {title}
summary: ""
authors: []

article: # about the text itself
  title: {title}
  # outlet: an id in content/sources.yaml
  # url: https://...
  # issued: 2017-05
  # rights: why you may publish it here

annotations:
  # The first annotation works as it stands: change the note, and add others below it.
  - id: {id}
    quote: {quote}
{context}    note: |
      Write here what a reader should know about these words.
"""


class Refused(Exception):
    """The explainer cannot be started; the message says why and what to do."""


def start(root: Path, slug: str, article: Path) -> list[str]:
    """Write content/SLUG/ from a text or Markdown file (`-`: standard input, plain text).

    Returns the paths written, relative to the root. Raises Refused, with nothing written, if the
    folder exists or the article cannot be read.
    """
    if not loading.SLUG.fullmatch(slug) or slug in loading.RESERVED_SLUGS:
        raise Refused(f"`{slug}` cannot be an address: use a to z, 0 to 9 and single hyphens")
    folder = root / "content" / slug
    if folder.exists():
        raise Refused(f"content/{slug} exists already; nothing was changed")
    form: Literal["txt", "md"] = "md" if article.suffix.lower() in (".md", ".markdown") else "txt"
    data = _read(article)
    annotations = _first_annotations(_decode(article, data), form)
    folder.mkdir(parents=True)
    (folder / f"article.{form}").write_bytes(data)
    (folder / "annotations.yaml").write_text(annotations, encoding="utf-8")
    return [f"content/{slug}/article.{form}", f"content/{slug}/annotations.yaml"]


def _read(article: Path) -> bytes:
    if str(article) == "-":
        return sys.stdin.buffer.read()
    try:
        return article.read_bytes()
    except OSError as error:
        raise Refused(f"{article}: {error.strerror}") from None


def _decode(article: Path, data: bytes) -> str:
    report = Report([])
    source = loading.decode(str(article), data, report)
    if source is None:
        raise Refused(as_text(report.diagnostics[0]))
    if not source.text.strip():
        raise Refused(f"{article} has no text")
    return source.text


def _first_annotations(text: str, form: Literal["txt", "md"]) -> str:
    document = articles.parse(text, form)
    first_line = document.text.strip().partition("\n")[0]
    selector = anchoring.select(_some_words(document.text), anchoring.prepare(document.text))
    context = {"to": selector.to, "prefix": selector.prefix, "suffix": selector.suffix}
    lines = [f"    {key}: {as_scalar(words)}\n" for key, words in context.items() if words]
    if selector.occurrence:
        lines.append("    occurrence: {} of {}\n".format(*selector.occurrence))
    return TEMPLATE.format(
        title=as_scalar(_title(first_line)),
        id=placing.make_id(selector.quote),
        quote=as_scalar(selector.quote),
        context="".join(lines),
    )


def _title(line: str) -> str:
    return line if len(line) <= 80 else line[:80].rpartition(" ")[0] + "…"


def _some_words(text: str) -> anchoring.Range:
    """Up to five words of the second paragraph, or of the first where there is but one."""
    paragraphs = list(re.finditer(r"[^\n]*\w[^\n]*", text))
    paragraph = paragraphs[min(1, len(paragraphs) - 1)]
    words = list(re.finditer(r"\S+", text[paragraph.start() : paragraph.end()]))[:5]
    return anchoring.Range(
        paragraph.start() + words[0].start(), paragraph.start() + words[-1].end()
    )
