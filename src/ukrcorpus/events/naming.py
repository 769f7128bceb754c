"""Names for events that several articles tell, made of what the tellings share."""

import re
from collections import Counter

import pandas as pd

from ukrcorpus.published import MONTHS
from ukrcorpus.times.grammar import load_rules

_WORD = re.compile(r"[^\W\d_]{4,}")
_MOST, _REACH = 3, 60
"""Names and words that a name holds; characters on either side of a time in which they are sought."""
_PLACE = ("surface", "start", "time_start", "time_end")


def name_clusters(events: pd.DataFrame) -> pd.Series:
    """Name each cluster by its date and by what at least half of the articles that tell it share.

    Shared are, first, names (of `entities` and `places`), then other words that are no predicate, within 60 characters
    of the time and its sentence; those of most articles first. So no single source's wording stands for the event.

    Args:
        events: the result of `link_events`.

    Returns:
        A series of str by cluster_id: "24 Jun 2023: Wagner Group, retreat". Two clusters never have the same name.

    Raises:
        KeyError: where `events` lacks a column.

    Example:
        >>> from ukrcorpus import find_events, link_events
        >>> texts = ["On 1 October 2022 the city of Lyman fell.", "The fall of the city of Lyman, 1 October 2022."]
        >>> docs = pd.DataFrame({"doc_id": ["a", "b"], "text": texts})
        >>> name_clusters(link_events(find_events(docs), docs)).tolist()
        ['1 Oct 2022: city, Lyman']

    """
    told = events[events["cluster_id"].notna()].sort_values(["cluster_id", "doc_id", "time_start"])
    names = {str(cluster): _name(rows) for cluster, rows in told.groupby("cluster_id")}
    series = pd.Series(names, dtype="str")
    copies = series.groupby(series).cumcount()
    return series.where(copies == 0, series + " (" + (copies + 1).astype("str") + ")")


def _name(events: pd.DataFrame) -> str:
    names, words, spelled = Counter[str](), Counter[str](), dict[str, str]()
    empty = set(load_rules("en", "events")["lists"]["empty"])
    for _, rows in events.groupby("doc_id", sort=False):
        found = {word.lower(): word for text in map(_near, *(rows[column] for column in _PLACE)) for word in text}
        held = dict.fromkeys(name for column in ("entities", "places") for cell in rows[column] for name in cell)
        parts = {name: {word.lower() for word in _WORD.findall(name)} for name in held}
        here = [name for name, of in parts.items() if of & found.keys()]
        skipped = empty.union(*(parts[name] for name in here), (str(word).lower() for word in rows["predicate"]))
        names.update(here)
        words.update([word for word in found if word not in skipped])
        spelled = found | spelled
    enough = max(2, events["doc_id"].nunique() / 2)
    shared = [name for name, n in names.most_common() if n >= enough]
    shared += [spelled[word] for word, n in words.most_common() if n >= enough]
    when = _when(events["date_low"].max(), events["date_high"].min())
    return f"{when}: {', '.join(shared[:_MOST])}" if shared else when


def _near(sentence: str, start: int, time_start: int, time_end: int) -> list[str]:
    """The words of a sentence on either side of its time."""
    low, high = time_start - start, time_end - start
    apart = ((word[0], low - word.end(), word.start() - high) for word in _WORD.finditer(sentence))
    return [word for word, before, after in apart if 0 <= max(before, after) <= _REACH]


def _when(one: pd.Timestamp, other: pd.Timestamp) -> str:
    """What the times of the tellings have in common; where they only touch, what lies between them."""
    low, high = min(one, other), max(one, other)
    if (low.month, low.day, high.month, high.day) == (1, 1, 12, 31):
        return str(low.year) if low.year == high.year else f"{low.year} to {high.year}"
    ends = [f"{MONTHS[day.month - 1]} {day.year}" for day in (low, high)]
    if ends[0] == ends[1] and low.day == 1 and high.day == high.days_in_month:
        return ends[0]
    first, last = (f"{day.day} {end}" for day, end in zip((low, high), ends, strict=True))
    return first if first == last else f"{first} to {last}"
