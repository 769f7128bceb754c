"""The bench of frames: how well `label_paragraphs` does, and how fast cues and contested terms are found."""

import json
from pathlib import Path
from typing import Any

import click
import numpy as np
import pandas as pd

from ukrcorpus.bench.scoring import measure, read_gold
from ukrcorpus.columns import as_table
from ukrcorpus.entities.exports import replace_file
from ukrcorpus.files import Source
from ukrcorpus.frames import THRESHOLDS, find_frames, label_paragraphs
from ukrcorpus.sentences import find_sentences
from ukrcorpus.summary import SMALLEST_GROUP
from ukrcorpus.tables import rounded
from ukrcorpus.terms import find_terms
from ukrcorpus.zones import find_zones

_NEEDS = "needs labels or both, a list of labels, or one label; either, where given, is such a list"
_KEYS, _COUNTS = ["doc_id", "start", "end"], ["n_hits", "n_found", "n_spans"]
_RATES = ["precision", "recall", "estimate", "average_precision"]
_SHOWN = ["label", *_RATES, "low", "high", *_COUNTS]


def read_frames(source: Source) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read gold: a row a paragraph, with `labels` (or `both`, or a row for each `label`) and what else `either` has."""
    docs, rows = read_gold(source, "frames", labelled=False)
    found: dict[tuple[Any, ...], tuple[list[str], list[str]]] = {}
    for row in rows.astype("object").where(rows.notna(), None)[~rows["optional"]].to_dict("records"):
        lists = [row[key] for key in ("labels", "both") if row.get(key) is not None] or [[row["label"]]]
        given = [lists[0], [] if row.get("either") is None else row["either"]]
        if not all(isinstance(part, list) and all(isinstance(label, str) for label in part) for part in given):
            raise ValueError(f"{source}, article {row['doc_id']!r}, paragraph at {row['start']}: {_NEEDS}; correct it")
        for held, part in zip(found.setdefault(tuple(row[key] for key in _KEYS), ([], [])), given, strict=True):
            held += part
    kept = [(*key, firm, [label for label in either if label not in firm]) for key, (firm, either) in found.items()]
    return docs, pd.DataFrame(kept, columns=[*_KEYS, "labels", "either"])


def score_frames(docs: pd.DataFrame, gold: pd.DataFrame, paragraphs: pd.DataFrame) -> pd.DataFrame:
    """Score labels: a row a label and "macro", the mean of the labels that gold has; `estimate` is F1.

    A paragraph of gold takes the estimates of that of the finder which overlaps it most, or 0; others are left out,
    and so is a label in `either`. Intervals: 95 %, percentile bootstrap over articles (Efron 1979).
    """
    labels = [*dict.fromkeys([*paragraphs["label"], *(label for row in gold["labels"] for label in row)])]
    near = gold[_KEYS].reset_index(names="row").merge(paragraphs.drop_duplicates(_KEYS)[_KEYS], on="doc_id")
    near["shared"] = near[["end_x", "end_y"]].min(axis=1) - near[["start_x", "start_y"]].max(axis=1)
    near = near[near["shared"] > 0].sort_values("shared", ascending=False, kind="stable").drop_duplicates("row")
    held = near.rename(columns={"start_y": "start", "end_y": "end"})[["row", *_KEYS]].merge(paragraphs, on=_KEYS)
    told = held.set_index(["row", "label"])[["estimate", "present"]].astype("float64")
    told = told.reindex(pd.MultiIndex.from_product([gold.index, labels]), fill_value=0.0)
    estimates, present = told.to_numpy().T.reshape(2, len(gold), len(labels))
    marks = ([[label in row for label in labels] for row in gold[name]] for name in ("labels", "either"))
    truth, spared = (np.array(rows, "float64").reshape(len(gold), len(labels)) for rows in marks)
    articles = [sorted(docs["doc_id"]).index(doc_id) for doc_id in gold["doc_id"]]

    def measured(weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Hits, found, gold by label; the rates by label and their means, each article counted so many times."""
        cells = weights[articles][:, None] * (1 - spared)
        hits, found, wanted = ((cells * of).sum(axis=0) for of in (truth * present, present, truth))
        averages = [*map(average_precision, truth.T, estimates.T, cells.T)]
        rates = np.stack([*(2 * hits / np.maximum(of, 1) for of in (2 * found, 2 * wanted, found + wanted)), averages])
        means = rates[:, wanted > 0].sum(axis=1) / max((wanted > 0).sum(), 1)
        return np.stack([hits, found, wanted]), np.column_stack([rates, means])

    (sums, rates), n_docs = measured(np.ones(len(docs))), len(docs)
    drawn = np.random.default_rng(0).multinomial(n_docs, np.full(n_docs, 1 / n_docs), 1000 * (n_docs >= SMALLEST_GROUP))
    limits = np.quantile([measured(one)[1] for one in drawn] or [rates * np.nan], [0.025, 0.975], axis=0)
    names = [f"{name}{end}".removeprefix("estimate_") for end in ("", "_low", "_high") for name in _RATES]
    columns = np.vstack([rates, *limits, np.column_stack([sums, sums.sum(axis=1)])])
    reason = None if len(drawn) else f"{n_docs} of {SMALLEST_GROUP} articles needed"
    table = pd.DataFrame(columns.T, columns=[*names, *_COUNTS]).astype(dict.fromkeys(_COUNTS, "int64"))
    return as_table(table.assign(label=[*labels, "macro"], n_docs=n_docs, reason=reason), "summary")


