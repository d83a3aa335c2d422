"""The pages of several explainers: the index, sources and statuses; and what they are made of."""

import posixpath
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin

import html5lib
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_site import write_site

from postil import building
from postil.diagnostics.model import Report
from postil.output.names import check_paths, find_names
from postil.output.publishing import publish
from postil.output.verifying import verify_all
from postil.page.entries import BAR, Bar, Entry, excerpt
from postil.page.index_pages import ENTRIES_AT_ONCE, HANDFUL
from postil.site.addresses import folder_names
from postil.text.anchoring import Range
from postil.text.articles import parse_article
from postil.text.clusters import cuts
from postil.text.links import moved

ROOT = Path(__file__).parents[1]
XHTML = "{http://www.w3.org/1999/xhtml}"

SOURCES = """\
state: {kind: government, name: State Department}
jones: {kind: official, name: Stuart Jones, speaks_for: state, note: 'See [there](../beta/#other).'}
reuters: {kind: wire, name: Reuters, draws_on: [jones]}
gazette: {kind: press, name: The Gazette}
"Report:1/é": {kind: document, name: A report, title: On bridges}
report:1/é: {kind: document, name: The same in small letters}
nobody: {kind: unnamed, name: Nobody, reason: not said}
hidden: {kind: press, name: Hidden}
"""
ALPHA = """\
title: Alpha
summary: "What *he* said [@report:1/é, p. 6], see [the claim](#claim)."
published: 2024-05-01
updated: 2024-06-02
article: {outlet: gazette, issued: 2024-04}
annotations:
  - id: claim
    quote: fell on Monday
    attributed_to: [jones > reuters > gazette, nobody > reuters]
    status: altered
    note: So it says [@Report:1/é, p. 7].
  - quote: The bridge
    attributed_to: reuters
    context: {title: The bridge, body: 'Old [@Report:1/é, p. 8].'}
  - quote: It was old
    draft: true
    attributed_to: hidden
    status: opinion
    note: A secret [@hidden].
"""
BETA = """\
title: Beta
published: 2023-01-01
annotations:
  - {id: other, quote: fell on Monday, attributed_to: reuters > gazette, status: altered, note: N.}
"""
GUIDE = """\
title: A guide
published: 2025-01-01
guide: true
annotations: [{quote: Monday, note: N.}]
"""
DRAFT = BETA.replace("title: Beta", "title: Gamma\ndraft: true").replace(
    "note: N.", "sources: [hidden]"
)
ARTICLE = "The bridge fell on Monday.\n\nIt was old, and nobody knew.\n"


@pytest.fixture
def root(tmp_path) -> Path:
    """A site of two explainers, a guide and a draft."""
    root = tmp_path / "site"
    write(root, "site.yaml", "title: S\nlanguage: en\nbase_url: https://example.org/s/\n")
    write(root, "content/sources.yaml", SOURCES)
    for slug, annotations in {"alpha": ALPHA, "beta": BETA, "guide": GUIDE, "gamma": DRAFT}.items():
        write_explainer(root, slug, annotations)
    return root


def write(root: Path, name: str, text: str) -> None:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def write_explainer(root: Path, slug: str, annotations: str) -> None:
    write(root, f"content/{slug}/annotations.yaml", annotations)
    write(root, f"content/{slug}/article.txt", ARTICLE)


def built(root: Path, **how) -> building.SiteFiles:
    site = building.build_site(root, jobs=1, **how)
    assert not site.report.failed, [str(d.message) for d in site.report.diagnostics]
    return site


def pages_of(root: Path, **how) -> dict[str, str]:
    files = built(root, **how).files
    return {path: data.decode() for path, data in files.items() if path.endswith(".html")}


def words_of(html: str) -> str:
    """What a reader reads on a page, in one line."""
    main = re.search(r"<body.*", html, re.DOTALL)
    assert main
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main[0])).split())


# ------------------------------------------------------------------ which pages there are


def test_every_source_and_status_in_use_has_a_page_and_no_other(root):
    shared = {path for path in pages_of(root) if path.startswith(("sources/", "statuses/"))}
    assert shared == {
        *(f"sources/{folder}/index.html" for folder in (
            "state", "jones", "reuters", "gazette", "Report~3a1~2fé", "report~3a1~2f~e9", "nobody"
        )),
        "sources/index.html", "statuses/index.html", "statuses/altered/index.html",
    }  # fmt: skip


