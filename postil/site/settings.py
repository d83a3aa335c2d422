"""What site.yaml says, as an editor writes it: frozen and typed, like the nouns of `model`."""

from typing import Annotated, Literal

from msgspec import field

from postil.site.fields import COLOUR_PATTERN, Fields, Language, ProseText, Url
from postil.site.fields import described as _meta

EditorName = Literal[
    "vscode", "vscode-insiders", "vscodium", "cursor", "windsurf", "zed", "idea", "none"
]


class Licence(Fields, frozen=True):
    """On what terms others may use what was written: the words, and where the terms stand."""

    text: Annotated[str, _meta("What it is called.", "CC BY 4.0", "All rights reserved")]
    url: Annotated[Url, _meta("Where its terms stand.")] = ""


def as_licence(written: str | Licence | None) -> Licence | None:
    """A licence in its long form."""
    return Licence(written) if isinstance(written, str) else written


class Kind(Fields, frozen=True):
    """A kind of source: how its badge names it."""

    label: Annotated[str, _meta("The word that readers see.")]
    glyph: Annotated[str, _meta("One or two characters that stand before the name.")] = ""


class Status(Fields, frozen=True):
    """What an annotation finds about its passage."""

    label: Annotated[str, _meta("The word that readers see.")]
    description: Annotated[str, _meta("One sentence for the key of the page.")] = ""


class Fonts(Fields, frozen=True):
    """The faces of the two voices: `serif`, `sans`, `system`, or a file in static/."""

    article: Annotated[
        str, _meta("Of the article and of headings.", "serif", "sans", "system", "our-serif.woff2")
    ] = "serif"
    notes: Annotated[
        str, _meta("Of all that was added.", "sans", "serif", "system", "our-sans.woff2")
    ] = "sans"


class Theme(Fields, frozen=True):
    """How the pages look."""

    accent: Annotated[
        str,
        _meta(
            "The colour of links and markers: # and six digits, in quotes.",
            "#8a1c1c",
            "#0b5394",
            pattern=COLOUR_PATTERN,
        ),
    ] = ""
    accent_dark: Annotated[
        str,
        _meta(
            "The same for dark mode; made of `accent` if you leave it out.", pattern=COLOUR_PATTERN
        ),
    ] = ""
    fonts: Annotated[
        Literal["serif", "system"] | Fonts,
        _meta("serif: ours. system: the reader's own, no download. Or a face for each voice."),
    ] = "serif"


class Policy(Fields, frozen=True, rename="kebab"):
    """Sources that are added to a directive of the pages' Content-Security-Policy."""

    img_src: Annotated[tuple[str, ...], _meta("Of pictures: https://img.example.")] = ()
    media_src: Annotated[tuple[str, ...], _meta("Of sound and video.")] = ()
    font_src: Annotated[tuple[str, ...], _meta("Of fonts.")] = ()
    connect_src: Annotated[tuple[str, ...], _meta("What a script of yours may call.")] = ()
    frame_src: Annotated[tuple[str, ...], _meta("Of pages in frames.")] = ()
    style_src: Annotated[tuple[str, ...], _meta("Of stylesheets.")] = ()
    script_src: Annotated[
        tuple[str, ...], _meta("Of scripts: they can do with a page whatever they like.")
    ] = ()


class Site(Fields, frozen=True):
    """What site.yaml says."""

    title: Annotated[str, _meta("The site's title.")]
    base_url: Annotated[
        Url, _meta("Where the site will stand. Links within the site do not need it.")
    ] = ""
    language: Annotated[Language, _meta("Of the site; explainers may have their own.")] = "en"
    publisher: Annotated[str, _meta("Who publishes the site.")] = ""
    description: Annotated[ProseText, _meta("What the index says at its top, in Markdown.")] = ""
    contact: Annotated[
        ProseText, _meta("Where readers report a mistake: an address, or Markdown.")
    ] = ""
    home_url: Annotated[
        Url, _meta("Where the logo leads, or the publisher's name: your own front page.")
    ] = ""
    logo: Annotated[
        str, _meta("A picture at the top of every page: the name of a file in static/.")
    ] = ""
    footer: Annotated[
        ProseText,
        _meta("What stands at the foot of every page, in Markdown: imprint, licence, privacy."),
    ] = ""
    licence: Annotated[
        str | Licence | None,
        _meta("On what terms others may use what you wrote; an explainer may have its own."),
    ] = None
    policy: Annotated[
        Policy, _meta("From where else pages may load something; what it adds to is strict.")
    ] = Policy()
    indexing: Annotated[bool, _meta("false: search engines are asked to keep away.")] = True
    embeds: Annotated[bool, _meta("true: a page for each annotation, for other sites.")] = False
    search: Annotated[
        bool, _meta("true: readers can search the site. Needs the extra `search`.")
    ] = False
    typographic: Annotated[bool, _meta("Quotes and -- in prose as the language has them.")] = True
    theme: Annotated[Theme, _meta("How the pages look.")] = Theme()
    kinds: Annotated[
        dict[str, Kind], _meta("Further kinds of source, or other labels for the built-in ones.")
    ] = field(default_factory=dict)
    statuses: Annotated[
        dict[str, Status], _meta("Further statuses, or other labels for the built-in ones.")
    ] = field(default_factory=dict)
    editor: Annotated[
        EditorName | None,
        _meta("The program in which the preview's links open files; idea: any of JetBrains'."),
    ] = None
