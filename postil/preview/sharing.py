"""The files that are not of one explainer, made when somebody asks for one.

A save can change every one of thousands of them; an editor looks at one or two.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from postil import building
from postil.building.results import without_files
from postil.diagnostics.model import Report
from postil.page.corpus import Corpus, gather
from postil.page.entries import PackedEntry
from postil.page.index_pages import index_order
from postil.page.paging import SharedPage
from postil.page.rendering import Renderer
from postil.site.examining import Shared


class SharedPages(Mapping[str, bytes]):
    """By their path below output/, all shared files of one state of a site.

    Where a template has a mistake, pages stay as they were in the state `before`, if any of them
    was made then. Of each sort one page is made at once, so that `diagnostics` has what is wrong
    with the templates.
    """

    def __init__(
        self,
        shared: Shared,
        entries: Iterable[PackedEntry],
        renderer: Renderer,
        before: Mapping[str, bytes],
    ) -> None:
        self._corpus: Corpus = gather(shared, index_order(entries))
        self._renderer = renderer
        self._before = dict(before._made) if isinstance(before, SharedPages) else {}
        self._made: dict[str, bytes] = {}
        rows = building.shared_pages(self._corpus)
        self._pages: dict[str, SharedPage] = {page.path: page for row in rows for page in row}
        self._exports = building.site_exports(self._corpus)
        report = Report()
        for row in rows:
            for page in row[:1]:
                self._make(page, report)
        self.diagnostics = without_files(report.diagnostics)

    def _make(self, page: SharedPage, report: Report) -> bytes | None:
        data = building.make_shared_page(page, self._corpus, self._renderer, report)
        data = self._before.get(page.path) if data is None else data
        if data is not None:
            self._made[page.path] = data
        return data

    def __getitem__(self, path: str) -> bytes:
        if path in self._exports and path not in self._made:
            self._made[path] = self._exports[path]()
        data = self._made.get(path) or self._make(self._pages[path], Report())
        if data is None:
            raise KeyError(path)
        return data

    def __contains__(self, path: object) -> bool:
        return path in self._pages or path in self._exports

    def __iter__(self) -> Iterator[str]:
        return chain(self._pages, self._exports)

    def __len__(self) -> int:
        return len(self._pages) + len(self._exports)
