"""A site's two nouns, read and put together: what all explainers share, and one that is placed."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from postil.diagnostics.model import Report
from postil.language.translations import SiteWords
from postil.site import faults, loading, pinning, placing, references, withdrawing
from postil.site.addresses import folder_names
from postil.site.inputs import Inputs, read_inputs
from postil.site.loading import Article, Loaded
from postil.site.model import Contexts, Explainer, Sources
from postil.site.placing import Anchor
from postil.site.references import Named, Reference, Texts, named_in
from postil.site.settings import Site
from postil.site.vocabulary import STATUSES
from postil.site.withdrawing import Withdrawn
from postil.text import articles
from postil.text.anchoring import Range
from postil.text.articles import Document

if TYPE_CHECKING:
    from postil.site.published import Addresses  # where something was published


class Shared(Struct, frozen=True):
    """What all explainers of a site share, with its prose parsed; references by id of the entry.

    `source_folders` and `status_folders` say by id where the page of each source and status lies;
    `words` are the site's own files of words. `has_search` says that readers can search the site.
    Only if it `is_sound`, checked and without a mistake, pages are made with it.
    """

    site: Loaded[Site]
    sources: Loaded[Sources]
    contexts: Loaded[Contexts]
    source_prose: Texts
    context_prose: Texts
    source_references: Mapping[str, tuple[Reference, ...]]
    context_references: Mapping[str, tuple[Reference, ...]]
    source_folders: Mapping[str, str]
    status_folders: Mapping[str, str]
    words: SiteWords = ()
    has_search: bool = False
    is_sound: bool = False


class Placed(Struct, frozen=True, dict=True):
    """One explainer, read, with every annotation in its place.

    `ids` are those of all annotations, in the file's order; `anchors` are those of the annotations
    that are shown, `withdrawn` those of them that have no place any more; `references` are those of
    the whole file.
    """

    slug: str
    loaded: Loaded[Explainer]
    article: Article
    document: Document
    ids: list[str]
    anchors: list[Anchor]
    withdrawn: list[Withdrawn]
    prose: Texts
    references: tuple[Reference, ...]

    @property
    def explainer(self) -> Explainer:
        return self.loaded.value

    @property
    def addressed(self) -> tuple[Anchor | Withdrawn, ...]:
        """The annotations that have an address on the page: those with a place, then the others."""
        return (*self.anchors, *self.withdrawn)

    def words_at(self, place: Range) -> str:
        """The article's words there, as they stand."""
        return self.document.text[place.start : place.end]

    @cached_property
    def shown_references(self) -> tuple[Reference, ...]:
        """Those of the file but for those of annotations that are not shown."""
        shown = {each.path for each in self.addressed}
        return tuple(
            reference
            for reference in self.references
            if reference.path[0] != "annotations" or reference.path[:2] in shown
        )

    @cached_property
    def named(self) -> Named:
        """What these name."""
        return named_in(self.shown_references)


class LeftOut(Struct, frozen=True):
    """An explainer that is a draft and was not looked at; what it names is not unused for that."""

    named: Named


def read_shared(root: Path, report: Report) -> Shared | None:
    """site.yaml, content/sources.yaml and content/context.yaml; None if one cannot be used."""
    inputs = read_inputs(root, report)
    return share(inputs) if inputs else None


def share(inputs: Inputs) -> Shared:
    """What explainers share, not checked yet."""
    sources, contexts = inputs.sources.value, inputs.contexts.value
    source_prose = references.prose_of_sources(sources)
    context_prose = references.prose_of_contexts(contexts)
    return Shared(
        site=inputs.site,
        sources=inputs.sources,
        contexts=inputs.contexts,
        source_prose=source_prose,
        context_prose=context_prose,
        source_references={id: references_of_source(sources, source_prose, id) for id in sources},
        context_references={
            id: references_of_context(contexts, context_prose, id) for id in contexts
        },
        source_folders=folder_names(sources),
        status_folders=status_folders(inputs.site.value),
    )


def references_of_source(sources: Sources, prose: Texts, id: str) -> tuple[Reference, ...]:
    """The sources that a source names."""
    return tuple(references.of_source(id, sources[id], prose))


def references_of_context(contexts: Contexts, prose: Texts, id: str) -> tuple[Reference, ...]:
    """The sources that a shared context box names."""
    return tuple(references.of_box(contexts[id], (id,), prose))


def status_folders(site: Site) -> Mapping[str, str]:
    """By id, where the page of each status lies."""
    return folder_names(dict.fromkeys((*STATUSES, *site.statuses)))


def examine(
    root: Path, slug: str, report: Report, *, drafts: bool, published: "Addresses | None" = None
) -> Placed | LeftOut | None:
    """What can be said of an explainer without the rest of the site; None if it cannot be read.

    Of one that is a draft as a whole, nothing more, unless drafts are wanted. What is `published`
    of it helps to find out what a quote may have meant that is nowhere.
    """
    loaded = loading.read_explainer(root, slug, report)
    if loaded and loaded.value.draft and not drafts:
        return _leave_out(loaded.value)
    article = loading.read_article(root, slug, report)
    if article is None or loaded is None:
        return None
    explainer = loaded.value
    pinning.check_pinned(article, loaded, report)
    lines = explainer.article.lines
    document = articles.parse_article(article.source.text, article.form, lines)
    faults.check_article(article, document, report)
    if lines is None:
        faults.check_lines(article, report)
    ids = placing.assign_ids(explainer.annotations)
    prose = references.prose_of_explainer(explainer)
    return Placed(
        slug=slug,
        loaded=loaded,
        article=article,
        document=document,
        ids=ids,
        anchors=placing.place(
            loaded, ids, article, document, report, drafts=drafts, published=published
        ),
        withdrawn=withdrawing.withdraw(loaded, ids, document, report, drafts=drafts),
        prose=prose,
        references=tuple(references.of_explainer(explainer, prose)),
    )


def _leave_out(explainer: Explainer) -> LeftOut:
    prose = references.prose_of_explainer(explainer)
    return LeftOut(named_in(references.of_explainer(explainer, prose)))


def shown_sources(named: Named, shared: Shared) -> frozenset[str]:
    """The sources that a page lists which names these: in its boxes too, and those behind them."""
    boxes = (shared.context_references.get(id, ()) for id in named.contexts)
    in_boxes = {reference.id for references in boxes for reference in references}
    return references.sources_behind(named.sources | in_boxes, shared.source_references)
