"""A page for each source that a page lists, and the list of them all by kind."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Literal

from msgspec import Struct, structs

from postil.page.corpus import PASSAGES_AT_ONCE, Corpus, SourceUses
from postil.page.entries import BoxUse, Utterance
from postil.page.listing import bibliographic_order, kinds_of, source_view
from postil.page.naming import Naming
from postil.page.paging import MadeOf, PageOfList, SharedPage, pages_of
from postil.page.quoting import Quoting, marked_bar
from postil.page.site_views import KindGroup, Quoted, SourceLine, SourcePage, SourcesPage
from postil.page.views import Link, SourceView
from postil.site.addresses import SOURCES, source_path

LINES_AT_ONCE = 500  # sources on a page of their list

Part = Literal["says", "passes_on", "cited", "boxes", "listed"]


class _Item(Struct, frozen=True, gc=False):
    """Something that an explainer has on a source."""

    entry: int
    part: Part
    what: int | None = None  # the place of the utterance or of the box


def source_pages(corpus: Corpus) -> Iterator[SharedPage]:
    """The pages of each source, in the order of sources.yaml."""
    for id, uses in corpus.sources.items():
        path = source_path(id, corpus.shared.source_folders)
        for place, items in pages_of(path, _items(uses), PASSAGES_AT_ONCE):
            view = partial(_source, corpus, id, items, place)
            made_of = partial(_made_of, corpus, id, items, place)
            yield SharedPage(place.path, "source.html", view, made_of)


def _made_of(corpus: Corpus, id: str, items: Sequence[_Item], place: PageOfList) -> MadeOf:
    """What decides what a page of a source says; whatever `_source` asks for must be in it."""
    uses = corpus.sources[id]
    others = (*corpus.speakers.get(id, ()), *corpus.drawing.get(id, ()))
    return MadeOf(
        entries=list(dict.fromkeys(item.entry for item in items)),
        sources=(id, *others),
        facts=(
            uses.numbers,
            [corpus.sources[other].numbers for other in others],
            corpus.has_draft(uses.listed),
            corpus.entries.packed[uses.listed[0]].slug,
            place.pager,
            [(item.part, item.what) for item in items],
        ),
    )


def _items(uses: SourceUses) -> list[_Item]:
    """All that explainers have on a source, one explainer after the other.

    Where there is nothing but its entry in the source list, that is an item.
    """
    items = [
        *(_Item(use.entry, "says", use.utterance) for use in uses.says),
        *(_Item(use.entry, "passes_on", use.utterance) for use in uses.passes_on),
        *(_Item(use.entry, "cited", use.utterance) for use in uses.cited),
        *(_Item(number, "boxes", place) for number, place in uses.boxes),
    ]
    told = {item.entry for item in items}
    items += (_Item(number, "listed") for number in uses.listed if number not in told)
    return sorted(items, key=lambda item: item.entry)


def _source(corpus: Corpus, id: str, items: Sequence[_Item], place: PageOfList) -> SourcePage:
    frame, uses = corpus.frame(place.path), corpus.sources[id]
    naming = corpus.naming(frame["root"])
    groups = groupby(items, key=lambda item: item.entry)
    return SourcePage(
        **frame,
        title=naming.badge(id).name,
        draft=corpus.has_draft(uses.listed),
        source=_about(corpus, id, naming),
        says=len(uses.says),
        passes_on=len(uses.passes_on),
        cited=len(uses.cited) + len(uses.boxes),
        explainers=len(uses.listed),
        quoted=tuple(
            _quoted(Quoting(corpus.entries[number], naming), id, list(group))
            for number, group in groups
        ),
        speakers=tuple(corpus.speaker(other, naming) for other in corpus.speakers.get(id, ())),
        drawing=tuple(corpus.speaker(other, naming) for other in corpus.drawing.get(id, ())),
        pager=place.pager,
    )


def _about(corpus: Corpus, id: str, naming: Naming) -> SourceView:
    """The source itself. The remark on it is written for pages that list it."""
    view, note = source_view(id, naming), corpus.shared.source_prose.get((id, "note"))
    if note is None:
        return view
    folder = corpus.entries.packed[corpus.sources[id].listed[0]].slug
    return structs.replace(view, note=naming.cited(note.moved(folder, naming.root)))


def _quoted(quoting: Quoting, id: str, items: Sequence[_Item]) -> Quoted:
    """What one explainer has on a source."""
    entry = quoting.entry
    parts: dict[str, list[Utterance]] = defaultdict(list)
    boxes: list[BoxUse] = []
    for item in items:
        if item.what is not None and item.part == "boxes":
            boxes.append(entry.boxes[item.what])
        elif item.what is not None:
            parts[item.part].append(entry.utterances[item.what])
    marked = [
        (utterance, index)
        for utterance in dict.fromkeys((*parts["says"], *parts["passes_on"]))
        for index, hops in enumerate(utterance.chains)
        if id in hops
    ]
    return quoting.quoted(
        marked_bar(entry, marked or ((each, -1) for each in parts["cited"])),
        says=tuple(
            quoting.quotation(each, (hops for hops in each.chains if hops[0] == id), id)
            for each in parts["says"]
        ),
        passes_on=tuple(
            quoting.quotation(each, (hops for hops in each.chains if id in hops[1:]), id)
            for each in parts["passes_on"]
        ),
        cited=tuple(quoting.citation(each, id) for each in parts["cited"]),
        boxes=tuple(Link(f"{quoting.href}#{box.element_id}", box.title) for box in boxes),
        published=entry.outlet == id,
    )


# ------------------------------------------------------------------ the list of all


def sources_pages(corpus: Corpus) -> Iterator[SharedPage]:
    """All sources in use by kind, on as many pages as it takes."""
    ranks = {kind: rank for rank, kind in enumerate(kinds_of(corpus.shared.site.value))}
    sources = corpus.shared.sources.value
    ids = sorted(
        corpus.sources,
        key=lambda id: (ranks[sources[id].kind], bibliographic_order(id, corpus.shared)),
    )
    for place, part in pages_of(SOURCES, ids, LINES_AT_ONCE):
        yield SharedPage(place.path, "sources.html", partial(_list, corpus, part, place))


def _list(corpus: Corpus, ids: Sequence[str], place: PageOfList) -> SourcesPage:
    frame = corpus.frame(place.path)
    naming = corpus.naming(frame["root"])
    lines = (_line(corpus, naming, id) for id in ids)
    groups = groupby(lines, key=lambda line: line.badge.kind)
    return SourcesPage(
        **frame,
        title=corpus.words("sources"),
        number=len(corpus.sources),
        groups=tuple(
            KindGroup(kind, naming.kind_label(kind), tuple(group)) for kind, group in groups
        ),
        pager=place.pager,
    )


def _line(corpus: Corpus, naming: Naming, id: str) -> SourceLine:
    source, uses = corpus.shared.sources.value[id], corpus.sources[id]
    return SourceLine(
        badge=naming.badge(id),
        about=str(source.title),
        says=len(uses.says),
        passes_on=len(uses.passes_on),
        cited=len(uses.cited) + len(uses.boxes),
    )
