"""Annotations into an article: marks around their passages, their apparatus right after.

What covers a place is a function of the place alone, and it changes only at the *cuts*, where a
passage starts or ends. So a block's content is taken apart into pieces, none of which has a cut
inside it; neighbours in the same interval between two cuts are one segment and share one
`<mark>` that names all the annotations there. Marks therefore never nest, however passages
overlap. An inline element is one piece if no cut falls inside it; otherwise its two borders are
pieces of their own, and no mark crosses them.

Tokens are changed, never HTML, and those of the document are left as they are.
"""

import re
from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, groupby, pairwise
from typing import NamedTuple

from markdown_it.token import Token
from msgspec import Struct

from postil.text import articles
from postil.text.articles import Document, visible

# What no closing may stand in: it has links of its own, and would be read as code.
_CLOSED = ("link_open", "link_close", "code_open", "code_close")
# A number as bidirectional text keeps it together: digits with a sign between two of them, and what
# says of what they are before or behind.
_ABOUT = r"[#$\xa3\xa5\u20ac%\u2030\u066a\xb0+\u2212-]*+"
_NUMBER = re.compile(rf"{_ABOUT}\d(?:[+\u2212.,/:\u066b\u066c\xa0\u202f-]?\d)*+{_ABOUT}")
_LONGEST_NUMBER = 64  # code points on either side of a place in it


class Passage(Struct, frozen=True):
    """An annotated passage and what to put there, as HTML.

    `start` and `end` are code points in the document's text. `opening` goes before the first
    mark, `closing` after the last, `below` after the top-level block in which the passage ends.
    Each element of these must carry `data-apparatus`. `kind` is the class of the marks in which
    this passage is the innermost. Passages of one annotation have its `id`, and do not overlap.
    """

    id: str
    start: int
    end: int
    opening: str = ""
    closing: str = ""
    below: str = ""
    kind: str = ""


class _Stretch(NamedTuple):
    """The part of a passage that lies in one block, from its first to its last visible letter."""

    id: str
    start: int
    end: int
    opening: str
    closing: str
    order: int  # among the closings of one place
    kind: str


class _Piece(NamedTuple):
    """Tokens that belong together; `interval` is None for the border of an element."""

    interval: int | None
    start: int
    end: int
    tokens: list[Token]


def weave(
    document: Document,
    passages: Sequence[Passage],
    strips: Mapping[int, str] | None = None,
    place: str = "",
) -> str:
    """The article's HTML with its passages marked.

    `strips` are what to put at the very beginning of a block, by its number from 1, as HTML; only
    blocks of running text have room for it. `place` goes before each top-level block that has
    something `below`.

    Without the elements that carry `data-apparatus` and the tags of `mark[data-annotation]` it
    is the plain rendering, byte for byte. Passages may overlap in any way; of those that cover
    a segment the innermost is named first: the shortest, or of equals the one that starts or
    is given later. Raises ValueError for a passage without any text of the document.
    """
    stretches, asides = _distribute(document, passages)
    begun = {document.blocks[number - 1].token: html for number, html in (strips or {}).items()}
    starts = _starts(document, asides) if place else ()
    woven: list[Token] = []
    for index, token in enumerate(document.tokens):
        if index in starts:
            woven.append(_raw_block(place))
        block = _weave_block(token, stretches[index]) if index in stretches else [token]
        if index in begun and token.type == "inline" and _has_room(document.tokens, index):
            block = [token.copy(children=[_raw(begun[index]), *(block[0].children or [])])]
        woven += block
        woven += [_raw_block(html) for _, html in sorted(asides.get(index, ()))]
    return articles.render(woven)


def _starts(document: Document, ends: Iterable[int]) -> set[int]:
    """The first tokens of the top-level blocks that end at these."""
    firsts = [
        0,
        *(i + 1 for i, token in enumerate(document.tokens) if token.level == 0 >= token.nesting),
    ]
    return {firsts[bisect_left(firsts, end + 1) - 1] for end in ends}


def _has_room(tokens: Sequence[Token], index: int) -> bool:
    """Whether the block has a side of its own: a cell of a table has none, nor has a text that
    shares its item of a list with something else."""
    opening = tokens[index - 1]
    around = (tokens[index - 2].type, tokens[index + 2].type) if opening.hidden else ()
    is_alone = not around or around == ("list_item_open", "list_item_close")
    return opening.type in ("paragraph_open", "heading_open") and is_alone


# ------------------------------------------------------------------ which passage goes where


