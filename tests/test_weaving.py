"""Weaving: what is added can be taken away again, and stands where it belongs."""

import os
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import html5lib
import pytest
from commonmark import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.utils import read_fixture_file

from postil.page import weaving
from postil.page.weaving import Passage, weave
from postil.text import articles
from postil.text.articles import IMAGE, Document

SCALE = float(os.environ.get("POSTIL_TEST_SCALE", "1"))
HERE = Path(__file__).parent

Weave = Callable[..., str]


# ------------------------------------------------------------------ reading woven HTML back

VOID = {"br", "hr", "img"}
CLOSED = {"a", "code", "pre"}


# What may stand between a mark and what belongs to it, which would part a number.
REST_OF_NUMBER = re.compile(r"[\d.,:/+\u2212\u066a-\u066c\xa0\u202f#$\xa3\xa5\u20ac%\u2030\xb0-]+")


class Event(NamedTuple):
    """A tag or a run of text: `kind` is start, end or text; `raw` is how it is written."""

    kind: str
    name: str
    attrs: dict[str, str | None]
    raw: str


class Reader(HTMLParser):
    """Takes HTML apart into events that, put together, are the HTML again."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=False)
        self._lines = [0, *(match.end() for match in re.finditer("\n", html))]
        self._found: list[tuple[int, str, str, dict[str, str | None]]] = []
        self._html = html
        self.feed(html)
        self.close()

    def events(self) -> Iterator[Event]:
        places = [*(place for place, *_ in self._found), len(self._html)]
        for (place, *rest), after in zip(self._found, places[1:], strict=True):
            yield Event(*rest, self._html[place:after])

    def _note(self, kind: str, name: str = "", attrs: Sequence[Any] = ()) -> None:
        line, column = self.getpos()
        self._found.append((self._lines[line - 1] + column, kind, name, dict(attrs)))

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._note("start", tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._note("end", tag)

    def handle_data(self, data: str) -> None:
        self._note("text")

    def handle_entityref(self, name: str) -> None:
        self._note("text")

    def handle_charref(self, name: str) -> None:
        self._note("text")


def strip(html: str) -> str:
    """What is left without apparatus and marks."""
    kept = []
    inside = 0
    for event in Reader(html).events():
        if inside or "data-apparatus" in event.attrs:
            if event.name not in VOID:
                inside += {"start": 1, "end": -1, "text": 0}[event.kind]
        elif event.name != "mark":
            kept.append(event.raw)
    return "".join(kept)


# ------------------------------------------------------------------ what must hold


def make_passage(
    id: str, start: int, end: int, *, number: int = 1, closing: bool = True, below: bool = False
) -> Passage:
    """A passage of an annotation, its number-th in the order of the text."""
    key = key_of(id, number)
    return Passage(
        id,
        start,
        end,
        f'<span id="{id}" data-apparatus></span>' if number == 1 else "",
        f'<sup data-apparatus data-closing="{key}"><a href="#note-{id}">1 &lt;</a></sup>'
        if closing
        else "",
        f'<aside data-apparatus data-below="{key}"><p>box<br></p></aside>' if below else "",
    )


PLACE = '<span class="at" data-apparatus></span>'


def strips_of(document: Document) -> dict[int, str]:
    """One for every block, whether it has room or not."""
    numbers = range(1, len(document.blocks) + 1)
    return {number: f'<svg data-apparatus data-strip="{number}"></svg>' for number in numbers}


def weave_all(document: Document, passages: Sequence[Passage], weave: Weave = weave) -> str:
    """With all that can be woven in."""
    return weave(document, passages, strips_of(document), PLACE)


def key_of(id: str, number: int) -> str:
    """What tells the passages of an annotation apart."""
    return id if number == 1 else f"{id}_{number}"


def check(document: Document, passages: Sequence[Passage], html: str) -> None:
    """Assert everything that is promised of woven HTML."""
    assert strip(html) == articles.render(document.tokens)
    reading = Reading(document, passages)
    for event in Reader(html).events():
        reading.take(event)
    reading.finish()


class Reading:
    """Woven HTML read event by event."""

    def __init__(self, document: Document, passages: Sequence[Passage]) -> None:
        self.passages: dict[str, Passage] = {}  # by key
        self.words: dict[str, dict[str, str]] = defaultdict(dict)  # by id, by key in order
        places: dict[str, int] = {}
        for place, passage in sorted(enumerate(passages), key=lambda each: each[1].start):
            key = key_of(passage.id, len(self.words[passage.id]) + 1)
            self.passages[key], places[key] = passage, place
            self.words[passage.id][key] = words_of(document, passage)
        self.innermost = sorted(
            self.passages,
            key=lambda key: (self._length(key), -self.passages[key].start, -places[key]),
        )
        self.by_end = sorted(
            self.passages,
            key=lambda key: (self.passages[key].end, self._length(key), places[key]),
        )
        self.open: list[tuple[str, bool]] = []  # elements: name, is apparatus
        self.story: list[tuple[Event, int]] = []  # not apparatus: event, depth after it
        self.previous: Event | None = None
        self.blocks = 0
        self.keys: list[str] = []  # of the mark that is open
        self.marked: list[str] = []  # those of the mark before
        self.shown: dict[str, str] = defaultdict(str)
        self.openings: list[str] = []
        self.waiting: list[str] = []  # openings whose mark has not come yet
        self.closings: list[str] = []
        self.belows: list[str] = []
        self.strips: list[int] = []
        self.places: list[int] = []  # the block that each stands before
        self.ended: dict[str, tuple[int, int | None, int]] = {}

    def _length(self, key: str) -> int:
        return self.passages[key].end - self.passages[key].start

    def _key(self, id: str) -> str:
        """Which passage of the annotation the text comes to next."""
        words = self.words[id]
        left = [key for key in words if len(self.shown[key]) < len(words[key])]
        assert left, "marks hold no more than the passage"
        return left[0]

    def take(self, event: Event) -> None:
        inside = any(apparatus for _, apparatus in self.open)
        names = [name for name, _ in self.open]
        if event.kind == "start":
            if "data-apparatus" in event.attrs:
                self._apparatus(event, names)
            elif not inside:
                self._element(event, names)
            if event.name not in VOID:
                self.open.append((event.name, "data-apparatus" in event.attrs))
        elif event.kind == "end":
            name, apparatus = self.open.pop()
            assert name == event.name, "tags are nested"
            if not (inside or apparatus):
                self._end(event, names[:-1])
        elif not inside:
            for key in self.keys:
                self.shown[key] += unescape(event.raw)
        if not inside and "data-apparatus" not in event.attrs:
            assert not self.waiting, "an opening is followed by its mark"
            self.story.append((event, len(self.open)))
        self.previous = event

    def _apparatus(self, event: Event, names: list[str]) -> None:
        assert "mark" not in names, "no apparatus in a mark"
        if id := event.attrs.get("data-closing"):
            assert not CLOSED & set(names), "no closing in a link or code"
            self._closing(id)
        elif id := event.attrs.get("data-below"):
            assert not names, "what goes below stands at the top level"
            assert self.blocks == self.ended[id][2], "it comes after the passage's last block"
            self.belows.append(id)
        elif number := event.attrs.get("data-strip"):
            self._strip(int(number), names)
        elif event.raw.startswith('<span class="at"'):
            assert not names, "a place stands at the top level"
            self.places.append(self.blocks + 1)
        elif id := event.attrs.get("id"):
            self.openings.append(id)
            self.waiting.append(id)
        else:
            assert event.name == "p", "nothing but what was given"

    def _strip(self, number: int, names: list[str]) -> None:
        assert self.previous and self.previous.kind == "start", "a strip begins its block"
        assert self.previous.name == names[-1], "right after the tag"
        assert re.fullmatch("p|li|h[1-6]", names[-1]), "only running text has a side"
        assert number > max(self.strips, default=0), "each once, in the order of the text"
        self.strips.append(number)

    def _closing(self, id: str) -> None:
        self.closings.append(id)
        index, outermost, _ = self.ended[id]
        since = self.story[index:]
        if outermost is None:
            rest = "".join(event.raw for event, _ in since if event.kind == "text")
            assert not since or REST_OF_NUMBER.fullmatch(unescape(rest)), "right after the mark"
            return
        while since and (since[-1][0].name == "mark" or REST_OF_NUMBER.fullmatch(since[-1][0].raw)):
            since.pop()
        if since[-1][0].raw == "\n":
            assert since[-2][0].name == "pre"
            since.pop()
        last, depth = since.pop()
        assert last.kind == "end" and depth == outermost, "right after the link or code"
        assert all(deeper > outermost for _, deeper in since)

    def _element(self, event: Event, names: list[str]) -> None:
        self.blocks += not names
        if event.name == "img":
            for key in self.keys:
                self.shown[key] += IMAGE
        elif event.name == "a":
            assert "a" not in names, "no link in a link"
        elif event.name == "mark":
            assert "mark" not in names, "no mark in a mark"
            self._mark(tuple((event.attrs["data-annotation"] or "").split(" ")))

    def _mark(self, ids: tuple[str, ...]) -> None:
        keys = [self._key(id) for id in ids]
        assert keys == [key for key in self.innermost if key in keys], "innermost first"
        if self.previous and self.previous.raw == "</mark>":
            assert self.marked != keys, "no cut without a reason"
        first = {key for key in keys if not self.shown[key] and self.passages[key].opening}
        assert sorted(self.waiting) == sorted(first), "openings are right before their marks"
        self.waiting = []
        self.keys = keys

    def _end(self, event: Event, names: list[str]) -> None:
        if event.name != "mark":
            return
        outermost = min((names.index(name) for name in CLOSED & set(names)), default=None)
        for key in self.keys:
            self.ended[key] = (len(self.story) + 1, outermost, self.blocks)
        self.marked, self.keys = self.keys, []

    def finish(self) -> None:
        assert not self.open
        for words in self.words.values():
            assert {key: self.shown[key] for key in words} == words, "marks hold the passage"
        assert sorted(self.openings) == sorted(p.id for p in self.passages.values() if p.opening)
        assert self.closings == [key for key in self.by_end if self.passages[key].closing]
        assert self.belows == [key for key in self.by_end if self.passages[key].below]
        blocks = {self.ended[key][2] for key in self.belows}
        assert self.places in ([], sorted(blocks)), "before each block with something below"


def words_of(document: Document, passage: Passage) -> str:
    """The passage without the white space at the ends of each block; of a blank one, all of it."""
    parts = [
        document.text[max(block.start, passage.start) : min(block.end, passage.end)]
        for block in document.blocks
    ]
    return "".join(part.strip() for part in parts) or next(filter(None, parts))


# ------------------------------------------------------------------ cases

PASSAGE = re.compile(r"^(\w+)(\+?) = (.*)\n", re.MULTILINE)
CASES = read_fixture_file(HERE / "cases" / "weaving.md")


def read_case(source: str, form: str) -> tuple[Document, list[Passage]]:
    """The article, without the lines `id = quote` and `id+ = from ... to` that name passages.

    The same id again is a further passage of the same annotation.
    """
    document = articles.parse_article(PASSAGE.sub("", source), form)
    passages = []
    for id, below, quote in PASSAGE.findall(source):
        first, _, last = quote.replace("\\n", "\n").replace("[image]", IMAGE).partition(" ... ")
        start = document.text.index(first)
        end = document.text.index(last, start) + len(last) if last else start + len(first)
        number = 1 + sum(passage.id == id for passage in passages)
        passages.append(make_passage(id, start, end, number=number, below=bool(below)))
    return document, passages


@pytest.mark.parametrize(
    ("title", "source", "expected"),
    [pytest.param(*case, id=f"{line}: {case[0]}") for line, *case in CASES],
)
def test_case(title: str, source: str, expected: str) -> None:
    document, passages = read_case(source, "txt" if title.startswith("Plain text") else "md")
    html = weave(document, passages)
    shorter = re.sub(r'<span id="(\w+)" data-apparatus></span>', r"[\1", html)
    shorter = re.sub(r"<sup data-apparatus data-closing=\"(\w+)\">.*?</sup>", r"\1]", shorter)
    shorter = re.sub(r"<aside data-apparatus data-below=\"(\w+)\">.*?</aside>", r"{\1}\n", shorter)
    assert shorter == expected
    check(document, passages, html)


# ------------------------------------------------------------------ over all of CommonMark

# What the specification's examples do not have, or seldom.
FURTHER = [
    "| left | *mid* | right |\n|:--|:-:|--:|\n| a `b \\| c` d | [x y](/z) | ~~gone~~ away |\n",
    "> - one [two `three` four](/u) five\n>\n>   ```py\n>   a < b & c\n>   d\n>   ```\n> - six\n",
    "a ![b](c.png) d [![e](f.png) g](/h) ![i](https://x.org/j.png) [k ![l](//m/n.png)](/o)\n",
    "# One *two `three` four* five\n\nsix  \nseven\\\neight\nnine\n\n    ten\n\n    eleven\n",
    "**a [b *c `d` e* f](/g) h** [*i*](/j)`k`**l**\n",
    "```\n  code & <more>\n\n\n```\n- tight `x`\n- list\n",
    "***a** b* _c __d___ `e``f` <https://g.org/h?i=j&k=l>\n",
    '\U0001f468\u200d\U0001f469\u200d\U0001f467 e\u0301 \u05d0\u05d1 "quoted" &amp; &lt;b&gt;\n',
    "a [](/empty) b [](/empty)\n",
    "a b.[^1] c[^n] d[^1]\n\n[^1]: e *f* g\n\n    h\n[^n]: - i\n\n3. j\n7. k\n",
]


def random_passages(text: str, number: int, dice: random.Random) -> list[Passage]:
    """Overlapping passages of any length, each with at least one visible character.

    A third of them is one of several of an annotation, which do not overlap each other.
    """
    ranges: list[list[tuple[int, int]]] = []  # by annotation
    while sum(map(len, ranges)) < number:
        start = dice.randrange(len(text))
        longest = dice.choice([3, 12, 40, len(text)])
        end = min(start + dice.randint(1, longest), len(text))
        if ranges and dice.random() < 0.2:  # share an edge with another
            start = min(ranges[-1][-1][0], end - 1)
        if not text[start:end].strip():
            continue
        several = dice.choice(ranges) if ranges and dice.random() < 0.4 else []
        if several and all(end <= first or last <= start for first, last in several):
            several.append((start, end))
        else:
            ranges.append([(start, end)])
    passages = [
        make_passage(
            f"p{index}",
            *place,
            number=count,
            closing=dice.random() < 0.9,
            below=dice.random() < 0.3,
        )
        for index, places in enumerate(ranges)
        for count, place in enumerate(sorted(places), 1)
    ]
    dice.shuffle(passages)
    return passages


def documents() -> list[Document]:
    sources = [*(example.markdown for example in examples()), *FURTHER * 4]
    parsed = [articles.parse_article(source, "md") for source in sources]
    return [document for document in parsed if document.text.strip()]


def survey(weave: Weave, seed: int, rounds: int, each: int = 10) -> int:
    """Check `rounds` weaves of `each` random passages; gives the number of passages."""
    dice = random.Random(seed)
    pool = documents()
    for number in range(rounds):
        if number % len(pool) == 0:
            dice.shuffle(pool)
        document = pool[number % len(pool)]
        passages = random_passages(document.text, each, dice)
        check(document, passages, weave_all(document, passages, weave))
    return rounds * each


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_marked_can_be_unmarked(seed: int) -> None:
    """50,000 ranges at the least, 300,000 at CI's scale of 6."""
    rounds = round(1000 * max(SCALE, 1))
    assert survey(weave, seed, rounds) == 10 * rounds


