"""What a page says of itself to search engines, in the terms of https://schema.org.

There is no ClaimReview: that wants a claim with its author and a rating on a scale, and what an
editor gives is a word of judgement on a passage, which may be a question, a figure or half a
sentence.
"""

from collections.abc import Iterable, Iterator, Sequence

from postil.export.csl_json import item_of, listed_works
from postil.export.encoding import Json
from postil.page.naming import web_address
from postil.page.views import CorrectionView, PageView
from postil.site.addresses import source_address
from postil.site.csl import Name
from postil.site.examining import Placed, Shared
from postil.site.settings import Site
from postil.text.rich import plain_words

# What a work of a type of CSL is.
_TYPES = {
    "article-journal": "ScholarlyArticle",
    "article-newspaper": "NewsArticle",
    "book": "Book",
    "chapter": "Chapter",
    "report": "Report",
    "webpage": "WebPage",
}


def linked_data(placed: Placed, shared: Shared, page: PageView) -> Json:
    """The explainer as an Article in JSON-LD: on what it is based, what it cites, its corrections.

    Addresses are whole ones where the site knows its own, else relative to the page.
    """
    explainer, site = placed.explainer, shared.site.value
    article: Json = {
        "@context": "https://schema.org",
        "@type": "Article",
        "@id": page.address,
        "url": page.address,
        "headline": explainer.title,
        "description": page.description,
        "inLanguage": page.language,
        "datePublished": explainer.published,
        "dateModified": explainer.updated,
        "author": [_author(name, site) for name in explainer.authors],
        "publisher": _publisher(site),
        "image": f"{page.address}{page.poster}" if page.poster else "",
        "isBasedOn": _annotated(placed, shared, page),
        "citation": list(_citations(placed, shared)),
        "correction": list(_corrections(page)),
    }
    return _filled(article)


def _filled(node: Json) -> Json:
    """A node without what is empty."""
    return {key: value for key, value in node.items() if value}


def _author(name: str, site: Site) -> Json:
    """Who annotated: a person, unless the site itself is named."""
    is_site = name in (site.publisher, site.title)
    return {"@type": "Organization" if is_site else "Person", "name": name}


def _publisher(site: Site) -> Json:
    name, address = site.publisher or site.title, site.home_url or web_address(site, "")
    return _filled({"@type": "Organization", "name": name, "url": address})


def _annotated(placed: Placed, shared: Shared, page: PageView) -> Json:
    """The article that is annotated; where no outlet published it, it is a work of some sort."""
    facts = placed.explainer.article
    outlet = shared.sources.value[facts.outlet].name if facts.outlet else ""
    return _filled(
        {
            "@type": "Article" if outlet else "CreativeWork",
            "name": facts.title,
            "url": facts.url,
            "archivedAt": facts.archive_url,
            "author": [_writer(name) for name in facts.author],
            "publisher": outlet and {"@type": "Organization", "name": outlet},
            "datePublished": facts.issued,
            "inLanguage": page.article.language,
        }
    )


def _writer(name: str | Name) -> Json:
    """Who wrote the article; what CSL has as a `literal` is no person's name."""
    is_body = not isinstance(name, str) and bool(name.literal)
    return {"@type": "Organization" if is_body else "Person", "name": str(name)}


def _citations(placed: Placed, shared: Shared) -> Iterator[Json]:
    """Every work of the source list, named by its entry on the page."""
    for id, source in listed_works(placed, shared):
        item = item_of(id, source)
        yield _filled(
            {
                "@type": _TYPES.get(item["type"], "CreativeWork"),
                "@id": f"#source-{source_address(id)}",
                "name": plain_words(item.get("title", "")) or source.name,
                "url": source.address,
                "datePublished": _day(item.get("issued", {})),
            }
        )


def _day(issued: Json) -> str:
    """A date of CSL-JSON in ISO 8601, of a range both ends; empty for one in words or before 1."""
    ends: Sequence[Sequence[int]] = issued.get("date-parts", ())
    if any(end[0] < 1 for end in ends):
        return ""
    return "/".join(_written(end) for end in ends)


def _written(parts: Iterable[int]) -> str:
    year, *rest = parts
    return "-".join([f"{year:04}", *(f"{part:02}" for part in rest)])


def _corrections(page: PageView) -> Iterator[Json]:
    for each in page.log:
        if each.correction:
            yield _correction(each.correction)


def _correction(made: CorrectionView) -> Json:
    was, now = (view.prose.text() if view else "" for view in (made.was, made.now))
    return {
        "@type": "CorrectionComment",
        "@id": f"#{made.element_id}",
        "datePublished": made.date.iso,
        "text": f"{was} → {now}",
    }
