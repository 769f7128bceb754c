"""What each rule means: from the words it found to a value that still lacks its anchor.

A reading has a value as far as the words alone go ("XXXX-06") and a function that completes it from an anchor day.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

from ukrcorpus.times.calendar import (
    SEASONS,
    Interval,
    days,
    interval_of,
    season_of,
    shift,
    third,
    value_at,
    week_of,
)
from ukrcorpus.times.grammar import Match
from ukrcorpus.times.stated import parse_date

PAST, UNKNOWN, FUTURE, NARRATIVE = -1, 0, 1, 2
"""Where a date without its year lies: before the anchor, after it, or in the anchor's own year."""
SOON = timedelta(days=92)
"""A day of the calendar that no verb places is taken for the coming one where that is nearer than this."""

TURN_OF_YEAR = 8
"""A narrative that falls back by so many months, from December to January, has gone on to the next year."""

Dated = tuple[str, Interval | None]
Found = dict[str, list[tuple[int, Any]]]


class Reading(NamedTuple):
    """One time expression as far as its own words say.

    `base` names what it is reckoned from: "" (nothing needed), published, text (a date before it in the text), lean
    (either, by the narrative). `unit` is the calendar unit a date in the text must have to serve. `sets_year` says
    whether it may serve as a year for what follows. `tokens` is its place where one rule gives several.
    `blurred` is its value where the anchor is an interval whose days give different ones.
    """

    label: str
    value: str
    resolve: Callable[[date, int], Dated]
    base: str = ""
    unit: str = ""
    tokens: tuple[int, int] | None = None
    blurred: str = ""


def read(match: Match) -> list[Reading]:
    """All readings of a match: mostly one, several for a list ("21 and 22 June"), none where the words make no sense."""
    try:
        return [r for r in _MEANINGS[match.rule.means](match) if r is not None]
    except (ValueError, OverflowError):
        return []


def _fixed(label: str, value: str, interval: Interval | None = None, **more: Any) -> Reading:
    covered = interval or interval_of(value)
    return Reading(label, value, lambda anchor, lean: (value, covered), **more)


def _plain(value: str, part: str | None) -> Dated:
    return value, third(value, part) if part else interval_of(value)


def _first(found: Found, *names: str) -> Any:
    return next((found[name][0][1] for name in names if name in found), None)


def _part(found: Found) -> str | None:
    return _first(found, "PARTNOUN", "PART")


def _year(found: Found) -> int | None:
    short = _first(found, "SHORTYEAR")
    if short:
        return (1900 if int(short[1:]) > 30 else 2000) + int(short[1:])
    stated = _first(found, "YEAR", "YEARNUM", "OLDYEAR")
    return int(stated) if stated else None


def _count(word: Any) -> float | None:
    """A number as a word or digits; None where it is vague."""
    if word == "X":
        return None
    if isinstance(word, int | float):
        return word
    digits = "".join(c for c in str(word).replace(",", "") if c.isdigit() or c == ".")
    return float(digits) if digits else None


def _ordinal(word: Any) -> int:
    return word if isinstance(word, int) else int("".join(c for c in word if c.isdigit()))


# ------------------------------------------------------------------ dates


def _iso(match: Match) -> Iterator[Reading]:
    value = str(_first(match.found, "ISO"))
    yield _fixed("TIME" if "T" in value else "DATE", value)


def _numeric(match: Match) -> Iterator[Reading]:
    parsed = parse_date(str(_first(match.found, "NUMDATE")))
    if parsed:
        yield _fixed("DATE", parsed[0])


def _date(match: Match) -> Iterator[Reading]:
    found = match.found
    month, day = _first(found, "ANYMON", "MON", "MONTH", "MONTH_OR_WORD"), _first(found, "DAY", "ORDINAL", "ORDNUM")
    daypart = _first(found, "DAYPART")
    yield _day_of(_year(found), month, _ordinal(day) if day else None, _part(found), daypart)


def _days(match: Match) -> Iterator[Reading]:
    month = match.found["ANYMON"]
    numbers = match.found["DAY"]
    outer = (month, [], numbers) if month[0][0] < numbers[0][0] else ([], month, numbers)
    for number, (at, day) in enumerate(numbers):
        first = month[0][0] if outer[0] and number == 0 else at
        last = match.last if number == len(numbers) - 1 else at + 1
        yield _day_of(_year(match.found), month[0][1], _ordinal(day), None, None)._replace(tokens=(first, last))


