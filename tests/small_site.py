"""A site of a few explainers, small enough to be built hundreds of times."""

from pathlib import Path

SITE = "title: Small\nlanguage: en\n"
SOURCES = """\
reuters:
  kind: wire
  name: Reuters
state:
  kind: government
  name: State Department
jones:
  kind: official
  name: Stuart Jones
  speaks_for: state
report:
  kind: document
  name: A report
  note: Written for [@state].
"""
CONTEXT = """\
prison:
  title: The prison
  body: Mentioned in [@report, p. 6].
harbour:
  title: The harbour
  body: Nothing is known of it.
"""
ANNOTATIONS = """\
title: {title}
published: 2024-05-0{number}
annotations:
  - id: first
    quote: told reporters
    {attribution}
    note: |
      The first note of {title}.
  - id: second
    quote: a long report
    {body}
"""
ARTICLE = """\
A spokesman of {title} told reporters on Monday that nothing had happened.

He then read from a long report about the harbour, and left.
"""
# Of each explainer: its article's form, and whom its two annotations name.
EXPLAINERS = {
    "alpha": ("txt", "attributed_to: reuters", "context: harbour"),
    "beta": ("txt", "attributed_to: jones > reuters", "note: Another one."),
    "gamma": ("md", "sources: [reuters]", "context: prison"),
    "delta": ("txt", "status: disputed", "note: 'It says [@report, p. 7].'"),
}


def write_site(root: Path) -> Path:
    """Write the site into a folder that does not exist yet; the folder."""
    (root / "content").mkdir(parents=True)
    (root / "site.yaml").write_text(SITE, encoding="utf-8")
    (root / "content/sources.yaml").write_text(SOURCES, encoding="utf-8")
    (root / "content/context.yaml").write_text(CONTEXT, encoding="utf-8")
    for number, slug in enumerate(EXPLAINERS, 1):
        write_explainer(root, slug, number)
    return root


def write_explainer(root: Path, slug: str, number: int = 1, like: str = "") -> None:
    """Write content/SLUG/, made like the explainer of that name."""
    form, attribution, body = EXPLAINERS[like or slug]
    folder = root / "content" / slug
    folder.mkdir(exist_ok=True)
    article = ARTICLE.format(title=slug.title())
    (folder / f"article.{form}").write_text(article, encoding="utf-8")
    annotations = ANNOTATIONS.format(
        title=slug.title(), number=number, attribution=attribution, body=body
    )
    (folder / "annotations.yaml").write_text(annotations, encoding="utf-8")
