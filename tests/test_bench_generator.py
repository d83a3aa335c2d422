"""The sites that the benchmark builds: the same every time, the same explainers for all tools."""

import hashlib
import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

GENERATOR = Path(__file__).parents[1] / "bench" / "generate.py"
OTHERS = ("hugo", "pelican", "eleventy", "zensical")
PAGES = 12  # with two shared boxes for every ten explainers

Files = dict[str, bytes]


def generate(flavour: str, pages: int, root: Path, seed: str = "0") -> Files:
    environment = os.environ | {"PYTHONHASHSEED": seed}
    command = [sys.executable, str(GENERATOR), flavour, str(pages), str(root)]
    subprocess.run(command, check=True, env=environment)
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


@pytest.fixture(scope="module")
def postil(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return generate("postil", PAGES, tmp_path_factory.mktemp("postil"))


def slugs(files: Files) -> list[str]:
    return [path.split("/")[1] for path in files if path.endswith("article.txt")]


def article(files: Files, slug: str) -> str:
    return files[f"content/{slug}/article.txt"].decode()


def annotations(files: Files, slug: str) -> list[dict]:
    return yaml.safe_load(files[f"content/{slug}/annotations.yaml"])["annotations"]


@pytest.mark.parametrize("flavour", ["postil", *OTHERS])
def test_two_runs_write_the_same_bytes(flavour: str, tmp_path: Path) -> None:
    first = generate(flavour, 3, tmp_path / "first", seed="1")
    assert first == generate(flavour, 3, tmp_path / "second", seed="2")


def test_a_smaller_site_is_a_part_of_a_larger_one(postil: Files, tmp_path: Path) -> None:
    smaller = generate("postil", 2, tmp_path)
    explainers = {path for path in smaller if path.startswith("content/explainer-")}
    assert len(explainers) == 4
    assert all(smaller[path] == postil[path] for path in explainers)


def test_every_quote_stands_in_its_article_exactly_once(postil: Files) -> None:
    straight = str.maketrans("“”‘’", "\"\"''")
    for slug in slugs(postil):
        text = article(postil, slug).translate(straight)
        for annotation in annotations(postil, slug):
            quote = re.escape(annotation["quote"].translate(straight))
            # The lookahead also finds places that overlap.
            assert len(re.findall(f"(?={quote})", text)) == 1, (slug, annotation["quote"])


def test_no_two_passages_overlap(postil: Files) -> None:
    for slug in slugs(postil):
        text = article(postil, slug)
        quotes = [annotation["quote"] for annotation in annotations(postil, slug)]
        places = sorted((text.index(quote), text.index(quote) + len(quote)) for quote in quotes)
        assert all(end <= start for (_, end), (start, _) in pairwise(places))


def test_every_explainer_has_as_much_as_the_benchmark_says(postil: Files) -> None:
    assert len(slugs(postil)) == PAGES
    for slug in slugs(postil):
        found = annotations(postil, slug)
        assert 2_700 < len(article(postil, slug)) < 3_800
        assert len({annotation["id"] for annotation in found}) == 12
        assert sum("note" in annotation for annotation in found) == 12
        assert sum("attributed_to" in a or "sources" in a for a in found) == 8
        assert sum("context" in annotation for annotation in found) == 4


def test_every_source_and_shared_box_is_defined_and_used(postil: Files) -> None:
    sources = yaml.safe_load(postil["content/sources.yaml"])
    boxes = yaml.safe_load(postil["content/context.yaml"])
    used_boxes: set[str] = set()
    used = set(re.findall(r"\[@([\w-]+)", postil["content/context.yaml"].decode()))
    used |= {use["source"] for box in boxes.values() for use in box["sources"]}
    for slug in slugs(postil):
        used |= set(re.findall(r"\[@([\w-]+)", postil[f"content/{slug}/annotations.yaml"].decode()))
        for annotation in annotations(postil, slug):
            used |= set(filter(None, annotation.get("attributed_to", "").split(" > ")))
            used |= {use["source"] for use in annotation.get("sources", [])}
            match annotation.get("context"):
                case str(shared):
                    used_boxes.add(shared)
                case {"sources": uses}:
                    used |= {use["source"] for use in uses}
    assert used == set(sources)
    assert used_boxes == set(boxes)


@pytest.mark.parametrize("flavour", OTHERS)
def test_the_others_mark_the_same_words_in_the_same_article(
    flavour: str, postil: Files, tmp_path: Path
) -> None:
    files = generate(flavour, PAGES, tmp_path)
    for slug in slugs(postil):
        page = files[f"content/{slug}/index.md"].decode()
        marks = dict(re.findall(r'<mark data-annotation="([^"]+)"[^>]*>(.+?)</mark>', page))
        assert marks == {a["id"]: a["quote"] for a in annotations(postil, slug)}
        assert plain_text(page) == article(postil, slug).splitlines()


def test_nothing_is_missing_of_what_is_cut_from_postils_pages(tmp_path: Path) -> None:
    files = generate("hugo", 3, tmp_path)
    heads = {path: page.decode() for path, page in files.items() if path.endswith("index.md")}
    assert len(heads) == 3
    for path, page in heads.items():
        head = json.loads(page.partition("\n}\n")[0] + "}")
        article = files[path.replace("index.md", "article.txt")]
        assert head["digest"] == hashlib.sha256(article).hexdigest()
        assert [each["source"] for each in head["references"]] == head["sources"]
        assert all(each["uses"] for each in head["references"])
        assert sorted(head["excerpts"]) == sorted(head["sources"])
        assert all('<svg class="bar"' in excerpt for excerpt in head["excerpts"].values())
        assert head["findings"] and head["figures"] and '<p class="entry-counts">' in head["entry"]
        assert head["picture"].count("<svg") > 1 and head["picture"].endswith("</figure>")
        notes = re.findall(
            r"^\[\^(\d+)\]: <a class=\"note-lemma\".+(?:\n\n    .+)+$", page, re.MULTILINE
        )
        assert notes == [str(number) for number in range(1, 13)]
        assert page.count("<aside") == 4 and '<section class="in-words">' in page
    sources = json.loads(files["data/sources.json"])
    assert all(source["figures"] for source in sources.values())


def plain_text(page: str) -> list[str]:
    """The article’s paragraphs in a page’s Markdown: neither boxes, nor notes, nor apparatus."""
    body = re.split(r"\n---\n\n|\n}\n\n|\nEntry: .+\n\n", page)[1]
    texts = (Words(block).words for block in body.split("\n\n") if block.startswith("<svg"))
    return [re.sub(r"\[\^\d+\]", "", text).strip() for text in texts]


class Words(HTMLParser):
    """The `words` of a piece of HTML, without what is marked as ours."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.words = ""
        self.apparatus: list[str] = []  # the elements that we are in, from the first of ours on
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.apparatus or "data-apparatus" in dict(attrs):
            self.apparatus.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that holds nothing."""

    def handle_endtag(self, tag: str) -> None:
        if self.apparatus:
            self.apparatus.pop()

    def handle_data(self, data: str) -> None:
        if not self.apparatus:
            self.words += data
