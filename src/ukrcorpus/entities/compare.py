"""Models of entities, scored on a sample that the caller labelled."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

import pandas as pd

from ukrcorpus.bench.names import score_names
from ukrcorpus.bench.scoring import is_cut
from ukrcorpus.entities.find import find_entities
from ukrcorpus.spans import each_article


def compare_models(
    docs: pd.DataFrame,
    gold: pd.DataFrame,
    *,
    models: Iterable[str] | Mapping[str, Callable[[pd.DataFrame], pd.DataFrame]] = ("table", "light"),
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare how well models find the names of articles that were labelled by hand.

    A row is a model and a kind, or "all". A hit has start, end and kind of gold; where gold has PER, ORG and LOC alone,
    what is found is brought to these. The interval comes from resampling articles (Efron 1979).

    Args:
        docs: the labelled articles and no others: what is found in an article without gold is wrong.
        gold: a row a name: doc_id, start, end, label; what is `optional` (bool), if given, counts neither way.
        models: values of `model` of `find_entities`, or own functions of docs by name.
        resamples: resamples of the bootstrap (percentiles 2.5 and 97.5).
        seed: seed of the resampling.

    Returns:
        model, label, `estimate, low, high` (F1, 0 to 1), `precision`, `recall`, `n_docs, n_spans` (of gold), `reason`.

    Raises:
        ValueError: where a row of gold has no label or is no part of its article.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kyiv thanked NATO."]})
        >>> gold = pd.DataFrame({"doc_id": ["a"], "start": [0], "end": [4], "label": ["GPE"]})
        >>> compare_models(docs, gold, models={"own": find_entities})[["label", "precision", "recall"]].values.tolist()
        [['all', 0.5, 1.0], ['ORG', 0.0, 0.0], ['GPE', 1.0, 1.0]]
    """
    texts = dict(each_article(docs))
    for row in gold.to_dict("records"):
        if not is_cut(row, texts.get(row["doc_id"], "")):
            raise ValueError(f"gold: {row} is no labelled part of a text in docs; offsets are code points into it")
    gold = gold.assign(optional=gold["optional"].eq(True) if "optional" in gold.columns else False)
    finders = models if isinstance(models, Mapping) else {name: partial(find_entities, model=name) for name in models}
    tables = list[pd.DataFrame]()
    for model, find in finders.items():
        scores = score_names(docs, gold, find(docs), resamples=resamples, seed=seed).assign(model=model)
        tables.append(scores[scores["match"] == scores["match"].iloc[0]])
    columns = ["model", "label", "estimate", "low", "high", "precision", "recall", "n_docs", "n_spans", "reason"]
    return pd.concat(tables, ignore_index=True)[columns]