def _distribute(
    document: Document, passages: Sequence[Passage]
) -> tuple[dict[int, list[_Stretch]], dict[int, list[tuple[int, str]]]]:
    """By token: the stretches in it, innermost first, and what goes below it, as (order, HTML)."""
    stretches: dict[int, list[_Stretch]] = defaultdict(list)
    asides: dict[int, list[tuple[int, str]]] = defaultdict(list)
    order = {index: rank for rank, index in enumerate(_by_end(passages))}
    ends = [i for i, token in enumerate(document.tokens) if token.level == 0 >= token.nesting]
    for index in _by_size(passages):
        passage = passages[index]
        parts = _parts(document, passage)
        for part in parts:
            opening = passage.opening if part is parts[0] else ""
            closing = passage.closing if part is parts[-1] else ""
            token, start, end = part
            stretches[token].append(
                _Stretch(passage.id, start, end, opening, closing, order[index], passage.kind)
            )
        if passage.below:
            block = ends[bisect_left(ends, parts[-1][0])]
            asides[block].append((order[index], passage.below))
    return stretches, asides


def _by_end(passages: Sequence[Passage]) -> list[int]:
    """The order of the closings: as the passages end, the shortest first."""
    return sorted(
        range(len(passages)),
        key=lambda index: (passages[index].end, passages[index].end - passages[index].start),
    )


def _by_size(passages: Sequence[Passage]) -> list[int]:
    """The order of the ids: innermost first."""

    def outwards(index: int) -> tuple[int, int, int]:
        passage = passages[index]
        return passage.end - passage.start, -passage.start, -index

    return sorted(range(len(passages)), key=outwards)


def _parts(document: Document, passage: Passage) -> list[tuple[int, int, int]]:
    """The passage block by block, without the white space at the ends of each.

    Each part is the index of the block's token, and start and end from the start of the block.
    A passage of nothing but white space keeps it, so that its apparatus has a place.
    """
    first = max(articles.block_number(document, passage.start) - 1, 0)
    after = bisect_left(document.blocks, passage.end, key=lambda block: block.start)
    touched = []
    for block in document.blocks[first:after]:
        start, end = max(block.start, passage.start), min(block.end, passage.end)
        if start < end:
            touched.append((block.token, start - block.start, document.text[start:end]))
    if not touched:
        raise ValueError(f"passage {passage.id!r} has no text of the article")
    trimmed = [_trim(*part) for part in touched if not part[2].isspace()]
    return trimmed or [(token, start, start + len(words)) for token, start, words in touched[:1]]


def _trim(token: int, start: int, words: str) -> tuple[int, int, int]:
    return token, start + len(words) - len(words.lstrip()), start + len(words.rstrip())


# ------------------------------------------------------------------ weaving one block


def _weave_block(block: Token, stretches: Sequence[_Stretch]) -> list[Token]:
    if block.type == "inline":
        return [block.copy(children=_weave_inline(block.children or [], stretches))]
    return _weave_code(block, stretches)


def _weave_code(block: Token, stretches: Sequence[_Stretch]) -> list[Token]:
    """A block of code; the closings follow it in a paragraph of their own."""
    text = Token("text", "", 0, content=block.content)
    marked = articles.render(_weave_inline([text], [s._replace(closing="") for s in stretches]))
    frame = articles.render([block.copy(content="")])
    closings = "".join(s.closing for s in sorted(stretches, key=lambda s: s.order))
    woven = [_raw_block(frame.replace("</code>", f"{marked}</code>"))]
    return [*woven, _raw_block(f"<p data-apparatus>{closings}</p>")] if closings else woven


def _weave_inline(children: Sequence[Token], stretches: Sequence[_Stretch]) -> list[Token]:
    """Inline content with marks, openings and closings."""
    content = list(_plain(children))
    closings = sorted(_closings(content, stretches), reverse=True)
    cuts = sorted({at for at, *_ in closings}.union(*((s.start, s.end) for s in stretches)))
    woven: list[Token] = []
    waiting: list[Token] = []
    depth = 0
    for segment, covering in _covered(_segments(content, cuts), stretches):
        woven += _mark(segment, covering) if covering else segment.tokens
        while closings and closings[-1][0] <= segment.end:
            waiting.append(_raw(closings.pop()[2]))
        depth += sum(token.nesting for token in segment.tokens if token.type in _CLOSED)
        if depth == 0:
            woven += waiting
            waiting = []
    return woven


