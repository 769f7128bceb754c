"""Events: what the sentences of an article say happened, and when; and the same event as several articles tell it."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from itertools import combinations, pairwise
from math import log
from typing import Any, NamedTuple

import pandas as pd

from ukrcorpus.columns import as_table
from ukrcorpus.sentences import find_sentences
from ukrcorpus.spans import READ_ZONES, by_article, each_article, span_table
from ukrcorpus.times import find_times
from ukrcorpus.times.calendar import edtf_of
from ukrcorpus.zones import find_zones

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_JOINED = re.compile(r"\s*(?:-|–|—|to|and|until|through)\s+(?:the\s+)?|\s*[-–—]\s*", re.IGNORECASE)
_NAME = r"(?:[A-Z][\w’'.-]*\s+){0,3}[A-Z][\w’'-]*"
_CLAUSE = re.compile(r"[,;:—–()“”\"]")
_SAYS_WHAT = re.compile(r"\s+that\b|[,:]?\s+[“\"]")
_REACH, _AFTER = 60, 10
"""What a mark between verb and time, and a verb after the time, count for, in characters of distance."""
_CONTEXT = 100
"""Characters on either side of a time, within its sentence, that tell what happened then."""


class _Verb(NamedTuple):
    start: int
    end: int
    status: str
    relative: bool


@cache
def _words(kind: str) -> frozenset[str]:
    file = files("ukrcorpus") / "data" / "events_en.toml"
    return frozenset(tomllib.loads(file.read_text(encoding="utf-8"))[kind])


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
        `value` (TIMEX3, or an EDTF interval for a range), `date_low`, `date_high`, `predicate`, `status` (past, ongoing,
        announced), `time_start`, `time_end` (where the time stands), `attributed_to` (null where the source itself says so). With `parts`, `role` besides.

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
    found = {}
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
    rows = list(times.itertuples())
    at = 0
    for sentence in sentences.itertuples():
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
        elif not any(row["date_low"] == other["date_low"] and row["date_high"] == other["date_high"] for other in found):
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
        return bool(re.search(r"\bbetween\s+(the\s+)?$", text[max(0, first["start"] - 14) : first["start"]], re.IGNORECASE))
    return True


def _sentence_events(
    text: str, sentence: Any, times: list[dict[str, Any]], entities: pd.DataFrame | None, latest: pd.Timestamp | None
) -> Iterator[dict[str, Any]]:
    verbs = list(_verbs(text, sentence.start, sentence.end))
    for time in times:
        verb = _nearest_verb(text, verbs, time)
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


def _verbs(text: str, start: int, end: int) -> Iterator[_Verb]:
    """Verbs of a sentence: words in -ed that no article precedes, irregular pasts, and what follows an auxiliary."""
    words = list(_WORD.finditer(text, start, end))
    lower = [word[0].lower() for word in words]
    at = 0
    while at < len(words):
        word = lower[at]
        if words[at][0] in _words("auxiliaries") or words[at][0] in _words("modals"):
            main = at + 1
            while main < len(words) and (lower[main] in _words("skipped") or lower[main].endswith("ly")):
                main += 1
            if main < len(words) and words[main][0].islower() and _is_main(lower, at, main):
                status = _status(lower[at:main], lower[main])
                yield _Verb(words[main].start(), words[main].end(), status, _in_relative(lower, at))
                at = main
        elif _is_past(lower, at, words[at][0]) or _is_speech(text, words, at):
            yield _Verb(words[at].start(), words[at].end(), "past", _in_relative(lower, at))
        at += 1


def _is_main(lower: list[str], auxiliary: int, main: int) -> bool:
    """Whether a word is the main verb of the auxiliary before it; infinitives alone are no events."""
    word = lower[main]
    if lower[auxiliary] in _words("modals"):
        return lower[auxiliary] != "to" and word not in _words("before_adjective")
    return word not in _words("not_verbs") and (word.endswith(("ed", "ing")) or word in _words("past"))


def _is_past(lower: list[str], at: int, surface: str) -> bool:
    word = lower[at]
    if word in _words("not_verbs") or "-" in word or (surface[:1].isupper() and at):
        return False
    before = at - 2 if at > 1 and lower[at - 1].endswith("ly") else at - 1
    if at and lower[before] in _words("before_adjective"):
        return False
    return word in _words("past") or (len(word) > 4 and word.endswith("ed"))


def _is_speech(text: str, words: list[re.Match[str]], at: int) -> bool:
    """A verb of saying in the present tense, told from the noun ("reports") by what follows."""
    return words[at][0] in _words("speech") and bool(_SAYS_WHAT.match(text, words[at].end()))


def _in_relative(lower: list[str], at: int) -> bool:
    """Whether a verb stands in a relative clause that has just begun: "who is", "which Russia is"."""
    return bool(_words("relatives") & set(lower[max(0, at - 2) : at]))


def _status(auxiliaries: list[str], main: str) -> str:
    if set(auxiliaries) & _words("future"):
        return "announced"
    return "ongoing" if main.endswith("ing") and set(auxiliaries) & {"is", "are", "been"} else "past"


def _nearest_verb(text: str, verbs: list[_Verb], time: dict[str, Any]) -> _Verb | None:
    """The verb a time belongs to: nearest, a break between clauses counting as far as a line of text."""

    def distance(verb: _Verb) -> int:
        before = verb.end <= time["start"]
        between = text[verb.end : time["start"]] if before else text[time["end"] : verb.start]
        marks = len(_CLAUSE.findall(between))
        # A time at the head of a sentence is parted from its clause by a comma or two.
        opening = not before and marks and not verb.relative and not any(v.end <= time["start"] for v in verbs)
        return len(between) + _REACH * (0 if opening else marks) + _AFTER * (not before)

    return min(verbs, key=lambda verb: (distance(verb), verb.start), default=None)


def _attributed(
    text: str, sentence: Any, time: dict[str, Any], verb: _Verb | None, entities: pd.DataFrame | None
) -> str | None:
    """Who says so, where a clause says who; the event of saying itself is the source's own statement."""
    whole = text[sentence.start : sentence.end]
    named = re.search(rf"\b[Aa]ccording to (?:the |an? |[a-z]+ )*?({_NAME})", whole)
    if named:
        return _canonical(sentence.start + named.start(1), named[1], entities)
    cues = "|".join(sorted(_words("speech")))
    for said in re.finditer(rf"({_NAME})(?: (?:has|have|had|also|then|later|recently))* ({cues})\b(?= that|[,:]| [“\"])", whole):
        cue = sentence.start + said.start(2)
        if cue < time["start"] and not (verb and verb.start == cue):
            return _canonical(sentence.start + said.start(1), said[1], entities)
    return None


