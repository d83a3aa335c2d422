"""Dates as CSL and its exporters write them, read by one parser into periods.

Texts of EDTF, `date-parts` of one day or of both ends of a range, `season`, `circa`, `literal`,
`raw`, and the maps of Pandoc's older YAML.
"""

import re
from typing import Any

from msgspec.structs import replace

from postil.language.periods import Moment, Period, written
from postil.language.words import Day, Words
from postil.site import edtf
from postil.site.edtf import Mistake
from postil.yaml.reading import KeyPath

VARIABLES = ("issued", "accessed", "original-date", "available-date", "event-date", "submitted")
"""CSL's dates, as they are spelled in YAML."""

_NUMBER = re.compile(r"-?[0-9]{1,6}")
_UNKNOWN = ("", "0", "00", None)  # what exporters write for a month or day that they lack
_SEASON_NAMES = {"spring": "1", "summer": "2", "autumn": "3", "fall": "3", "winter": "4"}


class CslDate:
    """A period, or a text that is printed as it is; nothing at all if no date was given.

    What is no date has a `mistake`, which a check reports: it stops neither the reading of the
    file nor any other check.
    """

    __slots__ = ("circa", "mistake", "period", "text")

    def __init__(
        self,
        period: Period | None = None,
        text: str = "",
        *,
        circa: bool = False,
        mistake: Mistake | None = None,
    ) -> None:
        self.period, self.text, self.circa, self.mistake = period, text, circa, mistake

    @classmethod
    def read(cls, value: Any) -> "CslDate":
        """What YAML or JSON holds under a date variable; any value at all."""
        try:
            return _date(value)
        except Mistake as mistake:
            return cls(text=repr(value), mistake=mistake)  # another value is another mistake

    def day(self, t: Words) -> Day | None:
        """The date in the words of a language, or None if there is none."""
        if self.period:
            return written(self.period, t)
        if not self.text or self.mistake:
            return None
        return Day("", t("circa", date=self.text) if self.circa else self.text)

    @property
    def sort_key(self) -> tuple[int, ...]:
        """Older first; what has no year comes before all that has."""
        moment = self.period and (self.period.start or self.period.end)
        return (moment.year, *edtf.place_in_year(moment)) if moment else ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CslDate) and self._key == other._key

    def __hash__(self) -> int:
        return hash((self.period, self.text))

    @property
    def _key(self) -> tuple[Period | None, str, bool]:
        return self.period, self.text, self.circa


# ------------------------------------------------------------------ the forms


def _date(value: Any) -> CslDate:
    if value in (None, "", [], {}):
        return CslDate()
    match value:
        case str(text):
            return CslDate(edtf.read_edtf(text))
        case dict():
            return _fields(value)
        case [dict() as only]:
            return _of_item(only, 0)
        case [dict() as first, dict() as last]:
            ends = (_end(_of_item(date, index)) for index, date in enumerate((first, last)))
            return CslDate(edtf.in_order(Period(*ends)))
    raise Mistake("this is not a date")


def _of_item(date: dict[str, Any], index: int) -> CslDate:
    try:
        return _fields(date)
    except Mistake as mistake:
        raise mistake.below(index) from None


def _end(date: CslDate) -> Moment | None:
    """An end of a range that is two maps."""
    if date.text or (date.period and date.period.start != date.period.end):
        raise Mistake("an end of this range is not a single date")
    return date.period.start if date.period else None


def _fields(date: dict[str, Any]) -> CslDate:
    """A date as an object: of CSL-JSON, of Crossref, or of Pandoc's older YAML."""
    for key in date:
        if key not in _FORMS:
            known = "date-parts, season, circa, literal, raw"
            raise Mistake(f"`{key}` is no part of a date", f"a date has: {known}", (key,))
    circa = date.get("circa") not in (None, False, "", "0", "false")
    period = _period(date)
    if period:
        return CslDate(_qualified(period, date.get("season"), circa))
    for key in ("literal", "raw", "other"):
        if text := date.get(key):
            if not isinstance(text, str):
                raise Mistake(f"`{key}` should be text", "put it in quotes", (key,))
            return CslDate(text=text, circa=circa)
    if date.get("season") or circa:
        raise Mistake("the date has no year", "add a line: date-parts: [[2017]]")
    return CslDate()


def _period(date: dict[str, Any]) -> Period | None:
    """What an object says in numbers, in EDTF, or in a `raw` text that is EDTF by chance."""
    if "date-parts" in date and (period := _from_parts(date["date-parts"])):
        return period
    if "year" in date:
        keys = ("year", "month", "day")
        moment = _moment([date.get(key) for key in keys], [(key,) for key in keys])
        return Period(moment, moment) if moment else None
    if "month" in date or "day" in date:
        raise Mistake("the date has no year", "add a line: year: 2017")
    for key in ("edtf", "date-time"):
        if text := date.get(key):
            try:
                return edtf.read_edtf(str(text).strip())
            except Mistake as mistake:
                raise mistake.below(key) from None
    raw = CslDate.read(date["raw"].strip()) if isinstance(date.get("raw"), str) else None
    return raw.period if raw else None


