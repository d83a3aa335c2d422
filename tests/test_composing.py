"""What a page says where: numbers, places, and who is used for what."""

import re
import shutil
from pathlib import Path

import pytest
from small_site import write_site

from postil import building

ANNOTATIONS = """\
title: Alpha
annotations:
  - {id: last, quote: and left, sources: [reuters]}
  - {id: here, quote: told reporters, attributed_to: jones > reuters}
  - {id: noted, quote: a long report, note: "As [@reuters] says.", context: harbour}
  - {id: also, quote: on Monday, sources: [reuters]}
"""
HARBOUR = "harbour:\n  title: The harbour\n  body: It is deep [@reuters].\n"


def page_of(root: Path) -> str:
    return building.build_site(root).files["alpha/index.html"].decode()


def uses(root: Path, source: str) -> list[str]:
    """What the source list says that a source is used for, in order, as it is read aloud."""
    return [name or sign for name, sign in used(root, source)]


def used(root: Path, source: str) -> list[tuple[str, str]]:
    """The same: of each its name, if it is not what is seen, and what is seen."""
    entry = re.search(rf'<li id="source-{source}">.*?</li>', page_of(root), re.DOTALL)[0]
    link = r'<a class="use" role="doc-backlink" href="[^"]*"(?: aria-label="([^"]*)")?>([^<]*)</a>'
    return re.findall(link, entry)


def test_a_source_is_used_in_the_order_of_reading_and_no_two_uses_read_alike(tmp_path):
    root = write_site(tmp_path / "site")
    (root / "content/alpha/annotations.yaml").write_text(ANNOTATIONS)
    (root / "content/context.yaml").write_text(HARBOUR)
    assert uses(root, "reuters") == ["¶ 1a", "¶ 1b", "The harbour", "Note 1", "¶ 2"]
    assert uses(root, "jones") == ["¶ 1"]
    assert [sign for _, sign in used(root, "reuters")] == ["¶1a", "¶1b", "The harbour", "1", "¶2"]


EVERYWHERE = """\
title: Alpha
summary: As [@a, p. 1] says.
article: {outlet: b}
annotations:
  - {id: first, quote: told reporters, note: "See [@reuters]."}
  - {id: hidden, quote: a long report, note: "See [@c].", draft: true}
corrections:
  - {date: 2024-05-01, annotation: first, was: "As [@d] said.", now: "As [@d] and [@a] said."}
"""
SOURCES = """\
a: {kind: wire, name: A}
b: {kind: press, name: B, speaks_for: e}
c: {kind: press, name: C}
d: {kind: press, name: D, note: "Cites [@b]."}
e: {kind: press, name: E}
reuters: {kind: wire, name: Reuters}
"""


def test_every_place_that_names_a_source_is_a_use_of_it(tmp_path):
    """The summary, the article's head, corrections, and other sources' entries too."""
    root = write_site(tmp_path / "site")
    shutil.rmtree(root / "content")
    (root / "content/alpha").mkdir(parents=True)
    (root / "content/alpha/article.txt").write_text("He told reporters of a long report.\n")
    (root / "content/alpha/annotations.yaml").write_text(EVERYWHERE)
    (root / "content/sources.yaml").write_text(SOURCES)
    page = page_of(root)
    assert {id: uses(root, id) for id in ("a", "b", "d", "e", "reuters")} == {
        "a": ["Summary", "Correction 1"],
        "b": ["The article", "D"],
        "d": ["Correction 1"],
        "e": ["B"],
        "reuters": ["Note 1"],
    }
    assert 'id="source-c"' not in page  # only a draft names it
    targets = re.findall(r'role="doc-backlink" href="#([^"]*)"', page)
    assert [target for target in targets if target.startswith(("page_", "correction_"))]
    assert [target for target in targets if f'id="{target}"' not in page] == []


