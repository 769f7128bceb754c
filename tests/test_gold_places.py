"""Places of two articles as two readers read them: the finder must not fall behind what it once reached."""

import pandas as pd
import pytest

from ukrcorpus import find_places, load_corpus
from ukrcorpus.bench.places import read_places, score_places, score_resolution, score_uses


@pytest.fixture(scope="module")
def gold() -> tuple[pd.DataFrame, pd.DataFrame]:
    return read_places("tests/gold/places")


def test_gold_is_cut_from_the_articles_of_the_corpus(gold: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    texts = load_corpus("seeds")[0].set_index("doc_id")["text"]
    assert [texts[doc_id] == text for doc_id, text in zip(gold[0]["doc_id"], gold[0]["text"], strict=True)] == [
        True
    ] * 2
    assert len(gold[1]) == 102


def test_places_are_found_and_placed(gold: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    docs, rows = gold
    found = find_places(docs)
    scores = score_places(docs, rows, found).set_index("match")["estimate"]
    assert scores["overlap"] >= 0.95 and scores["strict"] >= 0.9
    uses = score_uses(rows, found)
    assert uses["found"] >= 80 and uses["share"] >= 0.95


def test_given_spans_are_resolved(gold: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    docs, rows = gold
    answers = find_places(docs, spans=rows)
    scores = score_resolution(docs, rows, answers).set_index("places")
    assert scores.loc["no countries", "within_161"] >= 0.97
    assert scores.loc["all", "within_tol"] >= 0.97
