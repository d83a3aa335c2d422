"""What a reader would not see as it is meant: in prose, in values, and in Markdown as an article.

Loaded only where there may be something to say.
"""

import re
from collections.abc import Collection, Iterator
from html import unescape
from itertools import islice

from postil.diagnostics.codes import OF_CHARACTERS
from postil.diagnostics.model import Diagnostic, Report, SourceText, Span
from postil.site.decoding import SHOWN_OF_A_KIND
from postil.text import dialects
from postil.text.characters import REACH, Notable, notable_characters
from postil.text.documents import Document
from postil.text.prose import Prose
from postil.yaml.reading import KeyPath, Located

# Of YAML, of TOML, of JSON.
_FRONT_MATTER = re.compile(
    r"(---|\+\+\+)[ \t]*\r?\n(?:[^\n]*\n){1,40}?\1[ \t]*(?:\r?\n|$)"
    r'|\{\s*"\w+"\s*:[^\0]{1,4000}?\n\}[ \t]*(?:\r?\n|$)'
)
_REFERENCE = r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,9});"
_DOES = {"bidi": "changes the order of what is shown", "invisible": "is unseen"}


def check_markdown(
    text: Prose, path: KeyPath, sources: Collection[str], located: Located, report: Report
) -> None:
    """Report words that Markdown drops, citations that are none, pictures, other dialects."""
    for word in text.lost()[:1]:
        report.error(
            "lost-text",
            f"Markdown drops words of this text, the first is `{word}`",
            located.find(path, word),
            help="a row of a table is too long, lists are nested too deep, or a list's number "
            "begins with 0; `[1]: https://…` that no link uses and a link without words show "
            "nothing",
        )
    _check_citations(text, path, sources, located, report)
    for nth, picture in enumerate(text.pictures()):
        report.warning(
            "picture-in-prose",
            "pictures are not shown here: this becomes an exclamation mark and a link",
            located.find(path, "![", nth),
            help=f"link to it, as in [words]({picture}), or put it into the article",
        )
    for foreign in dialects.signs(text.markdown, text.tokens, dialects.NOT_IN_PROSE):
        report.warning(
            "markdown-dialect",
            foreign.message,
            located.find(path, text.markdown[foreign.start :][: foreign.length]),
            help="Markdown is CommonMark here: write it so, or take it out",
        )


def _check_citations(
    text: Prose, path: KeyPath, sources: Collection[str], located: Located, report: Report
) -> None:
    for raw in text.malformed():
        report.error(
            "bad-citation",
            f"`{raw}` is not a citation",
            located.find(path, raw),
            help="as in [@source-id], [@source-id, p. 6] or [@one; @other]",
        )
    for raw in text.slips(sources):
        report.warning(
            "bad-citation",
            f"`{raw}` is printed as it is: it names a source, and cites none",
            located.find(path, raw),
            help=f"to cite: [@{raw.strip('[]@')}]",
        )


def check_extra(lines: tuple[str, ...], path: KeyPath, located: Located, report: Report) -> None:
    """Warn of lines of a source's note that Zotero keeps there, and that are left out."""
    more = f" and {len(lines) - 1} more" if lines[1:] else ""
    report.warning(
        "extra-in-note",
        f"`{lines[0]}`{more} of Zotero's Extra field in `note` is not printed",
        located.find(path, lines[0]),
        help="take it out; a remark for readers may stay",
    )


def check_value(located: Located, path: KeyPath, report: Report) -> None:
    """Warn of `&#x202e;` and the like, which prose and titles of sources know, and of escapes."""
    value = located.value(path)
    if not isinstance(value, str):
        return
    for found, odd in by_reference(value):
        span = located.find(path, found[0])
        report.extend([_stands_for(span, odd, "take it out, unless it is needed")])
    written = located.written(path)
    for odd in notable_characters(value) if written.startswith('"') else ():
        character = value[odd.offset]
        if character not in written:
            report.warning(
                OF_CHARACTERS[odd.kind],
                f"an escape makes a {odd.name} (U+{ord(character):04X}) here, which "
                f"{_DOES[odd.kind]}",
                located.span(path),
                help="take the escape out, unless the text is in a script that needs it",
            )


def in_markdown(source: SourceText, document: Document) -> Iterator[Diagnostic]:
    """Warnings about an article: references, signs of other dialects, front matter."""
    for found, odd in islice(by_reference(source.text), SHOWN_OF_A_KIND):
        span = Span(source, *found.span())
        yield _stands_for(span, odd, "it is published; make sure that it belongs to the text")
    for dialect in dialects.dialects(source.text, document):
        yield Diagnostic(
            "markdown-dialect",
            dialect.message,
            Span(source, dialect.start, dialect.start + dialect.length),
            "warning",
            help="Markdown is CommonMark here, with tables and footnotes; if something else was "
            "meant, give the text as article.txt, in which every sign is printed",
        )
    if _FRONT_MATTER.match(source.text):
        yield Diagnostic(
            "front-matter",
            "the article begins with front matter, which is printed as text",
            Span(source, 0, len(source.text.split()[0])),
            "warning",
            help="if it is not the article's, take it out; facts about it go to annotations.yaml",
        )


def by_reference(text: str) -> Iterator[tuple[re.Match[str], Notable]]:
    """The references of HTML to characters that nobody sees: where, and to which."""
    for reference in re.finditer(_REFERENCE, text):
        start, end = reference.span()
        before, after = text[max(start - REACH, 0) : start], text[end : end + REACH]
        for odd in notable_characters(f"{before}{unescape(reference[0])}{after}"):
            if odd.offset == len(before):
                yield reference, odd


def _stands_for(span: Span, odd: Notable, help: str) -> Diagnostic:
    message = f"this stands for a {odd.name}, which {_DOES[odd.kind]}"
    return Diagnostic(OF_CHARACTERS[odd.kind], message, span, "warning", help=help)
