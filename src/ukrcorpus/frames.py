"""Frames: which of the functions and generic frames of framing research the words of a paragraph point to."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from ukrcorpus.columns import as_table
from ukrcorpus.lexicon import finder, fold, read_lexicon, whole_paragraphs
from ukrcorpus.spans import READ_ZONES, each_article, look_up, span_table
from ukrcorpus.summary import count_spans
from ukrcorpus.zones import find_zones

FRAMES = (
    *("problem", "cause", "moral", "remedy"),
    *("conflict", "human", "economic", "responsibility", "security", "legitimacy", "history"),
)
"""Entman's four functions, then the generic frames, in the order in which figures show them."""


def find_frames(
    docs: pd.DataFrame,
    *,
    lexicon: pd.DataFrame | str | Path | None = None,
    zones: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Find cues of frames: words that point to what a paragraph does.

    A row is one cue. Labels are Entman's (1993) four functions, problem (what is wrong), cause, moral (a judgement) and
    remedy (what should be done), and generic frames: conflict, human (interest), economic (consequences) and
    responsibility after Semetko & Valkenburg (2000), security, legitimacy, history. A cue alone proves nothing: what
    it adds is its weight, and `label_paragraphs` adds cues up.

    Args:
        docs: a table with `doc_id` and `text`.
        lexicon: a table or CSV file that replaces the package's `data/frame_cues.csv`: `label`, `cue` (words; `*` for
            any letters, `?` for one), and where wanted `weight` (0 to 1, else 0.5) and `lexicon` (its name).
        zones: the result of `find_zones`, where it was made already.

    Returns:
        Columns of a span table, with `lexicon` and `target` (null in this version); `rule` is the cue as the lexicon
        has it, `score` its weight.

    Raises:
        ValueError: where docs or the lexicon lacks a column, or a weight lies outside 0 to 1.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["The crisis was caused by rising prices."]})
        >>> find_frames(docs)[["label", "surface"]].values.tolist()
        [['problem', 'crisis'], ['cause', 'caused by'], ['responsibility', 'caused by'], ['economic', 'prices']]

    """
    zones = find_zones(docs) if zones is None else zones
    table = read_lexicon(lexicon, "frame_cues.csv", ("label", "cue"), {"weight": "0.5", "lexicon": "custom"})
    table = table[table["cue"].str.strip() != ""].astype({"weight": "float64"})
    if not table["weight"].between(0, 1).all():
        raise ValueError("a weight of the lexicon lies outside 0 to 1")
    table = table.rename(columns={"cue": "rule", "weight": "score"})[["label", "rule", "score", "lexicon"]]
    cues: list[dict[str, Any]] = table.to_dict("records")  # type: ignore[assignment]
    find = finder(tuple(table["rule"]))
    folded = {doc_id: fold(text) for doc_id, text in each_article(docs)}
    read = zones[zones["label"].isin(READ_ZONES) & zones["doc_id"].isin(folded)]
    rows: list[dict[str, Any]] = []
    for doc_id, start, end in zip(read["doc_id"], read["start"], read["end"], strict=True):
        reached: dict[str, int] = {}
        for low, high, number in find(folded[doc_id], start, end):
            cue = cues[number]
            # Of two cues of a label that overlap, the first, and the longer of those, counts.
            if reached.get(cue["label"], start) <= low:
                reached[cue["label"]] = high
                rows.append({"doc_id": doc_id, "start": low, "end": high, **cue})
    return span_table(rows, "frames", docs, zones)


def label_paragraphs(
    frames: pd.DataFrame,
    docs: pd.DataFrame,
    *,
    zones: pd.DataFrame | None = None,
    threshold: float = 0.5,
    labels: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Say for each paragraph and frame how strongly its words point to the frame.

    A row is a paragraph and a label; every paragraph has a row for every label. Different cues of a label are joined as
    1 - (1 - w1)(1 - w2) …, so that each adds something and none more than its weight; the same cue twice adds nothing.

    Args:
        frames: the result of `find_frames`.
        docs: the articles.
        zones: the result of `find_zones`, where it was made already.
        threshold: estimate from which on a paragraph bears the label.
        labels: the labels to give; where it is None, `FRAMES`, or those found where a lexicon has others.

    Returns:
        `doc_id`, `paragraph` (int64, number within the article from 0), `start`, `end` (of the paragraph), `label`,
        `position` (float64, where its middle stands in the article's paragraphs, 0 to 1), `present` (bool), `zone`,
        `estimate` (0 to 1), `low` and `high` (null), `n_docs` (1), `n_spans` (cues), `reason` (why no interval).

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["The crisis was caused by rising prices."]})
        >>> label_paragraphs(find_frames(docs), docs).query("present").label.tolist()
        ['problem', 'cause', 'economic']

    """
    zones = find_zones(docs) if zones is None else zones
    paragraphs = whole_paragraphs(zones[zones["doc_id"].isin(docs["doc_id"])], ["paragraph"])
    numbers = paragraphs.groupby("doc_id").cumcount()
    middles = (numbers + 0.5) / paragraphs.groupby("doc_id")["start"].transform("size")
    paragraphs = paragraphs[["doc_id", "start", "end"]].assign(paragraph=numbers, position=middles.round(6))
    found = set(frames["label"])
    labels = list(labels or (FRAMES if found <= set(FRAMES) else sorted(found)))
    held = frames.assign(paragraph=look_up(frames, paragraphs, "paragraph", -1)).astype({"paragraph": "int64"})
    keys = ["doc_id", "paragraph", "label"]
    once = held.drop_duplicates([*keys, "rule"]).assign(left=lambda t: 1 - t["score"])
    joined = (1 - once.groupby(keys)["left"].prod()).rename("estimate").round(6)
    counts = held.groupby(keys).size().rename("n_spans")
    table = paragraphs.merge(pd.DataFrame({"label": labels}), how="cross")
    table = table.merge(joined, how="left", on=keys).merge(counts, how="left", on=keys)
    table = table.fillna({"estimate": 0.0, "n_spans": 0})
    table = table.assign(present=table["estimate"] >= threshold, zone="paragraph", n_docs=1, reason="one paragraph")
    columns = ["doc_id", "paragraph", "start", "end", "label", "position", "present", "zone"]
    declared = as_table(table, "summary")
    return declared[[*columns, *(c for c in declared.columns if c not in columns)]]


def count_frames(paragraphs: pd.DataFrame, docs: pd.DataFrame, *, by: str = "publisher") -> pd.DataFrame:
    """Give the share of paragraphs that bear each label, in each group of articles.

    Args:
        paragraphs: the result of `label_paragraphs`.
        docs: the articles.
        by: column of docs that makes the groups; `doc_id` gives a row an article.

    Returns:
        `label` and the columns of `count_spans`; `estimate` in percent of paragraphs, `n_spans` in paragraphs.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["The crisis was caused by rising prices."]})
        >>> count_frames(label_paragraphs(find_frames(docs), docs), docs, by="doc_id").estimate.tolist()
        [100.0, 100.0, 100.0]

    """
    n_paragraphs = paragraphs.groupby("doc_id")["paragraph"].nunique().reindex(docs["doc_id"], fill_value=0)
    present = paragraphs[paragraphs["present"]]
    return count_spans(present, docs, keys=["label"], by=by, n_words=n_paragraphs, per=100)
