"""Counts with intervals, against plain pandas and plain loops."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.stats import t as student

from ukrcorpus import TABLES, count_spans
from ukrcorpus.spans import READ_ZONES
from ukrcorpus.summary import SMALLEST_GROUP


@st.composite
def corpora(draw, smallest=1):
    """Articles of one to three publishers (one of them unknown), and spans in some zones of some articles."""
    n_docs = draw(st.integers(smallest, 14))
    ids = [f"d{n:02}" for n in range(n_docs)]
    publisher = draw(st.lists(st.sampled_from(["P", "Q", None]), min_size=n_docs, max_size=n_docs))
    words = draw(st.lists(st.integers(0, 400), min_size=n_docs, max_size=n_docs))
    docs = pd.DataFrame({"doc_id": ids, "text": "x", "publisher": publisher})
    cell = st.tuples(
        st.sampled_from([*ids, "elsewhere"]), st.sampled_from(["Kyiv", "NATO"]), st.sampled_from(["GPE", "ORG"]),
        st.sampled_from(["paragraph", "title", "caption", None]),
    )  # fmt: skip
    spans = pd.DataFrame(draw(st.lists(cell, max_size=40)), columns=["doc_id", "name", "label", "zone"])
    return docs, spans, pd.Series(words, index=ids, name="n_words")


@given(corpora(), st.sampled_from([["name"], ["name", "label"]]), st.sampled_from(["publisher", "doc_id"]))
@settings(max_examples=20, deadline=None)
def test_totals_against_groupby(corpus, keys, by):
    docs, spans, n_words = corpus
    found = count_spans(spans, docs, keys=keys, by=by, n_words=n_words)
    read = spans[spans["zone"].isin(READ_ZONES)].merge(docs, on="doc_id")
    if by == "publisher":
        read["publisher"] = read["publisher"].astype(object).where(read["publisher"].notna(), "unknown")
    expected = read.groupby([*keys, by]).agg(n_spans=("doc_id", "size"), n_docs_with=("doc_id", "nunique"))
    some = found[found["n_spans"] > 0].set_index([*keys, by])[["n_spans", "n_docs_with"]].sort_index()
    assert some.to_dict("index") == expected.sort_index().to_dict("index")
    assert found["n_spans"].sum() == len(read)
    groups = {doc: "unknown" if pd.isna(p) else p for doc, p in zip(docs["doc_id"], docs["publisher"], strict=True)}
    groups = groups if by == "publisher" else {doc: doc for doc in groups}
    for row in found.to_dict("records"):
        members = [doc for doc, group in groups.items() if group == row[by]]
        assert row["n_docs"] == len(members)
        assert row["estimate"] == pytest.approx(1000 * row["n_spans"] / max(n_words[members].sum(), 1))
    if len(read):
        assert len(found) == len(read.drop_duplicates(keys)) * len(set(groups.values())), "every value in every group"
    assert set(TABLES["summary"]) <= set(found.columns)


@given(corpora(8))
@settings(max_examples=20, deadline=None)
def test_interval_from_ten_articles_on(corpus):
    docs, spans, n_words = corpus
    for row in count_spans(spans, docs.assign(publisher="P"), keys=["name"], n_words=n_words + 1).to_dict("records"):
        if len(docs) < SMALLEST_GROUP:
            assert np.isnan(row["low"]) and np.isnan(row["high"])
            assert row["reason"] == f"{len(docs)} of 10 articles needed"
        else:
            assert 0 <= row["low"] <= row["estimate"] <= row["high"]
            assert pd.isna(row["reason"])


@given(corpora(10), st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_order_does_not_matter(corpus, random):
    """The same articles and spans in another order give the same counts, and the same intervals."""
    docs, spans, n_words = corpus
    docs = docs.assign(publisher="P")
    first = count_spans(spans, docs, keys=["name"], n_words=n_words)
    shuffled = docs.sample(frac=1, random_state=random.randint(0, 99))
    again = count_spans(
        spans.sample(frac=1, random_state=random.randint(0, 99)), shuffled, keys=["name"], n_words=n_words.iloc[::-1]
    )
    pd.testing.assert_frame_equal(first, again)


def test_interval_against_a_loop():
    """One article left out at a time, and the end of the interval searched for where Wilson's equation has its root."""
    rng = np.random.default_rng(5)
    ids = [f"d{n:02}" for n in range(40)]
    docs = pd.DataFrame({"doc_id": ids, "text": "x", "publisher": "P"})
    counts, n_words = rng.poisson(3, size=40), pd.Series(rng.integers(200, 900, size=40), index=ids)
    spans = pd.DataFrame({"doc_id": np.repeat(ids, counts), "name": "Kyiv", "zone": "paragraph"})
    row = count_spans(spans, docs, keys=["name"], n_words=n_words).iloc[0]
    share, words = counts.sum() / n_words.sum(), n_words.to_numpy()
    left = [np.delete(counts, k).sum() / np.delete(words, k).sum() - share for k in range(40)]
    variance = sum(shift**2 for shift in left)
    t = student.ppf(0.975, min(3 * variance**2 / sum(shift**4 for shift in left) - 1, 39))

    def off(p):
        return (p - share) ** 2 - t**2 * variance * p * (1 - p) / (share * (1 - share))

    assert row["low"] == pytest.approx(1000 * brentq(off, 1e-9, share))
    assert row["high"] == pytest.approx(1000 * brentq(off, share, 0.5))


