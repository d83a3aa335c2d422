"""What no single entry can know: that every id which is used exists, and every date is a day."""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct, structs

from postil.diagnostics.codes import ErrorCode
from postil.diagnostics.model import Report, Span, did_you_mean
from postil.site import csl_dates, figures, references, searching, translating, values, wordings
from postil.site.chains import chain_complaints, has_arrow
from postil.site.examining import Placed, Shared
from postil.site.model import Annotation, ContextBox, Figure, Source
from postil.site.references import Reference, Texts
from postil.site.vocabulary import KINDS, KINDS_WITH_PLACES, STATUSES
from postil.text import prose
from postil.text.prose import Prose
from postil.yaml.reading import KeyPath, Located

_UNKNOWN: Mapping[str, ErrorCode] = {
    "source": "unknown-source",
    "context": "unknown-context",
    "kind": "unknown-kind",
    "status": "unknown-status",
}
# What takes up an entry that is missing, and the least that it has there.
_ADD = {
    "source": "add it to content/sources.yaml, as in:\n{}:\n  kind: press\n  name: …",
    "context": "add it to content/context.yaml, as in:\n{}:\n  title: …\n  body: …",
}
_PLURAL = {"kind": "kinds", "status": "statuses"}

MOST_FINDINGS = 5
MOST_NAMES = 50  # that one message lists
MOST_GUESSES = 200  # in one file: each looks at every name that is known


def check_shared(shared: Shared, report: Report) -> None:
    """Check what all explainers share: sources.yaml and context.yaml."""
    sources = _File(shared.sources.located, (), shared, report)
    for id, source in shared.sources.value.items():
        sources.check_source(id, source)
        sources.check_references(shared.source_references[id])
    sources.check_texts(shared.source_prose)
    contexts = _File(shared.contexts.located, (), shared, report)
    for id, box in shared.contexts.value.items():
        contexts.check_box(box, (id,))
        contexts.check_references(shared.context_references[id])
    contexts.check_texts(shared.context_prose)
    site = _File(shared.site.located, (), shared, report)
    for field in ("description", "contact", "footer"):
        site.check_uncited((field,), prose.parse(getattr(shared.site.value, field)))
    values.check_embeds(shared.site, report)
    searching.check_search(shared.site, report)
    for located in (shared.site.located, sources.located, contexts.located):
        values.check_escapes(located, report)
    for located in (shared.site.located, contexts.located):
        values.check_titles(located, report)


def check_explainer(placed: Placed, shared: Shared, report: Report) -> None:
    """Check one explainer."""
    explainer = placed.explainer
    boxes = references.box_owners(explainer, placed.ids)
    file = _File(placed.loaded.located, placed.ids, shared, report, boxes)
    if explainer.language:
        span = file.located.span(("language",))
        translating.check_translated(explainer.language, span, shared.words, report)
    file.check_ids_are_unique()
    file.check_date(explainer.published, ("published",))
    file.check_date(explainer.updated, ("updated",))
    if explainer.reply:
        file.check_date(explainer.reply.asked, ("reply", "asked"))
    for key in ("issued", "accessed"):
        file.check_date(getattr(explainer.article, key), ("article", key))
    for index, annotation in enumerate(explainer.annotations):
        file.check_annotation(annotation, index)
    for index, correction in enumerate(explainer.corrections):
        file.check_date(correction.date, ("corrections", index, "date"))
        file.check_annotation_id(correction.annotation, ("corrections", index, "annotation"))
    for index, update in enumerate(explainer.updates):
        file.check_date(update.date, ("updates", index, "date"))
    for index, change in enumerate(explainer.article.changes):
        file.check_date(change.date, ("article", "changes", index, "date"))
    file.check_findings(placed)
    file.check_references(placed.references)
    report.extend(wordings.wording_complaints(placed, shared))
    file.check_texts(placed.prose)
    values.check_escapes(file.located, report)
    values.check_titles(file.located, report)


