"""What a rule's words say, as far as they go, and what they mean from a day to which they are tied."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from ukrcorpus.times.calendar import PORTIONS, Interval, days, interval_of, portion, shift, value_at
from ukrcorpus.times.grammar import Match
from ukrcorpus.times.stated import parse_date

PAST, UNKNOWN, FUTURE, NARRATIVE = -1, 0, 1, 2
"""Where a date without its year lies: before the anchor, after it, or in the anchor's own year."""
SOON = timedelta(days=92)
"""A day of the calendar that no verb places is taken for the coming one where that is nearer than this."""
TURN_OF_YEAR = 8
"""A narrative that falls back by so many months, from December to January, has gone on to the next year."""

_UNKNOWN_VALUES = {
    **{"D": "XXXX-XX-XX", "W": "XXXX-WXX", "M": "XXXX-XX", "Q": "XXXX-QX"},
    **{"Y": "XXXX", "DE": "XXX", "CE": "XX"},
}
_DIRECTIONS = (
    *(("FROM_TEXT", "text"), ("BESIDE", "text"), ("LATER", "text"), ("REACH_TEXT", "text")),
    *(("TOWARDS", "published"), ("DAYWORD", "published"), ("REACH", "published"), ("AGO", "published")),
)
"""Classes of words that say how many units to move, and what from."""

Found = dict[str, list[tuple[int, Any]]]


class Reading(NamedTuple):
    """One time expression as far as its own words say; X stands in `value` for what they leave out.

    `base` names what it is reckoned from: "" (nothing needed), published, text (a date before it in the text), last
    (that date itself), lean (text or publication, by the narrative). The anchor is moved by `move` units and cut to
    `unit`, then `tail` ("-05-09") and `ending` ("TEV") stand behind. With `near`, the tail is sought around the anchor
    instead ("May", "last May"); `move` is None where no word says on which side. `part` is a third or a half.
    """

    label: str
    value: str
    base: str = ""
    unit: str = ""
    move: float | None = None
    tail: str = ""
    ending: str = ""
    part: str = ""
    near: bool = False
    first: int = 0
    last: int = 0


def read(match: Match) -> list[Reading]:
    """All readings of a match: mostly one, several for a list ("21 and 22 June"), none where it makes no sense."""
    each = match.rule.gives.get("each", [])
    items = list(zip(*(match.found[name] for name in each), strict=False)) if each else [()]
    readings = []
    for number, item in enumerate(items):
        places = [at for at, _ in item]
        found = match.found | {name: [pair] for name, pair in zip(each, item, strict=True)}
        try:
            reading = MEANINGS[match.rule.means](found, match.rule.gives)
        except (ValueError, OverflowError):
            reading = None
        if reading:
            first = min(places) if number else match.first
            last = match.last if number == len(items) - 1 else max(places) + 1
            readings.append(reading._replace(first=first, last=last))
    return readings


def resolve(reading: Reading, anchor: date, lean: int = UNKNOWN) -> tuple[str, Interval | None]:
    """Value and interval of a reading that is tied to a day.

    Raises:
        ValueError, OverflowError: where the calendar has no such day.

    """
    if reading.label == "DURATION" and reading.base:
        other = shift(anchor, reading.move or 0, reading.unit)
        return reading.value, days(min(anchor, other), max(anchor, other))
    if not reading.base:
        value = reading.value
    elif reading.near:
        value = _nearest(reading, anchor, lean) + reading.ending
    else:
        value = _value(anchor, reading.move or 0, reading) + reading.ending
    if reading.part in ("H1", "H2") and len(value) == 4:
        value = f"{value}-{reading.part}"
    elif reading.part:
        return value, portion(value, reading.part)
    return value, interval_of(value)


def _value(anchor: date, move: float, reading: Reading) -> str:
    value = value_at(shift(anchor, move, reading.unit), reading.unit) + reading.tail
    weekday = re.fullmatch(r"(\d{4})-W(\d\d)-(\d)", value)
    return date.fromisocalendar(*map(int, weekday.groups())).isoformat() if weekday else value


