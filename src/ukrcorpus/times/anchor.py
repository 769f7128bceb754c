"""Anchoring: what a value that lacks its year, its month or its day is reckoned from."""

import re
from datetime import date
from typing import NamedTuple

from ukrcorpus.times.calendar import Interval, interval_of, value_at
from ukrcorpus.times.grammar import BREAK, Grammar, Tokens
from ukrcorpus.times.reading import FUTURE, NARRATIVE, PAST, UNKNOWN, Reading

_REACH = 14
"""Tokens on either side in which a verb may tell past from future."""
_REGULAR_PAST = re.compile(r"[a-z]{2,}ed")
_UNITS = ("D", "W", "M", "Q", "Y", "DE", "CE")


class Anchored(NamedTuple):
    """A value with its interval, and what it was reckoned from."""

    value: str
    interval: Interval | None
    anchor: str
    blurred: bool = False


class Publication(NamedTuple):
    """First and last day on which an article may have appeared, and whether that is stated or inferred."""

    low: date
    high: date
    source: str


class Told:
    """What the text has told so far: the last date of each unit, and the year its narrative has reached."""

    def __init__(self, narrative: bool) -> None:
        self.narrative = narrative
        self.last: dict[str, date] = {}
        self.finest: str = ""
        self.year_paragraph = -1
        self.year_day: date | None = None

    def note(self, anchored: Anchored, unit: str, paragraph: int, states_year: bool) -> None:
        """Remember a date that was told."""
        if anchored.interval is None:
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
        value, interval = reading.resolve(date(2000, 1, 1), UNKNOWN)
        return Anchored(value, interval, "text" if interval else "none")
    if reading.base == "lean":
        from_text = told.year_anchor(paragraph)
        # What a verb announces lies after publication, whatever year the paragraph has told.
        announced = lean == FUTURE and publication is not None and not told.narrative
        if from_text and not announced:
            return _complete(reading, from_text, from_text, "text", NARRATIVE)
    elif reading.base in ("text", "last") and (day := told.last.get(reading.unit)):
        if reading.base == "last":
            return Anchored(value_at(day, told.finest), interval_of(value_at(day, told.finest)), "text")
        return _complete(reading, day, day, "text", UNKNOWN)
    if publication is None or reading.base == "last":
        return Anchored(reading.value, None, "none")
    return _complete(reading, publication.low, publication.high, publication.source, lean)


def _complete(reading: Reading, low: date, high: date, source: str, lean: int) -> Anchored:
    """Resolve against the first and the last possible day; where they differ the interval holds both."""
    try:
        first_value, first = reading.resolve(low, lean)
        last_value, last = (first_value, first) if low == high else reading.resolve(high, lean)
    except (ValueError, OverflowError):
        return Anchored(reading.value, None, "none")
    if first is None or last is None:
        return Anchored(reading.value if reading.label == "DURATION" else first_value, None, "none")
    whole = Interval(min(first.low, last.low), max(first.high, last.high))
    if first_value == last_value:
        return Anchored(first_value, whole, source)
    return Anchored(reading.blurred or _common_unit(whole) or reading.value, whole, source, blurred=True)


def _common_unit(interval: Interval) -> str | None:
    """The finest of month, year, decade and century that holds an interval, as a value."""
    low, high = interval.low.date(), interval.high.date()
    return next((value_at(low, u) for u in ("M", "Y", "DE", "CE") if value_at(low, u) == value_at(high, u)), None)


def lean_of(tokens: Tokens, first: int, last: int, grammar: Grammar) -> int:
    """Whether the nearest verb of the sentence puts a time before or after the writing."""
    future, past = grammar.charset("FUTURE"), grammar.charset("PASTVERB")
    stop = grammar.charset("STOP") + grammar.charset("DOT") + BREAK
    best, lean = _REACH + 1, UNKNOWN
    for step in (-1, 1):
        at = first - 1 if step < 0 else last
        for distance in range(1, _REACH + 1):
            if not 0 <= at < len(tokens.codes) or (tokens.codes[at] in stop and _ends_sentence(tokens, at)):
                break
            code = tokens.codes[at]
            if at and tokens.words[at - 1] in ("be", "been"):
                pass
            elif code in future or code in past or _REGULAR_PAST.fullmatch(tokens.words[at]):
                if distance < best:
                    best, lean = distance, FUTURE if code in future else PAST
                break
            at += step
    return lean


def _ends_sentence(tokens: Tokens, at: int) -> bool:
    """A full stop that a capital follows; "Aug. 16" and "e.g. now" go on."""
    return tokens.words[at] != "." or at + 1 >= len(tokens.words) or not tokens.words[at + 1][:1].islower()
