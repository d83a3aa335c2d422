"""What no single entry can know: that every id which is used exists, and every date is a day."""

import datetime
import re
from collections.abc import Collection, Iterator, Mapping

from msgspec import Struct

from postil.diagnostics.model import Report, Span, closest
from postil.site import csl_dates
from postil.site.loading import Inputs, Loaded
from postil.site.model import (
    KINDS,
    KINDS_WITH_PLACES,
    STATUSES,
    Annotation,
    ContextBox,
    Contexts,
    Explainer,
    Source,
    Sources,
    Use,
    as_chains,
    as_uses,
)
from postil.text import prose
from postil.text.prose import Prose
from postil.yaml.reading import KeyPath, Located

_OTHER_ARROWS = ("→", "->", ",")  # what people type who have seen a page

Texts = Mapping[KeyPath, Prose]
"""Parsed prose by its path in its YAML file."""


def texts_of(explainer: Explainer) -> dict[KeyPath, Prose]:
    """All prose of an explainer, parsed once for checking and for the page."""
    found: dict[KeyPath, str] = {("summary",): explainer.summary}
    for index, annotation in enumerate(explainer.annotations):
        found["annotations", index, "note"] = annotation.note
        if isinstance(annotation.context, ContextBox):
            found["annotations", index, "context", "body"] = annotation.context.body
    for index, correction in enumerate(explainer.corrections):
        found["corrections", index, "was"] = correction.was
        found["corrections", index, "now"] = correction.now
    return {path: prose.parse(text) for path, text in found.items() if text}


def texts_of_sources(sources: Sources) -> dict[KeyPath, Prose]:
    """The remarks on sources, parsed."""
    return {(id, "note"): prose.parse(source.note) for id, source in sources.items() if source.note}


def texts_of_contexts(contexts: Contexts) -> dict[KeyPath, Prose]:
    """The bodies of the shared context boxes, parsed."""
    return {(id, "body"): prose.parse(box.body) for id, box in contexts.items()}


def check_inputs(inputs: Inputs, report: Report) -> None:
    """Check what all explainers share: sources.yaml and context.yaml."""
    check = _Check(inputs, inputs.sources.located, (), report)
    for id, source in inputs.sources.value.items():
        check.source(id, source)
    check.texts(texts_of_sources(inputs.sources.value))
    check = _Check(inputs, inputs.contexts.located, (), report)
    for id, box in inputs.contexts.value.items():
        check.box(box, (id,))
    check.texts(texts_of_contexts(inputs.contexts.value))


def check_explainer(
    loaded: Loaded[Explainer], ids: list[str], texts: Texts, inputs: Inputs, report: Report
) -> None:
    """Check one explainer; `ids` are those of its annotations, in order."""
    explainer = loaded.value
    check = _Check(inputs, loaded.located, ids, report)
    check.unique(ids)
    check.date(explainer.published, ("published",))
    for key in ("issued", "accessed"):
        check.date(getattr(explainer.article, key), ("article", key))
    if explainer.article.outlet:
        check.source_id(explainer.article.outlet, ("article", "outlet"))
    for index, annotation in enumerate(explainer.annotations):
        check.annotation(annotation, ids[index], ("annotations", index))
    for index, correction in enumerate(explainer.corrections):
        check.date(correction.date, ("corrections", index, "date"))
        check.annotation_id(correction.annotation, ("corrections", index, "annotation"))
    check.texts(texts)


