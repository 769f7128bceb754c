"""When an article was published, where nothing states it: an interval, and the spans that it rests on."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from ukrcorpus import dating
from ukrcorpus.columns import as_table
from ukrcorpus.dating import EVER, Bound, Interval, Sentence
from ukrcorpus.publishers import default_outlets, read_rules
from ukrcorpus.sentences import find_sentences
from ukrcorpus.spans import READ_ZONES, WORD, each_article, span_table
from ukrcorpus.times import find_times
from ukrcorpus.zones import find_zones

Verdict = tuple[Bound, str | None]
"""A bound, and why it was discarded; none where it stands."""

_CALENDAR = (date(1990, 1, 1).toordinal(), date(2060, 1, 1).toordinal())
"""Days that are told apart when bounds are intersected; the first and the last stand for all before and after them."""

_DATED = {"caption-date", "stated-date", "stated-month", "told-date", "dateline-day", "day-in-lead", "day-without-year"}
_ENDS = ["published_low", "published_high"]
_COPY = r" \([a-z]+\)$"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def infer_published(
    docs: pd.DataFrame,
    *,
    zones: pd.DataFrame | None = None,
    times: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
    cues: str | Path | None = None,
    neighbours: bool = True,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    r"""Infer the days between which each article was published.

    A stated date is taken as it is. Otherwise each of these bounds the day: dates that the text or a caption gives (an
    article is not older than what it tells, nor younger than what it announces; a weekday or a date before it tells the
    year); dated events that it tells as recent ("this weekend", "in the 24 hours following", news in the first two
    paragraphs), counts from ("eight months into the war", "entering its second week") or looks forward to ("two weeks
    until the summit"); once that has given a rough date, weekdays; and where the interval is still wide or open, a week
    around the days of other articles that tell the same. The bounds are intersected from the strongest down; one that
    would leave no day is discarded and shown with its reason. What nothing bounds is null.

    Args:
        docs: a table with `doc_id` and `text`; `published` is read where it is given.
        zones: the result of `find_zones`, where it was made already.
        times: the result of `find_times` on docs without dates of publication, where it was made already.
        events: a table with the columns of the package's `data/dated_events.csv`, to use instead of it.
        cues: a file of cues in the form of the package's `data/date_cues.toml`, to use instead of it.
        neighbours: whether an article whose interval is wide or open is also bounded by others that tell the same.

    Returns:
        docs with `published_low, published_high` (datetime64[s], the first second of the first and the last second of
        the last possible day; null where there is no bound), `label` made anew where it was one of `short_labels`; and
        a span table, a row a piece of evidence, with `field` "published", `value` (the date, event or cue), `date_low,
        date_high` (the interval that it allows by itself), `score` (0 to 1), `used`, and `reason` where it was
        discarded. A stated date has an empty span where the text does not hold it.

    Raises:
        ValueError: where docs lacks a column or holds an id twice, or events lacks a column or holds no date there.

    Example:
        >>> text = "Floods\n\nThe Kakhovka dam was destroyed on Tuesday.\n\nOn Thursday the water rose."
        >>> docs, evidence = infer_published(pd.DataFrame({"doc_id": ["a"], "text": [text]}))
        >>> docs.published_low[0].date().isoformat(), docs.published_high[0].date().isoformat()
        ('2023-06-08', '2023-06-13')

    """
    articles = list(each_article(docs))
    stated = docs["published"] if "published" in docs.columns else pd.Series(pd.NaT, docs.index)
    undated = docs.drop(columns=["published", *_ENDS], errors="ignore")
    zones = find_zones(docs) if zones is None else zones
    if times is None:
        with_dateline = zones.loc[zones["label"] == "dateline", "doc_id"]
        times = find_times(undated[stated.isna() | docs["doc_id"].isin(with_dateline)], zones=zones)
    held_times = defaultdict(list)
    for row in times.itertuples(index=False):
        held_times[row.doc_id].append(row)
    held_sentences = _sentences(find_sentences(docs[stated.isna()], zones=zones), zones)
    known = _default_events() if events is None else dating.read_events(events)
    compiled = read_rules("date_cues.toml", cues)
    found = [
        _weigh(text, held_sentences[doc_id], held_times[doc_id], known, compiled)
        if pd.isna(day)
        else _state(pd.Timestamp(day).date(), held_times[doc_id])
        for (doc_id, text), day in zip(articles, stated, strict=True)
    ]
    if neighbours:
        for n, bound in _neighbours(articles, [interval for _, interval in found], compiled).items():
            found[n] = _judge([*(bound for bound, _ in found[n][0]), bound], compiled["days"]["apart"])
    rows = [{"doc_id": n, **_row(*v)} for n, (verdicts, _) in zip(docs["doc_id"], found, strict=True) for v in verdicts]
    ends = pd.DataFrame([_seconds(*interval) for _, interval in found], docs.index, _ENDS, dtype="datetime64[s]")
    filled = docs.assign(**ends)
    if "label" in docs.columns:
        # What tells copies apart differs where the caller has left out or added articles.
        given, made = (names.str.replace(_COPY, "", regex=True) for names in (docs["label"], short_labels(docs)))
        filled["label"] = short_labels(filled).where(given == made, docs["label"])
    table = span_table(rows, "evidence", docs, zones)
    return filled, as_table(table.assign(zone=table["zone"].where(table["end"] > table["start"], None)), "evidence")


@lru_cache(maxsize=1)
def _default_events() -> list[dating.Cue]:
    return dating.read_events()


def short_labels(docs: pd.DataFrame) -> pd.Series:
    """Short names of articles for figures: the outlet and the date of publication.

    The date is as exact as it is known: "21 Jun 2024" where it is stated, "c. 7 Oct 2022" (the middle) where it is
    inferred within a month, "c. Oct 2022" or "c. 2022" where less closely, "not before 7 Oct 2022" or "not after 7 Oct
    2022" where one end is open, "n.d." where both are. Where two articles would have the same name, the later ones in
    the table are told apart by "(b)", "(c)", ….

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
    columns = docs.reindex(columns=["publisher", "published", *_ENDS])
    publishers = columns["publisher"].astype("object").where(columns["publisher"].notna(), "")
    names = [default_outlets().short.get(publisher, publisher) or "unknown" for publisher in publishers]
    days = [_date_name(*row) for row in columns.iloc[:, 1:].itertuples(index=False, name=None)]
    labels = pd.Series([f"{name}, {day}" for name, day in zip(names, days, strict=True)], docs.index, "str")
    copies = labels.groupby(labels).cumcount()
    told_apart = [f"{n} ({_letters(copy + 1)})" if copy else n for n, copy in zip(labels, copies, strict=True)]
    return pd.Series(told_apart, docs.index, "str", "label")


def _date_name(stated: Any, low: Any, high: Any) -> str:
    """A date of publication in words that do not depend on the locale."""
    if pd.notna(stated):
        return _day_name(stated)
    if pd.isna(low) or pd.isna(high):
        bounds = ((low, "not before"), (high, "not after"))
        return next((f"{word} {_day_name(day)}" for day, word in bounds if pd.notna(day)), "n.d.")
    days = (high - low).days
    middle = low.normalize() + pd.Timedelta(days // 2, "D")
    if days <= 31:
        return f"c. {_day_name(middle)}"
    return f"c. {MONTHS[middle.month - 1]} {middle.year}" if days <= 120 else f"c. {middle.year}"


def _day_name(day: pd.Timestamp) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _letters(number: int) -> str:
    """A number as letters: 1 is a, 26 is z, 27 is aa."""
    return (_letters((number - 1) // 26) if number > 26 else "") + chr(ord("a") + (number - 1) % 26)


def _sentences(sentences: pd.DataFrame, zones: pd.DataFrame) -> dict[str, list[Sentence]]:
    """The sentences that authors wrote, by article; what stands up to the end of the second paragraph is the lead."""
    leads = zones[zones["paragraph_id"].isin([0, 1])].groupby("doc_id")["end"].max().to_dict()
    held = defaultdict(list)
    read = sentences.loc[sentences["zone"].isin(READ_ZONES), ["doc_id", "start", "surface"]]
    for doc_id, start, surface in read.itertuples(index=False, name=None):
        held[doc_id].append(Sentence(start, surface, start < leads.get(doc_id, 0), dating.openings(surface)))
    return held


def _state(day: date, times: list[Any]) -> tuple[list[Verdict], Interval]:
    """The stated date, with its span where the text's dateline holds it."""
    in_text = ((t.start, t.end) for t in times if t.zone == "dateline" and t.value.startswith(day.isoformat()))
    start, end = next(in_text, (0, 0))
    bound = Bound(start, end, "stated", 1.0, day.isoformat(), ((day, day),))
    return [(bound, None)], (day, day)


def _weigh(
    text: str, sentences: list[Sentence], times: list[Any], events: list[dating.Cue], cues: dating.Cues
) -> tuple[list[Verdict], Interval]:
    """Gather the bounds on an article's day, in two rounds, judge each of them, and say what they leave."""
    apart = cues["days"]["apart"]
    mentions = dating.find_mentions(sentences, events)
    lead = max((s.start + len(s.text) for s in sentences if s.lead), default=0)
    bounds = [*dating.bounds_from_dates(times, text, lead, mentions, cues), *dating.bounds_from_events(mentions, cues)]
    verdicts, (first, last) = _judge(bounds, apart)
    standing = [bound for bound, reason in verdicts if reason is None]
    main, counted = dating.bounds_from_main_event(standing, (first, last), mentions, sentences, cues)
    if counted:
        bounds += counted
        verdicts, (first, last) = _judge(bounds, apart)
    if (last - first).days > cues["days"]["narrow"]:
        return verdicts, (first, last)
    dated = [
        bound for bound, reason in verdicts if reason is None and bound.rule.removeprefix("weekday-and-") in _DATED
    ]
    told = [(day, day) for bound in dated for day, _ in bound.intervals if day <= last]
    origin = max([*told, *([main] if main else [])], default=(first, first))
    return _judge([*bounds, *dating.bounds_from_weekdays(origin, times, text, cues)], apart)


def _neighbours(articles: list[tuple[str, str]], known: list[Interval], cues: dating.Cues) -> dict[int, Bound]:
    """For articles with a wide or open interval, the days around those of the articles that tell the same.

    Only several that all appeared at about the same time say something: what is told for months dates nothing.
    """
    per, days = cues["neighbours"], timedelta(cues["neighbours"]["days"])
    wide = [n for n, (low, high) in enumerate(known) if (high - low).days > cues["days"]["narrow"]]
    placed = [n for n, (low, high) in enumerate(known) if low > date.min and high < date.max]
    if not wide or len(placed) < per["fewest"]:
        return {}
    weights, bounds = _rare_words([text for _, text in articles], per), {}
    for some in (wide[at : at + 500] for at in range(0, len(wide), 500)):
        alike = (weights[some] @ weights[placed].T).tocsr()
        alike.data *= alike.data.round(6) >= per["alike"]
        alike.eliminate_zeros()
        for n, row in zip(some, np.split(alike.indices, alike.indptr[1:-1]), strict=True):
            near = [placed[i] for i in row if placed[i] != n]
            lows, highs = [known[i][0] for i in near], [known[i][1] for i in near]
            if len(near) >= per["fewest"] and (max(highs) - min(lows)).days <= per["widest"]:
                value = ", ".join(sorted(articles[i][0] for i in near))
                around = ((min(lows) - days, max(highs) + days),)
                bounds[n] = Bound(0, 0, "neighbours", cues["scores"]["neighbours"], value, around)
    return bounds


def _rare_words(texts: list[str], per: dict[str, Any]) -> sparse.csr_array:
    """A row of unit length for each text: the beginnings of its words by TF-IDF, those of many texts left out.

    Weighted as Salton & Buckley (1988, doi:10.1016/0306-4573(88)90021-0) do, with the logarithm of the frequency.
    """
    columns: dict[str, int] = {}
    cells = [
        (n, columns.setdefault(word, len(columns)), times)
        for n, text in enumerate(texts)
        for word, times in Counter(
            w[: per["letters"]] for w in WORD.findall(text.casefold()) if len(w) > 3 or w[0].isdigit()
        ).items()
    ]
    rows, words, counts = np.array(cells, "int64").reshape(-1, 3).T
    weights = sparse.csr_array((1 + np.log(counts), (rows, words)), shape=(len(texts), len(columns)))
    held_by = np.bincount(words, minlength=len(columns))
    rare = held_by <= max(per["most"], per["share"] * len(texts))
    weights = weights @ sparse.diags_array(np.where(rare, np.log(len(texts) / held_by), 0))
    weights.eliminate_zeros()
    return sparse.diags_array(1 / np.maximum(np.sqrt(weights.power(2).sum(axis=1)), 1e-9)) @ weights


def _judge(bounds: list[Bound], apart: int) -> tuple[list[Verdict], Interval]:
    """Intersect bounds from the strongest down; one that leaves no day is discarded, with what it contradicts.

    Returns:
        Each bound with the reason why it was discarded, and the interval that holds every day which is left. Where days
        far `apart` are left, as for an event that happened twice, the last of them says nothing.

    """
    left = _days([EVER])
    accepted: list[tuple[Bound, int]] = []
    verdicts: list[Verdict] = []
    # Of equally strong bounds the one on later days comes first: an article tells its news and what went before it.
    for bound in sorted(bounds, key=lambda b: (-b.score, -b.intervals[0][0].toordinal(), b.start, b.end)):
        allowed = _days(bound.intervals)
        reason = None
        if bound.intervals == (EVER,):
            reason = "may stand for a day before or after what the article tells"
        elif left & allowed:
            left &= allowed
            accepted.append((bound, allowed))
        else:
            opponent = next((other for other, days in accepted if not days & allowed), accepted[-1][0])
            low, high = opponent.intervals[0]
            ends = ("" if low == date.min else f" from {low}") + ("" if high == date.max else f" to {high}")
            alone = f":{ends}" if len(opponent.intervals) == 1 else ""
            reason = f"contradicts {opponent.rule} ({opponent.value}){alone}"
        verdicts.append((bound, reason))
    first, last = (left & -left).bit_length() - 1, left.bit_length() - 1
    low = date.fromordinal(_CALENDAR[0] + first) if first else date.min
    open_end = last == _CALENDAR[1] - _CALENDAR[0] or "0" * apart in f"{left >> first:b}"
    high = date.max if open_end else date.fromordinal(_CALENDAR[0] + last)
    return verdicts, (low, high)


def _days(intervals: Iterable[Interval]) -> int:
    """The days of intervals, as the bits of a number: a set that is quick to intersect."""
    days = 0
    for ends in intervals:
        low, high = (min(max(end.toordinal(), _CALENDAR[0]), _CALENDAR[1]) - _CALENDAR[0] for end in ends)
        days |= (1 << (high + 1)) - (1 << low)
    return days


def _seconds(low: date, high: date) -> tuple[datetime | None, datetime | None]:
    """The first and the last second of an interval; none where it is open."""
    last = None if high == date.max else datetime.combine(high, time(23, 59, 59))
    return None if low == date.min else datetime.combine(low, time()), last


def _row(bound: Bound, reason: str | None) -> dict[str, Any]:
    row = {**bound._asdict(), "label": "published", "field": "published", "used": reason is None, "reason": reason}
    lows, highs = zip(*row.pop("intervals"), strict=True)
    row["date_low"], row["date_high"] = _seconds(min(lows), max(highs))
    return row
