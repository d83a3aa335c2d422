"""What stands around annotations: findings, method, reply, log, figures, dates, hops with words."""

import json
import re
from pathlib import Path

import msgspec
import pytest
from small_site import write_site

from postil import building
from postil.site.chains import as_chains
from postil.site.model import Annotation

PNG = b"\x89PNG\r\n\x1a\n"
BEGINNING = "title: Alpha\n"
ANNOTATIONS = """\
annotations:
  - {id: here, quote: told reporters, note: A note.}
  - {id: boxed, quote: a long report, context: harbour}
"""


def alpha(tmp_path: Path, head: str = "", annotations: str = ANNOTATIONS) -> Path:
    """A site whose explainer `alpha` has these fields."""
    root = write_site(tmp_path / "site")
    (root / "content/alpha/annotations.yaml").write_text(BEGINNING + head + annotations)
    return root


def complaints(root: Path) -> list[tuple[str, str]]:
    """The errors in alpha or in what all share: the code of each, and the words at its place."""
    return [
        (found.code, found.span.source.text[found.span.start : found.span.end])
        for found in building.build_site(root, jobs=1).report.in_order()
        if found.severity == "error"
    ]


def page(root: Path) -> str:
    site = building.build_site(root, jobs=1)
    assert site.report.in_order() == []
    return site.files["alpha/index.html"].decode()


# ------------------------------------------------------------------ prose, wherever it stands

# Of each field that holds prose, how a text is put into it.
PLACES = {
    "findings": 'findings:\n  - "[a](#here) {}"\n',
    "method": 'method: "{}"\n',
    "reply": 'reply:\n  asked: 2024-01-01\n  of: reuters\n  answer: "{}"\n',
    "updates": 'updates:\n  - {{date: 2024-01-01, text: "{}"}}\n',
}
FIGURE = 'figure: {{file: a.png, alt: A, caption: "{}"}}'
IN_ANNOTATIONS = {
    "caption": FIGURE,
    "boxed caption": f"context: {{{{title: T, body: B, {FIGURE}}}}}",
    "timeline": 'context: {{title: T, body: B, timeline: [{{date: 2024-01-01, text: "{}"}}]}}',
}
WRONG = [
    ("unknown-source", "See [@nobody].", "@nobody"),
    ("unknown-annotation", "See [it](#nothing).", "#nothing"),
    ("bad-citation", "See [@a b; ].", "[@a b; ]"),
]


def with_prose(place: str, text: str, tmp_path: Path) -> Path:
    """The site with a text in a field that holds prose."""
    text = json.dumps(text)[1:-1]
    if place in PLACES:
        return alpha(tmp_path, PLACES[place].format(text))
    line = IN_ANNOTATIONS[place].format(text)
    root = alpha(tmp_path, "", f"{ANNOTATIONS}  - id: third\n    quote: A spokesman\n    {line}\n")
    (root / "content/alpha/a.png").write_bytes(PNG)
    return root


@pytest.mark.parametrize("place", [*PLACES, *IN_ANNOTATIONS])
@pytest.mark.parametrize(("code", "text", "words"), WRONG)
def test_prose_is_checked_at_its_place_in_every_field(place, code, text, words, tmp_path):
    assert complaints(with_prose(place, text, tmp_path)) == [(code, words)]


@pytest.mark.parametrize("place", [*PLACES, *IN_ANNOTATIONS])
def test_no_word_of_prose_is_lost_in_any_field(place, tmp_path):
    text = "So:\n\n| who | what |\n|---|---|\n| mayor | safe | untold |\n"
    assert [code for code, _ in complaints(with_prose(place, text, tmp_path))] == ["lost-text"]


@pytest.mark.parametrize("place", [*PLACES, *IN_ANNOTATIONS])
def test_prose_cites_and_is_typeset_in_every_field(place, tmp_path):
    made = page(with_prose(place, 'See "this" [@report, p. 6].', tmp_path))
    if place != "findings":
        cited = '<bdi class="citation">(<a class="badge" data-source="report"'
        assert f"See “this” {cited}" in made
    entry = re.search(r'<li id="source-report">.*?</li>', made, re.DOTALL)[0]
    (use, *_) = re.findall(r'<a class="use" role="doc-backlink" href="#([^"]*)"', entry)
    assert f'id="{use}"' in made


# ------------------------------------------------------------------ the head and the log


def test_method_and_reply_stand_folded_near_the_top(tmp_path):
    made = page(
        alpha(
            tmp_path, "method: We read it.\nreply: {asked: 2024-01-02, of: reuters, answer: none}\n"
        )
    )
    head, _, _ = made.partition("<article")
    parts = r"<summary>(.*?)</summary>\s*<div class=\"preface-body\" id=\"(.*?)\">"
    assert re.findall(parts, head) == [
        ("How we know", "page_method"), ("Right of reply", "page_reply"),
    ]  # fmt: skip
    assert "Asked on January 2, 2024:" in head
    assert "No answer so far." in head


