"""What a number rests on: spans in their sentences, and the spans that each mark of a figure counts."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from ukrcorpus.sentences import find_sentences
from ukrcorpus.spans import by_article, each_article
from ukrcorpus.tables import to_html

Evidence = Literal["full", "snippet", "none"]
"""How much of the text is shown: whole sentences, a few characters around each span, nothing."""

EVIDENCE_MIME = "application/vnd.ukrcorpus.evidence+json"
"""Type of what a figure says of its evidence: labels of articles, and marks with their spans."""

SNIPPET = 60
"""Characters on either side of a span that a snippet shows."""
LONGEST = 160
"""Characters of a span itself that a snippet shows."""
MOST_PASSAGES = 100
"""Passages that a mark of a figure leads to at most; of more, evenly spaced ones are listed."""
MOST_MARKS = 2_000
"""Marks of a figure that lead to their passages; those beyond, in order of appearance, do not."""

_LINKED = ("bar", "circle", "geoshape", "point", "rect", "square", "text", "tick")
TECHNICAL = (
    "doc_id",
    "start",
    "end",
    "event_id",
    "entity_id",
    "entity_id_a",
    "entity_id_b",
    "quote_id",
    "paragraph",
    "paragraph_id",
    "geoname_id",
)


def show_evidence(
    spans: pd.DataFrame,
    docs: pd.DataFrame,
    *,
    context: int | None = None,
    keep: Sequence[str] = (),
    sentences: pd.DataFrame | None = None,
    evidence: Evidence = "full",
) -> pd.DataFrame:
    """Give each span with the sentence that it stands in (a concordance).

    Args:
        spans: any span table, in the order in which it is to be read.
        docs: the articles.
        context: characters on either side; the whole sentence (or sentences) where it is None.
        keep: further columns of `spans` to show, such as `name` or `value`.
        sentences: the result of `find_sentences`, where it was made already.
        evidence: "full"; "snippet", at most 60 characters on either side and 160 of the span itself; "none", the
            places without any text, for a corpus whose text may not be shown.

    Returns:
        A row a span: `article` (the article's label), the columns `keep`, `before, surface, after` (cut from the text
        and unaltered), `doc_id, start, end`. As the last line of a cell it renders with the spans marked, and
        `show_table` renders it likewise.

    Raises:
        KeyError: where `spans` lacks a column, or names an article that docs does not have.
        ValueError: where `evidence` is another word.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["He left. NATO said so."]})
        >>> spans = pd.DataFrame({"doc_id": ["a"], "start": [9], "end": [13]})
        >>> show_evidence(spans, docs)[["before", "surface", "after"]].values.tolist()
        [['', 'NATO', ' said so.']]
    """
    if evidence not in get_args(Evidence):
        raise ValueError(f"evidence should be full, snippet or none, not {evidence!r}")
    docs = docs[docs["doc_id"].isin(spans["doc_id"])]
    texts = dict(each_article(docs))
    for doc_id in spans["doc_id"]:
        if doc_id not in texts:
            raise KeyError(f"spans name the article {doc_id!r}, which docs does not have")
    start, end = spans["start"].to_numpy("int64"), spans["end"].to_numpy("int64")
    if context is None:
        low, high = _sentences_of(spans, texts, find_sentences(docs) if sentences is None else sentences)
    else:
        low, high = np.maximum(start - context, 0), end + context
    of_span = [texts[doc_id] for doc_id in spans["doc_id"]]
    cut = end
    if evidence == "snippet":
        cut = np.minimum(end, start + LONGEST)
        reach = [around(*row) for row in zip(of_span, start, cut, low, np.where(cut < end, cut, high), strict=True)]
        low, high = np.array(reach, dtype="int64").reshape(-1, 2).T
    elif evidence == "none":
        low, cut, high = start, start, start
    shown = pd.DataFrame(
        {
            "article": spans["doc_id"].map(article_labels(docs)).astype("str").to_numpy(),
            **{name: spans[name].to_list() for name in keep},
            "before": [text[a:b] for text, a, b in zip(of_span, low, start, strict=True)],
            "surface": [text[a:b] for text, a, b in zip(of_span, start, cut, strict=True)],
            "after": [text[a:b] for text, a, b in zip(of_span, cut, high, strict=True)],
            "doc_id": spans["doc_id"].to_list(),
            "start": start,
            "end": end,
        }
    )
    object.__setattr__(shown, "_repr_html_", partial(to_html, shown))
    return shown


def around(text: str, start: int, end: int, low: int, high: int) -> tuple[int, int]:
    """The whole words within 60 characters of a span, and within the stretch that may be shown.

    Example:
        >>> text = "word " * 40
        >>> low, high = around(text, 100, 104, 0, 200)
        >>> text[low:high] == "word " * 24 + "word"
        True
    """
    first, last = max(low, start - SNIPPET), min(high, end + SNIPPET)
    if first > low:
        space = text.find(" ", first - 1, start)
        first = space + 1 if space >= 0 else start
    if last < high:
        space = text.rfind(" ", end, last + 1)
        last = space if space >= 0 else end
    return first, last


def article_labels(docs: pd.DataFrame) -> dict[str, str]:
    """What each article is called in figures and lists: its label, else its id."""
    ids = docs["doc_id"].astype("object")
    labels = docs["label"].astype("object") if "label" in docs.columns else ids
    return dict(zip(ids, labels.where(labels.notna() & labels.ne(""), ids), strict=True))


def _sentences_of(
    spans: pd.DataFrame, texts: Mapping[str, str], sentences: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """Where the first sentence that a span touches begins and the last one ends; of its line where it touches none."""
    low, high = np.zeros(len(spans), "int64"), np.zeros(len(spans), "int64")
    held = by_article(sentences[sentences["doc_id"].isin(texts)])
    numbered = spans[["doc_id", "start", "end"]].reset_index(drop=True)
    for doc_id, rows in numbered.groupby("doc_id", sort=False):
        text, inside = texts[str(doc_id)], held.get(str(doc_id), sentences.iloc[:0])
        starts, ends = inside["start"].to_numpy("int64"), inside["end"].to_numpy("int64")
        first = np.searchsorted(ends, rows["start"], side="right")
        last = np.searchsorted(starts, rows["end"], side="left") - 1
        for row, start, end, one, other in zip(rows.index, rows["start"], rows["end"], first, last, strict=True):
            if one <= other:
                low[row], high[row] = min(starts[one], start), max(ends[other], end)
            else:
                line_end = text.find("\n", end)
                low[row], high[row] = text.rfind("\n", 0, start) + 1, len(text) if line_end < 0 else line_end
    return low, high


def link_marks(
    spec: dict[str, Any], spans: pd.DataFrame, docs: pd.DataFrame, keys: Sequence[str], page: str
) -> tuple[dict[str, Any], list[dict[str, Any]], int]:
    """Lead each mark of a specification to the spans that it counts.

    The spans of a mark are those that agree with its row in all of `keys` that the row has; a row with `n_spans` must
    have as many.

    Args:
        spec: Vega-Lite with its data in `datasets`.
        spans: the spans that the figure counts, with the columns `keys` (those of docs are joined by article).
        docs: the articles.
        keys: columns that rows of the figure and spans share.
        page: address of the page of passages.

    Returns:
        The specification in which each row that counts has the address of its passages, and the marks in order of
        appearance: `id`, `title`, `n`, `spans` (at most 100 rows of doc_id, start, end); last, how many marks beyond
        2,000 lead nowhere.

    Raises:
        ValueError: where a row counts more or fewer spans than it leads to, no row has any of the keys, or a key is a
            column of neither table.
    """
    of_docs = [key for key in keys if key not in spans.columns]
    for key in of_docs:
        if key not in docs.columns:
            raise ValueError(f"neither the evidence nor docs has the column {key!r}, which keys name")
    spans = spans.merge(docs[["doc_id", *of_docs]], on="doc_id", how="left").reset_index(drop=True)
    spans[of_docs] = spans[of_docs].astype("object").fillna("unknown")
    labels = article_labels(docs)
    groups: dict[tuple[str, ...], dict[Any, Any]] = {}
    marks: dict[tuple[Any, ...], dict[str, Any]] = {}
    left_out: set[tuple[Any, ...]] = set()
    datasets = dict(spec.get("datasets", {}))
    known = {name for rows in datasets.values() for row in rows for name in row}
    if known and not known & set(keys):
        raise ValueError(f"no row of the chart has any of {list(keys)}; keep these columns in what the chart draws")

    def address(row: Mapping[str, Any]) -> str | None:
        shared = tuple(key for key in keys if row.get(key) is not None)
        if shared not in groups:
            plain = spans[list(shared)].dropna().astype("str") if shared else spans.iloc[:0]
            groups[shared] = plain.groupby(list(shared)).indices if shared else {}
            groups[shared] = {k if isinstance(k, tuple) else (k,): plain.index[v] for k, v in groups[shared].items()}
        values = tuple(str(row[key]) for key in shared)
        found = groups[shared].get(values, [])
        if "n_spans" in row and shared and row["n_spans"] != len(found):
            raise ValueError(f"the mark of {values} says {row['n_spans']} spans, and its evidence has {len(found)}")
        if not len(found):
            return None
        name = (*shared, *values)
        if name not in marks and len(marks) == MOST_MARKS:
            left_out.add(name)
            return None
        if name not in marks:
            chosen = [found[i * len(found) // MOST_PASSAGES] for i in range(MOST_PASSAGES)]
            chosen = list(found) if len(found) <= MOST_PASSAGES else chosen
            rows = spans.loc[chosen, ["doc_id", "start", "end"]]
            title = _title(dict(zip(shared, values, strict=True)), spans.loc[chosen[0]], labels)
            number = len(marks) + 1
            marks[name] = {
                "id": f"m{number}",
                "title": title,
                "n": len(found),
                "spans": rows.to_numpy("object").tolist(),
            }
        return f"{page}#{marks[name]['id']}"

    new = {**spec}
    for view, dataset in _views(new, None):
        if not any(set(keys) & set(row) for row in datasets.get(dataset, [])):
            continue
        if "_evidence" not in datasets[dataset][0]:
            datasets[dataset] = [{**row, "_evidence": address(row)} for row in datasets[dataset]]
        view["encoding"] = {**view.get("encoding", {}), "href": {"field": "_evidence", "type": "nominal"}}
    return {**new, "datasets": datasets}, list(marks.values()), len(left_out)


def _title(row: Mapping[str, str], first: pd.Series, labels: Mapping[str, str]) -> str:
    """What a mark is called: the values that a reader knows, then the article."""
    skipped = (*TECHNICAL, "publisher") if "doc_id" in row else TECHNICAL
    named = [value for key, value in row.items() if key not in skipped]
    named = named or [" ".join(str(first.get("surface", "")).split())[:SNIPPET]]
    article = [labels.get(row["doc_id"], row["doc_id"])] if "doc_id" in row else []
    return " · ".join(dict.fromkeys([*named, *article]))


def _views(view: dict[str, Any], dataset: str | None) -> Iterator[tuple[dict[str, Any], str]]:
    """Each single view that draws marks of its rows, and the name of its data set; inner views are copied."""
    dataset = view.get("data", {}).get("name", dataset)
    for key in ("layer", "hconcat", "vconcat", "concat", "spec"):
        if isinstance(view.get(key), list):
            view[key] = [dict(inner) for inner in view[key]]
            for inner in view[key]:
                yield from _views(inner, dataset)
        elif isinstance(view.get(key), dict):
            view[key] = dict(view[key])
            yield from _views(view[key], dataset)
    mark = view.get("mark", {})
    if (mark if isinstance(mark, str) else mark.get("type")) in _LINKED and dataset is not None:
        yield view, dataset
