"""Meanings of rules that name seasons, quarters, halves, decades, centuries, eras and holidays."""

from collections.abc import Iterator
from datetime import date, timedelta

from ukrcorpus.times.calendar import SEASONS, days, interval_of, season_of, shift, third, value_at
from ukrcorpus.times.dates import day_of, nearest_year
from ukrcorpus.times.grammar import Match
from ukrcorpus.times.reading import (
    FUTURE,
    NARRATIVE,
    UNKNOWN,
    Dated,
    Reading,
    count_of,
    direction_of,
    first_of,
    fixed,
    ordinal_of,
    part_of,
    plain,
    year_of,
)


def _season(match: Match) -> Iterator[Reading]:
    season = str(first_of(match.found, "ANYSEASON", "SEASON", "SPRING", "FALL"))
    year, part = year_of(match.found), part_of(match.found)
    move, base = direction_of(match.found)
    directed = "FROM_TEXT" in match.found or "TOWARDS" in match.found
    if year is not None:
        value = f"{year:04d}-{season}"
        yield Reading("DATE", value, lambda anchor, lean: plain(value, part), unit="Y")
        return

    def resolve(anchor: date, lean: int) -> Dated:
        if lean == NARRATIVE and not directed:
            return plain(f"{anchor.year:04d}-{season}", part)
        now_year, now = season_of(anchor)
        running = now == season
        latest = now_year if running else anchor.year - (SEASONS[season] > anchor.month)
        if directed and move == 0 and not running:
            latest = anchor.year
        elif directed and move < 0 and running:
            latest -= 1
        elif (directed and move > 0) or (lean == FUTURE and not running):
            latest += 1
        return plain(f"{latest:04d}-{season}", part)

    yield Reading("DATE", f"XXXX-{season}", resolve, base=base if directed else "lean", unit="Y")


def _quarter(match: Match) -> Iterator[Reading]:
    named = first_of(match.found, "QUARTERNUM")
    ordinal = first_of(match.found, "ORD")
    number = int(named[1]) if named else ordinal_of(ordinal) if ordinal else None
    if number is not None and not 1 <= number <= 4:
        return
    year = year_of(match.found)
    if year is not None and number:
        yield fixed("DATE", f"{year:04d}-Q{number}", unit="Y")
        return
    move, _ = direction_of(match.found)

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
    ordinal = first_of(found, "ORD")
    number = 2 if ordinal is None else ordinal_of(ordinal)
    if number not in (1, 2):
        return
    month, year, decade = first_of(found, "ANYMON"), year_of(found), first_of(found, "DECADE")
    unit = str(first_of(found, "UNIT") or "Y")
    move, base = direction_of(found)

    def resolve(anchor: date, lean: int) -> Dated:
        if decade:
            return _half_of(_decade_value(decade), number)
        if month:
            stated = year if year is not None else nearest_year(anchor, month, None, lean)
            return _half_of(f"{stated:04d}-{month:02d}", number)
        value = f"{year:04d}" if year is not None else value_at(shift(anchor, move, unit), unit)
        halved = f"{value}-H{number}"
        return (halved, interval_of(halved)) if len(value) == 4 else _half_of(value, number)

    if year is not None or decade:
        value, interval = resolve(date(2000, 1, 1), UNKNOWN)
        yield fixed("DATE", value, interval, unit="Y")
    else:
        yield Reading(
            "DATE", "XXXX" if not month else f"XXXX-{month:02d}", resolve, base="lean" if month else base, unit="Y"
        )


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
    value = _decade_value(str(first_of(match.found, "DECADE")))
    part = part_of(match.found)
    yield fixed("DATE", value, third(value, part) if part else None)


def _century(match: Match) -> Iterator[Reading]:
    number = ordinal_of(match.found["ORD"][0][1])
    if "ERA" in match.found:
        yield Reading("DATE", f"BC{number - 1:02d}", lambda anchor, lean: (f"BC{number - 1:02d}", None))
        return
    value = f"{number - 1:02d}"
    part = part_of(match.found)
    yield fixed("DATE", value, third(value, part) if part else None)


def _before_common_era(match: Match) -> Iterator[Reading]:
    month, season = first_of(match.found, "ANYMON"), first_of(match.found, "ANYSEASON")
    tail = f"-{month:02d}" if month else f"-{season}" if season else ""
    value = f"BC{int(count_of(match.found['DIGITS'][0][1]) or 0):04d}{tail}"
    yield Reading("DATE", value, lambda anchor, lean: (value, None))


def _range_before_common_era(match: Match) -> Iterator[Reading]:
    for at, number in match.found["DIGITS"]:
        value = f"BC{int(count_of(number) or 0):04d}"
        last = match.last if at == match.last - 2 else at + 1
        yield fixed("DATE", value, tokens=(at, last))


def _holiday(match: Match) -> Iterator[Reading]:
    month, day = (int(number) for number in match.rule.value.split("-"))
    yield day_of(year_of(match.found), month, day)


MEANINGS = {
    "season": _season,
    "quarter": _quarter,
    "half": _half,
    "decade": _decade,
    "century": _century,
    "before_common_era": _before_common_era,
    "range_before_common_era": _range_before_common_era,
    "holiday": _holiday,
}
