"""The same event as several articles tell it."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from math import fsum, log

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ukrcorpus.columns import as_table
from ukrcorpus.spans import each_article
from ukrcorpus.times.grammar import load_rules

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
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
    counts = Counter(word for bag in bags for word in bag)
    weights = {word: log((1 + len(bags)) / count) for word, count in counts.items()}
    doc_ids = events["doc_id"].tolist()
    joints = [
        (first, second)
        for first, second in _near(events, pd.Timedelta(days=longest))
        if doc_ids[first] != doc_ids[second] and _agreement(bags[first], bags[second], weights) >= similarity
    ]
    rows, columns = np.array(joints, dtype="int64").reshape(-1, 2).T
    size = (len(events), len(events))
    _, cluster = connected_components(coo_array((np.ones(len(rows)), (rows, columns)), shape=size), directed=False)
    groups = events["event_id"].reset_index(drop=True).groupby(cluster)
    least = groups.transform("min").where(groups.transform("size") > 1)
    return as_table(events, "events").assign(cluster_id=least.astype("str"))


def _contents(events: pd.DataFrame, docs: pd.DataFrame) -> list[frozenset[str]]:
    """What is told beside each time: words of more than two letters, cut to six so that endings do not count."""
    texts, empty = dict(each_article(docs)), set(load_rules("en", "events")["lists"]["empty"])
    bags = []
    columns = ("doc_id", "start", "end", "time_start", "time_end")
    for doc_id, start, end, first, last in zip(*(events[name] for name in columns), strict=True):
        text = texts[doc_id]
        near = text[max(start, first - _CONTEXT) : first] + " " + text[last : min(end, last + _CONTEXT)]
        words = (word.lower() for word in _WORD.findall(near))
        bags.append(frozenset(word[:6] for word in words if len(word) > 2 and word not in empty))
    return bags


def _agreement(first: frozenset[str], second: frozenset[str], weights: dict[str, float]) -> float:
    """Weight of the words that two tellings share, as a part of the shorter one's; 0 below two shared words."""
    # fsum, since the order of a set differs from run to run
    smaller = min(fsum(weights[word] for word in bag) for bag in (first, second))
    shared = first & second
    return fsum(weights[word] for word in shared) / smaller if len(shared) > 1 and smaller else 0.0


def _near(events: pd.DataFrame, longest: pd.Timedelta) -> Iterator[tuple[int, int]]:
    """Pairs of events whose times overlap: short ones by a sweep over the calendar, long ones where the same."""
    times = events[["date_low", "date_high"]].reset_index(drop=True).sort_values(["date_low", "date_high"])
    is_short = times["date_high"] - times["date_low"] <= longest
    active: list[tuple[int, pd.Timestamp]] = []
    for number, low, high in times[is_short].itertuples():
        active = [(other, end) for other, end in active if end >= low]
        yield from ((other, number) for other, _ in active)
        active.append((number, high))
    for _, same in times[~is_short].groupby(["date_low", "date_high"]):
        yield from combinations(same.index, 2)
