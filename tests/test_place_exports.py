"""Places as files: GeoJSON by the rules of RFC 7946, CSV that reads back, the same bytes for the same rows."""

import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ukrcorpus.columns import as_table
from ukrcorpus.places.exports import write_geojson, write_places

KYIV = {
    "doc_id": "b",
    "start": 3,
    "end": 7,
    "surface": 'Ky"ї\n',
    "name": "Kyiv, city",
    "label": "city",
    "country": "UA",
}
KYIV |= {"lat": 50.45466, "lon": 30.5238, "geoname_id": 703448, "use": "literal", "score": 1 / 3, "rule": "made up"}
UNKNOWN = {"doc_id": "a", "start": 0, "end": 5, "surface": "Nowhe", "score": 0.0}
MENTION = "doc_id start end surface name label country admin1 geoname_id use spelling score"


def places_of(*rows: dict[str, Any]) -> pd.DataFrame:
    return as_table(rows, "places")


def docs_of(**more: Any) -> pd.DataFrame:
    return pd.DataFrame({"doc_id": ["a", "b"], "text": ["Nowhere", "In Ky"], **more})


def read_geojson(file: Path) -> list[dict[str, Any]]:
    """The features, each checked by the rules of RFC 7946 that hold for points."""

    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    content = file.read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")  # RFC 8259, section 8.1
    whole = json.loads(content.decode("utf-8"), parse_constant=refuse)
    assert whole["type"] == "FeatureCollection" and isinstance(whole["features"], list)  # section 3.3
    assert set(whole) == {"type", "features"}  # no crs (section 4), and none of section 7.1
    for feature in whole["features"]:
        assert set(feature) == {"type", "geometry", "properties"} and feature["type"] == "Feature"  # section 3.2
        assert isinstance(feature["properties"], dict)
        if feature["geometry"] is not None:
            assert set(feature["geometry"]) == {"type", "coordinates"} and feature["geometry"]["type"] == "Point"
            lon, lat = feature["geometry"]["coordinates"]  # section 3.1.1: longitude first
            assert -180 <= lon <= 180 and -90 <= lat <= 90
    return list(whole["features"])


def test_a_feature_a_mention(tmp_path: Path) -> None:
    places = places_of(KYIV, UNKNOWN).assign(own=1)
    before = places.copy()
    first, second = read_geojson(write_geojson(places, tmp_path / "a.geojson"))
    assert first["geometry"] == {"type": "Point", "coordinates": [30.5238, 50.4547]}
    assert list(first["properties"]) == list(second["properties"]) == MENTION.split()
    told = {**KYIV, "admin1": None, "spelling": None, "score": 0.333333}
    assert first["properties"] == {column: told[column] for column in MENTION.split()}
    assert second["geometry"] is None and second["properties"]["geoname_id"] is None
    assert '"Ky\\"ї\\n"' in (tmp_path / "a.geojson").read_text(encoding="utf-8")
    pd.testing.assert_frame_equal(places, before)


@pytest.mark.parametrize("missing", ["lat", "lon"])
def test_a_place_with_half_a_position_has_none(tmp_path: Path, missing: str) -> None:
    (feature,) = read_geojson(write_geojson(places_of({**KYIV, missing: None}), tmp_path / "a.geojson"))
    assert feature["geometry"] is None


def test_features_tell_of_their_article(tmp_path: Path) -> None:
    published = pd.to_datetime(pd.Series(["2023-06-24T10:00:00", None])).astype("datetime64[s]")
    docs = docs_of(label=["A", "B"], publisher=["P", None], published=published).set_axis([4, 4])
    file = write_geojson(places_of(KYIV, UNKNOWN, KYIV).set_axis([9, 9, 1]), tmp_path / "a.geojson", docs=docs)
    told = [
        [row["properties"][key] for key in ("label", "article", "publisher", "published")] for row in read_geojson(file)
    ]
    assert told == [["city", "B", None, None], [None, "A", "P", "2023-06-24T10:00:00"], ["city", "B", None, None]]
    assert "url" not in read_geojson(file)[0]["properties"]
    with pytest.raises(KeyError):
        write_geojson(places_of(KYIV), tmp_path / "a.geojson", docs=docs.head(1))
    assert len(read_geojson(file)) == 3, "what stood there stays"


