"""The bench of frames, on examples counted by hand."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from ukrcorpus.bench.frames import average_precision, read_frames, score_frames
from ukrcorpus.cli import main

KEYS = ["doc_id", "start", "end"]
SUMS = ["n_hits", "n_found", "n_spans"]
TEXT = "The famine was caused by the siege.\n\nPrices rose again in the whole country last year, he said.\n"


def gold_of(*rows: tuple[str, int, int, list[str], list[str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[*KEYS, "labels", "either"])


def found_of(*rows: tuple[str, int, int, str, float]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=[*KEYS, "label", "estimate"])
    return table.assign(present=table["estimate"] >= 0.5)


def scored(gold: pd.DataFrame, found: pd.DataFrame, n: int = 1) -> pd.DataFrame:
    docs = pd.DataFrame({"doc_id": [str(number) for number in range(n)]})
    return score_frames(docs, gold, found).set_index("label")


def test_scores_by_hand() -> None:
    gold = gold_of(("0", 0, 9, ["war"], []), ("0", 10, 19, [], ["war"]), ("0", 20, 29, ["war", "aid"], []))
    rows = [("0", 0, 9, "war", 0.9), ("0", 10, 19, "war", 0.8), ("0", 20, 29, "war", 0.1), ("0", 0, 9, "aid", 0.7)]
    scores = scored(gold, found_of(*rows))
    assert scores[SUMS].T.to_dict("list") == {"war": [1, 1, 2], "aid": [0, 1, 1], "macro": [1, 2, 3]}
    assert scores["estimate"].tolist() == pytest.approx([2 / 3, 0, 1 / 3])
    assert scores["average_precision"].tolist() == pytest.approx([1, 1 / 3, 2 / 3])
    assert scores["precision"].tolist() == [1, 0, 0.5] and scores["recall"].tolist() == [0.5, 0, 0.25]


def test_a_label_that_gold_lacks_is_no_part_of_the_mean() -> None:
    scores = scored(gold_of(("0", 0, 9, ["war"], [])), found_of(("0", 0, 9, "war", 1.0), ("0", 0, 9, "aid", 1.0)))
    assert scores.loc["aid", SUMS].tolist() == [0, 1, 0] and scores.loc["macro", "estimate"] == 1
    none = scored(gold_of(), found_of(("0", 0, 9, "war", 1.0)))
    assert none[["estimate", "average_precision", *SUMS]].to_numpy().tolist() == [[0.0] * 5] * 2
    assert scored(gold_of(("0", 0, 9, [], [])), found_of()).index.tolist() == ["macro"]


def test_paragraphs_are_matched_by_what_they_share() -> None:
    found = found_of(("0", 0, 12, "war", 1.0), ("0", 12, 40, "war", 0.0), ("0", 40, 50, "war", 1.0))
    assert scored(gold_of(("0", 8, 30, ["war"], [])), found).loc["war", SUMS].tolist() == [0, 0, 1]
    assert scored(gold_of(("0", 4, 14, ["war"], [])), found).loc["war", SUMS].tolist() == [1, 1, 1]
    assert scored(gold_of(("0", 50, 60, ["war"], [])), found).loc["war", SUMS].tolist() == [0, 0, 1], "they only touch"
    assert scored(gold_of(("1", 4, 14, ["war"], [])), found, 2).loc["war", SUMS].tolist() == [0, 0, 1]


@pytest.mark.parametrize("n", [9, 10])
def test_intervals_need_ten_articles(n: int) -> None:
    gold = gold_of(*((str(number), 0, 9, ["war"], []) for number in range(n)))
    found = found_of(*((str(number), 0, 9, "war", float(number % 2)) for number in range(n)))
    row = scored(gold, found, n).loc["macro"]
    assert pd.isna(row["low"]) == (n < 10) and pd.isna(row["reason"]) == (n == 10)
    if n == 10:
        assert 0 < row["low"] < row["estimate"] < row["high"] < 1 and row["recall_low"] < 0.5 < row["recall_high"]


def test_average_precision_by_hand() -> None:
    given = average_precision(np.array([1.0, 0, 1]), np.array([0.9, 0.8, 0.1]), np.ones(3))
    assert given == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision(np.array([1.0, 0, 1, 0]), np.full(4, 0.5), np.ones(4)) == 0.5, "equal ones have no order"
    assert average_precision(np.zeros(2), np.array([0.1, 0.2]), np.ones(2)) == 0


cells = st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.2, 0.5, 0.9]), st.integers(0, 3)), max_size=8)


@given(cells)
def test_average_precision_is_the_mean_over_what_is_true(rows: list[tuple[bool, float, int]]) -> None:
    copies = [(truth, estimate) for truth, estimate, weight in rows for _ in range(weight)]
    shares = []
    for level in (estimate for truth, estimate in copies if truth):
        reached = [truth for truth, estimate in copies if estimate >= level]
        shares.append(sum(reached) / len(reached))
    truth, estimates, weights = (np.array([row[n] for row in rows], "float64") for n in range(3))
    assert average_precision(truth, estimates, weights) == pytest.approx(sum(shares) / max(len(shares), 1))


def write(path: Path, frames: list[Any]) -> Path:
    path.write_text(f"{json.dumps({'doc_id': 'a', 'text': TEXT, 'frames': frames})}\n", encoding="utf-8")
    return path


def test_gold_is_read_in_each_form(tmp_path: Path) -> None:
    first, second = {"start": 0, "end": 35}, {"start": 37, "end": 95}
    one = read_frames(
        write(tmp_path / "a.jsonl", [{**first, "labels": ["human", "cause"], "either": ["cause", "moral"]}])
    )
    assert one[1].to_numpy().tolist() == [["a", 0, 35, ["human", "cause"], ["moral"]]]
    rows = [{**first, "label": "human"}, {**first, "label": "cause"}, {**second, "both": [], "either": ["economic"]}]
    rows.append({"start": 40, "end": 50, "labels": ["war"], "optional": True})
    gold = read_frames(write(tmp_path / "b.jsonl", rows))[1]
    assert gold["labels"].tolist() == [["human", "cause"], []] and gold["either"].tolist() == [[], ["economic"]]


@pytest.mark.parametrize("wrong", [{}, {"labels": "war"}, {"labels": [1]}, {"labels": [], "either": "war"}])
def test_a_bad_row_is_named(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"article 'a', paragraph at 0: needs labels .*; correct it"):
        read_frames(write(tmp_path / "gold.jsonl", [{"start": 0, "end": 35, **wrong}]))


def test_the_command_prints_and_writes(tmp_path: Path) -> None:
    path, own = write(tmp_path / "gold.jsonl", [{"start": 37, "end": 95, "labels": ["need"]}]), tmp_path / "own.csv"
    own.write_text("label,cue,weight\nneed,prices rose,0.8\n", encoding="utf-8")
    call = ["bench", "frames", str(path), "--lexicon", str(own), "--json", str(tmp_path / "s.json")]
    done = CliRunner().invoke(main, call)
    assert done.exit_code == 0, done.output
    assert "terms_words_per_second: " in done.output
    report = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))
    assert (report["paragraphs"], report["method"], report["lexicon"]) == (1, "lexicon", "own.csv")
    assert [(row["label"], row["n_hits"]) for row in report["scores"]] == [("need", 1), ("macro", 1)]
    assert report["scores"][0]["reason"] == "1 of 10 articles needed" and report["scores"][0]["low"] is None
    own.write_text("label\nneed\n", encoding="utf-8")
    done = CliRunner().invoke(main, call)
    assert done.exit_code == 1 and done.output.startswith("Error: ") and "cue" in done.output
