"""Frames by similarity: how near a paragraph stands to seed sentences whose frames are known (extra `embed`)."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from ukrcorpus.entities.embedding import Reading, _encode, load_model
from ukrcorpus.packaged import read_rows

SHARPNESS, RIDGE, LONGEST = 3.0, 1.0, 254
"""How fast likeness falls with the angle, the penalty of the regression, and pieces of a text that are read."""


class Similarity(NamedTuple):
    """For each text (row) and label (column): the chance by likeness to the seeds, and the seed that speaks most."""

    labels: tuple[str, ...]
    chances: NDArray[Any]
    nearest: list[list[str]]


def read_seeds(given: Any = None) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The texts of the seeds and, for each, its labels.

    A row of the table is a text and its label; several labels stand in several rows or are joined by `|`, and a text
    with none shows what bears no frame.

    Raises:
        ValueError: where a column is missing, a text is empty, or no label has two texts.

    Example:
        >>> import pandas as pd
        >>> read_seeds(pd.DataFrame({"label": ["flood|loss", ""], "text": ["The water rose.", "It is noon."]}))
        (('The water rose.', 'It is noon.'), (('flood', 'loss'), ()))

    """
    table = read_rows("frame_seeds.csv", given, needed=("label", "text"))
    labels: dict[str, list[str]] = {}
    for number, (label, text) in enumerate(zip(table["label"], table["text"], strict=True), start=1):
        if not text.strip():
            raise ValueError(f"row {number} of the seeds has no text; write one or take the row out")
        labels.setdefault(text, []).extend(part.strip() for part in label.split("|") if part.strip())
    return tuple(labels), tuple(tuple(dict.fromkeys(found)) for found in labels.values())


def find_similarity(texts: Sequence[Sequence[str]], given: Any = None) -> Similarity:
    """Compare texts, each cut into sentences, with seeds: kernel ridge regression (Saunders et al. 1998).

    What a sentence is for a label is the sum over seeds of likeness times the seed's weight. A logistic curve (Platt
    1999), fitted to what each seed would get were it not among them, makes a chance of it; the best sentence counts.
    """
    seeds, marks = read_seeds(given)
    labels, points, weights, curve = _fit(seeds, marks)
    chances, nearest = np.zeros((len(texts), len(labels))), []
    for row, sentences in enumerate(texts):
        alike = _likeness(np.array([embed(sentence) for sentence in sentences or [""]]), points)
        by_sentence = 1 / (1 + np.exp(-(alike @ weights * curve[0] + curve[1])))
        best = by_sentence.argmax(axis=0)
        chances[row] = by_sentence.max(axis=0)
        nearest.append([seeds[int(np.argmax(alike[at] * weight))] for at, weight in zip(best, weights.T, strict=True)])
    return Similarity(labels, chances, nearest)


def embed(text: str) -> NDArray[Any]:
    """The mean of the vectors of a text's first pieces, of length 1: all-MiniLM-L6-v2 (Reimers and Gurevych 2019)."""
    tokenizer, weights = _model()
    ids = np.array(tokenizer.encode(text, add_special_tokens=False).ids[:LONGEST], "int64")
    if not len(ids):
        return np.zeros(384)
    none = np.zeros(len(ids), "int64")
    reading = Reading(ids, none, np.arange(len(ids) + 1), np.stack([none, none], axis=1), none)
    mean = _encode(weights, reading, slice(0, len(ids))).mean(axis=0).astype("float64")
    return np.asarray(mean / np.linalg.norm(mean))


@lru_cache(maxsize=1)
def _model() -> tuple[Any, dict[str, Any]]:
    tokenizer, weights = load_model(learned=False)
    return tokenizer, {**weights, "shape": np.zeros((1, 384), "float32")}


def _likeness(left: NDArray[Any], right: NDArray[Any]) -> NDArray[Any]:
    return np.asarray(np.exp(SHARPNESS * (left @ right.T - 1)))


@lru_cache(maxsize=4)
def _fit(seeds: tuple[str, ...], marks: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], Any, Any, Any]:
    """Labels, the seeds' vectors, the weight of each seed for each label, slope and place of the curves."""
    labels = tuple(dict.fromkeys(label for found in marks for label in found))
    marked = np.array([[label in found for label in labels] for found in marks], "float64").reshape(len(seeds), -1)
    if len(seeds) < 2 or not labels:
        raise ValueError("the seeds need two texts or more, of which one at least has a label")
    points = np.array([embed(seed) for seed in seeds])
    inverse = np.linalg.inv(_likeness(points, points) + RIDGE * np.eye(len(seeds)))
    centred = marked - marked.mean(axis=0)
    weights = inverse @ centred
    left_out = centred - weights / np.diag(inverse)[:, None]  # what a seed gets from all others, in closed form
    curve = np.array([_curve(values, signs) for values, signs in zip(left_out.T, marked.T, strict=True)]).T
    return labels, points, weights, curve


def _curve(values: NDArray[Any], marked: NDArray[Any]) -> NDArray[Any]:
    signs = 2 * marked - 1

    def loss(line: NDArray[Any]) -> float:
        return float(np.logaddexp(0, -signs * (line[0] * values + line[1])).sum() + 1e-3 * line[0] ** 2)

    return np.asarray(minimize(loss, np.array([5.0, -2.0])).x)
