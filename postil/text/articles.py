"""Articles: text or Markdown to tokens, and the text that a reader sees.

A Markdown article is CommonMark with tables and ~~strikethrough~~ and without raw HTML. Nothing
in it may run in a reader's browser or make it ask another site for anything:

- an address is followed only if `is_allowed_address` says so; any other link stays as typed;
- a picture from the article's own folder is an `<img>`; any other becomes a link that reads as
  the picture's description (inside another link: the description alone). `data:` is not an
  allowed address, so such a picture stays as typed;
- a link inside a link, which HTML cannot express, is its text;
- a table cell is aligned by a class, since a strict content security policy bars `style`.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any, Literal
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType
from msgspec import Struct

from postil import paths

Form = Literal["txt", "md"]

# markdown-it drops what is nested deeper than this; at 500 Python's own stack would end.
MAX_NESTING = 150

IMAGE = "\ufffc"  # stands for a picture in a document's text
GAP = "\n\n"  # stands between blocks in a document's text

_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
_WORD = re.compile(r"[^\W_]+")


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


# ------------------------------------------------------------------ parsing


def parse(text: str, form: Form) -> Document:
    """Read an article; any text is valid. A byte order mark of the file is not part of `text`."""
    env: dict[str, Any] = {}  # a fresh one: references must not leak from article to article
    tokens = _paragraphs(text) if form == "txt" else markdown().parse(text, env)
    shown, blocks = _flatten(tokens)
    return Document(form, tokens, shown, blocks, _definitions(env), env.get("pictures", []))


@cache
def markdown() -> MarkdownIt:
    """The parser and renderer of articles; change a `new_parser()` instead."""
    return new_parser()


def new_parser() -> MarkdownIt:
    """A parser as it is set up for articles, to be extended."""
    options = {"html": False, "xhtmlOut": False, "maxNesting": MAX_NESTING, "store_labels": True}
    parser = _Markdown("commonmark", options)
    parser.enable(["table", "strikethrough"])
    parser.core.ruler.push("settle_links", _settle_links)
    parser.core.ruler.push("align_by_class", _align_by_class)
    return parser


class _Markdown(MarkdownIt):
    def validateLink(self, url: str) -> bool:
        return is_allowed_address(url)


def _paragraphs(text: str) -> list[Token]:
    """Plain text as the tokens of paragraphs, so that both forms are woven and rendered alike."""
    tokens = []
    for number, line in enumerate(text.split("\n")):
        line = line.removesuffix("\r")
        if not line or line.isspace():
            continue
        words = Token("text", "", 0, content=line)
        place = [number, number + 1]
        tokens += [
            Token("paragraph_open", "p", 1, map=place, block=True),
            Token("inline", "", 0, map=place, level=1, children=[words], block=True),
            Token("paragraph_close", "p", -1, block=True),
        ]
    return tokens


def _definitions(env: dict[str, Any]) -> list[Definition]:
    found = [{"label": label, **item} for label, item in env.get("references", {}).items()]
    return [
        Definition(item["map"][0] + 1, item["map"][1], item["label"], item["href"])
        for item in [*found, *env.get("duplicate_refs", ())]
    ]


def _flatten(tokens: Sequence[Token]) -> tuple[str, list[Block]]:
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


# ------------------------------------------------------------------ links and pictures


def is_allowed_address(address: str) -> bool:
    """Whether a link may lead there: http, https, mailto, tel, or a place on this site.

    Browsers pass over control characters and white space in an address, so it is judged
    without them. `//host` is refused: opened from disk it would mean another machine.
    """
    bare = re.sub(r"[\x00-\x20\x7f-\x9f\s]", "", address)
    scheme = re.match(r"([^/?#:]*):", bare)
    if scheme:
        return scheme[1].lower() in _SCHEMES
    return not bare.replace("\\", "/").startswith("//")


def local_path(address: str) -> str | None:
    """The file that a picture's address names, relative to the article's folder, with `/`.

    None if the address is not that of a picture in or below that folder.
    """
    path = unquote(re.split(r"[?#]", address, maxsplit=1)[0]).removeprefix("./")
    if re.search(r"[\x00-\x1f\x7f\\:]", path) or not paths.is_picture(path):
        return None
    return None if {"", ".", ".."} & set(path.split("/")) else path


def local_images(document: Document) -> list[str]:
    """The files that the article's pictures need, relative to its folder, each once."""
    found = (
        local_path(str(child.attrs["src"]))
        for token in document.tokens
        for child in token.children or ()
        if child.type == "image"
    )
    return list(dict.fromkeys(path for path in found if path))


def _settle_links(state: StateCore) -> None:
    for token in state.tokens:
        if token.children and "[" in token.content:
            token.children = list(_settled(token.children, state.env))


