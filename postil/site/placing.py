"""Annotations to anchors: each finds its places in the article, or says why it cannot."""

import re
from collections import Counter
from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from postil.diagnostics.model import Report, Span
from postil.site.loading import Article, Loaded
from postil.site.model import Annotation, Explainer, Target
from postil.text import anchoring, articles
from postil.text.anchoring import (
    Ambiguous,
    Blank,
    Found,
    Haystack,
    Miscounted,
    Orphan,
    Range,
    Result,
    Selector,
)
from postil.text.articles import Document
from postil.yaml.reading import KeyPath
from postil.yaml.writing import as_scalar, quoted

if TYPE_CHECKING:
    from postil.site.published import Addresses  # where something was published

MOST_AT_ONE_PLACE = 50  # annotations; nobody reads so many cards of one word
PLACES_SHOWN = 9  # candidates of one annotation; who has more needs another quote

# What the search for advice may cost in one explainer, in characters that are looked at: enough
# for a thousand mistakes in an article of 20,000 characters. Those after it have to do without.
_EFFORT = 30_000_000
_EFFORT_AT_LEAST = 10_000
_EFFORT_A_RIVAL = 200

# Ids that a page makes itself: of its notes, sources and boxes, and the card. All others that it
# has are made with an underscore, which is in no id of an annotation.
_RESERVED = re.compile(r"(?:note|noteref|source|context)-|card$")


class Anchor(Struct, frozen=True):
    """An annotation that found its places: code points into the article's visible text.

    Most have one; several are in the order of the text and do not overlap. `path` is where the
    annotation stands in its YAML file.
    """

    id: str
    annotation: Annotation
    path: KeyPath
    places: tuple[Range, ...]

    @property
    def first(self) -> Range:
        """The place that stands for the annotation: its address, and its rank on the page."""
        return self.places[0]


def place(
    explainer: Loaded[Explainer],
    ids: list[str],
    article: Article,
    document: Document,
    report: Report,
    *,
    drafts: bool,
    published: "Addresses | None" = None,
) -> list[Anchor]:
    """The anchors of the explainer's annotations, whose `ids` these are, in the file's order.

    Where a quote is nowhere, the passage that its `published` address led to is thought of first.

    Reports `orphan`, `ambiguous`, `wrong-occurrence`, `empty-quote`, `overlap`, `crowded-passage`,
    and `bad-id` for an id that is reserved. Drafts are left out unless wanted, and what is
    withdrawn always.
    """
    _check_ids(explainer, report)
    haystack = anchoring.prepare(document.text)
    search = _Search(explainer, article, document, haystack, report, published or {}, {}, [])
    anchors = [
        search.anchor(identifier, annotation, ("annotations", index))
        for index, (identifier, annotation) in enumerate(
            zip(ids, explainer.value.annotations, strict=True)
        )
        if not annotation.withdrawn and (drafts or not annotation.draft)
    ]
    found = [anchor for anchor in anchors if anchor]
    _check_crowds(found, explainer, report)
    return found


def _check_crowds(anchors: list[Anchor], explainer: Loaded[Explainer], report: Report) -> None:
    """Report the first annotation that is one too many: every word names all that cover it."""
    ends: list[int] = []  # a heap
    passages = [(place, anchor) for anchor in anchors for place in anchor.places]
    for place, anchor in sorted(passages, key=lambda passage: passage[0].start):
        while ends and ends[0] <= place.start:
            heappop(ends)
        heappush(ends, place.end)
        if len(ends) > MOST_AT_ONE_PLACE:
            report.error(
                "crowded-passage",
                f"more than {MOST_AT_ONE_PLACE} annotations are on the same words",
                explainer.located.span((*anchor.path, "quote")),
                help="quote fewer words in each, or say in one note what several say",
                annotation=anchor.id,
            )
            return


def assign_ids(annotations: tuple[Annotation, ...]) -> list[str]:
    """The id of every annotation: its own, or one made of the quote's first words."""
    taken = {annotation.id for annotation in annotations if annotation.id}
    numbers: Counter[str] = Counter()
    ids = []
    for annotation in annotations:
        identifier = annotation.id or _free(make_id(annotation.quote), taken, numbers)
        taken.add(identifier)
        ids.append(identifier)
    return ids


def make_id(quote: str) -> str:
    """An id of up to six words of a quote: letters and digits of any script, and hyphens.

    It is none of those that the page makes itself.
    """
    words = re.findall(r"[^\W_]+", quote.replace("'", "").casefold())[:6]
    identifier = "-".join(words) or "passage"
    return f"passage-{identifier}" if is_reserved(identifier) else identifier


def is_reserved(identifier: str) -> bool:
    """Whether the page makes such ids itself."""
    return bool(_RESERVED.match(identifier))


def _free(identifier: str, taken: set[str], numbers: Counter[str]) -> str:
    """The id with the first number, from 2, that makes it a new one; `numbers` are those tried."""
    candidate = identifier
    while candidate in taken:
        numbers[identifier] += 1
        candidate = f"{identifier}-{numbers[identifier] + 1}"
    return candidate