def _day_of(
    year: int | None, month: int | None, day: int | None, part: str | None = None, daypart: str | None = None
) -> Reading:
    tail = (f"-{month:02d}" if month else "") + (f"-{day:02d}" if day else "")
    ending = f"T{daypart}" if daypart else ""
    label = "TIME" if daypart else "DATE"
    if day and not interval_of(f"{year or 2024:04d}{tail}"):
        raise ValueError(tail)
    if year is not None:
        value = f"{year:04d}{tail}{ending}"
        return Reading(label, value, lambda anchor, lean: _plain(value, part), unit="D" if day else "M" if month else "Y")

    def resolve(anchor: date, lean: int) -> Dated:
        return _plain(f"{_nearest_year(anchor, month or 1, day, lean):04d}{tail}{ending}", part)

    return Reading(label, f"XXXX{tail}{ending}", resolve, base="lean", unit="Y")


def _nearest_year(anchor: date, month: int, day: int | None, lean: int) -> int:
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
    """ "May of that year", "the end of June this year", "July 25 of the same year"."""
    found = match.found
    move, base = _direction(found)
    part, day = _part(found), _first(found, "DAY")
    tail = f"-{_first(found, 'ANYMON'):02d}" + (f"-{_ordinal(day):02d}" if day else "")

    def resolve(anchor: date, lean: int) -> Dated:
        return _plain(f"{anchor.year + move:04d}{tail}", part)

    yield Reading("DATE", f"XXXX{tail}", resolve, base=base, unit="Y")


def _months(match: Match) -> Iterator[Reading]:
    """ "April and June 1955", "May-August 1950": the year stands behind the last."""
    named = match.found["ANYMON"]
    for at, month in named:
        last = match.last if at == named[-1][0] else at + 1
        yield _day_of(_year(match.found), month, None)._replace(tokens=(at, last))


def _days_of_months(match: Match) -> Iterator[Reading]:
    """ "24 April to 3 May 2024": two days, the year behind the second."""
    named, numbers = match.found["ANYMON"], match.found["DAY"]
    for number, ((month_at, month), (day_at, day)) in enumerate(zip(named, numbers, strict=True)):
        first, last = min(month_at, day_at), max(month_at, day_at) + 1
        tokens = (first, match.last if number else last)
        yield _day_of(_year(match.found), month, _ordinal(day))._replace(tokens=tokens)


def _month_towards(match: Match) -> Iterator[Reading]:
    month = _first(match.found, "ANYMON")
    move, _ = _direction(match.found)
    part = _part(match.found)

    def resolve(anchor: date, lean: int) -> Dated:
        year = anchor.year if move == 0 else _nearest_year(anchor, month, None, PAST if move < 0 else FUTURE)
        if move and (year, month) == (anchor.year, anchor.month):
            year += move
        return _plain(f"{year:04d}-{month:02d}", part)

    yield Reading("DATE", f"XXXX-{month:02d}", resolve, base="published")


def _year_range(match: Match) -> Iterator[Reading]:
    """ "1941-45", "1939-1945": each end is a row."""
    (first_at, first), *others = match.found["YEAR"]
    yield _fixed("DATE", first, tokens=(first_at, first_at + 1), unit="Y")
    for last_at, last in others or match.found.get("DAYNUM") or match.found["NUMBER"]:
        full = last if len(last) == 4 else first[:2] + last
        if len(full) == 4 and full > first:
            yield _fixed("DATE", full, tokens=(last_at, last_at + 1), unit="Y")


def _direction(found: Found) -> tuple[int, str]:
    """How many units to move and what from, by the word that says so (this, last, that, following)."""
    if "FROM_TEXT" in found:
        return int(found["FROM_TEXT"][0][1]), "text"
    if "TOWARDS" in found:
        return int(found["TOWARDS"][0][1]), "published"
    return 0, "text"


# ------------------------------------------------------------------ seasons, quarters, decades, centuries, eras


