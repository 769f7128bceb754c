"""Sentences: where they end in news prose, and what holds for any text."""

import time

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus import find_sentences, find_zones
from ukrcorpus.columns import TABLES


def sentences_of(text, language=None):
    docs = pd.DataFrame({"doc_id": ["a"], "text": [text]})
    return find_sentences(docs.assign(language=language) if language else docs)["surface"].tolist()


@pytest.mark.parametrize(
    "sentences",
    [
        ["Gen. Lee met Lt. Col. Roe in St. Petersburg on Aug. 16, 2024.", "The U.S. Army left."],
        ["W. Lee and J. D. Roe met.", "V. Novak did not."],
        ["It cost \\$11 million.", "It rose 3.5 percent."],
        ["The site Harbour.Ru evoked it.", "So did harbour.example.org."],
        ["It was over ….", "Whoever signs, signs."],
        ["He said: “Stop. We go.”", "Then he left!", "Did he?", "Yes."],
        ["“We wait. We see,” he said.", "“Then [i.e., the war] ends.”"],
        ["Ok...", "Then they got tanks, e.g. of the old kind."],
        ["They met at 5 p.m. on Monday.", "Nobody came."],
        ["The first ends.\u00a0", "The next begins."],
    ],
    ids=lambda sentences: sentences[0],
)
def test_english(sentences):
    assert sentences_of(" ".join(sentences), "en") == [sentence.strip() for sentence in sentences]


@pytest.mark.parametrize(
    "sentences",
    [
        ["Це м. Київ.", "Проф. Лис сказав.", "У 2022 р. почалося."],
        ["Це було о 5 год. ранку.", "Т. Дуб писав."],
        ["«Ні», — сказав він.", "Потім пішов."],
    ],
    ids=lambda sentences: sentences[0],
)
def test_ukrainian(sentences):
    assert sentences_of(" ".join(sentences), "uk") == sentences


@pytest.mark.parametrize("sentences", [["Это г. Одесса.", "В 2022 г. началось."], ["Со слов т. н. очевидцев, ушёл."]])
def test_russian(sentences):
    assert sentences_of(" ".join(sentences), "ru") == sentences


def test_a_missing_blank_ends_a_sentence():
    """A closing quotation mark with the next sentence right behind it, as pages lose blanks."""
    text = "They said, “we have no choice.”Novak then left."
    assert sentences_of(text) == ["They said, “we have no choice.”", "Novak then left."]


def test_a_broken_paragraph_ties_its_halves():
    text = "Ferry runs again\n\n" + "A first paragraph stands here, with more than enough words in it to be one.\n\n"
    text += "A second goes on, as the shipyard told\n\nthe council. A third sentence."
    found = find_sentences(pd.DataFrame({"doc_id": ["a"], "text": [text]}))
    assert found["zone"].tolist() == ["title", *["paragraph"] * 4]
    assert found["paragraph_id"].tolist() == [-1, 0, 1, 1, 1]
    assert found["sentence_id"].tolist() == [0, 1, 2, 3, 4]


def check(sentences, zones, docs):
    """Declared columns; within a zone; disjoint and in order; every character of the zones that is not white space."""
    assert sentences.columns.tolist() == list(TABLES["sentences"])
    assert {name: str(dtype) for name, dtype in sentences.dtypes.items()} == {
        name: column.dtype for name, column in TABLES["sentences"].items()
    }
    for doc_id, text in zip(docs["doc_id"], docs["text"], strict=True):
        rows = sentences[sentences["doc_id"] == doc_id]
        assert rows["sentence_id"].tolist() == list(range(len(rows)))
        marked = [None] * len(text)
        for number, zone in enumerate(zones[zones["doc_id"] == doc_id].itertuples()):
            marked[zone.start : zone.end] = [number] * (zone.end - zone.start)
        covered = set()
        for row in rows.itertuples():
            assert text[row.start : row.end] == row.surface == row.surface.strip() != ""
            assert len(set(marked[row.start : row.end])) == 1
            assert not covered.intersection(range(row.start, row.end))
            covered.update(range(row.start, row.end))
        assert all(at in covered for at, zone in enumerate(marked) if zone is not None and not text[at].isspace())


SIGNS = [". ", "! ", "? ", "… ", ".", "”", "“", " ", "\n", "\n\n", "Mr. ", "U.S. ", "a", "Б", "е", "3.5", "\\$", "—"]
ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
PIECES = st.lists(st.sampled_from(SIGNS) | ANY, max_size=40).map("".join)


@given(PIECES, st.sampled_from(["en", "uk", "ru", "xx", None]))
@settings(max_examples=80, deadline=None)
def test_any_text(text, language):
    docs = pd.DataFrame({"doc_id": ["a"], "text": [text], "language": [language]})
    before = docs.copy()
    zones = find_zones(docs)
    check(find_sentences(docs, zones=zones), zones, docs)
    pd.testing.assert_frame_equal(docs, before)


def test_seeds(docs):
    zones = find_zones(docs)
    sentences = find_sentences(docs, zones=zones)
    check(sentences, zones, docs)
    pd.testing.assert_frame_equal(find_sentences(docs), sentences)
    ends = sentences[sentences["zone"] == "paragraph"]["surface"].str.rstrip('”"’)]').str[-1:]
    assert (~ends.isin(list(".?!:"))).sum() == 2, "the two paragraphs that a link broke"
    assert sentences["surface"].str.len().max() < 700


def test_empty_table():
    docs = pd.DataFrame({"doc_id": pd.Series(dtype="str"), "text": pd.Series(dtype="str")})
    check(find_sentences(docs), find_zones(docs), docs)


@pytest.mark.parametrize("text", ["One two. " * 60_000, "x." * 60_000, "? " * 200_000, "слово" * 60_000])
def test_long_texts_take_no_longer_than_their_length(text):
    start = time.perf_counter()
    assert sentences_of(text)
    assert time.perf_counter() - start < 20