def test_an_answer_is_printed_and_the_asked_one_is_a_source_of_the_page(tmp_path):
    made = page(alpha(tmp_path, "reply: {asked: 2024-01, of: state, answer: We stand by *it*.}\n"))
    assert "We stand by <em>it</em>." in made
    assert 'id="source-state"' in made
    assert "No answer so far." not in made


LOG = """\
corrections:
  - {date: 2024-01-03, annotation: here, was: a, now: b}
  - {date: 2024-01-01, annotation: here, was: c, now: d}
updates:
  - {date: 2024-01-02, text: Looked again.}
  - {date: 2024-02, text: Added a box.}
"""


def test_the_log_has_corrections_and_updates_newest_first(tmp_path):
    made = page(alpha(tmp_path, LOG))
    section = re.search(r'<section class="log".*?</section>', made, re.DOTALL)[0]
    assert re.findall(r'<li id="(\w+)">', section) == [
        "update_2", "correction_1", "update_1", "correction_2",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("contact", "href", "words"),
    [
        ("desk@example.org", "mailto:desk@example.org", "desk@example.org"),
        ("Write to <desk@example.org>.", "mailto:desk@example.org", "desk@example.org"),
        (
            "https://example.org/mistakes",
            "https://example.org/mistakes",
            "https://example.org/mistakes",
        ),
        ("'[Tell us](mailto:a@example.org)'", "mailto:a@example.org", "Tell us"),
    ],
)
def test_every_page_says_where_to_report_a_mistake(contact, href, words, tmp_path):
    root = alpha(tmp_path)
    (root / "site.yaml").write_text(f"title: Small\ncontact: {contact}\n")
    files = building.build_site(root, jobs=1).files
    for slug in ("alpha", "beta"):
        made = files[f"{slug}/index.html"].decode()
        place = re.search(r'<div class="contact">.*?</div>', made, re.DOTALL)[0]
        assert f'<a href="{href}"' in place
        assert f">{words}</a>" in place


def test_nothing_is_cited_where_readers_report_a_mistake(tmp_path):
    root = alpha(tmp_path)
    (root / "site.yaml").write_text("title: Small\ncontact: Write to [@reuters].\n")
    assert complaints(root) == [("bad-citation", "@reuters")]


# ------------------------------------------------------------------ links to boxes


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("here", []),
        ("context-harbour", []),
        ("context-own", []),
        ("context-boxed", ["unknown-annotation"]),  # that box is a shared one
        ("context-prison", ["unknown-annotation"]),  # this page has it not
        ("harbour", ["unknown-annotation"]),
        ("context-secret", ["link-to-draft"]),
    ],
)
def test_prose_leads_to_annotations_and_to_the_boxes_of_the_page(link, expected, tmp_path):
    more = """\
  - {id: own, quote: on Monday, context: {title: T, body: B}}
  - {id: secret, quote: and left, draft: true, context: {title: T, body: B}}
"""
    root = alpha(tmp_path, f"findings: ['[words](#{link})']\n", ANNOTATIONS + more)
    assert [code for code, _ in complaints(root)] == expected


# ------------------------------------------------------------------ figures


def with_figure(tmp_path: Path, file: str) -> Path:
    line = f"  - {{quote: A spokesman, figure: {{file: '{file}', alt: Two people}}}}\n"
    return alpha(tmp_path, "", ANNOTATIONS + line)


@pytest.mark.parametrize("name", ["a.png", "inner/b c.webp", "100% #1?.JPG", "صورة.png"])
def test_a_figure_lies_beside_the_article_and_is_published_with_the_page(name, tmp_path):
    root = with_figure(tmp_path, name)
    (root / "content/alpha" / name).parent.mkdir(exist_ok=True)
    (root / "content/alpha" / name).write_bytes(PNG)
    files = building.build_site(root, jobs=1).files
    assert files[f"alpha/{name}"] == PNG
    (src,) = re.findall(
        r'<img src="([^"]*)"[^>]* alt="Two people"', files["alpha/index.html"].decode()
    )
    assert re.fullmatch(r"[\w./%-]+", src, re.ASCII)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("gone.png", "missing-file"),
        ("a.svg", "bad-picture"),
        ("../beta/a.png", "unsafe-path"),
        ("/etc/a.png", "unsafe-path"),
        ("https://example.org/a.png", "unsafe-path"),
        ("..\\a.png", "unsafe-path"),
        ("C:\\a.png", "unsafe-path"),
        ("a.png/..", "bad-picture"),
        ("", "bad-picture"),
    ],
)
def test_a_figure_is_never_fetched_from_elsewhere(name, code, tmp_path):
    root = with_figure(tmp_path, name)
    (root / "content/beta/a.png").write_bytes(PNG)
    assert [code for code, _ in complaints(root)] == [code]


