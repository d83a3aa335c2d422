"""The page itself as a reference, for whoever cites it: in the same forms as its sources."""

from postil.export.bibtex import entry_of
from postil.export.csl_json import item_of
from postil.export.encoding import Json, encoded
from postil.export.ris import record_of
from postil.page.naming import web_address
from postil.site.csl import Text
from postil.site.csl_dates import CslDate
from postil.site.examining import Placed, Shared
from postil.site.model import Source


def page_as_csl(placed: Placed, shared: Shared) -> bytes:
    """An array of one CSL-JSON item."""
    return encoded([_item(placed, shared)])


def page_as_bibtex(placed: Placed, shared: Shared) -> bytes:
    """One entry of BibTeX, in UTF-8."""
    return entry_of(_item(placed, shared)).encode()


def page_as_ris(placed: Placed, shared: Shared) -> bytes:
    """One record of RIS, in UTF-8."""
    return record_of(_item(placed, shared)).encode()


def _item(placed: Placed, shared: Shared) -> Json:
    """The page as a CSL item: a web page that is part of the site, changed last when it says so."""
    explainer, site = placed.explainer, shared.site.value
    page = Source(
        kind="reference",  # which in CSL is a web page
        name=site.title,
        title=Text(explainer.title),
        author=explainer.authors,
        container_title=Text(site.title),
        publisher=Text(site.publisher),
        issued=CslDate.read(explainer.updated or explainer.published),
        url=web_address(site, f"{placed.slug}/"),
        language=Text(explainer.language or site.language),
    )
    return item_of(placed.slug, page)
