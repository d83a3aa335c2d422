"""Every file for other programs: a row here, a module each; beside a page, words for its link."""

from collections.abc import Callable

from msgspec import Struct

from postil.export import bibtex, citing, csl_json, feeds, jsonld, prov, ris, sitemap
from postil.page.corpus import Corpus
from postil.site.examining import Placed, Shared


class Export(Struct, frozen=True):
    """One file beside a page: its name, its media type, the key of its words, and what makes it."""

    name: str
    media_type: str
    label: str
    make: Callable[[Placed, Shared], bytes]


EXPORTS = (
    Export(jsonld.NAME, "application/ld+json", "download_annotations", jsonld.annotation_page),
    Export("provenance.jsonld", "application/ld+json", "download_provenance", prov.provenance),
    Export(
        "sources.json",
        "application/vnd.citationstyles.csl+json",
        "download_csl",
        csl_json.csl_items,
    ),
    Export("sources.bib", "application/x-bibtex", "download_bibtex", bibtex.bibliography),
    Export("sources.ris", "application/x-research-info-systems", "download_ris", ris.ris_records),
)

# The page itself, for whoever cites it.
CITATIONS = (
    Export("cite.bib", "application/x-bibtex", "cite_bibtex", citing.page_as_bibtex),
    Export("cite.ris", "application/x-research-info-systems", "cite_ris", citing.page_as_ris),
    Export("cite.json", "application/vnd.citationstyles.csl+json", "cite_csl", citing.page_as_csl),
)

# Those of the whole site, by their path below output/. Their addresses are whole ones: only a site
# that says where it will stand (base_url) has them.
SITE_EXPORTS: dict[str, Callable[[Corpus], bytes]] = {
    feeds.FEED: feeds.explainers_feed,
    feeds.CORRECTIONS: feeds.corrections_feed,
    "robots.txt": sitemap.robots,
    "sitemap.xml": sitemap.sitemap,
}
