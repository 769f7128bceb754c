"""The bench of times: gold in TimeML and JSON lines is read strictly, scores agree with what TempEval-3 defines."""

import gzip
import json
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import networkx
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus.bench import times as bench
from ukrcorpus.bench.times import command, pair_times, read_timeml, read_times, score_times

Span = tuple[int, int, str, str]


def gold_of(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Rows of article, start, end, label, values and, where given, optional."""
    columns = ["doc_id", "start", "end", "label", "values", "optional"]
    filled = [(*row, False)[:6] for row in rows]
    return pd.DataFrame(filled, columns=columns).astype({"optional": "bool"})


def found_of(*rows: tuple[Any, ...]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["doc_id", "start", "end", "label", "value"])


def docs_of(n: int) -> pd.DataFrame:
    return pd.DataFrame({"doc_id": [str(number) for number in range(n)]})


def scored(gold: pd.DataFrame, found: pd.DataFrame, n: int = 1) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Hits, found and gold of each row of the scores."""
    table = score_times(docs_of(n), gold, found)
    sums = zip(table["n_hits"], table["n_found"], table["n_spans"], strict=True)
    return dict(zip(zip(table["match"], table["label"], strict=True), sums, strict=True))


@st.composite
def spans(draw: st.DrawFn) -> list[Span]:
    """Spans of an article; some overlap."""
    cuts = sorted(draw(st.sets(st.integers(0, 14), max_size=8)))
    pairs = [pair for pair in pairwise(cuts) if draw(st.booleans())]
    pairs += draw(st.lists(st.tuples(st.integers(0, 7), st.integers(8, 14)), max_size=1))
    kinds, values = st.sampled_from(["DATE", "TIME"]), st.sampled_from(["2022", "2022-06", "p1d"])
    return [(start, end, draw(kinds), draw(values)) for start, end in sorted(set(pairs))]


def overlap(one: Span, other: Span) -> bool:
    return bool(set(range(one[0], one[1])) & set(range(other[0], other[1])))


def closest_first(gold: list[Span], found: list[Span]) -> set[tuple[int, int]]:
    """The pairs that no two spans would leave for one another, being closer than those they have."""

    def rank(g: int, f: int) -> tuple[int, int, int]:
        return abs(gold[g][0] - found[f][0]) + abs(gold[g][1] - found[f][1]), g, f

    kept: set[tuple[int, int]] = set()
    while True:
        free = [
            (g, f)
            for g in range(len(gold))
            for f in range(len(found))
            if overlap(gold[g], found[f]) and not any(g == a or f == b for a, b in kept)
        ]
        best = [p for p in free if all(rank(*p) <= rank(*q) for q in free if p[0] == q[0] or p[1] == q[1])]
        if not best:
            return kept
        kept.update(best)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(spans(), spans()), min_size=1, max_size=9))
def test_hits_are_those_that_tempeval_defines(articles: list[tuple[list[Span], list[Span]]]) -> None:
    gold = gold_of(*((str(n), s, e, t, [v]) for n, (rows, _) in enumerate(articles) for s, e, t, v in rows))
    found = found_of(*((str(n), s, e, t, v.upper()) for n, (_, rows) in enumerate(articles) for s, e, t, v in rows))
    sums: Counter[str] = Counter()
    for mine, theirs in articles:
        pairs = [(mine[g], theirs[f]) for g, f in closest_first(mine, theirs)]
        sums["relaxed"] += len(pairs)
        sums["value"] += sum(g[3] == f[3] for g, f in pairs)
        sums["type"] += sum(g[2] == f[2] for g, f in pairs)
        sums["strict"] += len({g[:2] for g in mine} & {f[:2] for f in theirs})
        sums["found"] += len(theirs)
        sums["gold"] += len(mine)
        graph = networkx.Graph([(("g", g), ("f", f)) for g in mine for f in theirs if overlap(g, f)])
        sums["most"] += len(networkx.max_weight_matching(graph, maxcardinality=True))
    counted = scored(gold, found, len(articles))
    for match in ("strict", "relaxed", "value", "type"):
        assert counted[match, "all"] == (sums[match], sums["found"], sums["gold"])
    assert sums["most"] / 2 <= sums["relaxed"] <= sums["most"]
    # a pair has one label of gold, so that what is left out of rows a label are pairs of two labels
    kinds = {label for _, label in counted} - {"all"}
    assert sum(counted["relaxed", kind][0] for kind in kinds) == counted["type", "all"][0]
    for side in (1, 2):
        assert sum(counted["strict", kind][side] for kind in kinds) == counted["strict", "all"][side]


