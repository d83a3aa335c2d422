"""A site's own words, words/nl.json: read and checked, so that no page can stumble over them."""

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

from postil import paths
from postil.diagnostics.model import Report, SourceText, Span
from postil.language import translations
from postil.language.translations import SiteWords, tags
from postil.site.decoding import decode
from postil.site.fields import LANGUAGE_PATTERN
from postil.site.loading import Loaded, read_file
from postil.site.settings import Site

_LIMIT = 1 << 20  # bytes of one file
_FORM = '{"words": {}}'


def read_words(root: Path, site: Loaded[Site], report: Report) -> SiteWords:
    """The site's own files of words that are sound; what is wrong with others is in the report.

    And whether some words of a language are missing, or all words of the site's own language.
    """
    found = sources = list(_sources(root, report))
    if found:
        from postil.site import proofreading  # only for sites that have such files

        sources = [each for each in found if proofreading.is_sound(each, report)]
    words = tuple((_language(each), each.text.encode()) for each in sources)
    for source in sources:
        _report_missing(source, words, report)
    language = site.value.language
    if not {_language(each) for each in found}.intersection(map(str.lower, tags(language))):
        check_translated(language, site.located.span(("language",)), words, report)
    return words


def check_translated(language: str, span: Span, words: SiteWords, report: Report) -> None:
    """Report `missing-words` for a language, named at `span`, of which there are none at all."""
    if not translations.nearest(language, words):
        base = language.split("-")[0].lower()
        report.warning(
            "missing-words",
            f"Postil has no words of its own in `{language}`: headings and labels are in English",
            span,
            help=f"make a file words/{base}.json with {_FORM}: `check` then lists what it lacks",
        )


def _sources(root: Path, report: Report) -> Iterator[SourceText]:
    """The texts of the files in words/, in the order of their names."""
    folder = root / paths.TRANSLATIONS
    found = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    for name in filter(paths.is_published, found):
        path = f"{paths.TRANSLATIONS}/{name}"
        whole = Span(SourceText(path, ""))
        language, _, ending = name.partition(".")
        if ending != "json" or not re.match(LANGUAGE_PATTERN, language):
            message = f"`{name}` is not the name of a language with .json"
            help = "name it as `language:` names the language, as in words/nl.json"
            report.error("bad-language", message, whole, help=help)
            continue
        data = read_file(root, path, _LIMIT, report)
        source = decode(path, data, report) if data is not None else None
        if source is not None:
            yield source


def _language(source: SourceText) -> str:
    return Path(source.path).stem.lower()


def _report_missing(source: SourceText, words: SiteWords, report: Report) -> None:
    """Report the words that neither the file nor one of ours for its language has."""
    known: dict[str, object] = {}
    for translation in translations.nearest(_language(source), words):
        known |= translation.words
    missing = {key: entry for key, entry in translations.english().items() if key not in known}
    if missing:
        from postil.diagnostics.render import json_text  # only when something is missing

        lines = dedent(json_text(missing).strip("{}\n"))
        count = f"{len(missing)} word{'s are' if len(missing) > 1 else ' is'}"
        report.warning(
            "missing-words",
            f"{count} missing: pages have them in English",
            Span(source),
            help=f'translate these, and add them below "words":\n{lines}',
        )
