"""A published page as one file, with all that it loads inside."""

import base64
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from html import escape, unescape
from html.parser import HTMLParser
from itertools import accumulate
from urllib.parse import unquote, urljoin, urlsplit

from msgspec import Struct

Attributes = dict[str, str | None]

# By ending, what browsers are told of a file. Not Python's own table, which differs by machine.
_TYPES = {
    "avif": "image/avif",
    "bib": "text/plain;charset=utf-8",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "md": "text/markdown;charset=utf-8",
    "png": "image/png",
    "ris": "text/plain;charset=utf-8",
    "svg": "image/svg+xml",
    "ttf": "font/ttf",
    "txt": "text/plain;charset=utf-8",
    "webp": "image/webp",
    "woff": "font/woff",
    "woff2": "font/woff2",
}
_POLICY = "content-security-policy"
_INSIDE = {"img-src": "data:", "font-src": "data:", "media-src": "data:"}  # for 'self'
_SOURCE = re.compile(r'(?<=\s)src="([^"]*)"')
_URL = re.compile(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^"'()\s]+))\s*\)""")


def single_file(path: str, files: Mapping[str, bytes], *, links: bool = True) -> bytes:
    """The page at `path` with its styles, scripts, fonts, pictures and downloads inside.

    `files` are those of the site, by their path. What leads to other pages gets a whole address if
    the page says where it stands (`rel=canonical`) and `links` are wanted; else it is words alone.
    The page's policy lets in what is inside by its hashes, in place of what `'self'` let in. What
    stylesheets import is not looked for.
    """
    return _Page(path, files, links).make().encode()


class _Tag(Struct, frozen=True):
    """A tag of a page, and where in its source it begins and ends, in code points."""

    name: str
    start: int
    end: int
    attributes: Attributes


class _Tags(HTMLParser):
    """The tags of a page in order; of one that ends an element, the name begins with a slash."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[_Tag] = []
        self._source = source
        self._lines = [0, *accumulate(len(line) + 1 for line in source.split("\n"))]
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = self._offset()
        end = start + len(self.get_starttag_text() or "")
        self.found.append(_Tag(tag, start, end, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        start = self._offset()
        self.found.append(_Tag(f"/{tag}", start, self._source.index(">", start) + 1, {}))

    def _offset(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


class _Page:
    """One page while it is made: edits of its source, and the hashes of what came into it."""

    def __init__(self, path: str, files: Mapping[str, bytes], links: bool) -> None:
        self._path, self._files = path, files
        self._source = files[path].decode()
        self._tags = _Tags(self._source).found
        self._address = next(filter(None, map(_canonical, self._tags)), "") if links else ""
        self._hashes: dict[str, list[str]] = {"style-src": [], "script-src": []}
        self._deferred: list[str] = []

    def make(self) -> str:
        pieces, at = [], 0
        for start, end, text in sorted(self._edits()):
            pieces += [self._source[at:start], text]
            at = end
        return "".join([*pieces, self._source[at:]])

    def _edits(self) -> Iterator[tuple[int, int, str]]:
        """What stands in place of which part of the source, from where to where."""
        policy = None
        closing: dict[str, str] = {}  # by its end tag, how an element ends that is being changed
        for tag, is_articles_own in _with_owners(self._tags):
            if tag.name == "meta" and (tag.attributes.get("http-equiv") or "").lower() == _POLICY:
                policy = tag
            elif tag.name in closing:
                yield tag.start, tag.end, closing.pop(tag.name)
            elif tag.name == "/body":
                yield tag.start, tag.start, "".join(self._deferred)
            elif not (is_articles_own and tag.name == "a"):
                text = self._instead(tag)
                if text is None:
                    continue
                yield tag.start, tag.end, text
                if tag.name == "a" and text.startswith("<span"):
                    closing["/a"] = "</span>"
                elif tag.name == "script" and not text:
                    closing["/script"] = ""
        if policy:
            content = _with_hashes(policy.attributes.get("content") or "", self._hashes)
            attributes = {**policy.attributes, "content": content}
            yield policy.start, policy.end, _written("meta", attributes)

    def _instead(self, tag: _Tag) -> str | None:
        """What stands in place of a tag; None if it stays."""
        attributes = tag.attributes
        match tag.name:
            case "link" if "stylesheet" in (attributes.get("rel") or "").split():
                return self._style(attributes)
            case "link":
                return self._link(attributes)
            case "script" if attributes.get("src"):
                return self._script(attributes)
            case "img" | "source" | "video" | "audio" if attributes.get("src"):
                return _SOURCE.sub(self._in_source, self._source[tag.start : tag.end], count=1)
            case "a" | "area" if attributes.get("href") is not None:
                return self._anchor(tag.name, attributes)
        return None

    # -------------------------------------------------------------- what is loaded

    def _style(self, attributes: Attributes) -> str | None:
        path = self._file(attributes.get("href") or "")
        if path is None:
            return None
        text = _URL.sub(lambda found: self._in_style(found, path), _text(self._files[path]))
        text = re.sub(r"</(?=style)", r"<\\/", text, flags=re.IGNORECASE)
        kept = {"media": attributes["media"]} if attributes.get("media") else {}
        self._hashes["style-src"].append(_hash(text))
        return f"{_written('style', {**kept, 'data-from': path})}{text}</style>"

    def _in_style(self, found: re.Match[str], sheet: str) -> str:
        data = self._data(found[1] or found[2] or found[3] or "", sheet)
        return found[0] if data == (found[1] or found[2] or found[3]) else f'url("{data}")'

    def _script(self, attributes: Attributes) -> str | None:
        """The script in place of its tag, or, if it waits for the page, at the end of it."""
        path = self._file(attributes.get("src") or "")
        if path is None:
            return None
        text = re.sub(r"</(?=script)", r"<\\/", _text(self._files[path]), flags=re.IGNORECASE)
        self._hashes["script-src"].append(_hash(text))
        kept = {"type": attributes["type"]} if attributes.get("type") else {}
        script = f"{_written('script', {**kept, 'data-from': path})}{text}"
        if attributes.keys().isdisjoint(("defer", "async")):
            return script
        self._deferred.append(f"{script}</script>\n")
        return ""

    def _in_source(self, found: re.Match[str]) -> str:
        """The rest of the tag stays as it is, byte for byte: it may be the article's own."""
        path = self._file(unescape(found[1]))
        if path is None:
            return found[0]
        return f'src="{data_address(path, self._files[path])}" data-from="{found[1]}"'

    def _data(self, href: str, base: str = "") -> str:
        """The file that an address means, as an address that holds it; else the same address."""
        path = self._file(href, base)
        return href if path is None else data_address(path, self._files[path])

    def _file(self, href: str, base: str = "") -> str | None:
        """The path of the file that a relative address means, if there is such a file."""
        if not _is_relative(href):
            return None
        way, folder = unquote(urlsplit(href).path), posixpath.dirname(base or self._path)
        path = posixpath.normpath(posixpath.join(folder, way))
        if way.endswith("/"):
            path = posixpath.join(path, "index.html")
        return path if path in self._files else None

    # -------------------------------------------------------------- what is led to

    def _link(self, attributes: Attributes) -> str | None:
        """An icon is inside; what else stands beside the page has a whole address or is gone."""
        href = attributes.get("href") or ""
        if "icon" in (attributes.get("rel") or "").split():
            return _written("link", {**attributes, "href": self._data(href)})
        if not _is_relative(href):
            return None
        address = self._whole(href)
        return _written("link", {**attributes, "href": address}) if address else ""

    def _anchor(self, name: str, attributes: Attributes) -> str | None:
        href = attributes["href"] or ""
        if not _is_relative(href):
            return None
        path = self._file(href)
        if path == self._path:
            return _written(name, attributes | {"href": f"#{urlsplit(href).fragment}"})
        if path is not None and "download" in attributes:
            inside = data_address(path, self._files[path])
            return _written(
                name, {**attributes, "href": inside, "download": posixpath.basename(path)}
            )
        if address := self._whole(href):
            return _written(name, {**attributes, "href": address})
        ours = ("href", "download", "rel", "target", "type", "hreflang")
        kept = {key: value for key, value in attributes.items() if key not in ours}
        return _written("span", kept) if name == "a" else ""

    def _whole(self, href: str) -> str:
        return urljoin(self._address, href) if self._address else ""


