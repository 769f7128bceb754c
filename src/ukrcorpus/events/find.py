"""Events: what the sentences of an article say happened, and when."""

from bisect import bisect_left
from collections import namedtuple
from collections.abc import Iterator
from typing import Any

import pandas as pd

from ukrcorpus.events.verbs import Clause, Dated, Row, Sentence, arguments_of, dated_by, read_sentence
from ukrcorpus.lexicon import rows_by_article
from ukrcorpus.quotes import find_quotes
from ukrcorpus.sentences import find_sentences
from ukrcorpus.spans import READ_ZONES, each_article, span_table
from ukrcorpus.times import find_times
from ukrcorpus.times.grammar import languages
from ukrcorpus.times.periods import publication_days
from ukrcorpus.zones import find_zones

Time = namedtuple("Time", "start end dated value date_low date_high score")
_WEIGHTS = {"clause": 1.0, "noun": 0.7, "dated_name": 0.5, "no_predicate": 0.5}
"""How far each rule can be relied on; a date within a name little, since the sentence may only mention it."""


def find_events(
    docs: pd.DataFrame,
    *,
    times: pd.DataFrame | None = None,
    entities: pd.DataFrame | None = None,
    places: pd.DataFrame | None = None,
    quotes: pd.DataFrame | None = None,
    sentences: pd.DataFrame | None = None,
    parts: bool = False,
) -> pd.DataFrame:
    """Find the events that an article places in time.

    A row is an event: a sentence, a time in it that has a place on the calendar, and what that time dates. That is the
    verb of its clause (`rule` clause), or a noun ("the attack in May has led to ...": noun; "the 1917 revolution",
    where nothing is told of it: dated_name, with half the score), or nothing found (no_predicate). Times of one
    predicate make one row where they overlap, with the finest; so do the two ends of a range. Clauses, agents and
    patients (English only) are told by words, endings and their order: a light heuristic, not a parse.

    Args:
        docs: a table with `doc_id` and `text`; the columns that `find_times` reads where given.
        times: the result of `find_times`, where it was made already.
        entities: the result of `find_entities`; names are then kept whole and listed.
        places: the result of `find_places`; places are then listed, except those within other names.
        quotes: the result of `find_quotes`, where it was made already; making it finds entities too, which is slow.
        sentences: the result of `find_sentences`, where it was made already.
        parts: give the long table: a row a part, its own span, and `role`: predicate, agent, patient, time, place.

    Returns:
        Columns of a span table, `label` being "event", and `event_id` (article and first character of the time),
        `time_start`, `time_end`, `value` (TIMEX3; for a range its two ends and a slash), `date_low`, `date_high`,
        `predicate`, `what`, `agent`, `patient`, `status` (past, ongoing, announced), `attributed_to` ("not named" for
        a quotation of nobody), `entities`, `places` (lists of names). With `parts`, `role` besides.

    Raises:
        ValueError: where docs lacks a column or holds an id twice.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["The purge began in May 2024 with an arrest."]})
        >>> find_events(docs)[["value", "what", "predicate", "status"]].values.tolist()
        [['2024-05', 'The purge began with an arrest', 'began', 'past']]

    """
    zones = find_zones(docs) if times is None or sentences is None or quotes is None else None
    times = find_times(docs, zones=zones) if times is None else times
    sentences = find_sentences(docs, zones=zones) if sentences is None else sentences
    quotes = find_quotes(docs, zones=zones, sentences=sentences, entities=entities) if quotes is None else quotes
    said = quotes[(quotes["role"] == "quote") & quotes["label"].isin(["quote", "block", "indirect"])]
    located = places[places["use"] != "embedded"] if places is not None else None
    dated = times.assign(dated=times["date_low"].notna() & (times["label"] != "SET"))
    tables = (
        rows_by_article(sentences[sentences["zone"].isin(READ_ZONES)], "start", "end"),
        rows_by_article(dated, *Time._fields),
        *({} if table is None else rows_by_article(table, "start", "end", "name") for table in (entities, located)),
        rows_by_article(said, "start", "end", "speaker"),
    )
    known = dict(zip(docs["doc_id"], docs["language"], strict=True)) if "language" in docs.columns else {}
    days = publication_days(docs)
    rows = [
        {"doc_id": doc_id, "event_id": f"{doc_id}:{row['time_start']}", **row}
        for (doc_id, text), *published in zip(each_article(docs), days["low"], days["high"], strict=True)
        for event, pieces in _events_of(
            text, str(known.get(doc_id)), published, *(table.get(doc_id, []) for table in tables)
        )
        for row in ([event | piece for piece in pieces] if parts else [event])
    ]
    # Sentences in the place of zones: they tell the zone of whatever starts in them.
    table = span_table(rows, "events", docs, sentences.assign(label=sentences["zone"]))
    return table.assign(role=pd.Series(dtype="str")) if parts and not rows else table


