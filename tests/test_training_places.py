"""The weights of the cues of place names: their training, and the packaged ones."""

import csv
import json
import math
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ukrcorpus.packaged import read_rows, read_text
from ukrcorpus.places.gazetteer import packaged_names, same_length
from ukrcorpus.places.rules import Rules, read_rules
from ukrcorpus.places.spotting import spot
from ukrcorpus.training.places import COLUMNS, FEWEST, LEAST, Judged, close_up, fit, train_places, write_weights

RARE = {"after organisation of", "after person of", "before based", "other size 1"}
RARE |= {f"size {size}" for size in (0.0, 0.5, 1.0, 1.5)}
"""Cues that fewer than FEWEST names of the sets had."""
CITIES = """Arosa Ashland Bakersfield Berea Bergen Bern Boston Brig Bulle Charlotte Chur Corbin Davos Ely Florence Ghent
Hamar Hazard Hoboken Hof Horlivka Houston Izmail Jackson Lagos Leeds Lier London Lutsk Madison Milan Mobile Most
Nanterre Nice Nome Orange Oslo Otta Paducah Reading Reni Rye Salem Sion Sitka Split Spring Springfield Thun Tokyo Ulm
Uman Vaduz Vienna Visp Zug"""
MARKS = """Zorvan Springfield slept. Springfield, too|then (Springfield) slept|J. Springfield slept|then / Springfield
5 Springfield|Oslo, Springfield|a "Springfield" slept|Springfield's end|Springfield (old)|Springfield, then|SPRINGFIELD
Springfield, Zorvan|Springfield, 5|Springfield, Oslo|Springfield 5|Springfield Oslo|Springfield'll|Springfield (AP) --
Springfield springfield|Stoke-on-Trent|Springfield-zorvan|a Springfield-based firm
Springfield, Illinois; Springfield|Springfield Zorvan|Springfield - then|at N.J. then"""
"""Words and marks beside a name; Zorvan is no place."""


def cues_of(text: str) -> set[str]:
    """What spotting takes for the cues of the names of a text."""
    found = spot(same_length(text), [(0, len(text), "p")], packaged_names(LEAST), read_rules(), refused=True)
    return {cue for mention in found for cue in mention.why.split("; ") if mention.why}


def made_up(rules: Rules) -> list[str]:
    """Texts with every word that stands beside a name, and names large and small; invented."""
    beside = [f"then {word} Springfield went" for word in rules.before]
    beside += [f"then {word.title()} Jackson went. Jackson left" for word in rules.before]
    beside += [f"the {word} of Springfield went" for word in rules.of]
    beside += [f"then Springfield {form} went" for word in rules.after for form in (word, word.title())]
    beside += [f"then Jackson {word} went, Jackson left" for word in rules.after]
    return [*beside, *(f"then {city} went" for city in CITIES.split()), *re.split(r"[|\n]", MARKS)]


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    """Two sets of invented sentences in which Springfield is a place behind "in" and a person behind "Mr."."""
    for name in ("gum", "btc"):
        rows = []
        for number in range(8):
            text = f"He was in Springfield , and Mr. Springfield left by {number} ."
            marked = [(10, 21, "LOC"), (32, 43, "PER")]
            names = [{"start": start, "end": end, "label": label} for start, end, label in marked]
            assert {text[start:end] for start, end, _ in marked} == {"Springfield"}
            rows.append(json.dumps({"doc_id": str(number), "text": text, "names": names}))
        (tmp_path / f"names-train-{name}.jsonl").write_text("\n".join(rows), encoding="utf-8")
    return tmp_path