def test_long_documents_are_woven_alike() -> None:
    dice = random.Random(7)
    for _ in range(round(40 * SCALE)):
        source = "\n\n".join(e.markdown for e in dice.sample(examples(), 12))
        document = articles.parse_article(source, "md")
        passages = random_passages(document.text, 30, dice)
        check(document, passages, weave_all(document, passages))


# Pieces of Markdown that do or do not go together.
PIECES = [
    *("a", "b c", " ", "\n", "\n\n", "  \n", "\\", "\u00e9", "\U0001f600"),
    *("*", "**", "_", "`", "``", "~~", "&amp;", "<", ">", "(", ")"),
    *("[", "](/u)", "![", "]", "[x](y.png)", "![x](y.png)", "![x](https://y)", "<https://a.b>"),
    *("> ", "- ", "1. ", "# ", "```\n", "    ", "|", "|-|\n"),
]
SOUP = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@settings(max_examples=round(300 * SCALE), deadline=None)
@given(source=SOUP, seed=st.integers(0, 2**32))
def test_any_text_can_be_woven(source: str, seed: int) -> None:
    for form in ("md", "txt"):
        document = articles.parse_article(source, form)
        if document.text.strip():
            passages = random_passages(document.text, 6, random.Random(seed))
            check(document, passages, weave_all(document, passages))


