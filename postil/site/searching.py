"""The search of a site: whether it is wanted, and the program that makes its index."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from postil.diagnostics.model import Report
from postil.site.loading import Loaded
from postil.site.settings import Site

# Packages that have the program inside; the first one also cuts Chinese and Japanese into words.
_PACKAGES = ("pagefind_bin_extended", "pagefind_bin")


@cache
def indexer() -> Path | None:
    """Where the program Pagefind is; None without the extra `search`."""
    for name in _PACKAGES:
        if find_spec(name):
            try:
                return Path(import_module(name).get_executable())
            except FileNotFoundError:  # a package for another machine
                continue
    return None


def has_search(site: Site) -> bool:
    """Whether readers can search a site: it wants that, and an index can be made."""
    return site.search and indexer() is not None


def check_search(site: Loaded[Site], report: Report) -> None:
    """Warn of a search that is wanted, and for which the program is not installed."""
    if site.value.search and not has_search(site.value):
        report.warning(
            "missing-extra",
            "the search needs a program that is not installed: the pages are without one",
            site.located.key_span(("search",)),
            help='pip install "postil[search]"',
        )
