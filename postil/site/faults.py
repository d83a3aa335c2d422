"""What is odd about an article as it was received: what a reader would not see, or see wrongly."""

from collections.abc import Iterator
from itertools import chain

from postil.diagnostics.model import Diagnostic, Report, Span
from postil.site.loading import Article, find_each
from postil.text import articles, damage
from postil.text.articles import Document


def check_article(article: Article, document: Document, report: Report) -> None:
    """Report what a reader would not see: words that Markdown drops, and front matter."""
    lost = articles.lost_words(article.source.text, document)
    if lost:
        place = max(article.source.text.find(lost[0]), 0)
        report.error(
            "lost-text",
            f"Markdown drops {len(lost)} words of the article, the first is `{lost[0]}`",
            Span(article.source, place, place + len(lost[0])),
            help="quotes are nested too deep, a table row is too long, or a list's number begins "
            "with 0: save the article as article.txt",
        )
    sources = [str(picture.attrs.get("src", "")) for picture in document.pictures]
    unsafe = [each for each in sources if not articles.local_path(each) and ".." in each.split("/")]
    for address, place in zip(unsafe, find_each(unsafe, article.source.text), strict=True):
        report.error(
            "unsafe-path",
            f"`{address}` leads out of the explainer's folder",
            Span(article.source, place, place + len(address)),
            help="put the picture beside the article: nothing outside is read",
        )
    report.extend(_damage(article))
    if article.form == "md":
        from postil.site import unseen  # for Markdown alone

        report.extend(unseen.in_markdown(article.source, document))


def check_lines(article: Article, report: Report) -> None:
    """Report what the lines of a plain text look like, unless they plainly are paragraphs."""
    if article.form != "txt":
        return
    seen = articles.reading_of(article.source.text)
    if seen.lines == "paragraph" and seen.sure:
        return
    if seen.sure:
        message = f"the lines end at about {seen.width} characters: they are joined to paragraphs"
    else:
        message = f"the lines may be broken at about {seen.width} characters: each is a paragraph"
    report.warning(
        "wrapped-lines",
        message,
        Span(article.source, seen.first, article.source.text.find("\n", seen.first)),
        help="settle it in annotations.yaml, under article: with lines: wrapped (an empty line "
        "ends a paragraph) or lines: paragraph (every line is one)",
    )


def _damage(article: Article) -> Iterator[Diagnostic]:
    text = article.source.text
    found = damage.traces(text)
    for trace in chain(found, damage.traces_in_plain(text) if article.form == "txt" else ()):
        span = Span(article.source, trace.start, trace.start + trace.length)
        yield Diagnostic(trace.code, trace.message, span, "warning", help=trace.help)
