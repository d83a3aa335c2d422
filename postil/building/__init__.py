"""The stages in order, for one explainer and for a site, and what of them is stale.

Enters: export, page, output, record, site, language, diagnostics, paths.
"""

from postil.building.explainers import Build, Built, Inspect, build_explainer, nothing_built
from postil.building.opening import Opened, read_opened
from postil.building.results import Outcome, Result, build_result, is_made_of, no_result
from postil.building.sharing import (
    make_shared_page,
    shared_pages,
    site_exports,
    static_files,
    unused_entries,
    unused_warnings,
)
from postil.building.sites import SiteFiles, build_site, is_too_large, open_shared
from postil.building.staleness import Ground, differences_between, digest_of_templates
from postil.building.working import work_on

__all__ = [
    "Build", "Built", "Ground", "Inspect", "Opened", "Outcome", "Result", "SiteFiles",
    "build_explainer", "build_result", "build_site", "differences_between", "digest_of_templates",
    "is_made_of", "is_too_large", "make_shared_page", "no_result", "nothing_built", "open_shared",
    "read_opened", "shared_pages", "site_exports", "static_files", "unused_entries",
    "unused_warnings", "work_on",
]  # fmt: skip
