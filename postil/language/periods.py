"""When something was, as exactly as it is known, and how a language writes that."""

from msgspec import Struct

from postil.language import conventions
from postil.language.words import Day, Words


class Moment(Struct, frozen=True):
    """A day, a month, a season or a year.

    The year is astronomical: 0 is 1 BC. `month` and `day` count from 1, 0 leaves them out.
    `season` is 1 (spring) to 4 (winter), or what somebody calls it.
    """

    year: int
    month: int = 0
    day: int = 0
    season: str = ""
    approximate: bool = False
    uncertain: bool = False


class Period(Struct, frozen=True):
    """From one moment to another; one that is both is all there is; None is an open end."""

    start: Moment | None
    end: Moment | None


def written(period: Period, t: Words) -> Day:
    """A period in the words of a language; `iso` is empty where `<time>` has no form for it."""
    start, end = period.start, period.end
    if start and end and start != end:
        return Day("", _from_to(start, end, t))
    if start and end:
        return Day(_iso(start), _moment(start, t))
    if start:
        return Day("", t("since", date=_moment(start, t)))
    return Day("", t("until", date=_moment(end, t)) if end else "")


def _from_to(start: Moment, end: Moment, t: Words) -> str:
    """Both ends; those of one era that are mere years stand close together."""
    ends = _moment(start, t), _moment(end, t)
    if all(text.isdigit() for text in ends):
        return "–".join(ends)
    return conventions.conventions_of(t.language).span.format(*ends)


def _moment(moment: Moment, t: Words) -> str:
    language = conventions.conventions_of(t.language)
    text = language.date(moment.year, moment.month, moment.day)
    if moment.season:
        known = f"season.{moment.season}"
        text = t(known, year=text) if known in t else f"{moment.season} {text}"
    if moment.approximate:
        text = t("circa", date=text)
    return t("uncertain", date=text) if moment.uncertain else text


def _iso(moment: Moment) -> str:
    """`YYYY`, `YYYY-MM` or `YYYY-MM-DD`: HTML knows neither seasons nor years before 1."""
    if moment.season or not 1 <= moment.year <= 9999:
        return ""
    parts = (f"{moment.year:04}", f"{moment.month:02}", f"{moment.day:02}")
    return "-".join(parts[: 1 + bool(moment.month) + bool(moment.day)])
