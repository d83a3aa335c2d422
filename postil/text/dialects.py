"""What a Markdown article would mean elsewhere and does not mean here, so that it is told of.

Three kinds: signs of other dialects, which are printed as letters; words that Markdown takes for
code, an item of a list or a heading where a typist meant none; and pictures in the text itself.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import chain, pairwise

from markdown_it.token import Token
from msgspec import Struct

from postil.text.damage import HTML_TAG
from postil.text.documents import Document
from postil.text.links import is_embedded

_AS_LETTERS = "is printed as letters"

# What each is called, and how it is told in the text that a reader would see.
_SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.MULTILINE))
    for name, pattern in (
        ("a comment", r"<!--|%%[^%\n]+%%"),
        ("a tag of HTML", f"(?i:{HTML_TAG})" r"|</?[A-Z]\w*(?:\s+\w+=[^<>]*)?/>"),
        (
            "a shortcode",
            r"\{\{[<%][^{}\n]*[>%]\}\}|\{%[^{}\n]*%\}|\{\{\s*[\w.][^{}\n]*\}\}"
            r"|\[/?(?:caption|gallery|embed|audio|video|youtube)\b[^\[\]\n]*\]",
        ),
        ("a wiki link", r"!?\[\[[^\[\]\n]+\]\]"),
        ("the border of a block", r"^:{3,}.*$|^(?:!!!|\?\?\?\+?) [a-z]\w*.*$|^\[![A-Za-z]+\]"),
        ("a list of attributes", r"\{:?\s*[.#][\w-][^{}\n]*\}|\{:[^{}\n]+\}"),
        ("a definition", r"^: {1,3}\S.*$"),
        ("a note without its text", r"\[\^[^\s\[\]]+\](?!:)"),
        ("a note within its line", r"\^\[[^\[\]\n]+\]"),
        ("a citation", r"\[-?@[\w{][^\[\]\n]*\]"),
        ("a highlight", r"==[^\s=](?:[^=\n]*[^\s=])?=="),
        ("a formula", r"\$\$[^$\n]+\$\$"),
        ("a raised or lowered sign", r"\w\^[\w+-]{1,9}\^|\w~[\w+-]{1,9}~"),
        ("a mark of revision", r"\{(?:\+\+|--|>>|==)[^{}\n]+(?:\+\+|--|<<|==)\}"),
        (
            "a link with a space in its address",
            r"\[[^\[\]\n]+\]\((?:https?:|www\.)[^()\n\"']*\s[^()\n]*\)",
        ),
        ("a checkbox", r"\A\[[ xX]\] "),
        ("a table of contents", r"^\[(?:TOC|toc)\]$|^\[\[_TOC_\]\]$"),
    )
)
# What else these may be in prose: a citation in Pandoc's way is one there.
NOT_IN_PROSE = frozenset(("a citation", "a definition", "a raised or lowered sign"))
_SIGN_OF_CODE = re.compile(r"[{}<>=;_$\\|`]|\w\(|^\s*(?:#|//|--|\$)", re.MULTILINE)
_BEGINS_SENTENCE = re.compile(r"[\"'“„«‘¿¡(—–-]*\s?[^\W\d_a-z]")
_ENDS_SENTENCE = re.compile(r"[.!?…][\"'”’»)]*\Z")
# Signs of a dialogue: a question with what stands outside of it, a verb of saying, a Spanish one.
_SPEECH = re.compile(
    r"[?!…][\"”’»]?\s+[a-zà-ÿ]|\A[¿¡]"
    r"|[,\"”»]\s+(?:said|says|asked|replied|answered|sagte|fragte|antwortete|dit|demanda|répondit"
    r"|dijo|preguntó|respondió|disse|chiese|rispose)\b"
)
_BYLINE = re.compile(r"(?:By|Von|Par|Por|De|Di) [^\W\d_a-z]|.*\n|.*[.!?…,;:][\"'”’»)]*\Z")


class Foreign(Struct, frozen=True):
    """One kind of dialect: what is said of it, and the first place of it in the source."""

    message: str
    start: int
    length: int


class _Place(Struct, frozen=True):
    """Words of the source, and the line, from 0, at or after which they stand."""

    words: str
    line: int


def dialects(text: str, document: Document) -> Iterator[Foreign]:
    """Everything of the kind in a Markdown article, one for each kind."""
    yield from signs(text, document.tokens)
    yield from _tell(text, "an indented paragraph is printed as code", _indented(document))
    yield from _tell(text, "a line of speech is printed as an item of a list", _spoken(document))
    yield from _tell(text, "words over a line of dashes are printed as a heading", _over(document))
    yield from _tell(text, "a picture in the text itself is not shown", _embedded(document))
    yield from _tell(text, "an address that no link uses is not printed", _unused(document))


def signs(text: str, tokens: Iterable[Token], but: Collection[str] = ()) -> Iterator[Foreign]:
    """The signs of other dialects that are printed as letters, one of each kind.

    What is not in the source as it is shown has been escaped: it was meant to be letters.
    """
    printed = list(_printed(tokens))
    for name, pattern in _SIGNS:
        if name not in but:
            found = (_Place(m[0], line) for shown, line in printed for m in pattern.finditer(shown))
            typed = [place for place in found if place.words.partition("\n")[0] in text]
            yield from _tell(text, f"{name} {_AS_LETTERS}", typed)


def _tell(text: str, message: str, found: Iterable[_Place]) -> Iterator[Foreign]:
    places = list(found)
    if places:
        shown = places[0].words.strip().partition("\n")[0]
        shown = shown if len(shown) <= 40 else f"{shown[:40]}…"
        more = f" (and {len(places) - 1} more)" if places[1:] else ""
        start, length = _find(text, places[0])
        yield Foreign(f"`{shown}`: {message}{more}", start, length)


def _find(text: str, place: _Place) -> tuple[int, int]:
    """Where the words stand in the source, or the line where they cannot be found as they are."""
    lines = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)
    start = sum(map(len, lines[: place.line]))
    words = place.words.strip().partition("\n")[0]
    found = text.find(words, start)
    if found >= 0:
        return found, len(words)
    return start, len(lines[place.line].rstrip()) if place.line < len(lines) else 0


def _printed(tokens: Iterable[Token]) -> Iterator[tuple[str, int]]:
    """What is printed as letters, block by block: without code, links and pictures."""
    for token in tokens:
        if token.type == "inline" and token.map:
            yield "".join(_letters(child) for child in token.children or ()), token.map[0]


def _letters(token: Token) -> str:
    if token.type == "text":
        return token.content
    return "\n" if token.type in ("softbreak", "hardbreak") else "\ufffc" * (token.nesting == 0)


def _indented(document: Document) -> Iterator[_Place]:
    for token in document.tokens:
        if token.type == "code_block" and token.map and _reads_as_prose(token.content):
            yield _Place(token.content, token.map[0])


def _reads_as_prose(code: str) -> bool:
    words = re.findall(r"[^\W\d_]{2,}", code)
    sentence = _BEGINS_SENTENCE.match(code.lstrip()) or _ENDS_SENTENCE.search(code.rstrip())
    return len(words) >= 4 and bool(sentence) and len(_SIGN_OF_CODE.findall(code)) * 8 <= len(words)


def _spoken(document: Document) -> Iterator[_Place]:
    """Items that read as speech or ask and answer, and a sentence that is alone in its list."""
    for items in _lists(document.tokens):
        alone = len(items) == 1 and items[0].level == 3
        asked = any(
            one.content.endswith("?") > two.content.endswith("?") for one, two in pairwise(items)
        )
        for item in items:
            lonely = alone and _ENDS_SENTENCE.search(item.content.strip())
            if item.map and (lonely or asked or _SPEECH.search(item.content)):
                yield _Place(item.content, item.map[0])


def _lists(tokens: list[Token]) -> Iterator[list[Token]]:
    """The first block of each item of every list with bullets."""
    opened: list[list[Token] | None] = []
    for index, token in enumerate(tokens):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            opened.append([] if token.type == "bullet_list_open" else None)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            items = opened.pop()
            if items:
                yield items
        elif token.type == "list_item_open" and opened and opened[-1] is not None:
            first = tokens[index + 2] if len(tokens) > index + 2 else token
            if first.type == "inline":
                opened[-1].append(first)


def _over(document: Document) -> Iterator[_Place]:
    for token, words in pairwise(document.tokens):
        underlined = token.type == "heading_open" and token.markup in ("-", "=")
        if underlined and token.map and _BYLINE.match(words.content):
            yield _Place(words.content, token.map[0])


def _unused(document: Document) -> Iterator[_Place]:
    """Definitions of links that show nothing and lead nowhere."""
    inline = (child for token in document.tokens for child in token.children or ())
    unmet = {token.meta.get("label") for token in chain(inline, document.pictures)}
    for each in document.definitions:
        if each.label in unmet:
            unmet.remove(each.label)
        elif each.address.strip("#"):  # `[//]: # (words)` is how comments are written
            yield _Place(f"[{each.label}]:", each.first - 1)


def _embedded(document: Document) -> list[_Place]:
    shown = (token.attrs.get("src") or token.attrs.get("href") for token in document.pictures)
    found = [address for address in shown if is_embedded(str(address))]
    defined = [each.address for each in document.definitions if is_embedded(each.address)]
    return [_Place("data:image/", 0)] * max(len(found), len(defined))
