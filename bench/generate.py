#!/usr/bin/env python3
"""Write one and the same site of N explainers for Postil, Hugo, Pelican, Eleventy or Zensical.

python bench/generate.py postil 100 /tmp/site

The others get the Markdown that their writers would have to write by hand: marks, badges and
boxes as inline HTML, notes as their own footnotes.
"""

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

import prose
from prose import Annotation, Box, Explainer, Source, Use

THEMES = Path(__file__).parent / "themes"
CHECKED = "2024-12-20"
OUTLET = "harbour-gazette"
RIGHTS = "Quoted for comment and criticism."

Files = Iterator[tuple[str, str]]  # a path relative to the site, and what it holds


def write_site(flavour: str, pages: int, root: Path) -> list[Path]:
    """Write a site of `pages` explainers below `root`; the paths of all its files."""
    return [_write(root / path, text) for path, text in SITES[flavour](pages)]


def edited_file(flavour: str, slug: str) -> str:
    """The path, relative to the site, of the file in which an editor changes a note of `slug`."""
    return f"content/{slug}/annotations.yaml" if flavour == "postil" else f"content/{slug}.md"


def _write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


# Postil


def postil_site(pages: int) -> Files:
    yield "site.yaml", "title: Bench\nbase_url: https://example.org/bench/\nlanguage: en\n"
    yield "content/sources.yaml", "".join(map(_source_yaml, prose.make_sources(pages)))
    yield "content/context.yaml", "".join(map(_shared_box_yaml, prose.make_shared_boxes(pages)))
    for explainer in map(prose.make_explainer, range(pages)):
        folder = f"content/{explainer.slug}"
        yield f"{folder}/article.txt", "".join(f"{text}\n" for text in explainer.paragraphs)
        yield f"{folder}/annotations.yaml", _annotations_yaml(explainer)


def _source_yaml(source: Source) -> str:
    fields = {"kind": source.kind, "name": source.name} | source.fields
    return f"{source.id}:\n" + "".join(f"  {key}: {_scalar(fields[key])}\n" for key in fields)


def _shared_box_yaml(box: Box) -> str:
    return f"{box.id}:\n{_indent(_box_yaml(box), 2)}"


def _annotations_yaml(explainer: Explainer) -> str:
    head = (
        f"title: {_scalar(explainer.title)}\n"
        f"summary: {_scalar(explainer.summary)}\n"
        f"published: {explainer.published}\n"
        "authors: [Newsroom desk]\n"
        "article:\n"
        f"  outlet: {OUTLET}\n"
        f"  title: {_scalar(explainer.article_title)}\n"
        f"  url: {explainer.article_url}\n"
        f"  issued: {explainer.published[:7]}\n"
        f"  rights: {RIGHTS}\n"
        "\n"
        "annotations:\n"
    )
    return head + "\n".join(map(_annotation_yaml, explainer.annotations))


def _annotation_yaml(annotation: Annotation) -> str:
    lines = [f"  - id: {annotation.id}\n", f"    quote: {_scalar(annotation.quote)}\n"]
    if annotation.chain:
        lines.append(f"    attributed_to: {' > '.join(annotation.chain)}\n")
    lines.append(f"    note: |\n      {annotation.note}\n")
    if annotation.sources:
        lines.append(f"    sources: {_uses_yaml(annotation.sources)}\n")
    if annotation.box and annotation.box.shared:
        lines.append(f"    context: {annotation.box.id}\n")
    elif annotation.box:
        lines.append(f"    context:\n{_indent(_box_yaml(annotation.box), 6)}")
    return "".join(lines)


def _box_yaml(box: Box) -> str:
    return (
        f"title: {_scalar(box.title)}\n"
        f"body: |\n  {box.body}\n"
        f"sources: {_uses_yaml(box.sources)}\n"
        f"checked: {CHECKED}\n"
    )


def _uses_yaml(uses: Iterable[Use]) -> str:
    entries = (f"{{source: {source}, locator: {locator}}}" for source, locator in uses)
    return f"[{', '.join(entries)}]"


def _indent(text: str, width: int) -> str:
    return "".join(f"{' ' * width}{line}\n" for line in text.splitlines())