def test_nothing_of_a_draft_is_on_a_page_of_several(root):
    pages = {path: html for path, html in pages_of(root).items() if "guide" not in path}
    assert not [path for path, html in pages.items() if "Gamma" in html or "Hidden" in html]
    assert not [path for path, html in pages.items() if "noindex" in html and path != "404.html"]


def test_with_drafts_what_has_some_says_so(root):
    pages = pages_of(root, drafts=True, public=False)
    drafts = {path for path, html in pages.items() if 'class="draft-page"' in html}
    assert {"index.html", "sources/hidden/index.html", "statuses/opinion/index.html"} <= drafts
    assert "sources/nobody/index.html" in drafts  # alpha has a draft
    assert all('content="noindex"' in pages[path] for path in drafts)
    assert "guide/index.html" not in drafts


def test_a_site_without_explainers_has_an_index_and_a_list_of_sources(tmp_path):
    write(tmp_path, "site.yaml", "title: S\n")
    (tmp_path / "content").mkdir()
    pages = pages_of(tmp_path)
    assert set(pages) == {"index.html", "404.html", "sources/index.html"}
    assert "Nothing has been published yet." in pages["index.html"]


# ------------------------------------------------------------------ where links lead


def test_every_link_of_every_page_leads_to_a_place_that_is_there(root):
    assert_links_lead_somewhere(built(root).files)


def test_every_link_of_this_site_leads_to_a_place_that_is_there():
    assert_links_lead_somewhere(built(ROOT).files)


def test_what_other_programs_are_told_of_is_there_too(root):
    files = built(root).files
    assert_links_lead_somewhere(files)
    for path in ("feed.xml", "corrections.xml", "sitemap.xml", "robots.txt"):
        found = re.findall(rf"{re.escape(TOP)}[^<#\"\s]*", files[path].decode())
        assert found
        for address in found:
            assert_is_there(path, unescape(address), files, {})
    nowhere = html5lib.parse(files["404.html"])  # which may stand at any depth
    for address in addresses_in(nowhere):
        assert_is_there("a/b/c", address, files, {})


def assert_links_lead_somewhere(files: dict[str, bytes]) -> None:
    pages = {path: data.decode() for path, data in files.items() if path.endswith(".html")}
    trees = {path: html5lib.parse(html) for path, html in pages.items()}
    ids = {
        path: {node.get("id") for node in tree.iter() if node.get("id")}
        for path, tree in trees.items()
    }
    for path, tree in trees.items():
        every = [node.get("id") for node in tree.iter() if node.get("id")]
        assert len(every) == len(set(every)), (path, "an id stands twice")
        for address in addresses_in(tree):
            assert_is_there(path, address, files, ids)


TOP = "https://example.org/s/"  # where the site of these tests stands


def addresses_in(tree) -> Iterator[str]:
    """All that a page links to and loads on the same host."""
    for node in tree.iter():
        for name in ("href", "src", "data-fonts", "{http://www.w3.org/1999/xlink}href"):
            for address in node.get(name, "").split():
                if address.startswith(TOP) or not re.match(r"[a-z]+:", address):
                    yield address


def assert_is_there(place: str, address: str, files, ids) -> None:
    whole = urljoin(TOP + place, address)
    assert whole.startswith(TOP), (place, address)
    to, _, fragment = whole.removeprefix(TOP).partition("#")
    to = unquote(to).partition("?")[0]
    to = f"{to}index.html" if to.endswith("/") or not to else to
    assert to in files, (place, address)
    assert not fragment or unquote(fragment) in ids[to], (place, address)


