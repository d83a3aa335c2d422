"""An explainer to the view of its page: numbers, chains, boxes, and who is used where."""

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape
from msgspec import Struct

from postil.language.words import Day, Words, direction
from postil.page import weaving
from postil.page.rendering import Renderer
from postil.page.views import (
    AnnotationView,
    ArticleView,
    Badge,
    BoxView,
    Chain,
    CorrectionView,
    Counts,
    Entry,
    Link,
    NoteView,
    Origin,
    PageView,
    SourceGroup,
    SourceView,
    StatusView,
)
from postil.page.weaving import Passage
from postil.site import csl
from postil.site.checking import Texts
from postil.site.loading import Article, Inputs
from postil.site.model import (
    KINDS,
    ContextBox,
    Explainer,
    Use,
    as_chains,
    as_uses,
    source_address,
)
from postil.site.placing import Anchor
from postil.text.articles import Document, block_number
from postil.text.prose import Citation, Prose
from postil.yaml.reading import KeyPath

LEMMA_WORDS = 12  # of the passage, repeated at its note so that the note makes sense alone


class Materials(Struct, frozen=True):
    """Everything that one page is made of, read and found sound."""

    slug: str
    explainer: Explainer
    texts: Texts
    anchors: Sequence[Anchor]
    article: Article
    document: Document
    inputs: Inputs
    shared_texts: Texts
    source_texts: Texts
    words: Words
    renderer: Renderer


def compose(materials: Materials) -> PageView:
    """The view of one explainer's page."""
    return _Composer(materials).page()


def index_entry(page: PageView) -> Entry:
    """What the index says of a page."""
    return Entry(
        slug=page.slug,
        title=page.title,
        summary=page.summary,
        published=page.published,
        authors=page.authors,
        outlet=page.article.outlet.name if page.article.outlet else "",
        counts=page.counts,
        language=page.language,
        direction=page.direction,
    )


