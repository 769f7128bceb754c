"""What a rule's words say, as far as they go, and what they mean from a day to which they are tied."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from ukrcorpus.times.calendar import PORTIONS, Interval, days, interval_of, on_day, portion, shift, value_at, with_era
from ukrcorpus.times.grammar import Rule, fold
from ukrcorpus.times.stated import century_of, hour_of, parse_date

PAST, UNKNOWN, FUTURE, NARRATIVE = -1, 0, 1, 2
"""Where a date without its year lies: before the anchor, after it, or in the anchor's own year."""
_SOON = {(10, UNKNOWN): timedelta(days=92), (10, PAST): timedelta(days=46), (7, UNKNOWN): timedelta(days=46)}
"""A day (ten characters), month or quarter (seven) is taken for the coming one where that is so near."""
_REPORTED = timedelta(days=200)
"""A quarter that is so far ahead is the last one, even behind "will": results are announced, not foretold."""
_TURN_OF_YEAR = 8
"""A narrative that falls back by so many months, from December to January, has gone on to the next year."""
_NOON = 12
_UNITS = {"D": "XXXX-XX-XX", "W": "XXXX-WXX", "M": "XXXX-XX", "Q": "XXXX-QX", "Y": "XXXX", "DE": "XXX", "CE": "XX"}
"""Units of the calendar, and their value where nothing is known."""
_DIRECTIONS = {
    **dict.fromkeys(("FROM_TEXT", "BESIDE", "BESIDE_THAT", "LATER", "REACH_TEXT"), "text"),
    **dict.fromkeys(("TOWARDS", "NEAR", "DAYWORD", "REACH", "REACH_ONE", "AGO"), "published"),
}
"""Classes of words that say how many units to move, and what from."""

Found = dict[str, list[tuple[int, Any]]]


