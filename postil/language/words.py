"""The words that Postil itself puts on a page, in the page's language."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec

from postil.language import conventions

FOLDER = Path(__file__).parent / "words"

# Asked by every build: not worth loading babel for. A script subtag, as in az-Arab, decides.
RIGHT_TO_LEFT = frozenset(
    {"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"}
)
RIGHT_TO_LEFT_SCRIPTS = frozenset({"adlm", "arab", "hebr", "nkoo", "rohg", "samr", "syrc", "thaa"})

Entries = dict[str, str | dict[str, str]]


class Day(msgspec.Struct, frozen=True):
    """A date for `<time>`: `iso` for machines, `text` in the page's language."""

    iso: str
    text: str


class Words(msgspec.Struct, frozen=True):
    """The interface words of one language; called with a key they give the text."""

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
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return direction(self.language)

    def day(self, iso: str) -> Day:
        """A date of the form `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, written out."""
        return Day(iso, self._conventions.date(*map(int, iso.split("-"))))

    def join(self, items: Sequence[str]) -> str:
        """The items as a list in words: `a, b and c`."""
        return self._conventions.join(items)

    @property
    def _conventions(self) -> conventions.Conventions:
        return conventions.load(self.language)


@cache
def load(language: str) -> Words:
    """The words of a BCP 47 language: its own, else its base language's, else the English."""
    entries: Entries = {}
    for name in reversed(conventions.tags(language)):
        path = FOLDER / f"{name.lower()}.json"
        if path.is_file():
            entries |= msgspec.json.decode(path.read_bytes(), type=Entries)
    return Words(language, entries)


def direction(language: str) -> str:
    """`rtl` for a language written from right to left, otherwise `ltr`."""
    base, *subtags = language.lower().split("-")
    scripts = [subtag for subtag in subtags if len(subtag) == 4 and subtag.isalpha()]
    leftward = scripts[0] in RIGHT_TO_LEFT_SCRIPTS if scripts else base in RIGHT_TO_LEFT
    return "rtl" if leftward else "ltr"
