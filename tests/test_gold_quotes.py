"""Quotations of three articles as two readers read them: the finder must not fall behind what it once reached."""

import pandas as pd
import pytest

from ukrcorpus import find_quotes, load_corpus
from ukrcorpus.bench.quotes import read_quotes, score_quotes


@pytest.fixture(scope="module")
def gold() -> tuple[pd.DataFrame, pd.DataFrame]:
    return read_quotes("tests/gold/quotes")


def test_gold_is_cut_from_the_articles_of_the_corpus(gold: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    texts = load_corpus("seeds")[0].set_index("doc_id")["text"]
    assert [texts[doc_id] for doc_id in gold[0]["doc_id"]] == gold[0]["text"].tolist()
    firm = gold[1][~gold[1]["optional"]]
    assert firm["speech"].value_counts().to_dict() == {"indirect": 29, "direct": 21}
    assert len(gold[1]) == 87


def test_quotations_are_found_and_attributed(gold: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    docs, rows = gold
    scores = score_quotes(docs, rows, find_quotes(docs)).set_index(["speech", "match"])["estimate"]
    assert scores["direct", "strict"] >= 0.97 and scores["direct", "speaker"] >= 0.83
    assert scores["indirect", "overlap"] >= 0.82 and scores["indirect", "strict"] >= 0.65
    assert scores["indirect", "speaker"] >= 0.8
