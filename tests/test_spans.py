"""What span tables share, against plain loops."""

import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus import count_words, find_zones
from ukrcorpus.columns import TABLES
from ukrcorpus.spans import READ_ZONES, WORD, by_article, each_article, look_up, span_table

IDS = ["a", "b", "c"]


@st.composite
def containers(draw):
    """Disjoint stretches of up to three articles, in any order of rows."""
    rows = []
    for doc_id in draw(st.lists(st.sampled_from(IDS), unique=True)):
        cuts = sorted(draw(st.lists(st.integers(0, 30), unique=True, max_size=8)))
        for n, (start, end) in enumerate(zip(cuts[::2], cuts[1::2], strict=False)):
            rows.append({"doc_id": doc_id, "start": start, "end": end, "value": f"{doc_id}{n}"})
    rows = draw(st.permutations(rows))
    return pd.DataFrame(rows, columns=["doc_id", "start", "end", "value"]).astype({"start": "int64", "end": "int64"})


SPANS = st.lists(st.tuples(st.sampled_from(IDS), st.integers(0, 31)), max_size=12)


@given(containers(), SPANS, st.sampled_from([None, "", -1]))
@settings(max_examples=80, deadline=None)
def test_look_up_against_a_loop(held, spans, fill):
    spans = pd.DataFrame(spans, columns=["doc_id", "start"])
    expected = []
    for doc_id, start in zip(spans["doc_id"], spans["start"], strict=True):
        values = [row.value for row in held.itertuples() if row.doc_id == doc_id and row.start <= start < row.end]
        expected.append(values[0] if values else fill)
    assert look_up(spans, held, "value", fill=fill) == expected


@given(containers())
@settings(max_examples=60, deadline=None)
def test_by_article_against_a_loop(held):
    found = by_article(held)
    assert set(found) == set(held["doc_id"])
    for doc_id, rows in found.items():
        starts = sorted(row.start for row in held.itertuples() if row.doc_id == doc_id)
        assert rows["start"].tolist() == starts


TEXT = st.text(st.sampled_from("ab ї'’-.–1_\n“”,Ж$\\"), max_size=60)


def words_by_hand(text):
    """Words by a walk over characters: letters and digits, and single joining signs between two of them."""
    words, inside = 0, False
    for at, sign in enumerate(text):
        if sign.isalnum():
            words += not inside
            inside = True
        elif sign not in "'’.-\u2010\u2011" or at + 1 == len(text) or not text[at + 1].isalnum():
            inside = False
    return words


@given(TEXT)
@settings(max_examples=300)
def test_words_by_hand(text):
    assert len(WORD.findall(text)) == words_by_hand(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("U.S.-backed forces didn’t come.", 5),
        ("Rostov-on-Don, Vzglyad.Ru", 2),
        ("п'ять об’єктів", 2),
        ("\\$11 million", 2),
        ("1,000 men", 3),
        ("war—and peace", 3),
        ("_two_ *words*", 2),
        ("— … “”", 0),
    ],
)
def test_words(text, words):
    assert len(WORD.findall(text)) == words


def test_count_words_against_a_loop(docs):
    zones = find_zones(docs)
    found = count_words(docs, zones)
    assert found.name == "n_words"
    assert found.dtype == "int64"
    assert found.index.tolist() == docs["doc_id"].tolist()
    for doc_id, text in zip(docs["doc_id"], docs["text"], strict=True):
        rows = zones[zones["doc_id"] == doc_id]
        stretches = [text[r.start : r.end] for r in rows.itertuples() if r.label in ("title", "heading", "paragraph")]
        assert found[doc_id] == sum(words_by_hand(stretch) for stretch in stretches)
    assert count_words(docs, zones, count_in=("credit",)).sum() == 2 + 2 + 6
    assert (count_words(docs.iloc[:0], zones) == 0).all()


def test_count_words_of_articles_without_zones():
    docs = pd.DataFrame({"doc_id": ["a", "b"], "text": ["One two three.", " "]})
    assert count_words(docs, find_zones(docs)).to_dict() == {"a": 3, "b": 0}


def test_span_table(docs):
    """Rows in any order come back in the order of docs, cut from the text, with their zone."""
    docs = docs.iloc[[2, 0]]
    zones = find_zones(docs)
    rows = [
        {"doc_id": doc_id, "start": m.start(), "end": m.end(), "label": "W", "rule": "r", "score": 1.0, "mine": 1}
        for doc_id, text in zip(docs["doc_id"].iloc[::-1], docs["text"].iloc[::-1], strict=True)
        for m in reversed(list(re.finditer(r"\w+", text)))
    ]
    found = span_table([{**row, "paragraph_id": 0} for row in rows], "zones", docs, zones)
    assert found["doc_id"].drop_duplicates().tolist() == docs["doc_id"].tolist()
    assert found.columns.tolist() == [*TABLES["zones"], "mine"]
    texts = dict(zip(docs["doc_id"], docs["text"], strict=True))
    for row in found.itertuples():
        assert texts[row.doc_id][row.start : row.end] == row.surface
    assert found.groupby("doc_id")["start"].apply(lambda starts: starts.is_monotonic_increasing).all()
    assert found["zone"].tolist() == look_up(found, zones, "label")
    assert found["zone"].notna().all()


def test_span_table_without_rows(docs):
    found = span_table([], "zones", docs, find_zones(docs))
    assert found.columns.tolist() == list(TABLES["zones"])
    assert found.empty


def test_each_article_in_the_order_of_docs():
    docs = pd.DataFrame({"doc_id": ["b", "a"], "text": ["x", ""]}, index=[5, 5])
    assert list(each_article(docs)) == [("b", "x"), ("a", "")]


def test_zones_that_count():
    assert READ_ZONES == ("title", "heading", "paragraph")
