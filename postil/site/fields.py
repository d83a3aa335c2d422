"""How the models of all files describe their fields to those who type, and what fields may hold.

The descriptions are read by people: an editor sees them while typing (they go into the schema).
"""

from typing import Annotated, Any

from msgspec import Meta, Struct


class Fields(Struct, frozen=True, forbid_unknown_fields=True):
    """What all entries share: an unknown key is a mistake."""


def described(
    description: str, *examples: Any, pattern: str | None = None, known: str | None = None
) -> Meta:
    """What an editor is told of a field. `known` says what the value is the id or name of.

    A single example would be typed in by an editor's program: there are none or several.
    """
    return Meta(
        description=description,
        examples=list(examples) or None,
        pattern=pattern,
        extra_json_schema={"known": known} if known else None,
    )


DATE_PATTERN = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?\Z"
# White space and control characters are spelt out: what `\s` means differs between languages.
_GAPS = r"\x00-\x20\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
URL_PATTERN = (
    rf"^([hH][tT][tT][pP][sS]?://[^/{_GAPS}][^{_GAPS}]*|[mM][aA][iI][lL][tT][oO]:[^{_GAPS}]+)\Z"
)
OCCURRENCE_PATTERN = r"^(all of [1-9][0-9]{0,2}|[1-9][0-9]{0,5} of [1-9][0-9]{0,5})\Z"
SOURCE_ID_PATTERN = r"^(?:[^\W_]|_)(?:[^\W_]|[-_:./#$%&+?~])*\Z"
ID_PATTERN = r"^[^\W_]+(-[^\W_]+)*\Z"
COLOUR_PATTERN = r"^#[0-9a-fA-F]{6}\Z"
LANGUAGE_PATTERN = r"^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*\Z"
SHA256_PATTERN = r"^[0-9a-fA-F]{64}\Z"

Date = Annotated[
    str,
    described("A day, a month or a year.", "2017-05-15", "2017-05", "2017", pattern=DATE_PATTERN),
]
Url = Annotated[
    str,
    described(
        "A full web address, beginning with https://, http:// or mailto:", pattern=URL_PATTERN
    ),
]
Language = Annotated[
    str, described("A language tag (BCP 47).", "en", "pt-BR", "ar", pattern=LANGUAGE_PATTERN)
]
Id = Annotated[
    str, described("An id: letters and digits of any script, single hyphens.", pattern=ID_PATTERN)
]
SourceKey = Annotated[
    str,
    described(
        "The source's id: letters, digits, hyphens, and _ : . / as exporters make it.",
        pattern=SOURCE_ID_PATTERN,
    ),
]
ProseText = Annotated[
    str,
    described("Markdown. [@source, p. 6] cites; [words](#annotation-id) links to an annotation."),
]
SourceId = Annotated[str, described("The id of a source in content/sources.yaml.", known="source")]
Chain = Annotated[
    str,
    described(
        "A chain of source ids from the first speaker to the last outlet: jones > reuters",
        known="source",
    ),
]
