"""The bench of frames, on an example counted by hand."""

import numpy as np
import pandas as pd
import pytest

from ukrcorpus.bench.frames import average_precision, score_frames


def test_scores_by_hand() -> None:
    docs = pd.DataFrame({"doc_id": ["a"]})
    keys = {"doc_id": "a", "start": [0, 10, 20], "end": [9, 19, 29]}
    gold = pd.DataFrame({**keys, "labels": [["war"], [], ["war"]], "either": [[], ["war"], []]})
    held = {"label": "war", "present": [True, True, False], "estimate": [0.9, 0.8, 0.1]}
    row = score_frames(docs, gold, pd.DataFrame({**keys, **held})).set_index("label").loc["war"]
    assert row[["n_hits", "n_found", "n_spans"]].tolist() == [1, 1, 2]
    assert row["estimate"] == pytest.approx(2 / 3) and row["average_precision"] == 1


def test_average_precision_by_hand() -> None:
    given = average_precision(np.array([1.0, 0, 1]), np.array([0.9, 0.8, 0.1]), np.ones(3))
    assert given == pytest.approx((1 + 2 / 3) / 2)
