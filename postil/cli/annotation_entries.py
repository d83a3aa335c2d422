"""Entries of annotations.yaml made of other programs' annotations, placed by our own rules."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from postil import paths
from postil.cli.web_annotations import ForeignAnnotation, ForeignQuote, TextForm
from postil.diagnostics.model import Report
from postil.site import loading, placing
from postil.site.drafting import PLACEHOLDER
from postil.site.fields import ID_PATTERN
from postil.site.inputs import Inputs
from postil.site.loading import Article
from postil.site.model import Annotation
from postil.site.vocabulary import STATUSES
from postil.text import anchoring, articles, prose
from postil.text.anchoring import Ambiguous, Found, Haystack, Orphan, Range, Selector
from postil.text.articles import Document
from postil.yaml.selectors import selector_lines
from postil.yaml.writing import as_scalar

_HEADING = (
    "# For content/{slug}/annotations.yaml, below `annotations:`. Each is a draft until you take "
    "that line out.\n"
)


_WEB = re.compile(r"https?://|mailto:", re.IGNORECASE)


class Opened(Struct, frozen=True):
    """An explainer to which annotations are to come: its article, and the ids that it has."""

    slug: str
    article: Article
    document: Document
    haystack: Haystack
    taken: tuple[Annotation, ...]

    def where(self, place: Range) -> str:
        name = self.article.source.path.rpartition("/")[2]
        return f"{name}:{articles.line_of(self.document, place.start)}"


def open_explainer(root: Path, slug: str) -> Opened | None:
    """An explainer's article and annotations; None if its article cannot be read."""
    report = Report()
    article = loading.read_article(root, slug, report)
    if article is None:
        return None
    has_annotations = (root / paths.annotations(slug)).exists()
    loaded = loading.read_explainer(root, slug, report) if has_annotations else None
    lines = loaded.value.article.lines if loaded else None
    document = articles.parse_article(article.source.text, article.form, lines)
    haystack = anchoring.prepare(document.text)
    taken = loaded.value.annotations if loaded else ()
    return Opened(slug, article, document, haystack, taken)


def found_in(annotations: tuple[ForeignAnnotation, ...], explainer: Opened) -> int:
    """How many of the annotations have their words in an explainer's article, at one place."""
    firsts = (each.quotations[0] for each in annotations)
    return sum(isinstance(_place(each, explainer.haystack), Range) for each in firsts)


class AnnotationEntries(Struct, frozen=True):
    """YAML to paste, how many entries it has, and what could not be carried, in sentences."""

    yaml: str
    number: int
    said: tuple[str, ...]


def write_annotations(
    annotations: tuple[ForeignAnnotation, ...], explainer: Opened, inputs: Inputs
) -> AnnotationEntries:
    """An entry for each annotation whose words have one place in the explainer's article."""
    ids = {each.id for each in annotations} | {*placing.assign_ids(explainer.taken)}
    writer = _Writer(explainer, inputs, ids)
    entries = [entry for each in annotations if (entry := writer.entry(each))]
    said = tuple(dict.fromkeys(writer.said))
    yaml = _HEADING.format(slug=explainer.slug) + "\n".join(entries) if entries else ""
    return AnnotationEntries(yaml, len(entries), said)


# ------------------------------------------------------------------ places


def _place(quotation: ForeignQuote, haystack: Haystack) -> Range | Ambiguous | Orphan:
    """The one place that a quotation means, or why there is none.

    Its context may be cut off within a word, and may be words of the page around the article: it
    is tried as it is, then in whole words, then a side alone; the words without context count
    only if they are unique. Never is a place taken that is merely similar.
    """
    before, after = quotation.prefix, quotation.suffix
    whole = re.sub(r"^\S+\s*", "", before), re.sub(r"\s*\S+$", "", after)
    tries = ((before, after), whole, (whole[0], ""), ("", whole[1]), ("", ""))
    best: Ambiguous | Orphan = Orphan("quote")
    for prefix, suffix in dict.fromkeys(tries):
        result = anchoring.resolve(Selector(quotation.exact, "", prefix, suffix), haystack)
        if isinstance(result, Found):
            return result.range
        if isinstance(result, Ambiguous):
            return result  # with less context there would be more of them
        if isinstance(result, Orphan):
            best = result
    return best


def _said_of(quotation: ForeignQuote, result: Ambiguous | Orphan, explainer: Opened) -> str:
    shown = _one_line(quotation.exact)
    if isinstance(result, Ambiguous):
        places = ", ".join(map(explainer.where, result.places[: placing.PLACES_SHOWN]))
        return f"`{shown}` is in the article {len(result.places)} times: {places}"
    from postil.text.anchoring import suggesting

    selector = Selector(quotation.exact)
    suggestion = (
        suggesting.suggest(selector, explainer.haystack) if quotation.exact.strip() else None
    )
    if suggestion is None:
        return f"`{shown}` is not in the article"
    where = explainer.where(suggestion.range)
    return f"`{shown}` is not in the article; nearest: {where}: {suggestion.difference}"


def _one_line(text: str, most: int = 100) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[:most].rpartition(' ')[0]} …"


# ------------------------------------------------------------------ entries