class Reading(NamedTuple):
    """One time expression as far as its own words say; X stands in `value` for what they leave out.

    `base` names what it is reckoned from: "" (nothing needed), published, text (a date before it in the text), last
    (that date itself), lean (text or publication, by the narrative), told (text, but publication where the verb looks
    ahead). The anchor is moved by `move` units and cut to
    `unit`, then `tail` ("-05-09") and `ending` ("TEV") stand behind. With `near`, the tail is sought around the anchor
    instead ("May", "last May"); `move` is None where no word says on which side. `part` is a third or a half. With
    `like`, the quarter, month or week told before it is moved as it stands ("a year earlier", "the same period").
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
    like: bool = False
    first: int = 0
    last: int = 0


@lru_cache(maxsize=1 << 16)
def read(rule: Rule, places: tuple[tuple[int, str], ...], words: tuple[str, ...]) -> tuple[Reading, ...]:
    """All readings of a match: mostly one, several for a list ("21 and 22 June"), none where it makes no sense."""
    found: Found = {}
    for at, name in places:
        word = words[at].rstrip()
        found.setdefault(name, []).append((at, rule.values[name].get(fold(word).lower(), word)))
    for at, short in found.pop("YEAR_END", []):
        first = found["YEAR"][0][1]
        # The year 0, which there is not, where "1941-45" does not lead on.
        found["YEAR"].append((at, first[:2] + short if len(short) == 2 and first[2:] < short else "0000"))
    gives, each = rule.gives, rule.gives.get("each", [])
    items = list(zip(*(found[name] for name in each), strict=False)) if each else [()]
    readings = []
    for number, item in enumerate(items):
        places_of_item = [at for at, _ in item]
        try:
            reading = MEANINGS[gives["means"]](found | {n: [pair] for n, pair in zip(each, item, strict=True)}, gives)
        except (ValueError, OverflowError):
            continue
        if reading:
            first = min(places_of_item) if number else 0
            last = len(words) if number == len(items) - 1 else max(places_of_item) + 1
            readings.append(reading._replace(first=first, last=last))
    return tuple(readings)


@lru_cache(maxsize=1 << 14)
def resolve(reading: Reading, anchor: date, lean: int = UNKNOWN) -> tuple[str, Interval | None]:
    """Value and interval of a reading that is tied to a day.

    Raises:
        ValueError, OverflowError: where the calendar has no such day.

    """
    value, part = reading.value, reading.part
    if reading.base and reading.label == "DURATION":
        other = shift(anchor, reading.move or 0, reading.unit)
        return value, days(min(anchor, other), max(anchor, other))
    if reading.base:
        told = _nearest(reading, anchor, lean) if reading.near else _moved(reading, anchor, reading.move or 0)
        value = with_era(told + reading.ending)
    if part in ("H1", "H2") and len(value) == 4:
        value, part = f"{value}-{part}", ""
    return value, portion(value, part) if part else interval_of(value)


def _moved(reading: Reading, anchor: date, move: float) -> str:
    value = on_day(value_at(shift(anchor, move, reading.unit), reading.unit) + reading.tail)
    return date.fromisoformat(value).isoformat() if re.fullmatch(r"\d{4}-W\d\d-\d", value) else value


def _nearest(reading: Reading, anchor: date, lean: int) -> str:
    """The value that puts a month, season or weekday on the side of the anchor that its words or the verb name."""
    reach = 8 if reading.tail == "-02-29" else 2
    values = {move: _moved(reading, anchor, move) for move in range(-reach, reach)}
    spans = {
        value: (covered.low.date(), covered.high.date()) for value in values.values() if (covered := interval_of(value))
    }
    running = [value for value, (low, high) in spans.items() if low <= anchor <= high]
    before = [value for value, (_, high) in spans.items() if high < anchor]
    after = [value for value, (low, _) in spans.items() if low > anchor]
    if reading.move:
        return before[-1] if reading.move < 0 else after[0]
    if running:
        return running[0]
    # "This Friday" is that of the week of writing, if the verb does not put it on the other side.
    if reading.move == 0 and reading.unit == "W" and lean != (PAST if values[0] in after else FUTURE):
        return values[0]
    by_unit = reading.unit == "Y" or reading.base == "text"
    if by_unit and values[0] in spans and (lean == NARRATIVE or reading.move == 0):
        turned = lean == NARRATIVE and anchor.month - spans[values[0]][0].month >= _TURN_OF_YEAR
        return values[int(turned)]
    wait = spans[after[0]][0] - anchor
    soon = reading.unit == "Y" and wait <= _SOON.get((len(values[0]), lean), timedelta(0))
    ahead = lean == FUTURE and not ("Q" in reading.tail and wait > _REPORTED)
    return after[0] if ahead or soon else before[-1]


def _first(found: Found, *names: str) -> Any:
    """The first word found for any of some classes."""
    return next((found[name][0][1] for name in names if name in found), None)


def _number(word: Any) -> float:
    """The number of a word's value or of digits, "1,000", "21st", "2,5", "24-го"."""
    return float(re.sub(r"(?<=.)-|[^\d.-]", "", re.sub(r",(?!\d{3})", ".", str(word))))


def _direction(found: Found, gives: Mapping[str, Any]) -> tuple[float | None, str]:
    """How many units to move and what from, by the rule or the word that says so; None where nothing does."""
    name = next((name for name in _DIRECTIONS if name in found), "")
    return gives.get("move", _first(found, name)), gives.get("base", _DIRECTIONS.get(name, ""))


