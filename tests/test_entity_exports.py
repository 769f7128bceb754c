"""Entities as files: read back by other programs, the same bytes for the same rows, whole or not at all."""

import re
from itertools import groupby, pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import networkx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from nervaluate.loaders import ConllLoader

from ukrcorpus import find_entities, find_sentences
from ukrcorpus.entities.exports import replace_file, write_conll, write_graphml
from ukrcorpus.entities.pairs import compare_pairs

TEXT = "NATO-backed forces left Kyiv. The U.S. Army’s General Ivan Dub stayed; pro-NATO Dub didn't\n\nHe is 5."


def table(*rows: tuple[Any, ...], text: str = TEXT) -> pd.DataFrame:
    """Mentions of article a: start, end, kind, entity_id."""
    columns = {"start": "int64", "end": "int64", "label": "str", "entity_id": "object"}
    frame = pd.DataFrame(list(rows), columns=list(columns)).astype(columns)
    return frame.assign(doc_id="a", surface=[text[s:e] for s, e in zip(frame["start"], frame["end"], strict=True)])


def docs_of(*texts: str) -> pd.DataFrame:
    return pd.DataFrame({"doc_id": [chr(97 + n) for n in range(len(texts))], "text": texts})


def read_back(path: Path) -> list[list[list[str]]]:
    """Sentences of lines of columns, the line of an article being one."""
    parts = path.read_text(encoding="utf-8").rstrip("\n").split("\n\n")
    return [[line.split("\t") for line in part.split("\n")] for part in parts]


def test_the_columns_of_a_text(tmp_path: Path) -> None:
    entities = table((0, 4, "ORG", "nato"), (24, 28, "GPE", "kyiv"), (54, 62, "PERSON", None), (75, 79, "ORG", "nato"))
    (head,), *sentences = read_back(write_conll(entities, docs_of(TEXT), tmp_path / "a.conll"))
    assert head == ["-DOCSTART-", "0", "0", "O", "a"]
    assert [[token[0] for token in sentence] for sentence in sentences] == [
        ["NATO", "-", "backed", "forces", "left", "Kyiv", "."],
        ["The", "U.S", ".", "Army’s", "General", "Ivan", "Dub", "stayed", ";", "pro", "-", "NATO", "Dub", "didn't"],
        ["He", "is", "5", "."],
    ]  # fmt: skip
    tagged = [token for sentence in sentences for token in sentence if token[3] != "O"]
    assert tagged == [
        ["NATO", "0", "4", "B-ORG", "nato"],
        ["Kyiv", "24", "28", "B-GPE", "kyiv"],
        ["Ivan", "54", "58", "B-PERSON", "_"],
        ["Dub", "59", "62", "I-PERSON", "_"],
        ["NATO", "75", "79", "B-ORG", "nato"],
    ]


WORDS = ["Kyiv", "NATO", "U.S.", "Dub", "the", "é", "5", "є"]
PARTS = st.sampled_from([*WORDS, "’s", "'", "“", "_", " ", "  ", "\n", "\n\n", ". ", "-", "\u00a0"])