def test_a_figure_is_not_followed_through_a_link(tmp_path):
    root = with_figure(tmp_path, "a.png")
    (root / "content/b.png").write_bytes(PNG)
    (root / "content/alpha/a.png").symlink_to(root / "content/b.png")
    assert [code for code, _ in complaints(root)] == ["symlink"]


CONTEXT = """\
harbour:
  title: The harbour
  body: Deep.
  figure: {file: harbour.png, alt: Ships}
prison: {title: The prison, body: Far., figure: {file: gone.png, alt: Walls}}
"""


def test_the_figure_of_a_shared_box_lies_beside_context_yaml(tmp_path):
    root = alpha(tmp_path)
    (root / "content/context.yaml").write_text(CONTEXT)
    (root / "content/harbour.png").write_bytes(PNG)
    assert complaints(root) == [("missing-file", "gone.png")]
    (root / "content/gone.png").write_bytes(PNG)
    site = building.build_site(root, jobs=1)
    assert site.files["context/harbour.png"] == PNG
    shown = site.files["alpha/index.html"].decode()
    assert re.search('<img src="../context/harbour.png"[^>]* alt="Ships"', shown)


@pytest.mark.parametrize("cut", [0, 1, 12, 23])
def test_a_figure_says_how_large_it_is_if_that_can_be_told(cut, tmp_path):
    root = with_figure(tmp_path, "a.png")
    drawn = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\2\x80\0\0\1\xe0\x08\2\0\0\0"
    for picture, size in ((drawn, ' width="640" height="480"'), (drawn[:cut], "")):
        (root / "content/alpha/a.png").write_bytes(picture)
        assert f'<img src="a.png"{size} alt="Two people"' in page(root)


def test_a_figure_alone_is_a_note(tmp_path):
    root = with_figure(tmp_path, "a.png")
    (root / "content/alpha/a.png").write_bytes(PNG)
    assert 'id="note-a-spokesman"' in page(root)


def test_a_figure_says_what_it_shows(tmp_path):
    root = alpha(tmp_path, "", "annotations:\n  - {quote: on Monday, figure: {file: a.png}}\n")
    assert [code for code, _ in complaints(root)] == ["missing-field"]


# ------------------------------------------------------------------ chains

CHAINS = [
    ("a > b", [("a", "b")]),
    (["a > b", "c"], [("a", "b"), ("c",)]),
    ([{"source": "a"}, "b"], [("a", "b")]),
    (["a", {"source": "b", "quote": "q"}, "c"], [("a", "b", "c")]),
    ([["a", "b"]], [("a", "b")]),
    (["a > b", [{"source": "c"}, "d"]], [("a", "b"), ("c", "d")]),
    ([[{"source": "a"}], [{"source": "b"}]], [("a",), ("b",)]),
]


@pytest.mark.parametrize(("written", "chains"), CHAINS)
def test_a_chain_may_be_written_in_several_forms(written, chains):
    annotation = msgspec.convert({"quote": "x", "attributed_to": written}, Annotation)
    assert as_chains(annotation.attributed_to) == tuple(chains)


BAD_CHAINS = [
    ("[{source: reuters, quote: q}, jones > state]", "bad-chain", "jones > state"),
    ("[[reuters, jones > state]]", "bad-chain", "jones > state"),
    ("[{source: reuters}, [jones, state]]", "bad-chain", "[{source: reuters}, [jones, state]]"),
    ("[{source: reuters}, jones -> state]", "bad-chain", "jones -> state"),
    ("[[]]", "bad-chain", "[[]]"),
    ("[{source: reuters}, {source: nobody}]", "unknown-hop", "nobody"),
    ("[[reuters, nobody]]", "unknown-hop", "nobody"),
    ("[{source: reuters}, jones, reuters]", "chain-loop", "reuters"),
    ("[{source: ''}, jones]", "bad-chain", "''"),
    ("[{source: jones → state}]", "bad-chain", "jones → state"),
    ("[{quote: q}]", "missing-field", "{quote: q}"),
    ("[{source: reuters, qoute: q}]", "unknown-key", "qoute"),
    ("[{source: reuters, language: english!}]", "bad-language", "english!"),
    ("[{source: reuters, quote: [q]}]", "wrong-type", "[q]"),
    ("{source: reuters}", "wrong-type", "{source: reuters}"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "code", "words"), BAD_CHAINS)
def test_what_is_wrong_in_a_chain_is_told_at_its_hop(written, code, words, tmp_path):
    line = f"  - {{quote: A spokesman, note: n, id: z, attributed_to: {written}}}\n"
    assert complaints(alpha(tmp_path, "", ANNOTATIONS + line)) == [(code, words)]


def test_a_document_that_is_quoted_wants_a_place(tmp_path):
    line = "  - {quote: A spokesman, attributed_to: [{source: report, quote: q}, reuters]}\n"
    report = building.build_site(alpha(tmp_path, "", ANNOTATIONS + line), jobs=1).report
    assert [each.code for each in report.in_order()] == ["missing-locator"]
