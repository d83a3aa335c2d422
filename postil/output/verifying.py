"""The proof that a published page holds the words of its article, and that a reader gets them.

The words: without apparatus and marks, the article's source is its plain rendering, byte for
byte, and a browser reads it as it looks. The reader: nothing in the page's markup hides, covers
or turns them (`shown`). What stylesheets and scripts do to a page is not looked at.

Nothing that makes pages is used here, so that a mistake there cannot vouch for itself; only what
the Markdown of an article means is asked of `articles`.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Literal

from msgspec import Struct, structs

from postil import paths
from postil.output.difference import (
    Locate,
    Mismatch,
    MismatchKind,
    find_piece,
    first_difference,
    place_in,
    place_in_md,
    place_in_txt,
    plain_txt,
    wrapped_txt,
)
from postil.output.markup import (
    Broken,
    Element,
    Token,
    check_references,
    find_article,
    parse_page,
    read_source,
)
from postil.output.shown import find_complaint

Fate = Literal["keep", "drop", "unwrap"]

PROVED = (
    "proved: a browser reads the words byte for byte, and no markup hides, covers or turns them; "
    "not looked at: what stylesheets and scripts do, and what notes, boxes and other pages say"
)

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_INSIDE = re.compile(r'(?<=\s)src="data:image/[^"]*" data-from="([^"]*)"')
_PAGES = (".html", ".htm", ".xhtml", ".xht")


class Verdict(Struct, frozen=True):
    """What the verification of one page found; without a mismatch it is intact.

    `unproved` says what stands in the page around the article, made by templates of the site's own,
    of which nobody knows whether it hides the words.
    """

    page: Path
    article: Path | None
    mismatch: Mismatch | None = None
    unproved: str = ""

    @property
    def is_proved(self) -> bool:
        """Whether the page has the words, and nothing known keeps a reader from them."""
        return self.mismatch is None and not self.unproved

    def __str__(self) -> str:
        """One line; after a difference of words, a line for each side."""
        mismatch = self.mismatch
        if self.is_proved:
            return f"{self.page}: every character of {self.article} is in its place"
        if mismatch is None:
            return (
                f"{self.page}: it has the words of {self.article}; whether a reader sees them was "
                f"not looked at, since the site has templates of its own: {self.unproved}"
            )
        place = _colons(self.page, mismatch.page_line, mismatch.page_column)
        shown = f"{place}: {mismatch.kind}: {mismatch.message}"
        if not (mismatch.expected or mismatch.found):
            return shown
        article = _colons(self.article, mismatch.line, mismatch.column)
        sides = f"expected: {mismatch.expected!r}\n  found:    {mismatch.found!r}"
        return f"{shown}\n  {article}\n  {sides}"


def _colons(path: Path | None, *places: int | None) -> str:
    return ":".join(str(part) for part in (path, *places) if part is not None)


class _Page(Struct, frozen=True):
    """A page that has one article: its source, and its article as an element and as tokens."""

    html: str
    article: Element
    tokens: list[Token]


# ------------------------------------------------------------------ pages and articles on disk


def verify_all(
    output: Path,
    content: Path,
    pages: Sequence[Path] = (),
    is_draft: Callable[[str], bool] = lambda slug: False,
) -> list[Verdict]:
    """Verify `pages`, or else all in `output`.

    That is the page of every explainer folder in `content`, and every other HTML file that claims
    to hold an article. There need not be one of an explainer of which `is_draft` says so.
    """
    if pages:
        return [verify_page(page, content) for page in pages]
    places = {page_of(output, slug): slug for slug in _slugs(content)}
    due = {page: slug for page, slug in places.items() if page.exists() or not is_draft(slug)}
    others = sorted(file for file in output.rglob("*") if file.suffix.lower() in _PAGES)
    claiming = [file for file in others if file not in due and _claims_article(file)]
    return [
        *(verify_page(page, content, slug) for page, slug in due.items()),
        *(verify_page(page, content) for page in claiming),
    ]


def page_of(output: Path, slug: str) -> Path:
    """The page of an explainer in a folder: in one of its own, or a single file."""
    page, single = output / slug / "index.html", output / f"{slug}.html"
    return single if single.exists() and not page.exists() else page


def _slugs(content: Path) -> list[str]:
    folders = [path.name for path in content.iterdir() if path.is_dir()] if content.is_dir() else []
    others = paths.MORE_SOURCES.partition("/")[2]
    return sorted(name for name in folders if name[0] not in "._" and name != others)


def _claims_article(file: Path) -> bool:
    """Whether a page names an article, however it is encoded."""
    data = file.read_bytes() if file.is_file() else b""
    if b"data-article" not in data.replace(b"\0", b"").lower():
        return False
    try:
        page = parse_page(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return True
    return any("data-article" in element.attributes for element in page.walk())


def verify_page(page: Path, content: Path, slug: str | None = None) -> Verdict:
    """Compare a page, or the index.html of a folder, with its article in `content`.

    The page names its article and the hash of the file that it was made from; `slug` is the
    name that it must have, if that is known. Whatever cannot be read is a mismatch.
    """
    page = page / "index.html" if page.is_dir() else page
    html, article = "", None
    try:
        html = _read_file(page)
        read = _read_page(html)
        article = _find_article(content, _slug_of(read.article, slug))
        data = article.read_bytes()
        mismatch = _verify(read, data, paths.ARTICLES[article.name]) or _compare_hashes(read, data)
        return _judge(Verdict(page, article, mismatch), read, content.parent / "templates")
    except _Unreadable as unreadable:
        return Verdict(page, article, unreadable.mismatch)
    except Broken as broken:
        return Verdict(page, article, _malformed(html, broken))
    except OSError as error:
        message = f"cannot read {error.filename}: {error.strerror}"
        return Verdict(page, article, Mismatch("absent", message))


class _Unreadable(Exception):
    """Carries a mismatch to where it is reported."""

    def __init__(self, kind: MismatchKind, message: str) -> None:
        super().__init__(message)
        self.mismatch = Mismatch(kind, message)


def _malformed(html: str, broken: Broken) -> Mismatch:
    place = (None, None) if broken.offset is None else place_in(html, broken.offset)
    return Mismatch("malformed", broken.message, page_line=place[0], page_column=place[1])


def _read_file(page: Path) -> str:
    if not page.is_file():
        raise _Unreadable("absent", "there is no such page")
    try:
        return page.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        message = f"byte {error.start} of the page is not UTF-8"
        raise _Unreadable("malformed", message) from None


def _slug_of(article: Element, slug: str | None) -> str:
    name = article.attributes["data-article"]
    if not _SLUG.fullmatch(name):
        raise Broken(f"{name!r} cannot be the name of an explainer", article.offset)
    if slug not in (None, name):
        raise _Unreadable("version", f"this is the page of {name}, not of {slug}")
    return name


def _find_article(content: Path, slug: str) -> Path:
    candidates = [content / slug / name for name in paths.ARTICLES]
    found = [path for path in candidates if path.is_file() and not path.is_symlink()]
    if len(found) != 1:
        there = "two articles" if found else "no article"
        raise _Unreadable("absent", f"{content / slug} has {there}")
    return found[0]


def _compare_hashes(page: _Page, data: bytes) -> Mismatch | None:
    given, actual = page.article.attributes.get("data-sha256"), sha256(data).hexdigest()
    if given == actual:
        return None
    message = f"the words are the same, but the page was made from {given}, and this is {actual}"
    line, column = place_in(page.html, page.tokens[0].offset)
    return Mismatch("version", message, page_line=line, page_column=column)


def _judge(result: Verdict, page: _Page, templates: Path) -> Verdict:
    """The result for a page that has the words: do they reach a reader?"""
    complaint = None if result.mismatch else find_complaint(page.html, page.article)
    if complaint is None:
        return result
    if complaint.of_templates and _are_of_the_site(templates):
        return structs.replace(result, unproved=complaint.message)
    offset = complaint.element.offset if complaint.element else None
    line, column = (None, None) if offset is None else place_in(page.html, offset)
    mismatch = Mismatch("hidden", complaint.message, page_line=line, page_column=column)
    return structs.replace(result, mismatch=mismatch)


def _are_of_the_site(templates: Path) -> bool:
    """Whether a site has templates of its own."""
    return (
        templates.is_dir()
        and templates.resolve() != paths.own("templates")
        and any(templates.iterdir())
    )


# ------------------------------------------------------------------ a page against an article


def verify(html: str, article: bytes, form: paths.Form) -> Mismatch | None:
    """The first difference of words between a page and its article; None if there is none."""
    try:
        return _verify(_read_page(html), article, form)
    except Broken as broken:
        return _malformed(html, broken)


def compare(html: str, expected: str, locate: Locate | None = None) -> Mismatch | None:
    """The first difference between a page and the plain rendering of its article.

    Of the one element with `data-article`, all elements with `data-apparatus` are dropped and
    all `<mark data-annotation>` unwrapped; what remains of its source must equal `expected`.
    `locate` turns an offset into `expected` into a line and column of the article.
    """
    try:
        return _compare(_read_page(html), expected, locate)
    except Broken as broken:
        return _malformed(html, broken)


def _read_page(html: str) -> _Page:
    article = find_article(parse_page(html))
    return _Page(html, article, read_source(html, article))


def _verify(page: _Page, article: bytes, form: paths.Form) -> Mismatch | None:
    try:
        text = article.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return Mismatch("absent", f"byte {error.start} of the article is not UTF-8")
    if form == "txt":
        return _verify_txt(page, article, text)
    # Imports markdown-it, which text files can do without.
    from postil.text.articles import render_plain

    expected = render_plain(text, form)
    return _compare(page, expected, lambda offset: place_in_md(text, expected, offset))


def _verify_txt(page: _Page, article: bytes, text: str) -> Mismatch | None:
    """A page may read the lines as paragraphs or as parts of them; that which it keeps longer."""
    wrapped = wrapped_txt(article)
    by_line = _compare(page, plain_txt(article), lambda offset: place_in_txt(text, offset))
    if by_line is None:
        return None
    joined = _compare(page, wrapped, lambda offset: place_in_md(text, wrapped, offset))
    if joined is None:
        return None
    return max(by_line, joined, key=lambda found: (found.page_line or 0, found.page_column or 0))


def _compare(page: _Page, expected: str, locate: Locate | None) -> Mismatch | None:
    remains = [*_remains(page.tokens[1:-1]), structs.replace(page.tokens[-1], source="")]
    found = "".join(token.source for token in remains)
    if found == expected:
        check_references(remains)
        return None

    def page_place(offset: int) -> tuple[int, int]:
        index, inside = find_piece([len(token.source) for token in remains], offset)
        return place_in(page.html, remains[index].offset + inside)

    return first_difference(found, expected, locate, page_place)


def _remains(tokens: Iterable[Token]) -> Iterator[Token]:
    """The tokens of an article without apparatus and without the tags of marks.

    A single file has the pictures inside, and beside each its address.
    """
    fates: list[Fate] = ["keep"]
    for token in tokens:
        fate = fates.pop() if token.kind == "end" else _fate_of(token, fates[-1])
        if token.kind == "start":
            fates.append(fate)
        if fate == "keep" and token.name == "img":
            yield structs.replace(token, source=_INSIDE.sub(r'src="\1"', token.source))
        elif fate == "keep":
            yield token


def _fate_of(token: Token, around: Fate) -> Fate:
    if around == "drop" or "data-apparatus" in token.attributes:
        return "drop"
    return "unwrap" if token.name == "mark" and "data-annotation" in token.attributes else "keep"