def test_the_order_of_rows_does_not_matter() -> None:
    rows = [(start, start + length, "DATE") for start in range(6) for length in range(1, 5)]
    gold = gold_of(*(("0", *row, [str(n % 3)]) for n, row in enumerate(rows)))
    found = found_of(*(("0", *row, str(n % 2)) for n, row in enumerate(rows[3:])))
    expected = scored(gold, found)
    assert 0 < expected["value", "all"][0] < expected["relaxed", "all"][0]
    assert scored(gold.iloc[::-1], found.sample(frac=1, random_state=2)) == expected


def test_the_closest_are_paired_first_each_once() -> None:
    gold = gold_of(("0", 0, 10, "DATE", ["a"]), ("0", 10, 20, "DATE", ["b"]))
    found = found_of(("0", 2, 20, "DATE", "b"), ("0", 9, 21, "DATE", "b"))
    pairs = pair_times(gold, found)
    assert pairs[["start", "start_found", "row_found"]].to_numpy().tolist() == [[10, 9, 1], [0, 2, 0]]
    assert scored(gold, found)["value", "all"] == (1, 2, 2)
    assert scored(gold, found_of(("0", 5, 15, "DATE", "a")))["relaxed", "all"] == (1, 1, 2)
    assert scored(gold, found_of(("0", 20, 25, "DATE", "a")))["relaxed", "all"] == (0, 1, 2), "they only touch"
    assert scored(gold, found_of(("1", 0, 10, "DATE", "a")), 2)["relaxed", "all"] == (0, 1, 2)


def test_any_of_the_values_will_do() -> None:
    gold = gold_of(("0", 0, 4, "DATE", ["2023-06", "2023-SU"]), ("0", 5, 9, "DATE", [None]))
    for value, hits in (("2023-su ", 1), ("2023-06", 1), ("2023", 0), (None, 0)):
        assert scored(gold, found_of(("0", 0, 4, "DATE", value)))["value", "all"] == (hits, 1, 2)
    assert scored(gold, found_of(("0", 5, 9, "DATE", None)))["value", "all"] == (1, 1, 2)


def test_optional_rows_count_neither_way() -> None:
    gold = gold_of(("0", 0, 4, "DATE", ["a"]), ("0", 5, 9, "DATE", ["b"], True), ("0", 2, 4, "DATE", ["c"], True))
    everything = scored(gold, found_of(("0", 0, 4, "DATE", "a"), ("0", 6, 9, "TIME", "x"), ("0", 20, 24, "TIME", "y")))
    assert {everything[match, "all"] for match in ("strict", "relaxed", "value", "type")} == {(1, 2, 1)}
    assert everything["strict", "TIME"] == (0, 1, 0)
    # gold that counts comes first, also where an optional row is closer
    assert scored(gold, found_of(("0", 2, 4, "DATE", "a")))["value", "all"] == (1, 1, 1)


def test_without_labels_there_is_neither_type_nor_a_row_a_label() -> None:
    gold = gold_of(("0", 0, 4, None, ["a"]), ("0", 5, 9, "SET", ["b"]))
    assert scored(gold, found_of(("0", 0, 4, "DATE", "a"))) == {
        (match, "all"): (1, 1, 2) for match in ("strict", "relaxed", "value")
    }
    assert scored(gold_of(), found_of(), 2)["value", "all"] == (0, 0, 0)


def test_intervals_need_ten_articles() -> None:
    for n in (9, 10):
        gold = gold_of(*((str(number), 0, 4, "DATE", ["a"]) for number in range(n)))
        table = score_times(docs_of(n), gold, found_of(*gold.assign(value="a").iloc[::2, [0, 1, 2, 3, 6]].to_numpy()))
        first = table.iloc[0]
        assert (pd.isna(first["low"]), first["n_docs"]) == (n < 10, n)
        assert first["precision"] == 1 and first["recall"] == 0.5 + (n % 2) / 18
    assert first["recall_low"] < 0.5 < first["recall_high"]


TEMPEVAL = b"""<?xml version="1.0" ?>
<TimeML xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><DOCID>made_up</DOCID>
<DCT><TIMEX3 tid="t0" type="DATE" value="2023-06-24" functionInDocument="CREATION_TIME">June 24</TIMEX3></DCT>
<TITLE>On <TIMEX3 tid="t9" type="DATE" value="2023">2023</TIMEX3></TITLE>
<TEXT>
A &amp; B <EVENT eid="e1" class="OCCURRENCE">left</EVENT> <SIGNAL sid="s1">on</SIGNAL> <TIMEX3 tid="t1" type="DATE"
value="2023-06-23">Fri<!-- no text -->day</TIMEX3>, <TIMEX3 tid="t2" type="DURATION" value="P2D"/>\xd0\xb1
<TIMEX3 tid="t3" type="DURATION" value="P1M">the month until <EVENT eid="e2"><TIMEX3 tid="t4" type="DATE"
value="2023-06-24">today</TIMEX3></EVENT></TIMEX3><![CDATA[ <x>]]>.
</TEXT>
<MAKEINSTANCE eventID="e1" eiid="ei1" tense="PAST"/><TLINK lid="l1" relType="BEFORE"/>
</TimeML>"""

