"""Counts of regions, names without a place, and the spellings of people."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus import count_regions, count_spellings, find_entities, find_places, find_unplaced, label_spellings


@pytest.fixture(scope="module")
def articles() -> pd.DataFrame:
    texts = [
        "Kharkiv, Izium and Kharkov region lie in Ukraine. Zelenskyy met Volodymyr Zelensky in Donbas.",
        "Belgorod is a city. Kharkiv is another. Shells fell on the Black Sea. Zelensky left.",
    ]
    return pd.DataFrame({"doc_id": ["a", "b"], "text": texts, "publisher": ["P", "Q"]})


def test_a_region_counts_its_own_name_and_the_places_in_it(articles: pd.DataFrame) -> None:
    counts = count_regions(find_places(articles), articles).set_index(["iso_code", "publisher"])
    assert counts.loc[("UA-63", "P"), "n_spans"] == 3 and counts.loc[("UA-63", "Q"), "n_spans"] == 1
    assert counts.loc[("RU-BEL", "P"), "n_spans"] == 0 and counts.loc[("RU-BEL", "Q"), "n_spans"] == 1
    assert set(counts["admin1"]) == {"Kharkiv Oblast", "Belgorod Oblast"}
    assert counts.loc[("UA-63", "P"), "estimate"] == pytest.approx(1000 * 3 / 14)


def test_no_article_gives_no_region(articles: pd.DataFrame) -> None:
    none = articles.head(0)
    assert list(count_regions(find_places(none), none).columns) == list(
        count_regions(find_places(articles), articles).columns
    )


@settings(deadline=None)
@given(st.data())
def test_unplaced_are_the_names_that_no_place_overlaps(data: st.DataObject) -> None:
    def spans(disjoint: bool) -> pd.DataFrame:
        rows = data.draw(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 40), st.integers(1, 8)), max_size=12))
        table = pd.DataFrame(rows, columns=["doc_id", "start", "length"]).astype({"start": "int64", "length": "int64"})
        table = table.assign(end=table["start"] + table["length"]).sort_values(["doc_id", "start"])
        if disjoint:
            table = table[
                table.groupby("doc_id")["end"].transform(lambda e: e.cummax().shift(fill_value=-1)) <= table["start"]
            ]
        return table.reset_index(drop=True)

    entities, places = spans(disjoint=False).assign(label="GPE"), spans(disjoint=True)
    found = find_unplaced(entities, places)
    for row in entities.itertuples():
        near = places[places["doc_id"].eq(row.doc_id)]
        covered = (near["start"].lt(row.end) & near["end"].gt(row.start)).any()
        alone = found["doc_id"].eq(row.doc_id) & found["start"].eq(row.start) & found["end"].eq(row.end)
        assert alone.any() != covered


def test_only_names_of_places_can_be_unplaced() -> None:
    entities = pd.DataFrame({"doc_id": ["a"], "start": [0], "end": [3], "label": ["ORG"]})
    assert find_unplaced(entities, entities.head(0)).empty


def test_people_have_spellings_too(articles: pd.DataFrame) -> None:
    places, entities = find_places(articles), find_entities(articles)
    marked = label_spellings(places, entities=entities)
    people = marked[marked["label"].eq("PERSON")]
    assert people[["doc_id", "variant"]].to_numpy().tolist() == [
        ["a", "Zelenskyy"],
        ["a", "Zelensky"],
        ["b", "Zelensky"],
    ]
    texts = articles.set_index("doc_id")["text"]
    assert all(texts[row.doc_id][row.start : row.end] == row.surface for row in marked.itertuples())
    counts = count_spellings(places, articles, entities=entities)
    assert counts.loc[counts["label"].eq("PERSON"), "n_spans"].sum() == len(people)
    assert not count_spellings(places, articles)["label"].eq("PERSON").any()
