"""Zones: a file under tests/zones is a case, the five seeds were read by hand, and what holds for any text.

A case has `what`, `text`, perhaps `title`, and a row `[[zone]]` a zone: `label`, `surface`, perhaps `paragraph`.
"""

import tomllib
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus import find_zones
from ukrcorpus.columns import TABLES

FOLDER = Path(__file__).parent / "zones"
CASES = sorted(path for path in FOLDER.glob("*.toml") if path.name != "seeds.toml")
LABELS = {"title", "byline", "dateline", "caption", "credit", "navigation", "contact", "heading", "paragraph"}


def zones_of(text, **columns):
    return find_zones(pd.DataFrame({"doc_id": ["a"], "text": [text], **{k: [v] for k, v in columns.items()}}))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path):
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    zones = zones_of(case["text"], **{name: case[name] for name in ("title",) if name in case})
    wanted = case.get("zone", [])
    assert list(zip(zones["label"], zones["surface"], strict=True)) == [(row["label"], row["surface"]) for row in wanted]
    numbers = [(row["surface"], row["paragraph"]) for row in wanted if "paragraph" in row]
    found = zones[zones["label"] == "paragraph"]
    assert not numbers or list(zip(found["surface"], found["paragraph_id"], strict=True)) == numbers