def _events_of(
    text: str, language: str, published: list[pd.Timestamp], sentences: list[Row], times: list[Row], *named: list[Row]
) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Events of an article, each with its parts; `named` are its names, places and quotations."""
    for start, end in sentences:
        near = [Time(*row) for row in _within(times, start, end)]
        if not any(time.dated for time in near):
            continue
        names, places = (_within(rows, start, end) for rows in named[:2])
        sentence = read_sentence(text, (start, end), near, names, language if language in languages() else "en")
        told = _told(sentence, [time for time in near if time.dated], names)
        for time, dated in told:
            rule, _, clause = dated
            roles, whole = arguments_of(sentence, dated)
            spans = {role: sentence.tokens.span(*part) for role, part in roles.items()}
            said = [text[slice(*sentence.tokens.span(*part))] for part in whole]
            at = spans.get("predicate", time)[0]
            saying = min((q for q in named[2] if q[0] <= at < q[1]), key=lambda q: q[1] - q[0], default=None)
            owned = [
                [row for row in rows if len(told) > 1 and sentence.owners[sentence.part(row)[0]] is clause] or rows
                for rows in (names, places)
            ]
            lists = (list(dict.fromkeys(row[2] for row in rows if isinstance(row[2], str))) for rows in owned)
            event = {"start": start, "end": end, "label": "event", "rule": rule, "score": time.score * _WEIGHTS[rule]}
            event |= {"time_start": time.start, "time_end": time.end, "value": time.value}
            event |= {"date_low": time.date_low, "date_high": time.date_high}
            event |= {role: text[slice(*spans.get(role, (0, 0)))] or None for role in ("predicate", "agent", "patient")}
            event |= {"what": " ".join(said) or None, "status": _status(clause, time, *published)}
            event["attributed_to"] = saying and (saying[2] if isinstance(saying[2], str) else "not named")
            event |= dict(zip(("entities", "places"), lists, strict=True))
            cuts = [("time", time), *spans.items(), *(("place", place) for place in owned[1])]
            yield event, [{"start": cut[0], "end": cut[1], "role": role} for role, cut in cuts]


def _within(rows: list[Row], start: int, end: int) -> list[Row]:
    """Those of a sorted list of rows that start in [start, end)."""
    return rows[bisect_left(rows, (start,)) : bisect_left(rows, (end,))]


def _told(sentence: Sentence, times: list[Time], names: list[Row]) -> list[tuple[Time, Dated]]:
    """Times and what they date: the ends of a range as one, and of times of one predicate that overlap the finest."""
    found: list[tuple[Time, Dated]] = []
    for time in times:
        part, first = sentence.part(time), found[-1][0] if found else time
        joined = sentence.phrases["range"].search(sentence.codes, 0, part[0])
        if joined and len(first.value) == len(time.value) and first.date_low < time.date_low:
            value = f"{first.value}/{time.value}"
            found[-1] = (first._replace(end=time.end, value=value, date_high=time.date_high), found[-1][1])
            continue
        around = [name for name in names if name[0] <= time.start and time.end <= name[1] and name[:2] != time[:2]]
        dated = dated_by(sentence, part, sentence.part(around[0]) if around else None)
        for number, (other, what) in enumerate(found):
            if what == dated and other.date_low <= time.date_high and time.date_low <= other.date_high:
                found[number] = (min(other, time, key=lambda t: t.date_high - t.date_low), dated)
                break
        else:
            found.append((time, dated))
    # A heading that is a date and nothing else tells of no event.
    tells = any(sentence.has("NOMINAL", at) and not sentence.has("LOOSE", at) for at in range(len(sentence.codes)))
    return [pair for pair in found if tells or pair[1][2]]


def _status(clause: Clause | None, time: Time, first_day: pd.Timestamp, last_day: pd.Timestamp) -> str:
    """What the verb says, unless the day says more: what lies after publication is announced."""
    status, reached = clause.verb.gives["status"] if clause else "past", time.date_high >= first_day
    by_day = {"present": "ongoing" if reached else "past", "possible": "announced" if reached else "past"}
    return "announced" if time.date_low > last_day else by_day.get(status, status)
