"""Sentences about actors as two readers read them: the scores that the package states are those the finders reach."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from ukrcorpus import load_corpus, read_measured
from ukrcorpus.bench.actors import _FINDERS, find_units, read_actors, score_actors
from ukrcorpus.cli import main

GOLD = Path("tests/gold/actors")


def units(*rows: tuple[int, int, int, int, bool]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["start", "end", "who_start", "who_end", "optional"])
    return table.assign(doc_id="a", role=None).astype({"optional": "bool"})


@pytest.mark.parametrize("part", _FINDERS)
def test_gold_is_well_formed(part: str) -> None:
    docs, gold = read_actors(GOLD, part)
    assert len(docs) == 200
    assert not gold.duplicated(["doc_id", "start", "end", "who_start", "who_end", "role"]).any()
    assert gold["role"].isin(["agent", "patient"]).all() if part == "actions" else gold["role"].isna().all()
    assert (~gold["optional"]).sum() >= 16


def test_every_sentence_is_of_the_seeds_or_has_a_licence() -> None:
    texts = load_corpus("seeds")[0].set_index("doc_id")["text"]
    rows = pd.read_json(GOLD / "sentences.jsonl", lines=True)
    with (GOLD / "SOURCES.csv").open(encoding="utf-8", newline="") as file:
        licences = {row["doc_id"]: row["licence"] for row in csv.DictReader(file)}
    for source, licence, text in rows[["source", "licence", "text"]].to_numpy():
        assert text in texts[source] if source in texts else licence and licences[source] == licence


@pytest.mark.slow
def test_stated_scores_are_those_reached() -> None:
    rows = []
    for part in _FINDERS:
        docs, gold = read_actors(GOLD, part)
        rows.append({"finder": part, **score_actors(docs, gold, find_units(docs, part))})
    pd.testing.assert_frame_equal(read_measured(), pd.DataFrame(rows), check_exact=True)


def test_a_unit_is_right_where_both_spans_meet_firm_gold() -> None:
    docs = pd.DataFrame({"doc_id": ["a"]})
    gold = units((0, 4, 10, 14, False), (20, 24, 30, 34, False), (40, 44, 50, 54, True))
    found = units((2, 6, 12, 13, False), (20, 24, 34, 36, False), (41, 42, 50, 51, False)).drop(columns="optional")
    scores = score_actors(docs, gold, found)
    # The second misses its name by a character; the third is optional in gold.
    assert [scores[name] for name in ("found", "right", "precision", "gold", "recall")] == [2, 1, 50.0, 2, 50.0]
    # Wilson's interval of 1 of 2, worked out by hand: (1 + 3.8415) / 2 / 5.8415 -+ 1.96 * sqrt(0.5 + 0.9604) / 5.8415
    assert [scores["recall_low"], scores["recall_high"]] == [9.5, 90.5]
    nothing = score_actors(docs, gold.iloc[:0], found.iloc[:0])
    assert nothing["precision"] is nothing["recall_low"] is None


def test_bench_scores_and_names_a_broken_row(tmp_path: Path) -> None:
    text = '{"doc_id": "a", "text": "The Putin regime fell.", "actions": [], "attributions": [], "evaluations": [%s]}'
    row = '{"start": 10, "end": 16, "target_start": %d, "target_end": 9, "target": "Putin", "optional": false}'
    (tmp_path / "gold.jsonl").write_text(text % (row % 4), encoding="utf-8")
    told = CliRunner().invoke(main, ["bench", "actors", str(tmp_path), "--json", str(tmp_path / "s.json")])
    assert told.exit_code == 0 and "evaluations          1      1      1      100.0" in told.output
    assert '"recall": 100.0' in (tmp_path / "s.json").read_text(encoding="utf-8")
    (tmp_path / "gold.jsonl").write_text(text % (row % 5), encoding="utf-8")
    told = CliRunner().invoke(main, ["bench", "actors", str(tmp_path)])
    assert told.exit_code == 1 and "sentence 'a', evaluations at 10" in told.output
