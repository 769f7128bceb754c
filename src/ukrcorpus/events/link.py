"""The same event as several articles tell it."""

from collections.abc import Iterator
from itertools import combinations
from math import log
from typing import Any

import pandas as pd

from ukrcorpus.columns import as_table
from ukrcorpus.events.verbs import WORD, words_of
from ukrcorpus.spans import each_article

_CONTEXT = 100
"""Characters on either side of a time, within its sentence, that tell what happened then."""


def link_events(
    events: pd.DataFrame,
    docs: pd.DataFrame,
    *,
    similarity: float = 0.15,
    longest: int = 31,
) -> pd.DataFrame:
    """Join the same event as several articles tell it.

    Two events of different articles are joined where their times overlap and the words beside them agree: they share
    at least two, and the weight of the shared words is a large enough part of the weight of the words of the shorter
    one. A word weighs the more the fewer events hold it (inverse document frequency, Sparck Jones 1972); names are
    words here. Times longer than `longest` days must be the same to count as overlapping. A cluster is whatever these
    joints connect, so the result does not depend on the order of the rows.

    Args:
        events: the result of `find_events`.
        docs: the articles that the events are from.
        similarity: part of the weight of words that two events must share, 0 to 1.
        longest: days up to which two different times may overlap.

    Returns:
        The events with `cluster_id`: the least event_id of the cluster; null where no other article tells the event.

    Raises:
        KeyError: where an event's article is not in docs.

    Example:
        >>> texts = ["On 1 October 2022 the city of Lyman fell.", "The fall of the city of Lyman, 1 October 2022."]
        >>> docs = pd.DataFrame({"doc_id": ["a", "b"], "text": texts})
        >>> from ukrcorpus import find_events
        >>> link_events(find_events(docs), docs).cluster_id.tolist()
        ['a:3', 'a:3']

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
        words = (word[0].lower() for word in WORD.finditer(near))
        bags.append(frozenset(word[:6] for word in words if len(word) > 2 and word not in words_of("empty")))
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
    """Pairs of events whose times overlap: short ones by a sweep over the calendar, long ones where the same."""
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
