"""Anchoring: what a value that lacks its year, its month or its day is reckoned from."""

from datetime import date
from typing import NamedTuple

from ukrcorpus.times.calendar import Interval, interval_of, value_at
from ukrcorpus.times.reading import FUTURE, NARRATIVE, Reading, resolve

_UNITS = ("D", "W", "M", "Q", "Y", "DE", "CE")


class Anchored(NamedTuple):
    """A value with its interval, what it was reckoned from, and whether possible days of publication disagree on it."""

    value: str
    interval: Interval | None
    anchor: str
    blurred: bool = False


class Publication(NamedTuple):
    """First and last day on which an article may have appeared, and whether that is published or inferred."""

    low: date
    high: date
    source: str


class Told:
    """What the text has told so far: the last date of each unit, and the year its narrative has reached."""

    def __init__(self, narrative: bool) -> None:
        self.narrative = narrative
        self.last: dict[str, date] = {}
        self.finest = ""
        self.year_paragraph = -1
        self.year_day: date | None = None

    def note(self, anchored: Anchored, paragraph: int, states_year: bool) -> None:
        """Remember a date that was told."""
        value = anchored.value
        unit = "W" if "W" in value[:6] else {2: "CE", 3: "DE", 4: "Y", 7: "M"}.get(len(value), "D")
        if anchored.interval is None or unit in ("DE", "CE"):
            return
        day = anchored.interval.low.date()
        self.last |= dict.fromkeys(_UNITS[_UNITS.index(unit) :], day)
        self.finest = unit
        if states_year:
            self.year_paragraph, self.year_day = paragraph, day
        elif anchored.anchor == "text" and self.year_anchor(paragraph):
            self.year_day = day

    def year_anchor(self, paragraph: int) -> date | None:
        """The day whose year a bare month takes: told in this paragraph, or anywhere before in a narrative."""
        return self.year_day if self.narrative or self.year_paragraph == paragraph else None


def anchor_reading(
    reading: Reading, publication: Publication | None, told: Told, paragraph: int, lean: int
) -> Anchored:
    """Complete a reading, or leave it underspecified where there is nothing to reckon from."""
    if not reading.base:
        value, interval = resolve(reading, date.min)
        return Anchored(value, interval, "text" if interval else "none")
    day = told.last.get(reading.unit) if reading.base in ("text", "last") else None
    # What a verb announces lies after publication, whatever year the paragraph has told.
    if reading.base == "lean" and (lean != FUTURE or publication is None or told.narrative):
        day = told.year_anchor(paragraph)
    if day and reading.base == "last":
        value = value_at(day, told.finest)
        return Anchored(value, interval_of(value), "text")
    if day:
        return _complete(reading, Publication(day, day, "text"), NARRATIVE)
    if publication is None or reading.base == "last":
        return Anchored(reading.value, None, "none")
    return _complete(reading, publication, lean)


def _complete(reading: Reading, anchor: Publication, lean: int) -> Anchored:
    """Resolve against the first and the last possible day; where they differ the interval holds both."""
    try:
        first_value, first = resolve(reading, anchor.low, lean)
        last_value, last = resolve(reading, anchor.high, lean)
    except (ValueError, OverflowError, IndexError):
        return Anchored(reading.value, None, "none")
    if first is None or last is None:
        return Anchored(first_value, None, "none")
    whole = Interval(min(first.low, last.low), max(first.high, last.high))
    if first_value == last_value:
        return Anchored(first_value, whole, anchor.source)
    today = reading.unit == "D" and not reading.move and not reading.ending
    value = "PRESENT_REF" if today else _common_unit(whole) or reading.value
    return Anchored(value, whole, anchor.source, blurred=True)


def _common_unit(interval: Interval) -> str | None:
    """The finest of month, year, decade and century that holds an interval, as a value."""
    low, high = interval.low.date(), interval.high.date()
    return next((value_at(low, u) for u in ("M", "Y", "DE", "CE") if value_at(low, u) == value_at(high, u)), None)
