"""The program's documentation as pages, for the links that lead there from a problem."""

import re
from html import escape
from itertools import pairwise

from markdown_it import MarkdownIt

from postil import paths

POLICY = "default-src 'none'; style-src 'self'"

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title} (Postil)</title>
<link rel="stylesheet" href="../manual.css">
</head>
<body>
<main>
{body}</main>
</body>
</html>
"""


def page(name: str) -> bytes | None:
    """A file of docs/ as HTML; None if it is not there, as in an installed package.

    The id of a heading is its text in small letters, with hyphens between the words.
    """
    try:
        text = (paths.DOCS / name).read_text(encoding="utf-8")
    except OSError:
        return None
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(text)
    titles = []
    for opening, inline in pairwise(tokens):
        if opening.type == "heading_open":
            titles.append(inline.content)
            opening.attrs["id"] = re.sub(r"[^a-z0-9]+", "-", inline.content.lower()).strip("-")
    title = titles[0] if titles else name
    return framed(title, parser.renderer.render(tokens, parser.options, {}))


def framed(title: str, body: str) -> bytes:
    """A page with this body, which is HTML, in the looks of the documentation."""
    return _PAGE.format(title=escape(title), body=body).encode()
