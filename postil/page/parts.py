"""What views are put together of: links, badges, prose, chains, statuses, figures."""

from msgspec import Struct

from postil.language.words import Day
from postil.site.wordings import Run
from postil.text.prose import Prose
from postil.text.typography import Quotes


class Link(Struct, frozen=True):
    """A place on the same page; `sign` says the same where there is little room."""

    href: str
    text: str
    sign: str = ""


class Badge(Struct, frozen=True):
    """A source as the text names it; `href` leads to its entry in the source list.

    `page_href` leads to the source's own page, where a page has no such list both do. `prefix` is
    what a citation says before it, as in `[see @source]`. `short` is the
    name where room is scarce; mostly the same. `original` leads to the words of `quote`
    on the source's page on the web, if that has been seen.
    """

    source: str
    name: str
    kind: str
    kind_label: str
    glyph: str
    href: str
    locator: str = ""
    quote: str = ""
    prefix: str = ""
    original: str = ""
    page_href: str = ""
    short: str = ""


class ProseView(Struct, frozen=True):
    """Prose of an editor's, parsed, and the badges of each citation in it, in order.

    `quotes` are the quotation marks with which it is typeset; without them it stays as typed.
    """

    prose: Prose
    citations: tuple[tuple[Badge, ...], ...]
    quotes: Quotes | None = None


class RungView(Struct, frozen=True):
    """What a hop said: runs of its words, none where it is not known, and where it said so.

    The last one is the article; it has no badge if its outlet is not named. `lost` and `gained` are
    the hedges that fell out and came in since the wording before.
    """

    badge: Badge | None
    locator: str
    runs: tuple[Run, ...]
    language: str
    direction: str
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()


class ChainView(Struct, frozen=True):
    """An attribution chain: its hops in order, and the same in words.

    Where the words of hops are known, `rungs` are what each said and then the article.
    """

    hops: tuple[Badge, ...]
    words: str
    rungs: tuple[RungView, ...] = ()


class StatusView(Struct, frozen=True):
    """A status that an annotation carries; `page_href` leads to the page of all that carry it."""

    id: str
    label: str
    description: str
    page_href: str = ""


class StatusCount(Struct, frozen=True):
    """How many passages carry a status, and where they are listed."""

    status: StatusView
    number: int
    href: str


class FigureView(Struct, frozen=True):
    """A picture that lies beside the page: its address, what it shows, whose it is.

    `width` and `height` are in its pixels, 0 if they cannot be told.
    """

    src: str
    width: int
    height: int
    alt: str
    caption: ProseView | None
    credit: str
    rights: str
    date: Day | None


class TimelineEntryView(Struct, frozen=True):
    """A line of a timeline."""

    date: Day
    text: ProseView | None
