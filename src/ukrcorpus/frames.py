"""Frames: which of the functions and generic frames of framing research the words of a paragraph point to."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ukrcorpus.columns import as_table
from ukrcorpus.lexicon import Lexicon, finder, fold, read_cues, rows_by_article, whole_paragraphs
from ukrcorpus.sentences import find_sentences
from ukrcorpus.spans import READ_ZONES, WORD, count_words, each_article, look_up
from ukrcorpus.summary import count_spans
from ukrcorpus.zones import find_zones

FRAMES = (
    *("problem", "cause", "moral", "remedy"),
    *("conflict", "human", "economic", "responsibility", "security", "legitimacy", "history"),
)
"""Entman's four functions, then the generic frames, in the order in which figures show them."""

THRESHOLDS = {"lexicon": 0.5, "embed": 0.35}
ALL = "any"
ACTORS = ("PERSON", "ORG", "GPE", "NORP")


def find_frames(
    docs: pd.DataFrame,
    *,
    lexicon: Lexicon = None,
    zones: pd.DataFrame | None = None,
    sentences: pd.DataFrame | None = None,
    entities: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Find cues of frames: words that point to what a paragraph does.

    A row is one cue. Labels are Entman's (1993) four functions, problem (what is wrong), cause, moral (a judgement) and
    remedy (what should be done), and generic frames: conflict, human (interest), economic (consequences) and
    responsibility after Semetko & Valkenburg (2000), security, legitimacy, history. A cue alone proves nothing: what
    it adds is its weight, and `label_paragraphs` adds cues up.

    Args:
        docs: a table with `doc_id` and `text`.
        lexicon: what replaces the package's `data/frame_cues.csv`: a table or CSV file with `label`, `cue` (words; `*`
            for any letters, `?` for one), and where wanted `weight` (0 to 1, else 0.5) and `lexicon` (its name); a
            dictionary {label: [cues]}; a quanteda dictionary in YAML.
        zones: the result of `find_zones`, where it was made already.
        sentences: the result of `find_sentences`, where it was made already; needed for `target` only.
        entities: the result of `find_entities`, for `target`: the actor that stands nearest in the cue's sentence.

    Returns:
        Columns of a span table, with `lexicon` and `target` (null where no actor stands there or no entities are
        given); `rule` is the cue as the lexicon has it, `score` its weight.

    Raises:
        ValueError: where docs or the lexicon lacks a column, or a row of the lexicon is wrong, naming it.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["The famine was caused by the siege."]})
        >>> find_frames(docs, lexicon={"need": ["famine*"], "war": ["siege*"]})[["label", "surface"]].values.tolist()
        [['need', 'famine'], ['war', 'siege']]

    """
    zones = find_zones(docs) if zones is None else zones
    table = read_cues(lexicon, "frame_cues.csv")
    find, labels, silent = finder(tuple(table["cue"])), table["label"].tolist(), (table["weight"] == 0).tolist()
    texts = dict(each_article(docs))
    read = zones[zones["label"].isin(READ_ZONES) & zones["doc_id"].isin(texts)]
    places = rows_by_article(read, "start", "end", "label")
    rows: list[tuple[Any, ...]] = []
    for doc_id, text in texts.items():
        folded, here = fold(text), []
        for start, end, zone in places.get(doc_id, []):
            reached: dict[str, int] = {}
            for low, high, number in find(folded, start, end):
                # Of two cues of a label that overlap, the first, and the longer of those, counts.
                if reached.get(labels[number], start) <= low:
                    reached[labels[number]] = high
                    if not silent[number]:
                        here.append((low, high, text[low:high], zone, number))
        rows += ((doc_id, *row) for row in sorted(here, key=lambda row: row[:2]))
    found = pd.DataFrame(rows, columns=["doc_id", "start", "end", "surface", "zone", "number"])
    held = table.iloc[found.pop("number")].reset_index(drop=True).rename(columns={"cue": "rule", "weight": "score"})
    frames = as_table(found.join(held[["label", "rule", "score", "lexicon"]]), "frames")
    if entities is None:
        return frames
    sentences = find_sentences(docs, zones=zones) if sentences is None else sentences
    return frames.assign(target=pd.Series(_nearest(frames, sentences, entities), dtype="str", index=frames.index))


def _nearest(frames: pd.DataFrame, sentences: pd.DataFrame, entities: pd.DataFrame) -> list[str | None]:
    """For each cue the name of the actor in its sentence with the fewest characters between; of two, the earlier."""
    bounds = rows_by_article(sentences, "start", "end")
    actors = entities[entities["label"].isin(ACTORS) & entities["name"].notna()]
    named = rows_by_article(actors, "start", "end", "name")
    names: list[str | None] = []
    for doc_id, start, end in zip(frames["doc_id"], frames["start"], frames["end"], strict=True):
        around = bounds.get(doc_id, [])
        low, high = around[bisect_right(around, (start, 10**9)) - 1] if around else (0, 0)
        mentioned = named.get(doc_id, [])
        near = mentioned[bisect_left(mentioned, (low,)) : bisect_left(mentioned, (high,))]
        gaps = [(max(at - end, start - to), name) for at, to, name in near if to <= start or end <= at]
        names.append(min(gaps, key=lambda gap: gap[0])[1] if gaps else None)
    return names


def label_paragraphs(
    frames: pd.DataFrame,
    docs: pd.DataFrame,
    *,
    zones: pd.DataFrame | None = None,
    threshold: float | None = None,
    labels: Sequence[str] | None = None,
    method: str = "lexicon",
    seeds: pd.DataFrame | str | Path | None = None,
) -> pd.DataFrame:
    """Say for each paragraph and frame how strongly its words point to the frame.

    A row is a paragraph and a label; every paragraph has a row for every label. Different cues of a label are joined as
    1 - (1 - w1)(1 - w2) …, so that each adds something and none more than its weight; the same cue twice adds nothing.
    With "embed", the estimate is the mean of that and of a chance by the likeness of its best sentence to seeds.

    Args:
        frames: the result of `find_frames`.
        docs: the articles.
        zones: the result of `find_zones`, where it was made already.
        threshold: estimate from which on a paragraph bears the label; where it is None, 0.5, and 0.35 with "embed".
        labels: the labels to give; where it is None, `FRAMES`, or those found where a lexicon or seeds have others.
        method: "lexicon", or "embed", which needs the extra of that name.
        seeds: for "embed", what replaces the package's `data/frame_seeds.csv`: a table or CSV file with `label`
            (several joined by `|`; empty for a text without a frame) and `text`.

    Returns:
        `doc_id`, `paragraph` (int64, number within the article from 0), `start`, `end` (of the paragraph), `label`,
        `position` (float64, where its middle stands in the article's paragraphs, 0 to 1), `present` (bool), `zone`,
        `rule` (the cues, or the seed that speaks most for the label), `estimate` (0 to 1), `low` and `high` (null),
        `n_docs` (1), `n_spans` (cues), `reason` (why no interval).

    Raises:
        ValueError, ImportError: where method or seeds are wrong, or the extra `embed` is asked for and not installed.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["The famine was caused by the siege."]})
        >>> frames = find_frames(docs, lexicon={"need": ["famine*"], "cause": ["caused by"], "hope": ["peace"]})
        >>> label_paragraphs(frames, docs).query("present")[["label", "rule"]].values.tolist()
        [['cause', 'caused by'], ['need', 'famine*']]

    """
    if method not in THRESHOLDS:
        raise ValueError(f"the method {method!r} is unknown; it is one of {', '.join(THRESHOLDS)}")
    zones = find_zones(docs) if zones is None else zones
    paragraphs = _paragraphs(docs, zones)
    if method == "embed":
        from ukrcorpus.frame_similarity import find_similarity

        sentences = find_sentences(docs, zones=zones).query("zone == 'paragraph'")
        at = look_up(sentences, paragraphs.assign(row=range(len(paragraphs))), "row", -1)
        cut = sentences["surface"].groupby(np.array(at, "int64")).agg(list)
        alike = find_similarity([cut.get(row, []) for row in range(len(paragraphs))], seeds)
    found = set(frames["label"]) | set(alike.labels if method == "embed" else ())
    labels = list(labels or (FRAMES if found <= set(FRAMES) else sorted(found)))
    held = frames.assign(paragraph=look_up(frames, paragraphs, "paragraph", -1)).astype({"paragraph": "int64"})
    keys = ["doc_id", "paragraph", "label"]
    once = held.drop_duplicates([*keys, "rule"]).assign(left=lambda t: 1 - t["score"]).groupby(keys)
    joined = pd.DataFrame({"estimate": (1 - once["left"].prod()).round(6), "rule": once["rule"].agg("; ".join)})
    table = paragraphs.merge(pd.DataFrame({"label": labels}), how="cross")
    table = table.merge(joined.join(held.groupby(keys).size().rename("n_spans")), how="left", on=keys)
    table = table.fillna({"estimate": 0.0, "n_spans": 0})
    if method == "embed":
        columns = [alike.labels.index(label) if label in alike.labels else -1 for label in labels]
        chances = np.where(np.array(columns) < 0, 0.0, alike.chances[:, columns]).ravel()
        rules = pd.Series([row[n] if n >= 0 else None for row in alike.nearest for n in columns], dtype="str")
        table = table.assign(estimate=((table["estimate"] + chances) / 2).round(6), rule=rules)
    least = THRESHOLDS[method] if threshold is None else threshold
    table = table.assign(present=table["estimate"] >= least, zone="paragraph", n_docs=1, reason="one paragraph")
    order = ["doc_id", "paragraph", "start", "end", "label", "position", "present", "zone", "rule"]
    declared = as_table(table.astype({"rule": "str"}), "summary")
    return declared[[*order, *(c for c in declared.columns if c not in order)]]


def _paragraphs(docs: pd.DataFrame, zones: pd.DataFrame) -> pd.DataFrame:
    paragraphs = whole_paragraphs(zones[zones["doc_id"].isin(docs["doc_id"])], ["paragraph"])
    numbers = paragraphs.groupby("doc_id").cumcount()
    middles = (numbers + 0.5) / paragraphs.groupby("doc_id")["start"].transform("size")
    return paragraphs[["doc_id", "start", "end"]].assign(paragraph=numbers, position=middles.round(6))


def count_frames(paragraphs: pd.DataFrame, docs: pd.DataFrame, *, by: str = "publisher") -> pd.DataFrame:
    """Give the share of paragraphs that bear each label, in each group of articles.

    Args:
        paragraphs: the result of `label_paragraphs`.
        docs: the articles.
        by: column of docs that makes the groups; `doc_id` gives a row an article.

    Returns:
        `label` and the columns of `count_spans`; `estimate` in percent of paragraphs, `n_spans` in paragraphs. The
        interval is that of a ratio: articles are left out in turn, each with all its paragraphs.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["The famine was caused by the siege."]})
        >>> frames = find_frames(docs, lexicon={"need": ["famine*"]})
        >>> count_frames(label_paragraphs(frames, docs), docs, by="doc_id")[["label", "estimate"]].values.tolist()
        [['need', 100.0]]

    """
    n_paragraphs = paragraphs.groupby("doc_id")["paragraph"].nunique()
    return _shares(paragraphs[paragraphs["present"]], paragraphs[["label"]].drop_duplicates(), docs, by, n_paragraphs)


def count_coverage(
    frames: pd.DataFrame,
    docs: pd.DataFrame,
    *,
    lexicon: Lexicon = None,
    by: str = "publisher",
    zones: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Say how much of the articles a lexicon touches, entry by entry; those that never occur stand there with 0.

    Args:
        frames: the result of `find_frames` with this lexicon.
        docs: the articles.
        lexicon: the lexicon, as `find_frames` takes it.
        by: column of docs that makes the groups; `doc_id` gives a row an article.
        zones: the result of `find_zones`, where it was made already.

    Returns:
        `label`, `rule` (the cue; "any" in the row of a label as a whole) and the columns of `count_spans`: `estimate`
        is the percent of paragraphs that hold one, `n_spans` those paragraphs; `words` (float64) the percent of words.

    Example:
        >>> docs = pd.DataFrame({"doc_id": ["a"], "text": ["The famine was caused by the siege."]})
        >>> own = {"need": ["famine*", "thirst"]}
        >>> table = count_coverage(find_frames(docs, lexicon=own), docs, lexicon=own, by="doc_id")
        >>> table[["rule", "estimate"]].values.tolist()
        [['any', 100.0], ['famine*', 100.0], ['thirst', 0.0]]

    """
    zones = find_zones(docs) if zones is None else zones
    paragraphs = _paragraphs(docs, zones)
    entries = (
        read_cues(lexicon, "frame_cues.csv").query("weight > 0").rename(columns={"cue": "rule"})[["label", "rule"]]
    )
    wanted = pd.concat([entries.assign(rule=ALL), entries]).drop_duplicates()
    held = frames.assign(paragraph=look_up(frames, paragraphs, "paragraph", -1)).query("paragraph >= 0")
    held = pd.concat([held.assign(rule=ALL), held], ignore_index=True)
    touched = held.drop_duplicates(["doc_id", "paragraph", "label", "rule"])
    words = held.loc[held.index.repeat([sum(1 for _ in WORD.finditer(surface)) for surface in held["surface"]])]
    counts = _shares(touched, wanted, docs, by, paragraphs.groupby("doc_id").size())
    shares = _shares(words, wanted, docs, by, count_words(docs, zones, count_in=("paragraph",)))
    return counts.assign(words=shares["estimate"])


def _shares(spans: pd.DataFrame, wanted: pd.DataFrame, docs: pd.DataFrame, by: str, total: pd.Series) -> pd.DataFrame:
    """`count_spans` in percent of the total, with a row for all that is wanted, found or not."""
    keys, total = list(wanted.columns), total.reindex(docs["doc_id"], fill_value=0)
    once = wanted.merge(docs[["doc_id"]].head(1), how="cross").assign(zone="paragraph")
    none = count_spans(once, docs, keys=keys, by=by, n_words=total, per=100).assign(n_docs_with=0, n_spans=0)
    none = none.assign(**{name: none[name].where(none[name].isna(), 0.0) for name in ("estimate", "low", "high")})
    counted = count_spans(spans, docs, keys=keys, by=by, n_words=total, per=100)
    both = pd.concat([counted, none], ignore_index=True).drop_duplicates([*keys, by])
    return both.sort_values([by, *keys], kind="stable", ignore_index=True)