def _date(found: Found, gives: Mapping[str, Any]) -> Reading | None:
    """A day, month, season, quarter, half, year, decade or century, or a time of day, said in whole or in part."""
    ordinal = _first(found, "ORD", "FINAL")
    number = {gives.get("ordinal"): int(_number(ordinal))} if ordinal else {}
    tail, ending = _tail(found, gives, number.get("quarter")), _ending(found)
    stated = _stated_year(found, number.get("century"))
    part = str(_first(found, "PARTNOUN", "EDGE", "PART") or gives.get("part", gives.get(f"part_{ending}", "")))
    if "half" in number:
        part = {1: "H1", 2: "H2", -1: "H2"}[number["half"]] if number["half"] in (1, 2, -1) else "none"
    weekly = tail == "-WE" or len(tail) == 2
    probe = on_day((stated if stated.isdigit() else "2024") + ("" if weekly else tail))
    if not interval_of(probe) or not interval_of(f"2024-01-01{ending}") or part not in ("", *PORTIONS):
        return None
    label = "TIME" if ending else "DATE"
    if stated:
        return Reading(label, on_day(stated + tail) + ending, part=part)
    move, base = _direction(found, gives)
    unit, near = str(gives.get("unit") or _first(found, "UNIT") or ""), False
    if tail and not unit:
        unit, near, base = "W" if weekly else "Y", True, base or ("published" if weekly else "lean")
    unit = unit or "D"
    if unit not in _UNITS:
        return None
    like = bool(gives.get("like"))
    return Reading(label, _UNITS[unit] + tail + ending, base or "text", unit, move, tail, ending, part, near, like)


def _tail(found: Found, gives: Mapping[str, Any], quarter: int | None) -> str:
    """What stands behind the year, or behind the week for a weekday."""
    month, day = _first(found, "ANYMON", "MON", "MONTH", "MONTH_OR_WORD"), _first(found, "DAY", "ORDINAL", "ORDNUM")
    if month:
        tens = 0 if "TEENS" in found and "DAY" in found else _first(found, "TENS") or 0
        return f"-{month:02d}" + (f"-{int(_number(day) + tens):02d}" if day else "")
    if quarter:
        return f"-Q{4 if quarter == -1 else quarter}"
    word = _first(found, "QUARTERNUM", "ANYSEASON", "SEASON", "SPRING", "FALL", "WEEKDAY", "WD")
    return f"-{word}" if word else str(gives.get("tail", ""))


def _ending(found: Found) -> str:
    """Time of day or part of it, behind the T of a value."""
    clock = str(_first(found, "CLOCK", "HOUR24", "HOUR12", "NOON") or "")
    part = _first(found, "DAYPART", "TONIGHT", "OVERNIGHT")
    clock = re.sub(r"-.*", "", clock).replace(".", ":")
    if not clock:
        return f"T{part}" if part else ""
    hour, _, rest = (clock if ":" in clock or len(clock) < 3 else f"{clock[:2]}:{clock[2:]}").partition(":")
    half = _first(found, "AMPM") or ("p" if part in ("AF", "EV", "NI") and int(hour) < _NOON else None)
    return f"T{hour_of(hour, half):02d}:{rest or '00'}" + (_first(found, "ZONE") or "")


def _stated_year(found: Found, century: int | None) -> str:
    """The year, decade or century that is said, "" where none is; '31 to '99 are of the twentieth century."""
    era, decade, short = (str(_first(found, name) or "") for name in ("ERA", "DECADE", "SHORTYEAR"))
    decade = decade or str(_first(found, "DECADE_IN_WORDS") or "")
    if century:
        return f"{era}{century - 1:02d}{''.join(filter(str.isdigit, decade))[-2:-1]}"
    if era:
        return f"{era}{int(_number(_first(found, 'DIGITS'))):04d}"
    if decade:
        digits = re.sub(r"\D", "", decade)
        return digits[:3] if len(digits) == 4 else ("20" if digits[0] in "012" else "19") + digits[0]
    if short:
        short = re.sub(r"\D", "", short)
        return century_of(short) + short
    if "TEENS" in found:
        return f"{_first(found, 'TEENS')}{_first(found, 'TENS') + (_first(found, 'CARDINAL') or 0)}"
    return str(_first(found, "YEAR", "YEARNUM", "OLDYEAR") or "")[:4]


