#!/usr/bin/env python3
"""Write one and the same site of N explainers for Postil, Hugo, Pelican, Eleventy or Zensical.

python bench/generate.py postil 100 /tmp/site

The others get the Markdown that their writers would have to write by hand: marks, badges and
boxes as HTML, notes as their own footnotes. What is finished in it is cut from Postil's build of
the same site, which takes a Python that has what Postil needs.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pattern
import prose
from editorial import write_for_postil
from pages import (
    EMPHASIS,
    Fields,
    Files,
    Material,
    gather,
    in_json,
    json_head,
    pelican_head,
    write_pages,
    yaml_head,
)

THEMES = Path(__file__).parent / "themes"


def write_site(flavour: str, pages: int, root: Path, built: Path | None = None) -> None:
    """Write a site of `pages` explainers below `root`.

    `built` is the output of Postil's build of that site, of which all sites but Postil's are made.
    """
    for path, content in _files(flavour, pages, built):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())


def _files(flavour: str, pages: int, built: Path | None) -> Files:
    if built is None:
        yield from write_for_postil(pages)
    else:
        yield from _files_below(THEMES / flavour)
        yield from SITES[flavour](gather(built, pages))


def edited_file(flavour: str, slug: str) -> str:
    """The path, relative to the site, of the file in which an editor changes a note of `slug`."""
    return f"content/{slug}/{'annotations.yaml' if flavour == 'postil' else 'index.md'}"


# What the other tools are given besides their theme

MADE_BY_POSTIL = ("article.txt", "annotations.jsonld", "provenance.jsonld")
ALSO_MADE_BY_TEMPLATES = (
    *("cite.bib", "cite.ris", "cite.json"),
    *("sources.bib", "sources.ris", "sources.json"),
)


def _hugo_site(material: Material) -> Files:
    yield "data/sources.json", in_json(material.sources)
    yield from write_pages(material, _with_terms)
    yield from _copies(material, "static/static", MADE_BY_POSTIL)


def _with_terms(fields: Fields) -> str:
    """Front matter for Hugo, of whose site sources are a taxonomy."""
    return json_head({"sources" if key == "tags" else key: fields[key] for key in fields})


def _eleventy_site(material: Material) -> Files:
    yield "_data/sources.json", in_json(material.sources)
    yield from write_pages(material, partial(json_head, fence="json"))
    yield from _copies(material, "content/static", MADE_BY_POSTIL)


def _pelican_site(material: Material) -> Files:
    yield "sources.json", in_json(material.sources)
    yield from write_pages(material, pelican_head)
    yield from _copies(material, "content/static", MADE_BY_POSTIL + ALSO_MADE_BY_TEMPLATES)


def _zensical_site(material: Material) -> Files:
    """Its templates see neither a file of data nor the other pages: both stand in the Markdown."""
    yield from write_pages(material, partial(_with_sources, sources=material.sources))
    yield from _copies(material, "content/static", MADE_BY_POSTIL + ALSO_MADE_BY_TEMPLATES)
    entries = "".join(
        f'- <a href="{each.slug}/">{each.title}</a> <time datetime="{each.published}">'
        f"{each.published}</time> {each.summary} {material.entries[each.slug]}\n"
        for each in map(prose.make_explainer, range(material.pages))
    )
    yield "content/index.md", f"---\ntitle: Bench\n---\n{entries}"


def _with_sources(fields: Fields, sources: dict[str, Fields]) -> str:
    """Front matter for Zensical: sources in full, and HTML where its templates have no Markdown."""
    known = {id: {"id": id} | source for id, source in sources.items()}
    for source in known.values():
        if "speaks_for" in source:
            source["speaks_for"] = known[source["speaks_for"]]
    told = {key: fields[key] for key in fields if key not in ("tags", "excerpts", "entry")}
    told["summary"] = EMPHASIS.sub(r"<em>\1</em>", fields["summary"])
    told["outlet"] = known[fields["outlet"]]
    told["references"] = [
        known[each["source"]] | {"uses": each["uses"]} for each in fields["references"]
    ]
    return yaml_head(told)


SITES: dict[str, Callable[[Material], Files]] = {
    "hugo": _hugo_site,
    "pelican": _pelican_site,
    "eleventy": _eleventy_site,
    "zensical": _zensical_site,
}


def _files_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield path.relative_to(folder).as_posix(), path.read_bytes()


def _copies(material: Material, static: str, names: tuple[str, ...]) -> Files:
    """Files of Postil's output: what all pages load, and beside each page those of `names`."""
    for path, content in _files_below(material.output / "static"):
        yield f"{static}/{path}", content
    for slug in map(prose.slug, range(material.pages)):
        for name in names:
            yield f"content/{slug}/{name}", (material.output / slug / name).read_bytes()


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the site that the benchmark builds.")
    parser.add_argument("flavour", choices=["postil", *SITES])
    parser.add_argument("pages", type=int)
    parser.add_argument("root", type=Path)
    parser.add_argument("--built", type=Path, help="the output of Postil's build of that site")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        built = options.built
        if built is None and options.flavour != "postil":
            built = pattern.build(options.pages, Path(folder), sys.executable)
        write_site(options.flavour, options.pages, options.root, built)
    return 0


if __name__ == "__main__":
    sys.exit(main())
