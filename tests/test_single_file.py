"""`build --single-file`: an explainer in one file, with all that it loads, and the same words."""

import base64
import re
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from small_site import write_site

from postil import building
from postil.cli import commands
from postil.output.single_file import single_file

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
LOADING = ("src", "srcset", "poster", "data", "background")


@pytest.fixture
def root(tmp_path):
    root = write_site(tmp_path / "site")
    article = root / "content/gamma/article.md"
    article.write_text(
        f'{article.read_text()}\n![A "picture"](map&1.png "T")\n\n[elsewhere](page.html) it ends.\n'
    )
    (root / "content/gamma/map&1.png").write_bytes(PNG)
    notes = root / "content/gamma/annotations.yaml"
    notes.write_text(notes.read_text().replace("The first note", "See [Alpha](../alpha/). The"))
    (root / "static").mkdir()
    (root / "static/site.css").write_bytes(
        b'\xef\xbb\xbfbody {\r\n  background: url(logo.png) }\np::after { content: "</style>" }\n'
    )
    (root / "static/logo.png").write_bytes(PNG)
    (root / "static/own.js").write_text("document.title += '</script>'\n")
    (root / "templates").mkdir()
    (root / "templates/head_extra.html").write_text(
        '<script defer src="{{ asset(view.root, "own.js") }}"></script>\n'
    )
    return root


def build(root, *options):
    assert commands.run(["--root", str(root), "build", "--single-file", *options]) == 0
    return {path.name: path.read_bytes() for path in (root / "output-single-file").glob("*.html")}


class Tags(HTMLParser):
    """The tags of a page with their attributes, and what is in its styles and scripts."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.inside = [], []
        self.feed(page.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        is_data = self.tags and self.tags[-1][1].get("type") == "application/ld+json"
        if self.cdata_elem in ("style", "script") and not is_data:  # a policy says nothing of data
            self.inside.append((self.tags[-1][0], data))


def addresses(page, *attributes):
    return [
        value
        for tag, given in Tags(page).tags
        for name, value in given.items()
        if name in attributes and not (tag == "link" and given.get("rel") == "canonical")
    ]


def test_a_file_of_its_own_for_each_and_nothing_else(root):
    assert set(build(root)) == {"alpha.html", "beta.html", "gamma.html", "delta.html"}
    assert not (root / "output").exists()


def test_the_same_content_is_the_same_bytes(root):
    first = build(root)
    assert build(root, "--jobs", "2") == first


def test_nothing_is_loaded_from_anywhere(root):
    for name, page in build(root).items():
        loaded = [*addresses(page, *LOADING), *re.findall(r"url\(\"?([^)\"]*)", page.decode())]
        assert loaded and [each for each in loaded if not each.startswith("data:")] == [], name


def test_what_is_inside_is_what_was_in_the_files(root):
    page = build(root)["gamma.html"].decode()
    picture = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    assert page.count(picture) == 2  # the article's, and the stylesheet's
    assert "data:font/woff2;base64,d09GMg" in page
    assert "data:text/markdown;charset=utf-8;base64," in page  # the article, to be kept


def test_the_policy_knows_the_hash_of_each_style_and_script_and_lets_in_nothing_else(root):
    for page in build(root).values():
        found = Tags(page)
        (policy,) = (given["content"] for _, given in found.tags if "http-equiv" in given)
        assert "'self'" not in policy and "unsafe" not in policy
        assert len(found.inside) == 5  # early.js, postil.css, site.css, reader.js, own.js
        for tag, text in found.inside:
            digest = base64.b64encode(sha256(text.encode()).digest()).decode()
            directive = next(each for each in policy.split("; ") if each.startswith(tag))
            assert f"'sha256-{digest}'" in directive


def test_links_to_other_pages_are_words_where_nobody_knows_where_the_site_stands(root):
    page = build(root)["gamma.html"]
    links = addresses(page, "href")
    assert [each for each in links if not each.startswith(("#", "data:", "http"))] == ["page.html"]
    assert b"See <span>Alpha</span>." in page  # the article's own link above stays as it is


def test_links_to_other_pages_are_whole_where_the_site_says_where_it_stands(root):
    (root / "site.yaml").write_text("title: Small\nbase_url: https://example.org/explained/\n")
    links = addresses(build(root)["gamma.html"], "href")
    assert "https://example.org/explained/alpha/" in links
    assert "https://example.org/explained/index.html" in links
    assert [each for each in links if not each.startswith(("#", "data:", "http"))] == ["page.html"]


def test_drafts_lead_to_no_published_page(root):
    (root / "site.yaml").write_text("title: Small\nbase_url: https://example.org/\n")
    assert commands.run(["--root", str(root), "--drafts", "--single-file"]) == 0
    page = (root / "output-drafts-single-file/gamma.html").read_bytes()
    assert b'<a href="https://example.org/' not in page


@pytest.mark.parametrize("name", ["", "gamma", "output-single-file/gamma.html"])
def test_verify_proves_them(name, root, capsys, monkeypatch):
    build(root)
    monkeypatch.chdir(root)
    assert commands.run(["--root", ".", "verify", "--single-file", *filter(None, [name])]) == 0
    told = capsys.readouterr().out
    assert "has the words" in told  # the site has templates and styles of its own


def test_verify_notices_a_word_and_a_script(root, capsys):
    (root / "templates/head_extra.html").unlink()
    (root / "static/site.css").unlink()
    page = root / "output-single-file/alpha.html"
    spoilt = {
        "told reporters": "told nobody",
        "<h1>": "<script>1</script><h1>",
        "style-src ": "style-src 'unsafe-inline' ",
    }
    for sound, wrong in spoilt.items():
        page.unlink(missing_ok=True)
        build(root)
        run = ["--root", str(root), "verify", "--single-file", "alpha"]
        assert commands.run(run) == 0
        text = page.read_text()
        assert sound in text
        page.write_text(text.replace(sound, wrong))
        assert commands.run(run) == 1, wrong
    capsys.readouterr()


def test_a_mistake_writes_nothing(root, capsys):
    notes = root / "content/alpha/annotations.yaml"
    notes.write_text(notes.read_text().replace("told reporters", "told nobody"))
    assert commands.run(["--root", str(root), "--single-file"]) == 1
    assert not (root / "output-single-file").exists()
    assert "nothing was written" in capsys.readouterr().out


def test_what_somebody_else_put_there_stays(root):
    build(root)
    (root / "output-single-file/letter.txt").write_text("Dear colleague")
    (root / "content/beta/annotations.yaml").write_text("title: B\ndraft: true\nannotations: []\n")
    assert set(build(root)) == {"alpha.html", "gamma.html", "delta.html"}
    assert (root / "output-single-file/letter.txt").exists()


def test_a_page_is_changed_nowhere_else(root):
    """Without what is inside, and the links, a single file is the page that is published."""
    files = building.build_site(root, hosted=False).files
    page = files["alpha/index.html"].decode()
    single = single_file("alpha/index.html", files).decode()
    body = slice(page.index("<h1"), page.index('<section class="made'))
    bare = re.sub(r'<a (?:class="source-page" )?href="\.\./[^"]*"', "<span", page[body])
    assert re.sub("</?(a|span)[^>]*>", "", bare) == re.sub(
        "</?(a|span)[^>]*>", "", single[single.index("<h1") : single.index('<section class="made')]
    )
