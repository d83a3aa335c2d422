"""What the templates of pages that are of all explainers are given: the index, sources, statuses.

As in `views`, everything is data and ready to print.
"""

from msgspec import Struct

from postil.language.words import Day
from postil.page.views import Badge, Link, ProseView, SourceView, StatusCount, StatusView
from postil.site.settings import Licence, Site, as_licence
from postil.site.tracing import Basis


class SiteView(Struct, frozen=True, kw_only=True):
    """What each of these pages has. `root` leads from the page to the site's top, as in `../`.

    `address` is that of the page on the web; empty without a base_url. `draft` says that something
    on it is not published, `has_search` that readers can search the site.
    """

    site: Site
    root: str
    address: str
    title: str
    language: str
    direction: str
    description: str = ""
    draft: bool = False
    has_search: bool = False

    @property
    def licence(self) -> Licence | None:
        """On what terms others may use what the site says."""
        return as_licence(self.site.licence)


class Pager(Struct, frozen=True):
    """Which page of a long list this is, and its neighbours; an address is empty where none is."""

    number: int
    count: int
    previous: str
    next: str


class BarPart(Struct, frozen=True):
    """All of an article's bar that rests on the same: the path of it in an SVG."""

    basis: Basis
    path: str


class EntryView(Struct, frozen=True):
    """An explainer as the index lists it. `through` is who passed on most of it, and how much.

    `traced` is the part of the article's words for which somebody is named, in per cent.
    """

    href: str
    title: str
    summary: ProseView | None
    published: Day | None
    updated: Day | None
    outlet: str
    issued: Day | None
    language: str
    direction: str
    article_direction: str
    bar: tuple[BarPart, ...]
    passages: int
    origins: int
    annotations: int
    through: tuple[str, int] | None
    traced: int
    statuses: tuple[StatusCount, ...]
    guide: bool
    draft: bool


class EntryGroup(Struct, frozen=True):
    """The explainers of a year; `id` is the place of its heading, which is empty if alone."""

    id: str
    heading: str
    entries: tuple[EntryView, ...]


class SpeakerView(Struct, frozen=True):
    """A source and in how many passages, of all explainers, it says and passes on something."""

    badge: Badge
    says: int
    passes_on: int


class Filters(Struct, frozen=True):
    """What leads to a part of many explainers: the first of each year, sources, statuses.

    There are no `years` if all are of one; `sources` and `statuses` are those in most use.
    """

    years: tuple[Link, ...]
    sources: tuple[SpeakerView, ...]
    statuses: tuple[StatusCount, ...]


class IndexView(SiteView, frozen=True, kw_only=True):
    """The site's index: explainers, newest first, guides last. The first page alone has `speakers`,
    who speak most; `filters` are there if there are more than a handful."""

    summary: ProseView | None = None
    groups: tuple[EntryGroup, ...] = ()
    filters: Filters | None = None
    speakers: tuple[SpeakerView, ...] = ()
    sources: int = 0
    pager: Pager | None = None


class Step(Struct, frozen=True):
    """A hop of a chain. `is_here` says that the page is about it; `gap` that some before it are
    left out."""

    badge: Badge
    is_here: bool
    gap: bool


class Quotation(Struct, frozen=True):
    """A passage as a shared page quotes it: the words are the article's, shortened.

    `href` leads to the passage on its page or, where it is `cited` for, to the note; `locators` are
    the places in the source. Of `chains` there are those that the page is about, without most of
    the hops of a long one.
    """

    href: str
    words: str
    chains: tuple[tuple[Step, ...], ...] = ()
    status: StatusView | None = None
    locators: tuple[str, ...] = ()


class Quoted(Struct, frozen=True):
    """What one explainer has on a source or a status. The bar shows these passages alone.

    `says`, `passes_on`, `carries` (a status) and `cited` are passages, `boxes` lead to context
    boxes. If there is none of them, the source is named elsewhere on the page: `published` says
    that it published the article. A language is empty if it is the page's own.
    """

    id: str
    href: str
    title: str
    language: str
    direction: str
    article_language: str
    article_direction: str
    bar: tuple[BarPart, ...]
    says: tuple[Quotation, ...] = ()
    passes_on: tuple[Quotation, ...] = ()
    carries: tuple[Quotation, ...] = ()
    cited: tuple[Quotation, ...] = ()
    boxes: tuple[Link, ...] = ()
    published: bool = False


class SourcePage(SiteView, frozen=True, kw_only=True):
    """The page of one source. The numbers are those of all explainers.

    `speakers` are those who speak for it, `drawing` those who draw on it.
    """

    source: SourceView
    says: int
    passes_on: int
    cited: int
    explainers: int
    quoted: tuple[Quoted, ...]
    speakers: tuple[SpeakerView, ...] = ()
    drawing: tuple[SpeakerView, ...] = ()
    pager: Pager | None = None


class SourceLine(Struct, frozen=True):
    """A source in the list of all; `about` is its title, as it was given."""

    badge: Badge
    about: str
    says: int
    passes_on: int
    cited: int


class KindGroup(Struct, frozen=True):
    """The sources of one kind."""

    kind: str
    label: str
    sources: tuple[SourceLine, ...]


class SourcesPage(SiteView, frozen=True, kw_only=True):
    """The list of all sources that explainers use, by kind."""

    number: int
    groups: tuple[KindGroup, ...]
    pager: Pager | None


class StatusPage(SiteView, frozen=True, kw_only=True):
    """The page of one status: all passages that carry it. `statuses` are those in most use."""

    status: StatusView
    number: int
    quoted: tuple[Quoted, ...]
    statuses: tuple[StatusCount, ...]
    pager: Pager | None


class StatusesPage(SiteView, frozen=True, kw_only=True):
    """The list of all statuses that passages carry."""

    statuses: tuple[StatusCount, ...]
