"""The build, stage by stage: read, check, place, compose, render; all in memory."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from postil import paths
from postil.diagnostics.model import Diagnostic, Report, SourceText, Span
from postil.export import jsonld
from postil.language import words
from postil.page import composing, theming
from postil.page.composing import Materials
from postil.page.rendering import Renderer, TemplateMistake
from postil.page.views import Entry, IndexView
from postil.site import checking, loading, placing
from postil.site.loading import Article, Inputs, Loaded
from postil.site.model import Explainer, Theme
from postil.site.placing import Anchor
from postil.text import articles, prose
from postil.text.articles import Document

POOL_WORTH = 24  # explainers; below, starting further processes costs more than it saves


class Built(Struct, frozen=True):
    """One explainer: its files by their path below output/, and what the index says of it."""

    slug: str
    files: dict[str, bytes]
    entry: Entry | None
    used_sources: frozenset[str]
    used_contexts: frozenset[str]
    diagnostics: tuple[Diagnostic, ...]


class SiteFiles(Struct, frozen=True):
    """A whole site: its files by their path below output/; none of use if the report failed."""

    files: dict[str, bytes]
    entries: tuple[Entry, ...]
    report: Report


class Workshop(Struct, frozen=True):
    """What building any explainer of a site needs; made once.

    `sound` says that what all explainers share has no mistakes: only then pages are composed.
    """

    root: Path
    inputs: Inputs
    shared_texts: checking.Texts
    source_texts: checking.Texts
    renderer: Renderer
    drafts: bool
    sound: bool


Watch = Callable[[Iterator[Built], int], Iterator[Built]]


def build_site(
    root: Path, *, drafts: bool = False, jobs: int | None = None, watch: Watch | None = None
) -> SiteFiles:
    """Everything that belongs into output/. `jobs` is the number of processes; None: as fits.

    `watch` is given the explainers as they come, and how many there will be, and passes them on.
    """
    report = Report()
    slugs = loading.slugs(root, report)
    workshop = open_workshop(root, report, drafts=drafts)
    if workshop is None:
        for slug in slugs:
            examine(root, slug, report, drafts=drafts)
        return SiteFiles({}, (), report)
    coming = build_explainers(workshop, slugs, jobs)
    built = list(watch(coming, len(slugs)) if watch else coming)
    for explainer in built:
        report.extend(explainer.diagnostics)
    if not report.failed:  # otherwise what could not be read may use it
        report.extend(unused(workshop.inputs, built))
    entries = in_index_order(explainer.entry for explainer in built)
    files = {path: data for explainer in built for path, data in explainer.files.items()}
    files |= static_files(root, workshop.inputs.site.value.theme, report)
    files |= index_files(workshop, entries, report)
    return SiteFiles(files, entries, report)


def open_workshop(root: Path, report: Report, *, drafts: bool) -> Workshop | None:
    """Read and check what all explainers share; None if that cannot be read."""
    checked = Report()
    inputs = loading.read_inputs(root, checked)
    if inputs is None:
        report.extend(checked.diagnostics)
        return None
    checking.check_inputs(inputs, checked)
    theming.check_theme(inputs.site.value.theme, inputs.site.located, checked)
    report.extend(checked.diagnostics)
    return Workshop(
        root=root,
        inputs=inputs,
        shared_texts=checking.texts_of_contexts(inputs.contexts.value),
        source_texts=checking.texts_of_sources(inputs.sources.value),
        renderer=Renderer([root / "templates", paths.own("templates")]),
        drafts=drafts,
        sound=not checked.failed,
    )


# ------------------------------------------------------------------ explainers


def build_explainers(
    workshop: Workshop, slugs: list[str], jobs: int | None = None
) -> Iterator[Built]:
    """Every explainer in the order of `slugs`, by several processes where that is worth it."""
    jobs = jobs or (os.cpu_count() or 1 if len(slugs) >= POOL_WORTH else 1)
    if jobs == 1 or len(slugs) < 2 or not hasattr(os, "fork"):
        yield from (build_explainer(workshop, slug) for slug in slugs)
        return
    import multiprocessing  # only for many explainers: it costs as much as several of them

    # Forked children have the workshop already: only slugs and results are sent.
    fork = multiprocessing.get_context("fork")
    with fork.Pool(jobs, _remember, (workshop,)) as pool:
        yield from pool.imap(_build_remembered, slugs, chunksize=8)


_remembered: list[Workshop] = []  # in a child process: the one workshop it works in


def _remember(workshop: Workshop) -> None:
    _remembered[:] = [workshop]


def _build_remembered(slug: str) -> Built:
    return build_explainer(_remembered[0], slug)


class Examined(Struct, frozen=True):
    """One explainer, read, with every annotation in its place."""

    article: Article
    loaded: Loaded[Explainer]
    document: Document
    ids: list[str]
    anchors: list[Anchor]


def examine(root: Path, slug: str, report: Report, *, drafts: bool) -> Examined | None:
    """What can be said of an explainer without the rest of the site; None if it cannot be read."""
    article = loading.read_article(root, slug, report)
    loaded = loading.read_explainer(root, slug, report)
    if article is None or loaded is None:
        return None
    document = articles.parse(article.source.text, article.form)
    loading.check_article(article, document, report)
    ids = placing.assign_ids(loaded.value.annotations)
    anchors = placing.place(loaded, ids, article, document, report, drafts=drafts)
    return Examined(article, loaded, document, ids, anchors)


def build_explainer(workshop: Workshop, slug: str) -> Built:
    """One explainer: its files, or the reasons why there are none."""
    report = Report()
    examined = examine(workshop.root, slug, report, drafts=workshop.drafts)
    if examined is None:
        return Built(slug, {}, None, frozenset(), frozenset(), tuple(report.diagnostics))
    explainer = examined.loaded.value
    texts = checking.texts_of(explainer)
    checking.check_explainer(examined.loaded, examined.ids, texts, workshop.inputs, report)
    files: dict[str, bytes] = {}
    entry = None
    if workshop.sound and not report.failed:
        materials = Materials(
            slug=slug,
            explainer=explainer,
            texts=texts,
            anchors=examined.anchors,
            article=examined.article,
            document=examined.document,
            inputs=workshop.inputs,
            shared_texts=workshop.shared_texts,
            source_texts=workshop.source_texts,
            words=words.load(explainer.language or workshop.inputs.site.value.language),
            renderer=workshop.renderer,
        )
        files, entry = _page_files(materials, workshop, report)
    return Built(
        slug=slug,
        files=files,
        entry=entry,
        used_sources=frozenset(checking.sources_of(explainer, texts)),
        used_contexts=frozenset(checking.contexts_of(explainer)),
        diagnostics=tuple(report.diagnostics),
    )


def _page_files(
    materials: Materials, workshop: Workshop, report: Report
) -> tuple[dict[str, bytes], Entry | None]:
    slug, article = materials.slug, materials.article
    try:
        page = composing.compose(materials)
        html = materials.renderer.page(page, materials.words)
    except TemplateMistake as mistake:
        _report_template(mistake, report)
        return {}, None
    files = {
        f"{slug}/index.html": html.encode(),
        f"{slug}/article.{article.form}": article.data,
        f"{slug}/annotations.jsonld": jsonld.annotations_jsonld(materials),
    }
    files |= loading.read_images(workshop.root, slug, article, materials.document, report)
    return files, composing.index_entry(page)


# ------------------------------------------------------------------ the rest of the site


def in_index_order(entries: Iterable[Entry | None]) -> tuple[Entry, ...]:
    """The newest first; without a date last; then by title."""
    found = sorted((entry for entry in entries if entry), key=lambda e: (e.title, e.slug))
    return tuple(sorted(found, key=lambda e: e.published.iso if e.published else "", reverse=True))


def index_files(workshop: Workshop, entries: tuple[Entry, ...], report: Report) -> dict[str, bytes]:
    """output/index.html: the list of explainers."""
    site = workshop.inputs.site.value
    summary = prose.parse(site.description)
    view = IndexView(
        site=site,
        root="",
        language=site.language,
        direction=words.direction(site.language),
        summary=summary.html(lambda items: ""),
        description=summary.text(),
        entries=entries,
    )
    try:
        html = workshop.renderer.index(view, words.load(site.language))
    except TemplateMistake as mistake:
        _report_template(mistake, report)
        return {}
    return {"index.html": html.encode()}


def static_files(root: Path, theme: Theme, report: Report) -> dict[str, bytes]:
    """static/ of the program and of the site, whose files go first, and the theme's colours."""
    files: dict[str, bytes] = {}
    for folder in dict.fromkeys((paths.own("static"), root / "static")):
        for path in _files_below(folder):
            name = f"static/{path.relative_to(folder).as_posix()}"
            if path.is_symlink():
                report.error("symlink", "this is a link to another file", _whole(name))
            else:
                files[name] = path.read_bytes()
    files["static/theme.css"] = theming.theme_css(theme).encode()
    return files


