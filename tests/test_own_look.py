"""A logo, home, imprint and stylesheet of the site, on every page, with no template copied."""

import re
from pathlib import Path

import html5lib
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from small_site import write_site

from postil import building
from postil.diagnostics.model import Report
from postil.page import theming
from postil.page.policy import check_policy, policy_of
from postil.site.settings import Fonts, Policy, Theme
from postil.yaml.reading import Located

LOOK = """\
publisher: The Desk & Co
home_url: https://desk.example/?a=1&b=2
footer: |
  [Imprint](https://desk.example/imprint) · *Privacy*
"""


@pytest.fixture
def site(tmp_path):
    return write_site(tmp_path / "site")


def build(root, *more):
    (root / "site.yaml").write_text("".join(["title: Small\n", *more]), encoding="utf-8")
    site = building.build_site(root, jobs=1)
    assert not site.report.failed, site.report.in_order()
    return {
        name: html5lib.parse(data.decode(), namespaceHTMLElements=False)
        for name, data in site.files.items()
        if name.endswith(".html")
    }


def codes(root):
    return [each.code for each in building.build_site(root, jobs=1).report.in_order()]


def test_home_and_imprint_are_on_every_page(site):
    pages = build(site, LOOK)
    assert len(pages) > 4
    for name, page in pages.items():
        (top,) = page.findall(".//div[@class='site masthead']")
        assert top.find("a").get("href") == "https://desk.example/?a=1&b=2", name
        assert "".join(top.itertext()).strip() == "The Desk & Co"
        (foot,) = page.findall(".//footer[@class='site imprint']")
        assert foot.find(".//a").get("href") == "https://desk.example/imprint"
        assert foot.find(".//em").text == "Privacy"


