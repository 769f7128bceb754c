"""The same event in several articles, and who tells it."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.stats import binomtest

from ukrcorpus import count_tellings, find_events, link_events
from ukrcorpus.columns import TABLES, as_table
from ukrcorpus.events import link

DAY = pd.Timedelta(days=1)
SENTENCES = (
    "Wagner fighters seized the headquarters in Rostov on 24 June 2023, and the columns moved north.",
    "On 24 June 2023 the headquarters in Rostov was seized by fighters of Wagner.",
    "Grain exports rose sharply on 24 June 2023.",
    "Wagner fighters seized the headquarters in Rostov on 3 May 2021.",
)
OTHERS = "It was cold. The mayor slept. A letter came. Schools were closed. Bread was dear. Rain fell all night."


def corpus(*texts: str, published: str = "2024-06-21", **more: list) -> pd.DataFrame:
    docs = pd.DataFrame({"doc_id": [f"{number:03}" for number in range(len(texts))], "text": list(texts)}, dtype="str")
    return docs.assign(published=pd.Series([pd.Timestamp(published)] * len(texts), dtype="datetime64[s]")).assign(
        **more
    )


def told(docs: pd.DataFrame, *rows: tuple) -> pd.DataFrame:
    """Events made by hand: number of the article, sentence, time as it stands in it, first and last day, status."""
    made = []
    for number, sentence, time, low, high, *status in rows:
        text = docs["text"].iloc[number]
        start = text.index(sentence)
        when = start + sentence.index(time)
        made.append(
            {
                "doc_id": docs["doc_id"].iloc[number],
                "start": start,
                "end": start + len(sentence),
                "surface": sentence,
                "event_id": f"{docs['doc_id'].iloc[number]}:{when}",
                "time_start": when,
                "time_end": when + len(time),
                "date_low": pd.Timestamp(low),
                "date_high": pd.Timestamp(high) + DAY - pd.Timedelta(seconds=1),
                "status": status[0] if status else "past",
            }
        )
    return as_table(made, "events")


def clusters(events: pd.DataFrame, docs: pd.DataFrame, **options) -> list[set[str]]:
    linked = link_events(events, docs, **options)
    return [set(ids) for _, ids in linked.groupby("cluster_id")["event_id"]]


def test_the_same_event_in_two_articles_is_one_cluster():
    docs = corpus(*SENTENCES)
    linked = link_events(find_events(docs), docs)
    a, b, c, d = linked["cluster_id"]
    assert a == b == linked["event_id"].min()
    assert pd.isna(c)
    assert pd.isna(d)
    assert linked["cluster_score"].between(0, 1).tolist() == [True, True, False, False]
    assert linked["cluster_score"].isna().tolist() == [False, False, True, True]


def test_tellings_of_one_article_are_no_cluster_but_join_one():
    alone = corpus(" ".join(SENTENCES[:2]))
    assert link_events(find_events(alone), alone)["cluster_id"].isna().all()
    docs = corpus(" ".join(SENTENCES[:2]), SENTENCES[0])
    assert link_events(find_events(docs), docs)["cluster_id"].nunique() == 1


@settings(max_examples=10, deadline=None)
@given(order=st.permutations(range(len(SENTENCES))))
def test_clusters_do_not_depend_on_the_order_of_rows(order):
    docs = corpus(*SENTENCES)
    events = find_events(docs)
    expected = link_events(events, docs).set_index("event_id")[["cluster_id", "cluster_score"]]
    mixed = link_events(events.iloc[order], docs.iloc[order]).set_index("event_id")[["cluster_id", "cluster_score"]]
    pd.testing.assert_frame_equal(mixed.sort_index(), expected.sort_index())


def test_names_alone_are_not_the_same_event():
    texts = [
        "On 24 June 2023 Prigozhin left Rostov. Prigozhin spoke.",
        "Guards of Rostov saw Prigozhin on 24 June 2023. Prigozhin slept.",
        "On 24 June 2023 Prigozhin was leaving as guards of Rostov watched.",
    ]
    docs = corpus(*texts)
    rows = [
        (number, text.split(".")[0] + ".", "24 June 2023", "2023-06-24", "2023-06-24")
        for number, text in enumerate(texts)
    ]
    rows[2] = (2, texts[2], *rows[2][2:])
    assert not clusters(told(docs, *rows[:2]), docs)
    assert len(clusters(told(docs, *rows[1:]), docs)) == 1


def test_other_spellings_agree_by_the_names_of_entities():
    texts = ("On 1 May 2023 Zelensky visited Kiev.", "Kyiv was visited by Zelenskyy on 1 May 2023.")
    docs = corpus(*texts, OTHERS)
    rows = [(number, texts[number], "1 May 2023", "2023-05-01", "2023-05-01") for number in range(2)]
    events = told(docs, *rows)
    named = events.assign(entities=[["Volodymyr Zelenskyy"]] * 2, places=[["Kyiv"]] * 2)
    plain, with_names = (link_events(table, docs, similarity=0.01)["cluster_score"].max() for table in (events, named))
    assert with_names > plain


def test_times_that_have_nothing_in_common_are_not_chained():
    said = "The siege of the steel works in Mariupol went on"
    texts = [f"{said} on 1 April.", f"{said} in April.", f"{said} on 30 April."]
    docs = corpus(*texts, OTHERS)
    days = (("2022-04-01", "2022-04-01"), ("2022-04-01", "2022-04-30"), ("2022-04-30", "2022-04-30"))
    events = told(docs, *((n, texts[n], texts[n][len(said) + 4 : -1], *days[n]) for n in range(3)))
    found = clusters(events, docs)
    assert [len(ids) for ids in found] == [2]
    assert clusters(events[:2], docs)
    assert clusters(events[1:], docs)


def test_a_day_beside_counts_half_and_two_days_off_nothing():
    text = "Missiles struck the power station in Kryvyi Rih on that day."
    docs = corpus(text, text, OTHERS)
    scores = []
    for day in ("2023-02-10", "2023-02-11", "2023-02-12"):
        rows = [(0, text, "that day", "2023-02-10", "2023-02-10"), (1, text, "that day", day, day)]
        scores.append(link_events(told(docs, *rows), docs)["cluster_score"].max())
    # without overlap each time is touched by one telling instead of two
    assert scores[0] == pytest.approx(1 / (1 + np.log10(2)))
    assert scores[1] == pytest.approx(1 / 2)
    assert np.isnan(scores[2])


def test_the_more_happens_the_more_words_must_agree():
    pair = "A depot burned in Feodosia after drones came that day.", "Drones hit that day; fires burned near Feodosia."
    scores = []
    for many in (0, 200):
        docs = corpus(*pair, *("Nothing else happened that day." for _ in range(many)))
        rows = [(n, text, "that day", "2023-03-01", "2023-03-01") for n, text in enumerate(docs["text"])]
        counted = pd.DataFrame({"surface": docs["text"][:2]})
        scores.append(
            link_events(told(docs, *rows), docs, sentences=counted, similarity=0.001)["cluster_score"].iloc[0]
        )
    assert scores[0] / scores[1] == pytest.approx((1 + np.log10(202)) / (1 + np.log10(2)))


def test_nothing_is_told_as_past_before_it_is():
    texts = ("Drones struck the refinery in Tuapse in 2023.", "Drones struck the refinery in Tuapse on 25 May 2023.")
    docs = corpus(*texts, OTHERS)
    rows = [(0, texts[0], "2023", "2023-01-01", "2023-12-31"), (1, texts[1], "25 May 2023", "2023-05-25", "2023-05-25")]
    events = told(docs, *rows)
    early = docs.assign(published=pd.to_datetime(["2023-03-01", "2023-05-26", "2023-05-26"]).astype("datetime64[s]"))
    assert clusters(events, docs)
    assert not clusters(events, early)
    assert clusters(events.assign(status=["announced", "past"]), early)
    late = early.assign(published=pd.Timestamp("2023-08-01"))
    assert not clusters(events.assign(status=["announced", "past"]), late)


@st.composite
def many_events(draw):
    verbs, nouns = ("burned", "fell", "opened", "flooded"), ("bridge", "dam", "depot", "school", "market")
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(0, 4),
                st.sampled_from(verbs),
                st.lists(st.sampled_from(nouns), min_size=1, max_size=3, unique=True),
                st.integers(0, 12),
                st.sampled_from([0, 0, 1, 6]),
                st.sampled_from(["past", "announced"]),
            ),
            min_size=2,
            max_size=16,
        )
    )
    sentences = [
        f"In case {n:02}, the {' and the '.join(names)} {verb} then." for n, (_, verb, names, *_) in enumerate(rows)
    ]
    texts = [" ".join(s for s, row in zip(sentences, rows, strict=True) if row[0] == n) or "None." for n in range(5)]
    docs = corpus(*texts, OTHERS)
    first = pd.Timestamp("2023-06-01")
    return docs, told(
        docs,
        *(
            (row[0], s, "then", first + row[3] * DAY, first + (row[3] + row[4]) * DAY, row[5])
            for s, row in zip(sentences, rows, strict=True)
        ),
    )


@settings(max_examples=40, deadline=None)
@given(made=many_events(), seed=st.integers(0, 9), dense=st.sampled_from([4, 3000]))
def test_clusters_hold_together(made, seed, dense):
    docs, events = made
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(link, "_DENSE", dense)
        linked = link_events(events, docs)
        mixed = link_events(events.sample(frac=1, random_state=seed), docs)
    pd.testing.assert_frame_equal(
        mixed.sort_values("event_id", ignore_index=True), linked.sort_values("event_id", ignore_index=True)
    )
    for cluster_id, rows in linked.groupby("cluster_id"):
        assert rows["doc_id"].nunique() > 1
        assert cluster_id == rows["event_id"].min()
        assert rows["cluster_score"].nunique() == 1
        assert rows["date_low"].max() <= rows["date_high"].min() + DAY
    assert linked["cluster_score"].notna().eq(linked["cluster_id"].notna()).all()
    assert linked["cluster_score"].dropna().between(0, 1).all()


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_candidates_are_all_pairs_that_share_a_word_and_a_time(data):
    number = data.draw(st.integers(1, 12))
    bags = data.draw(st.lists(st.sets(st.integers(0, 6), min_size=1, max_size=4), min_size=number, max_size=number))
    low = np.sort(data.draw(st.lists(st.integers(0, 9), min_size=number, max_size=number))) * link._DAY
    high = low + np.array(data.draw(st.lists(st.integers(0, 4), min_size=number, max_size=number))) * link._DAY
    words = csr_array(np.array([[float(word in bag) for word in range(7)] for bag in bags]))
    is_name = np.arange(7) == 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(link, "_PAIRS", 3)
        found = [set(zip(*map(list, pairs), strict=True)) for pairs in link._candidates(words, is_name, low, high)]
    expected = {
        (a, b) for a, b in combinations(range(number), 2) if bags[a] & bags[b] - {0} and low[b] <= high[a] + link._DAY
    }
    assert set().union(*found) == expected
    assert sum(map(len, found)) == len(expected)


def test_linking_refuses_events_of_unknown_articles():
    docs = corpus(*SENTENCES)
    with pytest.raises(KeyError, match="'000'"):
        link_events(find_events(docs), docs.iloc[1:])


def test_linking_keeps_columns_and_input():
    docs = corpus(*SENTENCES)
    events = find_events(docs).assign(mine=1)
    before = events.copy(deep=True)
    assert link_events(events, docs)["mine"].eq(1).all()
    pd.testing.assert_frame_equal(events, before)


@pytest.mark.parametrize("texts", [(), ("No date at all.",), ("It fell on 1 May 2023.",)])
def test_little_gives_all_columns(texts):
    docs = corpus(*texts)
    linked = link_events(find_events(docs), docs)
    assert {*TABLES["events"], "cluster_id", "cluster_score"} <= {*linked.columns}
    assert linked["cluster_score"].dtype == "float64"
    assert linked["cluster_id"].dtype == "str"
    counted = count_tellings(linked, docs.assign(publisher="P"))
    assert len(counted) == 0
    assert {*TABLES["summary"], "cluster_id", "publisher", "told", "outcome"} <= {*counted.columns}
    assert counted["told"].dtype == "bool"
    assert counted["n_docs"].dtype == "int64"


def tellings(publishers: dict[str, list[tuple[str, str, bool]]], **options) -> pd.DataFrame:
    """count_tellings of one event of 10 and 11 June, for first and last day of each article and if it tells it."""
    rows = [(publisher, *article) for publisher, articles in publishers.items() for article in articles]
    docs = pd.DataFrame(rows, columns=["publisher", "published_low", "published_high", "tells"])
    docs = docs.assign(doc_id=[f"{n:03}" for n in range(len(docs))], text="then")
    docs["published_low"] = pd.to_datetime(docs["published_low"]).astype("datetime64[s]")
    docs["published_high"] = (pd.to_datetime(docs["published_high"]) + DAY - pd.Timedelta(seconds=1)).astype(
        "datetime64[s]"
    )
    tells = np.flatnonzero(docs["tells"])
    low, high = (pd.Timestamp("2023-06-10"), pd.Timestamp("2023-06-11"))
    events = told(docs, *((n, "then", "then", low, high) for n in tells)).assign(cluster_id="c")
    return count_tellings(events, docs, **options).set_index("publisher")


def test_who_could_tell_an_event():
    late, teller = ("2023-06-12", "2023-06-12", False), ("2023-06-13", "2023-06-13", True)
    found = tellings(
        {
            "told": [late, teller, teller],
            "not told": [late, ("2023-06-01", "2023-06-01", False)],
            "before": [("2023-06-01", "2023-06-09", False)],
            "that day": [("2023-06-11", "2023-06-11", False)],
            "perhaps": [("2023-06-09", "2023-06-12", False)],
            "a year later": [("2024-06-12", "2024-06-12", False)],
            "told later": [("2024-06-12", "2024-06-12", True)],
            "unknown": [("2023-06-01", "2023-06-01", False), (None, None, False)],
        }
    )
    assert found["outcome"].to_dict() == {
        "told": "told",
        "not told": "not told",
        "before": "published before it",
        "that day": "none in the window",
        "perhaps": "none in the window",
        "a year later": "none in the window",
        "told later": "told",
        "unknown": "publication unknown",
    }
    assert found["told"].eq(found["outcome"] == "told").all()
    assert found.loc["told", ["estimate", "n_docs", "n_spans"]].tolist() == [2 / 3, 3, 2]
    assert found.loc["not told", ["estimate", "n_docs", "n_spans"]].tolist() == [0, 1, 0]
    assert np.isnan(found.loc["told later", "estimate"])
    assert found[["low", "high"]].isna().all(axis=None)
    assert found.loc["told", "reason"] == "3 of 10 articles needed"


def test_the_interval_of_the_share_is_wilsons():
    for count in (0, 7, 12):
        articles = [("2023-06-15", "2023-06-15", number < count) for number in range(12)]
        row = tellings({"P": articles, "Q": [("2023-06-15", "2023-06-15", True)]}).loc["P"]
        expected = binomtest(count, 12).proportion_ci(method="wilson")
        assert (row["estimate"], row["n_docs"], pd.isna(row["reason"])) == (count / 12, 12, True)
        assert [row["low"], row["high"]] == pytest.approx([expected.low, expected.high], abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(
    days=st.lists(st.tuples(st.integers(-20, 60), st.integers(0, 50), st.booleans()), min_size=1, max_size=15),
    window=st.integers(1, 40),
)
def test_articles_that_could_tell_are_those_surely_in_the_window(days, window):
    assume(any(tells for *_, tells in days))
    event = pd.Timestamp("2023-06-11")
    articles = [(event + low * DAY, event + (low + length) * DAY, tells) for low, length, tells in days]
    row = tellings({"P": articles}, window_days=window).loc["P"]
    able = [tells for low, length, tells in days if low >= 1 and low + length <= window]
    assert row["n_docs"] == len(able)
    assert row["n_spans"] == sum(tells for *_, tells in days)
    assert (np.isnan(row["estimate"]) and not able) or row["estimate"] == pytest.approx(np.mean(able))


def test_tellings_need_the_articles_and_the_column():
    docs = corpus(*SENTENCES).assign(publisher=["P", None, "Q", "Q"])
    linked = link_events(find_events(docs), docs)
    assert count_tellings(linked, docs)["publisher"].tolist() == ["P", "Q", "unknown"]
    with pytest.raises(KeyError, match="'000'"):
        count_tellings(linked, docs.iloc[1:])
    with pytest.raises(KeyError, match="side"):
        count_tellings(linked, docs, by="side")
