"""An explainer to the view of its page."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct, structs

from postil.language.words import Words, direction
from postil.page.evidence import evidence
from postil.page.figures import figure_view, timeline
from postil.page.ladders import chains_with_words
from postil.page.listing import group_sources
from postil.page.naming import Naming, web_address
from postil.page.numbering import (
    Numbering,
    box_id,
    letter,
    number_annotations,
    passage_id,
    reading_order,
    reference_id,
)
from postil.page.preface import article_changes, correction, with_preface
from postil.page.strips import strips_of
from postil.page.views import (
    AnnotationView,
    ArticleView,
    BackLink,
    BoxView,
    Counts,
    Download,
    Link,
    NoteView,
    PageView,
    PassageView,
    SourceGroup,
    StatusView,
    WithdrawalView,
)
from postil.site.chains import as_chains
from postil.site.examining import Placed, Shared
from postil.site.figures import SHARED
from postil.site.model import ContextBox, as_uses
from postil.site.placing import Anchor
from postil.site.tracing import Tracing
from postil.site.withdrawing import Withdrawn
from postil.text.anchoring import Range
from postil.text.articles import Document, block_number


class _Page(Struct, frozen=True):
    """What all parts of one page are made of."""

    placed: Placed
    naming: Naming
    numbering: Numbering
    language: str
    article_language: str
    tracing: Tracing
    corrected: dict[str, list[int]]  # by annotation, which corrections it has
    pictures: Mapping[str, bytes]


def compose(
    placed: Placed,
    tracing: Tracing,
    shared: Shared,
    words: Words,
    downloads: Sequence[Download] = (),
    pictures: Mapping[str, bytes] = {},
) -> PageView:
    """The view of one explainer's page, traced already, in the language of `words`.

    `downloads` lie beside it for other programs; `pictures`, by path below output/, for figures.
    """
    page = _open(placed, tracing, shared, words, pictures)
    explainer, naming, summary = placed.explainer, page.naming, placed.prose.get(("summary",))
    boxes, sources = _boxes(page), group_sources(placed, naming, page.numbering)
    view = PageView(
        site=shared.site.value,
        root="../",
        address=web_address(shared.site.value, f"{placed.slug}/"),
        slug=placed.slug,
        title=explainer.title,
        summary=naming.prose(("summary",), placed.prose),
        description=summary.text() if summary else "",
        published=naming.day(explainer.published),
        authors=naming.people(explainer.authors),
        language=page.language,
        direction=direction(page.language),
        article=_article(page, boxes),
        notes=_notes(page),
        withdrawn=tuple(_withdrawn_notes(page)),
        boxes=tuple(box for box, _ in boxes.values()),
        cards=tuple(box for box, show in boxes.values() if show == "card"),
        sources=sources,
        statuses=_statuses(page),
        counts=_counts(page, boxes, sources),
        downloads=tuple(downloads),
        evidence=evidence(tracing, placed, naming, page.numbering),
        draft=explainer.draft or any(each.annotation.draft for each in placed.addressed),
    )
    return with_preface(view, placed, naming, page.numbering)


def _open(
    placed: Placed, tracing: Tracing, shared: Shared, words: Words, pictures: Mapping[str, bytes]
) -> _Page:
    corrected: dict[str, list[int]] = {}
    for index, made in enumerate(placed.explainer.corrections):
        corrected.setdefault(made.annotation, []).append(index)
    return _Page(
        placed=placed,
        naming=Naming(shared, words),
        numbering=number_annotations(placed, words),
        language=words.language,
        article_language=placed.explainer.article.language or words.language,
        tracing=tracing,
        corrected=corrected,
        pictures=pictures,
    )


# ------------------------------------------------------------------ in the text

Boxes = dict[str, tuple[BoxView, str]]
"""The boxes of a page by id, in the order of reading, each with how it is shown."""


def _article(page: _Page, boxes: Boxes) -> ArticleView:
    facts, article, naming = page.placed.explainer.article, page.placed.article, page.naming
    return ArticleView(
        document=page.placed.document,
        passages=_passages(page, boxes),
        strips=strips_of(page.tracing.stretches),
        title="" if _begins_with(facts.title, page.placed) else facts.title,
        authors=naming.people(facts.author),
        outlet=naming.badge(facts.outlet) if facts.outlet else None,
        url=facts.url,
        archive_url=facts.archive_url,
        issued=naming.day(facts.issued),
        accessed=naming.day(facts.accessed),
        rights=facts.rights,
        language=page.article_language,
        direction=direction(page.article_language),
        sha256=article.sha256,
        download=f"article.{article.form}",
        changed=max(article_changes(page.placed, naming), key=lambda c: c.date.iso, default=None),
    )


def _begins_with(title: str, placed: Placed) -> bool:
    """Whether the article's own first block is its title: then it need not stand above it."""
    first = placed.document.text.strip().partition("\n")[0]
    return bool(title) and " ".join(first.split()) == " ".join(title.split())


