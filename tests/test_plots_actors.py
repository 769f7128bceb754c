"""Figures of voices and actors: what their data holds, on small tables."""

from typing import Any

import pandas as pd
import pytest

from ukrcorpus import (
    plot_actions,
    plot_attributions,
    plot_cues,
    plot_differences,
    plot_evaluations,
    plot_formulas,
    plot_voice,
)

DOCS = pd.DataFrame({"doc_id": ["a", "b"], "label": ["P, 2022", "Q, 2023"], "publisher": ["P", "Q"]})


def rows_of(chart: Any, column: str) -> list[dict[str, Any]]:
    sets = chart.to_dict()["datasets"].values()
    return [row for rows in sets for row in rows if column in row]


def cue_counts(n: int) -> pd.DataFrame:
    words = [f"word{i:02d}" for i in range(n)]
    table = pd.DataFrame({"cue": words, "n_spans": range(1, n + 1)})
    return table.assign(speaker="X", cue_class="neutral", doc_id="a", n_docs=1)


def test_words_stand_in_lines_by_number_and_the_rest_is_told() -> None:
    rows = rows_of(plot_cues(cue_counts(7), DOCS, lines=4), "line")
    assert [rows[-1][key] for key in ("speaker", "cue", "doc_id", "n_spans")] == [None, None, None, 0]
    lines = [row["line"] for row in rows]
    assert lines == ["word06 7", "word05 6", "word04 5", "and 4 more"]
    assert [row["line"] for row in rows_of(plot_cues(cue_counts(2), DOCS, lines=2), "line")] == ["word01 2", "word00"]


def test_no_two_lines_of_a_column_stand_at_one_height() -> None:
    table = pd.concat([cue_counts(3), cue_counts(5).assign(speaker="Y"), cue_counts(2).assign(doc_id="b")])
    rows = pd.DataFrame(rows_of(plot_cues(table, DOCS), "line"))
    assert not rows.duplicated(["column", "y"]).any()
    blocks = rows.groupby("speaker")["y"].agg(["min", "max"]).sort_values("min")
    assert (blocks["max"].to_numpy()[:-1] < blocks["min"].to_numpy()[1:]).all()


def test_words_that_the_list_lacks_are_told_apart_from_listed_ones() -> None:
    counts = pd.DataFrame({"name": "X", "word": ["hero", "odd"], "polarity": ["positive", None], "publisher": "P"})
    rows = rows_of(plot_evaluations(counts.assign(n_spans=1, n_docs=1), DOCS), "line")
    assert {row["line"]: row["kind"] for row in rows} == {"hero": "positive", "odd": "not listed"}


def test_those_acted_upon_go_to_the_left() -> None:
    counts = pd.DataFrame({"name": "X", "role": ["agent", "patient"], "publisher": "P", "n_spans": [3, 2]})
    rows = rows_of(plot_actions(counts, DOCS), "signed")
    assert {row["role"]: row["signed"] for row in rows} == {"agent": 3, "patient": -2}


@pytest.mark.parametrize(
    ("longer", "expected"), [("a b c d e f", "a b c d e"), ("a b c d e f g h i j k", "a b c d e f g h i j k")]
)
def test_of_formulas_that_hold_one_another_the_weightier_is_drawn(longer: str, expected: str) -> None:
    counts = pd.DataFrame({"formula": [longer, "a b c d e", "a b c d e"], "doc_id": ["a", "a", "b"]})
    chart = plot_formulas(counts.assign(n_spans=[5, 1, 1], n_docs=1), DOCS)
    assert {row["formula"] for row in rows_of(chart, "formula")} == {expected}


def test_shares_of_voice_add_up() -> None:
    shares = pd.DataFrame({"kind": ["direct", "own"], "doc_id": "a", "estimate": [25.0, 75.0], "low": None})
    rows = rows_of(plot_voice(shares, DOCS), "kind")
    assert sum(row["estimate"] for row in rows) == 100
    assert [row["rank"] for row in rows] == [0, 3]


def test_a_word_is_filled_only_where_the_difference_holds() -> None:
    row = {"publisher": "P", "estimate": 1.0, "low": 0.5, "high": 1.5, "n_spans": 9, "n_spans_rest": 1, "n_docs": 12}
    words = pd.DataFrame([row | {"word": "war", "p_value": 0.05}, row | {"word": "peace", "p_value": 0.06}])
    words = words.assign(statistic=[4.0, 3.0])
    rows = rows_of(plot_differences(words, DOCS), "word")
    assert {row["word"]: (row["holds"], row["counts"]) for row in rows} == {
        "war": (True, "9 : 1"),
        "peace": (False, "9 : 1"),
    }


@pytest.mark.parametrize(
    ("plot", "columns"),
    [
        (plot_cues, "speaker cue cue_class doc_id n_spans n_docs"),
        (plot_evaluations, "name word polarity doc_id n_spans n_docs"),
        (plot_actions, "name role publisher n_spans"),
        (plot_attributions, "name holder publisher n_spans n_docs"),
        (plot_formulas, "formula doc_id n_spans n_docs"),
        (plot_voice, "kind doc_id estimate low high n_docs"),
        (plot_differences, "word publisher estimate low high statistic p_value n_spans n_spans_rest n_docs"),
    ],
)
def test_nothing_to_draw_is_a_figure_all_the_same(plot: Any, columns: str) -> None:
    numbers = ["estimate", "low", "high", "p_value", "statistic", "n_spans", "n_docs", "n_spans_rest"]
    dtypes = {name: "float64" if name in numbers else "object" for name in columns.split()}
    empty = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in dtypes.items()})
    assert plot(empty, DOCS).to_dict()["title"]["text"].endswith("?")
    assert plot(empty, DOCS.head(0)).to_dict()
