"""Names of three articles as two readers read them: the finder must not fall behind what it once reached."""

import pytest

from ukrcorpus import find_entities, load_corpus
from ukrcorpus.bench.names import score_links, score_names
from ukrcorpus.bench.scoring import read_gold


@pytest.fixture(scope="module")
def gold():
    return read_gold("tests/gold/names", "names")


def test_gold_is_cut_from_the_articles_of_the_corpus(gold) -> None:
    texts = load_corpus("seeds")[0].set_index("doc_id")["text"]
    docs, names = gold
    assert [texts[doc_id] == text for doc_id, text in zip(docs["doc_id"], docs["text"], strict=True)] == [True] * 3
    firm = names[~names["optional"]].sort_values(["doc_id", "start"])
    same = firm["doc_id"].to_numpy()[1:] == firm["doc_id"].to_numpy()[:-1]
    assert (firm["start"].to_numpy()[1:] >= firm["end"].to_numpy()[:-1])[same].all()
    assert names["optional"].mean() < 0.06


def test_names_of_the_war_are_found(gold) -> None:
    docs, names = gold
    scores = score_names(docs, names, find_entities(docs)).set_index(["match", "label"])
    assert scores.loc[("strict", "all"), "estimate"] >= 0.95


def test_links_of_what_the_table_knows_are_right(gold) -> None:
    docs, names = gold
    links = score_links(names, find_entities(docs))
    assert links["found"] > 400 and links["share"] >= 0.97