def _nearest(reading: Reading, anchor: date, lean: int) -> str:
    """The value that puts a month, season or weekday on the side of the anchor that its words or the verb name."""
    reach = 8 if reading.tail == "-02-29" else 2
    found = {}
    for move in range(-reach, reach + 1):
        value = _value(anchor, move, reading)
        if covered := interval_of(value):
            found[move] = (covered.low.date(), covered.high.date(), value)
    spans = list(found.values())
    running = next((span for span in spans if span[0] <= anchor <= span[1]), None)
    before = [span for span in spans if span[1] < anchor]
    after = [span for span in spans if span[0] > anchor]
    if reading.move:
        return (before[-1] if reading.move < 0 else after[0])[2]
    if running:
        return running[2]
    if reading.unit == "Y" and 0 in found and (lean == NARRATIVE or reading.move == 0):
        turned = lean == NARRATIVE and anchor.month - found[0][0].month >= TURN_OF_YEAR
        return found[int(turned)][2]
    ahead = after[0][0] - anchor
    a_day = re.fullmatch(r"-\d\d-\d\d", reading.tail)
    soon = a_day and ahead <= (SOON if lean == UNKNOWN else SOON / 2)
    return (after[0] if lean == FUTURE or soon else before[-1])[2]


def _first(found: Found, *names: str) -> Any:
    """The first word found for any of some classes."""
    return next((found[name][0][1] for name in names if name in found), None)


def _number(word: Any) -> float:
    return float(str(word).replace(",", ""))


def _ordinal(word: Any) -> int:
    """The number of an ordinal, as a word's value or in digits."""
    return word if isinstance(word, int) else int(re.sub(r"\D", "", word))


def _direction(found: Found, gives: Mapping[str, Any]) -> tuple[float | None, str]:
    """How many units to move and what from, by the rule or the word that says so; None where nothing does."""
    name, base = next((pair for pair in _DIRECTIONS if pair[0] in found), ("", ""))
    return gives.get("move", _first(found, name)), gives.get("base", base)


def _fixed(label: str, value: str, part: str = "") -> Reading:
    return Reading(label, value, part=part)


def _date(found: Found, gives: Mapping[str, Any]) -> Reading | None:
    """A day, month, season, quarter, half, year, decade or century, or a time of day, said in whole or in part."""
    ordinal = _first(found, "ORD", "FINAL")
    number, counted = _ordinal(ordinal) if ordinal else 0, gives.get("ordinal")
    tail, ending = _tail(found, gives, number if counted == "quarter" else 0), _ending(found)
    part = str(_first(found, "PARTNOUN", "PART") or "")
    if counted == "half":
        part = {1: "H1", 2: "H2", -1: "H2"}[number] if number in (1, 2, -1) else "?"
    stated = _stated_year(found, number if counted == "century" else 0)
    weekly = tail[1:] in ("1", "2", "3", "4", "5", "6", "7", "WE")
    impossible = tail and not weekly and not interval_of(f"{stated if stated.isdigit() else 2024}{tail}{ending}")
    if impossible or (ending and not interval_of(f"2024-01-01{ending}")) or part not in ("", *PORTIONS):
        return None
    label = "TIME" if ending else "DATE"
    if stated:
        whole = f"{stated}-{part}" if part in ("H1", "H2") and len(stated + tail) == 4 else stated + tail
        return _fixed(label, whole + ending, "" if whole.endswith(part) else part)
    move, base = _direction(found, gives)
    unit = str(gives.get("unit") or _first(found, "UNIT") or "")
    if tail and not unit:
        unit, base = "W" if weekly else "Y", base or ("published" if weekly else "lean")
        return Reading(label, _UNKNOWN_VALUES[unit] + tail + ending, base, unit, move, tail, ending, part, near=True)
    unit, base = unit or "D", base or "text"
    if unit not in _UNKNOWN_VALUES:
        return None
    return Reading(label, _UNKNOWN_VALUES[unit] + tail + ending, base, unit, move, tail, ending, part)


def _tail(found: Found, gives: Mapping[str, Any], quarter: int) -> str:
    """What stands behind the year, or behind the week for a weekday."""
    month, day = _first(found, "ANYMON", "MON", "MONTH", "MONTH_OR_WORD"), _first(found, "DAY", "ORDINAL", "ORDNUM")
    season, weekday = _first(found, "ANYSEASON", "SEASON", "SPRING", "FALL"), _first(found, "WEEKDAY", "WD")
    if month:
        return f"-{month:02d}" + (f"-{_ordinal(day):02d}" if day else "")
    if quarter := _first(found, "QUARTERNUM") or (quarter and f"Q{4 if quarter == -1 else quarter}"):
        return f"-{quarter.upper()}"
    return f"-{season}" if season else f"-{weekday}" if weekday else str(gives.get("tail", ""))


def _ending(found: Found) -> str:
    """Time of day or part of it, behind the T of a value."""
    clock = str(_first(found, "CLOCK", "HOUR24", "HOUR12", "NOON") or "")
    if not clock:
        part = _first(found, "DAYPART", "TONIGHT")
        return f"T{part}" if part else ""
    hour, _, rest = (clock if ":" in clock or len(clock) < 3 else f"{clock[:2]}:{clock[2:]}").partition(":")
    half = _first(found, "AMPM")
    number = int(hour) % 12 + (12 if half[0] in "Pp" else 0) if half else int(hour)
    return f"T{number:02d}" + (f":{rest}" if rest else "") + (_first(found, "ZONE") or "")


