"""Charts of entities."""

import json
from io import StringIO

import pandas as pd
import pytest

from small_notebooks import show_all
from ukrcorpus import (
    count_entities,
    count_forms,
    find_entities,
    find_sentences,
    label_forms,
    label_positions,
    link_entities,
    plot_dispersion,
    plot_entities,
    plot_forms,
)
from ukrcorpus.evidence import EVIDENCE_MIME, link_marks
from ukrcorpus.figures import NOTHING, to_spec
from ukrcorpus.harvest import LAB_MIME


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


def linked(chart: object, spans: pd.DataFrame, docs: pd.DataFrame, keys: list[str]) -> tuple[list[dict], dict]:
    """The rows that a chart draws, and the marks of its evidence by address."""
    spec, marks, *_ = link_marks(to_spec(chart, description="d"), spans, docs, keys, "page")
    rows = [row for rows in spec["datasets"].values() for row in rows]
    return rows, {f"page#{mark['id']}": mark for mark in marks}


def test_points_lead_to_the_mentions_that_they_count(entities: pd.DataFrame, docs: pd.DataFrame) -> None:
    body = link_entities(entities[entities["zone"].isin(["title", "heading", "paragraph"])], docs)
    articles = count_entities(body, docs, by="doc_id")
    chart = plot_entities(count_entities(body, docs), docs, articles=articles)
    rows, marks = linked(chart, body, docs, ["entity_id", "name", "publisher", "doc_id"])
    assert {row["n_spans"] > 0 for row in rows} == {True, False}
    names = dict(zip(zip(body["doc_id"], body["start"], body["end"], strict=True), body["name"], strict=True))
    for row in rows:
        assert (row["_evidence"] is not None) == (row["n_spans"] > 0)
        spans = [] if row["_evidence"] is None else marks[row["_evidence"]]["spans"]
        assert len(spans) == row["n_spans"]
        assert {(doc_id, names[doc_id, start, end]) for doc_id, start, end in spans} <= {(row["doc_id"], row["name"])}
    titles = [f"{row['name']} · {row['article']}" for row in rows if row["_evidence"]]
    assert [mark["title"] for mark in marks.values()] == titles


def test_a_point_of_a_publisher_leads_to_the_mentions_in_all_its_articles() -> None:
    docs = pd.DataFrame({"doc_id": [f"d{n}" for n in range(12)], "publisher": "P", "text": "NATO met in Kyiv."})
    entities = find_entities(docs)
    chart = plot_entities(count_entities(entities, docs), docs)
    rows, marks = linked(chart, entities, docs, ["entity_id", "name", "publisher", "doc_id"])
    assert {mark["title"] for mark in marks.values()} == {"Kyiv · P", "North Atlantic Treaty Organization · P"}
    assert [marks[row["_evidence"]]["n"] for row in rows] == [12, 12]


def test_a_tick_leads_to_its_mention(entities: pd.DataFrame, docs: pd.DataFrame) -> None:
    positions = label_positions(entities, docs)
    rows, marks = linked(plot_dispersion(positions, docs), positions, docs, ["doc_id", "start", "end"])
    assert len(rows) == len(marks) > 100
    for row in rows:
        assert marks[row["_evidence"]]["spans"] == [[row["doc_id"], row["start"], row["end"]]]


def test_a_cell_leads_to_the_mentions_in_its_form(entities: pd.DataFrame, docs: pd.DataFrame) -> None:
    named = label_forms(entities[entities["zone"].isin(["title", "heading", "paragraph"])], docs=docs)
    chart = plot_forms(count_forms(named, docs, by="doc_id"), docs, top=8)
    rows, marks = linked(chart, named, docs, ["entity_id", "form", "doc_id"])
    texts = dict(zip(docs["doc_id"], docs["text"], strict=True))
    assert {row["n_spans"] > 0 for row in rows} == {True, False}
    for row in rows:
        spans = [] if row["_evidence"] is None else marks[row["_evidence"]]["spans"]
        assert len(spans) == row["n_spans"]
        for doc_id, start, end in spans:
            assert doc_id == row["doc_id"]
            surface = " ".join(texts[doc_id][start:end].replace("’", "'").split())
            assert row["form"] in (surface, f"{surface} {row['form'].rpartition(' ')[2]}")


def test_a_form_of_two_lines_is_one_form() -> None:
    docs = pd.DataFrame({"doc_id": ["a"], "text": ["The Security\nCouncil met. The Security Council left."]})
    forms = label_forms(find_entities(docs))["form"].value_counts()
    assert forms["Security Council"] == 2


@pytest.mark.slow
def test_whatever_the_notebook_counts_is_linked(monkeypatch: pytest.MonkeyPatch, docs: pd.DataFrame) -> None:
    shown = show_all("entities", monkeypatch, evidence="none")
    counted = {"fig-entities": "n_spans", "fig-dispersion": "start", "fig-forms": "n_spans"}
    for figure, column in counted.items():
        rows = [row for rows in shown[figure][LAB_MIME]["datasets"].values() for row in rows]
        number = sum(row[column] > 0 for row in rows) if column == "n_spans" else len(rows)
        assert number == len(shown[figure][EVIDENCE_MIME]["marks"]) > 40
        assert shown[figure]["image/svg+xml"].count('<a href="') >= number
    text = json.dumps(shown, ensure_ascii=False)
    long = [sentence for sentence in find_sentences(docs)["surface"] if len(sentence) > 80]
    assert len(long) > 100 and not [sentence for sentence in long if sentence[:60] in text]
    mentions = pd.read_csv(StringIO(shown["tab-mentions"]["text/csv"]))
    assert mentions["label"].notna().all() and len(mentions) == len(find_entities(docs))


@pytest.mark.slow
def test_the_notebook_of_no_article_shows_that_nothing_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = show_all("entities", monkeypatch, publishers=["Nobody"])
    assert all(NOTHING in shown[figure]["image/svg+xml"] for figure in ("fig-entities", "fig-dispersion", "fig-forms"))
    assert not any(EVIDENCE_MIME in bundle for bundle in shown.values())