def _files_below(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if (path.is_file() or path.is_symlink())
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def unused(inputs: Inputs, built: Iterable[Built]) -> Iterator[Diagnostic]:
    """Warnings for the entries of sources.yaml and context.yaml that no explainer uses."""
    explainers = list(built)
    contexts = {id for explainer in explainers for id in explainer.used_contexts}
    sources = {id for explainer in explainers for id in explainer.used_sources}
    sources |= checking.sources_of_contexts(inputs, contexts)
    sources |= checking.sources_behind(inputs, sources)
    for what, file, used in (
        ("source", inputs.sources, sources),
        ("context", inputs.contexts, contexts),
    ):
        for id in file.value:
            if id not in used:
                yield Diagnostic(
                    f"unused-{what}",
                    f"nothing uses the {what} `{id}`",
                    file.located.key_span((id,)),
                    "warning",
                    help="use it, or take it out",
                )


def _report_template(mistake: TemplateMistake, report: Report) -> None:
    source = SourceText(mistake.path, mistake.source)
    lines = mistake.source.split("\n")
    start = sum(len(line) + 1 for line in lines[: mistake.line - 1])
    end = start + len(lines[mistake.line - 1]) if mistake.line <= len(lines) else start
    report.error(
        "template-error",
        mistake.message,
        Span(source, start, end),
        help="docs/templates.md says what a template is given",
    )


def _whole(path: str) -> Span:
    return Span(SourceText(path, ""))
