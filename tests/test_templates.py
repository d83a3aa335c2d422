"""The templates and the stylesheet: what every page keeps to, whatever stands in it."""

import gzip
import json
import re
from itertools import pairwise, product
from pathlib import Path

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from postil import building
from postil.diagnostics.model import Report
from postil.export.table import CITATIONS, EXPORTS
from postil.language import words
from postil.page import site_views, views
from postil.page.rendering import Renderer
from postil.site.csl import Doi, Name
from postil.site.model import Source
from postil.site.settings import Site, Theme
from postil.site.vocabulary import STATUSES
from postil.site.wordings import Run
from postil.text.articles import Document, parse_article, render_plain
from postil.text.prose import parse as parse_prose

ROOT = Path(__file__).parents[1]
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
CSS = building.static_files(ROOT, Site("t"), Report())["static/postil.css"].decode()
T = words.load("en")
RENDERER = Renderer(ROOT)

LINKED_DATA = "application/ld+json"  # a block of data, which no browser runs
XHTML = "{http://www.w3.org/1999/xhtml}"
HOSTILE = "<script>alert(1)</script><b title='\"&amp;"


# ------------------------------------------------------------------ what is rendered


def apparatus(macro: str, *arguments: object) -> str:
    """What a macro of templates/_apparatus.html makes."""
    return str(RENDERER.macro("_apparatus.html", macro)(*arguments)).strip()


def prose(markdown: str) -> views.ProseView:
    return views.ProseView(parse_prose(markdown), ())


def badge(source: str = "reuters", name: str = "Reuters", **changes) -> views.Badge:
    made = views.Badge(source, name, "wire", "wire", "", f"#source-{source}")
    return replace(made, **changes)


JONES = badge("jones", "Stuart Jones", kind="official", kind_label="official")
CITED = badge(locator="para. 3", quote="could be used")
CHAIN = views.ChainView((JONES, badge()), "Stuart Jones via Reuters")
RUNGS = (
    views.RungView(JONES, "opening", (Run("It "), Run("could", falls_out=True, is_hedge=True)),
                   "en", "ltr"),
    views.RungView(badge(), "", (), "en", "ltr", ("could",)),
    views.RungView(None, "", (Run("It "), Run("is", True, True)), "ar", "rtl", (), ("may",)),
)  # fmt: skip
STATUS = views.StatusView("altered", "altered", "The words differ.")
BOX_LINK = views.Link("#context-prison", "The prison")
DAY = T.day("2017-05-15")
PASSAGE = views.Link("#used", "used to dispose")
FIGURE = views.FigureView(
    "a.png", 640, 480, "A prison", prose("From above."), "M. Diaz", "CC BY 4.0", DAY
)


def annotation(**changes) -> views.AnnotationView:
    made = views.AnnotationView(
        "used", "noteref-used", 1, STATUS, (CHAIN,), (CITED,), BOX_LINK, False
    )
    return replace(made, **changes)


def box(**changes) -> views.BoxView:
    made = views.BoxView(
        "prison", "context-prison", "The prison", prose("Near Damascus."), (CITED,), DAY, DAY, True,
        (PASSAGE,), FIGURE, (views.TimelineEntryView(DAY, prose("It *happened*.")),),
    )  # fmt: skip
    return replace(made, **changes)


BACK = views.BackLink("#noteref-used", "", "used to dispose")
CORRECTION = views.CorrectionView("correction_1", DAY, PASSAGE, prose("then"), prose("now"))


def note(**changes) -> views.NoteView:
    made = views.NoteView(
        "used", 1, "used to dispose", (BACK,), STATUS, (CHAIN, replace(CHAIN, rungs=RUNGS)),
        prose("A note."), (CITED,),
        BOX_LINK, (CORRECTION,), True, replace(FIGURE, caption=None, date=None),
    )  # fmt: skip
    return replace(made, **changes)


def source(made: Source, badge: views.Badge, **changes) -> views.SourceView:
    view = views.SourceView(
        badge.source, f"source-{badge.source}", made, badge, "", None, None, None, None, ()
    )
    return replace(view, **changes)