class _Check(Struct, frozen=True):
    """Checks of one file against what the site knows."""

    inputs: Inputs
    located: Located
    annotation_ids: Collection[str]
    report: Report

    # -------------------------------------------------------------- entries

    def source(self, id: str, source: Source) -> None:
        kinds = [*KINDS, *self.inputs.site.value.kinds]
        self._known("kind", source.kind, kinds, (id, "kind"))
        for key in csl_dates.VARIABLES:
            if mistake := getattr(source, key.replace("-", "_")).mistake:
                mistake.tell((id, key), self.located, self.report)
        if source.note.extra:
            self._extra(source.note.extra, (id, "note"))
        if source.kind == "unnamed" and not source.reason:
            self.report.error(
                "missing-reason",
                f"`{id}` is unnamed, and does not say why",
                self.located.key_span((id,)),
                help="reason: why the name is not given, and who knows it "
                '(or: "not stated in the article")',
            )
        if source.speaks_for:
            self.source_id(source.speaks_for, (id, "speaks_for"))
            self._speaks_in_circles(id)

    def _extra(self, lines: tuple[str, ...], path: KeyPath) -> None:
        more = f" and {len(lines) - 1} more" if lines[1:] else ""
        self.report.warning(
            "extra-in-note",
            f"`{lines[0]}`{more} of Zotero's Extra field in `note` is not printed",
            self.located.find(path, lines[0]),
            help="take it out; a remark for readers may stay",
        )

    def annotation(self, annotation: Annotation, id: str, path: KeyPath) -> None:
        bodies = (annotation.attributed_to, annotation.note, annotation.sources)
        if not any((*bodies, annotation.context, annotation.status)):
            self.report.error(
                "empty-annotation",
                "the annotation says nothing about its passage",
                self.located.span((*path, "quote")),
                help="give it a note, attributed_to, sources, status or context",
                annotation=id,
            )
        if annotation.status:
            statuses = [*STATUSES, *self.inputs.site.value.statuses]
            self._known("status", annotation.status, statuses, (*path, "status"), id)
        for chain in as_chains(annotation.attributed_to):
            self._chain(chain, (*path, "attributed_to"), id)
        self._uses(annotation.sources, (*path, "sources"))
        if isinstance(annotation.context, str):
            known = self.inputs.contexts.value
            self._known("context", annotation.context, known, (*path, "context"), id)
        elif annotation.context:
            self.box(annotation.context, (*path, "context"))

    def box(self, box: ContextBox, path: KeyPath) -> None:
        for key in ("known", "checked", "review_by"):
            self.date(getattr(box, key), (*path, key))
        self._uses(box.sources, (*path, "sources"))

    def unique(self, ids: list[str]) -> None:
        for index, id in enumerate(ids):
            if id in ids[:index]:
                first = self.located.span(("annotations", ids.index(id), "id"))
                line = first.source.position(first.start)[0]
                self.report.error(
                    "duplicate-id",
                    f"`{id}` is the id of the annotation in line {line} already",
                    self.located.span(("annotations", index, "id")),
                    help="an id is part of an address: give each annotation its own",
                    annotation=id,
                )

    def texts(self, texts: Texts) -> None:
        for path, text in texts.items():
            seen: dict[str, int] = {}
            for citation in text.citations():
                self._citation(citation, path, seen)
            for raw in text.malformed():
                self.report.error(
                    "bad-citation",
                    f"`{raw}` is not a citation",
                    self.located.find(path, raw),
                    help="as in [@source-id], [@source-id, p. 6] or [@one; @other]",
                )
            for raw in text.slips(self.inputs.sources.value):
                self.report.warning(
                    "bad-citation",
                    f"`{raw}` is printed as it is: it names a source, and cites none",
                    self.located.find(path, raw),
                    help=f"to cite: [@{raw.strip('[]@')}]",
                )
            for nth, picture in enumerate(text.pictures()):
                self.report.warning(
                    "picture-in-prose",
                    "pictures are not shown here: this becomes an exclamation mark and a link",
                    self.located.find(path, "![", nth),
                    help=f"link to it, as in [words]({picture}), or put it into the article",
                )
            for id in text.links():
                self.annotation_id(id, path, f"#{id}")

    # -------------------------------------------------------------- values

    def source_id(self, id: str, path: KeyPath) -> None:
        self._known("source", id, self.inputs.sources.value, path)

    def annotation_id(self, id: str, path: KeyPath, needle: str = "") -> None:
        if id not in self.annotation_ids:
            hint = closest(id, self.annotation_ids)
            self.report.error(
                "unknown-annotation",
                f"no annotation here has the id `{id}`",
                self.located.find(path, needle) if needle else self.located.span(path),
                help=f"did you mean `{hint}`?" if hint else "give it that `id:`",
            )

    def date(self, iso: str, path: KeyPath) -> None:
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

    def _uses(self, sources: tuple[str | Use, ...], path: KeyPath) -> None:
        for index, use in enumerate(as_uses(sources)):
            place = (*path, index)
            where = (*place, "source") if isinstance(sources[index], Use) else place
            self.source_id(use.source, where)
            if not use.locator:
                self._missing_locator(use.source, self.located.span(where))

    def _citation(self, citation: prose.Citation, path: KeyPath, seen: dict[str, int]) -> None:
        needle = f"@{citation.source}"
        span = self.located.find(path, needle, seen.get(needle, 0))
        seen[needle] = seen.get(needle, 0) + 1
        known = self.inputs.sources.value
        if citation.source not in known:
            hint = closest(citation.source, known)
            self.report.error(
                "unknown-source",
                f"no source is called `{citation.source}`",
                span,
                help=f"did you mean `{hint}`?" if hint else "add it to content/sources.yaml",
            )
        elif not citation.locator:
            self._missing_locator(citation.source, span)

    def _missing_locator(self, id: str, span: Span) -> None:
        source = self.inputs.sources.value.get(id)
        if source and source.kind in KINDS_WITH_PLACES:
            self.report.warning(
                "missing-locator",
                f"`{id}` is cited without a place in it",
                span,
                help=f"as in {{source: {id}, locator: p. 6}} or [@{id}, p. 6]",
            )

    def _chain(self, chain: tuple[str, ...], path: KeyPath, id: str) -> None:
        if any(sign in hop for hop in chain for sign in _OTHER_ARROWS):
            hops = re.split("|".join([*_OTHER_ARROWS, ">"]), " > ".join(chain))
            self.report.error(
                "bad-chain",
                "between the hops of a chain stands >",
                self.located.span(path),
                help=f"write: {' > '.join(hop.strip() for hop in hops if hop.strip())}",
                annotation=id,
            )
            return
        for index, hop in enumerate(chain):
            if not hop:
                self.report.error(
                    "bad-chain",
                    "a hop of the chain is empty",
                    self.located.span(path),
                    help="put one source id on each side of every >",
                    annotation=id,
                )
            elif hop not in self.inputs.sources.value:
                hint = closest(hop, self.inputs.sources.value)
                self.report.error(
                    "unknown-hop",
                    f"the chain names `{hop}`, which is no source",
                    self.located.find(path, hop),
                    help=f"did you mean `{hint}`?" if hint else "add it to content/sources.yaml",
                    annotation=id,
                )
            elif hop in chain[:index]:
                self.report.error(
                    "chain-loop",
                    f"the chain comes back to `{hop}`",
                    self.located.find(path, hop, 1),
                    help="a chain leads from the first speaker to the last outlet, each once",
                    annotation=id,
                )

    def _speaks_in_circles(self, id: str) -> None:
        sources = self.inputs.sources.value
        seen = [id]
        while (following := sources[seen[-1]].speaks_for) in sources:
            if following in seen:
                self.report.error(
                    "chain-loop",
                    f"`{following}` speaks for itself through {' > '.join(seen)}",
                    self.located.span((id, "speaks_for")),
                    help="a person speaks for a body, and a body for nobody",
                )
                return
            seen.append(following)

    def _known(
        self, what: str, id: str, known: Collection[str], path: KeyPath, annotation: str = ""
    ) -> None:
        if id in known:
            return
        hint = closest(id, known)
        names = ", ".join(known)
        locator = "a place in a source is given with it: {source: ID, locator: " + id + "}"
        where = {
            "source": locator if " " in id else "add it to content/sources.yaml",
            "context": "add it to content/context.yaml",
            "kind": f"the kinds are: {names}",
            "status": f"the statuses are: {names}",
        }
        self.report.error(
            f"unknown-{what}",
            f"no {what} is called `{id}`",
            self.located.span(path),
            help=f"did you mean `{hint}`?" if hint else where[what],
            annotation=annotation,
        )


