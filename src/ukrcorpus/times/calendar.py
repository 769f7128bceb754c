"""The calendar: from a TIMEX3 value to the interval it covers, to EDTF, and by how many units to move."""

import re
from calendar import monthcalendar
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from dateutil.easter import easter  # type: ignore[import-untyped]

PORTIONS = {"early": (0, 3), "mid": (1, 3), "late": (2, 3), "H1": (0, 2), "H2": (1, 2), "eve": (0, 1), "dusk": (0, 1)}
"""Parts of a unit: which of how many; eve and dusk are the nights before and after a day."""
MONTHS = (
    {"": (1, 12), "SP": (3, 3), "SU": (6, 3), "FA": (9, 3), "WI": (12, 3), "H1": (1, 6), "H2": (7, 6)}
    | {f"Q{number}": (3 * number - 2, 3) for number in range(1, 5)}
    | {f"{number:02d}": (number, 1) for number in range(1, 13)}
)
"""First month and number of months of what stands behind a year; seasons are those of northern meteorology."""
_HOURS = {"MO": (5, 11), "MI": (12, 12), "AF": (12, 17), "EV": (17, 22), "NI": (18, 23), "DT": (6, 18)}
"""First and last hour of a part of the day; a night is counted to the day on which it begins."""
_EDTF = {"SP": 21, "SU": 22, "FA": 23, "WI": 24, "Q1": 33, "Q2": 34, "Q3": 35, "Q4": 36, "H1": 40, "H2": 41}
_VALUE = re.compile(
    r"(\d{4})(?:-(\d\d(?:-\d\d)?|W\d\d(?:-WE|-[1-7])?|[A-Z]{2}|[QH]\d))?"
    r"(?:T(?:(\d\d(?::\d\d){0,2})(?:Z|[+-]\d\d(?::?\d\d)?)?|([A-Z]{2})))?"
)
_FEAST = re.compile(r"(\d{4})-(\d\d)-(\d)x(-?\d)")
_COMPLEMENT = str.maketrans("0123456789", "9876543210")
_CLOCK = re.compile(r"\d{4}-\d\d-\d\dT[\d:]+(Z|[+-].*)?")


class Interval(NamedTuple):
    """A closed interval of calendar time."""

    low: datetime
    high: datetime


def days(first: date, last: date) -> Interval:
    """The interval from the first second of a day to the last second of another."""
    return Interval(datetime.combine(first, time(0, 0, 0)), datetime.combine(last, time(23, 59, 59)))


@lru_cache(maxsize=4096)
def interval_of(value: str) -> Interval | None:
    """The closed interval that a TIMEX3 value covers; None for a value that names no stretch of the calendar.

    Weeks are those of ISO 8601; years before the common era have none, since a pandas date cannot hold them.

    Example:
        >>> interval_of("2024-W25-WE").low
        datetime.datetime(2024, 6, 22, 0, 0)
        >>> interval_of("193").high
        datetime.datetime(1939, 12, 31, 23, 59, 59)
        >>> interval_of("XXXX-06") is None
        True

    """
    try:
        if value.isdigit() and len(value) in (2, 3):
            first, last = int(value.ljust(4, "0")), int(value.ljust(4, "9"))
            return days(date(first, 1, 1), date(last, 12, 31))
        year, within, clock, part = _VALUE.fullmatch(value).groups()  # type: ignore[union-attr]
        whole = _whole_days(year, within or "")
        return _hours(whole, clock, part) if clock or part else whole
    except (ValueError, OverflowError, AttributeError, KeyError):
        return None


def _whole_days(year: str, within: str) -> Interval:
    if within in MONTHS:
        month, count = MONTHS[within]
        start = date(int(year), month, 1)
        return days(start, shift(start, count, "M") - timedelta(days=1))
    first = date.fromisoformat(f"{year}-{within.removesuffix('-WE')}")
    if within.endswith("-WE"):
        return days(first + timedelta(days=5), first + timedelta(days=6))
    return days(first, first + timedelta(days=6 if len(within) == 3 else 0))


def _hours(whole: Interval, clock: str | None, part: str) -> Interval:
    if not clock:
        first, last = _HOURS[part]
        return Interval(whole.low.replace(hour=first), whole.high.replace(hour=last))
    # Midnight belongs to the day that ends with it.
    at = "00" + clock[2:] if (ends := clock[:5] in ("24", "24:00")) else clock
    low = datetime.combine(whole.low.date() + timedelta(days=ends), time.fromisoformat(at))
    return Interval(low, low + timedelta(seconds={2: 3599, 5: 59, 8: 0}[len(clock)]))


