"""The bench of places: distances are those of a sphere, scores agree with cases counted by hand, bad gold is named."""

import json
import math
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus.bench import places as bench
from ukrcorpus.bench.places import (
    command,
    is_country,
    measure_start,
    read_places,
    score_places,
    score_resolution,
    score_uses,
)
from ukrcorpus.places.geodesy import RADIUS_KM, distance_km

DEGREE = math.radians(1) * RADIUS_KM  # km a degree along the equator
LAT, LON = st.floats(-90, 90), st.floats(-180, 180)


@pytest.fixture(scope="module", autouse=True)
def _table_read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bench, "place_table", cache(bench.place_table))
        yield


def gold_of(*rows: dict[str, Any]) -> pd.DataFrame:
    none = {"doc_id": "0", "label": "city", "name": "x", "tol_km": None, "uses": None, "optional": False}
    columns = ["doc_id", "start", "end", "label", "name", "lat", "lon", "tol_km", "uses", "optional"]
    table = pd.DataFrame([{**none, **row} for row in rows], columns=columns)
    return table.astype({"tol_km": "float64", "lat": "float64", "lon": "float64", "optional": "bool"})


def at(start: int, end: int, lat: float | None = 0, lon: float | None = 0, **more: Any) -> dict[str, Any]:
    return {"doc_id": "0", "start": start, "end": end, "lat": lat, "lon": lon, **more}


def found_of(*rows: dict[str, Any]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["doc_id", "start", "end", "lat", "lon", "use"])


def docs_of(n: int = 1) -> pd.DataFrame:
    return pd.DataFrame({"doc_id": [str(number) for number in range(n)]})


def counted(gold: pd.DataFrame, found: pd.DataFrame) -> dict[str, tuple[int, int, int]]:
    table = score_places(docs_of(), gold, found)
    return dict(zip(table["match"], zip(table["n_hits"], table["n_found"], table["n_spans"], strict=True), strict=True))


def resolved(gold: pd.DataFrame, answers: pd.DataFrame, n: int = 1) -> dict[str, dict[str, Any]]:
    return score_resolution(docs_of(n), gold, answers).set_index("places").to_dict("index")


def test_distances_that_geometry_knows() -> None:
    assert pytest.approx((2 * 6378.137 + 6356.752314245) / 3, abs=1e-4) == RADIUS_KM  # the axes of WGS 84
    assert distance_km(0, 0, 0, 1) == pytest.approx(DEGREE)
    assert distance_km(90, 5, -90, 70) == pytest.approx(math.pi * RADIUS_KM)
    assert distance_km(0, 179, 0, -179) == pytest.approx(2 * DEGREE)
    assert distance_km(60, 0, 60, 180) == pytest.approx(60 * DEGREE)
    assert distance_km(0, 0, 90, 33) == pytest.approx(distance_km(0, 0, 0, 90)) == pytest.approx(90 * DEGREE)
    # a published case: Rosetta Code, haversine formula, Nashville and Los Angeles, 2886.44 km on a sphere of 6371 km
    assert distance_km(36.12, -86.67, 33.94, -118.40) * 6371 / RADIUS_KM == pytest.approx(2886.44, abs=0.01)


@given(LAT, LON, LAT, LON)
def test_distances_are_those_of_the_dot_product(lat: float, lon: float, lat2: float, lon2: float) -> None:
    def unit(north: float, east: float) -> np.ndarray:
        phi, theta = math.radians(north), math.radians(east)
        return np.array([math.cos(phi) * math.cos(theta), math.cos(phi) * math.sin(theta), math.sin(phi)])

    one, other = unit(lat, lon), unit(lat2, lon2)
    angle = math.atan2(float(np.linalg.norm(np.cross(one, other))), float(one @ other))
    km = distance_km(lat, lon, lat2, lon2)
    assert km == pytest.approx(angle * RADIUS_KM, abs=1e-3)
    assert km == distance_km(lat2, lon2, lat, lon)
    assert 0 <= km <= math.pi * RADIUS_KM


