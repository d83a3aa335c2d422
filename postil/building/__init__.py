"""The stages in order, for one explainer and for a site, and what of them is stale.

Enters: export, page, output, record, site, language, diagnostics, paths.
"""

from postil.building.explainers import Build, Built, Inspect, build_explainer, nothing_built
from postil.building.sharing import (
    make_shared_page,
    shared_pages,
    site_exports,
    static_files,
    unused_entries,
    unused_warnings,
)
from postil.building.sites import SiteFiles, build_site, open_shared

__all__ = [
    "Build", "Built", "Inspect", "SiteFiles", "build_explainer", "build_site", "make_shared_page",
    "nothing_built", "open_shared", "shared_pages", "site_exports", "static_files",
    "unused_entries", "unused_warnings",
]  # fmt: skip