class _Composer:
    """Fills in a page, noting on the way which source is used where."""

    def __init__(self, materials: Materials) -> None:
        self._m = materials
        self._t = materials.words
        self._site = materials.inputs.site.value
        self._sources = materials.inputs.sources.value
        self._uses: dict[str, dict[Link, None]] = {}
        self._language = materials.explainer.language or self._site.language
        self._article_language = materials.explainer.article.language or self._language
        # References follow their passages: the order of the ends is the order of reading.
        self._anchors = sorted(materials.anchors, key=lambda a: (a.end, a.end - a.start))
        noted = [a for a in self._anchors if a.annotation.note or a.annotation.status]
        self._numbers = {anchor.id: number for number, anchor in enumerate(noted, 1)}
        # Where on the page what names a source is: at the passage that it belongs to.
        self._places = {
            href: index
            for index, a in reversed(list(enumerate(self._anchors)))
            for href in (f"#{a.id}", f"#note-{a.id}", f"#context-{_box_id(a)}")
        }

    def page(self) -> PageView:
        explainer, language = self._m.explainer, self._language
        annotations = [self._annotation(anchor) for anchor in self._anchors]
        boxes = self._boxes()
        notes = tuple(self._note(a) for a in self._anchors if a.id in self._numbers)
        corrections = tuple(self._correction(i) for i in range(len(explainer.corrections)))
        summary = self._prose(("summary",), self._m.texts, None)
        outlet = explainer.article.outlet
        article = self._article(annotations, boxes, self._badge(outlet) if outlet else None)
        sources = self._source_groups()
        return PageView(
            site=self._site,
            root="../",
            slug=self._m.slug,
            title=explainer.title,
            summary=summary,
            description=self._m.texts["summary",].text() if explainer.summary else "",
            published=self._day(explainer.published),
            authors=self._t.join(explainer.authors),
            language=language,
            direction=direction(language),
            article=article,
            notes=notes,
            boxes=tuple(boxes.values()),
            cards=tuple(box for box in boxes.values() if box.show == "card"),
            sources=sources,
            corrections=corrections,
            statuses=self._statuses(),
            counts=self._counts(boxes, sources),
            annotations_download="annotations.jsonld",
            origins=self._origins(),
        )

    @property
    def _apparatus_language(self) -> tuple[str, str]:
        """Language and direction of what stands in the article and is not its words, if other."""
        if self._article_language == self._language:
            return "", ""
        return self._language, direction(self._language)

    # -------------------------------------------------------------- in the text

    def _annotation(self, anchor: Anchor) -> AnnotationView:
        annotation = anchor.annotation
        numbered = anchor.id in self._numbers
        here = self._passage_link(anchor)
        chains = tuple(self._chain(hops, here) for hops in as_chains(annotation.attributed_to))
        # Where a note follows, its sources stand there; badges in the text are for the others.
        uses = () if numbered else as_uses(annotation.sources)
        language, direction = self._apparatus_language
        return AnnotationView(
            id=anchor.id,
            number=self._numbers.get(anchor.id),
            status=self._status(annotation.status),
            chains=chains,
            badges=tuple(self._badge(use.source, use, here) for use in uses),
            box=self._box_link(anchor),
            draft=annotation.draft,
            language=language,
            direction=direction,
        )

    def _article(
        self,
        annotations: Sequence[AnnotationView],
        boxes: dict[str, BoxView],
        outlet: Badge | None,
    ) -> ArticleView:
        facts, article = self._m.explainer.article, self._m.article
        language = self._article_language
        below = {
            next(a.id for a in self._anchors if _box_id(a) == id): box
            for id, box in boxes.items()
            if box.show == "box"
        }
        passages = [
            Passage(
                id=anchor.id,
                start=anchor.start,
                end=anchor.end,
                opening=f'<span id="{escape(anchor.id)}" data-apparatus></span>',
                closing=self._m.renderer.closing(view, self._t),
                below=self._m.renderer.box(below[anchor.id], self._t) if anchor.id in below else "",
                kind=_kind(view),
            )
            for anchor, view in zip(self._anchors, annotations, strict=True)
        ]
        return ArticleView(
            html=Markup(weaving.weave(self._m.document, passages)),
            title="" if self._begins_with(facts.title) else facts.title,
            authors=self._t.join([str(author) for author in facts.author]),
            outlet=outlet,
            url=facts.url,
            archive_url=facts.archive_url,
            issued=self._day(facts.issued),
            accessed=self._day(facts.accessed),
            rights=facts.rights,
            language=language,
            direction=direction(language),
            sha256=article.sha256,
            download=f"article.{article.form}",
        )

    def _begins_with(self, title: str) -> bool:
        """Whether the article's own first block is its title: then it need not stand above it."""
        first = self._m.document.text.strip().partition("\n")[0]
        return bool(title) and " ".join(first.split()) == " ".join(title.split())

    # -------------------------------------------------------------- notes and boxes

    def _note(self, anchor: Anchor) -> NoteView:
        annotation = anchor.annotation
        here = self._passage_link(anchor)
        corrections = self._m.explainer.corrections
        return NoteView(
            id=anchor.id,
            number=self._numbers[anchor.id],
            lemma=_shorten(self._m.document.text[anchor.start : anchor.end]),
            status=self._status(annotation.status),
            chains=tuple(self._chain(hops, None) for hops in as_chains(annotation.attributed_to)),
            body=self._prose((*anchor.path, "note"), self._m.texts, here),
            sources=tuple(
                self._badge(use.source, use, here) for use in as_uses(annotation.sources)
            ),
            box=self._box_link(anchor),
            corrections=tuple(
                self._correction(index)
                for index, correction in enumerate(corrections)
                if correction.annotation == anchor.id
            ),
            draft=annotation.draft,
        )

    def _boxes(self) -> dict[str, BoxView]:
        """The page's boxes by id, in the order in which they are first referred to."""
        boxes: dict[str, BoxView] = {}
        for anchor in self._anchors:
            id = _box_id(anchor)
            if id and id not in boxes:
                boxes[id] = self._box(id, anchor)
        return boxes

    def _box(self, id: str, anchor: Anchor) -> BoxView:
        context = anchor.annotation.context
        path: KeyPath
        if isinstance(context, ContextBox):
            box, path, texts = context, (*anchor.path, "context", "body"), self._m.texts
        else:
            box, path, texts = self._shared(id), (id, "body"), self._m.shared_texts
        here = Link(f"#context-{id}", box.title)
        return BoxView(
            id=id,
            element_id=f"context-{id}",
            title=box.title,
            body=self._prose(path, texts, here),
            in_words=texts[path].html(self._cite_in_words),
            sources=tuple(self._badge(use.source, use, here) for use in as_uses(box.sources)),
            known=self._day(box.known),
            checked=self._day(box.checked),
            show=box.show,
            open=box.open,
            passages=tuple(
                Link(f"#{a.id}", _shorten(self._m.document.text[a.start : a.end]))
                for a in self._anchors
                if _box_id(a) == id
            ),
        )

    def _box_link(self, anchor: Anchor) -> Link | None:
        context = anchor.annotation.context
        if context is None:
            return None
        box = context if isinstance(context, ContextBox) else self._shared(context)
        return Link(f"#context-{_box_id(anchor)}", box.title)

    def _shared(self, id: str) -> ContextBox:
        return self._m.inputs.contexts.value[id]

    def _correction(self, index: int) -> CorrectionView:
        correction = self._m.explainer.corrections[index]
        path = ("corrections", index)
        number = self._numbers.get(correction.annotation)
        name = self._t("note_number", number=number) if number else correction.annotation
        return CorrectionView(
            date=self._t.day(correction.date),
            passage=Link(f"#{correction.annotation}", name),
            was=self._prose((*path, "was"), self._m.texts, None),
            now=self._prose((*path, "now"), self._m.texts, None),
        )

    # -------------------------------------------------------------- sources

    def _badge(self, id: str, use: Use | None = None, where: Link | None = None) -> Badge:
        """The badge of a source; `where` is noted as a place that uses it."""
        if where:
            self._uses.setdefault(id, {})[where] = None
        else:
            self._uses.setdefault(id, {})
        source = self._sources[id]
        return Badge(
            source=id,
            name=source.name,
            kind=source.kind,
            kind_label=self._kind_label(source.kind),
            glyph=self._site.kinds[source.kind].glyph if source.kind in self._site.kinds else "",
            href=f"#source-{source_address(id)}",
            locator=use.locator if use else "",
            quote=use.quote if use else "",
        )

    def _chain(self, hops: Iterable[str], where: Link | None) -> Chain:
        badges = tuple(self._badge(hop, None, where) for hop in hops)
        first, *others = (self._in_words(badge.source) for badge in badges)
        words = [first, *(self._t("via_name", name=name) for name in others)]
        return Chain(badges, " ".join(words))

    def _origins(self) -> tuple[Origin, ...]:
        """Every first speaker, or the body that it speaks for, by how much rests on it."""
        uses: dict[str, list[Link]] = {}
        for anchor in self._anchors:
            for hops in as_chains(anchor.annotation.attributed_to):
                uses.setdefault(self._origin(hops), []).append(self._passage_link(anchor))
        ranked = sorted(uses.items(), key=lambda item: -len(item[1]))
        return tuple(Origin(self._badge(id), tuple(links)) for id, links in ranked)

    def _origin(self, hops: Sequence[str]) -> str:
        return self._sources[hops[0]].speaks_for or hops[0]

    def _in_words(self, id: str) -> str:
        source = self._sources[id]
        if not source.speaks_for:
            return source.name
        body = self._sources[source.speaks_for].name
        return self._t("speaking_for", name=source.name, body=body)

    def _source_groups(self) -> tuple[SourceGroup, ...]:
        """Every source that the page names so far, and those that these name in turn."""
        views: dict[str, SourceView] = {}
        while pending := [id for id in self._uses if id not in views]:
            views |= {id: self._source(id) for id in pending}
        groups: dict[str, list[SourceView]] = {
            kind: [] for kind in dict.fromkeys([*KINDS, *self._site.kinds])
        }
        for view in sorted(views.values(), key=_bibliographic_order):
            groups[view.source.kind].append(view)
        return tuple(
            SourceGroup(kind, self._kind_label(kind), tuple(group))
            for kind, group in groups.items()
            if group
        )

    def _source(self, id: str) -> SourceView:
        source = self._sources[id]
        return SourceView(
            id=id,
            element_id=f"source-{source_address(id)}",
            source=source,
            badge=self._badge(id),
            authors=self._t.join([str(author) for author in source.author]),
            issued=source.issued.day(self._t),
            accessed=source.accessed.day(self._t),
            doi=csl.doi(source.DOI),
            original=source.original_date.day(self._t),
            speaks_for=self._badge(source.speaks_for) if source.speaks_for else None,
            note=self._prose((id, "note"), self._m.source_texts, None),
            uses=_told_apart(sorted(self._uses[id], key=lambda use: self._places[use.href])),
        )

    # -------------------------------------------------------------- small things

    def _prose(self, path: KeyPath, texts: Texts, where: Link | None) -> Markup:
        text: Prose | None = texts.get(path)
        return text.html(lambda items: self._cite(items, where)) if text else Markup("")

    def _cite(self, items: Sequence[Citation], where: Link | None) -> Markup:
        badges = (self._badge(i.source, Use(i.source, i.locator), where) for i in items)
        return Markup(self._m.renderer.citation(tuple(badges), self._t))

    def _cite_in_words(self, items: Sequence[Citation]) -> Markup:
        sources = ((self._sources[item.source], item.locator) for item in items)
        names = (
            f"{self._kind_label(source.kind)}: {source.name}" + (locator and f", {locator}")
            for source, locator in sources
        )
        return Markup("({})").format("; ".join(names))

    def _passage_link(self, anchor: Anchor) -> Link:
        if anchor.id in self._numbers:
            label = self._t("note_number", number=self._numbers[anchor.id])
            return Link(f"#note-{anchor.id}", label)
        number = block_number(self._m.document, anchor.start)
        return Link(f"#{anchor.id}", self._t("paragraph_number", number=number))

    def _status(self, id: str) -> StatusView | None:
        if not id:
            return None
        own = self._site.statuses.get(id)
        if own:
            return StatusView(id, own.label, own.description)
        return StatusView(id, self._t(f"status.{id}"), self._t(f"status.{id}.description"))

    def _statuses(self) -> tuple[StatusView, ...]:
        ids = dict.fromkeys(a.annotation.status for a in self._anchors if a.annotation.status)
        return tuple(view for id in ids if (view := self._status(id)))

    def _kind_label(self, kind: str) -> str:
        own = self._site.kinds.get(kind)
        return own.label if own else self._t(f"kind.{kind}")

    def _day(self, iso: str) -> Day | None:
        return self._t.day(iso) if iso else None

    def _counts(self, boxes: dict[str, BoxView], groups: Sequence[SourceGroup]) -> Counts:
        chains = [chain for a in self._anchors for chain in as_chains(a.annotation.attributed_to)]
        return Counts(
            annotations=len(self._anchors),
            notes=len(self._numbers),
            sources=sum(len(group.sources) for group in groups),
            boxes=len(boxes),
            attributions=len(chains),
            origins=len({self._origin(hops) for hops in chains}),
        )


