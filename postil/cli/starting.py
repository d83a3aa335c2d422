"""A new explainer from a text, Markdown or HTML file, with a worked example that holds."""

import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

import msgspec

from postil import paths
from postil.cli.receiving import ReceivedArticle, receive_article
from postil.diagnostics.model import Report, SourceText
from postil.diagnostics.refusal import Refusal
from postil.site import loading, placing
from postil.site.drafting import PLACEHOLDER
from postil.site.model import Explainer
from postil.text import anchoring, articles
from postil.text.anchoring import Found, Haystack, Range, describing
from postil.text.articles import Document
from postil.text.characters import notable_characters
from postil.text.documents import GAP
from postil.yaml import reading
from postil.yaml.selectors import selector_lines
from postil.yaml.writing import as_scalar

TEMPLATE = """\
# yaml-language-server: $schema=../../schema/annotations.schema.json
title: {title}
draft: true # in the preview, not published: take this line out when the page is ready
summary: ""
authors: []

article: # about the text itself
  title: {title}
  # outlet: an id in content/sources.yaml{outlet}
{author}  {url}
  {issued}
  # rights: why you may publish it here
  # What the file is now. If it is ever another one, the build stops and says so.
  sha256: {sha256}
{lines}{received}
annotations:
{example}"""

WRAPPED = """\
  lines: wrapped # an empty line ends a paragraph; `paragraph`, if every line is one
"""

AUTHOR = """\
  # author: [{names}] # as the page says
"""

RECEIVED = """\
  # Made from {name} beside it, as received: SHA-256 {sha256}
"""

EXAMPLE = """\
  # This one works as it stands: write your note, then take out its `draft`.
  - id: {id}
{words}    note: |
      {placeholder}
    draft: true
"""

NO_EXAMPLE = """\
  # - quote: words of the article
  #   note: what a reader should know about them
"""

TRIES = 20  # passages of which one is to be the example
WORDS = 5  # of it
TITLE = 80  # characters
# A paragraph that ends as sentences do, and is no picture.
_SENTENCES = re.compile(
    rf"^[^{articles.IMAGE}]*\s[^{articles.IMAGE}]*[.!?…。؟][^\w{articles.IMAGE}]*$"
)


class Started(msgspec.Struct, frozen=True):
    """The files written, relative to the root, and the article's pictures that were not found."""

    written: tuple[str, ...]
    missing: tuple[str, ...]
    left_out: tuple[str, ...] = ()  # of a web page: the pieces that are not in the article


def start(root: Path, slug: str, article: Path) -> Started:
    """Write content/SLUG/ from a text, Markdown or HTML file (`-`: standard input, plain text).

    The article is copied byte for byte, with the pictures that it shows; one made from HTML has
    the page beside it as it was received. Raises Refusal, with nothing written, if there is such a
    folder or the article cannot be used.
    """
    _check_address(root, slug)
    received = receive_article(article)
    files = {
        received.name: received.data,
        **received.page_file,
        "annotations.yaml": _annotations(received, slug).encode(),
        **received.pictures,
    }
    _write(root / "content" / slug, files)
    written = tuple(f"{paths.explainer(slug)}/{name}" for name in files)
    return Started(written, received.missing, received.left_out)


# ------------------------------------------------------------------ what is there already


def _check_address(root: Path, slug: str) -> None:
    if not (root / "site.yaml").exists():
        raise Refusal(f"{root} has no site.yaml", "name the site's folder with --root")
    if loading.is_reserved_slug(slug):
        raise Refusal(f"`{slug}` is reserved", "take another name")
    if not loading.SLUG.fullmatch(slug):
        raise Refusal(f"`{slug}` cannot be an address", "use a to z, 0 to 9 and single hyphens")
    content = root / "content"
    for entry in content.iterdir() if content.is_dir() else ():
        if entry.name.lower() == slug:  # some systems take both for the same
            raise Refusal(f"content/{entry.name} exists already", "take another name")


# ------------------------------------------------------------------ what is new


