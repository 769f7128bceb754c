"""Entities as files for other tools: CoNLL and GraphML."""

import re
import tempfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from ukrcorpus.sentences import find_sentences
from ukrcorpus.spans import WORD, by_article, each_article
from ukrcorpus.tables import rounded

_TOKEN = re.compile(rf"['’]s\b|{WORD.pattern}|\S")
_END = ["entity_id", "name", "label"]
_OF_NODE, _OF_EDGE = ("name", "label", "kind", "n_spans", "wikipedia"), ("estimate", "low", "high", "n_docs", "n_spans")


def write_conll(entities: pd.DataFrame, docs: pd.DataFrame, path: str | Path) -> Path:
    r"""Write mentions as columns of tokens, after CoNLL-2003 (Tjong Kim Sang & De Meulder 2003).

    A line is a token: itself, start, end (code points into the text), tag (B- or I- and the kind, or O), entity_id (or
    _), with tabs between; words are those of `count_words`, cut at the borders of names. An empty line ends a sentence.
    A line -DOCSTART- with its doc_id begins an article.

    Args:
        entities: the result of `find_entities` or `link_entities`; mentions of other articles are left out.
        docs: the articles.
        path: the file; one that stands there is replaced at the end, whole.

    Raises:
        KeyError: where entities lacks a column.
        ValueError: where a mention is not cut from its article, or two overlap.

    Example:
        >>> from ukrcorpus import find_entities
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["NATO's reply"]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_conll(find_entities(docs), docs, Path(folder, "a.conll")).read_text().splitlines()[2]
        'NATO\t0\t4\tB-ORG\tnato'
    """
    named = by_article(entities[["doc_id", "start", "end", "surface", "label", "entity_id"]])
    read = by_article(find_sentences(docs))
    lines: list[str] = []
    for doc_id, text in each_article(docs):
        names: list[dict[Any, Any]] = named[doc_id].to_dict("records") if doc_id in named else []
        for name, following in pairwise([*names, {"start": len(text)}]):
            if not name["surface"] or name["surface"] != text[name["start"] : min(name["end"], following["start"])]:
                raise ValueError(f"{doc_id}: {name['surface']!r} at {name['start']} is not there, or overlaps the next")
        starts = set(read[doc_id]["start"]) if doc_id in read else set()
        lines += ["", f"-DOCSTART-\t0\t0\tO\t{doc_id}", *_lines(text, {n["start"]: n for n in names}, starts)]
    return replace_file(path, "".join(f"{line}\n" for line in lines[1:]).encode())


def _lines(text: str, names: Mapping[int, Mapping[Any, Any]], starts: set[int]) -> Iterator[str]:
    """The lines of an article; no sentence ends within a name."""
    starts -= {at for start, name in names.items() for at in range(start + 1, name["end"])}
    cuts = sorted({0, len(text), *starts, *names, *(name["end"] for name in names.values())})
    for start, end in pairwise(cuts):
        if start in starts:
            yield ""
        name = names.get(start, {"label": None, "entity_id": None})
        linked = "_" if pd.isna(name["entity_id"]) else name["entity_id"]
        for token in _TOKEN.finditer(text, start, end):
            tag = f"{'B' if token.start() == start else 'I'}-{name['label']}" if name["label"] else "O"
            yield f"{token[0]}\t{token.start()}\t{token.end()}\t{tag}\t{linked}"


def write_graphml(pairs: pd.DataFrame, path: str | Path, *, nodes: pd.DataFrame | None = None) -> Path:
    """Write pairs of entities as a network, for Gephi, Cytoscape and others (GraphML, Brandes et al. 2002).

    A node is an entity: `name`, `label` (the name again, which programs show), `kind`, `n_spans`, `wikipedia`. An edge
    is a pair: `estimate, low, high, n_docs, n_spans`. What is null is left out; numbers have 6 significant digits. The
    order is that of ids.

    Args:
        pairs: those wanted of the result of `compare_pairs`.
        path: the file; one that stands there is replaced at the end, whole.
        nodes: a row an entity, also those in no pair: entity_id, name, label and, as wanted, n_spans and wikipedia.

    Raises:
        KeyError: where a column is missing.
        ValueError: where an entity_id is null, an entity stands twice in nodes, or a pair twice in pairs.

    Example:
        >>> pairs = pd.DataFrame({f"{column}_{side}": [side] for side in "ab" for column in _END})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     write_graphml(pairs, Path(folder, "pairs.graphml")).name
        'pairs.graphml'
    """
    import networkx

    ends = [pairs[[f"{column}_{side}" for column in _END]].set_axis(_END, axis=1) for side in "ab"]
    known = pd.concat([t.astype("object") for t in [*([] if nodes is None else [nodes]), *ends]], ignore_index=True)
    if known["entity_id"].isna().any():
        raise ValueError("a row has no entity_id; leave out names that are linked to no entity")
    edges = pairs.assign(pair=ends[0]["entity_id"].combine(ends[1]["entity_id"], lambda a, b: (min(a, b), max(a, b))))
    for values in (edges["pair"], known["entity_id"].head(len(known) - 2 * len(pairs))):
        for twice in values[values.duplicated()]:
            raise ValueError(f"{twice} stands twice; if the rows are of several groups, write a file for each")
    graph = networkx.Graph()
    for row in known.drop_duplicates("entity_id").sort_values("entity_id").to_dict("records"):
        graph.add_node(row["entity_id"], **_filled({**row, "kind": row["label"], "label": row["name"]}, _OF_NODE))
    for row in edges.sort_values("pair").to_dict("records"):
        graph.add_edge(*row["pair"], **_filled(row, _OF_EDGE))
    written = BytesIO()
    networkx.write_graphml(graph, written)
    # Gephi takes the key d3 for the label of nodes and d7 for that of edges, whatever name they have.
    return replace_file(path, re.sub(rb'<(key id|data key)="d', rb'<\1="column', written.getvalue()))


def _filled(row: Mapping[Any, Any], columns: tuple[str, ...]) -> dict[str, Any]:
    filled = {column: row[column] for column in columns if column in row and pd.notna(row[column])}
    return {column: int(v) if column.startswith("n_") else rounded(v) for column, v in filled.items()}


def replace_file(path: str | Path, content: bytes) -> Path:
    """Write a file whole or not at all: what stood there stays until the new one is complete."""
    with tempfile.TemporaryDirectory(dir=Path(path).parent, prefix=".ukrcorpus-") as folder:
        new = Path(folder, "new")
        new.write_bytes(content)
        return new.replace(path)