@pytest.mark.parametrize(
    "address, expected",
    [
        ("#claim", "../../alpha/index.html#claim"),
        ("../beta/", "../../beta/"),
        ("../beta/#x", "../../beta/#x"),
        ("../beta", "../../beta"),
        ("..", "../../"),
        ("./article.txt?a=b#c", "../../alpha/article.txt?a=b#c"),
        ("?x", "../../alpha/index.html?x"),
        ("https://example.org/../a", "https://example.org/../a"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("/top", "/top"),
    ],
)
def test_a_link_leads_to_the_same_place_from_another_page(address, expected):
    assert moved(address, "alpha", "../../") == expected


@given(st.text("ab./#?", max_size=12).filter(lambda text: not text.startswith("/")))
def test_whatever_the_link_it_leads_to_the_same_place(address):
    here = "http://x/site/alpha/index.html"
    if posixpath.normpath(f"alpha/{re.split('[?#]', address)[0]}").startswith(".."):
        return  # out of the site, which has no place for it
    there = urljoin("http://x/site/sources/jones/index.html", moved(address, "alpha", "../../"))
    assert plain(there) == plain(urljoin(here, address))


def plain(address: str) -> str:
    """An address with its path as a server reads it."""
    path, *rest = re.split(r"(?=[?#])", address, maxsplit=1)
    ends = path.endswith("/")
    return posixpath.normpath(path) + "/" * ends + "".join(rest)


# ------------------------------------------------------------------ what they say


def test_a_source_page_says_what_it_says_passes_on_and_is_cited_for(root):
    pages = pages_of(root)
    jones, reuters = (pages[f"sources/{id}/index.html"] for id in ("jones", "reuters"))
    assert "1 says 2 pages" in reversed_figures(jones)
    assert "Says 1 fell on Monday Stuart Jones → via Reuters → via The Gazette altered" in words_of(
        jones
    )
    assert '<b dir="auto">Stuart Jones</b>' in jones and '<b dir="auto">Reuters</b>' in reuters
    assert "2 says 1 passes on 2 pages" in reversed_figures(reuters)
    assert words_of(reuters).count("Nobody → via Reuters") == 1
    report = words_of(pages["sources/Report~3a1~2fé/index.html"])
    assert "Cited for 1 fell on Monday p. 7 altered In context boxes The bridge" in report
    assert "Published the article." in words_of(pages["sources/gazette/index.html"])
    assert "Named on this page." in words_of(pages["sources/report~3a1~2f~e9/index.html"])
    assert "Spoken for by official: Stuart Jones (says 1)" in words_of(
        pages["sources/state/index.html"]
    )


def test_a_source_page_says_who_draws_on_it(root):
    jones = words_of(pages_of(root)["sources/jones/index.html"])
    assert "Drawn on by wire: Reuters (says 2)" in jones


def test_a_page_that_quotes_an_article_is_not_taken_for_its_copy(root, tmp_path):
    output = tmp_path / "output"
    publish(built(root).files, output)
    verdicts = verify_all(output, root / "content", is_draft=lambda slug: slug == "gamma")
    assert [verdict.page.parent.name for verdict in verdicts] == ["alpha", "beta", "guide"]
    assert all(verdict.is_proved for verdict in verdicts)


def reversed_figures(html: str) -> str:
    """The figures of a source as they are seen: number before word."""
    found = re.findall(r"<dt>([^<]*)</dt><dd>(\d+)</dd>", html)
    return " ".join(f"{number} {word}" for word, number in found)


def test_a_quotation_leads_to_its_passage_and_a_citation_to_its_note(root):
    pages = pages_of(root)
    assert 'href="../../alpha/index.html#claim"' in pages["sources/jones/index.html"]
    assert 'href="../../alpha/index.html#note-claim"' in pages["sources/Report~3a1~2fé/index.html"]
    assert (
        'href="../../alpha/index.html#context-the-bridge"'
        in pages["sources/Report~3a1~2fé/index.html"]
    )


def test_a_status_page_has_its_definition_and_all_that_carry_it(root):
    altered = words_of(pages_of(root)["statuses/altered/index.html"])
    assert "The words differ from those of the source" in altered
    assert "2 passages" in altered
    assert altered.count("fell on Monday") == 2


def test_explainer_pages_lead_to_sources_and_statuses(root):
    alpha = pages_of(root)["alpha/index.html"]
    assert 'href="../sources/jones/index.html"' in alpha
    assert 'href="../statuses/altered/index.html"' in alpha


def test_a_long_chain_is_told_by_its_ends_and_neighbours(tmp_path):
    hops = [f"s{number}" for number in range(30)]
    write(tmp_path, "site.yaml", "title: S\n")
    write(tmp_path, "content/sources.yaml",
          "".join(f"{id}: {{kind: wire, name: '{id}'}}\n" for id in hops))  # fmt: skip
    write_explainer(
        tmp_path,
        "x",
        f"title: X\nannotations: [{{quote: bridge, attributed_to: {' > '.join(hops)}}}]\n",
    )
    shown = words_of(pages_of(tmp_path)["sources/s9/index.html"])
    assert "s0 → via … → s8 → via s9 → via s10 → via … → s29" in shown


# ------------------------------------------------------------------ the index


def test_the_index_has_the_newest_first_and_guides_last(root):
    index = pages_of(root)["index.html"]
    titles = re.findall(r'<h[23][^>]*><a href="[^"]*">([^<]*)</a>', index)
    assert titles == ["Alpha", "Beta", "A guide"]
    assert re.findall(r'<h2 class="year" id="(\w+)">', index) == ["of_2024", "of_2023", "of_guide"]
    assert "published May 1, 2024" in index and "updated June 2, 2024" in index
    assert "2 passages with a source · 3 first speakers" in words_of(index)
    assert 'href="sources/report~3a1~2f~e9/index.html"' in index  # which the summary cites
    assert 'href="alpha/index.html#claim"' in index  # to which the summary leads


def test_the_index_says_who_speaks(root):
    rows = re.findall(r'<tr><th scope="row">.*?</tr>', pages_of(root)["index.html"])
    assert [words_of(f"<body>{row}") for row in rows] == [
        "wire: Reuters 2 1", "press: The Gazette – 2", "official: Stuart Jones 1 –",
        "unnamed: Nobody 1 –",
    ]  # fmt: skip


@pytest.mark.parametrize("number", [HANDFUL, HANDFUL + 1, ENTRIES_AT_ONCE + 1])
def test_more_than_a_handful_are_found_by_year_source_and_status_from_every_page(tmp_path, number):
    write(tmp_path, "site.yaml", "title: S\n")
    write(tmp_path, "content/sources.yaml", "reuters: {kind: wire, name: Reuters}\n")
    for n in range(number):
        said = "{quote: bridge, attributed_to: reuters, status: altered}"
        text = f"title: T{n}\npublished: {2000 + n % 2}\nannotations: [{said}]\n"
        write_explainer(tmp_path, f"x{n}", text)
    pages = pages_of(tmp_path)
    for path in ("index.html", "page/2/index.html")[: -(-number // ENTRIES_AT_ONCE)]:
        lists = re.findall(r'<ul class="filter.*?</ul>', pages[path], re.DOTALL)
        led = [urljoin(path, href) for each in lists for href in re.findall('href="(.*?)"', each)]
        assert led == [
            "index.html#of_2001",
            f"{'page/2/' * (number > ENTRIES_AT_ONCE * 2)}index.html#of_2000",
            "sources/reuters/index.html",
            "sources/index.html",
            "statuses/altered/index.html",
            "statuses/index.html",
        ] * (number > HANDFUL)


@pytest.mark.parametrize("number", [0, 1, 3, ENTRIES_AT_ONCE, 2 * ENTRIES_AT_ONCE + 1])
def test_an_index_of_any_length_has_everything_once(tmp_path, number):
    write(tmp_path, "site.yaml", "title: S\n")
    (tmp_path / "content").mkdir()
    for n in range(number):
        text = f"title: T{n}.\npublished: {2000 + n % 4}\nannotations:\n"
        text += "  - {quote: bridge, status: altered}\n"
        write_explainer(tmp_path, f"x{n}", text)
    pages = pages_of(tmp_path)
    shown = {path: html for path, html in pages.items() if re.match(r"(page/\d+/)?index", path)}
    assert len(shown) == max(1, -(-number // ENTRIES_AT_ONCE))
    titles = [title for html in shown.values() for title in re.findall(r">(T\d+)\.<", html)]
    assert sorted(titles) == sorted(f"T{n}" for n in range(number))
    assert_links_lead_somewhere(built(tmp_path).files)


# ------------------------------------------------------------------ folders

IDS = {
    "plain": "plain",
    "reuters-2017-05-16": "reuters-2017-05-16",
    "@doi:10.1/x": "~40doi~3a10.1~2fx",
    "Reuters": "Reuters",
    "reuters": "reuters",
    "index.html": "index~2ehtml",
    "page": "~70age",
    "con": "~63on",
    "aux.txt": "aux~2etxt",
    "COM1": "~43~4f~4d1",
    "été": "été",
}


@pytest.mark.parametrize("id", [id for id in IDS if id != "reuters"])
def test_an_id_has_a_folder_that_lies_on_any_disk(id):
    assert folder_names([id]) == {id: IDS[id]}


def test_of_ids_that_some_disks_take_for_one_the_first_has_the_name():
    ids = ["Reuters", "reuters", "REUTERS", "e\u0301", "\u00e9"]
    assert folder_names(ids) == {
        "Reuters": "Reuters", "reuters": "~72euters", "REUTERS": "~52~45~55~54~45~52~53",
        "e\u0301": "e~301", "\u00e9": "é",
    }  # fmt: skip


ID = st.from_regex(r"\A(?:[^\W_]|_)(?:[^\W_]|[-_:./#$%&+?~]){0,200}\Z")


@given(st.lists(st.one_of(ID, st.sampled_from([*IDS, "x" * 500, "X" * 500, "é" * 300]))))
def test_whatever_the_ids_their_folders_can_stand_side_by_side(ids):
    folders = folder_names(dict.fromkeys(ids))
    paths = [f"sources/{name}/index.html" for name in folders.values()]
    paths += ["sources/index.html", "sources/page/2/index.html"]
    assert len(set(paths)) == len(paths)
    check_paths(paths)
    find_names(paths)


@pytest.mark.parametrize("slug", ["sources", "statuses", "page", "static"])
def test_a_name_that_pages_of_several_have_is_no_slug(root, slug):
    write_explainer(root, slug, BETA)
    report = building.build_site(root, jobs=1).report
    assert {diagnostic.code for diagnostic in report.diagnostics} >= {"slug-clash"}


# ------------------------------------------------------------------ what they are made of


def test_entries_are_plain_data_and_small(root):
    for entry in built(root).entries:
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(entry), type=Entry) == entry
        assert msgspec.json.decode(msgspec.json.encode(entry), type=Entry) == entry


@given(st.text(st.sampled_from("ab \n’é\u0301語🏳️\u200d🌈\ufffc"), max_size=900))
def test_an_excerpt_is_short_and_has_the_articles_words_in_order(text):
    line, found = " ".join(text.replace("\ufffc", " ").split()), excerpt(text)
    assert len(found) <= 280
    if len(line) <= 280:
        assert found == line
        return
    head, _, tail = found.partition(" … ")
    assert line.startswith(head) and line.endswith(tail)
    assert not cuts(line, len(head)) and not cuts(line, len(line) - len(tail))


@given(st.lists(st.text("ab ", min_size=1, max_size=90), max_size=90), st.data())
def test_what_is_on_a_bar_is_inside_and_can_be_seen(lines, data):
    document = parse_article("\n\n".join(lines), "txt", "wrapped")
    bar, size = Bar(document.blocks), len(document.text)
    if not size:
        return
    ends = data.draw(st.lists(st.tuples(st.integers(0, size - 1), st.integers(1, 90)), max_size=9))
    spans = bar.spans([Range(start, min(start + length, size)) for start, length in ends])
    before = -1
    for start, width in spans:
        assert 0 <= start <= start + width <= BAR and width >= 1
        assert start > before
        before = start + width


def test_pages_of_several_are_the_same_whatever_the_order_of_folders(root, tmp_path):
    first = pages_of(root)
    (root / "content" / "alpha").rename(tmp_path / "alpha")
    (tmp_path / "alpha").rename(root / "content" / "alpha")
    assert pages_of(root) == first


def test_the_small_site_has_a_page_for_what_speaks_and_what_is_cited(tmp_path):
    pages = pages_of(write_site(tmp_path / "site"))
    assert {path for path in pages if path.startswith("sources/")} == {
        "sources/index.html",
        *(f"sources/{id}/index.html" for id in ("reuters", "state", "jones", "report")),
    }
    assert building.build_site(tmp_path / "site", jobs=1).report.diagnostics == Report().diagnostics
