"""Dates as datelines and metadata state them."""

import re
from datetime import datetime

from ukrcorpus.times.calendar import interval_of
from ukrcorpus.times.words import load_words

_TIME = (
    r"(?:(?:T|,?\s+(?:at\s+)?)(?P<clock>\d{1,2}:\d\d(?::\d\d)?)(?:\.\d+)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\b\.?)?\s*(?P<zone>Z|UTC|GMT|[A-Z]{2,4}T|[+-]\d\d:?\d\d)?)?"
)
_NUMERIC = tuple(
    re.compile(form + _TIME)
    for form in (
        r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)",
        r"(?P<year>\d{4})[/.](?P<month>\d{1,2})[/.](?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})",
        r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)",
    )
)
_SLASHED = re.compile(r"(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>\d{4})" + _TIME)
_YEAR_MONTH = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)")


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
    found = next((match for pattern in (*_NUMERIC, *_worded()) if (match := pattern.fullmatch(stripped))), None)
    value: str | None
    if found:
        value = _value(found, found["month"], found["day"])
    elif month := _YEAR_MONTH.fullmatch(stripped):
        value = month[0]
    elif slashed := _SLASHED.fullmatch(stripped):
        value = _slashed_value(slashed)
    else:
        return None
    covered = interval_of(value) if value else None
    return (value, covered.low, covered.high) if value and covered else None


_WORDED: list[re.Pattern[str]] = []


def _worded() -> list[re.Pattern[str]]:
    """Patterns with names of months, made of the word lists of all languages once they are first needed."""
    if not _WORDED:
        names = "|".join(sorted(_month_numbers(), key=lambda name: (-len(name), name)))
        weekdays = "|".join(sorted(_weekday_names(), key=lambda name: (-len(name), name)))
        month, day = rf"(?P<month>{names})\.?", r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
        year = r"(?P<year>\d{4})"
        lead = rf"(?i:(?:(?:{weekdays})\.?,?\s+)?"
        _WORDED.extend(
            re.compile(form)
            for form in (
                rf"{lead}{month}\s*{day},?\s+{year}){_TIME}",
                rf"{lead}{day}[\s-]+(?:of\s+)?{month},?[\s-]+{year}){_TIME}",
                rf"(?i:(?P<day>){month},?\s+{year})(?P<clock>)(?P<half>)(?P<zone>)",
            )
        )
    return _WORDED


def _month_numbers() -> dict[str, int]:
    words = load_words()
    return {
        name: int(number) for kind in ("MONTH", "MONTH_OR_WORD", "MONTH_SHORT") for name, number in words[kind].items()
    }


def _weekday_names() -> set[str]:
    words = load_words()
    return {*words["WEEKDAY"], *words["WEEKDAY_SHORT"]}


def _slashed_value(found: re.Match[str]) -> str | None:
    first, second = int(found["first"]), int(found["second"])
    if first <= 12 and second <= 12 and first != second:
        return None
    month, day = (first, second) if first <= 12 else (second, first)
    return _value(found, str(month), str(day))


def _value(found: re.Match[str], month: str, day: str) -> str:
    number = int(month) if month.isdigit() else _month_numbers()[month.lower()]
    if not day:
        return f"{found['year']}-{number:02d}"
    value = f"{found['year']}-{number:02d}-{int(day):02d}"
    if not found["clock"]:
        return value
    hour, rest = found["clock"].split(":", 1)
    half = (found["half"] or "").lower()
    if half:
        hour = str(int(hour) % 12 + (12 if half.startswith("p") else 0))
    zone = found["zone"] or ""
    zone = "Z" if zone in ("Z", "UTC", "GMT") else zone if zone[:1] in ("+", "-") else ""
    return f"{value}T{int(hour):02d}:{rest}{zone}"
