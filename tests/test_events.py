"""Events: what a sentence dates, who says so, and the same event in several articles."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus import find_events, find_sentences, find_times, link_events
from ukrcorpus.columns import TABLES


def corpus(*texts: str) -> pd.DataFrame:
    docs = pd.DataFrame({"doc_id": list("abcdefgh"[: len(texts)]), "text": list(texts)})
    return docs.assign(published=pd.Series([pd.Timestamp("2024-06-21")] * len(texts), dtype="datetime64[s]"))


def one(text: str) -> pd.Series:
    found = find_events(corpus(text))
    assert len(found) == 1
    return found.iloc[0]


@pytest.mark.parametrize(
    ("text", "predicate", "status"),
    [
        ("The purge began with an arrest on April 24.", "began", "past"),
        ("Then, on May 14, the old minister was not included in the new government.", "included", "past"),
        (
            "On Wednesday, the general, who is the current head of a committee, demanded that it stop.",
            "demanded",
            "past",
        ),
        ("In May, the army conducted exercises near the border.", "conducted", "past"),
        ("By the end of the year, dozens of officers will be arrested.", "arrested", "announced"),
        ("Troops are calmly leaving the city this week.", "leaving", "ongoing"),
        ("The parties announced a summit in July 2025.", "announced", "announced"),
        ("The imprisoned leader wrote a letter on Monday.", "wrote", "past"),
        ("On May 20, Deputy Minister Ivanenko was removed.", "removed", "past"),
        ("The conference of 2023 met in Minsk.", "met", "past"),
        ("A Moscow-based writer died in 2023.", "died", "past"),
    ],
)
def test_predicate_and_status(text, predicate, status):
    event = one(text)
    assert (event["predicate"], event["status"]) == (predicate, status)


def test_a_sentence_without_a_verb_has_no_predicate():
    assert pd.isna(one("A quiet evening near the river, June 2023.")["predicate"])


def test_an_event_is_its_sentence():
    text = "He slept. The city fell on 1 October 2022. She waited for months."
    event = one(text)
    assert text[event["start"] : event["end"]] == event["surface"] == "The city fell on 1 October 2022."
    assert text[event["time_start"] : event["time_end"]] == "1 October 2022"
    assert event["event_id"] == f"a:{event['time_start']}"


def test_two_times_are_two_events_and_a_range_is_one():
    assert find_events(corpus("It fell in 1941 and rose in 1991."))["value"].tolist() == ["1941", "1991"]
    armies = one("Armies crossed the border between 1918 and 1919.")
    assert (armies["value"], armies["date_low"].year, armies["date_high"].year) == ("1918/1919", 1918, 1919)
    assert len(find_events(corpus("On September 30, the day of the speech, a paper published a letter."))) == 1


def test_who_says_so():
    assert one("According to the Levada Center, support fell in 2023.")["attributed_to"] == "Levada Center"
    assert one("Petro Ivanenko said that the bridge was destroyed in May.")["attributed_to"] == "Petro Ivanenko"
    assert pd.isna(one("On Monday, Petro Ivanenko said that the bridge is gone.")["attributed_to"])
    assert pd.isna(one("The bridge was destroyed in May.")["attributed_to"])


def test_names_of_entities_replace_surfaces():
    docs = corpus("According to Ivanenko, support fell in 2023.")
    row = {"doc_id": "a", "start": 13, "end": 21, "surface": "Ivanenko", "name": "Petro Ivanenko", "label": "PERSON"}
    assert find_events(docs, entities=pd.DataFrame([row]))["attributed_to"].tolist() == ["Petro Ivanenko"]


def test_parts_are_spans_of_their_own():
    docs = corpus("Putin dismissed Ivanov on June 17.")
    rows = [
        {"doc_id": "a", "start": 0, "end": 5, "name": "Vladimir Putin"},
        {"doc_id": "a", "start": 16, "end": 22, "name": "Timur Ivanov"},
    ]
    parts = find_events(docs, entities=pd.DataFrame(rows), parts=True)
    assert dict(zip(parts["role"], parts["surface"], strict=True)) == {
        "agent": "Putin",
        "predicate": "dismissed",
        "patient": "Ivanov",
        "time": "June 17",
    }
    assert parts["event_id"].nunique() == 1


def test_what_is_handed_in_is_used():
    docs = corpus("It fell in 1991. It rose in 1992.")
    times = find_times(docs)
    found = find_events(docs, times=times[times["value"] == "1992"], sentences=find_sentences(docs))
    assert found["value"].tolist() == ["1992"]


@pytest.mark.parametrize("parts", [False, True])
def test_nothing_gives_all_columns(parts):
    found = find_events(corpus("No date at all."), parts=parts)
    assert len(found) == 0
    assert set(TABLES["events"]) <= set(found.columns)
    assert found["date_low"].dtype == "datetime64[s]"


def test_linking_nothing_gives_all_columns():
    docs = corpus("No date at all.")
    assert "cluster_id" in link_events(find_events(docs), docs).columns


TELLINGS = (
    "Wagner fighters seized the headquarters in Rostov on 24 June 2023, and the columns moved north.",
    "On 24 June 2023 the headquarters in Rostov was seized by fighters of Wagner.",
    "Grain exports rose sharply on 24 June 2023.",
    "Wagner fighters seized the headquarters in Rostov on 3 May 2021.",
)


def test_the_same_event_in_two_articles_is_one_cluster():
    docs = corpus(*TELLINGS)
    linked = link_events(find_events(docs), docs)
    clusters = dict(zip(linked["doc_id"], linked["cluster_id"], strict=True))
    assert clusters["a"] == clusters["b"] == linked["event_id"].min()
    assert pd.isna(clusters["c"])
    assert pd.isna(clusters["d"])


def test_tellings_of_one_article_are_not_joined():
    docs = corpus(" ".join(TELLINGS[:2]))
    assert link_events(find_events(docs), docs)["cluster_id"].isna().all()


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(len(TELLINGS))))
def test_clusters_do_not_depend_on_the_order_of_rows(order):
    docs = corpus(*TELLINGS)
    events = find_events(docs)
    expected = link_events(events, docs).set_index("event_id")["cluster_id"]
    shuffled = link_events(events.iloc[order].reset_index(drop=True), docs).set_index("event_id")["cluster_id"]
    pd.testing.assert_series_equal(shuffled.sort_index(), expected.sort_index())


def test_linking_refuses_events_of_unknown_articles():
    docs = corpus(*TELLINGS)
    with pytest.raises(KeyError, match="'a'"):
        link_events(find_events(docs), docs.iloc[1:])


def test_linking_keeps_columns_and_input():
    docs = corpus(*TELLINGS)
    events = find_events(docs).assign(mine=1)
    before = events.copy(deep=True)
    assert link_events(events, docs)["mine"].eq(1).all()
    pd.testing.assert_frame_equal(events, before)


def test_the_articles(published_docs):
    events = link_events(find_events(published_docs), published_docs)
    assert events["event_id"].is_unique
    assert (events["date_low"] <= events["date_high"]).all()
    assert set(events["zone"]) <= {"title", "heading", "paragraph"}
    texts = published_docs.set_index("doc_id")["text"]
    for row in events.itertuples():
        assert texts[row.doc_id][row.start : row.end] == row.surface
        assert row.start <= row.time_start < row.time_end <= row.end
    by_value = events[events["doc_id"].str.startswith("001")].set_index("value")["predicate"]
    assert by_value[["2024-04-24", "2024-05-20", "2024-06-09"]].tolist() == ["began", "removed", "arrested"]
    assert events[events["value"] == "1991"]["cluster_id"].nunique() == 1
    june = events[events["date_low"].ge("2023-06-20") & events["date_high"].le("2023-06-30")]
    shared = june[june["cluster_id"].notna()]
    assert {doc_id[:3] for doc_id in shared["doc_id"]} == {"003", "004"}
