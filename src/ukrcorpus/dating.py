"""What an article says of the day it appeared: bounds from its dates, its events and how it tells of them."""

import calendar
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import pandas as pd

from ukrcorpus.date_cues import Cues, Event, Interval, Patterns, Rule
from ukrcorpus.spans import READ_ZONES

EVER: Interval = (date.min, date.max)

_UNITS = {"hour": 1 / 24, "day": 1, "week": 7}
_WORD = re.compile(r"[^\W_]+")
_TAKES_OBJECT = re.compile(r"\b(?:after|since|following|of|into|from)$", re.I)
_OWN_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = re.compile(r"\d{4}-\d{2}")
_YEARLESS = re.compile(r"-\d{2}-\d{2}")
_WEEKDAY = re.compile(r"XXXX-WXX-(\d)")
_FIRST_YEAR, _LAST_YEAR = 2013, 2040
"""Years of publication that are looked at, the last one not included."""
_YEAR = 350
"""Days for which a day is told without its year."""
_BEFORE = 120
"""Characters before a date in which words are looked for that make it no date of the past."""
_WEEKDAY_GAP = 3
"""Days after the last day told within which a weekday is taken to follow it rather than to precede the event."""


class Constraint(NamedTuple):
    """A span that bounds the day of publication: it fell in one of the intervals."""

    start: int
    end: int
    rule: str
    score: float
    value: str
    intervals: tuple[Interval, ...]


class Sentence(NamedTuple):
    """A sentence, and whether it stands in the lead of the article."""

    start: int
    text: str
    lead: bool


class Mention(NamedTuple):
    """An event that a sentence tells of, only takes as known, or only counts from."""

    event: Event
    sentence: Sentence
    start: int
    end: int
    kind: str


def find_mentions(sentences: list[Sentence], text: str, events: tuple[Event, ...], cues: Cues) -> list[Mention]:
    """Where sentences tell of events.

    An event that is only counted from ("eight months into the war") is looked for where a sentence counts.
    """
    words = set(_WORD.findall(text.casefold()))
    # Few of the events stand in one article, and looking up beginnings is far cheaper than searching for cues.
    openings = {word[:length] for word in words for length in (1, 2, 3, 4)}
    told = [event for event in events if not openings.isdisjoint(event.openings)]
    told = [event for event in told if any(cue[0].search(text) for cue in (*event.cues, *event.known))]
    origins = [event for event in events if event.counted]
    counting = [rule for rule in cues.rules if rule.of == "event" and rule.per != (0, 0)]
    mentions = []
    for sentence in sentences:
        found = [m for event in told if (m := _mention(event, event.cues, sentence, "told"))]
        named = {mention.event.name for mention in found}
        others = [event for event in origins if event.name not in named]
        counted = [m for event in others if (m := _mention(event, event.counted, sentence, "counted"))]
        if counted and any(rule.pattern.search(sentence.text) for rule in counting):
            mentions += counted
        if not found:
            found = [m for event in told if (m := _mention(event, event.known, sentence, "known"))]
        mentions += found
    return mentions


def _mention(event: Event, cues: Patterns, sentence: Sentence, kind: str) -> Mention | None:
    """The shortest stretch from the first part of a cue that holds all its parts."""
    for cue in cues:
        spans: list[tuple[int, int]] = []
        for part in cue:
            free = [m.span() for m in part.finditer(sentence.text) if m.span() not in spans]
            if not free:
                break
            spans.append(min(free, key=lambda span: abs(span[0] - spans[0][0]) if spans else span[0]))
        else:
            start, end = min(s for s, _ in spans), max(e for _, e in spans)
            return Mention(event, sentence, sentence.start + start, sentence.start + end, kind)
    return None