def _season(match: Match) -> Iterator[Reading]:
    season = str(_first(match.found, "ANYSEASON", "SEASON", "SPRING", "FALL"))
    year, part = _year(match.found), _part(match.found)
    move, base = _direction(match.found)
    directed = "FROM_TEXT" in match.found or "TOWARDS" in match.found
    if year is not None:
        value = f"{year:04d}-{season}"
        yield Reading("DATE", value, lambda anchor, lean: _plain(value, part), unit="Y")
        return

    def resolve(anchor: date, lean: int) -> Dated:
        if lean == NARRATIVE and not directed:
            return _plain(f"{anchor.year:04d}-{season}", part)
        now_year, now = season_of(anchor)
        running = now == season
        latest = now_year if running else anchor.year - (SEASONS[season] > anchor.month)
        if directed and move == 0 and not running:
            latest = anchor.year
        elif directed and move < 0 and running:
            latest -= 1
        elif (directed and move > 0) or (lean == FUTURE and not running):
            latest += 1
        return _plain(f"{latest:04d}-{season}", part)

    yield Reading("DATE", f"XXXX-{season}", resolve, base=base if directed else "lean", unit="Y")


def _quarter(match: Match) -> Iterator[Reading]:
    named = _first(match.found, "QUARTERNUM")
    ordinal = _first(match.found, "ORD")
    number = int(named[1]) if named else _ordinal(ordinal) if ordinal else None
    if number is not None and not 1 <= number <= 4:
        return
    year = _year(match.found)
    if year is not None and number:
        yield _fixed("DATE", f"{year:04d}-Q{number}", unit="Y")
        return
    move, _ = _direction(match.found)

    def resolve(anchor: date, lean: int) -> Dated:
        if number is None:
            value = value_at(shift(anchor, -1, "Q"), "Q")
        elif move or "TOWARDS" in match.found or lean == NARRATIVE:
            value = f"{anchor.year + move:04d}-Q{number}"
        else:
            started = anchor.month > 3 * number - 3
            value = f"{anchor.year - (not started):04d}-Q{number}"
        return value, interval_of(value)

    yield Reading("DATE", f"XXXX-Q{number}" if number else "XXXX-QX", resolve, base="lean", unit="Y")


def _half(match: Match) -> Iterator[Reading]:
    found = match.found
    ordinal = _first(found, "ORD")
    number = 2 if ordinal is None else _ordinal(ordinal)
    if number not in (1, 2):
        return
    month, year, decade = _first(found, "ANYMON"), _year(found), _first(found, "DECADE")
    unit = str(_first(found, "UNIT") or "Y")
    move, base = _direction(found)

    def resolve(anchor: date, lean: int) -> Dated:
        if decade:
            return _half_of(_decade_value(decade), number)
        if month:
            stated = year if year is not None else _nearest_year(anchor, month, None, lean)
            return _half_of(f"{stated:04d}-{month:02d}", number)
        value = f"{year:04d}" if year is not None else value_at(shift(anchor, move, unit), unit)
        halved = f"{value}-H{number}"
        return (halved, interval_of(halved)) if len(value) == 4 else _half_of(value, number)

    if year is not None or decade:
        value, interval = resolve(date(2000, 1, 1), UNKNOWN)
        yield _fixed("DATE", value, interval, unit="Y")
    else:
        yield Reading("DATE", "XXXX" if not month else f"XXXX-{month:02d}", resolve, base="lean" if month else base, unit="Y")


def _half_of(value: str, number: int) -> Dated:
    whole = interval_of(value)
    if whole is None:
        return value, None
    low, high = whole.low.date(), whole.high.date()
    middle = low + (high - low) / 2
    return value, days(low, middle) if number == 1 else days(middle + timedelta(days=1), high)


def _decade_value(word: str) -> str:
    digits = "".join(c for c in word if c.isdigit())
    return digits[:3] if len(digits) == 4 else ("20" if digits[0] in "012" else "19") + digits[0]


def _decade(match: Match) -> Iterator[Reading]:
    value = _decade_value(str(_first(match.found, "DECADE")))
    part = _part(match.found)
    yield _fixed("DATE", value, third(value, part) if part else None)


def _century(match: Match) -> Iterator[Reading]:
    number = _ordinal(match.found["ORD"][0][1])
    if "ERA" in match.found:
        yield Reading("DATE", f"BC{number - 1:02d}", lambda anchor, lean: (f"BC{number - 1:02d}", None))
        return
    value = f"{number - 1:02d}"
    part = _part(match.found)
    yield _fixed("DATE", value, third(value, part) if part else None)