def _check_ids(explainer: Loaded[Explainer], report: Report) -> None:
    for index, annotation in enumerate(explainer.value.annotations):
        if is_reserved(annotation.id):
            report.error(
                "bad-id",
                f"`{annotation.id}` is an id that the page makes itself",
                explainer.located.span(("annotations", index, "id")),
                help=f"choose another: passage-{annotation.id}",
                annotation=annotation.id,
            )


def selector_of(target: Target) -> Selector:
    """What an annotation, or an entry of its `also`, says about where it belongs."""
    number, _, total = target.occurrence.partition(" of ")
    return Selector(
        quote=target.quote,
        to=target.to,
        prefix=target.prefix,
        suffix=target.suffix,
        occurrence=("all" if number == "all" else int(number), int(total)) if total else None,
    )


def selectors_of(annotation: Annotation, path: KeyPath) -> Iterator[tuple[Selector, KeyPath]]:
    """Where the annotation at a path belongs, and where each of that is said."""
    yield selector_of(annotation), path
    for index, entry in enumerate(annotation.also):
        target = Target(entry) if isinstance(entry, str) else entry
        yield selector_of(target), (*path, "also", index)


class _Search(Struct, frozen=True):
    """One article and the file that quotes it."""

    explainer: Loaded[Explainer]
    article: Article
    document: Document
    haystack: Haystack
    report: Report
    published: "Addresses"
    results: dict[Selector, Result]
    effort: list[int]  # of each piece of advice so far

    def anchor(self, identifier: str, annotation: Annotation, path: KeyPath) -> Anchor | None:
        """The annotation at a path with all of its places, if each was found and none overlap."""
        wanted = list(selectors_of(annotation, path))
        found = [self._find(selector, identifier, place) for selector, place in wanted]
        if not all(found):
            return None
        pairs = zip(found, wanted, strict=True)
        said = [(place, where) for places, (_, where) in pairs for place in places]
        said.sort(key=lambda pair: (pair[0].start, pair[0].end))
        if self._overlap(said, identifier):
            return None
        return Anchor(identifier, annotation, path, tuple(place for place, _ in said))

    def _find(self, selector: Selector, identifier: str, path: KeyPath) -> tuple[Range, ...]:
        """The places that the selector at a path means; none if it was reported."""
        if selector not in self.results:  # many may quote the same words, all in vain
            self.results[selector] = anchoring.resolve(selector, self.haystack)
        match self.results[selector]:
            case Found(places=places):
                return places
            case Orphan() as orphan:
                self._orphan(orphan, selector, identifier, path)
            case Ambiguous(places=places):
                self._ambiguous(places, selector, identifier, path)
            case Miscounted(places=places):
                self._miscounted(places, selector, identifier, path)
            case Blank():
                self.report.error(
                    "empty-quote",
                    "the quote has no visible characters",
                    self._span(path, "quote"),
                    help="copy the words from the article",
                    annotation=identifier,
                )
        return ()

    def _orphan(self, orphan: Orphan, selector: Selector, identifier: str, path: KeyPath) -> None:
        name = self.article.source.path.rpartition("/")[2]
        field, notes, help = orphan.missing, [], "copy the words from the article again"
        if field == "context":
            message = f"the quote is in {name}, but not between this prefix and suffix"
            notes = self._places(orphan.places, selector)
            help = "correct prefix and suffix, or leave them out if the quote is unique"
        elif field == "quote" and orphan.places:
            message = f"in {name} the quote is only a part of longer words"
            notes = self._places(orphan.places, selector)
            help = "quote the whole words, or add the letters next to it as prefix or suffix"
        else:
            message = f"{'quote' if field == 'quote' else '`to`'} is not in {name}"
            notes, help = self._suggestion(selector, identifier, path)
            found = anchoring.resolve(Selector(selector.to), self.haystack)
            if field == "to" and not notes and isinstance(found, Found | Ambiguous):
                message = f"in {name} `to` stands only before or inside what `quote` says"
                notes = self._places(found.places, Selector(selector.to))
                help = "`quote` is how the passage begins, and `to` how it ends: copy both anew"
        keys = {"quote": ("quote",), "to": ("to",), "context": ("prefix", "suffix")}[field]
        self.report.error(
            "orphan",
            message,
            self._span(path, *keys),
            notes=notes,
            help=help,
            annotation=identifier,
        )

    def _suggestion(
        self, selector: Selector, identifier: str, path: KeyPath
    ) -> tuple[list[tuple[str, str]], str]:
        """What is said of the passage nearest to an orphan, and the line to paste, if any."""
        from postil.site import published
        from postil.text.anchoring import suggesting  # only mistakes need it

        may_look = self._may_look(0)
        before = self.published.get(identifier, ())
        hint = published.expect(before, selector.quote, self.document.text) if before else None
        suggestion = suggesting.suggest(selector, self.haystack, hint) if may_look else None
        if suggestion is None:
            return [], "copy the words from the article again"
        notes = [("nearest", f"{self._where(suggestion.range)}: {suggestion.difference}")]
        if suggestion.rival:
            text = self.document.text[suggestion.rival.start : suggestion.rival.end]
            notes.append(("as near", f"{self._where(suggestion.rival)}: {' '.join(text.split())}"))
            return notes, "copy the words that you mean from the article, if the note still fits"
        if not suggestion.quote:
            return notes, "if the note is about these words, and still fits, copy them"
        if suggestion.to:
            fields = {"quote": suggestion.quote, "to": suggestion.to}
            return notes, self._to_paste(fields, path)
        if suggestion.is_changed:
            notes.append(("the words changed", "does the note still fit?"))
        return notes, self._to_paste({suggestion.part: suggestion.quote}, path)

    def _to_paste(self, fields: dict[str, str], path: KeyPath) -> str:
        """The fields as they stand in an entry, or as what takes the place of a bare quote."""
        if not self._is_bare(path):
            return "\n".join(f"{field}: {as_scalar(words)}" for field, words in fields.items())
        if list(fields) == ["quote"]:
            return quoted(fields["quote"])
        return "{" + ", ".join(f"{field}: {quoted(words)}" for field, words in fields.items()) + "}"

    def _is_bare(self, path: KeyPath) -> bool:
        """Whether an entry of `also` is a quote and no more."""
        return (*path, "quote") not in self.explainer.located.values

    def _span(self, path: KeyPath, *keys: str) -> Span:
        """The value of the first of these keys that an entry has, or the entry."""
        located = self.explainer.located
        places = ((*path, key) for key in keys)
        return located.span(next((place for place in places if place in located.values), path))

    def _overlap(self, said: list[tuple[Range, KeyPath]], identifier: str) -> bool:
        """Whether two places of an annotation, in order, share text, which is then reported."""
        for (one, its_path), (other, other_path) in pairwise(said):
            if other.start < one.end:
                self.report.error(
                    "overlap",
                    "two passages of this annotation overlap",
                    self._span(max(its_path, other_path), "quote"),
                    notes=[(self._where(place), self._shown(place)) for place in (one, other)],
                    help="leave one out, quote less of it, or give it an annotation of its own",
                    annotation=identifier,
                )
                return True
        return False

    def _ambiguous(
        self, places: tuple[Range, ...], selector: Selector, identifier: str, path: KeyPath
    ) -> None:
        is_many = len(places) >= anchoring.MOST_PLACES
        self.report.error(
            "ambiguous",
            f"the quote occurs {len(places)} times{' or more' * is_many}",
            self._span(path, "quote"),
            notes=self._places(places, selector),
            help="write {quote: …, prefix: …} with the prefix or suffix of the place that you mean"
            if self._is_bare(path)
            else "add the prefix or suffix of the place that you mean",
            annotation=identifier,
        )

    def _miscounted(
        self, places: tuple[Range, ...], selector: Selector, identifier: str, path: KeyPath
    ) -> None:
        times = "once" if len(places) == 1 else f"{len(places)} times"
        number, total = selector.occurrence or (1, 1)
        better, meant = number, "if the note fits each of them"
        if number != "all":
            better, meant = min(number, len(places)), "if it is still the one you mean"
        self.report.error(
            "wrong-occurrence",
            f"the quote occurs {times}, not as in `{number} of {total}`",
            self._span(path, "occurrence"),
            notes=self._places(places, selector),
            help="leave `occurrence` out"
            if len(places) == 1
            else f"{meant}: occurrence: {better} of {len(places)}",
            annotation=identifier,
        )

    def _places(self, places: tuple[Range, ...], selector: Selector) -> list[tuple[str, str]]:
        """Where the first candidates stand, with the context that would pick each."""
        bare = Selector(selector.quote, selector.to)
        return [self._place(place, bare, len(places)) for place in places[:PLACES_SHOWN]]

    def _place(self, place: Range, selector: Selector, rivals: int) -> tuple[str, str]:
        from postil.text.anchoring import describing  # only mistakes need it

        context = None
        if rivals <= describing.MOST_RIVALS and self._may_look(rivals):
            context = describing.shortest_context(place, self.haystack, selector)
        fields = zip(("prefix", "suffix"), context or ("", ""), strict=True)
        advice = "".join(f"\n{field}: {as_scalar(words)}" for field, words in fields if words)
        return self._where(place), self._shown(place) + advice

    def _shown(self, place: Range) -> str:
        """The passage with what stands around it."""
        text = self.document.text
        before = text[max(0, place.start - 30) : place.start].rpartition("\n")[2]
        after = text[place.end : place.end + 30].partition("\n")[0]
        return f"…{before}[{text[place.start : place.end]}]{after}…".replace("\n", " ")

    def _may_look(self, rivals: int) -> bool:
        """Whether one more piece of advice is worth its effort, which is then counted."""
        if sum(self.effort) > _EFFORT:
            return False
        length = len(self.document.text)
        self.effort.append(_EFFORT_AT_LEAST + length + _EFFORT_A_RIVAL * rivals)
        return True

    def _where(self, place: Range) -> str:
        name = self.article.source.path.rpartition("/")[2]
        return f"{name}:{articles.line_of(self.document, place.start)}"
