"""A page that has all the words passes only if its markup lets a reader have just them."""

from functools import partial
from pathlib import Path

import pytest
from conftest import ROOT

from postil import building
from postil.output import shown
from postil.output.verifying import compare, verify_all, verify_page
from postil.site.drafting import is_draft
from postil.text.articles import render_plain

ARTICLE = """\
# The harbour

The mayor said that the harbour *is safe*. Others doubt it.

- one boat
- two boats

```
a table of tides
```
"""

SITE = {
    "site.yaml": "title: T\n",
    "content/sources.yaml": """\
mayor: {kind: official, name: The mayor}
courier: {kind: wire, name: Courier}
""",
    "content/x/article.md": ARTICLE,
    "content/x/annotations.yaml": """\
title: X
annotations:
  - {id: said, quote: the harbour, attributed_to: [mayor > courier], status: disputed, note: One.}
  - {id: doubt, quote: Others doubt it, sources: [{source: courier, locator: p. 6}]}
  - {id: boats, quote: two boats, context: {title: Boats, body: A box.}}
  - {id: tides, quote: a table of tides, note: Another note.}
""",
}


def build(root: Path, site: dict[str, str]) -> Path:
    """Write the site and its output; the page of its explainer."""
    for name, text in site.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    files = building.build_site(root, hosted=False).files
    for name, data in files.items():
        (root / "output" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "output" / name).write_bytes(data)
    return root / "output/x/index.html"


@pytest.fixture(scope="module")
def html(tmp_path_factory) -> str:
    """A page with every kind of apparatus."""
    return build(tmp_path_factory.mktemp("site"), SITE).read_text(encoding="utf-8")


@pytest.fixture
def page(tmp_path) -> Path:
    return build(tmp_path, SITE)


def change(page: Path, *changes: tuple[str, str]) -> Path:
    text = page.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old), f"{old!r} is not in the page"
        text = text.replace(old, new, 1)
    page.write_text(text, encoding="utf-8")
    return page


def around(before: str, after: str) -> list[tuple[str, str]]:
    return [('<article class="article"', f'{before}<article class="article"'),
            ("</article>", f"</article>{after}")]  # fmt: skip


def inside(name: str, attributes: str = "") -> list[tuple[str, str]]:
    return around(f"<{name}{attributes}>", f"</{name}>")


def on_article(attributes: str) -> list[tuple[str, str]]:
    return [("<article ", f"<article {attributes} ")]


def before_words(html: str) -> list[tuple[str, str]]:
    return [("Others doubt", f"{html}Others doubt")]


def in_head(html: str) -> list[tuple[str, str]]:
    return [("</head>", f"{html}</head>")]


def in_body(html: str) -> list[tuple[str, str]]:
    return [("</main>", f"{html}</main>")]


POLICY = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'\">\n"  # noqa: E501
CHARSET = '<meta charset="utf-8">\n'
STYLES = '<link rel="stylesheet" href="../static/postil.css">'
MARK = '<mark data-annotation="doubt" class="sourced">'
CHAIN = '<span class="said" data-for="said"'