REPORT = Source(
    kind="wire", name="Reuters", title="A title", url="https://example.org/a", DOI="10.1000/1",
    archive_url="https://example.org/b", editor=(Name(family="Doe", given="Jane"),), volume="3",
    container_title="The Wire", publisher="The Publisher", page="12",
)  # fmt: skip


STRIP = views.StripView(19, ((0, 4, "official"),))


def article(**changes) -> views.ArticleView:
    passage = views.PassageView(annotation(), annotation().id, 0, 4, box())
    made = views.ArticleView(
        parse_article("used at the prison.", "txt"), (passage,), {1: STRIP},
        "The title of the article", "An Author", badge(), "https://example.org/",
        "https://example.org/archived", DAY, DAY, "All theirs.", "en", "ltr", "0" * 64,
        "article.txt",
    )  # fmt: skip
    return replace(made, **changes)


PICTURE = views.PictureView(
    heading="11 passages rest on 4 origins", width="288", height="90", stroke="2.4", slim="1.5",
    article="250", edge="288", has_relays=True,
    bars=(("nothing", "M255 22V80"), ("official", "M255 30V40")),
    numbers=((1, "50"),),
    threads=(views.PictureThread("#used", "official", "M3 40C50 40 50 35 250 35", "Jones: used",
                                 (("90", "38"),)),),
    nodes=(
        views.PictureNode("#source-jones", "Jo…", "official: Jones", 2, "0", "38", "4", "0", "34",
                          "start"),
        views.PictureNode("", "3 others", "A, B and C", 0, "100", "58", "4", "103", "54", "end"),
    ),
    legend=(("official", "official"), ("nothing", "not traced: 52% of the words")),
    rows=(views.PictureRow(JONES, (badge(),), (views.Link("#used", "used at the"),)),),
)  # fmt: skip

FULL = views.PageView(
    site=Site(title="The site", base_url="https://example.org/", theme=Theme(accent="#0b5394")),
    root="../",
    address="https://example.org/full/",
    slug="prison",
    title="The page",
    summary=prose("In short."),
    description="In short.",
    published=DAY,
    authors="The desk",
    language="en",
    direction="ltr",
    article=article(),
    notes=(note(),),
    boxes=(box(),),
    cards=(box(id="war", element_id="context-war"),),
    sources=(
        views.SourceGroup("official", "official", (source(Source("official", "Jones"), JONES),)),
        views.SourceGroup("wire", "wire", (
            source(REPORT, badge(), authors="A. Writer", issued=DAY, accessed=DAY,
                   doi=Doi("10.1000/1", "https://doi.org/10.1000/1"), speaks_for=JONES,
                   note=prose("Read in a copy."), uses=(PASSAGE,)),
        )),
    ),
    log=(views.LogEntry(update=views.UpdateView("update_1", DAY, prose("Looked at again."))),
         views.LogEntry(correction=CORRECTION)),
    statuses=(STATUS,),
    counts=views.Counts(17, 12, 9, 4, 11, 4),
    downloads=(views.Download("a.jsonld", "application/ld+json", "download_annotations"),),
    citations=(views.Download("cite.ris", "application/x-research-info-systems", "cite_ris"),),
    poster="poster.png",
    author_names=("The desk",),
    linked_data={"@type": "Article", "headline": "</script><script>alert(1)</script>"},
    findings=(views.FindingView("finding_1", prose("The hedge is [lost](#used).")),),
    method=prose("We read it."),
    reply=views.ReplyView(badge(), DAY, prose("They say no.")),
    contact=prose("Write to the desk."),
    evidence=views.Evidence(
        PICTURE, ("10 of 18 passages come from Jones.",), (views.StatusCount(STATUS, 2, "../"),)
    ),
)  # fmt: skip

BARE = replace(
    FULL,
    site=Site(title="The site"),
    summary=None,
    description="",
    published=None,
    authors="",
    article=article(
        document=parse_article("Words.", "txt"), passages=(), title="", authors="", outlet=None,
        url="", archive_url="", issued=None, accessed=None, rights="",
    ),
    notes=(),
    boxes=(),
    cards=(),
    sources=(),
    log=(),
    statuses=(),
    counts=views.Counts(0, 0, 0, 0, 0, 0),
    downloads=(),
    citations=(),
    poster="",
    author_names=(),
    linked_data={},
    findings=(),
    method=None,
    reply=None,
    contact=None,
    evidence=views.Evidence(None, (), ()),
)  # fmt: skip

