"""Who is named beside whom: entities that share sentences, compared with chance."""

from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse, stats

from ukrcorpus.sentences import find_sentences
from ukrcorpus.spans import READ_ZONES, look_up
from ukrcorpus.summary import SMALLEST_GROUP

_EXACT = 1_000
"""Sentences up to which the probability of a Poisson binomial variable is exact."""

_A, _B = ["entity_id_a", "name_a", "label_a"], ["entity_id_b", "name_b", "label_b"]
_Array = NDArray[np.float64]


def find_pairs(
    entities: pd.DataFrame,
    docs: pd.DataFrame,
    *,
    sentences: pd.DataFrame | None = None,
    count_in: tuple[str, ...] = READ_ZONES,
) -> pd.DataFrame:
    """Find the sentences that name two entities.

    A row is a sentence and a pair of different entities in it, however often each is named there; a is before b in the
    alphabet of ids. Mentions without an entity_id are in no pair.

    Args:
        entities: the result of `find_entities` or `link_entities`.
        docs: the articles.
        sentences: the result of `find_sentences`, where it was made already.
        count_in: zones whose sentences count.

    Returns:
        doc_id, start, end (of the sentence), zone, `entity_id_a, name_a, label_a, entity_id_b, name_b, label_b` (str).

    Raises:
        KeyError: where entities lacks a column.

    Example:
        >>> from ukrcorpus import find_entities
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kyiv thanked NATO. Moscow did not."]})
        >>> find_pairs(find_entities(docs), docs)[["name_a", "name_b", "end"]].values.tolist()
        [['Kyiv', 'North Atlantic Treaty Organization', 18]]
    """
    sentences = find_sentences(docs) if sentences is None else sentences
    read = sentences[sentences["zone"].isin(count_in) & sentences["doc_id"].isin(docs["doc_id"])]
    held = entities[entities["entity_id"].notna()][["doc_id", "start", "entity_id", "name", "label"]]
    held = held.assign(sentence=look_up(held, read, "sentence_id")).dropna(subset="sentence")
    held = held.drop_duplicates(["doc_id", "sentence", "entity_id"]).drop(columns="start")
    both = held.merge(held, on=["doc_id", "sentence"], suffixes=("_a", "_b"))
    both = both[both["entity_id_a"] < both["entity_id_b"]].rename(columns={"sentence": "sentence_id"})
    placed = both.merge(read[["doc_id", "sentence_id", "start", "end", "zone"]], on=["doc_id", "sentence_id"])
    order = placed["doc_id"].map({doc_id: number for number, doc_id in enumerate(docs["doc_id"])})
    placed = placed.assign(_order=order).sort_values(["_order", "start", "entity_id_a", "entity_id_b"], kind="stable")
    columns = ["doc_id", "start", "end", "zone", *_A, *_B]
    return placed[columns].astype(dict.fromkeys(["zone", *_A, *_B], "str")).reset_index(drop=True)


