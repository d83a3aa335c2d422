"""The site as an Atom feed (RFC 4287), for whoever wants to hear of new explainers."""

from collections.abc import Iterator

from markupsafe import escape

from postil.page.corpus import Corpus
from postil.page.entries import Entry
from postil.page.naming import web_address
from postil.text import prose

FEED = "feed.xml"
MOST = 50  # explainers; a feed is for what is new


def explainers_feed(corpus: Corpus) -> bytes:
    """The newest explainers that have a date, each with its summary in plain words."""
    site = corpus.shared.site.value
    entries = [entry for entry in corpus.entries if entry.published and not entry.draft]
    entries.sort(key=lambda entry: entry.updated or entry.published, reverse=True)
    newest = entries[0].updated or entries[0].published if entries else "1970"
    lines = (
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{escape(site.language)}">',
        f"<title>{escape(site.title)}</title>",
        f"<id>{escape(web_address(site, ''))}</id>",
        f'<link href="{escape(web_address(site, ""))}"/>',
        f'<link rel="self" type="application/atom+xml" href="{escape(web_address(site, FEED))}"/>',
        f"<updated>{_instant(newest)}</updated>",
        f"<author><name>{escape(site.publisher or site.title)}</name></author>",
        *(line for entry in entries[:MOST] for line in _entry(entry, corpus)),
        "</feed>",
    )
    return "".join(f"{line}\n" for line in lines).encode()


def _entry(entry: Entry, corpus: Corpus) -> Iterator[str]:
    address = escape(web_address(corpus.shared.site.value, f"{entry.slug}/"))
    yield f'<entry xml:lang="{escape(entry.language)}">'
    yield f"<title>{escape(entry.title)}</title>"
    yield f"<id>{address}</id>"
    yield f'<link href="{address}"/>'
    yield f"<published>{_instant(entry.published)}</published>"
    yield f"<updated>{_instant(entry.updated or entry.published)}</updated>"
    if entry.summary:
        yield f"<summary>{escape(prose.parse(entry.summary).text())}</summary>"
    yield "</entry>"


def _instant(date: str) -> str:
    """The beginning of a day, of a month or of a year, as RFC 3339 has it."""
    return f"{date}{'-01' * (2 - date.count('-'))}T00:00:00Z"