JONES_HERE = replace(JONES, href="../jones/index.html", page_href="../jones/index.html")
REUTERS_HERE = badge(href="../reuters/index.html", page_href="../reuters/index.html")
SITE_FIELDS = {
    "site": FULL.site, "root": "../../", "address": "https://example.org/sources/jones/",
    "language": "en", "direction": "ltr",
}  # fmt: skip
BAR = (
    site_views.BarPart("nothing", "M305 0h295v10h-295z"),
    site_views.BarPart("official", "M0 0h9"),
)
STATUS_COUNT = views.StatusCount(STATUS, 3, "../../statuses/altered/index.html")
PAGER = site_views.Pager(2, 3, "../../index.html", "../3/index.html")
ENTRY = site_views.EntryView(
    href="prison/index.html", title="The page", summary=prose("In short."), published=DAY,
    updated=DAY, outlet="Reuters", issued=DAY, language="ar", direction="rtl",
    article_direction="rtl", bar=BAR, passages=9,
    origins=4, annotations=17, through=("Reuters", 7), traced=48, statuses=(STATUS_COUNT,),
    guide=False, draft=True,
)  # fmt: skip
BARE_ENTRY = replace(
    ENTRY, summary=None, published=None, updated=None, outlet="", issued=None, passages=0,
    through=None, statuses=(), draft=False,
)  # fmt: skip
INDEX = site_views.IndexView(
    **SITE_FIELDS | {"root": ""},
    title="The site",
    description="Of this site.",
    summary=prose("Of this *site*."),
    groups=(
        site_views.EntryGroup("of_2017", "2017", (ENTRY,)),
        site_views.EntryGroup("of_guide", "Guides", (BARE_ENTRY,)),
    ),
    filters=site_views.Filters(
        years=(views.Link("#of_2017", "2017"), views.Link("#of_guide", "Guides")),
        sources=(site_views.SpeakerView(JONES_HERE, 8, 1),),
        statuses=(STATUS_COUNT,),
    ),
    speakers=(site_views.SpeakerView(JONES_HERE, 8, 0),),
    sources=57,
    pager=PAGER,
)
QUOTATION = site_views.Quotation(
    href="../../prison/index.html#used",
    words="used to “dispose” of bodies",
    chains=(
        (site_views.Step(JONES_HERE, True, False), site_views.Step(REUTERS_HERE, False, True)),
    ),
    status=STATUS,
    locators=("p. 6",),
)
EXCERPTS = site_views.Quoted(
    id="prison", href="../../prison/index.html", title="The page", language="en", direction="ltr",
    article_language="ar", article_direction="rtl", bar=BAR, says=(QUOTATION,),
    passes_on=(QUOTATION, QUOTATION), cited=(replace(QUOTATION, chains=(), status=None),),
    boxes=(views.Link("../../prison/index.html#context-prison", "The prison"),), published=True,
)  # fmt: skip
NAMED_ONLY = site_views.Quoted("war", "../../war/index.html", "War", "en", "ltr", "en", "ltr", BAR)
SOURCE_PAGE = site_views.SourcePage(
    **SITE_FIELDS, title="Reuters", draft=True,
    source=source(
        REPORT, REUTERS_HERE, authors="A. Writer", speaks_for=JONES_HERE, note=prose("Read.")
    ),
    says=1, passes_on=2, cited=0, explainers=2, quoted=(EXCERPTS, NAMED_ONLY),
    speakers=(site_views.SpeakerView(JONES_HERE, 8, 1),), pager=PAGER,
    drawing=(site_views.SpeakerView(REUTERS_HERE, 0, 1),),
)  # fmt: skip
STATUS_PAGE = site_views.StatusPage(
    **SITE_FIELDS, title="altered", status=STATUS, number=3, statuses=(STATUS_COUNT,), pager=None,
    quoted=(replace(NAMED_ONLY, carries=(QUOTATION, replace(QUOTATION, chains=(), locators=()))),),
)  # fmt: skip
KIND_GROUP = site_views.KindGroup(
    "wire", "wire",
    (site_views.SourceLine(REUTERS_HERE, "A title", 1, 2, 3),
     site_views.SourceLine(JONES_HERE, "", 0, 0, 0)),
)  # fmt: skip
SOURCES_PAGE = site_views.SourcesPage(
    **SITE_FIELDS, title="Sources", number=57, groups=(KIND_GROUP,), pager=PAGER
)
STATUSES_PAGE = site_views.StatusesPage(
    **SITE_FIELDS, title="What the notes find", statuses=(STATUS_COUNT,)
)
EMPTY = replace(
    INDEX, groups=(), filters=None, speakers=(), sources=0, pager=None, summary=None, description=""
)

