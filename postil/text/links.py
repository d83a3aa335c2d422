"""Links and pictures of an article: which addresses are followed, and what becomes of the others.

Nothing in an article may run in a reader's browser or make it ask another site for anything:

- an address is followed only if `is_allowed_address` says so; any other link stays as typed;
- a picture from the article's own folder is an `<img>`; any other becomes a link that reads as
  the picture's description (inside another link: the description alone);
- of a picture that is in the text itself (`data:image/png;base64,…`), the description is left;
- a link inside a link, which HTML cannot express, is its text.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType

from postil import paths
from postil.text.documents import Document, visible

_PATH = re.compile(r"([^?#]*)(.*)", re.DOTALL)
_SCHEMES = frozenset({"http", "https", "mailto", "tel"})


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


def is_embedded(address: str) -> bool:
    """Whether the address is itself a picture."""
    return address[:11].lower() == "data:image/"


def local_path(address: str) -> str | None:
    """The file that a picture's address names, relative to the article's folder, with `/`.

    None if the address is not that of a picture in or below that folder.
    """
    path = unquote(re.split(r"[?#]", address, maxsplit=1)[0]).removeprefix("./")
    if re.search(r"[\x00-\x1f\x7f\\:]", path) or not paths.is_picture(path):
        return None
    return None if {"", ".", ".."} & set(path.split("/")) else path


def local_images(document: Document) -> dict[str, str]:
    """The files that the article's pictures need, relative to its folder, with their addresses."""
    addresses = (
        str(child.attrs["src"])
        for token in document.tokens
        for child in token.children or ()
        if child.type == "image"
    )
    return {path: address for address in addresses if (path := local_path(address))}


def settle_links(state: StateCore) -> None:
    """A rule of the parser: no link in a link, and no picture from elsewhere."""
    for token in state.tokens:
        if token.children and ("[" in token.content or "<data:" in token.content.lower()):
            children = list(_unlinked(token.children, state.env))
            token.children = list(_settled(children, state.env))


def _unlinked(children: Iterable[Token], env: EnvType) -> Iterator[Token]:
    """The children with no link to a picture that is its own address; such an address goes."""
    link = None
    for token in children:
        if token.type == "link_open" and is_embedded(str(token.attrs["href"])):
            env.setdefault("pictures", []).append(link := token)
        elif link and token.type == "link_close":
            link = None
        elif not (link and link.info == "auto"):
            yield token


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
    if is_embedded(address):
        yield from leaves
        return
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


def moved(address: str, folder: str, root: str) -> str:
    """An address, written for a page in a folder of the site, as it is from another page.

    `root` leads from that one to the site's top; what leads out of the site stays as it is.
    """
    path, rest = _PATH.match(address).groups()  # type: ignore[union-attr]
    if re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|/", address):
        return address
    to = posixpath.normpath(f"{folder}/{path or 'index.html'}")
    is_folder = path.endswith(("/", "/.", "/..")) or path in (".", "..")
    return f"{root}{'' if to == '.' else to}{'/' if is_folder and to != '.' else ''}{rest}"