# ------------------------------------------------------------------ as a browser reads it


def as_browser_reads(html: str) -> list[Any]:
    """The tree that an HTML parser builds, flat, without apparatus and marks."""
    flat: list[Any] = [""]

    def text(words: str | None) -> None:
        if isinstance(flat[-1], str):
            flat[-1] += words or ""
        else:
            flat.append(words or "")

    def visit(element: Any) -> None:
        if "data-apparatus" not in element.attrib:
            if element.tag != "mark":
                flat.append((element.tag, sorted(element.attrib.items())))
            text(element.text)
            for child in element:
                visit(child)
            if element.tag != "mark":
                flat.append(("/", element.tag))
        text(element.tail)

    visit(html5lib.parseFragment(html, container="article", namespaceHTMLElements=False))
    return [part for part in flat if part != ""]


def test_a_browser_finds_the_same_tree() -> None:
    dice = random.Random(11)
    pool = documents()
    for document in dice.choices(pool, k=round(250 * SCALE)):
        passages = random_passages(document.text, 6, dice)
        woven = as_browser_reads(weave_all(document, passages))
        assert woven == as_browser_reads(articles.render(document.tokens))


# ------------------------------------------------------------------ in particular


def test_the_tokens_of_the_document_stay_as_they_are() -> None:
    dice = random.Random(3)
    for document in dice.sample(documents(), 100):
        before = [token.as_dict() for token in document.tokens]
        weave_all(document, random_passages(document.text, 6, dice))
        assert [token.as_dict() for token in document.tokens] == before