def test_distances_of_arrays_are_null_where_a_coordinate_is() -> None:
    km = distance_km([0, 0, None], 0, pd.Series([0, np.nan, 0]), [1, 1, 1])
    assert km[0] == pytest.approx(DEGREE) and np.isnan(km[1:]).all()


def test_spans_and_places_counted_by_hand() -> None:
    gold = gold_of(at(0, 4), at(10, 14), at(20, 24), at(30, 34), at(40, 44))
    found = found_of(
        at(0, 4, 1),  # the span, 111 km away
        at(10, 14, 2),  # the span, 222 km away
        at(19, 24),  # overlapping, at the place
        at(30, 34, None, None),  # the span, without an answer
        at(34, 36),  # only touches
        at(50, 54),
    )
    assert counted(gold, found) == {"strict": (3, 6, 5), "overlap": (4, 6, 5), "end to end": (2, 6, 5)}
    for rows in (found.iloc[::-1], found.set_axis([7] * 6)):
        assert counted(gold.iloc[::-1], rows)["end to end"] == (2, 6, 5)
    first = score_places(docs_of(), gold, found).iloc[1]
    assert (first["precision"], first["recall"], first["estimate"]) == (4 / 6, 4 / 5, 8 / 11)
    assert counted(gold_of(), found_of()) == dict.fromkeys(["strict", "overlap", "end to end"], (0, 0, 0))


def test_one_place_is_paired_with_one() -> None:
    assert counted(gold_of(at(0, 10), at(12, 20)), found_of(at(0, 20)))["overlap"] == (1, 1, 2)
    # the closer takes it, though the other one is at the place
    assert counted(gold_of(at(0, 10)), found_of(at(0, 9, 40), at(4, 10)))["end to end"] == (0, 2, 1)


def test_optional_places_count_neither_way() -> None:
    gold = gold_of(at(0, 4), at(10, 14, None, None, optional=True), at(20, 24, optional=True))
    assert counted(gold, found_of(at(0, 4), at(10, 14, 50)))["end to end"] == (1, 1, 1)
    assert resolved(gold, found_of(at(0, 4), at(10, 14, 50)))["all"]["n_spans"] == 1


def test_a_peer_is_scored_without_coordinates() -> None:
    found = found_of(at(0, 4))[["doc_id", "start", "end"]]
    assert counted(gold_of(at(0, 4)), found) == {"strict": (1, 1, 1), "overlap": (1, 1, 1), "end to end": (0, 1, 1)}


def test_resolution_counted_by_hand() -> None:
    gold = gold_of(
        at(0, 4, tol_km=50),
        at(10, 14, tol_km=150),
        at(20, 24, label="country"),
        at(30, 34, tol_km=25),
        at(40, 44, optional=True),
    )
    answers = found_of(at(10, 14, 1), at(0, 4, 1), at(20, 24, 0, 90), at(30, 34, None, None), at(40, 44))
    rows = resolved(gold, answers)
    errors = [DEGREE, DEGREE, 90 * DEGREE]
    area = [math.log(km + 1) / math.log(20039) for km in errors] + [1.0]
    assert (rows["all"]["n_spans"], rows["all"]["n_answered"], rows["all"]["within_161"]) == (4, 3, 0.5)
    assert rows["all"]["within_tol"] == pytest.approx(1 / 3)
    assert rows["all"]["median_km"] == pytest.approx(DEGREE)
    assert rows["all"]["mean_km"] == pytest.approx(sum(errors) / 3)
    assert rows["all"]["auc"] == pytest.approx(sum(area) / 4)
    left = rows["no countries"]
    assert (left["n_spans"], left["n_answered"], left["within_161"]) == (3, 2, pytest.approx(2 / 3))
    assert left["auc"] == pytest.approx((area[0] + area[1] + 1) / 3)
    # what is not among the answers is not answered; a span that stands twice is answered twice
    assert resolved(gold, found_of())["all"]["within_161"] == 0 and resolved(gold, found_of())["all"]["auc"] == 1
    assert resolved(gold_of(at(0, 4), at(0, 4)), found_of(at(0, 4), at(0, 4)))["all"]["n_answered"] == 2