def constrain_by_events(mentions: list[Mention], cues: Cues) -> Iterator[Constraint]:
    """Bounds from events: told as recent, counted from, looked forward to, or merely known.

    An event of which one sentence says that it is still to come gives no lower bound in the others.
    """
    ahead = [rule for rule in cues.rules if rule.of == "ahead"]
    after = [rule for rule in cues.rules if rule.of == "event"]
    coming = set()
    for mention in mentions:
        if mention.event.scheduled and mention.kind == "told" and (found := _first_rule(ahead, mention, cues)):
            coming.add(mention.event.name)
            yield found
    latest = max((_first_day(m.event) for m in mentions if _happened(m, cues)), default=date.min)
    for mention in mentions:
        if mention.event.name not in coming:
            found = None if mention.kind == "known" else _first_rule(after, mention, cues)
            # What an article tells beside something later is background, however it tells it.
            if found and not (found.rule.startswith("told-") and max(high for _, high in found.intervals) < latest):
                yield found
            else:
                yield from _by_place(mention, _first_day(mention.event) >= latest, cues)


def _first_day(event: Event) -> date:
    return min(low for low, _ in event.days)


def _happened(mention: Mention, cues: Cues) -> bool:
    """Whether a sentence tells of an event as of a fact."""
    scheduled = mention.event.scheduled or mention.kind == "counted"
    return not scheduled and not _near(cues.words["unreal"], mention, 50, 0)


def _near(pattern: re.Pattern[str], mention: Mention, before: int, after: int) -> bool:
    """Whether a pattern is found in a mention or within so many characters of it."""
    start, end = mention.start - mention.sentence.start, mention.end - mention.sentence.start
    return pattern.search(mention.sentence.text[max(0, start - before) : end + after]) is not None


def _first_rule(rules: list[Rule], mention: Mention, cues: Cues) -> Constraint | None:
    """The bound from the first rule that the sentence fits."""
    text, offset = mention.sentence.text, mention.sentence.start
    history = _near(cues.words["retrospect"], mention, 60, 40) or _near(cues.words["unreal"], mention, 50, 0)
    for rule in rules:
        if rule.name.startswith("told-") and (history or mention.kind == "counted"):
            continue
        for match in rule.pattern.finditer(text):
            start, end = offset + match.start(), offset + match.end()
            shifts = _shifts(rule, match, cues)
            if shifts is None or max(start - mention.end, mention.start - end) > rule.gap:
                continue
            if _TAKES_OBJECT.search(match[0]) and mention.end <= end:
                continue
            days = [days for days in mention.event.days if _falls_on(days, rule, match, cues)]
            if days:
                intervals = tuple(_shifted(each, rule, shifts) for each in days)
                span = (min(mention.start, start), max(mention.end, end))
                return Constraint(*span, rule.name, rule.score, mention.event.name, intervals)
    return None


def _falls_on(days: Interval, rule: Rule, match: re.Match[str], cues: Cues) -> bool:
    """Whether an event fell on the weekday that the cue names, or about a weekend where the rule asks for one."""
    weekdays = {(days[0] + timedelta(n)).isoweekday() for n in range(min(7, (days[1] - days[0]).days + 1))}
    if rule.on == "weekend":
        return bool(weekdays & {5, 6, 7, 1})
    if rule.on == "named":
        named = next(value for name, value in match.groupdict().items() if value and name.startswith("weekday"))
        return cues.weekdays.get(named.lower()) in weekdays
    return True


def _by_place(mention: Mention, news: bool, cues: Cues) -> Iterator[Constraint]:
    """Bounds from an event without any word of when: news in the lead, known anywhere."""
    event = mention.event
    if mention.kind == "counted" or _near(cues.words["unreal"], mention, 50, 0):
        return
    fresh = mention.kind == "told" and not _near(cues.words["retrospect"], mention, 60, 40)
    leads = news and fresh and mention.sentence.lead
    if leads:
        intervals = tuple((low, high + timedelta(10)) for low, high in event.days)
        yield Constraint(mention.start, mention.end, "told-in-lead", 0.5, event.name, intervals)
    if leads or not event.scheduled:
        known = ((_first_day(event), date.max),)
        yield Constraint(mention.start, mention.end, "event-known", 0.7, event.name, known)


