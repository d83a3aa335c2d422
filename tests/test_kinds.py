"""The kinds' pictures: one file a kind, one picture for all, and nothing in it but shapes."""

import re
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from postil import building
from postil.diagnostics.model import Report, SourceText
from postil.page import kinds
from postil.site.settings import Kind, Site
from postil.site.vocabulary import KINDS

PICTURES = Path(__file__).parents[1] / "static" / "kinds"
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M0 0h9v9z"/></svg>'


def css_of(files: dict[str, str], own: tuple[str, ...] = ()) -> str:
    """What stands in the stylesheet by these pictures, and no others."""
    given = {f"static/kinds/{name}.svg": text.encode() for name, text in files.items()}
    report = Report()
    made = kinds.with_pictures({kinds.STYLESHEET: b"", **given}, own, report)
    assert report.diagnostics == []
    return made[kinds.STYLESHEET].decode()


def published(root: Path, site: Site) -> dict[str, bytes]:
    report = Report()
    made = building.static_files(root, site, report)
    assert report.diagnostics == []
    return made


def numbers(css: str) -> dict[str, int]:
    """Which shape each kind has."""
    rules = re.findall(r"^  (\S+) \{ --shape: (\d+); \}$", css, re.MULTILINE)
    return {re.sub(r'\[data-kind="(.*)"\]', r"\1", name): int(number) for name, number in rules}


def rows(css: str) -> list[ElementTree.Element]:
    """The shapes in the one picture, as a browser reads it."""
    (address,) = re.findall(r'url\("data:image/svg\+xml,(<svg(?:[^"\n]|\\\n)*)"\)', css)
    assert "#" not in address
    picture = ElementTree.fromstring(unquote(address.replace("\\\n", "")))
    assert picture.get("viewBox") == f"0 0 16 {24 * len(picture)}"
    assert f"--shapes: {len(picture)};" in css
    assert [row.get("y") for row in picture] == [str(24 * n + 4) for n in range(len(picture))]
    return list(picture)


def drawn(row: ElementTree.Element) -> str:
    return "".join(ElementTree.tostring(child, encoding="unicode") for child in row)


# ------------------------------------------------------------------ all in one picture


def test_every_kind_has_a_picture_of_its_own():
    names = {path.stem for path in PICTURES.iterdir()}
    assert names == {*KINDS, kinds.OTHER, kinds.BOX}
    assert all(path.suffix == ".svg" for path in PICTURES.iterdir())
    css = css_of({path.stem: path.read_text() for path in PICTURES.iterdir()})
    assert list(numbers(css)) == ["[data-kind]", *KINDS, ".box-ref"]
    assert list(numbers(css).values()) == list(range(len(KINDS) + 2))
    assert len({drawn(row) for row in rows(css)}) == len(names)


def test_what_is_published_are_stylesheets_and_no_pictures(tmp_path):
    made = published(tmp_path, Site("t"))
    assert not any(path.startswith("static/kinds") for path in made)
    assert made[kinds.STYLESHEET].decode().count("data:image/svg") == 1


def test_a_site_brings_pictures_for_its_kinds_and_others_for_ours(tmp_path):
    (tmp_path / "static/kinds").mkdir(parents=True)
    for name in ("blog", "wire"):
        (tmp_path / f"static/kinds/{name}.svg").write_text(SQUARE)
    (tmp_path / "static/kinds/readme.txt").write_text("ours")
    own = {name: Kind(name) for name in ("blog", "wire", "leaflet")}

    made = published(tmp_path, Site("t", kinds=own))

    css = made[kinds.STYLESHEET].decode()
    shapes = [drawn(row) for row in rows(css)]
    by_kind = {name: shapes[number] for name, number in numbers(css).items()}
    assert by_kind["blog"] == by_kind["wire"] != by_kind["press"]
    assert list(by_kind) == ["[data-kind]", *KINDS, "blog", ".box-ref"]  # none for leaflet
    assert made["static/kinds/readme.txt"] == b"ours"


def test_the_order_is_that_of_the_kinds():
    files = dict.fromkeys(["_box", "wire", "b", "_other", "person", "a"], SQUARE)
    css = css_of(files, ("b", "a"))
    assert list(numbers(css)) == ["[data-kind]", "person", "wire", "b", "a", ".box-ref"]
    assert css == css_of(dict(reversed(files.items())), ("b", "a"))


def test_any_name_of_a_kind_can_be_selected():
    assert '[data-kind="a\\22 \\5c b"] { --shape: 0; }' in css_of({'a"\\b': SQUARE}, ('a"\\b',))


# ------------------------------------------------------------------ one file


def shape_of(text: str) -> tuple[kinds.Shape | None, list[str]]:
    report = Report()
    shape = kinds.read_shape(SourceText("static/kinds/x.svg", text), report)
    return shape, [diagnostic.message for diagnostic in report.diagnostics]


