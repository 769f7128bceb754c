"""Counts of spans by group, with intervals where the corpus carries them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

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
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Count spans a group and give the rate with its interval.

    A row is a value of `keys` in a group of articles; every value stands in every group, with 0 where it is not found.
    The interval is the percentile bootstrap over articles (Efron 1979), since words of one article are not independent.

    Args:
        spans: any span table with the columns `keys`.
        docs: the articles; `by` is one of its columns (`doc_id` gives a row an article). Articles without a value of
            `by` form the group "unknown".
        keys: columns of spans whose values are counted.
        by: column of docs that makes the groups.
        n_words: words an article, from `count_words`.
        per: words that the rate refers to.
        count_in: zones that count.
        resamples: bootstrap resamples.
        seed: seed of the resampling, which starts anew for each group and does not depend on the order of rows.

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
            rng = np.random.default_rng(seed)
            weights = rng.multinomial(len(members), np.full(len(members), 1 / len(members)), size=resamples)
            rates = per * (counts @ weights.T) / np.maximum(weights @ words, 1.0)
            low, high = np.quantile(rates, [0.025, 0.975], axis=1)
            table = table.assign(low=low, high=high, reason=None)
        else:
            table = table.assign(low=np.nan, high=np.nan, reason=f"{len(members)} of {SMALLEST_GROUP} articles needed")
        tables.append(table)
    if not tables:
        tables.append(values.assign(**{by: pd.Series(dtype="str")}, n_docs_with=np.zeros(0, dtype="int64")))
    declared = as_table(pd.concat(tables, ignore_index=True), "summary")
    return declared[[*keys, by, *(c for c in declared.columns if c not in (*keys, by))]]
