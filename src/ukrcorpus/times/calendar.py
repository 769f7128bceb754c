"""The calendar: from a TIMEX3 value to the interval it covers, to EDTF, and by how many units to move."""

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

DAY_START, DAY_END = time(0, 0, 0), time(23, 59, 59)
SEASONS = {"SP": 3, "SU": 6, "FA": 9, "WI": 12}
"""First month of each season of the northern hemisphere, by the months of meteorology; winter ends a year later."""
EDTF_SEASONS = {"SP": "21", "SU": "22", "FA": "23", "WI": "24"}
DAY_PARTS = {"MO": (5, 11), "MI": (12, 12), "AF": (12, 17), "EV": (17, 22), "NI": (18, 23), "DT": (6, 18)}
"""First and last hour; a night is counted to the day on which it begins."""
EARLIEST, LATEST = 1, 9998

_VALUE = re.compile(
    r"(?P<year>\d{4})(?:-(?:(?P<month>\d\d)(?:-(?P<day>\d\d))?|W(?P<week>\d\d)(?P<rest>-WE|-[1-7])?"
    r"|(?P<season>SP|SU|FA|WI)|Q(?P<quarter>[1-4])|H(?P<half>[12])))?"
    r"(?:T(?:(?P<clock>\d\d(?::\d\d){0,2})(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?|(?P<part>[A-Z]{2})))?"
)


class Interval(NamedTuple):
    """A closed interval of calendar time."""

    low: datetime
    high: datetime


def days(first: date, last: date) -> Interval:
    """The interval from the first second of a day to the last second of another.

    Example:
        >>> days(date(2024, 6, 21), date(2024, 6, 21)).high
        datetime.datetime(2024, 6, 21, 23, 59, 59)

    """
    return Interval(datetime.combine(first, DAY_START), datetime.combine(last, DAY_END))


def months(year: int, month: int, count: int = 1) -> Interval:
    """The interval of `count` months; `month` may lie outside 1 to 12."""
    return days(_month_start(year, month), _month_start(year, month + count) - timedelta(days=1))


def _month_start(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


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
    if value.isdigit() and len(value) in (2, 3):
        width = 100 if len(value) == 2 else 10
        first = int(value) * width
        return days(date(first, 1, 1), date(first + width - 1, 12, 31)) if first else None
    found = _VALUE.fullmatch(value)
    if not found:
        return None
    try:
        return _interval(found)
    except (ValueError, OverflowError):
        return None


def _interval(found: re.Match[str]) -> Interval:
    year = int(found["year"])
    if found["month"]:
        month = int(found["month"])
        whole = days(*[date(year, month, int(found["day"]))] * 2) if found["day"] else months(year, month)
    elif found["week"]:
        whole = _week(year, int(found["week"]), found["rest"])
    elif found["season"]:
        whole = months(year, SEASONS[found["season"]], 3)
    elif found["quarter"]:
        whole = months(year, 3 * int(found["quarter"]) - 2, 3)
    elif found["half"]:
        whole = months(year, 6 * int(found["half"]) - 5, 6)
    else:
        whole = months(year, 1, 12)
    return _within_day(whole, found["clock"], found["part"])


def _week(year: int, week: int, rest: str | None) -> Interval:
    if rest == "-WE":
        return days(date.fromisocalendar(year, week, 6), date.fromisocalendar(year, week, 7))
    if rest:
        return days(*[date.fromisocalendar(year, week, int(rest[1]))] * 2)
    return days(date.fromisocalendar(year, week, 1), date.fromisocalendar(year, week, 7))


def _within_day(whole: Interval, clock: str | None, part: str | None) -> Interval:
    if part in DAY_PARTS:
        first, last = DAY_PARTS[part]
        return Interval(whole.low.replace(hour=first), whole.high.replace(hour=last, minute=59, second=59))
    if not clock:
        return whole
    numbers = [int(number) for number in clock.split(":")]
    if numbers[0] == 24:
        raise ValueError(clock)
    hour, minute, second = (*numbers, 0, 0)[:3]
    low = datetime.combine(whole.low.date(), time(hour, minute, second))
    return Interval(low, low + timedelta(seconds=(3599, 59, 0)[len(numbers) - 1]))


def week_of(day: date) -> str:
    """The ISO week a day lies in, as a TIMEX3 value.

    Example:
        >>> week_of(date(2024, 6, 21))
        '2024-W25'

    """
    iso = day.isocalendar()
    return f"{iso.year:04d}-W{iso.week:02d}"


def season_of(day: date) -> tuple[int, str]:
    """Year and season a day lies in; January and February belong to the winter that began the year before.

    Example:
        >>> season_of(date(2024, 1, 5))
        (2023, 'WI')

    """
    if day.month < 3:
        return day.year - 1, "WI"
    return day.year, next(name for name in ("WI", "FA", "SU", "SP") if day.month >= SEASONS[name])


def shift(day: date, count: int, unit: str) -> date:
    """Move a day by a number of units: D W M Q Y DE CE; the day of the month is cut where the month is shorter.

    Example:
        >>> shift(date(2024, 3, 31), -1, "M")
        datetime.date(2024, 2, 29)

    """
    if unit in ("D", "W"):
        return day + timedelta(days=count * (7 if unit == "W" else 1))
    count *= {"M": 1, "Q": 3, "Y": 12, "DE": 120, "CE": 1200}[unit]
    first = _month_start(day.year, day.month + count)
    last = _month_start(day.year, day.month + count + 1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))


