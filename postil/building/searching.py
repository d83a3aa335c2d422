"""The index for the search of a site, made of its pages as they are published."""

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from postil.building.results import Together
from postil.building.staleness import Past
from postil.building.working import work_on
from postil.output.manifest import hash_of
from postil.output.publishing import Overtaken
from postil.output.search_index import index_files
from postil.output.searchable import searchable
from postil.output.staging import Staged, stage
from postil.site.searching import indexer
from postil.site.settings import Site


class Page(NamedTuple):
    """The page of an explainer: its file, and the SHA-256 that this has."""

    slug: str
    place: str
    hash: str


def search_files(pages: Iterable[tuple[str, bytes]], site: Site) -> dict[str, bytes]:
    """The index of these pages, by slug, as files by their path below output/."""
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder) / "pages"
        small.mkdir()
        for slug, data in pages:
            _put(small, slug, data)
        return dict(_index(small, site))


def renew_search(
    before: Together,
    pages: Sequence[Page],
    site: Site,
    past: Past,
    folder: Path,
    jobs: int | None = None,
) -> tuple[Together, dict[str, bytes | Staged]]:
    """What the index is now, and its files: made again if it is of other pages than `before`.

    They are made ready in `folder`. Raises `Overtaken` if a page is not what it should be.
    """
    of = _digest(pages, site)
    if before.of == of and past.is_held(before.hashes):
        return before, {path: Staged(digest) for path, digest in before.hashes.items()}
    held, files = past.held or {}, {}
    with tempfile.TemporaryDirectory(dir=folder) as own:
        small = Path(own) / "pages"
        small.mkdir()
        if not all(work_on(pages, partial(_open_pages, small), jobs)):
            raise Overtaken
        for path, data in _index(small, site):
            digest, is_held = hash_of(data), held.get(path) == hash_of(data)
            if not is_held:
                stage(data, path, folder)
            files[path] = Staged(digest, None if is_held else folder)
    return Together({path: file.hash for path, file in files.items()}, of), {**files}


def _digest(pages: Iterable[Page], site: Site) -> bytes:
    """What changes when the index has to be another."""
    parts = (site.language, *(f"{page.slug} {page.hash}" for page in pages))
    return blake2b("\n".join(parts).encode(), digest_size=16).digest()


def _index(small: Path, site: Site) -> Iterable[tuple[str, bytes]]:
    program = indexer()
    if program is None or not any(small.iterdir()):  # of nothing there is no index
        return ()
    return index_files(program, small, site.language)


def _open_pages(small: Path) -> Callable[[Page], bool]:
    return partial(_put_published, small)


def _put_published(small: Path, page: Page) -> bool:
    """Whether a page is what it should be: then what is found on it is put among the others."""
    try:
        data = Path(page.place).read_bytes()
    except OSError:
        return False
    if hash_of(data) != page.hash:
        return False
    _put(small, page.slug, data)
    return True


def _put(small: Path, slug: str, data: bytes) -> None:
    (small / slug).mkdir()
    (small / slug / "index.html").write_text(searchable(data), encoding="utf-8")


def pages_of_explainers(
    files: Mapping[str, bytes | Staged], slugs: Iterable[str], output: Path | None
) -> list[Page]:
    """The pages of explainers among the files of a site; what is not made is in `output`."""
    found = ((slug, f"{slug}/index.html") for slug in slugs)
    pages = ((slug, path, files[path]) for slug, path in found if path in files)
    return [
        Page(slug, file.place(path) or f"{output}/{path}", file.hash)
        for slug, path, file in pages
        if isinstance(file, Staged)
    ]
