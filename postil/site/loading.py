"""The site's files, read and checked one by one: YAML to models, articles to text."""

import hashlib
import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec
from msgspec import structs

from postil import paths
from postil.diagnostics.codes import ErrorCode
from postil.diagnostics.model import Report, SourceText, Span
from postil.site import files, listed, model
from postil.site.decoding import decode, odd_characters
from postil.text import articles, disguises
from postil.text.articles import Document, Form
from postil.text.formats import FORMATS
from postil.yaml import reading
from postil.yaml.reading import Dialect, Located

T = TypeVar("T")

SPLIT = "make several explainers of it"  # what is too large
# What YAML is told of the site's files, so that it can tell what was meant.
DIALECT = Dialect(
    fields=frozenset(model.Explainer.__struct_fields__ + model.Annotation.__struct_fields__),
    quoting=frozenset({"quote", "also", "prefix", "suffix", "to", "was", "now", "title"}),
    way_out=SPLIT,
)
YAML_LIMIT = 1 << 20  # bytes; what an editor writes by hand stays far below
# What all explainers share grows with them: some 80,000 sources of the usual length.
SHARED_LIMIT = 16 << 20  # bytes
_OF_SHARED = {
    name: structs.replace(
        DIALECT,
        size=SHARED_LIMIT,
        nodes=2_000_000,
        way_out=f"take out what nothing uses (warning unused-{unused}), or {otherwise}",
    )
    for name, unused, otherwise in (
        ("sources", "source", "put some of it into a file in content/sources/"),
        ("context", "context", "make two sites of it"),
    )
}
IMAGE_LIMIT = 10 << 20  # bytes
MOST_BRACKETS = 30_000  # in one file with Markdown
ARTICLE_LIMIT = 2 << 20  # bytes; longer texts make pages that no phone opens
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
RESERVED_SLUGS = frozenset(
    {"static", "sources", "statuses", "search", "page", "context"}
)  # beside the pages of all


class Loaded(Generic[T]):
    """A file that its model accepts, and where each of its values stands.

    The places can be left to be found when somebody asks for them, which mostly nobody does.
    """

    def __init__(self, value: T, located: Located | Callable[[], Located]) -> None:
        self.value = value
        self._located = located

    @property
    def located(self) -> Located:
        if not isinstance(self._located, Located):
            self._located = self._located()
        return self._located


class Article(msgspec.Struct, frozen=True):
    """An article as received. `source.text` is without a byte order mark; `data` is not."""

    source: SourceText
    data: bytes
    form: Form

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


def read_explainer(root: Path, slug: str, report: Report) -> Loaded[model.Explainer] | None:
    """content/SLUG/annotations.yaml."""
    return read_yaml(root, paths.annotations(slug), "annotations", report)


def slugs(root: Path, report: Report) -> list[str]:
    """The names of the explainers' folders, sorted; a name that cannot be an address is reported.

    Names that begin with a dot or an underscore are left alone.
    """
    folder = root / "content"
    if not folder.is_dir():
        report.error(
            "missing-content",
            f"there is no folder {'content/' if root.is_dir() else root}",
            _file("content"),
            help="make one, or name the site's folder with --root",
        )
        return []
    folders = sorted(
        (entry for entry in os.scandir(folder) if entry.is_dir() and entry.name[0] not in "._"),
        key=lambda entry: entry.name,
    )
    alike = Counter(entry.name.lower() for entry in folders)
    return [entry.name for entry in folders if _is_slug(entry, alike, report)]


def is_reserved_slug(slug: str) -> bool:
    """Whether a name has another meaning below output/, or none that a system allows."""
    return slug in RESERVED_SLUGS or paths.is_device(slug)


def _is_slug(entry: os.DirEntry[str], alike: Counter[str], report: Report) -> bool:
    name, span = entry.name, _file(paths.explainer(entry.name))
    if entry.is_symlink():
        report.error(
            "symlink",
            f"`{name}` is a link to another folder",
            span,
            help="put the folder itself into content/",
        )
    elif alike[name.lower()] > 1:
        report.error(
            "slug-clash",
            f"`{name}` differs from another folder in capitals only",
            span,
            help="rename one: some systems take both names for the same",
        )
    elif paths.explainer(name) == paths.MORE_SOURCES and not _has_explainer(Path(entry.path)):
        return False
    elif is_reserved_slug(name):
        report.error("slug-clash", f"`{name}` is reserved", span, help="rename the folder")
    elif not SLUG.fullmatch(name):
        proposal = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "explainer"
        report.error(
            "bad-slug",
            f"`{name}` cannot be part of an address: use a to z, 0 to 9 and single hyphens",
            span,
            help=f"rename the folder to {proposal}",
        )
    else:
        return True
    return False


