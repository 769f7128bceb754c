"""By simulation: 95 % intervals hold what is true 93 to 97 times in a hundred. Each label is a run of its own."""

import numpy as np
import pandas as pd
import pytest

from ukrcorpus import count_frames, count_spans
from ukrcorpus.coding.estimates import _row

pytestmark = pytest.mark.slow
RUNS = 1000


def held(low, high, truth):
    """Percent of the intervals that hold the truth."""
    return 100 * ((low <= truth) & (truth <= high)).mean()


def articles(n_docs):
    return pd.DataFrame({"doc_id": [f"d{k:03}" for k in range(n_docs)], "text": "x", "publisher": "P"})


@pytest.mark.parametrize("n_docs", [12, 30, 100])
@pytest.mark.parametrize("share", [0.1, 0.4, 0.9])
def test_shares_of_paragraphs(n_docs, share):
    """Paragraphs of one article resemble each other (intraclass correlation 0.1), articles have 5 to 40 of them."""
    rng, docs = np.random.default_rng([n_docs, int(100 * share)]), articles(n_docs)
    sizes = rng.integers(5, 41, n_docs)
    doc = np.repeat(np.arange(n_docs), sizes)
    own = rng.beta(9 * share, 9 * (1 - share), (RUNS, n_docs))
    run, unit = np.nonzero(rng.random((RUNS, len(doc))) < own[:, doc])
    numbers = pd.DataFrame({"doc_id": docs["doc_id"].to_numpy()[doc], "label": "none", "present": False})
    found = pd.DataFrame({"doc_id": docs["doc_id"].to_numpy()[doc[unit]], "label": run, "present": True})
    paragraphs = pd.concat([numbers.assign(paragraph=np.arange(len(doc))), found.assign(paragraph=unit)])
    table = count_frames(paragraphs.astype({"label": "str"}).assign(zone="paragraph"), docs).query("label != 'none'")
    assert len(table) == RUNS
    assert 93 <= held(table["low"], table["high"], 100 * share) <= 97


@pytest.mark.parametrize("n_docs", [12, 30, 100])
def test_rates_of_spans(n_docs):
    """Spans per 1,000 words, where articles differ (coefficient of variation 0.7) and are of any length."""
    rng, docs, rate = np.random.default_rng(n_docs), articles(n_docs), 0.006
    words = np.exp(rng.normal(6.3, 0.5, n_docs)).round()
    counts = rng.poisson(words * rng.gamma(2, rate / 2, (RUNS, n_docs)))
    run, doc = (np.repeat(where, counts.ravel()) for where in np.indices(counts.shape).reshape(2, -1))
    spans = pd.DataFrame({"doc_id": docs["doc_id"].to_numpy()[doc], "zone": "paragraph", "name": run})
    table = count_spans(spans, docs, keys=["name"], n_words=pd.Series(words, index=docs["doc_id"]))
    assert 93 <= held(table["low"], table["high"], 1000 * rate) <= 97


def corrected(n_coded, error, share, target, runs, seed=0):
    """Coverage of the corrected share, from 60 articles of 15 paragraphs in two strata: the machine says yes, or no."""
    rng, n, low, high, truths = np.random.default_rng([seed, n_coded]), 900, [], [], []
    ids = pd.Series(np.repeat([f"d{k}" for k in range(60)], 15))
    for _ in range(runs):
        truth = rng.random(n) < np.repeat(rng.beta(9 * share, 9 * (1 - share), 60), 15)
        f = np.where(rng.random(n) < error, ~truth, truth)
        sizes = np.array([(~f).sum(), f.sum()])
        drawn = np.zeros(n, dtype="bool")
        first = min(n_coded // 2, sizes.min())
        for value, number in zip(np.argsort(sizes), (first, n_coded - first), strict=True):
            drawn[rng.choice(np.flatnonzero(f == value), number, replace=False)] = True
        part = pd.DataFrame({"doc_id": ids, "f": f.astype(float), "y": np.where(drawn, truth.astype(float), np.nan)})
        row = _row(part.assign(stratum=np.where(f, "yes", "no"), n_stratum=sizes[f.astype(int)]), target)
        low, high = [*low, row["low"]], [*high, row["high"]]
        truths.append(100 * (truth.mean() if target == "corpus" else share))
    return held(np.array(low), np.array(high), np.array(truths))


@pytest.mark.parametrize("target", ["corpus", "source"])
@pytest.mark.parametrize(("n_coded", "error"), [(100, 0.1), (100, 0.4), (300, 0.1), (300, 0.4)])
def test_corrected_shares(n_coded, error, target):
    """A good automatic measure and a bad one; of these very paragraphs, and of the source that they are from."""
    assert 93 <= corrected(n_coded, error, 0.3, target, 400) <= 97
