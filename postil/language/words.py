"""The words that Postil itself puts on a page, in the page's language."""

from collections.abc import Sequence
from functools import lru_cache

import msgspec

from postil.language import conventions, translations
from postil.language.translations import Direction, Entries, SiteWords

# Languages from right to left that nobody has translated, by CLDR; a file of their own goes first.
UNTRANSLATED_RIGHT_TO_LEFT = frozenset(
    {
        "apc", "arc", "bal", "bgn", "ckb", "dv", "fa", "he", "ks", "lrc", "mzn", "nqo", "ps",
        "rhg", "sd", "sdh", "skr", "syr", "trw", "ug", "ur", "yi",
    }
)  # fmt: skip
# A script subtag, as in az-Arab, decides for any language.
RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "hebr", "nkoo", "rohg", "samr", "syrc", "thaa"})


class Day(msgspec.Struct, frozen=True):
    """A date for `<time>`: `iso` for machines, `text` in the page's language."""

    iso: str
    text: str


class Words(msgspec.Struct, frozen=True, eq=False):
    """The interface words of one language; called with a key they give the text.

    They are the same if they are one object: what is made with them can be kept by them.
    """

    language: str
    entries: Entries

    def __call__(self, key: str, n: int | None = None, **fields: object) -> str:
        """The words under `key`, with `n` in the right plural form and `{field}`s filled in.

        Raises KeyError if no language has the key: a mistake in a template.
        """
        entry = self.entries[key]
        if isinstance(entry, dict):
            entry = entry.get(self._conventions.plural_form(n or 0), entry["other"])
        return entry.format(n=n, **fields) if "{" in entry else entry

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    @property
    def direction(self) -> Direction:
        """The direction in which the language is written."""
        return direction(self.language)

    def day(self, iso: str) -> Day:
        """A date of the form `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, written out."""
        return Day(iso, self._conventions.date(*map(int, iso.split("-"))))

    def join(self, items: Sequence[str]) -> str:
        """The items as a list in words: `a, b and c`."""
        return self._conventions.join(items)

    @property
    def _conventions(self) -> conventions.Conventions:
        return conventions.conventions_of(self.language)


@lru_cache(64)
def load(language: str, own: SiteWords = ()) -> Words:
    """The words of a BCP 47 language: its own, else its base language's, else the English.

    The site's own words go before ours.
    """
    entries: Entries = {}
    for code in ("en", language):
        for translation in reversed(translations.nearest(code, own)):
            entries |= translation.words
    return Words(language, entries)


@lru_cache(256)
def direction(language: str) -> Direction:
    """`rtl` for a language written from right to left, otherwise `ltr`."""
    base, *subtags = language.lower().split("-")
    scripts = [subtag for subtag in subtags if len(subtag) == 4 and subtag.isalpha()]
    if scripts:
        return "rtl" if scripts[0] in RIGHT_TO_LEFT_SCRIPTS else "ltr"
    for translation in translations.nearest(language):
        return translation.direction or "ltr"
    return "rtl" if base in UNTRANSLATED_RIGHT_TO_LEFT else "ltr"
