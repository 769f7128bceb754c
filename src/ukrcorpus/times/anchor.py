"""Anchoring: what a value that lacks its year, its month or its day is reckoned from."""

import re
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from ukrcorpus.times.calendar import Interval, first_day, interval_of, value_at
from ukrcorpus.times.reading import FUTURE, NARRATIVE, Reading, resolve

_UNITS = ("D", "W", "M", "Q", "Y", "DE", "CE")
_SHORT = re.compile(r"\d{4}-(..|W..)$")
"""Months, quarters, halves, seasons, weeks: what business news compares with the year before."""
_GOES_ON = (timedelta(days=-31), timedelta(days=62))
"""A bare month or day so far from the last one told goes on with it, whatever year was named in passing since."""


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


class Place(NamedTuple):
    """Where an expression stands: paragraph; if in quotation marks, brackets, a heading, fronted, behind "since"."""

    paragraph: int
    quoted: bool = False
    aside: bool = False
    heads: bool = False
    fronted: bool = True
    since: bool = False


class Told:
    """What the text has told so far: the last date of each unit, and the year its narrative has reached."""

    def __init__(self, narrative: bool) -> None:
        self.narrative = narrative
        self.last: dict[str, date] = {}
        self.recent = ""
        self.recent_paragraph = -1
        self.quarter = ""
        self.fine: date | None = None
        self.year_paragraph = -1
        self.year_day: date | None = None

    def note(self, anchored: Anchored, place: Place, states_year: bool, looks_back: bool) -> None:
        """Remember a date that was told."""
        value, day = anchored.value, first_day(anchored.value)
        unit = "W" if "W" in value[:6] else _unit_of(value.removeprefix("BC"))
        # A date in brackets is looked at, not gone to; nor is one reckoned back ("the year before").
        if day is None or unit in ("DE", "CE") or place.aside:
            return
        self.last |= dict.fromkeys(_UNITS[_UNITS.index(unit) :], day)
        self.recent, self.recent_paragraph = value, place.paragraph
        self.quarter = value if unit == "Q" and value[5] == "Q" and not looks_back else self.quarter
        if looks_back:
            return
        fine = unit in ("D", "M")
        # In news a bare year sets the scene at the head of a sentence only; within one it dates what it stands beside.
        if states_year and (fine or self.narrative or place.fronted):
            self.year_paragraph, self.year_day = place.paragraph, day
            self.fine = day if fine else None if place.heads or place.fronted else self.fine
        elif anchored.anchor == "text" and self.year_anchor(place.paragraph):
            self.year_day, self.fine = day, day if fine else self.fine

    def year_anchor(self, paragraph: int) -> date | None:
        """The day whose year a bare month takes: told in this paragraph, or anywhere before in a narrative."""
        return self.year_day if self.narrative or self.year_paragraph == paragraph else None


def _unit_of(value: str) -> str:
    return {2: "CE", 3: "DE", 4: "Y", 7: "M" if value[5:].isdigit() else "Q"}.get(len(value), "D")


def anchor_reading(reading: Reading, publication: Publication | None, told: Told, place: Place, lean: int) -> Anchored:
    """Complete a reading, or leave it underspecified where there is nothing to reckon from."""
    base = reading.base
    if not base:
        value, interval = resolve(reading, date.min)
        return Anchored(value, interval, "text" if interval else "none")
    like = told.recent if told.recent_paragraph == place.paragraph and _SHORT.search(told.recent) else ""
    like = like or (told.quarter if reading.unit == "Q" or told.recent_paragraph < place.paragraph else "")
    if reading.like and not told.narrative and like:
        value = f"{int(like[:4]) - 1:04d}{like[4:]}"
        return Anchored(value, interval_of(value), "text")
    # Who is quoted in a history speaks on the day that is told.
    if base == "published" and told.narrative and place.quoted:
        base = "text"
    if base == "told":
        base = "published" if lean == FUTURE and not told.narrative else "text"
    day = told.last.get(reading.unit) if base in ("text", "last") else None
    # "The quarter" is the one that was named, else, as a report on earnings, the one that has ended.
    if reading.unit == "Q" and base == "text" and reading.move is None and not told.narrative:
        day, reading = first_day(told.quarter), reading if told.quarter else reading._replace(move=-1)
    if base == "last" and day:
        return Anchored(told.recent, interval_of(told.recent), "text")
    # What a verb announces, and what has gone on since a month, is reckoned from publication, whatever year was told.
    if base == "lean" and (not (lean == FUTURE or place.since) or publication is None or told.narrative):
        day = _go_on(reading, told) or told.year_anchor(place.paragraph)
    if day:
        return _complete(reading, Publication(day, day, "text"), NARRATIVE)
    # A history's "that day" is not the day on which the history appeared.
    if publication is None or base == "last" or (base == "text" and told.narrative and told.recent):
        return Anchored(reading.value, None, "none")
    return _complete(reading, publication, lean)


def _go_on(reading: Reading, told: Told) -> date | None:
    """The last month or day of a narrative where a bare one goes on from it."""
    if not told.fine or not told.narrative:
        return None
    interval = interval_of(_complete(reading, Publication(told.fine, told.fine, "text"), NARRATIVE).value)
    near = interval and _GOES_ON[0] <= interval.low.date() - told.fine <= _GOES_ON[1]
    return told.fine if near else None


@lru_cache(maxsize=1 << 14)
def _complete(reading: Reading, anchor: Publication, lean: int) -> Anchored:
    """Resolve against the first and the last possible day; where they differ the interval holds both."""
    try:
        first_value, first = resolve(reading, anchor.low, lean)
        last_value, last = resolve(reading, anchor.high, lean) if anchor.high != anchor.low else (first_value, first)
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
