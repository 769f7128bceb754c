"""Words: which ones a group of articles uses more than the others, with what certainty."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse

from ukrcorpus.columns import as_table
from ukrcorpus.lexicon import fold
from ukrcorpus.spans import READ_ZONES, WORD, each_article, span_table
from ukrcorpus.summary import SMALLEST_GROUP
from ukrcorpus.zones import find_zones

_CHUNK = 2000
_SMALLEST_PRIOR = 0.01


def compare_words(
    docs: pd.DataFrame,
    *,
    by: str = "publisher",
    zones: pd.DataFrame | None = None,
    prior: float | pd.Series = 500.0,
    fewest_docs: int = 2,
    fewest_spans: int = 1,
    resamples: int = 500,
    seed: int = 0,
) -> pd.DataFrame:
    """Compare the words of each group of articles with those of all other groups.

    A row is a word in a group; of two groups the second mirrors the first. The estimate is the difference of the
    logarithms of the odds of the word in the group and in the rest, under an informative Dirichlet prior that pulls
    rare words towards no difference (Monroe, Colaresi & Quinn 2008, "Fightin' Words", doi:10.1093/pan/mpn018). Its
    interval comes from resampling articles: words of one article are not independent, so the formula's
    z is too sure of itself.

    Below ten articles on either side nothing is tested: `z`, `low` and `high` are null and `reason` says why.

    Args:
        docs: the articles.
        by: column of docs that makes the groups; articles without a value form the group "unknown".
        zones: the result of `find_zones`, where it was made already; title, headings and paragraphs are counted.
        prior: how many words the prior is worth, spread over the vocabulary as in all docs together; or counts of a
            background corpus, with words as index, which are the prior as they are (words that it lacks get 0.01).
        fewest_docs: articles that a word must stand in to be compared; all words count towards the totals.
        fewest_spans: occurrences that a word must have to be compared.
        resamples: resamples of the bootstrap (percentiles 2.5 and 97.5).
        seed: seed of the resampling.

    Returns:
        `word` (lower case), `by` (the group), `rate` and `rate_rest` (per 1,000 words), and the columns of a summary:
        `estimate` (natural logarithm of the odds ratio), `low`, `high`, `n_docs` and `n_spans` (articles and
        occurrences in the group), `n_docs_with` (articles of the group that hold the word), the same three with `_rest`
        for the other articles, `z` (estimate over its standard deviation by the formula), `reason`.
        Sorted by group, then by falling estimate. With one group only there is nothing to compare with: estimate and
        `rate_rest` are null, and words are sorted by falling rate.

    Raises:
        ValueError: where the prior is not above 0.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a", "b"], "publisher": ["P", "Q"]})
        >>> docs["text"] = ["peace and talks and peace", "war and war and talks"]
        >>> compare_words(docs, fewest_docs=1)[["word", "n_spans", "n_spans_rest"]].values.tolist()[0]
        ['peace', 2, 0]

    """
    groups = docs[by].astype("object").where(docs[by].notna(), "unknown").to_numpy()
    counts, words = _count(docs, find_zones(docs) if zones is None else zones)
    alpha = _prior(prior, counts, words)
    kept = np.flatnonzero(((counts > 0).sum(axis=0) >= fewest_docs) & (counts.sum(axis=0) >= fewest_spans))
    evenly = np.full(max(len(docs), 1), 1 / max(len(docs), 1))
    drawn = np.random.default_rng(seed).multinomial(len(docs), evenly, size=resamples)
    weights = drawn[:, np.argsort(np.argsort(docs["doc_id"]))]  # whatever the order of docs
    tables = [
        _compare(counts, groups == name, alpha, kept, weights).assign(**{"word": np.array(words)[kept], by: name})
        for name in sorted(set(groups)) or [""]
    ]
    found = as_table(pd.concat(tables, ignore_index=True), "summary").astype({"word": "str", by: "str"})
    found = found.sort_values([by, "estimate", "rate", "word"], ascending=[True, False, False, True], kind="stable")
    columns = ["word", by, "rate", "rate_rest"]
    return found[[*columns, *(c for c in found.columns if c not in columns)]].reset_index(drop=True)


def find_words(docs: pd.DataFrame, words: Iterable[str], *, zones: pd.DataFrame | None = None) -> pd.DataFrame:
    """Find each occurrence of given words in titles, headings and paragraphs.

    A row is an occurrence, as `compare_words` counts it: in small letters, without a possessive, and a word only where
    it holds a letter.

    Args:
        docs: a table with `doc_id` and `text`.
        words: the words, in small letters.
        zones: the result of `find_zones`, where it was made already.

    Returns:
        Columns of a span table, and `word`.

    Raises:
        ValueError: where docs lacks a column or holds an id twice.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Peace talks and more talks."]})
        >>> find_words(docs, ["talks"])[["start", "surface"]].values.tolist()
        [[6, 'talks'], [21, 'talks']]

    """
    zones = find_zones(docs) if zones is None else zones
    wanted = {word for word in words if any(map(str.isalpha, word))}
    rows = [
        {"doc_id": doc_id, "start": start + found.start(), "end": start + found.start() + len(word), "word": word}
        for doc_id, start, text in _read(docs, zones)
        if any(word in text for word in wanted)  # most paragraphs need no second look
        for found in WORD.finditer(text)
        if (word := found[0].removesuffix("'s")) in wanted
    ]
    return span_table([{**row, "label": "word", "rule": "form", "score": 1.0} for row in rows], "words", docs, zones)


def count_word_use(docs: pd.DataFrame, words: Sequence[str], *, zones: pd.DataFrame | None = None) -> pd.DataFrame:
    """Count given words in each article, as `find_words` finds them.

    Returns:
        A row a word and article, in the order of `words` and docs: `word`, `doc_id`, and the columns of a summary:
        `estimate` in occurrences per 1,000 words, `n_docs` 1, `n_spans` the occurrences.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Peace talks and more talks."]})
        >>> count_word_use(docs, ["talks"]).n_spans.tolist()
        [2]

    """
    zones = find_zones(docs) if zones is None else zones
    used = find_words(docs, words, zones=zones).groupby(["word", "doc_id"]).size()
    cells = pd.MultiIndex.from_product([list(words), docs["doc_id"]], names=["word", "doc_id"])
    table = used.reindex(cells, fill_value=0).rename("n_spans").reset_index()
    n_words = np.tile(_count(docs, zones)[0].sum(axis=1), len(words))
    table = table.assign(estimate=1000 * table["n_spans"] / np.maximum(n_words, 1), n_docs=1, reason="one article")
    declared = as_table(table, "summary")
    return declared[["word", "doc_id", *declared.columns.drop(["word", "doc_id"])]]


def _read(docs: pd.DataFrame, zones: pd.DataFrame) -> Iterator[tuple[str, int, str]]:
    """Article, place and folded text of each zone that is read."""
    texts = dict(each_article(docs))
    read = zones[zones["label"].isin(READ_ZONES) & zones["doc_id"].isin(texts)]
    for doc_id, start, end in zip(read["doc_id"], read["start"], read["end"], strict=True):
        yield doc_id, start, fold(texts[doc_id][start:end])


def _count(docs: pd.DataFrame, zones: pd.DataFrame) -> tuple[sparse.csr_array, list[str]]:
    """Articles by words, the words sorted: in small letters, without a possessive; what holds no letter is none."""
    bags: dict[str, Counter[str]] = {doc_id: Counter() for doc_id in docs["doc_id"]}
    for doc_id, _, text in _read(docs, zones):
        words_here = (word.removesuffix("'s") for word in WORD.findall(text))
        bags[doc_id].update(word for word in words_here if any(map(str.isalpha, word)))
    words = sorted(set().union(*bags.values()))
    column = {word: number for number, word in enumerate(words)}
    cells = [(n, row, column[word]) for row, bag in enumerate(bags.values()) for word, n in bag.items()]
    values, rows, columns = np.array(cells, dtype="int64").reshape(-1, 3).T
    return sparse.csr_array((values, (rows, columns)), shape=(len(bags), len(words))), words


def _prior(prior: float | pd.Series, counts: sparse.csr_array, words: list[str]) -> np.ndarray:
    if isinstance(prior, pd.Series):
        alpha = prior.reindex(words).astype("float64").fillna(_SMALLEST_PRIOR).to_numpy()
    else:
        alpha = prior * counts.sum(axis=0) / max(counts.sum(), 1)
    if not (alpha > 0).all():
        raise ValueError("the prior must be above 0 for every word")
    return np.asarray(alpha)


def _compare(
    counts: sparse.csr_array, inside: np.ndarray, alpha: np.ndarray, kept: np.ndarray, weights: np.ndarray
) -> pd.DataFrame:
    """One side against the other, for the words that are kept; `weights` says how often a resample draws an article."""
    sides = {"": inside, "_rest": ~inside}
    sizes = [counts[side].sum() for side in sides.values()]
    used = [counts[side].sum(axis=0)[kept] for side in sides.values()]
    columns: dict[str, Any] = {}
    for (suffix, side), size, n_spans in zip(sides.items(), sizes, used, strict=True):
        columns[f"rate{suffix}"] = 1000 * n_spans / max(size, 1)
        columns[f"n_docs{suffix}"] = side.sum()
        columns[f"n_docs_with{suffix}"] = (counts[side] > 0).sum(axis=0)[kept]
        columns[f"n_spans{suffix}"] = n_spans
    estimate, deviation = _log_odds(used, sizes, alpha[kept], alpha.sum())
    table = pd.DataFrame(columns).assign(estimate=estimate, z=np.nan, low=np.nan, high=np.nan, reason=None)
    fewest = min(inside.sum(), (~inside).sum())
    if inside.all():
        return table.assign(estimate=np.nan, rate_rest=np.nan, reason="no other group to compare with")
    if fewest < SMALLEST_GROUP:
        return table.assign(reason=f"{fewest} of {SMALLEST_GROUP} articles needed on either side")
    drawn_sizes = [weights[:, side] @ counts[side].sum(axis=1)[:, None] for side in sides.values()]
    by_column = [counts[side].tocsc() for side in sides.values()]
    limits = []
    for first in range(0, len(kept), _CHUNK):
        part = kept[first : first + _CHUNK]
        drawn = [weights[:, side] @ c[:, part] for side, c in zip(sides.values(), by_column, strict=True)]
        spread, _ = _log_odds(drawn, drawn_sizes, alpha[part], alpha.sum())
        limits.append(np.quantile(spread, [0.025, 0.975], axis=0))
    low, high = np.hstack(limits)
    return table.assign(z=estimate / deviation, low=low, high=high)


def _log_odds(
    used: Sequence[np.ndarray], sizes: Sequence[Any], alpha: np.ndarray, mass: float
) -> tuple[np.ndarray, np.ndarray]:
    """The difference of log-odds and its standard deviation, by the paper's approximation of the variance."""
    odds = [(n + alpha) / (size + mass - n - alpha) for n, size in zip(used, sizes, strict=True)]
    return np.log(odds[0]) - np.log(odds[1]), np.sqrt(1 / (used[0] + alpha) + 1 / (used[1] + alpha))
