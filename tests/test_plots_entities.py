"""Charts of entities."""

import pandas as pd
import pytest

from ukrcorpus import (
    count_entities,
    count_forms,
    find_entities,
    label_positions,
    plot_dispersion,
    plot_entities,
    plot_forms,
)


@pytest.fixture(scope="module")
def entities(docs: pd.DataFrame) -> pd.DataFrame:
    return find_entities(docs)


def rows_of(chart: object) -> pd.DataFrame:
    """All rows that a chart's specification holds."""
    spec = chart.to_dict()
    return pd.DataFrame([row for rows in spec["datasets"].values() for row in rows])


def test_below_ten_articles_each_article_is_a_point(entities: pd.DataFrame, docs: pd.DataFrame) -> None:
    counts = count_entities(entities, docs)
    articles = count_entities(entities, docs, by="doc_id")
    drawn = rows_of(plot_entities(counts, docs, articles=articles, top=7))
    assert len(drawn) == 7 * len(docs)
    assert drawn["low"].isna().all()
    with pytest.raises(ValueError, match="has no interval"):
        plot_entities(counts, docs)


def test_from_ten_articles_on_a_publisher_is_a_point_with_its_interval() -> None:
    docs = pd.DataFrame(
        {"doc_id": [f"d{n}" for n in range(12)], "publisher": "P", "text": "NATO met in Kyiv that day."}
    )
    chart = plot_entities(count_entities(find_entities(docs), docs), docs)
    drawn = rows_of(chart)
    assert sorted(drawn["name"]) == ["Kyiv", "North Atlantic Treaty Organization"]
    assert drawn["low"].notna().all()
    assert "rule" in str(chart.to_dict())


def test_the_most_named_stand_on_top(entities: pd.DataFrame, docs: pd.DataFrame) -> None:
    counts = count_entities(entities, docs)
    spec = plot_entities(counts, docs, articles=count_entities(entities, docs, by="doc_id"), top=5).to_dict()
    order = [name.replace("\n", " ") for name in spec["layer"][0]["encoding"]["y"]["sort"]]
    totals = counts.groupby("name")["n_spans"].sum()
    assert totals[order].is_monotonic_decreasing
    assert totals[order[0]] == totals.max()


def test_dispersion_has_a_panel_an_article_and_a_tick_a_mention(entities: pd.DataFrame, docs: pd.DataFrame) -> None:
    drawn = rows_of(plot_dispersion(label_positions(entities, docs), docs, top=4))
    assert drawn["article"].nunique() == len(docs)
    most = entities["entity_id"].value_counts().head(4)
    assert len(drawn) == most.sum()


def test_forms_of_an_entity_stand_together(entities: pd.DataFrame, docs: pd.DataFrame) -> None:
    forms = count_forms(entities, docs, by="doc_id")
    drawn = rows_of(plot_forms(forms, docs, top=5))
    assert drawn["rank"].nunique() == 5
    assert (drawn.groupby("rank")["form"].nunique() >= 2).all()
    shares = drawn.groupby(["rank", "column"])["share"].sum()
    assert shares[shares > 0].to_numpy() == pytest.approx(1)


def test_articles_of_one_label_are_kept_apart(entities: pd.DataFrame, docs: pd.DataFrame) -> None:
    alike = docs.assign(label="same")
    drawn = rows_of(plot_dispersion(label_positions(entities, alike), alike, top=2))
    assert drawn["article"].nunique() == len(docs)


def test_a_long_name_stands_whole_in_lines(entities: pd.DataFrame, docs: pd.DataFrame) -> None:
    drawn = rows_of(plot_dispersion(label_positions(entities, docs), docs, top=15))
    assert "Ministry of Defence of the\nRussian Federation" in set(drawn["entity"])
    assert drawn["entity"].str.split("\n").explode().str.len().max() <= 30


def test_entities_of_one_name_have_a_row_each() -> None:
    docs = pd.DataFrame({"doc_id": ["a"], "text": ["x"], "publisher": ["P"]})
    rows = pd.DataFrame({"doc_id": "a", "entity_id": ["GPE:x", "ORG:x"], "name": "X", "surface": "X", "position": 1.0})
    assert rows_of(plot_dispersion(rows, docs))["entity"].nunique() == 2
