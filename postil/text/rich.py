"""Titles as exporters write them, with `<i>`, `<sub>` or `*stars*`: as words and as HTML.

Of markup, what is known and closed again counts; all else is letters, and stays.
"""

import re
from collections.abc import Iterator
from html import unescape

from markupsafe import escape

# What Zotero keeps of HTML and Better BibTeX of Markdown, and what Crossref has of JATS.
_TAG = re.compile(r"<(?P<close>/?)(?P<name>[a-zA-Z]+(?::[\w-]{1,30})?)(?: [^<>]{0,80})?>")
_SHOWN = {
    "i": "i", "em": "i", "italic": "i", "b": "b", "strong": "b", "bold": "b", "sub": "sub",
    "sup": "sup", "sc": "", "scp": "", "span": "",
}  # fmt: skip
_MARKDOWN = (
    (re.compile(r"(?<![\w*])\*\*(?=[^\s*])([^*]{0,200}[^\s*])\*\*(?![\w*])"), r"<b>\1</b>"),
    (re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]{0,200}[^\s*]|[^\s*])\*(?![\w*])"), r"<i>\1</i>"),
    (re.compile(r"~([^\s~]{1,40})~"), r"<sub>\1</sub>"),
    (re.compile(r"\^([^\s^]{1,40})\^"), r"<sup>\1</sup>"),
    (re.compile(r"\[([^\[\]]{1,200})\]\{\.(?:nocase|smallcaps)\}"), r"\1"),
)


def plain_words(text: str) -> str:
    """The text without markup, with entities as the characters that they stand for."""
    return "".join(unescape(piece) for piece, tag in _pieces(text) if not tag)


def markup(text: str) -> str:
    """The same as safe HTML that has `i`, `b`, `sub` and `sup`, without attributes."""
    return "".join(tag or str(escape(unescape(piece))) for piece, tag in _pieces(text))


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """What the text consists of, in order: each piece as written, and the tag that it becomes.

    A tag that becomes none, as `<span class="nocase">`, is left out if it is closed again.
    """
    if not re.search(r"[<*~^{]", text):
        yield text, ""
        return
    for pattern, replacement in _MARKDOWN:
        text = pattern.sub(replacement, text)
    tags = list(_TAG.finditer(text))
    shown = _matched(tags)
    end = 0
    for index, tag in enumerate(tags):
        if index in shown:
            yield text[end : tag.start()], ""
            end = tag.end()
            if shown[index]:
                yield tag[0], f"<{tag['close']}{shown[index]}>"
    yield text[end:], ""


def _matched(tags: list[re.Match[str]]) -> dict[int, str]:
    """By the index of each tag that belongs to a pair: the element's name, or none if it goes.

    A pair that lies across another is none.
    """
    shown: dict[int, str] = {}
    open_tags: list[tuple[int, str]] = []
    for index, tag in enumerate(tags):
        name = tag["name"].lower().removeprefix("jats:")
        is_math = name.startswith("mml:")
        if name not in _SHOWN and not is_math:
            continue
        if not tag["close"]:
            open_tags.append((index, name))
        elif open_tags and open_tags[-1][1] == name:
            first, _ = open_tags.pop()
            shown |= dict.fromkeys((first, index), _SHOWN.get(name, ""))
    return shown