def _has_explainer(folder: Path) -> bool:
    return any((folder / name).exists() for name in (paths.ANNOTATIONS, *paths.ARTICLES))


# ------------------------------------------------------------------ YAML


def read_yaml(
    root: Path, path: str, name: str, report: Report, *, optional: bool = False
) -> Loaded[Any] | None:
    """One YAML file as its model, or None with the reasons in the report."""
    if optional and not (root / path).exists() and not _misnamed(root / path):
        return Loaded(files.convert(name, {}), Located.empty(path))
    dialect = _OF_SHARED.get(name, DIALECT)
    data = read_file(root, path, dialect.size, report, dialect.way_out)
    source = decode(path, data, report) if data is not None else None
    if source is not None and _has_too_many_brackets(source, report, dialect.way_out):
        return None
    if source is None:
        return None
    found = Report()
    loaded = _understand(name, source, dialect, found)
    if found.failed and name in ("annotations", "sources"):
        from postil.site import misplacing  # only when something is wrong

        found = misplacing.reconsider(found, source, dialect)
    report.extend(found.diagnostics)
    return loaded


def _understand(
    name: str, source: SourceText, dialect: Dialect, report: Report
) -> Loaded[Any] | None:
    document = reading.read(source, report, dialect)
    if document is None:
        return None
    document = document.without_nothing()
    if name == "sources":
        document = listed.by_id(document, report)
    try:
        return Loaded(files.convert(name, document.data), document)
    except msgspec.ValidationError:
        from postil.site import explaining  # only when something is wrong

        explaining.explain(name, document, report)
        return _with_stand_ins(name, document)


def places_in(root: Path, path: str, name: str) -> Located:
    """Where the values of a file stand that has been accepted before."""
    loaded = read_yaml(root, path, name, Report(), optional=True)
    return loaded.located if loaded else Located.empty(path)


def _with_stand_ins(name: str, document: Located) -> Loaded[Any] | None:
    """The sound entries of a file of entries by id, and stand-ins of that id for the others."""
    stand_in = _STAND_INS.get(name)
    if stand_in is None or not isinstance(document.data, dict):
        return None
    entries: dict[str, Any] = {}
    for id, entry in document.data.items():
        try:
            entries |= files.convert(name, {id: entry})
        except msgspec.ValidationError:
            entries[id] = stand_in(id)
    return Loaded(entries, document)


_STAND_INS: dict[str, Callable[[str], Any]] = {
    "sources": lambda id: model.Source("person", id),
    "context": lambda id: model.ContextBox(id, id),
}


def read_file(
    root: Path, path: str, limit: int, report: Report, way_out: str = SPLIT
) -> bytes | None:
    """The bytes of one file of the site; never through a link, never over `limit` bytes.

    `way_out` is what to do about one that is over it.
    """
    file, whole = root / path, _file(path)
    try:
        state = os.lstat(file)
    except OSError:
        state = None  # to open it tells why
    if state and stat.S_ISLNK(state.st_mode):
        help = "put the file itself here: Postil reads nothing outside its folder"
        report.error("symlink", "this is a link to another file", whole, help=help)
        return None
    if state and not stat.S_ISREG(state.st_mode):
        message = "it cannot be read: it is a folder, a pipe or a device"
        report.error("unreadable-file", message, whole, help="put a file in its place")
        return None
    try:
        with file.open("rb") as stream:
            data = stream.read(limit + 1)
    except FileNotFoundError:
        other = _misnamed(file)
        help = f"rename {other} to {file.name}" if other else "create it"
        report.error("missing-file", f"{path} does not exist", whole, help=help)
        return None
    except OSError as error:
        message = f"it cannot be read: {error.strerror}"
        report.error("unreadable-file", message, whole, help="see to its permissions")
        return None
    if len(data) > limit:
        message = f"this file is over {limit >> 20} MB"
        report.error("file-too-large", message, whole, help=way_out)
        return None
    return data


def _has_too_many_brackets(source: SourceText, report: Report, way_out: str = SPLIT) -> bool:
    """Whether Markdown would take too long: each `[` may be a link, to be looked for at length."""
    if source.text.count("[") <= MOST_BRACKETS:
        return False
    report.error(
        "file-too-large",
        f"this file has more than {MOST_BRACKETS} opening brackets",
        _file(source.path, source.text),
        help=way_out,
    )
    return True


