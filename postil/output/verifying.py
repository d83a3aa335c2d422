"""The proof that a published page holds the words of its article, byte for byte.

Nothing that makes pages is used here, so that a mistake there cannot vouch for itself; only what
the Markdown of an article means is asked of `articles`.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from itertools import accumulate, groupby, pairwise
from pathlib import Path
from typing import Literal

from msgspec import Struct, structs

from postil import paths

Form = Literal["txt", "md"]
Kind = Literal["changed", "missing", "added", "malformed", "version", "absent"]
Fate = Literal["keep", "drop", "unwrap"]
Locate = Callable[[int], tuple[int, int]]
_TokenKind = Literal["start", "end", "empty", "text"]
_Attributes = Sequence[tuple[str, str | None]]

CONTEXT = 30  # characters shown on both sides of a difference
WINDOW = 200  # characters in which a change is told from an omission and an addition

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_TAG_LIKE = re.compile(r"<[A-Za-z/!?]")  # also a comment, a declaration, an instruction
# Tags that the parser and all browsers read alike, and the whole of an article's are such. Of
# others they differ: in what is white space, and in where a name or a value ends.
_TAG = re.compile(
    r"""</[a-z][\w:-]*[ \t\n\f\r]*>
    |<[a-z][\w:-]*
      (?:[ \t\n\f\r]+[a-z_:][\w:.-]*
        (?:[ \t\n\f\r]*=[ \t\n\f\r]*(?:"[^"]*"|'[^']*'|[!#-&(-;?-_a-~]+))?)*
      [ \t\n\f\r]*/?>""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
_TORN = re.compile(r"&[^;]*\Z")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


def _elements(names: str) -> frozenset[str]:
    return frozenset(names.split())


# What the HTML standard says of start tags in the body of a page (13.2.6.4.7, 13.2.6.5): which
# open an element without an end tag; which open none here, or one whose content is no HTML or not
# shown; which end an open paragraph, though not beyond what bounds its scope; which end an open
# element of their own kind; which end a drawing or formula; and which count only in a parent of
# theirs. Whatever else is in a table but in no cell is moved out of it.
_VOID = _elements("area base br col embed hr img input link meta param source track wbr")
_BARRED = _elements(
    "applet base basefont bgsound body frame frameset head html iframe image keygen link meta "
    "noembed noframes noscript optgroup option plaintext script select style template textarea "
    "title xmp"
)
_HEADINGS = _elements("h1 h2 h3 h4 h5 h6")
_ENDS_PARAGRAPH = _HEADINGS | _elements(
    "address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form header hgroup hr li listing main menu nav ol p pre search section summary "
    "table ul"
)
_BOUNDS_PARAGRAPH = _elements("button caption math object svg table td th")
_ENDS_ITSELF = _elements("a button form nobr")
_FOREIGN = _elements("math svg")
_ENDS_FOREIGN = _HEADINGS | _elements(
    "b big blockquote body br center code dd div dl dt em embed font head hr i img li listing menu "
    "meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul var"
)
_TABLE = _elements("table tbody tfoot thead")
_TABLE_PARTS = _TABLE | _elements("colgroup tr")
_PARENTS = {
    **dict.fromkeys(_elements("caption colgroup tbody tfoot thead"), _elements("table")),
    **dict.fromkeys(_elements("td th"), _elements("tr")),
    **dict.fromkeys(_elements("dd dt"), _elements("dl")),
    **dict.fromkeys(_elements("rb rp rt rtc"), _elements("ruby")),
    "tr": _TABLE,
    "col": _elements("colgroup"),
    "li": _elements("menu ol ul"),
}


class Mismatch(Struct, frozen=True):
    """The first way in which a page is not true to its article.

    `kind`: characters of the article are *changed* or *missing*, or others are *added*; the page
    is *malformed*: a browser would not read it as it looks; it was made from another *version*
    of the article; page or article are *absent* or cannot be read.

    `expected` is the plain rendering of the article around the difference and `found` what the
    page has there. Lines and columns count code points from 1. `line` and `column` are in the
    article: exact in a text file, at or after the nearest word in Markdown. `page_line` and
    `page_column` are in the source of the page. All are None where nothing can be pointed at.
    """

    kind: Kind
    message: str
    expected: str = ""
    found: str = ""
    line: int | None = None
    column: int | None = None
    page_line: int | None = None
    page_column: int | None = None


class Result(Struct, frozen=True):
    """What the verification of one page found; without a mismatch it is intact."""

    page: Path
    article: Path | None
    mismatch: Mismatch | None = None

    def __str__(self) -> str:
        """One line; after a difference of words, a line for each side."""
        mismatch = self.mismatch
        if mismatch is None:
            return f"{self.page}: every character of {self.article} is in its place"
        place = _colons(self.page, mismatch.page_line, mismatch.page_column)
        shown = f"{place}: {mismatch.kind}: {mismatch.message}"
        if not (mismatch.expected or mismatch.found):
            return shown
        article = _colons(self.article, mismatch.line, mismatch.column)
        sides = f"expected: {mismatch.expected!r}\n  found:    {mismatch.found!r}"
        return f"{shown}\n  {article}\n  {sides}"


def _colons(path: Path | None, *places: int | None) -> str:
    return ":".join(str(part) for part in (path, *places) if part is not None)


class _Broken(Exception):
    """Carries a mismatch to where it is reported."""

    def __init__(self, kind: Kind, message: str, token: "_Token | None" = None) -> None:
        super().__init__(message)
        line, column = (token.line, token.column) if token else (None, None)
        self.mismatch = Mismatch(kind, message, page_line=line, page_column=column)


# ------------------------------------------------------------------ pages and articles on disk


def verify_all(output: Path, content: Path, pages: Sequence[Path] = ()) -> list[Result]:
    """Verify `pages`, or else the page in `output` of every explainer folder in `content`."""
    if pages:
        return [verify_page(page, content) for page in pages]
    return [verify_page(output / slug / "index.html", content, slug) for slug in _slugs(content)]


def _slugs(content: Path) -> list[str]:
    folders = [path.name for path in content.iterdir() if path.is_dir()] if content.is_dir() else []
    return sorted(name for name in folders if name[0] not in "._")


def verify_page(page: Path, content: Path, slug: str | None = None) -> Result:
    """Compare a page, or the index.html of a folder, with its article in `content`.

    The page names its article and the hash of the file that it was made from; `slug` is the
    name that it must have, if that is known. Whatever cannot be read is a mismatch.
    """
    page = page / "index.html" if page.is_dir() else page
    article = None
    try:
        html = _read_page(page)
        element = _find_element(_tokenize(html))
        article = _find_article(content, _slug_of(element, slug))
        data = article.read_bytes()
        form: Form = "txt" if article.suffix == ".txt" else "md"
        mismatch = verify(html, data, form) or _compare_hashes(element, data)
    except _Broken as broken:
        mismatch = broken.mismatch
    except OSError as error:
        mismatch = Mismatch("absent", f"cannot read {error.filename}: {error.strerror}")
    return Result(page, article, mismatch)


def _read_page(page: Path) -> str:
    try:
        return page.read_bytes().decode()
    except FileNotFoundError:
        raise _Broken("absent", "there is no such page") from None
    except UnicodeDecodeError as error:
        raise _Broken("malformed", f"byte {error.start} of the page is not UTF-8") from None


def _slug_of(element: "_Token", slug: str | None) -> str:
    name = element.attributes["data-article"] or ""
    if not _SLUG.fullmatch(name):
        raise _Broken("malformed", f"{name!r} cannot be the name of an explainer", element)
    if slug not in (None, name):
        raise _Broken("version", f"this is the page of {name}, not of {slug}", element)
    return name


def _find_article(content: Path, slug: str) -> Path:
    candidates = [content / slug / name for name in paths.ARTICLES]
    found = [path for path in candidates if path.is_file() and not path.is_symlink()]
    if len(found) != 1:
        raise _Broken("absent", f"{content / slug} has {'two articles' if found else 'no article'}")
    return found[0]


def _compare_hashes(element: "_Token", data: bytes) -> Mismatch | None:
    given, actual = element.attributes.get("data-sha256"), sha256(data).hexdigest()
    if given == actual:
        return None
    message = f"the words are the same, but the page was made from {given}, and this is {actual}"
    return _Broken("version", message, element).mismatch


# ------------------------------------------------------------------ a page against an article


def verify(html: str, article: bytes, form: Form) -> Mismatch | None:
    """The first difference between a page and its article, or None if there is none."""
    try:
        text = article.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Mismatch("absent", f"byte {error.start} of the article is not UTF-8")
    if form == "txt":
        if compare(html, wrapped_txt(article)) is None:
            return None
        return compare(html, plain_txt(article), lambda offset: _place_in_txt(text, offset))
    from postil.text.articles import (
        render_plain,  # imports markdown-it, which text files can do without
    )

    expected = render_plain(text, form)
    return compare(html, expected, lambda offset: _place_in_md(text, expected, offset))


def compare(html: str, expected: str, locate: Locate | None = None) -> Mismatch | None:
    """The first difference between a page and the plain rendering of its article.

    Of the one element with `data-article`, all elements with `data-apparatus` are dropped and
    all `<mark data-annotation>` unwrapped; what remains of its source must equal `expected`.
    `locate` turns an offset into `expected` into a line and column of the article.
    """
    try:
        tokens = _tokenize(html)
        element = _find_element(tokens)
        remains = list(_remains(tokens[tokens.index(element) :]))
        found = "".join(token.source for token in remains)
        if found != expected:
            return _difference(remains, found, expected, locate)
        _check_references(remains)
    except _Broken as broken:
        return broken.mismatch
    return None


def plain_txt(article: bytes) -> str:
    """The HTML of a text file in UTF-8: each line that is not blank is a paragraph."""
    text = article.decode("utf-8-sig")
    return "".join(_paragraph(line) for _, line in _lines(text))


def wrapped_txt(article: bytes) -> str:
    """The same if its lines are broken at some width: an empty line ends a paragraph."""
    lines = (line.removesuffix("\r") for line in article.decode("utf-8-sig").split("\n"))
    runs = groupby(lines, key=lambda line: bool(line.strip()))
    return "".join(_paragraph("\n".join(run)) for is_text, run in runs if is_text)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that are not blank, with their numbers from 1."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line.removesuffix("\r")


def _paragraph(line: str) -> str:
    return f"<p>{line.translate(_ESCAPES)}</p>\n"


# ------------------------------------------------------------------ what remains of a page


class _Token(Struct, frozen=True):
    """A tag or anything else, which is called text, in a page's source, and where it starts."""

    kind: _TokenKind
    source: str
    line: int
    column: int
    name: str = ""
    attributes: dict[str, str | None] = {}


class _Open(Struct, frozen=True):
    """An element that is not closed yet, and what becomes of it."""

    name: str
    fate: Fate


class _Parser(HTMLParser):
    """Finds where each token of a page starts; it ends where the next one starts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.starts: list[_Token] = []

    def _note(self, kind: _TokenKind, name: str = "", attributes: _Attributes = ()) -> None:
        line, column = self.getpos()
        # Of an attribute that is given twice, browsers take the first.
        values = dict(reversed(attributes))
        self.starts.append(_Token(kind, "", line, column + 1, name, values))

    def handle_starttag(self, tag: str, attrs: _Attributes) -> None:
        self._note("start", tag, attrs)

    def handle_startendtag(self, tag: str, attrs: _Attributes) -> None:
        self._note("empty", tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        self._note("end", tag)

    def handle_data(self, data: str) -> None:
        self._note("text")

    def handle_entityref(self, name: str) -> None:
        self._note("text")

    def handle_charref(self, name: str) -> None:
        self._note("text")

    def handle_comment(self, data: str) -> None:
        self._note("text")

    def handle_decl(self, decl: str) -> None:
        self._note("text")

    def handle_pi(self, data: str) -> None:
        self._note("text")

    def unknown_decl(self, data: str) -> None:
        self._note("text")


def _tokenize(html: str) -> list[_Token]:
    """The whole source of a page, cut into tokens."""
    parser = _Parser()
    try:
        parser.feed(html)
        parser.close()
    except AssertionError as error:  # how the parser says that a declaration is nonsense
        raise _Broken("malformed", f"the page cannot be read: {error}") from None
    lines = [0, *accumulate(len(line) + 1 for line in html.split("\n"))]
    starts = [lines[token.line - 1] + token.column - 1 for token in parser.starts]
    return [
        structs.replace(token, source=html[start:end])
        for token, (start, end) in zip(parser.starts, pairwise([*starts, len(html)]), strict=True)
    ]


def _find_element(tokens: Iterable[_Token]) -> _Token:
    """The start tag of the one element that holds the article."""
    found = [token for token in tokens if "data-article" in token.attributes]
    if not found:
        raise _Broken("malformed", "no element has the attribute data-article")
    if len(found) > 1:
        raise _Broken("malformed", f"{len(found)} elements have data-article", found[1])
    if not _TAG.fullmatch(found[0].source):
        raise _Broken("malformed", "the tag with data-article is none for a browser", found[0])
    return found[0]


def _remains(tokens: Sequence[_Token]) -> Iterator[_Token]:
    """What is the article's in its element, whose start tag is the first token.

    The last one yielded is the element's end, without its source.
    """
    stack = [_Open(tokens[0].name, "keep")]
    for token in tokens[1:]:
        fate = _settle(token, stack)
        if not stack:
            yield structs.replace(token, source="")
            return
        if fate == "keep":
            yield token
    raise _Broken("malformed", f"<{stack[-1].name}> is not closed before the page ends", tokens[0])


def _check_references(remains: Sequence[_Token]) -> None:
    """Raise if something stands within `&amp;`: whole without it, but not for a browser."""
    for token in remains:
        if token.kind == "text" and _TORN.search(token.source):
            raise _Broken("malformed", f"{token.source!r} is not the whole of a character", token)


def _settle(token: _Token, stack: list[_Open]) -> Fate:
    """What becomes of a token; opens or closes an element on the stack."""
    match token.kind:
        case "start" | "empty" if _TAG.fullmatch(token.source):
            return _open(token, stack)
        case "end" if _TAG.fullmatch(token.source):
            if token.name != stack[-1].name:
                raise _Broken(
                    "malformed", f"</{token.name}> stands where <{stack[-1].name}> is open", token
                )
            return stack.pop().fate
        case "text" if _is_text(token.source, stack[-1].name):
            return "drop" if stack[-1].fate == "drop" else "keep"
    shown = _shorten(token.source)
    raise _Broken("malformed", f"{shown!r} is no text here and no tag", token)


def _is_text(source: str, parent: str) -> bool:
    """Whether browsers, too, show this as text and where it stands."""
    misplaced = parent in _TABLE_PARTS and source.strip()
    return not misplaced and not _TAG_LIKE.match(source)


def _open(token: _Token, stack: list[_Open]) -> Fate:
    """Check that browsers open this element here and end none; put it on the stack."""
    names = [element.name for element in stack]
    if complaint := _find_complaint(token, names):
        raise _Broken("malformed", f"<{token.name}> {complaint}", token)
    fate = _fate_of(token, stack[-1])
    foreign = not _FOREIGN.isdisjoint([*names, token.name])
    if token.kind == "start" if foreign else token.name not in _VOID:
        stack.append(_Open(token.name, fate))
    return fate


def _find_complaint(token: _Token, names: Sequence[str]) -> str:
    """Why a start tag is not what it looks like, inside elements of these names."""
    name = token.name
    if name in _FOREIGN or not _FOREIGN.isdisjoint(names):
        # The parser reads the content of <style> in its own way, whatever it is in.
        return "ends a drawing or formula" if name in _ENDS_FOREIGN | {"script", "style"} else ""
    if name in _BARRED:
        return "has no place in an article"
    if names[-1] not in _PARENTS.get(name, names if names[-1] not in _TABLE_PARTS else ()):
        return f"does not count inside <{names[-1]}>"
    if ended := _find_ended(name, names):
        return f"ends the open <{ended}>"
    return ""


def _find_ended(name: str, names: Sequence[str]) -> str:
    """Which of the open elements a start tag closes without a word, if any."""
    if name in _ENDS_ITSELF and name in names:
        return name
    if name in _HEADINGS and names[-1] in _HEADINGS:
        return names[-1]
    inner = next((n for n in reversed(names) if n == "p" or n in _BOUNDS_PARAGRAPH), "")
    return "p" if inner == "p" and name in _ENDS_PARAGRAPH else ""


def _fate_of(token: _Token, parent: _Open) -> Fate:
    if parent.fate == "drop" or "data-apparatus" in token.attributes:
        return "drop"
    marked = token.name == "mark" and "data-annotation" in token.attributes
    return "unwrap" if marked else "keep"


# ------------------------------------------------------------------ the first difference


def _difference(
    remains: Sequence[_Token], found: str, expected: str, locate: Locate | None
) -> Mismatch:
    offset = _common_length(found, expected)
    kind, message = _describe(expected[offset:], found[offset:])
    line, column = locate(offset) if locate else (None, None)
    page_line, page_column = _place_in_page(remains, offset)
    around = slice(max(0, offset - CONTEXT), offset + CONTEXT)
    return Mismatch(
        kind, message, expected[around], found[around], line, column, page_line, page_column
    )


def _common_length(one: str, other: str) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((index for index, (a, b) in pairs if a != b), min(len(one), len(other)))


def _describe(expected: str, found: str) -> tuple[Kind, str]:
    """What happened to the text, given what follows the last character that is right."""
    from difflib import SequenceMatcher  # only when something is wrong

    before, after = expected[:WINDOW], found[:WINDOW]
    edits = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    edit, start, end, new_start, new_end = edits[0]
    was, now = _name(before[start:end]), _name(after[new_start:new_end])
    if edit == "delete":
        return "missing", f"the page lacks {was}"
    if edit == "insert":
        return "added", f"the page has {now}, which is not the article's"
    return "changed", f"the page has {now} for {was}"


def _name(text: str) -> str:
    """Text as shown in a message; a few characters, which may look alike, by their names too."""
    if len(text) > 3:
        return repr(_shorten(text))
    names = (f"U+{ord(char):04X} {unicodedata.name(char, '')}".strip() for char in text)
    return f"{text!r} ({', '.join(names)})"


def _shorten(text: str) -> str:
    return text if len(text) <= CONTEXT else f"{text[:CONTEXT]}…"


def _place_in_page(remains: Sequence[_Token], offset: int) -> tuple[int, int]:
    """Line and column in the page's source of an offset into what remains of it."""
    index, inside = _find_piece([len(token.source) for token in remains], offset)
    token, before = remains[index], remains[index].source[:inside]
    if "\n" in before:
        return token.line + before.count("\n"), len(before) - before.rfind("\n")
    return token.line, token.column + len(before)


def _place_in_txt(text: str, offset: int) -> tuple[int, int]:
    """Line and column in a text file of an offset into its rendering."""
    lines = list(_lines(text)) or [(1, "")]
    index, inside = _find_piece([len(_paragraph(line)) for _, line in lines], offset)
    number, line = lines[index]
    ends = list(accumulate(len(char.translate(_ESCAPES)) for char in line))
    return number, bisect_right(ends, inside - len("<p>")) + 1


def _find_piece(lengths: Sequence[int], offset: int) -> tuple[int, int]:
    """Which piece an offset into all of them is in (or after, if it is the last), and where."""
    ends = list(accumulate(lengths))
    index = min(bisect_right(ends, offset), len(ends) - 1)
    return index, offset - (ends[index] - lengths[index])


def _place_in_md(text: str, expected: str, offset: int) -> tuple[int, int]:
    """Line and column in Markdown of an offset into its rendering, as near as words lead there.

    The words before the offset are looked for one after the other; if it is at the start of a
    word, that one too.
    """
    position = 0
    before, after = _visible(expected[:offset]), _visible(expected[offset:])
    for word in before.split():
        found = _find_word(word, text, position)
        position = position if found < 0 else found + len(word)
    if after.strip() and not before[-1:].strip():
        position = max(position, _find_word(after.split()[0], text, position))
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def _visible(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>?", " ", html))


def _find_word(word: str, text: str, position: int) -> int:
    """Where a word stands not far after a position; -1 if it does not: some are markup there."""
    return text.find(word, position, position + 10 * WINDOW)
