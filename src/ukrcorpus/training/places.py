"""Train the weights of the cues of place names: `python -m ukrcorpus.training.places DATA [--out FILE]`.

DATA holds `names-train-*.jsonl`: a line is a document with `text` and `names` (start, end, label PER, ORG or LOC). A
name that spotting has to judge (`places/spotting.py`) is a place where it overlaps a LOC, and no place elsewhere; one
inside a longer name of an organisation is left out. FILE, by default the packaged `data/place_weights.csv`, is written
again: the coefficients of a logistic regression with L2 penalty (le Cessie and van Houwelingen 1992). Rows without a
number in the column `names` are set by hand: they stay as they are, to be edited in FILE itself.
"""

import argparse
import json
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize

from ukrcorpus import places
from ukrcorpus.packaged import read_rows, read_text
from ukrcorpus.places.gazetteer import packaged_names, same_length
from ukrcorpus.places.rules import read_rules
from ukrcorpus.places.spotting import spot

LEAST, FEWEST, STRENGTH = 500, 5, 0.5
"""Least population of the places looked for, names that a cue needs to be weighed, and inverse of the penalty."""
CONVERGED = {"maxiter": 5000, "maxfun": 10_000, "ftol": 1e-15, "gtol": 1e-8}
"""So near the optimum that no second decimal depends on the way there."""
COLUMNS = ("cue", "weight", "names")

_LOOSE = re.compile(r" (?=[.,;:!?)\]%](?:\s|$)|'s\b|'\s|n't\b|'(?:re|ve|ll|d|m)\b)|(?<=[(\[]) |\0")


class Judged(NamedTuple):
    """The cues of a name, and whether it is a place."""

    cues: tuple[str, ...]
    place: bool


def read_judged(file: Path) -> Iterator[Judged]:
    """Yield the names of a set that need cues."""
    names, rules = packaged_names(LEAST), read_rules()
    for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
        text, marked = close_up(row["text"], [(name["start"], name["end"], name["label"]) for name in row["names"]])
        for mention in spot(same_length(text), [(0, len(text), "paragraph")], names, rules, refused=True):
            over = [mark for mark in marked if mark[0] < mention.end and mention.start < mark[1]]
            place = any(label == "LOC" for *_, label in over)
            longer = any(label == "ORG" and end - start > mention.end - mention.start for start, end, label in over)
            if mention.why and (place or not longer):
                yield Judged(tuple(mention.why.split("; ")), place)


def close_up(text: str, marked: list[tuple[int, int, str]]) -> tuple[str, list[tuple[int, int, str]]]:
    """A text without the spaces and double marks that tokens left, and the names where they now stand."""
    text = text.replace("``", '"\0').replace("''", '"\0')
    spaces = [space.start() for space in _LOOSE.finditer(text)]
    moved = [
        (start - bisect_left(spaces, start), end - bisect_left(spaces, end), label) for start, end, label in marked
    ]
    return _LOOSE.sub("", text), moved


def fit(judged: list[Judged]) -> dict[str, float]:
    """Weights of the cues that are frequent enough; that of "always", the intercept, is not penalised."""
    often = Counter(cue for name in judged for cue in name.cues)
    cues = sorted(cue for cue, number in often.items() if number >= FEWEST)
    at = {cue: number for number, cue in enumerate(cues)}
    has = np.zeros((len(judged), len(cues)))
    for row, name in zip(has, judged, strict=True):
        row[[at[cue] for cue in name.cues if cue in at]] = 1
    sign = np.array([1.0 if name.place else -1.0 for name in judged])
    penalised = np.array([float(cue != "always") for cue in cues])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        margin = sign * (has @ weights)
        slope = -sign / (1 + np.exp(margin))
        value = STRENGTH * np.logaddexp(0, -margin).sum() + (penalised * weights**2).sum() / 2
        return value, STRENGTH * (slope @ has) + penalised * weights

    best = minimize(loss, np.zeros(len(cues)), jac=True, method="L-BFGS-B", options=CONVERGED)
    return dict(zip(cues, best.x.tolist(), strict=True))


def write_weights(judged: list[Judged], old: str | Path | None, out: Path) -> None:
    """Write the weights, those set by hand in the old file with them, sorted by cue."""
    rows = read_rows("place_weights.csv", old, needed=COLUMNS).to_dict("records")
    often = Counter(cue for name in judged for cue in name.cues)
    weights = {cue: (f"{round(weight, 2) + 0.0}", str(often[cue])) for cue, weight in fit(judged).items()}
    weights |= {row["cue"]: (row["weight"], "") for row in rows if not row["names"]}
    head = [line for line in read_text("place_weights.csv", old).splitlines() if line.startswith("#")]
    lines = [
        *head,
        ",".join(COLUMNS),
        *(f'"{cue}",{weight},{names}' for cue, (weight, names) in sorted(weights.items())),
    ]
    out.write_text("\n".join(lines) + "\n", encoding="utf-8")


def train_places(data: Path, out: Path) -> None:
    """Train on the sets of a folder and write the weights."""
    judged = [name for file in sorted(data.glob("names-train-*.jsonl")) for name in read_judged(file)]
    if not judged:
        raise ValueError(f"{data} holds no names-train-*.jsonl with a name that spotting judges; see docs/training.md")
    write_weights(judged, out if out.exists() else None, out)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, default=Path(places.__file__).parent.parent / "data" / "place_weights.csv")
    options = parser.parse_args()
    train_places(options.data, options.out)