def _closings(
    content: Sequence[Token], stretches: Sequence[_Stretch]
) -> Iterator[tuple[int, int, str]]:
    """Where each closing goes, as (offset, order, HTML): into no number, link or code."""
    text = "".join(map(visible, content))
    closed: list[tuple[int, int]] = []  # the links, and the code outside of them
    if any(token.type in _CLOSED for token in content):
        starts = accumulate((len(visible(token)) for token in content), initial=0)
        for token, start, (_, end) in zip(content, starts, _reaches(content), strict=False):
            is_outer = not closed or start >= closed[-1][1]
            if token.nesting == 1 and token.type in _CLOSED and is_outer:
                closed.append((start, end))
    for stretch in stretches:
        if stretch.closing:
            at = _end_of_number(text, stretch.end)
            around = bisect_left(closed, at, key=lambda element: element[0]) - 1
            if around >= 0 and at <= closed[around][1]:
                at = _end_of_number(text, closed[around][1])
            yield at, stretch.order, stretch.closing


def _end_of_number(text: str, at: int) -> int:
    """The end of the number inside of which an offset lies, or else the offset.

    Between digits, what is ours would part a number in two, and from right to left the second part
    is shown before the first (https://www.unicode.org/reports/tr9/, W1 to W7).
    """
    if not text[at : at + 1].strip() or text[at].isalpha():
        return at
    found = _NUMBER.finditer(text, max(0, at - _LONGEST_NUMBER), at + _LONGEST_NUMBER)
    return next((number.end() for number in found if number.start() < at < number.end()), at)


def _covered(
    segments: Iterable[_Piece], stretches: Sequence[_Stretch]
) -> Iterator[tuple[_Piece, list[_Stretch]]]:
    """The segments, which go on in the text, each with the stretches that cover it, in order."""
    coming = sorted(range(len(stretches)), key=lambda rank: -stretches[rank].start)
    covering: list[int] = []
    for segment in segments:
        if segment.interval is None:
            yield segment, []
            continue
        while coming and stretches[coming[-1]].start <= segment.start:
            insort(covering, coming.pop())
        covering = [rank for rank in covering if segment.end <= stretches[rank].end]
        yield segment, [stretches[rank] for rank in covering]


def _mark(segment: _Piece, covering: Sequence[_Stretch]) -> list[Token]:
    starting = [s for s in reversed(covering) if s.start == segment.start and s.opening]
    attrs: dict[str, str | int | float] = {"data-annotation": " ".join(s.id for s in covering)}
    if covering[0].kind:
        attrs["class"] = covering[0].kind
    return [
        *(_raw(s.opening) for s in starting),
        Token("mark_open", "mark", 1, attrs=attrs),
        *segment.tokens,
        Token("mark_close", "mark", -1),
    ]


def _segments(children: list[Token], cuts: Sequence[int]) -> Iterator[_Piece]:
    """The content, taken apart no further than marks need it."""
    for interval, pieces in groupby(_pieces(children, cuts), key=lambda piece: piece.interval):
        run = list(pieces)
        if interval is None:
            yield from run
        else:
            tokens = [token for piece in run for token in piece.tokens]
            yield _Piece(interval, run[0].start, run[-1].end, tokens)


def _pieces(children: list[Token], cuts: Sequence[int]) -> Iterator[_Piece]:
    """The content, taken apart so that there is a cut inside no piece that has text."""
    reaches = _reaches(children)
    index = start = 0
    while index < len(children):
        token = children[index]
        stop, end = reaches[index]
        first, last = bisect_right(cuts, start), bisect_left(cuts, end)
        if first >= last:
            interval = bisect_right(cuts, start) if start < end else None
            yield _Piece(interval, start, end, children[index:stop])
        elif token.nesting:
            stop, end = index + 1, start
            yield _Piece(None, start, start, [token])
        else:
            for left, right in pairwise([start, *cuts[first:last], end]):
                part = Token("text", "", 0, content=token.content[left - start : right - start])
                yield _Piece(bisect_right(cuts, left), left, right, [part])
        index, start = stop, end


def _reaches(children: Sequence[Token]) -> list[tuple[int, int]]:
    """Where each token ends, an element's opening tag with its element: in tokens, in text."""
    reaches: list[tuple[int, int]] = []
    opened: list[int] = []
    end = 0
    for index, token in enumerate(children):
        end += len(visible(token))
        reaches.append((index + 1, end))
        if token.nesting == 1:
            opened.append(index)
        elif token.nesting == -1:
            reaches[opened.pop()] = (index + 1, end)
    return reaches


def _plain(children: Sequence[Token]) -> Iterator[Token]:
    """The content with code as an element like others, and without empty text."""
    for token in children:
        if token.type == "code_inline":
            yield Token("code_open", "code", 1, attrs=token.attrs)
            yield Token("text", "", 0, content=token.content)
            yield Token("code_close", "code", -1)
        elif token.type != "text" or token.content:
            yield token


def _raw(html: str) -> Token:
    return Token("html_inline", "", 0, content=html)


def _raw_block(html: str) -> Token:
    return Token("html_block", "", 0, content=html)
