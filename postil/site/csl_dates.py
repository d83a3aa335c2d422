"""Dates as CSL and its exporters write them, read by one parser into periods.

`2017-05-15`, EDTF of levels 0 and 1 (`2017-05~`, `2017?`, `201X`, `-0043-03-15`, `2017-21`,
`2017/2018`, `2017/..`), `date-parts` of one day or of both ends of a range, `season`, `circa`,
`literal`, `raw`, and the maps of Pandoc's older YAML.
"""

import datetime
import re
from typing import Any

from msgspec.structs import replace

from postil.diagnostics.model import Report
from postil.language.periods import Moment, Period, written
from postil.language.words import Day, Words
from postil.yaml.reading import KeyPath, Located

VARIABLES = ("issued", "accessed", "original-date", "available-date", "event-date", "submitted")
"""CSL's dates, as they are spelled in YAML."""

_YEAR = r"-?(?:[0-9]{4}|[0-9]{3}[Xxu]|[0-9]{2}[Xxu]{2})|Y-?[0-9]{5,9}"
_TIME = r"T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
_MOMENT = (
    rf"(?:{_YEAR})(?:-(?:[0-9]{{2}}|[Xxu]{{2}})(?:-(?:[0-9]{{2}}|[Xxu]{{2}}))?)?(?:{_TIME})?"
    r"(?:\?~|[?~%])?"
)
EDTF_PATTERN = rf"^(?:{_MOMENT}(?:/(?:{_MOMENT}|\.\.)?)?|(?:\.\.)?/{_MOMENT})?\Z"
_PARTS = re.compile(
    rf"(?P<year>{_YEAR})(?:-(?P<month>..)(?:-(?P<day>..))?)?(?:T[^?~%]*)?(?P<sign>[?~%]*)"
)
_NUMBER = re.compile(r"-?[0-9]{1,6}")
_UNKNOWN = ("", "0", "00", None)  # what exporters write for a month or day that they lack

FORMS = "write 2017-05-15, 2017-05 or 2017; a range as 2017-05/2017-06; about 2017 as 2017~"
# EDTF counts seasons from 21, processors of CSL from 13 as well.
_SEASONS = {first + n: str(n + 1) for first in (13, 21) for n in range(4)}
_SEASON_NAMES = {"spring": "1", "summer": "2", "autumn": "3", "fall": "3", "winter": "4"}
_MONTHS = {
    name: month
    for month, name in enumerate(re.findall("...", "janfebmaraprmayjunjulaugsepoctnovdec"), 1)
}


class Mistake(Exception):
    """Why something is no date, what to do, and where in the value: the keys that lead there."""

    def __init__(self, message: str, help: str = FORMS, at: KeyPath = ()) -> None:
        super().__init__(message)
        self.message, self.help, self.at = message, help, at

    def below(self, *keys: str | int) -> "Mistake":
        """The same, seen from further outside."""
        return Mistake(self.message, self.help, (*keys, *self.at))

    def tell(self, path: KeyPath, located: Located, report: Report) -> None:
        """Report it; `path` leads to the date."""
        span = located.span((*path, *self.at))
        report.error("bad-date", self.message, span, help=self.help)


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
            return cls(text=repr(value), mistake=mistake)

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
        return (moment.year, *_place_in_year(moment)) if moment else ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CslDate) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[Period | None, str, bool]:
        return self.period, self.text, self.circa


