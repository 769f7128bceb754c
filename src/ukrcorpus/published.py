"""When an article was published, where nothing states it: an interval, and the spans that it rests on."""

from collections.abc import Iterable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ukrcorpus.columns import as_table
from ukrcorpus.date_cues import Cues, Event, Interval, default_cues, default_events, prepare_events, read_cues
from ukrcorpus.dating import (
    EVER,
    Constraint,
    Sentence,
    constrain_by_dates,
    constrain_by_events,
    constrain_by_main_event,
    constrain_within,
    find_mentions,
    main_event,
)
from ukrcorpus.publishers import read_outlets
from ukrcorpus.sentences import find_sentences
from ukrcorpus.spans import READ_ZONES, by_article, each_article, span_table
from ukrcorpus.times import find_times
from ukrcorpus.zones import find_zones

_APART = 31
"""Days between two stretches that make them two possible dates rather than one."""

_DATED = ("caption-date", "stated-date", "day-without-year")

_NARROW = 45
"""Days of an interval within which weekdays can be placed."""


class Verdict(NamedTuple):
    """A constraint and what became of it."""

    constraint: Constraint
    reason: str | None


def infer_published(
    docs: pd.DataFrame,
    *,
    zones: pd.DataFrame | None = None,
    times: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
    cues: str | Path | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    r"""Infer the days between which each article was published.

    A stated date is taken as it is. Otherwise each of these bounds the day: dates that the text or a caption gives with
    their year (an article is not older than what it tells); dated events that it tells as recent ("this weekend", "in
    the 24 hours following", news in the first two paragraphs), counts from ("eight months into the war", "entering its
    second week") or looks forward to ("two weeks until the summit"); and, once that has given a rough date, weekdays,
    days without a year and seasons. The bounds are intersected from the strongest down; one that would leave no day is
    discarded and shown with its reason. Where nothing bounds the day from both sides, the open end is null.

    Args:
        docs: a table with `doc_id` and `text`; `published` is read where it is given.
        zones: the result of `find_zones`, where it was made already.
        times: the result of `find_times` on docs without dates of publication, where it was made already.
        events: a table with the columns of `ukrcorpus.date_cues.read_dated_events`, to use instead of it.
        cues: a file of cues in the form of the package's `data/date_cues.toml`, to use instead of it.

    Returns:
        docs with `published_low, published_high` (datetime64[s], the first second of the first and the last second of
        the last possible day; null where there is no bound), `label` made anew where it was one of `short_labels`; and
        a span table, a row a piece of evidence, with `field`
        "published", `value` (the date, event or cue), `date_low, date_high` (the interval that it allows by itself),
        `score` (0 to 1), `used`, and `reason` where it was discarded. A stated date has an empty span where the text
        does not hold it.

    Raises:
        ValueError: where docs lacks a column or holds an id twice, or events lacks a column or holds a date that is
            none.

    Example:
        >>> text = "Floods\n\nThe Kakhovka dam was destroyed on Tuesday.\n\nOn Thursday the water rose."
        >>> docs, evidence = infer_published(pd.DataFrame({"doc_id": ["a"], "text": [text]}))
        >>> docs.published_low[0].date().isoformat(), docs.published_high[0].date().isoformat()
        ('2023-06-08', '2023-06-13')

    """
    zones = find_zones(docs) if zones is None else zones
    undated = docs.drop(columns=["published", "published_low", "published_high"], errors="ignore")
    times = find_times(undated, zones=zones) if times is None else times
    held_zones, held_times = by_article(zones), by_article(times)
    held_sentences = by_article(find_sentences(docs, zones=zones))
    compiled = default_cues() if cues is None else read_cues(cues)
    known = default_events() if events is None else prepare_events(events)
    stated = docs["published"].tolist() if "published" in docs.columns else [None] * len(docs)
    intervals: list[Interval] = []
    rows: list[dict[str, Any]] = []
    for (doc_id, text), day in zip(each_article(docs), stated, strict=True):
        its_times = held_times.get(doc_id, times.head(0))
        if pd.notna(day):
            verdicts = [_stated(pd.Timestamp(day).date(), its_times)]
        else:
            sentences = _sentences(held_sentences.get(doc_id), held_zones.get(doc_id), text)
            verdicts = _weigh(text, sentences, its_times, known, compiled)
        intervals.append(_meet(verdicts))
        rows += [{"doc_id": doc_id, **_row(verdict)} for verdict in verdicts]
    low = [None if first == date.min else datetime.combine(first, time()) for first, _ in intervals]
    high = [None if last == date.max else datetime.combine(last, time(23, 59, 59)) for _, last in intervals]
    filled = docs.assign(
        published_low=pd.Series(low, index=docs.index, dtype="datetime64[s]"),
        published_high=pd.Series(high, index=docs.index, dtype="datetime64[s]"),
    )
    if "label" in docs.columns:
        made = docs["label"] == short_labels(docs)
        filled["label"] = short_labels(filled).where(made, docs["label"])
    table = span_table(rows, "evidence", docs, zones)
    return filled, as_table(table.assign(zone=table["zone"].where(table["end"] > table["start"], None)), "evidence")


def short_labels(docs: pd.DataFrame) -> pd.Series:
    """Short names of articles for figures: the outlet and the date of publication.

    The date is as exact as it is known: "21 Jun 2024" where it is stated, "c. 7 Oct 2022" (the middle) where it is
    inferred within a month, "c. Oct 2022" or "c. 2022" where less closely, "n.d." where not. Where two articles would
    have the same name, the later ones in the table are told apart by "(b)", "(c)", ….

    Args:
        docs: a table with `doc_id`; `publisher, published, published_low, published_high` are read where given.

    Returns:
        A series of str with the index of docs, no value twice.

    Example:
        >>> day = pd.Timestamp("2024-06-21")
        >>> docs = pd.DataFrame({"doc_id": ["a", "b"], "publisher": "The Guardian", "published": day})
        >>> short_labels(docs).tolist()
        ['Guardian, 21 Jun 2024', 'Guardian, 21 Jun 2024 (b)']

    """
    outlets = read_outlets()
    short = dict(zip(outlets["name"], outlets["short"], strict=True))
    names = ("publisher", "published", "published_low", "published_high")
    columns = [docs[name].tolist() if name in docs.columns else [None] * len(docs) for name in names]
    labels: list[str] = []
    taken: set[str] = set()
    for publisher, stated, low, high in zip(*columns, strict=True):
        outlet = short.get(publisher, publisher) if isinstance(publisher, str) and publisher else "unknown"
        label = _distinct(f"{outlet}, {_date_name(stated, low, high)}", taken)
        taken.add(label)
        labels.append(label)
    return pd.Series(labels, index=docs.index, dtype="str", name="label")


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _date_name(stated: Any, low: Any, high: Any) -> str:
    """A date of publication in words that do not depend on the locale."""
    if pd.notna(stated):
        day = pd.Timestamp(stated)
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    if pd.isna(low) or pd.isna(high):
        return "n.d."
    first, last = pd.Timestamp(low).normalize(), pd.Timestamp(high).normalize()
    day = first + pd.Timedelta((last - first).days // 2, "D")
    if (last - first).days <= 31:
        return f"c. {day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"c. {_MONTHS[day.month - 1]} {day.year}" if (last - first).days <= 120 else f"c. {day.year}"


def _distinct(label: str, taken: set[str]) -> str:
    """The label, with a letter behind it where it is taken."""
    if label not in taken:
        return label
    number = 2
    while (candidate := f"{label} ({_letters(number)})") in taken:
        number += 1
    return candidate


def _letters(number: int) -> str:
    """A number as letters: 1 is a, 26 is z, 27 is aa."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters


def _stated(day: date, times: pd.DataFrame) -> Verdict:
    """The stated date, with its span where the text's dateline holds it."""
    in_text = times[(times["zone"] == "dateline") & (times["value"].str[:10] == day.isoformat())]
    start, end = (int(in_text["start"].iloc[0]), int(in_text["end"].iloc[0])) if len(in_text) else (0, 0)
    return Verdict(Constraint(start, end, "stated", 1.0, day.isoformat(), ((day, day),)), None)


def _sentences(sentences: pd.DataFrame | None, zones: pd.DataFrame | None, text: str) -> list[Sentence]:
    """The sentences that the author wrote; what stands up to the end of the second paragraph is the lead."""
    if sentences is None or zones is None:
        return []
    paragraphs = zones[zones["label"] == "paragraph"]
    numbers = paragraphs["paragraph_id"].drop_duplicates().head(2)
    lead = paragraphs.loc[paragraphs["paragraph_id"].isin(numbers), "end"].max()
    read = sentences[sentences["zone"].isin(READ_ZONES)]
    return [
        Sentence(start, text[start:end], start < lead) for start, end in zip(read["start"], read["end"], strict=True)
    ]


def _weigh(
    text: str, sentences: list[Sentence], times: pd.DataFrame, events: tuple[Event, ...], cues: Cues
) -> list[Verdict]:
    """Gather the bounds on an article's day, in two rounds, and judge each of them."""
    mentions = find_mentions(sentences, text, events, cues)
    bounds = [*constrain_by_dates(times, text, cues), *constrain_by_events(mentions, cues)]
    main = main_event(_standing(_judge(bounds)), mentions)
    bounds += constrain_by_main_event(main, sentences, cues)
    verdicts = _judge(bounds)
    first, last = _meet(verdicts)
    if first == date.min or last == date.max or (last - first).days > _NARROW:
        return verdicts
    told = [day for bound in _standing(verdicts) if bound.rule in _DATED for day, _ in bound.intervals if day <= last]
    origin = max([*((day, day) for day in told), *(main.event.days if main else [])], default=(first, first))
    return _judge([*bounds, *constrain_within(times, text, cues, (first, last), origin)])


def _standing(verdicts: list[Verdict]) -> list[Constraint]:
    return [bound for bound, reason in verdicts if reason is None]


def _judge(bounds: list[Constraint]) -> list[Verdict]:
    """Intersect bounds from the strongest down; one that leaves no day is discarded, with what it contradicts."""
    days: list[Interval] = [EVER]
    accepted: list[Constraint] = []
    verdicts = []
    # Of equally strong bounds the one on later days comes first: an article tells its news and what went before it.
    for bound in sorted(bounds, key=lambda c: (-c.score, -c.intervals[0][0].toordinal(), c.start, c.end)):
        left = _common(days, bound.intervals)
        if bound.intervals == (EVER,):
            verdicts.append(Verdict(bound, "may stand for a day before or after what the article tells"))
        elif left:
            days = left
            accepted.append(bound)
            verdicts.append(Verdict(bound, None))
        else:
            opponent = next((o for o in accepted if not _common(o.intervals, bound.intervals)), accepted[-1])
            verdicts.append(Verdict(bound, f"contradicts {_name(opponent)}"))
    return verdicts


def _common(some: Iterable[Interval], others: Iterable[Interval]) -> list[Interval]:
    """The days that two sets of intervals share."""
    pairs = ((max(a[0], b[0]), min(a[1], b[1])) for a in some for b in others)
    return sorted({(low, high) for low, high in pairs if low <= high})


def _meet(verdicts: list[Verdict]) -> Interval:
    """The interval that holds every day which the bounds that stand allow.

    Where they leave days far apart, as for an event that happened twice, the last of them says nothing.
    """
    days: list[Interval] = [EVER]
    for bound, reason in verdicts:
        days = _common(days, bound.intervals) if reason is None else days
    last = days[0][1]
    for low, high in days:
        if low > last and (low - last).days > _APART:
            return days[0][0], date.max
        last = max(last, high)
    return days[0][0], last


def _name(bound: Constraint) -> str:
    """A bound as a reason names it."""
    if len(bound.intervals) > 1:
        return f"{bound.rule} ({bound.value})"
    low, high = bound.intervals[0]
    earliest = "" if low == date.min else f"from {low.isoformat()}"
    latest = "" if high == date.max else f"to {high.isoformat()}"
    return f"{bound.rule} ({bound.value}): {' '.join(filter(None, (earliest, latest)))}"


def _row(verdict: Verdict) -> dict[str, Any]:
    bound, reason = verdict
    low, high = min(low for low, _ in bound.intervals), max(high for _, high in bound.intervals)
    return {
        "start": bound.start,
        "end": bound.end,
        "label": "published",
        "rule": bound.rule,
        "score": bound.score,
        "field": "published",
        "value": bound.value,
        "date_low": None if low == date.min else datetime.combine(low, time()),
        "date_high": None if high == date.max else datetime.combine(high, time(23, 59, 59)),
        "used": reason is None,
        "reason": reason,
    }