def _write(folder: Path, files: dict[str, bytes]) -> None:
    """Make a folder with these files at once, so that a preview never sees half of it."""
    fresh = folder.with_name(f".{folder.name}.{os.getpid()}")
    try:
        for name, data in files.items():
            (fresh / name).parent.mkdir(parents=True, exist_ok=True)
            (fresh / name).write_bytes(data)
        fresh.rename(folder)
    except OSError as error:
        shutil.rmtree(fresh, ignore_errors=True)
        raise Refusal(
            f"{folder} cannot be written: {error.strerror}", "see to its permissions"
        ) from None


def _annotations(received: ReceivedArticle, slug: str) -> str:
    """annotations.yaml, with the first passage as an example that is proved to work."""
    document, page = received.document, received.page
    title = _title(page.title if page else "") or _title(document.text) or slug
    lines = WRAPPED if document.form == "txt" and _is_joined(document) else ""
    write = partial(
        TEMPLATE.format,
        title=as_scalar(title),
        sha256=_sha256(received.data),
        lines=lines,
        outlet=f" (the page says: {_title(page.outlet)})" if page and page.outlet else "",
        author=AUTHOR.format(names=", ".join(map(as_scalar, page.authors)))
        if page and page.authors
        else "",
        url=f"url: {as_scalar(page.url)}" if page and page.url else "# url: https://...",
        issued=f"issued: {page.issued}" if page and page.issued else "# issued: 2017-05",
        received="".join(
            RECEIVED.format(name=name, sha256=_sha256(each))
            for name, each in received.page_file.items()
        ),
    )
    haystack = anchoring.prepare(document.text)
    for place in _passages(document.text):
        text = write(example=_example(place, haystack))
        if _works(text, haystack):
            return text
    return write(example=NO_EXAMPLE)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _is_joined(document: Document) -> bool:
    return any("\n" in document.text[block.start : block.end] for block in document.blocks)


def _title(text: str) -> str:
    """The first line that has words, without what cannot be seen in it."""
    for line in _lines(text):
        words = " ".join(line[0].replace(articles.IMAGE, "").split())
        title = _without_the_unseen(words).strip()
        if title:
            return title if len(title) <= TITLE else f"{_cut(title)}…"
    return ""


def _without_the_unseen(text: str) -> str:
    """The text without what the build would warn of; one removal may bare another."""
    while notable := notable_characters(text):
        first = notable[0]
        text = text[: first.offset] + text[first.offset + first.length :]
    return text


def _cut(title: str) -> str:
    return title[:TITLE].rpartition(" ")[0] or title[:TITLE]


def _lines(text: str) -> Iterable[re.Match[str]]:
    return re.finditer(r"[^\n]*\w[^\n]*", text)


def _passages(text: str) -> Iterator[Range]:
    """Up to five words from the start of each paragraph: of the first that is more than a headline
    or what stands for a picture, of the second, the first, and so on."""
    lines = list(islice(_lines(text), TRIES))
    sentences = [
        each
        for each in lines[1:]
        if text.endswith(GAP, 0, each.start()) and _SENTENCES.search(each[0])
    ]
    for line in sentences[:1] + lines[1:2] + lines[:1] + lines[2:]:
        words = list(islice(re.finditer(r"\S+", line[0]), WORDS))
        yield Range(line.start() + words[0].start(), line.start() + words[-1].end())


def _example(place: Range, haystack: Haystack) -> str:
    try:
        selector = describing.select(place, haystack)
    except ValueError:  # nothing in it can be seen
        return NO_EXAMPLE
    return EXAMPLE.format(
        id=as_scalar(placing.make_id(selector.quote)),
        words="".join(f"    {line}\n" for line in selector_lines(selector)),
        placeholder=PLACEHOLDER,
    )


def _works(text: str, haystack: Haystack) -> bool:
    """Whether the file is read without complaint and its example finds its place."""
    report = Report()
    read = reading.read(SourceText("annotations.yaml", text), report, loading.DIALECT)
    if read is None or report.diagnostics:
        return False
    try:
        explainer = msgspec.convert(read.without_nothing().data, Explainer)
    except msgspec.ValidationError:
        return False
    selectors = [placing.selector_of(annotation) for annotation in explainer.annotations]
    return bool(selectors) and isinstance(anchoring.resolve(selectors[0], haystack), Found)