def _canonical(start: int, surface: str, entities: pd.DataFrame | None) -> str:
    """The canonical name of an entity that overlaps a surface, else the surface."""
    if entities is not None:
        inside = entities[(entities["start"] < start + len(surface)) & (entities["end"] > start)]
        names = inside["name"].dropna()
        if len(names):
            return str(names.iloc[-1])
    return surface


def _parts(row: dict[str, Any], entities: pd.DataFrame | None) -> Iterator[dict[str, Any]]:
    verb: _Verb | None = row["_verb"]
    yield row | {"start": row["time_start"], "end": row["time_end"], "role": "time"}
    if verb is None:
        return
    yield row | {"start": verb.start, "end": verb.end, "role": "predicate"}
    if entities is None:
        return
    inside = entities[(entities["start"] >= row["start"]) & (entities["end"] <= row["end"])]
    before, after = inside[inside["end"] <= verb.start].tail(1), inside[inside["start"] >= verb.end].head(1)
    for role, found in (("agent", before), ("patient", after)):
        for entity in found.itertuples():
            yield row | {"start": entity.start, "end": entity.end, "role": role}


# ------------------------------------------------------------------ the same event in several articles


def link_events(
    events: pd.DataFrame,
    docs: pd.DataFrame,
    *,
    similarity: float = 0.15,
    longest: int = 31,
) -> pd.DataFrame:
    """Join the same event as several articles tell it.

    Two events of different articles are joined where their times overlap and the words beside them agree: the weight
    of the words that both hold, over that of the words that the shorter one holds, a word weighing the more the fewer
    events hold it (inverse document frequency, Sparck Jones 1972; names are words here), and at least two words. Times longer than `longest`
    days must be the same to count as overlapping. A cluster is whatever these joints connect, so the result does not
    depend on the order of the rows.

    Args:
        events: the result of `find_events`.
        docs: the articles that the events are from.
        similarity: weight that two sentences must share, 0 to 1.
        longest: days up to which two different times may overlap.

    Returns:
        The events with `cluster_id`: the least event_id of the cluster; null where no other article tells the event.

    Raises:
        KeyError: where an event's article is not in docs.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a", "b"], "text": ["Lyman fell on 1 October 2022.", "In 2022 Lyman fell."]})
        >>> link_events(find_events(docs), docs).cluster_id.isna().tolist()
        [True, True]
    """
    missing = set(events["doc_id"]) - set(docs["doc_id"])
    if missing:
        raise KeyError(f"docs lacks the articles of {len(missing)} events, e.g. {min(missing)!r}")
    bags = _contents(events, docs)
    weights = _weights(bags)
    parent = {event_id: event_id for event_id in events["event_id"]}
    keys = list(zip(events["event_id"], events["doc_id"], events["date_low"], events["date_high"], bags, strict=True))
    for first, second in _near(keys, weights, pd.Timedelta(days=longest)):
        agree = len(first[4] & second[4]) > 1 and _shared(first[4], second[4], weights) >= similarity
        if agree and first[1] != second[1]:
            a, b = sorted((_root(parent, first[0]), _root(parent, second[0])))
            parent[b] = a
    roots = [_root(parent, event_id) for event_id in events["event_id"]]
    sizes = pd.Series(roots, dtype="object").value_counts()
    linked = [root if sizes[root] > 1 else None for root in roots]
    return as_table(events, "events").assign(cluster_id=pd.Series(linked, dtype="str"))