def _scalar(text: str) -> str:
    """A YAML scalar: plain as an editor would type it, quoted where plain would be misread."""
    misread = ": " in text or " #" in text or not (text[0].isalnum() or text[0] in "“‘")
    return json.dumps(text, ensure_ascii=False) if misread else text


# The others: Markdown with the apparatus written into it


def hugo_site(pages: int) -> Files:
    yield from _theme("hugo")
    yield "data/sources.json", _sources_json(pages)
    yield from _markdown_files(pages, _yaml_front_matter)


def eleventy_site(pages: int) -> Files:
    yield from _theme("eleventy")
    yield "_data/sources.json", _sources_json(pages)
    yield from _markdown_files(pages, _yaml_front_matter)


def pelican_site(pages: int) -> Files:
    yield from _theme("pelican")
    yield "sources.json", _sources_json(pages)
    # Python-Markdown reads Markdown inside an HTML block only where the block asks for it.
    yield from _markdown_files(pages, _pelican_metadata, aside=' markdown="1"')


def zensical_site(pages: int) -> Files:
    """Its templates see neither a file of data nor the other pages: both stand in the Markdown."""
    yield from _theme("zensical")
    sources = {source.id: source for source in prose.make_sources(pages)}
    front_matter = partial(_zensical_front_matter, sources=sources)
    yield from _markdown_files(pages, front_matter, aside=' markdown="1"')
    entries = "".join(
        f'- <a href="{each.slug}/">{each.title}</a> <time datetime="{each.published}">'
        f"{each.published}</time> {each.summary}\n"
        for each in map(prose.make_explainer, range(pages))
    )
    yield "content/index.md", f"---\ntitle: Bench\n---\n{entries}"


def _zensical_front_matter(explainer: Explainer, sources: dict[str, Source]) -> str:
    references = [
        {"id": id, "uses": ids, "kind": sources[id].kind, "name": sources[id].name}
        | sources[id].fields
        for id, ids in _uses(explainer)
    ]
    listed = "".join(f"  - {json.dumps(each, ensure_ascii=False)}\n" for each in references)
    before, _, _ = _yaml_front_matter(explainer).partition("references:\n")
    before = before.replace(f"outlet: {OUTLET}", f"outlet: {sources[OUTLET].name}")
    before = EMPHASIS.sub(r"<em>\1</em>", before)
    return f"{before}references:\n{listed}---\n"


SITES: dict[str, Callable[[int], Files]] = {
    "postil": postil_site,
    "hugo": hugo_site,
    "pelican": pelican_site,
    "eleventy": eleventy_site,
    "zensical": zensical_site,
}


def _theme(flavour: str) -> Files:
    theme = THEMES / flavour
    for path in sorted(path for path in theme.rglob("*") if path.is_file()):
        yield path.relative_to(theme).as_posix(), path.read_text(encoding="utf-8")


def _sources_json(pages: int) -> str:
    sources = prose.make_sources(pages)
    entries = {s.id: {"kind": s.kind, "name": s.name} | s.fields for s in sources}
    return json.dumps(entries, indent=1)


def _markdown_files(pages: int, front_matter: Callable[[Explainer], str], aside: str = "") -> Files:
    sources = {source.id: source for source in prose.make_sources(pages)}
    for explainer in map(prose.make_explainer, range(pages)):
        body = _markdown_body(explainer, sources, aside)
        yield f"content/{explainer.slug}.md", f"{front_matter(explainer)}\n{body}"


def _yaml_front_matter(explainer: Explainer) -> str:
    uses = (f"  - {{source: {id}, uses: [{', '.join(ids)}]}}\n" for id, ids in _uses(explainer))
    return (
        "---\n"
        f"title: {_scalar(explainer.title)}\n"
        f"summary: {_scalar(explainer.summary)}\n"
        f"date: {explainer.published}\n"
        f"outlet: {OUTLET}\n"
        f"article_title: {_scalar(explainer.article_title)}\n"
        f"article_url: {explainer.article_url}\n"
        f"rights: {RIGHTS}\n"
        f"references:\n{''.join(uses)}"
        "---\n"
    )