def _settled(children: Iterable[Token], env: EnvType) -> Iterator[Token]:
    """The children with no link in a link and no picture from elsewhere."""
    depth = 0
    for token in children:
        outer = depth
        if token.type in ("link_open", "link_close"):
            depth += token.nesting
        if token.type == "image":
            yield from _settle_picture(token, env, linked=depth > 0)
        elif depth == outer or min(depth, outer) == 0:  # no border between two links
            yield token


def _settle_picture(image: Token, env: EnvType, *, linked: bool) -> Iterator[Token]:
    leaves = list(_leaves(image))
    address = str(image.attrs["src"])
    if local_path(address):
        # Set now what the renderer would set later: rendering then changes no token.
        image.attrs["alt"] = "".join(leaf.content or "\n" for leaf in leaves)
        yield image
        return
    env.setdefault("pictures", []).append(image)
    leaves = leaves or [Token("text", "", 0, content=address)]
    if linked:
        yield from leaves
        return
    attrs = {"href": address} | {k: v for k, v in image.attrs.items() if k == "title"}
    yield Token("link_open", "a", 1, attrs=attrs)
    yield from leaves
    yield Token("link_close", "a", -1)


def _leaves(image: Token) -> Iterator[Token]:
    """The description of a picture without its markup: text and line breaks."""
    for token in image.children or ():
        if token.type == "image":
            yield from _leaves(token)
        elif token.type == "code_inline":
            yield Token("text", "", 0, content=token.content)
        elif visible(token):
            yield token


def _align_by_class(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in ("th_open", "td_open") and "style" in token.attrs:
            token.attrs = {"class": str(token.attrs["style"]).replace("text-align:", "align-")}


# ------------------------------------------------------------------ rendering


def render(tokens: Sequence[Token]) -> str:
    """The HTML of tokens of an article."""
    parser = markdown()
    return str(parser.renderer.render(tokens, parser.options, {}))


def render_plain(text: str, form: Form) -> str:
    """The HTML of an article with nothing added: what every page must contain byte for byte."""
    return render(parse(text, form).tokens)


# ------------------------------------------------------------------ places


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


# ------------------------------------------------------------------ checks


def lost_words(text: str, document: Document) -> list[str]:
    """The words of the source that its rendering does not show, in order of first appearance.

    Markup is not lost: addresses, titles, labels and definitions of links, languages of code,
    numbers of lists, names of characters. What Markdown can lose is text nested too deep, cells
    beyond a table's last column, and a line such as `[Jones]: No.`, which it takes for the
    definition of a link. The words of the source are counted as they stand and again with its
    character references decoded; only what is missing both times is lost.
    """
    if document.form == "txt":
        return []
    shown = _count(_shown(document.tokens))
    lost = _count([text]) - shown
    if not lost:
        return []
    markup = _count([*_markup(document), *_defined(text, document)])
    if lost <= markup:
        return []
    decoded = re.sub(r"&#\w+;", " ", unescapeAll(text))  # what is left stands for no character
    lost = (lost & (_count([decoded]) - shown)) - markup
    spelling = {word.casefold(): word for word in _WORD.findall(text)}
    return [spelling.get(word, word) for word in lost.elements()]


def _count(texts: Iterable[str]) -> Counter[str]:
    """Words without regard to case, since the labels of links have none."""
    return Counter(_WORD.findall("\n".join(texts).casefold()))


def _shown(tokens: Iterable[Token]) -> Iterator[str]:
    for token in tokens:
        yield from _shown(token.children or ())
        if token.type in ("text", "code_inline", "fence", "code_block"):
            yield token.content


def _markup(document: Document) -> Iterator[str]:
    """Words of the source that make the page but are not seen on it."""
    for token in _walk([*document.tokens, *document.pictures]):
        if token.type in ("fence", "list_item_open"):
            yield token.info
        for name in ("href", "src", "title"):
            if name in token.attrs:
                yield str(token.attrs[name])
                yield from _unencoded(str(token.attrs[name]))
        yield token.meta.get("label", "")


def _unencoded(address: str) -> Iterator[str]:
    """An address as it was typed, if parsing has encoded it."""
    if "%" in address or "xn--" in address:
        yield markdown().normalizeLinkText(address)


def _walk(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _walk(token.children or ())


def _defined(text: str, document: Document) -> Iterator[str]:
    """The source lines that define links, but for those that rather look like speech."""
    lines = re.split(r"\r\n?|\n", text)
    used = {token.meta.get("label") for token in _walk([*document.tokens, *document.pictures])}
    for definition in document.definitions:
        if definition.label in used or _looks_like_address(definition.address):
            yield from lines[definition.first - 1 : definition.last]


def _looks_like_address(address: str) -> bool:
    return not address or re.search(r"[/#:@]|[.?=]\w", address) is not None