def _shifts(rule: Rule, match: re.Match[str], cues: Cues) -> tuple[str, int] | None:
    """The unit and the number that a match counts; none where the rule is for another unit."""
    groups = {name.rstrip("23"): value for name, value in match.groupdict().items() if value}
    unit = groups.get("unit", rule.default_unit).lower().rstrip("s")
    if rule.unit and unit and unit != rule.unit:
        return None
    word = groups.get("n", "").strip().lower()
    digits = re.match(r"\d+", word)
    return unit or "day", int(digits[0]) if digits else cues.numbers.get(word, 1)


def _shifted(days: Interval, rule: Rule, shifts: tuple[str, int]) -> Interval:
    unit, number = shifts
    low = days[1] if rule.base == "high" else days[0]
    high = days[0] if rule.base == "low" else days[1]
    return (
        _move(low, unit, rule.per[0] * number) + timedelta(rule.days[0]),
        _move(high, unit, rule.per[1] * number) + timedelta(rule.days[1]),
    )


def _move(day: date, unit: str, number: int) -> date:
    """The day a number of units later; a month's last day where the month is shorter."""
    if unit in _UNITS:
        return day + timedelta(round(number * _UNITS[unit]))
    months = day.month - 1 + number * (12 if unit == "year" else 1)
    year, month = day.year + months // 12, months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def main_event(standing: list[Constraint], mentions: list[Mention]) -> Mention | None:
    """The latest event that the article tells as recent, within six weeks of its own day, by the bounds that stand."""
    recent = {bound.value for bound in standing if any((high - low).days <= 45 for low, high in bound.intervals)}
    told = [m for m in mentions if m.event.name in recent and not m.event.scheduled and len(m.event.days) == 1]
    return max(told, key=lambda mention: mention.event.days[0], default=None)


def constrain_by_main_event(main: Mention | None, sentences: list[Sentence], cues: Cues) -> Iterator[Constraint]:
    """Bounds from "the events of the past three days", taken to be the article's latest recent event."""
    if main is None:
        return
    rules = [rule for rule in cues.rules if rule.of == "main"]
    for sentence in sentences:
        for rule in rules:
            match = rule.pattern.search(sentence.text)
            shifts = _shifts(rule, match, cues) if match else None
            if match and shifts:
                start, end = sentence.start + match.start(), sentence.start + match.end()
                intervals = tuple(_shifted(days, rule, shifts) for days in main.event.days)
                yield Constraint(start, end, rule.name, rule.score, main.event.name, intervals)
                break


def constrain_by_dates(times: pd.DataFrame, text: str, cues: Cues) -> Iterator[Constraint]:
    """Bounds from dates: an article is not older than what it tells, and leaves out the year for a year at most."""
    columns = [times[name] for name in ("start", "end", "value", "zone", "date_low", "date_high")]
    for start, end, value, zone, first, last in zip(*columns, strict=True):
        before = text[max(0, start - _BEFORE) : start]
        if _YEARLESS.search(value[4:10]) and not re.search(r"\d{4}", text[start:end]):
            if cues.words["on_day"].search(before) and not _not_past(before, cues):
                intervals = _in_the_past_year(int(value[5:7]), int(value[8:10]), text[start:end], cues)
                yield Constraint(start, end, "day-without-year", 0.55, value, intervals)
        elif pd.notna(first) and first.year >= _FIRST_YEAR and re.search(r"\d{4}", text[start:end]):
            exact = _OWN_DAY.fullmatch(value[:10]) is not None
            if zone == "caption" and exact:
                yield Constraint(start, end, "caption-date", 0.95, value, ((first.date(), date.max),))
            elif cues.words["announced"].search(before) and exact:
                yield Constraint(start, end, "announced-date", 0.45, value, ((date.min, last.date()),))
            elif (exact or _MONTH.fullmatch(value)) and not _not_past(before, cues):
                score = 0.95 if exact else 0.65
                yield Constraint(start, end, "stated-date", score, value, ((first.date(), date.max),))


