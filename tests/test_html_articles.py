"""A saved web page becomes an article: its words and facts, and all that was left out is told."""

import hashlib
import subprocess
import sys

import pytest
from conftest import ROOT

from postil import building
from postil.cli.html_articles import article_of
from postil.cli.starting import start
from postil.diagnostics.refusal import Refusal
from postil.text import articles

PAGE = """\
<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Bridge | The Gazette</title>
<meta property="og:title" content="The bridge: safe?">
<meta property="og:site_name" content="The Gazette">
<meta property="article:published_time" content="2024-04-09T12:00:00Z">
<link rel="canonical" href="https://gazette.example/bridge"></head><body>
<nav><a href="/">Home</a></nav>
<article><h1>The bridge: safe?</h1>
<figure><img src="https://x.example/p.jpg" alt="The mayor">
<figcaption>Seen in May.</figcaption></figure>
<p>The old <strong>bridge</strong> is safe, the mayor said in
<a href="https://a.example/">a report</a> on Tuesday. It was closed for weeks.</p>
<h2>What he <em>said</em></h2>
<p>The mayor &amp; his team signed a statement &ldquo;on Monday&rdquo;, adding that 2 * 3 * 4 is not
_safe_ at all, nor is [this] or &lt;b&gt;.</p>
<blockquote><p>It will never be closed again, whoever may ask for it.</p></blockquote>
<ul><li>A first thing that happened in the city</li><li>A second thing that happened</li></ul>
<p>1986. That was the year in which it was built, said the minister.</p></article>
<footer><p>© The Gazette. All rights.</p></footer></body></html>
"""
# What readers see of it, block by block.
WORDS = [
    "The bridge: safe?",
    "The old bridge is safe, the mayor said in a report on Tuesday. It was closed for weeks.",
    "What he said",
    "The mayor & his team signed a statement “on Monday”, adding that 2 * 3 * 4 is not _safe_ at "
    "all, nor is [this] or <b>.",
    "It will never be closed again, whoever may ask for it.",
    "A first thing that happened in the city",
    "A second thing that happened",
    "1986. That was the year in which it was built, said the minister.",
]


@pytest.fixture
def site(tmp_path):
    (tmp_path / "site.yaml").write_text("title: A site\n")
    return tmp_path


def save(folder, data=PAGE, name="page.html"):
    file = folder / name
    file.write_bytes(data if isinstance(data, bytes) else data.encode())
    return file


def test_the_article_says_what_the_page_says():
    document = articles.parse_article(article_of("page.html", PAGE.encode()).markdown, "md")
    seen = [" ".join(document.text[b.start : b.end].split()) for b in document.blocks]
    assert seen == WORDS


def test_headings_lists_quotes_links_and_emphasis_stay():
    text = article_of("page.html", PAGE.encode()).markdown
    for part in ("# The bridge", "## What he *said*", "**bridge**", "> It will", "- A first"):
        assert part in text
    assert "[a report](https://a.example/)" in text


# What pages have around a picture, or where a link leads to.
EMPTY = ['<a href="/i"><img src="/p.jpg" alt="P"></a>', '<a name="here"></a>', '<a href="/i"> </a>',
         '<h4><a href="/h">H</a></h4>\n<a href="/i"><img src="/p.jpg" alt="P"></a>']  # fmt: skip


@pytest.mark.parametrize("empty", EMPTY)
def test_a_link_without_words_leads_from_no_others(empty):
    page = PAGE.replace("<p>The mayor", f"{empty}\n<p>The mayor")
    text = article_of("page.html", page.encode()).markdown
    assert "\nThe mayor \\& his team signed" in text
    assert "\\n1986. That was" not in text and "/i)" not in text


def test_who_wrote_it_is_offered(site):
    page = PAGE.replace("<link rel", '<meta name="author" content="Ann Sample"><link rel')
    start(site, "bridge", save(site, page))
    text = (site / "content/bridge/annotations.yaml").read_text(encoding="utf-8")
    assert "\n  # author: [Ann Sample] # as the page says\n" in text


def test_the_pages_own_facts_are_kept():
    page = article_of("page.html", PAGE.encode())
    assert page.title == "The bridge: safe?"
    assert page.outlet == "The Gazette"
    assert page.url == "https://gazette.example/bridge"
    assert page.issued == "2024-04-09"


def test_what_is_left_out_is_told():
    assert article_of("page.html", PAGE.encode()).left_out == (
        "a picture: The mayor", "Seen in May.", "© The Gazette. All rights."
    )  # fmt: skip


def test_the_encoding_that_a_page_names_is_the_one_in_which_it_is_read():
    words = "Der Bürgermeister sagte am Dienstag, dass die Brücke sicher ist."
    page = f'<meta charset="iso-8859-1"><p>{words}</p><p>{words} Er irrt.</p>'
    assert words in article_of("page.html", page.encode("latin-1")).markdown


@pytest.mark.parametrize("data", [b"", b"<html><body><script>x</script></body></html>", b"\0\1\2"])
def test_a_page_without_an_article_is_refused(data, site):
    with pytest.raises(Refusal, match=r"no article was found|is no text"):
        start(site, "bridge", save(site, data))
    assert not (site / "content").exists()


@pytest.mark.parametrize("name", ["page.html", "page.HTM"])
def test_the_explainer_builds_and_the_page_is_kept_as_it_was_received(name, site):
    started = start(site, "bridge", save(site, name=name))
    folder = site / "content/bridge"

    assert (folder / "received.html").read_bytes() == PAGE.encode()
    text = (folder / "annotations.yaml").read_text(encoding="utf-8")
    assert "\ntitle: 'The bridge: safe?'\n" in text
    assert "  # outlet: an id in content/sources.yaml (the page says: The Gazette)\n" in text
    assert "\n  url: https://gazette.example/bridge\n  issued: 2024-04-09\n" in text
    assert hashlib.sha256(PAGE.encode()).hexdigest() in text
    assert "    quote: The old bridge is safe,\n" in text
    assert started.left_out
    built = building.build_site(site, jobs=1, drafts=True)
    # The page shows a tag as letters, and so does the article, which escapes it.
    assert [each.code for each in built.report.in_order()] == []
    assert not [path for path in built.files if path.endswith("received.html")]


def test_scripts_of_the_page_reach_no_reader(site):
    bad = PAGE.replace("</h2>", "</h2><script>alert(1)</script><p onclick='alert(2)'>It is so, he "
                       "<a href='javascript:alert(3)'>told</a> us.</p>")  # fmt: skip
    start(site, "bridge", save(site, bad))
    built = building.build_site(site, jobs=1, drafts=True)
    html = built.files["bridge/index.html"].decode()
    assert "It is so, he" in html
    assert "alert(" not in html


def test_the_command_lists_what_was_left_out(site):
    command = [sys.executable, ROOT / "build.py", "new", "bridge", "--root", site, "--article"]
    done = subprocess.run([*command, save(site)], capture_output=True, text=True, encoding="utf-8")
    assert "\nleft out, 3 pieces of the page:\n  a picture: The mayor\n" in done.stdout
    assert (done.returncode, done.stderr) == (0, "")
