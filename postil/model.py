"""The nouns of Postil as an editor writes them: frozen, typed, the origin of the JSON Schemas.

The descriptions are read by people: an editor sees them while typing (they go into the schema).
Dates stay text, because CSL dates may lack a day or a month.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

DATE_PATTERN = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"
URL_PATTERN = r"^([hH][tT][tT][pP][sS]?://[^/\s][^\s]*|[mM][aA][iI][lL][tT][oO]:[^\s]+)$"
OCCURRENCE_PATTERN = r"^[1-9][0-9]{0,5} of [1-9][0-9]{0,5}$"
ID_PATTERN = r"^[^\W_]+(-[^\W_]+)*$"
COLOUR_PATTERN = r"^#[0-9a-fA-F]{6}$"
LANGUAGE_PATTERN = r"^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$"


def _meta(description: str, *examples: str, pattern: str | None = None) -> Meta:
    return Meta(description=description, examples=list(examples) or None, pattern=pattern)


Date = Annotated[
    str, _meta("A day, a month or a year.", "2017-05-15", "2017", pattern=DATE_PATTERN)
]
Url = Annotated[str, _meta("A web address.", "https://example.org/", pattern=URL_PATTERN)]
Language = Annotated[str, _meta("A BCP 47 language tag.", "en", "ar", pattern=LANGUAGE_PATTERN)]
Id = Annotated[str, _meta("Letters, digits and single hyphens.", "used-once", pattern=ID_PATTERN)]
Prose = Annotated[str, _meta("Markdown; `[@source, p. 6]` cites, `[words](#annotation)` links.")]
SourceId = Annotated[str, _meta("The id of an entry in content/sources.yaml.", "reuters")]
Chain = Annotated[
    str, _meta("Who said it, through whom it reached the page: source ids.", "jones > reuters")
]


class Fields(Struct, frozen=True, forbid_unknown_fields=True):
    """What all entries share: an unknown key is a mistake."""


# ------------------------------------------------------------------ content/sources.yaml


class Name(Fields, frozen=True, rename="kebab"):
    """A person's name in CSL's parts."""

    family: str = ""
    given: str = ""
    literal: str = ""
    suffix: str = ""
    dropping_particle: str = ""
    non_dropping_particle: str = ""

    def __str__(self) -> str:
        parts = (self.given, self.dropping_particle, self.non_dropping_particle, self.family)
        return self.literal or " ".join(part for part in (*parts, self.suffix) if part)


class DateParts(Fields, frozen=True, rename="kebab"):
    """A date as CSL-JSON has it: `date-parts: [[2017, 5, 15]]`."""

    date_parts: tuple[tuple[str, ...], ...]


class DateFields(Fields, frozen=True):
    """A date as Pandoc's older YAML has it: `year: 2017`."""

    year: str
    month: str = ""
    day: str = ""


CslDate = Date | DateParts | tuple[DateFields, ...]
People = tuple[str | Name, ...]


class Source(
    Fields,
    frozen=True,
    rename={
        name: name.replace("_", "-")
        for name in ("container_title", "collection_title", "publisher_place", "original_date")
    },
):
    """A person, body, outlet, report or document. Field names are CSL's where CSL has one."""

    kind: Annotated[str, _meta("What sort of source it is.", "wire", "person", "document")]
    name: Annotated[str, _meta("What the badge says; keep it short.", "Reuters")]
    title: Annotated[str, _meta("The work's title; of a person, the office held.")] = ""
    author: People = ()
    editor: People = ()
    translator: People = ()
    publisher: str = ""
    publisher_place: str = ""
    container_title: Annotated[str, _meta("The paper, journal, site or book that it is in.")] = ""
    collection_title: str = ""
    volume: str = ""
    issue: str = ""
    page: str = ""
    number: str = ""
    edition: str = ""
    genre: str = ""
    version: str = ""
    medium: str = ""
    issued: Annotated[CslDate, _meta("When it was published.")] = ""
    original_date: CslDate = ""
    accessed: Annotated[CslDate, _meta("When you last saw it.")] = ""
    url: Annotated[Url, _meta("Leave it out if you have not seen the page.")] = ""
    URL: Annotated[Url, _meta("The same as url, as CSL spells it.")] = ""
    archive_url: Annotated[Url, _meta("A copy in a web archive.")] = ""
    DOI: Annotated[str, _meta("Digital object identifier.", "10.1000/182")] = ""
    ISBN: str = ""
    ISSN: str = ""
    language: Language = ""
    speaks_for: Annotated[SourceId, _meta("The body that this person speaks for.")] = ""
    reason: Annotated[str, _meta("Why an unnamed source is not named, and who knows.")] = ""
    note: Annotated[Prose, _meta("A remark on the source itself.")] = ""
    abstract: str = ""
    type: Annotated[str, _meta("CSL's type, accepted from exports; `kind` decides.")] = ""
    id: Annotated[str, _meta("Accepted from exports; the key above the entry decides.")] = ""


# ------------------------------------------------------------------ annotations.yaml


class Use(Fields, frozen=True):
    """A use of a source: which, where in it, and its words."""

    source: SourceId
    locator: Annotated[str, _meta("Where in the source.", "p. 6", "para. 4")] = ""
    quote: Annotated[str, _meta("The words in the source that matter.")] = ""


class ContextBox(Fields, frozen=True):
    """Background with a title, beside or below the paragraph."""

    title: str
    body: Prose
    sources: Annotated[tuple[SourceId | Use, ...], _meta("What it rests on.")] = ()
    known: Annotated[Date, _meta("As of when this was known.")] = ""
    checked: Annotated[Date, _meta("When an editor last checked it.")] = ""
    review_by: Annotated[Date, _meta("When it must be checked again.")] = ""
    show: Annotated[
        Literal["box", "card"], _meta("box: by the paragraph. card: on hover, and at the end.")
    ] = "box"