def test_what_gold_lacks_is_null() -> None:
    rows = resolved(gold_of(at(0, 4, label="country")), found_of(at(0, 4)))
    assert pd.isna(rows["all"]["within_tol"]) and pd.isna(rows["no countries"]["auc"])
    assert rows["no countries"]["n_spans"] == 0 and pd.isna(rows["no countries"]["median_km"])
    assert resolved(gold_of(), found_of())["all"]["n_spans"] == 0


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(LAT, LON, st.none() | st.tuples(LAT, LON)), min_size=1, max_size=8))
def test_the_area_is_between_0_and_1_and_grows_with_what_is_not_answered(cases: list[tuple[Any, ...]]) -> None:
    gold = gold_of(*(at(9 * n, 9 * n + 4, lat, lon) for n, (lat, lon, _) in enumerate(cases)))
    told = found_of(*(at(9 * n, 9 * n + 4, *(answer or (None, None))) for n, (*_, answer) in enumerate(cases)))
    row = resolved(gold, told.astype({"lat": "float64", "lon": "float64"}))["all"]
    assert 0 <= row["within_161"] <= 1 and 0 <= row["auc"] <= 1
    assert row["auc"] <= resolved(gold, told.iloc[1:])["all"]["auc"]
    right = resolved(gold, gold.assign(use="literal"))["all"]
    assert (right["auc"], right["within_161"], right["mean_km"]) == (0, 1, 0)


def test_intervals_are_over_articles_and_need_ten() -> None:
    for n in (9, 10):
        gold = gold_of(*(at(0, 4, doc_id=str(number)) for number in range(n)))
        answers = found_of(*({**at(0, 4, 0 if number % 2 else 60), "doc_id": str(number)} for number in range(n)))
        row = resolved(gold, answers, n)["all"]
        assert pd.isna(row["within_161_low"]) == (n < 10)
    assert row["within_161_low"] < row["within_161"] == 0.5 < row["within_161_high"]
    assert 0 < row["auc_low"] < row["auc"] < row["auc_high"] < 1


def test_countries_are_known_by_label_or_else_by_name() -> None:
    names = ["Ukraine", "the Soviet Union", "UAE", "Kharkiv", "Ukraine", "Kharkiv", ""]
    labels = [None, None, None, None, "region", "country", None]
    found = is_country(pd.DataFrame({"name": names, "label": labels}))
    assert found.tolist() == [True, True, True, False, False, True, False]


def test_uses_are_scored_on_exact_spans() -> None:
    accepted = ["literal", "embedded"]
    gold = gold_of(
        *(at(n, n + 4, uses=accepted) for n in (0, 10, 20)), at(30, 34), at(40, 44, uses=accepted, optional=True)
    )
    rows = [(0, 4, "embedded"), (10, 14, "metonymic"), (20, 25, "literal"), (30, 34, "literal"), (40, 44, "literal")]
    found = found_of(*({**at(start, end), "use": use} for start, end, use in rows))
    assert score_uses(gold, found) == {"share": 0.5, "right": 1, "found": 2}
    assert score_uses(gold, found_of()) == {"share": None, "right": 0, "found": 0}


def write(path: Path, *articles: Any) -> Path:
    path.write_text("".join(f"{json.dumps(article)}\n" for article in articles), encoding="utf-8")
    return path


PLACE = {"start": 10, "end": 17, "lat": 49.98, "lon": 36.25}
GOOD = {"doc_id": "a", "text": "They left Kharkiv for Poltava.", "places": [PLACE]}


