"""What a rule's words say, as far as they go, and what every meaning is made with."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

from ukrcorpus.times.calendar import Interval, interval_of, third

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


def fixed(label: str, value: str, interval: Interval | None = None, **more: Any) -> Reading:
    """A reading that needs no anchor."""
    covered = interval or interval_of(value)
    return Reading(label, value, lambda anchor, lean: (value, covered), **more)


def plain(value: str, part: str | None) -> Dated:
    """A value with what it covers, or with the early, middle or late third of that."""
    return value, third(value, part) if part else interval_of(value)


def first_of(found: Found, *names: str) -> Any:
    """The first word found for any of some classes."""
    return next((found[name][0][1] for name in names if name in found), None)


def part_of(found: Found) -> str | None:
    """Which third of a unit is meant: early, mid, late; None for all of it."""
    part: str | None = first_of(found, "PARTNOUN", "PART")
    return part


def year_of(found: Found) -> int | None:
    """The year that is stated, None where none is; '31 to '99 are of the twentieth century."""
    short = first_of(found, "SHORTYEAR")
    if short:
        return (1900 if int(short[1:]) > 30 else 2000) + int(short[1:])
    stated = first_of(found, "YEAR", "YEARNUM", "OLDYEAR")
    return int(stated) if stated else None


def count_of(word: Any) -> float | None:
    """A number as a word or digits; None where it is vague."""
    if word == "X":
        return None
    if isinstance(word, int | float):
        return word
    digits = "".join(c for c in str(word).replace(",", "") if c.isdigit() or c == ".")
    return float(digits) if digits else None


def ordinal_of(word: Any) -> int:
    """The number of an ordinal, as a word's value or in digits."""
    return word if isinstance(word, int) else int("".join(c for c in word if c.isdigit()))


def direction_of(found: Found) -> tuple[int, str]:
    """How many units to move and what from, by the word that says so (this, last, that, following)."""
    if "FROM_TEXT" in found:
        return int(found["FROM_TEXT"][0][1]), "text"
    if "TOWARDS" in found:
        return int(found["TOWARDS"][0][1]), "published"
    return 0, "text"
