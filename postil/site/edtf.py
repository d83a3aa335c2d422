"""Texts to periods: dates of the Extended Date/Time Format, levels 0 and 1, and the calendar.

`2017-05-15`, `2017-05~`, `2017?`, `201X`, `-0043-03-15`, `2017-21` (a season), `2017/2018`,
`2017/..`
"""

import datetime
import re

from msgspec.structs import replace

from postil.diagnostics.model import Report
from postil.language.periods import Moment, Period
from postil.yaml.reading import KeyPath, Located

_YEAR = r"-?(?:[0-9]{4}|[0-9]{3}[Xxu]|[0-9]{2}[Xxu]{2})|Y-?[0-9]{5,9}"
_TIME = r"T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
_MOMENT = (
    rf"(?:{_YEAR})(?:-(?:[0-9]{{2}}|[Xxu]{{2}})(?:-(?:[0-9]{{2}}|[Xxu]{{2}}))?)?(?:{_TIME})?"
    r"(?:\?~|[?~%])?"
)
EDTF_PATTERN = rf"^(?:{_MOMENT}(?:/(?:{_MOMENT}|\.\.)?)?|(?:\.\.)?/{_MOMENT})?\Z"
_PARTS = rf"(?P<year>{_YEAR})(?:-(?P<month>..)(?:-(?P<day>..))?)?(?:T[^?~%]*)?(?P<sign>[?~%]*)"
# Most dates; compiling the patterns above takes longer than all else that a source costs.
_PLAIN = r"[0-9]{4}(?:-(?:0[0-9]|1[0-2])(?:-[0-9]{2})?)?"

FORMS = (
    "write 2017-05-15, 2017-05 or 2017; a range as 2017-05/2017-06; about 2017 as 2017~; "
    "words as they are: {literal: in press}"
)
# EDTF counts seasons from 21, processors of CSL from 13 as well.
SEASONS = {first + n: str(n + 1) for first in (13, 21) for n in range(4)}
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_SPELLED = (  # what people type for a date, where it can mean but one
    r"(?P<year>[0-9]{4})[-/.](?P<month>[0-9]{1,2})(?:[-/.](?P<day>[0-9]{1,2}))?",
    r"(?:(?P<day>[0-9]{1,2})\.? )?(?P<month>[A-Za-z]{3,9})\.?,? (?P<year>[0-9]{4})",
    r"(?P<month>[A-Za-z]{3,9})\.? (?P<day>[0-9]{1,2}), ?(?P<year>[0-9]{4})",
    r"(?P<month>[0-9]{1,2})[-/.](?P<day>1[3-9]|2[0-9]|3[01])[-/.](?P<year>[0-9]{4})",
    r"(?P<day>1[3-9]|2[0-9]|3[01])[-/.](?P<month>[0-9]{1,2})[-/.](?P<year>[0-9]{4})",
)


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


def read_edtf(text: str) -> Period:
    """The period that a text stands for. Raises Mistake if it is no date."""
    if re.fullmatch(_PLAIN, text):
        moment = in_calendar(*map(int, text.split("-")))
        return Period(moment, moment)
    if not re.match(EDTF_PATTERN, text):
        proposed = proposal(text)
        raise Mistake(
            f"`{shortened(text)}` is not a date", f"write {proposed}" if proposed else FORMS
        )
    first, slash, last = text.partition("/")
    if not slash:
        return _moment(first)
    start = _moment(first).start if first.strip(".") else None
    end = _moment(last).end if last.strip(".") else None
    return in_order(Period(start, end))


def _moment(text: str) -> Period:
    """One date of EDTF: a decade or century (`201X`, `20XX`) is a period from year to year."""
    found = re.fullmatch(_PARTS, text)
    if not found:
        raise Mistake(f"`{shortened(text)}` is not a date")
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
        raise Mistake(f"`{shortened(text)}` is not in the calendar")
    known = [int(part) for part in (year.lstrip("Y"), month, day) if part and "X" not in part]
    moment = _marked(in_calendar(*known), sign)
    return Period(moment, moment)


def _marked(moment: Moment, sign: str) -> Moment:
    return replace(moment, approximate="~" in sign, uncertain="?" in sign)


# ------------------------------------------------------------------ the calendar


def in_calendar(year: int, month: int = 0, day: int = 0) -> Moment:
    """The moment, if there is one of those numbers; a month over 12 may be a season."""
    season = SEASONS.get(month, "")
    written = "-".join(f"{number:02}" for number in (year, month, day) if number)
    if season and not day:
        return Moment(year, season=season)
    # The calendar repeats itself every 400 years; before 1583 every fourth year was a leap year.
    like = 2000 + (year % 400 if year > 1582 else year % 4)
    if day and not month:
        raise Mistake("the date has a day and no month", "write year, month, day: 2017-05-15")
    try:
        datetime.date(like, month or 1, day or 1)
    except ValueError:
        message = f"`{written}` is not in the calendar"
        raise Mistake(message, "write year, month, day, as in 2017-05-15") from None
    return Moment(year, month, day)


def in_order(period: Period) -> Period:
    """The period, if it has an end and none before its start."""
    start, end = period.start, period.end
    if not start and not end:
        raise Mistake("the range has no end at all")
    if start and end:
        first, last = ((each.year, *place_in_year(each)) for each in (start, end))
        known = min(len(first), len(last))
        if first[:known] > last[:known]:
            raise Mistake("the range ends before it begins", "put the earlier date first")
    return period


def place_in_year(moment: Moment) -> tuple[int, ...]:
    """Month and day, as far as they are known; seasons are not compared."""
    return tuple(part for part in (moment.month, moment.day) if part)


def shortened(text: str) -> str:
    """The text as a message has room for it."""
    return text if len(text) <= 40 else text[:39] + "…"


# ------------------------------------------------------------------ what was meant


def proposal(text: str) -> str:
    """The form that was meant by `15 May 2017`, `5/15/2017` and the like; empty if in doubt."""
    found = next(filter(None, (re.fullmatch(form, text) for form in _SPELLED)), None)
    month = month_number(found["month"]) if found else ""
    if not found or not month:
        return ""
    proposed = "-".join(part.zfill(2) for part in (found["year"], month, found["day"]) if part)
    try:
        read_edtf(proposed)
    except Mistake:
        return ""
    return proposed


def month_number(name: str) -> str:
    """The number of a month, by its English name or the first letters of it, or as it is."""
    if name.isdigit():
        return name
    found = (month for month in _MONTHS if len(name) > 2 and month.startswith(name.lower()))
    return next((str(_MONTHS.index(month) + 1) for month in found), "")