def _before_common_era(match: Match) -> Iterator[Reading]:
    month, season = _first(match.found, "ANYMON"), _first(match.found, "ANYSEASON")
    tail = f"-{month:02d}" if month else f"-{season}" if season else ""
    value = f"BC{int(_count(match.found['DIGITS'][0][1]) or 0):04d}{tail}"
    yield Reading("DATE", value, lambda anchor, lean: (value, None))


def _range_before_common_era(match: Match) -> Iterator[Reading]:
    for at, number in match.found["DIGITS"]:
        value = f"BC{int(_count(number) or 0):04d}"
        last = match.last if at == match.last - 2 else at + 1
        yield _fixed("DATE", value, tokens=(at, last))


def _holiday(match: Match) -> Iterator[Reading]:
    month, day = (int(number) for number in match.rule.value.split("-"))
    yield _day_of(_year(match.found), month, day)


# ------------------------------------------------------------------ weekdays, days, parts of the day, clock


def _weekday(match: Match) -> Iterator[Reading]:
    found = match.found
    number = int(_first(found, "WEEKDAY", "WD"))
    move = found["TOWARDS"][0][1] if "TOWARDS" in found else None
    noon = _first(found, "NOON")
    ending = f"T{_first(found, 'DAYPART')}" if "DAYPART" in found else f"T{noon}" if noon else ""

    def resolve(anchor: date, lean: int) -> Dated:
        back = (anchor.isoweekday() - number) % 7
        ahead = (number - anchor.isoweekday()) % 7
        if "UNIT" in found or match.rule.name == "weekday_of_week":
            monday = anchor - timedelta(days=anchor.isoweekday() - 1)
            day = monday + timedelta(days=number - 1 + 7 * (move or 0))
        elif move == -1:
            day = anchor - timedelta(days=back or 7)
        elif move == 1:
            day = anchor + timedelta(days=ahead or 7)
        else:
            day = anchor + timedelta(days=ahead) if lean == FUTURE else anchor - timedelta(days=back)
        value = day.isoformat() + ending
        return value, interval_of(value)

    label = "TIME" if ending else "DATE"
    yield Reading(label, f"XXXX-WXX-{number}{ending}", resolve, base="published", unit="D")


def _weekdays(match: Match) -> Iterator[Reading]:
    yield _fixed("SET", f"XXXX-WXX-{int(_first(match.found, 'WEEKDAY', 'WEEKDAYS'))}")


def _weekend(match: Match) -> Iterator[Reading]:
    move, base = _direction(match.found)
    stated = "TOWARDS" in match.found

    def resolve(anchor: date, lean: int) -> Dated:
        back = 7 if stated and move == -1 else 0
        # On Monday to Friday "this weekend" of a report that looks back is the one just gone.
        if not stated or move == 0:
            back = 7 if anchor.isoweekday() < 6 and lean != FUTURE else 0
        value = week_of(anchor + timedelta(days=7 if move == 1 else -back)) + "-WE"
        return value, interval_of(value)

    yield Reading("DATE", "XXXX-WXX-WE", resolve, base=base if stated or "FROM_TEXT" in match.found else "published")


_DAY_WORDS = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1}


def _day_word(match: Match) -> Iterator[Reading]:
    word = next(word for word in match.words if word in _DAY_WORDS)
    part = "NI" if word == "tonight" else _first(match.found, "DAYPART")
    blurred = "PRESENT_REF" if word == "today" else ""
    yield _moved_day(_DAY_WORDS[word], part, "published")._replace(blurred=blurred)


def _day_part(match: Match) -> Iterator[Reading]:
    move, base = _direction(match.found)
    if "last" in match.words:
        move, base = -1, "published"
    elif "this" in match.words:
        base = "published"
    yield _moved_day(move, _first(match.found, "DAYPART"), base)


def _moved_day(move: int, part: str | None, base: str) -> Reading:
    ending = f"T{part}" if part else ""

    def resolve(anchor: date, lean: int) -> Dated:
        value = (anchor + timedelta(days=move)).isoformat() + ending
        return value, interval_of(value)

    return Reading("TIME" if part else "DATE", f"XXXX-XX-XX{ending}", resolve, base=base, unit="D")