# What a browser shows of each of these is not the article, or may not be.
HIDING = {
    # the element of the article
    "hidden": on_article("hidden"),
    "hidden until it is found": on_article('hidden="until-found"'),
    "a popover": on_article("popover"),
    "inert": on_article("inert"),
    "kept from screen readers": on_article('aria-hidden="true"'),
    "a picture to screen readers": on_article('role="img"'),
    "styled": on_article('style="display: none"'),
    "a handler": on_article('onclick="this.remove()"'),
    "editable": on_article("contenteditable"),
    "a class that Postil hides": [('class="article"', 'class="in-words"')],
    "another class": [('class="article"', 'class="article hide"')],
    "from right to left": [('lang="en" dir="ltr"><h1>', 'lang="en" dir="rtl"><h1>')],
    "as its first letter runs": [('lang="en" dir="ltr"><h1>', 'lang="en" dir="auto"><h1>')],
    # what it is in
    "in a hidden part": inside("div", " hidden"),
    "in a hidden part with other words beside it":
        around("<div hidden>", "</div><p>Words of somebody else.</p>"),
    "in a styled part": inside("div", ' style="opacity: 0"'),
    "in a part kept from screen readers": inside("section", ' aria-hidden="true"'),
    "in an inert part": inside("div", " inert"),
    "in closed details": inside("details"),
    "in open details": inside("details", " open"),
    "in a template": inside("template"),
    "in noscript": inside("noscript"),
    "in a text field": inside("textarea"),
    "in a frame": inside("iframe"),
    "in noembed": inside("noembed"),
    "in noframes": inside("noframes"),
    "in xmp": inside("xmp"),
    "after plaintext": around("<plaintext>", ""),
    "in a title": inside("title"),
    "in a style": inside("style"),
    "in a script": inside("script"),
    "in a comment": around("<!--", "-->"),
    "in a choice": inside("select"),
    "in a list of proposals": inside("datalist"),
    "in a video": inside("video"),
    "in a sound": inside("audio"),
    "in an object": inside("object"),
    "in a canvas": inside("canvas"),
    "in a meter": inside("meter"),
    "in a closed dialogue": inside("dialog"),
    "in a button": inside("button"),
    "in what ruby leaves out": around("<ruby><rp>", "</rp></ruby>"),
    "in a drawing": around("<svg><foreignObject>", "</foreignObject></svg>"),
    "in a drawing's title": around("<svg><title>", "</title></svg>"),
    "in a formula": around("<math><annotation-xml>", "</annotation-xml></math>"),
    "running against its letters": inside("bdo", ' dir="rtl"'),
    "white": inside("font", ' color="white"'),
    "running along": inside("marquee"),
    "struck out": inside("del"),
    "in an element of nobody's": inside("x-y"),
    "in a hidden page": [("<body", "<body hidden")],
    "in a page hidden afterwards": in_body("<body hidden>"),
    "in a hidden document": [("<html", "<html hidden")],
    "white on white": [("<body", '<body text="white" bgcolor="white"')],
    "in a document from right to left":
        [('dir="ltr">\n<head', 'dir="rtl">\n<head'), ('lang="en" dir="ltr"><h1>', "><h1>")],
    "after a frameset": [("<body", "<frameset></frameset><body")],
    "replaced by a shadow":
        in_body('<template shadowrootmode="open"><p>Words of somebody else.</p></template>'),
    # what a page loads and obeys
    "another page comes": in_head('<meta http-equiv="refresh" content="0; url=other.html">'),
    "another page comes, as the body says":
        in_body('<meta http-equiv="refresh" content="0; url=other.html">'),
    "another encoding": [(CHARSET, '<meta charset="windows-1252">\n')],
    "another encoding before ours": [(POLICY, f'<meta charset="utf-16le">\n{POLICY}')],
    "another encoding behind a bracket": [(POLICY, f'<meta content=">" charset="koi8-r">{POLICY}')],
    "another encoding after an empty comment":
        [(POLICY, f"<!--><meta charset=koi8-r><!-- -->{POLICY}")],
    "another encoding in a title": [("<head>", "<head><title><meta charset=koi8-r></title>")],
    "another encoding by type":
        [(CHARSET, '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">\n')],
    "no encoding": [(CHARSET, "")],
    "an encoding that comes too late": [(CHARSET, ""), *in_head(" " * 1024 + CHARSET)],
    "an encoding in a comment": [(CHARSET, f"<!-- {CHARSET} -->")],
    "an XML declaration": [("<!DOCTYPE", '<?xml version="1.0" encoding="koi8-r"?><!DOCTYPE')],
    "another base": in_head('<base href="https://example.org/">'),
    "another stylesheet": in_head('<link rel="stylesheet" href="../static/hide.css">'),
    "a stylesheet in the place of ours": [(STYLES, STYLES.replace("postil", "other"))],
    "a stylesheet from elsewhere": [(STYLES, STYLES.replace("..", "https://example.org"))],
    "a stylesheet from another machine": [(STYLES, STYLES.replace("..", "//example.org"))],
    "a stylesheet in the address": in_head('<link rel="stylesheet" href="data:text/css,*{}">'),
    "a stylesheet in the body": in_body('<link rel="stylesheet" href="hide.css">'),
    "another rel": in_head('<link rel="expect" blocking="render" href="#never">'),
    "a style": in_head("<style>article { display: none }</style>"),
    "a style in the body": in_body("<style>article { display: none }</style>"),
    "a style in a drawing": in_body("<svg><style>article { display: none }</style></svg>"),
    "a style without scripts": in_head("<noscript><style>article {}</style></noscript>"),
    "a script": in_head("<script>document.body.remove()</script>"),
    "a script in ours":
        [("reader.js\"></script>", "reader.js\">document.body.remove()</script>")],
    "another script": in_head('<script src="../static/other.js"></script>'),
    "a script from elsewhere": in_head('<script src="https://example.org/reader.js"></script>'),
    "a script in a drawing": in_body("<svg><script>1</script></svg>"),
    "no policy": [(POLICY, "")],
    "a policy that allows styles": [("style-src 'self'", "style-src 'self' 'unsafe-inline'")],
    "a policy that allows styles otherwise":
        [("style-src 'self'", "style-src 'self'; style-src-elem 'unsafe-inline'")],
    "a policy that allows scripts": [("script-src 'self'", "script-src *")],
    "a policy that allows scripts of another's":
        [("script-src 'self'", "script-src 'self' https://a.example")],
    "a policy that comes too late": [(POLICY, ""), *in_head(POLICY)],
    "a policy in the body": [(POLICY, ""), *in_body(POLICY)],
    "a window of one's own width": [("width=device-width, initial-scale=1", "width=99999")],
    # what covers it
    "an open dialogue above it": in_body("<dialog open>Other words</dialog>"),
    "a part above it": in_body('<div style="position: fixed; inset: 0">Other words</div>'),
    "a frame above it": in_body('<iframe src="other.html"></iframe>'),
    "an object above it": in_body('<object data="other.html"></object>'),
    "a handler beside it": in_body('<img src="x" onerror="document.body.remove()">'),
    # its marks
    "a hidden mark": [(MARK, MARK.replace(">", " hidden>"))],
    "a hidden mark of one's own":
        [("one boat", '<mark data-annotation="z" hidden>one boat</mark>')],
    "a styled mark": [(MARK, MARK.replace(">", ' style="display: none">'))],
    "a mark of another class": [(MARK, MARK.replace("sourced", "in-words"))],
    "a mark from right to left": [(MARK, MARK.replace(">", ' dir="rtl">'))],
    "a mark as a popover": [(MARK, MARK.replace(">", " popover>"))],
    # what passes for apparatus
    "a word": before_words("<span data-apparatus>Not all </span>"),
    "a word of a class": before_words('<span class="ref" data-apparatus>Not all </span>'),
    "a paragraph": [("<p><svg", "<p data-apparatus>Other words.</p><p><svg")],
    "a paragraph beside a sign":
        [("<p data-apparatus><sup", "<p data-apparatus>Other words.<sup")],
    "a heading": [("<p><svg", "<h2 data-apparatus>Other words</h2><p><svg")],
    "a turn of what follows": before_words("<span data-apparatus>\u202e</span>"),
    "a turn in a badge that is not isolated": [
        ('class="said" data-for="doubt" dir="ltr"', 'class="said" data-for="doubt"'),
        ("p. 6</span>", "p. 6\u202e</span>"),
    ],
    "a turn in a chain that is not isolated": [
        ('data-for="said" data-number="1" dir="ltr"', 'data-for="said" data-number="1"'),
        ("Courier</span></a></span></span>", "Courier\u2067</span></a></span></span>"),
    ],
    "a word as a place": before_words('<span id="z" data-apparatus>Not all </span>'),
    "a word as a note's number": before_words(
        '<sup class="ref" data-apparatus><a role="doc-noteref" href="#note-said">Not all</a></sup>'
    ),
    "a word beside a note's number":
        [('<sup class="ref" dir="ltr" data-apparatus>', '<sup class="ref" data-apparatus>not ')],
    "a word as the sign of a box":
        before_words('<a class="box-ref" href="#context-boats" data-apparatus>Not all </a>'),
    "a word of an annotation":
        before_words('<span class="chain" data-for="doubt" data-apparatus>Not all </span>'),
    "a word before a badge": [
        ('class="said" data-for="doubt" dir="ltr" data-apparatus>',
         'class="said" data-for="doubt" data-apparatus>not')
    ],
    "a picture in a badge": before_words(
        '<a data-source="courier" href="#source-courier" data-apparatus><img src="not.png"></a>'
    ),
    "a mark in a badge": before_words(
        '<a data-source="courier" href="#source-courier" data-apparatus><mark>Not</mark></a>'
    ),
    "a word that leads elsewhere": before_words(
        '<span data-for="doubt" data-apparatus><a href="https://example.org">Not all</a></span>'
    ),
    "a sign of no annotation": before_words(
        '<span class="status" data-for="z" data-apparatus><a href="#z">Not all</a></span>'
    ),
    "a styled sign": [(CHAIN, f'<span style="position: fixed" {CHAIN[6:]}')],
    "a line break": before_words("<br data-apparatus>"),
    "a picture": before_words('<img src="words.png" alt="" data-apparatus>'),
    "a drawing": before_words("<svg data-apparatus><text>Not all</text></svg>"),
    "words in the place of a box": before_words('<span class="at" data-apparatus>Not </span>'),
    "a word beside who says it": before_words(
        '<span class="said" data-for="said" data-apparatus>Not <a href="#x">x</a></span>'
    ),
    "words in a strip":
        before_words('<svg data-strip data-apparatus aria-hidden="true"><text>Not</text></svg>'),
    "a frame in a strip": before_words(
        '<svg data-strip data-apparatus><foreignObject></foreignObject></svg>'
    ),
    "a part that is open to the side": before_words('<ins data-apparatus>Not all </ins>'),
    "a box without a heading":
        [("<p><svg", '<aside data-context="z" data-apparatus>Words.</aside><p><svg')],
    "a box of no kind": [("<p><svg", "<aside data-apparatus><h3>X</h3></aside><p><svg")],
    "a picture in a box that is no figure":
        [('<div class="box-body">', '<img src="a.png" alt="A"><div class="box-body">')],
    "a figure in a box that tells nobody what it shows":
        [('<div class="box-body">', '<figure><img src="a.png"></figure><div class="box-body">')],
    "a box with a form": [("<div class=\"box-body\">", "<form></form><div class=\"box-body\">")],
    "a box in a list": [
        ("<li><svg",
         '<li><aside data-context="z" data-apparatus><h3>X</h3>Words.</aside><svg')
    ],
}  # fmt: skip


