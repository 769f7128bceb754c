"""What an article says of the day it appeared: constraints from its dates, its events and how it tells of them."""

import calendar
import re
import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

Interval = tuple[date, date]
"""First and last possible day; `date.min` and `date.max` where there is no bound."""

_UNITS = {"hour": 1 / 24, "day": 1, "week": 7}
_OWN_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = re.compile(r"\d{4}-\d{2}")
_YEARLESS = re.compile(r"XXXX-(\d{2})-(\d{2})")
_WEEKDAY = re.compile(r"XXXX-WXX-(\d)")
_FIRST_YEAR = 2013
_LEAD = 2
"""Paragraphs that an article tells its news in."""


class Constraint(NamedTuple):
    """A span that bounds the day of publication: it fell in one of the intervals."""

    start: int
    end: int
    rule: str
    score: float
    value: str
    intervals: tuple[Interval, ...]


class Event(NamedTuple):
    """A dated event that cues may name, or several that the same cues name."""

    name: str
    days: tuple[Interval, ...]
    cues: tuple[tuple[re.Pattern[str], ...], ...]
    counted: tuple[tuple[re.Pattern[str], ...], ...]
    scheduled: bool


class Rule(NamedTuple):
    """A rule of the file of cues."""

    name: str
    of: str
    pattern: re.Pattern[str]
    base: str
    per: tuple[int, int]
    days: tuple[int, int]
    score: float
    unit: str
    default_unit: str


class Cues(NamedTuple):
    """The compiled file of cues."""

    rules: tuple[Rule, ...]
    words: dict[str, re.Pattern[str]]
    numbers: dict[str, int]
    seasons: dict[str, tuple[int, int]]


class Sentence(NamedTuple):
    """A sentence, and whether it stands in the lead of the article."""

    start: int
    text: str
    lead: bool


class Mention(NamedTuple):
    """An event that a sentence tells of."""

    event: Event
    sentence: Sentence
    start: int
    end: int


def read_dated_events() -> pd.DataFrame:
    """The package's table of dated events.

    Returns:
        A row an event: `event` (neutral name), `date_low`, `date_high` (ISO 8601), `cues`, `counted_from`, `scheduled`,
        `source` (all str). What each column means stands at the head of `data/dated_events.csv`.

    Example:
        >>> read_dated_events().set_index("event").loc["Wagner events, June 2023", "date_high"]
        '2023-06-24'

    """
    with resources.files("ukrcorpus").joinpath("data/dated_events.csv").open(encoding="utf-8") as file:
        return pd.read_csv(file, comment="#", dtype="str", keep_default_na=False)


@lru_cache(maxsize=1)
def default_events() -> tuple[Event, ...]:
    """The package's events, those left out that nobody verified."""
    events = read_dated_events()
    return prepare_events(events[events["source"] != "unverified"])


def prepare_events(events: pd.DataFrame) -> tuple[Event, ...]:
    """Compile a table of events; rows with the same cues become one event with several possible days.

    Raises:
        ValueError: where a column is missing or a date is none.

    """
    for column in ("event", "date_low", "date_high", "cues"):
        if column not in events.columns:
            raise ValueError(f"events has no column {column!r}; see ukrcorpus.dating.read_dated_events for the columns")
    prepared = []
    for cues, rows in events.fillna("").astype("str").groupby("cues", sort=False):
        days = tuple((_day(low), _day(high or low)) for low, high in zip(rows["date_low"], rows["date_high"], strict=True))
        counted = rows["counted_from"].iloc[0] if "counted_from" in rows else ""
        scheduled = "scheduled" in rows and rows["scheduled"].iloc[0] == "yes"
        prepared.append(Event(" or ".join(rows["event"]), days, _patterns(str(cues)), _patterns(counted), scheduled))
    return tuple(prepared)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise ValueError(f"events has the date {text!r}; write dates as 2024-06-21") from error


def _patterns(cues: str) -> tuple[tuple[re.Pattern[str], ...], ...]:
    """Compile cues: alternatives separated by ";", parts joined by " + ", words separated by "|"."""
    return tuple(tuple(_part(part) for part in cue.split(" + ")) for cue in cues.split(";") if cue.strip())


def _part(part: str) -> re.Pattern[str]:
    words = []
    for word in part.strip().split("|"):
        escaped = re.escape(word.strip()).replace(r"\*", r"\w*").replace(r"\ ", r"\s+").replace("'", "['’]")
        # Short capitals such as US are names only as they stand.
        words.append(f"(?-i:{escaped})" if word.isupper() and len(word) < 5 else escaped)
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.I)