PAGES = {
    "full": RENDERER.page(FULL, T),
    "bare": RENDERER.page(BARE, T),
    "index": RENDERER.shared("index.html", INDEX, T),
    "empty": RENDERER.shared("index.html", EMPTY, T),
    "source": RENDERER.shared("source.html", SOURCE_PAGE, T),
    "sources": RENDERER.shared("sources.html", SOURCES_PAGE, T),
    "status": RENDERER.shared("status.html", STATUS_PAGE, T),
    "statuses": RENDERER.shared("statuses.html", STATUSES_PAGE, T),
}


def parse(html: str):
    return html5lib.parse(html)


def fragment(html: str):
    return html5lib.parseFragment(html)


def elements(tree, name: str = "*"):
    return (
        [node for node in tree.iter() if isinstance(node.tag, str)]
        if name == "*"
        else list(tree.iter(XHTML + name))
    )


def words_of(node) -> str:
    return " ".join("".join(node.itertext()).split())


every_page = pytest.mark.parametrize("html", PAGES.values(), ids=PAGES)


# ------------------------------------------------------------------ every page


@every_page
def test_a_page_is_well_formed(html):
    parser = html5lib.HTMLParser(strict=True)
    parser.parse(html)


@every_page
def test_the_policy_is_the_first_thing_in_the_head(html):
    first = next(iter(parse(html).iter(XHTML + "head")))[0]
    assert first.get("http-equiv") == "Content-Security-Policy"
    assert first.get("content").startswith("default-src 'none'; script-src 'self'")


@every_page
def test_no_script_and_no_style_stands_in_a_page(html):
    tree = parse(html)
    scripts = [each for each in elements(tree, "script") if each.get("type") != LINKED_DATA]
    assert all(script.get("src") and not words_of(script) for script in scripts)
    assert elements(tree, "style") == []
    attributes = {name for node in elements(tree) for name in node.attrib}
    assert not any(name == "style" or name.startswith("on") for name in attributes)


@every_page
def test_links_are_relative_and_those_that_lead_out_tell_nobody(html):
    for node in elements(parse(html)):
        for address in filter(None, (node.get("href"), node.get("src"))):
            if re.match(r"[a-z]+:|//", address) and node.get("rel") != "canonical":
                assert node.tag == XHTML + "a", address
                assert node.get("rel") == "noopener noreferrer"
            else:
                assert not address.startswith("/"), address


@every_page
def test_ids_are_unique_and_links_within_a_page_lead_somewhere(html):
    nodes = elements(parse(html))
    ids = [node.get("id") for node in nodes if node.get("id")]
    wanted = {node.get("href")[1:] for node in nodes if (node.get("href") or "").startswith("#")}
    labels = {node.get("aria-labelledby") for node in nodes if node.get("aria-labelledby")}
    assert len(ids) == len(set(ids))
    assert wanted | labels <= set(ids)