# ------------------------------------------------------------------ who uses what


def sources_of(explainer: Explainer, texts: Texts) -> Iterator[str]:
    """The id of every source that an explainer names itself, drafts included."""
    yield explainer.article.outlet
    for annotation in explainer.annotations:
        for chain in as_chains(annotation.attributed_to):
            yield from chain
        yield from (use.source for use in as_uses(annotation.sources))
        if isinstance(annotation.context, ContextBox):
            yield from (use.source for use in as_uses(annotation.context.sources))
    yield from cited_in(texts)


def contexts_of(explainer: Explainer) -> Iterator[str]:
    """The id of every shared context box that an explainer shows, drafts included."""
    for annotation in explainer.annotations:
        if isinstance(annotation.context, str):
            yield annotation.context


def sources_of_contexts(inputs: Inputs, ids: Collection[str]) -> set[str]:
    """The sources that those shared context boxes use."""
    boxes = {id: box for id, box in inputs.contexts.value.items() if id in ids}
    listed = {use.source for box in boxes.values() for use in as_uses(box.sources)}
    return listed | set(cited_in(texts_of_contexts(boxes)))


def sources_behind(inputs: Inputs, ids: Collection[str]) -> set[str]:
    """The sources that those sources speak for or cite in their remarks, and so on."""
    sources = inputs.sources.value
    found: set[str] = set()
    pending = [id for id in ids if id in sources]
    while pending:
        source = sources[pending.pop()]
        named = {source.speaks_for, *cited_in({(): prose.parse(source.note)})}
        fresh = {id for id in named if id in sources} - found
        found |= fresh
        pending.extend(fresh)
    return found


def cited_in(texts: Texts) -> Iterator[str]:
    """The id of every source that prose cites."""
    return (citation.source for text in texts.values() for citation in text.citations())
