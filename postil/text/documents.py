"""A parsed article: its tokens, the text that a reader sees, and where each block of it stands."""

from bisect import bisect_right
from collections.abc import Sequence

from markdown_it.token import Token
from msgspec import Struct

from postil.paths import Form

IMAGE = "\ufffc"  # stands for a picture in a document's text
GAP = "\n\n"  # stands between blocks in a document's text


class Block(Struct, frozen=True):
    """A stretch of text in one block-level element.

    `token` is the index of the token that holds it; `start` and `end` are code points in the
    document's text; `line` is the source line, from 1, of its first character.
    """

    token: int
    start: int
    end: int
    line: int


class Definition(Struct, frozen=True):
    """A link reference definition: source lines `first` to `last`, from 1, label and address."""

    first: int
    last: int
    label: str
    address: str


class Document(Struct, frozen=True):
    """A parsed article.

    `text` is what a reader sees: text and code, "\\n" for a line break, `IMAGE` for a picture,
    `GAP` between blocks. Blocks without text are not among `blocks`. `pictures` are the images
    that became links.
    """

    form: Form
    tokens: list[Token]
    text: str
    blocks: list[Block]
    definitions: list[Definition]
    pictures: list[Token]


def flatten(tokens: Sequence[Token]) -> tuple[str, list[Block]]:
    """The text of a document with these tokens, and its blocks."""
    parts: list[str] = []
    blocks: list[Block] = []
    position = 0
    for index, token in enumerate(tokens):
        text = _text_of(token)
        if not text:
            continue
        if parts:
            parts.append(GAP)
            position += len(GAP)
        assert token.map is not None
        line = token.map[0] + (2 if token.type == "fence" else 1)
        blocks.append(Block(index, position, position + len(text), line))
        parts.append(text)
        position += len(text)
    return "".join(parts), blocks


def _text_of(block: Token) -> str:
    if block.type == "inline":
        return "".join(map(visible, block.children or ()))
    return block.content if block.type in ("fence", "code_block") else ""


def visible(token: Token) -> str:
    """What a reader sees of an inline token; empty for the borders of an element."""
    match token.type:
        case "text" | "code_inline":
            return token.content
        case "softbreak" | "hardbreak":
            return "\n"
        case "image":
            return IMAGE
    return ""


def line_of(document: Document, offset: int) -> int:
    """The source line, from 1, of a code point of the document's text.

    Exact for plain text. In Markdown, whose tokens know lines but no columns, it is counted
    from the first line of the block.
    """
    number = block_number(document, offset)
    if not number:
        return 1
    block = document.blocks[number - 1]
    return block.line + document.text.count("\n", block.start, min(offset, block.end))


def block_number(document: Document, offset: int) -> int:
    """Which block, from 1, the code point at `offset` is in or just after; 0 if there is none."""
    return bisect_right(document.blocks, offset, key=lambda block: block.start)
