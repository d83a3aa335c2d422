"""What each hop of a chain said, side by side: which words came in on the way, and which fell out.

The wording of a hop is a quotation and stays whole; only runs of its words are told apart. Two
wordings are compared word by word (`text/subsequences`), without regard to capitals, punctuation,
the marks of Arabic vowels, and how thousands are set apart.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import groupby

from msgspec import Struct

from postil.diagnostics.model import Diagnostic
from postil.language.translations import SiteWords
from postil.site.chains import WrittenChain, as_hops
from postil.site.examining import Placed, Shared
from postil.site.fields import LANGUAGE_PATTERN
from postil.site.model import Source, Sources
from postil.site.placing import Anchor
from postil.site.withdrawing import Withdrawn
from postil.text.anchoring import words
from postil.text.subsequences import side_by_side

MOST_WORDS = 400  # of a wording: more is no quotation, and comparing takes the square of it

# Lengthening and vowels of Arabic, which are written or not; and forms of the apostrophe.
_PASSED_OVER = {ord(each): "" for each in "\u0640\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"}
_ALIKE = _PASSED_OVER | {ord("’"): "'", ord("ʼ"): "'"}
_DASHES = re.compile("[\u2012-\u2015]")
_GROUPED = re.compile(r"\d{1,3}(?:[.,'\u066c]\d{3})+")

_Extent = tuple[int, int]


class Said(Struct, frozen=True):
    """What a hop said; `words` are empty where that is not known.

    The article itself is the last one. Its `source` is its outlet; empty where none is named, or
    where other words of the outlet come before. `locator` tells where in the source they stand.
    """

    source: str
    words: str
    language: str
    locator: str = ""
    is_article: bool = False
    site_words: SiteWords = ()  # which may list the hedges of its language


class Run(Struct, frozen=True):
    """A part of a wording. Joined, all runs of a wording are the wording.

    Whether its words `came_in`, so that the wording before has them not; whether they `fall_out`,
    so that the one after has them not; and whether they are a hedge. What stands between words of
    one kind belongs to them.
    """

    text: str
    came_in: bool = False
    falls_out: bool = False
    is_hedge: bool = False


class Rung(Struct, frozen=True):
    """A step of the ladder: what one said; and the hedges that fell out or came in before it."""

    said: Said
    runs: tuple[Run, ...] = ()
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()


# ------------------------------------------------------------------ ladders


def ladders(
    anchor: Anchor | Withdrawn, placed: Placed, shared: Shared
) -> tuple[tuple[Rung, ...], ...]:
    """By chain of an annotation, what each hop said and then the article; nothing for a chain of
    which no wording is known."""
    return tuple(
        tuple(climb(said_on_the_way(chain, anchor, placed, shared)))
        if any(each.hop.quote for each in chain)
        else ()
        for chain in as_hops(anchor.annotation.attributed_to)
    )


def said_on_the_way(
    chain: WrittenChain, anchor: Anchor | Withdrawn, placed: Placed, shared: Shared
) -> tuple[Said, ...]:
    """What each hop of a chain said, the first speaker first, and then the article."""
    explainer, sources = placed.explainer, shared.sources.value
    language = explainer.article.language or explainer.language or shared.site.value.language
    passage = anchor.words if isinstance(anchor, Withdrawn) else placed.words_at(anchor.first)
    said = [
        Said(
            source=each.hop.source,
            words=_on_one_line(each.hop.quote),
            language=each.hop.language or _language_of(sources.get(each.hop.source)) or language,
            locator=each.hop.locator,
            site_words=shared.words,
        )
        for each in chain
    ]
    outlet = explainer.article.outlet
    last = said[-1]
    source, locator = outlet, ""
    if outlet and outlet in (last.source, _body_of(last.source, sources)):
        source, locator = ("", "") if last.words else (last.source, last.locator)
        said = said if last.words else said[:-1]
    return (*said, Said(source, _on_one_line(passage), language, locator, is_article=True))


def _on_one_line(text: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


def _language_of(source: Source | None) -> str:
    language = str(source.language) if source else ""
    return language if re.match(LANGUAGE_PATTERN, language) else ""


def _body_of(id: str, sources: Sources) -> str:
    return sources[id].speaks_for if id in sources else ""


def climb(said: Sequence[Said]) -> Iterator[Rung]:
    """The rungs of a ladder, each compared with the last known wording and with the next."""
    known = [index for index, each in enumerate(said) if each.words]
    for index, each in enumerate(said):
        before = _neighbour(said, known, index, -1)
        after = _neighbour(said, known, index, 1)
        lost, gained = _hedges_changed(before, each)
        yield Rung(each, tuple(_runs(each, before, after)), lost, gained)


def _neighbour(said: Sequence[Said], known: list[int], index: int, way: int) -> Said | None:
    """The wording next to one that is known, if it is of the same language."""
    if index not in known:
        return None
    at = known.index(index) + way
    other = said[known[at]] if 0 <= at < len(known) else None
    return other if other and _base(other) == _base(said[index]) else None


def _base(said: Said) -> str:
    return said.language.lower().split("-")[0]


# ------------------------------------------------------------------ words


def word_extents(text: str) -> list[_Extent]:
    """Where each word stands, without the punctuation around it. Of scripts that put no spaces
    between words each letter is one."""
    found = []
    for token in words.word().finditer(text):
        for start, end in _between_dashes(text, token.start(2), token.end(2)):
            while start < end and not words.is_in_words(text[start]):
                start += 1
            while start < end and not words.is_in_words(text[end - 1]):
                end -= 1
            if start < end:
                found.append((start, end))
    return found


def _between_dashes(text: str, start: int, end: int) -> Iterator[_Extent]:
    for dash in _DASHES.finditer(text, start, end):
        yield start, dash.start()
        start = dash.end()
    yield start, end


def as_compared(text: str) -> list[str]:
    """The words of a wording in the form in which they are compared."""
    plain = (text[start:end].casefold().translate(_ALIKE) for start, end in word_extents(text))
    return [unicodedata.normalize("NFC", _ungrouped(word)) for word in plain]


def _ungrouped(word: str) -> str:
    """A number without what sets its thousands apart: `5,000` says no more than `5000`."""
    return re.sub(r"\D", "", word) if _GROUPED.fullmatch(word) else word


def _kept(one: Said, other: Said | None) -> set[int] | None:
    """The numbers of those words of one wording that another has too; None if none can be told.

    That is so where they have nothing in common: then it is another wording, and not a changed one.
    """
    if other is None:
        return None
    own, others = as_compared(one.words), as_compared(other.words)
    if max(len(own), len(others)) > MOST_WORDS:
        return None
    # Of several ways to match two wordings one is taken, whichever of the two is asked about.
    is_first = own <= others
    pair = (own, others) if is_first else (others, own)
    kept: set[int] = set()
    for part in side_by_side(*pair):
        if part.is_same:
            start, end = part[1:3] if is_first else part[3:5]
            kept.update(range(start, end))
    return kept or None


# ------------------------------------------------------------------ hedges


def hedges_in(said: Said) -> list[_Extent]:
    """Where the hedges of a wording stand, by the list of its language."""
    from postil.language import cues  # only where there are words to compare

    language = cues.attribution_of(said.language, said.site_words)
    return list(cues.find_hedges(said.words, language)) if language else []


def _numbered(hedge: _Extent, extents: Sequence[_Extent]) -> set[int]:
    """The numbers of the words that a hedge touches."""
    return {
        number for number, (start, end) in enumerate(extents) if start < hedge[1] and hedge[0] < end
    }


def _hedges_changed(before: Said | None, after: Said) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The hedges that fell out from one wording to the next, and those that came in.

    One for another is neither: only where there are fewer of them, one is lost.
    """
    if before is None:
        return (), ()
    gone, new = _unkept_hedges(before, after), _unkept_hedges(after, before)
    if len(gone) > len(new):
        return tuple(gone), ()
    return (), tuple(new) if len(new) > len(gone) else ()