def test_many_uses_in_one_paragraph_get_two_letters(tmp_path):
    root = write_site(tmp_path / "site")
    words = [f"word{number}x" for number in range(30)]
    (root / "content/alpha/article.txt").write_text(" ".join(words) + "\n")
    entries = "".join(f"  - {{quote: {word}, sources: [reuters]}}\n" for word in words)
    (root / "content/alpha/annotations.yaml").write_text(f"title: Alpha\nannotations:\n{entries}")
    letters = [use.removeprefix("¶ 1") for use in uses(root, "reuters")]
    assert letters[:2] == ["a", "b"] and letters[25:28] == ["z", "aa", "ab"]


def test_a_mark_says_what_stands_behind_it(tmp_path):
    root = write_site(tmp_path / "site")
    (root / "content/alpha/annotations.yaml").write_text(ANNOTATIONS)
    (root / "content/context.yaml").write_text(HARBOUR)
    page = page_of(root)
    marks = dict(re.findall(r'<mark data-annotation="(\w+)" class="([a-z ]+)">', page))
    assert marks == {
        "here": "sourced",
        "also": "sourced",
        "noted": "noted boxed",
        "last": "sourced",
    }


def test_a_box_is_folded_if_its_author_says_so_and_cites_in_words_for_reader_modes(tmp_path):
    root = write_site(tmp_path / "site")
    (root / "content/alpha/annotations.yaml").write_text(ANNOTATIONS)
    harbour = HARBOUR.replace("[@reuters]", "[@reuters, p. 6; @jones]")
    (root / "content/context.yaml").write_text(harbour + "  open: false\n")
    page = page_of(root)
    assert page.count('<details class="folded">\n<summary><h3 id="context-harbour_title">') == 1
    (words,) = re.findall(r'<section class="in-words".*?</section>', page, re.DOTALL)
    assert "It is deep (wire: Reuters, p. 6; official: Stuart Jones)." in words


@pytest.mark.parametrize("corrected", [False, True])
def test_when_a_page_was_updated_stands_at_its_top_with_the_corrections_and_in_the_index(
    corrected, tmp_path
):
    root = write_site(tmp_path / "site")
    correction = "corrections: [{date: 2024-05-09, annotation: last, was: a, now: b}]\n"
    head = "published: 2024-05-01\nupdated: 2024-05-10\n"
    (root / "content/alpha/annotations.yaml").write_text(
        ANNOTATIONS + head + correction * corrected
    )
    files = building.build_site(root).files
    shown = '<time datetime="2024-05-10">updated May 10, 2024</time>'
    assert files["alpha/index.html"].decode().count(shown) == 1 + corrected
    assert files["index.html"].decode().count(shown) == 1
    assert b"updated" not in files["beta/index.html"]


BOX_OF_SEVERAL = """\
title: Alpha
annotations:
  - {id: many, quote: told reporters, also: [a long report, on Monday], context: harbour}
  - {id: again, quote: reporters, context: harbour}
  - {id: alike, quote: the harbour, occurrence: all of 2, context: harbour}
  - {id: noted, quote: He then, also: [and left], note: So., context: harbour}
"""


def test_a_box_leads_back_to_every_passage_that_it_belongs_to(tmp_path):
    root = write_site(tmp_path / "site")
    (root / "content/alpha/annotations.yaml").write_text(BOX_OF_SEVERAL)
    article = root / "content/alpha/article.txt"
    article.write_text(article.read_text() + "\nOf the harbour nothing is known.\n")
    page = building.build_site(root).files["alpha/index.html"].decode()
    (links,) = re.findall(r'<p class="box-passages">(.*?)</p>', page)
    found = re.findall(r'<a role="doc-backlink" href="#([^"]+)">(.*?)</a>', links)
    assert sorted(found) == sorted(
        [
            ("many", "told reporters"), ("many_2", "on Monday"), ("many_3", "a long report"),
            ("again", "reporters"), ("alike", "the harbour a"), ("alike_2", "the harbour b"),
            ("noted", "He then"), ("noted_2", "and left"),
        ]
    )  # fmt: skip
    for id, words in found:
        passage = re.search(rf'<span id="{id}" data-apparatus></span>(.*?)<mark[^>]*>', page)
        assert passage, id
        follows = re.sub(r"<[^>]*>", "", page[passage.start() :][:3000])
        assert follows.startswith(words.removesuffix(" a").removesuffix(" b").split()[0])
