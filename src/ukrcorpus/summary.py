"""Counts of spans by group, with intervals where the corpus carries them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import t as student

from ukrcorpus.columns import as_table
from ukrcorpus.spans import READ_ZONES

SMALLEST_GROUP = 10
"""Articles a group needs before an interval is given."""


def count_spans(
    spans: pd.DataFrame,
    docs: pd.DataFrame,
    *,
    keys: Sequence[str],
    by: str = "publisher",
    n_words: pd.Series,
    per: int = 1000,
    count_in: tuple[str, ...] = READ_ZONES,
) -> pd.DataFrame:
    """Count spans a group and give the rate with its interval.

    A row is a value of `keys` in a group of articles; every value stands in every group, with 0 where it is not found.
    Since words of one article are not independent, the interval rests on how the rate moves when one article at a time
    is left out: the jackknife's variance, in Wilson's form for a share (`per` times spans a word, so that no end lies
    below 0), with Student's t. Its degrees of freedom are fewer, the more of the variance one article makes.

    Args:
        spans: any span table with the columns `keys`.
        docs: the articles; `by` is one of its columns (`doc_id` gives a row an article). Articles without a value of
            `by` form the group "unknown".
        keys: columns of spans whose values are counted.
        by: column of docs that makes the groups.
        n_words: words an article, from `count_words`.
        per: words that the rate refers to.
        count_in: zones that count.

    Returns:
        `keys`, `by`, and the columns of a summary; `estimate` in spans per `per` words, `n_docs` the articles of the
        group, `n_docs_with` (int64) those of them that hold such a span, `n_spans` the spans.

    Raises:
        KeyError: where `spans` or `docs` lacks a column that is asked for.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kyiv"], "publisher": ["P"]})
        >>> spans = pd.DataFrame({"doc_id": ["a"], "start": [0], "end": [4], "name": ["Kyiv"], "zone": ["paragraph"]})
        >>> count_spans(spans, docs, keys=["name"], n_words=pd.Series({"a": 1})).estimate.tolist()
        [1000.0]

    """
    keys = list(keys)
    groups = docs.set_index("doc_id")[by] if by != "doc_id" else docs.set_index("doc_id").index.to_series()
    groups = groups.astype("object").where(groups.notna(), "unknown")
    counted = spans[spans["zone"].isin(count_in) & spans["doc_id"].isin(groups.index)]
    values = counted[keys].drop_duplicates().sort_values(keys, kind="stable")
    wide = counted.groupby([*keys, "doc_id"]).size().unstack("doc_id", fill_value=0)  # noqa: PD010
    wide = wide.reindex(columns=groups.index, fill_value=0)
    tables = []
    for group in sorted(groups.unique()):
        members = groups.index[groups == group].sort_values()
        words = n_words.reindex(members).to_numpy(dtype="float64")
        counts = wide[members].to_numpy(dtype="float64") if len(values) else np.zeros((0, len(members)))
        table = wide.index.to_frame(index=False) if len(values) else values
        total = max(words.sum(), 1.0)
        table = table.assign(
            **{by: group},
            estimate=per * counts.sum(axis=1) / total,
            n_docs=len(members),
            n_docs_with=(counts > 0).sum(axis=1),
            n_spans=counts.sum(axis=1).astype("int64"),
        )
        if len(members) >= SMALLEST_GROUP:
            low, high = _interval(counts, words)
            # The estimate once more, so that rounding does not put it outside.
            low, high = np.minimum(per * low, table["estimate"]), np.maximum(per * high, table["estimate"])
            table = table.assign(low=low, high=high, reason=None)
        else:
            table = table.assign(low=np.nan, high=np.nan, reason=f"{len(members)} of {SMALLEST_GROUP} articles needed")
        tables.append(table)
    if not tables:
        tables.append(values.assign(**{by: pd.Series(dtype="str")}, n_docs_with=np.zeros(0, dtype="int64")))
    declared = as_table(pd.concat(tables, ignore_index=True), "summary")
    return declared[[*keys, by, *(c for c in declared.columns if c not in (*keys, by))]]


def _interval(counts: np.ndarray, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both ends of the 95 % interval of spans a word, for each row of counts by article."""
    total = max(words.sum(), 1.0)
    share = counts.sum(axis=1) / total
    shifts = (np.outer(share, words) - counts) / np.maximum(total - words, 1.0)
    variance = (shifts**2).sum(axis=1)
    # Three times the inverse kurtosis: as many as articles where the shifts are normal, few where one outweighs all.
    freedom = np.clip(3 * variance**2 / np.maximum((shifts**4).sum(axis=1), 1e-300) - 1, 1, len(words) - 1)
    # Spans of which a word can bear several have no upper end of 1.
    bounded = (counts <= words).all(axis=1)
    spread = share * (1 - bounded * share)
    k = np.where(spread > 0, student.ppf(0.975, freedom) ** 2 * variance / np.where(spread > 0, spread, 1), 0.0)
    middle, half = share + k / 2, np.sqrt(k * spread + k**2 / 4)
    return np.maximum(middle - half, 0) / (1 + k * bounded), (middle + half) / (1 + k * bounded)