# ------------------------------------------------------------------ articles


def read_article(root: Path, slug: str, report: Report) -> Article | None:
    """The article in content/SLUG/, in one of the formats; exactly one of them."""
    folder = root / "content" / slug
    names = list(paths.ARTICLES)
    found = [name for name in names if (folder / name).exists()]
    if len(found) > 1:
        message = f"both {' and '.join(found)} are here"
        place = _file(f"{paths.explainer(slug)}/{found[0]}")
        report.error("several-articles", message, place, help="keep one of them")
        return None
    if not found:
        meant = {name: other for name in names if (other := _misnamed(folder / name))}
        help = next((f"rename {meant[name]} to {name}" for name in meant), "")
        help = help or f"put the text into {' or '.join(names)}"
        place = _file(f"{paths.explainer(slug)}/{names[0]}")
        report.error("missing-article", "there is no article here", place, help=help)
        return None
    path = f"{paths.explainer(slug)}/{found[0]}"
    data = read_file(root, path, ARTICLE_LIMIT, report)
    if data is None or _is_disguised(path, data, report):
        return None
    source = decode(path, data, report)
    if source is None:
        return None
    if paths.ARTICLES[found[0]] == "md" and _has_too_many_brackets(source, report):
        return None
    if not source.text.strip():
        report.error(
            "empty-article", "the article has no text", _file(path), help="put the text into it"
        )
        return None
    report.extend(odd_characters(source))
    return Article(source, data, paths.ARTICLES[found[0]])


def _is_disguised(path: str, data: bytes, report: Report) -> bool:
    seen = disguises.see_through(data)
    if seen:
        report.error("not-text", f"this is {seen.name}", _file(path), help=seen.help)
    return seen is not None


def read_images(
    root: Path, slug: str, article: Article, document: Document, report: Report
) -> dict[str, bytes]:
    """The pictures of the article that lie in its folder, by their path below output/."""
    files, text = {}, article.source.text
    images = articles.local_images(document)
    for (path, address), place in zip(
        images.items(), find_each(images.values(), text), strict=True
    ):
        span = Span(article.source, place, place + len(address))
        data = read_image(root / "content" / slug, path, span, report)
        if data is not None:
            files[f"{slug}/{path}"] = data
    return files


def find_each(wanted: Iterable[str], text: str) -> Iterator[int]:
    """Where each of some words stands: mostly after the one before; what is nowhere, with that.

    The text is looked through a few times in all, however many are nowhere.
    """
    place, effort = 0, 4 * len(text)
    for words in wanted:
        for start, end in ((place, len(text)), (0, place)):
            if effort > 0:
                found = text.find(words, start, end + len(words))
                effort -= (found if found >= 0 else end) - start
                if found >= 0:
                    place = found
                    break
        yield place


def read_image(folder: Path, path: str, span: Span, report: Report) -> bytes | None:
    """A picture by its path from a folder of content/, which is named at `span`."""
    file = folder / path
    code: ErrorCode
    if any(part.is_symlink() for part in (file, *file.parents) if part != folder.parent):
        code, message = "symlink", "is a link to another file"
        help = "put the file itself here: Postil reads nothing outside its folder"
    elif not file.is_file():
        code, message = "missing-file", "is not in the folder"
        help = "put the picture beside the file that names it"
    elif file.stat().st_size > IMAGE_LIMIT:
        code, message = "file-too-large", f"is over {IMAGE_LIMIT >> 20} MB"
        help = "make the picture smaller"
    else:
        return file.read_bytes()
    report.error(code, f"`{path}` {message}", span, help=help)
    return None


def names_meant_as(name: str) -> set[str]:
    """What people, and systems that hide the ends of names, write in place of a file's name."""
    stem, dot, end = name.rpartition(".")
    alike = (".yaml", ".yml") if end == "yaml" else FORMATS[articles.form_of(dot + end)].suffixes
    return {f"{stem}{each}{hidden}" for each in alike for hidden in ("", ".txt")}


def _misnamed(file: Path) -> str:
    """The name of a file that may have been meant for one that is not there; or nothing."""
    wanted = names_meant_as(file.name)
    others = (path.name for path in file.parent.iterdir()) if file.parent.is_dir() else ()
    return next((name for name in sorted(others) if name.lower() in wanted), "")


def _file(path: str, text: str = "") -> Span:
    """A file as a whole: its first character."""
    return Span(SourceText(path, text))
