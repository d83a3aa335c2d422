"""An annotation, as the preview copies it, is pasted below every line of a file, in any column.

Either the file is sound then and has one annotation more, or the answer leads to what was pasted.
All answers stand in cases/pasted.txt, to be read as in test_first_day.py.
"""

from pathlib import Path

import pytest

from postil.diagnostics.model import Report
from postil.preview import selecting
from postil.site import loading
from postil.text import anchoring
from postil.text.anchoring import Range

ANSWERS = Path(__file__).parent / "cases" / "pasted.txt"
ARTICLE = "He was made to sign an apology, the BBC said."
FILE = """\
title: T
published: 2026-01-01
findings:
  - It is [so](#a).
article:
  outlet: voa
  title: X

annotations:
  - id: a
    quote: eight hours
    note: |
      Long it was.

      And longer.
    sources: [kim]

  - quote: on Friday
    attributed_to:
      - kim > voa
    context:
      title: B
      body: |
        Text.

corrections:
  - {date: 2026-01-01, annotation: a, was: x, now: y}
updates:
  - date: 2026-01-02
    text: |
      More.
"""
LINES = FILE.splitlines(keepends=True)


def pasted(column: int) -> str:
    """What the preview copies, as it is when `annotations:` has its dashes in a column."""
    start = ARTICLE.index("sign")
    offers = selecting.Offers(("kim", "voa"), "voa", contexts=("prison",))
    haystack = anchoring.prepare(ARTICLE)
    made = selecting.propose(Range(start, start + len("sign an apology")), haystack, None, offers)
    return "".join(" " * column + line.removeprefix("  ") + "\n" for line in made.yaml.splitlines())


def load(root: Path, text: str):
    file = root / "content/x/annotations.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    report = Report()
    return loading.read_explainer(root, "x", report), report.in_order()


def ids(loaded) -> list[str]:
    return [each.id or each.quote for each in loaded.value.annotations]


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """By column and line below which it is pasted: what is read, and what is said of it."""
    root = tmp_path_factory.mktemp("site")
    return {
        (column, place): load(root, "".join([*LINES[:place], pasted(column), *LINES[place:]]))
        for column in (2, 0, 4)
        for place in range(len(LINES) + 1)
    }


def test_the_answer_is_about_what_was_pasted(results):
    length = len(pasted(0).splitlines())
    for (column, place), (loaded, found) in results.items():
        if loaded:
            assert sorted(ids(loaded)) == ["a", "on Friday", "sign-an-apology"], (column, place)
        else:
            (error,) = found
            line = error.span.source.position(error.span.start)[0] - 1
            assert place <= line < place + length, (column, place, error)


def test_every_answer(results, golden):
    rows = []
    for (column, place), (loaded, found) in results.items():
        above = LINES[place - 1].rstrip() if place else "(the beginning of the file)"
        rows.append(f"== {column} spaces, below line {place}: {above}")
        rows += ["taken"] if loaded else [f"{found[0].message}\n  help: {found[0].help}"]
    golden(ANSWERS, "\n".join(rows) + "\n")


ALONE = [
    ("title: T\n", "move it to the end of the file, below `annotations:`"),
    ("title: T\nannotations:\n", None),
    ("title: T\nannotations: []\n", "delete the []"),
    ("title: T\narticle:\n  outlet: voa\n", "move it to the end of the file, below `annotations:`"),
]


@pytest.mark.parametrize(("before", "help"), ALONE)
def test_the_first_annotation_of_a_file(before, help, tmp_path):
    loaded, found = load(tmp_path, before + pasted(2))
    if help is None:
        assert ids(loaded) == ["sign-an-apology"]
    else:
        assert help in found[0].help


def test_two_that_were_pasted_together(tmp_path):
    both = pasted(2) + pasted(2).replace("id: sign", "id: sigh")
    _, (error,) = load(tmp_path, FILE.replace("article:\n", f"article:\n{both}"))
    assert error.message == "this is an annotation, and stands below `article:`"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("note: |", "note: so: it is |"),
        ("quote: on Friday", "quote: on Friday\n    quote: again"),
        ("sources: [kim]", "source: [kim]"),
        ("    attributed_to:", "   attributed_to:"),
    ],
)
def test_another_mistake_is_told_as_what_it_is(old, new, tmp_path):
    """Also where an annotation was pasted, in its place."""
    text = FILE.replace(old, new)
    text = text.replace("\ncorrections:", f"\n{pasted(2)}\ncorrections:")
    _, found = load(tmp_path, text)
    assert found and not any("this" in each.message and "annotation" in each.message
                             for each in found)  # fmt: skip


def test_what_stands_in_comments_is_sound_as_soon_as_it_is_no_comment(tmp_path):
    lines = pasted(2).splitlines(keepends=True)
    optional = [index for index, line in enumerate(lines) if line.startswith("    # ")]
    fields = [index for index in optional if not lines[index].startswith("    #   ")]
    assert len(fields) == 4 and len(optional) > 4  # and what there is to choose from
    for index in fields:
        lines[index] = lines[index].replace("# ", "", 1)
    loaded, found = load(tmp_path, "title: T\nannotations:\n" + "".join(lines))
    assert not found
    (made,) = loaded.value.annotations
    assert made.attributed_to == "kim > voa"
    assert made.status == "supported"
    assert made.sources[0] == "kim"
    assert made.context.title and made.draft
