"""Sentences, and the words in them that say who says so, “according to”, and how sure it is."""

import re
from collections.abc import Iterator
from functools import cache

import msgspec

from postil.language import translations
from postil.language.translations import SiteWords

# What may end a sentence, with the closing quotation marks and brackets after it. Of these, an
# ideographic full stop needs no space to follow.
_END = re.compile(
    r"""(?<![.!?…؟۔।])[.!?…؟۔।]++["'”’»›)\]]*+(?=\s|$)|(?<![。！？｡])[。！？｡]++[」』”’）]*+"""
)
_NEXT = re.compile(r"\s*+(\S?)")
_LAST_WORD = re.compile(r"[^\s\"'“”‘’«»‹›()\[\]]+$")
_WORD = re.compile(r"\w+")
_SHORT = 4  # letters; a shorter word with a full stop before a number is one such as “No. 5”

Extent = tuple[int, int]


class Attribution(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a language says who says so, and where its sentences end, as its file has it.

    `cues` are words that attribute what is said to somebody, `hedges` those that say how sure it
    is. `abbreviations`, in small letters and without their full stop, end no sentence. `ordinals`:
    nor does a number of one or two digits.
    """

    cues: tuple[str, ...] = ()
    hedges: tuple[str, ...] = ()
    abbreviations: frozenset[str] = frozenset()
    ordinals: bool = False


@cache
def attribution_of(language: str, own: SiteWords = ()) -> Attribution | None:
    """What the file of a BCP 47 language, or of its base language, says; None if none does.

    The site's own files go before ours.
    """
    for translation in translations.nearest(language, own):
        if translation.attribution:
            return msgspec.json.decode(translation.attribution, type=Attribution)
    return None


def sentences(text: str, language: Attribution) -> Iterator[Extent]:
    """Where each sentence of a paragraph stands, without the white space around it.

    In doubt two sentences stay one: after an initial, an abbreviation or letters with full stops
    between them, and before a small letter. Extents without a letter or digit are left out.
    """
    start = 0
    ends = [match.end() for match in _END.finditer(text) if _ends(match, language)]
    for end in dict.fromkeys([*ends, len(text)]):
        words = text[start:end]
        if re.search(r"\w", words):
            first = start + len(words) - len(words.lstrip())
            yield first, end - len(words) + len(words.rstrip())
        start = end


def _ends(match: re.Match[str], language: Attribution) -> bool:
    text, start = match.string, match.start()
    found_next = _NEXT.match(text, match.end())
    following = found_next[1] if found_next else ""
    if following.islower():
        return False
    if not match[0].startswith(".") or match[0].startswith(".."):
        return True
    found = _LAST_WORD.search(text[max(0, start - 40) : start])
    word = found[0] if found else ""
    if word.isdigit():
        return not (language.ordinals and len(word) <= 2)
    if following.isdigit() and word.isalpha() and len(word) <= _SHORT:
        return False
    is_initial = len(word) == 1 and word.isalpha()
    return not (is_initial or "." in word or word.lower() in language.abbreviations)


def find(text: str, language: Attribution) -> Iterator[Extent]:
    """Where the cues stand in a text: whole words, the longest that fits, none within another."""
    return _find(text, language.cues)


def find_hedges(text: str, language: Attribution) -> Iterator[Extent]:
    """Where the hedges stand in a text, in the same way."""
    return _find(text, language.hedges)


def _find(text: str, phrases: tuple[str, ...]) -> Iterator[Extent]:
    patterns = _patterns(phrases)
    end = 0
    for word in _WORD.finditer(text):
        pattern = patterns.get(word[0].lower()) if word.start() >= end else None
        if pattern and (cue := pattern.match(text, word.start())):
            end = cue.end()
            yield cue.span()


@cache
def _patterns(phrases: tuple[str, ...]) -> dict[str, re.Pattern[str]]:
    """By its first word, in small letters, what each cue or hedge looks like."""
    by_word: dict[str, list[str]] = {}
    for cue in sorted(phrases, key=len, reverse=True):
        words = _WORD.findall(cue)
        by_word.setdefault(words[0].lower(), []).append(_as_typed(cue))
    return {
        word: re.compile(rf"(?:{'|'.join(cues)})(?!\w)", re.IGNORECASE)
        for word, cues in by_word.items()
    }


def _as_typed(cue: str) -> str:
    """A cue with any white space between its words and any apostrophe in them."""
    escaped = (re.escape(word).replace("'", "['’]") for word in cue.split())
    return r"\s+".join(escaped)