@settings(max_examples=25)
@given(st.data(), st.lists(st.lists(PARTS, max_size=14).map("".join), max_size=2))
def test_an_independent_reader_finds_the_same_names(data: st.DataObject, texts: list[str]) -> None:
    """Whatever the text and wherever the names: nothing is lost, and every name comes back from its tokens."""
    docs = docs_of(*texts)
    rows = []
    for doc_id, text in zip(docs["doc_id"], texts, strict=True):
        at = st.integers(0, len(text))
        for start, end in pairwise(sorted(data.draw(st.sets(at, max_size=6)))):
            if text[start:end] == text[start:end].strip() and data.draw(st.booleans()):
                rows.append((doc_id, start, end, text[start:end], data.draw(st.sampled_from(["ORG", "GPE"])), "x y"))
    entities = pd.DataFrame(rows, columns=["doc_id", "start", "end", "surface", "label", "entity_id"])
    with TemporaryDirectory() as folder:
        written = write_conll(entities, docs, Path(folder, "a.conll")).read_text(encoding="utf-8")
    two_columns = re.sub(r"^([^\t\n]+)\t\d+\t\d+\t([^\t\n]+)\t.*$", r"\1\t\2", written, flags=re.M)
    sentences = [part.split("\n") for part in two_columns.rstrip().split("\n\n")] if written else []
    tokens = [[line.split("\t") for line in part.split("\n")] for part in written.rstrip().split("\n\n") if part]
    found, doc_id = [], ""
    for lines, names in zip(tokens, ConllLoader().load(two_columns), strict=True):
        doc_id = lines[0][4] if lines[0][0] == "-DOCSTART-" else doc_id
        found += [(doc_id, int(lines[n.start][1]), int(lines[n.end][2]), n.label) for n in names]
    assert len(sentences) == len(tokens)
    assert sorted(found) == sorted((doc_id, s, e, label) for doc_id, s, e, _, label, _ in rows)
    kept = [line for lines in tokens for line in lines]
    held = {key: "".join(line[0] for line in lines) for key, lines in articles(kept)}
    assert held == {doc_id: "".join(text.split()) for doc_id, text in zip(docs["doc_id"], texts, strict=True)}


def articles(lines: list[list[str]]) -> list[tuple[str, list[list[str]]]]:
    """The tokens of each article."""
    numbers = np.cumsum([line[0] == "-DOCSTART-" for line in lines])
    groups = groupby(zip(numbers, lines, strict=True), key=lambda pair: pair[0])
    parts = [[line for _, line in group] for _, group in groups]
    return [(part[0][4], part[1:]) for part in parts]


def test_sentences_are_those_of_the_package(tmp_path: Path) -> None:
    docs = docs_of(TEXT, "Nobody came.\n\nWho knows?")
    _, first, second, third, _, fourth, fifth = read_back(write_conll(table(), docs, tmp_path / "a.conll"))
    sentences = find_sentences(docs)
    for lines, start, end in zip(
        (first, second, third, fourth, fifth), sentences["start"], sentences["end"], strict=True
    ):
        assert (int(lines[0][1]), int(lines[-1][2])) == (start, end)


def test_no_sentence_ends_within_a_name(tmp_path: Path) -> None:
    text = "They read Who knows? Nobody did."
    assert len(find_sentences(docs_of(text))) == 2
    entities = table((10, 27, "WORK", "w"), text=text)
    _, only = read_back(write_conll(entities, docs_of(text), tmp_path / "a.conll"))
    assert [line[3] for line in only] == ["O", "O", "B-WORK", "I-WORK", "I-WORK", "I-WORK", "O", "O"]


def test_what_find_entities_finds_can_be_written(docs: pd.DataFrame, tmp_path: Path) -> None:
    entities = find_entities(docs)
    written = read_back(write_conll(entities, docs, tmp_path / "a.conll"))
    lines = [line for part in written for line in part]
    assert sum(line[3].startswith("B-") for line in lines) == len(entities)
    assert [line[4] for line in lines if line[0] == "-DOCSTART-"] == docs["doc_id"].tolist()
    turned = write_conll(entities.iloc[::-1], docs, tmp_path / "b.conll")
    assert turned.read_bytes() == (tmp_path / "a.conll").read_bytes()
    some = read_back(write_conll(entities, docs.iloc[:1], tmp_path / "c.conll"))
    assert some == written[: len(some)], "mentions of other articles are left out"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(0, 4, "ORG", "x"), (3, 6, "ORG", "y")], "overlaps the next"),
        ([(0, 4, "ORG", "x"), (0, 4, "GPE", "y")], "overlaps the next"),
        ([(4, 4, "ORG", "x")], "is not there"),
    ],
)
def test_mentions_that_no_column_can_hold(tmp_path: Path, rows: list[tuple[Any, ...]], said: str) -> None:
    path = tmp_path / "a.conll"
    path.write_text("old")
    for entities in (table(*rows), table(*rows).assign(surface="Lviv"), table(*rows).assign(end=999)):
        with pytest.raises(ValueError, match=r"^a: "):
            write_conll(entities, docs_of(TEXT), path)
    with pytest.raises(ValueError, match=said):
        write_conll(table(*rows), docs_of(TEXT), path)
    with pytest.raises(KeyError, match=r"entity_id"):
        write_conll(table().drop(columns="entity_id"), docs_of(TEXT), path)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_nothing_to_write(tmp_path: Path) -> None:
    assert write_conll(table(), docs_of(), tmp_path / "a.conll").read_bytes() == b""
    assert write_conll(table(), docs_of(""), tmp_path / "a.conll").read_text() == "-DOCSTART-\t0\t0\tO\ta\n"
    empty = networkx.read_graphml(write_graphml(pairs(), tmp_path / "a.graphml"))
    assert not empty.nodes and not empty.edges