def average_precision(truth: np.ndarray, estimates: np.ndarray, weights: np.ndarray) -> float:
    """The precision at each estimate, weighted by the recall gained there; 0 where nothing is true."""
    order = np.argsort(-estimates, kind="stable")
    last = np.diff(estimates[order], append=-np.inf) < 0  # of equal estimates none comes first
    hits, found = (np.cumsum(of[order])[last] for of in (weights * truth, weights))
    return float(sum(np.diff(hits, prepend=0.0) * hits / np.maximum(found, 1)) / max((weights * truth).sum(), 1))


@click.command("frames")
@click.argument("path")
@click.option("--method", type=click.Choice([*THRESHOLDS]), default="lexicon", show_default=True)
@click.option("--lexicon", metavar="FILE", help="CSV or YAML that replaces the package's cues.")
@click.option("--json", "file", metavar="FILE", help="Write all scores to this file, too.")
def command(path: str, method: str, lexicon: str | None, file: str | None) -> None:
    """Score label_paragraphs on the gold at PATH: a file of JSON lines with a list `frames`, or a folder of them."""
    try:
        docs, gold = read_frames(path)
        zones = find_zones(docs)
        found, about = measure(lambda: find_frames(docs, lexicon=lexicon, zones=zones), docs)
        given = {"zones": zones, "sentences": find_sentences(docs, zones=zones)}
        about["terms_words_per_second"] = measure(lambda: find_terms(docs, **given), docs)[1]["words_per_second"]
        scores = score_frames(docs, gold, label_paragraphs(found, docs, zones=zones, method=method))
        rows = scores.astype("object").where(scores.notna(), None).to_dict("records")
        about |= {"paragraphs": len(gold), "method": method, "lexicon": lexicon and Path(lexicon).name}
        report = rounded({"gold": Path(path).resolve().name, "articles": len(docs), **about, "scores": rows})
        if file:
            replace_file(file, f"{json.dumps(report, ensure_ascii=False, indent=1)}\n".encode())
    except (OSError, ValueError, ImportError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(scores[_SHOWN].to_string(index=False, na_rep="", float_format="{:.3f}".format))
    click.echo("\n".join(f"{key}: {value}" for key, value in report.items() if key != "scores"))
