"""Whatever is selected on a page, the annotation that is proposed for it is found there again."""

import os

import html5lib
import msgspec
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from small_site import write_site

from postil import building
from postil.diagnostics.model import Report, SourceText
from postil.page import weaving
from postil.preview import selecting
from postil.site import drafting, files, loading, placing
from postil.site.loading import Loaded
from postil.site.model import Explainer
from postil.text import anchoring, articles
from postil.text.anchoring import Found, Range, describing
from postil.yaml.reading import read

SCALE = float(os.environ.get("POSTIL_TEST_SCALE", "1"))

ARTICLE = """\
“The harbour is closed,” a spokesman told reporters on Monday.

He told reporters on Tuesday that the harbour is open: nobody’s ship was lost.
"""


def load(yaml: str) -> Loaded[Explainer]:
    report = Report()
    located = read(SourceText("annotations.yaml", yaml), report)
    assert located and not report.failed, report.diagnostics
    return Loaded(msgspec.convert(located.data, files.FILES["annotations"]), located)


def propose(text: str, words: str, yaml: str = "title: T\nannotations:\n") -> str:
    """The proposal for the first place where these words stand in a text."""
    start = text.index(words)
    haystack = anchoring.prepare(text)
    explainer = load(yaml) if "quote" in yaml else None
    return selecting.propose(Range(start, start + len(words)), haystack, explainer).yaml


# ------------------------------------------------------------------ what is proposed

PROPOSALS = [
    ("words that stand once", "a spokesman", ["id: a-spokesman", "quote: a spokesman"]),
    ("half a word", "pokesma", ["id: spokesman", "quote: spokesman"]),
    (
        "words that stand twice",
        "told reporters",
        ["id: told-reporters", "quote: told reporters", "prefix: spokesman"],
    ),
    (
        "words that YAML would read otherwise",
        "open: nobody’s",
        ["id: open-nobody-s", "quote: 'open: nobody’s'"],
    ),
]


@pytest.mark.parametrize(("case", "words", "lines"), PROPOSALS)
def test_a_proposal_has_what_picks_the_place(case, words, lines):
    proposed = propose(ARTICLE, words)
    head, _, body = proposed.partition("    note: |\n")
    selector, _, _ = head.partition("    # ")

    assert selector == f"  - {lines[0]}\n" + "".join(f"    {line}\n" for line in lines[1:])
    assert body.startswith(f"      {drafting.PLACEHOLDER}\n")
    assert body.endswith("    draft: true  # take this line out to publish it\n")


def test_a_proposal_offers_what_the_page_names_already(tmp_path):
    root = write_site(tmp_path / "site")
    shared = building.open_shared(root, Report())
    explainer = loading.read_explainer(root, "beta", Report())
    offers = selecting.offers_of(explainer.value, shared)
    proposed = selecting.propose(Range(0, 1), anchoring.prepare("A spokesman"), None, offers).yaml

    assert "    #   ids of sources: jones, reuters\n" in proposed
    assert "    #   or an id of content/context.yaml: prison, harbour\n" in proposed
    assert "    #   one of: supported, " in proposed
    nothing_yet = selecting.offers_of(Explainer(title="T"), shared)
    assert nothing_yet.sources == ("reuters", "state", "jones", "report")


INDENTATIONS = [
    ("annotations:\n  - quote: x\n    note: y\n", "  - id: a-spokesman\n    quote"),
    ("annotations:\n- quote: x\n  note: y\n", "- id: a-spokesman\n  quote"),
    ("annotations:\n    -   quote: x\n        note: y\n", "    - id: a-spokesman\n      quote"),
    ("annotations: [{quote: x, note: z}]\n", "  - id: a-spokesman\n    quote"),
    ("annotations: []\n# - nothing yet\n", "  - id: a-spokesman\n    quote"),
]


@pytest.mark.parametrize(("yaml", "start"), INDENTATIONS)
def test_a_proposal_is_indented_like_the_others(yaml, start):
    assert propose(ARTICLE, "a spokesman", "title: T\n" + yaml).startswith(start)


def test_an_id_is_given_once():
    yaml = "title: T\nannotations:\n  - quote: a spokesman\n    note: y\n"
    assert propose(ARTICLE, "a spokesman", yaml).startswith("  - id: a-spokesman-2\n")


@pytest.mark.parametrize("word", ["true", "null", "no", "1"])
def test_an_id_is_text_even_if_it_looks_like_something_else(word):
    text = f"It is {word}."
    proposed = load(f"title: T\nannotations:\n{propose(text, word)}")

    assert proposed.value.annotations[0].id == word


