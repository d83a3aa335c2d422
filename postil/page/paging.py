"""Pages that are not of one explainer: their files, and long lists on several of them."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from postil.page.site_views import Pager, SiteView

Item = TypeVar("Item")


class MadeOf(NamedTuple):
    """What decides what a page says: entries, by their places in the corpus, and what their pages
    list; further sources, by their ids; and facts, as plain data, that others have a part in."""

    entries: Sequence[int]
    sources: Sequence[str]
    facts: tuple[object, ...]


class SharedPage(NamedTuple):
    """A page before it is made: its file below output/, its template, and what makes its view.

    Of a preview's pages most are never asked for. `made_of` says what decides what the page says;
    it is None if everything may matter.
    """

    path: str
    template: str
    view: Callable[[], SiteView]
    made_of: Callable[[], MadeOf] | None = None


class PageOfList(NamedTuple):
    """Which page of a list this is; `pager` is None if it is the only one."""

    path: str
    number: int
    pager: Pager | None


def pages_of(
    path: str, items: Sequence[Item], at_once: int
) -> Iterator[tuple[PageOfList, Sequence[Item]]]:
    """The pages of a list, at least one, and what is on each. The file of the first is `path`."""
    count = max(1, -(-len(items) // at_once))
    for number in range(1, count + 1):
        part = items[(number - 1) * at_once : number * at_once]
        yield PageOfList(page_path(path, number), number, _pager(path, number, count)), part


def page_path(path: str, number: int) -> str:
    """The file of a page of a list, by its number from 1."""
    return path if number == 1 else f"{path.removesuffix('index.html')}page/{number}/index.html"


def root_of(path: str) -> str:
    """What leads from a file below output/ to the top."""
    return "../" * path.count("/")


def _pager(path: str, number: int, count: int) -> Pager | None:
    if count == 1:
        return None
    root = root_of(page_path(path, number))
    before, after = (f"{root}{page_path(path, other)}" for other in (number - 1, number + 1))
    return Pager(number, count, before if number > 1 else "", after if number < count else "")
