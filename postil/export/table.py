"""Every file for other programs that lies beside a page: a row here, a module each, its words."""

from collections.abc import Callable

from msgspec import Struct

from postil.export import bibtex, csl_json, jsonld, prov, ris
from postil.site.examining import Placed, Shared
from postil.site.published import ANNOTATION_PAGE


class Export(Struct, frozen=True):
    """One file: its name, its media type, the key of its words, and what makes it."""

    name: str
    media_type: str
    label: str
    make: Callable[[Placed, Shared], bytes]


EXPORTS = (
    Export(ANNOTATION_PAGE, "application/ld+json", "download_annotations", jsonld.annotation_page),
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
