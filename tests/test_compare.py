"""Models compared on labelled articles, and spaCy pipelines as one of them."""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from ukrcorpus.bench.names import score_names
from ukrcorpus.columns import TABLES
from ukrcorpus.entities import compare, spacy
from ukrcorpus.entities.compare import compare_models
from ukrcorpus.entities.find import find_entities

TEXT = "Kyiv thanked NATO, and NATO thanked Kyiv."
NAMES = [(0, 4, "GPE"), (13, 17, "ORG"), (23, 27, "ORG"), (36, 40, "GPE")]


def labelled(n_docs: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    docs = pd.DataFrame({"doc_id": [f"{n:02}" for n in range(n_docs)], "text": TEXT})
    rows = [(doc_id, *row) for doc_id in docs["doc_id"] for row in NAMES]
    return docs, pd.DataFrame(rows, columns=["doc_id", "start", "end", "label"])


def some(docs: pd.DataFrame) -> pd.DataFrame:
    """Finds the first name of all articles, and both bodies of every second one."""
    gold = labelled(len(docs))[1]
    number = gold["doc_id"].astype("int64")
    return gold[(gold["start"] == 0) | ((number % 2 == 0) & (gold["label"] == "ORG"))]


def test_a_row_a_model_and_kind() -> None:
    docs, gold = labelled(12)
    before = docs.copy(), gold.copy()
    table = compare_models(docs, gold, models={"all": lambda docs: labelled(12)[1], "some": some})
    assert table["model"].tolist() == ["all"] * 3 + ["some"] * 3
    assert table["label"].tolist() == ["all", "ORG", "GPE"] * 2
    assert table["recall"].tolist() == [1, 1, 1, 0.5, 0.5, 0.5]
    assert table["precision"].tolist() == [1] * 6
    assert table["estimate"].tolist() == pytest.approx([1, 1, 1, 2 / 3, 2 / 3, 2 / 3])
    assert table["n_docs"].tolist() == [12] * 6 and table["n_spans"].tolist() == [48, 24, 24] * 2
    assert table["reason"].isna().all()
    assert (table["low"] <= table["estimate"]).all() and (table["estimate"] <= table["high"]).all()
    assert table.loc[4, "low"] < 0.6 and table.loc[5, "low"] == pytest.approx(2 / 3), "GPE is the same in all articles"
    for given, kept in zip((docs, gold), before, strict=True):
        pd.testing.assert_frame_equal(given, kept)


def test_columns_are_those_of_a_summary() -> None:
    table = compare_models(*labelled(2), models={"some": some})
    assert {"model", "label", "precision", "recall", *TABLES["summary"]} == set(table.columns)
    for name, column in TABLES["summary"].items():
        assert str(table[name].dtype) == column.dtype
    pd.testing.assert_frame_equal(table, compare_models(*labelled(2), models={"some": some}))


def test_below_ten_articles_there_is_no_interval() -> None:
    for n_docs in (9, 10):
        table = compare_models(*labelled(n_docs), models={"some": some})
        assert table["low"].isna().all() == table["high"].isna().all() == (n_docs == 9)
        assert table["reason"].dropna().unique().tolist() == (["9 of 10 articles needed"] if n_docs == 9 else [])


def test_names_are_models_of_find_entities(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def stub(docs: pd.DataFrame, *, model: str) -> pd.DataFrame:
        asked.append(model)
        return find_entities(docs).head(0 if model == "table" else None)

    monkeypatch.setattr(compare, "find_entities", stub)
    table = compare_models(*labelled(1))
    assert asked == ["table", "light"]
    assert table.set_index(["model", "label"])["recall"]["table", "all"] == 0


@pytest.mark.skipif(
    "model" not in inspect.signature(find_entities).parameters, reason="find_entities has no models yet"
)
def test_the_models_that_everybody_has() -> None:
    table = compare_models(*labelled(1)).set_index(["model", "label"])
    assert table["recall"]["table", "all"] == table["recall"]["light", "all"] == 1


def test_optional_rows_and_three_kinds() -> None:
    docs, gold = labelled(1)
    optional = gold.assign(optional=[False, True, True, True])
    assert compare_models(docs, optional, models={"own": find_entities})["n_spans"].tolist() == [1, 1]
    three = gold.assign(label=["LOC", "ORG", "ORG", "LOC"], optional=float("nan"))
    three.loc[4] = ["00", 5, 12, "PER", float("nan")]
    table = compare_models(docs, three, models={"own": find_entities})
    assert table["label"].tolist() == ["all", "PER", "ORG", "LOC"] and table["recall"].tolist() == [0.8, 0, 1, 1]


def test_nothing_labelled_and_nothing_found() -> None:
    docs, gold = labelled(1)
    table = compare_models(docs, gold.head(0), models={"none": lambda docs: gold.head(0)})
    assert table[["label", "n_docs", "n_spans", "estimate"]].values.tolist() == [["all", 1, 0, 0]]
    empty = compare_models(docs.head(0), gold.head(0), models={"own": find_entities})
    assert empty["n_docs"].tolist() == [0] and empty["low"].isna().all()


@pytest.mark.parametrize(
    "row",
    [("00", 0, 99, "GPE"), ("01", 0, 4, "GPE"), ("00", 4, 4, "GPE"), ("00", -2, 4, "GPE"), ("00", 0, 4, None)],
)
def test_gold_that_is_no_part_of_the_articles(row: tuple[object, ...]) -> None:
    docs, gold = labelled(1)
    with pytest.raises(ValueError, match=r"^gold: .* is no labelled part"):
        compare_models(docs, pd.concat([gold, pd.DataFrame([row], columns=gold.columns)]), models={"some": some})
    with pytest.raises(ValueError, match="no column 'text'"):
        compare_models(docs[["doc_id"]], gold)


def test_the_bench_scores_alike() -> None:
    docs, gold = labelled(10)
    ours = compare_models(docs, gold, models={"some": some}, seed=4, resamples=7).drop(columns="model")
    theirs = score_names(docs, gold.assign(optional=False), some(docs), seed=4, resamples=7)
    pd.testing.assert_frame_equal(ours, theirs[theirs["match"] == "strict"][ours.columns])


RULES = [
    ("PERSON", "Ada Dub"),
    ("GPE", "the Netherlands"),
    ("ORG", "NATO’s"),
    ("WORK_OF_ART", "Second Life"),
    ("PER", "Ivan's"),
    ("MISC", "Olympic"),
    ("DATE", "Monday"),
    ("FAC", "the bridges'"),
    ("LAW", "the"),
]


@pytest.fixture
def pipeline(tmp_path: Path) -> Iterator[str]:
    """A blank pipeline with rules of its own, saved as pipelines are."""
    library = pytest.importorskip("spacy")
    blank = library.blank("en")
    blank.add_pipe("entity_ruler").add_patterns([{"label": label, "pattern": text} for label, text in RULES])
    blank.to_disk(tmp_path / "own")
    yield str(tmp_path / "own")
    spacy.load_pipeline.cache_clear()


@pytest.mark.slow
def test_labels_and_spans_of_a_pipeline(pipeline: str) -> None:
    text = "Ada Dub left the Netherlands for NATO’s Second Life, Ivan's Olympic Monday, the bridges' end. Write the"
    found = spacy.find_with_pipeline(text, pipeline)
    assert [(text[m.start : m.end], m.label) for m in found] == [
        ("Ada Dub", "PERSON"),
        ("Netherlands", "GPE"),
        ("NATO", "ORG"),
        ("Second Life", "WORK"),
        ("Ivan", "PERSON"),
        ("bridges", "FAC"),
        ("the", "LAW"),
    ]
    assert {(m.rule, m.score, m.entities) for m in found} == {("spacy", 1.0, ())}
    assert spacy.find_with_pipeline("", pipeline) == []


@pytest.mark.slow
def test_a_pipeline_is_loaded_once(pipeline: str, monkeypatch: pytest.MonkeyPatch) -> None:
    spacy.find_with_pipeline("Ada Dub", pipeline)
    monkeypatch.setitem(sys.modules, "spacy", None)
    assert len(spacy.find_with_pipeline("Ada Dub", pipeline)) == 1


def test_missing_spacy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(ImportError, match=r"ukrcorpus\[spacy\]"):
        spacy.find_with_pipeline("Ada Dub", "en_core_web_sm")


@pytest.mark.slow
def test_a_missing_pipeline_is_named() -> None:
    pytest.importorskip("spacy")
    with pytest.raises(ValueError, match="spacy download no_such_pipeline"):
        spacy.find_with_pipeline("Ada Dub", "no_such_pipeline")