def _unkept_hedges(one: Said, other: Said) -> list[str]:
    kept, extents = _kept(one, other) or set(), word_extents(one.words)
    return [
        one.words[start:end]
        for start, end in hedges_in(one)
        if not _numbered((start, end), extents) & kept
    ]


# ------------------------------------------------------------------ runs


def _runs(said: Said, before: Said | None, after: Said | None) -> Iterator[Run]:
    """The runs of a wording; nothing where it is not known."""
    text, extents = said.words, word_extents(said.words)
    hedged = {n for hedge in hedges_in(said) for n in _numbered(hedge, extents)}
    kept_from, kept_to = _kept(said, before), _kept(said, after)

    def kind(number: int) -> tuple[bool, bool, bool]:
        came_in = _is_changed(number, kept_from, said, before, hedged)
        falls_out = _is_changed(number, kept_to, said, after, hedged)
        return came_in, falls_out, number in hedged

    end = 0
    for (came_in, falls_out, is_hedge), numbers in groupby(range(len(extents)), kind):
        same = list(numbers)
        start, stop = extents[same[0]][0], extents[same[-1]][1]
        if start > end:
            yield Run(text[end:start])
        yield Run(text[start:stop], came_in, falls_out, is_hedge)
        end = stop
    if end < len(text):
        yield Run(text[end:])


def _is_changed(
    number: int, kept: set[int] | None, said: Said, other: Said | None, hedged: set[int]
) -> bool:
    """Whether a word is not in the other wording; where these have nothing in common, only hedges
    are told."""
    if other is None:
        return False
    return number in hedged if kept is None else number not in kept


# ------------------------------------------------------------------ what is to be said of it


def wording_complaints(placed: Placed, shared: Shared) -> Iterator[Diagnostic]:
    """A hedge that falls out where no status says so, and wordings that are too long to compare."""
    for anchor in placed.anchors:
        for index, rungs in enumerate(ladders(anchor, placed, shared)):
            chain = as_hops(anchor.annotation.attributed_to)[index]
            for number, rung in enumerate(rungs):
                path = chain[min(number, len(chain) - 1)].path
                span = placed.loaded.located.span((*anchor.path, "attributed_to", *path))
                if len(as_compared(rung.said.words)) > MOST_WORDS:
                    yield Diagnostic(
                        "long-wording",
                        f"the words of this hop are more than {MOST_WORDS}",
                        span,
                        help="quote the sentence that matters, or give the hop no quote",
                        annotation=anchor.id,
                    )
                elif rung.lost and not anchor.annotation.status:
                    hedges = " and ".join(f"`{hedge}`" for hedge in rung.lost)
                    name = "the article" if rung.said.is_article else f"`{rung.said.source}`"
                    yield Diagnostic(
                        "lost-hedge",
                        f"{hedges} fell out on the way to {name}, and no status says so",
                        span,
                        "warning",
                        help="if the meaning is another one: status: altered",
                        annotation=anchor.id,
                    )
