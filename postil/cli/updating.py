"""A newer version of an article: what changed in it, and what that does to the annotations."""

import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from postil import paths
from postil.cli.receiving import PAGE, ReceivedArticle, receive_article
from postil.diagnostics.model import Diagnostic, Report, SourceText
from postil.diagnostics.refusal import Refusal
from postil.diagnostics.render import as_text
from postil.output.writing import remove_files
from postil.site import files, loading, placing, versions, withdrawing
from postil.site.loading import Article, Loaded
from postil.site.model import Explainer
from postil.site.placing import Anchor
from postil.site.published import PublishedPassage
from postil.text import articles, revising
from postil.text.articles import Document, block_number
from postil.text.revising import Revised
from postil.yaml import editing

_MARK = b"\xef\xbb\xbf"  # a byte order mark
_CONTEXT = 32  # code points around a passage by which it is looked for
_MADE_FROM = re.compile(r"(?m)^ *# Made from \S+ beside it, as received: SHA-256 [0-9a-f]{64}\n")


class Standing(Struct, frozen=True):
    """An annotation that has its words in both versions; where it is written, and where they stand.

    Lines count from 1, of annotations.yaml and of the two versions of the article.
    """

    id: str
    line: int
    old_line: int
    new_line: int


class NewerVersion(Struct, frozen=True):
    """What is to be done about a newer version of an article, and what it does.

    `revised` is None if the version that was annotated is not known. Of the annotations, those in
    `near` hold, and the paragraph around them has changed; those in `moved` have their words in
    another paragraph; `broken` is what is wrong with the others, in the lines that annotations.yaml
    will have. `files` are to be written and `gone` to be removed, `kept` says by path where in
    the new folder of versions what they replace is kept; all paths are from the explainer's folder.
    """

    slug: str
    received: ReceivedArticle
    revised: Revised | None
    held: int
    near: tuple[Standing, ...]
    moved: tuple[Standing, ...]
    broken: tuple[Diagnostic, ...]
    files: Mapping[str, bytes]
    gone: tuple[str, ...]
    kept: Mapping[str, str]
    loaded: Loaded[Explainer]


def compare_versions(
    root: Path, slug: str, article: Path, day: str, output: Path
) -> NewerVersion | None:
    """What a newer version of an explainer's article, retrieved on a day, does; None if it is none.

    The annotated version is looked for among those that were kept and in the output folder, if the
    file has been changed by hand. Raises Refusal if something cannot be read or written.
    """
    now, loaded = _read(root, slug)
    facts = loaded.value.article
    received = receive_article(article, facts.lines)
    pinned = facts.sha256.lower() or now.sha256
    if (received.form, received.data) == (now.form, now.data) and pinned == now.sha256:
        return None
    is_now = pinned == now.sha256
    annotated = now if is_now else versions.version_of(root, slug, pinned, output)
    before = annotated or now
    old = articles.parse_article(before.source.text, before.form, facts.lines)
    revised = revising.revise(old, received.document)
    written = _pinned(root, slug, loaded, received, day)
    source = SourceText(f"{paths.explainer(slug)}/{received.name}", received.text)
    new = Article(source, received.data, received.form)
    held, near, moved, broken = _fates(written, (before, old), (new, received.document), revised)
    contents, gone, kept = _files(root, slug, received, now, day)
    annotations = _encoded(root, slug, written.located.source.text, received)
    return NewerVersion(
        slug=slug,
        received=received,
        revised=revised if annotated else None,
        held=held,
        near=near,
        moved=moved,
        broken=broken,
        files={**contents, paths.ANNOTATIONS: annotations},
        gone=gone,
        kept=kept,
        loaded=written,
    )


def _read(root: Path, slug: str) -> tuple[Article, Loaded[Explainer]]:
    if not (root / paths.annotations(slug)).is_file():
        raise Refusal(f"there is no {paths.annotations(slug)}", "`new` starts an explainer")
    report = Report()
    loaded = loading.read_explainer(root, slug, report)
    article = loading.read_article(root, slug, report)
    if loaded is None or article is None:
        errors = [each for each in report.in_order() if each.severity == "error"]
        raise Refusal(as_text(errors[0]), "mend this first; `check` says whether there is more")
    return article, loaded


def _pinned(
    root: Path, slug: str, loaded: Loaded[Explainer], received: ReceivedArticle, day: str
) -> Loaded[Explainer]:
    """annotations.yaml with the hash of the new version and the day on which it was retrieved."""
    digest = _sha256(received.data)
    located = editing.with_fields(loaded.located, "article", {"sha256": digest, "accessed": day})
    if located is None:
        raise Refusal(
            f"the new hash cannot be written into {paths.annotations(slug)}",
            f"write it by hand, below `article:`\n  sha256: {digest}\n  accessed: {day}",
        )
    return Loaded(files.convert("annotations", located.data), located)


def _encoded(root: Path, slug: str, text: str, received: ReceivedArticle) -> bytes:
    """annotations.yaml as its file has it: with its byte order mark, and the hash of a page that
    `new` noted in a comment."""
    has_mark = (root / paths.annotations(slug)).read_bytes().startswith(_MARK)
    page = root / paths.explainer(slug) / PAGE
    if received.page and page.is_file():
        text = text.replace(_sha256(page.read_bytes()), _sha256(received.page_bytes))
    elif not received.page:  # what it was made from is with the old version
        text = _MADE_FROM.sub("", text)
    return _MARK * has_mark + text.encode()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


# ------------------------------------------------------------------ annotations


_Version = tuple[Article, Document]


