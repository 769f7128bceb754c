"""The bench of quotations, on an example counted by hand."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from ukrcorpus.bench.quotes import read_quotes, score_quotes
from ukrcorpus.cli import main

TEXT = "“We will not leave the town,” Mr Hale said. Anna Reed said that the bridge was shut. " + 40 * "x "


def write(path: Path, quotes: list[dict[str, Any]]) -> Path:
    path.write_text(f"{json.dumps({'doc_id': 'a', 'text': TEXT, 'quotes': quotes})}\n", encoding="utf-8")
    return path


def found(*rows: tuple[int, int, str, str | None]) -> pd.DataFrame:
    """Quotations of article a: start, end, label, speaker."""
    table = pd.DataFrame(rows, columns=["start", "end", "label", "speaker"])
    return table.assign(doc_id="a", role="quote", quote_id=[f"a:{n}" for n in range(len(rows))])


def test_scores_by_hand(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"start": 1, "end": 28, "label": "quote", "speaker": "the Mr Hale", "speakers": ["The Mr Hale"]},
        {"start": 30, "end": 40, "label": "block", "speaker": "Anna Reed"},
        {"start": 50, "end": 60, "direct": True, "optional": True},
        {"start": 60, "end": 70, "direct": False, "speaker": None},
    ]
    docs, gold = read_quotes(write(tmp_path / "gold.jsonl", rows))
    quotes = found(
        (1, 28, "quote", "mr hale"), (32, 45, "quote", "Hale"), (52, 58, "quote", None), (80, 90, "quote", None),
        (60, 70, "indirect", None), (90, 95, "indirect", "Anna Reed"),
    )  # fmt: skip
    scores = score_quotes(docs, gold, quotes).set_index(["speech", "match"])
    counts = scores[["n_hits", "n_found", "n_spans"]]
    assert counts.loc[("direct", "strict")].tolist() == [1, 3, 2]
    assert counts.loc[("direct", "overlap")].tolist() == [2, 3, 2]
    assert scores.loc[("direct", "overlap"), "estimate"] == pytest.approx(0.8)
    assert counts.loc[("direct", "speaker")].tolist() == [1, 2, 2]
    assert counts.loc[("indirect", "strict")].tolist() == [1, 2, 1]
    named = score_quotes(docs, gold, quotes, named=True).set_index(["speech", "match"])
    assert named.loc[("indirect", "overlap"), ["n_hits", "n_found", "n_spans"]].tolist() == [0, 1, 0]


@pytest.mark.parametrize("wrong", [{"label": "title"}, {"direct": None}, {"direct": True, "cue_span": [5, 5]}])
def test_a_bad_row_is_named(tmp_path: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="article 'a', quote at 1: needs a label"):
        read_quotes(write(tmp_path / "gold.jsonl", [{"start": 1, "end": 28, **wrong}]))


def test_the_command_prints_and_writes(tmp_path: Path) -> None:
    path = write(tmp_path / "gold.jsonl", [{"start": 1, "end": 28, "label": "quote", "speaker": None}])
    done = CliRunner().invoke(main, ["bench", "quotes", str(path), "--json", str(tmp_path / "s.json")])
    assert done.exit_code == 0, done.output
    report = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))
    assert (report["articles"], report["scores"][0]["n_hits"]) == (1, 1)
    assert {"quotes", "frames", "actors"} <= set(CliRunner().invoke(main, ["bench", "--help"]).output.split())
