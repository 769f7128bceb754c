"""What every bench shares: gold as JSON lines, scores of spans with their intervals, speed and memory."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from ukrcorpus.columns import as_table
from ukrcorpus.fields import stated_date
from ukrcorpus.files import Source, list_files
from ukrcorpus.formats import Entry, Record, ending, read_file
from ukrcorpus.summary import SMALLEST_GROUP

SPAN, STRICT = ("start", "end"), ("start", "end", "label")


def read_gold(
    source: Source, part: str, *, read: Callable[[Path], Iterable[Entry]] | None = None, labelled: bool = True
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read the articles of a .jsonl file, or of all in a folder, and the spans of their list `part` (names, times ...).

    `read` gives the article of a file of another form, whose path is its id. A ValueError names the file and the line
    that is no such article; a span needs a label where `labelled` is true.
    """
    root, files = list_files([source], None)
    docs, spans = dict[str, Record](), list[Record]()
    others = read or (lambda _: ())
    for file, entry in (
        (f, e) for f in files for e in (read_file if ending(f.path).startswith(".jsonl") else others)(f.path)
    ):
        name, given = file.path.relative_to(root).as_posix(), entry.fields
        given = given if entry.number else {**given, "doc_id": name}
        doc_id, text, rows = given.get("doc_id", given.get("id")), given.get("text"), given.get(part)
        wrong = f"{entry.reason}; {entry.remedy}" if entry.reason else ""
        if not wrong and not (doc_id is not None and isinstance(text, str) and isinstance(rows, list)):
            wrong = f"an article of gold needs doc_id, text and the list {part!r}"
        elif str(doc_id) in docs:
            wrong = f"the id {doc_id!r} stands twice; make ids unique"
        for number, row in enumerate([] if wrong else rows or [], start=1):
            span = {"label": row.get("type"), **row, "doc_id": str(doc_id)} if isinstance(row, dict) else {}
            spans.append({**span, "optional": bool(span.get("optional"))})
            if not is_cut(span if labelled else {**span, "label": ""}, str(text)):
                wrong = f"{part} {number}: start and end within the text, a label and the same surface are needed"
                break
        if wrong:
            raise ValueError(f"{name}, line {entry.number or 1}: {wrong}")
        about = {"text": text, "language": given.get("language"), "published": stated_date(given.get("published"))[0]}
        docs[str(doc_id)] = {"doc_id": str(doc_id), **about}
    if not docs:
        raise ValueError(f"{source}: no .jsonl file there that holds an article")
    columns = dict.fromkeys(["doc_id", *STRICT, "optional", *(key for row in spans for key in row)])
    return as_table(docs.values(), "docs"), pd.DataFrame(spans, columns=[*columns]).astype({"optional": "bool"})


def is_cut(row: Mapping[Any, Any], text: str) -> bool:
    """Whether a row has a label and is a part of the text."""
    start, end, label = (row.get(key) for key in STRICT)
    whole = type(start) is int and type(end) is int and 0 <= start < end <= len(text) and isinstance(label, str)
    return whole and row.get("surface", text[start:end]) == text[start:end]


def count_matches(docs: pd.DataFrame, gold: pd.DataFrame, found: pd.DataFrame, keys: Sequence[str]) -> np.ndarray:
    """Hits (equal in all keys), spans found, spans of gold; a row an article, in the order of ids.

    Gold that is `optional` counts neither way, nor does what is found on exactly its span.
    """
    wanted, spared = _rows(gold[~gold["optional"]], keys), _rows(gold[gold["optional"]], SPAN)
    given = {row for row in _rows(found, keys) if row in wanted or row[:3] not in spared}
    sums = [Counter(row[0] for row in rows) for rows in (wanted & given, given, wanted)]
    return np.array([[of[doc_id] for of in sums] for doc_id in sorted(docs["doc_id"])], "int64").reshape(-1, 3)


def _rows(spans: pd.DataFrame, keys: Sequence[str]) -> set[tuple[Any, ...]]:
    return set(zip(*(spans[key] for key in ("doc_id", *keys)), strict=True))


def rate(counts: np.ndarray, *, resamples: int = 1000, seed: int = 0) -> dict[str, Any]:
    """Precision, recall and F1 (`estimate`) of the sums of `count_matches`, 0 to 1, each with its 95 % interval.

    The interval is the percentile bootstrap over articles (Efron 1979). What has no denominator is 0.
    """
    n_docs, limits = len(counts), np.full((2, 3), np.nan)
    if n_docs >= SMALLEST_GROUP:
        weights = np.random.default_rng(seed).multinomial(n_docs, np.full(n_docs, 1 / n_docs), size=resamples)
        limits = np.quantile(_ratios(weights @ counts), [0.025, 0.975], axis=0)
    rates = np.vstack([_ratios(counts.sum(axis=0)), limits]).ravel().tolist()
    names = [f"{name}{end}" for end in ("", "_low", "_high") for name in ("precision", "recall", "estimate")]
    sums = dict(zip(("n_hits", "n_found", "n_spans"), counts.sum(axis=0).tolist(), strict=True))
    reason = None if n_docs >= SMALLEST_GROUP else f"{n_docs} of {SMALLEST_GROUP} articles needed"
    return {**dict(zip(names, rates, strict=True)), **sums, "n_docs": n_docs, "reason": reason}


def _ratios(sums: np.ndarray) -> np.ndarray:
    hits, found, gold = np.moveaxis(sums, -1, 0)
    parts = (hits, found), (hits, gold), (2 * hits, found + gold)
    return np.stack([part / np.maximum(whole, 1) for part, whole in parts], axis=-1)


def measure(find: Callable[[], Any], docs: pd.DataFrame) -> tuple[Any, dict[str, Any]]:
    """What a call gives; words (by white space) a second of processor time, the median of three calls after a first.

    Memory is the peak resident size of the process so far (getrusage), in megabytes; null on Windows.
    """
    found, seconds, peak = find(), list[float](), None
    for _ in range(3):
        before = time.process_time()
        find()
        seconds.append(time.process_time() - before)
    if sys.platform != "win32":
        import resource

        unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2): bytes there, kilobytes elsewhere
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    words = sum(len(text.split()) for text in docs["text"])
    return found, {"words": words, "words_per_second": words / max(median(seconds), 1e-6), "peak_memory_mb": peak}
