"""The nouns of Postil as an editor writes them: frozen, typed, the origin of the JSON Schemas.

The descriptions are read by people: an editor sees them while typing (they go into the schema).
Dates stay text where an editor writes them; those of CSL are read by csl_dates.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Literal

from postil.site.csl import EMPTY, NO_DATE, NO_NOTE, People, SourceNote, Text
from postil.site.csl_dates import CslDate
from postil.site.fields import (
    OCCURRENCE_PATTERN,
    SHA256_PATTERN,
    Chain,
    Date,
    Fields,
    Id,
    Language,
    ProseText,
    SourceId,
    SourceKey,
    Url,
)
from postil.site.fields import described as _meta
from postil.site.log import ArticleChange, Correction, Update, Withdrawal
from postil.site.settings import Licence
from postil.text.plain import Lines

# ------------------------------------------------------------------ content/sources.yaml


class Source(
    Fields,
    frozen=True,
    rename={
        name: name.replace("_", "-")
        for name in (
            "container_title",
            "collection_title",
            "publisher_place",
            "original_date",
            "available_date",
            "event_date",
        )
    },
):
    """A person, body, outlet, report or document. Field names are CSL's where CSL has one."""

    kind: Annotated[str, _meta("What sort of source it is.", known="kind")]
    name: Annotated[str, _meta("What the badge says; keep it short.")]
    title: Annotated[Text, _meta("The work's title; of a person, the office held.")] = EMPTY
    author: Annotated[
        People, _meta("Who wrote it: names, or {family: ..., given: ...} for each.")
    ] = ()
    editor: Annotated[People, _meta("Who edited it, as under author.")] = ()
    translator: Annotated[People, _meta("Who translated it, as under author.")] = ()
    publisher: Annotated[Text, _meta("Who published it, if the name does not say so.")] = EMPTY
    publisher_place: Annotated[Text, _meta("Where the publisher is.")] = EMPTY
    container_title: Annotated[Text, _meta("The paper, journal, site or book that it is in.")] = (
        EMPTY
    )
    collection_title: Annotated[Text, _meta("The series that it belongs to.")] = EMPTY
    volume: Annotated[Text, _meta("The volume of the journal or work.")] = EMPTY
    issue: Annotated[Text, _meta("The issue of the journal.")] = EMPTY
    page: Annotated[Text, _meta("The pages that it takes up.", "17", "17-23")] = EMPTY
    number: Annotated[Text, _meta("The number of the report, ruling or document.")] = EMPTY
    edition: Annotated[Text, _meta("The edition of the book.")] = EMPTY
    genre: Annotated[Text, _meta("What sort of work it is.", "press release", "thesis")] = EMPTY
    version: Annotated[Text, _meta("The version of the data or program.")] = EMPTY
    medium: Annotated[Text, _meta("What it is recorded on.", "video", "satellite picture")] = EMPTY
    issued: Annotated[CslDate, _meta("When it was published: a day, a month or a year.")] = NO_DATE
    original_date: Annotated[CslDate, _meta("When it first appeared, if this is a reprint.")] = (
        NO_DATE
    )
    available_date: Annotated[CslDate, _meta("When it can be had; not printed.")] = NO_DATE
    event_date: Annotated[CslDate, _meta("When the event was; not printed.")] = NO_DATE
    submitted: Annotated[CslDate, _meta("When it was handed in; not printed.")] = NO_DATE
    accessed: Annotated[CslDate, _meta("When you last saw it.")] = NO_DATE
    url: Annotated[Url, _meta("Where it stands. Leave it out if you have not seen the page.")] = ""
    URL: Annotated[Url, _meta("The same as url, as CSL spells it.")] = ""
    archive_url: Annotated[Url, _meta("A copy in a web archive.")] = ""
    DOI: Annotated[Text, _meta("Digital object identifier, without https://doi.org/")] = EMPTY
    ISBN: Annotated[Text, _meta("International standard book number.")] = EMPTY
    ISSN: Annotated[Text, _meta("International standard serial number.")] = EMPTY
    language: Annotated[Text, _meta("The language that it is in; not printed.")] = EMPTY
    short: Annotated[
        str, _meta("The name where room is scarce, as Jones for Stuart Jones; else all of it.")
    ] = ""
    speaks_for: Annotated[
        SourceId, _meta("The body that this person speaks for; origins are counted by it.")
    ] = ""
    draws_on: Annotated[
        tuple[SourceId, ...],
        _meta("The sources that it may repeat; the count of origins says so."),
    ] = ()
    reason: Annotated[
        str, _meta("Why an unnamed source is not named, and who knows. The kind unnamed needs it.")
    ] = ""
    note: Annotated[SourceNote, _meta("A remark on the source itself, in Markdown.")] = NO_NOTE

    @property
    def address(self) -> str:
        """Where it stands on the web, in either spelling of the field; empty if it does not."""
        return self.url or self.URL