def _fates(
    loaded: Loaded[Explainer], before: _Version, after: _Version, revised: Revised
) -> tuple[int, tuple[Standing, ...], tuple[Standing, ...], tuple[Diagnostic, ...]]:
    """How many annotations hold; those to be looked at, those that moved, and what is broken."""
    ids = placing.assign_ids(loaded.value.annotations)
    report = Report()
    were = placing.place(loaded, ids, *before, Report(), drafts=True)
    hints = {anchor.id: tuple(_passages(anchor, before[1], revised)) for anchor in were}
    are = placing.place(loaded, ids, *after, report, drafts=True, published=hints)
    withdrawing.withdraw(loaded, ids, after[1], report, drafts=True)
    was = {anchor.id: anchor for anchor in were}
    changed = {each.line for each in revised.revisions if each.kind != "gone"}
    near, moved = [], []
    for anchor in are:
        if anchor.id not in was:
            continue
        standing = _standing(was[anchor.id], anchor, loaded, (before[1], after[1]))
        if not _is_in_place(was[anchor.id], anchor, after[1], revised):
            moved.append(standing)
        elif any(_block(after[1], place.start).line in changed for place in anchor.places):
            near.append(standing)
    held = len(are) - len(moved)
    return held, tuple(near), tuple(moved), tuple(report.in_order())


def _passages(anchor: Anchor, old: Document, revised: Revised) -> Iterator[PublishedPassage]:
    """The passages of the old version, at where they should be in the new one."""
    for start, end in ((place.start, place.end) for place in anchor.places):
        yield PublishedPassage(
            exact=old.text[start:end],
            prefix=old.text[max(0, start - _CONTEXT) : start],
            suffix=old.text[end : end + _CONTEXT],
            start=revised.moved(start),
        )


def _is_in_place(was: Anchor, now: Anchor, new: Document, revised: Revised) -> bool:
    """Whether each passage is in the paragraph that became of its own."""
    pairs = zip(was.places, now.places, strict=False)
    return len(was.places) == len(now.places) and all(
        block_number(new, revised.moved(one.start)) == block_number(new, other.start)
        for one, other in pairs
    )


def _block(document: Document, offset: int) -> articles.Block:
    return document.blocks[block_number(document, offset) - 1]


def _standing(
    was: Anchor, now: Anchor, loaded: Loaded[Explainer], documents: tuple[Document, Document]
) -> Standing:
    old, new = documents
    span = loaded.located.span(now.path)
    return Standing(
        id=now.id,
        line=span.source.position(span.start)[0],
        old_line=articles.line_of(old, was.first.start),
        new_line=articles.line_of(new, now.first.start),
    )


# ------------------------------------------------------------------ files


def _files(
    root: Path, slug: str, received: ReceivedArticle, now: Article, day: str
) -> tuple[dict[str, bytes], tuple[str, ...], dict[str, str]]:
    """What is to be written and removed besides annotations.yaml, and what is kept where."""
    folder, version = root / paths.explainer(slug), versions.new_folder(root, slug, day)
    wanted = {received.name: received.data, **received.page_file, **received.pictures}
    contents = {name: data for name, data in wanted.items() if _content(folder / name) != data}
    former = (now.source.path.rpartition("/")[2], PAGE)  # which may have had other names
    gone = tuple(name for name in former if name not in wanted and (folder / name).is_file())
    replaced = [*(name for name in contents if (folder / name).is_file()), *gone]
    return contents, gone, {name: f"{version}/{name}" for name in replaced}


def _content(file: Path) -> bytes | None:
    if any(part.is_symlink() for part in (file, file.parent)):
        raise Refusal(f"{file} is a link to another file", "put the file itself in its place")
    return file.read_bytes() if file.is_file() else None


def write(root: Path, newer: NewerVersion) -> list[str]:
    """Write all files of a newer version, or none; their names from the root, and of those kept.

    All of them are made ready first; then each takes its place in one step, what is kept before
    what replaces it and annotations.yaml last: whoever is killed in between has both versions, and
    the next build says `changed-article` until the command is given again. Raises Refusal if one
    cannot be written, and puts back what was there.
    """
    folder = root / paths.explainer(newer.slug)
    ready = folder.with_name(f".{folder.name}.{os.getpid()}")
    former = {
        name: (folder / name).read_bytes()
        for name in (*newer.files, *newer.gone)
        if (folder / name).is_file()
    }
    contents = {**{place: former[name] for name, place in newer.kept.items()}, **newer.files}
    order = [*(name for name in contents if name != paths.ANNOTATIONS), *newer.gone]
    done: list[str] = []
    try:
        for name, data in contents.items():
            (ready / name).parent.mkdir(parents=True, exist_ok=True)
            (ready / name).write_bytes(data)
        for name in (*order, paths.ANNOTATIONS):
            done.append(name)
            if name in newer.gone:
                (folder / name).unlink()
            else:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (ready / name).replace(folder / name)
    except BaseException as failure:
        _put_back(folder, done, former)
        if not isinstance(failure, OSError):
            raise
        way_out = "see to its permissions and to the room on the disk"
        raise Refusal(f"{folder} cannot be written: {failure.strerror}", way_out) from None
    finally:
        shutil.rmtree(ready, ignore_errors=True)
    return [f"{paths.explainer(newer.slug)}/{name}" for name in contents]


def _put_back(folder: Path, done: list[str], former: Mapping[str, bytes]) -> None:
    """Make the files of a folder what they were."""
    for name in reversed(done):
        if name in former:
            (folder / name).write_bytes(former[name])
        else:
            remove_files([name], folder)
