"""Events: what the sentences of an article say happened, and when."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pandas as pd

from ukrcorpus.events.verbs import Verb, nearest_verb, verbs_of, words_of
from ukrcorpus.sentences import find_sentences
from ukrcorpus.spans import READ_ZONES, by_article, each_article, span_table
from ukrcorpus.times import find_times
from ukrcorpus.zones import find_zones

_JOINED = re.compile(r"\s*(?:-|–|—|to|and|until|through)\s+(?:the\s+)?|\s*[-–—]\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s+(?:the\s+)?$", re.IGNORECASE)
_NAME = r"(?:[A-Z][\w’'.-]*\s+){0,3}[A-Z][\w’'-]*"
_ACCORDING = re.compile(rf"\b[Aa]ccording to (?:the |an? |[a-z]+ )*?({_NAME})")


def find_events(
    docs: pd.DataFrame,
    *,
    times: pd.DataFrame | None = None,
    entities: pd.DataFrame | None = None,
    sentences: pd.DataFrame | None = None,
    parts: bool = False,
) -> pd.DataFrame:
    """Find the events that an article places in time.

    A row is an event: a sentence and a time in it that has a place on the calendar. A sentence with two times gives
    two rows with the same span, unless both mean the same interval; the two ends of a range ("between 1918 and 1919")
    give one. The predicate is the verb of the clause that the time stands in, found by its ending and its neighbours,
    null where none is found; it is a light heuristic, not a parse.

    Args:
        docs: a table with `doc_id` and `text`; the columns that `find_times` anchors on where given.
        times: the result of `find_times`, where it was made already.
        entities: the result of `find_entities`; with it, `attributed_to` holds canonical names, and `parts` has agents
            and patients.
        sentences: the result of `find_sentences`, where it was made already.
        parts: give the long table: a row a part of an event, its own span, and `role`: predicate, agent, patient, time.

    Returns:
        Columns of a span table, `label` being "event", and `event_id` (article and first character of the time),
        `time_start`, `time_end` (where the time stands), `value` (TIMEX3; for a range its two ends and a slash),
        `date_low`, `date_high`, `predicate`, `status` (past, ongoing, announced), `attributed_to` (null where the
        source itself says so). With `parts`, `role` besides.

    Raises:
        ValueError: where docs lacks a column or holds an id twice.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["The purge began in May 2024 with an arrest."]})
        >>> find_events(docs)[["value", "predicate", "status"]].values.tolist()
        [['2024-05', 'began', 'past']]

    """
    zones = find_zones(docs) if sentences is None or times is None else None
    times = find_times(docs, zones=zones) if times is None else times
    sentences = find_sentences(docs, zones=zones) if sentences is None else sentences
    dated = by_article(times[times["date_low"].notna() & (times["label"] != "SET")])
    held = by_article(sentences[sentences["zone"].isin(READ_ZONES)])
    named = by_article(entities) if entities is not None else {}
    latest = _latest_day(docs)
    rows: list[dict[str, Any]] = []
    for doc_id, text in each_article(docs):
        if doc_id in dated and doc_id in held:
            found = _events_of(text, dated[doc_id], held[doc_id], named.get(doc_id), latest.get(doc_id))
            rows.extend({"doc_id": doc_id, **row} for row in found)
    for row in rows:
        row["event_id"] = f"{row['doc_id']}:{row['time_start']}"
    if parts:
        rows = [part for row in rows for part in _parts(row, named.get(row["doc_id"]))]
    rows = [{key: value for key, value in row.items() if not key.startswith("_")} for row in rows]
    table = span_table(rows, "events", docs, _zone_spans(sentences))
    if parts and "role" not in table.columns:
        table["role"] = pd.Series(dtype="str")
    return table


def _zone_spans(sentences: pd.DataFrame) -> pd.DataFrame:
    """Sentences in the place of zones: they tell the zone of whatever starts in them."""
    return sentences.assign(label=sentences["zone"])


def _latest_day(docs: pd.DataFrame) -> dict[str, pd.Timestamp]:
    """For each article the last moment at which it may have appeared."""
    found: dict[str, pd.Timestamp] = {}
    for column in ("published_high", "published"):
        if column in docs.columns:
            known = docs[docs[column].notna()]
            days = pd.to_datetime(known[column]).dt.normalize()
            found |= dict(zip(known["doc_id"], days + pd.Timedelta(days=1), strict=True))
    return found


def _events_of(
    text: str,
    times: pd.DataFrame,
    sentences: pd.DataFrame,
    entities: pd.DataFrame | None,
    latest: pd.Timestamp | None,
) -> Iterator[dict[str, Any]]:
    rows: list[Any] = list(times.itertuples())
    spans: list[Any] = list(sentences.itertuples())
    at = 0
    for sentence in spans:
        while at < len(rows) and rows[at].start < sentence.start:
            at += 1
        inside = []
        while at < len(rows) and rows[at].start < sentence.end:
            inside.append(rows[at])
            at += 1
        if inside:
            yield from _sentence_events(text, sentence, _joined(text, inside), entities, latest)


def _joined(text: str, times: list[Any]) -> list[dict[str, Any]]:
    """Times of a sentence: ends of a range made one, and each interval once."""
    found: list[dict[str, Any]] = []
    for number, time in enumerate(times):
        row = {name: getattr(time, name) for name in ("start", "end", "value", "date_low", "date_high", "score")}
        if number and found and _is_range(text, found[-1], row):
            first = found[-1]
            first["end"], first["date_high"] = row["end"], row["date_high"]
            first["value"] = f"{first['value']}/{row['value']}"
        elif not any(
            row["date_low"] == other["date_low"] and row["date_high"] == other["date_high"] for other in found
        ):
            found.append(row)
    return found


def _is_range(text: str, first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Whether two times are the ends of one: "18-24 June", "between 1918 and 1919", "from May to July"."""
    between = text[first["end"] : second["start"]]
    if len(first["value"]) != len(second["value"]) or first["date_low"] >= second["date_low"]:
        return False
    if not _JOINED.fullmatch(between):
        return False
    if between.strip().lower() == "and":
        return bool(
            re.search(r"\bbetween\s+(the\s+)?$", text[max(0, first["start"] - 14) : first["start"]], re.IGNORECASE)
        )
    return True