# ------------------------------------------------------------------ annotations.yaml


class Use(Fields, frozen=True):
    """A use of a source: which, where in it, and its words."""

    source: SourceId
    locator: Annotated[str, _meta("Where in the source.", "p. 6", "para. 4", "12:30")] = ""
    quote: Annotated[str, _meta("The words in the source that matter.")] = ""


class Figure(Fields, frozen=True):
    """A picture that lies beside the article."""

    file: Annotated[str, _meta("The picture's file, in the folder of the YAML file.")]
    alt: Annotated[str, _meta("What it shows, for those who do not see it.")]
    caption: Annotated[ProseText, _meta("What stands below it, in Markdown.")] = ""
    credit: Annotated[str, _meta("Who made it, and who lent it.", "AMN", "M. Diaz / AMN")] = ""
    rights: Annotated[str, _meta("On what ground it is published here.", "CC BY 4.0", "quoted")] = (
        ""
    )
    date: Annotated[Date, _meta("When it was made: a day, a month or a year.")] = ""


class TimelineEntry(Fields, frozen=True):
    """What happened, or was known, at a time."""

    date: Annotated[Date, _meta("When it was: a day, a month or a year.")]
    text: Annotated[ProseText, _meta("What happened then, or has been known since, in Markdown.")]


class ContextBox(Fields, frozen=True):
    """Background with a title, beside or below the paragraph."""

    title: Annotated[str, _meta("The heading of the box.")]
    body: Annotated[ProseText, _meta("The background, in Markdown. [@source, p. 6] cites.")]
    sources: Annotated[tuple[SourceId | Use, ...], _meta("What it rests on.")] = ()
    figure: Annotated[Figure | None, _meta("A picture in the box.")] = None
    timeline: Annotated[
        tuple[TimelineEntry, ...], _meta("Then and since: dates, and what happened at each.")
    ] = ()
    known: Annotated[Date, _meta("As of when this was known.")] = ""
    checked: Annotated[Date, _meta("When an editor last checked it.")] = ""
    review_by: Annotated[Date, _meta("When it must be checked again.")] = ""
    show: Annotated[
        Literal["box", "card"], _meta("box: by the paragraph. card: on hover, and at the end.")
    ] = "box"
    open: Annotated[
        bool, _meta("false: the title alone, until a reader opens the box.", True, False)
    ] = True


class Target(Fields, frozen=True):
    """Where in the article: words of it and, if they occur more than once, what picks the place."""

    quote: Annotated[
        str, _meta("The article's words, as they stand. Any quotation marks, any white space.")
    ]
    to: Annotated[str, _meta("The last words of a long passage that begins with quote.")] = ""
    prefix: Annotated[str, _meta("The words right before, if the quote occurs twice.")] = ""
    suffix: Annotated[str, _meta("The words right after, if the quote occurs twice.")] = ""
    occurrence: Annotated[
        str,
        _meta(
            "Which of how many, both numbers; or all of how many.",
            *("1 of 2", "2 of 2", "all of 2"),
            pattern=OCCURRENCE_PATTERN,
        ),
    ] = ""


class Hop(Fields, frozen=True):
    """A hop of a chain, and what it said."""

    source: SourceId
    quote: Annotated[str, _meta("What it said there, word for word.")] = ""
    locator: Annotated[str, _meta("Where it said so.", "para. 4", "12:30", "p. 6")] = ""
    language: Annotated[Language, _meta("Of its words, if not that of the article.")] = ""


class Annotation(Target, frozen=True):
    """A passage of the article and what there is to say about it; or several passages."""

    also: Annotated[
        tuple[str | Target, ...],
        _meta("Further passages of which the same is said: quotes, or {quote: ..., prefix: ...}."),
    ] = ()
    id: Annotated[
        Id,
        _meta("Unique and permanent: it is part of the page's address. Letters, digits, hyphens."),
    ] = ""
    attributed_to: Annotated[
        Chain | tuple[Chain | Hop | tuple[SourceId | Hop, ...], ...],
        _meta(
            "Who said it, through whom it arrived: jones > reuters. Or a list of such chains, or "
            "of the hops of one, each with its words: {source: jones, quote: ...}."
        ),
    ] = ()
    status: Annotated[str, _meta("What the note finds about the passage.", known="status")] = ""
    note: Annotated[
        ProseText,
        _meta("The footnote, in Markdown. [@source, p. 6] cites; [words](#annotation-id) links."),
    ] = ""
    sources: Annotated[tuple[SourceId | Use, ...], _meta("What the note rests on.")] = ()
    figure: Annotated[Figure | None, _meta("A picture in the note.")] = None
    context: Annotated[
        Annotated[str, _meta("The id of a box in content/context.yaml.", known="context")]
        | ContextBox
        | None,
        _meta("A context box, or the id of one in content/context.yaml."),
    ] = None
    draft: Annotated[
        bool, _meta("true: in the preview, not in the published page.", True, False)
    ] = False
    withdrawn: Annotated[
        Date | Withdrawal | None,
        _meta("Since when the article has not had its words: it keeps its address alone."),
    ] = None

    @property
    def withdrawal(self) -> Withdrawal | None:
        """Since when the article has not had its words, and why."""
        how = self.withdrawn
        return Withdrawal(how) if isinstance(how, str) else how