def test_a_feature_a_place_and_group(tmp_path: Path) -> None:
    about = {"name": "Kyiv", "label": "city", "country": "UA", "admin1": None, "lat": 50.45, "lon": 30.52}
    sums = {"estimate": 1 / 3, "low": np.nan, "n_docs": 2, "n_spans": 4, "reason": "2 of 10 articles needed"}
    counts = pd.DataFrame([{**about, "geoname_id": 703448, "publisher": publisher, **sums} for publisher in "PQ"])
    features = read_geojson(write_geojson(counts.astype({"geoname_id": "Int64"}), tmp_path / "a.geojson"))
    assert [feature["properties"]["publisher"] for feature in features] == ["P", "Q"]
    assert features[0]["geometry"]["coordinates"] == [30.52, 50.45]
    assert list(features[0]["properties"]) == [column for column in counts if column not in ("lat", "lon")]
    told = features[0]["properties"]
    assert (told["estimate"], told["low"], told["n_spans"]) == (0.333333, None, 4)
    assert all(type(told[key]) is int for key in ("geoname_id", "n_docs", "n_spans"))


def test_csv_reads_back(tmp_path: Path) -> None:
    places = places_of(KYIV, UNKNOWN)
    file = write_places(places, tmp_path / "a.csv")
    table = pd.read_csv(file, dtype="str", keep_default_na=False, lineterminator="\n")
    assert list(table.columns) == [*places.columns, "geonames_uri"]
    assert table["surface"].tolist() == ['Ky"ї\n', "Nowhe"]
    assert table["geoname_id"].tolist() == ["703448", ""]
    assert table["geonames_uri"].tolist() == ["https://sws.geonames.org/703448/", ""]
    assert table[["lat", "lon", "name", "country", "admin1"]].to_numpy().tolist() == [
        ["50.4547", "30.5238", "Kyiv, city", "UA", ""],
        ["", "", "", "", ""],
    ]
    floats = places.assign(geoname_id=places["geoname_id"].astype("float64"))  # as a table read from CSV has them
    assert write_places(floats, tmp_path / "b.csv").read_bytes() == file.read_bytes()


def test_no_places(tmp_path: Path) -> None:
    assert read_geojson(write_geojson(places_of(), tmp_path / "a.geojson", docs=docs_of(label="A"))) == []
    assert read_geojson(write_geojson(places_of(UNKNOWN).head(0), tmp_path / "a.geojson")) == []
    header = write_places(places_of(), tmp_path / "a.csv").read_text()
    assert header == ",".join([*places_of().columns, "geonames_uri"]) + "\n"


def test_what_is_no_table_of_places(tmp_path: Path) -> None:
    for column in ("lat", "geoname_id", "use"):
        with pytest.raises(KeyError, match=column):
            write_geojson(places_of(KYIV).drop(columns=column), tmp_path / "a.geojson")
    with pytest.raises(KeyError, match="geoname_id"):
        write_places(places_of(KYIV).drop(columns="geoname_id"), tmp_path / "a.csv")
    assert not list(tmp_path.iterdir())


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
ROWS = st.fixed_dictionaries(
    {
        "surface": TEXT,
        "name": st.none() | TEXT,
        "lat": st.none() | st.floats(-90, 90),
        "lon": st.none() | st.floats(-180, 180),
        "geoname_id": st.none() | st.integers(1, 10**8),
        "score": st.floats(0, 1),
    }
)


@settings(max_examples=30, deadline=None)
@given(st.lists(ROWS, max_size=4))
def test_whatever_is_written_reads_back(rows: list[dict[str, Any]]) -> None:
    places = places_of(*({"doc_id": "a", "start": 0, "end": 1, **row} for row in rows))
    with TemporaryDirectory() as folder:
        file = write_geojson(places, Path(folder, "a.geojson"))
        features, written = read_geojson(file), file.read_bytes()
        assert write_geojson(places.set_axis(places.index + 7), file).read_bytes() == written
        content = write_places(places, file).read_bytes()
    assert [feature["properties"]["surface"] for feature in features] == [row["surface"] for row in rows]
    assert [feature["properties"]["name"] for feature in features] == [row["name"] for row in rows]
    for feature, row in zip(features, rows, strict=True):
        assert (feature["geometry"] is None) == (row["lat"] is None or row["lon"] is None)
        if feature["geometry"]:
            assert feature["geometry"]["coordinates"] == pytest.approx([row["lon"], row["lat"]], rel=1e-5)
    ids = [row["geoname_id"] for row in rows if row["geoname_id"]]
    assert re.findall(rb",https://sws\.geonames\.org/(\d+)/\n", content) == [str(id).encode() for id in ids]
