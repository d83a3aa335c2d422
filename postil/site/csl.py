"""What CSL and its exporters have in an entry besides dates: texts, names, numbers, remarks."""

import re
import unicodedata
from html import unescape
from typing import Annotated, Any
from urllib.parse import quote, unquote

from msgspec import Struct, field

from postil.site import csl_dates
from postil.site.fields import described
from postil.text import rich

# ------------------------------------------------------------------ variables

# Of CSL 1.0.2 (its appendix IV) and of its schema for data, what no page prints.
_OF_CSL = """
abstract annote archive archive-place archive_collection archive_location authority call-number
categories chair chapter-number citation-key citation-label citation-number collection-editor
collection-number compiler composer container-author container-title-short contributor curator
custom dimensions director division editor-translator editorial-director event event-place
event-title executive-producer first-reference-note-number guest host id illustrator interviewer
journalAbbreviation jurisdiction keyword license locator narrator number-of-pages
number-of-volumes organizer original-author original-publisher original-publisher-place
original-title page-first part-number part-title performer PMCID PMID printing-number producer
recipient references reviewed-author reviewed-genre reviewed-title scale script-writer section
series-creator shortTitle source status supplement-number title-short type volume-title
year-suffix
"""
# What Zotero, Better BibTeX, Juris-M and Pandoc add.
_OF_PROGRAMS = """
archive-collection archive-location attachments citekey gazette-flag hereinafter itemType multi
seeAlso system_id uri
"""
# What Crossref and DataCite put into what they call CSL-JSON.
_OF_REGISTRIES = """
aliases alternative-id article-number assertion clinical-trial-number content-created
content-domain content-updated copyright created degree deposited free-to-read funder group-title
indexed institution is-referenced-by-count isbn-type issn-type issue-title journal-issue link
member posted prefix proceedings-subject published published-online published-other
published-print publisher-location reference reference-count references-count relation resource
review score short-container-title short-title special-numbering standards-body
subject subtitle update-policy update-to updated-by
"""
NOT_PRINTED = frozenset(f"{_OF_CSL} {_OF_PROGRAMS} {_OF_REGISTRIES}".split())
"""Fields of exported entries that are accepted, whatever they hold, and printed nowhere."""

_PEOPLE = ("author", "editor", "translator")
NOT_OF_NAMES = frozenset(
    ("affiliation", "authenticated-orcid", "isInstitution", "multi", "ORCID", "parse-names",
     "prefix", "role", "sequence")
)  # fmt: skip


def printed(entry: Any) -> Any:
    """An entry of sources.yaml without what exporters have put there and no page prints."""
    if not isinstance(entry, dict):
        return entry
    kept = {key: value for key, value in entry.items() if key not in NOT_PRINTED}
    for key in _PEOPLE:
        if isinstance(kept.get(key), list):
            kept[key] = [_without(person, NOT_OF_NAMES) for person in kept[key]]
    return kept


def _without(entry: Any, keys: frozenset[str]) -> Any:
    if not isinstance(entry, dict):
        return entry
    return {key: value for key, value in entry.items() if key not in keys}


# What sort of source an item of a CSL type mostly is; all others are documents.
_KINDS = {
    "press": "article-newspaper article-magazine broadcast post-weblog interview",
    "academic": "article article-journal book chapter dataset paper-conference review thesis",
    "court": "legal_case hearing",
    "reference": "entry entry-dictionary entry-encyclopedia webpage",
    "person": "personal_communication post speech",
}


def guess(field: str, entry: dict[str, Any]) -> str:
    """What an exported entry's `kind` or `name` may be. Only ever suggested."""
    if field == "kind" and "type" in entry:
        kinds = (kind for kind, types in _KINDS.items() if entry["type"] in types.split())
        return next(kinds, "document")
    if field == "name":
        texts = (entry.get(key) for key in ("container-title", "publisher", "title"))
        firsts = (text[0] if isinstance(text, list) and text else text for text in texts)
        return next((str(Text(text)) for text in firsts if text and isinstance(text, str)), "")
    return ""


# ------------------------------------------------------------------ texts


class Text(str):
    """A text as it was typed, that knows how it is printed: `<i>`, `<sub>` and the like as such.

    Templates print it as HTML; as a string it is its words.
    """

    __slots__ = ()

    @classmethod
    def read(cls, value: Any) -> "Text":
        """A text, or the first of a list, as Crossref has it. Raises TypeError for all else."""
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return cls(value[0] if value else "")
        if isinstance(value, str):
            return cls(value)
        raise TypeError("Expected text")

    def __str__(self) -> str:
        return rich.plain_words(str.__str__(self))

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __html__(self) -> str:
        return rich.markup(str.__str__(self))


class SourceNote(str):
    """A note on a source; `extra` are the lines of it that Zotero keeps there, and are left out."""

    extra: tuple[str, ...] = ()

    @classmethod
    def read(cls, value: Any) -> "SourceNote":
        """The note without lines of Zotero's Extra. Raises TypeError if it is no text."""
        if not isinstance(value, str):
            raise TypeError("Expected text")
        lines = value.splitlines(keepends=True)
        remark = cls("".join(line for line in lines if not _is_extra(line)))
        remark.extra = tuple(line.strip() for line in lines if _is_extra(line))
        return remark


EMPTY: Text = field(default_factory=Text)
NO_NOTE: SourceNote = field(default_factory=SourceNote)
NO_DATE: csl_dates.CslDate = field(default_factory=csl_dates.CslDate)