@lru_cache(maxsize=4)
def read_cues(path: str | None = None) -> Cues:
    """Compile a file of cues, the package's own where no path is given."""
    source = resources.files("ukrcorpus").joinpath("data/date_cues.toml") if path is None else Path(path)
    data = tomllib.loads(source.read_text(encoding="utf-8"))
    numbers = {**data["numbers"], **data["ordinals"]}
    number = r"(?:\d{1,4}|" + "|".join(re.escape(w) for w in sorted(data["numbers"], key=len, reverse=True)) + ")"
    ordinal = r"(?:\d{1,3}(?:st|nd|rd|th)|" + "|".join(data["ordinals"]) + ")"
    unit = "(?:days?|weeks?|months?|years?)"
    rules = tuple(
        Rule(
            name=rule["name"],
            of=rule["of"],
            pattern=re.compile(
                rule["pattern"].replace("NUMBER", number).replace("ORDINAL", ordinal).replace("UNIT", unit), re.I
            ),
            base=rule["base"],
            per=(rule["per"][0], rule["per"][1]),
            days=(rule["days"][0], rule["days"][1]),
            score=rule["score"],
            unit=rule.get("unit", ""),
            default_unit=rule.get("default_unit", ""),
        )
        for rule in data["rule"]
    )
    names = ("retrospect", "unreal", "announced", "deadline", "before_weekday")
    words = {name: re.compile(data[name], re.I) for name in names}
    seasons = {name: (months[0], months[1]) for name, months in data["seasons"].items()}
    return Cues(rules, words, numbers, seasons)


def find_mentions(sentences: list[Sentence], text: str, events: tuple[Event, ...], cues: Cues) -> list[Mention]:
    """Where sentences tell of events.

    An event that is only counted from ("eight months into the war") is looked for where a sentence names no other.
    """
    told = [event for event in events if any(cue[0].search(text) for cue in event.cues)]
    origins = [event for event in events if event.counted]
    counting = [rule for rule in cues.rules if rule.of == "event" and (rule.per != (0, 0))]
    mentions = []
    for sentence in sentences:
        found = [m for event in told if (m := _mention(event, event.cues, sentence))]
        if not found and any(rule.pattern.search(sentence.text) for rule in counting):
            found = [m for event in origins if (m := _mention(event, event.counted, sentence))]
        mentions += found
    return mentions


def _mention(event: Event, cues: tuple[tuple[re.Pattern[str], ...], ...], sentence: Sentence) -> Mention | None:
    for cue in cues:
        spans: list[tuple[int, int]] = []
        for part in cue:
            span = next((m.span() for m in part.finditer(sentence.text) if m.span() not in spans), None)
            if span is None:
                break
            spans.append(span)
        else:
            start, end = min(s for s, _ in spans), max(e for _, e in spans)
            return Mention(event, sentence, sentence.start + start, sentence.start + end)
    return None


def constrain_by_events(mentions: list[Mention], cues: Cues) -> Iterator[Constraint]:
    """Bounds from events: told as recent, counted from, looked forward to, or merely known.

    An event of which one sentence says that it is still to come gives no lower bound in the others.
    """
    ahead = [rule for rule in cues.rules if rule.of == "ahead"]
    after = [rule for rule in cues.rules if rule.of == "event"]
    coming = set()
    for mention in mentions:
        if mention.event.scheduled and (found := _first_rule(ahead, mention, cues)):
            coming.add(mention.event.name)
            yield found
    for mention in mentions:
        if mention.event.name not in coming:
            yield _first_rule(after, mention, cues) or _by_place(mention, cues)


def _first_rule(rules: list[Rule], mention: Mention, cues: Cues) -> Constraint | None:
    """The bound from the first rule that the sentence fits."""
    retrospect = cues.words["retrospect"].search(mention.sentence.text)
    for rule in rules:
        told_recent = rule.of == "event" and rule.per == (0, 0)
        if told_recent and retrospect:
            continue
        for match in rule.pattern.finditer(mention.sentence.text):
            shifts = _shifts(rule, match, cues)
            if shifts is None:
                continue
            start = min(mention.start, mention.sentence.start + match.start())
            end = max(mention.end, mention.sentence.start + match.end())
            intervals = tuple(_shifted(days, rule, shifts) for days in mention.event.days)
            return Constraint(start, end, rule.name, rule.score, mention.event.name, intervals)
    return None


def _by_place(mention: Mention, cues: Cues) -> Constraint:
    """The bound from an event without any word of when: news in the lead, known elsewhere."""
    text = mention.sentence.text
    first = min(low for low, _ in mention.event.days)
    told = not cues.words["retrospect"].search(text)
    real = not cues.words["unreal"].search(text)
    if mention.sentence.lead and told and real:
        intervals = tuple((low, high + timedelta(10)) for low, high in mention.event.days)
        return Constraint(mention.start, mention.end, "told-in-lead", 0.5, mention.event.name, intervals)
    score = 0.7 if real and not mention.event.scheduled else 0.2
    return Constraint(mention.start, mention.end, "event-known", score, mention.event.name, ((first, date.max),))


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


