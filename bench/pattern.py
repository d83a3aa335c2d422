"""Postil's own build of the site, and what is cut from its pages for the other tools.

What only Postil makes of a site, marks, badges, chains, boxes, pictures, the others get as finished
HTML. So their pages say the same words as Postil's and weigh as much, whatever Postil's become.
"""

import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import editorial

BUILD = Path(__file__).resolve().parents[1] / "build.py"
OUTPUT = "output"
HOME = "/bench/"  # what addresses begin with that lead from one page to another

ARTICLE = re.compile(r'<article [^>]*data-sha256="(\w+)"[^>]*>(.*?)</article>', re.DOTALL)
BLOCK = re.compile(r"<aside .*?</aside>|<p>(.*?)</p>", re.DOTALL)
REFERENCE = re.compile(r'<sup class="ref".*?>(\d+)</span></a></sup>')
COUNTED = re.compile(r'<p class="counted">(.*?)</p>')
SENTENCE = re.compile(r"<span>(.*?)</span>")
PICTURE = re.compile(r'<figure class="provenance".*?</figure>', re.DOTALL)
BACKGROUND = re.compile(r'<section class="in-words">.*?</section>', re.DOTALL)
FIGURES = re.compile(r"<dt>In figures</dt><dd>(.*?)</dd>")
NOTE = re.compile(r'<section class="note">(.*?)</section>', re.DOTALL)
PART_OF_NOTE = re.compile(
    r'<p class="note-lemma"><a role="doc-backlink" href="#noteref-(?P<id>[\w-]+)"[^>]*>'
    r"(?P<lemma>.*?)</a></p>"
    r'|<div class="note-chains">(?P<chains>.*?)</div>'
    r'|<div class="note-body"><p>(?P<body>.*?)</p>'
    r'|<ul class="note-sources">(?P<sources>.*?)</ul>'
    r'|<p class="note-box">(?P<box>.*?)</p>',
    re.DOTALL,
)
SOURCE = re.compile(r'<li id="source-([\w-]+)">.*?<p class="source-uses">(.*?)</p>', re.DOTALL)
USE = re.compile(r'<a class="use"[^>]*href="#([\w-]+)"[^>]*>(.*?)</a>')
FIGURE_OF_SOURCE = re.compile(r"<div><dt>(.*?)</dt><dd>(.*?)</dd></div>")
EXCERPT = re.compile(
    r'<section class="excerpts" id="([\w-]+)"[^>]*>\s*<h2.*?</h2>(.*?)</section>',
    re.DOTALL,
)
ENTRY = re.compile(
    r'<h2[^>]*><a href="(?:\.\./)*([\w-]+)/index.html">.*?'
    r'(<svg class="bar".*?</svg>\s*<p class="entry-counts">.*?</p>)',
    re.DOTALL,
)
NOTE_ADDRESS = re.compile(r"(?<=#)note-(?=claim-)")  # the other tools name their notes themselves
WAY_UP = re.compile(r'(?<=")(?:\.\./)+')


class Page(NamedTuple):
    """What is cut from one explainer's page; `uses` by source, in the order of the page."""

    findings: list[str]
    picture: str
    blocks: list[str]  # paragraphs and boxes of the article, and the boxes once more in words
    notes: list[list[str]]  # the paragraphs of each
    uses: dict[str, list[dict[str, str]]]
    figures: str
    digest: str


def build(pages: int, folder: Path, python: str) -> Path:
    """Write a site of `pages` explainers to `folder`, build it with Postil; where its output is."""
    for path, text in editorial.write_for_postil(pages):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    output = folder / OUTPUT
    command = (python, str(BUILD), "--root", str(folder), "--output", str(output))
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return output


def cut_page(output: Path, slug: str) -> Page:
    """The pieces of the page of the explainer `slug`."""
    page = NOTE_ADDRESS.sub("", _read(output / slug / "index.html"))
    digest, article = _only(ARTICLE, page).groups()
    return Page(
        findings=SENTENCE.findall(_only(COUNTED, page)[1]),
        picture=_in_one_line(_only(PICTURE, page)[0]),
        blocks=[*_blocks(article), _in_one_line(_only(BACKGROUND, page)[0])],
        notes=[list(_note(note)) for note in NOTE.findall(page)],
        uses={id: list(_uses(text)) for id, text in SOURCE.findall(page)},
        figures=_only(FIGURES, page)[1],
        digest=digest,
    )


def cut_entries(output: Path) -> dict[str, str]:
    """What the index draws and counts of each explainer."""
    files = [output / "index.html", *output.glob("page/*/index.html")]
    entries = (entry for file in files for entry in ENTRY.findall(_read(file)))
    return {slug: _in_one_line(entry) for slug, entry in entries}


def cut_sources(output: Path) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """What the pages of the sources say: figures by source; excerpts by explainer and by source."""
    figures: dict[str, Any] = {}
    excerpts: dict[str, dict[str, str]] = defaultdict(dict)
    for path in sorted(output.glob("sources/*/**/index.html")):
        page = _read(path)
        source = path.relative_to(output).parts[1]
        figures[source] = FIGURE_OF_SOURCE.findall(page)
        for slug, text in EXCERPT.findall(page):
            text = WAY_UP.sub(HOME, NOTE_ADDRESS.sub("", text))
            excerpts[slug][source] = excerpts[slug].get(source, "") + _in_one_line(text)
    return figures, excerpts


def _blocks(article: str) -> Iterator[str]:
    for block in BLOCK.finditer(article):
        text = block[0] if block[1] is None else block[1]
        yield _in_one_line(REFERENCE.sub(r"[^\1]", text))


def _note(note: str) -> Iterator[str]:
    """The paragraphs of a note: prose as Markdown, all else as inline HTML."""
    for part in PART_OF_NOTE.finditer(note):
        match part.lastgroup:
            case "lemma":
                yield f'<a class="note-lemma" href="#{part["id"]}">{part["lemma"]}</a>'
            case "body":
                yield re.sub("</?em>", "*", part["body"])
            case kind:
                inline = re.sub(r"<(/?)(?:p|li)>", r"<\1span>", part[str(kind)])
                yield f'<span class="note-{kind}">{_in_one_line(inline)}</span>'


def _uses(text: str) -> Iterator[dict[str, str]]:
    for address, label in USE.findall(text):
        said = {"say": f"Note {label}"} if label.isdigit() else {}
        yield {"to": address, "label": label} | said


def _only(pattern: re.Pattern[str], page: str) -> re.Match[str]:
    found = pattern.search(page)
    if found is None:
        raise ValueError(f"a page of Postil's is not as it was: nothing is {pattern.pattern}")
    return found


def _in_one_line(text: str) -> str:
    """HTML without line breaks: a block that holds no empty line is left alone by Markdown."""
    return " ".join(line for line in text.splitlines() if line)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