@every_page
def test_headings_are_in_order_and_one_is_the_first(html):
    levels = [int(node.tag[-1]) for node in elements(parse(html)) if re.search(r"}h\d$", node.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@every_page
def test_nothing_is_empty_that_holds_words(html):
    holders = ("p", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "section", "li", "cite", "q")
    assert [node.tag for name in holders for node in elements(parse(html), name)
            if not words_of(node)] == []  # fmt: skip


@every_page
def test_spaces_and_commas_are_where_they_belong(html):
    for name in ("p", "li", "dd"):
        for node in elements(parse(html), name):
            text = words_of(node)
            assert not re.search(
                r"\s[,.;:](\s|$)|,\s*,|,\s*$|:\s*$|^[,.:;]|\(\s|\s\)|\.\.", text
            ), text


def test_notes_and_sources_are_not_in_a_footer():
    for footer in elements(parse(PAGES["full"]), "footer"):
        assert not [node for node in footer.iter() if node.get("role")]


def test_the_page_facts_are_on_the_page():
    text = words_of(parse(PAGES["full"]))
    assert "An article of May 15, 2017 by Reuters, with 17 annotations by The desk." in text
    assert "11 attributions rest on 4 origins" in text
    assert "0" * 64 in text
    assert "build.py" not in text  # a reader has no such file
    assert "All theirs." in text
    assert "The desk. The page. The site, May 15, 2017. https://example.org/prison/" in text


def test_the_font_is_loaded_early_unless_the_site_wants_the_readers_own():
    system = RENDERER.page(replace(FULL, site=Site("S", theme=Theme(fonts="system"))), T)
    assert 'data-fonts="../static/fonts/source-serif-4' in PAGES["full"]
    assert "static/fonts/" not in system
    assert '<html lang="en" dir="ltr" data-fonts="system">' in system


def test_a_page_links_the_sites_colours_only_if_there_are_any():
    assert "static/theme.css" in PAGES["full"]
    assert "static/theme.css" not in PAGES["bare"]


# ------------------------------------------------------------------ the article


@given(st.text(alphabet=" \n\t<p>x", max_size=20))
def test_nothing_is_added_inside_the_article(text):
    document = parse_article(text, "md")
    page = RENDERER.page(
        replace(BARE, article=article(document=document, passages=(), strips={})), T
    )
    inside = re.search(r"<article [^>]*data-article[^>]*>(.*)</article>", page, re.DOTALL)
    assert inside and inside[1] == render_plain(text, "md")


@pytest.mark.parametrize(("macro", "view"), [("closing", annotation()), ("box", box())])
def test_all_that_is_added_to_the_article_says_so(macro, view):
    added = fragment(apparatus(macro, view, T))
    assert (added.text or "").strip() == ""
    assert len(added) > 0
    for node in added:
        assert node.get("data-apparatus") is not None, node.attrib
        assert (node.tail or "").strip() == ""


BODIES = [
    {"number": number, "status": status, "chains": chains, "badges": badges, "box": link}
    for number, status, chains, badges, link in product(
        (None, 7), (None, STATUS), ((), (CHAIN,)), ((), (CITED,)), (None, BOX_LINK)
    )
    if number or status or chains or badges or link
]


@pytest.mark.parametrize("body", BODIES)
def test_every_annotation_has_a_link_in_the_text(body):
    closing = fragment(apparatus("closing", annotation(**body), T))
    assert [link for link in elements(closing, "a") if link.get("href", "").startswith("#")]


@pytest.mark.parametrize("body", BODIES)
def test_the_parts_of_an_annotation_are_told_by_its_id(body):
    for node in fragment(apparatus("closing", annotation(**body), T)):
        assert "used" in (node.get("data-for"), *(link.get("id", "")[8:] for link in node))


@pytest.mark.parametrize("body", BODIES)
def test_no_space_stands_between_a_passage_and_its_number(body):
    html = apparatus("closing", annotation(**body), T)
    assert not html[0].isspace()
    assert "\n" not in html


def test_the_name_of_a_note_reference_contains_its_number():
    (link,) = elements(fragment(apparatus("closing", annotation(number=12), T)), "sup")[0]
    assert link.get("role") == "doc-noteref"
    assert link.get("aria-label") == "Note 12"
    assert words_of(link) == "12"


def test_a_draft_says_that_it_is_one():
    draft = apparatus("closing", annotation(draft=True), T)
    assert words_of(fragment(draft)).startswith("1Draft")
    assert "Draft" not in words_of(fragment(apparatus("closing", annotation(), T)))


def test_a_chain_reads_in_order_without_styles():
    closing = annotation(number=None, status=None, box=None, badges=())
    (chain,) = fragment(apparatus("closing", closing, T))
    assert words_of(chain) == "official: Stuart Jones → via wire: Reuters"
    assert chain[0].get("data-words") == "Stuart Jones via Reuters"


def test_a_badge_carries_its_source_kind_and_own_sign():
    closing = annotation(number=None, status=None, box=None, chains=(), badges=(badge(glyph="R"),))
    (link,) = elements(fragment(apparatus("closing", closing, T)), "a")
    wanted = {"data-source": "reuters", "data-kind": "wire", "data-glyph": "R"}
    assert {name: link.get(name) for name in wanted} == wanted
    assert words_of(link) == "wire: Reuters"


def test_a_citation_is_in_brackets_with_its_place():
    citation = fragment(apparatus("citation", (CITED, JONES), T))
    assert words_of(citation) == "(wire: Reuters, para. 3: could be used; official: Stuart Jones)"


def test_what_a_citation_says_before_a_source_stands_before_its_badge():
    citation = fragment(apparatus("citation", (replace(JONES, prefix="see <also>"),), T))
    assert words_of(citation) == "(see <also> official: Stuart Jones)"


def test_apparatus_of_another_language_than_the_article_says_which():
    closing = fragment(apparatus("closing", annotation(language="ar", direction="rtl"), T))
    told = [(node.get("lang"), node.get("dir")) for node in closing if node.get("data-for")]
    assert set(told) == {("ar", "rtl")}
    (aside,) = fragment(apparatus("box", box(), words.load("ar")))
    assert (aside.get("lang"), aside.get("dir")) == ("ar", "rtl")


def test_a_box_has_a_heading_dates_and_a_way_back():
    (aside,) = fragment(apparatus("box", box(), T))
    assert aside.get("data-context") == "prison"
    assert [words_of(heading) for heading in elements(aside, "h3")] == ["The prison"]
    assert "Known as of May 15, 2017 · checked May 15, 2017" in words_of(aside)
    assert [link.get("href") for link in elements(aside, "a")][-1] == "#used"


def test_boxes_stand_once_more_in_words_for_reader_modes_which_leave_out_asides():
    (section,) = [node for node in parse(PAGES["full"]).iter() if node.get("class") == "in-words"]
    assert words_of(section) == (
        "Background The prison Near Damascus. May 15, 2017 It happened. "
        "A prison From above. Sources: Reuters, para. 3"
    )
    assert not any({"id", "data-source"} & set(node.keys()) for node in section.iter())


@pytest.mark.parametrize("open", [True, False])
def test_a_box_is_open_or_folded_as_its_author_chose(open):
    (aside,) = fragment(apparatus("box", box(open=open), T))
    (details,) = elements(aside, "details")
    assert details.get("open") is None  # where there is room, the stylesheet opens it
    assert details.get("class") == (None if open else "folded")


# ------------------------------------------------------------------ lists at the end


def test_a_note_leads_back_to_its_number():
    (item,) = [
        node for node in elements(parse(PAGES["full"]), "li") if node.get("id") == "note-used"
    ]
    (back,) = [link for link in item.iter() if link.get("role") == "doc-backlink"]
    assert back.get("href") == "#noteref-used"
    assert words_of(back) in back.get("aria-label")


@pytest.mark.parametrize(
    "language, name",
    [
        ("en", "Back to passage b of note 1: twice"),
        ("de", "Zurück zur Stelle b von Fußnote 1: twice"),
        ("fr", "Retour au passage b de la note 1: twice"),
        ("es", "Volver al pasaje b de la nota 1: twice"),
        ("ar", "العودة إلى الموضع b من الحاشية 1: twice"),
    ],
)
def test_a_note_on_several_passages_leads_back_to_each(language, name):
    places = [("a", "twice"), ("b", "twice"), ("c", "once")]
    passages = tuple(views.BackLink(f"#{letter}", letter, words) for letter, words in places)
    macro = RENDERER.macro("_notes.html", "entry")
    entry = fragment(str(macro(note(passages=passages), article(), words.load(language))))
    (lemma,) = [node for node in entry.iter() if node.get("class") == "note-lemma"]
    links = [node for node in lemma.iter() if node.get("role") == "doc-backlink"]
    assert words_of(lemma) == "twice a b; once c"
    assert [link.get("href") for link in links] == ["#a", "#b", "#c"]
    assert links[1].get("aria-label") == name


def test_a_note_says_what_a_card_will_say():
    (item,) = [
        node for node in elements(parse(PAGES["full"]), "li") if node.get("id") == "note-used"
    ]
    parts = {node.get("class"): words_of(node) for node in item.iter() if node.get("class")}
    assert parts["note-status"] == "altered"
    assert parts["note-chains"] == (
        "official: Stuart Jones → via wire: Reuters "
        "The words on their way: official: Stuart Jones, opening It could − hedge lost: could "
        "wire: Reuters words not given + hedge added: may The article It is"
    )
    assert parts["note-body"] == "A note."
    assert parts["note-sources"] == "wire: Reuters, para. 3: could be used"
    assert parts["note-box"] == "Background: The prison"


def test_a_reference_has_its_parts_in_order():
    (item,) = [
        node for node in elements(parse(PAGES["full"]), "li") if node.get("id") == "source-reuters"
    ]
    assert words_of(item) == (
        "Reuters: A. Writer, A title, edited by Jane Doe, The Wire, vol. 3, p. 12, "
        "The Publisher, May 15, 2017, doi:10.1000/1 · archived copy · seen May 15, 2017 "
        "Speaks for official: Stuart Jones Read in a copy. Used for used to dispose"
    )


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (Source("person", "Jones"), "Jones"),
        (Source("person", "Jones", title="Minister"), "Jones: Minister"),
        (Source("wire", "AP", publisher="AP"), "AP"),
        (Source("wire", "AP", url="https://e.org/"), "AP, https://e.org/"),
        (Source("wire", "AP", container_title="A paper"), "AP: A paper"),
        (Source("unnamed", "X", reason="Afraid."), "X Not named: Afraid."),
    ],
)
def test_a_reference_leaves_no_gap_for_what_is_not_known(made, text):
    group = views.SourceGroup(made.kind, made.kind, (source(made, badge("s", made.name)),))
    page = parse(RENDERER.page(replace(BARE, sources=(group,)), T))
    (item,) = [node for node in elements(page, "li") if node.get("id") == "source-s"]
    assert words_of(item) == text


