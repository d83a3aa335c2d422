"""An article as it comes, a text, Markdown or HTML file, and what is to be kept of it."""

import sys
from pathlib import Path

from msgspec import Struct

from postil.diagnostics.model import Report
from postil.diagnostics.refusal import Refusal
from postil.diagnostics.render import as_text
from postil.site import loading
from postil.site.decoding import decode
from postil.text import articles, disguises
from postil.text.articles import Document, Form, Lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from postil.cli.html_articles import Converted

HTML = (".html", ".htm", ".xhtml")
PAGE = "received.html"  # the page that an article was made from, beside it


class ReceivedArticle(Struct, frozen=True):
    """An article that can be used: its bytes, and the document that they are.

    Of one that came as a web page, `page` is what was made of it, and `page_bytes` are the page.
    `pictures` are those that lay beside it, by their paths; `missing` the names of those that did
    not.
    """

    form: Form
    data: bytes
    text: str  # without a byte order mark
    document: Document
    pictures: dict[str, bytes]
    missing: tuple[str, ...]
    page: "Converted | None" = None
    page_bytes: bytes = b""

    @property
    def name(self) -> str:
        """That of its file."""
        return f"article.{self.form}"

    @property
    def page_file(self) -> dict[str, bytes]:
        """The page by the name of its file; nothing if there was none."""
        return {PAGE: self.page_bytes} if self.page else {}

    @property
    def left_out(self) -> tuple[str, ...]:
        """The pieces of the page that are not in the article."""
        return self.page.left_out if self.page else ()


def receive_article(article: Path, lines: Lines | None = None) -> ReceivedArticle:
    """Read an article (`-`: from standard input, as plain text); `lines` are as in its facts.

    Raises Refusal if it cannot be used.
    """
    form = articles.form_of(article.suffix)
    data = _read(article)
    page, page_bytes = None, b""
    if article.suffix.lower() in HTML:
        from postil.cli import html_articles  # what it needs takes longer to load than all else

        page, page_bytes = html_articles.article_of(str(article), data), data
        form, data = "md", page.markdown.encode()
    _check_format(article, data, form)
    text = _decode(article, data)
    document = articles.parse_article(text, form, lines)
    _check_words(article, text, document)
    pictures, missing = _pictures(article, document)
    return ReceivedArticle(form, data, text, document, pictures, tuple(missing), page, page_bytes)


def _read(article: Path) -> bytes:
    try:
        if str(article) == "-":
            if sys.stdin.isatty():
                print("paste the article; end it with Ctrl-D on its own line:", file=sys.stderr)
            data = sys.stdin.buffer.read(loading.ARTICLE_LIMIT + 1)
        else:
            with article.open("rb") as stream:
                data = stream.read(loading.ARTICLE_LIMIT + 1)
    except OSError as error:
        raise Refusal(f"{article} cannot be read: {error.strerror}", "name another file") from None
    if len(data) > loading.ARTICLE_LIMIT:
        megabytes = loading.ARTICLE_LIMIT >> 20
        raise Refusal(f"{article} is over {megabytes} MB", "make several explainers of it")
    return data


def _check_format(article: Path, data: bytes, form: Form) -> None:
    seen = disguises.see_through(data, sources=form == "txt")
    if seen:
        raise Refusal(f"{article} is {seen.name}", seen.help)


def _decode(article: Path, data: bytes) -> str:
    report = Report()
    source = decode(str(article), data, report)
    if source is None:
        raise Refusal(as_text(report.diagnostics[0]), "")
    return source.text


def _check_words(article: Path, text: str, document: Document) -> None:
    if not document.text.strip():
        raise Refusal(f"{article} has no text", "name another file")
    lost = articles.lost_words(text, document)
    if lost:
        raise Refusal(
            f"Markdown drops {len(lost)} words of {article}, the first is `{lost[0]}`",
            "give it a name in .txt, so that nothing in it is markup",
        )


def _pictures(article: Path, document: Document) -> tuple[dict[str, bytes], list[str]]:
    """The pictures that lie beside the article, and the names of those that do not."""
    found, missing = {}, []
    folder = article.parent.resolve()
    for name in articles.local_images(document):
        file = (folder / name).resolve()
        if file.is_relative_to(folder) and file.is_file():
            found[name] = file.read_bytes()
        else:
            missing.append(name)
    return found, missing
