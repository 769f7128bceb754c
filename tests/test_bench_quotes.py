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


def test_cues_and_sources_without_a_name_are_met(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"start": 1, "end": 28, "direct": True, "speaker": "Mr Hale", "cue_span": [38, 42], "speaker_span": [30, 37]},
        {"start": 60, "end": 70, "label": "indirect", "cue_span": [50, 54], "speaker_span": [40, 49]},
        {"start": 80, "end": 90, "label": "indirect", "cue_span": [72, 76]},
    ]
    docs, gold = read_quotes(write(tmp_path / "gold.jsonl", rows))
    quotes = found((1, 28, "quote", None), (60, 70, "indirect", None), (80, 90, "indirect", "Anna Reed"))
    parts = [("cue", 42, 44, "a:q0"), ("cue", 53, 60, "a:q1"), ("speaker", 44, 46, "a:q1"), ("cue", 72, 76, "a:q2")]
    quotes["quote_id"] = [f"a:q{n}" for n in range(3)]
    beside = pd.DataFrame(parts, columns=["role", "start", "end", "quote_id"]).assign(doc_id="a", label="quote")
    scores = score_quotes(docs, gold, pd.concat([quotes, beside])).set_index(["speech", "match"])
    counts = {key: scores.loc[key, ["n_hits", "n_found", "n_spans"]].tolist() for key in scores.index}
    assert counts["direct", "cue"] == [0, 1, 1], "they only touch"
    assert counts["indirect", "cue"] == [2, 2, 2]
    assert counts["direct", "unnamed source"] == [0, 0, 0] and counts["indirect", "unnamed source"] == [1, 1, 1]
    assert counts["direct", "end to end"] == [0, 0, 1] and counts["indirect", "end to end"] == [0, 1, 0]
    assert pd.isna(scores["low"]).all() and set(scores["reason"]) == {"1 of 10 articles needed"}


def test_optional_gold_spares_what_overlaps_with_nothing_firm(tmp_path: Path) -> None:
    firm, doubtful = {"start": 0, "end": 40, "label": "quote"}, {"direct": True, "optional": True}
    rows = [firm, {"start": 10, "end": 20, **doubtful}, {"start": 60, "end": 80, **doubtful}]
    docs, gold = read_quotes(write(tmp_path / "gold.jsonl", rows))
    for extra, n_found in (((10, 20), 1), ((60, 70), 1), ((12, 18), 1), ((30, 38), 2), ((85, 90), 2)):
        scores = score_quotes(docs, gold, found((0, 40, "quote", None), (*extra, "quote", None))).iloc[0]
        assert scores[["n_hits", "n_found", "n_spans"]].tolist() == [1, n_found, 1], extra
    both = found((0, 40, "quote", None), (61, 65, "quote", None), (70, 79, "quote", None), (0, 3, "scare", None))
    assert score_quotes(docs, gold, both).iloc[0]["n_found"] == 1
    assert score_quotes(docs, gold, found()).iloc[0][["n_hits", "n_found", "n_spans"]].tolist() == [0, 0, 1]


def test_named_leaves_direct_speech_and_optional_rows_as_they_are(tmp_path: Path) -> None:
    rows = [
        {"start": 0, "end": 10, "label": "quote"},
        {"start": 20, "end": 30, "label": "indirect", "speakers": ["Anna Reed"]},
        {"start": 40, "end": 50, "label": "indirect", "optional": True},
    ]
    docs, gold = read_quotes(write(tmp_path / "gold.jsonl", rows))
    indirect = [(20, 29, "indirect", "Anna Reed"), (40, 50, "indirect", "Hale"), (60, 70, "indirect", None)]
    quotes = found((0, 10, "quote", None), *indirect)
    for named, n_found in ((False, 2), (True, 1)):
        scores = score_quotes(docs, gold, quotes, named=named).set_index(["speech", "match"])[["n_hits", "n_found"]]
        assert scores.loc[("direct", "strict")].tolist() == [1, 1]
        assert scores.loc[("indirect", "overlap")].tolist() == [1, n_found]
        assert scores.loc[("indirect", "strict")].tolist() == [0, n_found]


@pytest.mark.parametrize(
    "wrong",
    [
        {"label": "title"},
        {"label": ["quote"]},
        {"direct": None},
        {"direct": True, "cue_span": [5, 5]},
        {"direct": True, "speaker_span": 5},
        {"direct": True, "speaker_span": [5]},
        {"direct": True, "speakers": "Mr Hale"},
    ],
)
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