# ------------------------------------------------------------------ what people wrote


def hostile(value):
    """The same view with every text that comes from a person replaced."""
    if isinstance(value, views.ProseView):
        return prose(HOSTILE)
    if isinstance(value, Document):
        return parse_article(HOSTILE, "txt")
    if isinstance(value, views.Link):
        return replace(value, text=HOSTILE)
    if isinstance(value, views.Badge):
        return replace(value, name=HOSTILE, kind_label=HOSTILE, locator=HOSTILE, quote=HOSTILE)
    if isinstance(value, tuple):
        return tuple(map(hostile, value))
    if hasattr(value, "__struct_fields__"):
        kept = ("id", "element_id", "iso", "kind", "language", "direction", "show", "slug", "root")
        kept += ("url", "archive_url", "download", "sha256", "theme", "href", "label")
        fields = {n: getattr(value, n) for n in value.__struct_fields__ if n not in kept}
        return replace(value, **{name: hostile(field) for name, field in fields.items()})
    return HOSTILE if isinstance(value, str) and value else value


def test_text_is_text_wherever_it_stands():
    safe, page = parse(PAGES["full"]), parse(RENDERER.page(hostile(FULL), T))
    count = {name: len(elements(safe, name)) for name in ("script", "meta", "link", "form")}
    assert {name: len(elements(page, name)) for name in count} == count
    assert len(elements(page, "b")) == 0
    assert words_of(page).count("<script>alert(1)</script>") > 30


