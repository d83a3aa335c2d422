"""What templates are given: the whole contract of templates/, explained in docs/templates.md.

Everything is data and ready to print: numbers are numbered, ids resolved, dates written out in the
page's language, prose parsed with the badges of its citations. No view holds markup: rendering
weaves the article, renders the prose, and calls the templates, which decide all other markup.
"""

from msgspec import Struct

from postil.language.words import Day
from postil.site.csl import Doi
from postil.site.model import Site, Source
from postil.text.articles import Document
from postil.text.prose import Prose
from postil.text.typography import Quotes


class Link(Struct, frozen=True):
    """A place on the same page."""

    href: str
    text: str


class Badge(Struct, frozen=True):
    """A source as the text names it; `href` leads to its entry in the source list.

    `page_href` leads to the source's own page, where a page has no such list both do. `prefix` is
    what a citation says before it, as in `[see @source]`.
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
    page_href: str = ""


class ProseView(Struct, frozen=True):
    """Prose of an editor's, parsed, and the badges of each citation in it, in order.

    `quotes` are the quotation marks with which it is typeset; without them it stays as typed.
    """

    prose: Prose
    citations: tuple[tuple[Badge, ...], ...]
    quotes: Quotes | None = None


class ChainView(Struct, frozen=True):
    """An attribution chain: its hops in order, and the same in words."""

    hops: tuple[Badge, ...]
    words: str


class StatusView(Struct, frozen=True):
    """A status that an annotation carries; `page_href` leads to the page of all that carry it."""

    id: str
    label: str
    description: str
    page_href: str = ""


class CorrectionView(Struct, frozen=True):
    """A correction; `passage` leads to the annotation it concerns."""

    element_id: str
    date: Day
    passage: Link
    was: ProseView | None
    now: ProseView | None


class BoxView(Struct, frozen=True):
    """A context box. `id` is the value of data-context; `element_id` its place on the page."""

    id: str
    element_id: str
    title: str
    body: ProseView | None
    sources: tuple[Badge, ...]
    known: Day | None
    checked: Day | None
    open: bool
    passages: tuple[Link, ...]


class BackLink(Struct, frozen=True):
    """From a note to one of its passages, whose words, shortened, are the `lemma`.

    `letter` tells it from the others, from `a`; it is empty where there is one passage.
    """

    href: str
    letter: str
    lemma: str


class NoteView(Struct, frozen=True):
    """An entry of the note list, with a link back to each of its passages."""

    id: str
    number: int
    lemma: str
    passages: tuple[BackLink, ...]
    status: StatusView | None
    chains: tuple[ChainView, ...]
    body: ProseView | None
    sources: tuple[Badge, ...]
    box: Link | None
    corrections: tuple[CorrectionView, ...]
    draft: bool


class AnnotationView(Struct, frozen=True):
    """What stands in the text after a passage: at least one of note, chains, badges, box.

    `reference_id` is the address of the reference to the note, if it has a number. An annotation of
    several passages has all of it after the first; after a further one the number alone or, where
    there is none, chains and badges, or else the box. `language` and `direction` are those of the
    page, where the article has others; else empty.
    """

    id: str
    reference_id: str
    number: int | None
    status: StatusView | None
    chains: tuple[ChainView, ...]
    badges: tuple[Badge, ...]
    box: Link | None
    draft: bool
    language: str = ""
    direction: str = ""


class PassageView(Struct, frozen=True):
    """A passage, from `start` to `end` in code points of the article's text.

    The address of the annotation is that of its first passage. `below` is the box that stands below
    the paragraph in which the passage ends.
    """

    annotation: AnnotationView
    start: int
    end: int
    below: BoxView | None
    is_first: bool = True


class SourceView(Struct, frozen=True):
    """An entry of the source list, with every place of the page that uses it.

    Of a date that `<time>` has no form for, as a range, `iso` is empty.
    """

    id: str
    element_id: str
    source: Source
    badge: Badge
    authors: str
    issued: Day | None
    accessed: Day | None
    speaks_for: Badge | None
    note: ProseView | None
    uses: tuple[Link, ...]
    original: Day | None = None
    doi: Doi | None = None
    draws_on: tuple[Badge, ...] = ()


class SourceGroup(Struct, frozen=True):
    """The sources of one kind."""

    kind: str
    label: str
    sources: tuple[SourceView, ...]


class ArticleView(Struct, frozen=True):
    """The article, its passages in the order of reading, and the facts about it."""

    document: Document
    passages: tuple[PassageView, ...]
    title: str
    authors: str
    outlet: Badge | None
    url: str
    archive_url: str
    issued: Day | None
    accessed: Day | None
    rights: str
    language: str
    direction: str
    sha256: str
    download: str


class Counts(Struct, frozen=True):
    """Figures of one explainer; `origins` are the distinct first speakers of all chains."""

    annotations: int
    notes: int
    sources: int
    boxes: int
    attributions: int
    origins: int


class Origin(Struct, frozen=True):
    """A first speaker, or the body that it speaks for, and what rests on it; most first."""

    badge: Badge
    uses: tuple[Link, ...]


class Download(Struct, frozen=True):
    """A file beside the page for other programs; `label` is the key of its words."""

    href: str
    media_type: str
    label: str


class PageView(Struct, frozen=True):
    """One explainer's page. `root` leads from the page to the site's top, as in `../`."""

    site: Site
    root: str
    address: str  # of this page on the web; empty without a base_url
    slug: str
    title: str
    summary: ProseView | None
    description: str  # the summary without markup
    published: Day | None
    authors: str
    language: str
    direction: str
    article: ArticleView
    notes: tuple[NoteView, ...]
    boxes: tuple[BoxView, ...]  # all of them, in order
    cards: tuple[BoxView, ...]  # those that do not stand by a paragraph
    sources: tuple[SourceGroup, ...]
    corrections: tuple[CorrectionView, ...]
    statuses: tuple[StatusView, ...]
    counts: Counts
    downloads: tuple[Download, ...]
    origins: tuple[Origin, ...]
    draft: bool = False  # it, or something on it, is not published
    updated: Day | None = None