def test_elements_may_nest_deeper_than_python_recurses() -> None:
    document = articles.parse_article("**" * 1200 + "one two" + "**" * 1200, "md")
    passages = [make_passage("a", 0, 5), make_passage("b", 4, 7)]
    check(document, passages, weave(document, passages))


def test_a_passage_may_be_without_apparatus() -> None:
    document = articles.parse_article("one", "txt")
    assert weave(document, [Passage("a", 0, 3)]) == (
        '<p><mark data-annotation="a">one</mark></p>\n'
    )


def test_nothing_to_weave_is_the_plain_rendering() -> None:
    assert (
        weave(articles.parse_article("# one\n\n*two*", "md"), [])
        == "<h1>one</h1>\n<p><em>two</em></p>\n"
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("# one\n\n*two*", "<h1>|1|one</h1>\n<p>|2|<em>two</em></p>\n"),
        ("> one", "<blockquote>\n<p>|1|one</p>\n</blockquote>\n"),
        ("- one\n- two", "<ul>\n<li>|1|one</li>\n<li>|2|two</li>\n</ul>\n"),
        (
            "- one\n  - two",
            "<ul>\n<li>one\n<ul>\n<li>|2|two</li>\n</ul>\n</li>\n</ul>\n",
        ),
        (
            "- one\n\n  - two",
            "<ul>\n<li>\n<p>|1|one</p>\n<ul>\n<li>|2|two</li>\n</ul>\n</li>\n</ul>\n",
        ),
        (
            "- # one\n  two",
            "<ul>\n<li>\n<h1>|1|one</h1>\ntwo</li>\n</ul>\n",
        ),
        ("```\none\n```", "<pre><code>one\n</code></pre>\n"),
        (
            "|one|\n|---|\n\ntwo",
            "<table>\n<thead>\n<tr>\n<th>one</th>\n</tr>\n</thead>\n</table>\n<p>|2|two</p>\n",
        ),
    ],
)
def test_a_strip_begins_each_block_of_running_text_and_no_other(source, expected) -> None:
    document = articles.parse_article(source, "md")
    woven = weave(document, [], strips_of(document))
    assert re.sub(r'<svg data-apparatus data-strip="(\d)"></svg>', r"|\1|", woven) == expected