def _passages(page: _Page, boxes: Boxes) -> tuple[PassageView, ...]:
    passages, pending = [], {id: box for id, (box, show) in boxes.items() if show == "box"}
    for anchor in page.numbering.anchors:
        below, annotation = pending.pop(box_id(anchor), None), _annotation(page, anchor)
        for number, place in enumerate(anchor.places, 1):
            here = _again(annotation, reference_id(anchor, number)) if number > 1 else annotation
            address = passage_id(anchor, number)
            passages.append(PassageView(here, address, place.start, place.end, below))
            below = None
    return tuple(_told_once(sorted(passages, key=reading_order), page.placed.document))


def _told_once(passages: Iterable[PassageView], document: Document) -> Iterator[PassageView]:
    """The passages in their order; those whose first speaker is that of the one before say so."""
    before = None
    for passage in passages:
        annotation = passage.annotation
        speakers = [chain.hops[0].source for chain in annotation.chains]
        if speakers:
            last = block_number(document, max(passage.end - 1, passage.start)), speakers[-1]
            if before == (last[0], speakers[0]):
                again = structs.replace(annotation, again=True)
                passage = structs.replace(passage, annotation=again)
            before = last
        yield passage


def _again(annotation: AnnotationView, reference_id: str) -> AnnotationView:
    """What stands after a further passage: the number, or who says it, or the box.

    What the number leads to is not said twice.
    """
    return structs.replace(
        annotation,
        reference_id=reference_id,
        status=None,
        chains=() if annotation.number else annotation.chains,
        box=None if annotation.number or annotation.chains or annotation.badges else annotation.box,
    )


def _annotation(page: _Page, anchor: Anchor) -> AnnotationView:
    annotation, number = anchor.annotation, page.numbering.number_of(anchor)
    is_foreign = page.article_language != page.language
    return AnnotationView(
        id=anchor.id,
        reference_id=reference_id(anchor),
        number=number,
        status=page.naming.status(annotation.status),
        chains=tuple(map(page.naming.chain, as_chains(annotation.attributed_to))),
        # Where a note follows, its sources stand there; badges in the text are for the others.
        badges=() if number else page.naming.badges(as_uses(annotation.sources)),
        box=_box_link(page, anchor),
        draft=annotation.draft,
        language=page.language if is_foreign else "",
        direction=direction(page.language) if is_foreign else "",
    )


# ------------------------------------------------------------------ notes


def _notes(page: _Page) -> tuple[NoteView, ...]:
    anchors = page.numbering.anchors
    numbered = ((anchor, page.numbering.number_of(anchor)) for anchor in anchors)
    return tuple(_note(page, anchor, number) for anchor, number in numbered if number)


def _withdrawn_notes(page: _Page) -> Iterator[NoteView]:
    """The notes of what is withdrawn, in the file's order."""
    for each in page.placed.withdrawn:
        note = _note(page, each, page.numbering.withdrawn[each.id])
        yield structs.replace(note, withdrawn=_withdrawal(page, each))


def _withdrawal(page: _Page, withdrawn: Withdrawn) -> WithdrawalView | None:
    how, naming = withdrawn.annotation.withdrawal, page.naming
    reason = naming.prose((*withdrawn.path, "withdrawn", "reason"), page.placed.prose)
    return WithdrawalView(naming.words.day(how.date), reason) if how else None


def _note(page: _Page, anchor: Anchor | Withdrawn, number: int) -> NoteView:
    annotation, naming, placed = anchor.annotation, page.naming, page.placed
    return NoteView(
        id=anchor.id,
        number=number,
        lemma=page.numbering.lemma(anchor.first) if isinstance(anchor, Anchor) else anchor.words,
        passages=tuple(_back_links(page, anchor)) if isinstance(anchor, Anchor) else (),
        status=naming.status(annotation.status),
        chains=chains_with_words(anchor, placed, naming),
        body=naming.prose((*anchor.path, "note"), placed.prose),
        sources=naming.badges(as_uses(annotation.sources)),
        box=_box_link(page, anchor),
        corrections=tuple(
            correction(placed, naming, page.numbering, index)
            for index in page.corrected.get(anchor.id, ())
        ),
        draft=annotation.draft,
        figure=figure_view(
            annotation.figure, anchor.path, placed.prose, naming, page.pictures, placed.slug
        ),
    )