def test_a_long_passage_is_told_by_its_first_and_last_words():
    text = " ".join(f"word{number}" for number in range(200))
    proposed = propose(text, text)

    assert "    to: word" in proposed
    assert len(proposed.partition("    # ")[0]) < 300


@pytest.mark.parametrize(("start", "end"), [(3, 3), (5, 2), (-1, 4), (0, 10**6)])
def test_what_is_no_selection_is_refused(start, end):
    with pytest.raises(ValueError, match="nothing is selected"):
        selecting.find_range(ARTICLE, start, end)


def test_a_selection_that_nobody_can_see_is_refused():
    text = "a \u200b b"
    with pytest.raises(ValueError, match="no visible character"):
        selecting.propose(selecting.find_range(text, 1, 2), anchoring.prepare(text), None)


# ------------------------------------------------------------------ there and back

WORDS = st.sampled_from(
    ["the", "harbour", "told", "he", "he's", "3.5", "“no,”", "--", "ﬁsh", "é", "e\u0301", "وقال",
     "報道", "👩‍🚒", "'", "#", "x: y", "\u00ad", "\u00a0", "&", "<b>", "true", "…", "\ufffc", "\t"]
)  # fmt: skip
TEXTS = st.lists(st.lists(WORDS, min_size=1, max_size=8).map(" ".join), min_size=1, max_size=4)
MARKDOWN = st.sampled_from(
    ["*he* told", "`code` the", "[harbour](https://example.org/)", "told  \nhe", "> he\n> told",
     "- he\n- told\n- he told", "| a | b |\n|---|---|\n| he | told |", "# the harbour",
     "**he** *told*", "![he](he.png) told", "    the harbour\n    told", "1. he told the",
     "~~he~~ told", "&amp; he"]
)  # fmt: skip
PARAGRAPHS = st.lists(st.one_of(MARKDOWN, WORDS), min_size=1, max_size=6)
ARTICLES = st.one_of(TEXTS, PARAGRAPHS).map("\n\n".join)
FORMS = st.sampled_from(["txt", "md"])


def proposed_place(document: articles.Document, start: int, end: int) -> tuple[Range, Range]:
    """Where the selection is, in whole words, and where a build finds what is proposed for it."""
    haystack = anchoring.prepare(document.text)
    selected = selecting.find_range(document.text, start, end)
    try:
        expected = describing.tighten(selected, haystack)
    except ValueError:
        assume(False)
    earlier = "title: T\nannotations:\n  - quote: the\n    note: x\n"
    made = selecting.propose(selected, haystack, load(earlier))
    annotations = load(earlier + made.yaml).value.annotations
    assert placing.assign_ids(annotations)[-1] == made.id
    assert len({*placing.assign_ids(annotations)}) == 2
    found = anchoring.resolve(placing.selector_of(annotations[-1]), haystack)
    assert isinstance(found, Found)
    return expected, found.range


def visible(text: str) -> str:
    return "".join(character for character in text if character not in selecting.UNCOUNTED)


@settings(max_examples=round(60 * SCALE), deadline=None)
@given(st.data(), ARTICLES, FORMS)
def test_any_selection_comes_back(data, text, form):
    document = articles.parse_article(text, form)
    length = len(visible(document.text))
    assume(length)
    start = data.draw(st.integers(0, length - 1))
    end = data.draw(st.integers(start + 1, length))
    expected, found = proposed_place(document, start, end)

    assert found == expected


def count_in_page(html: str) -> str:
    """The visible characters of a page's article, as the preview's script counts them."""
    tree = html5lib.parseFragment(html, treebuilder="etree", namespaceHTMLElements=False)
    for parent in list(tree.iter()):
        for index, child in reversed(list(enumerate(parent))):
            if child.get("data-apparatus") is not None:
                before = parent[index - 1] if index else None
                if before is not None:
                    before.tail = (before.tail or "") + (child.tail or "")
                else:
                    parent.text = (parent.text or "") + (child.tail or "")
                parent.remove(child)
    return visible("".join(tree.itertext()))


@settings(max_examples=round(60 * SCALE), deadline=None)
@given(st.data(), ARTICLES, FORMS)
@example(None, "a\x00b \x0c c", "txt")
def test_a_page_has_the_visible_characters_of_its_article(data, text, form):
    document = articles.parse_article(text, form)
    passages = []
    for number in range(3 if data else 0):
        start = data.draw(st.integers(0, len(document.text)))
        end = data.draw(st.integers(start, len(document.text)))
        if document.text[start:end].strip("\n"):
            apparatus = f'<span id="p{number}" data-apparatus>!</span>'
            below = "<aside data-apparatus>box</aside>"
            passages.append(weaving.Passage(f"p{number}", start, end, apparatus, apparatus, below))

    assert count_in_page(weaving.weave(document, passages)) == visible(document.text)
