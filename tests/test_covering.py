"""What is not covered yet, as the preview shows it: on the very words that a page has."""

import pytest
from small_site import write_site

from postil import building
from postil.coverage.sentences import sentences_of
from postil.diagnostics.model import Report
from postil.language import cues
from postil.preview import covering, selecting
from postil.site.examining import examine

ARTICLE = """\
# The   bridge

He *said* so: “no\u200b doubt”.  Nobody was hurt.
It opens in May, Reuters reported; [or not](https://example.org/).[^1]

| a | b |
|---|---|
| he said | no |

- It is closed, the *mayor* told us.

[^1]: A remark, they said.
"""


def link(place):
    return f"edit:{place.file}:{place.line}"


@pytest.fixture
def made(tmp_path):
    root = write_site(tmp_path / "site")
    (root / "content/alpha/article.txt").unlink()
    (root / "content/alpha/article.md").write_text(ARTICLE, encoding="utf-8")

    def make(annotations: str):
        text = f"title: A\narticle: {{outlet: reuters}}\nannotations:\n{annotations}"
        (root / "content/alpha/annotations.yaml").write_text(text, encoding="utf-8")
        shared = building.open_shared(root, Report())
        placed = examine(root, "alpha", Report(), drafts=True)
        return placed, covering.survey_live(root, "alpha", shared, link)

    return make


def test_every_gap_is_counted_as_a_selection_of_its_sentence_is(made):
    placed, found = made("  - {quote: Nobody, note: n}\n")
    text = placed.document.text
    gaps = [selecting.find_range(text, gap.start, gap.end) for gap in found.gaps]
    language = cues.attribution_of("en")
    open = [each for each in sentences_of(placed, language) if each.is_open]
    assert [text[gap.start : gap.end] for gap in gaps] == [
        text[each.start : each.end].strip("\x00\ufffc") for each in open
    ]
    assert found.gaps[0].cues == ("said",)
    assert len(gaps) > 3 and found.sentences == len(gaps) + 1


def test_what_is_answered_is_no_gap(made):
    _, bare = made("  - {quote: Nobody, note: n}\n")
    answers = "  - {quote: He, status: unsourced}\n  - {quote: opens, attributed_to: reuters}\n"
    _, found = made("  - {quote: Nobody, note: n}\n" + answers)
    assert len(found.gaps) == len(bare.gaps) - 2


def test_drafts_are_said_already(made):
    _, found = made("  - {quote: Nobody, note: n, draft: true}\n")
    assert not any("Nobody" in gap.text for gap in found.gaps)


def test_chains_and_notes_lead_to_their_lines(made):
    _, found = made("  - id: x\n    quote: Nobody\n    attributed_to: jones\n    note: n\n")
    assert [(each.text, each.href) for each in found.loose] == [
        ("x: jones", "edit:content/alpha/annotations.yaml:6"),
        ("x", "edit:content/alpha/annotations.yaml:7"),
    ]


MISTAKES = [
    "  - quote: [\n",
    "  - {quote: not there, note: n}\n",
    "  - {quote: He, attributed_to: nobody-known}\n",
]


@pytest.mark.parametrize("annotations", MISTAKES)
def test_mistakes_are_no_reason_to_fail(annotations, made):
    _, found = made(annotations)
    assert isinstance(found, covering.Coverage)
