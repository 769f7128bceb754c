import math
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus import compare_words, count_word_use, find_words, find_zones
from ukrcorpus.columns import TABLES
from ukrcorpus.lexicon import fold
from ukrcorpus.words import _count, _log_odds


def corpus(n: int, planted: dict[str, str] | None = None, seed: int = 0) -> pd.DataFrame:
    """n articles for each of two publishers, from one vocabulary; a planted word is added to all of a publisher's."""
    rng = np.random.default_rng(seed)
    vocabulary = np.array(["word" + chr(97 + i // 26) + chr(97 + i % 26) for i in range(200)])
    odds = 1 / np.arange(1, 201)
    rows = []
    for number in range(2 * n):
        publisher = "PQ"[number % 2]
        words = [*rng.choice(vocabulary, 80, p=odds / odds.sum()), *[(planted or {}).get(publisher, "filler")] * 4]
        rows.append(
            {"doc_id": str(number), "publisher": publisher, "text": "The text says " + " ".join(words) + " today."}
        )
    return pd.DataFrame(rows)


def by_hand(docs: pd.DataFrame, word: str, mass: float) -> tuple[float, float]:
    """The method from its formulas, with counters and floats only."""
    bags = {
        p: Counter(" ".join(rows["text"]).lower().replace(".", "").split()) for p, rows in docs.groupby("publisher")
    }
    pooled = bags["P"] + bags["Q"]
    alpha = mass * pooled[word] / sum(pooled.values())
    logits = []
    for bag in (bags["P"], bags["Q"]):
        used = bag[word] + alpha
        logits.append(math.log(used / (sum(bag.values()) + mass - used)))
    variance = 1 / (bags["P"][word] + alpha) + 1 / (bags["Q"][word] + alpha)
    return logits[0] - logits[1], (logits[0] - logits[1]) / math.sqrt(variance)


def test_against_the_formulas_by_hand() -> None:
    docs = corpus(12)
    table = compare_words(docs, prior=300.0, resamples=20).query("publisher == 'P'").set_index("word")
    for word in ("wordaa", "wordab", "wordbc", "text"):
        estimate, z = by_hand(docs, word, 300.0)
        assert table.loc[word, "estimate"] == pytest.approx(estimate, rel=1e-9)
        assert table.loc[word, "z"] == pytest.approx(z, rel=1e-9)


def test_against_published_output_of_another_implementation() -> None:
    """Two sentences of nine words, prior 0.05 for each of ten words: README of github.com/Wigder/fightin_words."""
    alpha = np.full(10, 0.05)
    ones, twos = np.array([1.0] + [0.0] * 9), np.array([0.0] + [1.0] * 9)
    estimate, deviation = _log_odds([ones, twos], [9.0, 9.0], alpha, alpha.sum())
    assert estimate[0] / deviation[0] == pytest.approx(0.6894227886807968, rel=1e-3)


def test_the_planted_word_leads_and_its_interval_excludes_zero() -> None:
    docs = corpus(12, {"P": "peace", "Q": "filler"})
    table = compare_words(docs, resamples=200)
    first = table.query("publisher == 'P'").iloc[0]
    assert first["word"] == "peace"
    assert first["low"] > 0
    assert first["n_docs_with"] == 12
    assert table["reason"].isna().all()


def test_groups_mirror_each_other() -> None:
    table = compare_words(corpus(12), resamples=50)
    sides = [table[table["publisher"] == p].set_index("word").sort_index() for p in "PQ"]
    assert np.allclose(sides[0]["estimate"], -sides[1]["estimate"])
    assert np.allclose(sides[0]["low"], -sides[1]["high"])
    assert (sides[0]["n_spans"] == sides[1]["n_spans_rest"]).all()
    assert (table["low"] <= table["high"]).all()


@pytest.mark.parametrize("n", [1, 9])
def test_below_ten_articles_a_side_nothing_is_tested(n: int) -> None:
    table = compare_words(corpus(n), fewest_docs=1)
    assert table[["z", "low", "high"]].isna().all(axis=None)
    assert table["reason"].eq(f"{n} of 10 articles needed on either side").all()
    assert table["estimate"].notna().all()


def test_the_same_seed_gives_the_same_interval() -> None:
    docs = corpus(12)
    first, second, other = (compare_words(docs, resamples=50, seed=s) for s in (1, 1, 2))
    pd.testing.assert_frame_equal(first, second)
    assert not first["low"].equals(other["low"])


def test_the_interval_is_wider_where_a_word_comes_in_bursts() -> None:
    """Words of one article are not independent; the bootstrap over articles sees that, the formula does not."""
    docs = corpus(20)
    docs.loc[0, "text"] = docs.loc[0, "text"] + " burst" * 40
    spread = [" burst" if number % 2 == 0 else "" for number in range(40)]
    even = corpus(20).assign(text=lambda t: t["text"] + spread).assign(text=lambda t: t["text"] + spread)
    widths = []
    for table in (compare_words(docs, fewest_docs=1), compare_words(even, fewest_docs=1)):
        row = table[(table["publisher"] == "P") & (table["word"] == "burst")].iloc[0]
        assert row["n_spans"] == 40
        widths.append(row["high"] - row["low"])
    assert widths[0] > 2 * widths[1]


def test_a_background_as_prior() -> None:
    docs = corpus(12)
    background = pd.Series({"wordaa": 1000.0, "wordab": 10.0})
    table = compare_words(docs, prior=background, resamples=10).query("publisher == 'P'").set_index("word")
    weak = compare_words(docs, prior=1.0, resamples=10).query("publisher == 'P'").set_index("word")
    assert abs(table.loc["wordaa", "estimate"]) < abs(weak.loc["wordaa", "estimate"])
    with pytest.raises(ValueError, match="above 0"):
        compare_words(docs, prior=0.0)


def test_one_group_has_nothing_to_compare_with() -> None:
    docs = corpus(2).assign(publisher="P")
    table = compare_words(docs)
    assert table["reason"].eq("no other group to compare with").all()
    assert table["estimate"].isna().all()
    assert table["rate"].is_monotonic_decreasing


def test_three_groups_are_each_compared_with_the_rest() -> None:
    docs = corpus(6).assign(publisher=["A", "B", "C"] * 4)
    table = compare_words(docs, fewest_docs=1)
    assert sorted(table["publisher"].unique()) == ["A", "B", "C"]
    assert table["n_docs_rest"].eq(8).all()


def test_words_are_folded_and_possessives_dropped() -> None:
    docs = pd.DataFrame({"doc_id": ["a"], "text": ["Kyiv’s mayor met Kyiv's other mayor, and 12 came for $11."]})
    assert count_word_use(docs, ["kyiv", "mayor", "12", "nowhere"])["n_spans"].tolist() == [2, 2, 0, 0]


@settings(deadline=None)
@given(st.lists(st.text("aBİ1'’.-_ \n", max_size=30), max_size=3))
def test_words_are_found_where_they_are_counted(texts: list[str]) -> None:
    docs = pd.DataFrame({"doc_id": [f"d{n}" for n in range(len(texts))], "text": texts}).astype("str")
    zones = find_zones(docs)
    counts, words = _count(docs, zones)
    found = find_words(docs, words, zones=zones)
    size = found.groupby(["doc_id", "word"]).size()
    assert {(docs["doc_id"][row], words[column]): n for (row, column), n in counts.todok().items()} == size.to_dict()
    assert count_word_use(docs, words, zones=zones)["n_spans"].sum() == counts.sum()
    of_doc = docs.set_index("doc_id")["text"]
    for row in found.itertuples():
        assert of_doc[row.doc_id][row.start : row.end] == row.surface
        assert fold(row.surface) == row.word


def test_what_is_found_of_a_word() -> None:
    text = "A mayor speaks\n\nKyiv’s mayor met mayors on Monday; 12 mayor-like MAYOR figures.\n"
    found = find_words(pd.DataFrame({"doc_id": ["a"], "text": [text]}), ["kyiv", "mayor", "12"])
    assert found["surface"].tolist() == ["mayor", "Kyiv", "mayor", "MAYOR"]
    assert found["start"].tolist() == [2, 16, 23, text.index("MAYOR")]
    assert set(found["label"]) == {"word"} and found["word"].tolist() == ["mayor", "kyiv", "mayor", "mayor"]


def test_empty_and_inputs(docs: pd.DataFrame) -> None:
    none = pd.DataFrame({"doc_id": [], "text": [], "publisher": []}).astype("str")
    assert set(TABLES["summary"]) <= set(compare_words(none).columns)
    assert len(compare_words(none)) == len(count_word_use(none, ["war"])) == 0
    assert len(count_word_use(docs, [])) == len(find_words(docs, [])) == len(find_words(none, ["war"])) == 0
    before = docs.copy(deep=True)
    table = compare_words(docs)
    assert table["z"].isna().all()
    pd.testing.assert_frame_equal(docs, before)