def proposal(text: str) -> str:
    """The form that was meant by `15 May 2017`, `2017/5/15` and the like; empty if in doubt."""
    text = " ".join(text.split())
    if found := re.fullmatch(r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?", text):
        year, month, day = found.groups()
    elif found := re.fullmatch(r"(?:(\d{1,2})\.? )?([A-Za-z]{3,9})\.?,? (\d{4})", text):
        day, name, year = found.groups()
        month = str(_MONTHS.get(name[:3].lower(), ""))
    elif found := re.fullmatch(r"([A-Za-z]{3,9})\.? (\d{1,2}), ?(\d{4})", text):
        name, day, year = found.groups()
        month = str(_MONTHS.get(name[:3].lower(), ""))
    else:
        return ""
    proposed = "-".join(part.zfill(2) for part in (year, month, day) if part)
    return proposed if month and not CslDate.read(proposed).mistake else ""


# ------------------------------------------------------------------ the forms


def _date(value: Any) -> CslDate:
    if value in (None, "", [], {}):
        return CslDate()
    match value:
        case str(text):
            return CslDate(_edtf(text))
        case dict():
            return _fields(value)
        case [dict() as only]:
            return _of_item(only, 0)
        case [dict() as first, dict() as last]:
            ends = (_end(_of_item(date, index)) for index, date in enumerate((first, last)))
            return CslDate(_in_order(Period(*ends)))
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
                return _edtf(str(text).strip())
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
        return _in_order(Period(*ends)) if any(ends) else None
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
        return _in_calendar(*numbers)
    except Mistake as mistake:
        raise mistake.below(*paths[last]) from None


def _number(part: Any, path: KeyPath) -> int:
    if part in _UNKNOWN:
        return 0
    if isinstance(part, str) and _NUMBER.fullmatch(part):
        return int(part)
    month = _MONTHS.get(part[:3].lower()) if isinstance(part, str) and part.isalpha() else None
    help = f"write {month}" if month else "as in [[2017, 5, 15]]"
    written = part if isinstance(part, str) else "this"
    raise Mistake(f"`{written}` is not a number, as the parts of a date are", help, path)


# ------------------------------------------------------------------ EDTF


def _edtf(text: str) -> Period:
    if not re.match(EDTF_PATTERN, text):
        proposed = proposal(text) if len(text) < 30 else ""
        raise Mistake(f"`{_short(text)}` is not a date", f"write {proposed}" if proposed else FORMS)
    first, slash, last = text.partition("/")
    if not slash:
        return _edtf_moment(first)
    start = _edtf_moment(first).start if first.strip(".") else None
    end = _edtf_moment(last).end if last.strip(".") else None
    return _in_order(Period(start, end))


def _edtf_moment(text: str) -> Period:
    """One date of EDTF: a decade or century (`201X`, `20XX`) is a period from year to year."""
    found = _PARTS.fullmatch(text)
    if not found:
        raise Mistake(f"`{_short(text)}` is not a date")
    sign = found["sign"].replace("%", "~?")
    year, month, day = (re.sub("[xu]", "X", found[name] or "") for name in ("year", "month", "day"))
    if "X" in year:
        if month:
            raise Mistake(f"`{text}` has a month of no certain year")
        ends = sorted(int(year.replace("X", digit)) for digit in "09")
        return Period(*(_marked(Moment(end), sign) for end in ends))
    if "X" in month and day and "X" not in day:
        raise Mistake(f"`{text}` has a day of no certain month")
    if month.isdigit() and 12 < int(month) < 21:  # seasons of `date-parts`, and not of EDTF
        raise Mistake(f"`{_short(text)}` is not in the calendar")
    known = [int(part) for part in (year.lstrip("Y"), month, day) if part and "X" not in part]
    moment = _marked(_in_calendar(*known), sign)
    return Period(moment, moment)


def _marked(moment: Moment, sign: str) -> Moment:
    return replace(moment, approximate="~" in sign, uncertain="?" in sign)


# ------------------------------------------------------------------ the calendar


def _in_calendar(year: int, month: int = 0, day: int = 0) -> Moment:
    """The moment, if there is one of those numbers; a month over 12 may be a season."""
    season = _SEASONS.get(month, "")
    written = "-".join(f"{number:02}" for number in (year, month, day) if number)
    if season and not day:
        return Moment(year, season=season)
    # The calendar repeats itself every 400 years; before 1583 every fourth year was a leap year.
    like = 2000 + (year % 400 if year > 1582 else year % 4)
    try:
        if day and not month:
            raise ValueError
        datetime.date(like, month or 1, day or 1)
    except ValueError:
        message = f"`{written}` is not in the calendar"
        raise Mistake(message, "write year, month, day, as in 2017-05-15") from None
    return Moment(year, month, day)


def _qualified(period: Period, season: Any, circa: bool) -> Period:
    """The period with a season, where it has no month, and with both ends approximate."""
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
        number = season if len(season) == 1 else _SEASONS.get(int(season[:3]), "")
        if number not in ("1", "2", "3", "4"):
            message = f"`{_short(season)}` is no season"
            raise Mistake(message, "1 is spring, 2 summer, 3 autumn, 4 winter", ("season",))
        return number
    return _SEASON_NAMES.get(season.strip().lower(), season.strip())


def _in_order(period: Period) -> Period:
    start, end = period.start, period.end
    if not start and not end:
        raise Mistake("the range has no end at all")
    if start and end:
        first, last = ((each.year, *_place_in_year(each)) for each in (start, end))
        known = min(len(first), len(last))
        if first[:known] > last[:known]:
            raise Mistake("the range ends before it begins", "put the earlier date first")
    return period


def _place_in_year(moment: Moment) -> tuple[int, ...]:
    """Month and day, as far as they are known; seasons are not compared."""
    return tuple(part for part in (moment.month, moment.day) if part)


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


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
            {"type": "string", "pattern": EDTF_PATTERN},
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