def _pelican_metadata(explainer: Explainer) -> str:
    uses = "; ".join(f"{id}={' '.join(ids)}" for id, ids in _uses(explainer))
    return (
        f"Title: {explainer.title}\n"
        f"Slug: {explainer.slug}\n"
        f"Summary: {explainer.summary}\n"
        f"Date: {explainer.published}\n"
        f"Outlet: {OUTLET}\n"
        f"Article_title: {explainer.article_title}\n"
        f"Article_url: {explainer.article_url}\n"
        f"Rights: {RIGHTS}\n"
        f"References: {uses}\n"
    )


def _uses(explainer: Explainer) -> Iterable[tuple[str, list[str]]]:
    """Each source of the page, in order of first use, with the annotations that use it."""
    uses: dict[str, list[str]] = {}
    for annotation in explainer.annotations:
        for id in dict.fromkeys(_used_sources(annotation)):
            uses.setdefault(id, []).append(annotation.id)
    return uses.items()


def _used_sources(annotation: Annotation) -> Iterator[str]:
    yield from annotation.chain
    yield from (use.source for use in annotation.sources)
    yield from (id for id, _ in CITATION.findall(annotation.note))
    if annotation.box:
        yield from (id for id, _ in CITATION.findall(annotation.box.body))
        yield from (use.source for use in annotation.box.sources)


def _markdown_body(explainer: Explainer, sources: dict[str, Source], aside: str) -> str:
    notes = {annotation.id: n for n, annotation in enumerate(explainer.annotations, start=1)}
    blocks: list[str] = []
    for paragraph in explainer.paragraphs:
        here = [a for a in explainer.annotations if a.quote in paragraph]
        blocks.append(_marked_paragraph(paragraph, here, notes, sources))
        blocks += [_aside(a.box, sources, aside) for a in here if a.box]
    for annotation in explainer.annotations:
        blocks.append(f"[^{notes[annotation.id]}]: {_cite(annotation.note, sources)}")
    return "\n\n".join(blocks) + "\n"


def _marked_paragraph(
    paragraph: str, here: list[Annotation], notes: dict[str, int], sources: dict[str, Source]
) -> str:
    # From the last to the first, so that what is put in does not move what is still to be found.
    for annotation in sorted(here, key=lambda a: paragraph.index(a.quote), reverse=True):
        start = paragraph.index(annotation.quote)
        end = start + len(annotation.quote)
        names = f'id="{annotation.id}" data-annotation="{annotation.id}"'
        mark = f"<mark {names}>{annotation.quote}</mark>[^{notes[annotation.id]}]"
        paragraph = f"{paragraph[:start]}{mark}{_badges(annotation, sources)}{paragraph[end:]}"
    return paragraph


def _badges(annotation: Annotation, sources: dict[str, Source]) -> str:
    chain = " › ".join(_badge(sources[id]) for id in annotation.chain)
    listed = "".join(f" {_badge(sources[id], locator)}" for id, locator in annotation.sources)
    return (f' <span class="chain">{chain}</span>' if chain else "") + listed


def _badge(source: Source, locator: str = "") -> str:
    label = f"{source.name}, {locator}" if locator else source.name
    return (
        f'<a class="badge" data-source="{source.id}" data-kind="{source.kind}"'
        f' href="#source-{source.id}">{label} <small>{source.kind}</small></a>'
    )


def _aside(box: Box, sources: dict[str, Source], attribute: str) -> str:
    badges = " ".join(_badge(sources[id], locator) for id, locator in box.sources)
    return (
        f'<aside data-context="{box.id}"{attribute}>\n\n'
        f"### {box.title}\n\n"
        f"{_cite(box.body, sources)}\n\n"
        f"Sources: {badges}. Checked {CHECKED}.\n\n"
        "</aside>"
    )


EMPHASIS = re.compile(r"\*([^*]+)\*")
CITATION = re.compile(r"\[@([\w-]+)(?:, ([^\]]+))?\]")


def _cite(text: str, sources: dict[str, Source]) -> str:
    """`text` with a badge in place of each `[@id, locator]`."""
    return CITATION.sub(lambda match: _badge(sources[match[1]], match[2] or ""), text)


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the site that the benchmark builds.")
    parser.add_argument("flavour", choices=SITES)
    parser.add_argument("pages", type=int)
    parser.add_argument("root", type=Path)
    options = parser.parse_args()
    write_site(options.flavour, options.pages, options.root)
    return 0


if __name__ == "__main__":
    sys.exit(main())