def test_the_page_is_as_it_should_be(page):
    assert str(verify_page(page, page.parents[2] / "content")).endswith("is in its place")


@pytest.mark.parametrize("way", HIDING)
def test_a_page_that_may_keep_its_article_from_a_reader_is_refused(way, page):
    result = verify_page(change(page, *HIDING[way]), page.parents[2] / "content")
    assert result.mismatch, result
    assert result.mismatch.kind in ("hidden", "malformed"), result
    assert "every character" not in str(result)


def test_what_is_refused_are_pages_that_still_have_the_words(html):
    """Otherwise a table of broken pages would prove nothing."""
    plain = render_plain(ARTICLE, "md")
    assert compare(html, plain) is None
    whole = 0
    for changes in HIDING.values():
        changed = html
        for old, new in changes:
            changed = changed.replace(old, new, 1)
        whole += compare(changed, plain) is None
    assert whole > 90


# What the contract of a page allows beside what templates/ make now.
ALLOWED = {
    "a badge alone": before_words(
        '<a data-source="courier" data-kind="wire" href="#source-courier" data-apparatus>'
        '<span>wire: </span>Courier</a>'
    ),
    "who says it, in the lane": before_words(
        '<span class="who" data-for="doubt" dir="ltr" data-apparatus> <a data-source="mayor" '
        'data-kind="official" href="../sources/mayor/index.html"><svg><path d="M0 0"/></svg>The '
        'mayor</a> → <a href="#source-courier">Courier</a></span>'
    ),
    "isolated by its element":
        before_words('<bdi data-for="doubt" data-apparatus> <a href="#x">Courier</a></bdi>'),
    "a note's number alone": before_words(
        '<a role="doc-noteref" href="#note-said" id="z" data-apparatus>1</a>'
    ),
    "a place of a box": before_words('<span class="at" data-apparatus></span>'),
    "a strip": before_words(
        '<svg data-strip data-apparatus aria-hidden="true"><rect/><g><path d="M0"/></g></svg>'
    ),
    "a box that is no details": [
        ("<p><svg",
         '<aside data-context="z" data-apparatus><h2>Title</h2><p>Words.</p></aside><p><svg')
    ],
    "a figure in a box": [
        ('<div class="box-body">',
         '<figure><img src="a.png" alt="A"></figure><div class="box-body">')
    ],
    "a draft": before_words('<span class="draft" data-for="doubt" data-apparatus>draft</span>'),
    "a turn that is isolated": [("p. 6</span>", "p. 6\u202e</span>")],
    "names with a hash": [("postil.css", "postil.0a1b2c.css"), ("reader.js", "reader.js?v=0a1b")],
    "a page of its own address": in_head('<link rel="canonical" href="https://example.org/x/">'),
    "a page that wants no index": in_head('<meta name="robots" content="noindex">'),
    "data for programs": in_head('<script type="application/ld+json">{"a": 1}</script>'),
    "a drawing beside it": in_body(
        '<figure data-provenance><svg viewBox="0 0 1 1"><title>Who</title><path d="M0"/></svg>'
        "<details><summary>Table</summary><table><tr><td>x</td></tr></table></details></figure>"
    ),
    "a policy that lets pictures in": [("img-src 'self'", "img-src 'self' https://a.example")],
    "a policy that lets frames in": [("; base-uri", "; frame-src https://a.example; base-uri")],
    "a byte order mark": [("<!DOCTYPE", "\ufeff<!DOCTYPE")],
    "a place to skip to": on_article('id="text" tabindex="-1" aria-labelledby="article_title"'),
    "another part around it": inside("div"),
}  # fmt: skip


