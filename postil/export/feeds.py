"""The site as Atom feeds (RFC 4287): of new explainers, and of what is corrected and updated."""

from collections.abc import Iterable, Iterator
from hashlib import blake2b
from heapq import nlargest
from itertools import chain

import msgspec
from markupsafe import escape
from msgspec import Struct

from postil.language import words
from postil.page.corpus import Corpus
from postil.page.entries import Announcement, Entry, PackedEntries, PackedEntry
from postil.page.naming import web_address
from postil.site.examining import Shared
from postil.site.settings import Site
from postil.text import prose

FEED, CORRECTIONS = "feed.xml", "corrections.xml"
MOST = 50  # items; a feed is for what is new


class _Item(Struct, frozen=True):
    """An entry of a feed: dates are as written, texts are plain. The `id` is for good."""

    id: str
    address: str
    language: str
    title: str
    published: str
    updated: str
    summary: str


def explainers_feed(corpus: Corpus) -> bytes:
    """The newest explainers that have a date, each with its summary in plain words."""
    site = corpus.shared.site.value
    dated = (each for each in _public(corpus) if each.published)
    newest = PackedEntries(nlargest(MOST, dated, key=lambda each: each.updated or each.published))
    return _feed(FEED, site.title, (_explainer(entry, site) for entry in newest), site)


def corrections_feed(corpus: Corpus) -> bytes:
    """The newest corrections and updates of all explainers, with what was said and what is now."""
    site = corpus.shared.site.value
    items = (
        _announcement(each, entry, corpus.shared)
        for entry in PackedEntries(each for each in _public(corpus) if each.announces)
        for each in entry.announcements
    )
    return _feed(CORRECTIONS, f"{site.title}: {corpus.words('log')}", items, site)


def _public(corpus: Corpus) -> Iterator[PackedEntry]:
    return (entry for entry in corpus.entries.packed if not entry.draft)


def _explainer(entry: Entry, site: Site) -> _Item:
    address = web_address(site, f"{entry.slug}/")
    return _Item(
        id=address,
        address=address,
        language=entry.language,
        title=entry.title,
        published=entry.published,
        updated=entry.updated or entry.published,
        summary=_plain(entry.summary),
    )


def _announcement(made: Announcement, entry: Entry, shared: Shared) -> _Item:
    """A revision in its explainer's language.

    Its address is its place in the log, which changes when one is written before it; its id stays.
    """
    t = words.load(entry.language, shared.words)
    if made.was:
        sort, was, now = t("correction"), _plain(made.was), _plain(made.now)
        text = f"{t('was')}: {was}\n{t('now')}: {now}"
    else:
        sort, text = t("update"), _plain(made.now)
    page = web_address(shared.site.value, f"{entry.slug}/")
    digest = blake2b(msgspec.json.encode((made.date, made.was, made.now)), digest_size=8)
    return _Item(
        id=f"{page}#revision_{digest.hexdigest()}",
        address=f"{page}#{made.element_id}",
        language=entry.language,
        title=f"{sort}: {entry.title}",
        published=made.date,
        updated=made.date,
        summary=text,
    )


def _plain(markdown: str) -> str:
    return prose.parse(markdown).text() if markdown else ""


# ------------------------------------------------------------------ Atom


def _feed(path: str, title: str, items: Iterable[_Item], site: Site) -> bytes:
    """The newest of these items, below the path."""
    newest = sorted(items, key=lambda item: item.updated, reverse=True)[:MOST]
    top, own = escape(web_address(site, "")), escape(web_address(site, path))
    lines = (
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{escape(site.language)}">',
        f"<title>{escape(title)}</title>",
        f"<id>{top if path == FEED else own}</id>",
        f'<link href="{top}"/>',
        f'<link rel="self" type="application/atom+xml" href="{own}"/>',
        f"<updated>{_instant(newest[0].updated if newest else '1970')}</updated>",
        f"<author><name>{escape(site.publisher or site.title)}</name></author>",
        *chain.from_iterable(map(_entry, newest)),
        "</feed>",
    )
    return "".join(f"{line}\n" for line in lines).encode()


def _entry(item: _Item) -> Iterator[str]:
    yield f'<entry xml:lang="{escape(item.language)}">'
    yield f"<title>{escape(item.title)}</title>"
    yield f"<id>{escape(item.id)}</id>"
    yield f'<link href="{escape(item.address)}"/>'
    yield f"<published>{_instant(item.published)}</published>"
    yield f"<updated>{_instant(item.updated)}</updated>"
    if item.summary:
        yield f"<summary>{escape(item.summary)}</summary>"
    yield "</entry>"


def _instant(date: str) -> str:
    """The beginning of a day, of a month or of a year, as RFC 3339 has it."""
    return f"{date}{'-01' * (2 - date.count('-'))}T00:00:00Z"
