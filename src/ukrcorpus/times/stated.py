"""Dates as datelines and metadata state them."""

import re
from datetime import datetime
from functools import cache

from ukrcorpus.times.calendar import interval_of
from ukrcorpus.times.grammar import fold, languages, load_rules, words_of

_CLOCK = (
    r"(?:(?:T|,?\s+(?:(?:at|об?|в|у)\s+)?)(?P<hour>\d{1,2})(?P<rest>(?::\d\d){1,2})(?:\.\d+)?"
    r"\s*(?P<half>[ap]\.?m\b\.?)?\s*(?:(?P<universal>Z|UTC|GMT)|(?P<offset>[+-]\d\d:?\d\d)|[A-Z]{2,4}T)?)?"
)
_AMERICAN = re.compile(r"(0?[1-9]|1[0-2])/(\d{1,2})/(\d{4}|\d\d)( .*|)")
_YEAR = r"(?P<year>\d{4})"
_NUMERIC = (
    rf"{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)",
    rf"{_YEAR}(?P<mark>[/.])(?P<month>\d{{1,2}})(?P=mark)(?P<day>\d{{1,2}})",
    rf"(?P<day>\d{{1,2}})\.(?P<month>\d{{1,2}})\.{_YEAR}",
    r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)",
    rf"(?P<day>1[3-9]|[23]\d)/(?P<month>\d{{1,2}})/{_YEAR}",
    rf"(?P<month>\d{{1,2}})/(?P<day>1[3-9]|[23]\d)/{_YEAR}",
    rf"(?P<month>\d{{1,2}})/(?P<day>(?P=month))/{_YEAR}",
)
_NUMBERS = [
    re.compile(form, re.IGNORECASE) for form in (*(form + _CLOCK for form in _NUMERIC), rf"{_YEAR}-(?P<month>\d\d)")
]


def parse_date(text: str, *, month_first: bool = False) -> tuple[str, datetime, datetime] | None:
    """Read a string that is, as a whole, one stated date.

    Days come first where full stops divide ("21.06.2024"). Slashes are read only where one reading is possible:
    "21/06/2024" is, "06/07/2024" is not, unless `month_first` says so. A year alone is a number, and two digits are
    no year but in "6/7/99" (1931 to 2030).

    Args:
        text: the string; white space around it does not count.
        month_first: whether the month comes first where slashes divide, as in America.

    Returns:
        The TIMEX3 value and the first and last second that it covers (the source's own wall time, no time zone), or
        None where the string is no date, more than a date, impossible or ambiguous.

    Example:
        >>> parse_date("Friday, Aug. 16, 2024")[0]
        '2024-08-16'
        >>> parse_date("06/07/2024") is None
        True

    """
    stripped = fold(" ".join(text.split()))
    if month_first and (short := _AMERICAN.fullmatch(stripped)):
        month, day, year, rest = short.groups()
        stripped = f"{century_of(year) if len(year) < 4 else ''}{year}-{int(month):02d}-{int(day):02d}{rest}"
    # The words of all languages are looked up only where numbers alone do not do.
    found = _match(_NUMBERS, stripped) or _match(_worded()[0], stripped)
    if not found:
        return None
    part = found.groupdict()
    month = int(part["month"]) if part["month"].isdigit() else _worded()[1][part["month"].lower()]
    value = f"{part['year']}-{month:02d}" + (f"-{int(part['day']):02d}" if part.get("day") else "")
    if part.get("hour"):
        value += f"T{hour_of(part['hour'], part['half']):02d}{part['rest']}" + (
            "Z" if part["universal"] else part["offset"] or ""
        )
    covered = interval_of(value)
    return (value, covered.low, covered.high) if covered else None


def century_of(year: str) -> str:
    """The first two digits of a year whose last two are told: '31 to '99 are of the twentieth century."""
    return "19" if int(year) > 30 else "20"


def hour_of(hour: str, half: str | None) -> int:
    """An hour of 24, where `half` says a.m., p.m. or nothing."""
    return int(hour) % 12 + (12 if half[0] in "Pp" else 0) if half else int(hour)


def _match(patterns: list[re.Pattern[str]], text: str) -> re.Match[str] | None:
    return next((match for pattern in patterns if (match := pattern.fullmatch(text))), None)


@cache
def _worded() -> tuple[list[re.Pattern[str]], dict[str, int]]:
    """Forms of dates that name their month, and the number of each month, by the words of all languages."""
    months: dict[str, int] = {}
    weekdays: set[str] = set()
    year_words: set[str] = set()
    for language in languages():
        words = words_of(load_rules(language))
        for kind in ("MONTH", "MONTH_OR_WORD", "MONTH_SHORT"):
            months |= words.get(kind, {})
        weekdays |= {*words.get("WEEKDAY", {}), *words.get("WEEKDAY_SHORT", {})}
        year_words |= {*words.get("YEARNOUN", []), *words.get("YEARABBR", [])}
    lead = rf"(?:(?:{_any(weekdays)})\.?,?\s+)?"
    month, day = rf"(?P<month>{_any(months)})\.?", r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
    worded = (
        rf"{lead}{month}\s*{day},?\s+{_YEAR}",
        rf"{lead}{day}[\s-]+(?:of\s+)?{month},?[\s-]+{_YEAR}(?:\s*(?:{_any(year_words)})\b\.?)?",
    )
    forms = [*(form + _CLOCK for form in worded), rf"{month},?\s+{_YEAR}"]
    return [re.compile(form, re.IGNORECASE) for form in forms], months


def _any(names: set[str] | dict[str, int]) -> str:
    return "|".join(sorted(names, key=lambda name: (-len(name), name)))