@pytest.mark.parametrize("way", ALLOWED)
def test_what_the_contract_allows_is_not_refused(way, page):
    result = verify_page(change(page, *ALLOWED[way]), page.parents[2] / "content")
    assert result.mismatch is None, result
    assert not result.unproved


def test_an_article_from_right_to_left_runs_so(tmp_path):
    annotations = SITE["content/x/annotations.yaml"].replace("title: X", "title: X\nlanguage: ar")
    page = build(tmp_path, {**SITE, "content/x/annotations.yaml": annotations})
    assert verify_page(page, tmp_path / "content").mismatch is None
    change(page, ('lang="ar" dir="rtl"><h1>', 'lang="ar" dir="ltr"><h1>'))
    assert verify_page(page, tmp_path / "content").mismatch.kind == "hidden"


# ------------------------------------------------------------------ templates of a site's own


@pytest.mark.parametrize("way", ["another stylesheet", "a script", "no policy", "another class"])
def test_around_the_article_a_site_may_do_as_it_likes_but_that_is_not_called_proved(way, page):
    root = page.parents[2]
    (root / "templates").mkdir()
    (root / "templates/base.html").write_text("{# ours #}")
    result = verify_page(change(page, *HIDING[way]), root / "content")
    assert result.mismatch is None
    assert "was not looked at" in str(result)
    assert "every character" not in str(result)


