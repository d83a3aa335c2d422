"""Drafts: shown as such where they are wanted; elsewhere no page has a trace of one."""

import re
import shutil

import pytest
from small_site import write_site

from postil import building
from postil.language import words
from postil.preview.live import LiveSite
from postil.site import drafting

SECRET = "xyzzy"  # in everything of a draft

SOURCES = """\
reuters: {kind: wire, name: Reuters}
insider: {kind: person, name: The xyzzy insider, speaks_for: office}
office: {kind: government, name: The xyzzy office}
paper: {kind: press, name: The xyzzy paper}
"""
CONTEXT = "harbour: {title: The xyzzy harbour, body: 'Deep [@paper].'}\n"

DRAFT_ANNOTATION = """\
title: Alpha
annotations:
  - {id: first, quote: told reporters, attributed_to: reuters}
  - id: xyzzy
    quote: a long report
    draft: true
    attributed_to: insider > reuters
    status: xyzzy
    note: See [@paper] for xyzzy.
    sources: [{source: office, quote: xyzzy}]
    context: {title: Xyzzy, body: "xyzzy [@paper]", sources: [office]}
  - {id: xyzzy-2, quote: on Monday, draft: true, context: harbour}
"""
DRAFT_EXPLAINER = """\
title: The xyzzy
draft: true
summary: On xyzzy [@paper].
authors: [Xyzzy]
article: {outlet: paper, title: Xyzzy}
annotations:
  - {id: xyzzy, quote: told reporters, attributed_to: insider > reuters, note: xyzzy}
  - {id: xyzzy-2, quote: on Monday, context: harbour}
corrections:
  - {date: 2024-05-01, annotation: xyzzy, was: xyzzy, now: xyzzy}
"""
DRAFTS = {"an annotation": DRAFT_ANNOTATION, "an explainer": DRAFT_EXPLAINER}


@pytest.fixture
def root(tmp_path):
    root = write_site(tmp_path / "site")
    for slug in ("gamma", "delta"):
        shutil.rmtree(root / "content" / slug)
    (root / "site.yaml").write_text("title: S\nstatuses: {xyzzy: {label: Xyzzy}}\n")
    (root / "content/sources.yaml").write_text(SOURCES)
    (root / "content/context.yaml").write_text(CONTEXT)
    write(root, "beta", "title: Beta\nannotations: [{quote: on Monday, sources: [reuters]}]\n")
    return root


def write(root, slug, text):
    (root / f"content/{slug}/annotations.yaml").write_text(text)


def complaints(site):
    return [(each.severity, each.code) for each in site.report.in_order()]


# ------------------------------------------------------------------ what is published


@pytest.mark.parametrize("text", DRAFTS.values(), ids=DRAFTS)
def test_no_file_has_a_trace_of_a_draft(text, root):
    write(root, "alpha", text)
    site = building.build_site(root)
    assert complaints(site) == []
    traces = [name for name, data in site.files.items() if SECRET.encode() in data.lower()]
    assert traces == []
    assert [entry.draft for entry in site.entries if entry.slug == "beta"] == [False]
    shown = (data for name, data in site.files.items() if name != "404.html")
    assert b"noindex" not in b"".join(shown)


@pytest.mark.parametrize("text", DRAFTS.values(), ids=DRAFTS)
def test_what_is_counted_is_what_is_published(text, root):
    write(root, "alpha", text)
    figures = {entry.slug: entry.counts for entry in building.build_site(root).entries}
    if "alpha" in figures:
        assert figures["alpha"].annotations == figures["alpha"].sources == 1
        assert (figures["alpha"].notes, figures["alpha"].boxes, figures["alpha"].origins) == (
            0,
            0,
            1,
        )
    assert set(figures) - {"alpha"} == {"beta"}


def test_what_was_left_out_has_a_name(root):
    write(root, "alpha", DRAFT_ANNOTATION)
    write(root, "beta", DRAFT_EXPLAINER)
    left_out = ("alpha#xyzzy", "alpha#xyzzy-2", "beta")
    assert building.build_site(root, jobs=1).left_out == left_out
    assert building.build_site(root, jobs=2).left_out == left_out
    assert building.build_site(root, drafts=True).left_out == ()


@pytest.mark.parametrize("spoilt", ["article: gone", "quote: xyzzy", "source: unknown"])
def test_mistakes_in_a_draft_keep_nothing_else_from_being_published(spoilt, root):
    text = DRAFT_EXPLAINER
    match spoilt:
        case "article: gone":
            (root / "content/alpha/article.txt").unlink()
        case "quote: xyzzy":
            text = text.replace("told reporters", "told xyzzy")
        case _:
            text = text.replace("outlet: paper", "outlet: nobody")
    write(root, "alpha", text)
    assert not building.build_site(root).report.failed
    assert building.build_site(root, drafts=True).report.failed


def test_a_draft_that_cannot_be_read_is_no_draft(root):
    write(root, "alpha", "draft: true\ntitle: [")
    assert building.build_site(root).report.failed
    assert not drafting.is_draft(root, "alpha")


# ------------------------------------------------------------------ what leads to a draft