def _back_links(page: _Page, anchor: Anchor) -> Iterator[BackLink]:
    has_letters = len(anchor.places) > 1
    for index, place in enumerate(anchor.places):
        href = f"#{reference_id(anchor, index + 1)}"
        yield BackLink(href, letter(index) if has_letters else "", page.numbering.lemma(place))


# ------------------------------------------------------------------ context boxes


def _boxes(page: _Page) -> Boxes:
    anchors: dict[str, list[Anchor | Withdrawn]] = {}
    addressed: tuple[Anchor | Withdrawn, ...] = (*page.numbering.anchors, *page.placed.withdrawn)
    for anchor in addressed:
        if id := box_id(anchor):
            anchors.setdefault(id, []).append(anchor)
    return {id: _box(page, id, boxed) for id, boxed in anchors.items()}


def _box(page: _Page, id: str, anchors: Sequence[Anchor | Withdrawn]) -> tuple[BoxView, str]:
    """The context box of these, and how it is shown: without a passage, at the end."""
    first, naming = anchors[0], page.naming
    box = _context_of(page, first)
    own = isinstance(first.annotation.context, ContextBox)
    path = (*first.path, "context") if own else (id,)
    texts = page.placed.prose if own else naming.shared.context_prose
    view = BoxView(
        id=id,
        element_id=f"context-{id}",
        title=box.title,
        body=naming.prose((*path, "body"), texts),
        sources=naming.badges(as_uses(box.sources)),
        known=naming.day(box.known),
        checked=naming.day(box.checked),
        open=box.open,
        passages=tuple(_passages_of_box(page, anchors)),
        figure=figure_view(
            box.figure, path, texts, naming, page.pictures, page.placed.slug if own else SHARED
        ),
        timeline=timeline(box, path, texts, naming),
    )
    return view, box.show if isinstance(first, Anchor) else "card"


def _passages_of_box(page: _Page, anchors: Sequence[Anchor | Withdrawn]) -> Iterator[Link]:
    """A link to every passage; those that read alike have letters."""
    passages = [
        (passage_id(anchor, number), page.numbering.lemma(place))
        for anchor in anchors
        for number, place in enumerate(_places(anchor), 1)
    ]
    alike = Counter(lemma for _, lemma in passages)
    told: Counter[str] = Counter()
    for address, lemma in passages:
        yield Link(f"#{address}", f"{lemma} {letter(told[lemma])}" if alike[lemma] > 1 else lemma)
        told[lemma] += 1


def _places(anchor: Anchor | Withdrawn) -> tuple[Range | Withdrawn, ...]:
    """The places of an annotation; for one that has none, it stands itself."""
    return anchor.places if isinstance(anchor, Anchor) else (anchor,)


def _box_link(page: _Page, anchor: Anchor | Withdrawn) -> Link | None:
    id = box_id(anchor)
    return Link(f"#context-{id}", _context_of(page, anchor).title) if id else None


def _context_of(page: _Page, anchor: Anchor | Withdrawn) -> ContextBox:
    """The box of an anchor that has one."""
    context = anchor.annotation.context
    if isinstance(context, ContextBox):
        return context
    return page.naming.shared.contexts.value[context or ""]


# ------------------------------------------------------------------ the page in figures


def _statuses(page: _Page) -> tuple[StatusView, ...]:
    """The statuses of passages; then of what is withdrawn, for which there may be no page."""
    carried, further = (
        dict.fromkeys(each.annotation.status for each in group)
        for group in (page.numbering.anchors, page.placed.withdrawn)
    )
    views = [view for id in carried if (view := page.naming.status(id))]
    others = (view for id in further if id not in carried and (view := page.naming.status(id)))
    return (*views, *(structs.replace(view, page_href="") for view in others))


def _counts(page: _Page, boxes: Boxes, groups: Sequence[SourceGroup]) -> Counts:
    return Counts(
        annotations=len(page.numbering.anchors),
        notes=len(page.numbering.numbers),
        sources=sum(len(group.sources) for group in groups),
        boxes=len(boxes),
        attributions=page.tracing.attributions,
        origins=len(page.tracing.origins),
    )