def _from_parts(value: Any) -> Period | None:
    """`[[2017, 5, 15]]`, or both ends of a range; of a second end of zeros, an open one."""
    if not isinstance(value, list) or not all(isinstance(parts, list) for parts in value):
        raise Mistake("`date-parts` is a list of lists", "as in [[2017, 5, 15]]", ("date-parts",))
    if len(value) > 2:
        message = f"a range has two ends, and this has {len(value)}"
        raise Mistake(message, "as in [[2017, 5], [2017, 6]]", ("date-parts", 2))
    ends = [
        _moment(parts, [("date-parts", end, part) for part in range(len(parts))])
        for end, parts in enumerate(value)
    ]
    if len(ends) == 2 and (ends[1] or any(part in ("0", "00") for part in value[1])):
        return edtf.in_order(Period(*ends)) if any(ends) else None
    return Period(ends[0], ends[0]) if ends and ends[0] else None


def _moment(parts: list[Any], paths: list[KeyPath]) -> Moment | None:
    """Year, month and day as numbers or texts; None if all are missing. `paths`: of each."""
    if len(parts) > 3:
        message = f"a date has a year, a month and a day, and this has {len(parts)} parts"
        raise Mistake(message, "as in [[2017, 5, 15]]", paths[3])
    last = max((index for index, part in enumerate(parts) if part not in _UNKNOWN), default=-1)
    if last < 0:
        return None
    numbers = [_number(part, path) for part, path in zip(parts, paths, strict=True)][: last + 1]
    if parts[0] in _UNKNOWN:
        raise Mistake("the date has no year", "the year comes first: [[2017, 5, 15]]", paths[0])
    try:
        return edtf.in_calendar(*numbers)
    except Mistake as mistake:
        raise mistake.below(*paths[last]) from None


def _number(part: Any, path: KeyPath) -> int:
    if part in _UNKNOWN:
        return 0
    if isinstance(part, str) and _NUMBER.fullmatch(part):
        return int(part)
    month = edtf.month_number(part) if isinstance(part, str) and part.isalpha() else ""
    help = f"write {month}" if month else "as in [[2017, 5, 15]]"
    written = part if isinstance(part, str) else "this"
    raise Mistake(f"`{written}` is not a number, as the parts of a date are", help, path)


# ------------------------------------------------------------------ season and circa


def _qualified(period: Period, season: Any, circa: bool) -> Period:
    """The period, of which the start has a season, if it has no month, or is approximate."""
    start, end = period.start, period.end
    is_moment = start == end
    if season not in _UNKNOWN and start and not start.month:
        start = replace(start, season=_season(season))
    if circa:
        start = start and replace(start, approximate=True)
    return Period(start, start if is_moment else end)


def _season(season: Any) -> str:
    if not isinstance(season, str):
        raise Mistake("`season` should be a number from 1 to 4", "as in season: 1", ("season",))
    if season.isascii() and season.isdigit():
        number = season if len(season) == 1 else edtf.SEASONS.get(int(season[:3]), "")
        if number not in ("1", "2", "3", "4"):
            message = f"`{edtf.shortened(season)}` is no season"
            raise Mistake(message, "1 is spring, 2 summer, 3 autumn, 4 winter", ("season",))
        return number
    return _SEASON_NAMES.get(season.strip().lower(), season.strip())


# ------------------------------------------------------------------ for editors' programs

PART_PATTERN = r"^(-?[0-9]{1,6})?\Z"
_PART = {"type": ["string", "integer", "null"], "pattern": PART_PATTERN}
_PARTS_OF_DATE = {"type": "array", "items": {"type": "array", "items": _PART}}
_TEXT = {"type": ["string", "number"]}
_FORMS: dict[str, tuple[str, dict[str, Any]]] = {
    "date-parts": ("Year, month and day as numbers; of a range, both ends.", _PARTS_OF_DATE),
    "season": ("1 (spring) to 4 (winter), or its name.", _TEXT),
    "circa": ("true: about that time.", {"type": ["boolean", "string", "integer"]}),
    "literal": ("A date that is printed as it is.", _TEXT),
    "raw": ("A date that is printed as it is, if it cannot be read.", _TEXT),
    "edtf": ("A date in the Extended Date/Time Format.", _TEXT),
    "year": ("The year, as older exports have it.", _TEXT),
    "month": ("The month, from 1 to 12.", _TEXT),
    "day": ("The day, from 1 to 31.", _TEXT),
    "other": ("The same as literal, in older exports.", _TEXT),
    "date-time": ("Day and time, as Crossref has them.", _TEXT),
    "timestamp": ("Accepted from Crossref, and not used.", _TEXT),
}
DEFINITIONS: dict[str, dict[str, Any]] = {
    "CslDate": {
        "description": "A date of CSL in any of its forms.",
        "anyOf": [
            {"type": "string", "pattern": edtf.EDTF_PATTERN},
            {"$ref": "#/definitions/DateFields"},
            {"type": "array", "items": {"$ref": "#/definitions/DateFields"}},
        ],
    },
    "DateFields": {
        "description": "A date as CSL-JSON has it, or as Pandoc's older YAML has.",
        "type": "object",
        "properties": {
            name: {"description": about, **form} for name, (about, form) in _FORMS.items()
        },
        "additionalProperties": False,
    },
}
SCHEMA: dict[str, Any] = {"anyOf": [{"$ref": "#/definitions/CslDate"}]}
