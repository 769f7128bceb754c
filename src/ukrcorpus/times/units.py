"""Meanings of rules that count units: this week, two years later, for eight months, every day, now."""

from collections.abc import Iterator
from datetime import date

from ukrcorpus.times.calendar import days, interval_of, shift, value_at
from ukrcorpus.times.grammar import Match
from ukrcorpus.times.reading import Dated, Found, Reading, count_of, direction_of, first_of, fixed, part_of, plain


def _unit(match: Match) -> Iterator[Reading]:
    unit = str(first_of(match.found, "UNIT"))
    move, base = direction_of(match.found)
    part = part_of(match.found)
    if unit == "2W":
        return

    def resolve(anchor: date, lean: int) -> Dated:
        return plain(value_at(shift(anchor, move, unit), unit), part)

    if match.rule.name == "the_unit" and unit != "D":
        base = "lean"
    yield Reading("DATE", _UNDERSPECIFIED[unit], resolve, base=base, unit=unit)


_UNDERSPECIFIED = {
    "D": "XXXX-XX-XX",
    "W": "XXXX-WXX",
    "M": "XXXX-XX",
    "Q": "XXXX-QX",
    "Y": "XXXX",
    "DE": "XXX",
    "CE": "XX",
}


def _unit_after(match: Match) -> Iterator[Reading]:
    """A unit beside one that was told, "the year before", "the day after": a unit away from the last date told."""
    unit = str(first_of(match.found, "UNIT"))
    move = -1 if {"before", "preceding", "earlier", "previous"} & set(match.words) else 1
    if unit != "2W":
        yield Reading(
            "DATE",
            _UNDERSPECIFIED[unit],
            lambda anchor, lean: plain(value_at(shift(anchor, move, unit), unit), None),
            base="text",
            unit=unit,
        )


_ONE = {"a", "an", "half", "entire", "whole", "full"}


def _duration_value(found: Found, words: list[str]) -> tuple[str, float | None, str]:
    """TIMEX3 value of a duration, its count (None where vague) and its unit."""
    unit = str(first_of(found, "ANYUNIT", "PLURAL", "SINGULAR", "UNIT"))
    numbers = [count_of(word) for _, word in found.get("NUM", []) + found.get("CARDINAL", [])]
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
    yield fixed("DURATION", value)


def _stretch(match: Match) -> Iterator[Reading]:
    """A duration like "the past three days", that ends, or begins, at the anchor."""
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
        yield fixed("DATE", "PAST_REF" if sign < 0 else "FUTURE_REF")
        return
    if unit.startswith("T"):
        yield fixed("TIME" if unit == "TH" else "DURATION", value)
        return
    steps = round((count or 1) * 2) / 2

    def resolve(anchor: date, lean: int) -> Dated:
        whole = shift(anchor, sign * int(steps), unit)
        moved = shift(whole, sign * 6, "M") if steps != int(steps) and unit == "Y" else whole
        return plain(value_at(moved, unit), None)

    yield Reading("DATE", _UNDERSPECIFIED[unit], resolve, base=base, unit=unit)


def _ago(match: Match) -> Iterator[Reading]:
    return _counted(match, -1, "published")


def _from_now(match: Match) -> Iterator[Reading]:
    return _counted(match, 1, "published")


def _later(match: Match) -> Iterator[Reading]:
    return _counted(match, int(first_of(match.found, "LATER")), "text")


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
        yield fixed("SET", adverb)
    elif "DAYPART" in match.found:
        yield fixed("SET", f"XXXX-XX-XXT{first_of(match.found, 'DAYPART')}")
    else:
        value, _, _ = _duration_value(match.found, [*match.words, "a"])
        yield fixed("SET", value.replace("1", "2", 1) if "other" in match.words else value)


def _reference(match: Match) -> Iterator[Reading]:
    yield fixed("DATE", match.rule.value)


def _that_time(match: Match) -> Iterator[Reading]:
    yield Reading(
        "DATE",
        "PAST_REF",
        lambda anchor, lean: (anchor.isoformat(), interval_of(anchor.isoformat())),
        base="last",
        unit="D",
    )


MEANINGS = {
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