# ------------------------------------------------------------------ pieces


def data_address(path: str, data: bytes) -> str:
    """A file as an address that holds all of it (RFC 2397)."""
    media_type = _TYPES.get(path.rpartition(".")[2].lower(), "application/octet-stream")
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def _canonical(tag: _Tag) -> str:
    is_it = tag.name == "link" and tag.attributes.get("rel") == "canonical"
    return tag.attributes.get("href") or "" if is_it else ""


def _with_owners(tags: Iterable[_Tag]) -> Iterator[tuple[_Tag, bool]]:
    """Each tag, and whether it is the article's own: what stands there is never changed."""
    article, apparatus = _Element("data-article"), _Element("data-apparatus")
    for tag in tags:
        article.meet(tag)
        if article.depth:
            apparatus.meet(tag)
        yield tag, article.depth > 0 and not apparatus.depth


class _Element:
    """The outermost element with an attribute, and how deep within it elements of its name go."""

    def __init__(self, attribute: str) -> None:
        self._attribute, self._name, self.depth = attribute, "", 0

    def meet(self, tag: _Tag) -> None:
        if self.depth:
            self.depth += (tag.name == self._name) - (tag.name == f"/{self._name}")
        elif self._attribute in tag.attributes:
            self._name, self.depth = tag.name, 1


def _is_relative(href: str) -> bool:
    try:
        parts = urlsplit(href)
    except ValueError:  # no address at all
        return False
    is_elsewhere = parts.scheme or parts.netloc or parts.path.startswith("/")
    return bool(parts.path) and not is_elsewhere


def _text(data: bytes) -> str:
    """A stylesheet or script as a browser has it that finds it in a page: hashes are of that."""
    text = data.decode("utf-8-sig", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"


def _written(name: str, attributes: Attributes) -> str:
    written = (
        f" {key}" if value is None else f' {key}="{_escaped(value)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{''.join(written)}>"


def _escaped(text: str) -> str:
    return escape(text).replace("&#x27;", "'")


def _with_hashes(policy: str, hashes: Mapping[str, list[str]]) -> str:
    """The policy of a page that has what it loads inside."""
    directives = []
    for directive in policy.split(";"):
        name, *sources = directive.split() or [""]
        inside = hashes.get(name, [_INSIDE[name]] if name in _INSIDE else [])
        if "'self'" in sources:
            sources = [*inside, *(each for each in sources if each not in ("'self'", *inside))]
            sources = sources or ["'none'"]
        directives.append(" ".join([name, *dict.fromkeys(sources)]))
    return "; ".join(directives)