def _clock(match: Match) -> Iterator[Reading]:
    text = _first(match.found, "CLOCK", "DAYNUM", "OLDYEAR", "YEARNUM", "NUMBER")
    text = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}.get(match.words[0], text)
    zone = _first(match.found, "ZONE") or ""
    hour, _, rest = (text if ":" in text or len(text) < 3 else f"{text[:2]}:{text[2:]}").partition(":")
    half = _first(match.found, "AMPM")
    number = int(hour) % 12 + (12 if half[0] in "Pp" else 0) if half else int(hour)
    ending = f"T{number:02d}" + (f":{rest}" if rest else "") + zone
    if number > 23 or not interval_of(f"2000-01-01{ending}"):
        return
    yield _clock_reading(match, ending)


def _clock_reading(match: Match, ending: str) -> Reading:
    """A clock time on the day that stands beside it, else on the day told last."""
    weekday, month = _first(match.found, "WD"), _first(match.found, "ANYMON")
    if month:
        return _day_of(_year(match.found), month, _ordinal(_first(match.found, "DAY")), None, ending[1:])
    move = -1 if "yesterday" in match.words else 0

    def resolve(anchor: date, lean: int) -> Dated:
        back = (anchor.isoweekday() - weekday) % 7 if weekday else -move
        value = (anchor - timedelta(days=back)).isoformat() + ending
        return value, interval_of(value)

    deictic = weekday or {"today", "yesterday"} & set(match.words)
    return Reading("TIME", f"XXXX-XX-XX{ending}", resolve, base="published" if deictic else "text", unit="D")


# ------------------------------------------------------------------ units counted from somewhere


def _unit(match: Match) -> Iterator[Reading]:
    unit = str(_first(match.found, "UNIT"))
    move, base = _direction(match.found)
    part = _part(match.found)
    if unit == "2W":
        return

    def resolve(anchor: date, lean: int) -> Dated:
        return _plain(value_at(shift(anchor, move, unit), unit), part)

    if match.rule.name == "the_unit" and unit != "D":
        base = "lean"
    yield Reading("DATE", _UNDERSPECIFIED[unit], resolve, base=base, unit=unit)


_UNDERSPECIFIED = {"D": "XXXX-XX-XX", "W": "XXXX-WXX", "M": "XXXX-XX", "Q": "XXXX-QX", "Y": "XXXX", "DE": "XXX", "CE": "XX"}


def _unit_after(match: Match) -> Iterator[Reading]:
    """ "the year before", "the day after": a unit away from the last date told."""
    unit = str(_first(match.found, "UNIT"))
    move = -1 if {"before", "preceding", "earlier", "previous"} & set(match.words) else 1
    if unit != "2W":
        yield Reading(
            "DATE",
            _UNDERSPECIFIED[unit],
            lambda anchor, lean: _plain(value_at(shift(anchor, move, unit), unit), None),
            base="text",
            unit=unit,
        )


_ONE = {"a", "an", "half", "entire", "whole", "full"}


def _duration_value(found: Found, words: list[str]) -> tuple[str, float | None, str]:
    """TIMEX3 value of a duration, its count (None where vague) and its unit."""
    unit = str(_first(found, "ANYUNIT", "PLURAL", "SINGULAR", "UNIT"))
    numbers = [_count(word) for _, word in found.get("NUM", []) + found.get("CARDINAL", [])]
    vague = "SEVERAL" in found or "few" in words or "couple" in words
    count: float | None = None
    if numbers:
        count = numbers[-1] if len(numbers) == 1 or {"or", "to"} & set(words) else sum(n or 0 for n in numbers)
    elif {"SINGULAR", "UNIT"} & set(found) or (not vague and _ONE & set(words)):
        count = 1
    if "half" in words and count is not None:
        count = count + 0.5 if numbers else 0.5
    amount = "X" if count is None else f"{count:g}"
    if unit == "2W":
        count = count * 2 if count is not None else None
        return f"P{'X' if count is None else f'{count:g}'}W", count, "W"
    prefix, code = ("PT", unit[1]) if unit.startswith("T") else ("P", unit)
    return f"{prefix}{amount}{code}", count, unit


def _duration(match: Match) -> Iterator[Reading]:
    value, _, _ = _duration_value(match.found, match.words)
    yield _fixed("DURATION", value)


