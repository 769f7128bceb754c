"""What an article says of the day it appeared: bounds from its dates, its events and how it tells of them."""

import calendar
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

import pandas as pd

from ukrcorpus.packaged import read_rows
from ukrcorpus.spans import READ_ZONES
from ukrcorpus.times.calendar import shift

Interval = tuple[date, date]
"""First and last possible day; `date.min` and `date.max` where there is no bound."""

Cues = dict[str, Any]
"""The file of cues, `data/date_cues.toml`, as `read_rules` reads it."""

EVER: Interval = (date.min, date.max)

_WORD = re.compile(r"[^\W_]+")
_YEAR = re.compile(r"\d{4}")
_DAY = re.compile(r"(?P<year>\d{4}|XXXX)-(?P<month>\d{2})-(?P<day>\d{2})")
_DAY_OR_MONTH = re.compile(r"(\d{4}|XXXX)-\d{2}(-\d{2}|$)")
_WEEKDAY = re.compile(r"XXXX-WXX-(\d)")
_NOT_PAST = ("announced", "perhaps", "deadline")


class Cue(NamedTuple):
    """What a sentence of a dated event says: patterns, all of which it holds, and beginnings of words for each of them.

    By `kind`, such a sentence tells of the event ("told"), only counts from it ("counted"), or takes it as known
    ("known"). An event has several possible days, in their order, where several have the same cues.
    """

    event: str
    days: tuple[Interval, ...]
    scheduled: bool
    lasting: bool
    kind: str
    parts: list[re.Pattern[str]]
    openings: list[set[str]]


class Sentence(NamedTuple):
    """A sentence, whether it stands in the lead of the article, and the beginnings of its words."""

    start: int
    text: str
    lead: bool
    openings: set[str]


class Mention(NamedTuple):
    """A stretch of a sentence, by its place in that, which a cue fits."""

    cue: Cue
    sentence: Sentence
    start: int
    end: int


class Bound(NamedTuple):
    """A span that bounds the day of publication: it fell in one of the intervals."""

    start: int
    end: int
    rule: str
    score: float
    value: str
    intervals: tuple[Interval, ...]


def read_events(events: pd.DataFrame | None = None) -> list[Cue]:
    """Compile a table of events, else the package's without those that nobody verified.

    Rows with the same cues are one event with several possible days.

    Raises:
        ValueError: where a column is missing or a date is none.

    """
    table = read_rows("dated_events.csv", events, needed=["event", "date_low", "date_high", "cues"])
    table = table if events is not None else table[table["source"] != "unverified"]
    kinds = {"told": "cues", "counted": "counted_from", "known": "known_by"}
    columns = ["event", "date_low", "date_high", "scheduled", "lasting", *kinds.values()]
    read = []
    for _, rows in table.reindex(columns=columns, fill_value="").groupby("cues", sort=False):
        pairs = zip(rows["date_low"], rows["date_high"], strict=True)
        days = tuple(sorted((_date(low), _date(high or low)) for low, high in pairs))
        scheduled, lasting = (rows[column].iloc[0] == "yes" for column in ("scheduled", "lasting"))
        event = (" or ".join(rows["event"]), days, scheduled, lasting)
        for kind, column in kinds.items():
            for parts in (cue.split(" + ") for cue in rows[column].iloc[0].split(";") if cue.strip()):
                starts = [{_WORD.findall(word.casefold())[0][:4] for word in part.split("|")} for part in parts]
                read.append(Cue(*event, kind, [*map(_pattern, parts)], starts))
    return sorted(read, key=lambda cue: list(kinds).index(cue.kind))


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise ValueError(f"events has the date {text!r}; write dates as 2024-06-21") from error


def _pattern(part: str) -> re.Pattern[str]:
    """A pattern of words separated by "|"; short capitals such as US are names only as they stand."""
    words = []
    for word in map(str.strip, part.split("|")):
        escaped = re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+").replace("'", "['’]")
        words.append(f"(?-i:{escaped})" if word.isupper() and len(word) < 5 else escaped)
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.I)


def openings(text: str) -> set[str]:
    """The first three and the first four letters of each word: far cheaper to look up than cues are to search for."""
    words = _WORD.findall(text.casefold())
    return {word[:3] for word in words} | {word[:4] for word in words}