@pytest.mark.parametrize("words", [5, 1])
def test_shares_that_cannot_vary(words):
    """All of it, and several spans a word: no end is beyond what can be, or is missing."""
    docs = pd.DataFrame({"doc_id": [f"d{n:02}" for n in range(12)], "text": "x", "publisher": "P"})
    spans = pd.DataFrame({"doc_id": np.repeat(docs["doc_id"].to_numpy(), 5), "name": "Kyiv", "zone": "paragraph"})
    row = count_spans(spans, docs, keys=["name"], n_words=pd.Series(words, index=docs["doc_id"]), per=100).iloc[0]
    assert row["low"] == row["estimate"] == row["high"] == 500 / words


def test_no_spans():
    docs = pd.DataFrame({"doc_id": ["a"], "text": ["x"], "publisher": ["P"]})
    spans = pd.DataFrame({"doc_id": [], "name": [], "zone": []}).astype("str")
    for table in (docs, docs.iloc[:0]):
        found = count_spans(spans, table, keys=["name"], n_words=pd.Series({"a": 10}))
        assert found.empty
        assert found.columns.tolist()[:2] == ["name", "publisher"]
        assert set(TABLES["summary"]) | {"n_docs_with"} <= set(found.columns)


def test_inputs_stay():
    docs = pd.DataFrame({"doc_id": ["a", "b"], "text": "x", "publisher": ["P", None]})
    spans = pd.DataFrame({"doc_id": ["a"], "name": ["Kyiv"], "zone": ["paragraph"]})
    n_words = pd.Series({"a": 5, "b": 5})
    copies = docs.copy(), spans.copy(), n_words.copy()
    found = count_spans(spans, docs, keys=["name"], n_words=n_words)
    assert found["publisher"].tolist() == ["P", "unknown"]
    pd.testing.assert_frame_equal(docs, copies[0])
    pd.testing.assert_frame_equal(spans, copies[1])
    pd.testing.assert_series_equal(n_words, copies[2])


@pytest.mark.parametrize(("keys", "by"), [(["nothing"], "publisher"), (["name"], "nothing")])
def test_a_column_that_is_not_there(keys, by):
    docs = pd.DataFrame({"doc_id": ["a"], "text": ["x"], "publisher": ["P"]})
    spans = pd.DataFrame({"doc_id": ["a"], "name": ["Kyiv"], "zone": ["paragraph"]})
    with pytest.raises(KeyError, match="nothing"):
        count_spans(spans, docs, keys=keys, by=by, n_words=pd.Series({"a": 5}))
