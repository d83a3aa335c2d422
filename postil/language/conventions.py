"""How a language writes dates, lists and numbers of things: what Babel says, in short.

Babel knows hundreds of languages, and reading one takes it as long as a tenth of a small build.
So the few lines of it that pages need are kept, as Python keeps compiled modules.
"""

import datetime
import re
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from postil.language.translations import tags

if TYPE_CHECKING:
    from babel import Locale
    from babel.dates import DateTimePattern

CACHE = Path(__file__).parent / "__pycache__"
# CLDR's plural rules for whole numbers look at the last two digits, except for 0 and 1 and, in a
# few languages, for whole millions, which nobody counts on a page.
COUNTED = 200


class Conventions(msgspec.Struct, frozen=True):
    """What a page needs to know of a language."""

    origin: str  # the Babel and the code that this comes from
    days: Sequence[str]  # a date in each month, January first: `{day} May {year}`
    months: Sequence[str]  # the same without a day
    year: str
    before: str  # a year before the first: `{year} BC`
    span: str  # CLDR's pattern of a range, for both ends
    lists: dict[str, str]  # CLDR's list patterns: `2`, `start`, `middle`, `end`
    plurals: Sequence[str]  # the CLDR plural forms of 0 to COUNTED - 1

    def date(self, year: int, month: int = 0, day: int = 0) -> str:
        """A date written out; `month` and `day` count from 1, 0 leaves them out.

        The year is astronomical: 0 is 1 BC.
        """
        pattern = self.days[month - 1] if day else self.months[month - 1] if month else self.year
        named = year if year > 0 else self.before.format(year=1 - year)
        return pattern.format(day=day, year=named)

    def join(self, items: Sequence[str]) -> str:
        """The items as a list in words: `a, b and c`."""
        if len(items) < 2:
            return "".join(items)
        if len(items) == 2:
            return self.lists["2"].format(*items)
        text = self.lists["start"].format(*items[:2])
        for item in items[2:-1]:
            text = self.lists["middle"].format(text, item)
        return self.lists["end"].format(text, items[-1])

    def plural_form(self, n: int) -> str:
        """`zero`, `one`, `two`, `few`, `many` or `other`, for a whole number from 0."""
        return self.plurals[n if n < COUNTED else n % 100 + 100]


@cache
def conventions_of(language: str) -> Conventions:
    """What Babel says of a BCP 47 language; of the nearest that it knows, at last of English."""
    path, origin = CACHE / f"{language.lower()}.json", _origin()
    try:
        kept = msgspec.json.decode(path.read_bytes(), type=Conventions)
    except (OSError, msgspec.MsgspecError):
        kept = None
    if kept and kept.origin == origin:
        return kept
    made = _ask_babel(language, origin)
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(msgspec.json.encode(made))
    except OSError:
        pass  # where nothing can be kept, nothing is lost
    return made


def _origin() -> str:
    spec = find_spec("babel")  # without loading it
    files = [__file__, spec.origin if spec and spec.origin else ""]
    return " ".join(f"{file} {Path(file).stat().st_mtime_ns}" for file in files if file)


def _ask_babel(language: str, origin: str) -> Conventions:
    from babel.dates import match_skeleton

    locale = _locale(language)

    def pattern(skeleton: str) -> "DateTimePattern":
        known = locale.datetime_skeletons
        found: DateTimePattern = known[
            skeleton if skeleton in known else match_skeleton(skeleton, known)
        ]
        return found

    months = range(1, 13)
    return Conventions(
        origin=origin,
        days=[_fill(locale.date_formats["long"], month, locale) for month in months],
        months=[_fill(pattern("yMMMM"), month, locale) for month in months],
        year=_fill(pattern("y"), 1, locale),
        before=_before(pattern("Gy").pattern, locale),
        span=str(locale.interval_formats[None]),
        lists=dict(locale.list_patterns["standard"]),
        plurals=[locale.plural_form(n) for n in range(COUNTED)],
    )


def _locale(language: str) -> "Locale":
    from babel import Locale, UnknownLocaleError

    for tag in tags(language):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


def _before(pattern: str, locale: "Locale") -> str:
    """A year with its era, without what else stands in the pattern, as the sign for “year”."""
    found = re.search(r"G+[^yG']*y+|y+[^yG']*G+", pattern)
    era = locale.eras["abbreviated"][0]
    return re.sub("G+", era, re.sub("y+", "{year}", found[0] if found else "y G"))


def _fill(pattern: "DateTimePattern", month: int, locale: "Locale") -> str:
    """The pattern with the month's name in it, and blanks for day and year."""
    from babel.dates import DateTimeFormat

    class Blanks(DateTimeFormat):
        def __getitem__(self, name: str) -> str:
            blank = {"d": "day", "y": "year"}.get(name[0])
            if not blank:
                return super().__getitem__(name)
            return f"{{{blank}:0{len(name)}}}" if len(name) > 1 else f"{{{blank}}}"

    return pattern % Blanks(datetime.date(2000, month, 1), locale)
