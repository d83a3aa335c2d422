"""The source list of a page: every source that it names, with every place that uses it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from postil.language.words import Words
from postil.page.naming import Naming
from postil.page.numbering import Numbering, letter
from postil.page.preface import METHOD, REPLY, change_id, correction_id, finding_id, update_id
from postil.page.views import Link, SourceGroup, SourceView
from postil.site import csl
from postil.site.addresses import source_address
from postil.site.examining import Placed, Shared, shown_sources
from postil.site.model import ContextBox
from postil.site.placing import Anchor
from postil.site.references import Reference
from postil.site.settings import Site
from postil.site.vocabulary import KINDS
from postil.site.withdrawing import Withdrawn
from postil.yaml.reading import KeyPath

SUMMARY = "page_summary"  # the address of the sentence under the title


def group_sources(placed: Placed, naming: Naming, numbering: Numbering) -> tuple[SourceGroup, ...]:
    """Every source that the page names, and those that these name in turn, by kind."""
    shared = naming.shared
    named = shown_sources(placed.named, shared)
    shown = sorted(named, key=lambda id: bibliographic_order(id, shared))
    uses = _uses(placed, naming, numbering, shown)
    groups: dict[str, list[SourceView]] = {kind: [] for kind in kinds_of(shared.site.value)}
    for id in shown:
        groups[shared.sources.value[id].kind].append(source_view(id, naming, uses.get(id, ())))
    return tuple(
        SourceGroup(kind, naming.kind_label(kind), tuple(group))
        for kind, group in groups.items()
        if group
    )


def kinds_of(site: Site) -> tuple[str, ...]:
    """All kinds of source in the order of lists."""
    return tuple(dict.fromkeys((*KINDS, *site.kinds)))


def source_view(id: str, naming: Naming, uses: Iterable[Link] = ()) -> SourceView:
    """What a page says of a source, with the places that use it."""
    source = naming.shared.sources.value[id]
    return SourceView(
        id=id,
        element_id=f"source-{source_address(id)}",
        source=source,
        badge=naming.badge(id),
        authors=naming.people(source.author),
        issued=source.issued.day(naming.words),
        accessed=source.accessed.day(naming.words),
        original=source.original_date.day(naming.words),
        doi=csl.doi(source.DOI),
        speaks_for=naming.badge(source.speaks_for) if source.speaks_for else None,
        draws_on=tuple(map(naming.badge, source.draws_on)),
        note=naming.prose((id, "note"), naming.shared.source_prose),
        uses=tuple(uses),
    )


def bibliographic_order(id: str, shared: Shared) -> tuple[str, tuple[int, ...], str]:
    """By this the sources of one kind are sorted: by name, then by date."""
    source = shared.sources.value[id]
    return source.name.casefold(), source.issued.sort_key, id


# ------------------------------------------------------------------ who uses what


def _uses(
    placed: Placed, naming: Naming, numbering: Numbering, shown: Iterable[str]
) -> dict[str, tuple[Link, ...]]:
    """By source, where the page names it: in the page's order, each place once."""
    uses: dict[str, dict[Link, None]] = defaultdict(dict)
    places = chain(
        _in_head(placed, naming.words),
        _in_text(placed, naming.shared, numbering),
        _in_log(placed, naming.words),
        _in_remarks(shown, naming.shared),
    )
    for id, link in places:
        uses[id][link] = None
    return {id: _told_apart(list(links)) for id, links in uses.items()}


def _in_head(placed: Placed, words: Words) -> Iterator[tuple[str, Link]]:
    for reference in placed.references:
        match reference.path:
            case ("summary",):
                yield reference.id, Link(f"#{SUMMARY}", words("summary"))
            case ("findings", int(index)):
                name = words("finding_number", number=index + 1)
                yield reference.id, Link(f"#{finding_id(index + 1)}", name)
            case ("method",):
                yield reference.id, Link(f"#{METHOD}", words("method"))
            case ("reply", _):
                yield reference.id, Link(f"#{REPLY}", words("reply"))
            case ("article", _):
                yield reference.id, Link("#article_title", words("article"))


def _in_text(placed: Placed, shared: Shared, numbering: Numbering) -> Iterator[tuple[str, Link]]:
    by_annotation: dict[KeyPath, list[Reference]] = defaultdict(list)
    for reference in placed.references:
        by_annotation[reference.path[:2]].append(reference)
    boxes: set[str] = set()  # each is on the page once, however many passages have it
    addressed: tuple[Anchor | Withdrawn, ...] = (*numbering.anchors, *placed.withdrawn)
    for anchor in addressed:
        noted = isinstance(anchor, Withdrawn) or numbering.number_of(anchor) is not None
        references = by_annotation[anchor.path]
        for reference in sorted(references, key=lambda r: _distance(r, noted)):
            if reference.role != "context":
                yield reference.id, _link(reference, anchor, numbering)
            elif reference.id not in boxes:
                boxes.add(reference.id)
                box = shared.contexts.value[reference.id]
                link = Link(f"#context-{reference.id}", box.title)
                yield from ((named.id, link) for named in shared.context_references[reference.id])


def _distance(reference: Reference, noted: bool) -> int:
    """How far from its passage a reference stands: beside it, in its box, in its note."""
    if reference.path[2] == "context":
        return 1
    return 2 if noted and reference.role != "hop" else 0


def _link(reference: Reference, anchor: Anchor | Withdrawn, numbering: Numbering) -> Link:
    context = anchor.annotation.context
    if reference.path[2] == "context" and isinstance(context, ContextBox):
        return Link(f"#context-{anchor.id}", context.title)
    return numbering.link_to(anchor)


def _in_log(placed: Placed, words: Words) -> Iterator[tuple[str, Link]]:
    for reference in placed.references:
        match reference.path:
            case ("corrections", int(index), _):
                name = words("correction_number", number=index + 1)
                yield reference.id, Link(f"#{correction_id(index + 1)}", name)
            case ("updates", int(index), _):
                name = words("update_number", number=index + 1)
                yield reference.id, Link(f"#{update_id(index + 1)}", name)
            case ("article", "changes", int(index), _):
                name = words("change_number", number=index + 1)
                yield reference.id, Link(f"#{change_id(index + 1)}", name)


def _in_remarks(shown: Iterable[str], shared: Shared) -> Iterator[tuple[str, Link]]:
    """Where a source on the page is spoken for by another one, or cited in the remark on it."""
    for id in shown:
        link = Link(f"#source-{source_address(id)}", shared.sources.value[id].name)
        yield from ((reference.id, link) for reference in shared.source_references[id])


def _told_apart(uses: Sequence[Link]) -> tuple[Link, ...]:
    """Links that read alike get letters: ¶ 4a, ¶ 4b."""
    alike: dict[str, list[Link]] = defaultdict(list)
    for use in uses:
        alike[use.text].append(use)
    letters = {
        use: letter(index) if same[1:] else ""
        for same in alike.values()
        for index, use in enumerate(same)
    }
    return tuple(
        Link(use.href, f"{use.text}{letters[use]}", use.sign and f"{use.sign}{letters[use]}")
        for use in uses
    )