def _contents(events: pd.DataFrame, docs: pd.DataFrame) -> list[frozenset[str]]:
    """What is told beside each time: words of more than two letters, cut to six so that endings do not count."""
    texts = dict(each_article(docs))
    bags = []
    columns = ("doc_id", "start", "end", "time_start", "time_end")
    for doc_id, start, end, first, last in zip(*(events[name] for name in columns), strict=True):
        text = texts[doc_id]
        near = text[max(start, first - _CONTEXT) : first] + " " + text[last : min(end, last + _CONTEXT)]
        words = (word[0].lower() for word in _WORD.finditer(near))
        bags.append(frozenset(word[:6] for word in words if len(word) > 2 and word not in _words("empty")))
    return bags


def _weights(bags: list[frozenset[str]]) -> dict[str, float]:
    counts: dict[str, int] = {}
    for bag in bags:
        for word in bag:
            counts[word] = counts.get(word, 0) + 1
    return {word: log((1 + len(bags)) / count) for word, count in counts.items()}


def _shared(first: frozenset[str], second: frozenset[str], weights: dict[str, float]) -> float:
    smaller = min(sum(sorted(weights[word] for word in bag)) for bag in (first, second))
    return sum(sorted(weights[word] for word in first & second)) / smaller if smaller else 0.0


def _near(keys: list[Any], weights: dict[str, float], longest: pd.Timedelta) -> Iterator[tuple[Any, Any]]:
    """Pairs of events whose times overlap: short ones by a sweep over the calendar, long ones where they are the same."""
    ordered = sorted(keys, key=lambda key: (key[2], key[3], key[0]))
    short = [key for key in ordered if key[3] - key[2] <= longest]
    active: list[Any] = []
    for key in short:
        active = [other for other in active if other[3] >= key[2]]
        yield from ((other, key) for other in active)
        active.append(key)
    same: dict[Any, list[Any]] = {}
    for key in ordered:
        if key[3] - key[2] > longest:
            same.setdefault((key[2], key[3]), []).append(key)
    for group in same.values():
        yield from combinations(group, 2)


def _root(parent: dict[str, str], event_id: str) -> str:
    while parent[event_id] != event_id:
        event_id = parent[event_id]
    return event_id