def _amount(found: Found, vague: float | None = None) -> tuple[str, float | None, str]:
    """TIMEX3 value of a duration, its count and its unit; a singular counts one, a plural without number `vague`."""
    several, clock, unit = re.fullmatch(
        r"(\d*)(T?)(\w+)", _first(found, "PLURAL", "SINGULAR", "SPELL", "LONG")
    ).groups()  # type: ignore[union-attr]
    numbers = [
        _number(word) for name in ("NUM", "COUNT", "TENS", "CARDINAL", "ALTERNATE") for _, word in found.get(name, [])
    ]
    half, scale, limit = (_first(found, name) for name in ("HALF", "SCALE", "LIMIT"))
    if fraction := _first(found, "FRACTION"):
        half = int(fraction[0]) / int(fraction[2:])
    count = vague if "PLURAL" in found or "SEVERAL" in found else 1
    if numbers or scale:
        count = (_number(limit) if limit else (sum(numbers) or 1) * (scale or 1)) + (half or 0)
    elif half:
        count = half + ("WHOLE" in found)
    count = count and count * int(several or 1)
    if count and count % 1 and unit in ("DE", "CE"):
        count, unit = count * {"DE": 10, "CE": 100}[unit], "Y"
    return f"P{clock}{'X' if count is None else f'{count:.12g}'}{unit}", count, clock + unit


def _duration(found: Found, gives: Mapping[str, Any]) -> Reading:
    """A length of time; one like "the past three days" ends, or begins, at the anchor."""
    value, count, unit = _amount(found)
    move, base = _direction(found, gives)
    if count is None or not base:
        return Reading("DURATION", value)
    if unit.startswith("T"):
        count, unit = -(-count // {"TH": 24, "TM": 1440, "TS": 86400}[unit]), "D"
    return Reading("DURATION", value, base, unit, count * (move or -1))


def _counted(found: Found, gives: Mapping[str, Any]) -> Reading:
    """A date so many units away: "three days ago", "two years later"."""
    value, count, unit = _amount(found)
    move, base = _direction(found, gives)
    if count is None or move is None:
        return Reading("DATE", "PAST_REF" if (move or 0) < 0 else "FUTURE_REF")
    if unit.startswith("T"):
        return Reading("TIME", value)
    return Reading("DATE", _UNITS[unit], base, unit, move * count, like=gives.get("like", False))


def _set(found: Found, gives: Mapping[str, Any]) -> Reading:
    weekday, part = _first(found, "WEEKDAY", "WEEKDAYS"), _first(found, "DAYPART", "DAYPARTS")
    ending = f"T{part}" if part else ""
    if weekday:
        return Reading("SET", f"XXXX-WXX-{weekday}{ending}")
    if tail := _tail(found, gives, None):
        return Reading("SET", f"XXXX{tail}")
    vague = None if "SEVERAL" in found else 1
    return Reading("SET", f"XXXX-XX-XX{ending}" if part else _first(found, "EVERY") or _amount(found, vague)[0])


def _stated(found: Found, gives: Mapping[str, Any]) -> Reading | None:
    text = " ".join(str(found[name][0][1]) for name in ("ISO", "NUMDATE", "CLOCK") if name in found)
    parsed = parse_date(text, month_first=gives.get("month_first", False))
    return Reading("TIME" if "T" in parsed[0] else "DATE", parsed[0]) if parsed else None


MEANINGS: dict[str, Callable[[Found, Mapping[str, Any]], Reading | None]] = {
    "date": _date,
    "duration": _duration,
    "counted": _counted,
    "set": _set,
    "stated": _stated,
    "reference": lambda found, gives: Reading("DATE", gives["value"], gives.get("base", ""), gives.get("unit", "D")),
    "nothing": lambda found, gives: None,
}
"""What the data files may write after `means`; "nothing" is the guard's."""
