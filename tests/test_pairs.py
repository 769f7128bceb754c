"""Pairs of entities in sentences, and the chance that they are compared with."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ukrcorpus import compare_pairs, find_entities, find_pairs
from ukrcorpus.entities import pairs as module

TEXT = "Kyiv met NATO. NATO met Kyiv and Kyiv. Moscow left Rome. Moscow slept. Nobody came. Rome woke."


def articles(*texts: str) -> pd.DataFrame:
    return pd.DataFrame({"doc_id": [f"d{n:02}" for n in range(len(texts))], "text": list(texts)})


def test_a_pair_is_counted_once_a_sentence() -> None:
    docs = articles(TEXT)
    found = find_pairs(find_entities(docs, model="table"), docs)
    assert [TEXT[start:end] for start, end in zip(found["start"], found["end"], strict=True)] == [
        "Kyiv met NATO.",
        "NATO met Kyiv and Kyiv.",
        "Moscow left Rome.",
    ]
    assert (found["entity_id_a"] < found["entity_id_b"]).all()


def test_estimate_is_normalised_mutual_information_by_hand() -> None:
    docs = articles(TEXT)
    table = compare_pairs(find_entities(docs, model="table"), docs).set_index(["name_a", "name_b"])
    kyiv = table.loc[("Kyiv", "North Atlantic Treaty Organization")]
    assert kyiv["n_spans"] == 2 and kyiv["estimate"] == pytest.approx(1.0)  # both stand in the same 2 of 6 sentences
    moscow = table.loc[("Moscow", "Rome")]
    by_hand = np.log((1 / 6) / ((2 / 6) * (2 / 6))) / -np.log(1 / 6)
    assert moscow["estimate"] == pytest.approx(by_hand)
    assert moscow["reason"] == "1 of 10 articles needed" and np.isnan(moscow["low"])


def test_ten_articles_have_an_interval_that_holds_the_estimate() -> None:
    docs = articles(*[TEXT, "Kyiv slept. Moscow met NATO. Rome met Kyiv. NATO rose."] * 6)
    table = compare_pairs(find_entities(docs, model="table"), docs, resamples=200)
    assert table["reason"].isna().all()
    assert ((table["low"] <= table["estimate"] + 1e-9) & (table["estimate"] <= table["high"] + 1e-9)).all()
    backwards = compare_pairs(find_entities(docs[::-1], model="table"), docs[::-1], resamples=200)
    pd.testing.assert_frame_equal(table, backwards)


def test_without_pairs_there_is_an_empty_table_with_all_columns() -> None:
    docs = articles("Kyiv slept.")
    full = compare_pairs(find_entities(articles(TEXT), model="table"), articles(TEXT))
    empty = compare_pairs(find_entities(docs, model="table"), docs)
    assert empty.empty and empty.dtypes.to_dict() == full.dtypes.to_dict()


@given(
    st.integers(2, 7).flatmap(
        lambda width: st.lists(st.lists(st.booleans(), min_size=width, max_size=width), min_size=1, max_size=10)
    )
)
def test_chance_keeps_the_number_of_names_in_each_sentence(held: list[list[bool]]) -> None:
    observed = np.array(held, dtype=float)
    probable = module._arrange(observed)
    assert ((probable >= -1e-9) & (probable <= 1 + 1e-9)).all()
    sizes = observed.sum(axis=1)
    np.testing.assert_allclose(probable.sum(axis=1), sizes * (sizes - 1) / 2, atol=1e-6)


def test_chance_is_that_of_random_rearrangements() -> None:
    """Against arrangements drawn with exactly these sums, by swapping (Gotelli & Entsminger 2001)."""
    rng = np.random.default_rng(0)
    observed = (rng.random((30, 6)) < [0.5, 0.4, 0.3, 0.2, 0.2, 0.1]).astype(int)
    expected = module._arrange(observed.astype(float)).sum(axis=0)
    drawn, together, times = observed.copy(), np.zeros((6, 6)), 0
    for step in range(40_000):
        rows, columns = rng.choice(30, 2, replace=False), rng.choice(6, 2, replace=False)
        square = drawn[np.ix_(rows, columns)]
        if square[0, 0] == square[1, 1] and square[0, 1] == square[1, 0] and square[0, 0] != square[0, 1]:
            drawn[np.ix_(rows, columns)] = 1 - square
        if step % 10 == 0 and step >= 2_000:
            together, times = together + drawn.T @ drawn, times + 1
    np.testing.assert_allclose(expected, (together / times)[np.triu_indices(6, 1)], atol=0.25)


def test_the_normal_form_agrees_with_the_exact_one() -> None:
    p = np.random.default_rng(1).random(1_500) * 0.05
    for n in (30, 40, 50):
        assert module._at_least(n, p) == pytest.approx(float(stats.poisson_binom.sf(n - 1, p)), rel=0.05)


def test_a_pair_that_always_stands_together_exceeds_chance() -> None:
    alone = " ".join(f"{name} slept." for name in ("Kyiv", "Rome", "Paris", "Berlin", "Warsaw", "Vienna"))
    docs = articles("Moscow met NATO. " * 4 + alone + " Kyiv met Rome.")
    table = compare_pairs(find_entities(docs, model="table"), docs).set_index("name_a")
    assert bool(table.loc["Moscow", "kept"])
    assert not table.loc["Kyiv", "kept"]
    assert table.loc["Moscow", "chance"] < table.loc["Kyiv", "chance"] <= 1
