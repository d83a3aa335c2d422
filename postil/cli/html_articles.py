"""An article out of a saved web page: its main text as Markdown, its facts, and what was left out.

The main text is found by trafilatura and written as Markdown by markdownify.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from postil.diagnostics.refusal import Refusal
from postil.site.fields import Url
from postil.text import articles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

# What a reader sees of a page as one piece, and what nobody sees.
_PIECES = "p, li, h1, h2, h3, h4, h5, h6, blockquote, figcaption, td, th, pre, dt, dd, img"
_UNSEEN = ("script", "style", "noscript", "template", "svg", "iframe", "head", "nav")


class Converted(msgspec.Struct, frozen=True):
    """An article in Markdown; of the page's own facts those that it has, else empty.

    `issued` is a day as in 2026-11-22. `left_out` are the pieces of the page's text that are not
    in the article, as a reader sees them and in their order; a picture by what stands for it.
    """

    markdown: str
    title: str
    outlet: str
    url: str
    issued: str
    authors: tuple[str, ...]
    left_out: tuple[str, ...]


def article_of(name: str, data: bytes) -> Converted:
    """The article of a saved page or of a piece of one. Raises Refusal if it has none."""
    import trafilatura
    from markdownify import markdownify

    page = _decoded(name, data)
    body = trafilatura.extract(
        _without_empty_links(page),
        output_format="html",
        include_links=True,
        include_formatting=True,
        include_comments=False,
        include_images=False,
        favor_recall=True,
    )
    if not body:
        raise Refusal(
            f"no article was found in {name}",
            "copy the text as a browser shows it into a .txt file",
        )
    facts = _facts(page)
    body = _with_whole_addresses(body, facts.get("url") or "")
    # `misc`: what begins a line as a list or a heading would, and is neither.
    text = markdownify(
        body, heading_style="ATX", bullets="-", escape_misc=True, wrap=True, wrap_width=None
    )
    if _bare(articles.parse_article(text, "md").text) != _bare(_text(body)):
        raise Refusal(
            f"Markdown cannot say all that {name} says",
            "copy the text as a browser shows it into a .txt file",
        )
    return Converted(
        markdown=f"{text.strip()}\n",
        title=" ".join((facts.get("title") or "").split()),
        outlet=" ".join((facts.get("sitename") or facts.get("hostname") or "").split()),
        url=_address(facts.get("url") or ""),
        issued=facts.get("date") or "",
        authors=_authors(facts.get("author") or ""),
        left_out=tuple(_left_out(page, body)),
    )


def _decoded(name: str, data: bytes) -> str:
    """The text of a page in the encoding that it names, else in UTF-8."""
    from trafilatura.utils import decode_file

    if b"\0" in data[:1000] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refusal(f"{name} is no text", "save the page again from a browser, as HTML")
    return str(decode_file(data))


def _facts(page: str) -> dict[str, Any]:
    from trafilatura.metadata import extract_metadata

    found = extract_metadata(page)
    return found.as_dict() if found else {}


def _authors(names: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in names.split(";") if name.strip())


def _without_empty_links(page: str) -> str:
    """The same page without links that have no words, such as those around a picture.

    Trafilatura would have them lead from the words that follow.
    """
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(page)
    for link in tree.css("a"):
        if not link.text().strip():
            link.decompose()
    return tree.html or ""


def _with_whole_addresses(body: str, url: str) -> str:
    """The same HTML; a link that leads nowhere from elsewhere is only its words."""
    from urllib.parse import urljoin

    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(body)
    for link in tree.css("a"):
        try:
            address = _address(urljoin(url, link.attributes.get("href") or ""))
        except ValueError:  # no address at all
            address = ""
        if address:
            link.attrs["href"] = address
        else:
            link.unwrap()
    return tree.html or ""


def _text(html: str) -> str:
    from selectolax.lexbor import LexborHTMLParser

    return LexborHTMLParser(html).text()


def _address(url: str) -> str:
    try:
        return msgspec.convert(url, Url)
    except msgspec.ValidationError:
        return ""


def _left_out(page: str, article: str) -> Iterator[str]:
    from selectolax.lexbor import LexborHTMLParser

    kept = _bare(_text(article))
    tree = LexborHTMLParser(page)
    tree.strip_tags(list(_UNSEEN))
    body = tree.body
    told: set[str] = set()
    for piece in body.css(_PIECES) if body else ():
        if piece.tag != "img" and piece.css_first(_PIECES.removesuffix(", img")) not in (
            None,
            piece,
        ):
            continue  # its parts are looked at
        words = _picture(piece) if piece.tag == "img" else " ".join(piece.text().split())
        if words and words not in told and _bare(words) not in kept:
            told.add(words)
            yield words


def _picture(image: "LexborNode") -> str:
    alt = " ".join((image.attributes.get("alt") or "").split())
    return f"a picture: {alt}" if alt else "a picture"


def _bare(text: str) -> str:
    return "".join(text.split())