@pytest.mark.parametrize("way", ["hidden", "in closed details", "a hidden mark", "no encoding"])
def test_no_template_may_hide_the_article(way, page):
    root = page.parents[2]
    (root / "templates").mkdir()
    (root / "templates/base.html").write_text("{# ours #}")
    assert verify_page(change(page, *HIDING[way]), root / "content").mismatch.kind == "hidden"


# ------------------------------------------------------------------ all pages of a site


def results(page: Path) -> dict[str, str]:
    root = page.parents[2]
    return {
        result.page.relative_to(root / "output").as_posix(): (
            result.mismatch.kind if result.mismatch else "intact"
        )
        for result in verify_all(root / "output", root / "content")
    }


def test_pages_without_an_article_are_passed_over(page):
    (page.parents[1] / "about.html").write_text("<p>data-article, <b data-x>words</b>")
    (page.parents[1] / "folder.html").mkdir()
    assert results(page) == {"x/index.html": "intact"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "koi8-r"])
@pytest.mark.parametrize(
    ("place", "slug", "kind"),
    [
        ("gone/index.html", "gone", "absent"),
        ("index.html", "x", "hidden"),
        ("x/print.htm", "x", "hidden"),
        ("static/deep/page.HTML", "x", "hidden"),
    ],
)
def test_every_page_that_claims_an_article_is_looked_at(place, slug, kind, encoding, page):
    html = page.read_text(encoding="utf-8").replace('data-article="x"', f'data-article="{slug}"')
    other = page.parents[1] / place
    other.parent.mkdir(parents=True, exist_ok=True)
    html = html.replace("<article ", "<article hidden ").replace("→", "ж")
    other.write_bytes(html.encode(encoding, "replace"))
    expected = kind if encoding == "utf-8" else "malformed"
    assert results(page) == {"x/index.html": "intact", place: expected}