def compare_pairs(
    entities: pd.DataFrame,
    docs: pd.DataFrame,
    *,
    sentences: pd.DataFrame | None = None,
    count_in: tuple[str, ...] = READ_ZONES,
    least: int = 2,
    limit: float = 0.05,
    resamples: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare how often two entities share a sentence with what chance would give.

    A row is a pair that shares at least one sentence. Association is normalised pointwise mutual information over
    sentences (Bouma 2009): 1 where two are only named together, 0 where they are independent, below 0 where they avoid
    each other. Chance is a random arrangement of the same names within each article, in which every sentence keeps its
    number of entities and every entity, on average, its number of sentences (a degree-preserving null, as for backbones
    of bipartite graphs, Neal 2014; conditional Bernoulli sampling, Chen, Dempster & Liu 1994). It says whether two
    stand together more than their frequency in these articles explains, and nothing about articles outside the corpus.

    Args:
        entities: the result of `find_entities` or `link_entities`. Pairs of these alone are compared, so leave out
            what is not of interest before.
        docs: the articles.
        sentences: the result of `find_sentences`, where it was made already.
        count_in: zones whose sentences count.
        least: sentences that a pair is kept for at least.
        limit: probability up to which a pair exceeds chance.
        resamples: bootstrap resamples of articles.
        seed: seed of the bootstrap.

    Returns:
        `entity_id_a, name_a, label_a, entity_id_b, name_b, label_b` and a summary: `estimate` (NPMI, -1 to 1) with
        `low, high` (95 % interval from resampling articles), `n_docs` (articles with such a sentence), `n_spans`
        (sentences that name both), `reason`; and, all float64, `expected` (sentences by chance), `chance` (the
        probability of `n_spans` or more by chance), `adjusted` (the same where all pairs are looked at together: the
        false discovery rate, Benjamini & Hochberg 1995); `kept` (bool): `least` sentences or more, `chance` within
        `limit`, and `low` above 0 where there is an interval. Most sentences first.

    Raises:
        KeyError: where entities lacks a column.

    Example:
        >>> from ukrcorpus import find_entities
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kyiv thanked NATO. Moscow did not."]})
        >>> compare_pairs(find_entities(docs), docs)[["name_a", "n_spans", "estimate"]].values.tolist()
        [['Kyiv', 1, 1.0]]
    """
    docs = docs.drop_duplicates("doc_id").sort_values("doc_id")
    sentences = find_sentences(docs) if sentences is None else sentences
    read = sentences[sentences["zone"].isin(count_in) & sentences["doc_id"].isin(docs["doc_id"])]
    pairs = find_pairs(entities, docs, sentences=read, count_in=count_in)
    table = pairs.groupby([*_A, *_B], sort=True).agg(n_docs=("doc_id", "nunique"), n_spans=("start", "size"))
    table = table.reset_index()
    where = entities[entities["entity_id"].notna()].assign(sentence=lambda rows: look_up(rows, read, "sentence_id"))
    where = where.dropna(subset="sentence").drop_duplicates(["doc_id", "sentence", "entity_id"])
    ids = pd.Index(where["entity_id"].unique()).sort_values()
    a, b = (ids.get_indexer(table[column]) for column in ("entity_id_a", "entity_id_b"))
    named = _per_article(where, docs, ids)
    together = _per_article(
        pairs.assign(pair=pairs["entity_id_a"] + "\0" + pairs["entity_id_b"]),
        docs,
        pd.Index(table["entity_id_a"] + "\0" + table["entity_id_b"]),
        "pair",
    )
    size = read.groupby("doc_id").size().reindex(docs["doc_id"], fill_value=0).to_numpy("float64")
    n_docs = len(docs)
    ones = np.ones((1, n_docs))
    table["estimate"] = _npmi(ones @ together, ones @ named[:, a], ones @ named[:, b], ones @ size)[0]
    enough = n_docs >= SMALLEST_GROUP
    table["low"], table["high"] = np.nan, np.nan
    if enough and len(table):
        drawn = np.random.default_rng(seed).multinomial(n_docs, np.full(n_docs, 1 / n_docs), size=resamples) * 1.0
        values = _npmi(drawn @ together, (drawn @ named)[:, a], (drawn @ named)[:, b], drawn @ size)
        table["low"], table["high"] = np.nanquantile(values, [0.025, 0.975], axis=0)
    table["reason"] = None if enough else f"{n_docs} of {SMALLEST_GROUP} articles needed"
    table = table.astype({"reason": "str"})
    table["expected"], table["chance"] = _by_chance(where, table, ids)
    table["kept"] = (table["n_spans"] >= least) & (table["chance"] <= limit) & ~(table["low"] <= 0)
    table["adjusted"] = stats.false_discovery_control(table["chance"]) if len(table) else np.zeros(0)
    return table.sort_values(
        ["n_spans", "estimate", "entity_id_a", "entity_id_b"], ascending=[False, False, True, True], ignore_index=True
    )


def _per_article(rows: pd.DataFrame, docs: pd.DataFrame, columns: pd.Index, key: str = "entity_id") -> Any:
    """Sentences by article (a row) and by entity or pair (a column), as a sparse matrix."""
    there = pd.Index(docs["doc_id"]).get_indexer(pd.Index(rows["doc_id"]))
    at = (np.ones(len(rows)), (there, columns.get_indexer(pd.Index(rows[key]))))
    return sparse.csr_array(at, shape=(len(docs), len(columns)))


def _npmi(both: _Array, a: _Array, b: _Array, size: _Array) -> _Array:
    """Normalised pointwise mutual information; -1 where two never meet, 1 where a sentence is all there is."""
    n = np.maximum(size.reshape(-1, 1), 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.log(both * n / (a * b)) / -np.log(both / n)
    value = np.where(both == n, 1.0, value)
    return np.where(a * b == 0, np.nan, np.where(both == 0, -1.0, value))


def _by_chance(where: pd.DataFrame, table: pd.DataFrame, ids: pd.Index) -> tuple[_Array, _Array]:
    """Expected sentences of each pair, and the probability of as many as there are, over all articles."""
    of_pair: dict[tuple[str, str], list[_Array]] = {}
    wanted = set(zip(table["entity_id_a"], table["entity_id_b"], strict=True))
    for _, rows in where.groupby("doc_id", sort=True):
        here = pd.Index(rows["entity_id"].unique()).sort_values()
        held = np.zeros((rows["sentence"].nunique(), len(here)))
        held[pd.factorize(rows["sentence"])[0], here.get_indexer(rows["entity_id"])] = 1
        probable = _arrange(held)
        for at, (i, j) in enumerate(combinations(here, 2)):
            if (i, j) in wanted:
                of_pair.setdefault((i, j), []).append(probable[:, at])
    expected, chance = np.zeros(len(table)), np.ones(len(table))
    for at, (one, other, n) in enumerate(
        zip(table["entity_id_a"], table["entity_id_b"], table["n_spans"], strict=True)
    ):
        p = np.concatenate(of_pair[one, other])
        expected[at], chance[at] = p.sum(), _at_least(int(n), p)
    return expected, np.clip(chance, 0, 1)


def _arrange(held: _Array, *, steps: int = 200, tolerance: float = 1e-6) -> NDArray[np.float64]:
    """The probability that two entities (columns) share a sentence (row), for each sentence: rows by pairs.

    Every sentence keeps its number of entities; the weights of the entities are such that each is in its number of
    sentences on average (conditional Bernoulli sampling: Chen, Dempster & Liu 1994, weights by their iteration).
    Pairs are in the order of `np.triu_indices(n, 1)`.
    """
    n = held.shape[1]
    sizes, times = np.unique(held.sum(axis=1).astype(int), return_counts=True)
    sums, always = held.sum(axis=0), np.asarray(held.all(axis=0))
    weights = np.where(always, 0.0, sums / max(sums.mean(), 1))
    free = np.maximum(sizes - always.sum(), 0)  # places of a sentence that are open
    fewer = np.maximum(free - 1, 0)
    alone = 1 - np.eye(n)
    for _ in range(steps):
        before = weights
        whole, without = _symmetric(weights[None], free.max()), _symmetric(weights * alone, free.max())
        share = np.where(free > 0, without[:, fewer] / whole[:, free], 0.0)
        weights = np.where(always, 0.0, sums / np.maximum(share @ times, 1e-300))
        weights = weights / max(weights.mean(), 1e-300)
        if np.abs(weights - before).max() <= tolerance * max(weights.max(), 1e-300):
            break
    whole, without = _symmetric(weights[None], free.max()), _symmetric(weights * alone, free.max())
    one = np.where(free > 0, weights[:, None] * without[:, fewer] / whole[:, free], 0.0)
    one[always] = 1
    i, j = np.triu_indices(n, 1)
    neither = _symmetric(weights * alone[i] * alone[j], free.max())
    both = np.where(
        free > 1, (weights[i] * weights[j])[:, None] * neither[:, np.maximum(free - 2, 0)] / whole[:, free], 0.0
    )
    both = np.where((always[i] | always[j])[:, None], one[i] * one[j], both)
    return np.asarray(both.T[np.searchsorted(sizes, held.sum(axis=1).astype(int))])


def _symmetric(weights: _Array, most: int) -> _Array:
    """Elementary symmetric polynomials of each row, up to a degree; a weight of 0 is left out."""
    sums = np.zeros((len(weights), most + 1))
    sums[:, 0] = 1
    for weight in weights.T:
        sums[:, 1:] += weight[:, None] * sums[:, :-1]
    return sums


def _at_least(n: int, p: _Array) -> float:
    """The probability of n or more successes: Poisson binomial, exact or by its normal form with skewness."""
    if len(p) <= _EXACT:
        return float(stats.poisson_binom.sf(n - 1, p))
    spread = np.sqrt((p * (1 - p)).sum())
    skew = (p * (1 - p) * (1 - 2 * p)).sum() / spread**3
    z = (n - 0.5 - p.sum()) / spread
    return float(stats.norm.sf(z) - skew * (1 - z**2) * stats.norm.pdf(z) / 6)
