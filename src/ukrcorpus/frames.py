"""Frames: which of the functions and generic frames of framing research the words of a paragraph point to."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from ukrcorpus.columns import as_table
from ukrcorpus.spans import READ_ZONES, WORD, by_article, each_article, span_table
from ukrcorpus.summary import count_spans
from ukrcorpus.zones import find_zones

FRAMES = (
    "problem",
    "cause",
    "moral",
    "remedy",
    "conflict",
    "human",
    "economic",
    "responsibility",
    "security",
    "legitimacy",
    "history",
)
"""Entman's four functions, then the generic frames, in the order in which figures show them."""

_POSSESSIVE = re.compile(r"['’]s?$")


class _FrameCue(NamedTuple):
    label: str
    cue: str
    words: tuple[re.Pattern[str], ...]
    weight: float
    lexicon: str


class _Matcher:
    """Finds cues by their first word; each word of the vocabulary is compared with the lexicon once only."""

    def __init__(self, cues: tuple[_FrameCue, ...]) -> None:
        self.cues = cues
        self.known: dict[str, tuple[_FrameCue, ...]] = {}

    def starting_with(self, word: str) -> tuple[_FrameCue, ...]:
        found = self.known.get(word)
        if found is None:
            fitting = (cue for cue in self.cues if cue.words[0].fullmatch(word))
            found = tuple(sorted(fitting, key=lambda cue: -len(cue.words)))
            self.known[word] = found
        return found


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
    matcher = _Matcher(_packaged_cues() if lexicon is None else _compile(_table(lexicon)))
    texts = dict(each_article(docs))
    rows: list[dict[str, Any]] = []
    read = zones[zones["label"].isin(READ_ZONES) & zones["doc_id"].isin(texts)]
    for doc_id, start, end in zip(read["doc_id"], read["start"], read["end"], strict=True):
        for low, high, cue in _cues(texts[doc_id], start, end, matcher):
            rows.append(
                {
                    "doc_id": doc_id,
                    "start": low,
                    "end": high,
                    "label": cue.label,
                    "rule": cue.cue,
                    "score": cue.weight,
                    "lexicon": cue.lexicon,
                }
            )
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
    paragraphs = _paragraphs(zones[zones["doc_id"].isin(docs["doc_id"])])
    found = set(frames["label"])
    labels = list(labels or (FRAMES if found <= set(FRAMES) else sorted(found)))
    held = frames.assign(paragraph=_paragraph_of(frames, paragraphs))
    held = held[(held["paragraph"] >= 0) & held["label"].isin(labels)]
    keys = ["doc_id", "paragraph", "label"]
    once = held.drop_duplicates([*keys, "rule"]).assign(left=lambda t: 1 - t["score"])
    joined = (1 - once.groupby(keys)["left"].prod()).rename("estimate").round(6)
    counts = held.groupby(keys).size().rename("n_spans")
    table = paragraphs.merge(pd.DataFrame({"label": labels}), how="cross")
    table = table.merge(joined, how="left", on=keys).merge(counts, how="left", on=keys)
    table = table.assign(
        estimate=table["estimate"].fillna(0.0), n_spans=table["n_spans"].fillna(0), n_docs=1, reason="one paragraph"
    )
    table = table.assign(present=table["estimate"] >= threshold, zone="paragraph")
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


def _cues(text: str, start: int, end: int, matcher: _Matcher) -> Iterator[tuple[int, int, _FrameCue]]:
    """Cues of a stretch of text; of two cues of a label that overlap, the first, and the longer of those, counts."""
    words = [(m.start(), m.end(), _POSSESSIVE.sub("", m[0]).lower()) for m in WORD.finditer(text, start, end)]
    reached: dict[str, int] = {}
    for number, (low, _, word) in enumerate(words):
        for cue in matcher.starting_with(word):
            last = number + len(cue.words) - 1
            others = words[number + 1 : last + 1]
            fits = last < len(words) and all(p.fullmatch(w[2]) for p, w in zip(cue.words[1:], others, strict=True))
            if fits and reached.get(cue.label, 0) <= low:
                high = words[last][0] + len(words[last][2])
                reached[cue.label] = high
                yield low, high, cue


def _paragraphs(zones: pd.DataFrame) -> pd.DataFrame:
    """A row a paragraph, with its number and position; one that something interrupts is one paragraph."""
    read = zones[zones["label"] == "paragraph"].sort_values(["doc_id", "start"], kind="stable")
    alone = read["paragraph_id"].where(read["paragraph_id"] >= 0, -2 - np.arange(len(read)))
    table = (
        read.assign(tie=alone).groupby(["doc_id", "tie"], sort=False).agg(start=("start", "min"), end=("end", "max"))
    )
    table = table.reset_index().drop(columns="tie")
    numbers = table.groupby("doc_id").cumcount()
    sizes = table.groupby("doc_id")["start"].transform("size")
    return table.assign(paragraph=numbers.astype("int64"), position=((numbers + 0.5) / sizes).round(6))


def _paragraph_of(frames: pd.DataFrame, paragraphs: pd.DataFrame) -> np.ndarray:
    """The number of the paragraph that each cue stands in, -1 for none."""
    found = np.full(len(frames), -1)
    held = by_article(paragraphs)
    for doc_id, rows in frames.groupby("doc_id", sort=False).indices.items():
        if str(doc_id) in held:
            table = held[str(doc_id)]
            starts = frames["start"].to_numpy()[rows]
            at = np.searchsorted(table["start"].to_numpy(), starts, side="right") - 1
            inside = (at >= 0) & (starts < table["end"].to_numpy()[np.maximum(at, 0)])
            found[rows] = np.where(inside, table["paragraph"].to_numpy()[np.maximum(at, 0)], -1)
    return found


def _table(lexicon: pd.DataFrame | str | Path) -> pd.DataFrame:
    table = lexicon if isinstance(lexicon, pd.DataFrame) else pd.read_csv(lexicon, comment="#")
    for column in ("label", "cue"):
        if column not in table.columns:
            raise ValueError(f"the lexicon has no column {column!r}; it needs label and cue")
    return table


@lru_cache(maxsize=1)
def _packaged_cues() -> tuple[_FrameCue, ...]:
    with resources.files("ukrcorpus").joinpath("data/frame_cues.csv").open(encoding="utf-8") as file:
        return _compile(pd.read_csv(file, comment="#"))


def _compile(table: pd.DataFrame) -> tuple[_FrameCue, ...]:
    weights = table["weight"].fillna(0.5) if "weight" in table.columns else pd.Series(0.5, index=table.index)
    if not weights.between(0, 1).all():
        raise ValueError("a weight of the lexicon lies outside 0 to 1")
    names = table["lexicon"].fillna("custom") if "lexicon" in table.columns else pd.Series("custom", index=table.index)
    columns = (table["label"], table["cue"], weights, names)
    return tuple(
        _FrameCue(label, cue, tuple(_glob(word) for word in cue.lower().split()), float(weight), name)
        for label, cue, weight, name in zip(*columns, strict=True)
        if cue.split()
    )


def _glob(word: str) -> re.Pattern[str]:
    return re.compile(re.escape(word.replace("’", "'")).replace(r"\*", r"[\w'’-]*").replace(r"\?", r"\w"))
