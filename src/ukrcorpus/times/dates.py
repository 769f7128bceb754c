"""Meanings of rules that name a day, a month or a year."""

from collections.abc import Iterator
from datetime import date

from ukrcorpus.times.calendar import interval_of
from ukrcorpus.times.grammar import Match
from ukrcorpus.times.reading import (
    FUTURE,
    NARRATIVE,
    PAST,
    SOON,
    TURN_OF_YEAR,
    UNKNOWN,
    Dated,
    Reading,
    direction_of,
    first_of,
    fixed,
    ordinal_of,
    part_of,
    plain,
    year_of,
)
from ukrcorpus.times.stated import parse_date


def _iso(match: Match) -> Iterator[Reading]:
    value = str(first_of(match.found, "ISO"))
    yield fixed("TIME" if "T" in value else "DATE", value)


def _numeric(match: Match) -> Iterator[Reading]:
    parsed = parse_date(str(first_of(match.found, "NUMDATE")))
    if parsed:
        yield fixed("DATE", parsed[0])


def _date(match: Match) -> Iterator[Reading]:
    found = match.found
    month, day = first_of(found, "ANYMON", "MON", "MONTH", "MONTH_OR_WORD"), first_of(found, "DAY", "ORDINAL", "ORDNUM")
    daypart = first_of(found, "DAYPART")
    yield day_of(year_of(found), month, ordinal_of(day) if day else None, part_of(found), daypart)


def _days(match: Match) -> Iterator[Reading]:
    """Lists and ranges of days of a month, "18-24 June": each day is a row, the month goes to the one beside it."""
    (month_at, month), numbers = match.found["ANYMON"][0], match.found["DAY"]
    for number, (at, day) in enumerate(numbers):
        first = month_at if number == 0 and month_at < at else at
        last = match.last if number == len(numbers) - 1 else at + 1
        yield day_of(year_of(match.found), month, ordinal_of(day))._replace(tokens=(first, last))


def day_of(
    year: int | None, month: int | None, day: int | None, part: str | None = None, daypart: str | None = None
) -> Reading:
    """A day, month or year; without its year it awaits an anchor.

    Raises:
        ValueError: where no year has such a day.

    """
    tail = (f"-{month:02d}" if month else "") + (f"-{day:02d}" if day else "")
    ending = f"T{daypart}" if daypart else ""
    label = "TIME" if daypart else "DATE"
    if day and not interval_of(f"{year or 2024:04d}{tail}"):
        raise ValueError(tail)
    if year is not None:
        value = f"{year:04d}{tail}{ending}"
        return Reading(
            label, value, lambda anchor, lean: plain(value, part), unit="D" if day else "M" if month else "Y"
        )

    def resolve(anchor: date, lean: int) -> Dated:
        return plain(f"{nearest_year(anchor, month or 1, day, lean):04d}{tail}{ending}", part)

    return Reading(label, f"XXXX{tail}{ending}", resolve, base="lean", unit="Y")


def nearest_year(anchor: date, month: int, day: int | None, lean: int) -> int:
    """The year that puts a month, or a day of it, on the side of the anchor that `lean` names."""
    if lean == NARRATIVE and interval_of(f"{anchor.year:04d}-{month:02d}" + (f"-{day:02d}" if day else "")):
        return anchor.year + (anchor.month - month >= TURN_OF_YEAR)
    years = [
        year
        for year in range(anchor.year - 8, anchor.year + 9)
        if interval_of(f"{year:04d}-{month:02d}" + (f"-{day:02d}" if day else ""))
    ]
    starts = {year: date(year, month, day or 1) for year in years}
    before = max(year for year in years if starts[year] <= anchor)
    same_month = not day and starts[before].month == anchor.month
    after = before if same_month else min(year for year in years if starts[year] >= anchor)
    if lean == FUTURE:
        return after
    near = SOON if lean == UNKNOWN else SOON / 2
    return after if day and starts[after] - anchor <= near else before


def _month_of(match: Match) -> Iterator[Reading]:
    """Months and days of a year named otherwise: "May of that year", "July 25 of the same year"."""
    found = match.found
    move, base = direction_of(found)
    part, day = part_of(found), first_of(found, "DAY")
    tail = f"-{first_of(found, 'ANYMON'):02d}" + (f"-{ordinal_of(day):02d}" if day else "")

    def resolve(anchor: date, lean: int) -> Dated:
        return plain(f"{anchor.year + move:04d}{tail}", part)

    yield Reading("DATE", f"XXXX{tail}", resolve, base=base, unit="Y")


def _months(match: Match) -> Iterator[Reading]:
    """Months that share a year, "April and June 1955", "May-August 1950": the year stands behind the last."""
    named = match.found["ANYMON"]
    for at, month in named:
        last = match.last if at == named[-1][0] else at + 1
        yield day_of(year_of(match.found), month, None)._replace(tokens=(at, last))


def _days_of_months(match: Match) -> Iterator[Reading]:
    """Two days that share a year, "24 April to 3 May 2024": the year behind the second."""
    named, numbers = match.found["ANYMON"], match.found["DAY"]
    for number, ((month_at, month), (day_at, day)) in enumerate(zip(named, numbers, strict=True)):
        first, last = min(month_at, day_at), max(month_at, day_at) + 1
        tokens = (first, match.last if number else last)
        yield day_of(year_of(match.found), month, ordinal_of(day))._replace(tokens=tokens)


def _month_towards(match: Match) -> Iterator[Reading]:
    month = first_of(match.found, "ANYMON")
    move, _ = direction_of(match.found)
    part = part_of(match.found)

    def resolve(anchor: date, lean: int) -> Dated:
        year = anchor.year if move == 0 else nearest_year(anchor, month, None, PAST if move < 0 else FUTURE)
        if move and (year, month) == (anchor.year, anchor.month):
            year += move
        return plain(f"{year:04d}-{month:02d}", part)

    yield Reading("DATE", f"XXXX-{month:02d}", resolve, base="published")


def _year_range(match: Match) -> Iterator[Reading]:
    """A range of years, "1941-45", "1939-1945": each end is a row."""
    (first_at, first), *others = match.found["YEAR"]
    yield fixed("DATE", first, tokens=(first_at, first_at + 1), unit="Y")
    for last_at, last in others or match.found.get("DAYNUM") or match.found["NUMBER"]:
        full = last if len(last) == 4 else first[:2] + last
        if len(full) == 4 and full > first:
            yield fixed("DATE", full, tokens=(last_at, last_at + 1), unit="Y")


MEANINGS = {
    "iso": _iso,
    "numeric": _numeric,
    "date": _date,
    "days": _days,
    "month_of": _month_of,
    "months": _months,
    "days_of_months": _days_of_months,
    "month_towards": _month_towards,
    "year_range": _year_range,
}
