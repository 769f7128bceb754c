"""When entities are named for the first and the last time."""

import pandas as pd
import pytest
from scipy import stats

from ukrcorpus import compare_appearances, count_appearances, find_entities


def corpus(texts: list[str], days: list[str | None]) -> pd.DataFrame:
    ids = [f"d{n:02}" for n in range(len(texts))]
    return pd.DataFrame({"doc_id": ids, "text": texts, "published_low": days, "published_high": days})


def test_first_and_last_are_those_of_the_dated_articles() -> None:
    docs = corpus(
        ["Kyiv met NATO.", "NATO left.", "Rome met NATO.", "Rome"], ["2022-02-24", "2022-03-01", "2022-04-01", None]
    )
    table = compare_appearances(find_entities(docs, model="table"), docs).set_index("name")
    assert table[["n_before", "n_after", "n_docs"]].to_numpy().tolist() == [[0, 2, 1], [0, 0, 3], [2, 0, 1]]
    assert table.loc["Rome", "first_low"] == pd.Timestamp("2022-04-01")
    assert table["reason"].tolist() == ["3 of 10 dated articles needed"] * 3


def test_an_overlap_of_dates_is_neither_before_nor_after() -> None:
    docs = corpus(["Kyiv met.", "NATO left."], ["2022-02-24", "2022-03-01"]).assign(published_high="2022-03-02")
    table = compare_appearances(find_entities(docs, model="table"), docs)
    assert table[["n_before", "n_after"]].to_numpy().sum() == 0


def test_chances_are_hypergeometric() -> None:
    texts = ["Kyiv slept."] * 8 + ["NATO met Kyiv."] * 4
    docs = corpus(texts, [f"2022-03-{n + 1:02}" for n in range(12)])
    table = compare_appearances(find_entities(docs, model="table"), docs).set_index("name")
    alliance = table.loc["North Atlantic Treaty Organization"]
    assert alliance["n_before"] == 8
    assert alliance["chance_new"] == pytest.approx(stats.hypergeom.pmf(0, 12, 4, 8))
    assert table.loc["Kyiv", ["chance_new", "chance_gone"]].tolist() == pytest.approx([1, 1])


def test_months_join_articles() -> None:
    docs = corpus(["NATO met NATO.", "NATO left.", "Kyiv"], ["2022-03-01", "2022-03-31", "2022-03-31"])
    months = count_appearances(find_entities(docs, model="table"), docs, monthly=True).set_index("name")
    alliance = months.loc["North Atlantic Treaty Organization"]
    assert alliance[["n_docs", "n_docs_all", "n_spans"]].tolist() == [2, 3, 3]
    assert alliance["date_low"] == pd.Timestamp("2022-03-01")


def test_without_dates_there_is_an_empty_table() -> None:
    docs = corpus(["NATO met."], [None])
    assert compare_appearances(find_entities(docs, model="table"), docs).empty
    assert count_appearances(find_entities(docs, model="table"), docs).empty
