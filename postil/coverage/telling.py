"""Surveys in words for people, and as data for programs."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Literal

from msgspec import Struct

from postil import paths
from postil.coverage.surveying import Cue, Remark, SiteSurvey, Survey
from postil.diagnostics.english import quantity
from postil.diagnostics.model import Diagnostic
from postil.diagnostics.render import as_record, github_command, json_text, printable

WIDTH = 96  # characters of a line that lists ids


class Line(Struct, frozen=True):
    """One line of a report for people: a `heading`, a `fact`, something `open`, or a `place`.

    If it is about a line of a file of the site, the text follows that.
    """

    kind: Literal["heading", "fact", "open", "place"]
    text: str
    file: str = ""
    number: int = 0

    @property
    def place(self) -> str:
        return f"{self.file}:{self.number}" if self.file else ""

    def __str__(self) -> str:
        return f"    {self.place}: {self.text}" if self.file else self.text


def lines(site: SiteSurvey) -> Iterator[Line]:
    """A survey in words, with two spaces before each level."""
    for line in _all_lines(site):
        yield Line(line.kind, printable(line.text), printable(line.file), line.number)


def _all_lines(site: SiteSurvey) -> Iterator[Line]:
    for explainer in site.explainers:
        draft = " (draft)" if explainer.draft else ""
        yield Line("heading", f"{explainer.slug}: {explainer.title}{draft}")
        yield from _lines(explainer)
        yield Line("fact", "")
    if site.unused_sources:
        yield Line("heading", paths.SOURCES)
        verb = "is" if len(site.unused_sources) == 1 else "are"
        yield Line("open", f"  {quantity(len(site.unused_sources), 'source')} {verb} used nowhere")
        yield from _ids(site.unused_sources)
        yield Line("fact", "")


def _lines(survey: Survey) -> Iterator[Line]:
    yield Line("fact", f"  {_content(survey)}")
    if survey.statuses:
        counted = (f"{number} {status}" for status, number in survey.statuses.items())
        yield Line("fact", f"  statuses: {', '.join(counted)}")
    if survey.attributions:
        yield _on_origins(survey)
    yield from _on_sentences(survey)
    yield from _on_cues(survey)
    chains = "does not end at the outlet", "do not end at the outlet"
    yield from _listed("chain", survey.open_chains, *chains)
    yield from _listed("note", survey.unsourced_notes, "cites nothing", "cite nothing")
    yield from _listed("context box", survey.overdue_boxes, "is past review", "are past review")
    if survey.unarchived:
        verb = "has" if len(survey.unarchived) == 1 else "have"
        yield Line(
            "open", f"  {quantity(len(survey.unarchived), 'address')} {verb} no archived copy"
        )
        yield from _ids(remark.text for remark in survey.unarchived)


def _content(survey: Survey) -> str:
    parts = {
        "with a note": survey.notes,
        "with an attribution": survey.attributed,
        "with sources": survey.sourced,
        "with a context box": survey.boxes,
        "with a status": sum(survey.statuses.values()),
    }
    counted = ", ".join(f"{number} {what}" for what, number in parts.items() if number)
    drafts = f"; {quantity(survey.drafts, 'draft')}" if survey.drafts else ""
    return f"{quantity(survey.annotations, 'annotation')}{': ' * bool(counted)}{counted}{drafts}"


def _on_origins(survey: Survey) -> Line:
    first, number = survey.origins[0], survey.attributions
    if number > 2 and first.attributions * 2 >= number:
        how_many = "all" if first.attributions == number else f"{first.attributions} of"
        return Line("open", f"  {how_many} {number} attributions rest on one origin: {first.name}")
    names = ", ".join(f"{origin.name} {origin.attributions}" for origin in survey.origins)
    origins = quantity(len(survey.origins), "origin")
    return Line("fact", f"  {quantity(number, 'attribution')} on {origins}: {names}")


def _on_sentences(survey: Survey) -> Iterator[Line]:
    bare, number = len(survey.bare_sentences), survey.sentences
    if bare:
        verb = "has" if bare == 1 else "have"
        yield Line("open", f"  {bare} of {quantity(number, 'sentence')} {verb} no annotation")
        yield from _places(survey.bare_sentences)
    elif number:
        yield Line("fact", f"  {quantity(number, 'sentence')}, none without an annotation")


def _on_cues(survey: Survey) -> Iterator[Line]:
    bare, number = len(survey.unattributed_cues), survey.cues
    if number is None:
        yield Line("fact", f"  attribution cues: no list for the language {survey.language}")
    elif bare:
        verb = "has" if bare == 1 else "have"
        yield Line("open", f"  {bare} of {quantity(number, 'attribution cue')} {verb} no source")
        yield from _places(by_sentence(survey.unattributed_cues))
    elif number:
        yield Line("fact", f"  {quantity(number, 'attribution cue')}, none without a source")


def _listed(noun: str, remarks: Sequence[Remark], one: str, several: str) -> Iterator[Line]:
    if remarks:
        verb = one if len(remarks) == 1 else several
        yield Line("open", f"  {quantity(len(remarks), noun)} {verb}")
        yield from _places(remarks)


def _places(remarks: Iterable[Remark]) -> Iterator[Line]:
    return (Line("place", each.text, each.file, each.line) for each in remarks)


def _ids(ids: Iterable[str]) -> Iterator[Line]:
    """Ids in as many lines as they need."""
    line = ""
    for id in ids:
        if line and len(line) + len(id) > WIDTH:
            yield Line("place", f"    {line},")
            line = ""
        line += f"{', ' if line else ''}{id}"
    yield Line("place", f"    {line}")


def by_sentence(cues: Iterable[Cue]) -> Iterator[Remark]:
    """The cues of each sentence as one remark."""
    for _, group in groupby(cues, key=lambda cue: (cue.file, cue.sentence)):
        first, *others = group
        words = ", ".join(dict.fromkeys(each.cue for each in (first, *others)))
        yield Remark(first.file, first.line, f"{words}: {first.sentence}")


# ------------------------------------------------------------------ for programs


def survey_as_json(diagnostics: Iterable[Diagnostic], site: SiteSurvey) -> str:
    """One JSON object: the diagnostics as `--format json` has them, and every survey."""
    whole = {
        "diagnostics": [as_record(diagnostic) for diagnostic in diagnostics],
        "explainers": site.explainers,
        "unused_sources": site.unused_sources,
    }
    return json_text(whole)


def cues_as_github(site: SiteSurvey) -> Iterator[str]:
    """A GitHub workflow command for each sentence that attributes and names no source."""
    for explainer in site.explainers:
        for remark in by_sentence(explainer.unattributed_cues):
            properties = {"file": remark.file, "line": remark.line, "title": "no source"}
            yield github_command("notice", properties, remark.text)