def find_mentions(sentences: list[Sentence], events: list[Cue]) -> list[Mention]:
    """Where sentences tell of events, or else count from them or take them as known; each event once a sentence."""
    article = set().union(*(sentence.openings for sentence in sentences))
    possible = [cue for cue in events if _may_stand(cue, article)]
    mentions: list[Mention] = []
    for sentence in sentences:
        found: dict[tuple[str, str], Mention] = {}
        for cue in (cue for cue in possible if _may_stand(cue, sentence.openings)):
            known = found.keys() & {(cue.event, cue.kind), (cue.event, "told")}
            if not known and (span := _nearest(cue.parts, sentence.text)):
                found[cue.event, cue.kind] = Mention(cue, sentence, *span)
        mentions += found.values()
    return mentions


def _may_stand(cue: Cue, words: set[str]) -> bool:
    return not any(map(words.isdisjoint, cue.openings))


def _nearest(parts: list[re.Pattern[str]], text: str) -> tuple[int, int] | None:
    """The stretch from the first match of the first part over the nearest match of each other, where all have one."""
    spans: list[tuple[int, int]] = []
    for part in parts:
        free = [match.span() for match in part.finditer(text) if match.span() not in spans]
        if not free:
            return None
        spans.append(min(free, key=lambda span: abs(span[0] - spans[0][0])) if spans else free[0])
    return min(spans)[0], max(end for _, end in spans)


def bounds_from_events(mentions: list[Mention], cues: Cues) -> Iterator[Bound]:
    """Bounds from events: looked forward to, counted from, told as recent, or merely known.

    An event of which one sentence says that it is still to come gives no lower bound in the others.
    """
    coming = set()
    for mention in mentions:
        looked_forward_to = mention.cue.scheduled and mention.cue.kind == "told"
        if looked_forward_to and (bound := _first_fit("ahead", mention.cue, mention.sentence, cues, mention)):
            coming.add(mention.cue.event)
            yield bound
    past = [mention for mention in mentions if mention.cue.event not in coming]
    facts = [m.cue for m in past if m.cue.kind != "counted" and not m.cue.scheduled and not _is("unreal", m, cues)]
    latest = max((cue.days[0][0] for cue in facts), default=date.min)
    for mention in past:
        yield from _bounds_from_past(mention, latest, cues)


def _bounds_from_past(mention: Mention, latest: date, cues: Cues) -> Iterator[Bound]:
    """Bounds from an event that is not to come, beside the day on which the latest one of the article began."""
    cue, sentence = mention.cue, mention.sentence
    counts = cue.kind != "known" and not sentence.openings.isdisjoint(cues["counting"])
    bound = _first_fit("event", cue, sentence, cues, mention) if counts else None
    if bound is None and (cue.kind == "counted" or _is("unreal", mention, cues)):
        return
    fresh = cue.kind == "told" and not _is("retrospect", mention, cues)
    if bound is None and fresh:
        bound = _first_fit("recent", cue, sentence, cues, mention)
        # What an article tells beside something later is background, however it tells it.
        bound = bound if bound and bound.intervals[-1][1] >= latest else None
    if bound:
        yield bound
        return
    span = (sentence.start + mention.start, sentence.start + mention.end)
    leads = fresh and sentence.lead and cue.days[0][0] >= latest
    if leads:
        dated = cues["words"]["dated"].search(sentence.text)
        reach = cues["days"]["lasting_news" if cue.lasting else "dated_news" if dated else "news"]
        news = [(low, high + timedelta(reach)) for low, high in cue.days]
        yield _bound("told-in-lead", span, cue.event, news, cues)
    if leads or not cue.scheduled:
        yield _bound("event-known", span, cue.event, [(cue.days[0][0], date.max)], cues)


def _bound(rule: str, span: tuple[int, int], value: str, intervals: Iterable[Interval], cues: Cues) -> Bound:
    """A bound by a rule that has no patterns."""
    return Bound(*span, rule, cues["scores"][rule], value, tuple(intervals))


def _is(meant: str, mention: Mention, cues: Cues) -> bool:
    """Whether the words near an event make it history ("retrospect") or no fact ("unreal")."""
    before, after = cues["near"][meant]
    near = mention.sentence.text[max(0, mention.start - before) : mention.end + after]
    return cues["words"][meant].search(near) is not None


def _first_fit(of: str, event: Cue, sentence: Sentence, cues: Cues, mention: Mention | None = None) -> Bound | None:
    """The bound from the first rule that a sentence fits, near the mention of the event where there is one."""
    for rule in (rule for rule in cues["rule"] if rule["of"] == of):
        for match in (match for pattern in rule["patterns"] for match in pattern.finditer(sentence.text)):
            (start, end), between = match.span(), ""
            if mention:
                between = sentence.text[min(end, mention.end) : max(start, mention.start)]
                taken = mention.end <= end and cues["words"]["other_object"].search(match[0])
                if taken or len(between) > rule.get("gap", 60):
                    continue
                start, end = min(start, mention.start), max(end, mention.end)
            intervals = [_shifted(days, rule, match, cues) for days in event.days if _falls_on(days, rule, match, cues)]
            # The weekday of another clause makes no choice between several events.
            if intervals and (len(intervals) == len(event.days) or "," not in between):
                span = (sentence.start + start, sentence.start + end)
                return Bound(*span, rule["name"], rule["score"], event.event, tuple(intervals))
    return None


