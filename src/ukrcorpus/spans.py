"""What every span table shares: cutting, zones, sentences, words."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from ukrcorpus.columns import as_table

READ_ZONES = ("title", "heading", "paragraph")
"""Zones that hold what the author wrote; summaries count these unless told otherwise."""

WORD = re.compile(r"[^\W_]+(?:['’.\-\u2010\u2011][^\W_]+)*")
"""A word: letters and digits, held together by apostrophes, hyphens and inner full stops."""


def each_article(docs: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Yield doc_id and text of each article, in the order of the table.

    Raises:
        ValueError: where docs has no column doc_id or text, a text that is no string, or an id twice.

    """
    for column in ("doc_id", "text"):
        if column not in docs.columns:
            raise ValueError(f"docs has no column {column!r}; load it with load_corpus, or rename the column")
    if docs["doc_id"].duplicated().any():
        twice = docs.loc[docs["doc_id"].duplicated(), "doc_id"].iloc[0]
        raise ValueError(f"docs has the id {twice!r} twice; ids tie findings to articles, so make them unique")
    for doc_id, text in zip(docs["doc_id"], docs["text"], strict=True):
        if not isinstance(text, str):
            raise ValueError(f"docs has no text for {doc_id!r}; drop the row or give it a string")
        yield doc_id, text


def by_article(spans: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Split a span table into one table an article, each sorted by start."""
    ordered = spans.sort_values(["doc_id", "start", "end"], kind="stable")
    return {str(doc_id): rows for doc_id, rows in ordered.groupby("doc_id", sort=False)}


def span_table(rows: Iterable[dict[str, Any]], table: str, docs: pd.DataFrame, zones: pd.DataFrame) -> pd.DataFrame:
    """Make a span table of rows that have at least doc_id, start and end.

    Fills `surface` from the text and `zone` from the zones, sorts by article (in the order of docs), start and end.
    """
    order = {doc_id: number for number, doc_id in enumerate(docs["doc_id"])}
    texts = dict(zip(docs["doc_id"], docs["text"], strict=True))
    ordered = sorted(rows, key=lambda row: (order[row["doc_id"]], row["start"], row["end"]))
    frame = pd.DataFrame(ordered)
    if frame.empty:
        return as_table(frame, table)
    surfaces = [texts[row["doc_id"]][row["start"] : row["end"]] for row in ordered]
    return as_table(frame.assign(surface=surfaces, zone=look_up(frame, zones, "label")), table)


def look_up(spans: pd.DataFrame, containers: pd.DataFrame, column: str, fill: Any = None) -> list[Any]:
    """For each span the value of a column of the container (zone, sentence) that holds its start.

    Containers are disjoint within an article; a span that starts in none gets `fill`.
    """
    if containers.empty or spans.empty:
        return [fill] * len(spans)
    articles = pd.Index(containers["doc_id"].unique())
    here, there = articles.get_indexer(spans["doc_id"]), articles.get_indexer(containers["doc_id"])
    at = spans["start"].to_numpy("int64")
    starts, ends = containers["start"].to_numpy("int64"), containers["end"].to_numpy("int64")
    # one number for article and place, so that a single search serves all articles
    width = max(int(at.max()), int(ends.max())) + 1
    order = np.argsort(there * width + starts, kind="stable")
    found = order[np.maximum(np.searchsorted((there * width + starts)[order], here * width + at, side="right") - 1, 0)]
    holds = (here >= 0) & (there[found] == here) & (starts[found] <= at) & (at < ends[found])
    values = containers[column].to_numpy("object")[found]
    return [value if held else fill for value, held in zip(values, holds, strict=True)]


def count_words(docs: pd.DataFrame, zones: pd.DataFrame, *, count_in: tuple[str, ...] = READ_ZONES) -> pd.Series:
    """Words an article has in the zones that count.

    Returns:
        A series of int64 named `n_words` with doc_id as its index, in the order of docs.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"]})
        >>> zones = pd.DataFrame({"doc_id": "a", "label": ["paragraph", "credit"], "surface": ["So be it.", "AP"]})
        >>> count_words(docs, zones).to_dict()
        {'a': 3}

    """
    counts = dict.fromkeys(docs["doc_id"], 0)
    counted = zones[zones["label"].isin(count_in)]
    for doc_id, surface in zip(counted["doc_id"], counted["surface"], strict=True):
        if doc_id in counts:
            counts[doc_id] += sum(1 for _ in WORD.finditer(surface))
    return pd.Series(counts, name="n_words", dtype="int64").rename_axis("doc_id")