ROOTS = [ROOT, ROOT / "tests/browser/torture", *sorted((ROOT / "tests/sites").iterdir())]


@pytest.mark.parametrize("drafts", [False, True], ids=["published", "with-drafts"])
@pytest.mark.parametrize("root", ROOTS, ids=lambda root: root.name)
def test_every_page_that_is_built_is_proved(root, drafts, tmp_path):
    site = building.build_site(root, drafts=drafts)
    for name, data in {} if site.report.failed else site.files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    if any(tmp_path.iterdir()):
        found = verify_all(tmp_path, root / "content", is_draft=partial(is_draft, root))
        assert all(result.is_proved for result in found)


# ------------------------------------------------------------------ mistakes in the judge

LENIENT = {
    "_ANCESTORS": frozenset({"details", *shown._ANCESTORS}),
    "_ATTRIBUTES": frozenset({"hidden", *shown._ATTRIBUTES}),
    "_CLASSES": frozenset({"in-words", *shown._CLASSES}),
    "_MARK": frozenset({"hidden", *shown._MARK}),
    "_KINDS_OF_MARK": frozenset({"in-words", *shown._KINDS_OF_MARK}),
    "_FRAME": frozenset({"dialog", *shown._FRAME}),
    "_DRAWING": frozenset({"foreignobject", *shown._DRAWING}),
    "_IN_LINES": frozenset({"img", *shown._IN_LINES}),
    "_FLOW": frozenset({"form", *shown._FLOW}),
    "_RELATIONS": frozenset({"expect", *shown._RELATIONS}),
    "_HARMLESS": frozenset({"script-src", "style-src", *shown._HARMLESS}),
    "_OURS": frozenset({"'unsafe-inline'", *shown._OURS}),
    "_BARRED": frozenset(),
    "_PRESCAN": 10_000,
    "_complaints_of_encoding": lambda html: (),
    "_complaints_of_ancestors": lambda article: (),
    "_complaints_of_direction": lambda article: (),
    "_complaints_of_mark": lambda mark: (),
    "_complaints_of_apparatus": lambda top, marked: (),
    "_complaints_of_frame": lambda page, article: (),
    "_has_strict_policy": lambda frame: True,
    "_is_strict": lambda policy: True,
    "_is_known": lambda element: True,
    "_is_leftward": lambda language: True,
    "_TURNING": shown.re.compile("never"),
    "_IN_BRACKETS": shown.re.compile(".*"),
    "_STYLESHEET": shown.re.compile(".*"),
    "_SCRIPT": shown.re.compile(".*"),
    "_HEADING": shown.re.compile(".*"),
    "_DOCTYPE": shown.re.compile(""),
    "_UTF_8": shown.re.compile(b".*", shown.re.DOTALL),
}


def passes(page: Path) -> list[str]:
    """Which of the pages that must be refused are not."""
    html = page.read_text(encoding="utf-8")
    found = []
    for way, changes in HIDING.items():
        page.write_text(html, encoding="utf-8")
        if verify_page(change(page, *changes), page.parents[2] / "content").mismatch is None:
            found.append(way)
    return found


@pytest.mark.mutants
@pytest.mark.parametrize("name", LENIENT)
def test_a_more_lenient_judge_is_noticed(name, page, monkeypatch):
    monkeypatch.setattr(shown, name, LENIENT[name])
    assert passes(page)


@pytest.mark.mutants
@pytest.mark.parametrize("shape", shown._SHAPES, ids=lambda shape: shape.__name__)
def test_a_more_lenient_shape_is_noticed(shape, page, monkeypatch):
    names = {"a", "aside", "p", "span", "sup", "svg"}

    def lenient(top, marked):
        return top.name in names

    shapes = [lenient if each is shape else each for each in shown._SHAPES]
    monkeypatch.setattr(shown, "_SHAPES", shapes)
    assert passes(page)
