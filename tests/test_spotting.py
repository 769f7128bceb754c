"""Names of places in sentences of each family, and what holds for every text."""

import random
import re
import time
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ukrcorpus.places.gazetteer import packaged_names, same_length
from ukrcorpus.places.rules import read_rules
from ukrcorpus.places.spotting import Mention, spot

CASES = pd.read_csv(Path(__file__).parent / "places" / "spotting.csv", comment="#", dtype=str)


def spotted(text: str, *, refused: bool = False, spans: list[tuple[int, int, str]] | None = None) -> list[Mention]:
    spans = [(0, len(text), "paragraph")] if spans is None else spans
    return spot(same_length(text), spans, packaged_names(500), read_rules(), refused=refused)


@pytest.mark.parametrize(("family", "marked"), list(CASES.itertuples(index=False, name=None)))
def test_a_family_of_cases(family: str, marked: str) -> None:
    text = re.sub(r"[\[\]]", "", marked)
    assert [text[m.start : m.end] for m in spotted(text)] == re.findall(r"\[(.*?)\]", marked), family


WORDS = [
    "Paris", "Jackson", "Mr.", "Kursk", "region", "said", "in", "of", ",", ".", "(", "the", "New", "York", "Lake", "-",
    "County", "Ky.", "U.S.", "'s", "Kharkov", "and", "regions", "MOSCOW", "Reading", "John", "Post", "\n", "Izium",
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=40), st.lists(st.integers(0, 200), max_size=6))
def test_names_begin_within_the_spans_and_do_not_overlap(words: list[str], cuts: list[int]) -> None:
    text = " ".join(words)
    edges = sorted({cut for cut in cuts if cut <= len(text)})
    spans = [(start, end, "paragraph") for start, end in zip(edges[::2], edges[1::2], strict=False)]
    found = spotted(text, spans=spans, refused=True)
    assert all(any(start <= m.start < end for start, end, _ in spans) for m in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    assert all(m.start < m.end <= len(text) and m.senses for m in found)


@given(st.lists(st.sampled_from(WORDS), max_size=40))
def test_the_refused_have_a_reason_and_nothing_else_changes(words: list[str]) -> None:
    text = " ".join(words)
    everything = spotted(text, refused=True)
    assert [m for m in everything if m.score > 0] == spotted(text)
    assert all(m.why for m in everything if m.score <= 0)


def test_a_reason_adds_up_to_the_score() -> None:
    (refused,) = spotted("Mr. Houston was late.", refused=True)
    weights = read_rules().weights
    assert refused.score == pytest.approx(sum(weights.get(cue, 0.0) for cue in refused.why.split("; ")))
    assert "after honorific" in refused.why


def test_every_cue_of_the_rules_has_a_weight_or_is_rare() -> None:
    weights = read_rules().weights
    text = " ".join(re.sub(r"[\[\]]", "", marked) for marked in CASES["text"])
    cues = {cue for m in spotted(text, refused=True) for cue in m.why.split("; ") if cue}
    assert len(cues - weights.keys()) <= 3, sorted(cues - weights.keys())


def test_articles_do_not_touch_each_other() -> None:
    texts = [re.sub(r"[\[\]]", "", marked) for marked in CASES["text"]]
    alone = {text: spotted(text) for text in texts}
    random.Random(1).shuffle(texts)
    assert {text: spotted(text) for text in texts} == alone


@pytest.mark.parametrize(
    "unit",
    ["Paris, ", "New ", "A.", "''", "A-", "Lake ", "Kursk and ", "Ky., ", "(", "(A", "X, July 8 ", " and A", "the "],
)
def test_time_grows_with_length_only(unit: str) -> None:
    def seconds(n: int) -> float:
        text, took = unit * (n // len(unit)), []
        for _ in range(3):
            began = time.process_time()
            spotted(text)
            took.append(time.process_time() - began)
        return min(took)

    assert seconds(30_000) < 45 * max(seconds(2_000), 0.002)  # 225 times as long where it grows with the square