class _Writer:
    """Entries one by one, and what is said of them."""

    def __init__(self, explainer: Opened, inputs: Inputs, linked: set[str]) -> None:
        self.said: list[str] = []
        self._linked = linked  # ids to which a note may lead
        self._explainer = explainer
        self._taken = list(explainer.taken)
        self._known = {*placing.assign_ids(explainer.taken)}
        self._sources = inputs.sources.value
        self._statuses = {*STATUSES, *inputs.site.value.statuses}
        self._names = _by_unique_name({id: each.name for id, each in self._sources.items()})
        addresses = [(each.address, id) for id, each in self._sources.items()]
        addresses += [(each.archive_url, id) for id, each in self._sources.items()]
        self._addresses = {address: id for address, id in addresses if address}

    def entry(self, foreign: ForeignAnnotation) -> str:
        """The YAML of one annotation; empty, with the reason said, if it has no place."""
        places = []
        for quotation in foreign.quotations:
            result = _place(quotation, self._explainer.haystack)
            if isinstance(result, Range):
                places.append(result)
            else:
                self.said.append(_said_of(quotation, result, self._explainer))
        if not places:
            return ""
        own = foreign.id if re.fullmatch(ID_PATTERN, foreign.id) else ""
        if own in self._known:
            self.said.append(f"`{own}` is in annotations.yaml already")
            return ""
        selectors = [self._selector(place) for place in dict.fromkeys(places)]
        own = "" if placing.is_reserved(own) else own
        self._taken.append(Annotation(selectors[0].quote, id=own))
        id = placing.assign_ids(tuple(self._taken))[-1]
        self._taken[-1] = Annotation(selectors[0].quote, id=id)
        lines = [f"id: {as_scalar(id)}", *selector_lines(selectors[0]), *_also(selectors[1:])]
        lines += [*self._said_by(foreign, id), *_written(foreign)]
        return "".join(f"  {'-' if line is lines[0] else ' '} {line}\n" for line in lines)

    def _selector(self, place: Range) -> Selector:
        from postil.text.anchoring import describing

        return describing.select(place, self._explainer.haystack)

    def _said_by(self, foreign: ForeignAnnotation, id: str) -> Iterator[str]:
        """Who says it, with what status; the note, and what it rests on."""
        chains = [self._chain(names) for names in foreign.names]
        if chains and all(chains):
            yield f"attributed_to: {chains[0] if len(chains) == 1 else _flow(chains)}"
        for chain, names in zip(chains, foreign.names, strict=True):
            if not (chain and all(chains)):
                yield f"# said by: {_one_line(names)}"
        statuses = [each for each in foreign.classes if each in self._statuses]
        if statuses:
            yield f"status: {as_scalar(statuses[0])}"
        tags = [*foreign.tags, *(each for each in foreign.classes if each not in statuses[:1])]
        if tags:
            yield f"# tags: {', '.join(map(_one_line, tags))}"
        sources = [self._addresses[link] for link in foreign.links if link in self._addresses]
        links = [link for link in foreign.links if link not in self._addresses]
        note = "\n\n".join([*(self._note(*text, id) for text in foreign.texts), *links])
        if note or not ((chains and all(chains)) or statuses or sources):
            yield "note: |"
            yield from (f"  {line}".rstrip() for line in (note or PLACEHOLDER).split("\n"))
        if sources:
            yield f"sources: {_flow(dict.fromkeys(sources))}"

    def _chain(self, names: str) -> str:
        ids = [self._names.get(name.strip(), "") for name in names.split(" > ")]
        return " > ".join(ids) if all(ids) else ""

    def _note(self, text: str, form: TextForm, id: str) -> str:
        """The text as prose of ours, which shows all of its words."""
        if form == "html":
            from markdownify import markdownify

            text, form = markdownify(text, heading_style="ATX", bullets="-"), "markdown"
        text = "\n".join(line.rstrip() for line in _printable(text).strip().split("\n"))
        if form == "markdown" and self._is_sound(prose.parse(text)):
            return text
        if form == "markdown":
            self.said.append(f"`{id}`: its note stands as it was typed, without its markup")
        return escaped_markdown(text)

    def _is_sound(self, text: prose.Prose) -> bool:
        is_cited = all(each.source in self._sources for each in text.citations())
        is_whole = not any((text.lost(), *text.malformed(), *text.pictures()))
        is_linked = all(
            link[1:] in self._linked if link.startswith("#") else _WEB.match(link)
            for link in text.addresses()
        )
        return is_cited and is_whole and is_linked and not any(text.slips(self._sources))


def _by_unique_name(names: Mapping[str, str]) -> dict[str, str]:
    """The ids by names that only one of them has."""
    every = list(names.values())
    return {name: id for id, name in names.items() if every.count(name) == 1}


def _also(selectors: list[Selector]) -> Iterator[str]:
    """Further places of the same annotation."""
    if selectors:
        yield "also:"
    for selector in selectors:
        for index, line in enumerate(selector_lines(selector)):
            yield f"  {'-' if index == 0 else ' '} {line}"


def _written(foreign: ForeignAnnotation) -> Iterator[str]:
    """By whom and when, beside what keeps the entry off the page."""
    by = ", ".join(filter(None, (_one_line(_printable(foreign.by)), _printable(foreign.day))))
    yield f"draft: true  # {f'written by {by}: ' if by else ''}take this line out to publish it"


def _flow(ids: Mapping[str, object] | list[str]) -> str:
    return f"[{', '.join(map(as_scalar, ids))}]"


def _printable(text: str) -> str:
    return "".join(each for each in text if each.isprintable() or each == "\n")


def escaped_markdown(text: str) -> str:
    """Markdown that shows a text as it is, its paragraphs and lines too."""
    text = re.sub(r"[^\S\n]+", " ", text.strip())
    signs = re.sub(r"([\\`*_\[\]<>#|~&!@$^{}])", r"\\\1", text)
    lines = (
        re.sub(r"^ ?([-+=:]|\d+(?=[.)]))", _guarded, line.strip()) for line in signs.split("\n")
    )
    return re.sub(r"(?<!\n)\n(?!\n)", "\\\\\n", "\n".join(lines))


def _guarded(found: re.Match[str]) -> str:
    """What begins a line as a list or a heading would: no longer."""
    return f"{found[1]}\\" if found[1].isdecimal() else f"\\{found[1]}"