def test_gold_is_read(tmp_path: Path) -> None:
    more = {
        "uses": ["literal"],
        "tol_km": 25,
        "country": "UA",
        "geoname_id": 1,
        "source": "made up",
        "surface": "Kharkiv",
    }
    labelled = [{**PLACE, **more, "name": "K", kind: "city"} for kind in ("label", "type", "kind")]
    bare = {"start": 22, "end": 29, "optional": True, "lat": None, "lon": None}
    docs, gold = read_places(write(tmp_path / "a.jsonl", GOOD, {**GOOD, "doc_id": "b", "places": [*labelled, bare]}))
    assert docs["doc_id"].tolist() == ["a", "b"]
    assert gold["name"].tolist() == ["Kharkiv", "K", "K", "K", "Poltava"]
    assert gold["label"].astype("object").where(gold["label"].notna(), None).tolist() == [None, *["city"] * 3, None]
    assert gold["tol_km"].fillna(0).tolist() == [0, 25, 25, 25, 0]
    assert gold["lat"].isna().tolist() == gold["optional"].tolist() == [False] * 4 + [True]
    assert read_places(write(tmp_path / "none.jsonl", {**GOOD, "places": []}))[1].empty


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"lat": None}, "lat and lon in degrees"),
        ({"lat": 90.1}, "lat and lon in degrees"),
        ({"lon": "east"}, "lat and lon in degrees"),
        ({"lon": -181}, "lat and lon in degrees"),
        ({"tol_km": "near"}, "tol_km above 0"),
        ({"tol_km": 0}, "tol_km above 0"),
        ({"uses": "literal"}, "uses as a list"),
    ],
)  # fmt: skip
def test_a_bad_place_is_named(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    file = write(tmp_path / "a.jsonl", GOOD, {**GOOD, "doc_id": "b", "places": [PLACE, {**PLACE, **change}]})
    with pytest.raises(ValueError, match=r"^a\.jsonl, article 'b', place at 10: ") as caught:
        read_places(file)
    assert said in str(caught.value) and "correct it" in str(caught.value)


def test_a_bad_line_is_named(tmp_path: Path) -> None:
    for line in ({"doc_id": "b", "text": "x"}, {**GOOD, "doc_id": "b", "places": [{**PLACE, "end": 99}]}):
        with pytest.raises(ValueError, match=r"^a\.jsonl, line 2: .*(the list 'places'|start and end)"):
            read_places(write(tmp_path / "a.jsonl", GOOD, line))


def call(*arguments: Any) -> tuple[int, str]:
    done = CliRunner().invoke(command, [str(argument) for argument in arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What find_places is asked for; it answers that Kharkiv is at 0, 0, and with spans, where it is."""
    calls: list[dict[str, Any]] = []

    def find(docs: pd.DataFrame, **options: Any) -> pd.DataFrame:
        calls.append(options)
        spot = (49.98, 36.25) if "spans" in options else (0, 0)
        return found_of({**at(10, 17, *spot), "doc_id": "a", "use": "literal"})

    monkeypatch.setattr(bench, "find_places", find)
    monkeypatch.setattr(bench, "measure_start", lambda text, options: len(text))
    return calls


def test_the_command_prints_and_writes(tmp_path: Path, asked: list[dict[str, Any]]) -> None:
    gold = write(tmp_path / "gold.jsonl", {**GOOD, "places": [{**PLACE, "uses": ["literal"], "tol_km": 5}]})
    code, text = call(gold, "--region", "UA,RU", "--population", 5000, "--json", tmp_path / "scores.json")
    assert code == 0
    for part in ("strict", "end to end", "no countries", "words_per_second_with_zones: ", "peak_memory_mb: ", "auc"):
        assert part in text
    report = json.loads((tmp_path / "scores.json").read_text(encoding="utf-8"))
    assert (report["gold"], report["articles"], report["words"]) == ("gold.jsonl", 1, 5)
    assert str(tmp_path) not in (tmp_path / "scores.json").read_text()
    assert report["words_per_second"] >= report["words_per_second_with_zones"] > 0
    assert report["start_seconds"] == len(GOOD["text"]) and report["uses"]["share"] == 1
    assert {row["match"]: row["n_hits"] for row in report["scores"]} == {"strict": 1, "overlap": 1, "end to end": 0}
    assert report["scores"][0]["low"] is None and report["resolution"][0]["within_tol"] == 1
    assert "flashgeotext" not in report
    spans = [options["spans"] for options in asked if "spans" in options]
    assert [list(table.columns) for table in spans] == [["doc_id", "start", "end"]]
    assert all((options["region"], options["population"]) == (["UA", "RU"], 5000) for options in asked)


def test_the_command_takes_a_region(tmp_path: Path, asked: list[dict[str, Any]]) -> None:
    gold = write(tmp_path / "gold.jsonl", GOOD)
    for told, region in (((), "war"), (("--region", "none"), None), (("--region", "PL"), ["PL"])):
        asked.clear()
        assert call(gold, *told)[0] == 0
        assert all(options["region"] == region and "population" not in options for options in asked)


@pytest.mark.usefixtures("asked")
def test_the_command_compares_with_a_peer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    span = {"count": 1, "span_info": [(10, 17)], "found_as": ["Kharkiv"]}
    found = {"cities": {"Kharkiv": span}, "countries": {"Kharkiv": span, "Chad": {**span, "span_info": [(0, 4)]}}}
    fake = SimpleNamespace(GeoText=lambda: SimpleNamespace(extract=lambda text: found))
    monkeypatch.setitem(sys.modules, "flashgeotext.geotext", fake)
    gold = write(tmp_path / "gold.jsonl", GOOD)
    assert call(gold, "--peer", "flashgeotext", "--json", tmp_path / "scores.json")[0] == 0
    first, *others = json.loads((tmp_path / "scores.json").read_text())["flashgeotext"]
    assert (first["match"], first["n_hits"], first["n_found"]) == ("strict", 1, 2)
    assert first["words_per_second"] > 0 and [row["match"] for row in others] == ["overlap"]
    monkeypatch.setitem(sys.modules, "flashgeotext.geotext", None)
    code, text = call(gold, "--peer", "flashgeotext")
    assert code == 1 and "pip install flashgeotext" in text


@pytest.mark.usefixtures("asked")
def test_the_command_names_what_is_wrong_and_keeps_the_file(tmp_path: Path) -> None:
    (tmp_path / "scores.json").write_text("old")
    bad = write(tmp_path / "gold.jsonl", {**GOOD, "places": [{**PLACE, "lat": 100}]})
    code, text = call(bad, "--json", tmp_path / "scores.json")
    assert code == 1 and text.startswith("Error: gold.jsonl, article 'a', place at 10: ")
    assert (tmp_path / "scores.json").read_text() == "old"
    assert call(tmp_path / "absent")[0] == 1


@pytest.mark.slow
def test_the_command_scores_what_is_found(tmp_path: Path) -> None:
    code, _ = call(write(tmp_path / "gold.jsonl", GOOD), "--json", tmp_path / "scores.json")
    report = json.loads((tmp_path / "scores.json").read_text(encoding="utf-8"))
    assert code == 0 and 0.1 < report["start_seconds"] < 60
    assert report["scores"][2]["n_hits"] == report["resolution"][0]["within_161"] == 1
    assert measure_start("Київ", {"region": None}) > 0.1


def test_the_command_is_one_of_the_benches() -> None:
    from ukrcorpus.cli import main

    done = CliRunner().invoke(main, ["bench", "places", "--help"])
    assert done.exit_code == 0 and "a list `places`" in " ".join(done.output.split())
