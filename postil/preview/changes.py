"""The word diff of an article and the version that was annotated, or the one before, as a page."""

from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

from postil import paths
from postil.diagnostics.codes import Code
from postil.diagnostics.model import Report, SourceText
from postil.preview import manual
from postil.site import loading, versions
from postil.site.loading import Article
from postil.text import articles, revising
from postil.text.articles import Lines
from postil.text.revising import EditedWords, Revision

# What may be wrong because an article has changed.
_OF_CHANGES: frozenset[Code] = frozenset(
    {"changed-article", "orphan", "ambiguous", "wrong-occurrence", "withdrawn-passage"}
)
_TAGS = {"gone": "del", "new": "ins"}
_UNKNOWN = (
    "<p>The version that was annotated is not known: it is neither published nor was it kept by "
    "<code>update</code>.</p>\n"
)


def comparison_of(code: Code, file: str, root: Path) -> str:
    """Where, from the preview's own address, it is shown what may have led to a diagnostic of a
    file; empty if no version is known that could be compared."""
    folder, _, name = file.rpartition("/")
    if code not in _OF_CHANGES or name != paths.ANNOTATIONS:
        return ""
    has_versions = (root / folder / versions.VERSIONS).is_dir()
    return (
        f"changes/{folder.rpartition('/')[2]}" if has_versions or code == "changed-article" else ""
    )


def changes_page(root: Path, slug: str, shown: Callable[[str], bytes | None]) -> bytes | None:
    """What changed in an explainer's article; None if there is no such article.

    `shown` has the files of the last good page: of an article that was changed by hand, it may have
    the version that was annotated.
    """
    now = loading.read_article(root, slug, Report())
    loaded = loading.read_explainer(root, slug, Report())
    if now is None:
        return None
    facts = loaded.value.article if loaded else None
    pinned = facts.sha256.lower() if facts else ""
    before = _before(root, slug, now, pinned, shown)
    title = f"What changed in {now.source.path}"
    body = _compared(before, now, facts.lines if facts else None) if before else _UNKNOWN
    return manual.framed(title, f"<h1>{escape(title)}</h1>\n{body}")


def _before(
    root: Path, slug: str, now: Article, pinned: str, shown: Callable[[str], bytes | None]
) -> Article | None:
    """The version that was annotated, if the file is another one; else the one before it."""
    if pinned in ("", now.sha256):
        return versions.last_version(root, slug)
    for name, form in paths.ARTICLES.items():
        path = f"{slug}/{name}"
        if data := shown(path):
            text = data.decode("utf-8-sig", "replace")
            article = Article(SourceText(path, text), data, form)
            if article.sha256 == pinned:
                return article
    return versions.version_of(root, slug, pinned, root / paths.OUTPUT)


def _compared(before: Article, now: Article, lines: Lines | None) -> str:
    old, new = (
        articles.parse_article(each.source.text, each.form, lines) for each in (before, now)
    )
    revised = revising.revise(old, new)
    if not revised.revisions:
        return "<p>The words are the same; marks or white space may differ.</p>\n"
    about = f"Compared with <code>{escape(before.source.path)}</code>; words that are "
    figures = f"<del>gone</del>: {revised.gone}, <ins>new</ins>: {revised.new}."
    return f"<p>{about}{figures}</p>\n" + "".join(map(_paragraph, revised.revisions))


def _paragraph(revision: Revision) -> str:
    where = "gone" if revision.kind == "gone" else f"line {revision.line}"
    return f'<p dir="auto"><small>{where}</small><br>{"".join(_edits(revision))}</p>\n'


def _edits(revision: Revision) -> Iterator[str]:
    for edit in revision.edits:
        yield f"{' ' * edit.is_spaced}{_marked(edit)}"


def _marked(edit: EditedWords) -> str:
    tag = _TAGS.get(edit.kind)
    words = escape(edit.words)
    return f"<{tag}>{words}</{tag}>" if tag else words
