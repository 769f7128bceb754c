"""When each entity is named: first and last, and which names are new or vanish."""

import numpy as np
import pandas as pd
from scipy.special import gammaln

from ukrcorpus.spans import READ_ZONES
from ukrcorpus.summary import SMALLEST_GROUP

_ENTITY = ["entity_id", "label", "name"]


def count_appearances(
    entities: pd.DataFrame, docs: pd.DataFrame, *, monthly: bool = False, count_in: tuple[str, ...] = READ_ZONES
) -> pd.DataFrame:
    """Count the mentions of each entity in each article, or month, with its date.

    A row is an entity in an article (or month) that names it. Articles without any date are in no row; an article
    counts in the month of the middle of its interval.

    Args:
        entities: the result of `link_entities`.
        docs: the articles, as `infer_published` gives them.
        monthly: a row a month instead of an article.
        count_in: zones that count.

    Returns:
        `entity_id, label, name, date_low, date_high` (datetime64[s]: of the article or month), `n_docs` (articles that
        name it), `n_docs_all` (all articles then), `n_spans`, and without `monthly` `doc_id`.

    Raises:
        KeyError: where docs lacks published_low and published_high.

    Example:
        >>> from ukrcorpus import find_entities
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["NATO met NATO."], "published_low": ["2023-06-25"],
        ...                      "published_high": ["2023-06-27"]})
        >>> count_appearances(find_entities(docs), docs, monthly=True)[["name", "n_spans"]].values.tolist()
        [['North Atlantic Treaty Organization', 2]]
    """
    dated = _dated(docs)
    if monthly:
        month = (dated["date_low"] + (dated["date_high"] - dated["date_low"]) / 2).dt.to_period("M")
        dated = dated.assign(
            date_low=month.dt.start_time.astype("datetime64[s]"), date_high=month.dt.end_time.astype("datetime64[s]")
        )
    named = entities[entities["entity_id"].notna() & entities["zone"].isin(count_in)]
    when = ["date_low", "date_high"] if monthly else ["doc_id", "date_low", "date_high"]
    rows = named[["doc_id", *_ENTITY]].merge(dated, on="doc_id")
    counts = rows.groupby([*_ENTITY, *when]).agg(n_docs=("doc_id", "nunique"), n_spans=("doc_id", "size")).reset_index()
    whole = dated.groupby(when).agg(n_docs_all=("doc_id", "nunique")).reset_index()
    counts = counts.merge(whole, on=when).sort_values([*_ENTITY, *when], kind="stable", ignore_index=True)
    return counts[[*_ENTITY, *when, "n_docs", "n_docs_all", "n_spans"]]


def compare_appearances(
    entities: pd.DataFrame, docs: pd.DataFrame, *, count_in: tuple[str, ...] = READ_ZONES
) -> pd.DataFrame:
    """Say when each entity is first and last named, and how many articles stand before and after.

    A row is an entity. Dates are intervals, as those of the articles are. `chance_new` is the probability that none of
    the first `n_before` articles names it if the articles that do were spread at random over all dated ones
    (hypergeometric); likewise `chance_gone` of the last `n_after`. Both are null below ten dated articles.

    Args:
        entities: the result of `link_entities`.
        docs: the articles, as `infer_published` gives them.
        count_in: zones that count.

    Returns:
        `entity_id, label, name, first_low, first_high, last_low, last_high` (datetime64[s]), `n_before` and `n_after`
        (int64: articles surely before the first and after the last that names it), `chance_new, chance_gone`
        (float64), `n_docs`, `n_spans`, `reason` (null where a chance is given).

    Raises:
        KeyError: where docs lacks published_low and published_high.

    Example:
        >>> from ukrcorpus import find_entities
        >>> docs = pd.DataFrame({"doc_id": ["a", "b"], "text": ["Kyiv voted.", "NATO met."],
        ...                      "published_low": ["2023-06-25", "2024-01-01"], "published_high": ["2023-06-27"] * 2})
        >>> docs.loc[1, "published_high"] = "2024-01-01"
        >>> compare_appearances(find_entities(docs), docs)[["name", "n_before", "n_after"]].values.tolist()
        [['Kyiv', 0, 1], ['North Atlantic Treaty Organization', 1, 0]]
    """
    counts = count_appearances(entities, docs, count_in=count_in)
    dated = _dated(docs)
    table = counts.groupby(_ENTITY, as_index=False).agg(
        first_low=("date_low", "min"),
        first_high=("date_high", "min"),
        last_low=("date_low", "max"),
        last_high=("date_high", "max"),
        n_docs=("doc_id", "nunique"),
        n_spans=("n_spans", "sum"),
    )
    lows, highs = np.sort(dated["date_low"].to_numpy()), np.sort(dated["date_high"].to_numpy())
    table["n_before"] = np.searchsorted(highs, table["first_low"].to_numpy(), side="left")
    table["n_after"] = len(lows) - np.searchsorted(lows, table["last_high"].to_numpy(), side="right")
    enough = len(dated) >= SMALLEST_GROUP
    for chance, missed in (("chance_new", "n_before"), ("chance_gone", "n_after")):
        table[chance] = _all_elsewhere(len(dated), table["n_docs"], table[missed]) if enough else np.nan
    table["reason"] = pd.Series(
        None if enough else f"{len(dated)} of {SMALLEST_GROUP} dated articles needed", index=table.index, dtype="str"
    )
    return table[
        [
            *_ENTITY,
            "first_low",
            "first_high",
            "last_low",
            "last_high",
            "n_before",
            "n_after",
            "chance_new",
            "chance_gone",
            "n_docs",
            "n_spans",
            "reason",
        ]
    ]


def _dated(docs: pd.DataFrame) -> pd.DataFrame:
    """The articles that have a first and a last possible day."""
    dates = docs[["doc_id", "published_low", "published_high"]].dropna()
    low, high = (pd.to_datetime(dates[f"published_{end}"]).astype("datetime64[s]") for end in ("low", "high"))
    return dates[["doc_id"]].assign(date_low=low, date_high=high)


def _all_elsewhere(n: int, naming: pd.Series, missed: pd.Series) -> pd.Series:
    """The probability that all articles that name an entity fall outside `missed` articles of n."""
    rest = (n - missed).astype("float64")
    logarithm = gammaln(rest + 1) - gammaln(rest - naming + 1) - gammaln(n + 1) + gammaln(n - naming + 1)
    return pd.Series(np.exp(logarithm), index=naming.index)
