"""What templates are given: the whole contract of templates/, explained in docs/templates.md.

Everything is data and ready to print: numbers are numbered, ids resolved, dates written out in the
page's language, prose parsed with the badges of its citations. No view holds markup: rendering
weaves the article, renders the prose, and calls the templates, which decide all other markup.
"""

from collections.abc import Mapping

from msgspec import Struct

from postil.language.words import Day
from postil.page.parts import (
    Badge,
    ChainView,
    FigureView,
    Link,
    ProseView,
    RungView,
    StatusCount,
    StatusView,
    TimelineEntryView,
)
from postil.site.csl import Doi
from postil.site.model import Source
from postil.site.settings import Licence, Site
from postil.site.tracing import Basis
from postil.text.articles import Document

# The parts are of the contract too.
__all__ = ["Badge", "ChainView", "FigureView", "Link",
           "ProseView", "RungView", "StatusCount", "StatusView", "TimelineEntryView"]  # fmt: skip


class CorrectionView(Struct, frozen=True):
    """A correction; `passage` leads to the annotation it concerns."""

    element_id: str
    date: Day
    passage: Link
    was: ProseView | None
    now: ProseView | None


class UpdateView(Struct, frozen=True):
    """A change of the page that corrects nothing."""

    element_id: str
    date: Day
    text: ProseView | None


class ArticleChangeView(Struct, frozen=True):
    """A change that the article's publisher made in it."""

    element_id: str
    date: Day
    text: ProseView | None


class LogEntry(Struct, frozen=True):
    """An entry of the page's log: a correction, an update, or a change of the article."""

    correction: CorrectionView | None = None
    update: UpdateView | None = None
    change: ArticleChangeView | None = None


class FindingView(Struct, frozen=True):
    """What annotations add up to; its text links to them. `element_id` is its place on the page."""

    element_id: str
    text: ProseView


class ReplyView(Struct, frozen=True):
    """Who was asked for a reply, and the answer, if there is one."""

    of: Badge
    asked: Day
    answer: ProseView | None


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
    figure: FigureView | None = None
    timeline: tuple[TimelineEntryView, ...] = ()


class BackLink(Struct, frozen=True):
    """From a note to one of its passages, whose words, shortened, are the `lemma`.

    `letter` tells it from the others, from `a`; it is empty where there is one passage.
    """

    href: str
    letter: str
    lemma: str


class WithdrawalView(Struct, frozen=True):
    """Since when the article has not had the words of a note, and why."""

    date: Day
    reason: ProseView | None


class NoteView(Struct, frozen=True):
    """An entry of the note list, with a link back to each of its passages.

    One that is `withdrawn` has no passage, and is in a list of its own with numbers of its own.
    """

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
    figure: FigureView | None = None
    withdrawn: WithdrawalView | None = None


class AnnotationView(Struct, frozen=True):
    """What stands in the text after a passage: at least one of note, chains, badges, box.

    `reference_id` is the address of the reference to the note, if it has a number. An annotation of
    several passages has all of it after the first; after a further one the number alone or, where
    there is none, chains and badges, or else the box. `language` and `direction` are those of the
    page, where the article has others; else empty. `again` says that the passage before it, in the
    same block, has the same first speaker.
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
    again: bool = False


class PassageView(Struct, frozen=True):
    """A passage, from `start` to `end` in code points of the article's text.

    The `address` of the first passage is that of the annotation. `below` is the box that stands
    below the paragraph in which the passage ends.
    """

    annotation: AnnotationView
    address: str
    start: int
    end: int
    below: BoxView | None


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


class StripView(Struct, frozen=True):
    """The line along a block of the article, from its first letter to its last, in code points.

    `pieces` are where each begins, how long it is, and on what it rests.
    """

    length: int
    pieces: tuple[tuple[int, int, Basis], ...]


class ArticleView(Struct, frozen=True):
    """The article, its passages in the order of reading, and the facts about it.

    `strips` are by the number of the block, from 1: of those that have one.
    """

    document: Document
    passages: tuple[PassageView, ...]
    strips: Mapping[int, StripView]
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
    changed: ArticleChangeView | None = None  # when its publisher changed it for the last time


class Counts(Struct, frozen=True):
    """Figures of one explainer; `origins` are the distinct first speakers of all chains."""

    annotations: int
    notes: int
    sources: int
    boxes: int
    attributions: int
    origins: int


class PictureNode(Struct, frozen=True):
    """A source in the picture: its bar, and its label, whose base line is at `label_y`.

    `words` tell all that the label cuts. `href` leads to the source's entry; it is empty where the
    node stands for several. `begun` is how many passages begin here. `anchor` is as in SVG.
    Coordinates, here and below, are units of the drawing, ready to print.
    """

    href: str
    label: str
    words: str
    begun: int
    x: str
    y: str
    height: str
    label_x: str
    label_y: str
    anchor: str


class PictureThread(Struct, frozen=True):
    """A passage's way in the picture, as the data of an SVG path; `href` leads to the passage.

    The first way of an annotation has an `element_id`, so that its card leads back. `changes` are
    the points at which its words changed.
    """

    element_id: str
    href: str
    basis: Basis
    path: str
    words: str
    changes: tuple[tuple[str, str], ...] = ()


class PictureRow(Struct, frozen=True):
    """A row of the picture's table: whose words, through whom in order, and where they stand."""

    origin: Badge
    hops: tuple[Badge, ...]
    passages: tuple[Link, ...]


class PictureView(Struct, frozen=True):
    """Who said it, through whom, and where in the article: as a drawing and as a table.

    `heading` tells the finding. `stroke` is the width of threads, `slim` that of named sources.
    `article` is where the article's column begins, `edge` where the numbers of its paragraphs end;
    `numbers` have their base lines. `bars` are data of SVG paths, `legend` words for each basis.
    """

    heading: str
    width: str
    height: str
    stroke: str
    slim: str
    article: str
    edge: str
    has_relays: bool
    bars: tuple[tuple[Basis, str], ...]
    numbers: tuple[tuple[int, str], ...]
    threads: tuple[PictureThread, ...]
    nodes: tuple[PictureNode, ...]
    legend: tuple[tuple[Basis, str], ...]
    rows: tuple[PictureRow, ...]


class Evidence(Struct, frozen=True):
    """Where the article's words come from, and what was found: what the top of a page shows.

    There is no picture, and there are no facts, where there is too little to see and to count.
    `facts` are sentences, `statuses` those that the page has, most first.
    """

    picture: PictureView | None
    facts: tuple[str, ...]
    statuses: tuple[StatusCount, ...]


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
    statuses: tuple[StatusView, ...]
    counts: Counts
    downloads: tuple[Download, ...]
    evidence: Evidence
    draft: bool = False  # it, or something on it, is not published
    licence: Licence | None = None
    updated: Day | None = None
    findings: tuple[FindingView, ...] = ()
    method: ProseView | None = None
    reply: ReplyView | None = None
    contact: ProseView | None = None  # where to report a mistake
    log: tuple[LogEntry, ...] = ()  # newest first
    citations: tuple[Download, ...] = ()  # the page itself, for programs that keep references
    poster: str = ""  # a picture beside it, for where other programs show a link to it
    author_names: tuple[str, ...] = ()  # the authors, one by one
    linked_data: Mapping[str, object] = {}  # what the page says of itself to search engines
    withdrawn: tuple[NoteView, ...] = ()  # whose words the article has no more
