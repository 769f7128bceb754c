"""Dates as datelines and metadata state them."""

import re
from datetime import datetime
from functools import cache

from ukrcorpus.times.calendar import interval_of
from ukrcorpus.times.grammar import languages, load_rules

_CLOCK = (
    r"(?:(?:T|,?\s+(?:at\s+)?)(?P<hour>\d{1,2})(?P<rest>(?::\d\d){1,2})(?:\.\d+)?"
    r"\s*(?P<half>[ap]\.?m\b\.?)?\s*(?:(?P<universal>Z|UTC|GMT)|(?P<offset>[+-]\d\d:?\d\d)|[A-Z]{2,4}T)?)?"
)
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


def parse_date(text: str) -> tuple[str, datetime, datetime] | None:
    """Read a string that is, as a whole, one stated date.

    Days come first where full stops divide ("21.06.2024"). Slashes are read only where one reading is possible:
    "21/06/2024" is, "06/07/2024" is not. A year alone is a number, and two digits are no year.

    Args:
        text: the string; white space around it does not count.

    Returns:
        The TIMEX3 value and the first and last second that it covers (the source's own wall time, no time zone), or
        None where the string is no date, more than a date, impossible or ambiguous.

    Example:
        >>> parse_date("Friday, Aug. 16, 2024")[0]
        '2024-08-16'
        >>> parse_date("06/07/2024") is None
        True

    """
    stripped = " ".join(text.split())
    patterns, months = _patterns()
    found = next((match for pattern in patterns if (match := pattern.fullmatch(stripped))), None)
    if not found:
        return None
    part = found.groupdict()
    month = months.get(part["month"].lower()) or int(part["month"])
    value = f"{part['year']}-{month:02d}" + (f"-{int(part['day']):02d}" if part.get("day") else "")
    if part.get("hour"):
        value += f"T{hour_of(part['hour'], part['half']):02d}{part['rest']}" + (
            "Z" if part["universal"] else part["offset"] or ""
        )
    covered = interval_of(value)
    return (value, covered.low, covered.high) if covered else None


def hour_of(hour: str, half: str | None) -> int:
    """An hour of 24, where `half` says a.m., p.m. or nothing."""
    return int(hour) % 12 + (12 if half[0] in "Pp" else 0) if half else int(hour)


@cache
def _patterns() -> tuple[list[re.Pattern[str]], dict[str, int]]:
    """Forms of dates, and the number of each month, by the words of all languages."""
    months: dict[str, int] = {}
    weekdays: set[str] = set()
    for language in languages():
        words = load_rules(language)["words"]
        for kind in ("MONTH", "MONTH_OR_WORD", "MONTH_SHORT"):
            months |= words.get(kind, {})
        weekdays |= {*words.get("WEEKDAY", {}), *words.get("WEEKDAY_SHORT", {})}
    lead = rf"(?:(?:{_any(weekdays)})\.?,?\s+)?"
    month, day = rf"(?P<month>{_any(months)})\.?", r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
    worded = (rf"{lead}{month}\s*{day},?\s+{_YEAR}", rf"{lead}{day}[\s-]+(?:of\s+)?{month},?[\s-]+{_YEAR}")
    whole = (rf"{_YEAR}-(?P<month>\d\d)", rf"{month},?\s+{_YEAR}")
    forms = [*(form + _CLOCK for form in (*_NUMERIC, *worded)), *whole]
    return [re.compile(form, re.IGNORECASE) for form in forms], months


def _any(names: set[str] | dict[str, int]) -> str:
    return "|".join(sorted(names, key=lambda name: (-len(name), name)))
