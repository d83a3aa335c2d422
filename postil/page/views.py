"""What templates are given: the whole contract of templates/, explained in docs/templates.md.

Everything is ready to print: numbers are numbered, ids resolved, Markdown rendered (`Markup`),
dates written out in the page's language. Templates decide markup and nothing else.
"""

from markupsafe import Markup
from msgspec import Struct

from postil.language.words import Day
from postil.site.csl import Doi
from postil.site.model import Site, Source


class Link(Struct, frozen=True):
    """A place on the same page."""

    href: str
    text: str


class Badge(Struct, frozen=True):
    """A source as the text names it; `href` leads to its entry in the source list."""

    source: str
    name: str
    kind: str
    kind_label: str
    glyph: str
    href: str
    locator: str = ""
    quote: str = ""


class Chain(Struct, frozen=True):
    """An attribution chain: its hops in order, and the same in words."""

    hops: tuple[Badge, ...]
    words: str


class StatusView(Struct, frozen=True):
    """A status that an annotation carries."""

    id: str
    label: str
    description: str


class CorrectionView(Struct, frozen=True):
    """A correction; `passage` leads to the annotation it concerns."""

    date: Day
    passage: Link
    was: Markup
    now: Markup


class BoxView(Struct, frozen=True):
    """A context box. `id` is the value of data-context; `element_id` its place on the page."""

    id: str
    element_id: str
    title: str
    body: Markup
    in_words: Markup  # the body again, with citations in words: no badge, no id
    sources: tuple[Badge, ...]
    known: Day | None
    checked: Day | None
    show: str
    open: bool
    passages: tuple[Link, ...]


class NoteView(Struct, frozen=True):
    """An entry of the note list. `lemma` is the passage's words, shortened."""

    id: str
    number: int
    lemma: str
    status: StatusView | None
    chains: tuple[Chain, ...]
    body: Markup
    sources: tuple[Badge, ...]
    box: Link | None
    corrections: tuple[CorrectionView, ...]
    draft: bool


class AnnotationView(Struct, frozen=True):
    """What stands in the text after a passage: at least one of note, chains, badges, box.

    `language` and `direction` are those of the page, where the article has others; else empty.
    """

    id: str
    number: int | None
    status: StatusView | None
    chains: tuple[Chain, ...]
    badges: tuple[Badge, ...]
    box: Link | None
    draft: bool
    language: str = ""
    direction: str = ""


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
    note: Markup
    uses: tuple[Link, ...]
    original: Day | None = None
    doi: Doi | None = None


class SourceGroup(Struct, frozen=True):
    """The sources of one kind."""

    kind: str
    label: str
    sources: tuple[SourceView, ...]


class ArticleView(Struct, frozen=True):
    """The article: its woven HTML and the facts about it."""

    html: Markup
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


class PageView(Struct, frozen=True):
    """One explainer's page. `root` leads from the page to the site's top, as in `../`."""

    site: Site
    root: str
    slug: str
    title: str
    summary: Markup
    description: str
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
    annotations_download: str
    origins: tuple[Origin, ...] = ()


class Entry(Struct, frozen=True):
    """An explainer as the index lists it."""

    slug: str
    title: str
    summary: Markup
    published: Day | None
    authors: str
    outlet: str
    counts: Counts
    language: str
    direction: str


class IndexView(Struct, frozen=True):
    """The site's index: explainers, newest first."""

    site: Site
    root: str
    language: str
    direction: str
    summary: Markup
    description: str  # the summary without markup
    entries: tuple[Entry, ...]
