"""The site's index: explainers by year, newest first, and who speaks in them."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from urllib.parse import urlsplit

from msgspec import structs

from postil.language.words import direction
from postil.page.corpus import PASSAGES_AT_ONCE, Corpus, Voice
from postil.page.entries import Entry, PackedEntries, PackedEntry
from postil.page.naming import Naming
from postil.page.paging import PageOfList, SharedPage, page_path, pages_of
from postil.page.quoting import bar_parts
from postil.page.site_views import EntryGroup, EntryView, Filters, IndexView, SiteView, SpeakerView
from postil.page.status_pages import counted_statuses
from postil.page.views import Link, StatusCount
from postil.site.addresses import status_path
from postil.text import prose

INDEX = "index.html"
SEARCH = "search/index.html"
ENTRIES_AT_ONCE = 50  # explainers on a page of the index
GUIDE = "guide"  # in place of a year
MOST_SPEAKERS = 12  # beside them
HANDFUL = 5  # explainers; more than these are looked for by year, source and status


def index_order(entries: Iterable[PackedEntry]) -> PackedEntries:
    """The newest first; without a date last; then by title. After all others, the guides."""
    found = sorted(entries, key=lambda entry: (entry.title, entry.slug))
    found.sort(key=lambda entry: entry.published, reverse=True)
    return PackedEntries(sorted(found, key=lambda entry: entry.guide))


def index_pages(corpus: Corpus) -> Iterator[SharedPage]:
    """The front page and those after it."""
    for place, part in pages_of(INDEX, range(len(corpus.entries)), ENTRIES_AT_ONCE):
        yield SharedPage(place.path, "index.html", partial(_index, corpus, part, place))


def not_found_pages(corpus: Corpus) -> Iterator[SharedPage]:
    """The page for addresses where there is none, which may stand at any depth.

    Its `root` is a path from the top of the host, or empty where the site does not know its own.
    """
    yield SharedPage("404.html", "404.html", partial(_not_found, corpus))


def search_pages(corpus: Corpus) -> Iterator[SharedPage]:
    """The page that searches, if the site has a search."""
    if corpus.shared.has_search:
        yield SharedPage(SEARCH, "search.html", partial(_search, corpus))


def _search(corpus: Corpus) -> SiteView:
    return SiteView(**corpus.frame(SEARCH), title=corpus.words("search"))


def _not_found(corpus: Corpus) -> IndexView:
    frame, site = corpus.frame(INDEX), corpus.shared.site.value
    root = urlsplit(frame["address"]).path
    return IndexView(**frame | {"root": root, "address": ""}, title=site.title)


def _index(corpus: Corpus, numbers: Sequence[int], place: PageOfList) -> IndexView:
    frame, site = corpus.frame(place.path), corpus.shared.site.value
    naming, is_first = corpus.naming(frame["root"]), place.number == 1
    about = prose.parse(site.description)
    return IndexView(
        **frame,
        title=site.title,
        description=about.text(),
        draft=corpus.has_draft(numbers),
        summary=naming.cited(about) if site.description and is_first else None,
        groups=tuple(_groups(corpus, naming, numbers)),
        speakers=tuple(_speakers(corpus, naming)) if is_first else (),
        sources=len(corpus.sources),
        filters=_filters(corpus, naming) if len(corpus.entries) > HANDFUL else None,
        pager=place.pager,
    )


# ------------------------------------------------------------------ explainers


def _groups(corpus: Corpus, naming: Naming, numbers: Sequence[int]) -> Iterator[EntryGroup]:
    """The explainers of a page by their years; one that is alone has no heading."""
    packed = corpus.entries.packed
    years = set(map(_year, packed))
    unsaid = years - {GUIDE} if len(years - {GUIDE}) == 1 else set()
    for year, group in groupby(numbers, key=lambda number: _year(packed[number])):
        entries = tuple(_entry(corpus, naming, number, corpus.entries[number]) for number in group)
        heading = "" if year in unsaid or years == {year} else _heading(corpus, year)
        yield EntryGroup(_place(year) if heading else "", heading, entries)


def _year(entry: PackedEntry) -> str:
    return GUIDE if entry.guide else entry.published[:4]


def _place(year: str) -> str:
    """The place of a year's heading: like all that templates add, it has an underscore."""
    return f"of_{year or 'no_year'}"


def _heading(corpus: Corpus, year: str) -> str:
    names = {GUIDE: corpus.words("guides"), "": corpus.words("undated")}
    return names.get(year, year)


def _years(corpus: Corpus, root: str) -> Iterator[Link]:
    """Where the explainers of each year begin; nothing if all are of one."""
    first: dict[str, int] = {}
    for number, entry in enumerate(corpus.entries.packed):
        first.setdefault(_year(entry), number)
    if len(first.keys() - {GUIDE}) > 1:
        for year, number in first.items():
            path = page_path(INDEX, number // ENTRIES_AT_ONCE + 1)
            yield Link(f"{root}{path}#{_place(year)}", _heading(corpus, year))


def _filters(corpus: Corpus, naming: Naming) -> Filters:
    """What leads to the explainers of a year, a source or a status."""
    return Filters(
        years=tuple(_years(corpus, naming.root)),
        sources=tuple(_speakers(corpus, naming)),
        statuses=counted_statuses(corpus, naming),
    )


def _entry(corpus: Corpus, naming: Naming, number: int, entry: Entry) -> EntryView:
    sources, text = corpus.shared.sources.value, prose.parse(entry.summary)
    through = entry.through
    return EntryView(
        href=f"{naming.root}{entry.slug}/index.html",
        title=entry.title,
        summary=naming.cited(text.moved(entry.slug, naming.root)) if entry.summary else None,
        published=naming.day(entry.published),
        updated=naming.day(entry.updated),
        outlet=sources[entry.outlet].name if entry.outlet else "",
        issued=naming.day(entry.issued),
        language=entry.language,
        direction=direction(entry.language),
        article_direction=direction(entry.article_language),
        bar=bar_parts(entry.bar),
        passages=entry.passages,
        origins=entry.counts.origins,
        annotations=entry.counts.annotations,
        through=(sources[through[0]].name, through[1]) if through else None,
        traced=entry.traced,
        statuses=_statuses(corpus, naming, number, entry),
        guide=entry.guide,
        draft=entry.draft,
    )


def _statuses(corpus: Corpus, naming: Naming, number: int, entry: Entry) -> tuple[StatusCount, ...]:
    """The statuses of an explainer, each leading to where they are listed."""
    found = Counter(each.status for each in entry.utterances if each.status)
    return tuple(
        structs.replace(each, href=naming.root + _listed_at(corpus, each.status.id, number, entry))
        for each in naming.status_counts(found)
    )


def _listed_at(corpus: Corpus, status: str, number: int, entry: Entry) -> str:
    """Where the page of a status lists an explainer."""
    before = bisect_left(corpus.statuses[status], Voice(number, 0))
    path = status_path(status, corpus.shared.status_folders)
    return f"{page_path(path, before // PASSAGES_AT_ONCE + 1)}#{entry.slug}"


# ------------------------------------------------------------------ who speaks


def _speakers(corpus: Corpus, naming: Naming) -> Iterator[SpeakerView]:
    """Those who say and pass on most; of equals, as they stand in sources.yaml."""
    speaking = (item for item in corpus.sources.items() if item[1].spoken)
    most = sorted(speaking, key=lambda item: -item[1].spoken)[:MOST_SPEAKERS]
    yield from (corpus.speaker(id, naming) for id, _ in most)
