"""Meanings of rules that name weekdays, weekends, parts of the day and clock times."""

from collections.abc import Iterator
from datetime import date, timedelta

from ukrcorpus.times.calendar import interval_of, week_of
from ukrcorpus.times.dates import day_of
from ukrcorpus.times.grammar import Match
from ukrcorpus.times.reading import FUTURE, Dated, Reading, direction_of, first_of, fixed, ordinal_of, year_of


def _weekday(match: Match) -> Iterator[Reading]:
    found = match.found
    number = int(first_of(found, "WEEKDAY", "WD"))
    move = found["TOWARDS"][0][1] if "TOWARDS" in found else None
    noon = first_of(found, "NOON")
    ending = f"T{first_of(found, 'DAYPART')}" if "DAYPART" in found else f"T{noon}" if noon else ""

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
    yield fixed("SET", f"XXXX-WXX-{int(first_of(match.found, 'WEEKDAY', 'WEEKDAYS'))}")


def _weekend(match: Match) -> Iterator[Reading]:
    move, base = direction_of(match.found)
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
    part = "NI" if word == "tonight" else first_of(match.found, "DAYPART")
    blurred = "PRESENT_REF" if word == "today" else ""
    yield _moved_day(_DAY_WORDS[word], part, "published")._replace(blurred=blurred)


def _day_part(match: Match) -> Iterator[Reading]:
    move, base = direction_of(match.found)
    if "last" in match.words:
        move, base = -1, "published"
    elif "this" in match.words:
        base = "published"
    yield _moved_day(move, first_of(match.found, "DAYPART"), base)


def _moved_day(move: int, part: str | None, base: str) -> Reading:
    ending = f"T{part}" if part else ""

    def resolve(anchor: date, lean: int) -> Dated:
        value = (anchor + timedelta(days=move)).isoformat() + ending
        return value, interval_of(value)

    return Reading("TIME" if part else "DATE", f"XXXX-XX-XX{ending}", resolve, base=base, unit="D")


def _clock(match: Match) -> Iterator[Reading]:
    text = first_of(match.found, "CLOCK", "DAYNUM", "OLDYEAR", "YEARNUM", "NUMBER")
    text = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}.get(match.words[0], text)
    zone = first_of(match.found, "ZONE") or ""
    hour, _, rest = (text if ":" in text or len(text) < 3 else f"{text[:2]}:{text[2:]}").partition(":")
    half = first_of(match.found, "AMPM")
    number = int(hour) % 12 + (12 if half[0] in "Pp" else 0) if half else int(hour)
    ending = f"T{number:02d}" + (f":{rest}" if rest else "") + zone
    if number > 23 or not interval_of(f"2000-01-01{ending}"):
        return
    yield _clock_reading(match, ending)


def _clock_reading(match: Match, ending: str) -> Reading:
    """A clock time on the day that stands beside it, else on the day told last."""
    weekday, month = first_of(match.found, "WD"), first_of(match.found, "ANYMON")
    if month:
        return day_of(year_of(match.found), month, ordinal_of(first_of(match.found, "DAY")), None, ending[1:])
    move = -1 if "yesterday" in match.words else 0

    def resolve(anchor: date, lean: int) -> Dated:
        back = (anchor.isoweekday() - weekday) % 7 if weekday else -move
        value = (anchor - timedelta(days=back)).isoformat() + ending
        return value, interval_of(value)

    deictic = weekday or {"today", "yesterday"} & set(match.words)
    return Reading("TIME", f"XXXX-XX-XX{ending}", resolve, base="published" if deictic else "text", unit="D")


MEANINGS = {
    "weekday": _weekday,
    "weekdays": _weekdays,
    "weekend": _weekend,
    "day_word": _day_word,
    "day_part": _day_part,
    "clock": _clock,
}
