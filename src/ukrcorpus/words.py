"""Words: which ones a group of articles uses more than the others, with what certainty."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from scipy import sparse

from ukrcorpus.columns import as_table
from ukrcorpus.spans import READ_ZONES, WORD, each_article
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
    interval comes from resampling articles on either side: words of one article are not independent, so the formula's
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
    names = sorted(set(groups))
    counts, words = _count(docs, zones)
    alpha = _prior(prior, counts, words)
    spread, total = (np.asarray(c.sum(axis=0)).ravel() for c in (counts > 0, counts))
    kept = np.flatnonzero((spread >= fewest_docs) & (total >= fewest_spans))
    rng = np.random.default_rng(seed)
    tables: list[pd.DataFrame] = []
    for name in names or [""]:
        mirrored = len(names) == 2 and tables
        table = _mirror(tables[0]) if mirrored else _compare(counts, groups == name, alpha, kept, resamples, rng)
        tables.append(table.assign(**{"word": np.array(words, dtype="object")[kept], by: name}))
    found = as_table(pd.concat(tables, ignore_index=True), "summary").astype({"word": "str", by: "str"})
    found = found.sort_values([by, "estimate", "rate", "word"], ascending=[True, False, False, True], kind="stable")
    columns = ["word", by, "rate", "rate_rest"]
    return found[[*columns, *(c for c in found.columns if c not in columns)]].reset_index(drop=True)


def _mirror(table: pd.DataFrame) -> pd.DataFrame:
    """The same comparison seen from the other side."""
    swapped = {
        "rate": "rate_rest",
        "n_docs": "n_docs_rest",
        "n_spans": "n_spans_rest",
        "n_docs_with": "n_docs_with_rest",
    }
    other = table.rename(columns={**swapped, **{new: old for old, new in swapped.items()}})
    return other.assign(estimate=-table["estimate"], z=-table["z"], low=-table["high"], high=-table["low"])


def count_word_use(docs: pd.DataFrame, words: Sequence[str], *, zones: pd.DataFrame | None = None) -> pd.DataFrame:
    """Count given words in each article.

    Returns:
        A row a word and article, in the order of `words` and docs: `word`, `doc_id`, and the columns of a summary:
        `estimate` in occurrences per 1,000 words, `n_docs` 1, `n_spans` the occurrences.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["Peace talks and more talks."]})
        >>> count_word_use(docs, ["talks"]).n_spans.tolist()
        [2]

    """
    counts, vocabulary = _count(docs, zones)
    column = {word: number for number, word in enumerate(vocabulary)}
    totals = np.maximum(np.asarray(counts.sum(axis=1)).ravel(), 1)
    by_word = counts.tocsc()
    rows = []
    for word in words:
        used = by_word[:, [column[word]]].toarray().ravel() if word in column else np.zeros(len(docs), dtype="int64")
        for doc_id, n, total in zip(docs["doc_id"], used, totals, strict=True):
            rows.append({"word": word, "doc_id": doc_id, "estimate": 1000 * n / total, "n_docs": 1, "n_spans": n})
    table = as_table(pd.DataFrame(rows, columns=["word", "doc_id", "estimate", "n_docs", "n_spans"]), "summary")
    table["reason"] = "one article"
    return table[["word", "doc_id", *(c for c in table.columns if c not in ("word", "doc_id"))]]


def _count(docs: pd.DataFrame, zones: pd.DataFrame | None) -> tuple[sparse.csr_array, list[str]]:
    """Articles by words, the words sorted."""
    zones = find_zones(docs) if zones is None else zones
    texts = dict(each_article(docs))
    bags: dict[str, Counter[str]] = {doc_id: Counter() for doc_id in texts}
    read = zones[zones["label"].isin(READ_ZONES) & zones["doc_id"].isin(texts)]
    for doc_id, start, end in zip(read["doc_id"], read["start"], read["end"], strict=True):
        bags[doc_id].update(_words(texts[doc_id], start, end))
    words = sorted(set().union(*bags.values())) if bags else []
    column = {word: number for number, word in enumerate(words)}
    data = [(row, column[word], n) for row, bag in enumerate(bags.values()) for word, n in bag.items()]
    rows, columns, values = (np.array(part, dtype="int64") for part in (zip(*data, strict=True) if data else ([],) * 3))
    return sparse.csr_array((values, (rows, columns)), shape=(len(bags), len(words))), words


def _words(text: str, start: int, end: int) -> Iterable[str]:
    """Words in lower case, without a possessive; what holds no letter is none."""
    for match in WORD.finditer(text, start, end):
        word = match[0].lower().replace("’", "'").removesuffix("'s")
        if any(char.isalpha() for char in word):
            yield word


def _prior(prior: float | pd.Series, counts: sparse.csr_array, words: list[str]) -> np.ndarray:
    if isinstance(prior, pd.Series):
        alpha = prior.reindex(words).astype("float64").fillna(_SMALLEST_PRIOR).to_numpy()
    else:
        pooled = np.asarray(counts.sum(axis=0), dtype="float64").ravel()
        alpha = float(prior) * pooled / max(pooled.sum(), 1.0)
    if len(alpha) and not (alpha > 0).all():
        raise ValueError("the prior must be above 0 for every word")
    return alpha


def _compare(
    counts: sparse.csr_array,
    inside: np.ndarray,
    alpha: np.ndarray,
    kept: np.ndarray,
    resamples: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """One side against the other, for the words that are kept."""
    sides = [counts[inside], counts[~inside]]
    totals = [np.asarray(side.sum(axis=1), dtype="float64").ravel() for side in sides]
    used = [np.asarray(side.sum(axis=0), dtype="float64").ravel()[kept] for side in sides]
    sizes = [total.sum() for total in totals]
    estimate, deviation = _log_odds(used[0], used[1], sizes[0], sizes[1], alpha[kept], alpha.sum())
    table = pd.DataFrame(
        {
            "estimate": estimate,
            "rate": 1000 * used[0] / max(sizes[0], 1.0),
            "rate_rest": 1000 * used[1] / max(sizes[1], 1.0),
            "n_docs": sides[0].shape[0],
            "n_docs_rest": sides[1].shape[0],
            "n_docs_with": np.asarray((sides[0] > 0).sum(axis=0)).ravel()[kept],
            "n_docs_with_rest": np.asarray((sides[1] > 0).sum(axis=0)).ravel()[kept],
            "n_spans": used[0].astype("int64"),
            "n_spans_rest": used[1].astype("int64"),
        }
    )
    if sides[1].shape[0] == 0:
        nothing = dict.fromkeys(("estimate", "rate_rest", "z", "low", "high"), np.nan)
        return table.assign(**nothing, reason="no other group to compare with")
    fewest = min(side.shape[0] for side in sides)
    if fewest < SMALLEST_GROUP:
        reason = f"{fewest} of {SMALLEST_GROUP} articles needed on either side"
        return table.assign(z=np.nan, low=np.nan, high=np.nan, reason=reason)
    weights = [rng.multinomial(len(t), np.full(len(t), 1 / len(t)), size=resamples).astype("float64") for t in totals]
    low, high = np.zeros(len(kept)), np.zeros(len(kept))
    columns = [side.tocsc() for side in sides]
    for first in range(0, len(kept), _CHUNK):
        part = slice(first, first + _CHUNK)
        drawn = [w @ c[:, kept[part]] for w, c in zip(weights, columns, strict=True)]
        words = [(w @ t)[:, None] for w, t in zip(weights, totals, strict=True)]
        spread, _ = _log_odds(drawn[0], drawn[1], words[0], words[1], alpha[kept][part], alpha.sum())
        low[part], high[part] = np.quantile(spread, [0.025, 0.975], axis=0)
    return table.assign(z=estimate / deviation, low=low, high=high, reason=None)


def _log_odds(
    used: np.ndarray, used_rest: np.ndarray, size: np.ndarray, size_rest: np.ndarray, alpha: np.ndarray, mass: float
) -> tuple[np.ndarray, np.ndarray]:
    """The difference of log-odds and its standard deviation, by the paper's approximation of the variance."""
    odds = (used + alpha) / (size + mass - used - alpha)
    odds_rest = (used_rest + alpha) / (size_rest + mass - used_rest - alpha)
    return np.log(odds) - np.log(odds_rest), np.sqrt(1 / (used + alpha) + 1 / (used_rest + alpha))
