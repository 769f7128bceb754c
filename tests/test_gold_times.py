"""Times and events of two articles as two readers read them: finders must not fall behind what they once reached."""

import pandas as pd
import pytest

from ukrcorpus import find_entities, find_events, load_corpus
from ukrcorpus.bench.scoring import read_gold
from ukrcorpus.bench.times import score_times
from ukrcorpus.times import find_times


@pytest.fixture(scope="module")
def docs() -> pd.DataFrame:
    return read_gold("tests/gold/times", "times")[0]


@pytest.fixture(scope="module")
def events() -> pd.DataFrame:
    gold = read_gold("tests/gold/times", "events", labelled=False)[1]
    return gold[~gold["optional"]].reset_index(drop=True)


def test_gold_is_cut_from_the_articles_of_the_corpus(docs: pd.DataFrame, events: pd.DataFrame) -> None:
    texts = load_corpus("seeds")[0].set_index("doc_id")["text"]
    assert [texts[doc_id] == text for doc_id, text in zip(docs["doc_id"], docs["text"], strict=True)] == [True] * 2
    for row in events.itertuples():
        assert row.start <= row.time_start < row.time_end <= row.end
        sentence = texts[row.doc_id][row.start : row.end]
        parts = [part for parts in (row.predicates, row.agents, row.patients) for part in parts]
        assert parts and all(part in sentence for part in parts if part == row.predicates[0])


def test_times_are_found_and_placed(docs: pd.DataFrame) -> None:
    gold = read_gold("tests/gold/times", "times")[1]
    scores = score_times(docs, gold, find_times(docs)).set_index(["match", "label"])["estimate"]
    assert scores["relaxed", "all"] >= 0.95
    assert scores["value", "all"] >= 0.95
    assert scores["strict", "all"] >= 0.9


def test_events_are_found_and_read(docs: pd.DataFrame, events: pd.DataFrame) -> None:
    """By times: where a reader dates several events by one time, the event found there has to be one of them."""
    found = find_events(docs, entities=find_entities(docs))
    times, told, right = 0, 0, dict.fromkeys(["predicate", "status", "attributed_to"], 0)
    for (doc_id, start), rows in events.groupby(["doc_id", "time_start"]):
        here = found[(found["doc_id"] == doc_id) & found["time_start"].lt(rows["time_end"].iloc[0])]
        here = here[here["time_end"] > start]
        times, told = times + 1, told + bool(len(here))
        for row in here.head(1).to_dict("records"):
            said_by = row["attributed_to"] if isinstance(row["attributed_to"], str) else None
            sources = {source and source.removeprefix("The ") for of in rows["attributed_to"] for source in of}
            right["predicate"] += row["predicate"] in {word for of in rows["predicates"] for word in of}
            right["status"] += row["status"] in {word for of in rows["status"] for word in of}
            right["attributed_to"] += said_by in sources
    assert times == 33
    assert told / times >= 0.85
    assert right["predicate"] / told >= 0.8
    assert right["status"] / told >= 0.9
    assert right["attributed_to"] / told >= 0.9
