"""What search engines ask a site for: the list of its pages, and whether they may read them."""

from collections.abc import Iterator

from markupsafe import escape

from postil.page.corpus import Corpus
from postil.page.naming import web_address
from postil.site.addresses import SOURCES, STATUSES, source_path, status_path


def sitemap(corpus: Corpus) -> bytes:
    """Every page in the form of https://www.sitemaps.org/protocol.html, without what is a draft."""
    rows = (_row(corpus, path, changed) for path, changed in _pages(corpus))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{''.join(rows)}</urlset>\n"
    ).encode()


def robots(corpus: Corpus) -> bytes:
    """robots.txt: all may read all, and where the list is."""
    address = web_address(corpus.shared.site.value, "sitemap.xml")
    return f"User-agent: *\nAllow: /\nSitemap: {address}\n".encode()


def _pages(corpus: Corpus) -> Iterator[tuple[str, str]]:
    """Every page by its path, with the day of its last change as far as it is known."""
    yield "index.html", ""
    for entry in corpus.entries.packed:
        if not entry.draft:
            yield f"{entry.slug}/index.html", entry.updated or entry.published
    if corpus.sources:
        yield SOURCES, ""
        yield from ((source_path(id, corpus.shared.source_folders), "") for id in corpus.sources)
    if corpus.statuses:
        yield STATUSES, ""
        yield from ((status_path(id, corpus.shared.status_folders), "") for id in corpus.statuses)


def _row(corpus: Corpus, path: str, changed: str) -> str:
    address = web_address(corpus.shared.site.value, path.removesuffix("index.html"))
    day = f"<lastmod>{changed}</lastmod>" if changed else ""
    return f"<url><loc>{escape(address)}</loc>{day}</url>\n"
