"""Articles: what other rooms ask of them. How each format is read is in `formats`."""

from collections.abc import Sequence

from markdown_it.token import Token

from postil.paths import Form
from postil.text.documents import GAP, IMAGE, Block, Document, block_number, line_of, visible
from postil.text.formats import FORMATS, form_of
from postil.text.links import is_allowed_address, local_images, local_path
from postil.text.markdown import markdown, new_parser
from postil.text.plain import Lines, reading_of

__all__ = [
    "GAP",
    "IMAGE",
    "Block",
    "Document",
    "Form",
    "Lines",
    "block_number",
    "form_of",
    "is_allowed_address",
    "line_of",
    "local_images",
    "local_path",
    "lost_words",
    "new_parser",
    "parse_article",
    "reading_of",
    "render",
    "render_plain",
    "visible",
]  # fmt: skip


def parse_article(text: str, form: Form, lines: Lines | None = None) -> Document:
    """Read an article; any text is valid. A byte order mark of the file is not part of `text`.

    `lines` says what a line of plain text is; without it that is told by their looks.
    """
    return FORMATS[form].parse(text, lines)


def lost_words(text: str, document: Document) -> list[str]:
    """The words of the source that its rendering does not show, in order of first appearance."""
    return FORMATS[document.form].lost_words(text, document)


def render(tokens: Sequence[Token]) -> str:
    """The HTML of tokens of an article."""
    parser = markdown()
    return str(parser.renderer.render(tokens, parser.options, {}))


def render_plain(text: str, form: Form, lines: Lines | None = None) -> str:
    """The HTML of an article with nothing added: what every page must contain byte for byte."""
    return render(parse_article(text, form, lines).tokens)