def _not_past(before: str, cues: Cues) -> bool:
    """Whether the words before a date say that it is to come, or may not have come."""
    return any(cues.words[name].search(before) for name in ("announced", "perhaps", "deadline"))


def _in_the_past_year(month: int, day: int, surface: str, cues: Cues) -> tuple[Interval, ...]:
    """The years after such a day, one for each year in which it fell on the weekday that is named, if any is.

    The first and the last are open, since the years that are looked at are no bound.
    """
    words = _WORD.findall(surface.casefold())
    weekday = next((n for name, n in cues.weekdays.items() for w in words if w in (name, f"{name}day")), None)
    years = (year for year in range(_FIRST_YEAR, _LAST_YEAR) if day <= calendar.monthrange(year, month)[1])
    days = [d for year in years if weekday in (None, (d := date(year, month, day)).isoweekday())]
    ends = [day + timedelta(_YEAR) for day in days]
    return tuple(zip([date.min, *days[1:]], [*ends[:-1], date.max], strict=True))


def constrain_within(
    times: pd.DataFrame, text: str, cues: Cues, known: Interval, origin: Interval
) -> Iterator[Constraint]:
    """Bounds from what needs a rough date to be read: weekdays, days to come, seasons.

    Args:
        times: the article's time expressions.
        text: the article.
        cues: the compiled cues.
        known: the interval found so far.
        origin: the days of the latest recent event or of the latest date that is told.

    """
    weekdays = []
    for start, end, value, zone in zip(*(times[name] for name in ("start", "end", "value", "zone")), strict=True):
        before = text[max(0, start - _BEFORE) : start]
        one_day = zone in READ_ZONES and not text[:end].endswith("days")
        weekday = _WEEKDAY.match(value) if one_day else None
        # The words before the name itself: "last" of "last Friday".
        lead = before + re.sub(r"\S+$", "", text[start:end])
        if weekday and not any(cues.words[name].search(lead) for name in ("announced", "perhaps", "before_weekday")):
            day = origin[0] + timedelta((int(weekday[1]) - origin[0].isoweekday()) % 7)
            weekdays.append(Constraint(start, end, "weekday", 0.45, value, ((day, date.max),)))
        elif _YEARLESS.fullmatch(value[4:]) and _not_past(before, cues):
            yield from _deadline(start, end, value, known)
    yield from _follow(weekdays, origin[1])
    for name, months in cues.seasons.items():
        for match in re.finditer(rf"\b(?:this|цієї|цього|этой|этого) {name}\b", text, re.I):
            yield Constraint(match.start(), match.end(), "season", 0.3, match[0], _season(months, known))


def _follow(weekdays: list[Constraint], last: date) -> Iterator[Constraint]:
    """Weekdays in the order of the calendar; one long after the day before it may as well have preceded the event."""
    for bound in sorted(weekdays, key=lambda bound: bound.intervals[0][0]):
        day = bound.intervals[0][0]
        if (day - last).days > _WEEKDAY_GAP:
            yield bound._replace(intervals=(EVER,))
        else:
            last = max(last, day)
            yield bound


def _deadline(start: int, end: int, value: str, known: Interval) -> Iterator[Constraint]:
    """The bound from a day to come: the first such day after the earliest possible one."""
    month, day = int(value[5:7]), int(value[8:10])
    years = (year for year in range(known[0].year, known[1].year + 2) if day <= calendar.monthrange(year, month)[1])
    first = next((d for year in years if (d := date(year, month, day)) >= known[0]), None)
    if first:
        yield Constraint(start, end, "deadline", 0.25, value, ((date.min, first),))


def _season(months: tuple[int, int], known: Interval) -> tuple[Interval, ...]:
    """The season in each of the years that are possible, a month longer at both ends."""
    intervals = []
    for year in range(known[0].year - 1, known[1].year + 2):
        last_year = year + (months[1] < months[0])
        last = date(last_year, months[1], calendar.monthrange(last_year, months[1])[1])
        intervals.append((date(year, months[0], 1) - timedelta(31), last + timedelta(31)))
    return tuple(intervals)