def _sentence_events(
    text: str, sentence: Any, times: list[dict[str, Any]], entities: pd.DataFrame | None, latest: pd.Timestamp | None
) -> Iterator[dict[str, Any]]:
    verbs = list(verbs_of(text, sentence.start, sentence.end))
    for time in times:
        verb = nearest_verb(text, verbs, time)
        status = verb.status if verb else "past"
        if latest is not None and time["date_low"] >= latest:
            status = "announced"
        yield {
            "start": sentence.start,
            "end": sentence.end,
            "label": "event",
            "rule": "time_in_sentence",
            "score": time["score"] if verb else time["score"] / 2,
            "value": time["value"],
            "date_low": time["date_low"],
            "date_high": time["date_high"],
            "predicate": text[verb.start : verb.end] if verb else None,
            "status": status,
            "attributed_to": _attributed(text, sentence, time, verb, entities),
            "time_start": time["start"],
            "time_end": time["end"],
            "_verb": verb,
        }


def _attributed(
    text: str, sentence: Any, time: dict[str, Any], verb: Verb | None, entities: pd.DataFrame | None
) -> str | None:
    """Who says so, where a clause says who; the event of saying itself is the source's own statement."""
    whole = text[sentence.start : sentence.end]
    named = _ACCORDING.search(whole)
    if named:
        return _canonical(sentence.start + named.start(1), named[1], entities)
    for said in _said().finditer(whole):
        cue = sentence.start + said.start(2)
        if cue < time["start"] and not (verb and verb.start == cue):
            return _canonical(sentence.start + said.start(1), said[1], entities)
    return None


@cache
def _said() -> re.Pattern[str]:
    """A name, a verb of saying, and what is said."""
    between = "has|have|had|also|then|later|recently"
    cues = "|".join(sorted(words_of("speech")))
    return re.compile(rf"({_NAME})(?: (?:{between}))* ({cues})\b(?= that|[,:]| [“\"])")


def _canonical(start: int, surface: str, entities: pd.DataFrame | None) -> str:
    """The canonical name of an entity that overlaps a surface, else the surface."""
    if entities is not None:
        inside = entities[(entities["start"] < start + len(surface)) & (entities["end"] > start)]
        names = inside["name"].dropna()
        if len(names):
            return str(names.iloc[-1])
    return surface


def _parts(row: dict[str, Any], entities: pd.DataFrame | None) -> Iterator[dict[str, Any]]:
    verb: Verb | None = row["_verb"]
    yield row | {"start": row["time_start"], "end": row["time_end"], "role": "time"}
    if verb is None:
        return
    yield row | {"start": verb.start, "end": verb.end, "role": "predicate"}
    if entities is None:
        return
    inside = entities[(entities["start"] >= row["start"]) & (entities["end"] <= row["end"])]
    before, after = inside[inside["end"] <= verb.start].tail(1), inside[inside["start"] >= verb.end].head(1)
    for role, found in (("agent", before), ("patient", after)):
        for start, end in zip(found["start"], found["end"], strict=True):
            yield row | {"start": start, "end": end, "role": role}