class _File(Struct, frozen=True):
    """One file, to be checked against what the site knows."""

    located: Located
    annotation_ids: Sequence[str]
    shared: Shared
    report: Report
    box_links: Collection[str] = ()  # what `#` leads to a box of the page
    _names: dict[str, Collection[str]] = {}  # that are known, by what they name
    _followed: set[str] = set()  # sources that have been asked for whom they speak
    _guesses: set[str] = set()

    # -------------------------------------------------------------- entries

    def check_source(self, id: str, source: Source) -> None:
        self._check_known("kind", source.kind, (id, "kind"))
        for key in csl_dates.VARIABLES:
            if mistake := getattr(source, key.replace("-", "_")).mistake:
                mistake.tell((id, key), self.located, self.report)
        if source.note.extra:
            from postil.site import unseen  # for few sources

            unseen.check_extra(source.note.extra, (id, "note"), self.located, self.report)
        if source.kind == "unnamed" and not source.reason:
            self.report.error(
                "missing-reason",
                f"`{id}` is unnamed, and does not say why",
                self.located.key_span((id,)),
                help="reason: why the name is not given, and who knows it "
                '(or: "not stated in the article")',
            )
        self._check_speaks_for_no_circle(id)

    def check_annotation(self, annotation: Annotation, index: int) -> None:
        path: KeyPath = ("annotations", index)
        bodies = (annotation.attributed_to, annotation.note, annotation.sources, annotation.figure)
        if not any((*bodies, annotation.context, annotation.status)):
            self.report.error(
                "empty-annotation",
                "the annotation says nothing about its passage",
                self.located.span((*path, "quote")),
                help="give it a note, attributed_to, sources, status or context",
                annotation=self._annotation_of(path),
            )
        if annotation.status:
            self._check_known("status", annotation.status, (*path, "status"))
        self.report.extend(
            structs.replace(complaint, annotation=self._annotation_of(path))
            for complaint in chain_complaints(
                annotation.attributed_to,
                (*path, "attributed_to"),
                self.located,
                self.shared.sources.value,
            )
        )
        if annotation.withdrawal:
            self.check_date(annotation.withdrawal.date, (*path, "withdrawn", "date"))
        self._check_figure(annotation.figure, (*path, "figure"))
        if isinstance(annotation.context, ContextBox):
            self.check_box(annotation.context, (*path, "context"))

    def check_box(self, box: ContextBox, path: KeyPath) -> None:
        for key in ("known", "checked", "review_by"):
            self.check_date(getattr(box, key), (*path, key))
        for index, moment in enumerate(box.timeline):
            self.check_date(moment.date, (*path, "timeline", index, "date"))
        self._check_figure(box.figure, (*path, "figure"))

    def _check_figure(self, figure: Figure | None, path: KeyPath) -> None:
        if figure:
            self.check_date(figure.date, (*path, "date"))
            self.report.extend(figures.complaints(figure, self.located.span((*path, "file"))))

    def check_findings(self, placed: Placed) -> None:
        """There are a few, and each leads to what bears it out."""
        findings, path = placed.explainer.findings, ("findings",)
        if len(findings) > MOST_FINDINGS:
            self.report.error(
                "too-many-findings",
                f"there are {len(findings)} findings; {MOST_FINDINGS} is the most",
                self.located.span((*path, MOST_FINDINGS)),
                help="keep what a reader should know who reads nothing else",
            )
        for index in range(len(findings)):
            text = placed.prose.get((*path, index))
            if text is None or not any(text.links()):
                self.report.error(
                    "missing-link",
                    "the finding leads to nothing on the page that bears it out",
                    self.located.span((*path, index)),
                    help="link some of its words to an annotation: [words](#annotation-id)",
                )

    def check_ids_are_unique(self) -> None:
        first: dict[str, int] = {}
        for index, id in enumerate(self.annotation_ids):
            if first.setdefault(id, index) < index:
                span = self.located.span(("annotations", first[id], "id"))
                line = span.source.position(span.start)[0]
                self.report.error(
                    "duplicate-id",
                    f"`{id}` is the id of the annotation in line {line} already",
                    self.located.span(("annotations", index, "id")),
                    help="an id is part of an address: give each annotation its own",
                    annotation=id,
                )

    def check_uncited(self, path: KeyPath, text: Prose) -> None:
        """Prose of site.yaml, which may stand where no sources are listed."""
        self.check_texts({path: text})
        for citation in text.citations():
            self.report.error(
                "bad-citation",
                "what is said of the whole site has no list of sources, and can cite none",
                self.located.find(path, f"@{citation.source}"),
                help="name the source in words, or link to it",
            )

    def check_texts(self, texts: Texts) -> None:
        for path, text in texts.items():
            sources = self.shared.sources.value
            is_odd = text.has_signs() or text.lost() or any(text.malformed())
            if is_odd or any(text.slips(sources)):
                from postil.site import unseen  # for few texts

                unseen.check_markdown(text, path, sources, self.located, self.report)
            for id in text.links():
                self.check_link(id, path)

    # -------------------------------------------------------------- references

    def check_references(self, references: Iterable[Reference]) -> None:
        for reference in references:
            what = "context" if reference.role == "context" else "source"
            if reference.id in self._known(what):
                self._check_locator(reference)
            elif reference.role == "hop":
                self._report_unknown_hop(reference)
            else:
                self._report_unknown(what, reference.id, reference.path, self._span(reference))

    def _span(self, reference: Reference) -> Span:
        """Where the name stands that the reference is."""
        match reference.role:
            case "citation":
                return self.located.find(reference.path, f"@{reference.id}", reference.nth)
            case "hop":
                return self.located.find(reference.path, reference.id)
        return self.located.span(reference.path)

    def _check_locator(self, reference: Reference) -> None:
        if reference.role not in ("use", "citation") or reference.locator:
            return
        id = reference.id
        if self.shared.sources.value[id].kind in KINDS_WITH_PLACES:
            self.report.warning(
                "missing-locator",
                f"`{id}` is cited without a place in it",
                self._span(reference),
                help=f"as in {{source: {id}, locator: p. 6}} or [@{id}, p. 6]",
            )

    def _report_unknown_hop(self, hop: Reference) -> None:
        if hop.id and not has_arrow(hop.id):  # which are mistakes of their own
            self.report.error(
                "unknown-hop",
                f"the chain names `{hop.id}`, which is no source",
                self._span(hop),
                help=self._did_you_mean("source", hop.id, _ADD["source"].format(hop.id)),
                annotation=self._annotation_of(hop.path),
            )

    def _report_unknown(self, what: str, id: str, path: KeyPath, span: Span) -> None:
        self.report.error(
            _UNKNOWN[what],
            f"no {what} is called `{id}`",
            span,
            help=self._did_you_mean(what, id, self._way_out(what, id)),
            annotation=self._annotation_of(path),
        )

    # -------------------------------------------------------------- values

    def check_link(self, id: str, path: KeyPath) -> None:
        """A link in prose to an annotation, or to a box as `context-ID`."""
        if id not in self._known("box"):
            self._check_is_annotation(id, self.located.find(path, f"#{id}"))

    def check_annotation_id(self, id: str, path: KeyPath) -> None:
        """The id of an annotation, as the value at a path."""
        self._check_is_annotation(id, self.located.span(path))

    def _check_is_annotation(self, id: str, span: Span) -> None:
        if id not in self._known("annotation"):
            self.report.error(
                "unknown-annotation",
                f"no annotation here has the id `{id}`",
                span,
                help=self._did_you_mean("annotation", id, "give it that `id:`"),
            )

    def check_date(self, iso: str, path: KeyPath) -> None:
        """A date that has a date's form may still be no day, as 2017-02-30."""
        year, month, day = (*(int(part) for part in iso.split("-") if part.isdigit()), 1, 1, 1)[:3]
        try:
            datetime.date(year, month, day)
        except ValueError:
            self.report.error(
                "bad-date",
                f"`{iso}` is not in the calendar",
                self.located.span(path),
                help="write year, month, day, as in 2017-05-15",
            )

    def _check_speaks_for_no_circle(self, id: str) -> None:
        """Each circle is one mistake, at the source with which it was entered."""
        sources = self.shared.sources.value
        way: dict[str, None] = {}
        while id in sources and id not in self._followed:
            self._followed.add(id)
            way[id] = None
            id = sources[id].speaks_for
        if id in way:
            circle = list(way)[list(way).index(id) :]
            shown = circle if len(circle) <= MOST_NAMES else [*circle[:MOST_NAMES], "…"]
            self.report.error(
                "chain-loop",
                f"`{id}` speaks for itself through {' > '.join(shown)}",
                self.located.span((id, "speaks_for")),
                help="a person speaks for a body, and a body for nobody",
            )

    def _check_known(self, what: str, id: str, path: KeyPath) -> None:
        if id not in self._known(what):
            self._report_unknown(what, id, path, self.located.span(path))

    def _known(self, what: str) -> Collection[str]:
        """What may be named as a kind, a status, a source, a context or an annotation."""
        if what not in self._names:
            self._names[what] = self._names_of(what)
        return self._names[what]

    def _names_of(self, what: str) -> Collection[str]:
        site = self.shared.site.value
        match what:
            case "kind":
                return dict.fromkeys((*KINDS, *site.kinds))
            case "status":
                return dict.fromkeys((*STATUSES, *site.statuses))
            case "context":
                return self.shared.contexts.value
            case "annotation":
                return dict.fromkeys(self.annotation_ids)
            case "box":
                return self.box_links
        return self.shared.sources.value

    def _did_you_mean(self, what: str, id: str, otherwise: str) -> str:
        """The help for an unknown name; after many, which nobody reads, without a guess."""
        self._guesses.add(id)
        known = self._known(what) if len(self._guesses) <= MOST_GUESSES else ()
        return did_you_mean(id, known, otherwise)

    def _way_out(self, what: str, id: str) -> str:
        if what == "source" and " " in id:
            return f"a place in a source is given with it: {{source: ID, locator: {id}}}"
        if what in _ADD:
            return _ADD[what].format(id)
        names = list(self._known(what))
        more = ", …" if names[MOST_NAMES:] else ""
        known = f"the {_PLURAL[what]} are: {', '.join(names[:MOST_NAMES])}{more}"
        return f"{known}\nor add one to site.yaml, below {_PLURAL[what]}:\n  {id}: {{label: …}}"

    def _annotation_of(self, path: KeyPath) -> str:
        """The id of the annotation to which a value belongs, or nothing."""
        if path[:1] != ("annotations",) or not self.annotation_ids:
            return ""
        return self.annotation_ids[int(path[1])]