def test_training_writes_the_same_table_twice_and_keeps_what_is_set_by_hand(sets: Path, tmp_path: Path) -> None:
    out, again = tmp_path / "weights.csv", tmp_path / "again.csv"
    out.write_text('# A head.\ncue,weight,names\n"always",9.0,3\n"after honorific",-7.25,\n"dateline",3.0,\n')
    train_places(sets, out)
    again.write_text(out.read_text())
    train_places(sets, again)
    assert out.read_bytes() == again.read_bytes() and out.read_text().startswith("# A head.\ncue,weight,names\n")
    rows = {row["cue"]: row for row in csv.DictReader(out.read_text().splitlines()[1:])}
    assert list(rows) == sorted(rows) and tuple(rows["always"]) == COLUMNS
    assert rows["after honorific"] == {"cue": "after honorific", "weight": "-7.25", "names": ""}
    assert rows["dateline"]["weight"] == "3.0" and rows["always"]["names"] == "32"
    assert float(rows["after locative"]["weight"]) > 0.5 and rows["after locative"]["names"] == "16"


def test_without_a_file_the_packaged_rows_set_by_hand_are_taken(tmp_path: Path) -> None:
    write_weights([Judged(("always",), True)] * FEWEST, None, out := tmp_path / "weights.csv")
    written, packaged = read_rows("place_weights.csv", out), read_rows("place_weights.csv")
    hand = packaged[packaged.names == ""]
    assert len(hand) > 10 and written[written.cue != "always"].reset_index(drop=True).equals(
        hand.reset_index(drop=True)
    )
    assert out.read_text(encoding="utf-8").split("cue,")[0] == read_text("place_weights.csv").split("cue,")[0]


@pytest.mark.slow
def test_the_command(sets: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ukrcorpus.training.places"]
    subprocess.run([*command, sets, "--out", tmp_path / "weights.csv"], check=True)
    assert "after locative" in read_rows("place_weights.csv", tmp_path / "weights.csv").cue.tolist()


def test_a_folder_without_sets_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"holds no names-train-\*\.jsonl"):
        train_places(tmp_path, tmp_path / "weights.csv")
    assert not (tmp_path / "weights.csv").exists()


def test_the_intercept_is_the_logarithm_of_the_odds() -> None:
    judged = [Judged(("always",), True)] * 30 + [Judged(("always",), False)] * 10
    assert fit(judged) == pytest.approx({"always": math.log(3)})


def test_weights_are_those_at_which_the_slope_is_zero() -> None:
    """The condition of the optimum, reckoned name by name: half the errors of a cue outweigh its penalty."""
    dice = np.random.default_rng(1)
    judged = [
        Judged(("always", *(cue for cue in "abc" if dice.random() < 0.4)), bool(dice.random() < 0.3))
        for _ in range(200)
    ]
    judged += [Judged(("always", "rare"), True)] * (FEWEST - 1)
    weights = fit(judged)
    assert sorted(weights) == ["a", "always", "b", "c"]
    for cue, weight in weights.items():
        errors = [
            name.place - 1 / (1 + math.exp(-sum(weights.get(each, 0) for each in name.cues)))
            for name in judged
            if cue in name.cues
        ]
        assert 0.5 * sum(errors) == pytest.approx(0 if cue == "always" else weight, abs=1e-5)


def test_names_move_with_the_spaces_of_tokens() -> None:
    text = "`` In Oslo ( Norway ) , Ann 's friend '' Bo Li '' did n't stay ."
    names = ["Oslo", "Norway", "Ann", "Bo Li"]
    closed, moved = close_up(text, [(text.index(name), text.index(name) + len(name), "LOC") for name in names])
    assert closed == '" In Oslo (Norway), Ann\'s friend " Bo Li " didn\'t stay.'
    assert [closed[start:end] for start, end, _ in moved] == names


def test_the_packaged_cues_are_those_that_spotting_knows() -> None:
    """No cue of the table is dead, and none that spotting gives is missing, unless it is rare."""
    known = set(read_rows("place_weights.csv").cue)
    given = set().union(*map(cues_of, made_up(read_rules())))
    assert known - given == set(), "dead: spotting never gives these"
    assert given - known - RARE == set(), "missing: no weight"


def test_the_packaged_weights_are_numbers_to_the_second_decimal() -> None:
    table = read_rows("place_weights.csv", needed=COLUMNS)
    assert table.cue.is_unique and table.cue.is_monotonic_increasing
    assert (table.weight == table.weight.map(lambda weight: str(round(float(weight), 2)))).all()
    assert (table.names[table.names != ""].astype(int) >= FEWEST).all()