def test_a_place_stands_before_the_block_of_what_goes_below() -> None:
    document = articles.parse_article("one\n\n- two\n- three\n\nfour", "md")
    three = document.text.index("three")
    passages = [
        make_passage("a", three, three + 5, below=True),
        make_passage("b", three, three + 2, below=True),
    ]
    woven = weave(document, passages, place=PLACE)
    assert woven.count(PLACE) == 1
    assert woven.startswith(f"<p>one</p>\n{PLACE}<ul>")


@pytest.mark.parametrize(("start", "end"), [(3, 5), (2, 2), (8, 9)])
def test_a_passage_without_text_is_refused(start: int, end: int) -> None:
    document = articles.parse_article("one\n\ntwo", "md")
    with pytest.raises(ValueError, match="no text"):
        weave(document, [Passage("a", start, end)])


# ------------------------------------------------------------------ do these tests notice?

MUTANTS = {
    "a mark crosses the end of an element": (
        "yield _Piece(None, start, start, [token])",
        "yield _Piece(bisect_right(cuts, start), start, start, [token])",
    ),
    "a closing stays in a link": ('"link_open", "link_close", ', ""),
    "a closing stays in code": (', "code_open", "code_close")', ")"),
    "a cut is off by one": (
        "content=token.content[left - start : right - start]",
        "content=token.content[left - start : right - start - 1]",
    ),
    "a passage ends one character early": (
        "start + len(words.rstrip())\n",
        "start + max(len(words.rstrip()) - 1, 1)\n",
    ),
    "code is not escaped": (
        'yield Token("text", "", 0, content=token.content)',
        "yield _raw(token.content)",
    ),
    "a block of code is not escaped": (
        'text = Token("text", "", 0, content=block.content)',
        "text = _raw(block.content)",
    ),
    "a closing at every segment": (
        "while closings and closings[-1][0] <= segment.end:",
        "while closings:",
    ),
    "an opening at every segment": ("s.start == segment.start and s.opening", "s.opening"),
    "an annotation outlives a code span": (
        "if first >= last:",
        'if first >= last or token.type == "code_open":',
    ),
    "an annotation outlives a link": (
        "if first >= last:",
        'if first >= last or token.type == "link_open":',
    ),
    "outermost first": (
        '" ".join(s.id for s in covering)',
        '" ".join(s.id for s in covering[::-1])',
    ),
    "of equals the earlier is the inner one": (
        "passage.end - passage.start, -passage.start, -index",
        "passage.end - passage.start, -passage.start, index",
    ),
    "below, but in the list": (
        "(document.tokens) if token.level == 0 >= token.nesting]",
        "(document.tokens) if token.nesting <= 0]",
    ),
    "a place before the block after": (
        "firsts[bisect_left(firsts, end + 1) - 1]",
        "firsts[min(bisect_left(firsts, end + 1), len(firsts) - 1)]",
    ),
    "no place": ("if index in starts:", "if index in starts and not index:"),
    "a strip at the end of its block": (
        "[_raw(begun[index]), *(block[0].children or [])]",
        "[*(block[0].children or []), _raw(begun[index])]",
    ),
    "a strip in a table": ('in ("paragraph_open", "heading_open") and', "and"),
    "what has ended goes on": ("if segment.end <= stretches[rank].end]", "]"),
    "what begins later is outermost": (
        "insort(covering, coming.pop())",
        "covering.append(coming.pop())",
    ),
    "what goes below comes in any order": (
        "in sorted(asides.get(index, ()))",
        "in asides.get(index, ())",
    ),
    "closings of one place come in any order": (
        "sorted(_closings(content, stretches), reverse=True)",
        "sorted(_closings(content, stretches), key=lambda each: each[0], reverse=True)",
    ),
    "closings of code come in any order": ("sorted(stretches, key=lambda s: s.order)", "stretches"),
    "a closing in code of several lines": ('s._replace(closing="") for s in', "s for s in"),
    "apparatus that is not called so": ("<p data-apparatus>", "<p>"),
    "white space is marked": (
        "start + len(words) - len(words.lstrip()), start",
        "start, start",
    ),
    "the wrong block": ("part is parts[-1]", "part is parts[0]"),
    "a mark for every piece": (
        "key=lambda piece: piece.interval",
        "key=lambda piece: piece.interval and piece",
    ),
    "empty text cuts a mark": ('token.type != "text" or token.content', "True"),
    "the document's tokens are changed": (
        "return [block.copy(children=_weave_inline(block.children or [], stretches))]",
        "block.children = _weave_inline(block.children or [], stretches); return [block]",
    ),
}


def mutate(old: str, new: str) -> ModuleType:
    """The module with one mistake planted."""
    source = Path(weaving.__file__).read_text(encoding="utf-8")
    assert source.count(old) == 1, f"the place for the mistake is gone: {old}"
    mutant = ModuleType("mutant")
    exec(compile(source.replace(old, new), "mutant", "exec"), mutant.__dict__)
    return mutant


@pytest.mark.mutants
@pytest.mark.parametrize(("old", "new"), MUTANTS.values(), ids=MUTANTS.keys())
def test_a_planted_mistake_is_noticed(old: str, new: str) -> None:
    mutant = mutate(old, new)
    with pytest.raises((AssertionError, LookupError)):
        survey(mutant.weave, seed=1, rounds=3000)