def test_a_logo_is_a_file_of_the_site_and_says_whose_it_is(site):
    (site / "static").mkdir()
    (site / "static/logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    pages = build(site, LOOK, "logo: logo.svg\n")
    for name, root in (("index.html", ""), ("alpha/index.html", "../")):
        image = pages[name].find(".//div[@class='site masthead']/a/img")
        assert image.get("src").startswith(f"{root}static/logo.svg?v=")
        assert image.get("alt") == "The Desk & Co"


@pytest.mark.parametrize("logo", ["gone.svg", "../site.yaml", "."])
def test_a_logo_that_is_not_in_static_stops_the_build(logo, site):
    (site / "static").mkdir()
    (site / "site.yaml").write_text(f"title: Small\nlogo: {logo}\n")
    assert "missing-file" in codes(site)


def test_without_these_settings_there_is_neither(site):
    for page in build(site).values():
        assert not page.findall(".//div[@class='site masthead']")
        assert not page.findall(".//footer[@class='site imprint']")


def test_the_skip_link_is_first_to_be_reached(site):
    page = build(site, LOOK)["alpha/index.html"]
    assert page.find(".//body").findall(".//a")[0].get("class") == "skip"


def test_search_engines_are_kept_away_on_request(site):
    def told(page):
        return [m.get("content") for m in page.iter("meta") if m.get("name") == "robots"]

    assert told(build(site)["alpha/index.html"]) == []
    pages = build(site, "indexing: false\n")
    assert all("noindex" in told(page) for page in pages.values())


def test_a_stylesheet_of_the_site_comes_last(site):
    (site / "static").mkdir()
    (site / "static/site.css").write_text("body { color: red }")
    for name, page in build(site, 'theme: {accent: "#0b5394"}\n').items():
        sheets = [m.get("href") for m in page.iter("link") if m.get("rel") == "stylesheet"]
        assert "static/site.css?v=" in sheets[-1], name
        assert sum("site.css" in each for each in sheets) == 1


@pytest.mark.parametrize("name", ["head_extra.html", "header.html", "footer.html"])
def test_a_part_can_be_replaced_alone(name, site):
    (site / "templates").mkdir()
    (site / "templates" / name).write_text('<meta name="mine" content="{{ site.title }}">')
    for page in build(site, LOOK).values():
        assert [m.get("content") for m in page.iter("meta") if m.get("name") == "mine"] == ["Small"]


@pytest.mark.parametrize(
    "footer, code", [("'[@reuters]'", "bad-citation"), ("'<b>x</b>'", "markdown-dialect")]
)
def test_the_imprint_cannot_cite_and_is_no_html(footer, code, site):
    (site / "site.yaml").write_text(f"title: Small\nfooter: {footer}\n")
    found = building.build_site(site, jobs=1)
    assert ([each.code for each in found.report.in_order()] or [""])[0] == code
    assert b"<b>x</b>" not in b"".join(found.files.values())


# ------------------------------------------------------------------ licence


def licences(page):
    links = [a for a in page.iter("a") if "license" in (a.get("rel") or "").split()]
    return [(a.text, a.get("href")) for a in links]


def test_a_licence_stands_at_the_foot_of_every_page_and_in_the_colophon(site):
    cc = "https://creativecommons.org/licenses/by/4.0/"
    pages = build(site, f"licence: {{text: CC BY 4.0, url: {cc}}}\n")
    for name, page in pages.items():
        times = 2 if name.split("/")[0] in ("alpha", "beta", "gamma", "delta") else 1
        assert licences(page) == [("CC BY 4.0", cc)] * times, name
    foot = "".join(pages["index.html"].find(".//footer[@class='site imprint']").itertext())
    assert foot == "Licence of our notes: CC BY 4.0"


def test_an_explainer_may_have_a_licence_of_its_own_and_need_not_link(site):
    file = site / "content/beta/annotations.yaml"
    file.write_text("licence: All rights reserved\n" + file.read_text("utf-8"), "utf-8")
    pages = build(site, "licence: {text: CC0, url: 'https://x.example/'}\n")
    own = "".join(pages["beta/index.html"].itertext())
    assert own.count("All rights reserved") == 2 and "CC0" not in own
    assert "CC0" in "".join(pages["alpha/index.html"].itertext())


# ------------------------------------------------------------------ policy


def policies(page):
    return [m.get("content") for m in page.iter("meta") if m.get("http-equiv")]


def test_what_the_policy_adds_stands_in_every_page_and_nothing_else_changes(site):
    (before,) = policies(build(site)["index.html"])
    added = (
        'policy:\n  img-src: [https://img.example, "blob:"]\n  frame-src: [https://v.example/e/]\n'
        "  script-src: [https://stats.example]\n"
    )
    for page in build(site, added).values():
        (after,) = policies(page)
        assert "img-src 'self' data: https://img.example blob:;" in after
        assert "script-src 'self' https://stats.example;" in after
        assert after.endswith("; frame-src https://v.example/e/")
        kept = after.replace(" https://img.example blob:", "").replace(" https://stats.example", "")
        assert kept.replace("; frame-src https://v.example/e/", "") == before


PIECES = [
    "https://a.example", "a.example", "*", "'self'", "data:", "https:", ";", " ", ",",
    "script-src", "'unsafe-inline'", '"', "\n", "/x", ":8080",
]  # fmt: skip
HOSTS = st.sampled_from(PIECES)


@given(st.sampled_from(["img_src", "script_src", "frame_src"]), st.lists(HOSTS).map("".join))
def test_no_source_that_is_taken_ends_its_directive(name, source):
    wanted, report = Policy(**{name: (source,)}), Report()
    check_policy(wanted, Located.empty("site.yaml"), report)
    if not report.failed:
        assert not set(source) & set(' ;,"\n\t')
        assert policy_of(wanted).split(source)[0].endswith(" ")
        assert name != "script_src" or ("unsafe" not in source and "*" not in source)


# ------------------------------------------------------------------ faces


def preloaded(page):
    scripts = [s for s in page.iter("script") if "early.js" in (s.get("src") or "")]
    return (scripts[0].get("data-fonts") or "").split()


def sheets(page):
    links = [link.get("href") for link in page.iter("link") if link.get("rel") == "stylesheet"]
    return [re.sub(r".*/|\?.*", "", href) for href in links]


def test_the_two_voices_may_change_their_faces(site):
    page = build(site, "theme: {fonts: {article: sans, notes: serif}}\n")["alpha/index.html"]
    assert [Path(each).name.rpartition("-latin")[0] for each in preloaded(page)] == [
        "source-sans-3", "source-serif-4"]  # fmt: skip
    assert "theme.css" in sheets(page)
    css = theming.theme_css(Theme(fonts=Fonts("sans", "serif")))
    assert ':root { --serif: "Source Sans 3"' in css and '--sans: "Source Serif 4"' in css
    on_disk = css[css.index('[data-fonts="system"]') :]
    assert "--serif: var(--system-sans); --sans: var(--system-serif)" in on_disk


def test_a_face_may_be_a_file_of_the_site(site):
    (site / "static").mkdir()
    (site / "static/ours.woff2").write_bytes(b"wOF2")
    look = "theme: {fonts: {article: ours.woff2, notes: system}}\n"
    page = build(site, look)["alpha/index.html"]
    assert preloaded(page) == ["../static/ours.woff2"]
    css = theming.theme_css(Theme(fonts=Fonts("ours.woff2", "system")))
    assert 'src: url("ours.woff2")' in css
    assert '--serif: "Of the article", var(--system-serif); --sans: var(--system-sans)' in css


@pytest.mark.parametrize("fonts", ["system", "{article: system, notes: system}"])
def test_without_fonts_of_ours_none_is_loaded(fonts, site):
    page = build(site, f"theme: {{fonts: {fonts}}}\n")["alpha/index.html"]
    assert preloaded(page) == [] and "theme.css" not in sheets(page)
    assert page.get("data-fonts") == "system"


def test_as_they_come_the_faces_need_no_stylesheet_more(site):
    page = build(site)["alpha/index.html"]
    assert "theme.css" not in sheets(page) and len(preloaded(page)) == 2


def test_the_stacks_are_those_of_the_stylesheet():
    css = (ROOT / "static/postil.css").read_text(encoding="utf-8")
    for voice, stack in (("serif", "sans"), ("sans", "serif")):
        made = theming.theme_css(Theme(fonts=Fonts("sans", "serif")))
        wanted = re.search(rf"--{stack}: ([^;]+);", css)[1]
        assert f"--{voice}: {wanted};" in made


@pytest.mark.parametrize(
    ("article", "notes", "code"),
    [
        ("serif", "serif", "bad-value"),
        ("system", "serif", "bad-value"),
        ("sans", "system", "bad-value"),
        ("a.woff2", "a.woff2", "bad-value"),
        ("a.woff2", "gone.woff2", "missing-file"),
        ("a.woff2", "../static/a.woff2", "missing-file"),
        ("comic", "sans", "bad-value"),
        ('a".woff2', "sans", "bad-value"),
        ("a.woff2", "sans", None),
        ("serif", "system", None),
        ("sans", "serif", None),
    ],
)
def test_faces_that_cannot_be_are_told(article, notes, code, site):
    (site / "static").mkdir()
    (site / "static/a.woff2").write_bytes(b"wOF2")
    fonts = f"{{article: '{article}', notes: '{notes}'}}"
    (site / "site.yaml").write_text(f"title: S\ntheme: {{fonts: {fonts}}}\n", "utf-8")
    assert [each for each in codes(site) if each == code] == [code] * bool(code)
    assert bool(code) or codes(site) == []