@given(st.text(max_size=30))
def test_a_title_is_shown_as_it_was_written(title):
    page = parse(RENDERER.page(replace(BARE, title=title), T))
    shown = "".join(next(iter(page.iter(XHTML + "h1"))).itertext())
    # What HTML itself cannot hold: NUL is dropped, and ends of line are one kind.
    assert shown == re.sub(r"\r\n?", "\n", title).replace("\0", "")


def test_templates_hold_no_words_of_their_own():
    allowed = {"doi", "ISBN", "ISSN"}
    for path in TEMPLATES.glob("*.html"):
        markup = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", read(path), flags=re.DOTALL)
        text = re.sub(r"<[^>]*>|[\w-]+=\"[^\"]*\"|data-apparatus", " ", markup)
        assert set(re.findall(r"[^\W\d_]{2,}", text)) <= allowed, path.name


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_the_words_are_those_that_are_used():
    programs = [*TEMPLATES.glob("*.html"), *(ROOT / "postil").rglob("*.py")]
    used = {key for path in programs for key in re.findall(r"\bt\(\s*\"([a-z_]+)\"", read(path))}
    used |= {key for path in programs for key in re.findall(r"words\(\"([a-z_]+)\"", read(path))}
    used |= {export.label for export in (*EXPORTS, *CITATIONS)}
    known = json.loads(read(ROOT / "postil" / "language" / "en.json"))["words"]
    assert {key for key in known if "." not in key} <= used
    assert {key for path in TEMPLATES.glob("*.html")
            for key in re.findall(r"\bt\(\s*\"([a-z_]+)\"", read(path))} <= set(known)  # fmt: skip