class Annotation(Fields, frozen=True):
    """A passage of the article and what there is to say about it."""

    quote: Annotated[str, _meta("The article's words. Straight or curly quotes, any white space.")]
    to: Annotated[str, _meta("The last words of a long passage that begins with `quote`.")] = ""
    prefix: Annotated[str, _meta("The words right before, if the quote occurs twice.")] = ""
    suffix: Annotated[str, _meta("The words right after, if the quote occurs twice.")] = ""
    occurrence: Annotated[
        str, _meta("Which of how many.", "1 of 2", pattern=OCCURRENCE_PATTERN)
    ] = ""
    id: Annotated[Id, _meta("Unique and permanent: it is part of the page's address.")] = ""
    attributed_to: Annotated[
        Chain | tuple[Chain, ...], _meta("First speaker > … > last outlet, as source ids.")
    ] = ()
    status: Annotated[str, _meta("A built-in status, or one of site.yaml.", "disputed")] = ""
    note: Annotated[Prose, _meta("The footnote.")] = ""
    sources: Annotated[tuple[SourceId | Use, ...], _meta("What the note rests on.")] = ()
    context: Annotated[
        str | ContextBox | None, _meta("A context box, or the id of one in content/context.yaml.")
    ] = None
    draft: Annotated[bool, _meta("true: in the preview, not in the published page.")] = False


class ArticleFacts(Fields, frozen=True):
    """Facts about the source text itself."""

    outlet: Annotated[SourceId, _meta("Who published the article: an id in sources.yaml.")] = ""
    title: str = ""
    author: People = ()
    url: Url = ""
    archive_url: Url = ""
    issued: Date = ""
    accessed: Annotated[Date, _meta("When the text was retrieved.")] = ""
    rights: Annotated[str, _meta("On what ground it is published here.")] = ""
    language: Language = ""


class Correction(Fields, frozen=True):
    """What an annotation said wrongly, and what it says now."""

    date: Date
    annotation: Annotated[str, _meta("The id of the annotation that was corrected.")]
    was: Prose
    now: Prose


class Explainer(Fields, frozen=True):
    """One folder under content/: what its annotations.yaml says."""

    title: str
    summary: Annotated[Prose, _meta("One sentence under the title.")] = ""
    published: Date = ""
    authors: Annotated[tuple[str, ...], _meta("Who annotated.", "Newsroom desk")] = ()
    language: Annotated[Language, _meta("Of the annotations; the site's language if absent.")] = ""
    article: ArticleFacts = ArticleFacts()
    annotations: tuple[Annotation, ...] = ()
    corrections: tuple[Correction, ...] = ()


# ------------------------------------------------------------------ site.yaml


class Kind(Fields, frozen=True):
    """A kind of source: how its badge names it."""

    label: str
    glyph: Annotated[str, _meta("One or two characters that stand before the name.")] = ""


class Status(Fields, frozen=True):
    """What an annotation finds about its passage."""

    label: str
    description: Annotated[str, _meta("One sentence for the legend.")] = ""


class Theme(Fields, frozen=True):
    """How the pages look."""

    accent: Annotated[
        str, _meta("The colour of links and markers.", "#8a1c1c", pattern=COLOUR_PATTERN)
    ] = ""
    fonts: Annotated[
        Literal["serif", "system"], _meta("serif: ours. system: the reader's own, no download.")
    ] = "serif"


class Site(Fields, frozen=True):
    """What site.yaml says."""

    title: str
    base_url: Annotated[Url, _meta("Where the site will stand; needed for feeds only.")] = ""
    language: Language = "en"
    publisher: str = ""
    description: Prose = ""
    theme: Theme = Theme()
    kinds: Annotated[dict[str, Kind], _meta("Further kinds of source, or other labels.")] = {}
    statuses: Annotated[dict[str, Status], _meta("Further statuses, or other labels.")] = {}


Sources = dict[Id, Source]
Contexts = dict[Id, ContextBox]

# The kinds and statuses that every site has; their labels are interface words (postil/words/).
KINDS = (
    "person", "official", "wire", "press", "government", "state-media", "un", "ngo", "court",
    "academic", "document", "reference", "unnamed",
)  # fmt: skip
STATUSES = (
    "supported", "disputed", "unverified", "altered", "imprecise", "outdated", "opinion",
    "unsourced",
)  # fmt: skip

# A citation of one of these without a place in it sends the reader through the whole of it.
KINDS_WITH_PLACES = frozenset({"document", "court", "academic"})


def iso_date(date: CslDate) -> str:
    """The date as `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; empty if there is none."""
    if isinstance(date, str):
        return date
    if isinstance(date, DateParts):
        parts = date.date_parts[0] if date.date_parts else ()
    else:
        parts = (date[0].year, date[0].month, date[0].day) if date else ()
    given = [part for part in parts if part]
    return "-".join(part.zfill(4 if i == 0 else 2) for i, part in enumerate(given))


def as_uses(sources: tuple[str | Use, ...]) -> tuple[Use, ...]:
    """Every entry of a `sources` list in its long form."""
    return tuple(Use(entry) if isinstance(entry, str) else entry for entry in sources)


def as_chains(attributed_to: str | tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Every attribution chain as its hops' ids, first speaker first."""
    chains = (attributed_to,) if isinstance(attributed_to, str) else attributed_to
    return tuple(tuple(hop.strip() for hop in chain.split(">")) for chain in chains)
