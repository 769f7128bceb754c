"""The calendar: from a TIMEX3 value to the interval it covers, to EDTF, and by how many units to move."""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

SEASONS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
"""First month of each season of the northern hemisphere, by the months of meteorology; winter ends a year later."""
DAY_PARTS = {"MO": (5, 11), "MI": (12, 12), "AF": (12, 17), "EV": (17, 22), "NI": (18, 23), "DT": (6, 18)}
"""First and last hour; a night is counted to the day on which it begins."""
PORTIONS = {"early": (0, 3), "mid": (1, 3), "late": (2, 3), "H1": (0, 2), "H2": (1, 2)}
"""Parts of a unit: which of how many."""

_VALUE = re.compile(
    r"(?P<year>\d{4})(?:-(?:(?P<month>\d\d)(?:-(?P<day>\d\d))?|W(?P<week>\d\d)(?:-(?P<weekday>WE|[1-7]))?"
    r"|(?P<season>SP|SU|FA|WI)|Q(?P<quarter>[1-4])|H(?P<half>[12])))?"
    r"(?:T(?:(?P<clock>\d\d(?::\d\d){0,2})(?:Z|[+-]\d\d(?::?\d\d)?)?|(?P<part>[A-Z]{2})))?"
)
_CLOCK = re.compile(r"(\d{4}-\d\d-\d\dT\d\d)(:\d\d)?(:\d\d)?(Z|[+-].*)?")
_EDTF = {"SP": 21, "SU": 22, "FA": 23, "WI": 24, "Q1": 33, "Q2": 34, "Q3": 35, "Q4": 36, "H1": 40, "H2": 41}
_STEPS = (
    (re.compile(r"\d\d"), 100, "Y"),
    (re.compile(r"\d{3}"), 10, "Y"),
    (re.compile(r"\d{4}"), 12, "M"),
    (re.compile(r"\d{4}-\d\d"), 30, "D"),
    (re.compile(r"\d{4}-(?:SP|SU|FA|WI|Q\d)"), 3, "M"),
    (re.compile(r"\d{4}-H\d"), 6, "M"),
    (re.compile(r"\d{4}-W\d\d"), 7, "D"),
)
"""The smaller units that a unit's thirds and halves are counted in."""


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
        found = _VALUE.fullmatch(value)
        return _within_day(_whole_days(found), found["clock"], found["part"]) if found else None
    except (ValueError, OverflowError):
        return None


def _whole_days(found: re.Match[str]) -> Interval:
    year, weekday = int(found["year"]), found["weekday"]
    if found["day"]:
        return days(*[date(year, int(found["month"]), int(found["day"]))] * 2)
    if found["week"]:
        first, last = {None: (1, 7), "WE": (6, 7)}.get(weekday) or [int(weekday)] * 2
        return days(*(date.fromisocalendar(year, int(found["week"]), number) for number in (first, last)))
    if found["month"]:
        month, count = int(found["month"]), 1
    elif found["season"]:
        month, count = SEASONS[found["season"]], 3
    elif found["quarter"]:
        month, count = 3 * int(found["quarter"]) - 2, 3
    elif found["half"]:
        month, count = 6 * int(found["half"]) - 5, 6
    else:
        month, count = 1, 12
    first_day = date(year, month, 1)
    return days(first_day, shift(first_day, count, "M") - timedelta(days=1))


def _within_day(whole: Interval, clock: str | None, part: str | None) -> Interval:
    if part in DAY_PARTS:
        first, last = DAY_PARTS[part]
        return Interval(whole.low.replace(hour=first), whole.high.replace(hour=last))
    if not clock:
        return whole
    numbers = [int(number) for number in clock.split(":")]
    low = datetime.combine(whole.low.date(), time(*numbers))
    return Interval(low, low + timedelta(seconds=(3599, 59, 0)[len(numbers) - 1]))


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


def portion(value: str, part: str) -> Interval | None:
    """A third or half of what a value covers: days 1-10, 11-20, 21-end; January-April; years 0-3. Of a day: all of it.

    Example:
        >>> portion("2024-04", "late").low
        datetime.datetime(2024, 4, 21, 0, 0)

    """
    whole = interval_of(value)
    steps = next(((count, unit) for form, count, unit in _STEPS if form.fullmatch(value)), None)
    if whole is None or steps is None:
        return whole
    (count, unit), (number, parts) = steps, PORTIONS[part]
    start = whole.low.date()
    low = shift(start, -(-count * number // parts), unit)
    following = shift(start, -(-count * (number + 1) // parts), unit)
    return days(low, whole.high.date() if number + 1 == parts else following - timedelta(days=1))


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
        return clock[1] + (clock[2] or ":00") + (clock[3] or ":00") + (clock[4] or "")
    if exact and re.fullmatch(r"\d{4}-\d\d", value):
        return value
    fuzzy = "" if exact or value.startswith("P") else "~"
    return f"{low}{fuzzy}" if low == high else f"{low}{fuzzy}/{high}{fuzzy}"