def pairs(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Pairs of entities: two ids, estimate, low, high, n_docs, n_spans."""
    frame = pd.DataFrame(
        list(rows), columns=["entity_id_a", "entity_id_b", "estimate", "low", "high", "n_docs", "n_spans"]
    )
    for side in "ab":
        frame[f"name_{side}"] = [f"{id} & <Co>".upper() for id in frame[f"entity_id_{side}"]]
        frame[f"label_{side}"] = "ORG"
    return frame.assign(reason="why")


ROWS = [("c d", "b", 1 / 3, None, None, 4, 12), ("a", "c d", -0.25, -0.5, 1e-9, 12, 30)]
NODES = pd.DataFrame(
    {
        "entity_id": ["c d", "z", "a"],
        "name": ["Cé Д", "Zed", "A"],
        "label": ["GPE", "NORP", "ORG"],
        "n_spans": [7, 1, 2],
        "wikipedia": ["C (d)", None, np.nan],
        "own": [1, 2, 3],
    }
)


def test_a_network_comes_back(tmp_path: Path) -> None:
    graph = networkx.read_graphml(write_graphml(pairs(*ROWS), tmp_path / "a.graphml", nodes=NODES))
    assert not graph.is_directed()
    assert dict(graph.nodes(data=True)) == {
        "a": {"name": "A", "label": "A", "kind": "ORG", "n_spans": 2},
        "b": {"name": "B & <CO>", "label": "B & <CO>", "kind": "ORG"},
        "c d": {"name": "Cé Д", "label": "Cé Д", "kind": "GPE", "n_spans": 7, "wikipedia": "C (d)"},
        "z": {"name": "Zed", "label": "Zed", "kind": "NORP", "n_spans": 1},
    }
    assert {frozenset(pair[:2]): pair[2] for pair in graph.edges(data=True)} == {
        frozenset({"a", "c d"}): {"estimate": -0.25, "low": -0.5, "high": 1e-9, "n_docs": 12, "n_spans": 30},
        frozenset({"b", "c d"}): {"estimate": 0.333333, "n_docs": 4, "n_spans": 12},
    }


def test_types_and_keys_are_those_of_graphml(tmp_path: Path) -> None:
    """Each datum has a key for its kind of element and a value of the key's type; no key has an id that Gephi takes."""
    root = etree.parse(write_graphml(pairs(*ROWS), tmp_path / "a.graphml", nodes=NODES)).getroot()
    space = "{http://graphml.graphdrawing.org/xmlns}"
    assert root.tag == f"{space}graphml"
    keys = {key.get("id"): key for key in root.iter(f"{space}key")}
    assert len(keys) == len(list(root.iter(f"{space}key"))) == 10
    assert not set(keys) & {"d3", "d7", "x", "y", "size", "color", "weight"}
    types = {(key.get("for"), key.get("attr.name")): key.get("attr.type") for key in keys.values()}
    assert len(types) == 10
    of_nodes = {"name": "string", "label": "string", "kind": "string", "n_spans": "long", "wikipedia": "string"}
    of_edges = {"estimate": "double", "low": "double", "high": "double", "n_docs": "long", "n_spans": "long"}
    assert types == {("node", key): t for key, t in of_nodes.items()} | {
        ("edge", key): t for key, t in of_edges.items()
    }
    data = list(root.iter(f"{space}data"))
    assert len(data) > 20
    for datum in data:
        key = keys[datum.get("key")]
        assert datum.getparent().tag == f"{space}{key.get('for')}"
        assert datum.text not in (None, "", "nan", "None", "<NA>")
        {"string": str, "long": int, "double": float}[key.get("attr.type")](datum.text)


def test_counts_stay_whole_where_some_are_unknown(tmp_path: Path) -> None:
    nodes = NODES.assign(n_spans=[7.0, np.nan, 2.0])
    graph = networkx.read_graphml(write_graphml(pairs(*ROWS), tmp_path / "a.graphml", nodes=nodes))
    counts = dict(graph.nodes(data="n_spans"))
    assert counts == {"a": 2, "b": None, "c d": 7, "z": None} and type(counts["a"]) is int


def test_the_order_is_that_of_ids(tmp_path: Path) -> None:
    rows = [*ROWS, ("a", "b", 0.1, 0.0, 0.2, 2, 3), ("z", "a", 0.1, 0.0, 0.2, 2, 3)]
    first = write_graphml(pairs(*rows), tmp_path / "a.graphml", nodes=NODES).read_bytes()
    turned = pairs(*[(b, a, *rest) for a, b, *rest in rows[::-1]])
    assert write_graphml(turned, tmp_path / "b.graphml", nodes=NODES.iloc[::-1]).read_bytes() == first
    assert re.findall(rb'<node id="(.*?)"', first) == [b"a", b"b", b"c d", b"z"]
    assert b"\r" not in first


def test_pairs_of_the_package_can_be_written(tmp_path: Path) -> None:
    docs = docs_of("Kyiv thanked NATO. Moscow left Kyiv and NATO.", "Kyiv thanked NATO. Moscow did not.")
    found = find_entities(docs)
    compared = compare_pairs(found, docs, least=1)
    graph = networkx.read_graphml(write_graphml(compared, tmp_path / "a.graphml"))
    assert graph.number_of_edges() == len(compared) == 3
    assert set(graph.nodes) == set(found["entity_id"])


@pytest.mark.parametrize(
    ("rows", "nodes", "said"),
    [
        ([*ROWS, ROWS[0]], None, "stands twice"),
        ([*ROWS, ("b", "c d", 1.0, None, None, 1, 1)], None, "stands twice"),
        (ROWS, pd.concat([NODES, NODES]), "c d stands twice"),
        ([*ROWS, (None, "b", 1.0, None, None, 1, 1)], None, "no entity_id"),
        (ROWS, NODES.assign(entity_id=["a", None, "b"]), "no entity_id"),
    ],
)
def test_a_network_that_cannot_be(tmp_path: Path, rows: list[Any], nodes: pd.DataFrame | None, said: str) -> None:
    path = tmp_path / "a.graphml"
    path.write_text("old")
    with pytest.raises(ValueError, match=said):
        write_graphml(pairs(*rows), path, nodes=nodes)
    with pytest.raises(KeyError):
        write_graphml(pairs(*ROWS).drop(columns="name_b"), path)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_inputs_stay_as_they_were(tmp_path: Path) -> None:
    given, nodes = pairs(*ROWS), NODES.copy()
    write_graphml(given, tmp_path / "a.graphml", nodes=nodes)
    pd.testing.assert_frame_equal(given, pairs(*ROWS))
    pd.testing.assert_frame_equal(nodes, NODES)


def test_a_file_is_replaced_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def full(self: Path, content: bytes) -> int:
        with self.open("wb") as file:
            file.write(content[:1])
        raise OSError("no space left")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        with pytest.raises(OSError, match="no space"):
            replace_file(path, b"new")
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]
    assert replace_file(str(path), b"new") == path and path.read_text() == "new"
    (tmp_path / "plain.txt").write_text("")
    assert path.stat().st_mode == (tmp_path / "plain.txt").stat().st_mode
    with pytest.raises(FileNotFoundError):
        replace_file(tmp_path / "absent" / "a.txt", b"new")
