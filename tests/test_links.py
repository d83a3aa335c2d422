"""All internal links of a whole output: each leads to a file that is there, and to an id in it."""

import re
import shutil
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from selectolax.lexbor import LexborHTMLParser
from small_site import write_site

from postil import building

ROOT = Path(__file__).parents[1]
BASE = "https://postil.test/notes/"
SETTINGS = f"base_url: {BASE}\nembeds: true\nsearch: true\n"
LEADING = {"href": "[href]", "src": "[src]", "content": 'meta[property="og:image"]'}


@pytest.fixture(scope="module", params=["ours", "small"])
def files(request, tmp_path_factory) -> dict[str, bytes]:
    """A site with everything on, as it would be published."""
    root = tmp_path_factory.mktemp(request.param) / "site"
    if request.param == "small":
        write_site(root)
    else:
        shutil.copytree(ROOT / "content", root / "content")
        shutil.copyfile(ROOT / "site.yaml", root / "site.yaml")
    settings = (root / "site.yaml").read_text(encoding="utf-8")
    kept = re.sub(r"^(base_url|embeds|search):.*\n", "", settings, flags=re.MULTILINE)
    (root / "site.yaml").write_text(kept + SETTINGS, encoding="utf-8")
    site = building.build_site(root)
    assert not site.report.failed
    return site.files


def ids_of(page: LexborHTMLParser) -> list[str]:
    return [str(each.attributes["id"]) for each in page.css("[id]")]


def pages_of(files: dict[str, bytes]) -> dict[str, LexborHTMLParser]:
    found = {path: LexborHTMLParser(data) for path, data in files.items() if path[-5:] == ".html"}
    assert {path.partition("/")[0] for path in found} >= {"404.html", "index.html", "sources"}
    return found


def addresses_in(path: str, page: LexborHTMLParser) -> list[str]:
    """What a page leads to and loads, as whole addresses."""
    found = (
        node.attributes[name] or "" for name, chosen in LEADING.items() for node in page.css(chosen)
    )
    return [urljoin(BASE + path, each) for each in found]


def missing(addresses: list[str], files: dict[str, bytes], ids: dict[str, set[str]]) -> set[str]:
    """Those of these addresses within the site at which there is nothing."""
    lost = set()
    for address in addresses:
        if not address.startswith(BASE):
            continue
        parts = urlsplit(address)
        path = unquote(parts.path).removeprefix(urlsplit(BASE).path)
        path = f"{path}index.html" if not path or path.endswith("/") else path
        place = unquote(parts.fragment)
        if path not in files or (place and place not in ids.get(path, ())):
            lost.add(address)
    return lost


def test_every_internal_link_leads_to_something(files):
    pages = pages_of(files)
    ids = {path: set(ids_of(page)) for path, page in pages.items()}
    lost = {path: missing(addresses_in(path, page), files, ids) for path, page in pages.items()}
    assert {path: found for path, found in lost.items() if found} == {}


def test_no_id_stands_twice_on_a_page(files):
    for path, page in pages_of(files).items():
        ids = ids_of(page)
        assert len(ids) == len(set(ids)), path


def test_feeds_and_the_sitemap_lead_to_what_is_there(files):
    ids = {path: set(ids_of(page)) for path, page in pages_of(files).items()}
    for name in ("feed.xml", "corrections.xml", "sitemap.xml"):
        told: list[str] = []
        for element in ElementTree.fromstring(files[name]).iter():
            is_place = element.tag.endswith("}loc")  # the id of an entry is a name, no link
            told += [element.get("href") or "", (element.text or "") if is_place else ""]
        within = [each for each in told if each.startswith(BASE)]
        assert within and missing(within, files, ids) == set(), name


def test_what_is_missing_is_noticed(files):
    ids = {path: set(ids_of(page)) for path, page in pages_of(files).items()}
    gone = [f"{BASE}nowhere/index.html", f"{BASE}index.html#nowhere", f"{BASE}nowhere/"]
    assert missing([*gone, BASE, "https://elsewhere.test/"], files, ids) == set(gone)