class ArticleFacts(Fields, frozen=True):
    """Facts about the source text itself."""

    outlet: Annotated[
        SourceId, _meta("Who published the article: the id of a source in content/sources.yaml.")
    ] = ""
    title: Annotated[str, _meta("The article's own title.")] = ""
    author: Annotated[
        People, _meta("Who wrote the article: names, or {family: ..., given: ...} for each.")
    ] = ()
    url: Annotated[Url, _meta("Where the article stands.")] = ""
    archive_url: Annotated[Url, _meta("A copy of the article in a web archive.")] = ""
    issued: Annotated[Date, _meta("When the article was published: a day, a month or a year.")] = ""
    accessed: Annotated[Date, _meta("When the text was retrieved.")] = ""
    changes: Annotated[
        tuple[ArticleChange, ...],
        _meta("What its publisher has changed in it since it was annotated; the page says so."),
    ] = ()
    rights: Annotated[str, _meta("On what ground it is published here.")] = ""
    sha256: Annotated[str, _meta("SHA-256 that its file must have.", pattern=SHA256_PATTERN)] = ""
    lines: Annotated[
        Lines | None, _meta("paragraph: every line is one. wrapped: an empty line ends one.")
    ] = None
    language: Annotated[Language, _meta("Of the article, if not that of the annotations.")] = ""


class Reply(Fields, frozen=True):
    """What the subject of the article or of the notes was asked, and answered."""

    asked: Annotated[Date, _meta("When they were asked.")]
    of: Annotated[SourceId, _meta("Who was asked: the id of a source in content/sources.yaml.")]
    answer: Annotated[ProseText, _meta("What they answered, in Markdown; or none.")]

    @property
    def is_answered(self) -> bool:
        """Whether there is an answer."""
        return self.answer.strip().lower() != "none"


class Explainer(Fields, frozen=True):
    """One folder under content/: what its annotations.yaml says."""

    title: Annotated[str, _meta("The page's title.")]
    summary: Annotated[ProseText, _meta("One sentence under the title, in Markdown.")] = ""
    published: Annotated[Date, _meta("When the page was published; it orders the index.")] = ""
    updated: Annotated[Date, _meta("When the page was last changed since; shown with it.")] = ""
    draft: Annotated[bool, _meta("true: in the preview, not published.", True, False)] = False
    guide: Annotated[
        bool, _meta("true: it explains the site itself; the index has it last.", True, False)
    ] = False
    authors: Annotated[tuple[str, ...], _meta("Who annotated.")] = ()
    language: Annotated[
        Language, _meta("Of the annotations; the site's language if it is not given.")
    ] = ""
    licence: Annotated[
        str | Licence | None,
        _meta("On what terms others may use the annotations; the site's if it is not given."),
    ] = None
    findings: Annotated[
        tuple[ProseText, ...],
        _meta("What the annotations add up to: at most five, each with a link to one of them."),
    ] = ()
    method: Annotated[
        ProseText, _meta("How you know, and what you did not see, in Markdown; folded, at the top.")
    ] = ""
    reply: Annotated[Reply | None, _meta("Who was asked for a reply, and what came of it.")] = None
    article: Annotated[ArticleFacts, _meta("Facts about the article itself.")] = ArticleFacts()
    annotations: Annotated[
        tuple[Annotation, ...], _meta("The annotations, in any order; the page has its own.")
    ] = ()
    corrections: Annotated[
        tuple[Correction, ...], _meta("What was corrected after publication; shown on the page.")
    ] = ()
    updates: Annotated[
        tuple[Update, ...], _meta("What else was changed since; shown with the corrections.")
    ] = ()


Sources = Mapping[SourceKey, Source]
Contexts = Mapping[Id, ContextBox]


@lru_cache(512)  # asked for the same lists again and again while a page is made
def as_uses(sources: tuple[str | Use, ...]) -> tuple[Use, ...]:
    """Every entry of a `sources` list in its long form."""
    return tuple(Use(entry) if isinstance(entry, str) else entry for entry in sources)
