"""The bench of names: gold is read strictly, scores agree with an independent scorer."""

import gzip
import json
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from nervaluate import Evaluator
from scipy import stats

from ukrcorpus.bench import scoring
from ukrcorpus.bench.names import command, score_links, score_names
from ukrcorpus.bench.scoring import STRICT, count_matches, measure, rate, read_gold

KINDS = ["PERSON", "ORG", "GPE"]


def spans(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Rows of article, start, end, label and, for gold, optional, wikipedia."""
    columns = ["doc_id", "start", "end", "label", "optional", "wikipedia"]
    filled = [(*row, *(False, None)[len(row) - 4 :]) for row in rows]
    return pd.DataFrame(filled, columns=columns).astype({"optional": "bool"})


def scored(gold: pd.DataFrame, found: pd.DataFrame, n_docs: int = 1) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Hits, found and gold of each row of the scores."""
    table = score_names(pd.DataFrame({"doc_id": [str(n) for n in range(n_docs)]}), gold, found)
    sums = zip(table["n_hits"], table["n_found"], table["n_spans"], strict=True)
    return dict(zip(zip(table["match"], table["label"], strict=True), sums, strict=True))


@st.composite
def disjoint(draw: st.DrawFn) -> list[tuple[int, int, str]]:
    """Spans of an article, of which none overlap."""
    borders = sorted(draw(st.sets(st.integers(0, 12), max_size=8)))
    kept = [pair for pair in pairwise(borders) if draw(st.booleans())]
    return [(start, end, draw(st.sampled_from(KINDS))) for start, end in kept]


@settings(max_examples=15)
@given(st.lists(st.tuples(disjoint(), disjoint()), min_size=1, max_size=4))
def test_counts_agree_with_nervaluate(articles: list[tuple[list[tuple[int, int, str]], ...]]) -> None:
    tables = [spans(*((str(n), *row) for n, pair in enumerate(articles) for row in pair[side])) for side in (0, 1)]
    table = score_names(pd.DataFrame({"doc_id": [str(n) for n in range(len(articles))]}), *tables)
    listed = [
        [[{"start": s, "end": e - 1, "label": kind} for s, e, kind in pair[side]] for pair in articles]
        for side in (0, 1)
    ]
    theirs = Evaluator(*listed, tags=KINDS, loader="dict").evaluate()
    expected = {("strict", "all"): theirs["overall"]["strict"], ("span", "all"): theirs["overall"]["exact"]}
    expected |= {("strict", kind): found["strict"] for kind, found in theirs["entities"].items()}
    ours = table[table["match"] != "PER/ORG/LOC"].set_index(["match", "label"])
    for row, result in expected.items():
        sums = ours.loc[row, ["n_hits", "n_found", "n_spans"]].tolist() if row in ours.index else [0, 0, 0]
        assert sums == [result.correct, result.actual, result.possible]
        if row in ours.index:
            rates = ours.loc[row, ["precision", "recall", "estimate"]].tolist()
            assert rates == pytest.approx([result.precision, result.recall, result.f1])
    assert set(ours.index) <= set(expected)


def test_optional_rows_count_neither_way() -> None:
    gold = spans(("0", 0, 4, "ORG"), ("0", 5, 9, "GPE", True), ("0", 5, 9, "ORG", True), ("0", 20, 24, "EVENT", True))
    assert scored(gold, spans(("0", 0, 4, "ORG")))["strict", "all"] == (1, 1, 1)
    assert scored(gold, spans(("0", 0, 4, "ORG"), ("0", 5, 9, "LOC")))["strict", "all"] == (1, 1, 1)
    assert ("strict", "LOC") not in scored(gold, spans(("0", 0, 4, "ORG"), ("0", 5, 9, "LOC")))
    assert scored(gold, spans(("0", 0, 4, "ORG"), ("0", 20, 24, "EVENT")))["span", "all"] == (1, 1, 1)
    assert scored(gold, spans(("0", 5, 10, "GPE")))["strict", "all"] == (0, 1, 1), "another span is wrong"
    # where a row that counts has the span of an optional one, it can be hit
    both = spans(("0", 0, 4, "ORG"), ("0", 0, 4, "GPE", True))
    assert scored(both, spans(("0", 0, 4, "ORG")))["strict", "all"] == (1, 1, 1)
    assert scored(both, spans(("0", 0, 4, "GPE")))["strict", "all"] == (0, 0, 1)
    assert scored(both, spans(("0", 0, 4, "GPE")))["span", "all"] == (1, 1, 1)


def test_places_are_one_kind_among_three() -> None:
    gold = spans(("0", 0, 4, "GPE"), ("0", 5, 9, "FAC"), ("0", 10, 14, "NORP"), ("0", 15, 19, "PERSON"))
    found = spans(("0", 0, 4, "LOC"), ("0", 5, 9, "GPE"), ("0", 10, 14, "LAW"), ("0", 15, 19, "PERSON"))
    counted = scored(gold, found)
    assert counted["strict", "all"] == (1, 4, 4)
    assert counted["span", "all"] == (4, 4, 4)
    assert counted["PER/ORG/LOC", "all"] == (3, 3, 3)
    assert counted["PER/ORG/LOC", "LOC"] == (2, 2, 2)
    assert ("PER/ORG/LOC", "ORG") not in counted


def test_gold_of_three_kinds_is_scored_as_such_alone() -> None:
    counted = scored(
        spans(("0", 0, 4, "PER"), ("0", 5, 9, "LOC")),
        spans(("0", 0, 4, "PERSON"), ("0", 6, 9, "FAC"), ("0", 10, 12, "NORP")),
    )
    assert counted == {
        ("PER/ORG/LOC", "all"): (1, 2, 2),
        ("PER/ORG/LOC", "PER"): (1, 1, 1),
        ("PER/ORG/LOC", "LOC"): (0, 1, 1),
    }


def test_an_article_counts_once_whatever_the_order() -> None:
    """Twice the same row is one; neither the order of articles nor that of rows moves an interval."""
    docs = pd.DataFrame({"doc_id": [f"{n:02}" for n in range(12)]})
    gold = spans(*((doc_id, 0, 4, "ORG") for doc_id in docs["doc_id"]))
    found = gold.iloc[[0, 1, 2, 7]]
    once = score_names(docs, gold, pd.concat([found, found]))
    pd.testing.assert_frame_equal(once, score_names(docs.iloc[::-1], gold.iloc[::-1], found.iloc[::-1]))
    assert once.loc[0, ["n_hits", "n_found", "n_spans", "n_docs"]].tolist() == [4, 4, 12, 12]


def test_interval_agrees_with_scipy() -> None:
    rng = np.random.default_rng(5)
    gold = rng.integers(1, 9, 60)
    counts = np.stack([rng.binomial(gold, 0.7), gold + rng.integers(-1, 2, 60), gold], axis=1)
    counts[:, 1] = np.maximum(counts[:, 0], counts[:, 1])
    ours = rate(counts, resamples=4000)
    assert ours == rate(counts, resamples=4000) != rate(counts, resamples=4000, seed=1)

    def f1(hits: np.ndarray, found: np.ndarray, held: np.ndarray, axis: int) -> np.ndarray:
        return 2 * hits.sum(axis=axis) / (found.sum(axis=axis) + held.sum(axis=axis))

    theirs = stats.bootstrap(
        counts.T, f1, paired=True, method="percentile", n_resamples=4000, rng=rng
    ).confidence_interval
    assert (ours["estimate_low"], ours["estimate_high"]) == pytest.approx((theirs.low, theirs.high), abs=0.006)
    assert ours["precision_low"] < ours["precision"] < ours["precision_high"]
    assert ours["reason"] is None


@pytest.mark.parametrize("n_docs", [0, 9, 10])
def test_no_interval_below_ten_articles(n_docs: int) -> None:
    found = rate(np.tile([1, 2, 2], (n_docs, 1)))
    assert found["n_docs"] == n_docs and found["n_hits"] == n_docs
    assert np.isnan(found["estimate_low"]) == np.isnan(found["recall_high"]) == (n_docs < 10)
    assert found["reason"] == (f"{n_docs} of 10 articles needed" if n_docs < 10 else None)


def test_links() -> None:
    gold = spans(
        ("0", 0, 4, "ORG", False, ["NATO", "North Atlantic Treaty Organization"]),
        ("0", 5, 9, "GPE", False, ["Kyiv"]),
        ("0", 10, 14, "GPE", False, ["Lviv"]),
        ("0", 15, 19, "GPE", False, ["Odesa"]),
        ("0", 20, 24, "PERSON", False, []),
        ("0", 25, 29, "PERSON", False, []),
        ("0", 30, 34, "GPE", True, ["Minsk"]),
        ("0", 35, 39, "GPE", False, None),
    )
    found = spans(
        ("0", 0, 4, "GPE", False, "North Atlantic Treaty Organization"),
        ("0", 5, 9, "GPE", False, "Kharkiv"),
        ("0", 10, 14, "GPE", False, None),
        ("0", 15, 18, "GPE", False, "Odesa"),
        ("0", 20, 24, "PERSON", False, "Ivan Franko"),
        ("0", 25, 29, "PERSON", False, None),
        ("0", 30, 34, "GPE", False, "Minsk"),
        ("0", 35, 39, "GPE", False, "Dnipro"),
    )
    expected = {"names": 4, "found": 3, "right": 1, "found_where_none": 2, "wrong_where_none": 1}
    assert score_links(gold, found) == {"share": 1 / 3, **expected}
    nothing = score_links(gold.drop(columns="wikipedia"), found)
    assert nothing == {"share": 0, **dict.fromkeys(expected, 0)}


def write(path: Path, *articles: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = "".join(
        f"{article if isinstance(article, str) else json.dumps(article)}\n" for article in articles
    ).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


GOOD = {"doc_id": "a", "text": "Kyiv thanked NATO.", "names": [{"start": 0, "end": 4, "label": "GPE"}]}


def test_gold_is_read_from_a_file_or_a_folder(tmp_path: Path) -> None:
    write(tmp_path / "gold" / "b.jsonl.gz", {"id": 7, "text": "Nobody.", "names": [], "published": "2023-06-24"})
    file = write(
        tmp_path / "gold" / "a" / "a.jsonl",
        "",
        {**GOOD, "names": [{"start": 13, "end": 17, "type": "ORG", "wikipedia": ["NATO"]}]},
    )
    (tmp_path / "gold" / "notes.txt").write_text("not gold")
    docs, gold = read_gold(tmp_path / "gold", "names")
    assert docs["doc_id"].tolist() == ["a", "7"]
    assert docs["published"].astype("str").tolist()[1] == "2023-06-24"
    assert gold.to_dict("records") == [
        {"doc_id": "a", "start": 13, "end": 17, "label": "ORG", "optional": False, "type": "ORG", "wikipedia": ["NATO"]}
    ]
    assert read_gold(file, "names")[0]["doc_id"].tolist() == ["a"]
    empty = read_gold(tmp_path / "gold" / "b.jsonl.gz", "names")[1]
    assert empty.empty and [*empty.columns][:5] == ["doc_id", *STRICT, "optional"]
    assert count_matches(docs, empty, empty, STRICT).tolist() == [[0, 0, 0], [0, 0, 0]]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "no JSON"),
        ("[1]", "write one JSON object a line"),
        ({"doc_id": "b", "text": "x"}, "the list 'names'"),
        ({"text": "x", "names": []}, "doc_id"),
        ({"doc_id": "b", "text": 1, "names": []}, "text"),
        ({**GOOD}, "'a' stands twice"),
        ({"doc_id": "b", "text": "Kyiv", "names": [{"start": 0, "end": 5, "label": "GPE"}]}, "names 1: start and end"),
        ({"doc_id": "b", "text": "Kyiv", "names": [{"start": 2, "end": 2, "label": "GPE"}]}, "names 1"),
        ({"doc_id": "b", "text": "Kyiv", "names": [{"start": -1, "end": 2, "label": "GPE"}]}, "names 1"),
        ({"doc_id": "b", "text": "Kyiv", "names": [{"start": True, "end": 4, "label": "GPE"}]}, "names 1"),
        ({"doc_id": "b", "text": "Kyiv", "names": [{"start": 0, "end": 4}]}, "names 1"),
        ({"doc_id": "b", "text": "Kyiv", "names": ["Kyiv"]}, "names 1"),
        ({"doc_id": "b", "text": "Kyiv", "names": [{"start": 0, "end": 4, "label": "GPE", "surface": "K"}]}, "names 1"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named(tmp_path: Path, line: Any, said: str) -> None:
    write(tmp_path / "gold" / "one.jsonl", GOOD, "", line)
    with pytest.raises(ValueError, match=r"^one\.jsonl, line 3: ") as caught:
        read_gold(tmp_path / "gold", "names")
    assert said in str(caught.value)


def test_where_there_is_no_gold(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("an article")
    with pytest.raises(ValueError, match=r"no \.jsonl file"):
        read_gold(tmp_path, "names")
    with pytest.raises(FileNotFoundError, match="absent"):
        read_gold(tmp_path / "absent", "names")
    (tmp_path / "a.jsonl").write_text("")
    with pytest.raises(ValueError, match=r"a\.jsonl, line 1: the file is empty"):
        read_gold(tmp_path / "a.jsonl", "names")


def test_speed_is_the_median_after_a_warm_up(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 5.0, 10.0, 12.0, 20.0, 21.0])
    monkeypatch.setattr(scoring.time, "process_time", lambda: next(clock))
    calls: list[int] = []
    found, measured = measure(
        lambda: calls.append(1) or len(calls), pd.DataFrame({"text": ["two words", " four  more\nwords here "]})
    )
    assert (found, len(calls)) == (1, 4)
    assert measured["words"] == 6 and measured["words_per_second"] == 3.0
    assert measured["peak_memory_mb"] is None or 1 < measured["peak_memory_mb"] < 100_000


def call(*arguments: Any) -> tuple[int, str]:
    done = CliRunner().invoke(command, [str(argument) for argument in arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_the_command_prints_and_writes(tmp_path: Path) -> None:
    names = [
        *GOOD["names"],
        {"start": 13, "end": 17, "label": "ORG", "wikipedia": ["NATO"]},
        {"start": 5, "end": 12, "label": "DATE"},
    ]
    gold = write(tmp_path / "gold.jsonl", {**GOOD, "names": names})
    code, text = call(gold, "--json", tmp_path / "scores.json")
    assert code == 0
    for part in ("strict", "PER/ORG/LOC", "100.0", "1 of 10 articles needed", "words a second", "MB", "'DATE': 1"):
        assert part in text
    report = json.loads((tmp_path / "scores.json").read_text(encoding="utf-8"))
    assert report["gold"] == "gold.jsonl" and str(tmp_path) not in (tmp_path / "scores.json").read_text()
    assert report["other_kinds"] == {"DATE": 1}
    assert report["links"]["right"] == report["links"]["found"] == 1
    first = report["scores"][0]
    assert (first["estimate"], first["precision"], first["recall"], first["n_spans"], first["low"]) == (
        1,
        1,
        1,
        2,
        None,
    )
    assert first["reason"] == "1 of 10 articles needed"


def test_the_command_takes_own_entities(tmp_path: Path) -> None:
    gold = write(
        tmp_path / "gold.jsonl",
        {"doc_id": "a", "text": "the qwertz met", "names": [{"start": 4, "end": 10, "label": "ORG"}]},
    )
    table = tmp_path / "own.csv"
    table.write_text("entity_id,label,name\nq,ORG,qwertz\n", encoding="utf-8")
    for options, recall in (([], 0), (["--table", table], 1)):
        assert call(gold, *options, "--json", tmp_path / "scores.json")[0] == 0
        assert json.loads((tmp_path / "scores.json").read_text(encoding="utf-8"))["scores"][0]["recall"] == recall


def test_the_command_names_what_is_wrong_and_keeps_the_file(tmp_path: Path) -> None:
    (tmp_path / "scores.json").write_text("old")
    code, text = call(write(tmp_path / "gold.jsonl", GOOD, "{"), "--json", tmp_path / "scores.json")
    assert code == 1 and text.startswith("Error: gold.jsonl, line 2: ")
    assert (tmp_path / "scores.json").read_text() == "old"
    assert call(tmp_path / "absent")[0] == 1
    assert call(write(tmp_path / "gold.jsonl", GOOD), "--table", tmp_path / "absent.csv")[0] == 1


def test_the_package_does_not_load_it() -> None:
    code = "import sys, ukrcorpus, ukrcorpus.cli; print([name for name in sys.modules if 'ukrcorpus.bench' in name])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