SVG = 'xmlns="http://www.w3.org/2000/svg"'
ACCEPTED = {
    "a shape": (SQUARE, "", "<path d='M0 0h9v9z'/>"),
    "another size": (
        f'<svg {SVG} width="24" height="24" viewBox="0 0 24 24"><circle r="3"/></svg>',
        " viewBox='0 0 24 24'",
        "<circle r='3'/>",
    ),
    "how the whole is painted": (
        f'<svg {SVG} viewBox="0,0,24,24" fill="none" stroke="currentColor"><path d="M0 0"/></svg>',
        " viewBox='0,0,24,24' fill='none' stroke='currentColor'",
        "<path d='M0 0'/>",
    ),
    "groups": (
        '<svg viewBox="0 0 16 16"><g stroke="#123"><g/><path d="M0 0"/></g><g></g></svg>',
        "",
        "<g stroke='%23123'><g/><path d='M0 0'/></g><g/>",
    ),
    "quotes and ends of lines": (
        "<svg viewBox='0 0 16 16'><path\r\n d='M0 0\n h1'\n/></svg>",
        "",
        "<path d='M0 0  h1'/>",
    ),
    "what is not drawn": (
        '<?xml version="1.0" encoding="UTF-16"?><!-- " --><svg viewBox="0 0 16 16">words</svg>',
        "",
        "",
    ),
}


@pytest.mark.parametrize("text, attributes, elements", ACCEPTED.values(), ids=ACCEPTED)
def test_a_picture_of_shapes_is_taken(text, attributes, elements):
    assert shape_of(text) == (kinds.Shape(attributes, elements), [])


def svg(content: str, attributes: str = "") -> str:
    return f'<svg {SVG} viewBox="0 0 16 16" {attributes}>{content}</svg>'


REFUSED = {
    "a script": (svg("<script/>"), "`<script>` is not a shape"),
    "a style": (svg("<style>*{}</style>"), "`<style>` is not a shape"),
    "a picture from elsewhere": (svg('<image href="https://x"/>'), "`<image>` is not a shape"),
    "a link": (svg('<a href="https://x"/>'), "`<a>` is not a shape"),
    "HTML": (svg("<foreignObject/>"), "`<foreignObject>` is not a shape"),
    "a shape by another name": (svg("<svg:path/>"), "`<svg:path>` is not a shape"),
    "a picture in it": (svg("<svg/>"), "`<svg>` is not a shape"),
    "an event": (svg('<path onload="x()"/>'), "`onload` is not an attribute of a shape"),
    "an event of the whole": (svg("", 'onload="x()"'), "`onload` is not an attribute of a shape"),
    "a style of one": (svg('<path style="fill:red"/>'), "`style` is not an attribute of a shape"),
    "a place": (svg("", 'y="4"'), "`y` is not an attribute of a shape"),
    "an address": (svg('<path fill="url(//x)"/>'), "the value of `fill` is none of a shape"),
    "a quotation mark": (svg('<path d="M\'"/>'), "the value of `d` is none of a shape"),
    "an end of a string": (svg('<path d="&quot;"/>'), "the value of `d` is none of a shape"),
    "an end of a line": (svg('<path d="&#10;"/>'), "the value of `d` is none of a shape"),
    "an escape": (svg('<path d="%22"/>'), "the value of `d` is none of a shape"),
    "a backslash": (svg('<path d="\\"/>'), "the value of `d` is none of a shape"),
    "no picture": ("<html></html>", "this is `<html>` and not SVG"),
    "no XML": ("M0 0h1", "this is not SVG: syntax error"),
    "nothing": ("", "this is not SVG: no element found"),
    "cut off": (f"<svg {SVG} viewBox='0 0 1 1'><g>", "this is not SVG: no element found"),
    "no size": (f"<svg {SVG}/>", "the picture has no viewBox of four numbers"),
    "a size of three": ("<svg viewBox='0 0 1'/>", "the picture has no viewBox of four numbers"),
    "entities": (
        '<!DOCTYPE svg [<!ENTITY a "b">]>' + svg("&a;"),
        "a picture of a kind has no `<!DOCTYPE`",
    ),
}


@pytest.mark.parametrize("text, message", REFUSED.values(), ids=REFUSED)
def test_a_picture_of_anything_else_is_refused(text, message):
    assert shape_of(text) == (None, [message])


def test_every_mistake_is_shown_once_and_where_it_stands():
    text = svg('<!-- ü --><text/><path class="a"/><path class="a"/><text/><use/>')
    report = Report()
    kinds.read_shape(SourceText("x.svg", text), report)
    places = [text[d.span.start :].partition(" ")[0].partition("/")[0] for d in report.diagnostics]
    assert places == ["<text", "<path", "<use"]


TAGS = st.sampled_from(["svg", "g", "path", "script", "a:b"])
NAMES = st.sampled_from(["viewBox", "d", "fill", "onload", "href"])
VALUES = st.text(st.characters(codec="utf-8", exclude_characters='<&"\0'), max_size=8)
PARTS = st.one_of(
    st.builds("<{}>".format, TAGS),
    st.builds("</{}>".format, TAGS),
    st.builds('<{} {}="{}"/>'.format, TAGS, NAMES, VALUES),
    st.text(st.characters(codec="utf-8"), max_size=8),
)


@given(st.lists(PARTS).map(lambda parts: svg("".join(parts))) | st.text())
@example("\x00\u0800")
def test_whatever_comes_nothing_but_shapes_goes_on(text):
    shape, messages = shape_of(text)
    assert (shape is None) == bool(messages)
    if shape:
        value = r"[a-z0-9]+='[A-Za-z0-9 .,+#()%-]*'"
        assert re.fullmatch(rf"(</?(g|path)( {value})*/?>)*", shape.elements)
