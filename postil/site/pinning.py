"""Whether an article's file is still the one that was annotated: a hash pins its bytes."""

import hashlib

from postil.diagnostics.model import Report
from postil.site.loading import Article, Loaded
from postil.site.model import Explainer

_KEEP = "put `content/**/article.* -text` into .gitattributes"


def check_pinned(article: Article, loaded: Loaded[Explainer], report: Report) -> None:
    """Report `changed-article` if annotations.yaml has another hash than the article's file."""
    pinned = loaded.value.article.sha256.lower()
    if not pinned or pinned == article.sha256:
        return
    name = article.source.path.rpartition("/")[2]
    why, help = _rewritten(article, pinned) or (
        "",
        f"see what changed: update {_slug(article)} --article {article.source.path}\n"
        f"if every note still fits, write the new hash: sha256: {article.sha256}",
    )
    report.error(
        "changed-article",
        f"{name} is not the file that was annotated: its SHA-256 is another one",
        loaded.located.span(("article", "sha256")),
        notes=[
            ("annotated", pinned),
            ("now", f"{article.sha256} ({name})"),
            *([("why", why)] if why else []),
        ],
        help=help,
    )


def _slug(article: Article) -> str:
    return article.source.path.split("/")[-2]


def _rewritten(article: Article, pinned: str) -> tuple[str, str] | None:
    """If only the ends of lines differ, throughout: how that happens, and how to get them back."""
    data, path = article.data, article.source.path
    unix = data.replace(b"\r\n", b"\n")
    windows = unix.replace(b"\n", b"\r\n")
    if data == windows and _sha256(unix) == pinned:
        return (
            "all lines end in CR LF and ended in LF: Git on Windows does so when it checks out",
            f"{_KEEP}, delete the file, and fetch it anew: git checkout {path}",
        )
    if data == unix and _sha256(windows) == pinned:
        return (
            "all lines end in LF and ended in CR LF: Git on Windows does so when it commits",
            f"{_KEEP}, and put the file as you received it in its place",
        )
    return None


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