def _falls_on(days: Interval, rule: dict[str, Any], match: re.Match[str], cues: Cues) -> bool:
    """Whether an event fell on the weekday that the cue names, or on one of those that the rule asks for."""
    named = match.groupdict().get("weekday")
    wanted = [cues["weekdays"][named.lower()]] if named else rule.get("on", range(1, 8))
    return any((days[0] + timedelta(n)).isoweekday() in wanted for n in range(min(7, (days[1] - days[0]).days + 1)))


def _shifted(days: Interval, rule: dict[str, Any], match: re.Match[str], cues: Cues) -> Interval:
    """The days on which the article appeared, by an event's days and what the cue counts from them."""
    said = {name: value.strip().lower() for name, value in match.groupdict("").items()}
    number, unit = said.get("n", "").replace(",", ""), said.get("unit", rule.get("unit", "day"))[0].upper()
    digits = re.match(r"\d+", number)
    count = int(digits[0]) if digits else {**cues["numbers"], **cues["ordinals"]}.get(number, 1)
    count, unit = (count / 24, "D") if unit == "H" else (count, unit)
    ends = (days[rule["base"] == "high"], days[rule["base"] != "low"])
    low, high = (shift(end, per * count, unit) for end, per in zip(ends, rule.get("per", (0, 0)), strict=True))
    return low + timedelta(rule["days"][0]), high + timedelta(rule["days"][1])


def bounds_from_main_event(
    standing: list[Bound], known: Interval, mentions: list[Mention], sentences: list[Sentence], cues: Cues
) -> tuple[Interval | None, list[Bound]]:
    """The days of the latest event that bounds which stand make a recent one, and bounds that count from it.

    "The events of the past three days" are taken to be that event. Where the same cues name several events, it is the
    one that the interval found so far, `known`, leaves.
    """
    widest = timedelta(cues["days"]["recent"])
    recent = {bound.value for bound in standing if any(high - low <= widest for low, high in bound.intervals)}
    dated = []
    for cue in {m.cue.event: m.cue for m in mentions if m.cue.event in recent and not m.cue.scheduled}.values():
        days = tuple(days for days in cue.days if known[0] - days[0] <= widest and days[0] <= known[1])
        dated += [cue._replace(days=days)] if len(days) == 1 else []
    if not dated:
        return None, []
    main = max(dated, key=lambda cue: cue.days)
    return main.days[0], [*filter(None, (_first_fit("main", main, sentence, cues) for sentence in sentences))]


def bounds_from_dates(times: list[Any], text: str, lead: int, mentions: list[Mention], cues: Cues) -> Iterator[Bound]:
    """Bounds from dates: an article is not older than what it tells, and not younger than what it tells as coming.

    A day whose year stands before it in the text has that year. Other days without a year lie within a year of the
    article, and a weekday beside them tells which; one that opens the article, up to `lead`, is its news.
    """
    days = [time for time in times if _DAY.match(time.value) and cues["words"]["after_dateline"].match(text, time.end)]
    datelines = [time for time in days if _said(["before_dateline"], time, text, cues)]
    of_events = {(low.month, low.day) for mention in mentions for low, _ in mention.cue.days}
    for time, weekdays in _with_weekdays(times, text, cues):
        day = _DAY.match(time.value)
        rule = _rule_of_date(time, day, bool(weekdays), text, lead, cues)
        # Several datelines make a chronicle; the day of an event that the article tells of may lie years back.
        if len(datelines) == 1 and time is datelines[0] and time.end <= lead:
            rule = "dateline-day"
        elif rule == "day-in-lead" and day and (int(day["month"]), int(day["day"])) in of_events:
            rule = "day-without-year"
        if day and rule and rule in cues["reach"]:
            intervals = _around_each_year(day, weekdays, rule, cues)
        elif rule == "announced-date":
            intervals = [(date.min, time.date_high.date())]
        else:
            intervals = [(time.date_low.date(), date.max)] if rule else []
        if rule and intervals:
            yield _bound(rule, (time.start, time.end), time.value, intervals, cues)


