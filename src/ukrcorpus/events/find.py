"""Events: what the sentences of an article say happened, and when."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pandas as pd

from ukrcorpus.events.verbs import Verb, nearest_verb, verbs_of
from ukrcorpus.sentences import find_sentences
from ukrcorpus.spans import READ_ZONES, by_article, each_article, span_table
from ukrcorpus.times import find_times
from ukrcorpus.times.grammar import load_rules
from ukrcorpus.times.periods import publication_days
from ukrcorpus.zones import find_zones

_TIME = ["start", "end", "value", "date_low", "date_high", "score"]
_NAME = r"((?:[A-Z][\w’'.-]*\s+){0,3}[A-Z][\w’'-]*)"


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
    latest = publication_days(docs)["high"].to_dict()
    rows = [
        {"doc_id": doc_id, "event_id": f"{doc_id}:{row['time_start']}", **row}
        for doc_id, text in each_article(docs)
        if doc_id in dated and doc_id in held
        for event, verb in _events_of(text, dated[doc_id], held[doc_id], named.get(doc_id), latest[doc_id])
        for row in (_parts(event, verb, named.get(doc_id)) if parts else [event])
    ]
    # Sentences in the place of zones: they tell the zone of whatever starts in them.
    table = span_table(rows, "events", docs, sentences.assign(label=sentences["zone"]))
    return table.assign(role=pd.Series(dtype="str")) if parts and not rows else table


def _events_of(
    text: str, times: pd.DataFrame, sentences: pd.DataFrame, entities: pd.DataFrame | None, latest: pd.Timestamp
) -> Iterator[tuple[dict[str, Any], Verb | None]]:
    starts = times["start"].to_numpy()
    rows: list[dict[str, Any]] = times[_TIME].to_dict("records")  # type: ignore[assignment]
    for start, end in zip(sentences["start"], sentences["end"], strict=True):
        low, high = starts.searchsorted([start, end])
        verbs = list(verbs_of(text, start, end)) if low < high else []
        for time in _joined(text, rows[low:high]):
            verb = nearest_verb(text, verbs, time)
            told = verb.status if verb else "past"
            event = {
                "start": start,
                "end": end,
                "label": "event",
                "rule": "time_in_sentence",
                "score": time["score"] / (1 if verb else 2),
                "value": time["value"],
                "date_low": time["date_low"],
                "date_high": time["date_high"],
                "predicate": text[verb.start : verb.end] if verb else None,
                "status": "announced" if time["date_low"] > latest else told,
                "attributed_to": _attributed(text, start, end, time["start"], verb, entities),
                "time_start": time["start"],
                "time_end": time["end"],
            }
            yield event, verb


def _joined(text: str, times: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Times of a sentence: ends of a range made one, and each interval once."""
    found: list[dict[str, Any]] = []
    for time in times:
        if found and _is_range(text, found[-1], time):
            value = f"{found[-1]['value']}/{time['value']}"
            found[-1] |= {"end": time["end"], "date_high": time["date_high"], "value": value}
        elif (time["date_low"], time["date_high"]) not in [(other["date_low"], other["date_high"]) for other in found]:
            found.append(dict(time))
    return found


def _is_range(text: str, first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Whether two times are the ends of one: "18-24 June", "between 1918 and 1919", "from May to July"."""
    if len(first["value"]) != len(second["value"]) or first["date_low"] >= second["date_low"]:
        return False
    joined, paired, opened = _patterns()[:3]
    between = text[first["end"] : second["start"]]
    return bool(
        joined.fullmatch(between)
        or (paired.fullmatch(between) and opened.search(text, max(0, first["start"] - 14), first["start"]))
    )


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    """What joins the ends of a range, what joins them after "between", "between"; who says so, before and after."""
    data = load_rules("en", "events")
    words = {name: "|".join(map(re.escape, sorted(listed))) for name, listed in data["lists"].items()}
    speech = "|".join(sorted(data["words"]["SPEECH"]))
    article = rf"(?:(?:{words['articles']})\s+)?"
    return (
        re.compile(rf"\s*(?:-|–|—|{words['range_joins']})\s+{article}|\s*[-–—]\s*", re.IGNORECASE),
        re.compile(rf"\s*(?:{words['pair_joins']})\s+{article}", re.IGNORECASE),
        re.compile(rf"\b(?:{words['pair_opens']})\s+{article}$", re.IGNORECASE),
        re.compile(rf"\b(?i:{words['according']}) (?:[a-z]+ )*?{_NAME}"),
        re.compile(
            rf"{_NAME}(?: (?:{words['before_speech']}))* ({speech})\b(?= (?:{words['conjunctions']})|[,:]| [“\"])"
        ),
    )


def _attributed(
    text: str, start: int, end: int, time_start: int, verb: Verb | None, entities: pd.DataFrame | None
) -> str | None:
    """Who says so, where a clause says who; the event of saying itself is the source's own statement."""
    according, said = _patterns()[3:]
    source = according.search(text, start, end)
    cues = (cue for cue in said.finditer(text, start, end) if cue.start(2) < time_start)
    source = source or next((cue for cue in cues if not (verb and verb.start == cue.start(2))), None)
    if source and entities is not None:
        inside = entities[(entities["start"] < source.end(1)) & (entities["end"] > source.start(1))]
        names = inside["name"].dropna()
        return str(names.iloc[-1]) if len(names) else source[1]
    return source[1] if source else None


def _parts(event: dict[str, Any], verb: Verb | None, entities: pd.DataFrame | None) -> Iterator[dict[str, Any]]:
    yield event | {"start": event["time_start"], "end": event["time_end"], "role": "time"}
    if verb is None:
        return
    yield event | {"start": verb.start, "end": verb.end, "role": "predicate"}
    if entities is not None:
        inside = entities[(entities["start"] >= event["start"]) & (entities["end"] <= event["end"])]
        before, after = inside[inside["end"] <= verb.start].tail(1), inside[inside["start"] >= verb.end].head(1)
        for role, found in (("agent", before), ("patient", after)):
            for start, end in zip(found["start"], found["end"], strict=True):
                yield event | {"start": start, "end": end, "role": role}