TIMEBANK = b"""<TimeML><DOCID>x 1990</DOCID>
<DOCNO>made up</DOCNO> <TIMEX3 tid="t1" type="TIME" value="1998-01-08T18:30" functionInDocument="CREATION_TIME">8 Jan
</TIMEX3>
<s>It <EVENT eid="e1">began</EVENT> in <TIMEX3 tid="t2" type="DATE" value="1997" functionInDocument="NONE">1997</TIMEX3>
.</s><MAKEINSTANCE eventID="e1"/></TimeML>"""


def test_timeml_in_the_form_of_tempeval() -> None:
    article = read_timeml(TEMPEVAL)
    assert article["text"] == "\nA & B left on Friday, б\nthe month until today <x>.\n"
    assert (article["doc_id"], article["published"]) == ("made_up", "2023-06-24")
    cut = [(article["text"][row["start"] : row["end"]], row["label"], row["value"]) for row in article["times"]]
    assert cut == [
        ("Friday", "DATE", "2023-06-23"),
        ("the month until today", "DURATION", "P1M"),
        ("today", "DATE", "2023-06-24"),
    ]
    assert not any(row["optional"] for row in article["times"])


def test_timeml_in_the_form_of_timebank() -> None:
    article = read_timeml(TIMEBANK)
    assert "".join(article["text"].split()) == "madeup8JanItbeganin1997."
    assert article["published"] == "1998-01-08T18:30" and article["doc_id"] == "x 1990"
    cut = [(article["text"][row["start"] : row["end"]], row["optional"]) for row in article["times"]]
    assert cut == [("8 Jan\n", True), ("1997", False)]
    other = read_timeml(TIMEBANK.replace(b"CREATION", b"PUBLICATION"))
    assert other == article
    assert read_timeml(TIMEBANK.replace(b"CREATION_TIME", b"NONE"))["published"] is None


def test_text_is_what_another_parser_reads() -> None:
    from lxml import etree

    (body,) = etree.fromstring(TEMPEVAL).iter("TEXT")
    assert read_timeml(TEMPEVAL)["text"] == body.xpath("string()")