def _with_weekdays(times: list[Any], text: str, cues: Cues) -> Iterator[tuple[Any, set[int]]]:
    """Days and months with the weekdays that they name, or that stand right before or after them by themselves."""
    words = cues["words"]
    for n, time in ((n, time) for n, time in enumerate(times) if _DAY_OR_MONTH.match(time.value)):
        named = {cues["weekdays"][word.lower()] for word in words["weekday"].findall(text, time.start, time.end)}
        for other in () if named else times[max(0, n - 1) : n + 2]:
            gap = text[min(time.end, other.end) : max(time.start, other.start)]
            if (weekday := _WEEKDAY.match(other.value)) and words["beside"].fullmatch(gap):
                named = {int(weekday[1])}
        yield time, named


def _rule_of_date(time: Any, day: re.Match[str] | None, paired: bool, text: str, lead: int, cues: Cues) -> str | None:
    """The rule for a month or a day; none where nothing tells whether it had passed, or it was another year's."""
    words, (before, after) = cues["words"], cues["near"]["retrospect"]
    past = not (_said(_NOT_PAST, time, text, cues) or words["not_yet"].match(text, time.end))
    exact = day is not None and day["year"] != "XXXX"
    if exact or day is None:
        if pd.isna(time.date_low) or not cues["years"][0] <= time.date_low.year <= cues["years"][1]:
            return None
        if exact and time.zone == "caption":
            return "caption-date"
        if exact and _said(["announced"], time, text, cues):
            return "announced-date"
        stated = "stated-date" if exact else "stated-month"
        return (stated if _YEAR.search(text, time.start, time.end) else "told-date") if past else None
    near = text[max(0, time.start - before) : time.end + after]
    if words["other_year"].search(near):
        return None
    if not past:
        return "announced-day" if _said(["coming"], time, text, cues) else None
    # In Ukrainian and Russian a day says by its case that something happened on it.
    on_day = paired or words["by_case"].search(text, time.start, time.end) or _said(["on_day"], time, text, cues)
    if time.zone == "title" or not on_day:
        return None
    leads = time.end <= lead and not words["retrospect"].search(near)
    return ("weekday-and-" if paired else "") + ("day-in-lead" if leads else "day-without-year")


def _said(names: Iterable[str], time: Any, text: str, cues: Cues, part: str = "") -> bool:
    """Whether words of these kinds stand before a time, and before a part of it."""
    before = text[max(0, time.start - cues["near"]["date"]) : time.start] + part
    return any(cues["words"][name].search(before) for name in names)


def _around_each_year(day: re.Match[str], weekdays: set[int], rule: str, cues: Cues) -> list[Interval]:
    """The days that a rule allows around a day, in each year in which it fell on one of the weekdays, if any are named.

    Without a weekday the first and the last are open, since the years that are looked at are no bound.
    """
    before, after = (timedelta(days) for days in cues["reach"][rule])
    month, number = int(day["month"]), int(day["day"])
    years = [y for y in range(cues["years"][0], cues["years"][1] + 1) if day["year"] in ("XXXX", str(y))]
    days = [date(y, month, number) for y in years if number <= calendar.monthrange(y, month)[1]]
    around = [(day - before, day + after) for day in days if not weekdays or day.isoweekday() in weekdays]
    if not weekdays and len(around) > 1:
        around[0], around[-1] = (date.min, around[0][1]), (around[-1][0], date.max)
    return around


def bounds_from_weekdays(origin: Interval, times: list[Any], text: str, cues: Cues) -> Iterator[Bound]:
    """Bounds from weekdays of the past that the author's own words name, in an article with a rough date.

    Each is the first one from `origin` on, the days of the latest recent event or of the latest date that is told.
    """
    told = []
    for time in times:
        weekday = _WEEKDAY.match(time.value)
        if weekday and time.zone in READ_ZONES and not text[: time.end].endswith("days"):
            # "last" of "last Friday" stands within the expression.
            within = re.sub(r"\S+$", "", text[time.start : time.end])
            coming = _said(["announced", "perhaps", "before_weekday"], time, text, cues, within)
            if not (coming or cues["words"]["not_yet"].match(text, time.end)):
                told.append((origin[0] + timedelta((int(weekday[1]) - origin[0].isoweekday()) % 7), time))
    latest = origin[1]
    for day, time in sorted(told, key=lambda pair: pair[0]):
        # One long after the day before it may as well have preceded the event.
        follows = day - latest <= timedelta(cues["days"]["weekday_gap"])
        latest = max(latest, day) if follows else latest
        yield _bound("weekday", (time.start, time.end), time.value, [(day, date.max) if follows else EVER], cues)