_TEXT = {"type": ["string", "number"]}
SCHEMAS: dict[type, dict[str, Any]] = {
    Text: {"type": ["string", "number", "array"], "items": _TEXT},
    SourceNote: {"type": "string"},
    csl_dates.CslDate: csl_dates.SCHEMA,
}
"""What editors' programs are told of the types that are read in a way of their own."""

# In Zotero's Extra a line is `Citation Key: …`, `original-date: …`, `tex.ids: …`, `{:status: …}`.
_EXTRA = re.compile(r"(?:\{:)?(?P<key>[\w.-]+(?: [\w-]+){0,3}): ?\S.*")
_OF_EXTRA = frozenset(
    ("arxiv", "bibcode", "bibtex", "biblatexdata", "citation key", "dblp", "eprint", "google-books",
     "jstor", "lccn", "mr", "oclc", "pmcid", "pmid", "qid", "zbl", "zotero")
)  # fmt: skip
_VARIABLES = {
    *_OF_CSL.split(),
    "author", "collection-title", "container-title", "DOI", "edition", "editor", "genre", "ISBN",
    "ISSN", "issue", "language", "medium", "number", "page", "publisher", "publisher-place",
    "title", "translator", "URL", "version", "volume", *csl_dates.VARIABLES,
}  # fmt: skip


def _is_extra(line: str) -> bool:
    """`Status:` may begin an editor's sentence; `status:` and `Original Date:` are variables."""
    found = _EXTRA.fullmatch(line.strip())
    key = found["key"] if found else ""
    folded = key.lower()
    return (
        folded in _OF_EXTRA
        or folded.startswith(("tex.", "bibtex"))
        or key in _VARIABLES
        or (" " in key and folded.replace(" ", "-") in _VARIABLES)
    )


# ------------------------------------------------------------------ names

Flag = bool | str


class Name(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """A person's name in CSL's parts."""

    family: Annotated[str, described("The family name.")] = ""
    given: Annotated[str, described("The given names.")] = ""
    literal: Annotated[str, described("The whole name, if it has no such parts: a body's.")] = ""
    suffix: Annotated[str, described("What follows the name.", "Jr.", "III")] = ""
    dropping_particle: Annotated[
        str, described("A particle that goes when the family name stands alone.", "de", "von")
    ] = ""
    non_dropping_particle: Annotated[
        str, described("A particle that always stays with the family name.", "van", "al-")
    ] = ""
    comma_suffix: Annotated[Flag, described("true: a comma stands before the suffix.")] = False
    static_ordering: Annotated[
        Flag, described("true: the family name comes first, as in Hungarian.")
    ] = False
    name: Annotated[str, described("The same as literal, as Crossref spells it.")] = ""

    def __str__(self) -> str:
        if self.literal or self.name:
            return self.literal or self.name
        if _is_east_asian(self.family + self.given):
            return self.family + self.given
        family = self.family
        for particle in (self.non_dropping_particle, self.dropping_particle):
            family = _joined(particle, family, _BINDS)
        first, last = self.given, family
        if _is_set(self.static_ordering):
            first, last = last, first
        comma = "," if _is_set(self.comma_suffix) else ""
        return _joined(_joined(first, last, _ELIDED) + comma, self.suffix)


People = tuple[str | Name, ...]

# What ends in such a sign is a part of the name after it: al-Zahra, d’Alembert. Given names may
# end in a particle, as in `Jean d'`, and in an apostrophe that is a letter, as in `Sana'`.
_BINDS = re.compile(r"[-‐'’ʼ]$")
_ELIDED = re.compile(r"(?:^|\s)(?:[dl]|dell|dall|nell|sull|all)['’ʼ]$", re.IGNORECASE)


def _joined(first: str, last: str, binds: re.Pattern[str] | None = None) -> str:
    """Both with a space between them, but where the first is bound to the last."""
    first, last = first.strip(), last.strip()
    is_bound = binds and binds.search(first)
    return f"{first}{'' if is_bound else ' '}{last}" if first and last else first or last


def _is_east_asian(text: str) -> bool:
    """Whether a name is written in Han, Hangul or Kana alone: then without a space."""
    letters = [character for character in text if character.isalpha()]
    scripts = ("CJK", "HANGUL", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "BOPOMOFO")
    return bool(letters) and all(
        unicodedata.name(letter, "").startswith(scripts) for letter in letters
    )


def _is_set(flag: Flag) -> bool:
    return flag not in (False, "", "0", "false")


# ------------------------------------------------------------------ numbers


class Doi(Struct, frozen=True):
    """A digital object identifier: its bare name, and where it leads; nowhere if it is none."""

    name: str
    url: str


_DOI = re.compile(
    r"(?P<proxy>https?://(?:www\.|dx\.)?doi\.org/)?(?:doi(?::|\s)\s*)?(?P<name>.+)", re.IGNORECASE
)


def doi(text: str) -> Doi | None:
    """The DOI in any spelling: `10.1000/1`, `doi:10.1000/1`, `https://doi.org/10.1000/1`."""
    found = _DOI.fullmatch(unescape(" ".join(text.split())))
    if not found:
        return None
    name = unquote(found["name"]) if found["proxy"] else found["name"]
    is_doi = re.fullmatch(r"10\.[0-9.]{4,12}/\S+", name)
    return Doi(name, f"https://doi.org/{quote(name, safe='/:;()._-')}" if is_doi else "")