PAGE = """\
title: Alpha
summary: {summary}
annotations:
  - {{id: first, quote: told reporters, note: "{first}"}}
  - {{id: second, quote: a long report, draft: {draft}, note: "{second}"}}
corrections:
  - {{date: 2024-05-01, annotation: {corrected}, was: "{was}", now: It is.}}
"""
QUIET = {
    "summary": "In short.", "first": "Yes.", "second": "No.", "draft": "true",
    "corrected": "first", "was": "It was.",
}  # fmt: skip
LINK = "See [that](#second)."
LEADING = [
    pytest.param({}, False, id="nothing"),
    pytest.param({"summary": f"'{LINK}'"}, True, id="the-summary"),
    pytest.param({"first": LINK}, True, id="a-note"),
    pytest.param({"was": LINK}, True, id="a-correction-of-something-else"),
    pytest.param({"corrected": "second"}, True, id="a-correction-of-it"),
    pytest.param({"second": "See [that](#second)."}, False, id="itself"),
    pytest.param({"second": "See [that](#first)."}, False, id="from-it-to-what-is-published"),
    pytest.param({"first": LINK, "draft": "false"}, False, id="what-is-published"),
]


@pytest.mark.parametrize(("changed", "leads"), LEADING)
def test_a_link_to_a_draft_is_an_error_where_the_draft_is_not_shown(changed, leads, root):
    write(root, "alpha", PAGE.format(**(QUIET | changed)))
    found = {
        severity: [pair for pair in complaints(site) if pair[1] == "link-to-draft"]
        for severity, site in {
            "error": building.build_site(root),
            "checked": building.build_site(root, drafts=True),
            "warning": building.build_site(root, drafts=True, public=False),
        }.items()
    }
    one = ("error", "link-to-draft")
    assert found["error"] == found["checked"] == ([one] if leads else [])
    assert found["warning"] == ([("warning", "link-to-draft")] if leads else [])


@pytest.mark.parametrize(("changed", "leads"), LEADING)
def test_in_a_draft_of_a_whole_explainer_links_lead_where_they_like(changed, leads, root):
    write(root, "alpha", "draft: true\n" + PAGE.format(**(QUIET | changed)))
    for public in (True, False):
        site = building.build_site(root, drafts=True, public=public)
        assert "link-to-draft" not in dict(map(reversed, complaints(site)))


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("../alpha/", True), ("../alpha", True), ("../alpha/index.html#first", True),
        ("../alpha?x", True), ("../alphabet/", False), ("../beta/", False), ("alpha/", False),
        ("https://example.org/alpha/", False),
    ],
)  # fmt: skip
def test_a_link_to_a_page_that_is_a_draft_is_an_error_too(address, leads, root):
    write(root, "alpha", DRAFT_EXPLAINER)
    (root / "content/context.yaml").write_text(f"harbour: {{title: H, body: '[it]({address})'}}\n")
    beta = (root / "content/beta/annotations.yaml").read_text()
    write(root, "beta", f"summary: See [it]({address}).\n{beta}")
    published, with_drafts = (
        building.build_site(root, drafts=drafts, public=not drafts) for drafts in (False, True)
    )
    found = [each.span.source.path for each in published.report.in_order()]
    files = ["content/beta/annotations.yaml", "content/context.yaml"]
    assert [path for path in files if path in found] == (files if leads else [])
    assert "link-to-draft" not in dict(map(reversed, complaints(with_drafts)))


def test_the_preview_shows_a_page_that_links_to_a_draft(root):
    write(root, "alpha", PAGE.format(**(QUIET | {"first": LINK})))
    live = LiveSite(root, 1)
    assert b"that</a>" in live.file("alpha/index.html")
    assert ("warning", "link-to-draft") in complaints(live)


# ------------------------------------------------------------------ how a draft is shown

BANNER = re.compile(r'<main class="page">\s*<p class="draft-page" role="note">([^<]+)</p>')


@pytest.mark.parametrize("text", DRAFTS.values(), ids=DRAFTS)
@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "ar"])
def test_a_page_with_a_draft_says_so_at_its_top(language, text, root):
    write(root, "alpha", f"language: {language}\n{text}")
    site = building.build_site(root, drafts=True)
    pages = {name: site.files[f"{name}index.html"].decode() for name in ("", "alpha/", "beta/")}
    assert BANNER.search(pages["alpha/"])[1] == words.load(language)("draft_page")
    assert not BANNER.search(pages["beta/"]) and not BANNER.search(pages[""])
    closed = {
        name: '<meta name="robots" content="noindex">' in html for name, html in pages.items()
    }
    assert closed == {"": True, "alpha/": True, "beta/": False}
    assert pages[""].count('<span class="draft">') == 1


@pytest.mark.parametrize(
    ("note", "is_placeholder"),
    [
        (drafting.PLACEHOLDER, True),
        (drafting.PLACEHOLDER.replace(" ", "\n      "), True),
        (f"{drafting.PLACEHOLDER} It is not so.", True),
        ("What a reader should know about these words.", False),
    ],
)
def test_a_note_that_nobody_wrote_is_warned_of_where_it_would_be_published(
    note, is_placeholder, root
):
    page = "title: Alpha\nannotations:\n  - quote: told reporters\n    note: |\n      {}\n"
    text = page.format(note)
    for draft, expected in ((text, is_placeholder), (f"draft: true\n{text}", False)):
        write(root, "alpha", draft)
        found = complaints(building.build_site(root, drafts=True))
        assert (("warning", "placeholder") in found) == expected
    write(root, "alpha", text + "    draft: true\n")
    assert ("warning", "placeholder") not in complaints(building.build_site(root, drafts=True))


def test_an_explainer_that_is_not_there_is_no_draft(root):
    assert not drafting.is_draft(root, "nowhere")