def write(path: Path, *articles: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    content = "".join(f"{a if isinstance(a, str) else json.dumps(a)}\n" for a in articles).encode()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


GOOD = {
    "doc_id": "a",
    "text": "It fell on Friday.",
    "published": "2023-06-24",
    "times": [{"start": 11, "end": 17, "type": "DATE", "value": "2023-06-23"}],
}


def test_gold_is_read_from_a_file_or_a_folder_of_both_forms(tmp_path: Path) -> None:
    folder = tmp_path / "gold"
    row = {"start": 3, "end": 7, "label": None, "surface": "2022", "value": "2022", "values": ["2022", "2022-XX"]}
    write(folder / "b.jsonl.gz", {"id": 7, "text": "In 2022.", "language": "uk", "times": [{**row, "optional": True}]})
    write(folder / "a.jsonl", "", GOOD)
    for name, content in (("sub/one.tml", TEMPEVAL), ("two.xml", TIMEBANK), ("notes.txt", b"no gold")):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    docs, gold = read_times(folder)
    assert docs["doc_id"].tolist() == ["a", "7", "sub/one.tml", "two.xml"]
    assert docs["published"].astype("str").tolist()[2:] == ["2023-06-24 00:00:00", "1998-01-08 18:30:00"]
    assert docs["language"].dropna().tolist() == ["uk"]
    assert gold.groupby("doc_id", sort=False).size().to_dict() == {"a": 1, "7": 1, "sub/one.tml": 3, "two.xml": 2}
    assert gold.iloc[:2].astype("object").where(gold.notna(), None).to_dict("records") == [
        {"doc_id": "a", "start": 11, "end": 17, "label": "DATE", "values": ["2023-06-23"], "optional": False},
        {"doc_id": "7", "start": 3, "end": 7, "label": None, "values": ["2022", "2022-XX"], "optional": True},
    ]
    assert read_times(folder / "sub" / "one.tml")[0]["doc_id"].tolist() == ["one.tml"]
    none = write(tmp_path / "none.jsonl", {**GOOD, "times": []})
    assert score_times(*read_times(none), found_of()).loc[0, "n_spans"] == 0


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "no JSON"),
        ({"text": "x", "times": []}, "doc_id"),
        ({"doc_id": "b", "text": None, "times": []}, "text"),
        (GOOD, "'a' stands twice"),
        ({"doc_id": "b", "text": "x"}, "the list 'times'"),
        ({"doc_id": "b", "text": "x", "times": None}, "the list 'times'"),
        ({"doc_id": "b", "text": "x", "times": ["x"]}, "start and end"),
        ({"doc_id": "b", "times": [{"start": 0, "end": 1}]}, "needs doc_id, text"),
        ({"doc_id": "b", "text": "x", "times": [{"start": 0, "end": 2}]}, "start and end"),
        ({"doc_id": "b", "text": "x", "times": [{"start": 0, "end": 1, "surface": "y"}]}, "the same surface"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named(tmp_path: Path, line: Any, said: str) -> None:
    write(tmp_path / "gold" / "one.jsonl", GOOD, "", line)
    with pytest.raises(ValueError, match=r"^one\.jsonl, line 3: ") as caught:
        read_times(tmp_path / "gold")
    assert said in str(caught.value)


def test_what_is_no_gold(tmp_path: Path) -> None:
    with pytest.raises(ElementTree.ParseError):
        read_timeml(TEMPEVAL[:-3])
    (tmp_path / "a.tml").write_bytes(TEMPEVAL[:-3])
    with pytest.raises(ValueError, match=r"^a\.tml, line 1: no XML, .*; correct the markup"):
        read_times(tmp_path)
    (tmp_path / "a.tml").unlink()
    (tmp_path / "a.txt").write_text("an article")
    with pytest.raises(ValueError, match=r"no \.jsonl file there"):
        read_times(tmp_path)
    with pytest.raises(FileNotFoundError, match="absent"):
        read_times(tmp_path / "absent")


def call(*arguments: Any) -> tuple[int, str]:
    done = CliRunner().invoke(command, [str(argument) for argument in arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


def test_the_command_prints_and_writes(tmp_path: Path) -> None:
    (tmp_path / "one.tml").write_bytes(TEMPEVAL)
    write(tmp_path / "gold.jsonl", GOOD, {**GOOD, "doc_id": "b", "published": None, "times": []})
    code, text = call(tmp_path, "--json", tmp_path / "scores.json")
    assert code == 0
    for part in ("strict", "value", "DURATION", "3 of 10 articles needed", "words a second", "MB", "1 without a date"):
        assert part in text
    report = json.loads((tmp_path / "scores.json").read_text(encoding="utf-8"))
    assert report["gold"] == tmp_path.name and str(tmp_path) not in (tmp_path / "scores.json").read_text()
    assert (report["articles"], report["undated"], report["words"]) == (3, 1, 20)
    assert report["words_per_second"] > 0
    assert report["compared"] == {}
    of = {(row["match"], row["label"]): row for row in report["scores"]}
    assert of["value", "all"]["n_spans"] == 4 and of["value", "all"]["n_hits"] >= 2
    assert of["value", "all"]["low"] is None


def test_the_command_takes_a_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[list[str]] = []
    found = found_of(("a", 11, 17, "DATE", "2023-06-23"))
    monkeypatch.setattr(bench, "find_times", lambda docs, **_: read.append(docs["language"].tolist()) or found)
    gold = write(tmp_path / "gold.jsonl", GOOD, {**GOOD, "doc_id": "b", "language": "ru"})
    assert call(gold, "--language", "uk")[0] == call(gold)[0] == 0
    assert read[0] == ["uk", "ru"] and read[-1] == ["en", "ru"]


def test_the_command_compares_with_a_peer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gold, searched = write(tmp_path / "gold.jsonl", GOOD), list[Any]()
    fake = SimpleNamespace(search_dates=lambda text, languages: searched.append((text, languages)))
    monkeypatch.setitem(sys.modules, "dateparser.search", fake)
    code, text = call(gold, "--peer", "dateparser", "--json", tmp_path / "scores.json")
    assert code == 0 and "dateparser: " in text
    assert json.loads((tmp_path / "scores.json").read_text())["compared"]["dateparser"] > 0
    assert set(map(str, searched)) == {str((GOOD["text"], ["en"]))}
    monkeypatch.setitem(sys.modules, "dateparser.search", None)
    code, text = call(gold, "--peer", "dateparser")
    assert code == 1 and "pip install dateparser" in text
    assert call(gold, "--peer", "absent")[0] == 2


def test_the_command_names_what_is_wrong_and_keeps_the_file(tmp_path: Path) -> None:
    (tmp_path / "scores.json").write_text("old")
    code, text = call(write(tmp_path / "gold.jsonl", GOOD, "{"), "--json", tmp_path / "scores.json")
    assert code == 1 and text.startswith("Error: gold.jsonl, line 2: ")
    assert (tmp_path / "scores.json").read_text() == "old"
    assert call(tmp_path / "absent")[0] == 1


def test_the_command_is_one_of_the_benches() -> None:
    from ukrcorpus.cli import main

    done = CliRunner().invoke(main, ["bench", "times", "--help"])
    assert done.exit_code == 0 and "TimeML" in done.output