def shift(day: date, count: float, unit: str) -> date:
    """Move a day by a number of units: D W M Q Y DE CE; the day of the month is cut where the month is shorter.

    Example:
        >>> shift(date(2024, 3, 31), -1, "M")
        datetime.date(2024, 2, 29)

    """
    if unit in ("D", "W"):
        return day + timedelta(days=round(count * (7 if unit == "W" else 1)))
    moved = day.year * 12 + day.month - 1 + round(count * {"M": 1, "Q": 3, "Y": 12, "DE": 120, "CE": 1200}[unit])
    first = date(moved // 12, moved % 12 + 1, 1)
    following = date((moved + 1) // 12, (moved + 1) % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - first).days))


def value_at(day: date, unit: str) -> str:
    """The value of the calendar unit (D W M Q Y DE CE) that holds a day.

    Example:
        >>> [value_at(date(2024, 6, 21), unit) for unit in ("D", "W", "M", "Q", "Y", "DE", "CE")]
        ['2024-06-21', '2024-W25', '2024-06', '2024-Q2', '2024', '202', '20']

    """
    if unit == "W":
        iso = day.isocalendar()
        return f"{iso.year:04d}-W{iso.week:02d}"
    if unit == "Q":
        return f"{day.year:04d}-Q{(day.month + 2) // 3}"
    return day.isoformat()[: {"D": 10, "M": 7, "Y": 4, "DE": 3, "CE": 2}[unit]]


@lru_cache(maxsize=4096)
def first_day(value: str) -> date | None:
    """The day on which a value begins; one before the common era by the year whose digits are the nines' complement.

    So 490 BC stands as the year 9509: later years have higher numbers, decades and centuries hold the same digits, and
    the arithmetic of `shift` holds. `with_era` leads back.

    Example:
        >>> with_era(value_at(shift(first_day("BC0490"), 10, "Y"), "Y"))
        'BC0480'

    """
    if value.startswith("BC"):
        value = value[2:6].translate(_COMPLEMENT) + value[6:]
    interval = interval_of(value)
    return interval.low.date() if interval else None


def on_day(value: str) -> str:
    """The value with its day, where a feast stands behind the year: "-11-4x4" (fourth Thursday), "-easter-2" (Friday).

    Example:
        >>> on_day("2024-11-4x4"), on_day("2024-05-1x-1"), on_day("2024-easter-2")
        ('2024-11-28', '2024-05-27', '2024-03-29')

    """
    if value[4:11] == "-easter":
        sunday: date = easter(int(value[:4]))
        return (sunday + timedelta(days=int(value[11:] or 0))).isoformat()
    if not (feast := _FEAST.fullmatch(value)):
        return value
    year, month, weekday, number = map(int, feast.groups())
    month_days = [day for week in monthcalendar(year, month) if (day := week[weekday - 1])]
    return date(year, month, month_days[number - (number > 0)]).isoformat()


def with_era(value: str) -> str:
    """Write a value from the end of Python's calendar as the one before the common era that it stands for."""
    if not "5" <= value[:1] <= "9":
        return value
    year, mark, rest = value.partition("-")
    return f"BC{year.translate(_COMPLEMENT)}{mark}{rest}"


def portion(value: str, part: str) -> Interval | None:
    """A third or half of what a value covers: days 1-10, 11-20, 21-end; January-April; years 0-3. Of a day: all of it.

    Example:
        >>> portion("2024-04", "late").low
        datetime.datetime(2024, 4, 21, 0, 0)

    """
    whole = interval_of(value[:10] if part in ("eve", "dusk") else value)
    if whole is None:
        return None
    if part in ("eve", "dusk"):
        dusk = whole.low + timedelta(hours=18 if part == "dusk" else -6)
        return Interval(dusk, dusk + timedelta(hours=12, seconds=-1))
    if len(value) < 4:
        count, unit = 10 ** (4 - len(value)), "Y"
    elif value[5:] in MONTHS:
        count, unit = (30, "D") if value[5:].isdigit() else (MONTHS[value[5:]][1], "M")
    elif re.fullmatch(r"\d{4}-W\d\d", value):
        count, unit = 7, "D"
    else:
        return whole
    (number, parts), start = PORTIONS[part], whole.low.date()
    low = shift(start, -(-count * number // parts), unit)
    following = shift(start, -(-count * (number + 1) // parts), unit)
    return days(low, whole.high.date() if number + 1 == parts else following - timedelta(days=1))


@lru_cache(maxsize=4096)
def edtf_of(value: str, interval: Interval | None, *, one_of: bool = False) -> str | None:
    """The Extended Date/Time Format (Library of Congress 2019) of a value and its interval; None where there is none.

    The value's own form where it covers the interval exactly; else the two days; `~` marks the ends of a fuzzy part.
    `one_of` says that the time is somewhere in the interval, not all of it: "[2023-06-18..2023-06-25]".

    Example:
        >>> edtf_of("2022-SU", interval_of("2022-SU")), edtf_of("2024-04", portion("2024-04", "late"))
        ('2022-22', '2024-04-21~/2024-04-30~')

    """
    if re.fullmatch(r"BC\d{4}", value):
        return f"-{int(value[2:]) - 1:04d}"
    if re.fullmatch(r"XXXX-\d\d(-\d\d)?", value):
        return value
    if interval is None:
        return None
    low, high = interval.low.date().isoformat(), interval.high.date().isoformat()
    if one_of:
        return f"[{low}..{high}]"
    exact = interval_of(value) == interval
    if exact and value.isdigit():
        return value.ljust(4, "X")
    if exact and value[5:] in _EDTF:
        return f"{value[:4]}-{_EDTF[value[5:]]}"
    if exact and (clock := _CLOCK.fullmatch(value)):
        return interval.low.isoformat() + (clock[1] or "")
    if exact and re.fullmatch(r"\d{4}-\d\d", value):
        return value
    fuzzy = "" if exact or value.startswith("P") else "~"
    return f"{low}{fuzzy}" if low == high else f"{low}{fuzzy}/{high}{fuzzy}"