def value_at(day: date, unit: str) -> str:
    """The value of the calendar unit (D W M Q Y DE CE) that holds a day.

    Example:
        >>> [value_at(date(2024, 6, 21), unit) for unit in ("D", "W", "M", "Q", "Y", "DE", "CE")]
        ['2024-06-21', '2024-W25', '2024-06', '2024-Q2', '2024', '202', '20']

    """
    year = f"{day.year:04d}"
    return {
        "D": lambda: day.isoformat(),
        "W": lambda: week_of(day),
        "M": lambda: f"{year}-{day.month:02d}",
        "Q": lambda: f"{year}-Q{(day.month + 2) // 3}",
        "Y": lambda: year,
        "DE": lambda: year[:3],
        "CE": lambda: year[:2],
    }[unit]()


def third(value: str, part: str) -> Interval | None:
    """The early, middle or late third of what a value covers: days 1-10, 11-20, 21-end; January-April; years 0-3.

    Example:
        >>> third("2024-04", "late").low
        datetime.datetime(2024, 4, 21, 0, 0)

    """
    whole = interval_of(value)
    if whole is None:
        return None
    number = ("early", "mid", "late").index(part)
    low, high = whole.low.date(), whole.high.date()
    if re.fullmatch(r"\d{4}-\d\d", value):
        first = low + timedelta(days=10 * number)
        return days(first, high if number == 2 else first + timedelta(days=9))
    if re.fullmatch(r"\d{4}", value):
        return months(low.year, 1 + 4 * number, 4)
    if re.fullmatch(r"\d{3}", value):
        first_year, last_year = ((0, 3), (4, 6), (7, 9))[number]
        return days(date(low.year + first_year, 1, 1), date(low.year + last_year, 12, 31))
    length = (high - low).days + 1
    bounds = [low + timedelta(days=round(length * i / 3)) for i in range(4)]
    return days(bounds[number], max(bounds[number], bounds[number + 1] - timedelta(days=1)))


def edtf_of(value: str, interval: Interval | None, *, one_of: bool = False) -> str | None:
    """The Extended Date/Time Format (Library of Congress 2019) of a value and its interval; None where there is none.

    The value's own form where it covers the interval exactly; else the two days; `~` marks the ends of a fuzzy part.
    `one_of` says that the time is somewhere in the interval, not all of it: "[2023-06-18..2023-06-25]".

    Example:
        >>> edtf_of("2022-SU", interval_of("2022-SU")), edtf_of("2024-04", third("2024-04", "late"))
        ('2022-22', '2024-04-21~/2024-04-30~')

    """
    if value.startswith("BC") and value[2:].isdigit():
        return f"-{int(value[2:]) - 1:04d}"
    if re.fullmatch(r"XXXX-\d\d(-\d\d)?", value):
        return value
    if interval is None:
        return None
    if one_of:
        return f"[{interval.low.date().isoformat()}..{interval.high.date().isoformat()}]"
    if interval_of(value) == interval:
        return _edtf_form(value, interval)
    low, high = interval.low.date().isoformat(), interval.high.date().isoformat()
    if low == high:
        return f"{low}~" if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else low
    fuzzy = "~" if re.fullmatch(r"\d{2,4}|\d{4}-(\d\d|SP|SU|FA|WI|Q\d|H\d|W\d\d)", value) else ""
    return f"{low}{fuzzy}/{high}{fuzzy}"


def _edtf_form(value: str, interval: Interval) -> str:
    if re.fullmatch(r"\d{2,3}", value):
        return value.ljust(4, "X")
    if value[5:] in EDTF_SEASONS:
        return f"{value[:4]}-{EDTF_SEASONS[value[5:]]}"
    if value[5:6] in ("Q", "H") and len(value) == 7:
        return f"{value[:4]}-{(32 if value[5] == 'Q' else 39) + int(value[6])}"
    clock = re.fullmatch(r"(\d{4}-\d\d-\d\dT)(\d\d)(:\d\d)?(:\d\d)?(Z|[+-].*)?", value)
    if clock:
        return clock[1] + clock[2] + (clock[3] or ":00") + (clock[4] or ":00") + (clock[5] or "")
    if re.fullmatch(r"\d{4}(-\d\d){0,2}", value):
        return value
    low, high = interval.low.date().isoformat(), interval.high.date().isoformat()
    return low if low == high else f"{low}/{high}"
