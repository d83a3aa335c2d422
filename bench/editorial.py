"""The site as an editor writes it for Postil: articles, and annotations that quote them."""

import json
from collections.abc import Iterable, Iterator

import prose
from prose import Annotation, Box, Explainer, Source, Use

CHECKED = "2024-12-20"
OUTLET = "harbour-gazette"
RIGHTS = "Quoted for comment and criticism."


def write_for_postil(pages: int) -> Iterator[tuple[str, str]]:
    """Every file of a site of `pages` explainers: its path in the site, and what it holds."""
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