def _stated_year(found: Found, century: int) -> str:
    """The year, decade or century that is said, "" where none is; '31 to '99 are of the twentieth century."""
    era = str(_first(found, "ERA") or "")
    if century:
        return f"{era}{century - 1:02d}"
    if era:
        return f"{era}{int(_number(_first(found, 'DIGITS'))):04d}"
    if decade := _first(found, "DECADE"):
        digits = re.sub(r"\D", "", decade)
        return digits[:3] if len(digits) == 4 else ("20" if digits[0] in "012" else "19") + digits[0]
    if short := _first(found, "SHORTYEAR"):
        return ("19" if int(short[1:]) > 30 else "20") + short[1:]
    return str(_first(found, "YEAR", "YEARNUM", "OLDYEAR") or "")


def _year_range(found: Found, gives: Mapping[str, Any]) -> Reading | None:
    """The second year of a range, "1941-45", "1939-1945"; the first is what the rule's own guard read."""
    raise NotImplementedError


def _amount(found: Found, default: float | None = None) -> tuple[str, float | None, str]:
    """TIMEX3 value of a duration, its count (None where vague) and its unit; one where the unit is singular."""
    unit = str(_first(found, "PLURAL", "SINGULAR"))
    numbers = [_number(word) for name in ("NUM", "TENS", "CARDINAL", "ALTERNATE") for _, word in found.get(name, [])]
    limit, half = _first(found, "LIMIT"), _first(found, "HALF")
    count: float | None = 1 if "SINGULAR" in found and "SEVERAL" not in found else default
    if numbers:
        count = _number(limit) if limit else sum(numbers)
    if half and count is not None:
        count = count + half if numbers else half
    several, clock, code = re.fullmatch(r"(\d*)(T?)(\w+)", unit).groups()
    count = count * int(several or 1) if count is not None else None
    return f"P{clock}{'X' if count is None else f'{count:.12g}'}{code}", count, clock + code


def _duration(found: Found, gives: Mapping[str, Any]) -> Reading:
    return _fixed("DURATION", _amount(found)[0])


def _stretch(found: Found, gives: Mapping[str, Any]) -> Reading:
    """A duration like "the past three days", that ends, or begins, at the anchor."""
    value, count, unit = _amount(found)
    move, base = _direction(found, gives)
    if count is None or not base:
        return _fixed("DURATION", value)
    if unit.startswith("T"):
        count, unit = -(-count // {"TH": 24, "TM": 1440, "TS": 86400}[unit]), "D"
    return Reading("DURATION", value, base, unit, count * (move or -1))


def _counted(found: Found, gives: Mapping[str, Any]) -> Reading:
    """A date so many units away: "three days ago", "two years later"."""
    value, count, unit = _amount(found)
    move, base = _direction(found, gives)
    if count is None or move is None:
        return _fixed("DATE", "PAST_REF" if (move or 0) < 0 else "FUTURE_REF")
    if unit.startswith("T"):
        return _fixed("TIME", value)
    return Reading("DATE", _UNKNOWN_VALUES[unit], base, unit, move * count)


def _set(found: Found, gives: Mapping[str, Any]) -> Reading:
    weekday, part = _first(found, "WEEKDAY", "WEEKDAYS"), _first(found, "DAYPART")
    if weekday:
        return _fixed("SET", f"XXXX-WXX-{weekday}")
    return _fixed("SET", f"XXXX-XX-XXT{part}" if part else _first(found, "EVERY") or _amount(found, default=1)[0])


def _stated(found: Found, gives: Mapping[str, Any]) -> Reading | None:
    parsed = parse_date(str(_first(found, "ISO", "NUMDATE")))
    return _fixed("TIME" if "T" in parsed[0] else "DATE", parsed[0]) if parsed else None


def _reference(found: Found, gives: Mapping[str, Any]) -> Reading:
    return Reading("DATE", gives["value"], gives.get("base", ""), unit="D")


MEANINGS: dict[str, Callable[[Found, Mapping[str, Any]], Reading | None]] = {
    "date": _date,
    "duration": _duration,
    "stretch": _stretch,
    "counted": _counted,
    "set": _set,
    "stated": _stated,
    "reference": _reference,
}
"""What the data files may write after `means`; "nothing", the guard, has no meaning."""
