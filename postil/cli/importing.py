"""`import`: what other programs have, as entries to paste, on standard output.

What could not be carried is said on standard error.
"""

import argparse
import re
import sys
from pathlib import Path
from typing import Any

from postil.cli import show
from postil.cli.bibliographies import (
    Bibliography,
    read_bibtex,
    read_csl,
    read_csl_yaml,
    read_json,
    read_ris,
)
from postil.diagnostics.model import Report
from postil.diagnostics.refusal import Refusal
from postil.site import loading
from postil.site.inputs import Inputs, read_inputs

LIMIT = 32 << 20  # bytes


def print_imported(options: argparse.Namespace) -> int:
    """`import FILE`: exit code 0; 1 if nothing of the file could be carried."""
    text = _read(options.file)
    document = _document(options.file, text)
    inputs = _inputs(options.root)
    if isinstance(document, Bibliography):
        if options.explainer:
            message = f"{options.file} is a bibliography, and sources are of the whole site"
            raise Refusal(message, "leave out --explainer")
        return _print_sources(document, inputs)
    return _print_annotations(document, options, inputs)


def _inputs(root: Path) -> Inputs:
    report = Report()
    inputs = read_inputs(root, report)
    if inputs is None:
        show.show_report(report, "text", sys.stderr, root)
        raise Refusal("the site's own files cannot be read", "mend them, then import again")
    return inputs


# ------------------------------------------------------------------ what the file is


def _read(file: Path) -> str:
    try:
        if str(file) == "-":
            data = sys.stdin.buffer.read(LIMIT + 1)
        else:
            with file.open("rb") as stream:
                data = stream.read(LIMIT + 1)
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {error.strerror}", "name another file") from None
    if len(data) > LIMIT:
        raise Refusal(f"{file} is over {LIMIT >> 20} MB", "export fewer entries at once")
    for encoding in (
        ("utf-8-sig", "utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",)
    ):
        try:
            return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise Refusal(f"{file} is not UTF-8", "export it again as UTF-8")


def _document(file: Path, text: str) -> Any:
    """The bibliography that a file is, or a document of JSON with annotations."""
    from postil.cli.web_annotations import are_annotations

    match _format(file, text):
        case "bibtex":
            return _filled(read_bibtex(text), file)
        case "ris":
            return _filled(read_ris(text), file)
        case "yaml":
            return _filled(read_csl_yaml(text), file)
        case "json":
            document = read_json(text)
            return document if are_annotations(document) else _filled(read_csl(document), file)
    raise Refusal(
        f"{file} is nothing that can be imported",
        "name a file of BibTeX (.bib), RIS (.ris), CSL-JSON (.json), CSL-YAML (.yaml), or of "
        "annotations in JSON (W3C, Hypothesis)",
    )


_SUFFIXES = {
    ".bib": "bibtex",
    ".ris": "ris",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "json",
    ".jsonld": "json",
}
# How files of each format begin, where their names do not say it.
_BEGINNINGS = {
    "json": r"\s*[\[{]",
    "ris": r"\s*TY  ?- ",
    "bibtex": r"(?s).*?^\s*@\w+\s*[{(]",
    "yaml": r"\s*(?:---|references:|- )",
}


def _format(file: Path, text: str) -> str:
    found = (name for name, pattern in _BEGINNINGS.items() if re.match(pattern, text, re.MULTILINE))
    return _SUFFIXES.get(file.suffix.lower()) or next(found, "")


def _filled(bibliography: Bibliography, file: Path) -> Bibliography:
    if not bibliography.records:
        for complaint in bibliography.complaints:
            show.complain(complaint)
        raise Refusal(f"there are no sources in {file}", "look whether it is the right file")
    return bibliography


# ------------------------------------------------------------------ what is printed


def _print_sources(bibliography: Bibliography, inputs: Inputs) -> int:
    from postil.cli.source_entries import write_entries

    entries = write_entries(bibliography.records, inputs.sources.value)
    print(entries.yaml, end="")
    for sentence in (*bibliography.complaints, *entries.said):
        show.complain(sentence)
    number = len(entries.ids)
    show.complain(f"{number} of {len(bibliography.records)} sources")
    return 0 if number else 1


def _print_annotations(document: Any, options: argparse.Namespace, inputs: Inputs) -> int:
    from postil.cli.annotation_entries import write_annotations
    from postil.cli.web_annotations import receive

    received = receive(document)
    if not received.annotations:
        raise Refusal(
            f"no annotation in {options.file} quotes words",
            "export annotations of a page's text, with their TextQuoteSelector",
        )
    explainer = _explainer(received.annotations, options)
    written = write_annotations(received.annotations, explainer, inputs)
    print(written.yaml, end="")
    counted = {
        "answers another annotation": received.replies,
        "quotes nothing": received.without_words,
    }
    said = [f"left out, since it {why}: {number}" for why, number in counted.items() if number]
    for sentence in (*written.said, *said):
        show.complain(sentence)
    total = len(received.annotations)
    show.complain(f"{written.number} of {total} annotations, for {explainer.slug}")
    return 0 if written.number else 1


def _explainer(annotations: Any, options: argparse.Namespace) -> Any:
    """The explainer that was named, or the one whose article has more of the words than others."""
    from postil.cli.annotation_entries import found_in, open_explainer

    root = options.root
    if options.explainer:
        named = open_explainer(root, options.explainer)
        if named is None:
            message = f"content/{options.explainer} has no article that can be read"
            raise Refusal(message, "postil check says why")
        return named
    opened = filter(None, (open_explainer(root, slug) for slug in loading.slugs(root, Report())))
    ranks = sorted(
        ((found_in(annotations, each), each.slug, each) for each in opened), reverse=True
    )
    if not ranks or ranks[0][0] == 0:
        raise Refusal(
            "no article of this site has the words", "name the explainer: --explainer SLUG"
        )
    if len(ranks) > 1 and ranks[0][0] == ranks[1][0]:
        slugs = " and ".join(
            sorted(each.slug for number, _, each in ranks if number == ranks[0][0])
        )
        raise Refusal(f"{slugs} have as many of the words", "name one of them: --explainer SLUG")
    return ranks[0][2]