def _bibliographic_order(view: SourceView) -> tuple[str, tuple[int, ...], str]:
    return view.source.name.casefold(), view.source.issued.sort_key, view.id


def _told_apart(uses: Sequence[Link]) -> tuple[Link, ...]:
    """Links that read alike get letters: ¶ 4a, ¶ 4b."""
    alike: dict[str, list[str]] = {}
    for use in uses:
        alike.setdefault(use.text, []).append(use.href)
    return tuple(
        Link(use.href, f"{use.text}{_letter(hrefs.index(use.href))}" if hrefs[1:] else use.text)
        for use in uses
        for hrefs in [alike[use.text]]
    )


def _letter(index: int) -> str:
    """a to z, then aa, ab …"""
    return (_letter(index // 26 - 1) if index >= 26 else "") + chr(ord("a") + index % 26)


def _kind(view: AnnotationView) -> str:
    """The class of a passage's marks: all that stands behind it."""
    has = (
        ("noted", view.number is not None),
        ("boxed", view.box is not None),
        ("sourced", bool(view.chains or view.badges)),
    )
    return " ".join(name for name, is_there in has if is_there)


def _box_id(anchor: Anchor) -> str:
    """A shared box has its own id, an annotation's own box that of the annotation."""
    context = anchor.annotation.context
    if isinstance(context, ContextBox):
        return anchor.id
    return context or ""


def _shorten(passage: str) -> str:
    words = passage.split()
    if len(words) <= LEMMA_WORDS:
        return " ".join(words)
    half = LEMMA_WORDS // 2
    return " ".join([*words[:half], "…", *words[-half:]])