def main_event(constraints: list[Constraint], mentions: list[Mention]) -> Mention | None:
    """The latest event that the article tells as recent: within six weeks of its own day."""
    recent = {c.value for c in constraints if any((high - low).days <= 45 for low, high in c.intervals)}
    told = [m for m in mentions if m.event.name in recent and not m.event.scheduled and len(m.event.days) == 1]
    return max(told, key=lambda mention: mention.event.days[0], default=None)


def constrain_by_main_event(main: Mention | None, sentences: list[Sentence], cues: Cues) -> Iterator[Constraint]:
    """Bounds from "the events of the past three days", taken to be the article's latest recent event."""
    if main is None:
        return
    rules = [rule for rule in cues.rules if rule.of == "main"]
    for sentence in sentences:
        found = _first_rule(rules, Mention(main.event, sentence, sentence.start + len(sentence.text), 0), cues)
        if found:
            match = next(rule.pattern.search(sentence.text) for rule in rules if rule.name == found.rule)
            assert match is not None
            yield found._replace(start=sentence.start + match.start(), end=sentence.start + match.end())


def constrain_by_dates(times: pd.DataFrame, text: str, cues: Cues) -> Iterator[Constraint]:
    """Bounds from dates that say their year: an article is not older than what it tells."""
    for row in times.itertuples():
        start, end, value = int(row.start), int(row.end), str(row.value)
        if not re.search(r"\d{4}", text[start:end]) or pd.isna(row.date_low):
            continue
        low, high = row.date_low.date(), row.date_high.date()
        exact = _OWN_DAY.fullmatch(value[:10]) is not None
        if low.year < _FIRST_YEAR or not (exact or _MONTH.fullmatch(value)):
            continue
        before = text[max(0, start - 80) : start]
        if row.zone == "caption":
            yield Constraint(start, end, "caption-date", 0.95, value, ((low, date.max),))
        elif cues.words["announced"].search(before):
            yield Constraint(start, end, "announced-date", 0.45, value, ((date.min, high),))
        elif not cues.words["deadline"].search(before):
            yield Constraint(start, end, "stated-date", 0.95 if exact else 0.65, value, ((low, date.max),))


def constrain_within(
    times: pd.DataFrame, text: str, cues: Cues, known: Interval, origin: date
) -> Iterator[Constraint]:
    """Bounds from what needs a rough date to be read: weekdays, days without a year, seasons.

    Args:
        times: the article's time expressions.
        text: the article.
        cues: the compiled cues.
        known: the interval found so far.
        origin: the day of the latest recent event or of the latest date that is told, from which weekdays are counted.

    """
    for row in times.itertuples():
        start, end, value = int(row.start), int(row.end), str(row.value)
        before = text[max(0, start - 80) : start]
        weekday, yearless = _WEEKDAY.match(value), _YEARLESS.fullmatch(value)
        if weekday and row.zone in ("paragraph", "heading", "title"):
            if cues.words["announced"].search(before) or cues.words["before_weekday"].search(before):
                continue
            day = origin + timedelta((int(weekday[1]) - origin.isoweekday()) % 7)
            yield Constraint(start, end, "weekday", 0.45, value, ((day, date.max),))
        elif yearless:
            yield from _yearless(start, end, value, before, known, cues)
    for name, months in cues.seasons.items():
        for match in re.finditer(rf"\b(?:this|цієї|цього|этой|этого) {name}\b", text, re.I):
            yield Constraint(match.start(), match.end(), "season", 0.3, match[0], _season(months, known))


def _yearless(start: int, end: int, value: str, before: str, known: Interval, cues: Cues) -> Iterator[Constraint]:
    """Bounds from a day without a year: the last such day before the latest, or the first after the earliest, day."""
    month, day = int(value[5:7]), int(value[8:10])
    years = range(known[0].year - 1, known[1].year + 2)
    days = [date(year, month, day) for year in years if day <= calendar.monthrange(year, month)[1]]
    if cues.words["announced"].search(before) or cues.words["deadline"].search(before):
        later = [d for d in days if d >= known[0]]
        if later:
            yield Constraint(start, end, "deadline", 0.25, value, ((date.min, later[0]),))
    else:
        earlier = [d for d in days if d <= known[1]]
        if earlier:
            yield Constraint(start, end, "day-of-the-year", 0.35, value, ((earlier[-1], date.max),))


def _season(months: tuple[int, int], known: Interval) -> tuple[Interval, ...]:
    """The season in each of the years that are possible, a month longer at both ends."""
    intervals = []
    for year in range(known[0].year - 1, known[1].year + 2):
        last_year = year + (months[1] < months[0])
        last = date(last_year, months[1], calendar.monthrange(last_year, months[1])[1])
        intervals.append((date(year, months[0], 1) - timedelta(31), last + timedelta(31)))
    return tuple(intervals)