# ------------------------------------------------------------------ the stylesheet


def test_the_stylesheet_keeps_to_its_budget():
    assert len(gzip.compress(CSS.encode(), 9)) <= 12_000


def test_the_fonts_of_a_page_keep_to_their_budget():
    fonts = (STATIC / "fonts").glob("*-latin-wght-*.woff2")
    assert sum(path.stat().st_size for path in fonts) <= 140_000


def test_every_file_that_the_stylesheet_names_is_there_or_in_it():
    for address in re.findall(r'url\("([^"]*)"\)', CSS):
        assert address.startswith("data:image/svg+xml,") or (STATIC / address).is_file(), address
    assert "http" not in re.sub(r"http://www\.w3\.org/2000/svg|\[href\^=\"http\"\]", "", CSS)


@pytest.mark.parametrize(
    "physical",
    [
        r"(?<![\w-])(left|right|top|bottom)\s*:",
        r"(margin|padding|border|inset)-(left|right|top|bottom)",
        r":\s*(left|right)\s*[;}]",
        r"(?<![\w-])(max-|min-)?(?<!\()(width|height)\s*:",
    ],
)
def test_the_stylesheet_knows_no_left_and_no_right(physical):
    queries = r"\((min|max)-width:[^)]*\)"
    # The lane is on the page's side, also beside an article that runs the other way: nothing that
    # depends on the direction of the text in it can say that.
    sides = r"(?:var\(--(?:lead|trail|at)\)|calc\(100% \+ var\(--gap\)\)|auto|0);"
    of_lane = rf"(?:(?:margin-)?(?:left|right): {sides}|--(?:float|toward): \w+;)"
    assert re.findall(physical, re.sub(f"{queries}|{of_lane}", "", CSS)) == []


def test_all_rules_are_in_the_declared_layers():
    assert "@layer tokens, base, layout, components, print;" in CSS
    outside = re.sub(r"/\*.*?\*/", "", CSS, flags=re.DOTALL)
    for block in blocks(outside):
        assert re.match(r"@layer (tokens|base|layout|components|print)$|@font-face$", block), block


def blocks(css: str) -> list[str]:
    """The preludes of the outermost blocks."""
    found, depth, start = [], 0, 0
    for place, character in enumerate(css):
        if character == "{":
            if depth == 0:
                found.append(css[start:place].rpartition(";")[2].strip())
            depth += 1
        elif character == "}":
            depth -= 1
            start = place + 1
    assert depth == 0
    return found


def test_statuses_differ_by_word_and_not_by_colour():
    assert "data-status" not in CSS
    assert len({T(f"status.{status}") for status in STATUSES}) == len(STATUSES)


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """WCAG 2's contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_wcag_does():
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("mode", [0, 1], ids=["day", "night"])
@pytest.mark.parametrize("paper", ["paper", "raised"])
@pytest.mark.parametrize("text", ["ink", "quiet"])
def test_text_has_the_contrast_that_wcag_asks_for(text, paper, mode):
    pairs = dict(re.findall(r"--([a-z]+): light-dark\((#\w+, #\w+)\)", CSS))
    colours = [pairs[name].split(", ")[mode] for name in (text, paper)]
    assert contrast(*colours) >= 4.5


@pytest.mark.parametrize(
    "page, said", [("full", "In short."), ("index", "Of this site."), ("bare", ""), ("empty", "")]
)
def test_a_page_is_described_to_those_who_look_for_it(page, said):
    found = re.findall(r'<meta name="description" content="([^"]*)">', PAGES[page])
    assert found == [said] * bool(said)