def _stretch(match: Match) -> Iterator[Reading]:
    """ "the past three days": a duration that ends, or begins, at the anchor."""
    if not {"SINGULAR", "PLURAL"} & set(match.found):
        return
    value, count, unit = _duration_value(match.found, match.words)
    ahead = bool({"next", "coming", "following"} & set(match.words))
    base = "text" if {"previous", "preceding", "following"} & set(match.words) else "published"

    def resolve(anchor: date, lean: int) -> Dated:
        if count is None or count != int(count):
            return value, None
        if unit.startswith("T"):
            reach = -(-int(count) // {"H": 24, "M": 1440, "S": 86400}[unit[1]])
            other = shift(anchor, reach if ahead else -reach, "D")
        else:
            other = shift(anchor, int(count) if ahead else -int(count), unit)
        return value, days(min(anchor, other), max(anchor, other))

    yield Reading("DURATION", value, resolve, base=base, unit="D")


def _counted(match: Match, sign: int, base: str) -> Iterator[Reading]:
    value, count, unit = _duration_value(match.found, match.words)
    if count is None:
        yield _fixed("DATE", "PAST_REF" if sign < 0 else "FUTURE_REF")
        return
    if unit.startswith("T"):
        yield _fixed("TIME" if unit == "TH" else "DURATION", value)
        return
    steps = round((count or 1) * 2) / 2

    def resolve(anchor: date, lean: int) -> Dated:
        whole = shift(anchor, sign * int(steps), unit)
        moved = shift(whole, sign * 6, "M") if steps != int(steps) and unit == "Y" else whole
        return _plain(value_at(moved, unit), None)

    yield Reading("DATE", _UNDERSPECIFIED[unit], resolve, base=base, unit=unit)


def _ago(match: Match) -> Iterator[Reading]:
    return _counted(match, -1, "published")


def _from_now(match: Match) -> Iterator[Reading]:
    return _counted(match, 1, "published")


def _later(match: Match) -> Iterator[Reading]:
    return _counted(match, int(_first(match.found, "LATER")), "text")


_ADVERBS = {
    "daily": "P1D",
    "everyday": "P1D",
    "nightly": "P1D",
    "weekly": "P1W",
    "monthly": "P1M",
    "quarterly": "P1Q",
    "yearly": "P1Y",
    "annual": "P1Y",
    "annually": "P1Y",
    "hourly": "PT1H",
}


def _set(match: Match) -> Iterator[Reading]:
    adverb = _ADVERBS.get(match.words[0])
    if adverb:
        yield _fixed("SET", adverb)
    elif "DAYPART" in match.found:
        yield _fixed("SET", f"XXXX-XX-XXT{_first(match.found, 'DAYPART')}")
    else:
        value, _, _ = _duration_value(match.found, [*match.words, "a"])
        yield _fixed("SET", value.replace("1", "2", 1) if "other" in match.words else value)


# ------------------------------------------------------------------ references


def _reference(match: Match) -> Iterator[Reading]:
    yield _fixed("DATE", match.rule.value)


def _that_time(match: Match) -> Iterator[Reading]:
    yield Reading(
        "DATE",
        "PAST_REF",
        lambda anchor, lean: (anchor.isoformat(), interval_of(anchor.isoformat())),
        base="last",
        unit="D",
    )


_MEANINGS: dict[str, Callable[[Match], Iterator[Reading]]] = {
    "iso": _iso,
    "numeric": _numeric,
    "date": _date,
    "days": _days,
    "month_of": _month_of,
    "months": _months,
    "days_of_months": _days_of_months,
    "month_towards": _month_towards,
    "year_range": _year_range,
    "season": _season,
    "quarter": _quarter,
    "half": _half,
    "decade": _decade,
    "century": _century,
    "before_common_era": _before_common_era,
    "range_before_common_era": _range_before_common_era,
    "holiday": _holiday,
    "weekday": _weekday,
    "weekdays": _weekdays,
    "weekend": _weekend,
    "day_word": _day_word,
    "day_part": _day_part,
    "clock": _clock,
    "unit": _unit,
    "unit_after": _unit_after,
    "duration": _duration,
    "stretch": _stretch,
    "ago": _ago,
    "from_now": _from_now,
    "later": _later,
    "set": _set,
    "reference": _reference,
    "that_time": _that_time,
}
