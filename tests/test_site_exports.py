"""Files of a whole site for other programs: sitemap, robots.txt and feeds, each read back."""

import urllib.robotparser
from xml.etree import ElementTree

import feedparser
import pytest
from small_site import write_site

from postil import building

BASE = "https://example.org/postil"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def files_of(root, base_url: str = BASE, **options) -> dict[str, bytes]:
    site = root / "site.yaml"
    site.write_text(site.read_text() + (f'base_url: "{base_url}"\n' if base_url else ""))
    return building.build_site(root, **options).files


@pytest.fixture
def root(tmp_path):
    root = write_site(tmp_path / "site")
    annotations = root / "content/beta/annotations.yaml"
    text = annotations.read_text().replace("title: Beta", "title: Beta & <Sons>\nsummary: On *it*.")
    annotations.write_text(text)
    gamma = root / "content/gamma/annotations.yaml"
    gamma.write_text(gamma.read_text() + "updated: 2025-01\n")
    delta = root / "content/delta/annotations.yaml"
    delta.write_text(delta.read_text() + "draft: true\n")
    return root


def test_the_sitemap_names_every_page_that_is_published_and_nothing_else(root):
    files = files_of(root)
    rows = ElementTree.fromstring(files["sitemap.xml"])
    told = {row.find(f"{SITEMAP}loc").text: row.find(f"{SITEMAP}lastmod") for row in rows}
    pages = {path for path in files if path.endswith("index.html")}
    assert set(told) == {f"{BASE}/{path.removesuffix('index.html')}" for path in pages}
    assert told[f"{BASE}/gamma/"].text == "2025-01"
    assert told[f"{BASE}/alpha/"].text == "2024-05-01"


def test_robots_may_read_all_and_are_told_of_the_sitemap(root):
    parser = urllib.robotparser.RobotFileParser()
    parser.parse(files_of(root)["robots.txt"].decode().splitlines())
    assert parser.can_fetch("*", f"{BASE}/alpha/")
    assert parser.site_maps() == [f"{BASE}/sitemap.xml"]


def test_the_feed_has_the_newest_first_in_plain_words(root):
    feed = feedparser.parse(files_of(root)["feed.xml"])
    assert not feed.bozo and feed.version == "atom10"
    assert [entry.id for entry in feed.entries] == [
        f"{BASE}/{slug}/" for slug in ("gamma", "beta", "alpha")
    ]
    assert feed.feed.updated == "2025-01-01T00:00:00Z"
    beta = feed.entries[1]
    assert (beta.title, beta.summary) == ("Beta & <Sons>", "On it.")
    assert beta.published == beta.updated == "2024-05-02T00:00:00Z"
    assert feed.feed.links[1].href == f"{BASE}/feed.xml"


LOG = """
corrections:
  - {date: 2025-03-02, annotation: first, was: It was *two* & <few>., now: It was three.}
updates:
  - {date: 2025-03-01, text: Looked at again.}
"""


def test_the_feed_of_corrections_has_what_was_and_what_is(root):
    alpha = root / "content/alpha/annotations.yaml"
    alpha.write_text(alpha.read_text() + "language: de" + LOG)
    delta = root / "content/delta/annotations.yaml"
    delta.write_text(delta.read_text() + LOG)  # a draft
    files = files_of(root, drafts=True)
    feed = feedparser.parse(files["corrections.xml"])
    assert not feed.bozo and feed.version == "atom10"
    assert feed.feed.title == "Small: Corrections and updates"
    assert feed.feed.updated == "2025-03-02T00:00:00Z"
    assert feed.feed.id == feed.feed.links[1].href == f"{BASE}/corrections.xml"
    assert [(each.title, each.summary, each.link, each.published) for each in feed.entries] == [
        ("Korrektur: Alpha", "Vorher: It was two & <few>.\nJetzt: It was three.",
         f"{BASE}/alpha/#correction_1", "2025-03-02T00:00:00Z"),
        ("Ergänzung: Alpha", "Looked at again.",
         f"{BASE}/alpha/#update_1", "2025-03-01T00:00:00Z"),
    ]  # fmt: skip
    page = files["alpha/index.html"].decode()
    assert all(f'id="{each.link.partition("#")[2]}"' in page for each in feed.entries)


def test_an_entry_of_a_feed_stays_the_same_one_when_another_is_written_before_it(root):
    alpha = root / "content/alpha/annotations.yaml"
    alpha.write_text(alpha.read_text() + LOG)
    before = {each.id for each in feedparser.parse(files_of(root)["corrections.xml"]).entries}
    newer = "corrections:\n  - {date: 2025-04-01, annotation: first, was: a, now: b}\n"
    alpha.write_text(alpha.read_text().replace("corrections:\n", newer))
    after = {each.id for each in feedparser.parse(files_of(root, "")["corrections.xml"]).entries}
    assert before < after and len(after) == 3


def test_a_site_without_corrections_has_a_feed_without_any(root):
    feed = feedparser.parse(files_of(root)["corrections.xml"])
    assert not feed.bozo and not feed.entries
    assert feed.feed.updated == "1970-01-01T00:00:00Z"


def test_pages_lead_to_the_feed(root):
    files = files_of(root)
    assert b'type="application/atom+xml" title="Small" href="feed.xml"' in files["index.html"]
    assert b'title="Small" href="../feed.xml"' in files["alpha/index.html"]
    assert (
        b'title="Small: Corrections and updates" href="../corrections.xml"'
        in (files["alpha/index.html"])
    )


def test_drafts_are_in_none_of_them(root):
    files = files_of(root, drafts=True)
    assert "delta/index.html" in files
    assert b"/delta/" not in files["sitemap.xml"] + files["feed.xml"]


def test_a_site_that_does_not_know_its_address_has_none_of_them(root):
    files = files_of(root, "")
    assert not {"sitemap.xml", "robots.txt", "feed.xml", "corrections.xml"} & set(files)
    assert b"feed.xml" not in files["index.html"]
