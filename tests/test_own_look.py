"""A logo, home, imprint and stylesheet of the site, on every page, with no template copied."""

import html5lib
import pytest
from small_site import write_site

from postil import building

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


@pytest.mark.parametrize("footer, code", [("'[@reuters]'", "bad-citation"), ("'<b>x</b>'", "")])
def test_the_imprint_cannot_cite_and_is_no_html(footer, code, site):
    (site / "site.yaml").write_text(f"title: Small\nfooter: {footer}\n")
    found = building.build_site(site, jobs=1)
    assert ([each.code for each in found.report.in_order()] or [""])[0] == code
    assert b"<b>x</b>" not in b"".join(found.files.values())
